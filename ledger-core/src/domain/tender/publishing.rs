//! Publication: from here on suppliers may bid, and what was drafted changes by amendments alone.

use std::collections::BTreeMap;

use super::amending::quantities;
use super::bidding::Bidding;
use super::complaints::Complaints;
use super::deadlines;
use super::drafting::Drafting;
use super::event::{EnvelopePart, Event, Procedure, Publication, Sealing};
use super::notice::Notice;
use super::refusal::{ContentRefusal, Refusal};
use super::{Decision, official};
use crate::aggregate::{Facts, Occurred, ensure};
use crate::domain::ruleset::ProcurementRules;

impl Drafting {
    pub(super) fn publish(&self, mut publication: Publication, facts: &Facts) -> Decision {
        official(facts)?;
        ensure(self.approver.is_some(), Refusal::NotApproved)?;
        ensure(!self.lots.is_empty(), ContentRefusal::NoLots)?;
        let rules = facts.rules().procurement();
        self.check_ceiling(&rules)?;
        self.check_failed_need(facts)?;
        self.check_planned(facts)?;
        self.check_periods(&publication, &rules, facts)?;
        self.draft.check_listed(&publication, facts)?;
        let committees = self.committees.as_ref().ok_or(Refusal::NoCommittees)?;
        let benches = committees.benches(facts)?;
        benches.check(committees, &self.drafters)?;
        if self.draft.procedure.takes_envelopes() {
            let sealing = self.keys.sealing(committees.threshold, benches.opening)?;
            // Whatever part: the same members and keys.
            sealing.sheet(&facts.log, &self.tender, EnvelopePart::Financial)?;
            publication.sealing = Some(sealing);
        }
        Ok(vec![Event::TenderPublished(publication)])
    }

    fn check_ceiling(&self, rules: &ProcurementRules) -> Result<(), Refusal> {
        match self.draft.procedure {
            Procedure::Open | Procedure::Limited | Procedure::Direct | Procedure::Selective => {
                Ok(())
            }
            Procedure::Quotation => {
                let currency = self.draft.currency;
                let ceiling = rules.quotation_ceiling(currency);
                let ceiling = ceiling.ok_or(Refusal::NoQuotations {
                    currency: currency.code(),
                })?;
                ensure(self.is_within(ceiling)?, Refusal::AboveCeiling { ceiling })
            }
        }
    }

    fn check_periods(
        &self,
        publication: &Publication,
        rules: &ProcurementRules,
        facts: &Facts,
    ) -> Result<(), Refusal> {
        let procedure = &self.draft.procedure;
        let closes_at = publication.closes_at;
        deadlines::check(closes_at, rules.tender_days_min.of(procedure), rules, facts)?;
        let earliest = facts.after_whole_days(rules.enquiry_days_min.of(procedure));
        deadlines::check_enquiries(publication.enquiries_until, earliest, closes_at)
    }
}

impl Bidding {
    /// What a publication begins; `None` for one that could not have happened.
    pub(super) fn begun(
        drafting: Drafting,
        publication: &Publication,
        occurred: &Occurred<'_, Event>,
    ) -> Option<Self> {
        let published_at = occurred.metadata.decided_at;
        let Publication {
            enquiries_until,
            closes_at,
            sealing,
            invited,
        } = publication.clone();
        let ordered = published_at < closes_at && enquiries_until < closes_at;
        (ordered && !drafting.lots.is_empty()).then_some(())?;
        let approved = quantities(&drafting.lots);
        let sealing = match (drafting.draft.procedure.takes_envelopes(), sealing) {
            (true, Some(sealing)) => sealing,
            (false, None) => Sealing::nobody(),
            (true, None) | (false, Some(_)) => return None,
        };
        Some(Self {
            notice: Notice {
                tender: drafting.tender,
                draft: drafting.draft.inviting(invited)?,
                lots: drafting.lots,
                committees: drafting.committees?,
                sealing,
                drafters: drafting.drafters,
                approver: drafting.approver?,
                published_at,
                published_under: occurred.metadata.ruleset.as_ref().map(|it| it.version),
                closes_at,
                amended_at: Vec::new(),
                cancellation: None,
                complaints: Complaints::default(),
            },
            approved,
            enquiries_until,
            questions: BTreeMap::new(),
            outages: Vec::new(),
            reported: None,
            pseudonyms: BTreeMap::new(),
            upheld: None,
            witnessed_until: None,
        })
    }
}
