//! The log, entry by entry, as it grows: `ReplayEvents`.
//!
//! One task per stream reads a block's worth of the log, has messages made of what fits the filter and waits while the
//! client's window is full: a slow client holds the messages of one block, and nobody else. Messages are made off the async
//! threads, by a few streams at a time, so that a filter that finds little slows other replays down and nothing else.
//! Nothing is decoded unless the filter names facilities or items. A client resumes from `next_index` of the last message it
//! kept.

mod filter;
mod scan;

use std::sync::Arc;
use std::time::Duration;

use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{Instant, timeout_at};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status};

use super::pb;
use crate::grpc::status::{self, Problem};
use filter::Filter;
use scan::{Form, Scan};

/// What a client is sent.
pub type Entries = ReceiverStream<Result<pb::ReplayEventsResponse, Status>>;

/// Messages that wait for a client to read them.
const WAITING_MAX: usize = 2;
const HEARTBEAT_SECONDS: u32 = 15;
const HEARTBEAT_SECONDS_MAX: u32 = 300;
/// Streams at a time of callers whom a token names.
const STREAMS_MAX: usize = 64;
/// Streams at a time of all others: they cannot crowd the known ones out.
const ANONYMOUS_STREAMS_MAX: usize = 16;
/// Blocks that are looked through at a time, of callers whom a token names and again of all others.
const SCANS_MAX: usize = 2;

/// Serves replays of one log.
pub struct Replays {
    store: Arc<EmbeddedStore>,
    known: Room,
    anonymous: Room,
}

/// Room for one kind of callers.
struct Room {
    streams: Arc<Semaphore>,
    scans: Arc<Semaphore>,
}

impl Room {
    fn new(streams_max: usize) -> Self {
        Self {
            streams: Arc::new(Semaphore::new(streams_max)),
            scans: Arc::new(Semaphore::new(SCANS_MAX)),
        }
    }
}

impl Replays {
    /// Of a log.
    pub fn new(store: Arc<EmbeddedStore>) -> Self {
        Self {
            store,
            known: Room::new(STREAMS_MAX),
            anonymous: Room::new(ANONYMOUS_STREAMS_MAX),
        }
    }

    /// Begins to serve a client, known by a token or not.
    pub fn start(&self, request: pb::ReplayEventsRequest, known: bool) -> Result<Entries, Status> {
        let form = Form::read(request.form)?;
        let filter = Filter::read(request.filter.unwrap_or_default())?;
        let heartbeat = heartbeat(request.heartbeat_seconds)?;
        let origin = self.store.origin();
        if !request.log_id.is_empty() && request.log_id != origin {
            let ar = format!("هذا السجل هو {origin:?}؛ الموضع لا يصلح لسجل آخر");
            let en = format!("this log is {origin:?}; a place in another log means nothing here");
            return Err(status::invalid_field("log_id", ar, &en));
        }
        let (from, size) = (request.from, self.store.size());
        if from > size {
            return Err(beyond(from, size));
        }
        let to = request.to.unwrap_or(u64::MAX);
        if to < from {
            let (ar, en) = ("قبل البداية", "it is before from");
            return Err(status::invalid_field("to", ar, en));
        }
        let room = if known { &self.known } else { &self.anonymous };
        let place = Arc::clone(&room.streams).try_acquire_owned();
        let place = place.map_err(|_| crowded())?;
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        let replay = Replay {
            store: Arc::clone(&self.store),
            scan: Arc::new(Scan { filter, form, to }),
            scans: Arc::clone(&room.scans),
            heartbeat,
            next: from,
            to,
            due: Instant::now(),
            sender,
            _place: place,
        };
        tokio::spawn(replay.serve());
        Ok(ReceiverStream::new(receiver))
    }
}

/// One client's replay.
struct Replay {
    store: Arc<EmbeddedStore>,
    scan: Arc<Scan>,
    /// Room to look through a block.
    scans: Arc<Semaphore>,
    heartbeat: Duration,
    /// Index that comes next.
    next: u64,
    to: u64,
    /// When the client must hear something again.
    due: Instant,
    sender: mpsc::Sender<Result<pb::ReplayEventsResponse, Status>>,
    _place: OwnedSemaphorePermit,
}

