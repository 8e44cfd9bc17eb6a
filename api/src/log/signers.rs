//! The keys that sign for a log: one, or two while a key is being replaced.
//!
//! | Rotation | |
//! |---|---|
//! | 1 | `sijill keygen --log --origin ORIGIN --out NEW` makes the new key; its vkey is given to readers and witnesses |
//! | 2 | `sijill serve --log-key OLD --log-key NEW`: both sign, so that readers of either key are served |
//! | 3 | `sijill serve --log-key NEW`: the new key has signed the last size by then, so witnesses and state agree |
//!
//! What the old key has signed stays good under the old vkey, for ever.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sijill_ledger_core::aggregate::Explain;
use sijill_ledger_core::log::Hash;
use sijill_ledger_core::log::checkpoint::{Checkpoint, SignedCheckpoint};
use sijill_ledger_core::log::note::{LogKey, read_key};
use sijill_ledger_core::log::policy::Policy;
use sijill_ledger_core::log::signer::{Held, Signer, SignerError};
use sijill_ledger_core::log::state::StateFile;
use sijill_ledger_core::log::tree::{Tree, TreeError};
use sijill_ledger_core::log::witness::{AddCheckpoint, Reply};
use sijill_ledger_core::store::node::AgreeError;

use crate::cli::errors::{Bilingual, Failure};

/// All keys that sign; at least one.
#[derive(Debug)]
pub struct Signers {
    /// The one that has signed most.
    first: Signer,
    others: Vec<Signer>,
}

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// It must not be.
    #[error(transparent)]
    Refused(#[from] SignerError),
    /// The tree cannot be computed.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The nodes of the log could not agree on what to sign.
    #[error(transparent)]
    Nodes(#[from] AgreeError),
    /// What other nodes sign is not known.
    #[error("the cluster does not say what other nodes of this log sign")]
    Unanswered,
    /// Another node signs a tree that this one does not contain.
    #[error(
        "another node of this log signs another tree of {size} entries; nothing is signed here. Keep both directories as evidence, and compare them: sijill verify"
    )]
    OtherTree {
        /// Its size.
        size: u64,
    },
    /// Another node signs a larger tree.
    #[error("another node signs {size} entries, and this one has {own} yet")]
    Behind {
        /// The size signed there.
        size: u64,
        /// The size here.
        own: u64,
    },
    /// The work ended in disorder: a defect of the program.
    #[error("signing ended in disorder: {0}")]
    Disorder(String),
}

impl SigningError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Tree(_) => "TREE_UNREADABLE",
            Self::Nodes(_) | Self::Unanswered => "NODES_UNHEARD",
            Self::OtherTree { .. } => "OTHER_TREE_SIGNED",
            Self::Behind { .. } => "NODE_BEHIND",
            Self::Disorder(_) => "INTERNAL",
        }
    }
}

impl Signers {
    /// Opens key files and the states beside them, for the log of this origin in this directory. `None` where no key is given.
    pub fn open(keys: &[PathBuf], origin: &str, data: &Path) -> Result<Option<Self>, Failure> {
        let signers = keys.iter().map(|key| open(key, origin, data));
        let mut others = signers.collect::<Result<Vec<_>, _>>()?;
        others.sort_by_key(|signer| signer.last().size());
        let furthest = others.pop();
        Ok(furthest.map(|first| Self { first, others }))
    }

    /// What was last signed.
    pub const fn last(&self) -> &Checkpoint {
        self.first.last()
    }

    /// What each witness is asked before the first signature: about the record that is furthest, signed by all keys that have it,
    /// for a witness may know only one of them.
    pub fn inquiry(&self) -> Result<AddCheckpoint, SignerError> {
        let mut inquiry = self.first.inquiry()?;
        for other in &self.others {
            if other.last() == self.first.last() {
                join(&mut inquiry.checkpoint, &other.inquiry()?.checkpoint)?;
            }
        }
        Ok(inquiry)
    }

    /// Compares all records with the tree, which must have been [computed anew](Tree::recheck) from the entries, and with the
    /// witnesses' replies. Blocks meanwhile.
    pub fn wake(
        &mut self,
        tree: &Tree,
        replies: &BTreeMap<String, Reply>,
        policy: &Policy,
    ) -> Result<(), SigningError> {
        self.first.wake(held(&self.first, tree)?, replies, policy)?;
        for other in &mut self.others {
            other.wake_beside(held(other, tree)?, &self.first)?;
        }
        Ok(())
    }

