//! What can be wrong with a directory.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::sync::Arc;

use rustix::fs::{Access, access, statvfs};
use sijill_ledger_core::domain::reaction::Reaction;
use sijill_ledger_core::policies::{self, Checkpoints as _, FileCheckpoints};
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::{EmbeddedStore, GAP_DAYS_MAX};
use sijill_ledger_core::time::{Clock as _, MICROS_PER_SECOND, SystemClock, Timestamp};
use sijill_projections::snapshot::Bounds;

use super::{Finding, failed};
use crate::cli::errors::Failure;
use crate::cli::output::Word;
use crate::cli::{data, views};

const DIRECTORY: Word = Word::new("directory", "المجلد", "directory");
const WRITER: Word = Word::new("writer", "الكاتب", "writer");
const DISK: Word = Word::new("disk", "القرص", "disk");
const LOG: Word = Word::new("log", "السجل", "log");
const CLOCK: Word = Word::new("clock", "الساعة", "clock");
const VIEWS: Word = Word::new("views", "الكشوف", "views");
const POLICIES: Word = Word::new("policies", "السياسات", "policies");
const REFUSED: Word = Word::new("refused_steps", "الخطوات المرفوضة", "refused steps");

/// Free space below which commands will soon fail, and below which somebody should look, in MiB.
const FREE_MIB_MIN: u64 = 256;
const FREE_MIB_WORTH: u64 = 4_096;
/// Entries that a view or a policy may be behind: a server takes them in within seconds.
const BEHIND_MAX: u64 = 1_000_000;
/// How far the clock may stand before the last entry: clocks are set right by a little now and then.
const BACK_MICROS_MAX: i64 = 5 * MICROS_PER_SECOND;
/// A server's lock, in the directory.
const LOCK_FILE: &str = "lock";

/// Looks at a directory.
pub async fn look(dir: &Path) -> Vec<Finding> {
    let mut findings = vec![directory(dir), disk(dir)];
    let store = match data::open(dir) {
        Ok(store) => store,
        Err(failure) => {
            findings.push(failed(LOG, &failure));
            return findings;
        }
    };
    findings.push(writer(dir));
    findings.push(log(&store));
    findings.push(clock(&store));
    findings.extend(snapshots(&store));
    findings.extend(policies(&store).await);
    findings
}

fn directory(dir: &Path) -> Finding {
    let shown = dir.display();
    match access(dir, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK) {
        Ok(()) => Finding::well(
            DIRECTORY,
            format!("{shown} يُقرأ ويُكتب فيه"),
            format!("{shown} can be read and written"),
        ),
        Err(_) if fs::read_dir(dir).is_ok() => Finding::worth(
            DIRECTORY,
            format!("{shown} يُقرأ ولا يُكتب فيه بهذا المستخدم"),
            format!("{shown} can be read by this user and not written"),
        )
        .so(
            "للكتابة شغّل الخادم بالمستخدم المالك؛ وللقراءة يكفي `serve --read-only`",
            "to write, run the server as the owning user; to read, `serve --read-only` is enough",
        ),
        Err(error) => Finding::unwell(
            DIRECTORY,
            format!("لا يمكن فتح {shown}: {error}"),
            format!("{shown} cannot be opened: {error}"),
        )
        .so(
            "تحقق من اسم المجلد وأذوناته",
            "check the directory's name and its permissions",
        ),
    }
}

/// The lock is looked at and left: another writer that starts in that moment is told to try again.
fn writer(dir: &Path) -> Finding {
    let lock = File::open(dir.join(LOCK_FILE));
    match lock.map(|lock| lock.try_lock_shared()) {
        Ok(Err(TryLockError::WouldBlock)) => Finding::well(
            WRITER,
            "عملية تكتب الآن في المجلد",
            "a process is writing to the directory now",
        ),
        Ok(Ok(())) => Finding::well(
            WRITER,
            "لا عملية تكتب الآن في المجلد",
            "no process is writing to the directory now",
        ),
        Ok(Err(TryLockError::Error(error))) | Err(error) => Finding::worth(
            WRITER,
            format!("لا يُعرف هل تكتب عملية في المجلد: {error}"),
            format!("it cannot be told whether a process is writing: {error}"),
        ),
    }
}

