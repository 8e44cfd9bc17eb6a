//! Statements from end to end: a key made by `sijill sign`, enrolled by two registrars, an approval signed offline from the
//! encoded request, and what `sijill verify` says of the log afterwards.

#![allow(clippy::unwrap_used, clippy::panic, reason = "for tests")]

mod small_ledger;

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use prost::Message as _;
use serde_json::Value;
use sijill_ledger_core::aggregate::Explain as _;
use sijill_ledger_core::codec;
use sijill_ledger_core::domain::enrolment::{KeyCompromise, KeyEnrolment, KeyProposal};
use sijill_ledger_core::domain::official::{self, Appointment, Official, Seat};
use sijill_ledger_core::domain::ruleset::{self, Rules, Ruleset};
use sijill_ledger_core::domain::values::{
    Code, Date, DocumentNumber, KeyAlgorithm, KeyId, Names, OfficialId, PublicKey, Text,
};
use sijill_ledger_core::event::{Actor, ActorId, Role, Statement};
use sijill_ledger_core::ledger::{Context, Ledger};
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::time::Timestamp;
use sijill_schemas::registry::v1::{AdoptRulesetRequest, ProposeRulesetRequest};
use sijill_schemas::types::v1::CommandContext;
use small_ledger::{EVENTS, path, runtime, sijill, smuggle, written};
use uuid::Uuid;

/// Index of the adoption: an appointment, a key's proposal and enrolment and a ruleset's proposal stand before it.
const ADOPTION: u64 = EVENTS + 4;
const METHOD: &str = "/sijill.registry.v1.RegistryService/AdoptRuleset";
const REQUEST_ID: u128 = 2_004;

fn omar() -> OfficialId {
    OfficialId::new("omar").unwrap()
}

fn by(who: &str, role: Role, id: u128) -> Context {
    let actor = Actor {
        id: ActorId::Official(OfficialId::new(who).unwrap()),
        role,
        position: None,
    };
    Context::new(Uuid::from_u128(id), actor)
}

/// The only row of what `sijill sign` prints.
fn row(arguments: &[&str], name: &str) -> Value {
    let ran = sijill(&[&["sign", "--output", "json"], arguments].concat());
    assert_eq!(ran.status, 0, "{}", ran.err);
    ran.json()[name][0].clone()
}

fn bytes(row: &Value, name: &str) -> Vec<u8> {
    STANDARD.decode(row[name].as_str().unwrap()).unwrap()
}

async fn to_omar(ledger: &Ledger<EmbeddedStore>, command: official::Command, context: Context) {
    let stream = Official::stream(&omar());
    ledger
        .execute::<Official>(&stream, command, context)
        .await
        .unwrap();
}

/// Omar holds a post, and a key that `sijill sign key` made into this file.
async fn enrol(ledger: &Ledger<EmbeddedStore>, file: &str) {
    let appoint = official::Command::Appoint(Appointment {
        post: Code::new("EG-MOH-CAI-head").unwrap(),
        seat: Seat::Facility(small_ledger::facility(0)),
        names: Names::new("عمر", "Omar").unwrap(),
        national_id: None,
        from: Date::parse("2020-01-01").unwrap(),
        decree: DocumentNumber::new("D-1").unwrap(),
    });
    to_omar(ledger, appoint, by("rana", Role::Registrar, 2_000)).await;
    let made = row(&["key", "--out", file, "--owner", "official:omar"], "keys");
    let key = PublicKey::new(KeyAlgorithm::Ed25519, &bytes(&made, "key")).unwrap();
    assert_eq!(made["key_id"], key.id().as_str());
    let proposal = KeyProposal {
        key: key.clone(),
        proof: bytes(&made, "proof"),
    };
    let propose = official::Command::ProposeKey(proposal);
    to_omar(ledger, propose, by("rana", Role::Registrar, 2_001)).await;
    let enrol = official::Command::EnrolKey(KeyEnrolment { key });
    to_omar(ledger, enrol, by("sami", Role::Registrar, 2_002)).await;
}

fn request() -> AdoptRulesetRequest {
    let context = CommandContext {
        request_id: Uuid::from_u128(REQUEST_ID).to_string(),
        ..CommandContext::default()
    };
    AdoptRulesetRequest {
        context: Some(context),
        version: 1,
    }
}

