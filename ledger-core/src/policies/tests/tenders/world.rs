//! A ledger that may go down with any append, the people of a tender, and what each of them asks in its turn.

use std::sync::Arc;

use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::world::{Accident, Frail};
use crate::aggregate::{Aggregate, Explain as _};
use crate::codec;
use crate::domain::Command;
use crate::domain::committee::{self, Committee};
use crate::domain::enrolment::KeyEnrolment;
use crate::domain::envelope::Envelope;
use crate::domain::envelope::tests::world as sealing;
use crate::domain::facility::{self, Facility};
use crate::domain::item::{self, Item};
use crate::domain::official::{self, Official};
use crate::domain::organization::{self, Organization};
use crate::domain::plan::Plan;
use crate::domain::security::Security;
use crate::domain::tender::Tender;
use crate::domain::values::{Code, Country, Currency, Date, ExternalId, Money, Names};
use crate::event::{Actor, ActorId, Recorded, Role};
use crate::ledger::{Context, Done, ExecuteError, Ledger, command_hash};
use crate::policies::{self, Checkpoints, MemoryCheckpoints};
use crate::statement::{Claim, StatementKey};
use crate::store::{AppendError, EventStore as _, MemoryStore, StreamName};
use crate::testing::actor;
use crate::time::{Clock, ManualClock, Timestamp};

pub(super) const BUYER: &str = "moh";
pub(super) const BIDDERS: [&str; 3] = ["nile", "delta", "sinai"];
/// What each asks for one roll of gauze, in EGP: the first is the lowest.
pub(super) const PRICES: [&str; 3] = ["3.90", "4.00", "4.10"];
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

/// Each bidder's key, by two registrars.
fn enrolments() -> impl Iterator<Item = (&'static str, StreamName, Command)> {
    BIDDERS.iter().enumerate().flat_map(|(n, name)| {
        let stream = Organization::stream(&id(name));
        let proposal = enrolled_key(n).proposal(&stream);
        let enrolment = KeyEnrolment {
            key: proposal.key.clone(),
        };
        let propose = organization::Command::ProposeKey(proposal);
        let enrol = organization::Command::EnrolKey(enrolment);
        let asked = [("rana", propose), ("sami", enrol)];
        asked.map(|(by, command)| (by, stream.clone(), Command::Organization(command)))
    })
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
    ledger: Ledger<Frail>,
    checkpoints: Arc<dyn Checkpoints>,
    commands: u64,
}

