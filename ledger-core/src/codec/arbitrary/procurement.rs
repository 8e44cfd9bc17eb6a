//! Arbitrary events of plans, securities and envelopes.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::drawn;
use super::values::{
    date, document, id, key_id, known, money, names, printable, public_key, quantity, signature,
    text,
};
use crate::domain::envelope::Vouch;
use crate::domain::tender::EnvelopePart;
use crate::domain::{envelope, plan, security};

/// Any event of a plan.
pub(crate) fn plan() -> BoxedStrategy<plan::Event> {
    use plan::{Amendment, Approval, Event, Need, Settlement, Taking};
    let need = drawn!(Need {
        buyer: id(),
        title: names(),
        year: any::<u16>(),
        estimate: known(money()),
        lines: vec(plan_line(), 1..5),
    });
    let approval = drawn!(Approval {
        read: any::<u64>(),
        limit: of(money())
    });
    let amendment = drawn!(Amendment {
        reason: text(),
        estimate: known(money()),
        lines: vec(plan_line(), 1..5),
    });
    let taking = drawn!(Taking {
        tender: id(),
        lines: vec(taken_line(), 1..5),
    });
    let settlement = drawn!(Settlement {
        tender: id(),
        lines: vec(taken_line(), 0..5),
    });
    prop_oneof![
        need.prop_map(Event::NeedPlanned),
        approval.prop_map(Event::PlanApproved),
        amendment.prop_map(Event::PlanAmended),
        taking.prop_map(Event::PlanTaken),
        settlement.prop_map(Event::PlanSettled),
    ]
    .boxed()
}

fn taken_line() -> BoxedStrategy<plan::TakenLine> {
    use plan::TakenLine;
    drawn!(TakenLine {
        item: id(),
        facility: id(),
        quantity: quantity(),
    })
}

fn plan_line() -> BoxedStrategy<plan::PlanLine> {
    use plan::PlanLine;
    drawn!(PlanLine {
        item: id(),
        quantity: quantity(),
        facility: id(),
        needed_by: date(),
    })
}

/// Any event of a security.
pub(crate) fn security() -> BoxedStrategy<security::Event> {
    use security::{Call, Event, Extension, Paper, Purpose, Received, Release, Verification};
    let purposes = prop_oneof![
        id().prop_map(Purpose::Bid),
        id().prop_map(Purpose::Performance),
    ];
    let received = drawn!(Received {
        purpose: purposes,
        principal: id(),
        beneficiary: id(),
        issuer: names(),
        number: printable(),
        amount: money(),
        valid_until: date(),
        document: of(document()),
    });
    let paper = drawn!(Paper {
        issuer: names(),
        number: printable(),
        amount: money(),
        document: of(document()),
    });
    let extension = drawn!(Extension {
        valid_until: date(),
        reference: printable(),
        paper: of(paper),
    });
    let call = drawn!(Call {
        amount: money(),
        reason: text(),
        decision: of(printable()),
    });
    prop_oneof![
        received.prop_map(Event::SecurityReceived),
        printable().prop_map(|reference| Event::SecurityVerified(Verification { reference })),
        extension.prop_map(Event::SecurityExtended),
        call.prop_map(Event::SecurityCalled),
        text().prop_map(|reason| Event::SecurityReleased(Release { reason })),
    ]
    .boxed()
}

/// Any word of a bidder for its key.
pub(super) fn vouch() -> impl Strategy<Value = Vouch> {
    drawn!(Vouch {
        key: key_id(),
        signature: signature(),
    })
}

/// Any event of an envelope.
pub(crate) fn envelope() -> BoxedStrategy<envelope::Event> {
    use envelope::{Claim, Confirmation, Event, Sealed, Withdrawal};
    let claim = drawn!(Claim {
        tender: id(),
        bidder: id(),
        part: select(vec![EnvelopePart::Technical, EnvelopePart::Financial]),
        vouch: of(vouch()),
    });
    let sealed = drawn!(Sealed {
        claim: known(claim),
        key: public_key(),
        sealed: vec(any::<u8>(), 1..600),
    });
    prop_oneof![
        sealed.prop_map(Event::BidSealed),
        any::<u16>().prop_map(|amendment| Event::BidConfirmed(Confirmation { amendment })),
        Just(Event::BidWithdrawn(Withdrawal {})),
    ]
    .boxed()
}
