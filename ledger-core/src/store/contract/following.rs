//! An append that must follow one very event.

use super::{Broken, Checked, append, entry, ids, stream};
use crate::store::{AppendError, EventStore, Expected};

/// The event with this number at this revision.
fn event(revision: u64, number: u64) -> Expected {
    let id = entry(number).id;
    Expected::Event { revision, id }
}

pub(super) async fn following<S: EventStore>(store: &S) -> Checked {
    let tender = stream("tender-1")?;
    let at = |actual| {
        Err(AppendError::Conflict {
            stream: tender.clone(),
            actual,
        })
    };
    expect!(store.append(append(&tender, event(0, 1), [2])).await == at(None));
    done!(
        store
            .append(append(&tender, Expected::NoStream, [1, 2]))
            .await
    );
    for wrong in [event(0, 1), event(1, 1), event(1, 9), event(2, 2)] {
        expect!(store.append(append(&tender, wrong, [3])).await == at(Some(1)));
    }
    let appended = done!(store.append(append(&tender, event(1, 2), [3])).await);
    expect!((appended.first_index, appended.revision) == (2, 2));
    // Of these only the first is taken: what the others follow is not stored, and the last finds another event in its place.
    let mut tickets = Vec::new();
    for (expected, number) in [
        (event(2, 3), 4),
        (event(2, 3), 5),
        (event(3, 5), 6),
        (event(4, 6), 7),
    ] {
        tickets.push(done!(
            store.submit(append(&tender, expected, [number])).await
        ));
    }
    let mut taken = Vec::new();
    for ticket in tickets {
        taken.push(ticket.await.is_ok());
    }
    expect!(taken == [true, false, false, false]);
    let appended = done!(store.append(append(&tender, event(3, 4), [8, 9])).await);
    expect!(appended.revision == 5);
    done!(store.append(append(&tender, event(5, 9), [10])).await);
    expect!(ids(&done!(store.read_stream(&tender, 0).await)) == [1, 2, 3, 4, 8, 9, 10]);
    Ok(())
}
