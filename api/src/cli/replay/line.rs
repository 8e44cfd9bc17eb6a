//! One event on one line: for people, for spreadsheets, for programs.

use serde::Serialize;
use serde_json::Value;
use sijill_ledger_core::codec;
use sijill_ledger_core::event::{Metadata, Recorded};
use sijill_ledger_core::store::StreamName;
use sijill_ledger_core::time::Timestamp;
use uuid::Uuid;

use super::summary::summary;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::lang::Lang;
use crate::cli::output::Word;
use crate::cli::{views, words};
use crate::grpc::audit::{content, printed};

/// The columns of tables and CSV.
pub const COLUMNS: [Word; 8] = [
    words::INDEX_OF,
    words::RECORDED_AT_OF,
    Word::new("effective_at", "وقت الحدوث", "effective at"),
    Word::new("stream", "السلسلة", "stream"),
    Word::new("revision", "المراجعة", "revision"),
    Word::new("kind", "النوع", "kind"),
    Word::new("actor", "الفاعل", "actor"),
    Word::new("summary", "الخلاصة", "summary"),
];

/// Characters that a column takes at least; the last one takes what it needs.
const WIDTHS: [usize; 8] = [8, 27, 22, 24, 8, 22, 24, 0];
/// Event types are named without this.
const PACKAGE: &str = "sijill.events.v1.";

/// The values of the columns.
pub fn row(event: &Recorded, lang: Lang) -> [String; 8] {
    let kind = codec::kind_of(&event.event);
    [
        event.index.to_string(),
        event.recorded_at.to_string(),
        views::shown(event.metadata.effective_at),
        event.stream.to_string(),
        event.revision.to_string(),
        kind.strip_prefix(PACKAGE).unwrap_or(kind).to_owned(),
        event.metadata.actor.id.to_string(),
        summary(event, lang),
    ]
}

/// The columns' names, aligned like the rows.
pub fn heading(lang: Lang) -> String {
    aligned(&COLUMNS.map(|column| column.get(lang).to_owned()))
}

/// Values side by side, two blanks apart.
pub fn aligned(row: &[String; 8]) -> String {
    let columns = row.iter().zip(WIDTHS).enumerate();
    let padded = columns.map(|(place, (text, width))| {
        // Numbers to the right: they are compared by their last digit.
        if place == 0 || place == 4 {
            format!("{text:>width$}")
        } else {
            format!("{text:<width$}")
        }
    });
    padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

/// An event as programs read it.
#[derive(Serialize)]
struct Line<'a> {
    index: u64,
    recorded_at: Timestamp,
    /// On the wall where it happened, with its offset.
    effective_at: String,
    stream: &'a StreamName,
    revision: u64,
    id: Uuid,
    kind: &'static str,
    data: Value,
    metadata: &'a Metadata,
}

/// The whole event as one line of JSON. Withheld content serialises as the word `withheld`.
pub fn json(event: &Recorded) -> Result<String, Failure> {
    let unwritable = |error: serde_json::Error| {
        let text = format!("index {}: {error}", event.index);
        Failure::Refused {
            code: "UNPRINTABLE",
            text: Bilingual::new(text.clone(), text),
        }
    };
    let line = Line {
        index: event.index,
        recorded_at: event.recorded_at,
        effective_at: views::shown(event.metadata.effective_at),
        stream: &event.stream,
        revision: event.revision,
        id: event.id,
        kind: codec::kind_of(&event.event),
        data: content(&event.event).map_err(unwritable)?,
        metadata: &event.metadata,
    };
    let text = printed(&line).map_err(unwritable)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
