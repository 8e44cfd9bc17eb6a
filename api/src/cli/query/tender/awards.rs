//! Who won what from whom, and at what prices.

use serde_json::json;
use sijill_projections::tenders::prices::INPUTS_MIN;
use sijill_schemas::oversight::v1 as pb;

use super::super::arguments::Awards;
use super::super::cells::{self, decimal, name, rounded, yes};
use super::super::pages::{Pages, Whole};
use super::words;
use crate::cli::errors::Failure;
use crate::cli::lang::Lang;
use crate::cli::output::{Cell, Format, Sheet, Ui, Word};
use crate::cli::words as shared;

const COLUMNS: [Word; 14] = [
    words::TENDER,
    words::TITLE,
    words::LOT,
    words::BUYER,
    words::BUYER_NAME,
    words::SUPPLIER,
    words::SUPPLIER_NAME,
    words::VALUE,
    words::CURRENCY,
    Word::new("items", "الأصناف", "items"),
    Word::new("bidders", "مقدمو العطاءات", "bidders"),
    Word::new("departure", "مبرر مخالفة الترتيب", "justified override"),
    Word::new("approved_at", "اعتُمدت في", "approved at"),
    words::STAGE,
];

const PRICE_COLUMNS: [Word; 17] = [
    shared::ITEM,
    shared::ITEM_NAME,
    shared::UNIT,
    Word::new("price", "سعر الوحدة", "unit price"),
    words::CURRENCY,
    Word::new("quantity", "الكمية", "quantity"),
    Word::new("tax_included", "شامل الضريبة", "taxes included"),
    Word::new("delivery", "شروط التسليم", "delivery terms"),
    words::SUPPLIER,
    words::BUYER,
    words::TENDER,
    Word::new("approved_at", "اعتُمدت في", "approved at"),
    Word::new("reference", "السعر الاسترشادي", "reference price"),
    Word::new(
        "above_reference_percent",
        "فوق الاسترشادي %",
        "% above reference",
    ),
    Word::new("median", "الوسيط الوطني", "national median"),
    Word::new("median_inputs", "مدخلاته", "its inputs"),
    Word::new("above_median_percent", "فوق الوسيط %", "% above median"),
];

/// Asks for the awards; the sheet, and how many rows there are in all.
pub async fn ask(pages: &mut Pages, asked: &Awards, ui: &Ui) -> Result<(Sheet, u64), Failure> {
    let question = pb::ListAwardsRequest {
        filter: Some(asked.filter(&pages.filter)?),
        ..pb::ListAwardsRequest::default()
    };
    let Whole {
        context,
        rows,
        total,
    } = pages.all(question).await?;
    let title = Word::new("awards", "الترسيات", "awards");
    let mut sheet = cells::sheet(title, &COLUMNS, context.as_ref())?;
    for row in &rows {
        let [proposed, approved] =
            [&row.proposed, &row.approved].map(|mark| mark.as_ref().map(|mark| mark.index));
        sheet
            .inputs
            .push(json!({ "proposed": proposed, "approved": approved }));
        sheet.rows.push(award(row, ui)?);
    }
    Ok((sheet, total))
}

fn award(row: &pb::AwardRow, ui: &Ui) -> Result<Vec<Cell>, Failure> {
    Ok(vec![
        Cell::text(&row.tender),
        name(row.title.as_ref(), ui),
        Cell::text(&row.lot),
        Cell::text(&row.buyer),
        name(row.buyer_names.as_ref(), ui),
        Cell::text(&row.supplier),
        name(row.supplier_names.as_ref(), ui),
        words::amount(row.value.as_ref())?,
        Cell::maybe(row.value.as_ref().map(|value| &value.currency)),
        words::joined(&row.items),
        Cell::Count(row.bidders.into()),
        Cell::maybe(row.departure.as_ref()),
        words::decided(row.approved.as_ref())?,
        words::stage(row.stage()),
    ])
}

/// Asks for the prices; the sheet, and how many rows there are in all.
pub async fn prices(pages: &mut Pages, asked: &Awards, ui: &Ui) -> Result<(Sheet, u64), Failure> {
    let question = pb::ListUnitPricesRequest {
        filter: Some(asked.filter(&pages.filter)?),
        ..pb::ListUnitPricesRequest::default()
    };
    let Whole {
        context,
        rows,
        total,
    } = pages.all(question).await?;
    let title = Word::new("prices", "الأسعار", "prices");
    let mut sheet = cells::sheet(title, &PRICE_COLUMNS, context.as_ref())?;
    for row in &rows {
        let median = row.median.clone().unwrap_or_default();
        sheet.inputs.push(json!({
            "award": row.approved.as_ref().map(|mark| mark.index),
            "reference": row.reference_set.as_ref().map(|mark| mark.index),
            "median_inputs": median.inputs,
            "median": median.input_indexes,
        }));
        sheet.rows.push(price(row, &median, ui)?);
    }
    Ok((sheet, total))
}

fn price(row: &pb::UnitPriceRow, median: &pb::PriceMedian, ui: &Ui) -> Result<Vec<Cell>, Failure> {
    let amount = |price: Option<&sijill_schemas::types::v1::UnitPrice>| {
        decimal(price.and_then(|price| price.amount.as_ref()))
    };
    // Without a median the number of inputs says why.
    let of_country = match (&median.value, median.inputs) {
        (Some(value), _) => rounded(Some(value), 4, ui)?,
        (None, inputs) => too_few(inputs, ui),
    };
    Ok(vec![
        Cell::text(&row.item),
        name(row.item_names.as_ref(), ui),
        Cell::maybe(row.base_unit.as_ref()),
        amount(row.price.as_ref())?,
        Cell::maybe(row.price.as_ref().map(|price| &price.currency)),
        decimal(row.quantity.as_ref())?,
        yes(row.tax_included),
        Cell::text(&row.delivery),
        Cell::text(&row.supplier),
        Cell::text(&row.buyer),
        Cell::text(&row.tender),
        words::decided(row.approved.as_ref())?,
        amount(row.reference.as_ref())?,
        rounded(row.above_reference_percent.as_ref(), 1, ui)?,
        of_country,
        Cell::Count(median.inputs),
        rounded(median.above_median_percent.as_ref(), 1, ui)?,
    ])
}

/// Why there is no median; programs see that there is none, and the number of inputs.
fn too_few(inputs: u64, ui: &Ui) -> Cell {
    match ui.format {
        Format::Json | Format::Csv => Cell::Absent,
        Format::Table => Cell::text(match ui.lang {
            Lang::Ar => format!("لا وسيط: {inputs} من {INPUTS_MIN}"),
            Lang::En => format!("none: {inputs} of {INPUTS_MIN}"),
        }),
    }
}
