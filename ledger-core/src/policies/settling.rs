//! What an ended tender did not use of its plan is there again for others.
//!
//! The plan's stream decides how much that is; this only asks. From which plan a tender took, its end does not say: that is kept in
//! memory, from the start of the log.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Memory, Policy, Step};
use crate::domain::Command;
use crate::domain::plan::{self, Plan};
use crate::domain::tender::{self, Tender};
use crate::domain::values::{PlanId, TenderId};
use crate::event::{Event, Recorded};
use crate::store::StreamName;

/// Settles plans with tenders that ended.
#[derive(Debug, Default)]
pub struct SettlementOfPlans(Mutex<BTreeMap<StreamName, Carried>>);

/// A tender that took from a plan, or ended.
#[derive(Debug, Default)]
struct Carried {
    /// The plan, and the index of the first taking.
    taken: Option<(u64, PlanId)>,
    /// Index of its end.
    ended: Option<u64>,
}

impl SettlementOfPlans {
    fn tenders(&self) -> MutexGuard<'_, BTreeMap<StreamName, Carried>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Policy for SettlementOfPlans {
    fn name(&self) -> &'static str {
        "settlement-of-plans"
    }

    fn reacts_to(&self) -> &'static [&'static str] {
        &[
            "sijill.events.v1.PlanTaken",
            "sijill.events.v1.TenderCancelled",
            "sijill.events.v1.TenderFailed",
            "sijill.events.v1.TenderCompleted",
        ]
    }

    /// At the later of both: a draft may be given up while its taking is on the way.
    fn react(&self, event: &Recorded) -> Vec<Step> {
        let Some((tender, _)) = shown(event) else {
            return Vec::new();
        };
        let tenders = self.tenders();
        let settled = tenders.get(&Tender::stream(&tender)).and_then(|carried| {
            let (taken, plan) = carried.taken.as_ref()?;
            let ended = carried.ended?;
            (event.index == ended.max(*taken)).then_some(plan)
        });
        let step = settled.map(|plan| Step::Command {
            stream: Plan::stream(plan),
            command: Command::Plan(plan::Command::Settle { tender }),
        });
        step.into_iter().collect()
    }

    fn memory(&self) -> Option<&dyn Memory> {
        Some(self)
    }
}

impl Memory for SettlementOfPlans {
    fn remember(&self, event: &Recorded) {
        let Some((tender, plan)) = shown(event) else {
            return;
        };
        let mut tenders = self.tenders();
        let carried = tenders.entry(Tender::stream(&tender)).or_default();
        match plan {
            Some(plan) => {
                carried.taken.get_or_insert((event.index, plan));
            }
            None => {
                carried.ended.get_or_insert(event.index);
            }
        }
    }

    /// What is settled goes; what only ended stays, for a taking may yet be on the way.
    fn settled(&self, below: u64) {
        let waits = |carried: &mut Carried| match (&carried.taken, carried.ended) {
            (Some((taken, _)), Some(ended)) => ended.max(*taken) >= below,
            (Some(_) | None, None) | (None, Some(_)) => true,
        };
        self.tenders().retain(|_, carried| waits(carried));
    }
}

/// A tender, with the plan that it took from; without one it ended.
fn shown(event: &Recorded) -> Option<(TenderId, Option<PlanId>)> {
    if let Event::Plan(plan::Event::PlanTaken(taking)) = &event.event {
        let plan = PlanId::new(event.stream.id()).ok()?;
        return Some((taking.tender.clone(), Some(plan)));
    }
    let ended = matches!(
        event.event,
        Event::Tender(
            tender::Event::TenderCancelled(_)
                | tender::Event::TenderFailed(_)
                | tender::Event::TenderCompleted(_)
        )
    );
    let tender = TenderId::new(event.stream.id()).ok().filter(|_| ended)?;
    Some((tender, None))
}
