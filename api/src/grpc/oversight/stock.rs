//! What is where: `ListStock`, a row per card.

use rust_decimal::Decimal;
use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_projections::Views;
use sijill_projections::shortage::Shortage;
use sijill_projections::shortage::picks::{CardOf, Cards};
use sijill_projections::shortage::query::{Filter, Quantities};
use tonic::Status;

use super::shortage::answered;
use super::shortage_row::card;
use super::{filter, pb};
use crate::grpc::question::desk::Effort;
use crate::grpc::question::list::{Question, Rows, list};
use crate::grpc::question::listing::Listing;
use crate::grpc::question::page::{Key, Order, Orders};

/// Items of facilities whose cards are found in about a millisecond.
const SHORT_MAX: usize = 5_000;

/// Cards in the order that was asked for.
pub struct Stock {
    cards: Cards,
    /// Places among the cards.
    order: Vec<usize>,
}

/// What gives the key of a card.
type Sort = fn(&Cards, usize, &Shortage) -> Key;

impl Question for pb::ListStockRequest {
    type Asked = Filter;
    type List = Stock;
    type Answer = pb::ListStockResponse;

    const ORDERS: Orders<Sort> = &[
        ("facility", |cards, place, view| {
            of(cards, place, view, |card| Key::text(card.facility.as_str()))
        }),
        ("item", |cards, place, view| {
            of(cards, place, view, |card| Key::text(card.item.as_str()))
        }),
        ("batch", |cards, place, view| {
            of(cards, place, view, |card| {
                let batch = card.card.batch.as_ref();
                batch.map_or(Key::Absent, |batch| Key::text(batch.as_str()))
            })
        }),
        ("programme", |cards, place, view| {
            of(cards, place, view, |card| {
                let programme = card.card.programme.as_ref();
                programme.map_or(Key::Absent, |code| Key::text(code.as_str()))
            })
        }),
        ("expiry", |cards, place, view| {
            of(cards, place, view, |card| {
                let expiry = card.card.expiry;
                expiry.map_or(Key::Absent, |day| Key::Day(day.days()))
            })
        }),
        ("on_hand", |cards, place, _| {
            quantity(cards, place, |q| q.on_hand)
        }),
        ("usable", |cards, place, _| {
            quantity(cards, place, |q| q.usable)
        }),
        ("expired", |cards, place, _| {
            quantity(cards, place, |q| q.expired)
        }),
        ("blocked", |cards, place, _| {
            quantity(cards, place, |q| q.blocked)
        }),
    ];

    list!(ListStockResponse);

    fn read(&self) -> Result<Filter, Status> {
        filter::read(self.filter.as_ref())
    }

    fn effort(asked: &Filter, views: &Views) -> Effort {
        Effort::of(views.shortage.cells_of(asked), SHORT_MAX)
    }

    fn rows(asked: &Filter, views: &Views, at: EffectiveAt) -> Result<Rows<Stock>, EncodeError> {
        let cards = views.shortage.cards(at, asked);
        let order = (0..cards.len()).collect();
        answered(&views.shortage.answer(at, ()), Stock { cards, order })
    }
}

impl Listing for Stock {
    type Row = pb::StockRow;
    type Sort = Sort;

    fn row_count(&self) -> usize {
        self.order.len()
    }

    fn bytes(&self) -> usize {
        let order = self.order.len().saturating_mul(size_of::<usize>());
        self.cards.bytes().saturating_add(order)
    }

    fn sort(&mut self, order: &Order<Sort>, views: &Views) {
        let places = std::mem::take(&mut self.order);
        self.order = order.sort(places, |by, place| by(&self.cards, *place, &views.shortage));
    }

    fn row(&self, place: usize, views: &Views) -> Result<Option<pb::StockRow>, EncodeError> {
        let place = self.order.get(place);
        let card = place.and_then(|place| self.cards.card(*place, &views.shortage));
        card.as_ref().map(written).transpose()
    }
}

fn written(of: &CardOf<'_>) -> Result<pb::StockRow, EncodeError> {
    let (facility, item) = (of.facility_profile, of.item_profile);
    Ok(pb::StockRow {
        facility: write(of.facility)?,
        facility_names: facility.map(|profile| write(&profile.names)).transpose()?,
        item: write(of.item)?,
        item_names: item.map(|profile| write(&profile.names)).transpose()?,
        base_unit: item.map(|profile| profile.base_unit.as_str().to_owned()),
        card: Some(card(&of.card)?),
    })
}

fn of(cards: &Cards, place: usize, view: &Shortage, which: fn(&CardOf<'_>) -> Key) -> Key {
    let card = cards.card(place, view);
    card.as_ref().map_or(Key::Absent, which)
}

fn quantity(cards: &Cards, place: usize, which: fn(&Quantities) -> Decimal) -> Key {
    let quantities = cards.quantities(place);
    quantities
        .as_ref()
        .map_or(Key::Absent, |q| Key::Decimal(which(q)))
}
