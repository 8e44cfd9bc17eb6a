//! A published tender, until bidding is closed: questions and answers, later deadlines, the closing.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::amending::Reported;
use super::complaints::Complaints;
use super::deadlines;
use super::event::{Answer, Closing, Event, Extension, Outage, Question};
use super::notice::Notice;
use super::refusal::Refusal;
use super::{Command, Decision, Evaluation, LastStage, Tender, official};
use crate::aggregate::{Facts, Latest, Occurred, Wanted, ensure};
use crate::domain::values::{ComplaintId, ItemCode, PublicKey, QuestionId};
use crate::event::ActorId;
use crate::store::StreamName;
use crate::time::Timestamp;

/// Most questions about a tender, from the third edition of the rules on: a key for it costs nothing, and every question is read and kept.
pub const QUESTIONS_MAX: usize = 500;

/// A tender that is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bidding {
    pub(super) notice: Notice,
    /// Until when questions are taken.
    pub(super) enquiries_until: Timestamp,
    pub(super) questions: BTreeMap<QuestionId, Asked>,
    /// From when until when the service could not be reached.
    pub(super) outages: Vec<(Timestamp, Timestamp)>,
    /// An outage that waits for a second person.
    pub(super) reported: Option<Reported>,
    /// How much of each item was approved.
    pub(super) approved: BTreeMap<ItemCode, Decimal>,
    /// The keys under which complaints were filed: they sign withdrawals.
    pub(super) pseudonyms: BTreeMap<ComplaintId, PublicKey>,
    /// A complaint about the documents that was upheld, and after which nothing was amended.
    pub(super) upheld: Option<ComplaintId>,
    /// Until which stamp witnesses had seen the log at the deadline.
    pub(super) witnessed_until: Option<Timestamp>,
}

/// What became of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Open,
    Answered,
}

pub(super) fn reads(command: &Command) -> Vec<StreamName> {
    if let Command::Amend(amendment) = command {
        amendment.reads()
    } else {
        Vec::new()
    }
}

/// Commands.
impl Bidding {
    /// What was published, as it stands.
    pub const fn notice(&self) -> &Notice {
        &self.notice
    }

    /// Until when questions are taken.
    pub const fn enquiries_until(&self) -> Timestamp {
        self.enquiries_until
    }

    pub(super) fn wants_statement(&self, event: &Event) -> Wanted {
        let own = |key: Option<&PublicKey>| key.cloned().map_or(Wanted::No, Wanted::Own);
        if let Event::QuestionAsked(question) = event {
            own(Some(&question.key))
        } else if let Event::ComplaintFiled(complaint) = event {
            own(complaint.key.as_ref())
        } else if let Event::ComplaintWithdrawn(withdrawal) = event {
            own(self.pseudonyms.get(&withdrawal.complaint))
        } else if matches!(event, Event::ComplaintDecided(_)) {
            Wanted::Signature
        } else if let Event::OutageRecorded(outage) = event {
            self.wanted_of(outage)
        } else if let Event::TenderCancelled(ending) = event {
            ending.wanted()
        } else {
            Wanted::No
        }
    }

    /// What moves a deadline that has passed is signed by both.
    fn wanted_of(&self, outage: &Outage) -> Wanted {
        match (outage.closes_at, &self.reported) {
            (None, _) => Wanted::Signature,
            (Some(_), Some(reported)) => Wanted::Approval {
                revision: Some(reported.revision),
            },
            (Some(_), None) => Wanted::No,
        }
    }

    /// What must come before an instant is also recorded before it.
    pub(super) fn latest(&self, command: &Command) -> Option<Latest<Refusal>> {
        let before = |instant: Timestamp, refusal| {
            let stamp = instant.plus_micros(-1);
            Some(Latest { stamp, refusal })
        };
        if matches!(command, Command::Ask(_)) {
            let until = self.enquiries_until;
            return before(until, Refusal::EnquiriesOver { until });
        }
        let mends = matches!(command, Command::Amend(_)) && self.upheld.is_none();
        if mends || matches!(command, Command::Complain(_) | Command::Extend(_)) {
            let closes_at = self.notice.closes_at;
            return before(closes_at, Refusal::DeadlinePassed { closes_at });
        }
        None
    }

