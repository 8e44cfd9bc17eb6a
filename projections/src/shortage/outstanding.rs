//! Amounts that one document promises and later ones use up: provisional receipts that wait for inspection, and
//! reservations. Every amount remembers its document, so that a reversal takes exactly that back.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::stock::HORIZON_DAYS;
use sijill_ledger_core::time::Timestamp;

use super::store::KeyNo;

/// What is outstanding, per claim: the revision of a receipt, or a reservation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "K: Ord + Deserialize<'de>"))]
pub(super) struct Outstanding<K> {
    claims: BTreeMap<K, Claim>,
    /// How many claims were left when settled ones were last dropped.
    kept: u64,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Claim {
    parts: Vec<Part>,
    newest: Timestamp,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Part {
    document: u64,
    key: KeyNo,
    amount: Decimal,
}

/// Fewer claims than this are never searched for settled ones.
const CLAIMS_KEPT_MIN: u64 = 64;

impl<K: Ord> Outstanding<K> {
    /// A document promises an amount of a key.
    pub fn promise(&mut self, claim: K, document: u64, at: Timestamp, key: KeyNo, amount: Decimal) {
        self.drop_settled(at);
        let claim = self.claims.entry(claim).or_default();
        claim.put(document, at, key, amount);
    }

    /// A document uses an amount up; an unknown claim was released before, or never was.
    pub fn settle(&mut self, claim: &K, document: u64, at: Timestamp, key: KeyNo, amount: Decimal) {
        if let Some(claim) = self.claims.get_mut(claim) {
            claim.put(document, at, key, -amount);
        }
    }

    /// Nothing of the claim is outstanding any more.
    pub fn end(&mut self, claim: &K) {
        self.claims.remove(claim);
    }

    /// A reversed document promised and used up nothing.
    pub fn cancel(&mut self, document: u64) {
        for claim in self.claims.values_mut() {
            claim.parts.retain(|part| part.document != document);
        }
        self.claims.retain(|_, claim| !claim.parts.is_empty());
    }

    /// What is outstanding per key, of one item or of all: of no claim less than nothing, as nobody can use up more
    /// than was promised.
    pub fn by_key(&self, item: Option<u32>) -> BTreeMap<KeyNo, Decimal> {
        let mut sums = BTreeMap::new();
        for (key, open) in self.claims.values().flat_map(Claim::open) {
            if open > Decimal::ZERO && item.is_none_or(|item| item == key.item) {
                let sum: &mut Decimal = sums.entry(key).or_default();
                *sum = sum.saturating_add(open);
            }
        }
        sums
    }

    /// A settled claim is kept as long as a timeline keeps entries, because the document that settled it may be
    /// reversed. The search is paid for by the claims that were added since the last one.
    fn drop_settled(&mut self, newest: Timestamp) {
        if (self.claims.len() as u64) < CLAIMS_KEPT_MIN.max(self.kept.saturating_mul(2)) {
            return;
        }
        let limit = newest.plus_days(-HORIZON_DAYS);
        self.claims
            .retain(|_, claim| claim.newest >= limit || !claim.is_settled());
        self.kept = self.claims.len() as u64;
    }
}

impl Claim {
    fn put(&mut self, document: u64, at: Timestamp, key: KeyNo, amount: Decimal) {
        self.newest = self.newest.max(at);
        self.parts.push(Part {
            document,
            key,
            amount,
        });
    }

    fn open(&self) -> BTreeMap<KeyNo, Decimal> {
        let mut open = BTreeMap::new();
        for part in &self.parts {
            let sum: &mut Decimal = open.entry(part.key).or_default();
            *sum = sum.saturating_add(part.amount);
        }
        open
    }

    fn is_settled(&self) -> bool {
        self.open().values().all(|open| *open <= Decimal::ZERO)
    }
}

impl<K> Default for Outstanding<K> {
    fn default() -> Self {
        Self {
            claims: BTreeMap::new(),
            kept: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: KeyNo = KeyNo {
        item: 0,
        batch: None,
        programme: None,
    };

    fn open(receipts: &Outstanding<u64>) -> Decimal {
        receipts.by_key(Some(0)).remove(&KEY).unwrap_or_default()
    }

    fn day(n: i64) -> Timestamp {
        Timestamp::default().plus_days(n)
    }

    #[test]
    fn what_is_promised_is_used_up_and_comes_back_with_a_reversal() {
        let mut receipts = Outstanding::default();
        receipts.promise(3_u64, 3, day(1), KEY, 100.into());
        receipts.settle(&3, 4, day(2), KEY, 60.into());
        receipts.settle(&9, 5, day(2), KEY, 60.into());
        assert_eq!(open(&receipts), 40.into());
        receipts.settle(&3, 6, day(3), KEY, 50.into());
        assert_eq!(open(&receipts), 0.into(), "never negative");
        receipts.cancel(4);
        assert_eq!(open(&receipts), 50.into());
        receipts.end(&3);
        assert_eq!(open(&receipts), 0.into());
    }

    #[test]
    fn settled_claims_are_dropped_after_the_horizon_and_open_ones_never() {
        let mut receipts = Outstanding::default();
        receipts.promise(0_u64, 0, day(0), KEY, 7.into());
        for n in 1..2_000_u64 {
            let at = day(n as i64);
            receipts.promise(n, 2 * n, at, KEY, 5.into());
            receipts.settle(&n, 2 * n + 1, at, KEY, 5.into());
        }
        assert!(receipts.claims.len() < 1_000, "{}", receipts.claims.len());
        assert_eq!(open(&receipts), 7.into());
    }
}
