//! What holds of people: their authority, keys and committees.

use sijill_ledger_core::domain::committee::{
    self, Formation, Minutes, Paper, Replacement, Resolution, Signer,
};
use sijill_ledger_core::domain::enrolment::{KeyEnrolment, KeyProposal, KeyRevocation};
use sijill_ledger_core::domain::facility::Facility;
use sijill_ledger_core::domain::official::{self, Official};
use sijill_ledger_core::domain::tender::Tender;
use sijill_ledger_core::domain::values::TenderId;
use sijill_ledger_core::event::{Event, Role};

use crate::world::{self, committee_stream, number, official, organization, text};
use crate::{Breach, assert_all_named};

#[test]
fn authority_is_never_taken_by_oneself_nor_above_the_delegators() {
    let of = |event, by, reads| {
        (
            Official::stream(&official("adel")),
            Event::Official(event),
            by,
            reads,
        )
    };
    let registrar = ("rana", Role::Registrar);
    let mona = || vec![Official::stream(&official("mona"))];
    let delegation = |limit| world::delegation("P-adel", limit, Some("mona"));
    let cases = [
        (
            "OFFICIAL_OWN_AUTHORITY",
            of(
                official::Event::AuthorityDelegated(delegation(100)),
                ("adel", Role::Registrar),
                mona(),
            ),
        ),
        (
            "OFFICIAL_ABOVE_DELEGATOR",
            of(
                official::Event::AuthorityDelegated(delegation(1_001)),
                registrar,
                mona(),
            ),
        ),
        (
            // The delegator's record is not among the facts.
            "DECISION_READING_MISSING",
            of(
                official::Event::AuthorityDelegated(delegation(100)),
                registrar,
                vec![],
            ),
        ),
        (
            "OFFICIAL_NO_SEAT",
            of(
                official::Event::PositionHeld(world::appointment("adel", "P-other", "F9")),
                registrar,
                vec![Facility::stream(&world::facility("F9"))],
            ),
        ),
        (
            "OFFICIAL_OWN_WITHDRAWAL",
            of(
                official::Event::ConflictWithdrawn(world::conflict_withdrawal()),
                ("adel", Role::ProcurementOfficer),
                vec![],
            ),
        ),
        (
            "OFFICIAL_CONFLICT_DECLARED",
            of(
                official::Event::ConflictDeclared(world::conflict()),
                ("adel", Role::ProcurementOfficer),
                vec![organization("dawa")],
            ),
        ),
    ];
    let breaches = cases
        .into_iter()
        .map(|(code, (stream, event, by, reads))| Breach {
            check: "decided_officials",
            code,
            stream,
            event,
            by,
            reads,
        });
    assert_all_named(breaches.collect());
}

#[test]
fn keys_enter_by_two_registrars_and_with_proof_of_possession() {
    let stream = || Official::stream(&official("mona"));
    let other = world::key(2);
    let fresh = other.proposal(&stream());
    // The signature of the right key over another owner's message.
    let stolen = KeyProposal {
        key: fresh.key.clone(),
        proof: other.proposal(&Official::stream(&official("adel"))).proof,
    };
    let waiting = world::key(1).proposal(&stream()).key;
    let enrolment = KeyEnrolment {
        key: waiting.clone(),
    };
    let revocation = KeyRevocation {
        key: waiting.id(),
        reason: text("none of their business"),
    };
    let breach = |code, event, by| Breach {
        check: "decided_officials",
        code,
        stream: stream(),
        event: Event::Official(event),
        by,
        reads: vec![],
    };
    assert_all_named(vec![
        breach(
            "KEY_NO_POSSESSION",
            official::Event::KeyProposed(stolen),
            ("rana", Role::Registrar),
        ),
        breach(
            "KEY_NOT_REGISTRAR",
            official::Event::KeyProposed(fresh),
            ("adel", Role::Approver),
        ),
        breach(
            "KEY_SAME_REGISTRAR",
            official::Event::KeyEnrolled(enrolment),
            ("rana", Role::Registrar),
        ),
        breach(
            "KEY_NOT_REGISTRAR_OR_OWNER",
            official::Event::KeyRevoked(revocation),
            ("adel", Role::Approver),
        ),
    ]);
}

#[test]
fn committees_are_odd_in_office_and_decide_by_a_quorum() {
    let breach = |code, stream: &str, event, by, reads: &[&str]| Breach {
        check: "decided_committees",
        code,
        stream: committee_stream(stream),
        event: Event::Committee(event),
        by: (by, Role::CommitteeMember),
        reads: reads
            .iter()
            .map(|name| Official::stream(&official(name)))
            .collect(),
    };
    let formed = |members: &[&str], quorum| {
        committee::Event::CommitteeFormed(Formation {
            quorum,
            ..world::formation(members)
        })
    };
    let minutes = |signers: &[(&str, bool)]| {
        let signer = |(name, dissents): &(&str, bool)| Signer {
            member: official(name),
            dissent: dissents.then(|| text("too dear")),
        };
        committee::Event::MinutesSigned(Minutes {
            number: number("M-2"),
            decision: text("accepted"),
            signers: signers.iter().map(signer).collect(),
        })
    };
    let replaced = committee::Event::MemberReplaced(Replacement {
        leaves: official("adel"),
        joins: official("nobody"),
        reason: text("moved"),
    });
    // Members say what a tender comes to while its bids are judged, and this one never was.
    let tender = TenderId::new("T-9").unwrap();
    let unjudged = committee::Event::MinutesDrawnUp(Paper {
        number: number("M-4"),
        ..world::paper(Some(tender.clone()), Resolution::TechnicalResult)
    });
    let mut unjudged = breach("COMMITTEE_NOT_JUDGED", "C1", unjudged, "mona", &["mona"]);
    unjudged.reads.push(Tender::stream(&tender));
    let three = ["mona", "adel", "sami"];
    assert_all_named(vec![
        unjudged,
        breach(
            "COMMITTEE_NOT_ODD",
            "C2",
            formed(&three[..2], 2),
            "mona",
            &three[..2],
        ),
        breach(
            "COMMITTEE_QUORUM_TOO_SMALL",
            "C2",
            formed(&three, 1),
            "mona",
            &three,
        ),
        breach(
            "COMMITTEE_NOT_IN_OFFICE",
            "C1",
            replaced,
            "mona",
            &["nobody"],
        ),
        breach(
            "COMMITTEE_BELOW_QUORUM",
            "C1",
            minutes(&[("mona", false)]),
            "mona",
            &[],
        ),
        breach(
            "COMMITTEE_NO_MAJORITY",
            "C1",
            minutes(&[("mona", false), ("adel", true)]),
            "mona",
            &[],
        ),
        breach(
            "COMMITTEE_RECORDER_DID_NOT_SIGN",
            "C1",
            minutes(&[("mona", false), ("adel", false)]),
            "sami",
            &[],
        ),
    ]);
}
