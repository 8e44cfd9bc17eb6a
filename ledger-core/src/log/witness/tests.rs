//! The witness: each status, durable before it answers, and never back.

use std::path::Path;
use std::sync::Arc;
use std::thread;

use proptest::prelude::*;

use super::*;
use crate::log::EMPTY_HASH;
use crate::log::note::{KEY_NAME_BYTES_MAX, LogKey, Note};
use crate::log::testing::{
    ADD_CHECKPOINT, CHECKPOINT_7, COSIGNED_AT, ORIGIN, Tree, log_key, witness_key,
};
use crate::store::embedded::sim::{Fault, Random, SimDisk};

const DIR: &str = "/witness";

fn disk() -> SimDisk {
    let disk = SimDisk::default();
    disk.create_dir(Path::new(DIR)).unwrap();
    enrol(Arc::new(disk.clone()), Path::new(DIR), ORIGIN).unwrap();
    disk
}

fn open(disk: &SimDisk) -> Result<Witness, WitnessError> {
    let files: Arc<dyn Files> = Arc::new(disk.clone());
    Witness::open(
        witness_key(),
        [log_key().verifier()],
        &files,
        Path::new(DIR),
    )
}

fn request(tree: &Tree, old: u64, size: u64) -> AddCheckpoint {
    AddCheckpoint {
        old_size: old,
        proof: tree.consistency(old, size),
        checkpoint: tree.signed(size),
    }
}

fn ask(witness: &Witness, request: &AddCheckpoint) -> Answer {
    witness.add_checkpoint(&request.to_bytes(), COSIGNED_AT)
}

/// A witness that has cosigned this size of the plain log.
fn at(size: u64) -> Witness {
    let witness = open(&disk()).unwrap();
    let answer = ask(&witness, &request(&Tree::new(size), 0, size));
    assert_eq!(answer.status(), 200, "{}", answer.body());
    witness
}

#[test]
fn cosigns_what_extends_and_repeats() {
    let (witness, tree) = (at(0), Tree::new(20));
    for (old, size) in [(0, 0), (0, 3), (3, 3), (3, 7), (7, 20), (20, 20)] {
        let sent = request(&tree, old, size);
        let answer = ask(&witness, &sent);
        assert_eq!(answer.media_type(), "text/plain; charset=utf-8");
        let verifier = witness.verifier();
        let body = answer.body();
        let reply = Reply::read(
            answer.status(),
            body.as_bytes(),
            &sent.checkpoint,
            &verifier,
        );
        let Ok(Reply::Cosigned {
            cosignature,
            posix_seconds: COSIGNED_AT,
        }) = reply
        else {
            panic!("{old} → {size}: {reply:?}");
        };
        let mut signed = sent.checkpoint.clone();
        signed.put(cosignature).unwrap();
        assert_eq!(verifier.cosigned_at(signed.note()), Ok(Some(COSIGNED_AT)));
    }
}

/// The request and the cosigned checkpoint are Go's, byte for byte.
#[test]
fn answers_go_with_what_go_would_have_signed() {
    let witness = at(3);
    let answer = witness.add_checkpoint(ADD_CHECKPOINT, COSIGNED_AT);
    let Answer::Cosigned(line) = answer else {
        panic!("{answer:?}")
    };
    let sent = AddCheckpoint::parse(ADD_CHECKPOINT).unwrap();
    assert_eq!(sent, request(&Tree::new(7), 3, 7));
    assert_eq!(
        [sent.checkpoint.to_bytes(), line.into_bytes()].concat(),
        CHECKPOINT_7
    );
}

