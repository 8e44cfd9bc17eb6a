//! What an order remembers. Every refusal to remember (`None`) is a history that could not have happened.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::accounts::{
    Approved, Authority, Claim, ClaimLine, Line, Part, Shipment, Source, Stage, Standing,
};
use super::event::{
    Basis, CreditNote, Delivery, DeliveryReversal, Discrepancy, Event, Inspection, Invoice,
    InvoiceMatch, Mismatch, Payment, PaymentApproval, PaymentPurpose, Placement, ReceiptRef,
};
use crate::aggregate::Occurred;
use crate::domain::values::{
    ContractId, Currency, Date, DiscrepancyId, DocumentNumber, Money, OrganizationId,
};
use crate::event::{ActorId, Metadata, Origin};

/// An order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Nothing has been ordered.
    #[default]
    Unplaced,
    /// It was placed.
    Placed(Box<Book>),
}

/// What is known of a placed order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    pub(super) stage: Stage,
    pub(super) authority: Authority,
    pub(super) placed_by: ActorId,
    pub(super) placed_on: Date,
    pub(super) supplier: OrganizationId,
    /// The agreement kept here whose call-off placed it.
    pub(super) called_off: Option<ContractId>,
    pub(super) currency: Currency,
    pub(super) total: Money,
    pub(super) lines: Vec<Line>,
    /// Every receipt that was ever recorded here, so that none counts twice.
    pub(super) deliveries: BTreeMap<ReceiptRef, Shipment>,
    pub(super) claims: BTreeMap<DocumentNumber, Claim>,
    pub(super) credit_notes: BTreeSet<DocumentNumber>,
    pub(super) approvals: BTreeMap<DocumentNumber, Approved>,
    /// The treasury's or the bank's numbers of the payments made.
    pub(super) paid_references: BTreeSet<DocumentNumber>,
    /// What was paid, approved or not.
    pub(super) paid: Decimal,
    pub(super) open_discrepancies: BTreeSet<DiscrepancyId>,
    /// What came from a file and what from here: after the first native event no history follows.
    pub(super) source: Source,
}

impl Book {
    /// What is known after the placement; `None` where it could not have been placed.
    pub(super) fn new(placement: &Placement, metadata: &Metadata) -> Option<Self> {
        placement.check().ok()?;
        let authority = match &placement.basis {
            Basis::Emergency(_) if !is_history(metadata) => Authority::Awaited,
            Basis::Emergency(_)
            | Basis::Contract(_)
            | Basis::CallOff(_)
            | Basis::Direct(_)
            | Basis::PettyCash
            | Basis::Unstated => Authority::Given,
        };
        Some(Self {
            stage: Stage::Placed,
            authority,
            placed_by: placement.placed_by(&metadata.actor.id),
            placed_on: metadata.effective_at.date(),
            supplier: placement.supplier.clone(),
            called_off: placement.called_off().cloned(),
            currency: placement.currency,
            total: placement.total()?,
            lines: placement.lines.iter().map(Line::new).collect(),
            deliveries: BTreeMap::new(),
            claims: BTreeMap::new(),
            credit_notes: BTreeSet::new(),
            approvals: BTreeMap::new(),
            paid_references: BTreeSet::new(),
            paid: Decimal::ZERO,
            open_discrepancies: BTreeSet::new(),
            source: source(metadata),
        })
    }

    /// How far the order is.
    pub const fn stage(&self) -> Stage {
        self.stage
    }

    /// Who delivers.
    pub const fn supplier(&self) -> &OrganizationId {
        &self.supplier
    }

    /// The agreement kept here whose call-off placed it; `None` for every other order.
    pub const fn called_off(&self) -> Option<&ContractId> {
        self.called_off.as_ref()
    }

