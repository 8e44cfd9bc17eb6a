//! What is stored about a contracting process of another system: its releases, as they were published.

use serde::{Deserialize, Serialize};

use crate::domain::values::{Money, Sha256, Text};
use crate::time::Timestamp;

/// What happened to a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A release of another system.
    ReleaseRecorded(Box<Release>),
}

/// Largest release as published, in bytes.
pub const RELEASE_BYTES_MAX: u64 = 32 << 20;
/// Most compressed bytes of a release that stand in its event; more go into an attachment.
pub const INLINE_BYTES_MAX: usize = 40_000;
/// Most bytes of everything in a release's event but the release itself (texts, with an allowance for each award and
/// party): together with [`INLINE_BYTES_MAX`] and the metadata it fits one entry.
pub const DESCRIPTION_BYTES_MAX: usize = 20_000;
/// Most tags of a release.
pub const TAGS_MAX: usize = 20;
/// Most awards in a summary.
pub const AWARDS_MAX: usize = 200;
/// Most suppliers of one award in a summary.
pub const SUPPLIERS_MAX: usize = 50;
/// Most places that a summary names as left out.
pub const LEFT_OUT_MAX: usize = 20;

/// A release as it was published, and what views read of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Open contracting id of the process.
    pub ocid: Text,
    /// The release's id, unique in the process.
    pub id: Text,
    /// When it was published, as it says.
    pub date: Timestamp,
    /// Its tags (OCDS release tag codelist), such as `tender`, `award`; one to [`TAGS_MAX`].
    pub tags: Vec<Text>,
    /// Where it comes from: name and address of the publisher, or of the file.
    pub source: Text,
    /// SHA-256 of the release's bytes as published.
    pub sha256: Sha256,
    /// Size of the release as published, in bytes; at most [`RELEASE_BYTES_MAX`].
    pub bytes: u64,
    /// Where the bytes are.
    pub content: Content,
    /// What views read of it.
    pub summary: Summary,
}

/// Where the bytes of a release are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// Here, compressed (zlib, RFC 1950); at most [`INLINE_BYTES_MAX`]. In JSON they are hexadecimal text.
    Inline(#[serde(with = "hexadecimal")] Vec<u8>),
    /// In the attachment store, compressed (zlib, RFC 1950), under this SHA-256 of the compressed bytes.
    Attachment(Sha256),
}

/// What views read of a release; anyone can derive it again from the bytes. Absent means that the release does not say.
///
/// Texts are one line of at most 500 characters: white space is joined to single spaces, control and
/// direction-changing characters are dropped, what is longer is cut.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// `tender/title`.
    pub title: Option<Text>,
    /// `buyer`, with its name from `parties[]` where it is named only there.
    pub buyer: Option<Party>,
    /// `tender/procuringEntity`, named in the same way.
    pub procuring_entity: Option<Party>,
    /// `tender/status`.
    pub status: Option<Text>,
    /// `tender/procurementMethod`.
    pub method: Option<Text>,
    /// `tender/value`.
    pub value: Option<Money>,
    /// `tender/numberOfTenderers`, else the number of different `tender/tenderers`.
    pub tenderers: Option<u32>,
    /// `awards[]`, at most [`AWARDS_MAX`].
    pub awards: Vec<Award>,
    /// What the release says to be nothing: a JSON null takes back what earlier releases of the process said (OCDS
    /// merging). Such a field is absent above.
    pub removed: Vec<Field>,
    /// JSON pointers (RFC 6901) to what the release says at the places above but the summary does not hold, or holds cut: an
    /// amount with more decimals than its currency has, the 201st award. At most [`LEFT_OUT_MAX`].
    pub left_out: Vec<Text>,
}

/// A field of a summary that a release can take back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Field {
    /// The title.
    Title,
    /// The buyer.
    Buyer,
    /// The procuring entity.
    ProcuringEntity,
    /// The status.
    Status,
    /// The procurement method.
    Method,
    /// The value.
    Value,
    /// The number of tenderers.
    Tenderers,
}

