//! What is on its way: `ListTransfers`.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::{Payload, write};
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_projections::Views;
use sijill_projections::distribution::Page;
use sijill_projections::distribution::transit::{
    TransferFilter, TransferLine, TransferRow, TransferStage,
};
use sijill_projections::shortage::query::Filter;
use tonic::Status;

use super::registry::Names;
use super::{filter, pb};
use crate::grpc::question::list::{Question, Rows, list};
use crate::grpc::question::listing::Made;
use crate::grpc::question::page::{Key, Orders};
use crate::grpc::status;

/// What `ListTransfers` asks.
pub struct Asked {
    transfers: TransferFilter,
    places: Filter,
    stages: Vec<pb::TransferStage>,
}

impl Question for pb::ListTransfersRequest {
    type Asked = Asked;
    type List = Made<pb::TransferRow>;
    type Answer = pb::ListTransfersResponse;

    const ORDERS: Orders<fn(&pb::TransferRow) -> Key> = &[
        ("transfer", |row| Key::text(&row.transfer)),
        ("from", |row| Key::text(&row.from)),
        ("to", |row| Key::text(&row.to)),
        ("stage", |row| Key::case(row.stage)),
        ("dispatched_on", |row| Key::Day(row.dispatched_on)),
        ("due", |row| Key::Day(row.due)),
        ("overdue_days", |row| Key::Count(row.overdue_days.into())),
        ("lead_time_days", |row| {
            row.lead_time_days.map_or(Key::Absent, Key::Day)
        }),
    ];

    list!(ListTransfersResponse);

    fn read(&self) -> Result<Asked, Status> {
        let places = filter::read(self.filter.as_ref())?;
        let ends = || {
            let mut payload = Payload::new("transfers", &[]);
            Ok(TransferFilter {
                facility: places.facility.clone(),
                from: payload.optional(self.from.clone(), "from")?,
                to: payload.optional(self.to.clone(), "to")?,
                item: places.item.clone(),
                stage: None,
            })
        };
        Ok(Asked {
            transfers: ends().map_err(|error| status::invalid(&error))?,
            stages: filter::stages(&self.stages)?,
            places,
        })
    }

    fn rows(
        asked: &Asked,
        views: &Views,
        at: EffectiveAt,
    ) -> Result<Rows<Made<pb::TransferRow>>, EncodeError> {
        let mut transfers = asked.transfers.clone();
        if let [one] = asked.stages.as_slice() {
            transfers.stage = domain(*one);
        }
        let answer = views.distribution.transfers(at, &transfers, Page::ALL);
        let names = Names::of(views);
        let rows = answer.value.rows.iter().filter(|row| {
            let staged = asked.stages.is_empty() || asked.stages.contains(&staged(row.stage));
            staged && is_about(row, &asked.places, &names)
        });
        Rows::of(&answer, rows.map(|row| written(row, &names)))
    }
}

/// Whether either end lies in the governorate, is the owner's, and a line is of the category that was asked for.
fn is_about(row: &TransferRow, places: &Filter, names: &Names<'_>) -> bool {
    let wanted = Filter {
        facility: None,
        item: None,
        ..places.clone()
    };
    [&row.from, &row.to].into_iter().any(|end| {
        let mut lines = row.lines.iter();
        lines.any(|line| names.lets_through(&wanted, end, &line.key.item))
    })
}

const fn staged(stage: TransferStage) -> pb::TransferStage {
    match stage {
        TransferStage::Overdue => pb::TransferStage::Overdue,
        TransferStage::InTransit => pb::TransferStage::InTransit,
        TransferStage::Oversettled => pb::TransferStage::Oversettled,
        TransferStage::Settled => pb::TransferStage::Settled,
    }
}

const fn domain(stage: pb::TransferStage) -> Option<TransferStage> {
    match stage {
        pb::TransferStage::Unspecified => None,
        pb::TransferStage::Overdue => Some(TransferStage::Overdue),
        pb::TransferStage::InTransit => Some(TransferStage::InTransit),
        pb::TransferStage::Oversettled => Some(TransferStage::Oversettled),
        pb::TransferStage::Settled => Some(TransferStage::Settled),
    }
}

fn written(row: &TransferRow, names: &Names<'_>) -> Result<pb::TransferRow, EncodeError> {
    Ok(pb::TransferRow {
        transfer: write(&row.transfer)?,
        from: write(&row.from)?,
        from_names: names.of_facility(&row.from)?,
        to: write(&row.to)?,
        to_names: names.of_facility(&row.to)?,
        stage: staged(row.stage).into(),
        dispatched_on: write(&row.dispatched_on)?,
        due: write(&row.due)?,
        due_stated: row.due_stated,
        overdue_days: row.overdue_days,
        arrived_on: row.arrived_on.as_ref().map(write).transpose()?,
        lead_time_days: row.lead_time_days,
        closed_on: row.closed_on.as_ref().map(write).transpose()?,
        requisition: row.requisition.as_ref().map(write).transpose()?,
        lines: row
            .lines
            .iter()
            .map(|line| written_line(line, names))
            .collect::<Result<_, _>>()?,
    })
}

fn written_line(
    line: &TransferLine,
    names: &Names<'_>,
) -> Result<pb::TransferLineRow, EncodeError> {
    Ok(pb::TransferLineRow {
        item: write(&line.key.item)?,
        item_names: names.of_item(&line.key.item)?,
        batch: line.key.batch.as_ref().map(write).transpose()?,
        programme: line.key.programme.as_ref().map(write).transpose()?,
        dispatched: Some(write(&line.sums.dispatched)?),
        accepted: Some(write(&line.sums.accepted)?),
        rejected: Some(write(&line.sums.rejected)?),
        lost: Some(write(&line.sums.lost)?),
        in_transit: Some(write(&line.in_transit)?),
    })
}
