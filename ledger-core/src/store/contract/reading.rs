//! Reading the log and its streams, page by page.

use super::{Broken, Checked, append, stream};
use crate::store::{EventStore, Expected};

pub(super) async fn paging<S: EventStore>(store: &S) -> Checked {
    let streams = [stream("stock-a")?, stream("stock-b")?, stream("stock-c")?];
    let (mut next, mut total) = ([0_u64; 3], 0_u64);
    for round in 0..40_u64 {
        for ((name, revision), count) in streams.iter().zip(&mut next).zip([1, 7 + round, 90]) {
            let expected = Expected::after(revision.checked_sub(1));
            let appended = done!(
                store
                    .append(append(name, expected, total..total + count))
                    .await
            );
            expect!(appended.first_index == total);
            *revision += count;
            total += count;
        }
    }
    let mut seen = 0;
    while seen < total {
        let batch = done!(store.read_log(seen).await);
        expect!(!batch.is_empty());
        for (index, found) in batch.iter() {
            expect!(index == seen && found.id.as_u128() == u128::from(seen));
            seen += 1;
        }
        expect!(batch.next_index() == Some(seen));
    }
    expect!(done!(store.read_log(seen).await).is_empty());
    for from in [1, 2, 95, total / 2, total - 1] {
        let batch = done!(store.read_log(from).await);
        expect!(
            batch.get(0).is_some_and(
                |(index, found)| index == from && found.id.as_u128() == u128::from(from)
            )
        );
    }
    for (name, revisions) in streams.iter().zip(next) {
        let mut revision = 0;
        while revision < revisions {
            let batch = done!(store.read_stream(name, revision).await);
            expect!(!batch.is_empty());
            for (index, found) in batch.iter() {
                expect!(found.stream == name.as_str() && found.revision == revision);
                expect!(found.id.as_u128() == u128::from(index));
                revision += 1;
            }
        }
    }
    for (name, revisions) in streams.iter().zip(next) {
        let from = revisions / 3;
        let block = done!(store.read_stream(name, from).await);
        for entries_max in [0, 1, 5, usize::MAX] {
            let few = done!(store.read_stream_at_most(name, from, entries_max).await);
            expect!(few.len() == block.len().min(entries_max));
            expect!(few.iter().zip(block.iter()).all(|((a, _), (b, _))| a == b));
        }
    }
    Ok(())
}
