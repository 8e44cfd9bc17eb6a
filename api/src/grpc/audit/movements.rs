//! Lines of stock documents with running balances: `ListMovements`.

use sijill_ledger_core::codec::payload::{Payload, write};
use sijill_ledger_core::domain::stock::{Event as Document, Flow, LossReason};
use sijill_ledger_core::domain::values::{Batch, FacilityId, ItemCode, ValueError};
use sijill_ledger_core::event::{Event, Recorded};
use sijill_projections::audit::register::{Filter, Line, Register};
use tonic::{Code, Response, Status};

use super::asking::{Asking, Sight, decoded};
use super::counterparty::counterparty;
use super::pb;
use crate::grpc::question::desk::Desk;
use crate::grpc::question::page;
use crate::grpc::question::unwritable;
use crate::grpc::status::{self, Problem};

/// Most documents that one question reads: balances need all of them, whichever page is shown.
const DOCUMENTS_MAX: usize = 100_000;

/// Answers.
pub async fn list(
    desk: &Desk,
    mut request: pb::ListMovementsRequest,
) -> Result<Response<pb::ListMovementsResponse>, Status> {
    let (context, page) = (request.context.take(), request.page.take());
    let asking = Asking::read(&request, context, page, &["effective_at"], desk)?;
    let filter = filter(&request)?;
    let answer = asking.look(desk, move |asking, sight| answer(&filter, asking, sight));
    answer.await.map(Response::new)
}

fn filter(request: &pb::ListMovementsRequest) -> Result<Filter, Status> {
    let mut payload = Payload::new("ListMovementsRequest", &[]);
    let from = payload.optional(request.from_day, "from_day");
    let until = payload.optional(request.until_day, "until_day");
    let filter = Filter {
        facility: code("facility", &request.facility, FacilityId::new)?,
        item: code("item", &request.item, ItemCode::new)?,
        batch: code("batch", &request.batch, Batch::new)?,
        from: from.map_err(|error| status::invalid(&error))?,
        until: until.map_err(|error| status::invalid(&error))?,
    };
    if filter.batch.is_some() && filter.item.is_none() {
        let (ar, en) = ("رقم التشغيلة لا يكفي بلا صنف", "a batch needs its item");
        return Err(status::invalid_field("item", ar, en));
    }
    Ok(filter)
}

/// Reads a code; an empty text names none.
pub fn code<T>(
    field: &str,
    text: &str,
    read: impl FnOnce(&str) -> Result<T, ValueError>,
) -> Result<Option<T>, Status> {
    let given = Some(text).filter(|text| !text.is_empty());
    let read = given.map(read).transpose();
    read.map_err(|error| status::invalid_value(field, &error))
}

fn answer(
    filter: &Filter,
    asking: &Asking,
    sight: &Sight<'_>,
) -> Result<pb::ListMovementsResponse, Status> {
    let mut lines = lines(filter, sight)?;
    if asking.descending == Some(true) {
        lines.reverse();
    }
    let before = asking.before();
    let mut rows = Vec::new();
    let mut document: Option<Recorded> = None;
    for line in lines.iter().skip(before).take(asking.rows_max) {
        // The lines of one document mostly stand together.
        let event = match document.take().filter(|event| event.index == line.index) {
            Some(event) => event,
            None => sight.event(line.index)?,
        };
        rows.push(row(line, &event)?);
        document = Some(event);
    }
    let rows = page::cut(rows.into_iter().map(Ok::<_, Status>))?;
    let looked = before.saturating_add(rows.len());
    Ok(pb::ListMovementsResponse {
        context: Some(sight.context()?),
        rows,
        next_page_token: asking.next(sight.size, looked, lines.len()),
        total_size: u64::try_from(lines.len()).unwrap_or(u64::MAX),
    })
}

fn lines(filter: &Filter, sight: &Sight<'_>) -> Result<Vec<Line>, Status> {
    let Some(mut documents) = sight.audit().documents(filter) else {
        let ar = "سمِّ منشأة أو صنفًا: سجل الحركة للبلد كله لا يُعرض صفحة صفحة";
        let en = "name a facility or an item: the movements of the whole country are not listed page by page";
        return Err(status::invalid_field("facility", ar, en));
    };
    documents.retain(|index| *index < sight.size);
    if documents.len() > DOCUMENTS_MAX {
        return Err(too_wide(documents.len()));
    }
    let mut register = Register::new(filter.clone());
    for index in documents {
        let batch = sight.entry(index)?;
        let of_stock = batch
            .get(0)
            .is_some_and(|(_, entry)| entry.stream.starts_with("stock-"));
        if of_stock {
            register.take(&decoded(&batch, index)?);
        }
    }
    Ok(register.lines())
}

