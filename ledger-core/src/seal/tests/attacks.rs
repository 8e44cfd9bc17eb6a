//! Who tries to read early, to deal badly, to blame others, to copy or to change; and what comes of it.

use std::collections::BTreeSet;

use curve25519_dalek::ristretto::RistrettoPoint;
use curve25519_dalek::scalar::Scalar;

use super::super::sealing::Cipher;
use super::super::sharing;
use super::cheat::{Cheat, plus_one};
use super::*;

fn void(world: &World, cheat: &Cheat, seats: &[SeatNumber]) -> Void {
    let opening = world.opened_by(&cheat.seal(world), seats);
    // The bidder's fault is nobody else's.
    assert_eq!(opening.blamed, BTreeSet::new());
    match opening.outcome {
        Outcome::Void { why } => why,
        outcome @ (Outcome::Opened { .. } | Outcome::NotEnough { .. }) => panic!("{outcome:?}"),
    }
}

#[test]
fn any_k_members_open_it_and_all_find_the_same() {
    let world = World::new(3, 5);
    let sealed = world.sealed(BID);
    for chosen in 0..1_u8 << 5 {
        let seats: Vec<_> = (1..=5_u8)
            .filter(|seat| chosen >> (seat - 1) & 1 == 1)
            .collect();
        let opening = world.opened_by(&sealed, &seats);
        let expected = match seats.len() {
            good @ 0..3 => Outcome::NotEnough { good, needed: 3 },
            _ => opened(BID),
        };
        assert_eq!(opening.outcome, expected, "{seats:?}");
        assert_eq!(opening.blamed, BTreeSet::new());
    }
}

/// The k−1 have their shares, the envelope, and all keys but one. They recombine what they have, and try it.
#[test]
fn fewer_than_k_members_have_no_key() {
    let world = World::new(3, 5);
    let sealed = world.sealed(BID);
    let envelope = world.envelope(&sealed);
    let two: Vec<_> = [2, 5]
        .map(|seat: SeatNumber| {
            let share = envelope.share(&world.secrets[usize::from(seat) - 1]);
            (seat, sharing::scalar(&share.unwrap().value).unwrap())
        })
        .into();
    let mut tried = vec![sharing::recombine(&two), Zeroizing::new(two[0].1)];
    // And the third share by guess, which the commitments would confirm.
    for guess in 0..16_u8 {
        let guessed = Scalar::from(guess);
        assert!(!envelope.holds(1, &guessed.to_bytes()));
        let three = [&two[..], &[(1, guessed)]].concat();
        tried.push(sharing::recombine(&three));
    }
    for secret in tried {
        assert!(!envelope.commitments.hold(0, &secret));
        let cipher = Cipher::new(envelope.header, &secret.to_bytes()).unwrap();
        assert!(cipher.decrypt(&sealed.ciphertext).is_none());
    }
}

/// Any secret at all fits the shares of k−1: for each there is one share of the last seat that leads to it.
#[test]
fn the_shares_of_k_minus_1_fit_every_secret() {
    let world = World::new(2, 3);
    let sealed = world.sealed(BID);
    let envelope = world.envelope(&sealed);
    let known = envelope.share(&world.secrets[0]).unwrap();
    let known = sharing::scalar(&known.value).unwrap();
    for secret in [Scalar::ZERO, Scalar::ONE, Scalar::from(u64::MAX)] {
        // The line through (0, secret) and (1, known), at 2.
        let last = known + known - secret;
        assert_eq!(*sharing::recombine(&[(1, known), (2, last)]), secret);
    }
}

#[test]
fn nobody_opens_the_share_of_another_seat() {
    let world = World::new(3, 5);
    let mut sealed = world.sealed(BID);
    sealed.dealing.shares.swap(0, 1);
    let envelope = world.envelope(&sealed);
    for seat in [1, 2] {
        let share = envelope.share(&world.secrets[usize::from(seat) - 1]);
        assert_eq!(share.err(), Some(ShareError::Unopenable { seat }));
    }
    let stranger = MemberSecret::from_seed(&[99; 32]);
    assert_eq!(
        envelope.share(&stranger).err(),
        Some(ShareError::NotAMember)
    );
}

