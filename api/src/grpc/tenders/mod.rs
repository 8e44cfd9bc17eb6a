//! Questions about tenders, answered page by page. All of it is public.
//!
//! | File | What |
//! |---|---|
//! | `page`, `growing`, `bids`, `timeline` | one tender: what was asked for, who bid, every step |
//! | `durations` | how long tenders stand in their stages, and whom they wait for |
//! | `cards` | cards of suppliers and buyers |
//! | `awards`, `prices` | who won what from whom; prices of base units |
//! | `search` | words and filters; what happens to tenders, as a list and as it happens |
//! | `wire` | what these share |
//!
//! What is deliberately not here: figures. The view computes them; a question converts and sorts.

mod awards;
mod bids;
mod cards;
mod durations;
pub mod growing;
mod page;
mod prices;
mod search;
mod timeline;
mod wire;

use sijill_schemas::oversight::v1 as pb;
use sijill_schemas::oversight::v1::tenders_service_server::TendersService;
use tonic::{Request, Response, Status};

use super::question::desk::Desk;
use super::question::list::Lists;

/// The service.
pub struct Tenders {
    desk: Desk,
    lists: Lists,
}

impl Tenders {
    /// Answers at this desk.
    pub fn new(desk: Desk) -> Self {
        Self {
            lists: Lists::new(desk.clone()),
            desk,
        }
    }
}

#[tonic::async_trait]
impl TendersService for Tenders {
    async fn get_tender(
        &self,
        request: Request<pb::GetTenderRequest>,
    ) -> Result<Response<pb::GetTenderResponse>, Status> {
        page::get(&self.desk.for_caller(&request), request.into_inner()).await
    }

    async fn list_tender_durations(
        &self,
        request: Request<pb::ListTenderDurationsRequest>,
    ) -> Result<Response<pb::ListTenderDurationsResponse>, Status> {
        self.lists.answer(request).await
    }

    async fn list_stage_medians(
        &self,
        request: Request<pb::ListStageMediansRequest>,
    ) -> Result<Response<pb::ListStageMediansResponse>, Status> {
        self.lists.answer(request).await
    }

    async fn get_supplier_card(
        &self,
        request: Request<pb::GetSupplierCardRequest>,
    ) -> Result<Response<pb::GetSupplierCardResponse>, Status> {
        cards::supplier(&self.desk.for_caller(&request), request.into_inner()).await
    }

    async fn get_buyer_card(
        &self,
        request: Request<pb::GetBuyerCardRequest>,
    ) -> Result<Response<pb::GetBuyerCardResponse>, Status> {
        cards::buyer(&self.desk.for_caller(&request), request.into_inner()).await
    }

    async fn list_awards(
        &self,
        request: Request<pb::ListAwardsRequest>,
    ) -> Result<Response<pb::ListAwardsResponse>, Status> {
        self.lists.answer(request).await
    }

    async fn list_unit_prices(
        &self,
        request: Request<pb::ListUnitPricesRequest>,
    ) -> Result<Response<pb::ListUnitPricesResponse>, Status> {
        self.lists.answer(request).await
    }

    async fn search_tenders(
        &self,
        request: Request<pb::SearchTendersRequest>,
    ) -> Result<Response<pb::SearchTendersResponse>, Status> {
        search::query::answer(&self.lists, request).await
    }

    async fn list_tender_alerts(
        &self,
        request: Request<pb::ListTenderAlertsRequest>,
    ) -> Result<Response<pb::ListTenderAlertsResponse>, Status> {
        search::alerts::answer(&self.lists, &self.desk, request).await
    }

    type WatchTendersStream = search::watch::Alerts;

    async fn watch_tenders(
        &self,
        request: Request<pb::WatchTendersRequest>,
    ) -> Result<Response<Self::WatchTendersStream>, Status> {
        let desk = self.desk.for_caller(&request);
        let alerts = search::watch::start(desk, request.into_inner()).await?;
        Ok(Response::new(alerts))
    }
}
