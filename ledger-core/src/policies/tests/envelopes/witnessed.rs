//! What witnesses had seen at the deadline, where the ruleset names some: a server whose clock goes slow lets nobody in late.

use std::sync::Mutex;

use super::*;
use crate::domain::ruleset::{ProcurementRules, Witnessing};
use crate::domain::tender::{DeadlineWitness, Outage, Standing};
use crate::domain::values::SavedCheckpoint;
use crate::log::EMPTY_HASH;
use crate::log::checkpoint::SignedCheckpoint;
use crate::log::note::WitnessKey;
use crate::log::testing::cosigned;
use crate::time::MICROS_PER_SECOND;

/// So many seconds after the deadline that was published.
fn seconds(seconds: i64) -> Timestamp {
    closes_at().plus_micros(seconds * MICROS_PER_SECOND)
}

/// What two witnesses say of a log, of whom one is enough.
struct World {
    clock: Arc<ManualClock>,
    log: Log<MemoryStore>,
    witnesses: [WitnessKey; 2],
    said: Arc<Said>,
    scheduler: Scheduler<MemoryStore>,
}

#[derive(Default)]
struct Said {
    checkpoints: Mutex<Vec<SignedCheckpoint>>,
    asked: AtomicI64,
}

impl Witnesses for Said {
    fn checkpoints(&self) -> Vec<SignedCheckpoint> {
        self.checkpoints.lock().unwrap().clone()
    }

    fn ask(&self) {
        self.asked.fetch_add(1, Ordering::SeqCst);
    }
}

impl World {
    /// Rules that name the witnesses, and close 35 minutes after a deadline.
    async fn new() -> Self {
        let clock = manual();
        let store = Arc::new(MemoryStore::new(world::ORIGIN, Arc::clone(&clock) as _));
        let witnesses = ["court", "press"].map(|name| WitnessKey::generate(name).unwrap());
        let line = |key: &WitnessKey| {
            let verifier = key.verifier();
            format!("witness {} {}", verifier.name(), verifier.vkey())
        };
        let [court, press] = &witnesses;
        let policy = [
            line(court),
            line(press),
            "group one any court press".to_owned(),
            "quorum one".to_owned(),
        ];
        let rules = ProcurementRules {
            edition: Some(4),
            closing_grace_minutes: Some(35),
            witnessing: Some(Witnessing {
                policy: policy.into(),
                within_seconds: 60,
            }),
            ..ProcurementRules::default()
        };
        let log = Log::under(rules, store, Arc::clone(&clock) as _).await;
        let said = Arc::new(Said::default());
        let scheduler = Scheduler::new(log.ledger.clone(), Arc::clone(&said) as _);
        Self {
            clock,
            log,
            witnesses,
            said,
            scheduler,
        }
    }

    fn size(&self) -> u64 {
        self.log.ledger.store().size()
    }

    /// The court cosigns the log at this size, by its own clock.
    fn cosigned(&self, size: u64, at: Timestamp) -> SignedCheckpoint {
        let [court, _] = &self.witnesses;
        cosigned(world::ORIGIN, size, court, at)
    }

    fn sees(&self, size: u64, at: Timestamp) {
        let checkpoint = self.cosigned(size, at);
        self.said.checkpoints.lock().unwrap().push(checkpoint);
    }

    async fn tick(&mut self, at: Timestamp) {
        self.clock.set(at);
        self.scheduler.tick().await.unwrap();
    }

    /// Of another stream, after the deadline.
    async fn something_happens(&self) {
        let registrar = actor("rana", Role::Registrar);
        let stream =
            crate::domain::item::Item::stream(&crate::domain::values::ItemCode::new("X").unwrap());
        let event = crate::domain::item::Event::ItemDelisted(crate::domain::item::Delisting {
            reason: Text::new("no more").unwrap(),
        });
        self.log.happened(&stream, &registrar, event).await;
    }

    /// The records: size of the checkpoint, and how many entries are outside.
    async fn records(&self) -> Vec<(u64, u64)> {
        let events = self.log.events().await;
        let records = events.iter().filter_map(|it| match of_tender(it) {
            Some(tender::Event::DeadlineWitnessed(it)) => Some((it.checkpoint.size(), it.outside)),
            Some(_) | None => None,
        });
        records.collect()
    }

    /// The list, after bidding was closed.
    async fn listed(&self) -> Vec<(u8, Standing)> {
        catch_up(&self.log.ledger, &kept()).await.unwrap();
        let (listed, end) = self.log.list().await;
        assert_eq!(end.is_some(), !listed.is_empty());
        listed
    }
}

