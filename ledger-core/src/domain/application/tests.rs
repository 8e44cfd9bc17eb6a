//! The rules of applications, each where it can be broken.

use std::collections::BTreeSet;

use super::*;
use crate::aggregate::Explain as _;
use crate::domain::enrolment::{self, KeyEnrolment, Keys};
use crate::domain::item::Category;
use crate::domain::organization::{
    self, ApplicantKey, Debarment, Refusal as OfOrganization, Registration,
};
use crate::domain::values::{
    Country, Date, DocumentNumber, DocumentRef, ExternalId, MediaType, Names, Place, Text, Withheld,
};
use crate::event::Origin;
use crate::statement::StatementKey;
use crate::testing::{Given, actor, assert_documented, official, stage_table};

pub(crate) fn key(n: u8) -> StatementKey {
    StatementKey::from_seed(&[n; 32]).unwrap()
}

pub(crate) fn holder(key: &StatementKey) -> Actor {
    Actor {
        id: ActorId::Key(key.public().id()),
        role: Role::Supplier,
        position: None,
    }
}

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

/// EG-GAFI.12345.
pub(crate) fn nile() -> OrganizationId {
    organization_of(&ExternalId::new("EG-GAFI:12345").unwrap())
}

pub(crate) fn applied(key: &StatementKey) -> Applied {
    let proposal = key.proposal(&Organization::stream(&nile()));
    Applied {
        applicant: Applicant {
            names: Names::new("شركة النيل", "Nile Company").unwrap(),
            external: ExternalId::new("EG-GAFI:12345").unwrap(),
            country: Country::new("EG").unwrap(),
            governorate: Some(Place::new("EG-C").unwrap()),
            categories: [Category::Medicine].into(),
            documents: Vec::new(),
            key: proposal.key,
            proof: proposal.proof,
        },
        contact: Withheld::Known(text("Mona, +20 100 000 0000")),
    }
}

fn apply(key: &StatementKey) -> Command {
    Command::Apply(applied(key))
}

fn reject(applied: u64) -> Command {
    let reason = text("the register extract is another firm's");
    Command::Reject(Rejected { applied, reason })
}

const APPROVE: Command = Command::Approve { applied: 0 };
const WITHDRAW: Command = Command::Withdraw(Withdrawn {});

fn registrar(id: &str) -> Actor {
    actor(id, Role::Registrar)
}

/// Nobody applied, the organisation is unknown, and the holder of a key acts.
fn given(key: &StatementKey) -> Given<Application> {
    beside(key, Organization::default())
}

fn beside(key: &StatementKey, organization: Organization) -> Given<Application> {
    Given::nothing()
        .stream(Application::stream(&nile()))
        .reading(Organization::stream(&nile()), 0, organization)
        .by(holder(key))
}

fn code(given: &Given<Application>) -> &'static str {
    match given.outcome() {
        Ok(_) => "allowed",
        Err(refusal) => refusal.code(),
    }
}

fn keys(given: &Given<Organization>) -> &Keys {
    given.state().keys().unwrap()
}

/// The example of the docs: Nile applies, Rana approves, the organisation is registered, Sami enrols the key and not Rana.
#[test]
fn an_application_from_a_stranger_to_a_key_that_signs() {
    let key = key(7);
    let stream = Application::stream(&nile());
    assert_eq!(stream.as_str(), "application-EG-GAFI.12345");
    let open = given(&key).when(apply(&key));
    assert_eq!(open.last(), [Event::SupplierApplied(applied(&key))]);
    assert_eq!(open.wanted(), Wanted::Own(key.public().clone()));

    let approved = open.by(registrar("rana")).when(APPROVE);
    let applicant = applied(&key).applicant;
    let approval = Approved {
        applied: 0,
        applicant: applicant.clone(),
    };
    assert_eq!(approved.last(), [Event::ApplicationApproved(approval)]);
    let wanted = Wanted::Approval { revision: Some(0) };
    assert_eq!(approved.wanted(), wanted);

    let proposed = ApplicantKey {
        proposal: applicant.proposal(),
        registrar: OfficialId::new("rana").unwrap(),
    };
    let registration = Registration {
        profile: applicant.profile(),
        bank_account: None,
    };
    let admitted = Given::<Organization>::nothing()
        .stream(Organization::stream(&nile()))
        .reading(stream, 1, approved.state().clone())
        .when(organization::Command::Register(registration))
        .when(organization::Command::ProposeApplicantKey(proposed));
    assert!(admitted.accepted());
    let id = key.public().id();
    assert!(keys(&admitted).enrolled(&id).is_none());

    let enrol = organization::Command::EnrolKey(KeyEnrolment {
        key: key.public().clone(),
    });
    let same = admitted.clone().by(registrar("rana")).when(enrol.clone());
    let refusal = OfOrganization::Key(enrolment::Refusal::SameRegistrar);
    assert_eq!(same.refused(), refusal);
    let enrolled = admitted.by(registrar("sami")).when(enrol);
    assert_eq!(enrolled.wanted(), Wanted::Approval { revision: Some(1) });
    assert_eq!(keys(&enrolled).enrolled(&id), Some(key.public()));
}

