//! Samples of framework agreements.

use sijill_ledger_core::domain::framework::{
    AgreedLine, AgreedSupplier, CallOff, CalledLine, Conclusion, Event, LotAgreement, PlaceChange,
    Release, Termination, TerminationProposal,
};
use sijill_ledger_core::domain::values::Currency;

use super::order::called_off;
use super::values::{day, of, price, quantity, text};
use super::{Sample, full, further};

pub fn samples() -> Vec<Sample> {
    let change = |reason| PlaceChange {
        supplier: of("NILE-PHARMA"),
        reason: text(reason),
    };
    let bare = CallOff {
        justification: None,
        placement: None,
        lines: vec![CalledLine {
            due: None,
            ..called_line()
        }],
        ..call_off()
    };
    vec![
        full(Event::FrameworkConcluded(Conclusion {
            tender: of("T-2025-9"),
            buyer: of("EG-MOH"),
            currency: Currency::new("JOD").unwrap(),
            delivery: of("DDP"),
            from: day("2026-01-10"),
            until: day("2028-01-09"),
        })),
        full(Event::FrameworkLotAgreed(lot())),
        full(Event::CallOffMade(call_off())),
        further("asked", Event::CallOffMade(bare)),
        full(Event::CallOffReleased(Release {
            order: of("PO-2026-31"),
        })),
        full(Event::FrameworkPlaceSuspended(change("تأخر ثلاث توريدات"))),
        full(Event::FrameworkPlaceReinstated(change(
            "عالج أسباب التأخير",
        ))),
        full(Event::FrameworkPlaceEnded(change("أُلغي ترخيصه"))),
        full(Event::FrameworkTerminationProposed(TerminationProposal {
            reason: text("لم يعد الصنف مدرجًا في بروتوكول العلاج"),
        })),
        full(Event::FrameworkTerminated(Termination { proposal: 7 })),
    ]
}

fn lot() -> LotAgreement {
    LotAgreement {
        lot: of("L1"),
        lines: vec![AgreedLine {
            item: of("J01CA04"),
            ceiling: quantity("20000"),
            facility: of("EG-GZ-014"),
            delivery_days: 30,
        }],
        suppliers: vec![AgreedSupplier {
            supplier: of("NILE-PHARMA"),
            unit_prices: vec![price()],
        }],
    }
}

fn call_off() -> CallOff {
    CallOff {
        order: of("PO-2026-31"),
        number: of("PO 2026/31"),
        supplier: of("NILE-PHARMA"),
        lot: of("L1"),
        lines: vec![called_line()],
        justification: Some(text("المورّد الأول لا يستطيع التوريد هذا الشهر")),
        placement: Some(called_off().into()),
    }
}

fn called_line() -> CalledLine {
    CalledLine {
        line: 1,
        quantity: quantity("1200"),
        unit_price: price(),
        due: Some(day("2026-04-15")),
    }
}