/// The worked example: two envelopes are stamped before noon. At six seconds past noon the court has seen both: it is recorded, bidding
/// is closed 35 minutes past, and neither is late.
#[tokio::test]
async fn what_witnesses_had_seen_in_time_counts() {
    let mut world = World::new().await;
    for n in [1, 2] {
        world.log.seal(n, &key(n)).await.unwrap();
    }
    let size = world.size();
    world.tick(seconds(0)).await;
    assert_eq!(world.records().await, []);
    assert_eq!(world.said.asked.load(Ordering::SeqCst), 1, "soon, please");
    world.sees(size, seconds(4));
    world.tick(seconds(5)).await;
    assert_eq!(
        world.records().await,
        [],
        "one may be on its way to the disk"
    );
    world.something_happens().await;
    world.tick(seconds(6)).await;
    assert_eq!(world.records().await, [(size, 0)]);
    world.tick(seconds(120)).await;
    assert_eq!(world.records().await, [(size, 0)], "once");
    world.tick(seconds(2_100)).await;
    // Both are of one bidder, whose later one counts.
    let counts = [(2, Standing::Counts), (1, Standing::Superseded)];
    assert_eq!(world.listed().await, counts);
}

/// The attack: the server's clock goes slow, and stamps an envelope before the deadline that came after it. By their own clocks the
/// witnesses had not seen it a minute after the deadline; what they cosign later is of no use.
#[tokio::test]
async fn an_envelope_that_came_late_to_a_slow_clock_does_not_count() {
    let mut world = World::new().await;
    world.log.seal(1, &key(1)).await.unwrap();
    let seen = world.size();
    world.sees(seen, seconds(-600));
    // Ten minutes past the deadline, by any other clock.
    world.log.seal(2, &key(2)).await.unwrap();
    let stamp = world.log.events().await.last().unwrap().recorded_at;
    assert!(stamp < closes_at());
    world.sees(world.size(), seconds(600));
    for waiting in [0, 30, 64] {
        world.tick(seconds(waiting)).await;
        assert_eq!(world.records().await, [], "{waiting} s");
    }
    world.tick(seconds(65)).await;
    assert_eq!(world.records().await, [(seen, 1)], "one entry is outside");
    world.tick(seconds(2_200)).await;
    let fates = [(2, Standing::Unwitnessed), (1, Standing::Counts)];
    assert_eq!(world.listed().await, fates);
}

/// Neither does a withdrawal, which takes the bid of another bidder's friend out after all were in, nor a confirmation.
#[tokio::test]
async fn nothing_that_is_said_of_an_envelope_counts_unseen() {
    let mut world = World::new().await;
    for n in [1, 2] {
        world.log.seal(n, &key(n)).await.unwrap();
    }
    let huda = actor("huda", Role::ProcurementOfficer);
    let amended = amended();
    let tender = Tender::stream(&tender_id());
    world
        .log
        .happened_at(&tender, &huda, amended, noon("2026-01-16"))
        .await;
    let confirm = || envelope::Command::Confirm(envelope::Confirmation { amendment: 1 });
    let withdraw = || envelope::Command::Withdraw(envelope::Withdrawal {});
    world.log.seal(3, &key(3)).await.unwrap();
    for n in [1, 3] {
        let stream = world::envelope(n);
        let done = world.log.signed(&stream, &key(n), confirm()).await;
        done.unwrap();
    }
    let seen = world.size();
    world.sees(seen, seconds(1));
    for (n, command) in [(2, confirm()), (3, withdraw())] {
        let stream = world::envelope(n);
        let done = world.log.signed(&stream, &key(n), command).await;
        done.unwrap();
    }
    world.tick(seconds(65)).await;
    assert_eq!(world.records().await, [(seen, 2)]);
    world.tick(seconds(2_200)).await;
    let fates = world.listed().await;
    let of = |n| fates.iter().find(|(it, _)| *it == n).map(|(_, it)| *it);
    assert_eq!(of(2), Some(Standing::Unconfirmed));
    assert_eq!(of(3), Some(Standing::Counts));
}

/// Where no quorum cosigned in time nothing is closed: two persons give all bidders the time again, and then the witnesses are there.
#[tokio::test]
async fn a_deadline_without_witnesses_is_moved_by_persons() {
    let mut world = World::new().await;
    world.log.seal(1, &key(1)).await.unwrap();
    world.sees(world.size(), seconds(61));
    for at in [0, 65, 2_200] {
        world.tick(seconds(at)).await;
    }
    assert_eq!(world.records().await, []);
    let (held, why) = world.scheduler.held();
    assert_eq!(held, 1, "who looks after the server is told: {why:?}");
    let system = crate::event::Actor {
        id: crate::event::ActorId::System,
        role: Role::System,
        position: None,
    };
    let close = world.log.ask(&system, tender::Command::Close).await;
    assert_eq!(close, Err("TENDER_DEADLINE_UNWITNESSED"));
    let outage = tender::Command::RecordOutage(Outage {
        from: seconds(-60),
        until: seconds(240),
        reason: Text::new("no witness could be reached").unwrap(),
        closes_at: None,
    });
    for by in [
        actor("adel", Role::Administrator),
        actor("sami", Role::Approver),
    ] {
        world.log.ask(&by, outage.clone()).await.unwrap();
    }
    // Five minutes, and the sixty of the built-in allowance.
    let deadline = seconds(300 + 3_600);
    world.sees(world.size(), deadline.plus_micros(MICROS_PER_SECOND));
    world
        .tick(deadline.plus_micros(66 * MICROS_PER_SECOND))
        .await;
    assert_eq!(world.records().await.len(), 1);
    world
        .tick(deadline.plus_micros(2_200 * MICROS_PER_SECOND))
        .await;
    assert_eq!(world.listed().await, [(1, Standing::Counts)]);
}

