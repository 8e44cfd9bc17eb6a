//! The rulebook of framework agreements, rule by rule.

mod properties;
mod stages;

use super::*;
use crate::domain::order::tests::{huda, mona, sijill, world};
use crate::domain::order::{self, Basis, Placement};
use crate::domain::tender::evaluation::tests::agreeing::completed;
use crate::domain::values::{
    Currency, Date, DocumentNumber, LotId, OfficialId, OrganizationId, Quantity, TenderId, Text,
    UnitPrice,
};
use crate::event::{Actor, Role};
use crate::testing::{Given, actor, noon};

fn id<T: TryFrom<String, Error: std::fmt::Debug>>(text: &str) -> T {
    T::try_from(text.to_owned()).unwrap()
}

fn price(amount: &str) -> UnitPrice {
    UnitPrice::new(amount.parse().unwrap(), Currency::new("EGP").unwrap()).unwrap()
}

/// The world of orders on 2 February; tender T-1 is completed: 100 pens at 4 from Delta, 5 from Nile, 6 from Forger, who is debarred.
fn announced() -> Given<Framework> {
    let stream = Framework::stream(&id("T-1"));
    let tender = Tender::stream(&id("T-1"));
    world()
        .stream(stream)
        .on("2026-02-02")
        .reading(tender, 90, completed())
}

fn concluded() -> Given<Framework> {
    announced().when(Command::Conclude)
}

/// Calls pens off; order and number bear the same name.
fn call_off(order: &str, supplier: &str, quantity: u32) -> CallOff {
    let agreed = ["delta", "nile", "forger"].iter().zip(["4", "5", "6"]);
    let mut own = agreed.filter(|(name, _)| **name == supplier);
    CallOff {
        order: id(order),
        number: id(order),
        supplier: id(supplier),
        lot: id("A"),
        lines: vec![CalledLine {
            line: 1,
            quantity: quantity.into(),
            unit_price: price(own.next().map_or("4", |(_, price)| price)),
            due: None,
        }],
        justification: None,
        placement: None,
    }
}

fn call(order: &str, supplier: &str, quantity: u32) -> Command {
    Command::CallOff(call_off(order, supplier, quantity))
}

fn justified(order: &str, supplier: &str, quantity: u32) -> Command {
    Command::CallOff(CallOff {
        justification: Some(reason()),
        ..call_off(order, supplier, quantity)
    })
}

fn reason() -> Text {
    Text::new("deliveries came late").unwrap()
}

fn place(supplier: &str) -> PlaceChange {
    PlaceChange {
        supplier: id(supplier),
        reason: reason(),
    }
}

fn suspend(supplier: &str) -> Command {
    Command::SuspendPlace(place(supplier))
}

fn propose() -> Command {
    Command::ProposeTermination(TerminationProposal { reason: reason() })
}

fn terminate(proposal: u64) -> Command {
    Command::Terminate(Termination { proposal })
}

fn release(order: &str) -> Command {
    Command::Release(Release { order: id(order) })
}

fn left(given: &Given<Framework>) -> Quantity {
    let agreement = given.state().agreement().unwrap();
    let (_, left) = agreement.lots().next().unwrap();
    left[0]
}

#[test]
fn it_holds_what_the_tender_awarded() {
    let given = concluded();
    let [
        Event::FrameworkConcluded(conclusion),
        Event::FrameworkLotAgreed(lot),
    ] = given.last()
    else {
        panic!("not as awarded: {:?}", given.last());
    };
    let day = |day| Date::parse(day).unwrap();
    assert_eq!(conclusion.tender, id::<TenderId>("T-1"));
    assert_eq!(
        (conclusion.from, conclusion.until),
        (day("2026-02-02"), day("2027-02-01"))
    );
    let prices = lot.suppliers.iter();
    let prices: Vec<_> = prices
        .map(|it| (it.supplier.as_str(), it.unit_prices[0]))
        .collect();
    let expected = [("delta", "4"), ("nile", "5"), ("forger", "6")];
    assert_eq!(prices, expected.map(|(name, amount)| (name, price(amount))));
    assert_eq!(left(&given), Quantity::from(100));
    // A later day of decision counts, whatever day it is dated to.
    let dated_back = announced().effective(noon("2026-01-20"));
    let dated_back = dated_back.when(Command::Conclude);
    assert_eq!(dated_back.state(), given.state());
}

