//! A committee: members who decide together, by signed minutes.

mod event;
mod refusal;
#[cfg(test)]
mod tests;

pub use event::*;
pub use refusal::Refusal;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::aggregate::{Aggregate, Facts, Occurred, Wanted, ensure};
use crate::domain::member;
use crate::domain::official::Official;
use crate::domain::values::{CommitteeId, DocumentNumber, EffectiveAt, OfficialId};
use crate::event::ActorId;
use crate::store::StreamName;

/// What can be asked of a committee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Form it.
    Form(Formation),
    /// Put one member in another's place.
    Replace(Replacement),
    /// Record the minutes of a decision; by one who signed them.
    SignMinutes(Minutes),
    /// Dissolve it.
    Dissolve(Dissolution),
}

/// A committee.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Committee {
    /// Nothing has been formed.
    #[default]
    Unknown,
    /// It decides.
    Active(Bench),
    /// It decides no more.
    Dissolved,
}

/// Who sits on a committee now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bench {
    purpose: Purpose,
    members: BTreeSet<OfficialId>,
    alternates: BTreeSet<OfficialId>,
    quorum: usize,
    minutes: BTreeSet<DocumentNumber>,
}

impl Committee {
    /// The stream of a committee.
    pub fn stream(id: &CommitteeId) -> StreamName {
        StreamName::of("committee", id.as_str())
    }

    /// Who sits on it, `None` for a committee that does not decide now.
    pub const fn bench(&self) -> Option<&Bench> {
        match self {
            Self::Unknown | Self::Dissolved => None,
            Self::Active(bench) => Some(bench),
        }
    }
}

impl Bench {
    /// What the committee decides.
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Its present members.
    pub const fn members(&self) -> &BTreeSet<OfficialId> {
        &self.members
    }

    /// Who may take a member's place.
    pub const fn alternates(&self) -> &BTreeSet<OfficialId> {
        &self.alternates
    }

    /// How many members must sign minutes.
    pub const fn quorum(&self) -> usize {
        self.quorum
    }

    /// Whether minutes with this number were signed.
    pub fn has_minutes(&self, number: &DocumentNumber) -> bool {
        self.minutes.contains(number)
    }
}

impl Aggregate for Committee {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "committee";

    fn reads(&self, _stream: &StreamName, command: &Command) -> Vec<StreamName> {
        match command {
            Command::Form(formation) => formation.people().map(Official::stream).collect(),
            Command::Replace(replacement) => vec![Official::stream(&replacement.joins)],
            Command::SignMinutes(_) | Command::Dissolve(_) => Vec::new(),
        }
    }

    fn wants_statement(&self, event: &Event) -> Wanted {
        match event {
            Event::MinutesSigned(_) => Wanted::Signature,
            Event::CommitteeFormed(_) | Event::MemberReplaced(_) | Event::CommitteeDissolved(_) => {
                Wanted::No
            }
        }
    }

    fn decide(&self, command: Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
        let event = match command {
            Command::Form(formation) => self.form(formation, facts)?,
            Command::Replace(replacement) => self.active()?.replace(replacement, facts)?,
            Command::SignMinutes(minutes) => self.active()?.sign(minutes, facts)?,
            Command::Dissolve(dissolution) => {
                self.active()?;
                Event::CommitteeDissolved(dissolution)
            }
        };
        Ok(vec![event])
    }

    fn evolve(self, occurred: Occurred<'_, Event>) -> Option<Self> {
        let mut bench = match self {
            Self::Active(bench) => bench,
            Self::Dissolved => return None,
            Self::Unknown => {
                let Event::CommitteeFormed(formation) = occurred.event else {
                    return None;
                };
                formation.is_coherent().ok()?;
                return Some(Self::Active(Bench::new(formation)));
            }
        };
        match occurred.event {
            Event::CommitteeFormed(_) => return None,
            Event::MemberReplaced(replacement) => {
                bench.can_replace(replacement).ok()?;
                bench.members.remove(&replacement.leaves);
                bench.alternates.remove(&replacement.joins);
                bench.members.insert(replacement.joins.clone());
            }
            Event::MinutesSigned(minutes) => {
                bench.can_have_signed(minutes).ok()?;
                bench.minutes.insert(minutes.number.clone());
            }
            Event::CommitteeDissolved(_) => return Some(Self::Dissolved),
        }
        Some(Self::Active(bench))
    }

    fn asked(event: &Event, _imported: bool) -> Option<Command> {
        Some(match event.clone() {
            Event::CommitteeFormed(it) => Command::Form(it),
            Event::MemberReplaced(it) => Command::Replace(it),
            Event::MinutesSigned(it) => Command::SignMinutes(it),
            Event::CommitteeDissolved(it) => Command::Dissolve(it),
        })
    }

    member!(Committee);
}

