//! Whatever is changed in a published log is found, by `sijill verify` and by a program that shares no code with it
//! (`scripts/third-party/verify.go`, on Go's own `golang.org/x/mod/sumdb`).
//!
//! `SIJILL_MUTATIONS` says how many changes are tried (`scripts/drill mutations` tries many), `SIJILL_SEED` where chance begins.

#![allow(clippy::unwrap_used, clippy::panic, reason = "for tests")]

#[path = "mutations/change.rs"]
mod change;
mod published;
mod small_ledger;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use change::{Chance, Change, change};
use published::Published;
use small_ledger::{Ran, sijill};

/// Changed copies that lie on the disk at once.
const COPIES: u64 = 100;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[test]
fn every_change_is_found() {
    let (count, seed) = (number("SIJILL_MUTATIONS", 64), number("SIJILL_SEED", 1));
    let published = Published::new();
    let go = Go::built();
    let whole = Copy::of(&published, None);
    let ran = verify(&published, &whole);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    if let Some(go) = &go {
        let answers = go.verify(&published, std::slice::from_ref(&whole));
        assert_eq!(answers, ["ok"], "the log as it is");
    }
    let mut chance = Chance(seed);
    for first in (0..count).step_by(usize::try_from(COPIES).unwrap()) {
        let these = first..count.min(first + COPIES);
        let changes: Vec<Change> = these.map(|n| change(&published, n, &mut chance)).collect();
        let copies: Vec<Copy> = changes
            .iter()
            .map(|one| Copy::of(&published, Some(one)))
            .collect();
        for (change, copy) in changes.iter().zip(&copies) {
            assert_found(&published, change, copy, seed);
        }
        let answers = go.as_ref().map(|go| go.verify(&published, &copies));
        for (change, answer) in changes.iter().zip(answers.unwrap_or_default()) {
            assert_eq!(answer, "bad", "Go's program, seed {seed}: {}", change.what);
        }
    }
    println!(
        "{count} changes found{}",
        if go.is_some() { ", by both" } else { "" }
    );
}

#[track_caller]
fn assert_found(published: &Published, change: &Change, copy: &Copy, seed: u64) {
    let ran = verify(published, copy);
    let Ran { status, out, err } = &ran;
    let told = format!("seed {seed}: {}\n{out}{err}", change.what);
    // Refused, damaged, or an input that is no checkpoint or receipt any more.
    assert!([3, 4, 9].contains(status), "{told}");
    assert!(err.contains("error["), "{told}");
    if let Some(index) = change.index {
        let named = format!("error[DATA_DAMAGED]: the log is damaged at index {index}: ");
        assert!(err.contains(&named), "{told}");
    }
}

fn verify(published: &Published, copy: &Copy) -> Ran {
    let mut arguments = vec![
        "verify".to_owned(),
        "--tiles".to_owned(),
        text(copy.dir.path()),
    ];
    arguments.extend(published.trust());
    arguments.extend(["--receipt".to_owned(), text(&copy.receipt)]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    sijill(&arguments)
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// A copy of the published files with one change.
struct Copy {
    dir: tempfile::TempDir,
    receipt: PathBuf,
    _receipts: tempfile::TempDir,
}

impl Copy {
    fn of(published: &Published, change: Option<&Change>) -> Self {
        let (dir, receipts) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        link(&published.dir(), dir.path());
        for (name, bytes) in change.iter().flat_map(|change| &change.files) {
            let path = dir.path().join(name);
            // The others share it.
            fs::remove_file(&path).unwrap();
            if let Some(bytes) = bytes {
                fs::write(path, bytes).unwrap();
            }
        }
        let receipt = receipts.path().join("receipt");
        match change.and_then(|change| change.receipt.as_ref()) {
            Some(bytes) => fs::write(&receipt, bytes).unwrap(),
            None => drop(fs::copy(published.receipt(), &receipt).unwrap()),
        }
        Self {
            dir,
            receipt,
            _receipts: receipts,
        }
    }
}

fn link(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let copy = to.join(path.file_name().unwrap());
        if path.is_dir() {
            fs::create_dir(&copy).unwrap();
            link(&path, &copy);
        } else {
            fs::hard_link(&path, copy).unwrap();
        }
    }
}

/// Go's program.
struct Go(PathBuf);

impl Go {
    /// `None`, said aloud, where it cannot be had.
    fn built() -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let built = Command::new(root.join("scripts/third-party-verify"))
            .arg("--build")
            .output();
        let built = built.unwrap();
        if !built.status.success() {
            println!("skipped: {}", String::from_utf8_lossy(&built.stdout));
            return None;
        }
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        Some(Self(target.join("third-party/verify")))
    }

    /// "ok" or "bad" for each copy.
    fn verify(&self, published: &Published, copies: &[Copy]) -> Vec<String> {
        let mut command = Command::new(&self.0);
        command.args([
            "--batch",
            "--vkey",
            &published.vkey,
            "--old",
            &text(&published.old()),
        ]);
        for key in &published.witnesses {
            command.args(["--witness", key]);
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = copies.iter().map(|copy| {
            let (dir, receipt) = (text(copy.dir.path()), text(&copy.receipt));
            format!("--dir\t{dir}\t--receipt\t{receipt}\n")
        });
        let lines = lines.collect::<Vec<_>>().concat();
        let mut input = child.stdin.take().unwrap();
        // Answers are short: they fit where they wait while the lines are written.
        input.write_all(lines.as_bytes()).unwrap();
        drop(input);
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        let answers = String::from_utf8(output.stdout).unwrap();
        let answers: Vec<String> = answers
            .lines()
            .map(|line| line.split('\t').next().unwrap().to_owned())
            .collect();
        assert_eq!(answers.len(), copies.len());
        answers
    }
}
