//! Which part of what there was, was wasted.

use sijill_schemas::oversight::v1 as pb;

use super::arguments::Wastage;
use super::cells::{self, decimal, name, rounded};
use super::pages::{Pages, Whole};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::cli::words;

const FACILITY_COLUMNS: [Word; 2] = [words::FACILITY, words::FACILITY_NAME];

const COLUMNS: [Word; 11] = [
    words::ITEM,
    words::ITEM_NAME,
    words::UNIT,
    Word::new("expired", "منتهي الصلاحية", "expired"),
    Word::new("damaged", "تالف", "damaged"),
    Word::new("lost", "مفقود", "lost"),
    Word::new("lost_in_transit", "فُقد أو رُفض في الطريق", "lost in transit"),
    Word::new("opening", "رصيد أول المدة", "opening"),
    Word::new("received", "الوارد", "received"),
    Word::new("transfers_in", "وارد من منشآت أخرى", "transfers in"),
    Word::new("wastage", "نسبة الهدر", "wastage"),
];

/// Asks; the sheet, and how many rows there are in all.
pub async fn ask(pages: &mut Pages, asked: &Wastage, ui: &Ui) -> Result<(Sheet, u64), Failure> {
    let question = pb::ListWastageRequest {
        filter: Some(pages.filter.clone()),
        period: asked.months.wire()?,
        each_facility: asked.each_facility,
        ..pb::ListWastageRequest::default()
    };
    let Whole {
        context,
        rows,
        total,
    } = pages.all(question).await?;
    let facility: &[Word] = if asked.each_facility {
        &FACILITY_COLUMNS
    } else {
        &[]
    };
    let columns = [facility, COLUMNS.as_slice()].concat();
    let title = Word::new("wastage", "الهدر", "wastage");
    let mut sheet = cells::sheet(title, &columns, context.as_ref())?;
    let cells = rows.iter().map(|row| cells_of(row, asked, ui));
    sheet.rows = cells.collect::<Result<_, _>>()?;
    Ok((sheet, total))
}

fn cells_of(row: &pb::WastageRow, asked: &Wastage, ui: &Ui) -> Result<Vec<Cell>, Failure> {
    let mut cells = Vec::new();
    if asked.each_facility {
        cells.push(Cell::maybe(row.facility.as_ref()));
        cells.push(name(row.facility_names.as_ref(), ui));
    }
    cells.push(Cell::text(&row.item));
    cells.push(name(row.item_names.as_ref(), ui));
    cells.push(words::unit(row.base_unit.as_ref()));
    for quantity in [
        &row.expired,
        &row.damaged,
        &row.lost,
        &row.lost_in_transit,
        &row.opening,
        &row.received,
        &row.transfers_in,
    ] {
        cells.push(decimal(quantity.as_ref())?);
    }
    cells.push(rounded(row.wastage.as_ref(), 4, ui)?);
    Ok(cells)
}
