//! What can be asked.

use sijill_ledger_core::domain::item::Category;
use sijill_ledger_core::domain::tender::Procedure;
use sijill_ledger_core::domain::values::{ItemCode, Money, OrganizationId, Place};
use sijill_ledger_core::time::Timestamp;

use super::Wanted;
use super::entry::Phase;

/// Which tenders; what is not named does not restrict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Words that all occur.
    pub words: Wanted,
    /// What else is asked.
    pub filter: Filter,
}

/// Which tenders, but for words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Who buys.
    pub buyer: Option<OrganizationId>,
    /// How suppliers are sought: one of these.
    pub procedures: Vec<Procedure>,
    /// How far it has come at the instant asked about: one of these.
    pub phases: Vec<Phase>,
    /// An item of this category is asked for.
    pub category: Option<Category>,
    /// This item is asked for.
    pub item: Option<ItemCode>,
    /// Something is to be delivered into this governorate.
    pub governorate: Option<Place>,
    /// When it was published.
    pub published: Range,
    /// When its deadline is.
    pub closes: Range,
    /// What it is worth, at least; in this currency.
    pub value_from: Option<Money>,
    /// What it is worth, at most; in this currency.
    pub value_to: Option<Money>,
    /// Who won something of it.
    pub winner: Option<OrganizationId>,
}

/// Instants from one to before another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// The first.
    pub from: Option<Timestamp>,
    /// The first that is too late.
    pub until: Option<Timestamp>,
}

/// The order of the tenders found; no two stand alike in any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By points, then the one that was published last; without words, that alone.
    Relevance,
    /// The one that was published last first.
    Newest,
    /// The one that was published first first.
    Oldest,
    /// The deadline that is next first; those that have passed come after, the latest of them first.
    ClosingSoonest,
    /// The latest deadline first.
    ClosingLast,
}

impl Range {
    /// Whether an instant is one of them.
    pub const fn has(self, at: Timestamp) -> bool {
        let at = at.as_micros();
        let early = matches!(self.from, Some(from) if at < from.as_micros());
        let late = matches!(self.until, Some(until) if at >= until.as_micros());
        !early && !late
    }
}
