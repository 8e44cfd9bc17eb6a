//! Samples of stock documents.

use sijill_ledger_core::domain::stock::{
    Acceptance, AcceptanceLine, Adjustment, AdjustmentLine, Arrival, ArrivalLine, BatchStep,
    BrokenRule, CountApproval, CountLine, CountProposal, Discrepancy, DiscrepancyAnswer, Dispatch,
    Document, Event, Issue, LineIn, LineOut, LossReason, Opening, PeriodClose, PeriodReport,
    Receipt, Recipient, Repack, RepackLine, Reservation, ReservationRelease, Return, ReturnLine,
    ReturnRoute, Reversal, Source, StockKey, WriteOff,
};

use super::values::{day, march, money, noon, of, price, quantity, sha256, text, withheld};
use super::{Sample, full, full_since, further};

pub fn samples() -> Vec<Sample> {
    [incoming(), outgoing(), counting(), batches(), bookkeeping()]
        .into_iter()
        .flatten()
        .collect()
}

fn document() -> Document {
    Document {
        number: of("GRN 2026/0417"),
        attachment: Some(sha256()),
        note: withheld("سلّمها الأستاذ محمود، الكرتونة الثانية مبتلّة"),
    }
}

fn bare_document() -> Document {
    Document {
        number: of("17"),
        attachment: None,
        note: None,
    }
}

fn key() -> StockKey {
    StockKey {
        item: of("J01CA04"),
        batch: Some(of("LOT (2)/7")),
        programme: Some(of("EPI")),
    }
}

fn bare_key() -> StockKey {
    StockKey {
        item: of("S-4001"),
        batch: None,
        programme: None,
    }
}

fn line_in() -> LineIn {
    LineIn {
        key: key(),
        expiry: Some(day("2028-02-29")),
        quantity: quantity("1200"),
        unit_price: Some(price()),
    }
}

fn bare_line_in() -> LineIn {
    LineIn {
        key: bare_key(),
        expiry: None,
        quantity: quantity("0"),
        unit_price: None,
    }
}

fn line_out() -> LineOut {
    LineOut {
        key: key(),
        quantity: quantity("0.000001"),
        reservation: Some(of("RES-9")),
        fefo_override: Some(text("الدفعة الأقدم في ثلاجة معطّلة")),
    }
}

fn bare_line_out() -> LineOut {
    LineOut {
        key: bare_key(),
        quantity: quantity("1000000000000"),
        reservation: None,
        fefo_override: None,
    }
}

fn count_line() -> CountLine {
    CountLine {
        key: key(),
        expiry: Some(day("2028-02-29")),
        counted: quantity("1187.5"),
    }
}

fn incoming() -> Vec<Sample> {
    let receipt = |document, source, provisional, lines| {
        Event::StockReceived(Receipt {
            document,
            source,
            provisional,
            lines,
        })
    };
    let bare = |source| receipt(bare_document(), source, false, vec![bare_line_in()]);
    let supplier = Source::Supplier {
        organization: of("EG-SUP-12"),
        order: Some(of("PO-2026-31")),
    };
    let arrival = ArrivalLine {
        key: key(),
        expiry: Some(day("2028-02-29")),
        shipped: quantity("100"),
        accepted: quantity("90"),
        rejected: quantity("7"),
        lost: quantity("3"),
        reason: Some(text("سبع علب مكسورة وثلاث مفقودة")),
    };
    vec![
        full(Event::OpeningBalanceDeclared(Opening {
            document: document(),
            lines: vec![line_in(), line_in()],
        })),
        full(receipt(document(), supplier, true, vec![line_in(); 3])),
        further(
            "supplier",
            bare(Source::Supplier {
                organization: of("EG-SUP-12"),
                order: None,
            }),
        ),
        further(
            "donor",
            bare(Source::Donor {
                name: text("منظمة الصحة العالمية"),
            }),
        ),
        further("production", bare(Source::Production)),
        further("unstated", bare(Source::Unstated)),
        full_since(
            2,
            Event::StockAccepted(Acceptance {
                document: document(),
                receipt: 41,
                order: Some(of("PO-2026-31")),
                lines: vec![AcceptanceLine {
                    key: key(),
                    accepted: quantity("1190"),
                    rejected: quantity("10"),
                    reason: Some(text("أختام مكسورة")),
                }],
            }),
        ),
        full(Event::StockArrived(Arrival {
            document: document(),
            transfer: Some(of("T-77")),
            from: Some(of("EG-C-001")),
            lines: vec![arrival.clone()],
        })),
        further(
            "imported",
            Event::StockArrived(Arrival {
                document: bare_document(),
                transfer: None,
                from: None,
                lines: vec![ArrivalLine {
                    key: bare_key(),
                    expiry: None,
                    reason: None,
                    ..arrival
                }],
            }),
        ),
    ]
}

