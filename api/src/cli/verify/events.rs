//! Every event in the order of the log: read and decoded by one thread, judged by another, folded into views by a third.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use sijill_ledger_core::codec;
use sijill_ledger_core::domain::State;
use sijill_ledger_core::event::Recorded;
use sijill_ledger_core::statement::keys_stream;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::store::{Entry, EventStore as _, ReadError, StoredPart, StreamName};
use sijill_ledger_core::time::Timestamp;
use sijill_projections::Runner;
use uuid::Uuid;

use super::report::{Check, Report};
use super::statements::{Before, Doubt, Statements};
use super::stream::{Stream, check_order, keys_in, stream_of};
use super::{Fault, balances, disclosed};
use crate::cli::errors::Failure;
use crate::cli::lang::{Lang, two};
use crate::cli::{data, progress, views};

/// Decoded batches that may wait: a block's worth of entries each.
const BATCHES_AHEAD_MAX: usize = 4;

/// Checks the events of the entries that the store found whole. Ends at the first fault; the views hold what was whole.
pub fn check(
    store: &Arc<EmbeddedStore>,
    report: &mut Report,
    lang: Lang,
) -> Result<Runner, Failure> {
    let until = report.entries;
    let with_parts = report.reads_parts();
    let bar = progress::bar(until, lang.pick("فحص الأحداث", "checking events"));
    let (sender, batches) = sync_channel(BATCHES_AHEAD_MAX);
    let runtime = tokio::runtime::Handle::current();
    let reader = Reader {
        store: Arc::clone(store),
        runtime,
        until,
        with_parts,
    };
    let mut judge = Judge::new(store, lang);
    let (whole, folding) = sync_channel(BATCHES_AHEAD_MAX);
    let (judged, views) = std::thread::scope(|threads| {
        threads.spawn(move || reader.read(&sender));
        let views = threads.spawn(move || balances::fold(&folding));
        let judged = judge.follow(batches, &whole, report, &bar);
        // Ends the folding thread.
        drop(whole);
        (judged, views.join())
    });
    bar.finish_and_clear();
    report.streams = judge.streams.len() as u64;
    report.doubts = judge.doubts();
    if judged? {
        judge.check_unique(store, report)?;
    }
    let lost = |_| Failure::io(store.dir(), &std::io::Error::other("a thread was lost"));
    views.map_err(lost)?.map_err(views::running)
}

/// What the reading thread hands over.
enum Read {
    Events {
        events: Vec<Recorded>,
        absent_parts: u64,
    },
    Fault(Fault),
    Failed(Failure),
}

struct Reader {
    store: Arc<EmbeddedStore>,
    runtime: tokio::runtime::Handle,
    until: u64,
    with_parts: bool,
}

impl Reader {
    /// Sends batch after batch; ends early when nobody listens any more.
    fn read(&self, sender: &SyncSender<Read>) {
        for batch in self.store.log_reader(0) {
            let batch = match batch {
                Ok(batch) => batch,
                Err(ReadError::Corrupt { index, what }) => {
                    let check = Check::Stored;
                    let _ = sender.send(Read::Fault(Fault {
                        index: Some(index),
                        check,
                        what,
                    }));
                    return;
                }
                Err(error) => {
                    let _ = sender.send(Read::Failed(data::reading(error)));
                    return;
                }
            };
            let (mut events, mut absent_parts, mut last) =
                (Vec::with_capacity(batch.len()), 0, None);
            for (index, entry) in batch.iter().take_while(|(index, _)| *index < self.until) {
                match self.decode(index, &entry) {
                    Ok((event, absent)) => {
                        events.push(event);
                        absent_parts += absent;
                    }
                    Err(stop) => {
                        last = Some(stop);
                        break;
                    }
                }
            }
            let ended = last.is_some() || events.len() < batch.len();
            let sent = sender.send(Read::Events {
                events,
                absent_parts,
            });
            if let Some(last) = last {
                let _ = sender.send(last);
            }
            if sent.is_err() || ended {
                return;
            }
        }
    }

    fn decode(&self, index: u64, entry: &Entry<'_>) -> Result<(Recorded, u64), Read> {
        let expected = if self.with_parts {
            entry.part_count()
        } else {
            0
        };
        let parts = if expected > 0 {
            let parts = self.runtime.block_on(self.store.parts(index));
            parts.map_err(|error| match error {
                ReadError::Corrupt { index, what } => Read::Fault(Fault {
                    index: Some(index),
                    check: Check::Withheld,
                    what,
                }),
                other @ (ReadError::NotFound { .. }
                | ReadError::NoSuchPart { .. }
                | ReadError::Unavailable(_)) => Read::Failed(data::reading(other)),
            })?
        } else {
            Vec::new()
        };
        let held = parts
            .iter()
            .filter(|part| matches!(part, StoredPart::Known(_)));
        let absent = expected.saturating_sub(held.count()) as u64;
        let decoded = codec::recorded(index, entry, &parts).map_err(|error| {
            Read::Fault(Fault {
                index: Some(index),
                check: Check::Decoded,
                what: error.to_string(),
            })
        })?;
        Ok((decoded, absent))
    }
}

/// Follows every stream as the ledger does.
struct Judge<'a> {
    store: &'a Arc<EmbeddedStore>,
    lang: Lang,
    streams: HashMap<StreamName, Stream>,
    last_stamp: Option<Timestamp>,
    /// The first half of every event id, and the index it stands at: 16 bytes an event.
    ids: Vec<(u64, u64)>,
    statements: Statements,
}

impl<'a> Judge<'a> {
    fn new(store: &'a Arc<EmbeddedStore>, lang: Lang) -> Self {
        Self {
            store,
            lang,
            streams: HashMap::new(),
            last_stamp: None,
            ids: Vec::new(),
            statements: Statements::new(Arc::clone(store), lang),
        }
    }

