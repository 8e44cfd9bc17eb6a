//! Disclosure and erasure of withheld parts: what is named and published is taken from the store, never from a caller.

use super::{Context, Done, ExecuteError, Ledger, Pending};
use crate::aggregate::Aggregate as _;
use crate::domain::disclosure::{self, Command, Disclosure, LegalOrder, Opening, PartRef, Target};
use crate::domain::envelope::Envelope;
use crate::domain::plan::Plan;
use crate::domain::tender::Tender;
use crate::store::{EventStore, ReadError, StoredPart, StreamName};

type Outcome = Result<Done, ExecuteError<disclosure::Refusal>>;

impl<S: EventStore> Ledger<S> {
    /// Publishes salt and content of a withheld part of the entry at an index, where a rule releases it.
    pub async fn disclose(&self, index: u64, part: u8, context: Context) -> Outcome {
        let submitted = self.submit_disclosure(index, part, context).await;
        submitted?.done().await
    }

    /// The same without waiting until it is durable.
    pub async fn submit_disclosure(
        &self,
        index: u64,
        part: u8,
        context: Context,
    ) -> Result<Pending<Disclosure, S>, ExecuteError<disclosure::Refusal>> {
        let (stream, target) = self.target(index, part).await?;
        let parts = self.store().parts(index).await?;
        let held = match parts.into_iter().nth(usize::from(part)) {
            Some(StoredPart::Known(held)) => held,
            Some(StoredPart::Absent) => return Err(ExecuteError::PartAbsent { index, part }),
            None => return Err(ReadError::NoSuchPart { index, part }.into()),
        };
        let command = Command::Disclose(Opening::new(target, held));
        self.submit::<Disclosure>(&stream, command, context).await
    }

    /// Records the erasure of a withheld part, then destroys it. Where the process ends between the two, the policy
    /// [`Erasure`](crate::policies::Erasure) makes it good ([`crate::policies::repair`]).
    pub async fn erase(
        &self,
        index: u64,
        part: u8,
        order: LegalOrder,
        context: Context,
    ) -> Outcome {
        let (stream, target) = self.target(index, part).await?;
        let command = Command::Erase { target, order };
        let done = self
            .execute::<Disclosure>(&stream, command, context)
            .await?;
        self.store().erase_part(index, part).await?;
        Ok(done)
    }

    /// The part as its entry has it, and the stream about that entry.
    async fn target(&self, index: u64, part: u8) -> Result<(StreamName, Target), ReadError> {
        let batch = self.store().read_log(index).await?;
        let (_, entry) = batch.get(0).ok_or(ReadError::NotFound { index })?;
        let (class, commitment) = entry
            .commitments()
            .nth(usize::from(part))
            .ok_or(ReadError::NoSuchPart { index, part })?;
        let event = entry.id;
        let part = PartRef { event, index, part };
        let target = Target::new(part, class, commitment);
        let kind = entry.stream.split('-').next();
        let by_step = [Envelope::KIND, Plan::KIND, Tender::KIND];
        let by_step = by_step.map(Some).contains(&kind);
        let target = if by_step {
            target.released_by_step()
        } else {
            target
        };
        Ok((Disclosure::stream(event), target))
    }
}
