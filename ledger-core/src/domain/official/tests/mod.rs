pub(in crate::domain) mod buyers;
mod limits;

use super::*;
use crate::domain::enrolment::tests::proposal;
use crate::domain::facility::{self, Facility};
use crate::domain::organization;
use crate::domain::values::{
    Code, Currency, Date, DocumentNumber, FacilityId, Money, Sha256, Text, Withheld,
};
use crate::event::{Origin, Role};
use crate::testing::{Given, actor, official};

fn day(day: &str) -> Date {
    Date::parse(day).unwrap()
}

fn post(name: &str) -> Code {
    Code::new(&format!("EG-MOH-CAI-{name}")).unwrap()
}

fn id(id: &str) -> OfficialId {
    OfficialId::new(id).unwrap()
}

fn decree() -> DocumentNumber {
    DocumentNumber::new("12/2026").unwrap()
}

fn pounds() -> Currency {
    Currency::new("EGP").unwrap()
}

fn money(amount: i64) -> Money {
    Money::new(Decimal::from(amount), pounds()).unwrap()
}

fn hospital() -> FacilityId {
    FacilityId::new("hospital").unwrap()
}

fn company() -> OrganizationId {
    OrganizationId::new("nile").unwrap()
}

fn nobody() -> Given<Official> {
    let open = facility::tests::opened();
    let company_is = organization::tests::registered();
    Given::nothing()
        .reading(Facility::stream(&hospital()), 0, open.state().clone())
        .reading(
            Organization::stream(&company()),
            0,
            company_is.state().clone(),
        )
}

fn appointment(name: &str, from: &str) -> Appointment {
    Appointment {
        post: post(name),
        seat: Seat::Facility(hospital()),
        names: Names::new("هدى علي", "Huda Ali").unwrap(),
        national_id: Some(Withheld::Known(Text::new("28501010112345").unwrap())),
        from: day(from),
        decree: decree(),
    }
}

/// Head of stores since 1 January 2026.
pub fn head() -> Given<Official> {
    nobody().when(Command::Appoint(appointment("head", "2026-01-01")))
}

fn delegation(name: &str, limit: i64, from: &str, until: &str) -> Delegation {
    Delegation {
        post: post(name),
        limit: money(limit),
        from: day(from),
        until: day(until),
        delegator: None,
        decree: decree(),
    }
}

fn delegate(limit: i64, from: &str, until: &str) -> Command {
    Command::Delegate(delegation("head", limit, from, until))
}

fn act(name: &str, holder: Option<&str>, from: &str, until: &str) -> Command {
    Command::AppointActing(ActingAppointment {
        post: post(name),
        holder: holder.map(id),
        seat: None,
        from: day(from),
        until: day(until),
        decree: decree(),
    })
}

fn departure(name: &str, last_day: &str) -> Departure {
    Departure {
        post: post(name),
        last_day: day(last_day),
        decree: decree(),
    }
}

fn leave(name: &str, last_day: &str) -> Command {
    Command::Leave(departure(name, last_day))
}

/// The head of stores left after this day.
pub fn departed(last_day: &str) -> Event {
    Event::PositionLeft(departure("head", last_day))
}

fn conflict(interest: Interest) -> Conflict {
    Conflict {
        organization: company(),
        interest,
        particulars: None,
    }
}

fn withdraw(interest: Interest) -> Command {
    Command::WithdrawConflict(ConflictWithdrawal {
        organization: company(),
        interest,
        reason: Text::new("sold the shares").unwrap(),
    })
}

fn record(given: &Given<Official>) -> &Record {
    given.state().record().unwrap()
}

fn limit(given: &Given<Official>, on: &str) -> Option<Money> {
    record(given).posts().limit_on(day(on), pounds())
}

fn imported() -> Origin {
    let file = Sha256([0; 32]);
    Origin::Import { file, line: 2 }
}

