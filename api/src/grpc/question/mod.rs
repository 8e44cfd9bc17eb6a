//! What all questions to the views share: the way from a request to a page of its answer.
//!
//! | File | What |
//! |---|---|
//! | [`list`] | what a question with many rows is; from its request to a page |
//! | [`listing`] | rows that are made, and rows that a page makes when it is asked for |
//! | [`desk`] | the views at the place that was asked about; who may take how much of the machine |
//! | [`fingerprint`] | what makes a question |
//! | [`page`] | page tokens and sorting |
//! | [`watching`] | where streams of news resume, how long they may be silent |
//! | [`answers`] | answers that were given lately, so that the next page is one of the same answer |
//!
//! The pages of an answer are of one place in the log, however much is written meanwhile. What is kept for the next page is
//! not rows but what they are made of, shared with the views until these change it.

pub mod answers;
pub mod desk;
pub mod fingerprint;
pub mod list;
pub mod listing;
pub mod page;
pub mod watching;

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::{Clocks, EffectiveAt};
use sijill_schemas::types::v1 as types;
use tonic::Status;

use super::status;
use desk::Look;

/// What an answer rests on.
pub fn context(
    look: &Look<'_>,
    at: Option<EffectiveAt>,
    definition: u32,
    ruleset: Option<u32>,
) -> Result<types::AnswerContext, Status> {
    let at = at.map(|at| write(&at)).transpose();
    Ok(types::AnswerContext {
        position: look.position(),
        recorded_at_micros: look.recorded_at_micros(),
        at: at.map_err(|error| unwritable(&error))?,
        definition,
        ruleset,
        clocks: look.clocks(),
    })
}

/// What the clocks of a country show, for whoever shows instants to people.
pub fn clock_changes(clocks: &Clocks<'_>) -> Vec<types::ClockChange> {
    let changes = clocks.changes().iter();
    changes
        .map(|change| types::ClockChange {
            from_micros: change.from.as_micros(),
            minutes: change.minutes.into(),
        })
        .collect()
}

/// A figure that no answer can hold: the sum of absurd documents.
pub fn unwritable(error: &EncodeError) -> Status {
    status::Problem::new(
        tonic::Code::OutOfRange,
        "FIGURE_OUT_OF_RANGE",
        format!("رقم في الجواب أكبر مما تحمله الرسالة؛ ضيّق السؤال: {error}"),
        format!("a figure of the answer is too large for a message; ask for less: {error}"),
    )
    .into()
}
