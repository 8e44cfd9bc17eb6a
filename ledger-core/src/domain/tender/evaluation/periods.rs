//! Periods in whole days on the wall: the day from which they are counted does not count, and none ends on a day on which offices
//! are closed.

use crate::aggregate::Facts;
use crate::domain::tender::event::Procedure;
use crate::domain::values::EffectiveAt;
use crate::time::Timestamp;

/// Until when a bidder may show the secret of an envelope whose opening began.
pub(super) fn reveal_until(since: Timestamp, facts: &Facts) -> Timestamp {
    after(since, facts.rules().procurement().reveal_days, facts)
}

/// Until when bidders may complain about awards of which they were told.
pub(super) fn complaints_until(notified_at: Timestamp, facts: &Facts) -> Timestamp {
    after(
        notified_at,
        facts.rules().procurement().complaint_days,
        facts,
    )
}

/// Until when nothing is signed if bidders are told now; now where the ruleset wants no standstill.
pub(super) fn standstill_until(procedure: &Procedure, facts: &Facts) -> Timestamp {
    match facts.rules().procurement().standstill_days.of(procedure) {
        0 => facts.at,
        days => after(facts.at, days, facts),
    }
}

/// The first instant after so many days.
fn after(from: Timestamp, days: u16, facts: &Facts) -> Timestamp {
    let offset = facts.effective.offset_minutes();
    let day = EffectiveAt::new(from, offset);
    let day = day.map_or_else(|_| facts.effective.date(), EffectiveAt::date);
    let rules = facts.rules();
    let last = rules
        .procurement()
        .calendar
        .working_from(day.plus_days(days.into()));
    last.plus_days(1).start(offset)
}
