//! The rules of envelopes, each where it can be broken.

pub(crate) mod world;

use super::*;
use crate::aggregate::{Explain as _, Latest, Wanted};
use crate::domain::enrolment::KeyRevocation;
use crate::domain::organization::Debarment;
use crate::domain::tender::{
    CancellationGround, Closing, Ending, EnvelopePart, Event as TenderEvent, Procedure,
};
use crate::domain::values::{Date, DocumentNumber, OrganizationId, Sha256, TenderId, Text};
use crate::event::{Actor, Origin, Role};
use crate::statement::StatementKey;
use crate::testing::{Given, assert_documented, official, stage_table};
use world::{
    amended, beside, claim, closes_at, given, holder, key, sealed, sealed_to, supplier,
    supplier_key, tender, vouched,
};

fn seal(key: &StatementKey) -> Command {
    Command::Seal(sealed(1, key))
}

fn confirm(amendment: u16) -> Command {
    Command::Confirm(Confirmation { amendment })
}

const WITHDRAW: Command = Command::Withdraw(Withdrawal {});

fn code(given: &Given<Envelope>) -> &'static str {
    match given.outcome() {
        Ok(_) => "allowed",
        Err(refusal) => refusal.code(),
    }
}

/// A bid is sealed under a key's name, confirmed after an amendment, and withdrawn; whose it is stands nowhere but in the claim.
#[test]
fn an_envelope_from_sealing_to_withdrawal() {
    let key = key(7);
    let own = Wanted::Own(key.public().clone());
    let sealed_one = given(&key).when(seal(&key));
    assert_eq!(sealed_one.last(), [Event::BidSealed(sealed(1, &key))]);
    assert_eq!(sealed_one.wanted(), own);
    let contents = sealed_one.state().contents().unwrap();
    let vouched = vouched(claim(EnvelopePart::Technical), &key);
    assert_eq!(contents.claim(), Some(&vouched));
    let id = EnvelopeId::new(&world::uuid(1).to_string()).unwrap();
    let bid = contents.sealed(&id).unwrap();
    assert_eq!(bid.to_bytes(), sealed(1, &key).sealed);

    let amended = sealed_one.reading_apart(
        Tender::stream(&world::tender_id()),
        tender(Procedure::Open, [amended()]),
    );
    let confirmed = amended.on("2026-01-16").when(confirm(1));
    assert_eq!(confirmed.wanted(), own);
    let at = crate::testing::noon("2026-01-16").at();
    let confirmations: Vec<_> = confirmed
        .state()
        .contents()
        .unwrap()
        .confirmations()
        .collect();
    assert_eq!(confirmations, [(at, 1)]);
    let withdrawn = confirmed.when(WITHDRAW);
    assert_eq!(withdrawn.wanted(), own);
    assert_eq!(withdrawn.state().withdrawn_at(), Some(at));
    assert!(
        withdrawn.state().contents().is_some(),
        "it is listed all the same"
    );
}

/// Each command in each stage: the table in the docs.
#[test]
fn what_may_be_asked_in_which_stage() {
    let key = key(7);
    let amended = tender(Procedure::Open, [amended()]);
    let unknown = beside(&key, amended, supplier([]));
    let sealed = unknown.clone().when(seal(&key));
    let confirmed = sealed.clone().when(confirm(1));
    let withdrawn = sealed.clone().when(WITHDRAW);
    let stages = [
        ("nothing", unknown),
        ("sealed", sealed),
        ("confirmed", confirmed),
        ("withdrawn", withdrawn),
    ];
    let commands = [
        ("Seal", seal(&key)),
        ("Confirm", confirm(1)),
        ("Withdraw", WITHDRAW),
    ];
    assert_documented(include_str!("../mod.rs"), &stage_table(&stages, &commands));
}

#[test]
fn the_last_microsecond_before_the_deadline_is_in_time() {
    let key = key(7);
    let refusal = Refusal::BiddingClosed {
        closes_at: closes_at(),
    };
    let before = closes_at().plus_micros(-1);
    for command in [seal(&key), confirm(1), WITHDRAW] {
        let lies = given(&key).reading_apart(
            Tender::stream(&world::tender_id()),
            tender(Procedure::Open, [amended()]),
        );
        let lies = if matches!(command, Command::Seal(_)) {
            lies
        } else {
            lies.when(seal(&key))
        };
        assert_eq!(
            code(&lies.clone().at(before).when(command.clone())),
            "allowed"
        );
        let latest = Latest {
            stamp: before,
            refusal: refusal.clone(),
        };
        assert_eq!(lies.latest(&command), Some(latest));
        let late = lies.at(closes_at()).when(command);
        assert_eq!(late.refused(), refusal);
        assert!(refusal.english().contains(&closes_at().to_string()));
    }
}

