//! Receipts: that an entry was in the log when it was promised to be.

use std::path::{Path, PathBuf};

use sijill_ledger_core::aggregate::Explain;
use sijill_ledger_core::log::note::NOTE_BYTES_MAX;
use sijill_ledger_core::log::proof::{EXTRA_BYTES_MAX, Proof, ProofError, Verified};
use sijill_ledger_core::store::ENTRY_BYTES_MAX;
use sijill_ledger_core::time::Timestamp;

use super::claims::Claims;
use super::source::Source;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::input::contents;
use crate::cli::lang::two;
use crate::cli::output::Ui;

/// A checkpoint with all its signatures, extra data in base64, and the lines of the proof.
const RECEIPT_BYTES_MAX: usize = NOTE_BYTES_MAX + 2 * EXTRA_BYTES_MAX + (8 << 10);

/// A receipt out of a file, not yet checked.
pub struct Receipt {
    file: PathBuf,
    proof: Proof,
}

impl Receipt {
    /// Reads a file.
    pub fn read(file: &Path) -> Result<Self, Failure> {
        let bytes = contents(file, RECEIPT_BYTES_MAX as u64)?;
        let proof = Proof::parse(&bytes).map_err(|error| no_proof(file, &error))?;
        Ok(Self {
            file: file.to_owned(),
            proof,
        })
    }

    /// Checks it offline, for an entry out of a file.
    pub fn check_alone(&self, entry: &Path, claims: &Claims, ui: &mut Ui) -> Result<(), Failure> {
        let entry = contents(entry, ENTRY_BYTES_MAX as u64)?;
        self.check(&entry, claims, ui)
    }

    /// Checks it for the entry that the log has at its index. That its checkpoint is one that the log has grown from is checked
    /// with the checkpoints that the user saved.
    pub fn check_in(
        &self,
        source: &dyn Source,
        claims: &Claims,
        ui: &mut Ui,
    ) -> Result<(), Failure> {
        let index = self.proof.index;
        let entry = source.entry(index)?.ok_or_else(|| Failure::Damaged {
            index: Some(index),
            what: two!(
                ui.lang,
                "للقيد {index} إيصال وليس القيد في السجل",
                "there is a receipt for the entry at index {index}, which the log has not"
            ),
        })?;
        self.check(&entry.bytes, claims, ui)
    }

    /// The checkpoint in it becomes one that the log must have grown from, once its signature was checked: else it would accuse
    /// the log of what somebody else wrote.
    pub fn be_known(&self, claims: &mut Claims) -> Result<(), Failure> {
        let checkpoint = &self.proof.checkpoint;
        let judged = match claims.signed(checkpoint) {
            Ok(true) => Ok(()),
            Ok(false) => Err(ProofError::NotSigned {
                origin: checkpoint.checkpoint().origin().to_owned(),
            }),
            Err(error) => Err(error.into()),
        };
        judged.map_err(|error| no_proof(&self.file, &error))?;
        claims.know(&self.file, checkpoint.clone());
        Ok(())
    }

    fn check(&self, entry: &[u8], claims: &Claims, ui: &mut Ui) -> Result<(), Failure> {
        let judged = claims.proven(&self.proof, entry);
        let verified = judged.map_err(|error| no_proof(&self.file, &error))?;
        self.tell(&verified, claims, ui)
    }

    fn tell(&self, verified: &Verified, claims: &Claims, ui: &mut Ui) -> Result<(), Failure> {
        let (file, origin) = (
            self.file.display(),
            self.proof.checkpoint.checkpoint().origin(),
        );
        let Verified {
            index, size, root, ..
        } = verified;
        ui.note(&two!(
            ui.lang,
            "{file}: القيد {index} في السجل {origin} حين كان {size} قيدًا جذرها {root}",
            "{file}: the entry at index {index} is in the log {origin} as of {size} entries with the root {root}"
        ))?;
        for (witness, seconds) in &verified.cosigned_at {
            let at = Timestamp::from_seconds(*seconds)
                .map_or_else(|| format!("{seconds} s"), |at| at.to_string());
            ui.note(&two!(
                ui.lang,
                "  شهد {witness} عند {at}",
                "  cosigned by {witness} at {at}"
            ))?;
        }
        if claims.policy().is_none() {
            ui.note(ui.lang.pick(
                "لم تُفحص شهادات الشهود: أضف --witnesses بسياستها",
                "cosignatures were not checked: add --witnesses with their policy",
            ))?;
        }
        Ok(())
    }
}

fn no_proof(file: &Path, error: &ProofError) -> Failure {
    let text = Bilingual::refusal(error);
    let file = file.display();
    Failure::Refused {
        code: error.code(),
        text: Bilingual::new(
            format!("{file}: {}", text.ar),
            format!("{file}: {}", text.en),
        ),
    }
}
