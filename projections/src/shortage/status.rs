//! Months of stock, and the status that follows from it.

use rust_decimal::Decimal;
use serde::Serialize;
use sijill_ledger_core::domain::ruleset::Rules;

use super::amc::quotient;

/// How well an item is stocked. Worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Status {
    /// Nothing usable is left.
    StockedOut,
    /// Below the ruleset's critical months of stock.
    Critical,
    /// Below its low months of stock.
    Low,
    /// Neither too little nor too much.
    Adequate,
    /// Above its upper months of stock.
    Overstocked,
    /// There is stock, and nobody used any: no number of months describes that.
    NoConsumption,
    /// There is stock, and no month that consumption can be told from.
    Unknown,
}

/// How long usable stock lasts at the average consumption, in months; `None` where there is no average or it is zero.
///
/// ```
/// use rust_decimal::Decimal;
/// use sijill_projections::shortage::status::months_of_stock;
/// assert_eq!(months_of_stock(300.into(), Some(120.into())), Some(Decimal::new(25, 1)));
/// // No consumption is not "for ever".
/// assert_eq!(months_of_stock(300.into(), Some(0.into())), None);
/// assert_eq!(months_of_stock(300.into(), None), None);
/// // A balance below zero (an entry is missing) lasts as long as none.
/// assert_eq!(months_of_stock((-4).into(), Some(120.into())), Some(0.into()));
/// ```
pub fn months_of_stock(usable: Decimal, amc: Option<Decimal>) -> Option<Decimal> {
    quotient(usable.max(Decimal::ZERO), amc?)
}

/// The status by the thresholds of the rules in force.
///
/// ```
/// use sijill_ledger_core::domain::ruleset::Rules;
/// use sijill_projections::shortage::status::{Status, status};
/// // Critical below 1 month, low below 2, overstocked above 6.
/// let rules = Rules::default();
/// let of = |usable: i64, amc: Option<i64>| status(usable.into(), amc.map(Into::into), &rules);
/// assert_eq!(of(99, Some(100)), Status::Critical);
/// assert_eq!(of(100, Some(100)), Status::Low);
/// assert_eq!(of(200, Some(100)), Status::Adequate);
/// assert_eq!(of(600, Some(100)), Status::Adequate);
/// assert_eq!(of(601, Some(100)), Status::Overstocked);
/// assert_eq!(of(50, Some(0)), Status::NoConsumption);
/// assert_eq!(of(50, None), Status::Unknown);
/// // Nothing left is known to be nothing, with any average or none.
/// assert_eq!((of(0, Some(0)), of(0, None)), (Status::StockedOut, Status::StockedOut));
/// ```
pub fn status(usable: Decimal, amc: Option<Decimal>, rules: &Rules) -> Status {
    if usable <= Decimal::ZERO {
        return Status::StockedOut;
    }
    if amc.is_none() {
        return Status::Unknown;
    }
    match months_of_stock(usable, amc) {
        None => Status::NoConsumption,
        Some(months) if months < rules.critical_below_months => Status::Critical,
        Some(months) if months < rules.low_below_months => Status::Low,
        Some(months) if months > rules.overstocked_above_months => Status::Overstocked,
        Some(_) => Status::Adequate,
    }
}
