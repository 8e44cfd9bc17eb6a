//! The codes that figures name: `ListFacilities` and `ListItems`.

use std::collections::BTreeMap;

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::{EffectiveAt, FacilityId, ItemCode};
use sijill_ledger_core::domain::{facility, item};
use sijill_projections::shortage::Shortage;
use sijill_projections::shortage::query::Filter;
use sijill_projections::{View as _, Views};
use sijill_schemas::types::v1 as types;
use tonic::Status;

use super::{filter, pb};
use crate::grpc::question::list::{Question, Rows, list};
use crate::grpc::question::listing::Made;
use crate::grpc::question::page::{Key, Orders};

impl Question for pb::ListFacilitiesRequest {
    type Asked = Filter;
    type List = Made<pb::FacilityRow>;
    type Answer = pb::ListFacilitiesResponse;

    const ORDERS: Orders<fn(&pb::FacilityRow) -> Key> = &[
        ("facility", |row| Key::text(&row.facility)),
        ("governorate", |row| {
            Key::maybe(
                row.profile
                    .as_ref()
                    .and_then(|profile| profile.governorate.as_ref()),
            )
        }),
        ("kind", |row| {
            Key::case(row.profile.as_ref().map_or(0, |profile| profile.kind))
        }),
    ];

    list!(ListFacilitiesResponse);

    fn read(&self) -> Result<Filter, Status> {
        let filter = filter::read(self.filter.as_ref())?;
        filter::refuse("filter.item", filter.item.as_ref())?;
        filter::refuse("filter.category", filter.category.as_ref())?;
        Ok(filter)
    }

    fn rows(
        asked: &Filter,
        views: &Views,
        _at: EffectiveAt,
    ) -> Result<Rows<Made<pb::FacilityRow>>, EncodeError> {
        let known = views.shortage.facilities(asked).into_iter();
        let rows = known.map(|facility| {
            Ok(pb::FacilityRow {
                facility: write(facility.id)?,
                profile: facility.profile.map(write).transpose()?,
                closed: facility.closed,
            })
        });
        Ok(listed(rows.collect::<Result<_, _>>()?))
    }
}

impl Question for pb::ListItemsRequest {
    type Asked = Filter;
    type List = Made<pb::ItemRow>;
    type Answer = pb::ListItemsResponse;

    const ORDERS: Orders<fn(&pb::ItemRow) -> Key> = &[
        ("item", |row| Key::text(&row.item)),
        ("category", |row| {
            Key::case(row.profile.as_ref().map_or(0, |profile| profile.category))
        }),
    ];

    list!(ListItemsResponse);

    fn read(&self) -> Result<Filter, Status> {
        let filter = filter::read(self.filter.as_ref())?;
        filter::refuse("filter.facility", filter.facility.as_ref())?;
        filter::refuse("filter.governorate", filter.governorate.as_ref())?;
        filter::refuse("filter.owner", filter.owner.as_ref())?;
        Ok(filter)
    }

    fn rows(
        asked: &Filter,
        views: &Views,
        _at: EffectiveAt,
    ) -> Result<Rows<Made<pb::ItemRow>>, EncodeError> {
        let known = views.shortage.items(asked).into_iter();
        let rows = known.map(|(code, profile)| {
            Ok(pb::ItemRow {
                item: write(code)?,
                profile: profile.map(write).transpose()?,
            })
        });
        Ok(listed(rows.collect::<Result<_, _>>()?))
    }
}

/// No figure here depends on a ruleset.
fn listed<Row>(rows: Vec<Row>) -> Rows<Made<Row>> {
    Rows {
        rows: Made(rows),
        definition: Shortage::VERSION,
        ruleset: None,
        parameters: None,
    }
}

/// Who is behind the codes, for rows of views that know codes only.
pub struct Names<'a> {
    facilities: BTreeMap<&'a FacilityId, &'a facility::Profile>,
    items: BTreeMap<&'a ItemCode, &'a item::Profile>,
}

impl<'a> Names<'a> {
    /// All that the ledger knows.
    pub fn of(views: &'a Views) -> Self {
        let everything = Filter::default();
        let facilities = views.shortage.facilities(&everything).into_iter();
        let items = views.shortage.items(&everything).into_iter();
        Self {
            facilities: facilities
                .filter_map(|known| Some((known.id, known.profile?)))
                .collect(),
            items: items
                .filter_map(|(code, profile)| Some((code, profile?)))
                .collect(),
        }
    }

    /// A facility's particulars, where it is registered.
    pub fn facility(&self, id: &FacilityId) -> Option<&'a facility::Profile> {
        self.facilities.get(id).copied()
    }

    /// An item's particulars, where it is listed.
    pub fn item(&self, code: &ItemCode) -> Option<&'a item::Profile> {
        self.items.get(code).copied()
    }

    /// A facility's names as a message.
    pub fn of_facility(&self, id: &FacilityId) -> Result<Option<types::Names>, EncodeError> {
        let facility = self.facility(id);
        facility.map(|profile| write(&profile.names)).transpose()
    }

    /// An item's names as a message.
    pub fn of_item(&self, code: &ItemCode) -> Result<Option<types::Names>, EncodeError> {
        let item = self.item(code);
        item.map(|profile| write(&profile.names)).transpose()
    }

    /// Whether a row about a facility and an item is looked at.
    pub fn lets_through(&self, filter: &Filter, facility: &FacilityId, item: &ItemCode) -> bool {
        let place = self.facility(facility);
        filter
            .facility
            .as_ref()
            .is_none_or(|wanted| wanted == facility)
            && filter.item.as_ref().is_none_or(|wanted| wanted == item)
            && (filter.governorate.is_none()
                || place.and_then(|place| place.governorate.as_ref())
                    == filter.governorate.as_ref())
            && (filter.owner.is_none()
                || place.and_then(|place| place.owner.as_ref()) == filter.owner.as_ref())
            && (filter.category.is_none()
                || self.item(item).map(|item| item.category) == filter.category)
    }
}