#[test]
fn only_a_completed_tender_that_announced_it_concludes_one() {
    let tender = || id::<TenderId>("T-1");
    let stream = || Tender::stream(&tender());
    let open = announced().reading(stream(), 1, Tender::default());
    let refused = open.when(Command::Conclude).refused();
    assert_eq!(refused, Refusal::TenderOpen { tender: tender() });
    let Tender::Ended(mut ended) = completed() else {
        panic!("not ended");
    };
    ended.end = crate::domain::tender::End::Cancelled;
    let cancelled = announced().reading(stream(), 1, Tender::Ended(ended));
    let refused = cancelled.when(Command::Conclude).refused();
    assert_eq!(refused, Refusal::TenderOpen { tender: tender() });
    assert_eq!(
        concluded().when(Command::Conclude).refused(),
        Refusal::Concluded
    );
}

/// From the fourth edition of the rules on.
#[test]
fn only_the_buyers_officials_call_off_and_end() {
    use crate::domain::official::tests::buyers::{
        employed, in_fourth_edition, not_of, with_authority_elsewhere,
    };
    let officials = [("huda", "ministry"), ("karim", "university")];
    let fourth = |given: Given<Framework>| employed(in_fourth_edition(given), &officials);
    let called = || concluded().when(call("PO-1", "delta", 1));
    let proposed = || concluded().when(propose());
    let cases = [
        (announced(), Command::Conclude),
        (concluded(), call("PO-1", "delta", 1)),
        (called(), release("PO-1")),
        (concluded(), suspend("delta")),
        (
            concluded().when(suspend("delta")),
            Command::ReinstatePlace(place("delta")),
        ),
        (concluded(), Command::EndPlace(place("delta"))),
        (concluded(), propose()),
        (proposed(), terminate(2)),
    ];
    for (given, command) in cases {
        let other = fourth(given.clone()).by(actor("karim", Role::ProcurementOfficer));
        let refused = other.when(command.clone()).refused();
        assert_eq!(refused, not_of("ministry").into(), "{command:?}");
        let own = fourth(given).by(huda()).when(command.clone());
        let office = matches!(own.outcome(), Err(Refusal::Office(_)));
        assert!(!office, "{command:?}");
    }
    let stream = crate::domain::official::Official::stream(&id("huda"));
    let elsewhere = fourth(concluded()).reading(stream, 3, with_authority_elsewhere());
    let refused = elsewhere.when(call("PO-1", "delta", 1)).refused();
    assert!(matches!(
        refused,
        Refusal::Order(order::Refusal::NoAuthority { .. })
    ));
}

/// The example in the docs of the module.
#[test]
fn no_more_is_called_off_than_was_tendered() {
    let march = concluded().on("2026-03-01").when(call("PO-1", "delta", 60));
    let more = march.clone().when(call("PO-2", "delta", 41)).refused();
    let left = Quantity::from(40);
    assert_eq!(more, Refusal::AboveCeiling { line: 1, left });
    assert!(march.clone().when(call("PO-2", "delta", 40)).accepted());
    // From all suppliers together.
    let other = march.clone().when(justified("PO-2", "nile", 41)).refused();
    assert_eq!(other, Refusal::AboveCeiling { line: 1, left });
    let made = Event::CallOffMade(call_off("PO-2", "delta", 41));
    assert!(!march.possible(&made));

    let order = id::<OrderId>("PO-1");
    let twice = march.when(call("PO-1", "delta", 1)).refused();
    assert_eq!(twice, Refusal::OrderTaken { order });
}

#[test]
fn the_best_that_can_be_called_is_called() {
    let first = id::<OrganizationId>("delta");
    let unjustified = concluded().when(call("PO-1", "nile", 1)).refused();
    assert_eq!(unjustified, Refusal::Unjustified { first });
    assert!(concluded().when(justified("PO-1", "nile", 1)).accepted());
    let needless = concluded().when(justified("PO-1", "delta", 1));
    assert_eq!(needless.refused(), Refusal::NoDeparture);

    let suspended = concluded().when(suspend("delta"));
    assert!(suspended.clone().when(call("PO-1", "nile", 1)).accepted());
    let supplier = || id::<OrganizationId>("delta");
    let called = suspended.clone().when(call("PO-1", "delta", 1)).refused();
    let expected = Refusal::PlaceSuspended {
        supplier: supplier(),
    };
    assert_eq!(called, expected);
    let again = suspended
        .clone()
        .when(Command::ReinstatePlace(place("delta")));
    assert!(again.when(call("PO-1", "delta", 1)).accepted());
    let ended = suspended.when(Command::EndPlace(place("delta")));
    assert!(ended.clone().when(call("PO-1", "nile", 1)).accepted());
    let back = ended.when(Command::ReinstatePlace(place("delta")));
    let expected = Refusal::PlaceEnded {
        supplier: supplier(),
    };
    assert_eq!(back.refused(), expected);
}

