//! What becomes of a lane when the way to the disk is slow, fails, or is left.

use super::*;

/// A store whose queue is full: `submit` waits for ever, and the caller goes away.
#[derive(Clone)]
struct Full(Arc<MemoryStore>, Arc<std::sync::atomic::AtomicBool>);

impl EventStore for Full {
    type Ticket = <MemoryStore as EventStore>::Ticket;

    fn origin(&self) -> &str {
        self.0.origin()
    }
    async fn submit(&self, append: Append) -> Result<Self::Ticket, AppendError> {
        if self.1.load(std::sync::atomic::Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        self.0.submit(append).await
    }
    fn size(&self) -> u64 {
        self.0.size()
    }
    async fn grown_past(&self, size: u64) -> Result<u64, crate::store::ReadError> {
        self.0.grown_past(size).await
    }
    async fn read_log(&self, from: u64) -> Result<crate::store::Batch, crate::store::ReadError> {
        self.0.read_log(from).await
    }
    async fn read_stream(
        &self,
        stream: &StreamName,
        from: u64,
    ) -> Result<crate::store::Batch, crate::store::ReadError> {
        self.0.read_stream(stream, from).await
    }
    async fn parts(
        &self,
        index: u64,
    ) -> Result<Vec<crate::store::StoredPart>, crate::store::ReadError> {
        self.0.parts(index).await
    }
    async fn erase_part(&self, index: u64, part: u8) -> Result<(), crate::store::ReadError> {
        self.0.erase_part(index, part).await
    }
}

#[tokio::test]
async fn a_caller_that_goes_away_before_its_events_are_queued_leaves_no_trace() {
    let world = World::new();
    let full = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let store = Arc::new(Full(Arc::clone(&world.store), Arc::clone(&full)));
    let ledger = Ledger::new(store, Arc::clone(&world.clock) as Arc<dyn Clock>);
    let stream = Ruleset::national();
    let waiting = ledger.execute::<Ruleset>(&stream, propose(14), context(1, "huda"));
    let gone = tokio::time::timeout(std::time::Duration::from_millis(20), waiting).await;
    assert!(gone.is_err(), "it was still waiting for room");
    full.store(false, std::sync::atomic::Ordering::SeqCst);
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
    let limit = std::time::Duration::from_secs(1);
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
    let limit = std::time::Duration::from_secs(1);
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
    let limit = std::time::Duration::from_secs(1);
    let repeat = tokio::time::timeout(limit, repeat.done()).await.unwrap();
    assert!(!repeat.unwrap().repeated);
}
