//! A mirror: the log of another machine, followed by its tiles and checked before it is kept.
//!
//! ```text
//! /checkpoint ──signature, witnesses──▶ contains what is here? ──▶ accepted ──bundles──▶ entries ──▶ tree, attachments
//!                                              └ no: both kept as evidence                        └──▶ cosigned, published
//! ```
//!
//! | File | What |
//! |---|---|
//! | [`fetching`] | bundles of entries, a few at once, each checked against the tree |
//! | [`attachments`] | what events name, checked by its hash |
//! | [`cosigner`] | the mirror as a witness of what it holds |
//! | [`evidence`] | what a lying log said, kept |
//! | [`fault`] | what may pass, and what ends the mirroring |
//!
//! An entry is stored only under a checkpoint that was accepted, durably, before it: so a mirror that is ended at any moment
//! knows which tree its entries are of, completes that one first, and whoever then shows it another has signed both.

mod attachments;
pub mod cosigner;
mod evidence;
pub mod fault;
mod fetching;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sijill_ledger_core::log::checkpoint::{Checkpoint, SignedCheckpoint};
use sijill_ledger_core::log::note::LogVerifier;
use sijill_ledger_core::log::policy::Policy;
use sijill_ledger_core::log::published;
use sijill_ledger_core::log::remote::RemoteTree;
use sijill_ledger_core::log::tree::Tree;
use sijill_ledger_core::store::embedded::{EmbeddedStore, Mirror, Options};
use sijill_ledger_core::store::{Attachments, EventStore as _};

use crate::cli::data;
use crate::cli::errors::{Bilingual, Failure};
use crate::published_log::PublishedLog;
use attachments::Wanted;
use cosigner::Cosigner;
use fault::Fault;
use fetching::Fetching;

/// How long to wait after what may pass, at first and at most.
const PAUSE_MIN: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_mins(1);

/// What to mirror, and whom to believe.
#[derive(Debug)]
pub struct Plan {
    /// Where the log is read.
    pub source: PublishedLog,
    /// Its keys, of one origin: more than one while a key is being replaced.
    pub keys: Vec<LogVerifier>,
    /// Whose cosignatures a checkpoint must have.
    pub witnesses: Policy,
    /// Cosigns what is held, where that is wanted.
    pub cosigner: Option<Cosigner>,
}

/// A log that is being mirrored.
pub struct Follower {
    mirror: Mirror,
    tree: Arc<Tree>,
    source: PublishedLog,
    /// An old directory of the log, where attachments may be that it does not serve.
    beside: Option<Attachments>,
    keys: Vec<LogVerifier>,
    witnesses: Policy,
    cosigner: Option<Cosigner>,
    wanted: Wanted,
    /// The tree that all entries here are of.
    accepted: Option<SignedCheckpoint>,
    /// What was last published, without our cosignature: the same need not be done twice.
    settled: Option<SignedCheckpoint>,
}

impl Follower {
    /// Opens a mirror, or begins one. Its own tree is computed as far as it has entries.
    pub async fn open(plan: Plan, options: Options) -> Result<Self, Failure> {
        let dir = options.dir.clone();
        let mirror = EmbeddedStore::create_or_open_mirror(options);
        let mirror = mirror.map_err(|error| data::opening(&dir, error))?;
        Self::over(plan, mirror, None).await
    }

    /// Over a directory that is open: a mirror, or a log that is being restored.
    pub async fn over(
        plan: Plan,
        mirror: Mirror,
        beside: Option<Attachments>,
    ) -> Result<Self, Failure> {
        let opening = mirror.clone();
        let opened = fault::blocking(move || read(&opening)).await;
        let (tree, accepted, wanted) = opened.map_err(Fault::failure)?;
        Ok(Self {
            source: plan.source,
            beside,
            mirror,
            tree: Arc::new(tree),
            keys: plan.keys,
            witnesses: plan.witnesses,
            cosigner: plan.cosigner,
            wanted,
            accepted,
            settled: None,
        })
    }

