//! Values of messages as cells. A server is not trusted to send legal values: what cannot be read is said.

use rust_decimal::Decimal;
use sijill_ledger_core::codec::DecodeError;
use sijill_ledger_core::codec::payload::Payload;
use sijill_ledger_core::domain::values::{ClockChange, Clocks, Date, EffectiveAt};
use sijill_ledger_core::time::Timestamp;
use sijill_projections::shortage::amc::Quality;
use sijill_projections::shortage::status::Status;
use sijill_schemas::events::v1::ItemCategory;
use sijill_schemas::oversight::v1 as pb;
use sijill_schemas::types::v1 as types;

use crate::cli::errors::{Bilingual, Failure};
use crate::cli::output::{Cell, Format, Sheet, Ui, Word};
use crate::cli::{views, words};

/// A sheet with what the answer rests on.
pub fn sheet(
    name: Word,
    columns: &[Word],
    context: Option<&types::AnswerContext>,
) -> Result<Sheet, Failure> {
    let sheet = Sheet::new(name, columns);
    let Some(context) = context else {
        return Ok(sheet);
    };
    let Some(position) = &context.position else {
        return Ok(sheet);
    };
    let ruleset = context.ruleset.map_or_else(
        || Cell::Word(Word::new("built_in", "المدمجة", "built in")),
        |version| Cell::Count(version.into()),
    );
    let recorded_at = Wall::of(Some(context)).cell(context.recorded_at_micros);
    Ok(sheet
        .fact(words::AT, instant(context.at)?)
        .fact(words::INDEX, Cell::Count(position.index))
        .fact(words::RECORDED_AT, recorded_at)
        .fact(words::DEFINITION, Cell::Count(context.definition.into()))
        .fact(words::RULESET, ruleset))
}

/// The same for what no parameter of a ruleset decides: the history of things, as it was recorded.
pub fn recorded(
    name: Word,
    columns: &[Word],
    context: Option<&types::AnswerContext>,
) -> Result<Sheet, Failure> {
    let mut sheet = sheet(name, columns, context)?;
    sheet.facts.retain(|(fact, _)| *fact != words::RULESET);
    Ok(sheet)
}

/// The clocks on which an answer's instants are shown: the country's, else the one that stood where the last event happened.
#[derive(Clone, Debug, Default)]
pub struct Wall {
    changes: Vec<ClockChange>,
    otherwise: i16,
}

impl Wall {
    /// Of what an answer rests on.
    pub fn of(context: Option<&types::AnswerContext>) -> Self {
        let offset = context.and_then(|it| it.at).map(|at| at.offset_minutes);
        Self {
            otherwise: offset.and_then(|it| it.try_into().ok()).unwrap_or(0),
            ..Self::of_country(context.map_or(&[][..], |it| &it.clocks))
        }
    }

    /// A country's; UTC where it names none.
    pub fn of_country(clocks: &[types::ClockChange]) -> Self {
        let changes = clocks.iter().filter_map(|change| {
            Some(ClockChange {
                from: Timestamp::from_micros(change.from_micros),
                minutes: i16::try_from(change.minutes).ok()?,
            })
        });
        Self {
            changes: changes.collect(),
            otherwise: 0,
        }
    }

    /// What they show at an instant; `None` outside the years 1900 to 2999.
    pub fn show(&self, at: Timestamp) -> Option<EffectiveAt> {
        let clocks = match self.changes.as_slice() {
            [] => Clocks::at_offset(self.otherwise),
            changes => Clocks::of_country(changes),
        };
        clocks.show(at)
    }

    /// An instant.
    pub fn cell(&self, micros: i64) -> Cell {
        let at = Timestamp::from_micros(micros);
        self.show(at).map_or_else(|| Cell::text(at), Cell::Instant)
    }

    /// An instant where there is one.
    pub fn maybe(&self, micros: Option<i64>) -> Cell {
        micros.map_or(Cell::Absent, |micros| self.cell(micros))
    }
}

/// An instant as people read it.
pub fn instant(wire: Option<types::EffectiveAt>) -> Result<Cell, Failure> {
    let read: Option<EffectiveAt> = read(|payload| payload.optional(wire, "at"))?;
    Ok(Cell::maybe(read.map(views::shown)))
}

