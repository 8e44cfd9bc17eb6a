//! Members who lost their keys: where too few shares come, a bidder shows what opens its envelope, and everybody reads the bid.

use sijill_ledger_core::domain::tender::EnvelopePart::{Financial, Technical};
use sijill_schemas::oversight::v1 as asking;

use super::asked;
use super::play::{member, opened};
use super::short::{Short, accepted, awarded, bidding, bids, completed, delta, listed, nile, told};
use super::world::*;
use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_bidder_opens_its_own_bid_where_keys_are_lost() {
    let play = bidding(&Short::open(), None).await;
    let (nile, delta) = (nile(), delta());
    bids(&play, &nile, &[("A", 420)]).await;
    bids(&play, &delta, &[("A", 400)]).await;
    listed(&play).await;
    let members = [O1, member("o2"), member("o3")];
    opened(&play, Technical, members, &[&nile, &delta]).await;
    accepted(&play).await;

    // By now three have lost their keys; two shares open nothing.
    let mut tenders = play.world.tenders();
    for member in [O1, member("o2")] {
        let shares = play.shares(member.0, Financial, &[&nile, &delta]).await;
        done(tenders.publish_shares(member.asks(shares)).await);
    }
    let reveal = |bidder: &Bidder| pb::RevealSecretRequest {
        context: new(),
        tender: TENDER.to_owned(),
        reveal: Some(events::SecretRevealed {
            envelope: bidder.envelope(Financial).to_string(),
            secret: vec![bidder.number(Financial) ^ 0x80; 32],
        }),
    };
    let others = tenders.reveal_secret(nile.by.asks(reveal(&delta))).await;
    assert_eq!(refused(others), "TENDER_OTHER_BIDDER");
    done(tenders.reveal_secret(delta.by.asks(reveal(&delta))).await);
    let open = |bidder: &Bidder| {
        NADIA.asks(pb::OpenBidRequest {
            context: new(),
            tender: TENDER.to_owned(),
            envelope: bidder.envelope(Financial).to_string(),
        })
    };
    done(tenders.open_bid(open(&delta)).await);
    let silent = tenders.open_bid(open(&nile)).await;
    assert_eq!(refused(silent), "TENDER_SHARES_MISSING");

    // Nile says nothing for three whole days: its envelope is void.
    play.noon("01-23");
    done(tenders.open_bid(open(&nile)).await);
    awarded(&play, "A", "DELTA").await;
    told(&play, "01-24").await;
    completed(&play, "02-06").await;
    the_page(&play, &nile, &delta).await;
}

async fn the_page(play: &Play, nile: &Bidder, delta: &Bidder) {
    let page = asked::page(play).await;
    let fate = |bidder: &Bidder| {
        let id = bidder.envelope(Financial).to_string();
        let envelope = page.envelopes.iter().find(|it| it.envelope == id).unwrap();
        (envelope.opened.is_some(), envelope.void_reason())
    };
    assert_eq!(fate(delta), (true, events::VoidReason::Unspecified));
    assert_eq!(fate(nile), (false, events::VoidReason::NotOpened));
    let step = page.timeline.iter().find(|it| it.step == "SecretRevealed");
    let actor = step.unwrap().actor.as_ref().unwrap();
    let revealed_by = format!("{:?}", actor.actor);
    assert!(revealed_by.contains("DELTA"), "{revealed_by}");
    assert_eq!(page.stage(), asking::TenderStage::Completed);
    assert_eq!(asked::amount(page.end.unwrap().value.as_ref()), "400");
}
