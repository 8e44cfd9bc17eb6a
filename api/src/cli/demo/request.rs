//! Requisitions: each site asks the one above it once a month, a few days before it is supplied.

use std::collections::BTreeMap;

use sijill_ledger_core::domain::requisition::{
    ApprovedLine, Command, Kind, Requisition, RequisitionLine, Submission,
};
use sijill_ledger_core::domain::values::{Date, DocumentNumber, RequisitionId, Text, ValueError};

use super::anomalies::Anomalies;
use super::calendar::day_of_month;
use super::catalogue::LISTINGS;
use super::world::{Ask, Post, Today, quantity};

/// Days between asking and being supplied.
const AHEAD_DAYS: i32 = 4;
/// Most that a store's own approver may approve, in pounds; above it the ministry's director approves as well.
pub const STORE_LIMIT_POUNDS: u64 = 3_000_000;

/// A requisition on its way.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Its number.
    pub number: u64,
    /// Who asks.
    pub site: usize,
    /// Who supplies.
    pub parent: usize,
    /// What is asked for: item, base units.
    pub lines: Vec<Want>,
}

/// A line of a requisition.
#[derive(Clone, Copy, Debug)]
pub struct Want {
    /// The listing.
    pub item: usize,
    /// Base units asked for.
    pub asked: u64,
    /// Base units that may be sent.
    pub approved: u64,
}

/// What is to be done about a requisition on a day.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// The supplying store's approver approves it.
    Approve,
    /// The ministry's director approves it, too.
    ApproveAbove,
    /// The store says what it cannot supply.
    Unmet,
}

/// Requisitions by the day of supply.
pub type Wishes = BTreeMap<Date, Vec<Wanted>>;

impl Today<'_> {
    /// Sites ask for what they need until the next supply.
    pub fn requests(&mut self, anomalies: &Anomalies, is_first: bool) -> Result<(), ValueError> {
        // Those who are supplied in the first days ask on the first.
        let soonest = if is_first { 2 } else { AHEAD_DAYS };
        for site in 1..self.world.sites.len() {
            let Some(parent) = self.world.sites[site].parent else {
                continue;
            };
            let spread = if parent == 0 {
                site % 9 + 12
            } else {
                site % 11 + 1
            };
            for ahead in soonest..=AHEAD_DAYS {
                let supply = self.day.plus_days(ahead);
                let silent = site == anomalies.silent_clinic && supply >= anomalies.silent_from;
                if usize::try_from(day_of_month(supply)).unwrap_or(0) == spread && !silent {
                    self.request(parent, site, supply, anomalies)?;
                }
            }
        }
        Ok(())
    }

    fn request(
        &mut self,
        parent: usize,
        site: usize,
        supply: Date,
        anomalies: &Anomalies,
    ) -> Result<(), ValueError> {
        let lines = self.wants(parent, site, supply, anomalies);
        if lines.is_empty() {
            return Ok(());
        }
        let number = self.world.next_number();
        let mut asked = Vec::with_capacity(lines.len());
        for want in &lines {
            asked.push(RequisitionLine {
                item: self.world.items[want.item].clone(),
                on_hand: quantity(self.world.shelf(site, want.item).on_hand())?,
                requested: quantity(want.asked)?,
            });
        }
        let id = &self.world.sites[site].id;
        let submission = Submission {
            number: DocumentNumber::new(&format!("{id}/REQ/{number}"))?,
            from: id.clone(),
            supplier: self.world.sites[parent].id.clone(),
            kind: Kind::Regular(supply.month()),
            lines: asked,
        };
        self.demand(
            number,
            site,
            Post::Keeper,
            8 * 60,
            Command::Submit(submission),
        )?;
        let pounds: u64 = lines
            .iter()
            .map(|want| LISTINGS[want.item].pounds(want.approved))
            .sum();
        self.remind(1, number, Step::Approve);
        if pounds > STORE_LIMIT_POUNDS {
            self.remind(2, number, Step::ApproveAbove);
        }
        let wanted = Wanted {
            number,
            site,
            parent,
            lines,
        };
        self.world.asked.insert(number, wanted.clone());
        self.world.wishes.entry(supply).or_default().push(wanted);
        Ok(())
    }

    fn wants(
        &mut self,
        parent: usize,
        site: usize,
        supply: Date,
        anomalies: &Anomalies,
    ) -> Vec<Want> {
        let kind = self.world.sites[site].profile.kind;
        let months = if parent == 0 { 3 } else { 2 };
        let mut lines = Vec::new();
        for (item, listing) in LISTINGS.iter().enumerate() {
            let monthly = self.world.monthly(site, item, supply.month().plus(1));
            let forgotten = self.world.rng.permille(12);
            if !listing.is_held_by(kind) || monthly == 0 || forgotten {
                continue;
            }
            let held = self.world.shelf(site, item).on_hand();
            let misdirected = anomalies.misdirection(site, item, supply);
            let asked = (monthly * months * misdirected.max(1)).saturating_sub(held);
            if asked * 4 < monthly || asked == 0 {
                continue;
            }
            let approved = if misdirected == 0 { 0 } else { asked };
            lines.push(Want {
                item,
                asked,
                approved,
            });
        }
        lines
    }

    fn remind(&mut self, days: i32, number: u64, step: Step) {
        let day = self.day.plus_days(days);
        self.world
            .reminders
            .entry(day)
            .or_default()
            .push((number, step));
    }

    /// What was planned about requisitions for today.
    pub fn approvals_of_requests(&mut self) -> Result<(), ValueError> {
        for (number, step) in self.world.reminders.remove(&self.day).unwrap_or_default() {
            let Some(wanted) = self.world.asked.get(&number).cloned() else {
                continue;
            };
            match step {
                Step::Approve => {
                    let lines = self.approved(&wanted)?;
                    let command = Command::Approve { lines };
                    self.demand(number, wanted.parent, Post::Approver, 9 * 60, command)?;
                }
                Step::ApproveAbove => {
                    let lines = self.approved(&wanted)?;
                    let command = Command::Approve { lines };
                    self.demand(number, 0, Post::Director, 9 * 60, command)?;
                }
                Step::Unmet => {
                    self.world.asked.remove(&number);
                    let reason = Text::new("not in stock / غير متوفر بالمخزن")?;
                    let command = Command::RecordUnmet { reason };
                    self.demand(number, wanted.parent, Post::Keeper, 10 * 60, command)?;
                }
            }
        }
        Ok(())
    }

    fn approved(&self, wanted: &Wanted) -> Result<Vec<ApprovedLine>, ValueError> {
        let line = |want: &Want| {
            Ok(ApprovedLine {
                item: self.world.items[want.item].clone(),
                approved: quantity(want.approved)?,
            })
        };
        wanted.lines.iter().map(line).collect()
    }

    /// After a supply: what was approved and not sent is told the next day.
    pub fn supplied(&mut self, number: u64, complete: bool) {
        if complete {
            self.world.asked.remove(&number);
        } else {
            self.remind(1, number, Step::Unmet);
        }
    }

    fn demand(
        &mut self,
        number: u64,
        site: usize,
        post: Post,
        minute: u32,
        command: Command,
    ) -> Result<(), ValueError> {
        let stream = Requisition::stream(&requisition_id(number)?);
        let actor = self.world.actor(site, post)?;
        self.ask_as(stream, actor, minute, Ask::Requisition(command))
    }
}

/// The id of a requisition.
pub fn requisition_id(number: u64) -> Result<RequisitionId, ValueError> {
    RequisitionId::new(&format!("REQ-{number:07}"))
}
