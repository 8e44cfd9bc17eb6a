//! Notes and keys: the same bytes as Go's, and nothing but the canonical form.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use proptest::prelude::*;
use signed_note::{StandardVerifier, VerifierList};

use super::*;
use crate::aggregate::Explain as _;
use crate::log::checkpoint::SignedCheckpoint;
use crate::log::testing::{
    CHECKPOINT_3, CHECKPOINT_7, COSIGNED_AT, LOG_KEY, LOG_VKEY, ORIGIN, Tree, WITNESS_KEY,
    WITNESS_VKEY, log_key, witness_key,
};

fn log() -> LogVerifier {
    LogVerifier::parse(LOG_VKEY.trim_end()).unwrap()
}

fn witness() -> CosignatureVerifier {
    CosignatureVerifier::parse(WITNESS_VKEY.trim_end()).unwrap()
}

#[test]
fn keys_are_written_as_go_writes_them() {
    assert_eq!(log_key().to_text().as_str(), LOG_KEY.trim_end());
    assert_eq!(log_key().verifier().vkey(), LOG_VKEY.trim_end());
    assert_eq!(witness_key().to_text().as_str(), WITNESS_KEY.trim_end());
    assert_eq!(witness_key().verifier().vkey(), WITNESS_VKEY.trim_end());
    assert_eq!(
        (log(), witness()),
        (log_key().verifier(), witness_key().verifier())
    );
}

#[test]
fn what_go_signed_verifies_here() {
    let note = Note::parse(CHECKPOINT_7).unwrap();
    assert_eq!(log().signed(&note), Ok(true));
    assert_eq!(witness().cosigned_at(&note), Ok(Some(COSIGNED_AT)));
    assert_eq!(note.to_bytes(), CHECKPOINT_7);
}

/// Ed25519 is deterministic: the same bytes as Go's are bytes that Go accepts.
#[test]
fn what_is_signed_here_is_what_go_signs() {
    let tree = Tree::new(7);
    assert_eq!(tree.signed(3).to_bytes(), CHECKPOINT_3);
    let mut seven = tree.signed(7);
    let text = seven.note().text().to_owned();
    seven
        .put(witness_key().cosign(&text, COSIGNED_AT).unwrap())
        .unwrap();
    assert_eq!(seven.to_bytes(), CHECKPOINT_7);
}

/// A second implementation, in Rust.
#[test]
fn generated_keys_sign_for_others() {
    let key = LogKey::generate(ORIGIN).unwrap();
    let mut note = Note::new("سجل\n".to_owned()).unwrap();
    key.sign(&mut note).unwrap();
    let known = StandardVerifier::new(&key.verifier().vkey()).unwrap();
    let read = signed_note::Note::from_bytes(&note.to_bytes()).unwrap();
    let (verified, _) = read
        .verify(&VerifierList::new(vec![Box::new(known)]))
        .unwrap();
    assert_eq!(verified.len(), 1);
    assert_ne!(key.to_text(), LogKey::generate(ORIGIN).unwrap().to_text());
}

#[test]
fn secrets_do_not_show() {
    let seed = "BwcHBwcH";
    assert!(log_key().to_text().contains(seed));
    assert!(!format!("{:?}", log_key()).contains(seed));
    assert!(!format!("{:?}", log_key()).contains("7, 7, 7"));
    assert!(!format!("{:?}", witness_key()).contains("9, 9, 9"));
}

#[test]
fn a_changed_text_or_signature_is_found() {
    let note = Note::parse(CHECKPOINT_7).unwrap();
    let other = Note {
        text: note.text.replacen('7', "8", 1),
        ..note.clone()
    };
    let bad = |key: &str| NoteError::BadSignature {
        key: key.to_owned(),
    };
    assert_eq!(log().signed(&other), Err(bad(ORIGIN)));
    assert_eq!(witness().cosigned_at(&other), Err(bad(witness().name())));
    for at in 0..72 {
        let mut blob = note.signatures[1].signature().to_vec();
        blob[at] ^= 1;
        let mut changed = note.clone();
        let old = &note.signatures[1];
        changed
            .put(Signature::new(old.name().to_owned(), old.id(), blob).unwrap())
            .unwrap();
        assert_eq!(
            witness().cosigned_at(&changed),
            Err(bad(witness().name())),
            "byte {at}"
        );
    }
}

