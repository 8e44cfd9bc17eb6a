//! One suite that every event store passes. A failed expectation comes back as an error with its place; nothing panics.

use std::future::Future;
use std::sync::Arc;

use uuid::Uuid;

use super::{
    APPEND_BYTES_MAX, APPEND_ENTRIES_MAX, Append, AppendError, Appended, Batch, ENTRY_BYTES_MAX,
    EventStore, Expected, NewEntry, PART_BYTES_MAX, Part, PartClass, StreamName,
};
use crate::time::{ManualClock, Timestamp};

/// An expectation that a store did not meet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {expectation}")]
pub struct Broken {
    place: String,
    expectation: String,
}

type Checked = Result<(), Broken>;

macro_rules! expect {
    ($holds:expr) => {
        if !$holds {
            return Err(Broken {
                place: format!("{}:{}", file!(), line!()),
                expectation: stringify!($holds).to_owned(),
            });
        }
    };
}

macro_rules! done {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(error) => {
                return Err(Broken {
                    place: format!("{}:{}", file!(), line!()),
                    expectation: format!("{}: {error}", stringify!($result)),
                })
            }
        }
    };
}

mod following;
mod reading;
mod stamping;
mod withholding;

/// When the clock of a tested store starts to stand still.
const START: Timestamp = Timestamp::from_micros(1_760_000_000_000_000);

/// What a store promises besides what every store does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promises {
    /// Stamps come from the clock that the test gives; else from one that it cannot set.
    pub own_clock: bool,
    /// Most bytes of one append.
    pub append_bytes_max: usize,
}

/// Runs every check, each on an empty store that `make` gives, with the clock it must use.
pub async fn run<S: EventStore, F: Future<Output = S>>(
    make: impl Fn(Arc<ManualClock>) -> F,
) -> Checked {
    let promises = Promises {
        own_clock: true,
        append_bytes_max: APPEND_BYTES_MAX,
    };
    run_as(promises, make).await
}

/// The same, of a store that promises less.
pub async fn run_as<S: EventStore, F: Future<Output = S>>(
    promises: Promises,
    make: impl Fn(Arc<ManualClock>) -> F,
) -> Checked {
    let clock = || Arc::new(ManualClock::new(START));
    first_entry(&make(clock()).await, promises).await?;
    revisions(&make(clock()).await).await?;
    all_or_none(&make(clock()).await, promises).await?;
    if promises.own_clock {
        stamping::stamps(&make, clock()).await?;
        stamping::deadline(&make, clock()).await?;
        stamping::clock_behind(&make, clock()).await?;
    }
    order_of_submits(&make(clock()).await).await?;
    following::following(&make(clock()).await).await?;
    reading::paging(&make(clock()).await).await?;
    growth(&make(clock()).await).await?;
    withholding::parts(&make(clock()).await).await?;
    withholding::erasure(&make(clock()).await).await?;
    limits(&make(clock()).await, promises).await
}

/// An entry of a test: its id and its data say which one it is.
pub fn entry(number: u64) -> NewEntry {
    NewEntry {
        id: Uuid::from_u128(u128::from(number)),
        kind: "sijill.events.v1.Tested",
        metadata: format!("metadata {number}").into_bytes(),
        data: format!("data {number}").into_bytes(),
        withheld: Vec::new(),
    }
}

/// A withheld part of a test.
pub fn part(class: PartClass, text: &str) -> Part {
    Part {
        class,
        salt: [7; 32],
        bytes: text.as_bytes().to_vec(),
    }
}

fn stream(name: &str) -> Result<StreamName, Broken> {
    Ok(done!(StreamName::new(name)))
}

fn append(
    stream: &StreamName,
    expected: Expected,
    numbers: impl IntoIterator<Item = u64>,
) -> Append {
    let entries = numbers.into_iter().map(entry).collect();
    Append {
        stream: stream.clone(),
        expected,
        entries,
        not_after: None,
    }
}

fn ids(batch: &Batch) -> Vec<u128> {
    batch.iter().map(|(_, entry)| entry.id.as_u128()).collect()
}

