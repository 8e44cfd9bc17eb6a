//! Keys with their proofs, and sheets that would weaken the committee.

use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;

use super::*;

const SEAT: Seat<'_> = Seat {
    origin: ORIGIN,
    tender: "tender-2026-7",
    member: "official-1",
};

#[test]
fn a_proof_holds_for_its_key_member_tender_and_log_only() {
    let secret = MemberSecret::from_seed(&[1; 32]);
    let proof = secret.prove(&SEAT);
    assert!(secret.public().proves(&SEAT, &proof));
    let other = |change: fn(&mut Seat<'_>)| {
        let mut seat = SEAT;
        change(&mut seat);
        assert!(!secret.public().proves(&seat, &proof));
    };
    other(|seat| seat.member = "official-2");
    other(|seat| seat.tender = "tender-2026-8");
    other(|seat| seat.origin = "sijill.gov.example/education");
    // The same letters, divided otherwise.
    other(|seat| (seat.tender, seat.member) = ("tender-2026-7o", "fficial-1"));
    let key = MemberSecret::from_seed(&[2; 32]).public();
    assert!(!key.proves(&SEAT, &proof));
    for bit in 0..8 * PROOF_BYTES {
        let mut proof = proof;
        proof[bit / 8] ^= 1 << (bit % 8);
        assert!(!secret.public().proves(&SEAT, &proof), "bit {bit}");
    }
}

#[test]
fn the_x25519_form_is_the_one_of_the_secret() {
    for seed in 0..=255 {
        let secret = MemberSecret::from_seed(&[seed; 32]);
        let by_secret = x25519_base(&secret.x25519());
        assert_eq!(by_secret, secret.public().x25519());
    }
}

fn x25519_base(secret: &[u8; 32]) -> [u8; 32] {
    curve25519_dalek::montgomery::MontgomeryPoint::mul_base_clamped(*secret).to_bytes()
}

#[test]
fn keys_of_low_order_or_in_a_second_encoding_are_none() {
    // The neutral point, one of order 2, and the neutral one written as p + 1.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let mut order_2 = [0xff; 32];
    (order_2[0], order_2[31]) = (0xec, 0x7f);
    let mut beyond = [0xff; 32];
    (beyond[0], beyond[31]) = (0xee, 0x7f);
    for wrong in [neutral, order_2, beyond, [0; 32], [0xff; 32]] {
        assert_eq!(MemberKey::new(&wrong), None);
    }
    let key = MemberSecret::from_seed(&[1; 32]).public();
    assert_eq!(MemberKey::new(key.as_bytes()), Some(key));
    assert_eq!(MemberKey::new(&key.as_bytes()[..31]), None);
}

#[test]
fn a_secret_key_is_one_line_and_never_printed() {
    let secret = MemberSecret::from_seed(&[1; 32]);
    let text = secret.to_text();
    assert_eq!(text.lines().count(), 1);
    assert_eq!(
        MemberSecret::parse(&text).unwrap().public(),
        secret.public()
    );
    for wrong in ["", "sijill-committee-key+Ed25519+AAAA", &text[1..]] {
        assert!(MemberSecret::parse(wrong).is_none());
    }
    assert_eq!(format!("{secret:?}"), "MemberSecret");
}

fn refused(change: impl FnOnce(&mut Terms)) -> SheetError {
    let mut terms = World::new(3, 5).sheet.terms().clone();
    change(&mut terms);
    Sheet::new(terms).unwrap_err()
}

#[test]
fn a_sheet_has_texts_and_numbers_within_limits() {
    for text in [String::new(), "t".repeat(TEXT_BYTES_MAX + 1)] {
        assert_eq!(
            refused(|terms| terms.tender.clone_from(&text)),
            SheetError::Text
        );
        assert_eq!(
            refused(|terms| terms.origin.clone_from(&text)),
            SheetError::Text
        );
        assert_eq!(
            refused(|terms| terms.kind.clone_from(&text)),
            SheetError::Text
        );
        assert_eq!(
            refused(|terms| terms.members[1].id = text),
            SheetError::Text
        );
    }
    for threshold in [0, 1, 6, 255] {
        let refused = refused(|terms| terms.threshold = threshold);
        let members = 5;
        assert_eq!(refused, SheetError::Threshold { threshold, members });
    }
    let two = refused(|terms| terms.members.truncate(2));
    assert_eq!(two, SheetError::Members { members: 2 });
    let many = refused(|terms| {
        let first = terms.members[0].clone();
        terms.members.resize(17, first);
    });
    assert_eq!(many, SheetError::Members { members: 17 });
    assert!(World::new(16, 16).sheet.seats().any(|(seat, _)| seat == 16));
}

/// A member who enrols the key of another, its negative (which has the same X25519 form), or the same key twice would leave the
/// other with two shares.
#[test]
fn no_key_sits_twice() {
    let twice = refused(|terms| terms.members[4] = terms.members[0].clone());
    let member = "official-1".to_owned();
    assert_eq!(twice, SheetError::Twice { member });
    let member = || "official-5".to_owned();
    let stolen = refused(|terms| terms.members[4].key = terms.members[0].key);
    assert_eq!(stolen, SheetError::Twice { member: member() });
    let negative = refused(|terms| {
        let mut bytes = *terms.members[0].key.as_bytes();
        bytes[31] ^= 0x80;
        terms.members[4].key = MemberKey::new(&bytes).unwrap();
    });
    assert_eq!(negative, SheetError::Twice { member: member() });
}

/// A member who makes a key out of another's (here: adding a known multiple of the base point) has no proof for it.
#[test]
fn a_key_made_of_anothers_has_no_proof() {
    let honest = MemberSecret::from_seed(&[1; 32]);
    let point = curve25519_dalek::edwards::CompressedEdwardsY(*honest.public().as_bytes());
    let shifted = point.decompress().unwrap() + EdwardsPoint::mul_base(&Scalar::from(5_u8));
    let rogue = MemberKey::new(shifted.compress().as_bytes()).unwrap();
    let refused = refused(|terms| terms.members[4].key = rogue);
    let member = "official-5".to_owned();
    assert_eq!(refused, SheetError::Unproven { member });
    // Nor does the proof of the key before hold.
    assert!(!rogue.proves(&SEAT, &honest.prove(&SEAT)));
}

#[test]
fn every_text_of_a_sheet_is_in_its_digest() {
    let first = World::new(3, 5).sheet.digest();
    let others = [
        World::new(2, 5),
        World::new(3, 4),
        World::of("tender-2026-8", "financial", 3, 5),
        World::of("tender-2026-7", "technical", 3, 5),
        World::of("tender-2026-7f", "inancial", 3, 5),
    ];
    for other in others {
        assert_ne!(other.sheet.digest(), first);
    }
}