#[test]
fn cosignatures_of_other_lengths_and_times_are_refused() {
    let note = Note::parse(CHECKPOINT_3).unwrap();
    let known = witness_key().cosign(note.text(), COSIGNED_AT).unwrap();
    let with = |blob: &[u8]| {
        let mut note = note.clone();
        let signature = Signature::new(known.name().to_owned(), known.id(), blob.to_vec());
        note.put(signature.unwrap()).unwrap();
        witness().cosigned_at(&note)
    };
    for length in [1, 7, 8, 71, 73] {
        assert!(with(&vec![0; length]).is_err(), "{length}");
    }
    assert!(with(&[0xFF; 72]).is_err());
    let far = witness_key().cosign(note.text(), 1 << 63);
    assert_eq!(
        far,
        Err(NoteError::Time {
            posix_seconds: 1 << 63
        })
    );
    assert_eq!(witness().cosigned_at(&note), Ok(None));
}

#[test]
fn unknown_signatures_are_carried_and_count_for_nothing() {
    let mut note = Note::parse(CHECKPOINT_3).unwrap();
    // The right name with another key's id, and the other way round.
    let id = note.signatures[0].id();
    note.put(Signature::new(ORIGIN.to_owned(), id ^ 1, vec![1]).unwrap())
        .unwrap();
    note.put(Signature::new("other.example".to_owned(), id, vec![1]).unwrap())
        .unwrap();
    let read = Note::parse(&note.to_bytes()).unwrap();
    assert_eq!(read.signatures().len(), 3);
    assert_eq!(log().signed(&read), Ok(true));
}

#[test]
fn two_signatures_of_one_key_are_refused() {
    let twice = [
        CHECKPOINT_3,
        CHECKPOINT_3.split(|b| *b == b'\n').nth(4).unwrap(),
        b"\n",
    ]
    .concat();
    let note = Note::parse(&twice).unwrap();
    let key = ORIGIN.to_owned();
    assert_eq!(log().signed(&note), Err(NoteError::SignedTwice { key }));
}

#[test]
fn only_the_canonical_form_is_a_note() {
    let whole = str::from_utf8(CHECKPOINT_3).unwrap();
    let refused = |text: String| Note::parse(text.as_bytes()).unwrap_err().code();
    let check = |from: &str, to: &str| refused(whole.replacen(from, to, 1));
    assert_eq!(check("\n\n", "\n"), "NOTE_UNSIGNED");
    assert_eq!(check("\n", "\r\n"), "NOTE_NOT_TEXT");
    assert_eq!(check("sijill", "sij\u{1}ill"), "NOTE_NOT_TEXT");
    assert_eq!(check("— ", "- "), "NOTE_SIGNATURE_LINE");
    assert_eq!(check("— ", "—  "), "NOTE_SIGNATURE_LINE");
    assert_eq!(refused(whole.trim_end().to_owned()), "NOTE_UNSIGNED");
    assert_eq!(refused(format!("{whole}\n")), "NOTE_UNSIGNED");
    assert_eq!(refused(format!("{whole}x\n")), "NOTE_SIGNATURE_LINE");
    assert_eq!(
        refused(whole.replace("omgI=\n", "omgJ=\n")),
        "NOTE_SIGNATURE_LINE"
    );
    assert_eq!(
        refused(whole.replace("omgI=\n", "omgI\n")),
        "NOTE_SIGNATURE_LINE"
    );
    assert_eq!(refused("x\n".repeat(NOTE_BYTES_MAX)), "NOTE_TOO_LARGE");
    let line = &whole[whole.find('—').unwrap()..];
    let many = format!("{whole}{}", line.repeat(SIGNATURES_MAX));
    assert_eq!(refused(many), "NOTE_TOO_MANY_SIGNATURES");
    assert_eq!(Note::parse(&[0xFF, b'\n']), Err(NoteError::NotText));
    assert_eq!(Note::new("no newline".to_owned()), Err(NoteError::NotText));
}

