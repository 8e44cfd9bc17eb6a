//! Nothing that is withheld leaks: a tender with planted secrets, and at four instants everything that the public side says.
//!
//! | Instant | Secret then |
//! |---|---|
//! | published | estimates, bank accounts, national ids, keys, tokens, salts |
//! | just before the deadline | the same; who sealed, asked and complained, what for, and all that is in bids |
//! | closed | what is in bids, estimates |
//! | technical bids opened and scored | prices, scores, the shares of financial envelopes |
//!
//! What the register says of a supplier is public, so *who bids* leaks where some way out names a bidder more often than
//! before anybody bid. What was disclosed meanwhile must be found by the same means: the walk sees what there is.

mod bids;
mod deeds;
mod reads;
mod secrets;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use sijill_ledger_core::domain::disclosure;
use sijill_ledger_core::domain::tender::EnvelopePart::{Financial, Technical};
use sijill_ledger_core::event::Event as Recorded;
use sijill_ledger_core::store::{EventStore as _, Part, StoredPart};
use sijill_schemas::audit::v1::EntityKind;

use super::drafting;
use super::play::{member, opened};
use super::site::{self, Site};
use super::world::*;
use super::*;
use crate::grpc::testing::tokens;
use bids::{ANSWER, Bids, DELTA, NILE, SINAI};
use secrets::{Finder, Found, Secret};
use walk::Outs;

