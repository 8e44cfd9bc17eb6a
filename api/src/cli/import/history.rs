//! What every import of history does: it opens the ledger, names commands after the other system's own ids, sends them in
//! bulk, lists what was refused by line, and notes in the ledger that a file was read to its end.

use std::path::PathBuf;
use std::sync::Arc;

use sijill_ledger_core::aggregate::Aggregate;
use sijill_ledger_core::domain::migration::{self, ImportedFile, Migration};
use sijill_ledger_core::domain::values::{
    Code, Date, EffectiveAt, OfficialId, Sha256, Text, ValueError,
};
use sijill_ledger_core::event::{Actor, ActorId, Origin, Role};
use sijill_ledger_core::ledger::{Context, Done, ExecuteError, Ledger};
use sijill_ledger_core::store::StreamName;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::time::{MICROS_PER_SECOND, SystemClock};
use uuid::Uuid;

use super::csv_file::CsvFile;
use super::rejects::Rejects;
use crate::cli::data;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::lang::two;
use crate::cli::output::Ui;
use crate::cli::parse::UtcOffset;
use crate::cli::pipeline::{Outcome, Pipeline};

/// Identity of a log that is created without one: of this machine only, never signed.
const ORIGIN_DEFAULT: &str = "localhost/sijill";

/// Options of every import.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Directory of the ledger
    #[arg(long)]
    pub data: PathBuf,
    /// Identity of the log where a new one is created, such as sijill.gov.example/health
    #[arg(long)]
    pub origin: Option<String>,
    /// How far the clocks of the data are ahead of UTC, such as +02:00
    #[arg(long, default_value = "+00:00", allow_hyphen_values = true)]
    pub utc_offset: UtcOffset,
    /// Also write rejected rows to this file, as CSV
    #[arg(long)]
    pub rejects: Option<PathBuf>,
    /// The administrator who imports, by public number
    #[arg(long, default_value = "administrator")]
    pub actor: String,
    /// Record although the clock shows more than 366 days after the last entry: it is right
    #[arg(long)]
    pub allow_gap: bool,
}

/// What the rows of a file came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count {
    /// Recorded by this run.
    pub added: u64,
    /// Recorded by an earlier one.
    pub there_already: u64,
}

impl Count {
    /// Rows that stand in the ledger.
    pub const fn taken(self) -> u64 {
        self.added + self.there_already
    }

    /// Counts a row that stands in the ledger.
    pub const fn note(&mut self, repeated: bool) {
        if repeated {
            self.there_already += 1;
        } else {
            self.added += 1;
        }
    }

    /// Both together.
    pub const fn and(self, other: Self) -> Self {
        Self {
            added: self.added + other.added,
            there_already: self.there_already + other.there_already,
        }
    }
}

/// A command that comes from a row.
pub struct FromRow<A: Aggregate> {
    /// The row's line.
    pub line: u64,
    /// What the command is named after: the same row gives the same command id.
    pub id: String,
    /// The stream.
    pub stream: StreamName,
    /// The command.
    pub command: A::Command,
    /// When it happened.
    pub at: EffectiveAt,
}

/// An import on its way.
pub struct Import {
    ledger: Ledger<EmbeddedStore>,
    store: Arc<EmbeddedStore>,
    actor: Actor,
    /// How far the clocks of the data are ahead of UTC.
    pub offset: UtcOffset,
    /// Command ids live in this name space: one for each system that history comes from.
    space: Uuid,
    /// Rows that were not taken.
    pub rejects: Rejects,
}

impl Import {
    /// Opens the ledger, or creates it. `system` names the other system for ever: it is part of the command ids.
    pub async fn open(system: &str, options: &Options, rejects: Rejects) -> Result<Self, Failure> {
        let actor = administrator(&options.actor).map_err(unusable)?;
        let vacant = !options.data.join("log").exists();
        let origin = options.origin.as_deref();
        let origin = origin.or(vacant.then_some(ORIGIN_DEFAULT));
        let clock = Arc::new(SystemClock::default());
        let mut opening = data::options(&options.data, origin, clock);
        if options.allow_gap {
            opening = opening.allow_gap();
        }
        let store = data::create(opening).await?;
        let clock = Arc::new(SystemClock::default());
        Ok(Self {
            ledger: Ledger::new(Arc::clone(&store), clock),
            store,
            actor,
            offset: options.utc_offset,
            space: Uuid::new_v5(&Uuid::NAMESPACE_URL, system.as_bytes()),
            rejects,
        })
    }

    /// Ends writing and gives what was rejected.
    pub fn close(self) -> Rejects {
        self.store.close();
        self.rejects
    }

