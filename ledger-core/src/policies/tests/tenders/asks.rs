//! What each step asks, and of whom.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "each function is about some steps"
)]

mod people;
mod securities;
mod tendering;

use super::envelopes::{Sealing, sealed, shares};
use super::script::Step;
use super::setting::Setting;
use super::world::{
    Ask, BIDDERS, BUYER, LIMITS, egp, enrolled_key, envelope_id, id, instant, key, lot_id,
    of_tender, supplier,
};
use crate::domain::Command;
use crate::domain::envelope::tests::world as bid_world;
use crate::domain::envelope::{self, Envelope};
use crate::domain::plan::{self, Plan};
use crate::domain::tender::{
    self, Against, Approval, Award, AwardApproval, CancellationApproval, Complaint,
    ComplaintDecision, ComplaintOutcome, Correction, Disqualification, DisqualificationGround,
    EnvelopePart, Event, OpenedBid, Outage, Standing, TechnicalResult, Tender, ValidityExtension,
    Winner,
};
use crate::domain::values::{Date, EnvelopeId, Names, Text, Withheld};
use crate::event::{Actor, Recorded, Role};
use crate::store::StreamName;
use crate::testing::actor;

fn huda() -> Actor {
    actor("huda", Role::ProcurementOfficer)
}

fn e1() -> Actor {
    actor("e1", Role::CommitteeMember)
}

fn approver(n: usize) -> Actor {
    actor(LIMITS[n].0, Role::Approver)
}

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn tender_stream() -> StreamName {
    Tender::stream(&bid_world::tender_id())
}

impl Step {
    /// What is asked in this step, given what the log says; `None` for what nobody asks.
    pub(super) fn ask(self, setting: Setting, log: &[Recorded]) -> Option<Ask> {
        let of_tender = |by: Actor, command| Ask {
            stream: tender_stream(),
            command: Command::Tender(command),
            by,
            key: None,
        };
        Some(match self {
            Self::Until(_) | Self::React => return None,
            Self::Plan | Self::ApprovePlan(_) | Self::TakeFromPlan => self.of_plan(),
            Self::Seal(bidder, ..)
            | Self::SealUnvouched(bidder, ..)
            | Self::Confirm(bidder, ..)
            | Self::Withdraw(bidder, ..) => self.of_envelope(setting, bidder),
            Self::ComplainOfDocuments(bidder) => Ask {
                key: Some(bidder),
                ..of_tender(bid_world::holder(&key(bidder)), complain(bidder, true))
            },
            Self::ComplainOpenly(bidder, n) => {
                let own = tender::Command::Complain(Complaint {
                    id: id(&format!("C-O{bidder}-{n}")),
                    against: Against::Documents,
                    grounds: text("it is unjust"),
                    documents: Vec::new(),
                    key: None,
                });
                of_tender(supplier(BIDDERS[bidder]), own)
            }
            Self::ComplainOfAward(bidder) => {
                of_tender(supplier(BIDDERS[bidder]), complain(bidder, false))
            }
            Self::Secure(n)
            | Self::VerifySecurity(n)
            | Self::ReleaseSecurity(n)
            | Self::CallSecurity(n) => self.of_security(n),
            Self::Minutes(_)
            | Self::DrawUp(_)
            | Self::Sign(..)
            | Self::Enrol(..)
            | Self::LeavePost(_)
            | Self::ReplaceEvaluator
            | Self::DeclareInterest(_)
            | Self::Debar(_) => self.of_people(log),
            Self::ConfirmOutage => of_tender(actor("mona", Role::Approver), outage()),
            Self::ExtendValidity(bidder) => {
                of_tender(supplier(BIDDERS[bidder]), extend_validity(bidder))
            }
            Self::WithdrawComplaint(bidder) => {
                let complaint = id(&format!("C-A{bidder}"));
                let withdrawal = tender::ComplaintWithdrawal { complaint };
                let command = tender::Command::WithdrawComplaint(withdrawal);
                of_tender(supplier(BIDDERS[bidder]), command)
            }
            Self::Approve(n) => of_tender(approver(n), approve(log)),
            Self::ApproveAward(n) => of_tender(approver(n), approve_award(log)),
            Self::Decide(outcome) => {
                let judge = actor("judge", Role::ReviewBody);
                of_tender(judge, decide(log, outcome))
            }
            Self::Open(bidder, part) => {
                let envelope = counting(log, bidder, part)?;
                of_tender(huda(), tender::Command::Open(OpenedBid::asked(envelope)))
            }
            Self::ApproveCancellation(n) => of_tender(approver(n), approve_cancellation(log)),
            Self::Outage => of_tender(actor("adel", Role::Administrator), outage()),
            Self::Shares(member, part) => {
                let name = format!("m{}", member + 1);
                let by = actor(&name, Role::CommitteeMember);
                of_tender(by, shares(log, member, part))
            }
            Self::TechnicalResult(_)
            | Self::Disqualify(..)
            | Self::Correct(_)
            | Self::Propose(..) => of_tender(e1(), self.of_evaluation()),
            Self::Draft
            | Self::DraftAmiss(_)
            | Self::AddLot
            | Self::AddDearLot
            | Self::RemoveLot
            | Self::Appoint
            | Self::Publish
            | Self::Amend
            | Self::Close
            | Self::OpenAny(..)
            | Self::RecordOffer(..)
            | Self::Notify
            | Self::EndStandstill
            | Self::Complete
            | Self::Cancel
            | Self::ProposeCancellation
            | Self::Fail => of_tender(huda(), self.of_officer(setting)),
        })
    }

