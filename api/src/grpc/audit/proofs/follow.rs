//! Checkpoints as they are published: `FollowCheckpoints`. A client that reads slowly gets the newest one, not all of them.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{Instant, timeout_at};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use super::{pb, shown};
use crate::grpc::status;
use crate::log::{Publication, Published};

/// What a client is sent.
pub type Checkpoints = ReceiverStream<Result<pb::FollowCheckpointsResponse, Status>>;

const HEARTBEAT_SECONDS: u32 = 15;
const HEARTBEAT_SECONDS_MAX: u32 = 300;
/// Streams at a time of callers whom a token names, and of all others.
const STREAMS_MAX: usize = 64;
const ANONYMOUS_STREAMS_MAX: usize = 64;

/// The streams that are open.
pub struct Follows {
    known: Arc<Semaphore>,
    anonymous: Arc<Semaphore>,
}

impl Default for Follows {
    fn default() -> Self {
        Self {
            known: Arc::new(Semaphore::new(STREAMS_MAX)),
            anonymous: Arc::new(Semaphore::new(ANONYMOUS_STREAMS_MAX)),
        }
    }
}

impl Follows {
    /// Begins to serve a client, known by a token or not.
    pub fn start(
        &self,
        publication: &Arc<Publication>,
        request: pb::FollowCheckpointsRequest,
        known: bool,
    ) -> Result<Checkpoints, Status> {
        let heartbeat = heartbeat(request.heartbeat_seconds)?;
        let streams = if known { &self.known } else { &self.anonymous };
        let place = Arc::clone(streams).try_acquire_owned();
        let place = place.map_err(|_| crowded())?;
        // One message: what waits behind it is decided when there is room.
        let (sender, receiver) = mpsc::channel(1);
        let follow = Follow {
            publication: Arc::clone(publication),
            above: request.above_size,
            sent: None,
            heartbeat,
            sender,
            _place: place,
        };
        tokio::spawn(follow.serve());
        Ok(ReceiverStream::new(receiver))
    }
}

/// One client.
struct Follow {
    publication: Arc<Publication>,
    above: u64,
    sent: Option<Arc<Published>>,
    heartbeat: Duration,
    sender: mpsc::Sender<Result<pb::FollowCheckpointsResponse, Status>>,
    _place: OwnedSemaphorePermit,
}

impl Follow {
    async fn serve(mut self) {
        let mut told = self.publication.told();
        let mut due = Instant::now() + self.heartbeat;
        loop {
            // Room first: only then is it looked which one is the newest.
            let Ok(room) = self.sender.clone().reserve_owned().await else {
                return;
            };
            let newer = told.borrow_and_update().latest.clone();
            let newer = newer.filter(|newest| self.is_new(newest));
            if newer.is_none() && Instant::now() < due {
                drop(room);
                tokio::select! {
                    changed = timeout_at(due, told.changed()) => if let Ok(Err(_)) = changed {
                        return;
                    },
                    () = self.sender.closed() => return,
                }
                continue;
            }
            room.send(Ok(pb::FollowCheckpointsResponse {
                checkpoint: newer.as_deref().map(shown),
            }));
            due = Instant::now() + self.heartbeat;
            self.sent = newer.or(self.sent);
        }
    }

    /// Of more entries than the client has, and not the one that it was sent last.
    fn is_new(&self, newest: &Arc<Published>) -> bool {
        let was_sent = self
            .sent
            .as_ref()
            .is_some_and(|sent| Arc::ptr_eq(sent, newest));
        newest.size() > self.above && !was_sent
    }
}

fn heartbeat(seconds: u32) -> Result<Duration, Status> {
    let seconds = match seconds {
        0 => HEARTBEAT_SECONDS,
        1..=HEARTBEAT_SECONDS_MAX => seconds,
        _ => {
            let ar = format!("بين 1 و{HEARTBEAT_SECONDS_MAX} ثانية، أو 0 للمعتاد");
            let en = format!("1 to {HEARTBEAT_SECONDS_MAX} seconds, or 0 for the usual");
            return Err(status::invalid_field("heartbeat_seconds", ar, &en));
        }
    };
    Ok(Duration::from_secs(seconds.into()))
}

fn crowded() -> Status {
    status::overloaded(
        "FOLLOWERS_CROWDED",
        "بلغ عدد متابعي نقاط التحقق حدّه؛ أعد المحاولة بعد قليل أو ادخل برمز، أو اقرأ ‎/checkpoint",
        "as many follow the checkpoints as the server allows; try again shortly, show a token, or read /checkpoint",
    )
}
