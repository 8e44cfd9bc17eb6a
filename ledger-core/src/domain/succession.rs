//! Which log this one goes on from, where entries of that one were lost and no copy of them exists. One stream for the whole log,
//! an event for each such loss; nearly every log has none.

use serde::{Deserialize, Serialize};

use crate::aggregate::{Aggregate, Facts, Occurred, ensure, refusals};
use crate::domain::member;
use crate::domain::values::{SavedCheckpoint, Sha256, Text};
use crate::event::Role;
use crate::store::StreamName;

/// What happened to the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The entries before this one are those that were left of an earlier log.
    LogSucceeded(Succeeded),
}

/// The end of an earlier log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Succeeded {
    /// The last known checkpoint of that log.
    pub checkpoint: SavedCheckpoint,
    /// How many entries were left, and so the index of this event.
    pub surviving_entries: u64,
    /// Root of their tree.
    pub surviving_root: Sha256,
    /// What happened; written for publication.
    pub reason: Text,
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Record that this log goes on from what was left of another.
    Succeed(Succeeded),
}

/// The logs that this one goes on from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Succession {
    predecessors: Vec<Predecessor>,
}

/// A log whose entries this one begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predecessor {
    /// Its origin: event ids of its entries derive from that.
    pub origin: String,
    /// Entries below this index are its.
    pub until: u64,
}

impl Succession {
    /// The stream.
    pub fn stream() -> StreamName {
        StreamName::of(Self::KIND, "log")
    }

    /// The logs that this one goes on from, the earliest first.
    pub fn predecessors(&self) -> &[Predecessor] {
        &self.predecessors
    }

    /// The same state after one more.
    fn after(mut self, succeeded: &Succeeded) -> Option<Self> {
        let until = succeeded.surviving_entries;
        let is_later = self
            .predecessors
            .last()
            .is_none_or(|last| last.until < until);
        (is_later && until < succeeded.checkpoint.size()).then_some(())?;
        self.predecessors.push(Predecessor {
            origin: succeeded.checkpoint.origin().to_owned(),
            until,
        });
        Some(self)
    }
}

impl Aggregate for Succession {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "succession";

    fn reads(&self, _stream: &StreamName, _command: &Command) -> Vec<StreamName> {
        Vec::new()
    }

    fn decide(&self, command: Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
        let Command::Succeed(succeeded) = command;
        ensure(
            facts.actor.role == Role::Administrator,
            Refusal::NotAdministrator,
        )?;
        let (surviving, signed) = (succeeded.surviving_entries, succeeded.checkpoint.size());
        ensure(
            self.clone().after(&succeeded).is_some(),
            Refusal::NothingLost { surviving, signed },
        )?;
        Ok(vec![Event::LogSucceeded(succeeded)])
    }

    fn evolve(self, occurred: Occurred<'_, Event>) -> Option<Self> {
        let Event::LogSucceeded(succeeded) = occurred.event;
        self.after(succeeded)
    }

    fn asked(event: &Event, _imported: bool) -> Option<Command> {
        let Event::LogSucceeded(succeeded) = event;
        Some(Command::Succeed(succeeded.clone()))
    }

    member!(Succession);
}

refusals! {
    /// Why a log does not go on from another.
    pub enum Refusal {
        /// Only administrators may.
        NotAdministrator = "SUCCESSION_NOT_ADMINISTRATOR",
            "خلافة سجل ضاعت قيوده لمديري النظام وحدهم؛ اطلب ذلك من أحدهم",
            "only administrators let a log go on from one that lost entries; ask one of them";
        /// As many entries are left as were signed, or fewer than an earlier log had.
        NothingLost {
            /// Entries left.
            surviving: u64,
            /// Entries signed.
            signed: u64,
        } = "SUCCESSION_NOTHING_LOST",
            "بقي {surviving} قيدًا ووُقِّع على {signed}: لم يضع شيء يلزم له أصل جديد؛ تابع بالسجل نفسه ومفتاحه",
            "{surviving} entries are left and {signed} were signed: nothing is lost that needs a new origin; go on with the log itself and its key";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::note::LogKey;
    use crate::log::signer::{Held, Signer};
    use crate::log::state::StateFile;
    use crate::testing::{Given, actor, official};

    /// A checkpoint of `size` entries, signed as a log signs it.
    fn saved(origin: &str, size: u64) -> SavedCheckpoint {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        crate::log::signer::create_key(&path, origin).unwrap();
        let text = crate::log::note::read_key(&path).unwrap();
        let key = LogKey::parse(&text).unwrap();
        let mut awake = Signer::open(key, StateFile::beside(&path)).unwrap();
        let root = crate::log::EMPTY_HASH;
        let policy = "quorum none\n".parse().unwrap();
        awake
            .wake(
                Held::Enough { root },
                &std::collections::BTreeMap::new(),
                &policy,
            )
            .unwrap();
        let signed = awake.sign(size, root, &[]).unwrap();
        SavedCheckpoint::new(str::from_utf8(&signed.to_bytes()).unwrap()).unwrap()
    }

    fn succeed(origin: &str, size: u64, surviving_entries: u64) -> Command {
        Command::Succeed(Succeeded {
            checkpoint: saved(origin, size),
            surviving_entries,
            surviving_root: Sha256([7; 32]),
            reason: Text::new("the disk burnt").unwrap(),
        })
    }

    fn administrator() -> Given<Succession> {
        Given::nothing().by(actor("adel", Role::Administrator))
    }

    #[test]
    fn an_administrator_names_the_log_that_lost_entries() {
        let first = administrator().when(succeed("log.test/one", 9, 5));
        assert_eq!(
            first.state().predecessors(),
            [Predecessor {
                origin: "log.test/one".to_owned(),
                until: 5
            }]
        );
        let again = first.clone().when(succeed("log.test/two", 8, 7));
        assert_eq!(again.state().predecessors().len(), 2);
        // The second log begins with the first: it cannot end inside it.
        let inside = first.when(succeed("log.test/two", 8, 5));
        let (surviving, signed) = (5, 8);
        assert_eq!(inside.refused(), Refusal::NothingLost { surviving, signed });
    }

    #[test]
    fn nobody_else_and_not_without_a_loss() {
        let by_other = Given::<Succession>::nothing()
            .by(official("huda"))
            .when(succeed("log.test/one", 9, 5));
        assert_eq!(by_other.refused(), Refusal::NotAdministrator);
        let (surviving, signed) = (9, 9);
        let whole = administrator().when(succeed("log.test/one", 9, 9));
        assert_eq!(whole.refused(), Refusal::NothingLost { surviving, signed });
    }
}
