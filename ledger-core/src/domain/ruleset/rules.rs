//! The parameters themselves: their built-in values, their ranges, and how they are written.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::{EDITION_LATEST, ProcurementRules, Range, Refusal};
use crate::aggregate::ensure;
use crate::domain::grown::grown;
use crate::domain::values::{Currency, Money, legal};

/// The parameters.
///
/// The first seven are always written. Those that came later may be absent, and absent means the built-in value that the
/// function of the same name gives: so older rulesets keep their bytes, and what absent means never changes. That is also how
/// a rule is changed without accusing what was decided before: [`again`](crate::aggregate::again).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
pub struct Rules {
    /// How far back a stock document may be effective, in days: 1 to 92.
    pub open_window_days: u16,
    /// How far ahead of the decision an effective time may lie, in minutes: clocks differ.
    pub future_tolerance_minutes: u16,
    /// Look-back of the average monthly consumption, in months: 1 to 12.
    pub amc_look_back_months: u8,
    /// A month with fewer stocked days is left out of the average: 1 to 28.
    pub amc_stocked_days_min: u8,
    /// Months of stock below which a facility is *critical*.
    pub critical_below_months: Decimal,
    /// Months of stock below which a facility is *low*.
    pub low_below_months: Decimal,
    /// Months of stock above which a facility is *overstocked*.
    pub overstocked_above_months: Decimal,
    /// Most that one order from petty cash may come to. Absent: nothing is bought from petty cash.
    pub petty_cash_limit: Option<Money>,
    /// Days after its placement within which an emergency order is approved: 1 to 90. Absent: 7.
    pub emergency_approval_days: Option<u16>,
    /// Most of an order's total that may be paid in advance, in percent: 0 to 100. Absent: 20.
    pub advance_percent_max: Option<u8>,
    /// How far an invoiced unit price may lie above or below the ordered one, in percent: 0 to 10. Absent: 0.
    pub price_tolerance_percent: Option<Decimal>,
    /// Days after its dispatch from which a transfer is overdue when nobody named a day: 1 to 365. Absent: 14.
    pub transfer_overdue_days: Option<u16>,
    /// Whether approvals, minutes and key enrolments must be signed by who decides
    /// ([`Aggregate::wants_statement`](crate::aggregate::Aggregate::wants_statement)). Absent: no, so that a small
    /// installation begins without keys.
    pub statements_required: Option<bool>,
    /// Parameters of procurement, all of them. Absent: [`ProcurementRules::default`]. Shared, because every decision has a
    /// copy of the rules, and a calendar is long.
    pub procurement: Option<Arc<ProcurementRules>>,
}

impl Default for Rules {
    /// What holds before a ruleset is adopted.
    fn default() -> Self {
        Self {
            open_window_days: 31,
            future_tolerance_minutes: 10,
            amc_look_back_months: 6,
            amc_stocked_days_min: 10,
            critical_below_months: Decimal::ONE,
            low_below_months: Decimal::TWO,
            overstocked_above_months: Decimal::from(6),
            petty_cash_limit: None,
            emergency_approval_days: None,
            advance_percent_max: None,
            price_tolerance_percent: None,
            transfer_overdue_days: None,
            statements_required: None,
            procurement: None,
        }
    }
}

impl Rules {
    /// Most that one order from petty cash may come to in this currency; `None` where nothing may be bought so.
    pub fn petty_cash_limit(&self, currency: Currency) -> Option<Money> {
        self.petty_cash_limit
            .filter(|limit| limit.currency() == currency)
    }

    /// Days after its placement within which an emergency order is approved.
    pub fn emergency_approval_days(&self) -> u16 {
        self.emergency_approval_days.unwrap_or(7)
    }

    /// Most of an order's total that may be paid in advance, in percent.
    pub fn advance_percent_max(&self) -> u8 {
        self.advance_percent_max.unwrap_or(20)
    }

