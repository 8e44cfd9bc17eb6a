//! One store's stock ledger.

mod event;

pub use event::*;

use crate::domain::values::FacilityId;
use crate::store::StreamName;

/// The stock of one facility.
#[derive(Clone, Debug, Default)]
pub struct Stock;

impl Stock {
    /// The stream of a facility's stock.
    pub fn stream(id: &FacilityId) -> StreamName {
        StreamName::of("stock", id.as_str())
    }

    /// Whether nothing is on hand and nothing in custody.
    pub fn is_empty(&self) -> bool {
        true
    }
}

impl crate::aggregate::Aggregate for Stock {
    type Command = Event;
    type Event = Event;
    type Refusal = super::ruleset::Refusal;
    const KIND: &'static str = "stock";
    fn reads(&self, _: &StreamName, _: &Event) -> Vec<StreamName> {
        Vec::new()
    }
    fn decide(
        &self,
        command: Event,
        _: &crate::aggregate::Facts,
    ) -> Result<Vec<Event>, Self::Refusal> {
        Ok(vec![command])
    }
    fn evolve(self, _: crate::aggregate::Occurred<'_, Event>) -> Option<Self> {
        Some(self)
    }
    super::member!(Stock);
}
