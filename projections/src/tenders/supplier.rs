//! A supplier's card: where it bid, what became of its bids, what it won from whom, its complaints, debarments and securities.

use std::collections::BTreeMap;

use sijill_ledger_core::domain::tender::{ComplaintOutcome, EnvelopePart, Standing};
use sijill_ledger_core::domain::values::{EffectiveAt, OrganizationId, SecurityId};
use sijill_ledger_core::event::ActorId;

use super::awards::AwardFilter;
use super::figures::{Count, Sums};
use super::record::{Lid, Outcome, Record};
use super::world::{Barred, Organization, Security};
use super::{Answer, Tenders};

/// The card. Counts are of tenders unless they say otherwise.
#[derive(Clone, Debug)]
pub struct SupplierCard<'a> {
    /// Who.
    pub id: OrganizationId,
    /// Particulars; `None` where it is not registered.
    pub organization: Option<&'a Organization>,
    /// On whose list of envelopes it stands. Inputs: its first envelope there.
    pub bids: Count,
    /// With an envelope that counts: in time, not withdrawn, confirmed, not superseded. Inputs: that envelope.
    pub counting: Count,
    /// Whose bid was opened and not rejected as a whole. Inputs: the opening.
    pub valid: Count,
    /// Whose bid was rejected as a whole. Inputs: the rejection.
    pub disqualified: Count,
    /// Whose envelopes held no bid. Inputs: the finding.
    pub void: Count,
    /// Lots won, in awards that stand. Inputs: the approval.
    pub lots_won: Count,
    /// What they come to.
    pub value: Sums,
    /// Of those lots: awarded though another was best by the published criteria.
    pub overrides: Count,
    /// From whom it won, in the order of their ids.
    pub buyers: BTreeMap<OrganizationId, WonFrom>,
    /// Complaints filed in its own name. Before bids are opened a complaint is filed under a key, and whose it is stays unknown.
    pub complaints: Count,
    /// Of those: upheld. Inputs: the decision.
    pub complaints_upheld: Count,
    /// Its debarments, in the order of the log.
    pub debarments: &'a [Barred],
    /// Whether it is debarred on the day that was asked for.
    pub debarred: bool,
    /// Securities it gave for bids and contracts. Inputs: the receipt.
    pub securities: Count,
    /// Of those: called.
    pub securities_called: Vec<(&'a SecurityId, &'a Security)>,
}

/// What was won from a buyer.
#[derive(Clone, Debug, Default)]
pub struct WonFrom {
    /// Lots.
    pub lots: Count,
    /// What they come to.
    pub value: Sums,
}

impl Tenders {
    /// The card of a supplier; `None` for who neither is registered nor ever bid. What was decided after the instant is left out.
    pub fn supplier_card(
        &self,
        at: EffectiveAt,
        id: &OrganizationId,
    ) -> Option<Answer<SupplierCard<'_>>> {
        let organization = self.world.organization(id);
        if organization.is_none() && self.of_bidder(id).next().is_none() {
            return None;
        }
        let debarments = organization.map_or(&[][..], |it| &it.debarments);
        let mut card = SupplierCard {
            id: id.clone(),
            organization,
            bids: Count::default(),
            counting: Count::default(),
            valid: Count::default(),
            disqualified: Count::default(),
            void: Count::default(),
            lots_won: Count::default(),
            value: Sums::default(),
            overrides: Count::default(),
            buyers: BTreeMap::new(),
            complaints: Count::default(),
            complaints_upheld: Count::default(),
            debarments,
            debarred: debarments.iter().any(|it| it.covers(at.date())),
            securities: Count::default(),
            securities_called: Vec::new(),
        };
        for record in self.of_bidder(id) {
            card.bid(record, at);
            card.complaint(record, at);
        }
        card.wins(self, at);
        card.secures(self, at);
        Some(self.answer(at, card))
    }
}

impl<'a> SupplierCard<'a> {
    fn bid(&mut self, record: &Record, at: EffectiveAt) {
        let before = |mark: &super::step::Mark| mark.at.at() <= at.at();
        let own = || {
            let envelopes = record.envelopes.values();
            envelopes.filter(|it| it.bidder == self.id && before(&it.listed))
        };
        let first = own().map(|it| it.listed.index).min();
        let of_part = |part: EnvelopePart| {
            let mut counts = own().filter(move |it| it.part == part);
            counts.find(|it| it.standing == Some(Standing::Counts))
        };
        let counting = of_part(record.first_part()).map(|it| it.listed.index);
        let void = own().find_map(|it| match &it.lid {
            Lid::Void { mark, .. } if before(mark) => Some(mark.index),
            Lid::Void { .. } | Lid::Closed | Lid::Opened(_) => None,
        });
        let opened = own().filter_map(|it| match &it.lid {
            Lid::Opened(mark) if before(mark) => Some(mark.index),
            Lid::Opened(_) | Lid::Void { .. } | Lid::Closed => None,
        });
        let opened = opened.min();
        let bid = record.bids.get(&self.id);
        let rejected = bid.and_then(|bid| bid.rejected.as_ref());
        let rejected = rejected.filter(|it| before(&it.mark));
        let Some(first) = first else {
            return;
        };
        self.bids.add(first);
        if let Some(index) = counting {
            self.counting.add(index);
        }
        match (rejected, void, opened) {
            (Some(rejection), _, _) => self.disqualified.add(rejection.mark.index),
            (None, Some(index), _) => self.void.add(index),
            (None, None, Some(index)) => self.valid.add(index),
            (None, None, None) => {}
        }
    }

    fn complaint(&mut self, record: &Record, at: EffectiveAt) {
        for complaint in record.complaints.values() {
            let own = complaint.by == ActorId::Organization(self.id.clone());
            if !own || complaint.filed.at.at() > at.at() {
                continue;
            }
            self.complaints.add(complaint.filed.index);
            if let Outcome::Decided { outcome, mark, .. } = &complaint.outcome
                && *outcome == ComplaintOutcome::Upheld
                && mark.at.at() <= at.at()
            {
                self.complaints_upheld.add(mark.index);
            }
        }
    }

    fn wins(&mut self, view: &'a Tenders, at: EffectiveAt) {
        let filter = AwardFilter {
            supplier: Some(self.id.clone()),
            ..AwardFilter::default()
        };
        for row in view.award_rows(at, &filter) {
            let index = row.awarded.approved.index;
            self.lots_won.add(index);
            if row.is_override() {
                self.overrides.add(index);
            }
            let from = self.buyers.entry(row.record.buyer.clone()).or_default();
            from.lots.add(index);
            if let Some(value) = row.value() {
                self.value.add(value, index);
                from.value.add(value, index);
            }
        }
    }

    fn secures(&mut self, view: &'a Tenders, at: EffectiveAt) {
        for (id, security) in view.world.securities() {
            if security.received.principal != self.id || security.mark.at.at() > at.at() {
                continue;
            }
            self.securities.add(security.mark.index);
            let called = security.called.as_ref();
            if called.is_some_and(|(_, mark)| mark.at.at() <= at.at()) {
                self.securities_called.push((id, security));
            }
        }
    }
}