    /// Takes over what another node of the log may have signed with the same keys: a tree that this one contains.
    pub fn advance(&mut self, tree: &Tree, size: u64) -> Result<(), SigningError> {
        let root = tree.root(size)?;
        for signer in std::iter::once(&mut self.first).chain(&mut self.others) {
            if signer.last().size() < size {
                let consistency = tree.consistency(signer.last().size(), size)?;
                signer.advance(size, root, &consistency)?;
            }
        }
        Ok(())
    }

    /// Signs the first entries of the tree, so many, with every key.
    pub fn sign(&mut self, tree: &Tree, size: u64) -> Result<SignedCheckpoint, SigningError> {
        let root = tree.root(size)?;
        let mut signed = sign(&mut self.first, tree, size, root)?;
        for other in &mut self.others {
            join(&mut signed, &sign(other, tree, size, root)?)?;
        }
        Ok(signed)
    }
}

/// Adds the signatures under the same text.
fn join(signed: &mut SignedCheckpoint, also: &SignedCheckpoint) -> Result<(), SignerError> {
    for signature in also.note().signatures() {
        signed.put(signature.clone())?;
    }
    Ok(())
}

/// What the tree has where a key has signed last.
fn held(signer: &Signer, tree: &Tree) -> Result<Held, TreeError> {
    let (size, last) = (tree.size(), signer.last().size());
    if last > size {
        return Ok(Held::Fewer { size });
    }
    let root = tree.root(last)?;
    Ok(Held::Enough { root })
}

fn sign(
    signer: &mut Signer,
    tree: &Tree,
    size: u64,
    root: Hash,
) -> Result<SignedCheckpoint, SigningError> {
    // A smaller tree is refused by the signer, and no proof would help it.
    let consistency = match signer.last().size() {
        last if last < size => tree.consistency(last, size)?,
        _ => Vec::new(),
    };
    Ok(signer.sign(size, root, &consistency)?)
}

fn open(file: &Path, origin: &str, data: &Path) -> Result<Signer, Failure> {
    apart(file, data)?;
    let unusable = |text| Failure::Input {
        file: file.to_owned(),
        text,
    };
    let text = read_key(file).map_err(|error| unusable(Bilingual::refusal(&error)))?;
    let key = LogKey::parse(&text).map_err(|error| unusable(Bilingual::refusal(&error)))?;
    let verifier = key.verifier();
    let name = verifier.name();
    if name != origin {
        return Err(unusable(Bilingual::new(
            format!(
                "المفتاح للسجل {name:?} لا {origin:?}؛ أنشئ مفتاحًا لهذا السجل: sijill keygen --log --origin {origin}"
            ),
            format!(
                "the key is that of the log {name:?}, not {origin:?}; make one for this log: sijill keygen --log --origin {origin}"
            ),
        )));
    }
    let signer = Signer::open(key, StateFile::beside(file));
    signer.map_err(|refusal| refused(&refusal))
}

/// A backup of the data directory must not bring back an old signing state.
pub fn apart(key: &Path, data: &Path) -> Result<(), Failure> {
    let real =
        |path: &Path| fs::canonicalize(path).map_err(|error| Failure::unreadable(path, &error));
    let folder = key.parent().filter(|folder| !folder.as_os_str().is_empty());
    let (data, folder) = (real(data)?, real(folder.unwrap_or(Path::new(".")))?);
    // The state is beside the name that was given, whatever that name points to.
    if real(key)?.starts_with(&data) || folder.starts_with(&data) {
        return Err(Failure::Refused {
            code: "LOG_KEY_IN_DATA",
            text: Bilingual::new(
                "مفتاح السجل وحالة توقيعه داخل مجلد البيانات، فتعيد نسخته الاحتياطية حالة قديمة؛ انقل الملفين خارجه",
                "the log key and its signing state are inside the data directory, whose backup would bring back an old state; move both files out of it",
            ),
        });
    }
    Ok(())
}

/// A refusal to sign, as the failure of a command.
pub fn refused(refusal: &SignerError) -> Failure {
    Failure::Refused {
        code: refusal.code(),
        text: Bilingual::refusal(refusal),
    }
}
