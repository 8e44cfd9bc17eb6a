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
use std::sync::Arc;

use sijill_ledger_core::aggregate::Aggregate;
use sijill_ledger_core::domain::facility::{self, Facility};
use sijill_ledger_core::domain::item::{self, Item};
use sijill_ledger_core::domain::migration::{self, ImportedFile, Migration};
use sijill_ledger_core::domain::stock::{Command, Stock};
use sijill_ledger_core::domain::values::{
    Code, Date, EffectiveAt, OfficialId, Sha256, Text, ValueError,
};
use sijill_ledger_core::event::{Actor, ActorId, Origin, Role};
use sijill_ledger_core::ledger::{Context, Ledger};
use sijill_ledger_core::store::StreamName;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::time::{MICROS_PER_SECOND, SystemClock};
use uuid::Uuid;

use super::csv_file::CsvFile;
use super::rejects::Rejects;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::lang::two;
use crate::cli::output::{Cell, Format, Sheet, Ui, Word};
use crate::cli::parse::UtcOffset;
use crate::cli::pipeline::{Outcome, Pipeline};
use crate::cli::{data, progress};
use lines::CardLine;
use reasons::Reasons;
use reference::{Files, Reference, Registered};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory with the CSV files
    dir: PathBuf,
    /// Directory of the ledger
    #[arg(long)]
    data: PathBuf,
    /// Identity of the log where a new one is created, such as sijill.gov.example/health
    #[arg(long)]
    origin: Option<String>,
    /// How far the clocks of the data are ahead of UTC, such as +02:00
    #[arg(long, default_value = "+00:00", allow_hyphen_values = true)]
    utc_offset: UtcOffset,
    /// File of reasons that comes before the one in the directory
    #[arg(long)]
    reasons: Option<PathBuf>,
    /// Also write rejected rows to this file, as CSV
    #[arg(long)]
    rejects: Option<PathBuf>,
    /// The administrator who imports, by public number
    #[arg(long, default_value = "administrator")]
    actor: String,
    /// Record although the clock shows more than 366 days after the last entry: it is right
    #[arg(long)]
    allow_gap: bool,
}

const LINES_FILE: &str = "stockmanagement.stock_card_line_items.csv";
const REASONS_FILE: &str = "stockmanagement.stock_card_line_item_reasons.csv";
/// Identity of a log that is created without one: of this machine only, never signed.
const ORIGIN_DEFAULT: &str = "localhost/sijill";

/// What one kind of row came to.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    added: u64,
    there_already: u64,
}

impl Count {
    const fn taken(self) -> u64 {
        self.added + self.there_already
    }

    fn note(&mut self, repeated: bool) {
        if repeated {
            self.there_already += 1;
        } else {
            self.added += 1;
        }
    }
}

/// Imports a directory.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let mut rejects = Rejects::default();
    let files = Files::read(&arguments.dir, &mut rejects)?;
    let reasons = read_reasons(arguments, &mut rejects)?;
    let lines_file = CsvFile::read(&arguments.dir.join(LINES_FILE), &mut rejects)?;
    let lines = lines::read(&lines_file, &reasons, &mut rejects)?;
    let reference = Reference::resolve(&files, &mut rejects)?;
    let vacant = !arguments.data.join("log").exists();
    let origin = arguments.origin.as_deref();
    let origin = origin.or(vacant.then_some(ORIGIN_DEFAULT));
    let mut options = data::options(&arguments.data, origin, Arc::new(SystemClock::default()));
    if arguments.allow_gap {
        options = options.allow_gap();
    }
    let store = data::create(options).await?;
    let mut import = Import {
        ledger: Ledger::new(Arc::clone(&store), Arc::new(SystemClock::default())),
        actor: administrator(&arguments.actor).map_err(|e| Failure::Usage(Bilingual::from(&e)))?,
        offset: arguments.utc_offset,
        rejects,
        cards: reference.cards.len(),
    };
    import
        .register(&files, &reference, lines.first().map(|line| line.occurred))
        .await?;
    let count = import.take(&lines_file, &lines, &reference).await?;
    import.record_file(&lines_file, count).await?;
    store.close();
    import.report(count, arguments, ui)
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

fn administrator(id: &str) -> Result<Actor, ValueError> {
    Ok(Actor {
        id: ActorId::Official(OfficialId::new(id)?),
        role: Role::Administrator,
        position: None,
    })
}

