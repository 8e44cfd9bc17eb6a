//! Metadata, and the actor in it.

use prost::Message as _;
use sijill_schemas::events::v1 as pb;
use sijill_schemas::events::v1::metadata::Origin as WireOrigin;
use sijill_schemas::types::v1 as types;
use sijill_schemas::types::v1::actor::Id as WireId;

use super::error::{At, DecodeError, EncodeError, Fault};
use super::fields::take;
use super::parts::{PartsIn, PartsOut};
use super::wire::{Wire, choice, record};
use crate::event::{Actor, ActorId, FactRead, Metadata, Origin, Role, RulesetVersion, Statement};

/// What stands in an error in place of an event type.
const NAME: &str = "metadata";

/// Encodes metadata.
pub fn encode_metadata(metadata: &Metadata) -> Result<Vec<u8>, EncodeError> {
    let wire: pb::Metadata = metadata
        .to_wire(&mut PartsOut::default())
        .map_err(|fault| fault.encode_error(NAME))?;
    Ok(wire.encode_to_vec())
}

/// Decodes metadata: untrusted bytes, every value checked.
pub fn decode_metadata(bytes: &[u8]) -> Result<Metadata, DecodeError> {
    pb::Metadata::decode(bytes)
        .map_err(Fault::from)
        .and_then(|wire| Metadata::from_wire(wire, &mut PartsIn::new(&[])))
        .map_err(|fault| fault.decode_error(NAME))
}

record! { Metadata = pb::Metadata {
    command_id: plain,
    command_hash: plain,
    correlation_id: plain,
    causation_id: optional,
    actor: required,
    effective_at: required,
    facts: list,
    ruleset: optional,
    origin: required,
    statement: optional;
    decided_at = decided_at_micros: plain,
} }

record! { Actor = types::Actor { id: required, role: plain, position: optional } }

record! { FactRead = pb::FactRead { stream: plain, revision: optional, log: optional } }

record! { RulesetVersion = pb::RulesetVersion { id: plain, version: plain } }

record! { Statement = types::Statement { key: plain, signature: signature; bytes = signed: plain } }

choice! { Role = types::Role {
    Requester, ProcurementOfficer, Approver, BudgetOfficer, CommitteeMember, Inspector,
    Storekeeper, Payer, Supplier, ReviewBody, Auditor, Oversight, Registrar, Administrator, System,
} }

impl Wire<WireId> for ActorId {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<WireId, Fault> {
        Ok(match self {
            Self::Official(id) => WireId::Official(id.to_wire(parts)?),
            Self::Organization(id) => WireId::Organization(id.to_wire(parts)?),
            Self::System => WireId::System(types::SystemActor {}),
            Self::Key(id) => WireId::Key(id.to_wire(parts)?),
        })
    }

    fn from_wire(wire: WireId, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(match wire {
            WireId::Official(id) => Self::Official(take::plain(id, parts)?),
            WireId::Organization(id) => Self::Organization(take::plain(id, parts)?),
            WireId::System(types::SystemActor {}) => Self::System,
            WireId::Key(id) => Self::Key(take::plain(id, parts)?),
        })
    }
}

impl Wire<WireOrigin> for Origin {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<WireOrigin, Fault> {
        Ok(match self {
            Self::Native => WireOrigin::Native(pb::NativeOrigin {}),
            Self::Policy(name) => WireOrigin::Policy(name.to_wire(parts)?),
            Self::Import { file, line } => WireOrigin::Import(pb::ImportOrigin {
                file_sha256: file.to_wire(parts)?,
                line: *line,
            }),
        })
    }

    fn from_wire(wire: WireOrigin, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(match wire {
            WireOrigin::Native(pb::NativeOrigin {}) => Self::Native,
            WireOrigin::Policy(name) => Self::Policy(take::plain(name, parts)?),
            WireOrigin::Import(import) => Self::Import {
                file: take::plain(import.file_sha256, parts).at("file_sha256")?,
                line: import.line,
            },
        })
    }
}
