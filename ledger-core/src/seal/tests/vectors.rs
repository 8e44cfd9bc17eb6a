//! The specified forms of `SEAL.md`, against files that are kept for ever, a published vector and a second program in another
//! language.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256 as Hash};

use super::super::envelope::{Context, share_info};
use super::super::hybrid;
use super::super::sealing::polynomial;
use super::super::transcript::derive;
use super::*;
use crate::domain::envelope::Vouched;
use crate::domain::values::{OrganizationId, TenderId};
use crate::statement::StatementKey;

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/seal")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn unhex(text: &Value) -> Vec<u8> {
    let digits = text.as_str().unwrap().as_bytes();
    let pairs = digits.chunks_exact(2);
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    pairs.map(byte).collect()
}

/// One envelope, with all that is between its inputs and its bytes.
fn vector(threshold: u8, members: u8, bid: &[u8]) -> Value {
    let world = World::new(threshold, members);
    let sealed = world.sealed(bid);
    let Sealed {
        dealing,
        ciphertext,
    } = &sealed;
    let envelope = world.envelope(&sealed);
    let Secrets { salt, r } = bidder();
    let context = Context::new(&world.sheet, id(), &sender());
    let polynomial = polynomial(context, &r, world.sheet.threshold()).unwrap();
    let secret = polynomial.secret().to_bytes();
    let seats = world.sheet.seats().zip(&world.secrets).zip(&dealing.shares);
    let seats = seats.map(|(((seat, member), secret), sealed)| {
        let ikm = derive::<32>(&r, &[b"encapsulation", &context.0.0, &[seat]]).unwrap();
        json!({
            "member": member.id,
            "seed": hex(&[seat; 32]),
            "key": hex(member.key.as_bytes()),
            "x25519": hex(&member.key.x25519()),
            "proof": hex(&member.proof),
            "share": hex(&polynomial.at(seat).to_bytes()),
            "info": hex(&share_info(envelope.transcript(), seat, &secret.public())),
            "ikm": hex(&ikm[..]),
            "sealed": hex(sealed),
        })
    });
    json!({
        "origin": ORIGIN,
        "tender": world.sheet.terms().tender,
        "kind": world.sheet.terms().kind,
        "threshold": threshold,
        "sheet": world.sheet.digest(),
        "seats": seats.collect::<Vec<_>>(),
        "envelope": id(),
        "sender": hex(sender().bytes()),
        "bid": hex(bid),
        "salt": hex(&salt[..]),
        "r": hex(&r[..]),
        "context": context.0,
        "bid_commitment": dealing.bid,
        "secret": hex(&secret),
        "commitments": dealing.commitments.iter().map(|point| hex(point)).collect::<Vec<_>>(),
        "header": envelope.header,
        "key": hex(&derive::<32>(&secret, &[b"key", &envelope.header.0]).unwrap()[..]),
        "nonce": hex(&derive::<24>(&secret, &[b"nonce", &envelope.header.0]).unwrap()[..]),
        "ciphertext_bytes": ciphertext.len(),
        "ciphertext_begins": hex(&ciphertext[..64]),
        "ciphertext_sha256": hex(&Hash::digest(ciphertext)),
        "transcript": envelope.transcript(),
        "digest": dealing.digest(),
    })
}

/// A bidder's word for its key of a tender.
fn vouch() -> Value {
    let key = StatementKey::from_seed(&[0x5c; 32]).unwrap();
    let (tender, bidder) = ("T-2026-7", "SUP-12");
    let sender = sender();
    let vouched = Vouched {
        origin: ORIGIN,
        tender: &TenderId::new(tender).unwrap(),
        bidder: &OrganizationId::new(bidder).unwrap(),
        key: &sender,
    };
    let vouch = key.vouch(&vouched);
    json!({
        "origin": ORIGIN,
        "tender": tender,
        "bidder": bidder,
        "sender": hex(sender.bytes()),
        "seed": hex(&[0x5c; 32]),
        "key": hex(key.public().bytes()),
        "key_id": vouch.key.as_str(),
        "message": hex(&vouched.bytes()),
        "signature": hex(&vouch.signature),
    })
}

