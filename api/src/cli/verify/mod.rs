//! `sijill verify`: every byte that is stored or published, then every event in the order of the log.
//!
//! | File | What |
//! |---|---|
//! | [`source`] | entries of a data directory, in order; of tiles, [`tiles`]; of a server, [`download`] |
//! | [`tree`] | the tree over a data directory's entries; of tiles, [`grown`] |
//! | [`checks`], [`report`] | what is checked, what was found |
//! | [`lineage`] | earlier logs that this one goes on from |
//! | [`claims`] | checkpoints, signatures, cosignatures, and checkpoints saved before |
//! | [`receipts`] | receipts, offline or against a log |
//! | [`events`] | order, ids, facts, what could happen; withheld parts: [`disclosed`]; whose envelopes are: [`claimed`]; what witnesses had seen at deadlines: [`witnessed`] |
//! | [`stream`] | a stream as far as the log was followed |
//! | [`statements`] | what actors signed |
//! | [`decisions`] | what was decided, decided again under the same rules |
//! | [`readings`] | what decisions read of other streams |
//! | [`balances`] | what the views make of it |
//!
//! The store checks what it stores (checksums, form, revisions, stamps, commitments), the rest checks what it means.

mod balances;
mod checks;
mod claimed;
pub mod claims;
mod decisions;
mod disclosed;
mod download;
mod events;
mod grown;
mod lineage;
mod readings;
mod receipts;
mod report;
mod source;
mod statements;
mod stream;
mod tiles;
mod tree;
mod witnessed;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use sijill_ledger_core::store::embedded::EmbeddedStore;
use tempfile::TempDir;

use super::data;
use super::errors::Failure;
use super::lang::Lang;
use super::output::Ui;
use checks::Check;
use claims::Claims;
use lineage::Lineage;
use receipts::Receipt;
pub use report::Report;
use source::{Source, Stored};
use tiles::Tiles;
use tree::Published;

/// Damage found by a check.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fault {
    /// Log index of the first entry concerned, where one is.
    index: Option<u64>,
    /// Which check found it.
    check: Check,
    /// Code of the refusal that the caller of the command would have met, where a rule was broken.
    code: Option<&'static str>,
    /// What is wrong there.
    what: String,
}

impl Fault {
    fn failure(&self) -> Failure {
        Failure::Damaged {
            index: self.index,
            what: self.what.clone(),
        }
    }
}

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory of the ledger
    #[arg(long, required_unless_present_any = ["tiles", "server", "entry"])]
    data: Option<PathBuf>,
    /// Directory of published files, as sijill export tiles writes them
    #[arg(long, conflicts_with = "data")]
    tiles: Option<PathBuf>,
    /// Address of a server that publishes the log: all of it is fetched
    #[arg(long, value_name = "URL", conflicts_with_all = ["data", "tiles"])]
    server: Option<String>,
    #[command(flatten)]
    claims: claims::Options,
    /// Receipt to be checked; may be repeated
    #[arg(long, requires = "vkey")]
    receipt: Vec<PathBuf>,
    /// The entry of the receipt, when it is checked alone, without the log
    #[arg(long, requires = "receipt", conflicts_with_all = ["data", "tiles", "server", "known"])]
    entry: Option<PathBuf>,
}

/// Verifies beside a running writer, up to what is durable when it begins.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let mut claims = Claims::read(&arguments.claims)?;
    let receipts = arguments.receipt.iter().map(|file| Receipt::read(file));
    let receipts = receipts.collect::<Result<Vec<_>, _>>()?;
    if let Some(entry) = &arguments.entry {
        let mut all = receipts.iter();
        return all.try_for_each(|receipt| receipt.check_alone(entry, &claims, ui));
    }
    for receipt in &receipts {
        receipt.be_known(&mut claims)?;
    }
    let lang = ui.lang;
    let log = Log::of(arguments);
    let (report, source, claims) = blocking(log.place(), move || {
        let (report, source) = log.inspect(&claims, lang)?;
        Ok((report, source, claims))
    })
    .await?;
    ui.sheet(&report.sheet())?;
    for note in report.notes(ui.lang) {
        ui.note(&note)?;
    }
    report
        .first_fault()
        .map_or(Ok(()), |fault| Err(fault.failure()))?;
    for receipt in &receipts {
        let Some(source) = &source else { break };
        receipt.check_in(source.as_ref(), &claims, ui)?;
    }
    ui.note(ui.lang.pick("السجل سليم", "the log is whole"))
}

/// The whole check of an open store, with nothing to compare it with but what it has published itself; the first damage is
/// the error.
pub async fn verify(store: &Arc<EmbeddedStore>, lang: Lang) -> Result<Report, Failure> {
    let own = Arc::clone(store);
    let report = blocking(store.dir(), move || {
        let published = Published::load(own.dir());
        let (report, _) = inspect(&own, &published, &Claims::default(), lang)?;
        Ok(report)
    });
    let report = report.await?;
    match report.first_fault() {
        None => Ok(report),
        Some(fault) => Err(fault.failure()),
    }
}

