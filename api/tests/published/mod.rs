//! A small log with everything that is published of it: tiles, checkpoints under the log's and two witnesses' signatures, a
//! receipt. Made with the parts that a server uses, without a server.

#![allow(dead_code, clippy::unwrap_used, clippy::panic)] // tests; each file uses a part

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::log::note::{LogKey, WitnessKey, parse_signatures, read_key};
use sijill_ledger_core::log::policy::Policy;
use sijill_ledger_core::log::proof::Proof;
use sijill_ledger_core::log::published;
use sijill_ledger_core::log::signer::{Held, Signer, create_key};
use sijill_ledger_core::log::state::StateFile;
use sijill_ledger_core::log::tile::TileId;
use sijill_ledger_core::log::tree::{RootBuilder, Tree};
use sijill_ledger_core::log::witness::{self, AddCheckpoint, Answer, Witness};
use sijill_ledger_core::log::{EMPTY_HASH, Hash, bundle};
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::{EmbeddedStore, Files, RealFiles};

use super::small_ledger;

/// Entries: two full tiles and a part.
pub const SIZE: u64 = 600;
/// An earlier size, of which a checkpoint was saved.
pub const OLD_SIZE: u64 = 300;
/// The entry that has a receipt.
pub const RECEIPT: u64 = 123;
const NOW: u64 = 1_790_000_000;

/// A published log.
pub struct Published {
    /// The ledger itself; its checkpoint is published in it.
    pub data: tempfile::TempDir,
    home: tempfile::TempDir,
    /// Every entry.
    pub entries: Vec<Vec<u8>>,
    /// The log's key.
    pub vkey: String,
    /// The witnesses' keys.
    pub witnesses: Vec<String>,
}

impl Published {
    /// Makes it.
    pub fn new() -> Self {
        let data = small_ledger::written_with(SIZE - small_ledger::REGISTERED);
        let home = tempfile::tempdir().unwrap();
        let store = EmbeddedStore::open_read_only(data.path()).unwrap();
        let tree = Tree::open(&store).unwrap();
        assert_eq!(tree.catch_up().unwrap(), SIZE);
        let batches = store.log_reader(0).map(Result::unwrap);
        let entries = batches.flat_map(|batch| {
            let bytes = batch.iter().map(|(_, entry)| entry.bytes().to_vec());
            bytes.collect::<Vec<_>>()
        });
        let mut made = Self {
            entries: entries.collect(),
            data,
            home,
            vkey: String::new(),
            witnesses: Vec::new(),
        };
        made.sign(&store, &tree);
        for (name, bytes) in tiles(&made.entries) {
            put(&made.dir().join(name), &bytes);
        }
        // What was served at the earlier size, and is not removed.
        for tile in TileId::between(0, OLD_SIZE).filter(|tile| !tile.is_full()) {
            let bytes = tree.tile(&tile).unwrap().unwrap();
            put(&made.dir().join(tile.path()), &bytes);
        }
        made
    }

    fn sign(&mut self, store: &EmbeddedStore, tree: &Tree) {
        let file = self.home.path().join("log.key");
        let log = create_key(&file, store.origin()).unwrap();
        self.vkey = log.vkey();
        let key = LogKey::parse(&read_key(&file).unwrap()).unwrap();
        let mut signer = Signer::open(key, StateFile::beside(&file)).unwrap();
        let held = Held::Enough { root: EMPTY_HASH };
        signer
            .wake(held, &BTreeMap::new(), &Policy::unwitnessed())
            .unwrap();
        let files: Arc<dyn Files> = Arc::new(RealFiles);
        let keys = ["one", "two"]
            .map(|name| WitnessKey::generate(&format!("witness.test/{name}")).unwrap());
        self.witnesses = keys.iter().map(|key| key.verifier().vkey()).collect();
        let witnesses = keys.map(|key| {
            let dir = self
                .home
                .path()
                .join(key.verifier().name().replace('/', "-"));
            fs::create_dir(&dir).unwrap();
            witness::enrol(Arc::clone(&files), &dir, store.origin()).unwrap();
            Witness::open(key, [log.clone()], &files, &dir).unwrap()
        });
        let mut publish = |old_size, size| {
            let proof = tree.consistency(old_size, size).unwrap();
            let checkpoint = signer.sign(size, tree.root(size).unwrap(), &proof).unwrap();
            cosigned(checkpoint, old_size, &proof, &witnesses)
        };
        let (old, new) = (publish(0, OLD_SIZE), publish(OLD_SIZE, SIZE));
        put(&self.old(), &old.to_bytes());
        put(&self.dir().join(published::FILE), &new.to_bytes());
        published::store(self.data.path(), &new).unwrap();
        let receipt = Proof {
            extra: None,
            index: RECEIPT,
            hashes: tree.inclusion(RECEIPT, SIZE).unwrap(),
            checkpoint: new,
        };
        put(&self.receipt(), &receipt.to_bytes());
        put(
            &self.entry(),
            &self.entries[usize::try_from(RECEIPT).unwrap()],
        );
        let lines = self.witnesses.iter().zip(["one", "two"]);
        let lines = lines.map(|(key, name)| format!("witness {name} {key}\n"));
        let lines = lines.collect::<Vec<_>>().concat();
        put(
            &self.policy(),
            format!("{lines}group both all one two\nquorum both\n").as_bytes(),
        );
    }

