//! Every event in the order of the log: read and decoded by one thread, judged by another, folded into views by a third.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};

use sijill_ledger_core::codec;
use sijill_ledger_core::domain::State;
use sijill_ledger_core::event::Recorded;
use sijill_ledger_core::statement::keys_stream;
use sijill_ledger_core::store::StreamName;
use sijill_ledger_core::time::Timestamp;
use sijill_projections::Views;
use uuid::Uuid;

use super::checks::Check;
use super::readings::Desk;
use super::report::Report;
use super::source::{Read, Source};
use super::statements::{Before, Statements, Wrong};
use super::stream::{Stream, check_order, keys_in, stream_of};
use super::witnessed::Witnessed;
use super::{Fault, balances, claimed, decisions, disclosed};
use crate::cli::errors::Failure;
use crate::cli::lang::{Lang, two};
use crate::cli::progress;

/// Decoded batches that may wait: a block's worth of entries each.
const BATCHES_AHEAD_MAX: usize = 4;

/// Checks the events of the entries that were found whole. Ends at the first fault; the views hold what was whole.
pub fn check(source: &dyn Source, report: &mut Report, lang: Lang) -> Result<Views, Failure> {
    let until = report.entries;
    let bar = progress::bar(until, lang.pick("فحص الأحداث", "checking events"));
    let (sender, batches) = sync_channel(BATCHES_AHEAD_MAX);
    let mut judge = Judge::new(source, lang);
    let (whole, folding) = sync_channel(BATCHES_AHEAD_MAX);
    let (spent, returned) = channel();
    let (judged, views) = std::thread::scope(|threads| {
        threads.spawn(move || {
            source.read(until, &mut |read| {
                // Freed by the thread that made them: another one would wait for its heap.
                returned.try_iter().for_each(drop::<Vec<Recorded>>);
                sender.send(read).is_ok()
            });
        });
        let views = threads.spawn(move || balances::fold(&folding, &spent));
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
        judge.witnessed.check(source, report, lang)?;
        judge.remark_doubts(report);
    }
    views.map_err(|_| Failure::io(source.dir(), &std::io::Error::other("a thread was lost")))
}

/// Follows every stream as the ledger does.
struct Judge<'a> {
    source: &'a dyn Source,
    lang: Lang,
    streams: HashMap<StreamName, Stream>,
    desk: Desk,
    last_stamp: Option<Timestamp>,
    /// The first half of every event id, and the index it stands at: 16 bytes an event.
    ids: Vec<(u64, u64)>,
    statements: Statements,
    witnessed: Witnessed,
}

impl<'a> Judge<'a> {
    fn new(source: &'a dyn Source, lang: Lang) -> Self {
        Self {
            source,
            lang,
            streams: HashMap::new(),
            desk: Desk::default(),
            last_stamp: None,
            ids: Vec::new(),
            statements: Statements::new(lang),
            witnessed: Witnessed::default(),
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
            code: None,
            what,
        };
        let found = self
            .desk
            .look_up(self.source, &self.streams, event, self.lang)
            .map_err(|what| fault(Check::Facts, what))?;
        report.count(Check::Facts, event.metadata.facts.len() as u64);
        disclosed::check(self.source, event, self.lang)
            .map_err(|what| fault(Check::Withheld, what))?;
        let claimed = claimed::check(self.source, &self.streams, &event.event, self.lang)
            .map_err(|what| fault(Check::Claims, what))?;
        report.count(Check::Claims, u64::from(claimed));
        let signed = self.check_statement(event).map_err(|wrong| Fault {
            code: wrong.code,
            ..fault(Check::Statements, wrong.what)
        })?;
        report.count(Check::Statements, u64::from(signed));
        let (lang, last_stamp) = (self.lang, self.last_stamp.replace(event.recorded_at));
        let stream = stream_of(&mut self.streams, event, lang)
            .map_err(|what| fault(Check::Possible, what))?;
        check_order(event, stream.next, last_stamp, lang)
            .map_err(|what| fault(Check::Order, what))?;
        report.count(Check::Order, 1);
        stream
            .check_id(self.source.origin_at(event.index), event, lang)
            .map_err(|what| fault(Check::Ids, what))?;
        report.count(Check::Ids, 1);
        decisions::check(
            stream,
            event,
            self.source.origin_at(event.index),
            found,
            report,
            lang,
        )?;
        self.ids.push((event.id.as_u64_pair().0, event.index));
        let evolve = |state: State| {
            let (metadata, stamp) = (&event.metadata, Some(event.recorded_at));
            state.evolve(&event.event, &event.stream, metadata, event.revision, stamp)
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
        self.witnessed.look(event);
        stream.next = stream.next.saturating_add(1);
        stream.indexes.push(event.index);
        Ok(())
    }

    fn check_statement(&mut self, event: &Recorded) -> Result<bool, Wrong> {
        let stream = self.streams.get(&event.stream);
        let signed = event.metadata.statement.is_some();
        let keys = signed
            .then(|| keys_stream(&event.metadata.actor.id))
            .flatten();
        let before = Before {
            source: self.source,
            stream,
            keys: keys.and_then(|keys| keys_in(&self.streams, &keys)),
        };
        self.statements.check(event, &before)
    }

    fn remark_doubts(&self, report: &mut Report) {
        let doubts = self
            .statements
            .doubts(|owner| keys_in(&self.streams, owner));
        for doubt in doubts {
            report.remark(doubt);
        }
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
                code: None,
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
