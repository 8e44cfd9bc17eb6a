//! Numbers as they stand on lines of the C2SP formats: one way to write each value, everything else is refused.

/// A decimal without sign and leading zeros.
pub(super) fn decimal(text: &str) -> Option<u64> {
    let value: u64 = text.parse().ok()?;
    (value.to_string() == text).then_some(value)
}