#[test]
fn envelopes_are_for_tenders_that_take_bids() {
    let key = key(7);
    let cancelled = TenderEvent::TenderCancelled(Ending {
        ground: CancellationGround::NoDemand,
        reason: Text::new("no demand").unwrap(),
        proposal: None,
    });
    let closed = TenderEvent::BiddingClosed(Closing {
        closed_at: closes_at(),
    });
    for (tender, refusal) in [
        (Tender::default(), "ENVELOPE_NO_BIDDING"),
        (tender(Procedure::Open, [cancelled]), "ENVELOPE_NO_BIDDING"),
        (tender(Procedure::Open, [closed]), "ENVELOPE_NO_BIDDING"),
        (tender(Procedure::Quotation, []), "ENVELOPE_NO_SUCH_PART"),
    ] {
        let refused = beside(&key, tender, supplier([])).when(seal(&key));
        assert_eq!(code(&refused), refusal);
    }
}

#[test]
fn bidders_are_suppliers_that_are_not_debarred() {
    let key = key(7);
    let open = || tender(Procedure::Open, []);
    let unknown = beside(&key, open(), Organization::default()).when(seal(&key));
    assert_eq!(unknown.refused(), Refusal::NotASupplier);
    let debarment = |from, until| {
        crate::domain::organization::Event::SupplierDebarred(Debarment {
            from: Date::parse(from).unwrap(),
            until: Some(Date::parse(until).unwrap()),
            decision: DocumentNumber::new("D-1").unwrap(),
            grounds: Text::new("false documents").unwrap(),
        })
    };
    let over = supplier([debarment("2025-12-01", "2026-01-14")]);
    assert!(beside(&key, open(), over).when(seal(&key)).accepted());
    let now = supplier([debarment("2025-12-01", "2026-01-15")]);
    let refused = beside(&key, open(), now).when(seal(&key)).refused();
    assert_eq!(refused.code(), "ENVELOPE_BIDDER_DEBARRED");
}

/// Nothing else shows whose the key is: no word, another's, one for another key, tender, bidder or log, and a key that ended.
#[test]
fn the_bidder_vouches_for_the_key() {
    let key = key(7);
    let with = |vouch| {
        let claim = Claim {
            vouch,
            ..claim(EnvelopePart::Technical)
        };
        let claim = Withheld::Known(claim);
        let sealed = Sealed {
            claim,
            ..sealed(1, &key)
        };
        given(&key).when(Command::Seal(sealed))
    };
    assert_eq!(with(None).refused(), Refusal::NotVouched);
    let (tender, bidder) = (world::tender_id(), world::supplier_id());
    let right = Vouched {
        origin: world::ORIGIN,
        tender: &tender,
        bidder: &bidder,
        key: key.public(),
    };
    assert!(with(Some(supplier_key().vouch(&right))).accepted());
    let other_key = world::key(8);
    let other_tender = TenderId::new("T-2").unwrap();
    let other_bidder = OrganizationId::new("delta").unwrap();
    let wrong = [
        other_key.vouch(&right),
        Vouch {
            key: supplier_key().public().id(),
            ..other_key.vouch(&right)
        },
        supplier_key().vouch(&Vouched {
            key: other_key.public(),
            ..right
        }),
        supplier_key().vouch(&Vouched {
            tender: &other_tender,
            ..right
        }),
        supplier_key().vouch(&Vouched {
            bidder: &other_bidder,
            ..right
        }),
        supplier_key().vouch(&Vouched {
            origin: "sijill.other",
            ..right
        }),
    ];
    for vouch in wrong {
        assert_eq!(code(&with(Some(vouch))), "ENVELOPE_VOUCH_WRONG");
    }
    let revoked = crate::domain::organization::Event::KeyRevoked(KeyRevocation {
        key: supplier_key().public().id(),
        reason: Text::new("a new one").unwrap(),
    });
    let ended = beside(
        &key,
        world::tender(Procedure::Open, []),
        supplier([revoked]),
    );
    assert_eq!(code(&ended.when(seal(&key))), "ENVELOPE_VOUCH_WRONG");
}

/// Who is not asked is told so, and a direct purchase takes no envelope of anyone.
#[test]
fn only_the_invited_seal() {
    let key = key(7);
    let inviting = |procedure, bidder: &str| {
        let mut state = tender(Procedure::Open, []);
        let Tender::Bidding(bidding) = &mut state else {
            panic!("not open");
        };
        bidding.invite(procedure, bidder);
        beside(&key, state, supplier([])).when(seal(&key))
    };
    assert!(inviting(Procedure::Limited, "nile").accepted());
    assert!(inviting(Procedure::Selective, "nile").accepted());
    for procedure in [Procedure::Limited, Procedure::Selective] {
        let refused = inviting(procedure, "delta").refused();
        assert_eq!(refused, Refusal::NotInvited);
    }
    assert_eq!(
        inviting(Procedure::Direct, "nile").refused(),
        Refusal::NoEnvelopes
    );
}

