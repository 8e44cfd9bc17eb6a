//! Two ways to the gate: calls that are plain gRPC go straight, whatever may come from a browser goes through CORS and
//! gRPC-Web. Both meet the same gate; a page that leaves out its `Origin` only loses the headers it would need.

use std::convert::Infallible;
use std::task::{Context, Poll};

use http::{HeaderMap, Request, Response, Version, header};
use tonic::body::Body;
use tonic_web::{GrpcWebLayer, GrpcWebService};
use tower::{Layer as _, Service};
use tower_http::cors::{AllowHeaders, Any, Cors, CorsLayer};

use super::gate::Gate;

/// The services behind their gate, for programs and for pages.
#[derive(Clone)]
pub struct Door {
    gate: Gate,
    pages: Cors<GrpcWebService<Gate>>,
}

impl Door {
    /// In front of this gate.
    pub fn new(gate: Gate) -> Self {
        let pages = cors().layer(GrpcWebLayer::new().layer(gate.clone()));
        Self { gate, pages }
    }
}

/// Pages of any origin may ask: what is public is public, and a token is sent by a page that has it, never by a browser
/// on its own.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        // A star does not stand for `authorization` (Fetch standard).
        .allow_headers(AllowHeaders::mirror_request())
        .allow_methods([http::Method::POST])
        .expose_headers(Any)
}

/// Whether a call is gRPC as programs speak it: no page sends this, and none of the layers for pages would change it.
fn is_plain(version: Version, headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.map_or(&[][..], http::HeaderValue::as_bytes);
    let rest = kind.strip_prefix(b"application/grpc");
    version == Version::HTTP_2
        && matches!(rest, Some([] | [b'+' | b';', ..]))
        && !headers.contains_key(header::ORIGIN)
}

impl Service<Request<Body>> for Door {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = <Gate as Service<Request<Body>>>::Future;

    /// Both ways are ready when the gate is.
    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        std::task::ready!(self.gate.poll_ready(context))?;
        Service::<Request<Body>>::poll_ready(&mut self.pages, context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        if is_plain(request.version(), request.headers()) {
            self.gate.call(request)
        } else {
            Box::pin(self.pages.call(request))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_no_page_sends_goes_straight() {
        let is_plain = |version, kind: &'static str, origin: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
            headers.extend(origin.map(|origin| (header::ORIGIN, origin.parse().unwrap())));
            super::is_plain(version, &headers)
        };
        for (version, kind, origin, straight) in [
            (Version::HTTP_2, "application/grpc", None, true),
            (Version::HTTP_2, "application/grpc+proto", None, true),
            (
                Version::HTTP_2,
                "application/grpc",
                Some("https://page.example"),
                false,
            ),
            (Version::HTTP_2, "application/grpc-web+proto", None, false),
            (Version::HTTP_2, "text/plain", None, false),
            (Version::HTTP_11, "application/grpc", None, false),
        ] {
            assert_eq!(
                is_plain(version, kind, origin),
                straight,
                "{version:?} {kind} {origin:?}"
            );
        }
        assert!(!super::is_plain(Version::HTTP_2, &HeaderMap::new()));
    }
}
