//! Samples of plans, securities and sealed envelopes.

use sijill_ledger_core::domain::tender::EnvelopePart;
use sijill_ledger_core::domain::values::Withheld;
use sijill_ledger_core::domain::{envelope, plan, security};

use super::values::{day, document, ed25519, money, names, of, quantity, text, vouch};
use super::{Sample, full, full_since, further};

pub fn samples() -> Vec<Sample> {
    [plans(), securities(), envelopes()]
        .into_iter()
        .flatten()
        .collect()
}

fn plans() -> Vec<Sample> {
    use plan::{Amendment, Approval, Event, Need, PlanLine, Settlement, TakenLine, Taking};
    let lines = vec![
        PlanLine {
            item: of("J01CA04"),
            quantity: quantity("20000"),
            facility: of("EG-C-001"),
            needed_by: day("2026-03-01"),
        };
        2
    ];
    let taken = vec![TakenLine {
        item: of("J01CA04"),
        facility: of("EG-C-001"),
        quantity: quantity("15000"),
    }];
    vec![
        full(Event::NeedPlanned(Need {
            buyer: of("EG-UPA"),
            title: names(),
            year: 2026,
            estimate: Withheld::Known(money()),
            lines: lines.clone(),
        })),
        full(Event::PlanApproved(Approval {
            read: 4,
            limit: Some(money()),
        })),
        further(
            "imported",
            Event::PlanApproved(Approval {
                read: 0,
                limit: None,
            }),
        ),
        full(Event::PlanAmended(Amendment {
            reason: text("تفشي الحصبة في المركز"),
            estimate: Withheld::Known(money()),
            lines,
        })),
        full(Event::PlanTaken(Taking {
            tender: of("T-2026-7"),
            lines: taken.clone(),
        })),
        full(Event::PlanSettled(Settlement {
            tender: of("T-2026-7"),
            lines: taken,
        })),
        further(
            "nothing",
            Event::PlanSettled(Settlement {
                tender: of("T-2026-7"),
                lines: Vec::new(),
            }),
        ),
    ]
}

fn securities() -> Vec<Sample> {
    use security::{Call, Event, Extension, Paper, Purpose, Received, Release, Verification};
    let received = Received {
        purpose: Purpose::Bid(of("T-2026-7")),
        principal: of("SUP-12"),
        beneficiary: of("EG-UPA"),
        issuer: names(),
        number: of("LG 77/2026"),
        amount: money(),
        valid_until: day("2026-06-30"),
        document: Some(document()),
    };
    let performance = Received {
        purpose: Purpose::Performance(of("C-2026-3")),
        document: None,
        ..received.clone()
    };
    vec![
        full(Event::SecurityReceived(received)),
        further("performance", Event::SecurityReceived(performance)),
        full(Event::SecurityVerified(Verification {
            reference: of("SWIFT 760"),
        })),
        full_since(
            2,
            Event::SecurityExtended(Extension {
                valid_until: day("2026-12-31"),
                reference: of("SWIFT 767"),
                paper: Some(Paper {
                    issuer: names(),
                    number: of("LG 78/2026"),
                    amount: money(),
                    document: Some(document()),
                }),
            }),
        ),
        full_since(
            2,
            Event::SecurityCalled(Call {
                amount: money(),
                reason: text("ترك المتعهد العمل"),
                decision: Some(of("12/2026")),
            }),
        ),
        full(Event::SecurityReleased(Release {
            reason: text("نُفّذ العقد"),
        })),
    ]
}

fn envelopes() -> Vec<Sample> {
    use envelope::{Claim, Confirmation, Event, Sealed, Withdrawal};
    let sealed = |part, vouch| {
        Event::BidSealed(Sealed {
            claim: Withheld::Known(Claim {
                tender: of("T-2026-7"),
                bidder: of("SUP-12"),
                part,
                vouch,
            }),
            key: ed25519(),
            sealed: vec![0xa7; 40],
        })
    };
    vec![
        full_since(2, sealed(EnvelopePart::Technical, Some(vouch()))),
        further("financial", sealed(EnvelopePart::Financial, None)),
        full(Event::BidConfirmed(Confirmation { amendment: 1 })),
        full(Event::BidWithdrawn(Withdrawal {})),
    ]
}