#[test]
fn a_post_is_held_from_its_first_day() {
    let given = head();
    let held = Event::PositionHeld(appointment("head", "2026-01-01"));
    assert_eq!(given.last(), [held]);
    let posts = record(&given).posts();
    assert!(posts.holds(&post("head"), day("2026-01-01")));
    assert!(!posts.holds(&post("head"), day("2025-12-31")));
    assert_eq!(
        posts.on(day("2026-06-01")).collect::<Vec<_>>(),
        [&post("head")]
    );
    let second = given.when(Command::Appoint(appointment("buyer", "2026-02-01")));
    assert_eq!(record(&second).posts().on(day("2026-06-01")).count(), 2);
}

#[test]
fn a_post_needs_an_open_seat_unless_history_says_so() {
    let mut elsewhere = appointment("head", "2026-01-01");
    elsewhere.seat = Seat::Organization(OrganizationId::new("unknown").unwrap());
    let seat = elsewhere.seat.stream();
    let command = Command::Appoint(elsewhere);
    let refused = nobody().when(command.clone()).refused();
    assert_eq!(refused, Refusal::NoSeat { seat });
    let history = nobody().origin(imported()).when(command);
    assert!(history.state().is_known());
}

#[test]
fn a_post_is_not_filled_twice() {
    let post = post("head");
    let in_post = Refusal::InPost { post };
    let again = head().when(Command::Appoint(appointment("head", "2027-01-01")));
    assert_eq!(again.refused(), in_post);
    let acting = head().when(act("head", None, "2026-05-01", "2026-05-31"));
    assert_eq!(acting.refused(), in_post);
    let before = head().when(act("head", None, "2025-12-01", "2025-12-31"));
    assert_eq!(before.last().len(), 1);
}

#[test]
fn nothing_is_recorded_of_an_unknown_official() {
    let key = proposal(&Official::stream(&id("test")), 1);
    for command in [
        delegate(1, "2026-01-01", "2026-01-31"),
        act("head", None, "2026-01-01", "2026-01-31"),
        leave("head", "2026-01-01"),
        Command::DeclareConflict(conflict(Interest::Kinship)),
        withdraw(Interest::Kinship),
        Command::ProposeKey(key),
    ] {
        assert_eq!(nobody().when(command).refused(), Refusal::NotKnown);
    }
}

#[test]
fn the_latest_delegation_holds_on_its_days() {
    let given = head()
        .when(delegate(1_000, "2026-01-01", "2026-12-31"))
        .when(delegate(400, "2026-03-01", "2026-03-31"))
        .when(delegate(0, "2026-06-01", "2026-06-30"));
    let limits = [
        "2026-02-28",
        "2026-03-31",
        "2026-04-01",
        "2026-06-15",
        "2027-01-01",
    ]
    .map(|on| limit(&given, on));
    let expected = [Some(1_000), Some(400), Some(1_000), None, None];
    assert_eq!(limits, expected.map(|limit| limit.map(money)));
    let dinar = Currency::new("JOD").unwrap();
    assert_eq!(
        record(&given).posts().limit_on(day("2026-02-01"), dinar),
        None
    );
}

#[test]
fn authority_goes_with_a_post() {
    let not_in_post = Refusal::NotInPost { post: post("head") };
    let early = delegate(1, "2025-12-31", "2026-01-31");
    assert_eq!(head().when(early.clone()).refused(), not_in_post);
    let backwards = head().when(delegate(1, "2026-02-01", "2026-01-31"));
    assert_eq!(backwards.refused(), Refusal::EndsBeforeItBegins);
    let negative = head().when(delegate(-1, "2026-02-01", "2026-02-28"));
    assert_eq!(negative.refused(), Refusal::NegativeLimit);
    let history = head().origin(imported()).when(early);
    let outside = record(&history).posts();
    assert_eq!(
        outside.limit_in(&post("head"), day("2025-12-31"), pounds()),
        None
    );
    assert_eq!(
        limit(&history, "2025-12-31"),
        None,
        "recorded, but outside the post"
    );
    assert_eq!(limit(&history, "2026-01-01"), Some(money(1)));
}

