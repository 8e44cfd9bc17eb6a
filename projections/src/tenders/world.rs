//! Who and what tenders are about: organisations, items, facilities, officials, committees, plans, securities, parameters.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::organization::{Debarment, Reinstatement};
use sijill_ledger_core::domain::ruleset::{ProcurementRules, Rules};
use sijill_ledger_core::domain::security::{Call, Extension, Purpose, Received};
use sijill_ledger_core::domain::values::{
    Code, CommitteeId, Date, FacilityId, ItemCode, Money, Names, OfficialId, OrganizationId,
    PlanId, SecurityId, Text,
};
use sijill_ledger_core::domain::{
    committee, facility, item, official, organization, plan, ruleset, security,
};

use super::record::Sealed;
use super::step::Mark;

/// The registers as far as tenders need them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct World {
    pub(super) organizations: BTreeMap<OrganizationId, Organization>,
    pub(super) items: BTreeMap<ItemCode, Item>,
    pub(super) facilities: BTreeMap<FacilityId, facility::Profile>,
    pub(super) officials: BTreeMap<OfficialId, Official>,
    pub(super) committees: BTreeMap<CommitteeId, Names>,
    pub(super) plans: BTreeMap<PlanId, Plan>,
    pub(super) securities: BTreeMap<SecurityId, Security>,
    pub(super) rulesets: BTreeMap<u32, Arc<ProcurementRules>>,
    pub(super) ruleset: Option<u32>,
    pub(super) rules: Rules,
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// Particulars.
    pub profile: organization::Profile,
    /// Debarments, in the order of the log.
    pub debarments: Vec<Barred>,
}

/// A debarment and its early end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Barred {
    /// As it was decided.
    pub debarment: Debarment,
    /// Where it was recorded.
    pub mark: Mark,
    /// Its early end or annulment.
    pub reinstated: Option<(Reinstatement, Mark)>,
}

impl Barred {
    /// Whether a day is one of its days, its early end considered.
    pub fn covers(&self, day: Date) -> bool {
        let freed = self.reinstated.as_ref();
        self.debarment.covers(day) && freed.is_none_or(|(it, _)| day < it.from)
    }
}

/// An item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Particulars.
    pub profile: item::Profile,
    /// Reference prices, in the order of the log.
    pub references: Vec<(item::ReferencePrice, Mark)>,
}

/// An official.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Official {
    /// Names, as of the latest appointment.
    pub names: Names,
    /// Posts.
    pub posts: official::Posts,
}

/// A plan that tenders carry out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Who will buy.
    pub buyer: OrganizationId,
    /// Its title.
    pub title: Names,
    /// The year whose budget pays.
    pub year: u16,
    /// What it is expected to cost, as last stated.
    pub estimate: Sealed<Money>,
    /// Where it was planned.
    pub planned: Mark,
    /// Where it was approved as it is.
    pub approved: Option<Mark>,
}

/// A security.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Security {
    /// As it was received.
    pub received: Received,
    /// Where it was received.
    pub mark: Mark,
    /// Last day on which it can be called, extensions considered.
    pub valid_until: Date,
    /// Where the issuer confirmed it.
    pub verified: Option<Mark>,
    /// Where it was called.
    pub called: Option<(Call, Mark)>,
    /// Where it was given back, and why.
    pub released: Option<(Text, Mark)>,
}

impl Security {
    /// Another paper in its place is confirmed anew.
    fn extended(&mut self, extension: &Extension) {
        self.valid_until = extension.valid_until;
        if let Some(paper) = extension.paper.clone() {
            self.received.issuer = paper.issuer;
            self.received.number = paper.number;
            self.received.amount = paper.amount;
            self.received.document = paper.document;
            self.verified = None;
        }
    }

    /// What it secures.
    pub const fn purpose(&self) -> &Purpose {
        &self.received.purpose
    }
}

impl World {
    /// An organisation by its id.
    pub fn organization(&self, id: &OrganizationId) -> Option<&Organization> {
        self.organizations.get(id)
    }

    /// The names of an organisation, where it is registered.
    pub fn organization_names(&self, id: &OrganizationId) -> Option<&Names> {
        self.organizations.get(id).map(|it| &it.profile.names)
    }

