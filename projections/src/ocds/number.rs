//! JSON numbers as decimals: exact or not at all.

use rust_decimal::Decimal;

/// Most digits of a decimal.
const DIGITS_MAX: usize = 28;

/// The value of a JSON number: `1.50` is 1.5, `28e2` is 2800. `None` when the text is no JSON number, or a number that a
/// decimal of 28 digits does not hold.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let are_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    let digits = [whole, fraction].concat();
    let significant = digits.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return Some(Decimal::ZERO);
    }
    if significant.len() > DIGITS_MAX {
        return None;
    }
    let dropped = digits.len() - digits.trim_end_matches('0').len();
    // Decimal places after the significant digits; an exponent beyond any decimal ends here.
    let places = i64::try_from(fraction.len()).ok()? - i64::try_from(dropped).ok()?;
    let places = places.checked_sub(exponent.map_or(Some(0), |e| e.parse().ok())?)?;
    let units: i128 = significant.parse().ok()?;
    let units = if negative { -units } else { units };
    if let Ok(scale) = u32::try_from(places) {
        return Decimal::try_from_i128_with_scale(units, scale).ok();
    }
    let zeros = u32::try_from(places.checked_neg()?).ok()?;
    let units = units.checked_mul(10_i128.checked_pow(zeros)?)?;
    Decimal::try_from_i128_with_scale(units, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact() {
        for (json, value) in [
            ("0", "0"),
            ("-0.0", "0"),
            ("2809999872.0", "2809999872"),
            ("-12.50", "-12.5"),
            ("28e2", "2800"),
            ("1.5E+3", "1500"),
            ("125e-2", "1.25"),
            ("0.1", "0.1"),
            ("1000000000000000000000000000000e-28", "100"),
            ("0e999999999", "0"),
            ("1.10000000000000000000000000000000000", "1.1"),
            (
                "7922816251426433759354395033",
                "7922816251426433759354395033",
            ),
        ] {
            assert_eq!(decimal(json), Some(value.parse().unwrap()), "{json}");
        }
    }

    #[test]
    fn what_does_not_fit_is_no_number_here() {
        for json in [
            "",
            "-",
            "true",
            "\"1\"",
            "1e400",
            "1e-400",
            "1e99999999999999999999",
            "1e-9223372036854775808",
            "1.0000000000000000000000000000001",
            "123456789012345678901234567890123",
        ] {
            assert_eq!(decimal(json), None, "{json}");
        }
    }
}
