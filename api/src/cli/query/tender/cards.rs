//! Cards of suppliers and buyers.

use sijill_schemas::events::v1::OrganizationProfile;
use sijill_schemas::oversight::v1 as pb;

use super::super::arguments::{Buyer, BuyerPart, Supplier};
use super::super::cells::{self, decimal, name, rounded, yes};
use super::super::pages::Pages;
use super::words;
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Ui, Word};

/// Asks for a supplier's card; the sheet, and how many rows there are in all.
pub async fn supplier(
    pages: &mut Pages,
    asked: &Supplier,
    ui: &Ui,
) -> Result<(Sheet, u64), Failure> {
    asked.common.only(&[])?;
    let question = pb::GetSupplierCardRequest {
        context: Some(pages.context),
        supplier: asked.organization.clone(),
    };
    let answer = pages.source.get_supplier_card(question).await?;
    let card = answer.card.unwrap_or_default();
    let columns = [words::BUYER, words::BUYER_NAME, words::LOTS, words::VALUE];
    let title = Word::new("won_from", "ما فاز به من كل مشترٍ", "won from");
    let mut sheet = cells::sheet(title, &columns, answer.context.as_ref())?;
    sheet
        .facts
        .push((words::SUPPLIER, Cell::text(&card.supplier)));
    sheet
        .facts
        .push((words::SUPPLIER_NAME, named(card.profile.as_ref(), ui)));
    sheet.facts.extend(supplier_facts(&card)?);
    for from in &card.buyers {
        sheet.inputs.push(words::inputs(from.lots.as_ref()));
        sheet.rows.push(vec![
            Cell::text(&from.buyer),
            name(from.buyer_names.as_ref(), ui),
            words::count(from.lots.as_ref()),
            words::sums(&from.value)?,
        ]);
    }
    Ok(cut(sheet, pages))
}

fn supplier_facts(card: &pb::SupplierCard) -> Result<Vec<(Word, Cell)>, Failure> {
    let debarments: Vec<String> = card.debarments.iter().map(debarment).collect();
    let called: Vec<String> = card
        .securities_called
        .iter()
        .map(|it| it.security.clone())
        .collect();
    let fact =
        |key, ar, en, of: &Option<pb::Count>| (Word::new(key, ar, en), words::count(of.as_ref()));
    Ok(vec![
        fact("bids", "مناقصات تقدم إليها", "tenders bid for", &card.bids),
        fact(
            "counting",
            "منها محتسب",
            "of these counting",
            &card.counting,
        ),
        fact("valid", "منها صالح", "of these valid", &card.valid),
        fact(
            "disqualified",
            "منها مستبعد",
            "of these rejected",
            &card.disqualified,
        ),
        fact("void", "منها باطل", "of these void", &card.void),
        fact("lots_won", "مجموعات فاز بها", "lots won", &card.lots_won),
        (words::VALUE, words::sums(&card.value)?),
        fact(
            "overrides",
            "ترسيات خالفت الترتيب",
            "override awards",
            &card.overrides,
        ),
        fact("complaints", "شكاواه", "complaints", &card.complaints),
        fact(
            "complaints_upheld",
            "ما قُبل منها",
            "of these upheld",
            &card.complaints_upheld,
        ),
        (
            Word::new("debarred", "محظور", "debarred"),
            yes(card.debarred),
        ),
        (
            Word::new("debarments", "قرارات الحظر", "debarments"),
            words::joined(&debarments),
        ),
        fact("securities", "التأمينات", "securities", &card.securities),
        (
            Word::new("securities_called", "ما صودر منها", "of these called"),
            words::joined(&called),
        ),
    ])
}

/// A debarment by its decision and the entry that holds it.
fn debarment(row: &pb::DebarmentRow) -> String {
    let decision = row.debarment.as_ref().map_or("", |it| it.decision.as_str());
    let index = row.mark.as_ref().map_or(0, |mark| mark.index);
    format!("{decision} (#{index})")
}

/// Asks for a buyer's card; the sheet, and how many rows there are in all.
pub async fn buyer(pages: &mut Pages, asked: &Buyer, ui: &Ui) -> Result<(Sheet, u64), Failure> {
    asked.common.only(&[])?;
    let question = pb::GetBuyerCardRequest {
        context: Some(pages.context),
        buyer: asked.organization.clone(),
    };
    let answer = pages.source.get_buyer_card(question).await?;
    let card = answer.card.unwrap_or_default();
    let part = match asked.part {
        BuyerPart::Suppliers => suppliers(&card, ui)?,
        BuyerPart::Stages => stages(&card)?,
        BuyerPart::Tenders => tenders(&card),
    };
    let mut sheet = cells::sheet(part.name, &part.columns, answer.context.as_ref())?;
    sheet.facts.push((words::BUYER, Cell::text(&card.buyer)));
    sheet
        .facts
        .push((words::BUYER_NAME, named(card.profile.as_ref(), ui)));
    sheet.facts.extend(buyer_facts(&card, ui)?);
    (sheet.rows, sheet.inputs) = (part.rows, part.inputs);
    Ok(cut(sheet, pages))
}