#[test]
fn each_refusal_has_its_status() {
    let (witness, tree, other) = (at(5), Tree::new(9), Tree::forked(9, 2));
    let check = |request: &AddCheckpoint, status: u16, code: &str| {
        let answer = ask(&witness, request);
        assert_eq!(answer.status(), status, "{}", answer.body());
        assert!(answer.body().starts_with(code), "{}", answer.body());
    };
    // Conflicts, with the size.
    check(&request(&tree, 0, 9), 409, "5\n");
    check(&request(&tree, 4, 9), 409, "5\n");
    check(&request(&tree, 7, 9), 409, "5\n");
    check(&request(&other, 5, 5), 409, "5\n");
    assert_eq!(
        ask(&witness, &request(&tree, 0, 9)).media_type(),
        "text/x.tlog.size"
    );
    // Proofs that do not hold.
    check(&request(&other, 5, 9), 422, "WITNESS_PROOF\n");
    let mut empty = request(&tree, 5, 9);
    empty.proof.clear();
    check(&empty, 422, "WITNESS_PROOF\n");
    let mut long = request(&tree, 5, 5);
    long.proof.push(EMPTY_HASH);
    check(&long, 422, "WITNESS_PROOF\n");
    // The rest.
    let back = AddCheckpoint {
        old_size: 9,
        ..request(&tree, 5, 7)
    };
    check(&back, 400, "WITNESS_OLD_SIZE\n");
    let signed = |key: &LogKey, origin: &str| AddCheckpoint {
        checkpoint: Checkpoint::new(origin, 9, tree.root(9))
            .unwrap()
            .sign(key)
            .unwrap(),
        ..request(&tree, 5, 9)
    };
    check(
        &signed(&log_key(), "other.example"),
        404,
        "WITNESS_UNKNOWN_LOG\n",
    );
    check(
        &signed(&LogKey::generate(ORIGIN).unwrap(), ORIGIN),
        403,
        "WITNESS_NOT_SIGNED\n",
    );
    let malformed = witness.add_checkpoint(b"old 05\n\n", COSIGNED_AT);
    assert_eq!(malformed.status(), 400);
    let false_signature = String::from_utf8(request(&tree, 5, 9).to_bytes()).unwrap();
    let changed = false_signature.replace("\n9\n", "\n8\n");
    assert_eq!(
        witness
            .add_checkpoint(changed.as_bytes(), COSIGNED_AT)
            .status(),
        403
    );
    // None of that has moved it.
    check(&request(&tree, 5, 9), 200, "— ");
}

#[test]
fn a_proof_from_size_zero_is_empty() {
    let (witness, tree) = (at(0), Tree::new(4));
    let mut asked = request(&tree, 0, 4);
    asked.proof.push(tree.root(2));
    assert_eq!(ask(&witness, &asked).status(), 422);
}

/// Keys of one log before and after rotation.
#[test]
fn each_of_a_logs_keys_is_believed() {
    let (disk, new) = (disk(), LogKey::generate(ORIGIN).unwrap());
    let files: Arc<dyn Files> = Arc::new(disk);
    let keys = [log_key().verifier(), new.verifier()];
    let witness = Witness::open(witness_key(), keys, &files, Path::new(DIR)).unwrap();
    let tree = Tree::new(4);
    assert_eq!(ask(&witness, &request(&tree, 0, 3)).status(), 200);
    let checkpoint = tree.checkpoint(4).sign(&new).unwrap();
    let rotated = AddCheckpoint {
        checkpoint,
        ..request(&tree, 3, 4)
    };
    assert_eq!(ask(&witness, &rotated).status(), 200);
}

#[test]
fn extension_lines_are_cosigned_with_the_rest() {
    let witness = at(0);
    let mut note = Note::new(format!("{}extension\n", Tree::new(2).checkpoint(2).body())).unwrap();
    log_key().sign(&mut note).unwrap();
    let checkpoint = SignedCheckpoint::parse(&note.to_bytes()).unwrap();
    let sent = AddCheckpoint {
        old_size: 0,
        proof: Vec::new(),
        checkpoint,
    };
    let body = ask(&witness, &sent).body();
    assert!(matches!(
        Reply::read(200, body.as_bytes(), &sent.checkpoint, &witness.verifier()),
        Ok(Reply::Cosigned { .. })
    ));
}