    fn of_plan(self) -> Ask {
        let gauze = bid_world::lot().lines.remove(0);
        let need = plan::Need {
            buyer: id(BUYER),
            title: Names::new("gauze", "gauze").unwrap(),
            year: 2026,
            estimate: Withheld::Known(egp(4_000.into())),
            lines: vec![plan::PlanLine {
                item: gauze.item,
                quantity: gauze.quantity,
                facility: gauze.facility,
                needed_by: Date::parse("2026-12-31").unwrap(),
            }],
        };
        let (by, command) = match self {
            Self::ApprovePlan(n) => {
                let approval = plan::Approval {
                    read: 0,
                    limit: None,
                };
                (approver(n), plan::Command::Approve(approval))
            }
            Self::TakeFromPlan => {
                let tender = bid_world::tender_id();
                (huda(), plan::Command::Take { tender })
            }
            _ => (huda(), plan::Command::Plan(need)),
        };
        Ask {
            stream: Plan::stream(&id("PLAN-1")),
            command: Command::Plan(command),
            by,
            key: None,
        }
    }

    fn of_envelope(self, setting: Setting, bidder: usize) -> Ask {
        let (Self::Seal(_, part, n)
        | Self::SealUnvouched(_, part, n)
        | Self::Confirm(_, part, n)
        | Self::Withdraw(_, part, n)) = self
        else {
            panic!("{self:?} is no envelope's");
        };
        let envelope = Sealing {
            bidder,
            part,
            version: n,
            secured: setting.is_secured(),
        };
        let command = match self {
            Self::Seal(..) => envelope::Command::Seal(sealed(envelope, &enrolled_key(bidder))),
            // The key that was made for the tender speaks for itself.
            Self::SealUnvouched(..) => envelope::Command::Seal(sealed(envelope, &key(bidder))),
            Self::Confirm(..) => {
                envelope::Command::Confirm(envelope::Confirmation { amendment: 1 })
            }
            _ => envelope::Command::Withdraw(envelope::Withdrawal {}),
        };
        Ask {
            stream: Envelope::stream(&envelope_id(bidder, part, n)),
            command: Command::Envelope(command),
            by: bid_world::holder(&key(bidder)),
            key: Some(bidder),
        }
    }

