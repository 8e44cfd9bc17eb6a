//! From opened bids to awards of which everybody was told.

use sijill_ledger_core::domain::tender::{EnvelopePart::Financial, Event};
use sijill_ledger_core::domain::values::Withheld;

use super::play::{Bidders, member, opened, standstill};
use super::world::*;
use super::*;

pub async fn technically_judged(play: &Play, bidders: &Bidders) {
    play.noon("01-18");
    let mut tenders = play.world.tenders();
    let points = [
        ("NILE", "quality 80"),
        ("DELTA", "quality 90"),
        ("SINAI", "quality 70"),
    ];
    for (bidder, points) in points {
        let score = || pb::ScoreBidRequest {
            context: withholding(&[points]),
            tender: TENDER.to_owned(),
            scoring: Some(events::BidScored {
                bidder: bidder.to_owned(),
                scores_part: 0,
            }),
        };
        let opener = tenders.score_bid(O1.asks(score())).await;
        assert_eq!(refused(opener), "TENDER_NOT_AN_EVALUATOR");
        done(tenders.score_bid(E1.asks(score())).await);
    }
    let scored = play.tender().await.into_iter().filter_map(|event| {
        let Event::BidScored(it) = event else {
            return None;
        };
        Some(it.scores)
    });
    let scored: Vec<_> = scored.collect();
    assert_eq!(scored.len(), 3);
    assert!(scored.iter().all(|it| matches!(it, Withheld::Committed(_))));
    let result = || pb::ApproveTechnicalResultRequest {
        context: new(),
        tender: TENDER.to_owned(),
        result: Some(events::TechnicalResultApproved {
            minutes: "M-1".to_owned(),
            accepted: Vec::new(),
        }),
    };
    let read = play.drawn_up("M-1", &[Decided::Result]).await;
    let opener = play.signed(O1, "M-1", read).await;
    assert_eq!(refused(opener), "COMMITTEE_NO_MEMBER");
    done(play.signed(E1, "M-1", read).await);
    let alone = tenders.approve_technical_result(E1.asks(result())).await;
    assert_eq!(refused(alone), "TENDER_NO_MINUTES");
    done(play.signed(E2, "M-1", read).await);
    done(tenders.approve_technical_result(E1.asks(result())).await);
    let accepted = play.tender().await.into_iter().find_map(|event| {
        let Event::TechnicalResultApproved(it) = event else {
            return None;
        };
        Some(it.accepted)
    });
    assert_eq!(accepted.unwrap().len(), bidders.counting().len());
}

pub async fn financially_opened(play: &Play, bidders: &Bidders) {
    play.noon("01-19");
    let members = [member("o2"), member("o4"), member("o5")];
    opened(play, Financial, members, &bidders.counting()).await;
}

pub async fn corrected_and_explained(play: &Play) {
    let mut tenders = play.world.tenders();
    let early = tenders.propose_award(E1.asks(award("A", "DELTA"))).await;
    assert_eq!(refused(early), "TENDER_UNCORRECTED");
    let correction = pb::CorrectBidRequest {
        context: new(),
        tender: TENDER.to_owned(),
        correction: Some(events::BidCorrected {
            bidder: "NILE".to_owned(),
            lot: "A".to_owned(),
            before: None,
            after: None,
        }),
    };
    done(tenders.correct_bid(E1.asks(correction)).await);
    let totals = play.tender().await.into_iter().find_map(|event| {
        let Event::BidCorrected(it) = event else {
            return None;
        };
        Some([it.before, it.after].map(|it| it.unwrap().to_string()))
    });
    assert_eq!(totals.unwrap(), ["1260.00 EGP", "1250.00 EGP"]);
    let low = tenders.propose_award(E1.asks(award("B", "SINAI"))).await;
    assert_eq!(refused(low), "TENDER_LOW_PRICE_UNEXPLAINED");
    let explanation = pb::ExplainLowBidRequest {
        context: new(),
        tender: TENDER.to_owned(),
        explanation: Some(events::LowBidExplained {
            bidder: "SINAI".to_owned(),
            lot: "B".to_owned(),
            explanation: "the mill is next door".to_owned(),
            accepted: true,
        }),
    };
    let awards = [Decided::Awards("A", "DELTA"), Decided::Awards("B", "SINAI")];
    play.minutes("M-9", &awards).await;
    done(tenders.explain_low_bid(E1.asks(explanation)).await);
    let mut since = award("B", "SINAI");
    since.award.as_mut().unwrap().minutes = "M-9".to_owned();
    let since = tenders.propose_award(E1.asks(since)).await;
    assert_eq!(refused(since), "TENDER_JUDGED_SINCE");
    play.minutes("M-2", &awards).await;
}

pub fn award(lot: &str, winner: &str) -> pb::ProposeAwardRequest {
    pb::ProposeAwardRequest {
        context: new(),
        tender: TENDER.to_owned(),
        award: Some(events::AwardProposed {
            lot: lot.to_owned(),
            minutes: "M-2".to_owned(),
            ranking: Vec::new(),
            winners: vec![events::AwardWinner {
                bidder: winner.to_owned(),
                lines: Vec::new(),
                value: None,
            }],
            reserve: None,
            departure: None,
        }),
    }
}

pub async fn awarded(play: &Play) {
    let mut tenders = play.world.tenders();
    for (lot, best, second) in [("A", "DELTA", "NILE"), ("B", "SINAI", "NILE")] {
        let departing = tenders.propose_award(E1.asks(award(lot, second))).await;
        assert_eq!(refused(departing), "TENDER_UNJUSTIFIED");
        let proposed = done(tenders.propose_award(E1.asks(award(lot, best))).await);
        let approval = || pb::ApproveAwardRequest {
            context: new(),
            tender: TENDER.to_owned(),
            approval: Some(events::AwardApproved {
                lot: lot.to_owned(),
                proposal: proposed.revision,
                value: None,
                limit: None,
            }),
        };
        let own = By("e1", Role::Approver, "-").asks(approval());
        assert_eq!(
            refused(tenders.approve_award(own).await),
            "TENDER_OWN_PROPOSAL"
        );
        if lot == "A" {
            let above = tenders.approve_award(RIDA.asks(approval())).await;
            assert_eq!(refused(above), "TENDER_AWARD_ABOVE_LIMIT");
        }
        done(tenders.approve_award(SAMI.asks(approval())).await);
    }
    let ranked = play.tender().await.into_iter().filter_map(|event| {
        let Event::AwardProposed(it) = event else {
            return None;
        };
        Some(it.ranking)
    });
    let ranked = ranked.map(|it| it.iter().map(|it| it.bidder.to_string()).collect());
    let ranked: Vec<Vec<String>> = ranked.collect();
    assert_eq!(
        ranked,
        [vec!["DELTA", "NILE"], vec!["SINAI", "NILE", "DELTA"]]
    );
}

pub async fn told(play: &Play) {
    play.noon("01-20");
    let notification = pb::NotifyBiddersRequest {
        context: new(),
        tender: TENDER.to_owned(),
    };
    let mut tenders = play.world.tenders();
    done(tenders.notify_bidders(NADIA.asks(notification)).await);
    play.react().await;
    let disclosed = play.disclosed().await;
    assert!(disclosed.contains(&"quality 80".to_owned()));
    let early = tenders.end_standstill(NADIA.asks(standstill())).await;
    assert_eq!(refused(early), "TENDER_STANDSTILL_RUNS");
}
