//! Deliveries, inspections, reversals.

use super::*;

fn record(given: Given<Order>, delivery: Delivery) -> Given<Order> {
    given.by(sijill()).when(Command::RecordDelivery(delivery))
}

fn inspect(given: Given<Order>, revision: u64, accepted: u32, rejected: u32) -> Given<Order> {
    given
        .by(sijill())
        .when(Command::InspectDelivery(Inspection {
            receipt: receipt(1),
            revision,
            lines: vec![InspectionLine {
                item: item("pen"),
                accepted: accepted.into(),
                rejected: rejected.into(),
                reason: None,
            }],
        }))
}

fn reverse(given: Given<Order>, revision: u64) -> Given<Order> {
    let receipt = receipt(revision);
    let command = Command::ReverseDelivery(DeliveryReversal { receipt });
    given.by(sijill()).when(command)
}

fn provisional(pens: u32) -> Given<Order> {
    let mut waiting = delivery(1, vec![came("pen", pens)]);
    waiting.provisional = true;
    record(ordered(), waiting)
}

#[test]
fn only_policies_record_deliveries_and_each_receipt_counts_once() {
    let command = Command::RecordDelivery(delivery(1, vec![came("pen", 1)]));
    assert_eq!(ordered().when(command).refused(), Refusal::NotAPolicy);
    let once = deliver(ordered(), 1, 60);
    let event = Event::DeliveryRecorded(delivery(1, vec![counted(1, "pen", 60)]));
    assert_eq!(once.last(), [event]);
    let receipt = receipt(1);
    let twice = deliver(once.clone(), 1, 60).refused();
    assert_eq!(twice, Refusal::DeliveryRecorded { receipt });
    assert_eq!(broken(&deliver(once, 2, 40)), []);
}

/// 60 pens for Giza, 30 and 50 for the central store: of 70 that come to the central store, 30 fill line 2 and 40 go to line 3.
#[test]
fn what_comes_fills_the_lines_of_its_store_in_their_order() {
    let lines = vec![
        line("pen", "giza", 60, "2.5"),
        line("pen", "central", 30, "2.5"),
        line("pen", "central", 50, "2.4"),
    ];
    let ordered = nothing().when(place(contract(), lines));
    let first = deliver(ordered, 1, 70);
    let parts = vec![counted(2, "pen", 30), counted(3, "pen", 40)];
    assert_eq!(first.last(), [Event::DeliveryRecorded(delivery(1, parts))]);
    // Of 15 more, 10 are lacking on line 3.
    let second = deliver(first, 2, 15);
    let recorded = Event::DeliveryRecorded(delivery(2, vec![counted(3, "pen", 15)]));
    assert_eq!(second.last()[0], recorded);
    let rule = BrokenRule::AboveOrdered;
    assert_eq!(broken(&second), [(rule, Some(3), number(10), number(15))]);
}

#[test]
fn what_was_not_ordered_is_recorded_with_a_discrepancy() {
    let both = vec![came("pen", 100), came("syrup", 5)];
    let given = record(ordered(), delivery(1, both));
    let parts = vec![counted(1, "pen", 100), came("syrup", 5)];
    assert_eq!(given.last()[0], Event::DeliveryRecorded(delivery(1, parts)));
    let rule = BrokenRule::NotOrdered;
    assert_eq!(broken(&given), [(rule, None, number(0), number(5))]);
}

#[test]
fn what_another_supplier_brings_counts_for_no_line() {
    let mut foreign = delivery(1, vec![came("pen", 100)]);
    foreign.supplier = organization("delta");
    let given = record(ordered(), foreign.clone());
    assert_eq!(given.last()[0], Event::DeliveryRecorded(foreign));
    let rule = BrokenRule::OtherSupplier;
    assert_eq!(broken(&given), [(rule, None, number(0), number(100))]);
    let right = deliver(given, 2, 100);
    assert_eq!(broken(&right), []);
}

#[test]
fn another_price_and_goods_after_the_end_are_discrepancies() {
    let mut dear = delivery(1, vec![came("pen", 100)]);
    dear.lines[0].unit_price = Some(price("2.6"));
    let given = record(ordered(), dear);
    let (expected, found) = (Decimal::new(25, 1), Decimal::new(26, 1));
    assert_eq!(
        broken(&given),
        [(BrokenRule::PriceDiffers, Some(1), expected, found)]
    );
    let reason = text("never delivered");
    let cancelled = ordered().when(Command::Cancel(Cancellation { reason }));
    let late = deliver(cancelled, 1, 100);
    let rule = BrokenRule::AfterClosing;
    assert_eq!(broken(&late), [(rule, None, number(0), number(100))]);
}

