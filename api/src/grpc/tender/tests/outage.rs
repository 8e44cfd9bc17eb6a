//! An outage over the deadline: an administrator records it, the deadline moves by as much and the allowance, and who could not hand in
//! a bid does.

use sijill_ledger_core::domain::tender::EnvelopePart::Technical;
use sijill_ledger_core::time::Timestamp;
use sijill_schemas::oversight::v1 as asking;
use sijill_schemas::procurement::v1::OwnBidState;

use super::asked;
use super::short::{Short, bidding, bids, delta, nile, sinai};
use super::world::*;
use super::*;

const TAREK: By = By("tarek", Role::Administrator, "-");
const HOUR: i64 = 3_600_000_000;

/// Two hours before the deadline.
fn from() -> Timestamp {
    midnight("01-17").plus_micros(-2 * HOUR)
}

/// Half an hour after it.
fn until() -> Timestamp {
    midnight("01-17").plus_micros(HOUR / 2)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_moves_the_deadline_that_fell_into_it() {
    // Bidding is closed an hour after the deadline, so that what happened at it can be recorded.
    let play = bidding(&Short::open(), Some(60)).await;
    let (nile, delta) = (nile(), delta());
    bids(&play, &nile, &[("A", 420)]).await;
    play.set(midnight("01-17").plus_micros(40 * HOUR / 60));
    let late = play.seal(&delta, Technical, &technical(&["A"])).await;
    assert_eq!(refused(late), "TENDER_BIDDING_CLOSED");
    let outage = || pb::RecordOutageRequest {
        context: new(),
        tender: TENDER.to_owned(),
        outage: Some(events::OutageRecorded {
            from_micros: from().as_micros(),
            until_micros: until().as_micros(),
            reason: "the ministry's line was cut".to_owned(),
            closes_micros: None,
        }),
    };
    let mut tenders = play.world.tenders();
    let officer = tenders.record_outage(NADIA.asks(outage())).await;
    assert_eq!(refused(officer), "ROLE_NOT_ALLOWED");
    done(tenders.record_outage(TAREK.asks(outage())).await);
    // The deadline has passed: nobody moves it alone.
    let alone = tenders.record_outage(TAREK.asks(outage())).await;
    assert_eq!(refused(alone), "TENDER_OWN_OUTAGE");
    done(tenders.record_outage(SAMI.asks(outage())).await);
    let twice = tenders.record_outage(TAREK.asks(outage())).await;
    assert_eq!(refused(twice), "TENDER_OUTAGE_TWICE");

    // Two and a half hours, and one more.
    let moved = midnight("01-17").plus_micros(7 * HOUR / 2);
    bids(&play, &delta, &[("A", 400)]).await;
    play.set(moved);
    let sinai = sinai();
    let late = play.seal(&sinai, Technical, &technical(&["A"])).await;
    let late = late.unwrap_err();
    assert_eq!(code_and_field(&late).0, "TENDER_BIDDING_CLOSED");
    assert!(late.message().contains(&told_as(moved)), "{late}");
    the_page(&play, moved).await;
    the_alert(&play, moved).await;
    play.set(moved.plus_micros(HOUR));
    play.react().await;
    for bidder in [&nile, &delta] {
        let asked = bidder.by.asks(pb::ListOwnBidsRequest::default());
        let own = play.world.bids().list_own_bids(asked).await;
        let own = own.unwrap().into_inner().bids;
        let states = own.iter().map(|bid| (bid.state(), bid.closes_micros));
        let expected = (OwnBidState::Counts, moved.as_micros());
        assert_eq!(states.collect::<Vec<_>>(), [expected; 2]);
    }
}

async fn the_page(play: &Play, moved: Timestamp) {
    let page = asked::page(play).await;
    let closes = page.times.as_ref().unwrap().closes_micros;
    assert_eq!((closes, page.deadline_moves), (Some(moved.as_micros()), 1));
    // The report moved nothing, the second person did.
    let step = page.timeline.iter().rfind(|it| it.step == "OutageRecorded");
    let step = step.unwrap();
    assert_eq!(step.reason.as_deref(), Some("the ministry's line was cut"));
    let change = step.change.as_ref().unwrap();
    let before = midnight("01-17").as_micros();
    assert_eq!(
        (change.closes_before_micros, change.closes_after_micros),
        (before, moved.as_micros())
    );
}

/// Whoever waits for it is told.
async fn the_alert(play: &Play, moved: Timestamp) {
    let request = asking::ListTenderAlertsRequest {
        context: asked::now(play),
        kinds: vec![asking::TenderAlertKind::DeadlineMoved.into()],
        ..asking::ListTenderAlertsRequest::default()
    };
    let answer = play.world.views().list_tender_alerts(request).await;
    let alerts = answer.unwrap().into_inner().rows;
    let told = alerts.iter().map(|alert| alert.closes_after_micros);
    assert_eq!(told.collect::<Vec<_>>(), [Some(moved.as_micros())]);
}
