//! Lanes, idempotency and conflicts over the memory store.

use std::sync::Arc;

use uuid::Uuid;

use super::*;
use crate::codec;
use crate::domain::ruleset::{Command, Refusal, Rules, Ruleset};
use crate::domain::values::Text;
use crate::store::{AppendError, MemoryStore};
use crate::testing::{noon, official};
use crate::time::ManualClock;

mod entries;
mod queue;
mod statements;

type Outcome = Result<Done, ExecuteError<Refusal>>;

struct World {
    store: Arc<MemoryStore>,
    clock: Arc<ManualClock>,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::new(noon("2026-01-01").at()));
        let store = Arc::new(MemoryStore::new(
            "sijill.test",
            Arc::clone(&clock) as Arc<dyn Clock>,
        ));
        Self { store, clock }
    }

    /// A ledger as after a start: nothing in memory.
    fn ledger(&self) -> Ledger<MemoryStore> {
        Ledger::new(
            Arc::clone(&self.store),
            Arc::clone(&self.clock) as Arc<dyn Clock>,
        )
    }
}

fn propose(days: u16) -> Command {
    let rules = Rules {
        open_window_days: days,
        ..Rules::default()
    };
    Command::Propose {
        rules,
        reason: Text::new("review").unwrap(),
    }
}

fn context(id: u128, who: &str) -> Context {
    Context::new(Uuid::from_u128(id), official(who))
}

async fn execute(ledger: &Ledger<MemoryStore>, command: Command, context: Context) -> Outcome {
    ledger
        .execute::<Ruleset>(&Ruleset::national(), command, context)
        .await
}

#[tokio::test]
async fn a_repeated_command_has_its_first_result_even_after_a_restart() {
    let world = World::new();
    let first = execute(&world.ledger(), propose(14), context(1, "huda"))
        .await
        .unwrap();
    let ledger = world.ledger();
    execute(&ledger, Command::Adopt { version: 1 }, context(2, "omar"))
        .await
        .unwrap();
    for ledger in [ledger, world.ledger()] {
        let again = execute(&ledger, propose(14), context(1, "huda"))
            .await
            .unwrap();
        assert_eq!(
            again,
            Done {
                repeated: true,
                ..first
            }
        );
    }
    assert_eq!(world.store.size(), 2);
}

#[tokio::test]
async fn the_same_id_with_other_content_is_refused() {
    let world = World::new();
    execute(&world.ledger(), propose(14), context(1, "huda"))
        .await
        .unwrap();
    let other = execute(&world.ledger(), propose(15), context(1, "huda")).await;
    assert_eq!(
        other,
        Err(ExecuteError::CommandIdReused {
            stream: Ruleset::national()
        })
    );
    let other_time = context(1, "huda").effective(noon("2025-12-31"));
    let other = execute(&world.ledger(), propose(14), other_time).await;
    assert_eq!(
        other,
        Err(ExecuteError::CommandIdReused {
            stream: Ruleset::national()
        })
    );
    execute(&world.ledger(), propose(15), context(1, "omar"))
        .await
        .expect("another actor's ids are its own");
}

#[tokio::test]
async fn a_repeat_beside_its_original_waits_for_it() {
    let world = World::new();
    let ledger = world.ledger();
    let original = ledger
        .submit::<Ruleset>(&Ruleset::national(), propose(14), context(1, "huda"))
        .await
        .unwrap();
    let repeat = ledger
        .submit::<Ruleset>(&Ruleset::national(), propose(14), context(1, "huda"))
        .await
        .unwrap();
    let (original, repeat) = tokio::join!(original.done(), repeat.done());
    assert_eq!(
        repeat.unwrap(),
        Done {
            repeated: true,
            ..original.unwrap()
        }
    );
    assert_eq!(world.store.size(), 1);
}

#[tokio::test]
async fn commands_are_decided_on_the_pending_state() {
    let world = World::new();
    let ledger = world.ledger();
    let stream = Ruleset::national();
    let proposed = ledger
        .submit::<Ruleset>(&stream, propose(14), context(1, "huda"))
        .await
        .unwrap();
    let adopted = ledger
        .submit::<Ruleset>(&stream, Command::Adopt { version: 1 }, context(2, "omar"))
        .await
        .unwrap();
    assert_eq!(
        (
            proposed.done().await.unwrap().revision,
            adopted.done().await.unwrap().revision
        ),
        (0, 1)
    );
}

