//! Placement, emergencies, acknowledgement, the end of an order.

use super::*;
use crate::event::Origin;

/// 100 × 2.5 + 3 × 0.335 = 250.00 + 1.01 (1.005 rounded half up): 251.01.
#[test]
fn the_total_is_the_sum_of_the_rounded_lines() {
    let lines = vec![pens().remove(0), line("syrup", "giza", 3, "0.335")];
    assert_eq!(placement(contract(), lines).total(), Some(money("251.01")));
}

#[test]
fn an_order_is_placed_once() {
    let placed = ordered();
    let event = Event::OrderPlaced(placement(contract(), pens()));
    assert_eq!(placed.last(), [event]);
    let again = placed.when(place(contract(), pens()));
    assert_eq!(again.refused(), Refusal::Placed);
    let close = Command::Close(Closure { reason: None });
    assert_eq!(nothing().when(close).refused(), Refusal::NotPlaced);
}

#[test]
fn an_order_has_1_to_200_lines_that_ask_for_something() {
    let lines = |count: usize| vec![line("pen", "central", 1, "1"); count];
    assert!(nothing().when(place(contract(), lines(200))).accepted());
    for count in [0, 201] {
        let refused = nothing().when(place(contract(), lines(count))).refused();
        assert_eq!(refused, Refusal::LineCount { lines: count });
    }
    let zero = vec![pens().remove(0), line("pen", "central", 0, "1")];
    let refused = nothing().when(place(contract(), zero)).refused();
    assert_eq!(refused, Refusal::ZeroQuantity { line: 2 });
}

#[test]
fn all_prices_are_in_the_orders_currency_and_the_total_fits() {
    let mut dinars = pens();
    dinars[0].unit_price = UnitPrice::new(Decimal::ONE, Currency::new("JOD").unwrap()).unwrap();
    let refused = nothing().when(place(contract(), dinars)).refused();
    let (expected, given) = ("EGP", "JOD");
    assert_eq!(refused, Refusal::OtherCurrency { expected, given });
    let mut huge = pens();
    huge[0].quantity = Quantity::parse("1000000000000").unwrap();
    huge[0].unit_price = price("9999999999");
    let refused = nothing().when(place(contract(), huge)).refused();
    assert_eq!(refused, Refusal::TooLarge);
}

#[test]
fn contracts_and_direct_purchases_are_for_procurement_officers() {
    let framework = || Basis::CallOff(ContractId::new("F-1").unwrap());
    for basis in [
        contract(),
        framework(),
        Basis::Direct(text("below the threshold")),
    ] {
        let by_mona = nothing().by(mona()).when(place(basis.clone(), pens()));
        assert_eq!(by_mona.refused(), Refusal::NotAProcurementOfficer);
        assert!(nothing().when(place(basis, pens())).accepted());
    }
    let unstated = nothing().when(place(Basis::Unstated, pens()));
    assert_eq!(unstated.refused(), Refusal::NoBasis);
    let by_supplier = nothing().by(nile()).when(place(contract(), pens()));
    assert_eq!(by_supplier.refused(), Refusal::NotAnOfficial);
}

/// Huda may order for 1,000 pounds: 400 pens at 2.50, not 401; naming a contract does not widen that.
#[test]
fn an_order_stays_within_the_delegated_limit() {
    for basis in [
        Basis::Direct(text("below the threshold")),
        contract(),
        Basis::CallOff(ContractId::new("F-1").unwrap()),
    ] {
        let order = |pens| {
            let lines = vec![line("pen", "central", pens, "2.5")];
            nothing().when(place(basis.clone(), lines))
        };
        assert!(order(400).accepted());
        let (amount, limit) = (money("1002.5"), money("1000"));
        assert_eq!(order(401).refused(), Refusal::AboveLimit { amount, limit });
        let nobody = actor("nobody", Role::ProcurementOfficer);
        let refused = nothing().by(nobody).when(place(basis, pens())).refused();
        let amount = money("250");
        assert_eq!(refused, Refusal::NoAuthority { amount });
    }
}

#[test]
fn petty_cash_has_a_limit_in_its_currency() {
    let by = || nothing().by(actor("keeper", Role::Storekeeper));
    assert!(by().when(place(Basis::PettyCash, pens())).accepted());
    let much = vec![line("pen", "central", 201, "2.5")];
    let (total, limit) = (money("502.5"), money("500"));
    let refused = by().when(place(Basis::PettyCash, much)).refused();
    assert_eq!(refused, Refusal::AbovePettyCash { total, limit });
    let none = by().reading(Ruleset::national(), 2, Ruleset::default());
    let refused = none.when(place(Basis::PettyCash, pens())).refused();
    assert_eq!(refused, Refusal::NoPettyCash { currency: "EGP" });
}