    pub(super) fn remember(&mut self, occurred: &Occurred<'_, Event>) -> Option<()> {
        let by = &occurred.metadata.actor.id;
        let history = is_history(occurred.metadata);
        match occurred.event {
            Event::OrderPlaced(_) => return None,
            Event::OrderApproved(approval) => {
                possible(self.authority == Authority::Awaited && approval.total == self.total)?;
                possible(history || *by != self.placed_by)?;
                self.authority = Authority::Given;
            }
            Event::OrderAcknowledged(_) => {
                possible(self.stage == Stage::Placed)?;
                self.stage = Stage::Acknowledged;
            }
            Event::DeliveryRecorded(delivery) => self.deliver(delivery)?,
            Event::DeliveryInspected(inspection) => self.inspect(inspection)?,
            Event::DeliveryReversed(reversal) => self.reverse(reversal)?,
            Event::InvoiceRecorded(invoice) => self.claim(invoice, by, occurred.revision)?,
            Event::InvoiceMatched(matched) => self.settle(matched)?,
            Event::MismatchFound(mismatch) => self.dispute(mismatch)?,
            Event::PaymentApproved(approval) => {
                possible(history || *by != self.placed_by)?;
                self.approve(approval, by)?;
            }
            Event::PaymentMade(payment) => self.pay(payment)?,
            Event::CreditNoted(note) => self.credit(note)?,
            Event::OrderClosed(_) => {
                possible(self.is_open())?;
                self.stage = Stage::Closed;
            }
            Event::OrderCancelled(_) => {
                possible(self.is_open() && !self.has_deliveries())?;
                self.stage = Stage::Cancelled;
            }
            Event::DiscrepancyOpened(discrepancy) => self.open(discrepancy)?,
            Event::DiscrepancyAnswered(answer) => {
                possible(self.open_discrepancies.remove(&answer.id))?;
            }
        }
        if !history {
            self.source = Source::Native;
        }
        Some(())
    }

    /// Whether goods are still expected.
    pub(super) const fn is_open(&self) -> bool {
        match self.stage {
            Stage::Placed | Stage::Acknowledged => true,
            Stage::Closed | Stage::Cancelled => false,
        }
    }

    /// Whether anything came that was not taken back.
    pub(super) fn has_deliveries(&self) -> bool {
        let standing = |shipment: &Shipment| matches!(shipment, Shipment::Standing { .. });
        self.deliveries.values().any(standing)
    }

    /// Place of an order's line by its number, and the line.
    pub(super) fn line(&self, number: u16) -> Option<(usize, &Line)> {
        let place = usize::from(number).checked_sub(1)?;
        Some((place, self.lines.get(place)?))
    }

    pub(super) fn deliver(&mut self, delivery: &Delivery) -> Option<()> {
        let mut parts = Vec::with_capacity(delivery.lines.len());
        for came in &delivery.lines {
            let place = match came.line {
                None => None,
                Some(number) => {
                    let (place, line) = self.line(number)?;
                    let facility = &delivery.receipt.facility;
                    possible(line.item == came.item && line.facility == *facility)?;
                    Some(place)
                }
            };
            let quantity = came.quantity.get();
            let (waiting, accepted) = if delivery.provisional {
                (quantity, Decimal::ZERO)
            } else {
                (Decimal::ZERO, quantity)
            };
            self.add(place, quantity, accepted)?;
            parts.push(Part {
                line: place,
                item: came.item.clone(),
                waiting,
                accepted,
            });
        }
        let inspections = BTreeSet::new();
        let shipment = Shipment::Standing { parts, inspections };
        let earlier = self.deliveries.insert(delivery.receipt.clone(), shipment);
        possible(earlier.is_none())
    }

    /// What was accepted and rejected goes to the parts of the delivery in their order.
    pub(super) fn inspect(&mut self, inspection: &Inspection) -> Option<()> {
        let mut shipment = self.deliveries.get(&inspection.receipt)?.clone();
        let Shipment::Standing { parts, inspections } = &mut shipment else {
            return None;
        };
        possible(inspections.insert(inspection.revision))?;
        for found in &inspection.lines {
            let mut accepted = found.accepted.get();
            let mut rejected = found.rejected.get();
            for part in parts.iter_mut().filter(|part| part.item == found.item) {
                let taken = accepted.min(part.waiting);
                let refused = rejected.min(part.waiting - taken);
                part.waiting -= taken + refused;
                part.accepted += taken;
                accepted -= taken;
                rejected -= refused;
                self.add(part.line, -refused, taken)?;
            }
            possible(accepted.is_zero() && rejected.is_zero())?;
        }
        self.deliveries.insert(inspection.receipt.clone(), shipment);
        Some(())
    }

    fn reverse(&mut self, reversal: &DeliveryReversal) -> Option<()> {
        let shipment = self.deliveries.get_mut(&reversal.receipt)?;
        let reversed = std::mem::replace(shipment, Shipment::Reversed);
        let Shipment::Standing { parts, .. } = reversed else {
            return None;
        };
        for part in parts {
            self.add(part.line, -(part.waiting + part.accepted), -part.accepted)?;
        }
        Some(())
    }

