//! Every method that reads, with requests that have answers, asked by everyone.

use std::time::Duration;

use http::uri::PathAndQuery;
use prost::Message as _;
use sijill_schemas::audit::v1 as audit;
use sijill_schemas::documents::v1 as documents;
use sijill_schemas::oversight::v1 as oversight;
use sijill_schemas::registry::v1 as registry;
use tonic::Status;
use tonic::client::Grpc;
use tonic::transport::Channel;
use tonic_health::pb as health;
use tonic_reflection::pb::v1 as reflection;

use super::super::world::*;
use super::*;
use crate::auth::policy::{Effect, TABLE};
use crate::auth::roles::ROLES;
use crate::cli::call::raw::Raw;

/// A method that reads.
pub struct Read {
    pub path: String,
    pub requests: Vec<Vec<u8>>,
    /// What an answer says where there is one; empty for what knows nothing of tenders, whose answer says at least what it is of.
    pub says: &'static str,
}

fn read(service: &str, method: &str, says: &'static str, requests: Vec<Vec<u8>>) -> Read {
    let path = format!("/{service}/{method}");
    Read {
        path,
        requests,
        says,
    }
}

const AUDIT: &str = "sijill.audit.v1.AuditService";
const TENDERS: &str = "sijill.oversight.v1.TendersService";
const OVERSIGHT: &str = "sijill.oversight.v1.OversightService";

/// What may be asked about, as far as anyone knows its name.
pub struct Known {
    pub size: u64,
    /// Ids of envelopes, the suppliers, and others that stand in the log.
    pub entities: Vec<(audit::EntityKind, String)>,
    /// Hashes of documents.
    pub documents: Vec<String>,
}

impl Known {
    fn entities<T: prost::Message>(&self, request: impl Fn(audit::Entity) -> T) -> Vec<Vec<u8>> {
        let entities = self.entities.iter().map(|(kind, id)| audit::Entity {
            kind: (*kind).into(),
            scope: String::new(),
            id: id.clone(),
        });
        entities
            .map(|entity| request(entity).encode_to_vec())
            .collect()
    }

    /// The same as the program is asked.
    pub fn named(&self) -> impl Iterator<Item = String> {
        let entities = self.entities.iter();
        entities.map(|(kind, id)| {
            let kind = kind.as_str_name().trim_start_matches("ENTITY_KIND_");
            format!("{}:{id}", kind.to_lowercase())
        })
    }

    /// Each entry: a citizen asks for all of them, each role for its share.
    fn indexes<T: prost::Message>(
        &self,
        share: Option<usize>,
        request: impl Fn(u64) -> T,
    ) -> Vec<Vec<u8>> {
        let (first, step) = share.map_or((0, 1), |share| (share as u64, ROLES.len()));
        let indexes = (first..self.size).step_by(step);
        indexes
            .map(|index| request(index).encode_to_vec())
            .collect()
    }

    /// All methods that read, as a citizen or one of the roles asks.
    pub fn reads(&self, share: Option<usize>) -> Vec<Read> {
        let mut reads = self.of_events(share);
        reads.extend(self.of_proofs(share));
        reads.extend(of_stocks());
        reads.extend(self.of_others());
        reads.extend(self.of_tenders());
        reads
    }

    fn of_events(&self, share: Option<usize>) -> Vec<Read> {
        let history = self.entities(|entity| audit::GetHistoryRequest {
            entity: Some(entity),
            ..Default::default()
        });
        let actors = self.entities(|entity| audit::ListActorsRequest {
            entity: Some(entity),
            ..Default::default()
        });
        let events = self.indexes(share, |index| audit::GetEventRequest {
            index,
            ..Default::default()
        });
        let replays = [0, 1, 2].map(|form| audit::ReplayEventsRequest {
            to: Some(self.size),
            form,
            ..Default::default()
        });
        let replays = replays.map(|request| request.encode_to_vec()).to_vec();
        let empty = || vec![Vec::new()];
        let movements = audit::ListMovementsRequest {
            facility: CLINIC.to_owned(),
            ..Default::default()
        };
        let process = audit::GetProcessRequest {
            ocid: TENDER.to_owned(),
            ..Default::default()
        };
        let release = audit::GetReleaseRequest {
            ocid: TENDER.to_owned(),
            ..Default::default()
        };
        let search = audit::SearchProcessesRequest {
            text: ITEM.to_owned(),
            ..Default::default()
        };
        vec![
            read(AUDIT, "GetHistory", "BidSealed", history),
            read(AUDIT, "ListActors", "nadia", actors),
            read(AUDIT, "GetEvent", TENDER, events),
            read(AUDIT, "ReplayEvents", TENDER, replays),
            read(AUDIT, "ListMovements", "", vec![movements.encode_to_vec()]),
            read(AUDIT, "ListDiscrepancies", "", empty()),
            read(AUDIT, "ListRefusedSteps", "", empty()),
            read(AUDIT, "SearchProcesses", "", vec![search.encode_to_vec()]),
            read(AUDIT, "GetProcess", "", vec![process.encode_to_vec()]),
            read(AUDIT, "GetRelease", "", vec![release.encode_to_vec()]),
        ]
    }

