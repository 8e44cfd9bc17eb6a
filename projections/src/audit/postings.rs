//! Postings: under each fingerprint the indexes of the events that bear it, as differences of one to ten bytes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::entity::Fingerprint;

/// Indexes of events by fingerprint. What occurs once, as most numbers on paper do, costs sixteen bytes and its place.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    once: HashMap<u64, u64>,
    many: HashMap<u64, Postings>,
}

/// Rising indexes: the first as it is, each further one as what it is above the one before, all as base-128 varints.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Postings {
    last: u64,
    bytes: Vec<u8>,
}

impl Index {
    /// Notes that the event at an index bears the fingerprint. Indexes rise from call to call; one that is named twice
    /// is kept once.
    pub fn push(&mut self, fingerprint: Fingerprint, index: u64) {
        if let Some(postings) = self.many.get_mut(&fingerprint.0) {
            postings.push(index);
            return;
        }
        match self.once.entry(fingerprint.0) {
            Entry::Vacant(vacant) => {
                vacant.insert(index);
            }
            Entry::Occupied(occupied) if *occupied.get() == index => {}
            Entry::Occupied(occupied) => {
                let mut postings = Postings::first(occupied.remove());
                postings.push(index);
                self.many.insert(fingerprint.0, postings);
            }
        }
    }

    /// The indexes under a fingerprint, rising.
    pub fn indexes(&self, fingerprint: Fingerprint) -> impl Iterator<Item = u64> + '_ {
        let once = self.once.get(&fingerprint.0).copied();
        let many = self.many.get(&fingerprint.0).map(Postings::iter);
        once.into_iter().chain(many.into_iter().flatten())
    }

    /// How many indexes there are under a fingerprint.
    pub fn count(&self, fingerprint: Fingerprint) -> u64 {
        let once = u64::from(self.once.contains_key(&fingerprint.0));
        let many = self.many.get(&fingerprint.0).map_or(0, Postings::count);
        once + many
    }

    /// Every fingerprint with its encoded indexes, in the order of the fingerprints.
    pub fn rows(&self, mut row: impl FnMut(Fingerprint, &[u8])) {
        let mut keys: Vec<u64> = self.once.keys().chain(self.many.keys()).copied().collect();
        keys.sort_unstable();
        for key in keys {
            if let Some(postings) = self.many.get(&key) {
                row(Fingerprint(key), &postings.bytes);
            } else if let Some(index) = self.once.get(&key) {
                row(Fingerprint(key), &Postings::first(*index).bytes);
            }
        }
    }
}

impl Postings {
    fn first(index: u64) -> Self {
        let mut bytes = Vec::new();
        put_varint(&mut bytes, index);
        let last = index;
        Self { last, bytes }
    }

    fn push(&mut self, index: u64) {
        if index > self.last {
            put_varint(&mut self.bytes, index - self.last);
            self.last = index;
        }
    }

    /// Each number ends with its only byte below 128.
    fn count(&self) -> u64 {
        self.bytes.iter().filter(|byte| **byte < 128).count() as u64
    }

    fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        let (mut rest, mut index) = (self.bytes.iter(), 0_u64);
        std::iter::from_fn(move || {
            let (mut value, mut shift) = (0_u64, 0_u32);
            loop {
                let byte = *rest.next()?;
                // Ten bytes hold 64 bits; what a damaged snapshot adds is shifted out.
                value |= u64::from(byte & 127).checked_shl(shift).unwrap_or(0);
                shift = shift.saturating_add(7);
                if byte < 128 {
                    break;
                }
            }
            index = index.saturating_add(value);
            Some(index)
        })
    }
}

fn put_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 128 {
        bytes.push(u8::try_from(value & 127).unwrap_or_default() | 128);
        value >>= 7;
    }
    bytes.push(u8::try_from(value).unwrap_or_default());
}

/// Sorted, so that equal states have equal bytes.
impl Serialize for Index {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut once: Vec<(u64, u64)> = self.once.iter().map(|(key, at)| (*key, *at)).collect();
        once.sort_unstable();
        let mut many: Vec<(&u64, &Postings)> = self.many.iter().collect();
        many.sort_unstable_by_key(|(key, _)| **key);
        (once, many).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Index {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (once, many) = <(Vec<(u64, u64)>, Vec<(u64, Postings)>)>::deserialize(deserializer)?;
        Ok(Self {
            once: once.into_iter().collect(),
            many: many.into_iter().collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Fingerprint = Fingerprint(1);
    const B: Fingerprint = Fingerprint(2);

    #[test]
    fn indexes_come_back_as_they_went_in() {
        let given = [0, 1, 127, 128, 129, 20_000, 20_000, 3_000_000_000, u64::MAX];
        let mut index = Index::default();
        index.push(B, 7);
        for at in given {
            index.push(A, at);
        }
        let mut expected = given.to_vec();
        expected.dedup();

        let bytes = postcard::to_stdvec(&index).unwrap();
        let again: Index = postcard::from_bytes(&bytes).unwrap();
        for index in [index, again] {
            assert_eq!(index.indexes(A).collect::<Vec<_>>(), expected);
            assert_eq!(index.indexes(B).collect::<Vec<_>>(), [7]);
            assert_eq!(
                (index.count(A), index.count(B), index.count(Fingerprint(3))),
                (8, 1, 0)
            );
            assert_eq!(postcard::to_stdvec(&index).unwrap(), bytes);
        }
    }

    /// Written out by hand, so that another implementation can follow it: 5, then 300 more.
    #[test]
    fn rows_are_base_128_differences() {
        let mut index = Index::default();
        for at in [5, 305] {
            index.push(A, at);
        }
        index.push(B, 130);
        let mut rows = Vec::new();
        index.rows(|fingerprint, bytes| rows.push((fingerprint.0, bytes.to_vec())));
        assert_eq!(rows, [(1, vec![5, 0xac, 2]), (2, vec![0x82, 1])]);
    }

    #[test]
    fn damaged_bytes_end_or_saturate() {
        let endless = Postings {
            last: 0,
            bytes: vec![0xff; 40],
        };
        assert_eq!(endless.iter().count(), 0);
        let wide = Postings {
            last: 0,
            bytes: [vec![0xff; 11], vec![1, 1]].concat(),
        };
        assert_eq!(wide.iter().count(), 2);
    }
}
