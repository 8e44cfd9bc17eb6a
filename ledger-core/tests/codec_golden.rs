//! Bytes that were written once are read for ever: golden files of every kind, and the index of kinds.
//!
//! `golden/kind/<Kind>.v1.hex` holds the stored form, `<Kind>.v1.txt` the event it stands for. A changed file is a broken
//! promise; new ones are written by `SIJILL_BLESS=1 cargo test -p sijill-ledger-core --test codec_golden`, which then fails and
//! names what it wrote.
#![allow(
    clippy::unwrap_used,
    clippy::unnecessary_wraps,
    clippy::expect_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test may fall"
)]

mod codec_samples;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::fs;
use std::path::PathBuf;

use codec_samples::samples;
use sijill_ledger_core::codec::{
    DecodeError, Defect, Encoded, KINDS, PartView, decode, decode_metadata, encode,
    encode_metadata, kind_of,
};
use sijill_ledger_core::event::Event;
use sijill_ledger_core::store::PartClass;

#[test]
fn samples_have_their_golden_bytes() {
    let mut files = BTreeMap::new();
    for sample in samples() {
        let encoded = encode(&sample.event).unwrap();
        let read = decode_stored(&parse_hex_file(&hex_file(&encoded))).unwrap();
        assert_eq!(read, sample.event);
        let name = format!("{}.v{}", sample.name, sample.version);
        let previous = files.insert(name, (hex_file(&encoded), sample.event));
        assert!(previous.is_none(), "two samples named {}", sample.name);
    }
    let events = files
        .into_iter()
        .map(|(name, (hex, event))| (name, hex, debug(&event)));
    let metadata = codec_samples::metadata();
    let metadata = metadata.iter().map(|(name, metadata)| {
        let data = encode_metadata(metadata).unwrap();
        (
            format!("{name}.v1"),
            format!("data {}\n", to_hex(&data)),
            debug(metadata),
        )
    });
    let differing: Vec<String> = events
        .chain(metadata)
        .flat_map(|(name, hex, text)| [(format!("{name}.hex"), hex), (format!("{name}.txt"), text)])
        .filter(|(file, content)| differs_or_blessed(file, content))
        .map(|(file, _)| file)
        .collect();
    assert!(
        differing.is_empty(),
        "not as kept, or just blessed: {differing:#?}"
    );
}

#[test]
fn kept_bytes_are_read_and_written_back() {
    let mut read = 0;
    for (name, content) in kept("hex") {
        let expected = fs::read_to_string(folder().join(name.replace(".hex", ".txt"))).unwrap();
        let stored = parse_hex_file(&content);
        let (decoded, again) = if name.starts_with("Metadata") {
            let metadata = decode_metadata(&stored.data).unwrap();
            let data = encode_metadata(&metadata).unwrap();
            (
                debug(&metadata),
                Stored {
                    data,
                    ..stored.clone()
                },
            )
        } else {
            let event = decode_stored(&stored).unwrap();
            (
                debug(&event),
                parse_hex_file(&hex_file(&encode(&event).unwrap())),
            )
        };
        assert_eq!(decoded, expected, "{name}");
        assert_eq!(again, stored, "{name}");
        read += 1;
    }
    assert!(read >= KINDS.len());
}

#[test]
fn every_kind_has_a_full_sample() {
    let mut sampled = BTreeSet::new();
    for sample in samples().into_iter().filter(|sample| sample.full) {
        let text = debug(&sample.event);
        assert!(!text.contains("None") && !text.contains("[],"), "{text}");
        sampled.insert(kind_of(&sample.event));
    }
    assert!(
        KINDS.is_sorted()
            && KINDS
                .iter()
                .all(|kind| kind.starts_with("sijill.events.v1."))
    );
    assert_eq!(sampled, KINDS.iter().copied().collect());
}

/// The index in schemas/README.md has a row for each kind, and no others.
#[test]
fn the_index_of_kinds_is_complete() {
    let readme = include_str!("../../schemas/README.md");
    let index = readme.split_once("## Index of event kinds").unwrap().1;
    let listed: BTreeSet<&str> = index
        .lines()
        .filter_map(|line| {
            line.strip_prefix("| `")?
                .split_once('`')
                .map(|(kind, _)| kind)
        })
        .collect();
    let known = KINDS
        .iter()
        .filter_map(|kind| kind.strip_prefix("sijill.events.v1."));
    assert_eq!(listed, known.collect());
}

#[test]
fn without_the_parts_only_commitments_are_seen_and_nothing_is_written_anew() {
    let mut withholding = 0;
    for sample in samples() {
        let encoded = encode(&sample.event).unwrap();
        if encoded.withheld.is_empty() {
            continue;
        }
        withholding += 1;
        let views: Vec<PartView<'_>> = encoded
            .withheld
            .iter()
            .map(|(class, _)| PartView {
                class: *class,
                commitment: [7; 32],
                content: None,
            })
            .collect();
        let seen = decode(encoded.kind, &encoded.data, &views).unwrap();
        assert!(debug(&seen).contains("Committed"), "{seen:?}");
        assert_eq!(encode(&seen).unwrap_err().defect, Defect::Committed);
    }
    assert!(withholding > 10);
}

/// What is stored of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stored {
    kind: String,
    data: Vec<u8>,
    parts: Vec<(PartClass, Vec<u8>)>,
}

fn decode_stored(stored: &Stored) -> Result<Event, DecodeError> {
    let views: Vec<PartView<'_>> = stored
        .parts
        .iter()
        .map(|(class, content)| PartView {
            class: *class,
            commitment: [0; 32],
            content: Some(content),
        })
        .collect();
    decode(&stored.kind, &stored.data, &views)
}

fn hex_file(encoded: &Encoded) -> String {
    let mut file = format!("kind {}\ndata {}\n", encoded.kind, to_hex(&encoded.data));
    for (class, content) in &encoded.withheld {
        for text in [
            "part ",
            &class.number().to_string(),
            " ",
            &to_hex(content),
            "\n",
        ] {
            file += text;
        }
    }
    file
}

fn parse_hex_file(file: &str) -> Stored {
    let mut stored = Stored {
        kind: String::new(),
        data: Vec::new(),
        parts: Vec::new(),
    };
    for line in file.lines() {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["kind", kind] => kind.clone_into(&mut stored.kind),
            ["data", data] => stored.data = from_hex(data),
            ["part", class, content] => {
                let class = PartClass::from_number(class.parse().unwrap()).unwrap();
                stored.parts.push((class, from_hex(content)));
            }
            _ => panic!("unexpected line {line}"),
        }
    }
    stored
}

/// Whether the kept file differs. Under `SIJILL_BLESS=1` a differing file is written first.
fn differs_or_blessed(file: &str, content: &str) -> bool {
    let path = folder().join(file);
    let same = fs::read_to_string(&path).is_ok_and(|kept| kept == content);
    if !same && std::env::var_os("SIJILL_BLESS").is_some_and(|bless| bless == "1") {
        fs::write(path, content).unwrap();
    }
    !same
}

fn kept(extension: &str) -> Vec<(String, String)> {
    let mut files: Vec<_> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    files
        .iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/kind")
}

fn debug(value: &impl Debug) -> String {
    format!("{value:#?}\n")
}

fn to_hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .concat()
}

fn from_hex(digits: &str) -> Vec<u8> {
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}
