//! Keys of officials and organisations: how they enter, and how they end. One registrar proposes a key with its proof of
//! possession, another enrols it; whatever an aggregate's events say of keys is kept here.

#[cfg(test)]
pub(super) mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::aggregate::{Facts, ensure, refusals};
use crate::domain::official::Official;
use crate::domain::organization::Organization;
use crate::domain::values::{KeyId, PublicKey, Text, octets};
use crate::event::{ActorId, Role};
use crate::store::StreamName;
use crate::time::Timestamp;

/// A key that one registrar presents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyProposal {
    /// The public key.
    pub key: PublicKey,
    /// Proof of possession: the key's signature, 64 bytes, over the enrolment message of this stream and key.
    #[serde(serialize_with = "octets")]
    pub proof: Vec<u8>,
}

/// A key that another registrar enrols. Repeats the key itself, not only its short id, so that what is agreed to is what
/// was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyEnrolment {
    /// The public key.
    pub key: PublicKey,
}

/// The end of a key: what it signs from here on along the log is void, what it signed before stays valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRevocation {
    /// The key.
    pub key: KeyId,
    /// Why; written for publication.
    pub reason: Text,
}

/// The discovery that someone else holds a key: what it signed since is in doubt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyCompromise {
    /// The key.
    pub key: KeyId,
    /// From when on its signatures are in doubt.
    pub since: Timestamp,
    /// What is known; written for publication.
    pub reason: Text,
}

/// A name for what the proof of possession is about, for ever: a signature made for one purpose counts for no other.
const MESSAGE_DOMAIN: &[u8] = b"sijill/key-enrolment/v1";

/// What a key signs to prove that its owner holds it: the domain `sijill/key-enrolment/v1`, the owner's stream, the
/// algorithm's name and the key's bytes, each after its length as a big-endian `u32`.
pub fn enrolment_message(owner: &StreamName, key: &PublicKey) -> Vec<u8> {
    let fields = [
        MESSAGE_DOMAIN,
        owner.as_str().as_bytes(),
        key.algorithm().name().as_bytes(),
        key.bytes(),
    ];
    let mut message = Vec::new();
    for field in fields {
        // Names and keys are far below 4 GiB.
        let length = u32::try_from(field.len()).unwrap_or(u32::MAX);
        message.extend_from_slice(&length.to_be_bytes());
        message.extend_from_slice(field);
    }
    message
}

/// Where an event stands: its revision, and its stamp once it has one.
pub(crate) type Place = (u64, Option<Timestamp>);

/// The keys of one owner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys(BTreeMap<KeyId, Held>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Held {
    key: PublicKey,
    stage: Stage,
    /// Revision of the enrolment.
    signs_from: Option<u64>,
    /// Revision of the first event that ended it.
    signs_until: Option<u64>,
    /// Stamps of the same two; `None` where an event is on its way to the store.
    stamped: Stamps,
}

/// Between which stamps a key signs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Stamps {
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    Proposed { by: ActorId, revision: u64 },
    Enrolled,
    Revoked,
    Compromised { since: Timestamp },
}

impl Keys {
    /// The key with this id, when its signatures count now.
    pub fn enrolled(&self, id: &KeyId) -> Option<&PublicKey> {
        let held = self.0.get(id)?;
        (held.stage == Stage::Enrolled).then_some(&held.key)
    }

    /// The key with this id, when its signatures counted as of a revision of its owner's stream; `None` is before the first.
    pub fn enrolled_as_of(&self, id: &KeyId, revision: Option<u64>) -> Option<&PublicKey> {
        let (held, revision) = (self.0.get(id)?, revision?);
        let begun = held.signs_from.is_some_and(|from| from <= revision);
        let ended = held.signs_until.is_some_and(|until| until <= revision);
        (begun && !ended).then_some(&held.key)
    }

    /// The key with this id, when its signatures counted at a stamp of the log.
    pub fn enrolled_at(&self, id: &KeyId, at: Timestamp) -> Option<&PublicKey> {
        let held = self.0.get(id)?;
        let Stamps { from, until } = held.stamped;
        let begun = from.is_some_and(|from| from <= at);
        let ended = held.signs_until.is_some() && until.is_none_or(|until| until <= at);
        (begun && !ended).then_some(&held.key)
    }

    /// Revision of the event that proposed a key which waits for its enrolment.
    pub fn proposed(&self, id: &KeyId) -> Option<u64> {
        match self.0.get(id)?.stage {
            Stage::Proposed { revision, .. } => Some(revision),
            Stage::Enrolled | Stage::Revoked | Stage::Compromised { .. } => None,
        }
    }

