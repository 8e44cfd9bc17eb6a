//! `Submit`: many commands over one stream, each answered when it is durable.
//!
//! Answers come in the order of sending, so a caller needs no table of what is open. Commands are decided one after
//! another as they come, without waiting for the disk: many share one write. A refused command is answered as such and
//! ends nothing. What ends the stream is only the stream itself: its end, a broken connection, bytes that are no message.

use std::pin::Pin;

use sijill_ledger_core::codec::{DecodeError, Defect};
use sijill_schemas::types::v1::{CommandResponse, FieldViolation, Refusal};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{Stream, StreamExt as _};
use tonic::{Request, Response, Status, Streaming};
use tonic_types::{ErrorDetail, StatusExt as _};

use super::command::{Answer, Commands};
use super::{authority, status};
use crate::auth::caller::Known;

/// Commands of one stream whose answers the caller has not taken. Beyond it nothing more is read: the caller's sending
/// stops by itself. Enough for the disk to be kept busy, few enough that a thousand streams stay small.
const IN_FLIGHT_MAX: usize = 256;

/// The answers of a stream.
pub type Answers<R> = Pin<Box<dyn Stream<Item = Result<R, Status>> + Send>>;

/// One message of a stream of commands.
pub trait Submission: Send + 'static {
    /// Its answer.
    type Response: Send + 'static;

    /// The caller's number.
    fn sequence(&self) -> u64;

    /// Decides it and queues its events.
    fn submit(
        self,
        commands: &Commands,
        known: &Known,
    ) -> impl Future<Output = Result<Answer, Status>> + Send;

    /// Writes its answer.
    fn response(sequence: u64, outcome: Result<CommandResponse, Refusal>) -> Self::Response;
}

/// A command that was decided or refused, under the caller's number; or the end of the stream by an error.
type Decided = Result<(u64, Result<Answer, Status>), Status>;

/// Takes commands from a stream until it ends.
pub fn submit<M: Submission>(
    commands: Commands,
    request: Request<Streaming<M>>,
) -> Result<Response<Answers<M::Response>>, Status> {
    let known = authority::known(&request)?.clone();
    let (decided, open) = mpsc::channel(IN_FLIGHT_MAX);
    tokio::spawn(decide_all(commands, known, request.into_inner(), decided));
    let answers = ReceiverStream::new(open).then(answered::<M>);
    Ok(Response::new(Box::pin(answers)))
}

/// Decides commands in the order of sending. Ends with the stream, and when nobody takes answers any more.
async fn decide_all<M: Submission>(
    commands: Commands,
    known: Known,
    mut incoming: Streaming<M>,
    decided: mpsc::Sender<Decided>,
) {
    loop {
        // Room first: what has no room for its answer is not read.
        let Ok(room) = decided.reserve().await else {
            return;
        };
        let message = tokio::select! {
            message = incoming.message() => message,
            () = decided.closed() => return,
        };
        match message {
            Ok(Some(message)) => {
                let sequence = message.sequence();
                let outcome = message.submit(&commands, &known).await;
                room.send(Ok((sequence, outcome)));
            }
            Ok(None) => return,
            Err(status) => {
                room.send(Err(status));
                return;
            }
        }
    }
}

async fn answered<M: Submission>(decided: Decided) -> Result<M::Response, Status> {
    let (sequence, outcome) = decided?;
    let outcome = match outcome {
        Ok(answer) => answer.await,
        Err(status) => Err(status),
    };
    Ok(M::response(
        sequence,
        outcome.map_err(|status| refusal(&status)),
    ))
}

/// What a single call would have said, as a message.
pub fn refusal(status: &Status) -> Refusal {
    let mut refusal = Refusal {
        status: i32::from(status.code()),
        code: String::new(),
        ar: String::new(),
        en: String::new(),
        fields: Vec::new(),
    };
    for detail in status.get_error_details_vec() {
        match detail {
            ErrorDetail::ErrorInfo(info) => refusal.code = info.reason,
            ErrorDetail::LocalizedMessage(text) if text.locale.starts_with("ar") => {
                refusal.ar = text.message;
            }
            ErrorDetail::LocalizedMessage(text) => refusal.en = text.message,
            ErrorDetail::BadRequest(bad) => {
                let violations = bad.field_violations.into_iter();
                refusal
                    .fields
                    .extend(violations.map(|violation| FieldViolation {
                        field: violation.field,
                        description: violation.description,
                    }));
            }
            ErrorDetail::RetryInfo(_)
            | ErrorDetail::DebugInfo(_)
            | ErrorDetail::QuotaFailure(_)
            | ErrorDetail::PreconditionFailure(_)
            | ErrorDetail::RequestInfo(_)
            | ErrorDetail::ResourceInfo(_)
            | ErrorDetail::Help(_)
            | _ => {}
        }
    }
    refusal
}

/// A message without a command, or with one that this program does not know.
pub fn nothing_asked() -> Status {
    status::invalid(&DecodeError {
        kind: "SubmitRequest".to_owned(),
        field: "command".to_owned(),
        defect: Defect::Missing,
    })
}
