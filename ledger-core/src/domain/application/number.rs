//! Which organisation a number in a public register is: one number, one id, so that a duplicate meets the first.

use sha2::{Digest as _, Sha256};

use crate::domain::values::{self, ExternalId, OrganizationId};

/// Longest id.
const ID_BYTES_MAX: usize = 64;

/// The id of the organisation with this number: `EG-GAFI:12345` is `EG-GAFI.12345`.
///
/// The list's code, a dot, and the number in capitals without spaces, for registers do not tell numbers apart by those.
/// Of other characters than `A-Z 0-9 . -` stands `_` and the byte in hexadecimal. An id that would be longer than 64
/// characters is SHA-256 of that text instead. A list's code has no dot, so different numbers have different ids.
pub fn organization_of(external: &ExternalId) -> OrganizationId {
    let escaped = |byte: u8| match byte.to_ascii_uppercase() {
        byte @ (b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-') => char::from(byte).to_string(),
        byte => format!("_{byte:02X}"),
    };
    let number = external.number().bytes().filter(|byte| *byte != b' ');
    let number: String = number.map(escaped).collect();
    let mut id = format!("{}.{number}", external.scheme().replace('_', "_5F"));
    if id.len() > ID_BYTES_MAX {
        id = values::Sha256(Sha256::digest(&id).into()).to_string();
    }
    OrganizationId::of_number(id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn id(external: &str) -> String {
        organization_of(&ExternalId::new(external).unwrap()).into()
    }

    #[test]
    fn a_number_is_one_organisation_however_it_is_written() {
        assert_eq!(id("EG-GAFI:12345"), "EG-GAFI.12345");
        assert_eq!(id("EG-GAFI:12 345"), id("EG-GAFI:12345"));
        assert_eq!(id("GB-COH:sc123"), id("GB-COH:SC123"));
        assert_eq!(id("CA-CRA_ACR:1/2"), "CA-CRA_5FACR.1_2F2");
    }

    #[test]
    fn different_numbers_are_different_organisations_with_legal_ids() {
        let long = format!("EG-GAFI:{}", "/".repeat(56));
        let longer = format!("EG-GAFI:{}-", "/".repeat(55));
        let numbers = [
            "EG-GAFI:1",
            "EG-GAF:I.1",
            "EG-GAFI-1:1",
            "EG-GAFI:1.1",
            "EG-GAFI:1-1",
            "EG-GAFI:1_1",
            "EG-GAFI:1/1",
            "EG-GAFI:1_2F1",
            "EG-GAFI_1:1",
            "EG-GAFI:.1",
            &long,
            &longer,
        ];
        let ids: BTreeSet<String> = numbers.iter().map(|number| id(number)).collect();
        assert_eq!(ids.len(), numbers.len());
        for id in ids {
            assert!(OrganizationId::new(&id).is_ok(), "{id}");
        }
    }
}
