//! A log that was restored from a mirror before its bids were opened: with the withheld parts of the lost directory, and without.

use std::path::Path;

use super::*;
use crate::domain::reaction;
use crate::domain::ruleset::ProcurementRules;
use crate::domain::tender::{Listing, OpenedBid, Standing};
use crate::store::embedded::Salvage;

const EDITIONS: [u8; 2] = [1, 2];

fn options(dir: &Path, clock: &Arc<ManualClock>) -> Options {
    Options::new(dir, Arc::clone(clock) as _).origin(world::ORIGIN)
}

/// A log into which three envelopes are sealed.
async fn sealed_log(root: &Path, clock: &Arc<ManualClock>, edition: u8) -> Log<EmbeddedStore> {
    let store = EmbeddedStore::create_or_open(options(&root.join("old"), clock));
    let log = Log::new(Arc::new(store.unwrap()), Arc::clone(clock) as _).await;
    log.adopted(ProcurementRules {
        edition: Some(edition),
        ..ProcurementRules::default()
    })
    .await;
    for n in 1..=3 {
        log.seal(n, &key(n)).await.unwrap();
    }
    log
}

/// Its directory is lost, and the log restored from what a mirror holds of it: so many entries, and no parts. Perhaps what was
/// withheld was kept elsewhere.
async fn restored(
    log: Log<EmbeddedStore>,
    entries: u64,
    clock: &Arc<ManualClock>,
    salvaged: bool,
) -> Log<EmbeddedStore> {
    let store = Arc::clone(log.ledger.store());
    let (old, new) = (store.dir().to_owned(), store.dir().with_file_name("new"));
    let mut mirrored = Vec::new();
    for batch in store.log_reader(0) {
        let batch = batch.unwrap();
        mirrored.extend(batch.iter().map(|(_, entry)| entry.bytes().to_vec()));
    }
    mirrored.truncate(usize::try_from(entries).unwrap());
    store.close();
    drop((log, store));

    let salvage = if salvaged {
        Salvage::open(&old).unwrap()
    } else {
        Salvage::default()
    };
    let begun = EmbeddedStore::create_or_open_restoring(options(&new, clock), salvage).unwrap();
    begun.mirror().mirror(0, mirrored).await.unwrap();
    begun.finish().unwrap();
    begun.mirror().store().close();
    drop(begun);
    let store = EmbeddedStore::create_or_open(options(&new, clock)).unwrap();
    Log::again(Arc::new(store), Arc::clone(clock) as _)
}

/// All of it, before the opening.
async fn restored_sealed(
    root: &Path,
    clock: &Arc<ManualClock>,
    edition: u8,
    salvaged: bool,
) -> Log<EmbeddedStore> {
    let log = sealed_log(root, clock, edition).await;
    let size = log.ledger.store().size();
    restored(log, size, clock, salvaged).await
}

/// The deadline comes, and policies that remember nothing find nothing more to do afterwards.
async fn come_to_the_list(log: &Log<EmbeddedStore>, clock: &ManualClock) {
    clock.set(closes_at());
    catch_up(&log.ledger, &kept()).await.unwrap();
    let size = log.ledger.store().size();
    catch_up(&log.ledger, &kept()).await.unwrap();
    assert_eq!(log.ledger.store().size(), size);
}

fn ids(numbers: impl IntoIterator<Item = u8>) -> Vec<EnvelopeId> {
    let id = |n| EnvelopeId::new(&world::uuid(n).to_string()).unwrap();
    numbers.into_iter().map(id).collect()
}

async fn disclosed(log: &Log<EmbeddedStore>) -> usize {
    let events = log.events().await;
    let claims = events.iter().filter_map(disclosed_bytes);
    claims
        .inspect(|claim| assert!(contains(claim, supplier_id().as_str())))
        .count()
}

async fn refused(log: &Log<EmbeddedStore>) -> Vec<String> {
    let events = log.events().await;
    let codes = events.iter().filter_map(|it| {
        let Event::Reaction(reaction::Event::StepRefused(refused)) = &it.event else {
            return None;
        };
        Some(refused.code.to_string())
    });
    codes.collect()
}

#[tokio::test]
async fn with_its_withheld_parts_the_list_and_the_disclosures_come_out_right() {
    for edition in EDITIONS {
        let (root, clock) = (tempfile::tempdir().unwrap(), manual());
        let log = restored_sealed(root.path(), &clock, edition, true).await;
        come_to_the_list(&log, &clock).await;
        let (listed, end) = log.list().await;
        let (last, earlier) = (Standing::Counts, Standing::Superseded);
        assert_eq!(listed, [(3, last), (2, earlier), (1, earlier)]);
        let whole = Listing {
            envelopes: Some(3),
            unlisted: Vec::new(),
            left_off: None,
        };
        assert_eq!(end, Some(whole));
        assert_eq!(disclosed(&log).await, 3);
        assert_eq!(refused(&log).await, Vec::<String>::new());
    }
}

/// Nobody knows whose the three are: the end of the list names them, and what was sealed afterwards is opened.
#[tokio::test]
async fn without_them_the_list_names_what_it_lacks() {
    for edition in EDITIONS {
        let (root, clock) = (tempfile::tempdir().unwrap(), manual());
        let log = restored_sealed(root.path(), &clock, edition, false).await;
        log.seal(4, &key(4)).await.unwrap();
        come_to_the_list(&log, &clock).await;
        let (listed, end) = log.list().await;
        assert_eq!(listed, [(4, Standing::Counts)]);
        let lacking = Listing {
            envelopes: Some(1),
            unlisted: ids([3, 2, 1]),
            left_off: None,
        };
        assert_eq!(end, Some(lacking));
        assert_eq!(disclosed(&log).await, 1);
        assert_eq!(refused(&log).await, Vec::<String>::new());
        let huda = actor("huda", Role::ProcurementOfficer);
        for (n, code) in [
            (1, "TENDER_ENVELOPE_NOT_LISTED"),
            (4, "TENDER_SHARES_MISSING"),
        ] {
            let envelope = ids([n]).remove(0);
            let open = tender::Command::Open(OpenedBid::asked(envelope));
            assert_eq!(log.ask(&huda, open).await, Err(code), "{n}");
        }
    }
}

/// The mirror had no more than the first entry of the list: what is on it stays on it, and its end names the others.
#[tokio::test]
async fn a_list_that_was_begun_is_ended() {
    let (root, clock) = (tempfile::tempdir().unwrap(), manual());
    let log = sealed_log(root.path(), &clock, 2).await;
    clock.set(closes_at());
    catch_up(&log.ledger, &kept()).await.unwrap();
    let events = log.events().await;
    let mut listed = events.iter().filter(|it| {
        let event = of_tender(it);
        event.is_some_and(|event| matches!(event, tender::Event::BidReceived(_)))
    });
    let first = listed.next().unwrap().index;
    let log = restored(log, first + 1, &clock, false).await;
    come_to_the_list(&log, &clock).await;
    let lacking = Listing {
        envelopes: Some(1),
        unlisted: ids([2, 1]),
        left_off: None,
    };
    let listed = vec![(3, Standing::Counts)];
    assert_eq!(log.list().await, (listed, Some(lacking)));
    assert_eq!(refused(&log).await, ["PART_ABSENT"], "its claim is lost");
}
