//! What was lost, and why.

use rust_decimal::Decimal;
use sijill_ledger_core::domain::values::Month;
use sijill_schemas::events::v1::LossReason;
use sijill_schemas::oversight::v1 as pb;

use super::arguments::Months;
use super::cells::{self, decimal, name, number};
use super::pages::{Pages, Whole};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::cli::words;

/// The reasons of what was written off the shelf, each a column.
const REASONS: [LossReason; 8] = [
    LossReason::Expired,
    LossReason::Damaged,
    LossReason::Lost,
    LossReason::Stolen,
    LossReason::OpenVialLimit,
    LossReason::ColdChainFailure,
    LossReason::Recalled,
    LossReason::Scrapped,
];

const COLUMNS: [Word; 18] = [
    words::FACILITY,
    words::FACILITY_NAME,
    words::ITEM,
    words::ITEM_NAME,
    Word::new("month", "الشهر", "month"),
    Word::new("expired", "منتهي الصلاحية", "expired"),
    Word::new("damaged", "تالف", "damaged"),
    Word::new("lost", "مفقود", "lost"),
    Word::new("stolen", "مسروق", "stolen"),
    Word::new("open_vial_limit", "تجاوز مدة الفتح", "open-vial limit"),
    Word::new("cold_chain_failure", "خلل التبريد", "cold-chain failure"),
    Word::new("recalled", "مسحوب", "recalled"),
    Word::new("scrapped", "مكهَّن", "scrapped"),
    Word::new("out_of_custody", "من العهد", "out of custody"),
    Word::new("lost_in_transit", "فُقد في الطريق", "lost in transit"),
    Word::new(
        "rejected_in_transit",
        "رُفض عند الوصول",
        "rejected on arrival",
    ),
    Word::new("counted_less", "نقص الجرد", "counted less"),
    Word::new("counted_more", "زيادة الجرد", "counted more"),
];

/// Asks; the sheet, and how many rows there are in all.
pub async fn ask(pages: &mut Pages, months: &Months, ui: &Ui) -> Result<(Sheet, u64), Failure> {
    let question = pb::ListLossesRequest {
        filter: Some(pages.filter.clone()),
        period: months.wire()?,
        ..pb::ListLossesRequest::default()
    };
    let Whole {
        context,
        rows,
        total,
    } = pages.all(question).await?;
    let title = Word::new("losses", "الفاقد", "losses");
    let mut sheet = cells::sheet(title, &COLUMNS, context.as_ref())?;
    let cells = rows.iter().map(|row| cells_of(row, ui));
    sheet.rows = cells.collect::<Result<_, _>>()?;
    Ok((sheet, total))
}

fn cells_of(row: &pb::LossRow, ui: &Ui) -> Result<Vec<Cell>, Failure> {
    let month: Month = cells::read(|payload| payload.take(row.month, "month"))?;
    let mut cells = vec![
        Cell::text(&row.facility),
        name(row.facility_names.as_ref(), ui),
        Cell::text(&row.item),
        name(row.item_names.as_ref(), ui),
        Cell::text(month),
    ];
    for reason in REASONS {
        let losses = row.written_off.iter();
        cells.push(sum(losses.filter(|loss| loss.reason() == reason))?);
    }
    cells.push(sum(row.out_of_custody.iter())?);
    for quantity in [
        &row.lost_in_transit,
        &row.rejected_in_transit,
        &row.counted_less,
        &row.counted_more,
    ] {
        cells.push(decimal(quantity.as_ref())?);
    }
    Ok(cells)
}

fn sum<'a>(losses: impl Iterator<Item = &'a pb::ReasonedLoss>) -> Result<Cell, Failure> {
    let mut sum = Decimal::ZERO;
    for loss in losses {
        let quantity = number(loss.quantity.as_ref())?.unwrap_or_default();
        sum = sum.saturating_add(quantity);
    }
    Ok(Cell::Decimal(sum))
}
