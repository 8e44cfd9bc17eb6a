//! What was ordered, and how far it has come: `ListOrderLines`.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_projections::Views;
use sijill_projections::distribution::Page;
use sijill_projections::distribution::deliveries::{DeliveryFilter, LineStage, OrderLineRow};
use tonic::Status;

use super::registry::Names;
use super::{filter, pb};
use crate::grpc::question::list::{Question, Rows, list};
use crate::grpc::question::listing::Made;
use crate::grpc::question::page::{Key, Orders};

impl Question for pb::ListOrderLinesRequest {
    type Asked = (DeliveryFilter, Vec<pb::OrderLineStage>);
    type List = Made<pb::OrderLineRow>;
    type Answer = pb::ListOrderLinesResponse;

    const ORDERS: Orders<fn(&pb::OrderLineRow) -> Key> = &[
        ("order", |row| Key::text(&row.order)),
        ("supplier", |row| Key::text(&row.supplier)),
        ("facility", |row| Key::text(&row.facility)),
        ("item", |row| Key::text(&row.item)),
        ("stage", |row| Key::case(row.stage)),
        ("placed_on", |row| Key::Day(row.placed_on)),
        ("due", |row| row.due.map_or(Key::Absent, Key::Day)),
        ("ordered", |row| Key::decimal(row.ordered.as_ref())),
        ("outstanding", |row| Key::decimal(row.outstanding.as_ref())),
    ];

    list!(ListOrderLinesResponse);

    fn read(&self) -> Result<Self::Asked, Status> {
        Ok((
            filter::deliveries(self.filter.as_ref())?,
            filter::stages(&self.stages)?,
        ))
    }

    fn rows(
        (filter, stages): &Self::Asked,
        views: &Views,
        at: EffectiveAt,
    ) -> Result<Rows<Made<pb::OrderLineRow>>, EncodeError> {
        let answer = views.distribution.order_lines(at, filter, Page::ALL);
        let names = Names::of(views);
        let wanted = |row: &&OrderLineRow| stages.is_empty() || stages.contains(&staged(row.stage));
        let rows = answer.value.rows.iter().filter(wanted);
        Rows::of(&answer, rows.map(|row| written(row, &names)))
    }
}

const fn staged(stage: LineStage) -> pb::OrderLineStage {
    match stage {
        LineStage::Late => pb::OrderLineStage::Late,
        LineStage::Open => pb::OrderLineStage::Open,
        LineStage::Filled => pb::OrderLineStage::Filled,
        LineStage::Short => pb::OrderLineStage::Short,
        LineStage::Cancelled => pb::OrderLineStage::Cancelled,
    }
}

fn written(row: &OrderLineRow, names: &Names<'_>) -> Result<pb::OrderLineRow, EncodeError> {
    let item = names.item(&row.item);
    Ok(pb::OrderLineRow {
        order: write(&row.order)?,
        line: row.line.into(),
        buyer: write(&row.buyer)?,
        supplier: write(&row.supplier)?,
        facility: write(&row.facility)?,
        facility_names: names.of_facility(&row.facility)?,
        item: write(&row.item)?,
        item_names: names.of_item(&row.item)?,
        base_unit: item.map(|profile| write(&profile.base_unit)).transpose()?,
        stage: staged(row.stage).into(),
        placed_on: write(&row.placed_on)?,
        due: row.due.as_ref().map(write).transpose()?,
        ordered: Some(write(&row.ordered)?),
        delivered: Some(write(&row.delivered)?),
        accepted: Some(write(&row.accepted)?),
        rejected: Some(write(&row.rejected)?),
        outstanding: Some(write(&row.outstanding)?),
        first_delivered_on: row.first_delivered_on.as_ref().map(write).transpose()?,
        last_delivered_on: row.last_delivered_on.as_ref().map(write).transpose()?,
        in_full: row.in_full,
        on_time_in_full: row.on_time_in_full,
    })
}
