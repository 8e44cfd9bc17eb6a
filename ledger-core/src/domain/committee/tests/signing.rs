//! Minutes that each member signs for itself.

use super::*;
use crate::aggregate::Explain as _;
use crate::domain::ruleset::{ProcurementRules, Ruleset};
use crate::domain::tender::Tender;
use crate::domain::tender::evaluation;
use crate::domain::tender::evaluation::tests::records::{official_record, ruleset};
use crate::domain::tender::evaluation::tests::resolving::judged;
use crate::domain::values::TenderId;
use crate::event::{Actor, ActorId, Role};
use crate::testing::{assert_documented, stage_table};

fn tender() -> TenderId {
    TenderId::new("T-1").unwrap()
}

/// The committee of the tender T-1 that "h" drafted: members a, b, c; two must sign; d may take a place. The fourth edition holds.
fn sitting() -> Given<Committee> {
    let rules = ProcurementRules {
        edition: Some(4),
        ..ProcurementRules::default()
    };
    committee_of(nothing(), &["a", "b", "c"], 2)
        .reading(Ruleset::national(), 1, ruleset([rules]))
        .reading(Tender::stream(&tender()), 9, judged("h"))
}

fn committee_of(given: Given<Committee>, members: &[&str], quorum: u8) -> Given<Committee> {
    let evaluation = CommitteeId::new("evaluation").unwrap();
    given
        .stream(Committee::stream(&evaluation))
        .when(form(members, quorum, &["d"]))
}

fn other(what: &str) -> Resolution {
    Resolution::Other(text(what))
}

fn paper(no: &str, tender: Option<TenderId>, resolutions: Vec<Resolution>) -> Paper {
    Paper {
        number: number(no),
        tender,
        resolutions,
        document: None,
    }
}

/// Minutes 1: the technical result of T-1.
fn result() -> Command {
    Command::DrawUp(paper(
        "1",
        Some(tender()),
        vec![Resolution::TechnicalResult],
    ))
}

fn agree(read: u64) -> Command {
    signature("1", read, None)
}

fn disagree(read: u64) -> Command {
    signature("1", read, Some(text("the sample failed")))
}

fn signature(no: &str, read: u64, dissent: Option<Text>) -> Command {
    Command::Sign(MemberSignature {
        number: number(no),
        read,
        dissent,
    })
}

fn is_adopted(given: &Given<Committee>) -> bool {
    given.state().bench().unwrap().has_minutes(&number("1"))
}

/// Drawn up by a, in revision 1.
fn drawn() -> Given<Committee> {
    sitting().when(result())
}

trait Acting {
    fn as_(self, name: &str) -> Self;
}

impl Acting for Given<Committee> {
    fn as_(self, name: &str) -> Self {
        self.by(official(name))
    }
}

/// The worked example of the docs.
#[test]
fn a_quorum_adopts_by_each_members_own_hand() {
    let first = drawn().when(agree(1));
    assert!(!is_adopted(&first), "one member alone decides nothing");
    let again = first.clone().when(agree(1));
    assert_eq!(again.refused(), Refusal::SignedTwice { official: id("a") });
    let split = first.as_("b").when(disagree(1));
    assert!(!is_adopted(&split), "half of two disagree");
    let adopted = split.as_("c").when(agree(1));
    assert!(is_adopted(&adopted));
    let bench = adopted.state().bench().unwrap();
    let sheet = bench.sheet(&number("1")).unwrap();
    let dissents: Vec<_> = sheet
        .signatures()
        .iter()
        .map(|(member, dissent)| (member.as_str(), dissent.is_some()))
        .collect();
    assert_eq!(dissents, [("a", false), ("b", true), ("c", false)]);
    assert_eq!(bench.adopted(&number("1")), Some(sheet.paper()));
    // Adopted, they stay: nobody draws them up anew or takes their number.
    let used = Refusal::NumberUsed {
        number: number("1"),
    };
    assert_eq!(adopted.when(result()).refused(), used);
}

#[test]
fn nobody_signs_for_another() {
    let no_member = |name: &str| Refusal::NoMember { official: id(name) };
    assert_eq!(drawn().as_("d").when(agree(1)).refused(), no_member("d"));
    assert_eq!(sitting().as_("e").when(result()).refused(), no_member("e"));
    let supplier = Actor {
        id: ActorId::Organization("nile".to_owned().try_into().unwrap()),
        role: Role::Supplier,
        position: None,
    };
    for command in [result(), agree(1)] {
        let refused = drawn().by(supplier.clone()).when(command).refused();
        assert_eq!(refused, Refusal::MembersOnly);
    }
    // What one member says that others signed counts no more.
    assert_eq!(
        sitting().when(sign("1", &["a", "b"])).refused(),
        Refusal::EachSigns
    );
    assert!(imported(sitting()).when(sign("1", &["a", "b"])).accepted());
    assert!(formed().when(sign("1", &["a", "b"])).accepted());
    // A signature that the ruleset requires is of the very entry that was drawn up.
    let signed = drawn().when(agree(1));
    let wanted = Wanted::Approval { revision: Some(1) };
    assert_eq!(signed.wanted(), wanted);
    assert_eq!(drawn().wanted(), Wanted::No);
}

