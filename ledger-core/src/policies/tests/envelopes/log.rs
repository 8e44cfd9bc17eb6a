//! A log with an open tender, into which envelopes are sealed.

use std::sync::atomic::{AtomicU64, Ordering};

use super::super::*;
use super::Refused;
use crate::domain::envelope::tests::world::{
    self, closes_at, holder, sealed, supplier_id, tender_id,
};
use crate::domain::envelope::{self, Envelope};
use crate::domain::organization::Organization;
use crate::domain::tender::{Procedure, Tender};
use crate::domain::values::Sha256;
use crate::event::{Actor, Metadata, Origin};
use crate::ledger::{Done, command_hash, event_id};
use crate::statement::{Claim, StatementKey};
use crate::store::{Append, Expected, NewEntry, Part};

/// A log with an open tender and a supplier.
pub(super) struct Log<S: EventStore> {
    pub(super) ledger: Ledger<S>,
    commands: AtomicU64,
}

impl<S: EventStore> Log<S> {
    pub(super) async fn new(store: Arc<S>, clock: Arc<dyn Clock>) -> Self {
        let log = Self {
            ledger: Ledger::new(store, clock),
            commands: AtomicU64::new(1),
        };
        let supplier = Organization::stream(&supplier_id());
        for (by, event) in world::enrolled() {
            log.happened(&supplier, &by, event).await;
        }
        for (by, event) in world::published(Procedure::Open, closes_at()) {
            log.happened(&Tender::stream(&tender_id()), &by, event)
                .await;
        }
        log
    }

    fn command_id(&self) -> Uuid {
        Uuid::from_u128(self.commands.fetch_add(1, Ordering::SeqCst).into())
    }

    /// What other tests judge: it stands in the log as decided on the first day of 2026.
    pub(super) async fn happened(&self, stream: &StreamName, by: &Actor, event: impl Into<Event>) {
        let encoded = crate::codec::encode(&event.into()).unwrap();
        let command_id = self.command_id();
        let metadata = Metadata {
            command_id,
            command_hash: Sha256([0; 32]),
            correlation_id: command_id,
            causation_id: None,
            actor: by.clone(),
            decided_at: noon("2026-01-01").at(),
            effective_at: noon("2026-01-01"),
            facts: Vec::new(),
            ruleset: None,
            origin: Origin::Native,
            statement: None,
        };
        let part = |(class, bytes)| Part {
            class,
            salt: [5; 32],
            bytes,
        };
        let store = self.ledger.store();
        let batch = store.read_stream(stream, 0).await.unwrap();
        let entry = NewEntry {
            id: event_id(store.origin(), &by.id, stream, command_id, 0),
            kind: encoded.kind,
            metadata: crate::codec::encode_metadata(&metadata).unwrap(),
            data: encoded.data,
            withheld: encoded.withheld.into_iter().map(part).collect(),
        };
        let append = Append {
            stream: stream.clone(),
            expected: Expected::after(batch.iter().map(|(_, entry)| entry.revision).max()),
            entries: vec![entry],
            not_after: None,
        };
        store.append(append).await.unwrap();
    }

    /// A command under a key's name, signed by it.
    pub(super) async fn signed(
        &self,
        stream: &StreamName,
        key: &StatementKey,
        command: envelope::Command,
    ) -> Result<Done, Refused> {
        let mut context = Context::new(self.command_id(), holder(key));
        let claim = Claim {
            origin: self.ledger.store().origin().to_owned(),
            stream: stream.clone(),
            command_id: context.command_id,
            effective_at: None,
            key: key.public().id(),
            payload: command_hash::<Envelope>(&command, None).unwrap(),
            approved: None,
        };
        context.statement = Some(key.sign(&claim));
        self.ledger
            .execute::<Envelope>(stream, command, context)
            .await
    }

    pub(super) async fn seal(&self, n: u8, key: &StatementKey) -> Result<Done, Refused> {
        let command = envelope::Command::Seal(sealed(n, key));
        self.signed(&world::envelope(n), key, command).await
    }

    pub(super) async fn events(&self) -> Vec<Recorded> {
        let (mut events, mut from) = (Vec::new(), 0);
        loop {
            let batch = self.ledger.store().read_log(from).await.unwrap();
            let Some(next) = batch.next_index() else {
                return events;
            };
            let read = batch
                .iter()
                .map(|(index, entry)| crate::codec::recorded(index, &entry, &[]).unwrap());
            events.extend(read);
            from = next;
        }
    }
}