/// At every write, sync and rename: what was answered is remembered after the crash.
#[test]
fn the_record_is_durable_before_the_answer() {
    let tree = Tree::new(9);
    for call in 0..12 {
        for seed in 0..8 {
            let disk = disk();
            let witness = open(&disk).unwrap();
            assert_eq!(ask(&witness, &request(&tree, 0, 4)).status(), 200);
            disk.plan(call, Fault::PowerCut);
            let answer = ask(&witness, &request(&tree, 4, 9)).status();
            drop(witness);
            disk.restart(&mut Random::new(seed));
            let witness = open(&disk).unwrap();
            let now = ask(&witness, &request(&tree, 0, 9));
            match answer {
                200 => assert_eq!(
                    now,
                    Answer::Conflict { size: 9 },
                    "call {call}, seed {seed}"
                ),
                500 => assert!(
                    matches!(now, Answer::Conflict { size: 4 | 9 }),
                    "call {call}: {now:?}"
                ),
                other => panic!("{other}"),
            }
        }
    }
}

#[test]
fn an_error_of_the_disk_stops_a_log_until_a_restart() {
    let tree = Tree::new(9);
    for fault in [Fault::Io, Fault::Full, Fault::ReadOnly] {
        let disk = disk();
        let witness = open(&disk).unwrap();
        disk.plan(1, fault);
        let failed = ask(&witness, &request(&tree, 0, 9));
        assert!(matches!(
            failed,
            Answer::Refused(WitnessError::State(StateError::Io { .. }))
        ));
        assert_eq!(failed.status(), 500);
        disk.kill();
        let stopped = ask(&witness, &request(&tree, 0, 9));
        assert_eq!(stopped, Answer::Refused(WitnessError::Stopped));
        drop(witness);
        assert_eq!(
            ask(&open(&disk).unwrap(), &request(&tree, 0, 9)).status(),
            200
        );
    }
}

#[test]
fn a_lost_record_or_a_second_witness_is_refused() {
    let disk = disk();
    let witness = open(&disk).unwrap();
    assert!(matches!(
        open(&disk),
        Err(WitnessError::State(StateError::InUse { .. }))
    ));
    drop(witness);
    let again = enrol(Arc::new(disk.clone()), Path::new(DIR), ORIGIN);
    assert!(matches!(
        again,
        Err(WitnessError::State(StateError::Exists { .. }))
    ));
    for (path, _) in disk.files() {
        disk.remove(&path).unwrap();
    }
    assert!(matches!(
        open(&disk),
        Err(WitnessError::State(StateError::Missing { .. }))
    ));
}

