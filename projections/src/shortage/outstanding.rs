//! Amounts that one document promises and later ones use up: provisional receipts that wait for inspection, and
//! reservations.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::store::KeyNo;

/// What is outstanding, per claim: the revision of a receipt, or a reservation. A claim that is used up is forgotten.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "K: Ord + Deserialize<'de>"))]
pub(super) struct Outstanding<K>(BTreeMap<K, BTreeMap<KeyNo, Decimal>>);

impl<K: Ord> Outstanding<K> {
    /// Promises an amount of a key.
    pub fn promise(&mut self, claim: K, key: KeyNo, amount: Decimal) {
        let open = self.0.entry(claim).or_default().entry(key).or_default();
        *open = open.saturating_add(amount);
    }

    /// Uses an amount up: at most what was promised, of a claim that has not ended.
    pub fn settle(&mut self, claim: &K, key: KeyNo, amount: Decimal) {
        let Some(keys) = self.0.get_mut(claim) else {
            return;
        };
        if let Some(open) = keys.get_mut(&key) {
            *open = open.saturating_sub(amount);
        }
        keys.retain(|_, open| *open > Decimal::ZERO);
        if keys.is_empty() {
            self.0.remove(claim);
        }
    }

    /// Nothing of the claim is outstanding any more.
    pub fn end(&mut self, claim: &K) {
        self.0.remove(claim);
    }

    /// What is outstanding per key, of one item or of all.
    pub fn by_key(&self, item: Option<u32>) -> BTreeMap<KeyNo, Decimal> {
        let mut sums = BTreeMap::new();
        for (key, open) in self.0.values().flatten() {
            if item.is_none_or(|item| item == key.item) {
                let sum: &mut Decimal = sums.entry(*key).or_default();
                *sum = sum.saturating_add(*open);
            }
        }
        sums
    }
}

impl<K> Default for Outstanding<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_promised_is_used_up_or_ends() {
        let key = |item| KeyNo {
            item,
            batch: None,
            programme: None,
        };
        let mut receipts = Outstanding::default();
        let open = |receipts: &Outstanding<u64>, item| {
            let sums = receipts.by_key(Some(item));
            sums.get(&key(item)).copied().unwrap_or_default()
        };
        receipts.promise(3, key(0), 100.into());
        receipts.promise(5, key(0), 10.into());
        receipts.promise(5, key(1), 7.into());
        receipts.settle(&3, key(0), 60.into());
        receipts.settle(&9, key(0), 60.into());
        assert_eq!(
            (open(&receipts, 0), open(&receipts, 1)),
            (50.into(), 7.into())
        );
        receipts.settle(&3, key(0), 41.into());
        assert_eq!(open(&receipts, 0), 10.into(), "no claim is below nothing");
        receipts.end(&5);
        assert!(receipts.0.is_empty());
    }
}
