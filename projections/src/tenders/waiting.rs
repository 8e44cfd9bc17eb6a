//! Whom a tender waits for: delay is a figure, and it has an address.

use sijill_ledger_core::domain::values::{Code, CommitteeId, Date, EffectiveAt, OfficialId};
use sijill_ledger_core::time::Timestamp;

use super::Tenders;
use super::record::{LotState, Outcome, Record, Stay};
use super::stage::Stage;
use super::step::StepKind;

/// Whom a tender waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitsFor {
    /// An official who runs it, in these posts.
    Official {
        /// Who.
        id: OfficialId,
        /// The posts in which the official acted.
        posts: Vec<Code>,
    },
    /// A committee.
    Committee(CommitteeId),
    /// Someone with authority to approve.
    Approver,
    /// The review body.
    ReviewBody,
    /// Those who may bid or complain: time that the rules give them.
    Bidders,
    /// Sijill itself.
    Sijill,
    /// Nobody: it ended.
    Nobody,
}

impl Tenders {
    /// Whom it waits for; `now` is the instant that is asked for where the stage has not ended.
    pub(super) fn waits_for(
        &self,
        record: &Record,
        stay: &Stay,
        now: Option<EffectiveAt>,
    ) -> WaitsFor {
        let disputed = now.is_some_and(|at| is_disputed(record, at.at()));
        let runs = |due: Option<Timestamp>| match (now, due) {
            (Some(at), Some(due)) => at.at() < due,
            (None, _) | (_, None) => false,
        };
        let bound = |due| {
            if disputed {
                WaitsFor::ReviewBody
            } else if runs(due) || now.is_none() {
                WaitsFor::Bidders
            } else {
                self.officer(record)
            }
        };
        let committees = record.committees.as_ref();
        let of = |id: Option<&CommitteeId>| {
            id.map_or_else(
                || self.officer(record),
                |id| WaitsFor::Committee(id.clone()),
            )
        };
        match stay.stage {
            Stage::Draft | Stage::Approved => self.officer(record),
            Stage::Bidding => bound(record.times.closes_at),
            Stage::Listing => WaitsFor::Sijill,
            Stage::TechnicalOpening | Stage::FinancialOpening => {
                of(committees.map(|it| &it.opening))
            }
            Stage::TechnicalEvaluation => of(committees.map(|it| &it.evaluation)),
            Stage::Awarding if now.is_none() => of(committees.map(|it| &it.evaluation)),
            Stage::Awarding => match undecided(record) {
                Some(true) => WaitsFor::Approver,
                Some(false) => of(committees.map(|it| &it.evaluation)),
                None => self.officer(record),
            },
            Stage::Standstill => bound(record.times.standstill_until),
            Stage::Final => {
                let days = self.world.procurement(stay.ruleset);
                let notified = record.times.notified;
                bound(notified.map(|it| days.after_days(it.at, days.complaint_days)))
            }
            Stage::Completed | Stage::Failed | Stage::Cancelled => WaitsFor::Nobody,
        }
    }

    /// Who fills a post on a day, in the order of their ids.
    pub fn holders(&self, post: &Code, day: Date) -> Vec<&OfficialId> {
        let officials = self.world.officials.iter();
        let holders = officials.filter(|(_, official)| official.posts.fills(post, day));
        holders.map(|(id, _)| id).collect()
    }

    /// Who runs the tender: the official who published it, else who drafted it.
    fn officer(&self, record: &Record) -> WaitsFor {
        let by = |kind| {
            record
                .steps
                .iter()
                .rev()
                .find(move |step| step.kind == kind)
        };
        let step = by(StepKind::TenderPublished).or_else(|| by(StepKind::TenderDrafted));
        let who = step.and_then(|step| self.who(step));
        let official = who.and_then(|who| Some((who.official()?.clone(), who.posts.clone())));
        official.map_or(WaitsFor::Sijill, |(id, posts)| WaitsFor::Official {
            id,
            posts,
        })
    }
}

/// Whether a lot waits for approval (`true`) or for the committee (`false`, which comes first); `None` where all are decided.
fn undecided(record: &Record) -> Option<bool> {
    let lots = record.lots.iter().filter_map(|lot| match lot.state {
        LotState::Open => Some(false),
        LotState::Proposed(_) => Some(true),
        LotState::Awarded(_) | LotState::Failed { .. } => None,
    });
    lots.min()
}

/// Whether a complaint waited for its decision at an instant.
fn is_disputed(record: &Record, at: Timestamp) -> bool {
    record.complaints.values().any(|complaint| {
        let settled = match &complaint.outcome {
            Outcome::Pending => None,
            Outcome::Decided { mark, .. } | Outcome::Withdrawn(mark) => Some(mark.at.at()),
        };
        complaint.filed.at.at() <= at && settled.is_none_or(|settled| settled > at)
    })
}
