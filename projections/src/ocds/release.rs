//! One release: what must be there, and the event it becomes.

use sha2::{Digest as _, Sha256 as Hasher};
use sijill_ledger_core::domain::process::{Content, RELEASE_BYTES_MAX, Release, Summary, TAGS_MAX};
use sijill_ledger_core::domain::values::{Sha256, Text};
use sijill_ledger_core::time::Timestamp;

use super::document::Found;
use super::json::{self, Object, below};
use super::problem::{Fault, Problem};
use super::summary;

/// A release as it was published, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published<'a> {
    /// Open contracting id of its process.
    pub ocid: Text,
    /// Its id.
    pub id: Text,
    /// When it was published, as it says.
    pub date: Timestamp,
    /// Its tags.
    pub tags: Vec<Text>,
    /// What views read of it.
    pub summary: Summary,
    /// Its text, exactly as published.
    pub text: &'a str,
}

impl<'a> Published<'a> {
    /// Reads a release. OCDS asks for more than what is asked for here: `ocid`, `id`, `date` and `tag`, without which a release
    /// is no statement about a process at an instant. Whatever else a publisher does is recorded as it is.
    pub fn read(found: &Found<'a>) -> Result<Self, Fault> {
        let Found { path, offset, text } = found;
        let fault = |problem: Problem| problem.at(path.clone(), *offset);
        let bytes = text.len() as u64;
        if bytes > RELEASE_BYTES_MAX {
            let bytes_max = RELEASE_BYTES_MAX;
            return Err(fault(Problem::TooLarge { bytes, bytes_max }));
        }
        let object = Object::of(text).ok_or_else(|| fault(Problem::NotAnObject))?;
        let head = Head {
            object: &object,
            path,
            offset: *offset,
        };
        Ok(Self {
            ocid: head.text("ocid")?,
            id: head.text("id")?,
            date: head.date()?,
            tags: head.tags()?,
            summary: summary::of(&object),
            text,
        })
    }

    /// SHA-256 of its text.
    pub fn sha256(&self) -> Sha256 {
        Sha256(Hasher::digest(self.text).into())
    }

    /// What is recorded of it.
    pub fn into_release(self, source: Text, content: Content) -> Release {
        Release {
            sha256: self.sha256(),
            bytes: self.text.len() as u64,
            ocid: self.ocid,
            id: self.id,
            date: self.date,
            tags: self.tags,
            source,
            content,
            summary: self.summary,
        }
    }
}

/// What a release must have.
struct Head<'a> {
    object: &'a Object<'a>,
    path: &'a str,
    offset: usize,
}

impl<'a> Head<'a> {
    fn fault(&self, name: &str, problem: Problem) -> Fault {
        problem.at(below(self.path, name), self.offset)
    }

    fn member(&self, name: &str) -> Result<&'a str, Fault> {
        if self.object.repeats(name) {
            return Err(self.fault(name, Problem::Repeated));
        }
        let found = self.object.get(name).filter(|value| !json::is_null(value));
        found.ok_or_else(|| self.fault(name, Problem::Missing))
    }

    fn text(&self, name: &str) -> Result<Text, Fault> {
        checked(self.member(name)?).map_err(|problem| self.fault(name, problem))
    }

    fn date(&self) -> Result<Timestamp, Fault> {
        let value = self.member("date")?;
        let text = json::string(value).ok_or_else(|| self.fault("date", Problem::NotAText))?;
        instant(&text).ok_or_else(|| {
            let given = text.chars().take(80).collect();
            self.fault("date", Problem::Date { given })
        })
    }

    fn tags(&self) -> Result<Vec<Text>, Fault> {
        // One more than may be, so that the ledger itself refuses too many.
        let tags = json::list(self.member("tag")?, TAGS_MAX + 1);
        let tags = tags
            .ok_or_else(|| self.fault("tag", Problem::NotAList))?
            .elements;
        if tags.is_empty() {
            return Err(self.fault("tag", Problem::Missing));
        }
        let tag = |(index, tag): (usize, &str)| {
            let path = below(&below(self.path, "tag"), index);
            checked(tag).map_err(|problem| problem.at(path, self.offset))
        };
        tags.into_iter().enumerate().map(tag).collect()
    }
}

/// A text that is kept as it is.
fn checked(value: &str) -> Result<Text, Problem> {
    let text = json::string(value).filter(|text| !text.is_empty());
    Text::new(&text.ok_or(Problem::NotAText)?).map_err(Problem::Text)
}

/// An RFC 3339 date and time with its offset from UTC. A date alone is no instant: the release would have an order among
/// others that nobody published.
fn instant(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let shape =
        |place: usize, allowed: &[u8]| bytes.get(place).is_some_and(|b| allowed.contains(b));
    let is_shaped = shape(4, b"-")
        && shape(7, b"-")
        && shape(10, b"Tt ")
        && shape(13, b":")
        && shape(16, b":")
        && bytes
            .get(..4)
            .is_some_and(|year| year.iter().all(u8::is_ascii_digit))
        && !text.contains('[');
    // Its text form is that of RFC 3339 with an offset, and nothing without one.
    is_shaped
        .then(|| serde_json::to_string(text).ok())?
        .and_then(|quoted| serde_json::from_str(&quoted).ok())
}