impl Committee {
    fn active(&self) -> Result<&Bench, Refusal> {
        match self {
            Self::Unknown => Err(Refusal::NotFormed),
            Self::Active(bench) => Ok(bench),
            Self::Dissolved => Err(Refusal::Dissolved),
        }
    }

    fn form(&self, formation: Formation, facts: &Facts) -> Result<Event, Refusal> {
        match self {
            Self::Unknown => {}
            Self::Active(_) => return Err(Refusal::Formed),
            Self::Dissolved => return Err(Refusal::Dissolved),
        }
        formation.is_coherent()?;
        if !facts.imported() {
            formation.is_sound()?;
            for official in formation.people() {
                in_office(official, facts)?;
            }
        }
        Ok(Event::CommitteeFormed(formation))
    }
}

impl Bench {
    fn new(formation: &Formation) -> Self {
        Self {
            purpose: formation.purpose,
            members: formation.members.iter().cloned().collect(),
            alternates: formation.alternates.iter().cloned().collect(),
            quorum: usize::from(formation.quorum),
            minutes: BTreeSet::new(),
        }
    }

    fn replace(&self, replacement: Replacement, facts: &Facts) -> Result<Event, Refusal> {
        self.can_replace(&replacement)?;
        if !facts.imported() {
            ensure(
                self.alternates.is_empty() || self.alternates.contains(&replacement.joins),
                Refusal::AlternatesFirst,
            )?;
            in_office(&replacement.joins, facts)?;
        }
        Ok(Event::MemberReplaced(replacement))
    }

    fn sign(&self, minutes: Minutes, facts: &Facts) -> Result<Event, Refusal> {
        self.can_have_signed(&minutes)?;
        if !facts.imported() {
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
    fn can_replace(&self, replacement: &Replacement) -> Result<(), Refusal> {
        let Replacement { leaves, joins, .. } = replacement;
        ensure(
            self.members.contains(leaves),
            Refusal::NoMember {
                official: leaves.clone(),
            },
        )?;
        ensure(
            !self.members.contains(joins),
            Refusal::MemberTwice {
                official: joins.clone(),
            },
        )
    }

    /// What holds in any history.
    fn can_have_signed(&self, minutes: &Minutes) -> Result<(), Refusal> {
        ensure(
            !self.has_minutes(&minutes.number),
            Refusal::NumberUsed {
                number: minutes.number.clone(),
            },
        )?;
        let mut signed = BTreeSet::new();
        for signer in &minutes.signers {
            let official = || signer.member.clone();
            ensure(
                self.members.contains(&signer.member),
                Refusal::NoMember {
                    official: official(),
                },
            )?;
            ensure(
                signed.insert(&signer.member),
                Refusal::SignedTwice {
                    official: official(),
                },
            )?;
        }
        ensure(!signed.is_empty(), Refusal::NobodySigned)
    }
}

impl Formation {
    fn people(&self) -> impl Iterator<Item = &OfficialId> {
        self.members.iter().chain(&self.alternates)
    }

    /// What holds in any history.
    fn is_coherent(&self) -> Result<(), Refusal> {
        ensure(
            self.members.len() <= MEMBERS_MAX && self.alternates.len() <= MEMBERS_MAX,
            Refusal::TooMany,
        )?;
        let mut seen = BTreeSet::new();
        if let Some(official) = self.people().find(|official| !seen.insert(*official)) {
            let official = official.clone();
            return Err(Refusal::MemberTwice { official });
        }
        ensure(
            (1..=self.members.len()).contains(&usize::from(self.quorum)),
            Refusal::QuorumCannotBe {
                members: self.members.len(),
            },
        )
    }

    /// Odd, so that a full committee cannot split in halves; a quorum above half, so that two parts of it cannot decide
    /// against each other.
    fn is_sound(&self) -> Result<(), Refusal> {
        let members = self.members.len();
        ensure(
            members >= MEMBERS_MIN && members % 2 == 1,
            Refusal::NotOdd { members },
        )?;
        ensure(
            usize::from(self.quorum) * 2 > members,
            Refusal::QuorumTooSmall {
                members,
                least: members / 2 + 1,
            },
        )
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

/// Whether the official fills a post on the day the command takes effect and on the day of the decision: who has left by
/// then is not put on a committee by dating it back.
fn in_office(official: &OfficialId, facts: &Facts) -> Result<(), Refusal> {
    let decided = EffectiveAt::new(facts.at, facts.effective.offset_minutes());
    let days = [Ok(facts.effective), decided];
    let record = facts
        .readings
        .get::<Official>(&Official::stream(official))
        .and_then(Official::record);
    let fills_a_post = |day: &Result<EffectiveAt, _>| match (day, record) {
        (Ok(at), Some(record)) => record.posts().on(at.date()).next().is_some(),
        (Ok(_) | Err(_), Some(_) | None) => false,
    };
    ensure(
        days.iter().all(fills_a_post),
        Refusal::NotInOffice {
            official: official.clone(),
        },
    )
}
