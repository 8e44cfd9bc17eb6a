//! Samples of lists of qualified suppliers.

use sijill_ledger_core::domain::qualification::{
    Announcement, Assessment, Closing, Ending, Event, Finding, Publication, Reinstatement, Removal,
    Request, RequestWithdrawal, Requirement, Suspension,
};

use super::values::{day, document, names, noon, of, text};
use super::{Sample, full, further};

pub fn samples() -> Vec<Sample> {
    [asking(), judging(), listed()]
        .into_iter()
        .flatten()
        .collect()
}

fn asking() -> Vec<Sample> {
    let requirement = |id| Requirement {
        id: of(id),
        name: names(),
    };
    vec![
        full(Event::QualificationAnnounced(Announcement {
            buyer: of("EG-UPA"),
            title: names(),
            requirements: vec![requirement("licence"), requirement("turnover")],
            documents: vec![document(); 2],
            closes_at: noon().at().plus_days(20),
            valid_until: day("2027-12-31"),
        })),
        full(Event::QualificationRequested(Request {
            supplier: of("SUP-12"),
            documents: vec![document()],
        })),
        full(Event::QualificationRequestWithdrawn(RequestWithdrawal {})),
        full(Event::QualificationClosed(Closing {})),
    ]
}

fn judging() -> Vec<Sample> {
    let finding = |requirement, met, reason| Finding {
        requirement: of(requirement),
        met,
        reason: text(reason),
    };
    let assessed = |findings| {
        Event::QualificationAssessed(Assessment {
            supplier: of("SUP-12"),
            findings,
        })
    };
    let licensed = finding("licence", true, "رخصة رقم 7/2025 سارية");
    let small = finding("turnover", false, "دون الحد في الميزانية المدققة");
    vec![
        full(assessed(vec![licensed.clone()])),
        further("unqualified", assessed(vec![licensed, small])),
        full(Event::QualificationListPublished(Publication {
            read: 9,
            qualified: vec![of("SUP-12"), of("SUP-15")],
        })),
    ]
}

fn listed() -> Vec<Sample> {
    let supplier = || of("SUP-12");
    vec![
        full(Event::QualifiedSupplierSuspended(Suspension {
            supplier: supplier(),
            reason: text("انتهت رخصته"),
        })),
        full(Event::QualifiedSupplierReinstated(Reinstatement {
            supplier: supplier(),
            reason: text("جدد رخصته"),
        })),
        full(Event::QualifiedSupplierRemoved(Removal {
            supplier: supplier(),
            reason: text("قدم شهادة مزورة، حكم 91/2026"),
        })),
        full(Event::QualificationEnded(Ending {
            reason: text("تغيرت المتطلبات"),
        })),
    ]
}
