//! Two years of tenders through the real ledger: plans, drafts, keys of committees, sealed envelopes, openings by shares, awards,
//! complaints.
//!
//! | file | what |
//! |---|---|
//! | `institutions` | who buys, judges, reviews |
//! | `plot`, `usual`, `planted`, `underway` | what tenders there are to be; what is wrong with some; which are open at the end |
//! | `schedule` | what is done about each, and when |
//! | `case` | a tender as far as it has come |
//! | `drafting`, `bidding`, `judging`, `awarding` | what is asked of the ledger |
//! | `desk`, `secrets` | how it is asked; keys and salts |
//! | `summary` | what is told in the end |
//!
//! The tenders have their own dice: what is bought by orders, used and counted does not depend on them.

mod awarding;
mod bidding;
mod case;
mod desk;
mod drafting;
pub mod institutions;
mod judging;
mod planted;
pub mod plot;
mod schedule;
pub mod secrets;
pub mod summary;
mod underway;
mod usual;

use std::collections::BTreeMap;

use sijill_ledger_core::domain::ruleset::Rules;
use sijill_ledger_core::domain::tender::EnvelopePart;
use sijill_ledger_core::domain::values::{Calendar, ContractId, Date, EffectiveAt, ValueError};
use sijill_ledger_core::ledger::Ledger;
use sijill_ledger_core::store::embedded::EmbeddedStore;

use super::catalogue::LISTINGS;
use super::seed::impossible;
use super::world::World;
use crate::cli::errors::{Bilingual, Failure};
use case::Case;
use desk::{Desk, Note};
use institutions::Buyer;
use plot::{Planted, Plot};
use schedule::Act;

/// The example ruleset of the country.
const RULES: &str = include_str!("../../../../../schemas/examples/rulesets/egypt.json");

/// The rules that the story is played by.
pub fn rules() -> Result<Rules, Failure> {
    serde_json::from_str(RULES).map_err(|error| Failure::Refused {
        code: "DEMO",
        text: Bilingual::new(
            format!("القواعد المثال غير مقروءة: {error}"),
            format!("the example ruleset cannot be read: {error}"),
        ),
    })
}

/// All tenders of the story.
pub struct Tenders {
    /// Who buys.
    pub buyers: Vec<Buyer>,
    cases: Vec<Case>,
    agenda: BTreeMap<Date, Vec<(usize, Act)>>,
    planted: Vec<Planted>,
}

impl Tenders {
    /// What is to happen in this country.
    pub fn new(world: &World, calendar: &Calendar) -> Result<Self, ValueError> {
        let buyers = institutions::buyers(world)?;
        let (mut plots, planted) = planted::plots(&buyers)?;
        plots.extend(usual::plots(&buyers)?);
        plots.extend(underway::plots(&buyers)?);
        let mut agenda: BTreeMap<Date, Vec<(usize, Act)>> = BTreeMap::new();
        for (place, plot) in plots.iter().enumerate() {
            for (day, act) in schedule::acts(plot, calendar) {
                agenda.entry(day).or_default().push((place, act));
            }
        }
        Ok(Self {
            buyers,
            cases: plots.into_iter().map(Case::new).collect(),
            agenda,
            planted,
        })
    }

    /// Whether something is done about a tender on a day.
    pub fn sits_on(&self, day: Date) -> bool {
        self.agenda.contains_key(&day)
    }

    /// All that is done on a day, and waits until it is on the disk.
    pub async fn day(
        &mut self,
        ledger: &Ledger<EmbeddedStore>,
        at: EffectiveAt,
        world: &mut World,
    ) -> Result<(), Failure> {
        let mut desk = Desk::new(ledger, at);
        for (place, act) in self.agenda.remove(&at.date()).unwrap_or_default() {
            let Some(case) = self.cases.get_mut(place) else {
                continue;
            };
            let buyer = &self.buyers[case.plot.buyer];
            let is_complete = act == Act::Complete;
            do_act(place, act, case, buyer, &mut desk).await?;
            if is_complete {
                order_from(case, world).map_err(impossible)?;
            }
        }
        for (place, note, done) in desk.settle().await? {
            let Some(case) = self.cases.get_mut(place) else {
                continue;
            };
            match note {
                Note::No => {}
                Note::Drafted => case.drafted = done.revision,
                Note::GivenUp => case.given_up = done.revision,
                Note::Proposed(lot) => case.proposals[lot] = done.revision,
            }
        }
        Ok(())
    }
}

async fn do_act(
    at: usize,
    act: Act,
    case: &mut Case,
    buyer: &Buyer,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    match act {
        Act::Plan => drafting::plan(at, case, buyer, desk).await,
        Act::ApprovePlan => drafting::approve_plan(at, case, buyer, desk).await,
        Act::Draft => drafting::draft(at, case, buyer, desk).await,
        Act::Publish { closes } => drafting::publish(at, case, buyer, closes, desk).await,
        Act::Ask => drafting::question(at, case, buyer, false, desk).await,
        Act::Answer => drafting::question(at, case, buyer, true, desk).await,
        Act::Amend { closes } => drafting::amend(at, case, buyer, closes, desk).await,
        Act::Cancel => drafting::cancel(at, case, buyer, desk).await,
        Act::ApproveCancel => drafting::approve_cancellation(at, case, buyer, desk).await,
        Act::Seal(bid) => bidding::seal(at, case, bid, desk).await,
        Act::Confirm(bid) => bidding::confirm(at, case, bid, desk).await,
        Act::Withdraw(bid) => bidding::withdraw(at, case, bid, desk).await,
        Act::SealLate { supplier } => bidding::seal_late(case, supplier, desk).await,
        Act::OpenTechnical => judging::open(at, case, buyer, EnvelopePart::Technical, desk).await,
        Act::JudgeTechnical => judging::judge_technically(at, case, buyer, desk).await,
        Act::AcceptTechnical => judging::accept_technically(at, case, buyer, desk).await,
        Act::OpenFinancial => judging::open(at, case, buyer, EnvelopePart::Financial, desk).await,
        Act::JudgePrices => judging::judge_prices(at, case, buyer, desk).await,
        Act::JudgeAgain => judging::judge_again(at, case, buyer, desk),
        Act::Propose => awarding::propose(at, case, buyer, desk).await,
        Act::Award => awarding::award(at, case, buyer, desk).await,
        Act::Complain => awarding::complaint(at, case, false, desk).await,
        Act::Decide => awarding::complaint(at, case, true, desk).await,
        Act::Fail => awarding::fail(at, case, buyer, desk).await,
        Act::Complete => awarding::complete(at, case, buyer, desk).await,
    }
}

/// From now on the ministry orders what it awarded under a contract that names the tender and the lot.
fn order_from(case: &Case, world: &mut World) -> Result<(), ValueError> {
    let Plot { id, lots, .. } = &case.plot;
    if !case.plot.ordered {
        return Ok(());
    }
    for (lot, plot) in lots.iter().enumerate() {
        let usual = super::purchase::usual_supplier(plot.item);
        let winner = case.winner(lot).map(|bid| case.plot.bids[bid].supplier);
        if winner == Some(usual) && plot.item < LISTINGS.len() {
            let contract = ContractId::new(&format!("{id}-{}", Case::lot_id(lot)?))?;
            world.contracts.insert(plot.item, contract);
        }
    }
    Ok(())
}
