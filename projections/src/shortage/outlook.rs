//! What lies ahead of an item in a facility: how much to order, until when it lasts, what will expire unused.
//!
//! A month is 30 days here, so consumption per day is AMC ÷ 30.

use rust_decimal::Decimal;
use serde::Serialize;
use sijill_ledger_core::domain::ruleset::Rules;
use sijill_ledger_core::domain::values::{Batch, Date, Programme, Quantity};

use super::query::{CardRow, Quantities};
use super::reorder::ReorderPoint;
use super::supply::Pipeline;

/// Days of a month, in figures about the future.
pub(super) const DAYS_PER_MONTH: u32 = 30;
/// Furthest that a stock-out is projected, in days: ten years.
const DAYS_MAX: i32 = 3_650;

/// What lies ahead.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outlook {
    /// How much to order; `None` when neither consumption nor the assortment says what is needed.
    pub suggested_order: Option<SuggestedOrder>,
    /// The first day at whose end nothing usable is left, by [`projected_stockout`]; `None` without consumption, or when it is
    /// more than ten years away.
    #[serde(serialize_with = "crate::output::text_option")]
    pub projected_stockout: Option<Date>,
    /// What will expire before it is used; `None` when no average consumption is known.
    pub expiry_risk: Option<ExpiryRisk>,
    /// When to order again; `None` without enough data.
    pub reorder: Option<ReorderPoint>,
}

/// How much to order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SuggestedOrder {
    /// max(0, target − usable − uninspected − in transit − on order), in base units.
    pub quantity: Decimal,
    /// What should be there, in base units.
    pub target: Decimal,
    /// Where the target comes from.
    pub basis: TargetBasis,
}

/// Where a target comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum TargetBasis {
    /// AMC × the ruleset's months above which a facility is overstocked: the most that is adequate.
    Consumption,
    /// No average is known yet: the maximum of the assortment.
    Assortment,
}

/// What will expire before it is used, if consumption stays as it is and the batch that expires first is used first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ExpiryRisk {
    /// In base units.
    pub quantity: Decimal,
    /// The batches at risk, those that expire first first.
    pub batches: Vec<BatchAtRisk>,
}

/// A batch at risk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BatchAtRisk {
    /// The batch, where batches are tracked.
    pub batch: Option<Batch>,
    /// The programme, where one owns the stock.
    pub programme: Option<Programme>,
    /// Usable through this day.
    #[serde(serialize_with = "crate::output::text")]
    pub expiry: Date,
    /// Usable now.
    pub usable: Decimal,
    /// Of it, what will not be used by then.
    pub at_risk: Decimal,
}

/// Usable stock of one expiry, or stock to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lot {
    /// From which day on it can be used; at or before the day asked about: now.
    pub from: Date,
    /// Usable through this day; for ever where there is none.
    pub expiry: Option<Date>,
    /// In base units.
    pub quantity: Decimal,
}

/// How much to order; see [`SuggestedOrder`].
///
/// ```
/// use sijill_ledger_core::domain::ruleset::Rules;
/// use sijill_projections::shortage::outlook::{TargetBasis, suggested_order};
/// use sijill_projections::shortage::query::Quantities;
/// use sijill_projections::shortage::supply::Pipeline;
/// // Up to 6 months of 100: 600 − 150 usable − 50 uninspected − 40 in transit − 200 on order = 160.
/// let stock = Quantities { usable: 150.into(), uninspected: 50.into(), ..Quantities::default() };
/// let coming = Pipeline { in_transit: 40.into(), on_order: 200.into(), ..Pipeline::default() };
/// let rules = Rules::default();
/// let order = suggested_order(Some(100.into()), None, &stock, &coming, &rules).unwrap();
/// assert_eq!((order.quantity, order.target), (160.into(), 600.into()));
/// // Enough is there or coming: nothing. Nothing is known: no suggestion, or up to the assortment's maximum.
/// let order = suggested_order(Some(20.into()), None, &stock, &coming, &rules).unwrap();
/// assert_eq!(order.quantity, 0.into());
/// assert_eq!(suggested_order(None, None, &stock, &coming, &rules), None);
/// let order = suggested_order(None, Some(500.into()), &stock, &coming, &rules).unwrap();
/// assert_eq!((order.quantity, order.basis), (60.into(), TargetBasis::Assortment));
/// ```
pub fn suggested_order(
    amc: Option<Decimal>,
    max: Option<Quantity>,
    stock: &Quantities,
    coming: &Pipeline,
    rules: &Rules,
) -> Option<SuggestedOrder> {
    let by_use = amc.and_then(|amc| amc.checked_mul(rules.overstocked_above_months));
    let (target, basis) = match by_use {
        Some(target) => (target.normalize(), TargetBasis::Consumption),
        None => (max?.get(), TargetBasis::Assortment),
    };
    let missing = target
        .saturating_sub(stock.usable.max(Decimal::ZERO))
        .saturating_sub(stock.uninspected)
        .saturating_sub(coming.in_transit)
        .saturating_sub(coming.on_order);
    Some(SuggestedOrder {
        quantity: missing.max(Decimal::ZERO).normalize(),
        target,
        basis,
    })
}

