//! Withheld parts and attachments end to end: kept apart, disclosed against their commitment, erased on an order, and
//! every entry stays as it was.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fall")]

use std::path::Path;
use std::sync::Arc;

use sijill_ledger_core::codec;
use sijill_ledger_core::domain::disclosure::LegalOrder;
use sijill_ledger_core::domain::organization::{self, Organization};
use sijill_ledger_core::domain::stock::Stock;
use sijill_ledger_core::domain::values::{DocumentNumber, Text, Withheld};
use sijill_ledger_core::event::{Actor, Event, Recorded, Role};
use sijill_ledger_core::ledger::{Context, ExecuteError, Ledger, OsSalts, Surroundings};
use sijill_ledger_core::policies::{Erasure, FileCheckpoints, PolicyRunner};
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options};
use sijill_ledger_core::store::{Attachments, EventStore, PartClass, ReadError, StoredPart};
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

    let order = LegalOrder {
        number: DocumentNumber::new("CASE-77/2026").unwrap(),
        authority: Text::new("محكمة القاهرة الاقتصادية").unwrap(),
        grounds: Text::new("حماية البيانات").unwrap(),
    };
    ledger
        .erase(done.first_index, 0, order, context(2, &registrar))
        .await
        .unwrap();
    let checkpoints = Arc::new(FileCheckpoints::new(dir.path().join("policies")).unwrap());
    let mut policy = PolicyRunner::new(ledger.clone(), Box::new(Erasure), checkpoints).unwrap();
    policy.catch_up().await.unwrap();
    drop(policy);
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
