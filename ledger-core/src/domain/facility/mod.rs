//! A place that holds stock: central store, warehouse, hospital, clinic, school or office.

mod event;
mod refusal;
#[cfg(test)]
pub(super) mod tests;

pub use event::*;
pub use refusal::Refusal;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::aggregate::{Aggregate, Facts, Occurred, ensure};
use crate::domain::item::Item;
use crate::domain::member;
use crate::domain::official::Official;
use crate::domain::organization::Organization;
use crate::domain::stock::Stock;
use crate::domain::values::{FacilityId, ItemCode, OfficialId, Quantity};
use crate::store::StreamName;

/// What can be asked of a facility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Register it.
    Open(Profile),
    /// Change its particulars.
    Amend(Amendment),
    /// State what it is expected to hold of an item.
    SetAssortment(Assortment),
    /// Pass the store from one keeper to another.
    HandOver(Handover),
    /// Close it.
    Close(Closure),
}

/// A facility.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Facility {
    /// Nothing has been registered.
    #[default]
    Unknown,
    /// It holds stock.
    Open {
        /// Particulars.
        profile: Profile,
        /// Who keeps it.
        keeper: Option<OfficialId>,
        /// What it is expected to hold: minimum and maximum per item, in base units.
        assortment: BTreeMap<ItemCode, (Quantity, Quantity)>,
    },
    /// It was closed, and stays so.
    Closed {
        /// Particulars at the end.
        profile: Profile,
    },
}

impl Facility {
    /// The stream of a facility.
    pub fn stream(id: &FacilityId) -> StreamName {
        StreamName::of("facility", id.as_str())
    }

    /// Whether it holds stock now.
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }

    /// Particulars, open or closed; `None` before it was registered.
    pub const fn profile(&self) -> Option<&Profile> {
        match self {
            Self::Unknown => None,
            Self::Open { profile, .. } | Self::Closed { profile } => Some(profile),
        }
    }

    /// Who keeps the store; `None` before the first keeper, and in a facility that is not open.
    pub const fn keeper(&self) -> Option<&OfficialId> {
        match self {
            Self::Unknown | Self::Closed { .. } => None,
            Self::Open { keeper, .. } => keeper.as_ref(),
        }
    }

    /// Minimum and maximum of an item in base units; `None` for one that it is not expected to hold.
    pub fn expected(&self, item: &ItemCode) -> Option<(Quantity, Quantity)> {
        match self {
            Self::Unknown | Self::Closed { .. } => None,
            Self::Open { assortment, .. } => assortment.get(item).copied(),
        }
    }
}

impl Aggregate for Facility {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "facility";

    fn reads(&self, stream: &StreamName, command: &Command) -> Vec<StreamName> {
        match command {
            Command::Open(profile) | Command::Amend(Amendment { profile, .. }) => {
                let parent = profile.parent.as_ref().map(Self::stream);
                let owner = profile.owner.as_ref().map(Organization::stream);
                parent
                    .filter(|parent| parent != stream)
                    .into_iter()
                    .chain(owner)
                    .collect()
            }
            Command::SetAssortment(assortment) => vec![Item::stream(&assortment.item)],
            Command::HandOver(handover) => vec![Official::stream(&handover.to)],
            Command::Close(_) => stock_of(stream).into_iter().collect(),
        }
    }

    fn decide(&self, command: Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
        let event = match command {
            Command::Open(profile) => self.open(profile, facts)?,
            Command::Amend(amendment) => self.amend(amendment, facts)?,
            Command::SetAssortment(assortment) => self.set_assortment(assortment, facts)?,
            Command::HandOver(handover) => self.hand_over(handover, facts)?,
            Command::Close(closure) => self.close(closure, facts)?,
        };
        Ok(vec![event])
    }

    fn evolve(mut self, occurred: Occurred<'_, Event>) -> Option<Self> {
        if let Event::FacilityOpened(profile) = occurred.event {
            return (self == Self::Unknown).then(|| Self::Open {
                profile: profile.clone(),
                keeper: None,
                assortment: BTreeMap::new(),
            });
        }
        let Self::Open {
            profile,
            keeper,
            assortment,
        } = &mut self
        else {
            return None;
        };
        match occurred.event {
            Event::FacilityOpened(_) => return None,
            Event::FacilityAmended(amendment) => *profile = amendment.profile.clone(),
            Event::AssortmentSet(set) => {
                (set.min <= set.max).then_some(())?;
                if set.max.is_zero() {
                    assortment.remove(&set.item)?;
                } else {
                    assortment.insert(set.item.clone(), (set.min, set.max));
                }
            }
            Event::CustodyHandedOver(handover) => {
                (handover.from == *keeper).then_some(())?;
                *keeper = Some(handover.to.clone());
            }
            Event::FacilityClosed(_) => {
                let profile = profile.clone();
                return Some(Self::Closed { profile });
            }
        }
        Some(self)
    }

    fn asked(event: &Event, _imported: bool) -> Option<Command> {
        Some(match event.clone() {
            Event::FacilityOpened(it) => Command::Open(it),
            Event::FacilityAmended(it) => Command::Amend(it),
            Event::AssortmentSet(it) => Command::SetAssortment(it),
            Event::CustodyHandedOver(it) => Command::HandOver(it),
            Event::FacilityClosed(it) => Command::Close(it),
        })
    }

