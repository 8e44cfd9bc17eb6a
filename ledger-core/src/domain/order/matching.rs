//! The three-way match: what was ordered, what was taken over, what is invoiced.

use rust_decimal::Decimal;

use super::accounts::{Claim, ClaimLine, Line, Standing};
use super::delivering::number;
use super::event::{Difference, DifferenceKind, Event, InvoiceMatch};
use super::state::Book;
use crate::aggregate::Facts;
use crate::domain::values::{DocumentNumber, Money, Quantity, UnitPrice};

impl Book {
    /// Everything in which an invoice differs from order and deliveries:
    ///
    /// - *quantity*: more than was taken over and is on no matched invoice,
    /// - *price*: further from the ordered price than the tolerance, in percent of the ordered price,
    /// - *total*: the printed total is not the sum of the lines, each rounded once.
    ///
    /// Example: 100 ordered at 2.50, 90 taken over. An invoice of 100 at 2.60 over 261.00 differs in quantity (90, 100), in
    /// price (2.50, 2.60) and in total (260.00, 261.00).
    pub(super) fn differences(&self, claim: &Claim, tolerance_percent: Decimal) -> Vec<Difference> {
        let mut differences = Vec::new();
        for asked in &claim.lines {
            let Some(line) = self.lines.get(asked.line) else {
                continue;
            };
            let mut differ = |kind, expected, found| {
                differences.push(Difference {
                    line: number(asked.line),
                    kind,
                    expected,
                    found,
                });
            };
            let available = line.available();
            if asked.quantity > available {
                differ(DifferenceKind::Quantity, available, asked.quantity);
            }
            if !is_within(asked.price, line.price, tolerance_percent) {
                let (ordered, asked) = (line.price.amount(), asked.price.amount());
                differ(DifferenceKind::Price, ordered, asked);
            }
        }
        let sum = claim
            .lines
            .iter()
            .map(|line| value(line.price, line.quantity))
            .fold(Decimal::ZERO, Decimal::saturating_add);
        if sum != claim.total {
            differences.push(Difference {
                line: None,
                kind: DifferenceKind::Total,
                expected: sum,
                found: claim.total,
            });
        }
        differences
    }

    /// Whether an invoice agrees, or credit on it makes up for what differs: what it still asks for is no more than what may be
    /// invoiced is worth, at the ordered price where its own is higher than the tolerance allows.
    ///
    /// Example: of 100 invoiced at 2.50 only 90 were taken over; a credit note of 25.00 mends that.
    pub(super) fn agrees(&self, claim: &Claim, tolerance_percent: Decimal) -> bool {
        if self.differences(claim, tolerance_percent).is_empty() {
            return true;
        }
        let allowed = |asked: &ClaimLine| {
            let line = self.lines.get(asked.line)?;
            let price = if is_within(asked.price, line.price, tolerance_percent)
                || asked.price.amount() < line.price.amount()
            {
                asked.price
            } else {
                line.price
            };
            Some(value(price, asked.quantity.min(line.available())))
        };
        let worth = claim
            .lines
            .iter()
            .filter_map(allowed)
            .fold(Decimal::ZERO, Decimal::saturating_add);
        !claim.credited.is_zero() && claim.net() <= worth
    }

    /// Invoices that waited and agree now, in the order in which they came.
    pub(super) fn match_waiting(&mut self, facts: &Facts) -> Vec<Event> {
        let tolerance_percent = facts.rules().price_tolerance_percent();
        let mut waiting: Vec<(u64, DocumentNumber)> = self
            .claims
            .iter()
            .filter(|(_, claim)| claim.standing == Standing::Mismatched)
            .map(|(invoice, claim)| (claim.revision, invoice.clone()))
            .collect();
        waiting.sort_unstable();
        let mut matched = Vec::new();
        for (_, invoice) in waiting {
            let found = self.claims.get(&invoice).and_then(|claim| {
                let agrees = self.agrees(claim, tolerance_percent);
                let total = Money::new(claim.net(), self.currency).ok();
                total.filter(|_| agrees)
            });
            let Some(total) = found else { continue };
            let agreement = InvoiceMatch { invoice, total };
            if self.settle(&agreement).is_some() {
                matched.push(Event::InvoiceMatched(agreement));
            }
        }
        matched
    }

    /// What matched invoices come to, less all credit given on them.
    pub(super) fn matched_worth(&self) -> Decimal {
        self.claims
            .values()
            .filter(|claim| matches!(claim.standing, Standing::Matched { .. }))
            .fold(Decimal::ZERO, |sum, claim| sum.saturating_add(claim.net()))
    }

    /// What may be paid on invoices in all: what matched invoices came to, less the credit given since, or less what was
    /// taken back of their goods, whichever is more (credit for goods taken back is not counted twice).
    pub(super) fn payable(&self) -> Decimal {
        let (mut worth, mut credited) = (Decimal::ZERO, Decimal::ZERO);
        for claim in self.claims.values() {
            if let Standing::Matched { worth: then } = claim.standing {
                worth = worth.saturating_add(then);
                credited = credited.saturating_add(then - claim.net());
            }
        }
        let taken_back = |sum: Decimal, line: &Line| {
            let gone = (line.invoiced - line.payable()).max(Decimal::ZERO);
            sum.saturating_add(value(line.price, gone))
        };
        let gone = self.lines.iter().fold(Decimal::ZERO, taken_back);
        worth.saturating_sub(credited.max(gone))
    }
}

/// Whether a price lies within so many percent of the ordered one.
fn is_within(asked: UnitPrice, ordered: UnitPrice, tolerance_percent: Decimal) -> bool {
    let off = (asked.amount() - ordered.amount()).abs();
    let allowed = ordered.amount().saturating_mul(tolerance_percent) / Decimal::ONE_HUNDRED;
    asked.currency() == ordered.currency() && off <= allowed
}

/// What a quantity is worth, rounded once; far more than money can hold where it is too large.
fn value(price: UnitPrice, quantity: Decimal) -> Decimal {
    let total = Quantity::new(quantity)
        .ok()
        .and_then(|quantity| price.line_total(quantity));
    total.map_or(Decimal::MAX, Money::amount)
}
