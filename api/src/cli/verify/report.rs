//! What `verify` found, check by check.

use std::time::Duration;

use sijill_ledger_core::log::Hash;
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::{CheckReport, EmbeddedStore};

use super::Fault;
use super::checks::Check;
use crate::cli::errors::Bilingual;
use crate::cli::lang::{Lang, two};
use crate::cli::output::{Cell, Sheet, Word};

const PASSED: Word = Word::new("passed", "سليم", "passed");
const FAILED: Word = Word::new("failed", "تالف", "FAILED");
const STOPPED: Word = Word::new("stopped", "توقف عند التلف", "stopped at the damage");
const UNREAD: Word = Word::new("not_done", "لم يُفحص", "not done");

/// A number per check.
#[derive(Clone, Copy, Debug)]
struct Tally([u64; Check::ALL.len()]);

impl Default for Tally {
    fn default() -> Self {
        Self([0; Check::ALL.len()])
    }
}

/// What was checked and what was found.
#[derive(Debug, Default)]
pub struct Report {
    /// Per check, how much was found whole.
    counts: Tally,
    /// Per check, how many decisions were not judged again: their readings are not at hand.
    skipped: Tally,
    faults: Vec<Fault>,
    origin: String,
    /// Entries found whole by the store: events are checked up to here.
    pub entries: u64,
    groups: u64,
    /// Streams seen.
    pub streams: u64,
    /// Withheld parts that are not held here: erased, or this is a mirror.
    pub absent_parts: u64,
    /// Facilities × items whose balance equation holds.
    pub balances: u64,
    /// How long it took.
    pub elapsed: Duration,
    unread: Vec<String>,
    derived: Vec<String>,
    root: Option<Hash>,
    /// Decisions over a stream that had moved on before they were appended.
    earlier_readings: u64,
    remarks: Vec<Bilingual>,
    /// Checks that came to their end, whatever the others found.
    settled: Vec<Check>,
    /// Checks that could not be made, and why.
    not_done: Vec<(Check, Bilingual)>,
}

impl Report {
    /// Damage that kept the log from being opened at all.
    pub fn of_damage(index: Option<u64>, what: String) -> Self {
        let mut report = Self::default();
        report.fail(Fault {
            index,
            check: Check::Stored,
            code: None,
            what,
        });
        report
    }

    /// Of a log that is published as tiles, with so many entries in its tree.
    pub fn of_tiles(origin: &str, entries: u64) -> Self {
        Self {
            origin: origin.to_owned(),
            entries,
            ..Self::default()
        }
    }

    /// Begins with what the store found.
    pub fn of_store(store: &EmbeddedStore, found: &CheckReport) -> Self {
        let mut report = Self {
            origin: store.origin().to_owned(),
            entries: found.entries,
            groups: found.groups,
            unread: found.unread.clone(),
            derived: found.derived.clone(),
            ..Self::default()
        };
        report.settle(Check::Stored, found.entries);
        report.count(Check::Withheld, found.parts);
        if let Some(damage) = &found.damage {
            // The store checks parts only after every entry was found whole.
            let in_entries = damage.file.starts_with("log/") || damage.index >= found.entries;
            report.fail(Fault {
                index: Some(damage.index),
                check: if in_entries {
                    Check::Stored
                } else {
                    Check::Withheld
                },
                code: None,
                what: format!("{} ({} byte {})", damage.what, damage.file, damage.offset),
            });
        }
        report
    }

    /// So many more were found whole.
    pub(super) fn count(&mut self, check: Check, more: u64) {
        if let Some(count) = self.counts.0.get_mut(check as usize) {
            *count = count.saturating_add(more);
        }
    }

    /// So many decisions were not judged again.
    pub(super) fn skip(&mut self, check: Check, more: u64) {
        if let Some(count) = self.skipped.0.get_mut(check as usize) {
            *count = count.saturating_add(more);
        }
    }

    /// A decision may rest on what was not the newest when it was appended.
    pub(super) fn rests_on_earlier(&mut self, earlier: bool) {
        self.earlier_readings = self.earlier_readings.saturating_add(u64::from(earlier));
    }

    /// The check came to its end and found so many whole.
    pub(super) fn settle(&mut self, check: Check, count: u64) {
        self.count(check, count);
        self.settled.push(check);
    }

    /// A check that cannot be made, which the reader has to know.
    pub(super) fn not_done(&mut self, check: Check, why: Bilingual) {
        self.not_done.push((check, why));
    }

    /// Which log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The root of the entries' tree, for comparison with what others hold.
    pub(super) fn root(&mut self, root: Hash) {
        self.root = Some(root);
    }

    /// What is no damage of the log and yet worth knowing.
    pub(super) fn remark(&mut self, remark: Bilingual) {
        self.remarks.push(remark);
    }

    /// How much was found wrong.
    pub(super) fn fault_count(&self) -> usize {
        self.faults.len()
    }

