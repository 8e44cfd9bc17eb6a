//! The usual tenders: the ministry's yearly purchases, from which its orders follow, and what the directorates buy.

use sijill_ledger_core::domain::item::Category;
use sijill_ledger_core::domain::tender::Procedure;
use sijill_ledger_core::domain::values::{Date, Names, TenderId, ValueError};

use super::institutions::Buyer;
use super::plot::{BidPlot, LotPlot, Plot, Twist, both};
use crate::cli::demo::calendar;
use crate::cli::demo::catalogue::LISTINGS;
use crate::cli::demo::purchase::usual_supplier;
use crate::cli::demo::registry::SUPPLIERS;
use crate::cli::demo::rng::Rng;

/// The ministry's purchases in two years.
const PURCHASES: usize = 10;
/// Days between their beginnings.
const EVERY_DAYS: usize = 60;
/// Which of five of them is amended.
const AMENDED: usize = 3;
/// Days from publication to deadline of an open tender.
pub const OPEN_DAYS: i32 = 22;
/// The same of a request for quotations.
pub const QUOTATION_DAYS: i32 = 6;
/// Seed of the dice of the directorates' tenders, one die each.
const SEED: u64 = 27_000;

/// All of them.
pub fn plots(buyers: &[Buyer]) -> Result<Vec<Plot>, ValueError> {
    let mut plots = Vec::new();
    // Fewer in a smaller country.
    for number in 0..PURCHASES.min(buyers.len() * 2) {
        plots.push(purchase(number, &buyers[0])?);
    }
    for (place, buyer) in buyers.iter().enumerate().skip(1) {
        let mut rng = Rng::new(SEED + u64::try_from(place).unwrap_or(0));
        plots.push(open(place, buyer, &mut rng)?);
        plots.push(quotation(place, buyer, &mut rng)?);
    }
    Ok(plots)
}

/// The day so many days into the story.
pub fn day(days: usize) -> Result<Date, ValueError> {
    let first = calendar::date(calendar::FIRST_DAY)?;
    Ok(first.plus_days(i32::try_from(days).unwrap_or(i32::MAX)))
}

/// What a buyer's tender for an item is called.
pub fn title(buyer: &Buyer, item: usize) -> Result<Names, ValueError> {
    let goods = LISTINGS[item].profile()?.names;
    Names::new(
        &format!("توريد {}، {}", goods.ar, buyer.names.ar),
        &format!("Supply of {}, {}", goods.en, buyer.names.en),
    )
}

/// An open tender of one lot, with what is usual.
pub fn plain(
    id: &str,
    (place, buyer): (usize, &Buyer),
    begins: Date,
    lot: LotPlot,
    bids: Vec<BidPlot>,
) -> Result<Plot, ValueError> {
    Ok(Plot {
        id: TenderId::new(id)?,
        buyer: place,
        title: title(buyer, lot.item)?,
        procedure: Procedure::Open,
        begins,
        window_days: OPEN_DAYS,
        lots: vec![lot],
        required: None,
        price_weight: None,
        bids,
        twists: Vec::new(),
        ordered: false,
    })
}

/// Units of an item that cost about so many pounds, in packs where there are any.
pub fn units_for(item: usize, pounds: u64) -> u64 {
    let one = LISTINGS[item].pounds(100).max(1);
    let units = pounds * 100 / one;
    if units > 1_000 {
        units / 100 * 100
    } else {
        units.max(1)
    }
}

/// Two medicines; who delivers them under the ministry's orders wins at the list price.
fn purchase(number: usize, ministry: &Buyer) -> Result<Plot, ValueError> {
    let medicines =
        (0..LISTINGS.len()).filter(|item| LISTINGS[*item].category == Category::Medicine);
    let medicines: Vec<usize> = medicines.collect();
    let item = |nth: usize| medicines[(number * 4 + nth) % medicines.len()];
    let lots = [item(0), item(1)].map(|item| LotPlot {
        item,
        units: units_for(
            item,
            6_000_000 + 2_000_000 * u64::try_from(number).unwrap_or(0),
        ),
        estimate_permille: 1_060,
    });
    let bid = |supplier: usize, first: Option<u64>, second: Option<u64>| BidPlot {
        permille: vec![first, second],
        ..BidPlot::of(supplier, 0)
    };
    let [first, second] = lots.map(|lot| usual_supplier(lot.item));
    let other = (first + 4) % 12 + 1;
    let mut bids = vec![
        bid(first, Some(1_000), (first != second).then_some(1_045)),
        bid(other, Some(1_030), Some(1_055)),
    ];
    if first == second {
        bids[0].permille[1] = Some(1_000);
    } else {
        bids.push(bid(second, None, Some(1_000)));
    }
    bids[1].wrong_total = number % 3 == 1;
    bids[0].early = number % 5 == AMENDED;
    let year = if number * EVERY_DAYS < 330 {
        2024
    } else {
        2025
    };
    let id = format!("MOHP-{year}-{:02}", number + 1);
    let begins = day(14 + number * EVERY_DAYS)?;
    let twists = twists(number)?;
    Ok(Plot {
        lots: lots.to_vec(),
        price_weight: (number % 4 == 2).then_some(70),
        twists,
        ordered: true,
        ..plain(&id, (0, ministry), begins, lots[0], bids)?
    })
}

