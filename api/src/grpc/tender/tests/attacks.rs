//! Who attacks a tender while it runs, and what comes of it: bidders who copy, change, deal badly and come late; members who
//! publish too little or the wrong thing; documents that are lost.
//!
//! What their clients would have to break of the cryptography stands in `seal/tests/attacks.rs` of the core.

use std::time::Duration;

use prost::Message as _;
use sha2::Digest as _;
use sijill_ledger_core::domain::tender::{
    EnvelopePart::Technical, Event, Notice, OpenedBid, VoidReason,
};
use sijill_ledger_core::domain::values::{EnvelopeId, Sha256, TenderId};
use sijill_ledger_core::seal::{self, Outcome, Sealed, Seat, Secrets, Sheet};
use sijill_ledger_core::time::Timestamp;
use sijill_schemas::documents::v1 as documents;
use sijill_schemas::types::v1::Document;
use tokio_stream::StreamExt as _;
use tonic::Status;

use super::play::member;
use super::world::*;
use super::*;

fn bidder(id: &'static str, n: u8) -> Bidder {
    Bidder::new(By(id, Role::Supplier, "-"), n)
}

fn nile() -> Bidder {
    bidder("organization:NILE", 1)
}

fn delta() -> Bidder {
    bidder("organization:DELTA", 2)
}

/// A tender that takes bids.
async fn bidding() -> Play {
    let play = Play::new().await;
    drafting::ruled(&play, None).await;
    drafting::planned(&play).await;
    drafting::drafted(&play).await;
    drafting::keys_enrolled(&play).await;
    drafting::approved_and_published(&play).await;
    play.noon("01-05");
    play
}

async fn closed(play: &Play) {
    play.set(midnight("01-17"));
    play.react().await;
    play.noon("01-17");
}

async fn sheet(play: &Play) -> Sheet {
    let notice = play.notice().await;
    let sheet = notice.sealing.sheet(ORIGIN, &notice.tender, Technical);
    sheet.unwrap()
}

fn envelope_id(of: &Bidder) -> EnvelopeId {
    EnvelopeId::new(&of.envelope(Technical).to_string()).unwrap()
}

/// What everybody reads of an envelope in the log.
async fn public(play: &Play, of: &Bidder) -> Sealed {
    let id = envelope_id(of);
    let known: Envelope = play
        .world
        .ledger
        .state(&Envelope::stream(&id))
        .await
        .unwrap();
    known.contents().unwrap().sealed(&id).unwrap()
}

/// Any bytes, sealed by a client that does as it likes.
fn submission(by: &Bidder, bytes: &[u8]) -> tonic::Request<pb::SealBidRequest> {
    let claim = by.claim(by.name(), Technical);
    by.signs(&[&claim], |context| pb::SealBidRequest {
        context,
        envelope: by.envelope(Technical).to_string(),
        sealed: Some(events::BidSealed {
            claim_part: 0,
            key: by.public(),
            sealed: bytes.to_vec(),
        }),
    })
}

async fn submitted(play: &Play, by: &Bidder, bytes: Vec<u8>) -> Answer {
    play.world.tenders().seal_bid(submission(by, &bytes)).await
}

/// A member says this of some envelopes.
async fn says(play: &Play, member: &'static str, said: &[(&Bidder, Option<[u8; 32]>)]) -> Answer {
    let shares = said.iter().map(|(of, share)| events::EnvelopeShare {
        envelope: of.envelope(Technical).to_string(),
        share: share.map(|share| share.to_vec()),
    });
    let request = pb::PublishSharesRequest {
        context: new(),
        tender: TENDER.to_owned(),
        shares: Some(events::SharesPublished {
            member: member.to_owned(),
            shares: shares.collect(),
        }),
    };
    let by = super::play::member(member);
    play.world.tenders().publish_shares(by.asks(request)).await
}

/// What a member's own client finds in an envelope: its share, or that there is none to be had.
async fn share(play: &Play, member: &str, of: &Bidder) -> Option<[u8; 32]> {
    let (sheet, sealed) = (sheet(play).await, public(play, of).await);
    let envelope = seal::Envelope::new(&sheet, &sealed.dealing).unwrap();
    Some(*envelope.share(&secret(member)).ok()?.value)
}

