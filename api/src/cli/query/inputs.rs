//! What the figures of a shortage row rest on, for programs.

use serde_json::{Value, json};
use sijill_ledger_core::domain::values::Month;
use sijill_schemas::oversight::v1 as pb;

use super::cells::{self, day, text};
use crate::cli::errors::Failure;

/// The inputs of a row.
pub fn of(row: &pb::ShortageRow) -> Result<Value, Failure> {
    let inputs = row.inputs.clone().unwrap_or_default();
    let months: Vec<Value> = inputs.months.iter().map(month).collect::<Result<_, _>>()?;
    let episodes: Vec<Value> = inputs
        .episodes
        .iter()
        .map(episode)
        .collect::<Result<_, _>>()?;
    let cards: Vec<Value> = inputs.cards.iter().map(card).collect::<Result<_, _>>()?;
    Ok(json!({
        "quantities": quantities(row.quantities.as_ref())?,
        "amc": {
            "value": text(row.amc.as_ref())?,
            "months_used": row.amc_months_used,
            "months_looked_back": row.amc_months_looked_back,
            "quality": quality(row.amc_quality()),
            "months": months,
        },
        "episodes": episodes,
        "cards": cards,
        "complete": row.complete,
        "supply": supply(row, &inputs)?,
        "outlook": outlook(row, &inputs)?,
    }))
}

/// What is on its way.
fn supply(row: &pb::ShortageRow, inputs: &pb::ShortageInputs) -> Result<Value, Failure> {
    let transfer = |transfer: &pb::ExpectedTransfer| {
        Ok(json!({
            "transfer": transfer.transfer,
            "from": transfer.from,
            "quantity": text(transfer.quantity.as_ref())?,
            "due": day(Some(transfer.due))?.map(|day| day.to_string()),
            "overdue": transfer.overdue,
        }))
    };
    let order = |order: &pb::ExpectedOrder| {
        Ok(json!({
            "order": order.order,
            "line": order.line,
            "supplier": order.supplier,
            "quantity": text(order.quantity.as_ref())?,
            "due": day(order.due)?.map(|day| day.to_string()),
            "late": order.late,
        }))
    };
    let transfers: Vec<Value> = inputs
        .transfers
        .iter()
        .map(transfer)
        .collect::<Result<_, Failure>>()?;
    let orders: Vec<Value> = inputs
        .orders
        .iter()
        .map(order)
        .collect::<Result<_, Failure>>()?;
    Ok(json!({
        "in_transit": text(row.in_transit.as_ref())?,
        "in_transit_overdue": text(row.in_transit_overdue.as_ref())?,
        "transfers": transfers,
        "on_order": text(row.on_order.as_ref())?,
        "on_order_late": text(row.on_order_late.as_ref())?,
        "next_due": day(row.next_due)?.map(|day| day.to_string()),
        "orders": orders,
        "requested": text(row.requested.as_ref())?,
        "unmet": text(row.unmet.as_ref())?,
    }))
}

/// What lies ahead.
fn outlook(row: &pb::ShortageRow, inputs: &pb::ShortageInputs) -> Result<Value, Failure> {
    let batch = |batch: &pb::BatchAtRisk| {
        Ok(json!({
            "batch": batch.batch,
            "programme": batch.programme,
            "expiry": day(Some(batch.expiry))?.map(|day| day.to_string()),
            "usable": text(batch.usable.as_ref())?,
            "at_risk": text(batch.at_risk.as_ref())?,
        }))
    };
    let batches: Vec<Value> = inputs
        .batches_at_risk
        .iter()
        .map(batch)
        .collect::<Result<_, Failure>>()?;
    let basis = match inputs.target_basis() {
        pb::TargetBasis::Unspecified => None,
        pb::TargetBasis::Consumption => Some("Consumption"),
        pb::TargetBasis::Assortment => Some("Assortment"),
    };
    let reorder = inputs.reorder.unwrap_or_default();
    Ok(json!({
        "suggested_order": text(row.suggested_order.as_ref())?,
        "target": text(inputs.target.as_ref())?,
        "target_basis": basis,
        "projected_stockout": day(row.projected_stockout)?.map(|day| day.to_string()),
        "expiry_risk": text(row.expiry_risk.as_ref())?,
        "batches_at_risk": batches,
        "reorder_point": text(row.reorder_point.as_ref())?,
        "lead_times": reorder.lead_times,
        "lead_time_days": text(reorder.lead_time_days.as_ref())?,
        "lead_time_deviation": text(reorder.lead_time_deviation.as_ref())?,
        "consumption_deviation": text(reorder.consumption_deviation.as_ref())?,
    }))
}

fn month(month: &pb::AmcMonth) -> Result<Value, Failure> {
    let name: Month = cells::read(|payload| payload.take(month.month, "month"))?;
    Ok(json!({
        "month": name.to_string(),
        "consumed": text(month.consumed.as_ref())?,
        "days": month.days,
        "days_without_stock": month.days_without_stock,
        "adjusted": text(month.adjusted.as_ref())?,
        "excluded": exclusion(month.excluded()),
    }))
}

fn episode(episode: &pb::StockoutEpisode) -> Result<Value, Failure> {
    let shown = |days| Ok(day(days)?.map(|day| day.to_string()));
    Ok(json!({
        "start": shown(Some(episode.start))?,
        "end": shown(episode.end)?,
        "days": episode.days,
    }))
}

fn card(card: &pb::Card) -> Result<Value, Failure> {
    Ok(json!({
        "batch": card.batch,
        "programme": card.programme,
        "expiry": day(card.expiry)?.map(|day| day.to_string()),
        "quantities": quantities(card.quantities.as_ref())?,
    }))
}

fn quantities(wire: Option<&pb::Quantities>) -> Result<Value, Failure> {
    let quantities = wire.copied().unwrap_or_default();
    Ok(json!({
        "on_hand": text(quantities.on_hand.as_ref())?,
        "usable": text(quantities.usable.as_ref())?,
        "expired": text(quantities.expired.as_ref())?,
        "blocked": text(quantities.blocked.as_ref())?,
        "uninspected": text(quantities.uninspected.as_ref())?,
        "reserved": text(quantities.reserved.as_ref())?,
    }))
}

const fn quality(quality: pb::AmcQuality) -> Option<&'static str> {
    match quality {
        pb::AmcQuality::Unspecified => None,
        pb::AmcQuality::Full => Some("Full"),
        pb::AmcQuality::Partial => Some("Partial"),
        pb::AmcQuality::None => Some("None"),
    }
}

const fn exclusion(excluded: pb::AmcExclusion) -> Option<&'static str> {
    match excluded {
        pb::AmcExclusion::Unspecified => None,
        pb::AmcExclusion::BeforeFirstMovement => Some("BeforeFirstMovement"),
        pb::AmcExclusion::NotReported => Some("NotReported"),
        pb::AmcExclusion::TooFewStockedDays => Some("TooFewStockedDays"),
        pb::AmcExclusion::NotKept => Some("NotKept"),
    }
}
