//! Where an organisation is paid: an account counts once a second person has confirmed it, the first one too.

use super::refusal::Refusal;
use super::{AccountConfirmation, Event};
use crate::aggregate::{Facts, Occurred, ensure};
use crate::event::ActorId;

/// The accounts of one organisation. What they are is withheld; here is which statement counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    /// The latest statement, while nobody has confirmed it.
    waiting: Option<Stated>,
    /// Revision of the event that states the account in force.
    in_force: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Stated {
    revision: u64,
    by: ActorId,
}

impl Accounts {
    /// Revision of the event that states the account to pay to; `None` before one was confirmed.
    pub const fn in_force(&self) -> Option<u64> {
        self.in_force
    }

    /// Whoever stated an account does not confirm it; one that was stated since is another.
    pub(super) fn confirm(
        &self,
        confirmation: AccountConfirmation,
        facts: &Facts,
    ) -> Result<(), Refusal> {
        let revision = confirmation.stated;
        let waiting = self.waiting.as_ref();
        let stated = waiting.filter(|stated| stated.revision == revision);
        let stated = stated.ok_or(Refusal::NoAccountWaits { revision })?;
        let own = stated.by == facts.actor.id;
        ensure(facts.imported() || !own, Refusal::OwnAccount)
    }

    /// Remembers an account that was stated; one of imported history counts at once.
    pub(super) fn stated(&mut self, occurred: &Occurred<'_, Event>) {
        let revision = occurred.revision;
        if occurred.imported() {
            self.waiting = None;
            self.in_force = Some(revision);
        } else {
            let by = occurred.metadata.actor.id.clone();
            self.waiting = Some(Stated { revision, by });
        }
    }

    /// Remembers a confirmation; `None` for one that cannot have happened.
    pub(super) fn confirmed(
        &mut self,
        confirmation: AccountConfirmation,
        occurred: &Occurred<'_, Event>,
    ) -> Option<()> {
        let stated = self.waiting.take()?;
        let by_another = occurred.imported() || stated.by != occurred.metadata.actor.id;
        (by_another && stated.revision == confirmation.stated).then_some(())?;
        self.in_force = Some(stated.revision);
        Some(())
    }
}
