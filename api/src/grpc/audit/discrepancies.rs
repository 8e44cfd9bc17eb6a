//! Facts that broke a rule, who must answer, and who did: `ListDiscrepancies`.

use rust_decimal::Decimal;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::{DiscrepancyId, EffectiveAt, FacilityId, ItemCode, Text};
use sijill_ledger_core::domain::{order, requisition, stock, transfer};
use sijill_ledger_core::event::{Event, Recorded};
use sijill_projections::audit::discrepancies::{Count, Discrepancy, Filter, counts};
use sijill_projections::audit::entity::{Entity, EntityKind, Part};
use tonic::{Response, Status};

use super::asking::{Asking, Sight};
use super::movements::code;
use super::{pb, rules};
use crate::grpc::question::desk::Desk;
use crate::grpc::question::page;
use crate::grpc::question::unwritable;
use crate::grpc::status;

/// Answers.
pub async fn list(
    desk: &Desk,
    mut request: pb::ListDiscrepanciesRequest,
) -> Result<Response<pb::ListDiscrepanciesResponse>, Status> {
    let (context, page) = (request.context.take(), request.page.take());
    let asking = Asking::read(&request, context, page, &["index"], desk)?;
    let filter = Filter {
        facility: code("facility", &request.facility, FacilityId::new)?,
        item: code("item", &request.item, ItemCode::new)?,
        rule: rules::read(&request.rule)?,
        answered: request.answered,
    };
    let answer = asking.look(desk, move |asking, sight| answer(&filter, asking, sight));
    answer.await.map(Response::new)
}

fn answer(
    filter: &Filter,
    asking: &Asking,
    sight: &Sight<'_>,
) -> Result<pb::ListDiscrepanciesResponse, Status> {
    let mut found = sight.audit().discrepancies(filter, sight.size);
    let first_page = asking.before() == 0;
    let counts = if first_page {
        counts(&found)
    } else {
        Vec::new()
    };
    match asking.descending {
        None => {}
        Some(descending) => {
            found.sort_by_key(|one| one.opened.index);
            if descending {
                found.reverse();
            }
        }
    }
    let wanted = found.iter().skip(asking.before()).take(asking.rows_max);
    let rows = page::cut(wanted.map(|one| row(one, sight)))?;
    let looked = asking.before().saturating_add(rows.len());
    Ok(pb::ListDiscrepanciesResponse {
        context: Some(sight.context()?),
        rows,
        next_page_token: asking.next(sight.size, looked, found.len()),
        total_size: u64::try_from(found.len()).unwrap_or(u64::MAX),
        counts: counts.iter().map(count).collect(),
    })
}

fn count(count: &Count) -> pb::DiscrepancyCount {
    let label = rules::label(count.rule);
    pb::DiscrepancyCount {
        rule: label.code.to_owned(),
        rule_names: Some(label.names()),
        facility: count.facility.as_ref().map(ToString::to_string),
        open: count.open,
        answered: count.answered,
    }
}

fn row(one: &Discrepancy, sight: &Sight<'_>) -> Result<pb::DiscrepancyRow, Status> {
    let event = sight.event(one.opened.index)?;
    let found = Opened::of(&event.event)
        .ok_or_else(|| status::internal("a discrepancy's index is of another event"))?;
    let label = rules::label(one.rule);
    let until = match one.answered {
        Some(answered) => Some(answered.recorded_at),
        None => sight.at().map(EffectiveAt::at),
    };
    let decimal = |value| write(&value).map_err(|error| unwritable(&error));
    Ok(pb::DiscrepancyRow {
        index: event.index,
        stream: event.stream.to_string(),
        id: found.id.to_string(),
        rule: label.code.to_owned(),
        rule_names: Some(label.names()),
        facility: one.facility.as_ref().map(ToString::to_string),
        item: one.item.as_ref().map(ToString::to_string),
        batch: found.batch,
        expected: Some(decimal(found.expected)?),
        found: Some(decimal(found.found)?),
        recorded_at_micros: event.recorded_at.as_micros(),
        effective_at: Some(
            write(&event.metadata.effective_at).map_err(|error| unwritable(&error))?,
        ),
        actor: Some(write(&event.metadata.actor).map_err(|error| unwritable(&error))?),
        responsible: Some(responsible(one, &event, sight)?),
        open_micros: until.map_or(0, |until| until.micros_since(event.recorded_at)),
        answer: one
            .answered
            .map(|answered| given(&sight.event(answered.index)?))
            .transpose()?,
    })
}

