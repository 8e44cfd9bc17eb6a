//! Facts that broke a rule, and who must answer.

use sijill_ledger_core::time::MICROS_PER_DAY;
use sijill_schemas::audit::v1 as pb;

use super::arguments::Discrepancies;
use super::cells::{self, Wall, decimal, name};
use super::history::actor;
use super::pages::{Pages, Whole};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::cli::words;

const COLUMNS: [Word; 14] = [
    words::INDEX_OF,
    Word::new("rule", "القاعدة", "rule"),
    Word::new("what", "ما حدث", "what happened"),
    words::FACILITY,
    words::ITEM,
    words::BATCH,
    Word::new("expected", "المتوقع", "expected"),
    Word::new("found", "الموجود", "found"),
    words::RECORDED_AT_OF,
    Word::new("stream", "السلسلة", "stream"),
    Word::new("must_answer", "من يجيب", "must answer"),
    Word::new("open_days", "أيام بلا جواب", "days open"),
    Word::new("answered_by", "أجاب", "answered by"),
    Word::new("answer", "الجواب", "answer"),
];

/// Asks; the sheet, and how many there are in all.
pub async fn ask(
    pages: &mut Pages,
    asked: &Discrepancies,
    ui: &Ui,
) -> Result<(Sheet, u64), Failure> {
    asked.common.only(&["facility", "item"])?;
    let question = pb::ListDiscrepanciesRequest {
        facility: pages.filter.facility.clone().unwrap_or_default(),
        item: pages.filter.item.clone().unwrap_or_default(),
        rule: asked.rule.clone().unwrap_or_default(),
        answered: (asked.open || asked.answered).then_some(asked.answered),
        ..pb::ListDiscrepanciesRequest::default()
    };
    let Whole {
        context,
        rows,
        total,
    } = pages.all(question).await?;
    let title = Word::new("discrepancies", "الفروق", "discrepancies");
    let mut sheet = cells::recorded(title, &COLUMNS, context.as_ref())?;
    let wall = Wall::of(context.as_ref());
    let cells = rows.iter().map(|row| cells_of(row, &wall, ui));
    sheet.rows = cells.collect::<Result<_, _>>()?;
    Ok((sheet, total))
}

fn cells_of(row: &pb::DiscrepancyRow, wall: &Wall, ui: &Ui) -> Result<Vec<Cell>, Failure> {
    let must = row.responsible.as_ref();
    let must = must.and_then(|must| must.keeper.as_ref().or(must.buyer.as_ref()));
    let given = row.answer.as_ref();
    let by = given.map(|given| actor(given.actor.clone())).transpose()?;
    let days = row.open_micros.max(0) / MICROS_PER_DAY;
    Ok(vec![
        Cell::Count(row.index),
        Cell::text(&row.rule),
        name(row.rule_names.as_ref(), ui),
        Cell::maybe(row.facility.as_ref()),
        Cell::maybe(row.item.as_ref()),
        Cell::maybe(row.batch.as_ref()),
        decimal(row.expected.as_ref())?,
        decimal(row.found.as_ref())?,
        wall.cell(row.recorded_at_micros),
        Cell::text(&row.stream),
        Cell::maybe(must),
        Cell::Count(u64::try_from(days).unwrap_or_default()),
        Cell::maybe(by.flatten().map(|actor| actor.id.to_string())),
        Cell::maybe(given.map(|given| &given.text)),
    ])
}
