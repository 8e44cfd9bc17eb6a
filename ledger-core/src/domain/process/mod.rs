//! A contracting process of another system: its releases as they were published, each once.
//!
//! Nothing here opens a release: who records one also says what it sums up to, and anyone can derive that again from the
//! bytes, which the event holds or names. Releases keep coming for as long as the other system runs, so
//! recording one is a command like any other, not imported history.

mod event;
mod refusal;
#[cfg(test)]
mod tests;

pub use event::*;
pub use refusal::Refusal;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256 as Hasher};

use crate::aggregate::{Aggregate, Facts, Occurred, ensure};
use crate::domain::member;
use crate::domain::values::{Sha256, Text};
use crate::event::Role;
use crate::store::StreamName;

/// Most releases of one process.
pub const RELEASES_MAX: usize = 10_000;

/// What can be asked of a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Record a release.
    Record(Box<Release>),
}

/// A process: which releases of it are recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Process {
    /// Its open contracting id, from its first release.
    ocid: Option<Text>,
    /// SHA-256 of each release as published, by its id.
    releases: BTreeMap<Text, Sha256>,
}

/// Longest open contracting id that names its stream as it is, in bytes.
const PLAIN_BYTES_MAX: usize = 100;
/// In front of the hash in the name of a stream whose process has another id.
const HASHED: &str = "sha256.";

impl Process {
    /// The stream of a process.
    ///
    /// An open contracting id of 1 to 100 of `A-Z a-z 0-9 . _ -` that does not begin with `sha256.` stands in the name as it is:
    /// `process-ocds-213czf-000-00001`. Any other is named by the SHA-256 of its UTF-8 bytes:
    /// `process-sha256.` and 64 lower-case hexadecimal digits. So no two ids share a stream; events name the id verbatim.
    pub fn stream(ocid: &Text) -> StreamName {
        let ocid = ocid.as_str();
        let plain = ocid.len() <= PLAIN_BYTES_MAX
            && !ocid.starts_with(HASHED)
            && ocid
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
        if plain {
            return StreamName::of("process", ocid);
        }
        let hash = Sha256(Hasher::digest(ocid.as_bytes()).into());
        StreamName::of("process", &format!("{HASHED}{hash}"))
    }

    /// Its open contracting id; `None` before its first release.
    pub const fn ocid(&self) -> Option<&Text> {
        self.ocid.as_ref()
    }

    /// SHA-256 of a recorded release as published.
    pub fn release(&self, id: &Text) -> Option<Sha256> {
        self.releases.get(id).copied()
    }
}

impl Aggregate for Process {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "process";

    fn reads(&self, _stream: &StreamName, command: &Command) -> Vec<StreamName> {
        match command {
            Command::Record(_) => Vec::new(),
        }
    }

    fn decide(&self, command: Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
        let Command::Record(release) = command;
        ensure(may_record(facts.actor.role), Refusal::Role)?;
        let own = Self::stream(&release.ocid) == facts.stream;
        let ocid = release.ocid.clone();
        ensure(own, Refusal::OtherProcess { ocid })?;
        self.can_take(&release)?;
        release.fits()?;
        Ok(vec![Event::ReleaseRecorded(release)])
    }

    fn evolve(mut self, occurred: Occurred<'_, Event>) -> Option<Self> {
        let Event::ReleaseRecorded(release) = occurred.event;
        self.can_take(release).ok()?;
        self.ocid.get_or_insert_with(|| release.ocid.clone());
        self.releases.insert(release.id.clone(), release.sha256);
        Some(self)
    }

    fn asked(event: &Event, _imported: bool) -> Option<Command> {
        let Event::ReleaseRecorded(release) = event.clone();
        Some(Command::Record(release))
    }

    member!(Process);
}

impl Process {
    /// What holds in any history.
    fn can_take(&self, release: &Release) -> Result<(), Refusal> {
        let (ocid, id) = (release.ocid.clone(), release.id.clone());
        let own = self.ocid.as_ref().is_none_or(|own| *own == ocid);
        ensure(own, Refusal::OtherProcess { ocid })?;
        match self.release(&id) {
            Some(recorded) if recorded == release.sha256 => Err(Refusal::Recorded { id }),
            Some(recorded) => Err(Refusal::Changed {
                id,
                recorded,
                given: release.sha256,
            }),
            None => ensure(self.releases.len() < RELEASES_MAX, Refusal::Full),
        }
    }
}

impl Event {
    /// The attachment that it names.
    pub const fn attachment(&self) -> Option<Sha256> {
        let Self::ReleaseRecorded(release) = self;
        match release.content {
            Content::Inline(_) => None,
            Content::Attachment(sha256) => Some(sha256),
        }
    }
}

impl Release {
    fn fits(&self) -> Result<(), Refusal> {
        let count = self.tags.len();
        ensure(count > 0, Refusal::NoTag)?;
        ensure(count <= TAGS_MAX, Refusal::TooManyTags { count })?;
        let bytes = self.bytes;
        ensure(bytes > 0, Refusal::Empty)?;
        ensure(bytes <= RELEASE_BYTES_MAX, Refusal::TooLarge { bytes })?;
        if let Content::Inline(compressed) = &self.content {
            let bytes = compressed.len();
            ensure(bytes > 0, Refusal::Empty)?;
            ensure(bytes <= INLINE_BYTES_MAX, Refusal::InlineTooLarge { bytes })?;
        }
        self.summary.fits()?;
        let bytes = self.description_bytes();
        ensure(
            bytes <= DESCRIPTION_BYTES_MAX,
            Refusal::DescriptionTooLarge { bytes },
        )
    }
}

impl Summary {
    fn fits(&self) -> Result<(), Refusal> {
        let suppliers = self.awards.iter().map(|award| award.suppliers.len());
        ensure(
            self.awards.len() <= AWARDS_MAX
                && suppliers.max().unwrap_or(0) <= SUPPLIERS_MAX
                && self.left_out.len() <= LEFT_OUT_MAX,
            Refusal::SummaryTooLong,
        )?;
        let mut removed = BTreeSet::new();
        let contradicts = self
            .removed
            .iter()
            .any(|field| self.has(*field) || !removed.insert(field));
        ensure(!contradicts, Refusal::SummaryContradicts)
    }
}

/// Whoever keeps the registers, runs the installation, or is Sijill itself: a release is nobody's decision here.
fn may_record(role: Role) -> bool {
    matches!(role, Role::Registrar | Role::Administrator | Role::System)
}
