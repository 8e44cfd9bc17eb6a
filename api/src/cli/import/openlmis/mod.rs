//! `sijill import openlmis DIR`: stock cards of OpenLMIS, line by line, once.
//!
//! Each card line becomes one event, effective at noon of its day: lines of one day keep their order because balances
//! order by (effective, revision). Command ids are derived from OpenLMIS's own ids, so that importing again adds
//! nothing, and a corrected file adds only what was rejected before.

mod events;
mod lines;
mod reasons;
mod reference;

use std::path::{Path, PathBuf};

use sijill_ledger_core::domain::facility::{self, Facility};
use sijill_ledger_core::domain::item::{self, Item};
use sijill_ledger_core::domain::stock::{Command, Stock};

use super::csv_file::CsvFile;
use super::history::{self, Count, FromRow, Import, grouped, unusable};
use super::rejects::Rejects;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::lang::two;
use crate::cli::output::{Cell, Format, Sheet, Ui, Word};
use crate::cli::progress;
use lines::CardLine;
use reasons::Reasons;
use reference::{Files, Reference};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory with the CSV files
    dir: PathBuf,
    /// File of reasons that comes before the one in the directory
    #[arg(long)]
    reasons: Option<PathBuf>,
    #[command(flatten)]
    options: history::Options,
}

const LINES_FILE: &str = "stockmanagement.stock_card_line_items.csv";
const REASONS_FILE: &str = "stockmanagement.stock_card_line_item_reasons.csv";

/// Imports a directory.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let mut rejects = Rejects::default();
    let files = Files::read(&arguments.dir, &mut rejects)?;
    let reasons = read_reasons(arguments, &mut rejects)?;
    let lines_file = CsvFile::read(&arguments.dir.join(LINES_FILE), &mut rejects)?;
    let lines = lines::read(&lines_file, &reasons, &mut rejects)?;
    let reference = Reference::resolve(&files, &mut rejects)?;
    let cards = reference.cards.len();
    let mut import = Import::open("openlmis", &arguments.options, rejects).await?;
    if !lines.is_empty() {
        register(&mut import, &files, &reference).await?;
    }
    let count = take(&mut import, &lines_file, &lines, &reference).await?;
    import
        .record_file("openlmis-stock-cards", &lines_file, count)
        .await?;
    report(import.close(), count, cards, arguments, ui)
}

fn read_reasons(arguments: &Arguments, rejects: &mut Rejects) -> Result<Reasons, Failure> {
    let mut reasons = Reasons::built_in();
    let own = CsvFile::read(&arguments.dir.join(REASONS_FILE), rejects)?;
    reasons.add(&own, rejects)?;
    if let Some(path) = &arguments.reasons {
        reasons.add(&CsvFile::read(path, rejects)?, rejects)?;
    }
    Ok(reasons)
}

/// Facilities and items, durable before the movements that need them.
async fn register(
    import: &mut Import,
    files: &Files,
    reference: &Reference,
) -> Result<(), Failure> {
    let at = history::beginning(import.offset).map_err(unusable)?;
    let facilities = reference.facilities.iter();
    let facilities = facilities.map(|(id, facility)| FromRow {
        line: facility.line,
        id: format!("facility/{id}"),
        stream: Facility::stream(&facility.code),
        command: facility::Command::Open(facility.profile.clone()),
        at,
    });
    import
        .send::<Facility>(&files.facilities, facilities, |_, _| {})
        .await?;
    let items = reference.items.iter();
    let items = items.map(|(id, item)| FromRow {
        line: item.line,
        id: format!("item/{id}"),
        stream: Item::stream(&item.code),
        command: item::Command::List(item.profile.clone()),
        at,
    });
    import.send::<Item>(&files.items, items, |_, _| {}).await
}

async fn take(
    import: &mut Import,
    file: &CsvFile,
    lines: &[CardLine],
    reference: &Reference,
) -> Result<Count, Failure> {
    let bar = progress::bar(u64::try_from(lines.len()).unwrap_or(0), LINES_FILE);
    let (mut count, mut unresolved) = (Count::default(), Vec::new());
    let offset = import.offset;
    let commands = lines.iter().filter_map(|line| {
        let Some(card) = reference.cards.get(&line.card) else {
            unresolved.push(unknown_card(file, line));
            return None;
        };
        let made = history::noon(line.occurred, offset)
            .and_then(|at| Ok((at, events::event(line, card, at)?)));
        match made {
            Ok((at, event)) => Some(FromRow {
                line: line.line,
                id: format!("line/{}", line.id),
                stream: Stock::stream(&card.facility),
                command: Command::Import(Box::new(event)),
                at,
            }),
            Err(error) => {
                let why = Bilingual::from(&error);
                unresolved.push(file.rejection(line.line, "VALUE", why));
                None
            }
        }
    });
    import
        .send::<Stock>(file, commands, |_, done| {
            bar.inc(1);
            count.note(done.repeated);
        })
        .await?;
    bar.finish_and_clear();
    for rejection in unresolved {
        import.rejects.push(rejection);
    }
    Ok(count)
}

fn report(
    mut rejects: Rejects,
    count: Count,
    cards: usize,
    arguments: &Arguments,
    ui: &mut Ui,
) -> Result<(), Failure> {
    history::report_rejects(&mut rejects, &arguments.options, ui)?;
    let rejected = rejects.count();
    let lines = grouped(count.taken());
    let text = two!(
        ui.lang,
        "أُخذ {lines} سطرًا من {cards} بطاقة، ورُفض {rejected}",
        "{lines} lines of {cards} cards taken, {rejected} rejected"
    );
    ui.note(&text)?;
    history::report_added(count, ui)?;
    if ui.format == Format::Table {
        ui.note(&next_steps(&arguments.options.data, ui))?;
    } else {
        ui.sheet(&summary(count, cards, rejected))?;
    }
    match rejected {
        0 => Ok(()),
        count => Err(Failure::RowsRejected { count }),
    }
}

fn summary(count: Count, cards: usize, rejected: usize) -> Sheet {
    let number = |n: usize| Cell::Count(u64::try_from(n).unwrap_or(u64::MAX));
    let columns = [
        Word::new("lines_taken", "أسطر مأخوذة", "lines taken"),
        Word::new("lines_added", "أُضيف", "added"),
        Word::new("lines_there_already", "كان موجودًا", "there already"),
        Word::new("cards", "بطاقات", "cards"),
        Word::new("rows_rejected", "مرفوض", "rejected"),
    ];
    let mut sheet = Sheet::new(Word::new("import", "الاستيراد", "import"), &columns);
    sheet.rows.push(vec![
        Cell::Count(count.taken()),
        Cell::Count(count.added),
        Cell::Count(count.there_already),
        number(cards),
        number(rejected),
    ]);
    sheet
}

fn next_steps(dir: &Path, ui: &Ui) -> String {
    let dir = dir.display();
    two!(
        ui.lang,
        "التالي: sijill export stock-on-hand --data {dir} --output csv",
        "next: sijill export stock-on-hand --data {dir} --output csv"
    )
}

fn unknown_card(file: &CsvFile, line: &CardLine) -> super::rejects::Rejection {
    let card = &line.card;
    let reason = Bilingual::new(
        format!("البطاقة {card} ليست في ملف البطاقات، أو رُفضت فيه"),
        format!("the card {card} is not in the file of cards, or was rejected there"),
    );
    file.rejection(line.line, "CARD_UNKNOWN", reason)
}
