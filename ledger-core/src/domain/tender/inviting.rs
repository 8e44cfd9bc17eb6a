//! Procedures in which not everyone may bid: on which ground, and who is asked.

use std::collections::BTreeSet;

use super::amending::quantities;
use super::drafting::Drafting;
use super::event::{Draft, INVITED_MAX, Invitation, InvitationGround, Procedure, Publication};
use super::refusal::ContentRefusal as Refusal;
use super::{Command, End, Tender};
use crate::aggregate::{Facts, Readings, ensure};
use crate::domain::organization::{Organization, Role};
use crate::domain::qualification::{List, Qualification, REQUESTS_MAX};
use crate::domain::values::{OrganizationId, QualificationId, TenderId};
use crate::store::StreamName;
use crate::time::MICROS_PER_SECOND;

/// How long after the deadline of a tender that failed its failure is a ground, in days: what suppliers did not offer a year ago they may
/// offer today.
pub const FAILED_DAYS_MAX: u16 = 365;

const FAILED_MICROS_MAX: i64 = FAILED_DAYS_MAX as i64 * 86_400 * MICROS_PER_SECOND;

impl InvitationGround {
    /// Whether it is one for a procedure.
    const fn is_for(self, procedure: &Procedure) -> bool {
        match procedure {
            Procedure::Open | Procedure::Quotation => false,
            Procedure::Limited => matches!(
                self,
                Self::FewSuppliers | Self::Disproportionate | Self::FailedTender
            ),
            Procedure::Direct => matches!(
                self,
                Self::SoleSource
                    | Self::Urgency
                    | Self::Additional
                    | Self::EssentialSecurity
                    | Self::FailedTender
            ),
            Procedure::Selective => matches!(self, Self::Qualified),
        }
    }
}

impl Invitation {
    pub(super) fn reads(&self) -> Vec<StreamName> {
        let invited = self.invited.iter().map(Organization::stream);
        let list = self.list.iter().map(Qualification::stream);
        invited
            .chain(self.after.iter().map(Tender::stream))
            .chain(list)
            .collect()
    }
}

/// Registered suppliers that are not debarred, each once.
fn check_invited(invited: &[OrganizationId], facts: &Facts) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    for bidder in invited {
        let organization = || bidder.clone();
        ensure(
            seen.insert(bidder),
            Refusal::InvitedTwice {
                organization: organization(),
            },
        )?;
        ensure(
            can_bid(bidder, facts),
            Refusal::NotInvitable {
                organization: organization(),
            },
        )?;
    }
    Ok(())
}

impl Draft {
    pub(super) fn check_invitation(&self, facts: &Facts) -> Result<(), Refusal> {
        let invites = match self.procedure {
            Procedure::Open | Procedure::Quotation => false,
            Procedure::Limited | Procedure::Direct | Procedure::Selective => true,
        };
        let Some(invitation) = &self.invitation else {
            return ensure(!invites, Refusal::InvitationMissing);
        };
        ensure(invites, Refusal::InvitationUnasked)?;
        let ground = invitation.ground;
        ensure(ground.is_for(&self.procedure), Refusal::InvitationGround)?;
        self.check_failed(invitation, facts)?;
        self.check_list(invitation, facts)?;
        self.check_count(invitation.invited.len(), ground, facts)?;
        check_invited(&invitation.invited, facts)
    }

    fn check_count(
        &self,
        count: usize,
        ground: InvitationGround,
        facts: &Facts,
    ) -> Result<(), Refusal> {
        let (least, most) = self.invited_range(ground, facts);
        ensure(
            (least..=most).contains(&count),
            Refusal::InvitedCount { count, least, most },
        )
    }

    /// How many the draft invites: where no others can supply it, two are enough; a selective one leaves that to its publication.
    fn invited_range(&self, ground: InvitationGround, facts: &Facts) -> (usize, usize) {
        match self.procedure {
            Procedure::Direct => (1, 1),
            Procedure::Selective => (0, 0),
            Procedure::Open | Procedure::Quotation | Procedure::Limited => match ground {
                InvitationGround::FewSuppliers => (least_invited(facts).min(2), INVITED_MAX),
                InvitationGround::Disproportionate
                | InvitationGround::SoleSource
                | InvitationGround::Urgency
                | InvitationGround::Additional
                | InvitationGround::EssentialSecurity
                | InvitationGround::FailedTender
                | InvitationGround::Qualified => (least_invited(facts), INVITED_MAX),
            },
        }
    }

    /// A tender that failed is named where that is the ground, and only there; it was this buyer's.
    fn check_failed(&self, invitation: &Invitation, facts: &Facts) -> Result<(), Refusal> {
        let named = match (invitation.ground, &invitation.after) {
            (InvitationGround::FailedTender, Some(tender)) => self.has_failed(tender, facts),
            (InvitationGround::FailedTender, None) => false,
            (
                InvitationGround::FewSuppliers
                | InvitationGround::Disproportionate
                | InvitationGround::SoleSource
                | InvitationGround::Urgency
                | InvitationGround::Additional
                | InvitationGround::EssentialSecurity
                | InvitationGround::Qualified,
                after,
            ) => after.is_none(),
        };
        ensure(named, Refusal::FailedTender)
    }

    fn has_failed(&self, tender: &TenderId, facts: &Facts) -> bool {
        let read = facts.readings.get::<Tender>(&Tender::stream(tender));
        let failed = matches!(read, Some(Tender::Ended(ended)) if ended.end == End::Failed);
        let lost =
            facts.rules().procurement().has_edition(4) && read.is_some_and(Tender::fails_by_loss);
        let notice = read.and_then(Tender::notice);
        failed && !lost && notice.is_some_and(|notice| notice.draft.buyer == self.buyer)
    }
}

