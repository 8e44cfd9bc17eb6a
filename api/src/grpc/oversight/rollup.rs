//! How many facilities have how much: `RollUpShortages`.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_projections::Views;
use sijill_projections::distribution::Page;
use sijill_projections::shortage::query::Filter;
use sijill_projections::shortage::rollup::{Dimension, RollUp, Sums};
use tonic::Status;

use super::registry::Names;
use super::shortage_row::{quantities, stocked};
use super::{filter, pb};
use crate::grpc::question::list::{Question, Rows, list};
use crate::grpc::question::listing::Made;
use crate::grpc::question::page::{Key, Orders};
use crate::grpc::status;

/// What `RollUpShortages` asks.
pub struct Asked {
    filter: Filter,
    by: Dimension,
    each_item: bool,
}

impl Question for pb::RollUpShortagesRequest {
    type Asked = Asked;
    type List = Made<pb::RollUpRow>;
    type Answer = pb::RollUpShortagesResponse;

    const ORDERS: Orders<fn(&pb::RollUpRow) -> Key> = &[
        ("governorate", |row| Key::maybe(row.governorate.as_ref())),
        ("owner", |row| Key::maybe(row.owner.as_ref())),
        ("category", |row| Key::case(row.category)),
        ("item", |row| Key::maybe(row.item.as_ref())),
        ("handling", |row| Key::Count(row.handling.into())),
        ("reporting", |row| Key::Count(row.reporting.into())),
        ("not_reporting", |row| Key::Count(row.not_reporting.into())),
        ("stockout_rate", |row| {
            Key::decimal(row.stockout_rate.as_ref())
        }),
    ];

    list!(RollUpShortagesResponse);

    fn read(&self) -> Result<Asked, Status> {
        Ok(Asked {
            filter: filter::read(self.filter.as_ref())?,
            by: dimension(self.by)?,
            each_item: self.each_item,
        })
    }

    fn rows(
        asked: &Asked,
        views: &Views,
        at: EffectiveAt,
    ) -> Result<Rows<Made<pb::RollUpRow>>, EncodeError> {
        let Asked {
            filter,
            by,
            each_item,
        } = asked;
        let view = &views.shortage;
        let answer = view.roll_up(at, filter, *by, *each_item, Page::ALL);
        let names = Names::of(views);
        let rows = answer.value.rows.iter().map(|row| written(row, &names));
        Rows::of(&answer, rows)
    }
}

fn dimension(wire: i32) -> Result<Dimension, Status> {
    match pb::RollUpDimension::try_from(wire) {
        Ok(pb::RollUpDimension::Unspecified) => Ok(Dimension::Nation),
        Ok(pb::RollUpDimension::Governorate) => Ok(Dimension::Governorate),
        Ok(pb::RollUpDimension::Owner) => Ok(Dimension::Owner),
        Ok(pb::RollUpDimension::Category) => Ok(Dimension::Category),
        Err(_) => Err(status::invalid_field(
            "by",
            format!("لا يُجمَّع النقص حسب {wire}"),
            &format!("{wire} is no dimension"),
        )),
    }
}

fn written(row: &RollUp, names: &Names<'_>) -> Result<pb::RollUpRow, EncodeError> {
    let group = &row.group;
    let item = group.item.as_ref();
    let statuses = row.statuses.iter();
    Ok(pb::RollUpRow {
        governorate: group.governorate.as_ref().map(write).transpose()?,
        owner: group.owner.as_ref().map(write).transpose()?,
        category: group.category.map_or(Ok(0), |category| write(&category))?,
        item: item.map(write).transpose()?,
        item_names: item.map_or(Ok(None), |item| names.of_item(item))?,
        handling: row.handling,
        reporting: row.reporting,
        not_reporting: row.not_reporting,
        statuses: statuses
            .map(|(status, count)| pb::StatusCount {
                status: stocked(*status).into(),
                count: *count,
            })
            .collect(),
        stockout_rate: row.stockout_rate.as_ref().map(write).transpose()?,
        sums: row.sums.as_ref().map(summed).transpose()?,
    })
}

fn summed(sums: &Sums) -> Result<pb::RollUpSums, EncodeError> {
    Ok(pb::RollUpSums {
        quantities: Some(quantities(&sums.quantities)?),
        in_transit: Some(write(&sums.in_transit)?),
        in_transit_overdue: Some(write(&sums.in_transit_overdue)?),
        on_order: Some(write(&sums.on_order)?),
        requested: Some(write(&sums.requested)?),
        unmet: Some(write(&sums.unmet)?),
        amc: Some(write(&sums.amc)?),
        suggested_order: Some(write(&sums.suggested_order)?),
        expiry_risk: Some(write(&sums.expiry_risk)?),
    })
}