/// Each command in each stage: the table in the docs.
#[test]
fn what_may_be_asked_in_which_stage() {
    let key = key(7);
    let open = given(&key).when(apply(&key));
    let by_registrar = open.clone().by(registrar("rana"));
    let stages = [
        ("nothing", given(&key)),
        ("waiting", open.clone()),
        ("approved", by_registrar.clone().when(APPROVE)),
        ("rejected", by_registrar.when(reject(0))),
        ("withdrawn", open.when(WITHDRAW)),
    ];
    let of_key = stages
        .clone()
        .map(|(name, given)| (name, given.by(holder(&key))));
    let of_registrar = stages.map(|(name, given)| (name, given.by(registrar("rana"))));
    let header = stage_table(&of_key, &[("Apply", apply(&key))]);
    let decided = stage_table(
        &of_registrar,
        &[("Approve", APPROVE), ("Reject", reject(0))],
    );
    let withdrawn = stage_table(&of_key, &[("Withdraw", WITHDRAW)]);
    let rows = |table: &str| table.lines().skip(2).map(str::to_owned).collect::<Vec<_>>();
    let mut lines: Vec<String> = header.lines().map(str::to_owned).collect();
    lines.extend(rows(&decided));
    lines.extend(rows(&withdrawn));
    assert_documented(include_str!("mod.rs"), &lines.join("\n"));
}

#[test]
fn a_firm_applies_again_after_a_rejection_and_the_registrar_decides_on_what_was_read() {
    let key = key(7);
    let again = given(&key)
        .when(apply(&key))
        .by(registrar("rana"))
        .when(reject(0))
        .by(holder(&key))
        .when(apply(&key))
        .by(registrar("rana"));
    let other = Refusal::OtherVersion { applied: 2 };
    assert_eq!(again.clone().when(APPROVE).refused(), other);
    assert_eq!(again.clone().when(reject(0)).refused(), other);
    assert!(again.when(Command::Approve { applied: 2 }).accepted());
}

#[test]
fn only_the_holder_of_the_key_applies_and_withdraws() {
    let (own, other) = (key(7), key(8));
    let position = Actor {
        position: Some(crate::domain::values::Code::new("clerk").unwrap()),
        ..holder(&own)
    };
    for actor in [official("huda"), registrar("rana"), position] {
        let outcome = given(&own).by(actor).when(apply(&own));
        assert_eq!(outcome.refused(), Refusal::NotPseudonymous);
    }
    let outcome = given(&other).when(apply(&own));
    let refusal = Refusal::OtherKey {
        key: own.public().id(),
    };
    assert_eq!(outcome.refused(), refusal);
    let taken_back = given(&own).when(apply(&own)).by(holder(&other));
    assert_eq!(taken_back.when(WITHDRAW).refused(), refusal);
}

#[test]
fn only_a_registrar_decides() {
    let key = key(7);
    let open = given(&key).when(apply(&key));
    for actor in [
        official("huda"),
        holder(&key),
        actor("omar", Role::Approver),
    ] {
        for command in [APPROVE, reject(0)] {
            let outcome = open.clone().by(actor.clone()).when(command);
            assert_eq!(outcome.refused(), Refusal::NotRegistrar);
        }
    }
}

#[test]
fn an_application_stands_under_its_own_number() {
    let key = key(7);
    let elsewhere = OrganizationId::new("EG-GAFI.1").unwrap();
    let outcome = given(&key)
        .stream(Application::stream(&elsewhere))
        .when(apply(&key));
    let organization = nile();
    assert_eq!(outcome.refused(), Refusal::OtherNumber { organization });
}

/// A firm that is registered under the id of its number meets itself, debarred or not; also between application and approval.
#[test]
fn who_is_registered_does_not_apply() {
    let key = key(7);
    let registered = |debarred: bool| {
        let registration = Registration {
            profile: applied(&key).applicant.profile(),
            bank_account: None,
        };
        let given =
            Given::<Organization>::nothing().when(organization::Command::Register(registration));
        let debarment = Debarment {
            from: Date::parse("2025-12-01").unwrap(),
            until: Some(Date::parse("2026-01-01").unwrap()),
            decision: DocumentNumber::new("D-1").unwrap(),
            grounds: text("forged delivery notes"),
        };
        if debarred {
            given.when(organization::Command::Debar(debarment))
        } else {
            given
        }
    };
    let outcome = |debarred, day: &str| {
        let organization = registered(debarred).state().clone();
        code(&beside(&key, organization).on(day).when(apply(&key)))
    };
    assert_eq!(outcome(false, "2026-01-01"), "APPLICATION_REGISTERED");
    assert_eq!(outcome(true, "2026-01-01"), "APPLICATION_DEBARRED");
    assert_eq!(outcome(true, "2026-01-02"), "APPLICATION_REGISTERED");
    let open = given(&key).when(apply(&key));
    let meanwhile = open
        .reading(
            Organization::stream(&nile()),
            1,
            registered(true).state().clone(),
        )
        .by(registrar("rana"));
    assert_eq!(code(&meanwhile.when(APPROVE)), "APPLICATION_DEBARRED");
}

