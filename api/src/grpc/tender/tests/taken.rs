//! Two tenders race for the same line of a plan: one takes it, and the other may once the first is given up.

use super::drafting::{self, taken};
use super::world::*;
use super::*;

/// A draft of 100 rolls; 160 are planned.
async fn drafted(play: &Play, tender: &str) {
    let draft = pb::DraftTenderRequest {
        tender: tender.to_owned(),
        ..drafting::draft()
    };
    let mut tenders = play.world.tenders();
    done(tenders.draft_tender(NADIA.asks(draft)).await);
    let lot = pb::AddLotRequest {
        context: withholding(&["1000.00 EGP"]),
        tender: tender.to_owned(),
        lot: Some(events::LotAdded {
            id: "A".to_owned(),
            title: names("مجموعة", "lot"),
            estimate_part: Some(0),
            lines: vec![drafting::line(100, 30)],
        }),
    };
    done(tenders.add_lot(NADIA.asks(lot)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_that_race_takes_what_is_planned() {
    let play = Play::new().await;
    drafting::ruled(&play, None).await;
    drafting::planned(&play).await;
    let names = ["T-1", "T-2"];
    for tender in names {
        drafted(&play, tender).await;
    }
    let (first, second) = tokio::join!(taken(&play, names[0]), taken(&play, names[1]));
    let [won, lost] = if first.is_ok() {
        assert_eq!(refused(second), "PLAN_NOT_LEFT");
        names
    } else {
        done(second);
        assert_eq!(refused(first), "PLAN_NOT_LEFT");
        [names[1], names[0]]
    };
    assert_eq!(refused(taken(&play, won).await), "PLAN_TAKEN_ALREADY");
    let given_up = pb::CancelTenderRequest {
        context: new(),
        tender: won.to_owned(),
        ending: Some(events::TenderCancelled {
            ground: events::CancellationGround::NoDemand.into(),
            reason: "a donation came".to_owned(),
            proposal: None,
        }),
    };
    let mut tenders = play.world.tenders();
    done(tenders.cancel_tender(NADIA.asks(given_up)).await);
    play.react().await;
    done(taken(&play, lost).await);
    let other = pb::TakeFromPlanRequest {
        context: new(),
        plan: "PLAN-1".to_owned(),
        tender: lost.to_owned(),
    };
    let other = tenders.take_from_plan(KARIM.asks(other)).await;
    assert_eq!(refused(other), "OFFICIAL_NOT_OF_BUYER");
}
