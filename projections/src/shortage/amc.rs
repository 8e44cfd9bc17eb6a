//! Average monthly consumption (AMC), adjusted for the days on which there was nothing to consume.
//!
//! The formula is that of open-mSupply and `OpenLMIS`, C·D/(D − d), with the guards that theirs lack: no month is divided by
//! zero stocked days, no new facility by months in which it did not exist, and a month that was not reported is
//! no month of zero consumption.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;
use sijill_ledger_core::domain::stock::{Flow, Timeline};
use sijill_ledger_core::domain::values::{Change, Date, Month};

/// Decimal places of every quotient of this view. A quotient is rounded once, half away from zero, and what is
/// computed from it starts from the rounded figure, so that each figure can be checked by hand from the ones
/// that are shown.
pub const DECIMALS: u32 = 6;

/// Rounds a quotient to [`DECIMALS`]; `None` when the divisor is zero or the quotient has no decimal form.
pub(crate) fn quotient(dividend: Decimal, divisor: Decimal) -> Option<Decimal> {
    let exact = dividend.checked_div(divisor)?;
    let rounded = exact.round_dp_with_strategy(DECIMALS, RoundingStrategy::MidpointAwayFromZero);
    Some(rounded.normalize())
}

/// What a month's consumption would have been with stock on every day: C·D/(D − d), in base units.
///
/// `consumed` is C, `days` D the days of the month, `stockout_days` d those without usable stock. `None` when no day of
/// the month had stock: nothing can be said. Real files name more stock-out days than the month has; they mean the same.
///
/// ```
/// use rust_decimal::Decimal;
/// use sijill_projections::shortage::amc::adjusted_consumption;
/// // 90 tablets on 20 stocked days of a month of 30: 135 with stock on all 30.
/// assert_eq!(adjusted_consumption(90.into(), 30, 10), Some(135.into()));
/// // Always in stock: as it is. No consumption: zero, however few the days.
/// assert_eq!(adjusted_consumption(90.into(), 31, 0), Some(90.into()));
/// assert_eq!(adjusted_consumption(0.into(), 30, 29), Some(0.into()));
/// // A month wholly out of stock, and one with 300 stock-out days.
/// assert_eq!(adjusted_consumption(0.into(), 30, 30), None);
/// assert_eq!(adjusted_consumption(12.into(), 30, 300), None);
/// // 10 · 31 ÷ 21, rounded once.
/// assert_eq!(adjusted_consumption(10.into(), 31, 10), Some(Decimal::new(14_761_905, 6)));
/// ```
pub fn adjusted_consumption(consumed: Decimal, days: u32, stockout_days: u32) -> Option<Decimal> {
    let stocked = days.checked_sub(stockout_days).filter(|days| *days > 0)?;
    quotient(consumed.checked_mul(days.into())?, stocked.into())
}

/// An average monthly consumption with all it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Amc {
    /// Base units a month; `None` when no month could be used.
    pub value: Option<Decimal>,
    /// Months that it averages.
    pub months_used: u32,
    /// Months that were looked at.
    pub months_looked_back: u32,
    /// How much it says.
    pub quality: Quality,
    /// Each month of the look-back, oldest first.
    pub months: Vec<MonthFigures>,
}

/// How much an average says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Quality {
    /// Every month of the look-back was used.
    Full,
    /// Some were.
    Partial,
    /// None was: there is no average.
    None,
}

/// A month of the look-back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MonthFigures {
    /// The month, as `YYYY-MM` in output.
    #[serde(serialize_with = "crate::output::text")]
    pub month: Month,
    /// C: issued less returned, in base units, at least zero.
    pub consumed: Decimal,
    /// D: days of the month.
    pub days: u32,
    /// d: days without usable stock, those before the first movement included.
    pub days_without_stock: u32,
    /// C·D/(D − d), when the month was used.
    pub adjusted: Option<Decimal>,
    /// Why the month was not used.
    pub excluded: Option<Exclusion>,
}

/// Why a month is left out of an average.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Exclusion {
    /// It ended before the first movement of the item there.
    BeforeFirstMovement,
    /// The facility recorded no document and no report: no data is not zero.
    NotReported,
    /// Fewer stocked days than the rules ask for.
    TooFewStockedDays,
    /// It lies further back than entries are kept one by one; ask a view as of an earlier index.
    NotKept,
}

impl MonthFigures {
    /// A month that counts unless it has too few stocked days.
    ///
    /// ```
    /// use sijill_ledger_core::domain::values::Month;
    /// use sijill_projections::shortage::amc::{Exclusion, MonthFigures};
    /// let june = Month::parse("2026-06").unwrap();
    /// assert_eq!(MonthFigures::new(june, 45.into(), 15, 10).adjusted, Some(90.into()));
    /// // Nine stocked days where ten are asked for: one busy week would speak for the month.
    /// assert_eq!(MonthFigures::new(june, 45.into(), 21, 10).excluded, Some(Exclusion::TooFewStockedDays));
    /// // More was returned than issued: that consumed nothing.
    /// assert_eq!(MonthFigures::new(june, (-5).into(), 0, 10).adjusted, Some(0.into()));
    /// ```
    pub fn new(month: Month, net: Decimal, days_without_stock: u32, stocked_days_min: u8) -> Self {
        let (days, consumed) = (month.day_count(), net.max(Decimal::ZERO));
        let stocked_days = days.saturating_sub(days_without_stock);
        let adjusted = if stocked_days < u32::from(stocked_days_min) {
            None
        } else {
            adjusted_consumption(consumed, days, days_without_stock)
        };
        Self {
            month,
            consumed,
            days,
            days_without_stock,
            adjusted,
            excluded: adjusted.is_none().then_some(Exclusion::TooFewStockedDays),
        }
    }

