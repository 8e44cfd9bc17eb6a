//! A call-off: who is called, for what, and the order that comes of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::agreement::{Agreement, Lot, Place};
use super::event::{AgreedLine, AgreedSupplier, CALL_OFF_LINES_MAX, CallOff, CalledLine, Release};
use super::refusal::Refusal;
use crate::aggregate::{Facts, ensure};
use crate::domain::facility::Facility;
use crate::domain::item::Item;
use crate::domain::order::{self, Basis, Order, OrderLine, Placement};
use crate::domain::organization::Organization;
use crate::domain::values::{ContractId, Date, OrganizationId};
use crate::event::ActorId;
use crate::store::StreamName;

impl Agreement {
    /// The order that must not be there, the goods and places, and whoever could be called.
    pub(super) fn reads(&self, call_off: &CallOff) -> Vec<StreamName> {
        let mut streams = BTreeSet::from([
            Order::stream(&call_off.order),
            Organization::stream(&self.conclusion().buyer),
        ]);
        if let Some(lot) = self.lot(&call_off.lot) {
            let suppliers = lot.agreed.suppliers.iter();
            streams.extend(suppliers.map(|it| Organization::stream(&it.supplier)));
            let lines = call_off.lines.iter().filter_map(|it| lot.line(it.line));
            streams.extend(
                lines.flat_map(|it| [Item::stream(&it.item), Facility::stream(&it.facility)]),
            );
        }
        streams.into_iter().collect()
    }

    /// The call-off with the order that it places.
    pub(super) fn call_off(
        &self,
        mut call_off: CallOff,
        facts: &Facts,
    ) -> Result<CallOff, Refusal> {
        self.check_term(facts)?;
        let lot = self.lot(&call_off.lot).ok_or_else(|| Refusal::NoLot {
            lot: call_off.lot.clone(),
        })?;
        self.check_active(&call_off.supplier)?;
        lot.check_lines(&call_off)?;
        self.check_rank(lot, &call_off, facts)?;
        self.check_order(&call_off, facts)?;
        let placement = self.placement(lot, &call_off, facts)?;
        placement.check_called_off(facts)?;
        call_off.placement = Some(Arc::new(placement));
        Ok(call_off)
    }

    /// Neither the day of the decision nor that of its effect lies outside: dating back does not help.
    fn check_term(&self, facts: &Facts) -> Result<(), Refusal> {
        let (from, until) = (self.conclusion().from, self.conclusion().until);
        let within = facts.days().iter().all(|day| (from..=until).contains(day));
        ensure(within, Refusal::OutOfTerm { from, until })
    }

    /// The best that can be called is called, and anything else is justified, and only that.
    fn check_rank(&self, lot: &Lot, call_off: &CallOff, facts: &Facts) -> Result<(), Refusal> {
        let mut ranked = lot.agreed.suppliers.iter().map(|it| &it.supplier);
        let first = ranked.find(|it| **it == call_off.supplier || self.can_be_called(it, facts));
        match (first, &call_off.justification) {
            (Some(first), None) if *first != call_off.supplier => Err(Refusal::Unjustified {
                first: first.clone(),
            }),
            (Some(first), Some(_)) if *first == call_off.supplier => Err(Refusal::NoDeparture),
            (Some(_) | None, Some(_) | None) => Ok(()),
        }
    }

    fn can_be_called(&self, supplier: &OrganizationId, facts: &Facts) -> bool {
        let stream = Organization::stream(supplier);
        let read = facts.readings.get::<Organization>(&stream);
        let mut days = facts.days().into_iter();
        let free = !days.any(|day| read.is_some_and(|it| it.debarred_on(day).is_some()));
        free && self.place(supplier) == Some(Place::Active)
    }

    fn check_order(&self, call_off: &CallOff, facts: &Facts) -> Result<(), Refusal> {
        let stream = Order::stream(&call_off.order);
        let read = facts.readings.get::<Order>(&stream);
        let free = read.is_none_or(|it| it.book().is_none()) && !self.was_called(&call_off.order);
        ensure(
            free,
            Refusal::OrderTaken {
                order: call_off.order.clone(),
            },
        )
    }

