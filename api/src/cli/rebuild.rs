//! `sijill rebuild`: what is derived, made anew from the log: the store's index and the views, with their digests before
//! and after.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::time::SystemClock;
use sijill_projections::Runner;
use sijill_projections::runner::ViewDigest;

use super::errors::Failure;
use super::lang::two;
use super::output::{Cell, Sheet, Ui, Word};
use super::{data, views};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory of the ledger
    #[arg(long)]
    data: PathBuf,
}

/// Rebuilds.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let dir = &arguments.data;
    // Opened for writing: nobody else may write while what they rely on is replaced.
    drop(data::open(dir)?);
    let before = {
        let store = data::create(dir, None, Arc::new(SystemClock::default()))?;
        let before = views::load(&store, None).await?.digests();
        store.close();
        before
    };
    remove_derived(dir)?;
    let store = data::create(dir, None, Arc::new(SystemClock::default()))?;
    let mut runner = Runner::default();
    views::catch_up(&mut runner, &store, store.size()).await?;
    views::save(&runner, &store)?;
    let events = store.size();
    store.close();
    ui.sheet(&sheet(&before, &runner.digests()))?;
    let text = two!(
        ui.lang,
        "أعيد بناء الفهرس والكشوف من {events} حدثًا",
        "the index and the views were rebuilt from {events} events"
    );
    ui.note(&text)
}

/// The files that can be made from the log alone; without them the store and the views read all of it.
fn remove_derived(dir: &std::path::Path) -> Result<(), Failure> {
    for derived in [dir.join("index"), dir.join("views")] {
        let removed = if derived.is_dir() {
            std::fs::remove_dir_all(&derived)
        } else {
            std::fs::remove_file(&derived)
        };
        match removed {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(Failure::io(&derived, &error)),
        }
    }
    Ok(())
}

fn sheet(before: &[ViewDigest], after: &[ViewDigest]) -> Sheet {
    let columns = [
        Word::new("view", "الكشف", "view"),
        Word::new("version", "الإصدار", "version"),
        Word::new("events", "الأحداث", "events"),
        Word::new("digest_before", "البصمة قبل", "digest before"),
        Word::new("digest_after", "البصمة بعد", "digest after"),
        Word::new("same", "متطابقتان", "same"),
    ];
    let before: BTreeMap<&str, &ViewDigest> =
        before.iter().map(|digest| (digest.view, digest)).collect();
    let mut sheet = Sheet::new(Word::new("views", "الكشوف", "views"), &columns);
    for digest in after {
        let old = before.get(digest.view);
        let same = old.is_some_and(|old| old.digest == digest.digest);
        sheet.rows.push(vec![
            Cell::text(digest.view),
            Cell::Count(digest.version.into()),
            Cell::Count(digest.index),
            Cell::maybe(old.map(|old| old.digest)),
            Cell::text(digest.digest),
            Cell::Word(if same {
                super::words::YES
            } else {
                super::words::NO
            }),
        ]);
    }
    sheet
}