/// What Omar signs: the request as it is sent, about the proposal as he read it.
fn signed(folder: &Path, key: &str, proposal: &[u8]) -> Statement {
    let (request_file, entry_file) = (folder.join("request.bin"), folder.join("entry.bin"));
    std::fs::write(&request_file, request().encode_to_vec()).unwrap();
    std::fs::write(&entry_file, proposal).unwrap();
    let (request_file, entry_file) = (request_file.to_str().unwrap(), entry_file.to_str().unwrap());
    let arguments = [
        &["request", "--key", key, "--origin", "sijill.test/tools"][..],
        &["--method", METHOD, "--approves", entry_file, request_file],
    ];
    let row = row(&arguments.concat(), "statements");
    assert_eq!(row["stream"], "ruleset-national");
    Statement {
        bytes: bytes(&row, "signed"),
        key: KeyId::new(row["key"].as_str().unwrap()).unwrap(),
        signature: bytes(&row, "signature"),
    }
}

/// A small ledger whose ruleset requires statements and was adopted by Omar's.
fn adopted() -> tempfile::TempDir {
    let dir = written();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("omar.key");
    let file = file.to_str().unwrap();
    runtime().block_on(async {
        let ledger = small_ledger::open(dir.path());
        enrol(&ledger, file).await;
        let stream = Ruleset::national();
        let propose = ruleset::Command::Propose {
            rules: Rules {
                statements_required: Some(true),
                ..Rules::default()
            },
            reason: Text::new("keys are enrolled").unwrap(),
        };
        let proposed = ledger
            .execute::<Ruleset>(&stream, propose, by("huda", Role::Administrator, 2_003))
            .await
            .unwrap();
        let batch = ledger.store().entry(proposed.first_index).unwrap();
        let statement = signed(folder.path(), file, batch.get(0).unwrap().1.bytes());
        let adopt = || ruleset::Command::Adopt { version: 1 };
        let context = by("omar", Role::Administrator, REQUEST_ID);
        let unsigned = ledger
            .execute::<Ruleset>(&stream, adopt(), context.clone())
            .await;
        assert_eq!(unsigned.unwrap_err().code(), "STATEMENT_MISSING");
        let context = Context {
            statement: Some(statement),
            ..context
        };
        let done = ledger.execute::<Ruleset>(&stream, adopt(), context).await;
        assert_eq!(done.unwrap().first_index, ADOPTION);
        ledger.store().close();
    });
    dir
}

fn verify(dir: &tempfile::TempDir) -> small_ledger::Ran {
    sijill(&["verify", "--data", &path(dir), "--output", "json"])
}

fn statements(report: &Value) -> &Value {
    let checks = report["checks"].as_array().unwrap();
    checks
        .iter()
        .find(|check| check["check"] == "statements")
        .unwrap()
}

#[test]
fn a_statement_made_offline_is_taken_and_verified_from_the_log() {
    let dir = adopted();
    let ran = verify(&dir);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert_eq!(statements(&ran.json())["count"], 1);
    assert!(!ran.err.contains("in doubt"), "{}", ran.err);
}

/// What a machine without the key needs: the same bytes, to be signed elsewhere.
#[test]
fn the_bytes_to_sign_are_had_without_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("request.bin");
    std::fs::write(&file, request().encode_to_vec()).unwrap();
    let arguments = [
        "request",
        "--key-id",
        "0123456789abcdef",
        "--origin",
        "o",
        "--method",
    ];
    let file = file.to_str().unwrap();
    let row = row(&[&arguments[..], &[METHOD, file]].concat(), "statements");
    assert_eq!(row["signature"], Value::Null);
    let signed = bytes(&row, "signed");
    assert!(signed.starts_with(b"\0\0\0\x11sijill/command/v1\0\0\0\x01o"));
    // From `ledger-core/tests/golden/ids/statement_without_time.json`, which is the same command.
    let golden = include_str!("../../ledger-core/tests/golden/ids/statement_without_time.json");
    let golden: Value = serde_json::from_str(golden).unwrap();
    assert_eq!(row["payload_sha256"], golden["command_hash"]);
}

#[test]
fn what_cannot_be_signed_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("request.bin");
    let request = ProposeRulesetRequest::default();
    std::fs::write(&file, request.encode_to_vec()).unwrap();
    let file = file.to_str().unwrap();
    let run = |key: [&str; 2], method: &str| {
        let arguments = ["sign", "request", "--origin", "o", "--method", method];
        sijill(&[&arguments[..], &key, &[file]].concat())
    };
    let id = ["--key-id", "0123456789abcdef"];
    let unknown = run(id, "/sijill.registry.v1.RegistryService/Nothing");
    assert_eq!(unknown.status, 2, "{}", unknown.err);
    let unreadable = run(id, "/sijill.registry.v1.RegistryService/ProposeRuleset");
    assert_eq!(unreadable.status, 2, "{}", unreadable.err);
    assert!(unreadable.err.contains("request_id"), "{}", unreadable.err);
    let no_key = run(["--key", "/nowhere"], METHOD);
    assert_eq!(no_key.status, 9, "{}", no_key.err);
}

