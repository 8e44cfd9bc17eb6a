//! The rules of keys, shown on an organisation; officials use the same code.

use ed25519_dalek::Signer as _;

use super::*;
use crate::aggregate::Wanted;
use crate::domain::organization::{self, Command, tests::registered};
use crate::domain::values::{KeyAlgorithm, OrganizationId};
use crate::event::Origin;
use crate::testing::{Given, actor, noon};

/// An Ed25519 key made from a seed, with its proof of possession for an owner.
pub fn proposal(owner: &StreamName, seed: u8) -> KeyProposal {
    let secret = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
    let key = PublicKey::new(
        KeyAlgorithm::Ed25519,
        secret.verifying_key().as_bytes().as_slice(),
    )
    .unwrap();
    let proof = secret.sign(&enrolment_message(owner, &key)).to_vec();
    KeyProposal { key, proof }
}

fn p256_proposal(owner: &StreamName, compressed: bool) -> KeyProposal {
    let secret = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
    let point = secret.verifying_key().to_sec1_point(compressed);
    let key = PublicKey::new(KeyAlgorithm::Es256, point.as_bytes()).unwrap();
    let signature: p256::ecdsa::Signature = secret.sign(&enrolment_message(owner, &key));
    KeyProposal {
        key,
        proof: signature.to_bytes().to_vec(),
    }
}

fn owner() -> StreamName {
    Organization::stream(&OrganizationId::new("test").unwrap())
}

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn rana() -> crate::event::Actor {
    actor("rana", Role::Registrar)
}

fn sami() -> crate::event::Actor {
    actor("sami", Role::Registrar)
}

fn enrol(proposal: &KeyProposal) -> Command {
    let key = proposal.key.clone();
    Command::EnrolKey(KeyEnrolment { key })
}

fn revoke(proposal: &KeyProposal) -> Command {
    Command::RevokeKey(KeyRevocation {
        key: proposal.key.id(),
        reason: text("the laptop was replaced"),
    })
}

fn report(proposal: &KeyProposal, since: Timestamp) -> Command {
    Command::ReportCompromise(KeyCompromise {
        key: proposal.key.id(),
        since,
        reason: text("the laptop was stolen"),
    })
}

fn enrolled(proposal: &KeyProposal) -> Given<Organization> {
    registered()
        .by(rana())
        .when(Command::ProposeKey(proposal.clone()))
        .by(sami())
        .when(enrol(proposal))
}

fn refusal(given: &Given<Organization>) -> Refusal {
    let refused = given.refused();
    let organization::Refusal::Key(refusal) = refused else {
        panic!("{refused}");
    };
    refusal
}

/// The message is for ever: clients of any language build it byte by byte.
#[test]
fn the_enrolment_message_is_fixed() {
    let key = proposal(&owner(), 1).key;
    let mut expected = b"\0\0\0\x17sijill/key-enrolment/v1\0\0\0\x11organization-test".to_vec();
    expected.extend_from_slice(b"\0\0\0\x07Ed25519\0\0\0\x20");
    expected.extend_from_slice(key.bytes());
    assert_eq!(enrolment_message(&owner(), &key), expected);
}

#[test]
fn two_registrars_enrol_a_key() {
    let key = proposal(&owner(), 1);
    let proposed = registered()
        .by(rana())
        .when(Command::ProposeKey(key.clone()));
    let keys = |given: &Given<Organization>| given.state().keys().cloned().unwrap();
    assert_eq!(keys(&proposed).enrolled(&key.key.id()), None);
    let same = proposed.clone().when(enrol(&key));
    assert_eq!(refusal(&same), Refusal::SameRegistrar);
    assert_eq!(proposed.wanted(), Wanted::Signature);
    let enrolled = proposed.by(sami()).when(enrol(&key));
    let revision = Some(1);
    assert_eq!(enrolled.wanted(), Wanted::Approval { revision });
    let event = organization::Event::KeyEnrolled(KeyEnrolment {
        key: key.key.clone(),
    });
    assert_eq!(enrolled.last(), [event]);
    assert_eq!(keys(&enrolled).enrolled(&key.key.id()), Some(&key.key));
}

#[test]
fn only_registrars_propose_and_enrol() {
    let key = proposal(&owner(), 1);
    let by_officer = registered()
        .by(actor("omar", Role::Administrator))
        .when(Command::ProposeKey(key.clone()));
    assert_eq!(refusal(&by_officer), Refusal::NotRegistrar);
    let by_officer = registered()
        .by(rana())
        .when(Command::ProposeKey(key.clone()))
        .by(actor("omar", Role::Administrator))
        .when(enrol(&key));
    assert_eq!(refusal(&by_officer), Refusal::NotRegistrar);
}

#[test]
fn a_key_of_another_owner_or_purpose_proves_nothing() {
    let elsewhere = Organization::stream(&OrganizationId::new("other").unwrap());
    let stolen = registered()
        .by(rana())
        .when(Command::ProposeKey(proposal(&elsewhere, 1)));
    assert_eq!(refusal(&stolen), Refusal::NoPossession { stream: owner() });
    let mut unsigned = proposal(&owner(), 1);
    unsigned.proof.clear();
    let unsigned = registered().by(rana()).when(Command::ProposeKey(unsigned));
    assert_eq!(
        refusal(&unsigned),
        Refusal::NoPossession { stream: owner() }
    );
}

