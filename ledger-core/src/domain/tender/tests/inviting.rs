//! Limited tenders and direct purchases: who is asked, and on which ground.

use super::*;
use crate::domain::tender::InvitationGround as Ground;

fn supplier(debarred: bool) -> Organization {
    let registered = organization::Event::OrganizationRegistered(organization::Registration {
        profile: organization::Profile {
            roles: [organization::Role::Supplier].into(),
            names: Names::new("مورد", "Supplier").unwrap(),
            external: id("EG-GAFI:1"),
            country: id("EG"),
            governorate: None,
        },
        bank_account: None,
    });
    let given = Given::<Organization>::nothing().event(registered);
    if !debarred {
        return given.state().clone();
    }
    let barred = organization::Event::SupplierDebarred(organization::Debarment {
        decision: id("J-9"),
        grounds: text("fraud"),
        from: Date::parse("2025-12-01").unwrap(),
        until: None,
    });
    given.event(barred).state().clone()
}

/// Nile, Delta, Misr and Sinai supply; Aswan is debarred. The tender T-0 of the ministry failed.
fn suppliers() -> Given<Tender> {
    let names = ["nile", "delta", "misr", "sinai"];
    let given = names.into_iter().fold(world(), |given, name| {
        given.reading(Organization::stream(&id(name)), 2, supplier(false))
    });
    let failed = listed().when(Command::Fail(Failure { cause: None }));
    assert!(failed.accepted(), "{:?}", failed.outcome());
    given
        .reading(Organization::stream(&id("aswan")), 2, supplier(true))
        .reading(Tender::stream(&id("T-0")), 9, failed.state().clone())
        .reading(Tender::stream(&id("T-9")), 9, published().state().clone())
}

fn invitation(ground: Ground, invited: &[&str]) -> Invitation {
    Invitation {
        ground,
        justification: text("the register of manufacturers, 7/2026"),
        after: (ground == Ground::FailedTender).then(|| id("T-0")),
        invited: invited.iter().map(|name| id(name)).collect(),
        list: None,
    }
}

fn limited(invitation: Option<Invitation>) -> Draft {
    Draft {
        procedure: Procedure::Limited,
        invitation,
        ..draft()
    }
}

fn direct(invitation: Option<Invitation>) -> Draft {
    let mut draft = draft();
    draft.terms.security_percent = Decimal::ZERO;
    Draft {
        procedure: Procedure::Direct,
        criteria: Vec::new(),
        award_by: AwardBy::LowestPrice,
        ties: vec![TieRule::EarlierEnvelope],
        invitation,
        ..draft
    }
}

fn refused(draft: Draft) -> ContentRefusal {
    let Refusal::Content(refusal) = suppliers().when(Command::Draft(draft)).refused() else {
        panic!("not of its content");
    };
    refusal
}

fn accepted(draft: Draft) -> Given<Tender> {
    let given = suppliers().when(Command::Draft(draft));
    assert!(given.accepted(), "{:?}", given.outcome());
    given
}

#[test]
fn a_limited_tender_invites_on_a_ground() {
    let three = ["nile", "delta", "misr"];
    accepted(limited(Some(invitation(Ground::Disproportionate, &three))));
    accepted(limited(Some(invitation(Ground::FewSuppliers, &three[..2]))));
    accepted(limited(Some(invitation(Ground::FailedTender, &three))));
    assert_eq!(refused(limited(None)), ContentRefusal::InvitationMissing);
    let open = Draft {
        procedure: Procedure::Open,
        ..limited(Some(invitation(Ground::FewSuppliers, &three)))
    };
    assert_eq!(refused(open), ContentRefusal::InvitationUnasked);
    let sole = limited(Some(invitation(Ground::SoleSource, &three)));
    assert_eq!(refused(sole), ContentRefusal::InvitationGround);
    let two = limited(Some(invitation(Ground::Disproportionate, &three[..2])));
    let (count, least, most) = (2, 3, 50);
    assert_eq!(
        refused(two),
        ContentRefusal::InvitedCount { count, least, most }
    );
    let twice = limited(Some(invitation(
        Ground::Disproportionate,
        &["nile", "delta", "nile"],
    )));
    let organization = id("nile");
    assert_eq!(
        refused(twice),
        ContentRefusal::InvitedTwice { organization }
    );
    for name in ["aswan", "ministry"] {
        let unfit = limited(Some(invitation(
            Ground::Disproportionate,
            &["nile", "delta", name],
        )));
        let organization = id(name);
        assert_eq!(
            refused(unfit),
            ContentRefusal::NotInvitable { organization }
        );
    }
}

