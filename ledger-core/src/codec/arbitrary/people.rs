//! Arbitrary events of organisations, officials and committees.

use proptest::collection::{btree_set, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::drawn;
use super::registry::place;
use super::values::{
    country, date, document, id, instant, key_id, known, money, names, printable, public_key,
    signature, text, withheld,
};
use crate::domain::enrolment::{KeyCompromise, KeyEnrolment, KeyProposal, KeyRevocation};
use crate::domain::item::Category;
use crate::domain::values::ExternalId;
use crate::domain::{application, committee, official, organization};

/// Any event of an organisation.
pub(crate) fn organization() -> BoxedStrategy<organization::Event> {
    use organization::{Amendment, ApplicantKey, Debarment, Event, Registration, Reinstatement};
    let applicant_key = drawn!(ApplicantKey {
        proposal: key_proposal(),
        registrar: id()
    });
    let registration = drawn!(Registration {
        profile: organization_profile(),
        bank_account: withheld()
    });
    let amendment = drawn!(Amendment {
        profile: organization_profile(),
        bank_account: withheld(),
        reason: text(),
    });
    let debarment = drawn!(Debarment {
        from: date(),
        until: of(date()),
        decision: printable(),
        grounds: text(),
    });
    let reinstatement = drawn!(Reinstatement {
        from: date(),
        decision: printable(),
        grounds: text()
    });
    prop_oneof![
        registration.prop_map(Event::OrganizationRegistered),
        amendment.prop_map(Event::OrganizationAmended),
        any::<u64>().prop_map(|stated| {
            Event::BankAccountConfirmed(organization::AccountConfirmation { stated })
        }),
        debarment.prop_map(Event::SupplierDebarred),
        reinstatement.prop_map(Event::SupplierReinstated),
        key_proposal().prop_map(Event::KeyProposed),
        applicant_key.prop_map(Event::ApplicantKeyProposed),
        public_key().prop_map(|key| Event::KeyEnrolled(KeyEnrolment { key })),
        key_revocation().prop_map(Event::KeyRevoked),
        key_compromise().prop_map(Event::KeyCompromised),
    ]
    .boxed()
}

/// Any event of an application.
pub(crate) fn application() -> BoxedStrategy<application::Event> {
    use application::{Applied, Approved, Event, Rejected, Withdrawn};
    let applied = drawn!(Applied {
        applicant: applicant(),
        contact: known(text())
    });
    let approved = drawn!(Approved {
        applied: any::<u64>(),
        applicant: applicant()
    });
    let rejected = drawn!(Rejected {
        applied: any::<u64>(),
        reason: text()
    });
    prop_oneof![
        applied.prop_map(Event::SupplierApplied),
        approved.prop_map(Event::ApplicationApproved),
        rejected.prop_map(Event::ApplicationRejected),
        Just(Event::ApplicationWithdrawn(Withdrawn {})),
    ]
    .boxed()
}

fn applicant() -> BoxedStrategy<application::Applicant> {
    use application::{Applicant, DOCUMENTS_MAX};
    let categories = vec![
        Category::Medicine,
        Category::Stationery,
        Category::Supply,
        Category::Durable,
    ];
    drawn!(Applicant {
        names: names(),
        external: external(),
        country: country(),
        governorate: of(place()),
        categories: btree_set(select(categories), 1..=4),
        documents: vec(document(), 0..=DOCUMENTS_MAX),
        key: public_key(),
        proof: signature(),
    })
}

/// A number in a public register.
pub(crate) fn external() -> impl Strategy<Value = ExternalId> {
    "[A-Z]{2}-[A-Z]{2,6}:[A-Za-z0-9/]{1,20}".prop_map(|number| ExternalId::new(&number).unwrap())
}

fn organization_profile() -> impl Strategy<Value = organization::Profile> {
    use organization::{Profile, Role};
    let roles = vec![Role::ProcuringEntity, Role::Supplier, Role::Oversight];
    drawn!(Profile {
        roles: btree_set(select(roles), 1..=3),
        names: names(),
        external: external(),
        country: country(),
        governorate: of(place()),
    })
}

fn key_proposal() -> impl Strategy<Value = KeyProposal> {
    drawn!(KeyProposal {
        key: public_key(),
        proof: signature()
    })
}

fn key_revocation() -> impl Strategy<Value = KeyRevocation> {
    drawn!(KeyRevocation {
        key: key_id(),
        reason: text()
    })
}

fn key_compromise() -> impl Strategy<Value = KeyCompromise> {
    drawn!(KeyCompromise {
        key: key_id(),
        since: instant(),
        reason: text()
    })
}

/// Any event of an official.
pub(crate) fn official() -> BoxedStrategy<official::Event> {
    use official::{Conflict, ConflictWithdrawal, Event, Interest};
    let interests = vec![
        Interest::Ownership,
        Interest::Employment,
        Interest::Kinship,
        Interest::Debt,
        Interest::Other,
    ];
    let conflict = drawn!(Conflict {
        organization: id(),
        interest: select(interests.clone()),
        particulars: withheld(),
    });
    let withdrawal = drawn!(ConflictWithdrawal {
        organization: id(),
        interest: select(interests),
        reason: text()
    });
    prop_oneof![
        posts(),
        conflict.prop_map(Event::ConflictDeclared),
        withdrawal.prop_map(Event::ConflictWithdrawn),
        key_proposal().prop_map(Event::KeyProposed),
        public_key().prop_map(|key| Event::KeyEnrolled(KeyEnrolment { key })),
        key_revocation().prop_map(Event::KeyRevoked),
        key_compromise().prop_map(Event::KeyCompromised),
    ]
    .boxed()
}

fn posts() -> BoxedStrategy<official::Event> {
    use official::{ActingAppointment, Appointment, Delegation, Departure, Event, Seat};
    let seat = prop_oneof![
        id().prop_map(Seat::Facility),
        id().prop_map(Seat::Organization)
    ];
    let appointment = drawn!(Appointment {
        post: printable(),
        seat: seat.clone(),
        names: names(),
        national_id: withheld(),
        from: date(),
        decree: printable(),
    });
    let delegation = drawn!(Delegation {
        post: printable(),
        limit: money(),
        from: date(),
        until: date(),
        delegator: of(id()),
        decree: printable(),
    });
    let acting = drawn!(ActingAppointment {
        post: printable(),
        holder: of(id()),
        seat: of(seat),
        from: date(),
        until: date(),
        decree: printable(),
    });
    let departure = drawn!(Departure {
        post: printable(),
        last_day: date(),
        decree: printable()
    });
    prop_oneof![
        appointment.prop_map(Event::PositionHeld),
        delegation.prop_map(Event::AuthorityDelegated),
        acting.prop_map(Event::ActingAppointed),
        departure.prop_map(Event::PositionLeft),
    ]
    .boxed()
}

/// Any event of a committee.
pub(crate) fn committee() -> BoxedStrategy<committee::Event> {
    use committee::{Dissolution, Event, MemberSignature, Minutes, Replacement, Signer};
    let replacement = drawn!(Replacement {
        leaves: id(),
        joins: id(),
        reason: text()
    });
    let signer = drawn!(Signer {
        member: id(),
        dissent: of(text())
    });
    let minutes = drawn!(Minutes {
        number: printable(),
        decision: text(),
        signers: vec(signer, 0..6)
    });
    let signature = drawn!(MemberSignature {
        number: printable(),
        read: any::<u64>(),
        dissent: of(text())
    });
    prop_oneof![
        paper().prop_map(Event::MinutesDrawnUp),
        signature.prop_map(Event::MemberSigned),
        formation().prop_map(Event::CommitteeFormed),
        replacement.prop_map(Event::MemberReplaced),
        minutes.prop_map(Event::MinutesSigned),
        text().prop_map(|reason| Event::CommitteeDissolved(Dissolution { reason })),
    ]
    .boxed()
}

fn paper() -> impl Strategy<Value = committee::Paper> {
    use committee::{Paper, Resolution};
    let resolution = prop_oneof![
        Just(Resolution::TechnicalResult),
        (id(), of(id())).prop_map(|(bidder, lot)| Resolution::Rejection { bidder, lot }),
        (id(), id()).prop_map(|(lot, bidder)| Resolution::Award { lot, bidder }),
        text().prop_map(Resolution::Other),
    ];
    drawn!(Paper {
        number: printable(),
        tender: of(id()),
        resolutions: vec(resolution, 1..6),
        document: of(document())
    })
}

fn formation() -> impl Strategy<Value = committee::Formation> {
    use committee::{Formation, Purpose};
    let purposes = vec![
        Purpose::Opening,
        Purpose::Evaluation,
        Purpose::Inspection,
        Purpose::Count,
        Purpose::Disposal,
        Purpose::Complaints,
    ];
    drawn!(Formation {
        purpose: select(purposes),
        names: names(),
        members: vec(id(), 0..8),
        quorum: any::<u8>(),
        alternates: vec(id(), 0..4),
        decree: printable(),
    })
}
