//! `sijill rebuild`: what is derived from the log is built from it again, and compared with what was there.
//!
//! The log itself is only read. The index is rebuilt by a start without its file, the views by a replay from the first
//! event. What differs from before was wrong: it is replaced and reported as damage.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sijill_ledger_core::domain::values::Sha256;
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::{EmbeddedStore, SNAPSHOT_FILE};
use sijill_ledger_core::time::SystemClock;
use sijill_projections::Runner;
use sijill_projections::runner::ViewDigest;
use sijill_projections::snapshot::Bounds;

use super::errors::Failure;
use super::lang::two;
use super::output::{Cell, Format, Sheet, Ui, Word};
use super::{data, views};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory of the ledger
    #[arg(long)]
    data: PathBuf,
}

const SNAPSHOT_SUFFIX: &str = "snapshot";

/// One derived thing before and after.
struct Compared {
    name: String,
    version: Option<u32>,
    /// Events that it had folded when it was saved; `None` where nothing usable was saved.
    saved_at: Option<u64>,
    before: Option<Sha256>,
    after: Sha256,
}

impl Compared {
    fn agrees(&self) -> bool {
        self.before.is_none_or(|before| before == self.after)
    }
}

/// Rebuilds; nobody else may write meanwhile.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    if !arguments.data.join("log").is_dir() {
        // Says why there is nothing, and creates nothing.
        data::open(&arguments.data)?;
    }
    let (store, index) = rebuild_index(&arguments.data, ui)?;
    let size = store.size();
    let mut all = vec![index];
    all.extend(rebuild_views(&store, size, ui).await?);
    store.close();
    let digits = if ui.format == Format::Table {
        DIGITS_SHOWN
    } else {
        DIGITS_ALL
    };
    ui.sheet(&sheet(&all, size, digits))?;
    let wrong: Vec<&str> = all
        .iter()
        .filter(|one| !one.agrees())
        .map(|one| one.name.as_str())
        .collect();
    if wrong.is_empty() {
        let text = ui
            .lang
            .pick("أُعيد البناء وطابق ما كان", "rebuilt, and as it was before");
        return ui.note(text);
    }
    let names = wrong.join(", ");
    Err(Failure::Damaged {
        index: None,
        what: two!(
            ui.lang,
            "ما كان محفوظًا لا يطابق السجل ({names})، وقد استُبدل بما أُعيد بناؤه من السجل",
            "what was saved did not agree with the log ({names}); it was replaced by what was rebuilt from the log"
        ),
    })
}

/// Opens with the saved index, then without it.
fn rebuild_index(dir: &Path, ui: &mut Ui) -> Result<(Arc<EmbeddedStore>, Compared), Failure> {
    let path = dir.join(SNAPSHOT_FILE);
    let was_saved = path.exists();
    let before = open(dir)?;
    for note in before.notes() {
        ui.note(&note)?;
    }
    let size = before.size();
    let saved = was_saved.then(|| Sha256(before.index_digest(size)));
    before.close();
    drop(before);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(Failure::io(&path, &error));
        }
        _ => {}
    }
    let after = open(dir)?;
    let compared = Compared {
        name: "index".to_owned(),
        version: None,
        saved_at: was_saved.then_some(size),
        before: saved,
        after: Sha256(after.index_digest(size)),
    };
    Ok((after, compared))
}

fn open(dir: &Path) -> Result<Arc<EmbeddedStore>, Failure> {
    data::writable(data::options(dir, None, Arc::new(SystemClock::default())))
}

async fn rebuild_views(
    store: &Arc<EmbeddedStore>,
    size: u64,
    ui: &mut Ui,
) -> Result<Vec<Compared>, Failure> {
    let dir = views::dir(store);
    let restored = views::restore(store, Bounds::newest(size));
    for rejected in &restored.rejected {
        ui.note(&rejected.to_string())?;
    }
    let mut before = restored.runner;
    let saved_at: Vec<u64> = before.positions().map(|(_, position)| position).collect();
    views::catch_up(&mut before, store, size).await?;
    let before = before.digests();
    let mut runner = Runner::default();
    views::catch_up(&mut runner, store, size).await?;
    let compared = runner.digests().into_iter().zip(before).zip(saved_at);
    let compared = compared.map(|((after, before), saved_at)| compare(&after, &before, saved_at));
    let compared = compared.collect();
    // What was saved may be wrong at any index, so none of it stays.
    remove_snapshots(&dir)?;
    views::save(&runner, store)?;
    Ok(compared)
}

fn compare(after: &ViewDigest, before: &ViewDigest, saved_at: u64) -> Compared {
    let was_saved = saved_at > 0;
    Compared {
        name: after.view.to_owned(),
        version: Some(after.version),
        saved_at: was_saved.then_some(saved_at),
        before: was_saved.then_some(before.digest),
        after: after.digest,
    }
}

fn remove_snapshots(dir: &Path) -> Result<(), Failure> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failure::io(dir, &error)),
    };
    for entry in entries {
        let path = entry.map_err(|error| Failure::io(dir, &error))?.path();
        if path
            .extension()
            .is_some_and(|suffix| suffix == SNAPSHOT_SUFFIX)
        {
            fs::remove_file(&path).map_err(|error| Failure::io(&path, &error))?;
        }
    }
    Ok(())
}

const AGREES: Word = Word::new("agrees", "مطابق", "agrees");
const DIFFERS: Word = Word::new("differs", "مختلف", "DIFFERS");
const NEW: Word = Word::new("new", "لم يكن محفوظًا", "was not saved");

/// Hexadecimal digits of a digest: people compare the first ones, programs all of them.
const DIGITS_SHOWN: usize = 16;
const DIGITS_ALL: usize = 64;

fn sheet(all: &[Compared], size: u64, digits: usize) -> Sheet {
    let digest = |hash: Sha256| hash.to_string().chars().take(digits).collect::<String>();
    let columns = [
        Word::new("name", "الاسم", "name"),
        Word::new("version", "الإصدار", "version"),
        Word::new("saved_at", "كان محفوظًا عند", "was saved at"),
        Word::new("before", "البصمة قبل", "digest before"),
        Word::new("after", "البصمة بعد", "digest after"),
        Word::new("outcome", "النتيجة", "outcome"),
    ];
    let mut sheet = Sheet::new(Word::new("rebuilt", "ما أُعيد بناؤه", "rebuilt"), &columns)
        .fact(Word::new("entries", "القيود", "entries"), Cell::Count(size));
    for one in all {
        let outcome = match (one.before, one.agrees()) {
            (None, _) => NEW,
            (Some(_), true) => AGREES,
            (Some(_), false) => DIFFERS,
        };
        sheet.rows.push(vec![
            Cell::text(&one.name),
            one.version
                .map_or(Cell::Absent, |version| Cell::Count(u64::from(version))),
            one.saved_at.map_or(Cell::Absent, Cell::Count),
            Cell::maybe(one.before.map(digest)),
            Cell::text(digest(one.after)),
            Cell::Word(outcome),
        ]);
    }
    sheet
}
