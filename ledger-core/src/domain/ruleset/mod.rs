//! Versioned parameters of the rules, adopted by two persons. The version in force stands on every event, so a replay
//! uses the rules of that day.

#[cfg(test)]
mod examples;
mod procurement;
mod range;
mod rules;
#[cfg(test)]
mod tests;
mod witnessing;

pub use procurement::{ByProcedure, EDITION_LATEST, HOLIDAYS_MAX, ProcurementRules};
pub use range::Range;
pub use rules::Rules;
pub use witnessing::Witnessing;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use procurement::EDITION_KEPT;
use serde::{Deserialize, Serialize};

use crate::aggregate::{Aggregate, Facts, Occurred, Wanted, ensure, refusals};
use crate::domain::member;
use crate::domain::values::{RulesetId, Text};
use crate::event::{ActorId, RulesetVersion};
use crate::store::StreamName;

/// What happened to a ruleset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// One person proposed parameters.
    RulesetProposed(Proposal),
    /// Another adopted them: they are in force from here on.
    RulesetAdopted(Adoption),
}

/// Proposed parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The version it would be, from 1.
    pub version: u32,
    /// The parameters.
    pub rules: Rules,
    /// Why; written for publication.
    pub reason: Text,
}

/// Adopted parameters, repeated so that the event stands alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adoption {
    /// The version, from 1.
    pub version: u32,
    /// The parameters.
    pub rules: Rules,
}

/// What can be asked of a ruleset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Propose parameters.
    Propose {
        /// The parameters.
        rules: Rules,
        /// Why.
        reason: Text,
    },
    /// Adopt the proposed version; by someone else.
    Adopt {
        /// The version that was read and is agreed to.
        version: u32,
    },
}

/// A ruleset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ruleset {
    in_force: Option<(u32, Rules)>,
    /// The edition of each version that was adopted.
    editions: BTreeMap<u32, u8>,
    /// Which witnesses each version that was adopted names, where it names any.
    witnessing: BTreeMap<u32, Witnessing>,
    proposed: Option<Proposed>,
}

/// Parameters that wait for their adoption.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Proposed {
    proposal: Proposal,
    by: ActorId,
    revision: u64,
}

impl Ruleset {
    /// The stream of the national ruleset.
    pub fn national() -> StreamName {
        // Asked for several times by every command.
        static NAME: LazyLock<StreamName> =
            LazyLock::new(|| StreamName::of(Ruleset::KIND, "national"));
        NAME.clone()
    }

    /// The parameters in force, `None` before the first adoption.
    pub fn rules(&self) -> Option<&Rules> {
        self.in_force.as_ref().map(|(_, rules)| rules)
    }

    /// The parameters that wait for their adoption, `None` where none do.
    pub fn proposed(&self) -> Option<&Proposal> {
        self.proposed.as_ref().map(|proposed| &proposed.proposal)
    }

    /// The edition of the rules of procedure that holds for a tender that was published under a version; `None`: before the first
    /// adoption. Under the first two editions it is the one in force, so that adopting another changed tenders that were out.
    pub fn edition_for(&self, published: Option<u32>) -> u8 {
        let in_force = self
            .rules()
            .map_or(1, |rules| rules.procurement().edition());
        if in_force < EDITION_KEPT {
            return in_force;
        }
        let kept = published.and_then(|version| self.editions.get(&version));
        kept.copied().unwrap_or(1)
    }

    /// Which witnesses a deadline has that was published under a version: those that the version named, whatever is adopted later. So
    /// nobody takes them away, or puts others in their place, when bids are in.
    pub fn witnessing_for(&self, published: Option<u32>) -> Option<&Witnessing> {
        published.and_then(|version| self.witnessing.get(&version))
    }

    /// The version in force, `None` before the first adoption.
    pub fn version(&self) -> Option<RulesetVersion> {
        let (version, _) = self.in_force.as_ref()?;
        Some(RulesetVersion {
            id: RulesetId::new("national").ok()?,
            version: *version,
        })
    }
}

impl Aggregate for Ruleset {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "ruleset";

    fn reads(&self, _stream: &StreamName, _command: &Command) -> Vec<StreamName> {
        Vec::new()
    }

    fn wants_statement(&self, event: &Event) -> Wanted {
        match event {
            Event::RulesetProposed(_) => Wanted::No,
            Event::RulesetAdopted(_) => Wanted::Approval {
                revision: self.proposed.as_ref().map(|proposed| proposed.revision),
            },
        }
    }

    fn admits(&self, command: &Command, _facts: &Facts) -> Result<(), Refusal> {
        match command {
            Command::Propose { rules, .. } => self.keeps_tenders(rules),
            Command::Adopt { .. } => match &self.proposed {
                Some(proposed) => self.keeps_tenders(&proposed.proposal.rules),
                None => Ok(()),
            },
        }
    }

