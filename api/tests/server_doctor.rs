//! `sijill doctor` over sound and broken directories and servers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod server;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Output;

use server::{Home, Registrar, Server, Who, sijill};

/// What the doctor found: the worst health of each check.
struct Report {
    status: i32,
    health: BTreeMap<String, String>,
    text: String,
}

fn report(output: &Output) -> Report {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    let sheet: serde_json::Value = serde_json::from_str(text.lines().next().unwrap_or_default())
        .unwrap_or_else(|_| panic!("{text}{told}"));
    let mut health = BTreeMap::new();
    for row in sheet["findings"].as_array().unwrap() {
        let (check, found) = (
            row["check"].as_str().unwrap(),
            row["health"].as_str().unwrap(),
        );
        let worst = health
            .entry(check.to_owned())
            .or_insert_with(|| "well".to_owned());
        if found == "unwell" || *worst == "well" {
            found.clone_into(worst);
        }
    }
    Report {
        status: output.status.code().unwrap(),
        health,
        text,
    }
}

fn of_directory(dir: &Path) -> Report {
    let mut command = sijill();
    command
        .args(["--output", "json", "doctor", "--data"])
        .arg(dir);
    report(&command.output().unwrap())
}

fn of_server(url: &str, token: Option<&Path>) -> Report {
    let mut command = sijill();
    command.args(["--output", "json", "doctor", "--server", url]);
    if let Some(token) = token {
        command.arg("--token-file").arg(token);
    }
    report(&command.output().unwrap())
}

#[tokio::test]
async fn a_sound_server_and_its_directory_are_well() {
    let server = Server::start();
    Registrar::new(&server).list(0).await.unwrap();
    let data = server.home().data();
    let running = of_directory(&data);
    assert_eq!(running.status, 0, "{}", running.text);
    assert!(
        running.text.contains("a process is writing"),
        "{}",
        running.text
    );
    let token = server.home().file("token");
    std::fs::write(&token, server.token(&Who::official("7").role("auditor"))).unwrap();
    let seen = of_server(&server.url(), Some(&token));
    assert_eq!(seen.status, 0, "{}", seen.text);
    // A crowded machine may be slow to answer, which doctor says.
    let fits = |(check, health): (&String, &String)| {
        health == "well" || (check == "server" && health == "worth_a_look")
    };
    assert!(seen.health.iter().all(fits), "{}", seen.text);
    assert!(seen.health.contains_key("clocks") && seen.health.contains_key("token"));
    let (_, _, home) = server.stop();
    let stopped = of_directory(&home.data());
    assert_eq!(stopped.status, 0, "{}", stopped.text);
    assert!(
        stopped.text.contains("no process is writing"),
        "{}",
        stopped.text
    );
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let report = of_server(&url, None);
    assert_eq!(report.status, 11, "{}", report.text);
    assert_eq!(report.health["server"], "unwell");
}

#[test]
fn a_token_that_the_server_does_not_take_is_named() {
    let server = Server::start();
    let home = server.home();
    home.keygen("other.json");
    let token = home.file("token");
    let other = home.token_with("other.json", &Who::official("7").role("auditor"));
    std::fs::write(&token, other).unwrap();
    let report = of_server(&server.url(), Some(&token));
    assert_eq!(
        (report.status, &*report.health["token"]),
        (11, "unwell"),
        "{}",
        report.text
    );
}

#[tokio::test]
async fn damage_and_absence_are_found_and_nothing_is_changed() {
    let home = Home::new();
    let absent = of_directory(&home.data());
    assert_eq!(absent.status, 11, "{}", absent.text);
    assert_eq!(absent.health["log"], "unwell");
    assert!(!home.data().exists(), "nothing was made");
    let server = home.serve(&[]);
    Registrar::new(&server).list(0).await.unwrap();
    let (_, _, home) = server.stop();
    let views = std::fs::read_dir(home.data().join("views")).unwrap();
    for view in views {
        std::fs::write(view.unwrap().path(), b"no snapshot").unwrap();
    }
    let sick = of_directory(&home.data());
    assert_eq!(sick.health["views"], "worth_a_look", "{}", sick.text);
    assert_eq!(sick.status, 0, "nothing is lost: {}", sick.text);
}

#[test]
fn it_speaks_arabic() {
    let home = Home::new();
    let mut command = sijill();
    command
        .args(["--lang", "ar", "doctor", "--data"])
        .arg(home.data());
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("معتل"), "{text}");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("PROBLEMS_FOUND"), "{told}");
}
