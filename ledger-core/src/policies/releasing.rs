//! Publishes pending parts when the step of the procedure that releases them has come.

use std::sync::Arc;

use super::PolicyError;
use super::taking::{Taker, Underway};
use crate::domain::disclosure::{self, Disclosure, PartRef};
use crate::event::Recorded;
use crate::ledger::{ExecuteError, Pending};
use crate::store::{EventStore, PartClass, StreamName};

impl<S: EventStore> Taker<S> {
    /// Publishes what is pending in events of these types, up to a revision of their stream.
    pub(super) async fn release(
        &self,
        cause: &Arc<Recorded>,
        n: u32,
        stream: &StreamName,
        kinds: &[&str],
        last: u64,
    ) -> Result<Underway, PolicyError> {
        let mut underway = Vec::new();
        for part in self.pending_parts(stream, kinds, last).await? {
            let about = Disclosure::stream(part.event);
            let fates = self.ledger.state::<Disclosure>(&about).await;
            let fates = fates.map_err(|error| self.not_now(cause, &about, &error))?;
            if fates.fate(part.part).is_some() {
                continue;
            }
            match self.publish(cause, n, part).await {
                Ok(pending) => underway.push((about, pending)),
                Err(error) => self.not_published(cause, n, &about, error).await?,
            }
        }
        let (taker, cause) = (self.clone(), Arc::clone(cause));
        Ok(Box::pin(async move {
            for (about, pending) in underway {
                if let Err(error) = pending.done().await {
                    taker.not_published(&cause, n, &about, error).await?;
                }
            }
            Ok(())
        }))
    }

    async fn pending_parts(
        &self,
        stream: &StreamName,
        kinds: &[&str],
        last: u64,
    ) -> Result<Vec<PartRef>, PolicyError> {
        let (mut parts, mut from) = (Vec::new(), 0);
        loop {
            let batch = self.ledger.store().read_stream(stream, from).await?;
            let read = batch.iter().map(|(_, entry)| entry.revision).max();
            for (index, entry) in batch.iter() {
                if entry.revision > last || !kinds.contains(&entry.kind) {
                    continue;
                }
                let event = entry.id;
                let numbered = (0..).zip(entry.commitments());
                let pending = numbered.filter(|(_, (class, _))| *class == PartClass::Pending);
                parts.extend(pending.map(|(part, _)| PartRef { event, index, part }));
            }
            match read.filter(|read| *read < last) {
                Some(read) => from = read.saturating_add(1),
                None => return Ok(parts),
            }
        }
    }

    /// The command id is of the cause, the step and the part: the entry is told by the stream that is commanded.
    async fn publish(
        &self,
        cause: &Recorded,
        n: u32,
        part: PartRef,
    ) -> Result<Pending<Disclosure, S>, ExecuteError<disclosure::Refusal>> {
        let PartRef { index, part, .. } = part;
        let context = self.context(cause, n, &format!("part/{part}"));
        let ledger = &self.ledger;
        ledger.submit_disclosure(index, part, context).await
    }

    async fn not_published(
        &self,
        cause: &Recorded,
        n: u32,
        about: &StreamName,
        error: ExecuteError<disclosure::Refusal>,
    ) -> Result<(), PolicyError> {
        // Somebody was faster: what the step asks for is so.
        let settled = matches!(
            error,
            ExecuteError::Refused(
                disclosure::Refusal::DisclosedAlready
                    | disclosure::Refusal::ErasedCannotBeDisclosed
            )
        );
        if settled {
            return Ok(());
        }
        // What this server does not hold it never can publish: somebody must look, and the others are published meanwhile.
        if matches!(error, ExecuteError::PartAbsent { .. }) {
            return self.record(cause, n, about, &error).await;
        }
        self.not_taken::<Disclosure>(cause, n, about, error).await
    }
}
