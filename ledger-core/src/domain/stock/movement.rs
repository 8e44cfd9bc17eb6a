//! What a stock document does to balances: the one place that says so, for the aggregate and for every view alike.

use serde::{Deserialize, Serialize};

use super::event::{
    AcceptanceLine, AdjustmentLine, ArrivalLine, CountLine, Event, Recipient, ReturnLine,
    ReturnRoute,
};
use super::shapes::{LineIn, LineOut, StockKey};
use crate::domain::values::{Change, Date, EffectiveAt, Quantity};

/// Kinds of flow, as the balance equation names them (DESIGN 7):
/// opening + received + transfers in + returned + gains + unaccounted = issued + transfers out + losses + reductions + on hand,
/// where *unaccounted* is what counts found above (or below) the book with no document to show for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Flow {
    /// Declared when the ledger began there.
    Opening,
    /// Accepted from outside.
    Received,
    /// Accepted from another facility.
    TransferIn,
    /// Back from users: consumption taken back.
    Returned,
    /// Back out of custody.
    Surrendered,
    /// The book was raised, with a reason.
    Gain,
    /// Handed out to be used: consumption.
    Issued,
    /// Handed into custody: not consumption.
    Entrusted,
    /// Sent to another facility.
    TransferOut,
    /// Lost or destroyed.
    Loss,
    /// The book was lowered, with a reason, or goods went back to their supplier.
    Reduction,
    /// Packed anew: out of one key, into another of the same item.
    Repacked,
    /// Stated by a count.
    Counted,
}

/// One line's effect on the balance of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement<'a> {
    /// What.
    pub key: &'a StockKey,
    /// The batch's expiry, where the line names it.
    pub expiry: Option<Date>,
    /// Kind of flow.
    pub flow: Flow,
    /// The effect.
    pub change: Change,
    /// From when.
    pub at: EffectiveAt,
}

/// The movements of an event, in line order; `effective` is the event's own effective time.
///
/// Reservations, batch steps, periods and discrepancies move nothing. A reversal moves nothing either: it takes the
/// entries of the document it names back out of the timelines ([`super::Timeline::cancel`]).
pub fn movements(event: &Event, effective: EffectiveAt) -> Vec<Movement<'_>> {
    let at = |flow| Effect {
        flow,
        at: effective,
    };
    match event {
        Event::OpeningBalanceDeclared(opening) => {
            at(Flow::Opening).each(&opening.lines, Change::Set)
        }
        Event::StockReceived(receipt) if receipt.provisional => Vec::new(),
        Event::StockReceived(receipt) => at(Flow::Received).each(&receipt.lines, plus),
        Event::StockAccepted(acceptance) => at(Flow::Received).each(&acceptance.lines, plus),
        Event::StockIssued(issue) => at(issue.to.flow()).each(&issue.lines, minus),
        Event::StockDispatched(dispatch) => at(Flow::TransferOut).each(&dispatch.lines, minus),
        Event::StockArrived(arrival) => at(Flow::TransferIn).each(&arrival.lines, plus),
        Event::StockReturned(back) => match back.route {
            ReturnRoute::FromUnit(_) | ReturnRoute::FromUnstated => {
                at(Flow::Returned).each(&back.lines, plus)
            }
            ReturnRoute::FromCustody(_) => at(Flow::Surrendered).each(&back.lines, plus),
            ReturnRoute::ToSupplier(_) => at(Flow::Reduction).each(&back.lines, minus),
        },
        Event::StockAdjusted(adjustment) => adjustment
            .lines
            .iter()
            .map(|l| at(l.flow()).moved(&l.key, l.expiry, Change::Add(l.amount)))
            .collect(),
        Event::CountApproved(count) => Effect {
            flow: Flow::Counted,
            at: count.counted_at,
        }
        .each(&count.lines, Change::Set),
        // Goods in custody have left the shelf already.
        Event::StockWrittenOff(loss) if loss.custody.is_some() => Vec::new(),
        Event::StockWrittenOff(loss) => at(Flow::Loss).each(&loss.lines, minus),
        Event::StockRepacked(repack) => repack
            .lines
            .iter()
            .flat_map(|l| {
                let effect = at(Flow::Repacked);
                [
                    effect.moved(&l.from, None, Change::Add(-l.base_units())),
                    effect.moved(&l.to, l.expiry, Change::Add(l.base_units())),
                ]
            })
            .collect(),
        Event::CountProposed(_)
        | Event::StockReserved(_)
        | Event::ReservationReleased(_)
        | Event::BatchQuarantined(_)
        | Event::BatchReleased(_)
        | Event::BatchRecalled(_)
        | Event::DocumentReversed(_)
        | Event::PeriodReported(_)
        | Event::PeriodClosed(_)
        | Event::DiscrepancyOpened(_)
        | Event::DiscrepancyAnswered(_) => Vec::new(),
    }
}

/// What the lines of one document have in common.
#[derive(Clone, Copy)]
struct Effect {
    flow: Flow,
    at: EffectiveAt,
}

impl Effect {
    fn each<L: Line>(self, lines: &[L], change: fn(Quantity) -> Change) -> Vec<Movement<'_>> {
        lines
            .iter()
            .map(|line| self.moved(line.key(), line.expiry(), change(line.quantity())))
            .collect()
    }

    fn moved(self, key: &StockKey, expiry: Option<Date>, change: Change) -> Movement<'_> {
        Movement {
            key,
            expiry,
            flow: self.flow,
            change,
            at: self.at,
        }
    }
}

/// What every line of goods has: what, until when it is good, and how much of it moved.
pub(super) trait Line {
    /// What.
    fn key(&self) -> &StockKey;
    /// The batch's expiry, where the line names it.
    fn expiry(&self) -> Option<Date> {
        None
    }
    /// How much moved, in base units.
    fn quantity(&self) -> Quantity;
}

macro_rules! line {
    ($name:ident, $quantity:ident $(, $expiry:ident)?) => {
        impl Line for $name {
            fn key(&self) -> &StockKey {
                &self.key
            }
            $(fn expiry(&self) -> Option<Date> {
                self.$expiry
            })?
            fn quantity(&self) -> Quantity {
                self.$quantity
            }
        }
    };
}

line!(LineIn, quantity, expiry);
line!(LineOut, quantity);
line!(AcceptanceLine, accepted);
line!(ArrivalLine, accepted, expiry);
line!(CountLine, counted, expiry);
line!(ReturnLine, quantity, expiry);

impl AdjustmentLine {
    const fn flow(&self) -> Flow {
        if self.amount.is_sign_negative() {
            Flow::Reduction
        } else {
            Flow::Gain
        }
    }
}

impl Recipient {
    /// Consumption, or custody.
    pub const fn flow(&self) -> Flow {
        match self {
            Self::Patients | Self::Unit(_) | Self::Unstated => Flow::Issued,
            Self::Custody(_) => Flow::Entrusted,
        }
    }
}

fn plus(quantity: Quantity) -> Change {
    Change::Add(quantity.get())
}

fn minus(quantity: Quantity) -> Change {
    Change::Add(-quantity.get())
}
