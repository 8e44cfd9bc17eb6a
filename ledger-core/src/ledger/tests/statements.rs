//! Statements at the ledger's door: who signs what, what is refused, and what stays valid.

use super::*;
use crate::aggregate::Explain as _;
use crate::domain::enrolment::{KeyCompromise, KeyEnrolment, KeyRevocation};
use crate::domain::official::{self, Appointment, Official, Seat};
use crate::domain::values::{
    Code, Date, DocumentNumber, FacilityId, KeyId, Names, OfficialId, Sha256,
};
use crate::event::Role;
use crate::statement::{Approved, Claim, Refusal as Stated, StatementKey};
use crate::testing::actor;

/// An official with an enrolled key.
struct Signer {
    key: StatementKey,
    stream: StreamName,
}

impl Signer {
    /// Appointed by an import; the key is proposed by one registrar and enrolled by another.
    async fn enrolled(world: &World, who: &str, seed: u8) -> Self {
        let key = StatementKey::from_seed(&[seed; 32]).unwrap();
        let stream = Official::stream(&OfficialId::new(who).unwrap());
        let signer = Self { key, stream };
        let appoint = official::Command::Appoint(Appointment {
            post: Code::new(&format!("POST-{who}")).unwrap(),
            seat: Seat::Facility(FacilityId::new("EG-CAI-01").unwrap()),
            names: Names::new("موظف", "Official").unwrap(),
            national_id: None,
            from: Date::parse("2025-01-01").unwrap(),
            decree: DocumentNumber::new("D-1").unwrap(),
        });
        let origin = Origin::Import {
            file: Sha256([1; 32]),
            line: 2,
        };
        let id = |n: u128| u128::from(seed) * 1_000 + n;
        let import = Context {
            origin,
            ..Context::new(Uuid::from_u128(id(0)), actor("adam", Role::Administrator))
        };
        signer.command(world, appoint, import).await;
        let propose = official::Command::ProposeKey(signer.key.proposal(&signer.stream));
        signer.command(world, propose, by("rana", id(1))).await;
        let key = signer.key.public().clone();
        let enrol = official::Command::EnrolKey(KeyEnrolment { key });
        signer.command(world, enrol, by("sami", id(2))).await;
        signer
    }

    /// A command to the signer's own record.
    async fn command(&self, world: &World, command: official::Command, context: Context) {
        let done = world
            .ledger()
            .execute::<Official>(&self.stream, command, context)
            .await;
        done.unwrap();
    }

    fn id(&self) -> KeyId {
        self.key.public().id()
    }

    /// What this signer says of a command to the national ruleset.
    fn claim(&self, command: &Command, context: &Context, approved: Option<Approved>) -> Claim {
        Claim {
            origin: "sijill.test".to_owned(),
            stream: Ruleset::national(),
            command_id: context.command_id,
            effective_at: context.effective_at,
            key: self.id(),
            payload: command_hash::<Ruleset>(command, context.effective_at).unwrap(),
            approved,
        }
    }

    /// The context with this signer's statement about a command to the national ruleset.
    fn signed(&self, command: &Command, context: Context, approved: Option<Approved>) -> Context {
        let statement = Some(self.key.sign(&self.claim(command, &context, approved)));
        Context {
            statement,
            ..context
        }
    }
}

fn by(registrar: &str, id: u128) -> Context {
    Context::new(Uuid::from_u128(id), actor(registrar, Role::Registrar))
}

const ADOPT: Command = Command::Adopt { version: 1 };

fn required(required: bool) -> Command {
    let rules = Rules {
        statements_required: Some(required),
        ..Rules::default()
    };
    Command::Propose {
        rules,
        reason: Text::new("keys are enrolled").unwrap(),
    }
}

/// What an approval of an entry says.
async fn entry(world: &World, index: u64) -> Approved {
    let batch = world.store.read_log(index).await.unwrap();
    Approved::of(&batch.get(0).unwrap().1)
}

/// Huda proposes; the proposal as it is approved.
async fn proposed(world: &World, command: Command, id: u128) -> Approved {
    let done = execute(&world.ledger(), command, context(id, "huda")).await;
    entry(world, done.unwrap().first_index).await
}