    fn placement(
        &self,
        lot: &Lot,
        call_off: &CallOff,
        facts: &Facts,
    ) -> Result<Placement, Refusal> {
        let ActorId::Official(called_by) = &facts.actor.id else {
            return Err(Refusal::NotAnOfficial);
        };
        let conclusion = self.conclusion();
        let [today, _] = facts.days();
        let lines = call_off.lines.iter().filter_map(|called| {
            let agreed = lot.line(called.line)?;
            Some(called.ordered(agreed, today))
        });
        Ok(Placement {
            number: call_off.number.clone(),
            basis: Basis::CallOff(agreement_id(facts)?),
            buyer: conclusion.buyer.clone(),
            supplier: call_off.supplier.clone(),
            currency: conclusion.currency,
            delivery_terms: Some(conclusion.delivery.clone()),
            attachment: None,
            lines: lines.collect(),
            called_by: Some(called_by.clone()),
        })
    }

    /// Only what binds nobody any more is given back: the order was cancelled, or its id is another order's.
    pub(super) fn check_release(&self, release: &Release, facts: &Facts) -> Result<(), Refusal> {
        let order = || release.order.clone();
        let standing = self.standing(&release.order);
        ensure(standing.is_some(), Refusal::NotCalledOff { order: order() })?;
        let read = facts.readings.get::<Order>(&Order::stream(&release.order));
        let book = read.and_then(Order::book);
        let agreement = agreement_id(facts)?;
        let free = book.is_some_and(|book| {
            book.stage() == order::Stage::Cancelled || book.called_off() != Some(&agreement)
        });
        ensure(free, Refusal::OrderStands { order: order() })
    }
}

impl Lot {
    /// A line by its number.
    fn line(&self, number: u16) -> Option<&AgreedLine> {
        self.agreed.lines.get(usize::from(number).checked_sub(1)?)
    }

    /// What is called off was agreed on with this supplier, costs no more, and is left.
    pub(super) fn check_lines(&self, call_off: &CallOff) -> Result<(), Refusal> {
        let mut suppliers = self.agreed.suppliers.iter();
        let agreed = suppliers.find(|it| it.supplier == call_off.supplier);
        let agreed = agreed.ok_or_else(|| Refusal::NoPlace {
            supplier: call_off.supplier.clone(),
        })?;
        let lines = call_off.lines.len();
        ensure(
            (1..=CALL_OFF_LINES_MAX).contains(&lines),
            order::Refusal::LineCount { lines },
        )?;
        let mut seen = BTreeSet::new();
        for called in &call_off.lines {
            let line = called.line;
            ensure(seen.insert(line), Refusal::Line { line })?;
            self.check_line(called, agreed)?;
        }
        Ok(())
    }

    fn check_line(&self, called: &CalledLine, agreed: &AgreedSupplier) -> Result<(), Refusal> {
        let line = called.line;
        let place = usize::from(line).checked_sub(1);
        let place = place.ok_or(Refusal::Line { line })?;
        let terms = self.agreed.lines.get(place).zip(self.called.get(place));
        let ((ceiling, taken), price) = terms
            .zip(agreed.unit_prices.get(place))
            .ok_or(Refusal::Line { line })?;
        order::check_currency(called.unit_price.currency(), price.currency())?;
        ensure(
            called.unit_price.amount() <= price.amount(),
            Refusal::AbovePrice {
                line,
                agreed: price.amount(),
            },
        )?;
        let left = ceiling.left(*taken);
        ensure(
            called.quantity <= left,
            Refusal::AboveCeiling { line, left },
        )
    }
}

impl CalledLine {
    fn ordered(&self, agreed: &AgreedLine, today: Date) -> OrderLine {
        let due = || today.plus_days(agreed.delivery_days.into());
        OrderLine {
            item: agreed.item.clone(),
            facility: agreed.facility.clone(),
            quantity: self.quantity,
            unit_price: self.unit_price,
            due: Some(self.due.unwrap_or_else(due)),
        }
    }
}

/// The agreement that is commanded, as its orders name it.
fn agreement_id(facts: &Facts) -> Result<ContractId, Refusal> {
    ContractId::new(facts.stream.id()).map_err(|_| Refusal::NotConcluded)
}
