//! Which part of what there was, was wasted: `ListWastage`.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_projections::Views;
use sijill_projections::distribution::losses::{WastageGroup, WastageRow, wastage};
use sijill_projections::distribution::{Page, Period};
use sijill_projections::shortage::query::Filter;
use tonic::Status;

use super::registry::Names;
use super::{filter, pb};
use crate::grpc::question::list::{Question, Rows, list};
use crate::grpc::question::listing::Made;
use crate::grpc::question::page::{Key, Orders};

impl Question for pb::ListWastageRequest {
    type Asked = (Filter, Period, WastageGroup);
    type List = Made<pb::WastageRow>;
    type Answer = pb::ListWastageResponse;

    const ORDERS: Orders<fn(&pb::WastageRow) -> Key> = &[
        ("facility", |row| Key::maybe(row.facility.as_ref())),
        ("item", |row| Key::text(&row.item)),
        ("wastage", |row| Key::decimal(row.wastage.as_ref())),
        ("expired", |row| Key::decimal(row.expired.as_ref())),
        ("damaged", |row| Key::decimal(row.damaged.as_ref())),
        ("lost", |row| Key::decimal(row.lost.as_ref())),
        ("lost_in_transit", |row| {
            Key::decimal(row.lost_in_transit.as_ref())
        }),
    ];

    list!(ListWastageResponse);

    fn read(&self) -> Result<Self::Asked, Status> {
        let by = if self.each_facility {
            WastageGroup::Facility
        } else {
            WastageGroup::Item
        };
        let filter = filter::read(self.filter.as_ref())?;
        Ok((filter, filter::period(self.period.as_ref(), "period")?, by))
    }

    fn rows(
        (filter, period, by): &Self::Asked,
        views: &Views,
        at: EffectiveAt,
    ) -> Result<Rows<Made<pb::WastageRow>>, EncodeError> {
        let answer = wastage(views, at, filter, *period, *by, Page::ALL);
        let names = Names::of(views);
        let rows = answer.value.rows.iter().map(|row| written(row, &names));
        Rows::of(&answer, rows)
    }
}

fn written(row: &WastageRow, names: &Names<'_>) -> Result<pb::WastageRow, EncodeError> {
    let facility = row.facility.as_ref();
    let item = names.item(&row.item);
    Ok(pb::WastageRow {
        facility: facility.map(write).transpose()?,
        facility_names: match facility {
            Some(facility) => names.of_facility(facility)?,
            None => None,
        },
        item: write(&row.item)?,
        item_names: names.of_item(&row.item)?,
        base_unit: item.map(|profile| write(&profile.base_unit)).transpose()?,
        expired: Some(write(&row.expired)?),
        damaged: Some(write(&row.damaged)?),
        lost: Some(write(&row.lost)?),
        lost_in_transit: Some(write(&row.lost_in_transit)?),
        opening: row.opening.as_ref().map(write).transpose()?,
        received: Some(write(&row.received)?),
        transfers_in: Some(write(&row.transfers_in)?),
        wastage: row.wastage.as_ref().map(write).transpose()?,
    })
}
