//! The signer refuses whatever could contradict a signature that exists: also across crashes, restarts and restored backups.

mod repairing;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::aggregate::Explain as _;
use crate::log::note::{LogKey, WitnessKey, read_key};
use crate::log::testing::{ORIGIN, Tree, log_key, policy, witness_key};
use crate::store::embedded::sim::{Fault, Random, SimDisk};
use crate::store::embedded::{Files as _, Mode};

const STATE: &str = "/keys/log.key.state";

fn file(disk: &SimDisk) -> StateFile {
    StateFile::new(
        Arc::new(disk.clone()),
        Path::new("/keys"),
        "log.key.state".to_owned(),
    )
}

/// A disk with the state of a fresh key.
fn fresh() -> SimDisk {
    let disk = SimDisk::default();
    disk.create_dir(Path::new("/keys")).unwrap();
    file(&disk)
        .create(&Checkpoint::empty(ORIGIN).unwrap())
        .unwrap();
    disk
}

fn open(disk: &SimDisk) -> Result<Signer, SignerError> {
    Signer::open(log_key(), file(disk))
}

fn nobody() -> Policy {
    "quorum none\n".parse().unwrap()
}

fn held(tree: &Tree, signer: &Signer) -> Held {
    let root = tree.root(signer.last().size());
    Held::Enough { root }
}

/// Opened over this tree and awake, without witnesses.
fn awake(disk: &SimDisk, tree: &Tree) -> Signer {
    let mut signer = open(disk).unwrap();
    let held = held(tree, &signer);
    signer.wake(held, &BTreeMap::new(), &nobody()).unwrap();
    signer
}

fn sign(signer: &mut Signer, tree: &Tree, size: u64) -> Result<SignedCheckpoint, SignerError> {
    let old = signer.last().size();
    let proof = if old < size {
        tree.consistency(old, size)
    } else {
        Vec::new()
    };
    signer.sign(size, tree.root(size), &proof)
}

fn code<T: std::fmt::Debug>(result: Result<T, SignerError>) -> &'static str {
    result.unwrap_err().code()
}

#[test]
fn grows_and_signs_again_what_it_signed() {
    let (disk, tree) = (fresh(), Tree::new(20));
    let mut signer = awake(&disk, &tree);
    for size in [0, 1, 3, 3, 7, 20] {
        let note = sign(&mut signer, &tree, size).unwrap();
        assert_eq!(note.signed_by(&log_key().verifier()), Ok(true));
        assert_eq!(note, tree.signed(size));
    }
    drop(signer);
    assert_eq!(open(&disk).unwrap().last(), &tree.checkpoint(20));
}

#[test]
fn never_less_never_other() {
    let (disk, tree) = (fresh(), Tree::new(12));
    let mut signer = awake(&disk, &tree);
    sign(&mut signer, &tree, 8).unwrap();
    assert_eq!(code(sign(&mut signer, &tree, 7)), "LOG_REWOUND");
    let other = Tree::forked(12, 5);
    assert_eq!(code(sign(&mut signer, &other, 8)), "LOG_FORKED");
    assert_eq!(code(sign(&mut signer, &other, 12)), "LOG_FORKED");
    assert_eq!(code(signer.sign(12, tree.root(12), &[])), "LOG_FORKED");
    let mut proof = tree.consistency(8, 12);
    proof.push(proof[0]);
    assert_eq!(code(signer.sign(12, tree.root(12), &proof)), "LOG_FORKED");
    // The same size needs no proof, and takes none.
    assert_eq!(code(signer.sign(8, tree.root(8), &proof)), "LOG_FORKED");
    assert_eq!(code(signer.sign(0, tree.root(5), &[])), "CHECKPOINT_ROOT");
    // None of that has harmed it.
    sign(&mut signer, &tree, 12).unwrap();
}

#[test]
fn nothing_is_signed_before_the_check_at_the_start() {
    let disk = fresh();
    let mut signer = open(&disk).unwrap();
    assert_eq!(code(sign(&mut signer, &Tree::new(1), 1)), "SIGNER_ASLEEP");
}

