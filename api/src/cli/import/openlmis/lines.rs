//! Card lines of OpenLMIS in the order in which their balances add up.

use std::collections::BTreeMap;

use sijill_ledger_core::domain::values::{Date, Quantity};
use sijill_ledger_core::time::{MICROS_PER_SECOND, Timestamp};

use super::reasons::{Effect, Reasons};
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::import::csv_file::{Column, CsvFile, Row};
use crate::cli::import::rejects::Rejects;

/// A line of a stock card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardLine {
    /// Line in the file.
    pub line: u64,
    /// Its id, lower case.
    pub id: String,
    /// Its card's id, lower case.
    pub card: String,
    /// The day it happened.
    pub occurred: Date,
    /// When it was entered there; decides the order within a day.
    pub processed: Timestamp,
    /// How much.
    pub quantity: Quantity,
    /// The document's number, empty when there is none.
    pub document: String,
    /// What it does.
    pub kind: LineKind,
}

/// What a line does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// States the balance: neither source nor destination nor reason.
    Count,
    /// From a source.
    FromSource,
    /// To a destination.
    ToDestination,
    /// By its reason.
    Reasoned(Effect),
}

struct Columns {
    id: Column,
    card: Column,
    occurred: Column,
    processed: Column,
    quantity: Column,
    document: Column,
    reason: Column,
    source: Column,
    destination: Column,
}

/// The lines that can be read, ordered by occurred date, then processed time, then place in the file: in processed
/// order alone many balances would pass through negative figures (DESIGN 14).
pub fn read(
    file: &CsvFile,
    reasons: &Reasons,
    rejects: &mut Rejects,
) -> Result<Vec<CardLine>, Failure> {
    let columns = Columns::of(file)?;
    let mut seen = BTreeMap::new();
    let mut lines = Vec::with_capacity(file.rows.len());
    for row in &file.rows {
        let id = row.id(columns.id);
        let first = *seen.entry(id).or_insert(row.line);
        let parsed = if first == row.line {
            parse(row, &columns, reasons)
        } else {
            let reason = Bilingual::new(
                format!("معرّف مكرر، ورد في السطر {first}"),
                format!("duplicate id, first on line {first}"),
            );
            Err(("DUPLICATE_ID", reason))
        };
        match parsed {
            Ok(line) => lines.push(line),
            Err((code, reason)) => rejects.push(file.rejection(row.line, code, reason)),
        }
    }
    lines.sort_by_key(|line| (line.occurred, line.processed, line.line));
    Ok(lines)
}

impl Columns {
    fn of(file: &CsvFile) -> Result<Self, Failure> {
        Ok(Self {
            id: file.column("id")?,
            card: file.column("stockCardId")?,
            occurred: file.column("occurredDate")?,
            processed: file.column("processedDate")?,
            quantity: file.column("quantity")?,
            document: file.column("documentNumber")?,
            reason: file.column("reasonId")?,
            source: file.column("sourceId")?,
            destination: file.column("destinationId")?,
        })
    }
}

