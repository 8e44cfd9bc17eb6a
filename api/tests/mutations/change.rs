//! Changes of what a published log says: one each, small, and never only of its spelling.

use std::collections::BTreeMap;

use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::log::note::Note;
use sijill_ledger_core::log::proof::Proof;
use sijill_ledger_core::log::{Hash, published};

use crate::published::{Published, SIZE, bundled, tiles};

/// Pseudo-random numbers that a seed repeats (`SplitMix64`).
pub struct Chance(pub u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    fn flip(&mut self, bytes: &mut [u8]) {
        let at = self.below(bytes.len());
        bytes[at] ^= 1 << self.below(8);
    }
}

/// What is changed in a copy of the published files.
pub struct Change {
    /// For whoever reads a failure.
    pub what: String,
    /// Files with other content, by path below the directory; `None` where one is removed.
    pub files: BTreeMap<String, Option<Vec<u8>>>,
    /// Another receipt.
    pub receipt: Option<Vec<u8>>,
    /// The first bad entry, where the change is of entries or of their hashes.
    pub index: Option<u64>,
}

/// The n-th change: kinds take turns, chance does the rest.
pub fn change(published: &Published, n: u64, chance: &mut Chance) -> Change {
    let kinds: [fn(&Published, &mut Chance) -> Change; 16] = [
        entry_changed,
        entry_dropped,
        entries_swapped,
        entry_inserted,
        history_rewritten,
        leaf_hash_changed,
        upper_hash_changed,
        older_tile_changed,
        tile_removed,
        checkpoint_size_changed,
        checkpoint_root_changed,
        checkpoint_signature_changed,
        cosignature_changed,
        cosignature_dropped,
        receipt_hashes_changed,
        receipt_changed,
    ];
    let kind = usize::try_from(n).unwrap() % kinds.len();
    kinds[kind](published, chance)
}

const WIDTH: usize = 256;

/// A change of one bundle, whose entries are changed by `edit`; the other files stay.
fn of_bundles(
    published: &Published,
    what: String,
    index: usize,
    places: &[usize],
    edit: impl FnOnce(&mut Vec<Vec<Vec<u8>>>),
) -> Change {
    let mut bundles: Vec<Vec<Vec<u8>>> =
        published.entries.chunks(WIDTH).map(<[_]>::to_vec).collect();
    edit(&mut bundles);
    let names: Vec<String> = tiles(&published.entries)
        .into_keys()
        .filter(|name| name.starts_with("tile/entries/"))
        .collect();
    let files = places
        .iter()
        .map(|n| (names[*n].clone(), Some(bundled(&bundles[*n]))));
    Change {
        what,
        files: files.collect(),
        receipt: None,
        index: Some(index as u64),
    }
}

fn entry_changed(published: &Published, chance: &mut Chance) -> Change {
    let index = chance.below(published.entries.len());
    of_bundles(
        published,
        format!("entry {index} changed"),
        index,
        &[index / WIDTH],
        |bundles| {
            chance.flip(&mut bundles[index / WIDTH][index % WIDTH]);
        },
    )
}

fn entry_dropped(published: &Published, chance: &mut Chance) -> Change {
    let index = chance.below(published.entries.len());
    of_bundles(
        published,
        format!("entry {index} dropped"),
        index,
        &[index / WIDTH],
        |bundles| {
            bundles[index / WIDTH].remove(index % WIDTH);
        },
    )
}

fn entries_swapped(published: &Published, chance: &mut Chance) -> Change {
    let len = published.entries.len();
    let first = chance.below(len - 1);
    let second = first + 1 + chance.below(len - first - 1);
    let what = format!("entries {first} and {second} swapped");
    of_bundles(
        published,
        what,
        first,
        &[first / WIDTH, second / WIDTH],
        |bundles| {
            let held = bundles[first / WIDTH][first % WIDTH].clone();
            let other = std::mem::replace(&mut bundles[second / WIDTH][second % WIDTH], held);
            bundles[first / WIDTH][first % WIDTH] = other;
        },
    )
}