#[test]
fn an_imported_key_is_judged_too() {
    let file = crate::domain::values::Sha256([0; 32]);
    let imported = registered()
        .by(actor("adel", Role::Administrator))
        .origin(Origin::Import { file, line: 2 })
        .when(Command::ProposeKey(proposal(&owner(), 1)));
    assert_eq!(refusal(&imported), Refusal::NotRegistrar);
}

#[test]
fn a_key_is_enrolled_once_and_stays_revoked() {
    let key = proposal(&owner(), 1);
    let id = key.key.id();
    let known = Refusal::KnownKey { key: id.clone() };
    let again = enrolled(&key).when(Command::ProposeKey(key.clone()));
    assert_eq!(refusal(&again), known);
    assert_eq!(refusal(&enrolled(&key).when(enrol(&key))), known);

    let revoked = enrolled(&key).when(revoke(&key));
    let keys = revoked.state().keys().cloned().unwrap();
    assert_eq!(keys.enrolled(&id), None);
    let ended = Refusal::EndedKey { key: id };
    assert_eq!(refusal(&revoked.clone().when(revoke(&key))), ended);
    assert_eq!(refusal(&revoked.clone().when(enrol(&key))), ended);
    let again = revoked.when(Command::ProposeKey(key));
    assert_eq!(refusal(&again), known);
}

#[test]
fn a_revoked_key_does_not_come_back_in_another_form() {
    let short = p256_proposal(&owner(), true);
    let long = p256_proposal(&owner(), false);
    let revoked = enrolled(&short).when(revoke(&short));
    let again = revoked.when(Command::ProposeKey(long.clone()));
    assert_eq!(refusal(&again), Refusal::KnownKey { key: long.key.id() });
}

#[test]
fn a_rejected_proposal_is_never_enrolled() {
    let key = proposal(&owner(), 1);
    let rejected = registered()
        .by(rana())
        .when(Command::ProposeKey(key.clone()))
        .by(sami())
        .when(revoke(&key));
    let ended = Refusal::EndedKey { key: key.key.id() };
    assert_eq!(refusal(&rejected.when(enrol(&key))), ended);
}

#[test]
fn what_was_never_proposed_is_unknown() {
    let key = proposal(&owner(), 1);
    let unknown = Refusal::UnknownKey { key: key.key.id() };
    let given = registered().by(sami());
    assert_eq!(refusal(&given.clone().when(enrol(&key))), unknown);
    assert_eq!(refusal(&given.clone().when(revoke(&key))), unknown);
    let now = noon("2026-01-01").at();
    assert_eq!(refusal(&given.when(report(&key, now))), unknown);
}

#[test]
fn the_owner_ends_a_key_alone_but_strangers_do_not() {
    let key = proposal(&owner(), 1);
    let stranger = enrolled(&key).by(actor("omar", Role::Supplier));
    let refused = Refusal::NotRegistrarOrOwner;
    assert_eq!(refusal(&stranger.clone().when(revoke(&key))), refused);
    let now = noon("2026-01-01").at();
    assert_eq!(refusal(&stranger.when(report(&key, now))), refused);
    let owner = crate::event::Actor {
        id: ActorId::Organization(OrganizationId::new("test").unwrap()),
        role: Role::Supplier,
        position: None,
    };
    assert_eq!(enrolled(&key).by(owner).when(revoke(&key)).last().len(), 1);
}

#[test]
fn a_compromise_is_only_ever_found_to_be_earlier() {
    let key = proposal(&owner(), 1);
    let day = |day| noon(day).at();
    let compromised = enrolled(&key)
        .when(revoke(&key))
        .on("2026-03-10")
        .when(report(&key, day("2026-03-01")));
    let since = |given: &Given<Organization>| {
        let keys = given.state().keys().cloned().unwrap();
        keys.compromised_since(&key.key.id())
    };
    assert_eq!(since(&compromised), Some(day("2026-03-01")));
    let later = compromised.clone().when(report(&key, day("2026-03-05")));
    let not_earlier = Refusal::NotEarlier {
        since: day("2026-03-01"),
    };
    assert_eq!(refusal(&later), not_earlier);
    let earlier = compromised.clone().when(report(&key, day("2026-02-01")));
    assert_eq!(since(&earlier), Some(day("2026-02-01")));
    let future = enrolled(&key).when(report(&key, day("2026-03-11")));
    assert_eq!(refusal(&future), Refusal::FutureCompromise);
    let ended = Refusal::EndedKey { key: key.key.id() };
    assert_eq!(refusal(&compromised.when(revoke(&key))), ended);
}

#[test]
fn impossible_histories() {
    let key = proposal(&owner(), 1);
    let enrolment = KeyEnrolment {
        key: key.key.clone(),
    };
    let rana = ActorId::Official(crate::domain::values::OfficialId::new("rana").unwrap());
    let mut keys = Keys::default();
    assert_eq!(keys.enrolled_by(&enrolment, &rana, (1, None)), None);
    assert_eq!(keys.proposed_by(&key, &rana, 0), Some(()));
    assert_eq!(keys.proposed_by(&key, &rana, 0), None);
    assert_eq!(
        keys.enrolled_by(&enrolment, &rana, (1, None)),
        None,
        "one person"
    );
    assert_eq!(
        keys.enrolled_by(&enrolment, &ActorId::System, (1, None)),
        Some(())
    );
    assert_eq!(
        keys.enrolled_by(&enrolment, &ActorId::System, (1, None)),
        None
    );
}
