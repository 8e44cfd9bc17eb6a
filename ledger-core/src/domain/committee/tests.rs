mod signing;

use proptest::prelude::*;

use super::*;
use crate::domain::official::tests::{departed, head};
use crate::domain::values::{Names, Sha256, Text};
use crate::event::Origin;
use crate::testing::{Given, noon, official};

const PEOPLE: [&str; 9] = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];

fn id(id: &str) -> OfficialId {
    OfficialId::new(id).unwrap()
}

fn ids(ids: &[&str]) -> Vec<OfficialId> {
    ids.iter().map(|name| id(name)).collect()
}

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn number(number: &str) -> DocumentNumber {
    DocumentNumber::new(number).unwrap()
}

/// Nine officials are in office since 1 January 2026; `a` acts.
fn nothing() -> Given<Committee> {
    PEOPLE
        .into_iter()
        .fold(Given::nothing().by(official("a")), |given, name| {
            given.reading(Official::stream(&id(name)), 0, head().state().clone())
        })
}

fn formation(members: &[&str], quorum: u8, alternates: &[&str]) -> Formation {
    Formation {
        purpose: Purpose::Evaluation,
        names: Names::new("لجنة البت", "Evaluation committee").unwrap(),
        members: ids(members),
        quorum,
        alternates: ids(alternates),
        decree: number("15/2026"),
    }
}

fn form(members: &[&str], quorum: u8, alternates: &[&str]) -> Command {
    Command::Form(formation(members, quorum, alternates))
}

/// Members a, b, c; two must sign; d may take a place.
fn formed() -> Given<Committee> {
    nothing().when(form(&["a", "b", "c"], 2, &["d"]))
}

fn replacement(leaves: &str, joins: &str) -> Replacement {
    Replacement {
        leaves: id(leaves),
        joins: id(joins),
        reason: text("on leave"),
    }
}

fn replace(leaves: &str, joins: &str) -> Command {
    Command::Replace(replacement(leaves, joins))
}

/// Minutes; a name in capitals disagrees.
fn minutes(no: &str, signers: &[&str]) -> Minutes {
    let signer = |name: &&str| Signer {
        member: id(&name.to_lowercase()),
        dissent: (name.to_lowercase() != **name).then(|| text("the sample failed")),
    };
    Minutes {
        number: number(no),
        decision: text("lot 1 goes to the lowest valid bid"),
        signers: signers.iter().map(signer).collect(),
    }
}

fn sign(no: &str, signers: &[&str]) -> Command {
    Command::SignMinutes(minutes(no, signers))
}

fn dissolve() -> Command {
    Command::Dissolve(Dissolution {
        reason: text("its work is done"),
    })
}

fn imported(given: Given<Committee>) -> Given<Committee> {
    given.origin(Origin::Import {
        file: Sha256([0; 32]),
        line: 2,
    })
}

#[test]
fn formed_signed_dissolved() {
    let given = formed();
    let formed = Event::CommitteeFormed(formation(&["a", "b", "c"], 2, &["d"]));
    assert_eq!(given.last(), [formed]);
    assert_eq!(
        given.clone().when(form(&["a", "b", "c"], 2, &[])).refused(),
        Refusal::Formed
    );
    let signed = given.when(sign("1", &["a", "b", "C"]));
    assert_eq!(signed.wanted(), Wanted::Signature);
    let kept = Event::MinutesSigned(minutes("1", &["a", "b", "C"]));
    assert_eq!(signed.last(), [kept], "with the dissent");
    let dissolved = signed.when(dissolve());
    for command in [
        form(&["a", "b", "c"], 2, &[]),
        replace("a", "d"),
        sign("2", &["a", "b"]),
        dissolve(),
    ] {
        assert_eq!(
            dissolved.clone().when(command).refused(),
            Refusal::Dissolved
        );
    }
}

#[test]
fn nothing_happens_before_it_is_formed() {
    for command in [replace("a", "d"), sign("1", &["a", "b"]), dissolve()] {
        assert_eq!(nothing().when(command).refused(), Refusal::NotFormed);
    }
}

