//! Receipts: Go's verifies here, and whatever is changed in one is found.

use proptest::prelude::*;

use super::*;
use crate::aggregate::Explain as _;
use crate::log::note::LogKey;
use crate::log::testing::{
    CHECKPOINT_3, CHECKPOINT_7, COSIGNED_AT, ORIGIN, RECEIPT_4, Tree, log_key, policy, witness_key,
};

fn receipt() -> Proof {
    Proof::parse(RECEIPT_4).unwrap()
}

fn verify(proof: &Proof, entry: &str) -> Result<Verified, ProofError> {
    proof.verify(entry.as_bytes(), &log_key().verifier(), &policy())
}

/// A receipt made here, cosigned.
fn made(tree: &Tree, index: u64, size: u64) -> Proof {
    let mut checkpoint = tree.signed(size);
    let text = checkpoint.note().text().to_owned();
    checkpoint
        .put(witness_key().cosign(&text, COSIGNED_AT).unwrap())
        .unwrap();
    Proof {
        extra: None,
        index,
        hashes: tree.inclusion(index, size),
        checkpoint,
    }
}

#[test]
fn gos_receipt_verifies_offline() {
    let expected = Verified {
        index: 4,
        size: 7,
        root: Tree::new(7).root(7),
        cosigned_at: BTreeMap::from([("w1".to_owned(), COSIGNED_AT)]),
    };
    assert_eq!(verify(&receipt(), "entry 4"), Ok(expected));
    assert_eq!(receipt(), made(&Tree::new(7), 4, 7));
    assert_eq!(receipt().to_bytes(), RECEIPT_4);
}

#[test]
fn every_entry_of_small_logs_has_a_receipt_and_no_other() {
    for size in 1..20 {
        let tree = Tree::new(size);
        for index in 0..size {
            let proof = made(&tree, index, size);
            let read = Proof::parse(&proof.to_bytes()).unwrap();
            assert_eq!(
                verify(&read, &format!("entry {index}")).unwrap().index,
                index
            );
            assert_eq!(
                verify(&read, &format!("entry {}", index + 1)),
                Err(ProofError::NotIncluded { index, size })
            );
        }
    }
}

#[test]
fn what_was_changed_is_named() {
    let code = |proof: &Proof| verify(proof, "entry 4").unwrap_err().code();
    for at in 0..3 {
        let mut changed = receipt();
        changed.hashes[at].0[at] ^= 1;
        assert_eq!(code(&changed), "PROOF_NOT_INCLUDED");
        let mut short = receipt();
        short.hashes.remove(at);
        assert_eq!(code(&short), "PROOF_NOT_INCLUDED");
        let mut long = receipt();
        long.hashes.push(long.hashes[at]);
        assert_eq!(code(&long), "PROOF_NOT_INCLUDED");
    }
    for (index, expected) in [
        (3, "PROOF_NOT_INCLUDED"),
        (7, "PROOF_INDEX_BEYOND"),
        (u64::MAX, "PROOF_INDEX_BEYOND"),
    ] {
        assert_eq!(code(&Proof { index, ..receipt() }), expected, "{index}");
    }
    let three = SignedCheckpoint::parse(CHECKPOINT_3).unwrap();
    assert_eq!(
        code(&Proof {
            checkpoint: three,
            ..receipt()
        }),
        "PROOF_NO_QUORUM"
    );
    let text = str::from_utf8(RECEIPT_4).unwrap();
    let changed = Proof::parse(text.replace("\n7\n", "\n8\n").as_bytes()).unwrap();
    assert_eq!(code(&changed), "NOTE_BAD_SIGNATURE");
}

#[test]
fn another_log_and_another_policy_do_not_do() {
    let stranger = LogKey::generate(ORIGIN).unwrap().verifier();
    let origin = ORIGIN.to_owned();
    assert_eq!(
        receipt().verify(b"entry 4", &stranger, &policy()),
        Err(ProofError::NotSigned { origin })
    );
    // The same key bytes cannot speak for another origin: the key's name must be the origin.
    let mut note = crate::log::note::Note::new(
        "other.example\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n".to_owned(),
    )
    .unwrap();
    log_key().sign(&mut note).unwrap();
    let other = Proof {
        checkpoint: SignedCheckpoint::parse(&note.to_bytes()).unwrap(),
        ..receipt()
    };
    assert_eq!(
        verify(&other, "entry 4").unwrap_err().code(),
        "PROOF_NOT_SIGNED"
    );
    let anyone: Policy = "quorum none\n".parse().unwrap();
    let verified = receipt()
        .verify(b"entry 4", &log_key().verifier(), &anyone)
        .unwrap();
    assert!(verified.cosigned_at.is_empty());
}