#[track_caller]
fn refusal(outcome: Outcome) -> Stated {
    match outcome {
        Err(ExecuteError::Statement(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// Huda proposes parameters, Omar reads the proposal and signs that he adopts it. His statement stands in the event, and
/// the reading of his record among its facts.
#[tokio::test]
async fn an_approval_is_signed() {
    let world = World::new();
    let omar = Signer::enrolled(&world, "omar", 1).await;
    let proposal = proposed(&world, propose(14), 1).await;
    let signed = omar.signed(&ADOPT, context(2, "omar"), Some(proposal));
    let done = execute(&world.ledger(), ADOPT, signed.clone())
        .await
        .unwrap();
    let batch = world.store.read_log(done.first_index).await.unwrap();
    let metadata = codec::decode_metadata(batch.get(0).unwrap().1.metadata).unwrap();
    assert_eq!(metadata.statement, signed.statement);
    let read = metadata
        .facts
        .iter()
        .find(|fact| fact.stream == omar.stream);
    assert_eq!(read.and_then(|fact| fact.revision), Some(2));
    // A retry is answered with the first result, with the statement or without it.
    for again in [signed, context(2, "omar")] {
        let again = execute(&world.ledger(), ADOPT, again).await.unwrap();
        assert_eq!(
            (again.repeated, again.first_index),
            (true, done.first_index)
        );
    }
}

#[tokio::test]
async fn a_signed_command_is_not_decided_anew() {
    let world = World::new();
    let omar = Signer::enrolled(&world, "omar", 1).await;
    let (ours, theirs) = (world.ledger(), world.ledger());
    let done = execute(&ours, propose(14), context(1, "huda")).await;
    let proposal = entry(&world, done.unwrap().first_index).await;
    execute(&theirs, propose(15), context(2, "huda"))
        .await
        .unwrap();
    let signed = omar.signed(&ADOPT, context(3, "omar"), Some(proposal));
    let stream = Ruleset::national();
    assert_eq!(
        execute(&ours, ADOPT, signed.clone()).await,
        Err(ExecuteError::SignedOnOldState { stream })
    );
    // Nor is what he approved what stands there now.
    assert_eq!(
        refusal(execute(&theirs, ADOPT, signed).await),
        Stated::OtherVersion
    );
}

type Change = fn(&mut Claim);

#[tokio::test]
async fn a_statement_about_another_command_is_refused() {
    let world = World::new();
    let omar = Signer::enrolled(&world, "omar", 1).await;
    let proposal = proposed(&world, propose(14), 1).await;
    let context = context(2, "omar").effective(noon("2026-01-01"));
    let claim = omar.claim(&ADOPT, &context, Some(proposal));
    let changes: [(&str, Change); 7] = [
        ("log origin", |claim| claim.origin.push('x')),
        ("stream", |claim| claim.stream = StreamName::of("item", "x")),
        ("command id", |claim| claim.command_id = Uuid::from_u128(3)),
        ("effective time", |claim| claim.effective_at = None),
        ("effective time", |claim| {
            claim.effective_at = EffectiveAt::new(noon("2026-01-01").at(), 0).ok();
        }),
        ("key id", |claim| claim.key = KeyId::new("k").unwrap()),
        ("payload hash", |claim| claim.payload = Sha256([0; 32])),
    ];
    for (field, change) in changes {
        let mut other = claim.clone();
        change(&mut other);
        let statement = Some(omar.key.sign(&other));
        let context = Context {
            statement,
            ..context.clone()
        };
        let refused = refusal(execute(&world.ledger(), ADOPT, context).await);
        assert_eq!(refused, Stated::OtherCommand { field });
        assert_eq!(refused.code(), "STATEMENT_OTHER_COMMAND");
        assert!(refused.arabic().contains(field) && refused.english().contains(field));
    }
    // The same one as it is goes through.
    let statement = Some(omar.key.sign(&claim));
    let context = Context {
        statement,
        ..context
    };
    execute(&world.ledger(), ADOPT, context).await.unwrap();
}

#[tokio::test]
async fn what_is_approved_is_the_event_that_stands_there() {
    let world = World::new();
    let omar = Signer::enrolled(&world, "omar", 1).await;
    let earlier = proposed(&world, propose(14), 1).await;
    let proposal = proposed(&world, propose(15), 2).await;
    let other_bytes = Approved {
        leaf: Sha256([7; 32]),
        ..proposal
    };
    let other_event = Approved {
        event: Uuid::from_u128(9),
        ..proposal
    };
    for wrong in [None, Some(earlier), Some(other_bytes), Some(other_event)] {
        let signed = omar.signed(&ADOPT, context(3, "omar"), wrong);
        let refused = refusal(execute(&world.ledger(), ADOPT, signed).await);
        assert_eq!(refused, Stated::OtherVersion);
        assert_eq!(refused.code(), "STATEMENT_OTHER_VERSION");
    }
    // What approves nothing names nothing.
    let signed = omar.signed(&propose(16), context(4, "omar"), Some(proposal));
    let refused = refusal(execute(&world.ledger(), propose(16), signed).await);
    assert_eq!(refused, Stated::OtherVersion);
    let signed = omar.signed(&propose(16), context(4, "omar"), None);
    execute(&world.ledger(), propose(16), signed).await.unwrap();
}

/// Nobody has read what is still on its way to the disk.
#[tokio::test]
async fn what_is_not_durable_is_not_approved() {
    let world = World::new();
    let omar = Signer::enrolled(&world, "omar", 1).await;
    let ledger = world.ledger();
    let stream = Ruleset::national();
    let too_late = Context {
        not_after: Some(noon("2025-01-01").at()),
        ..context(1, "huda")
    };
    let pending = ledger
        .submit::<Ruleset>(&stream, propose(14), too_late)
        .await
        .unwrap();
    let guess = Approved {
        event: event_id(
            "sijill.test",
            &official("huda").id,
            &stream,
            Uuid::from_u128(1),
            0,
        ),
        leaf: Sha256([7; 32]),
    };
    let signed = omar.signed(&ADOPT, context(2, "omar"), Some(guess));
    assert_eq!(
        refusal(execute(&ledger, ADOPT, signed).await),
        Stated::OtherVersion
    );
    assert!(pending.done().await.is_err());
}

#[tokio::test]
async fn keys_are_the_actors_own_and_count_while_they_are_enrolled() {
    let world = World::new();
    let omar = Signer::enrolled(&world, "omar", 1).await;
    let mona = Signer::enrolled(&world, "mona", 2).await;
    let key = mona.id();
    let proposal = proposed(&world, propose(14), 1).await;
    let signed = mona.signed(&ADOPT, context(2, "omar"), Some(proposal));
    let refused = refusal(execute(&world.ledger(), ADOPT, signed).await);
    assert_eq!(refused, Stated::UnknownKey { key });
    assert_eq!(refused.code(), "STATEMENT_UNKNOWN_KEY");

    let signed = omar.signed(&ADOPT, context(3, "omar"), Some(proposal));
    let done = execute(&world.ledger(), ADOPT, signed.clone())
        .await
        .unwrap();
    let revoke = official::Command::RevokeKey(KeyRevocation {
        key: omar.id(),
        reason: Text::new("the laptop was replaced").unwrap(),
    });
    omar.command(&world, revoke, by("rana", 4)).await;
    // What was signed before stays, and its retry too.
    let again = execute(&world.ledger(), ADOPT, signed).await.unwrap();
    assert_eq!(again.first_index, done.first_index);
    let state = world
        .ledger()
        .state::<Official>(&omar.stream)
        .await
        .unwrap();
    let keys = state.record().unwrap().keys();
    let as_of = |revision| keys.enrolled_as_of(&omar.id(), revision).is_some();
    let revisions = [None, Some(1), Some(2), Some(3)];
    assert_eq!(revisions.map(as_of), [false, false, true, false]);

    let proposal = proposed(&world, propose(15), 5).await;
    let adopt = Command::Adopt { version: 2 };
    let signed = omar.signed(&adopt, context(6, "omar"), Some(proposal));
    let key = omar.id();
    let refused = refusal(execute(&world.ledger(), adopt, signed).await);
    assert_eq!(refused, Stated::UnknownKey { key });
}

#[tokio::test]
async fn a_compromised_key_signs_nothing_more() {
    let world = World::new();
    let omar = Signer::enrolled(&world, "omar", 1).await;
    let key = omar.id();
    let report = official::Command::ReportCompromise(KeyCompromise {
        key: key.clone(),
        since: noon("2025-12-01").at(),
        reason: Text::new("the laptop was stolen").unwrap(),
    });
    omar.command(&world, report, by("rana", 1)).await;
    let signed = omar.signed(&propose(14), context(2, "omar"), None);
    let refused = refusal(execute(&world.ledger(), propose(14), signed).await);
    assert_eq!(refused, Stated::UnknownKey { key });
}

/// From its adoption on, which is signed itself, the ruleset asks for statements where something is approved; an adoption
/// that ends it is the last that needs one.
#[tokio::test]
async fn a_ruleset_says_from_when_on_approvals_are_signed() {
    let world = World::new();
    let omar = Signer::enrolled(&world, "omar", 1).await;
    proposed(&world, propose(14), 1).await;
    execute(&world.ledger(), ADOPT, context(2, "omar"))
        .await
        .unwrap();

    for (version, is_required) in [(2, true), (3, false)] {
        let id = u128::from(version) * 10;
        let adopt = Command::Adopt { version };
        let proposal = proposed(&world, required(is_required), id).await;
        let unsigned = execute(&world.ledger(), adopt.clone(), context(id + 1, "omar")).await;
        assert_eq!(refusal(unsigned), Stated::Missing);
        let signed = omar.signed(&adopt, context(id + 2, "omar"), Some(proposal));
        execute(&world.ledger(), adopt, signed).await.unwrap();
    }
    proposed(&world, propose(15), 5).await;
    let adopt = Command::Adopt { version: 4 };
    execute(&world.ledger(), adopt, context(6, "omar"))
        .await
        .unwrap();
}

#[tokio::test]
async fn imports_and_policies_sign_nothing() {
    let world = World::new();
    let omar = Signer::enrolled(&world, "omar", 1).await;
    let proposal = proposed(&world, required(true), 1).await;
    let signed = omar.signed(&ADOPT, context(2, "omar"), Some(proposal));
    execute(&world.ledger(), ADOPT, signed).await.unwrap();
    proposed(&world, required(true), 3).await;
    let adopt = Command::Adopt { version: 2 };
    let unsigned = execute(&world.ledger(), adopt.clone(), context(4, "omar")).await;
    assert_eq!(refusal(unsigned), Stated::Missing);
    let file = Sha256([1; 32]);
    let imported = Context {
        origin: Origin::Import { file, line: 3 },
        ..Context::new(Uuid::from_u128(5), actor("adam", Role::Administrator))
    };
    execute(&world.ledger(), adopt, imported).await.unwrap();
}
