//! All policies of a server: they go on after errors, say where they stand, and stop when asked.

use std::time::Duration;

use tokio::sync::watch;

use super::super::running::run_these;
use super::world::{Accident, Frail, World, clock, contents};
use super::*;

/// Waits until the progress of all policies is as wanted.
async fn until(running: &Running, wanted: impl FnMut(&Vec<Progress>) -> bool) {
    let mut progress = running.progress();
    let waiting = progress.wait_for(wanted);
    tokio::time::timeout(Duration::from_mins(1), waiting)
        .await
        .expect("policies keep up")
        .unwrap();
}

fn caught_up(size: u64) -> impl FnMut(&Vec<Progress>) -> bool {
    move |all| all.iter().all(|p| p.position >= size && p.failures == 0)
}

#[tokio::test]
async fn a_server_runs_all_policies_until_it_stops() {
    let store = Arc::new(MemoryStore::new("sijill.test", clock()));
    let world = World::new(Ledger::new(Arc::clone(&store), clock())).await;
    let checkpoints: Arc<dyn Checkpoints> = Arc::new(MemoryCheckpoints::default());
    let (stop, stopping) = watch::channel(false);
    let running = run(
        &world.ledger,
        &checkpoints,
        Arc::new(NoWitnesses),
        &stopping,
    );
    world.history().await;
    let own_steps = 9 + 6;
    until(&running, caught_up(own_steps)).await;
    let names: Vec<_> = running
        .progress()
        .borrow()
        .iter()
        .map(|p| p.policy)
        .collect();
    let policies = all();
    let expected = policies.iter().map(|policy| policy.name());
    let expected: Vec<_> = expected.chain(["scheduler"]).collect();
    assert_eq!(names, expected);
    stop.send_replace(true);
    running.stopped().await;
    catch_up(&world.ledger, &checkpoints).await.unwrap();
    for policy in all() {
        let kept = checkpoints.load(policy.name()).unwrap();
        assert_eq!(kept.map(|kept| kept.next()), Some(store.size()));
    }

    let quiet = Arc::new(MemoryStore::new("sijill.test", clock()));
    let same = World::new(Ledger::new(Arc::clone(&quiet), clock())).await;
    same.history().await;
    let checkpoints: Arc<dyn Checkpoints> = Arc::new(MemoryCheckpoints::default());
    catch_up(&same.ledger, &checkpoints).await.unwrap();
    assert_eq!(contents(&*store).await, contents(&*quiet).await);
}

#[tokio::test]
async fn an_error_is_shown_and_the_policy_tries_again() {
    let store = Arc::new(MemoryStore::new("sijill.test", clock()));
    let world = World::new(Ledger::new(Arc::clone(&store), clock())).await;
    world.send("T1", 40, None).await;
    let frail = Frail::new(Arc::clone(&store), 1, Accident::NotTaken);
    let ledger = Ledger::new(Arc::new(frail.clone()), clock());
    let checkpoints: Arc<dyn Checkpoints> = Arc::new(MemoryCheckpoints::default());
    let (stop, stopping) = watch::channel(false);
    let running = run_these(
        all(),
        &ledger,
        &checkpoints,
        Arc::new(NoWitnesses),
        &stopping,
    );
    until(&running, |all| all[1].failures >= 2).await;
    let shown = running.progress().borrow().clone();
    let error = shown[1].error.as_deref().unwrap();
    assert!(error.contains("power is out"), "{error}");
    assert_eq!(shown[0].failures, 0, "the others run");
    frail.mend();
    let size = store.size() + 1;
    until(&running, caught_up(size)).await;
    assert_eq!(running.progress().borrow()[1].error, None);
    drop(stop);
    running.stopped().await;
    let kept = checkpoints.load("goods-in-transit").unwrap().unwrap();
    assert_eq!(kept.next(), size);
}
