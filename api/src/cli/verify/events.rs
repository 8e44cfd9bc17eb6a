//! Every event in the order of the log: read and decoded by one thread, judged by another, folded into views by a third.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use sijill_ledger_core::codec;
use sijill_ledger_core::domain::State;
use sijill_ledger_core::event::{ActorId, Recorded};
use sijill_ledger_core::ledger::event_id;
use sijill_ledger_core::store::StreamName;
use sijill_ledger_core::time::Timestamp;
use sijill_projections::Runner;
use uuid::Uuid;

use super::checks::Check;
use super::decisions::{self, Expected};
use super::report::Report;
use super::source::{Read, Source};
use super::{Fault, balances, disclosed};
use crate::cli::errors::Failure;
use crate::cli::lang::{Lang, two};
use crate::cli::{progress, views};

/// Decoded batches that may wait: a block's worth of entries each.
const BATCHES_AHEAD_MAX: usize = 4;

/// Checks the events of the entries that were found whole. Ends at the first fault; the views hold what was whole.
pub fn check(source: &dyn Source, report: &mut Report, lang: Lang) -> Result<Runner, Failure> {
    let until = report.entries;
    let bar = progress::bar(until, lang.pick("فحص الأحداث", "checking events"));
    let (sender, batches) = sync_channel(BATCHES_AHEAD_MAX);
    let mut judge = Judge::new(source, lang);
    let (whole, folding) = sync_channel(BATCHES_AHEAD_MAX);
    let (judged, views) = std::thread::scope(|threads| {
        threads.spawn(move || source.read(until, &mut |read| sender.send(read).is_ok()));
        let views = threads.spawn(move || balances::fold(&folding));
        let judged = judge.follow(batches, &whole, report, &bar);
        // Ends the folding thread.
        drop(whole);
        (judged, views.join())
    });
    bar.finish_and_clear();
    report.streams = judge.streams.len() as u64;
    if judged? {
        decisions::check_complete(&judge.streams, report, lang);
        judge.check_unique(report)?;
    }
    let lost = |_| Failure::io(source.dir(), &std::io::Error::other("a thread was lost"));
    views.map_err(lost)?.map_err(views::running)
}

/// A stream as far as it was followed.
#[derive(Default)]
pub(super) struct Stream {
    /// `None` only after an event that could not have happened, where the check ends.
    pub(super) state: Option<State>,
    /// Revision that comes next.
    pub(super) next: u64,
    /// Command and actor of the last event, and its number within the command.
    last: Option<(Uuid, ActorId, usize)>,
    /// What is still to come of the last decision.
    pub(super) expected: Expected,
}

/// Follows every stream as the ledger does.
struct Judge<'a> {
    source: &'a dyn Source,
    lang: Lang,
    streams: HashMap<StreamName, Stream>,
    last_stamp: Option<Timestamp>,
    /// The first half of every event id, and the index it stands at: 16 bytes an event.
    ids: Vec<(u64, u64)>,
}

impl<'a> Judge<'a> {
    fn new(source: &'a dyn Source, lang: Lang) -> Self {
        Self {
            source,
            lang,
            streams: HashMap::new(),
            last_stamp: None,
            ids: Vec::new(),
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
        let readings = decisions::readings(&self.streams, event);
        report.count(Check::Facts, event.metadata.facts.len() as u64);
        disclosed::check(self.source, event, self.lang)
            .map_err(|what| fault(Check::Withheld, what))?;
        let (lang, last_stamp) = (self.lang, self.last_stamp.replace(event.recorded_at));
        let stream = stream_of(&mut self.streams, event, lang)
            .map_err(|what| fault(Check::Possible, what))?;
        check_order(event, stream.next, last_stamp, lang)
            .map_err(|what| fault(Check::Order, what))?;
        report.count(Check::Order, 1);
        stream
            .check_id(self.source.origin(), event, lang)
            .map_err(|what| fault(Check::Ids, what))?;
        report.count(Check::Ids, 1);
        decisions::check(stream, event, readings, report, lang)
            .map_err(|(check, what)| fault(check, what))?;
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

    /// The whole log was followed: no id may stand twice in it.
    fn check_unique(&mut self, report: &mut Report) -> Result<(), Failure> {
        self.ids.sort_unstable();
        let alike = self.ids.windows(2).filter_map(|pair| match pair {
            [(a, first), (b, second)] if a == b => Some((*first, *second)),
            _ => None,
        });
        // Ids alike in their first half are compared in full; that there are any is nearly always damage.
        let mut twice: Option<(u64, u64)> = None;
        for (first, second) in alike {
            let id = |index| -> Result<Option<Uuid>, Failure> {
                Ok(self.source.entry(index)?.map(|entry| entry.id))
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

/// The event's stream as far as it was followed; it may begin here.
fn stream_of<'a>(
    streams: &'a mut HashMap<StreamName, Stream>,
    event: &Recorded,
    lang: Lang,
) -> Result<&'a mut Stream, String> {
    let name = &event.stream;
    if !streams.contains_key(name) {
        let state = State::before_first(name.kind()).ok_or_else(|| {
            two!(
                lang,
                "نوع السلسلة {name} غير معروف",
                "{name} is of no kind that this program knows"
            )
        })?;
        let stream = Stream {
            state: Some(state),
            ..Stream::default()
        };
        streams.insert(name.clone(), stream);
    }
    // It was put there just now, where it was not.
    streams.get_mut(name).ok_or_else(|| name.to_string())
}

impl Stream {
    /// Whether the event last followed is the first of its decision.
    pub(super) fn begins_decision(&self) -> bool {
        self.last
            .as_ref()
            .is_some_and(|(_, _, number)| *number == 0)
    }

    /// The events of one command stand together, so an event's number in it is known, and its id follows.
    fn check_id(&mut self, origin: &str, event: &Recorded, lang: Lang) -> Result<(), String> {
        let (command, actor) = (event.metadata.command_id, &event.metadata.actor.id);
        let number = match &self.last {
            Some((last, by, number)) if *last == command && by == actor => number + 1,
            _ => 0,
        };
        self.last = Some((command, actor.clone(), number));
        let (id, expected) = (
            event.id,
            event_id(origin, actor, &event.stream, command, number),
        );
        if id == expected {
            return Ok(());
        }
        Err(two!(
            lang,
            "رقم الحدث {id} لا يُشتق من أمره: المنتظر {expected}",
            "its id {id} does not follow from its command: {expected} does"
        ))
    }
}

fn check_order(
    event: &Recorded,
    next: u64,
    last_stamp: Option<Timestamp>,
    lang: Lang,
) -> Result<(), String> {
    let (stream, revision, stamp) = (&event.stream, event.revision, event.recorded_at);
    if revision != next {
        return Err(two!(
            lang,
            "مراجعته في {stream} هي {revision} والمنتظر {next}",
            "its revision in {stream} is {revision} where {next} comes next"
        ));
    }
    match last_stamp {
        Some(last) if last >= stamp => Err(two!(
            lang,
            "سُجل في {stamp} وما قبله في {last}",
            "it was recorded at {stamp}, the one before it at {last}"
        )),
        _ => Ok(()),
    }
}
