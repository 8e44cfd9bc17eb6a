//! Whom to reach about an application: withheld for ever, and told to registrars alone.

use sijill_ledger_core::codec;
use sijill_ledger_core::domain::application::{Application, Event as OfApplication};
use sijill_ledger_core::domain::values::OrganizationId;
use sijill_ledger_core::event::Event;
use sijill_ledger_core::store::{EventStore as _, ReadError};
use tonic::{Request, Response, Status};

use super::pb;
use crate::grpc::command::Commands;
use crate::grpc::{authority, status};

const PATH: &str = "/sijill.registry.v1.SupplierService/GetApplicationContact";

/// Answers `GetApplicationContact`.
pub async fn get(
    commands: &Commands,
    request: Request<pb::GetApplicationContactRequest>,
) -> Result<Response<pb::GetApplicationContactResponse>, Status> {
    authority::allowed(&request, PATH)?;
    let id = OrganizationId::new(&request.into_inner().application);
    let id = id.map_err(|error| status::invalid_value("application", &error))?;
    let (ledger, stream) = (commands.ledger(), Application::stream(&id));
    let application = ledger.state::<Application>(&stream).await;
    let application = application.map_err(status::refused)?;
    let applied = last(&application).ok_or_else(|| unknown(&id))?;

    let reading = |error: ReadError| status::reading(&error);
    let batch = ledger.store().read_stream(&stream, applied).await;
    let batch = batch.map_err(reading)?;
    let (index, entry) = batch.get(0).ok_or_else(|| unknown(&id))?;
    let parts = ledger.store().parts(index).await.map_err(reading)?;
    let recorded = codec::recorded(index, &entry, &parts);
    let recorded = recorded.map_err(|error| status::internal(&error.to_string()))?;
    let Event::Application(OfApplication::SupplierApplied(said)) = &recorded.event else {
        return Err(status::internal("an application that is none"));
    };
    let contact = said.contact.known().ok_or_else(|| erased(&id))?;
    Ok(Response::new(pb::GetApplicationContactResponse {
        applied,
        contact: contact.to_string(),
    }))
}

/// The revision of the last application.
fn last(application: &Application) -> Option<u64> {
    match application {
        Application::Unknown => None,
        Application::Waiting(waiting) => Some(waiting.applied),
        Application::Approved(admitted) => Some(admitted.applied),
        Application::Rejected(rejected) => Some(rejected.applied),
        Application::Withdrawn { applied } => Some(*applied),
    }
}

fn unknown(id: &OrganizationId) -> Status {
    status::not_found(
        "APPLICATION_NOT_FOUND",
        format!("لا طلب تحت {id}؛ تحقق من الرقم"),
        format!("there is no application under {id}; check the number"),
    )
}

fn erased(id: &OrganizationId) -> Status {
    status::not_found(
        "APPLICATION_CONTACT_ERASED",
        format!("مُحي عنوان الاتصال في طلب {id} بأمر قانوني؛ ابحث عنه في السجل العام للشركة"),
        format!(
            "the contact in the application {id} was erased on a legal order; look in the firm's public register"
        ),
    )
}
