//! Changes after publication: amendments, which void the envelopes before them until they are confirmed, and outages.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::bidding::Bidding;
use super::content::{at_most, check_documents, check_lines, reads_of};
use super::deadlines;
use super::drafting::line_count;
use super::event::{Amendment, Change, Event, LINES_MAX, Lot, LotLine, Outage};
use super::refusal::{ContentRefusal, Refusal};
use super::{Decision, official};
use crate::aggregate::{Facts, Occurred, ensure};
use crate::domain::values::{ItemCode, LotId};
use crate::event::{ActorId, Role};
use crate::store::StreamName;
use crate::time::{MICROS_PER_SECOND, Timestamp};

impl Amendment {
    pub(super) fn reads(&self) -> Vec<StreamName> {
        match &self.change {
            Change::Documents { .. } => Vec::new(),
            Change::Lot { after, .. } => reads_of(after),
        }
    }
}

/// Longest that all outages of a tender together last, from the third edition of the rules on, in hours: a longer one is no reason to
/// open the bidding by rule, but to extend the deadline before it passes or to cancel.
pub const OUTAGE_HOURS_MAX: i64 = 72;

/// An outage that the deadline fell into, reported after it, and not confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reported {
    outage: (Timestamp, Timestamp),
    by: ActorId,
    /// The revision that the confirmation signs over.
    pub(super) revision: u64,
}

/// How much of each item lots ask for, in base units.
pub(super) fn quantities(lots: &[Lot]) -> BTreeMap<ItemCode, Decimal> {
    let mut quantities = BTreeMap::new();
    for line in lots.iter().flat_map(|lot| &lot.lines) {
        let sum: &mut Decimal = quantities.entry(line.item.clone()).or_default();
        // At most 400 lines of quantities, which are far below what a decimal holds.
        *sum = sum.saturating_add(line.quantity.get());
    }
    quantities
}

impl Bidding {
    /// Before the deadline; after it, only to mend what a complaint showed, and bidding goes on.
    pub(super) fn amend(&self, amendment: Amendment, facts: &Facts) -> Decision {
        official(facts)?;
        if self.upheld.is_none() {
            self.before_deadline(facts)?;
        }
        let closes_at = self.notice.closes_at;
        ensure(
            amendment.closes_at >= closes_at,
            Refusal::DeadlineNotLater { closes_at },
        )?;
        let rules = facts.rules().procurement();
        let days = rules.amendment_days_min.of(&self.notice.draft.procedure);
        deadlines::check(amendment.closes_at, days, &rules, facts)?;
        let change = match amendment.change {
            Change::Documents { after, .. } => {
                check_documents(&after)?;
                let before = self.notice.draft.documents.clone();
                ensure(before != after, Refusal::NothingChanges)?;
                Change::Documents { before, after }
            }
            Change::Lot { lot, after, .. } => {
                let before = self.check_lot(&lot, &after, facts)?.lines.clone();
                let lots = self.lots_after(&lot, &after);
                if self.notice.has_edition(2, &facts.readings) {
                    self.check_approved(&lots)?;
                }
                self.check_planned(&lots, facts)?;
                Change::Lot { lot, before, after }
            }
        };
        Ok(vec![Event::TenderAmended(Amendment {
            number: self.next_amendment(),
            change,
            ..amendment
        })])
    }

    /// Checks lines of a lot from now on; gives the lot as it is.
    fn check_lot(&self, id: &LotId, after: &[LotLine], facts: &Facts) -> Result<&Lot, Refusal> {
        let lot = self.notice.lot(id);
        let lot = lot.ok_or_else(|| ContentRefusal::LotUnknown { lot: id.clone() })?;
        ensure(lot.lines != after, Refusal::NothingChanges)?;
        check_lines(after, &self.notice.draft, facts)?;
        let others = line_count(&self.notice.lots).saturating_sub(lot.lines.len());
        at_most("lines", others.saturating_add(after.len()), LINES_MAX)?;
        Ok(lot)
    }

    /// All lots, with other lines of one.
    fn lots_after(&self, id: &LotId, after: &[LotLine]) -> Vec<Lot> {
        let mut lots = self.notice.lots.clone();
        for lot in lots.iter_mut().filter(|lot| lot.id == *id) {
            lot.lines = after.to_vec();
        }
        lots
    }

    /// No more of an item than was approved: what comes on top has been within nobody's limit.
    fn check_approved(&self, lots: &[Lot]) -> Result<(), Refusal> {
        for (item, asked) in quantities(lots) {
            let approved = self.approved.get(&item).copied().unwrap_or_default();
            ensure(
                asked <= approved,
                Refusal::AboveApproved {
                    item,
                    asked,
                    approved,
                },
            )?;
        }
        Ok(())
    }

    /// `None` beyond what can be counted.
    fn next_amendment(&self) -> Option<u16> {
        let count = self.notice.amended_at.len();
        u16::try_from(count.saturating_add(1)).ok()
    }