    fn suppliers<T: prost::Message>(&self, request: impl Fn(String) -> T) -> Vec<Vec<u8>> {
        let entities = self.entities.iter();
        let organizations = entities.filter(|(kind, _)| *kind == audit::EntityKind::Organization);
        organizations
            .map(|(_, id)| request(id.clone()).encode_to_vec())
            .collect()
    }

    fn of_tenders(&self) -> Vec<Read> {
        let one = oversight::GetTenderRequest {
            tender: TENDER.to_owned(),
            ..Default::default()
        };
        let suppliers = self.suppliers(|supplier| oversight::GetSupplierCardRequest {
            supplier,
            ..Default::default()
        });
        let buyers = self.suppliers(|buyer| oversight::GetBuyerCardRequest {
            buyer,
            ..Default::default()
        });
        let applications = self.suppliers(|id| registry::GetApplicationRequest {
            which: Some(registry::get_application_request::Which::External(format!(
                "EG-GAFI:{id}"
            ))),
        });
        let contacts = self.suppliers(|id| registry::GetApplicationContactRequest {
            application: format!("EG-GAFI.{id}"),
        });
        let empty = || vec![Vec::new()];
        let bids = "sijill.procurement.v1.BidsService";
        let application = "sijill.registry.v1.SupplierService";
        let lists = "sijill.procurement.v1.QualificationService";
        let list = pb::GetQualificationRequest {
            qualification: TENDER.to_owned(),
        };
        let frameworks = "sijill.procurement.v1.FrameworkService";
        let framework = pb::GetFrameworkRequest {
            framework: TENDER.to_owned(),
        };
        vec![
            read(TENDERS, "GetTender", "gauze", vec![one.encode_to_vec()]),
            read(TENDERS, "ListTenderDurations", TENDER, empty()),
            read(TENDERS, "ListStageMedians", "", empty()),
            read(TENDERS, "GetSupplierCard", "organisation", suppliers),
            read(TENDERS, "GetBuyerCard", BUYER, buyers),
            read(TENDERS, "ListAwards", "", empty()),
            read(TENDERS, "ListUnitPrices", "", empty()),
            read(TENDERS, "SearchTenders", "gauze", empty()),
            read(TENDERS, "ListTenderAlerts", TENDER, empty()),
            read(TENDERS, "WatchTenders", "", empty()),
            read(bids, "ListOwnBids", "", empty()),
            read(
                frameworks,
                "GetFramework",
                "",
                vec![framework.encode_to_vec()],
            ),
            read(application, "GetApplication", "", applications),
            read(application, "GetApplicationContact", "", contacts),
            read(application, "ListApplications", "", empty()),
            read(lists, "GetQualification", "", vec![list.encode_to_vec()]),
        ]
    }

    fn of_proofs(&self, share: Option<usize>) -> Vec<Read> {
        let receipts = self.indexes(share, |index| audit::GetReceiptRequest {
            index,
            wait_millis: 2_000,
        });
        let proof = audit::GetConsistencyProofRequest {
            old_size: 1,
            new_size: None,
        };
        let digest = audit::GetViewDigestRequest::default();
        vec![
            read(AUDIT, "GetReceipt", ORIGIN, receipts),
            read(
                AUDIT,
                "GetConsistencyProof",
                ORIGIN,
                vec![proof.encode_to_vec()],
            ),
            read(AUDIT, "FollowCheckpoints", ORIGIN, vec![Vec::new()]),
            read(
                AUDIT,
                "GetViewDigest",
                "audit",
                vec![digest.encode_to_vec()],
            ),
        ]
    }

    fn of_others(&self) -> Vec<Read> {
        let download = |sha256: &String| documents::DownloadDocumentRequest {
            sha256: sha256.clone(),
            offset_bytes: 0,
        };
        let downloads = self.documents.iter().map(download);
        let downloads = downloads.map(|request| request.encode_to_vec()).collect();
        let asked = [
            reflection::server_reflection_request::MessageRequest::ListServices(String::new()),
            reflection::server_reflection_request::MessageRequest::FileContainingSymbol(
                "sijill.procurement.v1.TenderService".to_owned(),
            ),
        ];
        let asked = asked.map(|message_request| reflection::ServerReflectionRequest {
            host: String::new(),
            message_request: Some(message_request),
        });
        let asked = asked.map(|request| request.encode_to_vec()).to_vec();
        let documents = "sijill.documents.v1.DocumentsService";
        let check = health::HealthCheckRequest::default().encode_to_vec();
        let health = |method| read("grpc.health.v1.Health", method, "", vec![check.clone()]);
        let reflection = |version| {
            let service = format!("grpc.reflection.{version}.ServerReflection");
            let says = "TenderService";
            read(&service, "ServerReflectionInfo", says, asked.clone())
        };
        vec![
            read(documents, "DownloadDocument", "terms of", downloads),
            health("Check"),
            health("List"),
            health("Watch"),
            reflection("v1"),
            reflection("v1alpha"),
        ]
    }
}

