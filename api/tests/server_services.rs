//! What a running server offers beside its services: health, reflection, gRPC-Web, figures, log lines, a node that only reads.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod server;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use server::{Home, Registrar, Server, bear, eventually, reason, register_item};
use sijill_schemas::oversight::v1::oversight_service_client::OversightServiceClient;
use sijill_schemas::oversight::v1::{ListItemsRequest, WatchShortagesRequest};
use sijill_schemas::registry::v1::registry_service_client::RegistryServiceClient;
use sijill_schemas::types::v1::QueryContext;
use tokio::sync::Notify;
use tonic::{Code, Request};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

/// Items that a question lists, once the views have seen an event.
async fn items(server: &Server, minimum_index: u64) -> usize {
    let context = Some(QueryContext {
        minimum_index: Some(minimum_index),
        ..QueryContext::default()
    });
    let request = ListItemsRequest {
        context,
        ..ListItemsRequest::default()
    };
    let answer = OversightServiceClient::new(server.channel())
        .list_items(request)
        .await;
    answer.unwrap().into_inner().rows.len()
}

#[tokio::test]
async fn commands_are_answered_once_and_questions_see_them() {
    let server = Server::start();
    let mut registrar = Registrar::new(&server);
    for number in 0..5 {
        assert_eq!(registrar.list(number).await.unwrap(), number);
    }
    assert_eq!(
        registrar.list(0).await.unwrap(),
        0,
        "a retry gets the first answer"
    );
    assert_eq!(items(&server, 4).await, 5);
}

#[tokio::test]
async fn reflection_lists_every_service() {
    let server = Server::start();
    let ask = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut client = ServerReflectionClient::new(server.channel());
    let answers = client
        .server_reflection_info(tokio_stream::once(ask))
        .await
        .unwrap();
    let answer = answers.into_inner().message().await.unwrap().unwrap();
    let Some(MessageResponse::ListServicesResponse(list)) = answer.message_response else {
        panic!("{answer:?}");
    };
    let names: Vec<String> = list
        .service
        .into_iter()
        .map(|service| service.name)
        .collect();
    for name in [
        "sijill.registry.v1.RegistryService",
        "sijill.inventory.v1.InventoryService",
        "grpc.health.v1.Health",
    ] {
        assert!(
            names.iter().any(|found| found == name),
            "{name} in {names:?}"
        );
    }
}

/// A browser's request: gRPC-Web over HTTP/1, from a page of another origin.
#[test]
fn browsers_ask_over_http_1() {
    let server = Server::start();
    let body = [0, 0, 0, 0, 0];
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_mins(1)))
        .unwrap();
    write!(
        stream,
        "POST /grpc.health.v1.Health/Check HTTP/1.1\r\nHost: x\r\nOrigin: https://example.org\r\n\
         Content-Type: application/grpc-web+proto\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )
    .unwrap();
    stream.write_all(&body).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        answer.contains("access-control-allow-origin: *"),
        "{answer}"
    );
    assert!(answer.contains("grpc-status:0"), "{answer}");
}

#[tokio::test]
async fn figures_tell_what_happened() {
    let server = Server::start();
    let mut registrar = Registrar::new(&server);
    for number in 0..3 {
        registrar.list(number).await.unwrap();
    }
    items(&server, 2).await;
    let register = "method=\"/sijill.registry.v1.RegistryService/RegisterItem\"";
    let awaited = [
        &*format!("sijill_calls_total{{{register},code=\"OK\"}} 3"),
        "sijill_log_entries_total 3",
        "sijill_views_entries_total 3",
        "sijill_policy_entries_total{policy=",
        "sijill_call_duration_seconds_bucket",
    ];
    for line in awaited {
        eventually(line, || {
            let (status, figures) = server.get("/metrics");
            assert_eq!(status, 200);
            figures.contains(line)
        });
    }
    assert_eq!(server.get("/healthz").0, 200);
}

