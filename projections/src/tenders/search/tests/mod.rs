//! Worked examples of what is found, in which order, and of what is told.

mod random;
mod sized;
mod town;

use std::collections::BTreeMap;

use sijill_ledger_core::domain::item::Category;
use sijill_ledger_core::domain::values::{Currency, EffectiveAt, Money, TenderId};
use sijill_ledger_core::time::Timestamp;

use super::alerts::{AlertKind, Interest};
use super::entry::Phase;
use super::query::{Filter, Order, Query};
use super::{Search, Wanted};
use crate::tenders::stage::Stage;
use town::{Act, Town, day};

fn query(text: &str, filter: &Filter) -> Query {
    Query {
        words: Wanted::new(text),
        filter: filter.clone(),
    }
}

fn found(search: &Search, query: &Query, at: Timestamp) -> Vec<(u16, TenderId)> {
    let mut hits = search.find(query, at);
    hits.sort(Order::Relevance);
    hits.iter()
        .map(|hit| (hit.points, hit.entry.id.clone()))
        .collect()
}

fn published(title: &[usize], days: u8) -> Act {
    Act::Publish {
        title: title.to_vec(),
        buyer: 0,
        lots: vec![(4, 0, 0)],
        days,
    }
}

#[test]
fn a_word_in_the_title_comes_before_one_in_an_item_before_one_in_the_buyer() {
    let mut town = Town::default();
    town.play(&[
        Act::NameItem {
            item: 0,
            words: vec![5],
            category: Category::Medicine,
        },
        Act::Publish {
            title: vec![5],
            buyer: 1,
            lots: vec![(4, 1, 0)],
            days: 9,
        },
        published(&[4], 9),
        Act::NameBuyer {
            buyer: 2,
            words: vec![5],
        },
        Act::Publish {
            title: vec![8],
            buyer: 2,
            lots: vec![(4, 1, 0)],
            days: 9,
        },
        Act::Publish {
            title: vec![6],
            buyer: 1,
            lots: vec![(4, 1, 0)],
            days: 9,
        },
    ]);
    let ask = |text: &str| -> Vec<(u16, String)> {
        let found = found(&town.search, &query(text, &Filter::default()), day(0));
        found
            .into_iter()
            .map(|(points, id)| (points, id.to_string()))
            .collect()
    };
    let row = |points, id: &str| (points, id.to_owned());
    assert_eq!(
        ask("medicines"),
        [row(8, "T-0"), row(4, "T-1"), row(2, "T-2")]
    );
    // A beginning has half the points; as many: the latest first.
    assert_eq!(
        ask("MEDIC"),
        [row(4, "T-3"), row(4, "T-0"), row(2, "T-1"), row(1, "T-2")]
    );
    // The number comes first, whatever else has a 2: T-1 asks for amox-250.
    assert_eq!(ask("T-2"), [row(16, "T-2"), row(10, "T-1")]);
}

#[test]
fn orders_and_phases_follow_the_instant() {
    let mut town = Town::default();
    town.play(&[
        published(&[0], 3),
        published(&[0], 9),
        published(&[0], 5),
        published(&[0], 1),
    ]);
    let all = query("", &Filter::default());
    let order = |order, now| -> Vec<String> {
        let mut hits = town.search.find(&all, day(now));
        hits.sort(order);
        hits.iter().map(|hit| hit.entry.id.to_string()).collect()
    };
    assert_eq!(order(Order::Newest, 0), ["T-3", "T-2", "T-1", "T-0"]);
    assert_eq!(order(Order::Oldest, 0), ["T-0", "T-1", "T-2", "T-3"]);
    assert_eq!(
        order(Order::ClosingSoonest, 4),
        ["T-2", "T-1", "T-0", "T-3"]
    );
    // At its instant the deadline has passed.
    let phases = town.search.find(&all, day(3)).facets.phases;
    let phases: BTreeMap<Phase, u32> = phases.into_iter().collect();
    assert_eq!(
        phases,
        BTreeMap::from([(Phase::Open, 2), (Phase::Evaluation, 2)])
    );
}

#[test]
fn alerts_tell_what_happened_and_to_whom_it_matters() {
    let mut town = Town::default();
    town.play(&[
        published(&[0], 9),
        published(&[7], 9),
        Act::Move {
            tender: 0,
            days: 20,
        },
        Act::Amend {
            tender: 1,
            item: 1,
            facility: 1,
        },
        Act::Go {
            tender: 0,
            stage: Stage::Listing,
        },
        Act::Go {
            tender: 0,
            stage: Stage::Standstill,
        },
        Act::Go {
            tender: 0,
            stage: Stage::Completed,
        },
        Act::Go {
            tender: 1,
            stage: Stage::Cancelled,
        },
    ]);
    let at = EffectiveAt::new(day(90), 0).unwrap();
    let told = |from, interest: &Interest| -> Vec<(AlertKind, String)> {
        let told = town.search.alerts_from(from, interest, at);
        told.map(|(alert, entry)| (alert.kind, entry.id.to_string()))
            .collect()
    };
    let row = |kind, id: &str| (kind, id.to_owned());
    let all = [
        row(AlertKind::Published, "T-0"),
        row(AlertKind::Published, "T-1"),
        row(AlertKind::DeadlineMoved, "T-0"),
        row(AlertKind::Amended, "T-1"),
        row(AlertKind::Awarded, "T-0"),
        row(AlertKind::Completed, "T-0"),
        row(AlertKind::Cancelled, "T-1"),
    ];
    assert_eq!(told(0, &Interest::everything()), all);
    assert_eq!(told(3, &Interest::everything()), all[2..]);
    let chairs = Interest {
        tenders: query("chairs", &Filter::default()),
        kinds: vec![AlertKind::Published, AlertKind::Cancelled],
    };
    assert_eq!(told(0, &chairs), [all[1].clone(), all[6].clone()]);
    let everything = Interest::everything();
    let moved = town
        .search
        .alerts_from(3, &everything, at)
        .next()
        .unwrap()
        .0
        .deadline
        .unwrap();
    assert_eq!((moved.before, moved.after), (day(9), day(20)));
}

#[test]
fn values_compare_in_their_own_currency_alone() {
    let mut town = Town::default();
    town.play(&[published(&[0], 9)]);
    let money =
        |amount: i64, code| Money::new(amount.into(), Currency::new(code).unwrap()).unwrap();
    let mark = town.mark();
    town.records[0].end = Some(crate::tenders::record::End::Completed(Some(money(
        500, "EGP",
    ))));
    town.search.put(&town.records[0], mark);
    let count = |from, to| {
        let filter = Filter {
            value_from: from,
            value_to: to,
            ..Filter::default()
        };
        town.search.find(&query("", &filter), day(0)).len()
    };
    assert_eq!(count(Some(money(500, "EGP")), Some(money(500, "EGP"))), 1);
    assert_eq!(count(Some(money(501, "EGP")), None), 0);
    assert_eq!(count(None, Some(money(499, "EGP"))), 0);
    assert_eq!(count(Some(money(1, "JOD")), None), 0);
}
