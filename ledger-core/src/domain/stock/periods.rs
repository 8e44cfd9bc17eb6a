//! Months: reported by the keeper, then closed.

use super::Decision;
use super::event::{Event, PeriodClose, PeriodReport};
use super::refusal::Refusal;
use super::rules::check_registered;
use super::state::Stock;
use crate::aggregate::{Facts, ensure};
use crate::domain::values::{EffectiveAt, Month};

impl Stock {
    pub(super) fn report_period(&self, period: Month, nil: bool, facts: &Facts) -> Decision {
        check_registered(facts)?;
        ensure(is_over(period, facts), Refusal::PeriodRuns { period })?;
        ensure(
            !self.periods.reported.contains(&period),
            Refusal::PeriodReported { period },
        )?;
        ensure(
            !self.periods.is_closed(period),
            Refusal::PeriodClosed { period },
        )?;
        ensure(
            nil != self.periods.moved.contains(&period),
            Refusal::NilContradicts { period },
        )?;
        Ok(vec![Event::PeriodReported(PeriodReport { period, nil })])
    }

    /// Closes a month and all before it; each month since the last closed one that saw movements must be reported.
    pub(super) fn close_period(&self, period: Month, facts: &Facts) -> Decision {
        check_registered(facts)?;
        ensure(is_over(period, facts), Refusal::PeriodRuns { period })?;
        ensure(
            !self.periods.is_closed(period),
            Refusal::PeriodClosed { period },
        )?;
        let open = |month: &&Month| !self.periods.is_closed(**month) && **month <= period;
        let mut needed = self.periods.moved.iter().filter(open).chain([&period]);
        match needed.find(|month| !self.periods.reported.contains(month)) {
            Some(unreported) => Err(Refusal::PeriodNotReported {
                period: *unreported,
            }),
            None => Ok(vec![Event::PeriodClosed(PeriodClose { period })]),
        }
    }
}

/// Whether a month is over at the instant of decision, on the wall clock there. The effective time, which the caller
/// chooses, has no say.
fn is_over(period: Month, facts: &Facts) -> bool {
    let decided = EffectiveAt::new(facts.at, facts.effective.offset_minutes());
    decided.is_ok_and(|decided| decided.date() > period.last())
}
