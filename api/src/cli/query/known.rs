//! Whether the codes that a question names are known: nothing said about a mistyped code would be taken for good news.

use sijill_schemas::audit::v1 as audit;
use sijill_schemas::oversight::v1 as pb;
use sijill_schemas::types::v1 as types;

use super::arguments::{Alerts, Deliveries, OrderLines, Question, Tenders};
use super::pages::Pages;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::output::Sheet;

/// A code that a question names.
struct Named<'a> {
    kind: Kind,
    code: &'a str,
}

#[derive(Clone, Copy)]
enum Kind {
    Facility,
    Item,
    Organization,
    Order,
}

impl Kind {
    const fn wire(self) -> audit::EntityKind {
        match self {
            Self::Facility => audit::EntityKind::Facility,
            Self::Item => audit::EntityKind::Item,
            Self::Organization => audit::EntityKind::Organization,
            Self::Order => audit::EntityKind::Order,
        }
    }
}

/// Fails when the answer says nothing and a code of the question is known to no event that the answer rests on.
pub async fn check(pages: &mut Pages, asked: &Question, answer: &Sheet) -> Result<(), Failure> {
    if !answer.says_nothing() {
        return Ok(());
    }
    let filter = pages.filter.clone();
    for Named { kind, code } in named(asked, &filter) {
        if !is_mentioned(pages, kind, code).await? {
            return Err(unknown(kind, code));
        }
    }
    match &filter.governorate {
        Some(governorate) if !has_facilities(pages, governorate).await? => {
            Err(no_facility_in(governorate))
        }
        _ => Ok(()),
    }
}

fn named<'a>(asked: &'a Question, filter: &'a pb::Filter) -> Vec<Named<'a>> {
    use Kind::{Facility, Item, Order, Organization};
    let mut all = vec![
        (Facility, &filter.facility),
        (Item, &filter.item),
        (Organization, &filter.owner),
    ];
    match asked {
        Question::Transfers(asked) => all.extend([(Facility, &asked.from), (Facility, &asked.to)]),
        Question::Deliveries(Deliveries { of, .. })
        | Question::OrderLines(OrderLines { of, .. }) => {
            all.extend([(Organization, &of.supplier), (Order, &of.order)]);
        }
        Question::Tenders(Tenders { of, .. }) | Question::Alerts(Alerts { of, .. }) => {
            all.extend([(Organization, &of.buyer), (Organization, &of.winner)]);
        }
        Question::Durations(asked) => all.push((Organization, &asked.buyer)),
        Question::Awards(asked) | Question::Prices(asked) => {
            all.extend([
                (Organization, &asked.buyer),
                (Organization, &asked.supplier),
            ]);
        }
        // Of the first three the service says itself that it knows none of that name.
        Question::Tender(_)
        | Question::Supplier(_)
        | Question::Buyer(_)
        | Question::Shortage(_)
        | Question::Rollup(_)
        | Question::Surplus(_)
        | Question::Stock(_)
        | Question::Flows(_)
        | Question::Rates(_)
        | Question::Losses(_)
        | Question::Wastage(_)
        | Question::Equity(_)
        | Question::History(_)
        | Question::Movements(_)
        | Question::Discrepancies(_)
        | Question::Processes(_)
        | Question::Facilities(_)
        | Question::Items(_) => {}
    }
    let given = all.into_iter();
    given
        .filter_map(|(kind, code)| Some((kind, code.as_deref()?)))
        .map(|(kind, code)| Named { kind, code })
        .collect()
}

/// Whether any event is about it, or names it.
async fn is_mentioned(pages: &mut Pages, kind: Kind, code: &str) -> Result<bool, Failure> {
    let question = audit::GetHistoryRequest {
        context: Some(whenever(pages)),
        page: Some(one_row()),
        entity: Some(audit::Entity {
            kind: kind.wire().into(),
            scope: String::new(),
            id: code.to_owned(),
        }),
        ..audit::GetHistoryRequest::default()
    };
    Ok(pages.source.get_history(question).await?.total_size > 0)
}

async fn has_facilities(pages: &mut Pages, governorate: &str) -> Result<bool, Failure> {
    let question = pb::ListFacilitiesRequest {
        context: Some(whenever(pages)),
        page: Some(one_row()),
        filter: Some(pb::Filter {
            governorate: Some(governorate.to_owned()),
            ..pb::Filter::default()
        }),
    };
    Ok(pages.source.list_facilities(question).await?.total_size > 0)
}

/// As of the same place in the log, whichever instant is asked about.
const fn whenever(pages: &Pages) -> types::QueryContext {
    types::QueryContext {
        at: None,
        ..pages.context
    }
}

fn one_row() -> types::Page {
    types::Page {
        size: 1,
        ..types::Page::default()
    }
}

fn unknown(kind: Kind, code: &str) -> Failure {
    let (reason, ar, en) = match kind {
        Kind::Facility => (
            "FACILITY_NOT_FOUND",
            format!("لا يعرف السجل منشأة برمز {code}؛ اعرض الرموز بالأمر `sijill query facilities`"),
            format!(
                "the ledger knows no facility {code}; list the codes with `sijill query facilities`"
            ),
        ),
        Kind::Item => (
            "ITEM_NOT_FOUND",
            format!("لا يعرف السجل صنفًا برمز {code}؛ اعرض الرموز بالأمر `sijill query items`"),
            format!("the ledger knows no item {code}; list the codes with `sijill query items`"),
        ),
        Kind::Organization => (
            "ORGANIZATION_NOT_FOUND",
            format!(
                "لا يعرف السجل جهة برمز {code}؛ تجد رموز المالكين في `sijill query facilities` والموردين في `sijill query order-lines`"
            ),
            format!(
                "the ledger knows no organisation {code}; `sijill query facilities` shows owners, `sijill query order-lines` suppliers"
            ),
        ),
        Kind::Order => (
            "ORDER_NOT_FOUND",
            format!(
                "لا يعرف السجل أمر شراء برقم {code}؛ اعرض الأوامر بالأمر `sijill query order-lines`"
            ),
            format!(
                "the ledger knows no order {code}; list the orders with `sijill query order-lines`"
            ),
        ),
    };
    not_found(reason, ar, en)
}

fn no_facility_in(governorate: &str) -> Failure {
    not_found(
        "GOVERNORATE_NOT_FOUND",
        format!(
            "لا منشأة في المحافظة {governorate}؛ اعرض رموز المحافظات بالأمر `sijill query facilities`"
        ),
        format!(
            "no facility lies in the governorate {governorate}; `sijill query facilities` shows the codes"
        ),
    )
}

/// The same exit status as when a service does not find what is asked for.
fn not_found(reason: &str, ar: String, en: String) -> Failure {
    Failure::Answered {
        code: reason.to_owned(),
        text: Bilingual::new(ar, en),
        exit_status: 3,
    }
}
