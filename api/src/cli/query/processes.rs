//! Contracting processes of other systems.

use sijill_schemas::audit::v1 as pb;
use sijill_schemas::types::v1 as types;

use super::arguments::Processes;
use super::cells::{self, Wall, decimal};
use super::pages::{Pages, Whole};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Word};
use crate::cli::words;

const COLUMNS: [Word; 11] = [
    Word::new("ocid", "رقم العملية", "ocid"),
    Word::new("title", "العنوان", "title"),
    Word::new("buyer", "المشتري", "buyer"),
    words::STATUS,
    Word::new("method", "طريقة التعاقد", "method"),
    Word::new("value", "القيمة", "value"),
    Word::new("currency", "العملة", "currency"),
    Word::new("suppliers", "الموردون", "suppliers"),
    Word::new("tenderers", "المتقدمون", "tenderers"),
    Word::new("releases", "الإصدارات", "releases"),
    Word::new("latest", "أحدث إصدار", "latest release"),
];

/// Asks; the sheet, and how many there are in all.
pub async fn ask(pages: &mut Pages, asked: &Processes) -> Result<(Sheet, u64), Failure> {
    asked.common.only(&[])?;
    let question = pb::SearchProcessesRequest {
        text: asked.text.join(" "),
        status: asked.status.clone().unwrap_or_default(),
        method: asked.method.clone().unwrap_or_default(),
        buyer: asked.buyer.clone().unwrap_or_default(),
        ..pb::SearchProcessesRequest::default()
    };
    let Whole {
        context,
        rows,
        total,
    } = pages.all(question).await?;
    let title = Word::new("processes", "عمليات التعاقد", "processes");
    let mut sheet = cells::recorded(title, &COLUMNS, context.as_ref())?;
    let wall = Wall::of(context.as_ref());
    let rows = rows.iter().map(|row| cells_of(row, &wall));
    sheet.rows = rows.collect::<Result<_, _>>()?;
    Ok((sheet, total))
}

fn cells_of(row: &pb::ProcessRow, wall: &Wall) -> Result<Vec<Cell>, Failure> {
    let (amount, currency) = match &row.value {
        Some(types::Money { amount, currency }) => {
            (decimal(amount.as_ref())?, Cell::text(currency))
        }
        None => (Cell::Absent, Cell::Absent),
    };
    let mut suppliers: Vec<&str> = row
        .awards
        .iter()
        .flat_map(|award| &award.suppliers)
        .filter_map(named)
        .collect();
    suppliers.sort_unstable();
    suppliers.dedup();
    Ok(vec![
        Cell::text(&row.ocid),
        Cell::maybe(row.title.as_ref()),
        Cell::maybe(row.buyer.as_ref().and_then(named)),
        Cell::maybe(row.status.as_ref()),
        Cell::maybe(row.method.as_ref()),
        amount,
        currency,
        Cell::maybe(Some(suppliers.join("; ")).filter(|names| !names.is_empty())),
        row.tenderers
            .map_or(Cell::Absent, |count| Cell::Count(count.into())),
        Cell::Count(row.releases),
        wall.cell(row.latest_micros),
    ])
}

/// A party by its name, else by its identifier.
fn named(party: &pb::Party) -> Option<&str> {
    party.name.as_deref().or(party.id.as_deref())
}
