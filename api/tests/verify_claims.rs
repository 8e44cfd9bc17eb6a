//! A list of envelopes that says another thing than their bidders did: `sijill verify` names the entry, over nothing but what
//! everybody can have.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod common;

use std::path::Path;
use std::sync::Arc;

use common::{ledger, run, text};
use serde_json::Value;
use sijill_ledger_core::codec;
use sijill_ledger_core::domain::disclosure;
use sijill_ledger_core::domain::envelope;
use sijill_ledger_core::domain::tender::{self, Receipt, Standing};
use sijill_ledger_core::event::{Event, Recorded};
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options};
use sijill_ledger_core::store::{Entry, EventStore as _};
use sijill_ledger_core::time::SystemClock;

/// A log as a mirror holds it: entries, and no withheld parts.
#[derive(Clone)]
struct Log {
    origin: String,
    entries: Vec<Vec<u8>>,
}

impl Log {
    fn read(dir: &Path) -> Self {
        let store = EmbeddedStore::open_read_only(dir).unwrap();
        let mut entries = Vec::new();
        for batch in store.log_reader(0) {
            let batch = batch.unwrap();
            entries.extend(batch.iter().map(|(_, entry)| entry.bytes().to_vec()));
        }
        Self {
            origin: store.origin().to_owned(),
            entries,
        }
    }

    fn events(&self) -> impl Iterator<Item = Recorded> {
        (0..).zip(&self.entries).map(|(index, bytes)| {
            let entry = Entry::decode(bytes).unwrap();
            codec::recorded(index, &entry, &[]).unwrap()
        })
    }

    /// Puts an event in the place of another that is as long.
    fn replace(&mut self, index: u64, event: &Event) {
        let bytes = &mut self.entries[usize::try_from(index).unwrap()];
        let before = Entry::decode(bytes).unwrap().data.to_vec();
        let after = codec::encode(event).unwrap().data;
        assert_eq!(after.len(), before.len());
        let mut places = bytes.windows(before.len());
        let at = places.position(|window| window == before).unwrap();
        bytes[at..at + after.len()].copy_from_slice(&after);
    }

    /// What `verify` reports of it.
    fn verified(&self) -> (i32, Value) {
        let dir = tempfile::tempdir().unwrap();
        let options = Options::new(dir.path(), Arc::new(SystemClock::default()));
        let mirror = EmbeddedStore::create_or_open_mirror(options.origin(&self.origin)).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_time()
            .build();
        runtime.unwrap().block_on(async {
            for (first, entries) in (0..).step_by(500).zip(self.entries.chunks(500)) {
                mirror.mirror(first, entries.to_vec()).await.unwrap();
            }
        });
        mirror.store().close();
        let ran = run(["verify", "--data", text(dir.path()), "--output", "json"]);
        let report = serde_json::from_str(&ran.out);
        (ran.status, report.unwrap_or_else(|_| panic!("{}", ran.err)))
    }

    /// The entry is named, by this check.
    #[track_caller]
    fn assert_named(&self, name: &str, index: u64) {
        let (status, report) = self.verified();
        assert_eq!(status, 4, "{report}");
        let failed = check(&report, name);
        assert_eq!(failed["outcome"], "failed", "{report}");
        assert_eq!(failed["index"], index, "{failed}");
    }
}

fn check<'a>(report: &'a Value, name: &str) -> &'a Value {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|check| check["check"] == name).unwrap()
}

/// An envelope that counts, for which its bidder vouched.
struct Listed {
    /// Where it is listed.
    index: u64,
    receipt: Receipt,
    /// Where its claim is disclosed.
    disclosed: u64,
}

impl Listed {
    /// The first whose bidder sealed no other of its part: what is said of it says nothing of others.
    fn first(log: &Log) -> Self {
        let mut receipts = Vec::new();
        let mut sealed = Vec::new();
        let mut disclosed = Vec::new();
        for it in log.events() {
            if let Event::Tender(tender::Event::BidReceived(receipt)) = &it.event {
                receipts.push((it.index, it.stream.clone(), receipt.clone()));
            } else if let Event::Envelope(envelope::Event::BidSealed(_)) = &it.event {
                sealed.push((it.stream.id().to_owned(), it.index));
            } else if let Event::Disclosure(disclosure::Event::PartDisclosed(part)) = &it.event {
                disclosed.push((part.part.index, it.index));
            }
        }
        let alone = receipts.iter().find(|(_, stream, receipt)| {
            let same = receipts.iter().filter(|(_, its, other)| {
                its == stream && other.bidder == receipt.bidder && other.part == receipt.part
            });
            let counts = receipt.standing == Some(Standing::Counts);
            counts && receipt.vouch.is_some() && same.count() == 1
        });
        let (index, _, receipt) = alone.unwrap().clone();
        let mut sealed = sealed.into_iter();
        let (_, sealing) = sealed
            .find(|(id, _)| id == receipt.envelope.as_str())
            .unwrap();
        let mut disclosed = disclosed.into_iter();
        let (_, disclosed) = disclosed.find(|(of, _)| *of == sealing).unwrap();
        Self {
            index,
            receipt,
            disclosed,
        }
    }

    /// Its listing under a word that no enrolled key of the bidder gave.
    fn falsely_vouched(&self, standing: Standing) -> Event {
        let mut receipt = self.receipt.clone();
        receipt.vouch.as_mut().unwrap().signature[0] ^= 1;
        receipt.standing = Some(standing);
        Event::Tender(tender::Event::BidReceived(receipt))
    }
}

/// A server that does not want a bid writes another word down for the bidder's, by which the rules leave the bid out: all that the
/// log says by then agrees. The bidder's own word comes out with the claim, and shows it. And what nobody vouched for never counts.
#[test]
fn a_list_that_changes_a_bidders_word_is_named() {
    let log = Log::read(ledger().path());
    let listed = Listed::first(&log);
    let (status, report) = log.verified();
    assert_eq!(status, 0, "{report}");
    let claims = check(&report, "claims");
    assert_eq!(claims["outcome"], "passed", "{claims}");
    assert!(claims["count"].as_u64().unwrap() > 0, "{claims}");

    let mut left_out = log.clone();
    left_out.replace(listed.index, &listed.falsely_vouched(Standing::Unvouched));
    left_out.assert_named("claims", listed.disclosed);

    let mut invented = log.clone();
    invented.replace(listed.index, &listed.falsely_vouched(Standing::Counts));
    invented.assert_named("decided_tenders", listed.index);
}
