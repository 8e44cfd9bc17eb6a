//! Round trips of arbitrary events, and what untrusted bytes can do: nothing but be refused.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use prost::Message as _;
use sijill_schemas::events::v1 as pb;
use sijill_schemas::types::v1::Decimal;

use super::arbitrary;
use super::{
    DecodeError, Defect, Encoded, KINDS, PartView, decode, decode_metadata, encode, encode_metadata,
};
use crate::domain::stock::LINES_MAX;
use crate::event::Event;
use crate::store::PartClass;

fn views(encoded: &Encoded) -> Vec<PartView<'_>> {
    encoded
        .withheld
        .iter()
        .map(|(class, content)| known(*class, content))
        .collect()
}

fn known(class: PartClass, content: &[u8]) -> PartView<'_> {
    PartView {
        class,
        commitment: [9; 32],
        content: Some(content),
    }
}

fn decode_all(encoded: &Encoded) -> Result<Event, DecodeError> {
    decode(encoded.kind, &encoded.data, &views(encoded))
}

fn check_round_trip(event: &Event) {
    let encoded = encode(event).unwrap();
    let decoded = decode_all(&encoded).unwrap();
    assert_eq!(&decoded, event);
    assert_eq!(encode(&decoded).unwrap(), encoded);
}

proptest! {
    #[test]
    fn stock_events_round_trip(event in arbitrary::stock()) {
        check_round_trip(&Event::Stock(event));
    }

    #[test]
    fn events_of_every_aggregate_round_trip(event in arbitrary::event()) {
        check_round_trip(&event);
    }

    #[test]
    fn metadata_round_trips(metadata in arbitrary::metadata()) {
        let bytes = encode_metadata(&metadata).unwrap();
        let decoded = decode_metadata(&bytes).unwrap();
        prop_assert_eq!(&decoded, &metadata);
        prop_assert_eq!(encode_metadata(&decoded).unwrap(), bytes);
    }
}

