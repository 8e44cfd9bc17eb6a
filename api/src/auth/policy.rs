//! Who may call what: one table, a block per service, a row per method. What has no row is refused.
//!
//! A row says whether its method writes (`command`, or `signed` where a key's signature stands in for a token) or only reads
//! (`question`), and who may call it: anyone, or some roles, each under a condition. [`Condition::Any`] is fulfilled by having the
//! role; the others concern what a request is about, so the service asks
//! [`Known::may_act_for`](super::caller::Known::may_act_for) once it has read the request.
//! Separation of duties (drafter ≠ approver, two persons) is not here: the aggregates keep it, so that a replay checks it
//! again.

mod bids;
mod documents;
mod framework;
mod inventory;
mod oversight;
mod procurement;
mod qualification;
mod registry;
mod supplier;
mod tender;
mod tenders;

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use sijill_ledger_core::event::Role;

/// What a row asks of a role beyond having it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Nothing.
    Any,
    /// The request concerns a facility that the token names.
    OwnFacility,
    /// The same, or the token says that it is for the whole country.
    InCharge,
    /// The request concerns the organisation that acts.
    OwnOrganization,
}

/// Who may call a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Everyone, with a token or without one.
    Anyone,
    /// Whoever has one of these roles, under its condition.
    Roles(&'static [(Role, Condition)]),
}

/// Whether a method changes the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It appends; a node that only reads refuses it.
    Command,
    /// It reads.
    Question,
}

/// One method's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The method's name within its service.
    pub method: &'static str,
    /// Whether it changes the ledger.
    pub effect: Effect,
    /// Who may call it.
    pub allowed: Allowed,
    /// It may be called under a key whose owner nobody is to know yet: what the caller names the call is not written down.
    pub under_key: bool,
}

/// One service's block.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// Its full name, such as `sijill.inventory.v1.InventoryService`.
    pub name: &'static str,
    /// A row per method.
    pub rows: &'static [Row],
}

/// A row for a method that appends.
pub const fn command(method: &'static str, roles: &'static [(Role, Condition)]) -> Row {
    Row {
        method,
        effect: Effect::Command,
        allowed: Allowed::Roles(roles),
        under_key: false,
    }
}

/// The same for a method that may be called under a key made for one tender.
pub const fn command_under_key(method: &'static str, roles: &'static [(Role, Condition)]) -> Row {
    Row {
        under_key: true,
        ..command(method, roles)
    }
}

/// A row for a method that appends and that everyone may call: whoever signs the request acts, under the name of the key.
pub const fn signed(method: &'static str) -> Row {
    Row {
        method,
        effect: Effect::Command,
        allowed: Allowed::Anyone,
        under_key: true,
    }
}

/// A row for a method that reads.
pub const fn question(method: &'static str, allowed: Allowed) -> Row {
    Row {
        method,
        effect: Effect::Question,
        allowed,
        under_key: false,
    }
}

/// The table.
pub const TABLE: &[Service] = &[
    HEALTH,
    REFLECTION,
    REFLECTION_ALPHA,
    AUDIT,
    bids::SERVICE,
    documents::SERVICE,
    inventory::SERVICE,
    oversight::SERVICE,
    tenders::SERVICE,
    procurement::SERVICE,
    qualification::SERVICE,
    registry::SERVICE,
    supplier::SERVICE,
    tender::SERVICE,
    framework::SERVICE,
];

const HEALTH: Service = Service {
    name: "grpc.health.v1.Health",
    rows: &[
        question("Check", Allowed::Anyone),
        question("List", Allowed::Anyone),
        question("Watch", Allowed::Anyone),
    ],
};

const REFLECTION: Service = Service {
    name: "grpc.reflection.v1.ServerReflection",
    rows: &[question("ServerReflectionInfo", Allowed::Anyone)],
};

/// The same under the name that older tools ask for.
const REFLECTION_ALPHA: Service = Service {
    name: "grpc.reflection.v1alpha.ServerReflection",
    rows: &[question("ServerReflectionInfo", Allowed::Anyone)],
};

/// Everything in an entry is public, and these show nothing else.
const AUDIT: Service = Service {
    name: "sijill.audit.v1.AuditService",
    rows: &[
        question("GetHistory", Allowed::Anyone),
        question("ListActors", Allowed::Anyone),
        question("ListMovements", Allowed::Anyone),
        question("ListDiscrepancies", Allowed::Anyone),
        question("ListRefusedSteps", Allowed::Anyone),
        question("SearchProcesses", Allowed::Anyone),
        question("GetProcess", Allowed::Anyone),
        question("GetRelease", Allowed::Anyone),
        question("GetEvent", Allowed::Anyone),
        question("ReplayEvents", Allowed::Anyone),
        question("GetReceipt", Allowed::Anyone),
        question("GetConsistencyProof", Allowed::Anyone),
        question("FollowCheckpoints", Allowed::Anyone),
        question("GetViewDigest", Allowed::Anyone),
    ],
};

/// A row with the path that requests name it by.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// `/package.Service/Method`.
    pub path: &'static str,
    /// The row.
    pub row: &'static Row,
}

/// Rows by path. The paths live as long as the program: they are made once.
static BY_PATH: LazyLock<HashMap<&'static str, Entry>> = LazyLock::new(|| {
    let rows = TABLE
        .iter()
        .flat_map(|service| service.rows.iter().map(move |row| (service.name, row)));
    rows.map(|(service, row)| {
        let path: &'static str = format!("/{service}/{}", row.method).leak();
        (path, Entry { path, row })
    })
    .collect()
});

/// The row of a method by its path, `None` when it has none.
pub fn find(path: &str) -> Option<&'static Entry> {
    BY_PATH.get(path)
}

/// Under which role and condition a call is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// What the service has to ask for.
    pub condition: Condition,
}

/// Why a call is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// The role that was chosen is not in the token.
    RoleNotHeld(Role),
    /// No role of the token, or not the chosen one, is in the row.
    RoleNotAllowed,
}

impl Row {
    /// Lets in someone with these roles: under the role chosen, else the first of the token's that the row allows.
    pub fn admit(&self, held: &[Role], chosen: Option<Role>) -> Result<Grant, Denied> {
        if let Some(role) = chosen.filter(|role| !held.contains(role)) {
            return Err(Denied::RoleNotHeld(role));
        }
        let asked = chosen.as_ref().map_or(held, std::slice::from_ref);
        let mut grants = asked.iter().filter_map(|role| {
            let condition = self.condition(*role)?;
            let role = *role;
            Some(Grant { role, condition })
        });
        grants.next().ok_or(Denied::RoleNotAllowed)
    }

    /// What the row asks of a role, `None` when it does not allow it.
    fn condition(&self, role: Role) -> Option<Condition> {
        match self.allowed {
            Allowed::Anyone => Some(Condition::Any),
            Allowed::Roles(roles) => roles
                .iter()
                .find(|(allowed, _)| *allowed == role)
                .map(|(_, condition)| *condition),
        }
    }

    /// The roles that it allows, `None` for anyone.
    pub fn roles(&self) -> Option<BTreeSet<Role>> {
        match self.allowed {
            Allowed::Anyone => None,
            Allowed::Roles(roles) => Some(roles.iter().map(|(role, _)| *role).collect()),
        }
    }
}

#[cfg(test)]
mod tests;