fn entry_inserted(published: &Published, chance: &mut Chance) -> Change {
    let len = published.entries.len();
    let index = chance.below(len);
    // Its own copy would stand in the right place, and what follows would be wrong.
    let copied = (index + 1 + chance.below(len - 1)) % len;
    let what = format!("entry {copied} inserted again at {index}");
    of_bundles(published, what, index, &[index / WIDTH], |bundles| {
        bundles[index / WIDTH].insert(index % WIDTH, published.entries[copied].clone());
    })
}

/// The whole tree is made anew over other entries; only the signature stays.
fn history_rewritten(published: &Published, chance: &mut Chance) -> Change {
    let mut entries = published.entries.clone();
    let index = chance.below(entries.len());
    chance.flip(&mut entries[index]);
    Change {
        what: format!("history rewritten from entry {index} on"),
        files: tiles(&entries)
            .into_iter()
            .map(|(name, bytes)| (name, Some(bytes)))
            .collect(),
        receipt: None,
        index: None,
    }
}

fn of_tile(name: String, bytes: Option<Vec<u8>>, index: Option<u64>) -> Change {
    Change {
        what: format!("{name} changed or removed"),
        files: BTreeMap::from([(name, bytes)]),
        receipt: None,
        index,
    }
}

fn leaf_hash_changed(published: &Published, chance: &mut Chance) -> Change {
    let index = chance.below(published.entries.len());
    let all = tiles(&published.entries);
    let of_level = all.iter().filter(|(name, _)| name.starts_with("tile/0/"));
    let (name, bytes) = of_level.clone().nth(index / WIDTH).unwrap();
    let mut bytes = bytes.clone();
    chance.flip(&mut bytes[index % WIDTH * 32..][..32]);
    of_tile(name.clone(), Some(bytes), Some(index as u64))
}

fn upper_hash_changed(published: &Published, chance: &mut Chance) -> Change {
    let all = tiles(&published.entries);
    let (name, bytes) = all
        .iter()
        .find(|(name, _)| name.starts_with("tile/1/"))
        .unwrap();
    let place = chance.below(bytes.len() / 32);
    let mut bytes = bytes.clone();
    chance.flip(&mut bytes[place * 32..][..32]);
    of_tile(name.clone(), Some(bytes), Some((place * WIDTH) as u64))
}

/// A tile that was served at an earlier size.
fn older_tile_changed(published: &Published, chance: &mut Chance) -> Change {
    let names = ["tile/0/001.p/44", "tile/entries/001.p/44", "tile/1/000.p/1"];
    let name = names[chance.below(names.len())];
    let mut bytes = std::fs::read(published.dir().join(name)).unwrap();
    // The length of an entry in a bundle may be changed as well: then it says something else, too.
    chance.flip(&mut bytes);
    of_tile(name.to_owned(), Some(bytes), None)
}

fn tile_removed(published: &Published, chance: &mut Chance) -> Change {
    let all = tiles(&published.entries);
    let name = all.keys().nth(chance.below(all.len())).unwrap();
    of_tile(name.clone(), None, None)
}

fn signed(published: &Published) -> SignedCheckpoint {
    let file = published.dir().join(published::FILE);
    SignedCheckpoint::parse(&std::fs::read(file).unwrap()).unwrap()
}

fn of_checkpoint(what: &str, bytes: Vec<u8>) -> Change {
    Change {
        what: format!("checkpoint: {what}"),
        files: BTreeMap::from([(published::FILE.to_owned(), Some(bytes))]),
        receipt: None,
        index: None,
    }
}

/// The signatures of one text under another.
fn resigned(body: &str, signed: &SignedCheckpoint) -> Vec<u8> {
    let mut note = Note::new(body.to_owned()).unwrap();
    for signature in signed.note().signatures() {
        note.put(signature.clone()).unwrap();
    }
    note.to_bytes()
}

fn checkpoint_size_changed(published: &Published, chance: &mut Chance) -> Change {
    let signed = signed(published);
    let mut size = SIZE;
    while size == SIZE {
        size = 1 + chance.below(2 * usize::try_from(SIZE).unwrap()) as u64;
    }
    let body =
        signed
            .checkpoint()
            .body()
            .replacen(&format!("\n{SIZE}\n"), &format!("\n{size}\n"), 1);
    of_checkpoint(&format!("size {size}"), resigned(&body, &signed))
}

