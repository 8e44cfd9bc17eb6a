//! What is short, the worst first.

use sijill_schemas::oversight::v1 as pb;
use sijill_schemas::types::v1 as types;

use super::arguments::StatusName;
use super::cells::{self, decimal, name, rounded, yes};
use super::inputs;
use super::pages::{Pages, Whole};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Format, Sheet, Ui, Word};
use crate::cli::words;

const COLUMNS: [Word; 12] = [
    words::FACILITY,
    words::FACILITY_NAME,
    words::ITEM,
    words::ITEM_NAME,
    words::UNIT,
    words::USABLE,
    words::AMC,
    words::AMC_QUALITY,
    words::MONTHS,
    words::STATUS,
    words::STOCKOUT_DAYS,
    words::REPORTING,
];

/// Asks; the sheet, and how many rows there are in all. Programs get the inputs of each row.
pub async fn ask(
    pages: &mut Pages,
    status: Option<StatusName>,
    ui: &Ui,
) -> Result<(Sheet, u64), Failure> {
    let question = pb::ListShortagesRequest {
        filter: Some(pages.filter.clone()),
        statuses: status
            .map(|status| status.wire().into())
            .into_iter()
            .collect(),
        with_inputs: ui.format == Format::Json,
        ..pb::ListShortagesRequest::default()
    };
    let Whole {
        context,
        rows,
        total,
    } = pages.all(question).await?;
    let mut sheet = sheet(context.as_ref(), &rows, ui)?;
    if ui.format == Format::Json {
        sheet.inputs = rows.iter().map(inputs::of).collect::<Result<_, _>>()?;
    }
    Ok((sheet, total))
}

/// The sheet of an answer.
pub fn sheet(
    context: Option<&types::AnswerContext>,
    rows: &[pb::ShortageRow],
    ui: &Ui,
) -> Result<Sheet, Failure> {
    let title = Word::new("shortage", "النقص", "shortage");
    let mut sheet = cells::sheet(title, &COLUMNS, context)?;
    sheet.rows = rows
        .iter()
        .map(|row| cells_of(row, ui))
        .collect::<Result<_, _>>()?;
    Ok(sheet)
}

fn cells_of(row: &pb::ShortageRow, ui: &Ui) -> Result<Vec<Cell>, Failure> {
    let usable = row.quantities.as_ref().and_then(|q| q.usable.as_ref());
    Ok(vec![
        Cell::text(&row.facility),
        name(row.facility_names.as_ref(), ui),
        Cell::text(&row.item),
        name(row.item_names.as_ref(), ui),
        words::unit(row.base_unit.as_ref()),
        decimal(usable)?,
        rounded(row.amc.as_ref(), 1, ui)?,
        cells::quality(row.amc_quality()),
        rounded(row.months_of_stock.as_ref(), 2, ui)?,
        cells::status(row.status()),
        Cell::Count(row.stockout_days.into()),
        yes(row.reporting),
    ])
}
