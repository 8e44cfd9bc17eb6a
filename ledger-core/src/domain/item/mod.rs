//! An item of the national catalogue: medicine, stationery, supply or durable.

mod event;
mod refusal;
#[cfg(test)]
pub(super) mod tests;

pub use event::*;
pub use refusal::Refusal;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::aggregate::{Aggregate, Facts, Occurred, ensure};
use crate::domain::member;
use crate::domain::values::ItemCode;
use crate::store::StreamName;

/// What can be asked of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Enter it into the catalogue.
    List(Profile),
    /// Change its particulars.
    Amend(Amendment),
    /// Set a price to compare with.
    SetReferencePrice(ReferencePrice),
    /// Take it out of the catalogue.
    Delist(Delisting),
}

/// An item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Item {
    /// Nothing has been listed.
    #[default]
    Unknown,
    /// In the catalogue.
    Listed {
        /// Particulars.
        profile: Profile,
        /// The latest price to compare with.
        reference_price: Option<ReferencePrice>,
    },
    /// Left the catalogue for good; stock on hand is used up.
    Delisted {
        /// Particulars at the end.
        profile: Profile,
    },
}

impl Item {
    /// The stream of an item.
    pub fn stream(code: &ItemCode) -> StreamName {
        StreamName::of("item", code.as_str())
    }

    /// Whether it is in the catalogue now.
    pub const fn is_listed(&self) -> bool {
        matches!(self, Self::Listed { .. })
    }

    /// Particulars, listed or delisted.
    pub const fn profile(&self) -> Option<&Profile> {
        match self {
            Self::Unknown => None,
            Self::Listed { profile, .. } | Self::Delisted { profile } => Some(profile),
        }
    }

    /// The latest price to compare with, `None` for an item that is not listed.
    pub const fn reference_price(&self) -> Option<&ReferencePrice> {
        match self {
            Self::Unknown | Self::Delisted { .. } => None,
            Self::Listed {
                reference_price, ..
            } => reference_price.as_ref(),
        }
    }
}

impl Aggregate for Item {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "item";

    fn reads(&self, _stream: &StreamName, _command: &Command) -> Vec<StreamName> {
        Vec::new()
    }

    fn decide(&self, command: Command, _facts: &Facts) -> Result<Vec<Event>, Refusal> {
        let event = match command {
            Command::List(profile) => self.list(profile)?,
            Command::Amend(amendment) => self.amend(amendment)?,
            Command::SetReferencePrice(price) => self.set_reference_price(price)?,
            Command::Delist(delisting) => {
                self.listed()?;
                Event::ItemDelisted(delisting)
            }
        };
        Ok(vec![event])
    }

    fn evolve(mut self, occurred: Occurred<'_, Event>) -> Option<Self> {
        if let Event::ItemListed(profile) = occurred.event {
            return (self == Self::Unknown).then(|| Self::Listed {
                profile: profile.clone(),
                reference_price: None,
            });
        }
        let Self::Listed {
            profile,
            reference_price,
        } = &mut self
        else {
            return None;
        };
        match occurred.event {
            Event::ItemListed(_) => return None,
            Event::ItemAmended(amendment) => {
                profile.keeps_its_nature(&amendment.profile).ok()?;
                *profile = amendment.profile.clone();
            }
            Event::ReferencePriceSet(price) => *reference_price = Some(price.clone()),
            Event::ItemDelisted(_) => {
                let profile = profile.clone();
                return Some(Self::Delisted { profile });
            }
        }
        Some(self)
    }

    fn asked(event: &Event, _imported: bool) -> Option<Command> {
        Some(match event.clone() {
            Event::ItemListed(it) => Command::List(it),
            Event::ItemAmended(it) => Command::Amend(it),
            Event::ReferencePriceSet(it) => Command::SetReferencePrice(it),
            Event::ItemDelisted(it) => Command::Delist(it),
        })
    }

    member!(Item);
}

/// No rule here judges a person's decision: all of them keep the catalogue coherent, so imported items meet them too.
impl Item {
    fn list(&self, profile: Profile) -> Result<Event, Refusal> {
        match self {
            Self::Unknown => {}
            Self::Listed { .. } => return Err(Refusal::Listed),
            Self::Delisted { .. } => return Err(Refusal::Delisted),
        }
        profile.check()?;
        Ok(Event::ItemListed(profile))
    }

    fn amend(&self, amendment: Amendment) -> Result<Event, Refusal> {
        let before = self.listed()?;
        before.keeps_its_nature(&amendment.profile)?;
        ensure(*before != amendment.profile, Refusal::NothingChanges)?;
        amendment.profile.check()?;
        Ok(Event::ItemAmended(amendment))
    }

    fn set_reference_price(&self, price: ReferencePrice) -> Result<Event, Refusal> {
        self.listed()?;
        ensure(!price.price.amount().is_zero(), Refusal::ZeroPrice)?;
        ensure(
            self.reference_price() != Some(&price),
            Refusal::NothingChanges,
        )?;
        Ok(Event::ReferencePriceSet(price))
    }

    fn listed(&self) -> Result<&Profile, Refusal> {
        match self {
            Self::Unknown => Err(Refusal::NotListed),
            Self::Listed { profile, .. } => Ok(profile),
            Self::Delisted { .. } => Err(Refusal::Delisted),
        }
    }
}

impl Profile {
    /// What every earlier quantity and movement rests on stays: a changed one is a new item.
    fn keeps_its_nature(&self, after: &Self) -> Result<(), Refusal> {
        ensure(self.base_unit == after.base_unit, Refusal::BaseUnitChanges)?;
        ensure(self.category == after.category, Refusal::CategoryChanges)?;
        ensure(self.tracking == after.tracking, Refusal::TrackingChanges)
    }

    fn check(&self) -> Result<(), Refusal> {
        ensure(self.packs.len() <= PACKS_MAX, Refusal::TooManyPacks)?;
        let mut names = BTreeSet::new();
        let mut gtins = BTreeSet::new();
        for pack in &self.packs {
            let pack_name = || pack.name.clone();
            ensure(
                !pack.factor.is_zero(),
                Refusal::EmptyPack { pack: pack_name() },
            )?;
            ensure(
                names.insert(&pack.name),
                Refusal::SamePack { pack: pack_name() },
            )?;
            if let Some(gtin) = &pack.gtin {
                ensure(gtins.insert(gtin), Refusal::SameGtin { gtin: gtin.clone() })?;
            }
        }
        Ok(())
    }
}
