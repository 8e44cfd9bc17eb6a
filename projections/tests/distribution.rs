//! `tests/fixtures/distribution/*.txt`: events in, expected figures out, computed by hand; the computation stands in the file.
//! The events: `common/script.rs`. The expectations:
//!
//! ```text
//! = DATE transfer ID figure=value …
//! = DATE transit ITEM …                        the account of goods in transit
//! = DATE leads …                               lead times
//! = DATE deliveries [supplier|item|facility|month KEY] [in FROM..TO] …
//! = DATE line ORDER NUMBER …                   an order line
//! = DATE flows FACILITY ITEM FROM..TO …        the equation of a period
//! = DATE losses FACILITY ITEM MONTH …
//! = DATE wastage FACILITY|*|*GOVERNORATE ITEM FROM..TO …
//! = DATE equity ITEM FROM..TO …
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    clippy::cast_possible_truncation,
    reason = "a test may fall"
)]

mod common;

use common::script::{Figures, facility_id, period, plain, run_all, shown};
use common::{date, noon};
use rust_decimal::Decimal;
use sijill_ledger_core::domain::values::{Date, EffectiveAt, ItemCode, OrderId, Place, TransferId};
use sijill_projections::Views;
use sijill_projections::distribution::deliveries::{
    DeliveryFilter, DeliveryGroup, DeliverySummary, OrderLineRow,
};
use sijill_projections::distribution::equity::equity;
use sijill_projections::distribution::losses::{LossRow, WastageGroup, losses, wastage};
use sijill_projections::distribution::transit::{TransferFilter, TransferRow};
use sijill_projections::distribution::{Page, Period, balance};
use sijill_projections::shortage::query::Filter;

#[test]
fn every_fixture_gives_its_figures() {
    run_all("distribution", 8, figures);
}

fn figures(views: &Views, words: &[&str]) -> Figures {
    let (at, rest) = (noon(date(words[0])), &words[1..]);
    let view = &views.distribution;
    match rest {
        ["transfer", id] => {
            let row = view
                .transfer(at, &TransferId::new(id).unwrap())
                .value
                .unwrap();
            Box::new(move |name| transfer_figure(&row, name))
        }
        ["transit", item] => account(views, item),
        ["leads"] => {
            let leads = view.lead_times(at, &TransferFilter::default()).value;
            Box::new(move |name| match name {
                "settled" => leads.settled.to_string(),
                "median" => shown(leads.median_days),
                "longest" => leads.longest_days.unwrap().to_string(),
                "in_transit" => leads.in_transit.to_string(),
                "overdue" => leads.overdue.to_string(),
                other => panic!("{other:?} is no figure of lead times"),
            })
        }
        ["deliveries", rest @ ..] => deliveries(views, at, rest),
        ["line", order, number] => {
            let filter = DeliveryFilter {
                order: Some(OrderId::new(order).unwrap()),
                ..DeliveryFilter::default()
            };
            let rows = view.order_lines(at, &filter, Page::ALL).value.rows;
            let number: u16 = number.parse().unwrap();
            let row = rows.into_iter().find(|row| row.line == number).unwrap();
            Box::new(move |name| line_figure(&row, name))
        }
        ["flows", facility, item, months] => flows(views, at, [facility, item, months]),
        ["losses", facility, item, month] => lost(views, at, [facility, item, month]),
        ["wastage", facility, item, months] => wasted(views, at, [facility, item, months]),
        ["equity", item, months] => {
            let (item, filter) = (ItemCode::new(item).unwrap(), Filter::default());
            let found = equity(views, at, &item, &filter, period(months)).value;
            Box::new(move |name| match name {
                "issues" => shown(found.issues),
                "months_of_stock" => shown(found.months_of_stock),
                "population" => plain(found.population),
                "issued" => plain(found.issued),
                "facilities" => found.facilities.len().to_string(),
                "not_reporting" => found.not_reporting.to_string(),
                "without_population" => found.without_population.to_string(),
                other => panic!("{other:?} is no figure of equity"),
            })
        }
        other => panic!("{other:?} names no row"),
    }
}

