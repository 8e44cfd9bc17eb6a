//! Versioned parameters of the rules, adopted by two persons. The version in force stands on every event, so a replay
//! uses the rules of that day.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::aggregate::{Aggregate, Facts, Occurred, ensure, refusals};
use crate::domain::member;
use crate::domain::values::{RulesetId, Text};
use crate::event::{ActorId, RulesetVersion};
use crate::store::StreamName;

/// The parameters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rules {
    /// How far back a stock document may be effective, in days: 1 to 92.
    pub open_window_days: u16,
    /// How far ahead of the decision an effective time may lie, in minutes: clocks differ.
    pub future_tolerance_minutes: u16,
    /// Look-back of the average monthly consumption, in months: 1 to 12.
    pub amc_look_back_months: u8,
    /// A month with fewer stocked days is left out of the average: 1 to 28.
    pub amc_stocked_days_min: u8,
    /// Months of stock below which a facility is *critical*.
    pub critical_below_months: Decimal,
    /// Months of stock below which a facility is *low*.
    pub low_below_months: Decimal,
    /// Months of stock above which a facility is *overstocked*.
    pub overstocked_above_months: Decimal,
}

impl Default for Rules {
    /// What holds before a ruleset is adopted.
    fn default() -> Self {
        Self {
            open_window_days: 31,
            future_tolerance_minutes: 10,
            amc_look_back_months: 6,
            amc_stocked_days_min: 10,
            critical_below_months: Decimal::ONE,
            low_below_months: Decimal::TWO,
            overstocked_above_months: Decimal::from(6),
        }
    }
}

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
    proposed: Option<(Proposal, ActorId)>,
}

impl Ruleset {
    /// The stream of the national ruleset.
    pub fn national() -> StreamName {
        StreamName::of(Self::KIND, "national")
    }

    /// The parameters in force, `None` before the first adoption.
    pub fn rules(&self) -> Option<&Rules> {
        self.in_force.as_ref().map(|(_, rules)| rules)
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
                self.proposed = Some((proposal.clone(), occurred.metadata.actor.id.clone()));
            }
            Event::RulesetAdopted(adoption) => {
                let (proposal, proposer) = self.proposed.take()?;
                (proposer != occurred.metadata.actor.id).then_some(())?;
                (proposal.version == adoption.version && proposal.rules == adoption.rules)
                    .then_some(())?;
                self.in_force = Some((adoption.version, adoption.rules.clone()));
            }
        }
        Some(self)
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
        let Some((proposal, proposer)) = &self.proposed else {
            return Err(Refusal::NothingProposed);
        };
        ensure(
            proposal.version == version,
            Refusal::OtherVersion {
                proposed: proposal.version,
                given: version,
            },
        )?;
        ensure(*proposer != facts.actor.id, Refusal::SamePerson)?;
        Ok(vec![Event::RulesetAdopted(Adoption {
            version,
            rules: proposal.rules.clone(),
        })])
    }

    fn next_version(&self) -> u32 {
        self.in_force
            .as_ref()
            .map_or(1, |(version, _)| version.saturating_add(1))
    }
}

impl Rules {
    /// Parameters that cannot work are refused with the name of the parameter.
    fn check(&self) -> Result<(), Refusal> {
        let out_of_range = |parameter, range| Refusal::OutOfRange { parameter, range };
        ensure(
            (1..=92).contains(&self.open_window_days),
            out_of_range("open_window_days", "1 to 92"),
        )?;
        ensure(
            self.future_tolerance_minutes <= 60,
            out_of_range("future_tolerance_minutes", "0 to 60"),
        )?;
        ensure(
            (1..=12).contains(&self.amc_look_back_months),
            out_of_range("amc_look_back_months", "1 to 12"),
        )?;
        ensure(
            (1..=28).contains(&self.amc_stocked_days_min),
            out_of_range("amc_stocked_days_min", "1 to 28"),
        )?;
        let ordered = Decimal::ZERO < self.critical_below_months
            && self.critical_below_months <= self.low_below_months
            && self.low_below_months < self.overstocked_above_months;
        ensure(
            ordered,
            out_of_range(
                "critical, low, overstocked",
                "0 < critical <= low < overstocked",
            ),
        )
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
            range: &'static str,
        } = "RULESET_OUT_OF_RANGE",
            "المعيار {parameter} خارج المسموح: {range}",
            "the parameter {parameter} is out of range: {range}";
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Given, official};

    fn propose(rules: Rules) -> Command {
        Command::Propose {
            rules,
            reason: Text::new("annual review").unwrap(),
        }
    }

    #[test]
    fn two_persons_adopt_a_ruleset() {
        let rules = Rules {
            open_window_days: 14,
            ..Rules::default()
        };
        let proposed = Given::<Ruleset>::nothing()
            .by(official("huda"))
            .when(propose(rules.clone()));
        assert_eq!(
            proposed
                .clone()
                .when(Command::Adopt { version: 1 })
                .refused(),
            Refusal::SamePerson
        );
        let adopted = proposed
            .by(official("omar"))
            .when(Command::Adopt { version: 1 });
        assert_eq!(
            adopted.last(),
            [Event::RulesetAdopted(Adoption {
                version: 1,
                rules: rules.clone()
            })]
        );
        assert_eq!(adopted.state().rules(), Some(&rules));
    }

    #[test]
    fn what_cannot_work_is_refused() {
        let none = Given::<Ruleset>::nothing();
        assert_eq!(
            none.clone().when(Command::Adopt { version: 1 }).refused(),
            Refusal::NothingProposed
        );
        let zero = Rules {
            amc_look_back_months: 0,
            ..Rules::default()
        };
        let refused = none.when(propose(zero)).refused();
        assert_eq!(
            refused,
            Refusal::OutOfRange {
                parameter: "amc_look_back_months",
                range: "1 to 12"
            }
        );
    }

    #[test]
    fn impossible_histories() {
        let rules = Rules::default();
        let proposal = |version, rules: &Rules| {
            Event::RulesetProposed(Proposal {
                version,
                rules: rules.clone(),
                reason: Text::new("annual review").unwrap(),
            })
        };
        let adoption = |version, rules: &Rules| {
            let rules = rules.clone();
            Event::RulesetAdopted(Adoption { version, rules })
        };
        let none = Given::<Ruleset>::nothing().by(official("huda"));
        assert!(none.possible(&proposal(1, &rules)));
        assert!(!none.possible(&proposal(2, &rules)), "no version 1");
        assert!(!none.possible(&adoption(1, &rules)), "nothing proposed");
        let zero = Rules {
            amc_look_back_months: 0,
            ..Rules::default()
        };
        assert!(!none.possible(&proposal(1, &zero)), "cannot work");
        let proposed = none.event(proposal(1, &rules));
        assert!(!proposed.possible(&adoption(1, &rules)), "the same person");
        let other = proposed.by(official("omar"));
        assert!(other.possible(&adoption(1, &rules)));
        assert!(!other.possible(&adoption(2, &rules)), "another version");
        let longer = Rules {
            open_window_days: 32,
            ..Rules::default()
        };
        assert!(!other.possible(&adoption(1, &longer)), "other rules");
        let adopted = other.event(adoption(1, &rules));
        assert!(!adopted.possible(&adoption(1, &rules)), "adopted twice");
    }
}
