//! What the demo prints: what was seeded, whether it is sound, what is wrong in the country, what to try next.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sijill_ledger_core::domain::facility::Kind;
use sijill_ledger_core::domain::item::Category;
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_projections::Runner;

use super::catalogue::LISTINGS;
use super::figures::Figures;
use super::seed::{impossible, last_evening};
use super::{Seeded, calendar};
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::lang::two;
use crate::cli::output::{Format, Ui};
use crate::cli::query::worst_shortages;
use crate::cli::verify;

/// Rows of the shortage table.
const ROWS: usize = 12;

/// Prints everything.
pub fn report(
    seeded: &Seeded,
    verified: &verify::Report,
    runner: &Runner,
    store: &EmbeddedStore,
    ui: &mut Ui,
) -> Result<(), Failure> {
    let sheet = worst_shortages(runner, store, ROWS, ui)?;
    let at = last_evening().map_err(impossible)?;
    let figures = Figures::of(runner, at);
    match ui.format {
        Format::Json => {
            let whole = as_json(
                seeded,
                verified,
                runner,
                store,
                [sheet.json(), figures.json()],
            );
            return ui.line(&whole.to_string());
        }
        Format::Csv => return ui.sheet(&sheet),
        Format::Table => {}
    }
    seeded_lines(seeded, store, ui)?;
    heading(ui, "الفحص", "Verification")?;
    ui.sheet(&verified.sheet())?;
    let balances = verified.balances;
    let text = two!(
        ui.lang,
        "معادلة الرصيد صحيحة لكل منشأة وصنف: {balances} من {balances}",
        "the balance equation holds for every facility and item: all {balances}"
    );
    ui.line(&text)?;
    let vkey = &seeded.signed.vkey;
    let text = two!(
        ui.lang,
        "السجل كله موقَّع؛ ومفتاحه العام، لمن يتحقق: {vkey}",
        "all of the log is signed; its public key, for whoever verifies: {vkey}"
    );
    ui.line(&text)?;
    for digest in runner.digests() {
        let (view, sum) = (digest.view, digest.digest);
        let text = two!(
            ui.lang,
            "بصمة الكشف {view}: {sum}",
            "digest of the view {view}: {sum}"
        );
        ui.line(&text)?;
    }
    heading(ui, "أشد النقص (الأسوأ أولًا)", "Worst shortages")?;
    ui.sheet(&sheet)?;
    heading(ui, "التوزيع والرقابة", "Distribution and audit")?;
    for text in figures.told() {
        ui.line(text.get(ui.lang))?;
    }
    heading(ui, "المناقصات", "Tenders")?;
    for text in seeded.tenders.told() {
        ui.line(text.get(ui.lang))?;
    }
    anomalies(seeded, ui)?;
    next(seeded, ui)
}

fn heading(ui: &mut Ui, ar: &str, en: &str) -> Result<(), Failure> {
    let text = ui.lang.pick(ar, en);
    ui.line(&format!("\n== {text} =="))
}

fn seeded_lines(seeded: &Seeded, store: &EmbeddedStore, ui: &mut Ui) -> Result<(), Failure> {
    heading(ui, "ما أُنشئ", "Seeded")?;
    let sites = &seeded.world.sites;
    let kind = |kind: Kind| {
        sites
            .iter()
            .filter(|site| site.profile.kind == kind)
            .count()
    };
    let category = |category: Category| {
        LISTINGS
            .iter()
            .filter(|listing| listing.category == category)
            .count()
    };
    let governorates: BTreeSet<usize> = sites.iter().map(|site| site.governorate).collect();
    let (places, all, officials) = (governorates.len(), sites.len(), sites.len() * 2);
    let (warehouses, hospitals, clinics) = (
        kind(Kind::Warehouse),
        kind(Kind::Hospital),
        kind(Kind::Clinic),
    );
    let (schools, offices) = (kind(Kind::School), kind(Kind::Office));
    let text = two!(
        ui.lang,
        "{places} محافظة و{all} منشأة: مخزن مركزي و{warehouses} مخزن محافظة و{hospitals} مستشفى و{clinics} مركز صحة و{schools} مدرسة و{offices} مكتب",
        "{places} governorates, {all} facilities: 1 central store, {warehouses} warehouses, {hospitals} hospitals, {clinics} health centres, {schools} schools, {offices} offices"
    );
    ui.line(&text)?;
    let items = LISTINGS.len();
    let (medicines, supplies) = (category(Category::Medicine), category(Category::Supply));
    let (stationery, durables) = (category(Category::Stationery), category(Category::Durable));
    let text = two!(
        ui.lang,
        "{items} صنفًا: {medicines} دواء و{supplies} مستلزمًا و{stationery} قرطاسية و{durables} من الأصول المعمرة؛ و{officials} موظفًا",
        "{items} items: {medicines} medicines, {supplies} supplies, {stationery} stationery, {durables} durables; {officials} officials"
    );
    ui.line(&text)?;
    let (events, seconds) = (store.size(), seeded.took.as_secs());
    let tenths = seeded.took.subsec_millis() / 100;
    let (first, last) = (day(calendar::FIRST_DAY), day(calendar::LAST_DAY));
    let text = two!(
        ui.lang,
        "{events} حدثًا من {first} إلى {last}، كل منها مؤكد على القرص، في {seconds}.{tenths} ثانية",
        "{events} events from {first} to {last}, each durable on disk, in {seconds}.{tenths} s"
    );
    ui.line(&text)
}

