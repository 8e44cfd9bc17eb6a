//! The official client. Its types end here, its errors become [`Failure`], and every wait has an end.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kurrentdb::{
    AppendToStreamOptions, Client, ClientSettings, CurrentRevision, Error, EventData,
    ReadAllOptions, ReadStream, ReadStreamOptions, RecordedEvent, StreamPosition, StreamState,
    SubscriptionFilter, TombstoneStreamOptions,
};
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::place::Position;
use super::wire::{Event, KIND_PREFIX, NewEvent};
use crate::store::Expected;
use crate::time::Timestamp;

/// Events of one page, at most; fewer at the end of the log, or where they are large.
pub(super) const PAGE_EVENTS_MAX: usize = 1_000;
/// A page ends once it has this many bytes.
const PAGE_BYTES_ENOUGH: usize = 4 << 20;
/// The cluster counts time in units of 100 ns.
const TICKS_PER_MICRO: i64 = 10;

/// Why the cluster did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The stream stands elsewhere: at this revision, or it has no event.
    Conflict(Option<u64>),
    /// The stream was destroyed for good.
    Destroyed,
    /// Never, as it was asked: asking again does not help.
    Refused(String),
    /// No answer, or none that says what happened.
    Lost(String),
}

/// Which events of the log to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pick {
    /// Entries of ledgers; the cluster sorts out the rest.
    Entries,
    /// Everything: says how far the log goes.
    All,
}

/// A cluster, through the official client.
pub(super) struct Cluster {
    settings: ClientSettings,
    runtime: Handle,
    patience: Duration,
    client: Mutex<(u64, Client)>,
}

impl Cluster {
    /// Makes the client; it connects when something is asked. Blocks for as long as reading certificates takes.
    pub(super) fn new(
        connection: &str,
        runtime: Handle,
        patience: Duration,
    ) -> Result<Self, String> {
        // The client would install a provider of its own for the whole process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let settings: ClientSettings = connection
            .parse()
            .map_err(|error: kurrentdb::ClientSettingsParseError| error.to_string())?;
        let client = connect(&runtime, &settings)?;
        Ok(Self {
            settings,
            runtime,
            patience,
            client: Mutex::new((0, client)),
        })
    }

    /// Appends to a stream, all or nothing; the same events at the same place are taken once.
    pub(super) async fn append(
        &self,
        stream: &str,
        expected: Expected,
        events: &[NewEvent],
    ) -> Result<(), Failure> {
        let (generation, client) = self.client();
        let state = expected
            .revision()
            .map_or(StreamState::NoStream, StreamState::StreamRevision);
        let options = AppendToStreamOptions::default()
            .stream_state(state)
            .requires_leader(true)
            .deadline(self.patience);
        let events: Vec<EventData> = events.iter().map(event_data).collect();
        let appending = client.append_to_stream(stream, &options, events);
        match timeout(self.patience, appending).await {
            Ok(appended) => appended.map(|_| ()).map_err(failure),
            Err(_) => Err(self.late(generation)),
        }
    }

    /// The event of a stream at a revision, if there is one.
    pub(super) async fn event(
        &self,
        stream: &str,
        revision: u64,
    ) -> Result<Option<Event>, Failure> {
        let at = ReadStreamOptions::default().position(StreamPosition::Position(revision));
        let found = self.one(stream, at).await?;
        Ok(found.filter(|event| event.revision == revision))
    }

    /// The last event of a stream, if there is one.
    pub(super) async fn last(&self, stream: &str) -> Result<Option<Event>, Failure> {
        let end = ReadStreamOptions::default()
            .position(StreamPosition::End)
            .backwards();
        self.one(stream, end).await
    }

    async fn one(&self, stream: &str, from: ReadStreamOptions) -> Result<Option<Event>, Failure> {
        let (generation, client) = self.client();
        let options = from
            .max_count(1)
            .requires_leader(true)
            .deadline(self.patience);
        let reading = async {
            let mut events = client
                .read_stream(stream, &options)
                .await
                .map_err(failure)?;
            match next(&mut events).await {
                // What is said inside the answer, not in place of it, is said of the stream.
                Err(Error::ResourceNotFound) => Ok(None),
                found => found.map_err(failure),
            }
        };
        let read = timeout(self.patience, reading).await;
        read.unwrap_or_else(|_| Err(self.late(generation)))
    }