#[test]
fn a_restored_backup_of_the_data_is_refused_at_the_start() {
    let (disk, tree) = (fresh(), Tree::new(9));
    sign(&mut awake(&disk, &tree), &tree, 9).unwrap();
    let mut signer = open(&disk).unwrap();
    let wake = |signer: &mut Signer, held| signer.wake(held, &BTreeMap::new(), &nobody());
    assert_eq!(
        code(wake(&mut signer, Held::Fewer { size: 5 })),
        "LOG_REWOUND"
    );
    let root = Tree::forked(12, 5).root(9);
    assert_eq!(code(wake(&mut signer, Held::Enough { root })), "LOG_FORKED");
    assert_eq!(code(sign(&mut signer, &tree, 9)), "SIGNER_ASLEEP");
    // Refilled from a mirror, it goes on.
    let refilled = held(&tree, &signer);
    wake(&mut signer, refilled).unwrap();
    sign(&mut signer, &tree, 9).unwrap();
}

#[test]
fn a_missing_or_damaged_state_is_refused() {
    let disk = fresh();
    sign(&mut awake(&disk, &Tree::new(4)), &Tree::new(4), 4).unwrap();
    let whole = disk.copy();
    for bit in 0..8 * disk
        .files()
        .iter()
        .find(|(path, _)| path == Path::new(STATE))
        .unwrap()
        .1
    {
        let disk = whole.copy();
        disk.flip(Path::new(STATE), bit);
        assert_eq!(code(open(&disk)), "STATE_UNREADABLE", "bit {bit}");
    }
    let long = disk.open(Path::new(STATE), Mode::Write).unwrap();
    long.write_at(&[b'x'; 600], 0).unwrap();
    assert_eq!(code(open(&disk)), "STATE_UNREADABLE");
    disk.remove(Path::new(STATE)).unwrap();
    assert_eq!(code(open(&disk)), "STATE_MISSING");
}

#[test]
fn another_logs_state_is_refused() {
    let disk = fresh();
    let other = LogKey::generate("other.example").unwrap();
    assert_eq!(code(Signer::open(other, file(&disk))), "STATE_OTHER_LOG");
}

#[test]
fn a_log_has_one_signer() {
    let disk = fresh();
    let first = open(&disk).unwrap();
    assert_eq!(code(open(&disk)), "STATE_IN_USE");
    drop(first);
    open(&disk).unwrap();
}

/// At every write, sync and rename: either the signature was not made, or its record is there after the crash.
#[test]
fn a_further_key_is_woken_beside_one_that_has_signed_as_much() {
    let tree = Tree::new(9);
    let (disk, second) = (fresh(), fresh());
    let mut first = awake(&disk, &tree);
    sign(&mut first, &tree, 5).unwrap();
    let mut further = open(&second).unwrap();
    let here = held(&tree, &further);
    further.wake_beside(here, &first).unwrap();
    sign(&mut further, &tree, 7).unwrap();
    // Now it is the other one that is behind, and asleep.
    drop(first);
    let behind = open(&disk).unwrap();
    let mut further = {
        drop(further);
        open(&second).unwrap()
    };
    let here = held(&tree, &further);
    assert_eq!(code(further.wake_beside(here, &behind)), "SIGNER_ASLEEP");
    let mut behind = behind;
    let here = held(&tree, &behind);
    behind.wake(here, &BTreeMap::new(), &nobody()).unwrap();
    let here = held(&tree, &further);
    assert_eq!(code(further.wake_beside(here, &behind)), "SIGNER_ASLEEP");
    // Its own record is compared with the entries all the same.
    sign(&mut behind, &tree, 8).unwrap();
    let other = Held::Enough { root: tree.root(6) };
    assert_eq!(code(further.wake_beside(other, &behind)), "LOG_FORKED");
    assert_eq!(
        code(further.wake_beside(Held::Fewer { size: 6 }, &behind)),
        "LOG_REWOUND"
    );
}

