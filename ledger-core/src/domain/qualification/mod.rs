//! A list of qualified suppliers: selective tenders invite by it (UNCITRAL Model Law on Public Procurement, 2011, article 18; WTO
//! Agreement on Government Procurement, 2012, article IX). It is a stream of its own, because one list serves several tenders.
//!
//! A buyer announces what it requires. Suppliers ask in their own names until the time is over; an official in office judges
//! each by every requirement; someone else publishes the list. From then on a supplier may be suspended by one official, and
//! reinstated or removed only by another. Whoever decides has declared no interest in any supplier that asked.
//!
//! Requests are public at once. Unlike bids they hold no price, the list does not end at a number, so that nobody gains by knowing
//! who else asks, and whoever is on it is published anyhow. What a firm keeps secret does not belong among the documents.
//!
//! There is no way onto a published list: whoever was late asks in the next one, as a list is valid for two years at most. Nor can
//! be complained here about an assessment; whoever a tender leaves out complains about that tender's documents.
//!
//! Example: Nile, Delta, Misr and Sinai ask. Sinai has no licence; the other three qualify, and Omar publishes the list. Mona
//! suspends Misr: a tender that is now published by the list invites Nile and Delta, and nobody else.
//!
//! What becomes of a command that is well formed and of the right person: allowed, or the refusal's code without its
//! `QUALIFICATION_`.
//!
//! |  | nothing | open | time over | closed | assessed | published | suspended | ended |
//! |---|---|---|---|---|---|---|---|---|
//! | Announce | ✓ | ANNOUNCED | ANNOUNCED | ANNOUNCED | ANNOUNCED | ANNOUNCED | ANNOUNCED | ENDED |
//! | Request | NOT_ANNOUNCED | ✓ | REQUESTS_OVER | REQUESTS_OVER | REQUESTS_OVER | PUBLISHED | PUBLISHED | ENDED |
//! | WithdrawRequest | NOT_ANNOUNCED | ✓ | ✓ | ✓ | ✓ | PUBLISHED | PUBLISHED | ENDED |
//! | Close | NOT_ANNOUNCED | REQUESTS_OPEN | ✓ | REQUESTS_OVER | REQUESTS_OVER | PUBLISHED | PUBLISHED | ENDED |
//! | Assess | NOT_ANNOUNCED | REQUESTS_OPEN | REQUESTS_OPEN | ✓ | ✓ | PUBLISHED | PUBLISHED | ENDED |
//! | Publish | NOT_ANNOUNCED | REQUESTS_OPEN | REQUESTS_OPEN | NOT_ASSESSED | ✓ | PUBLISHED | PUBLISHED | ENDED |
//! | Suspend | NOT_ANNOUNCED | NOT_PUBLISHED | NOT_PUBLISHED | NOT_PUBLISHED | NOT_PUBLISHED | ✓ | ✓ | ENDED |
//! | Reinstate | NOT_ANNOUNCED | NOT_PUBLISHED | NOT_PUBLISHED | NOT_PUBLISHED | NOT_PUBLISHED | NOT_SUSPENDED | ✓ | ENDED |
//! | Remove | NOT_ANNOUNCED | NOT_PUBLISHED | NOT_PUBLISHED | NOT_PUBLISHED | NOT_PUBLISHED | NOT_SUSPENDED | ✓ | ENDED |
//! | End | NOT_ANNOUNCED | ✓ | ✓ | ✓ | ✓ | ✓ | ✓ | ENDED |

mod event;
mod refusal;
mod rules;
mod state;
#[cfg(test)]
pub(crate) mod tests;

pub use event::*;
pub use refusal::Refusal;
pub use state::{Book, List, Membership, Verdict};

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::aggregate::{Aggregate, Facts, Latest, Occurred, Readings, Wanted, ensure};
use crate::domain::member;
use crate::domain::official::buyers;
use crate::domain::organization::Organization;
use crate::domain::values::{OrganizationId, QualificationId};
use crate::store::StreamName;

/// What can be asked of a list of qualified suppliers. All of it is judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Announce what is required.
    Announce(Announcement),
    /// Ask to be on the list; by a supplier, for itself.
    Request(Request),
    /// Take that back, before the list is published; by the same supplier.
    WithdrawRequest(RequestWithdrawal),
    /// End the time for requests, once it is over.
    Close(Closing),
    /// Judge a supplier that asked.
    Assess(Assessment),
    /// Publish the list; by someone who neither announced nor assessed.
    Publish {
        /// Revision up to which the assessments were read.
        read: u64,
    },
    /// Invite a supplier no more for the time being.
    Suspend(Suspension),
    /// Invite it again; by another official.
    Reinstate(Reinstatement),
    /// Take a suspended supplier off the list; by another official.
    Remove(Removal),
    /// Give the list up.
    End(Ending),
}

