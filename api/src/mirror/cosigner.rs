//! The mirror as a witness of what it holds: the witness's own rules and record decide, here in the same process.

use std::path::Path;
use std::sync::Arc;

use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::log::note::{
    CosignatureVerifier, LogVerifier, Signature, WitnessKey, parse_signatures,
};
use sijill_ledger_core::log::tree::Tree;
use sijill_ledger_core::log::witness::{AddCheckpoint, Answer, Witness, WitnessError};
use sijill_ledger_core::store::embedded::{Files, RealFiles};

use super::fault::{self, Fault};
use crate::cli::errors::{Bilingual, Failure};
use crate::web::witness::posix_seconds;

/// Requests for one cosignature: the first may only tell what was cosigned last.
const ATTEMPTS_MAX: u32 = 3;

/// Cosigns checkpoints of the log that is mirrored.
#[derive(Clone, Debug)]
pub struct Cosigner {
    witness: Arc<Witness>,
    key: CosignatureVerifier,
}

impl Cosigner {
    /// With a witness's key, and its record of this log in a directory.
    pub fn open(key: WitnessKey, logs: &[LogVerifier], state: &Path) -> Result<Self, WitnessError> {
        let files: Arc<dyn Files> = Arc::new(RealFiles);
        let verifier = key.verifier();
        let witness = Witness::open(key, logs.iter().cloned(), &files, state)?;
        Ok(Self {
            witness: Arc::new(witness),
            key: verifier,
        })
    }

    /// Cosigns a checkpoint whose tree is held.
    pub async fn cosign(
        &self,
        tree: &Arc<Tree>,
        checkpoint: &SignedCheckpoint,
    ) -> Result<Signature, Fault> {
        let (this, tree, checkpoint) = (self.clone(), Arc::clone(tree), checkpoint.clone());
        fault::blocking(move || this.cosigned(&tree, &checkpoint)).await
    }

    fn cosigned(&self, tree: &Tree, checkpoint: &SignedCheckpoint) -> Result<Signature, Fault> {
        let size = checkpoint.checkpoint().size();
        let mut seen = 0;
        for _ in 0..ATTEMPTS_MAX {
            if seen > size {
                break;
            }
            let proof = tree.consistency(seen, size);
            let request = AddCheckpoint {
                old_size: seen,
                proof: proof.map_err(|error| damaged(error.to_string()))?,
                checkpoint: checkpoint.clone(),
            };
            match self.witness.add_checkpoint(&request.to_bytes(), now()?) {
                Answer::Cosigned(lines) => return self.own(&lines),
                Answer::Conflict { size } => seen = size,
                Answer::Refused(error) => return Err(fault::refused(&error)),
            }
        }
        Err(Fault::Stop(Failure::Refused {
            code: "MIRROR_COSIGNED_OTHER",
            text: Bilingual::new(
                format!(
                    "شهد هذا المفتاح من قبل على {seen} قيدًا من هذا السجل تخالف ما في المرآة ({size})؛ لن يُشهد عليه. قارن بالمرايا الأخرى قبل أي شيء"
                ),
                format!(
                    "this key has cosigned {seen} entries of this log that are not those of the mirror ({size}); it is not cosigned. Compare with other mirrors first"
                ),
            ),
        }))
    }

    fn own(&self, lines: &str) -> Result<Signature, Fault> {
        let signatures = parse_signatures(lines).map_err(|error| fault::refused(&error))?;
        let mut signatures = signatures.into_iter();
        let own = signatures.find(|signature| self.key.made(signature));
        own.ok_or_else(|| damaged("the cosignature is of another key".to_owned()))
    }
}

fn damaged(what: String) -> Fault {
    Fault::Stop(Failure::Damaged { index: None, what })
}

fn now() -> Result<u64, Fault> {
    posix_seconds().map_err(|error| {
        Fault::Stop(Failure::Io {
            path: "clock".into(),
            what: error.to_string(),
        })
    })
}
