//! What must hold of a plan, and of who approves it.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::Sheet;
use super::event::{Amendment, Approval, LINES_MAX, Need, PlanLine};
use super::refusal::Refusal;
use crate::aggregate::{Facts, ensure};
use crate::domain::facility::Facility;
use crate::domain::item::Item;
use crate::domain::official::buyers;
use crate::domain::organization::{Organization, Role};
use crate::domain::values::{Date, Money, OrganizationId, Withheld};
use crate::event::ActorId;

/// Years ahead for which a plan may be made.
const YEARS_AHEAD_MAX: i32 = 10;

impl Need {
    pub(super) fn check(&self, facts: &Facts) -> Result<(), Refusal> {
        check_lines(&self.lines)?;
        check_estimate(&self.estimate)?;
        if facts.imported() {
            return Ok(());
        }
        ensure(is_official(facts), Refusal::NotAnOfficial)?;
        let [_, today] = facts.days();
        check_year(self.year, today)?;
        check_buyer(&self.buyer, facts)?;
        check_world(&self.lines, today, facts)
    }
}

impl Amendment {
    pub(super) fn check(&self, facts: &Facts) -> Result<(), Refusal> {
        check_lines(&self.lines)?;
        check_estimate(&self.estimate)?;
        if facts.imported() {
            return Ok(());
        }
        ensure(is_official(facts), Refusal::NotAnOfficial)?;
        let [_, today] = facts.days();
        check_world(&self.lines, today, facts)
    }
}

impl Sheet {
    /// Four eyes on what stands now, within the delegated limit.
    pub(super) fn approve(&self, approval: &Approval, facts: &Facts) -> Result<Approval, Refusal> {
        let read = approval.read;
        if facts.imported() {
            return Ok(Approval { read, limit: None });
        }
        ensure(is_official(facts), Refusal::NotAnOfficial)?;
        let own = self.planners.contains(&facts.actor.id);
        ensure(!own, Refusal::OwnPlan)?;
        let revision = self.revision;
        ensure(read == revision, Refusal::Changed { read, revision })?;
        let limit = Some(self.authority(approval.limit, facts)?);
        Ok(Approval { read, limit })
    }

    /// The approver's limit, which covers what the plan is expected to cost. Where that is known only by its commitment, it is
    /// not compared: whoever judges again from a mirror sees that the limit was the approver's, in the currency it names.
    fn authority(&self, named: Option<Money>, facts: &Facts) -> Result<Money, Refusal> {
        let estimate = self.need.estimate.known();
        let money = estimate.copied().or(named);
        let currency = money.ok_or(Refusal::EstimateUnknown)?.currency();
        let buyer = buyers::asked(&self.need.buyer, &facts.readings);
        let limit = buyers::limit(buyer, currency, facts).ok_or(Refusal::NoAuthority)?;
        let covered = estimate.is_none_or(|estimate| estimate.amount() <= limit.amount());
        ensure(covered, Refusal::AboveLimit { limit })?;
        Ok(limit)
    }
}

/// 1 to 400 lines, each item, facility and day once, nothing asked for in vain: what holds in any history.
fn check_lines(lines: &[PlanLine]) -> Result<(), Refusal> {
    let count = lines.len();
    ensure(
        (1..=LINES_MAX).contains(&count),
        Refusal::LineCount { lines: count },
    )?;
    let mut seen = BTreeSet::new();
    for line in lines {
        let (item, facility) = (&line.item, &line.facility);
        ensure(
            seen.insert((item, facility, line.needed_by)),
            Refusal::DuplicateLine {
                item: item.clone(),
                facility: facility.clone(),
            },
        )?;
        ensure(
            !line.quantity.is_zero(),
            Refusal::ZeroQuantity { item: item.clone() },
        )?;
    }
    Ok(())
}

fn check_estimate(estimate: &Withheld<Money>) -> Result<(), Refusal> {
    let positive = |money: &Money| money.amount() > Decimal::ZERO;
    ensure(
        estimate.known().is_none_or(positive),
        Refusal::EstimateNotPositive,
    )
}

fn check_year(year: u16, today: Date) -> Result<(), Refusal> {
    let first = today.month().number() / 12;
    let last = first + YEARS_AHEAD_MAX;
    ensure(
        (first..=last).contains(&i32::from(year)),
        Refusal::Year { year, first, last },
    )
}

fn check_buyer(buyer: &OrganizationId, facts: &Facts) -> Result<(), Refusal> {
    let read = facts
        .readings
        .get::<Organization>(&Organization::stream(buyer));
    let profile = read.and_then(Organization::profile);
    let buys = profile.is_some_and(|profile| profile.roles.contains(&Role::ProcuringEntity));
    ensure(
        buys,
        Refusal::NoBuyer {
            buyer: buyer.clone(),
        },
    )
}

/// Items are listed, facilities open, and no day is over.
fn check_world(lines: &[PlanLine], today: Date, facts: &Facts) -> Result<(), Refusal> {
    for line in lines {
        let item = facts.readings.get::<Item>(&Item::stream(&line.item));
        ensure(
            item.is_some_and(Item::is_listed),
            Refusal::ItemNotListed {
                item: line.item.clone(),
            },
        )?;
        let facility = line.facility.clone();
        match facts.readings.get::<Facility>(&Facility::stream(&facility)) {
            None | Some(Facility::Unknown) => return Err(Refusal::FacilityUnknown { facility }),
            Some(Facility::Closed { .. }) => return Err(Refusal::FacilityClosed { facility }),
            Some(Facility::Open { .. }) => {}
        }
        ensure(
            line.needed_by >= today,
            Refusal::DayOver {
                item: line.item.clone(),
                day: line.needed_by,
            },
        )?;
    }
    Ok(())
}

/// Whether an official acts, not an organisation or Sijill itself.
const fn is_official(facts: &Facts) -> bool {
    matches!(facts.actor.id, ActorId::Official(_))
}