/// A list of qualified suppliers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Qualification {
    /// Nothing was announced.
    #[default]
    Unknown,
    /// Suppliers may ask.
    Open(Box<Book>),
    /// Those who asked are assessed.
    Closed(Box<Book>),
    /// Tenders may be published by it.
    Published(Box<List>),
    /// It was given up.
    Ended(Box<Announcement>),
}

type Decision = Result<Vec<Event>, Refusal>;

impl Qualification {
    /// The stream of a list.
    pub fn stream(id: &QualificationId) -> StreamName {
        StreamName::of(Self::KIND, id.as_str())
    }

    /// What was announced, whatever came of it; `None` before.
    pub const fn announcement(&self) -> Option<&Announcement> {
        match self {
            Self::Unknown => None,
            Self::Open(book) | Self::Closed(book) => Some(book.announcement()),
            Self::Published(list) => Some(list.announcement()),
            Self::Ended(announcement) => Some(announcement),
        }
    }

    /// The list, where it is published and not given up.
    pub const fn list(&self) -> Option<&List> {
        match self {
            Self::Published(list) => Some(list),
            Self::Unknown | Self::Open(_) | Self::Closed(_) | Self::Ended(_) => None,
        }
    }
}

impl Aggregate for Qualification {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "qualification";

    fn reads(&self, _stream: &StreamName, command: &Command) -> Vec<StreamName> {
        match command {
            Command::Announce(announcement) => vec![Organization::stream(&announcement.buyer)],
            Command::Request(request) => vec![Organization::stream(&request.supplier)],
            Command::WithdrawRequest(_)
            | Command::Close(_)
            | Command::Assess(_)
            | Command::Publish { .. }
            | Command::Suspend(_)
            | Command::Reinstate(_)
            | Command::Remove(_)
            | Command::End(_) => Vec::new(),
        }
    }

    fn judges_actor(&self, command: &Command) -> bool {
        match command {
            Command::Assess(_)
            | Command::Publish { .. }
            | Command::Suspend(_)
            | Command::Reinstate(_)
            | Command::Remove(_) => true,
            Command::Announce(_)
            | Command::Request(_)
            | Command::WithdrawRequest(_)
            | Command::Close(_)
            | Command::End(_) => false,
        }
    }

    fn judges_actor_under(&self, readings: &Readings, _command: &Command) -> bool {
        buyers::are_asked(readings)
    }

    fn latest(&self, command: &Command, _facts: &Facts) -> Option<Latest<Refusal>> {
        let (Self::Open(book), Command::Request(_)) = (self, command) else {
            return None;
        };
        let closes_at = book.announcement.closes_at;
        Some(Latest {
            stamp: closes_at.plus_micros(-1),
            refusal: Refusal::RequestsOver { closes_at },
        })
    }

    fn wants_statement(&self, event: &Event) -> Wanted {
        match event {
            Event::QualificationRequested(_)
            | Event::QualificationRequestWithdrawn(_)
            | Event::QualificationAssessed(_)
            | Event::QualifiedSupplierSuspended(_) => Wanted::Signature,
            Event::QualificationListPublished(publication) => Wanted::Approval {
                revision: Some(publication.read),
            },
            Event::QualifiedSupplierReinstated(Reinstatement { supplier, .. })
            | Event::QualifiedSupplierRemoved(Removal { supplier, .. }) => {
                let suspension = self.list().and_then(|list| list.suspension(supplier));
                let revision = suspension.map(|(_, revision)| revision);
                Wanted::Approval { revision }
            }
            Event::QualificationAnnounced(_)
            | Event::QualificationClosed(_)
            | Event::QualificationEnded(_) => Wanted::No,
        }
    }

    fn decide(&self, command: Command, facts: &Facts) -> Decision {
        ensure(!facts.imported(), Refusal::NotHistory)?;
        let buyer = self.buyer(&command);
        let buyer = buyer.and_then(|it| buyers::asked(it, &facts.readings));
        buyers::check(buyer, facts)?;
        let event = match command {
            Command::Announce(announcement) => {
                self.unknown()?;
                announcement.check(facts)?;
                Event::QualificationAnnounced(announcement)
            }
            Command::Request(request) => self.open()?.request(request, facts)?,
            Command::WithdrawRequest(withdrawal) => {
                self.book()?.check_withdrawal(facts)?;
                Event::QualificationRequestWithdrawn(withdrawal)
            }
            Command::Close(closing) => {
                self.open()?.check_closing(facts)?;
                Event::QualificationClosed(closing)
            }
            Command::Assess(assessment) => self.closed()?.assess(assessment, facts)?,
            Command::Publish { read } => self.closed()?.publish(read, facts)?,
            Command::Suspend(suspension) => {
                let list = self.published()?;
                list.check_suspension(&suspension.supplier, facts)?;
                Event::QualifiedSupplierSuspended(suspension)
            }
            Command::Reinstate(reinstatement) => {
                let list = self.published()?;
                list.check_settling(&reinstatement.supplier, facts)?;
                Event::QualifiedSupplierReinstated(reinstatement)
            }
            Command::Remove(removal) => {
                let list = self.published()?;
                list.check_settling(&removal.supplier, facts)?;
                Event::QualifiedSupplierRemoved(removal)
            }
            Command::End(ending) => {
                self.lasting()?;
                rules::official(facts)?;
                Event::QualificationEnded(ending)
            }
        };
        Ok(vec![event])
    }

