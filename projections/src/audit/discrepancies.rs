//! Discrepancies: facts that broke a rule, who must answer, and who did.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::values::{DiscrepancyId, FacilityId, ItemCode, OfficialId};
use sijill_ledger_core::domain::{Event, facility, order, requisition, stock, transfer};
use sijill_ledger_core::event::Recorded;
use uuid::Uuid;

use crate::view::AsOf;

/// A rule that a fact broke, of the aggregate that noticed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Rule {
    /// A stock document broke it.
    Stock(stock::BrokenRule),
    /// A delivery, invoice or payment of an order broke it.
    Order(order::BrokenRule),
    /// A dispatch or arrival of a transfer broke it.
    Transfer(transfer::BrokenRule),
    /// A dispatch for a requisition broke it.
    Requisition(requisition::BrokenRule),
}

/// A discrepancy, with where to read the rest of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discrepancy {
    /// The rule.
    pub rule: Rule,
    /// The store whose document broke it, and whose keeper must answer; absent where no store was involved (a payment): then
    /// the buyer must.
    pub facility: Option<FacilityId>,
    /// The item it concerns, where it concerns one.
    pub item: Option<ItemCode>,
    /// Where it was opened.
    pub opened: AsOf,
    /// Where it was answered.
    pub answered: Option<AsOf>,
}

/// Which discrepancies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of one store.
    pub facility: Option<FacilityId>,
    /// Of one item.
    pub item: Option<ItemCode>,
    /// Of one rule.
    pub rule: Option<Rule>,
    /// Answered ones, or open ones; absent for both.
    pub answered: Option<bool>,
}

/// How many discrepancies of one rule one store has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The rule.
    pub rule: Rule,
    /// The store.
    pub facility: Option<FacilityId>,
    /// How many are open.
    pub open: u64,
    /// How many are answered.
    pub answered: u64,
}

/// All of them, and what it takes to tell who must answer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Discrepancies {
    /// In log order of their opening.
    all: Vec<Discrepancy>,
    /// Places in `all` of those that are not answered, by stream and id.
    open: OpenOnes,
    /// Handovers of each store, in log order.
    keepers: BTreeMap<FacilityId, Vec<(u64, OfficialId)>>,
    /// The store of the newest document of an order, transfer or requisition, and the command that brought it: a command's discrepancies
    /// follow their document.
    document: Option<(Uuid, FacilityId, Option<ItemCode>)>,
}

/// Sorted when written, so that equal states have equal bytes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<(String, u64)>", into = "Vec<(String, u64)>")]
struct OpenOnes(HashMap<String, u64>);

impl From<Vec<(String, u64)>> for OpenOnes {
    fn from(pairs: Vec<(String, u64)>) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl From<OpenOnes> for Vec<(String, u64)> {
    fn from(open: OpenOnes) -> Self {
        let mut pairs: Self = open.0.into_iter().collect();
        pairs.sort_unstable();
        pairs
    }
}

impl Discrepancies {
    pub fn apply(&mut self, event: &Recorded) {
        match &event.event {
            Event::Stock(stock) => self.stock(event, stock),
            Event::Order(order) => self.order(event, order),
            Event::Transfer(transfer) => self.transfer(event, transfer),
            Event::Requisition(requisition) => self.requisition(event, requisition),
            Event::Facility(facility) => self.facility(event, facility),
            Event::Application(_)
            | Event::Committee(_)
            | Event::Disclosure(_)
            | Event::Envelope(_)
            | Event::Item(_)
            | Event::Migration(_)
            | Event::Official(_)
            | Event::Organization(_)
            | Event::Plan(_)
            | Event::Process(_)
            | Event::Qualification(_)
            | Event::Reaction(_)
            | Event::Ruleset(_)
            | Event::Framework(_)
            | Event::Security(_)
            | Event::Succession(_)
            | Event::Tender(_) => {}
        }
    }

    /// Those that fit, as the log's first `size` events tell it: open ones first, then by the order of their opening.
    pub fn list(&self, filter: &Filter, size: u64) -> Vec<Discrepancy> {
        let known = self.all.iter().take_while(|one| one.opened.index < size);
        let mut found: Vec<Discrepancy> = known
            .map(|one| one.as_known_at(size))
            .filter(|one| filter.wants(one))
            .collect();
        // Stable: within both groups in the order of opening.
        found.sort_by_key(|one| one.answered.is_some());
        found
    }

