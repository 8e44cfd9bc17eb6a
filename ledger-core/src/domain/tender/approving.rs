//! The approval of a draft: by someone who had no part in it, within the delegated limit, of what was read.

use rust_decimal::Decimal;

use super::drafting::Drafting;
use super::event::{Approval, Event, Lot};
use super::refusal::{ContentRefusal, Refusal};
use super::{Decision, official};
use crate::aggregate::{Facts, ensure};
use crate::domain::official::buyers;
use crate::domain::values::{Currency, Money, Withheld};

impl Drafting {
    pub(super) fn approve(&self, approval: &Approval, facts: &Facts) -> Decision {
        official(facts)?;
        let drafted = self.drafters.contains(&facts.actor.id);
        ensure(!drafted, Refusal::OwnDraft)?;
        // Keys that were enrolled since change nothing of what was read.
        let as_it_is = (self.changed..facts.next_revision).contains(&approval.read);
        ensure(as_it_is, Refusal::ReadAnother { last: self.changed })?;
        ensure(self.approver.is_none(), Refusal::Approved)?;
        ensure(!self.lots.is_empty(), ContentRefusal::NoLots)?;
        let currency = self.draft.currency;
        let buyer = buyers::asked(&self.draft.buyer, &facts.readings);
        let limit = buyers::limit(buyer, currency, facts).ok_or(Refusal::NoAuthority {
            currency: currency.code(),
        })?;
        ensure(self.is_within(limit)?, Refusal::AboveLimit { limit })?;
        Ok(vec![Event::TenderApproved(Approval {
            read: approval.read,
            limit: Some(limit),
        })])
    }

    /// Whether all lots together are expected to cost no more than this. They are where an estimate is known by its
    /// commitment alone: nobody can judge that there, and whoever decided first could.
    pub(super) fn is_within(&self, most: Money) -> Result<bool, ContentRefusal> {
        let estimate = estimate_of(&self.lots, self.draft.currency)?;
        Ok(estimate.is_none_or(|estimate| estimate.amount() <= most.amount()))
    }
}

/// What the lots are expected to cost; `None` where an estimate is not known here. Refused where a lot has none.
fn estimate_of(lots: &[Lot], currency: Currency) -> Result<Option<Money>, ContentRefusal> {
    let mut sum = Decimal::ZERO;
    for lot in lots {
        match &lot.estimate {
            Some(Withheld::Known(estimate)) => {
                sum = sum
                    .checked_add(estimate.amount())
                    .ok_or(ContentRefusal::EstimateTooLarge)?;
            }
            Some(Withheld::Committed(_)) => return Ok(None),
            None => {
                return Err(ContentRefusal::EstimateMissing {
                    lot: lot.id.clone(),
                });
            }
        }
    }
    let sum = Money::new(sum, currency).map_err(|_| ContentRefusal::EstimateTooLarge)?;
    Ok(Some(sum))
}
