//! The audit view: random histories against slow references, the register against the shortage view's cards, and
//! discrepancies by hand.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    clippy::cast_possible_truncation,
    reason = "a test may fall"
)]

mod common;

use std::collections::BTreeSet;

use common::random::{FACILITIES, history, steps};
use common::{Log, adjust, count, date, issue, key, noon, quantity, receive, reverse, text};
use proptest::prelude::*;
use rust_decimal::Decimal;
use sijill_ledger_core::domain::stock::{self, BrokenRule, StockKey};
use sijill_ledger_core::domain::values::*;
use sijill_ledger_core::domain::{facility, item, order, transfer};
use sijill_ledger_core::event::Recorded;
use sijill_projections::View as _;
use sijill_projections::audit::discrepancies::{self, Rule, counts};
use sijill_projections::audit::entity::{Entity, Part};
use sijill_projections::audit::register::{Filter, Line, Register};
use sijill_projections::audit::{Audit, mentions};
use sijill_projections::shortage::Shortage;
use sijill_projections::shortage::query;

fn fed(events: &[Recorded]) -> Audit {
    let mut view = Audit::default();
    for event in events {
        view.apply(event);
    }
    view
}

fn lines(log: &Log, view: &Audit, filter: &Filter) -> Vec<Line> {
    let mut register = Register::new(filter.clone());
    for index in view.documents(filter).unwrap() {
        register.take(&log.events[index as usize]);
    }
    register.lines()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// At any size of the log, what is found is what a walk over the whole log finds.
    #[test]
    fn history_is_what_a_walk_over_the_log_finds(steps in steps(120), cut in 0_usize..120) {
        let (log, _) = history(&steps);
        let view = fed(&log.events);
        let size = cut.min(log.events.len()) as u64;
        let mut names = BTreeSet::new();
        for event in &log.events {
            for mention in mentions::all(event) {
                names.insert((mention.name.kind, mention.name.to_string()));
            }
        }
        for (kind, name) in names {
            let entity = Entity::new(kind, &name).unwrap();
            let slow = |size| -> Vec<u64> {
                let known = log.events.iter().filter(|event| event.index < size);
                let found = known.filter(|e| !view.parts_of(e, &entity.name()).is_empty());
                found.map(|event| event.index).collect()
            };
            let whole = view.history(&entity, &Part::ALL);
            prop_assert_eq!(&whole, &slow(u64::MAX));
            let known: Vec<u64> = whole.into_iter().filter(|index| *index < size).collect();
            prop_assert_eq!(known, slow(size));
        }
    }

    /// The last balance of every card is what the shortage view has on the shelf.
    #[test]
    fn balances_of_the_register_are_those_of_the_cards(steps in steps(160)) {
        let (log, last) = history(&steps);
        let view = fed(&log.events);
        let mut shortage = Shortage::default();
        log.events.iter().for_each(|event| shortage.apply(event));
        for facility in FACILITIES {
            let facility = FacilityId::new(facility).unwrap();
            let stores = query::Filter { facility: Some(facility.clone()), ..query::Filter::default() };
            let answer = shortage.stock(noon(last.plus_days(200)), &stores);
            for row in &answer.value {
                let filter = Filter {
                    facility: Some(facility.clone()),
                    item: Some(row.item.clone()),
                    ..Filter::default()
                };
                let lines = lines(&log, &view, &filter);
                for card in &row.cards {
                    let key = StockKey {
                        item: row.item.clone(),
                        batch: card.batch.clone(),
                        programme: card.programme.clone(),
                    };
                    let newest = lines.iter().rev().find(|line| line.key == key);
                    let balance = newest.map_or(Decimal::ZERO, |line| line.balance);
                    prop_assert_eq!(balance, card.quantities.on_hand.normalize(), "{} {}", facility, key);
                }
                // Changes add up to balances, whatever was reversed or stated.
                let sum: Decimal = lines.iter().map(|line| line.change).sum();
                prop_assert_eq!(sum.normalize(), row.quantities.on_hand.normalize());
            }
        }
    }
}

