//! What is where: `ListStock`, a row per card.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_projections::Views;
use sijill_projections::shortage::query::{CardRow, Filter, Row};
use sijill_schemas::types::v1::Decimal;
use tonic::Status;

use super::page::{Key, Orders};
use super::question::{Question, Rows, list};
use super::shortage::answered;
use super::shortage_row::card;
use super::{filter, pb};

impl Question for pb::ListStockRequest {
    type Asked = Filter;
    type Row = pb::StockRow;
    type Answer = pb::ListStockResponse;

    const ORDERS: Orders<pb::StockRow> = &[
        ("facility", |row| Key::text(&row.facility)),
        ("item", |row| Key::text(&row.item)),
        ("batch", |row| {
            Key::maybe(row.card.as_ref().and_then(|card| card.batch.as_ref()))
        }),
        ("programme", |row| {
            Key::maybe(row.card.as_ref().and_then(|card| card.programme.as_ref()))
        }),
        ("expiry", |row| {
            let expiry = row.card.as_ref().and_then(|card| card.expiry);
            expiry.map_or(Key::Absent, Key::Day)
        }),
        ("on_hand", |row| quantity(row, |q| q.on_hand.as_ref())),
        ("usable", |row| quantity(row, |q| q.usable.as_ref())),
        ("expired", |row| quantity(row, |q| q.expired.as_ref())),
        ("blocked", |row| quantity(row, |q| q.blocked.as_ref())),
    ];

    list!(ListStockResponse);

    fn read(&self) -> Result<Filter, Status> {
        filter::read(self.filter.as_ref())
    }

    fn rows(
        asked: &Filter,
        views: &Views,
        at: EffectiveAt,
    ) -> Result<Rows<pb::StockRow>, EncodeError> {
        let answer = views.shortage.stock(at, asked);
        let cards = answer
            .value
            .iter()
            .flat_map(|row| row.cards.iter().map(move |card| written(row, card)));
        answered(&answer, cards.collect::<Result<_, _>>()?)
    }
}

fn written(row: &Row, of: &CardRow) -> Result<pb::StockRow, EncodeError> {
    let (facility, item) = (row.facility_profile.as_ref(), row.item_profile.as_ref());
    Ok(pb::StockRow {
        facility: write(&row.facility)?,
        facility_names: facility.map(|label| write(&label.names)).transpose()?,
        item: write(&row.item)?,
        item_names: item.map(|label| write(&label.names)).transpose()?,
        base_unit: item.map(|label| label.base_unit.clone()),
        card: Some(card(of)?),
    })
}

fn quantity(row: &pb::StockRow, which: fn(&pb::Quantities) -> Option<&Decimal>) -> Key {
    let quantities = row.card.as_ref().and_then(|card| card.quantities.as_ref());
    Key::decimal(quantities.and_then(which))
}
