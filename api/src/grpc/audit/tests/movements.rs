//! The register of movements over the service: balances, pages, what it refuses.

use sijill_ledger_core::domain::stock::{self};
use sijill_projections::shortage::query;

use super::*;

async fn stocked() -> World {
    let world = World::new();
    let amox = || key("AMOX", "B1");
    world
        .push("stock-F1", "2026-03-01", receive("R-1", amox(), 100))
        .await;
    for day in 2..10 {
        let day = format!("2026-03-{day:02}");
        world.push("stock-F1", &day, issue("I-1", amox(), 5)).await;
    }
    // Recorded late: it stands where it happened.
    world
        .push("stock-F1", "2026-03-04", issue("I-late", amox(), 1))
        .await;
    let wrong = issue("I-wrong", amox(), 50);
    world.push("stock-F1", "2026-03-09", wrong).await;
    let reversal = stock::Event::DocumentReversed(stock::Reversal {
        document: paper("X-1"),
        original: 10,
        reason: text("entered twice"),
        keys: vec![amox()],
        order: None,
    });
    world.push("stock-F1", "2026-03-09", reversal).await;
    let counted = stock::Event::CountApproved(stock::CountApproval {
        count: CountId::new("C-1").unwrap(),
        counted_at: noon("2026-03-10"),
        lines: vec![stock::CountLine {
            key: amox(),
            expiry: None,
            counted: 57.into(),
        }],
    });
    world.push("stock-F1", "2026-03-11", counted).await;
    world
        .push("stock-F2", "2026-03-01", receive("R-1", amox(), 3))
        .await;
    world
        .push(
            "stock-F1",
            "2026-03-01",
            receive("R-3", key("ORS", "B1"), 3),
        )
        .await;
    world
}

fn of_item() -> pb::ListMovementsRequest {
    pb::ListMovementsRequest {
        facility: "F1".to_owned(),
        item: "AMOX".to_owned(),
        ..pb::ListMovementsRequest::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_running_balance_ends_at_the_shelf() {
    let world = stocked().await;
    let answer = world.movements(of_item()).await.unwrap();
    assert_eq!(answer.total_size, 12);
    let last = answer.rows.last().unwrap();
    assert_eq!(decimal(last.balance.as_ref()), 57.into());
    assert_eq!(decimal(last.stated.as_ref()), 57.into());
    assert_eq!(decimal(last.change.as_ref()), (-2).into());
    assert_eq!(
        (last.flow(), last.document.as_deref()),
        (pb::Flow::Counted, Some("C-1"))
    );

    let shelf = {
        let runner = world.live.read();
        let filter = query::Filter {
            facility: Some(FacilityId::new("F1").unwrap()),
            item: Some(ItemCode::new("AMOX").unwrap()),
            ..query::Filter::default()
        };
        let answer = runner.views().shortage.stock(noon("2026-03-31"), &filter);
        answer.value[0].cards[0].quantities.on_hand
    };
    assert_eq!(decimal(last.balance.as_ref()), shelf);

    let received = &answer.rows[0];
    let from = received.counterparty.as_ref().unwrap();
    assert_eq!(
        (from.kind(), from.id.as_str()),
        (pb::CounterpartyKind::Supplier, "S1")
    );
    assert_eq!(from.reference.as_deref(), Some("PO-1"));
    let late: Vec<_> = answer
        .rows
        .iter()
        .map(|row| row.document.as_deref().unwrap())
        .collect();
    assert_eq!(
        late[4], "I-late",
        "after the fourth of March, before the fifth"
    );
    let wrong = answer
        .rows
        .iter()
        .find(|row| row.document.as_deref() == Some("I-wrong"));
    let wrong = wrong.unwrap();
    assert_eq!(
        (wrong.reversed_by, decimal(wrong.change.as_ref())),
        (Some(11), Decimal::ZERO)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_days_directions_and_earlier_sizes() {
    let world = stocked().await;
    let whole = world.movements(of_item()).await.unwrap().rows;
    let (mut token, mut rows) = (String::new(), Vec::new());
    loop {
        let request = pb::ListMovementsRequest {
            page: page(5, &token),
            ..of_item()
        };
        let answer = world.movements(request).await.unwrap();
        rows.extend(answer.rows);
        token = answer.next_page_token;
        if token.is_empty() {
            break;
        }
        world
            .push(
                "stock-F1",
                "2026-03-12",
                issue("I-new", key("AMOX", "B1"), 1),
            )
            .await;
    }
    assert_eq!(rows, whole);
    let request = pb::ListMovementsRequest {
        context: as_of(15),
        page: order_by("-effective_at"),
        ..of_item()
    };
    let mut backwards = world.movements(request).await.unwrap().rows;
    backwards.reverse();
    assert_eq!(backwards, whole);
    let days = pb::ListMovementsRequest {
        from_day: Some(date("2026-03-03").days()),
        until_day: Some(date("2026-03-04").days()),
        ..of_item()
    };
    assert_eq!(world.movements(days).await.unwrap().rows, whole[2..5]);
    let past = pb::ListMovementsRequest {
        context: as_of(3),
        ..of_item()
    };
    let past = world.movements(past).await.unwrap();
    assert_eq!(past.rows, whole[..3]);
    let batch = pb::ListMovementsRequest {
        item: "AMOX".to_owned(),
        batch: "B1".to_owned(),
        ..pb::ListMovementsRequest::default()
    };
    let everywhere = world.movements(batch).await.unwrap().rows;
    assert_eq!(
        everywhere.iter().filter(|row| row.facility == "F2").count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_of_everything_is_refused() {
    let world = stocked().await;
    let field = |error: Status| {
        let violations = error.get_details_bad_request().unwrap().field_violations;
        (reason(&error).1, violations[0].field.clone())
    };
    let invalid = |name: &str| ("INVALID_FIELD".to_owned(), name.to_owned());
    let nothing = pb::ListMovementsRequest::default();
    assert_eq!(
        field(world.movements(nothing).await.unwrap_err()),
        invalid("facility")
    );
    let batch = pb::ListMovementsRequest {
        facility: "F1".to_owned(),
        batch: "B1".to_owned(),
        ..pb::ListMovementsRequest::default()
    };
    assert_eq!(
        field(world.movements(batch).await.unwrap_err()),
        invalid("item")
    );
    let wrong = pb::ListMovementsRequest {
        item: "a/b".to_owned(),
        ..of_item()
    };
    assert_eq!(
        field(world.movements(wrong).await.unwrap_err()),
        invalid("item")
    );
    let wrong = pb::ListMovementsRequest {
        from_day: Some(i32::MAX),
        ..of_item()
    };
    assert_eq!(
        field(world.movements(wrong).await.unwrap_err()),
        invalid("from_day")
    );
}
