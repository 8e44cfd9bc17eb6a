//! The trait: appends go to the cluster, reads to the mirror.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use super::open::{ROOM_UNIT_BYTES, no_growth};
use super::{ClusterError, KurrentStore, Shared, appending};
use crate::store::prepare::prepare;
use crate::store::{
    Append, AppendError, Appended, Batch, EventStore, ReadError, StoredPart, StreamName,
};

/// Resolves when the mirror holds what was appended, or it was refused.
#[derive(Debug)]
pub struct Ticket(oneshot::Receiver<Result<Appended, AppendError>>);

impl Future for Ticket {
    type Output = Result<Appended, AppendError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let lost = |_| {
            let why = "the store ended before the cluster answered";
            Err(AppendError::OutcomeUnknown(why.to_owned()))
        };
        Pin::new(&mut self.0)
            .poll(context)
            .map(|answer| answer.unwrap_or_else(lost))
    }
}

impl EventStore for KurrentStore {
    type Ticket = Ticket;

    fn origin(&self) -> &str {
        self.mirror().origin()
    }

    async fn submit(&self, append: Append) -> Result<Ticket, AppendError> {
        let shared = &self.inner.shared;
        if let Some(why) = shared.refusal() {
            return Err(AppendError::Unavailable(why));
        }
        let mut prepared = prepare(append)?;
        let (events, bytes) = appending::events(&prepared)?;
        let bytes_max = shared.options.append_bytes_max;
        if bytes > bytes_max {
            let text =
                format!("it has {bytes} bytes, at most {bytes_max} are allowed on this cluster");
            return Err(AppendError::Invalid(text));
        }
        let units = (prepared.bytes() + bytes).div_ceil(ROOM_UNIT_BYTES);
        let units = u32::try_from(units).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.inner.room).acquire_many_owned(units).await;
        prepared.room = Some(room.map_err(|error| AppendError::Unavailable(error.to_string()))?);
        let turn = self.inner.lanes.enter(&prepared.stream);
        let (answer, ticket) = oneshot::channel();
        let shared = Arc::clone(shared);
        self.inner.runtime.1.spawn(async move {
            let settled = shared.settle(prepared, events, turn).await;
            // Whoever asked may have gone; the entries are stored all the same.
            let _ = answer.send(settled);
        });
        Ok(Ticket(ticket))
    }

    fn size(&self) -> u64 {
        self.mirror().size()
    }

    async fn grown_past(&self, size: u64) -> Result<u64, ReadError> {
        let grown = self.mirror().grown_past(size).await;
        grown.map_err(|error| no_growth(&self.inner.shared, error))
    }

    async fn read_log(&self, from: u64) -> Result<Batch, ReadError> {
        self.mirror().read_log(from).await
    }

    async fn read_stream(&self, stream: &StreamName, from: u64) -> Result<Batch, ReadError> {
        self.mirror().read_stream(stream, from).await
    }

    async fn read_stream_at_most(
        &self,
        stream: &StreamName,
        from: u64,
        entries_max: usize,
    ) -> Result<Batch, ReadError> {
        self.mirror()
            .read_stream_at_most(stream, from, entries_max)
            .await
    }

    async fn parts(&self, index: u64) -> Result<Vec<StoredPart>, ReadError> {
        self.asked(move |shared| async move { shared.read_parts(index).await })
            .await
    }

    async fn erase_part(&self, index: u64, part: u8) -> Result<(), ReadError> {
        self.asked(move |shared| async move { shared.destroy_part(index, part).await })
            .await
    }
}

impl KurrentStore {
    /// Asks the cluster on the store's own runtime: what the client cannot bear does not reach the caller.
    async fn asked<T: Send + 'static, F>(
        &self,
        ask: impl FnOnce(Arc<Shared>) -> F,
    ) -> Result<T, ReadError>
    where
        F: Future<Output = Result<T, ReadError>> + Send + 'static,
    {
        let asking = self
            .inner
            .runtime
            .1
            .spawn(ask(Arc::clone(&self.inner.shared)));
        let asked = asking.await;
        asked.unwrap_or_else(|error| Err(ReadError::Unavailable(error.to_string())))
    }

    /// The same, where the answer is about the cluster and not about an entry.
    pub(super) async fn on_runtime<T: Send + 'static, F>(
        &self,
        ask: impl FnOnce(Arc<Shared>) -> F,
    ) -> Result<T, ClusterError>
    where
        F: Future<Output = Result<T, ClusterError>> + Send + 'static,
    {
        let shared = Arc::clone(&self.inner.shared);
        let asked = self.inner.runtime.1.spawn(ask(shared)).await;
        asked.unwrap_or_else(|error| {
            let why = error.to_string();
            Err(ClusterError::Unreachable { why })
        })
    }
}
