//! The checkpoint rule: after a crash at any point, each step once, refused steps visible and not tried again.

mod admission;
mod envelopes;
mod running;
mod tenders;
mod transfers;
mod world;

use std::sync::Arc;

use uuid::Uuid;

use super::*;
use crate::domain::ruleset::{self, Rules, Ruleset};
use crate::domain::values::Text;
use crate::domain::{Command, Event};
use crate::ledger::{Context, Ledger};
use crate::store::{EventStore, MemoryStore, StreamName};
use crate::testing::{noon, official};
use crate::time::{Clock, ManualClock};

/// Copies each adopted national ruleset to a proposal on another stream, and proposes nonsense beside it.
struct Echo;

impl Policy for Echo {
    fn name(&self) -> &'static str {
        "echo"
    }

    fn react(&self, event: &Recorded) -> Vec<Step> {
        let Event::Ruleset(ruleset::Event::RulesetAdopted(adopted)) = &event.event else {
            return Vec::new();
        };
        let propose = |rules: Rules| Step::Command {
            stream: StreamName::new("ruleset-echo").unwrap(),
            command: Command::Ruleset(ruleset::Command::Propose {
                rules,
                reason: Text::new("echo").unwrap(),
            }),
        };
        let nonsense = Rules {
            amc_look_back_months: 0,
            ..adopted.rules.clone()
        };
        vec![propose(adopted.rules.clone()), propose(nonsense)]
    }
}

async fn adopted() -> (Ledger<MemoryStore>, Arc<MemoryStore>) {
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(noon("2026-01-01").at()));
    let store = Arc::new(MemoryStore::new("sijill.test", Arc::clone(&clock)));
    let ledger = Ledger::new(Arc::clone(&store), clock);
    let propose = ruleset::Command::Propose {
        rules: Rules::default(),
        reason: Text::new("x").unwrap(),
    };
    for (id, who, command) in [
        (1, "huda", propose),
        (2, "omar", ruleset::Command::Adopt { version: 1 }),
    ] {
        let context = Context::new(Uuid::from_u128(id), official(who));
        ledger
            .execute::<Ruleset>(&Ruleset::national(), command, context)
            .await
            .unwrap();
    }
    (ledger, store)
}

#[tokio::test]
async fn each_step_once_whatever_becomes_of_the_checkpoint() {
    let (ledger, store) = adopted().await;
    let checkpoints = Arc::new(MemoryCheckpoints::default());
    for index in [None, Some(0), Some(1), Some(3), None] {
        if let Some(index) = index {
            let event = store.read_log(index).await.unwrap().get(0).unwrap().1.id;
            let kept = checkpoint(index, event, "sijill.test");
            checkpoints.store("echo", &kept).unwrap();
        }
        let mut runner = PolicyRunner::new(
            ledger.clone(),
            Arc::new(Echo),
            Arc::clone(&checkpoints) as _,
        )
        .await
        .unwrap();
        runner.catch_up().await.unwrap();
        assert_eq!(
            store.size(),
            4,
            "two causes, the step taken, the step refused"
        );
        let last = store.read_log(3).await.unwrap().get(0).unwrap().1.id;
        let kept = checkpoints.load("echo").unwrap();
        assert_eq!(kept, Some(checkpoint(3, last, "sijill.test")));
    }
    let batch = store.read_log(2).await.unwrap();
    let recorded: Vec<Recorded> = batch
        .iter()
        .map(|(index, entry)| crate::codec::recorded(index, &entry, &[]).unwrap())
        .collect();
    let cause = store.read_log(1).await.unwrap().get(0).unwrap().1.id;
    assert!(
        recorded
            .iter()
            .all(|r| r.metadata.causation_id == Some(cause))
    );
    let Event::Reaction(crate::domain::reaction::Event::StepRefused(refused)) = &recorded[1].event
    else {
        panic!("{:?}", recorded[1].event)
    };
    assert_eq!(
        (refused.step, refused.code.as_str()),
        (1, "RULESET_OUT_OF_RANGE")
    );
}

