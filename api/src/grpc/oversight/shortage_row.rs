//! A row of the view as a message, with what its figures rest on.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_projections::shortage::amc::{Exclusion, MonthFigures, Quality};
use sijill_projections::shortage::outlook::{BatchAtRisk, TargetBasis};
use sijill_projections::shortage::query::{CardRow, Quantities, Row};
use sijill_projections::shortage::reorder::{ReorderPoint, square_root};
use sijill_projections::shortage::status::Status as Stocked;
use sijill_projections::shortage::stockout::Episode;
use sijill_projections::shortage::supply::{ExpectedOrder, ExpectedTransfer};

use super::pb;

/// A row of the view as a message.
pub fn written(row: &Row, with_inputs: bool) -> Result<pb::ShortageRow, EncodeError> {
    let (facility, item) = (row.facility_profile.as_ref(), row.item_profile.as_ref());
    let inputs = with_inputs.then(|| inputs(row)).transpose()?;
    let (supply, outlook) = (&row.supply, &row.outlook);
    let order = outlook.suggested_order.as_ref();
    let risk = outlook.expiry_risk.as_ref();
    let reorder = outlook.reorder.as_ref();
    Ok(pb::ShortageRow {
        facility: write(&row.facility)?,
        facility_names: facility.map(|label| write(&label.names)).transpose()?,
        facility_kind: facility.map_or(Ok(0), |label| write(&label.kind))?,
        governorate: facility
            .and_then(|label| label.governorate.as_ref())
            .map(write)
            .transpose()?,
        owner: facility
            .and_then(|label| label.owner.as_ref())
            .map(write)
            .transpose()?,
        item: write(&row.item)?,
        item_names: item.map(|label| write(&label.names)).transpose()?,
        category: item.map_or(Ok(0), |label| write(&label.category))?,
        base_unit: item.map(|label| label.base_unit.clone()),
        handled: row.handled,
        reporting: row.reporting,
        min: row.min.as_ref().map(write).transpose()?,
        max: row.max.as_ref().map(write).transpose()?,
        quantities: Some(quantities(&row.quantities)?),
        amc: row.amc.value.as_ref().map(write).transpose()?,
        amc_quality: quality(row.amc.quality).into(),
        amc_months_used: row.amc.months_used,
        amc_months_looked_back: row.amc.months_looked_back,
        months_of_stock: row.months_of_stock.as_ref().map(write).transpose()?,
        status: stocked(row.status).into(),
        stockout_days: row.stockout_days,
        complete: row.complete,
        inputs,
        open: row.open,
        in_transit: Some(write(&supply.in_transit)?),
        in_transit_overdue: Some(write(&supply.in_transit_overdue)?),
        on_order: Some(write(&supply.on_order)?),
        on_order_late: Some(write(&supply.on_order_late)?),
        next_due: supply.next_due.as_ref().map(write).transpose()?,
        requested: Some(write(&supply.requested)?),
        unmet: Some(write(&supply.unmet)?),
        suggested_order: order.map(|order| write(&order.quantity)).transpose()?,
        projected_stockout: outlook.projected_stockout.as_ref().map(write).transpose()?,
        expiry_risk: risk.map(|risk| write(&risk.quantity)).transpose()?,
        reorder_point: reorder.map(|point| write(&point.quantity)).transpose()?,
    })
}

fn inputs(row: &Row) -> Result<pb::ShortageInputs, EncodeError> {
    let (supply, outlook) = (&row.supply, &row.outlook);
    let order = outlook.suggested_order.as_ref();
    let basis = order.map_or(pb::TargetBasis::Unspecified, |order| match order.basis {
        TargetBasis::Consumption => pb::TargetBasis::Consumption,
        TargetBasis::Assortment => pb::TargetBasis::Assortment,
    });
    let at_risk = outlook.expiry_risk.iter().flat_map(|risk| &risk.batches);
    Ok(pb::ShortageInputs {
        months: row.amc.months.iter().map(month).collect::<Result<_, _>>()?,
        episodes: row.episodes.iter().map(episode).collect::<Result<_, _>>()?,
        cards: row.cards.iter().map(card).collect::<Result<_, _>>()?,
        transfers: supply
            .transfers
            .iter()
            .map(transfer)
            .collect::<Result<_, _>>()?,
        orders: supply
            .orders
            .iter()
            .map(expected)
            .collect::<Result<_, _>>()?,
        target: order.map(|order| write(&order.target)).transpose()?,
        target_basis: basis.into(),
        batches_at_risk: at_risk.map(batch_at_risk).collect::<Result<_, _>>()?,
        reorder: outlook.reorder.as_ref().map(reorder_inputs).transpose()?,
    })
}

