//! A tender, from its draft to its award.
//!
//! | Stage | What happens | Files |
//! |---|---|---|
//! | draft | lots, committees, opening keys, approval | `drafting`, `content`, `inviting`, `keys`, `approving` |
//! | draft, bidding | what is taken from the plan | `planned` |
//! | bidding | publication, questions, amendments, outages, complaints about the documents, what witnesses had seen, closing | `publishing`, `bidding`, `amending`, `complaining`, `deadlines`, `witnessing` |
//! | any of them | giving the tender up; who is the buyer's official | `cancelling`, `office` |
//! | evaluation | opening, scoring, award, standstill, complaints about it | `evaluation` |
//!
//! Who does what is kept apart here, so that a replay checks it again: nobody approves what they drafted or evaluates bids
//! for it; two registrars enrol each opening key, and neither of them opens; whoever decides a complaint had no part in the
//! tender. Bids themselves are envelopes on streams of their own; whether one is in time, or void until confirmed after an
//! amendment, is judged there by [`Notice`].
//!
//! A worked example, which is also a test (`tests::example`): Huda drafts a tender of two lots, Omar approves it within his
//! limit, and it is published on 1 January 2026, a Thursday. The rules give bidders 15 whole days, so the earliest deadline is
//! the first instant of 17 January. On 10 January lot 2 is amended; the deadline must stay 4 whole days ahead, which it
//! does. On the 15th the service is away from 9:00 to 11:00: the deadline moves by these two hours and one more, to 3:00
//! on the 17th. A complaint of the 16th holds the closing until the review body declines it; then bidding closes, and
//! evaluation begins.

mod amending;
mod approving;
mod asked;
mod bidding;
mod cancelling;
mod command;
mod complaining;
mod complaints;
mod content;
mod deadlines;
mod drafting;
pub mod evaluation;
mod event;
mod inviting;
mod keys;
mod notice;
mod office;
mod planned;
mod publishing;
mod refusal;
mod sealing;
#[cfg(test)]
pub(super) mod tests;
mod witnessing;

pub use bidding::Bidding;
pub use command::Command;
pub use complaints::{ComplaintState, Complaints, Filed};
pub use drafting::Drafting;
pub use evaluation::Evaluation;
pub use event::*;
pub use notice::{Cancellation, Notice};
pub use refusal::{ContentRefusal, Refusal};

use crate::aggregate::{Aggregate, Facts, Latest, Occurred, Readings, Wanted, ensure};
use crate::domain::member;
use crate::domain::values::TenderId;
use crate::event::ActorId;
use crate::store::StreamName;

/// A tender, by its stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Tender {
    /// Nothing has been drafted.
    #[default]
    Unknown,
    /// It is drafted.
    Draft(Box<Drafting>),
    /// It is published: suppliers may bid.
    Bidding(Box<Bidding>),
    /// Bids are opened and judged, and the award is made.
    Evaluation(Box<Evaluation>),
    /// It ended.
    Ended(Box<Ended>),
}

/// A tender that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How.
    pub end: End,
    /// What it was when it ended.
    pub last: LastStage,
}

/// How a tender ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The buyer gave it up.
    Cancelled,
    /// It found no winner.
    Failed,
    /// Each lot has its contractor, or failed.
    Completed,
}

/// The stage in which a tender ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LastStage {
    /// It was never published.
    Draft,
    /// It was published, and bids were not opened.
    Bidding(Box<Notice>),
    /// Bids were opened.
    Evaluation(Box<Evaluation>),
}

type Decision = Result<Vec<Event>, Refusal>;

impl Tender {
    /// The stream of a tender.
    pub fn stream(id: &TenderId) -> StreamName {
        StreamName::of(Self::KIND, id.as_str())
    }

    /// What was published, as it stands; `None` before publication.
    pub fn notice(&self) -> Option<&Notice> {
        match self {
            Self::Unknown | Self::Draft(_) => None,
            Self::Bidding(bidding) => Some(&bidding.notice),
            Self::Evaluation(evaluation) => Some(evaluation.notice()),
            Self::Ended(ended) => match &ended.last {
                LastStage::Draft => None,
                LastStage::Bidding(notice) => Some(notice),
                LastStage::Evaluation(evaluation) => Some(evaluation.notice()),
            },
        }
    }
}

impl Aggregate for Tender {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "tender";

    fn reads(&self, _stream: &StreamName, command: &Command) -> Vec<StreamName> {
        match self {
            Self::Unknown => {
                if let Command::Draft(draft) = command {
                    draft.reads()
                } else {
                    Vec::new()
                }
            }
            Self::Draft(drafting) => drafting.reads(command),
            Self::Bidding(_) => bidding::reads(command),
            Self::Evaluation(evaluation) => evaluation.reads(command),
            Self::Ended(_) => Vec::new(),
        }
    }

