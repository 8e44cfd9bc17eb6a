//! `sijill import ocds FILE…`: releases of other systems, each exactly as it was published, once.
//!
//! A file holds releases, records, packages of either, or JSON lines of any of these. A release is kept byte by byte with its
//! SHA-256, compressed in its event or, where it is large, as an attachment. What is no release is listed by file, line
//! and JSON pointer, and does not stop the rest. Releases keep coming, so this goes on after the import of
//! history is closed: it records by native commands.

mod documents;
mod target;

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;

use sha2::{Digest as _, Sha256 as Hasher};
use sijill_ledger_core::aggregate::Explain as _;
use sijill_ledger_core::domain::process::{Command, Content, Process, Refusal, Release};
use sijill_ledger_core::domain::values::{OfficialId, Sha256};
use sijill_ledger_core::event::{Actor, ActorId, Role};
use sijill_ledger_core::ledger::{Context, ExecuteError};
use sijill_projections::ocds::summary::one_line;
use sijill_projections::ocds::{self, Published};
use uuid::Uuid;

use super::rejects::{Rejection, Rejects};
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::lang::two;
use crate::cli::output::{Cell, Format, Sheet, Ui, Word};
use crate::cli::pipeline::{Outcome, Pipeline};
use crate::cli::{data, progress};
use documents::{Document, Documents};
use target::Target;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// JSON files, or files of JSON lines
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Directory of the ledger
    #[arg(long)]
    data: PathBuf,
    /// Identity of the log where a new one is created, such as sijill.gov.example/health
    #[arg(long)]
    origin: Option<String>,
    /// Also write rejected releases to this file, as CSV
    #[arg(long)]
    rejects: Option<PathBuf>,
    /// The administrator who records, by public number
    #[arg(long, default_value = "administrator")]
    actor: String,
    /// Record although the clock shows more than 366 days after the last entry: it is right
    #[arg(long)]
    allow_gap: bool,
}

/// Imports files.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    // A file that cannot be read ends the run before anything is created.
    for file in &arguments.files {
        Documents::open(file)?;
    }
    let actor = administrator(&arguments.actor)?;
    let import = Import {
        target: Target::new(
            &arguments.data,
            arguments.origin.as_deref(),
            arguments.allow_gap,
        ),
        actor,
        tally: RefCell::default(),
    };
    let taken = import.take(&arguments.files).await;
    import.target.close();
    let tally = import.tally.into_inner();
    // What was recorded before a failure is said before the failure.
    tally.report(arguments, ui, taken)
}

fn administrator(id: &str) -> Result<Actor, Failure> {
    let id = OfficialId::new(id).map_err(|error| Failure::Usage(Bilingual::from(&error)))?;
    Ok(Actor {
        id: ActorId::Official(id),
        role: Role::Administrator,
        position: None,
    })
}

struct Import {
    target: Target,
    actor: Actor,
    tally: RefCell<Tally>,
}

/// What became of the releases.
#[derive(Debug, Default)]
struct Tally {
    recorded: u64,
    there_already: u64,
    rejects: Rejects,
}

/// Where a release stands.
#[derive(Clone, Debug)]
struct Place {
    file: Arc<str>,
    line: u64,
    path: String,
}

impl Import {
    async fn take(&self, files: &[PathBuf]) -> Result<(), Failure> {
        // What stands against writing to a ledger that is there is said before anything is read.
        if !self.target.is_vacant() {
            self.target.opened().await?;
        }
        let settle = |place: Place, outcome: Outcome<Process>| self.settle(&place, outcome);
        let mut pipeline = None;
        let bar = progress::bar(files.len() as u64, "OCDS");
        for path in files {
            let name = path.file_name().unwrap_or(path.as_os_str());
            let name: Arc<str> = name.to_string_lossy().into();
            let mut documents = Documents::open(path)?;
            let unreadable = |error: std::io::Error| Failure::unreadable(path, &error);
            while let Some(document) = documents.next().map_err(unreadable)? {
                self.document(&mut pipeline, settle, &name, document)
                    .await?;
            }
            bar.inc(1);
        }
        if let Some(pipeline) = pipeline {
            pipeline.finish().await?;
        }
        bar.finish_and_clear();
        Ok(())
    }

