//! Changes are told as they happen, and after a pause from where the watcher left off.

use std::time::Duration;

use tonic::Streaming;

use super::super::pb;
use super::*;

type Stream = Streaming<pb::WatchShortagesResponse>;

async fn watch(world: &World, request: pb::WatchShortagesRequest) -> Stream {
    let mut client = world.client().await;
    client.watch_shortages(request).await.unwrap().into_inner()
}

fn from(index: u64) -> pb::WatchShortagesRequest {
    let position = types::Position {
        log_id: ORIGIN.to_owned(),
        index,
    };
    pb::WatchShortagesRequest {
        from: Some(position),
        ..pb::WatchShortagesRequest::default()
    }
}

async fn next(stream: &mut Stream) -> pb::WatchShortagesResponse {
    let message = tokio::time::timeout(Duration::from_mins(1), stream.message());
    message.await.unwrap().unwrap().unwrap()
}

/// "F1 gauze stocked out" as facility, item and both statuses.
fn told(
    message: &pb::WatchShortagesResponse,
) -> (String, String, pb::ShortageStatus, pb::ShortageStatus) {
    let change = message.change.as_ref().unwrap();
    let row = change.row.as_ref().unwrap();
    (
        row.facility.clone(),
        row.item.clone(),
        change.before(),
        change.after(),
    )
}

fn index(message: &pb::WatchShortagesResponse) -> u64 {
    message.position.as_ref().unwrap().index
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_told_and_a_heartbeat_says_where_to_resume() {
    let world = World::new().await;
    world.live.reach(world.last()).await.unwrap();
    let mut stream = watch(
        &world,
        pb::WatchShortagesRequest {
            heartbeat_seconds: 1,
            ..Default::default()
        },
    )
    .await;
    let begun = next(&mut stream).await;
    assert_eq!(
        (begun.change.is_none(), index(&begun)),
        (true, world.last())
    );

    world.issue("F1", "gauze", 99).await;
    world.issue("F1", "gauze", 1).await;
    let mut message = next(&mut stream).await;
    while message.change.is_none() {
        message = next(&mut stream).await;
    }
    let expected = (
        "F1".to_owned(),
        "gauze".to_owned(),
        pb::ShortageStatus::Unknown,
        pb::ShortageStatus::StockedOut,
    );
    assert_eq!(told(&message), expected);
    assert_eq!(index(&message), world.last());
    // Nothing happens: a heartbeat, and the place stays.
    let quiet = next(&mut stream).await;
    assert_eq!(
        (quiet.change.is_none(), index(&quiet)),
        (true, world.last())
    );
    // A facility that begins to handle an item had no status before.
    world.receive("F3", "gauze", 5).await;
    let mut message = next(&mut stream).await;
    while message.change.is_none() {
        message = next(&mut stream).await;
    }
    assert_eq!(told(&message).2, pb::ShortageStatus::Unspecified);
    assert_eq!(told(&message).3, pb::ShortageStatus::Unknown);
}

#[tokio::test(flavor = "multi_thread")]
async fn watching_resumes_with_what_changed_meanwhile() {
    let world = World::new().await;
    let left_off = world.last();
    for facility in ["F0", "F1"] {
        world.issue(facility, "gauze", 100).await;
    }
    // Out of stock and back again: no change to tell.
    world.issue("F2", "gauze", 100).await;
    world.receive("F2", "gauze", 100).await;
    // What the views have not seen yet would be told in parts.
    world.live.reach(world.last()).await.unwrap();
    let mut stream = watch(&world, from(left_off)).await;
    let first = next(&mut stream).await;
    assert_eq!(told(&first).0, "F0");
    assert_eq!(index(&first), left_off, "the second is still to come");
    let second = next(&mut stream).await;
    assert_eq!(told(&second).0, "F1");
    assert_eq!(index(&second), world.last());
    let caught_up = next(&mut stream).await;
    assert_eq!(
        (caught_up.change.is_none(), index(&caught_up)),
        (true, world.last())
    );
    drop(stream);

    // Left between the two: both are told again, and none is missed.
    let mut again = watch(&world, from(index(&first))).await;
    assert_eq!(told(&next(&mut again).await).0, "F0");
    assert_eq!(told(&next(&mut again).await).0, "F1");
    // Left after the last: nothing.
    let mut after = watch(&world, from(index(&second))).await;
    assert!(next(&mut after).await.change.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_hears_only_what_it_asked_for() {
    let world = World::new().await;
    let left_off = world.last();
    for facility in ["F0", "F2"] {
        world.issue(facility, "gauze", 100).await;
        world.issue(facility, "amoxicillin", 100).await;
    }
    world.live.reach(world.last()).await.unwrap();
    let filter = pb::Filter {
        governorate: Some("EG-GZ".to_owned()),
        category: sijill_schemas::events::v1::ItemCategory::Supply.into(),
        ..pb::Filter::default()
    };
    let request = |statuses: Vec<i32>| pb::WatchShortagesRequest {
        filter: Some(filter.clone()),
        statuses,
        ..from(left_off)
    };
    let mut stream = watch(&world, request(vec![pb::ShortageStatus::StockedOut.into()])).await;
    let message = next(&mut stream).await;
    assert_eq!((&*told(&message).0, &*told(&message).1), ("F2", "gauze"));
    assert!(next(&mut stream).await.change.is_none());
    let mut other = watch(&world, request(vec![pb::ShortageStatus::Low.into()])).await;
    assert!(next(&mut other).await.change.is_none());
}
