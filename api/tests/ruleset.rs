//! `sijill ruleset`: a file is checked offline, proposed to a server by one, adopted by another.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod common;
mod server;

use std::path::{Path, PathBuf};

use common::{run, text};
use serde_json::Value;
use server::{Server, Who};

fn example(name: &str) -> PathBuf {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/examples/rulesets");
    examples.join(name)
}

#[test]
fn examples_pass_and_what_would_be_passed_over_or_is_out_of_range_does_not() {
    for name in ["egypt.json", "jordan.json"] {
        let shown = run(["ruleset", "check", text(&example(name)), "--output", "json"]).ok();
        let shown: Value = serde_json::from_str(&shown).unwrap();
        assert!(
            shown["parameters"].as_array().unwrap().len() > 15,
            "{shown}"
        );
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("rules.json");
    let egypt = std::fs::read_to_string(example("egypt.json")).unwrap();
    let check = |text_of_file: &str| {
        std::fs::write(&file, text_of_file).unwrap();
        run(["ruleset", "check", text(&file)])
    };
    let misspelt = egypt.replace("reveal_days", "revealing_days");
    check(&misspelt).fails(9, "reveal_days");
    let unknown = egypt.replacen('{', "{ \"open_windows\": 3,", 1);
    check(&unknown).fails(9, "open_windows");
    let never = egypt.replace("\"complaint_days\": 7", "\"complaint_days\": 0");
    check(&never).fails(9, "complaint_days");
    let older = egypt.replace("\"edition\": 4", "\"edition\": 3");
    check(&older).fails(9, "edition: 4");
    check("[]").fails(9, "schemas/examples/rulesets");
}

#[test]
fn one_proposes_another_adopts_and_it_is_in_force() {
    let server = Server::start();
    let token = |name: &str, role: &str| {
        let token = server.token(&Who::official(name).role(role));
        let file = server.home().file(name);
        std::fs::write(&file, token).unwrap();
        file
    };
    let (huda, omar) = (token("huda", "administrator"), token("omar", "registrar"));
    let url = server.url();
    let as_whom = |file: &Path, arguments: &[&str]| {
        let shown = ["--server", &url, "--token-file", text(file)];
        run(["ruleset"].iter().chain(arguments).chain(&shown))
    };
    let egypt = example("egypt.json");
    let propose = ["propose", text(&egypt), "--reason", "an example"];
    let said = as_whom(&huda, &propose).ok();
    assert!(said.contains("proposed at entry 0"), "{said}");
    let shown = ["ruleset", "show", "--proposed", "--output", "json"];
    let data = server.home().data();
    let shown = run(shown.iter().chain(&["--data", text(&data)])).ok();
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["reason"], "an example");
    let changes = shown["changes"].as_array().unwrap();
    let ceiling = changes
        .iter()
        .find(|row| row["parameter"] == "procurement.quotation_ceiling.amount");
    assert_eq!(ceiling.unwrap()["in_force"], Value::Null, "{shown}");
    assert_eq!(ceiling.unwrap()["proposed"], "300000", "{shown}");
    let adopt = ["adopt", "--version", "1"];
    as_whom(&huda, &adopt).fails(3, "RULESET_SAME_PERSON");
    let other = ["adopt", "--version", "2"];
    as_whom(&omar, &other).fails(3, "RULESET_OTHER_VERSION");
    let said = as_whom(&omar, &adopt).ok();
    assert!(said.contains("version 1 is adopted at entry 1"), "{said}");
    let (_, _, home) = server.stop();
    let data = home.data();
    let shown = run(["ruleset", "show", "--data", text(&data), "--output", "json"]).ok();
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["version"], "1");
    let rows = shown["parameters"].as_array().unwrap();
    let standstill = rows
        .iter()
        .find(|row| row["parameter"] == "procurement.standstill_days.open");
    assert_eq!(standstill.unwrap()["value"], "7", "{shown}");
}
