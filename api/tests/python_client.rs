//! The example client in Python, made from the schemas and by reflection, against the built program: every role commands, every
//! question is answered.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod server;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use prost::Message as _;
use server::{Home, Server};
use sijill_schemas::FILE_DESCRIPTOR_SET;

/// Names an interpreter with the packages; `scripts/check` makes one.
const VARIABLE: &str = "SIJILL_PYTHON";

/// Services whose every method must have been asked.
const VIEWS: [&str; 3] = ["OversightService", "TendersService", "AuditService"];

/// Who must have called, and whether they command; others have no command of their own yet.
const CALLERS: [(&str, bool); 15] = [
    ("requester", true),
    ("procurement_officer", true),
    ("approver", true),
    ("budget_officer", false),
    ("committee_member", true),
    ("inspector", true),
    ("storekeeper", true),
    ("payer", true),
    ("supplier", true),
    ("review_body", true),
    ("auditor", false),
    ("oversight", false),
    ("registrar", true),
    ("administrator", true),
    ("anonymous", false),
];

/// Calls that must have been refused on purpose.
const REFUSED: [&str; 4] = [
    "NOT_FOUND DOCUMENT_NOT_FOUND",
    "PERMISSION_DENIED NOT_OWN_FACILITY",
    "UNAUTHENTICATED TOKEN_REQUIRED",
    "ALREADY_EXISTS COMMAND_ID_REUSED",
];

/// An interpreter with the packages, `None` where there is none. One that was named must have them.
fn interpreter() -> Option<String> {
    let named = std::env::var(VARIABLE).ok().filter(|it| !it.is_empty());
    let python = named.clone().unwrap_or_else(|| "python3".to_owned());
    let tried = Command::new(&python)
        .args(["-c", "import grpc, grpc_tools, grpc_reflection"])
        .stdin(Stdio::null())
        .output();
    let lacks = match tried {
        Ok(tried) if tried.status.success() => return Some(python),
        Ok(tried) => String::from_utf8_lossy(&tried.stderr).into_owned(),
        Err(error) => error.to_string(),
    };
    let last = lacks.lines().last().unwrap_or_default();
    assert!(named.is_none(), "{VARIABLE}={python}: {last}");
    println!(
        "skipped: {python}: {last}; set {VARIABLE} to a Python with grpcio, grpcio-tools and grpcio-reflection"
    );
    None
}

/// What the client prints; it ends well, or the test does not.
fn run(python: &str, server: &Server, mode: &[&str]) -> String {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts");
    let ended = Command::new(python)
        .arg(scripts.join("client.py"))
        .args(["--server", &server.address.to_string()])
        .args(["--sijill", env!("CARGO_BIN_EXE_sijill")])
        .arg("--key")
        .arg(server.home().file("key.json"))
        .args(mode)
        // The tests leave nothing behind in the tree.
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8(ended.stdout).unwrap();
    let err = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{mode:?}\n{text}\n{err}");
    text
}

/// A server that signs its log.
fn signing() -> Server {
    let home = Home::new();
    let key = home.file("log.key");
    let made = server::sijill()
        .args(["keygen", "--log", "--origin", server::ORIGIN, "--out"])
        .arg(&key)
        .output()
        .unwrap();
    let err = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{err}");
    home.serve(&["--log-key", key.to_str().unwrap()])
}

/// The calls that were answered: who, and which method.
fn answered(text: &str) -> BTreeSet<(&str, &str)> {
    let lines = text.lines().filter(|line| !line.contains(" refused: "));
    lines
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.next()?))
        })
        .collect()
}

/// The methods of the views, as the schemas declare them, by the names that the client calls them by.
fn views() -> BTreeSet<String> {
    let files = prost_types::FileDescriptorSet::decode(FILE_DESCRIPTOR_SET).unwrap();
    let mut names = BTreeSet::new();
    for file in &files.file {
        let services = file.service.iter();
        for service in services.filter(|service| VIEWS.contains(&service.name())) {
            let name = service.name().trim_end_matches("Service").to_lowercase();
            let methods = service.method.iter();
            names.extend(methods.map(|method| format!("{name}.{}", method.name())));
        }
    }
    assert!(names.len() >= 35, "{names:?}");
    names
}

fn is_command(method: &str) -> bool {
    ["registry.", "procurement.", "tender.", "inventory."]
        .iter()
        .any(|service| method.starts_with(service))
}

#[test]
fn a_python_client_commands_in_every_role_and_asks_every_question() {
    let Some(python) = interpreter() else { return };
    let server = signing();
    for mode in [&[][..], &["--reflection"]] {
        let text = run(&python, &server, mode);
        let answered = answered(&text);
        for (role, commands) in CALLERS {
            let mut calls = answered.iter().filter(|(caller, _)| *caller == role);
            let found = calls.any(|(_, method)| is_command(method) == commands);
            assert!(found, "{role} did not call\n{text}");
        }
        for documents in [
            ("procurement_officer", "documents.UploadDocument"),
            ("anonymous", "documents.DownloadDocument"),
        ] {
            assert!(answered.contains(&documents), "{documents:?}\n{text}");
        }
        for view in views() {
            let asked = answered.contains(&("anonymous", view.as_str()));
            assert!(asked, "{view} was not asked\n{text}");
        }
        for refusal in REFUSED {
            let (_, after) = text
                .split_once(&format!("refused: {refusal}\n"))
                .unwrap_or_else(|| panic!("{refusal} is missing\n{text}"));
            let mut languages = after.lines().map(|line| line.trim_start().get(..4));
            assert_eq!(languages.next(), Some(Some("ar: ")), "{refusal}");
            assert_eq!(languages.next(), Some(Some("en: ")), "{refusal}");
        }
    }
}
