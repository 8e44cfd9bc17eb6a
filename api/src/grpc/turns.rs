//! The policies of a log that several nodes serve: they run on one node at a time. Another one takes over when that one has ended, or
//! has said nothing for [`PATIENCE`]; what it did already is answered with the first result.

use std::time::Duration;

use sijill_ledger_core::store::kurrentdb::{KurrentStore, Turns};
use tokio::sync::watch;

use super::node::Node;
use super::server;
use crate::cli::errors::Failure;

/// How long a node may say nothing before another one takes over.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it says that it is at work, and the others look.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long the cluster may take to answer; after that the turn counts as lost. Shorter than the patience of the others by more
/// than a look, so that two seldom work at a time.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// Runs the policies whenever it is this node's turn, until `stop` says so.
pub async fn take(
    node: &Node,
    store: &KurrentStore,
    stop: watch::Receiver<bool>,
) -> Result<(), Failure> {
    let mut turns = store.turns(PATIENCE);
    while !is_stopped(&stop) {
        if has_turn(&mut turns).await {
            tracing::info!("the policies run on this node");
            let (lost, losing) = watch::channel(false);
            let keeping = async {
                while pause(&stop).await && has_turn(&mut turns).await {}
                lost.send_replace(true);
                Ok(())
            };
            tokio::try_join!(node.run_policies(losing), keeping)?;
            tracing::info!("the policies do not run on this node any more");
        } else {
            pause(&stop).await;
        }
    }
    release(turns).await;
    Ok(())
}

async fn has_turn(turns: &mut Turns) -> bool {
    match tokio::time::timeout(ANSWER_MAX, turns.look()).await {
        Ok(Ok(has_turn)) => has_turn,
        Ok(Err(error)) => {
            tracing::warn!(%error, "it is not known which node runs the policies; this one does not");
            false
        }
        Err(_) => {
            tracing::warn!(
                "the cluster does not say which node runs the policies; this one does not"
            );
            false
        }
    }
}

async fn release(mut turns: Turns) {
    let released = tokio::time::timeout(ANSWER_MAX, turns.release()).await;
    if !matches!(released, Ok(Ok(()))) {
        tracing::warn!("another node takes over the policies only after {PATIENCE:?}");
    }
}

/// Waits until it is time to look again; `false` when it is time to stop.
async fn pause(stop: &watch::Receiver<bool>) -> bool {
    tokio::select! {
        () = server::stopped(stop.clone()) => false,
        () = tokio::time::sleep(LOOK_EVERY) => true,
    }
}

fn is_stopped(stop: &watch::Receiver<bool>) -> bool {
    *stop.borrow() || stop.has_changed().is_err()
}
