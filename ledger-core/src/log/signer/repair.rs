//! Rebuilding a record that was lost: only out of checkpoints that the log has signed, at the largest of them, and only where
//! the log's entries and its witnesses do not speak against it.

use std::collections::{BTreeMap, BTreeSet};

use super::{SignerError, heed};
use crate::aggregate::ensure;
use crate::log::Hash;
use crate::log::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::log::note::{LogKey, LogVerifier};
use crate::log::policy::Policy;
use crate::log::state::{StateError, StateFile, StateLock};
use crate::log::witness::{AddCheckpoint, Reply};

/// A record that is missing or damaged, and what is known of what was signed. Keeps signers out until it is dropped.
#[derive(Debug)]
pub struct Repair {
    key: LogKey,
    file: StateFile,
    known: Vec<Checkpoint>,
    furthest: Checkpoint,
    _lock: StateLock,
}

impl Repair {
    /// With checkpoints that were published or kept, signed by this key or an earlier one of the log. A record that is whole
    /// stays as it is, whatever the checkpoints say.
    pub fn begin(
        key: LogKey,
        file: StateFile,
        known: &[SignedCheckpoint],
        earlier: &[LogVerifier],
    ) -> Result<Self, SignerError> {
        let lock = file.lock()?;
        let verifier = key.verifier();
        match file.load(verifier.name()) {
            Ok(last) => {
                let signed = last.size();
                return Err(SignerError::NotLost { signed });
            }
            Err(StateError::Missing { .. } | StateError::Damaged { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let mut furthest = Checkpoint::empty(verifier.name())?;
        for signed in known {
            let checkpoint = signed.checkpoint();
            let mut is_signed = signed.signed_by(&verifier)?;
            for key in earlier.iter().filter(|key| key.name() == verifier.name()) {
                is_signed |= signed.signed_by(key)?;
            }
            let size = checkpoint.size();
            ensure(is_signed, SignerError::NotSigned { size })?;
            if size > furthest.size() {
                furthest = checkpoint.clone();
            }
        }
        Ok(Self {
            key,
            file,
            known: known.iter().map(|one| one.checkpoint().clone()).collect(),
            furthest,
            _lock: lock,
        })
    }

    /// The sizes at which the entries' roots are compared.
    pub fn sizes(&self) -> BTreeSet<u64> {
        self.known.iter().map(Checkpoint::size).collect()
    }

    /// What each witness is asked: to cosign once more the largest of what was signed. Nothing new is signed here.
    pub fn inquiry(&self) -> Result<AddCheckpoint, SignerError> {
        Ok(AddCheckpoint {
            old_size: self.furthest.size(),
            proof: Vec::new(),
            checkpoint: self.furthest.clone().sign(&self.key)?,
        })
    }

    /// Writes the record, once the `entries` of the log give the roots that were signed and the witnesses rule out that more was.
    /// Somebody besides the data directory must have said something: a witness of the policy, or whoever kept a checkpoint.
    pub fn finish(
        self,
        entries: u64,
        roots: &BTreeMap<u64, Hash>,
        replies: &BTreeMap<String, Reply>,
        policy: &Policy,
        is_vouched: bool,
    ) -> Result<Checkpoint, SignerError> {
        let is_vouched = is_vouched || !policy.witnesses().is_empty();
        ensure(is_vouched, SignerError::NothingKnown)?;
        for known in &self.known {
            let signed = known.size();
            let size = entries;
            ensure(signed <= size, SignerError::Rewound { signed, size })?;
            let root = known.root();
            ensure(
                roots.get(&signed) == Some(&root),
                SignerError::Forked {
                    signed,
                    root: root.to_string(),
                    size,
                },
            )?;
        }
        heed(self.furthest.size(), replies, policy)?;
        self.file.store(&self.furthest)?;
        Ok(self.furthest)
    }
}
