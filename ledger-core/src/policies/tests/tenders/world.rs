//! A ledger that may go down with any append, the people of a tender, and what each of them asks in its turn.

use std::path::Path;
use std::sync::Arc;

use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::envelopes::log::Log;
use super::super::world::{Accident, Frail};
use super::people::registered;
use super::setting::Setting;
use crate::aggregate::{Aggregate, Explain as _};
use crate::codec;
use crate::domain::Command;
use crate::domain::committee::Committee;
use crate::domain::envelope::Envelope;
use crate::domain::envelope::tests::world as sealing;
use crate::domain::facility::Facility;
use crate::domain::item::Item;
use crate::domain::official::Official;
use crate::domain::organization::Organization;
use crate::domain::plan::Plan;
use crate::domain::ruleset::Ruleset;
use crate::domain::security::Security;
use crate::domain::tender::{self, EnvelopePart, Tender};
use crate::domain::values::{Currency, Date, EnvelopeId, LotId, Money};
use crate::event::{Actor, ActorId, Event, Recorded, Role};
use crate::ledger::{Context, Done, ExecuteError, Ledger, OsSalts, Surroundings, command_hash};
use crate::policies::{self, Checkpoints, MemoryCheckpoints};
use crate::statement::{Claim, StatementKey};
use crate::store::embedded::sim::SimDisk;
use crate::store::{AppendError, Attachments, EventStore as _, MemoryStore, StreamName};
use crate::testing::actor;
use crate::time::{Clock, ManualClock, Timestamp};

pub(super) const BUYER: &str = "moh";
/// Whose officials have no part in the tender.
pub(super) const OTHER_BUYER: &str = "moe";
pub(super) const BIDDERS: [&str; 3] = ["nile", "delta", "sinai"];
/// A supplier that nobody may ask.
pub(super) const DEBARRED: &str = "tigris";
/// What each asks for one roll of gauze, in EGP: the first is the lowest.
pub(super) const PRICES: [&str; 3] = ["3.90", "4.00", "4.10"];
/// What each says that its thousand rolls come to: the last has a wrong sum, which would be the lowest.
pub(super) const TOTALS: [u32; 3] = [3_900, 4_000, 3_800];
/// Most that quotations may come to, in EGP: the last bidder asks for more.
pub(super) const CEILING: u32 = 4_050;
/// An offer as it came.
pub(super) const PAPER: &[u8] = b"%PDF-1.7\n% a thousand rolls";
/// Up to how much they may approve, in EGP.
pub(super) const LIMITS: [(&str, u32); 2] = [("omar", 5_000), ("mona", 10)];

pub(super) fn id<T: TryFrom<String, Error: std::fmt::Debug>>(text: &str) -> T {
    T::try_from(text.to_owned()).unwrap()
}

pub(super) fn egp(amount: Decimal) -> Money {
    Money::new(amount, Currency::new("EGP").unwrap()).unwrap()
}

/// Midnight of a day of 2026, such as `01-17`.
pub(super) fn midnight(day: &str) -> Timestamp {
    Date::parse(&format!("2026-{day}")).unwrap().start(0)
}

/// An instant of 2026: a day, or `01-17 00:30`.
pub(super) fn instant(text: &str) -> Timestamp {
    let Some((day, time)) = text.split_once(' ') else {
        return midnight(text);
    };
    let (hours, minutes) = time.split_once(':').unwrap();
    let minutes = hours.parse::<i64>().unwrap() * 60 + minutes.parse::<i64>().unwrap();
    midnight(day).plus_micros(minutes * 60_000_000)
}

pub(super) fn lot_id() -> LotId {
    sealing::lot().id
}

/// The number of an envelope, which its id is made of.
pub(super) fn number(bidder: usize, part: EnvelopePart, version: u8) -> u8 {
    let part = match part {
        EnvelopePart::Technical => 0,
        EnvelopePart::Financial => 10,
    };
    1 + u8::try_from(bidder).unwrap() * 20 + part + version
}

pub(super) fn envelope_id(bidder: usize, part: EnvelopePart, version: u8) -> EnvelopeId {
    EnvelopeId::new(&sealing::uuid(number(bidder, part, version)).to_string()).unwrap()
}

/// What a log says of the tender, by revision.
#[allow(clippy::wildcard_enum_match_arm, reason = "of one aggregate")]
pub(super) fn of_tender(
    log: &[Recorded],
) -> impl DoubleEndedIterator<Item = (u64, &tender::Event)> {
    log.iter().filter_map(|recorded| match &recorded.event {
        Event::Tender(event) => Some((recorded.revision, event)),
        _ => None,
    })
}

pub(super) fn supplier(name: &str) -> Actor {
    Actor {
        id: ActorId::Organization(id(name)),
        role: Role::Supplier,
        position: None,
    }
}

/// The key of a bidder for this tender.
pub(super) fn key(bidder: usize) -> StatementKey {
    StatementKey::from_seed(&[u8::try_from(bidder).unwrap() + 1; 32]).unwrap()
}

/// The enrolled key of a bidder, which vouches for the one of this tender.
pub(super) fn enrolled_key(bidder: usize) -> StatementKey {
    key(bidder + 50)
}

/// Something that somebody asks.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) stream: StreamName,
    pub(super) command: Command,
    pub(super) by: Actor,
    /// The key that signs it.
    pub(super) key: Option<usize>,
}

/// A command that was sent, under its id.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) id: Uuid,
    pub(super) ask: Ask,
}

