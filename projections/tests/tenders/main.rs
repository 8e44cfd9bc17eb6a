//! Tenders: worked examples of every figure, and the view under any history.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fall"
)]

mod awards;
mod cards;
#[path = "../common/mod.rs"]
mod common;
mod durations;
mod histories;
mod minutes;
mod prices;
mod withheld;

use common::Log;
use common::tendering::Story;
use rust_decimal::Decimal;
use sijill_ledger_core::domain::values::TenderId;
use sijill_ledger_core::event::Recorded;
use sijill_projections::tenders::{Record, Tenders};
use sijill_projections::view::View as _;

fn fed(events: &[Recorded]) -> Tenders {
    let mut view = Tenders::default();
    for event in events {
        view.apply(event);
    }
    view
}

fn the<'a>(view: &'a Tenders, id: &str) -> &'a Record {
    view.tender_of(&TenderId::new(id).unwrap()).unwrap()
}

fn percent(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn told(stories: &[Story]) -> Log {
    let mut log = Log::default();
    for story in stories {
        story.tell(&mut log);
    }
    log
}
