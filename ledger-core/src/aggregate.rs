//! What an aggregate is: state that judges commands and remembers events. How a decision is judged again, and what follows from
//! it for whoever changes a rule: [`again`].

pub mod again;

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::Serialize;

use crate::domain::State;
use crate::domain::official::{Official, Record};
use crate::domain::ruleset::{Rules, Ruleset, Witnessing};
use crate::domain::tender::{BidContent, EnvelopePart};
use crate::domain::values::{Clocks, Currency, Date, EffectiveAt, Money, PublicKey};
use crate::event::{Actor, ActorId, Event, FactRead, Metadata, Origin, RulesetVersion};
pub use crate::explain::Explain;
pub(crate) use crate::explain::refusals;
use crate::store::StreamName;
use crate::time::Timestamp;

/// One kind of stream. `decide` judges, `evolve` remembers; neither does I/O, reads a clock or draws randomness.
pub trait Aggregate: Default + Clone + Debug + Send + Sync + 'static {
    /// What is asked for. Its serialised form is hashed, so that a reused command id shows.
    type Command: Serialize + Clone + Debug + Send + Sync + 'static;
    /// What happened.
    type Event: Into<Event> + Clone + Debug + Send + Sync + 'static;
    /// Why a command is refused.
    type Refusal: Explain;

    /// First part of the stream's name, such as `stock`.
    const KIND: &'static str;

    /// Streams that `decide` must be shown for this command; the ledger reads them into [`Facts`].
    fn reads(&self, stream: &StreamName, command: &Self::Command) -> Vec<StreamName>;

    /// Streams that `decide` must be shown besides, where the rules among these readings ask for what older ones did not ([`again`]).
    fn reads_under(&self, _readings: &Readings, _command: &Self::Command) -> Vec<StreamName> {
        Vec::new()
    }

    /// Streams that `decide` must be shown too and that the event's metadata must not name, because they are what the event
    /// withholds. Whoever verifies the log knows neither them nor the withheld content, so `decide` passes what it cannot judge
    /// where that content is only committed to, and a later event, after the content is public, judges it again for all to see.
    fn reads_apart(&self, _stream: &StreamName, _command: &Self::Command) -> Vec<StreamName> {
        Vec::new()
    }

    /// The last stamp with which the store may take this command's events, and what whoever comes later is told. Asked after
    /// `decide` accepted it over these facts: rules compare instants of decision, and this one holds to the stamp itself.
    fn latest(&self, _command: &Self::Command, _facts: &Facts) -> Option<Latest<Self::Refusal>> {
        None
    }

    /// Whether `decide` must also be shown the record of the official who acts ([`Facts::acting_record`]): posts and
    /// delegated limits.
    fn judges_actor(&self, _command: &Self::Command) -> bool {
        false
    }

    /// The same where the rules among these readings ask for what older ones did not.
    fn judges_actor_under(&self, _readings: &Readings, _command: &Self::Command) -> bool {
        false
    }

    /// What its actor must sign to bring this event about, the first of its command, in this state: asked of what was
    /// decided and of what the log holds alike. The ruleset in force says whether it must be there at all
    /// ([`Rules::statements_required`]).
    fn wants_statement(&self, _event: &Self::Event) -> Wanted {
        Wanted::No
    }

    /// Whether a command is still taken. What was decided before stands, is judged again without this, and is not asked for any
    /// more ([`again`]).
    fn admits(&self, _command: &Self::Command, _facts: &Facts) -> Result<(), Self::Refusal> {
        Ok(())
    }

    /// Judges a command. An accepted command has at least one event. What it gives for a command, a state and facts is given
    /// for ever: whoever changes a rule reads [`again`] first.
    fn decide(
        &self,
        command: Self::Command,
        facts: &Facts,
    ) -> Result<Vec<Self::Event>, Self::Refusal>;

    /// The command that an event answers, native or of imported history, so that whoever verifies a log can decide again; `None`
    /// for an event that only follows others in one decision. Deciding it again gives the same events, whatever the first
    /// decision filled in.
    fn asked(event: &Self::Event, imported: bool) -> Option<Self::Command>;

    /// Remembers an event; `None` for a history that could not have happened.
    fn evolve(self, occurred: Occurred<'_, Self::Event>) -> Option<Self>;

    /// The aggregate's state inside the sum, `None` for another aggregate's.
    fn state(state: &State) -> Option<&Self>;
    /// The state as a member of the sum.
    fn into_state(self) -> State;
    /// Takes the state out of the sum, without a copy where nobody else holds it.
    fn from_state(state: State) -> Option<Self>;
}

