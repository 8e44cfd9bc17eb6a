//! A record is rebuilt out of what was signed, and never against the entries or the witnesses.

use super::*;

fn lost() -> SimDisk {
    let disk = SimDisk::default();
    disk.create_dir(Path::new("/keys")).unwrap();
    disk
}

fn begin(disk: &SimDisk, known: &[SignedCheckpoint]) -> Result<Repair, SignerError> {
    Repair::begin(log_key(), file(disk), known, &[])
}

fn finish(
    disk: &SimDisk,
    known: &[SignedCheckpoint],
    tree: &Tree,
    replies: &[(&str, Reply)],
    policy: &Policy,
) -> Result<Checkpoint, SignerError> {
    let repair = begin(disk, known)?;
    let entries = tree.size();
    let sizes = repair.sizes().into_iter().filter(|size| *size <= entries);
    let roots = sizes.map(|size| (size, tree.root(size))).collect();
    let replies = replies.iter().cloned();
    let replies = replies
        .map(|(name, reply)| (name.to_owned(), reply))
        .collect();
    repair.finish(entries, &roots, &replies, policy, !known.is_empty())
}

#[test]
fn a_lost_record_comes_back_at_the_largest_that_was_signed() {
    let (disk, tree) = (lost(), Tree::new(20));
    let known = [tree.signed(7), tree.signed(13)];
    let rebuilt = finish(&disk, &known, &tree, &[], &nobody()).unwrap();
    assert_eq!(rebuilt, tree.checkpoint(13));
    let signer = open(&disk).unwrap();
    assert_eq!(signer.last(), &tree.checkpoint(13));
    drop(signer);
    // From here on it is like any other: never set back.
    assert_eq!(code(begin(&disk, &known).map(drop)), "STATE_NOT_LOST");
}

#[test]
fn nobodys_word_is_not_enough_nor_another_logs() {
    let (disk, tree) = (lost(), Tree::new(20));
    let nothing = finish(&disk, &[], &tree, &[], &nobody());
    assert_eq!(code(nothing), "STATE_NOTHING_KNOWN");
    let other = Checkpoint::new(ORIGIN, 7, tree.root(7)).unwrap();
    let other = other.sign(&LogKey::generate(ORIGIN).unwrap()).unwrap();
    let unsigned = begin(&disk, &[other]).map(drop);
    assert_eq!(code(unsigned), "STATE_CHECKPOINT_NOT_SIGNED");
    assert_eq!(code(open(&disk).map(drop)), "STATE_MISSING");
}

#[test]
fn the_entries_and_the_witnesses_must_agree() {
    let (disk, tree) = (lost(), Tree::new(20));
    let short = finish(&disk, &[tree.signed(13)], &Tree::new(9), &[], &nobody());
    assert_eq!(code(short), "LOG_REWOUND");
    let key = log_key();
    let wrong = Checkpoint::new(ORIGIN, 7, tree.root(8)).unwrap();
    let forked = finish(&disk, &[wrong.sign(&key).unwrap()], &tree, &[], &nobody());
    assert_eq!(code(forked), "LOG_FORKED");

    let policy = policy();
    let silent = finish(&disk, &[tree.signed(13)], &tree, &[], &policy);
    assert_eq!(code(silent), "WITNESS_QUORUM_UNREACHABLE");
    let name = policy.witnesses()[0].name.clone();
    let ahead = [(name.as_str(), Reply::Conflict { size: 17 })];
    let ahead = finish(&disk, &[tree.signed(13)], &tree, &ahead, &policy);
    assert_eq!(code(ahead), "WITNESSES_AHEAD");
    // What the witness saw is given: its word and the entries agree.
    let behind = [(name.as_str(), Reply::Conflict { size: 13 })];
    let known = [tree.signed(13), tree.signed(17)];
    let rebuilt = finish(&disk, &known, &tree, &behind, &policy).unwrap();
    assert_eq!(rebuilt.size(), 17);
}