/// The bidder makes one share a wrong one, to have a member blamed or the bid unopened at will.
#[test]
fn a_bad_share_is_seen_by_its_member_and_voids_the_bid() {
    let world = World::new(3, 5);
    let cheat = Cheat {
        share: |seat, share| if seat == 2 { plus_one(share) } else { share },
        ..Cheat::default()
    };
    let sealed = cheat.seal(&world);
    let envelope = world.envelope(&sealed);
    let own = envelope.share(&world.secrets[1]);
    assert_eq!(own.err(), Some(ShareError::Inconsistent { seat: 2 }));
    for seats in [&[1, 3, 4][..], &[1, 2, 3, 4, 5], &[2, 3, 4, 5]] {
        let why = void(&world, &cheat, seats);
        assert_eq!(why, Void::OtherShare { seat: 2 }, "{seats:?}");
    }
    // And so it is where the bidder says the secret itself.
    let opening = open_with_r(&envelope, &sealed.ciphertext, &Answers::new(), &bidder().r);
    let why = Void::OtherShare { seat: 2 };
    assert_eq!(opening.unwrap().outcome, Outcome::Void { why });
}

#[test]
fn a_share_sealed_to_another_member_voids_the_bid() {
    let world = World::new(3, 5);
    let cheat = Cheat {
        sealed_to: |seat| if seat == 1 { 5 } else { seat },
        ..Cheat::default()
    };
    let why = void(&world, &cheat, &[1, 2, 3, 4]);
    assert_eq!(why, Void::OtherShare { seat: 1 });
}

/// The share is right, its randomness is not: nobody could prove it right later.
#[test]
fn other_randomness_in_a_sealed_share_voids_the_bid() {
    let world = World::new(3, 5);
    let cheat = Cheat {
        ikm: |seat, ikm| if seat == 4 { [1; 32] } else { ikm },
        ..Cheat::default()
    };
    let why = void(&world, &cheat, &[1, 2, 4]);
    assert_eq!(why, Void::OtherShare { seat: 4 });
}

/// With commitments of another polynomial no member has a share, and every one of them says so before the deadline.
#[test]
fn commitments_of_another_polynomial_leave_no_share() {
    let world = World::new(2, 3);
    let cheat = Cheat {
        commitments: |commitments| {
            let point = RistrettoPoint::mul_base(&Scalar::from(7_u8));
            vec![commitments[0], point.compress().to_bytes()]
        },
        ..Cheat::default()
    };
    let sealed = cheat.seal(&world);
    let opening = world.opened_by(&sealed, &[1, 2, 3]);
    assert_eq!(opening.outcome, Outcome::NotEnough { good: 0, needed: 2 });
    let envelope = world.envelope(&sealed);
    let revealed = open_with_r(&envelope, &sealed.ciphertext, &Answers::new(), &bidder().r);
    assert_eq!(revealed, Err(OpenError::OtherR));
}

/// The bidder keeps two bids ready, and a choice: an r inside that gives another polynomial; a commitment to another bid; a key
/// that the shares do not give; padding with a message in it; a class too large.
#[test]
fn whatever_else_is_not_by_the_rules_voids_the_bid() {
    let world = World::new(3, 5);
    let r_inside = Cheat {
        r_inside: [9; 32],
        ..Cheat::default()
    };
    let committed = Cheat {
        committed: b"another bid",
        ..Cheat::default()
    };
    let secret = Cheat {
        secret: plus_one,
        ..Cheat::default()
    };
    let plaintext = |plaintext| Cheat {
        plaintext,
        ..Cheat::default()
    };
    let message = plaintext(|mut plaintext| {
        *plaintext.last_mut().unwrap() = 1;
        plaintext
    });
    let class = plaintext(|mut plaintext| {
        plaintext.resize(SIZE_CLASSES[1], 0);
        plaintext
    });
    let unpadded = plaintext(|mut plaintext| {
        plaintext.truncate(68 + BID.len());
        plaintext
    });
    let length = plaintext(|mut plaintext| {
        plaintext[32..36].copy_from_slice(&u32::MAX.to_be_bytes());
        plaintext
    });
    let no_bid = plaintext(|mut plaintext| {
        plaintext[32..36].fill(0);
        plaintext
    });
    let nothing = plaintext(|_| Vec::new());
    for (name, cheat, expected) in [
        ("r", r_inside, Void::OtherShares),
        ("bid", committed, Void::OtherBid),
        ("key", secret, Void::Undecryptable),
        ("padding", message, Void::OtherCiphertext),
        ("class", class, Void::OtherCiphertext),
        ("unpadded", unpadded, Void::OtherCiphertext),
        ("length", length, Void::Unreadable),
        ("no bid", no_bid, Void::Unreadable),
        ("nothing", nothing, Void::Unreadable),
    ] {
        for seats in [&[1, 2, 3][..], &[3, 4, 5]] {
            assert_eq!(void(&world, &cheat, seats), expected, "{name}");
        }
        let sealed = cheat.seal(&world);
        let envelope = world.envelope(&sealed);
        let opening = open_with_r(&envelope, &sealed.ciphertext, &Answers::new(), &bidder().r);
        let why = expected;
        assert_eq!(opening.unwrap().outcome, Outcome::Void { why }, "{name}");
    }
}

