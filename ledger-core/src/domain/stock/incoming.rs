//! Goods coming in: opening balances, receipts and their inspection, arrivals, returns.

use rust_decimal::Decimal;

use super::event::{
    Acceptance, Arrival, ArrivalLine, BrokenRule, Event, Opening, Receipt, Return, ReturnLine,
    ReturnRoute,
};
use super::movement::Line;
use super::refusal::Refusal;
use super::rules::{
    Findings, check_keys, check_lines, check_open, check_registered, is_listed, is_open,
    is_tracked, own_facility, profile,
};
use super::shapes::StockKey;
use super::state::Stock;
use super::{Card, Decision};
use crate::aggregate::{Facts, ensure};
use crate::domain::transfer::Transfer;
use crate::domain::values::{Date, OfficialId, TransferId};

impl Stock {
    pub(super) fn declare_opening(&self, opening: Opening, facts: &Facts) -> Decision {
        check_registered(facts)?;
        check_keys(
            opening.lines.iter().map(|line| &line.key),
            opening.lines.len(),
        )?;
        self.check_time(facts.effective, facts)?;
        for line in &opening.lines {
            let tracking = profile(&line.key.item, facts)?.tracking;
            ensure(
                is_tracked(&line.key, line.expiry, tracking),
                Refusal::TrackingMissing {
                    key: line.key.clone(),
                },
            )?;
            let untouched = self
                .cards
                .get(&line.key)
                .is_none_or(|card| card.timeline.is_untouched());
            ensure(
                untouched,
                Refusal::AlreadyMoved {
                    key: line.key.clone(),
                },
            )?;
        }
        Ok(vec![Event::OpeningBalanceDeclared(opening)])
    }

    pub(super) fn receive(&self, mut receipt: Receipt, facts: &Facts) -> Decision {
        check_registered(facts)?;
        check_lines(&receipt.lines)?;
        self.check_time(facts.effective, facts)?;
        for line in &receipt.lines {
            receipt.provisional |= profile(&line.key.item, facts)?.inspected;
        }
        let lines: Vec<_> = receipt
            .lines
            .iter()
            .map(|l| (l.key.clone(), l.expiry, l.quantity.get()))
            .collect();
        let mut findings = Findings::of(Event::StockReceived(receipt), facts);
        for (key, expiry, quantity) in &lines {
            self.examine_incoming(&mut findings, key, *expiry, *quantity, facts)?;
        }
        Ok(findings.into_events())
    }

    pub(super) fn accept(&self, mut acceptance: Acceptance, facts: &Facts) -> Decision {
        check_registered(facts)?;
        check_keys(
            acceptance.lines.iter().map(|line| &line.key),
            acceptance.lines.len(),
        )?;
        self.check_time(facts.effective, facts)?;
        let receipt = acceptance.receipt;
        let waiting = self
            .receipts
            .get(&receipt)
            .ok_or(Refusal::ReceiptUnknown { receipt })?;
        let mut rejected = Vec::new();
        for line in &acceptance.lines {
            let settled = line.accepted.get() + line.rejected.get();
            ensure(
                !settled.is_zero(),
                Refusal::ZeroQuantity {
                    key: line.key.clone(),
                },
            )?;
            let left = waiting.lines.get(&line.key).copied().unwrap_or_default();
            ensure(
                settled <= left,
                Refusal::NotInReceipt {
                    key: line.key.clone(),
                    waiting: left,
                },
            )?;
            if !line.rejected.is_zero() {
                rejected.push((line.key.clone(), settled, line.accepted.get()));
            }
        }
        acceptance.order.clone_from(&waiting.order);
        let mut findings = Findings::of(Event::StockAccepted(acceptance), facts);
        for (key, delivered, accepted) in &rejected {
            findings.open(BrokenRule::ShortOrRejected, key, *delivered, *accepted);
        }
        Ok(findings.into_events())
    }

    pub(super) fn arrive(&self, arrival: Arrival, facts: &Facts) -> Decision {
        check_registered(facts)?;
        check_keys(
            arrival.lines.iter().map(|line| &line.key),
            arrival.lines.len(),
        )?;
        self.check_time(facts.effective, facts)?;
        let (Some(_), Some(from)) = (&arrival.transfer, &arrival.from) else {
            return Err(Refusal::TransferMissing);
        };
        ensure(*from != own_facility(facts)?, Refusal::SameFacility)?;
        let (lines, transfer) = (arrival.lines.clone(), arrival.transfer.clone());
        let mut findings = Findings::of(Event::StockArrived(arrival), facts);
        for line in &lines {
            let shipped = line.shipped;
            check_adds_up(line)?;
            ensure(
                !shipped.is_zero(),
                Refusal::ZeroQuantity {
                    key: line.key.clone(),
                },
            )?;
            self.examine_incoming(
                &mut findings,
                &line.key,
                line.expiry,
                line.accepted.get(),
                facts,
            )?;
            if let Some(transfer) = &transfer {
                self.examine_transfer(&mut findings, transfer, line, facts);
            }
            if line.accepted != shipped {
                findings.open(
                    BrokenRule::ShortOrRejected,
                    &line.key,
                    shipped.get(),
                    line.accepted.get(),
                );
            }
        }
        Ok(findings.into_events())
    }