/// A question here, more time for delivery there, a complaint that is declined.
fn twists(number: usize) -> Result<Vec<Twist>, ValueError> {
    let mut twists = Vec::new();
    if number.is_multiple_of(3) {
        twists.push(Twist::Question {
            asked: both(
                "هل يُقبل التوريد على دفعات؟",
                "may it be delivered in parts?",
            )?,
            answered: both("نعم، على دفعتين", "yes, in two parts")?,
        });
    }
    if number % 5 == AMENDED {
        twists.push(Twist::Amendment {
            reason: both("مدّ مدة التوريد", "more time for delivery")?,
            percent: 100,
            confirmed: vec![0],
        });
    }
    if number % 5 == 4 {
        twists.push(Twist::Complaint {
            by: 1,
            grounds: both(
                "سعرنا أنسب على المدى البعيد",
                "our price is better in the long run",
            )?,
            upheld: false,
        });
    }
    Ok(twists)
}

/// What a directorate buys: supplies and stationery.
fn goods(rng: &mut Rng) -> usize {
    let usual = |item: &usize| {
        matches!(
            LISTINGS[*item].category,
            Category::Supply | Category::Stationery
        )
    };
    let items: Vec<usize> = (0..LISTINGS.len()).filter(usual).collect();
    let last = u64::try_from(items.len()).unwrap_or(1).saturating_sub(1);
    items[usize::try_from(rng.between(0, last)).unwrap_or(0)]
}

/// Different suppliers at different prices.
fn bids(count: usize, rng: &mut Rng) -> Vec<BidPlot> {
    let first = usize::try_from(rng.between(0, 19)).unwrap_or(0);
    let bid = |n: usize| {
        let step = u64::try_from(n).unwrap_or(0) * 37;
        let permille = 950 + (rng.between(0, 9) + step) % 130;
        BidPlot::of((first + n * 7) % SUPPLIERS + 1, permille)
    };
    (0..count).map(bid).collect()
}

fn open(place: usize, buyer: &Buyer, rng: &mut Rng) -> Result<Plot, ValueError> {
    let item = goods(rng);
    let pounds = rng.between(400, 2_500) * 1_000;
    let lot = LotPlot {
        item,
        units: units_for(item, pounds),
        estimate_permille: 1_040,
    };
    let bids = bids(if place.is_multiple_of(4) { 4 } else { 3 }, rng);
    let begins = day(40 + place * 61 % 640)?;
    let mut plot = plain(
        &format!("{}-OPEN-1", buyer.id),
        (place, buyer),
        begins,
        lot,
        bids,
    )?;
    if place % 5 == 2 {
        plot.twists.push(Twist::Withdrawn(0));
    }
    if place % 6 == 3 {
        plot.required = Some(Names::new(
            "شهادة مطابقة للمواصفة",
            "A certificate of conformity",
        )?);
        plot.twists.push(Twist::Unfit {
            bid: 1,
            reason: both("بلا شهادة مطابقة", "there is no certificate")?,
        });
    }
    Ok(plot)
}

fn quotation(place: usize, buyer: &Buyer, rng: &mut Rng) -> Result<Plot, ValueError> {
    let item = goods(rng);
    let pounds = rng.between(60, 210) * 1_000;
    let lot = LotPlot {
        item,
        units: units_for(item, pounds),
        estimate_permille: 1_040,
    };
    let begins = day(30 + place * 97 % 660)?;
    let bids = bids(3, rng);
    Ok(Plot {
        procedure: Procedure::Quotation,
        window_days: QUOTATION_DAYS,
        ..plain(
            &format!("{}-RFQ-1", buyer.id),
            (place, buyer),
            begins,
            lot,
            bids,
        )?
    })
}
