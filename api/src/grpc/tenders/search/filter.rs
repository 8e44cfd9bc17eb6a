//! Which tenders a question is about.

use sijill_ledger_core::codec::DecodeError;
use sijill_ledger_core::codec::payload::Payload;
use sijill_ledger_core::time::Timestamp;
use sijill_projections::tenders::search::Wanted;
use sijill_projections::tenders::search::alerts::{AlertKind, Interest};
use sijill_projections::tenders::search::entry::Phase;
use sijill_projections::tenders::search::query::{Filter, Query, Range};
use tonic::Status;

use super::pb;
use crate::grpc::status;

/// Most characters of the words of a question.
const TEXT_CHARS_MAX: usize = 200;

/// Reads a filter; nothing said does not restrict.
pub fn read(wire: Option<&pb::TenderFilter>) -> Result<Query, Status> {
    let wire = wire.cloned().unwrap_or_default();
    if wire.text.chars().count() > TEXT_CHARS_MAX {
        return Err(status::invalid_field(
            "filter.text",
            format!("{TEXT_CHARS_MAX} حرف على الأكثر؛ اختصر كلمات البحث"),
            &format!("at most {TEXT_CHARS_MAX} characters; search for fewer words"),
        ));
    }
    let words = Wanted::new(&wire.text);
    let phases: Vec<Phase> = wire
        .phases
        .iter()
        .copied()
        .map(phase)
        .collect::<Result<_, _>>()?;
    let published = (wire.published_from_micros, wire.published_until_micros);
    let published = range(published, "filter.published_until_micros")?;
    let closes = (wire.closes_from_micros, wire.closes_until_micros);
    let closes = range(closes, "filter.closes_until_micros")?;
    let filter = rest(wire).map_err(|error| status::invalid(&error))?;
    let filter = Filter {
        phases,
        published,
        closes,
        ..filter
    };
    Ok(Query { words, filter })
}

/// Reads which alerts.
pub fn interest(wire: Option<&pb::TenderFilter>, kinds: &[i32]) -> Result<Interest, Status> {
    Ok(Interest {
        tenders: read(wire)?,
        kinds: kinds.iter().copied().map(kind).collect::<Result<_, _>>()?,
    })
}

/// What the codec reads.
fn rest(wire: pb::TenderFilter) -> Result<Filter, DecodeError> {
    let mut payload = Payload::new("filter", &[]);
    // Unspecified is absent here, not a wrong category.
    let category = (wire.category != 0).then_some(wire.category);
    let procedures = wire.procedures.into_iter();
    let procedures = procedures.map(|it| payload.take(it, "filter.procedures"));
    let procedures = procedures.collect::<Result<_, _>>()?;
    Ok(Filter {
        buyer: payload.optional(wire.buyer, "filter.buyer")?,
        procedures,
        category: payload.optional(category, "filter.category")?,
        item: payload.optional(wire.item, "filter.item")?,
        governorate: payload.optional(wire.governorate, "filter.governorate")?,
        value_from: payload.optional(wire.value_from, "filter.value_from")?,
        value_to: payload.optional(wire.value_to, "filter.value_to")?,
        winner: payload.optional(wire.winner, "filter.winner")?,
        ..Filter::default()
    })
}

fn range((from, until): (Option<i64>, Option<i64>), field: &str) -> Result<Range, Status> {
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        return Err(status::invalid_field(
            field,
            "النهاية قبل البداية",
            "the end is before the beginning",
        ));
    }
    Ok(Range {
        from: from.map(Timestamp::from_micros),
        until: until.map(Timestamp::from_micros),
    })
}

fn phase(number: i32) -> Result<Phase, Status> {
    let refused = || {
        status::invalid_field(
            "filter.phases",
            format!("{number} ليست حالة لمناقصة"),
            &format!("{number} is no phase of a tender"),
        )
    };
    match pb::TenderPhase::try_from(number).map_err(|_| refused())? {
        pb::TenderPhase::Unspecified => Err(refused()),
        pb::TenderPhase::Open => Ok(Phase::Open),
        pb::TenderPhase::Evaluation => Ok(Phase::Evaluation),
        pb::TenderPhase::Awarded => Ok(Phase::Awarded),
        pb::TenderPhase::Completed => Ok(Phase::Completed),
        pb::TenderPhase::Failed => Ok(Phase::Failed),
        pb::TenderPhase::Cancelled => Ok(Phase::Cancelled),
    }
}

fn kind(number: i32) -> Result<AlertKind, Status> {
    let refused = || {
        status::invalid_field(
            "kinds",
            format!("{number} ليس نوع تنبيه"),
            &format!("{number} is no kind of alert"),
        )
    };
    match pb::TenderAlertKind::try_from(number).map_err(|_| refused())? {
        pb::TenderAlertKind::Unspecified => Err(refused()),
        pb::TenderAlertKind::Published => Ok(AlertKind::Published),
        pb::TenderAlertKind::Amended => Ok(AlertKind::Amended),
        pb::TenderAlertKind::DeadlineMoved => Ok(AlertKind::DeadlineMoved),
        pb::TenderAlertKind::Awarded => Ok(AlertKind::Awarded),
        pb::TenderAlertKind::Completed => Ok(AlertKind::Completed),
        pb::TenderAlertKind::Failed => Ok(AlertKind::Failed),
        pb::TenderAlertKind::Cancelled => Ok(AlertKind::Cancelled),
    }
}
