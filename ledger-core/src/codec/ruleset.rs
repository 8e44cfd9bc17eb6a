//! Events of a ruleset.

use sijill_schemas::events::v1 as pb;

use super::wire::{kinds, record};
use crate::domain::ruleset::{Adoption, Event, Proposal, Rules};

kinds! { Event { RulesetProposed, RulesetAdopted } }

record! { Proposal = pb::RulesetProposed { version: plain, rules: required, reason: plain } }

record! { Adoption = pb::RulesetAdopted { version: plain, rules: required } }

record! { Rules = pb::Rules {
    open_window_days: number,
    future_tolerance_minutes: number,
    amc_look_back_months: number,
    amc_stocked_days_min: number,
    critical_below_months: required,
    low_below_months: required,
    overstocked_above_months: required,
    petty_cash_limit: optional,
    emergency_approval_days: optional,
    advance_percent_max: optional,
    price_tolerance_percent: optional,
    transfer_overdue_days: optional,
    statements_required: optional,
} }
