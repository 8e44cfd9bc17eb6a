//! What a draft and its lots may hold; the same of lines that an amendment changes.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::event::{
    AwardBy, CRITERIA_MAX, Criterion, CriterionKind, DOCUMENTS_MAX, Draft, FrameworkTerms,
    Invitation, LOT_LINES_MAX, Lot, LotLine, PARTICIPANTS_MAX, Participant, Procedure, Terms,
    TieRule,
};
use super::refusal::ContentRefusal as Refusal;
use crate::aggregate::{Facts, ensure};
use crate::domain::facility::Facility;
use crate::domain::framework::SUPPLIERS_MAX;
use crate::domain::item::Item;
use crate::domain::organization::{Organization, Role};
use crate::domain::plan::Plan;
use crate::domain::values::{DocumentRef, OrganizationId};
use crate::store::StreamName;

/// Most points of a criterion.
const POINTS_MAX: u32 = 1_000;

impl Draft {
    pub(super) fn reads(&self) -> Vec<StreamName> {
        let entities = self.participants.iter().map(|it| &it.entity);
        let plan = self.plan.iter().map(Plan::stream);
        let invited = self.invitation.iter().flat_map(Invitation::reads);
        let plan = plan.chain(invited);
        let buyers = entities.chain([&self.buyer]).map(Organization::stream);
        buyers.chain(plan).collect()
    }

    pub(super) fn check(&self, facts: &Facts) -> Result<(), Refusal> {
        self.check_buyers(facts)?;
        self.check_plan(facts)?;
        self.check_terms(facts)?;
        self.check_invitation(facts)?;
        self.check_framework(facts)?;
        check_documents(&self.documents)?;
        self.check_criteria()?;
        self.check_ranking()
    }

    /// Registered procuring entities, each once, with budgets in the tender's currency.
    fn check_buyers(&self, facts: &Facts) -> Result<(), Refusal> {
        at_most("participants", self.participants.len(), PARTICIPANTS_MAX)?;
        check_entity(&self.buyer, facts)?;
        let mut seen = BTreeSet::from([&self.buyer]);
        for Participant { entity, budget } in &self.participants {
            let organization = || entity.clone();
            ensure(
                seen.insert(entity),
                Refusal::ParticipantTwice {
                    organization: organization(),
                },
            )?;
            check_entity(entity, facts)?;
            let right = budget.is_none_or(|budget| {
                budget.currency() == self.currency && budget.amount() > Decimal::ZERO
            });
            ensure(
                right,
                Refusal::Budget {
                    organization: organization(),
                    currency: self.currency.code(),
                },
            )?;
        }
        Ok(())
    }

    /// What is bought was planned by this buyer, and the plan as it stands is approved.
    fn check_plan(&self, facts: &Facts) -> Result<(), Refusal> {
        let Some(plan) = &self.plan else {
            return ensure(!self.must_be_planned(facts), Refusal::PlanMissing);
        };
        let read = facts.readings.get::<Plan>(&Plan::stream(plan));
        let approved = read.and_then(Plan::approved);
        ensure(
            approved.is_some_and(|sheet| sheet.need().buyer == self.buyer),
            Refusal::Plan { plan: plan.clone() },
        )
    }

    fn check_terms(&self, facts: &Facts) -> Result<(), Refusal> {
        let Terms {
            validity_days,
            security_percent,
            ..
        } = &self.terms;
        ensure(
            (1..=365).contains(validity_days),
            Refusal::Validity {
                days: *validity_days,
            },
        )?;
        let rules = facts.rules().procurement();
        let named = self.procedure.has_technical_part() || security_percent.is_zero();
        let asked = rules.has_edition(2) || self.procedure != Procedure::Quotation;
        ensure(named || !asked, Refusal::QuotationSecured)?;
        let most = rules.security_percent_max;
        ensure(
            (Decimal::ZERO..=most).contains(security_percent),
            Refusal::SecurityPercent {
                percent: *security_percent,
                most,
            },
        )
    }

    /// A term within the ruleset's, and suppliers that each offer the whole lot: which of them delivers is decided later.
    fn check_framework(&self, facts: &Facts) -> Result<(), Refusal> {
        let Some(FrameworkTerms { days, suppliers }) = self.framework else {
            return Ok(());
        };
        let most = facts.rules().procurement().framework_days_max();
        ensure(
            (1..=most).contains(&days),
            Refusal::FrameworkTerm { days, most },
        )?;
        let ranked = (1..=SUPPLIERS_MAX).contains(&usize::from(suppliers));
        ensure(ranked, Refusal::FrameworkSuppliers { suppliers })?;
        ensure(!self.terms.split, Refusal::FrameworkSplit)
    }

