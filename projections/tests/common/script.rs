//! Fixtures: events in, expected figures out, computed by hand; the computation stands in the file.
//!
//! A line is an event or, beginning with `=`, an expectation; `#` begins a remark. Events get their revisions by order, from 0
//! per stream.
//!
//! ```text
//! FACILITY DATE VERB KEY AMOUNT …             a stock document, or opens, expects
//! ITEM is CATEGORY                            an item is listed
//! order ID DATE places SUPPLIER (ITEM FACILITY AMOUNT DUE|-)…
//! order ID DATE delivers FACILITY REVISION ITEM (LINE|-):AMOUNT… [provisional]
//! order ID DATE inspects FACILITY REVISION ITEM ACCEPTED REJECTED
//! order ID DATE takes-back FACILITY REVISION | closes | cancels
//! transfer ID DATE ships FROM REVISION TO KEY AMOUNT DUE|- [for REQUISITION]
//! transfer ID DATE lands TO REVISION FROM KEY ACCEPTED REJECTED LOST
//! transfer ID DATE closes (KEY AMOUNT)…
//! requisition ID DATE asks FROM SUPPLIER (ITEM AMOUNT)…
//! requisition ID DATE approves complete|partly (ITEM AMOUNT)… | fulfils TRANSFER REVISION (ITEM AMOUNT)…
//! requisition ID DATE unmet (ITEM AMOUNT)… | rejects | withdraws
//! ```

use std::fs;
use std::path::PathBuf;

use rust_decimal::Decimal;
use sijill_ledger_core::domain::facility::{self, Assortment};
use sijill_ledger_core::domain::item::{self, Category, Tracking};
use sijill_ledger_core::domain::stock::{self, LossReason, ReturnRoute, StockKey};
use sijill_ledger_core::domain::values::{
    Code, Date, EffectiveAt, FacilityId, ItemCode, Month, Names, OrganizationId, Place, Quantity,
};
use sijill_projections::distribution::balance;
use sijill_projections::{Runner, Views};

use super::{Log, trade};
use super::{
    accept, adjust, arrive, back, batch_step, count, date, dispatch, issue, key, lose, noon,
    opening, receive, report, reserve, reverse, text,
};

/// Runs every fixture of a view; `figure` finds the figures of an expectation's words (those without `=`).
pub fn run_all(view: &str, least: usize, figure: impl Fn(&Views, &[&str]) -> Figures) {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/{view}"));
    let mut files: Vec<PathBuf> = fs::read_dir(&dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(
        files.len() >= least,
        "fixtures are missing in {}",
        dir.display()
    );
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let checked = run(&text, &file.display().to_string(), &figure);
        assert!(checked > 0, "{} expects nothing", file.display());
    }
}

/// Figures by name.
pub type Figures = Box<dyn Fn(&str) -> String>;

/// Feeds the events of a fixture and checks its expectations; how many there were.
fn run(text: &str, name: &str, figure: impl Fn(&Views, &[&str]) -> Figures) -> usize {
    let (mut log, mut checked) = (Log::default(), 0);
    for (line, words) in (1..).zip(text.lines()) {
        let words = words.split('#').next().unwrap_or_default();
        let words: Vec<&str> = words.split_whitespace().collect();
        match words.as_slice() {
            [] => {}
            ["=", rest @ ..] => {
                let views = fold(&log);
                let (figures, words): (Vec<&str>, Vec<&str>) =
                    rest.iter().partition(|word| word.contains('='));
                let found = figure(views.views(), &words);
                for one in figures {
                    let (one, expected) = one.split_once('=').unwrap();
                    assert_eq!(found(one), expected, "{name}:{line}: {one}");
                    checked += 1;
                }
            }
            words => event(&mut log, words),
        }
    }
    checked
}

fn fold(log: &Log) -> Runner {
    let mut runner = Runner::default();
    for event in &log.events {
        runner.apply(event).unwrap();
    }
    assert_eq!(balance::check(runner.views()), []);
    assert_eq!(balance::check_transit(runner.views()), []);
    runner
}

