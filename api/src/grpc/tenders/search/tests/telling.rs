//! Alerts: as a list, as they happen, after a pause.

use std::time::Duration;

use pb::list_tender_alerts_request::Since;
use pb::{TenderAlertKind as Kind, TenderFilter};
use sijill_schemas::types::v1 as types;
use tonic::Streaming;

use super::pb;
use super::town::{ORIGIN, Town};

fn position(index: u64) -> types::Position {
    types::Position {
        log_id: ORIGIN.to_owned(),
        index,
    }
}

fn told(alert: &pb::TenderAlert) -> (Kind, &str) {
    (alert.kind(), alert.tender.as_ref().unwrap().tender.as_str())
}

fn in_alexandria() -> TenderFilter {
    TenderFilter {
        governorate: Some("EG-ALX".to_owned()),
        ..TenderFilter::default()
    }
}

async fn next(stream: &mut Streaming<pb::WatchTendersResponse>) -> pb::WatchTendersResponse {
    let message = tokio::time::timeout(Duration::from_mins(1), stream.message());
    message.await.unwrap().unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_alerts_is_in_the_order_of_the_log_and_begins_where_it_is_asked_to() {
    let town = Town::new().await;
    town.publish("T-1", "أدوية", "Medicines", "EG-C").await;
    let first = town.last();
    town.publish("T-2", "كراسي", "Chairs", "EG-ALX").await;
    town.extend("T-1", 60).await;
    town.cancel("T-2").await;
    let mut client = town.client().await;
    let mut ask = async |request: pb::ListTenderAlertsRequest| {
        client
            .list_tender_alerts(request)
            .await
            .map(tonic::Response::into_inner)
    };
    let all = ask(pb::ListTenderAlertsRequest::default()).await.unwrap();
    assert_eq!(
        all.rows.iter().map(told).collect::<Vec<_>>(),
        [
            (Kind::Published, "T-1"),
            (Kind::Published, "T-2"),
            (Kind::DeadlineMoved, "T-1"),
            (Kind::Cancelled, "T-2"),
        ]
    );
    let moved = all.rows.get(2).unwrap();
    let days = |days| Some(town.now.plus_days(days).as_micros());
    assert_eq!(
        (moved.closes_before_micros, moved.closes_after_micros),
        (days(30), days(60))
    );

    let since = ask(pb::ListTenderAlertsRequest {
        since: Some(Since::After(position(first))),
        filter: Some(in_alexandria()),
        ..Default::default()
    });
    let since = since.await.unwrap();
    let cancelled = since.rows.last().unwrap();
    assert_eq!(
        since.rows.iter().map(told).collect::<Vec<_>>(),
        [(Kind::Published, "T-2"), (Kind::Cancelled, "T-2"),]
    );
    let recorded = cancelled.mark.as_ref().unwrap().recorded_at_micros;
    let late = ask(pb::ListTenderAlertsRequest {
        since: Some(Since::RecordedFromMicros(recorded)),
        ..Default::default()
    });
    assert_eq!(late.await.unwrap().rows.len(), 1);
    let beyond = ask(pb::ListTenderAlertsRequest {
        since: Some(Since::After(position(10_000))),
        ..Default::default()
    });
    assert_eq!(beyond.await.unwrap_err().code(), tonic::Code::OutOfRange);
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_are_told_as_they_happen_and_after_a_pause_from_where_it_began() {
    let town = Town::new().await;
    town.publish("T-1", "أدوية", "Medicines", "EG-ALX").await;
    let mut client = town.client().await;
    let request = pb::WatchTendersRequest {
        filter: Some(in_alexandria()),
        ..pb::WatchTendersRequest::default()
    };
    let mut stream = client
        .watch_tenders(request.clone())
        .await
        .unwrap()
        .into_inner();
    let begun = next(&mut stream).await;
    assert_eq!(
        (begun.alert, begun.position),
        (None, Some(position(town.last())))
    );

    town.publish("T-2", "كراسي", "Chairs", "EG-C").await;
    town.extend("T-1", 60).await;
    let moved = next(&mut stream).await;
    assert_eq!(
        told(moved.alert.as_ref().unwrap()),
        (Kind::DeadlineMoved, "T-1")
    );
    let seen = moved.position.unwrap();
    assert_eq!(seen.index, town.last());
    drop(stream);

    town.publish("T-3", "أدوية", "Medicines", "EG-ALX").await;
    town.cancel("T-1").await;
    let resumed = pb::WatchTendersRequest {
        from: Some(seen),
        ..request
    };
    let mut stream = client.watch_tenders(resumed).await.unwrap().into_inner();
    for expected in [(Kind::Published, "T-3"), (Kind::Cancelled, "T-1")] {
        assert_eq!(
            told(next(&mut stream).await.alert.as_ref().unwrap()),
            expected
        );
    }
    let caught_up = next(&mut stream).await;
    assert_eq!(
        (caught_up.alert, caught_up.position),
        (None, Some(position(town.last())))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_is_broken_by_heartbeats_and_wrong_watches_are_refused() {
    let town = Town::new().await;
    let mut client = town.client().await;
    let quiet = pb::WatchTendersRequest {
        heartbeat_seconds: 1,
        ..pb::WatchTendersRequest::default()
    };
    let mut stream = client.watch_tenders(quiet).await.unwrap().into_inner();
    for _ in 0..2 {
        let message = next(&mut stream).await;
        assert_eq!(
            (message.alert, message.position),
            (None, Some(position(town.last())))
        );
    }
    for wrong in [
        pb::WatchTendersRequest {
            heartbeat_seconds: 301,
            ..Default::default()
        },
        pb::WatchTendersRequest {
            kinds: vec![0],
            ..Default::default()
        },
        pb::WatchTendersRequest {
            from: Some(types::Position {
                log_id: "another".to_owned(),
                index: 0,
            }),
            ..Default::default()
        },
    ] {
        let refused = client.watch_tenders(wrong).await.unwrap_err();
        assert_eq!(refused.code(), tonic::Code::InvalidArgument);
    }
}
