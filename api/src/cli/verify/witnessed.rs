//! Checkpoints that stand on record at deadlines: whether they are of this log, and what they leave out is what they say. That enough
//! witnesses cosigned them in time is judged with the decisions.

use std::collections::BTreeMap;

use sijill_ledger_core::domain::tender::{self, DeadlineWitness};
use sijill_ledger_core::event::{Event, Recorded};
use sijill_ledger_core::log::Hash;
use sijill_ledger_core::log::tree::RootBuilder;
use sijill_ledger_core::store::Entry;
use sijill_ledger_core::time::Timestamp;

use super::Fault;
use super::checks::Check;
use super::report::Report;
use super::source::Source;
use crate::cli::errors::Failure;
use crate::cli::lang::{Lang, two};

/// Those of a log, by the index of the event that records them.
#[derive(Debug, Default)]
pub struct Witnessed(BTreeMap<u64, DeadlineWitness>);

impl Witnessed {
    /// Looks at an event.
    pub fn look(&mut self, event: &Recorded) {
        if let Event::Tender(tender::Event::DeadlineWitnessed(witness)) = &event.event {
            self.0.insert(event.index, witness.clone());
        }
    }

    /// Checks them against the entries, which are read once more as far as the last of them reaches: a log without any costs nothing.
    pub fn check(
        &self,
        source: &dyn Source,
        report: &mut Report,
        lang: Lang,
    ) -> Result<(), Failure> {
        let roots = self.roots(source)?;
        for (index, witness) in &self.0 {
            let fault = |what| Fault {
                index: Some(*index),
                check: Check::Witnessed,
                code: None,
                what,
            };
            let size = witness.checkpoint.size();
            let said = witness.checkpoint.signed().map(|it| it.checkpoint().root());
            if size > *index || said.is_none() || said != roots.get(&size).copied() {
                report.fail(fault(two!(
                    lang,
                    "نقطة التحقق المسجلة عند الموعد، وحجمها {size}، ليست من قيود هذا السجل: عُرض على الشهود سجل آخر",
                    "the checkpoint of {size} entries on record at the deadline is not of these: the witnesses were shown another log"
                )));
                return Ok(());
            }
            if !says_what_is(source, witness)? {
                let outside = witness.outside;
                report.fail(fault(two!(
                    lang,
                    "ليس صحيحًا ما يقوله عن القيود بعد نقطة التحقق ({size}): خارجها {outside} قبل الموعد",
                    "what it says of the entries after the checkpoint of {size} is not so: {outside} of them before the deadline"
                )));
                return Ok(());
            }
            report.count(Check::Witnessed, 1);
        }
        Ok(())
    }

    /// The roots at the sizes of the checkpoints.
    fn roots(&self, source: &dyn Source) -> Result<BTreeMap<u64, Hash>, Failure> {
        // What says that it is larger is no record of these entries.
        let sizes = self
            .0
            .iter()
            .map(|(index, it)| (index, it.checkpoint.size()));
        let sizes = sizes.filter_map(|(index, size)| (size <= *index).then_some(size));
        let mut roots: BTreeMap<u64, Hash> = sizes.map(|size| (size, Hash([0; 32]))).collect();
        let Some(last) = roots.keys().next_back().copied() else {
            return Ok(roots);
        };
        let mut tree = RootBuilder::new();
        source.bytes(last, &mut |entry| {
            tree.push_entry(entry);
            if let Some(root) = roots.get_mut(&tree.size()) {
                *root = tree.root();
            }
        })?;
        Ok(roots)
    }
}

/// Whether the last entry that it covers has the stamp that it says, and as many after it as it says are stamped before the deadline.
fn says_what_is(source: &dyn Source, witness: &DeadlineWitness) -> Result<bool, Failure> {
    let size = witness.checkpoint.size();
    let until = size.saturating_add(witness.outside);
    let before = match until.checked_sub(1) {
        Some(last) if witness.outside > 0 => stamp(source, last)?,
        Some(_) | None => None,
    };
    let covered = match size.checked_sub(1) {
        Some(last) => stamp(source, last)?,
        None => None,
    };
    let next = stamp(source, until)?;
    let counted = witness.outside == 0 || before.is_some_and(|at| at < witness.closes_at);
    Ok(counted
        && covered == Some(witness.covered_until)
        && next.is_none_or(|at| at >= witness.closes_at))
}

fn stamp(source: &dyn Source, index: u64) -> Result<Option<Timestamp>, Failure> {
    let looked = source.entry(index)?;
    Ok(looked.and_then(|it| Some(Entry::decode(&it.bytes).ok()?.recorded_at)))
}
