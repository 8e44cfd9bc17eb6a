//! What tenders take of a plan, told from the log alone: from the fourth edition of the rules on.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Rules;
use crate::domain::plan::{self, TakenLine};
use crate::domain::tender::Event;
use crate::domain::values::{FacilityId, ItemCode};
use crate::event::{ActorId, Event as AnyEvent};

type Sums = BTreeMap<(ItemCode, FacilityId), Decimal>;

impl Rules<'_> {
    /// What is published was taken from its plan before, and no more than was planned; what its end gives back, Sijill gives back, once.
    pub(super) fn plans_are_kept(&self) {
        if !self.has_edition(4) {
            return;
        }
        let (mut planned, mut taken) = (Sums::new(), Sums::new());
        let (mut ended, mut settled) = (None::<bool>, false);
        for it in self.0 {
            match &it.event {
                AnyEvent::Plan(plan::Event::NeedPlanned(need)) => {
                    for line in &need.lines {
                        add(
                            &mut planned,
                            &line.item,
                            &line.facility,
                            line.quantity.get(),
                        );
                    }
                }
                AnyEvent::Plan(plan::Event::PlanTaken(taking)) => {
                    taken = sums(&taking.lines);
                    assert!(within(&taken, &planned), "more than was planned");
                }
                AnyEvent::Plan(plan::Event::PlanSettled(settlement)) => {
                    assert_eq!(it.metadata.actor.id, ActorId::System);
                    assert!(!std::mem::replace(&mut settled, true), "settled once");
                    let used = sums(&settlement.lines);
                    assert!(within(&used, &taken));
                    assert_eq!(Some(!used.is_empty()), ended, "{used:?}");
                }
                AnyEvent::Tender(Event::TenderPublished(_)) => {
                    let mut asked = Sums::new();
                    for line in self.lots(it.index).values().flat_map(|lot| &lot.lines) {
                        add(&mut asked, &line.item, &line.facility, line.quantity.get());
                    }
                    assert!(within(&asked, &taken), "not taken from the plan");
                }
                AnyEvent::Tender(Event::TenderCancelled(_) | Event::TenderFailed(_)) => {
                    ended = Some(false);
                }
                AnyEvent::Tender(Event::TenderCompleted(completion)) => {
                    ended = Some(completion.value.is_some());
                }
                _ => {}
            }
        }
        assert_eq!(settled, ended.is_some() && !taken.is_empty());
    }
}

fn sums(lines: &[TakenLine]) -> Sums {
    let mut sums = Sums::new();
    for line in lines {
        add(&mut sums, &line.item, &line.facility, line.quantity.get());
    }
    sums
}

fn add(sums: &mut Sums, item: &ItemCode, facility: &FacilityId, quantity: Decimal) {
    *sums.entry((item.clone(), facility.clone())).or_default() += quantity;
}

fn within(some: &Sums, all: &Sums) -> bool {
    let mut some = some.iter();
    some.all(|(place, sum)| all.get(place).is_some_and(|most| sum <= most))
}
