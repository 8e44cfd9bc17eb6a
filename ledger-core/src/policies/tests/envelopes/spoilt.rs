//! One stream that cannot be read holds up what concerns it alone, and that only until it is mended.

use std::sync::Mutex;

use super::*;
use crate::domain::envelope::tests::world::published;
use crate::domain::tender::Procedure;
use crate::store::{Append, AppendError, Batch, ReadError, StoredPart};

/// A store of which some streams, and withheld parts, are damaged.
#[derive(Clone)]
struct Spoilt {
    store: Arc<MemoryStore>,
    streams: Arc<Mutex<BTreeSet<StreamName>>>,
    parts: Arc<Mutex<BTreeSet<u64>>>,
}

impl Spoilt {
    fn new(clock: &Arc<ManualClock>) -> Self {
        let clock = Arc::clone(clock) as _;
        Self {
            store: Arc::new(MemoryStore::new(world::ORIGIN, clock)),
            streams: Arc::default(),
            parts: Arc::default(),
        }
    }

    fn spoil(&self, stream: &StreamName) {
        self.streams.lock().unwrap().insert(stream.clone());
    }

    fn mend(&self) {
        self.streams.lock().unwrap().clear();
    }
}

fn damaged(index: u64) -> ReadError {
    let what = "a sector cannot be read".to_owned();
    ReadError::Corrupt { index, what }
}

impl EventStore for Spoilt {
    type Ticket = <MemoryStore as EventStore>::Ticket;

    fn origin(&self) -> &str {
        self.store.origin()
    }
    async fn submit(&self, append: Append) -> Result<Self::Ticket, AppendError> {
        self.store.submit(append).await
    }
    fn size(&self) -> u64 {
        self.store.size()
    }
    async fn grown_past(&self, size: u64) -> Result<u64, ReadError> {
        self.store.grown_past(size).await
    }
    async fn read_log(&self, from: u64) -> Result<Batch, ReadError> {
        self.store.read_log(from).await
    }
    async fn read_stream(&self, stream: &StreamName, from: u64) -> Result<Batch, ReadError> {
        if self.streams.lock().unwrap().contains(stream) {
            return Err(damaged(0));
        }
        self.store.read_stream(stream, from).await
    }
    async fn parts(&self, index: u64) -> Result<Vec<StoredPart>, ReadError> {
        if self.parts.lock().unwrap().contains(&index) {
            return Err(damaged(index));
        }
        self.store.parts(index).await
    }
    async fn erase_part(&self, index: u64, part: u8) -> Result<(), ReadError> {
        self.store.erase_part(index, part).await
    }
}

/// Two tenders with one deadline: into the first three envelopes are sealed.
struct Two {
    clock: Arc<ManualClock>,
    store: Spoilt,
    log: Log<Spoilt>,
}

impl Two {
    async fn new() -> Self {
        let clock = manual();
        let store = Spoilt::new(&clock);
        let log = Log::new(Arc::new(store.clone()), Arc::clone(&clock) as _).await;
        for (by, event) in published(Procedure::Open, closes_at()) {
            log.happened(&second(), &by, event).await;
        }
        for n in 1..=3 {
            log.seal(n, &key(7)).await.unwrap();
        }
        Self { clock, store, log }
    }

    /// Another process, that has nothing in memory.
    fn ledger(&self) -> Ledger<Spoilt> {
        Ledger::new(Arc::new(self.store.clone()), Arc::clone(&self.clock) as _)
    }

    async fn lister(&self, checkpoints: &Arc<dyn Checkpoints>) -> PolicyRunner<Spoilt> {
        let policy = Arc::new(ListOfEnvelopes::default());
        let runner = PolicyRunner::new(self.ledger(), policy, Arc::clone(checkpoints)).await;
        runner.unwrap()
    }

    /// Which of the two tenders say that of themselves.
    async fn that(&self, is: fn(&tender::Event) -> bool) -> [bool; 2] {
        let events = self.log.events().await;
        [first(), second()].map(|stream| {
            let mut own = events.iter().filter(|it| it.stream == stream);
            own.any(|it| of_tender(it).is_some_and(is))
        })
    }

    async fn closed(&self) -> [bool; 2] {
        let closed = |event: &tender::Event| matches!(event, tender::Event::BiddingClosed(_));
        self.that(closed).await
    }

    async fn listed(&self) -> [bool; 2] {
        let listed = |event: &tender::Event| matches!(event, tender::Event::BidsListed(_));
        self.that(listed).await
    }
}

fn first() -> StreamName {
    Tender::stream(&tender_id())
}

fn second() -> StreamName {
    StreamName::of(Tender::KIND, "T-9")
}

