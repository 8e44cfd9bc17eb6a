//! Arbitrary events of framework agreements.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use super::drawn;
use super::order::placement;
use super::values::{currency, date, id, printable, quantity, text, unit_price};
use crate::domain::framework::{
    AgreedLine, AgreedSupplier, CallOff, CalledLine, Conclusion, Event, LotAgreement, PlaceChange,
    Release, Termination, TerminationProposal,
};

/// Any event of a framework agreement.
pub(crate) fn framework() -> BoxedStrategy<Event> {
    let conclusion = drawn!(Conclusion {
        tender: id(),
        buyer: id(),
        currency: currency(),
        delivery: printable(),
        from: date(),
        until: date(),
    });
    let release = id().prop_map(|order| Event::CallOffReleased(Release { order }));
    let change = || {
        drawn!(PlaceChange {
            supplier: id(),
            reason: text()
        })
    };
    let proposal = text().prop_map(|reason| TerminationProposal { reason });
    let termination = any::<u64>().prop_map(|proposal| Termination { proposal });
    prop_oneof![
        conclusion.prop_map(Event::FrameworkConcluded),
        lot().prop_map(Event::FrameworkLotAgreed),
        call_off().prop_map(Event::CallOffMade),
        release,
        change().prop_map(Event::FrameworkPlaceSuspended),
        change().prop_map(Event::FrameworkPlaceReinstated),
        change().prop_map(Event::FrameworkPlaceEnded),
        proposal.prop_map(Event::FrameworkTerminationProposed),
        termination.prop_map(Event::FrameworkTerminated),
    ]
    .boxed()
}

fn lot() -> BoxedStrategy<LotAgreement> {
    let line = drawn!(AgreedLine {
        item: id(),
        ceiling: quantity(),
        facility: id(),
        delivery_days: any::<u16>(),
    });
    let supplier = drawn!(AgreedSupplier {
        supplier: id(),
        unit_prices: vec(unit_price(), 1..5),
    });
    drawn!(LotAgreement {
        lot: id(),
        lines: vec(line, 1..5),
        suppliers: vec(supplier, 1..=5),
    })
}

fn call_off() -> BoxedStrategy<CallOff> {
    let line = drawn!(CalledLine {
        line: any::<u16>(),
        quantity: quantity(),
        unit_price: unit_price(),
        due: of(date()),
    });
    drawn!(CallOff {
        order: id(),
        number: printable(),
        supplier: id(),
        lot: id(),
        lines: vec(line, 1..5),
        justification: of(text()),
        placement: of(placement().prop_map(Arc::new)),
    })
}