/// A record by hand: of another log, with a forged signature, of strangers, too late, of another deadline, or by a person.
#[tokio::test]
async fn a_record_holds_only_what_witnesses_said() {
    let world = World::new().await;
    world.clock.set(seconds(10));
    let system = crate::event::Actor {
        id: crate::event::ActorId::System,
        role: Role::System,
        position: None,
    };
    let size = world.size();
    let record = |checkpoint: &SignedCheckpoint| {
        let note = String::from_utf8(checkpoint.to_bytes()).unwrap();
        DeadlineWitness {
            closes_at: closes_at(),
            checkpoint: SavedCheckpoint::new(&note).unwrap(),
            covered_until: closes_at().plus_micros(-1),
            outside: 0,
        }
    };
    let [court, _] = &world.witnesses;
    let good = world.cosigned(size, seconds(60));
    let other_log = cosigned("sijill.other", size, court, seconds(1));
    let stranger = WitnessKey::generate("stranger").unwrap();
    let strangers = cosigned(world::ORIGIN, size, &stranger, seconds(1));
    // The name of a witness, and another key.
    let impostor = WitnessKey::generate("court").unwrap();
    let impostors = cosigned(world::ORIGIN, size, &impostor, seconds(1));
    // What the court said of another size.
    let forged = String::from_utf8(good.to_bytes()).unwrap();
    let forged = forged.replacen(&format!("\n{size}\n"), &format!("\n{}\n", size + 1), 1);
    let forged = SignedCheckpoint::parse(forged.as_bytes()).unwrap();
    let late = world.cosigned(size, seconds(61));
    let moved = DeadlineWitness {
        closes_at: seconds(1),
        ..record(&good)
    };
    let too_late = "TENDER_WITNESSED_TOO_LATE";
    for (witness, refusal) in [
        (record(&other_log), "TENDER_WITNESS_OF_OTHER_LOG"),
        (record(&strangers), too_late),
        (record(&impostors), too_late),
        (record(&forged), too_late),
        (record(&late), too_late),
        (moved, "TENDER_WITNESS_OF_OTHER_DEADLINE"),
    ] {
        let refused = world
            .log
            .ask(&system, tender::Command::Witness(witness))
            .await;
        assert_eq!(refused, Err(refusal));
    }
    let command = || tender::Command::Witness(record(&good));
    let huda = actor("huda", Role::ProcurementOfficer);
    let refused = world.log.ask(&huda, command()).await;
    assert_eq!(refused, Err("TENDER_NOT_THE_SCHEDULER"));
    world.log.ask(&system, command()).await.unwrap();
    let again = world.log.ask(&system, command()).await;
    assert_eq!(again, Err("TENDER_WITNESSED_ALREADY"));
    assert_eq!(EMPTY_HASH, good.checkpoint().root());
}

/// What the directory keeps is enough: the server ended after the deadline, before it was recorded.
#[tokio::test]
async fn what_was_seen_before_a_crash_is_recorded_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new().await;
    world.log.seal(1, &key(1)).await.unwrap();
    let seen = world.cosigned(world.size(), seconds(2));
    crate::log::published::store_witnessed(folder.path(), &seen).unwrap();
    // What was published after it has too few cosignatures.
    let later = cosigned(
        world::ORIGIN,
        world.size(),
        &world.witnesses[1],
        seconds(600),
    );
    crate::log::published::store(folder.path(), &later).unwrap();
    world.clock.set(seconds(2_200));
    let kept = KeptWitnesses::load(folder.path()).unwrap();
    assert_eq!(kept.checkpoints().len(), 2);
    let mut scheduler = Scheduler::new(world.log.ledger.clone(), Arc::new(kept));
    scheduler.tick().await.unwrap();
    assert_eq!(world.records().await, [(seen.checkpoint().size(), 0)]);
    assert_eq!(world.listed().await, [(1, Standing::Counts)]);
}
