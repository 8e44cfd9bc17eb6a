//! Every identifier that stands in public in a kept event leads to the event: over the golden bytes of every kind.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fall")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use common::trade::{ask, close_order, close_transfer, item, land, number, place, reject};
use common::{Log, date, noon};
use serde_json::Value;
use sijill_ledger_core::codec::{KINDS, decode};
use sijill_ledger_core::domain::stock::StockKey;
use sijill_ledger_core::domain::values::{Currency, Money, Quantity};
use sijill_ledger_core::domain::{Event, order};
use sijill_ledger_core::event::Recorded;
use sijill_projections::audit::entity::{Entity, EntityKind, Part};
use sijill_projections::audit::{Audit, mentions};
use sijill_projections::view::View;

/// Fields whose texts name nothing that has a history: names, reasons, dates, codes of classifications, figures.
const NO_NAMES: &[&str] = &[
    "ar",
    "en",
    "justification",
    "requirement",
    "reason",
    "grounds",
    "purpose",
    "source",
    "name",
    "decision",
    "dissent",
    "answer",
    "programme",
    "expiry",
    "amount",
    "currency",
    "quantity",
    "accepted",
    "rejected",
    "lost",
    "shipped",
    "counted",
    "found",
    "expected",
    "value",
    "min",
    "max",
    "factor",
    "base_unit",
    "atc",
    "unspsc",
    "gtin",
    "governorate",
    "country",
    "external",
    "attachment",
    "sha256",
    "format",
    "period",
    "rule",
    "kind",
    "category",
    "categories",
    "ceiling",
    "digest",
    "Other",
    "contact",
    "tracking",
    "interest",
    "roles",
    "fefo_override",
    "from_pack",
    "from_packs",
    "to_pack",
    "to_packs",
    "since",
    "until",
    "last_day",
    "due",
    "prior_period",
    "at",
    "counted_at",
    "class",
    "salt",
    "bytes",
    "code",
    "key",
    "proof",
    "authority",
    "event",
    "note",
    "national_id",
    "bank_account",
    "particulars",
    "Donor",
    "Unit",
    "FromUnit",
    "algorithm",
    "dated",
    "paid_on",
    "delivered_on",
    "dispatched_on",
    "arrived_on",
    "delivery_terms",
    "Direct",
    "Emergency",
    "Regular",
    "cause",
    "Attachment",
    "left_out",
    "Inline",
    "removed",
    "on_hand",
    "requested",
    "approved",
    "date",
    "tags",
    "title",
    "status",
    "method",
    "id",
    "stream",
    "Award",
    "Criterion",
    "against",
    "award_by",
    "checkpoint",
    "claim",
    "closed_at",
    "closes_at",
    "complaint",
    "covered_until",
    "criterion",
    "delivery",
    "departure",
    "ended_at",
    "enquiries_until",
    "estimate",
    "explanation",
    "ground",
    "least",
    "lot",
    "lots",
    "media_type",
    "needed_by",
    "outcome",
    "part",
    "points",
    "procedure",
    "question",
    "scores",
    "sealed_at",
    "security_percent",
    "standing",
    "standstill_until",
    "surviving_root",
    "text",
    "ties",
    "valid_until",
];

/// Cases without particulars serialise as their own name.
const CASES: &[&str] = &[
    "Patients",
    "Unstated",
    "Production",
    "FromUnstated",
    "PettyCash",
    "Advance",
    "TechnicalResult",
];

/// Whose field it is decides: a text under both names something in one kind and nothing in another.
const NAMES_IN: &[(&str, &str)] = &[
    ("BatchQuarantined", "authority"),
    ("BatchReleased", "authority"),
    ("BatchRecalled", "authority"),
    ("SupplierDebarred", "decision"),
    ("SupplierReinstated", "decision"),
    ("CustodyHandedOver", "from"),
    ("ComplaintDecided", "decision"),
];

/// Dates in some kinds, names in others.
const DATES_IN: &[(&str, &str)] = &[
    ("PositionHeld", "from"),
    ("AuthorityDelegated", "from"),
    ("ActingAppointed", "from"),
    ("SupplierDebarred", "from"),
    ("SupplierReinstated", "from"),
    ("OutageRecorded", "from"),
    ("FrameworkConcluded", "from"),
];

