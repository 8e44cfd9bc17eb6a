//! Random and chosen histories, and what a scan over all records finds after them.

use sijill_ledger_core::domain::item::{self, Category, Tracking};
use sijill_ledger_core::domain::tender::{AwardBy, Draft, LotLine, Procedure, Terms, TieRule};
use sijill_ledger_core::domain::values::{
    Code, Country, Currency, EffectiveAt, ExternalId, FacilityId, ItemCode, LotId, Names,
    OrganizationId, Place, Quantity, TenderId,
};
use sijill_ledger_core::domain::{facility, organization};
use sijill_ledger_core::time::Timestamp;

use super::super::Search;
use super::super::entry::Entry;
use super::super::query::{Filter, Range};
use crate::tenders::record::{Lot, LotState, Record};
use crate::tenders::stage::Stage;
use crate::tenders::step::Mark;
use crate::tenders::world::World;
use crate::words::{folded, forms};

pub(super) const WORDS: [&str; 10] = [
    "أدوية",
    "الأدوية",
    "والمستلزمات",
    "مستلزمات",
    "توريد",
    "Medicines",
    "medical",
    "chairs",
    "كراسي",
    "2026",
];
pub(super) const ITEMS: [&str; 4] = ["amox-250", "chair", "gloves", "paper"];
pub(super) const PLACES: [&str; 3] = ["EG-C", "EG-ALX", "JO-AM"];

/// Everything that the index is told, and the index.
#[derive(Default)]
pub(super) struct Town {
    pub(super) world: World,
    pub(super) records: Vec<Record>,
    /// Numbers of records in the order of their publication.
    pub(super) published: Vec<usize>,
    pub(super) search: Search,
    pub(super) events: u64,
}

#[derive(Clone, Debug)]
pub(super) enum Act {
    Publish {
        title: Vec<usize>,
        buyer: u8,
        lots: Vec<(usize, u8, u8)>,
        days: u8,
    },
    Move {
        tender: usize,
        days: u8,
    },
    Amend {
        tender: usize,
        item: u8,
        facility: u8,
    },
    Go {
        tender: usize,
        stage: Stage,
    },
    NameItem {
        item: u8,
        words: Vec<usize>,
        category: Category,
    },
    NameBuyer {
        buyer: u8,
        words: Vec<usize>,
    },
    Settle {
        facility: u8,
        place: u8,
    },
}

pub(super) fn words(words: &[usize]) -> Names {
    let text: Vec<&str> = words.iter().map(|word| WORDS[word % WORDS.len()]).collect();
    Names::new(&text.join(" "), &text.join("-")).unwrap()
}

pub(super) fn item(number: u8) -> ItemCode {
    ItemCode::new(ITEMS[usize::from(number) % ITEMS.len()]).unwrap()
}

pub(super) fn place(number: u8) -> Place {
    Place::new(PLACES[usize::from(number) % PLACES.len()]).unwrap()
}

pub(super) fn buyer(number: u8) -> OrganizationId {
    OrganizationId::new(&format!("moh-{}", number % 3)).unwrap()
}

pub(super) fn facility_id(number: u8) -> FacilityId {
    FacilityId::new(&format!("store-{}", number % 4)).unwrap()
}

pub(super) fn line((item_number, at): (u8, u8)) -> LotLine {
    LotLine {
        item: item(item_number),
        quantity: Quantity::new(10.into()).unwrap(),
        facility: facility_id(at),
        delivery_days: 30,
        entity: None,
    }
}

pub(super) fn day(days: u8) -> Timestamp {
    Timestamp::from_micros(1_750_000_000_000_000).plus_days(days.into())
}

pub(super) fn draft(title: Names, by: u8) -> Draft {
    Draft {
        buyer: buyer(by),
        title,
        procedure: if by.is_multiple_of(2) {
            Procedure::Open
        } else {
            Procedure::Quotation
        },
        plan: None,
        currency: Currency::new("EGP").unwrap(),
        terms: Terms {
            delivery: Code::new("DDP").unwrap(),
            tax_included: true,
            validity_days: 90,
            security_percent: 1.into(),
            split: false,
        },
        criteria: Vec::new(),
        award_by: AwardBy::LowestPrice,
        ties: vec![TieRule::EarlierEnvelope],
        participants: Vec::new(),
        documents: Vec::new(),
        invitation: None,
        framework: None,
    }
}