fn checkpoint(index: u64, event: Uuid, origin: &str) -> Checkpoint {
    let origin = origin.to_owned();
    Checkpoint {
        index,
        event,
        origin,
    }
}

#[tokio::test]
async fn a_checkpoint_of_another_log_is_not_taken() {
    let (ledger, store) = adopted().await;
    let here = store.read_log(1).await.unwrap().get(0).unwrap().1.id;
    for foreign in [
        checkpoint(1, Uuid::from_u128(7), "sijill.test"),
        checkpoint(1, here, "sijill.elsewhere"),
        checkpoint(0, here, "sijill.test"),
        checkpoint(2, here, "sijill.test"),
    ] {
        assert!(!foreign.is_of(&*store).await.unwrap(), "{foreign:?}");
    }
    assert!(
        checkpoint(1, here, "sijill.test")
            .is_of(&*store)
            .await
            .unwrap()
    );
    let checkpoints = Arc::new(MemoryCheckpoints::default());
    let foreign = checkpoint(1, Uuid::from_u128(7), "sijill.test");
    checkpoints.store("echo", &foreign).unwrap();
    let mut runner = PolicyRunner::new(ledger, Arc::new(Echo), checkpoints)
        .await
        .unwrap();
    runner.catch_up().await.unwrap();
    assert_eq!(
        store.size(),
        4,
        "from the beginning: both steps were asked for"
    );
}

/// Asks for the erasure of what is not there.
struct Eraser;

impl Policy for Eraser {
    fn name(&self) -> &'static str {
        "eraser"
    }

    fn react(&self, event: &Recorded) -> Vec<Step> {
        let Event::Ruleset(ruleset::Event::RulesetProposed(_)) = &event.event else {
            return Vec::new();
        };
        let erase = |index| Step::Erase { index, part: 0 };
        vec![erase(0), erase(99)]
    }
}

#[tokio::test]
async fn a_step_that_finds_nothing_is_visible_and_stops_nothing() {
    let (ledger, store) = adopted().await;
    for _ in 0..2 {
        let checkpoints = Arc::new(MemoryCheckpoints::default());
        let mut runner = PolicyRunner::new(ledger.clone(), Arc::new(Eraser), checkpoints)
            .await
            .unwrap();
        runner.catch_up().await.unwrap();
        assert_eq!(store.size(), 4, "two causes, two refused steps");
    }
    for (step, index) in [(0, 2), (1, 3)] {
        let batch = store.read_log(index).await.unwrap();
        let (index, entry) = batch.get(0).unwrap();
        let recorded = crate::codec::recorded(index, &entry, &[]).unwrap();
        let Event::Reaction(crate::domain::reaction::Event::StepRefused(refused)) = recorded.event
        else {
            panic!("{recorded:?}")
        };
        let found = (refused.cause_index, refused.step, refused.code.as_str());
        assert_eq!(found, (0, step, "STEP_NOTHING_TO_ERASE"));
    }
}

#[test]
fn positions_survive_and_damaged_ones_start_anew() {
    let folder = tempfile::tempdir().unwrap();
    let open = || FileCheckpoints::new(folder.path().join("policies")).unwrap();
    assert_eq!(open().load("echo").unwrap(), None);
    let kept = checkpoint(76, Uuid::from_u128(9), "sijill.test/health");
    open().store("echo", &kept).unwrap();
    assert_eq!(open().load("echo").unwrap(), Some(kept.clone()));
    let file = folder.path().join("policies/echo");
    let line = std::fs::read_to_string(&file).unwrap();
    for damaged in [
        line.replacen("76", "77", 1),
        "77 00000000\n".to_owned(),
        String::new(),
    ] {
        std::fs::write(&file, damaged).unwrap();
        assert_eq!(open().load("echo").unwrap(), None);
    }
}
