//! Minutes as one member records them for all who signed: until each signs for itself, from the fourth edition of the rules of
//! procurement on.

use std::collections::BTreeSet;

use super::{Bench, Event, Minutes, Refusal, Signer};
use crate::aggregate::{Facts, ensure};
use crate::event::ActorId;

/// From this edition of the rules of procurement on each member signs for itself.
const EACH_SIGNS: u8 = 4;

impl Bench {
    pub(super) fn record(&self, minutes: Minutes, facts: &Facts) -> Result<Event, Refusal> {
        self.can_have_signed(&minutes)?;
        if !facts.imported() {
            let each = facts.rules().procurement().has_edition(EACH_SIGNS);
            ensure(!each, Refusal::EachSigns)?;
            let signed = minutes.signers.len();
            let quorum = self.quorum;
            ensure(signed >= quorum, Refusal::BelowQuorum { signed, quorum })?;
            let dissenting = minutes.dissenting();
            ensure(
                dissenting * 2 < signed,
                Refusal::NoMajority { signed, dissenting },
            )?;
            ensure(
                minutes
                    .signers
                    .iter()
                    .any(|signer| signer.is(&facts.actor.id)),
                Refusal::RecorderDidNotSign,
            )?;
        }
        Ok(Event::MinutesSigned(minutes))
    }

    /// What holds in any history.
    pub(super) fn can_have_signed(&self, minutes: &Minutes) -> Result<(), Refusal> {
        self.check_number_unused(&minutes.number)?;
        let mut signed = BTreeSet::new();
        for signer in &minutes.signers {
            self.check_member(&signer.member)?;
            ensure(
                signed.insert(&signer.member),
                Refusal::SignedTwice {
                    official: signer.member.clone(),
                },
            )?;
        }
        ensure(!signed.is_empty(), Refusal::NobodySigned)
    }
}

impl Minutes {
    /// How many signers disagree.
    pub fn dissenting(&self) -> usize {
        let dissents = |signer: &&Signer| signer.dissent.is_some();
        self.signers.iter().filter(dissents).count()
    }
}

impl Signer {
    fn is(&self, actor: &ActorId) -> bool {
        match actor {
            ActorId::Official(id) => *id == self.member,
            ActorId::Organization(_) | ActorId::System | ActorId::Key(_) => false,
        }
    }
}