    /// An item by its code.
    pub fn item(&self, code: &ItemCode) -> Option<&Item> {
        self.items.get(code)
    }

    /// Particulars of a facility.
    pub fn facility(&self, id: &FacilityId) -> Option<&facility::Profile> {
        self.facilities.get(id)
    }

    /// The names of an official.
    pub fn official_names(&self, id: &OfficialId) -> Option<&Names> {
        self.officials.get(id).map(|it| &it.names)
    }

    /// The names of a committee.
    pub fn committee_names(&self, id: &CommitteeId) -> Option<&Names> {
        self.committees.get(id)
    }

    /// A plan by its id.
    pub fn plan(&self, id: &PlanId) -> Option<&Plan> {
        self.plans.get(id)
    }

    /// A security by its id.
    pub fn security(&self, id: &SecurityId) -> Option<&Security> {
        self.securities.get(id)
    }

    /// All securities, in the order of their ids.
    pub fn securities(&self) -> impl Iterator<Item = (&SecurityId, &Security)> {
        self.securities.iter()
    }

    /// Version of the national ruleset in force; `None` for the built-in parameters.
    pub const fn ruleset(&self) -> Option<u32> {
        self.ruleset
    }

    /// The parameters of procurement of a version of the ruleset; the built-in ones where none was adopted.
    pub fn procurement(&self, version: Option<u32>) -> Arc<ProcurementRules> {
        let found = version.and_then(|version| self.rulesets.get(&version));
        found.cloned().unwrap_or_default()
    }

    /// The posts that an official fills on a day, in their order; none for who is not known.
    pub fn posts_on(&self, id: &OfficialId, day: Date) -> Vec<Code> {
        let official = self.officials.get(id);
        let mut posts: Vec<Code> = official.map_or_else(Vec::new, |official| {
            official.posts.on(day).cloned().collect()
        });
        posts.sort_unstable();
        posts
    }

    pub(super) fn organization_event(&mut self, id: &str, event: &organization::Event, mark: Mark) {
        use organization::Event;
        let Ok(id) = OrganizationId::new(id) else {
            return;
        };
        if let Event::OrganizationRegistered(registration) = event {
            let profile = registration.profile.clone();
            let debarments = Vec::new();
            let new = Organization {
                profile,
                debarments,
            };
            self.organizations.entry(id).or_insert(new);
            return;
        }
        let Some(known) = self.organizations.get_mut(&id) else {
            return;
        };
        match event {
            Event::OrganizationAmended(amendment) => known.profile = amendment.profile.clone(),
            Event::SupplierDebarred(debarment) => known.debarments.push(Barred {
                debarment: debarment.clone(),
                mark,
                reinstated: None,
            }),
            Event::SupplierReinstated(it) => {
                let mut barred = known.debarments.iter_mut().rev();
                if let Some(barred) = barred.find(|barred| barred.covers(it.from)) {
                    barred.reinstated = Some((it.clone(), mark));
                }
            }
            Event::OrganizationRegistered(_)
            | Event::BankAccountConfirmed(_)
            | Event::ApplicantKeyProposed(_)
            | Event::KeyProposed(_)
            | Event::KeyEnrolled(_)
            | Event::KeyRevoked(_)
            | Event::KeyCompromised(_) => {}
        }
    }

    pub(super) fn item_event(&mut self, code: &str, event: &item::Event, mark: Mark) {
        let Ok(code) = ItemCode::new(code) else {
            return;
        };
        match event {
            item::Event::ItemListed(profile) => {
                let profile = profile.clone();
                let references = Vec::new();
                self.items.entry(code).or_insert(Item {
                    profile,
                    references,
                });
            }
            item::Event::ItemAmended(amendment) => {
                if let Some(item) = self.items.get_mut(&code) {
                    item.profile = amendment.profile.clone();
                }
            }
            item::Event::ReferencePriceSet(reference) => {
                if let Some(item) = self.items.get_mut(&code) {
                    item.references.push((reference.clone(), mark));
                }
            }
            // What was bought of it was bought.
            item::Event::ItemDelisted(_) => {}
        }
    }