#[test]
fn no_crash_leaves_a_signature_that_nobody_remembers() {
    let tree = Tree::new(9);
    let mut crashed = 0;
    for call in 0..12 {
        for seed in 0..8 {
            let disk = fresh();
            let mut signer = awake(&disk, &tree);
            sign(&mut signer, &tree, 4).unwrap();
            disk.plan(call, Fault::PowerCut);
            let answer = sign(&mut signer, &tree, 9);
            crashed += usize::from(answer.is_err());
            drop(signer);
            disk.restart(&mut Random::new(seed));
            let mut signer = open(&disk).unwrap();
            let last = signer.last().size();
            assert!(
                last == 9 || (last == 4 && answer.is_err()),
                "call {call}, seed {seed}: {last}"
            );
            let held = held(&tree, &signer);
            signer.wake(held, &BTreeMap::new(), &nobody()).unwrap();
            assert_eq!(sign(&mut signer, &tree, 9).unwrap(), tree.signed(9));
        }
    }
    assert!(crashed >= 5 * 8, "{crashed}");
}

#[test]
fn an_error_of_the_disk_stops_it_until_a_restart() {
    let tree = Tree::new(9);
    for fault in [Fault::Io, Fault::Full, Fault::ReadOnly] {
        for call in 0..5 {
            let disk = fresh();
            let mut signer = awake(&disk, &tree);
            sign(&mut signer, &tree, 4).unwrap();
            disk.plan(call, fault);
            assert_eq!(
                code(sign(&mut signer, &tree, 9)),
                "STATE_IO",
                "{fault:?} at {call}"
            );
            disk.kill();
            assert_eq!(code(sign(&mut signer, &tree, 4)), "SIGNER_STOPPED");
            let held = held(&tree, &signer);
            assert_eq!(
                code(signer.wake(held, &BTreeMap::new(), &nobody())),
                "SIGNER_STOPPED"
            );
            drop(signer);
            sign(&mut awake(&disk, &tree), &tree, 9).unwrap();
        }
    }
}

/// Four witnesses, three of them a quorum.
fn four() -> Policy {
    let line = |name: &str| {
        let key = WitnessKey::generate(name).unwrap().verifier();
        format!("witness {name} {}\n", key.vkey())
    };
    let lines = ["a", "b", "c", "d"].map(line).concat();
    format!("{lines}group g 3 a b c d\nquorum g\n")
        .parse()
        .unwrap()
}

/// What the start says when the last signed size is 5 and the witnesses, in order, say this: `=` cosigned, a number for the
/// size in a conflict, `-` for no answer.
fn start(policy: &Policy, answers: &str) -> Result<(), SignerError> {
    let (disk, tree) = (fresh(), Tree::new(5));
    sign(&mut awake(&disk, &tree), &tree, 5).unwrap();
    let mut signer = open(&disk).unwrap();
    let asked = signer.inquiry().unwrap();
    assert_eq!((asked.old_size, &asked.checkpoint), (5, &tree.signed(5)));
    let mut replies = BTreeMap::new();
    for (witness, answer) in policy.witnesses().iter().zip(answers.split(' ')) {
        let reply = match answer {
            "-" => continue,
            "=" => Reply::Cosigned {
                cosignature: witness_key()
                    .cosign(asked.checkpoint.note().text(), 1)
                    .unwrap(),
                posix_seconds: 1,
            },
            size => Reply::Conflict {
                size: size.parse().unwrap(),
            },
        };
        replies.insert(witness.name.clone(), reply);
    }
    signer.wake(held(&tree, &signer), &replies, policy)
}

#[test]
fn witnesses_are_asked_first() {
    let policy = four();
    for good in [
        "= = = =",
        "= = 4 0",
        "= = = -",
        "= 0 9 =",
        "= = = 18446744073709551615",
    ] {
        assert_eq!(start(&policy, good), Ok(()), "{good}");
    }
    for ahead in ["= = 9 9", "9 9 9 -", "= = - 9", "- - - 9", "= = 5 5"] {
        assert_eq!(code(start(&policy, ahead)), "WITNESSES_AHEAD", "{ahead}");
    }
    for silent in ["- - - -", "= = - -", "= 3 - -"] {
        assert_eq!(
            code(start(&policy, silent)),
            "WITNESS_QUORUM_UNREACHABLE",
            "{silent}"
        );
    }
    let error = start(&policy, "= 7 9 =").unwrap_err();
    let (witness, seen, signed) = ("c".to_owned(), 9, 5);
    assert_eq!(
        error,
        SignerError::WitnessesAhead {
            witness,
            seen,
            signed
        }
    );
    assert!(
        error
            .english()
            .contains("the witness c has seen a log of 9 entries"),
        "{error}"
    );
    assert!(
        error.arabic().contains("رأى الشاهد c سجلًّا من 9 قيدًا"),
        "{}",
        error.arabic()
    );
}