async fn open(play: &Play, by: By, of: &Bidder) -> Answer {
    let request = pb::OpenBidRequest {
        context: new(),
        tender: TENDER.to_owned(),
        envelope: of.envelope(Technical).to_string(),
    };
    play.world.tenders().open_bid(by.asks(request)).await
}

async fn reveal(play: &Play, by: By, of: &Bidder, r: u8) -> Answer {
    let request = pb::RevealSecretRequest {
        context: new(),
        tender: TENDER.to_owned(),
        reveal: Some(events::SecretRevealed {
            envelope: of.envelope(Technical).to_string(),
            secret: vec![r; 32],
        }),
    };
    play.world.tenders().reveal_secret(by.asks(request)).await
}

async fn opening(play: &Play, of: &Bidder) -> Option<OpenedBid> {
    let opened = play.tender().await.into_iter().filter_map(|event| {
        let Event::BidOpened(it) = event else {
            return None;
        };
        Some(it)
    });
    let id = envelope_id(of);
    opened.into_iter().find(|it| it.envelope == id)
}

async fn void(play: &Play, of: &Bidder) -> Option<VoidReason> {
    let voided = play.tender().await.into_iter().filter_map(|event| {
        let Event::BidVoided(it) = event else {
            return None;
        };
        Some(it)
    });
    let id = envelope_id(of);
    voided.into_iter().find(|it| it.envelope == id)?.reason
}

/// Two of five, with everything that the log shows and all they hold, before and after the third share that is missing.
#[tokio::test(flavor = "multi_thread")]
async fn fewer_than_k_members_open_nothing_and_any_k_open_the_same() {
    let (play, nile) = (bidding().await, nile());
    let bid = technical(&["A"]);
    done(play.seal(&nile, Technical, &bid).await);
    let early = says(&play, "o1", &[(&nile, share(&play, "o1", &nile).await)]).await;
    assert_eq!(refused(early), "TENDER_BIDDING_OPEN");
    closed(&play).await;
    let sheet = sheet(&play).await;
    let sealed = public(&play, &nile).await;
    let envelope = seal::Envelope::new(&sheet, &sealed.dealing).unwrap();
    let tried = |members: &[&str]| {
        let answers = members.iter().map(|member| {
            let share = envelope.share(&secret(member)).unwrap();
            (share.seat, seal::Answer::Share(*share.value))
        });
        let opening = seal::open(&envelope, &sealed.ciphertext, &answers.collect());
        opening.unwrap().outcome
    };
    assert_eq!(
        tried(&["o1", "o2"]),
        Outcome::NotEnough { good: 2, needed: 3 }
    );
    let firsts = [tried(&["o1", "o3", "o4"]), tried(&["o2", "o4", "o5"])];
    assert_eq!(firsts[0], firsts[1]);
    assert!(matches!(&firsts[0], Outcome::Opened { bid: read, .. } if *read == bid));
    for name in ["o1", "o2"] {
        let own = share(&play, name, &nile).await;
        done(says(&play, name, &[(&nile, own)]).await);
    }
    assert_eq!(
        refused(open(&play, NADIA, &nile).await),
        "TENDER_SHARES_MISSING"
    );
    // The third share, made of the second; from one who published already, and in the name of one who did not.
    let second = share(&play, "o2", &nile).await;
    let again = says(&play, "o2", &[(&nile, second)]).await;
    assert_eq!(refused(again), "TENDER_SHARE_PUBLISHED");
    let mut forged = play.shares("o2", Technical, &[&nile]).await;
    forged.shares.as_mut().unwrap().member = "o3".to_owned();
    let forged = play
        .world
        .tenders()
        .publish_shares(member("o2").asks(forged))
        .await;
    assert_eq!(refused(forged), "TENDER_OTHER_MEMBER");
    let third = share(&play, "o5", &nile).await;
    done(says(&play, "o5", &[(&nile, third)]).await);
    done(open(&play, nile.by, &nile).await);
    let opened = opening(&play, &nile).await.unwrap();
    assert_eq!(opened.blamed, []);
    assert_eq!(
        refused(open(&play, NADIA, &nile).await),
        "TENDER_ENVELOPE_OPENED"
    );
}