/// The client is gone, or was told why the stream ends.
struct Ended;

impl Replay {
    async fn serve(mut self) {
        // The first message says at once which log this is, and how long.
        if self.beat().await.is_err() {
            return;
        }
        while self.next < self.to {
            let served = if self.next < self.store.size() {
                self.read_on().await
            } else {
                self.wait().await
            };
            if served.is_err() {
                return;
            }
        }
    }

    /// Sends what fits of the next block.
    async fn read_on(&mut self) -> Result<(), Ended> {
        let batch = match self.store.read_log(self.next).await {
            Ok(batch) => batch,
            Err(error) => return self.fail(status::reading(&error)).await,
        };
        let Some(end) = batch.next_index() else {
            return Ok(());
        };
        let (scan, size) = (Arc::clone(&self.scan), self.store.size());
        let turn = Arc::clone(&self.scans).acquire_owned().await;
        let scanned = match turn {
            Ok(turn) => {
                let scanning = tokio::task::spawn_blocking(move || {
                    let messages = scan.messages(&batch, size);
                    // The client may have gone away: its turn is taken until the work ends.
                    drop(turn);
                    messages
                });
                scanning.await.map_err(|error| error.to_string())
            }
            Err(error) => Err(error.to_string()),
        };
        let messages = match scanned {
            Ok(messages) => messages,
            Err(error) => return self.fail(status::internal(&error)).await,
        };
        for message in messages {
            let message = match message {
                Ok(message) => message,
                Err(error) => return self.fail(error).await,
            };
            self.next = message.next_index;
            self.send(message).await?;
        }
        self.next = self.next.max(end.min(self.to));
        if Instant::now() >= self.due || self.next == self.to {
            self.beat().await?;
        }
        Ok(())
    }

    /// Waits for the log to grow, or for the time of a heartbeat.
    async fn wait(&mut self) -> Result<(), Ended> {
        let store = Arc::clone(&self.store);
        let gone = self.sender.clone();
        let grown = async {
            tokio::select! {
                grown = store.grown_past(self.next) => Some(grown),
                () = gone.closed() => None,
            }
        };
        match timeout_at(self.due, grown).await {
            Ok(Some(Ok(_))) => Ok(()),
            Ok(Some(Err(error))) => self.fail(status::reading(&error)).await,
            Ok(None) => Err(Ended),
            Err(_) => self.beat().await,
        }
    }

    async fn beat(&mut self) -> Result<(), Ended> {
        let beat = pb::ReplayEventsResponse {
            entries: Vec::new(),
            next_index: self.next,
            log_id: self.store.origin().to_owned(),
            size: self.store.size(),
        };
        self.send(beat).await
    }

    async fn send(&mut self, message: pb::ReplayEventsResponse) -> Result<(), Ended> {
        self.sender.send(Ok(message)).await.map_err(|_| Ended)?;
        self.due = Instant::now() + self.heartbeat;
        Ok(())
    }

    async fn fail(&self, error: Status) -> Result<(), Ended> {
        // Whether the client still listens makes no difference any more.
        let _ = self.sender.send(Err(error)).await;
        Err(Ended)
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

fn beyond(from: u64, size: u64) -> Status {
    Problem::new(
        Code::OutOfRange,
        "POSITION_BEYOND_LOG",
        format!("في السجل {size} قيدًا والموضع المطلوب {from}؛ لعله من سجل آخر"),
        format!("the log has {size} entries, and {from} was asked for; it may be of another log"),
    )
    .field("from", "beyond the end of the log")
    .into()
}

fn crowded() -> Status {
    status::overloaded(
        "REPLAYS_CROWDED",
        "بلغ عدد قراءات السجل المفتوحة حدّه؛ أعد المحاولة بعد قليل أو ادخل برمز",
        "as many replays are open as the server allows; try again shortly, or show a token",
    )
}
