//! Approval by levels: whoever approves does so within the delegated limit, or passes the requisition on.
//!
//! The value of what is approved is Σ quantity × reference price, rounded per line to the minor unit. Within the approver's
//! limit the approval is complete; above it, it stands as a level, and another official with a higher limit approves next.
//! A line whose item has no reference price has no known value, so nothing shows that it is within a limit: it is refused,
//! or lowered to zero, until a price is set. Imported history may have such lines; its event then has no value.

use std::collections::BTreeSet;

use super::Decision;
use super::event::{Approval, ApprovedLine, Event};
use super::refusal::{Named, Refusal};
use super::sheet::Sheet;
use crate::aggregate::{Facts, ensure};
use crate::domain::item::Item;
use crate::domain::values::Money;
use crate::event::ActorId;

impl Sheet {
    pub(super) fn approve(&self, lines: Vec<ApprovedLine>, facts: &Facts) -> Decision {
        self.check_approved(&lines)?;
        let level = u8::try_from(self.levels().len() + 1).map_err(|_| Refusal::TooManyLevels)?;
        let (value, limit, complete) = if facts.imported() {
            (value_of(&lines, facts).ok(), None, true)
        } else {
            self.check_approver(facts)?;
            let value = value_of(&lines, facts)?;
            let (limit, complete) = self.authority(value, facts)?;
            (Some(value), Some(limit), complete)
        };
        Ok(vec![Event::RequisitionApproved(Approval {
            level,
            complete,
            lines,
            value,
            limit,
        })])
    }

    /// Exactly the lines that were asked for, none of them raised, not all of them refused.
    fn check_approved(&self, lines: &[ApprovedLine]) -> Result<(), Refusal> {
        let mut seen = BTreeSet::new();
        for line in lines {
            let item = || line.item.clone();
            ensure(
                seen.insert(&line.item),
                Refusal::DuplicateLine { item: item() },
            )?;
            let requested = self
                .requested(&line.item)
                .ok_or_else(|| Refusal::NotRequested { item: item() })?;
            ensure(
                line.approved <= requested,
                Refusal::AboveRequested {
                    item: item(),
                    requested,
                },
            )?;
        }
        let mut asked = self.submission().lines.iter();
        if let Some(missing) = asked.find(|line| !seen.contains(&line.item)) {
            let item = missing.item.clone();
            return Err(Refusal::LineMissing { item });
        }
        let something = lines.iter().any(|line| !line.approved.is_zero());
        ensure(something, Refusal::NothingApproved)
    }

    /// Four eyes, and at each further level two more.
    fn check_approver(&self, facts: &Facts) -> Result<(), Refusal> {
        let actor = &facts.actor.id;
        ensure(
            matches!(actor, ActorId::Official(_)),
            Refusal::NotAnOfficial,
        )?;
        ensure(!self.was_submitted_by(actor), Refusal::OwnRequisition)?;
        let approved = self.levels().iter().any(|level| level.by == *actor);
        ensure(!approved, Refusal::ApprovedTwice)
    }

    /// The approver's limit, and whether it covers the value.
    fn authority(&self, value: Money, facts: &Facts) -> Result<(Money, bool), Refusal> {
        let limit = facts
            .acting_limit(value.currency())
            .ok_or(Refusal::NoAuthority)?;
        let previous = self.levels().last().and_then(|level| level.limit);
        if let Some(previous) = previous.filter(|p| p.currency() == limit.currency()) {
            ensure(
                limit.amount() > previous.amount(),
                Refusal::LimitNotHigher { limit, previous },
            )?;
        }
        Ok((limit, value.amount() <= limit.amount()))
    }
}

/// What the lines come to at reference prices, all in one currency; refused where a line has none.
///
/// 200 tablets at 0.35 EGP and 3 boxes at 12.50 EGP are 70.00 + 37.50 = 107.50 EGP.
fn value_of(lines: &[ApprovedLine], facts: &Facts) -> Result<Money, Refusal> {
    let mut value: Option<Money> = None;
    let mut unpriced = Vec::new();
    for line in lines.iter().filter(|line| !line.approved.is_zero()) {
        let item = facts.readings.get::<Item>(&Item::stream(&line.item));
        let Some(reference) = item.and_then(Item::reference_price) else {
            unpriced.push(line.item.clone());
            continue;
        };
        let too_large = || Refusal::TooLarge {
            item: line.item.clone(),
        };
        let total = reference.price.line_total(line.approved);
        let total = total.ok_or_else(too_large)?;
        value = Some(match value {
            None => total,
            Some(sum) => {
                ensure(
                    sum.currency() == total.currency(),
                    Refusal::MixedCurrencies {
                        item: line.item.clone(),
                    },
                )?;
                let amount = sum.amount().checked_add(total.amount());
                let amount = amount.ok_or_else(too_large)?;
                Money::new(amount, sum.currency()).map_err(|_| too_large())?
            }
        });
    }
    value
        .filter(|_| unpriced.is_empty())
        .ok_or(Refusal::PriceUnknown {
            items: Named(unpriced),
        })
}
