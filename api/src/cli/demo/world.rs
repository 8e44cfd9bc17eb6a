//! The country in motion: what each site holds, what is on the road, and what each day asks of the ledger.

use std::collections::{BTreeMap, BTreeSet};

use sijill_ledger_core::domain::stock::{Command, Document, LineIn, LineOut, Stock, StockKey};
use sijill_ledger_core::domain::values::{
    Batch, Code, ContractId, Date, DocumentNumber, EffectiveAt, ItemCode, Month, OfficialId,
    Quantity, ReservationId, ValueError,
};
use sijill_ledger_core::domain::{order, requisition};
use sijill_ledger_core::event::{Actor, ActorId, Role};
use sijill_ledger_core::store::StreamName;

use super::calendar;
use super::catalogue::LISTINGS;
use super::country::{ScalePercent, Site, sites};
use super::purchase::{Agenda, Purchases};
use super::registry::MINISTRY;
use super::request::{self, Wanted, Wishes};
use super::rng::Rng;
use super::shelf::{Shelf, Taken};

/// One command of the story.
#[derive(Clone, Debug)]
pub struct Step {
    /// The stream it is for.
    pub stream: StreamName,
    /// Who acts.
    pub actor: Actor,
    /// When it happens in the world.
    pub at: EffectiveAt,
    /// What is asked.
    pub ask: Ask,
    /// Whether the story needs to know the revision its document got.
    pub tag: Option<Tag>,
}

/// What is asked, and of which kind of stream.
#[derive(Clone, Debug)]
pub enum Ask {
    /// Of a store.
    Stock(Command),
    /// Of an order.
    Order(order::Command),
    /// Of a requisition.
    Requisition(requisition::Command),
}

/// Documents that later ones refer to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tag {
    /// A provisional receipt.
    Receipt(u64),
    /// The last paper of a site with which it handed goods out.
    Issue(usize),
}

/// Who acts: three at each site, three for the whole ministry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Post {
    /// Keeps the store.
    Keeper,
    /// Approves counts and corrections.
    Approver,
    /// Inspects deliveries.
    Inspector,
    /// Orders for the ministry.
    Officer,
    /// Approves for the ministry.
    Director,
    /// Pays for the ministry.
    Payer,
}

/// Goods on the road.
#[derive(Clone, Debug)]
pub struct Transit {
    /// Sender.
    pub from: usize,
    /// Receiver.
    pub to: usize,
    /// The transfer's number.
    pub number: u64,
    /// Item and what was sent of it.
    pub goods: Vec<(usize, Taken)>,
}

/// Goods that wait for inspection at the central store.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// The delivery's number.
    pub number: u64,
    /// The order's number.
    pub order: u64,
    /// Item and what came of it.
    pub goods: Vec<(usize, Taken)>,
}

/// The country.
#[derive(Debug)]
pub struct World {
    /// Every site; the first is the central store.
    pub sites: Vec<Site>,
    /// Codes of the listings.
    pub items: Vec<ItemCode>,
    /// What lies where: by site, by listing.
    pub shelves: Vec<BTreeMap<usize, Shelf>>,
    /// The dice.
    pub rng: Rng,
    /// Goods on the road, by the day they arrive.
    pub transits: BTreeMap<Date, Vec<Transit>>,
    /// Goods that wait for inspection, by the day of inspection.
    pub inspections: BTreeMap<Date, Vec<Inspection>>,
    /// Batches that may not be used, and whether for good.
    pub blocked: BTreeMap<(usize, Batch), bool>,
    /// Months in which something moved, by site.
    pub moved: Vec<BTreeSet<Month>>,
    /// What each site handed out last.
    pub last_issue: Vec<Vec<(usize, Taken)>>,
    /// Counts that wait for approval since yesterday: site and number.
    pub counts: Vec<(usize, u64)>,
    /// What counts missed and someone is about to cover up: site, item, goods.
    pub covers: Vec<(usize, usize, Taken)>,
    /// Orders on their way.
    pub purchases: Purchases,
    /// What is planned about them.
    pub agenda: Agenda,
    /// A site, and the day from which nothing that was sent there arrives.
    pub stuck: Option<(usize, Date)>,
    /// The first order whose invoice asked for more than was agreed.
    pub inflated: Option<u64>,
    /// The order of the emergency.
    pub emergency: Option<u64>,
    /// Contracts from tenders, by listing: orders of these items cite them.
    pub contracts: BTreeMap<usize, ContractId>,
    /// Requisitions by the day of supply.
    pub wishes: Wishes,
    /// Requisitions on their way, by number.
    pub asked: BTreeMap<u64, Wanted>,
    /// What is planned about them.
    pub reminders: BTreeMap<Date, Vec<(u64, request::Step)>>,
    /// The first month of the story.
    pub first_month: Month,
    /// Revisions of tagged documents.
    pub revisions: BTreeMap<Tag, u64>,
    number: u64,
    documents: Vec<u64>,
}

