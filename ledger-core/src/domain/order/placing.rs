//! Placement, approval of emergencies, acknowledgement, and the end of an order.

use rust_decimal::Decimal;

use super::accounts::{Authority, Stage};
use super::event::{
    Acknowledgement, Approval, Basis, BrokenRule, Cancellation, Closure, Event, LINES_MAX,
    OrderLine, Placement,
};
use super::findings::Findings;
use super::refusal::Refusal;
use super::state::{Book, Order};
use super::{Decision, is_official, today};
use crate::aggregate::{Facts, ensure};
use crate::domain::facility::Facility;
use crate::domain::framework::Framework;
use crate::domain::item::Item;
use crate::domain::official::buyers;
use crate::domain::organization::{Organization, Role as Part};
use crate::domain::values::{ContractId, Currency, Money, OrderId, OrganizationId, Text};
use crate::event::{ActorId, Role};

impl Order {
    pub(super) fn place(&self, placement: Placement, facts: &Facts) -> Decision {
        ensure(*self == Self::Unplaced, Refusal::Placed)?;
        if placement.called_by.is_some() {
            placement.check_called(facts)?;
            return Ok(vec![Event::OrderPlaced(placement)]);
        }
        let total = placement.check()?;
        ensure(is_official(facts), Refusal::NotAnOfficial)?;
        placement.check_basis(total, facts)?;
        placement.check_not_kept(facts)?;
        placement.check_world(facts)?;
        Ok(vec![Event::OrderPlaced(placement)])
    }
}

/// Orders that are called off from an agreement which is kept here.
impl Placement {
    /// The agreement that it names as its basis.
    pub(super) const fn agreement(&self) -> Option<&ContractId> {
        match &self.basis {
            Basis::CallOff(agreement) => Some(agreement),
            Basis::Contract(_)
            | Basis::Direct(_)
            | Basis::PettyCash
            | Basis::Emergency(_)
            | Basis::Unstated => None,
        }
    }

    /// The same, where it is kept here.
    pub(super) fn called_off(&self) -> Option<&ContractId> {
        self.called_by.as_ref().and_then(|_| self.agreement())
    }

    /// Who answers for it: whoever called it off, where a policy placed it.
    pub(super) fn placed_by(&self, actor: &ActorId) -> ActorId {
        let called_by = self.called_by.clone().map(ActorId::Official);
        called_by.unwrap_or_else(|| actor.clone())
    }

    /// A policy places exactly what was called off, and it was judged there.
    fn check_called(&self, facts: &Facts) -> Result<(), Refusal> {
        let read = self.agreement().and_then(|agreement| {
            let stream = Framework::stream(agreement);
            facts.readings.get::<Framework>(&stream)
        });
        let order = OrderId::new(facts.stream.id()).ok();
        let called = read.zip(order.as_ref());
        let called = called.is_some_and(|(framework, order)| framework.places(order, self));
        let sijill = facts.actor.id == ActorId::System;
        ensure(called && sijill, Refusal::NotCalledOff)
    }

    /// What is asked of a call-off as of any order that an officer places.
    pub(in crate::domain) fn check_called_off(&self, facts: &Facts) -> Result<(), Refusal> {
        let total = self.check()?;
        let officer = facts.actor.role == Role::ProcurementOfficer;
        ensure(officer, Refusal::NotAProcurementOfficer)?;
        let buyer = buyers::asked(&self.buyer, &facts.readings);
        let limit = match buyer {
            Some(_) => buyers::limit(buyer, self.currency, facts),
            None => limit_today(self.currency, facts),
        };
        check_within(total, limit)?;
        self.check_world(facts)
    }

    fn check_world(&self, facts: &Facts) -> Result<(), Refusal> {
        self.check_parties(facts)?;
        let mut lines = self.lines.iter();
        lines.try_for_each(|line| line.check_deliverable(facts))?;
        check_interest(&self.supplier, facts)
    }

    /// From the third edition of the rules on, an agreement that is kept here is called off and not ordered from.
    fn check_not_kept(&self, facts: &Facts) -> Result<(), Refusal> {
        let Some(agreement) = self.agreement() else {
            return Ok(());
        };
        let stream = Framework::stream(agreement);
        let read = facts.readings.get::<Framework>(&stream);
        ensure(
            read.is_none_or(|it| it.agreement().is_none()),
            Refusal::CallOff {
                agreement: agreement.clone(),
            },
        )
    }
}

