//! What is short, the worst first.

use serde_json::{Value, json};
use sijill_ledger_core::domain::values::Month;
use sijill_schemas::oversight::v1 as pb;
use sijill_schemas::types::v1 as types;

use super::arguments::StatusName;
use super::cells::{self, day, decimal, name, rounded, text, yes};
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
        sheet.inputs = rows.iter().map(inputs).collect::<Result<_, _>>()?;
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
        Cell::maybe(row.base_unit.as_ref()),
        decimal(usable)?,
        rounded(row.amc.as_ref(), 1, ui)?,
        cells::quality(row.amc_quality()),
        rounded(row.months_of_stock.as_ref(), 2, ui)?,
        cells::status(row.status()),
        Cell::Count(row.stockout_days.into()),
        yes(row.reporting),
    ])
}

/// What the figures of a row rest on.
fn inputs(row: &pb::ShortageRow) -> Result<Value, Failure> {
    let inputs = row.inputs.clone().unwrap_or_default();
    let months: Vec<Value> = inputs.months.iter().map(month).collect::<Result<_, _>>()?;
    let episodes: Vec<Value> = inputs
        .episodes
        .iter()
        .map(episode)
        .collect::<Result<_, _>>()?;
    let cards: Vec<Value> = inputs.cards.iter().map(card).collect::<Result<_, _>>()?;
    Ok(json!({
        "quantities": quantities(row.quantities.as_ref())?,
        "amc": {
            "value": text(row.amc.as_ref())?,
            "months_used": row.amc_months_used,
            "months_looked_back": row.amc_months_looked_back,
            "quality": quality(row.amc_quality()),
            "months": months,
        },
        "episodes": episodes,
        "cards": cards,
        "complete": row.complete,
    }))
}

fn month(month: &pb::AmcMonth) -> Result<Value, Failure> {
    let name: Month = cells::read(|payload| payload.take(month.month, "month"))?;
    Ok(json!({
        "month": name.to_string(),
        "consumed": text(month.consumed.as_ref())?,
        "days": month.days,
        "days_without_stock": month.days_without_stock,
        "adjusted": text(month.adjusted.as_ref())?,
        "excluded": exclusion(month.excluded()),
    }))
}

fn episode(episode: &pb::StockoutEpisode) -> Result<Value, Failure> {
    let shown = |days| Ok(day(days)?.map(|day| day.to_string()));
    Ok(json!({
        "start": shown(Some(episode.start))?,
        "end": shown(episode.end)?,
        "days": episode.days,
    }))
}

fn card(card: &pb::Card) -> Result<Value, Failure> {
    Ok(json!({
        "batch": card.batch,
        "programme": card.programme,
        "expiry": day(card.expiry)?.map(|day| day.to_string()),
        "quantities": quantities(card.quantities.as_ref())?,
    }))
}

fn quantities(wire: Option<&pb::Quantities>) -> Result<Value, Failure> {
    let quantities = wire.copied().unwrap_or_default();
    Ok(json!({
        "on_hand": text(quantities.on_hand.as_ref())?,
        "usable": text(quantities.usable.as_ref())?,
        "expired": text(quantities.expired.as_ref())?,
        "blocked": text(quantities.blocked.as_ref())?,
        "uninspected": text(quantities.uninspected.as_ref())?,
        "reserved": text(quantities.reserved.as_ref())?,
    }))
}

const fn quality(quality: pb::AmcQuality) -> Option<&'static str> {
    match quality {
        pb::AmcQuality::Unspecified => None,
        pb::AmcQuality::Full => Some("Full"),
        pb::AmcQuality::Partial => Some("Partial"),
        pb::AmcQuality::None => Some("None"),
    }
}

const fn exclusion(excluded: pb::AmcExclusion) -> Option<&'static str> {
    match excluded {
        pb::AmcExclusion::Unspecified => None,
        pb::AmcExclusion::BeforeFirstMovement => Some("BeforeFirstMovement"),
        pb::AmcExclusion::NotReported => Some("NotReported"),
        pb::AmcExclusion::TooFewStockedDays => Some("TooFewStockedDays"),
        pb::AmcExclusion::NotKept => Some("NotKept"),
    }
}
