//! Selective tenders: whom the list of qualified suppliers holds when the tender is published.

use super::*;
use crate::domain::qualification::Qualification;
use crate::domain::qualification::tests as lists;
use crate::domain::tender::InvitationGround as Ground;

/// Delta, Misr, Nile and Sinai supply, and the ministry keeps the list Q-1 as given.
fn suppliers(list: &Given<Qualification>, fewest: u8) -> Given<Tender> {
    let rules = ProcurementRules {
        limited_invited_min: Some(fewest),
        ..ProcurementRules::default()
    };
    let names = ["delta", "misr", "nile", "sinai"];
    let given = names.into_iter().fold(world(), |given, name| {
        given.reading(Organization::stream(&id(name)), 2, lists::supplier_state())
    });
    given
        .reading(Ruleset::national(), 1, ruleset(rules))
        .reading(Qualification::stream(&id("Q-1")), 10, list.state().clone())
}

fn selective() -> Draft {
    Draft {
        procedure: Procedure::Selective,
        invitation: Some(Invitation {
            ground: Ground::Qualified,
            justification: text("the list Q-1, published in January 2026"),
            after: None,
            invited: Vec::new(),
            list: Some(id("Q-1")),
        }),
        ..draft()
    }
}

fn refused(change: impl FnOnce(&mut Draft)) -> ContentRefusal {
    let mut draft = selective();
    change(&mut draft);
    let given = suppliers(&lists::published(), 3).when(Command::Draft(draft));
    content(&given)
}

#[track_caller]
fn content(given: &Given<Tender>) -> ContentRefusal {
    let Refusal::Content(refusal) = given.refused() else {
        panic!("not of its content: {:?}", given.refused());
    };
    refusal
}

/// As far as its publication.
fn ready(list: &Given<Qualification>, fewest: u8) -> Given<Tender> {
    let given = suppliers(list, fewest)
        .when(Command::Draft(selective()))
        .when(Command::AddLot(tablets()))
        .when(Command::AppointCommittees(committees(2)));
    assert!(given.accepted(), "{:?}", given.outcome());
    let given = ["a", "b", "c"].into_iter().fold(given, enrolled);
    let given = given.by(actor("omar", Role::Approver)).when(approve(2));
    assert!(given.accepted(), "{:?}", given.outcome());
    given.by(officer("huda"))
}

fn publish(invited: &[&str]) -> Command {
    Command::Publish(Publication {
        invited: invited.iter().map(|name| id(name)).collect(),
        ..publication()
    })
}

/// The worked example: of four that asked three qualified, and Misr is suspended when the tender is published.
#[test]
fn a_selective_tender_invites_by_the_list_as_it_stands() {
    let given = ready(&lists::suspended(), 2).when(publish(&["delta", "nile"]));
    assert!(given.accepted(), "{:?}", given.outcome());
    let draft = &given.state().notice().unwrap().draft;
    let invites = |name: &str| draft.invites(&id(name));
    assert!(invites("delta") && invites("nile"));
    assert!(!invites("misr") && !invites("sinai"));
    assert!(draft.procedure.has_technical_part());

    // Whoever is left out complains about the documents, under a key.
    let left_out = given.at(time("01-03 12:00")).by(somebody());
    let left_out = left_out.when(complaint("C1", Against::Documents));
    assert!(left_out.accepted(), "{:?}", left_out.outcome());
}

#[test]
fn nobody_is_added_and_nobody_left_out() {
    let list = || id("Q-1");
    let differs = |invited: &[&str]| {
        let given = ready(&lists::suspended(), 2).when(publish(invited));
        content(&given)
    };
    for (invited, name) in [
        (&["delta"][..], "nile"),
        (&["delta", "misr", "nile"], "misr"),
        (&["delta", "nile", "sinai"], "sinai"),
        (&[], "delta"),
    ] {
        let (list, organization) = (list(), id(name));
        let expected = ContentRefusal::NotAsListed { list, organization };
        assert_eq!(differs(invited), expected);
    }
    let organization = id("nile");
    let twice = differs(&["delta", "nile", "nile"]);
    assert_eq!(twice, ContentRefusal::InvitedTwice { organization });
}

