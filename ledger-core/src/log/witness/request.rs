//! `add-checkpoint` as it travels (C2SP tlog-witness): the request both ways, and the log's reading of the answer.

use super::WitnessError;
use crate::aggregate::ensure;
use crate::log::Hash;
use crate::log::checkpoint::SignedCheckpoint;
use crate::log::lines::{decimal, read_hashes, write_hashes};
use crate::log::note::{CosignatureVerifier, NOTE_BYTES_MAX, Signature, parse_signatures};

/// Most hashes of a consistency proof: a tree of 2^63 entries needs no more.
pub const PROOF_LINES_MAX: usize = 63;

/// Largest request, in bytes: size line, proof lines, blank line, checkpoint.
pub const REQUEST_BYTES_MAX: usize = 32 + PROOF_LINES_MAX * 45 + NOTE_BYTES_MAX;

/// Media type of the size that answers a conflict.
pub const SIZE_MEDIA_TYPE: &str = "text/x.tlog.size";

/// A checkpoint for a witness to cosign.
#[derive(Clone, Debug, PartialEq)]
pub struct AddCheckpoint {
    /// The size that the witness has last cosigned, as far as the log knows.
    pub old_size: u64,
    /// The proof that the tree of that size is contained in the checkpoint's; empty from size 0.
    pub proof: Vec<Hash>,
    /// The checkpoint, signed by the log.
    pub checkpoint: SignedCheckpoint,
}

/// What a witness answers, where the log can go on from it.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// It has cosigned.
    Cosigned {
        /// The cosignature, checked against key and checkpoint.
        cosignature: Signature,
        /// When, in seconds since 1970, by its own clock.
        posix_seconds: u64,
    },
    /// It last cosigned another size than was said, or another root of that very size.
    Conflict {
        /// The size it last cosigned.
        size: u64,
    },
}

impl AddCheckpoint {
    /// The request's body.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("old {}\n", self.old_size);
        write_hashes(&mut text, &self.proof);
        text.push('\n');
        let mut bytes = text.into_bytes();
        bytes.extend(self.checkpoint.to_bytes());
        bytes
    }

    /// Parses a request's body, strictly.
    pub fn parse(body: &[u8]) -> Result<Self, WitnessError> {
        let bytes = body.len();
        ensure(bytes <= REQUEST_BYTES_MAX, WitnessError::TooLarge { bytes })?;
        let text = str::from_utf8(body).map_err(|_| WitnessError::Head)?;
        let (head, note) = text.split_once("\n\n").ok_or(WitnessError::Head)?;
        let mut lines = head.split('\n');
        let old_size = lines
            .next()
            .and_then(|line| decimal(line.strip_prefix("old ")?))
            .ok_or(WitnessError::Head)?;
        Ok(Self {
            old_size,
            proof: read_hashes(lines, PROOF_LINES_MAX, |line| WitnessError::ProofLine {
                line,
            })?,
            checkpoint: SignedCheckpoint::parse(note.as_bytes())?,
        })
    }
}

impl Reply {
    /// Reads a witness's answer to a request. The witness is not trusted: a cosignature counts once it is checked, and a size
    /// is a claim.
    pub fn read(
        status: u16,
        body: &[u8],
        sent: &SignedCheckpoint,
        witness: &CosignatureVerifier,
    ) -> Result<Self, WitnessError> {
        let unreadable = || WitnessError::Answer {
            witness: witness.name().to_owned(),
            status,
        };
        let text = str::from_utf8(body)
            .ok()
            .filter(|_| body.len() <= NOTE_BYTES_MAX);
        match (status, text) {
            (200, Some(lines)) => Self::cosigned(lines, sent, witness)?.ok_or_else(unreadable),
            (409, Some(line)) => {
                let size = line.strip_suffix('\n').and_then(decimal);
                size.map(|size| Self::Conflict { size })
                    .ok_or_else(unreadable)
            }
            (_, Some(_) | None) => Err(unreadable()),
        }
    }

    /// Signatures of other keys are passed over, as the protocol asks.
    fn cosigned(
        lines: &str,
        sent: &SignedCheckpoint,
        witness: &CosignatureVerifier,
    ) -> Result<Option<Self>, WitnessError> {
        let signatures = parse_signatures(lines)?;
        let Some(cosignature) = signatures.into_iter().find(|one| witness.made(one)) else {
            return Ok(None);
        };
        let mut note = sent.note().clone();
        note.put(cosignature.clone())?;
        let time = witness.cosigned_at(&note)?;
        Ok(time.map(|posix_seconds| Self::Cosigned {
            cosignature,
            posix_seconds,
        }))
    }
}
