//! The balance equation of every facility and item. It holds over the whole log as it was known, or over months: no instant restricts it.

use sijill_schemas::oversight::v1 as pb;

use super::arguments::Months;
use super::cells::decimal;
use super::pages::{Pages, Whole};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Word};
use crate::cli::words;

const COLUMNS: [Word; 17] = [
    words::FACILITY,
    words::ITEM,
    Word::new("opening", "افتتاحي", "opening"),
    Word::new("received", "وارد", "received"),
    Word::new("transfers_in", "محوَّل إليها", "transfers in"),
    Word::new("returned", "مرتجع", "returned"),
    Word::new("surrendered", "مسلَّم من عهدة", "surrendered"),
    Word::new("gains", "زيادات", "gains"),
    Word::new("unaccounted", "بلا مستند", "unaccounted"),
    Word::new("repacked", "أعيدت تعبئته", "repacked"),
    Word::new("issued", "منصرف", "issued"),
    Word::new("entrusted", "عهدة", "entrusted"),
    Word::new("transfers_out", "محوَّل منها", "transfers out"),
    Word::new("losses", "فاقد", "losses"),
    Word::new("reductions", "تخفيضات", "reductions"),
    words::ON_HAND,
    Word::new("difference", "الفرق", "difference"),
];

/// Asks; the sheet, and how many rows there are in all.
pub async fn ask(pages: &mut Pages, months: &Months) -> Result<(Sheet, u64), Failure> {
    let Whole {
        context,
        rows,
        total,
    } = pages
        .all(pb::ListFlowsRequest {
            filter: Some(pages.filter.clone()),
            period: months.wire()?,
            ..pb::ListFlowsRequest::default()
        })
        .await?;
    let position = context.and_then(|context| context.position);
    let index = position.map_or(Cell::Absent, |position| Cell::Count(position.index));
    let title = Word::new("flows", "الحركة", "flows");
    let mut sheet = Sheet::new(title, &COLUMNS).fact(words::INDEX, index);
    sheet.rows = rows.iter().map(cells_of).collect::<Result<_, _>>()?;
    Ok((sheet, total))
}

fn cells_of(row: &pb::FlowRow) -> Result<Vec<Cell>, Failure> {
    let terms = [
        &row.opening,
        &row.received,
        &row.transfers_in,
        &row.returned,
        &row.surrendered,
        &row.gains,
        &row.unaccounted,
        &row.repacked,
        &row.issued,
        &row.entrusted,
        &row.transfers_out,
        &row.losses,
        &row.reductions,
        &row.on_hand,
        &row.difference,
    ];
    let codes = [Ok(Cell::text(&row.facility)), Ok(Cell::text(&row.item))];
    let terms = terms.map(|term| decimal(term.as_ref()));
    codes.into_iter().chain(terms).collect()
}
