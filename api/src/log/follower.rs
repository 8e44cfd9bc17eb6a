//! A node that does not sign: it shows what its directory says was published, as soon as its tree confirms it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::Publication;
use crate::grpc::server;

/// How often the directory is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// Follows the directory until `stop` says so. What cannot be shown is told once, and looked at again; and not at the first
/// look, for a checkpoint may be seen a moment before the entries that it covers.
pub async fn run(publication: Arc<Publication>, stop: watch::Receiver<bool>) {
    let (mut before, mut told) = (String::new(), String::new());
    loop {
        let failed = adopted(&publication).await.err().unwrap_or_default();
        if !failed.is_empty() && failed == before && failed != told {
            tracing::error!(error = failed, "the published checkpoint is not shown");
            told.clone_from(&failed);
        }
        before = failed;
        tokio::select! {
            () = server::stopped(stop.clone()) => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Shows what is there now.
pub async fn adopted(publication: &Arc<Publication>) -> Result<(), String> {
    let adopting = Arc::clone(publication);
    let adopted = tokio::task::spawn_blocking(move || adopting.adopt()).await;
    match adopted {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}
