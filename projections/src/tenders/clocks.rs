//! The clocks that bind a stage: periods of the ruleset and of the tender, and whether they were kept.

use sijill_ledger_core::domain::values::{Clocks, EffectiveAt, OrganizationId};
use sijill_ledger_core::time::Timestamp;

use super::Tenders;
use super::durations::days_between;
use super::record::{Record, Stay};
use super::stage::Stage;
use super::step::{Mark, StepKind};

/// A period that binds a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Which.
    pub basis: Basis,
    /// Its length in days; `None` for an instant that was set.
    pub days: Option<u16>,
    /// The instant at which it runs out.
    pub due: Timestamp,
    /// The instant that is compared with it; `None` where that has not come.
    pub actual: Option<Timestamp>,
    /// Whether it was kept; `None` while that is open.
    pub kept: Option<bool>,
    /// Whole days from `due` to `actual`, or to the instant that was asked for; 0 where that is not beyond.
    pub days_beyond: i32,
}

/// What a clock rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// The ruleset's `tender_days_min`: the deadline is not earlier.
    TenderDays,
    /// The ruleset's `enquiry_days_min`: questions are taken until then at least.
    EnquiryDays,
    /// The tender's own deadline: bidding is closed when it has passed.
    Deadline,
    /// The ruleset's `reveal_days`: an envelope that nobody could open by then may be found void.
    RevealDays,
    /// The tender's `validity_days`, or what a bidder extended it to: bids bind so long, and it is to be awarded before the first of
    /// them binds no more.
    BidValidity,
    /// The ruleset's `standstill_days`: nothing is signed before.
    StandstillDays,
    /// The ruleset's `complaint_days`: bidders may complain until then, and the tender does not end before.
    ComplaintDays,
}

impl Basis {
    /// Whether the stage is to last at least so long; else at most.
    pub const fn is_least(self) -> bool {
        match self {
            Self::TenderDays | Self::EnquiryDays | Self::StandstillDays | Self::ComplaintDays => {
                true
            }
            Self::Deadline | Self::RevealDays | Self::BidValidity => false,
        }
    }
}

impl Tenders {
    /// The clocks of a stay that ended at a mark, or that had not ended at an instant.
    pub(super) fn clocks(
        &self,
        record: &Record,
        stay: &Stay,
        until: Option<Mark>,
        at: EffectiveAt,
    ) -> Vec<Clock> {
        let rules = self.world.procurement(stay.ruleset);
        let (since, ended) = (stay.since.at, until.map(|mark| mark.at.at()));
        let wall = rules.clocks(since.offset_minutes());
        let clock = |basis: Basis, days: Option<u16>, due: Timestamp, actual: Option<Timestamp>| {
            compared(basis, (days, due), actual, at)
        };
        let validity = || {
            let days = record.terms.validity_days;
            let due = first_lapse(record, &wall)?;
            Some(clock(Basis::BidValidity, Some(days), due, ended))
        };
        let mut clocks = Vec::new();
        match stay.stage {
            Stage::Draft
            | Stage::Approved
            | Stage::Completed
            | Stage::Failed
            | Stage::Cancelled => {}
            Stage::Bidding => {
                let least = |basis, days, actual| {
                    let due = wall.after_whole_days(since.at(), days);
                    clock(basis, Some(days), due, actual)
                };
                let days = rules.tender_days_min.of(&record.procedure);
                clocks.push(least(Basis::TenderDays, days, record.times.closes_at));
                let days = rules.enquiry_days_min.of(&record.procedure);
                clocks.push(least(
                    Basis::EnquiryDays,
                    days,
                    record.times.enquiries_until,
                ));
                let due = record.times.closes_at;
                clocks.extend(due.map(|due| clock(Basis::Deadline, None, due, ended)));
            }
            Stage::Listing | Stage::TechnicalEvaluation | Stage::Awarding => {
                clocks.extend(validity());
            }
            Stage::TechnicalOpening | Stage::FinancialOpening => {
                let days = rules.reveal_days;
                let since = waited_since(record, stay, until);
                let due = rules.after_days(since, days);
                clocks.push(clock(Basis::RevealDays, Some(days), due, ended));
                clocks.extend(validity());
            }
            Stage::Standstill => {
                let days = rules.standstill_days.of(&record.procedure);
                let due = standstill_until(record, stay);
                let due = due.unwrap_or_else(|| rules.after_days(since, days));
                clocks.push(clock(Basis::StandstillDays, Some(days), due, ended));
            }
            Stage::Final => {
                if let Some(notified) = record.times.notified {
                    let days = rules.complaint_days;
                    let due = rules.after_days(notified.at, days);
                    clocks.push(clock(Basis::ComplaintDays, Some(days), due, ended));
                }
            }
        }
        clocks
    }
}

/// From when shares and secrets are waited for: each publication of shares, and each settled complaint, begins the days anew.
fn waited_since(record: &Record, stay: &Stay, until: Option<Mark>) -> EffectiveAt {
    let within = |mark: &Mark| {
        mark.index >= stay.since.index && until.is_none_or(|until| mark.index <= until.index)
    };
    let anew = |kind| {
        matches!(
            kind,
            StepKind::SharesPublished | StepKind::ComplaintDecided | StepKind::ComplaintWithdrawn
        )
    };
    let steps = record.steps.iter().rev();
    let mut last = steps.filter(|step| anew(step.kind) && within(&step.mark));
    last.next().map_or(stay.since.at, |step| step.mark.at)
}

/// When the first of the bids that stand binds no more: the day after its last, by the tender's terms or its bidder's extension.
fn first_lapse(record: &Record, wall: &Clocks<'_>) -> Option<Timestamp> {
    let closing = wall.show(record.times.closes_at?.plus_micros(-1))?;
    let days = i32::from(record.terms.validity_days);
    let by_terms = closing.date().plus_days(days);
    let counts = |bidder: &OrganizationId| {
        record
            .counting(record.first_part())
            .any(|it| it.bidder == *bidder)
    };
    let standing = record.bids.iter();
    let standing = standing.filter(|(bidder, bid)| bid.rejected.is_none() && counts(bidder));
    let last_days =
        standing.map(|(_, bid)| bid.binds_until.map_or(by_terms, |it| it.max(by_terms)));
    let first = last_days.min().unwrap_or(by_terms);
    Some(wall.start(first.plus_days(1)))
}

/// The end of standstill that the notification set, where it is this stay's.
fn standstill_until(record: &Record, stay: &Stay) -> Option<Timestamp> {
    let notified = record.times.notified?;
    (notified.index == stay.since.index).then_some(())?;
    record.times.standstill_until
}

/// A clock, and what is compared with it: `actual`, or the instant that was asked for.
fn compared(
    basis: Basis,
    (days, due): (Option<u16>, Timestamp),
    actual: Option<Timestamp>,
    at: EffectiveAt,
) -> Clock {
    let kept = match (basis.is_least(), actual) {
        (true, Some(actual)) => Some(actual >= due),
        (true, None) => (at.at() >= due).then_some(true),
        (false, Some(actual)) => Some(actual <= due),
        (false, None) => (at.at() > due).then_some(false),
    };
    let end = actual.unwrap_or_else(|| at.at());
    let due_day = EffectiveAt::new(due, at.offset_minutes());
    let days_beyond = due_day.map_or(0, |due| days_between(due, end)).max(0);
    Clock {
        basis,
        days,
        due,
        actual,
        kept,
        days_beyond,
    }
}