    /// Whether all of it was whole.
    fn follow(
        &mut self,
        batches: Receiver<Read>,
        whole: &SyncSender<Vec<Recorded>>,
        report: &mut Report,
        bar: &indicatif::ProgressBar,
    ) -> Result<bool, Failure> {
        for read in batches {
            match read {
                Read::Events {
                    events,
                    absent_parts,
                } => {
                    report.absent_parts += absent_parts;
                    report.count(Check::Decoded, events.len() as u64);
                    for event in &events {
                        if let Err(fault) = self.judge(event, report) {
                            report.fail(fault);
                            return Ok(false);
                        }
                    }
                    bar.inc(events.len() as u64);
                    // Who does not listen any more says why when it is joined.
                    let _ = whole.send(events);
                }
                Read::Fault(fault) => {
                    report.fail(fault);
                    return Ok(false);
                }
                Read::Failed(failure) => return Err(failure),
            }
        }
        Ok(true)
    }

    fn judge(&mut self, event: &Recorded, report: &mut Report) -> Result<(), Fault> {
        let fault = |check, what| Fault {
            index: Some(event.index),
            check,
            what,
        };
        self.check_facts(event)
            .map_err(|what| fault(Check::Facts, what))?;
        report.count(Check::Facts, event.metadata.facts.len() as u64);
        disclosed::check(self.store, event, self.lang)
            .map_err(|what| fault(Check::Withheld, what))?;
        let signed = self
            .check_statement(event)
            .map_err(|what| fault(Check::Statements, what))?;
        report.count(Check::Statements, u64::from(signed));
        let (lang, last_stamp) = (self.lang, self.last_stamp.replace(event.recorded_at));
        let stream = stream_of(&mut self.streams, event, lang)
            .map_err(|what| fault(Check::Possible, what))?;
        check_order(event, stream.next, last_stamp, lang)
            .map_err(|what| fault(Check::Order, what))?;
        report.count(Check::Order, 1);
        stream
            .check_id(self.store.origin(), event, lang)
            .map_err(|what| fault(Check::Ids, what))?;
        report.count(Check::Ids, 1);
        self.ids.push((event.id.as_u64_pair().0, event.index));
        let evolve = |state: State| {
            state.evolve(&event.event, &event.stream, &event.metadata, event.revision)
        };
        let evolved = stream.state.take().and_then(evolve).ok_or_else(|| {
            let (kind, stream) = (codec::kind_of(&event.event), &event.stream);
            let what = two!(
                lang,
                "ما كان للحدث {kind} أن يقع في {stream} بعد ما سبقه",
                "{kind} could not have happened in {stream} after what stands before it"
            );
            fault(Check::Possible, what)
        })?;
        stream.state = Some(evolved);
        report.count(Check::Possible, 1);
        stream.next = stream.next.saturating_add(1);
        Ok(())
    }

    /// What the decision read of this log must have been in it: readings are of durable entries only.
    fn check_facts(&self, event: &Recorded) -> Result<(), String> {
        let here = event
            .metadata
            .facts
            .iter()
            .filter(|fact| fact.log.is_none());
        for fact in here {
            let known = self
                .streams
                .get(&fact.stream)
                .map_or(0, |stream| stream.next);
            if let Some(read) = fact.revision.filter(|read| *read >= known) {
                let stream = &fact.stream;
                return Err(two!(
                    self.lang,
                    "بُني القرار على {stream} عند المراجعة {read} وليس منها في السجل قبله إلا {known}",
                    "it rests on {stream} at revision {read}, of which only {known} events stand before it"
                ));
            }
        }
        Ok(())
    }

    fn check_statement(&mut self, event: &Recorded) -> Result<bool, String> {
        let stream = self.streams.get(&event.stream);
        let keys = keys_stream(&event.metadata.actor.id);
        let before = Before {
            state: stream.and_then(|stream| stream.state.as_ref()),
            same_command: stream.is_some_and(|stream| stream.is_of_last_command(event)),
            statement: stream.and_then(|stream| stream.statement.as_ref()),
            keys: keys.and_then(|keys| keys_in(&self.streams, &keys)),
        };
        self.statements.check(event, &before)
    }

    fn doubts(&self) -> Vec<Doubt> {
        self.statements
            .doubts(|owner| keys_in(&self.streams, owner))
    }

    /// The whole log was followed: no id may stand twice in it.
    fn check_unique(&mut self, store: &EmbeddedStore, report: &mut Report) -> Result<(), Failure> {
        self.ids.sort_unstable();
        let alike = self.ids.windows(2).filter_map(|pair| match pair {
            [(a, first), (b, second)] if a == b => Some((*first, *second)),
            _ => None,
        });
        // Ids alike in their first half are compared in full; that there are any is nearly always damage.
        let mut twice: Option<(u64, u64)> = None;
        for (first, second) in alike {
            let id = |index| -> Result<Option<Uuid>, Failure> {
                let batch = store.entry(index).map_err(data::reading)?;
                Ok(batch.get(0).map(|(_, entry)| entry.id))
            };
            if id(first)? == id(second)? && twice.is_none_or(|(_, lowest)| second < lowest) {
                twice = Some((first, second));
            }
        }
        if let Some((first, second)) = twice {
            report.fail(Fault {
                index: Some(second),
                check: Check::Unique,
                what: two!(
                    self.lang,
                    "رقم الحدث هو رقم القيد {first} نفسه",
                    "it has the event id of the entry at index {first}"
                ),
            });
        } else {
            report.count(Check::Unique, self.ids.len() as u64);
        }
        Ok(())
    }
}
