//! Which envelopes count.

use sha2::Digest as _;

use super::records::vouching;
use super::*;
use crate::domain::envelope::Vouched;
use crate::domain::tender::notice::Notice;
use crate::statement::StatementKey;

const PART: EnvelopePart = EnvelopePart::Financial;

/// Nile's financial envelopes, sealed at these instants as `e0`, `e1`, …
fn envelopes(notice: Notice, at: &[crate::time::Timestamp]) -> Case {
    let content = financial(&[("B", 1, 10, "40")], &[("B", "400")]);
    let sealed = |case: Case, (n, at): (usize, &crate::time::Timestamp)| {
        case.sealed(&format!("e{n}"), "nile", &content, *at)
    };
    at.iter().enumerate().fold(Case::of(notice), sealed)
}

fn standing(case: &Case) -> Standing {
    let Event::BidReceived(receipt) = case.only() else {
        panic!("no receipt");
    };
    receipt.standing.unwrap()
}

fn received_standing(case: Case) -> Standing {
    standing(&case.when(receive("e0", "nile", PART)))
}

#[test]
fn an_envelope_of_the_last_microsecond_counts_and_one_at_the_deadline_is_late() {
    let deadline = notice().closes_at;
    let before = envelopes(notice(), &[deadline.plus_micros(-1)]);
    assert_eq!(received_standing(before), Standing::Counts);
    let at = envelopes(notice(), &[deadline]);
    assert_eq!(received_standing(at), Standing::Late);
}

/// Whatever the order of listing, the latest envelope of a bidder counts in the end.
#[test]
fn the_order_of_listing_makes_no_difference() {
    let orders = [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ];
    for order in orders {
        let case = envelopes(notice(), &[hour(1), hour(2), hour(3)]);
        let case = order.iter().fold(case, |case, n| {
            case.when(receive(&format!("e{n}"), "nile", PART))
        });
        let counting: Vec<_> = case
            .state
            .counting(PART)
            .map(|(id, _)| id.as_str())
            .collect();
        assert_eq!(counting, ["e2"], "{order:?}");
    }
    let latest_first = envelopes(notice(), &[hour(1), hour(2)]).when(receive("e1", "nile", PART));
    assert_eq!(standing(&latest_first), Standing::Counts);
    assert_eq!(received_standing(latest_first), Standing::Superseded);
}

/// However many a bidder hands in: of each part one is kept as its bid, and no other is looked at again.
#[test]
fn of_five_thousand_envelopes_of_one_bidder_one_is_looked_at() {
    const MANY: usize = 5_000;
    let at: Vec<_> = (0_i64..)
        .take(MANY)
        .map(|n| hour(1).plus_micros(n))
        .collect();
    let latest_first: Vec<_> = (0..MANY).rev().collect();
    for order in [latest_first, (0..MANY).collect()] {
        let case = order
            .iter()
            .fold(envelopes(notice(), &at), |case, n| {
                case.when(receive(&format!("e{n}"), "nile", PART))
            })
            .when(Command::EndReceipts(listing(Some(5_000), &[])));
        let counting = case.state.counting(PART).map(|(id, _)| id.as_str());
        assert_eq!(counting.collect::<Vec<_>>(), ["e4999"]);
        let bids: Vec<_> = case
            .state
            .bids
            .values()
            .map(|it| it.counting.len())
            .collect();
        assert_eq!(bids, [1]);
        let standings = case.state.envelopes.values().map(|it| it.standing);
        let superseded = standings.filter(|it| *it == Standing::Superseded).count();
        assert_eq!(superseded, MANY - 1);
    }
}

#[test]
fn a_withdrawn_one_makes_way_for_the_one_before_unless_it_was_withdrawn_too_late() {
    let two = || envelopes(notice(), &[hour(1), hour(2)]);
    let withdrawn = |at| two().change("e1", |it| it.shown.withdrawn_at = Some(at));
    let timely = withdrawn(hour(3)).when(receive("e1", "nile", PART));
    assert_eq!(standing(&timely), Standing::Withdrawn);
    assert_eq!(received_standing(timely), Standing::Counts);
    let late = withdrawn(notice().closes_at).when(receive("e1", "nile", PART));
    assert_eq!(standing(&late), Standing::Counts);
}

