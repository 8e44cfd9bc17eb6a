//! The trait, over the writer's queue and the shared log.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use super::EmbeddedStore;
use super::group::Request;
use super::shared::Shared;
use crate::store::prepare::prepare;
use crate::store::{
    Append, AppendError, Appended, Batch, EventStore, ReadError, StoredPart, StreamName,
};

/// Resolves when an append is durable or refused.
#[derive(Debug)]
pub struct Ticket(oneshot::Receiver<Result<Appended, AppendError>>);

impl Future for Ticket {
    type Output = Result<Appended, AppendError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let lost = |_| {
            Err(AppendError::OutcomeUnknown(
                "the writer ended before it answered".to_owned(),
            ))
        };
        Pin::new(&mut self.0)
            .poll(context)
            .map(|answer| answer.unwrap_or_else(lost))
    }
}

impl EventStore for EmbeddedStore {
    type Ticket = Ticket;

    fn origin(&self) -> &str {
        &self.inner.shared.origin
    }

    async fn submit(&self, append: Append) -> Result<Ticket, AppendError> {
        let unavailable = || AppendError::Unavailable(self.inner.unavailable());
        if self.inner.shared.stopped().is_some() {
            return Err(unavailable());
        }
        let queue = self.inner.queue.as_ref().ok_or_else(unavailable)?;
        if !self.inner.takes_appends.load(Ordering::Acquire) {
            return Err(AppendError::Unavailable(
                "this is a mirror, or a log that is not restored yet; append to the log itself"
                    .to_owned(),
            ));
        }
        let mut prepared = Box::new(prepare(append)?);
        let units = prepared.bytes().div_ceil(super::QUEUE_UNIT_BYTES);
        let units = u32::try_from(units).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.inner.queue_room)
            .acquire_many_owned(units)
            .await;
        prepared.room = Some(room.map_err(|_| unavailable())?);
        let (answer, ticket) = oneshot::channel();
        queue
            .send(Request::Append(prepared, answer))
            .await
            .map_err(|_| unavailable())?;
        Ok(Ticket(ticket))
    }

    fn size(&self) -> u64 {
        self.inner.shared.size()
    }

    async fn grown_past(&self, size: u64) -> Result<u64, ReadError> {
        let mut progress = self.inner.shared.progress.subscribe();
        let grown = progress
            .wait_for(|now| now.size > size || now.stopped)
            .await;
        match grown.map(|now| now.size) {
            Ok(now) if now > size => Ok(now),
            _ => Err(ReadError::Unavailable(self.inner.unavailable())),
        }
    }

    async fn read_log(&self, from: u64) -> Result<Batch, ReadError> {
        if from >= self.size() {
            return Ok(Batch::default());
        }
        self.blocking(move |shared| shared.log_block(from)).await
    }

    async fn read_stream(&self, stream: &StreamName, from: u64) -> Result<Batch, ReadError> {
        self.read_stream_at_most(stream, from, usize::MAX).await
    }

    async fn read_stream_at_most(
        &self,
        stream: &StreamName,
        from: u64,
        entries_max: usize,
    ) -> Result<Batch, ReadError> {
        // A few entries come from memory in microseconds, sooner than another thread would have begun.
        const SHORT_ENTRIES: u64 = 64;
        let shared = &self.inner.shared;
        let entries = shared.index().stream(stream.as_str(), shared.size()).len() as u64;
        let wanted = entries.saturating_sub(from).min(entries_max as u64);
        if wanted == 0 {
            return Ok(Batch::default());
        }
        if wanted <= SHORT_ENTRIES {
            return shared.stream_block(stream, from, entries_max);
        }
        let stream = stream.clone();
        self.blocking(move |shared| shared.stream_block(&stream, from, entries_max))
            .await
    }

    async fn parts(&self, index: u64) -> Result<Vec<StoredPart>, ReadError> {
        self.inner.shared.parts_of(index)
    }

    async fn erase_part(&self, index: u64, part: u8) -> Result<(), ReadError> {
        let count = self
            .entry(index)?
            .get(0)
            .map_or(0, |(_, entry)| entry.part_count());
        if usize::from(part) >= count {
            return Err(ReadError::NoSuchPart { index, part });
        }
        let unavailable = || ReadError::Unavailable(self.inner.unavailable());
        let queue = self.inner.queue.as_ref().ok_or_else(unavailable)?;
        let (answer, erased) = oneshot::channel();
        queue
            .send(Request::Erase {
                index,
                part,
                answer,
            })
            .await
            .map_err(|_| unavailable())?;
        erased.await.map_err(|_| unavailable())?
    }
}

impl EmbeddedStore {
    /// Reads on a thread that may block; in place where there is no runtime.
    async fn blocking<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Shared) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, ReadError> {
        let shared = Arc::clone(&self.inner.shared);
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                let task = runtime.spawn_blocking(move || read(&shared)).await;
                task.unwrap_or_else(|error| Err(ReadError::Unavailable(error.to_string())))
            }
            Err(_) => read(&shared),
        }
    }
}
