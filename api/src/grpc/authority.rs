//! Whether a caller may do what a request asks. The layer in front has let the call in by its method's row; what only the
//! request tells is judged here: each command of a stream by the row of the method of its name, and for which facility.

use sijill_ledger_core::domain::values::FacilityId;
use tonic::{Request, Status};

use super::status;
use crate::auth::caller::{Caller, Known};
use crate::auth::policy::{self, Grant};

/// Who calls, where it must be someone.
pub fn known<T>(request: &Request<T>) -> Result<&Known, Status> {
    let caller = request.extensions().get::<Caller>();
    caller.and_then(Caller::known).ok_or_else(|| {
        status::unauthenticated(
            "TOKEN_MISSING",
            "هذا الطلب لمن يحمل رمز دخول؛ أرسله في الترويسة authorization",
            "this call needs a bearer token; send it in the header authorization",
        )
    })
}

/// Whether the row of a method lets the caller do it for a facility, in the role that the call was let in under.
pub fn allow(known: &Known, path: &str, facility: Option<&FacilityId>) -> Result<(), Status> {
    let role = known.actor.role;
    let grant = policy::find(path).and_then(|entry| entry.row.admit(&[role], None).ok());
    let Some(Grant { condition, .. }) = grant else {
        return Err(not_allowed(known, path));
    };
    match facility {
        Some(facility) if !known.under(condition).may_act_for(facility) => {
            Err(status::not_own_facility(facility))
        }
        Some(_) | None => Ok(()),
    }
}

fn not_allowed(known: &Known, path: &str) -> Status {
    let role = format!("{:?}", known.actor.role);
    status::denied(
        "ROLE_NOT_ALLOWED",
        format!("لا يجوز للدور {role} طلب {path}؛ اطلبه بدور آخر تحمله أو ممن يحق له"),
        format!("the role {role} may not ask for {path}; ask in another role that you hold, or ask who may"),
    )
    .with("role", role)
    .with("method", path)
    .into()
}

impl Known {
    /// The same caller, under the condition of another method's row.
    fn under(&self, condition: policy::Condition) -> Self {
        let known = self.clone();
        Self { condition, ..known }
    }
}
