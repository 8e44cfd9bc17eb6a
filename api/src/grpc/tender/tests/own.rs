//! What bidders are told of their own envelopes, on the way of the play: their own, and nobody else's.

use sijill_ledger_core::domain::tender::EnvelopePart;
use sijill_schemas::procurement::v1::OwnBidState as State;
use sijill_schemas::types::v1::Page;

use super::play::Bidders;
use super::short::{self, Short};
use super::world::*;
use super::*;

/// Asks in pages of one, for one tender.
async fn told(play: &Play, by: By) -> Vec<pb::OwnBid> {
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let asked = pb::ListOwnBidsRequest {
            tender: Some(TENDER.to_owned()),
            page: Some(Page {
                size: 1,
                token,
                ..Page::default()
            }),
        };
        let answer = play.world.bids().list_own_bids(by.asks(asked)).await;
        let answer = answer.unwrap().into_inner();
        assert!(answer.bids.len() <= 1);
        all.extend(answer.bids);
        token = answer.next_page_token;
        if token.is_empty() {
            return all;
        }
    }
}

#[track_caller]
fn assert_states(told: &[pb::OwnBid], bidder: &Bidder, expected: State) {
    let parts = [EnvelopePart::Technical, EnvelopePart::Financial];
    let envelopes: Vec<&str> = told.iter().map(|bid| &*bid.envelope).collect();
    let own = parts.map(|part| bidder.envelope(part).to_string());
    assert_eq!(envelopes, own, "{}", bidder.name());
    for bid in told {
        assert_eq!(bid.state(), expected, "{bid:?}");
        assert_eq!(bid.key, bidder.key.public().id().to_string());
    }
}

/// Before the deadline, after the amendment: one has confirmed, one has withdrawn, one is silent, one came later.
pub async fn before_the_deadline(play: &Play, bidders: &Bidders) {
    let [nile, delta, sinai] = bidders.counting();
    for bidder in [nile, delta, sinai] {
        assert_states(&told(play, bidder.by).await, bidder, State::Sealed);
    }
    let confirmed = told(play, nile.by).await;
    assert!(
        confirmed
            .iter()
            .all(|bid| (bid.amendments, bid.confirmed) == (1, 1))
    );
    assert_eq!(confirmed[0].closes_micros, midnight("01-17").as_micros());
    assert_eq!(confirmed[0].sealed_micros, noon_of("01-05"));
    assert!(
        confirmed[0].position.as_ref().unwrap().index
            < confirmed[1].position.as_ref().unwrap().index
    );
    let [misr, aswan] = bidders.others();
    assert_states(&told(play, misr.by).await, misr, State::Withdrawn);
    assert_states(
        &told(play, aswan.by).await,
        aswan,
        State::ConfirmationNeeded,
    );
    others_are_told_nothing(play, nile).await;
}

/// The officer who runs the tender, an official, and a supplier who has no bid.
async fn others_are_told_nothing(play: &Play, nile: &Bidder) {
    let ask = |by: By| {
        let asked = by.asks(pb::ListOwnBidsRequest::default());
        let mut bids = play.world.bids();
        async move { bids.list_own_bids(asked).await }
    };
    for (by, code) in [
        (NADIA, "ROLE_NOT_ALLOWED"),
        (By("nadia", Role::Supplier, "-"), "NOT_AN_ORGANIZATION"),
        (By(nile.by.0, Role::Auditor, "-"), "ROLE_NOT_ALLOWED"),
    ] {
        let refused = ask(by).await.unwrap_err();
        assert_eq!(code_and_field(&refused).0, code);
    }
    let none = ask(By("organization:THEBES", Role::Supplier, "-")).await;
    assert!(none.unwrap().into_inner().bids.is_empty());
    let wrong = pb::ListOwnBidsRequest {
        page: Some(Page {
            token: "next".to_owned(),
            ..Page::default()
        }),
        ..Default::default()
    };
    let wrong = play.world.bids().list_own_bids(nile.by.asks(wrong)).await;
    assert_eq!(code_and_field(&wrong.unwrap_err()).1, "page.token");
}

