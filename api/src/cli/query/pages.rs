//! Whole answers, page by page.

use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::{Date, EffectiveAt};
use sijill_schemas::audit::v1 as audit;
use sijill_schemas::oversight::v1 as pb;
use sijill_schemas::types::v1 as types;

use super::cells;
use super::source::Source;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::parse::{UtcOffset, end_of_day};

/// Rows asked for at a time: the server's limit.
const PAGE_ROWS: usize = 1_000;

/// What every question of one run has in common.
pub struct Pages {
    /// Of whom is asked.
    pub source: Source,
    /// As of when, at which instant.
    pub context: types::QueryContext,
    /// What to look at.
    pub filter: pb::Filter,
    /// Most rows; `None` for all.
    pub rows_max: Option<usize>,
    /// Field to sort by; empty for the answer's own order.
    pub order_by: String,
}

/// A whole answer, or its first rows.
#[derive(Debug)]
pub struct Whole<Row> {
    /// What it rests on.
    pub context: Option<types::AnswerContext>,
    /// The rows.
    pub rows: Vec<Row>,
    /// How many rows there are in all.
    pub total: u64,
}

/// A page as every list's answer has it.
pub struct Part<Row> {
    context: Option<types::AnswerContext>,
    rows: Vec<Row>,
    token: String,
    total: u64,
}

/// The request of a list.
pub trait List: Clone {
    /// A row of its answer.
    type Row;

    /// The same question under these circumstances, for one page.
    fn set(&mut self, context: types::QueryContext, page: types::Page);

    /// Asks.
    async fn ask(self, source: &mut Source) -> Result<Part<Self::Row>, Failure>;
}

impl Pages {
    /// Asks about the end of a day, on the clock that stood where the last event happened: the one by which answers are given
    /// when no instant is named. Whoever is asked says which, so that a directory and a server mean the same.
    pub async fn until_end_of(&mut self, day: Date) -> Result<(), Failure> {
        let end = end_of_day(day, self.offset().await?);
        let end = end.map_err(|error| Failure::Usage(Bilingual::from(&error)))?;
        let end = write(&end).map_err(|error| cells::unreadable(&error.to_string()))?;
        self.context.at = Some(end);
        Ok(())
    }

    /// The clock that stood where the last event happened.
    pub async fn offset(&mut self) -> Result<UtcOffset, Failure> {
        let last = self.last().await?.and_then(|context| context.at);
        let last: Option<EffectiveAt> = cells::read(|payload| payload.optional(last, "at"))?;
        Ok(last.map_or_else(UtcOffset::default, |at| UtcOffset(at.offset_minutes())))
    }

    /// A place in the log that is asked.
    pub async fn position(&mut self, index: u64) -> Result<types::Position, Failure> {
        let last = self.last().await?.and_then(|context| context.position);
        let log_id = last.map(|position| position.log_id).unwrap_or_default();
        Ok(types::Position { log_id, index })
    }

    /// What an answer rests on, with the instant of the last event.
    async fn last(&mut self) -> Result<Option<types::AnswerContext>, Failure> {
        let question = pb::ListItemsRequest {
            context: Some(types::QueryContext {
                at: None,
                ..self.context
            }),
            page: Some(types::Page {
                size: 1,
                ..types::Page::default()
            }),
            ..pb::ListItemsRequest::default()
        };
        Ok(self.source.list_items(question).await?.context)
    }

    /// Asks until there are enough rows, or no more.
    pub async fn all<Q: List>(&mut self, mut question: Q) -> Result<Whole<Q::Row>, Failure> {
        let mut rows = Vec::new();
        let mut token = String::new();
        loop {
            let wanted = self.rows_max.map_or(PAGE_ROWS, |max| {
                max.saturating_sub(rows.len()).min(PAGE_ROWS)
            });
            let page = types::Page {
                size: u32::try_from(wanted).unwrap_or(u32::MAX),
                token,
                order_by: self.order_by.clone(),
            };
            question.set(self.context, page);
            let part = question.clone().ask(&mut self.source).await?;
            rows.extend(part.rows);
            let enough = self.rows_max.is_some_and(|max| rows.len() >= max);
            if part.token.is_empty() || enough {
                return Ok(Whole {
                    context: part.context,
                    rows,
                    total: part.total,
                });
            }
            token = part.token;
        }
    }
}

/// Every list's request and answer have the same fields for what every list has.
macro_rules! lists {
    ($package:ident { $($request:ident: $method:ident -> $row:ident;)* }) => {
        $(impl List for $package::$request {
            type Row = $package::$row;

            fn set(&mut self, context: types::QueryContext, page: types::Page) {
                self.context = Some(context);
                self.page = Some(page);
            }

            async fn ask(self, source: &mut Source) -> Result<Part<$package::$row>, Failure> {
                let answer = source.$method(self).await?;
                Ok(Part {
                    context: answer.context,
                    rows: answer.rows,
                    token: answer.next_page_token,
                    total: answer.total_size,
                })
            }
        })*
    };
}

lists! { pb {
    ListShortagesRequest: list_shortages -> ShortageRow;
    RollUpShortagesRequest: roll_up_shortages -> RollUpRow;
    ListRedistributionsRequest: list_redistributions -> RedistributionRow;
    ListStockRequest: list_stock -> StockRow;
    ListStockoutRatesRequest: list_stockout_rates -> StockoutRateRow;
    ListFlowsRequest: list_flows -> FlowRow;
    ListTransfersRequest: list_transfers -> TransferRow;
    ListDeliveriesRequest: list_deliveries -> DeliveryRow;
    ListOrderLinesRequest: list_order_lines -> OrderLineRow;
    SummarizeDeliveriesRequest: summarize_deliveries -> DeliverySummaryRow;
    ListLossesRequest: list_losses -> LossRow;
    ListWastageRequest: list_wastage -> WastageRow;
    ListFacilitiesRequest: list_facilities -> FacilityRow;
    ListItemsRequest: list_items -> ItemRow;
    ListTenderDurationsRequest: list_tender_durations -> TenderDurationRow;
    ListStageMediansRequest: list_stage_medians -> StageMedianRow;
    ListAwardsRequest: list_awards -> AwardRow;
    ListUnitPricesRequest: list_unit_prices -> UnitPriceRow;
    SearchTendersRequest: search_tenders -> FoundTender;
    ListTenderAlertsRequest: list_tender_alerts -> TenderAlert;
} }

lists! { audit {
    GetHistoryRequest: get_history -> EventRow;
    ListMovementsRequest: list_movements -> MovementRow;
    ListDiscrepanciesRequest: list_discrepancies -> DiscrepancyRow;
    SearchProcessesRequest: search_processes -> ProcessRow;
} }
