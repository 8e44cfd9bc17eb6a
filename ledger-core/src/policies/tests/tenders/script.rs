//! The life of a tender as it should go, step by step; a test takes the steps in another order, too, and by others.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "each function is about some steps"
)]

use rust_decimal::Decimal;

use super::world::{
    Ask, BIDDERS, BUYER, LIMITS, PRICES, World, egp, enrolled_key, id, key, midnight, supplier,
};
use crate::codec::write_bid;
use crate::domain::Command;
use crate::domain::committee::{self, Committee};
use crate::domain::envelope::tests::world as sealing;
use crate::domain::envelope::{self, Envelope, Sealed};
use crate::domain::plan::{self, Plan};
use crate::domain::security::{self, Security};
use crate::domain::tender::{
    self, Against, Amendment, Approval, Award, AwardApproval, BidContent, CancellationGround,
    Change, Committees, Complaint, ComplaintDecision, ComplaintOutcome, Completion, Correction,
    Disqualification, DisqualificationGround, Draft, Ending, EnvelopePart, EnvelopeShare, Event,
    Failure, FinancialBid, LinePrice, LotTotal, Notification, OpenedBid, OpeningKey, Procedure,
    Publication, Shares, Standing, TechnicalBid, TechnicalResult, Tender, Winner,
};
use crate::domain::values::{
    Currency, Date, EnvelopeId, LotId, Names, OfficialId, Text, UnitPrice, Withheld,
};
use crate::event::{Actor, Event as AnyEvent, Recorded, Role};
use crate::seal::{self, MemberSecret, Secrets};
use crate::store::StreamName;
use crate::testing::actor;
use EnvelopePart::{Financial, Technical};

/// One step.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Until(&'static str),
    React,
    Plan,
    ApprovePlan(usize),
    Draft,
    AddLot,
    Appoint,
    Enrol(usize, bool),
    Approve(usize),
    Publish,
    Seal(usize, EnvelopePart, u8),
    Confirm(usize, EnvelopePart, u8),
    Withdraw(usize, EnvelopePart, u8),
    Amend,
    ComplainOfDocuments(usize),
    ComplainOfAward(usize),
    Decide(ComplaintOutcome),
    Close,
    Shares(usize, EnvelopePart),
    Open(usize, EnvelopePart, u8),
    Minutes(u8),
    TechnicalResult(u8),
    Disqualify(usize),
    Correct(usize),
    Propose(usize, u8, bool),
    ApproveAward(usize),
    Notify,
    EndStandstill,
    Complete,
    Cancel,
    Fail,
    Secure(usize),
    VerifySecurity,
    ReleaseSecurity,
}

/// What is to happen, and when.
pub(super) fn script() -> Vec<Step> {
    use Step::{
        AddLot, Amend, Appoint, Approve, ApproveAward, ApprovePlan, Close, ComplainOfAward,
        ComplainOfDocuments, Complete, Confirm, Correct, Decide, Draft, EndStandstill, Enrol,
        Minutes, Notify, Open, Plan, Propose, Publish, React, ReleaseSecurity, Seal, Secure,
        Shares, TechnicalResult, Until, VerifySecurity, Withdraw,
    };
    let enrolled = (0..5).flat_map(|member| [Enrol(member, true), Enrol(member, false)]);
    let drafted = [Plan, ApprovePlan(0), Draft, AddLot, Appoint];
    let published = [Approve(0), Publish, Until("01-03")];
    let bidding = [
        Seal(0, Technical, 0),
        Seal(0, Financial, 0),
        Seal(2, Technical, 0),
        Seal(2, Financial, 0),
        ComplainOfDocuments(1),
        Decide(ComplaintOutcome::Declined),
        Until("01-10"),
        Amend,
        Until("01-12"),
        Confirm(0, Technical, 0),
        Confirm(0, Financial, 0),
        Withdraw(2, Technical, 0),
        Withdraw(2, Financial, 0),
        Seal(1, Technical, 0),
        Seal(1, Financial, 0),
        Seal(1, Financial, 1),
        Seal(2, Technical, 1),
        Seal(2, Financial, 1),
    ];
    let opening = [
        Until("01-17"),
        React,
        Close,
        Secure(0),
        VerifySecurity,
        Shares(0, Technical),
        Shares(1, Technical),
        Shares(2, Technical),
        Open(0, Technical, 0),
        Open(1, Technical, 0),
        Open(2, Technical, 1),
        React,
        Minutes(1),
        TechnicalResult(1),
        Until("01-19"),
        Shares(2, Financial),
        Shares(3, Financial),
        Shares(4, Financial),
        Open(0, Financial, 0),
        Open(1, Financial, 1),
        Open(2, Financial, 1),
    ];
    let awarding = [
        Minutes(2),
        Correct(0),
        Propose(0, 2, false),
        ApproveAward(0),
        Notify,
        React,
        Until("01-21"),
        ComplainOfAward(1),
        Decide(ComplaintOutcome::Declined),
        Until("02-05"),
        React,
        EndStandstill,
        Complete,
        ReleaseSecurity,
        React,
    ];
    let begun = drafted.into_iter().chain(enrolled).chain(published);
    begun
        .chain(bidding)
        .chain(opening)
        .chain(awarding)
        .collect()
}

