//! Periods in whole days on the wall: the day from which they are counted does not count, and none ends on a day on which offices
//! are closed.

use crate::aggregate::Facts;
use crate::domain::tender::event::Procedure;
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
    let clocks = facts.clocks();
    let from = clocks.show(from).unwrap_or(facts.effective);
    let rules = facts.rules();
    let calendar = &rules.procurement().calendar;
    calendar.after_days(from.at(), days, &clocks)
}