    /// What can be wrong between an arrival's line and its transfer. The dispatch reaches the transfer by a policy, so a
    /// transfer that knows none yet says nothing about the line; once it does, it questions the arrival itself.
    ///
    /// Goods that arrived before under this transfer are one question, whatever is in transit: a second paper for them is
    /// either the rest, or the same goods entered twice, and the keeper knows which.
    fn examine_transfer(
        &self,
        findings: &mut Findings<'_>,
        transfer: &TransferId,
        line: &ArrivalLine,
        facts: &Facts,
    ) {
        let (key, shipped) = (&line.key, line.shipped.get());
        let known = facts.readings.get::<Transfer>(&Transfer::stream(transfer));
        let in_transit = known.and_then(|transfer| transfer.in_transit(key));
        if self.arrived.contains(&(transfer.clone(), key.clone())) {
            let left = in_transit.unwrap_or_default();
            findings.open(BrokenRule::TransferRepeated, key, left, shipped);
        } else if let Some(in_transit) = in_transit
            && in_transit != shipped
        {
            findings.open(BrokenRule::ShippedDiffers, key, in_transit, shipped);
        }
    }

    pub(super) fn take_back(&self, back: Return, facts: &Facts) -> Decision {
        check_registered(facts)?;
        check_lines(&back.lines)?;
        self.check_time(facts.effective, facts)?;
        if let ReturnRoute::ToSupplier(_) = &back.route {
            self.check_takable(&back.lines, facts)?;
            return Ok(vec![Event::StockReturned(back)]);
        }
        let (lines, route) = (back.lines.clone(), back.route.clone());
        let mut findings = Findings::of(Event::StockReturned(back), facts);
        for line in &lines {
            self.examine_incoming(
                &mut findings,
                &line.key,
                line.expiry,
                line.quantity.get(),
                facts,
            )?;
        }
        if let ReturnRoute::FromCustody(official) = &route {
            for (key, held, found) in &self.held_too_little(official, &lines) {
                findings.open(BrokenRule::AboveCustody, key, *held, *found);
            }
        }
        Ok(findings.into_events())
    }

    /// A plan: goods that go back to their supplier are there and free; they may well be expired, recalled or quarantined.
    fn check_takable(&self, lines: &[ReturnLine], facts: &Facts) -> Result<(), Refusal> {
        check_open(facts)?;
        for line in lines {
            profile(&line.key.item, facts)?;
            let card = self.cards.get(&line.key);
            let free = card
                .map(|card| card.free_from(facts.effective.at(), None))
                .unwrap_or_default();
            let (key, asked) = (line.key.clone(), line.quantity.get());
            ensure(asked <= free, Refusal::NotEnough { key, free, asked })?;
        }
        Ok(())
    }

    /// Lines that take more out of custody than is in it: what is held, what is taken.
    pub(super) fn held_too_little<L: Line>(
        &self,
        official: &OfficialId,
        lines: &[L],
    ) -> Vec<(StockKey, Decimal, Decimal)> {
        lines
            .iter()
            .map(|line| {
                (
                    line.key().clone(),
                    self.in_custody(official, line.key()),
                    line.quantity().get(),
                )
            })
            .filter(|(_, held, taken)| taken > held)
            .collect()
    }

    /// What can be wrong with goods that have come, and is recorded all the same.
    fn examine_incoming(
        &self,
        findings: &mut Findings<'_>,
        key: &StockKey,
        expiry: Option<Date>,
        quantity: Decimal,
        facts: &Facts,
    ) -> Result<(), Refusal> {
        let tracking = profile(&key.item, facts)?.tracking;
        if !is_open(facts) || !is_listed(&key.item, facts) {
            findings.open(BrokenRule::Unregistered, key, Decimal::ZERO, quantity);
        }
        let known = self.cards.get(key).and_then(Card::expiry);
        if !is_tracked(key, expiry.or(known), tracking) {
            findings.open(BrokenRule::TrackingMissing, key, quantity, quantity);
        }
        if let (Some(known), Some(named)) = (known, expiry)
            && known != named
        {
            findings.open(BrokenRule::ExpiryDiffers, key, days(known), days(named));
        }
        Ok(())
    }
}

/// Expiry dates as days since 1970-01-01: a discrepancy holds two numbers.
fn days(date: Date) -> Decimal {
    Decimal::from(date.days())
}

/// shipped = accepted + rejected + lost.
pub(super) fn check_adds_up(line: &ArrivalLine) -> Result<(), Refusal> {
    let parts = [line.accepted, line.rejected, line.lost];
    let accounted = parts
        .iter()
        .fold(Decimal::ZERO, |sum, part| sum.saturating_add(part.get()));
    let (key, shipped) = (line.key.clone(), line.shipped);
    ensure(
        shipped.get() == accounted,
        Refusal::DoesNotAddUp {
            key,
            shipped,
            accounted,
        },
    )
}
