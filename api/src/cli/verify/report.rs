//! What `verify` found, check by check.

use std::time::Duration;

use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::{CheckReport, EmbeddedStore};

use super::Fault;
use super::statements::Doubt;
use crate::cli::lang::{Lang, two};
use crate::cli::output::{Cell, Sheet, Word};

/// The checks, in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// Checksums of groups, form of entries, revisions without gaps, rising stamps: as the store reads them.
    Stored,
    /// Withheld parts against the commitments in the entries.
    Withheld,
    /// Every entry is an event that this program can read.
    Decoded,
    /// Revisions without gaps and rising stamps, counted once more from the events.
    Order,
    /// Event ids follow from log, actor, stream and command.
    Ids,
    /// What a decision rests on was in the log before it.
    Facts,
    /// Every event could follow the ones before it in its stream.
    Possible,
    /// What actors signed stands, and is there where the rules required it.
    Statements,
    /// No event id stands twice.
    Unique,
    /// What came in and went out makes what is there, for every facility and item.
    Balances,
    /// What left one store has arrived at another, is lost, or is on its way, for every item.
    Transit,
}

impl Check {
    pub const ALL: [Self; 11] = [
        Self::Stored,
        Self::Withheld,
        Self::Decoded,
        Self::Order,
        Self::Ids,
        Self::Facts,
        Self::Possible,
        Self::Statements,
        Self::Unique,
        Self::Balances,
        Self::Transit,
    ];

    const fn word(self) -> Word {
        match self {
            Self::Stored => Word::new(
                "stored",
                "المجاميع والصيغة والتسلسل على القرص",
                "checksums, form and order on disk",
            ),
            Self::Withheld => Word::new(
                "withheld",
                "الأجزاء المحجوبة تطابق التزاماتها",
                "withheld parts match their commitments",
            ),
            Self::Decoded => Word::new("decoded", "القيود تُقرأ أحداثًا", "entries read as events"),
            Self::Order => Word::new(
                "order",
                "تسلسل المراجعات وتزايد الأوقات",
                "revisions without gaps, times rise",
            ),
            Self::Ids => Word::new(
                "ids",
                "أرقام الأحداث تُشتق من أوامرها",
                "event ids follow from their commands",
            ),
            Self::Facts => Word::new(
                "facts",
                "ما بُني عليه القرار سابق له في السجل",
                "facts were in the log before the decision",
            ),
            Self::Possible => Word::new(
                "possible",
                "كل حدث ممكن بعد ما سبقه",
                "every event could follow those before it",
            ),
            Self::Statements => Word::new(
                "statements",
                "الإفادات الموقَّعة ثابتة وحاضرة حيث اشتُرطت",
                "statements stand, and are there where required",
            ),
            Self::Unique => Word::new("unique", "لا رقم حدث يتكرر", "no event id stands twice"),
            Self::Balances => Word::new(
                "balances",
                "معادلة رصيد كل منشأة وصنف",
                "balance equation of every facility and item",
            ),
            Self::Transit => Word::new(
                "transit",
                "حساب البضاعة في الطريق لكل صنف",
                "account of goods in transit of every item",
            ),
        }
    }
}

/// Doubtful statements that are named one by one.
const DOUBTS_NAMED_MAX: usize = 20;

const PASSED: Word = Word::new("passed", "سليم", "passed");
const FAILED: Word = Word::new("failed", "تالف", "FAILED");
const STOPPED: Word = Word::new("stopped", "توقف عند التلف", "stopped at the damage");
const UNREAD: Word = Word::new("not_done", "لم يُفحص", "not done");

/// What was checked and what was found.
#[derive(Debug, Default)]
pub struct Report {
    /// Per check, how much was found whole.
    counts: [u64; Check::ALL.len()],
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
    /// Statements by keys that others may have held.
    pub doubts: Vec<Doubt>,
    unread: Vec<String>,
    derived: Vec<String>,
}

impl Report {
    /// Damage that kept the log from being opened at all.
    pub fn of_damage(index: Option<u64>, what: String) -> Self {
        let mut report = Self::default();
        report.fail(Fault {
            index,
            check: Check::Stored,
            what,
        });
        report
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
        report.count(Check::Stored, found.entries);
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
                what: format!("{} ({} byte {})", damage.what, damage.file, damage.offset),
            });
        }
        report
    }

    /// So many more were found whole.
    pub(super) fn count(&mut self, check: Check, more: u64) {
        if let Some(count) = self.counts.get_mut(check as usize) {
            *count = count.saturating_add(more);
        }
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
        } else if check == Check::Withheld && !self.unread.is_empty() {
            UNREAD
        } else if self.faults.is_empty() || check == Check::Stored {
            PASSED
        } else {
            STOPPED
        }
    }

    /// The whole report.
    pub fn sheet(&self) -> Sheet {
        let columns = [
            Word::new("check", "الفحص", "check"),
            Word::new("count", "العدد", "count"),
            Word::new("outcome", "النتيجة", "outcome"),
            Word::new("index", "القيد", "index"),
            Word::new("what", "ما وُجد", "found"),
        ];
        let elapsed_ms = u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX);
        let mut sheet = Sheet::new(Word::new("checks", "الفحوص", "checks"), &columns)
            .fact(Word::new("log", "السجل", "log"), Cell::text(&self.origin))
            .fact(
                Word::new("entries", "القيود", "entries"),
                Cell::Count(self.entries),
            )
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
                Word::new("elapsed_ms", "المدة (م.ث)", "elapsed (ms)"),
                Cell::Count(elapsed_ms),
            );
        for (check, count) in Check::ALL.into_iter().zip(self.counts) {
            let fault = self.faults.iter().find(|fault| fault.check == check);
            sheet.rows.push(vec![
                Cell::Word(check.word()),
                Cell::Count(count),
                Cell::Word(self.outcome(check)),
                fault
                    .and_then(|fault| fault.index)
                    .map_or(Cell::Absent, Cell::Count),
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
        unread.chain(derived).chain(self.doubtful(lang)).collect()
    }

    fn doubtful(&self, lang: Lang) -> impl Iterator<Item = String> {
        let more = self.doubts.len().saturating_sub(DOUBTS_NAMED_MAX);
        let named = self.doubts.iter().take(DOUBTS_NAMED_MAX).map(move |doubt| {
            let Doubt { index, key, since } = doubt;
            two!(
                lang,
                "القيد {index} موقَّع بالمفتاح {key} المشكوك فيه منذ {since}؛ راجعوا ما بُني عليه",
                "the entry at index {index} is signed with the key {key}, in doubt since {since}; review what rests on it"
            )
        });
        let more = (more > 0).then(|| two!(lang, "و{more} غيره", "and {more} more"));
        named.chain(more)
    }
}
