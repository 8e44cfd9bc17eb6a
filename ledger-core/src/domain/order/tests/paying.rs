//! Approvals and payments.

use super::*;

/// 100 pens came and are invoiced: 250.00.
fn billed() -> Given<Order> {
    bill(deliver(ordered(), 1, 100), "I1", 100, "250")
}

#[test]
fn someone_else_approves_within_the_limit() {
    let purpose = || PaymentPurpose::Invoice(paper("I1"));
    let by = |who: Actor, amount: &str| {
        let command = Command::ApprovePayment(approval("P1", purpose(), amount));
        billed().by(who).when(command)
    };
    assert_eq!(by(huda(), "250").refused(), Refusal::OwnOrder);
    assert_eq!(by(sami(), "250").refused(), Refusal::OwnInvoice);
    assert_eq!(by(nile(), "250").refused(), Refusal::NotAnOfficial);
    let amount = money("250");
    let stranger = actor("stranger", Role::Approver);
    assert_eq!(
        by(stranger, "250").refused(),
        Refusal::NoAuthority { amount }
    );
    let laila = actor("laila", Role::Approver);
    let supplier = organization("nile");
    assert_eq!(by(laila, "250").refused(), Refusal::Interest { supplier });
    let approved = by(mona(), "250");
    let event = Event::PaymentApproved(approval("P1", purpose(), "250"));
    assert_eq!(approved.last(), [event]);
    // The order and a delivery stand before the invoice.
    let revision = Some(2);
    assert_eq!(approved.wanted(), Wanted::Approval { revision });
    let again = approve(approved, "P1", "I1", "1").refused();
    let payment = paper("P1");
    assert_eq!(again, Refusal::PaymentApproved { payment });
}

/// Mona may approve 10,000 at once; 5,000 pens at 2.50 come to 12,500.
#[test]
fn a_payment_above_the_limit_is_refused() {
    let lines = vec![line("pen", "central", 5000, "2.5")];
    let placed = nothing().by(salma()).when(place(contract(), lines));
    let much = deliver(placed, 1, 5000);
    let much = bill(much, "I1", 5000, "12500");
    let (amount, limit) = (money("12500"), money("10000"));
    let refused = approve(much.clone(), "P1", "I1", "12500").refused();
    assert_eq!(refused, Refusal::AboveLimit { amount, limit });
    assert!(approve(much, "P1", "I1", "10000").accepted());
}

#[test]
fn payments_of_an_invoice_stay_within_it() {
    let first = approve(billed(), "P1", "I1", "200");
    let (invoice, left) = (paper("I1"), money("50"));
    let refused = approve(first.clone(), "P2", "I1", "50.01").refused();
    assert_eq!(refused, Refusal::AboveInvoice { invoice, left });
    assert!(approve(first, "P2", "I1", "50").accepted());
    let amount = money("0");
    let nothing = approve(billed(), "P1", "I1", "0").refused();
    assert_eq!(nothing, Refusal::NotPositive { amount });
    let invoice = paper("I9");
    let unknown = approve(billed(), "P1", "I9", "1").refused();
    assert_eq!(unknown, Refusal::NoInvoice { invoice });
}

/// Twenty percent of 250.00 are 50.00.
#[test]
fn advances_stay_within_the_rulesets_share() {
    let (percent, left) = (20, money("50"));
    let refused = advance(ordered(), "P1", "50.01").refused();
    assert_eq!(refused, Refusal::AboveAdvance { percent, left });
    let some = advance(ordered(), "P1", "30");
    let revision = Some(0);
    assert_eq!(some.wanted(), Wanted::Approval { revision });
    let left = money("20");
    let refused = advance(some.clone(), "P2", "20.01").refused();
    assert_eq!(refused, Refusal::AboveAdvance { percent, left });
    assert!(advance(some, "P2", "20").accepted());
    let all = deliver(ordered(), 1, 100).by(huda());
    let closed = all.when(Command::Close(Closure { reason: None }));
    assert_eq!(advance(closed, "P1", "1").refused(), Refusal::Closed);
}

/// 250.00 with an advance of 50.00: the first invoice of 150.00 is paid in full; of the second, over 100.00, 50.00 are left.
#[test]
fn the_last_invoices_recover_the_advance() {
    let advanced = pay(advance(ordered(), "A1", "50"), "A1", "50", "B1");
    let first = bill(deliver(advanced, 1, 60), "I1", 60, "150");
    let first = approve(first, "P1", "I1", "150");
    assert!(first.accepted());
    let second = bill(deliver(first, 2, 40), "I2", 40, "100");
    let left = money("50");
    let refused = approve(second.clone(), "P2", "I2", "50.01").refused();
    assert_eq!(refused, Refusal::AdvanceFirst { left });
    assert!(approve(second, "P2", "I2", "50").accepted());
}

/// Once closed, nothing more comes: of an advance of 50.00 and 60 pens over 150.00, 100.00 are left to pay.
#[test]
fn a_closed_order_pays_no_more_than_what_came() {
    let advanced = pay(advance(ordered(), "A1", "50"), "A1", "50", "B1");
    let billed = bill(deliver(advanced.clone(), 1, 60), "I1", 60, "150");
    let reason = || Some(text("the maker stopped"));
    let close = || Command::Close(Closure { reason: reason() });
    let closed = billed.by(huda()).when(close());
    assert_eq!(broken(&closed), []);
    let left = money("100");
    let refused = approve(closed.clone(), "P1", "I1", "100.01").refused();
    assert_eq!(refused, Refusal::AdvanceFirst { left });
    assert!(approve(closed, "P1", "I1", "100").accepted());
    // Nothing came at all: the advance is to be recovered, and someone must say how.
    let empty = advanced.by(huda()).when(close());
    let rule = BrokenRule::AdvanceUnrecovered;
    assert_eq!(broken(&empty), [(rule, None, number(0), number(50))]);
}