/// Nobody is called who is debarred, and no debarred supplier stands in the way of the next.
#[test]
fn who_is_debarred_is_not_called() {
    let refused = concluded().when(justified("PO-1", "forger", 1)).refused();
    let Refusal::Order(order::Refusal::Debarred { supplier, .. }) = refused else {
        panic!("called: {refused:?}");
    };
    assert_eq!(supplier, id::<OrganizationId>("forger"));
    let strange = concluded().when(call("PO-1", "ministry", 1)).refused();
    let supplier = id::<OrganizationId>("ministry");
    assert_eq!(strange, Refusal::NoPlace { supplier });
}

#[test]
fn prices_are_the_agreed_ones_or_lower() {
    let at = |amount: &str| {
        let mut call_off = call_off("PO-1", "delta", 10);
        call_off.lines[0].unit_price = price(amount);
        concluded().when(Command::CallOff(call_off))
    };
    let agreed = 4.into();
    assert_eq!(
        at("4.01").refused(),
        Refusal::AbovePrice { line: 1, agreed }
    );
    assert!(at("3.99").accepted());
    let mut dinars = call_off("PO-1", "delta", 10);
    let jod = Currency::new("JOD").unwrap();
    dinars.lines[0].unit_price = UnitPrice::new(1.into(), jod).unwrap();
    let refused = concluded().when(Command::CallOff(dinars)).refused();
    let (expected, given) = ("EGP", "JOD");
    let other = order::Refusal::OtherCurrency { expected, given };
    assert_eq!(refused, Refusal::Order(other));
}

#[test]
fn nothing_is_called_off_outside_the_term() {
    let day = |day| Date::parse(day).unwrap();
    let (from, until) = (day("2026-02-02"), day("2027-02-01"));
    let out = Refusal::OutOfTerm { from, until };
    let on = |day| concluded().on(day).when(call("PO-1", "delta", 1));
    assert_eq!(on("2027-02-02").refused(), out);
    assert_eq!(on("2026-02-01").refused(), out);
    let dated_back = concluded().on("2027-02-02").effective(noon("2026-06-01"));
    assert_eq!(dated_back.when(call("PO-1", "delta", 1)).refused(), out);
}

#[test]
fn lines_are_the_lots_each_once() {
    let with = |change: fn(&mut CallOff)| {
        let mut call_off = call_off("PO-1", "delta", 1);
        change(&mut call_off);
        concluded().when(Command::CallOff(call_off)).refused()
    };
    for line in [0, 2] {
        let mut call_off = call_off("PO-1", "delta", 1);
        call_off.lines[0].line = line;
        let refused = concluded().when(Command::CallOff(call_off)).refused();
        assert_eq!(refused, Refusal::Line { line });
    }
    let twice = with(|it| it.lines.push(it.lines[0].clone()));
    assert_eq!(twice, Refusal::Line { line: 1 });
    let none = order::Refusal::LineCount { lines: 0 };
    assert_eq!(with(|it| it.lines.clear()), Refusal::Order(none));
    let zero = with(|it| it.lines[0].quantity = Quantity::ZERO);
    let nothing = order::Refusal::ZeroQuantity { line: 1 };
    assert_eq!(zero, Refusal::Order(nothing));
    let lot = id::<LotId>("B");
    assert_eq!(with(|it| it.lot = id("B")), Refusal::NoLot { lot });
}

/// It is an officer's order: within the limit, and without an interest.
#[test]
fn a_call_off_is_judged_as_an_order_is() {
    let by = |actor: Actor| {
        let refused = concluded().by(actor).when(justified("PO-1", "nile", 100));
        let Refusal::Order(refusal) = refused.refused() else {
            panic!("not judged as an order");
        };
        refusal
    };
    assert_eq!(by(mona()), order::Refusal::NotAProcurementOfficer);
    let supplier = id::<OrganizationId>("nile");
    let laila = by(actor("laila", Role::ProcurementOfficer));
    assert_eq!(laila, order::Refusal::Interest { supplier });
    let nobody = by(actor("nobody", Role::ProcurementOfficer));
    assert!(matches!(nobody, order::Refusal::NoAuthority { .. }));
    let by_sijill = concluded().by(sijill()).when(call("PO-1", "delta", 1));
    assert_eq!(by_sijill.refused(), Refusal::NotAnOfficial);
}

fn placement(given: &Given<Framework>) -> Placement {
    let [Event::CallOffMade(made)] = given.last() else {
        panic!("nothing was called off");
    };
    Placement::clone(made.placement.as_deref().unwrap())
}

