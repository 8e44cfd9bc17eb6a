//! What a signer or witness has last signed, in a small file that is replaced as a whole and durably before the signature
//! leaves.
//!
//! ```text
//! sijill/signed-state/v1
//! <origin>
//! <size>
//! <base64 root>
//! crc32c <8 hexadecimal digits over the lines above>
//! ```
//!
//! It lies beside the key, outside the data directory and its backups: a restored backup must not bring back an old state.
//! It is made together with the key, so that a missing file never passes for a new log.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::checkpoint::Checkpoint;
use super::note::folder;
use crate::aggregate::{ensure, refusals};
use crate::store::embedded::{Files, Mode, RealFiles, read_all, replace};

const HEADER: &str = "sijill/signed-state/v1\n";

/// Longest state file, in bytes: the longest origin and the fixed rest.
const STATE_BYTES_MAX: u64 = 512;

/// A state file.
#[derive(Clone, Debug)]
pub struct StateFile {
    files: Arc<dyn Files>,
    dir: PathBuf,
    name: String,
}

impl StateFile {
    /// The state of a key: the file `<key file>.state` beside it.
    pub fn beside(key: &Path) -> Self {
        let name = key.file_name().unwrap_or_default().to_string_lossy();
        Self::new(Arc::new(RealFiles), folder(key), format!("{name}.state"))
    }

    /// A state file on any file layer.
    pub fn new(files: Arc<dyn Files>, dir: &Path, name: String) -> Self {
        Self {
            files,
            dir: dir.to_owned(),
            name,
        }
    }

    /// Makes the file, when the key is made. An existing one is never replaced.
    pub fn create(&self, first: &Checkpoint) -> Result<(), StateError> {
        self.absent()?;
        self.store(first)
    }

    /// What was last signed for this origin.
    pub fn load(&self, origin: &str) -> Result<Checkpoint, StateError> {
        let state =
            parse(&self.read()?).ok_or_else(|| StateError::Damaged { path: self.show() })?;
        ensure(
            state.origin() == origin,
            StateError::OtherLog {
                path: self.show(),
                found: state.origin().to_owned(),
                expected: origin.to_owned(),
            },
        )?;
        Ok(state)
    }

    /// Keeps any other process that uses the same state out, until dropped.
    pub(super) fn lock(&self) -> Result<StateLock, StateError> {
        let path = self.dir.join(format!("{}.lock", self.name));
        let held = self
            .files
            .lock(&path)
            .map_err(|error| self.failed(&error))?;
        held.map(StateLock)
            .ok_or_else(|| StateError::InUse { path: self.show() })
    }

    /// Replaces the state, durably. After an error it is unknown which of the two a restart will find.
    pub(super) fn store(&self, state: &Checkpoint) -> Result<(), StateError> {
        replace(&*self.files, &self.dir, &self.name, write(state).as_bytes())
            .map_err(|error| self.failed(&error))
    }

    /// Moves the record to where another key has its own.
    pub(super) fn hand_over(&self, to: &Self) -> Result<(), StateError> {
        to.absent()?;
        self.files
            .rename(&self.path(), &to.path())
            .and_then(|()| self.files.sync_dir(&to.dir))
            .and_then(|()| self.files.sync_dir(&self.dir))
            .map_err(|error| to.failed(&error))
    }

    fn absent(&self) -> Result<(), StateError> {
        match self.files.open(&self.path(), Mode::Read) {
            Ok(_) => Err(StateError::Exists { path: self.show() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(self.failed(&error)),
        }
    }

    fn read(&self) -> Result<Vec<u8>, StateError> {
        let file = match self.files.open(&self.path(), Mode::Read) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(StateError::Missing { path: self.show() });
            }
            opened => opened.map_err(|error| self.failed(&error))?,
        };
        let len = file.len().map_err(|error| self.failed(&error))?;
        ensure(
            len <= STATE_BYTES_MAX,
            StateError::Damaged { path: self.show() },
        )?;
        read_all(&*file).map_err(|error| self.failed(&error))
    }

