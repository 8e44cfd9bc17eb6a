//! A buyer's card: its tenders by procedure and stage, what it awarded to whom, how many bid, how long stages took, and what
//! was cancelled, overridden or amended.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use sijill_ledger_core::domain::tender::{ComplaintOutcome, Procedure};
use sijill_ledger_core::domain::values::{Currency, EffectiveAt, OrganizationId};

use super::awards::AwardFilter;
use super::figures::{self, Count, Sums};
use super::record::{Outcome, Record};
use super::stage::Stage;
use super::step::StepKind;
use super::world::Organization;
use super::{Answer, Tenders};

/// The card. Counts are of tenders unless they say otherwise.
#[derive(Clone, Debug)]
pub struct BuyerCard<'a> {
    /// Who.
    pub id: OrganizationId,
    /// Particulars; `None` where it is not registered.
    pub organization: Option<&'a Organization>,
    /// Drafted, in all. Inputs: the draft.
    pub tenders: Count,
    /// By procedure and the stage in which they stand. Inputs: the event that began the stage.
    pub by_stage: BTreeMap<(Procedure, Stage), Count>,
    /// With a bid that counts, once the list of envelopes is complete. Inputs: the list.
    pub with_bids: Count,
    /// Of those: with exactly one bidder. Inputs: the list.
    pub single_bid: Count,
    /// Median number of bidders whose bids count, over tenders whose list is complete.
    pub bidders_median: Option<Decimal>,
    /// Whole days of each stage that ended, in the order of stages.
    pub stages: BTreeMap<Stage, StageDays>,
    /// Lots awarded, in awards that stand. Inputs: the approval.
    pub lots_awarded: Count,
    /// What they come to.
    pub value: Sums,
    /// To whom, by currency.
    pub suppliers: BTreeMap<Currency, Concentration>,
    /// Given up. Inputs: the cancellation.
    pub cancelled: Count,
    /// Without a winner. Inputs: the failure.
    pub failed: Count,
    /// Lots awarded though another was best by the published criteria. Inputs: the approval.
    pub overrides: Count,
    /// Awards that fell after their approval. Inputs: the fall.
    pub awards_fallen: Count,
    /// Amendments after publication. Inputs: the amendment.
    pub amendments: Count,
    /// Extensions of the deadline alone. Inputs: the extension.
    pub extensions: Count,
    /// Outages by which the deadline moved. Inputs: the outage.
    pub outages: Count,
    /// Complaints about them. Inputs: the complaint.
    pub complaints: Count,
    /// Of those: upheld. Inputs: the decision.
    pub complaints_upheld: Count,
}

/// How long a stage took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageDays {
    /// Stays in it that ended. Inputs: the event that began each.
    pub stays: Count,
    /// Median whole days of them.
    pub median: Option<Decimal>,
}

/// How what was awarded in one currency is shared out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Concentration {
    /// By supplier, the largest first, then in the order of their ids.
    pub suppliers: Vec<SupplierShare>,
    /// Herfindahl–Hirschman index of the shares, 0 to 10,000 ([`figures::hhi`]).
    pub hhi: Option<Decimal>,
}

/// A supplier's part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupplierShare {
    /// Who.
    pub supplier: OrganizationId,
    /// What it was awarded.
    pub amount: Decimal,
    /// The part of the whole, 0 to 1.
    pub share: Option<Decimal>,
    /// Lots. Inputs: the approval.
    pub lots: Count,
}

impl BuyerCard<'_> {
    /// Tenders with exactly one bidder ÷ tenders with at least one; `None` where nobody bid.
    pub fn single_bid_share(&self) -> Option<Decimal> {
        figures::share(self.single_bid.count.into(), self.with_bids.count.into())
    }
}

impl Tenders {
    /// The card of a buyer; `None` for who neither is registered nor ever drafted a tender. What was decided after the instant is
    /// left out.
    pub fn buyer_card(
        &self,
        at: EffectiveAt,
        id: &OrganizationId,
    ) -> Option<Answer<BuyerCard<'_>>> {
        let organization = self.world.organization(id);
        if organization.is_none() && self.of_buyer(id).next().is_none() {
            return None;
        }
        let mut card = BuyerCard {
            id: id.clone(),
            organization,
            tenders: Count::default(),
            by_stage: BTreeMap::new(),
            with_bids: Count::default(),
            single_bid: Count::default(),
            bidders_median: None,
            stages: self.stage_days(at, Some(id)),
            lots_awarded: Count::default(),
            value: Sums::default(),
            suppliers: BTreeMap::new(),
            cancelled: Count::default(),
            failed: Count::default(),
            overrides: Count::default(),
            awards_fallen: Count::default(),
            amendments: Count::default(),
            extensions: Count::default(),
            outages: Count::default(),
            complaints: Count::default(),
            complaints_upheld: Count::default(),
        };
        let mut bidders = Vec::new();
        for record in self.of_buyer(id) {
            card.tender(self, record, at);
            card.steps(record, at);
            bidders.extend(card.bidders(record, at));
        }
        card.bidders_median = figures::median(bidders);
        card.awards(self, at);
        Some(self.answer(at, card))
    }

    /// Whole days of each stage that ended by an instant, of one buyer's tenders or of all, in the order of stages.
    pub fn stage_days(
        &self,
        at: EffectiveAt,
        buyer: Option<&OrganizationId>,
    ) -> BTreeMap<Stage, StageDays> {
        let mut days: BTreeMap<Stage, (Count, Vec<Decimal>)> = BTreeMap::new();
        let mut take = |record: &Record| {
            for time in self.stage_times(record, at) {
                if time.until.is_some() {
                    let (stays, all) = days.entry(time.stage).or_default();
                    stays.add(time.since.index);
                    all.push(time.days.into());
                }
            }
        };
        match buyer {
            Some(buyer) => self.of_buyer(buyer).for_each(&mut take),
            None => self.records().iter().for_each(&mut take),
        }
        let medians = days.into_iter().map(|(stage, (stays, all))| {
            let median = figures::median(all);
            (stage, StageDays { stays, median })
        });
        medians.collect()
    }
}

