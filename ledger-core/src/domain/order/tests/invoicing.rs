//! The three-way match and credit.

use super::*;

fn credit(given: Given<Order>, number: &str, invoice: &str, amount: &str) -> Given<Order> {
    given.by(sami()).when(Command::RecordCreditNote(CreditNote {
        number: paper(number),
        invoice: paper(invoice),
        amount: money(amount),
        reason: text("ten were rejected"),
    }))
}

fn matched(invoice: &str, total: &str) -> Event {
    Event::InvoiceMatched(InvoiceMatch {
        invoice: paper(invoice),
        total: money(total),
    })
}

#[test]
fn an_invoice_that_agrees_is_matched_at_once() {
    let given = bill(deliver(ordered(), 1, 100), "I1", 100, "250");
    let recorded = Event::InvoiceRecorded(invoice("I1", 100, "2.5", "250"));
    assert_eq!(given.last(), [recorded, matched("I1", "250")]);
    let twice = bill(given, "I1", 1, "2.5").refused();
    let invoice = paper("I1");
    assert_eq!(twice, Refusal::InvoiceRecorded { invoice });
}

/// 100 ordered at 2.50, 90 taken over; 100 invoiced at 2.60, printed over 261.00.
#[test]
fn everything_that_differs_is_listed() {
    let command = Command::RecordInvoice(invoice("I1", 100, "2.6", "261"));
    let given = deliver(ordered(), 1, 90).by(sami()).when(command);
    let difference = |line, kind, expected: &str, found: &str| Difference {
        line,
        kind,
        expected: expected.parse().unwrap(),
        found: found.parse().unwrap(),
    };
    let differences = vec![
        difference(Some(1), DifferenceKind::Quantity, "90", "100"),
        difference(Some(1), DifferenceKind::Price, "2.5", "2.6"),
        difference(None, DifferenceKind::Total, "260", "261"),
    ];
    let invoice = paper("I1");
    let found = Event::MismatchFound(Mismatch {
        invoice: invoice.clone(),
        differences,
    });
    assert_eq!(given.last()[1], found);
    let refused = approve(given, "P1", "I1", "1").refused();
    assert_eq!(refused, Refusal::NotMatched { invoice });
}

/// Two percent of 2.50 are 0.05: 2.55 agrees, 2.56 does not, and neither does 2.44.
#[test]
fn the_ruleset_may_tolerate_another_price() {
    let tolerant = Rules {
        price_tolerance_percent: Some(number(2)),
        ..rules()
    };
    let with = |unit_price: &str, total: &str| {
        let given = deliver(ordered(), 1, 100).reading(
            Ruleset::national(),
            2,
            rules_in_force(tolerant.clone()),
        );
        let command = Command::RecordInvoice(invoice("I1", 100, unit_price, total));
        let given = given.by(sami()).when(command);
        matches!(given.last()[1], Event::InvoiceMatched(_))
    };
    assert!(with("2.55", "255") && with("2.45", "245"));
    assert!(!with("2.56", "256") && !with("2.44", "244"));
}

#[test]
fn what_is_on_a_matched_invoice_is_not_invoiced_twice() {
    let first = bill(deliver(ordered(), 1, 100), "I1", 60, "150");
    let second = bill(first, "I2", 60, "150");
    assert!(matches!(&second.last()[1], Event::MismatchFound(it)
        if (it.differences[0].expected, it.differences[0].found) == (number(40), number(60))));
    // The first is replaced by one that agrees, and never matches afterwards.
    let third = bill(second, "I3", 40, "100");
    assert_eq!(third.last()[1], matched("I3", "100"));
}

#[test]
fn an_invoice_that_came_before_the_goods_is_matched_when_they_come() {
    let early = bill(ordered(), "I1", 100, "250");
    assert!(matches!(early.last()[1], Event::MismatchFound(_)));
    let part = deliver(early, 1, 60);
    assert_eq!(part.last().len(), 1);
    let rest = deliver(part, 2, 40);
    assert_eq!(rest.last()[1], matched("I1", "250"));
    let paid = approve(rest, "P1", "I1", "250");
    assert!(paid.accepted());
}

