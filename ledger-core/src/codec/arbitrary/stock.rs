//! Arbitrary stock documents. Legal in form; whether they make sense is for `decide`.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::drawn;
use super::values::{
    batch, date, decimal, effective, id, money, month, printable, quantity, sha256, text,
    unit_price, withheld,
};
use crate::domain::stock::{
    Acceptance, AcceptanceLine, Adjustment, AdjustmentLine, Arrival, ArrivalLine, BatchStep,
    BrokenRule, CountApproval, CountLine, CountProposal, Discrepancy, DiscrepancyAnswer, Dispatch,
    Document, Event, Issue, LineIn, LineOut, LossReason, Opening, PeriodClose, PeriodReport,
    Receipt, Recipient, Repack, RepackLine, Reservation, ReservationRelease, Return, ReturnLine,
    ReturnRoute, Reversal, Source, StockKey, WriteOff,
};

/// Any stock event.
pub(crate) fn stock() -> BoxedStrategy<Event> {
    prop_oneof![incoming(), outgoing(), counting(), batches(), bookkeeping()].boxed()
}

fn incoming() -> BoxedStrategy<Event> {
    let opening = drawn!(Opening {
        document: document(),
        lines: lines(line_in())
    });
    let receipt = drawn!(Receipt {
        document: document(),
        source: source(),
        provisional: any::<bool>(),
        lines: lines(line_in()),
    });
    let acceptance = drawn!(Acceptance {
        document: document(),
        order: of(id()),
        receipt: any::<u64>(),
        lines: lines(drawn!(AcceptanceLine {
            key: key(),
            accepted: quantity(),
            rejected: quantity(),
            reason: of(text()),
        })),
    });
    let arrival = drawn!(Arrival {
        document: document(),
        transfer: of(id()),
        from: of(id()),
        lines: lines(arrival_line()),
    });
    prop_oneof![
        opening.prop_map(Event::OpeningBalanceDeclared),
        receipt.prop_map(Event::StockReceived),
        acceptance.prop_map(Event::StockAccepted),
        arrival.prop_map(Event::StockArrived),
    ]
    .boxed()
}

fn outgoing() -> BoxedStrategy<Event> {
    let issue = drawn!(Issue {
        document: document(),
        to: recipient(),
        lines: lines(line_out())
    });
    let dispatch = drawn!(Dispatch {
        document: document(),
        due: of(date()),
        requisition: of(id()),
        transfer: of(id()),
        to: of(id()),
        lines: lines(line_out()),
    });
    let returned = drawn!(Return {
        document: document(),
        route: route(),
        lines: lines(return_line())
    });
    let write_off = drawn!(WriteOff {
        document: document(),
        reason: loss_reason(),
        custody: of(id()),
        lines: lines(line_out()),
    });
    let reservation = drawn!(Reservation {
        reservation: id(),
        purpose: text(),
        lines: lines(line_out())
    });
    prop_oneof![
        issue.prop_map(Event::StockIssued),
        dispatch.prop_map(Event::StockDispatched),
        returned.prop_map(Event::StockReturned),
        write_off.prop_map(Event::StockWrittenOff),
        reservation.prop_map(Event::StockReserved),
        id().prop_map(|reservation| Event::ReservationReleased(ReservationRelease { reservation })),
    ]
    .boxed()
}

fn counting() -> BoxedStrategy<Event> {
    let adjustment = drawn!(Adjustment {
        document: document(),
        reason: text(),
        prior_period: of(month()),
        lines: lines(drawn!(AdjustmentLine {
            key: key(),
            expiry: of(date()),
            amount: decimal(),
        })),
    });
    let proposal = drawn!(CountProposal {
        count: id(),
        document: document(),
        lines: lines(count_line())
    });
    let approval = drawn!(CountApproval {
        count: id(),
        counted_at: effective(),
        lines: lines(count_line())
    });
    prop_oneof![
        adjustment.prop_map(Event::StockAdjusted),
        proposal.prop_map(Event::CountProposed),
        approval.prop_map(Event::CountApproved),
    ]
    .boxed()
}

fn batches() -> BoxedStrategy<Event> {
    let repack = drawn!(Repack {
        document: document(),
        lines: lines(drawn!(RepackLine {
            from: key(),
            from_pack: quantity(),
            from_packs: quantity(),
            to: key(),
            to_pack: quantity(),
            to_packs: quantity(),
            expiry: of(date()),
            value: of(money()),
        })),
    });
    prop_oneof![
        step().prop_map(Event::BatchQuarantined),
        step().prop_map(Event::BatchReleased),
        step().prop_map(Event::BatchRecalled),
        repack.prop_map(Event::StockRepacked),
    ]
    .boxed()
}