    /// Since when the signatures of this key are in doubt; `None` for a key that nobody else is known to hold.
    pub fn compromised_since(&self, id: &KeyId) -> Option<Timestamp> {
        match self.0.get(id)?.stage {
            Stage::Compromised { since } => Some(since),
            Stage::Proposed { .. } | Stage::Enrolled | Stage::Revoked => None,
        }
    }
}

/// The rules. They judge imported history too: keys are what every later signature rests on, so none enters on a file's
/// word.
impl Keys {
    pub(super) fn propose(&self, proposal: &KeyProposal, facts: &Facts) -> Result<(), Refusal> {
        registrar(facts)?;
        self.present(proposal, facts)
    }

    /// A key that nobody presented before, with proof of possession.
    pub(super) fn present(&self, proposal: &KeyProposal, facts: &Facts) -> Result<(), Refusal> {
        let id = proposal.key.id();
        ensure(!self.0.contains_key(&id), Refusal::KnownKey { key: id })?;
        let message = enrolment_message(&facts.stream, &proposal.key);
        ensure(
            proposal.key.verifies(&message, &proposal.proof),
            Refusal::NoPossession {
                stream: facts.stream.clone(),
            },
        )
    }

    pub(super) fn enrol(&self, enrolment: &KeyEnrolment, facts: &Facts) -> Result<(), Refusal> {
        registrar(facts)?;
        let id = enrolment.key.id();
        let held = self.0.get(&id).filter(|held| held.key == enrolment.key);
        match held.map(|held| &held.stage) {
            None => Err(Refusal::UnknownKey { key: id }),
            Some(Stage::Proposed { by, .. }) => {
                ensure(*by != facts.actor.id, Refusal::SameRegistrar)
            }
            Some(Stage::Enrolled) => Err(Refusal::KnownKey { key: id }),
            Some(Stage::Revoked | Stage::Compromised { .. }) => Err(Refusal::EndedKey { key: id }),
        }
    }

    pub(super) fn revoke(&self, revocation: &KeyRevocation, facts: &Facts) -> Result<(), Refusal> {
        let key = || revocation.key.clone();
        registrar_or_owner(facts)?;
        match self.0.get(&revocation.key).map(|held| &held.stage) {
            None => Err(Refusal::UnknownKey { key: key() }),
            Some(Stage::Proposed { .. } | Stage::Enrolled) => Ok(()),
            Some(Stage::Revoked | Stage::Compromised { .. }) => {
                Err(Refusal::EndedKey { key: key() })
            }
        }
    }

    /// A report may follow a revocation, and a later one may find that it began earlier; never that it began later, for that
    /// would make doubtful signatures good again.
    pub(super) fn compromise(&self, report: &KeyCompromise, facts: &Facts) -> Result<(), Refusal> {
        registrar_or_owner(facts)?;
        let Some(held) = self.0.get(&report.key) else {
            let key = report.key.clone();
            return Err(Refusal::UnknownKey { key });
        };
        ensure(report.since <= facts.at, Refusal::FutureCompromise)?;
        match held.stage {
            Stage::Proposed { .. } | Stage::Enrolled | Stage::Revoked => Ok(()),
            Stage::Compromised { since } => {
                ensure(report.since < since, Refusal::NotEarlier { since })
            }
        }
    }
}

/// The memory; `None` for what cannot have happened.
impl Keys {
    pub(crate) fn proposed_by(
        &mut self,
        proposal: &KeyProposal,
        by: &ActorId,
        revision: u64,
    ) -> Option<()> {
        let by = by.clone();
        let held = Held {
            key: proposal.key.clone(),
            stage: Stage::Proposed { by, revision },
            signs_from: None,
            signs_until: None,
            stamped: Stamps::default(),
        };
        self.0
            .insert(proposal.key.id(), held)
            .is_none()
            .then_some(())
    }

    pub(crate) fn enrolled_by(
        &mut self,
        enrolment: &KeyEnrolment,
        by: &ActorId,
        (revision, stamp): Place,
    ) -> Option<()> {
        let held = self.0.get_mut(&enrolment.key.id())?;
        let Stage::Proposed { by: proposer, .. } = &held.stage else {
            return None;
        };
        (proposer != by && held.key == enrolment.key).then_some(())?;
        held.stage = Stage::Enrolled;
        held.signs_from = Some(revision);
        held.stamped.from = stamp;
        Some(())
    }

    pub(crate) fn revoked(
        &mut self,
        revocation: &KeyRevocation,
        (revision, stamp): Place,
    ) -> Option<()> {
        let held = self.0.get_mut(&revocation.key)?;
        matches!(held.stage, Stage::Proposed { .. } | Stage::Enrolled).then_some(())?;
        held.stage = Stage::Revoked;
        held.signs_until = Some(revision);
        held.stamped.until = stamp;
        Some(())
    }

