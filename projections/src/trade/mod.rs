//! What the events of orders and transfers come to, for the views that ask about them.

pub(crate) mod orders;
pub(crate) mod transfers;

use sijill_ledger_core::domain::values::{FacilityId, OrganizationId};

use crate::intern::{Interner, KeyCodes};

/// The numbers of codes of one view.
pub(crate) struct Names<'a> {
    pub keys: &'a mut KeyCodes,
    pub facilities: &'a mut Interner<FacilityId>,
    pub organizations: &'a mut Interner<OrganizationId>,
}