struct Import {
    ledger: Ledger<EmbeddedStore>,
    actor: Actor,
    offset: UtcOffset,
    rejects: Rejects,
    cards: usize,
}

impl Import {
    /// Facilities and items, durable before the movements that need them; effective from the first day of the history.
    async fn register(
        &mut self,
        files: &Files,
        reference: &Reference,
        first: Option<Date>,
    ) -> Result<(), Failure> {
        let Some(at) = first
            .map(|day| noon(day, self.offset))
            .transpose()
            .map_err(unusable)?
        else {
            return Ok(());
        };
        let facilities = reference.facilities.iter();
        let facilities =
            facilities.map(|(id, facility): (_, &Registered<_, facility::Profile>)| {
                let command = facility::Command::Open(facility.profile.clone());
                (
                    facility.line,
                    id.as_str(),
                    Facility::stream(&facility.code),
                    command,
                )
            });
        self.send::<Facility>("facility", &files.facilities, facilities.collect(), at)
            .await?;
        let items = reference.items.iter();
        let items = items.map(|(id, item): (_, &Registered<_, item::Profile>)| {
            let command = item::Command::List(item.profile.clone());
            (item.line, id.as_str(), Item::stream(&item.code), command)
        });
        self.send::<Item>("item", &files.items, items.collect(), at)
            .await
    }

    async fn send<A: Aggregate>(
        &mut self,
        what: &str,
        file: &CsvFile,
        rows: Vec<(u64, &str, StreamName, A::Command)>,
        at: EffectiveAt,
    ) -> Result<(), Failure> {
        let Self {
            ledger,
            actor,
            rejects,
            ..
        } = self;
        let settle = |line: u64, outcome: Outcome<A>| match outcome {
            Ok(_) => Ok(()),
            Err(error) => reject::<A>(rejects, file, line, error),
        };
        let mut pipeline: Pipeline<'_, A, u64, _> = Pipeline::new(ledger, settle);
        for (line, id, stream, command) in rows {
            let context = context(actor, &format!("{what}/{id}"), file.sha256, line, at);
            pipeline.push(line, &stream, command, context).await?;
        }
        pipeline.finish().await
    }

    async fn take(
        &mut self,
        file: &CsvFile,
        lines: &[CardLine],
        reference: &Reference,
    ) -> Result<Count, Failure> {
        let Self {
            ledger,
            actor,
            rejects,
            ..
        } = self;
        let bar = progress::bar(u64::try_from(lines.len()).unwrap_or(0), LINES_FILE);
        let mut count = Count::default();
        let mut unresolved = Vec::new();
        let settle = |line: u64, outcome: Outcome<Stock>| {
            bar.inc(1);
            match outcome {
                Ok(done) => count.note(done.repeated),
                Err(error) => reject::<Stock>(rejects, file, line, error)?,
            }
            Ok(())
        };
        let mut pipeline: Pipeline<'_, Stock, u64, _> = Pipeline::new(ledger, settle);
        for line in lines {
            let Some(card) = reference.cards.get(&line.card) else {
                unresolved.push(unknown_card(file, line));
                continue;
            };
            let at = noon(line.occurred, self.offset);
            let event = at.clone().and_then(|at| events::event(line, card, at));
            let (Ok(at), Ok(event)) = (&at, &event) else {
                let why = at
                    .err()
                    .or(event.err())
                    .map(|error| Bilingual::from(&error));
                let why = why.unwrap_or_else(|| Bilingual::new("", ""));
                unresolved.push(file.rejection(line.line, "VALUE", why));
                continue;
            };
            let context = context(
                actor,
                &format!("line/{}", line.id),
                file.sha256,
                line.line,
                *at,
            );
            let command = Command::Import(Box::new(event.clone()));
            let stream = Stock::stream(&card.facility);
            pipeline.push(line.line, &stream, command, context).await?;
        }
        pipeline.finish().await?;
        bar.finish_and_clear();
        for rejection in unresolved {
            self.rejects.push(rejection);
        }
        Ok(count)
    }

