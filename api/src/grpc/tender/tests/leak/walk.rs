//! Every way out of the public side, at one instant: what each of them says.
//!
//! | Way | What is walked |
//! |---|---|
//! | gRPC | every method that reads, as a citizen and in every role, and what commands are refused with |
//! | HTTP | checkpoint, tiles, entry tiles, attachments; figures and health |
//! | copies | a mirror's directory, exported tiles |
//! | the server's own directory | all of it but `withheld` and `attachments` |
//! | program | queries, exports, replay, digests, proof, doctor, verify: both ends of the output |
//! | log | every line at the finest level, of every crate |

use std::time::Duration;

use tokio::task::JoinSet;

use super::super::site::{Site, files, logged, program, tried};
use super::super::world::*;
use super::reads::{Known, Read, ask, every_method_is_walked};
use super::*;
use crate::auth::roles::ROLES;
use crate::http_client::HttpClient;

/// What came out, by the way that it took.
pub type Outs = BTreeMap<String, Vec<u8>>;

/// A supplier that does not bid.
pub const IDLER: &str = "organization:ASWAN-TRADERS-2093";

fn callers() -> impl Iterator<Item = (String, Option<By>)> {
    let known = ROLES.iter().map(|(role, name)| {
        let id = if *role == Role::Supplier {
            IDLER
        } else {
            "stranger"
        };
        ((*name).to_owned(), Some(By(id, *role, NATIONWIDE)))
    });
    std::iter::once(("citizen".to_owned(), None)).chain(known)
}

/// Walks all of them. `lines_from` is where the log begins that was not looked at before.
pub async fn all(site: &Site, known: &Known, lines_from: usize) -> Outs {
    every_method_is_walked(&known.reads(None));
    let mut outs = Outs::new();
    let mut share = None;
    for (name, by) in callers() {
        let reads = known.reads(share);
        outs.extend(services(site, &reads, &name, by).await);
        share = Some(share.map_or(0, |share| share + 1));
    }
    let printed = tokio::task::block_in_place(|| outside(site, known));
    outs.extend(printed);
    outs.insert("log".to_owned(), logged()[lines_from..].to_vec());
    outs
}

async fn services(site: &Site, reads: &[Read], name: &str, by: Option<By>) -> Outs {
    let mut asked = JoinSet::new();
    for read in reads {
        let (channel, path, requests) = (
            site.channel.clone(),
            read.path.clone(),
            read.requests.clone(),
        );
        asked.spawn(async move {
            let mut said = Vec::new();
            for request in requests {
                said.extend(ask(&channel, &path, by, request).await);
            }
            (path, said)
        });
    }
    let answers = asked.join_all().await.into_iter();
    let answers = answers.map(|(path, said)| (format!("{path} as {name}"), said));
    answers.collect()
}

/// Each method has answered somebody, and what it is to say.
pub fn has_answers(outs: &Outs, known: &Known) {
    for Read { path, says, .. } in known.reads(None) {
        let begins = format!("{path} as ");
        let answers = outs.iter().filter(|(way, _)| way.starts_with(&begins));
        let said = |out: &[u8]| {
            out.windows(says.len().max(1))
                .any(|at| at == says.as_bytes())
        };
        let mut answers = answers.map(|(_, out)| out);
        assert!(
            answers.any(|out| says.is_empty() && !out.is_empty() || said(out)),
            "{path} never says {says:?}"
        );
    }
}