#[test]
fn members_are_odd_and_the_quorum_above_half() {
    let refused = |members: &[&str], quorum| nothing().when(form(members, quorum, &[])).refused();
    assert_eq!(refused(&["a"], 1), Refusal::NotOdd { members: 1 });
    assert_eq!(
        refused(&["a", "b", "c", "d"], 3),
        Refusal::NotOdd { members: 4 }
    );
    let (members, least) = (5, 3);
    let small = Refusal::QuorumTooSmall { members, least };
    assert_eq!(refused(&["a", "b", "c", "d", "e"], 2), small);
    let members = 3;
    let cannot_be = Refusal::QuorumCannotBe { members };
    assert_eq!(refused(&["a", "b", "c"], 0), cannot_be);
    assert_eq!(refused(&["a", "b", "c"], 4), cannot_be);
    let crowd: Vec<String> = (0..16).map(|i| format!("m{i}")).collect();
    let crowd: Vec<&str> = crowd.iter().map(String::as_str).collect();
    assert_eq!(refused(&crowd, 9), Refusal::TooMany);
    let history = imported(nothing()).when(form(&["a", "b"], 1, &[]));
    assert!(history.state().bench().is_some());
}

#[test]
fn each_person_has_one_seat() {
    let twice = |name: &str| Refusal::MemberTwice { official: id(name) };
    let member = nothing().when(form(&["a", "b", "a"], 2, &[]));
    assert_eq!(member.refused(), twice("a"));
    let alternate = nothing().when(form(&["a", "b", "c"], 2, &["c"]));
    assert_eq!(alternate.refused(), twice("c"));
    assert_eq!(formed().when(replace("a", "b")).refused(), twice("b"));
    assert_eq!(formed().when(replace("a", "a")).refused(), twice("a"));
}

#[test]
fn members_are_in_office_unless_history_says_so() {
    let official = id("stranger");
    let out = Refusal::NotInOffice { official };
    let command = form(&["a", "b", "stranger"], 2, &[]);
    assert_eq!(nothing().when(command.clone()).refused(), out);
    let alternate = nothing().when(form(&["a", "b", "c"], 2, &["stranger"]));
    assert_eq!(alternate.refused(), out);
    let history = imported(nothing()).when(command);
    assert!(history.state().bench().is_some());
    // Who has left cannot be put on a committee by dating it back, nor who comes later before coming.
    let left = nothing()
        .reading(
            Official::stream(&id("a")),
            1,
            head().event(departed("2026-02-28")).state().clone(),
        )
        .on("2026-03-01")
        .effective(noon("2026-02-27"));
    let late = left.clone().when(form(&["a", "b", "c"], 2, &[]));
    assert_eq!(late.refused(), Refusal::NotInOffice { official: id("a") });
    let in_time = left
        .at(noon("2026-02-28").at())
        .when(form(&["a", "b", "c"], 2, &[]));
    assert!(in_time.accepted());
    let early = nothing()
        .on("2025-12-31")
        .when(form(&["a", "b", "c"], 2, &[]));
    assert_eq!(early.refused(), Refusal::NotInOffice { official: id("a") });
}

#[test]
fn alternates_come_first() {
    let given = formed();
    let refused = given.clone().when(replace("b", "e")).refused();
    assert_eq!(refused, Refusal::AlternatesFirst);
    let replaced = given.when(replace("b", "d"));
    let bench = replaced.state().bench().unwrap();
    assert_eq!(
        bench.members(),
        &ids(&["a", "c", "d"]).into_iter().collect()
    );
    assert!(bench.alternates().is_empty());
    let outsider = replaced.clone().when(replace("c", "e"));
    assert_eq!(outsider.last().len(), 1, "no alternate is left");
    let gone = replaced.when(replace("b", "e"));
    assert_eq!(gone.refused(), Refusal::NoMember { official: id("b") });
}

#[test]
fn minutes_need_a_quorum_of_present_members() {
    let below = Refusal::BelowQuorum {
        signed: 1,
        quorum: 2,
    };
    assert_eq!(formed().when(sign("1", &["a"])).refused(), below);
    assert_eq!(
        formed().when(sign("1", &[])).refused(),
        Refusal::NobodySigned
    );
    let twice = formed().when(sign("1", &["a", "a"]));
    assert_eq!(twice.refused(), Refusal::SignedTwice { official: id("a") });
    let alternate = formed().when(sign("1", &["a", "d"]));
    assert_eq!(alternate.refused(), Refusal::NoMember { official: id("d") });
    let replaced = formed().when(replace("b", "d"));
    let former = replaced.clone().when(sign("1", &["a", "b"]));
    assert_eq!(former.refused(), Refusal::NoMember { official: id("b") });
    assert_eq!(replaced.when(sign("1", &["a", "d"])).last().len(), 1);
    let history = imported(formed()).when(sign("1", &["a"]));
    assert_eq!(history.last().len(), 1);
}

#[test]
fn more_than_half_of_the_signers_agree() {
    let split = formed().when(sign("1", &["a", "B"]));
    let (signed, dissenting) = (2, 1);
    assert_eq!(split.refused(), Refusal::NoMajority { signed, dissenting });
    assert_eq!(formed().when(sign("1", &["a", "B", "c"])).last().len(), 1);
}

