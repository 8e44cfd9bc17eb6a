//! The life of a tender as it should go, step by step; a test takes the steps in another order, too, and by others.

use super::world::{World, instant, supplier};
use crate::domain::tender::{ComplaintOutcome, EnvelopePart};
use crate::event::{Actor, Role};
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
    /// Under a word that the bidder's enrolled key did not give.
    SealUnvouched(usize, EnvelopePart, u8),
    Confirm(usize, EnvelopePart, u8),
    Withdraw(usize, EnvelopePart, u8),
    Amend,
    /// The service was away before the deadline and a little after it.
    Outage,
    ComplainOfDocuments(usize),
    ComplainOfAward(usize),
    Decide(ComplaintOutcome),
    Close,
    Shares(usize, EnvelopePart),
    /// Of a bidder's envelopes the one that counts.
    Open(usize, EnvelopePart),
    OpenAny(usize, EnvelopePart, u8),
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
    ProposeCancellation,
    ApproveCancellation(usize),
    Fail,
    Secure(usize),
    VerifySecurity,
    ReleaseSecurity,
}

impl Step {
    /// Lets time pass, where the step is that.
    pub(super) fn pass(self, world: &World) {
        if let Self::Until(at) = self {
            world.wait_until(instant(at));
        }
    }
}

/// What is to happen, and when.
pub(super) fn script() -> Vec<Step> {
    let parts: [Vec<Step>; 4] = [drafting(), bidding(), opening(), awarding()];
    parts.concat()
}

fn drafting() -> Vec<Step> {
    use Step::{AddLot, Appoint, Approve, ApprovePlan, Draft, Enrol, Plan, Publish, Until};
    let enrolled = (0..5).flat_map(|member| [Enrol(member, true), Enrol(member, false)]);
    let drafted = [Plan, ApprovePlan(0), Draft, AddLot, Appoint];
    let published = [Approve(0), Publish, Until("01-03")];
    drafted
        .into_iter()
        .chain(enrolled)
        .chain(published)
        .collect()
}

fn bidding() -> Vec<Step> {
    use Step::{Amend, ComplainOfDocuments, Confirm, Decide, Seal, Until, Withdraw};
    vec![
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
    ]
}

/// Where the rules give no time between the deadline and the closing, nothing comes of the outage and of the bid after it.
fn opening() -> Vec<Step> {
    use Step::{
        Close, Decide, Minutes, Open, Outage, React, Seal, Secure, Shares, TechnicalResult, Until,
        VerifySecurity,
    };
    vec![
        Until("01-17 00:00"),
        React,
        Until("01-17 00:30"),
        Outage,
        Seal(1, Financial, 2),
        React,
        Until("01-18"),
        Decide(ComplaintOutcome::Declined),
        React,
        Close,
        Secure(0),
        VerifySecurity,
        Shares(0, Technical),
        Shares(1, Technical),
        Shares(2, Technical),
        Open(0, Technical),
        Open(1, Technical),
        Open(2, Technical),
        React,
        Minutes(1),
        TechnicalResult(1),
        Until("01-19"),
        Shares(2, Financial),
        Shares(3, Financial),
        Shares(4, Financial),
        Open(0, Financial),
        Open(1, Financial),
        Open(2, Financial),
    ]
}

fn awarding() -> Vec<Step> {
    use Step::{
        ApproveAward, ComplainOfAward, Complete, Correct, Decide, EndStandstill, Minutes, Notify,
        Propose, React, ReleaseSecurity, Until,
    };
    vec![
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
        Decide(ComplaintOutcome::Declined),
        React,
        EndStandstill,
        Complete,
        ReleaseSecurity,
        React,
    ]
}

/// What happens now and then, and should not always.
pub(super) const MISCHIEF: [Step; 20] = [
    Step::Disqualify(0),
    Step::Propose(1, 2, false),
    Step::Propose(1, 2, true),
    Step::Withdraw(0, Financial, 0),
    Step::ApproveAward(1),
    Step::Approve(1),
    Step::Decide(ComplaintOutcome::Upheld),
    Step::Cancel,
    Step::ProposeCancellation,
    Step::ApproveCancellation(0),
    Step::Fail,
    Step::OpenAny(2, Technical, 0),
    Step::OpenAny(1, Financial, 0),
    Step::Seal(0, Technical, 1),
    Step::SealUnvouched(0, Financial, 3),
    Step::SealUnvouched(2, Technical, 3),
    Step::Minutes(3),
    Step::ComplainOfDocuments(0),
    Step::ComplainOfDocuments(2),
    Step::ComplainOfAward(0),
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
        ("adel", Role::Administrator),
        ("judge", Role::ReviewBody),
    ];
    let official = official.map(|(name, role)| actor(name, role));
    official.into_iter().chain([supplier("nile")]).collect()
}