fn dated(day: Option<Date>) -> String {
    day.map_or("none".to_owned(), |day| day.to_string())
}

fn transfer_figure(row: &TransferRow, name: &str) -> String {
    let sum = |of: fn(&sijill_projections::distribution::transit::TransferLine) -> Decimal| {
        plain(row.lines.iter().map(of).sum())
    };
    match name {
        "stage" => format!("{:?}", row.stage),
        "due" => row.due.to_string(),
        "due_stated" => row.due_stated.to_string(),
        "overdue_days" => row.overdue_days.to_string(),
        "lead_time" => row
            .lead_time_days
            .map_or("none".to_owned(), |days| days.to_string()),
        "closed_on" => dated(row.closed_on),
        "dispatched" => sum(|line| line.sums.dispatched),
        "accepted" => sum(|line| line.sums.accepted),
        "rejected" => sum(|line| line.sums.rejected),
        "lost" => sum(|line| line.sums.lost),
        "in_transit" => sum(|line| line.in_transit),
        other => panic!("{other:?} is no figure of a transfer"),
    }
}

fn account(views: &Views, item: &str) -> Figures {
    let accounts = balance::transit(views).into_iter();
    let row = accounts
        .into_iter()
        .find(|row| row.item.as_str() == item)
        .unwrap();
    Box::new(move |name| match name {
        "out" => plain(row.transfers_out),
        "in" => plain(row.transfers_in),
        "lost" => plain(row.transfers.lost),
        "rejected" => plain(row.transfers.rejected),
        "in_transit" => plain(row.in_transit),
        "without_out" => plain(row.without_transfer.out),
        "not_recorded_out" => plain(row.not_recorded.out),
        "not_recorded_in" => plain(row.not_recorded.into),
        "unaccounted" => plain(row.unaccounted),
        other => panic!("{other:?} is no figure of the account"),
    })
}

fn deliveries(views: &Views, at: EffectiveAt, words: &[&str]) -> Figures {
    let mut filter = DeliveryFilter::default();
    if let [.., "in", months] = words {
        filter.period = period(months);
    }
    let view = &views.distribution;
    let summary = match words {
        [by, key, ..] if *by != "in" => {
            let by = match *by {
                "supplier" => DeliveryGroup::Supplier,
                "item" => DeliveryGroup::Item,
                "facility" => DeliveryGroup::Facility,
                "month" => DeliveryGroup::Month,
                other => panic!("{other:?} is no group"),
            };
            let groups = view
                .delivery_summaries(at, &filter, by, Page::ALL)
                .value
                .rows;
            let found = groups.into_iter().find(|group| group.key == *key);
            found.unwrap().summary
        }
        _ => view.delivery_summary(at, &filter).value,
    };
    Box::new(move |name| summary_figure(&summary, name))
}

fn summary_figure(summary: &DeliverySummary, name: &str) -> String {
    match name {
        "deliveries" => summary.deliveries.to_string(),
        "on_time" => summary.on_time.to_string(),
        "late" => summary.late.to_string(),
        "on_time_rate" => shown(summary.on_time_rate),
        "late_days" => shown(summary.late_days_median),
        "without_due" => summary.without_due.to_string(),
        "not_ordered" => summary.not_ordered.to_string(),
        "ordered" => summary.lines_ordered.to_string(),
        "filled" => summary.lines_filled.to_string(),
        "fill" => shown(summary.line_fill),
        "due" => summary.lines_due.to_string(),
        "in_full" => summary.in_full.to_string(),
        "otif_lines" => summary.on_time_in_full.to_string(),
        "otif" => shown(summary.otif),
        "cancelled" => summary.lines_cancelled.to_string(),
        other => panic!("{other:?} is no figure of deliveries"),
    }
}