/// Many at once about one log: the sizes cosigned only grow, and two histories never both get through.
#[test]
fn concurrent_requests_for_one_log_never_go_back() {
    let (witness, tree, other) = (at(1), Tree::new(40), Tree::forked(40, 1));
    let won: Vec<(bool, u64)> = thread::scope(|scope| {
        let threads: Vec<_> = (2..40)
            .flat_map(|size| [(true, size), (false, size)])
            .map(|(plain, size)| {
                let (witness, tree) = (&witness, if plain { &tree } else { &other });
                scope.spawn(move || {
                    let answer = ask(witness, &request(tree, 1, size));
                    (answer.status() == 200).then_some((plain, size))
                })
            })
            .collect();
        threads
            .into_iter()
            .filter_map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(won.len(), 1, "{won:?}");
    let size = won[0].1;
    assert_eq!(
        ask(&witness, &request(&tree, 0, 40)),
        Answer::Conflict { size }
    );
}

#[test]
fn requests_are_parsed_strictly() {
    let whole = str::from_utf8(ADD_CHECKPOINT).unwrap();
    let parse = |text: &str| AddCheckpoint::parse(text.as_bytes());
    assert_eq!(parse(whole).unwrap().to_bytes(), ADD_CHECKPOINT);
    for head in [
        "old 03\n",
        "old +3\n",
        "old\n",
        "old  3\n",
        "Old 3\n",
        "old 3 \n",
        "old 18446744073709551616\n",
        "",
    ] {
        assert_eq!(
            parse(&whole.replacen("old 3\n", head, 1)),
            Err(WitnessError::Head),
            "{head:?}"
        );
    }
    let line = |line| Err(WitnessError::ProofLine { line });
    assert_eq!(
        parse(&whole.replacen("old 3\n", "old 3\nold 3\n", 1)),
        line(1)
    );
    assert_eq!(
        parse(&whole.replacen("old 3\n", "old 3\r\n", 1)),
        Err(WitnessError::Head)
    );
    assert_eq!(parse(&whole.replacen("SkE=\n", "SkF=\n", 1)), line(1));
    assert_eq!(parse(&whole.replacen("sAes=\n", "sAes\n", 1)), line(2));
    assert_eq!(
        parse(&whole.replacen("sAes=\n", "sAes=\n\n", 1))
            .unwrap_err()
            .code(),
        "CHECKPOINT_SIZE"
    );
    let hash = "V8efTzGuApxdS9MLBzwnyU35NDiytGl+Hh7vW8A5SkE=\n";
    let proof = |count: usize| whole.replacen(hash, &hash.repeat(count), 1);
    assert!(parse(&proof(PROOF_LINES_MAX - 3)).is_ok());
    assert_eq!(parse(&proof(PROOF_LINES_MAX - 2)), line(64));
    assert_eq!(parse(whole.trim_end()).unwrap_err().code(), "NOTE_UNSIGNED");
    let bytes = REQUEST_BYTES_MAX + 1;
    assert_eq!(
        parse(&"x".repeat(bytes)),
        Err(WitnessError::TooLarge { bytes })
    );
    let origin = "o".repeat(KEY_NAME_BYTES_MAX + 1);
    assert_eq!(
        parse(&whole.replacen(ORIGIN, &origin, 1))
            .unwrap_err()
            .code(),
        "CHECKPOINT_ORIGIN"
    );
}

#[test]
fn a_lying_witness_is_not_believed() {
    let sent = request(&Tree::new(7), 3, 7).checkpoint;
    let witness = witness_key().verifier();
    let read = |status, body: &str| Reply::read(status, body.as_bytes(), &sent, &witness);
    let line = |text: &str| {
        let signature = witness_key().cosign(text, COSIGNED_AT).unwrap();
        String::from_utf8(signature.to_bytes()).unwrap()
    };
    let good = line(sent.note().text());
    assert!(matches!(read(200, &good), Ok(Reply::Cosigned { .. })));
    // Others' lines are passed over, before and after.
    let stranger = "— other.example AAAAAAAA\n";
    assert!(matches!(
        read(200, &format!("{stranger}{good}{stranger}")),
        Ok(Reply::Cosigned { .. })
    ));
    let elsewhere = line("log.example.org/sijill\n8\n");
    assert_eq!(
        read(200, &elsewhere).unwrap_err().code(),
        "NOTE_BAD_SIGNATURE"
    );
    for (status, body) in [(200, ""), (200, "\n"), (200, good.trim_end())] {
        assert!(read(status, body).is_err(), "{status} {body:?}");
    }
    assert_eq!(read(200, stranger).unwrap_err().code(), "WITNESS_ANSWER");
    assert_eq!(read(409, "12\n"), Ok(Reply::Conflict { size: 12 }));
    for body in [
        "",
        "12",
        "012\n",
        "-1\n",
        "12\n\n",
        "18446744073709551616\n",
    ] {
        assert_eq!(
            read(409, body).unwrap_err().code(),
            "WITNESS_ANSWER",
            "{body:?}"
        );
    }
    for status in [0, 201, 302, 403, 404, 422, 500, 503] {
        assert_eq!(
            read(status, &good).unwrap_err().code(),
            "WITNESS_ANSWER",
            "{status}"
        );
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_request_or_refused(
        start in "(old [0-9]{0,21}\n)?([A-Za-z0-9+/]{43}=\n){0,3}\n?",
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let body = [start.as_bytes(), &bytes].concat();
        prop_assert!(AddCheckpoint::parse(&body).is_err());
        prop_assert!(Reply::read(200, &body, &Tree::new(1).signed(1), &witness_key().verifier()).is_err());
    }

    /// Damage to a request is refused, or was in what nobody signs: old size, proof, unknown signatures.
    #[test]
    fn a_damaged_request_never_moves_the_witness_elsewhere(
        at_byte in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut body = ADD_CHECKPOINT.to_vec();
        let position = at_byte.index(body.len());
        prop_assume!(body[position] != byte);
        body[position] = byte;
        prop_assert_ne!(at(3).add_checkpoint(&body, COSIGNED_AT).status(), 200);
    }
}
