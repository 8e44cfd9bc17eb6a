//! Questions to the view. Pure: they depend on nothing but the events that the view has seen.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::process::{Award, Party};
use sijill_ledger_core::domain::values::{Money, Sha256, Text};
use sijill_ledger_core::time::Timestamp;

use super::Processes;
use super::merge::{AwardNo, PartyNo, Process, ReleaseNo, Said};
use crate::view::{AsOf, View as _};
use crate::words::{self, Search};

/// An answer with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer<T> {
    /// The last event that the view had seen; `None` for an empty log.
    pub as_of: Option<AsOf>,
    /// Version of the definitions: [`Processes::VERSION`](crate::view::View::VERSION).
    pub definition: u32,
    /// The answer.
    pub value: T,
}

/// What to look for; what is not named does not restrict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Words that all occur in the title, the open contracting id, or the names and ids of buyer, procuring entity and
    /// suppliers, as [`Search`] finds them.
    pub text: Option<String>,
    /// The tender's status, such as `active`.
    pub status: Option<String>,
    /// The procurement method, such as `open`.
    pub method: Option<String>,
    /// Buyer or procuring entity: its id as published, or words of its name.
    pub buyer: Option<String>,
    /// A release is dated at this instant or later…
    pub from: Option<Timestamp>,
    /// …and that same release before this one.
    pub until: Option<Timestamp>,
    /// The order of the rows.
    pub order: Order,
    /// Only rows after this one: [`Found::next`] of the page before.
    pub after: Option<Cursor>,
    /// Most rows, at least 1.
    pub limit: usize,
}

/// Most rows of a page where nothing else is asked for.
pub const LIMIT_DEFAULT: usize = 50;

impl Default for Query {
    fn default() -> Self {
        Self {
            text: None,
            status: None,
            method: None,
            buyer: None,
            from: None,
            until: None,
            order: Order::default(),
            after: None,
            limit: LIMIT_DEFAULT,
        }
    }
}

/// The order of the rows; no two rows stand alike in any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// By open contracting id: pages never miss or repeat a row, whatever is recorded between them.
    #[default]
    Ocid,
    /// By the latest release, the latest first, then by id. Pages agree with each other as long as they are asked of
    /// one place in the log: a process that gets a release in between moves to the front.
    Newest,
    /// By the latest release, the earliest first, then by id; pages as above.
    Oldest,
}

/// A row's place in any order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Date of its latest release.
    pub latest: Timestamp,
    /// Its process.
    pub ocid: Text,
}

/// A page of a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The rows.
    pub rows: Vec<Row>,
    /// How many processes there are in all pages together.
    pub total: usize,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<Cursor>,
}

/// A process as its releases leave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Open contracting id.
    pub ocid: Text,
    /// Title of the tender.
    pub title: Option<Text>,
    /// The buyer.
    pub buyer: Option<Party>,
    /// Who runs the procedure.
    pub procuring_entity: Option<Party>,
    /// The tender's status.
    pub status: Option<Text>,
    /// The procurement method.
    pub method: Option<Text>,
    /// The tender's estimated value.
    pub value: Option<Money>,
    /// Number of tenderers.
    pub tenderers: Option<u32>,
    /// Awards, by their ids.
    pub awards: Vec<Award>,
    /// How many releases there are.
    pub releases: usize,
    /// Date of the earliest release.
    pub earliest: Timestamp,
    /// Date of the latest release.
    pub latest: Timestamp,
}

/// A release of a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReleaseRow {
    /// Its id.
    pub id: Text,
    /// When it was published, as it says.
    pub date: Timestamp,
    /// Its tags.
    pub tags: Vec<Text>,
    /// Where it came from.
    pub source: String,
    /// Log index of the event that holds it.
    pub index: u64,
    /// SHA-256 of its bytes as published.
    pub sha256: Sha256,
    /// How many bytes these are.
    pub bytes: u64,
}

/// One process with its releases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// What the releases add up to.
    pub process: Row,
    /// The releases, by date, those of one date in the order of the log.
    pub releases: Vec<ReleaseRow>,
}

impl Processes {
    /// Searches the processes.
    pub fn search(&self, query: &Query) -> Answer<Found> {
        let mut filter = Filter::new(self, query);
        let mut matching: Vec<Match<'_>> = self
            .by_ocid
            .iter()
            .filter(|(_, process)| filter.takes(process))
            .filter_map(|(ocid, process)| Match::new(ocid, process))
            .collect();
        match query.order {
            Order::Ocid => {}
            // Stable: those of one date keep the order of their ids.
            Order::Newest => matching.sort_by_key(|row| Reverse(row.latest)),
            Order::Oldest => matching.sort_by_key(|row| row.latest),
        }
        let start = query.after.as_ref().map_or(0, |after| {
            matching.partition_point(|row| !row.is_after(after, query.order))
        });
        let limit = query.limit.max(1);
        let page = matching.get(start..).unwrap_or_default();
        let shown = page.get(..limit).unwrap_or(page);
        let next = shown.last().filter(|_| page.len() > limit);
        let found = Found {
            rows: shown
                .iter()
                .map(|row| self.row(row.ocid, row.process))
                .collect(),
            total: matching.len(),
            next: next.map(Match::cursor),
        };
        self.answer(found)
    }

