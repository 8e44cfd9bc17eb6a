//! The life of a tender as it should go, step by step; a test takes the steps in another order, too, and by others.

use super::people::Setting;
use super::world::{BIDDERS, World, instant, supplier};
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
    /// What the draft asks for, from its plan.
    TakeFromPlan,
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
    /// The same in the own name.
    ComplainOpenly(usize, u8),
    ComplainOfAward(usize),
    Decide(ComplaintOutcome),
    Close,
    Shares(usize, EnvelopePart),
    /// Of a bidder's envelopes the one that counts.
    Open(usize, EnvelopePart),
    OpenAny(usize, EnvelopePart, u8),
    /// Recorded by one member for all who signed.
    Minutes(u8),
    /// Drawn up for each member to sign.
    DrawUp(u8),
    /// By the member in this place.
    Sign(u8, usize),
    TechnicalResult(u8),
    /// Alone, or by minutes.
    Disqualify(usize, Option<u8>),
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
    VerifySecurity(usize),
    ReleaseSecurity(usize),
    CallSecurity(usize),
    /// A second person says the same of the outage.
    ConfirmOutage,
    ExtendValidity(usize),
    WithdrawComplaint(usize),
    /// One of those who may approve.
    LeavePost(usize),
    /// One member of the evaluation committee makes way for another.
    ReplaceEvaluator,
    /// A member has an interest in a bidder.
    DeclareInterest(usize),
    Debar(usize),
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
pub(super) fn script(setting: Setting) -> Vec<Step> {
    let parts: [Vec<Step>; 4] = [
        drafting(setting),
        bidding(setting),
        opening(setting),
        awarding(setting),
    ];
    parts.concat()
}

/// A quorum decides, as the rules ask it to.
fn minutes(setting: Setting, n: u8) -> Vec<Step> {
    if setting.has_edition(4) {
        vec![Step::DrawUp(n), Step::Sign(n, 0), Step::Sign(n, 1)]
    } else {
        vec![Step::Minutes(n)]
    }
}

/// Once published, one person alone does not give it up.
fn drafting(setting: Setting) -> Vec<Step> {
    use Step::{
        AddLot, Appoint, Approve, ApprovePlan, Cancel, Draft, Enrol, Plan, ProposeCancellation,
        Publish, TakeFromPlan, Until,
    };
    let enrolled = (0..5).flat_map(|member| [Enrol(member, true), Enrol(member, false)]);
    let drafted = [Plan, ApprovePlan(0), Draft, AddLot, Appoint];
    let mut steps: Vec<_> = drafted.into_iter().chain(enrolled).collect();
    if setting.has_edition(4) {
        steps.push(TakeFromPlan);
    }
    steps.extend([Approve(0), Publish, Until("01-03")]);
    if setting.has_edition(2) {
        steps.extend([Cancel, ProposeCancellation]);
    }
    steps
}

/// From the fourth edition on an organisation complains in its own name, too, and holds up the closing.
fn bidding(setting: Setting) -> Vec<Step> {
    use Step::{
        Amend, ComplainOfDocuments, ComplainOpenly, Confirm, Decide, Seal, Until, Withdraw,
    };
    let declined = Decide(ComplaintOutcome::Declined);
    let mut steps = vec![
        Seal(0, Technical, 0),
        Seal(0, Financial, 0),
        Seal(2, Technical, 0),
        Seal(2, Financial, 0),
        ComplainOfDocuments(1),
        declined,
    ];
    if setting.has_edition(4) {
        steps.extend([ComplainOpenly(2, 0), declined]);
    }
    steps.extend([
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
    ]);
    steps
}

/// Where the rules give no time between the deadline and the closing, nothing comes of the outage and of the bid after it; nor do
/// they everywhere ask for its confirmation. What is tried after the closing is refused.
fn opening(setting: Setting) -> Vec<Step> {
    use Step::{
        Close, ConfirmOutage, Decide, Open, Outage, React, Seal, Secure, Shares, TechnicalResult,
        Until, VerifySecurity, Withdraw,
    };
    let (closing, opening) = (
        [
            Until("01-17 00:00"),
            React,
            Until("01-17 00:30"),
            Outage,
            ConfirmOutage,
            Seal(1, Financial, 2),
            React,
            Until("01-18"),
            Decide(ComplaintOutcome::Declined),
            React,
            Close,
            Withdraw(0, Financial, 0),
            Seal(2, Financial, 5),
        ],
        [
            Shares(0, Technical),
            Shares(1, Technical),
            Shares(2, Technical),
            Open(0, Technical),
            Open(1, Technical),
            Open(2, Technical),
            React,
        ],
    );
    let secured = (0..BIDDERS.len()).flat_map(|bidder| [Secure(bidder), VerifySecurity(bidder)]);
    let mut steps: Vec<_> = closing.into_iter().chain(secured).chain(opening).collect();
    steps.extend(minutes(setting, 1));
    steps.extend([
        TechnicalResult(1),
        Until("01-19"),
        Shares(2, Financial),
        Shares(3, Financial),
        Shares(4, Financial),
        Open(0, Financial),
        Open(1, Financial),
        Open(2, Financial),
    ]);
    steps
}

