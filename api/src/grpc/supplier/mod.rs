//! `sijill.registry.v1.SupplierService`: firms without an account ask to be registered, and registrars decide.
//!
//! Whoever applies has no token, so nothing but a signature says who acts, and strangers write to a log that is kept for ever.
//! What bounds that: the room of callers without a token ([`admission`](super::admission)), [`APPLICATION_BYTES_MAX`] a
//! request, [`intake`]'s number of applications an hour, and one that waits per number in a public register. What is refused
//! is not recorded. A stranger can still apply under the number of a firm that is not registered; a registrar rejects it, and the
//! firm applies then.

mod contact;
mod intake;
mod listed;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Instant;

use prost::Message as _;
use sijill_ledger_core::codec::payload::{Payload, write};
use sijill_ledger_core::codec::{DecodeError, EncodeError};
use sijill_ledger_core::domain::application::{
    self, Applicant, Application, Applied, Withdrawn, organization_of,
};
use sijill_ledger_core::domain::organization::Organization;
use sijill_ledger_core::domain::values::{Date, EffectiveAt, ExternalId, OrganizationId};
use sijill_ledger_core::store::AppendError;
use sijill_schemas::registry::v1 as pb;
use sijill_schemas::registry::v1::get_application_request::Which;
use sijill_schemas::types::v1::CommandResponse;
use tonic::{Request, Response, Status};

use super::admission::Whose;
use super::command::{Commands, Read, Target, requests};
use super::connections::Peer;
use super::question::desk::Desk;
use super::question::list::Lists;
use super::{question, status};
use crate::auth::caller::Caller;
use intake::Intake;

/// Largest application, in bytes of its request: 8 documents with long titles fit.
pub const APPLICATION_BYTES_MAX: usize = 32 << 10;

/// The service.
pub struct Supplier {
    commands: Commands,
    intake: Arc<Intake>,
    desk: Desk,
    lists: Lists,
}

impl Supplier {
    /// Over this ledger; questions are answered at this desk.
    pub fn new(commands: Commands, desk: Desk) -> Self {
        Self {
            commands,
            intake: Arc::default(),
            lists: Lists::new(desk.clone()),
            desk,
        }
    }
}

/// The applications of an id.
fn named(id: String, payload: &mut Payload<'_>) -> Result<Target<Application>, DecodeError> {
    let id = payload.take(id, "application")?;
    Ok(Application::stream(&id).into())
}

/// An application stands under its own number, whatever its caller would like.
fn apply(
    it: pb::ApplyAsSupplierRequest,
    payload: &mut Payload<'_>,
) -> Result<Read<Application>, DecodeError> {
    let applied: Applied = payload.required(it.application, "application")?;
    let stream = Application::stream(&organization_of(&applied.applicant.external));
    Ok((stream.into(), application::Command::Apply(applied)))
}

requests! {
    Supplier in "sijill.registry.v1";

    ApplyAsSupplier(ApplyAsSupplierRequest) => Application: |it, payload| apply(it, payload)?;
    WithdrawApplication(WithdrawApplicationRequest) => Application: |it, payload| (
        named(it.application, payload)?,
        application::Command::Withdraw(Withdrawn {}),
    );
    ApproveApplication(ApproveApplicationRequest) => Application: |it, payload| (
        named(it.application, payload)?,
        application::Command::Approve { applied: it.applied },
    );
    RejectApplication(RejectApplicationRequest) => Application: |it, payload| (
        named(it.application, payload)?,
        application::Command::Reject(payload.required(it.rejection, "rejection")?),
    );
}

#[tonic::async_trait]
impl pb::supplier_service_server::SupplierService for Supplier {
    async fn apply_as_supplier(
        &self,
        request: Request<pb::ApplyAsSupplierRequest>,
    ) -> Result<Response<CommandResponse>, Status> {
        let whose = whose(&request);
        let request = request.into_inner();
        if request.encoded_len() > APPLICATION_BYTES_MAX {
            return Err(too_large());
        }
        let place = Intake::take(&self.intake, whose, Instant::now())?;
        let done = self.commands.execute_signed(request).await?;
        if !done.repeated {
            place.keep();
        }
        Ok(Response::new(done))
    }

    async fn withdraw_application(
        &self,
        request: Request<pb::WithdrawApplicationRequest>,
    ) -> Result<Response<CommandResponse>, Status> {
        let done = self.commands.execute_signed(request.into_inner()).await?;
        Ok(Response::new(done))
    }

    async fn approve_application(
        &self,
        request: Request<pb::ApproveApplicationRequest>,
    ) -> Result<Response<CommandResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn reject_application(
        &self,
        request: Request<pb::RejectApplicationRequest>,
    ) -> Result<Response<CommandResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn list_applications(
        &self,
        request: Request<pb::ListApplicationsRequest>,
    ) -> Result<Response<pb::ListApplicationsResponse>, Status> {
        self.lists.answer(request).await
    }

    async fn get_application_contact(
        &self,
        request: Request<pb::GetApplicationContactRequest>,
    ) -> Result<Response<pb::GetApplicationContactResponse>, Status> {
        contact::get(&self.commands, request).await
    }

