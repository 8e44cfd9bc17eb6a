//! Each question's figures are the view's; pages, places and instants.

#![allow(clippy::unnecessary_wraps)] // fields of messages are optional

use std::time::Duration;

use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::{EffectiveAt, FacilityId, ItemCode};
use sijill_projections::Runner;
use sijill_projections::distribution::{Page, Period};
use sijill_projections::distribution::{balance, losses};
use sijill_projections::shortage::query::Filter;
use sijill_schemas::types::v1::query_context::AsOf;

use super::super::pb;
use super::*;

/// The instant that an answer was given for.
fn instant(context: Option<&types::AnswerContext>) -> EffectiveAt {
    let at = context.unwrap().at.unwrap();
    let offset = i16::try_from(at.offset_minutes).unwrap();
    EffectiveAt::new(
        sijill_ledger_core::time::Timestamp::from_micros(at.micros),
        offset,
    )
    .unwrap()
}

fn wire(value: rust_decimal::Decimal) -> Option<types::Decimal> {
    Some(write(&value).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn shortages_stock_and_rates_are_the_views() {
    let world = World::new().await;
    world.issue("F1", "gauze", 100).await;
    let mut client = world.client().await;
    let context = world.after_all();
    let runner: Runner = world.folded(world.last() + 1).await;

    let question = pb::ListShortagesRequest {
        context,
        with_inputs: true,
        ..pb::ListShortagesRequest::default()
    };
    let answer = client.list_shortages(question).await.unwrap().into_inner();
    let at = instant(answer.context.as_ref());
    let view = runner.views().shortage.stock(at, &Filter::default());
    assert_eq!(answer.total_size, 6);
    assert_eq!(answer.rows.len(), view.value.len());
    let first = &answer.rows[0];
    assert_eq!(
        (&*first.facility, &*first.item),
        ("F1", "gauze"),
        "the worst first"
    );
    assert_eq!(first.status(), pb::ShortageStatus::StockedOut);
    assert_eq!(first.facility_names.as_ref().unwrap().ar, "عيادة F1");
    for row in &view.value {
        let same = |sent: &&pb::ShortageRow| {
            sent.facility == row.facility.as_str() && sent.item == row.item.as_str()
        };
        let sent = answer.rows.iter().find(same).unwrap();
        let quantities = sent.quantities.unwrap();
        assert_eq!(quantities.usable, wire(row.quantities.usable));
        assert_eq!(quantities.on_hand, wire(row.quantities.on_hand));
        assert_eq!(sent.amc, row.amc.value.and_then(wire));
        assert_eq!(sent.stockout_days, row.stockout_days);
        let inputs = sent.inputs.as_ref().unwrap();
        assert_eq!(inputs.months.len(), row.amc.months.len());
        assert_eq!(inputs.cards.len(), row.cards.len());
    }

    let one = pb::GetShortageRequest {
        context,
        facility: "F1".to_owned(),
        item: "gauze".to_owned(),
    };
    let got = client.get_shortage(one).await.unwrap().into_inner();
    assert_eq!(got.row.as_ref(), Some(first));
    assert_eq!(got.context, answer.context);
    assert_eq!(got.parameters, answer.parameters);

    let question = pb::ListStockRequest {
        context,
        ..pb::ListStockRequest::default()
    };
    let stock = client.list_stock(question).await.unwrap().into_inner();
    let cards: usize = view.value.iter().map(|row| row.cards.len()).sum();
    assert_eq!(stock.rows.len(), cards);

    let question = pb::ListStockoutRatesRequest {
        context,
        ..Default::default()
    };
    let rates = client
        .list_stockout_rates(question)
        .await
        .unwrap()
        .into_inner();
    let view = runner
        .views()
        .shortage
        .stockout_rates(at, &Filter::default());
    assert_eq!(rates.rows.len(), view.value.len());
    assert_eq!((&*rates.rows[0].item, rates.rows[0].at_zero), ("gauze", 1));
    assert_eq!(rates.rows[0].rate, view.value[1].rate.and_then(wire));
}

#[tokio::test(flavor = "multi_thread")]
async fn flows_losses_and_equity_are_the_views() {
    let world = World::new().await;
    world.issue("F1", "gauze", 30).await;
    let mut client = world.client().await;
    let context = world.after_all();
    let runner = world.folded(world.last() + 1).await;

    let question = pb::ListFlowsRequest {
        context,
        ..pb::ListFlowsRequest::default()
    };
    let flows = client.list_flows(question).await.unwrap().into_inner();
    let equations = balance::equations(runner.views());
    assert_eq!(flows.rows.len(), equations.len());
    for (sent, equation) in flows.rows.iter().zip(&equations) {
        assert_eq!(
            (&*sent.facility, &*sent.item),
            (equation.facility.as_str(), equation.item.as_str())
        );
        assert_eq!(sent.received, wire(equation.received));
        assert_eq!(sent.issued, wire(equation.issued));
        assert_eq!(sent.on_hand, wire(equation.on_hand));
        assert_eq!(sent.difference, wire(0.into()));
    }
    // Over all months it is the same equation.
    let question = pb::ListFlowsRequest {
        context,
        period: Some(pb::Period::default()),
        ..pb::ListFlowsRequest::default()
    };
    let of_months = client.list_flows(question).await.unwrap().into_inner();
    assert_eq!(of_months.rows, flows.rows);

    let at = instant(flows.context.as_ref());
    let question = pb::ListLossesRequest {
        context,
        ..pb::ListLossesRequest::default()
    };
    let answer = client.list_losses(question).await.unwrap().into_inner();
    let view = losses::losses(
        runner.views(),
        at,
        &Filter::default(),
        Period::default(),
        Page::ALL,
    );
    assert_eq!(answer.rows.len(), view.value.rows.len());

    let question = pb::ListWastageRequest {
        context,
        each_facility: true,
        ..pb::ListWastageRequest::default()
    };
    let answer = client.list_wastage(question).await.unwrap().into_inner();
    let view = losses::wastage(
        runner.views(),
        at,
        &Filter::default(),
        Period::default(),
        losses::WastageGroup::Facility,
        Page::ALL,
    );
    assert_eq!(answer.rows.len(), view.value.rows.len());
    for (sent, row) in answer.rows.iter().zip(&view.value.rows) {
        let facility = row.facility.as_ref().map(FacilityId::as_str);
        assert_eq!(
            (sent.facility.as_deref(), &*sent.item),
            (facility, row.item.as_str())
        );
        assert_eq!(sent.received, wire(row.received));
        assert_eq!(sent.wastage, row.wastage.and_then(wire));
    }
    let together = pb::ListWastageRequest {
        context,
        ..pb::ListWastageRequest::default()
    };
    let together = client.list_wastage(together).await.unwrap().into_inner();
    let received = |row: &pb::WastageRow| (row.facility.clone(), row.received);
    let received: Vec<_> = together.rows.iter().map(received).collect();
    assert_eq!(received, vec![(None, wire(300.into())); 2]);

    let question = pb::GetEquityRequest {
        context,
        item: "gauze".to_owned(),
        ..pb::GetEquityRequest::default()
    };
    let equity = client
        .get_equity(question)
        .await
        .unwrap()
        .into_inner()
        .equity
        .unwrap();
    // One clinic of three that serve as many people each has all issues: (3 − 1) ÷ 3.
    assert_eq!(equity.facilities.len(), 3);
    assert_eq!(equity.issues, wire(rust_decimal::Decimal::new(666_667, 6)));
    assert_eq!(equity.issued, wire(30.into()));
    assert_eq!(equity.months_of_stock, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_registers_resolve_codes_and_filters_narrow() {
    let world = World::new().await;
    let mut client = world.client().await;
    let context = world.after_all();
    let narrowed = |filter: pb::Filter| pb::ListFacilitiesRequest {
        context,
        filter: Some(filter),
        ..pb::ListFacilitiesRequest::default()
    };
    let giza = pb::Filter {
        governorate: Some("EG-GZ".to_owned()),
        ..pb::Filter::default()
    };
    let answer = client
        .list_facilities(narrowed(giza.clone()))
        .await
        .unwrap()
        .into_inner();
    let codes: Vec<&str> = answer
        .rows
        .iter()
        .map(|row| row.facility.as_str())
        .collect();
    assert_eq!(codes, ["F2", "F3"]);
    assert_eq!(
        answer.rows[0]
            .profile
            .as_ref()
            .unwrap()
            .names
            .as_ref()
            .unwrap()
            .en,
        "clinic F2"
    );
    let nobody = pb::Filter {
        owner: Some("EG-MOD".to_owned()),
        ..pb::Filter::default()
    };
    let answer = client
        .list_facilities(narrowed(nobody))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(answer.total_size, 0);

    let medicines = pb::Filter {
        category: sijill_schemas::events::v1::ItemCategory::Medicine.into(),
        ..pb::Filter::default()
    };
    let question = pb::ListItemsRequest {
        context,
        filter: Some(medicines.clone()),
        ..Default::default()
    };
    let answer = client.list_items(question).await.unwrap().into_inner();
    assert_eq!(answer.rows.len(), 1);
    assert_eq!(answer.rows[0].item, "amoxicillin");

    let both = pb::Filter {
        category: medicines.category,
        ..giza
    };
    let question = pb::ListFlowsRequest {
        context,
        filter: Some(both.clone()),
        ..Default::default()
    };
    let flows = client.list_flows(question).await.unwrap().into_inner();
    assert_eq!(flows.rows.len(), 1);
    let question = pb::ListShortagesRequest {
        context,
        filter: Some(both),
        statuses: vec![pb::ShortageStatus::Unknown.into()],
        ..Default::default()
    };
    let short = client.list_shortages(question).await.unwrap().into_inner();
    assert_eq!((short.rows.len(), &*short.rows[0].facility), (1, "F2"));
}

fn page(size: u32, token: &str, order_by: &str) -> Option<types::Page> {
    let (token, order_by) = (token.to_owned(), order_by.to_owned());
    Some(types::Page {
        size,
        token,
        order_by,
    })
}

fn cells(rows: &[pb::FlowRow]) -> Vec<String> {
    rows.iter()
        .map(|row| format!("{} {}", row.facility, row.item))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_neither_skip_nor_repeat_while_the_log_grows() {
    let world = World::new().await;
    let mut client = world.client().await;
    let ask = |token: &str, context| pb::ListFlowsRequest {
        context,
        page: page(2, token, "-facility"),
        ..pb::ListFlowsRequest::default()
    };
    world.live.reach(world.last()).await.unwrap();
    let whole = client.list_flows(pb::ListFlowsRequest {
        page: page(0, "", "-facility"),
        ..pb::ListFlowsRequest::default()
    });
    let whole = whole.await.unwrap().into_inner();
    assert_eq!((whole.rows.len(), whole.next_page_token.as_str()), (6, ""));

    let first = client.list_flows(ask("", None)).await.unwrap().into_inner();
    let mut got = cells(&first.rows);
    let mut token = first.next_page_token.clone();
    while !token.is_empty() {
        // Each would come first, were it there.
        let id = format!("Z{}", got.len());
        world.open(&id, "EG-C").await;
        world.receive(&id, "gauze", 5).await;
        world.live.reach(world.last()).await.unwrap();
        // A server that remembers nothing gives the same page.
        let mut other = world.client().await;
        let again = other
            .list_flows(ask(&token, None))
            .await
            .unwrap()
            .into_inner();
        let next = client
            .list_flows(ask(&token, None))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(again, next);
        assert_eq!((&next.context, next.total_size), (&first.context, 6));
        got.extend(cells(&next.rows));
        token = next.next_page_token;
    }
    assert_eq!(got, cells(&whole.rows));
    let now = client
        .list_flows(ask("", world.after_all()))
        .await
        .unwrap()
        .into_inner();
    assert_eq!((now.total_size, &*now.rows[0].facility), (8, "Z4"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_waits_for_the_index_that_it_names() {
    let world = World::new().await;
    let mut client = world.client().await;
    let next = world.last() + 1;
    let question = pb::ListStockRequest {
        context: Some(types::QueryContext {
            minimum_index: Some(next),
            ..Default::default()
        }),
        filter: Some(pb::Filter {
            facility: Some("F3".to_owned()),
            ..pb::Filter::default()
        }),
        ..pb::ListStockRequest::default()
    };
    let asking = tokio::spawn(async move { client.list_stock(question).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!asking.is_finished());
    world.receive("F3", "gauze", 7).await;
    let answer = asking.await.unwrap().unwrap().into_inner();
    assert_eq!(answer.rows.len(), 1);
    assert_eq!(answer.context.unwrap().position.unwrap().index, next);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_known_earlier_is_answered_for_ever() {
    let world = World::new().await;
    let mut client = world.client().await;
    let size = world.last() + 1;
    let then = world.folded(size).await;
    world.issue("F0", "gauze", 100).await;
    world.live.reach(world.last()).await.unwrap();
    let ask = |as_of| pb::ListShortagesRequest {
        context: Some(types::QueryContext {
            as_of: Some(as_of),
            ..Default::default()
        }),
        ..pb::ListShortagesRequest::default()
    };
    let by_size = client
        .list_shortages(ask(AsOf::Size(size)))
        .await
        .unwrap()
        .into_inner();
    let context = by_size.context.as_ref().unwrap();
    let position = context.position.as_ref().unwrap();
    assert_eq!((&*position.log_id, position.index), (ORIGIN, size - 1));
    assert_eq!(
        context.at.unwrap().micros,
        context.recorded_at_micros,
        "the last event that was known"
    );
    let at = instant(Some(context));
    let view = then.views().shortage.stock_of(
        at,
        &FacilityId::new("F0").unwrap(),
        &ItemCode::new("gauze").unwrap(),
    );
    let usable = view.value.unwrap().quantities.usable;
    let sent = by_size
        .rows
        .iter()
        .find(|row| row.facility == "F0" && row.item == "gauze");
    assert_eq!(sent.unwrap().quantities.unwrap().usable, wire(usable));
    assert_eq!(usable, 100.into());

    let by_time = ask(AsOf::RecordedAtMicros(context.recorded_at_micros));
    let by_time = client.list_shortages(by_time).await.unwrap().into_inner();
    assert_eq!(by_time, by_size);
    let before = client
        .list_shortages(ask(AsOf::RecordedAtMicros(0)))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (before.total_size, before.context.unwrap().position),
        (0, None)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instant_is_taken_as_it_is_named() {
    let world = World::new().await;
    let mut client = world.client().await;
    let at = types::EffectiveAt {
        micros: 1_000_000,
        offset_minutes: 120,
    };
    let context = Some(types::QueryContext {
        at: Some(at),
        ..world.after_all().unwrap()
    });
    let question = pb::ListShortagesRequest {
        context,
        ..Default::default()
    };
    let answer = client.list_shortages(question).await.unwrap().into_inner();
    assert_eq!(answer.context.unwrap().at, Some(at));
    assert!(
        answer
            .rows
            .iter()
            .all(|row| row.quantities.unwrap().on_hand == wire(0.into()))
    );
}
