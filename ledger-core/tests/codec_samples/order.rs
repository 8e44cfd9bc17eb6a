//! Samples of orders.

use sijill_ledger_core::domain::order::{
    Acknowledgement, Approval, Basis, BrokenRule, Cancellation, Closure, CreditNote, Delivery,
    DeliveryLine, DeliveryReversal, Difference, DifferenceKind, Discrepancy, DiscrepancyAnswer,
    Event, Inspection, InspectionLine, Invoice, InvoiceLine, InvoiceMatch, Mismatch, OrderLine,
    Payment, PaymentApproval, PaymentPurpose, Placement, ReceiptRef,
};
use sijill_ledger_core::domain::values::Currency;

use super::values::{day, money, of, price, quantity, sha256, text};
use super::{Sample, full, full_since, further};

pub fn samples() -> Vec<Sample> {
    [placed(), delivered(), invoiced(), paid(), ended()]
        .into_iter()
        .flatten()
        .collect()
}

fn placement(basis: Basis) -> Placement {
    Placement {
        number: of("PO 2026/31"),
        basis,
        buyer: of("EG-MOH"),
        supplier: of("NILE-PHARMA"),
        currency: Currency::new("JOD").unwrap(),
        delivery_terms: Some(of("DDP")),
        attachment: Some(sha256()),
        lines: vec![OrderLine {
            item: of("J01CA04"),
            facility: of("EG-GZ-014"),
            quantity: quantity("1200"),
            unit_price: price(),
            due: Some(day("2026-04-15")),
        }],
        called_by: None,
    }
}

/// As a call-off of an agreement that is kept here places it.
pub(super) fn called_off() -> Placement {
    Placement {
        called_by: Some(of("9-2211")),
        ..placement(Basis::CallOff(of("T-2025-9")))
    }
}

fn placed() -> Vec<Sample> {
    let bare = Placement {
        delivery_terms: None,
        attachment: None,
        lines: vec![OrderLine {
            item: of("J01CA04"),
            facility: of("EG-GZ-014"),
            quantity: quantity("0.5"),
            unit_price: price(),
            due: None,
        }],
        ..placement(Basis::Unstated)
    };
    let emergency = Basis::Emergency(text("تفشٍّ وبائي"));
    let direct = Basis::Direct(text("دون حد المناقصة"));
    vec![
        full_since(2, Event::OrderPlaced(called_off())),
        further("imported", Event::OrderPlaced(bare)),
        further("emergency", Event::OrderPlaced(placement(emergency))),
        further("direct", Event::OrderPlaced(placement(direct))),
        further(
            "call_off",
            Event::OrderPlaced(placement(Basis::CallOff(of("F-2025-9")))),
        ),
        further(
            "petty_cash",
            Event::OrderPlaced(placement(Basis::PettyCash)),
        ),
        full(Event::OrderApproved(Approval {
            reason: text("لم يكن في المخازن غيره"),
            total: money(),
        })),
        full(Event::OrderAcknowledged(Acknowledgement {
            reference: Some(of("SO-77/1")),
        })),
        further(
            "bare",
            Event::OrderAcknowledged(Acknowledgement { reference: None }),
        ),
    ]
}

fn receipt() -> ReceiptRef {
    ReceiptRef {
        facility: of("EG-GZ-014"),
        revision: 41,
    }
}

