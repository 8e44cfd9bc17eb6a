//! What tenders take of an approved plan. The plan's own stream decides, so that tenders that race for one line never ask for more
//! than was planned together.
//!
//! A draft takes what its lots ask for, summed over the days by item and place. It takes more when it asks for more, and gives
//! nothing back before it ends, so that what was read of it late can only have taken too much. What it has used when it ends stays
//! taken: each lot that was awarded, whole. The rest is there for others.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::event::{PlanLine, Settlement, TakenLine, Taking};
use super::refusal::Refusal;
use super::{Event, Sheet};
use crate::aggregate::{Facts, ensure};
use crate::domain::tender::Tender;
use crate::domain::values::{FacilityId, ItemCode, PlanId, Quantity, TenderId};
use crate::event::ActorId;

/// How much of each item goes where, in base units.
pub type Needs = BTreeMap<(ItemCode, FacilityId), Decimal>;

/// What one tender took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// How much.
    pub needs: Needs,
    /// Whether the tender has ended: this is what it used.
    pub settled: bool,
}

impl Sheet {
    /// What tenders took, in the order of their ids.
    pub fn takings(&self) -> impl Iterator<Item = (&TenderId, &Taken)> {
        self.takings.iter()
    }

    /// Whether a tender took at least this.
    pub fn covers(&self, tender: &TenderId, needs: &Needs) -> bool {
        let taken = self.takings.get(tender);
        taken.is_some_and(|taken| holds(&taken.needs, needs))
    }

    /// How much is planned, on whatever day.
    pub fn planned(&self) -> Needs {
        planned(&self.need.lines)
    }

    pub(super) fn take(&self, tender: &TenderId, facts: &Facts) -> Result<Event, Refusal> {
        ensure(!facts.imported(), Refusal::TakingNotHistory)?;
        let official = matches!(facts.actor.id, ActorId::Official(_));
        ensure(official, Refusal::NotAnOfficial)?;
        let plan = PlanId::new(facts.stream.id()).map_err(|_| Refusal::NotPlanned)?;
        let read = facts.readings.get::<Tender>(&Tender::stream(tender));
        let asked = read.and_then(|it| it.drafted_for(&plan));
        let mut needs = asked.ok_or_else(|| Refusal::NoDraft {
            tender: tender.clone(),
        })?;
        let own = self.takings.get(tender).map(|it| &it.needs);
        for (line, before) in own.into_iter().flatten() {
            let most = needs.entry(line.clone()).or_default();
            *most = (*most).max(*before);
        }
        ensure(
            own != Some(&needs),
            Refusal::TakenAlready {
                tender: tender.clone(),
            },
        )?;
        self.check_left(tender, &needs)?;
        let lines = written(&needs).ok_or(Refusal::NotPlanned)?;
        Ok(Event::PlanTaken(Taking {
            tender: tender.clone(),
            lines,
        }))
    }

    /// Nothing that is not planned, and no more than others left.
    fn check_left(&self, tender: &TenderId, needs: &Needs) -> Result<(), Refusal> {
        let planned = self.planned();
        for ((item, facility), asked) in needs {
            let line = (item.clone(), facility.clone());
            let planned = planned.get(&line).ok_or_else(|| Refusal::NotInPlan {
                item: item.clone(),
                facility: facility.clone(),
            })?;
            let others = self.takings.iter().filter(|(other, _)| *other != tender);
            let taken = others.filter_map(|(_, it)| it.needs.get(&line));
            let taken = taken.fold(Decimal::ZERO, |sum, it| sum.saturating_add(*it));
            let left = planned.saturating_sub(taken).max(Decimal::ZERO);
            ensure(
                *asked <= left,
                Refusal::NotLeft {
                    item: item.clone(),
                    facility: facility.clone(),
                    asked: *asked,
                    left,
                },
            )?;
        }
        Ok(())
    }

