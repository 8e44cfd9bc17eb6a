//! A transfer between two stores. What has left one and has not come to the other is in an account of its own:
//! dispatched = accepted + rejected + lost + in transit, per key ([`Account`]).
//!
//! Dispatches and arrivals are facts that the stores have recorded; a policy brings them here, and what does not fit is
//! recorded with a discrepancy. When nothing is in transit any more, the decision closes the transfer itself; what stays
//! missing is given up as lost by someone of either side. A later dispatch opens it again.

mod account;
mod event;
mod refusal;
#[cfg(test)]
mod tests;

pub use account::{Account, Balance, Route};
pub use event::*;
pub use refusal::Refusal;

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::aggregate::{Aggregate, Facts, Occurred, ensure};
use crate::domain::facility::Facility;
use crate::domain::member;
use crate::domain::stock::{LINES_MAX, StockKey};
use crate::domain::values::{DiscrepancyId, FacilityId, Quantity, Text, TransferId};
use crate::event::{ActorId, Role};
use crate::store::StreamName;

/// What can be asked of a transfer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Fact: a store dispatched goods. By a policy, or imported.
    Dispatch(Shipment),
    /// Fact: a store recorded an arrival. By a policy, or imported.
    Arrive(Receipt),
    /// Plan: give up what is missing; by someone of either side.
    Close {
        /// Why; written for publication.
        reason: Text,
    },
    /// Fact: someone answers a discrepancy.
    AnswerDiscrepancy(DiscrepancyAnswer),
}

/// A transfer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Transfer {
    /// Nothing is known.
    #[default]
    Unknown,
    /// Something arrived, and no dispatch is known.
    Awaited(Account),
    /// Something is in transit.
    InTransit(Account),
    /// Nothing is in transit any more.
    Closed(Account),
}

type Decision = Result<Vec<Event>, Refusal>;

impl Transfer {
    /// The stream of a transfer.
    pub fn stream(id: &TransferId) -> StreamName {
        StreamName::of("transfer", id.as_str())
    }

    /// The account of what was dispatched and what became of it; `None` while nothing is known.
    pub const fn account(&self) -> Option<&Account> {
        match self {
            Self::Unknown => None,
            Self::Awaited(account) | Self::InTransit(account) | Self::Closed(account) => {
                Some(account)
            }
        }
    }

    /// What is in transit of a key, in base units; `None` while no dispatch is known.
    pub fn in_transit(&self, key: &StockKey) -> Option<Decimal> {
        match self {
            Self::Unknown | Self::Awaited(_) => None,
            Self::InTransit(account) | Self::Closed(account) => {
                Some(account.balance(key).in_transit().max(Decimal::ZERO))
            }
        }
    }
}

impl Aggregate for Transfer {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "transfer";

    fn reads(&self, _stream: &StreamName, command: &Command) -> Vec<StreamName> {
        match (command, self.account()) {
            (Command::Close { .. }, Some(account)) => {
                let Route { from, to } = account.route();
                vec![Facility::stream(from), Facility::stream(to)]
            }
            (Command::Close { .. }, None)
            | (Command::Dispatch(_) | Command::Arrive(_) | Command::AnswerDiscrepancy(_), _) => {
                Vec::new()
            }
        }
    }

    fn decide(&self, command: Command, facts: &Facts) -> Decision {
        match command {
            Command::Dispatch(shipment) => self.dispatch(shipment, facts),
            Command::Arrive(receipt) => self.arrive(receipt, facts),
            Command::Close { reason } => self.close(&reason, facts),
            Command::AnswerDiscrepancy(answer) => self.answer(answer),
        }
    }

    fn evolve(self, occurred: Occurred<'_, Event>) -> Option<Self> {
        match (occurred.event, self) {
            (Event::TransferDispatched(shipment), known) => {
                known.after_dispatch(shipment).map(Self::InTransit)
            }
            (Event::TransferArrived(receipt), Self::Unknown) => {
                let account = Account::new(receipt.route());
                account.arrived(receipt).map(Self::Awaited)
            }
            (Event::TransferArrived(receipt), Self::Awaited(account)) => {
                account.arrived(receipt).map(Self::Awaited)
            }
            (Event::TransferArrived(receipt), Self::InTransit(account)) => {
                account.arrived(receipt).map(Self::InTransit)
            }
            (Event::TransferArrived(receipt), Self::Closed(account)) => {
                account.arrived(receipt).map(Self::Closed)
            }
            (Event::TransferClosed(closure), Self::Awaited(account) | Self::InTransit(account)) => {
                let account = account.given_up(closure)?;
                if account.is_settled() {
                    return Some(Self::Closed(account));
                }
                // What does not fit into one event is given up by the next of the same decision.
                (closure.lost.len() == LINES_MAX).then_some(Self::InTransit(account))
            }
            (Event::TransferClosed(_), Self::Unknown | Self::Closed(_))
            | (Event::DiscrepancyOpened(_) | Event::DiscrepancyAnswered(_), Self::Unknown) => None,
            (Event::DiscrepancyOpened(discrepancy), mut known) => {
                let open = &mut known.account_mut()?.open_discrepancies;
                open.insert(discrepancy.id.clone()).then_some(known)
            }
            (Event::DiscrepancyAnswered(answer), mut known) => {
                let open = &mut known.account_mut()?.open_discrepancies;
                open.remove(&answer.id).then_some(known)
            }
        }
    }