impl BuyerCard<'_> {
    fn tender(&mut self, view: &Tenders, record: &Record, at: EffectiveAt) {
        let Some(standing) = view.standing_of(record, at) else {
            return;
        };
        if let Some(drafted) = record.times.drafted {
            self.tenders.add(drafted.index);
        }
        let (stage, began) = (standing.now.stage, standing.now.since.index);
        let key = (record.procedure.clone(), stage);
        self.by_stage.entry(key).or_default().add(began);
        if stage == Stage::Cancelled {
            self.cancelled.add(began);
        } else if stage == Stage::Failed {
            self.failed.add(began);
        }
    }

    fn steps(&mut self, record: &Record, at: EffectiveAt) {
        let mut counts = [
            (StepKind::TenderAmended, &mut self.amendments),
            (StepKind::DeadlineExtended, &mut self.extensions),
            (StepKind::OutageRecorded, &mut self.outages),
            (StepKind::ComplaintFiled, &mut self.complaints),
            (StepKind::AwardCancelled, &mut self.awards_fallen),
        ];
        for step in &record.steps {
            let counted = counts.iter_mut().find(|(kind, _)| *kind == step.kind);
            // Reported after the deadline and not confirmed, an outage moves nothing.
            let moves = step.kind != StepKind::OutageRecorded || step.change.is_some();
            let counted = counted.filter(|_| moves && step.mark.at.at() <= at.at());
            if let Some((_, count)) = counted {
                count.add(step.mark.index);
            }
        }
        for complaint in record.complaints.values() {
            if let Outcome::Decided { outcome, mark, .. } = &complaint.outcome
                && *outcome == ComplaintOutcome::Upheld
                && mark.at.at() <= at.at()
            {
                self.complaints_upheld.add(mark.index);
            }
        }
    }

    /// How many bid, once the list is complete.
    fn bidders(&mut self, record: &Record, at: EffectiveAt) -> Option<Decimal> {
        let listed = record.times.listed.filter(|it| it.at.at() <= at.at())?;
        let bidders = record.bidders_counting();
        if bidders > 0 {
            self.with_bids.add(listed.index);
        }
        if bidders == 1 {
            self.single_bid.add(listed.index);
        }
        Some(bidders.into())
    }

    fn awards(&mut self, view: &Tenders, at: EffectiveAt) {
        let filter = AwardFilter {
            buyer: Some(self.id.clone()),
            ..AwardFilter::default()
        };
        let mut shares: BTreeMap<Currency, BTreeMap<OrganizationId, (Decimal, Count)>> =
            BTreeMap::new();
        let mut last = None;
        for row in view.award_rows(at, &filter) {
            let index = row.awarded.approved.index;
            // A lot that is split among winners is one lot.
            if last.replace(index) != Some(index) {
                self.lots_awarded.add(index);
                if row.is_override() {
                    self.overrides.add(index);
                }
            }
            let Some(value) = row.value() else {
                continue;
            };
            self.value.add(value, index);
            let suppliers = shares.entry(value.currency()).or_default();
            let (amount, lots) = suppliers.entry(row.winner.bidder.clone()).or_default();
            *amount = amount.saturating_add(value.amount());
            lots.add(index);
        }
        let shares = shares.into_iter();
        self.suppliers = shares
            .map(|(currency, of)| (currency, concentration(of)))
            .collect();
    }
}

fn concentration(of: BTreeMap<OrganizationId, (Decimal, Count)>) -> Concentration {
    let whole = of.values().fold(Decimal::ZERO, |sum, (amount, _)| {
        sum.saturating_add(*amount)
    });
    let parts: Vec<Decimal> = of.values().map(|(amount, _)| *amount).collect();
    let shares = of
        .into_iter()
        .map(|(supplier, (amount, lots))| SupplierShare {
            supplier,
            amount,
            share: figures::share(amount, whole),
            lots,
        });
    let mut suppliers: Vec<SupplierShare> = shares.collect();
    suppliers.sort_by_key(|it| std::cmp::Reverse(it.amount));
    Concentration {
        suppliers,
        hhi: figures::hhi(&parts),
    }
}