    /// The checkpoint that was last published here.
    pub fn checkpoint(&self) -> Option<&Checkpoint> {
        self.settled.as_ref().map(SignedCheckpoint::checkpoint)
    }

    /// Attachments that events name and the log does not serve.
    pub fn attachments_missing(&self) -> usize {
        self.wanted.len()
    }

    /// The mirror's store.
    pub const fn store(&self) -> &EmbeddedStore {
        self.mirror.store()
    }

    /// Follows the log, looking at it this often, until something is found that does not pass. What may pass is told when it
    /// changes.
    pub async fn follow(&mut self, every: Duration) -> Failure {
        let (mut told, mut pause) = (String::new(), PAUSE_MIN);
        loop {
            match self.round().await {
                Ok(()) => {
                    (told, pause) = (String::new(), PAUSE_MIN);
                    tokio::time::sleep(every).await;
                }
                Err(Fault::Stop(failure)) => return failure,
                Err(Fault::Later(failure)) => {
                    let what = failure.message(crate::cli::lang::Lang::En);
                    if what != told {
                        tracing::warn!(code = failure.code(), what, "the mirror waits");
                        told = what;
                    }
                    tokio::time::sleep(pause.max(every)).await;
                    pause = PAUSE_MAX.min(pause.saturating_mul(2));
                }
            }
        }
    }

    /// Takes over what the log shows now.
    pub async fn round(&mut self) -> Result<(), Fault> {
        if let Some(accepted) = self.accepted.clone()
            && self.size() < accepted.checkpoint().size()
        {
            self.take(&accepted).await?;
        }
        let offered = self.offered().await?;
        if self.settled.as_ref() == Some(&offered) {
            return self.wanted_again().await;
        }
        let size = offered.checkpoint().size();
        if size < self.size() {
            return Err(self.not_longer(&offered).await?);
        }
        if size > self.size() {
            self.take(&offered).await?;
        }
        self.settle(offered).await
    }

    /// Fetches the entries of a longer tree, once that is seen to contain what is here.
    async fn take(&mut self, target: &SignedCheckpoint) -> Result<(), Fault> {
        let (size, root) = (target.checkpoint().size(), target.checkpoint().root());
        let (source, held) = (self.source.clone(), self.tree.builder());
        let dir = self.dir().to_owned();
        let note = target.to_bytes();
        let opened = fault::blocking(move || {
            let believed = |error| fault::not_believed(&dir, &note, error);
            let mut remote = RemoteTree::open(source, size, root).map_err(believed)?;
            let contains = remote.begins_with(&held).map_err(believed)?;
            Ok((remote, contains))
        });
        let (remote, contains) = opened.await?;
        if !contains {
            return Err(self.forked(target));
        }
        if self.accepted.as_ref() != Some(target) {
            let stored = published::store_accepted(self.dir(), target);
            stored.map_err(|error| fault::refused(&error))?;
            self.accepted = Some(target.clone());
        }
        let fetching = Fetching::new(remote, self.source.clone(), self.dir(), target);
        fetching.run(&self.mirror).await?;
        let tree = Arc::clone(&self.tree);
        let dir = self.dir().to_owned();
        fault::blocking(move || {
            let grown = tree.catch_up().and_then(|_| tree.root(size));
            let found = grown.map_err(|error| Fault::Stop(data::hashing(&dir, error)))?;
            if found == root {
                return Ok(());
            }
            let what = format!("the tree of {size} entries has another root than was accepted");
            Err(Fault::Stop(Failure::Damaged { index: None, what }))
        })
        .await
    }

