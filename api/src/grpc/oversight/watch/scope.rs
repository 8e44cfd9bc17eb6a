//! What a look at the views has to cover: which rows events may have changed.

use std::collections::BTreeMap;

use sijill_ledger_core::codec::recorded;
use sijill_ledger_core::domain::values::{EffectiveAt, FacilityId, ItemCode};
use sijill_ledger_core::event::Event;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::time::Timestamp;
use sijill_projections::shortage::query::Filter;
use sijill_schemas::events::v1::ItemCategory;
use tonic::Status;

use crate::grpc::oversight::pb;
use crate::grpc::oversight::shortage_row::written;
use crate::grpc::question::desk::Look;
use crate::grpc::question::unwritable;
use crate::grpc::status;

/// Above so many events, or facilities, it is cheaper to look at everything.
const EVENTS_MAX: u64 = 2_000;
const FACILITIES_MAX: usize = 32;

/// Facility and item.
pub type Key = (String, String);

/// Rows by facility and item, those without a status among them.
pub type Rows = BTreeMap<Key, pb::ShortageRow>;

/// Facilities, each until when: an event may be recorded a few minutes before it is effective.
pub type Facilities = BTreeMap<FacilityId, Timestamp>;

/// Which rows events may have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Any.
    Everything,
    /// Those of facilities.
    Facilities(Facilities),
}

impl Scope {
    /// The rows that the events from one index to before another may have changed.
    pub fn of(store: &EmbeddedStore, from: u64, to: u64) -> Result<Self, Status> {
        if to.saturating_sub(from) > EVENTS_MAX {
            return Ok(Self::Everything);
        }
        let mut facilities = BTreeMap::new();
        for batch in store.log_reader(from) {
            let batch = batch.map_err(|error| status::reading(&error))?;
            for (index, entry) in batch.iter().take_while(|(index, _)| *index < to) {
                let event = recorded(index, &entry, &[]);
                let event = event.map_err(|error| status::internal(&error.to_string()))?;
                match &event.event {
                    Event::Item(_) | Event::Ruleset(_) => return Ok(Self::Everything),
                    Event::Facility(_) | Event::Stock(_) => {
                        let Ok(facility) = FacilityId::new(event.stream.id()) else {
                            continue;
                        };
                        let effective = event.metadata.effective_at.at();
                        let until: &mut Timestamp = facilities.entry(facility).or_insert(effective);
                        *until = effective.max(*until);
                    }
                    Event::Application(_)
                    | Event::Committee(_)
                    | Event::Disclosure(_)
                    | Event::Envelope(_)
                    | Event::Migration(_)
                    | Event::Official(_)
                    | Event::Order(_)
                    | Event::Organization(_)
                    | Event::Plan(_)
                    | Event::Process(_)
                    | Event::Reaction(_)
                    | Event::Qualification(_)
                    | Event::Requisition(_)
                    | Event::Framework(_)
                    | Event::Security(_)
                    | Event::Succession(_)
                    | Event::Tender(_)
                    | Event::Transfer(_) => {}
                }
            }
            if batch.next_index().is_none_or(|next| next >= to) {
                break;
            }
        }
        Ok(if facilities.len() > FACILITIES_MAX {
            Self::Everything
        } else {
            Self::Facilities(facilities)
        })
    }

    /// These rows, and those of other facilities.
    pub fn and(self, others: Facilities) -> Self {
        let Self::Facilities(mut facilities) = self else {
            return self;
        };
        for (facility, until) in others {
            let known = facilities.entry(facility).or_insert(until);
            *known = until.max(*known);
        }
        Self::Facilities(facilities)
    }

    /// The facilities whose events are not all effective yet.
    pub fn early(&self, at: Option<EffectiveAt>) -> Facilities {
        let Self::Facilities(facilities) = self else {
            return Facilities::new();
        };
        let is_early = |until: &Timestamp| at.is_none_or(|at| *until > at.at());
        let early = facilities.iter().filter(|(_, until)| is_early(until));
        early
            .map(|(facility, until)| (facility.clone(), *until))
            .collect()
    }

    /// The rows as they are now.
    pub fn rows(&self, look: &Look<'_>) -> Result<Rows, Status> {
        let Self::Facilities(facilities) = self else {
            return rows(look, &Filter::default());
        };
        let mut found = Rows::new();
        for facility in facilities.keys() {
            let filter = Filter {
                facility: Some(facility.clone()),
                ..Filter::default()
            };
            found.extend(rows(look, &filter)?);
        }
        Ok(found)
    }
}

/// The rows that a filter lets through, at the instant of the last event.
pub fn rows(look: &Look<'_>, filter: &Filter) -> Result<Rows, Status> {
    let Some(at) = look.at(None) else {
        return Ok(Rows::new());
    };
    let answer = look.views().shortage.stock(at, filter);
    let rows = answer.value.iter().map(|row| {
        let row = written(row, false).map_err(|error| unwritable(&error))?;
        Ok((key(&row), row))
    });
    rows.collect()
}

/// What a row is about.
pub fn key(row: &pb::ShortageRow) -> Key {
    (row.facility.clone(), row.item.clone())
}

/// The status of a row; unspecified where there is no shortage to speak of: the facility is closed or does not handle the item,
/// or it is a durable.
pub fn status_of(row: &pb::ShortageRow) -> i32 {
    if row.open && row.handled && row.category() != ItemCategory::Durable {
        row.status
    } else {
        i32::from(pb::ShortageStatus::Unspecified)
    }
}

/// Whether a row is of the facility and item of a filter: these never change, while a facility may come to another
/// governorate or owner.
pub fn is_near(row: &pb::ShortageRow, filter: &Filter) -> bool {
    let same = |wanted: Option<&str>, is: &str| wanted.is_none_or(|wanted| wanted == is);
    same(
        filter.facility.as_ref().map(FacilityId::as_str),
        &row.facility,
    ) && same(filter.item.as_ref().map(ItemCode::as_str), &row.item)
}
