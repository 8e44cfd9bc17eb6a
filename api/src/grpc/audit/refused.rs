//! Steps of policies that a rule refused: `ListRefusedSteps`.

use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::reaction;
use sijill_ledger_core::event::Event;
use sijill_projections::audit::RefusedStep;
use tonic::{Response, Status};

use super::asking::{Asking, READ_MAX, Sight};
use super::pb;
use crate::grpc::question::desk::Desk;
use crate::grpc::question::unwritable;
use crate::grpc::status;

/// Answers.
pub async fn list(
    desk: &Desk,
    mut request: pb::ListRefusedStepsRequest,
) -> Result<Response<pb::ListRefusedStepsResponse>, Status> {
    let (context, page) = (request.context.take(), request.page.take());
    let asking = Asking::read(&request, context, page, &["index"], desk)?;
    let answer = asking.look(desk, move |asking, sight| answer(&request, asking, sight));
    answer.await.map(Response::new)
}

fn answer(
    request: &pb::ListRefusedStepsRequest,
    asking: &Asking,
    sight: &Sight<'_>,
) -> Result<pb::ListRefusedStepsResponse, Status> {
    let steps = sight.audit().refused_steps(sight.size);
    let total = steps.len();
    let ordered: Box<dyn Iterator<Item = &RefusedStep>> = if asking.descending == Some(true) {
        Box::new(steps.iter().rev())
    } else {
        Box::new(steps.iter())
    };
    let (mut rows, mut looked) = (Vec::new(), asking.before());
    for step in ordered.skip(looked).take(READ_MAX) {
        if rows.len() >= asking.rows_max {
            break;
        }
        looked = looked.saturating_add(1);
        let row = row(step, sight)?;
        let named = |wanted: &str, is: &str| wanted.is_empty() || wanted == is;
        if named(&request.policy, &row.policy) && named(&request.code, &row.code) {
            rows.push(row);
        }
    }
    Ok(pb::ListRefusedStepsResponse {
        context: Some(sight.context()?),
        rows,
        next_page_token: asking.next(sight.size, looked, total),
        total_size: u64::try_from(total).unwrap_or(u64::MAX),
    })
}

fn row(step: &RefusedStep, sight: &Sight<'_>) -> Result<pb::RefusedStepRow, Status> {
    let event = sight.event(step.recorded.index)?;
    let Event::Reaction(reaction::Event::StepRefused(refused)) = &event.event else {
        return Err(status::internal(
            "a refused step's index is of another event",
        ));
    };
    Ok(pb::RefusedStepRow {
        index: event.index,
        recorded_at_micros: event.recorded_at.as_micros(),
        policy: event.stream.id().to_owned(),
        cause_index: step.cause,
        step: refused.step,
        stream: refused.stream.to_string(),
        code: refused.code.to_string(),
        reason: Some(write(&refused.reason).map_err(|error| unwritable(&error))?),
    })
}
