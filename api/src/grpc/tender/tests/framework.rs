//! A framework agreement: from a tender that two suppliers win, over more call-offs at once than there is room for, to its end.

use sijill_ledger_core::domain::framework::Framework;
use sijill_ledger_core::domain::order::{Order, Stage};
use sijill_ledger_core::domain::tender::EnvelopePart::{Financial, Technical};
use sijill_ledger_core::domain::values::{ContractId, OrderId};

use super::asked;
use super::play::{judged_again, member, opened};
use super::world::*;
use super::*;

const DELTA: By = By("organization:DELTA", Role::Supplier, "-");

/// Two lots under an agreement for a year; the lowest price ranks.
async fn drafted(play: &Play) {
    let draft = pb::DraftTenderRequest {
        context: new(),
        tender: TENDER.to_owned(),
        draft: Some(events::TenderDrafted {
            framework: Some(events::FrameworkTerms {
                days: 365,
                suppliers: 2,
            }),
            plan: None,
            criteria: Vec::new(),
            ties: vec![events::TieRule::EarlierEnvelope.into()],
            award_by: Some(events::tender_drafted::AwardBy::LowestPrice(
                events::LowestPriceAward {},
            )),
            ..drafting::draft().draft.unwrap()
        }),
    };
    let mut tenders = play.world.tenders();
    done(tenders.draft_tender(NADIA.asks(draft)).await);
    drafting::lots_and_committees(
        play,
        [
            ("A", "450.00 EGP", vec![drafting::line(100, 30)]),
            ("B", "450.00 EGP", vec![drafting::line(10, 30)]),
        ],
    )
    .await;
}

/// Delta asks 4 in lot A and 42 in lot B, Nile 5 and 40.
async fn bid_and_opened(play: &Play) {
    let nile = Bidder::new(By("organization:NILE", Role::Supplier, "-"), 1);
    let delta = Bidder::new(DELTA, 2);
    let bids = [
        (
            &nile,
            financial(
                &[("A", 1, 100, 50), ("B", 1, 10, 400)],
                &[("A", 500), ("B", 400)],
            ),
        ),
        (
            &delta,
            financial(
                &[("A", 1, 100, 40), ("B", 1, 10, 420)],
                &[("A", 400), ("B", 420)],
            ),
        ),
    ];
    play.noon("01-05");
    for (bidder, prices) in &bids {
        done(play.seal(bidder, Technical, &technical(&["A", "B"])).await);
        done(play.seal(bidder, Financial, prices).await);
    }
    play.set(midnight("01-17"));
    play.react().await;
    play.noon("01-17");
    let members = || [O1, member("o2"), member("o3")];
    opened(play, Technical, members(), &[&nile, &delta]).await;
    play.minutes("M-1", &[Decided::Result]).await;
    let result = pb::ApproveTechnicalResultRequest {
        context: new(),
        tender: TENDER.to_owned(),
        result: Some(events::TechnicalResultApproved {
            minutes: "M-1".to_owned(),
            accepted: Vec::new(),
        }),
    };
    let mut tenders = play.world.tenders();
    done(tenders.approve_technical_result(E1.asks(result)).await);
    opened(play, Financial, members(), &[&nile, &delta]).await;
    let each = ["A", "B"].map(|lot| ["NILE", "DELTA"].map(|who| Decided::Awards(lot, who)));
    play.minutes("M-2", each.as_flattened()).await;
}

