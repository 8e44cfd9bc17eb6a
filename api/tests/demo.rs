//! `sijill demo`: the same story every time, sound, and with its anomalies where it says they are.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod common;

use std::path::Path;

use common::{run, text};
use serde_json::Value;

/// Five hundredths of the country: two governorates, two years.
fn demo(data: &Path, more: &[&str]) -> common::Ran {
    let arguments = ["demo", "--once", "--scale", "0.05", "--data", text(data)];
    run(arguments.iter().chain(more))
}

fn json(arguments: &[&str]) -> Value {
    let ran = run(arguments.iter().copied().chain(["--output", "json"]));
    serde_json::from_str(&ran.ok()).unwrap()
}

fn decimal(value: &Value) -> rust_decimal::Decimal {
    value.as_str().unwrap().parse().unwrap()
}

/// One row of a query's answer.
fn only(answer: &Value, name: &str) -> Value {
    let rows = answer[name].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{answer}");
    rows[0].clone()
}

#[test]
fn two_runs_tell_the_same_story() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let tell = |dir: &Path| -> Value {
        let told = demo(dir, &["--output", "json"]).ok();
        serde_json::from_str(&told).unwrap()
    };
    let (first, second) = (tell(one.path()), tell(two.path()));
    assert!(first["events"].as_u64().unwrap() > 5_000, "{first}");
    assert!(first["balances"].as_u64().unwrap() > 500);
    let digests = first["digests"].as_array().unwrap();
    assert_eq!(digests.len(), sijill_projections::Views::COUNT);
    // The root: salts, keys and stamps are the same too, byte for byte.
    for same in [
        "root",
        "events",
        "balances",
        "facilities",
        "digests",
        "shortage",
        "tenders",
    ] {
        assert_eq!(first[same], second[same], "{same}");
    }
    assert!(first["root"].is_string(), "{first}");
    // At the end of the story some tender stands in every stage.
    let stages = first["tenders"]["stages"].as_array().unwrap().iter();
    let stages: Vec<&str> = stages.map(|stage| stage["en"].as_str().unwrap()).collect();
    for stage in [
        "planned",
        "draft",
        "open for bids",
        "technical opening",
        "technical evaluation",
        "financial opening",
        "awarding",
        "standstill",
        "complete",
        "failed",
        "cancelled",
    ] {
        assert!(stages.contains(&stage), "{stage}: {stages:?}");
    }
    assert!(first["tenders"]["open"].as_array().unwrap().len() >= 3);
    let full = one.path();
    demo(full, &[]).fails(10, "WRONG_LEDGER");
}

#[test]
fn it_says_that_the_balance_equation_holds_and_shows_where_to_look_in_both_languages() {
    let data = tempfile::tempdir().unwrap();
    let said = demo(data.path(), &[]).ok();
    assert!(
        said.contains("the balance equation holds for every facility and item"),
        "{said}"
    );
    for heading in [
        "== Seeded ==",
        "== Worst shortages ==",
        "== Tenders ==",
        "== Planted anomalies",
    ] {
        assert!(said.contains(heading), "{said}");
    }
    // Each command it prints works as printed.
    let commands: Vec<&str> = said
        .lines()
        .filter_map(|line| line.strip_prefix("   sijill "))
        .collect();
    assert!(commands.len() >= 8, "{commands:?}");
    for command in commands {
        run(command.split(' ')).ok();
    }
    let arabic = run([
        "query",
        "shortage",
        "--data",
        text(data.path()),
        "--lang",
        "ar",
    ])
    .ok();
    assert!(
        arabic.contains("المنشأة") && arabic.contains("نافد"),
        "{arabic}"
    );
}

