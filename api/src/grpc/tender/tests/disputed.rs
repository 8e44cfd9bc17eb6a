//! Complaints and what follows: one against the documents, under a key that says nothing of who complains, and one against an award,
//! which the review body upholds.

use sijill_schemas::oversight::v1 as asking;
use sijill_schemas::types::v1 as types;

use super::asked;
use super::short::{
    Short, awarded, awarded_by, bidder, bidding, bids, completed, delta, listed, nile, read, told,
};
use super::world::*;
use super::*;

fn complaint(
    id: &str,
    against: events::complaint_filed::Against,
    key: Option<types::PublicKey>,
) -> events::ComplaintFiled {
    events::ComplaintFiled {
        id: id.to_owned(),
        against: Some(against),
        grounds: "it says one thing and does another".to_owned(),
        evidence: Vec::new(),
        key,
    }
}

async fn upheld(play: &Play, complaint: &str, decision: &str) {
    let decided = pb::DecideComplaintRequest {
        context: new(),
        tender: TENDER.to_owned(),
        decision: Some(events::ComplaintDecided {
            complaint: complaint.to_owned(),
            decision: decision.to_owned(),
            outcome: events::ComplaintOutcome::Upheld.into(),
            reason: "it is as the complainer says".to_owned(),
        }),
    };
    let mut tenders = play.world.tenders();
    let officer = By("nadia", Role::ReviewBody, "-").asks(decided.clone());
    let own = tenders.decide_complaint(officer).await;
    assert!(own.is_err(), "who drafted it judges nothing of it");
    done(tenders.decide_complaint(JUDGE.asks(decided)).await);
}

/// Nobody reads who complains: the documents change, and whoever complained bids like all others.
#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_without_a_name_changes_the_documents() {
    use events::complaint_filed::Against;
    let play = bidding(&Short::open(), None).await;
    // Under another key than the bid's: what is under one key is known to be of one bidder.
    let somebody = bidder("organization:DELTA", 7);
    let filed = |context| pb::FileComplaintRequest {
        context,
        tender: TENDER.to_owned(),
        complaint: Some(complaint(
            "C-1",
            Against::Documents(events::DocumentsComplaint {}),
            somebody.public(),
        )),
    };
    let mut tenders = play.world.tenders();
    let unsigned = tenders.file_complaint(somebody.by.asks(filed(new()))).await;
    assert_eq!(refused(unsigned), "STATEMENT_MISSING");
    done(tenders.file_complaint(somebody.signs(&[], filed)).await);
    let page = asked::page(&play).await;
    let by = page.complaints[0].by.as_ref().unwrap().id.clone().unwrap();
    let key = somebody.key.public().id().to_string();
    assert_eq!(by, types::actor::Id::Key(key));
    assert!(!format!("{page:?}").contains("DELTA"), "nobody is named");

    upheld(&play, "C-1", "R-1").await;
    let delta = delta();
    bids(&play, &delta, &[("A", 400)]).await;
    play.noon("01-17");
    let close = pb::CloseBiddingRequest {
        context: new(),
        tender: TENDER.to_owned(),
    };
    let held_up = tenders.close_bidding(NADIA.asks(close)).await;
    assert_eq!(refused(held_up), "TENDER_COMPLAINT_UPHELD");
    let amendment = pb::AmendTenderRequest {
        context: new(),
        tender: TENDER.to_owned(),
        amendment: Some(events::TenderAmended {
            number: None,
            reason: "as the review body decided".to_owned(),
            change: Some(events::tender_amended::Change::Lot(events::LotChange {
                lot: "A".to_owned(),
                before: Vec::new(),
                after: vec![super::drafting::line(10, 60)],
            })),
            closes_micros: midnight("01-23").as_micros(),
        }),
    };
    done(tenders.amend_tender(NADIA.asks(amendment)).await);
    let page = asked::page(&play).await;
    let [complaint] = &page.complaints[..] else {
        panic!("one complaint: {:?}", page.complaints);
    };
    assert_eq!(complaint.outcome(), events::ComplaintOutcome::Upheld);
    assert_eq!(complaint.decision.as_deref(), Some("R-1"));
    assert_eq!(complaint.against(), asking::ComplaintAgainst::Documents);
    assert_eq!(
        (page.amendments, page.stage()),
        (1, asking::TenderStage::Bidding)
    );
    let closes = page.times.unwrap().closes_micros;
    assert_eq!(closes, Some(midnight("01-23").as_micros()));
}

/// The award falls, its lot is decided anew, and the tender ends with another winner.
#[tokio::test(flavor = "multi_thread")]
async fn an_upheld_complaint_takes_the_award_back() {
    use events::complaint_filed::Against;
    let play = bidding(&Short::open(), None).await;
    let (nile, delta) = (nile(), delta());
    bids(&play, &nile, &[("A", 420)]).await;
    bids(&play, &delta, &[("A", 400)]).await;
    listed(&play).await;
    read(&play, &[&nile, &delta]).await;
    awarded(&play, "A", "DELTA").await;
    told(&play, "01-20").await;
    let mut tenders = play.world.tenders();
    let filed = pb::FileComplaintRequest {
        context: new(),
        tender: TENDER.to_owned(),
        complaint: Some(complaint("C-1", Against::AwardLot("A".to_owned()), None)),
    };
    done(tenders.file_complaint(nile.by.asks(filed)).await);
    play.noon("01-25");
    upheld(&play, "C-1", "R-1").await;
    let rejection = pb::DisqualifyBidRequest {
        context: new(),
        tender: TENDER.to_owned(),
        disqualification: Some(events::BidDisqualified {
            bidder: "DELTA".to_owned(),
            lot: None,
            ground: Some(events::bid_disqualified::Ground::Other(
                events::DisqualificationGround::FalseStatement.into(),
            )),
            reason: "as the review body found".to_owned(),
            minutes: Some("M-3".to_owned()),
        }),
    };
    play.minutes("M-3", &[Decided::Rejects("DELTA")]).await;
    done(tenders.disqualify_bid(E1.asks(rejection)).await);
    awarded_by("M-4", &play, "A", "NILE").await;
    told(&play, "01-26").await;
    completed(&play, "02-08").await;
    let page = asked::page(&play).await;
    let complaint = &page.complaints[0];
    assert_eq!(complaint.outcome(), events::ComplaintOutcome::Upheld);
    let [fallen] = &page.fallen[..] else {
        panic!("one award fell: {:?}", page.fallen);
    };
    let fell = fallen.award.as_ref().unwrap();
    assert_eq!(fell.winners[0].bidder, "DELTA");
    assert_eq!(fallen.reason, "it is as the complainer says");
    let stands = page.lots[0].award.as_ref().unwrap();
    assert_eq!(stands.winners[0].bidder, "NILE");
    assert_eq!(page.stage(), asking::TenderStage::Completed);
    assert_eq!(asked::amount(page.end.unwrap().value.as_ref()), "420");
}
