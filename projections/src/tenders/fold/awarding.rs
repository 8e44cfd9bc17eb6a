//! Awards, complaints and the end.

use sijill_ledger_core::domain::tender::{
    Against, Award, AwardApproval, AwardCancellation, Complaint as Filing, ComplaintDecision,
    ComplaintOutcome, ComplaintWithdrawal, Event,
};
use sijill_ledger_core::domain::values::LotId;
use sijill_ledger_core::event::ActorId;

use super::super::record::{Awarded, Complaint, End, Fallen, LotState, Outcome, Proposed, Record};
use super::super::stage::Stage;
use super::super::step::Mark;
use super::{Circumstances, Told};

impl Record {
    pub(super) fn awarding(&mut self, event: &Event, at: &Circumstances<'_>) -> Told {
        if let Event::AwardProposed(award) = event {
            self.proposed(award, at.mark)
        } else if let Event::AwardApproved(approval) = event {
            self.approved(approval, at.mark)
        } else if let Event::LotFailed(failure) = event {
            let (reason, mark) = (failure.reason.clone(), at.mark);
            if let Some(lot) = self.lot_mut(&failure.lot) {
                lot.state = LotState::Failed { reason, mark };
            }
            Told::lot(&failure.lot).because(&failure.reason)
        } else if let Event::BiddersNotified(notification) = event {
            self.times.notified = Some(at.mark);
            self.times.standstill_until = notification.standstill_until;
            self.go(Stage::Standstill, at);
            Told::nothing()
        } else if let Event::StandstillEnded(_) = event {
            self.times.standstill_ended = Some(at.mark);
            self.go(Stage::Final, at);
            Told::nothing()
        } else if let Event::AwardCancelled(cancellation) = event {
            self.award_fell(cancellation, at)
        } else {
            self.disputing(event, at)
        }
    }

    fn disputing(&mut self, event: &Event, at: &Circumstances<'_>) -> Told {
        if let Event::ComplaintFiled(complaint) = event {
            self.complained(complaint, at)
        } else if let Event::ComplaintDecided(decision) = event {
            self.complaint_decided(decision, at)
        } else if let Event::ComplaintWithdrawn(withdrawal) = event {
            self.complaint_withdrawn(withdrawal, at.mark)
        } else {
            self.ending(event, at)
        }
    }

    fn ending(&mut self, event: &Event, at: &Circumstances<'_>) -> Told {
        let (stage, end, told) = if let Event::TenderCancelled(ending) = event {
            let (ground, reason) = (ending.ground, ending.reason.clone());
            let told = Told::nothing().because(&reason);
            (Stage::Cancelled, End::Cancelled { ground, reason }, told)
        } else if let Event::TenderFailed(failure) = event {
            let end = End::Failed(failure.cause);
            (Stage::Failed, end, Told::nothing())
        } else if let Event::TenderCompleted(completion) = event {
            let end = End::Completed(completion.value);
            (Stage::Completed, end, Told::nothing())
        } else {
            return Told::nothing();
        };
        self.times.ended = Some(at.mark);
        self.end = Some(end);
        self.go(stage, at);
        told
    }

    fn proposed(&mut self, award: &Award, mark: Mark) -> Told {
        if let Some(lot) = self.lot_mut(&award.lot) {
            let award = award.clone();
            lot.state = LotState::Proposed(Box::new(Proposed { award, mark }));
        }
        let told = Told::lot(&award.lot).referring(award.minutes.as_str());
        match &award.departure {
            None => told,
            Some(departure) => told.because(departure),
        }
    }

    fn approved(&mut self, approval: &AwardApproval, approved: Mark) -> Told {
        if let Some(lot) = self.lot_mut(&approval.lot)
            && let LotState::Proposed(proposal) = &lot.state
        {
            lot.state = LotState::Awarded(Box::new(Awarded {
                award: proposal.award.clone(),
                proposed: proposal.mark,
                approved,
                value: approval.value,
            }));
        }
        Told::lot(&approval.lot)
    }

