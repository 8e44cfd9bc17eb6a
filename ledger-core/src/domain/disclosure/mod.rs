//! What became of the withheld parts of one entry: published, or erased on a legal order. One stream per entry, named
//! after its event id.

mod refusal;
#[cfg(test)]
mod tests;

pub use crate::store::PART_BYTES_MAX;
pub use refusal::Refusal;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use crate::aggregate::{Aggregate, Facts, Occurred, ensure};
use crate::domain::member;
use crate::domain::values::{DocumentNumber, Text};
use crate::event::{ActorId, Origin, Role};
use crate::store::{Part, PartClass, StreamName};

/// What happened to a withheld part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Event {
    /// Salt and content were published: anyone can check them against the commitment in the entry.
    PartDisclosed(Disclosed),
    /// Salt and content were destroyed; the entry and its leaf stay.
    PartErased(Erased),
}

/// A published part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Disclosed {
    /// Which part.
    pub part: PartRef,
    /// Its class.
    #[serde(serialize_with = "class_number")]
    pub class: PartClass,
    /// Its salt.
    #[serde(serialize_with = "hexadecimal")]
    pub salt: [u8; 32],
    /// Its encoded content, at most [`PART_BYTES_MAX`] bytes.
    #[serde(serialize_with = "hexadecimal")]
    pub bytes: Vec<u8>,
}

/// Bytes that were published, as people compare them.
fn hexadecimal<S: Serializer>(bytes: impl AsRef<[u8]>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&Hexadecimal(bytes.as_ref()))
}

struct Hexadecimal<'a>(&'a [u8]);

impl std::fmt::Display for Hexadecimal<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A destroyed part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Erased {
    /// Which part.
    pub part: PartRef,
    /// The legal order.
    pub order: LegalOrder,
}

/// A withheld part of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRef {
    /// The entry's event id.
    pub event: Uuid,
    /// The entry's log index.
    pub index: u64,
    /// The part's number in the entry, from 0.
    pub part: u8,
}

/// An order of a court or authority to erase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalOrder {
    /// Its number.
    pub number: DocumentNumber,
    /// Who gave it.
    pub authority: Text,
    /// On what grounds; written for publication.
    pub grounds: Text,
}

/// What can be asked about the parts of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Command {
    /// Publish a part.
    Disclose(Opening),
    /// Destroy a part; the ledger does so when this is durable.
    Erase {
        /// Which part.
        target: Target,
        /// On whose order.
        order: LegalOrder,
    },
}

/// A part as its entry has it. Only the ledger makes one, from the entry: no caller and no policy says what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Target {
    part: PartRef,
    #[serde(serialize_with = "class_number")]
    class: PartClass,
    commitment: [u8; 32],
    /// No part of what is asked, but of where it stands: command hashes stay as they are.
    #[serde(skip)]
    by_step: bool,
}

impl Target {
    /// As a recorded erasure tells it, which names neither class nor commitment: its rules look at neither.
    const fn erased(part: PartRef) -> Self {
        Self::new(part, PartClass::Person, [0; 32])
    }

    /// The part with this class and commitment in its entry.
    pub(crate) const fn new(part: PartRef, class: PartClass, commitment: [u8; 32]) -> Self {
        Self {
            part,
            class,
            commitment,
            by_step: false,
        }
    }

    /// The same of an event whose *pending* parts a step of a procedure releases, and nobody before it: bids, scores and
    /// estimates of plans and tenders.
    pub(crate) const fn released_by_step(self) -> Self {
        Self {
            by_step: true,
            ..self
        }
    }
}

/// A part with the content that the store kept. Only the ledger makes one.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Opening {
    target: Target,
    salt: [u8; 32],
    bytes: Vec<u8>,
}

impl Opening {
    /// As a recorded disclosure tells it: the commitment is the one that its salt and content give, and whether its entry has
    /// that one is for whoever holds the entry to say.
    fn told(disclosed: Disclosed) -> Self {
        let Disclosed {
            part,
            class,
            salt,
            bytes,
        } = disclosed;
        let kept = Part { class, salt, bytes };
        Self::new(Target::new(part, class, kept.commitment()), kept)
    }

    /// The part of an entry, and its content as kept.
    pub(crate) fn new(target: Target, kept: Part) -> Self {
        let Part { salt, bytes, .. } = kept;
        Self {
            target,
            salt,
            bytes,
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the signature that serde asks for
fn class_number<S: Serializer>(class: &PartClass, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u8(class.number())
}

/// Content that may yet be refused never reaches a log line.
impl std::fmt::Debug for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let PartRef { index, part, .. } = self.target.part;
        let (class, bytes) = (self.target.class, self.bytes.len());
        write!(
            f,
            "Opening({class:?}, part {part} of entry {index}, {bytes} bytes)"
        )
    }
}

/// The fate of the withheld parts of one entry. A part without one is still withheld.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disclosure {
    /// Event id and index of the entry.
    entry: Option<(Uuid, u64)>,
    fates: BTreeMap<u8, Fate>,
}

