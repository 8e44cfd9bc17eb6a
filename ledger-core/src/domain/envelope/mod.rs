//! A sealed envelope: a bid that nobody reads before the deadline, of which nobody sees for which tender or whose it is.
//!
//! The log shows that someone sealed something: the stream's random id, a key that was made for one tender, the envelope's bytes
//! and the time. Tender, bidder and part are a withheld [`Claim`]; the bidder acts under the key's name
//! ([`ActorId::Key`](crate::event::ActorId::Key)) and signs with it. The rules that need tender and bidder (is it open, until when,
//! for which committee, is the bidder a supplier and not debarred) are judged by whoever knows the claim, from streams that the
//! entry does not name ([`Aggregate::reads_apart`]); after closing, when the envelope is listed in the tender's stream and its
//! claim is disclosed, everyone judges by the *stamps* whether it was timely, confirmed or withdrawn.
//!
//! What can be guessed all the same: how many envelopes there are in all, when they came, their size class, k and n, which of
//! them have one key in common, and that one was confirmed or withdrawn soon after some tender was amended. A bidder therefore
//! makes a key for each tender, and another one for questions about it, whose tender is public.
//!
//! What becomes of a command, before the tender's deadline and after its first amendment:
//!
//! |  | nothing | sealed | confirmed | withdrawn |
//! |---|---|---|---|---|
//! | Seal | ✓ | ENVELOPE_SEALED_ALREADY | ENVELOPE_SEALED_ALREADY | ENVELOPE_SEALED_ALREADY |
//! | Confirm | ENVELOPE_NOT_SEALED | ✓ | ENVELOPE_CONFIRMED_ALREADY | ENVELOPE_WITHDRAWN |
//! | Withdraw | ENVELOPE_NOT_SEALED | ✓ | ✓ | ENVELOPE_WITHDRAWN |

mod event;
mod refusal;
mod rules;
#[cfg(test)]
pub(crate) mod tests;
mod vouch;

pub use event::*;
pub use refusal::Refusal;
pub use vouch::{SIGNATURE_BYTES, Vouch, Vouched};

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::aggregate::{Aggregate, Facts, Latest, Occurred, Wanted};
use crate::domain::member;
use crate::domain::organization::Organization;
use crate::domain::tender::Tender;
use crate::domain::values::{EnvelopeId, PublicKey, Withheld};
use crate::seal;
use crate::store::StreamName;
use crate::time::Timestamp;

/// What can be asked of an envelope; by its key, which signs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Seal it.
    Seal(Sealed),
    /// Stand by it after an amendment.
    Confirm(Confirmation),
    /// Take it back.
    Withdraw(Withdrawal),
}

/// An envelope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Envelope {
    /// Nothing was sealed.
    #[default]
    Unknown,
    /// It lies sealed.
    Sealed(Box<Contents>),
    /// Its bidder took it back.
    Withdrawn {
        /// What was sealed.
        contents: Box<Contents>,
        /// Stamp of the withdrawal; `None` while it is on its way to the store.
        at: Option<Timestamp>,
    },
}

/// What was sealed, and what its bidder said of it since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    claim: Withheld<Claim>,
    key: PublicKey,
    bytes: Arc<[u8]>,
    sealed_at: Option<Timestamp>,
    confirmations: Vec<(Option<Timestamp>, u16)>,
}

impl Contents {
    /// For which tender, whose and what; known where the withheld part is held.
    pub const fn claim(&self) -> Option<&Claim> {
        self.claim.known()
    }

    /// The key that acts and signs for it.
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Stamp of the sealing; `None` while it is on its way to the store.
    pub const fn sealed_at(&self) -> Option<Timestamp> {
        self.sealed_at
    }

    /// Confirmations that are recorded: stamp, and number of the last amendment that the bidder had read.
    pub fn confirmations(&self) -> impl Iterator<Item = (Timestamp, u16)> {
        let confirmations = self.confirmations.iter();
        confirmations.filter_map(|(at, amendment)| Some(((*at)?, *amendment)))
    }

    /// The sealed bid; `None` where the bytes are none, or the id is not one of an envelope.
    pub fn sealed(&self, id: &EnvelopeId) -> Option<seal::Sealed> {
        seal::Sealed::from_bytes(uuid_of(id.as_str())?, &self.key, &self.bytes)
    }
}

