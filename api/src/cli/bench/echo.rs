//! The bare service beside the real one: the same messages over the same transport, and no work at all.
//!
//! It knows no caller, decides nothing and writes nothing: what is left is what gRPC itself costs on this machine, now.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use sijill_schemas::inventory::v1 as inventory;
use sijill_schemas::oversight::v1 as oversight;
use sijill_schemas::procurement::v1 as procurement;
use sijill_schemas::types::v1::CommandResponse;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_stream::StreamExt as _;
use tonic::body::Body;
use tonic::server::Grpc;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Status, Streaming};
use tonic_prost::ProstCodec;
use tower::{Service, service_fn};

use crate::cli::errors::Failure;

/// What it answers: the same to everyone. Taken from the real server, so that the answers are as large.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    pub command: CommandResponse,
    pub shortage: oversight::GetShortageResponse,
    pub shortages: oversight::ListShortagesResponse,
    pub stock: oversight::ListStockResponse,
    pub tenders: oversight::SearchTendersResponse,
}

/// A running echo service; it ends when it is dropped.
pub struct Echo {
    pub address: SocketAddr,
    serving: JoinHandle<Result<(), tonic::transport::Error>>,
}

impl Echo {
    /// Starts it on a free port of this machine.
    pub async fn start(answers: Answers) -> Result<Self, Failure> {
        let failed = |error| Failure::io(Path::new("127.0.0.1:0"), &error);
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        let service = Answering(Arc::new(answers));
        let serving = tokio::spawn(Server::builder().serve_with_incoming(service, incoming));
        Ok(Self { address, serving })
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

#[derive(Clone)]
struct Answering(Arc<Answers>);

impl Service<Request<Body>> for Answering {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let answers = Arc::clone(&self.0);
        Box::pin(async move {
            Ok(match request.uri().path() {
                "/sijill.inventory.v1.InventoryService/IssueStock" => {
                    unary::<inventory::IssueStockRequest, _>(request, &answers.command).await
                }
                "/sijill.inventory.v1.InventoryService/Submit" => {
                    stream(request, answers.command.clone()).await
                }
                "/sijill.procurement.v1.TenderService/SealBid" => {
                    unary::<procurement::SealBidRequest, _>(request, &answers.command).await
                }
                "/sijill.oversight.v1.OversightService/GetShortage" => {
                    unary::<oversight::GetShortageRequest, _>(request, &answers.shortage).await
                }
                "/sijill.oversight.v1.OversightService/ListShortages" => {
                    unary::<oversight::ListShortagesRequest, _>(request, &answers.shortages).await
                }
                "/sijill.oversight.v1.OversightService/ListStock" => {
                    unary::<oversight::ListStockRequest, _>(request, &answers.stock).await
                }
                "/sijill.oversight.v1.TendersService/SearchTenders" => {
                    unary::<oversight::SearchTendersRequest, _>(request, &answers.tenders).await
                }
                other => Status::unimplemented(other).into_http(),
            })
        })
    }
}

async fn unary<Q, A>(request: Request<Body>, answer: &A) -> Response<Body>
where
    Q: prost::Message + Default + Send + Sync + 'static,
    A: prost::Message + Clone + 'static,
{
    let service = service_fn(|_: tonic::Request<Q>| {
        let answer = answer.clone();
        async move { Ok::<_, Status>(tonic::Response::new(answer)) }
    });
    let mut grpc = Grpc::new(ProstCodec::<A, Q>::default());
    grpc.unary(service, request).await
}

async fn stream(request: Request<Body>, done: CommandResponse) -> Response<Body> {
    let service = service_fn(
        move |request: tonic::Request<Streaming<inventory::SubmitRequest>>| {
            let done = done.clone();
            let answers = request.into_inner().map(move |message| {
                let sequence = message?.sequence;
                let outcome = inventory::submit_response::Outcome::Done(done.clone());
                Ok(inventory::SubmitResponse {
                    sequence,
                    outcome: Some(outcome),
                })
            });
            async move { Ok::<_, Status>(tonic::Response::new(answers)) }
        },
    );
    let codec = ProstCodec::<inventory::SubmitResponse, inventory::SubmitRequest>::default();
    Grpc::new(codec).streaming(service, request).await
}
