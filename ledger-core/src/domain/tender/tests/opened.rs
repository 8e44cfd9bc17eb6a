//! The opening with envelopes as bidders seal them: what `evaluation` decides rests on what `seal` finds.

use uuid::Uuid;

use super::*;
use crate::codec::write_bid;
use crate::domain::envelope::{self, Claim, Envelope};
use crate::domain::values::{EnvelopeId, OfficialId};
use crate::seal::{self, Secrets, Sheet};

const SALT: [u8; 32] = [0xa5; 32];
const R: [u8; 32] = [0x5a; 32];

fn envelope_id(number: u128) -> Uuid {
    uuid::Builder::from_random_bytes(number.to_be_bytes()).into_uuid()
}

fn bid(lots: &[&str]) -> BidContent {
    BidContent::Technical(TechnicalBid {
        lots: lots.iter().map(|lot| id(lot)).collect(),
        answers: Vec::new(),
        documents: Vec::new(),
        security: None,
    })
}

fn sheet(tender: &Given<Tender>) -> Sheet {
    let notice = tender.state().notice().unwrap();
    let part = EnvelopePart::Technical;
    let sheet = notice.sealing.sheet("sijill.test", &notice.tender, part);
    sheet.unwrap()
}

/// What a bidder seals, and the bytes of its event.
fn sealed(sheet: &Sheet, envelope: Uuid, bytes: &[u8]) -> Vec<u8> {
    let secrets = Secrets {
        salt: SALT.into(),
        r: R.into(),
    };
    let sealed = seal::seal(sheet, envelope, &pseudonym(), bytes, &secrets);
    sealed.unwrap().to_bytes()
}

/// The closed tender with one technical envelope of these bytes, listed.
fn listed(envelope: Uuid, sealed: Vec<u8>) -> Given<Tender> {
    let claim = Claim {
        tender: id("T-1"),
        bidder: id("nile"),
        part: EnvelopePart::Technical,
        vouch: None,
    };
    let event = envelope::Event::BidSealed(envelope::Sealed {
        claim: Withheld::Known(claim),
        key: pseudonym(),
        sealed,
    });
    let given = Given::<Envelope>::nothing()
        .at(time("01-16 12:00"))
        .event(event);
    let name: EnvelopeId = id(&envelope.to_string());
    let receipt = Receipt {
        envelope: name.clone(),
        bidder: id("nile"),
        part: EnvelopePart::Technical,
        sealed_at: None,
        standing: None,
        vouch: None,
    };
    let listing = Listing {
        envelopes: None,
        unlisted: Vec::new(),
        left_off: None,
    };
    closed()
        .by(system())
        .reading(Envelope::stream(&name), 0, given.state().clone())
        .when(Command::Receive(receipt))
        .when(Command::EndReceipts(listing))
}

/// The share that a member finds in the envelope.
fn share(tender: &Given<Tender>, member: &str, envelope: Uuid, bytes: &[u8]) -> [u8; 32] {
    let sealed = seal::Sealed::from_bytes(envelope, &pseudonym(), bytes).unwrap();
    let sheet = sheet(tender);
    let opened = seal::Envelope::new(&sheet, &sealed.dealing).unwrap();
    let secret = secret(member.bytes().next().unwrap());
    *opened.share(&secret).unwrap().value
}

fn publish(tender: Given<Tender>, member: &str, envelope: Uuid, share: [u8; 32]) -> Given<Tender> {
    let shares = Shares {
        member: id(member),
        shares: vec![EnvelopeShare {
            envelope: id(&envelope.to_string()),
            share: Some(share),
        }],
    };
    let published = tender
        .by(actor(member, Role::CommitteeMember))
        .when(Command::PublishShares(shares));
    assert!(published.accepted(), "{:?}", published.outcome());
    published
}

fn open(tender: Given<Tender>, envelope: Uuid) -> Given<Tender> {
    tender.when(Command::Open(OpenedBid {
        envelope: id(&envelope.to_string()),
        bidder: None,
        content: None,
        blamed: Vec::new(),
    }))
}

fn opened(tender: &Given<Tender>) -> (&BidContent, Vec<&str>) {
    let [Event::BidOpened(opened)] = tender.last() else {
        panic!("not opened: {:?}", tender.last());
    };
    let blamed = opened.blamed.iter().map(OfficialId::as_str);
    (opened.content.as_ref().unwrap(), blamed.collect())
}