/// The walk has a process of its own: it looks at every line that the process logs.
#[test]
fn nothing_withheld_leaks() {
    let walked = site::process(module_path!(), "the_walk").output().unwrap();
    let printed = String::from_utf8_lossy(&walked.stdout);
    let complained = String::from_utf8_lossy(&walked.stderr);
    assert!(walked.status.success(), "{printed}{complained}");
    assert!(printed.contains("1 passed"), "{printed}{complained}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "run in a process of its own by nothing_withheld_leaks"]
async fn the_walk() {
    let suppliers = [NILE, DELTA, SINAI, walk::IDLER];
    let suppliers = suppliers.map(|id| id.trim_start_matches("organization:"));
    site::keep_log();
    let site = Site::start(&suppliers).await;
    let (play, bids) = (&site.play, Bids::new());
    drafting::ruled(play, None).await;
    drafting::planned(play).await;
    drafting::drafted(play).await;
    drafting::keys_enrolled(play).await;
    drafting::approved_and_published(play).await;
    let mut leaks = Leaks::default();
    let before = walked(&site, &bids, &mut leaks, "published", &[]).await;

    deeds::sealed(&site, &bids).await;
    deeds::refused_to_others(&site, &bids, &mut leaks.commands).await;
    play.set(midnight("01-17").plus_micros(-1));
    let hidden = bids.hidden(play).await;
    let sealed = walked(&site, &bids, &mut leaks, "sealed", &hidden).await;
    leaks.named_more_often(&before.found, &sealed.found);
    let tracks = bids.tracks(play).await;
    leaks.traced(&sealed.outs["log"], &tracks);

    play.set(midnight("01-17"));
    play.react().await;
    let closed = walked(&site, &bids, &mut leaks, "closed", &hidden).await;
    let claims = bids.claims();
    is_said(&closed, &claims);

    play.noon("01-17");
    let members = [O1, member("o2"), member("o3")];
    opened(play, Technical, members, &bids.counting()).await;
    deeds::scored(play).await;
    play.react().await;
    let hidden = bids.hidden_of(play, Financial).await;
    let opened = walked(&site, &bids, &mut leaks, "opened", &hidden).await;
    is_said(&opened, &[Secret::text("answer", ANSWER)]);
    assert_eq!(leaks.found, [""; 0], "leaks");
    site.end().await;
}

/// What was found where it must not be.
#[derive(Default)]
struct Leaks {
    found: Vec<String>,
    /// Where the log begins that was not looked at before.
    lines: usize,
    /// What commands of others were refused with.
    commands: Vec<u8>,
}

impl Leaks {
    /// Some way out names a bidder more often than before anybody bid.
    fn named_more_often(
        &mut self,
        before: &BTreeMap<String, Found>,
        after: &BTreeMap<String, Found>,
    ) {
        for (way, found) in after {
            for (name, times) in found.iter().filter(|(name, _)| name.starts_with("bidder")) {
                let before = before.get(way).and_then(|found| found.get(name)).copied();
                if *times > before.unwrap_or_default() {
                    self.found.push(format!(
                        "{way} names {name} {times} times, before {before:?}"
                    ));
                }
            }
        }
    }

    /// A line of the log points at an envelope, and so from the instant and address of a call to its bid.
    fn traced(&mut self, log: &[u8], tracks: &[Secret]) {
        let found = Finder::new(tracks).find(log);
        let found = found.into_keys().map(|name| format!("the log says {name}"));
        self.found.extend(found);
    }
}

/// What a walk found of every secret, and what it walked.
struct Walked {
    found: BTreeMap<String, Found>,
    outs: Outs,
}

/// Walks, and notes what of these, of what is never told and of what is withheld at that instant came out.
async fn walked(
    server: &Site,
    bids: &Bids,
    leaks: &mut Leaks,
    instant: &str,
    more: &[Secret],
) -> Walked {
    let size = server.play.world.ledger.store().size();
    let known = bids.known(size);
    let mut outs = walk::all(server, &known, leaks.lines).await;
    leaks.lines += outs["log"].len();
    outs.insert("refusals".to_owned(), std::mem::take(&mut leaks.commands));
    if instant != "published" {
        walk::has_answers(&outs, &known);
    }
    let mut secrets = withheld(&server.play, size).await;
    secrets.extend(bids.forever(server));
    secrets.extend_from_slice(more);
    let hidden = secrets.len();
    secrets.extend(bids.names());
    let names: BTreeSet<&str> = secrets[hidden..]
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    let finder = Finder::new(&secrets);
    let found: BTreeMap<_, _> = outs
        .iter()
        .map(|(way, out)| (way.clone(), finder.find(out)))
        .collect();
    for (way, found) in &found {
        let leaked = found.keys().filter(|name| !names.contains(name.as_str()));
        let leaked = leaked.map(|name| format!("{instant}: {way} says {name}"));
        leaks.found.extend(leaked);
    }
    Walked { found, outs }
}

/// Every withheld part that was not disclosed: its salt, and what it says.
async fn withheld(play: &Play, size: u64) -> Vec<Secret> {
    let disclosed = play.log().await.into_iter().filter_map(|event| {
        let Recorded::Disclosure(disclosure::Event::PartDisclosed(it)) = event else {
            return None;
        };
        Some(it.salt)
    });
    let disclosed: BTreeSet<_> = disclosed.collect();
    let mut secrets = Vec::new();
    for index in 0..size {
        let parts = play.world.ledger.store().parts(index).await.unwrap();
        for (n, part) in parts.into_iter().enumerate() {
            let StoredPart::Known(Part { salt, bytes, .. }) = part else {
                panic!("the server holds part {n} of entry {index}");
            };
            if disclosed.contains(&salt) {
                continue;
            }
            let content = String::from_utf8(bytes).unwrap();
            secrets.push(Secret::bytes(
                format!("salt of part {n} of entry {index}"),
                &salt,
            ));
            secrets.push(Secret::text(format!("part {n} of entry {index}"), &content));
        }
    }
    assert!(!secrets.is_empty());
    secrets
}

/// What was published meanwhile is found: so the walk sees what there is.
fn is_said(walked: &Walked, secrets: &[Secret]) {
    let finder = Finder::new(secrets);
    let found = walked
        .outs
        .values()
        .flat_map(|out| finder.find(out).into_keys());
    let found: BTreeSet<String> = found.collect();
    for secret in secrets {
        assert!(found.contains(&secret.name), "{} is nowhere", secret.name);
    }
}
