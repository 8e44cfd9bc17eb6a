//! Whatever is asked in whatever order, ceilings, places and ranks hold.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;

use super::*;

const SUPPLIERS: [&str; 3] = ["delta", "nile", "forger"];

#[derive(Clone, Debug)]
enum Deed {
    Call(u32, &'static str, u32, bool),
    Cancelled(u32),
    Suspend(&'static str),
    Reinstate(&'static str),
    End(&'static str),
}

fn deed() -> impl Strategy<Value = Deed> {
    let supplier = || select(&SUPPLIERS[..]);
    prop_oneof![
        6 => (0..12_u32, supplier(), 0..70_u32, any::<bool>())
            .prop_map(|(order, who, quantity, said)| Deed::Call(order, who, quantity, said)),
        3 => (0..12_u32).prop_map(Deed::Cancelled),
        1 => supplier().prop_map(Deed::Suspend),
        1 => supplier().prop_map(Deed::Reinstate),
        1 => supplier().prop_map(Deed::End),
    ]
}

/// An order that was cancelled, whatever was in it.
fn cancelled(order: &str) -> Order {
    let direct = Basis::Direct(reason());
    let called = concluded().when(call(order, "delta", 1));
    let placed = Placement {
        basis: direct,
        called_by: None,
        ..placement(&called)
    };
    let given = world::<Order>().on("2026-02-02");
    let given = given.when(order::Command::Place(placed));
    let cancel = order::Command::Cancel(order::Cancellation { reason: reason() });
    given.when(cancel).state().clone()
}

fn done(given: Given<Framework>, deed: &Deed) -> Given<Framework> {
    match deed {
        Deed::Call(order, supplier, quantity, said) => {
            let order = format!("PO-{order}");
            given.when(if *said {
                justified(&order, supplier, *quantity)
            } else {
                call(&order, supplier, *quantity)
            })
        }
        Deed::Cancelled(order) => {
            let order = format!("PO-{order}");
            let stream = Order::stream(&id(&order));
            let given = given.reading(stream, 1, cancelled(&order));
            given.when(release(&order))
        }
        Deed::Suspend(supplier) => given.when(suspend(supplier)),
        Deed::Reinstate(supplier) => given.when(Command::ReinstatePlace(place(supplier))),
        Deed::End(supplier) => given.when(Command::EndPlace(place(supplier))),
    }
}

/// What stands and what is left are the ceiling, always, and never more than it.
fn check(given: &Given<Framework>) {
    let agreement = given.state().agreement().unwrap();
    let standing = agreement.calls().filter(|called| !called.released);
    let lines = standing.flat_map(|called| &called.call_off.lines);
    let called: Decimal = lines.map(|line| line.quantity.get()).sum();
    assert!(called <= Decimal::from(100), "{called} is called off");
    assert_eq!(left(given).get(), Decimal::from(100) - called);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn call_offs_never_exceed_what_was_tendered(deeds in vec(deed(), 1..40)) {
        let mut given = concluded();
        for deed in &deeds {
            let before = given.state().clone();
            given = done(given, deed);
            if !given.accepted() {
                prop_assert_eq!(given.state(), &before);
            }
            check(&given);
            if let (true, Deed::Call(_, supplier, ..)) = (given.accepted(), deed) {
                let agreement = before.agreement().unwrap();
                prop_assert_eq!(agreement.place(&id(supplier)), Some(Place::Active));
            }
        }
    }
}