impl World {
    /// The country before its first day.
    pub fn new(scale: ScalePercent, seed: u64) -> Result<Self, ValueError> {
        let sites = sites(scale)?;
        let count = sites.len();
        Ok(Self {
            items: LISTINGS
                .iter()
                .map(super::catalogue::Listing::item)
                .collect::<Result<_, _>>()?,
            shelves: vec![BTreeMap::new(); count],
            rng: Rng::new(seed),
            transits: BTreeMap::new(),
            inspections: BTreeMap::new(),
            blocked: BTreeMap::new(),
            moved: vec![BTreeSet::new(); count],
            last_issue: vec![Vec::new(); count],
            counts: Vec::new(),
            covers: Vec::new(),
            purchases: Purchases::new(),
            agenda: Agenda::new(),
            stuck: None,
            inflated: None,
            emergency: None,
            contracts: BTreeMap::new(),
            wishes: Wishes::new(),
            asked: BTreeMap::new(),
            reminders: BTreeMap::new(),
            first_month: calendar::date(calendar::FIRST_DAY)?.month(),
            revisions: BTreeMap::new(),
            number: 0,
            documents: vec![0; count],
            sites,
        })
    }

    /// The next number of a delivery, transfer or batch.
    pub const fn next_number(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    /// The site whose stock stream this is.
    pub fn site_of(&self, stream: &StreamName) -> Option<usize> {
        self.sites
            .iter()
            .position(|site| site.id.as_str() == stream.id())
    }

    /// The shelf of an item at a site.
    pub fn shelf(&mut self, site: usize, item: usize) -> &mut Shelf {
        self.shelves[site].entry(item).or_default()
    }

    /// What a site and the sites it supplies use of an item in a month, in base units.
    pub fn monthly(&self, site: usize, item: usize, month: Month) -> u64 {
        let season = LISTINGS[item]
            .season
            .percent(calendar::month_of_year(month));
        let own = |s: &Site| LISTINGS[item].monthly(s.profile.kind, s.size);
        let below = self
            .sites
            .iter()
            .filter(|s| site == 0 || s.parent == Some(site));
        (own(&self.sites[site]) + below.map(own).sum::<u64>()) * season / 100
    }

    /// Base units of an item that are ordered and have not come.
    pub fn on_order(&self, item: usize) -> u64 {
        let open = self.purchases.values().filter(|p| p.item == item);
        open.map(|p| p.ordered.saturating_sub(p.accepted)).sum()
    }

    /// Goods of an order were taken over.
    pub fn take_over(&mut self, order: u64, units: u64) {
        if let Some(purchase) = self.purchases.get_mut(&order) {
            purchase.accepted += units;
        }
    }

    /// An official's id: each site has a keeper and an approver, the ministry three more.
    pub fn official(site: usize, post: Post) -> Result<OfficialId, ValueError> {
        let number = match post {
            Post::Keeper => site * 2 + 1,
            Post::Approver | Post::Inspector => site * 2 + 2,
            Post::Officer => return OfficialId::new("EGO-PRC01"),
            Post::Director => return OfficialId::new("EGO-DIR01"),
            Post::Payer => return OfficialId::new("EGO-PAY01"),
        };
        OfficialId::new(&format!("EGO-{number:05}"))
    }

    /// An official in office.
    pub fn actor(&self, site: usize, post: Post) -> Result<Actor, ValueError> {
        let (role, name) = match post {
            Post::Keeper => (Role::Storekeeper, "keeper"),
            Post::Approver => (Role::Approver, "approver"),
            Post::Inspector => (Role::Inspector, "inspector"),
            Post::Officer => (Role::ProcurementOfficer, "officer"),
            Post::Director => (Role::Approver, "director"),
            Post::Payer => (Role::Payer, "payer"),
        };
        let position = match post {
            Post::Keeper | Post::Approver | Post::Inspector => {
                format!("{}-{name}", self.sites[site].id)
            }
            Post::Officer | Post::Director | Post::Payer => format!("{MINISTRY}-{name}"),
        };
        Ok(Actor {
            id: ActorId::Official(Self::official(site, post)?),
            role,
            position: Some(Code::new(&position)?),
        })
    }

    /// The key of goods.
    pub fn key(&self, item: usize, batch: Option<&Batch>) -> StockKey {
        StockKey {
            item: self.items[item].clone(),
            batch: batch.cloned(),
            programme: None,
        }
    }

    /// Goods as lines in, with the item's price.
    pub fn lines_in(&self, goods: &[(usize, Taken)]) -> Result<Vec<LineIn>, ValueError> {
        let line = |(item, taken): &(usize, Taken)| {
            Ok(LineIn {
                key: self.key(*item, taken.batch.as_ref()),
                expiry: taken.expiry,
                quantity: quantity(taken.quantity)?,
                unit_price: Some(LISTINGS[*item].price()?),
            })
        };
        goods.iter().map(line).collect()
    }

    /// Goods as lines out, from a reservation where one is named.
    pub fn lines_out(
        &self,
        goods: &[(usize, Taken)],
        reservation: Option<&ReservationId>,
    ) -> Result<Vec<LineOut>, ValueError> {
        let line = |(item, taken): &(usize, Taken)| {
            Ok(LineOut {
                key: self.key(*item, taken.batch.as_ref()),
                quantity: quantity(taken.quantity)?,
                reservation: reservation.cloned(),
                fefo_override: None,
            })
        };
        goods.iter().map(line).collect()
    }
}

/// One day of the country.
pub struct Today<'a> {
    /// The country.
    pub world: &'a mut World,
    /// The day.
    pub day: Date,
    /// What is asked of the ledger, in order.
    pub steps: Vec<Step>,
}

