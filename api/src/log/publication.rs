//! What the world was told of the log, and the tree that proves it.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use sijill_ledger_core::log::Hash;
use sijill_ledger_core::log::checkpoint::{Checkpoint, SignedCheckpoint};
use sijill_ledger_core::log::note::{NoteError, Signature};
use sijill_ledger_core::log::policy::Policy;
use sijill_ledger_core::log::proof::Proof;
use sijill_ledger_core::log::published::{self, PublishedError};
use sijill_ledger_core::log::tree::{Tree, TreeError};
use sijill_ledger_core::policies::{KeptWitnesses, Witnesses};
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use tokio::sync::{Notify, watch};

/// A log's tree and its published checkpoints.
#[derive(Debug)]
pub struct Publication {
    store: Arc<EmbeddedStore>,
    tree: Tree,
    policy: Policy,
    told: watch::Sender<Told>,
    /// One at a time changes what was told, and the file with it.
    telling: Mutex<()>,
    /// Somebody waits for a checkpoint.
    wanted: Notify,
    /// What witnesses cosigned, the latest last: of the last minutes, and before a restart.
    cosigned: Mutex<VecDeque<Cosigned>>,
}

/// A checkpoint that witnesses cosigned, and since when it is kept.
#[derive(Debug)]
struct Cosigned(Instant, SignedCheckpoint);

/// Most checkpoints that are kept for the record of a deadline, one for each second at most: longer than any ruleset lets witnesses take.
const COSIGNED_MAX: usize = 900;
const COSIGNED_APART: Duration = Duration::from_secs(1);

/// The checkpoints that are shown.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// The newest.
    pub latest: Option<Arc<Published>>,
    /// The newest with enough cosignatures; where there are no witnesses, the newest.
    pub sufficient: Option<Arc<Published>>,
}

/// A published checkpoint.
#[derive(Debug)]
pub struct Published {
    /// With its signatures.
    pub checkpoint: SignedCheckpoint,
    /// The same as bytes.
    pub note: Bytes,
    /// Who cosigned, by name in the policy, in the order of the note.
    pub witnesses: Vec<String>,
    /// Whether those are enough for the policy; `false` where there is none.
    pub has_quorum: bool,
    /// Since when it is shown.
    pub since: Instant,
}

/// Why what the directory says was published is not shown.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// The file.
    #[error(transparent)]
    File(#[from] PublishedError),
    /// A cosignature under it is false.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The tree cannot be computed so far.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// It is about something else.
    #[error(
        "the published checkpoint of {origin} at {size} entries is not about the entries in this directory: \
         they were changed, or the file was; nothing is published. Compare with a mirror"
    )]
    OtherLog {
        /// The log that it names.
        origin: String,
        /// The size that it names.
        size: u64,
    },
}

impl Publication {
    /// Of a store, with its witnesses. Reads the tree's files and nothing else; blocks meanwhile.
    pub fn open(store: &Arc<EmbeddedStore>, policy: Policy) -> Result<Self, TreeError> {
        Ok(Self {
            tree: Tree::open(store)?,
            store: Arc::clone(store),
            policy,
            told: watch::Sender::default(),
            telling: Mutex::default(),
            wanted: Notify::new(),
            cosigned: Mutex::new(kept(store.dir())),
        })
    }

    /// The log.
    pub const fn store(&self) -> &Arc<EmbeddedStore> {
        &self.store
    }

    /// Its tree: at least as large as what was published.
    pub const fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Whose cosignatures are enough.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The newest checkpoint.
    pub fn latest(&self) -> Option<Arc<Published>> {
        self.told.borrow().latest.clone()
    }

    /// Number of entries under the newest checkpoint; what is beyond is not shown as part of the tree.
    pub fn size(&self) -> u64 {
        let told = self.told.borrow();
        told.latest.as_ref().map_or(0, |latest| latest.size())
    }

    /// Tells of each change of what is shown.
    pub fn told(&self) -> watch::Receiver<Told> {
        self.told.subscribe()
    }

    /// Resolves when somebody waits for a checkpoint.
    pub async fn wanted(&self) {
        self.wanted.notified().await;
    }

    /// A checkpoint, sufficient for the policy, that covers the entry at an index; asks for one and waits where there is none.
    /// `None` when the time is over.
    pub async fn covering(&self, index: u64, wait: Duration) -> Option<Arc<Published>> {
        let covers = |told: &Told| {
            let sufficient = told.sufficient.as_ref();
            sufficient.is_some_and(|published| published.size() > index)
        };
        let mut told = self.told();
        if !covers(&told.borrow_and_update()) {
            self.wanted.notify_one();
        }
        let covered = tokio::time::timeout(wait, told.wait_for(covers)).await;
        covered.ok()?.ok()?.sufficient.clone()
    }

    /// The receipt for the entry at an index, which the checkpoint must cover. Reads the tree; blocks meanwhile.
    pub fn receipt(&self, published: &Published, index: u64) -> Result<Proof, TreeError> {
        Ok(Proof {
            extra: None,
            index,
            hashes: self.tree.inclusion(index, published.size())?,
            checkpoint: published.checkpoint.clone(),
        })
    }

