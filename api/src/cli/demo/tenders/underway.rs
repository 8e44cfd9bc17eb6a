//! Tenders that are on their way when the story ends: one in each stage, and some that citizens see open for bids.

use sijill_ledger_core::domain::tender::Procedure;
use sijill_ledger_core::domain::values::{Date, ValueError};

use super::institutions::Buyer;
use super::plot::{BidPlot, LotPlot, Plot};
use super::usual::{OPEN_DAYS, QUOTATION_DAYS, plain, units_for};
use crate::cli::demo::calendar;

/// The ministry's: days before the end of the story on which each begins, days from publication to deadline, and its listing.
const OPEN: [(i32, i32, usize); 11] = [
    (1, OPEN_DAYS, 3),
    (5, OPEN_DAYS, 6),
    (9, OPEN_DAYS, 9),
    (16, OPEN_DAYS, 12),
    (28, OPEN_DAYS, 15),
    // It closes on the last day, and nothing is opened yet.
    (37, OPEN_DAYS + 2, 17),
    (41, OPEN_DAYS, 20),
    (44, OPEN_DAYS, 22),
    (49, OPEN_DAYS, 25),
    (55, OPEN_DAYS, 28),
    (64, OPEN_DAYS, 31),
];
/// Requests for quotations of the first two directorates.
const QUOTATIONS: [(i32, usize); 4] = [(4, 47), (7, 48), (13, 49), (25, 52)];

/// All of them.
pub fn plots(buyers: &[Buyer]) -> Result<Vec<Plot>, ValueError> {
    let last = calendar::date(calendar::LAST_DAY)?;
    let bids = |item: usize| {
        let offers = [(0, 980), (3, 1_000), (6, 1_020)];
        let bid = |(n, permille)| BidPlot::of((item + n) % 12 + 1, permille);
        offers.map(bid).to_vec()
    };
    let mut plots = Vec::new();
    for (number, (days, window_days, item)) in OPEN.into_iter().enumerate() {
        let id = format!("MOHP-2025-{}", 61 + number);
        let begins = last.plus_days(-days);
        let plot = one(&id, (0, &buyers[0]), begins, item, bids(item))?;
        plots.push(Plot {
            window_days,
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
