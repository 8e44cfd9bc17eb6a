//! `sijill verify`: every byte, every entry, every event of the log, and every view's equation.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use sijill_ledger_core::codec;
use sijill_ledger_core::domain::State;
use sijill_ledger_core::store::embedded::{CheckReport, EmbeddedStore};
use sijill_ledger_core::store::{Entry, EventStore as _, StreamName};
use sijill_ledger_core::time::Timestamp;
use sijill_projections::distribution::balance;

use super::errors::Failure;
use super::lang::two;
use super::output::{Cell, Format, Sheet, Ui, Word};
use super::{data, progress, views, words};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory of the ledger
    #[arg(long)]
    data: PathBuf,
}

/// What was verified.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    /// What the store found.
    pub stored: CheckReport,
    /// Events that were decoded and possible.
    pub events: u64,
    /// Streams they belong to.
    pub streams: usize,
    /// Facilities × items whose balance equation holds.
    pub balances: usize,
}

/// Verifies and says what was checked; the first damage ends with exit status 4.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let store = data::open(&arguments.data)?;
    let verified = verify(&store).await?;
    tell(&verified, ui)
}

/// The whole check.
pub async fn verify(store: &Arc<EmbeddedStore>) -> Result<Verified, Failure> {
    let checked = Arc::clone(store);
    let stored = tokio::task::spawn_blocking(move || checked.check())
        .await
        .map_err(|error| Failure::Io {
            path: store.dir().to_owned(),
            what: error.to_string(),
        })?
        .map_err(data::reading)?;
    if let Some(damage) = &stored.damage {
        return Err(Failure::Damaged {
            index: Some(damage.index),
            what: damage.to_string(),
        });
    }
    let mut history = History::default();
    let bar = progress::bar(store.size(), "verify");
    for batch in store.log_reader(0) {
        for (index, entry) in batch.map_err(data::reading)?.iter() {
            // Parts that are held are decoded too: content that its kind does not allow is damage.
            let parts = if entry.part_count() == 0 {
                Vec::new()
            } else {
                store.parts(index).await.map_err(data::reading)?
            };
            history.take(index, &entry, &parts)?;
        }
        bar.set_position(history.events);
    }
    bar.finish_and_clear();
    let balances = check_balances(store).await?;
    Ok(Verified {
        stored,
        events: history.events,
        streams: history.streams.len(),
        balances,
    })
}

/// The balance equation of every facility and item, over two independent folds of the log.
async fn check_balances(store: &Arc<EmbeddedStore>) -> Result<usize, Failure> {
    let mut runner = sijill_projections::Runner::default();
    views::catch_up(&mut runner, store, store.size()).await?;
    if let Some(wrong) = balance::check(runner.views()).first() {
        let (facility, item) = (&wrong.equation.facility, &wrong.equation.item);
        return Err(Failure::Damaged {
            index: None,
            what: format!(
                "the balance of {item} at {facility} is off by {}",
                wrong.difference
            ),
        });
    }
    Ok(balance::equations(runner.views()).len())
}

/// The log as far as it was read: every stream's state, so that an event that could not have happened shows.
#[derive(Default)]
struct History {
    streams: BTreeMap<StreamName, (u64, State)>,
    last: Option<Timestamp>,
    events: u64,
}

impl History {
    fn take(
        &mut self,
        index: u64,
        entry: &Entry<'_>,
        parts: &[sijill_ledger_core::store::StoredPart],
    ) -> Result<(), Failure> {
        let damaged = |what: String| Failure::Damaged {
            index: Some(index),
            what,
        };
        if index != self.events {
            let expected = self.events;
            return Err(damaged(format!(
                "the log goes on at {index} where {expected} comes next"
            )));
        }
        let event =
            codec::recorded(index, entry, parts).map_err(|error| damaged(error.to_string()))?;
        if self.last.is_some_and(|last| event.recorded_at <= last) {
            return Err(damaged(
                "its time is not later than that of the entry before".to_owned(),
            ));
        }
        let stream = event.stream.clone();
        let (next, state) = match self.streams.remove(&stream) {
            Some((revision, state)) => (revision + 1, state),
            None => {
                let state = State::before_first(stream.kind());
                let state =
                    state.ok_or_else(|| damaged(format!("{stream} is of an unknown kind")))?;
                (0, state)
            }
        };
        if event.revision != next {
            let found = event.revision;
            return Err(damaged(format!(
                "{stream} goes on at revision {found} where {next} comes next"
            )));
        }
        let state = state.evolve(&event.event, &event.metadata, event.revision);
        let state = state.ok_or_else(|| damaged(format!("could not have happened in {stream}")))?;
        self.streams.insert(stream, (next, state));
        self.last = Some(event.recorded_at);
        self.events += 1;
        Ok(())
    }
}

/// Says what was verified.
pub fn tell(verified: &Verified, ui: &mut Ui) -> Result<(), Failure> {
    let Verified {
        stored,
        events,
        streams,
        balances,
    } = verified;
    for derived in &stored.derived {
        let text = two!(
            ui.lang,
            "ملف مشتق غير سليم ويعاد بناؤه عند الفتح للكتابة: {derived}",
            "a derived file is wrong and will be rebuilt at the next start: {derived}"
        );
        ui.note(&text)?;
    }
    if ui.format != Format::Table {
        return ui.sheet(&sheet(verified));
    }
    let (groups, parts) = (stored.groups, stored.parts);
    let text = two!(
        ui.lang,
        "سليم: {events} حدثًا في {streams} سلسلة و{groups} دفعة كتابة؛ كل بصمة فحص صحيحة، والأوقات متزايدة، والترتيب بلا فجوات، وكل حدث ممكن الوقوع",
        "sound: {events} events in {streams} streams and {groups} groups; checksums right, times increasing, revisions gapless, every event possible"
    );
    ui.line(&text)?;
    if parts > 0 {
        let text = two!(
            ui.lang,
            "أجزاء محجوبة قورنت بالتزاماتها: {parts}",
            "withheld parts compared with their commitments: {parts}"
        );
        ui.line(&text)?;
    }
    let text = two!(
        ui.lang,
        "معادلة الرصيد صحيحة لكل منشأة وصنف: {balances} من {balances}",
        "the balance equation holds for every facility and item: {balances} of {balances}"
    );
    ui.line(&text)
}

fn sheet(verified: &Verified) -> Sheet {
    let Verified {
        stored,
        events,
        streams,
        balances,
    } = verified;
    let number = |n: usize| Cell::Count(u64::try_from(n).unwrap_or(u64::MAX));
    let columns = [
        Word::new("events", "أحداث", "events"),
        Word::new("streams", "سلاسل", "streams"),
        Word::new("groups", "دفعات", "groups"),
        Word::new("withheld_parts", "أجزاء محجوبة", "withheld parts"),
        Word::new("balances", "أرصدة", "balances"),
        Word::new(
            "derived_files_wrong",
            "ملفات مشتقة غير سليمة",
            "wrong derived files",
        ),
    ];
    let mut sheet = Sheet::new(Word::new("verified", "تم الفحص", "verified"), &columns).fact(
        words::STATUS,
        Cell::Word(Word::new("sound", "سليم", "sound")),
    );
    sheet.rows.push(vec![
        Cell::Count(*events),
        number(*streams),
        Cell::Count(stored.groups),
        Cell::Count(stored.parts),
        number(*balances),
        number(stored.derived.len()),
    ]);
    sheet
}