async fn first_entry<S: EventStore>(store: &S, promises: Promises) -> Checked {
    let tender = stream("tender-1")?;
    expect!(store.size() == 0);
    expect!(!store.origin().is_empty());
    expect!(done!(store.read_log(0).await).is_empty());
    expect!(done!(store.read_stream(&tender, 0).await).is_empty());
    let appended = done!(store.append(append(&tender, Expected::NoStream, [1])).await);
    let recorded_at = if promises.own_clock {
        START
    } else {
        appended.recorded_at
    };
    expect!(
        appended
            == Appended {
                first_index: 0,
                count: 1,
                revision: 0,
                recorded_at
            }
    );
    expect!(store.size() == 1);
    for batch in [
        done!(store.read_log(0).await),
        done!(store.read_stream(&tender, 0).await),
    ] {
        expect!(batch.len() == 1);
        let Some((index, found)) = batch.get(0) else {
            return Ok(());
        };
        let wanted = entry(1);
        expect!(index == 0 && found.revision == 0 && found.recorded_at == recorded_at);
        expect!(found.stream == "tender-1" && found.kind == wanted.kind && found.id == wanted.id);
        expect!(found.metadata == wanted.metadata && found.data == wanted.data);
        expect!(found.part_count() == 0);
    }
    Ok(())
}

async fn revisions<S: EventStore>(store: &S) -> Checked {
    let (tender, other) = (stream("tender-1")?, stream("tender-2")?);
    let refused = store
        .append(append(&tender, Expected::Revision(0), [1]))
        .await;
    expect!(
        refused
            == Err(AppendError::Conflict {
                stream: tender.clone(),
                actual: None
            })
    );
    done!(
        store
            .append(append(&tender, Expected::NoStream, [1, 2]))
            .await
    );
    done!(store.append(append(&other, Expected::NoStream, [3])).await);
    let at_one = Err(AppendError::Conflict {
        stream: tender.clone(),
        actual: Some(1),
    });
    for expected in [
        Expected::NoStream,
        Expected::Revision(0),
        Expected::Revision(2),
        Expected::Revision(u64::MAX - 9),
    ] {
        expect!(store.append(append(&tender, expected, [4])).await == at_one);
    }
    expect!(store.size() == 3);
    let appended = done!(
        store
            .append(append(&tender, Expected::Revision(1), [5]))
            .await
    );
    expect!((appended.first_index, appended.revision) == (3, 2));
    expect!(ids(&done!(store.read_stream(&tender, 0).await)) == [1, 2, 5]);
    expect!(ids(&done!(store.read_stream(&tender, 1).await)) == [2, 5]);
    expect!(ids(&done!(store.read_stream(&other, 0).await)) == [3]);
    expect!(done!(store.read_stream(&tender, 3).await).is_empty());
    expect!(done!(store.read_stream(&tender, u64::MAX).await).is_empty());
    expect!(done!(store.read_log(u64::MAX).await).is_empty());
    Ok(())
}

async fn all_or_none<S: EventStore>(store: &S, promises: Promises) -> Checked {
    let tender = stream("tender-1")?;
    let appended = done!(
        store
            .append(append(&tender, Expected::NoStream, 1..=5))
            .await
    );
    expect!((appended.first_index, appended.count, appended.revision) == (0, 5, 4));
    let first = store.read_log(0).await;
    let first = done!(first).get(0).map(|(_, entry)| entry.recorded_at);
    expect!(first.is_some_and(|first| first.plus_micros(4) <= appended.recorded_at));
    expect!(!promises.own_clock || appended.recorded_at == START.plus_micros(4));
    let mut bad = append(&tender, Expected::Revision(4), 6..=8);
    if let Some(last) = bad.entries.last_mut() {
        last.data = vec![0; ENTRY_BYTES_MAX];
    }
    expect!(matches!(
        store.append(bad).await,
        Err(AppendError::Invalid(_))
    ));
    let late = Append {
        not_after: Some(appended.recorded_at.plus_micros(2)),
        ..append(&tender, Expected::Revision(4), 6..=8)
    };
    let refused = store.append(late).await;
    let Err(AppendError::TooLate { stamped }) = refused else {
        expect!(matches!(refused, Err(AppendError::TooLate { .. })));
        return Ok(());
    };
    expect!(stamped > appended.recorded_at.plus_micros(2));
    expect!(!promises.own_clock || stamped == START.plus_micros(7));
    expect!(store.size() == 5);
    expect!(ids(&done!(store.read_log(0).await)) == [1, 2, 3, 4, 5]);
    Ok(())
}

