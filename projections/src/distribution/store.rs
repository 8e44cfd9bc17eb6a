//! What moved in one facility.

use std::collections::{BTreeMap, VecDeque};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::stock::{
    Event, Flow, LossReason, REVERSIBLE_DAYS, WriteOff, movements,
};
use sijill_ledger_core::domain::values::{Change, Date, EffectiveAt, Month};

use super::flows::{Account, Months};
use crate::intern::KeyCodes;

/// The flows of one facility.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Store {
    /// By item number.
    cells: BTreeMap<u32, Months>,
    /// What may still be reversed, in the order of revisions.
    reversible: VecDeque<Line>,
}

/// One movement of one document.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Line {
    revision: u64,
    date: Date,
    item: u32,
    amount: Decimal,
    account: Account,
}

impl Store {
    /// The cells by item number.
    pub fn cells(&self) -> impl Iterator<Item = (u32, &Months)> {
        self.cells.iter().map(|(item, months)| (*item, months))
    }

    /// One cell.
    pub fn cell(&self, item: u32) -> Option<&Months> {
        self.cells.get(&item)
    }

    pub fn add(&mut self, item: u32, month: Month, account: Account, amount: Decimal) {
        let months = self.cells.entry(item).or_default();
        months.add(month, account, amount);
    }

    pub fn enter(&mut self, line: Line) {
        self.add(line.item, line.date.month(), line.account, line.amount);
        let limit = line.date.plus_days(-REVERSIBLE_DAYS);
        self.reversible.push_back(line);
        while self
            .reversible
            .front()
            .is_some_and(|oldest| oldest.date < limit)
        {
            self.reversible.pop_front();
        }
    }

    pub fn reverse(&mut self, original: u64) {
        let from = self
            .reversible
            .partition_point(|line| line.revision < original);
        let until = self
            .reversible
            .partition_point(|line| line.revision <= original);
        let taken: Vec<Line> = self.reversible.drain(from..until).collect();
        for line in taken {
            self.add(line.item, line.date.month(), line.account, -line.amount);
        }
    }
}

/// What a document books. What a statement found is known to the timelines of the other view alone.
pub(super) fn lines(
    codes: &mut KeyCodes,
    event: &Event,
    revision: u64,
    at: EffectiveAt,
) -> Vec<Line> {
    if let Event::StockWrittenOff(loss) = event
        && loss.custody.is_some()
    {
        return out_of_custody(codes, loss, revision, at.date());
    }
    let reason = loss_reason(event);
    let mut lines = Vec::new();
    for movement in movements(event, at) {
        let Change::Add(amount) = movement.change else {
            continue;
        };
        let account = match reason {
            Some(reason) if movement.flow == Flow::Loss => Account::Loss(reason),
            _ => Account::Flow(movement.flow),
        };
        lines.push(Line {
            revision,
            date: movement.at.date(),
            item: codes.items.intern(&movement.key.item),
            amount,
            account,
        });
    }
    lines
}

fn out_of_custody(codes: &mut KeyCodes, loss: &WriteOff, revision: u64, date: Date) -> Vec<Line> {
    let line = |line: &sijill_ledger_core::domain::stock::LineOut| Line {
        revision,
        date,
        item: codes.items.intern(&line.key.item),
        amount: -line.quantity.get(),
        account: Account::CustodyLoss(loss.reason),
    };
    loss.lines.iter().map(line).collect()
}

fn loss_reason(event: &Event) -> Option<LossReason> {
    if let Event::StockWrittenOff(loss) = event {
        Some(loss.reason)
    } else {
        None
    }
}