fn month(figures: &MonthFigures) -> Result<pb::AmcMonth, EncodeError> {
    let excluded = match figures.excluded {
        None => pb::AmcExclusion::Unspecified,
        Some(Exclusion::BeforeFirstMovement) => pb::AmcExclusion::BeforeFirstMovement,
        Some(Exclusion::NotReported) => pb::AmcExclusion::NotReported,
        Some(Exclusion::TooFewStockedDays) => pb::AmcExclusion::TooFewStockedDays,
        Some(Exclusion::NotKept) => pb::AmcExclusion::NotKept,
    };
    Ok(pb::AmcMonth {
        month: write(&figures.month)?,
        consumed: Some(write(&figures.consumed)?),
        days: figures.days,
        days_without_stock: figures.days_without_stock,
        adjusted: figures.adjusted.as_ref().map(write).transpose()?,
        excluded: excluded.into(),
    })
}

fn episode(episode: &Episode) -> Result<pb::StockoutEpisode, EncodeError> {
    Ok(pb::StockoutEpisode {
        start: write(&episode.start)?,
        end: episode.end.as_ref().map(write).transpose()?,
        days: episode.days,
    })
}

fn transfer(transfer: &ExpectedTransfer) -> Result<pb::ExpectedTransfer, EncodeError> {
    Ok(pb::ExpectedTransfer {
        transfer: write(&transfer.transfer)?,
        from: write(&transfer.from)?,
        quantity: Some(write(&transfer.quantity)?),
        due: write(&transfer.due)?,
        overdue: transfer.overdue,
    })
}

fn expected(order: &ExpectedOrder) -> Result<pb::ExpectedOrder, EncodeError> {
    Ok(pb::ExpectedOrder {
        order: write(&order.order)?,
        line: order.line.into(),
        supplier: write(&order.supplier)?,
        quantity: Some(write(&order.quantity)?),
        due: order.due.as_ref().map(write).transpose()?,
        late: order.late,
    })
}

fn batch_at_risk(batch: &BatchAtRisk) -> Result<pb::BatchAtRisk, EncodeError> {
    Ok(pb::BatchAtRisk {
        batch: batch.batch.as_ref().map(write).transpose()?,
        programme: batch.programme.as_ref().map(write).transpose()?,
        expiry: write(&batch.expiry)?,
        usable: Some(write(&batch.usable)?),
        at_risk: Some(write(&batch.at_risk)?),
    })
}

/// Deviations, not variances: the square of a large quantity fits no message.
fn reorder_inputs(point: &ReorderPoint) -> Result<pb::ReorderInputs, EncodeError> {
    let deviation = |variance| square_root(variance).as_ref().map(write).transpose();
    Ok(pb::ReorderInputs {
        lead_times: point.lead_times,
        lead_time_days: Some(write(&point.lead_time_days)?),
        lead_time_deviation: deviation(point.lead_time_variance)?,
        consumption_deviation: deviation(point.consumption_variance)?,
    })
}

/// A card as a message.
pub fn card(card: &CardRow) -> Result<pb::Card, EncodeError> {
    Ok(pb::Card {
        batch: card.batch.as_ref().map(write).transpose()?,
        programme: card.programme.as_ref().map(write).transpose()?,
        expiry: card.expiry.as_ref().map(write).transpose()?,
        quantities: Some(quantities(&card.quantities)?),
    })
}

/// Quantities as a message.
pub fn quantities(quantities: &Quantities) -> Result<pb::Quantities, EncodeError> {
    Ok(pb::Quantities {
        on_hand: Some(write(&quantities.on_hand)?),
        usable: Some(write(&quantities.usable)?),
        expired: Some(write(&quantities.expired)?),
        blocked: Some(write(&quantities.blocked)?),
        uninspected: Some(write(&quantities.uninspected)?),
        reserved: Some(write(&quantities.reserved)?),
    })
}

/// A status as it is served.
pub const fn stocked(status: Stocked) -> pb::ShortageStatus {
    match status {
        Stocked::StockedOut => pb::ShortageStatus::StockedOut,
        Stocked::Critical => pb::ShortageStatus::Critical,
        Stocked::Low => pb::ShortageStatus::Low,
        Stocked::Adequate => pb::ShortageStatus::Adequate,
        Stocked::Overstocked => pb::ShortageStatus::Overstocked,
        Stocked::NoConsumption => pb::ShortageStatus::NoConsumption,
        Stocked::Unknown => pb::ShortageStatus::Unknown,
    }
}

const fn quality(quality: Quality) -> pb::AmcQuality {
    match quality {
        Quality::Full => pb::AmcQuality::Full,
        Quality::Partial => pb::AmcQuality::Partial,
        Quality::None => pb::AmcQuality::None,
    }
}
