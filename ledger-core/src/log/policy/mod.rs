//! Trust policies (C2SP tlog-policy): which logs are believed, which witnesses are known, and which of them are enough.
//!
//! ```text
//! log <vkey> [<url>]
//! witness <name> <vkey> [<url>]
//! group <name> all|any|<k> <name>...
//! quorum <name>|none
//! ```

mod parse;
#[cfg(test)]
mod tests;

pub use parse::{PolicyDefect, PolicyError};

use std::collections::BTreeMap;

use super::checkpoint::SignedCheckpoint;
use super::note::{CosignatureVerifier, LogVerifier, NoteError};
use crate::time::Timestamp;

/// Largest policy file, in bytes.
pub const POLICY_BYTES_MAX: usize = 64 << 10;

/// Most logs, most witnesses, and most groups in a policy, each.
pub const POLICY_ITEMS_MAX: usize = 64;

/// Whom a verifier believes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<Log>,
    witnesses: Vec<Witness>,
    groups: Vec<Group>,
    quorum: Quorum,
}

/// A log that is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Its key; the key's name is the log's origin.
    pub key: LogVerifier,
    /// Where it is served, if that is said.
    pub url: Option<String>,
}

/// A witness that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Its name in this policy.
    pub name: String,
    /// Its key.
    pub key: CosignatureVerifier,
    /// Where checkpoints are submitted to it, if that is said.
    pub url: Option<String>,
}

/// At least so many of the members.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    threshold: usize,
    members: Vec<Member>,
}

/// An index into the witnesses, or into the groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Member {
    Witness(usize),
    Group(usize),
}

/// Who must have cosigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quorum {
    /// No cosignature is needed.
    Nobody,
    Of(Member),
}

/// What the known witnesses say under a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witnessed {
    /// Who cosigned and when, in seconds since 1970, by name in the policy.
    pub cosigned_at: BTreeMap<String, u64>,
    /// Whether they are enough.
    pub quorum: bool,
}

impl Policy {
    /// Knows nobody and asks for nobody: that of a log without witnesses.
    pub const fn unwitnessed() -> Self {
        Self {
            logs: Vec::new(),
            witnesses: Vec::new(),
            groups: Vec::new(),
            quorum: Quorum::Nobody,
        }
    }

    /// The logs.
    pub fn logs(&self) -> &[Log] {
        &self.logs
    }

    /// The witnesses.
    pub fn witnesses(&self) -> &[Witness] {
        &self.witnesses
    }

    /// Whether the witnesses of which `holds` is true are enough.
    pub fn satisfied(&self, holds: impl Fn(&Witness) -> bool) -> bool {
        let witnesses: Vec<bool> = self.witnesses.iter().map(holds).collect();
        let mut groups: Vec<bool> = Vec::with_capacity(self.groups.len());
        let is = |member: &Member, groups: &[bool]| match *member {
            Member::Witness(index) => witnesses.get(index) == Some(&true),
            Member::Group(index) => groups.get(index) == Some(&true),
        };
        // A group names earlier ones only, so one pass in their order is enough.
        for group in &self.groups {
            let holding = group.members.iter().filter(|member| is(member, &groups));
            let enough = holding.count() >= group.threshold;
            groups.push(enough);
        }
        match self.quorum {
            Quorum::Nobody => true,
            Quorum::Of(member) => is(&member, &groups),
        }
    }

    /// From when on those who had cosigned were enough, by their own clocks, in seconds since 1970. `None` where they never were, or
    /// where nobody is asked for.
    pub fn enough_since(&self, cosigned_at: &BTreeMap<String, u64>) -> Option<u64> {
        if self.satisfied(|_| false) {
            return None;
        }
        let by_then = |time: &u64| {
            self.satisfied(|it| cosigned_at.get(&it.name).is_some_and(|at| at <= time))
        };
        cosigned_at.values().copied().filter(by_then).min()
    }

    /// From when on enough of the witnesses had cosigned a checkpoint, by their own clocks; `None` where too few did, or where a
    /// signature under it is false.
    pub fn seen_at(&self, checkpoint: &SignedCheckpoint) -> Option<Timestamp> {
        let witnessed = self.witnessed(checkpoint).ok()?;
        let since = self.enough_since(&witnessed.cosigned_at)?;
        Timestamp::from_seconds(since)
    }

    /// Checks the cosignatures of all known witnesses. A false one is an error, not an absence: somebody changed the note.
    pub fn witnessed(&self, checkpoint: &SignedCheckpoint) -> Result<Witnessed, NoteError> {
        let mut cosigned_at = BTreeMap::new();
        for witness in &self.witnesses {
            if let Some(time) = witness.key.cosigned_at(checkpoint.note())? {
                cosigned_at.insert(witness.name.clone(), time);
            }
        }
        let quorum = self.satisfied(|witness| cosigned_at.contains_key(&witness.name));
        Ok(Witnessed {
            cosigned_at,
            quorum,
        })
    }
}
