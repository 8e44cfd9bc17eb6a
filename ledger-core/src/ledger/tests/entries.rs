//! What stands in the entries of a command, and what does not fit.

use super::*;
use crate::aggregate::Explain as _;
use crate::domain::committee::{self, Committee};
use crate::domain::migration::{self, Migration};
use crate::domain::values::{CommitteeId, DocumentNumber, KeyId, Names, OfficialId, Sha256};
use crate::event::{Metadata, Recorded, Role, RulesetVersion};
use crate::store::{NewEntry, encoded_len};
use crate::testing::actor;

async fn recorded(world: &World, index: u64) -> Recorded {
    let batch = world.store.read_log(index).await.unwrap();
    let (index, entry) = batch.get(0).unwrap();
    codec::recorded(index, &entry, &[]).unwrap()
}

#[tokio::test]
async fn who_when_and_why_stand_in_the_metadata() {
    let world = World::new();
    let ledger = world.ledger();
    execute(&ledger, propose(14), context(1, "huda"))
        .await
        .unwrap();
    let wrong = StreamName::new("item-x").unwrap();
    let error = ledger
        .execute::<Ruleset>(&wrong, propose(1), context(9, "huda"))
        .await;
    assert!(matches!(error, Err(ExecuteError::Unencodable(_))));
    let metadata = recorded(&world, 0).await.metadata;
    assert_eq!(metadata.decided_at, noon("2026-01-01").at());
    assert_eq!(metadata.correlation_id, Uuid::from_u128(1));
    assert_eq!(metadata.actor, official("huda"));
}

#[tokio::test]
async fn the_ruleset_in_force_stands_on_every_event() {
    let world = World::new();
    let ledger = world.ledger();
    let reason = Text::new("history is complete").unwrap();
    let propose_closure = migration::Command::ProposeClosure(migration::Closure { reason });
    for (id, who, command, adopted) in [
        (1, "adam", propose_closure, false),
        (4, "eve", migration::Command::Close, true),
    ] {
        if adopted {
            execute(&ledger, propose(14), context(2, "huda"))
                .await
                .unwrap();
            let adopt = Command::Adopt { version: 1 };
            execute(&ledger, adopt, context(3, "omar")).await.unwrap();
        }
        let context = Context::new(Uuid::from_u128(id), actor(who, Role::Administrator));
        let done = ledger
            .execute::<Migration>(&Migration::national(), command, context)
            .await
            .unwrap();
        let metadata = recorded(&world, done.first_index).await.metadata;
        let version = RulesetVersion {
            id: crate::domain::values::RulesetId::new("national").unwrap(),
            version: 1,
        };
        assert_eq!(metadata.ruleset, adopted.then_some(version));
        let read = metadata
            .facts
            .iter()
            .map(|fact| (fact.stream.clone(), fact.revision));
        let revision = adopted.then_some(1);
        assert_eq!(read.collect::<Vec<_>>(), [(Ruleset::national(), revision)]);
    }
}

#[tokio::test]
async fn the_ruleset_knows_its_own_version_in_force() {
    let world = World::new();
    let ledger = world.ledger();
    execute(&ledger, propose(14), context(1, "huda"))
        .await
        .unwrap();
    let adopt = Command::Adopt { version: 1 };
    execute(&ledger, adopt, context(2, "omar")).await.unwrap();
    let done = execute(&ledger, propose(15), context(3, "huda"))
        .await
        .unwrap();
    let ruleset = recorded(&world, done.first_index).await.metadata.ruleset;
    assert_eq!(ruleset.map(|ruleset| ruleset.version), Some(1));
}

#[test]
fn the_first_event_of_a_command_carries_the_facts_for_all() {
    let mut readings = crate::aggregate::Readings::default();
    let state = crate::domain::State::before_first("ruleset").unwrap();
    readings.insert(Ruleset::national(), Some(3), state);
    let context = context(1, "huda");
    let facts = Facts {
        log: "sijill.test".to_owned(),
        stream: Ruleset::national(),
        next_revision: 0,
        at: noon("2026-01-01").at(),
        effective: noon("2026-01-01"),
        actor: official("huda"),
        origin: Origin::Native,
        readings,
        read_bid: crate::codec::opened_bid,
    };
    let metadata = EventMetadata::new(&context, Sha256([7; 32]), &facts, 2);
    let first = metadata.nth(0).clone();
    assert_eq!(first.facts.len(), 1);
    let other = Metadata {
        facts: Vec::new(),
        ..first
    };
    assert_eq!(*metadata.nth(1), other);
    assert_eq!(*metadata.nth(599), other);
}

/// A command of 600 events, as another node would have stored them: more than a batch of the memory store holds.
async fn store_large_command(world: &World, command: &Command, context: &Context) -> Done {
    let stream = Ruleset::national();
    let hash = ids::command_hash::<Ruleset>(command, context.effective_at).unwrap();
    let ids = ids::EventIds::new(
        "sijill.test",
        &context.actor.id,
        &stream,
        context.command_id,
    );
    let facts = Facts {
        log: "sijill.test".to_owned(),
        stream: stream.clone(),
        next_revision: 0,
        at: noon("2026-01-01").at(),
        effective: noon("2026-01-01"),
        actor: context.actor.clone(),
        origin: Origin::Native,
        readings: crate::aggregate::Readings::default(),
        read_bid: crate::codec::opened_bid,
    };
    let metadata = EventMetadata::new(context, hash, &facts, 600);
    let events = Ruleset::default().decide(command.clone(), &facts).unwrap();
    let events: Vec<_> = events.into_iter().cycle().take(600).collect();
    let entries = world
        .ledger()
        .encode::<Ruleset>(&stream, &events, &metadata, &ids)
        .unwrap();
    let appended = world
        .store
        .append(Append {
            stream,
            expected: crate::store::Expected::NoStream,
            entries,
            not_after: None,
        })
        .await
        .unwrap();
    Done {
        first_index: appended.first_index,
        count: appended.count,
        revision: appended.revision,
        recorded_at: appended.recorded_at,
        repeated: true,
    }
}

