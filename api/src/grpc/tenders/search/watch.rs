//! `WatchTenders`: alerts as they happen.
//!
//! The view keeps its alerts in the order of the log, so a watcher is a place in that list: it costs one look at the end of the list
//! whenever the log has grown, and waits for nobody. One that reads slowly is told the same, later.

use std::time::Duration;

use sijill_projections::tenders::search::alerts::Interest;
use sijill_schemas::types::v1 as types;
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use super::{filter, found, pb};
use crate::grpc::question::desk::{Desk, Look, Place};
use crate::grpc::question::unwritable;
use crate::grpc::question::watching::heartbeat;

/// What a watcher is sent.
pub type Alerts = ReceiverStream<Result<pb::WatchTendersResponse, Status>>;

/// Messages that wait for a watcher to read them.
const WAITING_MAX: usize = 64;
/// Alerts that are looked up at once.
const ALERTS_MAX: usize = 256;
/// Rest between two looks: a busy log is looked at a few times a second.
const REST: Duration = Duration::from_millis(100);

/// Begins to serve a watcher.
pub async fn start(desk: Desk, request: pb::WatchTendersRequest) -> Result<Alerts, Status> {
    let interest = filter::interest(request.filter.as_ref(), &request.kinds)?;
    let heartbeat = heartbeat(request.heartbeat_seconds)?;
    let seen = desk.live().seen();
    let size = match request.from {
        None => *seen.borrow(),
        Some(from) => {
            let size = desk.resumed(&from, "from")?;
            desk.live().reach(from.index).await?;
            size
        }
    };
    let (sender, receiver) = mpsc::channel(WAITING_MAX);
    let watcher = Watcher {
        desk,
        interest,
        heartbeat,
        size,
        seen,
        sender,
    };
    tokio::spawn(watcher.serve());
    Ok(ReceiverStream::new(receiver))
}

/// What a watcher asked for, and how far it has been served.
struct Watcher {
    desk: Desk,
    interest: Interest,
    heartbeat: Duration,
    /// Events before this index are served.
    size: u64,
    seen: watch::Receiver<u64>,
    sender: mpsc::Sender<Result<pb::WatchTendersResponse, Status>>,
}

/// Alerts with the index after each, and the index after all that was looked at.
struct News {
    alerts: Vec<(u64, pb::TenderAlert)>,
    size: u64,
}

impl Watcher {
    async fn serve(mut self) {
        // The heartbeat says that what happened before has been told, and from where to resume.
        if self.catch_up().await.is_none() || self.send(None).await.is_none() {
            return;
        }
        loop {
            let known = self.size;
            let grown = self.seen.wait_for(|size| *size > known);
            let grown = tokio::select! {
                () = self.sender.closed() => return,
                grown = tokio::time::timeout(self.heartbeat, grown) => grown.map(|it| it.is_ok()),
            };
            let told = match grown {
                Ok(true) => self.catch_up().await,
                // The views live as long as the server; should they not, nothing happens any more.
                Ok(false) => return,
                Err(_) => self.send(None).await,
            };
            if told.is_none() {
                return;
            }
        }
    }

    /// Tells all that happened up to now; `None` when the watcher went away or the views cannot be read.
    async fn catch_up(&mut self) -> Option<()> {
        loop {
            let news = match self.news().await {
                Ok(news) => news,
                Err(error) => {
                    // The watcher may have gone away; then nobody is left to tell.
                    let _ = self.sender.send(Err(error)).await;
                    return None;
                }
            };
            let whole = news.alerts.len() < ALERTS_MAX;
            for (size, alert) in news.alerts {
                self.size = size;
                self.send(Some(alert)).await?;
            }
            if whole {
                self.size = news.size;
                tokio::time::sleep(REST).await;
                return Some(());
            }
        }
    }

    /// What happened since, up to [`ALERTS_MAX`]; nothing is looked up while nothing happened.
    async fn news(&self) -> Result<News, Status> {
        let (from, interest) = (self.size, self.interest.clone());
        {
            let runner = self.desk.live().read();
            if !runner.views().tenders.search().has_alerts_from(from) {
                let size = runner.position().max(from);
                let alerts = Vec::new();
                return Ok(News { alerts, size });
            }
        }
        let look = move |look: &Look<'_>| {
            let tenders = &look.views().tenders;
            let size = look.size().max(from);
            let Some(at) = look.at(None) else {
                let alerts = Vec::new();
                return Ok(News { alerts, size });
            };
            let alerts = tenders.search().alerts_from(from, &interest, at);
            let alerts = alerts.take(ALERTS_MAX).map(|(alert, entry)| {
                let written = found::alert(alert, entry, at.at(), tenders.world());
                let written = written.map_err(|error| unwritable(&error))?;
                Ok((alert.mark.index.saturating_add(1), written))
            });
            let alerts = alerts.collect::<Result<_, Status>>()?;
            Ok(News { alerts, size })
        };
        self.desk.look(Place::Now, look).await
    }

    async fn send(&self, alert: Option<pb::TenderAlert>) -> Option<()> {
        let index = self.size.checked_sub(1);
        let position = index.map(|index| types::Position {
            log_id: self.desk.origin().to_owned(),
            index,
        });
        let message = pb::WatchTendersResponse { position, alert };
        self.sender.send(Ok(message)).await.ok()
    }
}
