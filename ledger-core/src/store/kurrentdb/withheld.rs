//! Withheld parts on the cluster: each in a stream of its own, durable before its entry, of a type that never becomes one.
//!
//! The stream's name holds the commitment, so that a retry writes the same part once and another content goes elsewhere. Erasing
//! destroys the stream: nothing can be written there again, and the cluster's next scavenge removes the bytes from its disks.

use bytes::Bytes;
use uuid::Uuid;

use super::Shared;
use super::appending::patiently;
use super::cluster::Failure;
use super::wire::{NewEvent, part_stream};
use crate::store::{
    AppendError, Expected, Part, PartClass, ReadError, StoredPart, prepare::Prepared,
};

const PART_KIND: &str = "sijill.withheld.v1";

/// What is kept of an entry that has withheld parts.
struct Committed {
    id: Uuid,
    commitments: Vec<(PartClass, [u8; 32])>,
}

impl Shared {
    /// Makes the withheld parts of an append durable.
    pub(super) async fn write_parts(
        &self,
        prepared: &Prepared,
        events: &[NewEvent],
    ) -> Result<(), AppendError> {
        for (place, parts) in &prepared.withheld {
            let Some(event) = events.get(*place as usize) else {
                continue;
            };
            for (number, part) in (0_u8..).zip(parts) {
                self.write_part(event.id, number, part).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn write_part(
        &self,
        id: Uuid,
        number: u8,
        part: &Part,
    ) -> Result<(), AppendError> {
        let name = part_stream(&self.options.namespace, id, number, &part.commitment());
        let event = [NewEvent {
            id: Uuid::new_v5(&id, &[number]),
            kind: PART_KIND.to_owned(),
            metadata: Bytes::new(),
            data: encode(part).into(),
        }];
        let write = || self.cluster.append(&name, Expected::NoStream, &event);
        match patiently(self, write).await {
            // The name says what the stream holds; erased is erased.
            Ok(()) | Err(Failure::Conflict(_) | Failure::Destroyed) => Ok(()),
            Err(Failure::Refused(why) | Failure::Lost(why)) => Err(AppendError::Unavailable(
                format!("a withheld part was not stored: {why}"),
            )),
        }
    }

    /// The withheld parts of an entry, from the cluster.
    pub(super) async fn read_parts(&self, index: u64) -> Result<Vec<StoredPart>, ReadError> {
        let Committed { id, commitments } = self.committed(index)?;
        let mut parts = Vec::with_capacity(commitments.len());
        for (number, commitment) in (0_u8..).zip(&commitments) {
            let name = part_stream(&self.options.namespace, id, number, &commitment.1);
            let read = || self.cluster.event(&name, 0);
            let held = patiently(self, read).await;
            parts.push(stored(index, held, commitment)?);
        }
        Ok(parts)
    }

    /// Destroys one withheld part on the cluster.
    pub(super) async fn destroy_part(&self, index: u64, part: u8) -> Result<(), ReadError> {
        let Committed { id, commitments } = self.committed(index)?;
        let (_, commitment) = commitments
            .get(usize::from(part))
            .ok_or(ReadError::NoSuchPart { index, part })?;
        let name = part_stream(&self.options.namespace, id, part, commitment);
        let destroy = || self.cluster.destroy(&name);
        patiently(self, destroy).await.map_err(unavailable)
    }

    fn committed(&self, index: u64) -> Result<Committed, ReadError> {
        let store = self.mirror.store();
        let batch = store.entry(index)?;
        let entry = batch.get(0).ok_or(ReadError::NotFound { index })?.1;
        Ok(Committed {
            id: entry.id,
            commitments: entry.commitments().collect(),
        })
    }
}

fn stored(
    index: u64,
    held: Result<Option<super::wire::Event>, Failure>,
    commitment: &(PartClass, [u8; 32]),
) -> Result<StoredPart, ReadError> {
    let damaged = || ReadError::Corrupt {
        index,
        what: "a withheld part is damaged or missing on the cluster".to_owned(),
    };
    match held {
        Ok(Some(event)) => decode(&event.data)
            .filter(|part| (part.class, part.commitment()) == *commitment)
            .map(StoredPart::Known)
            .ok_or_else(damaged),
        Ok(None) => Err(damaged()),
        Err(Failure::Destroyed) => Ok(StoredPart::Absent),
        Err(failure) => Err(unavailable(failure)),
    }
}

fn unavailable(failure: Failure) -> ReadError {
    ReadError::Unavailable(match failure {
        Failure::Refused(why) | Failure::Lost(why) => why,
        Failure::Conflict(_) | Failure::Destroyed => {
            "the stream of a withheld part was changed".to_owned()
        }
    })
}

/// Class, salt, content.
fn encode(part: &Part) -> Vec<u8> {
    [&[part.class.number()], &part.salt[..], &part.bytes].concat()
}

fn decode(bytes: &[u8]) -> Option<Part> {
    let (class, rest) = bytes.split_first()?;
    let (salt, content) = rest.split_first_chunk()?;
    Some(Part {
        class: PartClass::from_number(*class)?,
        salt: *salt,
        bytes: content.to_vec(),
    })
}