    fn check_criteria(&self) -> Result<(), Refusal> {
        at_most("criteria", self.criteria.len(), CRITERIA_MAX)?;
        let mut seen = BTreeSet::new();
        for Criterion { id, kind, .. } in &self.criteria {
            let criterion = || id.clone();
            ensure(
                seen.insert(id),
                Refusal::CriterionTwice {
                    criterion: criterion(),
                },
            )?;
            let right = match kind {
                CriterionKind::Required => true,
                CriterionKind::Rated { points, least } => {
                    Decimal::ZERO < *points
                        && *points <= Decimal::from(POINTS_MAX)
                        && (Decimal::ZERO..=*points).contains(least)
                }
            };
            ensure(
                right,
                Refusal::Points {
                    criterion: criterion(),
                },
            )?;
        }
        Ok(())
    }

    /// How bids are ranked is complete and leaves nothing to choose later.
    fn check_ranking(&self) -> Result<(), Refusal> {
        let rated = self.criteria.iter().any(|it| match it.kind {
            CriterionKind::Required => false,
            CriterionKind::Rated { .. } => true,
        });
        if let AwardBy::Rated { price_weight } = self.award_by {
            ensure(
                rated && (1..=99).contains(&price_weight),
                Refusal::PriceWeight {
                    percent: price_weight,
                },
            )?;
        }
        ensure(
            self.procedure.has_technical_part()
                || (!rated && self.award_by == AwardBy::LowestPrice),
            Refusal::QuotationRated,
        )?;
        let single: BTreeSet<&TieRule> = self.ties.iter().collect();
        ensure(
            self.ties.last() == Some(&TieRule::EarlierEnvelope) && single.len() == self.ties.len(),
            Refusal::Ties,
        )
    }

    /// Whether an entity buys here.
    fn buys(&self, entity: &OrganizationId) -> bool {
        self.buyer == *entity || self.participants.iter().any(|it| it.entity == *entity)
    }
}

impl Lot {
    pub(super) fn reads(&self) -> Vec<StreamName> {
        reads_of(&self.lines)
    }

    /// Checks a lot for a draft.
    pub(super) fn check(&self, draft: &Draft, facts: &Facts) -> Result<(), Refusal> {
        let estimate = self.estimate.as_ref().and_then(|it| it.known());
        let right = estimate.is_none_or(|estimate| {
            estimate.currency() == draft.currency && estimate.amount() > Decimal::ZERO
        });
        ensure(
            right,
            Refusal::Estimate {
                lot: self.id.clone(),
                currency: draft.currency.code(),
            },
        )?;
        check_lines(&self.lines, draft, facts)
    }
}

/// The items and places of lines.
pub(super) fn reads_of(lines: &[LotLine]) -> Vec<StreamName> {
    let streams = lines
        .iter()
        .flat_map(|line| [Item::stream(&line.item), Facility::stream(&line.facility)]);
    let single: BTreeSet<StreamName> = streams.collect();
    single.into_iter().collect()
}

/// Checks the lines of one lot.
pub(super) fn check_lines(lines: &[LotLine], draft: &Draft, facts: &Facts) -> Result<(), Refusal> {
    let count = lines.len();
    ensure(
        (1..=LOT_LINES_MAX).contains(&count),
        Refusal::LineCount { lines: count },
    )?;
    let mut seen = BTreeSet::new();
    for (number, line) in (1..).zip(lines) {
        let right = !line.quantity.is_zero() && (1..=1_095).contains(&line.delivery_days);
        ensure(right, Refusal::Line { line: number })?;
        let LotLine {
            item,
            facility,
            delivery_days,
            entity,
            ..
        } = line;
        ensure(
            seen.insert((item, facility, delivery_days, entity)),
            Refusal::LineTwice { line: number },
        )?;
        line.check_world(draft, facts)?;
    }
    Ok(())
}

impl LotLine {
    fn check_world(&self, draft: &Draft, facts: &Facts) -> Result<(), Refusal> {
        let item = facts.readings.get::<Item>(&Item::stream(&self.item));
        ensure(
            item.is_some_and(Item::is_listed),
            Refusal::ItemNotListed {
                item: self.item.clone(),
            },
        )?;
        let facility = Facility::stream(&self.facility);
        let facility = facts.readings.get::<Facility>(&facility);
        ensure(
            facility.is_some_and(Facility::is_open),
            Refusal::FacilityNotOpen {
                facility: self.facility.clone(),
            },
        )?;
        match &self.entity {
            Some(entity) if !draft.buys(entity) => Err(Refusal::EntityNotParticipant {
                organization: entity.clone(),
            }),
            Some(_) | None => Ok(()),
        }
    }
}

/// Checks a list of documents.
pub(super) fn check_documents(documents: &[DocumentRef]) -> Result<(), Refusal> {
    at_most("documents", documents.len(), DOCUMENTS_MAX)
}

pub(super) fn at_most(field: &'static str, count: usize, most: usize) -> Result<(), Refusal> {
    ensure(count <= most, Refusal::TooMany { field, count, most })
}

fn check_entity(id: &OrganizationId, facts: &Facts) -> Result<(), Refusal> {
    let organization = facts
        .readings
        .get::<Organization>(&Organization::stream(id));
    let profile = organization.and_then(Organization::profile);
    ensure(
        profile.is_some_and(|it| it.roles.contains(&Role::ProcuringEntity)),
        Refusal::NotAnEntity {
            organization: id.clone(),
        },
    )
}
