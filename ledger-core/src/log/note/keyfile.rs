//! Secret keys in files: one line, for their owner only.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use zeroize::Zeroizing;

use crate::aggregate::{ensure, refusals};

/// Longest key file, in bytes: the longest name and the fixed rest.
const KEY_FILE_BYTES_MAX: usize = 512;

/// Writes a new key file, durably, with mode 0600. An existing file is never replaced.
pub fn write_key(path: &Path, text: &str) -> Result<(), KeyFileError> {
    write(path, text).map_err(|error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            return KeyFileError::Exists { path: show(path) };
        }
        failed(path, &error)
    })
}

/// Reads a key file, without its newline. A file that others can read is refused: the key is not secret any more.
pub fn read_key(path: &Path) -> Result<Zeroizing<String>, KeyFileError> {
    let mut file = fs::File::open(path).map_err(|error| failed(path, &error))?;
    let mode = file
        .metadata()
        .map_err(|error| failed(path, &error))?
        .mode();
    let others = mode & 0o077;
    ensure(
        others == 0,
        KeyFileError::Exposed {
            path: show(path),
            mode: format!("{:03o}", mode & 0o777),
        },
    )?;
    let mut text = Zeroizing::new(String::with_capacity(KEY_FILE_BYTES_MAX + 1));
    (&mut file)
        .take(KEY_FILE_BYTES_MAX as u64 + 1)
        .read_to_string(&mut text)
        .map_err(|error| failed(path, &error))?;
    let line = text
        .strip_suffix('\n')
        .filter(|line| line.len() < KEY_FILE_BYTES_MAX);
    let line = line.ok_or_else(|| KeyFileError::NotOneLine { path: show(path) })?;
    Ok(Zeroizing::new(line.to_owned()))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    fs::File::open(folder(path))?.sync_all()
}

/// The folder of a file; a bare name is in the current one.
pub(in crate::log) fn folder(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

fn show(path: &Path) -> String {
    path.display().to_string()
}

fn failed(path: &Path, error: &io::Error) -> KeyFileError {
    KeyFileError::Io {
        path: show(path),
        why: error.to_string(),
    }
}

refusals! {
    /// Why a key file was not written or read.
    pub enum KeyFileError {
        /// There is one already.
        Exists {
            /// The file.
            path: String,
        } = "KEY_FILE_EXISTS",
            "الملف {path} موجود ولن يُستبدل، فقد يكون فيه مفتاح مستعمل؛ اختر اسمًا آخر",
            "{path} exists and is not replaced, for it may hold a key in use; choose another name";
        /// Others can read it.
        Exposed {
            /// The file.
            path: String,
            /// Its mode, octal.
            mode: String,
        } = "KEY_FILE_EXPOSED",
            "ملف المفتاح {path} يقرؤه غير صاحبه (الصلاحيات {mode})؛ استبدل المفتاح إن احتُمل أنه قُرئ، ثم نفّذ chmod 600",
            "the key file {path} can be read by others (mode {mode}); rotate the key if it may have been read, then run chmod 600";
        /// It is something else.
        NotOneLine {
            /// The file.
            path: String,
        } = "KEY_FILE_NOT_ONE_LINE",
            "ليس في {path} سطر واحد فيه مفتاح؛ تأكد أنه الملف الصحيح",
            "{path} does not hold one line with a key; check that it is the right file";
        /// The operating system failed.
        Io {
            /// The file.
            path: String,
            /// What it said.
            why: String,
        } = "KEY_FILE_IO",
            "تعذّر استعمال ملف المفتاح {path}: {why}",
            "the key file {path} cannot be used: {why}";
    }
}