/// Members publish what is not their share, or complain of one that was right. The bid opens all the same, and they are named.
#[test]
fn who_answers_falsely_is_named() {
    let world = World::new(3, 5);
    let sealed = world.sealed(BID);
    let envelope = world.envelope(&sealed);
    let mut answers = world.answers(&envelope, [1, 2, 3]);
    let Answer::Share(first) = answers[&1] else {
        panic!("no share")
    };
    // Another's share, and a complaint; a number that is no scalar in its one encoding; seats that nobody has.
    answers.insert(4, Answer::Share(first));
    answers.insert(5, Answer::Complaint);
    let opening = open(&envelope, &sealed.ciphertext, &answers).unwrap();
    assert_eq!(opening.outcome, opened(BID));
    assert_eq!(opening.blamed, BTreeSet::from([4, 5]));
    for wrong in [plus_one(first), not_reduced(first), [0; 32], [0xff; 32]] {
        let mut answers = world.answers(&envelope, [2, 3, 4]);
        answers.insert(1, Answer::Share(wrong));
        answers.insert(0, Answer::Share(wrong));
        answers.insert(6, Answer::Share(wrong));
        let opening = open(&envelope, &sealed.ciphertext, &answers).unwrap();
        assert_eq!(opening.outcome, opened(BID));
        assert_eq!(opening.blamed, BTreeSet::from([1]));
    }
}

/// The same number, with the group's order added: a second encoding of one share.
fn not_reduced(share: [u8; 32]) -> [u8; 32] {
    let order = (Scalar::ZERO - Scalar::ONE).to_bytes();
    let mut sum = [0_u8; 32];
    let mut carry = 1_u16;
    for (place, (share, order)) in sum.iter_mut().zip(share.into_iter().zip(order)) {
        carry += u16::from(share) + u16::from(order);
        *place = carry.to_le_bytes()[0];
        carry >>= 8;
    }
    assert_eq!(carry, 0);
    assert_eq!(
        Scalar::from_bytes_mod_order(sum),
        Scalar::from_bytes_mod_order(share)
    );
    sum
}

/// More than n−k keys are lost: the bidder reveals r, and those who lied are named all the same.
#[test]
fn the_bidder_opens_it_where_keys_are_lost() {
    let world = World::new(3, 5);
    let sealed = world.sealed(BID);
    let envelope = world.envelope(&sealed);
    let mut answers = world.answers(&envelope, [1, 2]);
    answers.insert(3, Answer::Complaint);
    let by_members = open(&envelope, &sealed.ciphertext, &answers).unwrap();
    let too_few = Outcome::NotEnough { good: 2, needed: 3 };
    assert_eq!(by_members.outcome, too_few);
    // Nobody is blamed on suspicion.
    assert_eq!(by_members.blamed, BTreeSet::new());
    let opening = open_with_r(&envelope, &sealed.ciphertext, &answers, &bidder().r).unwrap();
    assert_eq!(opening.outcome, opened(BID));
    assert_eq!(opening.blamed, BTreeSet::from([3]));
    let other = open_with_r(&envelope, &sealed.ciphertext, &answers, &[1; 32]);
    assert_eq!(other, Err(OpenError::OtherR));
}

