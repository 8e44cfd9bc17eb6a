//! Events of a requisition.

use sijill_schemas::events::v1 as pb;
use sijill_schemas::events::v1::requisition_submitted::Kind as WireKind;

use super::error::{At, Fault};
use super::fields::take;
use super::parts::{PartsIn, PartsOut};
use super::wire::{Wire, choice, kinds, record};
use crate::domain::requisition::{
    Approval, ApprovedLine, BrokenRule, Discrepancy, DiscrepancyAnswer, Event, Fulfilment,
    ItemQuantity, Kind, Rejection, RequisitionLine, Submission, UnmetDemand, Withdrawal,
};

kinds! { Event {
    RequisitionSubmitted,
    RequisitionApproved,
    RequisitionRejected,
    RequisitionFulfilled,
    UnmetDemandRecorded,
    RequisitionWithdrawn,
    DiscrepancyOpened = RequisitionDiscrepancyOpened,
    DiscrepancyAnswered = RequisitionDiscrepancyAnswered,
} }

record! { Submission = pb::RequisitionSubmitted {
    number: plain,
    from: plain,
    supplier: plain,
    kind: required,
    lines: lines,
} }

record! { Approval = pb::RequisitionApproved {
    level: number,
    complete: plain,
    lines: lines,
    value: optional,
    limit: optional,
} }

record! { Rejection = pb::RequisitionRejected { reason: plain } }

record! { Fulfilment = pb::RequisitionFulfilled {
    transfer: plain,
    from: plain,
    dispatch: plain,
    to: plain,
    lines: lines,
} }

record! { UnmetDemand = pb::UnmetDemandRecorded { reason: plain, lines: lines } }

record! { Withdrawal = pb::RequisitionWithdrawn { reason: plain } }

record! { Discrepancy = pb::RequisitionDiscrepancyOpened {
    id: plain,
    rule: plain,
    item: plain,
    expected: required,
    found: required,
} }

record! { DiscrepancyAnswer = pb::RequisitionDiscrepancyAnswered { id: plain, answer: plain } }

record! { RequisitionLine = pb::RequisitionLine {
    item: plain,
    on_hand: required,
    requested: required,
} }

record! { ApprovedLine = pb::RequisitionApprovedLine { item: plain, approved: required } }

record! { ItemQuantity = pb::RequisitionItem { item: plain, quantity: required } }

choice! { BrokenRule = pb::RequisitionBrokenRule {
    AboveApproved, NotRequested, NotApproved, OtherSupplier, OtherReceiver, AfterClosing,
} }

impl Wire<WireKind> for Kind {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<WireKind, Fault> {
        Ok(match self {
            Self::Regular(month) => WireKind::RegularMonths(month.to_wire(parts)?),
            Self::Emergency(reason) => WireKind::Emergency(reason.to_wire(parts)?),
        })
    }

    fn from_wire(wire: WireKind, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(match wire {
            WireKind::RegularMonths(month) => {
                Self::Regular(take::plain(month, parts).at("regular_months")?)
            }
            WireKind::Emergency(reason) => {
                Self::Emergency(take::plain(reason, parts).at("emergency")?)
            }
        })
    }
}