    /// Notes in the ledger that the file was read to its end; a run that took nothing new leaves no note.
    async fn record_file(&mut self, file: &CsvFile, count: Count) -> Result<(), Failure> {
        if count.added == 0 {
            return Ok(());
        }
        let rejected = self.rejects.count_of(&file.name);
        let rejected = u64::try_from(rejected).unwrap_or(u64::MAX);
        let build = || -> Result<_, ValueError> {
            Ok(ImportedFile {
                format: Code::new("openlmis-stock-cards")?,
                sha256: file.sha256,
                name: Text::new(&file.name)?,
                rows_taken: count.taken(),
                rows_rejected: rejected,
            })
        };
        let imported = build().map_err(unusable)?;
        let id = command_id(&format!("file/{}/{}", file.sha256, count.taken()));
        let context = Context::new(id, self.actor.clone());
        let command = migration::Command::Record(imported);
        let done = self
            .ledger
            .execute::<Migration>(&Migration::national(), command, context)
            .await;
        done.map(drop)
            .map_err(|error| data::executing(error, &file.name))
    }

    fn report(mut self, count: Count, arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
        self.rejects.report(ui)?;
        if let Some(path) = &arguments.rejects {
            self.rejects.write(path, ui.lang)?;
        }
        let (cards, rejected) = (self.cards, self.rejects.count());
        let lines = grouped(count.taken());
        let text = two!(
            ui.lang,
            "أُخذ {lines} سطرًا من {cards} بطاقة، ورُفض {rejected}",
            "{lines} lines of {cards} cards taken, {rejected} rejected"
        );
        ui.note(&text)?;
        let (added, before) = (grouped(count.added), grouped(count.there_already));
        let text = if count.added == 0 {
            two!(
                ui.lang,
                "كانت كلها في السجل من قبل ({before})؛ لم يُضف شيء",
                "all of them were there already ({before}); nothing was added"
            )
        } else {
            two!(
                ui.lang,
                "أُضيف {added}، وكان في السجل من قبل {before}",
                "{added} added, {before} were there already"
            )
        };
        ui.note(&text)?;
        if ui.format == Format::Table {
            ui.note(&next_steps(&arguments.data, ui))?;
        } else {
            ui.sheet(&summary(count, cards, rejected))?;
        }
        match rejected {
            0 => Ok(()),
            count => Err(Failure::RowsRejected { count }),
        }
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

/// Digits in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A row that the ledger did not take becomes a rejection; what concerns the whole run ends it.
fn reject<A: Aggregate>(
    rejects: &mut Rejects,
    file: &CsvFile,
    line: u64,
    error: sijill_ledger_core::ledger::ExecuteError<A::Refusal>,
) -> Result<(), Failure> {
    match data::as_reason::<A>(&error) {
        Some((code, reason)) => {
            rejects.push(file.rejection(line, code, reason));
            Ok(())
        }
        None => Err(data::executing(error, &format!("{}:{line}", file.name))),
    }
}

fn unknown_card(file: &CsvFile, line: &CardLine) -> super::rejects::Rejection {
    let card = &line.card;
    let reason = Bilingual::new(
        format!("البطاقة {card} ليست في ملف البطاقات، أو رُفضت فيه"),
        format!("the card {card} is not in the file of cards, or was rejected there"),
    );
    file.rejection(line.line, "CARD_UNKNOWN", reason)
}

fn context(actor: &Actor, id: &str, file: Sha256, line: u64, at: EffectiveAt) -> Context {
    let mut context = Context::new(command_id(id), actor.clone()).effective(at);
    context.origin = Origin::Import { file, line };
    context
}

fn command_id(name: &str) -> Uuid {
    let space = Uuid::new_v5(&Uuid::NAMESPACE_URL, b"openlmis");
    Uuid::new_v5(&space, name.as_bytes())
}

/// Noon of a day on the clocks of the data: the date on the wall is the day's whatever the offset.
fn noon(day: Date, offset: UtcOffset) -> Result<EffectiveAt, ValueError> {
    let noon = day
        .start(offset.0)
        .plus_micros(12 * 3_600 * MICROS_PER_SECOND);
    EffectiveAt::new(noon, offset.0)
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn unusable(error: ValueError) -> Failure {
    Failure::Usage(Bilingual::from(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_in_groups() {
        assert_eq!(
            [grouped(0), grouped(999), grouped(4_760), grouped(1_234_567)],
            ["0", "999", "4,760", "1,234,567"]
        );
    }

    #[test]
    fn noon_has_the_date_of_the_day_everywhere() {
        let day = Date::parse("2017-01-31").unwrap();
        for offset in [-720, 0, 120, 840] {
            assert_eq!(noon(day, UtcOffset(offset)).unwrap().date(), day);
        }
    }
}
