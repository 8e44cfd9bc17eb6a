//! `sijill query` asks a directory and a server alike: the same answers to the byte, the same refusals.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod common;
mod server;

use std::fs;
use std::path::Path;

use common::{Ran, ledger, run, text};
use serde_json::Value;
use server::{Home, Server};

/// A server that reads a directory.
fn serving(data: &Path) -> Server {
    let mut command = server::sijill();
    command.args(["serve", "--read-only", "--data", text(data)]);
    Server::spawn(Home::new(), command)
}

fn asked(question: &[&str], of: &[&str]) -> Ran {
    run([&["query"], question, of].concat())
}

fn json(ran: Ran) -> Value {
    serde_json::from_str(&ran.ok()).unwrap()
}

const QUESTIONS: &[&[&str]] = &[
    &["shortage"],
    &[
        "shortage",
        "--status",
        "stocked_out",
        "--governorate",
        "EG-C",
    ],
    &["shortage", "--at", "2025-06-30T12:00+02:00", "--limit", "7"],
    &[
        "shortage",
        "--order-by",
        "-months_of_stock",
        "--category",
        "medicine",
    ],
    &["stock"],
    &["stock", "--facility", "EG-C-H1", "--as-of", "3000"],
    &["flows"],
    &["flows", "--from-month", "2025-01", "--to-month", "2025-03"],
    &["rates", "--at", "2025-08-15"],
    &["rollup"],
    &["rollup", "--by", "governorate", "--each-item"],
    &["rollup", "--by", "category"],
    &["surplus"],
    &["transfers"],
    &["transfers", "--stage", "overdue"],
    &["deliveries"],
    &["deliveries", "--summary"],
    &["deliveries", "--summary", "--by", "supplier"],
    &["order-lines"],
    &[
        "order-lines",
        "--stage",
        "late",
        "--order-by",
        "-outstanding",
    ],
    &["losses"],
    &["losses", "--item", "J01CA04-500C", "--order-by", "-month"],
    &["wastage"],
    &["wastage", "--each-facility", "--from-month", "2025-01"],
    &["wastage", "--governorate", "EG-C"],
    &["equity", "--item", "J01CA04-500C"],
    &["facilities", "--governorate", "EG-GZ"],
    &["items", "--category", "durable"],
];

#[test]
fn a_directory_and_a_server_give_the_same_bytes() {
    let dir = ledger();
    let server = serving(dir.path());
    let (here, there) = (["--data", text(dir.path())], ["--server", &server.url()]);
    for question in QUESTIONS {
        for how in [
            &["--output", "json"][..],
            &["--output", "csv"],
            &["--lang", "ar"],
        ] {
            let question = [question, how].concat();
            let of_dir = asked(&question, &here).ok();
            let of_server = asked(&question, &there).ok();
            assert_eq!(of_dir, of_server, "{question:?}");
        }
    }
}

