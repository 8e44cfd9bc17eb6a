//! How many facilities have how much, and what a surplus nearby could meet.

use sijill_schemas::oversight::v1 as pb;
use sijill_schemas::types::v1 as types;

use super::arguments::{DimensionName, RollUp};
use super::cells::{self, decimal, name, rounded};
use super::pages::{Pages, Whole};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::cli::words;

const GOVERNORATE: Word = Word::new("governorate", "المحافظة", "governorate");
const OWNER: Word = Word::new("owner", "المالك", "owner");
const CATEGORY: Word = Word::new("category", "الفئة", "category");

/// The statuses, each a column, worst first.
const STATUSES: [pb::ShortageStatus; 7] = [
    pb::ShortageStatus::StockedOut,
    pb::ShortageStatus::Critical,
    pb::ShortageStatus::Low,
    pb::ShortageStatus::Adequate,
    pb::ShortageStatus::Overstocked,
    pb::ShortageStatus::NoConsumption,
    pb::ShortageStatus::Unknown,
];

const COUNTS: [Word; 11] = [
    Word::new("handling", "منشأة × صنف", "facility × item"),
    Word::new("reporting", "منها ما يُبلَّغ عنه", "reporting"),
    Word::new("not_reporting", "لا يُبلَّغ عنه", "not reporting"),
    Word::new("stocked_out", "نافد", "stocked out"),
    Word::new("critical", "حرج", "critical"),
    Word::new("low", "منخفض", "low"),
    Word::new("adequate", "كافٍ", "adequate"),
    Word::new("overstocked", "فائض", "overstocked"),
    Word::new("no_consumption", "بلا استهلاك", "no consumption"),
    Word::new("unknown", "غير معلوم", "unknown"),
    Word::new("stockout_rate", "نسبة النفاد", "stock-out rate"),
];

/// What is summed up where a row is of one item.
const SUMS: [Word; 8] = [
    words::USABLE,
    Word::new("in_transit", "في الطريق", "in transit"),
    Word::new("on_order", "مطلوب من الموردين", "on order"),
    Word::new("requested", "طُلب ولم يُرسل", "requested"),
    Word::new("unmet", "طلب لم يُلبَّ", "unmet"),
    words::AMC,
    Word::new("suggested_order", "الطلب المقترح", "suggested order"),
    Word::new("expiry_risk", "معرض لانتهاء الصلاحية", "expiry risk"),
];

const SURPLUS_COLUMNS: [Word; 9] = [
    GOVERNORATE,
    words::ITEM,
    words::ITEM_NAME,
    Word::new("from", "من", "from"),
    Word::new("surplus", "الفائض", "surplus"),
    Word::new("to", "إلى", "to"),
    words::STATUS,
    Word::new("lacks", "ينقصها", "lacks"),
    Word::new("quantity", "يمكن إرسال", "could be sent"),
];

/// Asks for the roll-up; the sheet, and how many rows there are in all.
pub async fn ask(pages: &mut Pages, asked: &RollUp, ui: &Ui) -> Result<(Sheet, u64), Failure> {
    let one_item = asked.each_item || pages.filter.item.is_some();
    let question = pb::RollUpShortagesRequest {
        filter: Some(pages.filter.clone()),
        by: asked.by.map_or(0, |by| by.wire().into()),
        each_item: asked.each_item,
        ..pb::RollUpShortagesRequest::default()
    };
    let Whole {
        context,
        rows,
        total,
    } = pages.all(question).await?;
    let mut columns: Vec<Word> = Vec::new();
    columns.extend(asked.by.map(|by| match by {
        DimensionName::Governorate => GOVERNORATE,
        DimensionName::Owner => OWNER,
        DimensionName::Category => CATEGORY,
    }));
    if one_item {
        columns.extend([words::ITEM, words::ITEM_NAME]);
    }
    columns.extend(COUNTS);
    if one_item {
        columns.extend(SUMS);
    }
    let title = Word::new("rollup", "مجمل النقص", "shortage rolled up");
    let mut sheet = cells::sheet(title, &columns, context.as_ref())?;
    for row in &rows {
        let mut cells = Vec::with_capacity(columns.len());
        cells.extend(asked.by.map(|by| group(row, by)));
        if one_item {
            cells.extend([
                Cell::maybe(row.item.as_ref()),
                name(row.item_names.as_ref(), ui),
            ]);
        }
        cells.extend(counts(row, ui)?);
        if one_item {
            cells.extend(sums(row, ui)?);
        }
        sheet.rows.push(cells);
    }
    Ok((sheet, total))
}

fn group(row: &pb::RollUpRow, by: DimensionName) -> Cell {
    match by {
        DimensionName::Governorate => Cell::maybe(row.governorate.as_ref()),
        DimensionName::Owner => Cell::maybe(row.owner.as_ref()),
        DimensionName::Category => cells::category(row.category()),
    }
}

fn counts(row: &pb::RollUpRow, ui: &Ui) -> Result<Vec<Cell>, Failure> {
    let mut counts = vec![
        Cell::Count(row.handling.into()),
        Cell::Count(row.reporting.into()),
        Cell::Count(row.not_reporting.into()),
    ];
    for status in STATUSES {
        let mut of = row.statuses.iter();
        let found = of.find(|count| count.status() == status);
        counts.push(Cell::Count(found.map_or(0, |found| found.count.into())));
    }
    counts.push(rounded(row.stockout_rate.as_ref(), 4, ui)?);
    Ok(counts)
}

fn sums(row: &pb::RollUpRow, ui: &Ui) -> Result<Vec<Cell>, Failure> {
    let Some(sums) = &row.sums else {
        return Ok(vec![Cell::Absent; SUMS.len()]);
    };
    let usable: Option<&types::Decimal> = sums.quantities.as_ref().and_then(|q| q.usable.as_ref());
    Ok(vec![
        decimal(usable)?,
        decimal(sums.in_transit.as_ref())?,
        decimal(sums.on_order.as_ref())?,
        decimal(sums.requested.as_ref())?,
        decimal(sums.unmet.as_ref())?,
        rounded(sums.amc.as_ref(), 1, ui)?,
        rounded(sums.suggested_order.as_ref(), 0, ui)?,
        rounded(sums.expiry_risk.as_ref(), 0, ui)?,
    ])
}

/// Asks what a surplus nearby could meet; the sheet, and how many rows there are in all.
pub async fn surplus(pages: &mut Pages, ui: &Ui) -> Result<(Sheet, u64), Failure> {
    let question = pb::ListRedistributionsRequest {
        filter: Some(pages.filter.clone()),
        ..pb::ListRedistributionsRequest::default()
    };
    let Whole {
        context,
        rows,
        total,
    } = pages.all(question).await?;
    let title = Word::new("surplus", "فائض قريب", "surplus nearby");
    let mut sheet = cells::sheet(title, &SURPLUS_COLUMNS, context.as_ref())?;
    let cells_of = |row: &pb::RedistributionRow| {
        Ok(vec![
            Cell::text(&row.governorate),
            Cell::text(&row.item),
            name(row.item_names.as_ref(), ui),
            Cell::text(&row.from),
            rounded(row.surplus.as_ref(), 0, ui)?,
            Cell::text(&row.to),
            cells::status(row.status()),
            rounded(row.lacks.as_ref(), 0, ui)?,
            rounded(row.quantity.as_ref(), 0, ui)?,
        ])
    };
    sheet.rows = rows.iter().map(cells_of).collect::<Result<_, _>>()?;
    Ok((sheet, total))
}