#[test]
fn extra_data_travels_along() {
    for extra in [&b""[..], b"\0\xFF", "كتاب".as_bytes()] {
        let proof = Proof {
            extra: Some(extra.to_vec()),
            ..receipt()
        };
        let read = Proof::parse(&proof.to_bytes()).unwrap();
        assert_eq!(read.extra.as_deref(), Some(extra));
        assert!(verify(&read, "entry 4").is_ok());
    }
}

#[test]
fn only_the_canonical_form_is_a_receipt() {
    let whole = str::from_utf8(RECEIPT_4).unwrap();
    let code = |from: &str, to: &str| {
        let text = whole.replacen(from, to, 1);
        assert_ne!(text, whole, "{from:?}");
        Proof::parse(text.as_bytes()).unwrap_err().code()
    };
    assert_eq!(code("@v1", "@v2"), "PROOF_HEADER");
    assert_eq!(code("@v1\n", "@v1\r\n"), "PROOF_HEADER");
    assert_eq!(code("c2sp", " c2sp"), "PROOF_HEADER");
    for index in [
        "index 04\n",
        "index +4\n",
        "index  4\n",
        "index 4 \n",
        "index -1\n",
        "index\n",
        "",
        "Index 4\n",
    ] {
        assert_eq!(code("index 4\n", index), "PROOF_INDEX", "{index:?}");
    }
    assert_eq!(code("index 4\n", "index 4\nindex 4\n"), "PROOF_HASH");
    assert_eq!(
        code("index 4\n", "extra AA==\nextra AA==\nindex 4\n"),
        "PROOF_INDEX"
    );
    assert_eq!(code("index 4\n", "extra AB==\nindex 4\n"), "PROOF_EXTRA");
    assert_eq!(code("index 4\n", "index 4\nextra AA==\n"), "PROOF_HASH");
    assert_eq!(code("yLM=\n", "yLN=\n"), "PROOF_HASH");
    assert_eq!(code("yLM=\n", "yLM= \n"), "PROOF_HASH");
    assert_eq!(code("nOy4=\n\n", "nOy4=\n"), "PROOF_HASH");
    assert_eq!(code("nOy4=\n\n", "nOy4=\n\n\n"), "CHECKPOINT_SIZE");
    assert_eq!(code("\n7\n", "\n07\n"), "CHECKPOINT_SIZE");
    assert_eq!(code("tYc=\n\n", "tYd=\n\n"), "CHECKPOINT_ROOT");
    assert_eq!(code("zBg==\n", "zBg=="), "NOTE_UNSIGNED");
    let hash = "n/U3thiiV++CkIxFkVrLrrbZ3qA11tk5ZPyIwZ6YyLM=\n";
    assert_eq!(code(hash, &hash.repeat(62)), "PROOF_HASH");
    let extra = format!(
        "extra {}\nindex 4\n",
        "AAAA".repeat(EXTRA_BYTES_MAX / 3 + 1)
    );
    assert_eq!(code("index 4\n", &extra), "PROOF_EXTRA");
    assert_eq!(Proof::parse(b"\xFF").unwrap_err(), ProofError::Header);
    assert_eq!(
        Proof::parse(&RECEIPT_4[..40]).unwrap_err(),
        ProofError::CutShort
    );
    let with_extension = whole.replacen("tYc=\n\n", "tYc=\n\nx\n", 1);
    assert!(Proof::parse(with_extension.as_bytes()).is_err());
    assert!(Proof::parse(CHECKPOINT_7).is_err());
}

proptest! {
    /// Any change of one byte is refused, or left the bytes' meaning alone: there is no such byte in this receipt.
    #[test]
    fn any_changed_byte_is_found(at in any::<proptest::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = RECEIPT_4.to_vec();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        let verified = Proof::parse(&bytes).and_then(|proof| verify(&proof, "entry 4"));
        prop_assert!(verified.is_err());
    }

    #[test]
    fn any_bytes_are_a_receipt_or_refused(
        start in "(c2sp.org/tlog-proof@v1\n)?(extra [A-Za-z0-9+/=]{0,9}\n)?(index [0-9]{0,21}\n)?\n?",
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        prop_assert!(Proof::parse(&[start.as_bytes(), &bytes].concat()).is_err());
    }
}
