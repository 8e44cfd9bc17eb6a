//! From options to a running node: the mirror is opened, the cluster asked whose log it holds, and followed.

use std::sync::{Arc, Mutex, OnceLock};

use bytes::Bytes;
use tokio::runtime::Handle;
use tokio::sync::{Notify, Semaphore, watch};
use uuid::Uuid;

use super::appending::{Lanes, patiently};
use super::cluster::{Cluster, Failure};
use super::fence;
use super::follower::{Follower, Halt};
use super::place::Place;
use super::wire::NewEvent;
use super::{Background, ClusterError, Inner, KurrentStore, OpenError, Options, Shared};
use crate::store::Expected;
use crate::store::embedded::EmbeddedStore;
use crate::store::node::TreeHead;
use crate::store::{EventStore as _, ReadError};

/// What appends that are under way may take in memory, in units.
pub(super) const ROOM_UNITS: usize = (64 << 20) / ROOM_UNIT_BYTES;
/// A unit, in bytes.
pub(super) const ROOM_UNIT_BYTES: usize = 1 << 10;

/// No ledger stream has such a name: a dot before the first dash.
const IDENTITY_STREAM: &str = "sijill.log";
const IDENTITY_KIND: &str = "sijill.log.v1";
const MOVED_KIND: &str = "sijill.moved.v1";

impl KurrentStore {
    /// Opens the mirror and connects. An empty cluster becomes this log; one that holds another, or lacks what the mirror has, is
    /// refused.
    pub async fn open(options: Options) -> Result<Self, OpenError> {
        Self::open_for(options, None).await
    }

    /// The same; an empty cluster becomes the log that is `moved` there, one that is in use is refused.
    pub(super) async fn open_for(
        options: Options,
        moved: Option<TreeHead>,
    ) -> Result<Self, OpenError> {
        if !options.namespace_is_legal() {
            let text =
                "a namespace is lower-case letters and digits with a dot at the end, or empty";
            return Err(options_error(text.to_owned()));
        }
        let runtime = Background::start()?;
        let handle = runtime.1.clone();
        let opening = handle.clone();
        let opened = handle.spawn_blocking(move || prepare(options, opening));
        let (shared, place) = opened.await.map_err(std::io::Error::other)??;
        let shared = Arc::new(shared);
        let checked = Arc::clone(&shared);
        let checking = handle.spawn(async move {
            checked.check().await?;
            checked.identify(moved).await
        });
        checking.await.map_err(std::io::Error::other)??;
        let (end, ended) = watch::channel(false);
        handle.spawn(Follower::new(Arc::clone(&shared), place).run(end));
        let inner = Inner {
            shared,
            lanes: Lanes::default(),
            room: Arc::new(Semaphore::new(ROOM_UNITS)),
            runtime,
            ended,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }
}

fn prepare(options: Options, runtime: Handle) -> Result<(Shared, Place), OpenError> {
    let cluster = Cluster::new(&options.connection, runtime, options.patience);
    let cluster = cluster.map_err(options_error)?;
    let mirror = EmbeddedStore::create_or_open_mirror(options.mirror.clone())?;
    let store = mirror.store();
    let place = Place::load(store)?;
    let last_stamp = match store.size().checked_sub(1) {
        Some(last) => store.entry(last)?.get(0).map(|(_, last)| last.recorded_at),
        None => None,
    };
    let shared = Shared {
        clock: Arc::clone(&options.mirror.clock),
        options,
        cluster,
        mirror,
        last_stamp: Mutex::new(last_stamp),
        news: Notify::new(),
        moved: OnceLock::new(),
        closing: OnceLock::new(),
        stopped: OnceLock::new(),
        trouble: Mutex::default(),
    };
    Ok((shared, place))
}

impl Shared {
    async fn check(&self) -> Result<(), OpenError> {
        let check = || async {
            match self.check_reach().await {
                Ok(()) => Ok(None),
                Err(Halt::Stop(why)) => Ok(Some(why)),
                Err(Halt::Trouble(why)) => Err(Failure::Lost(why)),
            }
        };
        match patiently(self, check).await.map_err(failed)? {
            Some(why) => Err(why.into()),
            None => Ok(()),
        }
    }

    /// Asks whose log the cluster holds; an empty one is told, and what is moved there.
    async fn identify(&self, moved: Option<TreeHead>) -> Result<(), OpenError> {
        let origin = self.mirror.store().origin();
        let name = [&self.options.namespace, IDENTITY_STREAM].concat();
        let mut found = self.identity(&name, 0).await?;
        if found.is_none() {
            let mut events = vec![identity(IDENTITY_KIND, origin.as_bytes().to_vec())];
            events.extend(moved.map(|head| identity(MOVED_KIND, fence::encode(head))));
            let tell = || self.cluster.append(&name, Expected::NoStream, &events);
            match patiently(self, tell).await {
                // Another node was first, perhaps with another origin.
                Ok(()) | Err(Failure::Conflict(_)) => {}
                Err(failure) => return Err(failed(failure)),
            }
            found = self.identity(&name, 0).await?;
        }
        let found = found.unwrap_or_default();
        if found != origin.as_bytes() {
            let (expected, found) = (origin.to_owned(), String::from_utf8_lossy(&found));
            let found = found.into_owned();
            return Err(ClusterError::OtherLog { expected, found }.into());
        }
        let noted = self.identity(&name, 1).await?;
        let noted = noted.as_deref().and_then(fence::decode);
        if moved.is_some() && noted != moved {
            return Err(ClusterError::InUse.into());
        }
        if let Some(noted) = noted {
            // Asked once.
            let _ = self.moved.set(noted);
        }
        Ok(())
    }

    /// One event of the stream that says whose log this is.
    async fn identity(&self, name: &str, revision: u64) -> Result<Option<Bytes>, OpenError> {
        let ask = || self.cluster.event(name, revision);
        let found = patiently(self, ask).await.map_err(failed)?;
        Ok(found.map(|event| event.data))
    }
}

fn identity(kind: &str, data: Vec<u8>) -> NewEvent {
    NewEvent {
        id: Uuid::new_v5(&Uuid::NAMESPACE_URL, &data),
        kind: kind.to_owned(),
        metadata: Bytes::new(),
        data: data.into(),
    }
}

fn failed(failure: Failure) -> OpenError {
    let error = match failure {
        Failure::Lost(why) => ClusterError::Unreachable { why },
        Failure::Refused(why) => ClusterError::Refused { why },
        Failure::Conflict(_) | Failure::Destroyed => ClusterError::Refused {
            why: "the stream that names the log was deleted".to_owned(),
        },
    };
    error.into()
}

fn options_error(why: String) -> OpenError {
    ClusterError::Options { why }.into()
}

/// What a reader hears when the mirror grows no more.
pub(super) fn no_growth(shared: &Shared, error: ReadError) -> ReadError {
    shared.refusal().map_or(error, ReadError::Unavailable)
}
