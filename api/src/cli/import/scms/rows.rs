//! Rows of the delivery history, parsed: each is one order of one line with its one delivery.

use rust_decimal::Decimal;
use sijill_ledger_core::domain::values::{
    Code, Currency, Date, DocumentNumber, Money, OrderId, Quantity, UnitPrice, ValueError, legal,
};

use crate::cli::errors::{Bilingual, Failure};
use crate::cli::import::csv_file::{Column, CsvFile, Row};
use crate::cli::import::rejects::Rejects;

/// A row.
#[derive(Clone, Debug)]
#[allow(clippy::struct_field_names)] // the file's own word
pub struct Delivered {
    /// Line in the file.
    pub line: u64,
    /// `SCMS-` and the row's own id.
    pub order: OrderId,
    /// Number of the purchase or sales order; several rows may share it.
    pub number: DocumentNumber,
    /// Number of the shipment's paper.
    pub document: DocumentNumber,
    /// Incoterm, where the row has one.
    pub terms: Option<Code>,
    /// Who delivered.
    pub vendor: String,
    /// Where to.
    pub country: String,
    /// What.
    pub item: Item,
    /// Packs.
    pub quantity: Quantity,
    /// Price of a pack.
    pub pack_price: UnitPrice,
    /// When it was ordered, as far as anyone wrote it down.
    pub ordered_on: Date,
    /// When it should come.
    pub due: Date,
    /// When it came.
    pub delivered_on: Date,
    /// What the carriage cost, where that is a number.
    pub freight: Option<Money>,
    /// What else the row says, column by column.
    pub note: String,
}

/// What tells items apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// As the catalogue there has it.
    pub description: String,
    /// Its group, such as `ARV` or `HRDT`.
    pub group: String,
    /// Substance or test.
    pub molecule: String,
    /// Brand.
    pub brand: String,
    /// Strength.
    pub dosage: String,
    /// Form.
    pub form: String,
    /// Units in a pack.
    pub pack: String,
}

