//! Values as they stand on lines of the C2SP formats: one way to write each, everything else is refused.

use super::Hash;
use crate::aggregate::ensure;

/// A decimal without sign and leading zeros.
pub(super) fn decimal(text: &str) -> Option<u64> {
    let value: u64 = text.parse().ok()?;
    (value.to_string() == text).then_some(value)
}

/// Hashes of a proof, one a line, in base64.
pub(super) fn write_hashes(text: &mut String, hashes: &[Hash]) {
    for hash in hashes {
        text.push_str(&hash.to_string());
        text.push('\n');
    }
}

/// Reads them back, at most so many; `malformed` is given the number of the line, from 1.
pub(super) fn read_hashes<'a, E>(
    lines: impl Iterator<Item = &'a str>,
    max: usize,
    malformed: impl Fn(usize) -> E,
) -> Result<Vec<Hash>, E> {
    let mut hashes = Vec::new();
    for (line, number) in lines.zip(1..) {
        ensure(number <= max, malformed(number))?;
        hashes.push(Hash::parse_hash(line).map_err(|_| malformed(number))?);
    }
    Ok(hashes)
}
