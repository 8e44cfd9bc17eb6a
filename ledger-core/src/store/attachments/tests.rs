//! Attachments on a simulated disk: faults at every call, power cuts, kills; never a named part of an attachment.

use std::path::Path;
use std::sync::Arc;

use super::uploads::{Share, Uploads};
use super::*;
use crate::store::embedded::sim::{Fault, Random, SimDisk};

const DIR: &str = "/data";
const OWNER: &str = "organization:nile";

fn on(disk: &SimDisk) -> Attachments {
    Attachments::on(Path::new(DIR), Arc::new(disk.clone()))
}

/// Larger than a page, so that a power cut can tear it.
fn content(n: u8) -> Vec<u8> {
    (0..20_000_u32)
        .flat_map(|word| (word ^ u32::from(n) << 16).to_le_bytes())
        .collect()
}

/// Receives in chunks, notes the upload, keeps it: what the service does.
fn upload(attachments: &Attachments, bytes: &[u8]) -> Result<AttachmentHash, AttachmentError> {
    let uploads = Uploads::open(attachments.clone())?;
    let mut incoming = attachments.receive(ATTACHMENT_BYTES_MAX)?;
    for chunk in bytes.chunks(30_000) {
        incoming.write(chunk)?;
    }
    uploads.note(
        &incoming.received(),
        OWNER,
        Timestamp::from_micros(1),
        false,
    )?;
    Ok(incoming.keep()?.hash)
}

/// Whatever has a name is whole, and an upload that has one has its record.
fn assert_sound(disk: &SimDisk) {
    let attachments = on(disk);
    attachments.sweep_incoming().unwrap();
    let uploads = Uploads::open(attachments.clone()).unwrap();
    for (path, _) in disk.files() {
        let name = path.strip_prefix("/data/attachments").unwrap();
        let name = name.to_string_lossy().replace('/', "");
        let is_left_over = name.starts_with("incoming");
        assert!(!is_left_over, "{name} was not swept");
        if let Ok(hash) = name.parse::<AttachmentHash>() {
            attachments.get(hash).unwrap();
            assert!(uploads.is_of(hash, OWNER));
        }
    }
}

/// How many changing calls one upload makes at most.
const CALLS_MAX: u64 = 40;

#[test]
fn a_fault_at_any_call_leaves_nothing_that_is_torn_and_nothing_acknowledged_is_lost() {
    let mut acknowledged_after_fault = 0;
    for seed in 0..2 {
        let mut random = Random::new(seed);
        for fault in [Fault::PowerCut, Fault::Io, Fault::Full, Fault::ReadOnly] {
            for call in 0..CALLS_MAX {
                let disk = SimDisk::default();
                let before = upload(&on(&disk), &content(1)).unwrap();
                disk.plan(call, fault);
                let uploaded = upload(&on(&disk), &content(2));
                // The process ends; where the power went, the disk keeps what was synced.
                match fault {
                    Fault::PowerCut => disk.restart(&mut random),
                    Fault::Io | Fault::Full | Fault::ReadOnly => disk.kill(),
                }
                assert_sound(&disk);
                let attachments = on(&disk);
                assert_eq!(attachments.get(before).unwrap(), content(1));
                if let Ok(hash) = uploaded {
                    acknowledged_after_fault += 1;
                    assert_eq!(attachments.get(hash).unwrap(), content(2));
                }
                let again = upload(&attachments, &content(2)).unwrap();
                assert_eq!(attachments.get(again).unwrap(), content(2));
            }
        }
    }
    assert!(acknowledged_after_fault > 0, "no fault came late enough");
}

#[test]
fn what_is_acknowledged_outlives_a_power_cut_whoever_renamed_it() {
    for seed in 0..20 {
        let disk = SimDisk::default();
        // Renamed and not yet synced when its process was killed: the fault takes the last sync.
        for call in 0..CALLS_MAX {
            disk.plan(call, Fault::Io);
            drop(upload(&on(&disk), &content(3)));
            disk.kill();
            let attachments = on(&disk);
            let hash = AttachmentHash::of(&content(3));
            if attachments.has(hash).unwrap() {
                disk.restart(&mut Random::new(seed));
                assert_eq!(on(&disk).get(hash).unwrap(), content(3));
                break;
            }
        }
    }
}