#[test]
fn nothing_is_paid_on_an_emergency_that_nobody_approved() {
    let urgent = nothing().when(place(Basis::Emergency(text("outbreak")), pens()));
    let billed = bill(deliver(urgent, 1, 100), "I1", 100, "250");
    let refused = approve(billed.clone(), "P1", "I1", "250").refused();
    assert_eq!(refused, Refusal::NotApproved);
    assert_eq!(
        advance(billed.clone(), "P1", "1").refused(),
        Refusal::NotApproved
    );
    let reason = text("nothing else was in store");
    let omar = actor("omar", Role::Approver);
    let approved = billed.by(omar).when(Command::ApproveEmergency { reason });
    assert!(approve(approved, "P1", "I1", "250").accepted());
}

#[test]
fn nothing_is_approved_on_a_cancelled_order() {
    let reason = text("never delivered");
    let cancelled = ordered().when(Command::Cancel(Cancellation { reason }));
    assert_eq!(advance(cancelled, "P1", "1").refused(), Refusal::Cancelled);
}

#[test]
fn a_payment_is_a_fact_even_above_its_approval() {
    let approved = approve(billed(), "P1", "I1", "250");
    let part = pay(approved, "P1", "200", "B1");
    assert_eq!(
        part.last(),
        [Event::PaymentMade(payment("P1", "200", "B1"))]
    );
    let above = pay(part.clone(), "P1", "60", "B2");
    let rule = BrokenRule::AboveApproved;
    assert_eq!(broken(&above), [(rule, None, number(50), number(60))]);
    let stray = pay(part.clone(), "P9", "1", "B3");
    assert_eq!(broken(&stray), [(rule, None, number(0), number(1))]);
    let reference = paper("B1");
    let twice = pay(part.clone(), "P1", "50", "B1").refused();
    assert_eq!(twice, Refusal::PaymentRecorded { reference });
    let mut dinars = payment("P1", "1", "B4");
    dinars.amount = Money::new(number(1), Currency::new("JOD").unwrap()).unwrap();
    let refused = part.when(Command::RecordPayment(dinars)).refused();
    let (expected, given) = ("EGP", "JOD");
    assert_eq!(refused, Refusal::OtherCurrency { expected, given });
}

/// Mona approves the payment, and records it as made: two persons are needed, one was there.
#[test]
fn who_approved_a_payment_does_not_record_it_as_made() {
    let approved = approve(billed(), "P1", "I1", "200");
    let made = |amount| Command::RecordPayment(payment("P1", amount, "B1"));
    let own = approved.clone().by(mona()).when(made("200"));
    let rule = BrokenRule::OwnApproval;
    assert_eq!(broken(&own), [(rule, None, number(2), number(1))]);
    let too_much = approved.clone().by(mona()).when(made("201"));
    let above = BrokenRule::AboveApproved;
    assert_eq!(
        broken(&too_much),
        [
            (above, None, number(200), number(201)),
            (rule, None, number(2), number(1)),
        ]
    );
    // Omar approved another payment of the order, not this one.
    let command =
        Command::ApprovePayment(approval("P2", PaymentPurpose::Invoice(paper("I1")), "50"));
    let omar = || actor("omar", Role::Approver);
    let both = approved.by(omar()).when(command);
    assert_eq!(broken(&both.by(omar()).when(made("200"))), []);
}

/// An approval lapses with its order.
#[test]
fn a_payment_on_a_cancelled_order_was_not_approved() {
    let reason = text("never delivered");
    let cancelled = advance(ordered(), "A1", "50")
        .by(huda())
        .when(Command::Cancel(Cancellation { reason }));
    let paid = pay(cancelled, "A1", "50", "B1");
    let rule = BrokenRule::AboveApproved;
    assert_eq!(broken(&paid), [(rule, None, number(0), number(50))]);
}

/// The wrong receipt of 60 pens is taken back, the supplier gives credit for them: 40 pens, 100.00, are paid, not less.
#[test]
fn credit_for_goods_taken_back_is_not_counted_twice() {
    let delivered = deliver(deliver(ordered(), 1, 60), 2, 40);
    let billed = bill(delivered, "I1", 100, "250");
    let receipt = receipt(1);
    let reversal = Command::ReverseDelivery(DeliveryReversal { receipt });
    let credited = billed
        .by(sijill())
        .when(reversal)
        .by(sami())
        .when(Command::RecordCreditNote(CreditNote {
            number: paper("C1"),
            invoice: paper("I1"),
            amount: money("150"),
            reason: text("never came"),
        }));
    let (invoice, left) = (paper("I1"), money("100"));
    let refused = approve(credited.clone(), "P1", "I1", "100.01").refused();
    assert_eq!(refused, Refusal::AboveInvoice { invoice, left });
    assert!(approve(credited, "P1", "I1", "100").accepted());
}

#[test]
fn impossible_payments() {
    let purpose = || PaymentPurpose::Invoice(paper("I1"));
    let event = |payment: &str| Event::PaymentApproved(approval(payment, purpose(), "1"));
    assert!(
        !billed().by(huda()).possible(&event("P1")),
        "the same person"
    );
    assert!(billed().by(mona()).possible(&event("P1")));
    assert!(!ordered().by(mona()).possible(&event("P1")), "no invoice");
    let approved = billed().by(mona()).event(event("P1"));
    assert!(!approved.possible(&event("P1")), "approved twice");
    let paid = approved.event(Event::PaymentMade(payment("P1", "1", "B1")));
    assert!(!paid.possible(&Event::PaymentMade(payment("P1", "1", "B1"))));
}
