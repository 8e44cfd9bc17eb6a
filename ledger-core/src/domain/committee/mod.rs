//! A committee: members who decide together, by signed minutes.
//!
//! A member draws minutes up, and each member signs them for itself, agreeing or not (`signing`). Before the fourth edition of the
//! rules of procurement one member recorded who had signed (`recording`).
//!
//! # Example
//!
//! Amal, Badr and Celine judge the bids of T-1; two must sign. Amal draws up minutes 1, that the technical result stands, and signs
//! them: one member alone decides nothing. Badr signs and disagrees: two have signed, and half of them disagree. Celine signs: three
//! have, and one of them disagrees, so that the minutes are adopted, with Badr's dissent. Had Badr drawn them up anew, Amal's
//! signature would be void.
//!
//! What Badr may do while minutes 1 come about, under the fourth edition:
//!
//! |  | nothing | formed | drawn up | one signed | adopted | dissolved |
//! |---|---|---|---|---|---|---|
//! | form | ✓ | COMMITTEE_FORMED | COMMITTEE_FORMED | COMMITTEE_FORMED | COMMITTEE_FORMED | COMMITTEE_DISSOLVED |
//! | replace a member | COMMITTEE_NOT_FORMED | ✓ | ✓ | ✓ | ✓ | COMMITTEE_DISSOLVED |
//! | draw up minutes | COMMITTEE_NOT_FORMED | ✓ | ✓ | ✓ | COMMITTEE_NUMBER_USED | COMMITTEE_DISSOLVED |
//! | sign them | COMMITTEE_NOT_FORMED | COMMITTEE_NOT_DRAWN_UP | ✓ | ✓ | ✓ | COMMITTEE_DISSOLVED |
//! | record minutes | COMMITTEE_NOT_FORMED | COMMITTEE_EACH_SIGNS | COMMITTEE_EACH_SIGNS | COMMITTEE_EACH_SIGNS | COMMITTEE_EACH_SIGNS | COMMITTEE_DISSOLVED |
//! | dissolve | COMMITTEE_NOT_FORMED | ✓ | ✓ | ✓ | ✓ | COMMITTEE_DISSOLVED |

mod event;
mod recording;
mod refusal;
mod signing;
#[cfg(test)]
mod tests;

pub use event::*;
pub use refusal::Refusal;
pub use signing::Sheet;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::aggregate::{Aggregate, Facts, Occurred, Wanted, ensure};
use crate::domain::member;
use crate::domain::official::Official;
use crate::domain::tender::Tender;
use crate::domain::values::{CommitteeId, Date, DocumentNumber, OfficialId};
use crate::store::StreamName;

/// What can be asked of a committee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Form it.
    Form(Formation),
    /// Put one member in another's place.
    Replace(Replacement),
    /// Record the minutes of a decision; by one who signed them. Before the fourth edition of the rules of procurement.
    SignMinutes(Minutes),
    /// Draw minutes up, or draw them up anew; by a member.
    DrawUp(Paper),
    /// Sign minutes that were drawn up; each member for itself.
    Sign(MemberSignature),
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
    /// Minutes that one member recorded.
    minutes: BTreeSet<DocumentNumber>,
    sheets: BTreeMap<DocumentNumber, Sheet>,
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

    /// Whether minutes with this number were signed by a quorum.
    pub fn has_minutes(&self, number: &DocumentNumber) -> bool {
        self.minutes.contains(number) || self.adopted(number).is_some()
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
            Command::DrawUp(paper) => paper.tender.iter().map(Tender::stream).collect(),
            Command::Sign(signature) => {
                let tender = self.bench().and_then(|it| it.tender_of(&signature.number));
                tender.into_iter().collect()
            }
            Command::SignMinutes(_) | Command::Dissolve(_) => Vec::new(),
        }
    }

    fn judges_actor(&self, command: &Command) -> bool {
        matches!(command, Command::DrawUp(_) | Command::Sign(_))
    }

    fn wants_statement(&self, event: &Event) -> Wanted {
        match event {
            Event::MinutesSigned(_) => Wanted::Signature,
            Event::MemberSigned(signature) => Wanted::Approval {
                revision: self
                    .bench()
                    .and_then(|bench| bench.sheet(&signature.number))
                    .map(Sheet::revision),
            },
            Event::CommitteeFormed(_)
            | Event::MemberReplaced(_)
            | Event::MinutesDrawnUp(_)
            | Event::CommitteeDissolved(_) => Wanted::No,
        }
    }

    fn decide(&self, command: Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
        let event = match command {
            Command::Form(formation) => self.form(formation, facts)?,
            Command::Replace(replacement) => self.active()?.replace(replacement, facts)?,
            Command::SignMinutes(minutes) => self.active()?.record(minutes, facts)?,
            Command::DrawUp(paper) => self.active()?.draw_up(paper, facts)?,
            Command::Sign(signature) => self.active()?.sign(signature, facts)?,
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
        let by = &occurred.metadata.actor.id;
        match occurred.event {
            Event::CommitteeFormed(_) => return None,
            Event::MemberReplaced(replacement) => {
                bench.can_replace(replacement).ok()?;
                bench.members.remove(&replacement.leaves);
                bench.left(&replacement.leaves);
                bench.alternates.remove(&replacement.joins);
                bench.members.insert(replacement.joins.clone());
            }
            Event::MinutesSigned(minutes) => {
                bench.can_have_signed(minutes).ok()?;
                bench.minutes.insert(minutes.number.clone());
            }
            Event::MinutesDrawnUp(paper) => bench.drawn_up(paper, &occurred)?,
            Event::MemberSigned(signature) => bench.signed(signature, by)?,
            Event::CommitteeDissolved(_) => return Some(Self::Dissolved),
        }
        Some(Self::Active(bench))
    }

    fn asked(event: &Event, _imported: bool) -> Option<Command> {
        Some(match event.clone() {
            Event::CommitteeFormed(it) => Command::Form(it),
            Event::MemberReplaced(it) => Command::Replace(it),
            Event::MinutesSigned(it) => Command::SignMinutes(it),
            Event::MinutesDrawnUp(it) => Command::DrawUp(it),
            Event::MemberSigned(it) => Command::Sign(it),
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
            sheets: BTreeMap::new(),
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

    /// What holds in any history.
    fn can_replace(&self, replacement: &Replacement) -> Result<(), Refusal> {
        let Replacement { leaves, joins, .. } = replacement;
        self.check_member(leaves)?;
        ensure(
            !self.members.contains(joins),
            Refusal::MemberTwice {
                official: joins.clone(),
            },
        )
    }

    fn check_member(&self, official: &OfficialId) -> Result<(), Refusal> {
        ensure(
            self.members.contains(official),
            Refusal::NoMember {
                official: official.clone(),
            },
        )
    }

    fn check_number_unused(&self, number: &DocumentNumber) -> Result<(), Refusal> {
        let used = self.minutes.contains(number) || self.sheets.contains_key(number);
        let number = number.clone();
        ensure(!used, Refusal::NumberUsed { number })
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

/// Whether the official fills a post on the day the command takes effect and on the day of the decision: who has left by
/// then is not put on a committee by dating it back.
fn in_office(official: &OfficialId, facts: &Facts) -> Result<(), Refusal> {
    let record = facts
        .readings
        .get::<Official>(&Official::stream(official))
        .and_then(Official::record);
    let fills_a_post =
        |day: &Date| record.is_some_and(|record| record.posts().on(*day).next().is_some());
    ensure(
        facts.days().iter().all(fills_a_post),
        Refusal::NotInOffice {
            official: official.clone(),
        },
    )
}
