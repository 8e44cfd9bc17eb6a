//! What was found, and how many of what.

use std::cmp::Reverse;
use std::sync::Arc;

use sijill_ledger_core::domain::item::Category;
use sijill_ledger_core::domain::tender::Procedure;
use sijill_ledger_core::domain::values::{OrganizationId, Place};
use sijill_ledger_core::time::Timestamp;

use super::entry::{Entry, Phase};
use super::query::Order;
use super::things::place;
use super::{Categories, Search, Tender};
use crate::intern::{Coded, Interner};

/// The tenders that a question found, as they stood then: they stay so whatever is recorded afterwards.
#[derive(Clone, Debug)]
pub struct Hits {
    pub(super) found: Vec<Hit>,
    /// How many of what.
    pub facets: Facets,
    /// The instant asked about.
    pub at: Timestamp,
}

/// A tender that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The tender.
    pub entry: Arc<Entry>,
    /// Its points; 0 without words.
    pub points: u16,
    /// Its place in the order of publication.
    pub(super) number: u32,
}

/// How many of the tenders found have what: a tender may have several categories and governorates, or none that is known. Each
/// list but that of years begins with what most have; what as many have stands in the order of the codes, and a procedure where
/// the tender that was published last is of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// By buyer.
    pub buyers: Vec<(OrganizationId, u32)>,
    /// By procedure.
    pub procedures: Vec<(Procedure, u32)>,
    /// By how far they have come.
    pub phases: Vec<(Phase, u32)>,
    /// By category of what is asked for.
    pub categories: Vec<(Category, u32)>,
    /// By governorate of delivery.
    pub governorates: Vec<(Place, u32)>,
    /// By year of publication; the latest first.
    pub years: Vec<(i32, u32)>,
}

impl Hits {
    /// How many.
    pub const fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The one at a place.
    pub fn get(&self, place: usize) -> Option<&Hit> {
        self.found.get(place)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Hit> {
        self.found.iter()
    }

    /// The most memory that keeping them takes, in bytes: their texts are the records'.
    pub const fn bytes(&self) -> usize {
        let each = size_of::<Hit>() + size_of::<Entry>();
        self.found.len().saturating_mul(each)
    }

    /// Brings them into an order.
    pub fn sort(&mut self, order: Order) {
        let at = self.at;
        match order {
            Order::Relevance => self
                .found
                .sort_unstable_by_key(|hit| (Reverse(hit.points), Reverse(hit.number))),
            Order::Newest => self.found.sort_unstable_by_key(|hit| Reverse(hit.number)),
            Order::Oldest => self.found.sort_unstable_by_key(|hit| hit.number),
            Order::ClosingSoonest => self.found.sort_unstable_by_key(|hit| {
                let ahead = hit.entry.closes_at.micros_since(at);
                (ahead <= 0, ahead.unsigned_abs(), Reverse(hit.number))
            }),
            Order::ClosingLast => self
                .found
                .sort_unstable_by_key(|hit| (Reverse(hit.entry.closes_at), Reverse(hit.number))),
        }
    }
}

/// Counts by numbers: whatever most tenders have is counted in a list and not in a map, since all tenders may be counted.
pub(super) struct Counts {
    buyers: Vec<u32>,
    governorates: Vec<u32>,
    phases: [u32; Phase::ALL.len()],
    categories: [u32; 16],
    procedures: Vec<(Procedure, u32)>,
    years: Vec<(i32, u32)>,
}

impl Counts {
    /// Nothing counted, with room for every buyer and governorate.
    pub fn of(search: &Search) -> Self {
        Self {
            buyers: vec![0; search.organizations.codes.len()],
            governorates: vec![0; search.facilities.governorates.len()],
            phases: [0; Phase::ALL.len()],
            categories: [0; 16],
            procedures: Vec::new(),
            years: Vec::new(),
        }
    }

    /// Takes one in.
    pub fn count(&mut self, tender: &Tender, phase: Phase) {
        more(&mut self.buyers, place(tender.buyer));
        for governorate in &tender.governorates {
            more(&mut self.governorates, place(*governorate));
        }
        more(&mut self.phases, Some(phase as usize));
        more(&mut self.categories, Some(usize::from(tender.categories.0)));
        more_of(&mut self.procedures, &tender.procedure);
        more_of(&mut self.years, &tender.year);
    }

    /// The counts by codes.
    pub fn facets(self, search: &Search) -> Facets {
        let categories = Categories::ALL.iter().map(|category| {
            let sets = (0..).map(Categories).zip(&self.categories);
            let having = sets.filter(|(set, _)| set.has(*category));
            (*category, having.map(|(_, count)| *count).sum())
        });
        Facets {
            buyers: named(&self.buyers, &search.organizations.codes),
            procedures: ranked(self.procedures.into_iter()),
            phases: ranked(counted(Phase::ALL, &self.phases)),
            categories: ranked(categories.filter(|(_, count)| *count > 0)),
            governorates: named(&self.governorates, &search.facilities.governorates),
            years: {
                let mut years = self.years;
                years.sort_unstable_by_key(|(year, _)| Reverse(*year));
                years
            },
        }
    }
}

fn more(counts: &mut [u32], place: Option<usize>) {
    if let Some(count) = place.and_then(|place| counts.get_mut(place)) {
        *count += 1;
    }
}

/// For the few that there are of something.
fn more_of<T: Clone + PartialEq>(counts: &mut Vec<(T, u32)>, what: &T) {
    match counts.iter_mut().find(|(it, _)| it == what) {
        Some((_, count)) => *count += 1,
        None => counts.push((what.clone(), 1)),
    }
}

/// What was counted at all.
fn counted<T>(all: impl IntoIterator<Item = T>, counts: &[u32]) -> impl Iterator<Item = (T, u32)> {
    let counts = all.into_iter().zip(counts.iter().copied());
    counts.filter(|(_, count)| *count > 0)
}

/// Counts by code, in the order of the codes where they are equal.
fn named<T: Coded>(counts: &[u32], codes: &Interner<T>) -> Vec<(T, u32)> {
    let mut named: Vec<(T, u32)> = counted(0.., counts)
        .filter_map(|(number, count)| Some((codes.code(number)?.clone(), count)))
        .collect();
    named.sort_unstable_by(|(a, _), (b, _)| a.code().cmp(b.code()));
    ranked(named.into_iter())
}

/// What most have first; what as many have stays in order.
fn ranked<T>(counts: impl Iterator<Item = (T, u32)>) -> Vec<(T, u32)> {
    let mut counts: Vec<(T, u32)> = counts.collect();
    counts.sort_by_key(|(_, count)| Reverse(*count));
    counts
}