fn day(day: (i16, i8, i8)) -> String {
    calendar::date(day)
        .map(|day| day.to_string())
        .unwrap_or_default()
}

fn anomalies(seeded: &Seeded, ui: &mut Ui) -> Result<(), Failure> {
    heading(
        ui,
        "ما زُرع من خلل، وكيف يُرى",
        "Planted anomalies, and how to see them",
    )?;
    let data = seeded.dir.display().to_string();
    for (number, (text, command)) in planted(seeded, &data).iter().enumerate() {
        ui.line(&format!("{}. {}", number + 1, text.get(ui.lang)))?;
        ui.line(&format!("   {command}"))?;
    }
    Ok(())
}

/// Of stores and orders first, then of tenders.
fn planted(seeded: &Seeded, data: &str) -> Vec<(Bilingual, String)> {
    let mut planted = seeded.anomalies.told(&seeded.world, data);
    planted.extend(seeded.tenders.irregularities(data));
    planted
}

fn next(seeded: &Seeded, ui: &mut Ui) -> Result<(), Failure> {
    heading(ui, "جرّب أيضًا", "Try next")?;
    let data = seeded.dir.display();
    for command in [
        format!("sijill query shortage --data {data} --status stocked_out"),
        format!("sijill query stock --data {data} --facility EG-C-H1 --item A10AC01-VIAL"),
        format!("sijill export stock-on-hand --data {data} --output csv"),
        format!("sijill verify --data {data}"),
        format!("sijill proof 1000 --data {data}"),
        format!("sijill export tiles --data {data} {data}-tiles"),
    ] {
        ui.line(&format!("   {command}"))?;
    }
    let text = two!(
        ui.lang,
        "السجل في {data}؛ و`sijill` هنا هو `cargo run --release --`",
        "the ledger is in {data}; `sijill` here is `cargo run --release --`"
    );
    ui.line(&text)
}

fn as_json(
    seeded: &Seeded,
    verified: &verify::Report,
    runner: &Runner,
    store: &EmbeddedStore,
    [shortage, figures]: [Value; 2],
) -> Value {
    let data = seeded.dir.display().to_string();
    let digests = runner.digests().into_iter();
    let digests: Vec<Value> = digests
        .map(|digest| json!({ "view": digest.view, "version": digest.version, "events": digest.index, "digest": digest.digest }))
        .collect();
    let anomalies = planted(seeded, &data).into_iter();
    let anomalies: Vec<Value> = anomalies
        .map(|(text, command)| json!({ "ar": text.ar, "en": text.en, "command": command }))
        .collect();
    json!({
        "data": data,
        "log_key": seeded.signed.key.display().to_string(),
        "vkey": seeded.signed.vkey,
        "events": store.size(),
        "root": verified.sheet().json()["root"],
        "facilities": seeded.world.sites.len(),
        "items": LISTINGS.len(),
        "streams": verified.streams,
        "balances": verified.balances,
        "digests": digests,
        "shortage": shortage,
        "figures": figures,
        "tenders": seeded.tenders.json(),
        "anomalies": anomalies,
    })
}
