//! Samples of releases of other systems.

use sijill_ledger_core::domain::process::{Award, Content, Event, Field, Party, Release, Summary};
use sijill_ledger_core::time::Timestamp;

use super::values::{money, sha256, text};
use super::{Sample, full, further};

pub fn samples() -> Vec<Sample> {
    let inline = Content::Inline(b"\x78\x9c\x03\x00\x00\x00\x00\x01".to_vec());
    let release = |content: Content, summary: Summary| {
        Event::ReleaseRecorded(Box::new(Release {
            ocid: text("ocds-213czf-000-00001"),
            id: text("ocds-213czf-000-00001-02-tender"),
            date: Timestamp::from_micros(1_268_645_400_000_000),
            tags: vec![text("tender")],
            source: text("وزارة الصحة، https://example.org/releases.json"),
            sha256: sha256(),
            bytes: 4_979,
            content,
            summary,
        }))
    };
    vec![
        full(release(inline.clone(), summary())),
        further("silent", release(inline, Summary::default())),
        further(
            "attached",
            release(Content::Attachment(sha256()), Summary::default()),
        ),
    ]
}

fn summary() -> Summary {
    let party = |id: &str, name: &str| Party {
        id: Some(text(id)),
        name: Some(text(name)),
    };
    Summary {
        title: Some(text("توريد أدوية الطوارئ")),
        buyer: Some(party("EG-GOV-0025", "وزارة الصحة")),
        procuring_entity: Some(party("EG-ENT-0043", "هيئة الشراء الموحد")),
        status: Some(text("active")),
        method: Some(text("open")),
        value: Some(money()),
        tenderers: Some(3),
        awards: vec![Award {
            id: text("A-1"),
            status: Some(text("active")),
            value: Some(money()),
            suppliers: vec![party("EG-CRN-49", "شركة النيل")],
        }],
        removed: vec![Field::Tenderers],
        left_out: vec![text("/awards/1/value/amount")],
    }
}