    /// Where it is.
    pub fn path(&self) -> PathBuf {
        self.dir.join(&self.name)
    }

    fn show(&self) -> String {
        self.path().display().to_string()
    }

    fn failed(&self, error: &io::Error) -> StateError {
        StateError::Io {
            path: self.show(),
            why: error.to_string(),
        }
    }
}

/// Held as long as a state is in use.
#[derive(Debug)]
pub(super) struct StateLock(
    #[expect(dead_code, reason = "held until dropped")] Box<dyn std::fmt::Debug + Send + Sync>,
);

fn write(state: &Checkpoint) -> String {
    let lines = format!("{HEADER}{}", state.body());
    let sum = crc32c::crc32c(lines.as_bytes());
    format!("{lines}crc32c {sum:08x}\n")
}

/// Only what [`write`] writes.
fn parse(bytes: &[u8]) -> Option<Checkpoint> {
    let text = str::from_utf8(bytes).ok()?;
    let (body, _) = text.strip_prefix(HEADER)?.rsplit_once("crc32c ")?;
    let state = Checkpoint::parse(body).ok()?;
    (write(&state) == text).then_some(state)
}

refusals! {
    /// Why the record of what was last signed cannot be used. Nothing is signed then.
    pub enum StateError {
        /// There is none.
        Missing {
            /// The file.
            path: String,
        } = "STATE_MISSING",
            "ملف حالة التوقيع {path} غير موجود، وبدونه قد يُوقَّع سجل يناقض ما وُقِّع؛ أعده من حيث نُقل المفتاح، وإلا فابنه من آخر ما وُقِّع: sijill signer repair --log-key KEY --data DIR --known CHECKPOINT",
            "the signing state {path} is missing, and without it a log could be signed that contradicts what was signed; bring it back from where the key came, else rebuild it from what was signed last: sijill signer repair --log-key KEY --data DIR --known CHECKPOINT";
        /// It does not hold what was written.
        Damaged {
            /// The file.
            path: String,
        } = "STATE_UNREADABLE",
            "ملف حالة التوقيع {path} معطوب؛ لن يُوقَّع شيء. ابنه من آخر ما وُقِّع: sijill signer repair --log-key KEY --data DIR --known CHECKPOINT",
            "the signing state {path} is damaged; nothing will be signed. Rebuild it from what was signed last: sijill signer repair --log-key KEY --data DIR --known CHECKPOINT";
        /// It is about another log.
        OtherLog {
            /// The file.
            path: String,
            /// The origin in it.
            found: String,
            /// The origin asked for.
            expected: String,
        } = "STATE_OTHER_LOG",
            "ملف حالة التوقيع {path} يخص السجل {found} لا {expected}؛ استعمل الملف الذي أُنشئ مع المفتاح",
            "the signing state {path} is that of the log {found}, not {expected}; use the file that was made with the key";
        /// Two processes would sign without knowing of each other.
        InUse {
            /// The file.
            path: String,
        } = "STATE_IN_USE",
            "عملية أخرى توقّع بالحالة {path}؛ أوقفها أولًا، فلا يوقّع السجلَّ إلا موقّع واحد",
            "another process signs with the state {path}; stop it first: a log has one signer only";
        /// There is one already.
        Exists {
            /// The file.
            path: String,
        } = "STATE_EXISTS",
            "ملف حالة التوقيع {path} موجود ولن يُستبدل؛ اختر اسمًا آخر للمفتاح",
            "the signing state {path} exists and is not replaced; choose another name for the key";
        /// The operating system failed.
        Io {
            /// The file.
            path: String,
            /// What it said.
            why: String,
        } = "STATE_IO",
            "تعذّرت قراءة ملف حالة التوقيع {path} أو كتابته: {why}؛ أصلح القرص أو الصلاحيات ثم أعد التشغيل",
            "the signing state {path} cannot be read or written: {why}; mend the disk or the permissions and start again";
    }
}
