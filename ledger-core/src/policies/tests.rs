//! The checkpoint rule: after a crash at any point, each step once, refused steps visible and not tried again.

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
    for checkpoint in [None, Some(0), Some(1), None] {
        if let Some(next) = checkpoint {
            checkpoints.store("echo", next).unwrap();
        }
        let mut runner = PolicyRunner::new(
            ledger.clone(),
            Box::new(Echo),
            Arc::clone(&checkpoints) as _,
        )
        .unwrap();
        runner.catch_up().await.unwrap();
        assert_eq!(
            store.size(),
            4,
            "two causes, the step taken, the step refused"
        );
        assert_eq!(checkpoints.load("echo").unwrap(), Some(4));
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

#[test]
fn positions_survive_and_damaged_ones_start_anew() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoints = FileCheckpoints::new(folder.path().join("policies")).unwrap();
    assert_eq!(checkpoints.load("echo").unwrap(), None);
    checkpoints.store("echo", 77).unwrap();
    assert_eq!(
        FileCheckpoints::new(folder.path().join("policies"))
            .unwrap()
            .load("echo")
            .unwrap(),
        Some(77)
    );
    std::fs::write(folder.path().join("policies/echo"), "78 00000000\n").unwrap();
    assert_eq!(checkpoints.load("echo").unwrap(), None);
}
