//! The last second before a deadline: 300 suppliers at once, each with a token and a key of its own, over the whole server. Time
//! passes as it does, from half a second before the deadline on.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sijill_ledger_core::domain::tender::EnvelopePart::Technical;
use sijill_ledger_core::domain::tender::{Event, Standing};
use sijill_ledger_core::seal::{self, Secrets};
use sijill_ledger_core::statement::StatementKey;
use sijill_ledger_core::time::Timestamp;
use sijill_schemas::audit::v1 as audit;
use sijill_schemas::audit::v1::audit_service_client::AuditServiceClient;
use sijill_schemas::procurement::v1::tender_service_client::TenderServiceClient;
use tonic::transport::Channel;
use uuid::Uuid;

use super::site::Site;
use super::world::*;
use super::*;

const SUPPLIERS: u16 = 300;
/// How long before the deadline the rush begins.
const BEFORE: Duration = Duration::from_millis(500);

/// A supplier of this number, with the one key that it made.
fn supplier(n: u16) -> (By, StatementKey, Uuid) {
    let id: &'static str = format!("organization:S-{n:03}").leak();
    let mut seed = [0x3C; 32];
    seed[..2].copy_from_slice(&n.to_be_bytes());
    let key = StatementKey::from_seed(&seed).unwrap();
    let random = seed.first_chunk().copied().unwrap();
    let envelope = uuid::Builder::from_random_bytes(random).into_uuid();
    (By(id, Role::Supplier, "-"), key, envelope)
}

/// What each sends: its own envelope. The committee's members are not asked here, so all send the bytes of one sealing.
fn request(n: u16, sealed: &[u8]) -> tonic::Request<pb::SealBidRequest> {
    let (by, key, envelope) = supplier(n);
    let name = by.0.trim_start_matches("organization:");
    let claim = claim(name, name, &key, Technical);
    signed_by(by, &key, &[&claim], |context| pb::SealBidRequest {
        context,
        envelope: envelope.to_string(),
        sealed: Some(events::BidSealed {
            claim_part: 0,
            key: public_key(&key),
            sealed: sealed.to_vec(),
        }),
    })
}