#[tokio::test]
async fn a_tender_that_cannot_be_read_holds_up_no_other_closing() {
    let two = Two::new().await;
    two.clock.set(closes_at());
    two.store.spoil(&first());
    let mut scheduler = Scheduler::new(two.ledger(), Arc::new(NoWitnesses));
    scheduler.tick().await.unwrap();
    assert_eq!(two.closed().await, [false, true]);
    let (held, why) = scheduler.held();
    assert_eq!(held, 1);
    let why = why.unwrap();
    assert!(why.contains("tender-GAUZE-2026"), "{why}");
    assert!(why.contains("sector"), "{why}");
    // It is not asked at every tick.
    two.store.mend();
    scheduler.tick().await.unwrap();
    assert_eq!(two.closed().await, [false, true]);
    two.clock.set(closes_at().plus_micros(60_000_000));
    scheduler.tick().await.unwrap();
    assert_eq!(two.closed().await, [true, true]);
    assert_eq!(scheduler.held(), (0, None));
}

/// The list of the first waits, and stands in order when it is made; a checkpoint never lies behind what waits.
#[tokio::test]
async fn an_envelope_that_cannot_be_read_holds_up_no_other_list() {
    let two = Two::new().await;
    two.clock.set(closes_at());
    Scheduler::new(two.ledger(), Arc::new(NoWitnesses))
        .tick()
        .await
        .unwrap();
    assert_eq!(two.closed().await, [true, true]);
    let closings = two.store.size() - 2;
    two.store.spoil(&world::envelope(2));
    let checkpoints = kept();
    let mut lister = two.lister(&checkpoints).await;
    for _ in 0..2 {
        lister.catch_up().await.unwrap();
        assert_eq!(two.listed().await, [false, true]);
        // The latest stands already; none overtakes the one that waits.
        let (envelopes, _) = two.log.list().await;
        assert_eq!(envelopes.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [3]);
        let (held, why) = lister.held();
        assert_eq!(held, 1);
        assert!(why.unwrap().contains("sector"));
        assert_eq!(lister.position(), two.store.size());
        let kept = checkpoints.load("list-of-envelopes").unwrap().unwrap();
        assert_eq!(kept.next(), closings);
    }
    two.store.mend();
    // Neither a restart nor another try takes a step twice.
    let mut again = two.lister(&checkpoints).await;
    for lister in [&mut lister, &mut again] {
        lister.catch_up().await.unwrap();
        assert_eq!(lister.held(), (0, None));
        let (envelopes, _) = two.log.list().await;
        let numbers: Vec<_> = envelopes.iter().map(|(n, _)| *n).collect();
        assert_eq!(numbers, [3, 2, 1]);
        assert_eq!(two.listed().await, [true, true]);
        let kept = checkpoints.load("list-of-envelopes").unwrap().unwrap();
        assert_eq!(kept.next(), two.store.size());
    }
    let size = two.store.size();
    two.lister(&kept()).await.catch_up().await.unwrap();
    assert_eq!(two.store.size(), size);
}

/// Whose an envelope is whose claim is damaged, nobody can say: it stands in both lists as one that may be theirs.
#[tokio::test]
async fn a_damaged_claim_is_named_and_holds_up_nothing() {
    let two = Two::new().await;
    let rules = crate::domain::ruleset::ProcurementRules {
        edition: Some(2),
        ..Default::default()
    };
    two.log.adopted(rules).await;
    let events = two.log.events().await;
    let bid = events
        .iter()
        .find(|it| it.stream == world::envelope(2))
        .unwrap();
    two.store.parts.lock().unwrap().insert(bid.index);
    two.clock.set(closes_at());
    Scheduler::new(two.ledger(), Arc::new(NoWitnesses))
        .tick()
        .await
        .unwrap();
    let mut lister = two.lister(&kept()).await;
    lister.catch_up().await.unwrap();
    assert_eq!(lister.held(), (0, None));
    let events = two.log.events().await;
    let ends = events.iter().filter_map(of_tender);
    let ends = ends.filter_map(|event| {
        let tender::Event::BidsListed(end) = event else {
            return None;
        };
        Some((end.envelopes, end.unlisted.clone()))
    });
    let lost = EnvelopeId::new(&world::uuid(2).to_string()).unwrap();
    let expected = [(Some(2), vec![lost.clone()]), (Some(0), vec![lost])];
    assert_eq!(ends.collect::<Vec<_>>(), expected);
}

/// A store that takes nothing stops all of them; nothing is put off for that.
#[tokio::test]
async fn a_store_that_is_down_is_no_matter_of_one_tender() {
    use super::super::world::{Accident, Frail};
    let two = Two::new().await;
    two.clock.set(closes_at());
    let frail = Frail::new(Arc::clone(&two.store.store), 0, Accident::NotTaken);
    let ledger = Ledger::new(Arc::new(frail.clone()), Arc::clone(&two.clock) as _);
    let mut scheduler = Scheduler::new(ledger, Arc::new(NoWitnesses));
    let down = scheduler.tick().await.unwrap_err();
    assert!(down.to_string().contains("power is out"), "{down}");
    assert_eq!(scheduler.held(), (0, None));
    frail.mend();
    scheduler.tick().await.unwrap();
    assert_eq!(two.closed().await, [true, true]);
}
