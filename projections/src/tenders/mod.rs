//! Tenders: what was asked for, who bid, who won and at what price, how long each stage took and who it waited for.
//!
//! | File | What |
//! |---|---|
//! | [`record`], [`stage`], [`step`] | the state: one record per tender, its stage, its timeline |
//! | `fold` | the fold of a tender's events into its record |
//! | [`world`] | the organisations, items, facilities, officials, plans, securities and parameters behind it |
//! | [`search`] | the index over published tenders, and alerts of what happens to them |
//! | [`withheld`] | what a tender does not show yet, and which step will show it |
//! | [`durations`], `clocks`, `waiting` | how long stages took, against the clocks that bind them, and whom a tender waits for |
//! | [`awards`], [`prices`] | who won what from whom; prices of base units beside reference and median |
//! | [`supplier`], [`buyer`] | cards |
//! | [`figures`], `money` | medians, shares, concentration; sums of money |
//! | `rows` | public output rows for the digest |
//!
//! What is withheld is never read from the event that commits to it, known there or not: only from its disclosure, which is an event
//! of its own. So every copy of the log gives the same view, and nothing is here that is not public.

pub mod awards;
pub mod buyer;
mod clocks;
pub mod durations;
pub mod figures;
mod fold;
mod minutes;
mod money;
pub mod prices;
pub mod record;
mod rows;
pub mod search;
pub mod stage;
pub mod step;
pub mod supplier;
mod waiting;
pub mod withheld;
pub mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sijill_ledger_core::codec::{disclosed_estimate, disclosed_scores};
use sijill_ledger_core::domain::ruleset::{ProcurementRules, Ruleset};
use sijill_ledger_core::domain::tender;
use sijill_ledger_core::domain::values::{
    CommitteeId, DocumentNumber, EffectiveAt, LotId, OrganizationId, PlanId, TenderId,
};
use sijill_ledger_core::domain::{Event, disclosure};
use sijill_ledger_core::event::{ActorId, Recorded};

pub use crate::page::{Page, Paged};
pub use crate::shortage::query::Answer;
pub use record::Record;
pub use stage::Stage;
pub use world::World;

use crate::view::{AsOf, View};
use fold::Circumstances;
use record::Sealed;
use search::Search;
use step::{Actors, Mark, Step, Who};

/// The view.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tenders {
    as_of: Option<AsOf>,
    world: World,
    actors: Actors,
    /// By number: in the order in which they were drafted.
    records: Vec<Record>,
    numbers: BTreeMap<TenderId, u32>,
    by_buyer: BTreeMap<OrganizationId, Vec<u32>>,
    /// By committee and number, about which tender minutes were drawn up.
    minutes: BTreeMap<CommitteeId, BTreeMap<DocumentNumber, Option<u32>>>,
    by_bidder: BTreeMap<OrganizationId, BTreeSet<u32>>,
    /// What waits for its disclosure, by the log index of the event that commits to it.
    withheld: BTreeMap<u64, Owner>,
    search: Search,
}

/// Whose withheld content an event commits to.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Owner {
    /// The estimate of a lot.
    Lot(u32, LotId),
    /// The points of a bid.
    Bid(u32, OrganizationId),
    /// The estimate of a plan.
    Plan(PlanId),
}

impl View for Tenders {
    const NAME: &'static str = "tenders";
    const VERSION: u32 = 5;

