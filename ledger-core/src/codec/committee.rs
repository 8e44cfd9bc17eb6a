//! Events of a committee.

use sijill_schemas::events::v1 as pb;

use super::wire::{choice, kinds, record};
use crate::domain::committee::{
    Dissolution, Event, Formation, Minutes, Purpose, Replacement, Signer,
};

kinds! { Event { CommitteeFormed, MemberReplaced, MinutesSigned, CommitteeDissolved } }

record! { Formation = pb::CommitteeFormed {
    purpose: plain,
    names: required,
    members: list,
    quorum: number,
    alternates: list,
    decree: plain,
} }

record! { Replacement = pb::MemberReplaced { leaves: plain, joins: plain, reason: plain } }

record! { Minutes = pb::MinutesSigned { number: plain, decision: plain, signers: list } }

record! { Dissolution = pb::CommitteeDissolved { reason: plain } }

record! { Signer = pb::MinutesSigner { member: plain, dissent: optional } }

choice! { Purpose = pb::CommitteePurpose {
    Opening, Evaluation, Inspection, Count, Disposal, Complaints,
} }
