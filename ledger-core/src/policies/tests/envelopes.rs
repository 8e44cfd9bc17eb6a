//! Envelopes in a log: what nobody can read of them before the deadline, how the deadline holds to the stamp, and how they are
//! listed and disclosed after it.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use super::*;
use crate::aggregate::Aggregate as _;
use crate::domain::disclosure::{self, Disclosure};
use crate::domain::envelope::tests::world::{
    self, amended, claim, closes_at, holder, key, sealed, supplier_id, tender_id,
};
use crate::domain::envelope::{self, Envelope};
use crate::domain::organization::Organization;
use crate::domain::tender::{self, EnvelopePart, Procedure, Tender};
use crate::domain::values::{EnvelopeId, Sha256};
use crate::event::{Actor, Metadata, Origin, Role};
use crate::ledger::{Done, ExecuteError, command_hash, event_id};
use crate::statement::{Claim, StatementKey};
use crate::store::embedded::{EmbeddedStore, Options};
use crate::store::{Append, Expected, NewEntry, Part};
use crate::testing::actor;
use crate::time::{ClockError, Timestamp};

type Refused = ExecuteError<envelope::Refusal>;

/// A log with an open tender and a supplier.
struct Log<S: EventStore> {
    ledger: Ledger<S>,
    commands: AtomicU64,
}

impl<S: EventStore> Log<S> {
    async fn new(store: Arc<S>, clock: Arc<dyn Clock>) -> Self {
        let log = Self {
            ledger: Ledger::new(store, clock),
            commands: AtomicU64::new(1),
        };
        let registrar = actor("rana", Role::Registrar);
        let supplier = Organization::stream(&supplier_id());
        log.happened(&supplier, &registrar, world::registered())
            .await;
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
    async fn happened(&self, stream: &StreamName, by: &Actor, event: impl Into<Event>) {
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
    async fn signed(
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

    async fn seal(&self, n: u8, key: &StatementKey) -> Result<Done, Refused> {
        let command = envelope::Command::Seal(sealed(n, key));
        self.signed(&world::envelope(n), key, command).await
    }

    async fn events(&self) -> Vec<Recorded> {
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

fn manual() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(noon("2026-01-15").at()))
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

/// Every entry of an envelope as a whole (stream, type, id, metadata, data, commitments) says nothing of tender or bidder, and its
/// id is derived from what the entry shows.
#[tokio::test]
async fn nothing_public_names_tender_or_bidder() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), manual());
    let options = Options::new(folder.path(), Arc::clone(&clock) as _).origin(world::ORIGIN);
    let store = Arc::new(EmbeddedStore::create_or_open(options).unwrap());
    let log = Log::new(Arc::clone(&store), clock).await;
    let before = store.size();
    let key = key(7);
    log.seal(1, &key).await.unwrap();
    log.seal(2, &key).await.unwrap();
    let huda = actor("huda", Role::ProcurementOfficer);
    log.happened(&Tender::stream(&tender_id()), &huda, amended())
        .await;
    let confirm = envelope::Command::Confirm(envelope::Confirmation { amendment: 1 });
    log.signed(&world::envelope(1), &key, confirm)
        .await
        .unwrap();
    let withdraw = envelope::Command::Withdraw(envelope::Withdrawal {});
    log.signed(&world::envelope(2), &key, withdraw)
        .await
        .unwrap();

    let (mut seen, mut index) = (BTreeSet::new(), before);
    while index < store.size() {
        let batch = store.read_log(index).await.unwrap();
        for (index, entry) in batch.iter() {
            let recorded = crate::codec::recorded(index, &entry, &[]).unwrap();
            if recorded.stream.kind() != Envelope::KIND {
                continue;
            }
            for secret in [tender_id().as_str(), supplier_id().as_str()] {
                assert!(!contains(entry.bytes(), secret), "{secret} in {recorded:?}");
            }
            let Metadata {
                command_id,
                correlation_id,
                causation_id,
                actor,
                facts,
                ..
            } = &recorded.metadata;
            let id = event_id(world::ORIGIN, &actor.id, &recorded.stream, *command_id, 0);
            assert_eq!(recorded.id, id);
            assert_eq!((correlation_id, *causation_id), (command_id, None));
            let named: Vec<_> = facts.iter().map(|fact| fact.stream.clone()).collect();
            assert_eq!(named, [Ruleset::national()]);
            seen.insert(entry.kind.to_owned());
        }
        index = batch.next_index().unwrap();
    }
    assert_eq!(seen.len(), 3, "sealed, confirmed, withdrawn");
    let known = log
        .ledger
        .state::<Envelope>(&world::envelope(1))
        .await
        .unwrap();
    let known = known.contents().unwrap().claim().cloned();
    assert_eq!(
        known,
        Some(claim(EnvelopePart::Technical)),
        "kept apart, and known here"
    );
}

#[tokio::test]
async fn an_envelope_is_sealed_by_the_signature_of_its_key() {
    let clock = manual();
    let store = Arc::new(MemoryStore::new(world::ORIGIN, Arc::clone(&clock) as _));
    let log = Log::new(store, clock).await;
    let (own, other) = (key(7), key(8));
    let stream = world::envelope(1);
    let command = envelope::Command::Seal(sealed(1, &own));
    let unsigned = Context::new(Uuid::from_u128(900), holder(&own));
    let refused = log
        .ledger
        .execute::<Envelope>(&stream, command.clone(), unsigned)
        .await;
    assert_eq!(code(&refused), "STATEMENT_MISSING");
    let copied = log.signed(&stream, &other, command).await;
    assert_eq!(code(&copied), "ENVELOPE_OTHER_KEY");
    log.seal(1, &own).await.unwrap();
    let withdraw = envelope::Command::Withdraw(envelope::Withdrawal {});
    let mut forged = Context::new(Uuid::from_u128(901), holder(&own));
    forged.statement = Some(other.sign(&Claim {
        origin: world::ORIGIN.to_owned(),
        stream: stream.clone(),
        command_id: forged.command_id,
        effective_at: None,
        key: own.public().id(),
        payload: command_hash::<Envelope>(&withdraw, None).unwrap(),
        approved: None,
    }));
    let refused = log
        .ledger
        .execute::<Envelope>(&stream, withdraw, forged)
        .await;
    assert_eq!(code(&refused), "STATEMENT_UNKNOWN_KEY");
}

fn code(result: &Result<Done, Refused>) -> &'static str {
    result
        .as_ref()
        .map_or_else(crate::aggregate::Explain::code, |_| "done")
}