    fn asked(event: &Event, _imported: bool) -> Option<Command> {
        Some(match event.clone() {
            Event::QualificationAnnounced(it) => Command::Announce(it),
            Event::QualificationRequested(it) => Command::Request(it),
            Event::QualificationRequestWithdrawn(it) => Command::WithdrawRequest(it),
            Event::QualificationClosed(it) => Command::Close(it),
            Event::QualificationAssessed(it) => Command::Assess(it),
            Event::QualificationListPublished(it) => Command::Publish { read: it.read },
            Event::QualifiedSupplierSuspended(it) => Command::Suspend(it),
            Event::QualifiedSupplierReinstated(it) => Command::Reinstate(it),
            Event::QualifiedSupplierRemoved(it) => Command::Remove(it),
            Event::QualificationEnded(it) => Command::End(it),
        })
    }

    fn evolve(self, occurred: Occurred<'_, Event>) -> Option<Self> {
        let by = &occurred.metadata.actor.id;
        match (self, occurred.event) {
            (Self::Unknown, Event::QualificationAnnounced(announcement)) => {
                Some(Self::Open(Box::new(Book {
                    announcement: announcement.clone(),
                    hands: BTreeSet::from([by.clone()]),
                    requests: BTreeMap::new(),
                    changed: occurred.revision,
                })))
            }
            (Self::Open(book), _) => book.while_open(&occurred),
            (Self::Closed(book), _) => book.while_closed(&occurred),
            (Self::Published(list), _) => list.after(&occurred),
            (Self::Unknown | Self::Ended(_), _) => None,
        }
    }

    member!(Qualification);
}

/// The stage that a command needs.
impl Qualification {
    /// Who buys by the list.
    fn buyer<'a>(&'a self, command: &'a Command) -> Option<&'a OrganizationId> {
        let announced = self.announcement();
        let announced = announced.or(match command {
            Command::Announce(announcement) => Some(announcement),
            Command::Request(_)
            | Command::WithdrawRequest(_)
            | Command::Close(_)
            | Command::Assess(_)
            | Command::Publish { .. }
            | Command::Suspend(_)
            | Command::Reinstate(_)
            | Command::Remove(_)
            | Command::End(_) => None,
        });
        announced.map(|it| &it.buyer)
    }

    fn unknown(&self) -> Result<(), Refusal> {
        match self {
            Self::Unknown => Ok(()),
            Self::Open(_) | Self::Closed(_) | Self::Published(_) => Err(Refusal::Announced),
            Self::Ended(_) => Err(Refusal::Ended),
        }
    }

    fn open(&self) -> Result<&Book, Refusal> {
        let book = self.book()?;
        match self {
            Self::Closed(_) => {
                let closes_at = book.announcement.closes_at;
                Err(Refusal::RequestsOver { closes_at })
            }
            Self::Unknown | Self::Open(_) | Self::Published(_) | Self::Ended(_) => Ok(book),
        }
    }

    fn closed(&self) -> Result<&Book, Refusal> {
        let book = self.book()?;
        match self {
            Self::Open(_) => {
                let closes_at = book.announcement.closes_at;
                Err(Refusal::RequestsOpen { closes_at })
            }
            Self::Unknown | Self::Closed(_) | Self::Published(_) | Self::Ended(_) => Ok(book),
        }
    }

    /// Before the list is published.
    fn book(&self) -> Result<&Book, Refusal> {
        match self {
            Self::Unknown => Err(Refusal::NotAnnounced),
            Self::Open(book) | Self::Closed(book) => Ok(book),
            Self::Published(_) => Err(Refusal::Published),
            Self::Ended(_) => Err(Refusal::Ended),
        }
    }

    fn published(&self) -> Result<&List, Refusal> {
        match self {
            Self::Unknown => Err(Refusal::NotAnnounced),
            Self::Open(_) | Self::Closed(_) => Err(Refusal::NotPublished),
            Self::Published(list) => Ok(list),
            Self::Ended(_) => Err(Refusal::Ended),
        }
    }

    /// Whatever is announced and not given up.
    fn lasting(&self) -> Result<(), Refusal> {
        match self {
            Self::Unknown => Err(Refusal::NotAnnounced),
            Self::Open(_) | Self::Closed(_) | Self::Published(_) => Ok(()),
            Self::Ended(_) => Err(Refusal::Ended),
        }
    }
}
