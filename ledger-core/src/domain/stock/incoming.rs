//! Goods coming in: opening balances, receipts and their inspection, arrivals, returns.

use rust_decimal::Decimal;

use super::event::{Acceptance, Arrival, BrokenRule, Event, Opening, Receipt, Return, ReturnRoute};
use super::refusal::Refusal;
use super::rules::{
    Findings, check_keys, check_lines, check_registered, is_listed, is_open, is_tracked,
    own_facility, profile,
};
use super::shapes::{LineOut, StockKey};
use super::state::Stock;
use super::{Decision, outgoing};
use crate::aggregate::{Facts, ensure};
use crate::domain::values::Date;

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

    pub(super) fn accept(&self, acceptance: Acceptance, facts: &Facts) -> Decision {
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
            let left = waiting.get(&line.key).copied().unwrap_or_default();
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
        let lines = arrival.lines.clone();
        let mut findings = Findings::of(Event::StockArrived(arrival), facts);
        for line in &lines {
            let accounted = line.accepted.get() + line.rejected.get() + line.lost.get();
            let (key, shipped) = (line.key.clone(), line.shipped);
            ensure(
                shipped.get() == accounted,
                Refusal::DoesNotAddUp {
                    key,
                    shipped,
                    accounted,
                },
            )?;
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

    pub(super) fn take_back(&self, back: Return, facts: &Facts) -> Decision {
        check_lines(&back.lines)?;
        self.check_time(facts.effective, facts)?;
        for line in &back.lines {
            profile(&line.key.item, facts)?;
        }
        match &back.route {
            ReturnRoute::ToSupplier(_) => {
                outgoing::check_takable(self, &back.lines, facts)?;
                Ok(vec![Event::StockReturned(back)])
            }
            ReturnRoute::FromCustody(official) => {
                check_registered(facts)?;
                let held: Vec<_> = self.held_too_little(official, &back.lines);
                let mut findings = Findings::of(Event::StockReturned(back), facts);
                for (key, held, found) in &held {
                    findings.open(BrokenRule::AboveCustody, key, *held, *found);
                }
                Ok(findings.into_events())
            }
            ReturnRoute::FromUnit(_) | ReturnRoute::FromUnstated => {
                check_registered(facts)?;
                Ok(vec![Event::StockReturned(back)])
            }
        }
    }

    /// Lines that take more out of custody than is in it: what is held, what is taken.
    pub(super) fn held_too_little(
        &self,
        official: &crate::domain::values::OfficialId,
        lines: &[LineOut],
    ) -> Vec<(StockKey, Decimal, Decimal)> {
        lines
            .iter()
            .map(|line| {
                (
                    line.key.clone(),
                    self.in_custody(official, &line.key),
                    line.quantity.get(),
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
        let known = self.cards.get(key).and_then(|card| card.expiry);
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