impl Envelope {
    /// The stream of an envelope.
    pub fn stream(id: &EnvelopeId) -> StreamName {
        StreamName::of("envelope", id.as_str())
    }

    /// What was sealed, `None` before.
    pub const fn contents(&self) -> Option<&Contents> {
        match self {
            Self::Unknown => None,
            Self::Sealed(contents) | Self::Withdrawn { contents, .. } => Some(contents),
        }
    }

    /// Stamp of the withdrawal, where one is recorded.
    pub const fn withdrawn_at(&self) -> Option<Timestamp> {
        match self {
            Self::Unknown | Self::Sealed(_) => None,
            Self::Withdrawn { at, .. } => *at,
        }
    }
}

/// The random number that an envelope's id is: a UUID of version 4 in its one form. Any other id could say something.
fn uuid_of(id: &str) -> Option<Uuid> {
    let uuid = Uuid::parse_str(id).ok()?;
    let random = uuid.get_version_num() == 4;
    (random && uuid.hyphenated().to_string() == id).then_some(uuid)
}

impl Aggregate for Envelope {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "envelope";

    fn reads(&self, _stream: &StreamName, _command: &Command) -> Vec<StreamName> {
        Vec::new()
    }

    fn reads_apart(&self, _stream: &StreamName, command: &Command) -> Vec<StreamName> {
        let bidder = match command {
            Command::Seal(sealed) => sealed.claim.known().map(|claim| &claim.bidder),
            Command::Confirm(_) | Command::Withdraw(_) => None,
        };
        let tender = self
            .claim(command)
            .map(|claim| Tender::stream(&claim.tender));
        tender
            .into_iter()
            .chain(bidder.map(Organization::stream))
            .collect()
    }

    fn latest(&self, command: &Command, facts: &Facts) -> Option<Latest<Refusal>> {
        let closes_at = rules::notice(self.claim(command)?, facts)?.closes_at;
        Some(Latest {
            stamp: closes_at.plus_micros(-1),
            refusal: Refusal::BiddingClosed { closes_at },
        })
    }

    fn wants_statement(&self, event: &Event) -> Wanted {
        let key = match event {
            Event::BidSealed(sealed) => Some(&sealed.key),
            Event::BidConfirmed(_) | Event::BidWithdrawn(_) => self.contents().map(Contents::key),
        };
        key.map_or(Wanted::No, |key| Wanted::Own(key.clone()))
    }

    fn decide(&self, command: Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
        rules::pseudonymous(facts)?;
        let event = match command {
            Command::Seal(sealed) => self.seal(sealed, facts)?,
            Command::Confirm(confirmation) => self.confirm(confirmation, facts)?,
            Command::Withdraw(withdrawal) => self.withdraw(withdrawal, facts)?,
        };
        Ok(vec![event])
    }

    /// Whoever verifies does not know the claim: of these commands, what needs it is judged when the envelope is listed.
    fn asked(event: &Event, _imported: bool) -> Option<Command> {
        Some(match event.clone() {
            Event::BidSealed(sealed) => Command::Seal(sealed),
            Event::BidConfirmed(confirmation) => Command::Confirm(confirmation),
            Event::BidWithdrawn(withdrawal) => Command::Withdraw(withdrawal),
        })
    }

    fn evolve(self, occurred: Occurred<'_, Event>) -> Option<Self> {
        let at = occurred.recorded_at;
        match (occurred.event, self) {
            (Event::BidSealed(sealed), Self::Unknown) => Some(Self::Sealed(Box::new(Contents {
                claim: sealed.claim.clone(),
                key: sealed.key.clone(),
                bytes: sealed.sealed.as_slice().into(),
                sealed_at: at,
                confirmations: Vec::new(),
            }))),
            (Event::BidConfirmed(confirmation), Self::Sealed(mut contents)) => {
                contents.confirmations.push((at, confirmation.amendment));
                Some(Self::Sealed(contents))
            }
            (Event::BidWithdrawn(Withdrawal {}), Self::Sealed(contents)) => {
                Some(Self::Withdrawn { contents, at })
            }
            (Event::BidSealed(_), Self::Sealed(_) | Self::Withdrawn { .. })
            | (
                Event::BidConfirmed(_) | Event::BidWithdrawn(_),
                Self::Unknown | Self::Withdrawn { .. },
            ) => None,
        }
    }

    member!(Envelope);
}
