//! The signer of a log: what its key may sign, and what it must know before.
//!
//! A signature over two histories would prove the log a liar for ever, so each step below refuses rather than guesses:
//!
//! 1. [`Signer::open`] reads what was last signed, from beside the key.
//! 2. [`Signer::wake`] compares that with the entries themselves and with what the witnesses have seen.
//! 3. [`Signer::sign`] takes larger trees only, each with the proof that it contains the last one, and makes its record durable
//!    before the signature exists.

mod repair;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use super::Hash;
use super::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use super::note::{KeyError, KeyFileError, LogKey, LogVerifier, NoteError, read_key, write_key};
use super::policy::Policy;
use super::state::{StateError, StateFile, StateLock};
use super::verify::verify_consistency;
use super::witness::{AddCheckpoint, Reply};
use crate::aggregate::{ensure, refusals};

pub use repair::Repair;

/// Signs checkpoints of one log with one key. Only one exists at a time for a state file.
#[derive(Debug)]
pub struct Signer {
    key: LogKey,
    file: StateFile,
    last: Checkpoint,
    stage: Stage,
    _lock: StateLock,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Entries and witnesses have not been asked yet.
    Asleep,
    Awake,
    /// The state could not be stored: what a restart finds is unknown.
    Stopped,
}

/// What the entries themselves say at the size that was last signed. To be recomputed from them, not from stored hashes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Held {
    /// There are fewer entries.
    Fewer {
        /// How many there are.
        size: u64,
    },
    /// There are enough.
    Enough {
        /// The root of the first ones, as many as were last signed.
        root: Hash,
    },
}

/// Makes a log's key, its file and the state beside it. The key is written first: an existing key, whose state may be lost,
/// never gets a fresh one.
pub fn create_key(path: &Path, origin: &str) -> Result<LogVerifier, SignerError> {
    let key = LogKey::generate(origin)?;
    write_key(path, &key.to_text())?;
    StateFile::beside(path).create(&Checkpoint::empty(origin)?)?;
    Ok(key.verifier())
}

/// Makes a log's next key. What was last signed moves over to it in one step, so at any moment, also after a crash, one key
/// at most can sign; the old one never again. Both files must be on one file system.
pub fn rotate_key(old: &Path, new: &Path) -> Result<LogVerifier, SignerError> {
    let signer = Signer::open(LogKey::parse(&read_key(old)?)?, StateFile::beside(old))?;
    let key = LogKey::generate(signer.last.origin())?;
    write_key(new, &key.to_text())?;
    signer.file.hand_over(&StateFile::beside(new))?;
    Ok(key.verifier())
}

impl Signer {
    /// Reads what was last signed, and keeps other signers out.
    pub fn open(key: LogKey, file: StateFile) -> Result<Self, SignerError> {
        let lock = file.lock()?;
        let last = file.load(key.verifier().name())?;
        Ok(Self {
            key,
            file,
            last,
            stage: Stage::Asleep,
            _lock: lock,
        })
    }

    /// What was last signed; size 0 before the first signature.
    pub const fn last(&self) -> &Checkpoint {
        &self.last
    }

    /// What each witness is asked before the first signature: to cosign once more what was last signed. It answers with a
    /// cosignature, or with the size that it has seen instead. Nothing new is signed here.
    pub fn inquiry(&self) -> Result<AddCheckpoint, SignerError> {
        Ok(AddCheckpoint {
            old_size: self.last.size(),
            proof: Vec::new(),
            checkpoint: self.last.clone().sign(&self.key)?,
        })
    }

    /// Compares the record with the log's entries and with the witnesses' replies to the [`inquiry`](Self::inquiry), by
    /// their names in the policy. After a refusal it may be tried again.
    pub fn wake(
        &mut self,
        held: Held,
        replies: &BTreeMap<String, Reply>,
        policy: &Policy,
    ) -> Result<(), SignerError> {
        self.compare(held)?;
        heed(self.last.size(), replies, policy)?;
        self.stage = Stage::Awake;
        Ok(())
    }

    /// The same for a further key of the log, beside one that is awake and has signed as much or more: the witnesses' replies
    /// to that one say all that they could say about this.
    pub fn wake_beside(&mut self, held: Held, awake: &Self) -> Result<(), SignerError> {
        let is_led = awake.stage == Stage::Awake
            && awake.last.origin() == self.last.origin()
            && awake.last.size() >= self.last.size();
        ensure(is_led, SignerError::Asleep)?;
        self.compare(held)?;
        self.stage = Stage::Awake;
        Ok(())
    }

