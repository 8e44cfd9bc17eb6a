//! Histories: of a batch on its way, of what was amended, of who acted.

use sijill_ledger_core::domain::stock::{self, BatchStep};
use sijill_ledger_core::domain::{facility, item, transfer};

use super::*;

/// A batch is received, sent on, arrives, is handed out and recalled; indexes of what concerns it.
async fn journey(world: &World) -> Vec<u64> {
    let batch = || key("AMOX", "B1");
    let mut of_batch = Vec::new();
    world
        .push("facility-F1", "2026-03-01", handover("huda"))
        .await;
    of_batch.push(
        world
            .push("stock-F1", "2026-03-01", receive("R-1", batch(), 100))
            .await,
    );
    world
        .push(
            "stock-F1",
            "2026-03-01",
            receive("R-2", key("AMOX", "B2"), 5),
        )
        .await;
    let dispatch = stock::Event::StockDispatched(stock::Dispatch {
        document: paper("D-1"),
        transfer: Some(TransferId::new("T1").unwrap()),
        to: Some(FacilityId::new("F2").unwrap()),
        due: None,
        requisition: None,
        lines: out(batch(), 40),
    });
    of_batch.push(world.push("stock-F1", "2026-03-02", dispatch).await);
    let store = |facility: &str, revision| transfer::DocumentRef {
        facility: FacilityId::new(facility).unwrap(),
        revision,
    };
    let shipped = transfer::Event::TransferDispatched(transfer::Shipment {
        dispatch: store("F1", 2),
        number: DocumentNumber::new("D-1").unwrap(),
        to: FacilityId::new("F2").unwrap(),
        dispatched_on: date("2026-03-02"),
        due: None,
        requisition: None,
        lines: vec![transfer::ShipmentLine {
            key: batch(),
            quantity: 40.into(),
        }],
    });
    of_batch.push(world.push("transfer-T1", "2026-03-02", shipped).await);
    let arrival = stock::Event::StockArrived(stock::Arrival {
        document: paper("A-1"),
        transfer: Some(TransferId::new("T1").unwrap()),
        from: Some(FacilityId::new("F1").unwrap()),
        lines: vec![stock::ArrivalLine {
            key: batch(),
            expiry: None,
            shipped: 40.into(),
            accepted: 38.into(),
            rejected: Quantity::ZERO,
            lost: 2.into(),
            reason: Some(text("broken on the way")),
        }],
    });
    of_batch.push(
        world
            .push_by("omar", "stock-F2", "2026-03-05", arrival)
            .await,
    );
    of_batch.push(
        world
            .push_by("omar", "stock-F2", "2026-03-06", issue("I-1", batch(), 8))
            .await,
    );
    world
        .push_by(
            "omar",
            "stock-F2",
            "2026-03-06",
            issue("I-2", key("ORS", "B1"), 8),
        )
        .await;
    let recall = stock::Event::BatchRecalled(BatchStep {
        item: ItemCode::new("AMOX").unwrap(),
        batch: Batch::new("B1").unwrap(),
        authority: DocumentNumber::new("EDA-7").unwrap(),
        reason: text("impurities"),
    });
    of_batch.push(
        world
            .push_by("omar", "stock-F2", "2026-03-09", recall)
            .await,
    );
    of_batch
}

fn handover(to: &str) -> facility::Event {
    facility::Event::CustodyHandedOver(facility::Handover {
        from: None,
        to: OfficialId::new(to).unwrap(),
    })
}

fn indexes(answer: &pb::GetHistoryResponse) -> Vec<u64> {
    answer.rows.iter().map(|row| row.index).collect()
}

