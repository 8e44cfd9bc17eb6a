//! How evenly an item is shared out: population-weighted Gini coefficients over facilities.
//!
//! For facilities with populations pᵢ and amounts aᵢ (issued in a period, or population × months of stock), sorted by aᵢ/pᵢ, with
//! P = Σpᵢ, Sᵢ = a₁ + … + aᵢ and S their sum,
//!
//! G = 1 − Σ pᵢ·(Sᵢ + Sᵢ₋₁) ÷ (P·S),
//!
//! which is half the mean difference between two people over the mean, Σᵢⱼ wᵢ·wⱼ·|xᵢ − xⱼ| ÷ 2μ with wᵢ = pᵢ/P and xᵢ = aᵢ/pᵢ: 0 when everyone
//! has the same, towards 1 when few have all. It is not defined for fewer than two facilities, for nobody, or for nothing to share.
//! Sums and products are exact decimals, and the one quotient is rounded once.
//!
//! Facilities count that are open, handle the item, report, and have a population on file; the others are counted apart.
//! Months of stock exist only where there is consumption. Populations are taken as registered: where a hospital's catchment
//! holds those of its clinics, the same people weigh twice.

use rust_decimal::Decimal;
use serde::Serialize;
use sijill_ledger_core::domain::facility::Kind;
use sijill_ledger_core::domain::stock::Flow;
use sijill_ledger_core::domain::values::{EffectiveAt, FacilityId, ItemCode, Place};

use super::{Answer, Period};
use crate::registry::Views;
use crate::shortage::amc::quotient;
use crate::shortage::query::{Filter, Row};

/// How evenly an item is shared out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Equity {
    /// The item.
    pub item: ItemCode,
    /// The months of the issues.
    pub period: Period,
    /// Gini coefficient of issues per head; `None` when it is not defined.
    pub issues: Option<Decimal>,
    /// Gini coefficient of months of stock; `None` when it is not defined.
    pub months_of_stock: Option<Decimal>,
    /// People served by the facilities that count.
    pub population: Decimal,
    /// Issued by them in the period, in base units, less what came back.
    pub issued: Decimal,
    /// Facilities that handle the item and do not report.
    pub not_reporting: u32,
    /// Facilities that report and have no population on file.
    pub without_population: u32,
    /// The facilities that count, by issues per head, the fewest first.
    pub facilities: Vec<EquityRow>,
}

/// One facility that counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EquityRow {
    /// The facility.
    pub facility: FacilityId,
    /// Its governorate.
    pub governorate: Option<Place>,
    /// People it serves, above zero.
    pub population: u32,
    /// Issued in the period, in base units, less what came back, at least zero.
    pub issued: Decimal,
    /// Issued per head.
    pub issued_per_head: Option<Decimal>,
    /// Months of stock at the instant; `None` without consumption.
    pub months_of_stock: Option<Decimal>,
}

/// How evenly an item is shared out among the facilities that a filter lets through; its item is the one asked about.
pub fn equity(
    views: &Views,
    at: EffectiveAt,
    item: &ItemCode,
    filter: &Filter,
    period: Period,
) -> Answer<Equity> {
    let filter = Filter {
        item: Some(item.clone()),
        ..filter.clone()
    };
    let (mut not_reporting, mut without_population) = (0, 0);
    let mut facilities = Vec::new();
    for row in views.shortage.stock(at, &filter).value {
        // Stores that supply others hand nothing out, and their people are those of the facilities below them.
        let kind = row.facility_profile.as_ref().map(|profile| profile.kind);
        let supplies_others = matches!(kind, Some(Kind::CentralStore | Kind::Warehouse));
        if !row.open || !row.handled || supplies_others {
            continue;
        }
        let population = row.facility_profile.as_ref().and_then(|p| p.population);
        match population.filter(|people| *people > 0) {
            _ if !row.reporting => not_reporting += 1,
            None => without_population += 1,
            Some(population) => facilities.push(of_facility(views, row, population, period)),
        }
    }
    facilities.sort_by(|a, b| {
        let less = compare(&a.share(a.issued), &b.share(b.issued));
        less.then_with(|| a.facility.cmp(&b.facility))
    });
    let issues: Vec<Share> = facilities.iter().map(|row| row.share(row.issued)).collect();
    let stocks: Vec<Share> = facilities
        .iter()
        .filter_map(|row| {
            let people = Decimal::from(row.population);
            Some(row.share(people.checked_mul(row.months_of_stock?)?))
        })
        .collect();
    let sum = |of: fn(&Share) -> Decimal| {
        issues
            .iter()
            .map(of)
            .fold(Decimal::ZERO, Decimal::saturating_add)
    };
    let value = Equity {
        item: item.clone(),
        period,
        issues: gini(&issues),
        months_of_stock: gini(&stocks),
        population: sum(|share| share.population),
        issued: sum(|share| share.amount),
        not_reporting,
        without_population,
        facilities,
    };
    views.distribution.answer(at, value)
}

