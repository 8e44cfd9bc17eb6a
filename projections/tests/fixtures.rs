//! `tests/fixtures/shortage/*.txt`: events in, expected figures out, computed by hand; the computation stands in the file.
//! The events: `common/script.rs`. The expectations:
//!
//! ```text
//! = DATE FACILITY ITEM figure=value …          one row
//! = DATE * ITEM …                              the item's stock-out rate
//! = DATE rollup DIMENSION KEY|- ITEM|- …       a row of a roll-up; each item has rows of its own where one is named
//! = DATE move FROM TO ITEM …                   what one facility could send to another
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    clippy::cast_possible_truncation,
    reason = "a test may fall"
)]

mod common;

use common::script::{Figures, facility_id, plain, run_all, shown};
use common::{date, noon};
use sijill_ledger_core::domain::values::{EffectiveAt, ItemCode};
use sijill_projections::Views;
use sijill_projections::page::Page;
use sijill_projections::shortage::query::{Filter, Row};
use sijill_projections::shortage::rates::StockoutRate;
use sijill_projections::shortage::rollup::{Dimension, RollUp};

#[test]
fn every_fixture_gives_its_figures() {
    run_all("shortage", 12, figures);
}

fn figures(views: &Views, words: &[&str]) -> Figures {
    match words {
        [day, "rollup", by, key, item] => rollup(views, noon(date(day)), by, key, item),
        [day, "move", from, to, item] => moved(views, noon(date(day)), [from, to, item]),
        [day, "*", item] => {
            let (at, item) = (noon(date(day)), ItemCode::new(item).unwrap());
            let rates = views.shortage.stockout_rates(at, &Filter::default()).value;
            let rate = rates.into_iter().find(|rate| rate.item == item).unwrap();
            Box::new(move |name| rate_figure(&rate, name))
        }
        [day, facility, item] => {
            let (at, item) = (noon(date(day)), ItemCode::new(item).unwrap());
            let facility = facility_id(facility);
            let row = views.shortage.stock_of(at, &facility, &item).value.unwrap();
            Box::new(move |name| row_figure(&row, name))
        }
        other => panic!("{other:?} names no row"),
    }
}

fn rollup(views: &Views, at: EffectiveAt, by: &str, key: &str, item: &str) -> Figures {
    let dimension = match by {
        "nation" => Dimension::Nation,
        "governorate" => Dimension::Governorate,
        "owner" => Dimension::Owner,
        "category" => Dimension::Category,
        other => panic!("{other:?} is no dimension"),
    };
    let each = item != "-";
    let rows = views
        .shortage
        .roll_up(at, &Filter::default(), dimension, each, Page::ALL);
    let named = |row: &RollUp| {
        let group = &row.group;
        let keys = [
            group.governorate.as_ref().map(ToString::to_string),
            group.owner.as_ref().map(ToString::to_string),
            group.category.map(|category| format!("{category:?}")),
        ];
        let found = keys.into_iter().flatten().next().unwrap_or("-".to_owned());
        let code = group.item.as_ref().map_or("-", |code| code.as_str());
        found == key && code == item
    };
    let row = rows.value.rows.into_iter().find(named).unwrap();
    Box::new(move |name| rollup_figure(&row, name))
}

fn rollup_figure(row: &RollUp, name: &str) -> String {
    let sums = || row.sums.unwrap();
    match name {
        "handling" => row.handling.to_string(),
        "reporting" => row.reporting.to_string(),
        "not_reporting" => row.not_reporting.to_string(),
        "rate" => shown(row.stockout_rate),
        "sums" => row.sums.map_or("none", |_| "some").to_owned(),
        "on_hand" => plain(sums().quantities.on_hand),
        "in_transit" => plain(sums().in_transit),
        "on_order" => plain(sums().on_order),
        "requested" => plain(sums().requested),
        "unmet" => plain(sums().unmet),
        "amc" => plain(sums().amc),
        "suggested" => plain(sums().suggested_order),
        "expiry_risk" => plain(sums().expiry_risk),
        status => {
            let mut statuses = row.statuses.iter();
            let found = statuses.find(|(other, _)| format!("{other:?}") == status);
            found.map_or(0, |(_, count)| *count).to_string()
        }
    }
}

