//! What the world knows of committees, officials and suppliers.

use super::*;
use crate::domain::committee::{self, Formation, Minutes, Purpose, Signer};
use crate::domain::enrolment::{KeyEnrolment, KeyRevocation};
use crate::domain::official::{self, Official, Seat};
use crate::domain::organization;
use crate::domain::ruleset::{self, ProcurementRules, Rules, Ruleset};
use crate::statement::StatementKey;
use crate::testing::{Given, actor, official as person};

pub(super) fn evaluation_committee() -> Committee {
    let formed = committee::Event::CommitteeFormed(Formation {
        purpose: Purpose::Evaluation,
        names: names("Committee"),
        members: ["e1", "e2", "huda"].map(id).into(),
        quorum: 2,
        alternates: Vec::new(),
        decree: id("D-1"),
    });
    let signed = |number: &str| {
        committee::Event::MinutesSigned(Minutes {
            number: id(number),
            decision: text("as proposed"),
            signers: ["e1", "e2"]
                .map(|member| Signer {
                    member: id(member),
                    dissent: None,
                })
                .into(),
        })
    };
    let given = Given::<Committee>::nothing().event(formed);
    let minutes = (0..10).map(|n| format!("M{n}"));
    let given = minutes.fold(given, |given, number| given.event(signed(&number)));
    given.state().clone()
}

/// An official who may approve up to a limit through 2026, with an interest in an organisation.
pub(super) fn official_record(limit: &str, interest: Option<&str>) -> Official {
    let day = |day| Date::parse(day).unwrap();
    let held = official::Event::PositionHeld(official::Appointment {
        post: id("director"),
        seat: Seat::Organization(id("ministry")),
        names: names("Official"),
        national_id: None,
        from: day("2025-01-01"),
        decree: id("D-1"),
    });
    let delegated = official::Event::AuthorityDelegated(official::Delegation {
        post: id("director"),
        limit: egp(limit),
        from: day("2026-01-01"),
        until: day("2026-12-31"),
        delegator: None,
        decree: id("D-1"),
    });
    let given = Given::<Official>::nothing().event(held).event(delegated);
    let Some(interest) = interest else {
        return given.state().clone();
    };
    let declared = official::Event::ConflictDeclared(official::Conflict {
        organization: id(interest),
        interest: official::Interest::Ownership,
        particulars: None,
    });
    given.event(declared).state().clone()
}

fn supplier_registered() -> organization::Event {
    organization::Event::OrganizationRegistered(organization::Registration {
        profile: organization::Profile {
            roles: [organization::Role::Supplier].into(),
            names: names("Supplier"),
            external: id("EG-GAFI:1"),
            country: id("EG"),
            governorate: None,
        },
        bank_account: None,
    })
}

pub(super) fn supplier_record(debarred: bool) -> Organization {
    let given = Given::<Organization>::nothing().event(supplier_registered());
    if !debarred {
        return given.state().clone();
    }
    let barred = organization::Event::SupplierDebarred(organization::Debarment {
        decision: id("J-9"),
        grounds: text("fraud"),
        from: Date::parse("2026-01-01").unwrap(),
        until: None,
    });
    given.event(barred).state().clone()
}

/// Nile, whose key was enrolled on the first of the year, and revoked where that is said.
pub(super) fn vouching(key: &StatementKey, revoked: Option<&str>) -> Organization {
    let proposal = key.proposal(&Organization::stream(&id("nile")));
    let enrolment = KeyEnrolment {
        key: proposal.key.clone(),
    };
    let registrar = |name| actor(name, Role::Registrar);
    let events = [
        ("rana", organization::Event::KeyProposed(proposal)),
        ("sami", organization::Event::KeyEnrolled(enrolment)),
    ];
    let mut given = Given::<Organization>::nothing()
        .stream(Organization::stream(&id("nile")))
        .event(supplier_registered());
    for (by, event) in events {
        given = given.by(registrar(by)).event(event);
    }
    if let Some(day) = revoked {
        let revoked = organization::Event::KeyRevoked(KeyRevocation {
            key: key.public().id(),
            reason: text("a new one"),
        });
        given = given.on(day).event(revoked);
    }
    given.state().clone()
}

/// These parameters of procurement, adopted one after the other.
pub(super) fn ruleset(versions: impl IntoIterator<Item = ProcurementRules>) -> Ruleset {
    let mut given = Given::<Ruleset>::nothing();
    for (version, procurement) in (1..).zip(versions) {
        let rules = Rules {
            procurement: Some(procurement.into()),
            ..Rules::default()
        };
        let adopted = ruleset::Event::RulesetAdopted(ruleset::Adoption {
            version,
            rules: rules.clone(),
        });
        let proposed = ruleset::Event::RulesetProposed(ruleset::Proposal {
            version,
            rules,
            reason: text("an example"),
        });
        given = given.by(person("mona")).event(proposed);
        given = given.by(person("omar")).event(adopted);
    }
    given.state().clone()
}
