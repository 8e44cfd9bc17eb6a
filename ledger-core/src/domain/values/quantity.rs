//! Quantities in an item's base unit. Decimals, never floats; sums are checked.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{ValueError, legal};

/// Most decimal places of a quantity: enough for grams of a tonne.
const SCALE_MAX: u32 = 6;
/// Largest quantity of one line. Far above any store, far below where a sum of 10¹² lines could overflow.
const QUANTITY_MAX: i64 = 1_000_000_000_000;

/// How much, in the item's base unit: zero or more, at most 10¹², at most six decimal places; kept without trailing zeros.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "Decimal", into = "Decimal")]
pub struct Quantity(Decimal);

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// Checks a decimal.
    pub fn new(amount: Decimal) -> Result<Self, ValueError> {
        let amount = amount.normalize();
        if amount.is_sign_negative() && !amount.is_zero()
            || amount.scale() > SCALE_MAX
            || amount > Decimal::from(QUANTITY_MAX)
        {
            return Err(ValueError::new(
                "quantity",
                amount,
                legal(
                    "من 0 إلى 1000000000000 وبست منازل عشرية على الأكثر",
                    "0 to 1000000000000 with at most six decimal places",
                ),
            ));
        }
        Ok(Self(amount))
    }

    /// Parses plain decimal notation.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        Decimal::from_str_exact(text.trim())
            .map_err(|_| {
                ValueError::new(
                    "quantity",
                    text,
                    legal(
                        "عدد عشري مثل 12 أو 0.5",
                        "a plain decimal number such as 12 or 0.5",
                    ),
                )
            })
            .and_then(Self::new)
    }

    /// The decimal.
    pub const fn get(self) -> Decimal {
        self.0
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }
}

impl From<u32> for Quantity {
    fn from(amount: u32) -> Self {
        Self(Decimal::from(amount))
    }
}

impl TryFrom<Decimal> for Quantity {
    type Error = ValueError;
    fn try_from(amount: Decimal) -> Result<Self, ValueError> {
        Self::new(amount)
    }
}

impl From<Quantity> for Decimal {
    fn from(quantity: Quantity) -> Self {
        quantity.0
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What an entry does to a balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// Adds a signed amount.
    Add(Decimal),
    /// States the balance: a physical count or an opening balance.
    Set(Quantity),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_bounded_and_canonical() {
        assert_eq!(Quantity::parse("1.500").unwrap().to_string(), "1.5");
        assert!(Quantity::parse("-1").is_err() && Quantity::parse("0.0000001").is_err());
        assert!(Quantity::parse("1000000000001").is_err() && Quantity::parse("1e3").is_err());
    }
}