    fn compare(&self, held: Held) -> Result<(), SignerError> {
        ensure(self.stage != Stage::Stopped, SignerError::Stopped)?;
        match held {
            Held::Fewer { size } => Err(self.rewound(size)),
            Held::Enough { root } => {
                ensure(root == self.last.root(), self.forked(self.last.size()))
            }
        }
    }

    /// Takes over what another node of the log may have signed with this key: a larger tree, given the proof that it contains the
    /// one last signed here. Nothing is signed by that, and nothing smaller ever will be.
    pub fn advance(
        &mut self,
        size: u64,
        root: Hash,
        consistency: &[Hash],
    ) -> Result<(), SignerError> {
        ensure(self.stage != Stage::Stopped, SignerError::Stopped)?;
        let next = Checkpoint::new(self.last.origin(), size, root)?;
        ensure(size >= self.last.size(), self.rewound(size))?;
        ensure(self.extended_by(&next, consistency), self.forked(size))?;
        if size > self.last.size() {
            self.record(&next)?;
        }
        Ok(())
    }

    /// Signs a tree, given the proof that it contains the one last signed (empty when the size is the same, or was 0).
    /// Only entries that are durable may be in it.
    pub fn sign(
        &mut self,
        size: u64,
        root: Hash,
        consistency: &[Hash],
    ) -> Result<SignedCheckpoint, SignerError> {
        match self.stage {
            Stage::Asleep => return Err(SignerError::Asleep),
            Stage::Stopped => return Err(SignerError::Stopped),
            Stage::Awake => {}
        }
        self.advance(size, root, consistency)?;
        Ok(self.last.clone().sign(&self.key)?)
    }

    fn extended_by(&self, next: &Checkpoint, consistency: &[Hash]) -> bool {
        let last = &self.last;
        verify_consistency(
            last.size(),
            last.root(),
            next.size(),
            next.root(),
            consistency,
        )
        .is_ok()
            && (next.size() != last.size() || next.root() == last.root())
    }

    /// Before the signature, so that no crash leaves a signature that nobody remembers.
    fn record(&mut self, next: &Checkpoint) -> Result<(), SignerError> {
        if let Err(error) = self.file.store(next) {
            self.stage = Stage::Stopped;
            return Err(error.into());
        }
        self.last = next.clone();
        Ok(())
    }

    fn rewound(&self, size: u64) -> SignerError {
        SignerError::Rewound {
            signed: self.last.size(),
            size,
        }
    }

    fn forked(&self, size: u64) -> SignerError {
        SignerError::Forked {
            signed: self.last.size(),
            root: self.last.root().to_string(),
            size,
        }
    }
}

/// Whether the witnesses rule out that a larger tree than that of `size`, or another one of it, was cosigned by a quorum. Where
/// quorums overlap in an honest witness, a lying minority can neither hide such a tree nor stop the log by inventing one.
fn heed(size: u64, replies: &BTreeMap<String, Reply>, policy: &Policy) -> Result<(), SignerError> {
    let seen = |reply: &Reply| match reply {
        Reply::Cosigned { .. } => size,
        Reply::Conflict { size } => *size,
    };
    // A conflict at the very size that was asked about means another root there.
    let ahead = |reply: &Reply| matches!(reply, Reply::Conflict { .. }) && seen(reply) >= size;
    let quorum_says = |wanted: bool| {
        policy.satisfied(|witness| {
            replies
                .get(&witness.name)
                .is_some_and(|reply| ahead(reply) == wanted)
        })
    };
    let furthest = policy
        .witnesses()
        .iter()
        .filter_map(|witness| Some((replies.get(&witness.name)?, witness)))
        .filter(|(reply, _)| ahead(reply))
        .max_by_key(|(reply, _)| seen(reply));
    match furthest {
        Some((reply, witness)) if quorum_says(true) || !quorum_says(false) => {
            Err(SignerError::WitnessesAhead {
                witness: witness.name.clone(),
                seen: seen(reply),
                signed: size,
            })
        }
        None if !quorum_says(false) => Err(SignerError::WitnessQuorumUnreachable {
            answered: replies.len(),
            known: policy.witnesses().len(),
        }),
        Some(_) | None => Ok(()),
    }
}

