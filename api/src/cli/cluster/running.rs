//! A node of a ledger on a cluster: opened, watched, and why it cannot go on.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sijill_ledger_core::aggregate::Explain as _;
use sijill_ledger_core::log::policy::Policy;
use sijill_ledger_core::store::NodeStore;
use sijill_ledger_core::store::kurrentdb::{ClusterError, KurrentStore, OpenError, Options};
use sijill_ledger_core::time::SystemClock;

use super::address;
use crate::cli::data;
use crate::cli::errors::{Bilingual, Failure};
use crate::grpc::node::Node;

/// How often it is looked whether the cluster can be followed.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A node of the ledger on a cluster, with its mirror in a directory.
pub async fn open(
    store: &str,
    dir: &Path,
    origin: Option<&str>,
    witnesses: Policy,
) -> Result<Node, Failure> {
    let clock = Arc::new(SystemClock::default());
    let mirror = data::options(dir, origin, clock.clone());
    let opened = KurrentStore::open(Options::new(address(store)?, mirror)).await;
    let store = opened.map_err(|error| opening(dir, error))?;
    tokio::spawn(tell_trouble(store.clone()));
    Node::of_cluster(NodeStore::cluster(store), clock, witnesses).await
}

/// Why the store does not follow its cluster any more, as the failure of the node.
pub fn stopped(why: &ClusterError) -> Failure {
    Failure::Refused {
        code: why.code(),
        text: Bilingual::refusal(why),
    }
}

pub(super) fn opening(dir: &Path, error: OpenError) -> Failure {
    match error {
        OpenError::Mirror(error) => data::opening(dir, error),
        OpenError::MirrorUnreadable(error) => data::reading(error),
        OpenError::Cluster(error) => stopped(&error),
        OpenError::Io(error) => Failure::io(dir, &error),
    }
}

/// Tells when the cluster cannot be followed for now, and when it can again.
async fn tell_trouble(store: KurrentStore) {
    let mut told = None;
    while tokio::time::timeout(LOOK_EVERY, store.ended())
        .await
        .is_err()
    {
        let trouble = store.trouble();
        if trouble == told {
            continue;
        }
        if let Some(why) = &trouble {
            tracing::warn!(why, "the cluster cannot be followed; it is tried again");
        } else {
            tracing::info!("the cluster is followed again");
        }
        told = trouble;
    }
}
