//! Placeholder of branch `bidding`: the real module comes from branch `evaluation` (take that whole file when merging).

use super::command::Command;
use super::event::Event;
use super::notice::Notice;
use crate::aggregate::{Facts, Occurred, Wanted, refusals};
use crate::store::StreamName;
use crate::time::Timestamp;

/// How a tender ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With at least one award.
    Completed,
    /// Without a winner.
    Failed,
    /// The buyer gave it up.
    Cancelled,
}

/// A tender whose bidding is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation(Notice);

impl Evaluation {
    pub(super) const fn new(notice: Notice, _closed_at: Timestamp) -> Self {
        Self(notice)
    }

    /// What was published.
    pub const fn notice(&self) -> &Notice {
        &self.0
    }

    pub(super) fn decide(&self, _: Command, _: &Facts) -> Result<Vec<Event>, Refusal> {
        Err(Refusal::NotMerged)
    }

    pub(super) fn remember(&mut self, _: &Occurred<'_, Event>) -> Option<()> {
        None
    }

    pub(super) fn wants_statement(&self, _: &Event) -> Wanted {
        Wanted::No
    }

    pub(super) fn reads(&self, _: &Command) -> Vec<StreamName> {
        Vec::new()
    }
}

pub(super) fn asked(_: &Event) -> Option<Command> {
    None
}

pub(super) fn judges_actor(_: &Command) -> bool {
    false
}

refusals! {
    /// Placeholder.
    pub enum Refusal {
        /// This branch ends with the closing.
        NotMerged = "TENDER_NOT_MERGED", "لم يُدمج", "not merged";
    }
}