#[test]
fn a_majority_that_dissents_adopts_nothing() {
    let against = drawn()
        .when(disagree(1))
        .as_("b")
        .when(disagree(1))
        .as_("c")
        .when(agree(1));
    assert!(against.accepted() && !is_adopted(&against));
    let alone = drawn().as_("b").when(disagree(1));
    assert!(!is_adopted(&alone));
}

#[test]
fn minutes_drawn_up_anew_void_what_was_signed() {
    let signed = drawn().when(agree(1));
    let anew = paper("1", Some(tender()), vec![other("the samples go back")]);
    let redrawn = signed.as_("b").when(Command::DrawUp(anew)).when(agree(3));
    assert!(!is_adopted(&redrawn), "a has not signed these");
    let stale = redrawn.clone().as_("c").when(agree(1));
    let (number, revision) = (number("1"), 3);
    assert_eq!(stale.refused(), Refusal::OtherPaper { number, revision });
    assert!(is_adopted(&redrawn.as_("c").when(agree(3))));
}

#[test]
fn who_is_replaced_before_the_adoption_has_not_signed() {
    let replaced = drawn().when(agree(1)).when(replace("a", "d"));
    let second = replaced.as_("d").when(agree(1));
    assert!(!is_adopted(&second), "one seat signs once");
    let adopted = second.as_("b").when(agree(1));
    assert!(is_adopted(&adopted));
    let later = adopted.when(replace("b", "e"));
    assert!(is_adopted(&later), "what is adopted stays");
    let late = later.as_("c").when(disagree(1));
    assert!(
        late.accepted() && is_adopted(&late),
        "and its dissent is heard"
    );
}

#[test]
fn only_who_may_judge_a_tender_says_what_it_comes_to() {
    use evaluation::Refusal as Judging;
    let drafted = |given: Given<Committee>| {
        given
            .reading(Tender::stream(&tender()), 9, judged("b"))
            .as_("b")
    };
    let refused = Refusal::Judging(Judging::DraftedIt);
    assert_eq!(drafted(drawn()).when(agree(1)).refused(), refused);
    assert_eq!(drafted(sitting()).when(result()).refused(), refused);
    let interested = |given: Given<Committee>| {
        let record = official_record("1", Some("nile"));
        given
            .reading(Official::stream(&id("b")), 1, record)
            .as_("b")
    };
    let refused = interested(drawn()).when(agree(1)).refused();
    assert_eq!(refused.code(), "TENDER_HAS_INTEREST");
    let tender_less = interested(sitting()).when(free());
    assert!(tender_less.accepted(), "about no tender");
}

fn free() -> Command {
    Command::DrawUp(paper("1", None, vec![other("the samples go back")]))
}

#[test]
fn a_tender_is_decided_by_its_own_committee_while_it_is_judged() {
    let elsewhere = committee_of(nothing(), &["a", "b", "c"], 2)
        .stream(Committee::stream(&CommitteeId::new("other").unwrap()))
        .reading(Tender::stream(&tender()), 9, judged("h"));
    let tender = tender();
    assert_eq!(
        elsewhere.when(result()).refused(),
        Refusal::OtherTender {
            tender: tender.clone()
        }
    );
    let unknown = sitting().reading(Tender::stream(&tender), 0, Tender::Unknown);
    assert_eq!(
        unknown.when(result()).refused(),
        Refusal::NotJudged { tender }
    );
    let none = Command::DrawUp(paper("1", None, vec![Resolution::TechnicalResult]));
    assert_eq!(sitting().when(none).refused(), Refusal::NoTender);
}

#[test]
fn a_paper_decides_something_and_each_thing_once() {
    let refused = |resolutions: Vec<Resolution>| {
        let paper = paper("1", None, resolutions);
        sitting().when(Command::DrawUp(paper)).refused()
    };
    assert_eq!(refused(Vec::new()), Refusal::ResolutionCount { count: 0 });
    let many = (0..=RESOLUTIONS_MAX).map(|n| other(&n.to_string()));
    let count = RESOLUTIONS_MAX + 1;
    assert_eq!(refused(many.collect()), Refusal::ResolutionCount { count });
    assert_eq!(refused(vec![other("x"), other("x")]), Refusal::DecidedTwice);
    let number = number("2");
    let not_drawn = drawn().when(signature("2", 1, None)).refused();
    assert_eq!(not_drawn, Refusal::NotDrawnUp { number });
}