    /// One process; `None` when no release of it is recorded.
    pub fn process(&self, ocid: &str) -> Answer<Option<Detail>> {
        // A text that is no legal id is the id of no process.
        let ocid = Text::new(ocid).ok();
        let found = ocid.and_then(|ocid| self.by_ocid.get_key_value(&ocid));
        let detail = found.map(|(ocid, process)| Detail {
            process: self.row(ocid, process),
            releases: process.releases.iter().map(|r| self.release(r)).collect(),
        });
        self.answer(detail)
    }

    fn answer<T>(&self, value: T) -> Answer<T> {
        Answer {
            as_of: self.as_of,
            definition: Self::VERSION,
            value,
        }
    }

    pub(super) fn row(&self, ocid: &Text, process: &Process) -> Row {
        let text = |said: &Said<u32>| {
            let number = said.get().copied();
            number.and_then(|number| self.texts.code(number)).cloned()
        };
        let party = |said: &Said<PartyNo>| said.get().map(|party| party.party(&self.texts));
        let date = |release: Option<&ReleaseNo>| release.map(|r| r.at.date).unwrap_or_default();
        let award = |award: &AwardNo| Award {
            id: award.id.clone(),
            status: text(&award.status),
            value: award.value.get().copied(),
            suppliers: award.suppliers().map(|p| p.party(&self.texts)).collect(),
        };
        Row {
            ocid: ocid.clone(),
            title: process.title.get().cloned(),
            buyer: party(&process.buyer),
            procuring_entity: party(&process.procuring_entity),
            status: text(&process.status),
            method: text(&process.method),
            value: process.value.get().copied(),
            tenderers: process.tenderers.get().copied(),
            awards: process.awards.iter().map(award).collect(),
            releases: process.releases.len(),
            earliest: date(process.releases.first()),
            latest: date(process.releases.last()),
        }
    }

    pub(super) fn release(&self, release: &ReleaseNo) -> ReleaseRow {
        let text = |number: &u32| self.texts.code(*number).cloned();
        ReleaseRow {
            id: release.id.clone(),
            date: release.at.date,
            tags: release.tags.iter().filter_map(text).collect(),
            source: self.texts.text(Some(release.source)).to_owned(),
            index: release.at.index,
            sha256: release.sha256,
            bytes: release.bytes,
        }
    }
}

/// A query, made ready to be asked of many processes.
struct Filter<'a> {
    view: &'a Processes,
    query: &'a Query,
    text: Option<Search>,
    buyer: Option<Search>,
    /// Which names of parties the buyer's words are found in, by the names' numbers: many processes share few buyers.
    names: BTreeMap<u32, bool>,
}

impl<'a> Filter<'a> {
    fn new(view: &'a Processes, query: &'a Query) -> Self {
        Self {
            view,
            query,
            text: query.text.as_deref().map(Search::new),
            buyer: query.buyer.as_deref().map(Search::new),
            names: BTreeMap::new(),
        }
    }

    fn takes(&mut self, process: &Process) -> bool {
        let Query {
            status,
            method,
            from,
            until,
            ..
        } = self.query;
        self.is_said(status.as_ref(), &process.status)
            && self.is_said(method.as_ref(), &process.method)
            && process.has_release(*from, *until)
            && self.has_buyer(process)
            && self
                .text
                .as_ref()
                .is_none_or(|text| text.is_in(&process.words))
    }

    fn is_said(&self, wanted: Option<&String>, said: &Said<u32>) -> bool {
        wanted.is_none_or(|wanted| {
            let said = said.get().and_then(|number| self.view.texts.code(*number));
            said.is_some_and(|said| said.as_str() == wanted)
        })
    }

    fn has_buyer(&mut self, process: &Process) -> bool {
        let (Some(wanted), Some(words)) = (&self.query.buyer, &self.buyer) else {
            return true;
        };
        let texts = &self.view.texts;
        let parties = [&process.buyer, &process.procuring_entity];
        let mut parties = parties.into_iter().filter_map(Said::get);
        parties.any(|party| {
            (party.id.is_some() && texts.text(party.id) == wanted)
                || party.name.is_some_and(|name| {
                    // A name without a letter would find every party.
                    let found =
                        || !words.is_empty() && words.is_in(&words::folded(texts.text(Some(name))));
                    *self.names.entry(name).or_insert_with(found)
                })
        })
    }
}

impl Process {
    /// Whether a release is dated in the range.
    fn has_release(&self, from: Option<Timestamp>, until: Option<Timestamp>) -> bool {
        let start = from.map_or(0, |from| {
            self.releases
                .partition_point(|release| release.at.date < from)
        });
        self.releases
            .get(start)
            .is_some_and(|release| until.is_none_or(|until| release.at.date < until))
    }
}

/// A process that a search found.
struct Match<'a> {
    latest: Timestamp,
    ocid: &'a Text,
    process: &'a Process,
}

impl<'a> Match<'a> {
    fn new(ocid: &'a Text, process: &'a Process) -> Option<Self> {
        Some(Self {
            latest: process.releases.last()?.at.date,
            ocid,
            process,
        })
    }

    fn cursor(&self) -> Cursor {
        Cursor {
            latest: self.latest,
            ocid: self.ocid.clone(),
        }
    }

    fn is_after(&self, cursor: &Cursor, order: Order) -> bool {
        let (own, other) = (self.ocid, &cursor.ocid);
        match order {
            Order::Ocid => own > other,
            Order::Newest => (Reverse(self.latest), own) > (Reverse(cursor.latest), other),
            Order::Oldest => (self.latest, own) > (cursor.latest, other),
        }
    }
}
