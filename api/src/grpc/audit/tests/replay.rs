//! The log replayed: whole, resumed, filtered, followed; and a client that does not read.

use std::time::Duration;

use tokio_stream::StreamExt as _;

use super::*;
use crate::grpc::audit::replay::Entries;

async fn start(world: &World, request: pb::ReplayEventsRequest) -> Result<Entries, Status> {
    let answer = world.audit.replay_events(Request::new(request)).await;
    answer.map(tonic::Response::into_inner)
}

/// Everything until the stream ends.
async fn drained(world: &World, request: pb::ReplayEventsRequest) -> (Vec<pb::ReplayedEntry>, u64) {
    let mut stream = start(world, request).await.unwrap();
    let (mut entries, mut next) = (Vec::new(), 0);
    while let Some(message) = stream.next().await {
        let message = message.unwrap();
        entries.extend(message.entries);
        next = message.next_index;
    }
    (entries, next)
}

async fn written(count: u64) -> World {
    let world = World::new();
    for n in 0..count {
        let facility = format!("stock-F{}", n % 2);
        let document = if n % 3 == 0 {
            receive("R-1", key("AMOX", "B1"), 9)
        } else {
            issue("I-1", key("ORS", "B1"), 1)
        };
        world.push(&facility, "2026-03-01", document).await;
    }
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_come_in_order_with_their_bytes() {
    let world = written(20).await;
    let whole = pb::ReplayEventsRequest {
        to: Some(20),
        ..Default::default()
    };
    let (entries, next) = drained(&world, whole.clone()).await;
    assert_eq!((entries.len(), next), (20, 20));
    for (index, entry) in (0..).zip(&entries) {
        let stored = world.store.entry(index).unwrap();
        let (_, stored) = stored.get(0).unwrap();
        assert_eq!((entry.index, &entry.entry[..]), (index, stored.bytes()));
        assert_eq!(
            (&entry.metadata[..], &entry.data[..]),
            (stored.metadata, stored.data)
        );
        assert_eq!(
            (entry.kind.as_str(), entry.stream.as_str()),
            (stored.kind, stored.stream)
        );
    }
    let form = |form: pb::ReplayForm| pb::ReplayEventsRequest {
        form: form.into(),
        ..whole.clone()
    };
    let (fields, _) = drained(&world, form(pb::ReplayForm::Fields)).await;
    assert!(
        fields
            .iter()
            .all(|entry| entry.entry.is_empty() && !entry.data.is_empty())
    );
    let (bytes, _) = drained(&world, form(pb::ReplayForm::Entry)).await;
    assert!(
        bytes
            .iter()
            .all(|entry| !entry.entry.is_empty() && entry.kind.is_empty())
    );
    let part = pb::ReplayEventsRequest {
        from: 5,
        to: Some(9),
        ..whole
    };
    let (entries, next) = drained(&world, part).await;
    let indexes: Vec<u64> = entries.iter().map(|entry| entry.index).collect();
    assert_eq!((indexes, next), (vec![5, 6, 7, 8], 9));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resumed_replay_has_no_gap_and_no_duplicate_while_writes_go_on() {
    const TOTAL: u64 = 400;
    let world = Arc::new(written(10).await);
    let writer = {
        let store = Arc::clone(&world.store);
        tokio::spawn(async move {
            for n in 10..TOTAL {
                let event = issue("I-1", key("AMOX", "B1"), 1).into();
                append(
                    &store,
                    &format!("stock-F{}", n % 7),
                    metadata("huda", noon("2026-03-02")),
                    &event,
                )
                .await;
            }
        })
    };
    let (mut seen, mut from) = (Vec::new(), 0);
    while from < TOTAL {
        let request = pb::ReplayEventsRequest {
            from,
            log_id: ORIGIN.to_owned(),
            ..Default::default()
        };
        let mut stream = start(&world, request).await.unwrap();
        // The connection breaks after a few messages, again and again.
        for _ in 0..3 {
            let message = stream.next().await.unwrap().unwrap();
            seen.extend(message.entries.iter().map(|entry| entry.index));
            from = message.next_index;
            if from == TOTAL {
                break;
            }
        }
    }
    writer.await.unwrap();
    assert_eq!(seen, (0..TOTAL).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_choose_by_header_and_by_what_is_named() {
    let world = written(30).await;
    let list = |values: &[&str]| values.iter().map(ToString::to_string).collect::<Vec<_>>();
    let fits = async |filter| {
        let request = pb::ReplayEventsRequest {
            to: Some(30),
            filter: Some(filter),
            ..Default::default()
        };
        let (entries, next) = drained(&world, request).await;
        assert_eq!(next, 30, "everything was looked at");
        entries
            .into_iter()
            .map(|entry| entry.index)
            .collect::<Vec<_>>()
    };
    let multiples = |of: usize| (0..30).step_by(of).collect::<Vec<u64>>();
    let kinds = pb::ReplayFilter {
        kinds: list(&["StockReceived"]),
        ..Default::default()
    };
    assert_eq!(fits(kinds).await, multiples(3));
    let streams = pb::ReplayFilter {
        streams: list(&["stock-F0"]),
        ..Default::default()
    };
    assert_eq!(fits(streams).await, multiples(2));
    let both = pb::ReplayFilter {
        kinds: list(&["sijill.events.v1.StockReceived"]),
        facilities: list(&["F0", "F9"]),
        ..Default::default()
    };
    assert_eq!(fits(both).await, multiples(6));
    let items = pb::ReplayFilter {
        items: list(&["AMOX"]),
        ..Default::default()
    };
    assert_eq!(fits(items).await, multiples(3));
    // A batch and a post hold these texts, and are no item.
    let items = pb::ReplayFilter {
        items: list(&["B1", "keeper"]),
        ..Default::default()
    };
    assert!(fits(items).await.is_empty());
    let other = pb::ReplayFilter {
        aggregates: list(&["order", "process"]),
        ..Default::default()
    };
    assert!(fits(other).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused() {
    let world = written(2).await;
    let request = pb::ReplayEventsRequest::default;
    let filter = |filter| pb::ReplayEventsRequest {
        filter: Some(filter),
        ..request()
    };
    let list = |value: &str| vec![value.to_owned()];
    let cases = [
        (
            pb::ReplayEventsRequest {
                from: 3,
                ..request()
            },
            Code::OutOfRange,
        ),
        (
            pb::ReplayEventsRequest {
                from: 2,
                to: Some(1),
                ..request()
            },
            Code::InvalidArgument,
        ),
        (
            pb::ReplayEventsRequest {
                log_id: "other".to_owned(),
                ..request()
            },
            Code::InvalidArgument,
        ),
        (
            pb::ReplayEventsRequest {
                heartbeat_seconds: 301,
                ..request()
            },
            Code::InvalidArgument,
        ),
        (
            pb::ReplayEventsRequest {
                form: 7,
                ..request()
            },
            Code::InvalidArgument,
        ),
        (
            filter(pb::ReplayFilter {
                kinds: list("StockEaten"),
                ..Default::default()
            }),
            Code::InvalidArgument,
        ),
        (
            filter(pb::ReplayFilter {
                streams: list("stock"),
                ..Default::default()
            }),
            Code::InvalidArgument,
        ),
        (
            filter(pb::ReplayFilter {
                aggregates: list("shop"),
                ..Default::default()
            }),
            Code::InvalidArgument,
        ),
        (
            filter(pb::ReplayFilter {
                items: list("a/b"),
                ..Default::default()
            }),
            Code::InvalidArgument,
        ),
        (
            filter(pb::ReplayFilter {
                items: vec!["A".to_owned(); 21],
                ..Default::default()
            }),
            Code::InvalidArgument,
        ),
        (
            filter(pb::ReplayFilter {
                facilities: list(&"F".repeat(5_000)),
                ..Default::default()
            }),
            Code::InvalidArgument,
        ),
    ];
    for (request, code) in cases {
        let shown = format!("{request:?}");
        let error = start(&world, request).await.unwrap_err();
        assert_eq!(error.code(), code, "{shown}");
        assert!(!reason(&error).1.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_is_followed_and_heartbeats_carry_the_position() {
    let world = written(2).await;
    let request = pb::ReplayEventsRequest {
        from: 2,
        heartbeat_seconds: 1,
        ..Default::default()
    };
    let mut stream = start(&world, request).await.unwrap();
    let first = stream.next().await.unwrap().unwrap();
    assert_eq!(
        (first.next_index, first.size, first.log_id.as_str()),
        (2, 2, ORIGIN)
    );
    let beat = stream.next().await.unwrap().unwrap();
    assert_eq!(
        (beat.entries.len(), beat.next_index, beat.log_id.as_str()),
        (0, 2, ORIGIN)
    );
    world
        .push("stock-F0", "2026-03-03", issue("I-2", key("AMOX", "B1"), 1))
        .await;
    let news = loop {
        let next = stream.next().await.unwrap().unwrap();
        // A slow machine may have time for another heartbeat.
        if !next.entries.is_empty() {
            break next;
        }
    };
    assert_eq!((news.entries.len(), news.next_index), (1, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_replays_are_limited_and_given_back() {
    let world = written(2).await;
    let mut open = Vec::new();
    let refused = loop {
        match start(&world, pb::ReplayEventsRequest::default()).await {
            Ok(stream) => open.push(stream),
            Err(error) => break error,
        }
    };
    assert_eq!(
        reason(&refused),
        (Code::ResourceExhausted, "REPLAYS_CROWDED".to_owned())
    );
    // Nobody who does not read holds up the log.
    world
        .push("stock-F0", "2026-03-03", issue("I-2", key("AMOX", "B1"), 1))
        .await;
    open.clear();
    let limit = tokio::time::Instant::now() + Duration::from_mins(1);
    while start(&world, pb::ReplayEventsRequest::default())
        .await
        .is_err()
    {
        assert!(tokio::time::Instant::now() < limit);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
