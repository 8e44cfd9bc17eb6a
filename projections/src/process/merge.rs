//! The state of one process: the latest word on each field, by the dates of the releases.

use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::process::{Award, Field, Party, Release, Summary};
use sijill_ledger_core::domain::values::{Money, Sha256, Text};
use sijill_ledger_core::time::Timestamp;

use crate::intern::Interner;
use crate::words;

/// Numbers of shared texts.
pub(super) type Texts = Interner<Text>;

/// A process.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Process {
    /// In the order of [`Stamp`].
    pub releases: Vec<ReleaseNo>,
    pub title: Said<Text>,
    pub buyer: Said<PartyNo>,
    pub procuring_entity: Said<PartyNo>,
    pub status: Said<u32>,
    pub method: Said<u32>,
    pub value: Said<Money>,
    pub tenderers: Said<u32>,
    /// In the order of their ids.
    pub awards: Vec<AwardNo>,
    /// What a search looks through, folded.
    pub words: Box<str>,
}

/// Where a release stands among those of its process: by date, then by place in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Stamp {
    pub date: Timestamp,
    pub index: u64,
}

/// A release without its summary.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ReleaseNo {
    pub at: Stamp,
    pub id: Text,
    pub tags: Box<[u32]>,
    pub source: u32,
    pub sha256: Sha256,
    pub bytes: u64,
}

/// A party by its texts' numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PartyNo {
    pub id: Option<u32>,
    pub name: Option<u32>,
}

/// An award.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct AwardNo {
    pub id: Text,
    pub status: Said<u32>,
    pub value: Said<Money>,
    /// Those with an id, in the order of their first mention in the log.
    suppliers: Vec<(u32, Said<u32>)>,
    /// Those without.
    others: Said<Vec<PartyNo>>,
}

/// What releases say of one field: the last word, which may be that it is nothing.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Said<T>(Option<(Stamp, Option<T>)>);

impl<T> Default for Said<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Said<T> {
    /// The value now.
    pub fn get(&self) -> Option<&T> {
        self.0.as_ref().and_then(|(_, value)| value.as_ref())
    }

    /// Takes a release's word in, unless a later release has spoken.
    fn say(&mut self, at: Stamp, value: Option<T>) {
        if self.0.as_ref().is_none_or(|(then, _)| *then < at) {
            self.0 = Some((at, value));
        }
    }
}

impl PartyNo {
    fn of(texts: &mut Texts, party: &Party) -> Self {
        let mut number = |text: &Option<Text>| text.as_ref().map(|text| texts.intern(text));
        Self {
            id: number(&party.id),
            name: number(&party.name),
        }
    }

    /// With its texts.
    pub fn party(self, texts: &Texts) -> Party {
        let text = |number: Option<u32>| number.and_then(|number| texts.code(number)).cloned();
        Party {
            id: text(self.id),
            name: text(self.name),
        }
    }
}

impl Process {
    /// Takes a release in.
    pub fn take(&mut self, texts: &mut Texts, index: u64, release: &Release) {
        let at = Stamp {
            date: release.date,
            index,
        };
        let entry = ReleaseNo {
            at,
            id: release.id.clone(),
            tags: release.tags.iter().map(|tag| texts.intern(tag)).collect(),
            source: texts.intern(&release.source),
            sha256: release.sha256,
            bytes: release.bytes,
        };
        let place = self.releases.partition_point(|other| other.at < at);
        self.releases.insert(place, entry);
        self.summary(texts, at, &release.summary);
        self.words = self.searched(texts, &release.ocid).into_boxed_str();
    }

    fn summary(&mut self, texts: &mut Texts, at: Stamp, summary: &Summary) {
        let speaks = |field: Field| summary.has(field) || summary.removed.contains(&field);
        if speaks(Field::Title) {
            self.title.say(at, summary.title.clone());
        }
        if speaks(Field::Buyer) {
            let buyer = summary.buyer.as_ref();
            self.buyer
                .say(at, buyer.map(|party| PartyNo::of(texts, party)));
        }
        if speaks(Field::ProcuringEntity) {
            let entity = summary.procuring_entity.as_ref();
            let entity = entity.map(|party| PartyNo::of(texts, party));
            self.procuring_entity.say(at, entity);
        }
        if speaks(Field::Status) {
            let status = summary.status.as_ref();
            self.status.say(at, status.map(|text| texts.intern(text)));
        }
        if speaks(Field::Method) {
            let method = summary.method.as_ref();
            self.method.say(at, method.map(|text| texts.intern(text)));
        }
        if speaks(Field::Value) {
            self.value.say(at, summary.value);
        }
        if speaks(Field::Tenderers) {
            self.tenderers.say(at, summary.tenderers);
        }
        for award in &summary.awards {
            self.award(texts, at, award);
        }
    }

    fn award(&mut self, texts: &mut Texts, at: Stamp, award: &Award) {
        let place = self
            .awards
            .binary_search_by(|other| other.id.cmp(&award.id));
        let place = match place {
            Ok(place) => place,
            Err(place) => {
                self.awards.insert(place, AwardNo::new(award.id.clone()));
                place
            }
        };
        if let Some(known) = self.awards.get_mut(place) {
            known.take(texts, at, award);
        }
    }

    /// What a search looks through.
    fn searched(&self, texts: &Texts, ocid: &Text) -> String {
        let mut parties: Vec<PartyNo> = [&self.buyer, &self.procuring_entity]
            .into_iter()
            .filter_map(|party| party.get().copied())
            .collect();
        for award in &self.awards {
            parties.extend(award.suppliers());
        }
        let mut numbers: Vec<u32> = parties
            .iter()
            .flat_map(|party| [party.name, party.id])
            .flatten()
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        let shared = numbers.into_iter().filter_map(|number| texts.code(number));
        let mut searched = String::new();
        for text in self.title.get().into_iter().chain(Some(ocid)).chain(shared) {
            words::fold_into(text.as_str(), &mut searched);
            searched.push('\n');
        }
        searched
    }
}

impl AwardNo {
    fn new(id: Text) -> Self {
        Self {
            id,
            status: Said::default(),
            value: Said::default(),
            suppliers: Vec::new(),
            others: Said::default(),
        }
    }

    /// Its suppliers, those with an id first.
    pub fn suppliers(&self) -> impl Iterator<Item = PartyNo> {
        let named = self.suppliers.iter().map(|(id, name)| PartyNo {
            id: Some(*id),
            name: name.get().copied(),
        });
        named.chain(self.others.get().into_iter().flatten().copied())
    }

    fn take(&mut self, texts: &mut Texts, at: Stamp, award: &Award) {
        if let Some(status) = &award.status {
            self.status.say(at, Some(texts.intern(status)));
        }
        if award.value.is_some() {
            self.value.say(at, award.value);
        }
        let mut others = Vec::new();
        for supplier in &award.suppliers {
            let party = PartyNo::of(texts, supplier);
            match party.id {
                Some(id) => self.supplier(at, id, party.name),
                None => others.push(party),
            }
        }
        if !others.is_empty() {
            self.others.say(at, Some(others));
        }
    }

    fn supplier(&mut self, at: Stamp, id: u32, name: Option<u32>) {
        let known = self.suppliers.iter().position(|(other, _)| *other == id);
        let place = known.unwrap_or_else(|| {
            self.suppliers.push((id, Said::default()));
            self.suppliers.len() - 1
        });
        if let (Some((_, said)), Some(name)) = (self.suppliers.get_mut(place), name) {
            said.say(at, Some(name));
        }
    }
}
