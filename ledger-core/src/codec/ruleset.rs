//! Events of a ruleset.

use sijill_schemas::events::v1 as pb;
use sijill_schemas::types::v1 as types;

use super::wire::{choice, kinds, record};
use crate::domain::ruleset::{
    Adoption, ByProcedure, Event, ProcurementRules, Proposal, Rules, Witnessing,
};
use crate::domain::values::{Calendar, ClockChange, Weekday};

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
    procurement: optional,
} }

record! { ProcurementRules = pb::ProcurementRules {
    tender_days_min: required,
    amendment_days_min: required,
    enquiry_days_min: required,
    standstill_days: required,
    complaint_days: number,
    security_percent_max: required,
    quotation_ceiling: optional,
    low_price_percent: number,
    reveal_days: number,
    outage_allowance_minutes: number,
    calendar: required,
    edition: optional,
    closing_grace_minutes: optional,
    limited_invited_min: optional,
    framework_days_max: optional,
    plan_required: optional,
    witnessing: optional,
} }

record! { Witnessing = pb::Witnessing { policy: list, within_seconds: number } }

record! { ByProcedure = pb::DaysByProcedure {
    open: number,
    quotation: number,
    limited: optional,
    direct: optional,
} }

record! { Calendar = pb::Calendar { weekend: set, clocks: list ; holidays = holidays_days: set } }

record! { ClockChange = types::ClockChange { minutes: number ; from = from_micros: plain } }

choice! { Weekday = pb::Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
} }
