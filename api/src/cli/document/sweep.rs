//! `sijill document sweep`: uploads go that no event names and that nobody brought again for a while. The directory's lock is
//! held meanwhile, so that no command names one between the look and its end.
//!
//! Sealed documents of bids are named only when their bid is opened, weeks after they came: they go only where the operator
//! says after how many days, which is to be longer than any tender takes from its publication to the opening.

use std::path::PathBuf;
use std::sync::Arc;

use sijill_ledger_core::store::Stored;
use sijill_ledger_core::store::attachments::uploads::Uploads;
use sijill_ledger_core::time::{Clock as _, SystemClock, Timestamp};

use super::named;
use crate::cli::data;
use crate::cli::errors::Failure;
use crate::cli::lang::two;
use crate::cli::output::{Cell, Sheet, Ui, Word};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Directory of the ledger
    #[arg(long)]
    data: PathBuf,
    /// Days for which an upload waits for an event that names it
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..))]
    older_than: u16,
    /// The same for sealed documents, which wait for the opening of their bid [default: none goes]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
    sealed_older_than: Option<u16>,
    /// Only say what would go
    #[arg(long)]
    dry_run: bool,
}

const COLUMNS: [Word; 3] = [
    Word::new("sha256", "البصمة", "SHA-256"),
    Word::new("bytes", "الطول بالبايت", "bytes"),
    Word::new("at", "رُفعت في", "uploaded at"),
];

/// Sweeps.
pub(super) async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    if !arguments.data.join("log").is_dir() {
        // Says why there is nothing, and creates nothing.
        data::open(&arguments.data)?;
    }
    let clock = Arc::new(SystemClock::default());
    let now = clock.now().map_err(|error| Failure::WritesStopped {
        what: error.to_string(),
    })?;
    let store = data::create(data::options(&arguments.data, None, clock)).await?;
    let attachments = store.attachments();
    let uploads = Uploads::open(attachments.clone()).map_err(data::attaching)?;
    let before = |days| now.plus_days(-i64::from(days));
    let mut old: Vec<(Timestamp, Stored)> = Vec::new();
    for stored in attachments.list().map_err(data::attaching)? {
        let brought = uploads.latest(stored.hash).max(Some(stored.at));
        let at = brought.unwrap_or(stored.at);
        let days = if uploads.is_sealed(stored.hash) {
            arguments.sealed_older_than
        } else {
            Some(arguments.older_than)
        };
        if days.is_some_and(|days| at < before(days)) {
            old.push((at, stored));
        }
    }
    let named = named::within(&store, old.iter().map(|(_, stored)| stored.hash)).await?;
    old.retain(|(_, stored)| !named.contains(&stored.hash));
    old.sort_by_key(|(at, stored)| (*at, stored.hash));
    if !arguments.dry_run {
        // What withheld parts name is of interest to the books no more either.
        let known: Vec<_> = named.into_iter().collect();
        uploads.forget(&known).map_err(data::attaching)?;
        for (_, stored) in &old {
            attachments.remove(stored.hash).map_err(data::attaching)?;
            uploads.forget(&[stored.hash]).map_err(data::attaching)?;
        }
    }
    store.close();
    ui.sheet(&sheet(&old))?;
    let (count, bytes) = (old.len(), total(&old));
    ui.note(&if arguments.dry_run {
        two!(
            ui.lang,
            "تُحذف {count} وثيقة ({bytes} بايت) إن أُعيد الأمر بلا --dry-run",
            "{count} documents ({bytes} bytes) would go without --dry-run"
        )
    } else {
        two!(
            ui.lang,
            "حُذفت {count} وثيقة ({bytes} بايت) لا يذكرها حدث",
            "{count} documents ({bytes} bytes) that no event names are gone"
        )
    })
}

fn total(swept: &[(Timestamp, Stored)]) -> u64 {
    let bytes = swept.iter().map(|(_, stored)| stored.bytes);
    bytes.fold(0, u64::saturating_add)
}

fn sheet(swept: &[(Timestamp, Stored)]) -> Sheet {
    let name = Word::new("documents", "الوثائق", "documents");
    let mut sheet = Sheet::new(name, &COLUMNS);
    let row = |(at, stored): &(Timestamp, Stored)| {
        vec![
            Cell::text(stored.hash),
            Cell::Count(stored.bytes),
            Cell::text(at),
        ]
    };
    sheet.rows = swept.iter().map(row).collect();
    sheet
}
