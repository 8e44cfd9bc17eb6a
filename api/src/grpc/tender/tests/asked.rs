//! What everybody can ask about the tender of the play, while bids are sealed and at its end.

use sijill_ledger_core::store::EventStore as _;
use sijill_schemas::oversight::v1 as asked;
use sijill_schemas::types::v1 as types;

use super::world::*;
use super::*;

/// Read your writes.
pub fn now(play: &Play) -> Option<types::QueryContext> {
    Some(types::QueryContext {
        minimum_index: Some(play.world.ledger.store().size() - 1),
        ..types::QueryContext::default()
    })
}

pub async fn page(play: &Play) -> asked::TenderPage {
    let request = asked::GetTenderRequest {
        context: now(play),
        tender: TENDER.to_owned(),
        page_token: String::new(),
    };
    let answer = play.world.views().get_tender(request).await;
    answer.unwrap().into_inner().tender.unwrap()
}

pub fn amount(money: Option<&types::Money>) -> String {
    decimal(money.unwrap().amount.as_ref())
}

pub fn decimal(wire: Option<&Decimal>) -> String {
    let Decimal { units, scale } = wire.unwrap();
    rust_decimal::Decimal::new(*units, *scale)
        .normalize()
        .to_string()
}

/// Nobody learns whose envelopes there are, nor what is in them, nor what the lots are expected to cost.
pub async fn while_sealed(play: &Play) {
    use asked::WithheldKind::{Bidders, Estimate};
    let page = page(play).await;
    assert_eq!(page.stage(), asked::TenderStage::Bidding);
    assert!(page.envelopes.is_empty() && page.bids.is_empty());
    assert!(page.lots.iter().all(|lot| lot.estimate.is_none()));
    let withheld = page.withheld.iter().map(|it| {
        let (lot, until) = (it.lot.as_deref(), it.until.as_deref());
        (it.what(), lot, until.unwrap())
    });
    let expected = [
        (Bidders, None, "BidReceived"),
        (Estimate, Some("A"), "BidOpened"),
        (Estimate, Some("B"), "BidOpened"),
    ];
    assert_eq!(withheld.collect::<Vec<_>>(), expected);
    let now = page.stages.last().unwrap();
    let waits_for = now.waits_for.as_ref().unwrap();
    assert_eq!(waits_for.kind(), asked::WaitsForKind::Bidders);
}

/// The tender that ended, and all figures it gave.
pub async fn at_the_end(play: &Play) {
    the_page(play).await;
    the_timeline(play).await;
    the_stages(play).await;
    the_awards_and_prices(play).await;
    the_cards(play).await;
    nobody(play).await;
}

async fn the_page(play: &Play) {
    let page = page(play).await;
    assert_eq!(page.stage(), asked::TenderStage::Completed);
    assert_eq!((page.envelopes.len(), page.bids.len()), (10, 5));
    assert_eq!(page.withheld, []);
    let lots = page.lots.iter().map(|lot| {
        let winner = lot.award.as_ref().unwrap().winners[0].bidder.as_str();
        let (estimate, value) = (lot.estimate.as_ref(), lot.value.as_ref());
        (lot.lot.as_str(), winner, amount(estimate), amount(value))
    });
    let expected = [("A", "DELTA", "1200", "1000"), ("B", "SINAI", "450", "300")];
    let expected = expected
        .map(|(lot, bidder, estimate, value)| (lot, bidder, estimate.to_owned(), value.to_owned()));
    assert_eq!(lots.collect::<Vec<_>>(), expected);
    let nile = page.bids.iter().find(|bid| bid.bidder == "NILE").unwrap();
    let offer = nile.offers.iter().find(|offer| offer.lot == "A").unwrap();
    let totals = [&offer.stated, &offer.price].map(|it| amount(it.as_ref()));
    assert_eq!(
        (totals, offer.corrected.is_some()),
        (["1260", "1250"].map(str::to_owned), true)
    );
    assert_eq!(decimal(nile.points[0].points.as_ref()), "80");
    let complaint = &page.complaints[0];
    assert_eq!(complaint.outcome(), events::ComplaintOutcome::Declined);
    assert_eq!(
        (complaint.decision.as_deref(), complaint.lot.as_deref()),
        (Some("R-1"), Some("B"))
    );
    assert_eq!(amount(page.end.unwrap().value.as_ref()), "1300");
}

