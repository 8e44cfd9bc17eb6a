//! People, things and a tender to ask things of.

use super::*;

pub(super) fn id<T: TryFrom<String, Error: std::fmt::Debug>>(text: &str) -> T {
    T::try_from(text.to_owned()).unwrap()
}

pub(super) fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

pub(super) fn egp(amount: u32) -> Money {
    Money::new(amount.into(), Currency::new("EGP").unwrap()).unwrap()
}

/// An instant of 2026 on the wall in Cairo, such as `01-17 03:00`.
pub(super) fn time(text: &str) -> Timestamp {
    let (day, clock) = text.split_once(' ').unwrap();
    let (hours, minutes) = clock.split_once(':').unwrap();
    let minutes: i64 = hours.parse::<i64>().unwrap() * 60 + minutes.parse::<i64>().unwrap();
    let start = Date::parse(&format!("2026-{day}")).unwrap().start(120);
    start.plus_micros(minutes * 60_000_000)
}

pub(super) fn officer(id: &str) -> Actor {
    actor(id, Role::ProcurementOfficer)
}

pub(super) fn registrar(id: &str) -> Actor {
    actor(id, Role::Registrar)
}

pub(super) fn system() -> Actor {
    Actor {
        id: ActorId::System,
        role: Role::System,
        position: None,
    }
}

/// A supplier whose name nobody knows yet.
pub(super) fn somebody() -> Actor {
    Actor {
        id: ActorId::Key(pseudonym().id()),
        role: Role::Supplier,
        position: None,
    }
}

fn entity() -> Organization {
    let profile = organization::Profile {
        roles: [organization::Role::ProcuringEntity].into(),
        names: Names::new("جهة", "Entity").unwrap(),
        external: ExternalId::new("EG-GOV:1").unwrap(),
        country: Country::new("EG").unwrap(),
        governorate: None,
    };
    let registration = organization::Registration {
        profile,
        bank_account: None,
    };
    let registered = organization::Event::OrganizationRegistered(registration);
    Given::<Organization>::nothing()
        .event(registered)
        .state()
        .clone()
}

pub(super) fn facility() -> Facility {
    let opened = facility::Event::FacilityOpened(facility::Profile {
        names: Names::new("منشأة", "Facility").unwrap(),
        kind: facility::Kind::CentralStore,
        governorate: None,
        position: None,
        population: None,
        parent: None,
        owner: None,
    });
    Given::<Facility>::nothing().event(opened).state().clone()
}

fn item() -> Item {
    let listed = item::Event::ItemListed(item::Profile {
        names: Names::new("صنف", "Item").unwrap(),
        category: item::Category::Medicine,
        base_unit: id("tablet"),
        packs: Vec::new(),
        atc: None,
        unspsc: None,
        essential: true,
        cold_chain: false,
        tracking: item::Tracking::Quantity,
        inspected: false,
    });
    Given::<Item>::nothing().event(listed).state().clone()
}

pub(super) fn committee(purpose: Purpose, members: [&str; 3]) -> Committee {
    let formed = committee::Event::CommitteeFormed(Formation {
        purpose,
        names: Names::new("لجنة", "Committee").unwrap(),
        members: members.map(id).into(),
        quorum: 2,
        alternates: Vec::new(),
        decree: id("D-1"),
    });
    Given::<Committee>::nothing().event(formed).state().clone()
}

/// An official in a post of the ministry since 2025.
fn in_post() -> Given<Official> {
    Given::nothing().event(official::Event::PositionHeld(official::Appointment {
        post: id("director"),
        seat: Seat::Organization(id("ministry")),
        names: Names::new("موظف", "Official").unwrap(),
        national_id: None,
        from: Date::parse("2025-01-01").unwrap(),
        decree: id("D-1"),
    }))
}

/// The same, who may approve up to a limit through 2026.
fn delegate(limit: u32) -> Official {
    let day = |day| Date::parse(day).unwrap();
    let delegated = official::Event::AuthorityDelegated(official::Delegation {
        post: id("director"),
        limit: egp(limit),
        from: day("2026-01-01"),
        until: day("2026-12-31"),
        delegator: None,
        decree: id("D-1"),
    });
    in_post().event(delegated).state().clone()
}

