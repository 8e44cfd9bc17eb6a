//! Opening keys: to whom bids will be sealed.
//!
//! One registrar alone could enrol keys of its own for the whole committee and read every bid before its time. So each key is
//! enrolled twice: by one registrar, who names another, and by another, who names the first. It counts from then on. Until then
//! it may be presented anew, for instance when the second registrar finds that it is not the member's.

use std::collections::BTreeMap;

use super::event::{OpeningKey, Sealing, SealingMember};
use super::refusal::Refusal;
use super::{Decision, Drafting, Event, official};
use crate::aggregate::{Facts, Wanted, ensure};
use crate::domain::committee::Bench;
use crate::domain::values::{OfficialId, TenderId};
use crate::event::{ActorId, Role};
use crate::seal::{MemberKey, PROOF_BYTES, Seat};

/// The keys of one tender.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct OpeningKeys(BTreeMap<OfficialId, Enrolled>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Enrolled {
    key: OpeningKey,
    by: ActorId,
    revision: u64,
    /// By both registrars.
    counts: bool,
}

impl Enrolled {
    /// Whether this is another registrar's word for the same key.
    fn is_completed_by(&self, key: &OpeningKey) -> bool {
        let same = self.key.key == key.key && self.key.proof == key.proof;
        same && is(&self.by, &key.witness)
    }
}

fn is(actor: &ActorId, official: &OfficialId) -> bool {
    match actor {
        ActorId::Official(id) => id == official,
        ActorId::Organization(_) | ActorId::Key(_) | ActorId::System => false,
    }
}

impl Drafting {
    pub(super) fn enrol(&self, key: OpeningKey, facts: &Facts) -> Decision {
        official(facts)?;
        ensure(facts.actor.role == Role::Registrar, Refusal::NotRegistrar)?;
        let committees = self.committees.as_ref().ok_or(Refusal::NoCommittees)?;
        let bench = committees.benches(facts)?.opening;
        ensure(
            bench.members().contains(&key.member),
            Refusal::NotAMember {
                official: key.member.clone(),
            },
        )?;
        check_registrars(&key, bench, facts)?;
        self.keys.check(&key, &facts.actor.id)?;
        ensure(
            is_proven(&key, &self.tender, facts),
            Refusal::KeyUnproven {
                official: key.member.clone(),
            },
        )?;
        Ok(vec![Event::OpeningKeyEnrolled(key)])
    }
}

/// Two of them, and neither sits on the committee that opens.
fn check_registrars(key: &OpeningKey, bench: &Bench, facts: &Facts) -> Result<(), Refusal> {
    let opens = |actor: &ActorId| bench.members().iter().any(|member| is(actor, member));
    let witness = ActorId::Official(key.witness.clone());
    let actor = &facts.actor.id;
    ensure(
        witness != *actor && !opens(&witness) && !opens(actor),
        Refusal::Registrars,
    )
}

/// Whether the proof shows that the member holds the secret key, made for this tender of this log.
fn is_proven(key: &OpeningKey, tender: &TenderId, facts: &Facts) -> bool {
    let proof = <&[u8; PROOF_BYTES]>::try_from(key.proof.as_slice());
    let seat = Seat {
        origin: &facts.log,
        tender: tender.as_str(),
        member: key.member.as_str(),
    };
    match (MemberKey::new(&key.key), proof) {
        (Some(public), Ok(proof)) => public.proves(&seat, proof),
        (Some(_) | None, Ok(_) | Err(_)) => false,
    }
}

impl OpeningKeys {
    /// Each key once; and whoever presented it does not also complete it.
    fn check(&self, key: &OpeningKey, by: &ActorId) -> Result<(), Refusal> {
        let Some(before) = self.0.get(&key.member) else {
            return Ok(());
        };
        let official = || key.member.clone();
        ensure(
            !before.counts,
            Refusal::KeyEnrolled {
                official: official(),
            },
        )?;
        let again = before.by == *by && before.key == *key;
        ensure(
            !again,
            Refusal::KeyPresented {
                official: official(),
                witness: key.witness.clone(),
            },
        )
    }

    /// The second registrar signs over the first one's event.
    pub(super) fn wants_statement(&self, key: &OpeningKey) -> Wanted {
        match self.0.get(&key.member) {
            Some(before) if before.is_completed_by(key) => Wanted::Approval {
                revision: Some(before.revision),
            },
            Some(_) | None => Wanted::Signature,
        }
    }

    /// Remembers an enrolment; `None` for one that could not have happened.
    pub(super) fn enrolled(&mut self, key: &OpeningKey, by: &ActorId, revision: u64) -> Option<()> {
        self.check(key, by).ok()?;
        (!is(by, &key.witness)).then_some(())?;
        let before = self.0.get(&key.member);
        let enrolled = Enrolled {
            counts: before.is_some_and(|before| before.is_completed_by(key)),
            key: key.clone(),
            by: by.clone(),
            revision,
        };
        self.0.insert(key.member.clone(), enrolled);
        Some(())
    }

    /// To whom envelopes are sealed: every present member, in the order of their ids, with a key that counts.
    pub(super) fn sealing(&self, threshold: u8, bench: &Bench) -> Result<Sealing, Refusal> {
        let members = bench.members().iter().map(|member| {
            let enrolled = self.0.get(member).filter(|enrolled| enrolled.counts);
            let enrolled = enrolled.ok_or_else(|| Refusal::KeyMissing {
                official: member.clone(),
            })?;
            Ok(SealingMember {
                member: member.clone(),
                key: enrolled.key.key,
                proof: enrolled.key.proof.clone(),
            })
        });
        let members: Result<Vec<SealingMember>, Refusal> = members.collect();
        Ok(Sealing {
            threshold,
            members: members?,
        })
    }
}
