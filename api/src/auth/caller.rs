//! Who calls. The auth layer puts it into the extensions of every request; services read it there.

use std::collections::BTreeSet;
use std::sync::Arc;

use sijill_ledger_core::domain::values::{FacilityId, OrganizationId};
use sijill_ledger_core::event::{Actor, ActorId};

use super::policy::Condition;

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Nobody showed a token: public views only.
    Anonymous,
    /// Someone whose token was verified.
    Known(Known),
}

/// Someone whose token was verified, in the role that the policy allowed the method under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Identity, role and position: goes into the events.
    pub actor: Actor,
    /// Facilities that the token is for; where a row asks for the own facility, only these.
    pub facilities: Arc<BTreeSet<FacilityId>>,
    /// Whether the token is for the whole country; where the policy asks who is in charge, every facility then.
    pub nationwide: bool,
}

impl Caller {
    /// Who it is, `None` for nobody in particular.
    pub const fn known(&self) -> Option<&Known> {
        match self {
            Self::Known(known) => Some(known),
            Self::Anonymous => None,
        }
    }
}

impl Known {
    /// Whether a row with this condition allows it for this facility: any, unless the row asks for the own ones.
    pub fn may_act_for(&self, condition: Condition, facility: &FacilityId) -> bool {
        match condition {
            Condition::Any | Condition::OwnOrganization => true,
            Condition::OwnFacility => self.facilities.contains(facility),
            Condition::InCharge => self.nationwide || self.facilities.contains(facility),
        }
    }

    /// Whether a row with this condition allows it for this organisation: any, unless the row asks for the own one.
    pub fn may_act_for_organization(
        &self,
        condition: Condition,
        organization: &OrganizationId,
    ) -> bool {
        match condition {
            Condition::Any | Condition::OwnFacility | Condition::InCharge => true,
            Condition::OwnOrganization => match &self.actor.id {
                ActorId::Organization(own) => own == organization,
                ActorId::Official(_) | ActorId::System | ActorId::Key(_) => false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use sijill_ledger_core::domain::values::OfficialId;
    use sijill_ledger_core::event::Role;

    use super::*;

    fn known(id: ActorId) -> Known {
        let (role, position) = (Role::Storekeeper, None);
        Known {
            actor: Actor { id, role, position },
            facilities: Arc::new([FacilityId::new("EG-C-01").unwrap()].into()),
            nationwide: false,
        }
    }

    #[test]
    fn only_where_the_row_asks_for_the_own_facility_is_it_asked_for() {
        let known = known(ActorId::Official(OfficialId::new("7").unwrap()));
        let (own, other) = ("EG-C-01", "EG-C-02");
        for (condition, facility, allowed) in [
            (Condition::Any, other, true),
            (Condition::OwnFacility, own, true),
            (Condition::OwnFacility, other, false),
            (Condition::InCharge, own, true),
            (Condition::InCharge, other, false),
        ] {
            let facility = FacilityId::new(facility).unwrap();
            assert_eq!(known.may_act_for(condition, &facility), allowed);
        }
    }

    #[test]
    fn a_nationwide_token_puts_in_charge_everywhere_and_makes_nobody_a_keeper_elsewhere() {
        let other = FacilityId::new("EG-C-02").unwrap();
        let mut known = known(ActorId::Official(OfficialId::new("7").unwrap()));
        known.nationwide = true;
        assert!(known.may_act_for(Condition::InCharge, &other));
        assert!(!known.may_act_for(Condition::OwnFacility, &other));
    }

    #[test]
    fn the_own_organisation_is_the_one_that_acts() {
        let (own, other) = (
            OrganizationId::new("s-1").unwrap(),
            OrganizationId::new("s-2").unwrap(),
        );
        let supplier = known(ActorId::Organization(own.clone()));
        let asked = Condition::OwnOrganization;
        assert!(supplier.may_act_for_organization(asked, &own));
        assert!(!supplier.may_act_for_organization(asked, &other));
    }
}
