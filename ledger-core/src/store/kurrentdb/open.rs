//! From options to a running node: the mirror is opened, the cluster asked whose log it holds, and followed.

use std::sync::{Arc, Mutex, OnceLock};

use bytes::Bytes;
use tokio::runtime::Handle;
use tokio::sync::{Notify, Semaphore, watch};
use uuid::Uuid;

use super::appending::{Lanes, patiently};
use super::cluster::{Cluster, Failure};
use super::follower::{Follower, Halt};
use super::place::Place;
use super::wire::NewEvent;
use super::{Background, Inner, KurrentStore, OpenError, Options, Shared};
use crate::store::Expected;
use crate::store::embedded::EmbeddedStore;
use crate::store::{EventStore as _, ReadError};

/// What appends that are under way may take in memory, in units.
pub(super) const ROOM_UNITS: usize = (64 << 20) / ROOM_UNIT_BYTES;
/// A unit, in bytes.
pub(super) const ROOM_UNIT_BYTES: usize = 1 << 10;

/// No ledger stream has such a name: a dot before the first dash.
const IDENTITY_STREAM: &str = "sijill.log";
const IDENTITY_KIND: &str = "sijill.log.v1";

impl KurrentStore {
    /// Opens the mirror and connects. An empty cluster becomes this log; one that holds another, or lacks what the mirror has, is
    /// refused.
    pub async fn open(options: Options) -> Result<Self, OpenError> {
        if !options.namespace_is_legal() {
            let text =
                "a namespace is lower-case letters and digits with a dot at the end, or empty";
            return Err(OpenError::Options(text.to_owned()));
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
            checked.identify().await
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
    let cluster = cluster.map_err(OpenError::Options)?;
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
            Some(why) => Err(OpenError::Ahead(why)),
            None => Ok(()),
        }
    }

    /// Asks whose log the cluster holds; an empty one is told.
    async fn identify(&self) -> Result<(), OpenError> {
        let origin = self.mirror.store().origin();
        let name = [&self.options.namespace, IDENTITY_STREAM].concat();
        let event = [NewEvent {
            id: Uuid::new_v5(&Uuid::NAMESPACE_URL, origin.as_bytes()),
            kind: IDENTITY_KIND.to_owned(),
            metadata: Bytes::new(),
            data: Bytes::copy_from_slice(origin.as_bytes()),
        }];
        let ask = || self.cluster.event(&name, 0);
        let mut found = patiently(self, ask).await.map_err(failed)?;
        if found.is_none() {
            let tell = || self.cluster.append(&name, Expected::NoStream, &event);
            match patiently(self, tell).await {
                // Another node was first, perhaps with another origin.
                Ok(()) | Err(Failure::Conflict(_)) => {}
                Err(failure) => return Err(failed(failure)),
            }
            found = patiently(self, ask).await.map_err(failed)?;
        }
        let found = found.map(|event| event.data).unwrap_or_default();
        if found == origin.as_bytes() {
            return Ok(());
        }
        Err(OpenError::OtherLog {
            expected: origin.to_owned(),
            found: String::from_utf8_lossy(&found).into_owned(),
        })
    }
}

fn failed(failure: Failure) -> OpenError {
    match failure {
        Failure::Lost(why) => OpenError::Unreachable(why),
        Failure::Refused(why) => OpenError::Refused(why),
        Failure::Conflict(_) | Failure::Destroyed => {
            OpenError::Refused("the stream that names the log was deleted".to_owned())
        }
    }
}

/// What a reader hears when the mirror grows no more.
pub(super) fn no_growth(shared: &Shared, error: ReadError) -> ReadError {
    shared.refusal().map_or(error, ReadError::Unavailable)
}