fn checkpoint_root_changed(published: &Published, chance: &mut Chance) -> Change {
    let signed = signed(published);
    let root = signed.checkpoint().root();
    let mut other = root;
    chance.flip(&mut other.0);
    let body = signed
        .checkpoint()
        .body()
        .replacen(&root.to_string(), &other.to_string(), 1);
    of_checkpoint("root", resigned(&body, &signed))
}

/// Flips a bit of what stands in a signature line behind the key's name, without or with the key's id.
fn signature_changed(note: &[u8], line: usize, chance: &mut Chance) -> Vec<u8> {
    use base64::Engine as _;
    let standard = base64::engine::general_purpose::STANDARD;
    let text = String::from_utf8(note.to_vec()).unwrap();
    let (body, lines) = text.rsplit_once("\n\n").unwrap();
    let mut lines: Vec<String> = lines.lines().map(str::to_owned).collect();
    let (name, blob) = lines[line].rsplit_once(' ').unwrap();
    let mut bytes = standard.decode(blob).unwrap();
    chance.flip(&mut bytes);
    lines[line] = format!("{name} {}", standard.encode(bytes));
    format!("{body}\n\n{}\n", lines.join("\n")).into_bytes()
}

fn checkpoint_signature_changed(published: &Published, chance: &mut Chance) -> Change {
    let changed = signature_changed(&signed(published).to_bytes(), 0, chance);
    of_checkpoint("the log's signature", changed)
}

fn cosignature_changed(published: &Published, chance: &mut Chance) -> Change {
    let line = 1 + chance.below(2);
    let changed = signature_changed(&signed(published).to_bytes(), line, chance);
    of_checkpoint("a cosignature", changed)
}

fn cosignature_dropped(published: &Published, chance: &mut Chance) -> Change {
    let signed = signed(published);
    let dropped = 1 + chance.below(2);
    let mut note = Note::new(signed.note().text().to_owned()).unwrap();
    let signatures = signed.note().signatures().iter().enumerate();
    for (_, signature) in signatures.filter(|(n, _)| *n != dropped) {
        note.put(signature.clone()).unwrap();
    }
    of_checkpoint("a cosignature dropped", note.to_bytes())
}

fn of_receipt(what: &str, bytes: Vec<u8>) -> Change {
    Change {
        what: format!("receipt: {what}"),
        files: BTreeMap::new(),
        receipt: Some(bytes),
        index: None,
    }
}

fn receipt(published: &Published) -> Proof {
    Proof::parse(&std::fs::read(published.receipt()).unwrap()).unwrap()
}

fn receipt_hashes_changed(published: &Published, chance: &mut Chance) -> Change {
    let mut proof = receipt(published);
    let place = chance.below(proof.hashes.len());
    match chance.below(4) {
        0 => chance.flip(&mut proof.hashes[place].0),
        1 => drop(proof.hashes.remove(place)),
        2 => proof.hashes.insert(place, Hash([7; 32])),
        _ => {
            let other = (place + 1) % proof.hashes.len();
            proof.hashes.swap(place, other);
        }
    }
    of_receipt("a hash of the proof", proof.to_bytes())
}

fn receipt_changed(published: &Published, chance: &mut Chance) -> Change {
    let mut proof = receipt(published);
    let bytes = proof.to_bytes();
    let (head, note) = {
        let text = String::from_utf8(bytes).unwrap();
        let (head, note) = text.split_once("\n\n").unwrap();
        (head.to_owned(), note.as_bytes().to_vec())
    };
    let with = |note: Vec<u8>| [head.as_bytes(), b"\n\n", &note].concat();
    match chance.below(3) {
        0 => {
            let step = 1 + chance.below(usize::try_from(SIZE).unwrap() - 1) as u64;
            proof.index = (proof.index + step) % SIZE;
            of_receipt("index", proof.to_bytes())
        }
        1 => of_receipt("signature", with(signature_changed(&note, 0, chance))),
        _ => of_receipt("cosignature", with(signature_changed(&note, 1, chance))),
    }
}