#[test]
fn the_order_is_the_call_off_and_its_official_answers() {
    let given = concluded().when(call("PO-1", "delta", 60));
    let placed = placement(&given);
    assert_eq!(placed.called_by, Some(id::<OfficialId>("huda")));
    assert_eq!(placed.basis, Basis::CallOff(id("T-1")));
    assert_eq!(placed.supplier, id::<OrganizationId>("delta"));
    // 30 days after the second of February.
    let due = Date::parse("2026-03-04").unwrap();
    assert_eq!(placed.lines[0].due, Some(due));
    assert_eq!(placed.number, id::<DocumentNumber>("PO-1"));
    assert!(given.state().places(&id("PO-1"), &placed));
    assert!(!given.state().places(&id("PO-2"), &placed));
    let mut dearer = placed;
    dearer.lines[0].unit_price = price("5");
    assert!(!given.state().places(&id("PO-1"), &dearer));
}

/// An order as the policy places it, and what became of it.
fn ordered(placed: Placement, later: &[order::Command]) -> Order {
    let called = concluded().when(call("PO-1", "delta", 60));
    let given = Given::<Order>::nothing()
        .stream(Order::stream(&id("PO-1")))
        .reading(Framework::stream(&id("T-1")), 2, called.state().clone())
        .by(sijill())
        .when(order::Command::Place(placed))
        .by(huda());
    let given = later.iter().cloned().fold(given, Given::when);
    assert!(given.accepted());
    given.state().clone()
}

#[test]
fn a_cancelled_order_gives_its_quantities_back() {
    let given = concluded().when(call("PO-1", "delta", 60));
    let cancel = order::Command::Cancel(order::Cancellation { reason: reason() });
    let stream = Order::stream(&id("PO-1"));
    let order = || id::<OrderId>("PO-1");
    let early = given.clone().when(release("PO-1")).refused();
    assert_eq!(early, Refusal::OrderStands { order: order() });
    let standing = ordered(placement(&given), &[]);
    let standing = given.clone().reading(stream.clone(), 0, standing);
    let refused = standing.when(release("PO-1")).refused();
    assert_eq!(refused, Refusal::OrderStands { order: order() });
    let cancelled = ordered(placement(&given), &[cancel]);
    let back = given.clone().reading(stream, 1, cancelled).by(sijill());
    let back = back.when(release("PO-1"));
    assert_eq!(left(&back), Quantity::from(100));
    let twice = back.clone().when(release("PO-1")).refused();
    assert_eq!(twice, Refusal::NotCalledOff { order: order() });
    // The number stays used.
    let again = back.by(huda()).when(call("PO-1", "delta", 1)).refused();
    assert_eq!(again, Refusal::OrderTaken { order: order() });
}

/// Someone placed an order under that id in between: the policy's step was refused, and nothing can come of the call-off any more.
#[test]
fn what_never_became_an_order_is_given_back() {
    let given = concluded().when(call("PO-1", "delta", 60));
    let other = world::<Order>().when(order::Command::Place(Placement {
        called_by: None,
        ..placement(&given)
    }));
    assert!(other.accepted());
    let stream = Order::stream(&id("PO-1"));
    let given = given.reading(stream, 0, other.state().clone());
    let back = given.when(release("PO-1"));
    assert_eq!(left(&back), Quantity::from(100));
}

#[test]
fn two_officials_end_it_early() {
    let proposed = concluded().when(propose());
    let revision = 2;
    let none = concluded().by(mona()).when(terminate(revision));
    assert_eq!(none.refused(), Refusal::OtherProposal);
    let own = proposed.clone().when(terminate(revision));
    assert_eq!(own.refused(), Refusal::OwnProposal);
    let other = proposed.clone().by(mona()).when(terminate(revision + 1));
    assert_eq!(other.refused(), Refusal::OtherProposal);
    let ended = proposed.by(mona()).when(terminate(revision));
    let wanted = Wanted::Approval {
        revision: Some(revision),
    };
    assert_eq!(ended.wanted(), wanted);
    let after = ended.by(huda()).when(call("PO-1", "delta", 1));
    assert_eq!(after.refused(), Refusal::Terminated);
}

#[test]
fn no_history_of_agreements_is_imported() {
    let import = crate::event::Origin::Import {
        file: crate::domain::values::Sha256([7; 32]),
        line: 1,
    };
    let imported = announced().origin(import).when(Command::Conclude);
    assert_eq!(imported.refused(), Refusal::NotHistory);
}
