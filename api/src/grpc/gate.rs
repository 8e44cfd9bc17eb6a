//! The gate in front of all services: who calls, whether they may, whether there is room; then the service; then the record.

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{HeaderMap, Request, Response, header};
use http_body_util::Limited;
use sijill_ledger_core::event::{Actor, Role};
use tokio::sync::watch;
use tonic::body::Body;
use tonic::service::Routes;
use tonic::{Code, Status};
use tower::Service;

use super::admission::{ANONYMOUS_REQUEST_BYTES_MAX, Admission, Place, Turn, Whose};
use super::audit::receipt;
use super::connections::Peer;
use super::documents::upload;
use super::record::{Record, request_id, stopping};
use super::status::{self, Problem};
use super::{language, methods};
use crate::auth::caller::{Caller, Known};
use crate::auth::policy::{self, Allowed, Denied, Effect, Entry};
use crate::auth::roles;
use crate::auth::token::Identity;
use crate::auth::verifier::{Pass, Verifier};

/// Metadata by which a caller chooses among the roles of the token.
pub const ROLE: &str = "x-sijill-role";
/// Answered whatever the load: a busy server is well, and who asks must learn so.
const HEALTH_CHECK: &str = "/grpc.health.v1.Health/Check";
/// What a method without a row is called in figures and logs.
const OTHER: &str = "other";

/// What the gate needs to know; shared by all connections.
pub struct Keeper {
    /// Whose tokens are believed.
    pub verifier: Arc<Verifier>,
    /// How many get in.
    pub admission: Arc<Admission>,
    /// Commands are refused.
    pub read_only: bool,
    /// Says when the server stops.
    pub stop: watch::Receiver<bool>,
}

/// The services behind their gate.
#[derive(Clone)]
pub struct Gate {
    keeper: Arc<Keeper>,
    routes: Routes,
}

impl Gate {
    /// In front of these services.
    pub const fn new(keeper: Arc<Keeper>, routes: Routes) -> Self {
        Self { keeper, routes }
    }
}

impl Service<Request<Body>> for Gate {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request<Body>>::poll_ready(&mut self.routes, context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let keeper = Arc::clone(&self.keeper);
        let entry = policy::find(request.uri().path());
        let method = entry.map_or(OTHER, |entry| entry.path);
        let lang = language::asked_for(request.headers());
        let open = request.extensions().get::<Peer>().map(Peer::open);
        let row = entry.map(|entry| entry.row);
        let mut record = Record::new(method, row, request_id(request.headers()), lang, open);
        let (place, turn) = match keeper.let_in(entry, &mut request, &mut record) {
            Ok(admitted) => admitted,
            Err(status) => {
                let answer = record.follow(status.into_http(), None, keeper.stop.clone());
                return Box::pin(std::future::ready(Ok(answer)));
            }
        };
        let answer = self.routes.call(request);
        Box::pin(async move {
            let limits = keeper.admission.limits();
            let limit = match method {
                upload::PATH => limits.upload_time_max,
                // Its caller says how long it waits for a checkpoint.
                receipt::PATH => limits.call_time_max + receipt::WAIT_MAX,
                _ => limits.call_time_max,
            };
            let answer = match tokio::time::timeout(limit, answer).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(never)) => match never {},
                Err(_) => too_long().into_http(),
            };
            drop(turn);
            Ok(record.follow(answer, place, keeper.stop.clone()))
        })
    }
}

type Admitted = (Option<Place>, Option<Turn>);

impl Keeper {
    /// Lets a request in, with the caller in its extensions and without the token.
    fn let_in(
        &self,
        entry: Option<&Entry>,
        request: &mut Request<Body>,
        record: &mut Record,
    ) -> Result<Admitted, Status> {
        if *self.stop.borrow() {
            return Err(stopping());
        }
        let Some(entry) = entry else {
            return Err(no_row(request.uri().path()));
        };
        let pass = self.pass(request.headers())?;
        let identity = pass.as_ref().map(Pass::identity);
        request.headers_mut().remove(header::AUTHORIZATION);
        let whose = identity.map_or_else(
            || Whose::Address(address(request)),
            |identity| Whose::Subject(identity.id.clone()),
        );
        let caller = caller(entry, identity, request.headers())?;
        let role = caller.known().map(|known| known.actor.role);
        record.let_in(role, pass);
        if self.read_only && entry.row.effect == Effect::Command {
            return Err(read_only());
        }
        if caller == Caller::Anonymous {
            let body = std::mem::replace(request.body_mut(), Body::empty());
            *request.body_mut() = Body::new(Limited::new(body, ANONYMOUS_REQUEST_BYTES_MAX));
        }
        request.extensions_mut().insert(caller);
        if entry.path == HEALTH_CHECK {
            return Ok((None, None));
        }
        let (place, turn) = self.admission.enter(whose)?;
        Ok((Some(place), Some(turn)))
    }

