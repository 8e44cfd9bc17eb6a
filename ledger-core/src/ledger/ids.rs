//! Ids that make a retry the same command: derived, never drawn. `IDS.md` specifies them for readers in any language.

use sha2::{Digest, Sha256 as Hasher};
use uuid::Uuid;

use super::ExecuteError;
use super::canonical::canonical_json;
use crate::aggregate::Aggregate;
use crate::domain::values::{EffectiveAt, Sha256};
use crate::event::ActorId;
use crate::store::StreamName;

/// The event ids of one command: `UUIDv5` over (log origin, actor, stream, command id, n), each length-prefixed.
pub(super) struct EventIds {
    name: Vec<u8>,
    first: Uuid,
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
        let mut ids = Self {
            name,
            first: Uuid::nil(),
        };
        ids.first = ids.derive(0);
        ids
    }

    /// The id of the command's n-th event, from 0. The first is derived once: every command asks for it several times,
    /// and most have no other.
    pub(super) fn nth(&self, n: usize) -> Uuid {
        if n == 0 { self.first } else { self.derive(n) }
    }

    fn derive(&self, n: usize) -> Uuid {
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

/// SHA-256 over the command's content and effective time, as `IDS.md` specifies. Withheld content serialises as the word
/// `withheld`, so that a public hash never lets anyone guess at it.
pub fn command_hash<A: Aggregate>(
    command: &A::Command,
    effective_at: Option<EffectiveAt>,
) -> Result<Sha256, ExecuteError<A::Refusal>> {
    let effective = effective_field(effective_at);
    let canonical =
        canonical_json(command).map_err(|e| ExecuteError::Unencodable(e.to_string()))?;
    let mut hasher = Hasher::new();
    for field in [COMMAND_DOMAIN, A::KIND.as_bytes(), &effective, &canonical] {
        let length = u32::try_from(field.len()).map_err(|_| {
            ExecuteError::Unencodable("the command has more than 2³² bytes".to_owned())
        })?;
        hasher.update(length.to_be_bytes());
        hasher.update(field);
    }
    Ok(Sha256(hasher.finalize().into()))
}

/// Domain separation of command hashes, for ever.
const COMMAND_DOMAIN: &[u8] = b"sijill/command-hash/v1";

/// Microseconds (8 bytes) and offset in minutes (2 bytes), both signed and big-endian; nothing where the caller gave none.
fn effective_field(effective: Option<EffectiveAt>) -> Vec<u8> {
    effective.map_or_else(Vec::new, |effective| {
        let micros = effective.at().as_micros().to_be_bytes();
        [&micros[..], &effective.offset_minutes().to_be_bytes()].concat()
    })
}

#[cfg(test)]
mod tests;
