//! A witness over HTTP (C2SP tlog-witness): `POST /add-checkpoint`. Its rules are the witness's own; here is only what keeps one
//! caller from taking all of it: requests are limited in size and time, and few are judged at once.

use std::sync::Arc;
use std::time::{Duration, SystemTime, SystemTimeError, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use sijill_ledger_core::aggregate::Explain as _;
use sijill_ledger_core::log::witness::{Answer, REQUEST_BYTES_MAX, Witness, WitnessError};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Requests that are judged at once: each waits for the disk.
const JUDGED_MAX: usize = 16;
/// How long a request may take to arrive, and then to be judged.
const BODY_MAX: Duration = Duration::from_secs(10);
const PLACE_MAX: Duration = Duration::from_secs(10);

struct Judge {
    witness: Witness,
    places: Semaphore,
}

/// The paths of a witness.
pub fn routes(witness: Witness) -> Router {
    let judge = Judge {
        witness,
        places: Semaphore::new(JUDGED_MAX),
    };
    Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .with_state(Arc::new(judge))
}

/// Seconds since 1970.
pub fn posix_seconds() -> Result<u64, SystemTimeError> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(since.as_secs())
}

async fn add_checkpoint(State(judge): State<Arc<Judge>>, body: Body) -> Response {
    // One byte above the limit is enough for the witness to see that it is too much.
    let Ok(read) = timeout(BODY_MAX, to_bytes(body, REQUEST_BYTES_MAX + 1)).await else {
        return StatusCode::REQUEST_TIMEOUT.into_response();
    };
    let Ok(body) = read else {
        let bytes = REQUEST_BYTES_MAX + 1;
        return answered(&Answer::Refused(WitnessError::TooLarge { bytes }));
    };
    let Ok(Ok(_place)) = timeout(PLACE_MAX, judge.places.acquire()).await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let now = match posix_seconds() {
        Ok(now) => now,
        Err(error) => {
            tracing::error!(%error, "the clock stands before 1970: nothing is cosigned");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let judging = Arc::clone(&judge);
    let judged =
        tokio::task::spawn_blocking(move || judging.witness.add_checkpoint(&body, now)).await;
    match judged {
        Ok(answer) => answered(&answer),
        Err(error) => {
            tracing::error!(%error, "judging a checkpoint ended in disorder");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn answered(answer: &Answer) -> Response {
    let status = answer.status();
    match answer {
        Answer::Cosigned(_) => tracing::info!(status, "cosigned"),
        Answer::Conflict { size } => {
            tracing::info!(status, size, "another size, or root, was last cosigned");
        }
        Answer::Refused(error) => {
            tracing::warn!(status, code = error.code(), %error, "not cosigned");
        }
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let media_type = [(header::CONTENT_TYPE, answer.media_type())];
    (status, media_type, answer.body()).into_response()
}