/// 100 invoiced at 2.50, 90 taken over: credit of 25.00 mends it, 24.99 does not.
#[test]
fn a_credit_note_mends_an_invoice() {
    let wrong = bill(deliver(ordered(), 1, 90), "I1", 100, "250");
    let little = credit(wrong, "C1", "I1", "24.99");
    assert_eq!(little.last().len(), 1);
    let enough = credit(little, "C2", "I1", "0.01");
    assert_eq!(enough.last()[1], matched("I1", "225"));
    // The ten that come later may be invoiced anew.
    let rest = bill(deliver(enough, 2, 10), "I2", 10, "25");
    assert_eq!(rest.last()[1], matched("I2", "25"));
}

/// 100 at 3.00 instead of 2.50: credit of 50.00 brings the invoice down to the agreed price.
#[test]
fn credit_mends_a_price_that_was_not_agreed() {
    let command = Command::RecordInvoice(invoice("I1", 100, "3", "300"));
    let dear = deliver(ordered(), 1, 100).by(sami()).when(command);
    let mended = credit(dear, "C1", "I1", "50");
    assert_eq!(mended.last()[1], matched("I1", "250"));
}

#[test]
fn credit_counts_once_and_not_above_its_invoice() {
    let billed = bill(deliver(ordered(), 1, 100), "I1", 100, "250");
    let left = money("250");
    let invoice = paper("I1");
    let above = credit(billed.clone(), "C1", "I1", "250.01").refused();
    assert_eq!(above, Refusal::AboveInvoice { invoice, left });
    let invoice = paper("I9");
    let unknown = credit(billed.clone(), "C1", "I9", "1").refused();
    assert_eq!(unknown, Refusal::NoInvoice { invoice });
    let zero = credit(billed.clone(), "C1", "I1", "0").refused();
    let amount = money("0");
    assert_eq!(zero, Refusal::NotPositive { amount });
    let once = credit(billed, "C1", "I1", "50");
    let number = paper("C1");
    let again = credit(once.clone(), "C1", "I1", "50").refused();
    assert_eq!(again, Refusal::CreditNoteRecorded { number });
    // What was credited is not paid.
    let invoice = paper("I1");
    let left = money("200");
    let refused = approve(once, "P1", "I1", "250").refused();
    assert_eq!(refused, Refusal::AboveInvoice { invoice, left });
}

#[test]
fn an_invoice_names_lines_of_the_order_once_in_its_currency() {
    let delivered = || deliver(ordered(), 1, 100).by(sami());
    let with = |change: fn(&mut Invoice)| {
        let mut invoice = invoice("I1", 100, "2.5", "250");
        change(&mut invoice);
        delivered().when(Command::RecordInvoice(invoice)).refused()
    };
    assert_eq!(
        with(|it| it.lines[0].line = 2),
        Refusal::InvoiceLine { line: 2 }
    );
    assert_eq!(
        with(|it| it.lines[0].line = 0),
        Refusal::InvoiceLine { line: 0 }
    );
    let twice = with(|it| it.lines.push(it.lines[0].clone()));
    assert_eq!(twice, Refusal::InvoiceLine { line: 1 });
    let zero = with(|it| it.lines[0].quantity = Quantity::ZERO);
    assert_eq!(zero, Refusal::ZeroQuantity { line: 1 });
    assert_eq!(with(|it| it.lines.clear()), Refusal::LineCount { lines: 0 });
    let dinar = Currency::new("JOD").unwrap();
    let refused = delivered().when(Command::RecordInvoice(Invoice {
        total: Money::new(number(250), dinar).unwrap(),
        ..invoice("I1", 100, "2.5", "250")
    }));
    let (expected, given) = ("EGP", "JOD");
    assert_eq!(
        refused.refused(),
        Refusal::OtherCurrency { expected, given }
    );
    let mut delta = nile();
    delta.id = ActorId::Organization(organization("delta"));
    let foreign = delivered().by(delta);
    let supplier = organization("nile");
    let refused = foreign.when(Command::RecordInvoice(invoice("I1", 1, "2.5", "2.5")));
    assert_eq!(refused.refused(), Refusal::NotTheSupplier { supplier });
    let own = delivered().by(nile());
    assert!(
        own.when(Command::RecordInvoice(invoice("I1", 1, "2.5", "2.5")))
            .accepted()
    );
}