#[tokio::test]
async fn two_nodes_on_one_log_decide_anew_after_a_conflict() {
    let world = World::new();
    let (ours, theirs) = (world.ledger(), world.ledger());
    execute(&ours, propose(14), context(1, "huda"))
        .await
        .unwrap();
    execute(&theirs, Command::Adopt { version: 1 }, context(2, "omar"))
        .await
        .unwrap();
    // Our lane still stands at revision 0: the append conflicts, the command is decided anew and refused.
    let late = execute(&ours, Command::Adopt { version: 1 }, context(3, "mona")).await;
    assert_eq!(late, Err(ExecuteError::Refused(Refusal::NothingProposed)));
    execute(&ours, propose(20), context(4, "huda"))
        .await
        .unwrap();
    let done = execute(&theirs, propose(21), context(5, "huda"))
        .await
        .unwrap();
    assert_eq!(done.revision, 3);
}

#[tokio::test]
async fn what_fails_on_its_way_leaves_no_trace_in_the_lane() {
    let world = World::new();
    let ledger = world.ledger();
    let stream = Ruleset::national();
    let too_late = Context {
        not_after: Some(noon("2025-01-01").at()),
        ..context(1, "huda")
    };
    let failed = ledger
        .submit::<Ruleset>(&stream, propose(14), too_late)
        .await
        .unwrap();
    let resting_on_it = ledger
        .submit::<Ruleset>(&stream, Command::Adopt { version: 1 }, context(2, "omar"))
        .await;
    assert!(matches!(
        failed.done().await,
        Err(ExecuteError::TooLate { .. })
    ));
    let refused = match resting_on_it {
        Ok(pending) => pending.done().await.unwrap_err(),
        Err(error) => error,
    };
    assert_eq!(refused, ExecuteError::Refused(Refusal::NothingProposed));
    assert_eq!(world.store.size(), 0);
    execute(&ledger, propose(14), context(3, "huda"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_clock_that_cannot_be_trusted_stops_commands() {
    struct Broken;
    impl Clock for Broken {
        fn now(&self) -> Result<Timestamp, crate::time::ClockError> {
            Err(crate::time::ClockError::Jumped {
                jump_seconds: 4_000,
            })
        }
    }
    let world = World::new();
    let ledger = Ledger::new(Arc::clone(&world.store), Arc::new(Broken));
    let outcome = execute(&ledger, propose(14), context(1, "huda")).await;
    assert!(matches!(
        outcome,
        Err(ExecuteError::Append(AppendError::Clock(_)))
    ));
}

#[tokio::test]
async fn history_comes_in_through_administrators_until_two_of_them_close_the_door() {
    use crate::domain::migration::{self, Migration};
    use crate::domain::values::Sha256;
    use crate::event::Role;
    use crate::testing::actor;

    let world = World::new();
    let ledger = world.ledger();
    let origin = Origin::Import {
        file: Sha256([1; 32]),
        line: 2,
    };
    let import = |id, who, role| Context {
        origin: origin.clone(),
        ..Context::new(Uuid::from_u128(id), actor(who, role))
    };
    let keeper = execute(&ledger, propose(14), import(1, "huda", Role::Storekeeper)).await;
    assert_eq!(keeper, Err(ImportRefusal::NotAdministrator.into()));
    execute(&ledger, propose(14), import(2, "adam", Role::Administrator))
        .await
        .unwrap();
    let close = |id, who: &'static str, command| {
        let context = Context::new(Uuid::from_u128(id), actor(who, Role::Administrator));
        let ledger = ledger.clone();
        async move {
            ledger
                .execute::<Migration>(&Migration::national(), command, context)
                .await
        }
    };
    let reason = Text::new("history is complete").unwrap();
    close(
        3,
        "adam",
        migration::Command::ProposeClosure(migration::Closure { reason }),
    )
    .await
    .unwrap();
    close(4, "eve", migration::Command::Close).await.unwrap();
    let late = execute(&ledger, propose(15), import(5, "adam", Role::Administrator)).await;
    assert_eq!(late, Err(ImportRefusal::MigrationClosed.into()));
}
