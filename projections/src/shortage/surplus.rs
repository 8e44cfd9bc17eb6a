//! Shortage that a nearby surplus could meet.
//!
//! *Nearby* is in the same governorate. A facility has a *surplus* when it is overstocked: what is usable and not reserved above AMC ×
//! the ruleset's upper months of stock. A facility is *short* when its status is stocked out, critical or low: it lacks
//! AMC × the low months of stock − usable − what is in transit and not overdue. Both must report. Where nobody consumes there is
//! neither. The shortest facility is served first, from the largest surplus; a surplus is given away once.
//!
//! Example (AMC 100 everywhere, low below 2 months, overstocked above 6): A has 20 and lacks 180, B has 150 and lacks 50, C has 800:
//! a surplus of 200. A gets 180 from C, B the other 20.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;
use sijill_ledger_core::domain::ruleset::Rules;
use sijill_ledger_core::domain::values::{EffectiveAt, FacilityId, ItemCode, Place};

use super::Shortage;
use super::query::{Answer, Filter, Row};
use super::status::Status;
use crate::page::{Page, Paged};

/// What one facility could send to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Redistribution {
    /// The governorate of both.
    pub governorate: Place,
    /// The item.
    pub item: ItemCode,
    /// The facility with a surplus.
    pub from: FacilityId,
    /// Its whole surplus, in base units.
    pub surplus: Decimal,
    /// The facility that is short.
    pub to: FacilityId,
    /// Its status.
    pub status: Status,
    /// All that it lacks, in base units.
    pub lacks: Decimal,
    /// What could be sent, in base units.
    pub quantity: Decimal,
}

impl Shortage {
    /// Shortages that a surplus in the same governorate could meet, in the order of governorate and item, the shortest facility
    /// first.
    pub fn redistributions(
        &self,
        at: EffectiveAt,
        filter: &Filter,
        page: Page,
    ) -> Answer<Paged<Redistribution>> {
        let Some(around) = self.around(filter) else {
            return self.answer(at, page.of(Vec::new(), |one| one));
        };
        let mut places: BTreeMap<(Place, ItemCode), Vec<Row>> = BTreeMap::new();
        for row in self.stock(at, &around).value {
            let place = row.facility_profile.as_ref();
            let place = place.and_then(|profile| profile.governorate.clone());
            if let Some(place) = place.filter(|_| row.counts() && row.reporting) {
                places
                    .entry((place, row.item.clone()))
                    .or_default()
                    .push(row);
            }
        }
        let mut found = Vec::new();
        for ((place, item), rows) in places {
            matched(&place, &item, rows, &self.rules, &mut found);
        }
        let wanted = filter.facility.as_ref();
        found.retain(|one| wanted.is_none_or(|id| one.from == *id || one.to == *id));
        self.answer(at, page.of(found, |one| one))
    }

    /// A facility may be asked about, but its surplus lies elsewhere in its governorate; `None` when it has none.
    fn around(&self, filter: &Filter) -> Option<Filter> {
        let Some(facility) = &filter.facility else {
            return Some(filter.clone());
        };
        let store = self.store(self.facilities.number(facility.as_str())?)?;
        let place = store.profile.as_ref()?.governorate.clone()?;
        let other = filter.governorate.as_ref();
        other.is_none_or(|wanted| *wanted == place).then(|| Filter {
            facility: None,
            governorate: Some(place),
            ..filter.clone()
        })
    }
}

fn matched(
    place: &Place,
    item: &ItemCode,
    mut rows: Vec<Row>,
    rules: &Rules,
    found: &mut Vec<Redistribution>,
) {
    rows.sort_by(Row::worst_first);
    let mut givers: Vec<(&Row, Decimal, Decimal)> = rows
        .iter()
        .filter_map(|row| Some((row, row.surplus(rules)?)))
        .map(|(row, surplus)| (row, surplus, surplus))
        .collect();
    givers.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.facility.cmp(&b.0.facility)));
    for row in &rows {
        let Some(lacks) = row.lacks(rules) else {
            continue;
        };
        let mut missing = lacks;
        for (giver, surplus, left) in &mut givers {
            let quantity = missing.min(*left);
            if quantity <= Decimal::ZERO {
                continue;
            }
            missing = missing.saturating_sub(quantity);
            *left = left.saturating_sub(quantity);
            found.push(Redistribution {
                governorate: place.clone(),
                item: item.clone(),
                from: giver.facility.clone(),
                surplus: *surplus,
                to: row.facility.clone(),
                status: row.status,
                lacks,
                quantity,
            });
        }
    }
}

impl Row {
    /// Free stock above what is adequate, where it is overstocked.
    fn surplus(&self, rules: &Rules) -> Option<Decimal> {
        let enough = self
            .amc
            .value?
            .checked_mul(rules.overstocked_above_months)?;
        let free = self
            .quantities
            .usable
            .saturating_sub(self.quantities.reserved);
        let surplus = free.saturating_sub(enough).normalize();
        (self.status == Status::Overstocked && surplus > Decimal::ZERO).then_some(surplus)
    }

    /// What it lacks to be adequate, where it is short.
    fn lacks(&self, rules: &Rules) -> Option<Decimal> {
        let short = matches!(
            self.status,
            Status::StockedOut | Status::Critical | Status::Low
        );
        let needed = self.amc.value?.checked_mul(rules.low_below_months)?;
        let coming = self
            .supply
            .in_transit
            .saturating_sub(self.supply.in_transit_overdue);
        let lacks = needed
            .saturating_sub(self.quantities.usable.max(Decimal::ZERO))
            .saturating_sub(coming)
            .normalize();
        (short && lacks > Decimal::ZERO).then_some(lacks)
    }
}