    fn of_evaluation(self) -> tender::Command {
        match self {
            Self::TechnicalResult(n) => tender::Command::ApproveTechnicalResult(TechnicalResult {
                minutes: id(&format!("M-{n}")),
                accepted: Vec::new(),
            }),
            Self::Disqualify(bidder, minutes) => tender::Command::Disqualify(Disqualification {
                bidder: id(BIDDERS[bidder]),
                lot: None,
                ground: DisqualificationGround::FalseStatement,
                reason: text("it says what is not so"),
                minutes: minutes.map(|n| id(&format!("M-{n}"))),
            }),
            Self::Propose(bidder, n, departs) => tender::Command::ProposeAward(Award {
                lot: lot_id(),
                minutes: id(&format!("M-{n}")),
                ranking: Vec::new(),
                winners: vec![Winner {
                    bidder: id(BIDDERS[bidder]),
                    lines: Vec::new(),
                    value: None,
                }],
                reserve: None,
                departure: departs.then(|| text("the others are far away")),
            }),
            Self::Correct(bidder) => tender::Command::Correct(Correction {
                bidder: id(BIDDERS[bidder]),
                lot: lot_id(),
                before: None,
                after: None,
            }),
            other => panic!("{other:?} is no evaluator's"),
        }
    }
}

fn complain(bidder: usize, of_documents: bool) -> tender::Command {
    let (name, against) = if of_documents {
        (format!("C-D{bidder}"), Against::Documents)
    } else {
        (format!("C-A{bidder}"), Against::Award(lot_id()))
    };
    tender::Command::Complain(Complaint {
        id: id(&name),
        against,
        grounds: text("it is unjust"),
        documents: Vec::new(),
        key: of_documents.then(|| key(bidder).public().clone()),
    })
}

/// Beyond the days of the terms.
fn extend_validity(bidder: usize) -> tender::Command {
    tender::Command::ExtendValidity(ValidityExtension {
        bidder: id(BIDDERS[bidder]),
        until: Date::parse("2026-03-31").unwrap(),
    })
}

/// The first complaint that waits.
fn decide(log: &[Recorded], outcome: ComplaintOutcome) -> tender::Command {
    let decided = |complaint| {
        of_tender(log).any(|(_, event)| match event {
            Event::ComplaintDecided(it) => it.complaint == complaint,
            _ => false,
        })
    };
    let mut waiting = of_tender(log).filter_map(|(_, event)| match event {
        Event::ComplaintFiled(it) if !decided(it.id.clone()) => Some(it.id.clone()),
        _ => None,
    });
    tender::Command::DecideComplaint(ComplaintDecision {
        complaint: waiting.next().unwrap_or_else(|| id("C-D0")),
        decision: id("R-1"),
        outcome,
        reason: text("as the law says"),
    })
}

/// An approval of the tender as it was last drafted.
fn approve(log: &[Recorded]) -> tender::Command {
    let mut drafted = of_tender(log).filter(|(_, event)| {
        matches!(
            event,
            Event::TenderDrafted(_)
                | Event::LotAdded(_)
                | Event::LotRemoved(_)
                | Event::CommitteeAppointed(_)
        )
    });
    tender::Command::Approve(Approval {
        read: drafted.next_back().map_or(0, |(revision, _)| revision),
        limit: None,
    })
}

fn approve_award(log: &[Recorded]) -> tender::Command {
    let mut proposed = of_tender(log).filter(|(_, event)| matches!(event, Event::AwardProposed(_)));
    tender::Command::ApproveAward(AwardApproval {
        lot: lot_id(),
        proposal: proposed.next_back().map_or(0, |(revision, _)| revision),
        value: None,
        limit: None,
    })
}

fn approve_cancellation(log: &[Recorded]) -> tender::Command {
    let mut proposed =
        of_tender(log).filter(|(_, event)| matches!(event, Event::CancellationProposed(_)));
    let proposal = proposed.next_back().map_or(0, |(revision, _)| revision);
    tender::Command::ApproveCancellation(CancellationApproval { proposal })
}

/// For 70 minutes around the deadline.
fn outage() -> tender::Command {
    tender::Command::RecordOutage(Outage {
        from: instant("01-16 23:00"),
        until: instant("01-17 00:10"),
        reason: text("the power was out"),
        closes_at: None,
    })
}

/// Which of a bidder's envelopes counts, as the list says.
fn counting(log: &[Recorded], bidder: usize, part: EnvelopePart) -> Option<EnvelopeId> {
    let mut listed = of_tender(log).filter_map(|(_, event)| match event {
        Event::BidReceived(it) => Some(it),
        _ => None,
    });
    let counts = listed.find(|it| {
        let its = it.bidder.as_str() == BIDDERS[bidder] && it.part == part;
        its && it.standing == Some(Standing::Counts)
    });
    counts.map(|it| it.envelope.clone())
}