    fn apply(&mut self, event: &Recorded) {
        self.as_of = Some(AsOf::of(event));
        let (id, mark, world) = (event.stream.id(), Mark::of(event), &mut self.world);
        match &event.event {
            Event::Tender(tender) => self.tender(event, tender),
            Event::Disclosure(fate) => self.fate(fate, mark),
            Event::Organization(it) => {
                world.organization_event(id, it, mark);
                self.search.organization(id, world);
            }
            Event::Item(item) => {
                world.item_event(id, item, mark);
                self.search.item(id, world);
            }
            Event::Facility(facility) => {
                world.facility_event(id, facility);
                self.search.facility(id, world);
            }
            Event::Official(official) => world.official_event(id, official),
            Event::Committee(committee) => self.committee(event, committee),
            Event::Plan(plan) => {
                if let Some(plan) = world.plan_event(id, plan, mark) {
                    self.withheld.insert(event.index, Owner::Plan(plan));
                }
            }
            Event::Security(security) => world.security_event(id, security, mark),
            Event::Ruleset(rules) if event.stream == Ruleset::national() => {
                world.ruleset_event(rules);
            }
            Event::Application(_)
            // Nothing in an envelope says for which tender it is, or whose: the tender's list does.
            | Event::Envelope(_)
            // An agreement is told by its own service.
            | Event::Framework(_)
            | Event::Migration(_)
            | Event::Order(_)
            | Event::Process(_)
            | Event::Reaction(_)
            | Event::Qualification(_)
            | Event::Requisition(_)
            | Event::Ruleset(_)
            | Event::Stock(_)
            | Event::Succession(_)
            | Event::Transfer(_) => {}
        }
    }

    fn rows(&self, sink: &mut dyn FnMut(&[u8])) {
        self.each_row(sink);
    }
}

impl Tenders {
    /// The index over published tenders.
    pub const fn search(&self) -> &Search {
        &self.search
    }

    /// The last event that the view has seen; `None` for an empty log.
    pub const fn as_of(&self) -> Option<AsOf> {
        self.as_of
    }

    /// The registers behind the tenders.
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// All tenders, in the order in which they were drafted; the place of each is its number.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// A tender by its number.
    pub fn record(&self, number: u32) -> Option<&Record> {
        self.records.get(usize::try_from(number).ok()?)
    }

    /// The parameters of procurement in force.
    pub fn rules(&self) -> Arc<ProcurementRules> {
        self.world.procurement(self.world.ruleset())
    }

    /// The number of a tender.
    pub fn number(&self, id: &TenderId) -> Option<u32> {
        self.numbers.get(id).copied()
    }

    /// A tender by its id; `None` for one that was never drafted.
    pub fn tender_of(&self, id: &TenderId) -> Option<&Record> {
        self.record(self.number(id)?)
    }

    /// Who ever drafted a tender, in the order of their ids.
    pub fn buyers(&self) -> impl Iterator<Item = &OrganizationId> {
        self.by_buyer.keys()
    }

    /// The tenders of a buyer, in the order in which they were drafted.
    pub fn of_buyer(&self, buyer: &OrganizationId) -> impl Iterator<Item = &Record> {
        let numbers = self.by_buyer.get(buyer).into_iter().flatten();
        numbers.filter_map(|number| self.record(*number))
    }

    /// The tenders on whose list of envelopes an organisation stands, and those for which it was asked directly and offered.
    pub fn of_bidder(&self, bidder: &OrganizationId) -> impl Iterator<Item = &Record> {
        let numbers = self.by_bidder.get(bidder).into_iter().flatten();
        numbers.filter_map(|number| self.record(*number))
    }

    /// Who took a step.
    pub fn who(&self, step: &Step) -> Option<&Who> {
        self.actors.get(step.actor)
    }

    /// An answer as of the view's place in the log.
    pub fn answer<T>(&self, at: EffectiveAt, value: T) -> Answer<T> {
        Answer {
            as_of: self.as_of,
            at,
            definition: Self::VERSION,
            ruleset: self.world.ruleset,
            rules: self.world.rules.clone(),
            value,
        }
    }

