//! The facilities and items behind the codes of the rows.

use sijill_ledger_core::domain::facility;
use sijill_ledger_core::domain::item;
use sijill_ledger_core::domain::values::{FacilityId, ItemCode};

use super::Shortage;
use super::query::Filter;

/// A facility that an event of the log speaks of.
#[derive(Clone, Copy, Debug)]
pub struct KnownFacility<'a> {
    /// Its id.
    pub id: &'a FacilityId,
    /// Its particulars; `None` when it is not registered.
    pub profile: Option<&'a facility::Profile>,
    /// It was closed.
    pub closed: bool,
}

impl Shortage {
    /// The facilities that a filter lets through, in the order of their ids. Items do not restrict them.
    pub fn facilities(&self, filter: &Filter) -> Vec<KnownFacility<'_>> {
        let filter = Filter {
            item: None,
            ..filter.clone()
        };
        let stores = self.stores(&filter).into_iter();
        let known = stores.map(|(id, store)| KnownFacility {
            id,
            profile: store.profile.as_deref(),
            closed: store.closed,
        });
        known.collect()
    }

    /// The items that a filter lets through, in the order of their codes, with the particulars of those that are listed.
    /// Facilities do not restrict them.
    pub fn items(&self, filter: &Filter) -> Vec<(&ItemCode, Option<&item::Profile>)> {
        let items = self.codes.items.sorted().into_iter();
        items
            .map(|(number, code)| (code, self.listed.get(&number).map(AsRef::as_ref)))
            .filter(|(code, _)| filter.item.as_ref().is_none_or(|item| item == *code))
            .filter(|(_, profile)| {
                let category = profile.map(|profile| profile.category);
                filter.category.is_none() || category == filter.category
            })
            .collect()
    }
}
