//! Audit: which events concern a thing, what was stated before an amendment, which facts broke a rule, which steps of policies
//! were refused.
//!
//! | Where | What |
//! |---|---|
//! | [`entity`] | what an event can name: facilities, batches, officials, orders, numbers on paper … |
//! | [`mentions`] | which of them each event names: one place, exhaustive over kinds |
//! | `parties` | between whom an order, a transfer, a requisition is: all that happens in it concerns them |
//! | [`register`] | movements with running balances, from documents that the view finds |
//! | [`discrepancies`] | opened and answered, and who must answer |
//!
//! The view holds indexes of events, not their content: whoever asks reads the entries of a page from the log. Because it only
//! ever adds, it answers for any earlier size of the log too: what is known at a size is what stands below it.

pub mod discrepancies;
pub mod entity;
pub mod mentions;
mod parties;
mod postings;
pub mod register;
mod versions;

use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::values::{FacilityId, OfficialId};
use sijill_ledger_core::domain::{Event, reaction};
use sijill_ledger_core::event::Recorded;

use self::discrepancies::{Discrepancies, Discrepancy};
use self::entity::{Entity, EntityKind, Fingerprint, Name, Part};
use self::parties::Parties;
use self::postings::Index;
use crate::view::{AsOf, View};

/// The view.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Audit {
    as_of: Option<AsOf>,
    postings: Index,
    parties: Parties,
    discrepancies: Discrepancies,
    /// In log order.
    refused: Vec<RefusedStep>,
}

/// A step of a policy that a rule refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedStep {
    /// Where it was recorded.
    pub recorded: AsOf,
    /// Log index of the event that asked for it.
    pub cause: u64,
}

impl View for Audit {
    const NAME: &'static str = "audit";
    const VERSION: u32 = 3;

    fn apply(&mut self, event: &Recorded) {
        self.as_of = Some(AsOf::of(event));
        let (postings, index) = (&mut self.postings, event.index);
        mentions::mentions(event, &mut |mention| {
            postings.push(Fingerprint::of(&mention.name, mention.part), index);
        });
        let concerned = &mut |fingerprint| postings.push(fingerprint, index);
        self.parties.apply(event, concerned);
        if let Some(stated) = versions::stated(event) {
            postings.push(stated, index);
        }
        self.discrepancies.apply(event);
        if let Event::Reaction(reaction::Event::StepRefused(refused)) = &event.event {
            self.refused.push(RefusedStep {
                recorded: AsOf::of(event),
                cause: refused.cause_index,
            });
        }
    }

    /// Postings by the fingerprints of [`entity`], each with its indexes as base-128 differences; then parties, discrepancies and
    /// refused steps.
    fn rows(&self, sink: &mut dyn FnMut(&[u8])) {
        let mut line = Vec::new();
        self.postings.rows(|fingerprint, indexes| {
            line.clear();
            line.extend_from_slice(format!("posting\t{:016x}\t", fingerprint.0).as_bytes());
            line.extend_from_slice(indexes);
            sink(&line);
        });
        self.parties.rows(sink);
        self.discrepancies.rows(sink);
        for step in &self.refused {
            sink(format!("refused\t{}\t{}", step.recorded.index, step.cause).as_bytes());
        }
    }
}

impl Audit {
    /// The last event that the view has seen; `None` for an empty log.
    pub const fn as_of(&self) -> Option<AsOf> {
        self.as_of
    }

    /// Indexes of the events that concern a thing in one of some ways, rising, each once. Hardly ever, and by the chance of
    /// 64 bits, one that does not: [`parts_of`](Self::parts_of) tells.
    pub fn history(&self, entity: &Entity, parts: &[Part]) -> Vec<u64> {
        let name = entity.name();
        let mut indexes = Vec::new();
        for part in parts {
            indexes.extend(self.indexes(&name, *part));
        }
        if parts.len() > 1 {
            indexes.sort_unstable();
            indexes.dedup();
        }
        indexes
    }

    /// The ways in which an event that the view has seen concerns a thing, in order, each once. An event of an order, transfer,
    /// requisition, plan, tender or security counts as naming those between whom that is.
    pub fn parts_of(&self, event: &Recorded, name: &Name<'_>) -> Vec<Part> {
        let mut parts = mentions::parts_of(event, name);
        if self.parties.concern(event, name) && !parts.contains(&Part::Named) {
            parts.push(Part::Named);
            parts.sort_unstable();
        }
        parts
    }

    /// Indexes of the stock documents of a store that may move an item or a batch, and of what takes them back; rising.
    /// `None` when nothing is named to look for.
    pub fn documents(&self, filter: &register::Filter) -> Option<Vec<u64>> {
        let facility: Option<Vec<u64>> = filter.facility.as_ref().map(|facility| {
            let name = plain(EntityKind::Facility, facility.as_str());
            self.indexes(&name, Part::Own).collect()
        });
        let item: Option<Vec<u64>> = filter.item.as_ref().map(|item| {
            let batch = filter.batch.as_ref().map(|batch| Name {
                kind: EntityKind::Batch,
                scope: Some(item.as_str()),
                id: batch.as_str(),
            });
            let name = batch.unwrap_or_else(|| plain(EntityKind::Item, item.as_str()));
            self.indexes(&name, Part::Named).collect()
        });
        match (facility, item) {
            (Some(facility), Some(item)) => Some(both(&facility, &item)),
            (Some(facility), None) => Some(facility),
            (None, item) => item,
        }
    }

    /// Index of the event that stated before an event what it states anew: the profile before an amendment, the price before
    /// a new one. `None` where nothing was stated before.
    pub fn stated_before(&self, event: &Recorded) -> Option<u64> {
        let earlier = self.postings.indexes(versions::stated(event)?);
        earlier.take_while(|index| *index < event.index).last()
    }

    /// Discrepancies that fit, as the log's first `size` events tell it: open ones first, then in the order of their opening.
    pub fn discrepancies(&self, filter: &discrepancies::Filter, size: u64) -> Vec<Discrepancy> {
        self.discrepancies.list(filter, size)
    }

    /// Who kept a store after the log's first `size` events: the one who must answer for it.
    pub fn keeper(&self, facility: &FacilityId, size: u64) -> Option<&OfficialId> {
        self.discrepancies.keeper(facility, size)
    }

    /// Refused steps of policies among the log's first `size` events, in log order.
    pub fn refused_steps(&self, size: u64) -> &[RefusedStep] {
        let known = self
            .refused
            .partition_point(|step| step.recorded.index < size);
        self.refused.get(..known).unwrap_or_default()
    }

    /// How many events concern a thing in one way.
    pub fn count(&self, entity: &Entity, part: Part) -> u64 {
        self.postings.count(Fingerprint::of(&entity.name(), part))
    }

    fn indexes(&self, name: &Name<'_>, part: Part) -> impl Iterator<Item = u64> + use<'_> {
        self.postings.indexes(Fingerprint::of(name, part))
    }
}

const fn plain(kind: EntityKind, id: &str) -> Name<'_> {
    let scope = None;
    Name { kind, scope, id }
}

/// What two rising lists share.
fn both(one: &[u64], other: &[u64]) -> Vec<u64> {
    let mut rest = other.iter().peekable();
    let shared = one.iter().filter(|index| {
        while rest.next_if(|next| next < index).is_some() {}
        rest.peek() == Some(index)
    });
    shared.copied().collect()
}