/// Members who want a bid void: one says that it got no share, one publishes another envelope's. Three others open it, and the two
/// are named.
#[tokio::test(flavor = "multi_thread")]
async fn members_who_blame_bidders_falsely_are_blamed() {
    let (play, nile, delta) = (bidding().await, nile(), delta());
    done(play.seal(&nile, Technical, &technical(&["A"])).await);
    done(play.seal(&delta, Technical, &technical(&["B"])).await);
    closed(&play).await;
    done(says(&play, "o1", &[(&nile, None)]).await);
    let wrong = share(&play, "o2", &delta).await;
    done(says(&play, "o2", &[(&nile, wrong)]).await);
    for name in ["o3", "o4"] {
        let own = share(&play, name, &nile).await;
        done(says(&play, name, &[(&nile, own)]).await);
    }
    assert_eq!(
        refused(open(&play, NADIA, &nile).await),
        "TENDER_SHARES_MISSING"
    );
    let own = share(&play, "o5", &nile).await;
    done(says(&play, "o5", &[(&nile, own)]).await);
    done(open(&play, NADIA, &nile).await);
    let blamed = opening(&play, &nile).await.unwrap().blamed;
    let blamed: Vec<_> = blamed.iter().map(ToString::to_string).collect();
    assert_eq!(blamed, ["o1", "o2"]);
}

/// A rival's bytes under an own id and key; an envelope made for another tender; one whose shares were changed about. The server
/// cannot see it, and nobody learns or loses anything by it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_copied_replayed_or_dealt_badly_becomes_void() {
    let (play, nile) = (bidding().await, nile());
    let [copies, replays, cheats] = [
        bidder("organization:MISR", 4),
        bidder("organization:ASWAN", 5),
        bidder("organization:SINAI", 3),
    ];
    done(play.seal(&nile, Technical, &technical(&["A"])).await);
    let rivals = public(&play, &nile).await.to_bytes();
    done(submitted(&play, &copies, rivals).await);
    let notice = play.notice().await;
    let for_another = sealed_under(&sheet_elsewhere(&notice), &replays);
    done(submitted(&play, &replays, for_another.to_bytes()).await);
    let mut dealt = sealed_under(&sheet(&play).await, &cheats);
    dealt.dealing.shares.swap(0, 1);
    done(submitted(&play, &cheats, dealt.to_bytes()).await);
    closed(&play).await;
    for name in OPENERS {
        assert_eq!(
            share(&play, name, &copies).await,
            None,
            "nothing of Nile's bid"
        );
        assert_eq!(share(&play, name, &replays).await, None);
        let mut said = vec![(&copies, None), (&replays, None)];
        for of in [&nile, &cheats] {
            said.push((of, share(&play, name, of).await));
        }
        done(says(&play, name, &said).await);
    }
    done(open(&play, NADIA, &nile).await);
    assert!(opening(&play, &nile).await.is_some());
    done(open(&play, NADIA, &cheats).await);
    assert_eq!(void(&play, &cheats).await, Some(VoidReason::BadDeal));
    for of in [&copies, &replays] {
        assert_eq!(
            refused(open(&play, NADIA, of).await),
            "TENDER_SHARES_MISSING"
        );
        let revealed = reveal(&play, of.by, of, 0x81).await;
        assert_eq!(refused(revealed), "TENDER_OTHER_SECRET");
    }
    play.set(midnight("01-21"));
    for of in [&copies, &replays] {
        done(open(&play, NADIA, of).await);
        assert_eq!(void(&play, of).await, Some(VoidReason::NotOpened));
    }
}

/// The sheet of another tender, for which the same members proved the same keys.
fn sheet_elsewhere(notice: &Notice) -> Sheet {
    let tender = TenderId::new("MOH-2026-0418").unwrap();
    let mut sealing = notice.sealing.clone();
    let copied = sealing.sheet(ORIGIN, &tender, Technical);
    assert!(copied.is_err(), "proofs are for one tender");
    for it in &mut sealing.members {
        let member = it.member.to_string();
        let seat = Seat {
            origin: ORIGIN,
            tender: tender.as_str(),
            member: &member,
        };
        it.proof = secret(&member).prove(&seat).to_vec();
    }
    sealing.sheet(ORIGIN, &tender, Technical).unwrap()
}

/// Sealed by a client that keeps the rules, under any sheet.
fn sealed_under(sheet: &Sheet, by: &Bidder) -> Sealed {
    let secrets = Secrets {
        salt: [7; 32].into(),
        r: [8; 32].into(),
    };
    let (id, key) = (by.envelope(Technical), by.key.public());
    seal::seal(sheet, id, key, &technical(&["A"]), &secrets).unwrap()
}

