//! Goods in transit and requisitions: what the policies bring, and that a crash at any point changes nothing.

use std::io;

use super::world::{
    Accident, Frail, World, clock, contents, facility, gauze, log, requisition_id, transfer,
};
use super::*;
use crate::codec;
use crate::domain::reaction;
use crate::domain::requisition::Requisition;
use crate::domain::transfer::{self, Transfer};

fn memory() -> Arc<MemoryStore> {
    Arc::new(MemoryStore::new("sijill.test", clock()))
}

fn kept() -> Arc<dyn Checkpoints> {
    Arc::new(MemoryCheckpoints::default())
}

/// The history, and what the policies made of it.
async fn complete() -> (World<MemoryStore>, Arc<MemoryStore>) {
    let store = memory();
    let world = World::new(Ledger::new(Arc::clone(&store), clock())).await;
    world.history().await;
    catch_up(&world.ledger, &kept()).await.unwrap();
    (world, store)
}

async fn state_of(ledger: &Ledger<MemoryStore>, id: &str) -> Transfer {
    let stream = Transfer::stream(&transfer(id));
    ledger.state::<Transfer>(&stream).await.unwrap()
}

#[test]
fn every_policy_has_a_name_of_its_own_and_knows_the_kinds_it_reacts_to() {
    let mut names: Vec<_> = all().iter().map(|policy| policy.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all().len());
    for policy in all() {
        let kinds = policy.reacts_to();
        assert!(!kinds.is_empty() && kinds.len() < codec::KINDS.len());
        assert!(kinds.iter().all(|kind| codec::KINDS.contains(kind)));
    }
}

#[tokio::test]
async fn a_dispatch_opens_a_transfer_and_an_arrival_settles_it() {
    let (world, store) = complete().await;
    let t1 = state_of(&world.ledger, "T1").await;
    assert!(matches!(t1, Transfer::Closed(_)));
    let Transfer::Closed(t2) = state_of(&world.ledger, "T2").await else {
        panic!("everything sent is accounted for")
    };
    let balance = t2.balance(&gauze());
    assert_eq!((balance.accepted, balance.lost), (28.into(), 2.into()));
    let t3 = state_of(&world.ledger, "T3").await;
    assert_eq!(t3.in_transit(&gauze()), Some(5.into()));
    let shipments: Vec<_> = log(&*store)
        .await
        .into_iter()
        .filter_map(|recorded| {
            if let Event::Transfer(transfer::Event::TransferDispatched(sent)) = recorded.event {
                Some((sent, recorded.metadata))
            } else {
                None
            }
        })
        .collect();
    let (first, metadata) = &shipments[0];
    assert_eq!(first.dispatch.facility, facility("store"));
    assert_eq!(
        (first.dispatch.revision, &first.to),
        (1, &facility("clinic"))
    );
    assert_eq!(first.dispatched_on.to_string(), "2026-01-01");
    assert_eq!(first.requisition, Some(requisition_id("R1")));
    let cause = &log(&*store).await[5];
    assert_eq!(metadata.causation_id, Some(cause.id));
    assert_eq!(metadata.effective_at, cause.metadata.effective_at);
}

#[tokio::test]
async fn a_dispatch_fulfils_its_requisition_and_one_that_names_none_is_visible() {
    let (world, store) = complete().await;
    let stream = Requisition::stream(&requisition_id("R1"));
    let state = world.ledger.state::<Requisition>(&stream).await.unwrap();
    let sheet = state.sheet().unwrap();
    assert_eq!(sheet.sent(&gauze().item), 70.into());
    let refused: Vec<_> = log(&*store)
        .await
        .into_iter()
        .filter_map(|recorded| {
            if let Event::Reaction(reaction::Event::StepRefused(refused)) = recorded.event {
                Some(refused)
            } else {
                None
            }
        })
        .collect();
    let [refused] = &refused[..] else {
        panic!("{refused:?}")
    };
    assert_eq!(refused.code.as_str(), "REQUISITION_NOT_SUBMITTED");
    assert_eq!(refused.stream.as_str(), "requisition-R9");
}

/// The process ends at the n-th append of the policies, taken or not, whatever it had kept of its positions: the next
/// start makes of it what an undisturbed run makes.
#[tokio::test]
async fn a_crash_at_any_append_changes_nothing() {
    let (_, undisturbed) = complete().await;
    let expected = contents(&*undisturbed).await;
    let mut ends = 0;
    for accident in [Accident::NotTaken, Accident::AnswerLost] {
        for appends in 1.. {
            let store = memory();
            let world = World::new(Ledger::new(Arc::clone(&store), clock())).await;
            world.history().await;
            let frail = Frail::new(Arc::clone(&store), appends, accident);
            let checkpoints = kept();
            let frail = Ledger::new(Arc::new(frail), clock());
            let ended = catch_up(&frail, &checkpoints).await.is_err();
            drop(frail);
            // Kept positions, none, and none after those.
            for checkpoints in [checkpoints, kept(), kept()] {
                let after = Ledger::new(Arc::clone(&store), clock());
                catch_up(&after, &checkpoints).await.unwrap();
                assert_eq!(contents(&*store).await, expected, "{accident:?} {appends}");
            }
            if !ended {
                break;
            }
            ends += 1;
        }
    }
    assert!(ends >= 16, "eight steps, each of them twice: {ends}");
}

