//! Samples of the events of a transfer.

use sijill_ledger_core::domain::stock::StockKey;
use sijill_ledger_core::domain::transfer::{
    BrokenRule, Closure, Discrepancy, DiscrepancyAnswer, DocumentRef, Event, Receipt, ReceiptLine,
    Shipment, ShipmentLine,
};

use super::values::{day, of, quantity, text};
use super::{Sample, full, further};

pub fn samples() -> Vec<Sample> {
    let line = || ShipmentLine {
        key: key(),
        quantity: quantity("120"),
    };
    let shipment = Shipment {
        dispatch: document("EG-C-001", 300),
        number: of("DSP 2026/0114"),
        to: of("EG-GZ-014"),
        dispatched_on: day("2026-03-12"),
        due: Some(day("2026-03-20")),
        requisition: Some(of("REQ-9")),
        lines: vec![line(), line()],
    };
    let without_a_day = Shipment {
        due: None,
        requisition: None,
        ..shipment.clone()
    };
    vec![
        full(Event::TransferDispatched(shipment)),
        further("unplanned", Event::TransferDispatched(without_a_day)),
        full(Event::TransferArrived(receipt())),
        full(Event::TransferClosed(Closure {
            reason: Some(text("فُقدت الكرتونة في الطريق ولم يُعثر عليها")),
            lost: vec![line()],
        })),
        further(
            "settled",
            Event::TransferClosed(Closure {
                reason: None,
                lost: Vec::new(),
            }),
        ),
        full(Event::DiscrepancyOpened(Discrepancy {
            id: of("D3"),
            rule: BrokenRule::AboveInTransit,
            key: key(),
            expected: "100".parse().unwrap(),
            found: "120".parse().unwrap(),
        })),
        full(Event::DiscrepancyAnswered(DiscrepancyAnswer {
            id: of("D3"),
            answer: text("كُتبت الكمية خطأ في إذن الصرف"),
        })),
    ]
}

fn receipt() -> Receipt {
    Receipt {
        arrival: document("EG-GZ-014", 77),
        number: of("ARR 2026/0031"),
        from: of("EG-C-001"),
        arrived_on: day("2026-03-15"),
        lines: vec![ReceiptLine {
            key: key(),
            accepted: quantity("110.5"),
            rejected: quantity("7.5"),
            lost: quantity("2"),
            reason: Some(text("عبوات مكسورة")),
        }],
    }
}

fn document(facility: &str, revision: u64) -> DocumentRef {
    DocumentRef {
        facility: of(facility),
        revision,
    }
}

fn key() -> StockKey {
    StockKey {
        item: of("J01CA04"),
        batch: Some(of("LOT (2)/7")),
        programme: Some(of("EPI")),
    }
}
