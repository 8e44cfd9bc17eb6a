//! What is remembered of a list: who asked, how each was judged, how each stands on it.

use std::collections::{BTreeMap, BTreeSet};

use super::Qualification;
use super::event::{Announcement, Assessment, Event, Publication, Request};
use crate::aggregate::Occurred;
use crate::domain::values::{Date, OrganizationId};
use crate::event::ActorId;

/// What is known before the list is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    pub(super) announcement: Announcement,
    /// Who announced it or assessed in it: none of them publishes the list.
    pub(super) hands: BTreeSet<ActorId>,
    pub(super) requests: BTreeMap<OrganizationId, Verdict>,
    /// Revision of the last event: what is published is what was read.
    pub(super) changed: u64,
}

/// How a supplier that asked was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not yet.
    Waiting,
    /// It meets every requirement.
    Qualified,
    /// It does not.
    Unqualified,
}

/// A published list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    pub(super) announcement: Announcement,
    pub(super) members: BTreeMap<OrganizationId, Membership>,
}

/// How a supplier stands that was on the list when it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Membership {
    /// It is invited.
    Listed,
    /// It is not invited for the time being.
    Suspended {
        /// Who suspended it.
        by: ActorId,
        /// Revision of the suspension.
        revision: u64,
    },
    /// It is off the list for good.
    Removed,
}

impl Book {
    /// As announced.
    pub const fn announcement(&self) -> &Announcement {
        &self.announcement
    }

    /// Who asks to be on the list, and how each was judged.
    pub const fn requests(&self) -> &BTreeMap<OrganizationId, Verdict> {
        &self.requests
    }

    /// Revision of the last change: what a publication must have read.
    pub const fn changed(&self) -> u64 {
        self.changed
    }

    /// Who meets every requirement.
    pub(super) fn qualified(&self) -> Vec<OrganizationId> {
        let requests = self.requests.iter();
        let qualified = requests.filter(|(_, verdict)| **verdict == Verdict::Qualified);
        qualified.map(|(supplier, _)| supplier.clone()).collect()
    }

    /// What follows an event while suppliers may ask.
    pub(super) fn while_open(
        mut self: Box<Self>,
        occurred: &Occurred<'_, Event>,
    ) -> Option<Qualification> {
        let by = &occurred.metadata.actor.id;
        match occurred.event {
            Event::QualificationRequested(Request { supplier, .. }) => {
                let own = *by == ActorId::Organization(supplier.clone());
                let before = self.requests.insert(supplier.clone(), Verdict::Waiting);
                (own && before.is_none()).then_some(())?;
            }
            Event::QualificationRequestWithdrawn(_) => self.withdrawn(by)?,
            Event::QualificationClosed(_) => {
                self.changed = occurred.revision;
                return Some(Qualification::Closed(self));
            }
            Event::QualificationEnded(_) => return Some(self.ended()),
            Event::QualificationAnnounced(_)
            | Event::QualificationAssessed(_)
            | Event::QualificationListPublished(_)
            | Event::QualifiedSupplierSuspended(_)
            | Event::QualifiedSupplierReinstated(_)
            | Event::QualifiedSupplierRemoved(_) => return None,
        }
        self.changed = occurred.revision;
        Some(Qualification::Open(self))
    }

    /// What follows an event while those who asked are assessed.
    pub(super) fn while_closed(
        mut self: Box<Self>,
        occurred: &Occurred<'_, Event>,
    ) -> Option<Qualification> {
        let by = &occurred.metadata.actor.id;
        match occurred.event {
            Event::QualificationRequestWithdrawn(_) => self.withdrawn(by)?,
            Event::QualificationAssessed(assessment) => {
                self.assessed(assessment)?;
                self.hands.insert(by.clone());
            }
            Event::QualificationListPublished(publication) => {
                let list = self.published(publication, by)?;
                return Some(Qualification::Published(Box::new(list)));
            }
            Event::QualificationEnded(_) => return Some(self.ended()),
            Event::QualificationAnnounced(_)
            | Event::QualificationRequested(_)
            | Event::QualificationClosed(_)
            | Event::QualifiedSupplierSuspended(_)
            | Event::QualifiedSupplierReinstated(_)
            | Event::QualifiedSupplierRemoved(_) => return None,
        }
        self.changed = occurred.revision;
        Some(Qualification::Closed(self))
    }