#[tokio::test]
async fn log_lines_say_who_and_what_and_hold_no_secret() {
    let server = Home::new().serve_logging_all(&["--log", "json"]);
    let mut registrar = Registrar::new(&server);
    registrar.list(0).await.unwrap();
    let token = server.token(&server::registrar());
    let mut request = Request::new(register_item(1));
    bear(&mut request, &token);
    request
        .metadata_mut()
        .insert("x-request-id", "my-own-id".parse().unwrap());
    let mut client = RegistryServiceClient::new(server.channel());
    let answer = client.register_item(request).await.unwrap();
    assert_eq!(answer.metadata().get("x-request-id").unwrap(), "my-own-id");
    client.register_item(register_item(2)).await.unwrap_err();
    let (status, log, _home) = server.stop();
    assert!(status.success(), "{log}");
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}")))
        .collect();
    let calls: Vec<_> = lines
        .iter()
        .filter(|line| line["message"] == "call")
        .collect();
    assert_eq!(calls.len(), 3, "{log}");
    // A line is written when the answer is gone: the next call's may come before it.
    let of = |name: &str, value: &str| calls.iter().find(|line| line[name] == value).unwrap();
    let own = of("request_id", "my-own-id");
    assert_eq!(
        (&own["role"], &own["code"]),
        (&"registrar".into(), &"OK".into())
    );
    assert_eq!(of("code", "UNAUTHENTICATED")["reason"], "TOKEN_REQUIRED");
    assert!(
        calls
            .iter()
            .all(|line| line["method"].as_str().unwrap().ends_with("/RegisterItem"))
    );
    for secret in [&*token, token.rsplit_once('.').unwrap().1, "صنف", "item 1"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

#[tokio::test]
async fn a_node_that_only_reads_follows_the_one_that_writes() {
    let writer = Server::start();
    let mut registrar = Registrar::new(&writer);
    registrar.list(0).await.unwrap();
    let mut reader = server::sijill();
    let data = writer.home().data();
    let keys = writer.home().file("key.public.json");
    reader
        .arg("serve")
        .arg("--read-only")
        .arg("--data")
        .arg(&data)
        .arg("--keys")
        .arg(keys);
    let reader = Server::spawn(Home::new(), reader);
    registrar.list(1).await.unwrap();
    assert_eq!(items(&reader, 1).await, 2);
    let mut request = Request::new(register_item(2));
    bear(&mut request, &writer.token(&server::registrar()));
    let mut client = RegistryServiceClient::new(reader.channel());
    let status = client.register_item(request).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    assert_eq!(reason(&status), "READ_ONLY_NODE");
    let (status, log, _home) = reader.stop();
    assert!(status.success(), "{log}");
    assert!(!data.join("views").exists(), "a reader writes nothing");
}

#[tokio::test]
async fn health_says_when_the_server_stops_and_streams_end_with_a_status() {
    let server = Server::start();
    let mut health = HealthClient::new(server.channel());
    let watch = health.watch(HealthCheckRequest::default()).await.unwrap();
    let mut watch = watch.into_inner();
    assert_eq!(watch.message().await.unwrap().unwrap().status, 1);
    let mut oversight = OversightServiceClient::new(server.channel());
    let shortages = oversight
        .watch_shortages(WatchShortagesRequest::default())
        .await;
    let mut shortages = shortages.unwrap().into_inner();
    let stopped = tokio::task::spawn_blocking(move || server.stop());
    assert_eq!(watch.message().await.unwrap().unwrap().status, 2);
    let status = watch.message().await.unwrap_err();
    assert_eq!(reason(&status), "SERVER_STOPPING");
    let status = loop {
        if let Err(status) = shortages.message().await {
            break status;
        }
    };
    assert_eq!(reason(&status), "SERVER_STOPPING");
    let (status, log, _home) = stopped.await.unwrap();
    assert!(status.success(), "{log}");
}

#[tokio::test]
async fn commands_in_flight_when_the_server_is_told_to_end_are_answered_or_not_recorded() {
    let server = Server::start();
    let mut clients: Vec<Registrar> = (0..8).map(|_| Registrar::new(&server)).collect();
    clients[0].list(u64::MAX).await.unwrap();
    let first = Arc::new(Notify::new());
    let begun = (0..8)
        .zip(clients.drain(..))
        .map(|(client, mut registrar)| {
            let first = Arc::clone(&first);
            tokio::spawn(async move {
                let mut answered = 0_u64;
                // Until the server turns the client away.
                while registrar.list(client * 1_000_000 + answered).await.is_ok() {
                    answered += 1;
                    first.notify_one();
                }
                (client, answered)
            })
        });
    let begun: Vec<_> = begun.collect();
    first.notified().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let stopped = tokio::task::spawn_blocking(move || server.stop());
    let (status, log, home) = stopped.await.unwrap();
    assert!(status.success(), "{log}");
    let mut answered = Vec::new();
    for task in begun {
        answered.push(task.await.unwrap());
    }
    assert!(answered.iter().map(|(_, count)| count).sum::<u64>() > 0);
    let server = home.serve(&[]);
    let mut registrar = Registrar::new(&server);
    let size = registrar.list(u64::MAX - 1).await.unwrap();
    for (client, count) in answered {
        for number in 0..count {
            let index = registrar.list(client * 1_000_000 + number).await.unwrap();
            assert!(
                index < size,
                "what was answered was recorded before the end"
            );
        }
    }
}