#[test]
fn nothing_says_who_acts() {
    let key = key(7);
    let named = [
        official("huda"),
        Actor {
            role: Role::Registrar,
            ..holder(&key)
        },
        Actor {
            position: Some(crate::domain::values::Code::new("nile-sales").unwrap()),
            ..holder(&key)
        },
    ];
    for actor in named {
        let refused = given(&key).by(actor).when(seal(&key)).refused();
        assert_eq!(refused, Refusal::NotPseudonymous);
    }
    for id in ["nile-gauze", "018f6b1c-0000-7000-8000-000000000000"] {
        let telling = given(&key).stream(StreamName::of("envelope", id));
        assert_eq!(telling.when(seal(&key)).refused(), Refusal::IdNotRandom);
    }
    let import = Origin::Import {
        file: Sha256([0; 32]),
        line: 2,
    };
    let imported = given(&key).origin(import).when(seal(&key)).refused();
    assert_eq!(imported, Refusal::NotHistory);
}

#[test]
fn only_its_own_key_acts_for_an_envelope() {
    let (own, other) = (key(7), key(8));
    let refusal = || Refusal::OtherKey {
        key: own.public().id(),
    };
    let copied = given(&own).by(holder(&other)).when(seal(&own));
    assert_eq!(copied.refused(), refusal());
    let lies = given(&own).when(seal(&own)).by(holder(&other));
    for command in [confirm(1), WITHDRAW] {
        assert_eq!(lies.clone().when(command).refused(), refusal());
    }
}

#[test]
fn what_is_sealed_fits_the_committee_and_can_be_read() {
    let key = key(7);
    let fewer = Command::Seal(sealed_to(4, 1, &key, claim(EnvelopePart::Technical)));
    assert_eq!(
        code(&given(&key).when(fewer)),
        "SEAL_ENVELOPE_OTHER_COMMITTEE"
    );
    let mut cut = sealed(1, &key);
    cut.sealed.pop();
    let cut = given(&key).when(Command::Seal(cut)).refused();
    assert_eq!(cut, Refusal::Unreadable);
}

#[test]
fn a_confirmation_names_the_last_amendment() {
    let key = key(7);
    let lies = given(&key).when(seal(&key));
    for amendment in [0, 1] {
        let refused = lies.clone().when(confirm(amendment)).refused();
        assert_eq!(refused, Refusal::OtherAmendment { last: 0 });
    }
    let amended = tender(Procedure::Open, [amended()]);
    let lies = lies.reading_apart(Tender::stream(&world::tender_id()), amended);
    for amendment in [0, 2] {
        let refused = lies.clone().when(confirm(amendment)).refused();
        assert_eq!(refused, Refusal::OtherAmendment { last: 1 });
    }
}

/// A mirror knows no claim and is shown no tender: it judges the rest, and evolves the same.
#[test]
fn what_is_not_known_is_not_judged() {
    let key = key(7);
    let unknown = Sealed {
        claim: Withheld::Committed([1; 32]),
        ..sealed(1, &key)
    };
    let mirror = Given::<Envelope>::nothing();
    let mirror = mirror.stream(world::envelope(1)).by(holder(&key));
    let judged = mirror.clone().when(Command::Seal(unknown.clone()));
    assert_eq!(judged.last(), [Event::BidSealed(unknown.clone())]);
    assert!(judged.clone().when(confirm(3)).accepted());
    assert!(judged.clone().when(WITHDRAW).accepted());
    let other = mirror.by(holder(&world::key(8)));
    let refused = other.when(Command::Seal(unknown));
    assert_eq!(code(&refused), "ENVELOPE_OTHER_KEY");
}

#[test]
fn impossible_histories() {
    let key = key(7);
    let (sealed, confirmed) = (
        Event::BidSealed(sealed(1, &key)),
        Event::BidConfirmed(Confirmation { amendment: 1 }),
    );
    let withdrawn = Event::BidWithdrawn(Withdrawal {});
    let nothing = given(&key);
    assert!(nothing.possible(&sealed));
    assert!(!nothing.possible(&confirmed) && !nothing.possible(&withdrawn));
    let lies = nothing.event(sealed.clone());
    assert!(!lies.possible(&sealed), "twice under one id");
    let gone = lies.event(withdrawn.clone());
    for event in [sealed, confirmed, withdrawn] {
        assert!(!gone.possible(&event));
    }
}
