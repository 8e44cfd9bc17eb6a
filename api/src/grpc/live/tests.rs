use sijill_ledger_core::domain::item::{self, Item};
use sijill_ledger_core::domain::values::{ItemCode, Names};
use sijill_ledger_core::event::{Actor, ActorId, Role};
use sijill_ledger_core::ledger::{Context, Ledger};
use sijill_ledger_core::store::embedded::Options;
use sijill_ledger_core::time::SystemClock;
use uuid::Uuid;

use super::*;

struct World {
    _dir: tempfile::TempDir,
    ledger: Ledger<EmbeddedStore>,
}

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(SystemClock::default());
        let options = Options::new(dir.path(), clock.clone()).origin("sijill.test");
        let store = Arc::new(EmbeddedStore::create_or_open(options).unwrap());
        let ledger = Ledger::new(store, clock);
        Self { _dir: dir, ledger }
    }

    /// Lists an item; the log grows by one.
    async fn list(&self, number: u64) {
        let code = ItemCode::new(&format!("I-{number}")).unwrap();
        let names = Names::new(&format!("صنف {number}"), &format!("item {number}")).unwrap();
        let profile = item::Profile {
            names,
            category: item::Category::Supply,
            base_unit: sijill_ledger_core::domain::values::Code::new("piece").unwrap(),
            packs: Vec::new(),
            atc: None,
            unspsc: None,
            essential: false,
            cold_chain: false,
            tracking: item::Tracking::Quantity,
            inspected: false,
        };
        let actor = Actor {
            id: ActorId::System,
            role: Role::Registrar,
            position: None,
        };
        let context = Context::new(Uuid::from_u128(u128::from(number)), actor);
        let command = item::Command::List(profile);
        let stream = Item::stream(&code);
        let done = self.ledger.execute::<Item>(&stream, command, context);
        done.await.unwrap();
    }

    fn live(&self) -> Arc<Live> {
        let store = Arc::clone(self.ledger.store());
        Arc::new(Live::new(store, Runner::default()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_views_follow_the_log_and_both_copies_agree() {
    let world = World::new();
    world.list(0).await;
    let live = world.live();
    let (stop, stopping) = watch::channel(false);
    let following = tokio::spawn(Arc::clone(&live).follow(Snapshots::Left, stopping));
    for number in 1..100 {
        world.list(number).await;
        live.reach(number).await.unwrap();
        assert!(live.read().position() > number, "read your writes");
    }
    stop.send_replace(true);
    following.await.unwrap().unwrap();
    let digests = live
        .copies
        .each_ref()
        .map(|copy| copy.read().unwrap().digests());
    assert_eq!(digests[0], digests[1]);
    assert_eq!(digests[0][0].index, 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_reading_delays_no_other_reading() {
    let world = World::new();
    world.list(0).await;
    let live = world.live();
    let (stop, stopping) = watch::channel(false);
    let following = tokio::spawn(Arc::clone(&live).follow(Snapshots::Left, stopping));
    live.reach(0).await.unwrap();
    let reader = Arc::clone(&live);
    let (release, released) = std::sync::mpsc::channel::<()>();
    let (held, holding) = std::sync::mpsc::channel();
    let long = std::thread::spawn(move || {
        let views = reader.read();
        held.send(()).unwrap();
        released.recv().unwrap();
        views.position()
    });
    holding.recv().unwrap();
    world.list(1).await;
    live.reach(1).await.unwrap();
    // The fold waits for the reader of the older copy; others go on reading the newer one.
    world.list(2).await;
    assert_eq!(live.read().position(), 2);
    let behind = live.reach_within(2, Duration::from_millis(50)).await;
    assert_eq!(behind.unwrap_err().code(), Code::DeadlineExceeded);
    release.send(()).unwrap();
    assert_eq!(long.join().unwrap(), 1);
    live.reach(2).await.unwrap();
    stop.send_replace(true);
    following.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_is_not_there_ends_the_waiting() {
    let world = World::new();
    let live = world.live();
    let none = live.reach_within(0, Duration::from_millis(5)).await;
    assert_eq!(none.unwrap_err().code(), Code::DeadlineExceeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn past_views_are_those_of_the_first_events_and_are_kept() {
    let world = World::new();
    for number in 0..10 {
        world.list(number).await;
    }
    let live = world.live();
    let seven = live.as_of(7).await.unwrap();
    assert_eq!(seven.position(), 7);
    assert!(Arc::ptr_eq(&seven, &live.as_of(7).await.unwrap()));
    let mut folded = Runner::default();
    folded.catch_up_to(live.store(), 7).await.unwrap();
    assert_eq!(seven.digests(), folded.digests());
    for other in [1, 2] {
        live.as_of(other).await.unwrap();
    }
    assert!(
        !Arc::ptr_eq(&seven, &live.as_of(7).await.unwrap()),
        "few are kept"
    );
    let beyond = live.as_of(11).await.unwrap_err();
    assert_eq!(beyond.code(), Code::OutOfRange);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_size_at_an_instant_is_the_number_of_events_recorded_until_then() {
    let world = World::new();
    for number in 0..20 {
        world.list(number).await;
    }
    let live = world.live();
    assert_eq!(live.size_at(0).await.unwrap(), 0);
    assert_eq!(live.size_at(i64::MAX).await.unwrap(), 20);
    for index in 0..20 {
        let batch = live.store().entry(index).unwrap();
        let at = batch.get(0).unwrap().1.recorded_at.as_micros();
        assert_eq!(live.size_at(at).await.unwrap(), index + 1);
        assert_eq!(live.size_at(at - 1).await.unwrap(), index);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_begins_at_the_snapshots_of_the_end() {
    let world = World::new();
    for number in 0..5 {
        world.list(number).await;
    }
    let live = world.live();
    let (stop, stopping) = watch::channel(false);
    let following = tokio::spawn(Arc::clone(&live).follow(Snapshots::Kept, stopping));
    live.reach(4).await.unwrap();
    drop(stop);
    following.await.unwrap().unwrap();
    let again = open(live.store(), Snapshots::Kept).await.unwrap();
    assert_eq!(again.read().digests(), live.read().digests());
    let restored = crate::cli::views::restore(
        live.store(),
        sijill_projections::snapshot::Bounds::newest(5),
    );
    assert_eq!(restored.runner.position(), 5);
}