impl Town {
    pub(super) fn mark(&mut self) -> Mark {
        self.events += 1;
        let at = Timestamp::from_micros(1_740_000_000_000_000)
            .plus_days(i64::try_from(self.events).unwrap());
        Mark {
            index: self.events,
            recorded_at: at,
            at: EffectiveAt::new(at, 120).unwrap(),
        }
    }

    pub(super) fn play(&mut self, acts: &[Act]) {
        for act in acts {
            self.act(act);
        }
    }

    pub(super) fn act(&mut self, act: &Act) {
        let mark = self.mark();
        match act {
            Act::Publish {
                title,
                buyer,
                lots,
                days,
            } => self.publish(mark, title, *buyer, lots, *days),
            Act::Move { tender, days } => self.change(mark, *tender, |record| {
                let later = record.times.closes_at.max(Some(day(*days)));
                record.times.closes_at = later;
            }),
            Act::Amend {
                tender,
                item,
                facility,
            } => self.change(mark, *tender, |record| {
                record.amendments += 1;
                if let Some(lot) = record.lots.first_mut() {
                    lot.lines = vec![line((*item, *facility))];
                }
            }),
            Act::Go { tender, stage } => self.change(mark, *tender, |record| record.stage = *stage),
            Act::NameItem {
                item: number,
                words: named,
                category,
            } => {
                let profile = item::Profile {
                    names: words(named),
                    category: *category,
                    base_unit: Code::new("unit").unwrap(),
                    packs: Vec::new(),
                    atc: None,
                    unspsc: None,
                    essential: false,
                    cold_chain: false,
                    tracking: Tracking::Quantity,
                    inspected: false,
                };
                let code = item(*number);
                let event = if self.world.item(&code).is_some() {
                    let reason = sijill_ledger_core::domain::values::Text::new("name").unwrap();
                    item::Event::ItemAmended(item::Amendment { profile, reason })
                } else {
                    item::Event::ItemListed(profile)
                };
                self.world.item_event(code.as_str(), &event, mark);
                self.search.item(code.as_str(), &self.world);
            }
            Act::NameBuyer {
                buyer: number,
                words: named,
            } => self.name_buyer(mark, *number, words(named)),
            Act::Settle {
                facility: number,
                place: there,
            } => {
                let profile = facility::Profile {
                    names: Names::new("مخزن", "store").unwrap(),
                    kind: facility::Kind::Warehouse,
                    governorate: Some(place(*there)),
                    position: None,
                    population: None,
                    parent: None,
                    owner: None,
                };
                let id = facility_id(*number);
                let event = facility::Event::FacilityOpened(profile);
                self.world.facility_event(id.as_str(), &event);
                self.search.facility(id.as_str(), &self.world);
            }
        }
    }

    fn name_buyer(&mut self, mark: Mark, number: u8, names: Names) {
        let profile = organization::Profile {
            roles: [organization::Role::ProcuringEntity].into(),
            names,
            external: ExternalId::new("EG-TAX:1").unwrap(),
            country: Country::new("EG").unwrap(),
            governorate: None,
        };
        let id = buyer(number);
        let event = if self.world.organization(&id).is_some() {
            organization::Event::OrganizationAmended(organization::Amendment {
                profile,
                bank_account: None,
                reason: sijill_ledger_core::domain::values::Text::new("name").unwrap(),
            })
        } else {
            organization::Event::OrganizationRegistered(organization::Registration {
                profile,
                bank_account: None,
            })
        };
        self.world.organization_event(id.as_str(), &event, mark);
        self.search.organization(id.as_str(), &self.world);
    }

    fn publish(&mut self, mark: Mark, title: &[usize], by: u8, lots: &[(usize, u8, u8)], days: u8) {
        let id = TenderId::new(&format!("T-{}", self.records.len())).unwrap();
        let mut record = Record::new(id, &draft(words(title), by));
        // A draft is not found.
        self.search.put(&record, mark);
        let lot = |(number, (title, item, at)): (usize, &(usize, u8, u8))| Lot {
            id: LotId::new(&format!("L{number}")).unwrap(),
            title: words(&[*title]),
            lines: vec![line((*item, *at))],
            estimate: None,
            state: LotState::Open,
        };
        record.lots = lots.iter().enumerate().map(lot).collect();
        record.stage = Stage::Bidding;
        record.times.published = Some(mark);
        record.times.closes_at = Some(day(days));
        self.search.put(&record, mark);
        self.published.push(self.records.len());
        self.records.push(record);
    }

