//! The other side of a movement: where goods came from or went to.

use sijill_ledger_core::domain::stock::{Event, Recipient, ReturnRoute, Source};

use super::pb;
use pb::CounterpartyKind as Kind;

/// The other side, as the document says; `None` where it has none.
pub fn counterparty(document: &Event) -> Option<pb::Counterparty> {
    match document {
        Event::StockReceived(receipt) => Some(source(&receipt.source)),
        Event::StockAccepted(acceptance) => {
            let order = acceptance.order.as_ref().map(ToString::to_string);
            Some(party(Kind::Inspection, "", order))
        }
        Event::StockIssued(issue) => Some(match &issue.to {
            Recipient::Patients => party(Kind::Patients, "", None),
            Recipient::Unit(unit) => party(Kind::Unit, unit.as_str(), None),
            Recipient::Custody(official) => party(Kind::Official, official.as_str(), None),
            Recipient::Unstated => party(Kind::Unspecified, "", None),
        }),
        Event::StockDispatched(dispatch) => {
            let transfer = dispatch.transfer.as_ref().map(ToString::to_string);
            let to = dispatch.to.as_ref().map_or("", |to| to.as_str());
            Some(party(Kind::Facility, to, transfer))
        }
        Event::StockArrived(arrival) => {
            let transfer = arrival.transfer.as_ref().map(ToString::to_string);
            let from = arrival.from.as_ref().map_or("", |from| from.as_str());
            Some(party(Kind::Facility, from, transfer))
        }
        Event::StockReturned(back) => Some(match &back.route {
            ReturnRoute::FromUnit(unit) => party(Kind::Unit, unit.as_str(), None),
            ReturnRoute::FromCustody(official) => party(Kind::Official, official.as_str(), None),
            ReturnRoute::FromUnstated => party(Kind::Unspecified, "", None),
            ReturnRoute::ToSupplier(supplier) => party(Kind::Supplier, supplier.as_str(), None),
        }),
        Event::StockWrittenOff(loss) => {
            let keeper = loss.custody.as_ref()?;
            Some(party(Kind::Official, keeper.as_str(), None))
        }
        Event::OpeningBalanceDeclared(_)
        | Event::StockAdjusted(_)
        | Event::CountProposed(_)
        | Event::CountApproved(_)
        | Event::StockReserved(_)
        | Event::ReservationReleased(_)
        | Event::BatchQuarantined(_)
        | Event::BatchReleased(_)
        | Event::BatchRecalled(_)
        | Event::StockRepacked(_)
        | Event::DocumentReversed(_)
        | Event::PeriodReported(_)
        | Event::PeriodClosed(_)
        | Event::DiscrepancyOpened(_)
        | Event::DiscrepancyAnswered(_) => None,
    }
}

fn source(source: &Source) -> pb::Counterparty {
    match source {
        Source::Supplier {
            organization,
            order,
        } => {
            let order = order.as_ref().map(ToString::to_string);
            party(Kind::Supplier, organization.as_str(), order)
        }
        Source::Donor { name } => party(Kind::Donor, name.as_str(), None),
        Source::Production => party(Kind::Production, "", None),
        Source::Unstated => party(Kind::Unspecified, "", None),
    }
}

fn party(kind: Kind, id: &str, reference: Option<String>) -> pb::Counterparty {
    pb::Counterparty {
        kind: kind.into(),
        id: id.to_owned(),
        reference,
    }
}
