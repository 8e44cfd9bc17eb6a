//! Applications, those that wait first: `ListApplications`.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::{EffectiveAt, OrganizationId};
use sijill_projections::applications::{Application, Applications, Stage};
use sijill_projections::{View as _, Views};
use tonic::Status;

use super::pb;
use crate::grpc::question::list::{Question, Rows, list};
use crate::grpc::question::listing::Made;
use crate::grpc::question::page::{Key, Orders};
use crate::grpc::status;

impl Question for pb::ListApplicationsRequest {
    /// Only those that stand so, where one is named.
    type Asked = Option<pb::ApplicationStage>;
    type List = Made<pb::ApplicationRow>;
    type Answer = pb::ListApplicationsResponse;

    const ORDERS: Orders<fn(&pb::ApplicationRow) -> Key> = &[
        ("application", |row| Key::text(&row.application)),
        ("stage", |row| Key::case(row.stage)),
        ("applied", |row| Key::Count(row.index)),
    ];

    list!(ListApplicationsResponse);

    fn read(&self) -> Result<Self::Asked, Status> {
        let stage = pb::ApplicationStage::try_from(self.stage).map_err(|_| {
            status::invalid_field(
                "stage",
                format!("لا حالة رقمها {}", self.stage),
                &format!("there is no stage {}", self.stage),
            )
        })?;
        Ok((stage != pb::ApplicationStage::Unspecified).then_some(stage))
    }

    fn rows(
        asked: &Self::Asked,
        views: &Views,
        _at: EffectiveAt,
    ) -> Result<Rows<Made<pb::ApplicationRow>>, EncodeError> {
        let all = views.applications.all().into_iter();
        let wanted = all.filter(|(_, it)| asked.is_none_or(|asked| asked == stage(it)));
        let rows = wanted.map(|(id, it)| written(views, id, it));
        Ok(Rows {
            rows: Made(rows.collect::<Result<_, _>>()?),
            definition: Applications::VERSION,
            ruleset: None,
            parameters: None,
        })
    }
}

/// Who is registered with the number of an application under another id.
pub fn others(views: &Views, application: &OrganizationId) -> Vec<String> {
    let others = views.applications.others(application);
    others.map(ToString::to_string).collect()
}

const fn stage(application: &Application) -> pb::ApplicationStage {
    match &application.stage {
        Stage::Waiting(_) => pb::ApplicationStage::Waiting,
        Stage::Approved(_) => pb::ApplicationStage::Approved,
        Stage::Rejected(_) => pb::ApplicationStage::Rejected,
        Stage::Withdrawn => pb::ApplicationStage::Withdrawn,
    }
}

fn written(
    views: &Views,
    id: &OrganizationId,
    application: &Application,
) -> Result<pb::ApplicationRow, EncodeError> {
    let (applicant, reason) = match &application.stage {
        Stage::Waiting(applicant) | Stage::Approved(applicant) => (Some(&**applicant), None),
        Stage::Rejected(reason) => (None, Some(reason)),
        Stage::Withdrawn => (None, None),
    };
    let ended = application.ended.as_ref();
    Ok(pb::ApplicationRow {
        application: write(id)?,
        stage: stage(application).into(),
        applied: application.revision,
        index: application.applied.index,
        recorded_at_micros: application.applied.recorded_at.as_micros(),
        ended_at_micros: ended.map(|mark| mark.recorded_at.as_micros()),
        applicant: applicant.map(write).transpose()?,
        reason: reason.map(ToString::to_string),
        same_number: others(views, id),
    })
}