impl Today<'_> {
    /// A new paper of a site.
    pub fn document(&mut self, site: usize, kind: &str) -> Result<Document, ValueError> {
        self.world.documents[site] += 1;
        let number = self.world.documents[site];
        let id = &self.world.sites[site].id;
        Ok(Document {
            number: DocumentNumber::new(&format!("{id}/{kind}/{number}"))?,
            attachment: None,
            note: None,
        })
    }

    /// A command of today; movements are noted for the monthly report.
    pub fn act(
        &mut self,
        site: usize,
        post: Post,
        minute: u32,
        command: Command,
    ) -> Result<&mut Step, ValueError> {
        self.act_on(self.day, site, post, minute, command)
    }

    /// A command of today about something that happened on another day.
    pub fn act_on(
        &mut self,
        day: Date,
        site: usize,
        post: Post,
        minute: u32,
        command: Command,
    ) -> Result<&mut Step, ValueError> {
        if moves(&command) {
            self.world.moved[site].insert(day.month());
        }
        let step = Step {
            stream: Stock::stream(&self.world.sites[site].id),
            actor: self.world.actor(site, post)?,
            at: calendar::at(day, minute)?,
            ask: Ask::Stock(command),
            tag: None,
        };
        let place = self.steps.len();
        self.steps.push(step);
        Ok(&mut self.steps[place])
    }
}

impl Today<'_> {
    /// A command of today to another kind of stream.
    pub fn ask_as(
        &mut self,
        stream: StreamName,
        actor: Actor,
        minute: u32,
        ask: Ask,
    ) -> Result<(), ValueError> {
        let at = calendar::at(self.day, minute)?;
        self.steps.push(Step {
            stream,
            actor,
            at,
            ask,
            tag: None,
        });
        Ok(())
    }
}

/// Whether a command's events move stock at once (a provisional receipt and a proposed count do not).
const fn moves(command: &Command) -> bool {
    match command {
        Command::Receive(receipt) => !receipt.provisional,
        Command::DeclareOpening(_)
        | Command::Accept(_)
        | Command::Issue(_)
        | Command::Dispatch(_)
        | Command::Arrive(_)
        | Command::Return(_)
        | Command::Adjust(_)
        | Command::ApproveCount { .. }
        | Command::Repack(_) => true,
        Command::WriteOff(loss) => loss.custody.is_none(),
        Command::ProposeCount(_)
        | Command::Reserve(_)
        | Command::ReleaseReservation { .. }
        | Command::Quarantine(_)
        | Command::Release(_)
        | Command::Recall(_)
        | Command::Reverse { .. }
        | Command::ReportPeriod { .. }
        | Command::ClosePeriod { .. }
        | Command::AnswerDiscrepancy(_)
        | Command::Import(_) => false,
    }
}

/// A whole number of base units.
pub fn quantity(units: u64) -> Result<Quantity, ValueError> {
    Quantity::new(units.into())
}