fn disk(dir: &Path) -> Finding {
    let free = match statvfs(dir) {
        Ok(about) => about.f_bavail.saturating_mul(about.f_frsize) >> 20,
        Err(error) => {
            return Finding::worth(
                DISK,
                format!("لا يُعرف كم بقي في القرص: {error}"),
                format!("it cannot be told how much space is left: {error}"),
            );
        }
    };
    let (ar, en) = (
        format!("بقي {free} ميبيبايت"),
        format!("{free} MiB are left"),
    );
    let room = (
        "أفرغ مساحة أو وسّع القرص؛ إذا امتلأ توقفت الكتابة ولم يضع شيء مما سُجل",
        "free some space or enlarge the disk; when it is full, writing stops and nothing recorded is lost",
    );
    if free < FREE_MIB_MIN {
        Finding::unwell(DISK, ar, en).so(room.0, room.1)
    } else if free < FREE_MIB_WORTH {
        Finding::worth(DISK, ar, en).so(room.0, room.1)
    } else {
        Finding::well(DISK, ar, en)
    }
}

fn log(store: &Arc<EmbeddedStore>) -> Finding {
    let (size, origin) = (store.size(), store.origin());
    match last(store) {
        Ok(Some(at)) => Finding::well(
            LOG,
            format!("السجل {origin}: عدد قيوده {size}، وآخرها في {at}"),
            format!("the log {origin} has {size} entries, the last of {at}"),
        ),
        Ok(None) => Finding::worth(
            LOG,
            format!("السجل {origin} خالٍ"),
            format!("the log {origin} is empty"),
        ),
        Err(failure) => failed(LOG, &failure),
    }
}

fn clock(store: &Arc<EmbeddedStore>) -> Finding {
    let (now, last) = match (SystemClock::default().now(), last(store)) {
        (Ok(now), Ok(last)) => (now, last),
        (Err(error), _) => return Finding::unwell(CLOCK, error.to_string(), error.to_string()),
        (_, Err(failure)) => return failed(CLOCK, &failure),
    };
    judged(now, last)
}

/// The last stamp, `None` for an empty log.
fn last(store: &EmbeddedStore) -> Result<Option<Timestamp>, Failure> {
    let Some(index) = store.size().checked_sub(1) else {
        return Ok(None);
    };
    let batch = store.entry(index).map_err(data::reading)?;
    Ok(batch.get(0).map(|(_, entry)| entry.recorded_at))
}

/// The clock against the last stamp: the ledger stamps nothing before it, and nothing long after it unasked.
fn judged(now: Timestamp, last: Option<Timestamp>) -> Finding {
    let Some(last) = last else {
        return Finding::well(CLOCK, format!("الساعة {now}"), format!("it is {now}"));
    };
    if now.plus_micros(BACK_MICROS_MAX) < last {
        return Finding::unwell(
            CLOCK,
            format!("الساعة {now} قبل آخر قيد {last}"),
            format!("it is {now}, before the last entry of {last}"),
        )
        .so(
            "اضبط ساعة الجهاز قبل تشغيل الخادم؛ وإن كان في السجل وقت تجربة فلا تكتب فيه",
            "set the machine's clock before the server starts; a log with invented times is not written to",
        );
    }
    if now > last.plus_days(GAP_DAYS_MAX) {
        return Finding::worth(
            CLOCK,
            format!("الساعة {now} بعد آخر قيد {last} بأكثر من {GAP_DAYS_MAX} يومًا"),
            format!("it is {now}, more than {GAP_DAYS_MAX} days after the last entry of {last}"),
        )
        .so(
            "إن كانت الساعة صحيحة فشغّل الخادم بالخيار --allow-gap",
            "if the clock is right, start the server with --allow-gap",
        );
    }
    Finding::well(
        CLOCK,
        format!("الساعة {now}، وآخر قيد في {last}"),
        format!("it is {now}; the last entry is of {last}"),
    )
}

fn snapshots(store: &Arc<EmbeddedStore>) -> Vec<Finding> {
    let size = store.size();
    let restored = views::restore(store, Bounds::newest(size));
    let rejected = restored.rejected.iter().map(|rejected| {
        Finding::worth(VIEWS, rejected.to_string(), rejected.to_string()).so(
            "لا شيء ضائع: يُعاد بناء الكشف من السجل عند البدء، أو بالأمر `sijill rebuild`",
            "nothing is lost: the view is built from the log again at the start, or by `sijill rebuild`",
        )
    });
    let mut findings: Vec<Finding> = rejected.collect();
    let behind = size.saturating_sub(restored.runner.position());
    let (ar, en) = if behind == 0 {
        (
            "نسخ الكشوف المحفوظة بلغت آخر السجل".to_owned(),
            "the saved views stand at the end of the log".to_owned(),
        )
    } else {
        (
            format!("ينقص نسخَ الكشوف المحفوظة من آخر السجل: {behind} من القيود"),
            format!("the saved views have yet to see {behind} of the log's entries"),
        )
    };
    findings.push(if behind > BEHIND_MAX {
        Finding::worth(VIEWS, ar, en).so(
            "يطول البدء التالي؛ أوقف الخادم بإشارة SIGTERM كي يحفظها",
            "the next start takes longer; end servers with SIGTERM, so that they save them",
        )
    } else {
        Finding::well(VIEWS, ar, en)
    });
    findings
}