/// The store's keeper, as of the answer; for an order also who bought.
fn responsible(
    one: &Discrepancy,
    event: &Recorded,
    sight: &Sight<'_>,
) -> Result<pb::Responsible, Status> {
    let facility = one.facility.as_ref();
    let keeper = facility.and_then(|facility| sight.audit().keeper(facility, sight.size));
    let mut responsible = pb::Responsible {
        facility: facility.map(ToString::to_string),
        keeper: keeper.map(ToString::to_string),
        buyer: None,
        placed_by: None,
    };
    if event.stream.kind() == "order"
        && let Some(placed) = placement(event.stream.id(), sight)?
        && let Event::Order(order::Event::OrderPlaced(placement)) = &placed.event
    {
        let actor = write(&placed.metadata.actor).map_err(|error| unwritable(&error))?;
        responsible.buyer = Some(placement.buyer.to_string());
        responsible.placed_by = Some(actor);
    }
    Ok(responsible)
}

/// The first event of an order.
fn placement(order: &str, sight: &Sight<'_>) -> Result<Option<Recorded>, Status> {
    let Ok(order) = Entity::new(EntityKind::Order, order) else {
        return Ok(None);
    };
    let first = sight.audit().history(&order, &[Part::Own]).first().copied();
    first.map(|index| sight.event(index)).transpose()
}

fn given(event: &Recorded) -> Result<pb::DiscrepancyAnswer, Status> {
    let text = answer_of(&event.event)
        .ok_or_else(|| status::internal("an answer's index is of another event"))?;
    Ok(pb::DiscrepancyAnswer {
        index: event.index,
        recorded_at_micros: event.recorded_at.as_micros(),
        actor: Some(write(&event.metadata.actor).map_err(|error| unwritable(&error))?),
        text: text.to_string(),
    })
}

/// What discrepancies of all aggregates have in common.
struct Opened<'a> {
    id: &'a DiscrepancyId,
    batch: Option<String>,
    expected: Decimal,
    found: Decimal,
}

impl<'a> Opened<'a> {
    fn of(event: &'a Event) -> Option<Self> {
        macro_rules! found {
            ($opened:ident, $batch:expr) => {
                Some(Self {
                    id: &$opened.id,
                    batch: $batch,
                    expected: $opened.expected,
                    found: $opened.found,
                })
            };
        }
        let batch = |key: &stock::StockKey| key.batch.as_ref().map(ToString::to_string);
        if let Event::Stock(stock::Event::DiscrepancyOpened(opened)) = event {
            found!(opened, batch(&opened.key))
        } else if let Event::Order(order::Event::DiscrepancyOpened(opened)) = event {
            found!(opened, None)
        } else if let Event::Transfer(transfer::Event::DiscrepancyOpened(opened)) = event {
            found!(opened, batch(&opened.key))
        } else if let Event::Requisition(requisition::Event::DiscrepancyOpened(opened)) = event {
            found!(opened, None)
        } else {
            None
        }
    }
}

fn answer_of(event: &Event) -> Option<&Text> {
    if let Event::Stock(stock::Event::DiscrepancyAnswered(answer)) = event {
        Some(&answer.answer)
    } else if let Event::Order(order::Event::DiscrepancyAnswered(answer)) = event {
        Some(&answer.answer)
    } else if let Event::Transfer(transfer::Event::DiscrepancyAnswered(answer)) = event {
        Some(&answer.answer)
    } else if let Event::Requisition(requisition::Event::DiscrepancyAnswered(answer)) = event {
        Some(&answer.answer)
    } else {
        None
    }
}