pub(in crate::domain) fn ruleset(procurement: ProcurementRules) -> Ruleset {
    let rules = Rules {
        procurement: Some(procurement.into()),
        ..Rules::default()
    };
    let proposal = ruleset::Event::RulesetProposed(ruleset::Proposal {
        version: 1,
        rules: rules.clone(),
        reason: text("by law"),
    });
    let adoption = ruleset::Event::RulesetAdopted(ruleset::Adoption { version: 1, rules });
    let given = Given::<Ruleset>::nothing()
        .event(proposal)
        .by(officer("omar"))
        .event(adoption);
    given.state().clone()
}

/// The ministry and the university buy; tablets and gauze go to the store. Committees O (a, b, c) and E (x, y, z). Omar may
/// approve up to 100,000 EGP, Mona up to 1,000. Huda acts at noon of 1 January 2026, a Thursday.
pub(super) fn world() -> Given<Tender> {
    let mut given = Given::<Tender>::nothing().stream(Tender::stream(&id("T-1")));
    for buyer in ["ministry", "university"] {
        given = given.reading(Organization::stream(&id(buyer)), 0, entity());
    }
    for code in ["tablet", "gauze"] {
        given = given.reading(Item::stream(&id(code)), 0, item());
    }
    for (official, limit) in [("omar", 100_000), ("mona", 1_000)] {
        given = given.reading(Official::stream(&id(official)), 0, delegate(limit));
    }
    given = given.reading(Official::stream(&id("huda")), 0, in_post().state().clone());
    let opening = committee(Purpose::Opening, ["a", "b", "c"]);
    let evaluation = committee(Purpose::Evaluation, ["x", "y", "z"]);
    given
        .reading(Facility::stream(&id("store")), 0, facility())
        .reading(Committee::stream(&id("O")), 0, opening)
        .reading(Committee::stream(&id("E")), 0, evaluation)
        .by(officer("huda"))
}

pub(super) fn draft() -> Draft {
    let rated = |name: &str, kind| Criterion {
        id: id(name),
        name: Names::new("معيار", "Criterion").unwrap(),
        kind,
    };
    Draft {
        buyer: id("ministry"),
        title: Names::new("أدوية", "Medicines").unwrap(),
        procedure: Procedure::Open,
        plan: None,
        currency: Currency::new("EGP").unwrap(),
        terms: Terms {
            delivery: id("DDP"),
            tax_included: true,
            validity_days: 90,
            security_percent: Decimal::TWO,
            split: false,
        },
        criteria: vec![
            rated("licence", CriterionKind::Required),
            rated(
                "quality",
                CriterionKind::Rated {
                    points: 40.into(),
                    least: 20.into(),
                },
            ),
        ],
        award_by: AwardBy::Rated { price_weight: 60 },
        ties: vec![TieRule::LowerPrice, TieRule::EarlierEnvelope],
        participants: vec![Participant {
            entity: id("university"),
            budget: Some(egp(20_000)),
        }],
        documents: vec![document(1)],
        invitation: None,
        framework: None,
    }
}

pub(super) fn document(n: u8) -> DocumentRef {
    DocumentRef {
        title: Names::new("وثيقة", "Document").unwrap(),
        sha256: Sha256([n; 32]),
        bytes: 1_000,
        media_type: MediaType::Pdf,
    }
}

pub(super) fn line(item: &str, quantity: u32) -> LotLine {
    LotLine {
        item: id(item),
        quantity: quantity.into(),
        facility: id("store"),
        delivery_days: 60,
        entity: None,
    }
}

pub(super) fn lot(name: &str, estimate: u32, lines: &[LotLine]) -> Lot {
    Lot {
        id: id(name),
        title: Names::new("مجموعة", "Lot").unwrap(),
        estimate: Some(Withheld::Known(egp(estimate))),
        lines: lines.to_vec(),
    }
}

pub(super) fn tablets() -> Lot {
    lot("L1", 60_000, &[line("tablet", 10_000)])
}

pub(super) fn gauze() -> Lot {
    lot("L2", 40_000, &[line("gauze", 500)])
}

pub(super) fn committees(threshold: u8) -> Committees {
    Committees {
        opening: id("O"),
        evaluation: id("E"),
        threshold,
    }
}

pub(super) fn secret(seed: u8) -> MemberSecret {
    MemberSecret::from_seed(&[seed; 32])
}