#[tokio::test]
async fn positions_of_the_past_the_future_and_elsewhere_change_nothing() {
    let (world, store) = complete().await;
    let expected = contents(&*store).await;
    let size = store.size();
    for policy in all() {
        for (index, of) in [(0, 0), (5, 5), (size - 1, 0), (size + 7, 3), (3, 4)] {
            let event = store.read_log(of).await.unwrap().get(0).unwrap().1.id;
            for origin in ["sijill.test", "sijill.elsewhere"] {
                let checkpoints = kept();
                let found = checkpoint(index, event, origin);
                checkpoints.store(policy.name(), &found).unwrap();
                catch_up(&world.ledger, &checkpoints).await.unwrap();
            }
        }
    }
    assert_eq!(contents(&*store).await, expected);
}

/// Keeps positions, and says each time that it could not; or keeps none and says so.
struct Broken(MemoryCheckpoints, bool);

impl Checkpoints for Broken {
    fn load(&self, policy: &str) -> io::Result<Option<Checkpoint>> {
        self.0.load(policy)
    }

    fn store(&self, policy: &str, checkpoint: &Checkpoint) -> io::Result<()> {
        if self.1 {
            self.0.store(policy, checkpoint)?;
        }
        Err(io::Error::other("no space"))
    }
}

#[tokio::test]
async fn a_position_that_cannot_be_kept_costs_only_time() {
    let (_, undisturbed) = complete().await;
    for stored in [false, true] {
        let store = memory();
        let world = World::new(Ledger::new(Arc::clone(&store), clock())).await;
        world.history().await;
        let broken: Arc<dyn Checkpoints> = Arc::new(Broken(MemoryCheckpoints::default(), stored));
        let mut errors = 0;
        for _ in 0..6 {
            errors += u32::from(catch_up(&world.ledger, &broken).await.is_err());
        }
        assert!(errors > 0);
        catch_up(&world.ledger, &kept()).await.unwrap();
        assert_eq!(contents(&*store).await, contents(&*undisturbed).await);
    }
}

/// The echo of a later version, in other words.
struct Reworded;
impl Policy for Reworded {
    fn name(&self) -> &'static str {
        "echo"
    }
    fn react(&self, event: &Recorded) -> Vec<Step> {
        let reword = |step| match step {
            Step::Command {
                stream,
                command: Command::Ruleset(ruleset::Command::Propose { rules, .. }),
            } => Step::Command {
                stream,
                command: Command::Ruleset(ruleset::Command::Propose {
                    rules,
                    reason: Text::new("in other words").unwrap(),
                }),
            },
            step @ (Step::Command { .. }
            | Step::Erase { .. }
            | Step::Release { .. }
            | Step::Nothing) => step,
        };
        Echo.react(event).into_iter().map(reword).collect()
    }
}

/// An earlier version of a policy took its step in other words under the same id.
#[tokio::test]
async fn a_step_that_an_earlier_version_took_is_taken() {
    let (ledger, store) = adopted().await;
    let mut runner = PolicyRunner::new(ledger.clone(), Arc::new(Echo), kept())
        .await
        .unwrap();
    runner.catch_up().await.unwrap();
    let size = store.size();

    let mut runner = PolicyRunner::new(ledger, Arc::new(Reworded), kept())
        .await
        .unwrap();
    runner.catch_up().await.unwrap();
    assert_eq!(store.size(), size);
}

/// What a policy does not react to is passed over, even where this program could not read it.
#[tokio::test]
async fn other_kinds_are_passed_over_without_being_decoded() {
    let store = memory();
    let world = World::new(Ledger::new(Arc::clone(&store), clock())).await;
    let unreadable = crate::store::NewEntry {
        id: Uuid::from_u128(99),
        kind: "sijill.events.v1.CommitteeDissolved",
        metadata: vec![0xff; 9],
        data: vec![0xff; 9],
        withheld: Vec::new(),
    };
    let append = crate::store::Append {
        stream: StreamName::new("committee-1").unwrap(),
        expected: crate::store::Expected::NoStream,
        entries: vec![unreadable],
        not_after: None,
    };
    store.append(append).await.unwrap();
    world.send("T1", 40, None).await;
    catch_up(&world.ledger, &kept()).await.unwrap();
    let t1 = state_of(&world.ledger, "T1").await;
    assert_eq!(t1.in_transit(&gauze()), Some(40.into()));
    // One that reacts to everything stops there and says where.
    let mut curious = PolicyRunner::new(world.ledger.clone(), Arc::new(Echo), kept())
        .await
        .unwrap();
    let index = store.size() - 3;
    for _ in 0..2 {
        let stopped = curious.catch_up().await.unwrap_err();
        assert!(
            matches!(stopped, PolicyError::Decode { index: at, .. } if at == index),
            "{stopped}"
        );
    }
}
