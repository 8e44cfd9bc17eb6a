//! What an agreement remembers: who can be called, what was called off, and what is left.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::event::{
    AgreedLine, AgreedSupplier, CallOff, Conclusion, Event, LotAgreement, PlaceChange, Release,
    Termination,
};
use super::refusal::Refusal;
use crate::aggregate::{Facts, Occurred, ensure};
use crate::domain::values::{LotId, OrderId, OrganizationId, Quantity};
use crate::event::ActorId;

/// An agreement as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    conclusion: Conclusion,
    lots: Vec<Lot>,
    places: BTreeMap<OrganizationId, Place>,
    calls: BTreeMap<OrderId, Called>,
    proposal: Option<Proposal>,
}

/// A lot, and what was called off from it line by line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lot {
    pub agreed: LotAgreement,
    pub called: Vec<Decimal>,
}

/// Whether a supplier can be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It can.
    Active,
    /// Not for the time being.
    Suspended,
    /// No more.
    Ended,
}

/// A call-off, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// What was called off.
    pub call_off: CallOff,
    /// Whether its quantities came back.
    pub released: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Proposal {
    revision: u64,
    by: ActorId,
}

impl Agreement {
    pub(super) const fn new(conclusion: Conclusion) -> Self {
        Self {
            conclusion,
            lots: Vec::new(),
            places: BTreeMap::new(),
            calls: BTreeMap::new(),
            proposal: None,
        }
    }

    /// As it was concluded.
    pub const fn conclusion(&self) -> &Conclusion {
        &self.conclusion
    }

    /// Its lots in the tender's order, each with what is left of the ceiling of each line, in base units.
    pub fn lots(&self) -> impl Iterator<Item = (&LotAgreement, Vec<Quantity>)> {
        self.lots.iter().map(|lot| {
            let lines = lot.agreed.lines.iter().zip(&lot.called);
            (
                &lot.agreed,
                lines.map(|(line, called)| line.left(*called)).collect(),
            )
        })
    }

    /// Whether a supplier can be called; `None` for who has no place here.
    pub fn place(&self, supplier: &OrganizationId) -> Option<Place> {
        self.places.get(supplier).copied()
    }

    /// All suppliers, in the order of their ids.
    pub fn places(&self) -> impl Iterator<Item = (&OrganizationId, Place)> {
        self.places
            .iter()
            .map(|(supplier, place)| (supplier, *place))
    }

    /// All call-offs, in the order of their orders' ids.
    pub fn calls(&self) -> impl Iterator<Item = &Called> {
        self.calls.values()
    }

    /// The call-off of an order, unless it was released.
    pub fn standing(&self, order: &OrderId) -> Option<&Called> {
        self.calls.get(order).filter(|called| !called.released)
    }

    /// Revision of the proposal to end it.
    pub(super) fn proposed(&self) -> Option<u64> {
        self.proposal.as_ref().map(|proposal| proposal.revision)
    }

    pub(super) fn was_called(&self, order: &OrderId) -> bool {
        self.calls.contains_key(order)
    }

    pub(super) fn lot(&self, id: &LotId) -> Option<&Lot> {
        self.lots.iter().find(|lot| lot.agreed.lot == *id)
    }

    fn placed(&self, supplier: &OrganizationId) -> Result<Place, Refusal> {
        self.place(supplier).ok_or_else(|| Refusal::NoPlace {
            supplier: supplier.clone(),
        })
    }

    pub(super) fn check_active(&self, supplier: &OrganizationId) -> Result<(), Refusal> {
        let named = || supplier.clone();
        match self.placed(supplier)? {
            Place::Active => Ok(()),
            Place::Suspended => Err(Refusal::PlaceSuspended { supplier: named() }),
            Place::Ended => Err(Refusal::PlaceEnded { supplier: named() }),
        }
    }

    pub(super) fn check_suspended(&self, supplier: &OrganizationId) -> Result<(), Refusal> {
        let named = || supplier.clone();
        match self.placed(supplier)? {
            Place::Active => Err(Refusal::PlaceActive { supplier: named() }),
            Place::Suspended => Ok(()),
            Place::Ended => Err(Refusal::PlaceEnded { supplier: named() }),
        }
    }

    pub(super) fn check_not_ended(&self, supplier: &OrganizationId) -> Result<(), Refusal> {
        match self.placed(supplier)? {
            Place::Active | Place::Suspended => Ok(()),
            Place::Ended => Err(Refusal::PlaceEnded {
                supplier: supplier.clone(),
            }),
        }
    }