fn delivered() -> Vec<Sample> {
    let delivery = Delivery {
        receipt: receipt(),
        document: of("GRN 2026/0417"),
        supplier: of("NILE-PHARMA"),
        delivered_on: day("2026-04-12"),
        provisional: true,
        lines: vec![DeliveryLine {
            line: Some(1),
            item: of("J01CA04"),
            quantity: quantity("1200"),
            unit_price: Some(price()),
        }],
        freight: Some(money()),
        note: Some(text("Air; weight 358 kg")),
    };
    let stray = Delivery {
        provisional: false,
        lines: vec![DeliveryLine {
            line: None,
            item: of("N02BE01"),
            quantity: quantity("12"),
            unit_price: None,
        }],
        freight: None,
        note: None,
        ..delivery.clone()
    };
    vec![
        full(Event::DeliveryRecorded(delivery)),
        further("not_ordered", Event::DeliveryRecorded(stray)),
        full(Event::DeliveryInspected(Inspection {
            receipt: receipt(),
            revision: 44,
            lines: vec![InspectionLine {
                item: of("J01CA04"),
                accepted: quantity("1190"),
                rejected: quantity("10"),
                reason: Some(text("علب مبتلة")),
            }],
        })),
        full(Event::DeliveryReversed(DeliveryReversal {
            receipt: receipt(),
        })),
    ]
}

fn invoiced() -> Vec<Sample> {
    let invoice = Invoice {
        number: of("INV-2026/881"),
        dated: day("2026-04-14"),
        attachment: Some(sha256()),
        lines: vec![InvoiceLine {
            line: 1,
            quantity: quantity("1200"),
            unit_price: price(),
        }],
        total: money(),
    };
    let differences = [
        (Some(1), DifferenceKind::Quantity, "1190", "1200"),
        (Some(1), DifferenceKind::Price, "0.333512", "0.34"),
        (None, DifferenceKind::Total, "400.214", "400.3"),
    ];
    let difference = |(line, kind, expected, found): (Option<u16>, _, &str, &str)| Difference {
        line,
        kind,
        expected: expected.parse().unwrap(),
        found: found.parse().unwrap(),
    };
    let mismatch = |count| Mismatch {
        invoice: of("INV-2026/881"),
        differences: differences
            .into_iter()
            .take(count)
            .map(difference)
            .collect(),
    };
    vec![
        full(Event::InvoiceRecorded(invoice.clone())),
        further(
            "no_scan",
            Event::InvoiceRecorded(Invoice {
                attachment: None,
                ..invoice
            }),
        ),
        full(Event::InvoiceMatched(InvoiceMatch {
            invoice: of("INV-2026/881"),
            total: money(),
        })),
        full(Event::MismatchFound(mismatch(2))),
        further("total", Event::MismatchFound(mismatch(3))),
        full(Event::CreditNoted(CreditNote {
            number: of("CN-12"),
            invoice: of("INV-2026/881"),
            amount: money(),
            reason: text("عشر علب مرفوضة"),
        })),
    ]
}

fn paid() -> Vec<Sample> {
    let approval = |purpose| {
        Event::PaymentApproved(PaymentApproval {
            payment: of("PAY-5"),
            purpose,
            amount: money(),
        })
    };
    vec![
        full(approval(PaymentPurpose::Invoice(of("INV-2026/881")))),
        further("advance", approval(PaymentPurpose::Advance)),
        full(Event::PaymentMade(Payment {
            payment: of("PAY-5"),
            paid_on: day("2026-05-02"),
            amount: money(),
            reference: of("CBE 99812"),
        })),
    ]
}

fn ended() -> Vec<Sample> {
    let discrepancy = |line| {
        Event::DiscrepancyOpened(Discrepancy {
            id: of("D42"),
            rule: BrokenRule::AboveOrdered,
            line,
            expected: "1200".parse().unwrap(),
            found: "1250.5".parse().unwrap(),
        })
    };
    vec![
        full(Event::OrderClosed(Closure {
            reason: Some(text("لن يورَّد الباقي")),
        })),
        further("complete", Event::OrderClosed(Closure { reason: None })),
        full(Event::OrderCancelled(Cancellation {
            reason: text("لم يورَّد قط"),
        })),
        full(discrepancy(Some(1))),
        further("whole", discrepancy(None)),
        full(Event::DiscrepancyAnswered(DiscrepancyAnswer {
            id: of("D42"),
            answer: text("أعيد الزائد إلى المورّد"),
        })),
    ]
}
