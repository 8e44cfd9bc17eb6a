//! Who takes part, and what is registered of them.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "each function looks at what it is about"
)]

use super::world::{BIDDERS, BUYER, DEBARRED, LIMITS, OTHER_BUYER, egp, enrolled_key, id};
use crate::domain::Command;
use crate::domain::committee::{self, Committee};
use crate::domain::enrolment::KeyEnrolment;
use crate::domain::facility::{self, Facility};
use crate::domain::item::{self, Item};
use crate::domain::official::{self, Official};
use crate::domain::organization::{self, Organization};
use crate::domain::values::{Code, Country, Date, ExternalId, Names, OfficialId, Text};
use crate::event::{Event, Recorded};
use crate::store::StreamName;

/// What somebody asks.
type Asked = (&'static str, StreamName, Command);

/// Whom the evaluation committee sits with, as the log says.
pub(super) fn evaluators(log: &[Recorded]) -> Vec<OfficialId> {
    let stream = Committee::stream(&id("evaluation"));
    let mut members = Vec::new();
    for it in log.iter().filter(|it| it.stream == stream) {
        match &it.event {
            Event::Committee(committee::Event::CommitteeFormed(formation)) => {
                members.clone_from(&formation.members);
            }
            Event::Committee(committee::Event::MemberReplaced(change)) => {
                members.retain(|member| *member != change.leaves);
                members.push(change.joins.clone());
            }
            _ => {}
        }
    }
    members
}

/// All that is registered before the tender, and who registers it.
pub(super) fn registered() -> impl Iterator<Item = Asked> {
    let registrations = registrations().into_iter();
    let registrations = registrations.map(|(stream, command)| ("rana", stream, command));
    let (stream, debarment) = debarment(DEBARRED);
    let debarred = [("rana", stream, debarment)];
    registrations.chain(enrolments()).chain(debarred)
}

/// Nobody asks a supplier from the first day of 2026 on.
pub(super) fn debarment(supplier: &str) -> (StreamName, Command) {
    let debarment = organization::Command::Debar(organization::Debarment {
        from: Date::parse("2026-01-01").unwrap(),
        until: None,
        decision: id("R-8"),
        grounds: Text::new("it bribed").unwrap(),
    });
    let stream = Organization::stream(&id(supplier));
    (stream, Command::Organization(debarment))
}

/// Each bidder's key, by two registrars.
fn enrolments() -> impl Iterator<Item = Asked> {
    BIDDERS.iter().enumerate().flat_map(|(n, name)| {
        let stream = Organization::stream(&id(name));
        let proposal = enrolled_key(n).proposal(&stream);
        let enrolment = KeyEnrolment {
            key: proposal.key.clone(),
        };
        let propose = organization::Command::ProposeKey(proposal);
        let enrol = organization::Command::EnrolKey(enrolment);
        let asked = [("rana", propose), ("sami", enrol)];
        asked.map(|(by, command)| (by, stream.clone(), Command::Organization(command)))
    })
}

fn names(name: &str) -> Names {
    Names::new(name, name).unwrap()
}

fn organization(name: &str, role: organization::Role) -> (StreamName, Command) {
    let registration = organization::Registration {
        profile: organization::Profile {
            roles: [role].into(),
            names: names(name),
            external: ExternalId::new(&format!("EG-GAFI:{name}")).unwrap(),
            country: Country::new("EG").unwrap(),
            governorate: None,
        },
        bank_account: None,
    };
    let command = organization::Command::Register(registration);
    (
        Organization::stream(&id(name)),
        Command::Organization(command),
    )
}

fn official(name: &str, buyer: &str, limit: Option<u32>) -> Vec<(StreamName, Command)> {
    let post = Code::new(&format!("post-{name}")).unwrap();
    let appointment = official::Command::Appoint(official::Appointment {
        post: post.clone(),
        seat: official::Seat::Organization(id(buyer)),
        names: names(name),
        national_id: None,
        from: Date::parse("2025-01-01").unwrap(),
        decree: id("D-1"),
    });
    let delegation = limit.map(|limit| {
        official::Command::Delegate(official::Delegation {
            post,
            limit: egp(limit.into()),
            from: Date::parse("2026-01-01").unwrap(),
            until: Date::parse("2026-12-31").unwrap(),
            delegator: None,
            decree: id("D-2"),
        })
    });
    let commands = std::iter::once(appointment).chain(delegation);
    commands
        .map(|command| (Official::stream(&id(name)), Command::Official(command)))
        .collect()
}

fn committee(
    name: &str,
    purpose: committee::Purpose,
    members: &[&str],
    quorum: u8,
    alternates: &[&str],
) -> (StreamName, Command) {
    let formation = committee::Command::Form(committee::Formation {
        purpose,
        names: names(name),
        members: members.iter().map(|member| id(member)).collect(),
        quorum,
        alternates: alternates.iter().map(|member| id(member)).collect(),
        decree: id("D-3"),
    });
    (Committee::stream(&id(name)), Command::Committee(formation))
}

fn registrations() -> Vec<(StreamName, Command)> {
    let gauze = item::Command::List(item::Profile {
        names: names("gauze"),
        category: item::Category::Supply,
        base_unit: id("roll"),
        packs: Vec::new(),
        atc: None,
        unspsc: None,
        essential: false,
        cold_chain: false,
        tracking: item::Tracking::Quantity,
        inspected: false,
    });
    let clinic = facility::Command::Open(facility::Profile {
        names: names("clinic"),
        kind: facility::Kind::Clinic,
        governorate: None,
        position: None,
        population: None,
        parent: None,
        owner: None,
    });
    let mut asked = vec![
        (Item::stream(&id("gauze")), Command::Item(gauze)),
        (
            Facility::stream(&id("EG-CAI-01")),
            Command::Facility(clinic),
        ),
        organization(BUYER, organization::Role::ProcuringEntity),
        organization(OTHER_BUYER, organization::Role::ProcuringEntity),
    ];
    let bidders = BIDDERS.map(|name| organization(name, organization::Role::Supplier));
    asked.extend(bidders);
    asked.push(organization(DEBARRED, organization::Role::Supplier));
    let opening = ["m1", "m2", "m3", "m4", "m5"];
    let evaluation = ["e1", "e2", "e3"];
    let officers = ["huda", "samir", "adel", "e4"];
    for name in opening.iter().chain(&evaluation).chain(&officers) {
        asked.extend(official(name, BUYER, None));
    }
    for (name, limit) in LIMITS {
        asked.extend(official(name, BUYER, Some(limit)));
    }
    asked.extend(official("salma", OTHER_BUYER, Some(50_000)));
    asked.push(committee(
        "opening",
        committee::Purpose::Opening,
        &opening,
        3,
        &[],
    ));
    let purpose = committee::Purpose::Evaluation;
    asked.push(committee("evaluation", purpose, &evaluation, 2, &["e4"]));
    asked
}