#[tokio::test]
async fn a_repeat_has_the_whole_first_result_whatever_its_size() {
    let world = World::new();
    let first = store_large_command(&world, &propose(14), &context(1, "huda")).await;
    assert_eq!((first.count, first.revision), (600, 599));
    let again = execute(&world.ledger(), propose(14), context(1, "huda")).await;
    assert_eq!(again, Ok(first));
    // Other events after it, in its stream, are not its own.
    execute(&world.ledger(), propose(15), context(2, "huda"))
        .await
        .unwrap();
    let again = execute(&world.ledger(), propose(14), context(1, "huda")).await;
    assert_eq!(again, Ok(first));
}

#[tokio::test]
async fn a_document_that_no_entry_can_hold_is_refused_and_leaves_no_trace() {
    let world = World::new();
    let ledger = world.ledger();
    let stream = Committee::stream(&CommitteeId::new("COUNT-1").unwrap());
    let members: Vec<_> = (0..15)
        .map(|n| OfficialId::new(&format!("member-{n}")).unwrap())
        .collect();
    let import = |id| Context {
        origin: Origin::Import {
            file: Sha256([1; 32]),
            line: 2,
        },
        ..Context::new(Uuid::from_u128(id), actor("adam", Role::Administrator))
    };
    let form = committee::Command::Form(committee::Formation {
        purpose: committee::Purpose::Count,
        names: Names::new("لجنة الجرد", "Counting committee").unwrap(),
        members: members.clone(),
        quorum: 8,
        alternates: Vec::new(),
        decree: DocumentNumber::new("D-1").unwrap(),
    });
    ledger
        .execute::<Committee>(&stream, form, import(1))
        .await
        .unwrap();
    let dissent = Text::new(&"𐎠".repeat(500)).unwrap();
    let signature = |member| committee::Signer {
        member,
        dissent: Some(dissent.clone()),
    };
    let minutes = committee::Command::SignMinutes(committee::Minutes {
        number: DocumentNumber::new("M-1").unwrap(),
        decision: Text::new("counted").unwrap(),
        signers: members.into_iter().map(signature).collect(),
    });
    let stated = |id| Context {
        statement: Some(Statement {
            bytes: vec![1; 40_000],
            key: KeyId::new("k").unwrap(),
            signature: vec![2; 64],
        }),
        ..import(id)
    };
    let large = ledger
        .execute::<Committee>(&stream, minutes.clone(), stated(2))
        .await
        .unwrap_err();
    let ExecuteError::DocumentTooLarge { bytes, bytes_max } = large else {
        panic!("{large:?}")
    };
    assert!(bytes > bytes_max && bytes_max == 65_535, "{bytes}");
    assert_eq!(large.code(), "DOCUMENT_TOO_LARGE");
    assert!(large.arabic().contains("65535") && large.english().contains("65535"));
    assert_eq!(world.store.size(), 1);
    ledger
        .execute::<Committee>(&stream, minutes, import(3))
        .await
        .unwrap();
}

#[test]
fn what_can_never_be_stored_does_not_say_that_writing_stopped() {
    let part = NewEntry {
        id: Uuid::from_u128(1),
        kind: "sijill.events.v1.X",
        metadata: Vec::new(),
        data: Vec::new(),
        withheld: vec![crate::store::Part {
            class: crate::store::PartClass::Person,
            salt: [0; 32],
            bytes: vec![0; 60_001],
        }],
    };
    let error = encoded_len(&Ruleset::national(), &part).unwrap_err();
    let code = |error: ExecuteError<Refusal>| error.code();
    assert_eq!(code(ExecuteError::unfit(&error)), "DOCUMENT_TOO_LARGE");
    let invalid = AppendError::Invalid("it has no entry".to_owned());
    assert_eq!(code(invalid.into()), "UNENCODABLE");
    let stopped = AppendError::Unavailable("it was closed".to_owned());
    assert_eq!(code(stopped.into()), "WRITES_STOPPED");
}

#[tokio::test]
async fn nothing_takes_effect_ahead_of_its_time() {
    let world = World::new();
    let ledger = world.ledger();
    let ahead = |id, minutes: i64| {
        let at = noon("2026-01-01").at().plus_micros(minutes * 60_000_000);
        context(id, "huda").effective(EffectiveAt::new(at, 120).unwrap())
    };
    execute(&ledger, propose(14), ahead(1, 10)).await.unwrap();
    let early = execute(&ledger, propose(14), ahead(2, 11))
        .await
        .unwrap_err();
    assert_eq!(early.code(), "EFFECTIVE_IN_FUTURE");
    let latest = noon("2026-01-01").at().plus_micros(600_000_000);
    let effective = latest.plus_micros(60_000_000);
    assert_eq!(early, ExecuteError::EffectiveInFuture { effective, latest });
    let policy = Context {
        origin: Origin::Policy(crate::domain::values::Code::new("echo").unwrap()),
        ..ahead(3, 11)
    };
    // The cause was judged when it was decided; a clock that was set back since does not undo it.
    execute(&ledger, propose(14), policy).await.unwrap();
    let import = Context {
        origin: Origin::Import {
            file: Sha256([1; 32]),
            line: 2,
        },
        actor: actor("adam", Role::Administrator),
        ..ahead(4, 11)
    };
    execute(&ledger, propose(14), import).await.unwrap();
}
