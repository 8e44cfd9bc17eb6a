//! What was paid for a base unit: awarded prices beside the item's reference price and the median of the country.
//!
//! A price comes from the winner's opened financial bid. An arithmetic correction changes a lot's total and never a unit price, so the
//! price of the opened bid is the corrected one. Prices compare only where all of these are equal: the item, and with it the base
//! unit, which never changes; the currency; whether taxes are included; the terms of delivery (Incoterms). Different terms make
//! different prices (International Chamber of Commerce, Incoterms 2020).
//!
//! - *Reference*: the item's reference price that was in force when the award was approved, if it is in the same currency.
//!   Deviation = (price − reference) ÷ reference × 100.
//! - *Median*: of the comparable prices approved in the [`LOOK_BACK_DAYS`] days that end with the day that is asked for. A price that
//!   one supplier repeats over the lines of one tender for the same item is one input. Below [`INPUTS_MIN`] inputs there is no
//!   median: two prices say nothing of a market. Deviation as above.
//!
//! # Example
//!
//! Gauze, EGP, taxes included, DDP: four tenders at 6.00, 7.50, 8.00 and 12.00; the median is 7.75. 12.00 lies 54.8387 % above
//! it, and 50 % above a reference price of 8.00. A fifth at 1.00 USD compares with none of them, and has no median: 1 input.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use sijill_ledger_core::domain::item::ReferencePrice;
use sijill_ledger_core::domain::values::{
    Code, Currency, Date, EffectiveAt, ItemCode, OrganizationId, TenderId, UnitPrice,
};

use super::awards::{AwardFilter, AwardRow, WonLine};
use super::figures;
use super::step::Mark;
use super::{Answer, Tenders};

/// How far back the median looks, in days: a year.
pub const LOOK_BACK_DAYS: i32 = 365;
/// Fewest inputs of a median.
pub const INPUTS_MIN: usize = 3;

/// An awarded price.
#[derive(Clone, Debug)]
pub struct PriceRow<'a> {
    /// The award.
    pub award: AwardRow<'a>,
    /// The line.
    pub won: WonLine<'a>,
    /// Compared with the item's reference price.
    pub reference: Option<Reference<'a>>,
    /// Compared with the median of comparable prices.
    pub median: Median,
}

/// A reference price, and how far a price lies above it.
#[derive(Clone, Debug)]
pub struct Reference<'a> {
    /// As it was set.
    pub price: &'a ReferencePrice,
    /// Where.
    pub mark: Mark,
    /// In percent of it, negative below; `None` for a reference of zero.
    pub deviation_percent: Option<Decimal>,
}

/// A median, what it rests on, and how far a price lies above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Median {
    /// Per base unit, in the currency of the price; `None` below [`INPUTS_MIN`] inputs.
    pub value: Option<Decimal>,
    /// How many prices.
    pub inputs: usize,
    /// Log indexes of the approvals of their awards, rising: the first [`figures::INPUTS_MAX`].
    pub input_indexes: Vec<u64>,
    /// First day of the look-back.
    pub from: Date,
    /// Last day of the look-back: the one that was asked for.
    pub to: Date,
    /// In percent of it, negative below.
    pub deviation_percent: Option<Decimal>,
}

/// What makes prices comparable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Terms {
    item: ItemCode,
    currency: Currency,
    tax_included: bool,
    delivery: Code,
}

/// One price of one supplier in one tender.
type Input = (TenderId, OrganizationId, Decimal);

/// The inputs of each median: the index of the award that gave it first.
type Market = BTreeMap<Terms, BTreeMap<Input, u64>>;

impl Tenders {
    /// Awarded prices of base units, in the order of items, then the latest approved first. The filter restricts the rows; the
    /// medians are the country's.
    pub fn unit_prices(&self, at: EffectiveAt, filter: &AwardFilter) -> Answer<Vec<PriceRow<'_>>> {
        let (from, to) = look_back(at);
        let country = AwardFilter {
            item: filter.item.clone(),
            category: filter.category,
            from: Some(from),
            to: Some(to),
            ..AwardFilter::default()
        };
        let market = market(&self.award_rows(at, &country));
        let mut rows = Vec::new();
        for award in self.award_rows(at, filter) {
            for won in award.lines.clone() {
                if self.wants(&won, filter) {
                    let reference = self.reference(&award, &won);
                    let median = median(&market, &terms(&award, &won), won.price, (from, to));
                    rows.push(PriceRow {
                        award: award.clone(),
                        won,
                        reference,
                        median,
                    });
                }
            }
        }
        rows.sort_by(|a, b| {
            let items = a.won.line.item.cmp(&b.won.line.item);
            let (a, b) = (a.award.awarded.approved, b.award.awarded.approved);
            items.then_with(|| b.index.cmp(&a.index))
        });
        self.answer(at, rows)
    }

    /// An award with a line of the item may have others.
    fn wants(&self, won: &WonLine<'_>, filter: &AwardFilter) -> bool {
        let item = &won.line.item;
        let category = self.world.item(item).map(|it| it.profile.category);
        filter.item.as_ref().is_none_or(|it| it == item)
            && (filter.category.is_none() || filter.category == category)
    }

    fn reference(&self, award: &AwardRow<'_>, won: &WonLine<'_>) -> Option<Reference<'_>> {
        let references = &self.world.item(&won.line.item)?.references;
        let approved = award.awarded.approved.index;
        let mut before = references.iter().rev();
        let (price, mark) = before.find(|(_, mark)| mark.index < approved)?;
        (price.price.currency() == won.price.currency()).then_some(Reference {
            price,
            mark: *mark,
            deviation_percent: figures::deviation_percent(won.price.amount(), price.price.amount()),
        })
    }
}

/// First and last day of the look-back of an instant.
fn look_back(at: EffectiveAt) -> (Date, Date) {
    let to = at.date();
    (to.plus_days(1 - LOOK_BACK_DAYS), to)
}

fn terms(award: &AwardRow<'_>, won: &WonLine<'_>) -> Terms {
    Terms {
        item: won.line.item.clone(),
        currency: won.price.currency(),
        tax_included: award.record.terms.tax_included,
        delivery: award.record.terms.delivery.clone(),
    }
}

fn market(awards: &[AwardRow<'_>]) -> Market {
    let mut market = Market::new();
    for award in awards {
        let index = award.awarded.approved.index;
        for won in &award.lines {
            let supplier = award.winner.bidder.clone();
            let input = (award.record.id.clone(), supplier, won.price.amount());
            let inputs = market.entry(terms(award, won)).or_default();
            let first = inputs.entry(input).or_insert(index);
            *first = index.min(*first);
        }
    }
    market
}

fn median(market: &Market, terms: &Terms, price: UnitPrice, (from, to): (Date, Date)) -> Median {
    let none = BTreeMap::new();
    let inputs = market.get(terms).unwrap_or(&none);
    let enough = inputs.len() >= INPUTS_MIN;
    let prices = || inputs.keys().map(|(_, _, price)| *price).collect();
    let value = enough.then(|| figures::median(prices())).flatten();
    let indexes: BTreeSet<u64> = inputs.values().copied().collect();
    let input_indexes = indexes.into_iter().take(figures::INPUTS_MAX);
    Median {
        value,
        inputs: inputs.len(),
        input_indexes: input_indexes.collect(),
        from,
        to,
        deviation_percent: value.and_then(|it| figures::deviation_percent(price.amount(), it)),
    }
}
