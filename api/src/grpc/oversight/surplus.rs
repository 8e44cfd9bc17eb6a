//! Shortages that a surplus nearby could meet: `ListRedistributions`.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_projections::Views;
use sijill_projections::distribution::Page;
use sijill_projections::shortage::query::Filter;
use sijill_projections::shortage::surplus::Redistribution;
use tonic::Status;

use super::registry::Names;
use super::shortage_row::stocked;
use super::{filter, pb};
use crate::grpc::question::list::{Question, Rows, list};
use crate::grpc::question::listing::Made;
use crate::grpc::question::page::{Key, Orders};

impl Question for pb::ListRedistributionsRequest {
    type Asked = Filter;
    type List = Made<pb::RedistributionRow>;
    type Answer = pb::ListRedistributionsResponse;

    const ORDERS: Orders<fn(&pb::RedistributionRow) -> Key> = &[
        ("governorate", |row| Key::text(&row.governorate)),
        ("item", |row| Key::text(&row.item)),
        ("from", |row| Key::text(&row.from)),
        ("to", |row| Key::text(&row.to)),
        ("status", |row| Key::case(row.status)),
        ("surplus", |row| Key::decimal(row.surplus.as_ref())),
        ("lacks", |row| Key::decimal(row.lacks.as_ref())),
        ("quantity", |row| Key::decimal(row.quantity.as_ref())),
    ];

    list!(ListRedistributionsResponse);

    fn read(&self) -> Result<Filter, Status> {
        filter::read(self.filter.as_ref())
    }

    fn rows(
        asked: &Filter,
        views: &Views,
        at: EffectiveAt,
    ) -> Result<Rows<Made<pb::RedistributionRow>>, EncodeError> {
        let answer = views.shortage.redistributions(at, asked, Page::ALL);
        let names = Names::of(views);
        let rows = answer.value.rows.iter().map(|row| written(row, &names));
        Rows::of(&answer, rows)
    }
}

fn written(row: &Redistribution, names: &Names<'_>) -> Result<pb::RedistributionRow, EncodeError> {
    Ok(pb::RedistributionRow {
        governorate: write(&row.governorate)?,
        item: write(&row.item)?,
        item_names: names.of_item(&row.item)?,
        from: write(&row.from)?,
        from_names: names.of_facility(&row.from)?,
        surplus: Some(write(&row.surplus)?),
        to: write(&row.to)?,
        to_names: names.of_facility(&row.to)?,
        status: stocked(row.status).into(),
        lacks: Some(write(&row.lacks)?),
        quantity: Some(write(&row.quantity)?),
    })
}
