//! Withheld parts and attachments end to end: kept apart, disclosed against their commitment, erased on an order, and
//! every entry stays as it was.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fall")]

use std::path::Path;
use std::sync::Arc;

use sijill_ledger_core::codec;
use sijill_ledger_core::domain::disclosure::{self, Disclosure, Erased, LegalOrder, PartRef};
use sijill_ledger_core::domain::organization::{self, Organization};
use sijill_ledger_core::domain::stock::Stock;
use sijill_ledger_core::domain::values::{DocumentNumber, Text, Withheld};
use sijill_ledger_core::event::{Actor, Event, Recorded, Role};
use sijill_ledger_core::ledger::{Context, ExecuteError, Ledger, OsSalts, Surroundings};
use sijill_ledger_core::policies;
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options};
use sijill_ledger_core::store::{
    Append, Attachments, EventStore, Expected, NewEntry, PartClass, ReadError, StoredPart,
};
use sijill_ledger_core::time::{Clock, SystemClock};
use uuid::Uuid;

mod common;
use common::{clinic_with_gauze, count_gauze, official, supplier};

const SECRET: &str = "EG380019000500000000263180002";

fn open(dir: &Path) -> Ledger<EmbeddedStore> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let options = Options::new(dir, Arc::clone(&clock)).origin("sijill.test/withheld");
    let store = Arc::new(EmbeddedStore::create_or_open(options).unwrap());
    let attachments = Some(Attachments::new(dir));
    Ledger::with(
        store,
        Surroundings {
            clock,
            salts: Arc::new(OsSalts),
            attachments,
        },
    )
}

async fn leaf(ledger: &Ledger<EmbeddedStore>, index: u64) -> Vec<u8> {
    let batch = ledger.store().read_log(index).await.unwrap();
    batch.get(0).unwrap().1.bytes().to_vec()
}

async fn recorded(ledger: &Ledger<EmbeddedStore>, index: u64) -> Recorded {
    let parts = ledger.store().parts(index).await.unwrap();
    let batch = ledger.store().read_log(index).await.unwrap();
    let (index, entry) = batch.get(0).unwrap();
    codec::recorded(index, &entry, &parts).unwrap()
}

fn account(recorded: &Recorded) -> Withheld<Text> {
    let Event::Organization(organization::Event::OrganizationRegistered(registered)) =
        &recorded.event
    else {
        panic!("{recorded:?}")
    };
    registered.bank_account.clone().unwrap()
}

#[tokio::test]
async fn a_bank_account_is_kept_apart_and_erased_on_an_order() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    let (stream, register) = supplier("SUP-1", SECRET);
    let registrar = official("registrar", Role::Registrar);
    let context = |id, who: &Actor| Context::new(Uuid::from_u128(id), who.clone());
    let done = ledger
        .execute::<Organization>(&stream, register, context(1, &registrar))
        .await
        .unwrap();

    let before = leaf(&ledger, done.first_index).await;
    assert!(
        !before
            .windows(SECRET.len())
            .any(|bytes| bytes == SECRET.as_bytes()),
        "not in the public entry"
    );
    let entry = recorded(&ledger, done.first_index).await;
    assert_eq!(account(&entry), Withheld::Known(Text::new(SECRET).unwrap()));

    ledger
        .erase(done.first_index, 0, order(), context(2, &registrar))
        .await
        .unwrap();
    let parts = ledger.store().parts(done.first_index).await.unwrap();
    assert_eq!(parts, [StoredPart::Absent], "destroyed when it is answered");
    drop(ledger);

    let ledger = open(dir.path());
    assert_eq!(
        ledger.store().parts(done.first_index).await.unwrap(),
        [StoredPart::Absent]
    );
    assert_eq!(
        leaf(&ledger, done.first_index).await,
        before,
        "the leaf stays"
    );
    assert!(matches!(
        account(&recorded(&ledger, done.first_index).await),
        Withheld::Committed(_)
    ));
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let path = file.unwrap().path();
        let found = path.is_file()
            && std::fs::read(&path)
                .unwrap()
                .windows(SECRET.len())
                .any(|b| b == SECRET.as_bytes());
        assert!(!found, "{} still holds the secret", path.display());
    }
    ledger
        .state::<Organization>(&supplier("SUP-1", SECRET).0)
        .await
        .unwrap();
}

