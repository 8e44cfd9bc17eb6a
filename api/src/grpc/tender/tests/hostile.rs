//! A server that is itself hostile. Whoever holds its disk can write what no rule would let in: an envelope in a bidder's name, under a
//! key that the bidder never saw. It counts for nobody, because no enrolled key of the bidder vouches for that key; and a server that
//! says otherwise is found out by everybody who has the log.

use std::path::Path;
use std::sync::Arc;

use prost::Message as _;
use sijill_ledger_core::codec;
use sijill_ledger_core::domain::envelope::{self, Claim, Sealed, Vouch, Vouched};
use sijill_ledger_core::domain::tender::EnvelopePart::Technical;
use sijill_ledger_core::domain::values::{EnvelopeId, OrganizationId, TenderId, Withheld};
use sijill_ledger_core::event::{ActorId, Event, Recorded};
use sijill_ledger_core::ledger::{command_hash, event_id};
use sijill_ledger_core::seal::{self, Secrets};
use sijill_ledger_core::statement;
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options};
use sijill_ledger_core::store::{Append, Entry, EventStore as _, Expected, NewEntry, Part};
use sijill_ledger_core::time::SystemClock;
use sijill_schemas::events::v1::EnvelopeStanding::{Counts, Unvouched};
use sijill_schemas::procurement::v1::OwnBidState;

use super::asked;
use super::short::{Short, bidder, bidding, bids, delta, listed, nile};
use super::site::tried;
use super::world::*;
use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn an_envelope_that_the_server_invents_counts_for_nobody() {
    let play = bidding(&Short::open(), None).await;
    let (nile, delta) = (nile(), delta());
    bids(&play, &nile, &[("A", 420)]).await;
    bids(&play, &delta, &[("A", 400)]).await;
    // Both come after Delta's own, whose place they would take; one of them with a word that Delta's key did not give.
    let silent = bidder("organization:DELTA", 77);
    let lying = bidder("organization:DELTA", 78);
    invented(&play, &silent, &delta, None).await;
    let word = lying.key.vouch(&Vouched {
        origin: ORIGIN,
        tender: &TenderId::new(TENDER).unwrap(),
        bidder: &OrganizationId::new("DELTA").unwrap(),
        key: lying.key.public(),
    });
    invented(&play, &lying, &delta, Some(word)).await;
    listed(&play).await;

    let page = asked::page(&play).await;
    let standing = |bidder: &Bidder| {
        let id = bidder.envelope(Technical).to_string();
        let envelope = page.envelopes.iter().find(|it| it.envelope == id);
        envelope.unwrap().standing()
    };
    let standings = [&silent, &lying, &delta, &nile].map(standing);
    assert_eq!(standings, [Unvouched, Unvouched, Counts, Counts]);
    let shares = play.shares("o1", Technical, &[&silent]).await;
    let shares = play.world.tenders().publish_shares(O1.asks(shares)).await;
    assert_eq!(
        refused(shares),
        "TENDER_ENVELOPE_COUNTS_NOT",
        "never opened"
    );
    let own = delta.by.asks(pb::ListOwnBidsRequest::default());
    let own = play.world.bids().list_own_bids(own).await.unwrap();
    let states = own.into_inner().bids;
    let states: Vec<_> = states.iter().map(pb::OwnBid::state).collect();
    let (counts, unvouched) = (OwnBidState::Counts, OwnBidState::Unvouched);
    assert_eq!(
        states,
        [counts, counts, unvouched, unvouched],
        "Delta sees it"
    );

    // The log as it is, and as a server would show it that counts the invented one in the place of Delta's.
    let honest = entries(&play).await;
    let (whole, printed) = verified(&honest).await;
    assert!(whole, "{printed}");
    let mut lies = honest;
    let lie = relisted(&mut lies, &silent, Counts);
    relisted(&mut lies, &delta, events::EnvelopeStanding::Superseded);
    let (whole, printed) = verified(&lies).await;
    assert!(!whole, "{printed}");
    let named = format!("the log is damaged at index {lie}: ");
    assert!(printed.contains(&named), "{named} is not in {printed}");
}

