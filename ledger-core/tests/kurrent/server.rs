//! Nodes of a cluster: each a listener that can be cut, in front of a gRPC server; one of them leads.

use std::collections::VecDeque;
use std::future::pending;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use sijill_ledger_core::time::Clock;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status, Streaming};

use super::log::{Destroyed, Log};
use super::messages::{
    AppendAnswer, AppendPiece, EndPoint, Member, Members, ReadAnswer, ReadRequest, TombstoneAnswer,
    TombstoneRequest,
};
use super::service::{Gossip, Streams};

/// What happens to one append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppendFault {
    /// The connection is cut before anything is written.
    CutBefore,
    /// It is written, and the connection cut.
    CutAfter,
    /// It is written, and never answered.
    Silent,
    /// It is never answered, nor written.
    Ignored,
    /// An error that says nothing.
    Failed,
    /// Another node leads from now on.
    LeaderChange,
}

/// What happens to one read, after so many events of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadFault {
    /// The connection is cut.
    Cut(usize),
    /// Nothing comes any more.
    Stall(usize),
    /// It ends in order, as if there were no more.
    End(usize),
    /// Each event comes twice.
    Twice,
    /// The filter is not heeded.
    Unfiltered,
    /// An event without an id, which the client does not survive.
    Malformed(usize),
}

/// A cluster of nodes in this process.
#[derive(Clone)]
pub struct Cluster {
    shared: Arc<Shared>,
}

struct Shared {
    log: Mutex<Log>,
    leader: AtomicUsize,
    nodes: Mutex<Vec<SocketAddr>>,
    connections: Mutex<Vec<AbortHandle>>,
    append_faults: Mutex<VecDeque<AppendFault>>,
    read_faults: Mutex<VecDeque<ReadFault>>,
}

impl Cluster {
    /// Starts so many nodes, the first of which leads.
    pub async fn start(nodes: usize, clock: Arc<dyn Clock>) -> Self {
        let shared = Shared {
            log: Mutex::new(Log::new(clock)),
            leader: AtomicUsize::new(0),
            nodes: Mutex::default(),
            connections: Mutex::default(),
            append_faults: Mutex::default(),
            read_faults: Mutex::default(),
        };
        let cluster = Self {
            shared: Arc::new(shared),
        };
        for number in 0..nodes {
            let front = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let back = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let back_at = back.local_addr().unwrap();
            cluster
                .shared
                .nodes
                .lock()
                .unwrap()
                .push(front.local_addr().unwrap());
            tokio::spawn(cluster.clone().relay(front, back_at));
            let node = Node {
                cluster: cluster.clone(),
                number,
            };
            let server = Server::builder()
                .add_service(Streams(node.clone()))
                .add_service(Gossip(node))
                .serve_with_incoming(TcpIncoming::from(back).with_nodelay(Some(true)));
            tokio::spawn(server);
        }
        cluster
    }

    /// What to connect to.
    pub fn connection(&self) -> String {
        let nodes = self.shared.nodes.lock().unwrap();
        let hosts: Vec<String> = nodes.iter().map(ToString::to_string).collect();
        format!(
            "kurrentdb://{}?tls=false&discoveryInterval=20&maxDiscoverAttempts=5",
            hosts.join(",")
        )
    }

    pub fn with_log<T>(&self, change: impl FnOnce(&mut Log) -> T) -> T {
        change(&mut self.shared.log.lock().unwrap())
    }

    pub fn fail_appends(&self, faults: &[AppendFault]) {
        self.shared.append_faults.lock().unwrap().extend(faults);
    }

    pub fn fail_reads(&self, faults: &[ReadFault]) {
        self.shared.read_faults.lock().unwrap().extend(faults);
    }

    /// Faults that did not happen yet.
    pub fn faults_left(&self) -> usize {
        self.shared.append_faults.lock().unwrap().len()
            + self.shared.read_faults.lock().unwrap().len()
    }

    /// Cuts every connection.
    pub fn cut(&self) {
        for connection in self.shared.connections.lock().unwrap().drain(..) {
            connection.abort();
        }
    }

    async fn relay(self, front: TcpListener, back: SocketAddr) {
        loop {
            let (mut client, _) = front.accept().await.unwrap();
            let relayed = tokio::spawn(async move {
                let mut server = TcpStream::connect(back).await.unwrap();
                client.set_nodelay(true).unwrap();
                server.set_nodelay(true).unwrap();
                // Either side may end it as it likes.
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            });
            self.shared
                .connections
                .lock()
                .unwrap()
                .push(relayed.abort_handle());
        }
    }
}

/// One node.
#[derive(Clone)]
pub struct Node {
    cluster: Cluster,
    number: usize,
}

impl Node {
    fn check_leader(&self, request: &Request<impl Sized>) -> Result<(), Status> {
        let leader = self.cluster.shared.leader.load(Ordering::SeqCst);
        if leader == self.number || request.metadata().get("requires-leader").is_none() {
            return Ok(());
        }
        let address = self.cluster.shared.nodes.lock().unwrap()[leader];
        let mut status = Status::not_found("not the leader");
        let metadata = status.metadata_mut();
        metadata.insert("exception", "not-leader".parse().unwrap());
        metadata.insert(
            "leader-endpoint-host",
            address.ip().to_string().parse().unwrap(),
        );
        metadata.insert(
            "leader-endpoint-port",
            address.port().to_string().parse().unwrap(),
        );
        Err(status)
    }

