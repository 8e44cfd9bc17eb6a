//! What belongs to the entries of a restored log and is not in them; and what an old directory holds that the log does not.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use sijill_ledger_core::domain::disclosure;
use sijill_ledger_core::event::Event;
use sijill_ledger_core::store::embedded::{EmbeddedStore, LogReader, Restoring};
use sijill_ledger_core::store::{Batch, EventStore as _, PartClass, StoredPart};
use uuid::Uuid;

use super::told;
use crate::cli::data;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::output::{Cell, Sheet, Ui, Word, csv_error};

/// Name of the list of entries that are in the old directory only.
const LEFT_FILE: &str = "unrestored.csv";
const ERASED_KIND: &str = "sijill.events.v1.PartErased";

/// What came of it.
#[derive(Debug)]
pub struct Settled {
    dir: PathBuf,
    origin: String,
    size: u64,
    classes: BTreeMap<u8, Tally>,
    attachments_missing: usize,
    /// Entries that only the old directory has.
    left: u64,
    /// Why the old directory's log was not compared, or not to its end.
    uncompared: Option<String>,
}

/// Withheld parts of a class.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    held: u64,
    /// On a legal order, which the log records.
    erased: u64,
    missing: u64,
}

/// Once all entries are here: destroys what the log says was erased, counts what is held, and lists what an old directory has
/// besides.
pub async fn settle(
    restoring: &Restoring,
    old: Option<&Path>,
    attachments_missing: usize,
) -> Result<Settled, Failure> {
    let store = restoring.mirror().store();
    let erased = erase(store).await?;
    let mut settled = Settled {
        dir: store.dir().to_owned(),
        origin: store.origin().to_owned(),
        size: store.size(),
        classes: tally(store, &erased).await?,
        attachments_missing,
        left: 0,
        uncompared: None,
    };
    if let Some(old) = old {
        match EmbeddedStore::open_read_only(old) {
            Ok(old) => (settled.left, settled.uncompared) = list_left(&old, store)?,
            Err(error) => settled.uncompared = Some(error.to_string()),
        }
    }
    Ok(settled)
}

/// An old directory may hold what was erased after it was left: that stays erased.
async fn erase(store: &EmbeddedStore) -> Result<BTreeSet<(u64, u8)>, Failure> {
    let mut erased = BTreeSet::new();
    for batch in store.log_reader(0) {
        let batch = batch.map_err(data::reading)?;
        for (index, entry) in batch.iter().filter(|(_, entry)| entry.kind == ERASED_KIND) {
            let event = data::decoded(index, &entry)?.event;
            if let Event::Disclosure(disclosure::Event::PartErased(one)) = event {
                erased.insert((one.part.index, one.part.part));
            }
        }
    }
    for (index, part) in &erased {
        let done = store.erase_part(*index, *part).await;
        done.map_err(data::reading)?;
    }
    Ok(erased)
}

async fn tally(
    store: &EmbeddedStore,
    erased: &BTreeSet<(u64, u8)>,
) -> Result<BTreeMap<u8, Tally>, Failure> {
    let mut classes: BTreeMap<u8, Tally> = BTreeMap::new();
    for batch in store.log_reader(0) {
        let batch = batch.map_err(data::reading)?;
        for (index, entry) in batch.iter().filter(|(_, entry)| entry.part_count() > 0) {
            let parts = store.parts(index).await.map_err(data::reading)?;
            for (n, ((class, _), part)) in (0..).zip(entry.commitments().zip(parts)) {
                let tally = classes.entry(class.number()).or_default();
                match part {
                    StoredPart::Known(_) => tally.held += 1,
                    StoredPart::Absent if erased.contains(&(index, n)) => tally.erased += 1,
                    StoredPart::Absent => tally.missing += 1,
                }
            }
        }
    }
    Ok(classes)
}

/// Lists the entries from the first on in which two logs differ; how many, and why there may be more. The file comes under its
/// name when it is whole.
fn list_left(old: &EmbeddedStore, new: &EmbeddedStore) -> Result<(u64, Option<String>), Failure> {
    let mut restored = Cursor::new(new);
    let (mut first, mut rows, mut unread) = (None, Vec::new(), None);
    for batch in old.log_reader(0) {
        let batch = match batch {
            Ok(batch) => batch,
            Err(error) => {
                unread = Some(error.to_string());
                break;
            }
        };
        for (index, entry) in batch.iter() {
            if first.is_none() && restored.bytes(index)?.as_deref() == Some(entry.bytes()) {
                continue;
            }
            first.get_or_insert(index);
            rows.push(vec![
                Cell::Count(index),
                Cell::text(entry.stream),
                Cell::text(entry.kind),
                Cell::text(entry.recorded_at),
                Cell::text(entry.id),
            ]);
        }
    }
    if let Some(first) = first {
        write(new, first, &mut rows)?;
    }
    Ok((rows.len() as u64, unread))
}

