//! Who wins: proposed by the committee, approved by the director; bidders are told, complain, are answered; the end.

use sijill_ledger_core::domain::committee::Resolution;
use sijill_ledger_core::domain::tender::{
    Against, Award, AwardApproval, Command, Complaint, ComplaintDecision, ComplaintOutcome,
    Completion, Failure as NoWinner, LotFailure, Notification, Winner,
};
use sijill_ledger_core::domain::values::{ComplaintId, DocumentNumber, Text, ValueError};
use sijill_ledger_core::event::{Actor, ActorId, Role};

use super::case::Case;
use super::desk::{Desk, Note};
use super::institutions::{Buyer, reviewer};
use super::judging;
use super::plot::{Twist, both};
use crate::cli::demo::seed::impossible;
use crate::cli::errors::Failure;

impl Case {
    /// Another than the best, and why.
    fn departure(&self, lot: usize) -> Option<(usize, Text)> {
        self.plot.twists.iter().find_map(|twist| {
            if let Twist::Override { winner, reason } = twist {
                (lot == 0).then(|| (*winner, reason.clone()))
            } else {
                None
            }
        })
    }

    /// Who wins a lot; `None` where nobody offers it.
    pub fn winner(&self, lot: usize) -> Option<usize> {
        let departure = self.departure(lot).map(|(winner, _)| winner);
        departure.or_else(|| self.ranked(lot).first().copied())
    }

    /// A lot is still to be awarded: all of them first, and the first one again after an upheld complaint.
    fn to_award(&self) -> std::ops::Range<usize> {
        if self.is_judged_again() {
            0..1
        } else {
            0..self.plot.lots.len()
        }
    }

    /// Whether another than the best is to win a lot.
    pub fn departs(&self) -> bool {
        self.to_award().any(|lot| self.departure(lot).is_some())
    }

    /// What minutes decide of the lots that are to be awarded.
    pub fn awards(&self) -> Result<Vec<Resolution>, ValueError> {
        let each = |lot| {
            let id = Self::lot_id(lot)?;
            Ok(match self.winner(lot) {
                Some(winner) => Resolution::Award {
                    lot: id,
                    bidder: self.bidder(winner)?,
                },
                None => Resolution::Other(both(
                    &format!("لا عرض مقبول للمجموعة {id}"),
                    &format!("no acceptable offer for lot {id}"),
                )?),
            })
        };
        self.to_award().map(each).collect()
    }

    fn is_judged_again(&self) -> bool {
        // Technical and financial minutes, or the latter alone, stand before any complaint.
        let usual = if self.plot.procedure.has_technical_part() {
            2
        } else {
            1
        };
        self.minutes > usual
    }

    fn award(&self, lot: usize, winner: usize) -> Result<Award, ValueError> {
        let departure = self.departure(lot).map(|(_, reason)| reason);
        let next = self.ranked(lot).into_iter().find(|bid| *bid != winner);
        let reserve = next.filter(|_| departure.is_none());
        Ok(Award {
            lot: Self::lot_id(lot)?,
            minutes: self.last_minutes()?,
            ranking: Vec::new(),
            winners: vec![Winner {
                bidder: self.bidder(winner)?,
                lines: Vec::new(),
                value: None,
            }],
            reserve: reserve.map(|bid| self.bidder(bid)).transpose()?,
            departure,
        })
    }
}

/// Bids are rejected of which the minutes say so; then each lot has its winner proposed, or fails.
pub async fn propose(
    at: usize,
    case: &mut Case,
    buyer: &Buyer,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let Some(evaluator) = buyer.evaluation.members.first() else {
        return Ok(());
    };
    judging::reject(at, case, evaluator, desk).await?;
    for lot in case.to_award() {
        let (note, command) = match case.winner(lot) {
            Some(winner) => {
                let award = case.award(lot, winner).map_err(impossible)?;
                (Note::Proposed(lot), Command::ProposeAward(award))
            }
            None => (Note::No, Command::FailLot(nobody(lot).map_err(impossible)?)),
        };
        desk.of_tender(at, note, &case.plot.id, evaluator, command)
            .await?;
    }
    Ok(())
}

fn nobody(lot: usize) -> Result<LotFailure, ValueError> {
    Ok(LotFailure {
        lot: Case::lot_id(lot)?,
        reason: both("لا عرض مقبول", "no acceptable offer")?,
    })
}

/// The director approves what was proposed, and the officer tells the bidders.
pub async fn award(
    at: usize,
    case: &Case,
    buyer: &Buyer,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let id = &case.plot.id;
    for lot in case.to_award().filter(|lot| case.winner(*lot).is_some()) {
        let approval = AwardApproval {
            lot: Case::lot_id(lot).map_err(impossible)?,
            proposal: case.proposals[lot],
            value: None,
            limit: None,
        };
        let command = Command::ApproveAward(approval);
        desk.of_tender(at, Note::No, id, &buyer.director, command)
            .await?;
    }
    let command = Command::Notify(Notification {
        standstill_until: None,
    });
    desk.of_tender(at, Note::No, id, &buyer.officer, command)
        .await
}

/// A bidder complains about the award of the first lot, in its own name; or the review body decides that.
pub async fn complaint(
    at: usize,
    case: &Case,
    is_decision: bool,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    for twist in &case.plot.twists {
        let Twist::Complaint {
            by,
            grounds,
            upheld,
        } = twist
        else {
            continue;
        };
        let asked = if is_decision {
            decision(case, *upheld)
        } else {
            filed(case, *by, grounds)
        };
        let (actor, command) = asked.map_err(impossible)?;
        desk.of_tender(at, Note::No, &case.plot.id, &actor, command)
            .await?;
    }
    Ok(())
}

fn filed(case: &Case, by: usize, grounds: &Text) -> Result<(Actor, Command), ValueError> {
    let bidder = Actor {
        id: ActorId::Organization(case.bidder(by)?),
        role: Role::Supplier,
        position: None,
    };
    let complaint = Complaint {
        id: ComplaintId::new("C1")?,
        against: Against::Award(Case::lot_id(0)?),
        grounds: grounds.clone(),
        documents: Vec::new(),
        key: None,
    };
    Ok((bidder, Command::Complain(complaint)))
}

fn decision(case: &Case, upheld: bool) -> Result<(Actor, Command), ValueError> {
    let (outcome, reason) = if upheld {
        let reason = both(
            "شهادة المطابقة للفائز لم تُفحص، فيُلغى الإرساء ويُعاد البت",
            "the winner's certificate was not examined: the award falls and is made anew",
        );
        (ComplaintOutcome::Upheld, reason?)
    } else {
        let reason = both(
            "الأسعار والنقاط كما نُشرت",
            "prices and criteria are as published",
        );
        (ComplaintOutcome::Declined, reason?)
    };
    let decision = ComplaintDecision {
        complaint: ComplaintId::new("C1")?,
        decision: DocumentNumber::new(&format!("REV/{}", case.plot.id))?,
        outcome,
        reason,
    };
    Ok((reviewer()?, Command::DecideComplaint(decision)))
}

/// Nobody bid.
pub async fn fail(
    at: usize,
    case: &Case,
    buyer: &Buyer,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let command = Command::Fail(NoWinner { cause: None });
    desk.of_tender(at, Note::No, &case.plot.id, &buyer.officer, command)
        .await
}

/// It is complete.
pub async fn complete(
    at: usize,
    case: &Case,
    buyer: &Buyer,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let command = Command::Complete(Completion { value: None });
    desk.of_tender(at, Note::No, &case.plot.id, &buyer.officer, command)
        .await
}
