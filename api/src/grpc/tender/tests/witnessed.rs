//! A witness says what the log held at the deadline: over a real store and its real tree, with a witness that keeps its record.

use std::collections::BTreeMap;
use std::sync::Arc;

use sijill_ledger_core::domain::ruleset::Witnessing;
use sijill_ledger_core::domain::tender::{Command, DeadlineWitness, Tender};
use sijill_ledger_core::domain::values::{SavedCheckpoint, TenderId};
use sijill_ledger_core::event::{Actor, ActorId};
use sijill_ledger_core::ledger::Context;
use sijill_ledger_core::log::Hash;
use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::log::note::{LogKey, WitnessKey, parse_signatures, read_key};
use sijill_ledger_core::log::signer::{Held, Signer, create_key};
use sijill_ledger_core::log::state::StateFile;
use sijill_ledger_core::log::tree::Tree;
use sijill_ledger_core::log::witness::{AddCheckpoint, Answer as Said, Witness, enrol};
use sijill_ledger_core::policies::{Scheduler, Witnesses};
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::{Files, RealFiles};
use sijill_ledger_core::time::{MICROS_PER_SECOND, Timestamp};
use sijill_schemas::procurement::v1::OwnBidState;
use uuid::Uuid;

use super::short::{Short, bids, delta, nile};
use super::world::*;
use super::*;
use super::{asked, drafting};
use crate::cli::lang::Lang;
use crate::cli::verify;

fn seconds(seconds: i64) -> Timestamp {
    midnight("01-17").plus_micros(seconds * MICROS_PER_SECOND)
}

/// A court of audit that cosigns.
struct Court {
    folder: tempfile::TempDir,
    witness: Witness,
    signer: Signer,
}

impl Court {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log_key = folder.path().join("log.key");
        let log = create_key(&log_key, ORIGIN).unwrap();
        let key = LogKey::parse(&read_key(&log_key).unwrap()).unwrap();
        let mut signer = Signer::open(key, StateFile::beside(&log_key)).unwrap();
        let held = Held::Enough {
            root: sijill_ledger_core::log::EMPTY_HASH,
        };
        let nobody = "quorum none\n".parse().unwrap();
        signer.wake(held, &BTreeMap::new(), &nobody).unwrap();
        let files: Arc<dyn Files> = Arc::new(RealFiles);
        enrol(Arc::clone(&files), folder.path(), ORIGIN).unwrap();
        let key = WitnessKey::generate("court").unwrap();
        let witness = Witness::open(key, [log], &files, folder.path()).unwrap();
        Self {
            folder,
            witness,
            signer,
        }
    }

    fn witnessing(&self) -> Witnessing {
        let court = self.witness.verifier().vkey();
        Witnessing {
            policy: vec![format!("witness court {court}"), "quorum court".to_owned()],
            within_seconds: 60,
        }
    }

    /// Signed by the log, and cosigned by the court's clock.
    fn cosigned(&mut self, size: u64, root: Hash, at: Timestamp) -> SignedCheckpoint {
        assert!(self.folder.path().is_dir());
        let mut checkpoint = self.signer.sign(size, root, &[]).unwrap();
        let request = AddCheckpoint {
            old_size: 0,
            proof: Vec::new(),
            checkpoint: checkpoint.clone(),
        };
        let at = u64::try_from(at.as_micros() / MICROS_PER_SECOND).unwrap();
        let Said::Cosigned(line) = self.witness.add_checkpoint(&request.to_bytes(), at) else {
            panic!("not cosigned");
        };
        for cosignature in parse_signatures(&line).unwrap() {
            checkpoint.put(cosignature).unwrap();
        }
        checkpoint
    }
}

/// What the server has of the court.
struct Had(SignedCheckpoint);

impl Witnesses for Had {
    fn checkpoints(&self) -> Vec<SignedCheckpoint> {
        vec![self.0.clone()]
    }

    fn ask(&self) {}
}

/// An open tender under rules that name the court; Nile bids, the court cosigns, and then comes Delta, to a clock that is slow.
async fn played(court: &mut Court) -> (Play, u64) {
    let play = Play::new().await;
    drafting::ruled_with(&play, Some(60), Some(court.witnessing())).await;
    drafting::planned(&play).await;
    Short::open().published(&play).await;
    play.noon("01-05");
    bids(&play, &nile(), &[("A", 420)]).await;
    let seen = play.world.ledger.store().size();
    bids(&play, &delta(), &[("A", 400)]).await;
    (play, seen)
}

