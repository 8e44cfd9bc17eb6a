//! The data directory: opening it, and what the store and the ledger report, as failures of the command.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sijill_ledger_core::aggregate::{Aggregate, Explain};
use sijill_ledger_core::codec;
use sijill_ledger_core::event::Recorded;
use sijill_ledger_core::ledger::{ExecuteError, ImportRefusal, Ledger};
use sijill_ledger_core::log::tree::TreeError;
use sijill_ledger_core::policies::{self, PolicyError};
use sijill_ledger_core::store::embedded::{EmbeddedStore, OpenError, Options};
use sijill_ledger_core::store::{AppendError, AttachmentError, Entry, ReadError};
use sijill_ledger_core::time::Clock;

use super::errors::{Bilingual, Failure};

/// The log in a directory, for reading, beside a running writer.
pub fn open(dir: &Path) -> Result<Arc<EmbeddedStore>, Failure> {
    if !dir.join("log").is_dir() {
        return Err(missing(dir));
    }
    let store = EmbeddedStore::open_read_only(dir).map_err(|error| opening(dir, error))?;
    Ok(Arc::new(store))
}

/// How to open a directory for writing; a log is created with this origin where there is none.
pub fn options(dir: &Path, origin: Option<&str>, clock: Arc<dyn Clock>) -> Options {
    let options = Options::new(dir, clock);
    match origin {
        Some(origin) => options.origin(origin),
        None => options,
    }
}

/// The log in a directory, for writing. What a crash left half done is made good.
pub async fn create(options: Options) -> Result<Arc<EmbeddedStore>, Failure> {
    let (dir, clock) = (options.dir.clone(), Arc::clone(&options.clock));
    let store = writable(options)?;
    policies::repair(Ledger::new(Arc::clone(&store), clock), &dir)
        .await
        .map_err(|error| reacting(&dir, error))?;
    Ok(store)
}

/// The log in a directory, held against other writers and otherwise left as it is.
pub fn writable(options: Options) -> Result<Arc<EmbeddedStore>, Failure> {
    let dir = options.dir.clone();
    let store = EmbeddedStore::create_or_open(options).map_err(|error| opening(&dir, error))?;
    Ok(Arc::new(store))
}

/// An error of a policy, sorted.
pub fn reacting(dir: &Path, error: PolicyError) -> Failure {
    let what = error.to_string();
    match error {
        PolicyError::Read(error) => reading(error),
        PolicyError::Decode { index, .. } => Failure::Damaged {
            index: Some(index),
            what,
        },
        PolicyError::Checkpoint { error, .. } => Failure::io(&dir.join("policies"), &error),
        PolicyError::Step { .. } | PolicyError::Held { .. } | PolicyError::Clock { .. } => {
            writes_stopped(what)
        }
    }
}

/// Whether a directory holds nothing yet, so that a new log may be put there.
pub fn is_vacant(dir: &Path) -> Result<bool, Failure> {
    match std::fs::read_dir(dir) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(Failure::io(dir, &error)),
    }
}

/// Names the reason why there is nothing to read: a directory that may not be looked into is another case.
fn missing(dir: &Path) -> Failure {
    match std::fs::read_dir(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Failure::io(dir, &error),
        _ => Failure::NoLedger {
            dir: dir.to_owned(),
        },
    }
}

/// An error of opening, sorted.
pub fn opening(dir: &Path, error: OpenError) -> Failure {
    let what = error.to_string();
    match error {
        OpenError::Locked { dir } => Failure::Locked { dir },
        OpenError::NewerFormat { .. } => Failure::NewerFormat {
            dir: dir.to_owned(),
            what,
        },
        OpenError::ReadOnly { dir } => Failure::Denied { path: dir, what },
        OpenError::DiskFull { dir } => Failure::NoSpace { dir },
        OpenError::Corrupt { index, .. } => Failure::Damaged {
            index: Some(index),
            what,
        },
        OpenError::NotSijill { dir } => Failure::WrongLedger {
            dir,
            text: Bilingual::new(
                "فيه ملفات ليست من سجل؛ اختر مجلدًا جديدًا أو فارغًا",
                "holds files that are not Sijill's; choose a new or empty directory",
            ),
        },
        OpenError::OriginMismatch {
            dir,
            expected,
            found,
        } => Failure::WrongLedger {
            dir,
            text: Bilingual::new(
                format!(
                    "فيه السجل {found:?} لا {expected:?}؛ اختر مجلدًا آخر أو هوية السجل الذي فيه"
                ),
                format!(
                    "holds the log {found:?}, not {expected:?}; choose another directory, or the origin that is there"
                ),
            ),
        },
        OpenError::Mirror { dir } => Failure::WrongLedger {
            dir,
            text: Bilingual::new(
                "نسخة مرآة من سجل، لا تُكتب فيها قيود جديدة؛ اكتب في السجل نفسه، أو افتحها للقراءة فقط (--read-only)",
                "is a mirror, where no new entries are made; write to the log itself, or open it for reading only (--read-only)",
            ),
        },
        OpenError::NotMirror { dir } => Failure::WrongLedger {
            dir,
            text: Bilingual::new(
                "فيه سجل أصلي لا نسخة مرآة؛ اختر للمرآة مجلدًا آخر",
                "holds a log itself, not a mirror of one; choose another directory for the mirror",
            ),
        },
        OpenError::Restoring { dir } => Failure::WrongLedger {
            dir,
            text: Bilingual::new(
                "فيه سجل لم يكتمل استرجاعه؛ أعد أمر sijill restore نفسه، فيتابع من حيث وقف",
                "holds a log that is being restored and not whole yet; run the same sijill restore again, which goes on where it ended",
            ),
        },
        OpenError::NotRestoring { dir } => Failure::WrongLedger {
            dir,
            text: Bilingual::new(
                "فيه سجل من قبل؛ استرجع في مجلد جديد",
                "holds a log already; restore into a new directory",
            ),
        },
        OpenError::Options(text) => Failure::Usage(Bilingual::new(text.clone(), text)),
        OpenError::Io { path, source } => Failure::io(&path, &source),
    }
}

