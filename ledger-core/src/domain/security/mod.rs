//! A security: a guarantee of a bank or insurer that a bidder or contractor keeps its word.
//!
//! Received with its paper (a bid's after the tender's envelopes are listed, for before nobody is to know who bids), verified with the issuer by someone else, extended, and in the end called or released: both are
//! final. An extension is the issuer's word too, so it waits for verification like the security itself; the issuer can be
//! called upon meanwhile. So is another paper that takes the place of the first, of the same issuer or another one, for no less and no
//! shorter: the security keeps its id, which the sealed bid names.
//!
//! From the third edition of the rules on a call cites the decision behind it, and what a bid rests on is neither called nor given
//! back while that bid may win; it is not given back either while an award to its bidder stands in a tender that is not complete.
//!
//! Example: the bank guarantees 20,000 EGP until 30 June. On 1 July it can be neither called nor extended; on 30 June 20,000
//! EGP can be called, and not 20,000.01.
//!
//! What someone else than who received it may do in each stage:
//!
//! |  | nothing | received | verified | called | released |
//! |---|---|---|---|---|---|
//! | receive | ✓ | SECURITY_EXISTS | SECURITY_EXISTS | SECURITY_EXISTS | SECURITY_EXISTS |
//! | verify | SECURITY_NOT_RECEIVED | ✓ | SECURITY_VERIFIED | SECURITY_CALLED | SECURITY_RELEASED |
//! | extend | SECURITY_NOT_RECEIVED | ✓ | ✓ | SECURITY_CALLED | SECURITY_RELEASED |
//! | call | SECURITY_NOT_RECEIVED | ✓ | ✓ | SECURITY_CALLED | SECURITY_RELEASED |
//! | release | SECURITY_NOT_RECEIVED | ✓ | ✓ | SECURITY_CALLED | SECURITY_RELEASED |

mod event;
mod refusal;
mod rules;
#[cfg(test)]
mod tests;

pub use event::*;
pub use refusal::Refusal;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::aggregate::{Aggregate, Facts, Occurred, Readings, Wanted, ensure};
use crate::domain::member;
use crate::domain::organization::Organization;
use crate::domain::tender::Tender;
use crate::domain::values::SecurityId;
use crate::event::ActorId;
use crate::store::StreamName;

/// What can be asked of a security. All of it is judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Record that it was received.
    Receive(Received),
    /// Record the issuer's confirmation; by someone else.
    Verify(Verification),
    /// Record an extension.
    Extend(Extension),
    /// Call it.
    Call(Call),
    /// Give it back.
    Release(Release),
}

/// A security.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Security {
    /// None was received.
    #[default]
    Unknown,
    /// Waits for the issuer's confirmation, of itself or of its extension.
    Received(Box<Guarantee>),
    /// The issuer confirmed it.
    Verified(Box<Guarantee>),
    /// It was called.
    Called(Box<Guarantee>),
    /// It was given back.
    Released(Box<Guarantee>),
}

/// What is known of a security.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guarantee {
    /// With its last day as extended.
    received: Received,
    /// Who recorded the receipt and extensions: none of them verifies it.
    recorders: BTreeSet<ActorId>,
    /// Revision of the receipt, or of the last extension.
    revision: u64,
}

type Decision = Result<Vec<Event>, Refusal>;

impl Security {
    /// The stream of a security.
    pub fn stream(id: &SecurityId) -> StreamName {
        StreamName::of(Self::KIND, id.as_str())
    }

    /// What is known of it, whatever its stage; `None` before it was received.
    pub fn guarantee(&self) -> Option<&Guarantee> {
        match self {
            Self::Unknown => None,
            Self::Received(guarantee)
            | Self::Verified(guarantee)
            | Self::Called(guarantee)
            | Self::Released(guarantee) => Some(guarantee),
        }
    }

    /// What the issuer confirmed and is neither called nor given back.
    pub fn verified(&self) -> Option<&Guarantee> {
        match self {
            Self::Verified(guarantee) => Some(guarantee),
            Self::Unknown | Self::Received(_) | Self::Called(_) | Self::Released(_) => None,
        }
    }
}

impl Guarantee {
    /// As it was received, with its last day as extended.
    pub const fn received(&self) -> &Received {
        &self.received
    }
}

impl Aggregate for Security {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "security";

    fn reads(&self, _stream: &StreamName, command: &Command) -> Vec<StreamName> {
        match command {
            Command::Receive(received) => {
                let parties = [&received.principal, &received.beneficiary];
                let tender = received.purpose.tender().map(Tender::stream);
                let parties = parties.map(Organization::stream).into_iter();
                parties.chain(tender).collect()
            }
            Command::Verify(_) | Command::Extend(_) | Command::Call(_) | Command::Release(_) => {
                Vec::new()
            }
        }
    }

