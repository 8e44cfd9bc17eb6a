//! The specified forms of `IDS.md`, against files that are kept for ever and a second program in another language.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command as Process;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::*;
use crate::domain::organization::{self, Organization, Profile, Registration};
use crate::domain::ruleset::{self, Rules, Ruleset};
use crate::domain::values::{Country, ExternalId, Names, OrganizationId, Text, Withheld};
use crate::event::Role;
use crate::ledger::Context;
use crate::statement::{Approved, Claim, StatementKey};
use crate::testing::{noon, official};

const ORIGIN: &str = "sijill.gov.example/health";

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/ids")
}

fn vector<A: Aggregate>(stream: &StreamName, command: &A::Command, context: &Context) -> Value {
    let ids = EventIds::new(ORIGIN, &context.actor.id, stream, context.command_id);
    json!({
        "kind": A::KIND,
        "effective_at": context.effective_at.map(|effective| json!({
            "micros": effective.at().as_micros(),
            "offset_minutes": effective.offset_minutes(),
        })),
        "command": command,
        "command_hash": command_hash::<A>(command, context.effective_at).unwrap(),
        "origin": ORIGIN,
        "actor": context.actor.id.to_string(),
        "stream": stream.as_str(),
        "command_id": context.command_id,
        "event_ids": [ids.nth(0), ids.nth(1), ids.nth(600)],
    })
}

/// The vector with the statement of a key that is made from 32 bytes of 7, for whoever signs in another language.
fn signed(mut vector: Value, stream: &StreamName, context: &Context, approves: bool) -> Value {
    let key = StatementKey::from_seed(&[7; 32]).unwrap();
    let claim = Claim {
        origin: ORIGIN.to_owned(),
        stream: stream.clone(),
        command_id: context.command_id,
        effective_at: context.effective_at,
        key: key.public().id(),
        payload: serde_json::from_value(vector["command_hash"].clone()).unwrap(),
        approved: approves.then(|| Approved {
            event: Uuid::from_u128(9),
            leaf: Sha256([9; 32]),
        }),
    };
    let statement = key.sign(&claim);
    vector["statement"] = json!({
        "seed": hex(&[7; 32]),
        "public_key": hex(key.public().bytes()),
        "key": statement.key,
        "approved": claim.approved.map(|approved| json!({
            "event": approved.event,
            "leaf": approved.leaf,
        })),
        "signed": hex(&statement.bytes),
        "signature": hex(&statement.signature),
    });
    vector
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn registration(account: &str) -> organization::Command {
    organization::Command::Register(Registration {
        profile: Profile {
            roles: [organization::Role::Supplier].into(),
            names: Names::new("شركة النيل للأدوية", "Nile \"Pharma\"ceuticals").unwrap(),
            external: ExternalId::new("EG-GAFI:12345").unwrap(),
            country: Country::new("EG").unwrap(),
            governorate: None,
        },
        bank_account: Some(Withheld::Known(Text::new(account).unwrap())),
    })
}

fn vectors() -> Vec<(&'static str, Value)> {
    let context = |id| Context::new(Uuid::from_u128(id), official("huda"));
    let rules = Rules {
        low_below_months: Decimal::new(250, 2),
        ..Rules::default()
    };
    let reason = Text::new("مراجعة سنوية").unwrap();
    let propose = ruleset::Command::Propose { rules, reason };
    let adopt = ruleset::Command::Adopt { version: 1 };
    let supplier = crate::event::Actor {
        id: ActorId::Organization(OrganizationId::new("NILE").unwrap()),
        role: Role::Supplier,
        position: None,
    };
    let by_supplier = Context::new(Uuid::from_u128(u128::MAX - 7), supplier);
    let organization = Organization::stream(&OrganizationId::new("NILE").unwrap());
    let effective = context(3).effective(noon("2026-01-01"));
    let before_1970 = by_supplier.effective(noon("1961-07-01"));
    vec![
        (
            "numbers_and_arabic",
            vector::<Ruleset>(&Ruleset::national(), &propose, &context(1)),
        ),
        (
            "effective",
            vector::<Ruleset>(&Ruleset::national(), &adopt, &effective),
        ),
        (
            "withheld_before_1970",
            vector::<Organization>(&organization, &registration("EG38"), &before_1970),
        ),
        ("statement_approval", {
            let stream = Ruleset::national();
            let unsigned = vector::<Ruleset>(&stream, &adopt, &effective);
            signed(unsigned, &stream, &effective, true)
        }),
        ("statement_without_time", {
            let (stream, context) = (Ruleset::national(), context(4));
            let unsigned = vector::<Ruleset>(&stream, &adopt, &context);
            signed(unsigned, &stream, &context, false)
        }),
    ]
}

/// New vectors are written by `SIJILL_BLESS=1`, which then fails once.
#[test]
fn ids_and_hashes_are_as_kept() {
    let bless = std::env::var_os("SIJILL_BLESS").is_some_and(|bless| bless == "1");
    let differing = vectors().into_iter().filter(|(name, vector)| {
        let path = golden().join(format!("{name}.json"));
        let kept = fs::read_to_string(&path).unwrap_or_default();
        let same = serde_json::from_str::<Value>(&kept).is_ok_and(|kept| kept == *vector);
        if !same && bless {
            fs::write(path, serde_json::to_string_pretty(vector).unwrap() + "\n").unwrap();
        }
        !same
    });
    let differing: Vec<_> = differing.collect();
    assert!(
        differing.is_empty(),
        "not as kept, or just blessed: {differing:#?}"
    );
}

#[test]
fn python_derives_the_same() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/command_ids.py");
    if Process::new("python3").arg("--version").output().is_err() {
        println!("skipped: no python3");
        return;
    }
    let run = |path: &Path| {
        Process::new("python3")
            .arg(&script)
            .arg(path)
            .output()
            .unwrap()
    };
    for (name, _) in vectors() {
        let output = run(&golden().join(format!("{name}.json")));
        assert!(output.status.success(), "{name}: {output:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    let zeros = || Value::String("0".repeat(64));
    for field in ["command_hash", "effective_at", "stream", "command"] {
        let (_, mut changed) = vectors().swap_remove(1);
        changed[field] = zeros();
        let path = folder.path().join(field);
        fs::write(&path, changed.to_string()).unwrap();
        assert!(!run(&path).status.success(), "it does not look at {field}");
    }
    for field in ["key", "approved", "signed"] {
        let (_, mut changed) = vectors().swap_remove(3);
        changed["statement"][field] = zeros();
        let path = folder.path().join(field);
        fs::write(&path, changed.to_string()).unwrap();
        assert!(!run(&path).status.success(), "it does not look at {field}");
    }
}

#[test]
fn withheld_content_does_not_reach_the_hash_and_everything_else_does() {
    let context = Context::new(Uuid::from_u128(1), official("huda"));
    let hash = |account| {
        command_hash::<Organization>(&registration(account), context.effective_at).unwrap()
    };
    assert_eq!(hash("EG38"), hash("EG39"));
    let adopt = |version, context: &Context| {
        command_hash::<Ruleset>(&ruleset::Command::Adopt { version }, context.effective_at).unwrap()
    };
    assert_ne!(adopt(1, &context), adopt(2, &context));
    let effective = context.clone().effective(noon("2026-01-01"));
    assert_ne!(adopt(1, &context), adopt(1, &effective));
}