/// Puts an envelope into the log past the rules, signed by the key that the server made: all of it is as if `instead` had sealed again.
async fn invented(play: &Play, by: &Bidder, instead: &Bidder, vouch: Option<Vouch>) {
    let (store, key) = (play.world.ledger.store(), by.key.public());
    let id = by.envelope(Technical);
    let notice = play.notice().await;
    let sheet = notice.sealing.sheet(ORIGIN, &notice.tender, Technical);
    let secrets = Secrets {
        salt: [7; 32].into(),
        r: [8; 32].into(),
    };
    let sealed = seal::seal(&sheet.unwrap(), id, key, &technical(&["A"]), &secrets);
    let sealed = Sealed {
        claim: Withheld::Known(Claim {
            tender: notice.tender,
            bidder: OrganizationId::new(by.name()).unwrap(),
            part: Technical,
            vouch,
        }),
        key: key.clone(),
        sealed: sealed.unwrap().to_bytes(),
    };
    let stream = stream(by);
    let mut metadata = sealing(play, instead).await.metadata;
    metadata.command_id = id;
    metadata.correlation_id = id;
    metadata.actor.id = ActorId::Key(key.id());
    let command = envelope::Command::Seal(sealed.clone());
    metadata.command_hash = command_hash::<Envelope>(&command, None).unwrap();
    metadata.statement = Some(by.key.sign(&statement::Claim {
        origin: ORIGIN.to_owned(),
        stream: stream.clone(),
        command_id: id,
        effective_at: None,
        key: key.id(),
        payload: metadata.command_hash,
        approved: None,
    }));
    let encoded = codec::encode(&Event::Envelope(envelope::Event::BidSealed(sealed))).unwrap();
    let salted = |(class, bytes)| Part {
        class,
        salt: [9; 32],
        bytes,
    };
    let entry = NewEntry {
        id: event_id(ORIGIN, &metadata.actor.id, &stream, id, 0),
        kind: encoded.kind,
        metadata: codec::encode_metadata(&metadata).unwrap(),
        data: encoded.data,
        withheld: encoded.withheld.into_iter().map(salted).collect(),
    };
    let append = Append {
        stream,
        expected: Expected::NoStream,
        entries: vec![entry],
        not_after: None,
    };
    store.append(append).await.unwrap();
}

fn stream(of: &Bidder) -> sijill_ledger_core::store::StreamName {
    let id = of.envelope(Technical).to_string();
    Envelope::stream(&EnvelopeId::new(&id).unwrap())
}

/// How a bidder's own envelope stands in the log.
async fn sealing(play: &Play, of: &Bidder) -> Recorded {
    let store = play.world.ledger.store();
    let batch = store.read_stream(&stream(of), 0).await.unwrap();
    let (index, entry) = batch.get(0).unwrap();
    codec::recorded(index, &entry, &[]).unwrap()
}

/// The log, byte by byte, as a server shows it.
async fn entries(play: &Play) -> Vec<Vec<u8>> {
    let (mut entries, mut from) = (Vec::new(), 0);
    loop {
        let batch = play.world.ledger.store().read_log(from).await.unwrap();
        let Some(next) = batch.next_index() else {
            return entries;
        };
        entries.extend(batch.iter().map(|(_, entry)| entry.bytes().to_vec()));
        from = next;
    }
}

/// Says something else of an envelope than what was listed; gives the index of the lie.
fn relisted(log: &mut [Vec<u8>], of: &Bidder, standing: events::EnvelopeStanding) -> usize {
    let id = of.envelope(Technical).to_string();
    for (index, bytes) in log.iter_mut().enumerate() {
        let entry = Entry::decode(bytes).unwrap();
        if entry.kind != "sijill.events.v1.BidReceived" {
            continue;
        }
        let mut receipt = events::BidReceived::decode(entry.data).unwrap();
        if receipt.envelope != id {
            continue;
        }
        let before = entry.data.to_vec();
        receipt.set_standing(standing);
        let after = receipt.encode_to_vec();
        let mut places = bytes.windows(before.len());
        let place = places.position(|it| it == before).unwrap();
        bytes[place..place + before.len()].copy_from_slice(&after);
        return index;
    }
    panic!("{id} is not listed");
}

/// What `sijill verify` says of a mirror with these entries, and whether it finds them whole.
async fn verified(entries: &[Vec<u8>]) -> (bool, String) {
    let dir = tempfile::tempdir().unwrap();
    mirrored(dir.path(), entries).await;
    let data = dir.path().to_str().unwrap().to_owned();
    let verifying =
        tokio::task::spawn_blocking(move || tried(&["--lang", "en", "verify", "--data", &data]));
    let (whole, printed) = verifying.await.unwrap();
    (whole, String::from_utf8(printed).unwrap())
}

async fn mirrored(dir: &Path, entries: &[Vec<u8>]) {
    let options = Options::new(dir, Arc::new(SystemClock::default())).origin(ORIGIN);
    let mirror = EmbeddedStore::create_or_open_mirror(options).unwrap();
    let size = mirror.mirror(0, entries.to_vec()).await.unwrap();
    assert_eq!(size, entries.len() as u64);
    mirror.store().close();
}