/// What a command came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Done(Done),
    Refused(&'static str),
    /// The store is down: nobody knows.
    Unknown,
}

pub(super) struct World {
    pub(super) store: Arc<MemoryStore>,
    clock: Arc<ManualClock>,
    attachments: Attachments,
    ledger: Ledger<Frail>,
    checkpoints: Arc<dyn Checkpoints>,
    commands: u64,
    /// The log as far as it was read.
    read: Arc<Vec<Recorded>>,
    pub(super) setting: Setting,
}

impl World {
    /// 1 January 2026: everybody is registered.
    pub(super) async fn new(setting: Setting) -> Self {
        let clock = Arc::new(ManualClock::new(midnight("01-01")));
        let stamps: Arc<dyn Clock> = clock.clone();
        let store = Arc::new(MemoryStore::new(sealing::ORIGIN, stamps));
        let attachments = Attachments::on(Path::new("/data"), Arc::new(SimDisk::default()));
        attachments.put(PAPER).unwrap();
        let frail = Frail::new(Arc::clone(&store), u64::MAX, Accident::NotTaken);
        let mut world = Self {
            ledger: ledger(frail, &clock, &attachments),
            store,
            clock,
            attachments,
            checkpoints: Arc::new(MemoryCheckpoints::default()),
            commands: 0,
            read: Arc::default(),
            setting,
        };
        for (by, stream, command) in registered() {
            let ask = Ask {
                stream,
                command,
                by: actor(by, Role::Registrar),
                key: None,
            };
            let outcome = world.ask(ask.clone()).await.1;
            assert!(matches!(outcome, Outcome::Done(_)), "{ask:?}: {outcome:?}");
        }
        let log = Log::again(Arc::clone(&world.store), world.clock.clone());
        log.adopted(setting.parameters()).await;
        world
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now().unwrap()
    }

    /// Time goes on until then, never back.
    pub(super) fn wait_until(&self, at: Timestamp) {
        if at > self.now() {
            self.clock.set(at);
        }
    }

    /// The process ends where it stands, and another begins: what was in memory is gone, and what policies kept of where they
    /// stood, too, where it says so. It goes down again with the n-th append from now.
    pub(super) fn restart(&mut self, appends: u64, accident: Accident, forgets: bool) {
        let frail = Frail::new(Arc::clone(&self.store), appends, accident);
        self.ledger = ledger(frail, &self.clock, &self.attachments);
        if forgets {
            self.checkpoints = Arc::new(MemoryCheckpoints::default());
        }
    }

    /// Policies and scheduler do what is due, as far as the store lets them.
    pub(super) async fn react(&self) -> Result<(), policies::PolicyError> {
        policies::catch_up(&self.ledger, &self.checkpoints).await
    }

    pub(super) async fn ask(&mut self, ask: Ask) -> (Sent, Outcome) {
        self.commands += 1;
        let id = Uuid::from_u128(self.commands.into());
        let sent = Sent { id, ask };
        let outcome = self.send(&sent).await;
        (sent, outcome)
    }

    /// Sends a command, for the first time or again.
    pub(super) async fn send(&self, sent: &Sent) -> Outcome {
        macro_rules! sent {
            ($($name:ident),*) => {
                match &sent.ask.command {
                    $(Command::$name(command) => self.execute::<$name>(sent, command.clone()).await,)*
                    other => panic!("nobody asks {other:?} here"),
                }
            };
        }
        sent!(
            Committee,
            Envelope,
            Facility,
            Item,
            Official,
            Organization,
            Plan,
            Ruleset,
            Security,
            Tender
        )
    }

    async fn execute<A: Aggregate>(&self, sent: &Sent, command: A::Command) -> Outcome {
        let Ask {
            stream,
            by,
            key: signs,
            ..
        } = &sent.ask;
        let mut context = Context::new(sent.id, by.clone());
        if let Some(bidder) = signs {
            let key = key(*bidder);
            context.statement = Some(key.sign(&Claim {
                origin: sealing::ORIGIN.to_owned(),
                stream: stream.clone(),
                command_id: sent.id,
                effective_at: None,
                key: key.public().id(),
                payload: command_hash::<A>(&command, None).unwrap(),
                approved: None,
            }));
        }
        match self.ledger.execute::<A>(stream, command, context).await {
            Ok(done) => Outcome::Done(done),
            Err(ExecuteError::Append(
                AppendError::Unavailable(_) | AppendError::OutcomeUnknown(_),
            )) => Outcome::Unknown,
            Err(error) => Outcome::Refused(error.code()),
        }
    }

    /// The log with what the server holds apart.
    pub(super) async fn log(&mut self) -> Arc<Vec<Recorded>> {
        let read = Arc::make_mut(&mut self.read);
        loop {
            let next = u64::try_from(read.len()).unwrap();
            let batch = self.store.read_log(next).await.unwrap();
            if batch.is_empty() {
                return Arc::clone(&self.read);
            }
            for (index, entry) in batch.iter() {
                let parts = self.store.parts(index).await.unwrap();
                read.push(codec::recorded(index, &entry, &parts).unwrap());
            }
        }
    }
}

fn ledger(frail: Frail, clock: &Arc<ManualClock>, attachments: &Attachments) -> Ledger<Frail> {
    let surroundings = Surroundings {
        clock: clock.clone(),
        salts: Arc::new(OsSalts),
        attachments: Some(attachments.clone()),
    };
    Ledger::with(Arc::new(frail), surroundings)
}
