//! `sijill.procurement.v1.QualificationService`: lists of qualified suppliers, by which selective tenders invite.
//!
//! All of a list is public, so whoever asks gets it as the ledger holds it: no view keeps it a second time.

mod shown;
#[cfg(test)]
mod tests;

use sijill_ledger_core::codec::DecodeError;
use sijill_ledger_core::codec::payload::Payload;
use sijill_ledger_core::domain::qualification::{
    Closing, Command, Qualification as List, RequestWithdrawal,
};
use sijill_ledger_core::domain::values::QualificationId;
use sijill_schemas::procurement::v1 as pb;
use tonic::{Request, Response, Status};

use super::command::{Commands, Target, commands};
use super::{question, status};

/// The service; its methods' paths follow from its name.
#[derive(Clone)]
pub struct Qualification {
    commands: Commands,
}

impl Qualification {
    /// Over this ledger.
    pub const fn new(commands: Commands) -> Self {
        Self { commands }
    }

    async fn shown(&self, id: &str) -> Result<pb::GetQualificationResponse, Status> {
        let id = QualificationId::new(id);
        let id = id.map_err(|error| status::invalid_value("qualification", &error))?;
        let stream = List::stream(&id);
        let list = self.commands.ledger().state::<List>(&stream).await;
        let list = list.map_err(status::refused)?;
        let shown = shown::list(&id, &list);
        let shown = shown.map_err(|error| question::unwritable(&error))?;
        shown.ok_or_else(|| {
            status::not_found(
                "QUALIFICATION_NOT_FOUND",
                format!("لا تأهيل برقم {id}؛ تحقق من الرقم"),
                format!("there is no qualification {id}; check the id"),
            )
        })
    }
}

/// A list of qualified suppliers.
fn list(list: String, payload: &mut Payload<'_>) -> Result<Target<List>, DecodeError> {
    Ok(List::stream(&payload.take(list, "qualification")?).into())
}

commands! {
    single pb::qualification_service_server::QualificationService => Qualification in "sijill.procurement.v1";

    announce_qualification AnnounceQualification(AnnounceQualificationRequest) => List: |it, payload| (
        list(it.qualification, payload)?,
        Command::Announce(payload.required(it.announcement, "announcement")?),
    );
    request_qualification RequestQualification(RequestQualificationRequest) => List: |it, payload| (
        list(it.qualification, payload)?,
        Command::Request(payload.required(it.request, "request")?),
    );
    withdraw_qualification_request WithdrawQualificationRequest(WithdrawQualificationRequestRequest) => List: |it, payload| (
        list(it.qualification, payload)?,
        Command::WithdrawRequest(RequestWithdrawal {}),
    );
    close_qualification CloseQualification(CloseQualificationRequest) => List: |it, payload| (
        list(it.qualification, payload)?,
        Command::Close(Closing {}),
    );
    assess_supplier AssessSupplier(AssessSupplierRequest) => List: |it, payload| (
        list(it.qualification, payload)?,
        Command::Assess(payload.required(it.assessment, "assessment")?),
    );
    publish_qualification_list PublishQualificationList(PublishQualificationListRequest) => List: |it, payload| (
        list(it.qualification, payload)?,
        Command::Publish { read: it.read },
    );
    suspend_qualified_supplier SuspendQualifiedSupplier(SuspendQualifiedSupplierRequest) => List: |it, payload| (
        list(it.qualification, payload)?,
        Command::Suspend(payload.required(it.suspension, "suspension")?),
    );
    reinstate_qualified_supplier ReinstateQualifiedSupplier(ReinstateQualifiedSupplierRequest) => List: |it, payload| (
        list(it.qualification, payload)?,
        Command::Reinstate(payload.required(it.reinstatement, "reinstatement")?),
    );
    remove_qualified_supplier RemoveQualifiedSupplier(RemoveQualifiedSupplierRequest) => List: |it, payload| (
        list(it.qualification, payload)?,
        Command::Remove(payload.required(it.removal, "removal")?),
    );
    end_qualification EndQualification(EndQualificationRequest) => List: |it, payload| (
        list(it.qualification, payload)?,
        Command::End(payload.required(it.ending, "ending")?),
    );
    @alone {
        async fn get_qualification(
            &self,
            request: Request<pb::GetQualificationRequest>,
        ) -> Result<Response<pb::GetQualificationResponse>, Status> {
            let shown = self.shown(&request.into_inner().qualification).await?;
            Ok(Response::new(shown))
        }
    }
}
