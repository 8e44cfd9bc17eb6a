//! HTTP/1 connections that nobody can hold for long: limited in number, and each in time and in what it may say.

use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_stream::StreamExt as _;

use crate::grpc::connections::{self, Connection};
use crate::grpc::server;

/// How long a client may take for the head of a request, and how long a connection may be idle.
const HEAD_MAX: Duration = Duration::from_secs(15);
/// How long a connection is kept; then its client connects again.
const CONNECTION_MAX: Duration = Duration::from_mins(5);
/// How long the answer under way may then still take.
const LAST_ANSWER_MAX: Duration = Duration::from_secs(30);
/// Largest head of a request, in bytes.
const HEAD_BYTES_MAX: usize = 16 << 10;

/// Serves until `stop` says so; answers under way are given time to end, and it returns when they have.
pub async fn serve(listener: TcpListener, router: Router, stop: watch::Receiver<bool>) {
    let mut connections = connections::accept(listener, CONNECTION_MAX + LAST_ANSWER_MAX);
    let mut open = JoinSet::new();
    loop {
        let next = tokio::select! {
            () = server::stopped(stop.clone()) => break,
            next = connections.next() => next,
        };
        let Some(accepted) = next else {
            break;
        };
        if let Ok(connection) = accepted {
            open.spawn(one(connection, router.clone(), stop.clone()));
        }
        // Those that have ended are forgotten.
        while open.try_join_next().is_some() {}
    }
    while open.join_next().await.is_some() {}
}

async fn one(connection: Connection, router: Router, stop: watch::Receiver<bool>) {
    let service = TowerToHyperService::new(router);
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_MAX)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(connection), service);
    let mut serving = std::pin::pin!(serving);
    // What goes wrong on a connection concerns its client, who sees it.
    tokio::select! {
        _ = serving.as_mut() => return,
        () = server::stopped(stop) => {}
        () = tokio::time::sleep(CONNECTION_MAX) => {}
    }
    serving.as_mut().graceful_shutdown();
    let _ = timeout(LAST_ANSWER_MAX, serving).await;
}