    /// Four eyes: another official agrees to the proposal as it stands.
    pub(super) fn check_termination(
        &self,
        termination: &Termination,
        facts: &Facts,
    ) -> Result<(), Refusal> {
        let proposal = self.proposal.as_ref().ok_or(Refusal::OtherProposal)?;
        let same = proposal.revision == termination.proposal;
        ensure(same, Refusal::OtherProposal)?;
        ensure(proposal.by != facts.actor.id, Refusal::OwnProposal)
    }
}

/// What happened. `None` for what could not have.
impl Agreement {
    pub(super) fn remember(&mut self, occurred: &Occurred<'_, Event>) -> Option<()> {
        let by = &occurred.metadata.actor.id;
        match occurred.event {
            Event::FrameworkConcluded(_) => None,
            Event::FrameworkLotAgreed(agreed) => self.agree(agreed),
            Event::CallOffMade(call_off) => self.call(call_off),
            Event::CallOffReleased(release) => self.release(release),
            Event::FrameworkPlaceSuspended(change) => {
                self.check_active(&change.supplier).ok()?;
                self.change(change, Place::Suspended)
            }
            Event::FrameworkPlaceReinstated(change) => {
                self.check_suspended(&change.supplier).ok()?;
                self.change(change, Place::Active)
            }
            Event::FrameworkPlaceEnded(change) => {
                self.check_not_ended(&change.supplier).ok()?;
                self.change(change, Place::Ended)
            }
            Event::FrameworkTerminationProposed(_) => {
                self.proposal = Some(Proposal {
                    revision: occurred.revision,
                    by: by.clone(),
                });
                Some(())
            }
            Event::FrameworkTerminated(termination) => {
                let proposal = self.proposal.as_ref()?;
                let judged = proposal.revision == termination.proposal && proposal.by != *by;
                judged.then_some(())
            }
        }
    }

    fn agree(&mut self, agreed: &LotAgreement) -> Option<()> {
        let new = self.lot(&agreed.lot).is_none() && self.calls.is_empty();
        let lines = agreed.lines.len();
        let priced = |it: &AgreedSupplier| it.unit_prices.len() == lines;
        (new && agreed.suppliers.iter().all(priced)).then_some(())?;
        for AgreedSupplier { supplier, .. } in &agreed.suppliers {
            self.places.insert(supplier.clone(), Place::Active);
        }
        self.lots.push(Lot {
            called: vec![Decimal::ZERO; lines],
            agreed: agreed.clone(),
        });
        Some(())
    }

    fn call(&mut self, call_off: &CallOff) -> Option<()> {
        let new = !self.was_called(&call_off.order) && call_off.placement.is_some();
        new.then_some(())?;
        self.check_active(&call_off.supplier).ok()?;
        let lot = self.lot(&call_off.lot)?;
        lot.check_lines(call_off).ok()?;
        self.move_called(call_off, Decimal::ONE)?;
        let called = Called {
            call_off: call_off.clone(),
            released: false,
        };
        self.calls.insert(call_off.order.clone(), called);
        Some(())
    }

    pub(super) fn release(&mut self, release: &Release) -> Option<()> {
        let called = self.calls.get_mut(&release.order)?;
        (!std::mem::replace(&mut called.released, true)).then_some(())?;
        let call_off = called.call_off.clone();
        self.move_called(&call_off, Decimal::NEGATIVE_ONE)
    }

    fn move_called(&mut self, call_off: &CallOff, sign: Decimal) -> Option<()> {
        let mut lots = self.lots.iter_mut();
        let lot = lots.find(|lot| lot.agreed.lot == call_off.lot)?;
        for line in &call_off.lines {
            let place = usize::from(line.line).checked_sub(1)?;
            let called = lot.called.get_mut(place)?;
            *called = called.checked_add(line.quantity.get().checked_mul(sign)?)?;
        }
        Some(())
    }

    fn change(&mut self, change: &PlaceChange, to: Place) -> Option<()> {
        *self.places.get_mut(&change.supplier)? = to;
        Some(())
    }
}

impl AgreedLine {
    /// What can still be called off.
    pub(super) fn left(&self, called: Decimal) -> Quantity {
        let left = self.ceiling.get().checked_sub(called);
        let left = left.and_then(|left| Quantity::new(left).ok());
        left.unwrap_or_default()
    }
}
