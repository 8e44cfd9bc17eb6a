//! Figures that several questions share: medians, shares, concentration, sums of money. Decimals only; a figure names the log
//! indexes it rests on.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};
use sijill_ledger_core::domain::values::{Currency, Money};

/// Decimal places of a share, a ratio or a percentage.
const PLACES: u32 = 4;

/// A count and what was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub count: u64,
    /// Log indexes of the events that were counted, in the order of counting: the first [`INPUTS_MAX`].
    pub inputs: Vec<u64>,
}

/// Most inputs that a figure names; the count beside them says how many there are.
pub const INPUTS_MAX: usize = 100;

impl Count {
    /// One more, told by the event at an index.
    pub(super) fn add(&mut self, index: u64) {
        self.count = self.count.saturating_add(1);
        if self.inputs.len() < INPUTS_MAX {
            self.inputs.push(index);
        }
    }
}

/// Amounts by currency, each with the number of its parts. A sum beyond what a decimal holds stays where it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums(BTreeMap<Currency, Sum>);

/// An amount in one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// The amount.
    pub amount: Decimal,
    /// Its parts.
    pub parts: Count,
}

impl Sums {
    pub(super) fn add(&mut self, value: Money, index: u64) {
        let sum = self.0.entry(value.currency()).or_default();
        sum.amount = sum.amount.saturating_add(value.amount());
        sum.parts.add(index);
    }

    /// In the order of the currencies' codes.
    pub fn iter(&self) -> impl Iterator<Item = (Currency, &Sum)> {
        self.0.iter().map(|(currency, sum)| (*currency, sum))
    }

    /// The sum in one currency; zero where there is none.
    pub fn amount(&self, currency: Currency) -> Decimal {
        self.0.get(&currency).map_or(Decimal::ZERO, |it| it.amount)
    }
}

/// The median: the middle value in order, of an even number the mean of the two in the middle. `None` of nothing.
///
/// ```
/// use rust_decimal::Decimal;
/// use sijill_projections::tenders::figures::median;
/// let of = |values: &[i64]| median(values.iter().map(|it| Decimal::from(*it)).collect());
/// assert_eq!(of(&[9, 2, 4]), Some(Decimal::from(4)));
/// assert_eq!(of(&[9, 2]), Some(Decimal::new(55, 1)));
/// assert_eq!(of(&[]), None);
/// ```
pub fn median(mut values: Vec<Decimal>) -> Option<Decimal> {
    values.sort_unstable();
    let upper = *values.get(values.len() / 2)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *values.get((values.len() / 2).checked_sub(1)?)?;
    let sum = lower.checked_add(upper)?;
    sum.checked_div(Decimal::TWO).map(|it| it.normalize())
}

/// A part of a whole, from 0 to 1, to four places; `None` of nothing.
pub fn share(part: Decimal, whole: Decimal) -> Option<Decimal> {
    let quotient = part.checked_div(whole)?;
    Some(rounded(quotient))
}

/// How far a value lies above (or, negative, below) a base, in percent of the base, to four places; `None` for a base of zero.
///
/// ```
/// use rust_decimal::Decimal;
/// use sijill_projections::tenders::figures::deviation_percent;
/// assert_eq!(deviation_percent(9.into(), 8.into()), Some(Decimal::new(125, 1)));
/// assert_eq!(deviation_percent(9.into(), 0.into()), None);
/// ```
pub fn deviation_percent(value: Decimal, base: Decimal) -> Option<Decimal> {
    let difference = value.checked_sub(base)?;
    let quotient = difference.checked_mul(Decimal::ONE_HUNDRED)?;
    Some(rounded(quotient.checked_div(base)?))
}

/// Herfindahl–Hirschman index: the sum of the squares of the shares in percent, from near 0 to 10,000 (one supplier has
/// everything), to four places. `None` where there is nothing to share. Source: O. Herfindahl (1950), A. Hirschman (1945); scale as in
/// the Merger Guidelines of the U.S. Department of Justice, § 2.1 (2023).
///
/// ```
/// use rust_decimal::Decimal;
/// use sijill_projections::tenders::figures::hhi;
/// // Shares of 60 % and 40 %: 3,600 + 1,600.
/// assert_eq!(hhi(&[60.into(), 40.into()]), Some(Decimal::from(5_200)));
/// assert_eq!(hhi(&[]), None);
/// ```
pub fn hhi(parts: &[Decimal]) -> Option<Decimal> {
    let whole = parts
        .iter()
        .try_fold(Decimal::ZERO, |sum, part| sum.checked_add(*part))?;
    let mut index = Decimal::ZERO;
    for part in parts {
        let percent = part.checked_div(whole)?.checked_mul(Decimal::ONE_HUNDRED)?;
        index = index.checked_add(percent.checked_mul(percent)?)?;
    }
    (!parts.is_empty()).then(|| rounded(index))
}

fn rounded(value: Decimal) -> Decimal {
    let rounded = value.round_dp_with_strategy(PLACES, RoundingStrategy::MidpointAwayFromZero);
    rounded.normalize()
}