    pub async fn append(
        self,
        request: Request<Streaming<AppendPiece>>,
    ) -> Result<Response<AppendAnswer>, Status> {
        self.check_leader(&request)?;
        let mut pieces = request.into_inner();
        let place = pieces
            .message()
            .await?
            .and_then(|piece| piece.place)
            .unwrap();
        let mut events = Vec::new();
        while let Some(piece) = pieces.message().await? {
            events.extend(piece.event);
        }
        let shared = &self.cluster.shared;
        let fault = shared.append_faults.lock().unwrap().pop_front();
        let write = || {
            let written = shared.log.lock().unwrap().append(&place, events);
            written.map(Response::new).map_err(destroyed)
        };
        match fault {
            None => write(),
            Some(AppendFault::CutBefore) => {
                self.cluster.cut();
                pending().await
            }
            Some(AppendFault::CutAfter) => {
                write()?;
                self.cluster.cut();
                pending().await
            }
            Some(AppendFault::Silent) => {
                write()?;
                pending().await
            }
            Some(AppendFault::Ignored) => pending().await,
            Some(AppendFault::Failed) => Err(Status::unknown("a fault on order")),
            Some(AppendFault::LeaderChange) => {
                let nodes = shared.nodes.lock().unwrap().len();
                shared
                    .leader
                    .store((self.number + 1) % nodes, Ordering::SeqCst);
                Err(Status::unavailable("the leader resigned"))
            }
        }
    }

    pub fn tombstone(
        self,
        request: Request<TombstoneRequest>,
    ) -> Result<Response<TombstoneAnswer>, Status> {
        self.check_leader(&request)?;
        let place = request.into_inner().place.unwrap();
        let done = self.cluster.with_log(|log| log.destroy(&place));
        done.map_err(destroyed)?;
        Ok(Response::new(TombstoneAnswer {
            no_position: Some(()),
        }))
    }

    pub fn read(
        self,
        request: Request<ReadRequest>,
    ) -> Result<Response<ReceiverStream<Result<ReadAnswer, Status>>>, Status> {
        self.check_leader(&request)?;
        let options = request.into_inner().options.unwrap();
        let count = options.count.unwrap_or(u64::MAX);
        let (answers, fault) = if let Some(place) = options.stream {
            let read = self.cluster.with_log(|log| log.read_stream(&place, count));
            (read.map_err(destroyed)?, None)
        } else {
            let fault = self.cluster.shared.read_faults.lock().unwrap().pop_front();
            let position = options.all.and_then(|all| all.position);
            let from = position.map_or(0, |position| position.commit);
            let kinds = options.filter.and_then(|filter| filter.kind);
            let kinds = kinds.filter(|_| fault != Some(ReadFault::Unfiltered));
            let read = |log: &mut Log| log.read_all(from, count, kinds.as_ref());
            (self.cluster.with_log(read), fault)
        };
        let (sender, receiver) = mpsc::channel(16);
        tokio::spawn(self.send(answers, fault, sender));
        Ok(Response::new(ReceiverStream::new(receiver)))
    }

    async fn send(
        self,
        answers: Vec<ReadAnswer>,
        fault: Option<ReadFault>,
        sender: mpsc::Sender<Result<ReadAnswer, Status>>,
    ) {
        if answers.is_empty() && fault == Some(ReadFault::Cut(0)) {
            return self.cluster.cut();
        }
        for (n, mut answer) in answers.into_iter().enumerate() {
            match fault {
                Some(ReadFault::Cut(after)) if n == after => return self.cluster.cut(),
                Some(ReadFault::Stall(after)) if n == after => return sender.closed().await,
                Some(ReadFault::End(after)) if n == after => return,
                Some(ReadFault::Malformed(after)) if n == after => {
                    let event = answer.event.as_mut().and_then(|read| read.event.as_mut());
                    event.unwrap().id = None;
                }
                Some(ReadFault::Twice) => {
                    // The reader may have gone.
                    let _ = sender.send(Ok(answer.clone())).await;
                }
                Some(_) | None => {}
            }
            if sender.send(Ok(answer)).await.is_err() {
                return;
            }
        }
    }

    pub fn members(&self) -> Members {
        const FOLLOWER: i32 = 6;
        const LEADER: i32 = 8;
        let leader = self.cluster.shared.leader.load(Ordering::SeqCst);
        let nodes = self.cluster.shared.nodes.lock().unwrap();
        let member = |(number, address): (usize, &SocketAddr)| Member {
            instance: None,
            state: if number == leader { LEADER } else { FOLLOWER },
            is_alive: true,
            http: Some(EndPoint {
                address: address.ip().to_string(),
                port: address.port().into(),
            }),
        };
        Members {
            members: nodes.iter().enumerate().map(member).collect(),
        }
    }
}

fn destroyed(_: Destroyed) -> Status {
    let mut status = Status::failed_precondition("the stream was deleted");
    status
        .metadata_mut()
        .insert("exception", "stream-deleted".parse().unwrap());
    status
}