    fn reads_under(&self, readings: &Readings, command: &Command) -> Vec<StreamName> {
        let mut streams = match self {
            Self::Draft(drafting) => drafting.reads_under(readings, command),
            Self::Bidding(bidding) => bidding.reads_under(readings, command),
            Self::Evaluation(evaluation) => evaluation.reads_under(readings, command),
            Self::Unknown | Self::Ended(_) => Vec::new(),
        };
        streams.extend(self.plan_read(readings, command));
        streams
    }

    fn judges_actor_under(&self, readings: &Readings, command: &Command) -> bool {
        let reviews = match self {
            Self::Bidding(bidding) => bidding.judges_reviewer(readings, command),
            Self::Unknown | Self::Draft(_) | Self::Evaluation(_) | Self::Ended(_) => false,
        };
        reviews || self.asks_for(command, readings).is_some()
    }

    fn judges_actor(&self, command: &Command) -> bool {
        match self {
            Self::Draft(_) => matches!(command, Command::Approve(_)),
            Self::Evaluation(_) => evaluation::judges_actor(command),
            Self::Bidding(_) => matches!(command, Command::ApproveCancellation(_)),
            Self::Unknown | Self::Ended(_) => false,
        }
    }

    fn wants_statement(&self, event: &Event) -> Wanted {
        match self {
            Self::Draft(drafting) => drafting.wants_statement(event),
            Self::Evaluation(evaluation) => evaluation.wants_statement(event),
            Self::Bidding(bidding) => bidding.wants_statement(event),
            Self::Unknown | Self::Ended(_) => Wanted::No,
        }
    }

    fn latest(&self, command: &Command, _facts: &Facts) -> Option<Latest<Refusal>> {
        match self {
            Self::Bidding(bidding) => bidding.latest(command),
            Self::Unknown | Self::Draft(_) | Self::Evaluation(_) | Self::Ended(_) => None,
        }
    }

    fn admits(&self, command: &Command, facts: &Facts) -> Result<(), Refusal> {
        // Nobody chose the built-in parameters: what binds bidders and buyers is what two persons adopted.
        let ruled = facts.rules().procurement.is_some();
        ensure(
            ruled || !matches!(command, Command::Draft(_)),
            Refusal::NoRules,
        )
    }

    fn decide(&self, command: Command, facts: &Facts) -> Decision {
        ensure(!facts.imported(), Refusal::NotHistory)?;
        self.check_office(&command, facts)?;
        match command {
            Command::Draft(draft) => self.begin(draft, facts),
            Command::AddLot(lot) => self.draft()?.add_lot(lot, facts),
            Command::RemoveLot(removal) => self.draft()?.remove_lot(removal, facts),
            Command::AppointCommittees(it) => self.draft()?.appoint(it, facts),
            Command::EnrolOpeningKey(key) => self.draft()?.enrol(key, facts),
            Command::Approve(approval) => self.draft()?.approve(&approval, facts),
            Command::Publish(publication) => self.draft()?.publish(publication, facts),
            Command::Ask(question) => self.bidding()?.ask(question, facts),
            Command::Answer(answer) => self.bidding()?.answer(answer, facts),
            Command::Amend(amendment) => self.bidding()?.amend(amendment, facts),
            Command::Extend(extension) => self.bidding()?.extend(extension, facts),
            Command::RecordOutage(outage) => self.bidding()?.record_outage(outage, facts),
            Command::Witness(witness) => self.bidding()?.witness(witness, facts),
            Command::Close => self.bidding()?.close(facts),
            Command::Complain(_) | Command::DecideComplaint(_) | Command::WithdrawComplaint(_) => {
                self.in_any_phase(command, facts)
            }
            Command::Cancel(_)
            | Command::ProposeCancellation(_)
            | Command::ApproveCancellation(_) => self.give_up(command, facts),
            Command::Receive(_)
            | Command::EndReceipts(_)
            | Command::PublishShares(_)
            | Command::Reveal(_)
            | Command::Open(_)
            | Command::RecordOffer(_)
            | Command::Disqualify(_)
            | Command::Score(_)
            | Command::ApproveTechnicalResult(_)
            | Command::Correct(_)
            | Command::ExplainLowBid(_)
            | Command::ExtendValidity(_)
            | Command::ProposeAward(_)
            | Command::ApproveAward(_)
            | Command::FailLot(_)
            | Command::Notify(_)
            | Command::EndStandstill
            | Command::CancelAward(_)
            | Command::Fail(_)
            | Command::Complete(_) => Ok(self.evaluation()?.decide(command, facts)?),
        }
    }

