//! The views there are: one line each.

use crate::applications::Applications;
use crate::attachments::Attachments;
use crate::audit::Audit;
use crate::distribution::Distribution;
use crate::process::Processes;
use crate::shortage::Shortage;
use crate::tenders::Tenders;
use crate::view::View;

/// Declares [`Views`] and the ways through it, from one line per view.
macro_rules! views {
    ($($(#[$doc:meta])* $field:ident: $view:ty,)*) => {
        /// All views, each folded from the same log.
        #[derive(Debug, Default)]
        pub struct Views { $($(#[$doc])* pub $field: $view,)* }

        impl Views {
            /// The views' names, in the order of the registry.
            pub const NAMES: &'static [&'static str] = &[$(<$view>::NAME),*];

            /// How many there are.
            pub const COUNT: usize = Self::NAMES.len();

            /// Shows every view to a visitor, in the order of the registry.
            pub(crate) fn visit(&self, visitor: &mut impl Visitor) {
                let mut places = 0..;
                $(if let Some(place) = places.next() { visitor.visit(place, &self.$field) })*
            }

            /// The same, for a visitor that changes them.
            pub(crate) fn visit_mut(&mut self, visitor: &mut impl VisitorMut) {
                let mut places = 0..;
                $(if let Some(place) = places.next() { visitor.visit(place, &mut self.$field) })*
            }
        }
    };
}

views! {
    /// On hand, consumption, months of stock, stock-outs.
    shortage: Shortage,
    /// Flows per facility and item.
    distribution: Distribution,
    /// Which events concern a thing; discrepancies.
    audit: Audit,
    /// Processes of other systems, by their releases.
    processes: Processes,
    /// Tenders: timelines, stages, awards, prices.
    tenders: Tenders,
    /// Attachments that events name.
    attachments: Attachments,
    /// Applications of suppliers, and who has which number.
    applications: Applications,
}

/// Something to be done with every view, at its place in the registry.
pub(crate) trait Visitor {
    /// Does it with one.
    fn visit<V: View>(&mut self, place: usize, view: &V);
}

/// The same with views that change.
pub(crate) trait VisitorMut {
    /// Does it with one.
    fn visit<V: View>(&mut self, place: usize, view: &mut V);
}