/// On the way: the bytes of a signed request, the envelope that it is for, the tender of its claim.
#[tokio::test(flavor = "multi_thread")]
async fn a_signed_envelope_cannot_be_changed_on_its_way() {
    let (play, nile, delta) = (bidding().await, nile(), delta());
    let signed = || play.sealing(nile.name(), &nile, Technical, &[1, 2, 3]);
    let mut tenders = play.world.tenders();
    let mut changed = signed().await;
    let sealed = changed.get_mut().sealed.as_mut().unwrap();
    *sealed.sealed.last_mut().unwrap() ^= 1;
    let changed = tenders.seal_bid(changed).await;
    assert_eq!(refused(changed), "STATEMENT_OTHER_COMMAND");
    let mut moved = signed().await;
    moved.get_mut().envelope = delta.envelope(Technical).to_string();
    assert_eq!(
        refused(tenders.seal_bid(moved).await),
        "STATEMENT_OTHER_COMMAND"
    );
    let mut elsewhere = signed().await;
    let context = elsewhere.get_mut().context.as_mut().unwrap();
    context.withheld = vec!["MOH-2026-0418 NILE technical".to_owned()];
    assert_eq!(
        refused(tenders.seal_bid(elsewhere).await),
        "ENVELOPE_NO_BIDDING"
    );
    // As it stands in the log, by somebody else: its key is not that one's, and its stream has it already.
    let request = signed().await;
    let mut again = request.get_ref().clone();
    done(tenders.seal_bid(request).await);
    again.context.as_mut().unwrap().withheld = vec![delta.claim("DELTA", Technical)];
    let repeated = done(tenders.seal_bid(delta.by.asks(again.clone())).await);
    assert!(repeated.repeated, "an answer about what everybody reads");
    again.envelope = delta.envelope(Technical).to_string();
    let copied = tenders.seal_bid(delta.by.asks(again)).await;
    assert_eq!(refused(copied), "ENVELOPE_VOUCH_WRONG");
    let claims = claims(&play, &nile).await;
    assert_eq!(claims, [format!("{TENDER} NILE technical")]);
}

/// What is withheld of an envelope, as the server keeps it.
async fn claims(play: &Play, of: &Bidder) -> Vec<String> {
    let stream = Envelope::stream(&envelope_id(of));
    let known: Envelope = play.world.ledger.state(&stream).await.unwrap();
    let claim = known.contents().unwrap().claim().into_iter();
    claim
        .map(|it| format!("{} {} {}", it.tender, it.bidder, it.part.name()))
        .collect()
}

/// Two in the last microsecond: there is one stamp left, and whoever comes second is told when it ended.
#[tokio::test(flavor = "multi_thread")]
async fn a_bid_that_is_a_microsecond_late_is_refused_with_the_instant() {
    let (play, nile, delta) = (bidding().await, nile(), delta());
    let deadline = midnight("01-17");
    play.set(deadline.plus_micros(-1));
    let bid = technical(&["A"]);
    let timely = done(play.seal(&nile, Technical, &bid).await);
    assert_eq!(
        Timestamp::from_micros(timely.recorded_at_micros),
        deadline.plus_micros(-1)
    );
    let late = play.seal(&delta, Technical, &bid).await.unwrap_err();
    assert_eq!(code_and_field(&late).0, "TENDER_BIDDING_CLOSED");
    assert!(
        late.message().contains(&told_as(deadline)),
        "{}",
        late.message()
    );
    closed(&play).await;
    let listed = play.tender().await.into_iter().filter_map(|event| {
        let Event::BidReceived(it) = event else {
            return None;
        };
        Some(it.envelope)
    });
    assert_eq!(listed.collect::<Vec<_>>(), [envelope_id(&nile)]);
}

