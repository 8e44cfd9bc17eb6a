//! Money and unit prices.

use std::fmt;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::{Quantity, ValueError, legal};

/// An ISO 4217 currency with its minor unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// Parses an alphabetic code such as `JOD`.
    pub fn new(code: &str) -> Result<Self, ValueError> {
        iso_currency::Currency::from_code(code)
            .map(Self)
            .ok_or_else(|| {
                ValueError::new(
                    "currency",
                    code,
                    legal(
                        "رمز عملة وفق ISO 4217 مثل EGP أو JOD",
                        "an ISO 4217 code such as EGP or JOD",
                    ),
                )
            })
    }

    /// The alphabetic code.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Decimal places of its minor unit: three for JOD, two for EGP, none for JPY.
    pub fn decimals(self) -> u32 {
        self.0.exponent().map_or(2, u32::from)
    }
}

impl TryFrom<String> for Currency {
    type Error = ValueError;
    fn try_from(code: String) -> Result<Self, ValueError> {
        Self::new(&code)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

/// An amount in whole minor units of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    amount: Decimal,
    currency: Currency,
}

impl Money {
    /// An amount with no more decimals than the currency has; magnitude below 10¹⁴, so that minor units fit 64 bits.
    pub fn new(amount: Decimal, currency: Currency) -> Result<Self, ValueError> {
        let amount = amount.normalize();
        if amount.scale() > currency.decimals()
            || amount.abs() >= Decimal::from(100_000_000_000_000_i64)
        {
            return Err(ValueError::new(
                "amount",
                amount,
                legal(
                    "دون 10^14، وبمنازل عشرية لا تزيد على منازل العملة",
                    "no more decimals than the currency has, below 10^14",
                ),
            ));
        }
        Ok(Self { amount, currency })
    }

    /// The amount.
    pub const fn amount(self) -> Decimal {
        self.amount
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = usize::try_from(self.currency.decimals()).unwrap_or(2);
        write!(f, "{:.decimals$} {}", self.amount, self.currency.code())
    }
}

/// The price of one base unit: zero or more, below 10¹⁰, at most eight decimal places. Never rounded to the minor unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UnitPrice {
    amount: Decimal,
    currency: Currency,
}

impl UnitPrice {
    /// Checks a price.
    pub fn new(amount: Decimal, currency: Currency) -> Result<Self, ValueError> {
        let amount = amount.normalize();
        let negative = amount.is_sign_negative() && !amount.is_zero();
        if negative || amount.scale() > 8 || amount >= Decimal::from(10_000_000_000_i64) {
            return Err(ValueError::new(
                "unit price",
                amount,
                legal(
                    "من 0 إلى 10^10 وبثماني منازل عشرية على الأكثر",
                    "0 to 10^10 with at most eight decimal places",
                ),
            ));
        }
        Ok(Self { amount, currency })
    }

    /// The amount per base unit.
    pub const fn amount(self) -> Decimal {
        self.amount
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The total of a line: quantity × price, rounded once, half away from zero, to the minor unit.
    /// `None` when it exceeds what money can hold.
    pub fn line_total(self, quantity: Quantity) -> Option<Money> {
        let exact = self.amount.checked_mul(quantity.get())?;
        let rounded = exact.round_dp_with_strategy(
            self.currency.decimals(),
            RoundingStrategy::MidpointAwayFromZero,
        );
        Money::new(rounded, self.currency).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 3 × 0.3335 JOD = 1.0005, which the three decimals of the dinar round to 1.001.
    #[test]
    fn a_line_total_is_rounded_once_to_the_minor_unit() {
        let dinar = Currency::new("JOD").unwrap();
        let price = UnitPrice::new("0.3335".parse().unwrap(), dinar).unwrap();
        assert_eq!(
            price.line_total(Quantity::from(3)).unwrap().to_string(),
            "1.001 JOD"
        );
        assert!(Money::new("1.0005".parse().unwrap(), dinar).is_err());
    }
}