/// Appends the adoption once more, changed: as a further command of somebody with the disk in hand.
fn forged(change: impl FnOnce(&mut Statement)) -> small_ledger::Ran {
    let dir = adopted();
    smuggle(dir.path(), ADOPTION, None, |entry| {
        let mut metadata = codec::decode_metadata(&entry.metadata).unwrap();
        change(metadata.statement.as_mut().unwrap());
        let id = Uuid::from_u128(3_000);
        metadata.command_id = id;
        entry.id = sijill_ledger_core::ledger::event_id(
            "sijill.test/tools",
            &metadata.actor.id,
            &Ruleset::national(),
            id,
            0,
        );
        entry.metadata = codec::encode_metadata(&metadata).unwrap();
    });
    verify(&dir)
}

#[test]
fn a_statement_that_does_not_stand_is_damage() {
    for (change, code) in [
        (
            (|it: &mut Statement| it.signature[0] ^= 1) as fn(&mut Statement),
            "STATEMENT_OTHER_COMMAND",
        ),
        (|it| it.bytes.push(0), "STATEMENT_MALFORMED"),
    ] {
        let ran = forged(change);
        assert_eq!(ran.status, 4, "{}", ran.err);
        let report = ran.json();
        assert_eq!(statements(&report)["outcome"], "failed", "{report}");
        assert_eq!(statements(&report)["index"], ADOPTION + 1, "{report}");
        assert!(ran.err.contains(code), "{}", ran.err);
    }
}

#[test]
fn a_missing_statement_is_damage() {
    let dir = adopted();
    // Huda proposes again, and somebody with the disk in hand adopts it in Omar's name, without his key.
    runtime().block_on(async {
        let ledger = small_ledger::open(dir.path());
        let propose = ruleset::Command::Propose {
            rules: Rules::default(),
            reason: Text::new("no keys after all").unwrap(),
        };
        let context = by("huda", Role::Administrator, 2_010);
        let stream = Ruleset::national();
        ledger
            .execute::<Ruleset>(&stream, propose, context)
            .await
            .unwrap();
        ledger.store().close();
    });
    smuggle(dir.path(), ADOPTION, None, |entry| {
        let mut metadata = codec::decode_metadata(&entry.metadata).unwrap();
        let adoption = ruleset::Event::RulesetAdopted(ruleset::Adoption {
            version: 2,
            rules: Rules::default(),
        });
        let id = Uuid::from_u128(3_001);
        (metadata.command_id, metadata.statement) = (id, None);
        metadata.ruleset = Some(sijill_ledger_core::event::RulesetVersion {
            id: sijill_ledger_core::domain::values::RulesetId::new("national").unwrap(),
            version: 1,
        });
        entry.id = sijill_ledger_core::ledger::event_id(
            "sijill.test/tools",
            &metadata.actor.id,
            &Ruleset::national(),
            id,
            0,
        );
        entry.metadata = codec::encode_metadata(&metadata).unwrap();
        entry.data = codec::encode(&adoption.into()).unwrap().data;
    });
    let ran = verify(&dir);
    assert_eq!(ran.status, 4, "{}{}", ran.out, ran.err);
    assert_eq!(statements(&ran.json())["index"], ADOPTION + 2);
    assert!(ran.err.contains("STATEMENT_MISSING"), "{}", ran.err);
}

#[test]
fn a_key_that_was_compromised_makes_doubt_and_no_damage() {
    let dir = adopted();
    runtime().block_on(async {
        let ledger = small_ledger::open(dir.path());
        let state = ledger
            .state::<Official>(&Official::stream(&omar()))
            .await
            .unwrap();
        assert!(state.record().is_some());
        let batch = ledger.store().entry(ADOPTION).unwrap();
        let metadata = codec::decode_metadata(batch.get(0).unwrap().1.metadata).unwrap();
        let report = official::Command::ReportCompromise(KeyCompromise {
            key: metadata.statement.unwrap().key,
            since: Timestamp::from_micros(0),
            reason: Text::new("the laptop was stolen").unwrap(),
        });
        to_omar(&ledger, report, by("rana", Role::Registrar, 2_020)).await;
        ledger.store().close();
    });
    let ran = verify(&dir);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert_eq!(statements(&ran.json())["count"], 1);
    let note = format!("the entry at index {ADOPTION} is signed with the key");
    assert!(ran.err.contains(&note), "{}{}", ran.out, ran.err);
}
