//! Who gets in: tokens good and bad, over a running server.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod server;

use std::time::Duration;

use server::{Home, Server, Who, bear, reason};
use sijill_schemas::audit::v1::ReplayEventsRequest;
use sijill_schemas::audit::v1::audit_service_client::AuditServiceClient;
use sijill_schemas::inventory::v1::SubmitRequest;
use sijill_schemas::inventory::v1::inventory_service_client::InventoryServiceClient;
use tonic::{Code, Request, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

fn check() -> Request<HealthCheckRequest> {
    Request::new(HealthCheckRequest::default())
}

/// Asks something that anyone may ask, with a token.
async fn with_token(server: &Server, token: &str) -> Result<(), Status> {
    let mut request = check();
    bear(&mut request, token);
    let answer = HealthClient::new(server.channel()).check(request).await;
    answer.map(|_| ())
}

fn auditor() -> Who {
    Who::official("7").role("auditor")
}

#[tokio::test]
async fn a_good_token_is_taken_and_a_bad_one_is_not_even_where_none_is_needed() {
    let server = Server::start();
    let good = server.token(&auditor());
    with_token(&server, &good).await.unwrap();
    HealthClient::new(server.channel())
        .check(check())
        .await
        .unwrap();

    let home = server.home();
    home.keygen("forger.json");
    let forged = home.token_with("forger.json", &auditor());
    let another = server.token(&Who::official("8").role("auditor"));
    let (head, _) = good.rsplit_once('.').unwrap();
    let tampered = format!("{head}.{}", another.rsplit_once('.').unwrap().1);
    let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", good.split('.').nth(1).unwrap());
    let other_audience = server.token(&auditor().with("--audience", "other"));
    let other_issuer = server.token(&auditor().with("--issuer", "other"));
    for (token, expected) in [
        (&*forged, "TOKEN_KEY_UNKNOWN"),
        (&tampered, "TOKEN_SIGNATURE_WRONG"),
        (&unsigned, "TOKEN_MALFORMED"),
        (&other_audience, "TOKEN_AUDIENCE_WRONG"),
        (&other_issuer, "TOKEN_ISSUER_WRONG"),
        ("garbage", "TOKEN_MALFORMED"),
        ("", "TOKEN_MALFORMED"),
    ] {
        let status = with_token(&server, token).await.unwrap_err();
        assert_eq!(status.code(), Code::Unauthenticated, "{expected}");
        assert_eq!(reason(&status), expected, "{status:?}");
    }
}

#[tokio::test]
async fn a_token_ends() {
    let server = Server::start();
    let short = server.token(&auditor().with("--expires", "1s"));
    with_token(&server, &short).await.unwrap();
    // Clocks may differ by half a minute; nobody waits so long here, so the server's own test looks at the skew.
    let mut request = check();
    request
        .metadata_mut()
        .insert("authorization", "Basic eDp5".parse().unwrap());
    let status = HealthClient::new(server.channel()).check(request).await;
    assert_eq!(reason(&status.unwrap_err()), "AUTHORIZATION_NOT_BEARER");
}

#[tokio::test]
async fn keys_change_while_the_server_runs() {
    let server = Server::start();
    let token = server.token(&auditor());
    with_token(&server, &token).await.unwrap();
    let home = server.home();
    home.keygen("next.json");
    let next = home.token_with("next.json", &auditor());
    assert!(with_token(&server, &next).await.is_err());
    std::fs::copy(home.file("next.public.json"), home.file("key.public.json")).unwrap();
    let mut tries = 0;
    while with_token(&server, &next).await.is_err() {
        tries += 1;
        assert!(tries < 1_000, "the new key is never taken");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let status = with_token(&server, &token).await.unwrap_err();
    assert_eq!(reason(&status), "TOKEN_KEY_UNKNOWN");
}

/// A stream belongs to the token that opened it.
#[tokio::test]
async fn a_key_that_is_taken_out_ends_the_streams_of_its_tokens() {
    let server = Server::start();
    let token = server.token(&auditor());
    let mut client = AuditServiceClient::new(server.channel());
    let mut request = Request::new(ReplayEventsRequest {
        heartbeat_seconds: 1,
        ..ReplayEventsRequest::default()
    });
    bear(&mut request, &token);
    let mut known = client.replay_events(request).await.unwrap().into_inner();
    let anonymous = Request::new(ReplayEventsRequest {
        // No sign of life is taken for news.
        heartbeat_seconds: 300,
        ..ReplayEventsRequest::default()
    });
    let mut anonymous = client.replay_events(anonymous).await.unwrap().into_inner();
    anonymous.message().await.unwrap().unwrap();
    let storekeeper = server.token(&Who::official("8").role("storekeeper"));
    let (_commands, sent) = tokio::sync::mpsc::channel::<SubmitRequest>(1);
    let mut submit = Request::new(tokio_stream::wrappers::ReceiverStream::new(sent));
    bear(&mut submit, &storekeeper);
    let mut inventory = InventoryServiceClient::new(server.channel());
    let mut answers = inventory.submit(submit).await.unwrap().into_inner();

    let home = server.home();
    home.keygen("next.json");
    std::fs::copy(home.file("next.public.json"), home.file("key.public.json")).unwrap();
    let removed = std::time::Instant::now();
    let status = loop {
        if let Err(status) = known.message().await {
            break status;
        }
        assert!(removed.elapsed() < Duration::from_mins(1), "it goes on");
    };
    assert_eq!(status.code(), Code::Unauthenticated);
    assert_eq!(reason(&status), "TOKEN_KEY_REMOVED");
    let status = answers.message().await.unwrap_err();
    assert_eq!(reason(&status), "TOKEN_KEY_REMOVED");
    let more = tokio::time::timeout(Duration::from_millis(300), anonymous.message()).await;
    assert!(more.is_err(), "who showed no token goes on: {more:?}");
}

#[tokio::test]
async fn errors_speak_the_language_that_is_asked_for() {
    let server = Server::start();
    for (language, expected) in [("ar-EG, en;q=0.5", "رمز الدخول"), ("en", "the token")] {
        let mut request = check();
        bear(&mut request, "garbage");
        request
            .metadata_mut()
            .insert("accept-language", language.parse().unwrap());
        let answer = HealthClient::new(server.channel()).check(request).await;
        let status = answer.unwrap_err();
        assert!(status.message().contains(expected), "{}", status.message());
    }
}

#[test]
fn the_server_does_not_start_with_a_private_key() {
    let home = Home::new();
    let mut command = server::sijill();
    command.arg("serve").arg("--data").arg(home.data());
    command
        .args(["--origin", "x", "--keys"])
        .arg(home.file("key.json"));
    let ended = command.output().unwrap();
    assert_eq!(ended.status.code(), Some(9));
    let told = String::from_utf8(ended.stderr).unwrap();
    assert!(told.contains("private key"), "{told}");
}

#[cfg(unix)]
#[test]
fn only_its_owner_reads_the_private_key_and_no_key_is_overwritten() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    let mode = std::fs::metadata(home.file("key.json"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = std::fs::read(home.file("key.json")).unwrap();
    let again = server::sijill()
        .arg("keygen")
        .arg("--out")
        .arg(home.file("key.json"))
        .output();
    let again = again.unwrap();
    assert_eq!(again.status.code(), Some(9));
    assert_eq!(std::fs::read(home.file("key.json")).unwrap(), before);
    let secret: serde_json::Value = serde_json::from_slice(&before).unwrap();
    let printed = [again.stdout, again.stderr].concat();
    let printed = String::from_utf8(printed).unwrap();
    assert!(!printed.contains(secret["d"].as_str().unwrap()));
}