async fn the_timeline(play: &Play) {
    let timeline = page(play).await.timeline;
    let log = play.tender().await;
    // Three papers, each drawn up by one member and signed by two.
    let of_minutes = ["MinutesDrawnUp", "MemberSigned"].map(|kind| {
        let steps = timeline.iter().filter(|step| step.step == kind);
        steps.count()
    });
    assert_eq!(of_minutes, [3, 6]);
    assert_eq!(
        timeline.len(),
        log.len() + 9,
        "every event of the tender is a step"
    );
    let mut before = 0;
    for step in &timeline {
        let mark = step.mark.as_ref().unwrap();
        assert!(mark.index > before, "in the order of the log");
        before = mark.index;
        assert!(
            step.actor.is_some() && step.effective_at.is_some(),
            "{step:?}"
        );
    }
    let found = |name| timeline.iter().find(|step| step.step == name).unwrap();
    let approved = found("TenderApproved").actor.as_ref().unwrap();
    let id = types::actor::Id::Official("sami".to_owned());
    assert_eq!(approved.actor.as_ref().unwrap().id, Some(id));
    assert!(!approved.posts.is_empty(), "the post that Sami holds");
    let change = found("TenderAmended").change.as_ref().unwrap();
    let days =
        |lines: &[events::LotLine]| lines.iter().map(|it| it.delivery_days).collect::<Vec<_>>();
    assert_eq!(
        (days(&change.lines_before), days(&change.lines_after)),
        (vec![30], vec![60])
    );
    assert_eq!(change.closes_before_micros, change.closes_after_micros);
}

