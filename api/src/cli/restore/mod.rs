//! `sijill restore`: a log that lost entries, made whole in a new directory.
//!
//! | File | What |
//! |---|---|
//! | here | out of a full copy: a mirror's directory, exported tiles, or a published log |
//! | [`succession`] | where no copy is full: a new log that begins with what is left, and names what was lost |
//! | [`settling`] | withheld parts and attachments, and what an old directory holds besides |
//!
//! Entries are taken like a mirror takes them, byte for byte and only under a signed checkpoint. Until all is there nothing else
//! opens the directory, and the same command goes on where it ended.

mod settling;
mod succession;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::log::note::LogVerifier;
use sijill_ledger_core::log::state::StateFile;
use sijill_ledger_core::store::Attachments;
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options, Restoring, Salvage};
use sijill_ledger_core::time::SystemClock;

use super::data;
use super::errors::{Bilingual, Failure};
use super::input::unusable;
use super::lang::two;
use super::mirror::keys;
use super::output::Ui;
use super::serve::{LogFormat, start_log, witnesses};
use crate::mirror::fault::{self, Fault};
use crate::mirror::{Follower, Plan};
use crate::published_log::PublishedLog;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory for the restored log; new, or where the same restore was begun before
    dir: PathBuf,
    /// Where the log is whole: directory of a mirror or of exported tiles, or address of a published log; with --succeed the
    /// directory whose entries are left
    #[arg(long, value_name = "SOURCE")]
    from: String,
    /// Public key of the log (sijill keygen --log prints it); twice where a key was replaced
    #[arg(long = "vkey", value_name = "VKEY", required = true)]
    vkeys: Vec<String>,
    /// Policy file (C2SP tlog-policy): only a checkpoint that enough of its witnesses have cosigned is taken
    #[arg(long, value_name = "FILE", conflicts_with = "succeed")]
    witnesses: Option<PathBuf>,
    /// Old directory of the log, damaged or behind: withheld parts and attachments are taken over from it; it is not changed
    #[arg(long, value_name = "DIR", conflicts_with = "succeed")]
    backup: Option<PathBuf>,
    /// Key that signs the log: a source that ends before what it has signed is refused. With --succeed the key of the new log
    #[arg(long, value_name = "FILE")]
    log_key: Option<PathBuf>,
    /// No copy is full: begin a new log with the entries that are left, which names this last known checkpoint of the old one
    #[arg(long, value_name = "CHECKPOINT", requires_all = ["log_key", "reason", "by"])]
    succeed: Option<PathBuf>,
    /// What happened to the old log; it is published
    #[arg(long, requires = "succeed")]
    reason: Option<String>,
    /// Identity of the administrator who begins the new log
    #[arg(long, value_name = "OFFICIAL", requires = "succeed")]
    by: Option<String>,
    /// Also append when the clock stands more than 366 days after the last entry: the clock is right
    #[arg(long, requires = "succeed")]
    allow_gap: bool,
}

/// Restores.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    start_log(LogFormat::Human, "warn");
    let (origin, keys) = keys(&arguments.vkeys)?;
    if let Some(lost) = &arguments.succeed {
        return succession::run(arguments, lost, &keys, ui).await;
    }
    let name = arguments.from.clone();
    let source = fault::blocking(move || Ok(PublishedLog::named(&name)?));
    let source = source.await.map_err(Fault::failure)?;
    if let Some(key) = &arguments.log_key {
        reaches(&source, key, &origin, &arguments.from).await?;
    }
    let options = options(&arguments.dir, &origin);
    let restoring = open(options, arguments.backup.as_deref())?;
    let restored = from_copy(arguments, source, keys, &restoring).await;
    close(&restoring, &arguments.dir).await?;
    restored?.report(ui)
}