    fn decide(&self, command: Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Propose { rules, reason } => self.propose(rules, reason),
            Command::Adopt { version } => self.adopt(version, facts),
        }
    }

    fn evolve(mut self, occurred: Occurred<'_, Event>) -> Option<Self> {
        match occurred.event {
            Event::RulesetProposed(proposal) => {
                (proposal.version == self.next_version()).then_some(())?;
                proposal.rules.check().ok()?;
                self.proposed = Some(Proposed {
                    proposal: proposal.clone(),
                    by: occurred.metadata.actor.id.clone(),
                    revision: occurred.revision,
                });
            }
            Event::RulesetAdopted(adoption) => {
                let Proposed { proposal, by, .. } = self.proposed.take()?;
                (by != occurred.metadata.actor.id).then_some(())?;
                (proposal.version == adoption.version && proposal.rules == adoption.rules)
                    .then_some(())?;
                let edition = adoption.rules.procurement().edition();
                self.editions.insert(adoption.version, edition);
                if let Some(named) = adoption.rules.procurement().witnessing.clone() {
                    self.witnessing.insert(adoption.version, named);
                }
                self.in_force = Some((adoption.version, adoption.rules.clone()));
            }
        }
        Some(self)
    }

    fn asked(event: &Event, _imported: bool) -> Option<Command> {
        Some(match event.clone() {
            Event::RulesetProposed(it) => Command::Propose {
                rules: it.rules,
                reason: it.reason,
            },
            Event::RulesetAdopted(it) => Command::Adopt {
                version: it.version,
            },
        })
    }

    member!(Ruleset);
}

impl Ruleset {
    fn propose(&self, rules: Rules, reason: Text) -> Result<Vec<Event>, Refusal> {
        rules.check()?;
        Ok(vec![Event::RulesetProposed(Proposal {
            version: self.next_version(),
            rules,
            reason,
        })])
    }

    fn adopt(&self, version: u32, facts: &Facts) -> Result<Vec<Event>, Refusal> {
        let Some(Proposed { proposal, by, .. }) = &self.proposed else {
            return Err(Refusal::NothingProposed);
        };
        ensure(
            proposal.version == version,
            Refusal::OtherVersion {
                proposed: proposal.version,
                given: version,
            },
        )?;
        ensure(*by != facts.actor.id, Refusal::SamePerson)?;
        Ok(vec![Event::RulesetAdopted(Adoption {
            version,
            rules: proposal.rules.clone(),
        })])
    }

    /// Parameters of procurement, once in force, are not left out again.
    fn keeps_tenders(&self, rules: &Rules) -> Result<(), Refusal> {
        rules.check_edition()?;
        let in_force = self.rules().is_some_and(|now| now.procurement.is_some());
        ensure(rules.procurement.is_some() || !in_force, Refusal::Edition)
    }

    fn next_version(&self) -> u32 {
        self.in_force
            .as_ref()
            .map_or(1, |(version, _)| version.saturating_add(1))
    }
}

refusals! {
    /// Why a ruleset command is refused.
    pub enum Refusal {
        /// A parameter that cannot work.
        OutOfRange {
            /// Which.
            parameter: &'static str,
            /// What is legal.
            range: Range,
        } = "RULESET_OUT_OF_RANGE",
            "المعيار {parameter} خارج المسموح: {range:#}",
            "the parameter {parameter} is out of range: {range}";
        /// Parameters of procurement of an edition that changes tenders that are out.
        Edition = "RULESET_EDITION",
            "طبعة قواعد التعاقدات (edition في procurement) ليست {EDITION_LATEST}؛ ما قبلها يغيّر مناقصات منشورة، فاكتب معايير التعاقدات كلها وفيها edition: {EDITION_LATEST} ثم اقترحها",
            "the edition of the rules of procurement (edition in procurement) is not {EDITION_LATEST}; earlier ones change tenders that are out, so write all parameters of procurement with edition: {EDITION_LATEST}, then propose them";
        /// Nothing to adopt.
        NothingProposed = "RULESET_NOTHING_PROPOSED",
            "لا توجد معايير مقترحة لاعتمادها؛ تُقترح أولًا",
            "no parameters are proposed; propose them first";
        /// Another version is proposed by now.
        OtherVersion {
            /// What is proposed.
            proposed: u32,
            /// What was named.
            given: u32,
        } = "RULESET_OTHER_VERSION",
            "المقترح الآن هو الإصدار {proposed} وليس {given}؛ راجعه ثم اعتمده",
            "version {proposed} is proposed now, not {given}; read it, then adopt it";
        /// The adopter is the proposer.
        SamePerson = "RULESET_SAME_PERSON",
            "من اقترح المعايير لا يعتمدها؛ يعتمدها شخص آخر",
            "who proposed the parameters cannot adopt them; another person must";
    }
}
