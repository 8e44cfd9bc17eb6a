//! Attachments in an S3-compatible store, under the same names as in a directory: `prefix/ab/cdef…`.
//!
//! The types of the library stay in this module. Address and credentials come from the usual variables (`AWS_ENDPOINT`,
//! `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_ALLOW_HTTP`, …). What is put is sent with its SHA-256 and then read
//! back: it counts as durable when the store gives it back whole.

mod http;

use std::future::Future;
use std::ops::Range;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use object_store::aws::{AmazonS3Builder, Checksum};
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt as _, RetryConfig};
use tokio::runtime::{Builder, Runtime};

use super::incoming::Received;
use super::reader::{Reader, Source};
use super::{AttachmentError, AttachmentHash, Stored};
use crate::time::Timestamp;

/// How much is fetched at once, in bytes.
const FETCH_BYTES: u64 = 8 << 20;
/// Requests that fail for a passing reason are sent again so often, and for so long.
const RETRIES_MAX: usize = 3;
const RETRY_MAX: Duration = Duration::from_secs(30);

/// A bucket, or what lies under a prefix there.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
    place: Arc<str>,
    worker: Arc<Worker>,
}

/// Runs the library's futures, so that whoever waits here may stand in a runtime or not.
#[derive(Debug)]
struct Worker(Option<Runtime>);

/// An object that is being read.
#[derive(Debug)]
pub(super) struct Object {
    bucket: Bucket,
    path: Path,
    hash: AttachmentHash,
    bytes: u64,
    /// What was fetched last, and where it begins.
    fetched: (u64, Bytes),
}

