//! The demo's log is signed, by a key of its own beside the directory: never inside, not even in a demo.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::log::note::{LogKey, read_key};
use sijill_ledger_core::log::policy::Policy;
use sijill_ledger_core::log::signer::create_key;
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::EmbeddedStore;

use crate::cli::data;
use crate::cli::errors::{Bilingual, Failure};
use crate::log::Publication;
use crate::log::publisher::{EVERY, Signing};
use crate::log::signers::{self, Signers, SigningError};

/// The key that signs the demo's log.
pub struct Signed {
    /// Its file.
    pub key: PathBuf,
    /// What others verify with.
    pub vkey: String,
}

/// Where the key of a directory is. One of an earlier demo, whose log went with its directory, goes too; a key of any other
/// log stays, and is told.
pub fn key_file(dir: &Path, origin: &str) -> Result<PathBuf, Failure> {
    let dir = std::path::absolute(dir).map_err(|error| Failure::io(dir, &error))?;
    let mut name = dir.file_name().map_or_else(OsString::new, OsString::from);
    name.push("-log.key");
    let key = dir.with_file_name(name);
    if !key.exists() {
        return Ok(key);
    }
    let found = read_key(&key).ok().map(|text| LogKey::parse(&text));
    if !matches!(found, Some(Ok(found)) if found.verifier().name() == origin) {
        let text = Bilingual::new(
            "ليس مفتاح سجل عرض سابق، فلا يُمس؛ انقله أو اختر مجلدًا آخر",
            "is no log key of an earlier demo, so it is left alone; move it, or choose another directory",
        );
        return Err(Failure::Input { file: key, text });
    }
    let mut state = key.clone().into_os_string();
    state.push(".state");
    for file in [&key, &PathBuf::from(state)] {
        match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Failure::io(file, &error));
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(key)
}

/// Makes the key and publishes a checkpoint over all entries.
pub fn publish(store: &Arc<EmbeddedStore>, key: PathBuf) -> Result<Signed, Failure> {
    let made = create_key(&key, store.origin()).map_err(|refusal| signers::refused(&refusal))?;
    let hashing = |error| data::hashing(store.dir(), error);
    let publication = Publication::open(store, Policy::unwitnessed()).map_err(hashing)?;
    publication.tree().catch_up().map_err(hashing)?;
    let mut signing = signing(store, &key)?;
    let signed = sign(&mut signing.signers, &publication).map_err(|error| match error {
        SigningError::Refused(refusal) => signers::refused(&refusal),
        SigningError::Tree(error) => hashing(error),
        error @ (SigningError::Nodes(_)
        | SigningError::Unanswered
        | SigningError::OtherTree { .. }
        | SigningError::Behind { .. }
        | SigningError::Disorder(_)) => Failure::WritesStopped {
            what: error.to_string(),
        },
    })?;
    let published = publication.publish(signed);
    published.map_err(|error| Failure::WritesStopped {
        what: error.to_string(),
    })?;
    let vkey = made.vkey();
    Ok(Signed { key, vkey })
}

fn sign(
    signers: &mut Signers,
    publication: &Publication,
) -> Result<SignedCheckpoint, SigningError> {
    signers.wake(publication.tree(), &BTreeMap::new(), publication.policy())?;
    signers.sign(publication.tree(), publication.tree().size())
}

/// Goes on signing with the key.
pub fn signing(store: &EmbeddedStore, key: &Path) -> Result<Signing, Failure> {
    let signers = Signers::open(&[key.to_owned()], store.origin(), store.dir())?;
    let signers = signers.ok_or_else(|| Failure::WritesStopped {
        what: "the demo has no log key".to_owned(),
    })?;
    let every = EVERY;
    Ok(Signing { signers, every })
}