/// The key of a member, made from the member's name, as a registrar enrols it who names another.
pub(super) fn key(member: &str, witness: &str) -> OpeningKey {
    let secret = secret(member.bytes().next().unwrap());
    let seat = Seat_ {
        origin: "sijill.test",
        tender: "T-1",
        member,
    };
    OpeningKey {
        member: id(member),
        key: *secret.public().as_bytes(),
        proof: secret.prove(&seat).to_vec(),
        witness: id(witness),
    }
}

pub(super) fn enrol(member: &str, witness: &str) -> Command {
    Command::EnrolOpeningKey(key(member, witness))
}

/// One key, enrolled by both registrars.
pub(super) fn enrolled(given: Given<Tender>, member: &str) -> Given<Tender> {
    let first = given.by(registrar("rami")).when(enrol(member, "sara"));
    assert!(first.accepted(), "{:?}", first.outcome());
    let second = first.by(registrar("sara")).when(enrol(member, "rami"));
    assert!(second.accepted(), "{:?}", second.outcome());
    second.by(officer("huda"))
}

pub(super) fn approve(read: u64) -> Command {
    Command::Approve(Approval { read, limit: None })
}

/// Published on 1 January; questions until the 7th, bids until midnight before the 17th, which are fifteen whole days.
pub(super) fn publication() -> Publication {
    Publication {
        enquiries_until: time("01-07 00:00"),
        closes_at: time("01-17 00:00"),
        sealing: None,
        invited: Vec::new(),
    }
}

pub(super) fn drafted() -> Given<Tender> {
    let given = world().when(Command::Draft(draft()));
    assert!(given.accepted(), "{:?}", given.outcome());
    given
}

/// Two lots, committees and keys: changes 0 to 3, keys 4 to 9.
pub(super) fn complete() -> Given<Tender> {
    let given = drafted()
        .when(Command::AddLot(tablets()))
        .when(Command::AddLot(gauze()))
        .when(Command::AppointCommittees(committees(2)));
    assert!(given.accepted(), "{:?}", given.outcome());
    ["a", "b", "c"].into_iter().fold(given, enrolled)
}

pub(super) fn approved() -> Given<Tender> {
    let given = complete()
        .by(actor("omar", Role::Approver))
        .when(approve(3));
    assert!(given.accepted(), "{:?}", given.outcome());
    given.by(officer("huda"))
}

pub(in crate::domain) fn published() -> Given<Tender> {
    let given = approved().when(Command::Publish(publication()));
    assert!(given.accepted(), "{:?}", given.outcome());
    given
}

pub(in crate::domain) fn closed() -> Given<Tender> {
    let given = published()
        .at(time("01-17 00:00"))
        .by(system())
        .when(Command::Close);
    assert!(given.accepted(), "{:?}", given.outcome());
    given.by(officer("huda"))
}

/// Closed, and nobody had bid.
pub(in crate::domain) fn listed() -> Given<Tender> {
    let listing = Listing {
        envelopes: None,
        unlisted: Vec::new(),
        left_off: None,
    };
    let given = closed().by(system()).when(Command::EndReceipts(listing));
    assert!(given.accepted(), "{:?}", given.outcome());
    given
}

pub(super) fn cancel() -> Command {
    Command::Cancel(Ending {
        ground: CancellationGround::NoDemand,
        reason: text("a donation came"),
        proposal: None,
    })
}

pub(super) fn propose_cancellation() -> Command {
    Command::ProposeCancellation(CancellationProposal {
        ground: CancellationGround::NoDemand,
        reason: text("a donation came"),
    })
}

pub(super) fn approve_cancellation(proposal: u64) -> Command {
    Command::ApproveCancellation(CancellationApproval { proposal })
}

pub(in crate::domain) fn cancelled() -> Given<Tender> {
    let given = published().when(cancel());
    assert!(given.accepted(), "{:?}", given.outcome());
    given
}

/// The public key of a supplier's key for this tender.
pub(super) fn pseudonym() -> PublicKey {
    let key = ed25519_dalek::SigningKey::from_bytes(&[9; 32]).verifying_key();
    PublicKey::new(KeyAlgorithm::Ed25519, key.as_bytes()).unwrap()
}

pub(super) fn question(name: &str) -> Command {
    Command::Ask(Question {
        id: id(name),
        text: text("May the tablets be scored?"),
        key: pseudonym(),
    })
}

pub(super) fn answer(name: &str) -> Command {
    Command::Answer(Answer {
        question: id(name),
        text: text("They may."),
    })
}

