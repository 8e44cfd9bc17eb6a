//! What the demo's storekeepers know of their shelves. The ledger decides; this only keeps them from asking for what
//! cannot be.

use sijill_ledger_core::domain::values::{Batch, Date};

/// One batch on a shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    /// Its number, where the item is tracked.
    pub batch: Option<Batch>,
    /// Its expiry.
    pub expiry: Option<Date>,
    /// What may be taken.
    pub free: u64,
    /// What is set aside.
    pub reserved: u64,
    /// In quarantine or recalled.
    pub blocked: bool,
}

impl Lot {
    /// What lies there.
    pub const fn on_hand(&self) -> u64 {
        self.free + self.reserved
    }

    /// Whether it may be used on a day.
    pub fn is_usable(&self, on: Date) -> bool {
        !self.blocked && !self.is_expired(on)
    }

    /// Whether it is past its expiry on a day.
    pub fn is_expired(&self, on: Date) -> bool {
        self.expiry.is_some_and(|expiry| expiry < on)
    }
}

/// A part of a lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The batch.
    pub batch: Option<Batch>,
    /// Its expiry.
    pub expiry: Option<Date>,
    /// How much.
    pub quantity: u64,
}

/// The lots of one item at one site, first to expire first.
#[derive(Clone, Debug, Default)]
pub struct Shelf(Vec<Lot>);

impl Shelf {
    /// Its lots.
    pub fn lots(&self) -> &[Lot] {
        &self.0
    }

    /// A lot by its batch.
    pub fn lot(&mut self, batch: Option<&Batch>) -> Option<&mut Lot> {
        self.0.iter_mut().find(|lot| lot.batch.as_ref() == batch)
    }

    /// Puts goods on it.
    pub fn add(&mut self, taken: &Taken) {
        if let Some(lot) = self.lot(taken.batch.as_ref()) {
            lot.free += taken.quantity;
            return;
        }
        let place = self.0.partition_point(|lot| lot.expiry <= taken.expiry);
        self.0.insert(
            place,
            Lot {
                batch: taken.batch.clone(),
                expiry: taken.expiry,
                free: taken.quantity,
                reserved: 0,
                blocked: false,
            },
        );
    }

    /// What lies there in all.
    pub fn on_hand(&self) -> u64 {
        self.0.iter().map(Lot::on_hand).sum()
    }

    /// Takes up to `want` of what is usable, first to expire first.
    pub fn pick(&mut self, want: u64, on: Date) -> Vec<Taken> {
        let mut left = want;
        let mut taken = Vec::new();
        for lot in self.0.iter_mut().filter(|lot| lot.is_usable(on)) {
            let quantity = lot.free.min(left);
            if quantity == 0 {
                continue;
            }
            lot.free -= quantity;
            left -= quantity;
            taken.push(Taken {
                batch: lot.batch.clone(),
                expiry: lot.expiry,
                quantity,
            });
        }
        taken
    }

    /// Takes away all that has expired and is not set aside.
    pub fn sweep(&mut self, on: Date) -> Vec<Taken> {
        let expired = self
            .0
            .iter_mut()
            .filter(|lot| lot.is_expired(on) && lot.free > 0);
        expired
            .map(|lot| Taken {
                batch: lot.batch.clone(),
                expiry: lot.expiry,
                quantity: std::mem::take(&mut lot.free),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goods(batch: &str, expiry: &str, quantity: u64) -> Taken {
        Taken {
            batch: Some(Batch::new(batch).unwrap()),
            expiry: Some(Date::parse(expiry).unwrap()),
            quantity,
        }
    }

    #[test]
    fn what_expires_first_goes_first_and_what_expired_stays() {
        let mut shelf = Shelf::default();
        shelf.add(&goods("B", "2025-06-30", 10));
        shelf.add(&goods("A", "2025-01-31", 5));
        shelf.add(&goods("X", "2024-01-01", 7));
        let day = Date::parse("2025-01-31").unwrap();
        let picked = shelf.pick(8, day);
        assert_eq!(
            picked,
            [goods("A", "2025-01-31", 5), goods("B", "2025-06-30", 3)]
        );
        assert_eq!(shelf.sweep(day), [goods("X", "2024-01-01", 7)]);
        assert_eq!(shelf.on_hand(), 7);
    }
}
