//! Policies: who is enough, and every way to misread one refused with its line.

use proptest::prelude::*;

use super::*;
use crate::aggregate::Explain as _;
use crate::log::note::WitnessKey;
use crate::log::testing::{
    CHECKPOINT_3, CHECKPOINT_7, COSIGNED_AT, LOG_VKEY, WITNESS_VKEY, policy,
};

fn vkey(name: &str) -> String {
    WitnessKey::generate(name).unwrap().verifier().vkey()
}

/// Witnesses `a b c …` and then these lines.
fn with(names: &str, lines: &str) -> Result<Policy, PolicyError> {
    let witnesses = names
        .split(' ')
        .map(|name| format!("witness {name} {}\n", vkey(name)));
    format!("{}{lines}", witnesses.collect::<String>()).parse()
}

fn check(policy: &Policy, cosigners: &str, enough: bool) {
    let cosigners: Vec<&str> = cosigners.split(' ').collect();
    let satisfied = policy.satisfied(|witness| cosigners.contains(&witness.name.as_str()));
    assert_eq!(satisfied, enough, "{cosigners:?}");
}

#[test]
fn k_of_n() {
    let policy = with("a b c d", "group g 3 a b c d\nquorum g\n").unwrap();
    check(&policy, "a b c", true);
    check(&policy, "b c d", true);
    check(&policy, "a b c d", true);
    check(&policy, "a b", false);
    check(&policy, "a b x", false);
}

#[test]
fn groups_of_groups() {
    let lines = "group xs 2 a b c\ngroup ys any d e\ngroup both all xs ys\nquorum both\n";
    let policy = with("a b c d e", lines).unwrap();
    check(&policy, "a c e", true);
    check(&policy, "a b c", false);
    check(&policy, "a d e", false);
    check(&policy, "a b d", true);
}

#[test]
fn one_witness_or_none() {
    check(&with("a b", "quorum b\n").unwrap(), "b", true);
    check(&with("a b", "quorum b\n").unwrap(), "a", false);
    check(&with("a b", "quorum none\n").unwrap(), "", true);
    check(&"quorum none\n".parse().unwrap(), "", true);
}

#[test]
fn blanks_comments_and_urls_are_read() {
    let text = format!(
        "# شهود\n\n \t\n\tlog  {} https://log.example.org/ \n  # x\nwitness w {} https://w.example/\nquorum\tw\n",
        LOG_VKEY.trim_end(),
        WITNESS_VKEY.trim_end(),
    );
    let policy: Policy = text.parse().unwrap();
    assert_eq!(
        policy.logs()[0].url.as_deref(),
        Some("https://log.example.org/")
    );
    assert_eq!(policy.logs()[0].key.vkey(), LOG_VKEY.trim_end());
    assert_eq!(
        policy.witnesses()[0].url.as_deref(),
        Some("https://w.example/")
    );
}

#[test]
fn what_could_be_misread_is_refused_with_its_line() {
    let refused = |lines: &str| {
        let error = with("a b", lines).unwrap_err();
        (error.line, error.code())
    };
    assert_eq!(refused("quorum c\n"), (3, "POLICY_NAME_UNDEFINED"));
    assert_eq!(
        refused("group g any a g\nquorum g\n"),
        (3, "POLICY_NAME_UNDEFINED")
    );
    // A cycle needs a name before its definition.
    let cycle = "group g any a h\ngroup h any b g\nquorum g\n";
    assert_eq!(refused(cycle), (3, "POLICY_NAME_UNDEFINED"));
    assert_eq!(
        refused("group g all a none\n"),
        (3, "POLICY_NAME_UNDEFINED")
    );
    assert_eq!(refused("group g all a a\n"), (3, "POLICY_GROUPED_TWICE"));
    assert_eq!(
        refused("group g all a\ngroup h all a b\n"),
        (4, "POLICY_GROUPED_TWICE")
    );
    assert_eq!(refused("group a all b\n"), (3, "POLICY_NAME_TAKEN"));
    assert_eq!(refused("group none all b\n"), (3, "POLICY_NAME_TAKEN"));
    for threshold in [
        "0",
        "3",
        "01",
        "+1",
        "-1",
        "1.0",
        "ALL",
        "99999999999999999999",
    ] {
        let lines = format!("group g {threshold} a b\nquorum g\n");
        assert_eq!(refused(&lines), (3, "POLICY_THRESHOLD"), "{threshold}");
    }
    assert_eq!(refused("group g any\n"), (3, "POLICY_THRESHOLD"));
    assert_eq!(refused("group g\n"), (3, "POLICY_LINE_UNKNOWN"));
    assert_eq!(refused("quorum a b\n"), (3, "POLICY_LINE_UNKNOWN"));
    assert_eq!(refused("Quorum a\n"), (3, "POLICY_LINE_UNKNOWN"));
    assert_eq!(refused("quorum a\nquorum a\n"), (4, "POLICY_QUORUM_TWICE"));
    assert_eq!(refused("quorum a\r\n"), (3, "POLICY_CONTROL_CHARACTER"));
    assert_eq!(refused("quorum a\u{7f}\n"), (3, "POLICY_CONTROL_CHARACTER"));
    assert_eq!(refused("quorum a"), (0, "POLICY_CUT_SHORT"));
    assert_eq!(refused("\n"), (0, "POLICY_NO_QUORUM"));
    assert_eq!(
        refused(&"#\n".repeat(POLICY_BYTES_MAX)),
        (0, "POLICY_TOO_LARGE")
    );
}

