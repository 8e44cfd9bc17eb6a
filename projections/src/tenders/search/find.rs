//! How it is found.

use std::sync::Arc;

use sijill_ledger_core::domain::values::{ItemCode, Money, OrganizationId, Place};
use sijill_ledger_core::time::Timestamp;

use super::entry::{Phase, Value};
use super::hits::{Counts, Hit, Hits};
use super::query::{Filter, Query};
use super::things::place;
use super::words::{Index, Word};
use super::{Search, Tender, Wanted};
use crate::intern::{Coded, Interner};

/// Points of a word's places.
const TITLE: u8 = 4;
const LOT: u8 = 3;
const ITEM: u8 = 2;
const BUYER: u8 = 1;
/// A whole word counts so many times what its beginning counts.
const WHOLE: u8 = 2;

impl Search {
    /// Finds tenders, those published last first.
    pub fn find(&self, query: &Query, at: Timestamp) -> Hits {
        let points = self.points(&query.words);
        let points = |number| match &points {
            None => Some(0),
            Some(all) => all.get(place(number)?).copied().filter(|it| *it > 0),
        };
        let mut counts = Counts::of(self);
        let mut found = Vec::new();
        if let Some(known) = Known::new(self, &query.filter) {
            for (number, tender) in (0..self.tenders.len()).rev().zip(self.tenders.iter().rev()) {
                let number = u32::try_from(number).unwrap_or(u32::MAX);
                let Some(points) = points(number) else {
                    continue;
                };
                let phase = tender.phase(at);
                if known.takes(tender, phase) {
                    counts.count(tender, phase);
                    found.push(Hit {
                        entry: Arc::clone(&tender.entry),
                        points,
                        number,
                    });
                }
            }
        }
        Hits {
            found,
            facets: counts.facets(self),
            at,
        }
    }

    /// Finds out of single tenders whether a question finds them at an instant; `None` when it finds none.
    pub(super) fn finder<'a>(&'a self, query: &'a Query, at: Timestamp) -> Option<Finder<'a>> {
        let known = Known::new(self, &query.filter)?;
        let words = &query.words;
        let search = self;
        Some(Finder {
            search,
            known,
            words,
            at,
        })
    }

    /// The points of every tender, 0 where a word is not found; `None` without words.
    fn points(&self, words: &Wanted) -> Option<Vec<u16>> {
        let mut words = words.iter();
        let mut of_word = vec![0; self.tenders.len()];
        self.points_of(words.next()?, &mut of_word);
        let mut total: Vec<u16> = of_word.iter().map(|it| u16::from(*it)).collect();
        for word in words {
            of_word.fill(0);
            self.points_of(word, &mut of_word);
            for (sum, points) in total.iter_mut().zip(&of_word) {
                let found = *sum > 0 && *points > 0;
                *sum = if found {
                    sum.saturating_add(u16::from(*points))
                } else {
                    0
                };
            }
        }
        Some(total)
    }

    /// The most points of one word in each tender.
    fn points_of(&self, word: &Word, points: &mut [u8]) {
        let mut give = |tenders: &[u32], weight: u8, whole: bool| {
            let new = if whole { WHOLE * weight } else { weight };
            for tender in tenders {
                if let Some(known) = place(*tender).and_then(|it| points.get_mut(it)) {
                    *known = new.max(*known);
                }
            }
        };
        for (index, weight) in [(&self.titles, TITLE), (&self.lots, LOT)] {
            for (whole, tenders) in index.things(word) {
                give(tenders, weight, whole);
            }
        }
        for (whole, items) in self.items.words.things(word) {
            for item in items {
                give(self.items.tenders(*item), ITEM, whole);
            }
        }
        for (whole, buyers) in self.organizations.words.things(word) {
            for buyer in buyers {
                give(self.organizations.tenders(*buyer), BUYER, whole);
            }
        }
    }
}

/// Whether a question finds single tenders.
pub(super) struct Finder<'a> {
    search: &'a Search,
    known: Known<'a>,
    words: &'a Wanted,
    at: Timestamp,
}

impl Finder<'_> {
    /// Whether it finds this one.
    pub fn takes(&self, number: u32, tender: &Tender) -> bool {
        let is_in = |word| self.is_in(word, number, tender);
        self.known.takes(tender, tender.phase(self.at)) && self.words.iter().all(is_in)
    }

    fn is_in(&self, word: &Word, number: u32, tender: &Tender) -> bool {
        let has = |index: &Index, things: &[u32]| {
            let mut lists = index.things(word);
            lists.any(|(_, list)| things.iter().any(|it| list.binary_search(it).is_ok()))
        };
        let search = self.search;
        has(&search.titles, &[number])
            || has(&search.lots, &[number])
            || has(&search.items.words, &tender.items)
            || has(&search.organizations.words, &[tender.buyer])
    }
}

/// A filter in the index's numbers.
struct Known<'a> {
    filter: &'a Filter,
    buyer: Option<u32>,
    item: Option<u32>,
    governorate: Option<u32>,
    winner: Option<u32>,
}

impl<'a> Known<'a> {
    /// `None` when the filter names what no tender has.
    fn new(search: &Search, filter: &'a Filter) -> Option<Self> {
        let organizations = &search.organizations.codes;
        Some(Self {
            filter,
            buyer: number(
                organizations,
                filter.buyer.as_ref().map(OrganizationId::as_str),
            )?,
            item: number(
                &search.items.codes,
                filter.item.as_ref().map(ItemCode::as_str),
            )?,
            governorate: number(
                &search.facilities.governorates,
                filter.governorate.as_ref().map(Place::as_str),
            )?,
            winner: number(
                organizations,
                filter.winner.as_ref().map(OrganizationId::as_str),
            )?,
        })
    }

    fn takes(&self, tender: &Tender, phase: Phase) -> bool {
        let Filter {
            procedures,
            phases,
            category,
            published,
            closes,
            ..
        } = self.filter;
        let among = |wanted: Option<u32>, numbers: &[u32]| {
            wanted.is_none_or(|it| numbers.binary_search(&it).is_ok())
        };
        self.buyer.is_none_or(|it| it == tender.buyer)
            && (phases.is_empty() || phases.contains(&phase))
            && (procedures.is_empty() || procedures.contains(&tender.procedure))
            && category.is_none_or(|it| tender.categories.has(it))
            && published.has(tender.published_at)
            && closes.has(tender.closes_at)
            && among(self.item, &tender.items)
            && among(self.governorate, &tender.governorates)
            && among(self.winner, &tender.winners)
            && self.worth(tender)
    }

    fn worth(&self, tender: &Tender) -> bool {
        let Filter {
            value_from,
            value_to,
            ..
        } = self.filter;
        if value_from.is_none() && value_to.is_none() {
            return true;
        }
        let value = tender.entry.value.map(Value::money);
        let comparable = |bound: Money| value.filter(|it| it.currency() == bound.currency());
        value_from.is_none_or(|it| comparable(it).is_some_and(|v| v.amount() >= it.amount()))
            && value_to.is_none_or(|it| comparable(it).is_some_and(|v| v.amount() <= it.amount()))
    }
}

/// The number of a code: `None` when it has none, `Some(None)` when none is named.
#[allow(clippy::option_option)] // read by `?` alone
fn number<T: Coded>(codes: &Interner<T>, code: Option<&str>) -> Option<Option<u32>> {
    code.map_or(Some(None), |code| codes.number(code).map(Some))
}