fn vectors() -> [(&'static str, Value); 3] {
    [
        ("vouch", vouch()),
        ("three_of_five", vector(3, 5, BID)),
        // The first bid that is too large for the smallest class.
        ("two_of_three_larger", vector(2, 3, &[0x42; 4096 - 67])),
    ]
}

/// New vectors are written by `SIJILL_BLESS=1`, which then fails once.
#[test]
fn envelopes_are_as_kept() {
    let bless = std::env::var_os("SIJILL_BLESS").is_some_and(|bless| bless == "1");
    for (name, vector) in vectors() {
        let path = golden().join(format!("{name}.json"));
        let kept = fs::read_to_string(&path).unwrap_or_default();
        let same = serde_json::from_str::<Value>(&kept).is_ok_and(|kept| kept == vector);
        if !same && bless {
            fs::write(path, serde_json::to_string_pretty(&vector).unwrap() + "\n").unwrap();
        }
        assert!(same, "not as kept, or just blessed: {name}");
    }
}

fn rfc9180() -> Value {
    let text = fs::read_to_string(golden().join("rfc9180.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// RFC 9180, A.2.1: with this randomness the ephemeral key is `DeriveKeyPair(ikmE)` and nothing else.
#[test]
fn hpke_is_the_one_of_its_rfc() {
    let vector = rfc9180();
    let of = |name: &str| unhex(&vector[name]);
    let ikm = |name: &str| Zeroizing::new(<[u8; 32]>::try_from(of(name)).unwrap());
    let receiver = <[u8; 32]>::try_from(of("pkRm")).unwrap();
    let (encapsulated, ciphertext) =
        hybrid::seal_with(&receiver, &of("info"), &of("pt"), &of("aad"), ikm("ikmE")).unwrap();
    assert_eq!(encapsulated[..], of("enc"));
    assert_eq!(ciphertext, of("ct"));
}

fn python(path: &Path) -> Option<Output> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/sealed_bid.py");
    Command::new("python3").arg(script).arg(path).output().ok()
}

/// Plain Python, its own arithmetic of the curve, of `ChaCha20` and of Poly1305: nothing is shared with the crates here.
#[test]
fn python_derives_the_same() {
    let Some(output) = python(&golden().join("rfc9180.json")) else {
        println!("skipped: no python3");
        return;
    };
    assert!(output.status.success(), "{output:?}");
    for (name, _) in vectors() {
        let output = python(&golden().join(format!("{name}.json"))).unwrap();
        assert!(output.status.success(), "{name}: {output:?}");
    }
}

/// Each value of a vector is looked at: the program finds it changed.
#[test]
fn python_looks_at_every_value() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("changed.json");
    let differs = |vector: &Value, name: &str| {
        fs::write(&path, vector.to_string()).unwrap();
        let output = python(&path);
        assert!(
            output.is_none_or(|output| !output.status.success()),
            "it does not look at {name}"
        );
    };
    let [(_, vouch), (_, whole), _] = &vectors();
    for name in vouch.as_object().unwrap().keys() {
        let mut changed = vouch.clone();
        changed_value(&mut changed[name]);
        differs(&changed, name);
    }
    for name in whole.as_object().unwrap().keys() {
        let mut changed = whole.clone();
        // The seats have their own turn below.
        if changed_value(&mut changed[name]) {
            differs(&changed, name);
        }
    }
    for name in whole["seats"][1].as_object().unwrap().keys() {
        let mut changed = whole.clone();
        changed_value(&mut changed["seats"][1][name]);
        differs(&changed, name);
    }
}

/// Another value of the same kind.
fn changed_value(value: &mut Value) -> bool {
    match value {
        Value::String(text) => {
            let last = if text.ends_with('1') { "2" } else { "1" };
            text.pop();
            text.push_str(last);
        }
        Value::Number(number) => *value = json!(number.as_u64().unwrap() + 1),
        Value::Array(values) if values[0].is_string() => {
            changed_value(&mut values[0]);
        }
        Value::Array(_) | Value::Null | Value::Bool(_) | Value::Object(_) => return false,
    }
    true
}
