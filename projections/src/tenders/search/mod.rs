//! Search of published tenders: words in Arabic and English, filters, counts; and alerts of what happens to them.
//!
//! | File | What |
//! |---|---|
//! | `words` | words with the things they occur in |
//! | `things` | items, organisations and places with the tenders that name them |
//! | [`entry`] | what is shown of a tender |
//! | [`query`] | what can be asked |
//! | `find` | how it is found |
//! | [`hits`] | what was found, in which order, and how many of what |
//! | [`alerts`] | what happened to published tenders |
//!
//! **What is found.** Every word of a question occurs in the tender's number or title, in the title of a lot, in the code or
//! a name of an item that a lot asks for, or in the code or a name of the buyer; the last word may be the beginning of one.
//! [`crate::words`] says which spellings are one word.
//!
//! **In which order.** A word in the tender's number or title has 4 points, in a lot's title 3, in an item 2, in the buyer 1; twice
//! as many where it is the whole word and not just its beginning. Each word of the question counts once, where it has most. The
//! tender with most points comes first; of those with as many, the one that was published last.
//!
//! **How it is found.** A tender's number is its place in the order of publication, which never changes. Words of titles name
//! tenders; words of items and buyers name these, and these name tenders: when an item gets another name, no tender is
//! looked at. A question writes points into one list of all tenders, a byte or two for each, and reads it once.
//!
//! Drafts are not found: a tender is one once it is published. Titles and lots stay as they were published but for the lines
//! that an amendment changes; everything else of a tender is taken anew after each of its events.

pub mod alerts;
pub mod entry;
mod find;
pub mod hits;
pub mod query;
#[cfg(test)]
mod tests;
mod things;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::item::Category;
use sijill_ledger_core::domain::tender::Procedure;
use sijill_ledger_core::domain::values::{FacilityId, ItemCode, Names, OrganizationId, TenderId};
use sijill_ledger_core::time::Timestamp;

use super::record::Record;
use super::stage::Stage;
use super::step::Mark;
use super::world::World;
use alerts::Alerts;
use entry::{Entry, Phase};
use things::{Facilities, Things, place};
use words::Index;
pub use words::Wanted;

/// The index.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Search {
    /// Tenders in the order of their publication.
    tenders: Vec<Tender>,
    numbers: BTreeMap<TenderId, u32>,
    /// Words of tenders' numbers and titles.
    titles: Index,
    /// Words of lots' titles.
    lots: Index,
    items: Things<ItemCode>,
    /// Buyers and winners; only buyers have tenders.
    organizations: Things<OrganizationId>,
    /// By items' numbers.
    categories: BTreeMap<u32, Category>,
    facilities: Facilities,
    alerts: Alerts,
}

/// What of a tender is compared, side by side for whoever reads through all. Lists of numbers are in rising order.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Tender {
    entry: Arc<Entry>,
    /// As the entry has them.
    procedure: Procedure,
    stage: Stage,
    published_at: Timestamp,
    closes_at: Timestamp,
    year: i32,
    buyer: u32,
    winners: Box<[u32]>,
    items: Box<[u32]>,
    facilities: Box<[u32]>,
    /// By [`Search::facilities`].
    governorates: Box<[u32]>,
    /// By [`Search::categories`].
    categories: Categories,
}

/// A set of categories.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Categories(u8);

impl Categories {
    /// All there are.
    const ALL: [Category; 4] = [
        Category::Medicine,
        Category::Stationery,
        Category::Supply,
        Category::Durable,
    ];

    const fn bit(category: Category) -> u8 {
        match category {
            Category::Medicine => 1,
            Category::Stationery => 2,
            Category::Supply => 4,
            Category::Durable => 8,
        }
    }

    const fn has(self, category: Category) -> bool {
        self.0 & Self::bit(category) != 0
    }
}

impl Tender {
    /// How far it has come at an instant.
    fn phase(&self, at: Timestamp) -> Phase {
        Phase::of_published(self.stage, self.closes_at, at)
    }
}

impl Search {
    /// Takes a tender in, as it stands after an event.
    pub(super) fn put(&mut self, record: &Record, mark: Mark) {
        let Some(entry) = Entry::of(record) else {
            return;
        };
        let entry = Arc::new(entry);
        let known = self.numbers.get(&record.id).copied();
        let before = known.and_then(|number| self.tender(number));
        let before = before.map(|tender| Arc::clone(&tender.entry));
        let number = match known {
            Some(number) => number,
            None => self.publish(record, &entry),
        };
        if before
            .as_ref()
            .is_none_or(|it| it.amendments != entry.amendments)
        {
            self.lines(number, record);
        }
        let winners = entry.winners.iter().map(|it| self.organizations.number(it));
        let mut winners: Box<[u32]> = winners.collect();
        winners.sort_unstable();
        self.alerts.put(number, mark, before.as_deref(), &entry);
        if let Some(tender) = self.tender_mut(number) {
            tender.procedure.clone_from(&entry.procedure);
            tender.stage = entry.stage;
            tender.published_at = entry.published_at.at();
            tender.closes_at = entry.closes_at;
            tender.entry = entry;
            tender.winners = winners;
        }
    }

