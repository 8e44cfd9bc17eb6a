//! What a tender of the story is to be, before anything of it happens: what is bought, who bids how much, and what goes its own way.

use sijill_ledger_core::domain::tender::Procedure;
use sijill_ledger_core::domain::values::{Date, Names, TenderId, Text, ValueError};

use crate::cli::errors::Bilingual;

/// A tender to be.
#[derive(Clone, Debug)]
pub struct Plot {
    /// Its id.
    pub id: TenderId,
    /// Who buys: a place in the list of buyers.
    pub buyer: usize,
    /// Its title.
    pub title: Names,
    /// How suppliers are sought.
    pub procedure: Procedure,
    /// The day from which the need is planned or, without a plan, drafted.
    pub begins: Date,
    /// Days from publication to deadline, at least.
    pub window_days: i32,
    /// What is bought.
    pub lots: Vec<LotPlot>,
    /// A requirement that bids must meet.
    pub required: Option<Names>,
    /// Weight of the price in percent, where quality counts too.
    pub price_weight: Option<u8>,
    /// Who bids, in the order in which the envelopes are sealed.
    pub bids: Vec<BidPlot>,
    /// What goes its own way.
    pub twists: Vec<Twist>,
    /// Whether the ministry's orders of these items follow from it.
    pub ordered: bool,
}

/// A lot: one item.
#[derive(Clone, Copy, Debug)]
pub struct LotPlot {
    /// The listing.
    pub item: usize,
    /// Base units.
    pub units: u64,
    /// What it is expected to cost, in thousandths of the list price.
    pub estimate_permille: u64,
}

/// A bid.
#[derive(Clone, Debug)]
pub struct BidPlot {
    /// The supplier's number, from 1.
    pub supplier: usize,
    /// By lot: price of a base unit in thousandths of the list price; `None` where nothing is offered.
    pub permille: Vec<Option<u64>>,
    /// Points for quality, of 100.
    pub points: u32,
    /// Whether the bidder adds up wrongly.
    pub wrong_total: bool,
    /// Whether it is sealed soon after publication, before any amendment.
    pub early: bool,
}

impl BidPlot {
    /// A bid on one lot.
    pub fn of(supplier: usize, permille: u64) -> Self {
        Self {
            supplier,
            permille: vec![Some(permille)],
            points: 80,
            wrong_total: false,
            early: false,
        }
    }

    /// The same, soon after publication.
    pub fn early(supplier: usize, permille: u64) -> Self {
        Self {
            early: true,
            ..Self::of(supplier, permille)
        }
    }
}

/// Something that is not the usual course; bids are named by their place in the plot.
#[derive(Clone, Debug)]
pub enum Twist {
    /// A supplier asks, and is answered.
    Question {
        /// What is asked.
        asked: Text,
        /// What is answered.
        answered: Text,
    },
    /// The first lot is amended as late as the rules allow. Where the quantity stays, more days are given for delivery.
    Amendment {
        /// Why.
        reason: Text,
        /// The quantity afterwards, in percent.
        percent: u64,
        /// Early bids whose bidders stand by them.
        confirmed: Vec<usize>,
    },
    /// A bid is taken back before the deadline.
    Withdrawn(usize),
    /// A supplier brings an envelope after the deadline.
    Late {
        /// Its number.
        supplier: usize,
    },
    /// A bid does not meet the requirement.
    Unfit {
        /// Which.
        bid: usize,
        /// What is said.
        reason: Text,
    },
    /// A bid is rejected after its price was read.
    Rejected {
        /// Which.
        bid: usize,
        /// What is said.
        reason: Text,
    },
    /// Another than the best wins the first lot.
    Override {
        /// Which bid.
        winner: usize,
        /// How it is justified.
        reason: Text,
    },
    /// A bidder complains about the award of the first lot.
    Complaint {
        /// Which bid is the bidder's.
        by: usize,
        /// Its grounds.
        grounds: Text,
        /// Whether it is upheld: then the winner's bid is rejected, and the lot awarded anew.
        upheld: bool,
    },
    /// The buyer gives it up before the deadline.
    Cancelled {
        /// Why.
        reason: Text,
    },
    /// Nobody judges what was opened.
    Forgotten,
}

/// Arabic and English in one text, as officials write for publication.
pub fn both(arabic: &str, english: &str) -> Result<Text, ValueError> {
    Text::new(&format!("{arabic} / {english}"))
}

/// An irregularity that was planted: in words, with the tenders that show it.
pub struct Planted {
    /// What is wrong.
    pub told: Bilingual,
    /// Where.
    pub tenders: Vec<TenderId>,
}

impl Plot {
    /// Bids that count at the deadline: not taken back, not void after an amendment, not replaced by a later one.
    pub fn counting(&self) -> Vec<usize> {
        let bids = self.bids.iter().enumerate();
        let counts = bids.filter(|(place, bid)| {
            let later = self.bids.iter().skip(place + 1);
            let mut later = later.map(|bid| bid.supplier);
            let taken_back = self.twists.iter().any(|twist| twist.takes_back(*place));
            !taken_back && !self.is_unconfirmed(*place) && !later.any(|it| it == bid.supplier)
        });
        counts.map(|(place, _)| place).collect()
    }

    fn is_unconfirmed(&self, place: usize) -> bool {
        let confirmed = self.confirmed();
        self.bids[place].early && confirmed.is_some_and(|confirmed| !confirmed.contains(&place))
    }

    /// Early bids that were confirmed after the amendment; `None` without one.
    pub fn confirmed(&self) -> Option<&[usize]> {
        self.twists.iter().find_map(|twist| {
            if let Twist::Amendment { confirmed, .. } = twist {
                Some(confirmed.as_slice())
            } else {
                None
            }
        })
    }

    /// Bids rejected because of the requirement, with what is said.
    pub fn unfit(&self) -> impl Iterator<Item = (usize, &Text)> {
        self.twists.iter().filter_map(|twist| {
            if let Twist::Unfit { bid, reason } = twist {
                Some((*bid, reason))
            } else {
                None
            }
        })
    }

    /// Bids rejected after their prices were read, with what is said.
    pub fn rejected(&self) -> impl Iterator<Item = (usize, &Text)> {
        self.twists.iter().filter_map(|twist| {
            if let Twist::Rejected { bid, reason } = twist {
                Some((*bid, reason))
            } else {
                None
            }
        })
    }
}

impl Twist {
    fn takes_back(&self, place: usize) -> bool {
        matches!(self, Self::Withdrawn(bid) if *bid == place)
    }
}