    /// Adds the next events of the log to `page`, the one at `after` among them; what was read before a failure stays there.
    pub(super) async fn page(
        &self,
        after: Option<Position>,
        pick: Pick,
        page: &mut Vec<Event>,
    ) -> Result<(), Failure> {
        let (generation, client) = self.client();
        let start = after.map_or(StreamPosition::Start, |after| {
            StreamPosition::Position(kurrentdb::Position {
                commit: after.commit,
                prepare: after.prepare,
            })
        });
        let options = ReadAllOptions::default()
            .position(start)
            .forwards()
            .max_count(PAGE_EVENTS_MAX)
            .requires_leader(true);
        let options = match pick {
            Pick::Entries => {
                options.filter(SubscriptionFilter::on_event_type().add_prefix(KIND_PREFIX))
            }
            Pick::All => options,
        };
        let late = |_| self.late(generation);
        let reading = timeout(self.patience, client.read_all(&options));
        let mut events = reading.await.map_err(late)?.map_err(failure)?;
        let mut bytes = 0;
        while bytes < PAGE_BYTES_ENOUGH {
            let read = timeout(self.patience, next(&mut events)).await;
            let Some(event) = read.map_err(late)?.map_err(failure)? else {
                break;
            };
            bytes += event.data.len() + event.metadata.len();
            page.push(event);
        }
        Ok(())
    }

    /// Destroys a stream for good. Destroying it twice is no error.
    pub(super) async fn destroy(&self, stream: &str) -> Result<(), Failure> {
        let (generation, client) = self.client();
        let options = TombstoneStreamOptions::default()
            .requires_leader(true)
            .deadline(self.patience);
        let destroying = client.tombstone_stream(stream, &options);
        let destroyed = timeout(self.patience, destroying).await;
        match destroyed.map(|done| done.map_err(failure)) {
            Ok(Ok(_) | Err(Failure::Destroyed)) => Ok(()),
            Ok(Err(failure)) => Err(failure),
            Err(_) => Err(self.late(generation)),
        }
    }

    fn client(&self) -> (u64, Client) {
        self.client
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// No answer in time. The client may hold on to a connection that is dead, so the next question goes over a new one.
    fn late(&self, generation: u64) -> Failure {
        let mut client = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if client.0 == generation
            && let Ok(new) = connect(&self.runtime, &self.settings)
        {
            *client = (generation.wrapping_add(1), new);
        }
        Failure::Lost(format!("no answer within {} ms", self.patience.as_millis()))
    }
}

fn connect(runtime: &Handle, settings: &ClientSettings) -> Result<Client, String> {
    Client::with_runtime_handle(runtime.clone(), settings.clone())
        .map_err(|error| error.to_string())
}

fn event_data(event: &NewEvent) -> EventData {
    EventData::binary(&event.kind, event.data.clone())
        .id(event.id)
        .metadata(event.metadata.clone())
}

async fn next(events: &mut ReadStream) -> Result<Option<Event>, Error> {
    while let Some(resolved) = events.next().await? {
        // Links are not resolved, so there is always an event.
        if let Some(event) = resolved.event {
            return Ok(Some(read(event)));
        }
    }
    Ok(None)
}

fn read(event: RecordedEvent) -> Event {
    // The client's own `created` has lost what is less than a second.
    let ticks = event.metadata.get("created").map(|ticks| ticks.parse());
    Event {
        position: Position {
            commit: event.position.commit,
            prepare: event.position.prepare,
        },
        stream: event.stream_id().to_owned(),
        revision: event.revision,
        id: event.id,
        created: ticks
            .and_then(Result::ok)
            .map(|ticks: i64| Timestamp::from_micros(ticks.div_euclid(TICKS_PER_MICRO))),
        kind: event.event_type,
        metadata: event.custom_metadata,
        data: event.data,
    }
}

fn failure(error: Error) -> Failure {
    match error {
        Error::WrongExpectedVersion { current, .. } => Failure::Conflict(match current {
            CurrentRevision::Current(revision) => Some(revision),
            CurrentRevision::NoStream => None,
        }),
        Error::ResourceDeleted => Failure::Destroyed,
        Error::Grpc { code, ref message } if is_refusal(code as i32) => {
            Failure::Refused(message.clone())
        }
        Error::AccessDenied | Error::UnsupportedFeature => Failure::Refused(error.to_string()),
        Error::NotLeaderException(leader) => Failure::Lost(format!(
            "the leader changed, to {}:{}",
            leader.host, leader.port
        )),
        Error::ServerError(_)
        | Error::ConnectionClosed
        | Error::Grpc { .. }
        | Error::GrpcConnectionError(_)
        | Error::InternalParsingError(_)
        | Error::ResourceAlreadyExists
        | Error::ResourceNotFound
        | Error::InternalClientError
        | Error::DeadlineExceeded
        | Error::InitializationError(_)
        | Error::IllegalStateError(_) => Failure::Lost(error.to_string()),
    }
}

/// Whether a gRPC status says that the question itself was wrong: an invalid argument, one out of range.
const fn is_refusal(code: i32) -> bool {
    const INVALID_ARGUMENT: i32 = 3;
    const OUT_OF_RANGE: i32 = 11;
    code == INVALID_ARGUMENT || code == OUT_OF_RANGE
}