    /// A changed plan still holds all that was taken.
    pub(super) fn check_holds(&self, lines: &[PlanLine]) -> Result<(), Refusal> {
        let planned = planned(lines);
        for ((item, facility), taken) in self.taken() {
            let left = planned.get(&(item.clone(), facility.clone()));
            ensure(
                left.is_some_and(|planned| taken <= *planned),
                Refusal::BelowTaken {
                    item,
                    facility,
                    taken,
                },
            )?;
        }
        Ok(())
    }

    /// What all tenders together took.
    pub fn taken(&self) -> Needs {
        let mut all = Needs::new();
        for (line, taken) in self.takings.values().flat_map(|it| &it.needs) {
            let sum = all.entry(line.clone()).or_default();
            *sum = sum.saturating_add(*taken);
        }
        all.retain(|_, taken| !taken.is_zero());
        all
    }

    /// By Sijill itself, once the tender has ended.
    pub(super) fn settle(&self, tender: &TenderId, facts: &Facts) -> Result<Event, Refusal> {
        ensure(facts.actor.id == ActorId::System, Refusal::SettledBySijill)?;
        self.unsettled(tender)?;
        let read = facts.readings.get::<Tender>(&Tender::stream(tender));
        let used = read.and_then(Tender::used);
        let used = used.ok_or_else(|| Refusal::TenderRuns {
            tender: tender.clone(),
        })?;
        let lines = written(&used).ok_or(Refusal::NotPlanned)?;
        Ok(Event::PlanSettled(Settlement {
            tender: tender.clone(),
            lines,
        }))
    }

    fn unsettled(&self, tender: &TenderId) -> Result<&Taken, Refusal> {
        let taken = self.takings.get(tender).filter(|it| !it.settled);
        taken.ok_or_else(|| Refusal::NotTaken {
            tender: tender.clone(),
        })
    }

    /// Remembers what was taken; `None` for what was not there to take.
    pub(super) fn remember_taken(&mut self, taking: &Taking) -> Option<()> {
        let needs = needs_of(&taking.lines)?;
        self.check_left(&taking.tender, &needs).ok()?;
        let own = self.takings.get(&taking.tender);
        let open = own.is_none_or(|it| !it.settled && holds(&needs, &it.needs));
        open.then_some(())?;
        let taken = Taken {
            needs,
            settled: false,
        };
        self.takings.insert(taking.tender.clone(), taken);
        Some(())
    }

    /// Remembers what an ended tender used: no more than it had taken.
    pub(super) fn remember_settled(&mut self, settlement: &Settlement) -> Option<()> {
        let needs = needs_of(&settlement.lines)?;
        let tender = &settlement.tender;
        self.unsettled(tender).ok()?;
        self.covers(tender, &needs).then_some(())?;
        let taken = Taken {
            needs,
            settled: true,
        };
        self.takings.insert(tender.clone(), taken);
        Some(())
    }
}

/// Whether something holds all of this.
fn holds(all: &Needs, needs: &Needs) -> bool {
    let mut lines = needs.iter();
    lines.all(|(line, needed)| all.get(line).is_some_and(|it| needed <= it))
}

fn planned(lines: &[PlanLine]) -> Needs {
    let mut planned = Needs::new();
    for line in lines {
        let place = (line.item.clone(), line.facility.clone());
        let sum = planned.entry(place).or_default();
        *sum = sum.saturating_add(line.quantity.get());
    }
    planned
}

/// As lines; `None` beyond what a quantity can be.
fn written(needs: &Needs) -> Option<Vec<TakenLine>> {
    let line = |((item, facility), quantity): (&(ItemCode, FacilityId), &Decimal)| {
        Some(TakenLine {
            item: item.clone(),
            facility: facility.clone(),
            quantity: Quantity::try_from(*quantity).ok()?,
        })
    };
    needs.iter().map(line).collect()
}

/// Of lines; `None` where a line stands twice.
fn needs_of(lines: &[TakenLine]) -> Option<Needs> {
    let mut needs = Needs::new();
    for line in lines {
        let place = (line.item.clone(), line.facility.clone());
        needs
            .insert(place, line.quantity.get())
            .is_none()
            .then_some(())?;
    }
    Some(needs)
}