#[test]
fn a_failed_tender_is_named_and_did_fail() {
    let three = ["nile", "delta", "misr"];
    let after = |ground, after: Option<&str>| {
        let invitation = Invitation {
            after: after.map(id),
            ..invitation(ground, &three)
        };
        refused(limited(Some(invitation)))
    };
    for wrong in [
        after(Ground::FailedTender, None),
        after(Ground::FailedTender, Some("T-9")),
        after(Ground::Disproportionate, Some("T-0")),
    ] {
        assert_eq!(wrong, ContentRefusal::FailedTender);
    }
    let other_buyer = Draft {
        buyer: id("university"),
        participants: Vec::new(),
        ..limited(Some(invitation(Ground::FailedTender, &three)))
    };
    assert_eq!(refused(other_buyer), ContentRefusal::FailedTender);
}

/// One supplier, no keys and no envelopes; the notice stands as long as for quotations where the rules say nothing else.
#[test]
fn a_direct_purchase_is_published_and_takes_no_envelopes() {
    let one = |ground| direct(Some(invitation(ground, &["nile"])));
    for ground in [
        Ground::SoleSource,
        Ground::Urgency,
        Ground::Additional,
        Ground::EssentialSecurity,
        Ground::FailedTender,
    ] {
        accepted(one(ground));
    }
    let few = refused(one(Ground::FewSuppliers));
    assert_eq!(few, ContentRefusal::InvitationGround);
    let two = direct(Some(invitation(Ground::SoleSource, &["nile", "delta"])));
    let (count, least, most) = (2, 1, 1);
    assert_eq!(
        refused(two),
        ContentRefusal::InvitedCount { count, least, most }
    );
    let secured = Draft {
        terms: draft().terms,
        ..one(Ground::SoleSource)
    };
    assert_eq!(refused(secured), ContentRefusal::QuotationSecured);

    let given = accepted(one(Ground::SoleSource))
        .when(Command::AddLot(tablets()))
        .when(Command::AppointCommittees(committees(2)))
        .by(actor("omar", Role::Approver))
        .when(approve(2))
        .by(officer("huda"));
    let notice = Publication {
        enquiries_until: time("01-04 00:00"),
        closes_at: time("01-05 00:00"),
        sealing: None,
        invited: Vec::new(),
    };
    let published = given.when(Command::Publish(notice.clone()));
    assert_eq!(published.last(), [Event::TenderPublished(notice)]);
    let closed = published
        .at(time("01-05 00:00"))
        .by(system())
        .when(Command::Close)
        .when(Command::EndReceipts(Listing {
            envelopes: Some(0),
            unlisted: Vec::new(),
            left_off: None,
        }));
    assert!(closed.accepted(), "{:?}", closed.outcome());
    let Tender::Evaluation(evaluation) = closed.state() else {
        panic!("{:?}", closed.state());
    };
    assert_eq!(evaluation.stage(), evaluation::Stage::Awarding);
}