#[test]
fn buyer_and_supplier_are_registered_as_such_and_the_supplier_is_free() {
    let with = |change: fn(&mut Placement)| {
        let mut placement = placement(contract(), pens());
        change(&mut placement);
        nothing().when(Command::Place(placement)).refused()
    };
    let refused = with(|it| it.buyer = organization("nile"));
    let buyer = organization("nile");
    assert_eq!(refused, Refusal::NoBuyer { buyer });
    let refused = with(|it| it.supplier = organization("ministry"));
    let supplier = organization("ministry");
    assert_eq!(refused, Refusal::NoSupplier { supplier });
    let refused = with(|it| it.supplier = organization("forger"));
    let (supplier, decision) = (organization("forger"), paper("D-1"));
    assert_eq!(refused, Refusal::Debarred { supplier, decision });
}

#[test]
fn lines_name_listed_items_open_stores_and_a_day_to_come() {
    let with = |line: OrderLine| nothing().when(place(contract(), vec![line])).refused();
    let unlisted = item("unlisted");
    let refused = with(line("unlisted", "central", 1, "1"));
    assert_eq!(refused, Refusal::ItemNotListed { item: unlisted });
    let facility = store("nowhere");
    let refused = with(line("pen", "nowhere", 1, "1"));
    assert_eq!(refused, Refusal::FacilityNotOpen { facility });
    let mut undated = line("pen", "central", 1, "1");
    undated.due = None;
    assert_eq!(with(undated.clone()), Refusal::NoDue);
    let due = day("2025-12-31");
    undated.due = Some(due);
    assert_eq!(with(undated), Refusal::DueBefore { due });
}

#[test]
fn a_declared_interest_excludes() {
    let laila = || actor("laila", Role::ProcurementOfficer);
    let supplier = organization("nile");
    let refused = nothing()
        .by(laila())
        .when(place(contract(), pens()))
        .refused();
    assert_eq!(
        refused,
        Refusal::Interest {
            supplier: supplier.clone()
        }
    );
    let approve = Command::ApproveEmergency { reason: text("x") };
    let refused = emergency().by(laila()).when(approve).refused();
    assert_eq!(refused, Refusal::Interest { supplier });
}

fn emergency() -> Given<Order> {
    nothing().when(place(Basis::Emergency(text("outbreak")), pens()))
}

fn approve_emergency(given: Given<Order>, by: Actor) -> Given<Order> {
    let reason = text("nothing else was in store");
    given.by(by).when(Command::ApproveEmergency { reason })
}

#[test]
fn another_official_with_authority_approves_an_emergency_afterwards() {
    let own = approve_emergency(emergency(), huda());
    assert_eq!(own.refused(), Refusal::OwnOrder);
    let much = vec![line("pen", "central", 1000, "2.5")];
    let much = nothing().when(place(Basis::Emergency(text("outbreak")), much));
    let (amount, limit) = (money("2500"), money("1000"));
    let refused = approve_emergency(much, sami()).refused();
    assert_eq!(refused, Refusal::AboveLimit { amount, limit });
    let approved = approve_emergency(emergency(), mona());
    let event = Event::OrderApproved(Approval {
        reason: text("nothing else was in store"),
        total: money("250"),
    });
    assert_eq!(approved.last(), [event]);
    let revision = Some(0);
    assert_eq!(approved.wanted(), Wanted::Approval { revision });
    let again = approve_emergency(approved, actor("omar", Role::Approver));
    assert_eq!(again.refused(), Refusal::NotAwaited);
    let planned = approve_emergency(ordered(), mona());
    assert_eq!(planned.refused(), Refusal::NotAwaited);
}

/// Placed on 1 January; the built-in seven days end on the 8th.
#[test]
fn a_late_approval_is_taken_and_answered_for() {
    let in_time = approve_emergency(emergency().on("2026-01-08"), mona());
    assert_eq!(broken(&in_time), []);
    let late = approve_emergency(emergency().on("2026-01-10"), mona());
    let rule = BrokenRule::ApprovedLate;
    assert_eq!(broken(&late), [(rule, None, number(7), number(9))]);
    let id = DiscrepancyId::new("D2").unwrap();
    let answer = DiscrepancyAnswer {
        id: id.clone(),
        answer: text("the director was abroad"),
    };
    let answered = late.when(Command::AnswerDiscrepancy(answer.clone()));
    assert_eq!(
        answered.last(),
        [Event::DiscrepancyAnswered(answer.clone())]
    );
    let again = answered.when(Command::AnswerDiscrepancy(answer));
    assert_eq!(again.refused(), Refusal::DiscrepancyUnknown { id });
}

