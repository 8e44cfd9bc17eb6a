//! Of whom is asked: a directory, through the service in this process, or a server.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use sijill_ledger_core::store::EventStore as _;
use sijill_schemas::audit::v1 as audit;
use sijill_schemas::audit::v1::audit_service_client::AuditServiceClient;
use sijill_schemas::audit::v1::audit_service_server::AuditService as _;
use sijill_schemas::oversight::v1 as pb;
use sijill_schemas::oversight::v1::oversight_service_client::OversightServiceClient;
use sijill_schemas::oversight::v1::oversight_service_server::OversightService as _;
use sijill_schemas::oversight::v1::tenders_service_client::TendersServiceClient;
use sijill_schemas::oversight::v1::tenders_service_server::TendersService as _;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Response, Status};
use tonic_types::{ErrorDetail, StatusExt as _};

use super::arguments::{Common, From};
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::{data, views};
use crate::grpc::audit::Audit;
use crate::grpc::live::Live;
use crate::grpc::oversight::Oversight;
use crate::grpc::question::desk::Desk;
use crate::grpc::tenders::Tenders;

/// Of whom is asked.
pub enum Source {
    /// A directory.
    Here(Box<Services>),
    /// A server, with the token to show it.
    There(Box<Server>),
}

/// The services over a directory.
pub struct Services {
    oversight: Oversight,
    tenders: Tenders,
    audit: Audit,
}

/// A server, with the token to show it.
pub struct Server {
    oversight: OversightServiceClient<Channel>,
    tenders: TendersServiceClient<Channel>,
    audit: AuditServiceClient<Channel>,
    token: Option<MetadataValue<Ascii>>,
}

impl Source {
    /// Opens the directory or connects to the server that was named.
    pub async fn open(common: &Common) -> Result<Self, Failure> {
        Self::of(&common.from, common.token_file.as_deref(), common.as_of).await
    }

    /// The same with the token to show a server, and the size of the log that a directory is asked at.
    pub async fn of(
        from: &From,
        token_file: Option<&Path>,
        as_of: Option<u64>,
    ) -> Result<Self, Failure> {
        if let Some(server) = &from.server {
            let token = token_file.map(token).transpose()?;
            let channel = connect(server).await?;
            return Ok(Self::There(Box::new(Server {
                oversight: OversightServiceClient::new(channel.clone()),
                tenders: TendersServiceClient::new(channel.clone()),
                audit: AuditServiceClient::new(channel),
                token,
            })));
        }
        let Some(dir) = &from.data else {
            return Err(From::missing());
        };
        let store = data::open(dir)?;
        if store.size() == 0 {
            return Err(Failure::NoLedger {
                dir: dir.to_owned(),
            });
        }
        let runner = views::load(&store, as_of).await?;
        let desk = Desk::new(Arc::new(Live::new(store, runner)));
        Ok(Self::Here(Box::new(Services {
            oversight: Oversight::new(desk.clone()),
            tenders: Tenders::new(desk.clone()),
            audit: Audit::new(desk, None),
        })))
    }
}

impl Server {
    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        if let Some(token) = &self.token {
            let token = token.clone();
            request.metadata_mut().insert("authorization", token);
        }
        request
    }
}

/// The methods, the same of either.
macro_rules! methods {
    ($service:ident: $package:ident { $($method:ident($request:ident) -> $answer:ident;)* }) => {
        impl Source {
            $(
                pub async fn $method(&mut self, message: $package::$request) -> Result<$package::$answer, Failure> {
                    let answer = match self {
                        Self::Here(services) => services.$service.$method(Request::new(message)).await,
                        Self::There(server) => {
                            let request = server.request(message);
                            server.$service.$method(request).await
                        }
                    };
                    answer.map(Response::into_inner).map_err(|error| answered(&error))
                }
            )*
        }
    };
}

methods! { oversight: pb {
    list_shortages(ListShortagesRequest) -> ListShortagesResponse;
    roll_up_shortages(RollUpShortagesRequest) -> RollUpShortagesResponse;
    list_redistributions(ListRedistributionsRequest) -> ListRedistributionsResponse;
    list_stock(ListStockRequest) -> ListStockResponse;
    list_stockout_rates(ListStockoutRatesRequest) -> ListStockoutRatesResponse;
    list_flows(ListFlowsRequest) -> ListFlowsResponse;
    list_transfers(ListTransfersRequest) -> ListTransfersResponse;
    list_deliveries(ListDeliveriesRequest) -> ListDeliveriesResponse;
    list_order_lines(ListOrderLinesRequest) -> ListOrderLinesResponse;
    summarize_deliveries(SummarizeDeliveriesRequest) -> SummarizeDeliveriesResponse;
    list_losses(ListLossesRequest) -> ListLossesResponse;
    list_wastage(ListWastageRequest) -> ListWastageResponse;
    get_equity(GetEquityRequest) -> GetEquityResponse;
    list_facilities(ListFacilitiesRequest) -> ListFacilitiesResponse;
    list_items(ListItemsRequest) -> ListItemsResponse;
} }

