//! `sijill bench` with tiny counts: the figures are there and positive. How large they are is no test's business.

#![allow(clippy::unwrap_used, reason = "for tests")]

mod small_ledger;

use serde_json::Value;
use small_ledger::{EVENTS, path, sijill, written};

/// Runs a bench; its figures by name and, where it has them, threads.
fn bench(arguments: &[&str]) -> (Value, Vec<Value>) {
    let ran = sijill(&[&["bench"], arguments, &["--rounds", "2", "--json"]].concat());
    assert_eq!(ran.status, 0, "{}", ran.err);
    let report = ran.json();
    for machine in ["cores", "fdatasync_median_us", "fdatasync_p99_us"] {
        assert!(report[machine].as_u64().unwrap() > 0, "{machine}: {report}");
    }
    for machine in ["cpu", "kernel", "load", "directory"] {
        assert!(report.get(machine).is_some(), "{machine}: {report}");
    }
    let figures = report["figures"].as_array().unwrap().clone();
    (report, figures)
}

fn names(figures: &[Value]) -> Vec<&str> {
    figures
        .iter()
        .map(|figure| figure["measure"].as_str().unwrap())
        .collect()
}

#[track_caller]
fn assert_positive(figure: &Value, keys: &[&str]) {
    for key in keys {
        assert!(
            figure[key].as_u64().is_some_and(|value| value > 0),
            "{key}: {figure}"
        );
    }
}

/// Of whole numbers, which a machine that stands still for seconds rounds to none.
#[track_caller]
fn assert_counted(figure: &Value, keys: &[&str]) {
    for key in keys {
        assert!(figure[key].is_u64(), "{key}: {figure}");
    }
}

const RATES: [&str; 4] = [
    "events",
    "median_per_second",
    "lowest_per_second",
    "highest_per_second",
];

#[test]
fn append_measures_the_bare_loop_the_store_and_whole_commands() {
    let arguments = [
        "append",
        "--writers",
        "4",
        "--events",
        "80",
        "--ledger",
        "--facilities",
        "2",
    ];
    let (report, figures) = bench(&arguments);
    assert_eq!(report["writers"], 4);
    assert_eq!(
        names(&figures),
        ["bare_loop", "store_append", "ledger_command"]
    );
    for figure in &figures {
        assert_eq!(figure["rounds"], 2);
        assert_eq!(figure["events"], 160);
        assert_positive(figure, &RATES);
    }
    for figure in &figures[1..] {
        assert_positive(figure, &["p50_us", "p99_us"]);
        assert!(figure["percent_of_first"].is_u64(), "{figure}");
    }
    let (_, figures) = bench(&["append", "--writers", "2", "--events", "20"]);
    assert_eq!(names(&figures), ["bare_loop", "store_append"]);
}

#[test]
fn import_measures_bulk_appends_and_import_commands() {
    let disk = tempfile::tempdir().unwrap();
    let data = path(&disk);
    let arguments = [
        "import",
        "--events",
        "400",
        "--facilities",
        "3",
        "--data",
        &data,
    ];
    let (report, figures) = bench(&arguments);
    assert_eq!(report["events_per_append"], 100);
    assert_eq!(
        names(&figures),
        ["bare_loop", "store_bulk", "import_commands"]
    );
    for figure in &figures {
        assert_eq!(figure["events"], 800);
        assert_positive(figure, &RATES);
    }
    assert!(
        report["directory"].as_str().unwrap().starts_with(&data),
        "{report}"
    );
    let left = std::fs::read_dir(disk.path()).unwrap().count();
    assert_eq!(left, 0, "a bench leaves nothing behind");
}

