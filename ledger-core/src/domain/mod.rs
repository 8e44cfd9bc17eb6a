//! The domain: one aggregate per file or folder. No I/O, no clock, no randomness, no wire types.

use std::sync::Arc;

pub mod application;
pub mod committee;
pub mod disclosure;
pub mod enrolment;
pub mod envelope;
pub mod facility;
pub mod framework;
mod grown;
pub mod item;
pub mod migration;
pub mod official;
pub mod order;
pub mod organization;
pub mod plan;
pub mod process;
pub mod qualification;
pub mod reaction;
pub mod requisition;
pub mod ruleset;
pub mod security;
pub mod stock;
pub mod succession;
pub mod tender;
pub mod transfer;
pub mod values;

/// Declares the sums over aggregates: events and states, and the way in and out of them.
macro_rules! aggregates {
    ($($name:ident = $module:ident),* $(,)?) => {
        /// An event of any aggregate. It serialises as the aggregate's own event, because the event type beside it says which
        /// aggregate that is.
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        #[serde(untagged)]
        pub enum Event { $(#[doc = concat!("Of [`", stringify!($module), "`].")] $name($module::Event)),* }

        /// A command to any aggregate.
        #[derive(Clone, Debug)]
        pub enum Command {
            $(#[doc = concat!("To [`", stringify!($module), "`].")]
            $name(<$module::$name as crate::aggregate::Aggregate>::Command)),*
        }

        /// The state of any aggregate.
        #[derive(Clone, Debug)]
        pub enum State { $(#[doc = concat!("Of [`", stringify!($module), "`].")] $name(Arc<$module::$name>)),* }

        impl State {
            /// The state before the first event of a stream of this kind; `None` for an unknown kind.
            pub fn before_first(kind: &str) -> Option<Self> {
                match kind {
                    $(<$module::$name as crate::aggregate::Aggregate>::KIND => Some(Self::$name(Arc::default())),)*
                    _ => None,
                }
            }

            /// Decides once more what an event, the first of a decision, says was decided before.
            ///
            /// # Errors
            /// What the rules refuse over these facts, and what is no decision at all ([`crate::aggregate::again`]).
            pub fn decide_again(
                &self,
                event: &Event,
                facts: &crate::aggregate::Facts,
            ) -> Result<Vec<Event>, crate::aggregate::Refused> {
                use crate::aggregate::{Aggregate, Refused, again};
                match (self, event) {
                    $((Self::$name(state), Event::$name(event)) => {
                        let decided = again::again(&**state, event, facts)?;
                        Ok(decided.into_iter().map(Event::from).collect())
                    })*
                    _ => {
                        let kind = match self { $(Self::$name(_) => <$module::$name as Aggregate>::KIND),* };
                        Err(Refused::of(&again::Refusal::NotAsked { kind }))
                    }
                }
            }

            /// Remembers an event, with its stamp once it has one; `None` for a history that could not have happened.
            pub fn evolve(
                self,
                event: &Event,
                stream: &crate::store::StreamName,
                metadata: &crate::event::Metadata,
                revision: u64,
                recorded_at: Option<crate::time::Timestamp>,
            ) -> Option<Self> {
                use crate::aggregate::{Aggregate, Occurred};
                match (self, event) {
                    $((Self::$name(state), Event::$name(event)) => {
                        let occurred = Occurred { event, stream, metadata, revision, recorded_at };
                        let state = Arc::unwrap_or_clone(state).evolve(occurred)?;
                        Some(Self::$name(Arc::new(state)))
                    })*
                    _ => None,
                }
            }
        }

        impl State {
            /// What the event's actor must sign to bring it about in this state ([`Aggregate::wants_statement`]); nothing
            /// for an event of another aggregate.
            ///
            /// [`Aggregate::wants_statement`]: crate::aggregate::Aggregate::wants_statement
            pub fn wants_statement(&self, event: &Event) -> crate::aggregate::Wanted {
                use crate::aggregate::Aggregate;
                match (self, event) {
                    $((Self::$name(state), Event::$name(event)) => state.wants_statement(event),)*
                    _ => crate::aggregate::Wanted::No,
                }
            }
        }

        $(
            impl From<$module::Event> for Event {
                fn from(event: $module::Event) -> Self {
                    Self::$name(event)
                }
            }
        )*
    };
}

aggregates! {
    Application = application,
    Committee = committee,
    Disclosure = disclosure,
    Envelope = envelope,
    Facility = facility,
    Framework = framework,
    Item = item,
    Migration = migration,
    Official = official,
    Order = order,
    Organization = organization,
    Plan = plan,
    Process = process,
    Qualification = qualification,
    Reaction = reaction,
    Requisition = requisition,
    Ruleset = ruleset,
    Security = security,
    Stock = stock,
    Succession = succession,
    Tender = tender,
    Transfer = transfer,
}

impl Event {
    /// The attachments that the event names in public.
    pub fn attachments(&self) -> Vec<values::Sha256> {
        let one = match self {
            Self::Tender(event) => return event.attachments(),
            Self::Application(event) => return event.attachments(),
            Self::Qualification(event) => return event.attachments(),
            Self::Stock(event) => event.document().and_then(|it| it.attachment),
            Self::Process(event) => event.attachment(),
            Self::Order(event) => event.attachment(),
            Self::Security(event) => event.attachment(),
            Self::Committee(event) => event.attachment(),
            Self::Disclosure(_)
            | Self::Envelope(_)
            | Self::Facility(_)
            | Self::Framework(_)
            | Self::Item(_)
            | Self::Migration(_)
            | Self::Official(_)
            | Self::Organization(_)
            | Self::Plan(_)
            | Self::Reaction(_)
            | Self::Requisition(_)
            | Self::Ruleset(_)
            | Self::Succession(_)
            | Self::Transfer(_) => None,
        };
        one.into_iter().collect()
    }

    /// Whether what the event names must be durable before it. Not what an opened bid names: its bidder should have brought
    /// that, and who opens the bid can neither bring it nor be stopped by its lack.
    pub const fn waits_for_attachments(&self) -> bool {
        !matches!(self, Self::Tender(tender::Event::BidOpened(_)))
    }
}

impl State {
    /// The keys of the official or organisation whose state it is; `None` for who is not known yet, and for others.
    pub fn keys(&self) -> Option<&enrolment::Keys> {
        match self {
            Self::Official(official) => official.record().map(official::Record::keys),
            Self::Organization(organization) => organization.keys(),
            Self::Application(_)
            | Self::Committee(_)
            | Self::Disclosure(_)
            | Self::Envelope(_)
            | Self::Facility(_)
            | Self::Framework(_)
            | Self::Item(_)
            | Self::Migration(_)
            | Self::Order(_)
            | Self::Plan(_)
            | Self::Process(_)
            | Self::Qualification(_)
            | Self::Reaction(_)
            | Self::Requisition(_)
            | Self::Ruleset(_)
            | Self::Security(_)
            | Self::Stock(_)
            | Self::Succession(_)
            | Self::Tender(_)
            | Self::Transfer(_) => None,
        }
    }
}

/// The three functions of [`Aggregate`](crate::aggregate::Aggregate) that lead into and out of the sums.
macro_rules! member {
    ($name:ident) => {
        fn state(state: &$crate::domain::State) -> Option<&Self> {
            if let $crate::domain::State::$name(state) = state {
                Some(state)
            } else {
                None
            }
        }
        fn into_state(self) -> $crate::domain::State {
            $crate::domain::State::$name(std::sync::Arc::new(self))
        }
        fn from_state(state: $crate::domain::State) -> Option<Self> {
            if let $crate::domain::State::$name(state) = state {
                Some(std::sync::Arc::unwrap_or_clone(state))
            } else {
                None
            }
        }
    };
}
pub(crate) use member;