    /// The keeper of a store after the log's first `size` events.
    pub fn keeper(&self, facility: &FacilityId, size: u64) -> Option<&OfficialId> {
        let handovers = self.keepers.get(facility)?;
        let known = handovers.partition_point(|(index, _)| *index < size);
        let last = handovers.get(known.checked_sub(1)?)?;
        Some(&last.1)
    }

    pub fn rows(&self, sink: &mut dyn FnMut(&[u8])) {
        for one in &self.all {
            let facility = one.facility.as_ref().map_or("", FacilityId::as_str);
            let item = one.item.as_ref().map_or("", ItemCode::as_str);
            let answered = one.answered.map(|at| at.index.to_string());
            let (index, answered) = (one.opened.index, answered.unwrap_or_default());
            let rule = one.rule;
            sink(
                format!("discrepancy\t{index}\t{rule:?}\t{facility}\t{item}\t{answered}")
                    .as_bytes(),
            );
        }
    }

    fn stock(&mut self, event: &Recorded, stock: &stock::Event) {
        match stock {
            stock::Event::DiscrepancyOpened(opened) => {
                let facility = FacilityId::new(event.stream.id()).ok();
                let item = Some(opened.key.item.clone());
                self.opened(event, &opened.id, Rule::Stock(opened.rule), facility, item);
            }
            stock::Event::DiscrepancyAnswered(answer) => self.answered(event, &answer.id),
            // Everything else names no discrepancy; the documents themselves are of no interest here.
            stock::Event::OpeningBalanceDeclared(_)
            | stock::Event::StockReceived(_)
            | stock::Event::StockAccepted(_)
            | stock::Event::StockIssued(_)
            | stock::Event::StockDispatched(_)
            | stock::Event::StockArrived(_)
            | stock::Event::StockReturned(_)
            | stock::Event::StockAdjusted(_)
            | stock::Event::CountProposed(_)
            | stock::Event::CountApproved(_)
            | stock::Event::StockWrittenOff(_)
            | stock::Event::StockReserved(_)
            | stock::Event::ReservationReleased(_)
            | stock::Event::BatchQuarantined(_)
            | stock::Event::BatchReleased(_)
            | stock::Event::BatchRecalled(_)
            | stock::Event::StockRepacked(_)
            | stock::Event::DocumentReversed(_)
            | stock::Event::PeriodReported(_)
            | stock::Event::PeriodClosed(_) => {}
        }
    }

    fn order(&mut self, event: &Recorded, order: &order::Event) {
        use order::Event;
        match order {
            Event::DeliveryRecorded(delivery) => {
                let only = single(delivery.lines.iter().map(|line| &line.item));
                self.remember(event, &delivery.receipt.facility, only);
            }
            Event::DeliveryInspected(inspection) => {
                let only = single(inspection.lines.iter().map(|line| &line.item));
                self.remember(event, &inspection.receipt.facility, only);
            }
            Event::DeliveryReversed(reversal) => {
                self.remember(event, &reversal.receipt.facility, None);
            }
            Event::DiscrepancyOpened(opened) => {
                let (facility, item) = self.remembered(event);
                self.opened(event, &opened.id, Rule::Order(opened.rule), facility, item);
            }
            Event::DiscrepancyAnswered(answer) => self.answered(event, &answer.id),
            Event::CreditNoted(_)
            | Event::InvoiceMatched(_)
            | Event::InvoiceRecorded(_)
            | Event::MismatchFound(_)
            | Event::OrderAcknowledged(_)
            | Event::OrderApproved(_)
            | Event::OrderCancelled(_)
            | Event::OrderClosed(_)
            | Event::OrderPlaced(_)
            | Event::PaymentApproved(_)
            | Event::PaymentMade(_) => {}
        }
    }

    fn transfer(&mut self, event: &Recorded, transfer: &transfer::Event) {
        use transfer::Event;
        match transfer {
            Event::TransferDispatched(shipment) => {
                self.remember(event, &shipment.dispatch.facility, None);
            }
            Event::TransferArrived(receipt) => {
                self.remember(event, &receipt.arrival.facility, None);
            }
            Event::DiscrepancyOpened(opened) => {
                let (facility, _) = self.remembered(event);
                let item = Some(opened.key.item.clone());
                let rule = Rule::Transfer(opened.rule);
                self.opened(event, &opened.id, rule, facility, item);
            }
            Event::DiscrepancyAnswered(answer) => self.answered(event, &answer.id),
            Event::TransferClosed(_) => {}
        }
    }