    /// What the log shows, once the log's key and enough witnesses have signed it.
    async fn offered(&self) -> Result<SignedCheckpoint, Fault> {
        let source = self.source.clone();
        let note = fault::blocking(move || source.checkpoint()).await?;
        let offered = SignedCheckpoint::parse(&note)
            .map_err(|error| self.not_signed(&note, &Bilingual::refusal(&error)))?;
        let mut is_signed = false;
        for key in &self.keys {
            let signed = offered.signed_by(key);
            is_signed |=
                signed.map_err(|error| self.not_signed(&note, &Bilingual::refusal(&error)))?;
        }
        if !is_signed {
            let why = Bilingual::new(
                "ليس عليها توقيع لهذا السجل بالمفتاح المعروف (--vkey)",
                "it has no signature for this log by the key that is known (--vkey)",
            );
            return Err(self.not_signed(&note, &why));
        }
        let witnessed = self.witnesses.witnessed(&offered);
        let witnessed =
            witnessed.map_err(|error| self.not_signed(&note, &Bilingual::refusal(&error)))?;
        if witnessed.quorum {
            return Ok(offered);
        }
        let (have, of) = (
            witnessed.cosigned_at.len(),
            self.witnesses.witnesses().len(),
        );
        Err(Fault::Later(Failure::Refused {
            code: "MIRROR_NO_QUORUM",
            text: Bilingual::new(
                format!(
                    "على نقطة التحقق المنشورة شهادة {have} من {of} من الشهود، وليس ذلك نصابًا؛ تُنتظر الشهادات، فإن طال ذلك فراجع الشهود"
                ),
                format!(
                    "the published checkpoint has the cosignatures of {have} of {of} witnesses, which is no quorum; more are waited for: if that takes long, ask the witnesses"
                ),
            ),
        }))
    }

    /// A tree that is shorter than what is here: an old one of the same log, or another history.
    async fn not_longer(&self, offered: &SignedCheckpoint) -> Result<Fault, Fault> {
        let (size, root) = (offered.checkpoint().size(), offered.checkpoint().root());
        let (tree, dir) = (Arc::clone(&self.tree), self.dir().to_owned());
        let held = fault::blocking(move || {
            let root = tree.root(size);
            root.map_err(|error| Fault::Stop(data::hashing(&dir, error)))
        });
        if held.await? != root {
            return Ok(self.forked(offered));
        }
        let here = self.size();
        let kept = self.keep_both(offered)?;
        Ok(Fault::Later(Failure::Refused {
            code: "MIRROR_LOG_REWOUND",
            text: Bilingual::new(
                format!(
                    "يعرض السجل {size} قيدًا وفي المرآة {here} منه موقّعة: أُعيدت نسخة قديمة، أو أجابت ذاكرة وسيطة؛ لم يُحذف شيء من المرآة، ومنها يُسترجع الناقص. النقطتان محفوظتان: {kept}"
                ),
                format!(
                    "the log shows {size} entries, and {here} of it, signed, are in this mirror: an old copy was restored, or a cache answered; nothing here was removed, and what is missing there can be refilled from here. Both checkpoints are kept: {kept}"
                ),
            ),
        }))
    }

    fn forked(&self, offered: &SignedCheckpoint) -> Fault {
        let (size, here) = (offered.checkpoint().size(), self.size());
        let kept = match self.keep_both(offered) {
            Ok(kept) => kept,
            Err(fault) => return fault,
        };
        Fault::Stop(Failure::Refused {
            code: "MIRROR_LOG_FORKED",
            text: Bilingual::new(
                format!(
                    "السجل عند {size} قيدًا لا يتضمن القيود المحفوظة هنا ({here}) وقد وقّع عليهما معًا: تغيّر تاريخه. لا يُؤخذ منه شيء؛ النقطتان الموقّعتان دليل لمن يحاسبه: {kept}"
                ),
                format!(
                    "the log at {size} entries does not contain the {here} entries kept here, and it has signed both: its history was changed. Nothing more is taken from it; the two signed checkpoints are the evidence: {kept}"
                ),
            ),
        })
    }

    /// The files that hold what was signed before and what is shown now.
    fn keep_both(&self, offered: &SignedCheckpoint) -> Result<String, Fault> {
        let offered = offered.to_bytes();
        let held = self.accepted.as_ref().map(SignedCheckpoint::to_bytes);
        let mut pieces = vec![("offered.checkpoint", offered.as_slice())];
        if let Some(held) = &held {
            pieces.insert(0, ("held.checkpoint", held));
        }
        evidence::keep(self.dir(), &pieces).map_err(Fault::Stop)
    }

