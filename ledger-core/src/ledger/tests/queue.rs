//! What becomes of a lane when the way to the disk is slow, fails, or is left.

use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;

use tokio::sync::oneshot;

use super::*;
use crate::store::{Appended, Batch, ReadError, StoredPart};

/// What a store does with appends.
enum Queue {
    /// There is no room: `submit` waits for ever.
    Full,
    /// They wait until the test says so.
    Held(Vec<(Append, oneshot::Sender<Taken>)>),
    /// They are stored at once.
    Open,
}

type Taken = Result<Appended, AppendError>;

/// A store whose queue does as the test says.
struct Queued(Arc<MemoryStore>, Mutex<Queue>);

impl Queued {
    fn ledger(world: &World, queue: Queue) -> Ledger<Self> {
        let store = Self(Arc::clone(&world.store), Mutex::new(queue));
        Ledger::new(Arc::new(store), Arc::clone(&world.clock) as Arc<dyn Clock>)
    }

    /// Takes what is held, in order; from now on the queue is open.
    async fn open(&self) {
        let queue = std::mem::replace(&mut *self.1.lock().unwrap(), Queue::Open);
        if let Queue::Held(held) = queue {
            for (append, answer) in held {
                // Whoever asked may have gone.
                let _ = answer.send(self.0.append(append).await);
            }
        }
    }

    /// Waits until so many appends are held.
    async fn holds(&self, appends: usize) {
        while !matches!(&*self.1.lock().unwrap(), Queue::Held(held) if held.len() >= appends) {
            tokio::task::yield_now().await;
        }
    }
}

impl EventStore for Queued {
    type Ticket = Pin<Box<dyn Future<Output = Taken> + Send>>;

    fn origin(&self) -> &str {
        self.0.origin()
    }
    async fn submit(&self, append: Append) -> Result<Self::Ticket, AppendError> {
        if let Queue::Held(held) = &mut *self.1.lock().unwrap() {
            let (answer, wait) = oneshot::channel();
            held.push((append, answer));
            return Ok(Box::pin(async { wait.await.unwrap() }));
        }
        if matches!(&*self.1.lock().unwrap(), Queue::Full) {
            std::future::pending::<()>().await;
        }
        Ok(Box::pin(self.0.submit(append).await?))
    }
    fn size(&self) -> u64 {
        self.0.size()
    }
    async fn grown_past(&self, size: u64) -> Result<u64, ReadError> {
        self.0.grown_past(size).await
    }
    async fn read_log(&self, from: u64) -> Result<Batch, ReadError> {
        self.0.read_log(from).await
    }
    async fn read_stream(&self, stream: &StreamName, from: u64) -> Result<Batch, ReadError> {
        self.0.read_stream(stream, from).await
    }
    async fn parts(&self, index: u64) -> Result<Vec<StoredPart>, ReadError> {
        self.0.parts(index).await
    }
    async fn erase_part(&self, index: u64, part: u8) -> Result<(), ReadError> {
        self.0.erase_part(index, part).await
    }
}

#[tokio::test]
async fn a_caller_that_goes_away_before_its_events_are_queued_leaves_no_trace() {
    let world = World::new();
    let ledger = Queued::ledger(&world, Queue::Full);
    let stream = Ruleset::national();
    let waiting = ledger.execute::<Ruleset>(&stream, propose(14), context(1, "huda"));
    let gone = tokio::time::timeout(std::time::Duration::from_millis(20), waiting).await;
    assert!(gone.is_err(), "it was still waiting for room");
    ledger.store().open().await;
    let adopt = Command::Adopt { version: 1 };
    let outcome = ledger
        .execute::<Ruleset>(&stream, adopt, context(2, "omar"))
        .await;
    assert_eq!(
        outcome,
        Err(ExecuteError::Refused(Refusal::NothingProposed))
    );
    let again = ledger
        .execute::<Ruleset>(&stream, propose(14), context(1, "huda"))
        .await
        .unwrap();
    assert!(!again.repeated);
}

fn too_late(id: u128) -> Context {
    Context {
        not_after: Some(noon("2025-01-01").at()),
        ..context(id, "huda")
    }
}

#[tokio::test]
async fn a_repeat_of_what_fails_does_not_wait_for_ever() {
    let world = World::new();
    let ledger = world.ledger();
    let stream = Ruleset::national();
    let submit = |context| ledger.submit::<Ruleset>(&stream, propose(14), context);
    let original = submit(too_late(1)).await.unwrap();
    let repeat = submit(context(1, "huda")).await.unwrap();
    let another = submit(too_late(1)).await.unwrap();
    let both = async { tokio::join!(repeat.done(), another.done(), original.done()) };
    let limit = std::time::Duration::from_mins(1);
    let (repeat, another, original) = tokio::time::timeout(limit, both).await.unwrap();
    assert!(matches!(original, Err(ExecuteError::TooLate { .. })));
    assert_eq!(world.store.size(), 1);
    let done = repeat.unwrap();
    assert_eq!((done.first_index, done.count), (0, 1));
    // Whichever of the two was decided anew first: late is late, and what is stored is the first result.
    match another {
        Err(error) => assert!(matches!(error, ExecuteError::TooLate { .. })),
        Ok(other) => assert_eq!(other.first_index, 0),
    }
}

#[tokio::test]
async fn a_repeat_of_what_was_left_does_not_wait_for_ever() {
    let world = World::new();
    let ledger = world.ledger();
    let stream = Ruleset::national();
    let submit = |context| ledger.submit::<Ruleset>(&stream, propose(14), context);
    let original = submit(too_late(1)).await.unwrap();
    let repeat = submit(context(1, "huda")).await.unwrap();
    let left = async {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        drop(original);
    };
    let both = async { tokio::join!(repeat.done(), left).0 };
    let limit = std::time::Duration::from_mins(1);
    let repeat = tokio::time::timeout(limit, both).await.unwrap();
    assert!(!repeat.unwrap().repeated);
}

#[tokio::test]
async fn a_repeat_of_what_was_left_earlier_does_not_wait_for_ever() {
    let world = World::new();
    let ledger = world.ledger();
    let stream = Ruleset::national();
    let submit = |context| ledger.submit::<Ruleset>(&stream, propose(14), context);
    drop(submit(too_late(1)).await.unwrap());
    let repeat = submit(context(1, "huda")).await.unwrap();
    let limit = std::time::Duration::from_mins(1);
    let repeat = tokio::time::timeout(limit, repeat.done()).await.unwrap();
    assert!(!repeat.unwrap().repeated);
}

/// A slow disk: those who asked give up and ask again, in another order and with others in between.
#[tokio::test]
async fn repeats_of_what_was_left_stand_once_in_whatever_order_they_come() {
    let world = World::new();
    let ledger = Queued::ledger(&world, Queue::Held(Vec::new()));
    let stream = Ruleset::national();
    let submit = async |days, id| {
        let submitted = ledger.submit::<Ruleset>(&stream, propose(days), context(id, "huda"));
        submitted.await.unwrap()
    };
    drop(submit(14, 1).await);
    drop(submit(15, 2).await);
    let first = tokio::spawn(submit(14, 1).await.done());
    ledger.store().holds(3).await;
    let other = submit(16, 3).await;
    let second = submit(15, 2).await;
    ledger.store().holds(5).await;
    ledger.store().open().await;
    let first = first.await.unwrap().unwrap();
    let (second, other) = (second.done().await.unwrap(), other.done().await.unwrap());
    let places = [first, second, other].map(|done| done.first_index);
    assert_eq!((places, world.store.size()), ([0, 1, 2], 3));
    assert!(first.repeated && second.repeated && !other.repeated);
}