async fn order_of_submits<S: EventStore>(store: &S) -> Checked {
    let tender = stream("tender-1")?;
    let mut tickets = Vec::new();
    for number in 0..100_u64 {
        let expected = Expected::after(number.checked_sub(1));
        tickets.push(done!(
            store.submit(append(&tender, expected, [number])).await
        ));
    }
    for (number, ticket) in (0_u64..).zip(tickets) {
        let appended = done!(ticket.await);
        expect!((appended.first_index, appended.revision) == (number, number));
    }
    // An append whose ticket nobody waits for is stored all the same.
    drop(done!(
        store
            .submit(append(&tender, Expected::Revision(99), [100]))
            .await
    ));
    done!(
        store
            .append(append(&tender, Expected::Revision(100), [101]))
            .await
    );
    expect!(store.size() == 102);
    Ok(())
}

async fn growth<S: EventStore>(store: &S) -> Checked {
    let tender = stream("tender-1")?;
    done!(
        store
            .append(append(&tender, Expected::NoStream, [1, 2]))
            .await
    );
    expect!(done!(store.grown_past(0).await) == 2);
    let ticket = done!(
        store
            .submit(append(&tender, Expected::Revision(1), [3]))
            .await
    );
    expect!(done!(store.grown_past(2).await) == 3);
    expect!(store.size() == 3);
    done!(ticket.await);
    Ok(())
}

async fn limits<S: EventStore>(store: &S, promises: Promises) -> Checked {
    let name = stream("tender-1")?;
    let largest = |data: usize| {
        let mut append = append(&name, Expected::NoStream, [1]);
        if let Some(entry) = append.entries.first_mut() {
            entry.metadata = Vec::new();
            entry.data = vec![9; data];
        }
        append
    };
    // Version, lengths, revision, id, stamp and part count take 42 bytes; the name has 8, the kind 23.
    let fits = ENTRY_BYTES_MAX - 42 - 8 - 23;
    expect!(matches!(
        store.append(largest(fits + 1)).await,
        Err(AppendError::Invalid(_))
    ));
    expect!(matches!(
        store.append(append(&name, Expected::NoStream, [])).await,
        Err(AppendError::Invalid(_))
    ));
    let most = APPEND_ENTRIES_MAX as u64;
    let too_many = append(&name, Expected::NoStream, 0..=most);
    expect!(matches!(
        store.append(too_many).await,
        Err(AppendError::Invalid(_))
    ));
    let mut too_large = append(&name, Expected::NoStream, [1]);
    let mut bad_kind = too_large.clone();
    if let (Some(large), Some(kind)) = (too_large.entries.first_mut(), bad_kind.entries.first_mut())
    {
        large.withheld = vec![Part {
            class: PartClass::Pending,
            salt: [0; 32],
            bytes: vec![0; PART_BYTES_MAX + 1],
        }];
        kind.kind = "not a kind";
    }
    expect!(matches!(
        store.append(too_large).await,
        Err(AppendError::Invalid(_))
    ));
    expect!(matches!(
        store.append(bad_kind).await,
        Err(AppendError::Invalid(_))
    ));
    expect!(matches!(
        store
            .append(append(&name, Expected::Revision(u64::MAX), [1]))
            .await,
        Err(AppendError::Invalid(_))
    ));
    expect!(store.size() == 0);
    done!(store.append(largest(fits)).await);
    let batch = done!(store.read_log(0).await);
    expect!(
        batch
            .get(0)
            .is_some_and(|(_, entry)| entry.bytes().len() == ENTRY_BYTES_MAX)
    );
    let appended = done!(
        store
            .append(append(&name, Expected::Revision(0), 0..most))
            .await
    );
    expect!(appended.count == most && appended.revision == most);
    let huge: Vec<NewEntry> = (0..200)
        .map(|n| NewEntry {
            data: vec![1; 60_000],
            ..entry(n)
        })
        .collect();
    let huge = Append {
        stream: name,
        expected: Expected::Revision(most),
        entries: huge,
        not_after: None,
    };
    // As entries: what they hold besides their data is below 150 bytes.
    if promises.append_bytes_max < 200 * 60_150 {
        let refused = store.append(huge).await;
        expect!(matches!(refused, Err(AppendError::Invalid(_))));
        return Ok(());
    }
    expect!(done!(store.append(huge).await).count == 200);
    expect!(done!(store.read_log(most + 200).await).len() == 1);
    Ok(())
}
