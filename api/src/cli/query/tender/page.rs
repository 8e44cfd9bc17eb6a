//! One tender.

use sijill_schemas::oversight::v1 as pb;
use sijill_schemas::types::v1 as types;

use super::super::arguments::{OneTender, TenderPart};
use super::super::cells::{self, Wall, name};
use super::super::pages::Pages;
use super::{parts, words};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::grpc::tenders::growing;

/// Asks; the sheet, and how many rows there are in all.
pub async fn ask(pages: &mut Pages, asked: &OneTender, ui: &Ui) -> Result<(Sheet, u64), Failure> {
    asked.common.only(&[])?;
    let (context, page) = whole(pages, &asked.tender).await?;
    let wall = Wall::of(context.as_ref());
    let part = match asked.part {
        TenderPart::Timeline => parts::timeline(&page, &wall, ui)?,
        TenderPart::Stages => parts::stages(&page, &wall, ui)?,
        TenderPart::Lots => parts::lots(&page, ui)?,
        TenderPart::Bids => parts::bids(&page, ui)?,
        TenderPart::Complaints => parts::complaints(&page)?,
        TenderPart::Invited => parts::invited(&page, ui),
        TenderPart::Withheld => parts::withheld(&page, ui),
    };
    let total = u64::try_from(part.rows.len()).unwrap_or(u64::MAX);
    let title = part.name;
    let mut sheet = cells::sheet(title, &part.columns, context.as_ref())?;
    sheet.facts.extend(facts(&page, &wall, ui)?);
    sheet.rows = part.rows;
    sheet.rows.truncate(pages.rows_max.unwrap_or(usize::MAX));
    Ok((sheet, total))
}

/// The page with all that goes on in further answers.
async fn whole(
    pages: &mut Pages,
    tender: &str,
) -> Result<(Option<types::AnswerContext>, pb::TenderPage), Failure> {
    let mut question = pb::GetTenderRequest {
        context: Some(pages.context),
        tender: tender.to_owned(),
        page_token: String::new(),
    };
    let first = pages.source.get_tender(question.clone()).await?;
    let mut page = first.tender.unwrap_or_default();
    question.page_token = first.next_page_token;
    while !question.page_token.is_empty() {
        let next = pages.source.get_tender(question.clone()).await?;
        growing::append(&mut page, next.tender.unwrap_or_default());
        question.page_token = next.next_page_token;
    }
    Ok((first.context, page))
}

fn facts(page: &pb::TenderPage, wall: &Wall, ui: &Ui) -> Result<Vec<(Word, Cell)>, Failure> {
    let times = page.times.unwrap_or_default();
    let published = times.published.as_ref();
    let end = page.end.as_ref();
    let fact = |key, ar, en, cell| (Word::new(key, ar, en), cell);
    let mut facts = vec![
        (words::TENDER, Cell::text(&page.tender)),
        (words::TITLE, name(page.title.as_ref(), ui)),
        (words::BUYER, Cell::text(&page.buyer)),
        (words::BUYER_NAME, name(page.buyer_names.as_ref(), ui)),
        (words::PROCEDURE, words::procedure(page.procedure())),
        (words::STAGE, words::stage(page.stage())),
        fact("published", "نُشرت", "published", words::decided(published)?),
        fact(
            "closes_at",
            "الموعد النهائي",
            "deadline",
            wall.maybe(times.closes_micros),
        ),
        fact(
            "standstill_until",
            "نهاية فترة التوقف",
            "end of standstill",
            wall.maybe(times.standstill_until_micros),
        ),
        fact(
            "amendments",
            "التعديلات",
            "amendments",
            Cell::Count(page.amendments.into()),
        ),
        fact(
            "bidders",
            "مقدمو العطاءات",
            "bidders",
            Cell::Count(u64::try_from(page.bids.len()).unwrap_or(u64::MAX)),
        ),
        fact(
            "withheld_facts",
            "حقائق محجوبة حتى خطوتها",
            "facts withheld until their step",
            Cell::Count(u64::try_from(page.withheld.len()).unwrap_or(u64::MAX)),
        ),
        (
            words::VALUE,
            words::amount(end.and_then(|end| end.value.as_ref()))?,
        ),
        (words::CURRENCY, Cell::text(&page.currency)),
    ];
    facts.extend(page.outside_witness.map(|outside| {
        let word = Word::new(
            "outside_witness",
            "قيود قبل الموعد لم يرها الشهود في حينه",
            "entries before the deadline not seen by witnesses in time",
        );
        (word, Cell::Count(outside))
    }));
    facts.extend(invitation(page));
    facts.extend(framework(page));
    Ok(facts)
}

/// Why not anyone may bid, where that is so.
fn invitation(page: &pb::TenderPage) -> Vec<(Word, Cell)> {
    let Some(invitation) = &page.invitation else {
        return Vec::new();
    };
    let count = u64::try_from(page.invited.len()).unwrap_or(u64::MAX);
    vec![
        (
            Word::new("ground", "سند الطرح المحدود", "ground for asking only some"),
            words::ground(invitation.ground()),
        ),
        (
            Word::new("justification", "المبررات", "justification"),
            Cell::text(&invitation.justification),
        ),
        (
            Word::new("invited", "الموردون المدعوون", "invited suppliers"),
            Cell::Count(count),
        ),
    ]
}

/// What its awards conclude, where they buy nothing yet.
fn framework(page: &pb::TenderPage) -> Vec<(Word, Cell)> {
    let Some(terms) = &page.framework else {
        return Vec::new();
    };
    vec![
        (
            Word::new(
                "framework_days",
                "مدة الاتفاق الإطاري بالأيام",
                "days of the framework agreement",
            ),
            Cell::Count(terms.days.into()),
        ),
        (
            Word::new(
                "framework_suppliers",
                "أقصى عدد للموردين في كل مجموعة",
                "most suppliers of a lot",
            ),
            Cell::Count(terms.suppliers.into()),
        ),
    ]
}