#[test]
fn impossible_signatures() {
    let signed = |read| {
        let dissent = None;
        let number = number("1");
        Event::MemberSigned(MemberSignature {
            number,
            read,
            dissent,
        })
    };
    assert!(drawn().possible(&signed(1)));
    assert!(!drawn().possible(&signed(0)));
    assert!(!sitting().possible(&signed(1)));
    assert!(!drawn().as_("d").possible(&signed(1)));
    let recorded = formed().when(sign("1", &["a", "b"]));
    let anew = Event::MinutesDrawnUp(paper("1", None, vec![other("x")]));
    assert!(!recorded.possible(&anew));
    assert!(!drawn().possible(&Event::MinutesSigned(minutes("1", &["a"]))));
}

#[test]
fn stages_are_documented() {
    let b = |given: Given<Committee>| given.as_("b");
    let signed = drawn().when(agree(1));
    let adopted = signed.clone().as_("c").when(agree(1));
    let stages = [
        ("nothing", b(nothing())),
        ("formed", b(sitting())),
        ("drawn up", b(drawn())),
        ("one signed", b(signed)),
        ("adopted", b(adopted)),
        ("dissolved", b(drawn().when(dissolve()))),
    ];
    let commands = [
        ("form", form(&["a", "b", "c"], 2, &["d"])),
        ("replace a member", replace("c", "d")),
        ("draw up minutes", result()),
        ("sign them", agree(1)),
        ("record minutes", sign("2", &["a", "b"])),
        ("dissolve", dissolve()),
    ];
    assert_documented(include_str!("../mod.rs"), &stage_table(&stages, &commands));
}

/// What is asked of minutes 1 next: by the n-th of seven people, of whom five sit on the committee at a time.
#[derive(Clone, Debug)]
enum Asked {
    DrawUp(usize),
    Sign { who: usize, dissents: bool },
    Replace(usize),
}

const SEVEN: [&str; 7] = ["a", "b", "c", "e", "f", "d", "g"];

fn asked() -> impl Strategy<Value = Asked> {
    prop_oneof![
        1 => (0..7_usize).prop_map(Asked::DrawUp),
        8 => (0..7_usize, any::<bool>()).prop_map(|(who, dissents)| Asked::Sign { who, dissents }),
        1 => (0..7_usize).prop_map(Asked::Replace),
    ]
}

proptest! {
    /// Whatever is asked: minutes are adopted exactly when, since they were drawn up last, three of those who sit on the committee
    /// have signed, of whom fewer than half disagree; and then for ever.
    #[test]
    fn minutes_are_what_a_quorum_of_present_members_signed(
        steps in prop::collection::vec(asked(), 0..24),
    ) {
        let mut given = committee_of(nothing(), &["a", "b", "c", "e", "f"], 3);
        let (mut signed, mut drawn, mut adopted) = (std::collections::BTreeMap::new(), 0, false);
        for step in steps {
            let present = given.state().bench().unwrap().members().clone();
            match step {
                Asked::DrawUp(who) => {
                    given = given.as_(SEVEN[who]).when(free());
                    let is_free = present.contains(&id(SEVEN[who])) && !adopted;
                    prop_assert_eq!(given.accepted(), is_free);
                    if is_free {
                        let sheet = given.state().bench().unwrap().sheet(&number("1"));
                        (signed, drawn) = (std::collections::BTreeMap::new(), sheet.unwrap().revision());
                    }
                }
                Asked::Sign { who, dissents } => {
                    let command = if dissents { disagree(drawn) } else { agree(drawn) };
                    given = given.as_(SEVEN[who]).when(command);
                    let member = id(SEVEN[who]);
                    let fresh = drawn > 0 && present.contains(&member) && !signed.contains_key(&member);
                    prop_assert_eq!(given.accepted(), fresh);
                    if fresh {
                        signed.insert(member, dissents);
                        let against = signed.values().filter(|dissents| **dissents).count();
                        adopted |= signed.len() >= 3 && against * 2 < signed.len();
                    }
                }
                Asked::Replace(who) => {
                    let leaves = id(SEVEN[who]);
                    let joins = SEVEN.iter().find(|name| !present.contains(&id(name))).unwrap();
                    let alternate = given.state().bench().unwrap().alternates().first().cloned();
                    let joins = alternate.unwrap_or_else(|| id(joins));
                    given = given.when(replace(leaves.as_str(), joins.as_str()));
                    prop_assert_eq!(given.accepted(), present.contains(&leaves));
                    if given.accepted() && !adopted {
                        signed.remove(&leaves);
                    }
                }
            }
            prop_assert_eq!(is_adopted(&given), adopted);
        }
    }
}
