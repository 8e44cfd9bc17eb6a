//! Accepts connections: a limited number of them, in all and per address, each of which must say something soon and is
//! closed when no call was open on it for a while.
//!
//! HTTP/2 pings find the dead ones (see [`server`](super::server)); those that answer pings and ask nothing are closed here, so that
//! their places are free for others. Clients connect again when they have something to ask.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{Instant, Sleep};
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;

use super::metrics;

/// Connections at once, in all.
const CONNECTIONS_MAX: usize = 1_024;
/// Connections of one address: a small part, so that it takes many addresses to leave no room.
const PER_ADDRESS_MAX: usize = CONNECTIONS_MAX / 8;
/// How long a new connection may take to say how it begins.
const GREETING_MAX: Duration = Duration::from_secs(10);
/// What it must have said by then, in bytes: the HTTP/2 preface, or the beginning of an HTTP/1 request.
const GREETING_BYTES: usize = 24;
/// How long a connection may be without an open call or stream.
pub const IDLE_MAX: Duration = Duration::from_mins(5);
/// Accepted connections that wait for their service.
const ACCEPTED_MAX: usize = 64;
/// How long to wait after an accept failed, for example because no file handle was left.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// Connections as they come, until the stream is dropped; each is closed when it was idle for so long.
pub fn accept(listener: TcpListener, idle_max: Duration) -> ReceiverStream<io::Result<Connection>> {
    let (sender, receiver) = mpsc::channel(ACCEPTED_MAX);
    let counts = Arc::new(Counts::default());
    tokio::spawn(async move {
        loop {
            let accepted = tokio::select! {
                () = sender.closed() => return,
                accepted = listener.accept() => accepted,
            };
            let (stream, address) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(AFTER_FAILURE).await;
                    continue;
                }
            };
            // One above the limit is closed at once: a client that waits learns nothing.
            let Some(counted) = counts.enter(address.ip()) else {
                metrics::connection_refused();
                continue;
            };
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "a connection was gone before it was served");
                continue;
            }
            let connection = Connection::new(stream, counted, idle_max);
            if sender.send(Ok(connection)).await.is_err() {
                return;
            }
        }
    });
    ReceiverStream::new(receiver)
}

#[derive(Default)]
struct Counts(Mutex<HashMap<IpAddr, usize>>);

impl Counts {
    fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Counted> {
        let mut by_address = self.by_address();
        let total: usize = by_address.values().sum();
        let own = by_address.get(&address).copied().unwrap_or_default();
        if total >= CONNECTIONS_MAX || own >= PER_ADDRESS_MAX {
            return None;
        }
        by_address.insert(address, own.saturating_add(1));
        drop(by_address);
        metrics::connections(1);
        let counts = Arc::clone(self);
        Some(Counted { counts, address })
    }

    fn by_address(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection's place among the counted; given back when it is dropped.
struct Counted {
    counts: Arc<Counts>,
    address: IpAddr,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut by_address = self.counts.by_address();
        if let Some(count) = by_address.get_mut(&self.address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                by_address.remove(&self.address);
            }
        }
        drop(by_address);
        metrics::connections(-1);
    }
}

/// One connection.
pub struct Connection {
    stream: TcpStream,
    /// Until it has greeted: how many bytes it still owes, and until when.
    owes: Option<(usize, Pin<Box<Sleep>>)>,
    calls: Arc<Calls>,
    /// When it is looked whether it was idle, and how long it may be.
    look: Pin<Box<Sleep>>,
    idle_max: Duration,
    counted: Counted,
}

impl Connection {
    fn new(stream: TcpStream, counted: Counted, idle_max: Duration) -> Self {
        let until = Box::pin(tokio::time::sleep(GREETING_MAX));
        Self {
            stream,
            owes: Some((GREETING_BYTES, until)),
            calls: Arc::default(),
            look: Box::pin(tokio::time::sleep(idle_max)),
            idle_max,
            counted,
        }
    }

    /// Whether no call was open for too long. Looks once per that time, not at every read.
    fn is_idle(&mut self, context: &mut Context<'_>) -> bool {
        while self.look.as_mut().poll(context).is_ready() {
            let idle_until = match self.calls.idle_since() {
                Some(since) => since + self.idle_max,
                None => Instant::now() + self.idle_max,
            };
            if idle_until <= Instant::now() {
                return true;
            }
            self.look.as_mut().reset(idle_until);
        }
        false
    }

    /// Counts what was read; an error when the time for a greeting is over.
    fn greeted(&mut self, read: usize, context: &mut Context<'_>) -> io::Result<()> {
        let Some((owed, until)) = &mut self.owes else {
            return Ok(());
        };
        *owed = owed.saturating_sub(read);
        if *owed == 0 {
            self.owes = None;
            return Ok(());
        }
        match until.as_mut().poll(context) {
            Poll::Pending => Ok(()),
            Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

/// Calls that are open on a connection.
struct Calls(Mutex<State>);

enum State {
    Open(usize),
    Idle { since: Instant },
}

impl Default for Calls {
    fn default() -> Self {
        let since = Instant::now();
        Self(Mutex::new(State::Idle { since }))
    }
}

impl Calls {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn idle_since(&self) -> Option<Instant> {
        match *self.state() {
            State::Open(_) => None,
            State::Idle { since } => Some(since),
        }
    }
}

/// The other end of a connection, as calls on it find it among their request's extensions.
#[derive(Clone)]
pub struct Peer {
    /// Its address.
    pub address: IpAddr,
    calls: Arc<Calls>,
}

impl Peer {
    /// Counts a call as open until the value is dropped.
    pub fn open(&self) -> OpenCall {
        let mut state = self.calls.state();
        *state = match *state {
            State::Open(calls) => State::Open(calls.saturating_add(1)),
            State::Idle { .. } => State::Open(1),
        };
        drop(state);
        OpenCall(Arc::clone(&self.calls))
    }
}

/// A call that is open on a connection.
pub struct OpenCall(Arc<Calls>);

impl Drop for OpenCall {
    fn drop(&mut self) {
        let mut state = self.0.state();
        *state = match *state {
            State::Open(calls) if calls > 1 => State::Open(calls - 1),
            State::Open(_) | State::Idle { .. } => State::Idle {
                since: Instant::now(),
            },
        };
    }
}

impl Connected for Connection {
    type ConnectInfo = Peer;

    fn connect_info(&self) -> Peer {
        Peer {
            address: self.counted.address,
            calls: Arc::clone(&self.calls),
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        let count = buffer.filled().len().saturating_sub(before);
        self.greeted(count, context)?;
        // Read as the end: the protocol's own layer then closes in order.
        if read.is_pending() && self.is_idle(context) {
            return Poll::Ready(Ok(()));
        }
        read
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// Takes an address to listen on.
pub async fn bind(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address).await?;
    let bound = listener.local_addr()?;
    Ok((listener, bound))
}
