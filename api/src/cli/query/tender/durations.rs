//! Tenders in their stages, and whom they wait for; medians per buyer.

use serde_json::json;
use sijill_schemas::oversight::v1 as pb;

use super::super::arguments::Durations;
use super::super::cells::{self, Wall, decimal, name, whole};
use super::super::pages::{Pages, Whole};
use super::words;
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Ui, Word};

const COLUMNS: [Word; 12] = [
    words::TENDER,
    words::TITLE,
    words::BUYER,
    words::PROCEDURE,
    words::STAGE,
    words::SINCE,
    words::DAYS,
    Word::new("days_late", "أيام التأخر", "days late"),
    words::WAITS_FOR,
    words::POSTS,
    Word::new("holders", "شاغل الوظيفة الآن", "who holds the post now"),
    Word::new("clocks", "المهل", "clocks"),
];

/// Asks; the sheet, and how many rows there are in all.
pub async fn ask(pages: &mut Pages, asked: &Durations, ui: &Ui) -> Result<(Sheet, u64), Failure> {
    asked.common.only(&[])?;
    let stages = asked.stage.iter().map(|stage| stage.wire().into());
    let question = pb::ListTenderDurationsRequest {
        buyer: asked.buyer.clone(),
        stages: stages.collect(),
        late_only: asked.late,
        ..pb::ListTenderDurationsRequest::default()
    };
    let Whole {
        context,
        rows,
        total,
    } = pages.all(question).await?;
    let title = Word::new("durations", "مدد المراحل", "durations");
    let mut sheet = cells::sheet(title, &COLUMNS, context.as_ref())?;
    let wall = Wall::of(context.as_ref());
    for row in &rows {
        let now = row.now.clone().unwrap_or_default();
        sheet.inputs.push(json!({
            "stage_began": now.since.as_ref().map(|mark| mark.index),
            "ruleset": now.ruleset,
        }));
        sheet.rows.push(cells_of(row, &now, &wall, ui)?);
    }
    Ok((sheet, total))
}

fn cells_of(
    row: &pb::TenderDurationRow,
    now: &pb::StageTime,
    wall: &Wall,
    ui: &Ui,
) -> Result<Vec<Cell>, Failure> {
    let since = now.since.as_ref();
    let waits_for = now.waits_for.clone().unwrap_or_default();
    let clocks = now.clocks.iter();
    let clocks: Vec<String> = clocks.map(|it| words::clock(it, wall, ui)).collect();
    Ok(vec![
        Cell::text(&row.tender),
        name(row.title.as_ref(), ui),
        Cell::text(&row.buyer),
        words::procedure(row.procedure()),
        words::stage(now.stage()),
        words::decided(since)?,
        whole(Some(now.days)),
        whole(Some(row.days_late)),
        words::waits_for(Some(&waits_for), ui),
        words::joined(&waits_for.posts),
        words::joined(&waits_for.holders),
        words::joined(&clocks),
    ])
}

/// Asks for the medians; the sheet, and how many rows there are in all.
pub async fn medians(
    pages: &mut Pages,
    asked: &Durations,
    ui: &Ui,
) -> Result<(Sheet, u64), Failure> {
    asked.common.only(&[])?;
    let question = pb::ListStageMediansRequest {
        buyer: asked.buyer.clone(),
        ..pb::ListStageMediansRequest::default()
    };
    let Whole {
        context,
        rows,
        total,
    } = pages.all(question).await?;
    let columns = [
        words::BUYER,
        words::BUYER_NAME,
        words::STAGE,
        Word::new("stays", "مرات", "stays"),
        Word::new("median_days", "وسيط الأيام", "median days"),
    ];
    let title = Word::new("medians", "وسيط المدد", "medians");
    let mut sheet = cells::sheet(title, &columns, context.as_ref())?;
    for row in &rows {
        let median = row.median.clone().unwrap_or_default();
        let stays = median.stays.as_ref();
        sheet.inputs.push(words::inputs(stays));
        sheet.rows.push(vec![
            Cell::text(&row.buyer),
            name(row.buyer_names.as_ref(), ui),
            words::stage(median.stage()),
            words::count(stays),
            decimal(median.median_days.as_ref())?,
        ]);
    }
    Ok((sheet, total))
}
