//! `sijill replay`: the events of the log, decoded, in order. Withheld parts are shown as withheld.

use std::path::PathBuf;

use serde_json::{Value, json};
use sijill_ledger_core::codec;
use sijill_ledger_core::domain::disclosure;
use sijill_ledger_core::event::{Event, Metadata, Origin, Recorded};
use sijill_ledger_core::store::{EventStore as _, StreamName};

use super::errors::{Bilingual, Failure};
use super::output::{Cell, Format, Sheet, Ui, Word};
use super::{data, views, words};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory of the ledger
    #[arg(long)]
    data: PathBuf,
    /// First index shown
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// First index not shown [default: the log's end]
    #[arg(long)]
    to: Option<u64>,
    /// One stream by its name, such as stock-EG-C-H1
    #[arg(long)]
    stream: Option<String>,
}

/// Events that one table holds; the next ones get a table of their own, so that a long log is never wholly in memory.
const TABLE_ROWS: usize = 500;

/// Prints events.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let store = data::open(&arguments.data)?;
    let to = arguments.to.unwrap_or(u64::MAX).min(store.size());
    let mut printer = Printer::new(ui)?;
    let Some(name) = &arguments.stream else {
        data::each_event(&store, arguments.from, to, |event| printer.print(&event))?;
        return printer.finish();
    };
    let stream = StreamName::new(name).map_err(|error| {
        let text = error.to_string();
        Failure::Usage(Bilingual::new(
            format!("اسم السلسلة {name:?} غير صالح"),
            text,
        ))
    })?;
    let mut revision = 0;
    loop {
        let batch = store
            .read_stream(&stream, revision)
            .await
            .map_err(data::reading)?;
        let Some((_, last)) = batch.last() else {
            return printer.finish();
        };
        revision = last.revision.saturating_add(1);
        for (index, entry) in batch.iter() {
            if (arguments.from..to).contains(&index) {
                printer.print(&data::decoded(index, &entry)?)?;
            }
        }
    }
}

/// Prints as it reads: a reader that goes away ends the replay.
struct Printer<'a> {
    ui: &'a mut Ui,
    sheet: Sheet,
}

impl<'a> Printer<'a> {
    fn new(ui: &'a mut Ui) -> Result<Self, Failure> {
        let columns = [
            words::INDEX_OF,
            words::RECORDED_AT_OF,
            Word::new("effective_at", "وقت الواقعة", "effective"),
            Word::new("stream", "السلسلة", "stream"),
            Word::new("revision", "الترتيب فيها", "revision"),
            Word::new("kind", "النوع", "kind"),
            Word::new("actor", "الفاعل", "actor"),
            Word::new("origin", "المنشأ", "origin"),
        ];
        if ui.format == Format::Csv {
            ui.csv_rows(columns.map(|column| column.key), Vec::<Vec<String>>::new())?;
        }
        let sheet = Sheet::new(Word::new("events", "الأحداث", "events"), &columns);
        Ok(Self { ui, sheet })
    }

    fn print(&mut self, event: &Recorded) -> Result<(), Failure> {
        match self.ui.format {
            Format::Json => self.ui.line(&as_json(event).to_string()),
            Format::Csv => self.ui.csv_line(&as_row(event)),
            Format::Table => {
                self.sheet.rows.push(as_row(event));
                if self.sheet.rows.len() >= TABLE_ROWS {
                    self.ui.sheet(&self.sheet)?;
                    self.sheet.rows.clear();
                }
                Ok(())
            }
        }
    }

    fn finish(self) -> Result<(), Failure> {
        if self.ui.format == Format::Table && !self.sheet.rows.is_empty() {
            return self.ui.sheet(&self.sheet);
        }
        Ok(())
    }
}

/// The last part of the event type: `StockIssued`.
fn short_kind(event: &Event) -> &'static str {
    let kind = codec::kind_of(event);
    kind.rsplit('.').next().unwrap_or(kind)
}

