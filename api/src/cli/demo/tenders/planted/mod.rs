//! Tenders in which something is wrong, on purpose. Each is lawful as far as the rules of the ledger go, or they would have refused
//! it: what is wrong shows to whoever looks.
//!
//! | What | Tenders |
//! |---|---|
//! | a single bid for a tailored specification | EG-GZ-HD-OPEN-2 |
//! | three bids at one price | MOHP-2024-51 |
//! | two suppliers who take turns | EG-C-HD-RFQ-2 to 7 |
//! | a purchase split under the ceiling of quotations | EG-GZ-HD-RFQ-2 to 5 |
//! | an amendment in the last days, after which three cheaper bids lapse | MOHP-2024-52 |
//! | a unit price far above the national median | EG-GZ-HD-RFQ-6, beside EG-C-HD-RFQ-8 and 9 |
//! | the lowest bid rejected after its price was read | EG-C-HD-OPEN-2 |
//! | a late envelope, refused | EG-GZ-HD-OPEN-3 |
//! | an upheld complaint, and the award made anew | EG-C-HD-OPEN-3 |
//! | a tender that nobody judges | EG-GZ-HD-OPEN-4 |
//! | an award to another than the best | MOHP-2025-51 |
//!
//! MOHP-2025-52 is cancelled and EG-C-HD-OPEN-4 fails, and nothing is wrong with either.

mod judgements;
mod offers;

use sijill_ledger_core::domain::tender::Procedure;
use sijill_ledger_core::domain::values::{Date, ValueError, legal};

use super::institutions::Buyer;
use super::plot::{BidPlot, LotPlot, Planted, Plot, Twist, both};
use super::usual::{QUOTATION_DAYS, plain, units_for};
use crate::cli::demo::catalogue::index_of;
use crate::cli::errors::Bilingual;

/// Places of the buyers: the ministry, and the directorates of the first two governorates.
const MINISTRY: usize = 0;
const CAIRO: usize = 1;
const GIZA: usize = 2;

/// The tenders, and what they show.
pub fn plots(buyers: &[Buyer]) -> Result<(Vec<Plot>, Vec<Planted>), ValueError> {
    let mut told = Told {
        buyers,
        plots: Vec::new(),
        planted: Vec::new(),
    };
    told.tailored()?;
    told.identical()?;
    told.rotation()?;
    told.split()?;
    told.amended()?;
    told.lowest_out()?;
    told.late()?;
    told.upheld()?;
    told.forgotten()?;
    told.dear()?;
    told.departure()?;
    told.cancelled_and_failed()?;
    Ok((told.plots, told.planted))
}

struct Told<'a> {
    buyers: &'a [Buyer],
    plots: Vec<Plot>,
    planted: Vec<Planted>,
}

/// Where, when and what a plot buys.
struct Purchase {
    id: &'static str,
    buyer: usize,
    begins: &'static str,
    code: &'static str,
    pounds: u64,
    estimate_permille: u64,
}

impl Told<'_> {
    fn plain(&self, it: &Purchase, bids: Vec<BidPlot>) -> Result<Plot, ValueError> {
        let item = index_of(it.code).ok_or_else(|| {
            ValueError::new("item", it.code, legal("صنف من الدليل", "in the catalogue"))
        })?;
        let lot = LotPlot {
            item,
            units: units_for(item, it.pounds),
            estimate_permille: it.estimate_permille,
        };
        let begins = Date::parse(it.begins)?;
        plain(it.id, (it.buyer, &self.buyers[it.buyer]), begins, lot, bids)
    }

    fn quotation(&self, it: &Purchase, bids: Vec<BidPlot>) -> Result<Plot, ValueError> {
        Ok(Plot {
            procedure: Procedure::Quotation,
            window_days: QUOTATION_DAYS,
            ..self.plain(it, bids)?
        })
    }

    /// Keeps the tenders of one irregularity, and what they show.
    fn tell(&mut self, plots: Vec<Plot>, ar: &str, en: &str) {
        let tenders = plots.iter().map(|plot| plot.id.clone()).collect();
        let told = Bilingual::new(ar, en);
        self.planted.push(Planted { told, tenders });
        self.plots.extend(plots);
    }

    /// Nothing is wrong with them: they end without an award.
    fn cancelled_and_failed(&mut self) -> Result<(), ValueError> {
        let it = Purchase {
            id: "MOHP-2025-52",
            buyer: MINISTRY,
            begins: "2025-06-15",
            code: "DU-DESKTOP",
            pounds: 40_000_000,
            estimate_permille: 1_050,
        };
        let mut cancelled = self.plain(&it, vec![BidPlot::early(3, 1_000)])?;
        cancelled.twists.push(Twist::Cancelled {
            reason: both("خُفضت المخصصات", "the budget was cut")?,
        });
        let it = Purchase {
            id: "EG-C-HD-OPEN-4",
            buyer: CAIRO,
            begins: "2024-06-23",
            code: "J06AA03-AMP",
            pounds: 1_900_000,
            estimate_permille: 700,
        };
        let failed = self.plain(&it, Vec::new())?;
        self.plots.extend([cancelled, failed]);
        Ok(())
    }
}
