//! Receipts (C2SP tlog-proof): entry index, inclusion proof and checkpoint in one text that verifies offline, years later.
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! extra <base64>            (optional, unauthenticated)
//! index <n>
//! <base64 hash>             (leaf's sibling first)
//!
//! <checkpoint>
//! ```

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::checkpoint::{CheckpointError, SignedCheckpoint};
use super::lines::{decimal, read_hashes, write_hashes};
use super::note::{LogVerifier, NoteError};
use super::policy::Policy;
use super::verify::verify_inclusion;
use super::{Hash, leaf_hash};
use crate::aggregate::{ensure, refusals};

const HEADER: &str = "c2sp.org/tlog-proof@v1\n";

/// Most hashes of an inclusion proof.
const HASHES_MAX: usize = 63;

/// Largest extra data, in bytes.
pub const EXTRA_BYTES_MAX: usize = 64 << 10;

/// A receipt, nothing of which is checked before [`verify`](Self::verify).
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// What an application adds. Nothing vouches for it.
    pub extra: Option<Vec<u8>>,
    /// The entry's index.
    pub index: u64,
    /// The inclusion proof, from the leaf's sibling up.
    pub hashes: Vec<Hash>,
    /// The checkpoint, with its signatures.
    pub checkpoint: SignedCheckpoint,
}

/// What a receipt proves about an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    /// Its index in the log.
    pub index: u64,
    /// The number of entries that the log had committed to.
    pub size: u64,
    /// The root that it had committed to.
    pub root: Hash,
    /// Who had seen that root and when, in seconds since 1970, by name in the policy.
    pub cosigned_at: BTreeMap<String, u64>,
}

impl Proof {
    /// The receipt as text.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = HEADER.to_owned();
        if let Some(extra) = &self.extra {
            let data = BASE64_STANDARD.encode(extra);
            text = format!("{text}extra {data}\n");
        }
        text = format!("{text}index {}\n", self.index);
        write_hashes(&mut text, &self.hashes);
        text.push('\n');
        let mut bytes = text.into_bytes();
        bytes.extend(self.checkpoint.to_bytes());
        bytes
    }

    /// Parses a receipt, strictly: what is accepted is written back byte for byte the same.
    pub fn parse(bytes: &[u8]) -> Result<Self, ProofError> {
        let text = str::from_utf8(bytes).map_err(|_| ProofError::Header)?;
        let rest = text.strip_prefix(HEADER).ok_or(ProofError::Header)?;
        let (head, note) = rest.split_once("\n\n").ok_or(ProofError::CutShort)?;
        let mut lines = head.split('\n').peekable();
        let extra = lines.next_if(|line| line.starts_with("extra "));
        let index = lines.next().and_then(|line| line.strip_prefix("index "));
        Ok(Self {
            extra: extra.map(extra_data).transpose()?,
            index: index.and_then(decimal).ok_or(ProofError::Index)?,
            hashes: read_hashes(lines, HASHES_MAX, |line| ProofError::Hash { line })?,
            checkpoint: SignedCheckpoint::parse(note.as_bytes())?,
        })
    }

    /// Whether this log has committed to this entry, and witnesses enough for the policy have seen it. Reads nothing but its
    /// arguments.
    pub fn verify(
        &self,
        entry: &[u8],
        log: &LogVerifier,
        policy: &Policy,
    ) -> Result<Verified, ProofError> {
        let checkpoint = self.checkpoint.checkpoint();
        let origin = || checkpoint.origin().to_owned();
        let signed = self.checkpoint.signed_by(log)?;
        ensure(signed, ProofError::NotSigned { origin: origin() })?;
        let witnessed = policy.witnessed(&self.checkpoint)?;
        let count = witnessed.cosigned_at.len();
        ensure(witnessed.quorum, ProofError::NoQuorum { count })?;
        let (index, size, root) = (self.index, checkpoint.size(), checkpoint.root());
        ensure(index < size, ProofError::IndexBeyond { index, size })?;
        let included = verify_inclusion(leaf_hash(entry), index, size, root, &self.hashes);
        ensure(included.is_ok(), ProofError::NotIncluded { index, size })?;
        Ok(Verified {
            index,
            size,
            root,
            cosigned_at: witnessed.cosigned_at,
        })
    }
}

