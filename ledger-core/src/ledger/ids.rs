//! Ids that make a retry the same command: derived, never drawn.

use serde::Serialize;
use sha2::{Digest, Sha256 as Hasher};
use uuid::Uuid;

use super::{Context, ExecuteError};
use crate::aggregate::Aggregate;
use crate::domain::values::Sha256;
use crate::event::ActorId;
use crate::store::StreamName;

/// The event ids of one command: `UUIDv5` over (log origin, actor, stream, command id, n), each length-prefixed.
pub(super) struct EventIds {
    name: Vec<u8>,
}

impl EventIds {
    pub(super) fn new(
        origin: &str,
        actor: &ActorId,
        stream: &StreamName,
        command_id: Uuid,
    ) -> Self {
        let mut name = Vec::with_capacity(128);
        for field in [
            origin.as_bytes(),
            actor.to_string().as_bytes(),
            stream.as_str().as_bytes(),
            command_id.as_bytes(),
        ] {
            // Origins, actors and stream names are far shorter than 2³² bytes.
            name.extend_from_slice(&u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
            name.extend_from_slice(field);
        }
        Self { name }
    }

    /// The id of the command's n-th event, from 0.
    pub(super) fn nth(&self, n: usize) -> Uuid {
        let mut name = self.name.clone();
        name.extend_from_slice(&u64::try_from(n).unwrap_or(u64::MAX).to_be_bytes());
        Uuid::new_v5(&Uuid::NAMESPACE_OID, &name)
    }
}

/// The id of the n-th event, from 0, of a command: what anyone can derive again from what the log shows.
pub fn event_id(
    origin: &str,
    actor: &ActorId,
    stream: &StreamName,
    command_id: Uuid,
    n: usize,
) -> Uuid {
    EventIds::new(origin, actor, stream, command_id).nth(n)
}

/// SHA-256 over the command's content and effective time. Withheld content serialises as the word `withheld`, so
/// that a public hash never lets anyone guess at it.
pub(super) fn command_hash<A: Aggregate>(
    command: &A::Command,
    context: &Context,
) -> Result<Sha256, ExecuteError<A::Refusal>> {
    #[derive(Serialize)]
    struct Content<'a, C> {
        kind: &'static str,
        command: &'a C,
        effective_at: Option<crate::domain::values::EffectiveAt>,
    }
    let hashed = Content {
        kind: A::KIND,
        command,
        effective_at: context.effective_at,
    };
    let bytes =
        postcard::to_stdvec(&hashed).map_err(|e| ExecuteError::Unencodable(e.to_string()))?;
    Ok(Sha256(Hasher::digest(bytes).into()))
}
