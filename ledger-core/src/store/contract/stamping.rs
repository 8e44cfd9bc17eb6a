//! Stamps: strictly increasing, never after a deadline, never from a clock that stands far behind.

use std::future::Future;
use std::sync::Arc;

use super::{Broken, Checked, START, append, stream};
use crate::store::{Append, AppendError, EventStore, Expected};
use crate::time::{ManualClock, Timestamp};

pub(super) async fn stamps<S: EventStore, F: Future<Output = S>>(
    make: &impl Fn(Arc<ManualClock>) -> F,
    clock: Arc<ManualClock>,
) -> Checked {
    let (store, tender) = (make(Arc::clone(&clock)).await, stream("tender-1")?);
    let moves = [0, 0, 10, 5, 5, 1_000_000, 999_999, -1_000_000];
    let mut last = START.plus_micros(-1);
    for (number, moved) in (0_u64..).zip(moves) {
        clock.set(START.plus_micros(moved));
        let expected = Expected::after(number.checked_sub(1));
        let appended = done!(store.append(append(&tender, expected, [number])).await);
        expect!(appended.recorded_at == START.plus_micros(moved).max(last.plus_micros(1)));
        last = appended.recorded_at;
    }
    let batch = done!(store.read_log(0).await);
    let stamps: Vec<Timestamp> = batch.iter().map(|(_, entry)| entry.recorded_at).collect();
    expect!(stamps.is_sorted_by(|earlier, later| earlier < later));
    Ok(())
}

pub(super) async fn deadline<S: EventStore, F: Future<Output = S>>(
    make: &impl Fn(Arc<ManualClock>) -> F,
    clock: Arc<ManualClock>,
) -> Checked {
    let (store, tender) = (make(Arc::clone(&clock)).await, stream("tender-1")?);
    let closing = START.plus_micros(100);
    let bid = |expected| Append {
        not_after: Some(closing),
        ..append(&tender, expected, [1])
    };
    clock.set(closing);
    let appended = done!(store.append(bid(Expected::NoStream)).await);
    expect!(appended.recorded_at == closing);
    let too_late = Err(AppendError::TooLate {
        stamped: closing.plus_micros(1),
    });
    expect!(store.append(bid(Expected::Revision(0))).await == too_late);
    clock.set(closing.plus_micros(5));
    let too_late = Err(AppendError::TooLate {
        stamped: closing.plus_micros(5),
    });
    expect!(store.append(bid(Expected::Revision(0))).await == too_late);
    expect!(store.size() == 1);
    Ok(())
}

pub(super) async fn clock_behind<S: EventStore, F: Future<Output = S>>(
    make: &impl Fn(Arc<ManualClock>) -> F,
    clock: Arc<ManualClock>,
) -> Checked {
    let (store, tender) = (make(Arc::clone(&clock)).await, stream("tender-1")?);
    done!(store.append(append(&tender, Expected::NoStream, [0])).await);
    clock.set(START.plus_micros(-301_000_000));
    let refused = store
        .append(append(&tender, Expected::Revision(0), [1]))
        .await;
    expect!(matches!(
        refused,
        Err(AppendError::Unavailable(_) | AppendError::Clock(_))
    ));
    clock.set(START.plus_micros(-299_000_000));
    let appended = done!(
        store
            .append(append(&tender, Expected::Revision(0), [1]))
            .await
    );
    expect!(appended.recorded_at == START.plus_micros(1));
    Ok(())
}