methods! { tenders: pb {
    get_tender(GetTenderRequest) -> GetTenderResponse;
    list_tender_durations(ListTenderDurationsRequest) -> ListTenderDurationsResponse;
    list_stage_medians(ListStageMediansRequest) -> ListStageMediansResponse;
    get_supplier_card(GetSupplierCardRequest) -> GetSupplierCardResponse;
    get_buyer_card(GetBuyerCardRequest) -> GetBuyerCardResponse;
    list_awards(ListAwardsRequest) -> ListAwardsResponse;
    list_unit_prices(ListUnitPricesRequest) -> ListUnitPricesResponse;
    search_tenders(SearchTendersRequest) -> SearchTendersResponse;
    list_tender_alerts(ListTenderAlertsRequest) -> ListTenderAlertsResponse;
} }

methods! { audit: audit {
    get_history(GetHistoryRequest) -> GetHistoryResponse;
    list_movements(ListMovementsRequest) -> ListMovementsResponse;
    list_discrepancies(ListDiscrepanciesRequest) -> ListDiscrepanciesResponse;
    search_processes(SearchProcessesRequest) -> SearchProcessesResponse;
    get_view_digest(GetViewDigestRequest) -> GetViewDigestResponse;
} }

/// The audit service of a server, with the token to show it.
pub async fn client(
    server: &str,
    token_file: Option<&Path>,
) -> Result<AuditServiceClient<InterceptedService<Channel, Bearing>>, Failure> {
    let channel = channel(server, token_file).await?;
    Ok(AuditServiceClient::new(channel))
}

/// A connection that shows a token with every call.
pub async fn channel(
    server: &str,
    token_file: Option<&Path>,
) -> Result<InterceptedService<Channel, Bearing>, Failure> {
    let token = token_file.map(token).transpose()?;
    let channel = connect(server).await?;
    Ok(InterceptedService::new(channel, Bearing(token)))
}

/// Shows a token with every call, where there is one.
#[derive(Clone)]
pub struct Bearing(Option<MetadataValue<Ascii>>);

impl Interceptor for Bearing {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(token) = &self.0 {
            let token = token.clone();
            request.metadata_mut().insert("authorization", token);
        }
        Ok(request)
    }
}

async fn connect(server: &str) -> Result<Channel, Failure> {
    let unusable = |why: String| {
        Failure::Usage(Bilingual::new(
            format!("العنوان {server:?} غير صالح؛ مثاله http://127.0.0.1:7450"),
            format!(
                "the address {server:?} is not usable ({why}); an example is http://127.0.0.1:7450"
            ),
        ))
    };
    let endpoint = Endpoint::from_shared(server.to_owned());
    let endpoint = endpoint.map_err(|error| unusable(error.to_string()))?;
    if endpoint.uri().scheme_str() != Some("http") {
        return Err(unusable("it does not begin with http://".to_owned()));
    }
    endpoint.connect().await.map_err(|error| {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        Failure::Unreachable {
            server: server.to_owned(),
            what: cause.unwrap_or_else(|| error.to_string()),
        }
    })
}

fn token(file: &Path) -> Result<MetadataValue<Ascii>, Failure> {
    let text = fs::read_to_string(file).map_err(|error| Failure::unreadable(file, &error))?;
    let value = MetadataValue::try_from(format!("Bearer {}", text.trim()));
    let mut value = value.map_err(|_| Failure::Input {
        file: file.to_owned(),
        text: Bilingual::new(
            "ليس فيه رمز دخول؛ الرمز سطر واحد من أحرف لاتينية",
            "holds no token; a token is one line of ASCII characters",
        ),
    })?;
    // Never shown, not even by a debug print of the request.
    value.set_sensitive(true);
    Ok(value)
}

/// What a service answered instead of an answer, with its own code and texts.
pub fn answered(status: &Status) -> Failure {
    let mut code = None;
    let (mut ar, mut en) = (None, None);
    for detail in status.get_error_details_vec() {
        if let ErrorDetail::ErrorInfo(info) = detail {
            code = Some(info.reason);
        } else if let ErrorDetail::LocalizedMessage(text) = detail {
            match text.locale.as_str() {
                "ar" => ar = Some(text.message),
                "en" => en = Some(text.message),
                _ => {}
            }
        }
    }
    let plain = || match status.message() {
        "" => status.code().description().to_owned(),
        message => message.to_owned(),
    };
    Failure::Answered {
        code: code.unwrap_or_else(|| format!("{:?}", status.code()).to_uppercase()),
        text: Bilingual::new(ar.unwrap_or_else(plain), en.unwrap_or_else(plain)),
        exit_status: exit_status(status.code()),
    }
}

/// The exit status of this program that is nearest to what a service answered.
const fn exit_status(code: Code) -> u8 {
    match code {
        Code::InvalidArgument | Code::OutOfRange => 2,
        Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::Unauthenticated
        | Code::FailedPrecondition => 3,
        Code::DataLoss => 4,
        Code::Ok
        | Code::Cancelled
        | Code::Unknown
        | Code::DeadlineExceeded
        | Code::ResourceExhausted
        | Code::Aborted
        | Code::Unimplemented
        | Code::Internal
        | Code::Unavailable => 1,
    }
}