/// Both win both lots; what is approved are 500 and 420, the most that can be called off.
async fn awarded_and_completed(play: &Play) {
    let mut tenders = play.world.tenders();
    for (lot, worth) in [("A", 500), ("B", 420)] {
        let winner = |bidder: &str| events::AwardWinner {
            bidder: bidder.to_owned(),
            lines: Vec::new(),
            value: None,
        };
        let mut award = judging::award(lot, "DELTA");
        let winners = &mut award.award.as_mut().unwrap().winners;
        *winners = ["NILE", "DELTA"].map(winner).into();
        let proposed = done(tenders.propose_award(E1.asks(award)).await);
        let approval = pb::ApproveAwardRequest {
            context: new(),
            tender: TENDER.to_owned(),
            approval: Some(events::AwardApproved {
                lot: lot.to_owned(),
                proposal: proposed.revision,
                value: None,
                limit: None,
            }),
        };
        done(tenders.approve_award(SAMI.asks(approval)).await);
        let Some(tender::Event::AwardApproved(approved)) = play.tender().await.pop() else {
            panic!("not approved");
        };
        let expected = format!("{worth}.00 EGP");
        assert_eq!(approved.value.unwrap().to_string(), expected);
    }
    play.noon("01-20");
    let notification = pb::NotifyBiddersRequest {
        context: new(),
        tender: TENDER.to_owned(),
    };
    done(tenders.notify_bidders(NADIA.asks(notification)).await);
    let mut frameworks = play.world.frameworks();
    let early = frameworks.conclude_framework(NADIA.asks(conclusion()));
    assert_eq!(refused(early.await), "FRAMEWORK_TENDER_OPEN");
    play.noon("01-31");
    play.react().await;
    let completion = pb::CompleteTenderRequest {
        context: new(),
        tender: TENDER.to_owned(),
    };
    done(tenders.complete_tender(NADIA.asks(completion)).await);
    let page = asked::page(play).await;
    let terms = page.framework.unwrap();
    assert_eq!((terms.days, terms.suppliers), (365, 2));
    assert_eq!(page.invitation, None);
}

fn conclusion() -> pb::ConcludeFrameworkRequest {
    pb::ConcludeFrameworkRequest {
        context: new(),
        framework: TENDER.to_owned(),
    }
}

fn call_off(order: &str, supplier: &str, quantity: i64, price: i64) -> pb::CallOffRequest {
    let unit_price = sijill_schemas::types::v1::UnitPrice {
        amount: whole(price),
        currency: "EGP".to_owned(),
    };
    pb::CallOffRequest {
        context: new(),
        framework: TENDER.to_owned(),
        call_off: Some(events::CallOffMade {
            order: order.to_owned(),
            number: order.to_owned(),
            supplier: supplier.to_owned(),
            lot: "A".to_owned(),
            lines: vec![events::CalledLine {
                line: 1,
                quantity: whole(quantity),
                unit_price: Some(unit_price),
                due_days: None,
            }],
            justification: None,
            placement: None,
        }),
    }
}

/// As anyone may ask.
async fn shown(play: &Play) -> pb::GetFrameworkResponse {
    let asked = tonic::Request::new(pb::GetFrameworkRequest {
        framework: TENDER.to_owned(),
    });
    let answer = play.world.frameworks().get_framework(asked).await;
    answer.unwrap().into_inner()
}

/// What is left of lot A.
async fn left(play: &Play) -> i64 {
    let shown = shown(play).await;
    let left = shown.lots[0].left[0];
    assert_eq!(left.scale, 0);
    left.units
}

async fn order(play: &Play, id: &str) -> Order {
    let stream = Order::stream(&OrderId::new(id).unwrap());
    play.world.ledger.state(&stream).await.unwrap()
}

/// 25 officers' clerks call 10 each off at once: there is room for ten of them.
async fn called_off_at_once(play: &Play) -> Vec<String> {
    let mut calls = tokio::task::JoinSet::new();
    for n in 0..25 {
        let mut frameworks = play.world.frameworks();
        calls.spawn(async move {
            let id = format!("PO-{n}");
            let asked = NADIA.asks(call_off(&id, "DELTA", 10, 4));
            (id, frameworks.call_off(asked).await)
        });
    }
    let mut taken = Vec::new();
    for (id, answer) in calls.join_all().await {
        match answer {
            Ok(_) => taken.push(id),
            Err(status) => assert_eq!(code_and_field(&status).0, "FRAMEWORK_ABOVE_CEILING"),
        }
    }
    assert_eq!(taken.len(), 10);
    assert_eq!(left(play).await, 0);
    play.react().await;
    for n in 0..25 {
        let id = format!("PO-{n}");
        let order = order(play, &id).await;
        let supplier = order.book().map(|book| book.supplier().to_string());
        let expected = taken.contains(&id).then(|| "DELTA".to_owned());
        assert_eq!(supplier, expected, "{id}");
    }
    taken
}

