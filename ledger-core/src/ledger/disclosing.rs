//! Disclosure and erasure of withheld parts: what is published is taken from the store, never from a caller.

use super::{Context, Done, ExecuteError, Ledger};
use crate::domain::disclosure::{self, Command, Disclosure, LegalOrder, Opening};
use crate::store::{EventStore, ReadError, StoredPart};

type Outcome = Result<Done, ExecuteError<disclosure::Refusal>>;

impl<S: EventStore> Ledger<S> {
    /// Publishes salt and content of a withheld part of the entry at an index.
    pub async fn disclose(&self, index: u64, part: u8, context: Context) -> Outcome {
        let stream = Disclosure::stream(self.event_at(index).await?);
        let parts = self.store().parts(index).await?;
        let held = match parts.into_iter().nth(usize::from(part)) {
            Some(StoredPart::Known(held)) => held,
            Some(StoredPart::Absent) => return Err(ExecuteError::PartAbsent { index, part }),
            None => return Err(ReadError::NoSuchPart { index, part }.into()),
        };
        let commitment = held.commitment();
        let opening = Opening {
            index,
            part,
            class: held.class,
            commitment,
            salt: held.salt,
            bytes: held.bytes,
        };
        self.execute::<Disclosure>(&stream, Command::Disclose(opening), context)
            .await
    }

    /// Records the erasure of a withheld part; the policy [`Erasure`](crate::policies::Erasure) destroys it.
    pub async fn erase(
        &self,
        index: u64,
        part: u8,
        order: LegalOrder,
        context: Context,
    ) -> Outcome {
        let stream = Disclosure::stream(self.event_at(index).await?);
        let count = self.store().parts(index).await?.len();
        if usize::from(part) >= count {
            return Err(ReadError::NoSuchPart { index, part }.into());
        }
        self.execute::<Disclosure>(&stream, Command::Erase { index, part, order }, context)
            .await
    }

    async fn event_at(&self, index: u64) -> Result<uuid::Uuid, ReadError> {
        let batch = self.store().read_log(index).await?;
        batch
            .get(0)
            .map(|(_, entry)| entry.id)
            .ok_or(ReadError::NotFound { index })
    }
}