fn bookkeeping() -> BoxedStrategy<Event> {
    let reversal = drawn!(Reversal {
        document: document(),
        order: of(id()),
        original: any::<u64>(),
        reason: text(),
        keys: vec(key(), 0..5),
    });
    let report = drawn!(PeriodReport {
        period: month(),
        nil: any::<bool>()
    });
    let discrepancy = drawn!(Discrepancy {
        id: id(),
        rule: broken_rule(),
        document: any::<u64>(),
        key: key(),
        expected: decimal(),
        found: decimal(),
    });
    let answer = drawn!(DiscrepancyAnswer {
        id: id(),
        answer: text()
    });
    prop_oneof![
        reversal.prop_map(Event::DocumentReversed),
        report.prop_map(Event::PeriodReported),
        month().prop_map(|period| Event::PeriodClosed(PeriodClose { period })),
        discrepancy.prop_map(Event::DiscrepancyOpened),
        answer.prop_map(Event::DiscrepancyAnswered),
    ]
    .boxed()
}

/// Few lines mostly, and as many as a document may have at times.
fn lines<S: Strategy + 'static>(line: S) -> impl Strategy<Value = Vec<S::Value>>
where
    S::Value: Clone,
{
    (
        vec(line, 1..5),
        prop_oneof![9 => Just(1_usize), 1 => Just(50)],
    )
        .prop_map(|(lines, times)| vec![lines; times].concat())
}

fn document() -> impl Strategy<Value = Document> {
    drawn!(Document {
        number: printable(),
        attachment: of(sha256()),
        note: withheld()
    })
}

pub(super) fn key() -> impl Strategy<Value = StockKey> {
    drawn!(StockKey {
        item: id(),
        batch: of(batch()),
        programme: of(id())
    })
}

fn line_in() -> impl Strategy<Value = LineIn> {
    drawn!(LineIn {
        key: key(),
        expiry: of(date()),
        quantity: quantity(),
        unit_price: of(unit_price()),
    })
}

fn line_out() -> impl Strategy<Value = LineOut> {
    drawn!(LineOut {
        key: key(),
        quantity: quantity(),
        reservation: of(id()),
        fefo_override: of(text()),
    })
}

fn return_line() -> impl Strategy<Value = ReturnLine> {
    drawn!(ReturnLine {
        key: key(),
        expiry: of(date()),
        quantity: quantity(),
    })
}

fn arrival_line() -> impl Strategy<Value = ArrivalLine> {
    drawn!(ArrivalLine {
        key: key(),
        expiry: of(date()),
        shipped: quantity(),
        accepted: quantity(),
        rejected: quantity(),
        lost: quantity(),
        reason: of(text()),
    })
}

fn count_line() -> impl Strategy<Value = CountLine> {
    drawn!(CountLine {
        key: key(),
        expiry: of(date()),
        counted: quantity()
    })
}

fn step() -> impl Strategy<Value = BatchStep> {
    drawn!(BatchStep {
        item: id(),
        batch: batch(),
        authority: printable(),
        reason: text()
    })
}

fn source() -> impl Strategy<Value = Source> {
    prop_oneof![
        (id(), of(id())).prop_map(|(organization, order)| Source::Supplier {
            organization,
            order
        }),
        text().prop_map(|name| Source::Donor { name }),
        Just(Source::Production),
        Just(Source::Unstated),
    ]
}

fn recipient() -> impl Strategy<Value = Recipient> {
    prop_oneof![
        Just(Recipient::Patients),
        printable().prop_map(Recipient::Unit),
        id().prop_map(Recipient::Custody),
        Just(Recipient::Unstated),
    ]
}

fn route() -> impl Strategy<Value = ReturnRoute> {
    prop_oneof![
        printable().prop_map(ReturnRoute::FromUnit),
        id().prop_map(ReturnRoute::FromCustody),
        Just(ReturnRoute::FromUnstated),
        id().prop_map(ReturnRoute::ToSupplier),
    ]
}

fn loss_reason() -> impl Strategy<Value = LossReason> {
    use LossReason::{
        ColdChainFailure, Damaged, Expired, Lost, OpenVialLimit, Recalled, Scrapped, Stolen,
    };
    select(vec![
        Expired,
        Damaged,
        Lost,
        Stolen,
        OpenVialLimit,
        ColdChainFailure,
        Recalled,
        Scrapped,
    ])
}

fn broken_rule() -> impl Strategy<Value = BrokenRule> {
    use BrokenRule::{
        AboveCustody, AboveUsable, BelowReserved, Blocked, CountDiffers, Expired, ExpiryDiffers,
        NotFirstExpiry, ShortOrRejected, TrackingMissing, Unregistered,
    };
    select(vec![
        AboveUsable,
        Expired,
        Blocked,
        NotFirstExpiry,
        ExpiryDiffers,
        ShortOrRejected,
        BelowReserved,
        CountDiffers,
        AboveCustody,
        Unregistered,
        TrackingMissing,
    ])
}
