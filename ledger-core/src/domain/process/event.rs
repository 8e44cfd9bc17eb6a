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

/// A release as it was published, and what views read of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Open contracting id of the process.
    pub ocid: Text,
    /// The release's id, unique in the process.
    pub id: Text,
    /// When it was published, as it says.
    pub date: Timestamp,
    /// Its tags (OCDS release tag codelist), such as `tender`, `award`; at least one.
    pub tags: Vec<Text>,
    /// Where it comes from: name and address of the publisher, or of the file.
    pub source: Text,
    /// SHA-256 of the release's bytes as published.
    pub sha256: Sha256,
    /// Size of the release as published, in bytes.
    pub bytes: u64,
    /// Where the bytes are.
    pub content: Content,
    /// What views read of it.
    pub summary: Summary,
}

/// Where the bytes of a release are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// Here, compressed (zlib, RFC 1950).
    Inline(Vec<u8>),
    /// In the attachment store, compressed (zlib, RFC 1950), under this SHA-256 of the compressed bytes.
    Attachment(Sha256),
}

/// What views read of a release; anyone can derive it again from the bytes. Absent means that the release does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// `tender/title`.
    pub title: Option<Text>,
    /// `buyer`.
    pub buyer: Option<Party>,
    /// `tender/status`.
    pub status: Option<Text>,
    /// `tender/procurementMethod`.
    pub method: Option<Text>,
    /// `tender/value`.
    pub value: Option<Money>,
    /// `tender/numberOfTenderers`, else the number of different tenderers named.
    pub tenderers: Option<u32>,
    /// `awards[]`, at most 200.
    pub awards: Vec<Award>,
}

/// A party as a release names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// `suppliers[]`, at most 50.
    pub suppliers: Vec<Party>,
}