    fn not_signed(&self, note: &[u8], why: &Bilingual) -> Fault {
        let kept = match evidence::keep(self.dir(), &[("offered.checkpoint", note)]) {
            Ok(kept) => kept,
            Err(failure) => return Fault::Stop(failure),
        };
        let Bilingual { ar, en } = why;
        Fault::Stop(Failure::Refused {
            code: "MIRROR_CHECKPOINT_FALSE",
            text: Bilingual::new(
                format!(
                    "نقطة التحقق المعروضة لا تُصدَّق: {ar}. تحقق من العنوان والمفتاح؛ وهي محفوظة: {kept}"
                ),
                format!(
                    "the checkpoint shown is not believed: {en}. Check address and key; it is kept: {kept}"
                ),
            ),
        })
    }

    /// Everything under a checkpoint is here: attachments, cosignature, and then the world may know.
    async fn settle(&mut self, offered: SignedCheckpoint) -> Result<(), Fault> {
        self.agrees(&offered).await?;
        self.wanted.look(self.mirror.store()).await?;
        self.fetch_wanted().await?;
        let mut held = offered.clone();
        if let Some(cosigner) = &self.cosigner {
            let cosignature = cosigner.cosign(&self.tree, &offered).await?;
            let put = held.put(cosignature);
            put.map_err(|error| fault::refused(&error))?;
        }
        let stored = published::store(self.dir(), &held);
        stored.map_err(|error| fault::refused(&error))?;
        let checkpoint = offered.checkpoint();
        tracing::info!(size = checkpoint.size(), root = %checkpoint.root(), "mirrored");
        self.settled = Some(offered);
        Ok(())
    }

    /// Of the same size, the tree must be the same.
    async fn agrees(&mut self, offered: &SignedCheckpoint) -> Result<(), Fault> {
        let (size, root) = (offered.checkpoint().size(), offered.checkpoint().root());
        let (tree, dir) = (Arc::clone(&self.tree), self.dir().to_owned());
        let held = fault::blocking(move || {
            let root = tree.root(size);
            root.map_err(|error| Fault::Stop(data::hashing(&dir, error)))
        });
        if held.await? == root {
            Ok(())
        } else {
            Err(self.forked(offered))
        }
    }

    /// Nothing is new but, perhaps, attachments that were not served before.
    async fn wanted_again(&mut self) -> Result<(), Fault> {
        self.fetch_wanted().await
    }

    async fn fetch_wanted(&mut self) -> Result<(), Fault> {
        let (beside, store) = (self.beside.as_ref(), self.mirror.store());
        self.wanted.fetch(&self.source, beside, store).await
    }

    fn size(&self) -> u64 {
        self.mirror.store().size()
    }

    fn dir(&self) -> &Path {
        self.mirror.store().dir()
    }
}

/// What a directory holds of a mirror.
fn read(mirror: &Mirror) -> Result<(Tree, Option<SignedCheckpoint>, Wanted), Fault> {
    let store = mirror.store();
    let hashing = |error| Fault::Stop(data::hashing(store.dir(), error));
    let tree = Tree::open(store).map_err(hashing)?;
    tree.catch_up().map_err(hashing)?;
    let load = |loaded: Result<_, published::PublishedError>| {
        loaded.map_err(|error| fault::refused(&error))
    };
    let accepted = load(published::load_accepted(store.dir()))?;
    let shown: Option<SignedCheckpoint> = load(published::load(store.dir()))?;
    let looked = shown.map_or(0, |shown| shown.checkpoint().size());
    let wanted = Wanted::open(store.dir(), looked)?;
    // The directory's lock is held: nobody else is receiving anything.
    let swept = store.attachments().sweep_incoming();
    swept.map_err(|error| Fault::Stop(data::attaching(error)))?;
    Ok((tree, accepted, wanted))
}