/// From the third edition on no member alone takes a bid out whose price is known.
fn awarding(setting: Setting) -> Vec<Step> {
    use Step::{
        ApproveAward, ComplainOfAward, Complete, Correct, Decide, Disqualify, EndStandstill,
        ExtendValidity, Notify, Propose, React, ReleaseSecurity, Until,
    };
    let mut steps = minutes(setting, 2);
    steps.extend(minutes(setting, 4));
    if setting.has_edition(3) {
        steps.push(Disqualify(0, None));
    }
    steps.extend([
        Correct(0),
        ExtendValidity(0),
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
        ReleaseSecurity(1),
        React,
    ]);
    steps
}

/// What happens now and then, and should not always.
pub(super) const MISCHIEF: [Step; 34] = [
    Step::Disqualify(0, None),
    Step::Disqualify(0, Some(3)),
    Step::Propose(1, 4, false),
    Step::Propose(1, 4, true),
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
    Step::DrawUp(3),
    Step::Sign(3, 0),
    Step::Sign(3, 1),
    Step::ComplainOfDocuments(0),
    Step::ComplainOfDocuments(2),
    Step::ComplainOpenly(0, 0),
    Step::ComplainOpenly(0, 1),
    Step::ComplainOfAward(0),
    Step::WithdrawComplaint(1),
    Step::LeavePost(0),
    Step::ReplaceEvaluator,
    Step::DeclareInterest(0),
    Step::Debar(1),
    Step::CallSecurity(0),
    Step::ReleaseSecurity(0),
    // Bids bind no more.
    Step::Until("02-08"),
];

/// What is refused whenever it is tried, or comes to the same as what is due; once it is published, also what would be no harm before.
pub(super) fn attacks(published: bool) -> Vec<(Step, Option<Actor>)> {
    use Step::{
        AddLot, Appoint, Approve, ApproveAward, ApproveCancellation, ApprovePlan, CallSecurity,
        Close, Complete, Decide, Draft, EndStandstill, Enrol, ExtendValidity, Fail, Notify,
        OpenAny, Outage, Propose, Publish, ReleaseSecurity, Shares, TakeFromPlan, TechnicalResult,
        VerifySecurity,
    };
    let own = [
        ApprovePlan(1),
        Approve(1),
        Publish,
        Close,
        EndStandstill,
        Notify,
        Complete,
        Fail,
        Shares(2, Financial),
        Shares(3, Financial),
        Shares(4, Financial),
        OpenAny(0, Financial, 0),
        OpenAny(1, Financial, 1),
        OpenAny(1, Financial, 2),
        OpenAny(0, Technical, 0),
        OpenAny(2, Technical, 0),
        Propose(1, 4, false),
        ApproveAward(1),
        ReleaseSecurity(0),
        CallSecurity(0),
    ];
    let by = |name, role| Some(actor(name, role));
    let (approver, reviews) = (Role::Approver, Role::ReviewBody);
    let (member, declined) = (Role::CommitteeMember, Decide(ComplaintOutcome::Declined));
    let others = [
        (ApprovePlan(0), by("huda", approver)),
        (Approve(0), by("huda", approver)),
        (ApproveAward(0), by("e1", approver)),
        (ApproveAward(0), by("huda", approver)),
        (TechnicalResult(1), by("huda", member)),
        (Propose(0, 2, false), by("huda", member)),
        (declined, by("omar", reviews)),
        (declined, by("huda", Role::ProcurementOfficer)),
        (VerifySecurity(0), by("huda", Role::ProcurementOfficer)),
        (ExtendValidity(0), Some(supplier("delta"))),
        (Outage, by("huda", approver)),
        (ApprovePlan(0), by("salma", approver)),
        (Publish, by("salma", Role::ProcurementOfficer)),
        (TakeFromPlan, by("salma", Role::ProcurementOfficer)),
        (Enrol(0, true), by("sami", Role::Registrar)),
    ];
    let after = [
        (AddLot, None),
        (Appoint, None),
        (Draft, None),
        (ApproveCancellation(0), by("huda", approver)),
    ];
    let after = after.into_iter().filter(|_| published);
    let own = own.into_iter().map(|step| (step, None));
    // Others first: what the one whose turn it is has done, nobody else can do any more.
    others.into_iter().chain(own).chain(after).collect()
}

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
        ("salma", Role::Approver),
        ("salma", Role::ProcurementOfficer),
        ("e3", Role::ReviewBody),
    ];
    let official = official.map(|(name, role)| actor(name, role));
    official.into_iter().chain([supplier("nile")]).collect()
}
