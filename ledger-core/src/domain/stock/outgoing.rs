//! Goods going out: issues, dispatches, losses, reservations.

use rust_decimal::Decimal;

use super::Decision;
use super::event::{
    BrokenRule, Dispatch, Event, Issue, Recipient, Reservation, ReservationRelease, WriteOff,
};
use super::refusal::Refusal;
use super::rules::{
    Findings, check_lines, check_open, check_registered, is_durable, is_open, own_facility, profile,
};
use super::shapes::LineOut;
use super::state::Stock;
use crate::aggregate::{Facts, ensure};
use crate::domain::facility::Facility;
use crate::domain::values::ReservationId;

impl Stock {
    /// A fact: what was handed out is recorded; where it broke a rule, someone must answer.
    pub(super) fn issue(&self, issue: Issue, facts: &Facts) -> Decision {
        check_registered(facts)?;
        check_lines(&issue.lines)?;
        self.check_time(facts.effective, facts)?;
        let into_custody = matches!(issue.to, Recipient::Custody(_));
        for line in &issue.lines {
            let item = line.key.item.clone();
            match (is_durable(&item, facts)?, into_custody) {
                (true, false) => return Err(Refusal::DurableNeedsCustody { item }),
                (false, true) => return Err(Refusal::OnlyDurablesInCustody { item }),
                (true, true) | (false, false) => {}
            }
        }
        let lines = issue.lines.clone();
        let mut findings = Findings::of(Event::StockIssued(issue), facts);
        for line in &lines {
            self.examine_outgoing(&mut findings, line, &lines, facts)?;
        }
        Ok(findings.into_events())
    }

    fn examine_outgoing(
        &self,
        findings: &mut Findings<'_>,
        line: &LineOut,
        lines: &[LineOut],
        facts: &Facts,
    ) -> Result<(), Refusal> {
        let (key, taken) = (&line.key, line.quantity.get());
        if !is_open(facts) {
            findings.open(BrokenRule::Unregistered, key, Decimal::ZERO, taken);
        }
        let free = self.free_for(line, facts)?;
        let Some(card) = self.cards.get(key) else {
            findings.open(BrokenRule::AboveUsable, key, Decimal::ZERO, taken);
            return Ok(());
        };
        if self.is_blocked(key, facts.effective.at()) {
            findings.open(BrokenRule::Blocked, key, Decimal::ZERO, taken);
        } else if card.is_expired(facts.effective.date()) {
            findings.open(BrokenRule::Expired, key, Decimal::ZERO, taken);
        } else if taken > free {
            findings.open(BrokenRule::AboveUsable, key, free, taken);
        }
        if self.goes_first(line, lines, facts).is_some() {
            findings.open(BrokenRule::NotFirstExpiry, key, Decimal::ZERO, taken);
        }
        Ok(())
    }

    /// A plan: what leaves for another facility is usable, free, and first to expire.
    pub(super) fn dispatch(&self, dispatch: Dispatch, facts: &Facts) -> Decision {
        let (Some(_), Some(to)) = (&dispatch.transfer, &dispatch.to) else {
            return Err(Refusal::TransferMissing);
        };
        ensure(*to != own_facility(facts)?, Refusal::SameFacility)?;
        let receiver = facts.readings.get::<Facility>(&Facility::stream(to));
        ensure(
            receiver.is_some_and(|r| *r != Facility::Unknown),
            Refusal::FacilityUnknown {
                facility: to.clone(),
            },
        )?;
        ensure(
            receiver.is_some_and(Facility::is_open),
            Refusal::FacilityClosed {
                facility: to.clone(),
            },
        )?;
        self.check_plan(&dispatch.lines, facts)?;
        Ok(vec![Event::StockDispatched(dispatch)])
    }

    pub(super) fn reserve(&self, reservation: Reservation, facts: &Facts) -> Decision {
        let known = self.reservations.contains(&reservation.reservation);
        ensure(
            !known,
            Refusal::ReservationExists {
                reservation: reservation.reservation.clone(),
            },
        )?;
        let nested = reservation
            .lines
            .iter()
            .find_map(|line| line.reservation.clone());
        if let Some(reservation) = nested {
            return Err(Refusal::ReservationExists { reservation });
        }
        self.check_plan(&reservation.lines, facts)?;
        Ok(vec![Event::StockReserved(reservation)])
    }

    pub(super) fn release_reservation(&self, reservation: ReservationId) -> Decision {
        let stands = self
            .cards
            .values()
            .any(|card| card.held_by(&reservation).is_some());
        ensure(
            stands,
            Refusal::ReservationUnknown {
                reservation: reservation.clone(),
            },
        )?;
        Ok(vec![Event::ReservationReleased(ReservationRelease {
            reservation,
        })])
    }

    fn check_plan(&self, lines: &[LineOut], facts: &Facts) -> Result<(), Refusal> {
        check_open(facts)?;
        check_lines(lines)?;
        self.check_time(facts.effective, facts)?;
        for line in lines {
            profile(&line.key.item, facts)?;
            self.check_usable(line, facts)?;
            if let Some(first) = self.goes_first(line, lines, facts) {
                return Err(Refusal::NotFirstExpiry {
                    key: line.key.clone(),
                    first,
                });
            }
        }
        Ok(())
    }

    /// A fact: what is lost is lost, expired and blocked goods included. More than the book holds is a discrepancy.
    pub(super) fn write_off(&self, loss: WriteOff, facts: &Facts) -> Decision {
        check_registered(facts)?;
        check_lines(&loss.lines)?;
        self.check_time(facts.effective, facts)?;
        for line in &loss.lines {
            profile(&line.key.item, facts)?;
        }
        let exceeded = match &loss.custody {
            Some(official) => self.held_too_little(official, &loss.lines),
            None => self.above_book(&loss.lines, facts)?,
        };
        let rule = if loss.custody.is_some() {
            BrokenRule::AboveCustody
        } else {
            BrokenRule::AboveUsable
        };
        let mut findings = Findings::of(Event::StockWrittenOff(loss), facts);
        for (key, held, lost) in &exceeded {
            findings.open(rule, key, *held, *lost);
        }
        Ok(findings.into_events())
    }

    fn above_book(
        &self,
        lines: &[LineOut],
        facts: &Facts,
    ) -> Result<Vec<(super::StockKey, Decimal, Decimal)>, Refusal> {
        let mut above = Vec::new();
        for line in lines {
            let free = self.free_for(line, facts)?;
            if line.quantity.get() > free {
                above.push((line.key.clone(), free, line.quantity.get()));
            }
        }
        Ok(above)
    }
}

/// Goods that go back to their supplier are there and free; they may well be expired, recalled or quarantined.
pub(super) fn check_takable(
    stock: &Stock,
    lines: &[LineOut],
    facts: &Facts,
) -> Result<(), Refusal> {
    check_open(facts)?;
    match stock.above_book(lines, facts)?.into_iter().next() {
        Some((key, free, asked)) => Err(Refusal::NotEnough { key, free, asked }),
        None => Ok(()),
    }
}