#[test]
fn nobody_passes_on_more_than_they_have() {
    let director = head()
        .when(delegate(500, "2026-01-01", "2026-06-30"))
        .when(delegate(200, "2026-06-10", "2026-06-12"))
        .when(delegate(500, "2026-06-11", "2026-06-12"));
    let from_director = |limit, until| {
        let mut delegation = delegation("head", limit, "2026-06-01", until);
        delegation.delegator = Some(id("director"));
        Command::Delegate(delegation)
    };
    let stream = Official::stream(&id("director"));
    let given = head().reading(stream, 1, director.state().clone());
    let passed = given.clone().when(from_director(500, "2026-06-09"));
    assert_eq!(limit(&passed, "2026-06-09"), Some(money(500)));
    let passed = given.clone().when(from_director(200, "2026-06-30"));
    assert_eq!(limit(&passed, "2026-06-30"), Some(money(200)));
    for (limit, until) in [(501, "2026-06-09"), (201, "2026-06-30"), (1, "2026-07-01")] {
        let refused = given.clone().when(from_director(limit, until)).refused();
        let (delegator, limit) = (id("director"), money(limit));
        assert_eq!(refused, Refusal::AboveDelegator { delegator, limit });
    }
    let mut own = delegation("head", 1, "2026-06-01", "2026-06-30");
    own.delegator = Some(id("test"));
    let refused = head().when(Command::Delegate(own)).refused();
    assert_eq!(refused, Refusal::OwnDelegator);
}

#[test]
fn acting_for_a_holder_or_in_a_vacant_post() {
    let holder = nobody().when(Command::Appoint(appointment("director", "2026-03-01")));
    let given = head().reading(Official::stream(&id("holder")), 0, holder.state().clone());
    let holder = Some("holder");
    let acting = given
        .clone()
        .when(act("director", holder, "2026-05-01", "2026-05-31"));
    let posts = record(&acting).posts();
    assert!(posts.fills(&post("director"), day("2026-05-31")));
    assert!(!posts.fills(&post("director"), day("2026-06-01")));
    assert!(!posts.holds(&post("director"), day("2026-05-31")));

    let early = given
        .clone()
        .when(act("director", holder, "2026-02-01", "2026-03-31"));
    let not_holder = Refusal::NotHolder {
        holder: id("holder"),
        post: post("director"),
    };
    assert_eq!(early.refused(), not_holder);
    let vacant = given
        .clone()
        .when(act("director", None, "2026-02-01", "2026-03-31"));
    assert_eq!(vacant.last().len(), 1);
    let own = given
        .clone()
        .when(act("director", Some("test"), "2026-05-01", "2026-05-31"));
    assert_eq!(own.refused(), Refusal::OwnHolder);
    let backwards = given.when(act("director", holder, "2026-05-02", "2026-05-01"));
    assert_eq!(backwards.refused(), Refusal::EndsBeforeItBegins);
}

#[test]
fn leaving_a_post_ends_its_authority_for_good() {
    let given = head()
        .when(delegate(700, "2026-01-01", "2026-12-31"))
        .when(leave("head", "2026-05-31"));
    assert_eq!(limit(&given, "2026-05-31"), Some(money(700)));
    assert_eq!(limit(&given, "2026-06-01"), None);
    let back = given
        .clone()
        .when(Command::Appoint(appointment("head", "2026-07-01")));
    assert!(
        record(&back)
            .posts()
            .holds(&post("head"), day("2026-07-01"))
    );
    assert_eq!(
        limit(&back, "2026-07-01"),
        None,
        "authority does not return with the post"
    );

    let not_in_post = Refusal::NotInPost { post: post("head") };
    for last_day in ["2025-12-31", "2026-05-31", "2026-06-15"] {
        let refused = given.clone().when(leave("head", last_day)).refused();
        assert_eq!(refused, not_in_post, "{last_day}");
    }
    let earlier = given.when(leave("head", "2026-04-30"));
    assert_eq!(limit(&earlier, "2026-05-01"), None);
}

#[test]
fn nobody_gives_posts_or_authority_to_oneself() {
    let appoint = Command::Appoint(appointment("deputy", "2026-02-01"));
    let own = nobody().by(official("test")).when(appoint.clone());
    assert_eq!(own.refused(), Refusal::OwnAuthority);
    for command in [
        appoint,
        delegate(500, "2026-02-01", "2026-03-01"),
        act("deputy", None, "2026-02-01", "2026-03-01"),
    ] {
        let own = head().by(official("test")).when(command.clone());
        assert_eq!(own.refused(), Refusal::OwnAuthority, "{command:?}");
        let by_another = head().by(official("omar")).when(command.clone());
        assert!(by_another.accepted(), "{command:?}");
        let origin = Origin::Import {
            file: Sha256([0; 32]),
            line: 2,
        };
        let history = head().by(official("test")).origin(origin).when(command);
        assert!(history.accepted());
    }
}