pub(super) fn complaint(name: &str, against: Against) -> Command {
    Command::Complain(Complaint {
        id: id(name),
        against,
        grounds: text("the documents name a brand"),
        documents: Vec::new(),
        key: Some(pseudonym()),
    })
}

pub(super) fn ruling(name: &str, outcome: ComplaintOutcome) -> Command {
    Command::DecideComplaint(ComplaintDecision {
        complaint: id(name),
        decision: id("R-1"),
        outcome,
        reason: text("as the law says"),
    })
}

pub(super) fn withdrawal(name: &str) -> Command {
    Command::WithdrawComplaint(ComplaintWithdrawal {
        complaint: id(name),
    })
}

pub(super) fn judge() -> Actor {
    actor("judge", Role::ReviewBody)
}

/// Lot 2 gets so many units of gauze.
pub(super) fn amendment(quantity: u32, closes_at: &str) -> Command {
    Command::Amend(Amendment {
        number: None,
        reason: text("the hospital needs another quantity"),
        change: Change::Lot {
            lot: id("L2"),
            before: Vec::new(),
            after: vec![line("gauze", quantity)],
        },
        closes_at: time(closes_at),
    })
}

pub(super) fn extension(closes_at: &str, enquiries_until: &str) -> Command {
    Command::Extend(Extension {
        closes_at: time(closes_at),
        enquiries_until: time(enquiries_until),
        reason: text("holidays"),
    })
}

pub(super) fn outage(from: &str, until: &str) -> Command {
    Command::RecordOutage(Outage {
        from: time(from),
        until: time(until),
        reason: text("a cut cable"),
        closes_at: None,
    })
}

pub(super) fn administrator() -> Actor {
    actor("adam", Role::Administrator)
}

impl Bidding {
    /// As if it had been drafted for this supplier alone.
    pub(in crate::domain) fn invite(&mut self, procedure: Procedure, bidder: &str) {
        self.notice.draft.procedure = procedure;
        self.notice.draft.invitation = Some(Invitation {
            ground: InvitationGround::FewSuppliers,
            justification: text("nobody else makes it"),
            after: None,
            invited: vec![id(bidder)],
            list: None,
        });
    }
}

/// The third edition is in force.
pub(in crate::domain) fn in_third_edition<A>(given: Given<A>) -> Given<A>
where
    A: crate::aggregate::Aggregate<Event: PartialEq>,
{
    in_edition(given, 3)
}

/// Rules of this edition were adopted.
pub(in crate::domain) fn in_edition<A>(given: Given<A>, edition: u8) -> Given<A>
where
    A: crate::aggregate::Aggregate<Event: PartialEq>,
{
    let rules = ProcurementRules {
        edition: Some(edition),
        ..ProcurementRules::default()
    };
    given.reading(Ruleset::national(), 1, ruleset(rules))
}

/// As [`published`], under the third edition.
pub(in crate::domain) fn published_in_third() -> Given<Tender> {
    published_in(3)
}

/// The same under this edition.
pub(in crate::domain) fn published_in(edition: u8) -> Given<Tender> {
    let given = in_edition(approved(), edition).when(Command::Publish(publication()));
    assert!(given.accepted(), "{:?}", given.outcome());
    given
}

/// A draft of the ministry that carries out a plan; each lot asks for so much of an item for a place.
pub(in crate::domain) fn carrying(plan: &str, lots: &[(&str, &str, u32)]) -> Given<Tender> {
    let drafted = Event::TenderDrafted(Draft {
        plan: Some(id(plan)),
        ..draft()
    });
    let given = Given::<Tender>::nothing().stream(Tender::stream(&id("T-1")));
    let lot = |(number, (item, facility, quantity)): (usize, &(&str, &str, u32))| {
        let line = LotLine {
            facility: id(facility),
            ..line(item, *quantity)
        };
        Event::LotAdded(lot(&format!("L{number}"), 1_000, &[line]))
    };
    let lots = lots.iter().enumerate().map(lot);
    lots.fold(given.event(drafted), Given::event)
}

/// The same, given up.
pub(in crate::domain) fn dropped(draft: Given<Tender>) -> Given<Tender> {
    let ending = Event::TenderCancelled(Ending {
        ground: CancellationGround::NoDemand,
        reason: text("a donation came"),
        proposal: None,
    });
    draft.event(ending)
}