/// Who copies an envelope into another tender, another envelope of it, another id, a committee with one replaced, or under an
/// own key has something that nobody on the committee can open, and that the bidder's r does not open either.
#[test]
fn a_copy_opens_nowhere_else() {
    let world = World::new(3, 5);
    let sealed = world.sealed(BID);
    let mut own_id = sealed.clone();
    own_id.dealing.id = Uuid::from_u128(1);
    let mut own_key = sealed.clone();
    let thief = StatementKey::from_seed(&[1; 32]).unwrap();
    own_key.dealing.sender = thief.public().clone();
    let mut replaced = World::new(3, 5);
    let mut terms = replaced.sheet.terms().clone();
    let newcomer = MemberSecret::from_seed(&[55; 32]);
    let member = &mut terms.members[4];
    let seat = Seat {
        origin: ORIGIN,
        tender: "tender-2026-7",
        member: &member.id,
    };
    member.proof = newcomer.prove(&seat);
    member.key = newcomer.public();
    replaced.sheet = Sheet::new(terms).unwrap();
    replaced.secrets[4] = newcomer;
    for (name, world, copy) in [
        (
            "tender",
            World::of("tender-2026-8", "financial", 3, 5),
            &sealed,
        ),
        (
            "kind",
            World::of("tender-2026-7", "technical", 3, 5),
            &sealed,
        ),
        ("member", replaced, &sealed),
        ("id", World::new(3, 5), &own_id),
        ("key", World::new(3, 5), &own_key),
    ] {
        let envelope = world.envelope(copy);
        for seat in 1..=5 {
            let answer = world.answer(&envelope, seat);
            assert_eq!(answer, Answer::Complaint, "{name}");
        }
        // Even with the true shares, handed over by k members of the first.
        let truly = World::new(3, 5);
        let answers = truly.answers(&truly.envelope(&sealed), 1..=5);
        let opening = open(&envelope, &copy.ciphertext, &answers).unwrap();
        let why = Void::Undecryptable;
        assert_eq!(opening.outcome, Outcome::Void { why }, "{name}");
        let revealed = open_with_r(&envelope, &copy.ciphertext, &answers, &bidder().r);
        assert_eq!(revealed, Err(OpenError::OtherR), "{name}");
    }
}

/// Every byte of an envelope that changes is seen: at once, by its members, or as another file.
#[test]
fn no_byte_can_be_changed() {
    let world = World::new(2, 3);
    let sealed = world.sealed(BID);
    let unchanged = sealed.dealing.digest();
    let no_share = |dealing: &Dealing, seat: usize| {
        assert_ne!(dealing.digest(), unchanged);
        match Envelope::new(&world.sheet, dealing) {
            Ok(envelope) => assert!(envelope.share(&world.secrets[seat]).is_err()),
            Err(refused) => assert_eq!(refused, EnvelopeError::Commitments),
        }
    };
    for byte in 0..32 {
        let mut dealing = sealed.dealing.clone();
        dealing.bid.0[byte] ^= 1;
        no_share(&dealing, 0);
        let mut dealing = sealed.dealing.clone();
        dealing.ciphertext.0[byte] ^= 1;
        no_share(&dealing, 1);
        for commitment in 0..2 {
            let mut dealing = sealed.dealing.clone();
            dealing.commitments[commitment][byte] ^= 1;
            no_share(&dealing, 2);
        }
    }
    for byte in 0..SHARE_BYTES {
        let mut dealing = sealed.dealing.clone();
        dealing.shares[1][byte] ^= 1;
        // X25519 does not read the highest bit of a key; HPKE binds it, so that it counts here all the same.
        no_share(&dealing, 1);
        let mut dealing = sealed.dealing.clone();
        dealing.shares[1][byte] ^= 0x80;
        no_share(&dealing, 1);
    }
    let envelope = world.envelope(&sealed);
    let answers = world.answers(&envelope, [1, 2]);
    let mut changed = sealed.ciphertext.clone();
    changed[100] ^= 1;
    for other in [&changed[..], &sealed.ciphertext[1..], b""] {
        let opening = open(&envelope, other, &answers);
        assert!(matches!(opening, Err(OpenError::OtherCiphertext { .. })));
        let opening = open_with_r(&envelope, other, &answers, &bidder().r);
        assert!(matches!(opening, Err(OpenError::OtherCiphertext { .. })));
    }
}

#[test]
fn commitments_that_cannot_be_are_refused_at_once() {
    let world = World::new(2, 3);
    let sealed = world.sealed(BID);
    // The identity; bytes that are no point; a point's negative encoding; a number beyond the field.
    let mut negative = sealed.dealing.commitments[1];
    negative[0] ^= 1;
    for wrong in [[0; 32], [0xff; 32], negative, {
        let mut beyond = [0xff; 32];
        beyond[31] = 0x7f;
        beyond
    }] {
        let mut dealing = sealed.dealing.clone();
        dealing.commitments[1] = wrong;
        let refused = Envelope::new(&world.sheet, &dealing).err();
        assert_eq!(refused, Some(EnvelopeError::Commitments));
    }
    let other_committee = |change: fn(&mut Dealing)| {
        let mut dealing = sealed.dealing.clone();
        change(&mut dealing);
        let refused = Envelope::new(&world.sheet, &dealing).err();
        matches!(refused, Some(EnvelopeError::OtherCommittee { .. }))
    };
    assert!(other_committee(|dealing| dealing.commitments.truncate(1)));
    assert!(other_committee(|dealing| dealing.commitments.clear()));
    assert!(other_committee(|dealing| dealing.shares.truncate(2)));
    assert!(other_committee(|dealing| dealing.shares.push([0; 80])));
}
