//! `sijill.procurement.v1.FrameworkService`: commands about framework agreements, and one agreement as it stands.

#[cfg(test)]
mod tests;

use sijill_ledger_core::codec::payload::{Payload, write};
use sijill_ledger_core::codec::{DecodeError, Defect, EncodeError};
use sijill_ledger_core::domain::framework::{self, Agreement, LotAgreement, Place};
use sijill_ledger_core::domain::values::{ContractId, Quantity};
use sijill_schemas::procurement::v1 as pb;
use tonic::{Request, Response, Status};

use super::command::{Commands, Target, commands};
use super::{question, status};

/// The service.
#[derive(Clone)]
pub struct Framework {
    commands: Commands,
}

impl Framework {
    /// Over this ledger.
    pub const fn new(commands: Commands) -> Self {
        Self { commands }
    }
}

fn agreement(
    id: String,
    payload: &mut Payload<'_>,
) -> Result<Target<framework::Framework>, DecodeError> {
    Ok(framework::Framework::stream(&payload.take(id, "framework")?).into())
}

/// What is called off; the order that comes of it is the ledger's to say.
fn called_off(
    call_off: Option<sijill_schemas::events::v1::CallOffMade>,
    payload: &mut Payload<'_>,
) -> Result<framework::Command, DecodeError> {
    let filled = call_off.as_ref().is_some_and(|it| it.placement.is_some());
    if filled {
        return Err(payload.defect(Defect::FilledIn, "call_off.placement"));
    }
    let call_off = payload.required(call_off, "call_off")?;
    Ok(framework::Command::CallOff(call_off))
}

commands! {
    single pb::framework_service_server::FrameworkService => Framework in "sijill.procurement.v1";

    conclude_framework ConcludeFramework(ConcludeFrameworkRequest) => framework::Framework: |it, payload| (
        agreement(it.framework, payload)?,
        framework::Command::Conclude,
    );
    call_off CallOff(CallOffRequest) => framework::Framework: |it, payload| (
        agreement(it.framework, payload)?,
        called_off(it.call_off, payload)?,
    );
    release_call_off ReleaseCallOff(ReleaseCallOffRequest) => framework::Framework: |it, payload| (
        agreement(it.framework, payload)?,
        framework::Command::Release(payload.required(it.release, "release")?),
    );
    suspend_framework_place SuspendFrameworkPlace(SuspendFrameworkPlaceRequest) => framework::Framework: |it, payload| (
        agreement(it.framework, payload)?,
        framework::Command::SuspendPlace(payload.required(it.suspension, "suspension")?),
    );
    reinstate_framework_place ReinstateFrameworkPlace(ReinstateFrameworkPlaceRequest) => framework::Framework: |it, payload| (
        agreement(it.framework, payload)?,
        framework::Command::ReinstatePlace(payload.required(it.reinstatement, "reinstatement")?),
    );
    end_framework_place EndFrameworkPlace(EndFrameworkPlaceRequest) => framework::Framework: |it, payload| (
        agreement(it.framework, payload)?,
        framework::Command::EndPlace(payload.required(it.end, "end")?),
    );
    propose_framework_termination ProposeFrameworkTermination(ProposeFrameworkTerminationRequest) => framework::Framework: |it, payload| (
        agreement(it.framework, payload)?,
        framework::Command::ProposeTermination(payload.required(it.proposal, "proposal")?),
    );
    terminate_framework TerminateFramework(TerminateFrameworkRequest) => framework::Framework: |it, payload| (
        agreement(it.framework, payload)?,
        framework::Command::Terminate(payload.required(it.termination, "termination")?),
    );

    @alone {
        async fn get_framework(
            &self,
            request: Request<pb::GetFrameworkRequest>,
        ) -> Result<Response<pb::GetFrameworkResponse>, Status> {
            let id = ContractId::new(&request.into_inner().framework)
                .map_err(|error| status::invalid_value("framework", &error))?;
            let ledger = self.commands.ledger();
            let state = ledger.state::<framework::Framework>(&framework::Framework::stream(&id)).await;
            let state = state.map_err(status::refused)?;
            let agreement = state.agreement().ok_or_else(|| unknown(&id))?;
            let terminated = matches!(state, framework::Framework::Terminated(_));
            let answer = written(agreement, terminated);
            let answer = answer.map_err(|error| question::unwritable(&error))?;
            Ok(Response::new(answer))
        }
    }
}

fn unknown(id: &ContractId) -> Status {
    status::not_found(
        "FRAMEWORK_NOT_FOUND",
        format!("لا اتفاقية إطارية برقم {id}؛ رقمها رقم مناقصتها فتحقق منه"),
        format!("there is no framework agreement {id}; it bears the id of its tender, check it"),
    )
}

fn written(
    agreement: &Agreement,
    terminated: bool,
) -> Result<pb::GetFrameworkResponse, EncodeError> {
    let lots = agreement.lots();
    let lots = lots.map(|(agreed, left)| lot(agreed, &left));
    let places = agreement
        .places()
        .map(|(supplier, place)| pb::FrameworkPlace {
            supplier: supplier.to_string(),
            standing: standing(place).into(),
        });
    let released = agreement.calls().filter(|called| called.released).count();
    let all = agreement.calls().count();
    let count = |number| u64::try_from(number).unwrap_or(u64::MAX);
    Ok(pb::GetFrameworkResponse {
        conclusion: Some(write(agreement.conclusion())?),
        terminated,
        lots: lots.collect::<Result<_, _>>()?,
        places: places.collect(),
        call_offs: count(all.saturating_sub(released)),
        released: count(released),
    })
}

fn lot(agreed: &LotAgreement, left: &[Quantity]) -> Result<pb::FrameworkLot, EncodeError> {
    Ok(pb::FrameworkLot {
        agreed: Some(write(agreed)?),
        left: left.iter().map(write).collect::<Result<_, _>>()?,
    })
}

const fn standing(place: Place) -> pb::FrameworkPlaceStanding {
    match place {
        Place::Active => pb::FrameworkPlaceStanding::Active,
        Place::Suspended => pb::FrameworkPlaceStanding::Suspended,
        Place::Ended => pb::FrameworkPlaceStanding::Ended,
    }
}
