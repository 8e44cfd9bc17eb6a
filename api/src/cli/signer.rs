//! `sijill signer repair`: a signing state that was lost is rebuilt out of what the log has signed, never below it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sijill_ledger_core::log::Hash;
use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::log::note::{LogKey, LogVerifier, NOTE_BYTES_MAX, read_key};
use sijill_ledger_core::log::published;
use sijill_ledger_core::log::signer::Repair;
use sijill_ledger_core::log::state::StateFile;
use sijill_ledger_core::log::tree;
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::EmbeddedStore;

use super::data;
use super::errors::{Bilingual, Failure};
use super::input::{contents, unusable};
use super::lang::two;
use super::output::Ui;
use super::serve::{LogFormat, start_log, witnesses};
use crate::log::signers::{apart, refused};
use crate::log::witnesses::Witnesses;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Rebuild a signing state that is missing or damaged, at the largest checkpoint that was signed
    Repair(RepairArguments),
}

#[derive(Debug, clap::Args)]
struct RepairArguments {
    /// Key that signs the log, whose state is lost
    #[arg(long, value_name = "FILE")]
    log_key: PathBuf,
    /// Directory of the ledger: its entries must be those that were signed
    #[arg(long)]
    data: PathBuf,
    /// Checkpoint that the log has published, from a mirror, a witness or whoever kept one; may be repeated
    #[arg(long, value_name = "CHECKPOINT")]
    known: Vec<PathBuf>,
    /// Earlier public key of the log, under which older checkpoints are signed; may be repeated
    #[arg(long = "vkey", value_name = "VKEY")]
    vkeys: Vec<String>,
    /// Policy file (C2SP tlog-policy): its witnesses are asked whether more was signed
    #[arg(long, value_name = "FILE")]
    witnesses: Option<PathBuf>,
}

/// Repairs.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let What::Repair(arguments) = &arguments.what;
    start_log(LogFormat::Human, "error");
    let file = &arguments.log_key;
    apart(file, &arguments.data)?;
    let text = read_key(file).map_err(|error| unusable(file, &error))?;
    let key = LogKey::parse(&text).map_err(|error| unusable(file, &error))?;
    let store = data::open(&arguments.data)?;
    same_log(&store, key.verifier().name(), &arguments.data)?;
    let earlier = arguments.vkeys.iter().map(|vkey| LogVerifier::parse(vkey));
    let earlier = earlier.collect::<Result<Vec<_>, _>>();
    let earlier = earlier.map_err(|error| unusable(Path::new("--vkey"), &error))?;
    let policy = witnesses(arguments.witnesses.as_deref())?;
    let known = known(arguments)?;
    let state = StateFile::beside(file);
    let path = state.path();
    let repair = Repair::begin(key, state, &known, &earlier).map_err(|error| refused(&error))?;
    let inquiry = repair.inquiry().map_err(|error| refused(&error))?;
    let replies = Witnesses::new(&policy).inquire(&inquiry).await;
    let entries = store.size();
    let sizes = repair.sizes().into_iter().filter(|size| *size <= entries);
    let roots = roots(&store, sizes.collect()).await?;
    // What the directory itself says may be as old as the directory.
    let is_vouched = !arguments.known.is_empty();
    let rebuilt = repair.finish(entries, &roots, &replies, &policy, is_vouched);
    let rebuilt = rebuilt.map_err(|error| refused(&error))?;
    let (size, root, path) = (rebuilt.size(), rebuilt.root(), path.display());
    ui.line(&two!(
        ui.lang,
        "بُنيت حالة التوقيع {path} عند {size} قيدًا، جذرها {root}: لن يُوقَّع أقل منها ولا غيرها",
        "the signing state {path} is rebuilt at {size} entries, root {root}: nothing less and nothing else will be signed"
    ))
}

/// The checkpoints that were given, and the one that the directory has published.
fn known(arguments: &RepairArguments) -> Result<Vec<SignedCheckpoint>, Failure> {
    let mut known = Vec::new();
    for file in &arguments.known {
        let note = contents(file, NOTE_BYTES_MAX as u64)?;
        known.push(SignedCheckpoint::parse(&note).map_err(|error| unusable(file, &error))?);
    }
    let shown = published::load(&arguments.data);
    known.extend(shown.map_err(|error| unusable(&arguments.data.join(published::FILE), &error))?);
    Ok(known)
}

/// The roots that the entries themselves give, not the files beside them.
async fn roots(
    store: &Arc<EmbeddedStore>,
    sizes: std::collections::BTreeSet<u64>,
) -> Result<BTreeMap<u64, Hash>, Failure> {
    let until = sizes.last().copied().unwrap_or_default();
    let (reading, dir) = (Arc::clone(store), store.dir().to_owned());
    let checked = tokio::task::spawn_blocking(move || tree::check(&reading, until, &sizes)).await;
    let checked = checked.map_err(|error| Failure::io(&dir, &std::io::Error::other(error)))?;
    Ok(checked.map_err(|error| data::hashing(&dir, error))?.roots)
}

fn same_log(store: &EmbeddedStore, origin: &str, dir: &Path) -> Result<(), Failure> {
    let found = store.origin();
    if found == origin {
        return Ok(());
    }
    Err(Failure::WrongLedger {
        dir: dir.to_owned(),
        text: Bilingual::new(
            format!("فيه السجل {found:?}، والمفتاح للسجل {origin:?}؛ أعط مجلده"),
            format!(
                "holds the log {found:?}, and the key is that of {origin:?}; give the directory of that one"
            ),
        ),
    })
}
