//! What a plan was expected to cost is published with the first opening of a tender that carries it out, a direct offer for it, or its
//! failure:
//! from then on it tells bidders nothing, and everyone can compare. Before that nobody publishes it by hand either
//! ([`Target::released_by_step`](crate::domain::disclosure::Target)).

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Memory, Policy, Step};
use crate::domain::plan::Plan;
use crate::domain::tender;
use crate::domain::values::PlanId;
use crate::event::{Event, Recorded};
use crate::store::StreamName;

const ESTIMATES: &[&str] = &[
    "sijill.events.v1.NeedPlanned",
    "sijill.events.v1.PlanAmended",
];

/// Publishes estimates of plans.
#[derive(Debug, Default)]
pub struct DisclosureOfPlans(Mutex<BTreeMap<StreamName, Carried>>);

/// A tender that carries out a plan.
#[derive(Debug)]
struct Carried {
    plan: PlanId,
    /// Index of the first opening, of the direct offer, or of the failure.
    opened: Option<u64>,
}

impl DisclosureOfPlans {
    fn tenders(&self) -> MutexGuard<'_, BTreeMap<StreamName, Carried>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Policy for DisclosureOfPlans {
    fn name(&self) -> &'static str {
        "disclosure-of-plans"
    }

    fn reacts_to(&self) -> &'static [&'static str] {
        &[
            "sijill.events.v1.TenderDrafted",
            "sijill.events.v1.BidOpened",
            "sijill.events.v1.OfferRecorded",
            "sijill.events.v1.TenderFailed",
        ]
    }

    fn react(&self, event: &Recorded) -> Vec<Step> {
        let tenders = self.tenders();
        let carried = tenders.get(&event.stream);
        let first = carried.filter(|carried| carried.opened == Some(event.index));
        let release = first.map(|carried| Step::Release {
            stream: Plan::stream(&carried.plan),
            kinds: ESTIMATES,
            // As amended until now.
            last: u64::MAX,
        });
        release.into_iter().collect()
    }

    fn memory(&self) -> Option<&dyn Memory> {
        Some(self)
    }
}

impl Memory for DisclosureOfPlans {
    fn remember(&self, event: &Recorded) {
        let Event::Tender(of_tender) = &event.event else {
            return;
        };
        let mut tenders = self.tenders();
        if let tender::Event::TenderDrafted(draft) = of_tender {
            if let Some(plan) = draft.plan.clone() {
                let carried = Carried { plan, opened: None };
                tenders.insert(event.stream.clone(), carried);
            }
        } else if let Some(carried) = tenders.get_mut(&event.stream) {
            // Of the other kinds that are shown each is an opening, an offer or the failure.
            carried.opened.get_or_insert(event.index);
        }
    }

    fn settled(&self, below: u64) {
        let waits = |carried: &mut Carried| carried.opened.is_none_or(|index| index >= below);
        self.tenders().retain(|_, carried| waits(carried));
    }
}