#[test]
fn two_of_three_members_open_what_was_sealed_and_a_liar_is_blamed() {
    let (envelope, content) = (envelope_id(1), bid(&["L1", "L2"]));
    let bytes = sealed(&sheet(&closed()), envelope, &write_bid(&content).unwrap());
    let tender = listed(envelope, bytes.clone());
    let share = |member| share(&tender, member, envelope, &bytes);
    for pair in [["a", "b"], ["b", "c"], ["c", "a"]] {
        let published = pair.iter().fold(tender.clone(), |tender, member| {
            publish(tender, member, envelope, share(member))
        });
        assert_eq!(opened(&open(published, envelope)), (&content, Vec::new()));
    }
    let lied = publish(tender.clone(), "a", envelope, share("b"));
    let one = publish(lied, "b", envelope, share("b"));
    let missing = open(one.clone(), envelope).refused();
    assert_eq!(missing.code(), "TENDER_SHARES_MISSING");
    let two = publish(one, "c", envelope, share("c"));
    assert_eq!(opened(&open(two, envelope)), (&content, vec!["a"]));
}

#[test]
fn the_bidder_opens_with_the_number_that_was_kept() {
    let (envelope, content) = (envelope_id(1), bid(&["L1"]));
    let bytes = sealed(&sheet(&closed()), envelope, &write_bid(&content).unwrap());
    let nile = Actor {
        id: ActorId::Organization(id("nile")),
        role: Role::Supplier,
        position: None,
    };
    let reveal = |secret| {
        Command::Reveal(Reveal {
            envelope: id(&envelope.to_string()),
            secret,
        })
    };
    let tender = listed(envelope, bytes).by(nile);
    let other = tender.clone().when(reveal([1; 32])).refused();
    assert_eq!(other.code(), "TENDER_OTHER_SECRET");
    let revealed = tender.when(reveal(R));
    assert_eq!(opened(&open(revealed, envelope)), (&content, Vec::new()));
}

/// Who copies an envelope under another id, changes a byte of it or seals what is no bid has none.
#[test]
fn copies_changes_and_nonsense_are_void() {
    let (first, copy) = (envelope_id(1), envelope_id(2));
    let sheet = sheet(&closed());
    let bytes = sealed(&sheet, first, &write_bid(&bid(&["L1"])).unwrap());
    let voided = |envelope: Uuid, bytes: Vec<u8>, r: [u8; 32]| {
        let tender = listed(envelope, bytes);
        let nile = Actor {
            id: ActorId::Organization(id("nile")),
            role: Role::Supplier,
            position: None,
        };
        let revealed = tender.by(nile).when(Command::Reveal(Reveal {
            envelope: id(&envelope.to_string()),
            secret: r,
        }));
        let opened = open(revealed, envelope);
        let [Event::BidVoided(voided)] = opened.last() else {
            panic!("not void: {:?}", opened.outcome());
        };
        voided.reason.unwrap()
    };
    let mut changed = bytes.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(voided(first, changed, R), VoidReason::BadDeal);
    let nonsense = sealed(&sheet, first, b"no bid at all");
    assert_eq!(voided(first, nonsense, R), VoidReason::Unreadable);
    let elsewhere = sealed(&sheet, first, &write_bid(&bid(&["L9"])).unwrap());
    assert_eq!(voided(first, elsewhere, R), VoidReason::Unfitting);

    // Members find no share in a copy, and say so; r is that of another envelope.
    let copied = listed(copy, bytes);
    let complaint = |tender: Given<Tender>, member: &str| {
        tender
            .by(actor(member, Role::CommitteeMember))
            .when(Command::PublishShares(Shares {
                member: id(member),
                shares: vec![EnvelopeShare {
                    envelope: id(&copy.to_string()),
                    share: None,
                }],
            }))
    };
    let complained = ["a", "b", "c"].into_iter().fold(copied, complaint);
    let over = open(complained.by(system()).at(time("01-25 00:00")), copy);
    let [Event::BidVoided(voided)] = over.last() else {
        panic!("not void: {:?}", over.outcome());
    };
    assert_eq!(voided.reason, Some(VoidReason::NotOpened));
}