    /// Shows a checkpoint of this log, and stores it for who reads the directory; blocks meanwhile. One that cannot be stored is
    /// shown all the same: the signature is out.
    pub fn publish(&self, checkpoint: SignedCheckpoint) -> Result<(), AdoptError> {
        let _alone = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        let dir = self.store.dir();
        let mut stored = published::store(dir, &checkpoint);
        let judged = self.judged(checkpoint)?;
        if judged.has_quorum {
            stored = stored.and(published::store_witnessed(dir, &judged.checkpoint));
        }
        self.keep(&judged);
        self.show(judged);
        Ok(stored?)
    }

    /// Keeps it for the record of a deadline, where any witness cosigned it: which of them are enough, the rules of a tender say.
    fn keep(&self, published: &Published) {
        if published.witnesses.is_empty() {
            return;
        }
        let mut cosigned = lock(&self.cosigned);
        // Those that follow each other closely take one place, and the first keeps its time: else the last would be replaced for ever.
        let mut at = Instant::now();
        if let Some(Cosigned(since, last)) = cosigned.back() {
            let (old, new) = (last.note().signatures(), published.checkpoint.note());
            let is_same = last.checkpoint() == published.checkpoint();
            let adds = is_same && old.iter().all(|it| new.signatures().contains(it));
            let grows = last.checkpoint().size() < published.size();
            if adds || (grows && since.elapsed() < COSIGNED_APART) {
                at = *since;
                cosigned.pop_back();
            }
        }
        cosigned.push_back(Cosigned(at, published.checkpoint.clone()));
        if cosigned.len() > COSIGNED_MAX {
            cosigned.pop_front();
        }
    }

    /// Shows what the directory says was published, once the tree confirms it; blocks meanwhile. `false` where that is shown
    /// already, or nothing was published.
    pub fn adopt(&self) -> Result<bool, AdoptError> {
        let _alone = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(found) = published::load(self.store.dir())? else {
            return Ok(false);
        };
        if self
            .latest()
            .is_some_and(|latest| latest.checkpoint == found)
        {
            return Ok(false);
        }
        let judged = self.judged(found)?;
        let (origin, size) = (judged.checkpoint().origin(), judged.size());
        if self.tree.size() < size {
            self.tree.catch_up()?;
        }
        let is_ours = origin == self.store.origin();
        if !is_ours || self.tree.root(size)? != judged.root() {
            let origin = origin.to_owned();
            return Err(AdoptError::OtherLog { origin, size });
        }
        self.keep(&judged);
        self.show(judged);
        Ok(true)
    }

    fn judged(&self, checkpoint: SignedCheckpoint) -> Result<Published, NoteError> {
        let witnessed = self.policy.witnessed(&checkpoint)?;
        let name = |signature: &Signature| {
            let mut known = self.policy.witnesses().iter();
            let witness = known.find(|witness| witness.key.made(signature))?;
            Some(witness.name.clone())
        };
        let signatures = checkpoint.note().signatures();
        Ok(Published {
            note: checkpoint.to_bytes().into(),
            witnesses: signatures.iter().filter_map(name).collect(),
            has_quorum: witnessed.quorum && !self.policy.witnesses().is_empty(),
            since: Instant::now(),
            checkpoint,
        })
    }

    fn show(&self, published: Published) {
        let is_sufficient = published.has_quorum || self.policy.witnesses().is_empty();
        let published = Arc::new(published);
        self.told.send_modify(|told| {
            if is_sufficient {
                told.sufficient = Some(Arc::clone(&published));
            }
            told.latest = Some(published);
        });
    }
}

impl Witnesses for Publication {
    fn checkpoints(&self) -> Vec<SignedCheckpoint> {
        let cosigned = lock(&self.cosigned);
        cosigned.iter().map(|Cosigned(_, it)| it.clone()).collect()
    }

    fn ask(&self) {
        self.wanted.notify_one();
    }
}

/// What the directory keeps of what witnesses cosigned before.
fn kept(dir: &Path) -> VecDeque<Cosigned> {
    match KeptWitnesses::load(dir) {
        Ok(kept) => {
            let kept = kept.checkpoints().into_iter();
            kept.map(|it| Cosigned(Instant::now(), it)).collect()
        }
        Err(error) => {
            tracing::error!(%error, "what witnesses cosigned before this start is not known: a deadline that passed meanwhile may have no record");
            VecDeque::new()
        }
    }
}

fn lock(cosigned: &Mutex<VecDeque<Cosigned>>) -> MutexGuard<'_, VecDeque<Cosigned>> {
    cosigned.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Published {
    /// What it says.
    pub const fn checkpoint(&self) -> &Checkpoint {
        self.checkpoint.checkpoint()
    }

    /// Number of entries.
    pub const fn size(&self) -> u64 {
        self.checkpoint().size()
    }

    /// Their root.
    pub const fn root(&self) -> Hash {
        self.checkpoint().root()
    }
}
