//! A witness (C2SP tlog-witness): it cosigns a log's checkpoint only when that contains everything it has cosigned before, so
//! that nobody can be shown another history without its help.
//!
//! | Answer | When |
//! |---|---|
//! | 200, cosignature | the checkpoint extends, or repeats, the last one cosigned; the record is durable by then |
//! | 400 | malformed, or the old size is beyond the checkpoint's |
//! | 403 | no key known for this log has signed it |
//! | 404 | the log is not known here |
//! | 409, size | another size was last cosigned, or another root of the same size |
//! | 422 | the proof does not hold |
//! | 500 | the record could not be stored: nothing was cosigned |

mod request;
#[cfg(test)]
mod tests;

pub use request::{AddCheckpoint, PROOF_LINES_MAX, REQUEST_BYTES_MAX, Reply, SIZE_MEDIA_TYPE};

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use super::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use super::note::{CosignatureVerifier, LogVerifier, NoteError, WitnessKey};
use super::state::{StateError, StateFile, StateLock};
use super::verify::verify_consistency;
use crate::aggregate::{Explain, refusals};
use crate::store::embedded::Files;

/// Cosigns for the logs it was told of.
#[derive(Debug)]
pub struct Witness {
    key: WitnessKey,
    logs: BTreeMap<String, Log>,
}

/// One log: the keys believed for it, and what was last cosigned.
#[derive(Debug)]
struct Log {
    keys: Vec<LogVerifier>,
    file: StateFile,
    last: Mutex<Last>,
    _lock: StateLock,
}

#[derive(Debug)]
enum Last {
    Known(Checkpoint),
    /// A write failed: what is on the disk is unknown until the next start.
    Unknown,
}

/// What goes back to the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Cosigned: a signature line.
    Cosigned(String),
    /// Another size, or root, was last cosigned.
    Conflict {
        /// The size last cosigned.
        size: u64,
    },
    /// Refused.
    Refused(WitnessError),
}

/// The file that holds what was last cosigned for a log, in the witness's directory. The name is a hash, for an origin is no
/// file name.
pub fn state_file(files: Arc<dyn Files>, dir: &Path, origin: &str) -> StateFile {
    let mut name = String::new();
    for byte in Sha256::digest(origin) {
        // Writing to a string cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    StateFile::new(files, dir, format!("{name}.state"))
}

/// Makes a witness know a log, once: its record begins empty.
pub fn enrol(files: Arc<dyn Files>, dir: &Path, origin: &str) -> Result<(), WitnessError> {
    Ok(state_file(files, dir, origin).create(&Checkpoint::empty(origin)?)?)
}

impl Witness {
    /// Opens the records of all logs; several keys of one origin are all believed (rotation). A log that was never
    /// [enrolled](enrol), or whose record is lost, is refused.
    pub fn open(
        key: WitnessKey,
        logs: impl IntoIterator<Item = LogVerifier>,
        files: &Arc<dyn Files>,
        dir: &Path,
    ) -> Result<Self, WitnessError> {
        let mut keys: BTreeMap<String, Vec<LogVerifier>> = BTreeMap::new();
        for log in logs {
            keys.entry(log.name().to_owned()).or_default().push(log);
        }
        let open = |(origin, keys): (String, Vec<LogVerifier>)| {
            let log = Log::open(keys, state_file(files.clone(), dir, &origin), &origin)?;
            Ok((origin, log))
        };
        let logs = keys
            .into_iter()
            .map(open)
            .collect::<Result<_, WitnessError>>()?;
        Ok(Self { key, logs })
    }

    /// This witness's public key.
    pub fn verifier(&self) -> CosignatureVerifier {
        self.key.verifier()
    }

    /// Judges a request and, where it is right, cosigns at this time (seconds since 1970). Requests about one log go one
    /// after the other, so that none goes back behind another. Waits for the disk.
    pub fn add_checkpoint(&self, body: &[u8], posix_seconds: u64) -> Answer {
        self.judge(body, posix_seconds)
            .unwrap_or_else(|refused| match refused {
                Refused::Conflict { size } => Answer::Conflict { size },
                Refused::Because(error) => Answer::Refused(error),
            })
    }

    fn judge(&self, body: &[u8], posix_seconds: u64) -> Result<Answer, Refused> {
        let request = AddCheckpoint::parse(body)?;
        let origin = request.checkpoint.checkpoint().origin();
        let log = self
            .logs
            .get(origin)
            .ok_or_else(|| WitnessError::UnknownLog {
                origin: origin.to_owned(),
            })?;
        log.authentic(&request.checkpoint)?;
        let mut last = log.last.lock().unwrap_or_else(PoisonError::into_inner);
        log.advance(&mut last, &request)?;
        let text = request.checkpoint.note().text();
        let cosignature = self
            .key
            .cosign(text, posix_seconds)
            .map_err(WitnessError::from)?;
        let line = cosignature.to_bytes();
        Ok(Answer::Cosigned(
            String::from_utf8_lossy(&line).into_owned(),
        ))
    }
}

/// Why a request is not cosigned: the protocol gives one of the reasons a form of its own.
enum Refused {
    Conflict { size: u64 },
    Because(WitnessError),
}

impl<E: Into<WitnessError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Because(error.into())
    }
}

