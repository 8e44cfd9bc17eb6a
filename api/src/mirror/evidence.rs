//! What a lying log said, kept: files in `DIR/evidence`, named by their content, so that the same lie is kept once.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use sijill_ledger_core::store::AttachmentHash;

use crate::cli::errors::Failure;

/// Digits of a hash in a name.
const SHORT: usize = 16;

/// Keeps pieces, durably; the names of their files, for people.
pub fn keep(dir: &Path, pieces: &[(&str, &[u8])]) -> Result<String, Failure> {
    let folder = dir.join("evidence");
    let mut names = Vec::new();
    for (name, content) in pieces {
        let hash = AttachmentHash::of(content).to_string();
        let short = hash.get(..SHORT).unwrap_or_default();
        let path = folder.join(format!("{short}-{name}"));
        write(&folder, &path, content).map_err(|error| Failure::io(&path, &error))?;
        names.push(path.display().to_string());
    }
    Ok(names.join(" "))
}

fn write(folder: &Path, path: &Path, content: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let temporary = path.with_extension("new");
    let mut file = fs::File::create(&temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    fs::File::open(folder)?.sync_all()
}