async fn cancelled(play: &Play, id: &str) {
    let release = pb::ReleaseCallOffRequest {
        context: new(),
        framework: TENDER.to_owned(),
        release: Some(events::CallOffReleased {
            order: id.to_owned(),
        }),
    };
    let mut frameworks = play.world.frameworks();
    let standing = frameworks.release_call_off(NADIA.asks(release));
    assert_eq!(refused(standing.await), "FRAMEWORK_ORDER_STANDS");
    let cancel = pb::CancelOrderRequest {
        context: new(),
        order: id.to_owned(),
        cancellation: Some(events::OrderCancelled {
            reason: "ordered twice".to_owned(),
        }),
    };
    done(
        play.world
            .procurement()
            .cancel_order(NADIA.asks(cancel))
            .await,
    );
    play.react().await;
    let order = order(play, id).await;
    assert_eq!(order.book().unwrap().stage(), Stage::Cancelled);
    assert_eq!(left(play).await, 10);
}

/// Nile's turn comes when Delta is suspended; and neither's after two officials ended it all.
async fn suspended_and_terminated(play: &Play) {
    let mut frameworks = play.world.frameworks();
    let nile = || call_off("PO-NILE", "NILE", 10, 5);
    let unjustified = frameworks.call_off(NADIA.asks(nile())).await;
    assert_eq!(refused(unjustified), "FRAMEWORK_UNJUSTIFIED");
    let suspension = pb::SuspendFrameworkPlaceRequest {
        context: new(),
        framework: TENDER.to_owned(),
        suspension: Some(events::FrameworkPlaceSuspended {
            supplier: "DELTA".to_owned(),
            reason: "deliveries came late".to_owned(),
        }),
    };
    done(
        frameworks
            .suspend_framework_place(NADIA.asks(suspension))
            .await,
    );
    done(frameworks.call_off(NADIA.asks(nile())).await);
    let proposal = pb::ProposeFrameworkTerminationRequest {
        context: new(),
        framework: TENDER.to_owned(),
        proposal: Some(events::FrameworkTerminationProposed {
            reason: "the item is used no more".to_owned(),
        }),
    };
    let proposed = frameworks
        .propose_framework_termination(NADIA.asks(proposal))
        .await;
    let proposal = done(proposed).revision;
    let termination = || pb::TerminateFrameworkRequest {
        context: new(),
        framework: TENDER.to_owned(),
        termination: Some(events::FrameworkTerminated { proposal }),
    };
    let own = By("nadia", Role::Approver, "-").asks(termination());
    let own = frameworks.terminate_framework(own).await;
    assert_eq!(refused(own), "FRAMEWORK_OWN_PROPOSAL");
    done(
        frameworks
            .terminate_framework(SAMI.asks(termination()))
            .await,
    );
    let late = call_off("PO-LATE", "NILE", 1, 5);
    let late = frameworks.call_off(NADIA.asks(late)).await;
    assert_eq!(refused(late), "FRAMEWORK_TERMINATED");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agreement_from_its_tender_to_its_end() {
    let play = Play::new().await;
    let post = "EG-MOH-nadia".to_owned();
    play.authorised("nadia", post, 1_000).await;
    drafting::ruled(&play, None).await;
    drafted(&play).await;
    drafting::keys_enrolled(&play).await;
    drafting::approved_and_published(&play).await;
    bid_and_opened(&play).await;
    awarded_and_completed(&play).await;
    let mut frameworks = play.world.frameworks();
    done(
        frameworks
            .conclude_framework(NADIA.asks(conclusion()))
            .await,
    );
    assert_eq!(left(&play).await, 100);
    let dear = frameworks.call_off(NADIA.asks(call_off("PO-0", "DELTA", 10, 5)));
    assert_eq!(refused(dear.await), "FRAMEWORK_ABOVE_PRICE");
    let mut filled = call_off("PO-0", "DELTA", 10, 4);
    let placement = events::OrderPlaced::default();
    filled.call_off.as_mut().unwrap().placement = Some(placement);
    let filled = frameworks.call_off(NADIA.asks(filled)).await.unwrap_err();
    assert_eq!(code_and_field(&filled).1, "call_off.placement");

    let taken = called_off_at_once(&play).await;
    cancelled(&play, &taken[0]).await;
    suspended_and_terminated(&play).await;
    play.react().await;
    let shown = shown(&play).await;
    assert!(shown.terminated);
    assert_eq!((shown.call_offs, shown.released), (10, 1));
    assert_eq!(
        order(&play, "PO-NILE")
            .await
            .book()
            .unwrap()
            .supplier()
            .as_str(),
        "NILE"
    );
    let stream = Framework::stream(&ContractId::new(TENDER).unwrap());
    let framework: Framework = play.world.ledger.state(&stream).await.unwrap();
    assert!(matches!(framework, Framework::Terminated(_)));
    judged_again(&play).await;
}