#[test]
fn after_an_amendment_an_earlier_envelope_is_confirmed_or_void() {
    let amended = || Notice {
        amended_at: vec![hour(2), hour(4)],
        ..notice()
    };
    let with = |confirmations: &[(i64, u16)]| {
        envelopes(amended(), &[hour(1)]).change("e0", |it| {
            it.shown.confirmations = confirmations
                .iter()
                .map(|(at, n)| (hour(*at), *n))
                .collect();
        })
    };
    assert_eq!(received_standing(with(&[])), Standing::Unconfirmed);
    assert_eq!(received_standing(with(&[(3, 1)])), Standing::Unconfirmed);
    assert_eq!(received_standing(with(&[(3, 1), (5, 2)])), Standing::Counts);
    // Midnight and one hour: after the deadline.
    assert_eq!(received_standing(with(&[(25, 2)])), Standing::Unconfirmed);
    let after = envelopes(amended(), &[hour(5)]);
    assert_eq!(received_standing(after), Standing::Counts);
}

#[test]
fn who_is_debarred_at_the_deadline_is_listed_and_does_not_count() {
    let case = envelopes(notice(), &[hour(1)]).debarred("nile");
    assert_eq!(received_standing(case), Standing::Debarred);
}

/// What a rule refused to list is named at the end of the list, and the others are opened.
#[test]
fn one_that_cannot_be_listed_holds_up_no_other() {
    let case = || {
        let one = envelopes(notice(), &[hour(1), hour(2)]).second_edition();
        one.when(receive("e0", "nile", PART))
    };
    let end = |unlisted: &[&str]| Command::EndReceipts(listing(Some(2), unlisted));
    let ended = case().when(end(&["e0", "e1"]));
    assert_eq!(ended.only(), &Event::BidsListed(listing(Some(1), &["e1"])));
    assert_ne!(ended.state.stage(), Stage::Receiving);
    assert_eq!(case().when(end(&["e0"])).refused(), "LIST_INCOMPLETE");
    let on_it = Event::BidsListed(listing(Some(1), &["e0"]));
    assert!(!case().possible(&on_it));
    let first = case().ruled(ProcurementRules::default());
    let ended = first.when(end(&["e0", "e1"]));
    assert_eq!(ended.only(), &Event::BidsListed(listing(Some(1), &["e1"])));
}

/// Of more than one event names, the first are named, and all are counted and bound by their digest, whatever their order.
#[test]
fn of_very_many_that_are_lost_the_end_says_how_many() {
    let ids: Vec<String> = (0..1_001).map(|n| format!("lost-{n}")).collect();
    let names: Vec<&str> = ids.iter().map(String::as_str).collect();
    let end = |names: &[&str]| {
        let count = u32::try_from(names.len()).unwrap();
        let case = envelopes(notice(), &[hour(1)]);
        case.when(Command::EndReceipts(listing(Some(count), names)))
    };
    let few = end(&names[..1_000]);
    let first = listing(Some(0), &names[..1_000]);
    assert_eq!(few.only(), &Event::BidsListed(first.clone()));
    let Event::BidsListed(many) = end(&names).only().clone() else {
        panic!("no end of the list");
    };
    assert_eq!(many.unlisted, first.unlisted);
    let all = many.left_off.unwrap();
    assert_eq!((all.count, many.left_off()), (1_001, 1_001));
    let mut ascending = names.clone();
    ascending.sort_unstable();
    let length = |text: &str| u32::try_from(text.len()).unwrap().to_be_bytes();
    let domain = std::iter::once("sijill/unlisted/v1");
    let hash = domain
        .chain(ascending)
        .fold(sha2::Sha256::new(), |hash, it| {
            hash.chain_update(length(it)).chain_update(it)
        });
    assert_eq!(all.digest.0, <[u8; 32]>::from(hash.finalize()));
    // A number that the names contradict could not have happened.
    let case = envelopes(notice(), &[hour(1)]);
    let claimed = |listing: Listing| case.possible(&Event::BidsListed(listing));
    assert!(claimed(many.clone()));
    let fewer = |count| Listing {
        left_off: Some(LeftOff { count, ..all }),
        ..many.clone()
    };
    assert!(!claimed(fewer(1_000)) && claimed(fewer(1_002)));
    let unnamed = Listing {
        unlisted: Vec::new(),
        ..many.clone()
    };
    assert!(!claimed(unnamed));
}

