//! Attachments: what is put comes back, and damage is never handed out.

use sijill_ledger_core::store::{AttachmentError, AttachmentHash, Attachments};

#[test]
fn what_is_put_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let attachments = Attachments::new(dir.path());
    let empty = attachments.put(b"").unwrap();
    let known = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(empty.to_string(), known);
    assert_eq!(known.parse(), Ok(empty));
    let hash = attachments.put(b"minutes of the committee").unwrap();
    assert_eq!(attachments.put(b"minutes of the committee").unwrap(), hash);
    assert_eq!(attachments.get(hash).unwrap(), b"minutes of the committee");
    assert!(attachments.has(hash).unwrap());
    let absent = AttachmentHash([1; 32]);
    assert!(!attachments.has(absent).unwrap());
    assert!(matches!(
        attachments.get(absent),
        Err(AttachmentError::NotFound(_))
    ));
}

#[test]
fn damage_is_told_and_repaired_by_the_right_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let attachments = Attachments::new(dir.path());
    let hash = attachments.put(b"contract").unwrap();
    let name = hash.to_string();
    let path = dir
        .path()
        .join("attachments")
        .join(&name[..2])
        .join(&name[2..]);
    std::fs::write(&path, b"contracT").unwrap();
    assert!(matches!(
        attachments.get(hash),
        Err(AttachmentError::Corrupt(_))
    ));
    assert_eq!(attachments.put(b"contract").unwrap(), hash);
    assert_eq!(attachments.get(hash).unwrap(), b"contract");
}

#[test]
fn a_hash_has_one_spelling() {
    for text in [
        "",
        "e3b0",
        &"E".repeat(64),
        &"é".repeat(32),
        &"0".repeat(65),
        &"+f".repeat(32),
    ] {
        assert!(text.parse::<AttachmentHash>().is_err(), "{text}");
    }
}