    fn add(&mut self, place: Option<usize>, delivered: Decimal, accepted: Decimal) -> Option<()> {
        let Some(place) = place else {
            return Some(());
        };
        let line = self.lines.get_mut(place)?;
        line.delivered = line.delivered.checked_add(delivered)?;
        line.accepted = line.accepted.checked_add(accepted)?;
        Some(())
    }

    pub(super) fn claim(&mut self, invoice: &Invoice, by: &ActorId, revision: u64) -> Option<()> {
        let mut lines = Vec::with_capacity(invoice.lines.len());
        for asked in &invoice.lines {
            let (line, _) = self.line(asked.line)?;
            lines.push(ClaimLine {
                line,
                quantity: asked.quantity.get(),
                price: asked.unit_price,
            });
        }
        possible(invoice.total.currency() == self.currency)?;
        let claim = Claim {
            by: by.clone(),
            revision,
            lines,
            total: invoice.total.amount(),
            credited: Decimal::ZERO,
            standing: Standing::Recorded,
        };
        possible(self.claims.insert(invoice.number.clone(), claim).is_none())
    }

    /// A matched invoice takes what it asks for out of what may be invoiced, as far as there is something.
    pub(super) fn settle(&mut self, matched: &InvoiceMatch) -> Option<()> {
        let claim = self.claims.get_mut(&matched.invoice)?;
        let unmatched = !matches!(claim.standing, Standing::Matched { .. });
        let worth = matched.total.amount();
        possible(unmatched && worth == claim.net() && matched.total.currency() == self.currency)?;
        claim.standing = Standing::Matched { worth };
        for asked in &claim.lines {
            let line = self.lines.get_mut(asked.line)?;
            line.invoiced += asked.quantity.min(line.available());
        }
        Some(())
    }

    fn dispute(&mut self, mismatch: &Mismatch) -> Option<()> {
        let claim = self.claims.get_mut(&mismatch.invoice)?;
        possible(claim.standing == Standing::Recorded && !mismatch.differences.is_empty())?;
        claim.standing = Standing::Mismatched;
        Some(())
    }

    fn approve(&mut self, approval: &PaymentApproval, by: &ActorId) -> Option<()> {
        let PaymentApproval {
            payment,
            purpose,
            amount,
        } = approval;
        if let PaymentPurpose::Invoice(invoice) = purpose {
            let claim = self.claims.get(invoice)?;
            possible(matches!(claim.standing, Standing::Matched { .. }))?;
        }
        possible(amount.currency() == self.currency && amount.amount() > Decimal::ZERO)?;
        let approved = Approved {
            by: by.clone(),
            purpose: purpose.clone(),
            amount: amount.amount(),
            paid: Decimal::ZERO,
        };
        possible(self.approvals.insert(payment.clone(), approved).is_none())
    }

    fn pay(&mut self, payment: &Payment) -> Option<()> {
        let amount = payment.amount.amount();
        possible(payment.amount.currency() == self.currency && amount > Decimal::ZERO)?;
        self.paid = self.paid.checked_add(amount)?;
        if let Some(approved) = self.approvals.get_mut(&payment.payment) {
            approved.paid = approved.paid.checked_add(amount)?;
        }
        possible(self.paid_references.insert(payment.reference.clone()))
    }

    pub(super) fn credit(&mut self, note: &CreditNote) -> Option<()> {
        let claim = self.claims.get_mut(&note.invoice)?;
        let amount = note.amount.amount();
        possible(note.amount.currency() == self.currency && amount > Decimal::ZERO)?;
        possible(amount <= claim.net())?;
        claim.credited += amount;
        possible(self.credit_notes.insert(note.number.clone()))
    }

    fn open(&mut self, discrepancy: &Discrepancy) -> Option<()> {
        possible(self.open_discrepancies.insert(discrepancy.id.clone()))
    }
}

const fn is_history(metadata: &Metadata) -> bool {
    matches!(metadata.origin, Origin::Import { .. })
}

const fn source(metadata: &Metadata) -> Source {
    if is_history(metadata) {
        Source::History
    } else {
        Source::Native
    }
}

/// `None` unless the history so far leaves room for the event.
pub(super) fn possible(holds: bool) -> Option<()> {
    holds.then_some(())
}
