//! Whether a caller may do what a request asks. The layer in front has let the call in by its method's row; what only the
//! request tells is judged here: each command of a stream by the row of the method of its name, and for whom it acts.

use sijill_ledger_core::aggregate::Aggregate;
use sijill_ledger_core::domain::values::{FacilityId, OrganizationId};
use sijill_ledger_core::ledger::Ledger;
use sijill_ledger_core::store::NodeStore;
use sijill_ledger_core::store::StreamName;
use tonic::{Request, Status};

use super::status;
use crate::auth::caller::{Caller, Known};
use crate::auth::policy::{self, Condition, Grant};
use crate::auth::roles;

/// For whom a caller acts, as far as the request tells.
#[derive(Clone, Debug)]
pub enum Acting<A> {
    /// For nobody in particular: no row may ask for the own facility or organisation there.
    AsSuch,
    /// For a facility that the request names.
    For(FacilityId),
    /// For an organisation that the request names.
    ForOrganization(OrganizationId),
    /// For one of those whom the stream concerns, as its state says.
    OneOf(fn(&A) -> Vec<Party>),
}

/// Someone whom a stream concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Party {
    /// A facility, such as a side of a transfer.
    Facility(FacilityId),
    /// An organisation, such as the supplier of an order.
    Organization(OrganizationId),
}

/// Who calls, where it must be someone.
pub fn known<T>(request: &Request<T>) -> Result<&Known, Status> {
    let caller = request.extensions().get::<Caller>();
    caller.and_then(Caller::known).ok_or_else(|| {
        status::unauthenticated(
            "TOKEN_REQUIRED",
            "هذا الطلب لمن يحمل رمز دخول؛ أرسله في الترويسة authorization",
            "this call needs a bearer token; send it in the header authorization",
        )
    })
}

/// Who calls, where nobody acts for anyone: a row that asks for more than a role lets nobody in.
pub fn allowed<'a, T>(request: &'a Request<T>, path: &str) -> Result<&'a Known, Status> {
    let known = known(request)?;
    match condition(known, path)? {
        Condition::Any => Ok(known),
        Condition::OwnFacility | Condition::InCharge | Condition::OwnOrganization => {
            Err(not_allowed(known, path))
        }
    }
}

/// What the row of a method asks of the caller beyond the role that the call was let in under.
pub fn condition(known: &Known, path: &str) -> Result<Condition, Status> {
    let role = known.actor.role;
    let grant = policy::find(path).and_then(|entry| entry.row.admit(&[role], None).ok());
    let Grant { condition, .. } = grant.ok_or_else(|| not_allowed(known, path))?;
    Ok(condition)
}

/// Whether the caller fulfils it, for whom the request says that the caller acts.
pub async fn fulfilled<A: Aggregate>(
    condition: Condition,
    known: &Known,
    ledger: &Ledger<NodeStore>,
    stream: &StreamName,
    acting: &Acting<A>,
) -> Result<(), Status> {
    // Nobody in particular is asked about; also where the stream is not durable yet and names nobody.
    if condition == Condition::Any || condition == Condition::InCharge && known.nationwide {
        return Ok(());
    }
    match acting {
        Acting::OneOf(parties) => {
            let state = ledger.state::<A>(stream).await.map_err(status::refused)?;
            one_of(known, condition, &parties(&state), stream)
        }
        Acting::For(facility) => {
            let party = Party::Facility(facility.clone());
            one_of(known, condition, &[party], stream)
        }
        Acting::ForOrganization(organization) => {
            let party = Party::Organization(organization.clone());
            one_of(known, condition, &[party], stream)
        }
        // A row that asks for what its requests do not tell: nobody fulfils it.
        Acting::AsSuch => one_of(known, condition, &[], stream),
    }
}

/// What is not durable yet has no parties yet: who may act there is only known then.
fn one_of(
    known: &Known,
    condition: Condition,
    parties: &[Party],
    stream: &StreamName,
) -> Result<(), Status> {
    let is_own = |party: &Party| match party {
        Party::Facility(facility) => known.may_act_for(condition, facility),
        Party::Organization(organization) => {
            known.may_act_for_organization(condition, organization)
        }
    };
    let mut meant = parties.iter().filter(|party| party.is_meant_by(condition));
    if meant.clone().any(is_own) {
        return Ok(());
    }
    match meant.next() {
        Some(Party::Facility(facility)) => Err(status::not_own_facility(facility)),
        Some(Party::Organization(_)) => Err(status::not_own_organization()),
        None => Err(status::not_found(
            "NOTHING_RECORDED",
            format!("لا شيء مسجَّل في {stream}؛ تحقق من الرقم، أو أعد الطلب بعد أن يُسجَّل"),
            format!(
                "nothing is recorded in {stream}; check the number, or ask again once it is recorded"
            ),
        )),
    }
}

impl Party {
    /// Whether a condition asks about parties of this kind.
    const fn is_meant_by(&self, condition: Condition) -> bool {
        matches!(
            (self, condition),
            (
                Self::Facility(_),
                Condition::OwnFacility | Condition::InCharge
            ) | (Self::Organization(_), Condition::OwnOrganization)
        )
    }
}

fn not_allowed(known: &Known, path: &str) -> Status {
    let role = roles::name(known.actor.role);
    status::denied(
        "ROLE_NOT_ALLOWED",
        format!("لا يجوز للدور {role} طلب {path}؛ اطلبه بدور آخر تحمله أو ممن يحق له"),
        format!("the role {role} may not ask for {path}; ask in another role that you hold, or ask who may"),
    )
    .with("role", role)
    .with("method", path)
    .into()
}