    fn ended(self) -> Qualification {
        Qualification::Ended(Box::new(self.announcement))
    }

    fn withdrawn(&mut self, by: &ActorId) -> Option<()> {
        match by {
            ActorId::Organization(supplier) => self.requests.remove(supplier).map(|_| ()),
            ActorId::Official(_) | ActorId::Key(_) | ActorId::System => None,
        }
    }

    fn assessed(&mut self, assessment: &Assessment) -> Option<()> {
        let verdict = self.requests.get_mut(&assessment.supplier)?;
        *verdict = if assessment.findings.iter().all(|finding| finding.met) {
            Verdict::Qualified
        } else {
            Verdict::Unqualified
        };
        Some(())
    }

    /// The list that a publication begins; `None` for one that could not have happened.
    fn published(self, publication: &Publication, by: &ActorId) -> Option<List> {
        let judged = !self.hands.contains(by) && publication.qualified == self.qualified();
        judged.then_some(())?;
        let members = publication.qualified.iter().cloned();
        Some(List {
            announcement: self.announcement,
            members: members.map(|it| (it, Membership::Listed)).collect(),
        })
    }
}

impl List {
    /// As announced.
    pub const fn announcement(&self) -> &Announcement {
        &self.announcement
    }

    /// Everyone who was on it when it was published, and how each stands now.
    pub const fn members(&self) -> &BTreeMap<OrganizationId, Membership> {
        &self.members
    }

    /// Whom a tender by this list invites now: who qualified and is neither suspended nor removed.
    pub fn invited(&self) -> BTreeSet<&OrganizationId> {
        let members = self.members.iter();
        let listed = members.filter(|(_, standing)| **standing == Membership::Listed);
        listed.map(|(supplier, _)| supplier).collect()
    }

    /// Whether a tender may be published by it on all of these days.
    pub fn is_valid_on(&self, days: &[Date]) -> bool {
        days.iter().all(|day| *day <= self.announcement.valid_until)
    }

    /// Who suspended a supplier, and in which revision; `None` where it is not suspended.
    pub(super) fn suspension(&self, supplier: &OrganizationId) -> Option<(&ActorId, u64)> {
        match self.members.get(supplier)? {
            Membership::Suspended { by, revision } => Some((by, *revision)),
            Membership::Listed | Membership::Removed => None,
        }
    }

    /// What follows an event.
    pub(super) fn after(
        mut self: Box<Self>,
        occurred: &Occurred<'_, Event>,
    ) -> Option<Qualification> {
        let by = &occurred.metadata.actor.id;
        match occurred.event {
            Event::QualifiedSupplierSuspended(it) => {
                self.suspended(&it.supplier, by, occurred.revision)?;
            }
            Event::QualifiedSupplierReinstated(it) => {
                self.settled(&it.supplier, by, Membership::Listed)?;
            }
            Event::QualifiedSupplierRemoved(it) => {
                self.settled(&it.supplier, by, Membership::Removed)?;
            }
            Event::QualificationEnded(_) => {
                return Some(Qualification::Ended(Box::new(self.announcement)));
            }
            Event::QualificationAnnounced(_)
            | Event::QualificationRequested(_)
            | Event::QualificationRequestWithdrawn(_)
            | Event::QualificationClosed(_)
            | Event::QualificationAssessed(_)
            | Event::QualificationListPublished(_) => return None,
        }
        Some(Qualification::Published(self))
    }

    fn suspended(&mut self, supplier: &OrganizationId, by: &ActorId, revision: u64) -> Option<()> {
        let standing = self.members.get_mut(supplier)?;
        (*standing == Membership::Listed).then_some(())?;
        let by = by.clone();
        *standing = Membership::Suspended { by, revision };
        Some(())
    }

    /// Someone else than who suspended a supplier decided what becomes of it.
    fn settled(
        &mut self,
        supplier: &OrganizationId,
        by: &ActorId,
        becomes: Membership,
    ) -> Option<()> {
        let (suspender, _) = self.suspension(supplier)?;
        (suspender != by).then_some(())?;
        self.members.insert(supplier.clone(), becomes);
        Some(())
    }
}
