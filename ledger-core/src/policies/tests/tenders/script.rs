//! The life of a tender as it should go, step by step; a test takes the steps in another order, too, and by others.

use super::setting::{Flaw, Setting, Way};
use super::world::{BIDDERS, World, instant};
use crate::domain::tender::{ComplaintOutcome, EnvelopePart};
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
    DraftAmiss(Flaw),
    AddLot,
    /// Dearer than what may be bought by quotations.
    AddDearLot,
    RemoveLot,
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
    /// What a supplier offers on paper, perhaps with something wrong about it.
    RecordOffer(usize, Option<Amiss>),
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

/// What is wrong with an offer on paper.
#[derive(Clone, Copy, Debug)]
pub(super) enum Amiss {
    /// Nobody brought the paper.
    Paper,
    /// It offers more than was asked for.
    Quantity,
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
    let parts: [Vec<Step>; 5] = [
        drafting(setting),
        bidding(setting),
        closing(),
        reading(setting),
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

/// Who draws it up amiss is refused. What is too dear for quotations is approved within the limit, and not published. Once published,
/// one person alone does not give it up.
fn drafting(setting: Setting) -> Vec<Step> {
    use Step::{
        AddDearLot, AddLot, Appoint, Approve, ApprovePlan, Cancel, Draft, DraftAmiss, Enrol, Plan,
        ProposeCancellation, Publish, RemoveLot, TakeFromPlan, Until,
    };
    let mut steps = vec![Plan, ApprovePlan(0)];
    steps.extend(Flaw::ALL.map(DraftAmiss));
    steps.extend([Draft, AddLot, Appoint]);
    if setting.procedure().takes_envelopes() {
        steps.extend((0..5).flat_map(|member| [Enrol(member, true), Enrol(member, false)]));
    }
    if setting.has_edition(4) {
        steps.push(TakeFromPlan);
    }
    if setting.way == Way::Quotations {
        steps.extend([
            RemoveLot,
            AddDearLot,
            Approve(0),
            Publish,
            RemoveLot,
            AddLot,
        ]);
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
fn closing() -> Vec<Step> {
    use Step::{Close, ConfirmOutage, Decide, Outage, React, Seal, Until, Withdraw};
    vec![
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
    ]
}

/// From the list to what everybody offers. Quotations are prices alone, and who is asked directly sealed nothing.
fn reading(setting: Setting) -> Vec<Step> {
    use Step::{React, RecordOffer, Secure, TechnicalResult, Until, VerifySecurity};
    let mut steps = Vec::new();
    if setting.procedure().has_technical_part() {
        steps.extend((0..BIDDERS.len()).flat_map(|n| [Secure(n), VerifySecurity(n)]));
        steps.extend(opened(Technical, [0, 1, 2]));
        steps.push(React);
        steps.extend(minutes(setting, 1));
    }
    steps.extend([TechnicalResult(1), Until("01-19")]);
    if setting.procedure().takes_envelopes() {
        steps.extend(opened(Financial, [2, 3, 4]));
    } else {
        steps.push(RecordOffer(0, None));
    }
    steps
}

/// What these members open together.
fn opened(part: EnvelopePart, members: [usize; 3]) -> Vec<Step> {
    let shares = members.map(|member| Step::Shares(member, part));
    let bids = (0..BIDDERS.len()).map(|bidder| Step::Open(bidder, part));
    shares.into_iter().chain(bids).collect()
}

/// Nobody wins before wrong sums are corrected. From the third edition on no member alone takes a bid out whose price is known. Quotations do not award what is above their
/// ceiling, whatever the reason is.
fn awarding(setting: Setting) -> Vec<Step> {
    use Step::{
        ApproveAward, ComplainOfAward, Complete, Correct, Decide, Disqualify, EndStandstill,
        ExtendValidity, Notify, Propose, React, ReleaseSecurity, Until,
    };
    let mut steps = minutes(setting, 5);
    steps.extend([Propose(0, 5, false), Correct(0), Correct(2)]);
    steps.extend([2, 4].into_iter().flat_map(|n| minutes(setting, n)));
    if setting.has_edition(3) {
        steps.push(Disqualify(0, None));
    }
    if setting.way == Way::Quotations {
        steps.extend(minutes(setting, 6));
        steps.extend([Propose(2, 6, true), ApproveAward(0)]);
    }
    steps.extend([
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