/// An error of reading, sorted.
pub fn reading(error: ReadError) -> Failure {
    let what = error.to_string();
    match error {
        ReadError::Corrupt { index, what } => Failure::Damaged {
            index: Some(index),
            what,
        },
        ReadError::NotFound { .. } | ReadError::Unavailable(_) | ReadError::NoSuchPart { .. } => {
            Failure::Io {
                path: PathBuf::from("log"),
                what,
            }
        }
    }
}

/// An error of the tree of hashes, sorted.
pub fn hashing(dir: &Path, error: TreeError) -> Failure {
    let what = error.to_string();
    match error {
        TreeError::Entries(error) => reading(error),
        TreeError::Io { path, source } => Failure::io(&path, &source),
        TreeError::TooSmall { .. }
        | TreeError::NoSuchIndex { .. }
        | TreeError::Shrunk { .. }
        | TreeError::Disorder(_) => Failure::Io {
            path: dir.join("tree"),
            what,
        },
    }
}

/// An error of appending, sorted. The store says in words why it stopped; a full disk has a remedy of its own, and is told
/// by the number that the operating system gives it.
#[allow(clippy::needless_pass_by_value)] // for `map_err`
pub fn appending(error: AppendError) -> Failure {
    writes_stopped(error.to_string())
}

fn writes_stopped(what: String) -> Failure {
    const NO_SPACE: &str = "(os error 28)";
    if what.contains(NO_SPACE) {
        return Failure::NoSpace {
            dir: PathBuf::from("log"),
        };
    }
    Failure::WritesStopped { what }
}

/// A command that this program needs and that has no result; `attempted` says which.
pub fn executing<R: Explain>(error: ExecuteError<R>, attempted: &str) -> Failure {
    match error {
        ExecuteError::Refused(refusal) => Failure::refused(&refusal, attempted),
        ExecuteError::Import(refusal) => Failure::refused::<ImportRefusal>(&refusal, attempted),
        ExecuteError::Statement(refusal) => Failure::refused(&refusal, attempted),
        ExecuteError::Damaged { index, what, .. } => Failure::Damaged {
            index: Some(index),
            what,
        },
        ExecuteError::Append(error) => appending(error),
        ExecuteError::Read(error) => reading(error),
        other @ (ExecuteError::CommandIdReused { .. }
        | ExecuteError::TooLate { .. }
        | ExecuteError::SignedOnOldState { .. }
        | ExecuteError::Contended { .. }
        | ExecuteError::AttachmentMissing { .. }
        | ExecuteError::PartAbsent { .. }
        | ExecuteError::Unencodable(_)
        | ExecuteError::DocumentTooLarge { .. }
        | ExecuteError::EffectiveInFuture { .. }
        | ExecuteError::Impossible { .. }) => Failure::refused(&other, attempted),
    }
}

/// A failure of the attachments, sorted.
pub fn attaching(error: AttachmentError) -> Failure {
    let what = error.to_string();
    match error {
        AttachmentError::Io { path, source } => Failure::io(&path, &source),
        AttachmentError::Place { place, what } => Failure::Io {
            path: PathBuf::from(place),
            what,
        },
        AttachmentError::NotFound(_)
        | AttachmentError::Corrupt(_)
        | AttachmentError::TooLarge { .. } => Failure::Damaged { index: None, what },
    }
}

/// An entry in domain terms, its public content only: withheld parts stay commitments.
pub fn decoded(index: u64, entry: &Entry<'_>) -> Result<Recorded, Failure> {
    codec::recorded(index, entry, &[]).map_err(|error| Failure::Damaged {
        index: Some(index),
        what: error.to_string(),
    })
}

/// Shows every event of the log from `from` to before `to`, in order.
pub fn each_event(
    store: &EmbeddedStore,
    from: u64,
    to: u64,
    mut show: impl FnMut(Recorded) -> Result<(), Failure>,
) -> Result<(), Failure> {
    for batch in store.log_reader(from) {
        let batch = batch.map_err(reading)?;
        for (index, entry) in batch.iter() {
            if index >= to {
                return Ok(());
            }
            show(decoded(index, &entry)?)?;
        }
    }
    Ok(())
}

/// The refusal of a bulk command as a row's reason: code and text. `None` for what is wrong with more than the row.
pub fn as_reason<A: Aggregate>(
    error: &ExecuteError<A::Refusal>,
) -> Option<(&'static str, Bilingual)> {
    match error {
        ExecuteError::Refused(_)
        | ExecuteError::CommandIdReused { .. }
        | ExecuteError::AttachmentMissing { .. }
        | ExecuteError::DocumentTooLarge { .. }
        | ExecuteError::EffectiveInFuture { .. }
        | ExecuteError::Unencodable(_) => Some((error.code(), Bilingual::refusal(error))),
        ExecuteError::Import(_)
        | ExecuteError::Statement(_)
        | ExecuteError::TooLate { .. }
        | ExecuteError::SignedOnOldState { .. }
        | ExecuteError::Contended { .. }
        | ExecuteError::PartAbsent { .. }
        | ExecuteError::Impossible { .. }
        | ExecuteError::Damaged { .. }
        | ExecuteError::Append(_)
        | ExecuteError::Read(_) => None,
    }
}