    fn reads_under(&self, readings: &Readings, command: &Command) -> Vec<StreamName> {
        let ends = matches!(command, Command::Call(_) | Command::Release(_));
        let asked = ends && readings.rules().procurement().has_edition(3);
        let secures = self.guarantee().filter(|_| asked);
        let tender = secures.and_then(|it| it.received.purpose.tender());
        tender.map(Tender::stream).into_iter().collect()
    }

    fn wants_statement(&self, event: &Event) -> Wanted {
        match event {
            Event::SecurityVerified(_) => Wanted::Approval {
                revision: self.guarantee().map(|guarantee| guarantee.revision),
            },
            Event::SecurityReceived(_)
            | Event::SecurityExtended(_)
            | Event::SecurityCalled(_)
            | Event::SecurityReleased(_) => Wanted::No,
        }
    }

    fn decide(&self, command: Command, facts: &Facts) -> Decision {
        let event = match command {
            Command::Receive(received) => {
                ensure(*self == Self::Unknown, Refusal::Exists)?;
                received.check(facts)?;
                Event::SecurityReceived(received)
            }
            Command::Verify(verification) => {
                self.waiting()?.check_verifier(facts)?;
                Event::SecurityVerified(verification)
            }
            Command::Extend(extension) => {
                self.held()?.check_extension(&extension, facts)?;
                Event::SecurityExtended(extension)
            }
            Command::Call(call) => {
                self.held()?.check_call(&call, facts)?;
                Event::SecurityCalled(call)
            }
            Command::Release(release) => {
                self.held()?.check_release(facts)?;
                Event::SecurityReleased(release)
            }
        };
        Ok(vec![event])
    }

    fn evolve(self, occurred: Occurred<'_, Event>) -> Option<Self> {
        let (by, revision) = (&occurred.metadata.actor.id, occurred.revision);
        match (occurred.event, self) {
            (Event::SecurityReceived(received), Self::Unknown) => {
                Some(Self::Received(Box::new(Guarantee {
                    received: received.clone(),
                    recorders: BTreeSet::from([by.clone()]),
                    revision,
                })))
            }
            (Event::SecurityVerified(_), Self::Received(guarantee)) => {
                let judged = occurred.imported() || !guarantee.recorders.contains(by);
                judged.then_some(Self::Verified(guarantee))
            }
            (
                Event::SecurityExtended(extension),
                Self::Received(mut guarantee) | Self::Verified(mut guarantee),
            ) => {
                guarantee.received.extended(extension)?;
                guarantee.recorders.insert(by.clone());
                guarantee.revision = revision;
                Some(Self::Received(guarantee))
            }
            (Event::SecurityCalled(_), Self::Received(guarantee) | Self::Verified(guarantee)) => {
                Some(Self::Called(guarantee))
            }
            (Event::SecurityReleased(_), Self::Received(guarantee) | Self::Verified(guarantee)) => {
                Some(Self::Released(guarantee))
            }
            (
                Event::SecurityReceived(_),
                Self::Received(_) | Self::Verified(_) | Self::Called(_) | Self::Released(_),
            )
            | (
                Event::SecurityVerified(_),
                Self::Unknown | Self::Verified(_) | Self::Called(_) | Self::Released(_),
            )
            | (
                Event::SecurityExtended(_) | Event::SecurityCalled(_) | Event::SecurityReleased(_),
                Self::Unknown | Self::Called(_) | Self::Released(_),
            ) => None,
        }
    }

    fn asked(event: &Event, _imported: bool) -> Option<Command> {
        Some(match event.clone() {
            Event::SecurityReceived(received) => Command::Receive(received),
            Event::SecurityVerified(verification) => Command::Verify(verification),
            Event::SecurityExtended(extension) => Command::Extend(extension),
            Event::SecurityCalled(call) => Command::Call(call),
            Event::SecurityReleased(release) => Command::Release(release),
        })
    }

    member!(Security);
}

impl Security {
    /// One that the issuer has not confirmed yet.
    fn waiting(&self) -> Result<&Guarantee, Refusal> {
        match self {
            Self::Verified(_) => Err(Refusal::Verified),
            Self::Unknown | Self::Received(_) | Self::Called(_) | Self::Released(_) => self.held(),
        }
    }

    /// One that is neither called nor given back.
    fn held(&self) -> Result<&Guarantee, Refusal> {
        match self {
            Self::Unknown => Err(Refusal::NotReceived),
            Self::Received(guarantee) | Self::Verified(guarantee) => Ok(guarantee),
            Self::Called(_) => Err(Refusal::Called),
            Self::Released(_) => Err(Refusal::Released),
        }
    }
}