/// What happens now and then, and should not always.
pub(super) const MISCHIEF: [Step; 12] = [
    Step::Disqualify(0),
    Step::Propose(1, 2, false),
    Step::Propose(1, 2, true),
    Step::Withdraw(0, Financial, 0),
    Step::ApproveAward(1),
    Step::Approve(1),
    Step::Decide(ComplaintOutcome::Upheld),
    Step::Cancel,
    Step::Fail,
    Step::Open(2, Technical, 0),
    Step::Seal(0, Technical, 1),
    Step::Minutes(3),
];

/// Who may try what is another's.
pub(super) fn people() -> Vec<Actor> {
    let official = [
        ("huda", Role::ProcurementOfficer),
        ("huda", Role::Approver),
        ("samir", Role::ProcurementOfficer),
        ("omar", Role::Approver),
        ("mona", Role::Approver),
        ("e1", Role::Approver),
        ("e1", Role::CommitteeMember),
        ("m1", Role::CommitteeMember),
        ("rana", Role::Registrar),
        ("judge", Role::ReviewBody),
    ];
    let official = official.map(|(name, role)| actor(name, role));
    official.into_iter().chain([supplier("nile")]).collect()
}

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
    Tender::stream(&sealing::tender_id())
}

fn lot_id() -> LotId {
    sealing::lot().id
}

/// The number of an envelope, which its id is made of.
fn number(bidder: usize, part: EnvelopePart, version: u8) -> u8 {
    let part = match part {
        Technical => 0,
        Financial => 10,
    };
    1 + u8::try_from(bidder).unwrap() * 20 + part + version
}

fn envelope_id(bidder: usize, part: EnvelopePart, version: u8) -> EnvelopeId {
    EnvelopeId::new(&sealing::uuid(number(bidder, part, version)).to_string()).unwrap()
}

impl Step {
    /// What is asked in this step, given what the log says; `None` for what nobody asks.
    pub(super) fn ask(self, log: &[Recorded]) -> Option<Ask> {
        let of_tender = |by: Actor, command| Ask {
            stream: tender_stream(),
            command: Command::Tender(command),
            by,
            key: None,
        };
        Some(match self {
            Self::Until(_) | Self::React => return None,
            Self::Plan | Self::ApprovePlan(_) => self.of_plan(),
            Self::Seal(bidder, ..) | Self::Confirm(bidder, ..) | Self::Withdraw(bidder, ..) => {
                self.of_envelope(bidder)
            }
            Self::ComplainOfDocuments(bidder) => Ask {
                key: Some(bidder),
                ..of_tender(sealing::holder(&key(bidder)), complain(bidder, true))
            },
            Self::ComplainOfAward(bidder) => {
                of_tender(supplier(BIDDERS[bidder]), complain(bidder, false))
            }
            Self::Minutes(n) => minutes(n),
            Self::Secure(_) | Self::VerifySecurity | Self::ReleaseSecurity => self.of_security(),
            Self::Enrol(member, first) => enrol(member, first),
            Self::Approve(n) => of_tender(approver(n), approve(log)),
            Self::ApproveAward(n) => of_tender(approver(n), approve_award(log)),
            Self::Decide(outcome) => {
                let judge = actor("judge", Role::ReviewBody);
                of_tender(judge, decide(log, outcome))
            }
            Self::Shares(member, part) => {
                let name = format!("m{}", member + 1);
                let by = actor(&name, Role::CommitteeMember);
                of_tender(by, shares(log, member, part))
            }
            Self::TechnicalResult(_)
            | Self::Disqualify(_)
            | Self::Correct(_)
            | Self::Propose(..) => of_tender(e1(), self.of_evaluation()),
            Self::Draft
            | Self::AddLot
            | Self::Appoint
            | Self::Publish
            | Self::Amend
            | Self::Close
            | Self::Open(..)
            | Self::Notify
            | Self::EndStandstill
            | Self::Complete
            | Self::Cancel
            | Self::Fail => of_tender(huda(), self.of_officer()),
        })
    }