#[test]
fn replay_measures_scanning_decoding_and_folding() {
    let (report, figures) = bench(&["replay", "--events", "300"]);
    let entries = report["entries"].as_u64().unwrap();
    assert!(entries > 300, "the registry stands before the documents");
    assert_positive(&report, &["entry_bytes_mean"]);
    let measures = [
        "scan",
        "scan",
        "scan_decode",
        "scan_decode",
        "scan_decode_apply",
        "scan_decode_apply",
    ];
    assert_eq!(names(&figures), measures);
    for (figure, threads) in figures.iter().zip([1, 2, 1, 2, 1, 2]) {
        assert_eq!(figure["threads"], threads);
        assert_eq!(
            figure["events"],
            2 * entries,
            "every entry in every round: {figure}"
        );
        assert_positive(figure, &RATES);
    }
}

#[test]
fn replay_measures_an_existing_ledger() {
    let dir = written();
    let (report, figures) = bench(&["replay", "--data", &path(&dir)]);
    assert_eq!(report["entries"], EVENTS);
    assert!(figures.iter().all(|figure| figure["events"] == 2 * EVENTS));
}

#[test]
fn verify_measures_the_tree_and_the_whole() {
    let (report, figures) = bench(&["verify", "--events", "300"]);
    let entries = report["entries"].as_u64().unwrap();
    let of_the_log = ["hashes_root", "hashes_root", "verify"];
    let of_signatures = [
        "checkpoint_signatures",
        "cosignatures",
        "statement_signatures",
    ];
    assert_eq!(names(&figures), [of_the_log, of_signatures].concat());
    for figure in &figures {
        assert_positive(figure, &RATES);
    }
    for figure in &figures[..of_the_log.len()] {
        assert_eq!(figure["events"], 2 * entries, "{figure}");
    }
}

#[test]
fn open_measures_every_way_a_run_can_end() {
    let (report, figures) = bench(&["open", "--events", "300"]);
    assert_positive(&report, &["entries"]);
    assert_eq!(
        names(&figures),
        ["clean_close", "killed", "no_index", "read_only"]
    );
    for figure in &figures {
        assert_eq!(figure["rounds"], 2);
        assert_positive(figure, &["median_us", "lowest_us", "highest_us"]);
    }
}

#[test]
fn grpc_measures_commands_beside_an_echo_service() {
    let disk = tempfile::tempdir().unwrap();
    let data = path(&disk);
    let arguments = [
        "grpc",
        "--callers",
        "3",
        "--connections",
        "2",
        "--commands",
        "30",
        "--data",
        &data,
    ];
    let (report, figures) = bench(&arguments);
    assert_eq!(report["callers"], 3);
    assert_eq!(report["connections"], 2);
    assert_eq!(names(&figures), ["echo", "grpc_command", "bare_loop"]);
    for figure in &figures {
        assert_eq!(figure["commands"], 60);
        assert_counted(figure, &RATES[1..]);
    }
    for figure in &figures[..2] {
        assert_positive(figure, &["p50_us", "p99_us"]);
        assert_counted(figure, &["percent_of_first"]);
    }
    assert!(figures[2]["percent_of_first"].is_null(), "other work");
    let left = std::fs::read_dir(disk.path()).unwrap().count();
    assert_eq!(left, 0, "a bench leaves nothing behind");
}

#[test]
fn submit_measures_each_number_in_flight_beside_an_echo_service() {
    let arguments = [
        "submit",
        "--in-flight",
        "2,300",
        "--commands",
        "400",
        "--facilities",
        "3",
    ];
    let (_, figures) = bench(&arguments);
    assert_eq!(names(&figures), ["echo", "submit", "echo", "submit"]);
    for (figure, in_flight) in figures.iter().zip([2, 2, 300, 300]) {
        assert_eq!(figure["in_flight"], in_flight);
        assert_eq!(figure["commands"], 800);
        assert_counted(figure, &RATES[1..]);
        assert_positive(figure, &["p50_us", "p99_us"]);
        assert_counted(figure, &["percent_of_first"]);
    }
}