/// What became of a part, for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Everybody can read it.
    Disclosed,
    /// Nobody can.
    Erased,
}

impl Disclosure {
    /// The stream about the entry with this event id.
    pub fn stream(event: Uuid) -> StreamName {
        StreamName::of("disclosure", &event.hyphenated().to_string())
    }

    /// What became of a part, `None` while it is withheld.
    pub fn fate(&self, part: u8) -> Option<Fate> {
        self.fates.get(&part).copied()
    }
}

impl Aggregate for Disclosure {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "disclosure";

    fn reads(&self, _stream: &StreamName, _command: &Command) -> Vec<StreamName> {
        Vec::new()
    }

    fn decide(&self, command: Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
        let event = match command {
            Command::Disclose(opening) => self.disclose(opening, facts)?,
            Command::Erase { target, order } => self.erase(target, order, facts)?,
        };
        Ok(vec![event])
    }

    fn evolve(mut self, occurred: Occurred<'_, Event>) -> Option<Self> {
        let (part, fate) = match occurred.event {
            Event::PartDisclosed(disclosed) => (disclosed.part, Fate::Disclosed),
            Event::PartErased(erased) => (erased.part, Fate::Erased),
        };
        let entry = (part.event, part.index);
        let same_entry = *self.entry.get_or_insert(entry) == entry;
        let first_fate = self.fates.insert(part.part, fate).is_none();
        (same_entry && first_fate).then_some(self)
    }

    fn asked(event: &Event, _imported: bool) -> Option<Command> {
        Some(match event.clone() {
            Event::PartDisclosed(it) => Command::Disclose(Opening::told(it)),
            Event::PartErased(it) => Command::Erase {
                target: Target::erased(it.part),
                order: it.order,
            },
        })
    }

    member!(Disclosure);
}

/// None of these rules is skipped for imported history: there is none of other ledgers' withheld parts.
impl Disclosure {
    fn disclose(&self, opening: Opening, facts: &Facts) -> Result<Event, Refusal> {
        let Opening {
            target,
            salt,
            bytes,
        } = opening;
        let part = self.part(target, facts)?;
        may_be_released(target, facts)?;
        match self.fate(part.part) {
            None => {}
            Some(Fate::Disclosed) => return Err(Refusal::DisclosedAlready),
            Some(Fate::Erased) => return Err(Refusal::ErasedCannotBeDisclosed),
        }
        ensure(
            bytes.len() <= PART_BYTES_MAX,
            Refusal::TooLarge { bytes: bytes.len() },
        )?;
        let class = target.class;
        let kept = Part { class, salt, bytes };
        ensure(
            kept.commitment() == target.commitment,
            Refusal::OtherContent,
        )?;
        Ok(Event::PartDisclosed(Disclosed {
            part,
            class,
            salt,
            bytes: kept.bytes,
        }))
    }

    fn erase(&self, target: Target, order: LegalOrder, facts: &Facts) -> Result<Event, Refusal> {
        let part = self.part(target, facts)?;
        ensure(is_keeper(facts), Refusal::MayNotErase)?;
        match self.fate(part.part) {
            None => Ok(Event::PartErased(Erased { part, order })),
            Some(Fate::Disclosed) => Err(Refusal::DisclosedCannotBeErased),
            Some(Fate::Erased) => Err(Refusal::ErasedAlready),
        }
    }

    fn part(&self, target: Target, facts: &Facts) -> Result<PartRef, Refusal> {
        let PartRef { event, index, .. } = target.part;
        ensure(facts.stream == Self::stream(event), Refusal::NoEvent)?;
        match self.entry {
            Some((_, known)) if known != index => Err(Refusal::OtherIndex { known, index }),
            Some(_) | None => Ok(target.part),
        }
    }
}

/// Nothing is released unless a rule says so. Which step of a procedure releases what *pending* content, the policies
/// [`DisclosureOfPending`](crate::policies::DisclosureOfPending) and [`DisclosureOfPlans`](crate::policies::DisclosureOfPlans) say; what no step releases, those who keep the registers may.
fn may_be_released(target: Target, facts: &Facts) -> Result<(), Refusal> {
    let by_policy = facts.actor.id == ActorId::System && matches!(facts.origin, Origin::Policy(_));
    match target.class {
        PartClass::Pending if target.by_step => ensure(by_policy, Refusal::StepReleases),
        PartClass::Pending => ensure(by_policy || is_keeper(facts), Refusal::MayNotDisclose),
        PartClass::Bidder => Err(Refusal::NoReleaseRule),
        PartClass::Person => Err(Refusal::NeverPerson),
        PartClass::Security => Err(Refusal::NeverSecurity),
    }
}

fn is_keeper(facts: &Facts) -> bool {
    matches!(facts.actor.role, Role::Registrar | Role::Administrator)
}
