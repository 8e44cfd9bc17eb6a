//! Files that the user names.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use sijill_ledger_core::aggregate::Explain;

use super::errors::{Bilingual, Failure};

/// What stands in a file; of a reasonable size.
pub fn contents(file: &Path, bytes_max: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let opened = File::open(file).map_err(|error| Failure::unreadable(file, &error))?;
    let read = opened
        .take(bytes_max.saturating_add(1))
        .read_to_end(&mut bytes);
    read.map_err(|error| Failure::unreadable(file, &error))?;
    if bytes.len() as u64 <= bytes_max {
        return Ok(bytes);
    }
    Err(Failure::Input {
        file: file.to_owned(),
        text: Bilingual::new(
            format!("أكبر من {bytes_max} بايت؛ تأكد أنه الملف الصحيح"),
            format!("has more than {bytes_max} bytes; check that it is the right file"),
        ),
    })
}

/// A file, or an option, that cannot be used.
pub fn unusable(file: &Path, error: &impl Explain) -> Failure {
    Failure::Input {
        file: file.to_owned(),
        text: Bilingual::refusal(error),
    }
}
