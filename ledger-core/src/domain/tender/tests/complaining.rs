//! Which complaints about the documents hold up the closing, from the fourth edition of the rules on.

use super::*;
use crate::domain::official::tests::buyers::{employed, in_fourth_edition};

#[track_caller]
fn did(given: Given<Tender>) -> Given<Tender> {
    assert!(given.accepted(), "{:?}", given.outcome());
    given
}

fn published_in_fourth() -> Given<Tender> {
    let officials = [("huda", "ministry"), ("omar", "ministry")];
    let given = employed(in_fourth_edition(approved()), &officials);
    did(given
        .by(officer("huda"))
        .when(Command::Publish(publication())))
}

fn organization(name: &str) -> Actor {
    Actor {
        id: ActorId::Organization(id(name)),
        role: Role::Supplier,
        position: None,
    }
}

/// In its own name.
fn complains(given: Given<Tender>, name: &str, organization_id: &str) -> Given<Tender> {
    let own = Command::Complain(Complaint {
        id: id(name),
        against: Against::Documents,
        grounds: text("the documents name a brand"),
        documents: Vec::new(),
        key: None,
    });
    given.by(organization(organization_id)).when(own)
}

fn ruled(given: Given<Tender>, name: &str, outcome: ComplaintOutcome) -> Given<Tender> {
    did(given.by(judge()).when(ruling(name, outcome)))
}

fn closes(given: &Given<Tender>) -> Given<Tender> {
    let given = given.clone().by(system()).at(time("01-23 00:00"));
    given.when(Command::Close)
}

fn held_by(given: &Given<Tender>) -> Refusal {
    closes(given).refused()
}

fn pending(name: &str) -> Refusal {
    Refusal::ComplaintPending {
        complaint: id(name),
    }
}

#[test]
fn complaints_under_keys_are_heard_and_hold_nothing_up() {
    let filed = |given: Given<Tender>| {
        did(given
            .by(somebody())
            .when(complaint("C1", Against::Documents)))
    };
    let fourth = filed(published_in_fourth());
    assert!(closes(&fourth).accepted());
    assert_eq!(held_by(&filed(published_in_third())), pending("C1"));
    let upheld = ruled(fourth, "C1", ComplaintOutcome::Upheld);
    let complaint = id("C1");
    assert_eq!(held_by(&upheld), Refusal::ComplaintUpheld { complaint });
}

#[test]
fn an_organisation_holds_the_closing_up_once_until_the_documents_change() {
    let filed = did(complains(published_in_fourth(), "C1", "nile"));
    assert_eq!(filed.wanted(), Wanted::No, "by the account alone");
    assert_eq!(held_by(&filed), pending("C1"));
    let declined = ruled(filed, "C1", ComplaintOutcome::Declined);
    assert!(closes(&declined).accepted());
    let again = did(complains(declined.clone(), "C2", "nile"));
    assert!(closes(&again).accepted(), "heard beside the tender");
    let other = did(complains(again.clone(), "C3", "delta"));
    assert_eq!(held_by(&other), pending("C3"));
    let amended = again
        .by(officer("huda"))
        .when(amendment(400, "01-23 00:00"));
    let anew = did(complains(did(amended), "C4", "nile"));
    assert_eq!(held_by(&anew), pending("C4"));
}

#[test]
fn in_the_own_name_since_the_fourth_edition_and_never_as_an_official() {
    let third = complains(published_in_third(), "C1", "nile");
    assert_eq!(third.refused(), Refusal::ComplaintKey);
    let own = Command::Complain(Complaint {
        id: id("C1"),
        against: Against::Documents,
        grounds: text("the documents name a brand"),
        documents: Vec::new(),
        key: None,
    });
    let official = published_in_fourth().by(officer("huda")).when(own);
    assert_eq!(official.refused(), Refusal::ComplaintKey);
    let withdrawn = did(complains(published_in_fourth(), "C1", "nile")).when(withdrawal("C1"));
    assert!(closes(&did(withdrawn)).accepted());
}