/// Until when a command's events may be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Latest<R> {
    /// The last stamp that is taken.
    pub stamp: Timestamp,
    /// Why a later one is not.
    pub refusal: R,
}

/// What an actor must sign to bring an event about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Nothing.
    No,
    /// The command.
    Signature,
    /// The command, and with it the event that it approves.
    Approval {
        /// Its revision in the same stream: the first event of the command that is approved, whose entry holds the hash of
        /// that whole command. `None` where there is nothing to approve.
        revision: Option<u64>,
    },
    /// The command, with this key, by the pseudonym that the key is ([`ActorId::Key`]): whatever the rules in force say, for
    /// nothing else shows who acts.
    Own(PublicKey),
}

/// An event with the circumstances that an aggregate may remember.
#[derive(Clone, Copy, Debug)]
pub struct Occurred<'a, E> {
    /// What happened.
    pub event: &'a E,
    /// Where: the stream that the event stands in.
    pub stream: &'a StreamName,
    /// Who, when, why.
    pub metadata: &'a Metadata,
    /// Place in the stream, from 0.
    pub revision: u64,
    /// Its stamp; `None` while it is on its way to the store. What is remembered of stamps is therefore for those who read
    /// the stream, which is durable for them: a decision of the stream itself never rests on one.
    pub recorded_at: Option<Timestamp>,
}

impl<E> Occurred<'_, E> {
    /// Whether it is imported history, which happened under rules that the ledger cannot judge.
    pub const fn imported(&self) -> bool {
        matches!(self.metadata.origin, Origin::Import { .. })
    }
}

/// A refusal of any aggregate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Stable code.
    pub code: &'static str,
    /// In Arabic.
    pub arabic: String,
    /// In English.
    pub english: String,
}

impl Refused {
    /// Of an aggregate's own refusal.
    pub fn of<R: Explain>(refusal: &R) -> Self {
        Self {
            code: refusal.code(),
            arabic: refusal.arabic(),
            english: refusal.english(),
        }
    }
}

/// Everything outside its own state that a decision may use.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Origin of the log that is decided in: what is proven for one log counts in no other.
    pub log: String,
    /// The stream that is commanded.
    pub stream: StreamName,
    /// The revision that the first event of this decision will have.
    pub next_revision: u64,
    /// The instant of decision.
    pub at: Timestamp,
    /// When it happened or shall happen in the world.
    pub effective: EffectiveAt,
    /// Who acts.
    pub actor: Actor,
    /// How the command came about.
    pub origin: Origin,
    /// What was read from other streams.
    pub readings: Readings,
    /// How the bytes of an opened bid are read.
    pub read_bid: ReadBid,
}

/// Reads an opened bid; `None` for bytes that are not one in its one encoding. The domain knows no encoding: whoever decides hands it
/// this function.
pub type ReadBid = fn(EnvelopePart, &[u8]) -> Option<BidContent>;

impl Facts {
    /// Whether history is being imported. What happened before the ledger happened under rules that it cannot judge, so
    /// aggregates skip every rule that judges a decision; they keep what makes their state possible at all: what is
    /// amended exists, what exists is not created twice, and no key enters on anyone's word.
    pub const fn imported(&self) -> bool {
        matches!(self.origin, Origin::Import { .. })
    }

    /// The record of the official who acts; `None` for an organisation, for Sijill itself, for an official who never held
    /// a post, and where it was not read ([`Aggregate::judges_actor`]).
    pub fn acting_record(&self) -> Option<&Record> {
        let ActorId::Official(id) = &self.actor.id else {
            return None;
        };
        self.readings
            .get::<Official>(&Official::stream(id))
            .and_then(Official::record)
    }