#[test]
fn particulars_fit_together_and_the_proof_is_of_this_organisation() {
    let key = key(7);
    let changed = |change: fn(&mut Applicant)| {
        let mut changed = applied(&key);
        change(&mut changed.applicant);
        code(&given(&key).when(Command::Apply(changed)))
    };
    assert_eq!(
        changed(|it| it.governorate = Some(Place::new("JO-AM").unwrap())),
        "ORGANIZATION_GOVERNORATE_ELSEWHERE"
    );
    assert_eq!(
        changed(|it| it.categories = BTreeSet::new()),
        "APPLICATION_NO_CATEGORY"
    );
    assert_eq!(
        changed(|it| it.proof = vec![0; 64]),
        "APPLICATION_NO_POSSESSION"
    );
    let mut of_another = applied(&key);
    let elsewhere = Organization::stream(&OrganizationId::new("EG-GAFI.1").unwrap());
    of_another.applicant.proof = key.proposal(&elsewhere).proof;
    let outcome = given(&key).when(Command::Apply(of_another));
    assert_eq!(code(&outcome), "APPLICATION_NO_POSSESSION");
}

#[test]
fn documents_are_attachments_once_a_registrar_has_approved_them() {
    let key = key(7);
    let sha256 = Sha256([9; 32]);
    let mut with_paper = applied(&key);
    with_paper.applicant.documents = vec![DocumentRef {
        title: Names::new("سجل تجاري", "commercial register").unwrap(),
        sha256,
        bytes: 10,
        media_type: MediaType::ALL[0],
    }];
    let open = given(&key).when(Command::Apply(with_paper));
    assert!(open.last().iter().all(|it| it.attachments().is_empty()));
    let approved = open.by(registrar("rana")).when(APPROVE);
    let named: Vec<_> = approved
        .last()
        .iter()
        .flat_map(Event::attachments)
        .collect();
    assert_eq!(named, [sha256]);
}

/// Nobody gets a key proposed that a registrar did not approve, or in the name of another registrar.
#[test]
fn the_proposal_of_a_key_is_what_was_approved() {
    let (own, other) = (key(7), key(8));
    let approved = given(&own)
        .when(apply(&own))
        .by(registrar("rana"))
        .when(APPROVE);
    let registered = |profile| {
        let bank_account = None;
        Given::<Organization>::nothing()
            .stream(Organization::stream(&nile()))
            .reading(Application::stream(&nile()), 1, approved.state().clone())
            .when(organization::Command::Register(Registration {
                profile,
                bank_account,
            }))
    };
    let profile = applied(&own).applicant.profile();
    let asked = |key: &StatementKey, registrar: &str| {
        organization::Command::ProposeApplicantKey(ApplicantKey {
            proposal: applied(key).applicant.proposal(),
            registrar: OfficialId::new(registrar).unwrap(),
        })
    };
    let given = registered(profile.clone());
    for wrong in [asked(&other, "rana"), asked(&own, "sami")] {
        let outcome = given.clone().when(wrong);
        assert_eq!(outcome.refused(), OfOrganization::NoSuchApplication);
    }
    let mut another_firm = profile;
    another_firm.external = ExternalId::new("EG-GAFI:1").unwrap();
    let outcome = registered(another_firm).when(asked(&own, "rana"));
    assert_eq!(outcome.refused(), OfOrganization::NoSuchApplication);
    let twice = given.when(asked(&own, "rana")).when(asked(&own, "rana"));
    let known = enrolment::Refusal::KnownKey {
        key: own.public().id(),
    };
    assert_eq!(twice.refused(), OfOrganization::Key(known));
}

#[test]
fn history_holds_no_applications_and_no_impossible_ones() {
    let key = key(7);
    let origin = Origin::Import {
        file: Sha256([1; 32]),
        line: 2,
    };
    let imported = given(&key).origin(origin).when(apply(&key));
    assert_eq!(imported.refused(), Refusal::NotHistory);

    let open = given(&key).when(apply(&key));
    let mut applicant = applied(&key).applicant;
    let approval = |applied, applicant: &Applicant| {
        let applicant = applicant.clone();
        Event::ApplicationApproved(Approved { applied, applicant })
    };
    let by_rana = open.clone().by(registrar("rana"));
    assert!(by_rana.possible(&approval(0, &applicant)));
    assert!(!open.possible(&approval(0, &applicant)), "no registrar");
    assert!(!by_rana.possible(&approval(1, &applicant)));
    applicant.governorate = None;
    assert!(
        !by_rana.possible(&approval(0, &applicant)),
        "not as it applied"
    );
    assert!(!open.possible(&Event::SupplierApplied(applied(&key))));
    let withdrawn = open.when(WITHDRAW);
    assert!(!withdrawn.possible(&Event::ApplicationWithdrawn(Withdrawn {})));
}