    fn change(&mut self, mark: Mark, tender: usize, change: impl FnOnce(&mut Record)) {
        let count = self.records.len().max(1);
        if let Some(record) = self.records.get_mut(tender % count) {
            change(record);
            self.search.put(record, mark);
        }
    }

    /// What the index should find: points and ids, in the order of relevance.
    pub(super) fn scan(&self, text: &str, filter: &Filter, at: Timestamp) -> Vec<(u16, TenderId)> {
        let folded = folded(text);
        let wanted: Vec<&str> = folded.split_whitespace().collect();
        let mut found = Vec::new();
        for number in self.published.iter().rev() {
            let record = &self.records[*number];
            let points = wanted
                .iter()
                .enumerate()
                .map(|(place, word)| self.best(record, word, place + 1 == wanted.len()));
            let points: Option<Vec<u16>> = points.map(|it| (it > 0).then_some(it)).collect();
            if let Some(points) = points
                && self.takes(record, filter, at)
            {
                found.push((points.iter().sum(), record.id.clone()));
            }
        }
        found.sort_by_key(|(points, _)| std::cmp::Reverse(*points));
        found
    }

    fn best(&self, record: &Record, word: &str, last: bool) -> u16 {
        let names = |names: &Names| vec![names.ar.to_string(), names.en.to_string()];
        let mut places = vec![
            (4, names(&record.title)),
            (4, vec![record.id.to_string()]),
            (1, vec![record.buyer.to_string()]),
        ];
        if let Some(buyer) = self.world.organization_names(&record.buyer) {
            places.push((1, names(buyer)));
        }
        for lot in &record.lots {
            places.push((3, names(&lot.title)));
            for line in &lot.lines {
                places.push((2, vec![line.item.to_string()]));
                if let Some(item) = self.world.item(&line.item) {
                    places.push((2, names(&item.profile.names)));
                }
            }
        }
        let points = places.iter().flat_map(|(points, texts)| {
            let text = folded(&texts.join(" "));
            let known: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
            known
                .into_iter()
                .map(|known| {
                    let pairs = || {
                        forms(word)
                            .flat_map(|a| forms(&known).map(move |b| (a.to_owned(), b.to_owned())))
                    };
                    if pairs().any(|(a, b)| a == b) {
                        2 * points
                    } else if last && pairs().any(|(a, b)| b.starts_with(&a)) {
                        *points
                    } else {
                        0
                    }
                })
                .collect::<Vec<u16>>()
        });
        points.max().unwrap_or(0)
    }

    fn takes(&self, record: &Record, filter: &Filter, at: Timestamp) -> bool {
        let entry = Entry::of(record).unwrap();
        let lines = || record.lots.iter().flat_map(|lot| &lot.lines);
        let within = |range: Range, at: Timestamp| {
            range.from.is_none_or(|from| from <= at) && range.until.is_none_or(|until| at < until)
        };
        let places =
            || lines().filter_map(|line| self.world.facility(&line.facility)?.governorate.clone());
        let categories =
            || lines().filter_map(|line| Some(self.world.item(&line.item)?.profile.category));
        filter.buyer.as_ref().is_none_or(|it| *it == record.buyer)
            && (filter.procedures.is_empty() || filter.procedures.contains(&record.procedure))
            && (filter.phases.is_empty() || filter.phases.contains(&entry.phase(at)))
            && filter
                .category
                .is_none_or(|it| categories().any(|has| has == it))
            && filter
                .item
                .as_ref()
                .is_none_or(|it| lines().any(|line| line.item == *it))
            && filter
                .governorate
                .as_ref()
                .is_none_or(|it| places().any(|has| has == *it))
            && within(filter.published, record.times.published.unwrap().at.at())
            && within(filter.closes, entry.closes_at)
            && filter.value_from.is_none()
            && filter.winner.is_none()
    }
}
