//! The entry layout: golden vectors kept for ever, decoding of arbitrary bytes, and a second opinion in Python.

#![allow(clippy::unwrap_used)] // helpers of tests

use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sijill_ledger_core::store::{Entry, NewEntry, Part, PartClass, StreamName, encode};
use sijill_ledger_core::time::Timestamp;
use uuid::Uuid;

type Sample = (StreamName, u64, Timestamp, NewEntry);

const CLASSES: [(PartClass, &str); 4] = [
    (PartClass::Pending, "pending"),
    (PartClass::Bidder, "bidder"),
    (PartClass::Person, "person"),
    (PartClass::Security, "security"),
];

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/entry")
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap();
    bytes
        .iter()
        .flat_map(|b| [digit(b >> 4), digit(b & 15)])
        .collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text
        .trim()
        .chars()
        .map(|c| c.to_digit(16).unwrap())
        .collect();
    digits
        .chunks(2)
        .map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap())
        .collect()
}

fn part(class: PartClass, salt: u8, bytes: &[u8]) -> Part {
    Part {
        class,
        salt: std::array::from_fn(|n| salt.wrapping_add(u8::try_from(n).unwrap())),
        bytes: bytes.to_vec(),
    }
}

/// What the golden files hold. New samples may be added; those here stay as they are.
fn samples() -> Vec<(&'static str, Sample)> {
    let sample = |stream, revision, micros, id, kind, metadata: &[u8], data: &[u8], withheld| {
        let new = NewEntry {
            id: Uuid::from_u128(id),
            kind,
            metadata: metadata.to_vec(),
            data: data.to_vec(),
            withheld,
        };
        (
            StreamName::new(stream).unwrap(),
            revision,
            Timestamp::from_micros(micros),
            new,
        )
    };
    let parts = vec![
        part(PartClass::Bidder, 0x10, "شركة الأدوية".as_bytes()),
        part(PartClass::Person, 0x80, b""),
        part(PartClass::Security, 0xF0, &[0; 300]),
        part(PartClass::Pending, 0, b"estimate: 125000.000 JOD"),
    ];
    vec![
        ("empty", sample("item-a", 0, 0, 0, "k", &[], &[], vec![])),
        (
            "typical",
            sample(
                "stock-DAM-H-014",
                41,
                1_795_305_600_000_001,
                0x0192_6d3b_75c8_7a11_9d3f_5e0c_11aa_22bb,
                "sijill.events.v1.StockIssued",
                b"metadata",
                &(0..=255).collect::<Vec<u8>>(),
                vec![],
            ),
        ),
        (
            "withheld",
            sample(
                "envelope-x",
                u64::MAX,
                -1,
                u128::MAX,
                "sijill.events.v1.BidSealed",
                b"m",
                b"d",
                parts,
            ),
        ),
    ]
}

fn described((stream, revision, recorded_at, new): &Sample, bytes: &[u8]) -> Value {
    let name = |class| CLASSES.iter().find(|(c, _)| *c == class).unwrap().1;
    let withheld: Vec<Value> = new
        .withheld
        .iter()
        .map(|part| {
            json!({
                "class": name(part.class), "salt": hex(&part.salt), "bytes": hex(&part.bytes),
                "commitment": hex(&part.commitment()),
            })
        })
        .collect();
    json!({
        "version": 1, "stream": stream.as_str(), "revision": revision, "kind": new.kind,
        "id": hex(new.id.as_bytes()), "recorded_at_us": recorded_at.as_micros(),
        "metadata": hex(&new.metadata), "data": hex(&new.data), "withheld": withheld,
        "leaf_hash": hex(&Sha256::new().chain_update([0]).chain_update(bytes).finalize()),
    })
}

fn encoded((stream, revision, recorded_at, new): &Sample) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode(&mut bytes, stream, *revision, *recorded_at, new).unwrap();
    bytes
}

fn assert_is(entry: &Entry<'_>, (stream, revision, recorded_at, new): &Sample) {
    assert_eq!((entry.stream, entry.revision), (stream.as_str(), *revision));
    assert_eq!(
        (entry.recorded_at, entry.id, entry.kind),
        (*recorded_at, new.id, new.kind)
    );
    assert_eq!((entry.metadata, entry.data), (&*new.metadata, &*new.data));
    let committed: Vec<_> = new
        .withheld
        .iter()
        .map(|part| (part.class, part.commitment()))
        .collect();
    assert_eq!(entry.commitments().collect::<Vec<_>>(), committed);
}