#[test]
fn one_that_is_debarred_is_suspended_first_and_too_few_are_no_competition() {
    let few = ready(&lists::suspended(), 3).when(publish(&["delta", "nile"]));
    let (count, least, most) = (2, 3, 200);
    let expected = ContentRefusal::InvitedCount { count, least, most };
    assert_eq!(content(&few), expected);
    let nile = Organization::stream(&id("nile"));
    let debarred = ready(&lists::suspended(), 2).reading(nile, 3, lists::debarred_state());
    let organization = id("nile");
    let refused = content(&debarred.when(publish(&["delta", "nile"])));
    assert_eq!(refused, ContentRefusal::NotInvitable { organization });
}

#[test]
fn the_list_is_published_and_valid() {
    let three = ["delta", "misr", "nile"];
    let not_valid = ContentRefusal::ListNotValid { list: id("Q-1") };
    let stream = || Qualification::stream(&id("Q-1"));
    for list in [lists::announced(), lists::ended()] {
        let given = ready(&lists::published(), 3).reading(stream(), 12, list.state().clone());
        assert_eq!(content(&given.when(publish(&three))), not_valid);
    }
    let mut late = publication();
    late.invited = three.map(id).into();
    late.closes_at = Date::parse("2028-02-01").unwrap().start(120);
    late.enquiries_until = Date::parse("2028-01-20").unwrap().start(120);
    let lapsed = ready(&lists::published(), 3).on("2028-01-01");
    assert_eq!(content(&lapsed.when(Command::Publish(late))), not_valid);
    // A draft may rest on a list that is only announced: requests and lots are prepared side by side.
    let early = suppliers(&lists::announced(), 3).when(Command::Draft(selective()));
    assert!(early.accepted(), "{:?}", early.outcome());
}

#[test]
fn a_list_is_named_by_selective_tenders_and_by_no_other() {
    let invitation = |draft: &mut Draft| draft.invitation.take().unwrap();
    let missing = refused(|draft| draft.invitation.as_mut().unwrap().list = None);
    assert_eq!(missing, ContentRefusal::ListMissing);
    let none = refused(|draft| drop(invitation(draft)));
    assert_eq!(none, ContentRefusal::InvitationMissing);
    let named = refused(|draft| {
        draft.invitation.as_mut().unwrap().invited = vec![id("nile")];
    });
    assert_eq!(named, ContentRefusal::InvitedByList);
    let ground = refused(|draft| {
        draft.invitation.as_mut().unwrap().ground = Ground::FewSuppliers;
    });
    assert_eq!(ground, ContentRefusal::InvitationGround);
    let limited = |ground| {
        refused(|draft| {
            draft.procedure = Procedure::Limited;
            draft.invitation.as_mut().unwrap().ground = ground;
        })
    };
    assert_eq!(limited(Ground::Qualified), ContentRefusal::InvitationGround);
    let unasked = limited(Ground::Disproportionate);
    assert_eq!(unasked, ContentRefusal::ListUnasked);
    let another = refused(|draft| {
        draft.buyer = id("university");
        draft.participants.clear();
    });
    let list = id("Q-1");
    assert_eq!(another, ContentRefusal::ListOfAnother { list });

    let open = approved().when(publish(&["nile"]));
    assert_eq!(content(&open), ContentRefusal::InvitedByList);
    let uninviting = Event::TenderPublished(publication());
    let given = ready(&lists::published(), 3);
    assert!(!given.possible(&uninviting), "invites nobody");
}

#[test]
fn what_a_publication_rests_on_is_read() {
    let given = ready(&lists::published(), 3);
    let stream = Tender::stream(&id("T-1"));
    let reads = given.state().reads(&stream, &publish(&["delta"]));
    assert!(reads.contains(&Qualification::stream(&id("Q-1"))));
    assert!(reads.contains(&Organization::stream(&id("delta"))));
    let drafting = Command::Draft(selective());
    let reads = Tender::default().reads(&stream, &drafting);
    assert!(reads.contains(&Qualification::stream(&id("Q-1"))));
}