fn line_figure(row: &OrderLineRow, name: &str) -> String {
    match name {
        "stage" => format!("{:?}", row.stage),
        "ordered" => plain(row.ordered),
        "delivered" => plain(row.delivered),
        "accepted" => plain(row.accepted),
        "rejected" => plain(row.rejected),
        "outstanding" => plain(row.outstanding),
        "first" => dated(row.first_delivered_on),
        "last" => dated(row.last_delivered_on),
        "in_full" => row.in_full.to_string(),
        "otif" => row
            .on_time_in_full
            .map_or("none".to_owned(), |it| it.to_string()),
        other => panic!("{other:?} is no figure of an order line"),
    }
}

/// `*` for all facilities, `*EG-C` for those of a governorate.
fn filter(facility: &str, item: &str) -> Filter {
    let place = facility.strip_prefix('*');
    Filter {
        facility: place.is_none().then(|| facility_id(facility)),
        governorate: place
            .filter(|place| !place.is_empty())
            .map(|place| Place::new(place).unwrap()),
        item: Some(ItemCode::new(item).unwrap()),
        ..Filter::default()
    }
}

fn flows(views: &Views, at: EffectiveAt, [facility, item, months]: [&str; 3]) -> Figures {
    let found = balance::of_period(
        views,
        at,
        &filter(facility, item),
        period(months),
        Page::ALL,
    );
    let row = found.value.rows.into_iter().next().unwrap();
    Box::new(move |name| {
        let equation = &row.equation;
        match name {
            "opening" => plain(equation.opening),
            "received" => plain(equation.received),
            "transfers_in" => plain(equation.transfers_in),
            "issued" => plain(equation.issued),
            "transfers_out" => plain(equation.transfers_out),
            "losses" => plain(equation.losses),
            "unaccounted" => plain(equation.unaccounted),
            "on_hand" => plain(equation.on_hand),
            "difference" => plain(equation.difference()),
            "complete" => row.complete.to_string(),
            other => panic!("{other:?} is no term"),
        }
    })
}

fn lost(views: &Views, at: EffectiveAt, [facility, item, month]: [&str; 3]) -> Figures {
    let months = period(&format!("{month}..{month}"));
    let rows = losses(views, at, &filter(facility, item), months, Page::ALL)
        .value
        .rows;
    let row: Option<LossRow> = rows.into_iter().next();
    Box::new(move |name| {
        let Some(row) = &row else {
            return "none".to_owned();
        };
        let (kind, reason) = name.split_once('.').unwrap_or((name, ""));
        let of = |losses: &[(sijill_ledger_core::domain::stock::LossReason, Decimal)]| {
            let found = losses
                .iter()
                .find(|(other, _)| format!("{other:?}") == reason);
            shown(found.map(|(_, amount)| *amount))
        };
        match kind {
            "written_off" => of(&row.written_off),
            "held" => of(&row.out_of_custody),
            "lost_in_transit" => plain(row.lost_in_transit),
            "rejected_in_transit" => plain(row.rejected_in_transit),
            "counted_less" => plain(row.counted_less),
            "counted_more" => plain(row.counted_more),
            other => panic!("{other:?} is no loss"),
        }
    })
}

fn wasted(views: &Views, at: EffectiveAt, [facility, item, months]: [&str; 3]) -> Figures {
    let by = if facility.starts_with('*') {
        WastageGroup::Item
    } else {
        WastageGroup::Facility
    };
    let months: Period = period(months);
    let rows = wastage(views, at, &filter(facility, item), months, by, Page::ALL)
        .value
        .rows;
    let row = rows.into_iter().next().unwrap();
    Box::new(move |name| match name {
        "expired" => plain(row.expired),
        "damaged" => plain(row.damaged),
        "lost" => plain(row.lost),
        "lost_in_transit" => plain(row.lost_in_transit),
        "opening" => shown(row.opening),
        "received" => plain(row.received),
        "transfers_in" => plain(row.transfers_in),
        "wastage" => shown(row.wastage),
        other => panic!("{other:?} is no figure of wastage"),
    })
}