/// The worked example of the register, a reversal, and a filter by days.
#[test]
fn a_register_by_hand() {
    let on = |day| noon(date(day));
    let mut log = Log::default();
    let card = || key("AMOX/B1");
    log.stock(
        "C",
        on("2026-03-01"),
        receive(card(), quantity(100), None, false),
    );
    log.stock(
        "C",
        on("2026-03-05"),
        count(card(), quantity(85), on("2026-03-05")),
    );
    log.stock("C", on("2026-03-03"), issue(card(), quantity(10), None));
    let wrong = log.stock("C", on("2026-03-06"), issue(card(), quantity(7), None));
    log.stock("C", on("2026-03-06"), reverse(wrong, vec![card()]));
    log.stock("C", on("2026-03-07"), adjust(card(), 2.into()));
    // Another store and another item.
    log.stock(
        "D",
        on("2026-03-01"),
        receive(card(), quantity(1), None, false),
    );
    log.stock(
        "C",
        on("2026-03-01"),
        receive(key("ORS"), quantity(3), None, false),
    );
    let view = fed(&log.events);

    let filter = Filter {
        facility: Some(FacilityId::new("C").unwrap()),
        item: Some(ItemCode::new("AMOX").unwrap()),
        batch: Some(Batch::new("B1").unwrap()),
        ..Filter::default()
    };
    let shown = |filter: &Filter| -> Vec<(u64, i64, i64, Option<u64>)> {
        lines(&log, &view, filter)
            .iter()
            .map(|line| {
                let whole = |number: Decimal| i64::try_from(number).unwrap();
                (
                    line.index,
                    whole(line.change),
                    whole(line.balance),
                    line.reversed_by,
                )
            })
            .collect()
    };
    let all = [
        (0, 100, 100, None),
        (2, -10, 90, None),
        (1, -5, 85, None),
        (3, 0, 85, Some(4)),
        (5, 2, 87, None),
    ];
    assert_eq!(shown(&filter), all);
    let days = Filter {
        from: Some(date("2026-03-03")),
        until: Some(date("2026-03-05")),
        ..filter.clone()
    };
    assert_eq!(shown(&days), all[1..3]);
    let everywhere = Filter {
        facility: None,
        ..filter
    };
    assert_eq!(lines(&log, &view, &everywhere).len(), 6);
    assert_eq!(view.documents(&Filter::default()), None);
}

