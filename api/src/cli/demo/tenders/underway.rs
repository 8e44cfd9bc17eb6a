//! Tenders that are on their way when the story ends: one in each stage, and some on which citizens see bidding open for a year.

use sijill_ledger_core::domain::tender::Procedure;
use sijill_ledger_core::domain::values::{Date, ValueError};

use super::institutions::Buyer;
use super::plot::{BidPlot, LotPlot, Plot};
use super::usual::{QUOTATION_DAYS, plain, units_for};
use crate::cli::demo::calendar;

/// The ministry's: days before the end of the story on which each begins, and its first listing.
const OPEN: [(i32, usize); 11] = [
    (1, 3),
    (5, 6),
    (9, 9),
    (16, 12),
    (28, 15),
    (37, 17),
    (41, 20),
    (44, 22),
    (49, 25),
    (55, 28),
    (64, 31),
];
/// Requests for quotations of the first two directorates.
const QUOTATIONS: [(i32, usize); 4] = [(4, 47), (7, 48), (13, 49), (25, 52)];
/// Tenders with a deadline nearly a year ahead, the longest that the rules allow.
const YEAR: [(i32, usize); 3] = [(17, 33), (16, 34), (15, 37)];
const YEAR_DAYS: i32 = 350;

/// All of them.
pub fn plots(buyers: &[Buyer]) -> Result<Vec<Plot>, ValueError> {
    let last = calendar::date(calendar::LAST_DAY)?;
    let bids = |item: usize| {
        let bid = |n: usize| BidPlot::of((item + n * 3) % 12 + 1, 980 + 20 * (n as u64));
        (0..3).map(bid).collect::<Vec<_>>()
    };
    let mut plots = Vec::new();
    for (number, (days, item)) in OPEN.into_iter().enumerate() {
        let id = format!("MOHP-2025-{}", 61 + number);
        plots.push(one(
            &id,
            (0, &buyers[0]),
            last.plus_days(-days),
            item,
            bids(item),
        )?);
    }
    for (number, (days, item)) in YEAR.into_iter().enumerate() {
        let id = format!("MOHP-2026-0{}", 1 + number);
        let plot = one(
            &id,
            (0, &buyers[0]),
            last.plus_days(-days),
            item,
            Vec::new(),
        )?;
        plots.push(Plot {
            window_days: YEAR_DAYS,
            ..plot
        });
    }
    for (number, (days, item)) in QUOTATIONS.into_iter().enumerate() {
        let place = 1 + number % 2;
        let buyer = &buyers[place];
        let id = format!("{}-RFQ-{}", buyer.id, 20 + number);
        let plot = one(&id, (place, buyer), last.plus_days(-days), item, bids(item))?;
        let item = plot.lots[0].item;
        plots.push(Plot {
            procedure: Procedure::Quotation,
            window_days: QUOTATION_DAYS,
            lots: vec![lot(item, 150_000)],
            ..plot
        });
    }
    Ok(plots)
}

fn one(
    id: &str,
    buyer: (usize, &Buyer),
    begins: Date,
    item: usize,
    bids: Vec<BidPlot>,
) -> Result<Plot, ValueError> {
    plain(id, buyer, begins, lot(item, 9_000_000), bids)
}

fn lot(item: usize, pounds: u64) -> LotPlot {
    LotPlot {
        item,
        units: units_for(item, pounds),
        estimate_permille: 1_050,
    }
}
