//! Oversight: questions to the views, answered page by page. All of it is public.
//!
//! | File | What |
//! |---|---|
//! | `filter` | what to look at |
//! | `shortage`, `rollup`, `surplus`, `stock`, `rates`, `flows`, `transfers`, `deliveries`, `order_lines`, `losses`, `wastage`, `equity`, `registry` | one question per file: its rows |
//! | `watch` | changes of status as they happen |
//!
//! What is deliberately not here: figures. The views compute them; a question converts and sorts.

mod deliveries;
mod equity;
mod filter;
mod flows;
mod losses;
mod order_lines;
mod rates;
mod registry;
mod rollup;
mod shortage;
mod shortage_row;
mod stock;
mod surplus;
#[cfg(test)]
mod tests;
mod transfers;
mod wastage;
mod watch;

use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_projections::Runner;
use sijill_schemas::oversight::v1 as pb;
use sijill_schemas::oversight::v1::oversight_service_server::OversightService;
use tonic::{Request, Response, Status};

use super::question;
use super::question::desk::{Desk, Look};
use super::question::list::Lists;
use super::question::listing::Listing as _;
use watch::Watch;

/// The service.
pub struct Oversight {
    desk: Desk,
    lists: Lists,
    watch: Watch,
}

/// The worst shortages of views that nobody serves yet.
pub fn worst_shortages(
    runner: &Runner,
    store: &EmbeddedStore,
    rows_max: usize,
) -> Result<pb::ListShortagesResponse, Status> {
    let look = Look::new(runner, store)?;
    let at = look.at(None);
    let worst = shortage::worst(&look, rows_max)?;
    let (definition, ruleset, parameters) = worst.as_ref().map_or((0, None, None), |(all, _)| {
        (all.definition, all.ruleset, all.parameters)
    });
    let count = worst.as_ref().map_or(0, |(all, _)| all.rows.row_count());
    Ok(pb::ListShortagesResponse {
        context: Some(question::context(&look, at, definition, ruleset)?),
        parameters,
        rows: worst.map(|(_, rows)| rows).unwrap_or_default(),
        next_page_token: String::new(),
        total_size: u64::try_from(count).unwrap_or(u64::MAX),
    })
}

impl Oversight {
    /// Answers at this desk.
    pub fn new(desk: Desk) -> Self {
        Self {
            watch: Watch::new(desk.clone()),
            lists: Lists::new(desk.clone()),
            desk,
        }
    }
}

#[tonic::async_trait]
impl OversightService for Oversight {
    async fn list_shortages(
        &self,
        request: Request<pb::ListShortagesRequest>,
    ) -> Result<Response<pb::ListShortagesResponse>, Status> {
        self.lists.answer(request).await
    }

    async fn get_shortage(
        &self,
        request: Request<pb::GetShortageRequest>,
    ) -> Result<Response<pb::GetShortageResponse>, Status> {
        shortage::get(&self.desk.for_caller(&request), request.into_inner()).await
    }

    async fn roll_up_shortages(
        &self,
        request: Request<pb::RollUpShortagesRequest>,
    ) -> Result<Response<pb::RollUpShortagesResponse>, Status> {
        self.lists.answer(request).await
    }

    async fn list_redistributions(
        &self,
        request: Request<pb::ListRedistributionsRequest>,
    ) -> Result<Response<pb::ListRedistributionsResponse>, Status> {
        self.lists.answer(request).await
    }

    async fn list_stock(
        &self,
        request: Request<pb::ListStockRequest>,
    ) -> Result<Response<pb::ListStockResponse>, Status> {
        self.lists.answer(request).await
    }

    async fn list_stockout_rates(
        &self,
        request: Request<pb::ListStockoutRatesRequest>,
    ) -> Result<Response<pb::ListStockoutRatesResponse>, Status> {
        self.lists.answer(request).await
    }

    async fn list_flows(
        &self,
        request: Request<pb::ListFlowsRequest>,
    ) -> Result<Response<pb::ListFlowsResponse>, Status> {
        self.lists.answer(request).await
    }

    async fn list_transfers(
        &self,
        request: Request<pb::ListTransfersRequest>,
    ) -> Result<Response<pb::ListTransfersResponse>, Status> {
        self.lists.answer(request).await
    }

    async fn list_deliveries(
        &self,
        request: Request<pb::ListDeliveriesRequest>,
    ) -> Result<Response<pb::ListDeliveriesResponse>, Status> {
        self.lists.answer(request).await
    }

    async fn list_order_lines(
        &self,
        request: Request<pb::ListOrderLinesRequest>,
    ) -> Result<Response<pb::ListOrderLinesResponse>, Status> {
        self.lists.answer(request).await
    }

    async fn summarize_deliveries(
        &self,
        request: Request<pb::SummarizeDeliveriesRequest>,
    ) -> Result<Response<pb::SummarizeDeliveriesResponse>, Status> {
        self.lists.answer(request).await
    }

    async fn list_losses(
        &self,
        request: Request<pb::ListLossesRequest>,
    ) -> Result<Response<pb::ListLossesResponse>, Status> {
        self.lists.answer(request).await
    }

    async fn list_wastage(
        &self,
        request: Request<pb::ListWastageRequest>,
    ) -> Result<Response<pb::ListWastageResponse>, Status> {
        self.lists.answer(request).await
    }

    async fn get_equity(
        &self,
        request: Request<pb::GetEquityRequest>,
    ) -> Result<Response<pb::GetEquityResponse>, Status> {
        equity::get(&self.desk.for_caller(&request), request.into_inner()).await
    }

    async fn list_facilities(
        &self,
        request: Request<pb::ListFacilitiesRequest>,
    ) -> Result<Response<pb::ListFacilitiesResponse>, Status> {
        self.lists.answer(request).await
    }

    async fn list_items(
        &self,
        request: Request<pb::ListItemsRequest>,
    ) -> Result<Response<pb::ListItemsResponse>, Status> {
        self.lists.answer(request).await
    }

    type WatchShortagesStream = watch::Changes;

    async fn watch_shortages(
        &self,
        request: Request<pb::WatchShortagesRequest>,
    ) -> Result<Response<Self::WatchShortagesStream>, Status> {
        self.watch
            .start(request.into_inner())
            .await
            .map(Response::new)
    }
}