#[test]
fn discrepancies_are_open_until_they_are_answered() {
    let at = noon(date("2026-03-01"));
    let id = |id: &str| DiscrepancyId::new(id).unwrap();
    let mut log = Log::default();
    let handed = |to: &str| {
        facility::Event::CustodyHandedOver(facility::Handover {
            from: None,
            to: OfficialId::new(to).unwrap(),
        })
    };
    log.push("facility-C", at, handed("mona"));
    let opened = |rule, item: &str| {
        stock::Event::DiscrepancyOpened(stock::Discrepancy {
            id: id("D0"),
            rule,
            document: 0,
            key: key(item),
            expected: 5.into(),
            found: 9.into(),
        })
    };
    log.stock("C", at, opened(BrokenRule::AboveUsable, "AMOX"));
    log.stock("D", at, opened(BrokenRule::CountDiffers, "ORS"));
    let answer = stock::DiscrepancyAnswer {
        id: id("D0"),
        answer: text("found behind the shelf"),
    };
    log.stock("C", at, stock::Event::DiscrepancyAnswered(answer));
    log.push("facility-C", at, handed("sami"));
    log.push("transfer-T1", at, arrived());
    let above = transfer::Event::DiscrepancyOpened(transfer::Discrepancy {
        id: id("D1"),
        rule: transfer::BrokenRule::AboveInTransit,
        key: key("AMOX"),
        expected: 0.into(),
        found: 4.into(),
    });
    log.push("transfer-T1", at, above);
    let unpaid = order::Event::DiscrepancyOpened(order::Discrepancy {
        id: id("D3"),
        rule: order::BrokenRule::AboveApproved,
        line: None,
        expected: 0.into(),
        found: 900.into(),
    });
    log.push("order-O1", at, unpaid);
    // Events of other commands do not lend their store to it.
    log.events.last_mut().unwrap().metadata.command_id = uuid::Uuid::from_u128(7);
    let view = fed(&log.events);

    let list = |filter: &discrepancies::Filter, size| -> Vec<(u64, Option<u64>, String)> {
        view.discrepancies(filter, size)
            .iter()
            .map(|one| {
                let facility = one.facility.as_ref().map(ToString::to_string);
                let answered = one.answered.map(|at| at.index);
                (one.opened.index, answered, facility.unwrap_or_default())
            })
            .collect()
    };
    let any = discrepancies::Filter::default();
    let row = |index, answered, facility: &str| (index, answered, facility.to_owned());
    assert_eq!(
        list(&any, 99),
        [
            row(2, None, "D"),
            row(6, None, "E"),
            row(7, None, ""),
            row(1, Some(3), "C")
        ]
    );
    assert_eq!(list(&any, 3), [row(1, None, "C"), row(2, None, "D")]);
    let of_item = discrepancies::Filter {
        item: Some(ItemCode::new("AMOX").unwrap()),
        answered: Some(false),
        ..any.clone()
    };
    assert_eq!(list(&of_item, 99), [row(6, None, "E")]);
    let rule = Rule::Stock(BrokenRule::AboveUsable);
    let of_rule = discrepancies::Filter {
        rule: Some(rule),
        ..any.clone()
    };
    assert_eq!(list(&of_rule, 99), [row(1, Some(3), "C")]);
    let counted = counts(&view.discrepancies(&any, 99));
    assert_eq!(counted.len(), 4);
    assert_eq!(
        (counted[0].rule, counted[0].open, counted[0].answered),
        (rule, 0, 1)
    );

    let clinic = FacilityId::new("C").unwrap();
    let keeper = |size| view.keeper(&clinic, size).map(OfficialId::as_str);
    assert_eq!(
        (keeper(0), keeper(1), keeper(9)),
        (None, Some("mona"), Some("sami"))
    );
}

fn arrived() -> transfer::Event {
    transfer::Event::TransferArrived(transfer::Receipt {
        arrival: transfer::DocumentRef {
            facility: FacilityId::new("E").unwrap(),
            revision: 0,
        },
        number: DocumentNumber::new("A-1").unwrap(),
        from: FacilityId::new("C").unwrap(),
        arrived_on: date("2026-03-01"),
        lines: Vec::new(),
    })
}

#[test]
fn what_was_stated_before_an_amendment_is_found() {
    let at = noon(date("2026-03-01"));
    let mut log = Log::default();
    let price = |amount: i64| {
        item::Event::ReferencePriceSet(item::ReferencePrice {
            price: UnitPrice::new(amount.into(), Currency::new("JOD").unwrap()).unwrap(),
            source: text("tender of the year"),
        })
    };
    log.push("item-AMOX", at, price(1));
    log.push("item-ORS", at, price(2));
    log.push("item-AMOX", at, price(3));
    let set = |item: &str, max| {
        facility::Event::AssortmentSet(facility::Assortment {
            item: ItemCode::new(item).unwrap(),
            min: quantity(1),
            max: quantity(max),
        })
    };
    log.push("facility-C", at, set("AMOX", 5));
    log.push("facility-C", at, set("ORS", 5));
    log.push("facility-C", at, set("AMOX", 9));
    let view = fed(&log.events);
    let before = |index: usize| view.stated_before(&log.events[index]);
    assert_eq!(
        [0, 1, 2, 3, 4, 5].map(before),
        [None, None, Some(0), None, None, Some(3)]
    );
}