/// Published on the 1st, closed at the first instant of the 17th, judged on the 18th, priced on the 19th, told on the 20th, complete on
/// the 31st.
async fn the_stages(play: &Play) {
    use asked::TenderStage as Stage;
    let stages = page(play).await.stages;
    let days: Vec<_> = stages.iter().map(|it| (it.stage(), it.days)).collect();
    let expected = [
        (Stage::Draft, 0),
        (Stage::Approved, 0),
        (Stage::Bidding, 16),
        (Stage::Listing, 0),
        (Stage::TechnicalOpening, 0),
        (Stage::TechnicalEvaluation, 1),
        (Stage::FinancialOpening, 1),
        (Stage::Awarding, 1),
        (Stage::Standstill, 11),
        (Stage::Final, 0),
        (Stage::Completed, 0),
    ];
    assert_eq!(days, expected);
    let clocks = stages.iter().flat_map(|stage| &stage.clocks);
    assert!(clocks.clone().all(|clock| clock.kept == Some(true)));
    let standstill = clocks
        .clone()
        .find(|it| it.basis() == asked::ClockBasis::StandstillDays);
    let standstill = standstill.unwrap();
    assert_eq!(
        (standstill.days, standstill.due_micros),
        (Some(10), midnight("01-31").as_micros())
    );
    let request = asked::ListTenderDurationsRequest {
        context: now(play),
        ..asked::ListTenderDurationsRequest::default()
    };
    let running = play
        .world
        .views()
        .list_tender_durations(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(running.total_size, 0, "it ended");
    let request = asked::ListStageMediansRequest {
        context: now(play),
        buyer: Some(BUYER.to_owned()),
        ..asked::ListStageMediansRequest::default()
    };
    let medians = play
        .world
        .views()
        .list_stage_medians(request)
        .await
        .unwrap()
        .into_inner();
    let bidding = medians.rows.iter().find_map(|row| {
        let median = row.median.as_ref()?;
        (median.stage() == Stage::Bidding).then_some(median)
    });
    assert_eq!(decimal(bidding.unwrap().median_days.as_ref()), "16");
}

async fn the_awards_and_prices(play: &Play) {
    let filter = |supplier: &str| {
        Some(asked::AwardFilter {
            supplier: Some(supplier.to_owned()),
            item: Some(ITEM.to_owned()),
            ..asked::AwardFilter::default()
        })
    };
    let request = asked::ListAwardsRequest {
        context: now(play),
        filter: filter("DELTA"),
        ..asked::ListAwardsRequest::default()
    };
    let awards = play
        .world
        .views()
        .list_awards(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(awards.total_size, 1);
    let award = &awards.rows[0];
    assert_eq!(
        (award.lot.as_str(), award.bidders, award.departure.as_ref()),
        ("A", 3, None)
    );
    let request = asked::ListUnitPricesRequest {
        context: now(play),
        page: Some(types::Page {
            order_by: "price".to_owned(),
            ..types::Page::default()
        }),
        ..asked::ListUnitPricesRequest::default()
    };
    let prices = play
        .world
        .views()
        .list_unit_prices(request)
        .await
        .unwrap()
        .into_inner();
    let prices = prices.rows.iter().map(|row| {
        let median = row.median.as_ref().unwrap();
        let price = decimal(row.price.as_ref().unwrap().amount.as_ref());
        let above = decimal(median.above_median_percent.as_ref());
        assert_eq!(
            (median.inputs, decimal(median.value.as_ref()).as_str()),
            (3, "8")
        );
        assert!(row.reference.is_none());
        (row.supplier.clone(), price, above)
    });
    let expected = [
        ("DELTA", "6", "-25"),
        ("DELTA", "8", "0"),
        ("SINAI", "30", "275"),
    ];
    let expected =
        expected.map(|(who, price, above)| (who.to_owned(), price.to_owned(), above.to_owned()));
    assert_eq!(prices.collect::<Vec<_>>(), expected);
}

async fn supplier(play: &Play, id: &str) -> asked::SupplierCard {
    let request = asked::GetSupplierCardRequest {
        context: now(play),
        supplier: id.to_owned(),
    };
    let answer = play.world.views().get_supplier_card(request).await;
    answer.unwrap().into_inner().card.unwrap()
}

async fn the_cards(play: &Play) {
    let counted = |count: &Option<asked::Count>| count.as_ref().unwrap().count;
    let [delta, nile, misr] = [
        supplier(play, "DELTA").await,
        supplier(play, "NILE").await,
        supplier(play, "MISR").await,
    ];
    let bids = |card: &asked::SupplierCard| {
        [&card.bids, &card.counting, &card.valid, &card.lots_won].map(counted)
    };
    assert_eq!(bids(&delta), [1, 1, 1, 1]);
    assert_eq!(bids(&nile), [1, 1, 1, 0]);
    assert_eq!(bids(&misr), [1, 0, 0, 0], "withdrawn");
    assert_eq!(decimal(delta.value[0].amount.as_ref()), "1000");
    assert_eq!(delta.buyers[0].buyer, BUYER);
    assert_eq!(
        [&nile.complaints, &nile.complaints_upheld].map(counted),
        [1, 0]
    );
    let request = asked::GetBuyerCardRequest {
        context: now(play),
        buyer: BUYER.to_owned(),
    };
    let card = play.world.views().get_buyer_card(request).await.unwrap();
    let card = card.into_inner().card.unwrap();
    let counts = [
        &card.tenders,
        &card.with_bids,
        &card.single_bid,
        &card.lots_awarded,
        &card.amendments,
        &card.complaints,
        &card.overrides,
        &card.cancelled,
    ];
    assert_eq!(counts.map(counted), [1, 1, 0, 2, 1, 1, 0, 0]);
    assert_eq!(decimal(card.bidders_median.as_ref()), "3");
    assert_eq!(decimal(card.value[0].amount.as_ref()), "1300");
    // (1000/1300)² + (300/1300)², in percent: 5,917.1598 + 532.5444.
    assert_eq!(decimal(card.suppliers[0].hhi.as_ref()), "6449.7041");
}

async fn nobody(play: &Play) {
    let request = asked::GetTenderRequest {
        context: now(play),
        tender: "T-404".to_owned(),
        page_token: String::new(),
    };
    let error = play.world.views().get_tender(request).await.unwrap_err();
    assert_eq!(code_and_field(&error).0, "TENDER_NOT_FOUND");
    let request = asked::GetBuyerCardRequest {
        context: now(play),
        buyer: "NOBODY".to_owned(),
    };
    let error = play
        .world
        .views()
        .get_buyer_card(request)
        .await
        .unwrap_err();
    assert_eq!(code_and_field(&error).0, "ORGANIZATION_NOT_FOUND");
}