#[test]
fn keys_are_read_strictly() {
    let (good, secret) = (LOG_VKEY.trim_end(), LOG_KEY.trim_end());
    let vkey = |text: &str| LogVerifier::parse(text).unwrap_err().code();
    assert_eq!(vkey(""), "KEY_MALFORMED");
    assert_eq!(vkey(&good.replace('+', "-")), "KEY_MALFORMED");
    assert_eq!(vkey(LOG_VKEY), "KEY_MALFORMED");
    assert_eq!(vkey(&good.replacen("6c", "6C", 1)), "KEY_HASH");
    assert_eq!(vkey(&good.replacen("6c597a27", "6c597a28", 1)), "KEY_HASH");
    assert_eq!(vkey(&good.replacen("log", "lag", 1)), "KEY_HASH");
    assert_eq!(vkey(&good.replacen("log.", "log ", 1)), "KEY_NAME");
    assert_eq!(vkey(&good.replacen("log.", "log\u{7}", 1)), "KEY_NAME");
    assert_eq!(
        vkey(&good.replacen(ORIGIN, &"a".repeat(256), 1)),
        "KEY_NAME"
    );
    assert_eq!(vkey(WITNESS_VKEY.trim_end()), "KEY_KIND");
    // The neutral point: any signature would be "valid".
    let mut weak = [0; 33];
    weak[..2].copy_from_slice(&[1, 1]);
    let weak = format!("w+00000000+{}", BASE64_STANDARD.encode(weak));
    assert_eq!(vkey(&weak), "KEY_MALFORMED");
    let key = |text: &str| LogKey::parse(text).unwrap_err().code();
    assert_eq!(key(good), "KEY_MALFORMED");
    assert_eq!(key(&secret.replacen("6c5", "6c6", 1)), "KEY_HASH");
    assert_eq!(key(WITNESS_KEY.trim_end()), "KEY_KIND");
    for name in ["", "a b", "a+b", "a\nb", "a\u{a0}b"] {
        assert_eq!(
            LogKey::generate(name).unwrap_err(),
            KeyError::Name,
            "{name:?}"
        );
    }
}

#[test]
fn key_files_are_private_and_never_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.key");
    write_key(&path, LOG_KEY.trim_end()).unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(read_key(&path).unwrap().as_str(), LOG_KEY.trim_end());
    assert_eq!(write_key(&path, "x").unwrap_err().code(), "KEY_FILE_EXISTS");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let exposed = read_key(&path).unwrap_err();
    assert_eq!(exposed.code(), "KEY_FILE_EXPOSED");
    assert!(exposed.english().contains("640"), "{exposed}");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    for content in ["no newline", &"x".repeat(2_000), ""] {
        fs::write(&path, content).unwrap();
        assert_eq!(read_key(&path).unwrap_err().code(), "KEY_FILE_NOT_ONE_LINE");
    }
    assert_eq!(
        read_key(&dir.path().join("none")).unwrap_err().code(),
        "KEY_FILE_IO"
    );
}

#[test]
fn refusals_speak_both_languages() {
    let error = Note::parse(b"x").unwrap_err();
    assert!(error.arabic().contains("تواقيع"), "{}", error.arabic());
    assert!(error.english().contains("signature"), "{}", error.english());
}

proptest! {
    #[test]
    fn any_bytes_are_a_note_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(note) = Note::parse(&bytes) {
            prop_assert_eq!(note.to_bytes(), bytes);
        }
    }

    #[test]
    fn a_damaged_note_is_refused_or_written_back_alike(
        at in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<proptest::sample::Index>(),
    ) {
        let mut bytes = CHECKPOINT_7.to_vec();
        bytes.truncate(cut.index(bytes.len() * 2).max(1));
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(read) = SignedCheckpoint::parse(&bytes) {
            prop_assert_eq!(read.to_bytes(), bytes);
        }
    }

    #[test]
    fn any_text_is_a_key_or_refused(text in "(PRIVATE\\+KEY\\+)?[a-z+]{0,8}\\+?[0-9a-f]{0,9}\\+?[A-Za-z0-9+/=]{0,50}") {
        if let Ok(key) = LogVerifier::parse(&text) {
            prop_assert_eq!(key.vkey(), text.clone());
        }
        if let Ok(key) = LogKey::parse(&text) {
            let written = key.to_text();
            prop_assert_eq!(written.as_str(), text.as_str());
        }
    }
}