    fn evolve(self, occurred: Occurred<'_, Event>) -> Option<Self> {
        // No rule would have judged it (`decide`).
        (!occurred.imported()).then_some(())?;
        match self {
            Self::Unknown => Drafting::begun(&occurred).map(|it| Self::Draft(Box::new(it))),
            Self::Draft(drafting) => drafting.evolve(&occurred),
            Self::Bidding(bidding) => bidding.evolve(&occurred),
            Self::Evaluation(mut evaluation) => {
                evaluation.remember(&occurred)?;
                Some(match occurred.event.end() {
                    None => Self::Evaluation(evaluation),
                    Some(end) => Self::ended(end, LastStage::Evaluation(evaluation)),
                })
            }
            Self::Ended(_) => None,
        }
    }

    fn asked(event: &Event, _imported: bool) -> Option<Command> {
        asked::asked(event)
    }

    member!(Tender);
}

/// A stage, or why it is not that one.
impl Tender {
    fn draft(&self) -> Result<&Drafting, Refusal> {
        match self {
            Self::Unknown => Err(Refusal::NotDrafted),
            Self::Draft(drafting) => Ok(drafting),
            Self::Bidding(_) | Self::Evaluation(_) => Err(Refusal::Published),
            Self::Ended(_) => Err(Refusal::Ended),
        }
    }

    fn bidding(&self) -> Result<&Bidding, Refusal> {
        match self {
            Self::Unknown => Err(Refusal::NotDrafted),
            Self::Draft(_) => Err(Refusal::NotPublished),
            Self::Bidding(bidding) => Ok(bidding),
            Self::Evaluation(_) => Err(Refusal::BiddingClosed),
            Self::Ended(_) => Err(Refusal::Ended),
        }
    }

    /// What is known while its bids are judged; `None` at any other time.
    pub fn judged(&self) -> Option<&Evaluation> {
        self.evaluation().ok()
    }

    fn evaluation(&self) -> Result<&Evaluation, Refusal> {
        match self {
            Self::Unknown => Err(Refusal::NotDrafted),
            Self::Draft(_) => Err(Refusal::NotPublished),
            Self::Bidding(bidding) => Err(Refusal::BiddingOpen {
                closes_at: bidding.notice.closes_at,
            }),
            Self::Evaluation(evaluation) => Ok(evaluation),
            Self::Ended(_) => Err(Refusal::Ended),
        }
    }

    fn ended(end: End, last: LastStage) -> Self {
        Self::Ended(Box::new(Ended { end, last }))
    }

    fn begin(&self, draft: Draft, facts: &Facts) -> Decision {
        match self {
            Self::Unknown => {}
            Self::Draft(_) | Self::Bidding(_) | Self::Evaluation(_) => {
                return Err(Refusal::Drafted);
            }
            Self::Ended(_) => return Err(Refusal::Ended),
        }
        official(facts)?;
        draft.check(facts)?;
        Ok(vec![Event::TenderDrafted(draft)])
    }

    /// Complaints, which more than one stage knows.
    fn in_any_phase(&self, command: Command, facts: &Facts) -> Decision {
        if let Self::Evaluation(evaluation) = self {
            return Ok(evaluation.decide(command, facts)?);
        }
        let bidding = self.bidding()?;
        if let Command::Complain(complaint) = command {
            bidding.complain(complaint, facts)
        } else if let Command::DecideComplaint(decision) = command {
            bidding.decide_complaint(decision, facts)
        } else if let Command::WithdrawComplaint(withdrawal) = command {
            bidding.withdraw_complaint(withdrawal, facts)
        } else {
            Err(Refusal::NotDrafted)
        }
    }
}

impl Tender {
    /// Whether it came to its end because bids were lost, and not for want of them.
    fn fails_by_loss(&self) -> bool {
        match self {
            Self::Ended(ended) => match &ended.last {
                LastStage::Evaluation(evaluation) => evaluation.fails_by_loss(),
                LastStage::Draft | LastStage::Bidding(_) => false,
            },
            Self::Unknown | Self::Draft(_) | Self::Bidding(_) | Self::Evaluation(_) => false,
        }
    }
}

impl Event {
    /// How it ends a tender; `None` for all others.
    const fn end(&self) -> Option<End> {
        if matches!(self, Self::TenderCancelled(_)) {
            Some(End::Cancelled)
        } else if matches!(self, Self::TenderFailed(_)) {
            Some(End::Failed)
        } else if matches!(self, Self::TenderCompleted(_)) {
            Some(End::Completed)
        } else {
            None
        }
    }
}

/// Organisations and Sijill itself run no tender.
fn official(facts: &Facts) -> Result<(), Refusal> {
    ensure(
        matches!(facts.actor.id, ActorId::Official(_)),
        Refusal::NotAnOfficial,
    )
}