/// Selective tenders: whom the list holds when the tender is published.
impl Draft {
    /// What a publication is decided over besides the committees.
    pub(super) fn reads_to_publish(&self, publication: &Publication) -> Vec<StreamName> {
        let list = self.list().into_iter().map(Qualification::stream);
        let invited = publication.invited.iter().map(Organization::stream);
        list.chain(invited).collect()
    }

    /// Exactly those on the list are invited, and enough of them: nobody is added, and nobody left out but by a suspension or removal
    /// that the list's own stream gives the reason for. A debarred one is suspended there first.
    pub(super) fn check_listed(
        &self,
        publication: &Publication,
        facts: &Facts,
    ) -> Result<(), Refusal> {
        let Some(id) = self.list() else {
            return ensure(publication.invited.is_empty(), Refusal::InvitedByList);
        };
        let list = published(id, facts).filter(|list| list.is_valid_on(&facts.days()));
        let list = list.ok_or_else(|| Refusal::ListNotValid { list: id.clone() })?;
        let invited: BTreeSet<&OrganizationId> = publication.invited.iter().collect();
        if let Some(other) = invited.symmetric_difference(&list.invited()).next() {
            return Err(Refusal::NotAsListed {
                list: id.clone(),
                organization: Clone::clone(*other),
            });
        }
        let (count, least, most) = (invited.len(), least_invited(facts), REQUESTS_MAX);
        ensure(
            (least..=most).contains(&count),
            Refusal::InvitedCount { count, least, most },
        )?;
        check_invited(&publication.invited, facts)
    }

    /// The draft with those whom its publication invites; `None` for a publication that could not have happened.
    pub(super) fn inviting(mut self, invited: Vec<OrganizationId>) -> Option<Self> {
        let by_list = self.list().is_some();
        (by_list != invited.is_empty()).then_some(())?;
        if let Some(invitation) = self.invitation.as_mut().filter(|_| by_list) {
            invitation.invited = invited;
        }
        Some(self)
    }

    /// The list whose members a tender invites; `None` for one that invites by name, or everyone.
    fn list(&self) -> Option<&QualificationId> {
        self.invitation.as_ref().and_then(|it| it.list.as_ref())
    }

    /// A list is named where being on it is the ground, and only there; it is this buyer's.
    fn check_list(&self, invitation: &Invitation, facts: &Facts) -> Result<(), Refusal> {
        let Some(id) = &invitation.list else {
            let unasked = invitation.ground != InvitationGround::Qualified;
            return ensure(unasked, Refusal::ListMissing);
        };
        let asked = invitation.ground == InvitationGround::Qualified;
        ensure(asked, Refusal::ListUnasked)?;
        ensure(invitation.invited.is_empty(), Refusal::InvitedByList)?;
        let read = facts
            .readings
            .get::<Qualification>(&Qualification::stream(id));
        let announced = read.and_then(Qualification::announcement);
        ensure(
            announced.is_some_and(|it| it.buyer == self.buyer),
            Refusal::ListOfAnother { list: id.clone() },
        )
    }
}

fn published<'a>(id: &QualificationId, facts: &'a Facts) -> Option<&'a List> {
    let read = facts
        .readings
        .get::<Qualification>(&Qualification::stream(id));
    read.and_then(Qualification::list)
}

fn least_invited(facts: &Facts) -> usize {
    usize::from(facts.rules().procurement().limited_invited_min())
}

fn can_bid(id: &OrganizationId, facts: &Facts) -> bool {
    let read = facts
        .readings
        .get::<Organization>(&Organization::stream(id));
    let profile = read.and_then(Organization::profile);
    let supplies = profile.is_some_and(|profile| profile.roles.contains(&Role::Supplier));
    let mut days = facts.days().into_iter();
    supplies && !days.any(|day| read.is_some_and(|it| it.debarred_on(day).is_some()))
}

impl Drafting {
    /// The tender whose failure is the ground, where the rules in force are of the third edition or later.
    fn after(&self, readings: &Readings) -> Option<&TenderId> {
        let third = readings.rules().procurement().has_edition(3);
        let invitation = self.draft.invitation.as_ref().filter(|_| third)?;
        invitation.after.as_ref()
    }

    pub(super) fn reads_under(&self, readings: &Readings, command: &Command) -> Vec<StreamName> {
        let publishes = matches!(command, Command::Publish(_));
        let after = self.after(readings).filter(|_| publishes);
        after.map(Tender::stream).into_iter().collect()
    }

    /// What failed is asked for again, and no more of it, and soon enough.
    pub(super) fn check_failed_need(&self, facts: &Facts) -> Result<(), Refusal> {
        let Some(tender) = self.after(&facts.readings) else {
            return Ok(());
        };
        let read = facts.readings.get::<Tender>(&Tender::stream(tender));
        let failed = read.and_then(Tender::notice).ok_or(Refusal::FailedTender)?;
        let latest = failed.closes_at.plus_micros(FAILED_MICROS_MAX);
        let recent = facts.at <= latest;
        let tender = || tender.clone();
        ensure(recent, Refusal::FailedLongAgo { tender: tender() })?;
        let unmet = quantities(&failed.lots);
        for (item, asked) in quantities(&self.lots) {
            let unmet = unmet.get(&item).copied().unwrap_or_default();
            ensure(
                asked <= unmet,
                Refusal::MoreThanFailed {
                    tender: tender(),
                    item,
                    asked,
                    unmet,
                },
            )?;
        }
        Ok(())
    }
}
