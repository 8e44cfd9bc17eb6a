//! Events of a plan.

use sijill_schemas::events::v1 as pb;

use super::wire::{kinds, record};
use crate::domain::plan::{
    Amendment, Approval, Event, LINES_MAX, Need, PlanLine, Settlement, TakenLine, Taking,
};

kinds! { Event { NeedPlanned, PlanApproved, PlanAmended, PlanTaken, PlanSettled } }

record! { Need = pb::NeedPlanned {
    buyer: plain,
    title: required,
    year: plain,
    lines: many[1..=LINES_MAX];
    estimate = estimate_part: apart(Pending),
} }

record! { PlanLine = pb::PlanLine {
    item: plain,
    quantity: required,
    facility: plain;
    needed_by = needed_days: plain,
} }

record! { Approval = pb::PlanApproved { read: plain, limit: optional } }

record! { Amendment = pb::PlanAmended {
    reason: plain,
    lines: many[1..=LINES_MAX];
    estimate = estimate_part: apart(Pending),
} }

record! { Taking = pb::PlanTaken { tender: plain, lines: many[1..=LINES_MAX] } }

record! { Settlement = pb::PlanSettled { tender: plain, lines: many[0..=LINES_MAX] } }

record! { TakenLine = pb::TakenLine { item: plain, facility: plain, quantity: required } }