fn extra_data(line: &str) -> Result<Vec<u8>, ProofError> {
    let data = line.strip_prefix("extra ").unwrap_or_default();
    BASE64_STANDARD
        .decode(data)
        .ok()
        .filter(|extra| extra.len() <= EXTRA_BYTES_MAX)
        .ok_or(ProofError::Extra)
}

refusals! {
    /// Why a text is no receipt, or the receipt proves nothing.
    pub enum ProofError,
        /** The checkpoint in it is none. */ Checkpoint(CheckpointError),
        /** A signature in it is false. */ Note(NoteError)
    {
        /// Another first line.
        Header = "PROOF_HEADER",
            "ليس إيصالًا: لا يبدأ بالسطر c2sp.org/tlog-proof@v1؛ تأكد أنه الملف الصحيح",
            "this is no receipt: it does not begin with c2sp.org/tlog-proof@v1; check that it is the right file";
        /// No checkpoint after a blank line.
        CutShort = "PROOF_CUT_SHORT",
            "الإيصال مقطوع: لا سطر فارغ بعده نقطة تحقق؛ احصل عليه كاملًا",
            "the receipt is cut short: no blank line with a checkpoint after it; fetch it whole";
        /// Extra data that is no base64, or too much.
        Extra = "PROOF_EXTRA",
            "سطر extra ليس base64 أو يتجاوز {EXTRA_BYTES_MAX} بايت؛ احصل على الإيصال من جديد",
            "the extra line is no base64 or exceeds {EXTRA_BYTES_MAX} bytes; fetch the receipt again";
        /// No index.
        Index = "PROOF_INDEX",
            "سطر index غائب أو ليس عددًا عشريًّا بلا أصفار سابقة؛ احصل على الإيصال من جديد",
            "the index line is missing or no decimal without leading zeros; fetch the receipt again";
        /// A line that is no hash, or one too many.
        Hash {
            /// Which of the hash lines, from 1.
            line: usize,
        } = "PROOF_HASH",
            "سطر البرهان {line} ليس بصمة بترميز base64، أو تجاوز العدد {HASHES_MAX}؛ احصل على الإيصال من جديد",
            "proof line {line} is no hash in base64, or there are more than {HASHES_MAX}; fetch the receipt again";
        /// The log has not signed.
        NotSigned {
            /// The origin in the checkpoint.
            origin: String,
        } = "PROOF_NOT_SIGNED",
            "نقطة التحقق (أصلها {origin}) لا تحمل توقيع مفتاح السجل المطلوب؛ تأكد من المفتاح، وإلا فالإيصال لا يثبت شيئًا",
            "the checkpoint (origin {origin}) is not signed by the log key that was asked for; check the key, else the receipt proves nothing";
        /// Too few witnesses.
        NoQuorum {
            /// How many known witnesses cosigned.
            count: usize,
        } = "PROOF_NO_QUORUM",
            "شهد على نقطة التحقق {count} من الشهود المعروفين، ولا تكتمل بهم السياسة؛ اطلب إيصالًا أحدث أو راجع السياسة",
            "{count} known witnesses have cosigned the checkpoint, which the policy does not find enough; ask for a newer receipt or check the policy";
        /// The index is outside the tree.
        IndexBeyond {
            /// The index.
            index: u64,
            /// The number of entries.
            size: u64,
        } = "PROOF_INDEX_BEYOND",
            "القيد {index} خارج سجل من {size} قيدًا؛ الإيصال لا يثبت شيئًا",
            "the entry {index} is outside a log of {size} entries; the receipt proves nothing";
        /// The proof does not lead to the root.
        NotIncluded {
            /// The index.
            index: u64,
            /// The number of entries.
            size: u64,
        } = "PROOF_NOT_INCLUDED",
            "البرهان لا يصل القيد {index} بجذر السجل عند {size} قيدًا: غُيِّر القيد أو رقمه أو البرهان؛ احفظ الملفين دليلًا",
            "the proof does not lead from entry {index} to the log's root at {size} entries: entry, index or proof was changed; keep both files as evidence";
    }
}
