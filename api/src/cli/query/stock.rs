//! What is where, a row per card.

use sijill_schemas::oversight::v1 as pb;

use super::cells::{self, day, decimal};
use super::pages::{Pages, Whole};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Word};
use crate::cli::words;

const COLUMNS: [Word; 11] = [
    words::FACILITY,
    words::ITEM,
    words::BATCH,
    words::PROGRAMME,
    words::EXPIRY,
    words::ON_HAND,
    words::USABLE,
    words::EXPIRED,
    words::BLOCKED,
    words::RESERVED,
    words::UNINSPECTED,
];

/// Asks; the sheet, and how many rows there are in all.
pub async fn ask(pages: &mut Pages) -> Result<(Sheet, u64), Failure> {
    let Whole {
        context,
        rows,
        total,
    } = pages
        .all(pb::ListStockRequest {
            filter: Some(pages.filter.clone()),
            ..pb::ListStockRequest::default()
        })
        .await?;
    let title = Word::new("stock", "المخزون", "stock");
    let mut sheet = cells::sheet(title, &COLUMNS, context.as_ref())?;
    sheet.rows = rows.iter().map(cells_of).collect::<Result<_, _>>()?;
    Ok((sheet, total))
}

fn cells_of(row: &pb::StockRow) -> Result<Vec<Cell>, Failure> {
    let card = row.card.clone().unwrap_or_default();
    let quantities = card.quantities.unwrap_or_default();
    Ok(vec![
        Cell::text(&row.facility),
        Cell::text(&row.item),
        Cell::maybe(card.batch),
        Cell::maybe(card.programme),
        Cell::maybe(day(card.expiry)?),
        decimal(quantities.on_hand.as_ref())?,
        decimal(quantities.usable.as_ref())?,
        decimal(quantities.expired.as_ref())?,
        decimal(quantities.blocked.as_ref())?,
        decimal(quantities.reserved.as_ref())?,
        decimal(quantities.uninspected.as_ref())?,
    ])
}