#[test]
fn a_delivery_without_lines_or_goods_is_not_understood() {
    let none = record(ordered(), delivery(1, Vec::new())).refused();
    assert_eq!(none, Refusal::LineCount { lines: 0 });
    let zero = record(ordered(), delivery(1, vec![came("pen", 0)])).refused();
    assert_eq!(zero, Refusal::ZeroQuantity { line: 1 });
}

/// Of 100 provisional pens 60 are accepted and 10 rejected, later 30 accepted: 90 count, and 10 may still come.
#[test]
fn a_provisional_delivery_counts_for_what_was_accepted() {
    let early = bill(provisional(100), "I1", 1, "2.5");
    let difference = Difference {
        line: Some(1),
        kind: DifferenceKind::Quantity,
        expected: number(0),
        found: number(1),
    };
    let mismatch = Event::MismatchFound(Mismatch {
        invoice: paper("I1"),
        differences: vec![difference],
    });
    assert_eq!(early.last()[1], mismatch);
    let first = inspect(provisional(100), 2, 60, 10);
    let rule = BrokenRule::Rejected;
    assert_eq!(broken(&first), [(rule, Some(1), number(70), number(60))]);
    let second = inspect(first, 3, 30, 0);
    assert_eq!(broken(&second), []);
    let billed = bill(second.clone(), "I1", 90, "225");
    assert!(matches!(billed.last()[1], Event::InvoiceMatched(_)));
    assert_eq!(broken(&deliver(second, 5, 10)), []);
}

#[test]
fn an_inspection_counts_once_and_not_above_what_waits() {
    let receipt = || receipt(1);
    let once = inspect(provisional(100), 2, 60, 0);
    let again = inspect(once.clone(), 2, 1, 0).refused();
    assert_eq!(again, Refusal::InspectionRecorded { receipt: receipt() });
    let above = inspect(once, 3, 30, 11).refused();
    assert_eq!(above, Refusal::AboveDelivered { receipt: receipt() });
    let unknown = inspect(ordered(), 2, 1, 0).refused();
    assert_eq!(unknown, Refusal::NoDelivery { receipt: receipt() });
    let standing = deliver(ordered(), 1, 100);
    let settled = inspect(standing, 2, 1, 0).refused();
    assert_eq!(settled, Refusal::AboveDelivered { receipt: receipt() });
}

#[test]
fn a_reversed_receipt_no_longer_counts_and_never_counts_again() {
    let reversed = reverse(deliver(ordered(), 1, 100), 1);
    let event = Event::DeliveryReversed(DeliveryReversal {
        receipt: receipt(1),
    });
    assert_eq!(reversed.last(), [event]);
    let receipt = receipt(1);
    let twice = reverse(reversed.clone(), 1).refused();
    assert_eq!(
        twice,
        Refusal::NoDelivery {
            receipt: receipt.clone()
        }
    );
    let again = deliver(reversed.clone(), 1, 100).refused();
    assert_eq!(again, Refusal::DeliveryRecorded { receipt });
    assert_eq!(broken(&deliver(reversed, 2, 100)), []);
}

/// 100 pens are invoiced and matched; the receipt of 60 of them was a mistake: 40 remain, 100 are invoiced.
#[test]
fn a_reversal_below_what_is_invoiced_is_a_discrepancy() {
    let delivered = deliver(deliver(ordered(), 1, 60), 2, 40);
    let billed = bill(delivered, "I1", 100, "250");
    let reversed = reverse(billed, 1);
    let rule = BrokenRule::BelowInvoiced;
    assert_eq!(
        broken(&reversed),
        [(rule, Some(1), number(40), number(100))]
    );
    let left = money("100");
    let refused = approve(reversed.clone(), "P1", "I1", "250").refused();
    assert_eq!(refused, Refusal::AboveDeliveries { left });
    assert!(approve(reversed, "P1", "I1", "100").accepted());
}

#[test]
fn impossible_deliveries() {
    let other_line = delivery(1, vec![counted(2, "pen", 1)]);
    assert!(!ordered().possible(&Event::DeliveryRecorded(other_line)));
    let other_item = delivery(1, vec![counted(1, "syrup", 1)]);
    assert!(!ordered().possible(&Event::DeliveryRecorded(other_item)));
    let reversal = Event::DeliveryReversed(DeliveryReversal {
        receipt: receipt(1),
    });
    assert!(!ordered().possible(&reversal), "nothing came");
}
