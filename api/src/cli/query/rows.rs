//! The rows of each answer.

use rust_decimal::Decimal;
use serde::Serialize;
use sijill_ledger_core::domain::item::Category;
use sijill_ledger_core::domain::values::Names;
use sijill_projections::AsOf;
use sijill_projections::distribution::balance::Equation;
use sijill_projections::shortage::amc::Amc;
use sijill_projections::shortage::query::{Answer, CardRow, Quantities, Row};
use sijill_projections::shortage::status::Status;
use sijill_projections::shortage::stockout::Episode;

use crate::cli::output::{Cell, Format, Sheet, Ui, Word};
use crate::cli::{views, words};

/// A sheet with what the answer rests on.
pub fn answered<T>(name: Word, columns: &[Word], answer: &Answer<T>) -> Sheet {
    let Some(AsOf { index, recorded_at }) = answer.as_of else {
        return Sheet::new(name, columns);
    };
    let ruleset = answer.ruleset.map_or_else(
        || Cell::Word(Word::new("built_in", "المدمجة", "built in")),
        |version| Cell::Count(version.into()),
    );
    Sheet::new(name, columns)
        .fact(words::AT, Cell::text(views::shown(answer.at)))
        .fact(words::INDEX, Cell::Count(index))
        .fact(words::RECORDED_AT, Cell::text(recorded_at))
        .fact(words::DEFINITION, Cell::Count(answer.definition.into()))
        .fact(words::RULESET, ruleset)
}

/// The empty shortage sheet of an answer.
pub fn shortage_sheet<T>(answer: &Answer<T>) -> Sheet {
    let columns = [
        words::FACILITY,
        words::FACILITY_NAME,
        words::ITEM,
        words::ITEM_NAME,
        words::UNIT,
        words::USABLE,
        words::AMC,
        words::AMC_QUALITY,
        words::MONTHS,
        words::STATUS,
        words::STOCKOUT_DAYS,
        words::REPORTING,
    ];
    answered(Word::new("shortage", "النقص", "shortage"), &columns, answer)
}

/// A row of the shortage sheet.
pub fn shortage_row(row: &Row, ui: &Ui) -> Vec<Cell> {
    let name = |names: &Names| Cell::text(ui.lang.pick(&names.ar, &names.en));
    let facility = row.facility_profile.as_ref();
    let item = row.item_profile.as_ref();
    vec![
        Cell::text(&row.facility),
        facility.map_or(Cell::Absent, |label| name(&label.names)),
        Cell::text(&row.item),
        item.map_or(Cell::Absent, |label| name(&label.names)),
        Cell::maybe(item.map(|label| label.base_unit.clone())),
        Cell::Decimal(row.quantities.usable),
        rounded(row.amc.value, 1, ui),
        Cell::Word(words::quality(row.amc.quality)),
        rounded(row.months_of_stock, 2, ui),
        Cell::Word(words::status(row.status)),
        Cell::Count(row.stockout_days.into()),
        Cell::Word(if row.reporting { words::YES } else { words::NO }),
    ]
}

/// People read few decimals; programs get all of them.
pub fn rounded(value: Option<Decimal>, decimals: u32, ui: &Ui) -> Cell {
    let round = |value: Decimal| match ui.format {
        Format::Table => value.round_dp(decimals),
        Format::Json | Format::Csv => value,
    };
    Cell::decimal(value.map(round))
}

/// Facilities that do not handle an item have no shortage of it, and durables are not consumed.
pub fn is_shown(row: &Row, wanted: Option<Status>) -> bool {
    let durable = row
        .item_profile
        .as_ref()
        .is_some_and(|item| item.category == Category::Durable);
    row.handled && !durable && wanted.is_none_or(|wanted| row.status == wanted)
}

/// Those that report before those that do not; by status, then by months of stock (the longest stocked-out first), then
/// by facility and item.
pub fn worst_first(a: &Row, b: &Row) -> std::cmp::Ordering {
    let key = |row: &Row| {
        let months = row
            .months_of_stock
            .filter(|_| row.status != Status::StockedOut);
        (
            !row.reporting,
            row.status,
            months,
            std::cmp::Reverse(row.stockout_days),
        )
    };
    key(a)
        .cmp(&key(b))
        .then_with(|| (&a.facility, &a.item).cmp(&(&b.facility, &b.item)))
}

/// What the figures of a row rest on.
pub fn inputs(row: &Row) -> serde_json::Value {
    #[derive(Serialize)]
    struct Inputs<'a> {
        quantities: &'a Quantities,
        amc: &'a Amc,
        episodes: &'a [Episode],
        cards: &'a [CardRow],
        complete: bool,
    }
    let inputs = Inputs {
        quantities: &row.quantities,
        amc: &row.amc,
        episodes: &row.episodes,
        cards: &row.cards,
        complete: row.complete,
    };
    serde_json::to_value(inputs).unwrap_or_default()
}

pub const FLOW_COLUMNS: [Word; 17] = [
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

pub fn flow_row(equation: &Equation) -> Vec<Cell> {
    let codes = [Cell::text(&equation.facility), Cell::text(&equation.item)];
    let terms = [
        equation.opening,
        equation.received,
        equation.transfers_in,
        equation.returned,
        equation.surrendered,
        equation.gains,
        equation.unaccounted,
        equation.repacked,
        equation.issued,
        equation.entrusted,
        equation.transfers_out,
        equation.losses,
        equation.reductions,
        equation.on_hand,
        equation.difference(),
    ];
    codes.into_iter().chain(terms.map(Cell::Decimal)).collect()
}
