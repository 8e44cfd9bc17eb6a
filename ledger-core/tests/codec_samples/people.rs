//! Samples of organisations, officials and committees.

use sijill_ledger_core::domain::enrolment::{
    KeyCompromise, KeyEnrolment, KeyProposal, KeyRevocation,
};
use sijill_ledger_core::domain::item::Category;
use sijill_ledger_core::domain::values::Withheld;
use sijill_ledger_core::domain::{application, committee, official, organization};

use super::values::{
    day, document, ed25519, money, names, noon, of, p256, signature, text, withheld,
};
use super::{Sample, full, full_since, further};

pub fn samples() -> Vec<Sample> {
    [organizations(), applications(), officials(), committees()]
        .into_iter()
        .flatten()
        .collect()
}

fn revocation() -> KeyRevocation {
    KeyRevocation {
        key: ed25519().id(),
        reason: text("انتهت مدة التكليف"),
    }
}

fn compromise() -> KeyCompromise {
    KeyCompromise {
        key: ed25519().id(),
        since: noon().at(),
        reason: text("سُرق الجهاز"),
    }
}

fn organizations() -> Vec<Sample> {
    use organization::{
        AccountConfirmation, Amendment, ApplicantKey, Debarment, Event, Profile, Registration,
        Reinstatement, Role,
    };
    let profile = Profile {
        roles: [Role::Oversight, Role::ProcuringEntity, Role::Supplier].into(),
        names: names(),
        external: of("EG-GAFI:12345"),
        country: of("EG"),
        governorate: Some(of("EG-C")),
    };
    let bare = Profile {
        roles: [Role::Supplier].into(),
        governorate: None,
        ..profile.clone()
    };
    let debarment = |until| {
        Event::SupplierDebarred(Debarment {
            from: day("2026-01-01"),
            until,
            decision: of("12/2026"),
            grounds: text("تزوير شهادة تحليل"),
        })
    };
    vec![
        full(Event::OrganizationRegistered(Registration {
            profile: profile.clone(),
            bank_account: withheld("EG380019000500000000263180002"),
        })),
        further(
            "minimal",
            Event::OrganizationRegistered(Registration {
                profile: bare,
                bank_account: None,
            }),
        ),
        full(Event::OrganizationAmended(Amendment {
            profile,
            bank_account: withheld("EG380019000500000000263180003"),
            reason: text("تغيّر الحساب"),
        })),
        full(Event::BankAccountConfirmed(AccountConfirmation {
            stated: 1,
        })),
        full(debarment(Some(day("2027-12-31")))),
        further("open", debarment(None)),
        full(Event::SupplierReinstated(Reinstatement {
            from: day("2026-06-01"),
            decision: of("40/2026"),
            grounds: text("قُبل التظلم"),
        })),
        full(Event::KeyProposed(KeyProposal {
            key: ed25519(),
            proof: signature(),
        })),
        further(
            "es256",
            Event::KeyProposed(KeyProposal {
                key: p256(),
                proof: signature(),
            }),
        ),
        full(Event::ApplicantKeyProposed(ApplicantKey {
            proposal: KeyProposal {
                key: ed25519(),
                proof: signature(),
            },
            registrar: of("O-1077"),
        })),
        full(Event::KeyEnrolled(KeyEnrolment { key: ed25519() })),
        full(Event::KeyRevoked(revocation())),
        full(Event::KeyCompromised(compromise())),
    ]
}

fn applications() -> Vec<Sample> {
    use application::{Applicant, Applied, Approved, Event, Rejected, Withdrawn};
    let applicant = Applicant {
        names: names(),
        external: of("EG-GAFI:12345"),
        country: of("EG"),
        governorate: Some(of("EG-C")),
        categories: [Category::Medicine, Category::Supply].into(),
        documents: vec![document()],
        key: ed25519(),
        proof: signature(),
    };
    let bare = Applicant {
        governorate: None,
        documents: Vec::new(),
        ..applicant.clone()
    };
    let applied = |applicant| {
        Event::SupplierApplied(Applied {
            applicant,
            contact: Withheld::Known(text("أ. منى، ٠١٠٠٠٠٠٠٠٠٠")),
        })
    };
    vec![
        full(applied(applicant.clone())),
        further("minimal", applied(bare)),
        full(Event::ApplicationApproved(Approved {
            applied: 0,
            applicant,
        })),
        full(Event::ApplicationRejected(Rejected {
            applied: 0,
            reason: text("السجل التجاري لشركة أخرى"),
        })),
        full(Event::ApplicationWithdrawn(Withdrawn {})),
    ]
}