impl Placement {
    /// What holds of any order, imported ones too; gives what it comes to.
    pub(super) fn check(&self) -> Result<Money, Refusal> {
        let lines = self.lines.len();
        ensure(
            (1..=LINES_MAX).contains(&lines),
            Refusal::LineCount { lines },
        )?;
        for (number, line) in (1..).zip(&self.lines) {
            ensure(
                !line.quantity.is_zero(),
                Refusal::ZeroQuantity { line: number },
            )?;
            check_currency(line.unit_price.currency(), self.currency)?;
        }
        self.total().ok_or(Refusal::TooLarge)
    }

    /// What allows the order: who may place it, and up to what amount.
    ///
    /// A contract, or a framework agreement of an earlier system, is named, and nothing here can show that it exists, what it
    /// allows or what was ordered under it before. So its name widens nobody's authority: such an order stays within the placer's
    /// delegated limit, as a direct purchase does.
    fn check_basis(&self, total: Money, facts: &Facts) -> Result<(), Refusal> {
        let officer = facts.actor.role == Role::ProcurementOfficer;
        match &self.basis {
            Basis::Contract(_) | Basis::CallOff(_) | Basis::Direct(_) => {
                ensure(officer, Refusal::NotAProcurementOfficer)?;
                check_limit(total, facts)
            }
            Basis::PettyCash => {
                let currency = self.currency;
                let limit = facts.rules().petty_cash_limit(currency);
                let limit = limit.ok_or(Refusal::NoPettyCash {
                    currency: currency.code(),
                })?;
                ensure(
                    total.amount() <= limit.amount(),
                    Refusal::AbovePettyCash { total, limit },
                )
            }
            Basis::Emergency(_) => Ok(()),
            Basis::Unstated => Err(Refusal::NoBasis),
        }
    }

    fn check_parties(&self, facts: &Facts) -> Result<(), Refusal> {
        let has = |id: &OrganizationId, part| {
            let read = facts
                .readings
                .get::<Organization>(&Organization::stream(id));
            let profile = read.and_then(Organization::profile);
            profile.is_some_and(|profile| profile.roles.contains(&part))
        };
        let (buyer, supplier) = (self.buyer.clone(), self.supplier.clone());
        ensure(
            has(&buyer, Part::ProcuringEntity),
            Refusal::NoBuyer { buyer },
        )?;
        ensure(
            has(&supplier, Part::Supplier),
            Refusal::NoSupplier { supplier },
        )?;
        let stream = Organization::stream(&self.supplier);
        let read = facts.readings.get::<Organization>(&stream);
        match read.and_then(|supplier| supplier.debarred_on(today(facts))) {
            None => Ok(()),
            Some(debarment) => Err(Refusal::Debarred {
                supplier: self.supplier.clone(),
                decision: debarment.decision.clone(),
            }),
        }
    }
}

impl OrderLine {
    /// The item is in the catalogue, the store is open, and there is a day to be on time.
    fn check_deliverable(&self, facts: &Facts) -> Result<(), Refusal> {
        let item = facts.readings.get::<Item>(&Item::stream(&self.item));
        ensure(
            item.is_some_and(Item::is_listed),
            Refusal::ItemNotListed {
                item: self.item.clone(),
            },
        )?;
        let stream = Facility::stream(&self.facility);
        let facility = facts.readings.get::<Facility>(&stream);
        ensure(
            facility.is_some_and(Facility::is_open),
            Refusal::FacilityNotOpen {
                facility: self.facility.clone(),
            },
        )?;
        let due = self.due.ok_or(Refusal::NoDue)?;
        let [today, _] = facts.days();
        ensure(due >= today, Refusal::DueBefore { due })
    }
}