/// The first day at whose end nothing usable is left, when AMC ÷ 30 is used every day from tomorrow on, the batch that expires
/// first before the others; a batch is usable through its expiry day, and a delivery from the day it is due on.
///
/// ```
/// use sijill_ledger_core::domain::values::Date;
/// use sijill_projections::shortage::outlook::{Lot, projected_stockout};
/// let day = |text: &str| Date::parse(text).unwrap();
/// let today = day("2026-06-01");
/// let lot = |quantity: i64, expiry| Lot { from: today, expiry, quantity: quantity.into() };
/// let to_come = |on, quantity: i64| Lot { from: day(on), expiry: None, quantity: quantity.into() };
/// // 30 a month, 1 a day: 25 last through the 26th day.
/// assert_eq!(projected_stockout(today, &[lot(25, None)], 30.into()), Some(day("2026-06-26")));
/// // 20 of them expire on 6 June: 5 are used of those, then the other 5 until 11 June.
/// let two = [lot(20, Some(day("2026-06-06"))), lot(5, None)];
/// assert_eq!(projected_stockout(today, &two, 30.into()), Some(day("2026-06-11")));
/// // 10 more are due on 11 June, in time; on the 12th they would have come a day late.
/// let more = |on| [two[0], two[1], to_come(on, 10)];
/// assert_eq!(projected_stockout(today, &more("2026-06-11"), 30.into()), Some(day("2026-06-21")));
/// assert_eq!(projected_stockout(today, &more("2026-06-12"), 30.into()), Some(day("2026-06-11")));
/// // Nothing is left already; nobody uses any.
/// assert_eq!(projected_stockout(today, &[], 30.into()), Some(today));
/// assert_eq!(projected_stockout(today, &two, 0.into()), None);
/// ```
pub fn projected_stockout(today: Date, lots: &[Lot], amc: Decimal) -> Option<Date> {
    let (mut now, mut later): (Vec<Lot>, Vec<Lot>) = lots
        .iter()
        .copied()
        .filter(|lot| lot.quantity > Decimal::ZERO)
        .partition(|lot| lot.from <= today);
    now.retain(|lot| lot.is_usable(today));
    if now.is_empty() {
        return Some(today);
    }
    if amc <= Decimal::ZERO {
        return None;
    }
    later.sort_by_key(|lot| lot.from);
    let month = Decimal::from(DAYS_PER_MONTH);
    // Days through whose end the stock has been followed.
    let mut day = today;
    loop {
        now.sort_by_key(|lot| (lot.expiry.is_none(), lot.expiry));
        let expires = now.iter().filter_map(|lot| Some(lot.expiry?.plus_days(1)));
        let arrives = later.iter().map(|lot| lot.from);
        let next = expires.chain(arrives).min();
        let left = now
            .iter()
            .map(|lot| lot.quantity)
            .fold(Decimal::ZERO, Decimal::saturating_add);
        let lasts = left.checked_mul(month)?.checked_div(amc)?.ceil();
        let lasts = i32::try_from(lasts).unwrap_or(i32::MAX).max(1);
        let out = day.plus_days(lasts.min(DAYS_MAX + 1));
        if next.is_none_or(|next| out < next) {
            return (out.days() - today.days() <= DAYS_MAX).then_some(out);
        }
        let next = next?;
        // Used on the days before the change; on its own day the stock is another one.
        let days = next.days() - day.days() - 1;
        let used = amc.checked_mul(days.into())?.checked_div(month)?;
        take(&mut now, used);
        day = next.plus_days(-1);
        let due = later.partition_point(|lot| lot.from <= next);
        now.extend(later.drain(..due));
        now.retain(|lot| lot.is_usable(next));
        if now.is_empty() {
            return Some(next);
        }
    }
}

