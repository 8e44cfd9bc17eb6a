//! What the world knows of committees, officials and suppliers.

use super::*;
use crate::domain::committee::{
    self, Formation, MemberSignature, Minutes, Paper, Purpose, Resolution, Signer,
};
use crate::domain::enrolment::{KeyEnrolment, KeyRevocation};
use crate::domain::official::{self, Official, Seat};
use crate::domain::organization;
use crate::domain::ruleset::{self, ProcurementRules, Rules, Ruleset};
use crate::domain::tender::Tender;
use crate::statement::StatementKey;
use crate::testing::{Given, actor, official as person};

/// Members e1, e2 and huda, of whom two sign. They signed minutes M0 to M9 of something, as one of them recorded.
pub(super) fn evaluation_committee() -> Committee {
    recorded().state().clone()
}

/// The same, with minutes that e1 drew up and the two evaluators signed, each for itself.
pub(super) fn with_minutes(papers: &[Paper]) -> Committee {
    drawn_up(recorded(), papers)
}

/// The same minutes, by who had read the tender up to this revision.
pub(super) fn with_minutes_of(papers: &[Paper], revision: u64) -> Committee {
    let tender = Tender::stream(&id("T-1"));
    drawn_up(
        recorded().reading(tender, revision, Tender::Unknown),
        papers,
    )
}

fn drawn_up(given: Given<Committee>, papers: &[Paper]) -> Committee {
    let given = papers
        .iter()
        .zip((11..).step_by(3))
        .fold(given, |given, (paper, read)| {
            let signature = committee::Event::MemberSigned(MemberSignature {
                number: paper.number.clone(),
                read,
                dissent: None,
            });
            let drawn = committee::Event::MinutesDrawnUp(paper.clone());
            let given = given.by(evaluator("e1")).event(drawn);
            let given = given.event(signature.clone());
            given.by(evaluator("e2")).event(signature)
        });
    given.state().clone()
}

/// Minutes about a tender.
pub(super) fn paper(number: &str, tender: &str, resolutions: &[Resolution]) -> Paper {
    Paper {
        number: id(number),
        tender: Some(id(tender)),
        resolutions: resolutions.to_vec(),
        document: None,
    }
}

fn recorded() -> Given<Committee> {
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
    minutes.fold(given, |given, number| given.event(signed(&number)))
}

/// An official who may approve up to a limit through 2026, with an interest in an organisation.
pub(in crate::domain) fn official_record(limit: &str, interest: Option<&str>) -> Official {
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
pub(in crate::domain) fn ruleset(versions: impl IntoIterator<Item = ProcurementRules>) -> Ruleset {
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