#[test]
fn the_planted_anomalies_are_there_to_be_found() {
    let dir = common::ledger();
    let data = text(dir.path());
    // A warehouse whose counts find less each time.
    let leak = json(&[
        "query",
        "flows",
        "--data",
        data,
        "--facility",
        "EG-GZ-W1",
        "--item",
        "L01FD01-440",
    ]);
    let leak = only(&leak, "flows");
    assert!(decimal(&leak["unaccounted"]) < (-5).into(), "{leak}");
    assert_eq!(leak["difference"], "0");
    // A hospital without, a clinic next door with too much.
    let status = |facility: &str, item: &str, at: &str| {
        let answer = json(&[
            "query",
            "shortage",
            "--data",
            data,
            "--facility",
            facility,
            "--item",
            item,
            "--at",
            at,
        ]);
        only(&answer, "shortage")["status"].clone()
    };
    assert_eq!(
        status("EG-C-H2", "J01CA04-500C", "2025-12-31"),
        "stocked_out"
    );
    assert_eq!(
        status("EG-C-K1", "J01CA04-500C", "2025-12-31"),
        "overstocked"
    );
    // The year before, both were supplied.
    assert_ne!(
        status("EG-C-H2", "J01CA04-500C", "2025-06-30"),
        "stocked_out"
    );
    // Nobody delivered insulin for most of a year: by August most of those who need it have none.
    let rates = json(&[
        "query",
        "rates",
        "--data",
        data,
        "--item",
        "A10AC01-VIAL",
        "--at",
        "2025-08-15",
    ]);
    let rate = only(&rates, "rates");
    assert!(
        rate["at_zero"].as_u64() > Some(rate["reporting"].as_u64().unwrap() / 2),
        "{rate}"
    );
    // A clinic that stopped reporting is counted apart.
    let rates = json(&[
        "query",
        "rates",
        "--data",
        data,
        "--item",
        "J01CA04-500C",
        "--at",
        "2025-12-31",
    ]);
    assert_eq!(only(&rates, "rates")["not_reporting"], 1);
}

#[test]
fn an_answer_names_its_instant_and_place_and_an_earlier_place_is_answered_as_it_was_known() {
    let dir = common::ledger();
    let data = text(dir.path());
    let ask = |more: &[&str]| {
        json(
            &[
                &["query", "stock", "--data", data, "--facility", "EG-C-H1"],
                more,
            ]
            .concat(),
        )
    };
    let now = ask(&[]);
    assert_eq!(now["at"], "2025-12-31T20:00+02:00");
    let then = ask(&["--as-of", "3000"]);
    assert_eq!(then["index"], 2_999);
    assert_ne!(now["stock"], then["stock"]);
    run(["query", "stock", "--data", data, "--as-of", "99999999"]).fails(2, "AS_OF_BEYOND_LOG");
}

/// Ends the demo with the test.
struct Running(std::process::Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn what_it_prints_about_its_token_can_be_pasted() {
    use std::io::{BufRead as _, BufReader};
    let dir = tempfile::tempdir().unwrap();
    let mut demo = common::sijill();
    let listen = ["--listen", "127.0.0.1:0"];
    demo.args(["demo", "--scale", "0.05", "--data"]);
    demo.arg(dir.path().join("d")).args(listen);
    demo.stdout(std::process::Stdio::piped());
    let mut demo = Running(demo.spawn().unwrap());
    let lines = BufReader::new(demo.0.stdout.take().unwrap()).lines();
    let lines = lines.map(Result::unwrap);
    let served = lines.skip_while(|line| !line.starts_with("listening on"));
    let served: Vec<String> = served.take_while(|line| !line.contains("Ctrl-C")).collect();
    let commands = served.iter().filter(|line| line.starts_with("   sijill "));
    let commands: Vec<&String> = commands.collect();
    assert!(commands[0].contains("sijill token"), "{served:?}");
    assert_eq!(commands.len(), 3 + 3, "{served:?}");
    let program = Path::new(env!("CARGO_BIN_EXE_sijill")).parent().unwrap();
    let path = format!("{}:{}", text(program), std::env::var("PATH").unwrap());
    for command in commands {
        let mut shell = std::process::Command::new("sh");
        let ran = shell.arg("-c").arg(command).env("PATH", &path).output();
        let ran = common::ran(&ran.unwrap());
        assert_eq!(ran.status, 0, "{command}: {ran:?}");
    }
}