/// A party as a release names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Party {
    /// Its identifier there.
    pub id: Option<Text>,
    /// Its name there.
    pub name: Option<Text>,
}

/// An award as a release names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Award {
    /// `id`.
    pub id: Text,
    /// `status`.
    pub status: Option<Text>,
    /// `value`.
    pub value: Option<Money>,
    /// `suppliers[]`, at most [`SUPPLIERS_MAX`].
    pub suppliers: Vec<Party>,
}

/// What an award, a party, a tag and an amount take in an entry beside their texts, in bytes: generously.
const AWARD_BYTES: usize = 40;
const PARTY_BYTES: usize = 12;

impl Release {
    /// Bytes of everything in its event but the release itself, see [`DESCRIPTION_BYTES_MAX`].
    pub fn description_bytes(&self) -> usize {
        let texts = [&self.ocid, &self.id, &self.source];
        texts
            .into_iter()
            .chain(&self.tags)
            .map(length)
            .sum::<usize>()
            + self.summary.bytes()
    }
}

impl Summary {
    /// Whether the release says nothing of what a summary holds, not even that something is nothing.
    pub fn is_silent(&self) -> bool {
        *self == Self::default()
    }

    /// Bytes that it takes in an entry.
    pub fn bytes(&self) -> usize {
        let texts = [&self.title, &self.status, &self.method];
        let parties = [&self.buyer, &self.procuring_entity];
        let texts = texts
            .into_iter()
            .flatten()
            .chain(&self.left_out)
            .map(length);
        let parties = parties.into_iter().flatten().map(Party::bytes);
        let awards = self.awards.iter().map(Award::bytes);
        texts.chain(parties).chain(awards).sum::<usize>() + AWARD_BYTES
    }

    /// Whether this field is there.
    pub const fn has(&self, field: Field) -> bool {
        match field {
            Field::Title => self.title.is_some(),
            Field::Buyer => self.buyer.is_some(),
            Field::ProcuringEntity => self.procuring_entity.is_some(),
            Field::Status => self.status.is_some(),
            Field::Method => self.method.is_some(),
            Field::Value => self.value.is_some(),
            Field::Tenderers => self.tenderers.is_some(),
        }
    }
}

impl Award {
    /// Bytes that it takes in an entry.
    pub fn bytes(&self) -> usize {
        let suppliers = self.suppliers.iter().map(Party::bytes).sum::<usize>();
        AWARD_BYTES + length(&self.id) + self.status.as_ref().map_or(0, length) + suppliers
    }
}

impl Party {
    fn bytes(&self) -> usize {
        let texts = [&self.id, &self.name];
        PARTY_BYTES + texts.into_iter().flatten().map(length).sum::<usize>()
    }
}

/// Bytes of a text in an entry, with its tag and its length.
fn length(text: &Text) -> usize {
    text.as_str().len() + 4
}

/// Bytes as hexadecimal text where people read, else as they are.
mod hexadecimal {
    use std::fmt::Write as _;

    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return bytes.serialize(serializer);
        }
        let mut digits = String::with_capacity(bytes.len() * 2);
        for byte in bytes {
            write!(digits, "{byte:02x}").map_err(serde::ser::Error::custom)?;
        }
        serializer.serialize_str(&digits)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        if !deserializer.is_human_readable() {
            return Vec::deserialize(deserializer);
        }
        let digits = String::deserialize(deserializer)?;
        let nibble = |digit: u8| char::from(digit).to_digit(16);
        let pair = |pair: &[u8]| match pair {
            [high, low] => u8::try_from(nibble(*high)? << 4 | nibble(*low)?).ok(),
            _ => None,
        };
        let bytes: Option<Vec<u8>> = digits.as_bytes().chunks(2).map(pair).collect();
        bytes.ok_or_else(|| de::Error::custom("two hexadecimal digits for each byte are expected"))
    }
}
