//! Procedures in which not everyone may bid: on which ground, and who is asked.

use std::collections::BTreeSet;

use super::amending::quantities;
use super::drafting::Drafting;
use super::event::{Draft, INVITED_MAX, Invitation, InvitationGround, Procedure};
use super::refusal::ContentRefusal as Refusal;
use super::{Command, End, Tender};
use crate::aggregate::{Facts, Readings, ensure};
use crate::domain::organization::{Organization, Role};
use crate::domain::values::{OrganizationId, TenderId};
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
        }
    }
}

impl Invitation {
    pub(super) fn reads(&self) -> Vec<StreamName> {
        let invited = self.invited.iter().map(Organization::stream);
        invited
            .chain(self.after.iter().map(Tender::stream))
            .collect()
    }

    /// Registered suppliers that are not debarred, each once.
    fn check_invited(&self, facts: &Facts) -> Result<(), Refusal> {
        let mut seen = BTreeSet::new();
        for bidder in &self.invited {
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
}

impl Draft {
    pub(super) fn check_invitation(&self, facts: &Facts) -> Result<(), Refusal> {
        let invites = match self.procedure {
            Procedure::Open | Procedure::Quotation => false,
            Procedure::Limited | Procedure::Direct => true,
        };
        let Some(invitation) = &self.invitation else {
            return ensure(!invites, Refusal::InvitationMissing);
        };
        ensure(invites, Refusal::InvitationUnasked)?;
        let ground = invitation.ground;
        ensure(ground.is_for(&self.procedure), Refusal::InvitationGround)?;
        self.check_failed(invitation, facts)?;
        let (least, most) = self.invited_range(ground, facts);
        let count = invitation.invited.len();
        ensure(
            (least..=most).contains(&count),
            Refusal::InvitedCount { count, least, most },
        )?;
        invitation.check_invited(facts)
    }

    /// How many are invited: where no others can supply it, two are enough.
    fn invited_range(&self, ground: InvitationGround, facts: &Facts) -> (usize, usize) {
        let least = usize::from(facts.rules().procurement().limited_invited_min());
        match self.procedure {
            Procedure::Direct => (1, 1),
            Procedure::Open | Procedure::Quotation | Procedure::Limited => match ground {
                InvitationGround::FewSuppliers => (least.min(2), INVITED_MAX),
                InvitationGround::Disproportionate
                | InvitationGround::SoleSource
                | InvitationGround::Urgency
                | InvitationGround::Additional
                | InvitationGround::EssentialSecurity
                | InvitationGround::FailedTender => (least, INVITED_MAX),
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
                | InvitationGround::EssentialSecurity,
                after,
            ) => after.is_none(),
        };
        ensure(named, Refusal::FailedTender)
    }

    fn has_failed(&self, tender: &TenderId, facts: &Facts) -> bool {
        let read = facts.readings.get::<Tender>(&Tender::stream(tender));
        let failed = matches!(read, Some(Tender::Ended(ended)) if ended.end == End::Failed);
        let notice = read.and_then(Tender::notice);
        failed && notice.is_some_and(|notice| notice.draft.buyer == self.buyer)
    }
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
