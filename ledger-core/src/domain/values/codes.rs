//! Identifiers and codes. Those that name a stream are safe in a stream name, a file name and a URL.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Legal, ValueError, legal};

const STREAM_SAFE: Legal = legal(
    "من 1 إلى 64 من A-Z a-z 0-9 . _ -",
    "1 to 64 of A-Z a-z 0-9 . _ -",
);
const PRINTABLE: Legal = legal(
    "من 1 إلى 64 حرفًا لاتينيًا أو رقمًا أو علامة، بلا مسافة في طرفيها",
    "1 to 64 printable ASCII characters, no space at the ends",
);

/// Declares a code type: a checked, cheaply cloned text.
macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $what:literal, $legal:path, $rule:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Parses and checks the code.
            pub fn new(code: &str) -> Result<Self, ValueError> {
                if $legal(code) { Ok(Self(code.into())) } else { Err(ValueError::new($what, code, $rule)) }
            }

            /// The code as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = ValueError;
            fn try_from(code: String) -> Result<Self, ValueError> {
                Self::new(&code)
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.0.as_ref().to_owned()
            }
        }
    };
}

fn stream_safe(code: &str) -> bool {
    (1..=64).contains(&code.len())
        && code
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

fn printable(code: &str) -> bool {
    (1..=64).contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_graphic() || b == b' ')
        && code.trim() == code
}

fn batch(code: &str) -> bool {
    code.len() <= 40 && printable(code)
}

fn country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())
}

/// List codes are upper-case words joined by `-` or `_`; the first is a country's or, as in `XI-LEI`, begins with X.
fn external(code: &str) -> bool {
    let list = |list: &str| {
        list.split_once('-')
            .is_some_and(|(first, rest)| country(first) && !rest.is_empty())
            && list
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
    };
    code.len() <= 64
        && code
            .split_once(':')
            .is_some_and(|(scheme, number)| list(scheme) && printable(number))
}

fn place(code: &str) -> bool {
    code.len() <= 6
        && code.split_once('-').is_some_and(|(land, part)| {
            country(land)
                && (1..=3).contains(&part.len())
                && part
                    .bytes()
                    .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        })
}

code!(/// A store, hospital, clinic, school or office that holds stock.
    FacilityId, "facility id", stream_safe, STREAM_SAFE);
code!(/// An item of the national catalogue.
    ItemCode, "item code", stream_safe, STREAM_SAFE);
code!(/// An organisation: procuring entity, supplier or oversight body.
    OrganizationId, "organization id", stream_safe, STREAM_SAFE);
code!(/// An official, by a public number that is not a natural person's identifier.
    OfficialId, "official id", stream_safe, STREAM_SAFE);
code!(/// A committee.
    CommitteeId, "committee id", stream_safe, STREAM_SAFE);
code!(/// A set of versioned parameters.
    RulesetId, "ruleset id", stream_safe, STREAM_SAFE);
code!(/// A programme that owns or funds stock (`program` in `OpenLMIS`), such as a vaccination programme.
    Programme, "programme", stream_safe, STREAM_SAFE);
code!(/// A transfer of goods between two stores.
    TransferId, "transfer id", stream_safe, STREAM_SAFE);
code!(/// An order to a supplier.
    OrderId, "order id", stream_safe, STREAM_SAFE);
code!(/// A contract with a supplier.
    ContractId, "contract id", stream_safe, STREAM_SAFE);
code!(/// A yearly plan of needs.
    PlanId, "plan id", stream_safe, STREAM_SAFE);
code!(/// A tender.
    TenderId, "tender id", stream_safe, STREAM_SAFE);
code!(/// A lot of a tender.
    LotId, "lot id", stream_safe, STREAM_SAFE);
code!(/// A criterion of a tender.
    CriterionId, "criterion id", stream_safe, STREAM_SAFE);
code!(/// A question about a tender.
    QuestionId, "question id", stream_safe, STREAM_SAFE);
code!(/// A complaint about a tender's documents or its award.
    ComplaintId, "complaint id", stream_safe, STREAM_SAFE);
code!(/// A sealed envelope; drawn at random by the bidder, so that it says nothing of tender or bidder.
    EnvelopeId, "envelope id", stream_safe, STREAM_SAFE);
code!(/// A bid or performance security.
    SecurityId, "security id", stream_safe, STREAM_SAFE);
code!(/// A list of qualified suppliers.
    QualificationId, "qualification id", stream_safe, STREAM_SAFE);
code!(/// A request of one facility for goods from another.
    RequisitionId, "requisition id", stream_safe, STREAM_SAFE);
code!(/// A reservation of stock.
    ReservationId, "reservation id", stream_safe, STREAM_SAFE);
code!(/// A stock count, from proposal to approval.
    CountId, "count id", stream_safe, STREAM_SAFE);
code!(/// A discrepancy that someone must answer.
    DiscrepancyId, "discrepancy id", stream_safe, STREAM_SAFE);
code!(/// The number printed on a paper or electronic document.
    DocumentNumber, "document number", printable, PRINTABLE);
