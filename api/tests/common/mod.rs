//! The built program, run as a user runs it.

#![allow(dead_code)] // each test file uses a part

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

/// The program, in English whatever the machine's locale.
pub fn sijill() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sijill"));
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

/// What a run came to.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

/// Runs with arguments.
pub fn run<I: IntoIterator<Item = S>, S: AsRef<std::ffi::OsStr>>(arguments: I) -> Ran {
    ran(&sijill().args(arguments).output().unwrap())
}

pub fn ran(output: &Output) -> Ran {
    Ran {
        status: output.status.code().expect("no signal"),
        out: String::from_utf8(output.stdout.clone()).unwrap(),
        err: String::from_utf8(output.stderr.clone()).unwrap(),
    }
}

impl Ran {
    /// Asserts success and gives standard output.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.status, 0, "{}\n{}", self.out, self.err);
        self.out
    }

    /// Asserts an exit status and gives standard error.
    #[track_caller]
    pub fn fails(self, status: i32, code: &str) -> String {
        assert_eq!(self.status, status, "{}\n{}", self.out, self.err);
        assert!(self.err.contains(code), "{}", self.err);
        self.err
    }
}

/// A directory of the shared data, or `None`, said aloud.
pub fn shared(name: &str) -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    // Beside a checkout; a user's machine does not have it.
    let dir = workspace.join("../shared/data").join(name);
    let found = dir.is_dir().then_some(dir);
    if found.is_none() {
        println!("skipped: ../shared/data/{name} is not here");
    }
    found
}

/// A copy of a small ledger: two governorates, two years, seeded once for all tests of a file.
pub fn ledger() -> tempfile::TempDir {
    static SEEDED: OnceLock<PathBuf> = OnceLock::new();
    let seeded = SEEDED.get_or_init(|| {
        let name = format!("ledger-of-{}", env!("CARGO_CRATE_NAME"));
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if dir.exists() {
            fs::remove_dir_all(&dir).unwrap();
        }
        run(["demo", "--once", "--scale", "0.05", "--data", text(&dir)]).ok();
        dir
    });
    let copy = tempfile::tempdir().unwrap();
    for (path, bytes) in contents(seeded) {
        let to = copy.path().join(path.strip_prefix(seeded).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, bytes).unwrap();
    }
    copy
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Every file under a directory with its content, sorted.
pub fn contents(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut waiting = vec![dir.to_owned()];
    while let Some(dir) = waiting.pop() {
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                found.push((path.clone(), fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}