impl Log {
    fn open(keys: Vec<LogVerifier>, file: StateFile, origin: &str) -> Result<Self, WitnessError> {
        let lock = file.lock()?;
        let last = Mutex::new(Last::Known(file.load(origin)?));
        Ok(Self {
            keys,
            file,
            last,
            _lock: lock,
        })
    }

    fn authentic(&self, checkpoint: &SignedCheckpoint) -> Result<(), WitnessError> {
        let forbidden = || WitnessError::NotSigned {
            origin: checkpoint.checkpoint().origin().to_owned(),
        };
        for key in &self.keys {
            if checkpoint.signed_by(key).map_err(|_| forbidden())? {
                return Ok(());
            }
        }
        Err(forbidden())
    }

    /// Makes the checkpoint the last one, durably, if it may follow. The order of the checks is the specification's.
    fn advance(&self, last: &mut Last, request: &AddCheckpoint) -> Result<(), Refused> {
        let next = request.checkpoint.checkpoint();
        let (old, size) = (request.old_size, next.size());
        if old > size {
            return Err(WitnessError::OldSize { old, size }.into());
        }
        let Last::Known(known) = last else {
            return Err(WitnessError::Stopped.into());
        };
        let conflict = Refused::Conflict { size: known.size() };
        if old != known.size() || (old == size && next.root() != known.root()) {
            return Err(conflict);
        }
        verify_consistency(old, known.root(), size, next.root(), &request.proof)
            .map_err(|_| WitnessError::Proof { old, size })?;
        if size > old {
            self.record(last, next)?;
        }
        Ok(())
    }

    fn record(&self, last: &mut Last, next: &Checkpoint) -> Result<(), WitnessError> {
        *last = Last::Unknown;
        self.file.store(next)?;
        *last = Last::Known(next.clone());
        Ok(())
    }
}

impl Answer {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::Cosigned(_) => 200,
            Self::Conflict { .. } => 409,
            Self::Refused(error) => error.status(),
        }
    }

    /// The HTTP content type.
    pub fn media_type(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => SIZE_MEDIA_TYPE,
            Self::Cosigned(_) | Self::Refused(_) => "text/plain; charset=utf-8",
        }
    }

    /// The HTTP body.
    pub fn body(&self) -> String {
        match self {
            Self::Cosigned(line) => line.clone(),
            Self::Conflict { size } => format!("{size}\n"),
            Self::Refused(error) => {
                format!(
                    "{}\n{}\n{}\n",
                    error.code(),
                    error.arabic(),
                    error.english()
                )
            }
        }
    }
}

impl WitnessError {
    /// The HTTP status of a refused request.
    fn status(&self) -> u16 {
        match self {
            Self::TooLarge { .. }
            | Self::Head
            | Self::ProofLine { .. }
            | Self::OldSize { .. }
            | Self::Checkpoint(_)
            | Self::Note(_) => 400,
            Self::NotSigned { .. } => 403,
            Self::UnknownLog { .. } => 404,
            Self::Proof { .. } => 422,
            Self::Stopped | Self::State(_) | Self::Answer { .. } => 500,
        }
    }
}