    fn asked(event: &Event, _imported: bool) -> Option<Command> {
        Some(match event.clone() {
            Event::TransferDispatched(it) => Command::Dispatch(it),
            Event::TransferArrived(it) => Command::Arrive(it),
            // One that closes by itself has no reason, and follows others.
            Event::TransferClosed(it) => Command::Close { reason: it.reason? },
            Event::DiscrepancyAnswered(it) => Command::AnswerDiscrepancy(it),
            Event::DiscrepancyOpened(_) => return None,
        })
    }

    member!(Transfer);
}

impl Transfer {
    const fn account_mut(&mut self) -> Option<&mut Account> {
        match self {
            Self::Unknown => None,
            Self::Awaited(account) | Self::InTransit(account) | Self::Closed(account) => {
                Some(account)
            }
        }
    }

    /// The account with a dispatch; the first one says where the goods go. `None` when the document counts already.
    fn after_dispatch(self, shipment: &Shipment) -> Option<Account> {
        let route = shipment.route();
        let account = match self {
            Self::Unknown => Account::new(route),
            Self::Awaited(mut account) => {
                account.route = route;
                account
            }
            Self::InTransit(account) | Self::Closed(account) => account,
        };
        account.dispatched(shipment)
    }

    fn dispatch(&self, shipment: Shipment, facts: &Facts) -> Decision {
        is_brought(facts)?;
        check_lines(shipment.lines.iter().map(|line| (&line.key, line.quantity)))?;
        let after = self
            .clone()
            .after_dispatch(&shipment)
            .ok_or_else(|| shipment.dispatch.counted())?;
        // What can be in transit can be given up.
        let too_large = |key: &StockKey| Refusal::TooLarge { key: key.clone() };
        after.missing().map_err(too_large)?;
        let route = shipment.route();
        let first = shipment.lines.first().cloned();
        let mut findings = Findings::of(Event::TransferDispatched(shipment), facts);
        if let (Some(account), Some(line)) = (self.account(), first)
            && *account.route() != route
        {
            let found = line.quantity.get();
            findings.open(BrokenRule::OtherRoute, &line.key, Decimal::ZERO, found);
        }
        Ok(findings.closing(&after))
    }

    fn arrive(&self, receipt: Receipt, facts: &Facts) -> Decision {
        is_brought(facts)?;
        check_lines(receipt.lines.iter().map(|line| (&line.key, line.total())))?;
        let before = self.account().cloned();
        let after = before
            .unwrap_or_else(|| Account::new(receipt.route()))
            .arrived(&receipt)
            .ok_or_else(|| receipt.arrival.counted())?;
        let (lines, route) = (receipt.lines.clone(), receipt.route());
        let mut findings = Findings::of(Event::TransferArrived(receipt), facts);
        if let (Some(account), Some(first)) = (self.account(), lines.first()) {
            let found = first.total();
            if account.route().to != route.to {
                findings.open(BrokenRule::OtherReceiver, &first.key, Decimal::ZERO, found);
            }
            if account.route().from != route.from {
                findings.open(BrokenRule::OtherSender, &first.key, Decimal::ZERO, found);
            }
        }
        for line in &lines {
            self.examine(line, &mut findings);
        }
        match self {
            Self::InTransit(_) => Ok(findings.closing(&after)),
            Self::Unknown | Self::Awaited(_) | Self::Closed(_) => Ok(findings.events),
        }
    }

    /// What can be wrong with a line of an arrival.
    fn examine(&self, line: &ReceiptLine, findings: &mut Findings<'_>) {
        let (key, total) = (&line.key, line.total());
        match self {
            Self::Closed(_) => findings.open(BrokenRule::AfterClosing, key, Decimal::ZERO, total),
            Self::Unknown | Self::Awaited(_) | Self::InTransit(_) => {
                let in_transit = self.in_transit(key).unwrap_or_default();
                if total > in_transit {
                    findings.open(BrokenRule::AboveInTransit, key, in_transit, total);
                }
            }
        }
        let accepted = line.accepted.get();
        if accepted != total {
            findings.open(BrokenRule::ShortOrRejected, key, total, accepted);
        }
    }

    fn close(&self, reason: &Text, facts: &Facts) -> Decision {
        let account = match self {
            Self::Unknown => return Err(Refusal::Unknown),
            Self::Closed(_) => return Err(Refusal::Closed),
            Self::Awaited(account) | Self::InTransit(account) => account,
        };
        account.route().check_side(facts)?;
        let too_large = |key: &StockKey| Refusal::TooLarge { key: key.clone() };
        let missing = account.missing().map_err(too_large)?;
        let close = |lost: &[ShipmentLine]| {
            Event::TransferClosed(Closure {
                reason: Some(reason.clone()),
                lost: lost.to_vec(),
            })
        };
        if missing.is_empty() {
            return Ok(vec![close(&[])]);
        }
        Ok(missing.chunks(LINES_MAX).map(close).collect())
    }