    pub(super) fn ask(&self, question: Question, facts: &Facts) -> Decision {
        let until = self.enquiries_until;
        under_key(&question.key, facts)?;
        ensure(facts.at < until, Refusal::EnquiriesOver { until })?;
        ensure(
            !self.questions.contains_key(&question.id),
            Refusal::QuestionTwice {
                question: question.id.clone(),
            },
        )?;
        let third = self.notice.has_edition(3, &facts.readings);
        ensure(
            !third || self.questions.len() < QUESTIONS_MAX,
            Refusal::TooManyQuestions,
        )?;
        Ok(vec![Event::QuestionAsked(question)])
    }

    /// Also after the deadline: an answer that came late is told to all the same.
    pub(super) fn answer(&self, answer: Answer, facts: &Facts) -> Decision {
        official(facts)?;
        ensure(
            self.questions.get(&answer.question) == Some(&Asked::Open),
            Refusal::QuestionNotOpen {
                question: answer.question.clone(),
            },
        )?;
        Ok(vec![Event::QuestionAnswered(answer)])
    }

    pub(super) fn extend(&self, extension: Extension, facts: &Facts) -> Decision {
        official(facts)?;
        self.before_deadline(facts)?;
        let closes_at = self.notice.closes_at;
        ensure(
            extension.closes_at > closes_at,
            Refusal::DeadlineNotLater { closes_at },
        )?;
        deadlines::check_day(extension.closes_at, &facts.rules().procurement(), facts)?;
        deadlines::check_enquiries(
            extension.enquiries_until,
            self.enquiries_until,
            extension.closes_at,
        )?;
        Ok(vec![Event::DeadlineExtended(extension)])
    }

    /// A fact: the deadline has passed, and so has the ruleset's time in which an outage that it fell into can be recorded. An
    /// undecided complaint holds it up ([`Filed::suspends`](super::complaints::Filed::suspends)), and so does one that was upheld: a tender whose
    /// documents are to change is not opened as it is.
    pub(super) fn close(&self, facts: &Facts) -> Decision {
        ensure(
            matches!(facts.actor.id, ActorId::Official(_) | ActorId::System),
            Refusal::NotACloser,
        )?;
        let closes_at = self.notice.closes_at;
        ensure(facts.at >= closes_at, Refusal::DeadlineAhead { closes_at })?;
        let grace = facts.rules().procurement().closing_grace();
        let until = closes_at.plus_micros(grace);
        ensure(facts.at >= until, Refusal::ClosingGrace { until })?;
        self.check_confirmed(facts)?;
        self.check_witnessed(facts)?;
        let every = !self.notice.has_edition(4, &facts.readings);
        self.nothing_holds(every)?;
        Ok(vec![Event::BiddingClosed(Closing {
            closed_at: closes_at,
        })])
    }

    pub(super) fn before_deadline(&self, facts: &Facts) -> Result<(), Refusal> {
        let closes_at = self.notice.closes_at;
        ensure(facts.at < closes_at, Refusal::DeadlinePassed { closes_at })
    }

    fn nothing_holds(&self, every: bool) -> Result<(), Refusal> {
        if let Some((complaint, _)) = self.complaints().first_holding(every) {
            let complaint = complaint.clone();
            return Err(Refusal::ComplaintPending { complaint });
        }
        match self.upheld.clone() {
            Some(complaint) => Err(Refusal::ComplaintUpheld { complaint }),
            None => Ok(()),
        }
    }

    pub(super) const fn complaints(&self) -> &Complaints {
        &self.notice.complaints
    }
}

/// Before the deadline nobody may know who is interested, so a supplier acts under a key made for this tender.
pub(super) fn under_key(key: &PublicKey, facts: &Facts) -> Result<(), Refusal> {
    let own = facts.actor.id == ActorId::Key(key.id());
    ensure(own, Refusal::NotUnderKey { key: key.id() })
}

