//! Who may ask about own bids.

use sijill_ledger_core::event::Role;

use super::Condition::OwnOrganization;
use super::{Allowed, Service, question};

/// The rows.
pub const SERVICE: Service = Service {
    name: "sijill.procurement.v1.BidsService",
    rows: &[question(
        "ListOwnBids",
        Allowed::Roles(&[(Role::Supplier, OwnOrganization)]),
    )],
};