impl Lot {
    fn is_usable(&self, on: Date) -> bool {
        self.expiry.is_none_or(|expiry| expiry >= on) && self.quantity > Decimal::ZERO
    }
}

/// Uses an amount of lots in their order.
fn take(lots: &mut [Lot], mut used: Decimal) {
    for lot in lots {
        let taken = lot.quantity.min(used);
        lot.quantity = lot.quantity.saturating_sub(taken);
        used = used.saturating_sub(taken);
    }
}

/// What of usable cards will expire unused, walking them by expiry: with cum the amount that can have been used,
/// cum = max(cum, min(cum + qᵢ, AMC × months to expiryᵢ)), and qᵢ less its growth is at risk. Days from tomorrow through the
/// expiry day count, ÷ 30.
///
/// ```
/// use sijill_ledger_core::domain::values::Date;
/// use sijill_projections::shortage::outlook::expiry_risk;
/// use sijill_projections::shortage::query::{CardRow, Quantities};
/// let day = |text: &str| Date::parse(text).unwrap();
/// let card = |usable: i64, expiry: Option<&str>| CardRow {
///     batch: None,
///     programme: None,
///     expiry: expiry.map(day),
///     quantities: Quantities { usable: usable.into(), ..Quantities::default() },
/// };
/// // 30 a month. 50 expire in 30 days: 30 can be used, 20 are at risk. 40 expire in 60 days: until then 60 can be used in
/// // all, 30 of them are the first batch's, so 10 of these are at risk. What does not expire is at no risk.
/// let cards = [card(50, Some("2026-07-01")), card(40, Some("2026-07-31")), card(99, None)];
/// let risk = expiry_risk(day("2026-06-01"), &cards, 30.into());
/// let at_risk: Vec<_> = risk.batches.iter().map(|batch| batch.at_risk).collect();
/// assert_eq!((risk.quantity, at_risk), (30.into(), vec![20.into(), 10.into()]));
/// // Nobody uses any: all that can expire will.
/// assert_eq!(expiry_risk(day("2026-06-01"), &cards, 0.into()).quantity, 90.into());
/// ```
pub fn expiry_risk(today: Date, cards: &[CardRow], amc: Decimal) -> ExpiryRisk {
    let mut batches: Vec<(Date, &CardRow)> = cards
        .iter()
        .filter(|card| card.quantities.usable > Decimal::ZERO)
        .filter_map(|card| Some((card.expiry?, card)))
        .collect();
    batches.sort_by_key(|(expiry, _)| *expiry);
    let (mut used, mut risk) = (Decimal::ZERO, ExpiryRisk::default());
    for (expiry, card) in batches {
        let usable = card.quantities.usable;
        let days = (expiry.days() - today.days()).max(0);
        let by_then = amc
            .saturating_mul(days.into())
            .checked_div(DAYS_PER_MONTH.into())
            .unwrap_or(Decimal::ZERO);
        let reached = used.max(by_then.min(used.saturating_add(usable)));
        let at_risk = usable.saturating_sub(reached.saturating_sub(used));
        let at_risk = at_risk.round_dp(super::amc::DECIMALS).normalize();
        used = reached;
        if at_risk > Decimal::ZERO {
            risk.quantity = risk.quantity.saturating_add(at_risk);
            risk.batches.push(BatchAtRisk {
                batch: card.batch.clone(),
                programme: card.programme.clone(),
                expiry,
                usable,
                at_risk,
            });
        }
    }
    risk
}
