//! A tender that is open for bids, suppliers, and bids sealed for it.

use rust_decimal::Decimal;
use uuid::Uuid;

use crate::aggregate::Aggregate;
use crate::domain::enrolment::KeyEnrolment;
use crate::domain::envelope::{Claim, Envelope, Sealed, Vouched};
use crate::domain::organization::{self, Organization};
use crate::domain::tender::{
    Approval, AwardBy, Change, Committees, Draft, EnvelopePart, Event, Lot, LotLine, OpeningKey,
    Procedure, Publication, Sealing, SealingMember, Tender, Terms, TieRule,
};
use crate::domain::values::{
    Code, CommitteeId, Country, Currency, EnvelopeId, ExternalId, FacilityId, ItemCode, LotId,
    Money, Names, OfficialId, OrganizationId, TenderId, Text, Withheld,
};
use crate::event::{Actor, ActorId, Role};
use crate::seal::{self, MemberSecret, Seat, Secrets};
use crate::statement::StatementKey;
use crate::store::StreamName;
use crate::testing::{Given, actor, noon};
use crate::time::Timestamp;

/// Origin of the logs of [`Given`].
pub const ORIGIN: &str = "sijill.test";
/// Who opens bids, and how many of them open one together.
const MEMBERS: [&str; 5] = ["m1", "m2", "m3", "m4", "m5"];
const THRESHOLD: u8 = 3;

pub fn tender_id() -> TenderId {
    TenderId::new("GAUZE-2026").unwrap()
}

pub fn supplier_id() -> OrganizationId {
    OrganizationId::new("nile").unwrap()
}

/// The deadline: noon of 20 January 2026 in Cairo.
pub fn closes_at() -> Timestamp {
    noon("2026-01-20").at()
}

/// The n-th random id.
pub fn uuid(n: u8) -> Uuid {
    uuid::Builder::from_random_bytes([n; 16]).into_uuid()
}

pub fn envelope(n: u8) -> StreamName {
    Envelope::stream(&EnvelopeId::new(&uuid(n).to_string()).unwrap())
}

/// The key of a bidder.
pub fn key(n: u8) -> StatementKey {
    StatementKey::from_seed(&[n; 32]).unwrap()
}

/// Whoever holds a key.
pub fn holder(key: &StatementKey) -> Actor {
    Actor {
        id: ActorId::Key(key.public().id()),
        role: Role::Supplier,
        position: None,
    }
}

pub fn claim(part: EnvelopePart) -> Claim {
    Claim {
        tender: tender_id(),
        bidder: supplier_id(),
        part,
        vouch: None,
    }
}

/// The same with the supplier's word for a key.
pub fn vouched(claim: Claim, key: &StatementKey) -> Claim {
    let vouched = Vouched {
        origin: ORIGIN,
        tender: &claim.tender,
        bidder: &claim.bidder,
        key: key.public(),
    };
    Claim {
        vouch: Some(supplier_key().vouch(&vouched)),
        ..claim
    }
}

/// The enrolled key of the supplier.
pub fn supplier_key() -> StatementKey {
    key(77)
}

fn secret(place: usize) -> MemberSecret {
    let place = u8::try_from(place).unwrap();
    MemberSecret::from_seed(&[100 + place; 32])
}

/// To whom bids are sealed: so many of the members.
pub fn sealing(members: usize) -> Sealing {
    let tender = tender_id();
    let member = |(place, member): (usize, &&str)| {
        let seat = Seat {
            origin: ORIGIN,
            tender: tender.as_str(),
            member,
        };
        SealingMember {
            member: OfficialId::new(member).unwrap(),
            key: *secret(place).public().as_bytes(),
            proof: secret(place).prove(&seat).to_vec(),
        }
    };
    Sealing {
        threshold: THRESHOLD,
        members: MEMBERS
            .iter()
            .take(members)
            .enumerate()
            .map(member)
            .collect(),
    }
}

/// An envelope of a claim, sealed to so many members.
pub fn sealed_to(members: usize, n: u8, key: &StatementKey, claim: Claim) -> Sealed {
    let sheet = sealing(members).sheet(ORIGIN, &claim.tender, claim.part);
    let secrets = Secrets {
        salt: [n; 32].into(),
        r: [n; 32].into(),
    };
    let bid = b"1,000 rolls at 3.50";
    let bid = seal::seal(&sheet.unwrap(), uuid(n), key.public(), bid, &secrets);
    Sealed {
        claim: Withheld::Known(vouched(claim, key)),
        key: key.public().clone(),
        sealed: bid.unwrap().to_bytes(),
    }
}

/// A technical envelope as its bidder seals it.
pub fn sealed(n: u8, key: &StatementKey) -> Sealed {
    sealed_to(MEMBERS.len(), n, key, claim(EnvelopePart::Technical))
}

fn names(name: &str) -> Names {
    Names::new(name, name).unwrap()
}

pub fn draft(procedure: Procedure) -> Draft {
    Draft {
        buyer: OrganizationId::new("moh").unwrap(),
        title: names("gauze"),
        procedure,
        plan: None,
        currency: Currency::new("EGP").unwrap(),
        terms: Terms {
            delivery: Code::new("DDP").unwrap(),
            tax_included: true,
            validity_days: 90,
            security_percent: Decimal::ZERO,
            split: false,
        },
        criteria: Vec::new(),
        award_by: AwardBy::LowestPrice,
        ties: vec![TieRule::EarlierEnvelope],
        participants: Vec::new(),
        documents: Vec::new(),
        invitation: None,
        framework: None,
    }
}