/// `SIJILL_WRITE_GOLDEN=1` writes the files of new samples; existing ones are never written.
#[test]
fn golden_vectors_hold() {
    for (name, sample) in samples() {
        let bytes = encoded(&sample);
        let (hex_path, json_path) = (
            golden().join(format!("{name}.hex")),
            golden().join(format!("{name}.json")),
        );
        if std::env::var_os("SIJILL_WRITE_GOLDEN").is_some() && !hex_path.exists() {
            let text = serde_json::to_string_pretty(&described(&sample, &bytes)).unwrap();
            std::fs::write(&hex_path, hex(&bytes) + "\n").unwrap();
            std::fs::write(&json_path, text + "\n").unwrap();
        }
        let kept = unhex(&std::fs::read_to_string(hex_path).unwrap());
        assert_eq!(kept, bytes, "{name}");
        let known: Value =
            serde_json::from_str(&std::fs::read_to_string(json_path).unwrap()).unwrap();
        assert_eq!(known, described(&sample, &bytes), "{name}");
        assert_is(&Entry::decode(&kept).unwrap(), &sample);
    }
}

#[test]
fn python_reads_the_same() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/decode_entry.py");
    if Command::new("python3").arg("--version").output().is_err() {
        println!("skipped: no python3");
        return;
    }
    let run = |arguments: &[PathBuf]| {
        Command::new("python3")
            .arg(&script)
            .args(arguments)
            .output()
            .unwrap()
    };
    for (name, _) in samples() {
        let paths = [
            golden().join(format!("{name}.hex")),
            golden().join(format!("{name}.json")),
        ];
        let output = run(&paths);
        assert!(output.status.success(), "{name}: {output:?}");
    }
    let mixed = [golden().join("empty.hex"), golden().join("typical.json")];
    assert!(!run(&mixed).status.success(), "it compares nothing");
}

fn sample() -> impl Strategy<Value = Sample> {
    let part = (
        0..4_usize,
        any::<[u8; 32]>(),
        prop::collection::vec(any::<u8>(), 0..40),
    )
        .prop_map(|(class, salt, bytes)| Part {
            class: CLASSES[class].0,
            salt,
            bytes,
        });
    let kinds = prop::sample::select(vec!["k", "sijill.events.v1.StockIssued", "A_1.b"]);
    (
        "[a-z]{1,8}-[A-Za-z0-9._-]{1,100}",
        any::<(u64, i64, u128)>(),
        kinds,
        prop::collection::vec(any::<u8>(), 0..300),
        prop::collection::vec(any::<u8>(), 0..2_000),
        prop::collection::vec(part, 0..5),
    )
        .prop_map(
            |(stream, (revision, micros, id), kind, metadata, data, withheld)| {
                let new = NewEntry {
                    id: Uuid::from_u128(id),
                    kind,
                    metadata,
                    data,
                    withheld,
                };
                (
                    StreamName::new(&stream).unwrap(),
                    revision,
                    Timestamp::from_micros(micros),
                    new,
                )
            },
        )
}

proptest! {
    #[test]
    fn what_is_encoded_decodes(sample in sample()) {
        let bytes = encoded(&sample);
        assert_is(&Entry::decode(&bytes).unwrap(), &sample);
    }

    /// Whatever decodes is canonical: its fields encode to the very same bytes.
    #[test]
    fn changed_bytes_are_refused_or_canonical(
        sample in sample(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = encoded(&sample);
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Ok(entry) = Entry::decode(&bytes) {
            prop_assert_eq!(reencoded(&entry), &bytes[..]);
        }
        let short = &bytes[..cut.index(bytes.len())];
        if let Ok(entry) = Entry::decode(short) {
            prop_assert_eq!(reencoded(&entry), short);
        }
        bytes.push(0);
        if let Ok(entry) = Entry::decode(&bytes) {
            prop_assert_eq!(reencoded(&entry), &bytes[..]);
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(entry) = Entry::decode(&bytes) {
            prop_assert_eq!(reencoded(&entry), bytes);
        }
    }
}

/// The layout once more, written down by hand.
fn reencoded(entry: &Entry<'_>) -> Vec<u8> {
    let prefixed = |field: &[u8]| {
        [
            &u16::try_from(field.len()).unwrap().to_be_bytes()[..],
            field,
        ]
        .concat()
    };
    let mut out = vec![1];
    out.extend(prefixed(entry.stream.as_bytes()));
    out.extend(entry.revision.to_be_bytes());
    out.extend(prefixed(entry.kind.as_bytes()));
    out.extend(entry.id.as_bytes());
    out.extend(entry.recorded_at.as_micros().to_be_bytes());
    out.extend(prefixed(entry.metadata));
    out.extend(prefixed(entry.data));
    out.push(u8::try_from(entry.part_count()).unwrap());
    for (class, commitment) in entry.commitments() {
        out.push(class.number());
        out.extend(commitment);
    }
    out
}

#[test]
fn stream_names_have_one_form() {
    for name in ["tender-1", "stock-DAM.H_0-14", "a--"] {
        let parsed = StreamName::new(name).unwrap();
        assert_eq!(format!("{}-{}", parsed.kind(), parsed.id()), name);
    }
    let long = format!("a-{}", "x".repeat(119));
    for name in [
        "",
        "-",
        "tender",
        "tender-",
        "-1",
        "Tender-1",
        "tender-ä",
        "tender-1 ",
        "t1-1",
        &long,
    ] {
        assert!(StreamName::new(name).is_err(), "{name}");
    }
}
