//! Who won what from whom: awards that stand, one row per winner of a lot.
//!
//! An award stands from its approval until it falls, or its tender is cancelled or fails. None is final before standstill has ended,
//! and each row says at which stage its tender was at the instant that is asked for.

use sijill_ledger_core::domain::item::Category;
use sijill_ledger_core::domain::tender::{LotLine, Winner};
use sijill_ledger_core::domain::values::{
    Date, EffectiveAt, ItemCode, Money, OrganizationId, Quantity, UnitPrice,
};

use super::record::{Awarded, Lot, LotState, Record};
use super::step::Mark;
use super::{Answer, Stage, Tenders};

/// An award to one winner.
#[derive(Clone, Debug)]
pub struct AwardRow<'a> {
    /// The tender.
    pub record: &'a Record,
    /// Its stage at the instant that is asked for.
    pub stage: Stage,
    /// The lot.
    pub lot: &'a Lot,
    /// The award of the lot.
    pub awarded: &'a Awarded,
    /// The winner and its share.
    pub winner: &'a Winner,
    /// What it won, line by line.
    pub lines: Vec<WonLine<'a>>,
}

/// What was won of a line.
#[derive(Clone, Copy, Debug)]
pub struct WonLine<'a> {
    /// Number of the line in its lot, from 1.
    pub number: u16,
    /// What was asked for.
    pub line: &'a LotLine,
    /// How much was awarded.
    pub quantity: Quantity,
    /// The price of a base unit; arithmetic corrections change totals, never this.
    pub price: UnitPrice,
}

/// Which awards to list; what is not named does not restrict.
#[derive(Clone, Debug, Default)]
pub struct AwardFilter {
    /// Of one buyer.
    pub buyer: Option<OrganizationId>,
    /// To one supplier.
    pub supplier: Option<OrganizationId>,
    /// With a line of this item.
    pub item: Option<ItemCode>,
    /// With a line of this category.
    pub category: Option<Category>,
    /// Approved on this day or later.
    pub from: Option<Date>,
    /// Approved on this day or earlier.
    pub to: Option<Date>,
}

impl AwardRow<'_> {
    /// What this winner's share comes to.
    pub fn value(&self) -> Option<Money> {
        self.winner.value
    }

    /// Whether another than the best by the published criteria won, with a justification: it is flagged.
    pub const fn is_override(&self) -> bool {
        self.awarded.award.departure.is_some()
    }
}

impl Tenders {
    /// Awards that stood at an instant, the latest approved first, then in the order of tender, lot and winner.
    pub fn awards(&self, at: EffectiveAt, filter: &AwardFilter) -> Answer<Vec<AwardRow<'_>>> {
        let mut rows = self.award_rows(at, filter);
        rows.sort_by_key(|row| std::cmp::Reverse(row.awarded.approved.index));
        self.answer(at, rows)
    }

    /// The same in the order of tenders, lots and winners.
    pub(super) fn award_rows(&self, at: EffectiveAt, filter: &AwardFilter) -> Vec<AwardRow<'_>> {
        let mut rows = Vec::new();
        let mut take = |record| {
            let all = rows_of(record, at).into_iter();
            rows.extend(all.filter(|row| self.fits(row, filter)));
        };
        if let Some(supplier) = &filter.supplier {
            self.of_bidder(supplier).for_each(&mut take);
        } else if let Some(buyer) = &filter.buyer {
            self.of_buyer(buyer).for_each(&mut take);
        } else {
            self.records().iter().for_each(&mut take);
        }
        rows
    }

    fn fits(&self, row: &AwardRow<'_>, filter: &AwardFilter) -> bool {
        let day = row.awarded.approved.at.date();
        let category = |item: &ItemCode| self.world.item(item).map(|it| it.profile.category);
        let any = |test: &dyn Fn(&WonLine<'_>) -> bool| row.lines.iter().any(test);
        filter
            .buyer
            .as_ref()
            .is_none_or(|it| row.record.buyer == *it)
            && filter
                .supplier
                .as_ref()
                .is_none_or(|it| row.winner.bidder == *it)
            && filter
                .item
                .as_ref()
                .is_none_or(|it| any(&|won| won.line.item == *it))
            && filter
                .category
                .is_none_or(|it| any(&|won| category(&won.line.item) == Some(it)))
            && filter.from.is_none_or(|from| from <= day)
            && filter.to.is_none_or(|to| day <= to)
    }
}

impl Record {
    /// Awards that stood at an instant: those that fell or ended with their tender later too, and none that was approved later.
    pub fn awards_at(&self, at: EffectiveAt) -> impl Iterator<Item = (&Lot, &Awarded)> {
        let stood = !matches!(self.stage_at(at), Stage::Cancelled | Stage::Failed);
        let lots = self.lots.iter().filter(move |_| stood);
        lots.filter_map(move |lot| Some((lot, self.award_at(lot, at)?)))
    }

    fn award_at<'a>(&'a self, lot: &'a Lot, at: EffectiveAt) -> Option<&'a Awarded> {
        let by_then = |mark: &Mark| mark.at.at() <= at.at();
        if let LotState::Awarded(awarded) = &lot.state
            && by_then(&awarded.approved)
        {
            return Some(awarded);
        }
        let mut fallen = self
            .fallen
            .iter()
            .filter(|it| it.awarded.award.lot == lot.id);
        let later = fallen.find(|it| by_then(&it.awarded.approved) && !by_then(&it.mark));
        later.map(|it| &it.awarded)
    }

    /// The stage in which it stood at an instant; before it was drafted the first.
    pub fn stage_at(&self, at: EffectiveAt) -> Stage {
        let mut stays = self.stays.iter().rev();
        let stood = stays.find(|stay| stay.since.at.at() <= at.at());
        stood.map_or(Stage::Draft, |stay| stay.stage)
    }
}

fn rows_of(record: &Record, at: EffectiveAt) -> Vec<AwardRow<'_>> {
    let (mut rows, stage) = (Vec::new(), record.stage_at(at));
    for (lot, awarded) in record.awards_at(at) {
        for winner in &awarded.award.winners {
            rows.push(AwardRow {
                record,
                stage,
                lot,
                awarded,
                winner,
                lines: won_lines(record, lot, winner),
            });
        }
    }
    rows
}

/// The lines of a winner's share: those that the award names, else all that its opened financial bid offers for the lot.
fn won_lines<'a>(record: &'a Record, lot: &'a Lot, winner: &Winner) -> Vec<WonLine<'a>> {
    let bid = record.bids.get(&winner.bidder);
    let Some(offer) = bid.and_then(|bid| bid.offers.get(&lot.id)) else {
        return Vec::new();
    };
    let share = |number: u16, offered: Quantity| {
        if winner.lines.is_empty() {
            return Some(offered);
        }
        let mut named = winner.lines.iter();
        named.find(|it| it.line == number).map(|it| it.quantity)
    };
    let lines = (1..).zip(&lot.lines);
    let won = lines.filter_map(|(number, line)| {
        let (offered, price) = offer.lines.get(&number)?;
        Some(WonLine {
            number,
            line,
            quantity: share(number, *offered)?,
            price: *price,
        })
    });
    won.collect()
}
