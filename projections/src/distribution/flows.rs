//! Sums of what moved, per month, kept small: a facility has thousands of items, an item decades of months.
//!
//! The newest month of a cell is kept open. Older ones are packed into bytes, each sum in five or six of them; a document
//! that is recorded late, or taken back, opens the bytes of its month again.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::stock::{Flow, LossReason};
use sijill_ledger_core::domain::values::Month;

/// What an amount is booked under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Account {
    /// A flow of stock other than a loss. What came in is positive, what went out negative.
    Flow(Flow),
    /// Written off the shelf, for this reason; negative, as it went out.
    Loss(LossReason),
    /// Written off out of someone's custody: it had left the shelf before, so it is no flow of stock. Negative.
    CustodyLoss(LossReason),
    /// Lost on the way to this facility; it was never in its stock. Negative.
    TransitLost,
    /// Sent to this facility and rejected there; it was never in its stock. Negative.
    TransitRejected,
}

/// All reasons of loss.
pub(super) const REASONS: [LossReason; 8] = [
    LossReason::Expired,
    LossReason::Damaged,
    LossReason::Lost,
    LossReason::Stolen,
    LossReason::OpenVialLimit,
    LossReason::ColdChainFailure,
    LossReason::Recalled,
    LossReason::Scrapped,
];

/// Accounts by their number in packed bytes. Add at the end only; a snapshot holds the numbers.
const ACCOUNTS: [Account; 30] = [
    Account::Flow(Flow::Opening),
    Account::Flow(Flow::Received),
    Account::Flow(Flow::TransferIn),
    Account::Flow(Flow::Returned),
    Account::Flow(Flow::Surrendered),
    Account::Flow(Flow::Gain),
    Account::Flow(Flow::Issued),
    Account::Flow(Flow::Entrusted),
    Account::Flow(Flow::TransferOut),
    Account::Flow(Flow::Reduction),
    Account::Flow(Flow::Repacked),
    Account::Flow(Flow::Counted),
    Account::Loss(LossReason::Expired),
    Account::Loss(LossReason::Damaged),
    Account::Loss(LossReason::Lost),
    Account::Loss(LossReason::Stolen),
    Account::Loss(LossReason::OpenVialLimit),
    Account::Loss(LossReason::ColdChainFailure),
    Account::Loss(LossReason::Recalled),
    Account::Loss(LossReason::Scrapped),
    Account::CustodyLoss(LossReason::Expired),
    Account::CustodyLoss(LossReason::Damaged),
    Account::CustodyLoss(LossReason::Lost),
    Account::CustodyLoss(LossReason::Stolen),
    Account::CustodyLoss(LossReason::OpenVialLimit),
    Account::CustodyLoss(LossReason::ColdChainFailure),
    Account::CustodyLoss(LossReason::Recalled),
    Account::CustodyLoss(LossReason::Scrapped),
    Account::TransitLost,
    Account::TransitRejected,
];

/// Months that are asked about, both ends included; an end that is not named does not restrict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Period {
    /// The first month.
    pub from: Option<Month>,
    /// The last month.
    pub to: Option<Month>,
}

impl Period {
    /// From a month to another.
    pub const fn between(from: Month, to: Month) -> Self {
        Self {
            from: Some(from),
            to: Some(to),
        }
    }

    /// Whether a month is one of them.
    pub fn contains(&self, month: Month) -> bool {
        self.from.is_none_or(|from| from <= month) && self.to.is_none_or(|to| month <= to)
    }
}

/// Sums of signed amounts per account, in base units: what came in is positive, what went out negative.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flows(Vec<(Account, Decimal)>);

impl Flows {
    /// The sum of one flow of stock; losses are those off the shelf.
    pub fn of(&self, flow: Flow) -> Decimal {
        if flow == Flow::Loss {
            let losses = REASONS.map(|reason| self.under(Account::Loss(reason)));
            return losses
                .into_iter()
                .fold(Decimal::ZERO, Decimal::saturating_add);
        }
        self.under(Account::Flow(flow))
    }