/// A log in which someone gave authority to the own person did not come about by decisions: a replay stops there.
#[test]
fn what_was_given_to_oneself_could_not_have_happened() {
    let interest = Command::DeclareConflict(conflict(Interest::Ownership));
    let declared = head().when(interest);
    for command in [
        Command::Appoint(appointment("deputy", "2026-02-01")),
        delegate(500, "2026-02-01", "2026-03-01"),
        act("deputy", None, "2026-02-01", "2026-03-01"),
        withdraw(Interest::Ownership),
    ] {
        let event = declared.clone().when(command).last()[0].clone();
        assert!(declared.possible(&event), "{event:?}");
        let own = declared.clone().by(official("test"));
        assert!(!own.possible(&event), "{event:?}");
        let origin = Origin::Import {
            file: Sha256([0; 32]),
            line: 2,
        };
        assert!(own.origin(origin).possible(&event), "{event:?}");
    }
    let first = Event::PositionHeld(appointment("head", "2026-01-01"));
    assert!(nobody().possible(&first));
    assert!(!nobody().by(official("test")).possible(&first));
}

#[test]
fn an_interest_is_declared_by_one_and_withdrawn_by_another() {
    let declared = head().when(Command::DeclareConflict(conflict(Interest::Ownership)));
    assert!(record(&declared).has_interest_in(&company()));
    let again = declared
        .clone()
        .when(Command::DeclareConflict(conflict(Interest::Ownership)));
    assert_eq!(again.refused(), Refusal::Declared);
    let also = declared
        .clone()
        .when(Command::DeclareConflict(conflict(Interest::Kinship)));

    let own = declared
        .by(official("test"))
        .when(withdraw(Interest::Ownership));
    assert_eq!(own.refused(), Refusal::OwnWithdrawal);
    let one = also
        .by(official("omar"))
        .when(withdraw(Interest::Ownership));
    assert!(
        record(&one).has_interest_in(&company()),
        "the kinship stands"
    );
    let none = one.when(withdraw(Interest::Kinship));
    assert!(!record(&none).has_interest_in(&company()));
    let again = none.when(withdraw(Interest::Kinship));
    assert_eq!(again.refused(), Refusal::NotDeclared);
}

#[test]
fn an_interest_is_in_a_registered_organization() {
    let mut unknown = conflict(Interest::Debt);
    unknown.organization = OrganizationId::new("unknown").unwrap();
    let organization = unknown.organization.clone();
    let refused = head().when(Command::DeclareConflict(unknown)).refused();
    assert_eq!(refused, Refusal::NoOrganization { organization });
}

#[test]
fn an_official_gets_a_key_from_two_registrars() {
    let key = proposal(&Official::stream(&id("test")), 3);
    let enrolment = KeyEnrolment {
        key: key.key.clone(),
    };
    let enrolled = head()
        .by(actor("rana", Role::Registrar))
        .when(Command::ProposeKey(key.clone()))
        .by(actor("sami", Role::Registrar))
        .when(Command::EnrolKey(enrolment));
    let keys = record(&enrolled).keys();
    assert_eq!(keys.enrolled(&key.key.id()), Some(&key.key));
}

#[test]
fn impossible_histories() {
    let given = head();
    let mut posts = record(&given).posts().clone();
    let again = Event::PositionHeld(appointment("head", "2030-01-01"));
    assert_eq!(posts.remember(&again), None);
    let Command::Leave(early) = leave("head", "2025-01-01") else {
        panic!("not a departure");
    };
    assert_eq!(posts.remember(&Event::PositionLeft(early)), None);
    let negative = delegation("head", -1, "2026-01-01", "2026-01-02");
    assert_eq!(posts.remember(&Event::AuthorityDelegated(negative)), None);
}
