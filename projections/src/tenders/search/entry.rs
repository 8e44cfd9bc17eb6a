//! What a search shows of a tender, and how far the tender has come.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::tender::Procedure;
use sijill_ledger_core::domain::values::{EffectiveAt, Money, Names, OrganizationId, TenderId};
use sijill_ledger_core::time::Timestamp;

use crate::tenders::record::{End, Record};
use crate::tenders::stage::Stage;

/// A published tender as it stood after some event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its id.
    pub id: TenderId,
    /// Its title.
    pub title: Names,
    /// Who buys.
    pub buyer: OrganizationId,
    /// How suppliers are sought.
    pub procedure: Procedure,
    /// How far it has come, by its events.
    pub stage: Stage,
    /// When it was published, on the clock on the wall there.
    pub published_at: EffectiveAt,
    /// The deadline, as it stands.
    pub closes_at: Timestamp,
    /// How many lots it has.
    pub lots: u32,
    /// How many lines these have.
    pub lines: u32,
    /// How many amendments there were.
    pub amendments: u16,
    /// What it is worth, as far as that is public.
    pub value: Option<Value>,
    /// Who won something of it, in the order of their ids: by approved awards that have not fallen.
    pub winners: Vec<OrganizationId>,
}

/// What a tender is worth: nothing else about money is public before it is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// What its lots are expected to cost together: each estimate is disclosed.
    Estimated(Money),
    /// What was awarded so far.
    Awarded(Money),
}

/// How far a published tender has come at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Phase {
    /// Suppliers may bid: the deadline is ahead.
    Open,
    /// The deadline has passed; envelopes are opened, bids are judged, lots are awarded.
    Evaluation,
    /// The bidders were told who won; nothing is signed before standstill ends.
    Awarded,
    /// Ended: each lot has its contractor, or failed.
    Completed,
    /// Ended without a winner.
    Failed,
    /// Ended: the buyer gave it up.
    Cancelled,
}

impl Value {
    /// The amount.
    pub const fn money(self) -> Money {
        match self {
            Self::Estimated(money) | Self::Awarded(money) => money,
        }
    }
}

impl Phase {
    /// All of them, in order.
    pub const ALL: [Self; 6] = [
        Self::Open,
        Self::Evaluation,
        Self::Awarded,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
    ];

    /// Of a stage, with its deadline, at an instant. That the deadline passed is so from its instant on, and not from when
    /// somebody records it. `None` for what is not published.
    pub fn of(stage: Stage, closes_at: Timestamp, at: Timestamp) -> Option<Self> {
        match stage {
            Stage::Draft | Stage::Approved => None,
            Stage::Bidding if at < closes_at => Some(Self::Open),
            Stage::Bidding
            | Stage::Listing
            | Stage::TechnicalOpening
            | Stage::TechnicalEvaluation
            | Stage::FinancialOpening
            | Stage::Awarding => Some(Self::Evaluation),
            Stage::Standstill | Stage::Final => Some(Self::Awarded),
            Stage::Completed => Some(Self::Completed),
            Stage::Failed => Some(Self::Failed),
            Stage::Cancelled => Some(Self::Cancelled),
        }
    }

    /// The same of a tender that is known to be published: an entry is of such a one.
    pub(super) fn of_published(stage: Stage, closes_at: Timestamp, at: Timestamp) -> Self {
        Self::of(stage, closes_at, at).unwrap_or(Self::Open)
    }

    /// Its name in Arabic and in English.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Open => ("مفتوحة للعطاءات", "open for bids"),
            Self::Evaluation => ("قيد الفتح والتقييم", "opening and evaluation"),
            Self::Awarded => ("أُعلن الفائزون", "winners announced"),
            Self::Completed => ("اكتملت", "completed"),
            Self::Failed => ("فشلت", "failed"),
            Self::Cancelled => ("أُلغيت", "cancelled"),
        }
    }
}

/// Its name in English, or, as `{:#}`, in Arabic.
impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (arabic, english) = self.words();
        f.pad(if f.alternate() { arabic } else { english })
    }
}

impl Entry {
    /// What is shown of a tender; `None` while it is a draft.
    pub fn of(record: &Record) -> Option<Self> {
        let published = record.times.published?;
        let closes_at = record.times.closes_at?;
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let lines = record.lots.iter().map(|lot| lot.lines.len()).sum();
        let won = record.awards().flat_map(|(_, it)| &it.award.winners);
        let mut winners: Vec<OrganizationId> = won.map(|it| it.bidder.clone()).collect();
        winners.sort_unstable();
        winners.dedup();
        Some(Self {
            id: record.id.clone(),
            title: record.title.clone(),
            buyer: record.buyer.clone(),
            procedure: record.procedure.clone(),
            stage: record.stage,
            published_at: published.at,
            closes_at,
            lots: count(record.lots.len()),
            lines: count(lines),
            amendments: record.amendments,
            value: value(record),
            winners,
        })
    }

    /// How far it has come at an instant.
    pub fn phase(&self, at: Timestamp) -> Phase {
        Phase::of_published(self.stage, self.closes_at, at)
    }

    /// The year in which it was published, there.
    pub fn year(&self) -> i32 {
        self.published_at.date().month().number().div_euclid(12)
    }
}

fn value(record: &Record) -> Option<Value> {
    if let Some(End::Completed(Some(value))) = record.end {
        return Some(Value::Awarded(value));
    }
    let mut awards = record.awards().peekable();
    if awards.peek().is_some() {
        let values = awards.map(|(_, award)| award.value);
        return sum(record, values).map(Value::Awarded);
    }
    if record.lots.is_empty() {
        return None;
    }
    let estimates = record.lots.iter().map(|lot| lot.estimate.as_ref());
    let estimates = estimates.map(|it| it.and_then(|it| it.content()).copied());
    sum(record, estimates).map(Value::Estimated)
}

/// The sum of amounts; `None` when one is not known, is in another currency, or it is more than money can hold.
fn sum(record: &Record, mut values: impl Iterator<Item = Option<Money>>) -> Option<Money> {
    let total = values.try_fold(Decimal::ZERO, |total, value| {
        let value = value.filter(|it| it.currency() == record.currency)?;
        total.checked_add(value.amount())
    })?;
    Money::new(total, record.currency).ok()
}
