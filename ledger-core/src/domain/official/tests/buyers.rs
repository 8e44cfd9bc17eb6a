//! Whose officials act: what the tests of plans, tenders, frameworks and lists of suppliers share.

use super::*;
use crate::aggregate::Aggregate;
use crate::domain::official::buyers::Refusal as NotOf;
use crate::domain::ruleset::{ProcurementRules, Ruleset};
use crate::domain::tender::tests::world::ruleset;

/// The fourth edition is in force.
pub(in crate::domain) fn in_fourth_edition<A: Aggregate<Event: PartialEq>>(
    given: Given<A>,
) -> Given<A> {
    let rules = ProcurementRules {
        edition: Some(4),
        ..ProcurementRules::default()
    };
    given.reading(Ruleset::national(), 1, ruleset(rules))
}

/// These officials, each in a post of an organisation.
pub(in crate::domain) fn employed<A: Aggregate<Event: PartialEq>>(
    given: Given<A>,
    officials: &[(&str, &str)],
) -> Given<A> {
    let read = |given: Given<A>, (name, at): &(&str, &str)| {
        given.reading(Official::stream(&id(name)), 1, of(at).state().clone())
    };
    officials.iter().fold(given, read)
}

pub(in crate::domain) fn not_of(buyer: &str) -> NotOf {
    NotOf::NotOfBuyer {
        buyer: OrganizationId::new(buyer).unwrap(),
    }
}

fn organization_seat(at: &str) -> Seat {
    Seat::Organization(OrganizationId::new(at).unwrap())
}

/// Director since 2025, up to 100,000 EGP through 2026.
fn of(organization: &str) -> Given<Official> {
    Given::nothing()
        .event(Event::PositionHeld(Appointment {
            seat: organization_seat(organization),
            ..appointment("director", "2025-01-01")
        }))
        .event(Event::AuthorityDelegated(delegation(
            "director",
            100_000,
            "2026-01-01",
            "2026-12-31",
        )))
}

pub(in crate::domain) fn left(organization: &str, last_day: &str) -> Official {
    let left = of(organization).event(Event::PositionLeft(departure("director", last_day)));
    left.state().clone()
}

/// Acts as director through 2026.
fn acting(holder: Option<&str>, seat: Option<Seat>) -> ActingAppointment {
    ActingAppointment {
        post: post("director"),
        holder: holder.map(id),
        seat,
        from: day("2026-01-01"),
        until: day("2026-12-31"),
        decree: decree(),
    }
}

/// Acts as director there, if anywhere, and holds a post in a hospital.
pub(in crate::domain) fn acts(organization: Option<&str>) -> Official {
    let seat = organization.map(organization_seat);
    let given = head().event(Event::ActingAppointed(acting(None, seat)));
    given.state().clone()
}

/// A post in the ministry without authority, and all the authority in one of the university.
pub(in crate::domain) fn with_authority_elsewhere() -> Official {
    let clerk = Event::PositionHeld(Appointment {
        seat: organization_seat("ministry"),
        ..appointment("clerk", "2025-01-01")
    });
    of("university").event(clerk).state().clone()
}

#[test]
fn authority_counts_where_the_post_is() {
    let [ministry, university] =
        ["ministry", "university"].map(|at| OrganizationId::new(at).unwrap());
    let official = with_authority_elsewhere();
    let posts = official.record().unwrap().posts();
    let today = day("2026-02-01");
    assert!(posts.serves(&ministry, today) && posts.serves(&university, today));
    assert_eq!(posts.limit_for(&ministry, today, pounds()), None);
    let limit = posts.limit_for(&university, today, pounds());
    assert_eq!(limit, Some(money(100_000)));
    assert_eq!(posts.limit_on(today, pounds()), limit);
    // A post in a facility of an organisation is none of it.
    let keeper = head();
    let posts = record(&keeper).posts();
    assert!(!posts.serves(&ministry, today));
}

#[test]
fn acting_is_where_the_holder_is() {
    let holder = of("ministry").state().clone();
    let registered = organization::tests::registered().state().clone();
    let ministry = OrganizationId::new("ministry").unwrap();
    let university = OrganizationId::new("university").unwrap();
    let given = head()
        .reading(Official::stream(&id("holder")), 1, holder)
        .reading(Organization::stream(&ministry), 0, registered.clone())
        .reading(Organization::stream(&university), 0, registered);
    let act = |holder, at| Command::AppointActing(acting(holder, Some(organization_seat(at))));
    let appointed = given.clone().when(act(Some("holder"), "ministry"));
    assert!(appointed.accepted(), "{:?}", appointed.outcome());
    let posts = record(&appointed).posts();
    assert!(posts.serves(&ministry, day("2026-02-01")));
    assert!(!posts.serves(&ministry, day("2027-01-01")));
    assert!(!posts.holds(&post("director"), day("2026-02-01")));

    let elsewhere = given.clone().when(act(Some("holder"), "university"));
    let expected = Refusal::OtherSeat {
        post: post("director"),
        seat: Organization::stream(&university),
    };
    assert_eq!(elsewhere.refused(), expected);
    assert!(given.clone().when(act(None, "university")).accepted());
    let nowhere = given.when(act(None, "nowhere")).refused();
    let seat = organization_seat("nowhere").stream();
    assert_eq!(nowhere, Refusal::NoSeat { seat });
}