pub fn amount(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

/// `-` for none.
fn day(text: &str) -> Option<Date> {
    (text != "-").then(|| date(text))
}

pub fn shown(value: Option<Decimal>) -> String {
    value.map_or("none".to_owned(), plain)
}

pub fn plain(value: Decimal) -> String {
    value.normalize().to_string()
}

fn event(log: &mut Log, words: &[&str]) {
    match words {
        ["order", id, day, rest @ ..] => {
            let at = noon(date(day));
            log.push(&format!("order-{id}"), at, order(rest, date(day)));
        }
        ["transfer", id, day, rest @ ..] => {
            let at = noon(date(day));
            log.push(&format!("transfer-{id}"), at, transfer(rest, date(day)));
        }
        ["requisition", id, day, rest @ ..] => {
            let at = noon(date(day));
            log.push(&format!("requisition-{id}"), at, requisition(rest));
        }
        [code, "is", category] => list(log, code, category),
        [facility, day, "expects", item, min, max] => {
            let set = facility::Event::AssortmentSet(Assortment {
                item: ItemCode::new(item).unwrap(),
                min: amount(min),
                max: amount(max),
            });
            log.push(&format!("facility-{facility}"), noon(date(day)), set);
        }
        [facility, day, "opens", place, population, owner] => {
            let opened = facility::Event::FacilityOpened(facility::Profile {
                names: names(facility),
                kind: facility::Kind::Clinic,
                governorate: Some(Place::new(place).unwrap()),
                position: None,
                population: population.parse().ok(),
                parent: None,
                owner: Some(OrganizationId::new(owner).unwrap()),
            });
            log.push(&format!("facility-{facility}"), noon(date(day)), opened);
        }
        [facility, day, "shuts"] => {
            let reason = text("merged");
            let shut = facility::Event::FacilityClosed(facility::Closure { reason });
            log.push(&format!("facility-{facility}"), noon(date(day)), shut);
        }
        [facility, day, event @ ..] => {
            let at = noon(date(day));
            log.stock(facility, at, document(event, at));
        }
        other => panic!("{other:?}?"),
    }
}

fn names(name: &str) -> Names {
    Names {
        ar: text("مركز صحي"),
        en: text(name),
    }
}

fn list(log: &mut Log, code: &str, category: &str) {
    let category = match category {
        "medicine" => Category::Medicine,
        "stationery" => Category::Stationery,
        "supply" => Category::Supply,
        "durable" => Category::Durable,
        other => panic!("{other:?} is no category"),
    };
    let listed = item::Event::ItemListed(item::Profile {
        names: names(code),
        category,
        base_unit: Code::new("tablet").unwrap(),
        packs: Vec::new(),
        atc: None,
        unspsc: None,
        essential: false,
        cold_chain: false,
        tracking: Tracking::Quantity,
        inspected: false,
    });
    log.push(&format!("item-{code}"), noon(date("2024-01-01")), listed);
}

fn expiry(rest: &[&str]) -> Option<Date> {
    rest.iter()
        .find_map(|word| word.strip_prefix("expiry="))
        .map(date)
}

fn document(words: &[&str], at: EffectiveAt) -> stock::Event {
    let batched = |text| batch_step(&key(text));
    match words {
        ["opening", k, n, rest @ ..] => opening(key(k), amount(n), expiry(rest)),
        ["receive", k, n, rest @ ..] => receive(key(k), amount(n), expiry(rest), false),
        ["provisional", k, n, rest @ ..] => receive(key(k), amount(n), expiry(rest), true),
        ["accept", k, n, "rejected", r, "of", receipt] => {
            accept(receipt.parse().unwrap(), key(k), amount(n), amount(r))
        }
        ["issue", k, n] => issue(key(k), amount(n), None),
        ["issue", k, n, "from", id] => issue(key(k), amount(n), Some(id)),
        ["dispatch", k, n] => dispatch(key(k), amount(n), None),
        ["dispatch", k, n, "under", id, "to", to] => {
            trade::under(dispatch(key(k), amount(n), None), id, to)
        }
        ["arrive", k, n, "under", id, "from", from] => {
            trade::under(arrive(key(k), amount(n), None), id, from)
        }
        ["return", k, n] => {
            let ward = ReturnRoute::FromUnit(Code::new("ward 3").unwrap());
            back(ward, key(k), amount(n))
        }
        ["adjust", k, n] => adjust(key(k), n.parse::<Decimal>().unwrap()),
        ["count", k, n] => count(key(k), amount(n), at),
        ["lose", k, n] => lose(key(k), amount(n), false),
        ["lose", k, n, "as", reason] => written_off(key(k), amount(n), reason, false),
        ["lose", k, n, "held", "as", reason] => written_off(key(k), amount(n), reason, true),
        ["reserve", id, k, n] => reserve(id, key(k), amount(n)),
        ["quarantine", k] => stock::Event::BatchQuarantined(batched(k)),
        ["release", k] => stock::Event::BatchReleased(batched(k)),
        ["recall", k] => stock::Event::BatchRecalled(batched(k)),
        ["report", month] => report(Month::parse(month).unwrap()),
        ["reverse", original, keys @ ..] => {
            let keys: Vec<StockKey> = keys.iter().map(|k| key(k)).collect();
            reverse(original.parse().unwrap(), keys)
        }
        other => panic!("{other:?} is no document"),
    }
}

fn written_off(key: StockKey, amount: Quantity, reason: &str, held: bool) -> stock::Event {
    let mut event = lose(key, amount, held);
    if let stock::Event::StockWrittenOff(loss) = &mut event {
        loss.reason = match reason {
            "expired" => LossReason::Expired,
            "damaged" => LossReason::Damaged,
            "lost" => LossReason::Lost,
            "stolen" => LossReason::Stolen,
            "open-vial" => LossReason::OpenVialLimit,
            "cold-chain" => LossReason::ColdChainFailure,
            "recalled" => LossReason::Recalled,
            "scrapped" => LossReason::Scrapped,
            other => panic!("{other:?} is no reason"),
        };
    }
    event
}

fn order(words: &[&str], on: Date) -> sijill_ledger_core::domain::order::Event {
    match words {
        ["places", supplier, lines @ ..] => {
            let lines: Vec<trade::Ordered<'_>> = lines
                .chunks(4)
                .map(|line| (line[0], line[1], amount(line[2]), day(line[3])))
                .collect();
            trade::place(supplier, &lines)
        }
        ["delivers", store, revision, code, lines @ ..] => {
            let provisional = lines.contains(&"provisional");
            let lines: Vec<(Option<u16>, Quantity)> = lines
                .iter()
                .filter_map(|line| line.split_once(':'))
                .map(|(line, n)| (line.parse().ok(), amount(n)))
                .collect();
            let receipt = (*store, revision.parse().unwrap());
            trade::deliver(receipt, on, code, &lines, provisional)
        }
        ["inspects", store, revision, code, accepted, rejected] => {
            let receipt = (*store, revision.parse().unwrap());
            trade::inspect(receipt, 99, code, amount(accepted), amount(rejected))
        }
        ["takes-back", store, revision] => trade::take_back(store, revision.parse().unwrap()),
        ["closes"] => trade::close_order(),
        ["cancels"] => trade::cancel_order(),
        other => panic!("{other:?} happens to no order"),
    }
}

fn transfer(words: &[&str], on: Date) -> sijill_ledger_core::domain::transfer::Event {
    match words {
        ["ships", from, revision, to, k, n, due, rest @ ..] => {
            let asked = rest.last().copied();
            let sender = (*from, revision.parse().unwrap());
            trade::ship(sender, to, on, day(due), asked, &[(key(k), amount(n))])
        }
        ["lands", to, revision, from, k, accepted, rejected, lost] => {
            let parts = [accepted, rejected, lost].map(|n| amount(n));
            trade::land((to, revision.parse().unwrap()), from, on, key(k), parts)
        }
        ["closes", lost @ ..] => {
            let lost: Vec<_> = lost
                .chunks(2)
                .map(|line| (key(line[0]), amount(line[1])))
                .collect();
            trade::close_transfer(&lost)
        }
        other => panic!("{other:?} happens to no transfer"),
    }
}

fn requisition(words: &[&str]) -> sijill_ledger_core::domain::requisition::Event {
    fn lines<'a>(words: &[&'a str]) -> Vec<(&'a str, Quantity)> {
        words
            .chunks(2)
            .map(|line| (line[0], amount(line[1])))
            .collect()
    }
    match words {
        ["asks", from, supplier, rest @ ..] => trade::ask(from, supplier, &lines(rest)),
        ["approves", level, rest @ ..] => trade::approve(*level == "complete", &lines(rest)),
        ["fulfils", id, revision, rest @ ..] => {
            trade::fulfil(id, revision.parse().unwrap(), &lines(rest))
        }
        ["unmet", rest @ ..] => trade::unmet(&lines(rest)),
        ["rejects"] => trade::reject(),
        ["withdraws"] => trade::withdraw(),
        other => panic!("{other:?} happens to no requisition"),
    }
}

/// `FROM..TO`, either end may be missing.
pub fn period(text: &str) -> sijill_projections::distribution::Period {
    let (from, to) = text.split_once("..").unwrap();
    let month = |text: &str| (!text.is_empty()).then(|| Month::parse(text).unwrap());
    sijill_projections::distribution::Period {
        from: month(from),
        to: month(to),
    }
}

pub fn facility_id(id: &str) -> FacilityId {
    FacilityId::new(id).unwrap()
}