fn outgoing() -> Vec<Sample> {
    let issue = |to| {
        Event::StockIssued(Issue {
            document: bare_document(),
            to,
            lines: vec![bare_line_out()],
        })
    };
    let returned = |route| {
        Event::StockReturned(Return {
            document: document(),
            route,
            lines: vec![ReturnLine {
                key: key(),
                expiry: Some(day("2028-02-29")),
                quantity: quantity("12.5"),
            }],
        })
    };
    vec![
        full(Event::StockIssued(Issue {
            document: document(),
            to: Recipient::Unit(of("ward-3")),
            lines: vec![line_out(); 3],
        })),
        further("patients", issue(Recipient::Patients)),
        further("custody", issue(Recipient::Custody(of("O-1077")))),
        further("unstated", issue(Recipient::Unstated)),
        full_since(
            2,
            Event::StockDispatched(Dispatch {
                document: document(),
                transfer: Some(of("T-77")),
                to: Some(of("EG-GZ-014")),
                due: Some(day("2026-03-20")),
                requisition: Some(of("REQ-9")),
                lines: vec![line_out()],
            }),
        ),
        further(
            "imported",
            Event::StockDispatched(Dispatch {
                document: bare_document(),
                transfer: None,
                to: None,
                due: None,
                requisition: None,
                lines: vec![bare_line_out()],
            }),
        ),
        full(returned(ReturnRoute::FromUnit(of("ward-3")))),
        further("custody", returned(ReturnRoute::FromCustody(of("O-1077")))),
        further("unstated", returned(ReturnRoute::FromUnstated)),
        further(
            "supplier",
            returned(ReturnRoute::ToSupplier(of("EG-SUP-12"))),
        ),
        full(Event::StockWrittenOff(WriteOff {
            document: document(),
            reason: LossReason::OpenVialLimit,
            custody: Some(of("O-1077")),
            lines: vec![line_out()],
        })),
        full(Event::StockReserved(Reservation {
            reservation: of("RES-9"),
            purpose: text("حملة التطعيم في الصعيد"),
            lines: vec![line_out()],
        })),
        full(Event::ReservationReleased(ReservationRelease {
            reservation: of("RES-9"),
        })),
    ]
}

fn counting() -> Vec<Sample> {
    let bare = CountLine {
        key: bare_key(),
        expiry: None,
        counted: quantity("0"),
    };
    let adjustment = |document, prior_period, expiry, amount: &str| {
        Event::StockAdjusted(Adjustment {
            document,
            reason: text("قيد سقط من دفتر مارس"),
            prior_period,
            lines: vec![AdjustmentLine {
                key: key(),
                expiry,
                amount: amount.parse().unwrap(),
            }],
        })
    };
    let adjusted = adjustment(document(), Some(march()), Some(day("1969-12-31")), "-12.25");
    vec![
        full(adjusted),
        further("minimal", adjustment(bare_document(), None, None, "7")),
        full(Event::CountProposed(CountProposal {
            count: of("C-2026-03"),
            document: document(),
            lines: vec![count_line()],
        })),
        full(Event::CountApproved(CountApproval {
            count: of("C-2026-03"),
            counted_at: noon(),
            lines: vec![count_line()],
        })),
        further(
            "zero",
            Event::CountApproved(CountApproval {
                count: of("C-2026-03"),
                counted_at: noon(),
                lines: vec![bare],
            }),
        ),
    ]
}

fn batches() -> Vec<Sample> {
    let step = BatchStep {
        item: of("J01CA04"),
        batch: of("LOT (2)/7"),
        authority: of("EDA 2026-114"),
        reason: text("تعليمات هيئة الدواء"),
    };
    vec![
        full(Event::BatchQuarantined(step.clone())),
        full(Event::BatchReleased(step.clone())),
        full(Event::BatchRecalled(step)),
        full(Event::StockRepacked(Repack {
            document: document(),
            lines: vec![RepackLine {
                from: key(),
                from_pack: quantity("100"),
                from_packs: quantity("3"),
                to: key(),
                to_pack: quantity("10"),
                to_packs: quantity("30"),
                value: Some(money()),
                expiry: Some(day("2028-02-29")),
            }],
        })),
    ]
}

fn bookkeeping() -> Vec<Sample> {
    vec![
        full_since(
            2,
            Event::DocumentReversed(Reversal {
                document: document(),
                original: 300,
                order: Some(of("PO-2026-31")),
                reason: text("سُجّلت مرتين"),
                keys: vec![key()],
            }),
        ),
        full(Event::PeriodReported(PeriodReport {
            period: march(),
            nil: true,
        })),
        full(Event::PeriodClosed(PeriodClose { period: march() })),
        full(Event::DiscrepancyOpened(Discrepancy {
            id: of("D42"),
            rule: BrokenRule::ShortOrRejected,
            document: 41,
            key: key(),
            expected: "100".parse().unwrap(),
            found: "-3.5".parse().unwrap(),
        })),
        full(Event::DiscrepancyAnswered(DiscrepancyAnswer {
            id: of("D42"),
            answer: text("عُثر على الكرتونة في المخزن الفرعي"),
        })),
    ]
}