    fn tender(&mut self, recorded: &Recorded, event: &tender::Event) {
        let Some(number) = self.drafted_or_known(recorded, event) else {
            return;
        };
        let actor = self.actor(recorded);
        let Some(record) = usize::try_from(number)
            .ok()
            .and_then(|place| self.records.get_mut(place))
        else {
            return;
        };
        record.apply(event, &Circumstances::of(recorded, actor));
        self.search.put(record, Mark::of(recorded));
        let owner = if let tender::Event::LotAdded(lot) = event {
            lot.estimate
                .as_ref()
                .map(|_| Owner::Lot(number, lot.id.clone()))
        } else if let tender::Event::BidScored(scoring) = event {
            Some(Owner::Bid(number, scoring.bidder.clone()))
        } else {
            None
        };
        if let Some(owner) = owner {
            self.withheld.insert(recorded.index, owner);
        }
        let bidder = if let tender::Event::BidReceived(receipt) = event {
            &receipt.bidder
        } else if let tender::Event::OfferRecorded(offer) = event {
            &offer.bidder
        } else {
            return;
        };
        let tenders = self.by_bidder.entry(bidder.clone());
        tenders.or_default().insert(number);
    }

    /// The number of the tender that an event is of; a draft begins one. `None` for one that was never drafted.
    fn drafted_or_known(&mut self, recorded: &Recorded, event: &tender::Event) -> Option<u32> {
        let id = TenderId::new(recorded.stream.id()).ok()?;
        if let Some(number) = self.numbers.get(&id) {
            return Some(*number);
        }
        let tender::Event::TenderDrafted(draft) = event else {
            return None;
        };
        let number = u32::try_from(self.records.len()).ok()?;
        self.numbers.insert(id.clone(), number);
        let buyer = self.by_buyer.entry(draft.buyer.clone());
        buyer.or_default().push(number);
        self.records.push(Record::new(id, draft));
        Some(number)
    }

    fn actor(&mut self, recorded: &Recorded) -> u32 {
        let actor = &recorded.metadata.actor;
        let held = match &actor.id {
            ActorId::Official(id) => self.world.posts_on(id, Mark::of(recorded).at.date()),
            ActorId::Organization(_) | ActorId::System | ActorId::Key(_) => Vec::new(),
        };
        self.actors.number(Who::new(actor, held))
    }

    /// A withheld part was published, or erased.
    fn fate(&mut self, fate: &disclosure::Event, mark: Mark) {
        let (part, bytes) = match fate {
            disclosure::Event::PartDisclosed(it) => (it.part, Some(it.bytes.as_slice())),
            disclosure::Event::PartErased(it) => (it.part, None),
        };
        // The events of this view that commit to something commit to one part.
        let Some(owner) = self.withheld.remove(&part.index) else {
            return;
        };
        match owner {
            Owner::Lot(number, lot) => {
                let lot = self.record_mut(number).and_then(|it| it.lot_mut(&lot));
                let estimate = lot.and_then(|lot| lot.estimate.as_mut());
                settle(estimate, part.index, mark, bytes, disclosed_estimate);
                let place = usize::try_from(number).ok();
                if let Some(record) = place.and_then(|it| self.records.get(it)) {
                    self.search.put(record, mark);
                }
            }
            Owner::Bid(number, bidder) => {
                let record = self.record_mut(number);
                let bid = record.and_then(|it| it.bids.get_mut(&bidder));
                let scores = bid.and_then(|bid| bid.scores.as_mut());
                let read = |bytes: &[u8]| Some(disclosed_scores(bytes)?.0);
                settle(scores, part.index, mark, bytes, read);
            }
            Owner::Plan(plan) => {
                let plan = self.world.plans.get_mut(&plan);
                let estimate = plan.map(|plan| &mut plan.estimate);
                settle(estimate, part.index, mark, bytes, disclosed_estimate);
            }
        }
    }

    fn record_mut(&mut self, number: u32) -> Option<&mut Record> {
        self.records.get_mut(usize::try_from(number).ok()?)
    }
}

/// What became of withheld content that is still the one of that event: without bytes it was erased; unreadable bytes leave it
/// withheld.
fn settle<T>(
    sealed: Option<&mut Sealed<T>>,
    index: u64,
    mark: Mark,
    bytes: Option<&[u8]>,
    read: impl FnOnce(&[u8]) -> Option<T>,
) {
    let Some(sealed) = sealed.filter(|sealed| sealed.index == index) else {
        return;
    };
    match bytes {
        None => sealed.erased = true,
        Some(bytes) => sealed.disclosed = read(bytes).map(|content| (content, mark)),
    }
}
