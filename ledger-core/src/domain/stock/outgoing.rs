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
            self.examine_outgoing(&mut findings, line, &lines, facts);
        }
        Ok(findings.into_events())
    }

    fn examine_outgoing(
        &self,
        findings: &mut Findings<'_>,
        line: &LineOut,
        lines: &[LineOut],
        facts: &Facts,
    ) {
        let (key, taken) = (&line.key, line.quantity.get());
        if !is_open(facts) {
            findings.open(BrokenRule::Unregistered, key, Decimal::ZERO, taken);
        }
        let expired = self
            .cards
            .get(key)
            .is_some_and(|card| card.is_expired(facts.effective.date()));
        if self.is_blocked(key, facts.effective.at()) {
            findings.open(BrokenRule::Blocked, key, Decimal::ZERO, taken);
        } else if expired {
            findings.open(BrokenRule::Expired, key, Decimal::ZERO, taken);
        }
        self.examine_amount(findings, line, facts);
        if self.goes_first(line, lines, facts).is_some() {
            findings.open(BrokenRule::NotFirstExpiry, key, Decimal::ZERO, taken);
        }
    }

    /// More than its reservation held, more than was free: what has gone is gone all the same.
    fn examine_amount(&self, findings: &mut Findings<'_>, line: &LineOut, facts: &Facts) {
        let (key, taken) = (&line.key, line.quantity.get());
        if line.reservation.is_some() && self.held_for(line) < taken {
            findings.open(
                BrokenRule::AboveReservation,
                key,
                self.held_for(line),
                taken,
            );
        }
        let free = self.free_for(line, facts);
        if taken > free {
            findings.open(BrokenRule::AboveUsable, key, free, taken);
        }
    }

    /// A plan: what leaves for another facility is usable, free, and first to expire.
    pub(super) fn dispatch(&self, dispatch: Dispatch, facts: &Facts) -> Decision {
        let (Some(transfer), Some(to)) = (&dispatch.transfer, &dispatch.to) else {
            return Err(Refusal::TransferMissing);
        };
        ensure(*to != own_facility(facts)?, Refusal::SameFacility)?;
        let known = self.dispatched.contains(transfer);
        ensure(
            !known,
            Refusal::TransferExists {
                transfer: transfer.clone(),
            },
        )?;
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
        let (lines, custody) = (loss.lines.clone(), loss.custody.clone());
        let mut findings = Findings::of(Event::StockWrittenOff(loss), facts);
        match custody {
            Some(official) => {
                for (key, held, lost) in &self.held_too_little(&official, &lines) {
                    findings.open(BrokenRule::AboveCustody, key, *held, *lost);
                }
            }
            None => lines
                .iter()
                .for_each(|line| self.examine_amount(&mut findings, line, facts)),
        }
        Ok(findings.into_events())
    }
}
