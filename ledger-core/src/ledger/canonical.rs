//! Canonical JSON: no spaces, the members of every object in the order of their names. `IDS.md` specifies it.
//!
//! Every command is written so, in the time of its caller: members are put in order in the text itself, with no tree of
//! values in between.

use std::cell::RefCell;
use std::io;
use std::ops::Range;
use std::rc::Rc;

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// A value as canonical JSON.
pub(super) fn canonical_json(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let text = Rc::new(RefCell::new(Text::default()));
    let (writer, formatter) = (Writer(Rc::clone(&text)), Ordered(Rc::clone(&text)));
    value.serialize(&mut Serializer::with_formatter(writer, formatter))?;
    Ok(text.take().bytes)
}

/// What is written, and the objects that are open in it.
#[derive(Default)]
struct Text {
    bytes: Vec<u8>,
    open: Vec<Object>,
    /// Room to put members in order.
    ordered: Vec<u8>,
}

#[derive(Default)]
struct Object {
    start: usize,
    members: Vec<Member>,
}

#[derive(Clone, Default)]
struct Member {
    /// The name, without its quotes.
    name: Range<usize>,
    /// The whole member.
    whole: Range<usize>,
}

impl Text {
    fn begin_object(&mut self) {
        self.bytes.push(b'{');
        self.open.push(Object {
            start: self.bytes.len(),
            ..Object::default()
        });
    }

    fn begin_member(&mut self) {
        let at = self.bytes.len();
        if let Some(object) = self.open.last_mut() {
            let (name, whole) = (at + 1..at, at..at);
            object.members.push(Member { name, whole });
        }
    }

    fn member(&mut self) -> Option<&mut Member> {
        self.open.last_mut()?.members.last_mut()
    }

    fn end_name(&mut self) {
        let end = self.bytes.len().saturating_sub(1);
        if let Some(member) = self.member() {
            member.name.end = end;
        }
        self.bytes.push(b':');
    }

    fn end_member(&mut self) {
        let end = self.bytes.len();
        if let Some(member) = self.member() {
            member.whole.end = end;
        }
    }

    /// Writes the members again, in order and with commas between them.
    fn end_object(&mut self) {
        let Some(Object { start, mut members }) = self.open.pop() else {
            return;
        };
        let bytes = &self.bytes;
        let part = |range: &Range<usize>| bytes.get(range.clone()).unwrap_or_default();
        members.sort_by(|a, b| by_name(part(&a.name), part(&b.name)));
        self.ordered.clear();
        for (n, member) in members.iter().enumerate() {
            if n > 0 {
                self.ordered.push(b',');
            }
            self.ordered.extend_from_slice(part(&member.whole));
        }
        self.bytes.truncate(start);
        self.bytes.append(&mut self.ordered);
        self.bytes.push(b'}');
    }
}

/// The order of two names as they stand in JSON: that of what they mean, which an escaped character may change.
fn by_name(a: &[u8], b: &[u8]) -> std::cmp::Ordering {
    if a.contains(&b'\\') || b.contains(&b'\\') {
        let meant = |name: &[u8]| {
            let quoted = [b"\"", name, b"\""].concat();
            // What was just written can be read.
            serde_json::from_slice::<String>(&quoted).unwrap_or_default()
        };
        meant(a).cmp(&meant(b))
    } else {
        a.cmp(b)
    }
}

struct Writer(Rc<RefCell<Text>>);

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes all but objects as JSON without spaces is written.
struct Ordered(Rc<RefCell<Text>>);

impl Formatter for Ordered {
    fn begin_object<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.0.borrow_mut().begin_object();
        Ok(())
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, _: &mut W, _: bool) -> io::Result<()> {
        self.0.borrow_mut().begin_member();
        Ok(())
    }

    fn end_object_key<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.0.borrow_mut().end_name();
        Ok(())
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        Ok(())
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.0.borrow_mut().end_member();
        Ok(())
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.0.borrow_mut().end_object();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use proptest::prelude::*;

    use super::*;

    /// The plain way: a tree whose objects are sorted.
    fn by_tree(value: &impl Serialize) -> String {
        let mut tree = serde_json::to_value(value).unwrap();
        tree.sort_all_objects();
        serde_json::to_string(&tree).unwrap()
    }

    fn check(value: &impl Serialize) {
        let written = canonical_json(value).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), by_tree(value));
    }

    #[derive(Clone, Debug, Serialize)]
    enum Shape {
        Unit,
        Newtype(Box<Named>),
        Tuple(u8, String),
        Struct { zeta: Option<u8>, alpha: () },
    }

    #[derive(Clone, Debug, Serialize)]
    struct Named {
        zebra: Vec<Shape>,
        b: Option<bool>,
        apple: HashMap<String, i64>,
        by_number: BTreeMap<u32, u8>,
    }

    #[derive(Serialize)]
    struct Nothing {}

    #[test]
    fn members_stand_in_the_order_of_their_names_at_every_depth() {
        let inner = Named {
            zebra: vec![
                Shape::Unit,
                Shape::Tuple(1, "\"\n٣".to_owned()),
                Shape::Struct {
                    zeta: None,
                    alpha: (),
                },
            ],
            b: Some(true),
            apple: HashMap::from([("b".to_owned(), -1), ("a".to_owned(), 2)]),
            by_number: BTreeMap::from([(2, 1), (10, 1)]),
        };
        let outer = Named {
            zebra: vec![Shape::Newtype(Box::new(inner.clone()))],
            ..inner
        };
        check(&outer);
        check(&Nothing {});
        let (written, text) = (canonical_json(&outer).unwrap(), by_tree(&outer));
        assert!(text.starts_with(r#"{"apple":{"a":2,"b":-1},"b":true,"by_number":{"10":1,"2":"#));
        assert_eq!(written, text.as_bytes());
    }

    proptest! {
        #[test]
        fn any_names_are_ordered_by_what_they_mean(
            map in proptest::collection::hash_map("[ !\"a-b\\\\\u{0}-\u{1f}é]{0,3}", ".{0,4}", 0..8),
        ) {
            check(&map);
        }
    }
}