    pub(super) fn facility_event(&mut self, id: &str, event: &facility::Event) {
        let Ok(id) = FacilityId::new(id) else {
            return;
        };
        let profile = match event {
            facility::Event::FacilityOpened(profile) => profile,
            facility::Event::FacilityAmended(amendment) => &amendment.profile,
            facility::Event::AssortmentSet(_)
            | facility::Event::CustodyHandedOver(_)
            | facility::Event::FacilityClosed(_) => return,
        };
        self.facilities.insert(id, profile.clone());
    }

    pub(super) fn official_event(&mut self, id: &str, event: &official::Event) {
        let Ok(id) = OfficialId::new(id) else {
            return;
        };
        if let official::Event::PositionHeld(appointment) = event {
            let names = appointment.names.clone();
            let known = self.officials.entry(id.clone()).or_insert(Official {
                names: names.clone(),
                posts: official::Posts::default(),
            });
            known.names = names;
        }
        if let Some(known) = self.officials.get_mut(&id) {
            // What could not have happened is left out.
            let _ = known.posts.remember(event);
        }
    }

    pub(super) fn committee_event(&mut self, id: &str, event: &committee::Event) {
        match event {
            committee::Event::CommitteeFormed(formation) => {
                if let Ok(id) = CommitteeId::new(id) {
                    self.committees.insert(id, formation.names.clone());
                }
            }
            committee::Event::MemberReplaced(_)
            | committee::Event::MinutesSigned(_)
            | committee::Event::MinutesDrawnUp(_)
            | committee::Event::MemberSigned(_)
            | committee::Event::CommitteeDissolved(_) => {}
        }
    }

    /// The plan whose estimate the event states, withheld.
    pub(super) fn plan_event(
        &mut self,
        id: &str,
        event: &plan::Event,
        mark: Mark,
    ) -> Option<PlanId> {
        let id = PlanId::new(id).ok()?;
        match event {
            plan::Event::NeedPlanned(need) => {
                let plan = Plan {
                    buyer: need.buyer.clone(),
                    title: need.title.clone(),
                    year: need.year,
                    estimate: Sealed::new(mark.index),
                    planned: mark,
                    approved: None,
                };
                self.plans.entry(id.clone()).or_insert(plan);
                Some(id)
            }
            plan::Event::PlanApproved(_) => {
                self.plans.get_mut(&id)?.approved = Some(mark);
                None
            }
            plan::Event::PlanAmended(_) => {
                let plan = self.plans.get_mut(&id)?;
                (plan.estimate, plan.approved) = (Sealed::new(mark.index), None);
                Some(id)
            }
            plan::Event::PlanTaken(_) | plan::Event::PlanSettled(_) => None,
        }
    }

    pub(super) fn security_event(&mut self, id: &str, event: &security::Event, mark: Mark) {
        use security::Event;
        let Ok(id) = SecurityId::new(id) else {
            return;
        };
        if let Event::SecurityReceived(received) = event {
            let new = Security {
                received: received.clone(),
                mark,
                valid_until: received.valid_until,
                verified: None,
                called: None,
                released: None,
            };
            self.securities.entry(id).or_insert(new);
            return;
        }
        let Some(known) = self.securities.get_mut(&id) else {
            return;
        };
        match event {
            Event::SecurityVerified(_) => known.verified = Some(mark),
            Event::SecurityExtended(extension) => known.extended(extension),
            Event::SecurityCalled(call) => known.called = Some((call.clone(), mark)),
            Event::SecurityReleased(release) => {
                known.released = Some((release.reason.clone(), mark));
            }
            Event::SecurityReceived(_) => {}
        }
    }

    pub(super) fn ruleset_event(&mut self, event: &ruleset::Event) {
        match event {
            ruleset::Event::RulesetProposed(_) => {}
            ruleset::Event::RulesetAdopted(adoption) => {
                let procurement = adoption.rules.procurement();
                self.rulesets.insert(adoption.version, procurement);
                self.ruleset = Some(adoption.version);
                self.rules = adoption.rules.clone();
            }
        }
    }
}
