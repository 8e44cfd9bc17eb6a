//! The library's requests by `ureq`, which this workspace has anyway: no second HTTP client and no second TLS library.

use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use http_body_util::{BodyExt as _, Full};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
    HttpResponseBody, HttpService,
};
use ureq::Agent;

/// How long one request may take with its answer: a whole attachment over a slow line.
const REQUEST_MAX: Duration = Duration::from_mins(5);
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// Largest answer that is taken, in bytes: more than is ever fetched at once, or listed on a page.
const ANSWER_BYTES_MAX: u64 = 80 << 20;

/// Makes clients of the library, which all share one agent.
#[derive(Debug)]
pub(super) struct Connector;

#[derive(Debug)]
struct Service;

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Service))
    }
}

#[async_trait]
impl HttpService for Service {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let asking = tokio::task::spawn_blocking(move || {
            let asked = http::Request::from_parts(head, &body[..]);
            let answer = agent().run(asked).map_err(failed)?;
            let (head, mut body) = answer.into_parts();
            let read = body.with_config().limit(ANSWER_BYTES_MAX).read_to_vec();
            let bytes = read.map_err(failed)?;
            let whole = Full::from(bytes).map_err(|never| match never {});
            Ok(HttpResponse::from_parts(head, HttpResponseBody::new(whole)))
        });
        let asked = asking.await;
        asked.unwrap_or_else(|error| Err(HttpError::new(HttpErrorKind::Unknown, error)))
    }
}

fn agent() -> &'static Agent {
    static AGENT: OnceLock<Agent> = OnceLock::new();
    AGENT.get_or_init(|| {
        Agent::config_builder()
            // The library reads statuses and follows no redirects by itself.
            .http_status_as_error(false)
            .max_redirects(0)
            .allow_non_standard_methods(true)
            .timeout_connect(Some(CONNECT_MAX))
            .timeout_global(Some(REQUEST_MAX))
            .build()
            .into()
    })
}

/// What it was matters only for whether it is worth trying again.
#[allow(clippy::wildcard_enum_match_arm)] // another library's list, which may grow
fn failed(error: ureq::Error) -> HttpError {
    let kind = match &error {
        ureq::Error::Timeout(_) => HttpErrorKind::Timeout,
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => HttpErrorKind::Connect,
        ureq::Error::Io(_) => HttpErrorKind::Interrupted,
        _ => HttpErrorKind::Unknown,
    };
    HttpError::new(kind, error)
}
