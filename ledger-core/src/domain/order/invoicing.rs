//! Invoices and credit notes: facts that are matched at once.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::accounts::Standing;
use super::event::{CreditNote, Event, Invoice, InvoiceMatch, LINES_MAX, Mismatch};
use super::findings::Findings;
use super::placing::check_currency;
use super::refusal::Refusal;
use super::state::Book;
use super::{Decision, is_official};
use crate::aggregate::{Facts, ensure};
use crate::domain::values::{DocumentNumber, Money};
use crate::event::ActorId;

impl Book {
    /// An invoice that does not agree waits: it is matched when the goods come or credit is given; or another invoice comes,
    /// which is matched by itself, and the first is never paid.
    pub(super) fn record_invoice(&self, invoice: Invoice, facts: &Facts) -> Decision {
        let supplier = ActorId::Organization(self.supplier.clone());
        ensure(
            is_official(facts) || facts.actor.id == supplier,
            Refusal::NotTheSupplier {
                supplier: self.supplier.clone(),
            },
        )?;
        self.check_invoice(&invoice)?;
        let mut after = self.clone();
        let by = &facts.actor.id;
        after
            .claim(&invoice, by, facts.next_revision)
            .ok_or(Refusal::TooLarge)?;
        let number = invoice.number.clone();
        let claim = after.claims.get(&number).ok_or(Refusal::TooLarge)?;
        let differences = after.differences(claim, facts.rules().price_tolerance_percent());
        let outcome = if differences.is_empty() {
            Event::InvoiceMatched(InvoiceMatch {
                invoice: number,
                total: invoice.total,
            })
        } else {
            Event::MismatchFound(Mismatch {
                invoice: number,
                differences,
            })
        };
        let mut findings = Findings::of(Event::InvoiceRecorded(invoice), facts);
        findings.follow([outcome]);
        Ok(findings.into_events())
    }

    /// What must hold for the invoice to be understood at all.
    pub(super) fn check_invoice(&self, invoice: &Invoice) -> Result<(), Refusal> {
        ensure(
            !self.claims.contains_key(&invoice.number),
            Refusal::InvoiceRecorded {
                invoice: invoice.number.clone(),
            },
        )?;
        let lines = invoice.lines.len();
        ensure(
            (1..=LINES_MAX).contains(&lines),
            Refusal::LineCount { lines },
        )?;
        check_currency(invoice.total.currency(), self.currency)?;
        ensure(
            invoice.total.amount() >= Decimal::ZERO,
            Refusal::NotPositive {
                amount: invoice.total,
            },
        )?;
        let mut seen = BTreeSet::new();
        for (number, line) in (1..).zip(&invoice.lines) {
            let known = self.line(line.line).is_some() && seen.insert(line.line);
            ensure(known, Refusal::InvoiceLine { line: line.line })?;
            let zero = Refusal::ZeroQuantity { line: number };
            ensure(!line.quantity.is_zero(), zero)?;
            check_currency(line.unit_price.currency(), self.currency)?;
        }
        Ok(())
    }

    pub(super) fn record_credit_note(&self, note: CreditNote, facts: &Facts) -> Decision {
        self.check_credit_note(&note)?;
        let mut after = self.clone();
        after.credit(&note).ok_or(Refusal::TooLarge)?;
        let mut findings = Findings::of(Event::CreditNoted(note), facts);
        findings.follow(after.match_waiting(facts));
        Ok(findings.into_events())
    }

    pub(super) fn check_credit_note(&self, note: &CreditNote) -> Result<(), Refusal> {
        let fresh = !self.credit_notes.contains(&note.number);
        let number = note.number.clone();
        ensure(fresh, Refusal::CreditNoteRecorded { number })?;
        check_currency(note.amount.currency(), self.currency)?;
        let amount = note.amount;
        ensure(
            amount.amount() > Decimal::ZERO,
            Refusal::NotPositive { amount },
        )?;
        let invoice = note.invoice.clone();
        let claim = self.claims.get(&invoice);
        let claim = claim.ok_or(Refusal::NoInvoice {
            invoice: invoice.clone(),
        })?;
        // What is left of an amount of money less another fits money again.
        let left = Money::new(claim.net(), self.currency).map_err(|_| Refusal::TooLarge)?;
        ensure(
            amount.amount() <= left.amount(),
            Refusal::AboveInvoice { invoice, left },
        )
    }

    /// Whether an invoice is matched.
    pub(super) fn is_matched(&self, invoice: &DocumentNumber) -> bool {
        let claim = self.claims.get(invoice);
        claim.is_some_and(|claim| matches!(claim.standing, Standing::Matched { .. }))
    }
}
