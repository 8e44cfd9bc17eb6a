//! `sijill query`: questions to the views. Each answer says at which instant and at which place of the log it was given.
//!
//! A directory is asked through the same service as a server, with the same messages, so that both give the same answer.
//!
//! | File | What |
//! |---|---|
//! | `arguments` | what can be asked |
//! | `source` | a directory or a server |
//! | `pages` | whole answers, page by page |
//! | `known` | whether the codes that are named are known |
//! | `cells` | values of messages as cells |
//! | `shortage` (`inputs`), `rollup`, `stock`, `flows`, `rates`, `transfers`, `deliveries`, `order_lines`, `losses`, `wastage`, `equity`, `history`, `movements`, `discrepancies`, `processes`, `registry` | an answer as a sheet, one question per file |
//! | `tender` | the same of questions about tenders |

mod arguments;
mod cells;
mod deliveries;
mod discrepancies;
mod equity;
mod flows;
mod history;
mod inputs;
mod known;
mod losses;
mod movements;
mod order_lines;
mod pages;
mod processes;
mod rates;
mod registry;
mod rollup;
mod shortage;
mod source;
mod stock;
mod tender;
mod transfers;
mod wastage;

pub use arguments::{Arguments, From};
pub use cells::Wall;
pub use source::{Bearing, Source, answered, channel, client};

use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_projections::Runner;

use super::errors::Failure;
use super::output::{Cell, Format, Sheet, Ui};
use super::words;
use crate::grpc::oversight;
use arguments::{Common, Question};
use pages::Pages;

/// Rows of a table when no limit is named.
const TABLE_ROWS: usize = 50;

/// Answers.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let common = arguments.question.common();
    let filter = common.filter()?;
    let mut pages = Pages {
        context: common.context()?,
        filter,
        source: Source::open(common).await?,
        rows_max: rows_max(common, ui.format),
        order_by: common.order_by.clone().unwrap_or_default(),
    };
    if let Some(day) = common.day() {
        pages.until_end_of(day).await?;
    }
    let (mut sheet, total) = match &arguments.question {
        Question::Shortage(asked) => shortage::ask(&mut pages, asked.status, ui).await?,
        Question::Rollup(asked) => rollup::ask(&mut pages, asked, ui).await?,
        Question::Surplus(_) => rollup::surplus(&mut pages, ui).await?,
        Question::Stock(_) => stock::ask(&mut pages).await?,
        Question::Flows(asked) => flows::ask(&mut pages, &asked.months).await?,
        Question::Rates(_) => rates::ask(&mut pages, ui).await?,
        Question::Transfers(asked) => transfers::ask(&mut pages, asked, ui).await?,
        Question::Deliveries(asked) if asked.summary => {
            deliveries::summary(&mut pages, asked, ui).await?
        }
        Question::Deliveries(asked) => deliveries::ask(&mut pages, asked).await?,
        Question::OrderLines(asked) => order_lines::ask(&mut pages, asked).await?,
        Question::Losses(asked) => losses::ask(&mut pages, &asked.months, ui).await?,
        Question::Wastage(asked) => wastage::ask(&mut pages, asked, ui).await?,
        Question::Equity(asked) => equity::ask(&mut pages, &asked.months, ui).await?,
        Question::History(asked) => history::ask(&mut pages, asked, ui).await?,
        Question::Movements(asked) => movements::ask(&mut pages, asked).await?,
        Question::Discrepancies(asked) => discrepancies::ask(&mut pages, asked, ui).await?,
        Question::Processes(asked) => processes::ask(&mut pages, asked).await?,
        Question::Tenders(asked) => tender::search::ask(&mut pages, asked, ui).await?,
        Question::Alerts(asked) => tender::alerts::ask(&mut pages, asked, ui).await?,
        Question::Tender(asked) => tender::page::ask(&mut pages, asked, ui).await?,
        Question::Durations(asked) if asked.medians => {
            tender::durations::medians(&mut pages, asked, ui).await?
        }
        Question::Durations(asked) => tender::durations::ask(&mut pages, asked, ui).await?,
        Question::Supplier(asked) => tender::cards::supplier(&mut pages, asked, ui).await?,
        Question::Buyer(asked) => tender::cards::buyer(&mut pages, asked, ui).await?,
        Question::Awards(asked) => tender::awards::ask(&mut pages, asked, ui).await?,
        Question::Prices(asked) => tender::awards::prices(&mut pages, asked, ui).await?,
        Question::Facilities(_) => registry::facilities(&mut pages, ui).await?,
        Question::Items(_) => registry::items(&mut pages, ui).await?,
    };
    known::check(&mut pages, &arguments.question, &sheet).await?;
    sheet.facts.push((words::ROWS_TOTAL, Cell::Count(total)));
    ui.sheet(&sheet)
}

/// The sheet of the worst shortages of views that nobody serves yet.
pub fn worst_shortages(
    runner: &Runner,
    store: &EmbeddedStore,
    rows_max: usize,
    ui: &Ui,
) -> Result<Sheet, Failure> {
    let answer = oversight::worst_shortages(runner, store, rows_max);
    let answer = answer.map_err(|error| answered(&error))?;
    shortage::sheet(answer.context.as_ref(), &answer.rows, ui)
}

fn rows_max(common: &Common, format: Format) -> Option<usize> {
    let usual = match format {
        Format::Table => TABLE_ROWS,
        Format::Json | Format::Csv => 0,
    };
    Some(common.limit.unwrap_or(usual)).filter(|limit| *limit > 0)
}
