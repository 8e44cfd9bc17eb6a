//! Discrepancies found while a fact is recorded.

use rust_decimal::Decimal;

use super::event::{BrokenRule, Discrepancy, Event};
use crate::aggregate::Facts;
use crate::domain::values::DiscrepancyId;

/// The events of one decision: the fact, then what is wrong with it, then what follows from it.
pub(super) struct Findings<'a> {
    facts: &'a Facts,
    events: Vec<Event>,
}

impl<'a> Findings<'a> {
    /// Begins with the fact.
    pub(super) fn of(fact: Event, facts: &'a Facts) -> Self {
        Self {
            facts,
            events: vec![fact],
        }
    }

    /// Opens a discrepancy.
    pub(super) fn open(
        &mut self,
        rule: BrokenRule,
        line: Option<u16>,
        expected: Decimal,
        found: Decimal,
    ) {
        let position = u64::try_from(self.events.len()).unwrap_or(u64::MAX);
        let revision = self.facts.next_revision.saturating_add(position);
        // `D` and digits is always a legal id.
        let Ok(id) = DiscrepancyId::new(&format!("D{revision}")) else {
            return;
        };
        self.events.push(Event::DiscrepancyOpened(Discrepancy {
            id,
            rule,
            line,
            expected,
            found,
        }));
    }

    /// Adds what follows from the fact.
    pub(super) fn follow(&mut self, events: impl IntoIterator<Item = Event>) {
        self.events.extend(events);
    }

    /// All events in their order.
    pub(super) fn into_events(self) -> Vec<Event> {
        self.events
    }
}
