//! Tenders by words and filters: the tenders, or how many of them have what.

use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::{Date, Money};
use sijill_ledger_core::time::Timestamp;
use sijill_schemas::events::v1::ItemCategory;
use sijill_schemas::oversight::v1 as pb;
use sijill_schemas::types::v1 as types;

use super::super::arguments::{Common, FacetName, OfTenders, Tenders};
use super::super::cells::{self, Wall, decimal, name};
use super::super::pages::{Pages, Whole};
use super::words;
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::cli::parse::UtcOffset;

const COLUMNS: [Word; 13] = [
    words::TENDER,
    words::TITLE,
    words::BUYER,
    words::BUYER_NAME,
    words::PROCEDURE,
    words::STAGE,
    Word::new("published_at", "نُشرت في", "published at"),
    Word::new("closes_at", "الموعد النهائي", "deadline"),
    words::LOTS,
    words::VALUE,
    words::CURRENCY,
    Word::new("value_is", "القيمة هي", "the value is"),
    Word::new("winners", "الفائزون", "winners"),
];
const TITLE: Word = Word::new("tenders", "المناقصات", "tenders");
const TOOK: Word = Word::new("server_us", "وقت الخادم (µs)", "server's own time (µs)");

/// Asks; the sheet, and how many there are in all.
pub async fn ask(pages: &mut Pages, asked: &Tenders, ui: &Ui) -> Result<(Sheet, u64), Failure> {
    let filter = filter(pages, &asked.text, &asked.common, &asked.of).await?;
    let question = pb::SearchTendersRequest {
        filter: Some(filter),
        ..pb::SearchTendersRequest::default()
    };
    if let Some(facet) = asked.count_by {
        return counted(pages, question, facet, ui).await;
    }
    if let Some(sort) = asked.sort {
        sort.order_by().clone_into(&mut pages.order_by);
    }
    let Whole {
        context,
        rows,
        total,
    } = pages.all(question).await?;
    let mut sheet = cells::sheet(TITLE, &COLUMNS, context.as_ref())?;
    let wall = Wall::of(context.as_ref());
    let rows = rows.iter().map(|row| cells_of(row, &wall, ui));
    sheet.rows = rows.collect::<Result<_, _>>()?;
    Ok((sheet, total))
}

/// How many have what.
async fn counted(
    pages: &mut Pages,
    question: pb::SearchTendersRequest,
    facet: FacetName,
    ui: &Ui,
) -> Result<(Sheet, u64), Failure> {
    let question = pb::SearchTendersRequest {
        context: Some(pages.context),
        page: Some(types::Page {
            size: 1,
            ..types::Page::default()
        }),
        ..question
    };
    let answer = pages.source.search_tenders(question).await?;
    let facets = answer.facets.unwrap_or_default();
    let count = |count: u32| Cell::Count(count.into());
    let named = |all: Vec<pb::FacetCount>| -> Vec<Vec<Cell>> {
        let cells = |it: pb::FacetCount| {
            let names = name(it.names.as_ref(), ui);
            vec![Cell::text(it.value), names, count(it.count)]
        };
        all.into_iter().map(cells).collect()
    };
    let plain = |cell: Cell, number: u32| vec![cell, Cell::Absent, count(number)];
    let rows = match facet {
        FacetName::Buyer => named(facets.buyers),
        FacetName::Governorate => named(facets.governorates),
        FacetName::Year => named(facets.years),
        FacetName::Procedure => {
            let all = facets.procedures.into_iter();
            all.map(|it| plain(words::procedure(it.procedure()), it.count))
                .collect()
        }
        FacetName::Stage => {
            let all = facets.phases.into_iter();
            all.map(|it| plain(phase(it.phase()), it.count)).collect()
        }
        FacetName::Category => {
            let all = facets.categories.into_iter();
            let category = |number| ItemCategory::try_from(number).unwrap_or_default();
            all.map(|it| plain(cells::category(category(it.category)), it.count))
                .collect()
        }
    };
    let columns = [
        Word::new("value", "ماذا", "what"),
        Word::new("name", "الاسم", "name"),
        TITLE,
    ];
    let sheet = cells::sheet(TITLE, &columns, answer.context.as_ref())?;
    let mut sheet = sheet.fact(TOOK, Cell::Count(answer.server_micros));
    sheet.rows = rows;
    Ok((sheet, answer.total_size))
}

