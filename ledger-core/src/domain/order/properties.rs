//! Invariants over random command histories.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::accounts::Standing;
use super::tests::{
    approval, came, contract, delivery, huda, invoice, line, mona, money, nile, nothing, paper,
    payment, place, receipt, sami, sijill, text,
};
use super::*;
use crate::event::{Actor, Role};
use crate::testing::{Given, actor};

/// Who sends a command: mostly the right one.
fn sender(command: &Command) -> Actor {
    match command {
        Command::Place(_) | Command::Close(_) | Command::Cancel(_) => huda(),
        Command::Acknowledge(_) => nile(),
        Command::RecordDelivery(_) | Command::InspectDelivery(_) | Command::ReverseDelivery(_) => {
            sijill()
        }
        Command::RecordInvoice(_)
        | Command::RecordCreditNote(_)
        | Command::AnswerDiscrepancy(_)
        | Command::Import(_) => sami(),
        Command::ApproveEmergency { .. } | Command::ApprovePayment(_) => mona(),
        Command::RecordPayment(_) => actor("payer", Role::Payer),
    }
}

fn code() -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => Just("pen"), 1 => Just("syrup"), 1 => Just("chair")]
}

fn bases() -> impl Strategy<Value = Basis> {
    prop_oneof![Just(contract()), Just(Basis::Emergency(text("outbreak")))]
}

fn unit_prices() -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => Just("2.5"), 1 => Just("2.6"), 1 => Just("0.335")]
}

fn deliveries() -> impl Strategy<Value = Command> {
    let lines = prop::collection::vec((code(), 1_u32..80), 1..3);
    let supplier = prop_oneof![5 => Just("nile"), 1 => Just("delta")];
    (0_u64..12, lines, any::<bool>(), supplier).prop_map(
        |(revision, lines, provisional, supplier)| {
            let lines = lines.iter().map(|(code, n)| came(code, *n)).collect();
            Command::RecordDelivery(Delivery {
                provisional,
                supplier: super::tests::organization(supplier),
                ..delivery(revision, lines)
            })
        },
    )
}

fn inspections() -> impl Strategy<Value = Command> {
    (0_u64..12, 0_u64..30, code(), 0_u32..60, 0_u32..20).prop_map(
        |(of, revision, code, accepted, rejected)| {
            let found = InspectionLine {
                item: super::tests::item(code),
                accepted: accepted.into(),
                rejected: rejected.into(),
                reason: None,
            };
            Command::InspectDelivery(Inspection {
                receipt: receipt(of),
                revision,
                lines: vec![found],
            })
        },
    )
}

fn invoices() -> impl Strategy<Value = Command> {
    (0_u8..8, 1_u16..4, 1_u32..120, unit_prices(), any::<bool>()).prop_map(
        |(number, line, quantity, unit_price, wrong)| {
            let asked = super::tests::price(unit_price);
            let total = asked.line_total(quantity.into()).unwrap();
            let total = if wrong { money("1") } else { total };
            let mut made = invoice(&format!("I{number}"), quantity, unit_price, "0");
            made.lines[0].line = line;
            made.total = total;
            Command::RecordInvoice(made)
        },
    )
}

fn approvals() -> impl Strategy<Value = Command> {
    let purposes = prop_oneof![
        4 => (0_u8..8).prop_map(|n| PaymentPurpose::Invoice(paper(&format!("I{n}")))),
        1 => Just(PaymentPurpose::Advance),
    ];
    (0_u8..20, purposes, 1_u32..200).prop_map(|(number, purpose, amount)| {
        let payment = format!("P{number}");
        Command::ApprovePayment(approval(&payment, purpose, &amount.to_string()))
    })
}

fn command() -> impl Strategy<Value = Command> {
    let reason = || Some(text("because"));
    prop_oneof![
        5 => deliveries(),
        2 => inspections(),
        1 => (0_u64..12).prop_map(|of| Command::ReverseDelivery(DeliveryReversal { receipt: receipt(of) })),
        4 => invoices(),
        5 => approvals(),
        4 => (0_u8..20, 1_u32..200, 0_u8..30).prop_map(|(number, amount, reference)| {
            let (number, amount) = (format!("P{number}"), amount.to_string());
            Command::RecordPayment(payment(&number, &amount, &format!("B{reference}")))
        }),
        2 => (0_u8..9, 0_u8..8, 1_u32..60).prop_map(|(number, invoice, amount)| {
            Command::RecordCreditNote(CreditNote {
                number: paper(&format!("C{number}")),
                invoice: paper(&format!("I{invoice}")),
                amount: money(&amount.to_string()),
                reason: text("because"),
            })
        }),
        1 => Just(Command::ApproveEmergency { reason: text("because") }),
        1 => Just(Command::Acknowledge(Acknowledgement { reference: None })),
        1 => Just(Command::Close(Closure { reason: reason() })),
        1 => Just(Command::Cancel(Cancellation { reason: text("because") })),
        1 => (0_u64..40).prop_map(|n| Command::AnswerDiscrepancy(DiscrepancyAnswer {
            id: crate::domain::values::DiscrepancyId::new(&format!("D{n}")).unwrap(),
            answer: text("because"),
        })),
    ]
}

fn placed(basis: Basis) -> Given<Order> {
    let lines = vec![
        line("pen", "central", 60, "2.5"),
        line("syrup", "central", 30, "0.335"),
        line("pen", "central", 50, "2.6"),
    ];
    nothing().when(place(basis, lines))
}

/// What holds after every accepted command.
fn check(given: &Given<Order>, above_approved: bool, reversed: bool) {
    let book = given.state().book().unwrap();
    let approved = book.approved(|_| true);
    assert!(book.paid <= approved || above_approved);
    for line in &book.lines {
        assert!(line.accepted >= Decimal::ZERO && line.delivered >= line.accepted);
        assert!(line.invoiced <= line.payable() || reversed);
        assert!(line.invoiced <= line.ordered);
    }
    for claim in book.claims.values() {
        assert!(claim.net() >= Decimal::ZERO && claim.standing != Standing::Recorded);
    }
}

/// What holds at the moment of an approval.
fn check_approval(given: &Given<Order>) {
    let book = given.state().book().unwrap();
    let on_invoices = book.approved(|purpose| *purpose != PaymentPurpose::Advance);
    if matches!(given.last(), [Event::PaymentApproved(it)] if it.purpose != PaymentPurpose::Advance)
    {
        assert!(on_invoices <= book.payable());
    }
    let most = book.total.amount().max(book.matched_worth());
    assert!(book.approved(|_| true) <= most);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever is asked in whatever order: nothing panics, what was decided can be remembered (`Given` insists), and money
    /// follows goods.
    #[test]
    fn money_follows_goods(basis in bases(), commands in prop::collection::vec(command(), 1..60)) {
        let mut given = placed(basis);
        let (mut above_approved, mut reversed) = (false, false);
        for command in commands {
            let approves = matches!(command, Command::ApprovePayment(_));
            reversed |= matches!(command, Command::ReverseDelivery(_));
            let next = given.clone().by(sender(&command)).when(command);
            if !next.accepted() {
                continue;
            }
            above_approved |= next.last().iter().any(|event| {
                matches!(event, Event::DiscrepancyOpened(it) if it.rule == BrokenRule::AboveApproved)
            });
            check(&next, above_approved, reversed);
            if approves {
                check_approval(&next);
            }
            given = next;
        }
    }
}