/// Where any one witness is a quorum, any one can have cosigned the other tree.
#[test]
fn quorums_that_do_not_overlap_believe_every_warning() {
    let lines = four();
    let keys = lines
        .witnesses()
        .iter()
        .map(|w| format!("witness {} {}\n", w.name, w.key.vkey()));
    let text = format!(
        "{}group g any a b c d\nquorum g\n",
        keys.collect::<String>()
    );
    let any: Policy = text.parse().unwrap();
    assert_eq!(code(start(&any, "= = = 9")), "WITNESSES_AHEAD");
    assert_eq!(start(&any, "= - - -"), Ok(()));
}

#[test]
fn a_reply_of_no_known_witness_counts_for_nothing() {
    let (disk, tree) = (fresh(), Tree::new(0));
    let mut signer = open(&disk).unwrap();
    let stranger = BTreeMap::from([("x".to_owned(), Reply::Conflict { size: 99 })]);
    let held = held(&tree, &signer);
    assert_eq!(signer.wake(held, &stranger, &nobody()), Ok(()));
    let mut signer = {
        drop(signer);
        open(&disk).unwrap()
    };
    assert_eq!(
        code(signer.wake(held, &stranger, &policy())),
        "WITNESS_QUORUM_UNREACHABLE"
    );
}

#[test]
fn a_key_is_made_with_its_state_and_never_gets_a_second_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.key");
    let verifier = create_key(&path, ORIGIN).unwrap();
    let key = LogKey::parse(&read_key(&path).unwrap()).unwrap();
    assert_eq!(key.verifier(), verifier);
    let signer = Signer::open(key, StateFile::beside(&path)).unwrap();
    assert_eq!(signer.last(), &Checkpoint::empty(ORIGIN).unwrap());
    drop(signer);
    std::fs::remove_file(dir.path().join("log.key.state")).unwrap();
    assert_eq!(code(create_key(&path, ORIGIN)), "KEY_FILE_EXISTS");
    let key = LogKey::parse(&read_key(&path).unwrap()).unwrap();
    assert_eq!(
        code(Signer::open(key, StateFile::beside(&path))),
        "STATE_MISSING"
    );
    assert_eq!(code(create_key(&path, "a b")), "KEY_NAME");
}

#[test]
fn a_rotated_key_goes_on_where_the_old_one_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let (old, new) = (dir.path().join("2026.key"), dir.path().join("2027.key"));
    let open = |path: &Path| {
        let key = LogKey::parse(&read_key(path).unwrap()).unwrap();
        Signer::open(key, StateFile::beside(path))
    };
    let tree = Tree::new(9);
    create_key(&old, ORIGIN).unwrap();
    let mut signer = open(&old).unwrap();
    let start = held(&tree, &signer);
    signer.wake(start, &BTreeMap::new(), &nobody()).unwrap();
    sign(&mut signer, &tree, 5).unwrap();
    assert_eq!(code(rotate_key(&old, &new)), "STATE_IN_USE");
    drop(signer);
    let verifier = rotate_key(&old, &new).unwrap();
    assert_eq!(code(open(&old)), "STATE_MISSING");
    assert_eq!(code(rotate_key(&old, &new)), "STATE_MISSING");
    let mut signer = open(&new).unwrap();
    let start = held(&tree, &signer);
    signer.wake(start, &BTreeMap::new(), &nobody()).unwrap();
    assert_eq!(code(sign(&mut signer, &tree, 4)), "LOG_REWOUND");
    let note = sign(&mut signer, &tree, 9).unwrap();
    assert_eq!(note.signed_by(&verifier), Ok(true));
    // Never over a key that is there.
    assert_eq!(code(rotate_key(&new, &old)), "STATE_IN_USE");
    drop(signer);
    assert_eq!(code(rotate_key(&new, &old)), "KEY_FILE_EXISTS");
    assert_eq!(open(&new).unwrap().last(), &tree.checkpoint(9));
}