fn of_stocks() -> Vec<Read> {
    let shortage = oversight::GetShortageRequest {
        facility: CLINIC.to_owned(),
        item: ITEM.to_owned(),
        ..Default::default()
    };
    let equity = oversight::GetEquityRequest {
        item: ITEM.to_owned(),
        ..Default::default()
    };
    let lists = [
        ("ListShortages", ""),
        ("RollUpShortages", ""),
        ("ListRedistributions", ""),
        ("ListStock", ""),
        ("ListStockoutRates", ""),
        ("ListFlows", ""),
        ("ListTransfers", ""),
        ("ListDeliveries", ""),
        ("ListOrderLines", ""),
        ("SummarizeDeliveries", ""),
        ("ListLosses", ""),
        ("ListWastage", ""),
        ("ListFacilities", CLINIC),
        ("ListItems", ITEM),
        ("WatchShortages", ""),
    ];
    let lists = lists.map(|(method, says)| read(OVERSIGHT, method, says, vec![Vec::new()]));
    let asked = [
        read(OVERSIGHT, "GetShortage", "", vec![shortage.encode_to_vec()]),
        read(OVERSIGHT, "GetEquity", "", vec![equity.encode_to_vec()]),
    ];
    lists.into_iter().chain(asked).collect()
}

/// Whoever adds a method that reads adds it here, or this fails.
pub fn every_method_is_walked(reads: &[Read]) {
    let walked: BTreeSet<&str> = reads.iter().map(|read| read.path.as_str()).collect();
    assert_eq!(walked.len(), reads.len(), "a method is walked twice");
    let mut reading = BTreeSet::new();
    for service in TABLE {
        let questions = service.rows.iter();
        let questions = questions.filter(|row| row.effect == Effect::Question);
        reading.extend(questions.map(|row| format!("/{}/{}", service.name, row.method)));
    }
    let reading: BTreeSet<&str> = reading.iter().map(String::as_str).collect();
    assert_eq!(walked, reading, "methods that read, and those walked");
}

/// How long a stream that never ends is listened to, and how many messages are taken.
const SILENCE: Duration = Duration::from_millis(200);
/// An answer that ends by itself comes within this time, however crowded the machine is.
const ANSWER_MAX: Duration = Duration::from_mins(1);
const MESSAGES_MAX: usize = 5_000;

/// How often a question is asked that the server has no room for, and how long is waited between.
const TRIES: usize = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// Everything that comes back: messages, statuses with their details, headers and trailers. What the server has no room for is asked
/// again: how much answers at once depends on the machine, and what is not answered is not walked.
pub async fn ask(channel: &Channel, path: &str, by: Option<By>, request: Vec<u8>) -> Vec<u8> {
    let mut refusals = Vec::new();
    for _ in 0..TRIES {
        let answer = asked_once(channel, path, by, request.clone()).await;
        if !answer.starts_with(NO_ROOM) {
            return [refusals, answer].concat();
        }
        refusals = answer;
        tokio::time::sleep(PAUSE).await;
    }
    refusals
}

/// How a status begins that says so.
const NO_ROOM: &[u8] = b"ResourceExhausted ";

async fn asked_once(channel: &Channel, path: &str, by: Option<By>, request: Vec<u8>) -> Vec<u8> {
    let request = tokio_stream::once(request);
    let request = match by {
        Some(by) => by.asks(request),
        None => tonic::Request::new(request),
    };
    let mut client = Grpc::new(channel.clone()).max_decoding_message_size(64 << 20);
    client.ready().await.unwrap();
    let endless = ["/Watch", "/Follow"].iter().any(|it| path.contains(it));
    let silence = if endless { SILENCE } else { ANSWER_MAX };
    let path = PathAndQuery::try_from(path).unwrap();
    let mut out = Vec::new();
    let answered = client.streaming(request, path, Raw).await;
    let answered = match answered {
        Ok(answered) => answered,
        Err(status) => return said(&status),
    };
    out.extend(format!("{:?}\n", answered.metadata()).into_bytes());
    let mut messages = answered.into_inner();
    for _ in 0..MESSAGES_MAX {
        let next = tokio::time::timeout(silence, messages.message()).await;
        match next {
            Err(_) => return out,
            Ok(Ok(Some(message))) => out.extend(message),
            Ok(Ok(None)) => break,
            Ok(Err(status)) => {
                out.extend(said(&status));
                return out;
            }
        }
    }
    let trailers = messages.trailers().await;
    out.extend(format!("{trailers:?}\n").into_bytes());
    out
}

/// A status to its last byte.
pub fn said(status: &Status) -> Vec<u8> {
    let (code, message) = (status.code(), status.message());
    let line = format!("{code:?} {message} {:?}\n", status.metadata());
    [line.as_bytes(), status.details()].concat()
}
