//! The reorder point: order again when what is usable or on its way falls to it.
//!
//! Reorder point = AMC·L + z·√(L·σd² + AMC²·σL²), in base units, with
//! - L the mean lead time in months (days ÷ 30): from order to delivery, and from requisition to arrival,
//! - σL its standard deviation, σd that of the months' consumption that AMC averages (both of samples, divisor n − 1),
//! - z = 1.65, for goods in stock at 95 of 100 times.
//!
//! It needs three lead times of the item at the facility and three months of consumption: fewer say nothing about how much
//! they vary, and then there is no reorder point.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::amc::{Amc, DECIMALS, quotient};
use super::outlook::DAYS_PER_MONTH;

/// Fewest lead times, and fewest months of consumption.
const SAMPLES_MIN: u32 = 3;

/// A reorder point and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReorderPoint {
    /// In base units.
    pub quantity: Decimal,
    /// Lead times that were seen.
    pub lead_times: u32,
    /// Their mean, in days.
    pub lead_time_days: Decimal,
    /// Their variance, in days squared.
    pub lead_time_variance: Decimal,
    /// Variance of the months' consumption, in base units squared.
    pub consumption_variance: Decimal,
}

/// Lead times by facility and item number.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Leads(BTreeMap<(u32, u32), LeadTimes>);

/// Lead times that were seen: their number, and sums of their days and of those squared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadTimes {
    count: u32,
    days: i64,
    squares: i64,
}

impl Leads {
    pub fn learn(&mut self, cell: (u32, u32), days: i32) {
        self.0.entry(cell).or_default().add(days);
    }

    /// The delivery was taken back.
    pub fn forget(&mut self, cell: (u32, u32), days: i32) {
        if let Some(known) = self.0.get_mut(&cell) {
            known.count = known.count.saturating_sub(1);
            known.days = known.days.saturating_sub(i64::from(days));
            known.squares = known.squares.saturating_sub(squared(days));
            if known.count == 0 {
                self.0.remove(&cell);
            }
        }
    }

    /// Number, sum of days and sum of their squares, by facility and item number, for the digest.
    pub fn each(&self) -> impl Iterator<Item = ((u32, u32), [i64; 3])> {
        let figures = |known: &LeadTimes| [i64::from(known.count), known.days, known.squares];
        self.0
            .iter()
            .map(move |(cell, known)| (*cell, figures(known)))
    }

    /// Those of a facility's items, by item number.
    pub fn of(&self, facility: u32) -> BTreeMap<u32, LeadTimes> {
        let of_facility = self.0.range((facility, 0)..=(facility, u32::MAX));
        of_facility
            .map(|((_, item), known)| (*item, *known))
            .collect()
    }
}

impl LeadTimes {
    /// Takes one more lead time in.
    pub fn add(&mut self, days: i32) {
        self.count = self.count.saturating_add(1);
        self.days = self.days.saturating_add(i64::from(days));
        self.squares = self.squares.saturating_add(squared(days));
    }

    /// Mean, and variance of the sample: (Σx² − (Σx)²/n) ÷ (n − 1).
    fn moments(&self) -> Option<(Decimal, Decimal)> {
        let (n, days) = (Decimal::from(self.count), Decimal::from(self.days));
        let spread = Decimal::from(self.squares).checked_mul(n)?;
        let spread = spread.checked_sub(days.checked_mul(days)?)?;
        let divisor = n.checked_mul(n.checked_sub(Decimal::ONE)?)?;
        Some((quotient(days, n)?, quotient(spread, divisor)?))
    }
}

