//! `sijill replay`: the events of the log, decoded, in order. Public content only: what is withheld stays withheld.
//!
//! Everything is written as it is read, so that a log of any length can be looked through.

mod line;
mod summary;

use std::path::PathBuf;
use std::sync::Arc;

use sijill_ledger_core::event::Recorded;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::store::{EventStore as _, StreamName};

use super::data;
use super::errors::{Bilingual, Failure};
use super::output::{Cell, Format, Ui};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory of the ledger
    #[arg(long)]
    data: PathBuf,
    /// Index of the first event
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Index after the last event [default: the end of the log]
    #[arg(long)]
    to: Option<u64>,
    /// One stream by its name, such as stock-EG-C-H1
    #[arg(long)]
    stream: Option<String>,
}

/// Prints.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let stream = arguments.stream.as_deref().map(StreamName::new).transpose();
    let stream = stream.map_err(|error| {
        let name = arguments.stream.as_deref().unwrap_or_default();
        Failure::Usage(Bilingual::new(
            format!("{name:?} ليس اسم سلسلة: نوع بحروف صغيرة ثم شرطة ثم رمز، مثل stock-EG-C-H1"),
            error.to_string(),
        ))
    })?;
    let store = data::open(&arguments.data)?;
    let to = arguments.to.unwrap_or(u64::MAX).min(store.size());
    let events = match stream {
        Some(stream) => of_stream(&store, &stream, arguments.from, to).await?,
        None => Box::new(of_log(&store, arguments.from, to)),
    };
    match ui.format {
        Format::Table => table(events, ui),
        Format::Json => events.into_iter().try_for_each(|event| {
            let event = event?;
            ui.line(&line::json(&event)?)
        }),
        Format::Csv => csv(events, ui),
    }
}

type Events = Box<dyn Iterator<Item = Result<Recorded, Failure>>>;

fn of_log(
    store: &EmbeddedStore,
    from: u64,
    to: u64,
) -> impl Iterator<Item = Result<Recorded, Failure>> + use<> {
    let mut batches = store.log_reader(from);
    let mut ready = Vec::new().into_iter();
    let mut next = from;
    std::iter::from_fn(move || {
        loop {
            if let Some(event) = ready.next() {
                return Some(event);
            }
            if next >= to {
                return None;
            }
            match batches.next()? {
                Ok(batch) => {
                    next = batch.next_index()?;
                    let wanted = batch.iter().take_while(|(index, _)| *index < to);
                    let events: Vec<_> = wanted
                        .map(|(index, entry)| data::decoded(index, &entry))
                        .collect();
                    ready = events.into_iter();
                }
                Err(error) => {
                    next = to;
                    return Some(Err(data::reading(error)));
                }
            }
        }
    })
}

/// A stream fits into memory: its aggregate does.
async fn of_stream(
    store: &Arc<EmbeddedStore>,
    stream: &StreamName,
    from: u64,
    to: u64,
) -> Result<Events, Failure> {
    let (mut events, mut revision) = (Vec::new(), 0);
    loop {
        let batch = store
            .read_stream(stream, revision)
            .await
            .map_err(data::reading)?;
        if batch.is_empty() {
            return Ok(Box::new(events.into_iter()));
        }
        revision += batch.len() as u64;
        let wanted = batch.iter().filter(|(index, _)| (from..to).contains(index));
        events.extend(wanted.map(|(index, entry)| data::decoded(index, &entry)));
    }
}

fn table(events: Events, ui: &mut Ui) -> Result<(), Failure> {
    let mut shown = 0_u64;
    for event in events {
        let row = line::row(&event?, ui.lang);
        if shown == 0 {
            ui.line(&line::heading(ui.lang))?;
        }
        ui.line(&line::aligned(&row))?;
        shown += 1;
    }
    if shown == 0 {
        ui.line(ui.lang.pick("لا أحداث هنا", "no events here"))?;
    }
    Ok(())
}

fn csv(events: Events, ui: &mut Ui) -> Result<(), Failure> {
    let none: [[&str; 0]; 0] = [];
    ui.csv_rows(line::COLUMNS.iter().map(|column| column.key), none)?;
    for event in events {
        let row = line::row(&event?, ui.lang);
        ui.csv_line(&row.map(Cell::Text))?;
    }
    Ok(())
}
