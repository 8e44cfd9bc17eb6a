//! What streams of news have in common: where they resume, how long they may be silent.

use std::time::Duration;

use sijill_ledger_core::store::EventStore as _;
use sijill_schemas::types::v1 as types;
use tonic::{Code, Status};

use super::desk::Desk;
use crate::grpc::status::{self, Problem};

const HEARTBEAT_SECONDS: u32 = 15;
const HEARTBEAT_SECONDS_MAX: u32 = 300;

impl Desk {
    /// The size of the log up to a position that a caller has seen.
    pub fn resumed(&self, from: &types::Position, field: &str) -> Result<u64, Status> {
        let origin = self.origin();
        if from.log_id != origin {
            return Err(status::invalid_field(
                &format!("{field}.log_id"),
                format!("هذا السجل هو {origin:?}"),
                &format!("this log is {origin:?}"),
            ));
        }
        let (index, size) = (from.index, self.live().store().size());
        if index >= size {
            return Err(Problem::new(
                Code::OutOfRange,
                "POSITION_BEYOND_LOG",
                format!("في السجل {size} قيدًا فقط، ولا قيد رقمه {index}؛ تابع من آخر موضع وصلك"),
                format!("the log has only {size} entries and none at index {index}; resume from the last position you were sent"),
            )
            .field(&format!("{field}.index"), "beyond the end of the log")
            .into());
        }
        Ok(index.saturating_add(1))
    }
}

/// How long a stream is silent at most.
pub fn heartbeat(seconds: u32) -> Result<Duration, Status> {
    let seconds = match seconds {
        0 => HEARTBEAT_SECONDS,
        seconds if seconds <= HEARTBEAT_SECONDS_MAX => seconds,
        _ => {
            return Err(status::invalid_field(
                "heartbeat_seconds",
                format!("من 1 إلى {HEARTBEAT_SECONDS_MAX}، أو 0 للمعتاد"),
                &format!("1 to {HEARTBEAT_SECONDS_MAX}, or 0 for the usual"),
            ));
        }
    };
    Ok(Duration::from_secs(seconds.into()))
}
