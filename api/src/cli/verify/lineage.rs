//! Earlier logs that this one goes on from, because entries of them were lost: whose ids its first entries have, and what the events
//! that say so are worth.

use std::collections::BTreeMap;

use sijill_ledger_core::codec;
use sijill_ledger_core::domain::succession::{self, Succeeded, Succession};
use sijill_ledger_core::event::Event;
use sijill_ledger_core::log::Hash;
use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::store::{Entry, EventStore as _};

use super::Fault;
use super::checks::Check;
use super::claims::Claims;
use super::report::Report;
use crate::cli::errors::Bilingual;
use crate::cli::lang::{Lang, two};

/// The earlier logs, the earliest first.
#[derive(Debug, Default)]
pub struct Lineage(Vec<Named>);

/// An event that names an earlier log.
#[derive(Debug)]
struct Named {
    /// Where the event stands.
    index: u64,
    succeeded: Succeeded,
}

/// What is known of a checkpoint of an earlier log.
pub enum Earlier {
    /// Its entries are among those that are left.
    Left,
    /// They were lost, and the log says so.
    Lost {
        /// Index of the event that says so.
        named_by: u64,
    },
    /// The log names a shorter one as the last: more was lost than it says.
    Unnamed {
        /// The size that is named.
        named: u64,
    },
}

impl Lineage {
    /// As a store's own stream has it. What cannot be read here is found and told by the other checks.
    pub async fn of(store: &EmbeddedStore) -> Self {
        let mut lineage = Self::default();
        if let Ok(batch) = store.read_stream(&Succession::stream(), 0).await {
            for (index, entry) in batch.iter() {
                lineage.take(index, &entry);
            }
        }
        lineage
    }

    /// Looks at an entry; whether it names an earlier log.
    pub fn look(&mut self, index: u64, bytes: &[u8]) -> bool {
        let before = self.0.len();
        if let Ok(entry) = Entry::decode(bytes) {
            self.take(index, &entry);
        }
        self.0.len() > before
    }

    fn take(&mut self, index: u64, entry: &Entry<'_>) {
        if entry.stream != Succession::stream().as_str() {
            return;
        }
        if let Ok(Event::Succession(event)) =
            codec::recorded(index, entry, &[]).map(|recorded| recorded.event)
        {
            let succession::Event::LogSucceeded(succeeded) = event;
            self.0.push(Named { index, succeeded });
        }
    }

    /// The sizes at which roots are named.
    pub fn sizes(&self) -> impl Iterator<Item = u64> {
        self.0.iter().map(|named| named.index)
    }

    /// The log that an entry was made in: ids and statements name that.
    pub fn origin_at<'a>(&'a self, index: u64, own: &'a str) -> &'a str {
        let mut later = self.0.iter().filter(|named| index < named.index);
        later
            .next()
            .map_or(own, |named| named.succeeded.checkpoint.origin())
    }

    /// What a checkpoint of another origin is to this log; `None` where that is no earlier log of it.
    pub fn earlier(&self, origin: &str, size: u64) -> Option<Earlier> {
        let mut logs = self.0.iter();
        let Named { index, succeeded } =
            logs.find(|named| named.succeeded.checkpoint.origin() == origin)?;
        let named = succeeded.checkpoint.size();
        Some(if size <= *index {
            Earlier::Left
        } else if size <= named {
            Earlier::Lost { named_by: *index }
        } else {
            Earlier::Unnamed { named }
        })
    }

    /// Judges what the events say, and tells what was lost: that is no damage of this log.
    pub fn judge(
        &self,
        roots: &BTreeMap<u64, Hash>,
        claims: &Claims,
        report: &mut Report,
        lang: Lang,
    ) {
        for Named { index, succeeded } in &self.0 {
            let surviving = succeeded.surviving_entries;
            // Without one the entries do not reach it, which is told already.
            let Some(root) = roots.get(index) else {
                continue;
            };
            if surviving != *index || root.0 != succeeded.surviving_root.0 {
                report.fail(Fault {
                    code: None,
                    index: Some(*index),
                    check: Check::Root,
                    what: two!(
                        lang,
                        "يسمّي {surviving} قيدًا باقيًا من سجل سابق بجذر ليس جذر ما قبله هنا",
                        "it names {surviving} entries as left of an earlier log, with a root that is not that of the entries before it"
                    ),
                });
                continue;
            }
            let checkpoint = &succeeded.checkpoint;
            let (origin, signed) = (checkpoint.origin(), checkpoint.size());
            report.remark(Bilingual::new(
                format!("ضاعت القيود {index}..{signed} من السجل {origin}، وسمّاها القيد {index}"),
                format!("entries {index}..{signed} of {origin} were lost, named by entry {index}"),
            ));
            signature(*index, succeeded, claims, report, lang);
        }
    }
}

fn signature(index: u64, succeeded: &Succeeded, claims: &Claims, report: &mut Report, lang: Lang) {
    let origin = succeeded.checkpoint.origin();
    if !claims.keys().iter().any(|key| key.name() == origin) {
        report.remark(Bilingual::new(
            format!("لم يُفحص توقيع {origin} على آخر نقطة تحقق له؛ أضف --vkey بمفتاحه"),
            format!(
                "the signature of {origin} on its last checkpoint was not checked; add --vkey with its key"
            ),
        ));
        return;
    }
    // Its form was checked when it was decoded.
    let note = SignedCheckpoint::parse(succeeded.checkpoint.as_str().as_bytes());
    let is_signed = note.is_ok_and(|note| claims.signed(&note).unwrap_or(false));
    if !is_signed {
        report.fail(Fault {
            code: None,
            index: Some(index),
            check: Check::Signature,
            what: two!(
                lang,
                "نقطة التحقق التي يسمّيها لم يوقّعها {origin} بالمفتاح المعطى",
                "the checkpoint that it names is not signed by {origin} with the given key"
            ),
        });
    }
}