/// A word of the bidder's enrolled key for the envelope's key; under the second edition of the rules nothing counts without.
#[test]
fn what_its_bidder_did_not_vouch_for_is_nobodys() {
    let key = StatementKey::from_seed(&[77; 32]).unwrap();
    let (tender, nile) = (id("T-1"), id("nile"));
    let envelopes = || envelopes(notice(), &[hour(1)]);
    let own = envelopes().envelopes.0[&id("e0")].shown.key.clone();
    let right = Vouched {
        origin: "sijill.test",
        tender: &tender,
        bidder: &nile,
        key: &own,
    };
    let listed = |vouch: Option<Vouch>, revoked, case: Case| {
        let known = |it: &mut Planted| it.shown.claim.as_mut().unwrap().vouch.clone_from(&vouch);
        let case = case
            .change("e0", known)
            .organization("nile", vouching(&key, revoked));
        case.when(receive_vouched("e0", "nile", PART, vouch.clone()))
    };
    let judged = |vouch, revoked| standing(&listed(vouch, revoked, envelopes().second_edition()));
    let vouch = || Some(key.vouch(&right));
    assert_eq!(judged(vouch(), None), Standing::Counts);
    assert_eq!(judged(None, None), Standing::Unvouched);
    let other = StatementKey::from_seed(&[78; 32]).unwrap();
    assert_eq!(judged(Some(other.vouch(&right)), None), Standing::Unvouched);
    // A key that ends after the sealing makes no word untrue; one that ended before makes none true.
    assert_eq!(judged(vouch(), Some("2026-01-20")), Standing::Counts);
    assert_eq!(judged(vouch(), Some("2026-01-18")), Standing::Unvouched);
    // Whose name stands on it has no bid.
    let invented = listed(None, None, envelopes().second_edition());
    assert!(invented.state.bids.is_empty());
    // Under the first edition it may be missing, and is never false.
    assert_eq!(standing(&listed(None, None, envelopes())), Standing::Counts);
    let false_word = listed(Some(other.vouch(&right)), None, envelopes());
    assert_eq!(standing(&false_word), Standing::Unvouched);
    let other_word = envelopes().when(receive_vouched("e0", "nile", PART, vouch()));
    assert_eq!(other_word.refused(), "OTHER_CLAIM");
}

/// From the third edition on a tender keeps the edition that it was published under; before, the one in force held for all.
#[test]
fn adopting_an_edition_voids_no_envelope_of_a_tender_that_is_out() {
    let judged = |published_under, editions: &[u8]| {
        let notice = Notice {
            published_under,
            ..notice()
        };
        received_standing(envelopes(notice, &[hour(1)]).editions(editions))
    };
    assert_eq!(judged(Some(1), &[1, 3]), Standing::Counts);
    assert_eq!(judged(None, &[3]), Standing::Counts, "before any ruleset");
    assert_eq!(judged(Some(2), &[1, 3]), Standing::Unvouched);
    assert_eq!(judged(Some(2), &[1, 2, 3]), Standing::Unvouched);
    assert_eq!(judged(Some(1), &[1, 2]), Standing::Unvouched);
}

#[test]
fn the_scheduler_lists_what_there_is_as_it_says_and_once() {
    let case = envelopes(notice(), &[hour(1)]);
    let by_huda = case.clone().by(samir()).when(receive("e0", "nile", PART));
    assert_eq!(by_huda.refused(), "SCHEDULER_ONLY");
    let other = case.clone().when(receive("e0", "delta", PART));
    assert_eq!(other.refused(), "OTHER_CLAIM");
    let part = case
        .clone()
        .when(receive("e0", "nile", EnvelopePart::Technical));
    assert_eq!(part.refused(), "OTHER_CLAIM");
    let unknown = case.clone().when(receive("e7", "nile", PART));
    assert_eq!(unknown.refused(), "NO_ENVELOPE");
    let elsewhere = case.clone().change("e0", |it| {
        it.shown.claim.as_mut().unwrap().tender = id("T-2");
    });
    assert_eq!(
        elsewhere.when(receive("e0", "nile", PART)).refused(),
        "OTHER_CLAIM"
    );
    let listed = case.when(receive("e0", "nile", PART));
    assert_eq!(
        listed.clone().when(receive("e0", "nile", PART)).refused(),
        "ENVELOPE_LISTED"
    );
    let two = Command::EndReceipts(listing(Some(2), &[]));
    assert_eq!(listed.clone().when(two).refused(), "LIST_INCOMPLETE");
    let ended = listed.when(Command::EndReceipts(listing(Some(1), &[])));
    assert_eq!(ended.last().len(), 1);
    assert_eq!(
        ended.when(receive("e0", "nile", PART)).refused(),
        "NOT_AT_THIS_STAGE"
    );
}

/// A mirror that was not told whose an envelope is passes what it cannot judge.
#[test]
fn a_withheld_claim_is_not_judged() {
    let case = envelopes(notice(), &[hour(1)]).change("e0", |it| it.shown.claim = None);
    assert_eq!(received_standing(case), Standing::Counts);
}

#[test]
fn an_event_that_contradicts_the_list_is_impossible() {
    let case = envelopes(notice(), &[hour(1)]).when(receive("e0", "nile", PART));
    let again = case.only().clone();
    assert!(!case.possible(&again));
    let count = |envelopes| Event::BidsListed(listing(envelopes, &[]));
    assert!(case.possible(&count(Some(1))));
    assert!(!case.possible(&count(Some(2))) && !case.possible(&count(None)));
}
