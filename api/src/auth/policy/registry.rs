//! Who may command the registers. That two persons are needed, and that nobody gives authority to oneself, the
//! aggregates say.

use sijill_ledger_core::event::Role;

use super::Condition::{Any, InCharge};
use super::{Condition, Row, Service, command};

/// Who keeps the registers.
const REGISTRAR: &[(Role, Condition)] = &[(Role::Registrar, Any)];

/// Who bars suppliers and frees them again.
const DEBARRING: &[(Role, Condition)] = &[(Role::Registrar, Any), (Role::ReviewBody, Any)];

/// Who sits on a committee, or keeps its papers.
const COMMITTEE: &[(Role, Condition)] = &[(Role::CommitteeMember, Any), (Role::Registrar, Any)];

/// Who sits on a committee: each for itself.
const MEMBERS: &[(Role, Condition)] = &[(Role::CommitteeMember, Any)];

/// Who says what a store is to hold, and who keeps it.
const STORES: &[(Role, Condition)] = &[(Role::Registrar, Any), (Role::Approver, InCharge)];

/// Who sets the rules and opens or destroys what is withheld.
const KEEPERS: &[(Role, Condition)] = &[(Role::Registrar, Any), (Role::Administrator, Any)];

/// Who runs the installation.
const ADMINISTRATOR: &[(Role, Condition)] = &[(Role::Administrator, Any)];

/// Everyone with a token: the aggregate lets each end only the own keys, and registrars all.
const OWN_KEYS: &[(Role, Condition)] = &[
    (Role::Registrar, Any),
    (Role::Requester, Any),
    (Role::ProcurementOfficer, Any),
    (Role::Approver, Any),
    (Role::BudgetOfficer, Any),
    (Role::CommitteeMember, Any),
    (Role::Inspector, Any),
    (Role::Storekeeper, Any),
    (Role::Payer, Any),
    (Role::Supplier, Any),
    (Role::ReviewBody, Any),
    (Role::Auditor, Any),
    (Role::Oversight, Any),
    (Role::Administrator, Any),
];

/// The rows.
pub const SERVICE: Service = Service {
    name: "sijill.registry.v1.RegistryService",
    rows: ROWS,
};

const ROWS: &[Row] = &[
    command("RegisterOrganization", REGISTRAR),
    command("AmendOrganization", REGISTRAR),
    command("ConfirmBankAccount", REGISTRAR),
    command("DebarSupplier", DEBARRING),
    command("ReinstateSupplier", DEBARRING),
    command("ProposeOrganizationKey", REGISTRAR),
    command("EnrolOrganizationKey", REGISTRAR),
    command("RevokeOrganizationKey", OWN_KEYS),
    command("ReportOrganizationKeyCompromise", OWN_KEYS),
    command("AppointOfficial", REGISTRAR),
    command("DelegateAuthority", REGISTRAR),
    command("AppointActing", REGISTRAR),
    command("LeavePosition", REGISTRAR),
    command("DeclareConflict", REGISTRAR),
    command("WithdrawConflict", REGISTRAR),
    command("ProposeOfficialKey", REGISTRAR),
    command("EnrolOfficialKey", REGISTRAR),
    command("RevokeOfficialKey", OWN_KEYS),
    command("ReportOfficialKeyCompromise", OWN_KEYS),
    command("FormCommittee", REGISTRAR),
    command("ReplaceMember", REGISTRAR),
    command("SignMinutes", COMMITTEE),
    command("DrawUpMinutes", MEMBERS),
    command("SignAsMember", MEMBERS),
    command("DissolveCommittee", REGISTRAR),
    command("OpenFacility", REGISTRAR),
    command("AmendFacility", REGISTRAR),
    command("SetAssortment", STORES),
    command("HandOverCustody", STORES),
    command("CloseFacility", REGISTRAR),
    command("RegisterItem", REGISTRAR),
    command("AmendItem", REGISTRAR),
    command("SetReferencePrice", REGISTRAR),
    command("DelistItem", REGISTRAR),
    command("ProposeRuleset", KEEPERS),
    command("AdoptRuleset", KEEPERS),
    command("DisclosePart", KEEPERS),
    command("ErasePart", KEEPERS),
    command("ProposeMigrationClosure", ADMINISTRATOR),
    command("CloseMigration", ADMINISTRATOR),
    command("Submit", OWN_KEYS),
];
