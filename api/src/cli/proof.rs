//! `sijill proof`: the receipt of an entry, to be kept: it verifies offline, years later, without this program and its server.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sijill_ledger_core::log::policy::Policy;
use sijill_ledger_core::log::proof::Proof;
use sijill_ledger_core::store::EventStore as _;
use sijill_schemas::audit::v1 as pb;

use super::errors::{Bilingual, Failure};
use super::lang::two;
use super::output::Ui;
use super::query::{From, answered, client};
use super::{data, serve};
use crate::log::Publication;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Index of the entry along the log, as its command was answered
    index: u64,
    #[command(flatten)]
    from: From,
    /// File with the bearer token to show the server; receipts need none
    #[arg(long, conflicts_with = "data")]
    token_file: Option<PathBuf>,
    /// How long the server may wait for a checkpoint that covers the entry, up to 1m
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = serve::interval, conflicts_with = "data")]
    wait: Duration,
    /// File for the receipt [default: it is printed]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// File for the entry's bytes, which the receipt is about
    #[arg(long, value_name = "FILE")]
    entry: Option<PathBuf>,
}

/// A receipt, and what it is about.
struct Receipt {
    proof: Vec<u8>,
    entry: Vec<u8>,
}

/// Writes the receipt.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let Receipt { proof, entry } = match (&arguments.from.server, &arguments.from.data) {
        (Some(server), _) => there(server, arguments).await?,
        (None, Some(dir)) => here(dir, arguments.index)?,
        (None, None) => return Err(From::missing()),
    };
    let write = |file: &Path, bytes: &[u8]| {
        let written = fs::write(file, bytes);
        written.map_err(|error| Failure::io(file, &error))
    };
    if let Some(file) = &arguments.entry {
        write(file, &entry)?;
    }
    let Some(file) = &arguments.out else {
        let text = String::from_utf8_lossy(&proof);
        return ui.line(text.trim_end_matches('\n'));
    };
    write(file, &proof)?;
    let (index, shown) = (arguments.index, file.display());
    ui.note(&two!(
        ui.lang,
        "إيصال القيد {index} في {shown}؛ احفظه مع القيد نفسه",
        "the receipt of entry {index} is in {shown}; keep it together with the entry"
    ))
}

async fn there(server: &str, arguments: &Arguments) -> Result<Receipt, Failure> {
    let index = arguments.index;
    let mut client = client(server, arguments.token_file.as_deref()).await?;
    let wait_millis = u32::try_from(arguments.wait.as_millis()).unwrap_or(u32::MAX);
    let answer = client.get_receipt(pb::GetReceiptRequest { index, wait_millis });
    let answer = answer.await.map_err(|error| answered(&error))?.into_inner();
    // Nobody is helped by a file that proves something else.
    let is_of_it = Proof::parse(&answer.receipt).is_ok_and(|proof| proof.index == index);
    if !is_of_it {
        return Err(Failure::Refused {
            code: "RECEIPT_UNUSABLE",
            text: Bilingual::new(
                format!(
                    "أجاب {server} بما ليس إيصالًا للقيد {index}؛ تأكد من العنوان واحفظ الجواب دليلًا"
                ),
                format!(
                    "{server} answered with something that is no receipt of entry {index}; check the address, and keep the answer as evidence"
                ),
            ),
        });
    }
    Ok(Receipt {
        proof: answer.receipt,
        entry: answer.entry,
    })
}

/// From a directory: against the checkpoint that was published last.
fn here(dir: &Path, index: u64) -> Result<Receipt, Failure> {
    let store = data::open(dir)?;
    let publication = published(&store)?;
    let latest = publication.latest().filter(|latest| latest.size() > index);
    let Some(latest) = latest else {
        let (entries, size) = (store.size(), publication.size());
        return Err(Failure::Refused {
            code: "RECEIPT_NOT_YET",
            text: Bilingual::new(
                format!(
                    "آخر نقطة تحقق منشورة تشمل {size} من {entries} قيدًا ولا تشمل القيد {index}؛ شغّل الخادم بمفتاح السجل (--log-key) لتُنشر أحدث"
                ),
                format!(
                    "the checkpoint published last covers {size} of {entries} entries and not entry {index}; run the server with the log's key (--log-key), so that a newer one is published"
                ),
            ),
        });
    };
    let proof = publication.receipt(&latest, index);
    let proof = proof.map_err(|error| data::hashing(dir, error))?;
    let batch = store.entry(index).map_err(data::reading)?;
    let entry = batch.get(0).map(|(_, entry)| entry.bytes().to_vec());
    Ok(Receipt {
        proof: proof.to_bytes(),
        entry: entry.unwrap_or_default(),
    })
}

/// What was published of the log in a directory, confirmed by its entries.
pub fn published(
    store: &std::sync::Arc<sijill_ledger_core::store::embedded::EmbeddedStore>,
) -> Result<Publication, Failure> {
    let publication = Publication::open(store, Policy::unwitnessed());
    let publication = publication.map_err(|error| data::hashing(store.dir(), error))?;
    publication.adopt().map_err(|error| Failure::Refused {
        code: "PUBLISHED_UNUSABLE",
        text: Bilingual::new(
            format!("لا تصلح نقطة التحقق المنشورة في هذا المجلد: {error}"),
            format!("the published checkpoint in this directory is not usable: {error}"),
        ),
    })?;
    Ok(publication)
}