/// The process ends between the event and the destruction: the next start makes it good.
#[tokio::test]
async fn a_recorded_erasure_is_made_good_at_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    let (stream, register) = supplier("SUP-1", SECRET);
    let registrar = official("registrar", Role::Registrar);
    let context = Context::new(Uuid::from_u128(1), registrar);
    let done = ledger
        .execute::<Organization>(&stream, register, context.clone())
        .await
        .unwrap();
    let cause = recorded(&ledger, done.first_index).await;
    let part = PartRef {
        event: cause.id,
        index: cause.index,
        part: 0,
    };
    let event = Event::Disclosure(disclosure::Event::PartErased(Erased {
        part,
        order: order(),
    }));
    let encoded = codec::encode(&event).unwrap();
    ledger
        .store()
        .append(Append {
            stream: Disclosure::stream(cause.id),
            expected: Expected::NoStream,
            entries: vec![NewEntry {
                id: Uuid::from_u128(9),
                kind: encoded.kind,
                metadata: codec::encode_metadata(&cause.metadata).unwrap(),
                data: encoded.data,
                withheld: Vec::new(),
            }],
            not_after: None,
        })
        .await
        .unwrap();
    drop(ledger);

    let ledger = open(dir.path());
    let held = ledger.store().parts(cause.index).await.unwrap();
    assert!(matches!(held[..], [StoredPart::Known(_)]), "{held:?}");
    for _ in 0..2 {
        policies::repair(ledger.clone(), dir.path()).await.unwrap();
        let parts = ledger.store().parts(cause.index).await.unwrap();
        assert_eq!(parts, [StoredPart::Absent]);
    }
    let size = ledger.store().size();
    assert_eq!(size, 2, "nothing is recorded by a repair that works");
}

fn order() -> LegalOrder {
    LegalOrder {
        number: DocumentNumber::new("CASE-77/2026").unwrap(),
        authority: Text::new("محكمة القاهرة الاقتصادية").unwrap(),
        grounds: Text::new("حماية البيانات").unwrap(),
    }
}

#[tokio::test]
async fn what_is_disclosed_agrees_with_its_commitment_and_persons_never_are() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    clinic_with_gauze(&ledger).await;
    let keeper = official("huda", Role::Storekeeper);
    let (stream, count) = count_gauze(None);
    let context = Context::new(Uuid::from_u128(50), keeper.clone());
    let done = ledger
        .execute::<Stock>(&stream, count, context)
        .await
        .unwrap();
    let parts = ledger.store().parts(done.first_index).await.unwrap();
    let [StoredPart::Known(held)] = &parts[..] else {
        panic!("{parts:?}")
    };
    assert_eq!(held.class, PartClass::Person, "remarks may name people");

    let registrar = official("registrar", Role::Registrar);
    let context = |id| Context::new(Uuid::from_u128(id), registrar.clone());
    let refused = ledger.disclose(done.first_index, 0, context(51)).await;
    assert!(
        matches!(refused, Err(ExecuteError::Refused(_))),
        "{refused:?}"
    );
    let none = ledger.disclose(done.first_index, 1, context(52)).await;
    assert!(
        matches!(none, Err(ExecuteError::Read(ReadError::NoSuchPart { .. }))),
        "{none:?}"
    );
}

#[tokio::test]
async fn an_event_names_only_attachments_that_are_there() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    clinic_with_gauze(&ledger).await;
    let keeper = official("huda", Role::Storekeeper);
    let hash = Attachments::new(dir.path()).put(b"").unwrap();
    let missing = [7; 32];
    for (id, sha256, taken) in [(60, missing, false), (61, hash.0, true)] {
        let (stream, count) = count_gauze(Some(sha256));
        let context = Context::new(Uuid::from_u128(id), keeper.clone());
        let outcome = ledger.execute::<Stock>(&stream, count, context).await;
        match outcome {
            Err(ExecuteError::AttachmentMissing { .. }) => assert!(!taken),
            other => assert!(taken && other.is_ok(), "{other:?}"),
        }
    }
}
