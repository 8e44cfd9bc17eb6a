//! What is not bought: a lot for which nobody offers, and a tender that two persons give up.

use sijill_schemas::oversight::v1 as asking;

use super::asked;
use super::short::{Short, awarded, bidding, bids, completed, delta, listed, nile, read, told};
use super::world::*;
use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_lot_without_offers_fails_and_the_others_are_bought() {
    let two = Short {
        lots: &["A", "B"],
        ..Short::open()
    };
    let play = bidding(&two, None).await;
    let (nile, delta) = (nile(), delta());
    bids(&play, &nile, &[("A", 420)]).await;
    bids(&play, &delta, &[("A", 400)]).await;
    listed(&play).await;
    read(&play, &[&nile, &delta]).await;
    awarded(&play, "A", "DELTA").await;
    let mut tenders = play.world.tenders();
    let notification = pb::NotifyBiddersRequest {
        context: new(),
        tender: TENDER.to_owned(),
    };
    let undecided = tenders.notify_bidders(NADIA.asks(notification)).await;
    assert_eq!(refused(undecided), "TENDER_LOT_UNDECIDED");
    let failure = |lot: &str| {
        E1.asks(pb::FailLotRequest {
            context: new(),
            tender: TENDER.to_owned(),
            failure: Some(events::LotFailed {
                lot: lot.to_owned(),
                reason: "nobody offers it".to_owned(),
            }),
        })
    };
    let sold = tenders.fail_lot(failure("A")).await;
    assert_eq!(refused(sold), "TENDER_LOT_DECIDED");
    done(tenders.fail_lot(failure("B")).await);
    told(&play, "01-20").await;
    completed(&play, "01-31").await;
    let page = asked::page(&play).await;
    assert_eq!(page.stage(), asking::TenderStage::Completed);
    let lots = page.lots.iter().map(|lot| {
        let value = lot.value.as_ref().map(|value| asked::amount(Some(value)));
        (lot.lot.as_str(), value, lot.failure.as_deref())
    });
    let expected = [
        ("A", Some("400".to_owned()), None),
        ("B", None, Some("nobody offers it")),
    ];
    assert_eq!(lots.collect::<Vec<_>>(), expected);
    assert_eq!(asked::amount(page.end.unwrap().value.as_ref()), "400");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_tender_is_given_up_by_two_and_its_bids_stay_sealed() {
    let play = bidding(&Short::open(), None).await;
    bids(&play, &nile(), &[("A", 420)]).await;
    let (ground, reason) = (
        events::CancellationGround::NoDemand,
        "the clinic moved".to_owned(),
    );
    let mut tenders = play.world.tenders();
    let alone = pb::CancelTenderRequest {
        context: new(),
        tender: TENDER.to_owned(),
        ending: Some(events::TenderCancelled {
            ground: ground.into(),
            reason: reason.clone(),
            proposal: None,
        }),
    };
    let alone = tenders.cancel_tender(NADIA.asks(alone)).await;
    assert_eq!(refused(alone), "TENDER_CANCEL_ALONE");
    let proposal = pb::ProposeCancellationRequest {
        context: new(),
        tender: TENDER.to_owned(),
        proposal: Some(events::CancellationProposed {
            ground: ground.into(),
            reason: reason.clone(),
        }),
    };
    let proposed = done(tenders.propose_cancellation(NADIA.asks(proposal)).await);
    let approval = || pb::ApproveCancellationRequest {
        context: new(),
        tender: TENDER.to_owned(),
        proposal: proposed.revision,
    };
    let own = By("nadia", Role::Approver, "-").asks(approval());
    let own = tenders.approve_cancellation(own).await;
    assert_eq!(refused(own), "TENDER_OWN_CANCELLATION");
    done(tenders.approve_cancellation(RIDA.asks(approval())).await);
    play.noon("01-18");
    play.react().await;
    let page = asked::page(&play).await;
    assert_eq!(page.stage(), asking::TenderStage::Cancelled);
    let end = page.end.unwrap();
    assert_eq!((end.ground(), end.reason), (ground, Some(reason)));
    assert_eq!((page.envelopes, page.bids), (vec![], vec![]));
}