    /// How far an invoiced unit price may lie above or below the ordered one, in percent.
    pub fn price_tolerance_percent(&self) -> Decimal {
        self.price_tolerance_percent.unwrap_or_default()
    }

    /// Days after its dispatch from which a transfer is overdue when nobody named a day.
    pub fn transfer_overdue_days(&self) -> u16 {
        self.transfer_overdue_days.unwrap_or(14)
    }

    /// Whether approvals, minutes and key enrolments must be signed by who decides.
    pub fn statements_required(&self) -> bool {
        self.statements_required.unwrap_or(false)
    }

    /// Whether such parameters are still proposed: tenders that are out keep their edition only under the latest one.
    pub fn check_edition(&self) -> Result<(), Refusal> {
        let mut procurement = self.procurement.iter();
        let latest = procurement.all(|it| it.has_edition(EDITION_LATEST));
        ensure(latest, Refusal::Edition)
    }

    /// Parameters of procurement.
    pub fn procurement(&self) -> Arc<ProcurementRules> {
        self.procurement.clone().unwrap_or_default()
    }

    /// Parameters that cannot work are refused with the name of the parameter.
    pub fn check(&self) -> Result<(), Refusal> {
        self.check_stock()?;
        self.check_orders()?;
        match &self.procurement {
            Some(procurement) => procurement.check(),
            None => Ok(()),
        }
    }

    fn check_stock(&self) -> Result<(), Refusal> {
        ensure(
            (1..=92).contains(&self.open_window_days),
            out_of_range("open_window_days", Range::Within(1, 92)),
        )?;
        ensure(
            self.future_tolerance_minutes <= 60,
            out_of_range("future_tolerance_minutes", Range::Within(0, 60)),
        )?;
        ensure(
            (1..=12).contains(&self.amc_look_back_months),
            out_of_range("amc_look_back_months", Range::Within(1, 12)),
        )?;
        ensure(
            (1..=28).contains(&self.amc_stocked_days_min),
            out_of_range("amc_stocked_days_min", Range::Within(1, 28)),
        )?;
        let ordered = Decimal::ZERO < self.critical_below_months
            && self.critical_below_months <= self.low_below_months
            && self.low_below_months < self.overstocked_above_months;
        ensure(
            ordered,
            out_of_range(
                "critical, low, overstocked",
                Range::Rule(legal(
                    "0 < critical <= low < overstocked",
                    "0 < critical <= low < overstocked",
                )),
            ),
        )
    }

    fn check_orders(&self) -> Result<(), Refusal> {
        ensure(
            self.petty_cash_limit
                .is_none_or(|limit| limit.amount() > Decimal::ZERO),
            out_of_range("petty_cash_limit", Range::Above(0)),
        )?;
        ensure(
            (1..=90).contains(&self.emergency_approval_days()),
            out_of_range("emergency_approval_days", Range::Within(1, 90)),
        )?;
        ensure(
            self.advance_percent_max() <= 100,
            out_of_range("advance_percent_max", Range::Within(0, 100)),
        )?;
        ensure(
            (Decimal::ZERO..=Decimal::TEN).contains(&self.price_tolerance_percent()),
            out_of_range("price_tolerance_percent", Range::Within(0, 10)),
        )?;
        ensure(
            (1..=365).contains(&self.transfer_overdue_days()),
            out_of_range("transfer_overdue_days", Range::Within(1, 365)),
        )
    }
}

pub(super) const fn out_of_range(parameter: &'static str, range: Range) -> Refusal {
    Refusal::OutOfRange { parameter, range }
}

grown!(Rules {
    open_window_days,
    future_tolerance_minutes,
    amc_look_back_months,
    amc_stocked_days_min,
    critical_below_months,
    low_below_months,
    overstocked_above_months;
    petty_cash_limit,
    emergency_approval_days,
    advance_percent_max,
    price_tolerance_percent,
    transfer_overdue_days,
    statements_required,
    procurement,
});