/// Each look at it takes a while.
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Result<Timestamp, ClockError> {
        const MICROS: i64 = 400;
        Ok(Timestamp::from_micros(
            self.0.fetch_add(MICROS, Ordering::SeqCst),
        ))
    }
}

/// 300 bidders at once, and time passes: each has a stamp before the deadline, or is told when that was.
#[tokio::test(flavor = "multi_thread")]
async fn the_deadline_holds_to_the_stamp() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(Ticking(AtomicI64::new(noon("2026-01-15").at().as_micros())));
    let options = Options::new(folder.path(), Arc::clone(&clock) as _).origin(world::ORIGIN);
    let store = Arc::new(EmbeddedStore::create_or_open(options).unwrap());
    let log = Arc::new(Log::new(Arc::clone(&store), Arc::clone(&clock) as _).await);
    let bytes = sealed(1, &key(1)).sealed;
    let last_moment = closes_at().plus_micros(-400 * 300);
    clock.0.store(last_moment.as_micros(), Ordering::SeqCst);
    let bids = (0..300_u16).map(|n| {
        let (log, bytes) = (Arc::clone(&log), bytes.clone());
        tokio::spawn(async move {
            let mut seed = [9; 32];
            seed[..2].copy_from_slice(&n.to_be_bytes());
            let key = StatementKey::from_seed(&seed).unwrap();
            let mut id = [3; 16];
            id[..2].copy_from_slice(&n.to_be_bytes());
            let id = uuid::Builder::from_random_bytes(id).into_uuid();
            let stream = Envelope::stream(&EnvelopeId::new(&id.to_string()).unwrap());
            let sealed = envelope::Sealed {
                key: key.public().clone(),
                sealed: bytes,
                ..sealed(1, &key)
            };
            let command = envelope::Command::Seal(sealed);
            (stream.clone(), log.signed(&stream, &key, command).await)
        })
    });
    let bids: Vec<_> = bids.collect();
    let (mut taken, mut late) = (0, 0);
    for bid in bids {
        let (stream, outcome) = bid.await.unwrap();
        let stored = store.read_stream(&stream, 0).await.unwrap();
        match outcome {
            Ok(done) => {
                assert!(done.recorded_at < closes_at());
                let stamp = stored.get(0).unwrap().1.recorded_at;
                assert_eq!(stamp, done.recorded_at);
                taken += 1;
            }
            Err(ExecuteError::Refused(envelope::Refusal::BiddingClosed { closes_at: at })) => {
                assert_eq!(at, closes_at());
                assert!(stored.is_empty());
                late += 1;
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(taken + late, 300);
    assert!(taken > 0 && late > 0, "{taken} in time, {late} late");
}

/// The scheduler closes, the list is made latest first and ended, and each claim is disclosed once; whatever became of the
/// checkpoints.
#[tokio::test]
async fn envelopes_are_listed_and_disclosed_when_bidding_is_closed() {
    let clock = manual();
    let store = Arc::new(MemoryStore::new(world::ORIGIN, Arc::clone(&clock) as _));
    let log = Log::new(Arc::clone(&store), Arc::clone(&clock) as _).await;
    for n in 1..=3 {
        log.seal(n, &key(n)).await.unwrap();
    }
    let before = store.size();
    catch_up(&log.ledger, &kept()).await.unwrap();
    assert_eq!(store.size(), before, "nothing is due");
    clock.set(closes_at());
    let checkpoints = kept();
    catch_up(&log.ledger, &checkpoints).await.unwrap();

    let after = log
        .events()
        .await
        .split_off(usize::try_from(before).unwrap());
    let tender: Vec<_> = after
        .iter()
        .filter_map(|recorded| match &recorded.event {
            Event::Tender(event) => Some(event),
            _ => None,
        })
        .collect();
    assert!(matches!(tender[0], tender::Event::BiddingClosed(_)));
    let listed = |event: &tender::Event| match event {
        tender::Event::BidReceived(receipt) => receipt.envelope.to_string(),
        other => panic!("{other:?}"),
    };
    let latest_first: Vec<_> = tender[1..4].iter().map(|event| listed(event)).collect();
    let expected: Vec<_> = [3, 2, 1].map(|n| world::uuid(n).to_string()).into();
    assert_eq!(latest_first, expected);
    let tender::Event::BidsListed(list) = tender[4] else {
        panic!("{:?}", tender[4])
    };
    assert_eq!((list.envelopes, tender.len()), (Some(3), 5));
    let disclosed = after.iter().filter_map(|recorded| match &recorded.event {
        Event::Disclosure(disclosure::Event::PartDisclosed(disclosed)) => Some(disclosed),
        _ => None,
    });
    let contents: Vec<_> = disclosed.map(|part| part.bytes.clone()).collect();
    assert_eq!(contents.len(), 3);
    assert!(
        contents
            .iter()
            .all(|bytes| contains(bytes, supplier_id().as_str()))
    );
    assert_eq!(after.len(), 5 + 3, "and nothing else");

    let size = store.size();
    for checkpoints in [kept(), checkpoints] {
        catch_up(&log.ledger, &checkpoints).await.unwrap();
        assert_eq!(store.size(), size);
    }
}

/// A policy that starts between the closing and the end of the list makes the same list.
#[tokio::test]
async fn the_list_is_the_same_wherever_the_policy_begins() {
    let clock = manual();
    let store = Arc::new(MemoryStore::new(world::ORIGIN, Arc::clone(&clock) as _));
    let log = Log::new(Arc::clone(&store), Arc::clone(&clock) as _).await;
    for n in 1..=3 {
        log.seal(n, &key(n)).await.unwrap();
    }
    clock.set(closes_at());
    let mut scheduler = Scheduler::new(log.ledger.clone());
    scheduler.tick().await.unwrap();
    let closing = store.size() - 1;
    let entry = store
        .read_log(closing - 1)
        .await
        .unwrap()
        .get(0)
        .unwrap()
        .1
        .id;
    let checkpoints = kept();
    let at_closing = checkpoint(closing - 1, entry, world::ORIGIN);
    checkpoints.store("list-of-envelopes", &at_closing).unwrap();
    for _ in 0..2 {
        let policy = Arc::new(ListOfEnvelopes::default());
        let runner = PolicyRunner::new(log.ledger.clone(), policy, Arc::clone(&checkpoints)).await;
        runner.unwrap().catch_up().await.unwrap();
        assert_eq!(store.size(), closing + 1 + 3 + 1);
    }
}

/// An estimate is published when the first envelope is opened, or the tender fails, and not before.
#[tokio::test]
async fn estimates_are_disclosed_with_their_step() {
    let clock = manual();
    let store = Arc::new(MemoryStore::new(world::ORIGIN, Arc::clone(&clock) as _));
    let log = Log::new(Arc::clone(&store), Arc::clone(&clock) as _).await;
    let lot = log.events().await;
    let lot = lot
        .iter()
        .find(|recorded| matches!(recorded.event, Event::Tender(tender::Event::LotAdded(_))));
    let lot = lot.unwrap().id;
    let fate = async || {
        let about = Disclosure::stream(lot);
        let state = log.ledger.state::<Disclosure>(&about).await.unwrap();
        state.fate(0)
    };
    catch_up(&log.ledger, &kept()).await.unwrap();
    assert_eq!(fate().await, None);
    let step = Step::Release {
        stream: Tender::stream(&tender_id()),
        kinds: &["sijill.events.v1.LotAdded"],
        last: 100,
    };
    let taker = super::super::taking::Taker {
        ledger: log.ledger.clone(),
        policy: "disclosure-of-pending",
    };
    let cause = Arc::new(log.events().await.pop().unwrap());
    for _ in 0..2 {
        let underway = taker.begin(&cause, 0, step.clone()).await.unwrap();
        underway.unwrap().await.unwrap();
        assert_eq!(fate().await, Some(disclosure::Fate::Disclosed));
    }
    let disclosed = log.events().await;
    let disclosed = disclosed
        .iter()
        .filter(|it| it.stream.kind() == Disclosure::KIND);
    assert_eq!(disclosed.count(), 1);
}

fn kept() -> Arc<dyn Checkpoints> {
    Arc::new(MemoryCheckpoints::default())
}