fn as_row(event: &Recorded) -> Vec<Cell> {
    let Metadata {
        actor,
        effective_at,
        origin,
        ..
    } = &event.metadata;
    vec![
        Cell::Count(event.index),
        Cell::text(event.recorded_at),
        Cell::text(views::shown(*effective_at)),
        Cell::text(&event.stream),
        Cell::Count(event.revision),
        Cell::text(short_kind(&event.event)),
        Cell::text(&actor.id),
        Cell::text(origin_text(origin)),
    ]
}

fn origin_text(origin: &Origin) -> String {
    match origin {
        Origin::Native => "native".to_owned(),
        Origin::Policy(name) => format!("policy {name}"),
        Origin::Import { line, .. } => format!("import, line {line}"),
    }
}

fn as_json(event: &Recorded) -> Value {
    json!({
        "index": event.index,
        "stream": event.stream.as_str(),
        "revision": event.revision,
        "id": event.id,
        "recorded_at": event.recorded_at,
        "kind": codec::kind_of(&event.event),
        "metadata": metadata(&event.metadata),
        "event": content(&event.event),
    })
}

fn metadata(metadata: &Metadata) -> Value {
    let facts = metadata.facts.iter();
    let facts: Vec<Value> = facts
        .map(|fact| json!({ "log": fact.log, "stream": fact.stream.as_str(), "revision": fact.revision }))
        .collect();
    json!({
        "command_id": metadata.command_id,
        "command_hash": metadata.command_hash,
        "correlation_id": metadata.correlation_id,
        "causation_id": metadata.causation_id,
        "actor": metadata.actor,
        "decided_at": metadata.decided_at,
        "effective_at": views::shown(metadata.effective_at),
        "facts": facts,
        "ruleset": metadata.ruleset,
        "origin": metadata.origin,
        "statement": metadata.statement.as_ref().map(|statement| statement.key.as_str()),
    })
}

/// The aggregate's event: the case's name around its fields.
fn content(event: &Event) -> Value {
    let value = match event {
        Event::Committee(event) => serde_json::to_value(event),
        Event::Disclosure(event) => Ok(disclosure(event)),
        Event::Facility(event) => serde_json::to_value(event),
        Event::Item(event) => serde_json::to_value(event),
        Event::Migration(event) => serde_json::to_value(event),
        Event::Official(event) => serde_json::to_value(event),
        Event::Organization(event) => serde_json::to_value(event),
        Event::Reaction(event) => serde_json::to_value(event),
        Event::Ruleset(event) => serde_json::to_value(event),
        Event::Stock(event) => serde_json::to_value(event),
    };
    // Events are plain data with text keys: this cannot fail; null would show if it did.
    value.unwrap_or_default()
}

/// A disclosed part is public: its salt and bytes are shown, so that anyone can check them.
fn disclosure(event: &disclosure::Event) -> Value {
    match event {
        disclosure::Event::PartDisclosed(disclosed) => json!({ "PartDisclosed": {
            "part": disclosed.part,
            "class": disclosed.class.number(),
            "salt": hex(&disclosed.salt),
            "bytes": hex(&disclosed.bytes),
        }}),
        disclosure::Event::PartErased(erased) => json!({ "PartErased": {
            "part": erased.part,
            "order": erased.order,
        }}),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use sijill_ledger_core::domain::values::{Date, Month, Sha256};
    use sijill_ledger_core::time::Timestamp;

    #[test]
    fn dates_and_hashes_are_text_in_json_and_read_back() {
        let day = Date::parse("2025-05-15").unwrap();
        let value = (day, day.month(), day.start(0), Sha256([171; 32]));
        let json = serde_json::to_string(&value).unwrap();
        assert!(json.starts_with(r#"["2025-05-15","2025-05","2025-05-15T00:00:00.000000Z","abab"#));
        let back: (Date, Month, Timestamp, Sha256) = serde_json::from_str(&json).unwrap();
        assert_eq!(back, value);
    }
}
