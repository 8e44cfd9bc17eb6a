//! Standstill and the three ends of a tender.

use super::people::check_runner;
use super::periods::{complaints_until, standstill_until};
use super::refusal::{AwardRefusal, Refusal};
use super::state::{Evaluation, LotState};
use super::{Decision, Stage};
use crate::aggregate::{Facts, ensure};
use crate::domain::tender::event::{
    Completion, Ending, Event, Failure, FailureCause, Notification, StandstillEnd,
};
use crate::event::ActorId;
use crate::time::Timestamp;

impl Evaluation {
    /// All are told at once, when every lot is decided: won or failed.
    pub(super) fn notify(&self, facts: &Facts) -> Decision {
        ensure(self.stage == Stage::Awarding, self.not_now())?;
        check_runner(facts)?;
        for (lot, state) in &self.lots {
            let decided = matches!(state, LotState::Awarded(_) | LotState::Failed);
            ensure(decided, AwardRefusal::LotUndecided { lot: lot.clone() })?;
        }
        let until = standstill_until(&self.notice.draft.procedure, facts);
        Ok(vec![Event::BiddersNotified(Notification {
            standstill_until: Some(until),
        })])
    }

    pub(super) fn end_standstill(&self, facts: &Facts) -> Decision {
        let Stage::Standstill { until } = self.stage else {
            return Err(self.not_now());
        };
        check_runner(facts)?;
        ensure(facts.at >= until, AwardRefusal::StandstillRuns { until })?;
        self.check_no_complaint()?;
        Ok(vec![Event::StandstillEnded(StandstillEnd {
            ended_at: until,
        })])
    }

    fn check_no_complaint(&self) -> Result<(), Refusal> {
        match self.complaints.first_holding(false) {
            None => Ok(()),
            Some((complaint, _)) => Err(Refusal::Disputed {
                complaint: complaint.clone(),
            }),
        }
    }

    /// Whoever bid can complain until the days for it are over, so the tender does not end before.
    fn check_heard(&self, facts: &Facts) -> Result<(), Refusal> {
        let Some(notified_at) = self.notified_at else {
            return Ok(());
        };
        let until = complaints_until(notified_at, facts);
        ensure(facts.at >= until, Refusal::ComplaintsRun { until })
    }

    pub(super) fn complete(&self, facts: &Facts) -> Decision {
        ensure(self.stage == Stage::Final, self.not_now())?;
        check_runner(facts)?;
        self.check_heard(facts)?;
        self.check_no_complaint()?;
        ensure(self.awards().next().is_some(), AwardRefusal::NothingAwarded)?;
        let value = self.total().ok_or(AwardRefusal::BeyondMoney)?;
        Ok(vec![Event::TenderCompleted(Completion {
            value: Some(value),
        })])
    }

    pub(super) fn fail(&self, facts: &Facts) -> Decision {
        check_runner(facts)?;
        let cause = self.failure_cause()?;
        let cause = match cause {
            FailureCause::NoBids | FailureCause::NoValidBids if self.has_lost_bids(facts) => {
                FailureCause::BidsLost
            }
            FailureCause::NoBids
            | FailureCause::NoValidBids
            | FailureCause::NoAward
            | FailureCause::BidsLost => cause,
        };
        self.check_heard(facts)?;
        self.check_no_complaint()?;
        Ok(vec![Event::TenderFailed(Failure { cause: Some(cause) })])
    }

    /// Whether envelopes could not be listed, of which nobody knows that they were no bids; from the fourth edition of the rules on
    /// that is said.
    fn has_lost_bids(&self, facts: &Facts) -> bool {
        self.lost && self.notice.has_edition(4, &facts.readings)
    }

    /// Whether any bid was read.
    fn is_read(&self) -> bool {
        let mut bids = self.bids.values();
        bids.any(|bid| bid.lots.is_some() || !bid.offers.is_empty())
    }

    /// Whether a failure says nothing of what suppliers offer: no bid was read, and some may have been lost.
    pub fn fails_by_loss(&self) -> bool {
        self.lost && !self.is_read()
    }

    /// Why nobody can win. Where nothing could be read there is nothing to judge; bids that were read are judged lot by lot, and
    /// their bidders told, before the tender fails.
    pub(super) fn failure_cause(&self) -> Result<FailureCause, Refusal> {
        let read = self.is_read();
        match self.stage {
            Stage::TechnicalEvaluation | Stage::Awarding => {
                ensure(!read, AwardRefusal::CouldBeAwarded)?;
                Ok(if self.has_bids() {
                    FailureCause::NoValidBids
                } else {
                    FailureCause::NoBids
                })
            }
            Stage::Final => {
                let awarded = self.awards().next().is_some();
                ensure(!awarded, AwardRefusal::CouldBeAwarded)?;
                Ok(FailureCause::NoAward)
            }
            Stage::Receiving
            | Stage::TechnicalOpening { .. }
            | Stage::FinancialOpening { .. }
            | Stage::Standstill { .. } => Err(self.not_now()),
        }
    }
}

/// The buyer gives the tender up: what is sealed stays sealed.
pub(super) fn cancel(ending: Ending, facts: &Facts) -> Decision {
    check_runner(facts)?;
    ensure(facts.actor.id != ActorId::System, Refusal::OfficialOnly)?;
    Ok(vec![Event::TenderCancelled(ending)])
}

impl Evaluation {
    pub(super) fn notified(&mut self, notification: &Notification, at: Timestamp) -> Option<()> {
        (self.stage == Stage::Awarding).then_some(())?;
        self.stage = Stage::Standstill {
            until: notification.standstill_until?,
        };
        self.notified_at = Some(at);
        Some(())
    }

    pub(super) fn standstill_ended(&mut self, end: &StandstillEnd) -> Option<()> {
        let until = end.ended_at;
        (self.stage == Stage::Standstill { until }).then_some(())?;
        self.check_no_complaint().ok()?;
        self.stage = Stage::Final;
        Some(())
    }
}
