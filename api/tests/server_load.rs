//! Slow, malicious and huge clients do not stop others from commanding.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod server;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use server::{Registrar, Server, Who, bear, memory_kib, reason, register_item};
use sijill_schemas::inventory::v1::inventory_service_client::InventoryServiceClient;
use sijill_schemas::inventory::v1::{SubmitRequest, SubmitResponse};
use sijill_schemas::oversight::v1::ListItemsRequest;
use sijill_schemas::oversight::v1::oversight_service_client::OversightServiceClient;
use sijill_schemas::registry::v1::registry_service_client::RegistryServiceClient;
use tonic::{Code, Request};

/// Memory that a server of these tests may take, in KiB: far above what it needs, far below what the attacks send.
const MEMORY_MAX_KIB: u64 = 400 << 10;

fn memory_is_bounded(server: &Server) {
    if let Some(kib) = memory_kib(server.id()) {
        assert!(kib < MEMORY_MAX_KIB, "{kib} KiB");
    }
}

/// Somebody who commands all the time; how often they were answered, and the longest answer.
struct Worker {
    stop: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<(u64, Duration)>,
}

impl Worker {
    async fn start(server: &Server) -> Self {
        let mut registrar = Registrar::new(server);
        // Connected before others take the places of the address.
        registrar.list(u64::from(u32::MAX)).await.unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let task = tokio::spawn(async move {
            let (mut count, mut longest) = (0, Duration::ZERO);
            while !stopped.load(Ordering::Relaxed) {
                let began = Instant::now();
                registrar.list(count).await.unwrap();
                longest = longest.max(began.elapsed());
                count += 1;
            }
            (count, longest)
        });
        Self { stop, task }
    }

    async fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        let (count, longest) = self.task.await.unwrap();
        println!("{count} commands meanwhile, the longest took {longest:?}");
        assert!(count > 0);
        assert!(longest < Duration::from_mins(1), "{longest:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_above_the_limit_is_refused_and_others_go_on() {
    let server = Server::start();
    let worker = Worker::start(&server).await;
    let token = server.token(&server::registrar());
    let mut client = RegistryServiceClient::new(server.channel());
    for megabytes in [5, 64] {
        let mut huge = register_item(1 << 40);
        huge.item = "x".repeat(megabytes << 20);
        let mut request = Request::new(huge);
        bear(&mut request, &token);
        let status = client.register_item(request).await.unwrap_err();
        assert_eq!(reason(&status), "MESSAGE_TOO_LARGE", "{megabytes} MB");
    }
    memory_is_bounded(&server);
    worker.stop().await;
}

/// A question without a token is short.
#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_sends_no_more_than_a_question() {
    let server = Server::start();
    let page = Some(sijill_schemas::types::v1::Page {
        token: "x".repeat(1 << 20),
        ..sijill_schemas::types::v1::Page::default()
    });
    let long = ListItemsRequest {
        page,
        ..ListItemsRequest::default()
    };
    let mut client = OversightServiceClient::new(server.channel());
    let status = client.list_items(long).await.unwrap_err();
    assert_ne!(status.code(), Code::Ok);
    client
        .list_items(ListItemsRequest::default())
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_and_half_open_connections_cost_nobody_else_anything() {
    let server = Server::start();
    let worker = Worker::start(&server).await;
    let mut silent = Vec::new();
    for n in 0..300_u32 {
        let mut stream = TcpStream::connect(server.address).unwrap();
        match n % 3 {
            // Says nothing.
            0 => {}
            // Begins like HTTP/2 and stops.
            1 => stream.write_all(b"PRI * HTTP/2.0\r\n").unwrap(),
            // Says what is no protocol. The server may have closed already.
            _ => {
                let garbage: Vec<u8> = (0..4_096_u32)
                    .map(|i| (i * 7 + n).to_le_bytes()[0])
                    .collect();
                let _ = stream.write_all(&garbage);
            }
        }
        silent.push(stream);
    }
    // A right beginning, then frames that are none.
    for n in 0..50_u8 {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            .unwrap();
        let _ = stream.write_all(&[n; 512]);
        silent.push(stream);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    worker.stop().await;
    memory_is_bounded(&server);
    // Whoever says nothing is shown out.
    let mut first = silent.swap_remove(0);
    first
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let closed = tokio::task::spawn_blocking(move || first.read(&mut [0; 16]));
    let closed = closed.await.unwrap();
    assert!(
        matches!(closed, Ok(0))
            || closed.is_err_and(|error| error.kind() != std::io::ErrorKind::WouldBlock)
    );
}

/// A stream of commands on which no command comes, until it is dropped.
struct Idle {
    _commands: tokio::sync::mpsc::Sender<SubmitRequest>,
    _answers: tonic::Streaming<SubmitResponse>,
}

async fn idle_stream(
    client: &mut InventoryServiceClient<tonic::transport::Channel>,
    token: &str,
) -> Result<Idle, tonic::Status> {
    let (commands, sent) = tokio::sync::mpsc::channel(1);
    let mut request = Request::new(tokio_stream::wrappers::ReceiverStream::new(sent));
    bear(&mut request, token);
    let answers = client.submit(request).await?.into_inner();
    Ok(Idle {
        _commands: commands,
        _answers: answers,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_idle_streams_do_not_stop_others() {
    const CONNECTIONS: usize = 50;
    const STREAMS: usize = 200;
    let server = Server::start();
    let worker = Worker::start(&server).await;
    let token = server.token(&Who::official("mallory").role("storekeeper"));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..CONNECTIONS {
        let mut client = InventoryServiceClient::new(server.channel());
        let token = token.clone();
        tasks.spawn(async move {
            let (mut open, mut refused) = (Vec::new(), 0);
            for _ in 0..STREAMS {
                match idle_stream(&mut client, &token).await {
                    Ok(stream) => open.push(stream),
                    Err(status) => {
                        assert_eq!(reason(&status), "TOO_MANY_OPEN_CALLS", "{status:?}");
                        refused += 1;
                    }
                }
            }
            (open, refused)
        });
    }
    let (mut streams, mut refused) = (Vec::new(), 0);
    while let Some(done) = tasks.join_next().await {
        let (open, turned_away) = done.unwrap();
        streams.extend(open);
        refused += turned_away;
    }
    assert_eq!(streams.len() + refused, CONNECTIONS * STREAMS);
    assert_eq!(streams.len(), 256, "as many as one caller may have");
    memory_is_bounded(&server);
    worker.stop().await;
    // Their owner may go on once they are closed.
    drop(streams);
    let mut client = InventoryServiceClient::new(server.channel());
    let mut tries = 0;
    while idle_stream(&mut client, &token).await.is_err() {
        tries += 1;
        assert!(tries < 1_000, "places are not given back");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Questions without a token are turned away before commands are slowed.
#[tokio::test(flavor = "multi_thread")]
async fn strangers_cannot_crowd_out_commands() {
    let server = Server::start();
    let worker = Worker::start(&server).await;
    let until = Instant::now() + Duration::from_secs(2);
    let mut strangers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let channel = server.channel();
        for _ in 0..40 {
            let mut client = OversightServiceClient::new(channel.clone());
            strangers.spawn(async move {
                let mut turned_away = 0;
                while Instant::now() < until {
                    if let Err(status) = client.list_items(ListItemsRequest::default()).await {
                        assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
                        turned_away += 1;
                    }
                }
                turned_away
            });
        }
    }
    let mut turned_away = 0;
    while let Some(done) = strangers.join_next().await {
        turned_away += done.unwrap();
    }
    println!("{turned_away} questions were turned away");
    worker.stop().await;
}