/// The same command may have been accepted by both: then the restored log has the event, elsewhere.
fn write(new: &EmbeddedStore, first: u64, rows: &mut [Vec<Cell>]) -> Result<(), Failure> {
    let mut known: HashMap<String, u64> = HashMap::new();
    for batch in new.log_reader(first.min(new.size())) {
        let batch = batch.map_err(data::reading)?;
        let ids = batch.iter().map(|(index, entry)| (id(entry.id), index));
        known.extend(ids);
    }
    let path = new.dir().join(LEFT_FILE);
    let unfinished = path.with_extension("csv.new");
    let failed = |error| Failure::io(&path, &csv_error(error));
    let mut out = csv::Writer::from_path(&unfinished).map_err(failed)?;
    let columns = [
        "index",
        "stream",
        "kind",
        "recorded_at",
        "id",
        "restored_index",
    ];
    out.write_record(columns).map_err(failed)?;
    for row in rows {
        let same = match row.last() {
            Some(Cell::Text(id)) => known.get(id),
            Some(
                Cell::Absent | Cell::Decimal(_) | Cell::Count(_) | Cell::Word(_) | Cell::Instant(_),
            )
            | None => None,
        };
        row.push(same.map_or(Cell::Absent, |index| Cell::Count(*index)));
        let fields = row.iter().map(plain);
        out.write_record(fields).map_err(failed)?;
    }
    let io = |error| Failure::io(&path, &error);
    let file = out.into_inner().map_err(|error| io(error.into_error()))?;
    file.sync_all().map_err(io)?;
    std::fs::rename(&unfinished, &path).map_err(io)
}

fn id(id: Uuid) -> String {
    id.to_string()
}

fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Absent => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Decimal(value) => value.to_string(),
        Cell::Count(count) => count.to_string(),
        Cell::Word(word) => word.key.to_owned(),
        Cell::Instant(at) => at.at().to_string(),
    }
}

/// A log read in order, entry by entry.
struct Cursor {
    reader: LogReader,
    batch: Batch,
}

impl Cursor {
    fn new(store: &EmbeddedStore) -> Self {
        Self {
            reader: store.log_reader(0),
            batch: Batch::default(),
        }
    }

    /// The entry at an index that is not before the last one asked for; `None` beyond the end.
    fn bytes(&mut self, index: u64) -> Result<Option<Vec<u8>>, Failure> {
        while self.batch.next_index().is_none_or(|next| next <= index) {
            match self.reader.next() {
                Some(batch) => self.batch = batch.map_err(data::reading)?,
                None => return Ok(None),
            }
        }
        let first = self.batch.get(0).map_or(index, |(first, _)| first);
        let place = usize::try_from(index.saturating_sub(first)).unwrap_or(usize::MAX);
        let entry = self.batch.get(place);
        Ok(entry.map(|(_, entry)| entry.bytes().to_vec()))
    }
}

impl Settled {
    /// Tells it. Entries that only the old directory has are a failure: somebody must decide about them.
    pub fn report(&self, ui: &mut Ui) -> Result<(), Failure> {
        told(ui, &self.dir, &self.origin, self.size)?;
        ui.sheet(&self.sheet())?;
        let dir = self.dir.display();
        if let Some(why) = &self.uncompared {
            return Err(Failure::Refused {
                code: "RESTORE_BACKUP_UNREADABLE",
                text: Bilingual::new(
                    format!(
                        "اكتمل الاسترجاع في {dir}، لكن قيود المجلد القديم لم تُقارن كلها: {why}. احفظه، فقد تكون فيه قيود ليست في السجل (ومنها {} في {LEFT_FILE})",
                        self.left
                    ),
                    format!(
                        "the log is restored in {dir}, but not all entries of the old directory were compared: {why}. Keep it: it may hold entries that the log does not have ({} of them are in {LEFT_FILE})",
                        self.left
                    ),
                ),
            });
        }
        if self.left == 0 {
            return Ok(());
        }
        let (left, path) = (self.left, self.dir.join(LEFT_FILE));
        let path = path.display();
        Err(Failure::Refused {
            code: "RESTORE_ENTRIES_LEFT",
            text: Bilingual::new(
                format!(
                    "اكتمل الاسترجاع في {dir}، وفي المجلد القديم {left} قيدًا ليست في السجل، مذكورة في {path}: أعد تقديم أوامرها إن لزمت، واحفظ المجلد القديم"
                ),
                format!(
                    "the log is restored in {dir}, and the old directory has {left} entries that are not in it, listed in {path}: submit their commands again where needed, and keep the old directory"
                ),
            ),
        })
    }

    fn sheet(&self) -> Sheet {
        let columns = [
            Word::new("class", "الصنف", "class"),
            Word::new("held", "محفوظ", "held"),
            Word::new("erased", "أُتلف بأمر", "erased by order"),
            Word::new("missing", "ناقص", "missing"),
        ];
        let name = Word::new("parts", "الأجزاء المحجوبة", "withheld parts");
        let mut sheet = Sheet::new(name, &columns)
            .fact(
                Word::new("entries", "القيود", "entries"),
                Cell::Count(self.size),
            )
            .fact(
                Word::new("attachments_missing", "مرفقات ناقصة", "attachments missing"),
                Cell::Count(self.attachments_missing as u64),
            )
            .fact(
                Word::new(
                    "unrestored",
                    "قيود في القديم وحده",
                    "entries in the old directory only",
                ),
                Cell::Count(self.left),
            );
        for (class, tally) in &self.classes {
            let class = PartClass::from_number(*class)
                .map_or(Cell::Absent, |class| Cell::Word(word(class)));
            let counts = [tally.held, tally.erased, tally.missing].map(Cell::Count);
            sheet.rows.push([vec![class], counts.to_vec()].concat());
        }
        sheet
    }
}

const fn word(class: PartClass) -> Word {
    match class {
        PartClass::Pending => Word::new("pending", "مؤجَّل", "pending"),
        PartClass::Bidder => Word::new("bidder", "عارض", "bidder"),
        PartClass::Person => Word::new("person", "شخص", "person"),
        PartClass::Security => Word::new("security", "أمن", "security"),
    }
}