impl World {
    /// 1 January 2026: everybody is registered.
    pub(super) async fn new() -> Self {
        let clock = Arc::new(ManualClock::new(midnight("01-01")));
        let stamps: Arc<dyn Clock> = clock.clone();
        let store = Arc::new(MemoryStore::new(sealing::ORIGIN, stamps));
        let mut world = Self {
            ledger: ledger(&store, &clock, u64::MAX, Accident::NotTaken),
            store,
            clock,
            checkpoints: Arc::new(MemoryCheckpoints::default()),
            commands: 0,
        };
        let registered = registrations().into_iter();
        let registered = registered.map(|(stream, command)| ("rana", stream, command));
        for (by, stream, command) in registered.chain(enrolments()) {
            let ask = Ask {
                stream,
                command,
                by: actor(by, Role::Registrar),
                key: None,
            };
            let outcome = world.ask(ask.clone()).await.1;
            assert!(matches!(outcome, Outcome::Done(_)), "{ask:?}: {outcome:?}");
        }
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
        self.ledger = ledger(&self.store, &self.clock, appends, accident);
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
    pub(super) async fn log(&self) -> Vec<Recorded> {
        let (mut events, mut next) = (Vec::new(), 0);
        loop {
            let batch = self.store.read_log(next).await.unwrap();
            let Some(after) = batch.next_index() else {
                return events;
            };
            for (index, entry) in batch.iter() {
                let parts = self.store.parts(index).await.unwrap();
                events.push(codec::recorded(index, &entry, &parts).unwrap());
            }
            next = after;
        }
    }
}

fn ledger(
    store: &Arc<MemoryStore>,
    clock: &Arc<ManualClock>,
    appends: u64,
    accident: Accident,
) -> Ledger<Frail> {
    let frail = Frail::new(Arc::clone(store), appends, accident);
    let clock: Arc<dyn Clock> = clock.clone();
    Ledger::new(Arc::new(frail), clock)
}

fn names(name: &str) -> Names {
    Names::new(name, name).unwrap()
}

fn organization(name: &str, role: organization::Role) -> (StreamName, Command) {
    let registration = organization::Registration {
        profile: organization::Profile {
            roles: [role].into(),
            names: names(name),
            external: ExternalId::new(&format!("EG-GAFI:{name}")).unwrap(),
            country: Country::new("EG").unwrap(),
            governorate: None,
        },
        bank_account: None,
    };
    let command = organization::Command::Register(registration);
    (
        Organization::stream(&id(name)),
        Command::Organization(command),
    )
}

fn official(name: &str, limit: Option<u32>) -> Vec<(StreamName, Command)> {
    let post = Code::new(&format!("post-{name}")).unwrap();
    let appointment = official::Command::Appoint(official::Appointment {
        post: post.clone(),
        seat: official::Seat::Organization(id(BUYER)),
        names: names(name),
        national_id: None,
        from: Date::parse("2025-01-01").unwrap(),
        decree: id("D-1"),
    });
    let delegation = limit.map(|limit| {
        official::Command::Delegate(official::Delegation {
            post,
            limit: egp(limit.into()),
            from: Date::parse("2026-01-01").unwrap(),
            until: Date::parse("2026-12-31").unwrap(),
            delegator: None,
            decree: id("D-2"),
        })
    });
    let commands = std::iter::once(appointment).chain(delegation);
    commands
        .map(|command| (Official::stream(&id(name)), Command::Official(command)))
        .collect()
}

fn committee(
    name: &str,
    purpose: committee::Purpose,
    members: &[&str],
    quorum: u8,
) -> (StreamName, Command) {
    let formation = committee::Command::Form(committee::Formation {
        purpose,
        names: names(name),
        members: members.iter().map(|member| id(member)).collect(),
        quorum,
        alternates: Vec::new(),
        decree: id("D-3"),
    });
    (Committee::stream(&id(name)), Command::Committee(formation))
}

fn registrations() -> Vec<(StreamName, Command)> {
    let gauze = item::Command::List(item::Profile {
        names: names("gauze"),
        category: item::Category::Supply,
        base_unit: id("roll"),
        packs: Vec::new(),
        atc: None,
        unspsc: None,
        essential: false,
        cold_chain: false,
        tracking: item::Tracking::Quantity,
        inspected: false,
    });
    let clinic = facility::Command::Open(facility::Profile {
        names: names("clinic"),
        kind: facility::Kind::Clinic,
        governorate: None,
        position: None,
        population: None,
        parent: None,
        owner: None,
    });
    let mut asked = vec![
        (Item::stream(&id("gauze")), Command::Item(gauze)),
        (
            Facility::stream(&id("EG-CAI-01")),
            Command::Facility(clinic),
        ),
        organization(BUYER, organization::Role::ProcuringEntity),
    ];
    let bidders = BIDDERS.map(|name| organization(name, organization::Role::Supplier));
    asked.extend(bidders);
    let opening = ["m1", "m2", "m3", "m4", "m5"];
    let evaluation = ["e1", "e2", "e3"];
    for name in opening.into_iter().chain(evaluation) {
        asked.extend(official(name, None));
    }
    for (name, limit) in LIMITS {
        asked.extend(official(name, Some(limit)));
    }
    asked.push(committee(
        "opening",
        committee::Purpose::Opening,
        &opening,
        3,
    ));
    let purpose = committee::Purpose::Evaluation;
    asked.push(committee("evaluation", purpose, &evaluation, 2));
    asked
}
