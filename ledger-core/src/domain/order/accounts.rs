//! What a book consists of: stages, lines, deliveries, invoices, approvals.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::event::{OrderLine, PaymentPurpose};
use crate::domain::values::{FacilityId, ItemCode, UnitPrice};
use crate::event::ActorId;

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The supplier has not yet answered.
    Placed,
    /// The supplier took note.
    Acknowledged,
    /// Nothing more is expected to come.
    Closed,
    /// It was called off before anything came.
    Cancelled,
}

/// Whether someone with authority stands behind an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Authority {
    /// From its placement, or by an approval afterwards.
    Given,
    /// An emergency that nobody approved yet.
    Awaited,
}

/// Where an order's events came from until now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// All from files of other systems.
    History,
    /// At least one from here.
    Native,
}

/// A line of the order, with what became of it, in base units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub item: ItemCode,
    pub facility: FacilityId,
    pub ordered: Decimal,
    pub price: UnitPrice,
    /// Came and was not rejected.
    pub delivered: Decimal,
    /// Came and was taken over.
    pub accepted: Decimal,
    /// Stands on matched invoices.
    pub invoiced: Decimal,
}

impl Line {
    pub(super) fn new(line: &OrderLine) -> Self {
        Self {
            item: line.item.clone(),
            facility: line.facility.clone(),
            ordered: line.quantity.get(),
            price: line.unit_price,
            delivered: Decimal::ZERO,
            accepted: Decimal::ZERO,
            invoiced: Decimal::ZERO,
        }
    }

    /// What has still to come.
    pub(super) fn remaining(&self) -> Decimal {
        (self.ordered - self.delivered).max(Decimal::ZERO)
    }

    /// What may be invoiced in all: taken over, and not above what was ordered.
    pub(super) fn payable(&self) -> Decimal {
        self.accepted.min(self.ordered)
    }

    /// What may be invoiced beyond what already is.
    pub(super) fn available(&self) -> Decimal {
        (self.payable() - self.invoiced).max(Decimal::ZERO)
    }
}

/// A delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shipment {
    /// It came.
    Standing {
        parts: Vec<Part>,
        /// Revisions of its inspections in the store's stream.
        inspections: BTreeSet<u64>,
    },
    /// The store took its receipt back.
    Reversed,
}

/// A line of a delivery, with what became of it, in base units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Place of the order's line, from 0.
    pub line: Option<usize>,
    pub item: ItemCode,
    pub waiting: Decimal,
    pub accepted: Decimal,
}

/// An invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    pub by: ActorId,
    /// Its place in the order of recording.
    pub revision: u64,
    pub lines: Vec<ClaimLine>,
    pub total: Decimal,
    pub credited: Decimal,
    pub standing: Standing,
}

/// A line of an invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ClaimLine {
    /// Place of the order's line, from 0.
    pub line: usize,
    pub quantity: Decimal,
    pub price: UnitPrice,
}

/// How an invoice stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Recorded; the match follows.
    Recorded,
    /// Something differs.
    Mismatched,
    /// It agrees: what it came to when it was matched.
    Matched { worth: Decimal },
}

impl Claim {
    /// What it asks for, less the credit given on it.
    pub(super) fn net(&self) -> Decimal {
        self.total - self.credited
    }
}

/// A payment that may be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Approved {
    pub by: ActorId,
    pub purpose: PaymentPurpose,
    pub amount: Decimal,
    pub paid: Decimal,
}