    /// Something was found wrong.
    pub(super) fn fail(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Whether withheld parts may be read here.
    pub fn reads_parts(&self) -> bool {
        self.unread.is_empty() && !self.faults.iter().any(|f| f.check == Check::Withheld)
    }

    /// The fault at the lowest index: what a restore has to begin with.
    pub(super) fn first_fault(&self) -> Option<&Fault> {
        let place = |fault: &&Fault| (fault.index.unwrap_or(u64::MAX), fault.check);
        self.faults.iter().min_by_key(place)
    }

    fn outcome(&self, check: Check) -> Word {
        if self.faults.iter().any(|fault| fault.check == check) {
            FAILED
        } else if self.is_not_done(check) {
            UNREAD
        } else if self.faults.is_empty() || self.settled.contains(&check) {
            PASSED
        } else {
            STOPPED
        }
    }

    fn is_not_done(&self, check: Check) -> bool {
        let is_unread = check == Check::Withheld && !self.unread.is_empty();
        is_unread || self.not_done.iter().any(|(not_done, _)| *not_done == check)
    }

    /// Per check, in their order: how much was found whole, how much was skipped.
    fn tallies(&self) -> impl Iterator<Item = (u64, u64)> {
        self.counts.0.into_iter().zip(self.skipped.0)
    }

    /// Decisions that were not judged again.
    pub fn skipped_decisions(&self) -> u64 {
        Self::decisions(&self.skipped.0)
    }

    /// Records at deadlines that are of this log.
    #[cfg(test)]
    pub fn witnessed_deadlines(&self) -> u64 {
        let all = Check::ALL.into_iter().zip(&self.counts.0);
        let of_deadlines = all.filter(|(check, _)| *check == Check::Witnessed);
        of_deadlines.map(|(_, count)| count).sum()
    }

    /// The sum over the checks of decisions.
    fn decisions(counts: &[u64]) -> u64 {
        let all = Check::ALL.into_iter().zip(counts);
        let of_decisions = all.filter(|(check, _)| check.is_of_decisions());
        of_decisions.map(|(_, count)| count).sum()
    }

    /// The whole report.
    pub fn sheet(&self) -> Sheet {
        let columns = [
            Word::new("check", "الفحص", "check"),
            Word::new("count", "العدد", "count"),
            Word::new("skipped", "لم يُعَد", "skipped"),
            Word::new("outcome", "النتيجة", "outcome"),
            Word::new("index", "القيد", "index"),
            Word::new("code", "الرمز", "code"),
            Word::new("what", "ما وُجد", "found"),
        ];
        let elapsed_ms = u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX);
        let mut sheet = Sheet::new(Word::new("checks", "الفحوص", "checks"), &columns)
            .fact(Word::new("log", "السجل", "log"), Cell::text(&self.origin))
            .fact(
                Word::new("entries", "القيود", "entries"),
                Cell::Count(self.entries),
            )
            .fact(Word::new("root", "الجذر", "root"), Cell::maybe(self.root))
            .fact(
                Word::new("groups", "المجموعات", "groups"),
                Cell::Count(self.groups),
            )
            .fact(
                Word::new("streams", "السلاسل", "streams"),
                Cell::Count(self.streams),
            )
            .fact(
                Word::new(
                    "parts_absent",
                    "أجزاء محجوبة ليست هنا",
                    "withheld parts not held here",
                ),
                Cell::Count(self.absent_parts),
            )
            .fact(
                Word::new(
                    "decided_again",
                    "قرارات أُعيد الحكم فيها",
                    "decisions judged again",
                ),
                Cell::Count(Self::decisions(&self.counts.0)),
            )
            .fact(
                Word::new(
                    "not_decided_again",
                    "قرارات لم يُعَد الحكم فيها لأن وقائعها ليست هنا",
                    "decisions not judged again, what they read is not at hand",
                ),
                Cell::Count(self.skipped_decisions()),
            )
            .fact(
                Word::new(
                    "earlier_readings",
                    "قرارات تغيّر ما قرأته قبل تسجيلها",
                    "decisions over streams that moved on before they were recorded",
                ),
                Cell::Count(self.earlier_readings),
            )
            .fact(
                Word::new("elapsed_ms", "المدة (م.ث)", "elapsed (ms)"),
                Cell::Count(elapsed_ms),
            );
        for (check, (count, skipped)) in Check::ALL.into_iter().zip(self.tallies()) {
            let fault = self.faults.iter().find(|fault| fault.check == check);
            sheet.rows.push(vec![
                Cell::Word(check.word()),
                Cell::Count(count),
                if check.is_of_decisions() {
                    Cell::Count(skipped)
                } else {
                    Cell::Absent
                },
                Cell::Word(self.outcome(check)),
                fault
                    .and_then(|fault| fault.index)
                    .map_or(Cell::Absent, Cell::Count),
                Cell::maybe(fault.and_then(|fault| fault.code)),
                Cell::maybe(fault.map(|fault| &fault.what)),
            ]);
        }
        sheet
    }

    /// What is no damage of the log and yet worth knowing.
    pub fn notes(&self, lang: Lang) -> Vec<String> {
        let unread = self.unread.iter().map(|what| {
            two!(
                lang,
                "لم يُفحص لأن هذا المستخدم لا يقرؤه: {what}",
                "not checked, this user may not read it: {what}"
            )
        });
        let derived = self.derived.iter().map(|what| {
            two!(
                lang,
                "ملف مشتق غير صالح ({what})؛ يعيد `sijill rebuild` بناءه",
                "a derived file is wrong ({what}); `sijill rebuild` builds it again"
            )
        });
        let not_done = self.not_done.iter().map(|(check, why)| {
            let (check, why) = (check.word().get(lang), why.get(lang));
            two!(
                lang,
                "لم يُفحص: {check}؛ {why}",
                "not checked: {check}; {why}"
            )
        });
        let remarks = self.remarks.iter().map(|one| one.get(lang).to_owned());
        unread
            .chain(derived)
            .chain(remarks)
            .chain(not_done)
            .collect()
    }
}
