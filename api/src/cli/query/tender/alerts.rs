//! What happened to published tenders.

use sijill_schemas::oversight::v1 as pb;
use sijill_schemas::oversight::v1::list_tender_alerts_request::Since;

use super::super::arguments::Alerts;
use super::super::cells::{self, Wall, name};
use super::super::pages::{Pages, Whole};
use super::search::{filter, phase, start};
use super::words;
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::cli::words as shared;

const COLUMNS: [Word; 10] = [
    shared::INDEX_OF,
    shared::RECORDED_AT_OF,
    Word::new("alert", "التنبيه", "alert"),
    words::TENDER,
    words::TITLE,
    words::BUYER,
    words::BUYER_NAME,
    words::STAGE,
    Word::new("closes_before", "الموعد قبله", "deadline before"),
    Word::new("closes_at", "الموعد النهائي", "deadline"),
];

/// Asks; the sheet, and how many there are in all.
pub async fn ask(pages: &mut Pages, asked: &Alerts, ui: &Ui) -> Result<(Sheet, u64), Failure> {
    let filter = filter(pages, &asked.text, &asked.common, &asked.of).await?;
    let since = match (asked.after, asked.since) {
        (Some(index), _) => Some(Since::After(pages.position(index).await?)),
        (None, Some(day)) => {
            let first = start(day, pages.offset().await?);
            Some(Since::RecordedFromMicros(first.as_micros()))
        }
        (None, None) => None,
    };
    let question = pb::ListTenderAlertsRequest {
        filter: Some(filter),
        kinds: asked.kinds.iter().map(|it| it.wire().into()).collect(),
        since,
        ..pb::ListTenderAlertsRequest::default()
    };
    let Whole {
        context,
        rows,
        total,
    } = pages.all(question).await?;
    let title = Word::new("alerts", "تنبيهات المناقصات", "tender alerts");
    let mut sheet = cells::sheet(title, &COLUMNS, context.as_ref())?;
    let wall = Wall::of(context.as_ref());
    sheet.rows = rows.iter().map(|row| cells_of(row, &wall, ui)).collect();
    Ok((sheet, total))
}

fn cells_of(row: &pb::TenderAlert, wall: &Wall, ui: &Ui) -> Vec<Cell> {
    let (mark, tender) = (row.mark.as_ref(), row.tender.as_ref());
    let text = |text: fn(&pb::FoundTender) -> &String| Cell::maybe(tender.map(text));
    vec![
        words::index(mark),
        words::recorded(mark, wall),
        kind(row.kind()),
        text(|tender| &tender.tender),
        name(tender.and_then(|tender| tender.title.as_ref()), ui),
        text(|tender| &tender.buyer),
        name(tender.and_then(|tender| tender.buyer_names.as_ref()), ui),
        tender.map_or(Cell::Absent, |tender| phase(tender.phase())),
        wall.maybe(row.closes_before_micros),
        wall.maybe(tender.map(|tender| tender.closes_micros)),
    ]
}

const fn kind(kind: pb::TenderAlertKind) -> Cell {
    let word = match kind {
        pb::TenderAlertKind::Unspecified => return Cell::Absent,
        pb::TenderAlertKind::Published => Word::new("published", "نُشرت", "published"),
        pb::TenderAlertKind::Amended => Word::new("amended", "عُدّلت", "amended"),
        pb::TenderAlertKind::DeadlineMoved => {
            Word::new("deadline_moved", "تحرك الموعد النهائي", "deadline moved")
        }
        pb::TenderAlertKind::Awarded => Word::new("awarded", "أُعلن الفائزون", "winners announced"),
        pb::TenderAlertKind::Completed => Word::new("completed", "اكتملت", "completed"),
        pb::TenderAlertKind::Failed => Word::new("failed", "فشلت", "failed"),
        pb::TenderAlertKind::Cancelled => Word::new("cancelled", "أُلغيت", "cancelled"),
    };
    Cell::Word(word)
}
