//! What suppliers delivered, and how it was.

use sijill_schemas::oversight::v1 as pb;

use super::arguments::{Deliveries, GroupName};
use super::cells::{self, day, decimal, rounded, yes};
use super::pages::{Pages, Whole};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::cli::words;

const SUPPLIER: Word = Word::new("supplier", "المورد", "supplier");

const COLUMNS: [Word; 12] = [
    Word::new("order", "أمر الشراء", "order"),
    Word::new("line", "البند", "line"),
    SUPPLIER,
    words::FACILITY,
    words::ITEM,
    Word::new("quantity", "الكمية", "quantity"),
    Word::new("accepted", "المقبول", "accepted"),
    Word::new("rejected", "المرفوض", "rejected"),
    Word::new("delivered_on", "ورد في", "delivered on"),
    Word::new("due", "الموعد", "due"),
    Word::new("on_time", "في موعده", "on time"),
    Word::new("late_days", "أيام التأخر", "days late"),
];

/// JSON sorts its keys; these are named so that the two that everyone asks for stand together.
const SUMMARY_COLUMNS: [Word; 15] = [
    Word::new("deliveries", "التوريدات", "deliveries"),
    Word::new("on_time", "في موعدها", "on time"),
    Word::new("on_time_rate", "نسبة الالتزام بالموعد", "on-time rate"),
    Word::new("past_due", "متأخرة", "late"),
    Word::new(
        "past_due_days_median",
        "وسيط أيام التأخر",
        "median days late",
    ),
    Word::new("without_due", "بلا موعد", "without due day"),
    Word::new("unordered", "لم تُطلب", "not ordered"),
    Word::new("order_lines", "بنود الأوامر", "lines ordered"),
    Word::new("order_lines_filled", "بنود اكتملت", "lines filled"),
    Word::new("order_line_fill", "نسبة الاكتمال", "line fill"),
    Word::new("order_lines_due", "بنود حلّ موعدها", "lines due"),
    Word::new("order_lines_in_full", "منها ما اكتمل", "in full"),
    Word::new(
        "order_lines_on_time_in_full",
        "اكتملت في موعدها",
        "on time in full",
    ),
    Word::new("otif", "نسبة الاكتمال في الموعد", "OTIF"),
    Word::new("order_lines_cancelled", "بنود أُلغيت", "lines cancelled"),
];

/// Asks for the deliveries; the sheet, and how many rows there are in all.
pub async fn ask(pages: &mut Pages, asked: &Deliveries) -> Result<(Sheet, u64), Failure> {
    let question = pb::ListDeliveriesRequest {
        filter: Some(asked.of.filter(&pages.filter)?),
        ..pb::ListDeliveriesRequest::default()
    };
    let Whole {
        context,
        rows,
        total,
    } = pages.all(question).await?;
    let title = Word::new("deliveries", "التوريدات", "deliveries");
    let mut sheet = cells::sheet(title, &COLUMNS, context.as_ref())?;
    sheet.rows = rows.iter().map(cells_of).collect::<Result<_, _>>()?;
    Ok((sheet, total))
}

/// Asks how they were; the sheet, and how many rows there are in all.
pub async fn summary(
    pages: &mut Pages,
    asked: &Deliveries,
    ui: &Ui,
) -> Result<(Sheet, u64), Failure> {
    let question = pb::SummarizeDeliveriesRequest {
        filter: Some(asked.of.filter(&pages.filter)?),
        group: asked.by.map_or(0, |by| by.wire().into()),
        ..pb::SummarizeDeliveriesRequest::default()
    };
    let Whole {
        context,
        rows,
        total,
    } = pages.all(question).await?;
    let key = asked.by.map(|by| match by {
        GroupName::Supplier => SUPPLIER,
        GroupName::Item => words::ITEM,
        GroupName::Facility => words::FACILITY,
        GroupName::Month => Word::new("month", "الشهر", "month"),
    });
    let columns: Vec<Word> = key.into_iter().chain(SUMMARY_COLUMNS).collect();
    let title = Word::new("summary", "الملخص", "summary");
    let mut sheet = cells::sheet(title, &columns, context.as_ref())?;
    for row in &rows {
        let figures = summed(row.summary.as_ref(), ui)?;
        let key = key.map(|_| Cell::text(&row.key));
        sheet.rows.push(key.into_iter().chain(figures).collect());
    }
    Ok((sheet, total))
}

fn cells_of(row: &pb::DeliveryRow) -> Result<Vec<Cell>, Failure> {
    let line = row.line.map(|line| Cell::Count(line.into()));
    Ok(vec![
        Cell::text(&row.order),
        line.unwrap_or(Cell::Absent),
        Cell::text(&row.supplier),
        Cell::text(&row.facility),
        Cell::text(&row.item),
        decimal(row.quantity.as_ref())?,
        decimal(row.accepted.as_ref())?,
        decimal(row.rejected.as_ref())?,
        Cell::maybe(day(Some(row.delivered_on))?),
        Cell::maybe(day(row.due)?),
        row.on_time.map_or(Cell::Absent, yes),
        cells::whole(row.late_days),
    ])
}

fn summed(summary: Option<&pb::DeliverySummary>, ui: &Ui) -> Result<Vec<Cell>, Failure> {
    let of = summary.copied().unwrap_or_default();
    Ok(vec![
        Cell::Count(of.deliveries),
        Cell::Count(of.on_time),
        rounded(of.on_time_rate.as_ref(), 4, ui)?,
        Cell::Count(of.late),
        rounded(of.late_days_median.as_ref(), 1, ui)?,
        Cell::Count(of.without_due),
        Cell::Count(of.not_ordered),
        Cell::Count(of.lines_ordered),
        Cell::Count(of.lines_filled),
        rounded(of.line_fill.as_ref(), 4, ui)?,
        Cell::Count(of.lines_due),
        Cell::Count(of.in_full),
        Cell::Count(of.on_time_in_full),
        rounded(of.otif.as_ref(), 4, ui)?,
        Cell::Count(of.lines_cancelled),
    ])
}
