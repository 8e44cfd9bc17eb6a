//! The methods of a node, by their paths.

use std::convert::Infallible;
use std::future::{Future, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use tonic::body::Body;
use tonic::server::{Grpc, NamedService};
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;
use tower::{Service, service_fn};

use super::server::Node;

type Answering = Pin<Box<dyn Future<Output = Result<http::Response<Body>, Infallible>> + Send>>;

#[derive(Clone)]
pub struct Streams(pub Node);

impl NamedService for Streams {
    const NAME: &'static str = "event_store.client.streams.Streams";
}

impl Service<http::Request<Body>> for Streams {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Answering {
        let node = self.0.clone();
        let method = request
            .uri()
            .path()
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned();
        Box::pin(async move {
            Ok(match method.as_str() {
                "Append" => {
                    let append = service_fn(move |request| node.clone().append(request));
                    Grpc::new(ProstCodec::default())
                        .client_streaming(append, request)
                        .await
                }
                "Read" => {
                    let read = service_fn(move |request| ready(node.clone().read(request)));
                    Grpc::new(ProstCodec::default())
                        .server_streaming(read, request)
                        .await
                }
                "Tombstone" => {
                    let tombstone =
                        service_fn(move |request| ready(node.clone().tombstone(request)));
                    Grpc::new(ProstCodec::default())
                        .unary(tombstone, request)
                        .await
                }
                _ => Status::unimplemented(method).into_http(),
            })
        })
    }
}

#[derive(Clone)]
pub struct Gossip(pub Node);

impl NamedService for Gossip {
    const NAME: &'static str = "event_store.client.gossip.Gossip";
}

impl Service<http::Request<Body>> for Gossip {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Answering {
        let node = self.0.clone();
        Box::pin(async move {
            let read = service_fn(move |_: Request<()>| {
                ready(Ok::<_, Status>(Response::new(node.members())))
            });
            Ok(Grpc::new(ProstCodec::default()).unary(read, request).await)
        })
    }
}