    /// Records what a document holds; the first release begins the pipeline.
    async fn document<'a, F>(
        &'a self,
        pipeline: &mut Option<Pipeline<'a, Process, Place, F>>,
        settle: F,
        file: &Arc<str>,
        document: Document,
    ) -> Result<(), Failure>
    where
        F: FnMut(Place, Outcome<Process>) -> Result<(), Failure> + Copy,
    {
        let (line, text) = match document {
            Document::Text { line, text } => (line, text),
            Document::Unreadable { line, code, reason } => {
                self.reject(&Place::new(file, line, ""), code, &reason);
                return Ok(());
            }
        };
        let ocds::Document {
            source,
            releases,
            faults,
        } = match ocds::document(&text) {
            Ok(found) => found,
            Err(problem) => {
                self.problem(&Place::new(file, line, ""), &problem);
                return Ok(());
            }
        };
        let mut lines = LineAt::new(&text, line);
        for fault in faults {
            let place = Place::new(file, lines.at(fault.offset), &fault.path);
            self.problem(&place, &fault.problem);
        }
        let source = source.or_else(|| one_line(file).map(|(name, _)| name));
        for found in &releases {
            let place = Place::new(file, lines.at(found.offset), &found.path);
            match Published::read(found) {
                Ok(published) => {
                    let opened = self.target.opened().await?;
                    let release = opened.kept(published, source.as_ref(), found)?;
                    let stream = Process::stream(&release.ocid);
                    let context = Context::new(command_id(&release), self.actor.clone());
                    let command = Command::Record(Box::new(release));
                    pipeline
                        .get_or_insert_with(|| Pipeline::new(&opened.ledger, settle))
                        .push(place, &stream, command, context)
                        .await?;
                }
                Err(fault) => {
                    let place = Place {
                        path: fault.path,
                        ..place
                    };
                    self.problem(&place, &fault.problem);
                }
            }
        }
        Ok(())
    }

    fn settle(&self, place: &Place, outcome: Outcome<Process>) -> Result<(), Failure> {
        let mut tally = self.tally.borrow_mut();
        match outcome {
            Ok(done) if done.repeated => tally.there_already += 1,
            Ok(_) => tally.recorded += 1,
            Err(ExecuteError::Refused(Refusal::Recorded { .. })) => tally.there_already += 1,
            Err(error) => {
                drop(tally);
                match data::as_reason::<Process>(&error) {
                    Some((code, reason)) => self.reject(place, code, &reason),
                    None => return Err(data::executing(error, &place.to_string())),
                }
            }
        }
        Ok(())
    }

    fn problem(&self, place: &Place, problem: &ocds::Problem) {
        self.reject(place, problem.code(), &Bilingual::refusal(problem));
    }

    fn reject(&self, place: &Place, code: &'static str, reason: &Bilingual) {
        let at = |reason: &str| match place.path.as_str() {
            "" => reason.to_owned(),
            path => format!("{path}: {reason}"),
        };
        let rejection = Rejection {
            file: place.file.to_string(),
            line: place.line,
            code,
            reason: Bilingual::new(at(&reason.ar), at(&reason.en)),
        };
        let mut tally = self.tally.borrow_mut();
        tally.rejects.push_at(&place.path, rejection);
    }
}

impl Place {
    fn new(file: &Arc<str>, line: u64, path: &str) -> Self {
        Self {
            file: Arc::clone(file),
            line,
            path: path.to_owned(),
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.path)
    }
}

/// Lines of a file by bytes of a document in it; asked for in rising order, each byte is looked at once.
struct LineAt<'a> {
    text: &'a str,
    first: u64,
    offset: usize,
    line: u64,
}

impl<'a> LineAt<'a> {
    const fn new(text: &'a str, first: u64) -> Self {
        Self {
            text,
            first,
            offset: 0,
            line: first,
        }
    }

    fn at(&mut self, offset: usize) -> u64 {
        if offset < self.offset {
            *self = Self::new(self.text, self.first);
        }
        let between = self.text.as_bytes().get(self.offset..offset);
        let ends = between.unwrap_or_default().iter().filter(|b| **b == b'\n');
        self.line = self.line.saturating_add(ends.count() as u64);
        self.offset = offset;
        self.line
    }
}

impl Tally {
    fn report(
        mut self,
        arguments: &Arguments,
        ui: &mut Ui,
        taken: Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.rejects.report(ui)?;
        if let Some(path) = &arguments.rejects {
            self.rejects.write(path, ui.lang)?;
        }
        let Self {
            recorded,
            there_already,
            rejects,
        } = &self;
        let rejected = rejects.count();
        let text = two!(
            ui.lang,
            "الإصدارات: سُجّل {recorded}، وكان في السجل من قبل {there_already}، ورُفض {rejected}",
            "releases: {recorded} recorded, {there_already} there already, {rejected} rejected"
        );
        ui.note(&text)?;
        if ui.format != Format::Table {
            let columns = [
                Word::new("releases_recorded", "سُجّل", "recorded"),
                Word::new("releases_there_already", "كان موجودًا", "there already"),
                Word::new("rows_rejected", "مرفوض", "rejected"),
            ];
            let mut sheet = Sheet::new(Word::new("import", "الاستيراد", "import"), &columns);
            let counts = [*recorded, *there_already, rejected as u64];
            sheet.rows.push(counts.map(Cell::Count).to_vec());
            ui.sheet(&sheet)?;
        }
        taken?;
        match rejected {
            0 => Ok(()),
            count => Err(Failure::RowsRejected { count }),
        }
    }
}

/// The same content from the same source is the same command; another copy of a release is another command, which the
/// process itself recognises.
fn command_id(release: &Release) -> Uuid {
    let content = match &release.content {
        Content::Inline(compressed) => Sha256(Hasher::digest(compressed).into()),
        Content::Attachment(sha256) => *sha256,
    };
    let Release {
        ocid,
        id,
        source,
        sha256,
        ..
    } = release;
    let space = Uuid::new_v5(&Uuid::NAMESPACE_URL, b"ocds");
    // No text holds a line feed.
    let name = format!("{ocid}\n{id}\n{source}\n{sha256}\n{content}");
    Uuid::new_v5(&space, name.as_bytes())
}
