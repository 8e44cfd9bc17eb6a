//! `sijill mirror`: a full copy of a log of others, checked before it is kept.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sijill_ledger_core::aggregate::Explain as _;
use sijill_ledger_core::log::note::LogVerifier;
use sijill_ledger_core::time::SystemClock;

use super::data;
use super::errors::{Bilingual, Failure};
use super::lang::two;
use super::output::Ui;
use super::serve::{LogFormat, interval, start_log, witnesses};
use super::witness;
use crate::grpc::server;
use crate::mirror::cosigner::Cosigner;
use crate::mirror::fault::Fault;
use crate::mirror::{Follower, Plan};
use crate::published_log::PublishedLog;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Address of the log, such as `https://log.example.org`: the public listener of `sijill serve`, or exported tiles
    url: String,
    /// Directory of the mirror; made where there is none
    dir: PathBuf,
    /// Public key of the log (sijill keygen --log prints it); twice while a key is being replaced
    #[arg(long = "vkey", value_name = "VKEY", required = true)]
    vkeys: Vec<String>,
    /// Policy file (C2SP tlog-policy): only checkpoints that enough of its witnesses have cosigned are taken
    #[arg(long, value_name = "FILE")]
    witnesses: Option<PathBuf>,
    /// Key of a witness (sijill keygen --witness): cosigns what the mirror holds
    #[arg(long, value_name = "FILE", requires = "cosign_state")]
    cosign: Option<PathBuf>,
    /// Directory of what was cosigned (sijill witness enrol), outside the mirror's directory
    #[arg(long, value_name = "DIR", requires = "cosign")]
    cosign_state: Option<PathBuf>,
    /// Take over what the log shows now, and end
    #[arg(long)]
    once: bool,
    /// How often the log is looked at, 100ms to 1h
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = interval)]
    every: Duration,
    /// Format of log lines, on standard error
    #[arg(long, value_enum, default_value_t)]
    log: LogFormat,
}

/// Mirrors.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    start_log(arguments.log, if arguments.once { "warn" } else { "info" });
    let (origin, keys) = keys(&arguments.vkeys)?;
    let plan = Plan {
        source: PublishedLog::at(&arguments.url),
        witnesses: witnesses(arguments.witnesses.as_deref())?,
        cosigner: cosigner(arguments, &keys)?,
        keys,
    };
    let clock = Arc::new(SystemClock::default());
    let options = data::options(&arguments.dir, Some(&origin), clock);
    let signalled = server::signalled()?;
    let mut follower = Follower::open(plan, options).await?;
    let ended = if arguments.once {
        tokio::select! {
            round = follower.round() => round.map_err(Fault::failure),
            told = signalled => told,
        }
    } else {
        // The same words in every language: programs wait for the first line.
        ui.line(&format!("mirroring {origin}"))?;
        ui.flush()?;
        tokio::select! {
            failure = follower.follow(arguments.every) => Err(failure),
            told = signalled => told,
        }
    };
    let store = follower.store().clone();
    // Closing waits for what is queued to be durable.
    let closed = tokio::task::spawn_blocking(move || store.close()).await;
    closed.map_err(|error| Failure::Io {
        path: arguments.dir.clone(),
        what: error.to_string(),
    })?;
    ended?;
    report(&follower, ui)
}

fn report(follower: &Follower, ui: &mut Ui) -> Result<(), Failure> {
    let Some(held) = follower.checkpoint() else {
        return Ok(());
    };
    let (origin, size, root) = (held.origin(), held.size(), held.root());
    ui.line(&two!(
        ui.lang,
        "مرآة {origin}: {size} قيدًا، جذرها {root}",
        "mirror of {origin}: {size} entries, root {root}"
    ))?;
    let missing = follower.attachments_missing();
    if missing > 0 {
        ui.line(&two!(
            ui.lang,
            "مرفقات لا يعرضها السجل: {missing}، في attachments.missing",
            "attachments that the log does not serve: {missing}, in attachments.missing"
        ))?;
    }
    Ok(())
}

/// The log's keys, and the origin that is the name of all of them.
pub fn keys(vkeys: &[String]) -> Result<(String, Vec<LogVerifier>), Failure> {
    let mut keys: Vec<LogVerifier> = Vec::new();
    for vkey in vkeys {
        let key = LogVerifier::parse(vkey).map_err(|error| {
            let Bilingual { ar, en } = Bilingual::refusal(&error);
            let code = error.code();
            let (ar, en) = (
                format!("--vkey: {ar} [{code}]"),
                format!("--vkey: {en} [{code}]"),
            );
            Failure::Usage(Bilingual::new(ar, en))
        })?;
        keys.push(key);
    }
    let mut names = keys.iter().map(LogVerifier::name);
    let origin = names.next().unwrap_or_default().to_owned();
    if names.all(|name| name == origin) {
        return Ok((origin, keys));
    }
    Err(Failure::Usage(Bilingual::new(
        "المفاتيح ‎--vkey لسجلات مختلفة؛ للمرآة سجل واحد",
        "the keys (--vkey) are of different logs; a mirror has one",
    )))
}

fn cosigner(arguments: &Arguments, keys: &[LogVerifier]) -> Result<Option<Cosigner>, Failure> {
    let (Some(key), Some(state)) = (&arguments.cosign, &arguments.cosign_state) else {
        return Ok(None);
    };
    apart(state, &arguments.dir)?;
    let opened = Cosigner::open(witness::key(key)?, keys, state);
    opened.map(Some).map_err(|error| witness::refused(&error))
}

/// A backup of the mirror must not bring back an old record of what was cosigned.
fn apart(state: &Path, dir: &Path) -> Result<(), Failure> {
    let real = |path: &Path| std::path::absolute(path).map_err(|error| Failure::io(path, &error));
    if !real(state)?.starts_with(real(dir)?) {
        return Ok(());
    }
    Err(Failure::Usage(Bilingual::new(
        "‎--cosign-state داخل مجلد المرآة، فتعيد نسخته الاحتياطية حالة قديمة؛ اختر مجلدًا خارجه",
        "--cosign-state is inside the mirror's directory, whose backup would bring back an old record; choose one outside",
    )))
}