    async fn get_application(
        &self,
        request: Request<pb::GetApplicationRequest>,
    ) -> Result<Response<pb::GetApplicationResponse>, Status> {
        let id = asked_for(request.into_inner().which)?;
        let ledger = self.commands.ledger();
        let state = ledger.state::<Application>(&Application::stream(&id)).await;
        let application = state.map_err(status::refused)?;
        let state = ledger
            .state::<Organization>(&Organization::stream(&id))
            .await;
        let organization = state.map_err(status::refused)?;
        if application == Application::Unknown && !organization.is_registered() {
            return Err(status::not_found(
                "APPLICATION_NOT_FOUND",
                format!("لا طلب ولا جهة تحت {id}؛ تحقق من الرقم"),
                format!("there is no application and no organization under {id}; check the number"),
            ));
        }
        let now = ledger.clock().now();
        let now = now.map_err(|error| status::appending(&AppendError::Clock(error)))?;
        let today = EffectiveAt::new(now, 0).map(EffectiveAt::date);
        let today = today.map_err(|error| status::internal(&error.to_string()))?;
        let answer = answer(&id, &application, &organization, today);
        let mut answer = answer.map_err(|error| question::unwritable(&error))?;
        let runner = self.desk.live().read();
        answer.same_number = listed::others(runner.views(), &id);
        Ok(Response::new(answer))
    }
}

/// Whose applications are counted together.
fn whose<T>(request: &Request<T>) -> Whose {
    let extensions = request.extensions();
    match extensions.get::<Caller>().and_then(Caller::known) {
        Some(known) => Whose::Subject(known.actor.id.clone()),
        None => Whose::Address(extensions.get::<Peer>().map(|peer| peer.address)),
    }
}

fn too_large() -> Status {
    let kib = APPLICATION_BYTES_MAX >> 10;
    status::invalid_field(
        "application",
        format!("أكبر من {kib} كيلوبايت؛ قلّل الوثائق أو اختصر عناوينها"),
        &format!("larger than {kib} KiB; name fewer documents, or shorten their titles"),
    )
}

/// The id that is asked about, or that of the number.
fn asked_for(which: Option<Which>) -> Result<OrganizationId, Status> {
    match which {
        Some(Which::Application(id)) => {
            OrganizationId::new(&id).map_err(|error| status::invalid_value("application", &error))
        }
        Some(Which::External(number)) => ExternalId::new(&number)
            .map(|number| organization_of(&number))
            .map_err(|error| status::invalid_value("external", &error)),
        None => Err(status::invalid_field(
            "application",
            "مطلوب: هو أو رقم الشركة في سجلها (external)",
            "it must be given, or the firm's number in its register (external)",
        )),
    }
}

fn answer(
    id: &OrganizationId,
    application: &Application,
    organization: &Organization,
    today: Date,
) -> Result<pb::GetApplicationResponse, EncodeError> {
    let debarment = organization.debarred_on(today);
    let mut answer = pb::GetApplicationResponse {
        application: id.as_str().to_owned(),
        organization: Some(pb::ApplicantOrganization {
            registered: organization.is_registered(),
            key: pb::ApplicantKeyStage::Unspecified.into(),
            debarred_by: debarment.map(|it| it.decision.as_str().to_owned()),
        }),
        ..pb::GetApplicationResponse::default()
    };
    let (stage, applied, applicant) = match application {
        Application::Unknown => (pb::ApplicationStage::Unspecified, None, None),
        Application::Waiting(waiting) => {
            let stage = pb::ApplicationStage::Waiting;
            (stage, Some(waiting.applied), Some(&waiting.applicant))
        }
        Application::Approved(admitted) => {
            let stage = pb::ApplicationStage::Approved;
            (stage, Some(admitted.applied), Some(&admitted.applicant))
        }
        Application::Rejected(rejected) => {
            answer.reason = Some(rejected.reason.as_str().to_owned());
            (pb::ApplicationStage::Rejected, Some(rejected.applied), None)
        }
        Application::Withdrawn { applied } => {
            (pb::ApplicationStage::Withdrawn, Some(*applied), None)
        }
    };
    answer.set_stage(stage);
    answer.applied = applied;
    answer.applicant = applicant.map(write).transpose()?;
    if let (Some(applicant), Some(shown)) = (applicant, answer.organization.as_mut()) {
        shown.set_key(key_stage(applicant, organization));
    }
    Ok(answer)
}

fn key_stage(applicant: &Applicant, organization: &Organization) -> pb::ApplicantKeyStage {
    let id = applicant.key.id();
    let keys = organization.keys();
    if keys.is_some_and(|keys| keys.enrolled(&id) == Some(&applicant.key)) {
        pb::ApplicantKeyStage::Enrolled
    } else if keys.is_some_and(|keys| keys.proposed(&id).is_some()) {
        pb::ApplicantKeyStage::Proposed
    } else {
        pb::ApplicantKeyStage::Unspecified
    }
}
