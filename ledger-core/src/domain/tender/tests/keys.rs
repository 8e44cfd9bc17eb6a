//! Opening keys: two registrars each, proven, of members who open.

use super::*;

fn appointed() -> Given<Tender> {
    let appoint = Command::AppointCommittees(committees(2));
    drafted()
        .when(Command::AddLot(tablets()))
        .when(appoint)
        .by(registrar("rami"))
}

#[test]
fn a_key_counts_when_two_registrars_have_enrolled_it() {
    let first = appointed().when(enrol("a", "sara"));
    assert_eq!(first.last(), [Event::OpeningKeyEnrolled(key("a", "sara"))]);
    assert_eq!(first.wanted(), Wanted::Signature);
    let again = first.clone().when(enrol("a", "sara")).refused();
    let (official, witness) = (id("a"), id("sara"));
    assert_eq!(again, Refusal::KeyPresented { official, witness });
    let second = first.by(registrar("sara")).when(enrol("a", "rami"));
    let revision = Some(3);
    assert_eq!(second.wanted(), Wanted::Approval { revision });
    let third = second
        .by(registrar("tamer"))
        .when(enrol("a", "rami"))
        .refused();
    assert_eq!(third, Refusal::KeyEnrolled { official: id("a") });
}

/// Rami alone presents keys of his own for all members: nothing can be published.
#[test]
fn one_registrar_alone_enrols_no_key() {
    let alone = ["a", "b", "c"]
        .into_iter()
        .fold(appointed(), |given, member| {
            given.when(enrol(member, "sara"))
        });
    let approved = alone.by(actor("omar", Role::Approver)).when(approve(2));
    let published = approved
        .by(officer("huda"))
        .when(Command::Publish(publication()));
    assert_eq!(
        published.refused(),
        Refusal::KeyMissing { official: id("a") }
    );
}

/// Sara finds that it is not the member's key: it is presented anew, and the first one never counts.
#[test]
fn a_key_that_only_one_registrar_enrolled_may_be_presented_anew() {
    let other = OpeningKey {
        proof: secret(200)
            .prove(&Seat_ {
                origin: "sijill.test",
                tender: "T-1",
                member: "a",
            })
            .to_vec(),
        key: *secret(200).public().as_bytes(),
        ..key("a", "sara")
    };
    let wrong = appointed().when(Command::EnrolOpeningKey(other));
    let anew = wrong.by(registrar("sara")).when(enrol("a", "rami"));
    assert_eq!(anew.wanted(), Wanted::Signature);
    let completed = anew.by(registrar("rami")).when(enrol("a", "sara"));
    let revision = Some(4);
    assert_eq!(completed.wanted(), Wanted::Approval { revision });
}

#[test]
fn a_key_is_proven_for_its_member_and_tender() {
    let refused = |change: fn(&mut OpeningKey)| {
        let mut key = key("a", "sara");
        change(&mut key);
        appointed().when(Command::EnrolOpeningKey(key)).refused()
    };
    let unproven = || Refusal::KeyUnproven { official: id("a") };
    assert_eq!(refused(|key| key.proof[0] ^= 1), unproven());
    assert_eq!(refused(|key| key.proof.truncate(63)), unproven());
    assert_eq!(refused(|key| key.key = [0; 32]), unproven());
    let of_another = refused(|it| {
        let b = key("b", "sara");
        (it.key, it.proof) = (b.key, b.proof);
    });
    assert_eq!(of_another, unproven());
}

#[test]
fn registrars_are_two_and_do_not_open() {
    let refused = |actor: Actor, member, witness| {
        let given = appointed().by(actor).when(enrol(member, witness));
        given.refused()
    };
    assert_eq!(refused(officer("rami"), "a", "sara"), Refusal::NotRegistrar);
    assert_eq!(refused(registrar("rami"), "a", "rami"), Refusal::Registrars);
    assert_eq!(refused(registrar("b"), "a", "sara"), Refusal::Registrars);
    assert_eq!(refused(registrar("rami"), "a", "c"), Refusal::Registrars);
    let official = id("x");
    assert_eq!(
        refused(registrar("rami"), "x", "sara"),
        Refusal::NotAMember { official }
    );
    let early = drafted().by(registrar("rami")).when(enrol("a", "sara"));
    assert_eq!(early.refused(), Refusal::NoCommittees);
}

#[test]
fn two_members_with_one_key_would_be_one() {
    let shared = |member: &str, witness: &str| {
        let seat = Seat_ {
            origin: "sijill.test",
            tender: "T-1",
            member,
        };
        Command::EnrolOpeningKey(OpeningKey {
            member: id(member),
            key: *secret(1).public().as_bytes(),
            proof: secret(1).prove(&seat).to_vec(),
            witness: id(witness),
        })
    };
    let both = ["a", "b"].into_iter().fold(appointed(), |given, member| {
        given
            .by(registrar("rami"))
            .when(shared(member, "sara"))
            .by(registrar("sara"))
            .when(shared(member, "rami"))
    });
    let all = enrolled(both, "c");
    let approved = all.by(actor("omar", Role::Approver)).when(approve(2));
    let published = approved
        .by(officer("huda"))
        .when(Command::Publish(publication()));
    assert_eq!(published.refused().code(), "SEAL_SHEET_TWICE");
}
