//! Goods in transit have an account of their own: a dispatch opens a transfer, an arrival settles it. One policy does
//! both, so that a transfer sees its documents in the order of the log.

use super::{Policy, Step};
use crate::domain::values::FacilityId;
use crate::domain::{Command, stock, transfer};
use crate::event::{Event, Recorded};

/// Brings dispatches and arrivals to their transfers. What imported history names no transfer for has none.
#[derive(Clone, Copy, Debug, Default)]
pub struct GoodsInTransit;

impl Policy for GoodsInTransit {
    fn name(&self) -> &'static str {
        "goods-in-transit"
    }

    fn reacts_to(&self) -> &'static [&'static str] {
        &[
            "sijill.events.v1.StockDispatched",
            "sijill.events.v1.StockArrived",
        ]
    }

    fn react(&self, event: &Recorded) -> Vec<Step> {
        match &event.event {
            Event::Stock(stock::Event::StockDispatched(dispatch)) => dispatched(dispatch, event),
            Event::Stock(stock::Event::StockArrived(arrival)) => arrived(arrival, event),
            Event::Stock(_)
            | Event::Application(_)
            | Event::Committee(_)
            | Event::Disclosure(_)
            | Event::Envelope(_)
            | Event::Facility(_)
            | Event::Item(_)
            | Event::Migration(_)
            | Event::Official(_)
            | Event::Order(_)
            | Event::Organization(_)
            | Event::Plan(_)
            | Event::Process(_)
            | Event::Reaction(_)
            | Event::Succession(_)
            | Event::Qualification(_)
            | Event::Requisition(_)
            | Event::Ruleset(_)
            | Event::Framework(_)
            | Event::Security(_)
            | Event::Tender(_)
            | Event::Transfer(_) => None,
        }
        .into_iter()
        .collect()
    }
}

fn dispatched(dispatch: &stock::Dispatch, event: &Recorded) -> Option<Step> {
    let (id, to) = dispatch.transfer.as_ref().zip(dispatch.to.clone())?;
    let lines = dispatch.lines.iter().map(|line| transfer::ShipmentLine {
        key: line.key.clone(),
        quantity: line.quantity,
    });
    let shipment = transfer::Shipment {
        dispatch: document(event)?,
        number: dispatch.document.number.clone(),
        to,
        dispatched_on: event.metadata.effective_at.date(),
        due: dispatch.due,
        requisition: dispatch.requisition.clone(),
        lines: lines.collect(),
    };
    Some(Step::Command {
        stream: transfer::Transfer::stream(id),
        command: Command::Transfer(transfer::Command::Dispatch(shipment)),
    })
}

fn arrived(arrival: &stock::Arrival, event: &Recorded) -> Option<Step> {
    let (id, from) = arrival.transfer.as_ref().zip(arrival.from.clone())?;
    let lines = arrival.lines.iter().map(|line| transfer::ReceiptLine {
        key: line.key.clone(),
        accepted: line.accepted,
        rejected: line.rejected,
        lost: line.lost,
        reason: line.reason.clone(),
    });
    let receipt = transfer::Receipt {
        arrival: document(event)?,
        number: arrival.document.number.clone(),
        from,
        arrived_on: event.metadata.effective_at.date(),
        lines: lines.collect(),
    };
    Some(Step::Command {
        stream: transfer::Transfer::stream(id),
        command: Command::Transfer(transfer::Command::Arrive(receipt)),
    })
}

/// `None` for a stream that is no registered facility's: it cannot hold a document.
fn document(event: &Recorded) -> Option<transfer::DocumentRef> {
    Some(transfer::DocumentRef {
        facility: FacilityId::new(event.stream.id()).ok()?,
        revision: event.revision,
    })
}