    /// The clocks by which days are counted: the country's where the ruleset in force names them, else the one of whoever acts.
    pub fn clocks(&self) -> Clocks<'_> {
        let otherwise = self.effective.offset_minutes();
        let read = self.readings.get::<Ruleset>(&Ruleset::national());
        let procurement = read.and_then(|ruleset| ruleset.rules()?.procurement.as_ref());
        procurement.map_or(Clocks::at_offset(otherwise), |it| it.clocks(otherwise))
    }

    /// The day of an instant; the day of effect for one outside the years 1900 to 2999.
    pub fn day_of(&self, at: Timestamp) -> Date {
        let shown = self.clocks().show(at);
        shown.unwrap_or(self.effective).date()
    }

    /// The day of effect and the day of decision: nobody regains authority by dating a decision back.
    pub fn days(&self) -> [Date; 2] {
        [self.effective.at(), self.at].map(|at| self.day_of(at))
    }

    /// The first instant after so many whole days. The day of the decision does not count.
    pub fn after_whole_days(&self, days: u16) -> Timestamp {
        self.clocks().after_whole_days(self.at, days)
    }

    /// Most that the official who acts may commit by one approval on each of these [days](Self::days); `None` without
    /// authority on one of them, and where the record was not read ([`Aggregate::judges_actor`]).
    pub fn acting_limit(&self, currency: Currency) -> Option<Money> {
        let posts = self.acting_record()?.posts();
        let limits = self.days().map(|day| posts.limit_on(day, currency));
        let limits: Option<Vec<Money>> = limits.into_iter().collect();
        limits?.into_iter().min_by_key(|limit| limit.amount())
    }

    /// The parameters in force: the national ruleset as read, else the built-in ones.
    pub fn rules(&self) -> Rules {
        self.readings.rules()
    }

    /// Id and version of the ruleset in force, `None` while nothing was adopted or read.
    pub fn ruleset(&self) -> Option<RulesetVersion> {
        self.readings
            .get::<Ruleset>(&Ruleset::national())
            .and_then(Ruleset::version)
    }
}

/// Other streams as read for one decision.
#[derive(Clone, Debug, Default)]
pub struct Readings {
    named: BTreeMap<StreamName, (Option<u64>, State)>,
    /// What the decision was shown and its metadata does not name ([`Aggregate::reads_apart`]).
    apart: BTreeMap<StreamName, State>,
}

impl Readings {
    /// Adds a reading: the stream's last revision and its state there.
    pub fn insert(&mut self, stream: StreamName, revision: Option<u64>, state: State) {
        self.named.insert(stream, (revision, state));
    }

    /// Adds the state of a stream that the metadata does not name.
    pub fn insert_apart(&mut self, stream: StreamName, state: State) {
        self.apart.insert(stream, state);
    }

    /// The state of a stream that was read, `None` when it was not, or is of another kind.
    pub fn get<A: Aggregate>(&self, stream: &StreamName) -> Option<&A> {
        self.state(stream).and_then(A::state)
    }

    /// The state of a stream that was read, whatever its kind; `None` when it was not.
    pub fn state(&self, stream: &StreamName) -> Option<&State> {
        let named = self.named.get(stream).map(|(_, state)| state);
        named.or_else(|| self.apart.get(stream))
    }

    /// The parameters in force: the national ruleset as read, else the built-in ones.
    pub fn rules(&self) -> Rules {
        self.get::<Ruleset>(&Ruleset::national())
            .and_then(Ruleset::rules)
            .cloned()
            .unwrap_or_default()
    }

    /// The edition of the rules of procedure for a tender that was published under this version of the national ruleset.
    pub fn edition_for(&self, published: Option<u32>) -> u8 {
        self.get::<Ruleset>(&Ruleset::national())
            .map_or(1, |ruleset| ruleset.edition_for(published))
    }

    /// Which witnesses a deadline has that was published under this version of the national ruleset.
    pub fn witnessing_for(&self, published: Option<u32>) -> Option<&Witnessing> {
        self.get::<Ruleset>(&Ruleset::national())?
            .witnessing_for(published)
    }

    /// What goes into the metadata.
    pub fn facts(&self) -> Vec<FactRead> {
        self.named
            .iter()
            .map(|(stream, (revision, _))| FactRead {
                log: None,
                stream: stream.clone(),
                revision: *revision,
            })
            .collect()
    }
}

/// `Ok` when `holds`, else the refusal: guards that read as a rulebook.
pub fn ensure<R>(holds: bool, refusal: R) -> Result<(), R> {
    if holds { Ok(()) } else { Err(refusal) }
}