fn too_wide(documents: usize) -> Status {
    Problem::new(
        Code::InvalidArgument,
        "QUESTION_TOO_WIDE",
        format!("يمس السؤال {documents} مستندًا والحد {DOCUMENTS_MAX}؛ ضيّقه بالمنشأة والصنف أو بالتشغيلة"),
        format!("the question concerns {documents} documents, more than {DOCUMENTS_MAX}; name facility and item, or a batch"),
    )
    .field("facility", "name facility and item, or a batch")
    .into()
}

fn row(line: &Line, event: &Recorded) -> Result<pb::MovementRow, Status> {
    let decimal = |value| write(&value).map_err(|error| unwritable(&error));
    let Event::Stock(document) = &event.event else {
        return Err(status::internal("a movement is of no stock document"));
    };
    let paper = Particulars::of(document);
    Ok(pb::MovementRow {
        index: line.index,
        line: line.place,
        facility: line.facility.to_string(),
        item: line.key.item.to_string(),
        batch: line.key.batch.as_ref().map(ToString::to_string),
        programme: line.key.programme.as_ref().map(ToString::to_string),
        flow: flow(line.flow).into(),
        effective_at: Some(write(&line.effective_at).map_err(|error| unwritable(&error))?),
        recorded_at_micros: event.recorded_at.as_micros(),
        stated: line.stated.map(decimal).transpose()?,
        change: Some(decimal(line.change)?),
        balance: Some(decimal(line.balance)?),
        document: paper.number,
        counterparty: counterparty(document),
        actor: Some(write(&event.metadata.actor).map_err(|error| unwritable(&error))?),
        reversed_by: line.reversed_by,
        reason: paper.reason,
        prior_period: paper.prior_period,
    })
}

/// What the paper behind a movement says beside its lines.
#[derive(Default)]
struct Particulars {
    number: Option<String>,
    reason: Option<String>,
    prior_period: Option<i32>,
}

impl Particulars {
    fn of(document: &Document) -> Self {
        let number = document.document().map(|paper| paper.number.to_string());
        let plain = Self {
            number,
            ..Self::default()
        };
        match document {
            Document::StockAdjusted(adjustment) => Self {
                reason: Some(adjustment.reason.to_string()),
                prior_period: adjustment.prior_period.map(i32::from),
                ..plain
            },
            Document::StockWrittenOff(loss) => Self {
                reason: Some(loss_code(loss.reason).to_owned()),
                ..plain
            },
            Document::CountApproved(count) => Self {
                number: Some(count.count.to_string()),
                ..plain
            },
            Document::OpeningBalanceDeclared(_)
            | Document::StockReceived(_)
            | Document::StockAccepted(_)
            | Document::StockIssued(_)
            | Document::StockDispatched(_)
            | Document::StockArrived(_)
            | Document::StockReturned(_)
            | Document::CountProposed(_)
            | Document::StockReserved(_)
            | Document::ReservationReleased(_)
            | Document::BatchQuarantined(_)
            | Document::BatchReleased(_)
            | Document::BatchRecalled(_)
            | Document::StockRepacked(_)
            | Document::DocumentReversed(_)
            | Document::PeriodReported(_)
            | Document::PeriodClosed(_)
            | Document::DiscrepancyOpened(_)
            | Document::DiscrepancyAnswered(_) => plain,
        }
    }
}

const fn loss_code(reason: LossReason) -> &'static str {
    match reason {
        LossReason::Expired => "EXPIRED",
        LossReason::Damaged => "DAMAGED",
        LossReason::Lost => "LOST",
        LossReason::Stolen => "STOLEN",
        LossReason::OpenVialLimit => "OPEN_VIAL_LIMIT",
        LossReason::ColdChainFailure => "COLD_CHAIN_FAILURE",
        LossReason::Recalled => "RECALLED",
        LossReason::Scrapped => "SCRAPPED",
    }
}

const fn flow(flow: Flow) -> pb::Flow {
    match flow {
        Flow::Opening => pb::Flow::Opening,
        Flow::Received => pb::Flow::Received,
        Flow::TransferIn => pb::Flow::TransferIn,
        Flow::Returned => pb::Flow::Returned,
        Flow::Surrendered => pb::Flow::Surrendered,
        Flow::Gain => pb::Flow::Gain,
        Flow::Issued => pb::Flow::Issued,
        Flow::Entrusted => pb::Flow::Entrusted,
        Flow::TransferOut => pb::Flow::TransferOut,
        Flow::Loss => pb::Flow::Loss,
        Flow::Reduction => pb::Flow::Reduction,
        Flow::Repacked => pb::Flow::Repacked,
        Flow::Counted => pb::Flow::Counted,
    }
}
