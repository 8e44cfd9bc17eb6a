//! A log of realistic stock events, made as fast as the store takes it: what replays and openings are measured on.
//!
//! The registry goes through the ledger; the documents are written as the ledger would write them (ids, metadata, facts), so
//! that `sijill verify` finds the log whole.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use sijill_ledger_core::codec;
use sijill_ledger_core::domain::facility::Facility;
use sijill_ledger_core::domain::item::Item;
use sijill_ledger_core::domain::ruleset::Ruleset;
use sijill_ledger_core::domain::stock::{Event as StockEvent, Stock};
use sijill_ledger_core::domain::values::{Sha256, ValueError};
use sijill_ledger_core::event::{Actor, Event, FactRead, Metadata, Origin, Role};
use sijill_ledger_core::ledger::event_id;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::store::{Append, EventStore as _, Expected, NewEntry, StreamName};
use uuid::Uuid;

use super::world::{self, Spot};
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::{data, progress};

/// Facilities of the log.
pub const FACILITIES: u64 = 200;
/// Documents of one facility that follow each other: a morning's work.
const RUN: u64 = 6 * LOAD;
/// Documents about one item that follow each other: a receipt, then issues until all of it is handed out. So no issue is of
/// more than there is or passes over an earlier batch, which would be discrepancies.
const LOAD: u64 = 8;
const HANDED_OUT: u32 = 90;
const RECEIVED: u32 = 7 * HANDED_OUT;
/// Appends on their way at once.
const WAITING_MAX: usize = 64;

/// Makes the log; it stays open.
pub async fn build(dir: &Path, events: u64) -> Result<Arc<EmbeddedStore>, Failure> {
    let ledger = world::ledger(dir)?;
    world::register(&ledger, FACILITIES).await?;
    let keeper = world::actor("keeper", Role::Storekeeper);
    let keeper = keeper.map_err(|error| world::impossible(&error))?;
    let store = Arc::clone(ledger.store());
    let mut builder = Builder {
        origin: store.origin().to_owned(),
        keeper,
        total: events,
        revisions: vec![None; usize::try_from(FACILITIES).unwrap_or_default()],
    };
    let bar = progress::bar(events, "building a log");
    let mut waiting = VecDeque::new();
    let (mut written, mut run) = (0, 0);
    while written < events {
        let count = RUN.min(events - written);
        let append = builder.append(run % FACILITIES, written, count)?;
        waiting.push_back(store.submit(append).await.map_err(data::appending)?);
        if waiting.len() >= WAITING_MAX
            && let Some(first) = waiting.pop_front()
        {
            first.await.map_err(data::appending)?;
        }
        written += count;
        run += 1;
        bar.set_position(written);
    }
    for last in waiting {
        last.await.map_err(data::appending)?;
    }
    bar.finish_and_clear();
    Ok(store)
}

struct Builder {
    origin: String,
    keeper: Actor,
    total: u64,
    /// Last revision of each facility's stream.
    revisions: Vec<Option<u64>>,
}

impl Builder {
    /// The next documents of a facility.
    fn append(&mut self, facility: u64, first: u64, count: u64) -> Result<Append, Failure> {
        let id = world::facility_id(facility).map_err(|error| world::impossible(&error))?;
        let stream = Stock::stream(&id);
        let entries = (first..first + count).map(|n| self.entry(&stream, facility, n));
        let entries = entries.collect::<Result<Vec<_>, Failure>>()?;
        let place = usize::try_from(facility).unwrap_or_default();
        let mut expected = Expected::NoStream;
        if let Some(revision) = self.revisions.get_mut(place) {
            expected = Expected::after(*revision);
            *revision = Some(expected.next_revision() + count - 1);
        }
        Ok(Append {
            stream,
            expected,
            entries,
            not_after: None,
        })
    }

    fn entry(&self, stream: &StreamName, facility: u64, n: u64) -> Result<NewEntry, Failure> {
        let described = self.describe(facility, n);
        let (event, metadata) = described.map_err(|error| world::impossible(&error))?;
        let unwritable = |error: codec::EncodeError| Failure::Refused {
            code: "BENCH",
            text: Bilingual::new(error.to_string(), error.to_string()),
        };
        let encoded = codec::encode(&Event::Stock(event)).map_err(unwritable)?;
        Ok(NewEntry {
            id: event_id(
                &self.origin,
                &metadata.actor.id,
                stream,
                metadata.command_id,
                0,
            ),
            kind: encoded.kind,
            metadata: codec::encode_metadata(&metadata).map_err(unwritable)?,
            data: encoded.data,
            withheld: Vec::new(),
        })
    }

    /// Every eighth document is a receipt, the others issues of what it brought; all items in turn.
    fn describe(&self, facility: u64, n: u64) -> Result<(StockEvent, Metadata), ValueError> {
        let (_, at) = world::moment(n, self.total)?;
        let load = n / LOAD;
        let (day, _) = world::moment(load * LOAD, self.total)?;
        let spot = Spot {
            facility,
            item: (load * 7 + n / RUN) % world::ITEMS,
            day,
        };
        let event = if n.is_multiple_of(LOAD) {
            StockEvent::StockReceived(world::receipt(n, spot, RECEIVED)?)
        } else {
            StockEvent::StockIssued(world::issue(n, spot, HANDED_OUT)?)
        };
        let read = |stream, revision| FactRead {
            log: None,
            stream,
            revision,
        };
        let command_id = Uuid::from_u128(n.into());
        let metadata = Metadata {
            command_id,
            command_hash: Sha256([0x5A; 32]),
            correlation_id: command_id,
            causation_id: None,
            actor: self.keeper.clone(),
            decided_at: at.at(),
            effective_at: at,
            facts: vec![
                read(Facility::stream(&world::facility_id(facility)?), Some(0)),
                read(Item::stream(&world::item_code(spot.item)?), Some(0)),
                read(Ruleset::national(), None),
            ],
            ruleset: None,
            origin: Origin::Native,
            statement: None,
        };
        Ok((event, metadata))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::lang::Lang;
    use crate::cli::verify;

    /// What is measured is a log that the ledger could have written.
    #[tokio::test(flavor = "multi_thread")]
    async fn the_log_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let store = build(dir.path(), 2_000).await.unwrap();
        let report = verify::verify(&store, Lang::En).await.unwrap();
        assert_eq!(report.entries, 2_000 + FACILITIES + world::ITEMS);
        assert!(report.balances > 0);
    }
}