fn tree(play: &Play) -> Tree {
    let tree = Tree::open(play.world.ledger.store().directory()).unwrap();
    tree.catch_up().unwrap();
    tree
}

/// By Sijill itself, as nobody else may.
async fn recorded(
    play: &Play,
    checkpoint: &SignedCheckpoint,
    covered_until: Timestamp,
    outside: u64,
) {
    let note = String::from_utf8(checkpoint.to_bytes()).unwrap();
    let command = Command::Witness(DeadlineWitness {
        closes_at: seconds(0),
        checkpoint: SavedCheckpoint::new(&note).unwrap(),
        covered_until,
        outside,
    });
    let system = Actor {
        id: ActorId::System,
        role: Role::System,
        position: None,
    };
    play.set(seconds(70));
    let stream = Tender::stream(&TenderId::new(TENDER).unwrap());
    let context = Context::new(Uuid::from_u128(7), system);
    let ledger = &play.world.ledger;
    let done = ledger.execute::<Tender>(&stream, command, context).await;
    done.unwrap();
}

async fn stamp(play: &Play, index: u64) -> Timestamp {
    let batch = play.world.ledger.store().read_log(index).await.unwrap();
    batch.get(0).unwrap().1.recorded_at
}

/// What `verify` says of the records at deadlines: how many are right, or why not.
async fn verified(play: &Play) -> Result<u64, String> {
    let store = play.world.ledger.store();
    match verify::verify(store.directory(), Lang::En).await {
        Ok(report) => Ok(report.witnessed_deadlines()),
        Err(failure) => Err(format!("{failure:?}")),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bid_that_the_witness_had_not_seen_does_not_count() {
    let mut court = Court::new();
    let (play, seen) = played(&mut court).await;
    let root = tree(&play).root(seen).unwrap();
    let said = court.cosigned(seen, root, seconds(20));
    let mut scheduler = Scheduler::new(play.world.ledger.clone(), Arc::new(Had(said)));
    for at in [0, 65] {
        play.set(seconds(at));
        scheduler.tick().await.unwrap();
    }
    let page = asked::page(&play).await;
    assert_eq!(page.outside_witness, Some(2), "before bidding is closed");
    play.set(seconds(3_660));
    scheduler.tick().await.unwrap();
    play.react().await;
    for (bidder, state) in [
        (nile(), OwnBidState::Counts),
        (delta(), OwnBidState::Unwitnessed),
    ] {
        let asked = bidder.by.asks(pb::ListOwnBidsRequest::default());
        let own = play.world.bids().list_own_bids(asked).await;
        let own = own.unwrap().into_inner().bids;
        let states: Vec<_> = own.iter().map(pb::OwnBid::state).collect();
        assert_eq!(states, [state; 2]);
    }
    let page = asked::page(&play).await;
    let mut steps = page.timeline.iter();
    assert!(steps.any(|it| it.step == "DeadlineWitnessed"));
    assert_eq!(verified(&play).await, Ok(1));
}

/// Who runs the server can bring the record about, and say what is not so: whoever has the log sees it.
#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_is_not_of_this_log_is_named() {
    // The court was shown another log of the same size.
    let mut court = Court::new();
    let (play, seen) = played(&mut court).await;
    let said = court.cosigned(seen, Hash([7; 32]), seconds(20));
    recorded(&play, &said, stamp(&play, seen - 1).await, 2).await;
    let named = verified(&play).await.unwrap_err();
    assert!(named.contains("shown another log"), "{named}");

    for (until, outside) in [(seen, 2), (seen - 1, 0), (seen - 1, 1), (seen - 1, 3)] {
        let mut court = Court::new();
        let (play, seen) = played(&mut court).await;
        let root = tree(&play).root(seen).unwrap();
        let said = court.cosigned(seen, root, seconds(20));
        recorded(&play, &said, stamp(&play, until).await, outside).await;
        let named = verified(&play).await.unwrap_err();
        assert!(named.contains("is not so"), "{until} {outside}: {named}");
    }
}