code!(/// A batch or lot number as the maker prints it (GS1 AI 10 allows 20 characters; older national systems print more).
Batch, "batch", batch, legal(
    "من 1 إلى 40 حرفًا لاتينيًا أو رقمًا أو علامة، بلا مسافة في طرفيها",
    "1 to 40 printable ASCII characters, no space at the ends",
));
code!(/// A governorate or other subdivision by ISO 3166-2, such as `EG-C` or `JO-AM`.
    Place, "place", place, legal("رمز ISO 3166-2 مثل EG-C", "an ISO 3166-2 code such as EG-C"));
code!(/// A code of another classification (ATC, UNSPSC, UCUM unit) or a post.
    Code, "code", printable, PRINTABLE);
code!(/// A country by ISO 3166-1 alpha-2, such as `EG` or `JO`.
    Country, "country", country, legal("رمز دولة من حرفين وفق ISO 3166-1 مثل EG", "an ISO 3166-1 alpha-2 code such as EG"));
code!(/// An organisation's number in a public register: the code of that register's list on org-id.guide, a colon, the
/// number there. `EG-GAFI:12345`.
ExternalId, "external id", external, legal(
    "رمز قائمة من org-id.guide ثم نقطتان ثم الرقم فيها، مثل EG-GAFI:12345، وأقصاه 64 حرفًا",
    "a list code of org-id.guide, a colon and the number there, such as EG-GAFI:12345, at most 64 characters",
));
code!(/// A key's id: hexadecimal SHA-256 of its algorithm and bytes, first 16 characters.
    KeyId, "key id", stream_safe, STREAM_SAFE);
code!(/// A global trade item number with a right check digit (GS1).
Gtin, "GTIN", gtin, legal(
    "8 أو 12 أو 13 أو 14 رقمًا ورقم تحقق صحيح",
    "8, 12, 13 or 14 digits with a right check digit",
));

/// GS1 General Specifications 7.9: weights 3 and 1 from the right, before the check digit.
fn gtin(code: &str) -> bool {
    let digits: Option<Vec<u32>> = code.chars().map(|c| c.to_digit(10)).collect();
    let Some(digits) = digits.filter(|d| matches!(d.len(), 8 | 12 | 13 | 14)) else {
        return false;
    };
    let weighted: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| if i % 2 == 1 { d * 3 } else { *d })
        .sum();
    weighted.is_multiple_of(10)
}

impl Place {
    /// The country that the code begins with, in two letters.
    pub fn country(&self) -> &str {
        self.0.split_once('-').map_or("", |(country, _)| country)
    }
}

impl ExternalId {
    /// The list on org-id.guide (OCDS: `identifier.scheme`).
    pub fn scheme(&self) -> &str {
        self.0.split_once(':').map_or("", |(scheme, _)| scheme)
    }

    /// The number on that list (OCDS: `identifier.id`).
    pub fn number(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, number)| number)
    }
}

impl OrganizationId {
    /// An id that is worked out from a number in a public register, legal by construction.
    pub(in crate::domain) fn of_number(id: String) -> Self {
        Self(id.into())
    }
}

impl KeyId {
    /// A key id from hexadecimal digits of a hash, legal by construction.
    pub(super) fn from_hash(hex: String) -> Self {
        Self(hex.into())
    }
}

/// SHA-256 of a document, attachment or imported file.
///
/// In JSON it is hexadecimal text; in snapshots and hashed commands its bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256(pub [u8; 32]);

impl Sha256 {
    /// Parses 64 hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let error = || {
            ValueError::new(
                "SHA-256",
                text,
                legal("64 رقمًا ست عشريًا", "64 hexadecimal digits"),
            )
        };
        let digits: Option<Vec<u8>> = text
            .chars()
            .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect();
        let digits = digits.filter(|d| d.len() == 64).ok_or_else(error)?;
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = pair.iter().fold(0, |byte, digit| byte << 4 | digit);
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Sha256 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Sha256 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            Self::parse(&text).map_err(de::Error::custom)
        } else {
            <[u8; 32]>::deserialize(deserializer).map(Self)
        }
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_and_illegal_codes() {
        assert!(ItemCode::new("J01CA04.500-20").is_ok());
        assert!(ItemCode::new("a/b").is_err());
        assert!(FacilityId::new("").is_err());
        assert!(Batch::new("LOT (2)/7").is_ok());
        assert!(Batch::new(" 7").is_err());
        assert!(Place::new("EG-C").is_ok() && Place::new("Cairo").is_err());
        assert!(Country::new("JO").is_ok() && Country::new("Jo").is_err());
        for wrong in [
            "12345",
            "EG-GAFI",
            "eg-gafi:1",
            "GAFI:1",
            "EG-:1",
            "EG-GAFI: 1",
            "EG-GAFI:",
        ] {
            assert!(ExternalId::new(wrong).is_err(), "{wrong}");
        }
        let canadian = ExternalId::new("CA-CRA_ACR:1:2").unwrap();
        assert_eq!(
            (canadian.scheme(), canadian.number()),
            ("CA-CRA_ACR", "1:2")
        );
        assert!(Gtin::new("4006381333931").is_ok() && Gtin::new("4006381333932").is_err());
    }
}