/// Suppliers did bid, as far as anyone knows: from the fourth edition on that is no ground to ask a few of them.
#[test]
fn a_tender_whose_bids_were_lost_is_no_ground() {
    let lost = Listing {
        envelopes: None,
        unlisted: vec![id("lost")],
        left_off: None,
    };
    let failed = closed()
        .by(system())
        .when(Command::EndReceipts(lost))
        .when(Command::Fail(Failure { cause: None }));
    assert!(failed.accepted(), "{:?}", failed.outcome());
    let drafted = |edition| {
        let given = suppliers().reading(Tender::stream(&id("T-0")), 9, failed.state().clone());
        let draft = limited(Some(invitation(
            Ground::FailedTender,
            &["nile", "delta", "misr"],
        )));
        in_edition(given, edition).when(Command::Draft(draft))
    };
    assert!(drafted(3).accepted());
    let refused = drafted(4);
    assert_eq!(
        refused.refused(),
        Refusal::Content(ContentRefusal::FailedTender)
    );
}

#[test]
fn what_an_invitation_rests_on_is_read() {
    let draft = limited(Some(invitation(Ground::FailedTender, &["nile"])));
    let reads = Tender::default().reads(&Tender::stream(&id("T-1")), &Command::Draft(draft));
    assert!(reads.contains(&Organization::stream(&id("nile"))));
    assert!(reads.contains(&Tender::stream(&id("T-0"))));
}

/// T-0 failed, closed at midnight before 17 January; it asked for 10,000 tablets and 500 pieces of gauze.
#[test]
fn a_failed_tender_is_a_ground_for_what_it_asked_for() {
    let published = |lots: &[Lot], third: bool, day: &str| {
        let invitation = invitation(Ground::FailedTender, &["nile"]);
        let mut given = suppliers();
        if third {
            given = in_third_edition(given);
        }
        let direct = Draft {
            participants: Vec::new(),
            ..direct(Some(invitation))
        };
        let given = given.when(Command::Draft(direct));
        let given = lots
            .iter()
            .fold(given, |given, lot| given.when(Command::AddLot(lot.clone())));
        let last = u64::try_from(lots.len()).unwrap() + 1;
        let given = given
            .when(Command::AppointCommittees(committees(2)))
            .by(actor("omar", Role::Approver))
            .when(approve(last));
        assert!(given.accepted(), "{:?}", given.outcome());
        let start = Date::parse(day).unwrap();
        let publication = Publication {
            enquiries_until: start.plus_days(6).start(120),
            closes_at: start.plus_days(20).start(120),
            sealing: None,
            invited: Vec::new(),
        };
        let now = crate::testing::noon(day);
        let given = given.by(officer("huda")).at(now.at()).effective(now);
        given.when(Command::Publish(publication))
    };
    let content = |given: &Given<Tender>| {
        let Refusal::Content(refusal) = given.refused() else {
            panic!("not of its content: {:?}", given.outcome());
        };
        refusal
    };
    let (tender, item) = (|| id("T-0"), || id("gauze"));
    let same = published(&[tablets(), gauze()], true, "2026-02-01");
    assert!(same.accepted(), "{:?}", same.outcome());
    let less = published(&[lot("L1", 900, &[line("gauze", 499)])], true, "2026-02-01");
    assert!(less.accepted(), "{:?}", less.outcome());
    let twice = [
        lot("L1", 900, &[line("gauze", 300)]),
        lot("L2", 900, &[line("gauze", 201)]),
    ];
    let refused = content(&published(&twice, true, "2026-02-01"));
    let (asked, unmet) = (501.into(), 500.into());
    let more = ContentRefusal::MoreThanFailed {
        tender: tender(),
        item: item(),
        asked,
        unmet,
    };
    assert_eq!(refused, more);
    let first = published(&twice, false, "2026-02-01");
    assert!(first.accepted(), "under the first edition");
    let late = published(&[tablets()], true, "2027-01-17");
    let long_ago = ContentRefusal::FailedLongAgo { tender: tender() };
    assert_eq!(content(&late), long_ago);
    assert!(published(&[tablets()], true, "2027-01-16").accepted());
}
