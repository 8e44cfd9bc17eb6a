//! A tender as far as the story has come, and what those who act in it hold: keys, envelopes, revisions that they have read.

use rust_decimal::{Decimal, RoundingStrategy};
use sijill_ledger_core::domain::envelope::{Claim, Vouch};
use sijill_ledger_core::domain::tender::{
    BidContent, Disqualification, EnvelopePart, FinancialBid, LinePrice, LotTotal, TechnicalBid,
};
use sijill_ledger_core::domain::values::{
    Currency, EnvelopeId, LotId, Money, OrganizationId, Quantity, UnitPrice, ValueError, legal,
};
use sijill_ledger_core::seal::{Dealing, Sheet};

use super::plot::{LotPlot, Plot, Twist};
use crate::cli::demo::catalogue::LISTINGS;
use crate::cli::demo::purchase::supplier_id;
use crate::cli::demo::world::quantity;
use crate::cli::errors::Bilingual;

/// A sealed envelope, as its bidder and the committee know it.
pub struct Dealt {
    /// The bid's place in the plot.
    pub bid: usize,
    /// What it holds.
    pub part: EnvelopePart,
    /// Its id.
    pub id: EnvelopeId,
    /// What is public of it.
    pub dealing: Dealing,
}

/// A tender on its way.
pub struct Case {
    /// What it is to be.
    pub plot: Plot,
    /// Revision up to which it was drafted.
    pub drafted: u64,
    /// Revision of the proposal to give it up.
    pub given_up: u64,
    /// By lot, the revision of the last proposal.
    pub proposals: Vec<u64>,
    /// The sheets under which technical and financial envelopes are sealed.
    pub sheets: Option<[Sheet; 2]>,
    /// What was sealed.
    pub dealt: Vec<Dealt>,
    /// Bids that are out, by their place: the committee decided to reject them.
    pub out: Vec<usize>,
    /// Bids to reject by minutes that are signed.
    pub to_reject: Vec<Disqualification>,
    /// How many minutes were signed.
    pub minutes: u32,
    /// What a late bidder was told.
    pub refused: Option<Bilingual>,
}

impl Case {
    /// Before anything happened.
    pub fn new(plot: Plot) -> Self {
        Self {
            drafted: 0,
            given_up: 0,
            proposals: vec![0; plot.lots.len()],
            sheets: None,
            dealt: Vec::new(),
            out: Vec::new(),
            to_reject: Vec::new(),
            minutes: 0,
            refused: None,
            plot,
        }
    }

    /// The currency of the story.
    pub fn pounds() -> Result<Currency, ValueError> {
        Currency::new("EGP")
    }

    /// Id of a lot.
    pub fn lot_id(lot: usize) -> Result<LotId, ValueError> {
        LotId::new(&format!("L{}", lot + 1))
    }

    /// Whose a bid is.
    pub fn bidder(&self, bid: usize) -> Result<OrganizationId, ValueError> {
        supplier_id(self.plot.bids[bid].supplier)
    }

    /// Units of a lot as they stand: amended from its amendment on.
    pub fn units(&self, lot: usize, amended: bool) -> u64 {
        let LotPlot { units, .. } = self.plot.lots[lot];
        let percent = self.plot.twists.iter().find_map(|twist| {
            if let Twist::Amendment { percent, .. } = twist {
                Some(*percent)
            } else {
                None
            }
        });
        match percent.filter(|_| amended && lot == 0) {
            Some(percent) => units * percent / 100,
            None => units,
        }
    }

    /// What one part of a bid says.
    pub fn content(&self, bid: usize, part: EnvelopePart) -> Result<BidContent, ValueError> {
        let plot = &self.plot.bids[bid];
        let offered = (0..self.plot.lots.len()).zip(&plot.permille);
        let offered = offered.filter_map(|(lot, permille)| permille.map(|it| (lot, it)));
        Ok(match part {
            EnvelopePart::Technical => BidContent::Technical(TechnicalBid {
                lots: offered
                    .map(|(lot, _)| Self::lot_id(lot))
                    .collect::<Result<_, _>>()?,
                answers: Vec::new(),
                documents: Vec::new(),
                security: None,
            }),
            EnvelopePart::Financial => {
                let (mut prices, mut totals) = (Vec::new(), Vec::new());
                for (lot, permille) in offered {
                    let units = quantity(self.units(lot, !plot.early))?;
                    let price = unit_price(self.plot.lots[lot].item, permille)?;
                    let total = money(price, units)?;
                    let wrong = Decimal::from(if plot.wrong_total { 1_000 } else { 0 });
                    prices.push(LinePrice {
                        lot: Self::lot_id(lot)?,
                        line: 1,
                        quantity: units,
                        unit_price: price,
                    });
                    totals.push(LotTotal {
                        lot: Self::lot_id(lot)?,
                        total: Money::new(total.amount() + wrong, total.currency())?,
                    });
                }
                BidContent::Financial(FinancialBid { prices, totals })
            }
        })
    }

    /// What the envelope of a bid says of itself, with the bidder's word for its key; withheld until it is listed.
    pub fn claim(
        &self,
        bid: usize,
        part: EnvelopePart,
        vouch: Option<Vouch>,
    ) -> Result<Claim, ValueError> {
        Ok(Claim {
            tender: self.plot.id.clone(),
            bidder: self.bidder(bid)?,
            part,
            vouch,
        })
    }

    /// Bids that stand, best first for a lot, by the published criteria: the lowest price, or merit of price and quality. The
    /// ledger checks it.
    pub fn ranked(&self, lot: usize) -> Vec<usize> {
        let price = |bid: usize| self.plot.bids[bid].permille.get(lot).copied().flatten();
        let standing = self.plot.counting().into_iter();
        let standing = standing.filter(|bid| !self.out.contains(bid));
        let mut offers: Vec<(usize, u64)> = standing
            .filter_map(|bid| Some((bid, price(bid)?)))
            .collect();
        let lowest = offers.iter().map(|(_, price)| *price).min().unwrap_or(0);
        match self.plot.price_weight {
            None => offers.sort_by_key(|(_, price)| *price),
            Some(weight) => offers.sort_by_key(|(bid, price)| {
                let points = Decimal::from(self.plot.bids[*bid].points);
                let share = Decimal::from(lowest) / Decimal::from((*price).max(1));
                let weight = Decimal::from(weight);
                let quality = (Decimal::ONE_HUNDRED - weight) * points / Decimal::ONE_HUNDRED;
                let merit = quality + weight * share;
                std::cmp::Reverse(rounded(merit))
            }),
        }
        offers.into_iter().map(|(bid, _)| bid).collect()
    }
}

fn rounded(merit: Decimal) -> Decimal {
    merit.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero)
}

/// A price of a base unit in thousandths of the list price, to the hundredth of a piastre.
pub fn unit_price(item: usize, permille: u64) -> Result<UnitPrice, ValueError> {
    let listed = LISTINGS[item].price()?;
    let price = listed.amount() * Decimal::from(permille) / Decimal::ONE_THOUSAND;
    UnitPrice::new(price.round_dp(4), listed.currency())
}

/// What so many units cost.
pub fn money(price: UnitPrice, units: Quantity) -> Result<Money, ValueError> {
    let beyond = || {
        ValueError::new(
            "amount",
            units,
            legal("مبلغ دون 10^14", "an amount below 10^14"),
        )
    };
    price.line_total(units).ok_or_else(beyond)
}