    /// The directory of published files.
    pub fn dir(&self) -> PathBuf {
        self.home.path().join("published")
    }

    /// The checkpoint saved at [`OLD_SIZE`].
    pub fn old(&self) -> PathBuf {
        self.home.path().join("old-checkpoint")
    }

    /// The receipt of the entry at [`RECEIPT`].
    pub fn receipt(&self) -> PathBuf {
        self.home.path().join("receipt")
    }

    /// That entry.
    pub fn entry(&self) -> PathBuf {
        self.home.path().join("entry")
    }

    /// The policy: both witnesses.
    pub fn policy(&self) -> PathBuf {
        self.home.path().join("policy")
    }

    /// The root at a size.
    pub fn root(&self, size: u64) -> Hash {
        let mut tree = RootBuilder::new();
        let entries = self.entries.iter().take(usize::try_from(size).unwrap());
        entries.for_each(|entry| tree.push_entry(entry));
        tree.root()
    }

    /// The options of `sijill verify` that say whom to believe.
    pub fn trust(&self) -> Vec<String> {
        let (policy, old) = (self.policy(), self.old());
        let pairs = [
            ("--vkey", self.vkey.clone()),
            ("--witnesses", policy.display().to_string()),
            ("--known", old.display().to_string()),
        ];
        pairs
            .into_iter()
            .flat_map(|(name, value)| [name.to_owned(), value])
            .collect()
    }
}

fn cosigned(
    mut signed: SignedCheckpoint,
    old_size: u64,
    proof: &[Hash],
    witnesses: &[Witness],
) -> SignedCheckpoint {
    let request = AddCheckpoint {
        old_size,
        proof: proof.to_vec(),
        checkpoint: signed.clone(),
    };
    for witness in witnesses {
        let Answer::Cosigned(line) = witness.add_checkpoint(&request.to_bytes(), NOW) else {
            panic!("a witness refused");
        };
        for signature in parse_signatures(&line).unwrap() {
            signed.put(signature).unwrap();
        }
    }
    signed
}

/// The published files of a log with these entries, but for its checkpoint: by path.
pub fn tiles(entries: &[Vec<u8>]) -> BTreeMap<String, Vec<u8>> {
    let (mut tree, mut hashes) = (RootBuilder::new(), BTreeMap::new());
    for entry in entries {
        let leaf = sijill_ledger_core::log::leaf_hash(entry);
        let taken: Result<(), ()> = tree.push_with(leaf, |tile| {
            hashes.insert((tile.level, tile.n), tile.hashes.to_vec());
            Ok(())
        });
        taken.unwrap();
    }
    let names: BTreeSet<TileId> = TileId::between(0, tree.size()).collect();
    let bytes = |tile: &TileId| match tile.kind() {
        sijill_ledger_core::log::tile::TileKind::Hashes(level) => hashes
            .get(&(level, tile.n()))
            .map_or_else(|| tree.tail(level).to_vec(), Clone::clone),
        sijill_ledger_core::log::tile::TileKind::Entries => {
            let from = usize::try_from(tile.n()).unwrap() * 256;
            bundled(&entries[from..from + usize::from(tile.width())])
        }
    };
    names
        .iter()
        .map(|tile| (tile.path(), bytes(tile)))
        .collect()
}

/// A bundle of entries.
pub fn bundled(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    assert!(entries.iter().all(|entry| bundle::push(&mut bytes, entry)));
    bytes
}

/// Writes a file and the directories above it.
pub fn put(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}
