//! What the ledger fills in is refused where a caller says it, with its path; before anything is looked up.

use events::tender_amended::Change;

use super::world::*;
use super::*;

/// Code and path of the refusal of one request, whose message says too much.
macro_rules! too_much {
    ($world:expr, $by:expr, $method:ident, $request:ident { $($id:ident)?, $field:ident: $said:expr }) => {{
        let request = pb::$request {
            context: new(),
            $($id: "T-1".to_owned(),)?
            $field: Some($said),
        };
        let status = $world.tenders().$method($by.asks(request)).await.unwrap_err();
        let (code, field) = code_and_field(&status);
        assert_eq!(code, "INVALID_FIELD");
        field
    }};
}

#[tokio::test]
async fn what_the_ledger_fills_in_of_drafts_is_refused() {
    let world = World::new().await;
    let limit = egp(1);
    let plan = events::PlanApproved {
        read: 0,
        limit: limit.clone(),
    };
    let field = too_much!(
        world,
        SAMI,
        approve_plan,
        ApprovePlanRequest {
            plan,
            approval: plan
        }
    );
    assert_eq!(field, "approval.limit");
    let approval = events::TenderApproved { read: 0, limit };
    let field = too_much!(
        world,
        SAMI,
        approve_tender,
        ApproveTenderRequest {
            tender,
            approval: approval
        }
    );
    assert_eq!(field, "approval.limit");
    let published = events::TenderPublished {
        sealing: Some(events::Sealing::default()),
        ..Default::default()
    };
    let field = too_much!(
        world,
        NADIA,
        publish_tender,
        PublishTenderRequest {
            tender,
            publication: published
        }
    );
    assert_eq!(field, "publication.sealing");
    let outage = events::OutageRecorded {
        closes_micros: Some(1),
        ..Default::default()
    };
    let adam = By("adam", Role::Administrator, "-");
    let field = too_much!(
        world,
        adam,
        record_outage,
        RecordOutageRequest {
            tender,
            outage: outage
        }
    );
    assert_eq!(field, "outage.closes_micros");
}

#[tokio::test]
async fn what_the_ledger_fills_in_of_amendments_is_refused() {
    let world = World::new().await;
    let lot = events::LotChange {
        lot: "A".to_owned(),
        before: vec![drafting::line(1, 1)],
        after: Vec::new(),
    };
    let documents = events::DocumentsChange {
        before: vec![sijill_schemas::types::v1::Document::default()],
        after: Vec::new(),
    };
    let cases = [
        (Some(1), None, "amendment.number"),
        (None, Some(Change::Lot(lot)), "amendment.lot.before"),
        (
            None,
            Some(Change::Documents(documents)),
            "amendment.documents.before",
        ),
    ];
    for (number, change, path) in cases {
        let amended = events::TenderAmended {
            number,
            change,
            ..Default::default()
        };
        let field = too_much!(
            world,
            NADIA,
            amend_tender,
            AmendTenderRequest {
                tender,
                amendment: amended
            }
        );
        assert_eq!(field, path);
    }
}

#[tokio::test]
async fn what_the_ledger_fills_in_of_evaluation_is_refused() {
    let world = World::new().await;
    let approved = events::TenderCancelled {
        proposal: Some(1),
        ..Default::default()
    };
    let field = too_much!(
        world,
        NADIA,
        cancel_tender,
        CancelTenderRequest {
            tender,
            ending: approved
        }
    );
    assert_eq!(field, "ending.proposal");
    let accepted = events::TechnicalResultApproved {
        accepted: vec![events::AcceptedBid::default()],
        ..Default::default()
    };
    let field = too_much!(
        world,
        E1,
        approve_technical_result,
        ApproveTechnicalResultRequest {
            tender,
            result: accepted
        }
    );
    assert_eq!(field, "result.accepted");
    for (before, after, path) in [
        (egp(1), None, "correction.before"),
        (None, egp(1), "correction.after"),
    ] {
        let corrected = events::BidCorrected {
            before,
            after,
            ..Default::default()
        };
        let field = too_much!(
            world,
            E1,
            correct_bid,
            CorrectBidRequest {
                tender,
                correction: corrected
            }
        );
        assert_eq!(field, path);
    }
}

#[tokio::test]
async fn what_the_ledger_fills_in_of_awards_is_refused() {
    let world = World::new().await;
    let ranked = events::AwardProposed {
        ranking: vec![events::RankedBid::default()],
        ..Default::default()
    };
    let field = too_much!(
        world,
        E1,
        propose_award,
        ProposeAwardRequest {
            tender,
            award: ranked
        }
    );
    assert_eq!(field, "award.ranking");
    let winner = |value| events::AwardWinner {
        value,
        ..Default::default()
    };
    let valued = events::AwardProposed {
        winners: vec![winner(None), winner(egp(1))],
        ..Default::default()
    };
    let field = too_much!(
        world,
        E1,
        propose_award,
        ProposeAwardRequest {
            tender,
            award: valued
        }
    );
    assert_eq!(field, "award.winners[1].value");
    for (value, limit, path) in [
        (egp(1), None, "approval.value"),
        (None, egp(1), "approval.limit"),
    ] {
        let approved = events::AwardApproved {
            value,
            limit,
            ..Default::default()
        };
        let field = too_much!(
            world,
            SAMI,
            approve_award,
            ApproveAwardRequest {
                tender,
                approval: approved
            }
        );
        assert_eq!(field, path);
    }
}