/// A decimal that may be absent.
pub fn number(wire: Option<&types::Decimal>) -> Result<Option<Decimal>, Failure> {
    read(|payload| payload.optional(wire.copied(), "decimal"))
}

/// A decimal as text, so that no reader rounds it.
pub fn text(wire: Option<&types::Decimal>) -> Result<Option<String>, Failure> {
    Ok(number(wire)?.map(|value| value.normalize().to_string()))
}

/// A decimal as it is.
pub fn decimal(wire: Option<&types::Decimal>) -> Result<Cell, Failure> {
    number(wire).map(Cell::decimal)
}

/// People read few decimals; programs get all of them.
pub fn rounded(wire: Option<&types::Decimal>, decimals: u32, ui: &Ui) -> Result<Cell, Failure> {
    let round = |value: Decimal| match ui.format {
        Format::Table => value.round_dp(decimals),
        Format::Json | Format::Csv => value,
    };
    Ok(Cell::decimal(number(wire)?.map(round)))
}

/// A day.
pub fn day(days: Option<i32>) -> Result<Option<Date>, Failure> {
    read(|payload| payload.optional(days, "date"))
}

/// A whole number that may be absent, or below zero.
pub fn whole(number: Option<i32>) -> Cell {
    Cell::decimal(number.map(Decimal::from))
}

/// A name in the language of the user.
pub fn name(names: Option<&types::Names>, ui: &Ui) -> Cell {
    Cell::maybe(names.map(|names| ui.lang.pick(&names.ar, &names.en)))
}

/// Yes or no.
pub const fn yes(holds: bool) -> Cell {
    Cell::Word(if holds { words::YES } else { words::NO })
}

/// A status by its word; nothing where the answer states none.
pub const fn status(status: pb::ShortageStatus) -> Cell {
    let status = match status {
        pb::ShortageStatus::Unspecified => return Cell::Absent,
        pb::ShortageStatus::StockedOut => Status::StockedOut,
        pb::ShortageStatus::Critical => Status::Critical,
        pb::ShortageStatus::Low => Status::Low,
        pb::ShortageStatus::Adequate => Status::Adequate,
        pb::ShortageStatus::Overstocked => Status::Overstocked,
        pb::ShortageStatus::NoConsumption => Status::NoConsumption,
        pb::ShortageStatus::Unknown => Status::Unknown,
    };
    Cell::Word(words::status(status))
}

/// How much an average says.
pub const fn quality(quality: pb::AmcQuality) -> Cell {
    let quality = match quality {
        pb::AmcQuality::Unspecified => return Cell::Absent,
        pb::AmcQuality::Full => Quality::Full,
        pb::AmcQuality::Partial => Quality::Partial,
        pb::AmcQuality::None => Quality::None,
    };
    Cell::Word(words::quality(quality))
}

/// A category by its word.
pub const fn category(category: ItemCategory) -> Cell {
    let word = match category {
        ItemCategory::Unspecified => return Cell::Absent,
        ItemCategory::Medicine => Word::new("medicine", "دواء", "medicine"),
        ItemCategory::Stationery => Word::new("stationery", "قرطاسية", "stationery"),
        ItemCategory::Supply => Word::new("supply", "مستلزم", "supply"),
        ItemCategory::Durable => Word::new("durable", "أصل معمّر", "durable"),
    };
    Cell::Word(word)
}

/// Reads a value of an answer.
pub fn read<T>(
    value: impl FnOnce(&mut Payload<'_>) -> Result<T, DecodeError>,
) -> Result<T, Failure> {
    value(&mut Payload::new("the answer", &[])).map_err(|error| unreadable(&error.to_string()))
}

/// An answer that this program cannot read.
pub fn unreadable(what: &str) -> Failure {
    Failure::Answered {
        code: "ANSWER_UNREADABLE".to_owned(),
        text: Bilingual::new(
            format!("الجواب غير مقروء: {what}؛ لعل إصدار الخادم أحدث من هذا البرنامج"),
            format!("the answer cannot be read: {what}; the server may be newer than this program"),
        ),
        exit_status: 1,
    }
}