/// The filter; days are those of the clock that stood where the last event happened.
pub async fn filter(
    pages: &mut Pages,
    text: &[String],
    common: &Common,
    of: &OfTenders,
) -> Result<pb::TenderFilter, Failure> {
    common.only(&["item", "category", "governorate"])?;
    let days = [
        of.published_from,
        of.published_to,
        of.closes_from,
        of.closes_to,
    ];
    let offset = if days.iter().any(Option::is_some) {
        pages.offset().await?
    } else {
        UtcOffset::default()
    };
    let from = |day: Option<Date>| day.map(|day| start(day, offset).as_micros());
    let to = |day: Option<Date>| day.map(|day| start(day.plus_days(1), offset).as_micros());
    let phases = of.stages.iter().map(|it| it.wire().into());
    let procedures = of.procedures.iter().map(|it| it.wire().into());
    Ok(pb::TenderFilter {
        text: text.join(" "),
        buyer: of.buyer.clone(),
        procedures: procedures.collect(),
        phases: phases.collect(),
        category: pages.filter.category,
        item: pages.filter.item.clone(),
        governorate: pages.filter.governorate.clone(),
        published_from_micros: from(of.published_from),
        published_until_micros: to(of.published_to),
        closes_from_micros: from(of.closes_from),
        closes_until_micros: to(of.closes_to),
        value_from: money(of.value_from)?,
        value_to: money(of.value_to)?,
        winner: of.winner.clone(),
    })
}

/// The first instant of a day.
pub fn start(day: Date, offset: UtcOffset) -> Timestamp {
    day.start(offset.0)
}

fn money(money: Option<Money>) -> Result<Option<types::Money>, Failure> {
    let written = money.as_ref().map(write).transpose();
    written.map_err(|error| cells::unreadable(&error.to_string()))
}

fn cells_of(row: &pb::FoundTender, wall: &Wall, ui: &Ui) -> Result<Vec<Cell>, Failure> {
    use pb::found_tender::Value;
    let (money, is) = match &row.value {
        None => (None, Cell::Absent),
        Some(Value::Estimated(money)) => (
            Some(money),
            Cell::Word(Word::new("estimated", "تقديرية", "estimated")),
        ),
        Some(Value::Awarded(money)) => (
            Some(money),
            Cell::Word(Word::new("awarded", "ما أُرسي", "awarded")),
        ),
    };
    let amount = decimal(money.and_then(|money| money.amount.as_ref()))?;
    let winners: Vec<&str> = row.winners.iter().map(|it| winner(it, ui)).collect();
    Ok(vec![
        Cell::text(&row.tender),
        name(row.title.as_ref(), ui),
        Cell::text(&row.buyer),
        name(row.buyer_names.as_ref(), ui),
        words::procedure(row.procedure()),
        phase(row.phase()),
        cells::instant(row.published_at)?,
        wall.cell(row.closes_micros),
        Cell::Count(row.lots.into()),
        amount,
        Cell::maybe(money.map(|money| &money.currency)),
        is,
        Cell::maybe(Some(winners.join("; ")).filter(|names| !names.is_empty())),
    ])
}

fn winner<'a>(winner: &'a pb::TenderWinner, ui: &Ui) -> &'a str {
    let names = winner.names.as_ref();
    names.map_or(&winner.supplier, |names| ui.lang.pick(&names.ar, &names.en))
}

/// A phase by its word.
pub const fn phase(phase: pb::TenderPhase) -> Cell {
    let word = match phase {
        pb::TenderPhase::Unspecified => return Cell::Absent,
        pb::TenderPhase::Open => Word::new("open", "مفتوحة للعطاءات", "open for bids"),
        pb::TenderPhase::Evaluation => {
            Word::new("evaluation", "قيد الفتح والتقييم", "opening and evaluation")
        }
        pb::TenderPhase::Awarded => Word::new("awarded", "أُعلن الفائزون", "winners announced"),
        pb::TenderPhase::Completed => Word::new("completed", "اكتملت", "completed"),
        pb::TenderPhase::Failed => Word::new("failed", "فشلت", "failed"),
        pb::TenderPhase::Cancelled => Word::new("cancelled", "أُلغيت", "cancelled"),
    };
    Cell::Word(word)
}