#[test]
fn every_public_identifier_of_every_kind_leads_to_its_event() {
    let (mut seen, mut gaps) = (BTreeSet::new(), Vec::new());
    for (file, event) in golden() {
        let kind = file.split('.').next().unwrap().to_owned();
        let ids: BTreeSet<String> = mentions::all(&event)
            .iter()
            .map(|mention| mention.name.id.to_owned())
            .collect();
        let json = serde_json::to_value(&event.event).unwrap();
        let mut texts = Vec::new();
        walk(&kind, "", &json, &mut texts);
        let untold = texts.into_iter().filter(|(_, text)| !ids.contains(text));
        gaps.extend(untold.map(|(field, text)| format!("{file}: {field} {text:?}")));
        seen.insert(sijill_ledger_core::codec::kind_of(&event.event));
    }
    assert!(gaps.is_empty(), "not told: {gaps:#?}");
    assert_eq!(seen, KINDS.iter().copied().collect());
}

#[test]
fn what_is_told_is_found_and_nothing_else() {
    let mut log = Log::default();
    for (_, event) in golden() {
        log.push(event.stream.as_str(), noon(date("2026-01-01")), event.event);
    }
    let mut view = Audit::default();
    log.events.iter().for_each(|event| view.apply(event));
    let mut names = BTreeSet::new();
    for event in &log.events {
        for mention in mentions::all(event) {
            names.insert((mention.name.kind, mention.name.to_string()));
        }
    }
    assert!(names.len() > 40, "{names:?}");
    for (kind, name) in names {
        let entity = Entity::new(kind, &name).unwrap();
        for part in Part::ALL {
            let slow: Vec<u64> = log
                .events
                .iter()
                .filter(|event| view.parts_of(event, &entity.name()).contains(&part))
                .map(|event| event.index)
                .collect();
            assert_eq!(view.history(&entity, &[part]), slow, "{kind:?} {name}");
            assert_eq!(view.count(&entity, part), slow.len() as u64);
        }
    }
    let unknown = Entity::new(EntityKind::Item, "NOWHERE").unwrap();
    assert!(view.history(&unknown, &Part::ALL).is_empty());
}

/// Order 1 is between the ministry and acme, order 2 between the ministry and delta; the transfer goes from STORE to CLINIC,
/// and WARD, where something of it turns up, is a party from then on.
#[test]
fn what_happens_between_two_is_in_the_history_of_both() {
    let invoice = || number("I-1");
    let money = Money::new(5.into(), Currency::new("EGP").unwrap()).unwrap();
    let day = date("2026-01-01");
    let key = StockKey {
        item: item("PEN"),
        batch: None,
        programme: None,
    };
    let one = || Quantity::from(1);
    let none = Quantity::ZERO;
    let line = || [("PEN", "STORE", one(), None)];
    let pens = || [("PEN", one())];
    let came = |to, revision| {
        let key = key.clone();
        Event::from(land((to, revision), "STORE", day, key, [one(), none, none]))
    };
    let story: Vec<(&str, Event)> = vec![
        ("order-1", place("acme", &line()).into()),
        ("order-2", place("delta", &line()).into()),
        (
            "order-1",
            order::Event::InvoiceRecorded(order::Invoice {
                number: invoice(),
                dated: day,
                attachment: None,
                lines: Vec::new(),
                total: money,
            })
            .into(),
        ),
        (
            "order-1",
            order::Event::MismatchFound(order::Mismatch {
                invoice: invoice(),
                differences: Vec::new(),
            })
            .into(),
        ),
        (
            "order-1",
            order::Event::PaymentMade(order::Payment {
                payment: number("P-1"),
                paid_on: day,
                amount: money,
                reference: number("B-1"),
            })
            .into(),
        ),
        ("order-2", close_order().into()),
        ("transfer-1", came("CLINIC", 0)),
        ("transfer-1", close_transfer(&[]).into()),
        ("transfer-1", came("WARD", 0)),
        ("transfer-1", close_transfer(&[]).into()),
        ("requisition-1", ask("CLINIC", "STORE", &pens()).into()),
        ("requisition-1", reject().into()),
        ("requisition-2", ask("WARD", "STORE", &pens()).into()),
    ];
    let mut log = Log::default();
    for (stream, event) in story {
        log.push(stream, noon(day), event);
    }
    let mut view = Audit::default();
    log.events.iter().for_each(|event| view.apply(event));
    let history = |kind, id| {
        let entity = Entity::new(kind, id).unwrap();
        let found = view.history(&entity, &[Part::Named]);
        for event in &log.events {
            let concerned = view.parts_of(event, &entity.name()).contains(&Part::Named);
            assert_eq!(concerned, found.contains(&event.index), "{id}: {event:?}");
        }
        found
    };
    let organization = EntityKind::Organization;
    assert_eq!(history(organization, "acme"), [0, 2, 3, 4]);
    assert_eq!(history(organization, "delta"), [1, 5]);
    assert_eq!(history(organization, "ministry"), [0, 1, 2, 3, 4, 5]);
    let facility = EntityKind::Facility;
    assert_eq!(history(facility, "CLINIC"), [6, 7, 8, 9, 10, 11]);
    assert_eq!(history(facility, "WARD"), [8, 9, 12]);
    assert_eq!(history(facility, "STORE"), [0, 1, 6, 7, 8, 9, 10, 11, 12]);
}