fn of_batch() -> pb::GetHistoryRequest {
    pb::GetHistoryRequest {
        entity: entity(pb::EntityKind::Batch, "AMOX", "B1"),
        ..pb::GetHistoryRequest::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_followed_from_receipt_to_recall() {
    let world = World::new();
    let journey = journey(&world).await;
    let answer = world.history(of_batch()).await.unwrap();
    assert_eq!(indexes(&answer), journey);
    assert_eq!(
        (answer.total_size, answer.next_page_token.as_str()),
        (6, "")
    );
    let kinds: Vec<&str> = answer.rows.iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(kinds[2], "sijill.events.v1.TransferDispatched");
    assert_eq!(kinds[5], "sijill.events.v1.BatchRecalled");
    let received = &answer.rows[0];
    let json: serde_json::Value = serde_json::from_str(&received.json).unwrap();
    assert_eq!(json["lines"][0]["quantity"], "100");
    assert_eq!(
        received.actor.as_ref().unwrap().position.as_deref(),
        Some("EG-keeper")
    );
    assert_eq!(received.parts, [i32::from(pb::Part::Named)]);

    // The transfer and the document lead to the same events; so do the store and its keeper.
    for (kind, id, count) in [
        (pb::EntityKind::Transfer, "T1", 3),
        (pb::EntityKind::Document, "D-1", 2),
        (pb::EntityKind::Facility, "F1", 6),
        (pb::EntityKind::Official, "omar", 4),
        (pb::EntityKind::Post, "EG-keeper", 9),
        (pb::EntityKind::Order, "PO-1", 2),
        (pb::EntityKind::Organization, "S1", 2),
        (pb::EntityKind::Item, "NOWHERE", 0),
    ] {
        let request = pb::GetHistoryRequest {
            entity: entity(kind, "", id),
            ..pb::GetHistoryRequest::default()
        };
        let answer = world.history(request).await.unwrap();
        assert_eq!(answer.rows.len(), count, "{id}");
    }
    // As a subject and as an actor.
    let request = pb::GetHistoryRequest {
        entity: entity(pb::EntityKind::Official, "", "huda"),
        parts: vec![pb::Part::Named.into()],
        ..pb::GetHistoryRequest::default()
    };
    let answer = world.history(request).await.unwrap();
    assert_eq!(indexes(&answer), [0], "the handover names her");
    let both = [pb::Part::Named, pb::Part::Acted].map(i32::from);
    assert_eq!(answer.rows[0].parts, both, "and she recorded it herself");
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_pages_and_earlier_sizes() {
    let world = World::new();
    let journey = journey(&world).await;
    let of_kinds = pb::GetHistoryRequest {
        kinds: vec![
            "StockIssued".to_owned(),
            "sijill.events.v1.StockArrived".to_owned(),
        ],
        ..of_batch()
    };
    assert_eq!(
        indexes(&world.history(of_kinds).await.unwrap()),
        journey[3..5]
    );
    let effective = pb::GetHistoryRequest {
        effective_from_micros: Some(micros("2026-03-02")),
        effective_until_micros: Some(micros("2026-03-06")),
        ..of_batch()
    };
    assert_eq!(
        indexes(&world.history(effective).await.unwrap()),
        journey[1..4]
    );
    let third = world.history(of_batch()).await.unwrap().rows[2].recorded_at_micros;
    let recorded = |from, until| pb::GetHistoryRequest {
        recorded_from_micros: from,
        recorded_until_micros: until,
        ..of_batch()
    };
    let answer = world.history(recorded(Some(third), None)).await.unwrap();
    assert_eq!(indexes(&answer), journey[2..]);
    let answer = world.history(recorded(None, Some(third))).await.unwrap();
    assert_eq!(indexes(&answer), journey[..3]);
    let past = pb::GetHistoryRequest {
        context: as_of(journey[3]),
        ..of_batch()
    };
    let answer = world.history(past).await.unwrap();
    assert_eq!(indexes(&answer), journey[..3]);
    assert_eq!(
        answer.context.unwrap().position.unwrap().index,
        journey[3] - 1
    );

    // Pages do not move while the log grows, in either direction.
    for order in ["", "-index"] {
        let (mut token, mut found) = (String::new(), Vec::new());
        loop {
            let page = types::Page {
                size: 4,
                token,
                order_by: order.to_owned(),
            };
            let answer = world
                .history(pb::GetHistoryRequest {
                    page: Some(page),
                    ..of_batch()
                })
                .await
                .unwrap();
            found.extend(indexes(&answer));
            world
                .push("stock-F1", "2026-03-10", issue("I-9", key("AMOX", "B1"), 1))
                .await;
            token = answer.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        let whole = world.history(pb::GetHistoryRequest {
            page: order_by(order),
            ..of_batch()
        });
        let mut whole = indexes(&whole.await.unwrap());
        // Two pages were asked for: two more were recorded meanwhile.
        let grown = if order.is_empty() {
            whole.split_off(found.len())
        } else {
            whole.drain(..2).collect()
        };
        assert_eq!((grown.len(), found), (2, whole));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amendment_is_shown_with_what_was_before() {
    let world = World::new();
    let profile = |population| facility::Profile {
        names: Names::new("عيادة", "Clinic").unwrap(),
        kind: facility::Kind::Clinic,
        governorate: None,
        position: None,
        population,
        parent: None,
        owner: None,
    };
    let opened = facility::Event::FacilityOpened(profile(Some(5_000)));
    world.push("facility-F1", "2026-03-01", opened).await;
    let price = |amount: i64| {
        item::Event::ReferencePriceSet(item::ReferencePrice {
            price: UnitPrice::new(amount.into(), Currency::new("EGP").unwrap()).unwrap(),
            source: text("tender of the year"),
        })
    };
    world.push("item-AMOX", "2026-03-01", price(2)).await;
    let amended = facility::Event::FacilityAmended(facility::Amendment {
        profile: profile(Some(7_000)),
        reason: text("census"),
    });
    world.push("facility-F1", "2026-03-02", amended).await;
    world.push("item-AMOX", "2026-03-02", price(3)).await;
    let history = |kind, id: &str| {
        world.history(pb::GetHistoryRequest {
            entity: entity(kind, "", id),
            ..pb::GetHistoryRequest::default()
        })
    };
    let facility = history(pb::EntityKind::Facility, "F1").await.unwrap();
    assert_eq!(facility.rows[0].amendment, None);
    let amendment = facility.rows[1].amendment.clone().unwrap();
    assert_eq!(amendment.previous_index, 0);
    let told: Vec<_> = amendment
        .changes
        .iter()
        .map(|c| (c.path.as_str(), c.before.as_deref(), c.after.as_deref()))
        .collect();
    assert_eq!(told, [("population", Some("5000"), Some("7000"))]);
    let item = history(pb::EntityKind::Item, "AMOX").await.unwrap();
    let amendment = item.rows[1].amendment.clone().unwrap();
    assert_eq!((amendment.previous_index, amendment.changes.len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_acted_on_a_batch() {
    let world = World::new();
    let journey = journey(&world).await;
    let request = pb::ListActorsRequest {
        entity: entity(pb::EntityKind::Batch, "AMOX", "B1"),
        ..pb::ListActorsRequest::default()
    };
    let answer = world
        .audit
        .list_actors(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    let told: Vec<_> = answer
        .rows
        .iter()
        .map(|row| (row.events, row.first_index, row.last_index, row.kinds.len()))
        .collect();
    assert_eq!(
        told,
        [
            (3, journey[0], journey[2], 3),
            (3, journey[3], journey[5], 3)
        ]
    );
    assert_eq!(answer.next_page_token, "");
}