/// What can be read at all can be written, and then reads the same.
fn check_untrusted(kind: &str, data: &[u8], parts: &[PartView<'_>]) {
    if let Ok(event) = decode(kind, data, parts) {
        check_round_trip(&event);
    }
}

/// A way to damage bytes.
#[derive(Clone, Debug)]
enum Damage {
    Flip(Index, u8),
    Insert(Index, u8),
    Cut(Index, usize),
    Repeat(Index, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let place = any::<Index>;
    prop_oneof![
        (place(), 0..8_u8).prop_map(|(at, bit)| Damage::Flip(at, bit)),
        (place(), any::<u8>()).prop_map(|(at, byte)| Damage::Insert(at, byte)),
        (place(), 1..20_usize).prop_map(|(at, len)| Damage::Cut(at, len)),
        (place(), 1..60_usize).prop_map(|(at, len)| Damage::Repeat(at, len)),
    ]
}

impl Damage {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let range = |at: &Index, len: usize| {
            let start = at.index(bytes.len());
            start..bytes.len().min(start + len)
        };
        match self {
            Self::Flip(at, bit) => {
                let at = at.index(bytes.len());
                bytes[at] ^= 1 << bit;
            }
            Self::Insert(at, byte) => bytes.insert(at.index(bytes.len()), *byte),
            Self::Cut(at, len) => drop(bytes.drain(range(at, *len))),
            Self::Repeat(at, len) => {
                let piece = bytes[range(at, *len)].to_vec();
                let start = at.index(bytes.len());
                bytes.splice(start..start, piece);
            }
        }
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(
        kind in select(KINDS),
        data in vec(any::<u8>(), 0..200),
        content in vec(any::<u8>(), 0..20),
    ) {
        check_untrusted(kind, &data, &[]);
        check_untrusted(kind, &data, &[known(PartClass::Person, &content)]);
        if let Ok(metadata) = decode_metadata(&data) {
            prop_assert_eq!(decode_metadata(&encode_metadata(&metadata).unwrap()).unwrap(), metadata);
        }
    }

    #[test]
    fn damaged_events_never_panic(
        event in arbitrary::event(),
        damages in vec(damage(), 1..6),
        kind in select(KINDS),
    ) {
        let mut encoded = encode(&event).unwrap();
        for damage in &damages {
            damage.apply(&mut encoded.data);
        }
        check_untrusted(encoded.kind, &encoded.data, &views(&encoded));
        check_untrusted(kind, &encoded.data, &views(&encoded));
    }

    #[test]
    fn damaged_metadata_never_panics(
        metadata in arbitrary::metadata(),
        damages in vec(damage(), 1..6),
    ) {
        let mut bytes = encode_metadata(&metadata).unwrap();
        for damage in &damages {
            damage.apply(&mut bytes);
        }
        if let Ok(metadata) = decode_metadata(&bytes) {
            prop_assert_eq!(decode_metadata(&encode_metadata(&metadata).unwrap()).unwrap(), metadata);
        }
    }
}

const ISSUED: &str = "sijill.events.v1.StockIssued";

fn issued() -> pb::StockIssued {
    pb::StockIssued {
        document: Some(pb::Document {
            number: "17".to_owned(),
            ..pb::Document::default()
        }),
        to: Some(pb::stock_issued::To::Unit("ward-3".to_owned())),
        lines: vec![line(), line()],
    }
}

fn line() -> pb::LineOut {
    pb::LineOut {
        key: Some(pb::StockKey {
            item: "J01CA04".to_owned(),
            ..pb::StockKey::default()
        }),
        quantity: Some(Decimal { units: 3, scale: 0 }),
        ..pb::LineOut::default()
    }
}

/// Changes a legal issue and says where it is refused, and as what.
#[track_caller]
fn refused(change: impl FnOnce(&mut pb::StockIssued), parts: &[PartView<'_>]) -> (String, String) {
    let mut issued = issued();
    change(&mut issued);
    let error = decode(ISSUED, &issued.encode_to_vec(), parts).unwrap_err();
    assert_eq!(error.kind, ISSUED);
    (error.field, error.defect.to_string())
}

fn at(field: &str, defect: &str) -> (String, String) {
    (field.to_owned(), defect.to_owned())
}

#[test]
fn a_defect_is_named_with_its_place() {
    assert!(decode(ISSUED, &issued().encode_to_vec(), &[]).is_ok());
    assert_eq!(
        refused(|it| it.document = None, &[]),
        at("document", "it is missing")
    );
    assert_eq!(refused(|it| it.to = None, &[]), at("to", "it is missing"));
    assert_eq!(
        refused(|it| it.lines[1].quantity = None, &[]),
        at("lines[1].quantity", "it is missing")
    );
    let negative = Decimal {
        units: -5,
        scale: 1,
    };
    assert_eq!(
        refused(|it| it.lines[1].quantity = Some(negative), &[]),
        at(
            "lines[1].quantity",
            "\"-0.5\" is no quantity: 0 to 1000000000000 with at most six decimal places"
        )
    );
    let tiny = Decimal {
        units: 5,
        scale: 29,
    };
    assert_eq!(
        refused(|it| it.lines[0].quantity = Some(tiny), &[]),
        at(
            "lines[0].quantity",
            "the number 5e-29 is too large or too small"
        )
    );
    let (field, _) = refused(
        |it| it.lines[0].key.get_or_insert_default().item = "a/b".to_owned(),
        &[],
    );
    assert_eq!(field, "lines[0].key.item");
}

#[test]
fn a_document_has_1_to_200_lines() {
    let most = pb::StockIssued {
        lines: vec![line(); LINES_MAX],
        ..issued()
    };
    assert!(decode(ISSUED, &most.encode_to_vec(), &[]).is_ok());
    assert_eq!(
        refused(|it| it.lines.clear(), &[]),
        at("lines", "0 of them; 1 to 200 are allowed")
    );
    assert_eq!(
        refused(|it| it.lines = vec![line(); LINES_MAX + 1], &[]),
        at("lines", "201 of them; 1 to 200 are allowed")
    );
}

#[test]
fn every_withheld_part_belongs_to_one_field_of_its_class() {
    let note = |it: &mut pb::StockIssued| {
        it.document.get_or_insert_default().note_part = Some(0);
    };
    let (person, security) = (
        known(PartClass::Person, "ملاحظة".as_bytes()),
        known(PartClass::Security, "ملاحظة".as_bytes()),
    );
    let field = "document.note_part";
    assert_eq!(
        refused(note, &[]),
        at(
            field,
            "it refers to withheld part 0, which the entry does not have"
        )
    );
    assert_eq!(
        refused(note, &[security]),
        at(
            field,
            "withheld part 0 is of class Security instead of Person"
        )
    );
    assert_eq!(
        refused(note, &[known(PartClass::Person, &[0xff])]),
        at(field, "the content of withheld part 0 is not UTF-8")
    );
    assert_eq!(
        refused(note, &[person, person]),
        at("", "no field refers to withheld part 1")
    );
    let mut parts = super::parts::PartsIn::new(std::slice::from_ref(&person));
    let first = parts.take::<crate::domain::values::Text>(PartClass::Person, 0);
    assert!(first.is_ok());
    let second = parts.take::<crate::domain::values::Text>(PartClass::Person, 0);
    let defect = second.unwrap_err().decode_error(ISSUED).defect;
    assert_eq!(defect, Defect::PartTaken(0));
}

#[test]
fn unspecified_and_unknown_choices_are_refused() {
    let kind = "sijill.events.v1.FacilityOpened";
    for number in [0, 7, -1] {
        let opened = pb::FacilityOpened {
            profile: Some(pb::FacilityProfile {
                names: Some(sijill_schemas::types::v1::Names {
                    ar: "مخزن".to_owned(),
                    en: "Store".to_owned(),
                }),
                kind: number,
                ..pb::FacilityProfile::default()
            }),
        };
        let error = decode(kind, &opened.encode_to_vec(), &[]).unwrap_err();
        assert_eq!(error.field, "profile.kind");
        assert_eq!(error.defect, Defect::Choice(number));
    }
}

#[test]
fn unknown_fields_are_ignored_and_unknown_kinds_are_not() {
    let mut data = issued().encode_to_vec();
    let known = decode(ISSUED, &data, &[]).unwrap();
    // Field 500, a string: what a later version may add.
    prost::encoding::string::encode(500, &"later".to_owned(), &mut data);
    assert_eq!(decode(ISSUED, &data, &[]).unwrap(), known);

    let error = decode("sijill.events.v1.StockVanished", &data, &[]).unwrap_err();
    assert_eq!(error.defect, Defect::UnknownKind);
    assert_eq!(
        error.to_string(),
        "sijill.events.v1.StockVanished cannot be read: this program does not know the event type"
    );
}

/// Every offset that 16 bits can hold, and those just outside: legal within 14 hours, else refused, never a fall.
#[test]
fn every_offset_on_the_wire_is_judged() {
    let sample = metadata_sample();
    let offsets = i32::from(i16::MIN) - 1..=i32::from(i16::MAX) + 1;
    for offset_minutes in offsets.chain([i32::MIN, i32::MAX]) {
        let mut wire = sample.clone();
        if let Some(effective) = wire.effective_at.as_mut() {
            effective.offset_minutes = offset_minutes;
        }
        let decoded = decode_metadata(&wire.encode_to_vec());
        let legal = (-840..=840).contains(&offset_minutes);
        assert_eq!(decoded.is_ok(), legal, "{offset_minutes}: {decoded:?}");
    }
}

fn metadata_sample() -> pb::Metadata {
    use crate::aggregate::Readings;
    use crate::domain::values::Sha256;
    use crate::event::{Metadata, Origin};
    use crate::testing::{noon, official};

    let metadata = Metadata {
        command_id: uuid::Uuid::from_u128(1),
        command_hash: Sha256([1; 32]),
        correlation_id: uuid::Uuid::from_u128(1),
        causation_id: None,
        actor: official("huda"),
        decided_at: noon("2026-01-01").at(),
        effective_at: noon("2026-01-01"),
        facts: Readings::default().facts(),
        ruleset: None,
        origin: Origin::Native,
        statement: None,
    };
    pb::Metadata::decode(&*encode_metadata(&metadata).unwrap()).unwrap()
}
