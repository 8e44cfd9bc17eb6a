//! Envelopes in a log: what nobody can read of them before the deadline, how the deadline holds to the stamp, and how they are
//! listed and disclosed after it.

mod deadline;
pub(super) mod log;
mod many;
mod plans;
mod restoring;
mod settling;
mod spoilt;
mod superseded;
mod witnessed;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::*;
use crate::aggregate::Aggregate as _;
use crate::domain::disclosure::{self, Disclosure};
use crate::domain::envelope::tests::world::{
    self, amended, claim, closes_at, holder, key, sealed, supplier_id, tender_id, vouched,
};
use crate::domain::envelope::{self, Envelope};
use crate::domain::tender::{self, EnvelopePart, Tender};
use crate::domain::values::EnvelopeId;
use crate::event::{Metadata, Role, Statement};
use crate::ledger::{Done, ExecuteError, command_hash, event_id};
use crate::statement::{Claim, StatementKey};
use crate::store::embedded::{EmbeddedStore, Options};
use crate::testing::actor;
use crate::time::{ClockError, Timestamp};
use log::Log;

type Refused = ExecuteError<envelope::Refusal>;

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
        Some(vouched(claim(EnvelopePart::Technical), &key)),
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
    let claim = |key| Claim {
        origin: world::ORIGIN.to_owned(),
        stream: stream.clone(),
        command_id: Uuid::from_u128(901),
        effective_at: None,
        key,
        payload: command_hash::<Envelope>(&withdraw, None).unwrap(),
        approved: None,
    };
    let forged = Statement {
        key: own.public().id(),
        ..other.sign(&claim(own.public().id()))
    };
    let others = other.sign(&claim(other.public().id()));
    for (statement, refusal) in [
        (forged, "STATEMENT_BAD_SIGNATURE"),
        (others, "STATEMENT_UNKNOWN_KEY"),
    ] {
        let context = Context {
            statement: Some(statement),
            ..Context::new(Uuid::from_u128(901), holder(&own))
        };
        let refused = log
            .ledger
            .execute::<Envelope>(&stream, withdraw.clone(), context)
            .await;
        assert_eq!(code(&refused), refusal);
    }
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

fn of_tender(recorded: &Recorded) -> Option<&tender::Event> {
    let Event::Tender(event) = &recorded.event else {
        return None;
    };
    Some(event)
}

fn disclosed_bytes(recorded: &Recorded) -> Option<&Vec<u8>> {
    let Event::Disclosure(disclosure::Event::PartDisclosed(disclosed)) = &recorded.event else {
        return None;
    };
    Some(&disclosed.bytes)
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
    let tender: Vec<_> = after.iter().filter_map(of_tender).collect();
    assert!(matches!(tender[0], tender::Event::BiddingClosed(_)));
    let listed = |event: &&tender::Event| {
        let tender::Event::BidReceived(receipt) = event else {
            panic!("{event:?}")
        };
        receipt.envelope.to_string()
    };
    let latest_first: Vec<_> = tender[1..4].iter().map(listed).collect();
    assert_eq!(latest_first, [3, 2, 1].map(|n| world::uuid(n).to_string()));
    let tender::Event::BidsListed(list) = tender[4] else {
        panic!("{:?}", tender[4])
    };
    assert_eq!((list.envelopes, tender.len()), (Some(3), 5));
    let contents: Vec<_> = after.iter().filter_map(disclosed_bytes).collect();
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
    let mut scheduler = Scheduler::new(log.ledger.clone(), Arc::new(NoWitnesses));
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

/// What a policy only remembers moves it on too: a restart ends where the log ends in nothing else.
#[tokio::test]
async fn a_restart_goes_past_what_is_only_remembered() {
    let clock = manual();
    let store = Arc::new(MemoryStore::new(world::ORIGIN, Arc::clone(&clock) as _));
    let log = Log::new(Arc::clone(&store), Arc::clone(&clock) as _).await;
    for n in 1..=3 {
        log.seal(n, &key(n)).await.unwrap();
    }
    let checkpoints = kept();
    for _ in 0..2 {
        let policy = Arc::new(ListOfEnvelopes::default());
        let runner = PolicyRunner::new(log.ledger.clone(), policy, Arc::clone(&checkpoints)).await;
        let mut runner = runner.unwrap();
        // A runner that stands still never yields: on a thread of its own it can be waited for.
        let (done, ended) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build();
            runtime.unwrap().block_on(runner.catch_up()).unwrap();
            done.send(runner.position())
        });
        let waited = ended.recv_timeout(Duration::from_mins(1));
        assert_eq!(waited, Ok(store.size()));
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