/// What happened.
impl Bidding {
    pub(super) fn evolve(mut self: Box<Self>, occurred: &Occurred<'_, Event>) -> Option<Tender> {
        let event = occurred.event;
        if let Event::BiddingClosed(closing) = event {
            let closed_at = closing.closed_at;
            let passed = occurred.metadata.decided_at >= closed_at;
            (passed && closed_at == self.notice.closes_at).then_some(())?;
            // Whether every complaint did, depends on the rules, which the history does not show here.
            self.nothing_holds(false).ok()?;
            let evaluation = Evaluation::new(self.notice, closed_at, self.witnessed_until);
            return Some(Tender::Evaluation(Box::new(evaluation)));
        }
        if let Some(end) = event.end() {
            let by = &occurred.metadata.actor.id;
            let cancelled =
                matches!(event, Event::TenderCancelled(it) if self.notice.can_end(it, by));
            return cancelled
                .then(|| Tender::ended(end, LastStage::Bidding(Box::new(self.notice))));
        }
        self.remember(occurred)?;
        Some(Tender::Bidding(self))
    }

    fn remember(&mut self, occurred: &Occurred<'_, Event>) -> Option<()> {
        let at = occurred.metadata.decided_at;
        match occurred.event {
            Event::QuestionAsked(question) => {
                let before = self.questions.insert(question.id.clone(), Asked::Open);
                before.is_none().then_some(())
            }
            Event::QuestionAnswered(answer) => {
                let asked = self.questions.get_mut(&answer.question)?;
                let before = std::mem::replace(asked, Asked::Answered);
                (before == Asked::Open).then_some(())
            }
            Event::TenderAmended(amendment) => self.amended(amendment, at),
            Event::DeadlineExtended(extension) => {
                self.enquiries_until = extension.enquiries_until;
                (at < self.notice.closes_at).then_some(())?;
                self.moved(extension.closes_at)
            }
            Event::OutageRecorded(outage) => self.outage_recorded(outage, occurred),
            Event::DeadlineWitnessed(witness) => self.witnessed(witness, at),
            Event::ComplaintFiled(complaint) => {
                self.complained(complaint, &occurred.metadata.actor.id)
            }
            Event::ComplaintDecided(decision) => self.complaint_decided(decision),
            Event::CancellationProposed(proposal) => {
                self.notice.cancellation_proposed(proposal, occurred);
                Some(())
            }
            Event::ComplaintWithdrawn(withdrawal) => {
                self.notice.complaints.withdrawn(withdrawal).map(|_| ())
            }
            Event::TenderDrafted(_)
            | Event::LotAdded(_)
            | Event::LotRemoved(_)
            | Event::CommitteeAppointed(_)
            | Event::OpeningKeyEnrolled(_)
            | Event::TenderApproved(_)
            | Event::TenderPublished(_)
            | Event::BiddingClosed(_)
            | Event::BidReceived(_)
            | Event::BidsListed(_)
            | Event::SharesPublished(_)
            | Event::SecretRevealed(_)
            | Event::BidOpened(_)
            | Event::BidVoided(_)
            | Event::OfferRecorded(_)
            | Event::BidDisqualified(_)
            | Event::BidScored(_)
            | Event::TechnicalResultApproved(_)
            | Event::BidCorrected(_)
            | Event::LowBidExplained(_)
            | Event::ValidityExtended(_)
            | Event::AwardProposed(_)
            | Event::AwardApproved(_)
            | Event::LotFailed(_)
            | Event::BiddersNotified(_)
            | Event::StandstillEnded(_)
            | Event::AwardCancelled(_)
            | Event::TenderCancelled(_)
            | Event::TenderFailed(_)
            | Event::TenderCompleted(_) => None,
        }
    }

    /// The deadline moves forward only.
    pub(super) fn moved(&mut self, closes_at: Timestamp) -> Option<()> {
        (closes_at > self.notice.closes_at).then_some(())?;
        self.reported = None;
        self.witnessed_until = None;
        self.notice.closes_at = closes_at;
        Some(())
    }
}