async fn from_copy(
    arguments: &Arguments,
    source: PublishedLog,
    keys: Vec<LogVerifier>,
    restoring: &Restoring,
) -> Result<settling::Settled, Failure> {
    let plan = Plan {
        source,
        keys,
        witnesses: witnesses(arguments.witnesses.as_deref())?,
        cosigner: None,
    };
    let beside = arguments.backup.as_deref().map(Attachments::new);
    let mut follower = Follower::over(plan, restoring.mirror().clone(), beside).await?;
    follower.round().await.map_err(Fault::failure)?;
    let missing = follower.attachments_missing();
    let settled = settling::settle(restoring, arguments.backup.as_deref(), missing).await?;
    finish(restoring, &arguments.dir)?;
    Ok(settled)
}

fn options(dir: &Path, origin: &str) -> Options {
    data::options(dir, Some(origin), Arc::new(SystemClock::default()))
}

/// The directory, with what is left of the withheld parts in an old one.
fn open(options: Options, old: Option<&Path>) -> Result<Restoring, Failure> {
    let salvaged = match old {
        Some(old) => Salvage::open(old).map_err(|error| data::opening(old, error))?,
        None => Salvage::default(),
    };
    let dir = options.dir.clone();
    let opened = EmbeddedStore::create_or_open_restoring(options, salvaged);
    opened.map_err(|error| data::opening(&dir, error))
}

/// From here on the directory is a log like any other.
fn finish(restoring: &Restoring, dir: &Path) -> Result<(), Failure> {
    // Only a mirror, or a restore, needs to know what it has accepted.
    let accepted = dir.join("checkpoint.accepted");
    match std::fs::remove_file(&accepted) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Failure::io(&accepted, &error));
        }
        Ok(()) | Err(_) => {}
    }
    let finished = restoring.finish();
    finished.map_err(|error| data::opening(dir, error))
}

/// Closing waits for what is queued to be durable.
async fn close(restoring: &Restoring, dir: &Path) -> Result<(), Failure> {
    let store = restoring.mirror().store().clone();
    let closed = tokio::task::spawn_blocking(move || store.close()).await;
    closed.map_err(|error| Failure::Io {
        path: dir.to_owned(),
        what: error.to_string(),
    })
}

/// Whether the source has all that a key has signed: else the signer would refuse what is restored.
async fn reaches(
    source: &PublishedLog,
    key: &Path,
    origin: &str,
    name: &str,
) -> Result<(), Failure> {
    let state = StateFile::beside(key).load(origin);
    let signed = state.map_err(|error| unusable(key, &error))?.size();
    let source = source.clone();
    let note = fault::blocking(move || source.checkpoint()).await;
    let note = note.map_err(Fault::failure)?;
    // Whether it is true is judged when it is taken; a false one only changes which refusal is told.
    let shown =
        SignedCheckpoint::parse(&note).map_err(|error| unusable(Path::new(name), &error))?;
    let size = shown.checkpoint().size();
    if size >= signed {
        return Ok(());
    }
    let missing = signed - size;
    Err(Failure::Refused {
        code: "RESTORE_SOURCE_SHORT",
        text: Bilingual::new(
            format!(
                "في {name} من السجل {size} قيدًا ووُقِّع على {signed}: ينقص {missing}. ابحث عن نسخة أكمل؛ فإن لم توجد فلم يبق إلا أصل جديد يسمّي ما ضاع: sijill restore NEW --from DIR --succeed CHECKPOINT --vkey VKEY --log-key NEW_KEY --by OFFICIAL --reason TEXT"
            ),
            format!(
                "{name} has {size} entries of the log, and {signed} were signed: {missing} are missing. Look for a fuller copy; if there is none, only a new origin is left, which names what was lost: sijill restore NEW --from DIR --succeed CHECKPOINT --vkey VKEY --log-key NEW_KEY --by OFFICIAL --reason TEXT"
            ),
        ),
    })
}

/// What there is now, in a line.
fn told(ui: &mut Ui, dir: &Path, origin: &str, size: u64) -> Result<(), Failure> {
    let dir = dir.display();
    ui.line(&two!(
        ui.lang,
        "استُرجع {origin} في {dir}: {size} قيدًا. تابع: sijill serve --data {dir} --log-key KEY",
        "restored {origin} in {dir}: {size} entries. Go on with: sijill serve --data {dir} --log-key KEY"
    ))
}