#[test]
fn the_supplier_acknowledges_once_or_an_officer_for_it() {
    let note = || Command::Acknowledge(Acknowledgement { reference: None });
    let acknowledged = ordered().by(nile()).when(note());
    assert_eq!(
        acknowledged.state().book().unwrap().stage(),
        Stage::Acknowledged
    );
    assert_eq!(acknowledged.when(note()).refused(), Refusal::Acknowledged);
    assert!(ordered().by(sami()).when(note()).accepted());
    let mut other = nile();
    other.id = ActorId::Organization(organization("delta"));
    let supplier = organization("nile");
    for stranger in [other, mona()] {
        let refused = ordered().by(stranger).when(note()).refused();
        let supplier = supplier.clone();
        assert_eq!(refused, Refusal::NotTheSupplier { supplier });
    }
}

#[test]
fn an_order_is_closed_with_a_reason_where_something_has_not_come() {
    let close = |reason: Option<&str>| {
        let reason = reason.map(text);
        Command::Close(Closure { reason })
    };
    let part = deliver(ordered(), 1, 99).by(huda());
    let refused = part.clone().when(close(None)).refused();
    assert_eq!(refused, Refusal::ReasonMissing { line: 1 });
    assert!(part.when(close(Some("the maker stopped"))).accepted());
    let all = deliver(ordered(), 1, 100).by(huda()).when(close(None));
    assert_eq!(all.state().book().unwrap().stage(), Stage::Closed);
    assert_eq!(all.when(close(None)).refused(), Refusal::Closed);
}

#[test]
fn an_order_is_cancelled_only_before_anything_came_or_was_paid() {
    let cancel = || {
        let reason = text("never delivered");
        Command::Cancel(Cancellation { reason })
    };
    let cancelled = ordered().when(cancel());
    assert_eq!(cancelled.state().book().unwrap().stage(), Stage::Cancelled);
    assert_eq!(cancelled.when(cancel()).refused(), Refusal::Cancelled);
    let came = deliver(ordered(), 1, 1).by(huda());
    assert_eq!(came.when(cancel()).refused(), Refusal::Delivered);
    let paid = pay(advance(ordered(), "P1", "50"), "P1", "50", "B1");
    assert_eq!(paid.by(huda()).when(cancel()).refused(), Refusal::Paid);
}

fn file() -> Origin {
    Origin::Import {
        file: Sha256([7; 32]),
        line: 2,
    }
}

/// History skips the rules of decisions, and ends where native events begin.
#[test]
fn history_is_imported_whole() {
    let import = |event| Command::Import(Box::new(event));
    let mut old = placement(Basis::Unstated, pens());
    old.lines[0].due = None;
    old.supplier = organization("gone");
    let mut old_delivery = delivery(1, vec![came("pen", 100)]);
    old_delivery.supplier = organization("gone");
    let given = Given::<Order>::nothing().origin(file());
    let placed = given.clone().when(import(Event::OrderPlaced(old.clone())));
    assert_eq!(placed.last(), [Event::OrderPlaced(old)]);
    let delivered = placed
        .clone()
        .when(import(Event::DeliveryRecorded(old_delivery.clone())));
    old_delivery.lines = vec![counted(1, "pen", 100)];
    let recorded = Event::DeliveryRecorded(old_delivery);
    assert_eq!(delivered.last(), std::slice::from_ref(&recorded));
    let again = delivered.clone().when(import(recorded.clone()));
    let receipt = receipt(1);
    assert_eq!(again.refused(), Refusal::DeliveryRecorded { receipt });
    let closed = delivered
        .clone()
        .when(import(Event::OrderClosed(Closure { reason: None })));
    assert!(closed.accepted());
    let late = given.when(import(recorded.clone()));
    assert_eq!(late.refused(), Refusal::NotPlaced);

    let native = delivered.origin(Origin::Native);
    assert_eq!(
        native.clone().when(import(recorded)).refused(),
        Refusal::NotHistory
    );
    let billed = bill(native, "I1", 1, "2.5");
    let after = billed.origin(file());
    let closing = import(Event::OrderClosed(Closure { reason: None }));
    assert_eq!(after.when(closing).refused(), Refusal::NativeBegan);
    let found = Event::MismatchFound(Mismatch {
        invoice: paper("I1"),
        differences: Vec::new(),
    });
    assert_eq!(placed.when(import(found)).refused(), Refusal::NotHistory);
}

#[test]
fn impossible_histories() {
    let close = || Event::OrderClosed(Closure { reason: None });
    let approved = Event::OrderApproved(Approval {
        reason: text("x"),
        total: money("250"),
    });
    assert!(!nothing().possible(&close()), "nothing placed");
    let twice = Event::OrderPlaced(placement(contract(), pens()));
    assert!(!ordered().possible(&twice), "placed twice");
    assert!(!nothing().possible(&Event::OrderPlaced(placement(contract(), Vec::new()))));
    assert!(!ordered().possible(&approved), "no emergency");
    assert!(!emergency().possible(&approved), "the same person");
    assert!(emergency().by(mona()).possible(&approved));
    assert!(!ordered().event(close()).possible(&close()), "closed twice");
}
