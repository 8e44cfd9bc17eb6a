//! What was ordered, and how far it has come.

use sijill_schemas::oversight::v1 as pb;

use super::arguments::OrderLines;
use super::cells::{self, day, decimal, yes};
use super::pages::{Pages, Whole};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Word};
use crate::cli::words;

const COLUMNS: [Word; 18] = [
    Word::new("order", "أمر الشراء", "order"),
    Word::new("line", "البند", "line"),
    Word::new("stage", "المرحلة", "stage"),
    Word::new("buyer", "المشتري", "buyer"),
    Word::new("supplier", "المورد", "supplier"),
    words::FACILITY,
    words::ITEM,
    Word::new("placed_on", "تاريخ الأمر", "placed on"),
    Word::new("due", "الموعد", "due"),
    Word::new("ordered", "المطلوب", "ordered"),
    Word::new("delivered", "ما ورد", "delivered"),
    Word::new("accepted", "المقبول", "accepted"),
    Word::new("rejected", "المرفوض", "rejected"),
    Word::new("outstanding", "المنتظر", "outstanding"),
    Word::new("first_delivered_on", "أول توريد", "first delivered on"),
    Word::new("last_delivered_on", "آخر توريد", "last delivered on"),
    Word::new("in_full", "اكتمل", "in full"),
    Word::new("on_time_in_full", "اكتمل في موعده", "on time in full"),
];

/// Asks; the sheet, and how many rows there are in all.
pub async fn ask(pages: &mut Pages, asked: &OrderLines) -> Result<(Sheet, u64), Failure> {
    let question = pb::ListOrderLinesRequest {
        filter: Some(asked.of.filter(&pages.filter)?),
        stages: asked
            .stage
            .map(|stage| stage.wire().into())
            .into_iter()
            .collect(),
        ..pb::ListOrderLinesRequest::default()
    };
    let Whole {
        context,
        rows,
        total,
    } = pages.all(question).await?;
    let title = Word::new("order_lines", "بنود الأوامر", "order lines");
    let mut sheet = cells::sheet(title, &COLUMNS, context.as_ref())?;
    sheet.rows = rows.iter().map(cells_of).collect::<Result<_, _>>()?;
    Ok((sheet, total))
}

fn cells_of(row: &pb::OrderLineRow) -> Result<Vec<Cell>, Failure> {
    Ok(vec![
        Cell::text(&row.order),
        Cell::Count(row.line.into()),
        stage(row.stage()),
        Cell::text(&row.buyer),
        Cell::text(&row.supplier),
        Cell::text(&row.facility),
        Cell::text(&row.item),
        Cell::maybe(day(Some(row.placed_on))?),
        Cell::maybe(day(row.due)?),
        decimal(row.ordered.as_ref())?,
        decimal(row.delivered.as_ref())?,
        decimal(row.accepted.as_ref())?,
        decimal(row.rejected.as_ref())?,
        decimal(row.outstanding.as_ref())?,
        Cell::maybe(day(row.first_delivered_on)?),
        Cell::maybe(day(row.last_delivered_on)?),
        yes(row.in_full),
        row.on_time_in_full.map_or(Cell::Absent, yes),
    ])
}

const fn stage(stage: pb::OrderLineStage) -> Cell {
    let word = match stage {
        pb::OrderLineStage::Unspecified => return Cell::Absent,
        pb::OrderLineStage::Late => Word::new("late", "متأخر", "late"),
        pb::OrderLineStage::Open => Word::new("open", "منتظر", "open"),
        pb::OrderLineStage::Filled => Word::new("filled", "اكتمل", "filled"),
        pb::OrderLineStage::Short => Word::new("short", "أُغلق ناقصًا", "closed short"),
        pb::OrderLineStage::Cancelled => Word::new("cancelled", "أُلغي", "cancelled"),
    };
    Cell::Word(word)
}