    member!(Facility);
}

impl Facility {
    fn open(&self, profile: Profile, facts: &Facts) -> Result<Event, Refusal> {
        match self {
            Self::Unknown => {}
            Self::Open { .. } => return Err(Refusal::Open),
            Self::Closed { .. } => return Err(Refusal::Closed),
        }
        profile.check(facts)?;
        Ok(Event::FacilityOpened(profile))
    }

    fn amend(&self, amendment: Amendment, facts: &Facts) -> Result<Event, Refusal> {
        self.must_be_open()?;
        ensure(
            self.profile() != Some(&amendment.profile),
            Refusal::NothingChanges,
        )?;
        amendment.profile.check(facts)?;
        Ok(Event::FacilityAmended(amendment))
    }

    fn set_assortment(&self, new: Assortment, facts: &Facts) -> Result<Event, Refusal> {
        self.must_be_open()?;
        ensure(
            new.min <= new.max,
            Refusal::MinAboveMax {
                min: new.min,
                max: new.max,
            },
        )?;
        let present = self.expected(&new.item).unwrap_or_default();
        ensure(present != (new.min, new.max), Refusal::NothingChanges)?;
        let listed = facts
            .readings
            .get::<Item>(&Item::stream(&new.item))
            .is_some_and(Item::is_listed);
        // A delisted item is used up: it may leave an assortment, not enter one.
        ensure(
            facts.imported() || listed || new.max.is_zero(),
            Refusal::ItemNotListed {
                item: new.item.clone(),
            },
        )?;
        Ok(Event::AssortmentSet(new))
    }

    fn hand_over(&self, handover: Handover, facts: &Facts) -> Result<Event, Refusal> {
        self.must_be_open()?;
        ensure(
            handover.from.as_ref() == self.keeper(),
            Refusal::NotTheKeeper {
                keeper: self
                    .keeper()
                    .map_or_else(|| "—".to_owned(), ToString::to_string),
            },
        )?;
        ensure(
            handover.from.as_ref() != Some(&handover.to),
            Refusal::SameKeeper,
        )?;
        let known = facts
            .readings
            .get::<Official>(&Official::stream(&handover.to))
            .is_some_and(Official::is_known);
        ensure(
            facts.imported() || known,
            Refusal::KeeperNotKnown {
                keeper: handover.to.clone(),
            },
        )?;
        Ok(Event::CustodyHandedOver(handover))
    }

    fn close(&self, closure: Closure, facts: &Facts) -> Result<Event, Refusal> {
        self.must_be_open()?;
        let empty = stock_of(&facts.stream)
            .and_then(|stock| facts.readings.get::<Stock>(&stock))
            .is_some_and(Stock::is_empty);
        ensure(facts.imported() || empty, Refusal::StockOnHand)?;
        Ok(Event::FacilityClosed(closure))
    }

    fn must_be_open(&self) -> Result<(), Refusal> {
        match self {
            Self::Unknown => Err(Refusal::NotRegistered),
            Self::Open { .. } => Ok(()),
            Self::Closed { .. } => Err(Refusal::Closed),
        }
    }
}

/// The stock stream of the facility with this stream.
fn stock_of(facility: &StreamName) -> Option<StreamName> {
    let id = FacilityId::new(facility.id()).ok()?;
    Some(Stock::stream(&id))
}

impl Profile {
    fn check(&self, facts: &Facts) -> Result<(), Refusal> {
        ensure(
            self.position.is_none_or(Coordinates::on_earth),
            Refusal::OffTheEarth,
        )?;
        self.check_parent(facts)?;
        let Some(owner) = &self.owner else {
            return Ok(());
        };
        let registered = facts
            .readings
            .get::<Organization>(&Organization::stream(owner))
            .is_some_and(Organization::is_registered);
        ensure(
            facts.imported() || registered,
            Refusal::OwnerNotRegistered {
                owner: owner.clone(),
            },
        )
    }

    /// Only the parent is read, so a longer circle than two is not seen here; whoever walks upwards must stop by count.
    fn check_parent(&self, facts: &Facts) -> Result<(), Refusal> {
        let Some(parent) = &self.parent else {
            return Ok(());
        };
        let stream = Facility::stream(parent);
        ensure(stream != facts.stream, Refusal::OwnParent)?;
        let above = facts.readings.get::<Facility>(&stream);
        let missing = || Refusal::NoParent {
            parent: parent.clone(),
        };
        let profile = above.and_then(Facility::profile).ok_or_else(missing)?;
        let grandparent = profile.parent.as_ref().map(Facility::stream);
        ensure(
            grandparent.as_ref() != Some(&facts.stream),
            Refusal::ParentBelow {
                parent: parent.clone(),
            },
        )?;
        ensure(
            facts.imported() || above.is_some_and(Facility::is_open),
            missing(),
        )
    }
}

impl Coordinates {
    fn on_earth(self) -> bool {
        (-90_000_000..=90_000_000).contains(&self.latitude_microdegrees)
            && (-180_000_000..=180_000_000).contains(&self.longitude_microdegrees)
    }
}
