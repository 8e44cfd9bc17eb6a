//! Who won what from whom: `ListAwards`.

use std::collections::BTreeSet;

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::{Payload, write};
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_projections::Views;
use sijill_projections::tenders::World;
use sijill_projections::tenders::awards::{AwardFilter, AwardRow};
use sijill_schemas::types::v1 as types;
use tonic::Status;

use super::{pb, wire};
use crate::grpc::question::list::{Question, Rows, list};
use crate::grpc::question::listing::Made;
use crate::grpc::question::page::{Key, Orders};
use crate::grpc::status;

impl Question for pb::ListAwardsRequest {
    type Asked = AwardFilter;
    type List = Made<pb::AwardRow>;
    type Answer = pb::ListAwardsResponse;

    const ORDERS: Orders<fn(&pb::AwardRow) -> Key> = &[
        ("tender", |row| Key::text(&row.tender)),
        ("buyer", |row| Key::text(&row.buyer)),
        ("supplier", |row| Key::text(&row.supplier)),
        ("value", |row| amount(row.value.as_ref())),
        ("approved", |row| approved(row.approved.as_ref())),
        ("bidders", |row| Key::Count(row.bidders.into())),
    ];

    list!(ListAwardsResponse);

    fn read(&self) -> Result<AwardFilter, Status> {
        filter(self.filter.as_ref())
    }

    fn rows(
        asked: &AwardFilter,
        views: &Views,
        at: EffectiveAt,
    ) -> Result<Rows<Made<pb::AwardRow>>, EncodeError> {
        let answer = views.tenders.awards(at, asked);
        let world = views.tenders.world();
        let rows = answer.value.iter().map(|row| written(world, row));
        Rows::of(&answer, rows)
    }
}

/// Reads which awards to look at; nothing said does not restrict.
pub fn filter(wire: Option<&pb::AwardFilter>) -> Result<AwardFilter, Status> {
    let wire = wire.cloned().unwrap_or_default();
    // Unspecified is absent here, not a wrong category.
    let category = (wire.category != 0).then_some(wire.category);
    let fields = || {
        let mut payload = Payload::new("filter", &[]);
        Ok(AwardFilter {
            buyer: payload.optional(wire.buyer, "filter.buyer")?,
            supplier: payload.optional(wire.supplier, "filter.supplier")?,
            item: payload.optional(wire.item, "filter.item")?,
            category: payload.optional(category, "filter.category")?,
            from: payload.optional(wire.from_days, "filter.from_days")?,
            to: payload.optional(wire.to_days, "filter.to_days")?,
        })
    };
    let filter: AwardFilter = fields().map_err(|error| status::invalid(&error))?;
    match (filter.from, filter.to) {
        (Some(from), Some(to)) if to < from => Err(status::invalid_field(
            "filter.to_days",
            format!("{to} قبل {from}"),
            &format!("{to} is before {from}"),
        )),
        _ => Ok(filter),
    }
}

/// The amount of money, for sorting.
pub fn amount(money: Option<&types::Money>) -> Key {
    Key::decimal(money.and_then(|money| money.amount.as_ref()))
}

/// The place of an approval, for sorting.
pub fn approved(mark: Option<&pb::Mark>) -> Key {
    mark.map_or(Key::Absent, |mark| Key::Count(mark.index))
}

fn written(world: &World, row: &AwardRow<'_>) -> Result<pb::AwardRow, EncodeError> {
    let (record, award) = (row.record, &row.awarded.award);
    let items: BTreeSet<&str> = row.lines.iter().map(|it| it.line.item.as_str()).collect();
    Ok(pb::AwardRow {
        tender: write(&record.id)?,
        title: Some(write(&record.title)?),
        stage: wire::stage(row.stage).into(),
        buyer: write(&record.buyer)?,
        buyer_names: wire::organization(world, &record.buyer)?,
        lot: write(&row.lot.id)?,
        lot_title: Some(write(&row.lot.title)?),
        supplier: write(&row.winner.bidder)?,
        supplier_names: wire::organization(world, &row.winner.bidder)?,
        value: row.value().as_ref().map(write).transpose()?,
        items: items.into_iter().map(str::to_owned).collect(),
        bidders: u32::try_from(record.bidders_counting()).unwrap_or(u32::MAX),
        reserve: award.reserve.as_ref().map(ToString::to_string),
        departure: award.departure.as_ref().map(ToString::to_string),
        proposed: Some(wire::mark(&row.awarded.proposed)?),
        approved: Some(wire::mark(&row.awarded.approved)?),
    })
}