impl Bucket {
    /// Opens `s3://bucket/prefix`. Nothing is asked of the store yet.
    pub(super) fn open(place: &str) -> Result<Self, AttachmentError> {
        let unusable = |what: String| AttachmentError::Place {
            place: place.to_owned(),
            what,
        };
        let rest = place.strip_prefix("s3://").unwrap_or_default();
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(unusable(
                "it is no address such as s3://bucket/prefix".to_owned(),
            ));
        }
        let store = AmazonS3Builder::from_env()
            .with_bucket_name(bucket)
            .with_checksum_algorithm(Checksum::SHA256)
            .with_http_connector(http::Connector)
            .with_retry(RetryConfig {
                max_retries: RETRIES_MAX,
                retry_timeout: RETRY_MAX,
                ..RetryConfig::default()
            })
            .build();
        let store = store.map_err(|error| unusable(error.to_string()))?;
        let prefix = Path::parse(prefix).map_err(|error| unusable(error.to_string()))?;
        Self::over(Arc::new(store), prefix, place)
    }

    /// Over a store of the library.
    pub(super) fn over(
        store: Arc<dyn ObjectStore>,
        prefix: Path,
        place: &str,
    ) -> Result<Self, AttachmentError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .thread_name("attachments")
            .build();
        let runtime = runtime.map_err(|error| AttachmentError::Place {
            place: place.to_owned(),
            what: error.to_string(),
        })?;
        Ok(Self {
            store,
            prefix,
            place: place.into(),
            worker: Arc::new(Worker(Some(runtime))),
        })
    }

    /// Writes, reads and removes an object of no meaning: tells whether the store can be used at all.
    pub(super) fn probe(&self) -> Result<(), AttachmentError> {
        const CONTENT: &[u8] = b"written by sijill to see whether it can";
        let (store, path) = (Arc::clone(&self.store), self.prefix.clone().join("probe"));
        let probed = self.wait(async move {
            store.put(&path, Bytes::from_static(CONTENT).into()).await?;
            let read = store.get(&path).await?.bytes().await?;
            store.delete(&path).await?;
            Ok(read == CONTENT)
        })?;
        if probed {
            Ok(())
        } else {
            Err(self.unusable("it gives back other bytes than it was given"))
        }
    }

    pub(super) fn put(&self, received: &Received, bytes: Vec<u8>) -> Result<(), AttachmentError> {
        let (store, path) = (Arc::clone(&self.store), self.path(received.hash));
        self.wait(async move { store.put(&path, Bytes::from(bytes).into()).await })?;
        // What counts is what it gives back.
        let mut reader = Reader::new(received.hash, self.open_object(received.hash)?)?;
        while reader.chunk()?.is_some() {}
        Ok(())
    }

    pub(super) fn open_object(&self, hash: AttachmentHash) -> Result<Source, AttachmentError> {
        let (store, path) = (Arc::clone(&self.store), self.path(hash));
        let asked = path.clone();
        let found = self.find(async move { store.head(&asked).await })?;
        let meta = found.ok_or(AttachmentError::NotFound(hash))?;
        Ok(Source::Object(Object {
            bucket: self.clone(),
            path,
            hash,
            bytes: meta.size,
            fetched: (0, Bytes::new()),
        }))
    }

    pub(super) fn has(&self, hash: AttachmentHash) -> Result<bool, AttachmentError> {
        let (store, path) = (Arc::clone(&self.store), self.path(hash));
        let found = self.find(async move { store.head(&path).await })?;
        Ok(found.is_some())
    }

    pub(super) fn remove(&self, hash: AttachmentHash) -> Result<(), AttachmentError> {
        let (store, path) = (Arc::clone(&self.store), self.path(hash));
        self.find(async move { store.delete(&path).await })
            .map(drop)
    }

    pub(super) fn list(&self) -> Result<Vec<Stored>, AttachmentError> {
        let (store, prefix) = (Arc::clone(&self.store), self.prefix.clone());
        let found = self.wait(async move {
            let found = store.list(Some(&prefix));
            found.try_collect::<Vec<_>>().await
        })?;
        let stored = found.iter().filter_map(|meta| {
            let rest = meta.location.filename()?;
            let folder = meta.location.parts().rev().nth(1)?;
            Some(Stored {
                hash: format!("{}{rest}", folder.as_ref()).parse().ok()?,
                bytes: meta.size,
                at: Timestamp::from_micros(meta.last_modified.timestamp_micros()),
            })
        });
        Ok(stored.collect())
    }

    fn path(&self, hash: AttachmentHash) -> Path {
        let name = hash.to_string();
        let (folder, rest) = name.split_at_checked(2).unwrap_or_default();
        self.prefix.clone().join(folder).join(rest)
    }

    /// The same where absence is an answer.
    fn find<T: Send + 'static>(
        &self,
        asking: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<Option<T>, AttachmentError> {
        self.wait(async move {
            match asking.await {
                Ok(found) => Ok(Some(found)),
                Err(Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(error),
            }
        })
    }

    fn wait<T: Send + 'static>(
        &self,
        asking: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, AttachmentError> {
        let (answer, answered) = mpsc::sync_channel(1);
        if let Worker(Some(runtime)) = &*self.worker {
            runtime.spawn(async move { answer.send(asking.await) });
        }
        match answered.recv() {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(self.unusable(&error.to_string())),
            Err(_) => Err(self.unusable("it was not asked to the end")),
        }
    }

    fn unusable(&self, what: &str) -> AttachmentError {
        AttachmentError::Place {
            place: self.place.to_string(),
            what: what.to_owned(),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Waiting for it is not allowed in every place where the last owner may go.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Object {
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// So many bytes from a position at most; none at the end.
    pub(super) fn read_at(&mut self, offset: u64, max: usize) -> Result<Vec<u8>, AttachmentError> {
        if offset >= self.bytes {
            return Ok(Vec::new());
        }
        if !self.holds(offset) {
            let end = offset.saturating_add(FETCH_BYTES).min(self.bytes);
            self.fetched = (offset, self.fetch(offset..end)?);
        }
        let (from, bytes) = &self.fetched;
        let skip = usize::try_from(offset.saturating_sub(*from)).unwrap_or(usize::MAX);
        let rest = bytes.get(skip..).unwrap_or_default();
        Ok(rest.get(..max).unwrap_or(rest).to_vec())
    }

    fn holds(&self, offset: u64) -> bool {
        let (from, bytes) = &self.fetched;
        (*from..from.saturating_add(bytes.len() as u64)).contains(&offset)
    }

    fn fetch(&self, range: Range<u64>) -> Result<Bytes, AttachmentError> {
        let (store, path) = (Arc::clone(&self.bucket.store), self.path.clone());
        let asking = async move { store.get_range(&path, range).await };
        let found = self.bucket.find(asking)?;
        found.ok_or(AttachmentError::NotFound(self.hash))
    }
}

#[cfg(test)]
mod tests;