    /// Remembers an amendment; `None` for one that could not have happened.
    pub(super) fn amended(&mut self, amendment: &Amendment, at: Timestamp) -> Option<()> {
        let in_time = at < self.notice.closes_at || self.upheld.is_some();
        let numbered = amendment.number.is_some() && amendment.number == self.next_amendment();
        let forward = amendment.closes_at >= self.notice.closes_at;
        (in_time && numbered && forward).then_some(())?;
        let notice = &mut self.notice;
        match &amendment.change {
            Change::Documents { before, after } => {
                let before_it = std::mem::replace(&mut notice.draft.documents, after.clone());
                (before_it == *before).then_some(())?;
            }
            Change::Lot { lot, before, after } => {
                let lot = notice.lots.iter_mut().find(|it| it.id == *lot)?;
                let before_it = std::mem::replace(&mut lot.lines, after.clone());
                (before_it == *before).then_some(())?;
            }
        }
        if notice.closes_at < amendment.closes_at {
            self.witnessed_until = None;
        }
        notice.closes_at = amendment.closes_at;
        notice.amended_at.push(at);
        self.upheld = None;
        self.reported = None;
        Some(())
    }

    /// A fact: the service could not be reached for a time before the deadline. It may be recorded after the deadline, until
    /// bidding is closed, which the ruleset's grace puts off, and while the deadline that it moves to is ahead. Nothing was listed
    /// by then, so that a deadline that fell into an outage moves like any other.
    ///
    /// From the third edition of the rules on nobody reopens alone what has passed: after the deadline only an outage is recorded
    /// that it fell into, and the deadline moves when a second person records the same times.
    pub(super) fn record_outage(&self, mut outage: Outage, facts: &Facts) -> Decision {
        official(facts)?;
        let third = self.notice.has_edition(3, &facts.readings);
        let passed = third && facts.at >= self.notice.closes_at;
        let reported = self.reported.as_ref().filter(|it| {
            // A report of other times begins anew.
            passed && it.outage == (outage.from, outage.until)
        });
        match reported {
            None => ensure(
                facts.actor.role == Role::Administrator,
                Refusal::NotAdministrator,
            )?,
            Some(reported) => self.check_confirming(reported, facts)?,
        }
        let (from, until) = (outage.from, outage.until);
        let (opened, closes_at) = (self.notice.published_at, self.notice.closes_at);
        ensure(
            opened <= from && from < closes_at && from < until && until <= facts.at,
            Refusal::Outage,
        )?;
        ensure(!passed || until >= closes_at, Refusal::OutageBefore)?;
        if third {
            let lengths = self.outages.iter().map(|(from, until)| (*from, *until));
            let lengths = lengths.chain([(from, until)]);
            let sum = lengths.fold(0_i64, |sum, (from, until)| {
                sum.saturating_add(until.micros_since(from))
            });
            let most = OUTAGE_HOURS_MAX * 3_600 * MICROS_PER_SECOND;
            ensure(sum <= most, Refusal::OutageTooLong)?;
        }
        let overlaps = |known: &(Timestamp, Timestamp)| from < known.1 && known.0 < until;
        ensure(!self.outages.iter().any(overlaps), Refusal::OutageTwice)?;
        let moved = self.moved_by((from, until), facts);
        ensure(facts.at < moved, Refusal::OutageTooLate { moved })?;
        let counts = !passed || reported.is_some();
        outage.closes_at = counts.then_some(moved);
        Ok(vec![Event::OutageRecorded(outage)])
    }

    /// The deadline that an outage gives.
    fn moved_by(&self, (from, until): (Timestamp, Timestamp), facts: &Facts) -> Timestamp {
        let allowance = i64::from(facts.rules().procurement().outage_allowance_minutes);
        self.notice
            .closes_at
            .plus_micros(until.micros_since(from))
            .plus_micros(allowance.saturating_mul(60 * MICROS_PER_SECOND))
    }

    /// From the fourth edition of the rules on, bidding is not closed while an outage that the deadline fell into waits for its second
    /// person and could still be confirmed: nothing is listed or opened meanwhile, and what was reported in time is not lost because
    /// nobody else was awake. Outages are bounded, so this is.
    pub(super) fn check_confirmed(&self, facts: &Facts) -> Result<(), Refusal> {
        let reported = self.reported.as_ref();
        let reported = reported.filter(|_| self.notice.has_edition(4, &facts.readings));
        let Some(reported) = reported else {
            return Ok(());
        };
        let until = self.moved_by(reported.outage, facts);
        ensure(facts.at >= until, Refusal::OutageWaits { until })
    }

    /// Another person than who reported it, who did not draft the tender.
    fn check_confirming(&self, reported: &Reported, facts: &Facts) -> Result<(), Refusal> {
        let actor = &facts.actor;
        let role = matches!(actor.role, Role::Administrator | Role::Approver);
        ensure(role, Refusal::NotAdministrator)?;
        let other = reported.by != actor.id && !self.notice.drafters.contains(&actor.id);
        ensure(other, Refusal::OwnOutage)
    }

    /// Remembers an outage; `None` for one that could not have happened. Without a deadline it waits for its confirmation.
    pub(super) fn outage_recorded(
        &mut self,
        outage: &Outage,
        occurred: &Occurred<'_, Event>,
    ) -> Option<()> {
        if let Some(closes_at) = outage.closes_at {
            self.outages.push((outage.from, outage.until));
            return self.moved(closes_at);
        }
        (occurred.metadata.decided_at >= self.notice.closes_at).then_some(())?;
        self.reported = Some(Reported {
            outage: (outage.from, outage.until),
            by: occurred.metadata.actor.id.clone(),
            revision: occurred.revision,
        });
        Some(())
    }
}