    fn of_plan(self) -> Ask {
        let gauze = sealing::lot().lines.remove(0);
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
            _ => (huda(), plan::Command::Plan(need)),
        };
        Ask {
            stream: Plan::stream(&id("PLAN-1")),
            command: Command::Plan(command),
            by,
            key: None,
        }
    }

    fn of_envelope(self, bidder: usize) -> Ask {
        let (Self::Seal(_, part, n) | Self::Confirm(_, part, n) | Self::Withdraw(_, part, n)) =
            self
        else {
            panic!("{self:?} is no envelope's");
        };
        let command = match self {
            Self::Seal(..) => envelope::Command::Seal(sealed(bidder, part, n)),
            Self::Confirm(..) => {
                envelope::Command::Confirm(envelope::Confirmation { amendment: 1 })
            }
            _ => envelope::Command::Withdraw(envelope::Withdrawal {}),
        };
        Ask {
            stream: Envelope::stream(&envelope_id(bidder, part, n)),
            command: Command::Envelope(command),
            by: sealing::holder(&key(bidder)),
            key: Some(bidder),
        }
    }

    fn of_security(self) -> Ask {
        let (by, command) = match self {
            Self::Secure(bidder) => {
                let received = security::Received {
                    purpose: security::Purpose::Bid(sealing::tender_id()),
                    principal: id(BIDDERS[bidder]),
                    beneficiary: id(BUYER),
                    issuer: Names::new("bank", "bank").unwrap(),
                    number: id("LG-1"),
                    amount: egp(80.into()),
                    valid_until: Date::parse("2026-12-31").unwrap(),
                    document: None,
                };
                (huda(), security::Command::Receive(received))
            }
            Self::VerifySecurity => {
                let reference = id("BANK-1");
                let verified = security::Verification { reference };
                let samir = actor("samir", Role::ProcurementOfficer);
                (samir, security::Command::Verify(verified))
            }
            _ => {
                let reason = text("it is over");
                let released = security::Release { reason };
                (huda(), security::Command::Release(released))
            }
        };
        Ask {
            stream: Security::stream(&id("S-1")),
            command: Command::Security(command),
            by,
            key: None,
        }
    }

    fn of_evaluation(self) -> tender::Command {
        match self {
            Self::TechnicalResult(n) => tender::Command::ApproveTechnicalResult(TechnicalResult {
                minutes: id(&format!("M-{n}")),
                accepted: Vec::new(),
            }),
            Self::Disqualify(bidder) => tender::Command::Disqualify(Disqualification {
                bidder: id(BIDDERS[bidder]),
                lot: None,
                ground: DisqualificationGround::FalseStatement,
                reason: text("it says what is not so"),
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

    fn of_officer(self) -> tender::Command {
        match self {
            Self::Draft => tender::Command::Draft(Draft {
                plan: Some(id("PLAN-1")),
                ..sealing::draft(Procedure::Open)
            }),
            Self::AddLot => tender::Command::AddLot(sealing::lot()),
            Self::Appoint => tender::Command::AppointCommittees(Committees {
                opening: id("opening"),
                evaluation: id("evaluation"),
                threshold: 3,
            }),
            Self::Publish => tender::Command::Publish(Publication {
                enquiries_until: midnight("01-07"),
                closes_at: midnight("01-17"),
                sealing: None,
            }),
            Self::Amend => {
                let mut after = sealing::lot().lines;
                after[0].delivery_days = 60;
                tender::Command::Amend(Amendment {
                    number: None,
                    reason: text("the clinic can wait"),
                    change: Change::Lot {
                        lot: lot_id(),
                        before: Vec::new(),
                        after,
                    },
                    closes_at: midnight("01-17"),
                })
            }
            Self::Close => tender::Command::Close,
            Self::Open(bidder, part, n) => {
                tender::Command::Open(OpenedBid::asked(envelope_id(bidder, part, n)))
            }
            Self::Notify => tender::Command::Notify(Notification {
                standstill_until: None,
            }),
            Self::EndStandstill => tender::Command::EndStandstill,
            Self::Complete => tender::Command::Complete(Completion { value: None }),
            Self::Cancel => tender::Command::Cancel(Ending {
                ground: CancellationGround::NoDemand,
                reason: text("nobody is ill"),
                proposal: None,
            }),
            Self::Fail => tender::Command::Fail(Failure { cause: None }),
            other => panic!("{other:?} is no officer's"),
        }
    }

    /// Lets time pass, where the step is that.
    pub(super) fn pass(self, world: &World) {
        if let Self::Until(day) = self {
            world.wait_until(midnight(day));
        }
    }
}

fn enrol(member: usize, first: bool) -> Ask {
    let (by, witness) = if first {
        ("rana", "sami")
    } else {
        ("sami", "rana")
    };
    let it = sealing::sealing(5).members.remove(member);
    let key = OpeningKey {
        member: it.member,
        key: it.key,
        proof: it.proof,
        witness: id(witness),
    };
    Ask {
        stream: tender_stream(),
        command: Command::Tender(tender::Command::EnrolOpeningKey(key)),
        by: actor(by, Role::Registrar),
        key: None,
    }
}

/// A bidder's offer of gauze.
fn content(bidder: usize, part: EnvelopePart) -> BidContent {
    match part {
        Technical => BidContent::Technical(TechnicalBid {
            lots: vec![lot_id()],
            answers: Vec::new(),
            documents: Vec::new(),
            security: None,
        }),
        Financial => {
            let price: Decimal = PRICES[bidder].parse().unwrap();
            let currency = Currency::new("EGP").unwrap();
            BidContent::Financial(FinancialBid {
                prices: vec![LinePrice {
                    lot: lot_id(),
                    line: 1,
                    quantity: 1_000.into(),
                    unit_price: UnitPrice::new(price, currency).unwrap(),
                }],
                totals: vec![LotTotal {
                    lot: lot_id(),
                    total: egp(price * Decimal::from(1_000)),
                }],
            })
        }
    }
}

fn sealed(bidder: usize, part: EnvelopePart, version: u8) -> Sealed {
    let (tender, supplier) = (sealing::tender_id(), id(BIDDERS[bidder]));
    let own = key(bidder);
    let vouched = envelope::Vouched {
        origin: sealing::ORIGIN,
        tender: &tender,
        bidder: &supplier,
        key: own.public(),
    };
    let vouch = Some(enrolled_key(bidder).vouch(&vouched));
    let claim = envelope::Claim {
        tender: tender.clone(),
        bidder: supplier.clone(),
        part,
        vouch,
    };
    let sheet = sealing::sealing(5).sheet(sealing::ORIGIN, &claim.tender, part);
    let number = number(bidder, part, version);
    let secrets = Secrets {
        salt: [number; 32].into(),
        r: [number; 32].into(),
    };
    let bid = write_bid(&content(bidder, part)).unwrap();
    let uuid = sealing::uuid(number);
    let bid = seal::seal(&sheet.unwrap(), uuid, own.public(), &bid, &secrets);
    Sealed {
        claim: Withheld::Known(claim),
        key: own.public().clone(),
        sealed: bid.unwrap().to_bytes(),
    }
}

fn minutes(n: u8) -> Ask {
    let signers = ["e1", "e2"].map(|member| committee::Signer {
        member: id(member),
        dissent: None,
    });
    let signed = committee::Minutes {
        number: id(&format!("M-{n}")),
        decision: text("as the log says"),
        signers: signers.into(),
    };
    Ask {
        stream: Committee::stream(&id("evaluation")),
        command: Command::Committee(committee::Command::SignMinutes(signed)),
        by: e1(),
        key: None,
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

fn of_tender(log: &[Recorded]) -> impl DoubleEndedIterator<Item = (u64, &Event)> {
    log.iter().filter_map(|recorded| match &recorded.event {
        AnyEvent::Tender(event) => Some((recorded.revision, event)),
        _ => None,
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
            Event::TenderDrafted(_) | Event::LotAdded(_) | Event::CommitteeAppointed(_)
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

/// A member's shares of what counts and lies closed.
fn shares(log: &[Recorded], member: usize, part: EnvelopePart) -> tender::Command {
    let opened = |envelope: &EnvelopeId| {
        of_tender(log).any(|(_, event)| match event {
            Event::BidOpened(it) => it.envelope == *envelope,
            _ => false,
        })
    };
    let counting = of_tender(log).filter_map(|(_, event)| match event {
        Event::BidReceived(it) if it.part == part && it.standing == Some(Standing::Counts) => {
            Some(it.envelope.clone())
        }
        _ => None,
    });
    let closed = counting.filter(|envelope| !opened(envelope));
    let name: OfficialId = id(&format!("m{}", member + 1));
    let shares = closed.map(|envelope| {
        let share = share(log, member, part, &envelope);
        EnvelopeShare { envelope, share }
    });
    tender::Command::PublishShares(Shares {
        member: name,
        shares: shares.collect(),
    })
}

fn share(
    log: &[Recorded],
    member: usize,
    part: EnvelopePart,
    envelope: &EnvelopeId,
) -> Option<[u8; 32]> {
    let stream = Envelope::stream(envelope);
    let bid = log.iter().find_map(|recorded| match &recorded.event {
        AnyEvent::Envelope(envelope::Event::BidSealed(it)) if recorded.stream == stream => Some(it),
        _ => None,
    })?;
    let uuid = envelope.as_str().parse().unwrap();
    let sealed = seal::Sealed::from_bytes(uuid, &bid.key, &bid.sealed)?;
    let sheet = sealing::sealing(5).sheet(sealing::ORIGIN, &sealing::tender_id(), part);
    let sheet = sheet.unwrap();
    let dealt = seal::Envelope::new(&sheet, &sealed.dealing).unwrap();
    let secret = MemberSecret::from_seed(&[100 + u8::try_from(member).unwrap(); 32]);
    Some(*dealt.share(&secret).ok()?.value)
}
