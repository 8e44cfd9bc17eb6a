//! JSON as it stands: the members of one object that are read here and the elements of one list, with their exact texts.
//!
//! What is not looked at costs no memory, and no nesting is too deep, because nothing is read recursively.

use std::fmt;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// The exact text of a value.
type Raw<'a> = &'a RawValue;

/// Names of the members that are read anywhere in OCDS data.
const NAMES: &[&str] = &[
    "amount",
    "awards",
    "buyer",
    "compiledRelease",
    "currency",
    "date",
    "id",
    "initiationType",
    "name",
    "numberOfTenderers",
    "ocid",
    "parties",
    "procurementMethod",
    "procuringEntity",
    "publisher",
    "records",
    "releases",
    "status",
    "suppliers",
    "tag",
    "tender",
    "tenderers",
    "title",
    "uri",
    "url",
    "value",
];

/// The members of an object that have one of [`NAMES`].
#[derive(Debug)]
pub(super) struct Object<'a>(Vec<Member<'a>>);

#[derive(Debug)]
struct Member<'a> {
    name: &'static str,
    /// Of several, the last, as most readers of JSON take it.
    value: Raw<'a>,
    repeats: bool,
}

impl<'a> Object<'a> {
    /// Reads the members; `None` when the value is no object.
    pub fn of(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The member of a name; of several, the last.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.member(name).map(|member| member.value.get())
    }

    /// Whether there is a member of this name.
    pub fn has(&self, name: &str) -> bool {
        self.member(name).is_some()
    }

    /// Whether the name stands there more than once.
    pub fn repeats(&self, name: &str) -> bool {
        self.member(name).is_some_and(|member| member.repeats)
    }

    fn member(&self, name: &str) -> Option<&Member<'a>> {
        debug_assert!(NAMES.contains(&name), "{name} is not kept");
        self.0.iter().find(|member| member.name == name)
    }

    fn put(&mut self, name: &'static str, value: Raw<'a>) {
        match self.0.iter_mut().find(|member| member.name == name) {
            Some(member) => {
                member.value = value;
                member.repeats = true;
            }
            None => self.0.push(Member {
                name,
                value,
                repeats: false,
            }),
        }
    }
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
        let mut object = Object(Vec::new());
        while let Some(Name(name)) = map.next_key()? {
            match name {
                Some(name) => object.put(name, map.next_value()?),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(object)
    }
}

/// A member's name, where it is one that is read.
struct Name(Option<&'static str>);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl Visitor<'_> for NameVisitor {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, text: &str) -> Result<Name, E> {
        Ok(Name(NAMES.iter().copied().find(|name| *name == text)))
    }
}

/// The elements of a list.
#[derive(Debug)]
pub(super) struct List<'a> {
    /// The first ones, as many as were asked for.
    pub elements: Vec<&'a str>,
    /// Whether there are more.
    pub more: bool,
}

/// The first elements of a list; `None` when the value is none.
pub(super) fn list(text: &str, max: usize) -> Option<List<'_>> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.deserialize_seq(Elements(max)).ok()
}

struct Elements(usize);

impl<'de> Visitor<'de> for Elements {
    type Value = List<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<List<'de>, A::Error> {
        let mut elements = Vec::new();
        while elements.len() < self.0 {
            let Some(element) = seq.next_element::<Raw<'de>>()? else {
                let more = false;
                return Ok(List { elements, more });
            };
            elements.push(element.get());
        }
        let mut more = false;
        while seq.next_element::<IgnoredAny>()?.is_some() {
            more = true;
        }
        Ok(List { elements, more })
    }
}

/// The text of a string; `None` when the value is no string, or one that stands for no text (half a surrogate pair).
pub(super) fn string(text: &str) -> Option<String> {
    serde_json::from_str(text).ok()
}

/// Whether the value is null.
pub(super) fn is_null(text: &str) -> bool {
    text == "null"
}

/// Whether the value is a whole number, written as one.
pub(super) fn is_whole_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// A name within a JSON pointer (RFC 6901).
pub(super) fn below(path: &str, name: impl fmt::Display) -> String {
    let name = name.to_string().replace('~', "~0").replace('/', "~1");
    format!("{path}/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_exact_and_names_may_repeat() {
        let json = r#" {"amount" : 1.50 ,"tag":[ 1, {"x":null}],"other":7,"amo\u0075nt":2e5} "#;
        let object = Object::of(json).unwrap();
        assert_eq!(object.get("amount"), Some("2e5"));
        assert!(object.repeats("amount") && !object.repeats("tag") && !object.repeats("id"));
        let tags = object.get("tag").unwrap();
        let List { elements, more } = list(tags, 2).unwrap();
        assert_eq!((&elements[..], more), (&["1", r#"{"x":null}"#][..], false));
        let first = list(tags, 1).unwrap();
        assert_eq!((&first.elements[..], first.more), (&["1"][..], true));
        assert!(Object::of("[1]").is_none() && list("{}", 1).is_none() && list("1", 1).is_none());
        assert_eq!(string(r#""\u0623""#).as_deref(), Some("أ"));
        assert_eq!(string(r#""\ud800""#), None);
    }

    #[test]
    fn a_hundred_thousand_levels_are_no_danger() {
        let deep = format!("{{\"tag\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        let object = Object::of(&deep).unwrap();
        let tags = list(object.get("tag").unwrap(), 9).unwrap();
        assert_eq!(tags.elements.len(), 1);
    }

    #[test]
    fn pointers_escape_their_separators() {
        assert_eq!(below("/releases", 3), "/releases/3");
        assert_eq!(below("", "a/b~c"), "/a~1b~0c");
    }
}