#[test]
fn keys_count_once_and_for_what_they_are() {
    let refused = |text: String| {
        let error = text.parse::<Policy>().unwrap_err();
        (error.line, error.code())
    };
    let again = format!("witness a {WITNESS_VKEY}witness b {WITNESS_VKEY}quorum a\n");
    assert_eq!(refused(again), (2, "POLICY_KEY_TWICE"));
    assert_eq!(
        refused(format!("log {LOG_VKEY}log {LOG_VKEY}")),
        (2, "POLICY_KEY_TWICE")
    );
    assert_eq!(refused(format!("log {WITNESS_VKEY}")), (1, "KEY_KIND"));
    assert_eq!(refused(format!("witness a {LOG_VKEY}")), (1, "KEY_KIND"));
    assert_eq!(refused("log x\n".to_owned()), (1, "KEY_MALFORMED"));
    let many = |count: usize| -> String {
        let lines: Vec<String> = (0..count)
            .map(|n| {
                format!(
                    "witness w{n} {}
",
                    vkey("w")
                )
            })
            .collect();
        lines.concat()
    };
    let full = format!("{}quorum w0\n", many(POLICY_ITEMS_MAX));
    assert!(full.parse::<Policy>().is_ok());
    assert_eq!(
        refused(many(POLICY_ITEMS_MAX + 1)),
        (POLICY_ITEMS_MAX + 1, "POLICY_TOO_MANY")
    );
}

/// One public key under two names is one witness.
#[test]
fn a_renamed_key_is_the_same_key() {
    let key = WitnessKey::generate("one").unwrap().verifier();
    let vkey = key.vkey();
    let data = vkey.splitn(3, '+').nth(2).unwrap();
    let id = signed_note::key_id("two", &[&[4], key.key_bytes().as_slice()].concat());
    let text = format!("witness a {vkey}\nwitness b two+{id:08x}+{data}\nquorum a\n");
    assert_eq!(
        text.parse::<Policy>().unwrap_err().code(),
        "POLICY_KEY_TWICE"
    );
}

#[test]
fn cosignatures_are_checked_and_told() {
    let seven = SignedCheckpoint::parse(CHECKPOINT_7).unwrap();
    let found = policy().witnessed(&seven).unwrap();
    assert_eq!(
        found.cosigned_at,
        BTreeMap::from([("w1".to_owned(), COSIGNED_AT)])
    );
    assert!(found.quorum);
    let three = SignedCheckpoint::parse(CHECKPOINT_3).unwrap();
    assert!(!policy().witnessed(&three).unwrap().quorum);
}

/// Two of three: the second of them makes the quorum, whatever their order, and a third later changes nothing.
#[test]
fn enough_is_enough_from_the_last_that_was_needed() {
    let two = with("a b c", "group g 2 a b c\nquorum g\n").unwrap();
    let at = |times: &[(&str, u64)]| {
        let times = times.iter().map(|(name, time)| ((*name).to_owned(), *time));
        two.enough_since(&times.collect())
    };
    assert_eq!(at(&[("a", 90), ("b", 30), ("c", 70)]), Some(70));
    assert_eq!(at(&[("a", 90), ("c", 90)]), Some(90));
    assert_eq!(at(&[("b", 30)]), None);
    assert_eq!(at(&[("b", 30), ("stranger", 30)]), None);
    let nobody = Policy::unwitnessed();
    assert_eq!(nobody.enough_since(&BTreeMap::new()), None);
}

#[test]
fn errors_say_where_in_both_languages() {
    let error = with("a", "quorum b\n").unwrap_err();
    assert!(
        error
            .english()
            .starts_with("policy file, line 2: the name b"),
        "{error}"
    );
    assert!(
        error.arabic().starts_with("ملف السياسة، السطر 2: الاسم b"),
        "{}",
        error.arabic()
    );
}

proptest! {
    #[test]
    fn any_text_is_a_policy_or_refused(text in "((log|witness|group|quorum|none|any|all|a|b|2|#|\\n| |\t|.){0,12}\n){0,6}") {
        let policy: Result<Policy, PolicyError> = text.parse();
        if let Ok(policy) = policy {
            policy.satisfied(|_| true);
        }
    }
}