/// What came of one submission.
struct Outcome {
    answer: Answer,
    took: Duration,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_of_300_has_a_receipt_or_is_told_the_instant() {
    let names: Vec<_> = (0..SUPPLIERS).map(|n| format!("S-{n:03}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let site = Site::start(&names).await;
    let play = &site.play;
    drafting::ruled(play, None).await;
    drafting::planned(play).await;
    drafting::drafted(play).await;
    drafting::keys_enrolled(play).await;
    drafting::approved_and_published(play).await;
    let sealed = sealed(play).await;
    let deadline = midnight("01-17");
    let (first, last) = (SUPPLIERS - 2, SUPPLIERS - 1);
    play.set(deadline.plus_micros(-2_000_000));
    let mut outcomes = BTreeMap::from([(first, sent(&site.channel, first, &sealed).await)]);
    outcomes.extend(rush(&site, deadline, &sealed).await);
    play.set(deadline);
    outcomes.insert(last, sent(&site.channel, last, &sealed).await);
    assert_eq!(
        outcomes.len(),
        usize::from(SUPPLIERS),
        "nobody is left without an answer"
    );

    let mut receipts = BTreeMap::new();
    for (n, outcome) in outcomes {
        match outcome.answer {
            Ok(done) => {
                let done = done.into_inner();
                let stamp = Timestamp::from_micros(done.recorded_at_micros);
                assert!(stamp < deadline, "{n} at {stamp}");
                let (_, _, envelope) = supplier(n);
                receipts.insert(envelope.to_string(), (stamp, done.position.unwrap().index));
            }
            Err(status) => {
                assert_eq!(code_and_field(&status).0, "TENDER_BIDDING_CLOSED", "{n}");
                assert!(status.message().contains(&told_as(deadline)), "{status}");
            }
        }
    }
    assert!((1..usize::from(SUPPLIERS)).contains(&receipts.len()));
    proven(&site, &receipts).await;
    play.react().await;
    let listed: BTreeMap<_, _> = play.tender().await.into_iter().filter_map(listed).collect();
    let expected = receipts.into_iter().map(|(id, (stamp, _))| (id, stamp));
    assert_eq!(listed, expected.collect());
    site.end().await;
}

/// All but the first and the last, at once, while the clock runs over the deadline.
async fn rush(site: &Site, deadline: Timestamp, sealed: &[u8]) -> Vec<(u16, Outcome)> {
    let requests: Vec<_> = (0..SUPPLIERS - 2)
        .map(|n| (n, request(n, sealed)))
        .collect();
    let began = Instant::now();
    let sending = requests.into_iter().map(|(n, request)| {
        let channel = site.channel.clone();
        tokio::spawn(async move { (n, send(&channel, request).await) })
    });
    let sending: Vec<_> = sending.collect();
    let mut outcomes = Vec::new();
    let mut answered = Box::pin(async {
        for one in sending {
            outcomes.push(one.await.unwrap());
        }
    });
    let start = deadline.plus_micros(-micros(BEFORE));
    loop {
        site.play.set(start.plus_micros(micros(began.elapsed())));
        tokio::select! {
            () = &mut answered => break,
            () = tokio::time::sleep(Duration::from_millis(1)) => {}
        }
    }
    drop(answered);
    print_figures(&outcomes, began.elapsed());
    outcomes
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap()
}

/// Of an unoptimised program they say nothing.
fn print_figures(outcomes: &[(u16, Outcome)], elapsed: Duration) {
    let mut took: Vec<_> = outcomes.iter().map(|(_, outcome)| outcome.took).collect();
    took.sort_unstable();
    let at = |percent: usize| took[(took.len() * percent).div_ceil(100) - 1];
    let taken = outcomes.iter().filter(|(_, it)| it.answer.is_ok()).count();
    let rate = took.len() as u128 * 1_000_000 / elapsed.as_micros();
    println!(
        "{rate} submissions per second, {taken} in time, p50 {:?}, p99 {:?}",
        at(50),
        at(99)
    );
}

async fn sent(channel: &Channel, n: u16, sealed: &[u8]) -> Outcome {
    send(channel, request(n, sealed)).await
}

/// Sends it until the server has room for it, as a client does that is told to come back.
async fn send(channel: &Channel, request: tonic::Request<pb::SealBidRequest>) -> Outcome {
    let (headers, extensions, message) = request.into_parts();
    let (began, mut client) = (Instant::now(), TenderServiceClient::new(channel.clone()));
    loop {
        let request =
            tonic::Request::from_parts(headers.clone(), extensions.clone(), message.clone());
        let answer = client.seal_bid(request).await;
        let busy =
            matches!(&answer, Err(status) if status.code() == tonic::Code::ResourceExhausted);
        if busy {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        }
        let took = began.elapsed();
        return Outcome { answer, took };
    }
}

/// One sealing under the tender's sheet.
async fn sealed(play: &Play) -> Vec<u8> {
    let notice = play.notice().await;
    let sheet = notice.sealing.sheet(ORIGIN, &notice.tender, Technical);
    let secrets = Secrets {
        salt: [1; 32].into(),
        r: [2; 32].into(),
    };
    let (_, key, envelope) = supplier(0);
    let bid = technical(&["A"]);
    let sealed = seal::seal(&sheet.unwrap(), envelope, key.public(), &bid, &secrets);
    sealed.unwrap().to_bytes()
}

/// The first and the last receipt prove that their envelopes are in the log.
async fn proven(site: &Site, receipts: &BTreeMap<String, (Timestamp, u64)>) {
    let mut audit = AuditServiceClient::new(site.channel.clone());
    let indexes = receipts.values().map(|(_, index)| *index);
    for index in [indexes.clone().min().unwrap(), indexes.max().unwrap()] {
        let asked = audit::GetReceiptRequest {
            index,
            wait_millis: 60_000,
        };
        let receipt = audit.get_receipt(asked).await.unwrap().into_inner();
        let text = String::from_utf8(receipt.receipt).unwrap();
        assert!(text.starts_with("c2sp.org/tlog-proof@v1"), "{text}");
        assert!(receipt.checkpoint.unwrap().size > index);
    }
}

/// An envelope as the tender lists it, and its stamp.
fn listed(event: Event) -> Option<(String, Timestamp)> {
    let Event::BidReceived(it) = event else {
        return None;
    };
    assert_eq!(it.standing, Some(Standing::Counts));
    Some((it.envelope.to_string(), it.sealed_at.unwrap()))
}
