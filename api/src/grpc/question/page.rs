//! Which part of a list, in which order.

use std::cmp::Ordering;
use std::fmt::Write as _;

use prost::Message;
use rust_decimal::Decimal;
use sijill_ledger_core::codec::payload::Payload;
use sijill_schemas::types::v1 as types;
use tonic::{Code, Status};

use super::fingerprint::Fingerprint;
use crate::grpc::status::Problem;

/// Rows of a page when the request names no number.
pub const ROWS_DEFAULT: usize = 100;
/// Most rows of a page.
pub const ROWS_MAX: usize = 1_000;
/// Most bytes of a page's rows: an answer stays well below the message size that clients accept by default (4 MiB). A page ends
/// early rather than above; a single row that is larger makes a page alone.
pub const BYTES_MAX: usize = 2 << 20;
/// Length of a token: version, question, size of the log, rows already given.
const TOKEN_BYTES: usize = 1 + 16 + 8 + 8;
const TOKEN_VERSION: u8 = 1;

/// What rows are compared by. Absent values come last in either direction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A count, or the place of an enumeration's case.
    Count(u64),
    /// A day.
    Day(i32),
    /// A decimal.
    Decimal(Decimal),
    /// A text.
    Text(String),
    /// There is none.
    Absent,
}

impl Key {
    /// A text.
    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// A text where there is one.
    pub fn maybe(text: Option<&String>) -> Self {
        text.map_or(Self::Absent, |text| Self::text(text))
    }

    /// A case of an enumeration; the unspecified one is absent.
    pub fn case(number: i32) -> Self {
        let number = u64::try_from(number).ok().filter(|number| *number > 0);
        number.map_or(Self::Absent, Self::Count)
    }

    /// A decimal where there is one.
    pub fn decimal(wire: Option<&types::Decimal>) -> Self {
        let read = wire.and_then(|wire| Payload::new("row", &[]).take(*wire, "value").ok());
        read.map_or(Self::Absent, Self::Decimal)
    }
}

/// Fields that rows can be sorted by, with what gives the key that is compared.
pub type Orders<Sort> = &'static [(&'static str, Sort)];

/// How to sort.
pub struct Order<Sort> {
    by: Sort,
    descending: bool,
}

impl<Sort: Copy + 'static> Order<Sort> {
    /// Reads "field" or "-field"; `None` for the answer's own order.
    pub fn read(text: &str, orders: Orders<Sort>) -> Result<Option<Self>, Status> {
        if text.is_empty() {
            return Ok(None);
        }
        let (name, descending) = match text.strip_prefix('-') {
            Some(name) => (name, true),
            None => (text, false),
        };
        let found = orders.iter().find(|(field, _)| *field == name);
        let Some((_, by)) = found else {
            let names: Vec<&str> = orders.iter().map(|(field, _)| *field).collect();
            let names = names.join(", ");
            return Err(Problem::new(
                Code::InvalidArgument,
                "ORDER_BY_UNKNOWN",
                format!("لا يُرتَّب بالحقل {name:?}؛ حقول الترتيب: {names}"),
                format!("cannot sort by {name:?}; the fields are {names}"),
            )
            .field("page.order_by", format!("one of {names}"))
            .into());
        };
        let by = *by;
        Ok(Some(Self { by, descending }))
    }

    /// The field.
    pub const fn by(&self) -> Sort {
        self.by
    }

    /// Whether "-" stood before it.
    pub const fn is_descending(&self) -> bool {
        self.descending
    }

    /// Sorts; rows that compare equal stay as they are.
    pub fn sort<Row>(&self, rows: Vec<Row>, key: impl Fn(Sort, &Row) -> Key) -> Vec<Row> {
        let mut keyed: Vec<(Key, Row)> = rows
            .into_iter()
            .map(|row| (key(self.by, &row), row))
            .collect();
        keyed.sort_by(|(a, _), (b, _)| self.compare(a, b));
        keyed.into_iter().map(|(_, row)| row).collect()
    }

    fn compare(&self, a: &Key, b: &Key) -> Ordering {
        match (a, b) {
            (Key::Absent, _) | (_, Key::Absent) => a.cmp(b),
            _ if self.descending => b.cmp(a),
            _ => a.cmp(b),
        }
    }
}

/// Where a page begins: the question it belongs to, the size of the log that its first page was answered at, and the
/// rows that were given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// The question.
    pub question: Fingerprint,
    /// Number of events that the answer rests on.
    pub size: u64,
    /// Rows on the pages before.
    pub rows_before: u64,
}

