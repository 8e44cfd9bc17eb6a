//! How evenly an item is shared out.

use sijill_schemas::oversight::v1 as pb;

use super::arguments::Months;
use super::cells::{self, decimal, name, rounded};
use super::pages::Pages;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::cli::words;

const POPULATION: Word = Word::new("population", "السكان", "population");
const ISSUED: Word = Word::new("issued", "المنصرف", "issued");
const GINI_ISSUES: Word = Word::new(
    "gini_issues",
    "معامل جيني للمنصرف لكل فرد",
    "Gini of issues per head",
);
const GINI_MONTHS: Word = Word::new(
    "gini_months_of_stock",
    "معامل جيني لشهور الكفاية",
    "Gini of months of stock",
);
const NOT_REPORTING: Word = Word::new("not_reporting", "منشآت لا تُبلّغ", "facilities not reporting");
const WITHOUT_POPULATION: Word = Word::new(
    "without_population",
    "منشآت بلا عدد سكان",
    "facilities without population",
);

const COLUMNS: [Word; 7] = [
    words::FACILITY,
    words::FACILITY_NAME,
    Word::new("governorate", "المحافظة", "governorate"),
    POPULATION,
    ISSUED,
    Word::new("issued_per_head", "المنصرف لكل فرد", "issued per head"),
    words::MONTHS,
];

/// Asks; the sheet, and how many rows there are in all.
pub async fn ask(pages: &mut Pages, months: &Months, ui: &Ui) -> Result<(Sheet, u64), Failure> {
    let item = pages.filter.item.clone();
    let item = item.filter(|_| pages.order_by.is_empty());
    let filter = pb::Filter {
        item: None,
        ..pages.filter.clone()
    };
    let question = pb::GetEquityRequest {
        context: Some(pages.context),
        item: item.ok_or_else(usage)?,
        filter: Some(filter),
        period: months.wire()?,
    };
    let answer = pages.source.get_equity(question).await?;
    let equity = answer.equity.unwrap_or_default();
    let total = u64::try_from(equity.facilities.len()).unwrap_or(u64::MAX);
    let title = Word::new("facilities", "المنشآت", "facilities");
    let mut sheet = cells::sheet(title, &COLUMNS, answer.context.as_ref())?
        .fact(words::ITEM, Cell::text(&equity.item))
        .fact(words::ITEM_NAME, name(equity.item_names.as_ref(), ui))
        .fact(GINI_ISSUES, rounded(equity.issues.as_ref(), 4, ui)?)
        .fact(
            GINI_MONTHS,
            rounded(equity.months_of_stock.as_ref(), 4, ui)?,
        )
        .fact(POPULATION, decimal(equity.population.as_ref())?)
        .fact(ISSUED, decimal(equity.issued.as_ref())?)
        .fact(NOT_REPORTING, Cell::Count(equity.not_reporting.into()))
        .fact(
            WITHOUT_POPULATION,
            Cell::Count(equity.without_population.into()),
        );
    let shown = pages.rows_max.unwrap_or(usize::MAX);
    let rows = equity.facilities.iter().take(shown);
    sheet.rows = rows
        .map(|row| cells_of(row, ui))
        .collect::<Result<_, _>>()?;
    Ok((sheet, total))
}

fn usage() -> Failure {
    Failure::Usage(Bilingual::new(
        "هذا السؤال عن صنف واحد: اذكر --item، ولا ترتيب فيه غير ترتيبه",
        "this question is about one item: name it by --item; it has no other order than its own",
    ))
}

fn cells_of(row: &pb::EquityRow, ui: &Ui) -> Result<Vec<Cell>, Failure> {
    Ok(vec![
        Cell::text(&row.facility),
        name(row.facility_names.as_ref(), ui),
        Cell::maybe(row.governorate.as_ref()),
        Cell::Count(row.population.into()),
        decimal(row.issued.as_ref())?,
        rounded(row.issued_per_head.as_ref(), 4, ui)?,
        rounded(row.months_of_stock.as_ref(), 2, ui)?,
    ])
}
