//! Withheld parts: kept apart, checked, erasable.

use super::{Broken, Checked, append, part, stream};
use crate::store::{Append, EventStore, Expected, PartClass, ReadError, StoredPart, StreamName};

fn withholding(name: &StreamName, expected: Expected) -> Append {
    let mut append = append(name, expected, [1, 2, 3]);
    if let [_, second, third] = append.entries.as_mut_slice() {
        second.withheld = vec![
            part(PartClass::Bidder, "bidder 17"),
            part(PartClass::Person, ""),
        ];
        third.withheld = vec![part(PartClass::Security, &"account ".repeat(5_000))];
    }
    append
}

pub(super) async fn parts<S: EventStore>(store: &S) -> Checked {
    let envelope = stream("envelope-1")?;
    let wanted = withholding(&envelope, Expected::NoStream);
    done!(store.append(wanted.clone()).await);
    for (index, new) in (0_u64..).zip(&wanted.entries) {
        let held = done!(store.parts(index).await);
        let known: Vec<StoredPart> = new
            .withheld
            .iter()
            .cloned()
            .map(StoredPart::Known)
            .collect();
        expect!(held == known);
        let batch = done!(store.read_log(index).await);
        let Some((_, found)) = batch.get(0) else {
            return Ok(());
        };
        let commitments: Vec<_> = found.commitments().collect();
        let committed: Vec<_> = new
            .withheld
            .iter()
            .map(|part| (part.class, part.commitment()))
            .collect();
        expect!(commitments == committed);
        expect!(
            new.withheld
                .iter()
                .all(|part| part.bytes.len() < 5 || !holds(found.bytes(), &part.bytes))
        );
    }
    expect!(store.parts(3).await == Err(ReadError::NotFound { index: 3 }));
    Ok(())
}

fn holds(bytes: &[u8], content: &[u8]) -> bool {
    bytes.windows(content.len()).any(|window| window == content)
}

pub(super) async fn erasure<S: EventStore>(store: &S) -> Checked {
    let envelope = stream("envelope-1")?;
    let wanted = withholding(&envelope, Expected::NoStream);
    done!(store.append(wanted.clone()).await);
    let before = done!(store.read_log(0).await);
    for _ in 0..2 {
        done!(store.erase_part(1, 0).await);
        let held = done!(store.parts(1).await);
        expect!(
            held == [
                StoredPart::Absent,
                StoredPart::Known(part(PartClass::Person, ""))
            ]
        );
    }
    expect!(done!(store.parts(2).await).first() != Some(&StoredPart::Absent));
    let after = done!(store.read_log(0).await);
    expect!(
        before
            .iter()
            .map(|(_, e)| e.bytes())
            .eq(after.iter().map(|(_, e)| e.bytes()))
    );
    expect!(store.erase_part(0, 0).await == Err(ReadError::NoSuchPart { index: 0, part: 0 }));
    expect!(store.erase_part(1, 2).await == Err(ReadError::NoSuchPart { index: 1, part: 2 }));
    expect!(store.erase_part(9, 0).await.is_err());
    done!(
        store
            .append(append(&envelope, Expected::Revision(2), [4]))
            .await
    );
    Ok(())
}
