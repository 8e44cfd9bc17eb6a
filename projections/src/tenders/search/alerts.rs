//! What happened to published tenders that suppliers wait to hear of, in the order of the log.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_ledger_core::time::Timestamp;

use super::entry::Entry;
use super::query::{Filter, Query};
use super::things::place;
use super::{Search, Wanted};
use crate::tenders::stage::Stage;
use crate::tenders::step::{Mark, Moved};

/// The alerts there are.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Alerts(Vec<Alert>);

/// Something that happened to a published tender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// What.
    pub kind: AlertKind,
    /// Where it stands in the log, and when it was decided.
    pub mark: Mark,
    /// The deadline before and after, where it moved.
    pub deadline: Option<Moved>,
    /// The tender's place in the order of publication.
    tender: u32,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AlertKind {
    /// It was published.
    Published,
    /// Its documents or a lot changed: envelopes sealed before are void until confirmed.
    Amended,
    /// Its deadline moved, and nothing else.
    DeadlineMoved,
    /// The bidders were told who won.
    Awarded,
    /// It ended: each lot has its contractor, or failed.
    Completed,
    /// It ended without a winner.
    Failed,
    /// The buyer gave it up.
    Cancelled,
}

/// Which alerts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interest {
    /// Of tenders that this question finds as they stand at the place in the log that is asked about.
    pub tenders: Query,
    /// Of one of these kinds; none for all.
    pub kinds: Vec<AlertKind>,
}

impl AlertKind {
    /// All of them, in order.
    pub const ALL: [Self; 7] = [
        Self::Published,
        Self::Amended,
        Self::DeadlineMoved,
        Self::Awarded,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
    ];

    /// What an event made of a tender; `None` for nothing that is told. Nothing is told of a tender that ended.
    fn of(before: Option<&Entry>, after: &Entry) -> Option<Self> {
        let Some(before) = before else {
            return Some(Self::Published);
        };
        if before.stage == after.stage {
            let amended = before.amendments != after.amendments;
            let moved = before.closes_at != after.closes_at;
            return if amended {
                Some(Self::Amended)
            } else {
                moved.then_some(Self::DeadlineMoved)
            };
        }
        match after.stage {
            Stage::Standstill => Some(Self::Awarded),
            Stage::Completed => Some(Self::Completed),
            Stage::Failed => Some(Self::Failed),
            Stage::Cancelled => Some(Self::Cancelled),
            Stage::Draft
            | Stage::Approved
            | Stage::Bidding
            | Stage::Listing
            | Stage::TechnicalOpening
            | Stage::TechnicalEvaluation
            | Stage::FinancialOpening
            | Stage::Awarding
            | Stage::Final => None,
        }
    }
}

impl Alerts {
    /// Takes in what an event made of a tender.
    pub fn put(&mut self, tender: u32, mark: Mark, before: Option<&Entry>, after: &Entry) {
        let Some(kind) = AlertKind::of(before, after) else {
            return;
        };
        let deadline = before.map(|before| Moved {
            before: before.closes_at,
            after: after.closes_at,
        });
        self.0.push(Alert {
            kind,
            mark,
            deadline: deadline.filter(|it| it.before != it.after),
            tender,
        });
    }

    /// Bytes that it takes, about.
    pub const fn bytes(&self) -> usize {
        size_of::<Alert>().saturating_mul(self.0.capacity())
    }
}

impl Interest {
    /// All alerts of all tenders.
    pub fn everything() -> Self {
        Self {
            tenders: Query {
                words: Wanted::new(""),
                filter: Filter::default(),
            },
            kinds: Vec::new(),
        }
    }
}

impl Search {
    /// The alerts of the events from a log index on, in the order of the log.
    pub fn alerts_from<'a>(
        &'a self,
        index: u64,
        interest: &'a Interest,
        at: EffectiveAt,
    ) -> impl Iterator<Item = (&'a Alert, &'a Arc<Entry>)> {
        let Alerts(all) = &self.alerts;
        let start = all.partition_point(|alert| alert.mark.index < index);
        let rest = all.get(start..).unwrap_or_default().iter();
        let found = self.finder(&interest.tenders, at.at());
        rest.filter(|alert| interest.kinds.is_empty() || interest.kinds.contains(&alert.kind))
            .filter_map(move |alert| {
                let number = place(alert.tender)?;
                let tender = self.tenders.get(number)?;
                found
                    .as_ref()?
                    .takes(alert.tender, tender)
                    .then_some((alert, &tender.entry))
            })
    }

    /// Whether there is an alert of the events from a log index on, whatever it is of.
    pub fn has_alerts_from(&self, index: u64) -> bool {
        let Alerts(all) = &self.alerts;
        all.last().is_some_and(|alert| alert.mark.index >= index)
    }

    /// The log index of the first alert that was recorded at an instant or later; `None` when there is none.
    pub fn first_alert_since(&self, recorded_at: Timestamp) -> Option<u64> {
        let Alerts(all) = &self.alerts;
        let start = all.partition_point(|alert| alert.mark.recorded_at < recorded_at);
        all.get(start).map(|alert| alert.mark.index)
    }
}
