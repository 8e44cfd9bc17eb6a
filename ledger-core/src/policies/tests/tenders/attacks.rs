//! What goes against the rules: now and then, or whenever it is tried.

use super::script::{Amiss, Step};
use super::setting::Way;
use super::world::{BIDDERS, supplier};
use crate::domain::tender::ComplaintOutcome;
use crate::domain::tender::EnvelopePart::{Financial, Technical};
use crate::event::{Actor, Role};
use crate::testing::actor;

/// What happens now and then, and should not always.
pub(super) const MISCHIEF: [Step; 35] = [
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
    Step::Debar(0),
    Step::Debar(1),
    Step::CallSecurity(0),
    Step::ReleaseSecurity(0),
    // Bids bind no more.
    Step::Until("02-08"),
];

/// What is refused whenever it is tried, or comes to the same as what is due; once it is published, also what would be no harm before.
pub(super) fn attacks(way: Way, published: bool) -> Vec<(Step, Option<Actor>)> {
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
    let attacks = others.into_iter().chain(offers(way)).chain(own);
    attacks.chain(after).collect()
}

/// Offers on paper that nobody may record: any, where bids are sealed. Last comes the one that is due, for without any a direct purchase
/// fails.
fn offers(way: Way) -> Vec<(Step, Option<Actor>)> {
    let as_asked = Step::RecordOffer(0, None);
    if way != Way::Direct {
        return vec![(as_asked, None)];
    }
    vec![
        (as_asked, Some(actor("e1", Role::CommitteeMember))),
        (as_asked, Some(actor("salma", Role::ProcurementOfficer))),
        (as_asked, Some(supplier(BIDDERS[0]))),
        (Step::RecordOffer(1, None), None),
        (Step::RecordOffer(0, Some(Amiss::Paper)), None),
        (Step::RecordOffer(0, Some(Amiss::Quantity)), None),
        (as_asked, None),
    ]
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
