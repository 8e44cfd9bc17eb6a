//! Sums of money: by the ledger's own rounding, and never across currencies.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use sijill_ledger_core::domain::values::{Currency, Money, Quantity, UnitPrice};

/// What the lines of an offer come to: Σ quantity × unit price, each line rounded once to the minor unit
/// ([`UnitPrice::line_total`]). `None` for more than money can hold, and for a price in another currency.
pub(super) fn total(
    currency: Currency,
    lines: &BTreeMap<u16, (Quantity, UnitPrice)>,
) -> Option<Money> {
    let mut sum = Decimal::ZERO;
    for (quantity, price) in lines.values() {
        (price.currency() == currency).then_some(())?;
        sum = sum.checked_add(price.line_total(*quantity)?.amount())?;
    }
    Money::new(sum, currency).ok()
}