/// What is reached without gRPC.
fn outside(site: &Site, known: &Known) -> Outs {
    let mut outs = Outs::new();
    let tiles = site.elsewhere("tiles");
    let mirror = site.elsewhere("mirror");
    let (data, url) = (site.data(), site.public(""));
    let [data_name, mirror_name, tiles_name] =
        [&data, &mirror, &tiles].map(|dir| dir.to_str().unwrap());
    let mut ran = Vec::new();
    let mut run = |arguments: &[&str]| {
        let way = format!("sijill {}", arguments.join(" "));
        ran.push((way, program(arguments)));
    };
    run(&["mirror", &url, mirror_name, "--vkey", &site.vkey, "--once"]);
    run(&["export", "tiles", "--data", data_name, tiles_name]);
    run(&["export", "stock-on-hand", "--data", data_name]);
    for dir in [data_name, mirror_name] {
        run(&["replay", "--data", dir]);
        run(&["replay", "--data", dir, "--output", "json"]);
        run(&["verify", "--data", dir, "--vkey", &site.vkey]);
        run(&["digest", "--data", dir]);
    }
    run(&["verify", "--tiles", tiles_name, "--vkey", &site.vkey]);
    run(&["doctor", "--data", data_name]);
    let last = known.size.saturating_sub(1).to_string();
    run(&["proof", "--data", data_name, &last]);
    for query in queries() {
        let mut arguments = vec!["query", &query, "--data", data_name, "--output", "json"];
        match &*query {
            "tender" => arguments.push(TENDER),
            "supplier" => arguments.push(IDLER.trim_start_matches("organization:")),
            "buyer" => arguments.push(BUYER),
            "equity" | "movements" => arguments.extend(["--item", ITEM]),
            "history" => {
                for name in known.named() {
                    let arguments = [&arguments[..], &[&name]].concat();
                    // Nothing is about an envelope before it is sealed.
                    let (_, printed) = tried(&arguments);
                    outs.insert(format!("sijill {}", arguments.join(" ")), printed);
                }
                continue;
            }
            _ => {}
        }
        run(&arguments);
    }
    outs.extend(ran);
    let published = files(&tiles);
    outs.extend(over_http(site, &published, &known.documents));
    outs.insert("tiles".to_owned(), together(published));
    outs.insert("mirror".to_owned(), together(files(&mirror)));
    let mut own = files(&data);
    own.retain(|file, _| !is_private(file));
    outs.insert("data".to_owned(), together(own));
    // The next walk makes its own.
    for dir in [tiles, mirror] {
        std::fs::remove_dir_all(dir).unwrap();
    }
    outs
}

fn together(files: Outs) -> Vec<u8> {
    let files = files.into_iter();
    let files = files.flat_map(|(name, bytes)| [name.into_bytes(), bytes]);
    files.collect::<Vec<_>>().concat()
}

/// What of the server's directory is its own: withheld parts, and documents that no public event names yet.
fn is_private(file: &str) -> bool {
    file == "withheld" || file.starts_with("attachments/")
}

/// The program's questions, as it lists them.
fn queries() -> Vec<String> {
    let help = program(&["--lang", "en", "query", "--help"]);
    let help = String::from_utf8(help).unwrap();
    let (_, listed) = help.split_once("Commands:\n").unwrap();
    let listed = listed.lines().take_while(|line| !line.trim().is_empty());
    let names = listed.map(|line| line.split_whitespace().next().unwrap().to_owned());
    names.collect()
}

fn over_http(site: &Site, tiles: &Outs, documents: &[String]) -> Outs {
    let client = HttpClient::new(Duration::from_mins(1));
    let figures = format!("http://{}", site.bound.metrics.unwrap());
    let attachments = documents.iter().map(|hash| format!("/attachment/{hash}"));
    let paths = tiles.keys().map(|path| format!("/{path}"));
    let public = paths.chain(attachments).map(|path| site.public(&path));
    let other = ["/metrics", "/healthz"].map(|path| format!("{figures}{path}"));
    let get = |url: String| {
        let answer = client.get(&url, 64 << 20).unwrap();
        let begin = format!("\n{} {}\n", answer.status, answer.media_type);
        [begin.into_bytes(), answer.body].concat()
    };
    BTreeMap::from([
        ("GET log".to_owned(), public.flat_map(get).collect()),
        (
            "GET figures".to_owned(),
            other.into_iter().flat_map(get).collect(),
        ),
    ])
}