    /// The sum of one account.
    pub fn under(&self, account: Account) -> Decimal {
        let place = self.0.binary_search_by_key(&account, |(other, _)| *other);
        let found = place.ok().and_then(|place| self.0.get(place));
        found.map_or(Decimal::ZERO, |(_, sum)| *sum)
    }

    /// The sums of the accounts that something was booked under, in the order of [`Account`].
    pub fn iter(&self) -> impl Iterator<Item = (Account, Decimal)> {
        self.0.iter().copied()
    }

    pub(super) fn add(&mut self, account: Account, amount: Decimal) {
        match self.0.binary_search_by_key(&account, |(other, _)| *other) {
            Ok(place) => {
                if let Some((_, sum)) = self.0.get_mut(place) {
                    *sum = sum.saturating_add(amount);
                }
            }
            Err(place) => {
                // Few accounts are used in a month of a cell, and there are many cells.
                self.0.reserve_exact(1);
                self.0.insert(place, (account, amount));
            }
        }
    }
}

/// The sums of one item in one facility, month by month.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Months {
    newest: Option<Month>,
    /// Of the newest month.
    open: Flows,
    /// Of the others, in the order of month and account number.
    packed: Vec<u8>,
}

impl Months {
    /// Books an amount.
    pub fn add(&mut self, month: Month, account: Account, amount: Decimal) {
        if self.newest == Some(month) {
            self.open.add(account, amount);
        } else if self.newest.is_none_or(|newest| newest < month) {
            self.seal();
            self.newest = Some(month);
            self.open.add(account, amount);
        } else {
            self.add_late(month, account, amount);
        }
    }

    /// The sums over a period.
    pub fn over(&self, period: Period) -> Flows {
        let mut sums = Flows::default();
        self.each(|month, account, amount| {
            if period.contains(month) {
                sums.add(account, amount);
            }
        });
        sums
    }

    /// Every sum, in the order of the months.
    pub fn each(&self, mut found: impl FnMut(Month, Account, Decimal)) {
        let mut rest = self.packed.as_slice();
        while let Some((record, after)) = Record::read(rest) {
            if let Some((month, account)) = record.place() {
                found(month, account, record.amount);
            }
            rest = after;
        }
        if let Some(month) = self.newest {
            self.open
                .iter()
                .for_each(|(account, amount)| found(month, account, amount));
        }
    }

    fn seal(&mut self) {
        let Some(month) = self.newest else { return };
        let mut records: Vec<Record> = std::mem::take(&mut self.open)
            .iter()
            .filter_map(|(account, amount)| Record::new(month, account, amount))
            .collect();
        records.sort_unstable_by_key(Record::order);
        let mut bytes = Vec::new();
        for record in &records {
            record.write(&mut bytes);
        }
        // Sealed once a month: room for the next months would be most of the memory.
        self.packed.reserve_exact(bytes.len());
        self.packed.extend_from_slice(&bytes);
    }

    fn add_late(&mut self, month: Month, account: Account, amount: Decimal) {
        let Some(mut record) = Record::new(month, account, amount) else {
            return;
        };
        let (mut start, mut end) = (self.packed.len(), self.packed.len());
        let mut rest = self.packed.as_slice();
        while let Some((other, after)) = Record::read(rest) {
            if other.order() >= record.order() {
                start = self.packed.len() - rest.len();
                end = start;
                if other.order() == record.order() {
                    end = self.packed.len() - after.len();
                    record.amount = record.amount.saturating_add(other.amount).normalize();
                }
                break;
            }
            rest = after;
        }
        let mut bytes = Vec::new();
        record.write(&mut bytes);
        self.packed.splice(start..end, bytes);
    }
}

/// One packed sum: month in two bytes, little-endian; account number + 32 · decimal places, and the amount without its
/// point, signed in zigzag, both in seven bits a byte, lowest first (LEB128).
#[derive(Clone, Copy, Debug)]
struct Record {
    month: u16,
    account: u8,
    amount: Decimal,
}

impl Record {
    fn new(month: Month, account: Account, amount: Decimal) -> Option<Self> {
        let place = ACCOUNTS.iter().position(|other| *other == account)?;
        Some(Self {
            month: u16::try_from(month.number()).ok()?,
            account: u8::try_from(place).ok()?,
            amount: amount.normalize(),
        })
    }