fn buyer_facts(card: &pb::BuyerCard, ui: &Ui) -> Result<Vec<(Word, Cell)>, Failure> {
    let fact =
        |key, ar, en, of: &Option<pb::Count>| (Word::new(key, ar, en), words::count(of.as_ref()));
    Ok(vec![
        fact("tenders_all", "المناقصات", "tenders", &card.tenders),
        fact(
            "with_bids",
            "منها ما جاءه عطاء",
            "of these with bids",
            &card.with_bids,
        ),
        fact(
            "single_bid",
            "منها بعطاء وحيد",
            "of these with a single bid",
            &card.single_bid,
        ),
        (
            Word::new("single_bid_share", "نسبة العطاء الوحيد", "single-bid share"),
            rounded(card.single_bid_share.as_ref(), 4, ui)?,
        ),
        (
            Word::new(
                "bidders_median",
                "وسيط عدد مقدمي العطاءات",
                "median bidders",
            ),
            decimal(card.bidders_median.as_ref())?,
        ),
        fact(
            "lots_awarded",
            "مجموعات رست",
            "lots awarded",
            &card.lots_awarded,
        ),
        (words::VALUE, words::sums(&card.value)?),
        fact("cancelled", "أُلغيت", "cancelled", &card.cancelled),
        fact("failed", "فشلت", "failed", &card.failed),
        fact(
            "overrides",
            "ترسيات خالفت الترتيب",
            "override awards",
            &card.overrides,
        ),
        fact(
            "awards_fallen",
            "ترسيات سقطت",
            "awards fallen",
            &card.awards_fallen,
        ),
        fact("amendments", "التعديلات", "amendments", &card.amendments),
        fact("extensions", "مد المواعيد", "extensions", &card.extensions),
        fact("outages", "انقطاعات الخدمة", "outages", &card.outages),
        fact("complaints", "الشكاوى", "complaints", &card.complaints),
        fact(
            "complaints_upheld",
            "ما قُبل منها",
            "of these upheld",
            &card.complaints_upheld,
        ),
    ])
}

fn suppliers(card: &pb::BuyerCard, ui: &Ui) -> Result<Sheet, Failure> {
    let mut sheet = Sheet::new(
        Word::new("suppliers", "الموردون", "suppliers"),
        &[
            words::CURRENCY,
            words::SUPPLIER,
            words::SUPPLIER_NAME,
            words::VALUE,
            Word::new("share", "النصيب", "share"),
            words::LOTS,
            Word::new("hhi", "مؤشر التركز", "HHI of the currency"),
        ],
    );
    for of in &card.suppliers {
        for it in &of.suppliers {
            sheet.inputs.push(words::inputs(it.lots.as_ref()));
            sheet.rows.push(vec![
                Cell::text(&of.currency),
                Cell::text(&it.supplier),
                name(it.supplier_names.as_ref(), ui),
                decimal(it.amount.as_ref())?,
                rounded(it.share.as_ref(), 4, ui)?,
                words::count(it.lots.as_ref()),
                rounded(of.hhi.as_ref(), 0, ui)?,
            ]);
        }
    }
    Ok(sheet)
}

fn stages(card: &pb::BuyerCard) -> Result<Sheet, Failure> {
    let mut sheet = Sheet::new(
        Word::new("stages", "المراحل", "stages"),
        &[
            words::STAGE,
            Word::new("stays", "مرات", "stays"),
            Word::new("median_days", "وسيط الأيام", "median days"),
        ],
    );
    for median in &card.stages {
        sheet.inputs.push(words::inputs(median.stays.as_ref()));
        sheet.rows.push(vec![
            words::stage(median.stage()),
            words::count(median.stays.as_ref()),
            decimal(median.median_days.as_ref())?,
        ]);
    }
    Ok(sheet)
}

fn tenders(card: &pb::BuyerCard) -> Sheet {
    let mut sheet = Sheet::new(
        Word::new("tenders", "المناقصات", "tenders"),
        &[
            words::PROCEDURE,
            words::STAGE,
            Word::new("count", "العدد", "count"),
        ],
    );
    for of in &card.by_stage {
        sheet.inputs.push(words::inputs(of.tenders.as_ref()));
        sheet.rows.push(vec![
            words::procedure(of.procedure()),
            words::stage(of.stage()),
            words::count(of.tenders.as_ref()),
        ]);
    }
    sheet
}

fn named(profile: Option<&OrganizationProfile>, ui: &Ui) -> Cell {
    name(profile.and_then(|profile| profile.names.as_ref()), ui)
}

/// The first rows, and how many there are in all.
fn cut(mut sheet: Sheet, pages: &Pages) -> (Sheet, u64) {
    let total = u64::try_from(sheet.rows.len()).unwrap_or(u64::MAX);
    let most = pages.rows_max.unwrap_or(usize::MAX);
    sheet.rows.truncate(most);
    sheet.inputs.truncate(most);
    (sheet, total)
}
