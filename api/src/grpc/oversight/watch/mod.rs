//! Changes of status as they happen: `WatchShortages`.
//!
//! One [`Hub`] looks at the views as they grow and tells all watchers what changed; a watcher costs a filter and a small
//! buffer. A watcher that does not keep up is sent away with the position to resume from, so that it holds up nobody.

mod hub;
mod scope;

use std::sync::Arc;
use std::time::Duration;

use sijill_projections::shortage::query::Filter;
use sijill_schemas::types::v1 as types;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status};

use super::shortage::statuses;
use super::{filter, pb};
use crate::grpc::question::desk::{Desk, Look, Place};
use crate::grpc::question::watching::heartbeat;
use crate::grpc::status::Problem;
use hub::{Found, Hub, News};

/// What a watcher is sent.
pub type Changes = ReceiverStream<Result<pb::WatchShortagesResponse, Status>>;

/// Messages that wait for a watcher to read them.
const WAITING_MAX: usize = 64;

/// Serves watchers.
pub struct Watch {
    desk: Desk,
    hub: Arc<Hub>,
}

/// What a watcher asked for, and how far it has been served.
struct Watcher {
    origin: String,
    interest: Interest,
    heartbeat: Duration,
    /// Events up to here are served.
    size: u64,
    news: broadcast::Receiver<Arc<News>>,
    sender: mpsc::Sender<Result<pb::WatchShortagesResponse, Status>>,
}

/// Which changes a watcher asked for.
struct Interest {
    filter: pb::Filter,
    statuses: Vec<pb::ShortageStatus>,
}

impl Watch {
    /// Over these views.
    pub fn new(desk: Desk) -> Self {
        let hub = Arc::new(Hub::new(desk.clone()));
        Self { desk, hub }
    }

    /// Begins to serve a watcher.
    pub async fn start(&self, request: pb::WatchShortagesRequest) -> Result<Changes, Status> {
        let Filter { facility, item, .. } = filter::read(request.filter.as_ref())?;
        let narrow = Filter {
            facility,
            item,
            ..Filter::default()
        };
        let interest = Interest {
            filter: request.filter.unwrap_or_default(),
            statuses: statuses(&request.statuses)?,
        };
        let heartbeat = heartbeat(request.heartbeat_seconds)?;
        let then = match request.from {
            None => None,
            Some(from) => {
                let size = self.desk.resumed(&from, "from")?;
                self.desk.live().reach(from.index).await?;
                let narrow = narrow.clone();
                let rows = move |look: &Look<'_>| scope::rows(look, &narrow);
                Some((size, self.desk.look(Place::After(size), rows).await?))
            }
        };
        let (backlog, news) = self.hub.join(then, &narrow).await?;
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        let watcher = Watcher {
            origin: self.desk.origin().to_owned(),
            interest,
            heartbeat,
            size: backlog.before,
            news,
            sender,
        };
        tokio::spawn(watcher.serve(backlog));
        Ok(ReceiverStream::new(receiver))
    }
}

impl Interest {
    /// Whether a change to or from one of the statuses was asked for.
    fn covers(&self, change: &pb::ShortageChange) -> bool {
        let wanted = |status: i32| {
            self.statuses
                .iter()
                .any(|wanted| i32::from(*wanted) == status)
        };
        self.statuses.is_empty() || wanted(change.before) || wanted(change.after)
    }

    fn is_about(&self, row: &pb::ShortageRow) -> bool {
        let pb::Filter {
            facility,
            item,
            governorate,
            owner,
            category,
        } = &self.filter;
        let same = |wanted: &Option<String>, is: Option<&String>| {
            wanted.is_none() || wanted.as_ref() == is
        };
        same(facility, Some(&row.facility))
            && same(item, Some(&row.item))
            && same(governorate, row.governorate.as_ref())
            && same(owner, row.owner.as_ref())
            && (*category == 0 || *category == row.category)
    }
}

impl Watcher {
    async fn serve(mut self, backlog: Found) {
        // The heartbeat says that what changed before has been told, and from where to resume.
        if self.tell(&backlog).await.is_none() || self.send(self.size, None).await.is_none() {
            return;
        }
        loop {
            let news = tokio::select! {
                () = self.sender.closed() => return,
                news = tokio::time::timeout(self.heartbeat, self.news.recv()) => news,
            };
            let sent = match news {
                Ok(Ok(news)) => match news.as_ref() {
                    Ok(found) => self.tell(found).await,
                    Err(error) => return self.end(error.clone()).await,
                },
                Ok(Err(RecvError::Lagged(_))) => return self.end(too_slow()).await,
                Ok(Err(RecvError::Closed)) => return,
                Err(_) => self.send(self.size, None).await,
            };
            if sent.is_none() {
                return;
            }
        }
    }

    /// Ends the stream with a reason.
    async fn end(&self, reason: Status) {
        // The watcher may have gone away; then nobody is left to tell.
        let _ = self.sender.send(Err(reason)).await;
    }

    /// Sends the changes that were asked for; `None` when the watcher went away. Until the last of them is sent, the
    /// position to resume from is the one before them.
    async fn tell(&mut self, found: &Found) -> Option<()> {
        let asked = |change: &&pb::ShortageChange| {
            self.interest.covers(change)
                && change
                    .row
                    .as_ref()
                    .is_some_and(|row| self.interest.is_about(row))
        };
        let changes: Vec<&pb::ShortageChange> = found.changes.iter().filter(asked).collect();
        let last = changes.len().saturating_sub(1);
        for (place, change) in changes.into_iter().enumerate() {
            let size = if place == last { found.size } else { self.size };
            self.send(size, Some(change.clone())).await?;
        }
        self.size = found.size;
        Some(())
    }

    async fn send(&self, size: u64, change: Option<pb::ShortageChange>) -> Option<()> {
        let index = size.checked_sub(1);
        let position = index.map(|index| types::Position {
            log_id: self.origin.clone(),
            index,
        });
        let message = pb::WatchShortagesResponse { position, change };
        self.sender.send(Ok(message)).await.ok()
    }
}

fn too_slow() -> Status {
    Problem::new(
        Code::ResourceExhausted,
        "WATCH_TOO_SLOW",
        "تراكمت التغييرات قبل أن تُقرأ؛ أعد المتابعة من آخر موضع وصلك",
        "changes piled up before they were read; watch again from the last position you were sent",
    )
    .into()
}
