use super::*;
use crate::domain::values::{Country, DocumentNumber, ExternalId, Names, Sha256, Text, Withheld};
use crate::event::Origin;
use crate::testing::{Given, official};

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn day(day: &str) -> Date {
    Date::parse(day).unwrap()
}

fn profile() -> Profile {
    Profile {
        roles: [Role::Supplier].into(),
        names: Names::new("شركة النيل للأدوية", "Nile Pharmaceuticals").unwrap(),
        external: ExternalId::new("EG-GAFI:12345").unwrap(),
        country: Country::new("EG").unwrap(),
        governorate: Some(Place::new("EG-C").unwrap()),
    }
}

fn registration() -> Registration {
    Registration {
        profile: profile(),
        bank_account: Some(Withheld::Known(text("EG380019000500000000263180002"))),
    }
}

/// An organisation with the id `test`.
pub fn registered() -> Given<Organization> {
    Given::nothing().when(Command::Register(registration()))
}

fn amendment(profile: Profile) -> Amendment {
    Amendment {
        profile,
        bank_account: None,
        reason: text("moved"),
    }
}

fn debarment(from: &str, until: Option<&str>) -> Debarment {
    Debarment {
        from: day(from),
        until: until.map(day),
        decision: DocumentNumber::new(&format!("D-{from}")).unwrap(),
        grounds: text("forged delivery notes"),
    }
}

fn debar(from: &str, until: Option<&str>) -> Command {
    Command::Debar(debarment(from, until))
}

fn reinstate(from: &str) -> Command {
    Command::Reinstate(Reinstatement {
        from: day(from),
        decision: DocumentNumber::new("C-7").unwrap(),
        grounds: text("the court annulled the decision"),
    })
}

fn is_debarred(given: &Given<Organization>, on: &str) -> bool {
    given.state().debarred_on(day(on)).is_some()
}

#[test]
fn registered_once_then_amended() {
    let given = registered();
    assert_eq!(
        given.last(),
        [Event::OrganizationRegistered(registration())]
    );
    let again = given.clone().when(Command::Register(registration()));
    assert_eq!(again.refused(), Refusal::Registered);

    let mut moved = profile();
    moved.governorate = Some(Place::new("EG-ALX").unwrap());
    let amended = given.when(Command::Amend(amendment(moved.clone())));
    assert_eq!(
        amended.last(),
        [Event::OrganizationAmended(amendment(moved.clone()))]
    );
    assert_eq!(amended.state().profile(), Some(&moved));
}

#[test]
fn particulars_must_fit_together() {
    let mut abroad = profile();
    abroad.country = Country::new("JO").unwrap();
    let elsewhere = Refusal::GovernorateElsewhere {
        country: Country::new("JO").unwrap(),
    };
    let refused = registered().when(Command::Amend(amendment(abroad)));
    assert_eq!(refused.refused(), elsewhere);

    let mut idle = registration();
    idle.profile.roles.clear();
    let refused = Given::<Organization>::nothing().when(Command::Register(idle));
    assert_eq!(refused.refused(), Refusal::NoRole);
}

#[test]
fn an_amendment_changes_something() {
    let same = registered().when(Command::Amend(amendment(profile())));
    assert_eq!(same.refused(), Refusal::NothingChanges);
    let mut account = amendment(profile());
    account.bank_account = Some(Withheld::Known(text("EG800002000156789012345180002")));
    let changed = registered().when(Command::Amend(account.clone()));
    assert_eq!(changed.last(), [Event::OrganizationAmended(account)]);
}

fn confirm(stated: u64) -> Command {
    Command::ConfirmAccount(AccountConfirmation { stated })
}

/// Huda registers the company with an account, and Omar confirms it; she states another, and he confirms that one too.
#[test]
fn a_bank_account_counts_once_another_person_confirms_it() {
    let in_force = |given: &Given<Organization>| given.state().accounts().unwrap().in_force();
    let omar = || official("omar");
    assert_eq!(in_force(&registered()), None);
    let own = registered().when(confirm(0)).refused();
    assert_eq!(own, Refusal::OwnAccount);
    let first = registered().by(omar()).when(confirm(0));
    let confirmed = Event::BankAccountConfirmed(AccountConfirmation { stated: 0 });
    assert_eq!(first.last(), [confirmed]);
    assert_eq!(in_force(&first), Some(0));
    let again = first.clone().when(confirm(0)).refused();
    assert_eq!(again, Refusal::NoAccountWaits { revision: 0 });

    let mut other = amendment(profile());
    other.bank_account = Some(Withheld::Known(text("EG800002000156789012345180002")));
    let stated = first
        .by(official("huda"))
        .when(Command::Amend(other.clone()));
    assert_eq!(in_force(&stated), Some(0), "until it is confirmed");
    let replaced = stated.clone().when(Command::Amend(other));
    let outdated = replaced.by(omar()).when(confirm(2)).refused();
    assert_eq!(outdated, Refusal::NoAccountWaits { revision: 2 });
    let second = stated.clone().by(omar()).when(confirm(2));
    let revision = Some(2);
    assert_eq!(second.wanted(), Wanted::Approval { revision });
    assert_eq!(in_force(&second), Some(2));

    let event = |stated| Event::BankAccountConfirmed(AccountConfirmation { stated });
    assert!(!stated.possible(&event(2)), "the same person");
    assert!(stated.clone().by(omar()).possible(&event(2)));
    assert!(!stated.by(omar()).possible(&event(1)), "nothing stated");
}