/// Columns that become something of their own.
struct Columns {
    id: Column,
    order: Column,
    shipment: Column,
    country: Column,
    terms: Column,
    price_quoted: Column,
    order_sent: Column,
    scheduled: Column,
    delivered: Column,
    group: Column,
    vendor: Column,
    item: [Column; 6],
    quantity: Column,
    value: Column,
    pack_price: Column,
    freight: Column,
    /// Columns that are noted as they are, with their names.
    noted: Vec<(&'static str, Column)>,
}

/// Columns that are noted as they are, where they say something, and the names they are noted under, the weightiest first.
/// What they leave out is about the item, and stands in its description.
const NOTED: [(&str, &str); 12] = [
    ("weight (kilograms)", "weight kg"),
    ("line item insurance (usd)", "insurance USD"),
    ("pq #", "PQ"),
    ("project code", "project"),
    ("shipment mode", "mode"),
    ("fulfill via", "via"),
    ("pq first sent to client date", "PQ sent"),
    ("po sent to vendor date", "PO sent"),
    ("delivery recorded date", "recorded"),
    ("manufacturing site", "made at"),
    ("managed by", "managed by"),
    ("first line designation", "first line"),
];

impl Columns {
    fn of(file: &CsvFile) -> Result<Self, Failure> {
        let noted = NOTED.map(|(name, short)| Ok((short, file.column(name)?)));
        Ok(Self {
            id: file.column("id")?,
            order: file.column("po / so #")?,
            shipment: file.column("asn/dn #")?,
            country: file.column("country")?,
            terms: file.column("vendor inco term")?,
            price_quoted: file.column("pq first sent to client date")?,
            order_sent: file.column("po sent to vendor date")?,
            scheduled: file.column("scheduled delivery date")?,
            delivered: file.column("delivered to client date")?,
            group: file.column("product group")?,
            vendor: file.column("vendor")?,
            item: [
                file.column("item description")?,
                file.column("molecule/test type")?,
                file.column("brand")?,
                file.column("dosage")?,
                file.column("dosage form")?,
                file.column("unit of measure (per pack)")?,
            ],
            quantity: file.column("line item quantity")?,
            value: file.column("line item value")?,
            pack_price: file.column("pack price")?,
            freight: file.column("freight cost (usd)")?,
            noted: noted.into_iter().collect::<Result<_, Failure>>()?,
        })
    }
}

type Why = (&'static str, Bilingual);

/// The rows that can be read, by the day they were delivered, then by line: stores remember in that order.
pub fn read(file: &CsvFile, rejects: &mut Rejects) -> Result<Vec<Delivered>, Failure> {
    let columns = Columns::of(file)?;
    let mut seen = std::collections::BTreeMap::new();
    let mut rows = Vec::with_capacity(file.rows.len());
    for row in &file.rows {
        let first = *seen.entry(row.id(columns.id)).or_insert(row.line);
        let parsed = if first == row.line {
            parse(row, &columns)
        } else {
            let reason = Bilingual::new(
                format!("معرّف مكرر، ورد في السطر {first}"),
                format!("duplicate id, first on line {first}"),
            );
            Err(("DUPLICATE_ID", reason))
        };
        match parsed {
            Ok(delivered) => rows.push(delivered),
            Err((code, reason)) => rejects.push(file.rejection(row.line, code, reason)),
        }
    }
    rows.sort_by_key(|row| (row.delivered_on, row.line));
    Ok(rows)
}

fn parse(row: &Row, columns: &Columns) -> Result<Delivered, Why> {
    let dollar = Currency::new("USD").map_err(|error| in_field("USD", &error))?;
    let id = row.get(columns.id);
    let due = day(row, columns.scheduled, "scheduled delivery date")?;
    let delivered_on = day(row, columns.delivered, "delivered to client date")?;
    let quantity = quantity(row, columns.quantity)?;
    let pack_price = decimal(row, columns.pack_price, "pack price", "PRICE")?;
    let pack_price = UnitPrice::new(pack_price, dollar)
        .map_err(|error| ("PRICE", in_field("pack price", &error).1))?;
    let value = decimal(row, columns.value, "line item value", "VALUE")?;
    let freight = row.get(columns.freight);
    let cost = freight.parse::<Decimal>().ok();
    let cost = cost.and_then(|amount| Money::new(amount, dollar).ok());
    let mut note = Vec::new();
    if cost.is_none() {
        note.push(("freight USD", freight));
    }
    if pack_price.line_total(quantity).map(Money::amount) != Some(value) {
        note.push(("line value USD", row.get(columns.value)));
    }
    let noted = columns.noted.iter();
    note.extend(noted.map(|(name, column)| (*name, row.get(*column))));
    let field = |column| row.get(column).to_owned();
    let [description, molecule, brand, dosage, form, pack] = columns.item.map(field);
    Ok(Delivered {
        line: row.line,
        order: checked("id", OrderId::new(&format!("SCMS-{id}")))?,
        number: checked("po / so #", DocumentNumber::new(row.get(columns.order)))?,
        document: checked("asn/dn #", DocumentNumber::new(row.get(columns.shipment)))?,
        terms: incoterm(row.get(columns.terms)),
        vendor: stated(row, columns.vendor, "vendor")?,
        country: stated(row, columns.country, "country")?,
        item: Item {
            description: stated(row, columns.item[0], "item description").map(|_| description)?,
            group: field(columns.group),
            molecule,
            brand,
            dosage,
            form,
            pack,
        },
        quantity,
        pack_price,
        ordered_on: ordered_on(row, columns).unwrap_or(due.min(delivered_on)),
        due,
        delivered_on,
        freight: cost,
        note: joined(&note),
    })
}

fn quantity(row: &Row, column: Column) -> Result<Quantity, Why> {
    let name = "line item quantity";
    let quantity = Quantity::parse(row.get(column));
    let quantity = quantity.map_err(|error| ("QUANTITY", in_field(name, &error).1))?;
    if quantity.is_zero() {
        let text = Bilingual::new(
            format!("{name}: الكمية صفر: لم يورَّد شيء"),
            format!("{name}: the quantity is zero: nothing was delivered"),
        );
        return Err(("QUANTITY_ZERO", text));
    }
    Ok(quantity)
}

fn decimal(row: &Row, column: Column, name: &str, code: &'static str) -> Result<Decimal, Why> {
    let text = row.get(column);
    Decimal::from_str_exact(text).map_err(|_| {
        let rule = legal(
            "عدد عشري مثل 12 أو 0.5",
            "a plain decimal number such as 12 or 0.5",
        );
        (
            code,
            in_field(name, &ValueError::new("number", text, rule)).1,
        )
    })
}

/// `2-Jun-06`. Two digits of a year from 70 on are of the last century.
fn day(row: &Row, column: Column, name: &str) -> Result<Date, Why> {
    let text = row.get(column);
    short_day(text).ok_or_else(|| {
        let error = ValueError::new(
            "date",
            text,
            legal("يوم مثل 2-Jun-06", "a day such as 2-Jun-06"),
        );
        ("DATE", in_field(name, &error).1)
    })
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

fn short_day(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = month.to_lowercase();
    let month = (1..).zip(MONTHS).find(|(_, name)| *name == month)?.0;
    let year = match (year.len(), digits(year)?) {
        (2, year @ 70..) => 1900 + year,
        (2, year) => 2000 + year,
        (4, year) => year,
        _ => return None,
    };
    let day = i8::try_from(digits(day)?).ok()?;
    Date::new(year, month, day)
        .ok()
        .filter(|_| parts.next().is_none())
}

/// `8/27/2014`: month, day, year. Anything else is a remark, such as `Date Not Captured`.
fn american_day(text: &str) -> Option<Date> {
    let mut parts = text.split('/').map(digits);
    let (month, day, year) = (parts.next()??, parts.next()??, parts.next()??);
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    Date::new(year, month, day)
        .ok()
        .filter(|_| parts.next().is_none())
}

fn digits(text: &str) -> Option<i16> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

/// The day the order went to the vendor, else the day its price was quoted.
fn ordered_on(row: &Row, columns: &Columns) -> Option<Date> {
    let sent = american_day(row.get(columns.order_sent));
    sent.or_else(|| american_day(row.get(columns.price_quoted)))
}

/// Three capital letters; `N/A - From RDC` is no Incoterm.
fn incoterm(text: &str) -> Option<Code> {
    let letters = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    Code::new(text).ok().filter(|_| letters)
}

/// Most characters of a note: that of a text.
const NOTE_CHARS_MAX: usize = 500;
/// Where a note goes on only in the file, whose hash and line stand on the event.
const CUT: &str = "; …";

/// `name: value; name: value`, without what is empty; cut after a whole value where it is too long.
fn joined(noted: &[(&str, &str)]) -> String {
    let said = noted.iter().filter(|(_, value)| !value.is_empty());
    let mut note = String::new();
    for (name, value) in said {
        let before = if note.is_empty() { "" } else { "; " };
        let next = format!("{before}{name}: {value}");
        let room = NOTE_CHARS_MAX.saturating_sub(CUT.chars().count());
        if note.chars().count() + next.chars().count() > room {
            return note + CUT;
        }
        note += &next;
    }
    note
}

fn stated(row: &Row, column: Column, name: &str) -> Result<String, Why> {
    match row.get(column) {
        "" => Err((
            "FIELD_EMPTY",
            Bilingual::new(
                format!("{name}: الحقل فارغ"),
                format!("{name}: the field is empty"),
            ),
        )),
        text => Ok(text.to_owned()),
    }
}

fn checked<T>(name: &str, value: Result<T, ValueError>) -> Result<T, Why> {
    value.map_err(|error| in_field(name, &error))
}

/// A value that cannot be, with the name of its column.
fn in_field(name: &str, error: &ValueError) -> Why {
    let text = Bilingual::from(error);
    let named = |text: &str| format!("{name}: {text}");
    ("VALUE", Bilingual::new(named(&text.ar), named(&text.en)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_as_the_file_writes_them() {
        let shown = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        assert_eq!(shown(short_day("2-Jun-06")), "2006-06-02");
        assert_eq!(shown(short_day("31-DEC-1999")), "1999-12-31");
        for wrong in [
            "",
            "2-Jun",
            "2-June-06",
            "30-Feb-06",
            "-2-Jun-06",
            "2-Jun-06-1",
            "2/6/06",
        ] {
            assert_eq!(shown(short_day(wrong)), "", "{wrong}");
        }
        assert_eq!(shown(american_day("8/27/2014")), "2014-08-27");
        for remark in [
            "Date Not Captured",
            "N/A - From RDC",
            "27/8/2014",
            "8/27/2014/1",
            "+8/2/2014",
        ] {
            assert_eq!(shown(american_day(remark)), "", "{remark}");
        }
    }

    #[test]
    fn notes_are_cut_between_values() {
        assert_eq!(joined(&[("a", ""), ("b", "1"), ("c", "2")]), "b: 1; c: 2");
        let long = "x".repeat(400);
        let cut = joined(&[("a", &long), ("b", &long), ("c", "1")]);
        assert_eq!(cut, format!("a: {long}; …"));
    }

    #[test]
    fn only_incoterms_are_terms() {
        assert!(incoterm("DDP").is_some());
        assert!(incoterm("N/A - From RDC").is_none() && incoterm("").is_none());
    }
}