#[test]
fn what_is_asked_narrows_sorts_and_sums() {
    let dir = ledger();
    let here = ["--data", text(dir.path()), "--output", "json"];
    let all = json(asked(&["shortage"], &here));
    let rows = all["shortage"].as_array().unwrap();
    assert_eq!(all["rows_total"], rows.len());
    assert!(rows[0]["inputs"]["amc"]["months"].as_array().unwrap().len() > 2);
    assert!(rows[0]["inputs"]["supply"]["in_transit"].is_string());
    let few = json(asked(&["shortage", "--limit", "3"], &here));
    assert_eq!(few["shortage"].as_array().unwrap(), &rows[..3]);
    assert_eq!(few["rows_total"], all["rows_total"]);

    // What is rolled up is what is listed.
    let nation = json(asked(&["rollup"], &here));
    let nation = &nation["rollup"][0];
    assert_eq!(nation["handling"], rows.len());
    let out = |row: &&Value| row["status"] == "stocked_out" && row["reporting"] == "true";
    assert_eq!(nation["stocked_out"], rows.iter().filter(out).count());

    let sorted = json(asked(
        &["shortage", "--order-by", "-usable", "--limit", "9"],
        &here,
    ));
    let usable =
        |row: &Value| -> rust_decimal::Decimal { row["usable"].as_str().unwrap().parse().unwrap() };
    let sorted: Vec<_> = sorted["shortage"]
        .as_array()
        .unwrap()
        .iter()
        .map(usable)
        .collect();
    assert!(sorted.is_sorted_by(|a, b| a >= b), "{sorted:?}");
    assert_eq!(sorted[0], rows.iter().map(usable).max().unwrap());

    let summary = asked(&["deliveries", "--summary"], &here).ok();
    assert!(
        summary.contains(r#""deliveries":"#) && summary.contains(r#","on_time":"#),
        "{summary}"
    );
    let items = json(asked(&["items"], &here));
    assert!(items["items"].as_array().unwrap().len() > 20);
}

#[test]
fn refusals_are_the_same_of_either_and_speak_the_language() {
    let dir = ledger();
    let server = serving(dir.path());
    let url = server.url();
    for of in [["--data", text(dir.path())], ["--server", &url]] {
        let error =
            asked(&["stock", "--order-by", "colour"], &of).fails(2, "error[ORDER_BY_UNKNOWN]");
        assert!(error.contains("facility, item"), "{error}");
        asked(&["stock", "--order-by", "colour", "--lang", "ar"], &of).fails(2, "لا يُرتَّب");
        asked(&["equity", "--item", "gold"], &of).fails(3, "error[ITEM_NOT_FOUND]");
        asked(&["equity"], &of).fails(2, "USAGE");
        asked(&["deliveries", "--governorate", "EG-C"], &of).fails(2, "USAGE");
        asked(&["flows", "--from-month", "2025-13"], &of).fails(2, "USAGE");
        asked(
            &["losses", "--from-month", "2025-03", "--to-month", "2025-02"],
            &of,
        )
        .fails(2, "period.to_month");
        let beyond = asked(&["stock", "--as-of", "99999999"], &of);
        beyond.fails(2, "error[AS_OF_BEYOND_LOG]");
    }
    asked(&["stock"], &[]).fails(2, "USAGE");
    asked(&["stock", "--data", "x", "--server", &url], &[]).fails(2, "USAGE");
}

/// Nothing said about a mistyped code is no good news.
#[test]
fn a_code_that_nobody_knows_is_told_by_either() {
    let dir = ledger();
    let server = serving(dir.path());
    let url = server.url();
    for of in [["--data", text(dir.path())], ["--server", &url]] {
        for (question, code) in [
            (
                &["shortage", "--facility", "EG-C-H9999"][..],
                "FACILITY_NOT_FOUND",
            ),
            (&["stock", "--item", "GOLD"], "ITEM_NOT_FOUND"),
            (&["rollup", "--item", "GOLD"], "ITEM_NOT_FOUND"),
            (&["flows", "--owner", "EG-XYZ"], "ORGANIZATION_NOT_FOUND"),
            (
                &["rates", "--governorate", "EG-MT"],
                "GOVERNORATE_NOT_FOUND",
            ),
            (&["transfers", "--to", "EG-XX-1"], "FACILITY_NOT_FOUND"),
            (
                &["deliveries", "--supplier", "nobody"],
                "ORGANIZATION_NOT_FOUND",
            ),
            (
                &["deliveries", "--summary", "--supplier", "nobody"],
                "ORGANIZATION_NOT_FOUND",
            ),
            (&["order-lines", "--order", "PO-NONE"], "ORDER_NOT_FOUND"),
            (&["movements", "--item", "GOLD"], "ITEM_NOT_FOUND"),
            (&["history", "official:nobody"], "ENTITY_NOT_FOUND"),
        ] {
            let error = asked(question, &of).fails(3, &format!("error[{code}]"));
            assert!(error.contains("; "), "what to do: {error}");
        }
        let arabic = ["stock", "--item", "GOLD", "--lang", "ar"];
        asked(&arabic, &of).fails(3, "لا يعرف السجل صنفًا");
        // Known, and nothing to tell: no error.
        asked(
            &["shortage", "--at", "2001-01-01", "--facility", "EG-C-H1"],
            &of,
        )
        .ok();
        let none = ["losses", "--facility", "EG-C-H1", "--to-month", "2001-01"];
        asked(&none, &of).ok();
    }
}

/// A day ends when it ends in the country, not in Greenwich.
#[test]
fn a_day_ends_on_the_clock_of_the_country() {
    let dir = ledger();
    let server = serving(dir.path());
    let url = server.url();
    for of in [["--data", text(dir.path())], ["--server", &url]] {
        let of = [&of[..], &["--output", "json"]].concat();
        let day = json(asked(&["stock", "--at", "2025-08-15"], &of));
        let at = day["at"].as_str().unwrap();
        let last = json(asked(&["items", "--limit", "1"], &of));
        let offset = &last["at"].as_str().unwrap()["2025-12-31T23:59".len()..];
        assert_ne!(
            offset, "+00:00",
            "the demo is of a country east of Greenwich"
        );
        assert_eq!(at, format!("2025-08-15T23:59{offset}"));
    }
}

#[test]
fn a_server_that_is_not_there_and_a_token_that_is_none_are_told() {
    let dir = ledger();
    let server = serving(dir.path());
    let url = server.url();
    let token = dir.path().join("token");
    fs::write(&token, "no token\u{7}").unwrap();
    let bearing = ["--server", &url, "--token-file", text(&token)];
    asked(&["stock"], &bearing).fails(9, "INPUT_UNUSABLE");
    fs::write(&token, "nonsense\n").unwrap();
    let error = asked(&["stock"], &bearing);
    assert_eq!(error.status, 3, "{error:?}");
    let missing = dir.path().join("missing");
    let bearing = ["--server", &url, "--token-file", text(&missing)];
    asked(&["stock"], &bearing).fails(9, "INPUT_UNUSABLE");
    drop(server);
    let error = asked(&["stock"], &["--server", &url]).fails(1, "SERVER_UNREACHABLE");
    assert!(error.contains("what to do"), "{error}");
    asked(&["stock"], &["--server", "not a url"]).fails(2, "USAGE");
}
