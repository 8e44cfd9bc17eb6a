//! How long each stage of a tender took, against the clocks that bind it, and whom the tender waits for.
//!
//! Days are whole days on the wall: the day on which a stage began does not count. What a period comes to is the ledger's own
//! reckoning ([`ProcurementRules::after_days`](sijill_ledger_core::domain::ruleset::ProcurementRules::after_days)), with the
//! parameters of the version of the ruleset that was in force when the stage began.
//!
//! The instant that is asked for says until when a stage that has not ended is counted, and leaves out stages that began later. The
//! deadline is the one that stands in the log that is asked; an earlier log knows an earlier one.
//!
//! # Example
//!
//! A tender is published on 1 January 2026; the ruleset gives bidders 15 whole days, so the earliest deadline is the first instant of
//! 17 January. It closes at that instant: `TenderDays` is kept with 0 days beyond. Asked on 20 January while it is still not closed, the stage
//! has lasted 19 days, `Deadline` is broken by 3, and the tender waits for the officer who published it, in that officer's post.

use sijill_ledger_core::domain::tender::Procedure;
use sijill_ledger_core::domain::values::{EffectiveAt, OrganizationId};
use sijill_ledger_core::time::Timestamp;

pub use super::clocks::{Basis, Clock};
use super::record::{Record, Stay};
use super::stage::Stage;
use super::step::Mark;
pub use super::waiting::WaitsFor;
use super::{Answer, Tenders};

/// How long a tender stood in a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageTime {
    /// The stage.
    pub stage: Stage,
    /// The event that began it.
    pub since: Mark,
    /// The event that ended it; `None` while the tender stands in it.
    pub until: Option<Mark>,
    /// Whole days, until the instant that was asked for where it has not ended.
    pub days: i32,
    /// Version of the ruleset whose parameters its clocks use; `None` for the built-in ones.
    pub ruleset: Option<u32>,
    /// The clocks that bind it.
    pub clocks: Vec<Clock>,
    /// Whom the tender waits for in it, or waited for.
    pub waits_for: WaitsFor,
}

/// A tender that stands in a stage.
#[derive(Clone, Debug)]
pub struct Standing<'a> {
    /// The tender.
    pub record: &'a Record,
    /// Its stage, since when, how long, and whom it waits for.
    pub now: StageTime,
    /// Whole days since it was published; `None` before.
    pub days_since_publication: Option<i32>,
    /// Whole days by which the clock of its stage that ran out first is broken or ripe; 0 where none is.
    pub days_late: i32,
}

/// Which tenders to list.
#[derive(Clone, Debug, Default)]
pub struct DurationFilter {
    /// Of one buyer.
    pub buyer: Option<OrganizationId>,
    /// By one procedure.
    pub procedure: Option<Procedure>,
    /// In one of these stages; empty for all that have not ended.
    pub stages: Vec<Stage>,
    /// Only those beyond a clock of their stage.
    pub late_only: bool,
}

impl Tenders {
    /// How long a tender stood in each stage that had begun at an instant, in the order of the log.
    pub fn stage_times(&self, record: &Record, at: EffectiveAt) -> Vec<StageTime> {
        let begun = begun(record, at);
        let ends = begun.iter().skip(1).map(|next| Some(next.since));
        let ends = ends.chain([None]);
        let times = begun.iter().zip(ends);
        times
            .map(|(stay, until)| self.stage_time(record, stay, until, at))
            .collect()
    }

    /// The tenders that stand in a stage at an instant, the longest standing first, then in the order of their ids.
    pub fn standing(&self, at: EffectiveAt, filter: &DurationFilter) -> Answer<Vec<Standing<'_>>> {
        let records = self.records().iter().filter(|record| {
            let buyer = filter.buyer.as_ref();
            buyer.is_none_or(|buyer| record.buyer == *buyer)
                && filter
                    .procedure
                    .as_ref()
                    .is_none_or(|it| record.procedure == *it)
        });
        let mut standing: Vec<Standing<'_>> = records
            .filter_map(|record| self.standing_of(record, at))
            .filter(|it| {
                let wanted = if filter.stages.is_empty() {
                    !it.now.stage.is_end()
                } else {
                    filter.stages.contains(&it.now.stage)
                };
                wanted && (!filter.late_only || it.days_late > 0)
            })
            .collect();
        standing.sort_by(|a, b| {
            let days = b.now.days.cmp(&a.now.days);
            days.then_with(|| a.record.id.cmp(&b.record.id))
        });
        self.answer(at, standing)
    }

    /// Where a tender stands at an instant; `None` before it was drafted.
    pub fn standing_of<'a>(&self, record: &'a Record, at: EffectiveAt) -> Option<Standing<'a>> {
        let begun = begun(record, at);
        let now = self.stage_time(record, begun.last()?, None, at);
        let published = record.times.published.filter(|it| it.at.at() <= at.at());
        let late = now.clocks.iter().filter(|clock| !sets_the_deadline(clock));
        let days_late = late.map(|clock| clock.days_beyond).max().unwrap_or(0);
        Some(Standing {
            record,
            days_since_publication: published.map(|it| days_between(it.at, at.at())),
            days_late,
            now,
        })
    }

    fn stage_time(
        &self,
        record: &Record,
        stay: &Stay,
        until: Option<Mark>,
        at: EffectiveAt,
    ) -> StageTime {
        let end = until.map_or_else(|| at.at(), |mark| mark.at.at());
        StageTime {
            stage: stay.stage,
            since: stay.since,
            until,
            days: days_between(stay.since.at, end),
            ruleset: stay.ruleset,
            clocks: self.clocks(record, stay, until, at),
            waits_for: self.waits_for(record, stay, until.is_none().then_some(at)),
        }
    }
}

/// The stays that had begun at an instant.
fn begun(record: &Record, at: EffectiveAt) -> Vec<Stay> {
    let stays = record.stays.iter();
    let begun = stays.filter(|stay| stay.since.at.at() <= at.at());
    begun.copied().collect()
}

/// These two judge the deadline that was set, not how long the stage lasts.
const fn sets_the_deadline(clock: &Clock) -> bool {
    matches!(clock.basis, Basis::TenderDays | Basis::EnquiryDays)
}

/// Whole days from an instant to another, on the wall of the first; 0 where that cannot be told.
pub(super) fn days_between(from: EffectiveAt, to: Timestamp) -> i32 {
    let to = EffectiveAt::new(to, from.offset_minutes());
    to.map_or(0, |to| to.date().days().saturating_sub(from.date().days()))
}