#[test]
fn what_is_dropped_or_too_large_leaves_nothing() {
    let disk = SimDisk::default();
    let attachments = on(&disk);
    let mut incoming = attachments.receive(10).unwrap();
    incoming.write(b"12345").unwrap();
    assert!(matches!(
        incoming.write(b"678901"),
        Err(AttachmentError::TooLarge { bytes: 11, max: 10 })
    ));
    assert_eq!(incoming.head(), b"12345");
    drop(incoming);
    assert_eq!(disk.files(), []);
    // A killed process drops nothing.
    std::mem::forget(attachments.receive(10).unwrap());
    assert_eq!(disk.files().len(), 1);
    assert_eq!(attachments.sweep_incoming().unwrap(), 1);
    assert_eq!(disk.files(), []);
}

#[test]
fn a_damaged_one_ends_without_its_last_chunk() {
    let disk = SimDisk::default();
    let attachments = on(&disk);
    let bytes = vec![7; reader::CHUNK_BYTES * 2 + 1];
    let hash = attachments.put(&bytes).unwrap();
    let mut reader = attachments.read(hash).unwrap();
    assert_eq!(reader.bytes(), bytes.len() as u64);
    let chunks: Vec<usize> = std::iter::from_fn(|| reader.chunk().unwrap())
        .map(|chunk| chunk.len())
        .collect();
    assert_eq!(chunks, [reader::CHUNK_BYTES, reader::CHUNK_BYTES, 1]);
    let (path, _) = disk.files().remove(0);
    disk.flip(&path, 5);
    let mut reader = attachments.read(hash).unwrap();
    assert!(reader.chunk().unwrap().is_some() && reader.chunk().unwrap().is_some());
    assert!(matches!(reader.chunk(), Err(AttachmentError::Corrupt(_))));
    assert!(reader.chunk().unwrap().is_none());
    // The right bytes repair it.
    attachments.put(&bytes).unwrap();
    assert_eq!(attachments.get(hash).unwrap(), bytes);
}

#[test]
fn the_books_of_uploads_are_those_of_the_files() {
    let disk = SimDisk::default();
    let attachments = on(&disk);
    let first = upload(&attachments, b"one").unwrap();
    let second = upload(&attachments, b"three").unwrap();
    let uploads = Uploads::open(attachments.clone()).unwrap();
    let share = Share { count: 2, bytes: 8 };
    assert_eq!(uploads.share(OWNER), share);
    assert_eq!(uploads.share("organization:delta"), Share::default());
    let received = incoming::Received {
        hash: first,
        bytes: 3,
    };
    // Twice by the same owner counts once, and moves its time; another owner has a share of the own.
    uploads
        .note(&received, OWNER, Timestamp::from_micros(5), false)
        .unwrap();
    uploads
        .note(
            &received,
            "organization:delta",
            Timestamp::from_micros(4),
            true,
        )
        .unwrap();
    assert_eq!(uploads.share(OWNER), share);
    assert!(uploads.is_of(first, "organization:delta"));
    assert!(!uploads.is_of(second, "organization:delta"));
    let again = Uploads::open(attachments.clone()).unwrap();
    assert!(again.is_of(first, OWNER) && again.is_of(first, "organization:delta"));
    assert!(again.is_sealed(first) && !again.is_sealed(second));
    assert_eq!(again.latest(first), Some(Timestamp::from_micros(5)));
    assert_eq!(again.named(|hash| hash == first), [first]);
    again.forget(&[first]).unwrap();
    let after = Uploads::open(attachments).unwrap();
    assert_eq!((after.latest(first), after.share(OWNER).count), (None, 1));
}

#[test]
fn a_place_that_cannot_be_used_is_told_and_nothing_is_taken_for_absent() {
    let disk = SimDisk::default();
    let attachments = on(&disk);
    let files: &dyn Files = &disk;
    files.create_dir(Path::new("/data/attachments")).unwrap();
    let place = b"ftp://elsewhere/attachments";
    replace(files, Path::new("/data/attachments"), "place", place).unwrap();
    let hash = AttachmentHash::of(b"");
    for answer in [
        attachments.has(hash).map(drop),
        attachments.get(hash).map(drop),
        attachments.put(b"").map(drop),
        attachments.list().map(drop),
    ] {
        assert!(matches!(answer, Err(AttachmentError::Place { .. })));
    }
}