    fn answer(&self, answer: DiscrepancyAnswer) -> Decision {
        let is_open = self
            .account()
            .is_some_and(|account| account.open_discrepancies.contains(&answer.id));
        let id = answer.id.clone();
        ensure(is_open, Refusal::DiscrepancyUnknown { id })?;
        Ok(vec![Event::DiscrepancyAnswered(answer)])
    }
}

impl DocumentRef {
    fn counted(&self) -> Refusal {
        Refusal::DocumentCounted {
            facility: self.facility.clone(),
            revision: self.revision,
        }
    }
}

/// Only what a store recorded counts: nobody states by hand that goods left or came.
fn is_brought(facts: &Facts) -> Result<(), Refusal> {
    ensure(
        facts.imported() || facts.actor.id == ActorId::System,
        Refusal::NotAPolicy,
    )
}

/// 1 to 200 lines, no key twice, nothing that moves nothing.
fn check_lines<'a, Q: Into<Decimal>>(
    lines: impl ExactSizeIterator<Item = (&'a StockKey, Q)>,
) -> Result<(), Refusal> {
    let count = lines.len();
    ensure(
        (1..=LINES_MAX).contains(&count),
        Refusal::LineCount { lines: count },
    )?;
    let mut seen = BTreeSet::new();
    for (key, quantity) in lines {
        ensure(
            seen.insert(key),
            Refusal::DuplicateLine { key: key.clone() },
        )?;
        let zero = quantity.into().is_zero();
        ensure(!zero, Refusal::ZeroQuantity { key: key.clone() })?;
    }
    Ok(())
}

impl Route {
    /// A storekeeper of one of the two stores, or an officer. A store without a known keeper has whoever acts in that role.
    fn check_side(&self, facts: &Facts) -> Result<(), Refusal> {
        let refusal = || Refusal::NotASide {
            from: self.from.clone(),
            to: self.to.clone(),
        };
        match facts.actor.role {
            _ if facts.imported() => Ok(()),
            Role::ProcurementOfficer => Ok(()),
            Role::Storekeeper => {
                let mut sides = [&self.from, &self.to].into_iter();
                ensure(sides.any(|side| is_kept_by_actor(side, facts)), refusal())
            }
            Role::Requester
            | Role::Approver
            | Role::BudgetOfficer
            | Role::CommitteeMember
            | Role::Inspector
            | Role::Payer
            | Role::Supplier
            | Role::ReviewBody
            | Role::Auditor
            | Role::Oversight
            | Role::Registrar
            | Role::Administrator
            | Role::System => Err(refusal()),
        }
    }
}

fn is_kept_by_actor(facility: &FacilityId, facts: &Facts) -> bool {
    let kept = facts.readings.get::<Facility>(&Facility::stream(facility));
    match (kept.and_then(Facility::keeper), &facts.actor.id) {
        (None, _) => true,
        (Some(keeper), ActorId::Official(actor)) => keeper == actor,
        (Some(_), ActorId::Organization(_) | ActorId::System | ActorId::Key(_)) => false,
    }
}

impl Shipment {
    fn route(&self) -> Route {
        Route {
            from: self.dispatch.facility.clone(),
            to: self.to.clone(),
        }
    }
}

impl Receipt {
    fn route(&self) -> Route {
        Route {
            from: self.from.clone(),
            to: self.arrival.facility.clone(),
        }
    }
}

impl ReceiptLine {
    /// What the line settles: accepted + rejected + lost.
    pub fn total(&self) -> Decimal {
        [self.accepted, self.rejected, self.lost]
            .into_iter()
            .map(Quantity::get)
            .fold(Decimal::ZERO, Decimal::saturating_add)
    }
}

/// A fact and the discrepancies found while it is recorded.
struct Findings<'a> {
    facts: &'a Facts,
    events: Vec<Event>,
}

impl<'a> Findings<'a> {
    fn of(fact: Event, facts: &'a Facts) -> Self {
        let events = vec![fact];
        Self { facts, events }
    }

    fn open(&mut self, rule: BrokenRule, key: &StockKey, expected: Decimal, found: Decimal) {
        let position = u64::try_from(self.events.len()).unwrap_or(u64::MAX);
        let revision = self.facts.next_revision.saturating_add(position);
        // `D` and digits is always a legal id.
        let Ok(id) = DiscrepancyId::new(&format!("D{revision}")) else {
            return;
        };
        let key = key.clone();
        self.events.push(Event::DiscrepancyOpened(Discrepancy {
            id,
            rule,
            key,
            expected,
            found,
        }));
    }

    /// The same, and the end of the transfer where nothing is in transit any more.
    fn closing(mut self, after: &Account) -> Vec<Event> {
        if after.is_settled() {
            self.events.push(Event::TransferClosed(Closure {
                reason: None,
                lost: Vec::new(),
            }));
        }
        self.events
    }
}