async fn policies(store: &Arc<EmbeddedStore>) -> Vec<Finding> {
    let dir = store.dir().join("policies");
    if !dir.is_dir() {
        return vec![Finding::well(
            POLICIES,
            "لم تعمل السياسات على هذا المجلد بعد",
            "policies have not run on this directory yet",
        )];
    }
    let checkpoints = match FileCheckpoints::new(&dir) {
        Ok(checkpoints) => checkpoints,
        Err(error) => {
            return vec![Finding::worth(
                POLICIES,
                error.to_string(),
                error.to_string(),
            )];
        }
    };
    let mut findings = Vec::new();
    for policy in policies::all() {
        let name = policy.name();
        findings.push(match checkpoints.load(name) {
            Ok(kept) => lag(name, store.size(), kept.map_or(0, |kept| kept.next())),
            Err(error) => Finding::unwell(
                POLICIES,
                format!("لا يُقرأ موضع {name}: {error}"),
                format!("the position of {name} cannot be read: {error}"),
            )
            .so(
                "تحقق من أذونات المجلد policies",
                "check the permissions of the directory policies",
            ),
        });
        findings.extend(refused(store, name).await);
    }
    findings
}

fn lag(policy: &str, size: u64, position: u64) -> Finding {
    let behind = size.saturating_sub(position);
    let (ar, en) = if behind == 0 {
        (
            format!("السياسة {policy} بلغت آخر السجل"),
            format!("the policy {policy} stands at the end of the log"),
        )
    } else {
        (
            format!("بقي على السياسة {policy} من آخر السجل: {behind} من القيود"),
            format!("the policy {policy} has yet to see {behind} of the log's entries"),
        )
    };
    if behind > BEHIND_MAX {
        Finding::worth(POLICIES, ar, en).so(
            "انظر سجل تشغيل الخادم: السياسة التي لا تتقدم تقول السبب",
            "look at the server's log lines: a policy that cannot go on says why",
        )
    } else {
        Finding::well(POLICIES, ar, en)
    }
}

/// Steps that a rule refused are events that someone must look at.
async fn refused(store: &Arc<EmbeddedStore>, policy: &str) -> Option<Finding> {
    let stream = Reaction::stream(policy);
    let mut count = 0;
    loop {
        match store.read_stream(&stream, count).await {
            Ok(batch) if batch.is_empty() => break,
            Ok(batch) => count = count.saturating_add(batch.len() as u64),
            Err(error) => {
                return Some(Finding::unwell(
                    REFUSED,
                    error.to_string(),
                    error.to_string(),
                ));
            }
        }
    }
    (count > 0).then(|| {
        Finding::worth(
            REFUSED,
            format!("رُفض للسياسة {policy} من الخطوات {count}"),
            format!("steps of the policy {policy} that were refused: {count}"),
        )
        .so(
            "انظر كل خطوة وسببها في `sijill replay` (StepRefused) وصحح ما منعها بأمر جديد",
            "look at each and why in `sijill replay` (StepRefused), and correct by a new command what stood against it",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::Health;
    use super::*;

    #[test]
    fn what_is_not_behind_is_not_told_as_behind_by_none() {
        let at_the_end = lag("p", 7, 7);
        assert_eq!(at_the_end.found.ar, "السياسة p بلغت آخر السجل");
        assert_eq!(
            at_the_end.found.en,
            "the policy p stands at the end of the log"
        );
        assert!(lag("p", 7, 5).found.ar.contains("2 من القيود"));
        assert_eq!(lag("p", BEHIND_MAX + 1, 0).health, Health::Worth);
    }

    #[test]
    fn the_clock_is_judged_by_the_last_entry() {
        let last = Timestamp::from_micros(1_700_000_000 * MICROS_PER_SECOND);
        let health = |now: Timestamp| judged(now, Some(last)).health;
        assert_eq!(health(last.plus_micros(1)), Health::Well);
        assert_eq!(health(last.plus_micros(-BACK_MICROS_MAX)), Health::Well);
        assert_eq!(
            health(last.plus_micros(-BACK_MICROS_MAX - 1)),
            Health::Unwell
        );
        assert_eq!(health(last.plus_days(GAP_DAYS_MAX)), Health::Well);
        assert_eq!(health(last.plus_days(GAP_DAYS_MAX + 1)), Health::Worth);
        assert_eq!(judged(last, None).health, Health::Well);
    }
}