    pub(super) fn compromised(
        &mut self,
        report: &KeyCompromise,
        (revision, stamp): Place,
    ) -> Option<()> {
        let held = self.0.get_mut(&report.key)?;
        let earlier = match held.stage {
            Stage::Proposed { .. } | Stage::Enrolled | Stage::Revoked => true,
            Stage::Compromised { since } => report.since < since,
        };
        earlier.then_some(())?;
        held.stage = Stage::Compromised {
            since: report.since,
        };
        if held.signs_until.is_none() {
            held.signs_until = Some(revision);
            held.stamped.until = stamp;
        }
        Some(())
    }
}

fn registrar(facts: &Facts) -> Result<(), Refusal> {
    ensure(facts.actor.role == Role::Registrar, Refusal::NotRegistrar)
}

/// Ending a key is urgent and harms nobody else, so its owner may do it alone.
fn registrar_or_owner(facts: &Facts) -> Result<(), Refusal> {
    let own = match &facts.actor.id {
        ActorId::Official(id) => Official::stream(id) == facts.stream,
        ActorId::Organization(id) => Organization::stream(id) == facts.stream,
        ActorId::System | ActorId::Key(_) => false,
    };
    ensure(
        own || facts.actor.role == Role::Registrar,
        Refusal::NotRegistrarOrOwner,
    )
}

refusals! {
    /// Why a command about a key is refused.
    pub enum Refusal {
        /// Only a registrar may.
        NotRegistrar = "KEY_NOT_REGISTRAR",
            "لا يقترح المفاتيح ولا يسجّلها إلا مسجِّل؛ اطلب ذلك من أحد المسجِّلين",
            "only a registrar proposes or enrols keys; ask one to do it";
        /// Neither a registrar nor the owner.
        NotRegistrarOrOwner = "KEY_NOT_REGISTRAR_OR_OWNER",
            "لا يُنهي المفتاحَ إلا صاحبه أو مسجِّل؛ اطلب ذلك من أحدهما",
            "only the key's owner or a registrar ends a key; ask one of them";
        /// The second registrar is the first.
        SameRegistrar = "KEY_SAME_REGISTRAR",
            "من اقترح المفتاح لا يسجّله؛ يسجّله مسجِّل آخر",
            "who proposed the key cannot enrol it; another registrar must";
        /// The signature does not prove possession.
        NoPossession {
            /// The owner's stream, which the proof must name.
            stream: StreamName,
        } = "KEY_NO_POSSESSION",
            "لا يثبت التوقيع حيازة المفتاح؛ يوقّع صاحبه من جديد رسالةَ التسجيل الخاصة بالسجل {stream}",
            "the signature does not prove possession of the key; its owner signs the enrolment message of {stream} again";
        /// The key was presented before.
        KnownKey {
            /// The key.
            key: KeyId,
        } = "KEY_KNOWN",
            "قُدِّم المفتاح {key} من قبل، ولا يُسجَّل المفتاح إلا مرة واحدة؛ أنشئ مفتاحًا جديدًا إن لزم",
            "the key {key} was presented before and a key is enrolled only once; make a new key if one is needed";
        /// The key was never presented, or another key has the same id.
        UnknownKey {
            /// The key.
            key: KeyId,
        } = "KEY_UNKNOWN",
            "لم يُقترح المفتاح {key} هنا؛ يقترحه مسجِّل أولًا مع إثبات حيازته",
            "the key {key} was not proposed here; a registrar proposes it first, with proof of possession";
        /// The key has ended.
        EndedKey {
            /// The key.
            key: KeyId,
        } = "KEY_ENDED",
            "أُلغي المفتاح {key} ولا يعود؛ سجِّل مفتاحًا جديدًا",
            "the key {key} was revoked and does not come back; enrol a new key";
        /// The compromise would begin in the future.
        FutureCompromise = "KEY_FUTURE_COMPROMISE",
            "لا يكون انكشاف المفتاح في المستقبل؛ اذكر اللحظة التي بدأ فيها الشك",
            "a key is not compromised in the future; give the instant from which it is in doubt";
        /// The compromise is known to have begun as early.
        NotEarlier {
            /// Since when.
            since: Timestamp,
        } = "KEY_NOT_EARLIER",
            "المفتاح مشكوك فيه منذ {since}؛ لا يُقبل إلا تاريخ أسبق",
            "the key is in doubt since {since} already; only an earlier instant can be reported";
    }
}
