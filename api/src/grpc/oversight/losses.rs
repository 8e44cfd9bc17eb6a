//! What was lost, and why: `ListLosses`.

use rust_decimal::Decimal;
use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::stock::LossReason;
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_projections::Views;
use sijill_projections::distribution::losses::{LossRow, losses};
use sijill_projections::distribution::{Page, Period};
use sijill_projections::shortage::query::Filter;
use tonic::Status;

use super::registry::Names;
use super::{filter, pb};
use crate::grpc::question::list::{Question, Rows, list};
use crate::grpc::question::listing::Made;
use crate::grpc::question::page::{Key, Orders};

impl Question for pb::ListLossesRequest {
    type Asked = (Filter, Period);
    type List = Made<pb::LossRow>;
    type Answer = pb::ListLossesResponse;

    const ORDERS: Orders<fn(&pb::LossRow) -> Key> = &[
        ("facility", |row| Key::text(&row.facility)),
        ("item", |row| Key::text(&row.item)),
        ("month", |row| Key::Count(row.month.into())),
        ("lost_in_transit", |row| {
            Key::decimal(row.lost_in_transit.as_ref())
        }),
        ("rejected_in_transit", |row| {
            Key::decimal(row.rejected_in_transit.as_ref())
        }),
        ("counted_less", |row| {
            Key::decimal(row.counted_less.as_ref())
        }),
        ("counted_more", |row| {
            Key::decimal(row.counted_more.as_ref())
        }),
    ];

    list!(ListLossesResponse);

    fn read(&self) -> Result<Self::Asked, Status> {
        let filter = filter::read(self.filter.as_ref())?;
        Ok((filter, filter::period(self.period.as_ref(), "period")?))
    }

    fn rows(
        (filter, period): &Self::Asked,
        views: &Views,
        at: EffectiveAt,
    ) -> Result<Rows<Made<pb::LossRow>>, EncodeError> {
        let answer = losses(views, at, filter, *period, Page::ALL);
        let names = Names::of(views);
        let rows = answer.value.rows.iter().map(|row| written(row, &names));
        Rows::of(&answer, rows)
    }
}

fn written(row: &LossRow, names: &Names<'_>) -> Result<pb::LossRow, EncodeError> {
    let item = names.item(&row.item);
    Ok(pb::LossRow {
        facility: write(&row.facility)?,
        facility_names: names.of_facility(&row.facility)?,
        item: write(&row.item)?,
        item_names: names.of_item(&row.item)?,
        base_unit: item.map(|profile| write(&profile.base_unit)).transpose()?,
        month: write(&row.month)?,
        written_off: reasoned(&row.written_off)?,
        out_of_custody: reasoned(&row.out_of_custody)?,
        lost_in_transit: Some(write(&row.lost_in_transit)?),
        rejected_in_transit: Some(write(&row.rejected_in_transit)?),
        counted_less: Some(write(&row.counted_less)?),
        counted_more: Some(write(&row.counted_more)?),
    })
}

fn reasoned(losses: &[(LossReason, Decimal)]) -> Result<Vec<pb::ReasonedLoss>, EncodeError> {
    let written = losses.iter().map(|(reason, quantity)| {
        Ok(pb::ReasonedLoss {
            reason: write(reason)?,
            quantity: Some(write(quantity)?),
        })
    });
    written.collect()
}