/// A group of people and what they have together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// People, above zero.
    pub population: Decimal,
    /// What they have, at least zero.
    pub amount: Decimal,
}

/// The population-weighted Gini coefficient; `None` when it is not defined.
///
/// ```
/// use rust_decimal::Decimal;
/// use sijill_projections::distribution::equity::{Share, gini};
/// let share = |population: u32, amount: u32| Share { population: population.into(), amount: amount.into() };
/// // 100 people have 300, 300 people have 100. Sorted by amount per head: S = 100, 400;
/// // 1 − (300·(100 + 0) + 100·(400 + 100)) ÷ (400·400) = 1 − 80,000 ÷ 160,000 = 0.5.
/// assert_eq!(gini(&[share(100, 300), share(300, 100)]), Some(Decimal::new(5, 1)));
/// // The same for everyone, in facilities of any size.
/// assert_eq!(gini(&[share(10, 20), share(1_000, 2_000)]), Some(0.into()));
/// // One of four equal facilities has everything: 1 − 1/4.
/// let one = [share(5, 8), share(5, 0), share(5, 0), share(5, 0)];
/// assert_eq!(gini(&one), Some(Decimal::new(75, 2)));
/// // Nothing to share, or nobody to share with.
/// assert_eq!((gini(&[share(5, 0), share(5, 0)]), gini(&[share(5, 8)])), (None, None));
/// ```
pub fn gini(shares: &[Share]) -> Option<Decimal> {
    if shares.len() < 2 {
        return None;
    }
    let mut sorted = shares.to_vec();
    sorted.sort_by(compare);
    let (mut people, mut amount, mut doubled) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    for share in sorted {
        let before = amount;
        people = people.checked_add(share.population)?;
        amount = amount.checked_add(share.amount)?;
        let strip = share.population.checked_mul(before.checked_add(amount)?)?;
        doubled = doubled.checked_add(strip)?;
    }
    let whole = people.checked_mul(amount)?;
    if whole <= Decimal::ZERO {
        return None;
    }
    quotient(whole.checked_sub(doubled)?, whole)
}

/// By amount per head, without dividing.
fn compare(a: &Share, b: &Share) -> std::cmp::Ordering {
    let (left, right) = (
        a.amount.saturating_mul(b.population),
        b.amount.saturating_mul(a.population),
    );
    left.cmp(&right)
}

fn of_facility(views: &Views, row: Row, population: u32, period: Period) -> EquityRow {
    let flows = views
        .distribution
        .flows_of(&row.facility, &row.item, period);
    let net = -flows
        .of(Flow::Issued)
        .saturating_add(flows.of(Flow::Returned));
    let issued = net.max(Decimal::ZERO);
    EquityRow {
        facility: row.facility,
        governorate: row.facility_profile.and_then(|profile| profile.governorate),
        population,
        issued,
        issued_per_head: quotient(issued, population.into()),
        months_of_stock: row.months_of_stock,
    }
}

impl EquityRow {
    fn share(&self, amount: Decimal) -> Share {
        Share {
            population: self.population.into(),
            amount,
        }
    }
}
