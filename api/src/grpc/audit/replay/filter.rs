//! Which entries a replay gives. What the entry's own header tells is asked of it; only facilities and items are sought in
//! the event, and only where the entry's bytes hold their code at all.

use std::collections::HashSet;

use sijill_ledger_core::codec::recorded;
use sijill_ledger_core::domain::values::{FacilityId, ItemCode, ValueError};
use sijill_ledger_core::store::{Entry, ReadError, StreamName};
use sijill_projections::audit::entity::{EntityKind, Part};
use sijill_projections::audit::mentions::mentions;
use tonic::Status;

use super::super::event::Kinds;
use super::pb;
use crate::grpc::status;

/// Most values of one field whose values are compared with an entry's header.
const VALUES_MAX: usize = 100;
/// Most facilities, and most items: each is sought in the bytes of every entry.
const CODES_MAX: usize = 20;

/// What a client asked for.
pub struct Filter {
    kinds: Kinds,
    streams: HashSet<String>,
    aggregates: HashSet<String>,
    facilities: Vec<String>,
    items: Vec<String>,
}

impl Filter {
    /// Reads what is asked for.
    pub fn read(wire: pb::ReplayFilter) -> Result<Self, Status> {
        let lists = [
            ("filter.kinds", wire.kinds.len(), VALUES_MAX),
            ("filter.streams", wire.streams.len(), VALUES_MAX),
            ("filter.aggregates", wire.aggregates.len(), VALUES_MAX),
            ("filter.facilities", wire.facilities.len(), CODES_MAX),
            ("filter.items", wire.items.len(), CODES_MAX),
        ];
        for (field, values, max) in lists {
            if values > max {
                let ar = format!("أكثر من {max} قيمة؛ اقرأ على دفعات أو صفِّ الباقي عندك");
                let en = format!(
                    "more than {max} values; replay more than once, or filter the rest yourself"
                );
                return Err(status::invalid_field(field, ar, &en));
            }
        }
        for stream in &wire.streams {
            StreamName::new(stream).map_err(|error| {
                let ar = format!("{stream:?} ليس اسم سلسلة، مثل stock-EG-C-H1");
                status::invalid_field("filter.streams", ar, &error.to_string())
            })?;
        }
        for aggregate in &wire.aggregates {
            if EntityKind::of_stream(aggregate).is_none() && aggregate != "process" {
                let ar = format!("لا توجد سلاسل نوعها {aggregate:?}، مثل stock");
                let en =
                    format!("there are no streams of the kind {aggregate:?}; an example is stock");
                return Err(status::invalid_field("filter.aggregates", ar, &en));
            }
        }
        Ok(Self {
            kinds: Kinds::read(&wire.kinds, "filter.kinds")?,
            streams: wire.streams.into_iter().collect(),
            aggregates: wire.aggregates.into_iter().collect(),
            facilities: codes("filter.facilities", wire.facilities, FacilityId::new)?,
            items: codes("filter.items", wire.items, ItemCode::new)?,
        })
    }

    /// Whether an entry is asked for.
    pub fn fits(&self, index: u64, entry: &Entry<'_>) -> Result<bool, Status> {
        let aggregate = entry.stream.split_once('-').map_or("", |(kind, _)| kind);
        let by_header = self.kinds.fit(entry.kind)
            && (self.streams.is_empty() || self.streams.contains(entry.stream))
            && (self.aggregates.is_empty() || self.aggregates.contains(aggregate));
        if !by_header || (self.facilities.is_empty() && self.items.is_empty()) {
            return Ok(by_header);
        }
        let may_name = |codes: &[String]| {
            codes.is_empty()
                || codes
                    .iter()
                    .any(|code| holds(entry.bytes(), code.as_bytes()))
        };
        if !may_name(&self.facilities) || !may_name(&self.items) {
            return Ok(false);
        }
        self.concerns(index, entry)
    }

    /// Whether the event is of, or names, one of the facilities and one of the items.
    fn concerns(&self, index: u64, entry: &Entry<'_>) -> Result<bool, Status> {
        let event = recorded(index, entry, &[]).map_err(|error| {
            let what = error.to_string();
            status::reading(&ReadError::Corrupt { index, what })
        })?;
        let (mut facility, mut item) = (self.facilities.is_empty(), self.items.is_empty());
        mentions(&event, &mut |mention| {
            if mention.part == Part::Acted {
                return;
            }
            let among = |codes: &[String]| codes.iter().any(|code| code == mention.name.id);
            match mention.name.kind {
                EntityKind::Facility => facility |= among(&self.facilities),
                EntityKind::Item => item |= among(&self.items),
                EntityKind::Batch
                | EntityKind::Organization
                | EntityKind::Official
                | EntityKind::Post
                | EntityKind::Committee
                | EntityKind::Order
                | EntityKind::Contract
                | EntityKind::Transfer
                | EntityKind::Requisition
                | EntityKind::Process
                | EntityKind::Ruleset
                | EntityKind::Reservation
                | EntityKind::Count
                | EntityKind::Document
                | EntityKind::Policy
                | EntityKind::Migration
                | EntityKind::Event
                | EntityKind::Tender
                | EntityKind::Plan
                | EntityKind::Envelope
                | EntityKind::Security
                | EntityKind::Application
                | EntityKind::Qualification => {}
            }
        });
        Ok(facility && item)
    }
}

fn holds(bytes: &[u8], code: &[u8]) -> bool {
    bytes
        .windows(code.len().max(1))
        .any(|window| window == code)
}

fn codes<T>(
    field: &str,
    given: Vec<String>,
    read: impl Fn(&str) -> Result<T, ValueError>,
) -> Result<Vec<String>, Status> {
    for code in &given {
        read(code).map_err(|error| status::invalid_value(field, &error))?;
    }
    Ok(given)
}