impl Token {
    /// The token as text.
    pub fn write(&self) -> String {
        let mut bytes = Vec::with_capacity(TOKEN_BYTES);
        bytes.push(TOKEN_VERSION);
        bytes.extend(self.question.0);
        bytes.extend(self.size.to_be_bytes());
        bytes.extend(self.rows_before.to_be_bytes());
        bytes.iter().fold(String::new(), |mut text, byte| {
            // Writing into a text does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// Reads the token of a question; `None` for the first page.
    pub fn read(text: &str, question: Fingerprint) -> Result<Option<Self>, Status> {
        if text.is_empty() {
            return Ok(None);
        }
        let token = Self::parse(text).ok_or_else(|| {
            Problem::new(
                Code::InvalidArgument,
                "PAGE_TOKEN_UNREADABLE",
                "رمز الصفحة غير مقروء؛ أعده كما جاء في الجواب السابق، أو اتركه فارغًا للصفحة الأولى",
                "the page token cannot be read; repeat it as the last answer gave it, or leave it empty for the first page",
            )
            .field("page.token", "not a page token")
        })?;
        if token.question == question {
            return Ok(Some(token));
        }
        Err(Problem::new(
            Code::InvalidArgument,
            "PAGE_TOKEN_OF_ANOTHER_QUESTION",
            "رمز الصفحة يخص سؤالًا آخر: لا تتغير شروط البحث ولا الترتيب ولا اللحظة بين الصفحات؛ ابدأ من الصفحة الأولى",
            "the page token belongs to another question: filter, order and instant stay the same from page to page; start from the first page",
        )
        .field("page.token", "of another question")
        .into())
    }

    fn parse(text: &str) -> Option<Self> {
        if text.len() != 2 * TOKEN_BYTES || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let digits =
            (0..TOKEN_BYTES).map(|n| u8::from_str_radix(text.get(2 * n..2 * n + 2)?, 16).ok());
        let bytes: Vec<u8> = digits.collect::<Option<_>>()?;
        let (version, rest) = bytes.split_first()?;
        let (question, rest) = rest.split_first_chunk()?;
        let (size, rest) = rest.split_first_chunk()?;
        let (rows_before, _) = rest.split_first_chunk()?;
        (*version == TOKEN_VERSION).then_some(Self {
            question: Fingerprint(*question),
            size: u64::from_be_bytes(*size),
            rows_before: u64::from_be_bytes(*rows_before),
        })
    }
}

/// How many rows a page may have.
pub fn rows_max(size: u32) -> usize {
    match usize::try_from(size).unwrap_or(ROWS_MAX) {
        0 => ROWS_DEFAULT,
        size => size.min(ROWS_MAX),
    }
}

/// The rows of a page: made one by one, as long as they stay within its bytes.
pub fn cut<Row: Message, E>(made: impl Iterator<Item = Result<Row, E>>) -> Result<Vec<Row>, E> {
    let mut rows = Vec::new();
    let mut bytes = 0_usize;
    for row in made {
        let row = row?;
        bytes = bytes.saturating_add(row.encoded_len());
        if bytes > BYTES_MAX && !rows.is_empty() {
            break;
        }
        rows.push(row);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_and_belongs_to_its_question() {
        let question = Fingerprint([7; 16]);
        let token = Token {
            question,
            size: 43,
            rows_before: 100,
        };
        let text = token.write();
        assert_eq!(Token::read(&text, question).unwrap(), Some(token));
        assert_eq!(Token::read("", question).unwrap(), None);
        assert!(Token::read(&text, Fingerprint([8; 16])).is_err());
        let longer = format!("{text}00");
        for wrong in [
            "x",
            &text[2..],
            &longer,
            &text.replace("01", "02"),
            &"é".repeat(33),
        ] {
            assert!(Token::read(wrong, question).is_err(), "{wrong}");
        }
    }

    #[test]
    fn absent_values_come_last_in_either_direction() {
        type Sort = fn(&Option<u64>) -> Key;
        let orders: Orders<Sort> = &[("n", |n| n.map_or(Key::Absent, Key::Count))];
        let sort = |by: &str| {
            Order::read(by, orders)
                .unwrap()
                .unwrap()
                .sort(vec![None, Some(2), Some(1)], |by, n| by(n))
        };
        assert_eq!(sort("n"), [Some(1), Some(2), None]);
        assert_eq!(sort("-n"), [Some(2), Some(1), None]);
        assert!(Order::read("m", orders).is_err());
        assert!(Order::read("--n", orders).is_err());
    }

    #[test]
    fn a_page_ends_at_its_rows_or_its_bytes() {
        let row = |bytes: usize| types::Names {
            ar: "x".repeat(bytes),
            en: String::new(),
        };
        let cut = |rows: &[types::Names], before| {
            let rest = rows.iter().skip(before).cloned();
            cut(rest.map(Ok::<_, ()>)).unwrap().len()
        };
        let small = vec![row(10); 5];
        assert_eq!((cut(&small, 3), cut(&small, 9)), (2, 0));
        let large = vec![row(BYTES_MAX), row(BYTES_MAX), row(1)];
        assert_eq!(cut(&large, 0), 1, "a row above the limit goes alone");
        assert_eq!(
            cut(&[row(1), row(BYTES_MAX)], 0),
            1,
            "it waits for the next page"
        );
        assert_eq!(
            (rows_max(0), rows_max(7), rows_max(u32::MAX)),
            (ROWS_DEFAULT, 7, ROWS_MAX)
        );
    }
}
