//! When a deadline may be. Days are counted whole ([`Facts::clocks`]): the day of the decision does not count, and the deadline comes
//! after the last of them. A deadline is the first
//! instant that is too late; the day on which it ends is that of the instant before.

use super::refusal::Refusal;
use crate::aggregate::{Facts, ensure};
use crate::domain::ruleset::ProcurementRules;
use crate::time::Timestamp;

/// How far ahead a deadline may be, in days of 24 hours.
const DAYS_MAX: i64 = 365;

/// Checks a deadline that is set now: so many whole days ahead, within a year, and on a working day.
pub(super) fn check(
    closes_at: Timestamp,
    whole_days: u16,
    rules: &ProcurementRules,
    facts: &Facts,
) -> Result<(), Refusal> {
    let earliest = facts.after_whole_days(whole_days);
    ensure(
        closes_at >= earliest,
        Refusal::DeadlineTooEarly { earliest },
    )?;
    check_day(closes_at, rules, facts)
}

/// The same of one that only moves forward.
pub(super) fn check_day(
    closes_at: Timestamp,
    rules: &ProcurementRules,
    facts: &Facts,
) -> Result<(), Refusal> {
    let latest = facts.at.plus_days(DAYS_MAX);
    let too_late = Refusal::DeadlineTooLate { latest };
    ensure(closes_at <= latest, too_late.clone())?;
    let last = facts.clocks().show(closes_at.plus_micros(-1));
    let day = last.ok_or(too_late)?.date();
    let next = rules.calendar.working_from(day);
    ensure(next == day, Refusal::DeadlineOnHoliday { next })
}

/// Checks until when questions are taken.
pub(super) fn check_enquiries(
    until: Timestamp,
    earliest: Timestamp,
    closes_at: Timestamp,
) -> Result<(), Refusal> {
    ensure(
        (earliest..closes_at).contains(&until),
        Refusal::EnquiriesUntil {
            earliest,
            closes_at,
        },
    )
}