impl Book {
    /// An approval after the last day is taken, because the supplier must not wait for the buyer's delay; it is answered for.
    pub(super) fn approve_emergency(&self, reason: Text, facts: &Facts) -> Decision {
        ensure(self.authority == Authority::Awaited, Refusal::NotAwaited)?;
        ensure(self.stage != Stage::Cancelled, Refusal::Cancelled)?;
        ensure(is_official(facts), Refusal::NotAnOfficial)?;
        ensure(facts.actor.id != self.placed_by, Refusal::OwnOrder)?;
        check_limit(self.total, facts)?;
        check_interest(&self.supplier, facts)?;
        let approved = Event::OrderApproved(Approval {
            reason,
            total: self.total,
        });
        let mut findings = Findings::of(approved, facts);
        let allowed = Decimal::from(facts.rules().emergency_approval_days());
        let taken = Decimal::from(today(facts).days()) - Decimal::from(self.placed_on.days());
        if taken > allowed {
            findings.open(BrokenRule::ApprovedLate, None, allowed, taken);
        }
        Ok(findings.into_events())
    }

    pub(super) fn acknowledge(&self, taken_note: Acknowledgement, facts: &Facts) -> Decision {
        match self.stage {
            Stage::Placed => {}
            Stage::Acknowledged => return Err(Refusal::Acknowledged),
            Stage::Closed => return Err(Refusal::Closed),
            Stage::Cancelled => return Err(Refusal::Cancelled),
        }
        let supplier = ActorId::Organization(self.supplier.clone());
        let officer = is_official(facts) && facts.actor.role == Role::ProcurementOfficer;
        ensure(
            facts.actor.id == supplier || officer,
            Refusal::NotTheSupplier {
                supplier: self.supplier.clone(),
            },
        )?;
        Ok(vec![Event::OrderAcknowledged(taken_note)])
    }

    pub(super) fn close(&self, closure: Closure, facts: &Facts) -> Decision {
        self.check_open()?;
        let missing = self
            .lines
            .iter()
            .position(|line| line.remaining() > Decimal::ZERO);
        if let Some(place) = missing {
            let line = place.saturating_add(1);
            ensure(closure.reason.is_some(), Refusal::ReasonMissing { line })?;
        }
        let mut findings = Findings::of(Event::OrderClosed(closure), facts);
        let worth = self.matched_worth();
        if self.paid > worth {
            findings.open(BrokenRule::AdvanceUnrecovered, None, worth, self.paid);
        }
        Ok(findings.into_events())
    }

    pub(super) fn cancel(&self, cancellation: Cancellation) -> Decision {
        self.check_open()?;
        ensure(!self.has_deliveries(), Refusal::Delivered)?;
        ensure(self.paid.is_zero(), Refusal::Paid)?;
        Ok(vec![Event::OrderCancelled(cancellation)])
    }

    pub(super) fn check_open(&self) -> Result<(), Refusal> {
        match self.stage {
            Stage::Placed | Stage::Acknowledged => Ok(()),
            Stage::Closed => Err(Refusal::Closed),
            Stage::Cancelled => Err(Refusal::Cancelled),
        }
    }
}

/// The amount is within what the official who acts may commit today.
pub(super) fn check_limit(amount: Money, facts: &Facts) -> Result<(), Refusal> {
    check_within(amount, limit_today(amount.currency(), facts))
}

fn limit_today(currency: Currency, facts: &Facts) -> Option<Money> {
    let record = facts.acting_record()?;
    record.posts().limit_on(today(facts), currency)
}

fn check_within(amount: Money, limit: Option<Money>) -> Result<(), Refusal> {
    let limit = limit.ok_or(Refusal::NoAuthority { amount })?;
    ensure(
        amount.amount() <= limit.amount(),
        Refusal::AboveLimit { amount, limit },
    )
}

/// A declared interest in the supplier excludes the official who acts.
pub(super) fn check_interest(supplier: &OrganizationId, facts: &Facts) -> Result<(), Refusal> {
    let record = facts.acting_record();
    ensure(
        !record.is_some_and(|record| record.has_interest_in(supplier)),
        Refusal::Interest {
            supplier: supplier.clone(),
        },
    )
}

/// All money of an order is in one currency.
pub(in crate::domain) fn check_currency(
    given: Currency,
    expected: Currency,
) -> Result<(), Refusal> {
    ensure(
        given == expected,
        Refusal::OtherCurrency {
            expected: expected.code(),
            given: given.code(),
        },
    )
}