    /// Sends commands in their order and waits until they are durable; `taken` hears of each that stands. What the ledger
    /// refuses becomes a rejection of its line.
    pub async fn send<A: Aggregate>(
        &mut self,
        file: &CsvFile,
        commands: impl IntoIterator<Item = FromRow<A>>,
        mut taken: impl FnMut(u64, &Done),
    ) -> Result<(), Failure> {
        let Self {
            ledger,
            actor,
            space,
            rejects,
            ..
        } = self;
        let settle = |line: u64, outcome: Outcome<A>| match outcome {
            Ok(done) => {
                taken(line, &done);
                Ok(())
            }
            Err(error) => reject::<A>(rejects, file, line, error),
        };
        let mut pipeline: Pipeline<'_, A, u64, _> = Pipeline::new(ledger, settle);
        for row in commands {
            let id = Uuid::new_v5(space, row.id.as_bytes());
            let context = context(actor, id, file.sha256, row.line, row.at);
            pipeline
                .push(row.line, &row.stream, row.command, context)
                .await?;
        }
        pipeline.finish().await
    }

    /// Notes in the ledger that the file was read to its end; a run that took nothing new leaves no note.
    pub async fn record_file(
        &mut self,
        format: &str,
        file: &CsvFile,
        count: Count,
    ) -> Result<(), Failure> {
        if count.added == 0 {
            return Ok(());
        }
        let rejected = self.rejects.count_of(&file.name);
        let rejected = u64::try_from(rejected).unwrap_or(u64::MAX);
        let build = || -> Result<_, ValueError> {
            Ok(ImportedFile {
                format: Code::new(format)?,
                sha256: file.sha256,
                name: Text::new(&file.name)?,
                rows_taken: count.taken(),
                rows_rejected: rejected,
            })
        };
        let imported = build().map_err(unusable)?;
        let name = format!("file/{}/{}", file.sha256, count.taken());
        let id = Uuid::new_v5(&self.space, name.as_bytes());
        let context = Context::new(id, self.actor.clone());
        let command = migration::Command::Record(imported);
        let done = self
            .ledger
            .execute::<Migration>(&Migration::national(), command, context)
            .await;
        done.map(drop)
            .map_err(|error| data::executing(error, &file.name))
    }
}

/// Lists the rows that were not taken, and writes them to the file that the user asked for.
pub fn report_rejects(
    rejects: &mut Rejects,
    options: &Options,
    ui: &mut Ui,
) -> Result<(), Failure> {
    rejects.report(ui)?;
    match &options.rejects {
        Some(path) => rejects.write(path, ui.lang),
        None => Ok(()),
    }
}

/// Says how many rows were new.
pub fn report_added(count: Count, ui: &mut Ui) -> Result<(), Failure> {
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
    ui.note(&text)
}

/// Digits in groups of three.
pub fn grouped(number: u64) -> String {
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

/// A value of this program's own that cannot be.
#[allow(clippy::needless_pass_by_value)] // for `map_err`
pub fn unusable(error: ValueError) -> Failure {
    Failure::Usage(Bilingual::from(&error))
}

fn administrator(id: &str) -> Result<Actor, ValueError> {
    Ok(Actor {
        id: ActorId::Official(OfficialId::new(id)?),
        role: Role::Administrator,
        position: None,
    })
}

fn context(actor: &Actor, id: Uuid, file: Sha256, line: u64, at: EffectiveAt) -> Context {
    let mut context = Context::new(id, actor.clone()).effective(at);
    context.origin = Origin::Import { file, line };
    context
}

/// When what a history names is registered: one day before any of it, the same for every file, because the time belongs to
/// the command, and a file that is corrected and imported again must find its registrations as they were.
pub fn beginning(offset: UtcOffset) -> Result<EffectiveAt, ValueError> {
    noon(Date::new(1990, 1, 1)?, offset)
}

/// Noon of a day on the clocks of the data: the date on the wall is the day's whatever the offset.
pub fn noon(day: Date, offset: UtcOffset) -> Result<EffectiveAt, ValueError> {
    let noon = day
        .start(offset.0)
        .plus_micros(12 * 3_600 * MICROS_PER_SECOND);
    EffectiveAt::new(noon, offset.0)
}

/// A row that the ledger did not take becomes a rejection; what concerns the whole run ends it.
fn reject<A: Aggregate>(
    rejects: &mut Rejects,
    file: &CsvFile,
    line: u64,
    error: ExecuteError<A::Refusal>,
) -> Result<(), Failure> {
    match data::as_reason::<A>(&error) {
        Some((code, reason)) => {
            rejects.push(file.rejection(line, code, reason));
            Ok(())
        }
        None => Err(data::executing(error, &format!("{}:{line}", file.name))),
    }
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
