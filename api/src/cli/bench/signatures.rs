//! The signatures that `verify` checks, by themselves: the log's on a checkpoint, a witness's under it, people's on commands.
//!
//! One by one, as `verify` does it. A batch of Ed25519 signatures takes half of the time and is no replacement: it accepts some that
//! the strict check of each refuses, so that two verifiers could disagree, and it brings three crates.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use sijill_ledger_core::domain::values::{PublicKey, Sha256};
use sijill_ledger_core::event::Statement;
use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::log::note::{
    CosignatureVerifier, LogVerifier, WitnessKey, parse_signatures,
};
use sijill_ledger_core::log::witness::{self, AddCheckpoint, Answer, Witness};
use sijill_ledger_core::statement::{Claim, StatementKey};
use sijill_ledger_core::store::StreamName;
use sijill_ledger_core::store::embedded::{Files, RealFiles};
use uuid::Uuid;

use super::figures::{Figure, Rate};
use super::{failed, stock_log};
use crate::cli::demo::publishing;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::output::Word;

/// Signatures checked in a round, of each kind.
const CHECKED: u64 = 2_000;
const CHECKPOINT: Word = Word::new(
    "checkpoint_signatures",
    "توقيعات السجل على نقاط التحقق",
    "the log's signature on a checkpoint",
);
const COSIGNATURE: Word = Word::new("cosignatures", "شهادات الشهود", "a witness's cosignature");
const STATEMENT: Word = Word::new(
    "statement_signatures",
    "توقيعات الإفادات",
    "the signature of a statement",
);

/// What is checked, and by which keys.
pub struct Signatures {
    checkpoint: SignedCheckpoint,
    log: LogVerifier,
    witness: CosignatureVerifier,
    statements: Vec<Statement>,
    signer: PublicKey,
    /// The log's, the witnesses', the people's.
    pub figures: [Figure; 3],
}

impl Signatures {
    /// Signs: a checkpoint of a small log of its own, and statements that are all different.
    pub async fn made(workspace: &Path) -> Result<Self, Failure> {
        let dir = workspace.join("signed");
        let store = stock_log::build(&dir, 1).await?;
        let published = publishing::publish(&store, workspace.join("log.key"))?;
        let log = LogVerifier::parse(&published.vkey).map_err(|error| unmade(&error))?;
        let checkpoint =
            sijill_ledger_core::log::published::load(&dir).map_err(|error| unmade(&error))?;
        let checkpoint = checkpoint.ok_or_else(|| unmade(&"no checkpoint was published"))?;
        let (checkpoint, witness) = cosigned(&workspace.join("witness"), checkpoint, &log)?;
        let key = StatementKey::random().map_err(|error| unmade(&error))?;
        let signer = key.public().clone();
        let statement = |n: u64| {
            Ok(key.sign(&Claim {
                origin: log.name().to_owned(),
                stream: StreamName::new("order-PO-2024-17").map_err(|error| unmade(&error))?,
                command_id: Uuid::from_u128(n.into()),
                effective_at: None,
                key: signer.id(),
                payload: Sha256([0x5A; 32]),
                approved: None,
            }))
        };
        let statements = (0..CHECKED)
            .map(statement)
            .collect::<Result<_, Failure>>()?;
        let figures =
            [CHECKPOINT, COSIGNATURE, STATEMENT].map(|name| Figure::new(name).on_threads(1));
        Ok(Self {
            checkpoint,
            log,
            witness,
            statements,
            signer,
            figures,
        })
    }

    /// Checks all of them once more.
    pub fn round(&mut self) -> Result<(), Failure> {
        let Self {
            checkpoint,
            log,
            witness,
            statements,
            signer,
            figures: [of_log, of_witness, of_people],
        } = self;
        of_log.round(checked(|_| {
            matches!(black_box(&*checkpoint).signed_by(log), Ok(true))
        })?);
        of_witness.round(checked(|_| {
            matches!(
                witness.cosigned_at(black_box(checkpoint.note())),
                Ok(Some(_))
            )
        })?);
        let mut next = statements.iter().cycle();
        of_people.round(checked(|_| {
            next.next()
                .is_some_and(|it| signer.verifies(&it.bytes, &it.signature))
        })?);
        Ok(())
    }
}

/// All of them are good, or nothing was measured.
fn checked(is_good: impl FnMut(&u64) -> bool) -> Result<Rate, Failure> {
    let begun = Instant::now();
    let good = (0..CHECKED).filter(is_good).count() as u64;
    let elapsed = begun.elapsed();
    if good == CHECKED {
        return Ok(Rate {
            count: good,
            elapsed,
        });
    }
    Err(unmade(&format_args!(
        "{good} of {CHECKED} signatures are good"
    )))
}

/// The checkpoint with a cosignature, by a witness whose record is in `dir`.
fn cosigned(
    dir: &Path,
    mut checkpoint: SignedCheckpoint,
    log: &LogVerifier,
) -> Result<(SignedCheckpoint, CosignatureVerifier), Failure> {
    std::fs::create_dir_all(dir).map_err(failed(dir))?;
    let files: Arc<dyn Files> = Arc::new(RealFiles);
    let origin = checkpoint.checkpoint().origin();
    witness::enrol(Arc::clone(&files), dir, origin).map_err(|error| unmade(&error))?;
    let key = WitnessKey::generate("witness.bench.example").map_err(|error| unmade(&error))?;
    let witness = Witness::open(key, [log.clone()], &files, dir).map_err(|error| unmade(&error))?;
    let request = AddCheckpoint {
        old_size: 0,
        proof: Vec::new(),
        checkpoint: checkpoint.clone(),
    };
    // Any time later than 1970 does.
    let line = match witness.add_checkpoint(&request.to_bytes(), 1) {
        Answer::Cosigned(line) => line,
        Answer::Conflict { size } => return Err(unmade(&format_args!("it cosigned size {size}"))),
        Answer::Refused(error) => return Err(unmade(&error)),
    };
    let signatures = parse_signatures(&line).map_err(|error| unmade(&error))?;
    for signature in signatures {
        checkpoint.put(signature).map_err(|error| unmade(&error))?;
    }
    Ok((checkpoint, witness.verifier()))
}

fn unmade(why: &dyn std::fmt::Display) -> Failure {
    Failure::Refused {
        code: "BENCH",
        text: Bilingual::new(why.to_string(), why.to_string()),
    }
}
