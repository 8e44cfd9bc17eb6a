//! The services: parse, execute or ask, reply. One service per file or folder; what they share stands here.
//!
//! | File | What |
//! |---|---|
//! | [`server`] | listeners, background work, an end in order |
//! | [`connections`] | accepting, with limits |
//! | [`door`] | the way of programs and the way of pages, to the same gate |
//! | [`gate`] | in front of every service: token, policy, room, record |
//! | [`admission`] | who gets in when many come at once |
//! | [`record`], [`metrics`] | what is written down of every call |
//! | [`status`], [`language`] | errors, in both languages |
//! | [`node`], [`live`] | ledger, views and policies of a running node |
//! | `turns` | which node of a cluster runs the policies (feature `kurrentdb`) |
//! | [`question`] | what all questions share |
//! | [`methods`] | what the schemas declare |
//! | [`command`], [`submit`], [`authority`] | what services of commands share |
//! | [`registry`], [`supplier`], [`inventory`], [`procurement`], [`tender`], [`framework`], [`bids`], [`documents`], [`oversight`], [`tenders`], [`audit`] | services |

pub mod admission;
pub mod audit;
pub mod authority;
pub mod bids;
pub mod command;
pub mod connections;
pub mod documents;
pub mod door;
pub mod framework;
pub mod gate;
pub mod inventory;
pub mod language;
pub mod live;
pub mod methods;
pub mod metrics;
pub mod node;
pub mod oversight;
pub mod procurement;
pub mod qualification;
pub mod question;
pub mod record;
pub mod registry;
pub mod server;
pub mod status;
pub mod submit;
pub mod supplier;
pub mod tender;
pub mod tenders;
#[cfg(test)]
mod testing;
#[cfg(feature = "kurrentdb")]
mod turns;

use std::path::PathBuf;
use std::sync::Arc;

use sijill_schemas::audit::v1::audit_service_server::AuditServiceServer;
use sijill_schemas::documents::v1::documents_service_server::DocumentsServiceServer;
use sijill_schemas::inventory::v1::inventory_service_server::InventoryServiceServer;
use sijill_schemas::oversight::v1::oversight_service_server::OversightServiceServer;
use sijill_schemas::oversight::v1::tenders_service_server::TendersServiceServer;
use sijill_schemas::procurement::v1::bids_service_server::BidsServiceServer;
use sijill_schemas::procurement::v1::framework_service_server::FrameworkServiceServer;
use sijill_schemas::procurement::v1::procurement_service_server::ProcurementServiceServer;
use sijill_schemas::procurement::v1::qualification_service_server::QualificationServiceServer;
use sijill_schemas::procurement::v1::tender_service_server::TenderServiceServer;
use sijill_schemas::registry::v1::registry_service_server::RegistryServiceServer;
use sijill_schemas::registry::v1::supplier_service_server::SupplierServiceServer;
use tonic::service::Routes;
use tonic_health::pb::health_server::HealthServer;
use tonic_health::server::{HealthReporter, HealthService};
use tonic_reflection::server::Builder as Reflection;

use crate::cli::errors::Failure;
use admission::MESSAGE_BYTES_MAX;
use audit::Audit;
use bids::Bids;
use command::Commands;
use documents::Documents;
use framework::Framework;
use inventory::Inventory;
use node::Node;
use oversight::Oversight;
use procurement::Procurement;
use qualification::Qualification;
use question::desk::Desk;
use registry::Registry;
use supplier::Supplier;
use tender::Tender;
use tenders::Tenders;

/// What an encoded request of a method asks for; `None` where no command has this path.
pub fn asked(path: &str, request: &[u8]) -> Option<Result<command::Asked, tonic::Status>> {
    registry::asked(path, request)
        .or_else(|| supplier::asked(path, request))
        .or_else(|| inventory::asked(path, request))
        .or_else(|| procurement::asked(path, request))
        .or_else(|| qualification::asked(path, request))
        .or_else(|| tender::asked(path, request))
        .or_else(|| framework::asked(path, request))
}

/// All services of a node: the one place where they are listed.
pub fn services(node: &Arc<Node>, health: &HealthReporter) -> Result<Routes, Failure> {
    /// A service with the limits of messages that all have.
    macro_rules! limited {
        ($server:ident::new($service:expr)) => {
            $server::new($service)
                .max_decoding_message_size(MESSAGE_BYTES_MAX)
                .max_encoding_message_size(MESSAGE_BYTES_MAX)
        };
    }
    let desk = Desk::new(Arc::clone(&node.live));
    let commands = Commands::new(node.ledger.clone());
    let reflection = || {
        Reflection::configure()
            .register_encoded_file_descriptor_set(sijill_schemas::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    let new = reflection()
        .build_v1()
        .map_err(|error| undescribed(&error))?;
    // Older tools, among them those of Python, ask under this name.
    let old = reflection()
        .build_v1alpha()
        .map_err(|error| undescribed(&error))?;
    let health = HealthServer::new(HealthService::from_health_reporter(health.clone()));
    Ok(Routes::new(health)
        .add_service(new)
        .add_service(old)
        .add_service(limited!(AuditServiceServer::new(Audit::new(
            desk.clone(),
            Some(Arc::clone(&node.publication))
        ))))
        .add_service(limited!(ProcurementServiceServer::new(Procurement::new(
            commands.clone(),
            node.store().attachments().clone()
        ))))
        .add_service(limited!(DocumentsServiceServer::new(Documents::new(
            node.ledger.clone(),
            Arc::clone(&node.live),
            Arc::clone(&node.uploads),
            Arc::clone(&node.clock),
            node.documents
        ))))
        .add_service(limited!(RegistryServiceServer::new(Registry::new(
            commands.clone()
        ))))
        .add_service(limited!(SupplierServiceServer::new(Supplier::new(
            commands.clone(),
            desk.clone()
        ))))
        .add_service(limited!(BidsServiceServer::new(Bids::new(
            node.ledger.clone(),
            Arc::clone(commands.envelopes())
        ))))
        .add_service(limited!(TenderServiceServer::new(Tender::new(
            commands.clone()
        ))))
        .add_service(limited!(QualificationServiceServer::new(
            Qualification::new(commands.clone())
        )))
        .add_service(limited!(FrameworkServiceServer::new(Framework::new(
            commands.clone()
        ))))
        .add_service(limited!(InventoryServiceServer::new(Inventory::new(
            commands
        ))))
        .add_service(limited!(TendersServiceServer::new(Tenders::new(
            desk.clone()
        ))))
        .add_service(limited!(OversightServiceServer::new(Oversight::new(desk))))
        .prepare())
}

/// The descriptors are made with the program: a defect of it.
fn undescribed(error: &tonic_reflection::server::Error) -> Failure {
    Failure::Io {
        path: PathBuf::from("descriptors"),
        what: error.to_string(),
    }
}
