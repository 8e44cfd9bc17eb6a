//! Whatever the numbers and sizes, and whatever the bytes.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::plaintext::{pack, unpack};
use super::*;

/// k of n with 2 ≤ k ≤ n, and n from 3 to 16.
fn numbers() -> impl Strategy<Value = (u8, u8)> {
    (3..=16_u8).prop_flat_map(|n| (2..=n, Just(n)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_sealed_is_opened(
        (k, n) in numbers(),
        bid in proptest::collection::vec(any::<u8>(), 1..5000),
        order in any::<u64>(),
    ) {
        let world = World::new(k, n);
        let sealed = world.sealed(&bid);
        // Some k seats: a stretch of the circle.
        let start = u8::try_from(order % u64::from(n)).unwrap();
        let seats: Vec<_> = (0..k).map(|step| (start + step) % n + 1).collect();
        let opening = world.opened_by(&sealed, &seats);
        prop_assert_eq!(opening.outcome, opened(&bid));
        let fewer = world.opened_by(&sealed, &seats[1..]);
        let (good, needed) = (usize::from(k) - 1, usize::from(k));
        prop_assert_eq!(fewer.outcome, Outcome::NotEnough { good, needed });
    }

    /// Wrong answers are never taken for shares, and never stand in the way of right ones.
    #[test]
    fn wrong_answers_change_nothing(wrong in proptest::collection::btree_map(any::<u8>(), any::<[u8; 32]>(), 0..6)) {
        let world = World::new(2, 3);
        let sealed = world.sealed(BID);
        let envelope = world.envelope(&sealed);
        let mut answers: Answers = wrong.iter().map(|(seat, share)| (*seat, Answer::Share(*share))).collect();
        answers.extend(world.answers(&envelope, [1, 3]));
        let opening = open(&envelope, &sealed.ciphertext, &answers).unwrap();
        prop_assert_eq!(opening.outcome, opened(BID));
        let liars: BTreeSet<_> = wrong.keys().copied().filter(|seat| *seat == 2).collect();
        prop_assert_eq!(opening.blamed, liars);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_judged_without_a_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        share in any::<[u8; 32]>(),
        commitments in proptest::collection::vec(any::<[u8; 32]>(), 0..4),
        sealed_share in any::<[u8; 32]>(),
    ) {
        let _ = unpack(&bytes);
        let _ = MemberKey::new(&share);
        let _ = MemberSecret::parse(&String::from_utf8_lossy(&bytes));
        let world = World::new(2, 3);
        let mut sealed = world.sealed(BID);
        let envelope = world.envelope(&sealed);
        prop_assert!(!envelope.holds(share[0], &share));
        sealed.dealing.shares[0][..32].copy_from_slice(&sealed_share);
        prop_assert!(world.envelope(&sealed).share(&world.secrets[0]).is_err());
        sealed.dealing.commitments = commitments;
        let _ = Envelope::new(&world.sheet, &sealed.dealing);
    }

    #[test]
    fn what_is_packed_is_unpacked(bid in proptest::collection::vec(any::<u8>(), 1..=BID_BYTES_MAX)) {
        let Secrets { salt, r } = bidder();
        let packed = pack(&salt, &bid, &r).unwrap();
        prop_assert!(SIZE_CLASSES.contains(&packed.len()));
        let read = unpack(&packed).unwrap();
        prop_assert_eq!(&read.bid[..], &bid[..]);
        prop_assert_eq!((*read.salt, *read.r), (*salt, *r));
    }
}

#[test]
fn sizes_at_the_edges_of_the_classes() {
    let world = World::new(2, 3);
    for class in SIZE_CLASSES {
        let largest = vec![7; class - 68];
        let sealed = world.sealed(&largest);
        assert_eq!(sealed.ciphertext.len(), class + 16);
        assert_eq!(world.opened_by(&sealed, &[1, 3]).outcome, opened(&largest));
    }
    let one_more = world.sealed(&vec![7; SIZE_CLASSES[0] - 67]);
    assert_eq!(one_more.ciphertext.len(), SIZE_CLASSES[1] + 16);
    for bytes in [0, BID_BYTES_MAX + 1] {
        let refused = seal(&world.sheet, id(), &sender(), &vec![0; bytes], &bidder());
        assert_eq!(refused, Err(SealError::Size { bytes }));
    }
}

/// Even one r twice: another envelope has nothing in common with the first, another bid in the same envelope no key; and two bids
/// of a class do not differ in anything's size.
#[test]
fn envelopes_have_nothing_in_common() {
    let world = World::new(3, 5);
    let first = world.sealed(BID);
    let other_id = Uuid::from_u128(9);
    let other_envelope = seal(&world.sheet, other_id, &sender(), b"x", &bidder()).unwrap();
    let short_bid = world.sealed(b"x");
    for second in [&other_envelope, &short_bid] {
        let (one, two) = (&first.dealing, &second.dealing);
        assert!(
            one.shares
                .iter()
                .zip(&two.shares)
                .all(|(one, two)| one[32..] != two[32..])
        );
        assert_ne!(one.bid, two.bid);
        assert_eq!(first.ciphertext.len(), second.ciphertext.len());
        let same = first.ciphertext.iter().zip(&second.ciphertext);
        let same = same.filter(|(one, two)| one == two).count();
        // One byte in 256 is the same by chance.
        assert!(
            same < 64,
            "{same} of {} bytes are the same",
            first.ciphertext.len()
        );
    }
    let (one, two) = (&first.dealing, &other_envelope.dealing);
    assert!(
        one.commitments
            .iter()
            .all(|point| !two.commitments.contains(point))
    );
    assert!(
        one.shares
            .iter()
            .zip(&two.shares)
            .all(|(one, two)| one[..32] != two[..32])
    );
}
