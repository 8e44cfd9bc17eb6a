//! A buyer, suppliers and officials, and a list in every stage.

use super::*;

pub(super) fn id<T: TryFrom<String, Error: std::fmt::Debug>>(text: &str) -> T {
    T::try_from(text.to_owned()).unwrap()
}

pub(super) fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

/// An instant of 2026 in Cairo: midnight before a day such as `01-17`.
pub(super) fn midnight(day: &str) -> Timestamp {
    Date::parse(&format!("2026-{day}")).unwrap().start(120)
}

fn organization(part: Part) -> Given<Organization> {
    let registered = organization::Event::OrganizationRegistered(organization::Registration {
        profile: organization::Profile {
            roles: [part].into(),
            names: Names::new("جهة", "Organization").unwrap(),
            external: id("EG-GAFI:1"),
            country: id("EG"),
            governorate: None,
        },
        bank_account: None,
    });
    Given::nothing().event(registered)
}

pub(crate) fn supplier_state() -> Organization {
    organization(Part::Supplier).state().clone()
}

pub(crate) fn debarred_state() -> Organization {
    let debarment = organization::Event::SupplierDebarred(organization::Debarment {
        decision: id("J-9"),
        grounds: text("fraud"),
        from: Date::parse("2025-12-01").unwrap(),
        until: None,
    });
    let given = organization(Part::Supplier).event(debarment);
    given.state().clone()
}

fn in_office() -> Given<Official> {
    Given::nothing().event(official::Event::PositionHeld(official::Appointment {
        post: id("director"),
        seat: official::Seat::Organization(id("ministry")),
        names: Names::new("موظف", "Official").unwrap(),
        national_id: None,
        from: Date::parse("2025-01-01").unwrap(),
        decree: id("D-1"),
    }))
}

/// The ministry buys; Nile, Delta, Misr and Sinai supply, Aswan is debarred. Huda, Rami, Omar and Mona hold posts, Samir holds one
/// and has an interest in Delta, Laila holds none. Huda acts at noon of 1 January 2026, a Thursday.
pub(super) fn world() -> Given<Qualification> {
    let mut given = Given::nothing()
        .stream(Qualification::stream(&id("Q-1")))
        .by(official_of("huda"));
    let buyer = organization(Part::ProcuringEntity);
    given = given.reading(
        Organization::stream(&id("ministry")),
        0,
        buyer.state().clone(),
    );
    for name in ["nile", "delta", "misr", "sinai"] {
        given = given.reading(Organization::stream(&id(name)), 0, supplier_state());
    }
    for name in ["huda", "rami", "omar", "mona"] {
        let record = in_office().state().clone();
        given = given.reading(Official::stream(&id(name)), 0, record);
    }
    let interested = in_office().event(official::Event::ConflictDeclared(official::Conflict {
        organization: id("delta"),
        interest: official::Interest::Ownership,
        particulars: None,
    }));
    given
        .reading(Organization::stream(&id("aswan")), 1, debarred_state())
        .reading(
            Official::stream(&id("samir")),
            1,
            interested.state().clone(),
        )
}

pub(super) fn official_of(name: &str) -> Actor {
    actor(name, Role::ProcurementOfficer)
}

pub(super) fn supplier(name: &str) -> Actor {
    Actor {
        id: ActorId::Organization(id(name)),
        role: Role::Supplier,
        position: None,
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

/// A licence and a turnover are required; requests until midnight before the 17th, which are fifteen whole days.
pub(super) fn announcement() -> Announcement {
    let requirement = |name: &str| Requirement {
        id: id(name),
        name: Names::new("متطلب", "Requirement").unwrap(),
    };
    Announcement {
        buyer: id("ministry"),
        title: Names::new("موردو الأدوية", "Suppliers of medicines").unwrap(),
        requirements: vec![requirement("licence"), requirement("turnover")],
        documents: vec![document(1)],
        closes_at: midnight("01-17"),
        valid_until: Date::parse("2027-12-31").unwrap(),
    }
}

pub(super) fn request(name: &str) -> Command {
    Command::Request(Request {
        supplier: id(name),
        documents: vec![document(2)],
    })
}

pub(super) fn withdraw() -> Command {
    Command::WithdrawRequest(RequestWithdrawal {})
}

pub(super) fn close() -> Command {
    Command::Close(Closing {})
}

pub(super) fn finding(requirement: &str, met: bool) -> Finding {
    Finding {
        requirement: id(requirement),
        met,
        reason: text("licence 7/2025"),
    }
}

pub(super) fn assess(name: &str, licensed: bool) -> Command {
    Command::Assess(Assessment {
        supplier: id(name),
        findings: vec![finding("turnover", true), finding("licence", licensed)],
    })
}

pub(super) fn suspend(name: &str) -> Command {
    Command::Suspend(Suspension {
        supplier: id(name),
        reason: text("its licence lapsed"),
    })
}

pub(super) fn reinstate(name: &str) -> Command {
    Command::Reinstate(Reinstatement {
        supplier: id(name),
        reason: text("its licence was renewed"),
    })
}

pub(super) fn remove(name: &str) -> Command {
    Command::Remove(Removal {
        supplier: id(name),
        reason: text("the licence was forged"),
    })
}

pub(super) fn end() -> Command {
    Command::End(Ending {
        reason: text("the requirements have changed"),
    })
}

#[track_caller]
pub(super) fn did(given: Given<Qualification>) -> Given<Qualification> {
    assert!(given.accepted(), "{:?}", given.outcome());
    given
}

/// Revision 0.
pub(crate) fn announced() -> Given<Qualification> {
    did(world().when(Command::Announce(announcement())))
}

/// Nile, Delta, Misr and Sinai ask: revisions 1 to 4.
pub(super) fn requested() -> Given<Qualification> {
    let names = ["nile", "delta", "misr", "sinai"];
    let asks =
        |given: Given<Qualification>, name| did(given.by(supplier(name)).when(request(name)));
    names
        .into_iter()
        .fold(announced(), asks)
        .by(official_of("huda"))
}

/// At midnight before the 17th: revision 5.
pub(super) fn closed() -> Given<Qualification> {
    did(requested().at(midnight("01-17")).when(close()))
}

/// Rami finds that Sinai has no licence: revisions 6 to 9.
pub(super) fn assessed() -> Given<Qualification> {
    let all = [
        ("nile", true),
        ("delta", true),
        ("misr", true),
        ("sinai", false),
    ];
    let judges = |given: Given<Qualification>, (name, licensed)| {
        did(given.by(official_of("rami")).when(assess(name, licensed)))
    };
    all.into_iter().fold(closed(), judges)
}

/// By Omar: revision 10.
pub(crate) fn published() -> Given<Qualification> {
    let given = assessed().by(actor("omar", Role::Approver));
    did(given.when(Command::Publish { read: 9 }))
}

/// Given up after that.
pub(crate) fn ended() -> Given<Qualification> {
    did(suspended().when(end()))
}

/// Mona suspends Misr: revision 11.
pub(crate) fn suspended() -> Given<Qualification> {
    did(published().by(official_of("mona")).when(suspend("misr")))
}
