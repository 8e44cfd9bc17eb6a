//! A dispatch that names a requisition fulfils it, whole or in part.

use super::{Policy, Step};
use crate::domain::values::FacilityId;
use crate::domain::{Command, requisition, stock};
use crate::event::{Event, Recorded};

/// Brings dispatches to the requisitions that they name.
#[derive(Clone, Copy, Debug, Default)]
pub struct DispatchFulfilsRequisition;

impl Policy for DispatchFulfilsRequisition {
    fn name(&self) -> &'static str {
        "dispatch-fulfils-requisition"
    }

    fn reacts_to(&self) -> &'static [&'static str] {
        &["sijill.events.v1.StockDispatched"]
    }

    fn react(&self, event: &Recorded) -> Vec<Step> {
        match &event.event {
            Event::Stock(stock::Event::StockDispatched(dispatch)) => dispatched(dispatch, event),
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
    let id = dispatch.requisition.as_ref()?;
    let (transfer, to) = dispatch.transfer.clone().zip(dispatch.to.clone())?;
    let lines = dispatch.lines.iter().map(|line| requisition::ItemQuantity {
        item: line.key.item.clone(),
        quantity: line.quantity,
    });
    let fulfilment = requisition::Fulfilment {
        transfer,
        // A stream that is no registered facility's cannot hold a dispatch.
        from: FacilityId::new(event.stream.id()).ok()?,
        dispatch: event.revision,
        to,
        lines: lines.collect(),
    };
    Some(Step::Command {
        stream: requisition::Requisition::stream(id),
        command: Command::Requisition(requisition::Command::Fulfil(fulfilment)),
    })
}
