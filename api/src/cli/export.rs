//! `sijill export`: figures for other programs, the log for other servers.

mod tiles;

use std::path::{Path, PathBuf};

use sijill_ledger_core::store::EventStore as _;
use sijill_projections::stock_card::StockCards;

use super::errors::Failure;
use super::output::{Cell, Format, Sheet, Ui, Word};
use super::{data, progress};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// End-of-day balance of every stock card, for each day with a movement
    StockOnHand(StockOnHand),
    /// The published log as files that any web server can serve: checkpoint, tiles, entries, attachments
    Tiles(tiles::Arguments),
}

#[derive(Debug, clap::Args)]
struct StockOnHand {
    /// Directory of the ledger
    #[arg(long)]
    data: PathBuf,
}

/// Column names; the CSV's header for ever.
const COLUMNS: [Word; 6] = [
    Word::new("facility", "المنشأة", "facility"),
    Word::new("item", "الصنف", "item"),
    Word::new("batch", "التشغيلة", "batch"),
    Word::new("programme", "البرنامج", "programme"),
    Word::new("date", "التاريخ", "date"),
    Word::new("on_hand", "الرصيد", "on hand"),
];

/// Exports.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    match &arguments.what {
        What::StockOnHand(StockOnHand { data }) => stock_on_hand(data, ui),
        What::Tiles(arguments) => tiles::run(arguments, ui).await,
    }
}

fn stock_on_hand(dir: &Path, ui: &mut Ui) -> Result<(), Failure> {
    let store = data::open(dir)?;
    let size = store.size();
    let bar = progress::bar(size, "stock-on-hand");
    let mut cards = StockCards::default();
    data::each_event(&store, 0, size, |event| {
        bar.inc(1);
        cards.apply(&event);
        Ok(())
    })?;
    bar.finish_and_clear();
    if ui.format == Format::Csv {
        return stream(&cards, ui);
    }
    let mut sheet = Sheet::new(
        Word::new("stock_on_hand", "الرصيد", "stock on hand"),
        &COLUMNS,
    );
    sheet.rows = cards
        .rows()
        .map(|row| {
            vec![
                Cell::text(row.facility),
                Cell::text(&row.key.item),
                Cell::maybe(row.key.batch.as_ref()),
                Cell::maybe(row.key.programme.as_ref()),
                Cell::text(row.date),
                Cell::Decimal(row.on_hand),
            ]
        })
        .collect();
    ui.sheet(&sheet)
}

/// The format for large logs: row by row, never all of them in memory as text.
fn stream(cards: &StockCards, ui: &mut Ui) -> Result<(), Failure> {
    let rows = cards.rows().map(|row| {
        let code = |code: Option<String>| code.unwrap_or_default();
        [
            row.facility.to_string(),
            row.key.item.to_string(),
            code(row.key.batch.as_ref().map(ToString::to_string)),
            code(row.key.programme.as_ref().map(ToString::to_string)),
            row.date.to_string(),
            row.on_hand.normalize().to_string(),
        ]
    });
    ui.csv_rows(COLUMNS.map(|column| column.key), rows)
}
