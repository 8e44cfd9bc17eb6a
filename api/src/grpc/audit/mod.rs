//! Audit: who did what, and the log itself. All of it is public, because everything in an entry is.
//!
//! | File | What |
//! |---|---|
//! | `asking` | the place in the log that a list is answered at, its page, what its answer rests on |
//! | `entities` | things that can be asked about |
//! | `event`, `changes` | an event as it is shown; before and after |
//! | `history`, `actors` | every event that concerns a thing; who acted on it |
//! | `movements`, `counterparty` | lines of stock documents with running balances |
//! | `discrepancies`, `rules`, `refused` | facts that broke a rule; steps that a rule refused |
//! | `processes`, `release` | processes of other systems; a release as it was published |
//! | `detail` | one event with its entry |
//! | `proofs` | receipts, consistency, checkpoints, digests of the views |
//! | [`replay`] | the log, entry by entry, as it grows |
//!
//! The view answers for any size of the log from its present state, so a question about the past costs what one about
//! the present does. Withheld content is not read here at all.

mod actors;
mod asking;
mod changes;
mod counterparty;
mod detail;
mod discrepancies;
mod entities;
mod event;
mod history;
mod movements;
mod processes;
mod proofs;
mod refused;
mod release;
mod replay;
mod rules;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use sijill_schemas::audit::v1 as pb;
use sijill_schemas::audit::v1::audit_service_server::AuditService;
use tonic::{Request, Response, Status};

use super::question::desk::Desk;
use crate::auth::caller::Caller;
use crate::log::Publication;
use proofs::{Checkpoints, Digests, Proofs};
use replay::Replays;

pub use event::{content, printed};
pub use proofs::receipt;

/// The service.
pub struct Audit {
    desk: Desk,
    replays: Replays,
    proofs: Proofs,
    digests: Digests,
}

impl Audit {
    /// Answers at this desk, from the views and their log; proofs from what is published, `None` where nobody serves it.
    pub fn new(desk: Desk, publication: Option<Arc<Publication>>) -> Self {
        Self {
            proofs: Proofs::new(publication),
            digests: Digests::default(),
            replays: Replays::new(Arc::clone(desk.live().store())),
            desk,
        }
    }
}

#[tonic::async_trait]
impl AuditService for Audit {
    async fn get_history(
        &self,
        request: Request<pb::GetHistoryRequest>,
    ) -> Result<Response<pb::GetHistoryResponse>, Status> {
        history::get(&self.desk.for_caller(&request), request.into_inner()).await
    }

    async fn list_actors(
        &self,
        request: Request<pb::ListActorsRequest>,
    ) -> Result<Response<pb::ListActorsResponse>, Status> {
        actors::list(&self.desk.for_caller(&request), request.into_inner()).await
    }

    async fn list_movements(
        &self,
        request: Request<pb::ListMovementsRequest>,
    ) -> Result<Response<pb::ListMovementsResponse>, Status> {
        movements::list(&self.desk.for_caller(&request), request.into_inner()).await
    }

    async fn list_discrepancies(
        &self,
        request: Request<pb::ListDiscrepanciesRequest>,
    ) -> Result<Response<pb::ListDiscrepanciesResponse>, Status> {
        discrepancies::list(&self.desk.for_caller(&request), request.into_inner()).await
    }

    async fn list_refused_steps(
        &self,
        request: Request<pb::ListRefusedStepsRequest>,
    ) -> Result<Response<pb::ListRefusedStepsResponse>, Status> {
        refused::list(&self.desk.for_caller(&request), request.into_inner()).await
    }

    async fn search_processes(
        &self,
        request: Request<pb::SearchProcessesRequest>,
    ) -> Result<Response<pb::SearchProcessesResponse>, Status> {
        processes::search(&self.desk.for_caller(&request), request.into_inner()).await
    }

    async fn get_process(
        &self,
        request: Request<pb::GetProcessRequest>,
    ) -> Result<Response<pb::GetProcessResponse>, Status> {
        processes::get(&self.desk.for_caller(&request), request.into_inner()).await
    }

    type GetReleaseStream = release::Pieces;

    async fn get_release(
        &self,
        request: Request<pb::GetReleaseRequest>,
    ) -> Result<Response<Self::GetReleaseStream>, Status> {
        release::get(&self.desk.for_caller(&request), request.into_inner()).await
    }

    async fn get_event(
        &self,
        request: Request<pb::GetEventRequest>,
    ) -> Result<Response<pb::GetEventResponse>, Status> {
        detail::get(&self.desk.for_caller(&request), request.into_inner()).await
    }

    type ReplayEventsStream = replay::Entries;

    async fn replay_events(
        &self,
        request: Request<pb::ReplayEventsRequest>,
    ) -> Result<Response<Self::ReplayEventsStream>, Status> {
        let known = is_known(&request);
        let entries = self.replays.start(request.into_inner(), known)?;
        Ok(Response::new(entries))
    }

    async fn get_receipt(
        &self,
        request: Request<pb::GetReceiptRequest>,
    ) -> Result<Response<pb::GetReceiptResponse>, Status> {
        let receipt = self.proofs.receipt(&request.into_inner()).await?;
        Ok(Response::new(receipt))
    }

    async fn get_consistency_proof(
        &self,
        request: Request<pb::GetConsistencyProofRequest>,
    ) -> Result<Response<pb::GetConsistencyProofResponse>, Status> {
        let proof = self.proofs.consistency(request.into_inner()).await?;
        Ok(Response::new(proof))
    }

    type FollowCheckpointsStream = Checkpoints;

    async fn follow_checkpoints(
        &self,
        request: Request<pb::FollowCheckpointsRequest>,
    ) -> Result<Response<Self::FollowCheckpointsStream>, Status> {
        let known = is_known(&request);
        let checkpoints = self.proofs.follow(request.into_inner(), known)?;
        Ok(Response::new(checkpoints))
    }

    async fn get_view_digest(
        &self,
        request: Request<pb::GetViewDigestRequest>,
    ) -> Result<Response<pb::GetViewDigestResponse>, Status> {
        let digests = self.digests.get(&self.desk, request.into_inner()).await?;
        Ok(Response::new(digests))
    }
}

/// Whether a token names the caller.
fn is_known<T>(request: &Request<T>) -> bool {
    let caller = request.extensions().get::<Caller>();
    caller.is_some_and(|caller| caller.known().is_some())
}
