//! Awarded prices of base units: `ListUnitPrices`.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_projections::Views;
use sijill_projections::tenders::World;
use sijill_projections::tenders::awards::AwardFilter;
use sijill_projections::tenders::prices::{Median, PriceRow};
use tonic::Status;

use super::awards::{approved, filter};
use super::{pb, wire};
use crate::grpc::question::list::{Question, Rows, list};
use crate::grpc::question::listing::Made;
use crate::grpc::question::page::{Key, Orders};

impl Question for pb::ListUnitPricesRequest {
    type Asked = AwardFilter;
    type List = Made<pb::UnitPriceRow>;
    type Answer = pb::ListUnitPricesResponse;

    const ORDERS: Orders<fn(&pb::UnitPriceRow) -> Key> = &[
        ("item", |row| Key::text(&row.item)),
        ("price", |row| {
            Key::decimal(row.price.as_ref().and_then(|it| it.amount.as_ref()))
        }),
        ("quantity", |row| Key::decimal(row.quantity.as_ref())),
        ("buyer", |row| Key::text(&row.buyer)),
        ("supplier", |row| Key::text(&row.supplier)),
        ("approved", |row| approved(row.approved.as_ref())),
        ("above_reference_percent", |row| {
            Key::decimal(row.above_reference_percent.as_ref())
        }),
        ("above_median_percent", |row| {
            let median = row.median.as_ref();
            Key::decimal(median.and_then(|it| it.above_median_percent.as_ref()))
        }),
    ];

    list!(ListUnitPricesResponse);

    fn read(&self) -> Result<AwardFilter, Status> {
        filter(self.filter.as_ref())
    }

    fn rows(
        asked: &AwardFilter,
        views: &Views,
        at: EffectiveAt,
    ) -> Result<Rows<Made<pb::UnitPriceRow>>, EncodeError> {
        let answer = views.tenders.unit_prices(at, asked);
        let world = views.tenders.world();
        let rows = answer.value.iter().map(|row| written(world, row));
        Rows::of(&answer, rows)
    }
}

fn written(world: &World, row: &PriceRow<'_>) -> Result<pb::UnitPriceRow, EncodeError> {
    let (award, won) = (&row.award, &row.won);
    let (record, reference) = (award.record, row.reference.as_ref());
    let item = world.item(&won.line.item).map(|item| &item.profile);
    let above = reference.and_then(|it| it.deviation_percent.as_ref());
    Ok(pb::UnitPriceRow {
        item: write(&won.line.item)?,
        item_names: wire::names(item.map(|it| &it.names))?,
        base_unit: item.map(|it| write(&it.base_unit)).transpose()?,
        price: Some(write(&won.price)?),
        quantity: Some(write(&won.quantity)?),
        tax_included: record.terms.tax_included,
        delivery: write(&record.terms.delivery)?,
        tender: write(&record.id)?,
        lot: write(&award.lot.id)?,
        line: won.number.into(),
        buyer: write(&record.buyer)?,
        buyer_names: wire::organization(world, &record.buyer)?,
        supplier: write(&award.winner.bidder)?,
        supplier_names: wire::organization(world, &award.winner.bidder)?,
        approved: Some(wire::mark(&award.awarded.approved)?),
        reference: reference.map(|it| write(&it.price.price)).transpose()?,
        reference_set: wire::marked(reference.map(|it| &it.mark))?,
        reference_source: reference.map(|it| it.price.source.to_string()),
        above_reference_percent: above.map(write).transpose()?,
        median: Some(median(&row.median)?),
    })
}

fn median(of: &Median) -> Result<pb::PriceMedian, EncodeError> {
    Ok(pb::PriceMedian {
        value: of.value.as_ref().map(write).transpose()?,
        inputs: u64::try_from(of.inputs).unwrap_or(u64::MAX),
        input_indexes: of.input_indexes.clone(),
        from_days: of.from.days(),
        to_days: of.to.days(),
        above_median_percent: of.deviation_percent.as_ref().map(write).transpose()?,
    })
}
