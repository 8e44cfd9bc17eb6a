//! Corrections: adjustments, reversals, repacking. Nothing is edited; each names what it corrects.

use rust_decimal::Decimal;

use super::event::{Adjustment, AdjustmentLine, Event, Repack, RepackLine, Reversal};
use super::refusal::Refusal;
use super::rules::{check_keys, check_not_future, check_open, is_tracked, profile};
use super::shapes::{Document, LINES_MAX, LineOut};
use super::state::Stock;
use super::{Card, Decision};
use crate::aggregate::{Facts, ensure};
use crate::domain::values::{Change, Quantity, Text};

impl Stock {
    pub(super) fn adjust(&self, adjustment: Adjustment, facts: &Facts) -> Decision {
        check_open(facts)?;
        check_keys(
            adjustment.lines.iter().map(|line| &line.key),
            adjustment.lines.len(),
        )?;
        match adjustment.prior_period {
            Some(period) => {
                check_not_future(facts.effective, facts)?;
                let fits =
                    self.periods.is_closed(period) && facts.effective.date().month() == period;
                ensure(fits, Refusal::PeriodOpen { period })?;
            }
            None => self.check_time(facts.effective, facts)?,
        }
        for line in &adjustment.lines {
            line.check_amount()?;
            let card = self.cards.get(&line.key);
            let tracking = profile(&line.key.item, facts)?.tracking;
            let expiry = line.expiry.or_else(|| card.and_then(Card::expiry));
            ensure(
                is_tracked(&line.key, expiry, tracking),
                Refusal::TrackingMissing {
                    key: line.key.clone(),
                },
            )?;
            let free = card
                .map(|card| card.free_from(facts.effective.at(), None))
                .unwrap_or_default();
            let enough = line.amount.is_sign_positive() || -line.amount <= free;
            ensure(
                enough,
                Refusal::NotEnough {
                    key: line.key.clone(),
                    free,
                    asked: -line.amount,
                },
            )?;
        }
        Ok(vec![Event::StockAdjusted(adjustment)])
    }

    pub(super) fn repack(&self, mut repack: Repack, facts: &Facts) -> Decision {
        check_open(facts)?;
        let count = repack.lines.len();
        ensure(
            (1..=LINES_MAX).contains(&count),
            Refusal::LineCount { lines: count },
        )?;
        check_keys(
            repack.lines.iter().flat_map(|line| [&line.from, &line.to]),
            count,
        )?;
        self.check_time(facts.effective, facts)?;
        for line in &mut repack.lines {
            profile(&line.from.item, facts)?;
            self.check_repack_line(line, facts)?;
            line.expiry = self.cards.get(&line.from).and_then(Card::expiry);
        }
        Ok(vec![Event::StockRepacked(repack)])
    }

    /// Base units, item and expiry stay; what is opened is usable and free.
    fn check_repack_line(&self, line: &RepackLine, facts: &Facts) -> Result<(), Refusal> {
        let opened = line.base_units();
        let packed = line.to_pack.get().saturating_mul(line.to_packs.get());
        let changes = Refusal::RepackChanges {
            from: line.from.clone(),
            opened,
            packed,
        };
        let (from, to) = (self.cards.get(&line.from), self.cards.get(&line.to));
        let expiry_stays =
            to.is_none_or(|to| from.is_some_and(|from| from.expiry() == to.expiry()));
        ensure(
            opened == packed && line.from.item == line.to.item && expiry_stays,
            changes,
        )?;
        let quantity = Quantity::new(opened).map_err(|_| Refusal::TooLarge {
            key: line.from.clone(),
        })?;
        ensure(
            !quantity.is_zero(),
            Refusal::ZeroQuantity {
                key: line.from.clone(),
            },
        )?;
        let key = line.from.clone();
        self.check_usable(
            &LineOut {
                key,
                quantity,
                reservation: None,
                fefo_override: None,
            },
            facts,
        )
    }

    pub(super) fn reverse_document(
        &self,
        document: Document,
        original: u64,
        reason: Text,
        facts: &Facts,
    ) -> Decision {
        check_open(facts)?;
        let written = self
            .reversible
            .get(&original)
            .ok_or(Refusal::NotReversible { original })?;
        self.check_time(written.at, facts)?;
        for key in &written.keys {
            let Some(card) = self.cards.get(key) else {
                continue;
            };
            if let Some(official) = &written.custody {
                let held = self.in_custody(official, key);
                let given = card.timeline.amount_of(original);
                let left = held.saturating_add(given);
                ensure(
                    left >= Decimal::ZERO,
                    Refusal::CustodyMoved {
                        key: key.clone(),
                        held,
                    },
                )?;
            }
            let lowest = lowest_without(card, original, facts);
            ensure(
                lowest >= Decimal::ZERO,
                Refusal::ReversalStarves {
                    key: key.clone(),
                    lowest,
                },
            )?;
        }
        Ok(vec![Event::DocumentReversed(Reversal {
            document,
            original,
            reason,
            keys: written.keys.clone(),
            order: written.order.clone(),
        })])
    }
}

/// The lowest free balance from the document's time on, were the document not there. A document that only took goods
/// out can always be taken back.
fn lowest_without(card: &super::Card, original: u64, facts: &Facts) -> Decimal {
    let mut without = card.clone();
    let cancelled = without.timeline.cancel(original);
    let adds = |change| matches!(change, Change::Add(amount) if amount > Decimal::ZERO);
    let Some(first) = cancelled
        .iter()
        .filter(|entry| adds(entry.change))
        .map(|entry| entry.at)
        .min()
    else {
        return Decimal::ZERO;
    };
    without.free_from(first.min(facts.at), None)
}

impl AdjustmentLine {
    /// Not nothing, and no more than a quantity can be.
    pub(super) fn check_amount(&self) -> Result<(), Refusal> {
        ensure(
            !self.amount.is_zero(),
            Refusal::ZeroQuantity {
                key: self.key.clone(),
            },
        )?;
        ensure(
            Quantity::new(self.amount.abs()).is_ok(),
            Refusal::TooLarge {
                key: self.key.clone(),
            },
        )
    }
}
