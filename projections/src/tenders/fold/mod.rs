//! The fold of a tender's events into its record.
//!
//! The domain has judged these events; the fold believes them and judges nothing again. What could not have happened (a bid of
//! nobody, a lot that is not there) has no effect but a step on the timeline.

mod awarding;
mod bidding;
mod drafting;
mod opening;

use sijill_ledger_core::domain::tender::Event;
use sijill_ledger_core::domain::values::{EffectiveAt, LotId, OrganizationId, Text};
use sijill_ledger_core::event::{ActorId, Recorded};

use super::record::{Record, Stay};
use super::stage::Stage;
use super::step::{About, Change, Mark, Step, StepKind};

/// What the fold knows of an event beside its content.
pub(super) struct Circumstances<'a> {
    pub mark: Mark,
    pub effective_at: EffectiveAt,
    pub by: &'a ActorId,
    /// Number of who acted.
    pub actor: u32,
    /// Version of the ruleset in force.
    pub ruleset: Option<u32>,
}

impl<'a> Circumstances<'a> {
    pub fn of(event: &'a Recorded, actor: u32) -> Self {
        Self {
            mark: Mark::of(event),
            effective_at: event.metadata.effective_at,
            by: &event.metadata.actor.id,
            actor,
            ruleset: event.metadata.ruleset.as_ref().map(|it| it.version),
        }
    }
}

/// What the timeline tells of a step beside its kind.
#[derive(Default)]
pub(super) struct Told {
    about: About,
    change: Option<Change>,
}

impl Told {
    fn nothing() -> Self {
        Self::default()
    }

    fn about(about: About) -> Self {
        let change = None;
        Self { about, change }
    }

    fn lot(lot: &LotId) -> Self {
        Self::about(About {
            lot: Some(lot.clone()),
            ..About::default()
        })
    }

    fn bidder(bidder: &OrganizationId) -> Self {
        Self::about(About {
            bidder: Some(bidder.clone()),
            ..About::default()
        })
    }

    fn changing(mut self, change: Change) -> Self {
        self.change = Some(change);
        self
    }

    fn because(mut self, reason: &Text) -> Self {
        self.about.reason = Some(reason.clone());
        self
    }

    fn referring(mut self, reference: &str) -> Self {
        self.about.reference = Text::new(reference).ok();
        self
    }
}

impl Record {
    /// Takes an event of the tender in. Nothing happens to a tender that ended.
    pub(super) fn apply(&mut self, event: &Event, at: &Circumstances<'_>) {
        if self.stage.is_end() {
            return;
        }
        let told = match event {
            Event::TenderDrafted(_)
            | Event::LotAdded(_)
            | Event::LotRemoved(_)
            | Event::CommitteeAppointed(_)
            | Event::OpeningKeyEnrolled(_)
            | Event::TenderApproved(_)
            | Event::TenderPublished(_) => self.drafting(event, at),
            Event::QuestionAsked(_)
            | Event::QuestionAnswered(_)
            | Event::TenderAmended(_)
            | Event::DeadlineExtended(_)
            | Event::OutageRecorded(_)
            | Event::DeadlineWitnessed(_)
            | Event::BiddingClosed(_) => self.bidding(event, at),
            Event::BidReceived(_)
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
            | Event::ValidityExtended(_) => self.opening(event, at),
            Event::CancellationProposed(proposal) => Told::nothing().because(&proposal.reason),
            Event::AwardProposed(_)
            | Event::AwardApproved(_)
            | Event::LotFailed(_)
            | Event::BiddersNotified(_)
            | Event::StandstillEnded(_)
            | Event::AwardCancelled(_)
            | Event::ComplaintFiled(_)
            | Event::ComplaintDecided(_)
            | Event::ComplaintWithdrawn(_)
            | Event::TenderCancelled(_)
            | Event::TenderFailed(_)
            | Event::TenderCompleted(_) => self.awarding(event, at),
        };
        self.tell(StepKind::of(event), told, at);
    }

    /// Takes in that minutes about the tender were drawn up or signed.
    pub(super) fn minutes(&mut self, kind: StepKind, about: About, at: &Circumstances<'_>) {
        if !self.stage.is_end() {
            self.tell(kind, Told::about(about), at);
        }
    }

    fn tell(&mut self, kind: StepKind, told: Told, at: &Circumstances<'_>) {
        let Told { about, change } = told;
        self.steps.push(Step {
            kind,
            mark: at.mark,
            effective_at: at.effective_at,
            actor: at.actor,
            about: (about != About::default()).then(|| Box::new(about)),
            change: change.map(Box::new),
        });
    }

    /// Goes to a stage; a stay begins only where it is another one.
    fn go(&mut self, stage: Stage, at: &Circumstances<'_>) {
        if self.stage == stage && !self.stays.is_empty() {
            return;
        }
        self.stage = stage;
        self.stays.push(Stay {
            stage,
            since: at.mark,
            ruleset: at.ruleset,
        });
    }
}