    fn award_fell(&mut self, cancellation: &AwardCancellation, at: &Circumstances<'_>) -> Told {
        if let Some(lot) = self.lot_mut(&cancellation.lot) {
            let state = std::mem::replace(&mut lot.state, LotState::Open);
            if let LotState::Awarded(awarded) = state {
                self.fallen.push(Fallen {
                    awarded: *awarded,
                    mark: at.mark,
                    reason: cancellation.reason.clone(),
                });
            }
        }
        self.back_to_awarding(at);
        Told::lot(&cancellation.lot).because(&cancellation.reason)
    }

    fn complained(&mut self, filing: &Filing, at: &Circumstances<'_>) -> Told {
        let complaint = Complaint {
            against: filing.against.clone(),
            by: at.by.clone(),
            grounds: filing.grounds.clone(),
            filed: at.mark,
            outcome: Outcome::Pending,
        };
        self.complaints
            .entry(filing.id.clone())
            .or_insert(complaint);
        let told = match &filing.against {
            Against::Award(lot) => Told::lot(lot),
            Against::Documents | Against::TechnicalResult => Told::nothing(),
        };
        told.referring(filing.id.as_str()).because(&filing.grounds)
    }

    fn complaint_decided(&mut self, decision: &ComplaintDecision, at: &Circumstances<'_>) -> Told {
        let told = Told::nothing()
            .referring(decision.complaint.as_str())
            .because(&decision.reason);
        let Some(complaint) = self.complaints.get_mut(&decision.complaint) else {
            return told;
        };
        complaint.outcome = Outcome::Decided {
            outcome: decision.outcome,
            decision: decision.decision.clone(),
            reason: decision.reason.clone(),
            mark: at.mark,
        };
        let (against, by) = (complaint.against.clone(), complaint.by.clone());
        if decision.outcome == ComplaintOutcome::Upheld {
            match against {
                Against::Documents => {}
                Against::Award(lot) => self.reopen_lot(&lot, &by, at),
                Against::TechnicalResult => self.reopen_all(&by, at),
            }
        }
        told
    }

    fn complaint_withdrawn(&mut self, withdrawal: &ComplaintWithdrawal, mark: Mark) -> Told {
        if let Some(complaint) = self.complaints.get_mut(&withdrawal.complaint) {
            complaint.outcome = Outcome::Withdrawn(mark);
        }
        Told::nothing().referring(withdrawal.complaint.as_str())
    }

    /// A lot without a winner is open again, and the bidder's rejection for it is taken back; an award falls by its own event.
    fn reopen_lot(&mut self, lot: &LotId, by: &ActorId, at: &Circumstances<'_>) {
        if let Some(found) = self.lot_mut(lot)
            && matches!(found.state, LotState::Failed { .. })
        {
            found.state = LotState::Open;
        }
        if let ActorId::Organization(bidder) = by
            && let Some(bid) = self.bids.get_mut(bidder)
        {
            bid.rejected_lots.remove(lot);
            if !bid.offers.is_empty() {
                bid.rejected = None;
            }
        }
        self.back_to_awarding(at);
    }

    fn reopen_all(&mut self, by: &ActorId, at: &Circumstances<'_>) {
        for lot in &mut self.lots {
            if matches!(lot.state, LotState::Failed { .. } | LotState::Proposed(_)) {
                lot.state = LotState::Open;
            }
        }
        if let ActorId::Organization(bidder) = by
            && let Some(bid) = self.bids.get_mut(bidder)
        {
            bid.rejected = None;
            bid.rejected_lots.clear();
        }
        self.go(Stage::TechnicalEvaluation, at);
    }

    fn back_to_awarding(&mut self, at: &Circumstances<'_>) {
        if matches!(self.stage, Stage::Standstill | Stage::Final) {
            self.go(Stage::Awarding, at);
        }
    }

    /// What changes how bids compare undoes a proposal that rests on it.
    pub(super) fn unpropose(&mut self, changed: Option<&LotId>) {
        for lot in &mut self.lots {
            let is_touched = changed.is_none_or(|changed| *changed == lot.id);
            if is_touched && matches!(lot.state, LotState::Proposed(_)) {
                lot.state = LotState::Open;
            }
        }
    }
}
