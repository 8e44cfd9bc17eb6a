//! Approvals of payments, which are judged, and payments, which are recorded.

use rust_decimal::Decimal;

use super::accounts::{Approved, Authority, Stage};
use super::event::{BrokenRule, Event, Payment, PaymentApproval, PaymentPurpose};
use super::findings::Findings;
use super::placing::{check_currency, check_interest, check_limit};
use super::refusal::Refusal;
use super::state::Book;
use super::{Decision, is_official};
use crate::aggregate::{Facts, ensure};
use crate::domain::values::{DocumentNumber, Money};

impl Book {
    pub(super) fn approve_payment(&self, approval: PaymentApproval, facts: &Facts) -> Decision {
        let amount = approval.amount;
        check_currency(amount.currency(), self.currency)?;
        ensure(
            amount.amount() > Decimal::ZERO,
            Refusal::NotPositive { amount },
        )?;
        let payment = approval.payment.clone();
        ensure(
            !self.approvals.contains_key(&payment),
            Refusal::PaymentApproved { payment },
        )?;
        ensure(self.stage != Stage::Cancelled, Refusal::Cancelled)?;
        ensure(self.authority == Authority::Given, Refusal::NotApproved)?;
        ensure(is_official(facts), Refusal::NotAnOfficial)?;
        ensure(facts.actor.id != self.placed_by, Refusal::OwnOrder)?;
        match &approval.purpose {
            PaymentPurpose::Invoice(invoice) => {
                self.check_invoice_payment(invoice, amount, facts)?;
            }
            PaymentPurpose::Advance => self.check_advance(amount, facts)?,
        }
        check_limit(amount, facts)?;
        check_interest(&self.supplier, facts)?;
        Ok(vec![Event::PaymentApproved(approval)])
    }

    /// Payments of an invoice stay within it, payments of all invoices within what was taken over, and with the advances
    /// within the order: the last invoices recover what was advanced.
    ///
    /// Example: an order of 1,000 with an advance of 200. The first invoice of 600 may be paid in full; of the second, over
    /// 400, only 200 are paid, because 200 were advanced.
    fn check_invoice_payment(
        &self,
        invoice: &DocumentNumber,
        amount: Money,
        facts: &Facts,
    ) -> Result<(), Refusal> {
        let named = || invoice.clone();
        let claim = self.claims.get(invoice);
        let claim = claim.ok_or_else(|| Refusal::NoInvoice { invoice: named() })?;
        ensure(
            self.is_matched(invoice),
            Refusal::NotMatched { invoice: named() },
        )?;
        ensure(claim.by != facts.actor.id, Refusal::OwnInvoice)?;
        let of_invoice = PaymentPurpose::Invoice(named());
        let on_this = self.approved(|purpose| *purpose == of_invoice);
        self.check_room(claim.net() - on_this, amount, |left| {
            Refusal::AboveInvoice {
                invoice: named(),
                left,
            }
        })?;
        let on_invoices = self.approved(|purpose| *purpose != PaymentPurpose::Advance);
        self.check_room(self.payable() - on_invoices, amount, |left| {
            Refusal::AboveDeliveries { left }
        })?;
        self.check_ceiling(amount)
    }

    /// Advances are paid while goods are still to come, up to the ruleset's share of the order.
    fn check_advance(&self, amount: Money, facts: &Facts) -> Result<(), Refusal> {
        ensure(self.is_open(), Refusal::Closed)?;
        let percent = facts.rules().advance_percent_max();
        let advanced = self.approved(|purpose| *purpose == PaymentPurpose::Advance);
        let share = self.total.amount() * Decimal::from(percent) / Decimal::ONE_HUNDRED;
        let most = share.round_dp_with_strategy(
            self.currency.decimals(),
            rust_decimal::RoundingStrategy::ToZero,
        );
        self.check_room(most - advanced, amount, |left| Refusal::AboveAdvance {
            percent,
            left,
        })?;
        self.check_ceiling(amount)
    }

    /// All payments together stay within what the order can still come to: its total, and once it is closed, what matched
    /// invoices come to. A matched price within the tolerance may lift it above the total.
    fn check_ceiling(&self, amount: Money) -> Result<(), Refusal> {
        let matched = self.matched_worth();
        let ceiling = if self.is_open() {
            matched.max(self.total.amount())
        } else {
            matched
        };
        let all = self.approved(|_| true);
        self.check_room(ceiling - all, amount, |left| Refusal::AdvanceFirst { left })
    }

    fn check_room(
        &self,
        room: Decimal,
        amount: Money,
        refusal: impl FnOnce(Money) -> Refusal,
    ) -> Result<(), Refusal> {
        let left = Money::new(room.max(Decimal::ZERO), self.currency);
        let left = left.map_err(|_| Refusal::TooLarge)?;
        ensure(amount.amount() <= left.amount(), refusal(left))
    }

    /// What was approved for some purposes.
    pub(super) fn approved(&self, counts: impl Fn(&PaymentPurpose) -> bool) -> Decimal {
        self.approvals
            .values()
            .filter(|approved| counts(&approved.purpose))
            .fold(Decimal::ZERO, |sum, approved: &Approved| {
                sum.saturating_add(approved.amount)
            })
    }

    /// A payment is a fact: one that nobody approved, or above what was approved, is recorded with a discrepancy; so is one
    /// that its own approver records as made, for then one person alone sent the money.
    pub(super) fn record_payment(&self, payment: Payment, facts: &Facts) -> Decision {
        self.check_payment(&payment)?;
        let approved = self.approvals.get(&payment.payment);
        let left = match (self.stage, approved) {
            (Stage::Cancelled, _) | (_, None) => Decimal::ZERO,
            (Stage::Placed | Stage::Acknowledged | Stage::Closed, Some(approved)) => {
                (approved.amount - approved.paid).max(Decimal::ZERO)
            }
        };
        let paid = payment.amount.amount();
        let mut findings = Findings::of(Event::PaymentMade(payment), facts);
        if paid > left {
            findings.open(BrokenRule::AboveApproved, None, left, paid);
        }
        if approved.is_some_and(|approved| approved.by == facts.actor.id) {
            let (persons, found) = (Decimal::TWO, Decimal::ONE);
            findings.open(BrokenRule::OwnApproval, None, persons, found);
        }
        Ok(findings.into_events())
    }

    /// The same payment is not recorded twice; one that was really made twice has another number at the bank.
    pub(super) fn check_payment(&self, payment: &Payment) -> Result<(), Refusal> {
        check_currency(payment.amount.currency(), self.currency)?;
        let amount = payment.amount;
        ensure(
            amount.amount() > Decimal::ZERO,
            Refusal::NotPositive { amount },
        )?;
        let reference = payment.reference.clone();
        ensure(
            !self.paid_references.contains(&reference),
            Refusal::PaymentRecorded { reference },
        )
    }
}