    fn requisition(&mut self, event: &Recorded, requisition: &requisition::Event) {
        use requisition::Event;
        match requisition {
            Event::RequisitionFulfilled(fulfilment) => {
                self.remember(event, &fulfilment.from, None);
            }
            Event::DiscrepancyOpened(opened) => {
                let (facility, _) = self.remembered(event);
                let item = Some(opened.item.clone());
                let rule = Rule::Requisition(opened.rule);
                self.opened(event, &opened.id, rule, facility, item);
            }
            Event::DiscrepancyAnswered(answer) => self.answered(event, &answer.id),
            Event::RequisitionSubmitted(_)
            | Event::RequisitionApproved(_)
            | Event::RequisitionRejected(_)
            | Event::UnmetDemandRecorded(_)
            | Event::RequisitionWithdrawn(_) => {}
        }
    }

    fn facility(&mut self, event: &Recorded, facility: &facility::Event) {
        match facility {
            facility::Event::CustodyHandedOver(handover) => {
                if let Ok(id) = FacilityId::new(event.stream.id()) {
                    let keeper = (event.index, handover.to.clone());
                    self.keepers.entry(id).or_default().push(keeper);
                }
            }
            facility::Event::FacilityOpened(_)
            | facility::Event::FacilityAmended(_)
            | facility::Event::AssortmentSet(_)
            | facility::Event::FacilityClosed(_) => {}
        }
    }

    fn remember(&mut self, event: &Recorded, facility: &FacilityId, item: Option<&ItemCode>) {
        let command = event.metadata.command_id;
        self.document = Some((command, facility.clone(), item.cloned()));
    }

    fn remembered(&self, event: &Recorded) -> (Option<FacilityId>, Option<ItemCode>) {
        match &self.document {
            Some((command, facility, item)) if *command == event.metadata.command_id => {
                (Some(facility.clone()), item.clone())
            }
            Some(_) | None => (None, None),
        }
    }

    fn opened(
        &mut self,
        event: &Recorded,
        id: &DiscrepancyId,
        rule: Rule,
        facility: Option<FacilityId>,
        item: Option<ItemCode>,
    ) {
        self.open.0.insert(name(event, id), self.all.len() as u64);
        self.all.push(Discrepancy {
            rule,
            facility,
            item,
            opened: AsOf::of(event),
            answered: None,
        });
    }

    fn answered(&mut self, event: &Recorded, id: &DiscrepancyId) {
        let place = self.open.0.remove(&name(event, id));
        let place = place.and_then(|place| usize::try_from(place).ok());
        if let Some(one) = place.and_then(|place| self.all.get_mut(place)) {
            one.answered = Some(AsOf::of(event));
        }
    }
}

/// The only value there is.
fn single<'a, T: PartialEq>(mut values: impl Iterator<Item = &'a T>) -> Option<&'a T> {
    let first = values.next()?;
    values.all(|other| other == first).then_some(first)
}

fn name(event: &Recorded, id: &DiscrepancyId) -> String {
    format!("{}/{id}", event.stream)
}

impl Discrepancy {
    fn as_known_at(&self, size: u64) -> Self {
        Self {
            answered: self.answered.filter(|at| at.index < size),
            ..self.clone()
        }
    }
}

impl Filter {
    fn wants(&self, one: &Discrepancy) -> bool {
        (self.facility.is_none() || self.facility == one.facility)
            && (self.item.is_none() || self.item == one.item)
            && self.rule.is_none_or(|rule| rule == one.rule)
            && self
                .answered
                .is_none_or(|answered| answered == one.answered.is_some())
    }
}

/// How many there are, by rule and store.
pub fn counts(found: &[Discrepancy]) -> Vec<Count> {
    let mut counts: BTreeMap<(Rule, Option<&FacilityId>), (u64, u64)> = BTreeMap::new();
    for one in found {
        let (open, answered) = counts.entry((one.rule, one.facility.as_ref())).or_default();
        *(if one.answered.is_some() {
            answered
        } else {
            open
        }) += 1;
    }
    let count = |((rule, facility), (open, answered)): ((_, Option<&FacilityId>), _)| Count {
        rule,
        facility: facility.cloned(),
        open,
        answered,
    };
    counts.into_iter().map(count).collect()
}
