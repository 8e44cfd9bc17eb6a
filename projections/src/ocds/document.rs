//! The releases in a JSON document: a release, a record, or a package of either.

use serde_json::value::RawValue;
use sijill_ledger_core::domain::values::Text;

use super::json::{self, Object, below};
use super::problem::{Fault, Problem};
use super::summary::one_line;

/// The releases of a document, and what in it is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document<'a> {
    /// Name and address of the publisher, where a package names them.
    pub source: Option<Text>,
    /// The releases in their order.
    pub releases: Vec<Found<'a>>,
    /// What was found in place of releases, in its order.
    pub faults: Vec<Fault>,
}

/// The text of a release in its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// JSON pointer (RFC 6901) from the document's root.
    pub path: String,
    /// Bytes of the document before it.
    pub offset: usize,
    /// The JSON value exactly as it stands.
    pub text: &'a str,
}

/// Most releases of one list, and most records of a package: so many texts fit into memory, whatever they are.
pub const RELEASES_MAX: usize = 1_000_000;

/// Finds the releases of a document.
///
/// A document with `records` is a record package; one with `releases` a release package or a record; one with anything
/// that a release must have is a release. A release in a record may be embedded or linked: a linked one is a fault,
/// because only its address is there. Compiled releases beside them are derived from them, and left aside.
pub fn document(text: &str) -> Result<Document<'_>, Problem> {
    // A line's end after a text that was cut in the middle of a string is no part of that string.
    let text = text.trim_end_matches([' ', '\t', '\r', '\n']);
    let whole: &RawValue = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    let mut finder = Finder {
        text,
        document: Document::default(),
    };
    let Some(object) = Object::of(whole.get()) else {
        return Err(Problem::NotOcds);
    };
    finder.document.source = source(&object);
    if let Some(records) = object.get("records") {
        finder.records(records);
    } else if object.has("releases") || object.has("compiledRelease") {
        finder.record(&object, "", finder.offset(whole.get()));
    } else if ["ocid", "tag", "date", "initiationType"]
        .iter()
        .any(|name| object.has(name))
    {
        finder.release(whole.get(), String::new());
    } else {
        return Err(Problem::NotOcds);
    }
    Ok(finder.document)
}

/// Whether a line by itself is a document of OCDS: what tells JSON lines from a broken document of many lines.
pub fn is_document(line: &str) -> bool {
    let object = Object::of(line);
    object.is_some_and(|object| {
        ["ocid", "releases", "records"]
            .iter()
            .any(|name| object.has(name))
    })
}

/// Whether a text is one JSON value.
pub fn is_json(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok()
}

fn not_json(error: &serde_json::Error) -> Problem {
    if error.is_eof() {
        return Problem::Truncated;
    }
    Problem::NotJson {
        line: error.line(),
        column: error.column(),
    }
}

/// Name of the publisher and address of the package.
fn source(package: &Object<'_>) -> Option<Text> {
    let text = |value: Option<&str>| one_line(&json::string(value?)?).map(|(text, _)| text);
    let publisher = package.get("publisher").and_then(Object::of);
    let name = text(
        publisher
            .as_ref()
            .and_then(|publisher| publisher.get("name")),
    );
    let own = text(package.get("uri"));
    let address = own.or_else(|| text(publisher.as_ref()?.get("uri")));
    match (name, address) {
        (Some(name), Some(address)) => {
            one_line(&format!("{name}, {address}")).map(|(source, _)| source)
        }
        (name, address) => name.or(address),
    }
}

struct Finder<'a> {
    text: &'a str,
    document: Document<'a>,
}

impl<'a> Finder<'a> {
    /// Where a part of the text begins in it.
    fn offset(&self, part: &str) -> usize {
        part.as_ptr()
            .addr()
            .saturating_sub(self.text.as_ptr().addr())
    }

    fn records(&mut self, records: &'a str) {
        let Some(json::List { elements, more }) = json::list(records, RELEASES_MAX) else {
            return self.fault(Problem::NotAList, "/records", records);
        };
        if more {
            self.fault(Problem::TooMany, "/records", records);
        }
        for (index, record) in elements.into_iter().enumerate() {
            let path = below("/records", index);
            match Object::of(record) {
                Some(object) => self.record(&object, &path, self.offset(record)),
                None => self.fault(Problem::NotAnObject, &path, record),
            }
        }
    }

    /// A record or a release package: both list releases.
    fn record(&mut self, object: &Object<'a>, path: &str, offset: usize) {
        let Some(releases) = object.get("releases") else {
            self.document
                .faults
                .push(Problem::NoReleases.at(path, offset));
            return;
        };
        let path = below(path, "releases");
        if object.repeats("releases") {
            return self.fault(Problem::Repeated, &path, releases);
        }
        let Some(json::List { elements, more }) = json::list(releases, RELEASES_MAX) else {
            return self.fault(Problem::NotAList, &path, releases);
        };
        if more {
            self.fault(Problem::TooMany, &path, releases);
        }
        if elements.is_empty() && object.has("ocid") {
            return self.fault(Problem::NoReleases, &path, releases);
        }
        for (index, release) in elements.into_iter().enumerate() {
            self.release(release, below(&path, index));
        }
    }

    fn release(&mut self, text: &'a str, path: String) {
        match link(text) {
            Some(url) => self.fault(Problem::Linked { url }, &path, text),
            None => self.document.releases.push(Found {
                path,
                offset: self.offset(text),
                text,
            }),
        }
    }

    fn fault(&mut self, problem: Problem, path: &str, at: &str) {
        let offset = self.offset(at);
        self.document.faults.push(problem.at(path, offset));
    }
}

/// The address, where a release stands there only by its address.
fn link(text: &str) -> Option<String> {
    if let Some(url) = json::string(text) {
        return Some(url);
    }
    let object = Object::of(text)?;
    let url = object.get("url").and_then(json::string);
    url.filter(|_| !object.has("ocid"))
}
