//! Samples of the events of a requisition.

use sijill_ledger_core::domain::requisition::{
    Approval, ApprovedLine, BrokenRule, Discrepancy, DiscrepancyAnswer, Event, Fulfilment,
    ItemQuantity, Kind, Rejection, RequisitionLine, Submission, UnmetDemand, Withdrawal,
};

use super::values::{march, money, of, quantity, text};
use super::{Sample, full, further};

pub fn samples() -> Vec<Sample> {
    [asking(), supplying()].into_iter().flatten().collect()
}

fn asking() -> Vec<Sample> {
    let submission = |kind| {
        Event::RequisitionSubmitted(Submission {
            number: of("REQ 2026/0412"),
            from: of("EG-GZ-014"),
            supplier: of("EG-C-001"),
            kind,
            lines: vec![
                RequisitionLine {
                    item: of("J01CA04"),
                    on_hand: quantity("12.5"),
                    requested: quantity("500"),
                };
                2
            ],
        })
    };
    let approval = Approval {
        level: 2,
        complete: true,
        lines: vec![ApprovedLine {
            item: of("J01CA04"),
            approved: quantity("400"),
        }],
        value: Some(money()),
        limit: Some(money()),
    };
    let unpriced = Approval {
        level: 1,
        complete: false,
        value: None,
        limit: None,
        ..approval.clone()
    };
    vec![
        full(submission(Kind::Regular(march()))),
        further(
            "emergency",
            submission(Kind::Emergency(text("تفشي الحصبة في المركز"))),
        ),
        full(Event::RequisitionApproved(approval)),
        further("unpriced", Event::RequisitionApproved(unpriced)),
        full(Event::RequisitionRejected(Rejection {
            reason: text("الرصيد يكفي شهرين"),
        })),
        full(Event::RequisitionWithdrawn(Withdrawal {
            reason: text("وصلت الأصناف تبرعًا"),
        })),
    ]
}

fn supplying() -> Vec<Sample> {
    let lines = vec![ItemQuantity {
        item: of("J01CA04"),
        quantity: quantity("400"),
    }];
    vec![
        full(Event::RequisitionFulfilled(Fulfilment {
            transfer: of("T-77"),
            from: of("EG-C-001"),
            dispatch: 300,
            to: of("EG-GZ-014"),
            lines: lines.clone(),
        })),
        full(Event::UnmetDemandRecorded(UnmetDemand {
            reason: text("لم يورّد المتعهد الكمية"),
            lines,
        })),
        full(Event::DiscrepancyOpened(Discrepancy {
            id: of("D3"),
            rule: BrokenRule::AboveApproved,
            item: of("J01CA04"),
            expected: "400".parse().unwrap(),
            found: "450".parse().unwrap(),
        })),
        full(Event::DiscrepancyAnswered(DiscrepancyAnswer {
            id: of("D3"),
            answer: text("صُرفت العبوة كاملة ولا تُجزّأ"),
        })),
    ]
}
