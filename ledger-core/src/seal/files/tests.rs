//! What is written is read again, and nothing else is read.

use proptest::prelude::*;
use serde_json::Value;

use super::super::tests::{World, bidder};
use super::*;
use crate::time::Timestamp;

const BID: &[u8] = b"1250.50";

fn texts() -> Vec<(&'static str, Zeroizing<String>)> {
    let world = World::new(3, 5);
    let sealed = world.sealed(BID);
    let digest = sealed.dealing.digest();
    let share = |answer| ShareFile {
        digest,
        seat: 2,
        answer,
    };
    let secret = SecretFile {
        envelope: sealed.dealing.id,
        digest,
        secrets: bidder(),
        receipt: Some("c2sp.org/tlog-proof@v1\n…".to_owned()),
    };
    let sheet = SheetFile {
        sheet: world.sheet.clone(),
        deadline: EffectiveAt::new(Timestamp::from_micros(1_800_000_000_000_000), 120).unwrap(),
    };
    let envelope = EnvelopeFile {
        sheet: world.sheet.digest(),
        sealed,
    };
    vec![
        ("sheet", sheet.to_json().unwrap()),
        ("envelope", envelope.to_json().unwrap()),
        ("secret", secret.to_json().unwrap()),
        ("share", share(Answer::Share([7; 32])).to_json().unwrap()),
        ("complaint", share(Answer::Complaint).to_json().unwrap()),
    ]
}

/// Reads a text as the form that it should have, and writes it again.
fn again(name: &str, text: &[u8]) -> Result<Zeroizing<String>, FileError> {
    match name {
        "sheet" => SheetFile::from_json(text)?.to_json(),
        "envelope" => EnvelopeFile::from_json(text)?.to_json(),
        "secret" => SecretFile::from_json(text)?.to_json(),
        _ => ShareFile::from_json(text)?.to_json(),
    }
}

#[test]
fn what_is_written_is_read_again() {
    for (name, text) in texts() {
        assert_eq!(again(name, text.as_bytes()), Ok(text.clone()), "{name}");
    }
}

/// Each field that goes, changes its kind or is added is missed or seen.
#[test]
fn other_fields_are_refused() {
    for (name, text) in texts() {
        let whole: Value = serde_json::from_str(&text).unwrap();
        let fields: Vec<_> = whole.as_object().unwrap().keys().cloned().collect();
        for field in fields.iter().filter(|field| *field != "receipt") {
            let mut less = whole.clone();
            less.as_object_mut().unwrap().remove(field);
            let mut other = whole.clone();
            other[field] = Value::from("؟");
            for changed in [less, other] {
                let read = again(name, changed.to_string().as_bytes());
                // The texts of a sheet are under the proofs of its members, but for the kind of envelope.
                assert_eq!(
                    read.is_err(),
                    field != "kind" || changed[field].is_null(),
                    "{name}: {field}"
                );
            }
        }
        let mut more = whole;
        more["note"] = Value::from(1);
        assert!(again(name, more.to_string().as_bytes()).is_err(), "{name}");
    }
}

#[test]
fn another_format_is_named() {
    let (_, secret) = texts().swap_remove(2);
    let refused = SheetFile::from_json(secret.as_bytes()).unwrap_err();
    let found = "sijill-bid-secret/v1".to_owned();
    let expected = "sijill-sealing-sheet/v1";
    assert_eq!(refused, FileError::Format { expected, found });
    let large = vec![b' '; FILE_BYTES_MAX + 1];
    let bytes = large.len();
    let refused = ShareFile::from_json(&large);
    assert_eq!(refused, Err(FileError::Size { bytes }));
}

#[test]
fn a_key_of_a_sheet_that_is_not_proven_is_refused() {
    let (_, sheet) = texts().swap_remove(0);
    let mut changed: Value = serde_json::from_str(&sheet).unwrap();
    let (first, second) = (&changed["members"][0], &changed["members"][1]);
    let (key, proof) = (first["key"].clone(), second["proof"].clone());
    changed["members"][0]["proof"] = proof;
    let refused = SheetFile::from_json(changed.to_string().as_bytes());
    let member = "official-1".to_owned();
    assert_eq!(refused, Err(SheetError::Unproven { member }.into()));
    changed["members"][1]["key"] = key;
    assert!(SheetFile::from_json(changed.to_string().as_bytes()).is_err());
}

/// The largest bid fits into a file, and into an event.
#[test]
fn the_largest_envelope_fits() {
    let world = World::new(16, 16);
    let file = EnvelopeFile {
        sheet: world.sheet.digest(),
        sealed: world.sealed(&vec![1; crate::seal::BID_BYTES_MAX]),
    };
    let text = file.to_json().unwrap();
    let bytes = file.sealed.to_bytes().len();
    assert_eq!(bytes, 52_019);
    const { assert!(52_019 <= crate::domain::envelope::SEALED_BYTES_MAX) };
    assert_eq!(EnvelopeFile::from_json(text.as_bytes()), Ok(file));
}

/// Whatever a tender reads as a bid can be sealed.
#[test]
fn the_longest_bid_that_is_read_can_be_sealed() {
    const { assert!(crate::domain::tender::BID_BYTES_MAX <= crate::seal::BID_BYTES_MAX) };
}

proptest! {
    #[test]
    fn any_change_is_read_or_refused_without_a_panic(
        which in 0..5_usize,
        places in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        length in any::<prop::sample::Index>(),
    ) {
        let (name, text) = texts().swap_remove(which);
        let mut bytes = text.as_bytes().to_vec();
        for (place, byte) in places {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = again(name, &bytes);
        bytes.truncate(length.index(bytes.len()));
        prop_assert!(again(name, &bytes).is_err());
    }
}

#[test]
fn files_are_of_one_envelope() {
    let (world, other) = (World::new(2, 3), World::new(2, 4));
    let file = EnvelopeFile {
        sheet: world.sheet.digest(),
        sealed: world.sealed(BID),
    };
    assert!(file.envelope(&world.sheet).is_ok());
    let (given, sealed) = (other.sheet.digest(), file.sheet);
    assert_eq!(
        file.envelope(&other.sheet).err(),
        Some(EnvelopeError::OtherSheet { given, sealed })
    );
    let share = |seat| ShareFile {
        digest: file.sealed.dealing.digest(),
        seat,
        answer: Answer::Complaint,
    };
    let answers = file.answers(&[share(1), share(3)]).unwrap();
    assert_eq!(answers.into_keys().collect::<Vec<_>>(), [1, 3]);
    let twice = file.answers(&[share(2), share(2)]);
    assert_eq!(twice, Err(FileError::AnsweredTwice { seat: 2 }));
    let elsewhere = ShareFile {
        digest: given,
        ..share(2)
    };
    let refused = file.answers(&[elsewhere]);
    assert_eq!(refused, Err(FileError::OtherEnvelope { seat: 2 }));
}