fn moved(views: &Views, at: EffectiveAt, [from, to, item]: [&str; 3]) -> Figures {
    let all = views
        .shortage
        .redistributions(at, &Filter::default(), Page::ALL);
    let found = all.value.rows.into_iter().find(|row| {
        row.from.as_str() == from && row.to.as_str() == to && row.item.as_str() == item
    });
    Box::new(move |name| match (name, &found) {
        ("quantity", None) => "none".to_owned(),
        ("quantity", Some(row)) => plain(row.quantity),
        ("surplus", Some(row)) => plain(row.surplus),
        ("lacks", Some(row)) => plain(row.lacks),
        (other, _) => panic!("{other:?} is no figure of a redistribution"),
    })
}

fn rate_figure(rate: &StockoutRate, name: &str) -> String {
    match name {
        "handling" => rate.handling.to_string(),
        "reporting" => rate.reporting.to_string(),
        "not_reporting" => rate.not_reporting.to_string(),
        "at_zero" => rate.at_zero.to_string(),
        "rate" => shown(rate.rate),
        other => panic!("{other:?} is no figure of a rate"),
    }
}

fn row_figure(row: &Row, name: &str) -> String {
    let amounts = &row.quantities;
    match name {
        "on_hand" => amounts.on_hand.to_string(),
        "usable" => amounts.usable.to_string(),
        "expired" => amounts.expired.to_string(),
        "blocked" => amounts.blocked.to_string(),
        "uninspected" => amounts.uninspected.to_string(),
        "reserved" => amounts.reserved.to_string(),
        "amc" => shown(row.amc.value),
        "quality" => format!("{:?}", row.amc.quality),
        "months_used" => row.amc.months_used.to_string(),
        "months_of_stock" => shown(row.months_of_stock),
        "status" => format!("{:?}", row.status),
        "stockout_days" => row.stockout_days.to_string(),
        "handled" => row.handled.to_string(),
        "reporting" => row.reporting.to_string(),
        "complete" => row.complete.to_string(),
        "cards" => row.cards.len().to_string(),
        "in_transit" => plain(row.supply.in_transit),
        "overdue" => plain(row.supply.in_transit_overdue),
        "on_order" => plain(row.supply.on_order),
        "late" => plain(row.supply.on_order_late),
        "next_due" => row
            .supply
            .next_due
            .map_or("none".to_owned(), |due| due.to_string()),
        "requested" => plain(row.supply.requested),
        "unmet" => plain(row.supply.unmet),
        "suggested" => shown(row.outlook.suggested_order.as_ref().map(|it| it.quantity)),
        "target" => shown(row.outlook.suggested_order.as_ref().map(|it| it.target)),
        "lasts_until" => {
            let day = row.outlook.projected_stockout;
            day.map_or("none".to_owned(), |day| day.to_string())
        }
        "expiry_risk" => shown(row.outlook.expiry_risk.as_ref().map(|risk| risk.quantity)),
        "reorder" => shown(row.outlook.reorder.as_ref().map(|it| it.quantity)),
        "lead_time" => shown(row.outlook.reorder.as_ref().map(|it| it.lead_time_days)),
        "episodes" => {
            let spans = row.episodes.iter().map(|episode| {
                let end = episode.end.map_or(String::new(), |end| end.to_string());
                format!("{}..{end}", episode.start)
            });
            spans.collect::<Vec<_>>().join(",")
        }
        month => {
            let found = row.amc.months.iter().find(|m| m.month.to_string() == month);
            let found = found.unwrap_or_else(|| panic!("{month:?} is no figure of a row"));
            let excluded = found.excluded.map(|reason| format!("{reason:?}"));
            excluded.unwrap_or_else(|| shown(found.adjusted))
        }
    }
}