/// Which log.
#[derive(Clone)]
enum Log {
    Data(PathBuf),
    Tiles(PathBuf),
    Server(String),
}

/// What was checked, where receipts can look entries up. `None` where the log could not be opened at all.
type Inspected = (Report, Option<Box<dyn Source + Send>>);

impl Log {
    fn of(arguments: &Arguments) -> Self {
        let Arguments {
            data,
            tiles,
            server,
            ..
        } = arguments;
        match (tiles, server) {
            (Some(dir), _) => Self::Tiles(dir.clone()),
            (None, Some(url)) => Self::Server(url.clone()),
            // It is required where there is neither.
            (None, None) => Self::Data(data.clone().unwrap_or_default()),
        }
    }

    fn place(&self) -> PathBuf {
        match self {
            Self::Data(dir) | Self::Tiles(dir) => dir.clone(),
            Self::Server(url) => url.into(),
        }
    }

    fn inspect(self, claims: &Claims, lang: Lang) -> Result<Inspected, Failure> {
        match self {
            Self::Data(dir) => {
                // Before the store is opened, which then has what was signed.
                let published = Published::load(&dir);
                match data::open(&dir) {
                    Ok(store) => inspect(&store, &published, claims, lang)
                        .map(|(report, source)| (report, Some(source))),
                    Err(Failure::Damaged { index, what }) => {
                        Ok((Report::of_damage(index, what), None))
                    }
                    Err(failure) => Err(failure),
                }
            }
            Self::Tiles(dir) => inspect_tiles(Tiles::open(&dir, lang)?, claims, lang),
            Self::Server(url) => {
                let temporary = std::env::temp_dir();
                let into = TempDir::with_prefix("sijill-verify-")
                    .map_err(|error| Failure::io(&temporary, &error))?;
                download::fetch(&url, into.path(), lang)?;
                inspect_tiles(Tiles::fetched(into, lang)?, claims, lang)
            }
        }
    }
}

/// Runs long work where waiting is allowed.
async fn blocking<T: Send + 'static>(
    place: impl AsRef<Path>,
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| {
        let error = std::io::Error::other(error.to_string());
        Err(Failure::io(place.as_ref(), &error))
    })
}

fn inspect(
    store: &Arc<EmbeddedStore>,
    published: &Published,
    claims: &Claims,
    lang: Lang,
) -> Result<(Report, Box<dyn Source + Send>), Failure> {
    let begun = Instant::now();
    let mut report = Report::of_store(store, &store.check().map_err(data::reading)?);
    let lineage = tokio::runtime::Handle::current().block_on(Lineage::of(store));
    let (until, mut sizes) = (report.entries, published.sizes(claims));
    sizes.extend(lineage.sizes());
    let source = Stored::new(store, report.reads_parts(), lineage);
    let (tree, views) = std::thread::scope(|threads| {
        let tree = threads.spawn(|| tree::read(store, until, &sizes));
        let views = events::check(&source, &mut report, lang);
        (tree.join(), views)
    });
    let lost = |_| Failure::io(store.dir(), &std::io::Error::other("a thread was lost"));
    let tree = tree.map_err(lost)??;
    let lineage = source.lineage();
    tree::judge(&tree, published, (claims, lineage), &mut report, lang);
    lineage.judge(&tree.roots, claims, &mut report, lang);
    let views = views?;
    if report.first_fault().is_none() {
        balances::check(&views, &mut report, lang);
    }
    report.elapsed = begun.elapsed();
    Ok((report, Box::new(source)))
}

fn inspect_tiles(mut tiles: Tiles, claims: &Claims, lang: Lang) -> Result<Inspected, Failure> {
    let begun = Instant::now();
    let size = tiles.checkpoint().checkpoint().size();
    let mut report = Report::of_tiles(tiles.origin(), size);
    claims.signatures(tiles.checkpoint(), &mut report, lang);
    let sizes = claims.sizes(Some(tiles.checkpoint()));
    let roots = tiles.check(&sizes, &mut report)?;
    if let Some(root) = roots.get(&size) {
        report.root(*root);
    }
    // Else the entries do not reach what was signed, which is told already.
    if report.entries == size {
        claims.roots(
            tiles.origin(),
            Some(tiles.checkpoint()),
            (size, &roots),
            tiles.lineage(),
            &mut report,
            lang,
        );
    }
    tiles.lineage().judge(&roots, claims, &mut report, lang);
    let views = events::check(&tiles, &mut report, lang)?;
    if report.first_fault().is_none() {
        balances::check(&views, &mut report, lang);
    }
    report.elapsed = begun.elapsed();
    Ok((report, Some(Box::new(tiles))))
}
