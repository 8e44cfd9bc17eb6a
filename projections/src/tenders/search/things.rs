//! What tenders name — items, organisations, places of delivery — each with the tenders that name it.

use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::values::{FacilityId, Names, Place};

use super::words::{Index, insert, remove};
use crate::intern::{Coded, Interner};

/// Things by their codes, found by the words of their codes and names.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(
    serialize = "T: Serialize",
    deserialize = "T: Coded + Deserialize<'de>"
))]
pub(super) struct Things<T> {
    pub codes: Interner<T>,
    /// The words of codes and names, with the things' numbers.
    pub words: Index,
    known: Vec<Thing>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Thing {
    words: Box<[u32]>,
    tenders: Vec<u32>,
}

impl<T> Default for Things<T> {
    fn default() -> Self {
        Self {
            codes: Interner::default(),
            words: Index::default(),
            known: Vec::new(),
        }
    }
}

impl<T: Coded> Things<T> {
    /// The number of a code; a new one is found by the code itself until it is named.
    pub fn number(&mut self, code: &T) -> u32 {
        if let Some(number) = self.codes.number(code.code()) {
            return number;
        }
        let number = self.codes.intern(code);
        let words = self.words.replace(number, &[], [code.code()]);
        self.known.push(Thing {
            words,
            tenders: Vec::new(),
        });
        number
    }

    /// The thing has these names from now on.
    pub fn name(&mut self, code: &T, names: &Names) -> u32 {
        let number = self.number(code);
        if let Some(thing) = place(number).and_then(|it| self.known.get_mut(it)) {
            let texts = [code.code(), names.ar.as_str(), names.en.as_str()];
            thing.words = self.words.replace(number, &thing.words, texts);
        }
        number
    }

    /// The tenders that name a thing, in rising order.
    pub fn tenders(&self, number: u32) -> &[u32] {
        let thing = place(number).and_then(|it| self.known.get(it));
        thing.map_or(&[], |thing| &thing.tenders)
    }

    /// A tender names these things instead of those; both in rising order.
    pub fn link(&mut self, tender: u32, before: &[u32], now: &[u32]) {
        for gone in before.iter().filter(|it| now.binary_search(it).is_err()) {
            remove(self.tenders_mut(*gone), tender);
        }
        for new in now.iter().filter(|it| before.binary_search(it).is_err()) {
            insert(self.tenders_mut(*new), tender);
        }
    }

    /// Bytes that it takes, about.
    pub fn bytes(&self) -> usize {
        let lists = self.known.iter();
        let lists = lists.map(|it| 4 * (it.words.len() + it.tenders.capacity()) + 48);
        self.words.bytes() + lists.sum::<usize>()
    }

    fn tenders_mut(&mut self, number: u32) -> Option<&mut Vec<u32>> {
        let thing = self.known.get_mut(place(number)?);
        thing.map(|thing| &mut thing.tenders)
    }
}

/// Facilities with their governorates.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Facilities {
    codes: Interner<FacilityId>,
    pub governorates: Interner<Place>,
    known: Vec<Facility>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Facility {
    governorate: Option<u32>,
    tenders: Vec<u32>,
}

impl Facilities {
    /// The number of a facility.
    pub fn number(&mut self, code: &FacilityId) -> u32 {
        if let Some(number) = self.codes.number(code.as_str()) {
            return number;
        }
        self.known.push(Facility::default());
        self.codes.intern(code)
    }

    /// A facility lies in a governorate from now on; gives the tenders that deliver there, where that is news.
    pub fn lies_in(&mut self, code: &FacilityId, governorate: Option<&Place>) -> Vec<u32> {
        let number = self.number(code);
        let governorate = governorate.map(|it| self.governorates.intern(it));
        let facility = place(number).and_then(|it| self.known.get_mut(it));
        match facility {
            Some(facility) if facility.governorate != governorate => {
                facility.governorate = governorate;
                facility.tenders.clone()
            }
            Some(_) | None => Vec::new(),
        }
    }

    /// A tender delivers to these facilities instead of those; both in rising order.
    pub fn link(&mut self, tender: u32, before: &[u32], now: &[u32]) {
        for gone in before.iter().filter(|it| now.binary_search(it).is_err()) {
            remove(self.tenders_mut(*gone), tender);
        }
        for new in now.iter().filter(|it| before.binary_search(it).is_err()) {
            insert(self.tenders_mut(*new), tender);
        }
    }

    /// The governorates of facilities, in rising order.
    pub fn governorates_of(&self, facilities: &[u32]) -> Box<[u32]> {
        let known = facilities
            .iter()
            .filter_map(|it| self.known.get(place(*it)?));
        let mut found: Vec<u32> = known.filter_map(|it| it.governorate).collect();
        found.sort_unstable();
        found.dedup();
        found.into_boxed_slice()
    }

    /// Bytes that it takes, about.
    pub fn bytes(&self) -> usize {
        let lists = self.known.iter();
        lists.map(|it| 4 * it.tenders.capacity() + 32).sum()
    }

    fn tenders_mut(&mut self, number: u32) -> Option<&mut Vec<u32>> {
        let facility = self.known.get_mut(place(number)?);
        facility.map(|facility| &mut facility.tenders)
    }
}

/// A number as a place in a list.
pub(super) fn place(number: u32) -> Option<usize> {
    usize::try_from(number).ok()
}