    /// An item may have another name or category than before.
    pub(super) fn item(&mut self, code: &str, world: &World) {
        let code = ItemCode::new(code).ok();
        let Some((item, code)) = code.and_then(|code| Some((world.item(&code)?, code))) else {
            return;
        };
        let number = self.items.name(&code, &item.profile.names);
        let category = item.profile.category;
        if self.categories.insert(number, category) != Some(category) {
            for tender in self.items.tenders(number).to_vec() {
                self.derive(tender);
            }
        }
    }

    /// An organisation may have another name than before.
    pub(super) fn organization(&mut self, id: &str, world: &World) {
        let id = OrganizationId::new(id).ok();
        if let Some((names, id)) = id.and_then(|id| Some((world.organization_names(&id)?, id))) {
            self.organizations.name(&id, names);
        }
    }

    /// A facility may lie elsewhere than before.
    pub(super) fn facility(&mut self, id: &str, world: &World) {
        let id = FacilityId::new(id).ok();
        let Some((profile, id)) = id.and_then(|id| Some((world.facility(&id)?, id))) else {
            return;
        };
        for tender in self.facilities.lies_in(&id, profile.governorate.as_ref()) {
            self.derive(tender);
        }
    }

    /// How many tenders were published.
    pub const fn count(&self) -> usize {
        self.tenders.len()
    }

    /// What is shown of a tender; `None` when none of that id was published.
    pub fn entry(&self, id: &TenderId) -> Option<&Arc<Entry>> {
        let number = self.numbers.get(id)?;
        self.tender(*number).map(|tender| &tender.entry)
    }

    /// Memory that the index takes, in bytes: what its lists, words and entries hold, without the texts that entries share with
    /// the records.
    pub fn bytes(&self) -> usize {
        let tenders = self.tenders.iter().map(|tender| {
            let lists = [
                &tender.winners,
                &tender.items,
                &tender.facilities,
                &tender.governorates,
            ];
            let numbers: usize = lists.iter().map(|list| list.len()).sum();
            size_of::<Tender>() + size_of::<Entry>() + 16 + 4 * numbers
        });
        let things = self.items.bytes() + self.organizations.bytes() + self.facilities.bytes();
        let numbers = 32 * self.numbers.len();
        tenders.sum::<usize>()
            + self.titles.bytes()
            + self.lots.bytes()
            + self.alerts.bytes()
            + things
            + numbers
    }

    fn tender(&self, number: u32) -> Option<&Tender> {
        self.tenders.get(place(number)?)
    }

    fn tender_mut(&mut self, number: u32) -> Option<&mut Tender> {
        self.tenders.get_mut(place(number)?)
    }

    /// A new tender, without its lines.
    fn publish(&mut self, record: &Record, entry: &Arc<Entry>) -> u32 {
        // Four billion tenders do not fit into memory; saturating keeps the function total.
        let number = u32::try_from(self.tenders.len()).unwrap_or(u32::MAX);
        self.numbers.insert(record.id.clone(), number);
        let Names { ar, en } = &record.title;
        let texts = [record.id.as_str(), ar.as_str(), en.as_str()];
        self.titles.replace(number, &[], texts);
        let lots = record.lots.iter();
        let texts = lots.flat_map(|lot| [lot.title.ar.as_str(), lot.title.en.as_str()]);
        self.lots.replace(number, &[], texts);
        let buyer = self.organizations.number(&record.buyer);
        self.organizations.link(number, &[], &[buyer]);
        self.tenders.push(Tender {
            entry: Arc::clone(entry),
            procedure: entry.procedure.clone(),
            stage: entry.stage,
            published_at: entry.published_at.at(),
            closes_at: entry.closes_at,
            year: entry.year(),
            buyer,
            winners: Box::default(),
            items: Box::default(),
            facilities: Box::default(),
            governorates: Box::default(),
            categories: Categories::default(),
        });
        number
    }

    /// What a tender's lots ask for, and where.
    fn lines(&mut self, number: u32, record: &Record) {
        let lines = || record.lots.iter().flat_map(|lot| &lot.lines);
        let items = numbers(lines().map(|line| self.items.number(&line.item)));
        let facilities = numbers(lines().map(|line| self.facilities.number(&line.facility)));
        let place = place(number);
        let Some(tender) = place.and_then(|place| self.tenders.get_mut(place)) else {
            return;
        };
        self.items.link(number, &tender.items, &items);
        self.facilities
            .link(number, &tender.facilities, &facilities);
        tender.items = items;
        tender.facilities = facilities;
        self.derive(number);
    }

    /// What follows from a tender's items and facilities.
    fn derive(&mut self, number: u32) {
        let place = place(number);
        let Some(tender) = place.and_then(|place| self.tenders.get_mut(place)) else {
            return;
        };
        tender.governorates = self.facilities.governorates_of(&tender.facilities);
        let categories = tender.items.iter().filter_map(|it| self.categories.get(it));
        let bits = categories.map(|category| Categories::bit(*category));
        tender.categories = Categories(bits.fold(0, |all, bit| all | bit));
    }
}

/// Numbers in rising order, each once.
fn numbers(all: impl Iterator<Item = u32>) -> Box<[u32]> {
    let mut all: Vec<u32> = all.collect();
    all.sort_unstable();
    all.dedup();
    all.into_boxed_slice()
}