    /// The same month, left out for another reason.
    #[must_use]
    pub fn excluded(self, reason: Option<Exclusion>) -> Self {
        if reason.is_none() {
            return self;
        }
        Self {
            adjusted: None,
            excluded: reason,
            ..self
        }
    }
}

/// The average over the months that can be used: Σ adjusted ÷ their number.
///
/// ```
/// use sijill_ledger_core::domain::values::Month;
/// use sijill_projections::shortage::amc::{Exclusion, MonthFigures, Quality, average};
/// let month = |text, net: i64, without: u32| {
///     MonthFigures::new(Month::parse(text).unwrap(), net.into(), without, 10)
/// };
/// // A new facility: its first delivery came on 11 April, so April is scaled by the 20 days it had, and the months
/// // before do not divide. (40·30/20 + 60 + 60) ÷ 3 = 60.
/// let none_yet = |text| month(text, 0, 30).excluded(Some(Exclusion::BeforeFirstMovement));
/// let amc = average(vec![
///     none_yet("2026-01"), none_yet("2026-02"), none_yet("2026-03"),
///     month("2026-04", 40, 10), month("2026-05", 60, 0), month("2026-06", 60, 0),
/// ]);
/// assert_eq!((amc.value, amc.months_used, amc.quality), (Some(60.into()), 3, Quality::Partial));
///
/// // No consumption is a figure: zero. Months wholly out of stock are not.
/// assert_eq!(average(vec![month("2026-05", 0, 0)]).value, Some(0.into()));
/// assert_eq!(average(vec![month("2026-05", 0, 31)]).value, None);
/// assert_eq!(average(vec![]).quality, Quality::None);
/// ```
pub fn average(months: Vec<MonthFigures>) -> Amc {
    let used: Vec<Decimal> = months.iter().filter_map(|month| month.adjusted).collect();
    let sum = used
        .iter()
        .fold(Decimal::ZERO, |sum, month| sum.saturating_add(*month));
    let quality = match used.len() {
        0 => Quality::None,
        n if n == months.len() => Quality::Full,
        _ => Quality::Partial,
    };
    Amc {
        value: quotient(sum, used.len().into()),
        months_used: u32::try_from(used.len()).unwrap_or(u32::MAX),
        months_looked_back: u32::try_from(months.len()).unwrap_or(u32::MAX),
        quality,
        months,
    }
}

/// Issued less returned per month of a look-back, over the cards of an item; not custody, not transfers, not what
/// counts found missing. Months follow one another from the `first` day on; `lasts` are their last days.
///
/// ```
/// use sijill_ledger_core::domain::stock::{Entry, Flow, Timeline};
/// use sijill_ledger_core::domain::values::{Change, Date, Month, Quantity};
/// use sijill_projections::shortage::amc::consumption;
/// let entry = |day: &str, order, flow, change| {
///     let date = Date::parse(day).unwrap();
///     Entry { at: date.start(0), date, order, flow, change }
/// };
/// let mut card = Timeline::default();
/// let mut put = |entry| assert!(card.insert(entry));
/// put(entry("2026-03-01", 0, Flow::Received, Change::Add(100.into())));
/// put(entry("2026-03-20", 1, Flow::Counted, Change::Set(Quantity::from(70))));
/// // Recorded after the count, effective before it: consumption of March, and the balance stays as counted.
/// put(entry("2026-03-10", 2, Flow::Issued, Change::Add((-25).into())));
/// put(entry("2026-04-02", 3, Flow::Issued, Change::Add((-10).into())));
/// put(entry("2026-04-03", 4, Flow::Returned, Change::Add(4.into())));
/// let march = Month::parse("2026-03").unwrap();
/// let lasts = [march.last(), march.plus(1).last()];
/// assert_eq!(consumption([&card], march.first(), &lasts), [25.into(), 6.into()]);
/// assert_eq!((card.balance(), card.unaccounted()), (64.into(), (-5).into()));
/// ```
pub fn consumption<'a>(
    cards: impl IntoIterator<Item = &'a Timeline>,
    first: Date,
    lasts: &[Date],
) -> Vec<Decimal> {
    let mut sums = vec![Decimal::ZERO; lasts.len()];
    for (entry, _) in cards.into_iter().flat_map(Timeline::steps) {
        let Some(consumed) = consumed(entry.flow, entry.change) else {
            continue;
        };
        let place = lasts.partition_point(|last| *last < entry.date);
        if entry.date >= first
            && let Some(sum) = sums.get_mut(place)
        {
            *sum = sum.saturating_add(consumed);
        }
    }
    sums
}

fn consumed(flow: Flow, change: Change) -> Option<Decimal> {
    match (flow, change) {
        (Flow::Issued | Flow::Returned, Change::Add(amount)) => Some(-amount),
        (_, Change::Add(_) | Change::Set(_)) => None,
    }
}