/// Every supplier has a receipt or was told the instant, and every receipt is on the tender's list.
#[test]
fn bids_measures_a_rush_before_a_deadline_beside_an_echo_service() {
    let of_all = |before_ms| {
        let arguments = [
            "bids",
            "--suppliers",
            "4",
            "--envelopes",
            "6",
            "--in-flight",
            "3",
            "--before-ms",
            before_ms,
        ];
        let (report, figures) = bench(&arguments);
        assert_eq!(names(&figures), ["echo_rush", "rush", "echo", "sustained"]);
        for (figure, (in_flight, envelopes)) in
            figures.iter().zip([(4, 8), (4, 8), (3, 12), (3, 12)])
        {
            assert_eq!(figure["in_flight"], in_flight);
            assert_eq!(figure["envelopes"], envelopes);
            assert_counted(figure, &RATES[1..]);
            assert_positive(figure, &["p50_us", "p99_us"]);
            assert_counted(figure, &["percent_of_first"]);
        }
        assert_eq!(report["lost"], 0);
        ["receipts", "refused_with_the_instant"].map(|fact| report[fact].as_u64().unwrap())
    };
    let [receipts, refused] = of_all("60000");
    assert_eq!((receipts, refused), (8, 0), "long before the deadline");
    assert_eq!(of_all("0"), [0, 8], "at the deadline");
}

#[test]
fn query_measures_questions_while_commands_arrive() {
    let arguments = [
        "query",
        "--callers",
        "2",
        "--questions",
        "60",
        "--commands-per-second",
        "500",
        "--facilities",
        "3",
    ];
    let (report, figures) = bench(&arguments);
    assert_eq!(report["cards"], 150);
    let measures = [
        "echo",
        "questions",
        "echo_get_shortage",
        "get_shortage",
        "echo_list_shortages",
        "list_shortages",
        "echo_list_stock",
        "list_stock",
        "commands",
    ];
    assert_eq!(names(&figures), measures);
    let counts = [120, 120, 40, 40, 40, 40, 40, 40];
    for (figure, count) in figures.iter().zip(counts) {
        assert_eq!(figure["count"], count);
        assert_positive(figure, &["p50_us", "p99_us"]);
    }
    for place in [1, 3, 5, 7] {
        let ratios = ["percent_of_first", "p99_percent_of_first"];
        assert_counted(&figures[place], &ratios);
    }
    assert!(figures[8]["count"].is_u64(), "{}", figures[8]);
}

#[test]
fn search_measures_the_view_the_server_and_an_echo() {
    let (report, figures) = bench(&["search", "--scale", "60", "--questions", "4"]);
    assert_eq!(report["tenders"], 60);
    for fact in ["events", "fold_us", "index_bytes", "answer_bytes"] {
        assert!(report[fact].as_u64().unwrap() > 0, "{fact}: {report}");
    }
    let kinds = [
        "common_word",
        "rare_word",
        "two_words",
        "filters",
        "prefix",
        "everything",
        "next_page",
    ];
    let of = |kind| ["view", "server", "grpc"].map(|of| format!("{of}_{kind}"));
    let mut measures = vec!["echo".to_owned()];
    measures.extend(kinds.into_iter().flat_map(of));
    assert_eq!(names(&figures), measures);
    for figure in &figures {
        // The view keeps no answers: a next page is not asked of it.
        if figure["measure"] != "view_next_page" {
            assert_positive(figure, &["p50_us", "p99_us"]);
        }
    }
}

#[test]
fn senseless_counts_are_refused() {
    for arguments in [
        ["append", "--writers", "0"],
        ["replay", "--events", "0"],
        ["grpc", "--callers", "513"],
        ["submit", "--in-flight", "64,0"],
        ["bids", "--suppliers", "0"],
        ["query", "--commands-per-second", "0"],
        ["search", "--scale", "0"],
    ] {
        let ran = sijill(&[&["bench"], &arguments[..]].concat());
        assert_eq!(ran.status, 2, "{}", ran.err);
    }
}
