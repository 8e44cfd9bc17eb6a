use super::*;

const ROW: Row = command(
    "ReceiveStock",
    &[
        (Role::Storekeeper, Condition::OwnFacility),
        (Role::Administrator, Condition::Any),
    ],
);

#[test]
fn the_first_role_of_the_token_that_the_row_allows_is_taken() {
    let held = [Role::Auditor, Role::Storekeeper, Role::Administrator];
    let grant = Grant {
        role: Role::Storekeeper,
        condition: Condition::OwnFacility,
    };
    assert_eq!(ROW.admit(&held, None), Ok(grant));
}

#[test]
fn a_chosen_role_is_taken_when_it_is_held_and_allowed() {
    let held = [Role::Storekeeper, Role::Administrator, Role::Auditor];
    let grant = Grant {
        role: Role::Administrator,
        condition: Condition::Any,
    };
    assert_eq!(ROW.admit(&held, Some(Role::Administrator)), Ok(grant));
    let not_held = ROW.admit(&held, Some(Role::Payer));
    assert_eq!(not_held, Err(Denied::RoleNotHeld(Role::Payer)));
    let not_allowed = ROW.admit(&held, Some(Role::Auditor));
    assert_eq!(not_allowed, Err(Denied::RoleNotAllowed));
}

#[test]
fn nobody_gets_in_by_a_role_that_the_row_does_not_name() {
    assert_eq!(ROW.admit(&[], None), Err(Denied::RoleNotAllowed));
    assert_eq!(ROW.admit(&[Role::Payer], None), Err(Denied::RoleNotAllowed));
}

/// What everyone may write: signed by a key that acts under its own name, and limited ([`crate::grpc::supplier`]).
const SIGNED: [&str; 2] = [
    "/sijill.registry.v1.SupplierService/ApplyAsSupplier",
    "/sijill.registry.v1.SupplierService/WithdrawApplication",
];

#[test]
fn every_row_is_there_once_and_no_command_is_for_anyone_unless_a_key_signs_it() {
    let rows: usize = TABLE.iter().map(|service| service.rows.len()).sum();
    assert_eq!(BY_PATH.len(), rows, "a method has two rows");
    for (path, entry) in &*BY_PATH {
        let is_open = entry.row.allowed == Allowed::Anyone;
        let is_command = entry.row.effect == Effect::Command;
        let signed = SIGNED.contains(path);
        assert_eq!(is_open && is_command, signed, "{path} lets anyone write");
        let roles = entry.row.roles().unwrap_or_default();
        assert!(
            !roles.contains(&Role::System),
            "{path} is for Sijill itself"
        );
    }
}