type Why = (&'static str, Bilingual);

fn parse(row: &Row, columns: &Columns, reasons: &Reasons) -> Result<CardLine, Why> {
    let id = row.id(columns.id);
    if id.is_empty() {
        return Err(("ID_MISSING", Bilingual::new("بلا معرّف", "has no id")));
    }
    let kind = kind(row, columns, reasons)?;
    let quantity = Quantity::parse(row.get(columns.quantity))
        .map_err(|error| ("QUANTITY", Bilingual::from(&error)))?;
    if quantity == Quantity::ZERO && kind != LineKind::Count {
        let reason = Bilingual::new(
            "الكمية صفر: لا تحرك شيئًا، ولا يكون الصفر إلا في جرد",
            "the quantity is zero: it moves nothing, and only a count may state zero",
        );
        return Err(("QUANTITY_ZERO", reason));
    }
    let occurred = row.get(columns.occurred);
    let processed = row.get(columns.processed);
    let (day, _) = moment(occurred).ok_or_else(|| illegible(occurred))?;
    let (_, at) = moment(processed).ok_or_else(|| illegible(processed))?;
    Ok(CardLine {
        line: row.line,
        id,
        card: row.id(columns.card),
        occurred: day,
        processed: at,
        quantity,
        document: row.get(columns.document).to_owned(),
        kind,
    })
}

fn illegible(given: &str) -> Why {
    let reason = Bilingual::new(
        format!("{given:?} ليس تاريخًا بصيغة YYYY-MM-DD أو YYYY-MM-DD HH:MM:SS"),
        format!("{given:?} is no date YYYY-MM-DD or time YYYY-MM-DD HH:MM:SS"),
    );
    ("DATE", reason)
}

fn kind(row: &Row, columns: &Columns, reasons: &Reasons) -> Result<LineKind, Why> {
    let has = |column| !row.get(column).is_empty();
    match (
        has(columns.source),
        has(columns.destination),
        has(columns.reason),
    ) {
        (false, false, false) => Ok(LineKind::Count),
        (true, true, _) => Err((
            "SOURCE_AND_DESTINATION",
            Bilingual::new(
                "له مصدر ووجهة معًا، فلا يُعرف أيزيد الرصيد أم ينقصه",
                "has a source and a destination: whether it adds or takes away is unclear",
            ),
        )),
        (true, false, _) => Ok(LineKind::FromSource),
        (false, true, _) => Ok(LineKind::ToDestination),
        (false, false, true) => {
            let id = row.id(columns.reason);
            let effect = reasons.get(&id).cloned().ok_or_else(|| {
                let reason = Bilingual::new(
                    format!("السبب {id} غير معروف؛ أضفه إلى ملف الأسباب أو مرره بالخيار --reasons"),
                    format!("the reason {id} is unknown; add it to the reasons file or give one with --reasons"),
                );
                ("REASON_UNKNOWN", reason)
            })?;
            Ok(LineKind::Reasoned(effect))
        }
    }
}

/// `YYYY-MM-DD`, alone or followed by `HH:MM:SS` with up to six decimals: its date, and its instant on a clock that
/// shows UTC (only compared with others of the same file, so that its offset does not matter).
fn moment(text: &str) -> Option<(Date, Timestamp)> {
    let (day, rest) = text.split_at_checked(10)?;
    let day = Date::parse(day).ok()?;
    if rest.is_empty() {
        return Some((day, day.start(0)));
    }
    let clock = rest.strip_prefix(['T', ' '])?;
    let clock = clock.strip_suffix('Z').unwrap_or(clock);
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = whole.split(':');
    let mut part = |max: i64| number(parts.next()?).filter(|value| *value < max);
    let (hour, minute, second) = (part(24)?, part(60)?, part(60)?);
    if parts.next().is_some() || fraction.len() > 6 {
        return None;
    }
    let micros = number(&format!("{fraction:0<6}"))?;
    let seconds = (hour * 60 + minute) * 60 + second;
    Some((
        day,
        day.start(0)
            .plus_micros(seconds * MICROS_PER_SECOND + micros),
    ))
}

fn number(digits: &str) -> Option<i64> {
    let legal = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    legal.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_openlmis() {
        let micros = |text| moment(text).map(|(_, at)| at.as_micros() % 86_400_000_000);
        assert_eq!(micros("2018-07-20 11:22:29.48"), Some(40_949_480_000));
        assert_eq!(micros("2018-07-20T11:22:29Z"), Some(40_949_000_000));
        assert_eq!(micros("2018-07-20"), Some(0));
        for wrong in [
            "",
            "2018-07-20 11:22",
            "2018-07-20 24:00:00",
            "2018-07-20 11:22:29.1234567",
            "2018-13-01",
        ] {
            assert_eq!(moment(wrong), None, "{wrong}");
        }
    }
}
