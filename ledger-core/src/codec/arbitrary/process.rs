//! Arbitrary events of processes.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::drawn;
use super::values::{instant, money, sha256, text};
use crate::domain::process::{Award, Content, Event, Field, Party, Release, Summary};

/// Any event of a process.
pub(crate) fn process() -> BoxedStrategy<Event> {
    drawn!(Release {
        ocid: text(),
        id: text(),
        date: instant(),
        tags: vec(text(), 0..4),
        source: text(),
        sha256: sha256(),
        bytes: any::<u64>(),
        content: content(),
        summary: summary(),
    })
    .prop_map(|release| Event::ReleaseRecorded(Box::new(release)))
    .boxed()
}

fn content() -> impl Strategy<Value = Content> {
    prop_oneof![
        vec(any::<u8>(), 0..200).prop_map(Content::Inline),
        sha256().prop_map(Content::Attachment),
    ]
}

fn summary() -> BoxedStrategy<Summary> {
    let fields = vec![
        Field::Title,
        Field::Buyer,
        Field::ProcuringEntity,
        Field::Status,
        Field::Method,
        Field::Value,
        Field::Tenderers,
    ];
    let award = drawn!(Award {
        id: text(),
        status: of(text()),
        value: of(money()),
        suppliers: vec(party(), 0..3),
    });
    drawn!(Summary {
        title: of(text()),
        buyer: of(party()),
        procuring_entity: of(party()),
        status: of(text()),
        method: of(text()),
        value: of(money()),
        tenderers: of(any::<u32>()),
        awards: vec(award, 0..4),
        removed: vec(select(fields), 0..3),
        left_out: vec(text(), 0..3),
    })
}

fn party() -> BoxedStrategy<Party> {
    drawn!(Party {
        id: of(text()),
        name: of(text())
    })
}
