//! Codes as small numbers: a view's maps hold four bytes instead of a shared text.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sijill_ledger_core::domain::stock::StockKey;
use sijill_ledger_core::domain::values::{
    Batch, FacilityId, ItemCode, OrderId, OrganizationId, Place, Programme, Text, TransferId,
};

/// A code that is a text.
pub(crate) trait Coded: Clone {
    /// The code as text.
    fn code(&self) -> &str;
}

macro_rules! coded {
    ($($name:ident),*) => {
        $(impl Coded for $name {
            fn code(&self) -> &str {
                self.as_str()
            }
        })*
    };
}

coded!(
    Batch,
    FacilityId,
    ItemCode,
    OrderId,
    OrganizationId,
    Place,
    Programme,
    Text,
    TransferId
);

/// A stock key in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct KeyNo {
    pub item: u32,
    pub batch: Option<u32>,
    pub programme: Option<u32>,
}

/// The numbers of the codes that stock keys are made of.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct KeyCodes {
    pub items: Interner<ItemCode>,
    pub batches: Interner<Batch>,
    pub programmes: Interner<Programme>,
}

impl KeyCodes {
    /// The numbers of a key.
    pub fn key(&mut self, key: &StockKey) -> KeyNo {
        KeyNo {
            item: self.items.intern(&key.item),
            batch: key.batch.as_ref().map(|code| self.batches.intern(code)),
            programme: key
                .programme
                .as_ref()
                .map(|code| self.programmes.intern(code)),
        }
    }

    /// The key of numbers; `None` for numbers that were never given.
    pub fn stock_key(&self, key: KeyNo) -> Option<StockKey> {
        Some(StockKey {
            item: self.items.code(key.item)?.clone(),
            batch: key.batch.and_then(|no| self.batches.code(no)).cloned(),
            programme: key
                .programme
                .and_then(|no| self.programmes.code(no))
                .cloned(),
        })
    }
}

/// Which entries of a list concern a code, by its number: a question about one code looks at those alone.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Index(BTreeMap<u32, Vec<u32>>);

impl Index {
    /// The entry concerns the code. Entries come in rising order, an entry perhaps several times.
    pub fn put(&mut self, code: u32, entry: u32) {
        let entries = self.0.entry(code).or_default();
        if let Err(place) = entries.binary_search(&entry) {
            entries.insert(place, entry);
        }
    }

    /// The entries that concern the code, in rising order.
    pub fn of(&self, code: u32) -> &[u32] {
        self.0.get(&code).map_or(&[], Vec::as_slice)
    }
}

/// Numbers codes in the order of their first appearance, which the log fixes. Written as the list of codes alone.
#[derive(Clone, Debug)]
pub(crate) struct Interner<T> {
    codes: Vec<T>,
    numbers: HashMap<Box<str>, u32>,
}

impl<T: Coded> Interner<T> {
    /// The number of a code; a new code gets the next one.
    pub fn intern(&mut self, code: &T) -> u32 {
        if let Some(number) = self.number(code.code()) {
            return number;
        }
        self.add(code.clone())
    }

    /// The number of a text that may be a new code, `None` when it is no legal code.
    pub fn intern_text(
        &mut self,
        text: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<u32> {
        if let Some(number) = self.number(text) {
            return Some(number);
        }
        parse(text).map(|code| self.add(code))
    }

    /// How many codes have a number.
    pub const fn len(&self) -> usize {
        self.codes.len()
    }

    /// The number of a known code.
    pub fn number(&self, code: &str) -> Option<u32> {
        self.numbers.get(code).copied()
    }

    /// The code with a number.
    pub fn code(&self, number: u32) -> Option<&T> {
        self.codes.get(usize::try_from(number).ok()?)
    }

    /// The text of a code that may be absent: empty when there is none.
    pub fn text(&self, number: Option<u32>) -> &str {
        number
            .and_then(|number| self.code(number))
            .map_or("", Coded::code)
    }

    /// All codes with their numbers, in the order of the codes' texts.
    pub fn sorted(&self) -> Vec<(u32, &T)> {
        let mut all: Vec<_> = (0..).zip(&self.codes).collect();
        all.sort_unstable_by_key(|(_, code)| code.code());
        all
    }

    fn add(&mut self, code: T) -> u32 {
        // Four billion distinct codes do not fit into memory; saturating keeps the function total.
        let number = u32::try_from(self.codes.len()).unwrap_or(u32::MAX);
        self.numbers.insert(code.code().into(), number);
        self.codes.push(code);
        number
    }
}

impl<T> Default for Interner<T> {
    fn default() -> Self {
        Self {
            codes: Vec::new(),
            numbers: HashMap::new(),
        }
    }
}

impl<T: Serialize> Serialize for Interner<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.codes.serialize(serializer)
    }
}

impl<'de, T: Coded + Deserialize<'de>> Deserialize<'de> for Interner<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut interner = Self::default();
        for code in Vec::<T>::deserialize(deserializer)? {
            interner.add(code);
        }
        Ok(interner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_first_appearance_and_survive_a_round_trip() {
        let code = |text: &str| ItemCode::new(text).unwrap();
        let mut items = Interner::default();
        let numbers = ["zinc", "amox", "zinc"].map(|text| items.intern(&code(text)));
        assert_eq!(numbers, [0, 1, 0]);
        assert_eq!(
            items.intern_text("a/b", |text| ItemCode::new(text).ok()),
            None
        );

        let bytes = postcard::to_stdvec(&items).unwrap();
        let mut again: Interner<ItemCode> = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(again.intern(&code("amox")), 1);
        assert_eq!(again.intern(&code("ors")), 2);
        let sorted: Vec<_> = again
            .sorted()
            .into_iter()
            .map(|(number, _)| number)
            .collect();
        assert_eq!(sorted, [1, 2, 0]);
    }
}
