//! Over the library's own stores: in memory and in a directory. No server is asked here.

use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;

use super::*;
use crate::store::attachments::{Attachments, Inner, Place};

fn over(dir: &std::path::Path, store: Arc<dyn ObjectStore>) -> Attachments {
    let bucket = Bucket::over(store, Path::from("some/prefix"), "s3://test/some/prefix").unwrap();
    bucket.probe().unwrap();
    let files = Arc::new(crate::store::embedded::RealFiles);
    Attachments {
        inner: Arc::new(Inner {
            directory: super::super::Directory::new(dir, files),
            place: Place::Bucket(bucket).into(),
        }),
    }
}

/// What every place of attachments does.
fn check(store: &Arc<dyn ObjectStore>) {
    let dir = tempfile::tempdir().unwrap();
    let attachments = over(dir.path(), Arc::clone(store));
    let absent = AttachmentHash([1; 32]);
    assert!(!attachments.has(absent).unwrap());
    assert!(matches!(
        attachments.get(absent),
        Err(AttachmentError::NotFound(_))
    ));
    // More than is fetched at once, and nothing at all.
    let large: Vec<u8> = (0..20_000_000_u32).map(|n| n.to_le_bytes()[1]).collect();
    let names = [&large[..], b""].map(|bytes| {
        let hash = attachments.put(bytes).unwrap();
        assert_eq!(attachments.put(bytes).unwrap(), hash);
        assert!(attachments.has(hash).unwrap());
        assert_eq!(attachments.get(hash).unwrap(), bytes);
        hash
    });
    let mut listed: Vec<_> = attachments.list().unwrap();
    listed.sort_by_key(|stored| std::cmp::Reverse(stored.bytes));
    let hashes: Vec<_> = listed.iter().map(|stored| stored.hash).collect();
    assert_eq!(hashes, names);
    assert!(listed[0].at > Timestamp::from_micros(1_600_000_000_000_000));
    assert_eq!(attachments.sweep_incoming().unwrap(), 0, "nothing is left");
    attachments.remove(names[0]).unwrap();
    attachments.remove(names[0]).unwrap();
    assert!(!attachments.has(names[0]).unwrap());
}

#[test]
fn in_memory() {
    check(&(Arc::new(InMemory::new()) as Arc<dyn ObjectStore>));
}

#[test]
fn in_a_directory_of_the_library() {
    let dir = tempfile::tempdir().unwrap();
    check(&(Arc::new(LocalFileSystem::new_with_prefix(dir.path()).unwrap()) as Arc<_>));
}

/// Callers stand in a runtime as often as not.
#[tokio::test]
async fn waiting_is_possible_within_a_runtime() {
    let dir = tempfile::tempdir().unwrap();
    let attachments = over(dir.path(), Arc::new(InMemory::new()));
    let hash = attachments.put(b"minutes").unwrap();
    assert_eq!(attachments.get(hash).unwrap(), b"minutes");
    drop(attachments);
}

#[test]
fn damage_in_the_store_is_told_and_repaired_by_the_right_bytes() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let dir = tempfile::tempdir().unwrap();
    let attachments = over(dir.path(), Arc::clone(&store));
    let hash = attachments.put(b"contract").unwrap();
    let Place::Bucket(bucket) = attachments.place().unwrap() else {
        panic!("it is in a bucket");
    };
    let path = bucket.path(hash);
    bucket
        .wait(async move { store.put(&path, "contracT".into()).await })
        .unwrap();
    assert!(matches!(
        attachments.get(hash),
        Err(AttachmentError::Corrupt(_))
    ));
    attachments.put(b"contract").unwrap();
    assert_eq!(attachments.get(hash).unwrap(), b"contract");
}

#[test]
fn an_address_that_names_no_bucket_is_refused() {
    for place in ["s3://", "s3:///prefix", "http://bucket", ""] {
        assert!(
            matches!(Bucket::open(place), Err(AttachmentError::Place { .. })),
            "{place}"
        );
    }
}

/// A server that speaks S3, where `SIJILL_S3` names a bucket of it (`s3://bucket/prefix`, with the `AWS_…` variables set).
#[test]
fn a_server_that_speaks_s3() {
    let Ok(place) = std::env::var("SIJILL_S3") else {
        return eprintln!("skipped: SIJILL_S3 names no bucket");
    };
    let dir = tempfile::tempdir().unwrap();
    let attachments = Attachments::new(dir.path());
    attachments.keep_at(&place).unwrap();
    let bytes: Vec<u8> = (0..10_000_000_u32).map(|n| n.to_le_bytes()[1]).collect();
    let hash = attachments.put(&bytes).unwrap();
    // Another process, which only has the directory.
    let again = Attachments::new(dir.path());
    assert!(again.has(hash).unwrap());
    assert_eq!(again.get(hash).unwrap(), bytes);
    assert!(again.list().unwrap().iter().any(|it| it.hash == hash));
    again.remove(hash).unwrap();
    assert!(!again.has(hash).unwrap());
}
