//! What a statement says, and its exact bytes: nine fields, each after its length as a big-endian `u32`.

use uuid::Uuid;

use super::Refusal;
use crate::domain::values::{EffectiveAt, KeyId, Sha256};
use crate::store::StreamName;
use crate::time::Timestamp;

/// Domain separation, for ever: a signature made for one purpose counts for no other.
const DOMAIN: &[u8] = b"sijill/command/v1";

/// What a statement says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Origin of the log that is commanded.
    pub origin: String,
    /// The commanded stream.
    pub stream: StreamName,
    /// The command's id.
    pub command_id: Uuid,
    /// The effective time as asked for; `None` where the instant of decision is left to the ledger.
    pub effective_at: Option<EffectiveAt>,
    /// The key that signs.
    pub key: KeyId,
    /// The command hash of `ledger/IDS.md`. It does not hold the statement, so that it can be signed.
    pub payload: Sha256,
    /// What is approved, where something is.
    pub approved: Option<Approved>,
}

/// The version of an event that is approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Approved {
    /// Its id.
    pub event: Uuid,
    /// Hash of its leaf: SHA-256 over a zero byte and the entry.
    pub leaf: Sha256,
}

impl Claim {
    /// The bytes to sign.
    pub fn bytes(&self) -> Vec<u8> {
        let approved = self.approved.as_ref();
        let fields = [
            DOMAIN,
            self.origin.as_bytes(),
            self.stream.as_str().as_bytes(),
            self.command_id.as_bytes(),
            &self.effective_at.map_or_else(Vec::new, effective_field),
            self.key.as_str().as_bytes(),
            &self.payload.0,
            approved.map_or(&[], |approved| approved.event.as_bytes()),
            approved.map_or(&[], |approved| &approved.leaf.0),
        ];
        let mut bytes = Vec::with_capacity(256);
        for field in fields {
            // Origins, streams and ids are far below 4 GiB.
            let length = u32::try_from(field.len()).unwrap_or(u32::MAX);
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(field);
        }
        bytes
    }

    /// Reads the bytes; each claim has one form only, so whatever is read gives the same bytes again.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let mut rest = bytes;
        field(&mut rest, "domain", |it| (it == DOMAIN).then_some(()))?;
        let claim = Self {
            origin: field(&mut rest, "log origin", text)?.to_owned(),
            stream: field(&mut rest, "stream", |it| StreamName::new(text(it)?).ok())?,
            command_id: field(&mut rest, "command id", uuid)?,
            effective_at: optional(&mut rest, "effective time", effective_at)?,
            key: field(&mut rest, "key id", |it| KeyId::new(text(it)?).ok())?,
            payload: field(&mut rest, "payload hash", sha256)?,
            approved: {
                let event = optional(&mut rest, "approved event", uuid)?;
                let leaf = optional(&mut rest, "approved leaf hash", sha256)?;
                match (event, leaf) {
                    (Some(event), Some(leaf)) => Some(Approved { event, leaf }),
                    (None, None) => None,
                    (Some(_), None) | (None, Some(_)) => {
                        let field = "approved leaf hash";
                        return Err(Refusal::Malformed { field });
                    }
                }
            },
        };
        if rest.is_empty() {
            Ok(claim)
        } else {
            let field = "end";
            Err(Refusal::Malformed { field })
        }
    }
}

/// Microseconds (8 bytes) and offset in minutes (2 bytes), both signed and big-endian.
fn effective_field(effective: EffectiveAt) -> Vec<u8> {
    let micros = effective.at().as_micros().to_be_bytes();
    [&micros[..], &effective.offset_minutes().to_be_bytes()].concat()
}

/// Takes the next field off the front and reads it.
fn field<'a, T>(
    rest: &mut &'a [u8],
    name: &'static str,
    read: impl FnOnce(&'a [u8]) -> Option<T>,
) -> Result<T, Refusal> {
    let mut taken = || {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (field, after) = after.split_at_checked(length)?;
        *rest = after;
        Some(field)
    };
    let read = taken().and_then(read);
    read.ok_or(Refusal::Malformed { field: name })
}

/// The same for a field that may be empty.
fn optional<'a, T>(
    rest: &mut &'a [u8],
    name: &'static str,
    read: impl FnOnce(&'a [u8]) -> Option<T>,
) -> Result<Option<T>, Refusal> {
    let bytes = field(rest, name, Some)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let read = read(bytes).map(Some);
    read.ok_or(Refusal::Malformed { field: name })
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

fn uuid(bytes: &[u8]) -> Option<Uuid> {
    Uuid::from_slice(bytes).ok()
}

fn sha256(bytes: &[u8]) -> Option<Sha256> {
    bytes.try_into().ok().map(Sha256)
}

fn effective_at(bytes: &[u8]) -> Option<EffectiveAt> {
    let (micros, offset) = bytes.split_first_chunk::<8>()?;
    let offset = i16::from_be_bytes(offset.try_into().ok()?);
    let at = Timestamp::from_micros(i64::from_be_bytes(*micros));
    EffectiveAt::new(at, offset).ok()
}
