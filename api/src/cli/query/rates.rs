//! Stock-out rates, the highest first.

use sijill_schemas::oversight::v1 as pb;

use super::cells::{self, rounded};
use super::pages::{Pages, Whole};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::cli::words;

const COLUMNS: [Word; 6] = [
    words::ITEM,
    Word::new("handling", "تتعامل به", "handling"),
    Word::new("reporting", "تُبلّغ", "reporting"),
    Word::new("at_zero", "بلا رصيد", "at zero"),
    Word::new("not_reporting", "لا تُبلّغ", "not reporting"),
    Word::new("rate", "نسبة النفاد", "stock-out rate"),
];

/// Asks; the sheet, and how many rows there are in all.
pub async fn ask(pages: &mut Pages, ui: &Ui) -> Result<(Sheet, u64), Failure> {
    let question = pb::ListStockoutRatesRequest {
        filter: Some(pages.filter.clone()),
        ..pb::ListStockoutRatesRequest::default()
    };
    let Whole {
        context,
        rows,
        total,
    } = pages.all(question).await?;
    let title = Word::new("rates", "نسب النفاد", "stock-out rates");
    let mut sheet = cells::sheet(title, &COLUMNS, context.as_ref())?;
    let cells_of = |row: &pb::StockoutRateRow| {
        Ok(vec![
            Cell::text(&row.item),
            Cell::Count(row.handling.into()),
            Cell::Count(row.reporting.into()),
            Cell::Count(row.at_zero.into()),
            Cell::Count(row.not_reporting.into()),
            rounded(row.rate.as_ref(), 4, ui)?,
        ])
    };
    sheet.rows = rows.iter().map(cells_of).collect::<Result<_, _>>()?;
    Ok((sheet, total))
}
