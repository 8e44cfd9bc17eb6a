//! Card lines as stock events: history, already normalised.

use sijill_ledger_core::domain::stock::{
    Adjustment, AdjustmentLine, Arrival, ArrivalLine, CountApproval, CountLine, Dispatch, Document,
    Event, Issue, LineIn, LineOut, LossReason, Receipt, Recipient, Return, ReturnLine, ReturnRoute,
    Source, WriteOff,
};
use sijill_ledger_core::domain::values::{
    CountId, DocumentNumber, EffectiveAt, Quantity, Text, ValueError,
};

use super::lines::{CardLine, LineKind};
use super::reasons::Effect;
use super::reference::Card;

/// The event of a line. OpenLMIS does not say here who sent or got goods, so that stays unstated.
pub fn event(line: &CardLine, card: &Card, at: EffectiveAt) -> Result<Event, ValueError> {
    let make = Make { line, card };
    let event = match &line.kind {
        LineKind::Count => Event::CountApproved(CountApproval {
            count: CountId::new(&line.id)?,
            counted_at: at,
            lines: vec![CountLine {
                key: card.key.clone(),
                expiry: card.expiry,
                counted: line.quantity,
            }],
        }),
        LineKind::FromSource => make.receipt()?,
        LineKind::ToDestination => make.dispatch()?,
        LineKind::Reasoned(effect) => match effect {
            Effect::Receipt => make.receipt()?,
            Effect::TransferOut => make.dispatch()?,
            Effect::TransferIn => make.arrival()?,
            Effect::Consumption => make.issue()?,
            Effect::Return => make.back()?,
            Effect::Loss(reason) => make.loss(*reason)?,
            Effect::Gain(reason) => make.adjustment(reason, false)?,
            Effect::Reduction(reason) => make.adjustment(reason, true)?,
        },
    };
    Ok(event)
}

struct Make<'a> {
    line: &'a CardLine,
    card: &'a Card,
}

impl Make<'_> {
    /// The document number where there is one, else the line's own id.
    fn document(&self) -> Result<Document, ValueError> {
        let number = match self.line.document.as_str() {
            "" => &self.line.id,
            number => number,
        };
        Ok(Document {
            number: DocumentNumber::new(number)?,
            attachment: None,
            note: None,
        })
    }

    fn line_in(&self) -> Vec<LineIn> {
        vec![LineIn {
            key: self.card.key.clone(),
            expiry: self.card.expiry,
            quantity: self.line.quantity,
            unit_price: None,
        }]
    }

    fn line_out(&self) -> Vec<LineOut> {
        vec![LineOut {
            key: self.card.key.clone(),
            quantity: self.line.quantity,
            reservation: None,
            fefo_override: None,
        }]
    }

    fn receipt(&self) -> Result<Event, ValueError> {
        Ok(Event::StockReceived(Receipt {
            document: self.document()?,
            source: Source::Unstated,
            provisional: false,
            lines: self.line_in(),
        }))
    }

    fn arrival(&self) -> Result<Event, ValueError> {
        Ok(Event::StockArrived(Arrival {
            document: self.document()?,
            transfer: None,
            from: None,
            lines: vec![ArrivalLine {
                key: self.card.key.clone(),
                expiry: self.card.expiry,
                shipped: self.line.quantity,
                accepted: self.line.quantity,
                rejected: Quantity::ZERO,
                lost: Quantity::ZERO,
                reason: None,
            }],
        }))
    }

    fn issue(&self) -> Result<Event, ValueError> {
        Ok(Event::StockIssued(Issue {
            document: self.document()?,
            to: Recipient::Unstated,
            lines: self.line_out(),
        }))
    }

    fn dispatch(&self) -> Result<Event, ValueError> {
        Ok(Event::StockDispatched(Dispatch {
            document: self.document()?,
            transfer: None,
            to: None,
            due: None,
            requisition: None,
            lines: self.line_out(),
        }))
    }

    fn back(&self) -> Result<Event, ValueError> {
        Ok(Event::StockReturned(Return {
            document: self.document()?,
            route: ReturnRoute::FromUnstated,
            lines: self.line_out().into_iter().map(ReturnLine::from).collect(),
        }))
    }

    fn loss(&self, reason: LossReason) -> Result<Event, ValueError> {
        Ok(Event::StockWrittenOff(WriteOff {
            document: self.document()?,
            reason,
            custody: None,
            lines: self.line_out(),
        }))
    }

    fn adjustment(&self, reason: &Text, less: bool) -> Result<Event, ValueError> {
        let amount = self.line.quantity.get();
        Ok(Event::StockAdjusted(Adjustment {
            document: self.document()?,
            reason: reason.clone(),
            prior_period: None,
            lines: vec![AdjustmentLine {
                key: self.card.key.clone(),
                expiry: self.card.expiry,
                amount: if less { -amount } else { amount },
            }],
        }))
    }
}
