//! `sijill witness`: a C2SP witness for logs of others.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sijill_ledger_core::log::note::{LogVerifier, WitnessKey, read_key};
use sijill_ledger_core::log::policy::{POLICY_BYTES_MAX, Policy};
use sijill_ledger_core::log::state::StateError;
use sijill_ledger_core::log::witness::{self, Witness, WitnessError};
use sijill_ledger_core::store::embedded::{Files, RealFiles};
use tokio::sync::watch;

use super::errors::{Bilingual, Failure};
use super::lang::two;
use super::output::Ui;
use super::serve::{LogFormat, start_log};
use crate::grpc::{connections, server};
use crate::web;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Let the witness know a log, once; its record begins empty
    Enrol(EnrolArguments),
    /// Cosign the checkpoints of the logs that are known, over HTTP, until told to end
    Serve(ServeArguments),
}

#[derive(Debug, clap::Args)]
struct EnrolArguments {
    /// Directory of what was cosigned; never to be restored from an old copy
    #[arg(long, value_name = "DIR")]
    state: PathBuf,
    /// Identities of the logs, such as sijill.gov.example/health
    #[arg(required = true, value_name = "ORIGIN")]
    origins: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct ServeArguments {
    /// Key of the witness (sijill keygen --witness)
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Directory of what was cosigned; never to be restored from an old copy
    #[arg(long, value_name = "DIR")]
    state: PathBuf,
    /// Keys of the logs: a vkey a line, or a policy file
    #[arg(long, value_name = "FILE")]
    logs: PathBuf,
    /// Address and port; port 0 takes a free one, which is printed
    #[arg(long, default_value = "127.0.0.1:7453")]
    listen: SocketAddr,
    /// Format of log lines, on standard error
    #[arg(long, value_enum, default_value_t)]
    log: LogFormat,
}

/// Enrols, or serves.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    match &arguments.what {
        What::Enrol(arguments) => enrol(arguments, ui),
        What::Serve(arguments) => serve(arguments, ui).await,
    }
}

fn enrol(arguments: &EnrolArguments, ui: &mut Ui) -> Result<(), Failure> {
    let dir = &arguments.state;
    fs::create_dir_all(dir).map_err(|error| Failure::io(dir, &error))?;
    let files: Arc<dyn Files> = Arc::new(RealFiles);
    for origin in &arguments.origins {
        let enrolled = witness::enrol(Arc::clone(&files), dir, origin);
        enrolled.map_err(|error| refused(&error))?;
        ui.line(&two!(
            ui.lang,
            "السجل {origin} معروف الآن لهذا الشاهد",
            "the log {origin} is known to this witness now"
        ))?;
    }
    Ok(())
}

async fn serve(arguments: &ServeArguments, ui: &mut Ui) -> Result<(), Failure> {
    start_log(arguments.log, "info");
    let files: Arc<dyn Files> = Arc::new(RealFiles);
    let (key, logs) = (key(&arguments.key)?, logs(&arguments.logs)?);
    let witness = Witness::open(key, logs, &files, &arguments.state);
    let witness = witness.map_err(|error| refused(&error))?;
    let name = witness.verifier().name().to_owned();
    let signalled = server::signalled()?;
    let address = Path::new("--listen");
    let bound = connections::bind(arguments.listen).await;
    let (listener, address) = bound.map_err(|error| Failure::io(address, &error))?;
    let (stop, stopping) = watch::channel(false);
    let serving = web::serving::serve(listener, web::witness::routes(witness), stopping);
    let mut serving = tokio::spawn(serving);
    // The same words in every language: programs wait for the first line.
    ui.line(&format!("witness {name} on http://{address}"))?;
    ui.flush()?;
    let ended = tokio::select! {
        told = signalled => told,
        _ = &mut serving => Ok(()),
    };
    // A request that is being judged is answered; its record is durable either way.
    stop.send_replace(true);
    // An error says that it has ended already.
    let _ = serving.await;
    tracing::info!("stopped");
    ended
}

/// A witness's key out of its file.
pub fn key(file: &Path) -> Result<WitnessKey, Failure> {
    let unusable = |text| Failure::Input {
        file: file.to_owned(),
        text,
    };
    let text = read_key(file).map_err(|error| unusable(Bilingual::refusal(&error)))?;
    WitnessKey::parse(&text).map_err(|error| unusable(Bilingual::refusal(&error)))
}

/// The keys of logs: those of a policy, or one on each line; empty lines and lines that begin with # are passed over.
fn logs(file: &Path) -> Result<Vec<LogVerifier>, Failure> {
    let unusable = |text| Failure::Input {
        file: file.to_owned(),
        text,
    };
    let text = fs::read_to_string(file).map_err(|error| Failure::unreadable(file, &error))?;
    if text.len() > POLICY_BYTES_MAX {
        let (ar, en) = ("الملف أكبر من أي سياسة", "larger than any policy");
        return Err(unusable(Bilingual::new(ar, en)));
    }
    let lines = text.lines().map(str::trim);
    let said: Vec<&str> = lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let logs: Vec<LogVerifier> = if said.iter().any(|line| line.starts_with("quorum ")) {
        let policy: Result<Policy, _> = text.parse();
        let policy = policy.map_err(|error| unusable(Bilingual::refusal(&error)))?;
        policy.logs().iter().map(|log| log.key.clone()).collect()
    } else {
        let parsed = said.iter().map(|line| LogVerifier::parse(line));
        let parsed: Result<_, _> = parsed.collect();
        parsed.map_err(|error| unusable(Bilingual::refusal(&error)))?
    };
    if logs.is_empty() {
        return Err(unusable(Bilingual::new(
            "ليس فيه مفتاح سجل؛ اكتب في كل سطر vkey",
            "holds no key of a log; write one vkey a line",
        )));
    }
    Ok(logs)
}

/// A refusal of the witness, as the failure of a command. A log that was never enrolled has a remedy of its own.
pub fn refused(error: &WitnessError) -> Failure {
    use sijill_ledger_core::aggregate::Explain as _;
    if let WitnessError::State(StateError::Missing { path }) = error {
        return Failure::Refused {
            code: "WITNESS_LOG_NOT_ENROLLED",
            text: Bilingual::new(
                format!(
                    "لا قيد في {path} لما شُهد عليه من أحد السجلات؛ إن كان السجل جديدًا على هذا الشاهد فأدخله مرة واحدة: sijill witness enrol --state DIR ORIGIN، وإن كان شُهد عليه من قبل فأعد الملف من حيث نُقل، وإلا فأنشئ شاهدًا بمفتاح جديد"
                ),
                format!(
                    "there is no record {path} of what was cosigned of one of the logs; if the log is new to this witness, enrol it once: sijill witness enrol --state DIR ORIGIN; if it was cosigned before, bring the file back from where it was, else make a witness with a new key"
                ),
            ),
        };
    }
    Failure::Refused {
        code: error.code(),
        text: Bilingual::refusal(error),
    }
}