refusals! {
    /// Why nothing is signed.
    pub enum SignerError,
        /** The record of what was signed cannot be used. */ State(StateError),
        /** No such key can be made. */ Key(KeyError),
        /** The key's file. */ KeyFile(KeyFileError),
        /** No such checkpoint exists. */ Checkpoint(CheckpointError),
        /** The note cannot be made. */ Note(NoteError)
    {
        /// The log has lost entries that were signed.
        Rewound {
            /// The size last signed.
            signed: u64,
            /// The size offered, or held.
            size: u64,
        } = "LOG_REWOUND",
            "في السجل {size} قيدًا وقد وُقِّع على {signed}: ضاعت قيود أو أُعيدت نسخة قديمة؛ لن يُوقَّع شيء. استرجع السجل من مرآة في مجلد جديد: sijill restore NEW --from MIRROR --vkey VKEY",
            "the log has {size} entries and {signed} were signed: entries are lost or an old backup was restored; nothing will be signed. Restore the log from a mirror into a new directory: sijill restore NEW --from MIRROR --vkey VKEY";
        /// The log holds something else than what was signed.
        Forked {
            /// The size last signed.
            signed: u64,
            /// The root last signed, base64.
            root: String,
            /// The size offered.
            size: u64,
        } = "LOG_FORKED",
            "السجل عند {size} قيدًا لا يتضمن ما وُقِّع عند {signed} بالجذر {root}: تغيّرت قيود موقّعة؛ لن يُوقَّع شيء. استرجع السجل من مرآة في مجلد جديد: sijill restore NEW --from MIRROR --vkey VKEY",
            "the log at {size} entries does not contain what was signed at {signed} with the root {root}: signed entries have changed; nothing will be signed. Restore the log from a mirror into a new directory: sijill restore NEW --from MIRROR --vkey VKEY";
        /// Witnesses have cosigned what this log does not know.
        WitnessesAhead {
            /// The witness that saw most, by its name in the policy.
            witness: String,
            /// The size that it has seen.
            seen: u64,
            /// The size last signed here.
            signed: u64,
        } = "WITNESSES_AHEAD",
            "رأى الشاهد {witness} سجلًّا من {seen} قيدًا يخالف آخر ما وُقِّع هنا ({signed}): أُعيدت حالة قديمة للتوقيع؛ لن يُوقَّع شيء. استرجع السجل وحالته من مرآة، أو أخرج الشاهد من السياسة إن ثبت كذبه",
            "the witness {witness} has seen a log of {seen} entries that is not what was last signed here ({signed}): an old signing state was restored; nothing will be signed. Restore log and state from a mirror, or take the witness out of the policy if it is shown to lie";
        /// Too few witnesses answer to rule that out.
        WitnessQuorumUnreachable {
            /// How many answered.
            answered: usize,
            /// How many the policy knows.
            known: usize,
        } = "WITNESS_QUORUM_UNREACHABLE",
            "أجاب {answered} من {known} من الشهود، ولا يكتمل بهم النصاب؛ لن يُوقَّع شيء قبل سؤالهم. تحقق من الشبكة ومن عناوين الشهود في السياسة",
            "{answered} of {known} witnesses answered, which is no quorum; nothing is signed before they are asked. Check the network and the witnesses' addresses in the policy";
        /// The record is there and whole.
        NotLost {
            /// The size last signed.
            signed: u64,
        } = "STATE_NOT_LOST",
            "حالة التوقيع سليمة، وآخر ما وُقِّع {signed} قيدًا؛ لا يلزم إصلاح، ولا تُعاد إلى أقل من ذلك أبدًا",
            "the signing state is whole, {signed} entries were signed last; nothing is to be repaired, and it is never set back";
        /// Nobody says what was signed.
        NothingKnown = "STATE_NOTHING_KNOWN",
            "لا شهود في السياسة ولم تُعط نقطة تحقق؛ أعط آخر ما نُشر أو حُفظ منها (‎--known)، من مرآة أو ممن يتابع السجل",
            "there is no witness in the policy and no checkpoint was given; give the last ones that were published or kept (--known), from a mirror or from whoever follows the log";
        /// A checkpoint that was given is not the log's.
        NotSigned {
            /// Its size.
            size: u64,
        } = "STATE_CHECKPOINT_NOT_SIGNED",
            "نقطة التحقق عند {size} قيدًا ليس عليها توقيع لهذا السجل بمفتاحه؛ أعط غيرها، أو أضف مفتاحه السابق (‎--vkey)",
            "the checkpoint at {size} entries has no signature for this log by its key; give another one, or add the log's earlier key (--vkey)";
        /// Signing was asked for before the check at the start.
        Asleep = "SIGNER_ASLEEP",
            "لم يُقارَن السجل بعدُ بآخر ما وُقِّع ولا سُئل الشهود؛ أتمّ الفحص عند التشغيل أولًا",
            "the log was not compared yet with what was last signed, nor the witnesses asked; finish the check at the start first";
        /// The state could not be stored.
        Stopped = "SIGNER_STOPPED",
            "توقف التوقيع لأن حالته لم تُحفظ؛ أصلح القرص ثم أعد التشغيل",
            "signing has stopped because its state could not be stored; mend the disk and start again";
    }
}