    /// Who a request's token speaks for and how long, `None` where it has none.
    fn pass(&self, headers: &HeaderMap) -> Result<Option<Pass>, Status> {
        let mut given = headers.get_all(header::AUTHORIZATION).iter();
        let token = match (given.next(), given.next()) {
            (None, _) => return Ok(None),
            (Some(given), None) => bearer(given.as_bytes()).ok_or_else(no_bearer)?,
            (Some(_), Some(_)) => return Err(no_bearer()),
        };
        let pass = self.verifier.verify(token);
        pass.map(Some).map_err(|error| Status::from(&error))
    }
}

/// The token after the word Bearer, in any case (RFC 6750).
fn bearer(header: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(header).ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The caller as the row lets them in.
fn caller(
    entry: &Entry,
    identity: Option<&Identity>,
    headers: &HeaderMap,
) -> Result<Caller, Status> {
    let Some(identity) = identity else {
        return match entry.row.allowed {
            Allowed::Anyone => Ok(Caller::Anonymous),
            Allowed::Roles(_) => Err(token_required()),
        };
    };
    let chosen = headers.get(ROLE).map(chosen_role).transpose()?;
    let grant = entry.row.admit(&identity.roles, chosen);
    let grant = grant.map_err(|denied| not_allowed(entry, identity, denied))?;
    Ok(Caller::Known(Known {
        actor: Actor {
            id: identity.id.clone(),
            role: grant.role,
            position: identity.position.clone(),
        },
        facilities: Arc::clone(&identity.facilities),
        nationwide: identity.nationwide,
    }))
}

fn chosen_role(header: &http::HeaderValue) -> Result<Role, Status> {
    let name = header.to_str().ok();
    name.and_then(roles::parse).ok_or_else(|| {
        let known = roles::names();
        status::invalid_field(
            ROLE,
            format!("ليس اسم دور؛ الأدوار: {known}"),
            &format!("it is no role; the roles are {known}"),
        )
    })
}

/// The address at the other end of the connection.
fn address(request: &Request<Body>) -> Option<IpAddr> {
    let peer = request.extensions().get::<Peer>()?;
    Some(peer.address)
}

fn no_row(path: &str) -> Status {
    if methods::exists(path) {
        let problem = status::denied(
            "METHOD_NOT_IN_POLICY",
            "ليس لهذا الطلب سطر في جدول الصلاحيات فهو مرفوض؛ أبلغ مشغّل الخادم",
            "this method has no row in the policy table and is refused; tell the server's operator",
        );
        return problem.into();
    }
    Problem::new(
        Code::Unimplemented,
        "METHOD_UNKNOWN",
        "لا يعرف هذا الخادم هذا الطلب؛ تحقق من اسمه ومن إصدار الخادم",
        "this server does not know this method; check its name and the server's version",
    )
    .into()
}

fn no_bearer() -> Status {
    status::unauthenticated(
        "AUTHORIZATION_NOT_BEARER",
        "ترويسة authorization تُكتب مرة واحدة هكذا: Bearer ثم رمز الدخول",
        "the header authorization is given once, as the word Bearer and the token",
    )
}

fn token_required() -> Status {
    status::unauthenticated(
        "TOKEN_REQUIRED",
        "هذا الطلب لمن يحمل رمز دخول؛ أرسله في الترويسة authorization",
        "this method is for whoever has a token; send it in the header authorization",
    )
}

fn not_allowed(entry: &Entry, identity: &Identity, denied: Denied) -> Status {
    let held: Vec<&str> = identity
        .roles
        .iter()
        .map(|role| roles::name(*role))
        .collect();
    let held = held.join(", ");
    let allowed = entry.row.roles().unwrap_or_default();
    let allowed: Vec<&str> = allowed.into_iter().map(roles::name).collect();
    let allowed = allowed.join(", ");
    let problem = match denied {
        Denied::RoleNotHeld(role) => {
            let role = roles::name(role);
            status::denied(
                "ROLE_NOT_HELD",
                format!(
                    "الدور {role} ليس في رمز دخولك (فيه: {held}); اختر غيره أو اطلب رمزًا يحمله"
                ),
                format!(
                    "the role {role} is not in your token (it has: {held}); choose another, or ask for a token that has it"
                ),
            )
        }
        Denied::RoleNotAllowed => status::denied(
            "ROLE_NOT_ALLOWED",
            format!("هذا الطلب للأدوار: {allowed}؛ ودورك: {held}"),
            format!("this method is for the roles: {allowed}; yours: {held}"),
        ),
    };
    problem.with("allowed", allowed).with("held", held).into()
}

fn read_only() -> Status {
    Problem::new(
        Code::FailedPrecondition,
        "READ_ONLY_NODE",
        "هذه العقدة للقراءة فقط؛ أرسل الأوامر إلى العقدة التي تكتب",
        "this node only reads; send commands to the node that writes",
    )
    .into()
}

fn too_long() -> Status {
    Problem::new(
        Code::DeadlineExceeded,
        "CALL_TIMEOUT",
        "انتهت مهلة الطلب ولا يُعلم هل تم؛ أعده برقمه نفسه",
        "the call took too long, and it is not known whether it was done; repeat it with the same request id",
    )
    .into()
}

#[cfg(test)]
mod tests;