/// The texts of an event that must name something, each with its field.
fn walk(kind: &str, field: &str, value: &Value, texts: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) if names(kind, field) && !CASES.contains(&text.as_str()) => {
            texts.push((field.to_owned(), text.clone()));
        }
        Value::Array(values) => values
            .iter()
            .for_each(|value| walk(kind, field, value, texts)),
        Value::Object(fields) => {
            for (name, value) in fields {
                // Names are text for people, and parameters of a ruleset are numbers.
                if name != "names" && name != "rules" {
                    walk(kind, name, value, texts);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn names(kind: &str, field: &str) -> bool {
    if DATES_IN.contains(&(kind, field)) {
        return false;
    }
    NAMES_IN.contains(&(kind, field)) || !NO_NAMES.contains(&field)
}

/// The kept events of every kind, as their streams would hold them.
fn golden() -> Vec<(String, Recorded)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../ledger-core/tests/golden/kind");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == "hex"))
        .collect();
    paths.sort();
    let mut log = Log::default();
    let mut files = Vec::new();
    for path in paths {
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        let Some(kind) = text.lines().find_map(|line| line.strip_prefix("kind ")) else {
            continue; // metadata
        };
        let data = text.lines().find_map(|line| line.strip_prefix("data "));
        let parts: Vec<_> = text
            .lines()
            .filter(|line| line.starts_with("part "))
            .collect();
        let views: Vec<_> = parts.iter().map(|line| withheld(line)).collect();
        let event = decode(kind, &from_hex(data.unwrap()), &views).unwrap();
        log.push(&stream_of(&event), noon(date("2026-01-01")), event);
        files.push(file);
    }
    files.into_iter().zip(log.events).collect()
}

fn withheld(line: &str) -> sijill_ledger_core::codec::PartView<'static> {
    let class = line.split(' ').nth(1).unwrap().parse().unwrap();
    sijill_ledger_core::codec::PartView {
        class: sijill_ledger_core::store::PartClass::from_number(class).unwrap(),
        commitment: [0; 32],
        content: None,
    }
}

fn stream_of(event: &Event) -> String {
    let kind = match event {
        Event::Application(_) => "application",
        Event::Committee(_) => "committee",
        Event::Disclosure(_) => "disclosure",
        Event::Envelope(_) => "envelope",
        Event::Facility(_) => "facility",
        Event::Framework(_) => "framework",
        Event::Item(_) => "item",
        Event::Migration(_) => "migration",
        Event::Official(_) => "official",
        Event::Order(_) => "order",
        Event::Organization(_) => "organization",
        Event::Plan(_) => "plan",
        Event::Process(_) => "process",
        Event::Qualification(_) => "qualification",
        Event::Reaction(_) => "reaction",
        Event::Requisition(_) => "requisition",
        Event::Ruleset(_) => "ruleset",
        Event::Security(_) => "security",
        Event::Stock(_) => "stock",
        Event::Succession(_) => "succession",
        Event::Tender(_) => "tender",
        Event::Transfer(_) => "transfer",
    };
    format!("{kind}-S1")
}

fn from_hex(digits: &str) -> Vec<u8> {
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}
