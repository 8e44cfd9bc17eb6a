//! Standstill and the three ends of a tender.

use super::people::check_runner;
use super::periods::standstill_until;
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
    /// All are told at once, when every lot is decided.
    pub(super) fn notify(&self, facts: &Facts) -> Decision {
        ensure(self.stage == Stage::Awarding, self.not_now())?;
        check_runner(facts)?;
        for (lot, state) in &self.lots {
            let decided = matches!(state, LotState::Awarded(_) | LotState::Failed);
            ensure(decided, AwardRefusal::LotUndecided { lot: lot.clone() })?;
        }
        ensure(self.awards().next().is_some(), AwardRefusal::NothingAwarded)?;
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
        match self.complaints.first_pending() {
            None => Ok(()),
            Some((complaint, _)) => Err(Refusal::Disputed {
                complaint: complaint.clone(),
            }),
        }
    }

    pub(super) fn complete(&self, facts: &Facts) -> Decision {
        ensure(self.stage == Stage::Final, self.not_now())?;
        check_runner(facts)?;
        self.check_no_complaint()?;
        let value = self.total().ok_or(AwardRefusal::BeyondMoney)?;
        Ok(vec![Event::TenderCompleted(Completion {
            value: Some(value),
        })])
    }

    pub(super) fn fail(&self, facts: &Facts) -> Decision {
        check_runner(facts)?;
        self.check_no_complaint()?;
        let cause = self.failure_cause()?;
        Ok(vec![Event::TenderFailed(Failure { cause: Some(cause) })])
    }

    /// Why nobody can win; refused while somebody can.
    pub(super) fn failure_cause(&self) -> Result<FailureCause, Refusal> {
        match self.stage {
            Stage::TechnicalEvaluation => {
                let read = self.bids.values().any(|bid| bid.lots.is_some());
                ensure(!read, AwardRefusal::CouldBeAwarded)?;
            }
            Stage::Awarding => {
                if !self.lots.is_empty() && self.lots.values().all(|lot| *lot == LotState::Failed) {
                    return Ok(FailureCause::NoAward);
                }
                let awarded = self.awards().next().is_some();
                let mut lots = self.lots.keys();
                let offered = lots.any(|lot| self.acceptable(lot).next().is_some());
                ensure(!awarded && !offered, AwardRefusal::CouldBeAwarded)?;
            }
            Stage::Receiving
            | Stage::TechnicalOpening { .. }
            | Stage::FinancialOpening { .. }
            | Stage::Standstill { .. }
            | Stage::Final => return Err(self.not_now()),
        }
        Ok(if self.has_bids() {
            FailureCause::NoValidBids
        } else {
            FailureCause::NoBids
        })
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