/// The reorder point; `None` without enough data.
///
/// ```
/// use rust_decimal::Decimal;
/// use sijill_ledger_core::domain::values::Month;
/// use sijill_projections::shortage::amc::{MonthFigures, average};
/// use sijill_projections::shortage::reorder::{LeadTimes, reorder_point};
/// let month = |text, used: i64| MonthFigures::new(Month::parse(text).unwrap(), used.into(), 0, 10);
/// let amc = average(vec![month("2026-01", 90), month("2026-02", 100), month("2026-03", 110)]);
/// let mut leads = LeadTimes::default();
/// leads.add(20);
/// leads.add(30);
/// assert_eq!(reorder_point(&amc, &leads), None);
/// leads.add(40);
/// // AMC 100, σd² = (10² + 0 + 10²) ÷ 2 = 100; L = 30 days = 1 month, σL² = 100 days² = 0.111111 months².
/// // 100·1 + 1.65·√(1·100 + 100²·0.111111) = 100 + 1.65·√1211.11 = 100 + 1.65·34.801006 = 157.421660.
/// let point = reorder_point(&amc, &leads).unwrap();
/// assert_eq!(point.quantity, Decimal::new(157_421_660, 6));
/// assert_eq!((point.lead_times, point.lead_time_days), (3, 30.into()));
/// ```
pub fn reorder_point(amc: &Amc, leads: &LeadTimes) -> Option<ReorderPoint> {
    if leads.count < SAMPLES_MIN || amc.months_used < SAMPLES_MIN {
        return None;
    }
    let average = amc.value?;
    let (days, days_variance) = leads.moments()?;
    let month = Decimal::from(DAYS_PER_MONTH);
    let lead = quotient(days, month)?;
    let lead_variance = quotient(days_variance, month.checked_mul(month)?)?;
    let consumption_variance = variance(amc, average)?;
    let spread = lead
        .checked_mul(consumption_variance)?
        .checked_add(average.checked_mul(average)?.checked_mul(lead_variance)?)?;
    let margin = Decimal::new(165, 2).checked_mul(square_root(spread)?)?;
    let exact = average.checked_mul(lead)?.checked_add(margin)?;
    Some(ReorderPoint {
        quantity: rounded(exact),
        lead_times: leads.count,
        lead_time_days: days,
        lead_time_variance: days_variance,
        consumption_variance,
    })
}

/// Variance of the months that were used, around their average.
fn variance(amc: &Amc, average: Decimal) -> Option<Decimal> {
    let mut sum = Decimal::ZERO;
    for adjusted in amc.months.iter().filter_map(|month| month.adjusted) {
        let off = adjusted.checked_sub(average)?;
        sum = sum.checked_add(off.checked_mul(off)?)?;
    }
    quotient(sum, amc.months_used.checked_sub(1)?.into())
}

/// The square root of a decimal by Newton's method, to six decimal places; `None` below zero.
///
/// ```
/// use rust_decimal::Decimal;
/// use sijill_projections::shortage::reorder::square_root;
/// assert_eq!(square_root(144.into()), Some(12.into()));
/// assert_eq!(square_root(2.into()), Some(Decimal::new(1_414_214, 6)));
/// assert_eq!(square_root(Decimal::new(25, 2)), Some(Decimal::new(5, 1)));
/// assert_eq!((square_root(0.into()), square_root((-1).into())), (Some(0.into()), None));
/// ```
pub fn square_root(value: Decimal) -> Option<Decimal> {
    if value <= Decimal::ZERO {
        return value.is_zero().then_some(Decimal::ZERO);
    }
    // From above it falls at every step, until the decimals are used up.
    let mut root = value.max(Decimal::ONE);
    for _ in 0..200 {
        let sum = root.checked_add(value.checked_div(root)?)?;
        let next = sum.checked_div(Decimal::TWO)?;
        if next >= root {
            break;
        }
        root = next;
    }
    Some(rounded(root))
}

fn rounded(exact: Decimal) -> Decimal {
    let rounded = exact.round_dp_with_strategy(DECIMALS, RoundingStrategy::MidpointAwayFromZero);
    rounded.normalize()
}

fn squared(days: i32) -> i64 {
    i64::from(days).saturating_mul(i64::from(days))
}
