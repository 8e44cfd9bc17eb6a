//! Arbitrary events of a requisition. Legal in form; whether they make sense is for `decide`.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::drawn;
use super::values::{decimal, id, money, month, printable, quantity, text};
use crate::domain::requisition::{
    Approval, ApprovedLine, BrokenRule, Discrepancy, DiscrepancyAnswer, Event, Fulfilment,
    ItemQuantity, Kind, Rejection, RequisitionLine, Submission, UnmetDemand, Withdrawal,
};

/// Any event of a requisition.
pub(crate) fn requisition() -> BoxedStrategy<Event> {
    prop_oneof![asking(), supplying(), questioned()].boxed()
}

fn asking() -> BoxedStrategy<Event> {
    let kind = prop_oneof![
        month().prop_map(Kind::Regular),
        text().prop_map(Kind::Emergency)
    ];
    let line = drawn!(RequisitionLine {
        item: id(),
        on_hand: quantity(),
        requested: quantity(),
    });
    let submission = drawn!(Submission {
        number: printable(),
        from: id(),
        supplier: id(),
        kind: kind,
        lines: vec(line, 1..6),
    });
    let approved = drawn!(ApprovedLine {
        item: id(),
        approved: quantity()
    });
    let approval = drawn!(Approval {
        level: any::<u8>(),
        complete: any::<bool>(),
        lines: vec(approved, 1..6),
        value: of(money()),
        limit: of(money()),
    });
    prop_oneof![
        submission.prop_map(Event::RequisitionSubmitted),
        approval.prop_map(Event::RequisitionApproved),
        text().prop_map(|reason| Event::RequisitionRejected(Rejection { reason })),
        text().prop_map(|reason| Event::RequisitionWithdrawn(Withdrawal { reason })),
    ]
    .boxed()
}

fn supplying() -> BoxedStrategy<Event> {
    let fulfilment = drawn!(Fulfilment {
        transfer: id(),
        from: id(),
        dispatch: any::<u64>(),
        to: id(),
        lines: vec(item(), 1..6),
    });
    let unmet = drawn!(UnmetDemand {
        reason: text(),
        lines: vec(item(), 1..6)
    });
    prop_oneof![
        fulfilment.prop_map(Event::RequisitionFulfilled),
        unmet.prop_map(Event::UnmetDemandRecorded),
    ]
    .boxed()
}

fn questioned() -> BoxedStrategy<Event> {
    let rules = vec![
        BrokenRule::AboveApproved,
        BrokenRule::NotRequested,
        BrokenRule::NotApproved,
        BrokenRule::OtherSupplier,
        BrokenRule::OtherReceiver,
        BrokenRule::AfterClosing,
    ];
    let discrepancy = drawn!(Discrepancy {
        id: id(),
        rule: select(rules),
        item: id(),
        expected: decimal(),
        found: decimal(),
    });
    let answer = drawn!(DiscrepancyAnswer {
        id: id(),
        answer: text()
    });
    prop_oneof![
        discrepancy.prop_map(Event::DiscrepancyOpened),
        answer.prop_map(Event::DiscrepancyAnswered),
    ]
    .boxed()
}

fn item() -> impl Strategy<Value = ItemQuantity> {
    drawn!(ItemQuantity {
        item: id(),
        quantity: quantity()
    })
}
