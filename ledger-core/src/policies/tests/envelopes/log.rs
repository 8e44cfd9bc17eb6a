//! A log with an open tender, into which envelopes are sealed.

use std::sync::atomic::{AtomicU64, Ordering};

use super::super::*;
use super::Refused;
use crate::aggregate::Explain as _;
use crate::domain::envelope::tests::world::{
    self, closes_at, holder, sealed, supplier_id, tender_id,
};
use crate::domain::envelope::{self, Envelope};
use crate::domain::organization::Organization;
use crate::domain::ruleset::ProcurementRules;
use crate::domain::tender::{self, Listing, Procedure, Standing, Tender};
use crate::domain::values::{EffectiveAt, EnvelopeId, Sha256};
use crate::event::{Actor, Metadata, Origin, Role};
use crate::ledger::{Done, command_hash, event_id};
use crate::statement::{Claim, StatementKey};
use crate::store::{Append, Expected, NewEntry, Part};
use crate::testing::actor;

/// A log with an open tender and a supplier.
pub(in super::super) struct Log<S: EventStore> {
    pub(super) ledger: Ledger<S>,
    commands: AtomicU64,
}

impl<S: EventStore> Log<S> {
    pub(super) async fn new(store: Arc<S>, clock: Arc<dyn Clock>) -> Self {
        let log = Self::empty(store, clock);
        log.opened().await;
        log
    }

    /// The same whose tender was published under these parameters.
    pub(super) async fn under(
        procurement: ProcurementRules,
        store: Arc<S>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let log = Self::empty(store, clock);
        log.adopted(procurement).await;
        log.opened().await;
        log
    }

    fn empty(store: Arc<S>, clock: Arc<dyn Clock>) -> Self {
        Self {
            ledger: Ledger::new(store, clock),
            commands: AtomicU64::new(1),
        }
    }

    /// A supplier is there, and a tender is out.
    async fn opened(&self) {
        let supplier = Organization::stream(&supplier_id());
        for (by, event) in world::enrolled() {
            self.happened(&supplier, &by, event).await;
        }
        for (by, event) in world::published(Procedure::Open, closes_at()) {
            self.happened(&Tender::stream(&tender_id()), &by, event)
                .await;
        }
    }

    /// The same log after a restart. The ids of its commands begin where nobody was.
    pub(in super::super) fn again(store: Arc<S>, clock: Arc<dyn Clock>) -> Self {
        Self {
            commands: AtomicU64::new(1_000 + store.size()),
            ledger: Ledger::new(store, clock),
        }
    }

    /// Parameters of procurement were adopted, of an edition that is perhaps not proposed any more.
    pub(in super::super) async fn adopted(&self, procurement: ProcurementRules) {
        let rules = Rules {
            procurement: Some(Arc::new(procurement)),
            ..Rules::default()
        };
        let proposed = ruleset::Event::RulesetProposed(ruleset::Proposal {
            version: 1,
            rules: rules.clone(),
            reason: Text::new("the law").unwrap(),
        });
        let adopted = ruleset::Event::RulesetAdopted(ruleset::Adoption { version: 1, rules });
        for (by, event) in [("rana", proposed), ("sami", adopted)] {
            let by = actor(by, Role::Registrar);
            self.happened(&Ruleset::national(), &by, event).await;
        }
    }

    /// Somebody asks something of the tender: the code of the refusal, where it is refused.
    pub(super) async fn ask(
        &self,
        by: &Actor,
        command: tender::Command,
    ) -> Result<(), &'static str> {
        let context = Context::new(self.command_id(), by.clone());
        let stream = Tender::stream(&tender_id());
        let done = self.ledger.execute::<Tender>(&stream, command, context);
        done.await.map(|_| ()).map_err(|refused| refused.code())
    }

    /// The list as far as it was made: envelopes by their numbers, as they were listed, and its end.
    pub(super) async fn list(&self) -> (Vec<(u8, Standing)>, Option<Listing>) {
        let (mut listed, mut end) = (Vec::new(), None);
        for event in self.events().await {
            let Event::Tender(event) = event.event else {
                continue;
            };
            if let tender::Event::BidReceived(receipt) = event {
                listed.push((number(&receipt.envelope), receipt.standing.unwrap()));
            } else if let tender::Event::BidsListed(listing) = event {
                end = Some(listing);
            }
        }
        (listed, end)
    }

    fn command_id(&self) -> Uuid {
        Uuid::from_u128(self.commands.fetch_add(1, Ordering::SeqCst).into())
    }

    /// What other tests judge: it stands in the log as decided on the first day of 2026.
    pub(super) async fn happened(&self, stream: &StreamName, by: &Actor, event: impl Into<Event>) {
        let at = noon("2026-01-01");
        self.happened_at(stream, by, event, at).await;
    }

    /// The same as decided then.
    pub(super) async fn happened_at(
        &self,
        stream: &StreamName,
        by: &Actor,
        event: impl Into<Event>,
        at: EffectiveAt,
    ) {
        let encoded = crate::codec::encode(&event.into()).unwrap();
        let command_id = self.command_id();
        let rules = self.ledger.state::<Ruleset>(&Ruleset::national()).await;
        let metadata = Metadata {
            command_id,
            command_hash: Sha256([0; 32]),
            correlation_id: command_id,
            causation_id: None,
            actor: by.clone(),
            decided_at: at.at(),
            effective_at: at,
            facts: Vec::new(),
            ruleset: rules.unwrap().version(),
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

/// Which of the test's envelopes it is.
pub(super) fn number(envelope: &EnvelopeId) -> u8 {
    let mut numbers = 1..=u8::MAX;
    numbers
        .find(|n| world::uuid(*n).to_string() == envelope.as_str())
        .unwrap()
}