fn officials() -> Vec<Sample> {
    use official::{
        ActingAppointment, Appointment, Conflict, ConflictWithdrawal, Delegation, Departure, Event,
        Interest, Seat,
    };
    let held = |seat, national_id| {
        Event::PositionHeld(Appointment {
            post: of("EG-MOH-CAI-storekeeper"),
            seat,
            names: names(),
            national_id,
            from: day("2026-01-01"),
            decree: of("3/2026"),
        })
    };
    let delegation = Delegation {
        post: of("EG-MOH-director"),
        limit: money(),
        from: day("2026-01-01"),
        until: day("2026-12-31"),
        delegator: Some(of("O-0001")),
        decree: of("4/2026"),
    };
    let by_law = Delegation {
        delegator: None,
        ..delegation.clone()
    };
    let acting = |seat| ActingAppointment {
        post: of("EG-MOH-director"),
        holder: Some(of("O-0001")),
        seat: Some(seat),
        from: day("2026-07-01"),
        until: day("2026-07-31"),
        decree: of("5/2026"),
    };
    let conflict = |particulars| {
        Event::ConflictDeclared(Conflict {
            organization: of("EG-SUP-12"),
            interest: Interest::Kinship,
            particulars,
        })
    };
    vec![
        full(held(
            Seat::Facility(of("EG-C-001")),
            withheld("29001010112345"),
        )),
        further("organization", held(Seat::Organization(of("EG-MOH")), None)),
        full(Event::AuthorityDelegated(delegation)),
        further("by-law", Event::AuthorityDelegated(by_law)),
        full_since(
            2,
            Event::ActingAppointed(acting(Seat::Organization(of("EG-MOH")))),
        ),
        further(
            "facility",
            Event::ActingAppointed(acting(Seat::Facility(of("EG-C-001")))),
        ),
        full(Event::PositionLeft(Departure {
            post: of("EG-MOH-CAI-storekeeper"),
            last_day: day("2026-08-31"),
            decree: of("6/2026"),
        })),
        full(conflict(withheld("شقيقه شريك في الشركة"))),
        further("minimal", conflict(None)),
        full(Event::ConflictWithdrawn(ConflictWithdrawal {
            organization: of("EG-SUP-12"),
            interest: Interest::Kinship,
            reason: text("باع الشريك حصته"),
        })),
        full(Event::KeyProposed(KeyProposal {
            key: ed25519(),
            proof: signature(),
        })),
        full(Event::KeyEnrolled(KeyEnrolment { key: ed25519() })),
        full(Event::KeyRevoked(revocation())),
        full(Event::KeyCompromised(compromise())),
    ]
}

fn committees() -> Vec<Sample> {
    use committee::{
        Dissolution, Event, Formation, MemberSignature, Minutes, Paper, Purpose, Replacement,
        Resolution, Signer,
    };
    let signer = |member, dissent| Signer {
        member: of(member),
        dissent,
    };
    let minutes = |signers| {
        Event::MinutesSigned(Minutes {
            number: of("M-1"),
            decision: text("اعتماد الجرد"),
            signers,
        })
    };
    vec![
        full(Event::CommitteeFormed(Formation {
            purpose: Purpose::Count,
            names: names(),
            members: vec![of("O-1"), of("O-2"), of("O-3")],
            quorum: 2,
            alternates: vec![of("O-4")],
            decree: of("7/2026"),
        })),
        full(Event::MemberReplaced(Replacement {
            leaves: of("O-1"),
            joins: of("O-4"),
            reason: text("نُقل إلى محافظة أخرى"),
        })),
        full(minutes(vec![signer("O-2", Some(text("لم أشهد العدّ")))])),
        further(
            "agreed",
            minutes(vec![signer("O-2", None), signer("O-3", None)]),
        ),
        full(Event::MinutesDrawnUp(Paper {
            number: of("M-2"),
            tender: Some(of("T-1")),
            resolutions: vec![
                Resolution::TechnicalResult,
                Resolution::Rejection {
                    bidder: of("EG-SUP-14"),
                    lot: Some(of("2")),
                },
                Resolution::Award {
                    lot: of("1"),
                    bidder: of("EG-SUP-12"),
                },
                Resolution::Other(text("تُعاد العينات إلى أصحابها")),
            ],
            document: Some(document()),
        })),
        further(
            "whole_bid",
            Event::MinutesDrawnUp(Paper {
                number: of("M-4"),
                tender: Some(of("T-1")),
                resolutions: vec![Resolution::Rejection {
                    bidder: of("EG-SUP-13"),
                    lot: None,
                }],
                document: None,
            }),
        ),
        further(
            "about_no_tender",
            Event::MinutesDrawnUp(Paper {
                number: of("M-3"),
                tender: None,
                resolutions: vec![Resolution::Other(text("اعتماد الجرد"))],
                document: None,
            }),
        ),
        full(Event::MemberSigned(MemberSignature {
            number: of("M-2"),
            read: 4,
            dissent: Some(text("لم تُفحص العينة")),
        })),
        further(
            "agreed",
            Event::MemberSigned(MemberSignature {
                number: of("M-2"),
                read: 4,
                dissent: None,
            }),
        ),
        full(Event::CommitteeDissolved(Dissolution {
            reason: text("انتهت المهمة"),
        })),
    ]
}
