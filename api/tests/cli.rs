//! The program at its edges: help, wrong input, directories that cannot be used, readers that go away.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod common;

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

use common::{Ran, contents, ledger, run, sijill, text};

#[test]
fn help_speaks_both_languages() {
    let english = run(["--help"]).ok();
    assert!(
        english.contains("Exit status") && english.contains("Usage:"),
        "{english}"
    );
    let arabic = run(["--help", "--lang", "ar"]).ok();
    assert!(
        arabic.contains("حالة الخروج") && arabic.contains("الأوامر"),
        "{arabic}"
    );
    assert!(
        !arabic.contains("Usage:") && !arabic.contains("Options:"),
        "{arabic}"
    );
    let by_locale = sijill()
        .env("LANG", "ar_EG.UTF-8")
        .args(["query", "shortage", "--help"])
        .output();
    let by_locale = common::ran(&by_locale.unwrap()).ok();
    assert!(by_locale.contains("مجلد السجل"), "{by_locale}");
    run(["--version"]).ok();
}

#[test]
fn wrong_input_is_said_in_the_chosen_language_with_status_2() {
    let nothing: [&str; 0] = [];
    assert_eq!(run(nothing).status, 2);
    let error = run(["qeury"]).fails(2, "error[USAGE]");
    assert!(error.contains("query"), "a suggestion: {error}");
    let error = run(["--lang", "ar", "export", "stock-on-hand"]).fails(2, "خطأ[USAGE]");
    assert!(error.contains("--data"), "{error}");
    for wrong in [
        &["query", "shortage", "--data", "x", "--at", "yesterday"][..],
        &["query", "shortage", "--data", "x", "--status", "fine"],
        &["query", "stock", "--data", "x", "--facility", "a/b"],
        &["demo", "--once", "--scale", "0"],
        &["demo", "--once", "--scale", "many"],
        &[
            "import",
            "openlmis",
            "x",
            "--data",
            "y",
            "--utc-offset",
            "+25:00",
        ],
        &["replay", "--data", "x", "--from", "-1"],
    ] {
        run(wrong).fails(2, "USAGE");
        run(wrong.iter().chain(&["--lang", "ar"])).fails(2, "USAGE");
    }
}

#[test]
fn a_directory_without_a_ledger_is_named_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("none");
    for command in [
        &["query", "shortage"][..],
        &["query", "flows"],
        &["export", "stock-on-hand"],
        &["replay"],
        &["verify"],
        &["rebuild"],
    ] {
        let error = run(command.iter().chain(&["--data", text(&missing)]));
        let error = error.fails(10, "NO_LEDGER");
        assert!(error.contains("none"), "{error}");
    }
    assert!(!missing.exists());
    fs::write(dir.path().join("letter.txt"), "dear").unwrap();
    run(["demo", "--once", "--data", text(dir.path())]).fails(10, "WRONG_LEDGER");
    assert_eq!(contents(dir.path()).len(), 1);
}

#[test]
fn a_second_writer_is_kept_out_and_readers_are_not() {
    let dir = ledger();
    // The lock of a running writer, held from here.
    let lock = fs::File::options()
        .read(true)
        .write(true)
        .open(dir.path().join("lock"))
        .unwrap();
    lock.try_lock().unwrap();
    let error = run(["rebuild", "--data", text(dir.path())]).fails(5, "DATA_LOCKED");
    assert!(error.contains("what to do"), "{error}");
    run(["query", "rates", "--data", text(dir.path())]).ok();
    run([
        "export",
        "stock-on-hand",
        "--data",
        text(dir.path()),
        "--output",
        "csv",
    ])
    .ok();
    drop(lock);
    run(["rebuild", "--data", text(dir.path())]).ok();
}

#[test]
fn a_newer_format_is_refused_by_version() {
    let dir = ledger();
    let segments = fs::read_dir(dir.path().join("log")).unwrap();
    let mut segments: Vec<_> = segments.map(|entry| entry.unwrap().path()).collect();
    segments.sort();
    let mut bytes = fs::read(&segments[0]).unwrap();
    // FORMAT.md: in every version, the version stands at byte 8 and at byte 12 the checksum of the header's 512 bytes
    // without it.
    assert_eq!(bytes[8..12], [0, 0, 0, 1]);
    bytes[11] = 2;
    let header = [&bytes[..12], &bytes[16..512]].concat();
    bytes[12..16].copy_from_slice(&crc32c::crc32c(&header).to_be_bytes());
    fs::write(&segments[0], &bytes).unwrap();
    for command in ["verify", "rebuild"] {
        let error = run([command, "--data", text(dir.path())]).fails(6, "DATA_NEWER_FORMAT");
        assert!(error.contains("version 2"), "{error}");
    }
}

