//! Entries that are put into a log past the ledger and its rules, as somebody with the disk in hand could.

use sijill_ledger_core::codec;
use sijill_ledger_core::domain::ruleset::Ruleset;
use sijill_ledger_core::domain::values::{EffectiveAt, Sha256};
use sijill_ledger_core::event::{Actor, Event, FactRead, Metadata, Origin};
use sijill_ledger_core::ledger::event_id;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::store::{Append, EventStore as _, Expected, NewEntry, Part, StreamName};
use sijill_ledger_core::time::{Clock as _, SystemClock};
use uuid::Uuid;

use crate::small_ledger::{open, runtime};

/// A log with a forged entry at its end.
pub struct Forged {
    pub dir: tempfile::TempDir,
    pub index: u64,
}

/// Appends an event as the ledger would record it: over the newest revisions of the streams that are read. `change` may make
/// something else of that.
pub fn forge(
    dir: tempfile::TempDir,
    stream: &StreamName,
    event: &Event,
    by: Actor,
    reads: &[StreamName],
    change: impl FnOnce(&mut Metadata),
) -> Forged {
    let index = runtime().block_on(async {
        let ledger = open(dir.path());
        let store = ledger.store();
        let now = SystemClock::default().now().unwrap();
        let mut facts = Vec::new();
        for stream in reads.iter().chain([&Ruleset::national()]) {
            facts.push(FactRead {
                log: None,
                stream: stream.clone(),
                revision: last(store, stream).await,
            });
        }
        let command_id = Uuid::from_u128(0xF0_0000 + u128::from(store.size()));
        let mut metadata = Metadata {
            command_id,
            command_hash: Sha256([0x5A; 32]),
            correlation_id: command_id,
            causation_id: None,
            actor: by,
            decided_at: now,
            effective_at: EffectiveAt::new(now, 0).unwrap(),
            facts,
            ruleset: ledger
                .state::<Ruleset>(&Ruleset::national())
                .await
                .unwrap()
                .version(),
            origin: Origin::Native,
            statement: None,
        };
        change(&mut metadata);
        let encoded = codec::encode(event).unwrap();
        let salted = |(class, bytes)| Part {
            class,
            salt: [7; 32],
            bytes,
        };
        let entry = NewEntry {
            id: event_id(store.origin(), &metadata.actor.id, stream, command_id, 0),
            kind: encoded.kind,
            metadata: codec::encode_metadata(&metadata).unwrap(),
            data: encoded.data,
            withheld: encoded.withheld.into_iter().map(salted).collect(),
        };
        let index = store.size();
        let append = Append {
            stream: stream.clone(),
            expected: Expected::after(last(store, stream).await),
            entries: vec![entry],
            not_after: None,
        };
        store.append(append).await.unwrap();
        store.close();
        index
    });
    Forged { dir, index }
}

async fn last(store: &EmbeddedStore, stream: &StreamName) -> Option<u64> {
    let batch = store.read_stream(stream, 0).await.unwrap();
    batch.last().map(|(_, entry)| entry.revision)
}