/// Three keys of five are lost: the bidder shows what opens its bid, within the days for it; who does not is void after them.
#[tokio::test(flavor = "multi_thread")]
async fn with_too_many_keys_lost_bidders_open_their_bids() {
    let (play, nile, delta) = (bidding().await, nile(), delta());
    done(play.seal(&nile, Technical, &technical(&["A"])).await);
    done(play.seal(&delta, Technical, &technical(&["B"])).await);
    closed(&play).await;
    for name in ["o1", "o2"] {
        let own = [
            (&nile, share(&play, name, &nile).await),
            (&delta, share(&play, name, &delta).await),
        ];
        done(says(&play, name, &own).await);
    }
    assert_eq!(
        refused(open(&play, NADIA, &nile).await),
        "TENDER_SHARES_MISSING"
    );
    let r = nile.number(Technical) ^ 0x80;
    let others = reveal(&play, delta.by, &nile, r).await;
    assert_eq!(refused(others), "TENDER_OTHER_BIDDER");
    assert_eq!(
        refused(reveal(&play, nile.by, &nile, r ^ 1).await),
        "TENDER_OTHER_SECRET"
    );
    done(reveal(&play, nile.by, &nile, r).await);
    done(open(&play, nile.by, &nile).await);
    assert!(opening(&play, &nile).await.is_some());
    // Shares came on the 17th: three whole days for the rest.
    play.set(midnight("01-21").plus_micros(-1));
    assert_eq!(
        refused(open(&play, NADIA, &delta).await),
        "TENDER_SHARES_MISSING"
    );
    play.set(midnight("01-21"));
    done(open(&play, NADIA, &delta).await);
    assert_eq!(void(&play, &delta).await, Some(VoidReason::NotOpened));
}

/// A sealed document that the store does not have when its bid is opened: the bid says what it was, and its bidder brings it again.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_document_is_brought_again_and_no_other() {
    let (play, nile) = (bidding().await, nile());
    let licence = b"the licence, encrypted".to_vec();
    let hash = Sha256(sha2::Sha256::digest(&licence).into());
    let bid = events::TechnicalBid {
        lots: vec!["A".to_owned()],
        answers: Vec::new(),
        documents: vec![events::SealedDocument {
            sealed: Some(Document {
                title: names("رخصة", "licence"),
                sha256: hash.0.to_vec(),
                bytes: licence.len() as u64,
                media_type: ENVELOPE.to_owned(),
            }),
            key: vec![7; 32],
        }],
        security: None,
    };
    done(play.seal(&nile, Technical, &bid.encode_to_vec()).await);
    closed(&play).await;
    for name in ["o1", "o2", "o3"] {
        let own = share(&play, name, &nile).await;
        done(says(&play, name, &[(&nile, own)]).await);
    }
    done(open(&play, NADIA, &nile).await);
    let lost = download(&play, &hash).await.unwrap_err();
    assert_eq!(code_and_field(&lost).0, "DOCUMENT_NOT_HERE");
    let other = upload(&play, &nile, &hash, b"another licence, encr.").await;
    assert_eq!(
        code_and_field(&other.unwrap_err()).0,
        "DOCUMENT_HASH_DIFFERS"
    );
    upload(&play, &nile, &hash, &licence).await.unwrap();
    assert_eq!(download(&play, &hash).await.unwrap(), licence);
}

const ENVELOPE: &str = "application/vnd.sijill.envelope";

async fn upload(play: &Play, by: &Bidder, hash: &Sha256, content: &[u8]) -> Result<(), Status> {
    use documents::upload_document_request::Part;
    let announced = documents::UploadedDocument {
        media_type: ENVELOPE.to_owned(),
        size_bytes: content.len() as u64,
        sha256: hash.to_string(),
    };
    let parts = [Part::Document(announced), Part::Chunk(content.to_vec())];
    let parts = parts.map(|part| documents::UploadDocumentRequest { part: Some(part) });
    let request = by.by.asks(tokio_stream::iter(parts));
    play.world.documents().upload_document(request).await?;
    Ok(())
}

/// What comes of a document that an event names, once the views have seen the event.
async fn download(play: &Play, hash: &Sha256) -> Result<Vec<u8>, Status> {
    loop {
        match try_download(play, hash).await {
            Err(status) if code_and_field(&status).0 == "DOCUMENT_NOT_FOUND" => {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            answered => return answered,
        }
    }
}

async fn try_download(play: &Play, hash: &Sha256) -> Result<Vec<u8>, Status> {
    let request = documents::DownloadDocumentRequest {
        sha256: hash.to_string(),
        offset_bytes: 0,
    };
    let mut parts = play
        .world
        .documents()
        .download_document(request)
        .await?
        .into_inner();
    let mut content = Vec::new();
    while let Some(part) = parts.next().await {
        content.extend(part?.chunk);
    }
    Ok(content)
}
