//! What is on its way between facilities, the longest overdue first.

use serde_json::{Value, json};
use sijill_schemas::oversight::v1 as pb;

use super::arguments::Transfers;
use super::cells::{self, day, name, text};
use super::pages::{Pages, Whole};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Format, Sheet, Ui, Word};

const COLUMNS: [Word; 12] = [
    Word::new("transfer", "التحويل", "transfer"),
    Word::new("from", "من", "from"),
    Word::new("from_name", "اسم المرسِل", "sender"),
    Word::new("to", "إلى", "to"),
    Word::new("to_name", "اسم المستقبِل", "receiver"),
    Word::new("stage", "المرحلة", "stage"),
    Word::new("dispatched_on", "أُرسل في", "dispatched on"),
    Word::new("due", "الموعد", "due"),
    Word::new("overdue_days", "متأخر منذ أيام", "overdue for days"),
    Word::new("arrived_on", "وصل في", "arrived on"),
    Word::new("lead_time_days", "مدة الوصول بالأيام", "lead time, days"),
    Word::new("lines", "البنود", "lines"),
];

/// Asks; the sheet, and how many rows there are in all. Programs get the lines of each transfer.
pub async fn ask(pages: &mut Pages, asked: &Transfers, ui: &Ui) -> Result<(Sheet, u64), Failure> {
    let question = pb::ListTransfersRequest {
        filter: Some(pages.filter.clone()),
        from: asked.from.clone(),
        to: asked.to.clone(),
        stages: asked
            .stage
            .map(|stage| stage.wire().into())
            .into_iter()
            .collect(),
        ..pb::ListTransfersRequest::default()
    };
    let Whole {
        context,
        rows,
        total,
    } = pages.all(question).await?;
    let title = Word::new("transfers", "التحويلات", "transfers");
    let mut sheet = cells::sheet(title, &COLUMNS, context.as_ref())?;
    let cells = rows.iter().map(|row| cells_of(row, ui));
    sheet.rows = cells.collect::<Result<_, _>>()?;
    if ui.format == Format::Json {
        sheet.inputs = rows.iter().map(inputs).collect::<Result<_, _>>()?;
    }
    Ok((sheet, total))
}

fn cells_of(row: &pb::TransferRow, ui: &Ui) -> Result<Vec<Cell>, Failure> {
    let lines = u64::try_from(row.lines.len()).unwrap_or(u64::MAX);
    Ok(vec![
        Cell::text(&row.transfer),
        Cell::text(&row.from),
        name(row.from_names.as_ref(), ui),
        Cell::text(&row.to),
        name(row.to_names.as_ref(), ui),
        stage(row.stage()),
        Cell::maybe(day(Some(row.dispatched_on))?),
        Cell::maybe(day(Some(row.due))?),
        Cell::Count(row.overdue_days.into()),
        Cell::maybe(day(row.arrived_on)?),
        cells::whole(row.lead_time_days),
        Cell::Count(lines),
    ])
}

fn inputs(row: &pb::TransferRow) -> Result<Value, Failure> {
    let lines: Vec<Value> = row.lines.iter().map(line).collect::<Result<_, _>>()?;
    Ok(json!({
        "due_stated": row.due_stated,
        "closed_on": day(row.closed_on)?.map(|day| day.to_string()),
        "requisition": row.requisition,
        "lines": lines,
    }))
}

fn line(line: &pb::TransferLineRow) -> Result<Value, Failure> {
    Ok(json!({
        "item": line.item,
        "batch": line.batch,
        "programme": line.programme,
        "dispatched": text(line.dispatched.as_ref())?,
        "accepted": text(line.accepted.as_ref())?,
        "rejected": text(line.rejected.as_ref())?,
        "lost": text(line.lost.as_ref())?,
        "in_transit": text(line.in_transit.as_ref())?,
    }))
}

const fn stage(stage: pb::TransferStage) -> Cell {
    let word = match stage {
        pb::TransferStage::Unspecified => return Cell::Absent,
        pb::TransferStage::Overdue => Word::new("overdue", "متأخر", "overdue"),
        pb::TransferStage::InTransit => Word::new("in_transit", "في الطريق", "in transit"),
        pb::TransferStage::Oversettled => {
            Word::new("oversettled", "سُوِّي أكثر مما أُرسل", "oversettled")
        }
        pb::TransferStage::Settled => Word::new("settled", "مكتمل", "settled"),
    };
    Cell::Word(word)
}