#[test]
fn damage_is_reported_with_its_index_and_status_4() {
    let dir = ledger();
    run(["verify", "--data", text(dir.path())]).ok();
    let segments = fs::read_dir(dir.path().join("log")).unwrap();
    let mut segments: Vec<_> = segments.map(|entry| entry.unwrap().path()).collect();
    segments.sort();
    let mut bytes = fs::read(&segments[0]).unwrap();
    bytes[20_000] ^= 1;
    fs::write(&segments[0], &bytes).unwrap();
    let error = run(["verify", "--data", text(dir.path())]).fails(4, "DATA_DAMAGED");
    assert!(error.contains("index"), "{error}");
}

#[test]
fn derived_files_are_rebuilt_and_come_out_equal() {
    let dir = ledger();
    let before = run([
        "query",
        "flows",
        "--data",
        text(dir.path()),
        "--output",
        "csv",
    ])
    .ok();
    fs::remove_file(dir.path().join("index")).unwrap();
    let rebuilt = run(["rebuild", "--data", text(dir.path())]).ok();
    assert!(rebuilt.contains("shortage"), "{rebuilt}");
    let after = run([
        "query",
        "flows",
        "--data",
        text(dir.path()),
        "--output",
        "csv",
    ])
    .ok();
    assert_eq!(before, after);
}

#[test]
fn a_read_only_directory_is_read_and_not_written() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = ledger();
    let set = |mode| fs::set_permissions(dir.path(), fs::Permissions::from_mode(mode)).unwrap();
    set(0o555);
    let probe = dir.path().join("probe");
    if fs::write(&probe, "").is_ok() {
        println!("skipped: permissions do not bind this user");
        fs::remove_file(probe).unwrap();
        return;
    }
    let lock = dir.path().join("lock");
    fs::set_permissions(&lock, fs::Permissions::from_mode(0o444)).unwrap();
    let read = run(["query", "rates", "--data", text(dir.path())]);
    let written = run(["rebuild", "--data", text(dir.path())]);
    set(0o755);
    read.ok();
    written.fails(8, "PERMISSION_DENIED");
}

/// A small file system of memory, in a name space of its own: needs no rights, where the machine allows it at all.
#[test]
fn a_full_disk_is_told_at_the_beginning_and_in_the_middle() {
    let dir = tempfile::tempdir().unwrap();
    let place = text(dir.path());
    let on_disk_of = |megabytes: u32, then: &str| {
        let script = format!("mount -t tmpfs -o size={megabytes}m tmpfs {place} && {then}");
        sijill_in_name_space(&script)
    };
    if on_disk_of(1, "true").status != 0 {
        println!("skipped: no name space with a file system of its own here");
        return;
    }
    let program = env!("CARGO_BIN_EXE_sijill");
    let seed = format!("{program} demo --once --scale 0.05 --data {place}/ledger");
    // No room for the log's first file.
    on_disk_of(1, &seed).fails(7, "DISK_FULL");
    // No room for its second: what was recorded until then is whole.
    let then_verify = format!("{seed}; test $? = 7 && {program} verify --data {place}/ledger");
    let ran = on_disk_of(6, &then_verify);
    assert!(ran.err.contains("DISK_FULL"), "{}", ran.err);
    ran.ok();
}

fn sijill_in_name_space(script: &str) -> Ran {
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", script]);
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
        command.env_remove(name);
    }
    match command.output() {
        Ok(output) => common::ran(&output),
        Err(error) => Ran {
            status: 1,
            out: String::new(),
            err: error.to_string(),
        },
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let dir = ledger();
    for command in [
        &["replay", "--output", "json"][..],
        &["replay"],
        &["export", "stock-on-hand", "--output", "csv"],
        &["query", "stock", "--output", "csv"],
    ] {
        let mut child = sijill()
            .args(command)
            .args(["--data", text(dir.path())])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = [0; 64];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        // The pipe is closed here, long before the end of the output.
        let ended = child.wait_with_output().unwrap();
        let Ran { status, err, .. } = common::ran(&ended);
        assert_eq!((status, err.as_str()), (0, ""), "{command:?}");
    }
}

#[test]
fn every_shell_gets_its_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(["completions", shell]).ok();
        assert!(script.contains("sijill"), "{shell}");
    }
}

/// JSON is one value, CSV has a stable header, and both are free of what is said to people.
#[test]
fn programs_get_json_and_csv_alone() {
    let dir = ledger();
    let data = text(dir.path());
    for question in ["shortage", "stock", "flows", "rates"] {
        let answer = run([
            "query", question, "--data", data, "--output", "json", "--lang", "ar",
        ])
        .ok();
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        assert!(
            answer[question]
                .as_array()
                .is_some_and(|rows| !rows.is_empty()),
            "{question}"
        );
    }
    let csv = run([
        "query", "shortage", "--data", data, "--output", "csv", "--lang", "ar",
    ])
    .ok();
    let header = "facility,facility_name,item,item_name,unit,usable,amc,amc_quality,months_of_stock,status,stockout_days,reporting";
    assert_eq!(csv.lines().next(), Some(header));
    assert!(Path::new(data).join("views").is_dir());
}