/// Who stated an account before the ledger, and who looked at it then, it cannot judge.
#[test]
fn an_imported_account_counts_at_once() {
    let file = Origin::Import {
        file: Sha256([1; 32]),
        line: 2,
    };
    let history = Given::<Organization>::nothing().origin(file);
    let history = history.when(Command::Register(registration()));
    assert_eq!(history.state().accounts().unwrap().in_force(), Some(0));
}

#[test]
fn nothing_happens_to_an_unregistered_organization() {
    let nobody = Given::<Organization>::nothing();
    for command in [
        Command::Amend(amendment(profile())),
        confirm(0),
        debar("2026-01-01", None),
        reinstate("2026-01-01"),
    ] {
        let refused = nobody.clone().when(command).refused();
        assert_eq!(refused, Refusal::NotRegistered);
    }
}

#[test]
fn a_debarment_covers_its_first_and_last_day() {
    let given = registered().when(debar("2026-01-10", Some("2026-01-20")));
    let debarred = ["2026-01-09", "2026-01-10", "2026-01-20", "2026-01-21"]
        .map(|day| is_debarred(&given, day));
    assert_eq!(debarred, [false, true, true, false]);
    let open = registered().when(debar("2026-01-10", None));
    assert!(is_debarred(&open, "2999-12-31"));
}

#[test]
fn only_suppliers_are_debarred_unless_history_says_so() {
    let mut ministry = registration();
    ministry.profile.roles = [Role::ProcuringEntity].into();
    let ministry = Given::<Organization>::nothing().when(Command::Register(ministry));
    let refused = ministry.clone().when(debar("2026-01-10", None));
    assert_eq!(refused.refused(), Refusal::NoSupplier);
    let imported = ministry
        .origin(Origin::Import {
            file: Sha256([0; 32]),
            line: 2,
        })
        .when(debar("2026-01-10", None));
    assert!(is_debarred(&imported, "2026-01-10"));
}

#[test]
fn debarments_are_ordered_and_share_no_day() {
    let backwards = registered().when(debar("2026-01-10", Some("2026-01-09")));
    assert_eq!(backwards.refused(), Refusal::EndsBeforeItBegins);

    let given = registered().when(debar("2026-02-01", Some("2026-02-28")));
    let overlaps = Refusal::DebarredAlready {
        from: day("2026-02-01"),
        decision: DocumentNumber::new("D-2026-02-01").unwrap(),
    };
    for (from, until) in [
        ("2026-02-28", None),
        ("2026-01-01", Some("2026-02-01")),
        ("2026-01-01", None),
        ("2026-02-10", Some("2026-02-11")),
    ] {
        let refused = given.clone().when(debar(from, until)).refused();
        assert_eq!(refused, overlaps, "{from}");
    }
    let prolonged = given.when(debar("2026-03-01", None));
    assert!(is_debarred(&prolonged, "2026-02-28") && is_debarred(&prolonged, "2026-03-01"));
}

#[test]
fn a_reinstatement_ends_or_annuls_a_debarment() {
    let given = registered().when(debar("2026-02-01", Some("2026-02-28")));
    let ended = given.clone().when(reinstate("2026-02-10"));
    assert!(is_debarred(&ended, "2026-02-09") && !is_debarred(&ended, "2026-02-10"));
    let annulled = given.clone().when(reinstate("2026-02-01"));
    assert!(!is_debarred(&annulled, "2026-02-01"));
    let refused = given.when(reinstate("2026-03-01")).refused();
    let free = day("2026-03-01");
    assert_eq!(refused, Refusal::NotDebarred { day: free });
}

#[test]
fn impossible_histories() {
    let mut debarments = vec![debarment("2026-02-01", None)];
    let overlapping = debarment("2026-03-01", None);
    assert_eq!(debarred(&mut debarments, &overlapping), None);
    let before = Reinstatement {
        from: day("2026-01-31"),
        decision: DocumentNumber::new("C-7").unwrap(),
        grounds: text("too early"),
    };
    assert_eq!(reinstated(&mut debarments, &before), None);
}