    fn place(&self) -> Option<(Month, Account)> {
        let month = Month::try_from(i32::from(self.month)).ok()?;
        Some((month, *ACCOUNTS.get(usize::from(self.account))?))
    }

    const fn order(&self) -> (u16, u8) {
        (self.month, self.account)
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.month.to_le_bytes());
        put(
            bytes,
            u128::from(self.account) | u128::from(self.amount.scale()) << 5,
        );
        let mantissa = self.amount.mantissa();
        put(
            bytes,
            (mantissa.unsigned_abs() << 1) | u128::from(mantissa < 0),
        );
    }

    fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (month, rest) = bytes.split_first_chunk::<2>()?;
        let (head, rest) = take(rest)?;
        let (zigzag, rest) = take(rest)?;
        let magnitude = i128::try_from(zigzag >> 1).ok()?;
        let mantissa = if zigzag & 1 == 1 {
            -magnitude
        } else {
            magnitude
        };
        let record = Self {
            month: u16::from_le_bytes(*month),
            account: u8::try_from(head & 31).ok()?,
            amount: Decimal::try_from_i128_with_scale(mantissa, u32::try_from(head >> 5).ok()?)
                .ok()?,
        };
        Some((record, rest))
    }
}

fn put(bytes: &mut Vec<u8>, mut value: u128) {
    while value >= 0x80 {
        bytes.push(u8::try_from(value & 0x7f).unwrap_or(0) | 0x80);
        value >>= 7;
    }
    bytes.push(u8::try_from(value).unwrap_or(0));
}

fn take(bytes: &[u8]) -> Option<(u128, &[u8])> {
    let mut value = 0;
    for (place, byte) in bytes.iter().enumerate().take(18) {
        value |= u128::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(place + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_account_has_a_number() {
        for (place, account) in ACCOUNTS.iter().enumerate() {
            let found = ACCOUNTS.iter().position(|other| other == account);
            assert_eq!(found, Some(place));
        }
        for reason in REASONS {
            assert!(ACCOUNTS.contains(&Account::Loss(reason)));
            assert!(ACCOUNTS.contains(&Account::CustodyLoss(reason)));
        }
    }

    /// January 2026 is month 24,312 = 0x5EF8; received is number 1, three decimal places: 1 + 3·32 = 97; 1.125 is
    /// 1125 without its point, 2250 = 0xCA 0x11 in zigzag.
    #[test]
    fn a_packed_sum_byte_by_byte() {
        let month = Month::parse("2026-01").unwrap();
        let mut months = Months::default();
        months.add(
            month,
            Account::Flow(Flow::Received),
            "1.125".parse().unwrap(),
        );
        months.add(month.plus(1), Account::Flow(Flow::Issued), (-1).into());
        assert_eq!(months.packed, [0xF8, 0x5E, 97, 0xCA, 0x11]);
    }

    proptest! {
        #[test]
        fn packed_or_not_the_sums_are_the_same(
            steps in prop::collection::vec((0_i32..30, 0..ACCOUNTS.len(), -100_000_i64..100_000, 0_u32..6), 1..120)
        ) {
            let first = Month::parse("2024-01").unwrap();
            let (mut months, mut plain) = (Months::default(), BTreeMap::new());
            for (ahead, account, mantissa, scale) in steps {
                let (month, account) = (first.plus(ahead), ACCOUNTS[account]);
                let amount = Decimal::new(mantissa, scale);
                months.add(month, account, amount);
                *plain.entry((month, account)).or_insert(Decimal::ZERO) += amount;
            }
            let mut found = BTreeMap::new();
            months.each(|month, account, amount| {
                assert!(found.insert((month, account), amount).is_none());
            });
            prop_assert_eq!(&found, &plain);
            let period = Period::between(first.plus(5), first.plus(20));
            let within = plain.iter().filter(|((month, _), _)| period.contains(*month));
            let mut sums = Flows::default();
            within.for_each(|((_, account), amount)| sums.add(*account, *amount));
            prop_assert_eq!(months.over(period), sums);
        }
    }
}