/// The list is complete.
pub async fn after_the_list(play: &Play, bidders: &Bidders) {
    for bidder in bidders.counting() {
        assert_states(&told(play, bidder.by).await, bidder, State::Counts);
    }
    let [misr, aswan] = bidders.others();
    assert_states(&told(play, misr.by).await, misr, State::Withdrawn);
    assert_states(&told(play, aswan.by).await, aswan, State::Unconfirmed);
}

/// The tender has ended.
pub async fn at_the_end(play: &Play, bidders: &Bidders) {
    for bidder in bidders.counting() {
        assert_states(&told(play, bidder.by).await, bidder, State::Opened);
    }
}

fn noon_of(day: &str) -> i64 {
    midnight(day).plus_micros(12 * 3_600_000_000).as_micros()
}

/// Whoever seals again sees at once that the first counts no more, and that it would again without the second; and so says the list.
#[tokio::test(flavor = "multi_thread")]
async fn a_later_envelope_takes_the_place_of_an_earlier_one() {
    let play = short::bidding(&Short::open(), None).await;
    let first = short::bidder("organization:NILE", 1);
    let second = short::bidder("organization:NILE", 11);
    let states = async || {
        let told = told(&play, first.by).await;
        told.iter().map(pb::OwnBid::state).collect::<Vec<_>>()
    };
    short::bids(&play, &first, &[("A", 420)]).await;
    assert_eq!(states().await, [State::Sealed; 2]);
    short::bids(&play, &second, &[("A", 400)]).await;
    let (superseded, sealed) = (State::Superseded, State::Sealed);
    assert_eq!(states().await, [superseded, superseded, sealed, sealed]);
    let withdraw = second.signs(&[], |context| pb::WithdrawBidRequest {
        context,
        envelope: second.envelope(EnvelopePart::Technical).to_string(),
    });
    done(play.world.tenders().withdraw_bid(withdraw).await);
    let withdrawn = State::Withdrawn;
    assert_eq!(states().await, [sealed, superseded, withdrawn, sealed]);
    short::listed(&play).await;
    let counts = State::Counts;
    assert_eq!(states().await, [counts, superseded, withdrawn, counts]);
}

/// Of one bidder a hundred envelopes are taken for a tender, withdrawn ones among them, and of the others no fewer; which of them
/// stands is told as before.
#[tokio::test(flavor = "multi_thread")]
async fn of_one_bidder_a_hundred_envelopes_are_taken() {
    let play = short::bidding(&Short::open(), None).await;
    let keys = |n| short::bidder("organization:NILE", n);
    for n in 1..=50 {
        short::bids(&play, &keys(n), &[("A", 420)]).await;
    }
    let bid = technical(&["A"]);
    let one_more = async |bidder: &Bidder| play.seal(bidder, EnvelopePart::Technical, &bid).await;
    assert_eq!(refused(one_more(&keys(51)).await), "ENVELOPE_TOO_MANY");
    let withdraw = keys(50).signs(&[], |context| pb::WithdrawBidRequest {
        context,
        envelope: keys(50).envelope(EnvelopePart::Technical).to_string(),
    });
    done(play.world.tenders().withdraw_bid(withdraw).await);
    assert_eq!(refused(one_more(&keys(51)).await), "ENVELOPE_TOO_MANY");
    // What is recorded is answered by the ledger.
    let again = one_more(&keys(1)).await;
    assert_eq!(refused(again), "ENVELOPE_SEALED_ALREADY");
    done(one_more(&short::bidder("organization:DELTA", 60)).await);
    let told = told(&play, keys(1).by).await;
    let with = |state| told.iter().filter(|bid| bid.state() == state).count();
    let (sealed, superseded) = (with(State::Sealed), with(State::Superseded));
    assert_eq!((told.len(), sealed, superseded), (100, 2, 97));
}
