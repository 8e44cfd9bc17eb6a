//! Roles as tokens, metadata and log lines name them.

use sijill_ledger_core::event::Role;

/// Every role that a token can carry, with its name. Sijill's own is not among them.
pub const ROLES: &[(Role, &str)] = &[
    (Role::Requester, "requester"),
    (Role::ProcurementOfficer, "procurement_officer"),
    (Role::Approver, "approver"),
    (Role::BudgetOfficer, "budget_officer"),
    (Role::CommitteeMember, "committee_member"),
    (Role::Inspector, "inspector"),
    (Role::Storekeeper, "storekeeper"),
    (Role::Payer, "payer"),
    (Role::Supplier, "supplier"),
    (Role::ReviewBody, "review_body"),
    (Role::Auditor, "auditor"),
    (Role::Oversight, "oversight"),
    (Role::Registrar, "registrar"),
    (Role::Administrator, "administrator"),
];

/// The role's name; exhaustive, so that a new role makes the compiler ask.
pub const fn name(role: Role) -> &'static str {
    match role {
        Role::Requester => "requester",
        Role::ProcurementOfficer => "procurement_officer",
        Role::Approver => "approver",
        Role::BudgetOfficer => "budget_officer",
        Role::CommitteeMember => "committee_member",
        Role::Inspector => "inspector",
        Role::Storekeeper => "storekeeper",
        Role::Payer => "payer",
        Role::Supplier => "supplier",
        Role::ReviewBody => "review_body",
        Role::Auditor => "auditor",
        Role::Oversight => "oversight",
        Role::Registrar => "registrar",
        Role::Administrator => "administrator",
        Role::System => "system",
    }
}

/// The role of a name, `None` for another text and for Sijill's own role.
pub fn parse(name: &str) -> Option<Role> {
    let found = ROLES.iter().find(|(_, known)| *known == name);
    found.map(|(role, _)| *role)
}

/// All names, for messages.
pub fn names() -> String {
    let names: Vec<&str> = ROLES.iter().map(|(_, name)| *name).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_roles_and_nobody_claims_to_be_sijill() {
        for (role, listed) in ROLES {
            assert_eq!((name(*role), parse(listed)), (*listed, Some(*role)));
        }
        assert_eq!(parse(name(Role::System)), None);
        assert_eq!(parse("Storekeeper"), None);
    }
}