pub fn lot() -> Lot {
    let currency = Currency::new("EGP").unwrap();
    let line = LotLine {
        item: ItemCode::new("gauze").unwrap(),
        quantity: 1000.into(),
        facility: FacilityId::new("EG-CAI-01").unwrap(),
        delivery_days: 30,
        entity: None,
    };
    Lot {
        id: LotId::new("1").unwrap(),
        title: names("gauze"),
        estimate: Some(Withheld::Known(Money::new(4000.into(), currency).unwrap())),
        lines: vec![line],
    }
}

/// From the draft to the publication, with who did what.
pub fn published(procedure: Procedure, closes_at: Timestamp) -> Vec<(Actor, Event)> {
    let committees = Committees {
        opening: CommitteeId::new("opening").unwrap(),
        evaluation: CommitteeId::new("evaluation").unwrap(),
        threshold: THRESHOLD,
    };
    let drafted = [
        Event::TenderDrafted(draft(procedure)),
        Event::LotAdded(lot()),
        Event::CommitteeAppointed(committees),
    ];
    let registrars = [("rana", "sami"), ("sami", "rana")];
    let enrolled = sealing(MEMBERS.len()).members.into_iter().flat_map(|it| {
        registrars.map(|(registrar, witness)| {
            let key = OpeningKey {
                member: it.member.clone(),
                key: it.key,
                proof: it.proof.clone(),
                witness: OfficialId::new(witness).unwrap(),
            };
            (
                actor(registrar, Role::Registrar),
                Event::OpeningKeyEnrolled(key),
            )
        })
    });
    let approval = Approval {
        read: 2,
        limit: Some(lot().estimate.unwrap().known().copied().unwrap()),
    };
    let publication = Publication {
        enquiries_until: noon("2026-01-10").at(),
        closes_at,
        sealing: Some(sealing(MEMBERS.len())),
        invited: Vec::new(),
    };
    let huda = actor("huda", Role::ProcurementOfficer);
    let drafted = drafted.into_iter().map(|event| (huda.clone(), event));
    let approved = (
        actor("omar", Role::Approver),
        Event::TenderApproved(approval),
    );
    let published = (huda.clone(), Event::TenderPublished(publication));
    drafted
        .chain(enrolled)
        .chain([approved, published])
        .collect()
}

/// The tender with what happened to it since its publication.
pub fn tender(procedure: Procedure, since: impl IntoIterator<Item = Event>) -> Tender {
    let given = Given::<Tender>::nothing().stream(Tender::stream(&tender_id()));
    let published = published(procedure, closes_at()).into_iter();
    let given = published.fold(given, |given, (by, event)| given.by(by).event(event));
    let given = since.into_iter().fold(given, |given, event| {
        let closing = matches!(event, Event::BiddingClosed(_));
        let given = if closing {
            given.at(closes_at())
        } else {
            given
        };
        given.event(event)
    });
    given.state().clone()
}

/// The first amendment.
pub fn amended() -> Event {
    Event::TenderAmended(crate::domain::tender::Amendment {
        number: Some(1),
        reason: Text::new("wider rolls").unwrap(),
        change: Change::Documents {
            before: Vec::new(),
            after: Vec::new(),
        },
        closes_at: closes_at(),
    })
}

/// The registration of the supplier.
pub fn registered() -> organization::Event {
    let profile = organization::Profile {
        roles: [organization::Role::Supplier].into(),
        names: names("Nile"),
        external: ExternalId::new("EG-GAFI:12345").unwrap(),
        country: Country::new("EG").unwrap(),
        governorate: None,
    };
    organization::Event::OrganizationRegistered(organization::Registration {
        profile,
        bank_account: None,
    })
}

/// The registration of the supplier and of its key, with who did what.
pub fn enrolled() -> [(Actor, organization::Event); 3] {
    let [rana, sami] = ["rana", "sami"].map(|name| actor(name, Role::Registrar));
    let proposal = supplier_key().proposal(&Organization::stream(&supplier_id()));
    let enrolment = KeyEnrolment {
        key: proposal.key.clone(),
    };
    [
        (rana.clone(), registered()),
        (rana, organization::Event::KeyProposed(proposal)),
        (sami, organization::Event::KeyEnrolled(enrolment)),
    ]
}

/// A registered supplier, and what happened to it since.
pub fn supplier(since: impl IntoIterator<Item = organization::Event>) -> Organization {
    let given = Given::<Organization>::nothing().stream(Organization::stream(&supplier_id()));
    let enrolled = enrolled().into_iter();
    let given = enrolled.fold(given, |given, (by, event)| given.by(by).event(event));
    let given = since.into_iter().fold(given, Given::event);
    given.state().clone()
}

/// An envelope's stream on 15 January 2026, with an open tender and a supplier beside it.
pub fn given(key: &StatementKey) -> Given<Envelope> {
    beside(key, tender(Procedure::Open, []), supplier([]))
}

pub fn beside(key: &StatementKey, tender: Tender, supplier: Organization) -> Given<Envelope> {
    let given = Given::<Envelope>::nothing()
        .stream(envelope(1))
        .by(holder(key));
    let given = given.on("2026-01-15");
    let given = reading(given, Tender::stream(&tender_id()), tender);
    reading(given, Organization::stream(&supplier_id()), supplier)
}

fn reading<A: Aggregate>(given: Given<Envelope>, stream: StreamName, state: A) -> Given<Envelope> {
    given.reading_apart(stream, state)
}
