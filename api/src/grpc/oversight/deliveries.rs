//! What suppliers delivered: `ListDeliveries` and `SummarizeDeliveries`.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_projections::Views;
use sijill_projections::distribution::Page;
use sijill_projections::distribution::deliveries::{
    DeliveryFilter, DeliveryGroup, DeliveryRow, DeliverySummary,
};
use sijill_schemas::types::v1::Decimal;
use tonic::Status;

use super::registry::Names;
use super::{filter, pb};
use crate::grpc::question::list::{Question, Rows, list};
use crate::grpc::question::listing::Made;
use crate::grpc::question::page::{Key, Orders};
use crate::grpc::status;

impl Question for pb::ListDeliveriesRequest {
    type Asked = DeliveryFilter;
    type List = Made<pb::DeliveryRow>;
    type Answer = pb::ListDeliveriesResponse;

    const ORDERS: Orders<fn(&pb::DeliveryRow) -> Key> = &[
        ("order", |row| Key::text(&row.order)),
        ("supplier", |row| Key::text(&row.supplier)),
        ("facility", |row| Key::text(&row.facility)),
        ("item", |row| Key::text(&row.item)),
        ("delivered_on", |row| Key::Day(row.delivered_on)),
        ("due", |row| row.due.map_or(Key::Absent, Key::Day)),
        ("late_days", |row| {
            row.late_days.map_or(Key::Absent, Key::Day)
        }),
        ("quantity", |row| Key::decimal(row.quantity.as_ref())),
    ];

    list!(ListDeliveriesResponse);

    fn read(&self) -> Result<DeliveryFilter, Status> {
        filter::deliveries(self.filter.as_ref())
    }

    fn rows(
        asked: &DeliveryFilter,
        views: &Views,
        at: EffectiveAt,
    ) -> Result<Rows<Made<pb::DeliveryRow>>, EncodeError> {
        let answer = views.distribution.deliveries(at, asked, Page::ALL);
        let names = Names::of(views);
        let rows = answer.value.rows.iter().map(|row| written(row, &names));
        Rows::of(&answer, rows)
    }
}

impl Question for pb::SummarizeDeliveriesRequest {
    type Asked = (DeliveryFilter, Option<DeliveryGroup>);
    type List = Made<pb::DeliverySummaryRow>;
    type Answer = pb::SummarizeDeliveriesResponse;

    const ORDERS: Orders<fn(&pb::DeliverySummaryRow) -> Key> = &[
        ("key", |row| Key::text(&row.key)),
        ("deliveries", |row| count(row, |of| of.deliveries)),
        ("on_time", |row| count(row, |of| of.on_time)),
        ("late", |row| count(row, |of| of.late)),
        ("on_time_rate", |row| {
            quotient(row, |of| of.on_time_rate.as_ref())
        }),
        ("late_days_median", |row| {
            quotient(row, |of| of.late_days_median.as_ref())
        }),
        ("line_fill", |row| quotient(row, |of| of.line_fill.as_ref())),
        ("otif", |row| quotient(row, |of| of.otif.as_ref())),
    ];

    list!(SummarizeDeliveriesResponse);

    fn read(&self) -> Result<Self::Asked, Status> {
        Ok((
            filter::deliveries(self.filter.as_ref())?,
            group(self.group)?,
        ))
    }

    fn rows(
        (filter, group): &Self::Asked,
        views: &Views,
        at: EffectiveAt,
    ) -> Result<Rows<Made<pb::DeliverySummaryRow>>, EncodeError> {
        let view = &views.distribution;
        let Some(group) = group else {
            let answer = view.delivery_summary(at, filter);
            return Rows::of(&answer, [summed(String::new(), &answer.value)].into_iter());
        };
        let answer = view.delivery_summaries(at, filter, *group, Page::ALL);
        let rows = answer.value.rows.iter();
        let rows = rows.map(|row| summed(row.key.clone(), &row.summary));
        Rows::of(&answer, rows)
    }
}

fn group(wire: i32) -> Result<Option<DeliveryGroup>, Status> {
    match pb::DeliveryGroup::try_from(wire) {
        Ok(pb::DeliveryGroup::Unspecified) => Ok(None),
        Ok(pb::DeliveryGroup::Supplier) => Ok(Some(DeliveryGroup::Supplier)),
        Ok(pb::DeliveryGroup::Item) => Ok(Some(DeliveryGroup::Item)),
        Ok(pb::DeliveryGroup::Facility) => Ok(Some(DeliveryGroup::Facility)),
        Ok(pb::DeliveryGroup::Month) => Ok(Some(DeliveryGroup::Month)),
        Err(_) => Err(status::invalid_field(
            "group",
            format!("لا تُجمع التوريدات حسب {wire}"),
            &format!("{wire} is no group"),
        )),
    }
}

fn written(row: &DeliveryRow, names: &Names<'_>) -> Result<pb::DeliveryRow, EncodeError> {
    Ok(pb::DeliveryRow {
        order: write(&row.order)?,
        line: row.line.map(u32::from),
        supplier: write(&row.supplier)?,
        facility: write(&row.facility)?,
        facility_names: names.of_facility(&row.facility)?,
        receipt: row.receipt,
        item: write(&row.item)?,
        item_names: names.of_item(&row.item)?,
        quantity: Some(write(&row.quantity)?),
        accepted: Some(write(&row.accepted)?),
        rejected: Some(write(&row.rejected)?),
        delivered_on: write(&row.delivered_on)?,
        due: row.due.as_ref().map(write).transpose()?,
        on_time: row.on_time,
        late_days: row.late_days,
    })
}

fn summed(key: String, of: &DeliverySummary) -> Result<pb::DeliverySummaryRow, EncodeError> {
    let summary = pb::DeliverySummary {
        deliveries: of.deliveries,
        on_time: of.on_time,
        late: of.late,
        on_time_rate: of.on_time_rate.as_ref().map(write).transpose()?,
        late_days_median: of.late_days_median.as_ref().map(write).transpose()?,
        without_due: of.without_due,
        not_ordered: of.not_ordered,
        lines_ordered: of.lines_ordered,
        lines_filled: of.lines_filled,
        line_fill: of.line_fill.as_ref().map(write).transpose()?,
        lines_due: of.lines_due,
        in_full: of.in_full,
        on_time_in_full: of.on_time_in_full,
        otif: of.otif.as_ref().map(write).transpose()?,
        lines_cancelled: of.lines_cancelled,
    };
    Ok(pb::DeliverySummaryRow {
        key,
        summary: Some(summary),
    })
}

fn count(row: &pb::DeliverySummaryRow, which: fn(&pb::DeliverySummary) -> u64) -> Key {
    row.summary
        .as_ref()
        .map_or(Key::Absent, |of| Key::Count(which(of)))
}

fn quotient(
    row: &pb::DeliverySummaryRow,
    which: fn(&pb::DeliverySummary) -> Option<&Decimal>,
) -> Key {
    Key::decimal(row.summary.as_ref().and_then(which))
}