#[test]
fn minutes_have_their_own_number_and_are_recorded_by_a_signer() {
    let again = formed()
        .when(sign("1", &["a", "b"]))
        .when(sign("1", &["a", "c"]));
    let number = number("1");
    assert_eq!(again.refused(), Refusal::NumberUsed { number });
    let secretary = formed().by(official("z")).when(sign("1", &["a", "b"]));
    assert_eq!(secretary.refused(), Refusal::RecorderDidNotSign);
}

#[test]
fn impossible_histories() {
    assert!(!nothing().possible(&Event::MinutesSigned(minutes("1", &["a"]))));
    assert!(!nothing().possible(&Event::CommitteeFormed(formation(&["a", "a", "b"], 2, &[]))));
    assert!(!formed().possible(&Event::CommitteeFormed(formation(&["a", "b", "c"], 2, &[]))));
    assert!(!formed().possible(&Event::MinutesSigned(minutes("1", &["d"]))));
    assert!(!formed().possible(&Event::MemberReplaced(replacement("d", "a"))));
    assert!(formed().possible(&Event::MinutesSigned(minutes("1", &["a", "b"]))));
}

fn some(most: usize) -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(PEOPLE.to_vec(), 0..=most)
}

/// What is asked next. A seat beyond the members is somebody else.
#[derive(Clone, Debug)]
enum Step {
    Replace {
        seat: usize,
        joins: &'static str,
    },
    Sign {
        seats: Vec<usize>,
        dissents: Vec<bool>,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let person = prop::sample::select(PEOPLE.as_slice());
    prop_oneof![
        (0..8_usize, person).prop_map(|(seat, joins)| Step::Replace { seat, joins }),
        (
            prop::collection::vec(0..8_usize, 0..6),
            prop::collection::vec(any::<bool>(), 6)
        )
            .prop_map(|(seats, dissents)| Step::Sign { seats, dissents }),
    ]
}

impl Step {
    fn command(&self, no: usize, bench: &Bench) -> Command {
        let name = |seat: &usize| {
            bench
                .members()
                .iter()
                .nth(*seat)
                .map_or("z", OfficialId::as_str)
        };
        match self {
            Self::Replace { seat, joins } => replace(name(seat), joins),
            Self::Sign { seats, dissents } => {
                let cased = |(seat, dissents): (&usize, &bool)| {
                    let name = name(seat);
                    if *dissents {
                        name.to_uppercase()
                    } else {
                        name.to_owned()
                    }
                };
                let names: Vec<String> = seats.iter().zip(dissents).map(cased).collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                sign(&no.to_string(), &names)
            }
        }
    }
}

/// Signed by a quorum of these members, each once, more than half of them agreeing.
fn decided_by(bench: &Bench, minutes: &Minutes) -> bool {
    let signed: BTreeSet<_> = minutes.signers.iter().map(|s| s.member.clone()).collect();
    signed.len() == minutes.signers.len()
        && signed.is_subset(bench.members())
        && signed.len() >= bench.quorum()
        && minutes.dissenting() * 2 < signed.len()
}

proptest! {
    /// Whatever is asked: the number of members stays odd and the quorum above half of it, nobody has two seats, and
    /// minutes are accepted exactly when a quorum of the members of that moment decided.
    #[test]
    fn a_quorum_of_present_members_decides(
        members in some(7), others in some(3), quorum in 1..6_u8,
        steps in prop::collection::vec(step(), 0..12),
    ) {
        let alternates: Vec<&str> = others.into_iter().filter(|name| !members.contains(name)).collect();
        let mut given = nothing().when(form(&members, quorum, &alternates));
        prop_assert_eq!(
            given.accepted(),
            members.len() >= 3 && members.len() % 2 == 1
                && usize::from(quorum) <= members.len() && usize::from(quorum) * 2 > members.len()
        );
        for (no, step) in steps.iter().enumerate() {
            let Some(bench) = given.state().bench().cloned() else {
                break;
            };
            prop_assert_eq!(bench.members().len(), members.len());
            prop_assert!(bench.members().is_disjoint(bench.alternates()));
            let command = step.command(no, &bench);
            if let Command::SignMinutes(minutes) = command {
                let recorder = minutes.signers.first().map_or("a", |s| s.member.as_str());
                given = given.by(official(recorder)).when(Command::SignMinutes(minutes.clone()));
                prop_assert_eq!(given.accepted(), decided_by(&bench, &minutes));
            } else {
                given = given.when(command);
            }
        }
    }
}