refusals! {
    /// Why a witness does not cosign, or its answer cannot be used.
    pub enum WitnessError,
        /** No checkpoint. */ Checkpoint(CheckpointError),
        /** No note, or a false signature under it. */ Note(NoteError),
        /** The record of what was cosigned cannot be used. */ State(StateError)
    {
        /// More bytes than a request has.
        TooLarge {
            /// How many.
            bytes: usize,
        } = "WITNESS_REQUEST_TOO_LARGE",
            "حجم الطلب {bytes} بايت والحد الأقصى {REQUEST_BYTES_MAX}",
            "the request has {bytes} bytes, at most {REQUEST_BYTES_MAX} are allowed";
        /// The first line, or the blank line, is missing.
        Head = "WITNESS_REQUEST_HEAD",
            "لا يبدأ الطلب بسطر «old <العدد>» ثم أسطر البرهان ثم سطر فارغ ثم نقطة التحقق؛ صحّح صيغته",
            "the request does not read 'old <size>', proof lines, a blank line, a checkpoint; correct its form";
        /// A proof line that is no hash, or one too many.
        ProofLine {
            /// Which proof line, from 1.
            line: usize,
        } = "WITNESS_PROOF_LINE",
            "سطر البرهان {line} ليس بصمة بترميز base64، أو تجاوز العدد {PROOF_LINES_MAX}؛ صحّحه",
            "proof line {line} is no hash in base64, or there are more than {PROOF_LINES_MAX}; correct it";
        /// The old size is the larger one.
        OldSize {
            /// As requested.
            old: u64,
            /// The checkpoint's.
            size: u64,
        } = "WITNESS_OLD_SIZE",
            "العدد القديم {old} أكبر من عدد نقطة التحقق {size}؛ السجل لا يتراجع",
            "the old size {old} is beyond the checkpoint's {size}; a log does not go back";
        /// The log is not witnessed here.
        UnknownLog {
            /// Its origin.
            origin: String,
        } = "WITNESS_UNKNOWN_LOG",
            "السجل {origin} غير معروف لهذا الشاهد؛ يضيفه القائم على الشاهد أولًا",
            "the log {origin} is not known to this witness; its operator adds it first";
        /// No key of this log signed.
        NotSigned {
            /// Its origin.
            origin: String,
        } = "WITNESS_NOT_SIGNED",
            "ليس تحت نقطة التحقق توقيع صحيح لمفتاح معروف من مفاتيح {origin}؛ إن استُبدل المفتاح فأبلغ القائم على الشاهد",
            "no known key of {origin} has rightly signed the checkpoint; if the key was rotated, tell the witness's operator";
        /// The proof does not connect the two trees.
        Proof {
            /// From this size.
            old: u64,
            /// To this one.
            size: u64,
        } = "WITNESS_PROOF",
            "لا يثبت البرهان أن السجل عند {size} قيدًا يتضمن ما شُهد عليه عند {old}؛ لن يُشهد عليه",
            "the proof does not show that the log at {size} entries contains what was cosigned at {old}; it is not cosigned";
        /// A record could not be stored before.
        Stopped = "WITNESS_STOPPED",
            "توقف الشاهد عن هذا السجل لأن حالته لم تُحفظ؛ أصلح القرص ثم أعد تشغيله",
            "the witness has stopped for this log because its record could not be stored; mend the disk and restart it";
        /// The answer is none that the protocol knows.
        Answer {
            /// The witness's key name.
            witness: String,
            /// Its HTTP status.
            status: u16,
        } = "WITNESS_ANSWER",
            "أجاب الشاهد {witness} بما لا يُفهم (الحالة {status})؛ لا تُحتسب شهادته. راجع القائم عليه",
            "the witness {witness} answered with status {status} and nothing usable; its cosignature does not count. Ask its operator";
    }
}
