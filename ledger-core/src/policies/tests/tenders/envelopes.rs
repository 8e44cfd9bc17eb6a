//! Bids as their bidders seal them, and the shares with which members open them.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "each function looks at what it is about"
)]

use rust_decimal::Decimal;

use super::world::{BIDDERS, PRICES, TOTALS, egp, id, key, lot_id, number, of_tender};
use crate::codec::write_bid;
use crate::domain::envelope::tests::world as sealing;
use crate::domain::envelope::{self, Envelope, Sealed};
use crate::domain::tender::{
    self, BidContent, EnvelopePart, EnvelopeShare, Event, FinancialBid, LinePrice, LotTotal,
    Shares, Standing, TechnicalBid,
};
use crate::domain::values::{Currency, EnvelopeId, OfficialId, SecurityId, UnitPrice, Withheld};
use crate::event::{Event as AnyEvent, Recorded};
use crate::seal::{self, MemberSecret, Secrets};
use crate::statement::StatementKey;
use EnvelopePart::{Financial, Technical};

/// A bidder's offer of gauze, perhaps with a security.
fn content(bidder: usize, part: EnvelopePart, secured: bool) -> BidContent {
    match part {
        Technical => BidContent::Technical(TechnicalBid {
            lots: vec![lot_id()],
            answers: Vec::new(),
            documents: Vec::new(),
            security: secured.then(|| security_id(bidder)),
        }),
        Financial => BidContent::Financial(priced(bidder, 1_000)),
    }
}

/// A bidder's prices, for so many rolls.
pub(super) fn priced(bidder: usize, rolls: u32) -> FinancialBid {
    let price: Decimal = PRICES[bidder].parse().unwrap();
    let currency = Currency::new("EGP").unwrap();
    FinancialBid {
        prices: vec![LinePrice {
            lot: lot_id(),
            line: 1,
            quantity: rolls.into(),
            unit_price: UnitPrice::new(price, currency).unwrap(),
        }],
        totals: vec![LotTotal {
            lot: lot_id(),
            total: egp(TOTALS[bidder].into()),
        }],
    }
}

/// An envelope.
#[derive(Clone, Copy)]
pub(super) struct Sealing {
    pub(super) bidder: usize,
    pub(super) part: EnvelopePart,
    pub(super) version: u8,
    /// Whether the bid names a security.
    pub(super) secured: bool,
}

/// The security of a bidder's bid.
pub(super) fn security_id(bidder: usize) -> SecurityId {
    id(&format!("S-{bidder}"))
}

/// An envelope as its bidder seals it, by the word of a key.
pub(super) fn sealed(envelope: Sealing, vouching: &StatementKey) -> Sealed {
    let Sealing {
        bidder,
        part,
        version,
        secured,
    } = envelope;
    let (tender, supplier) = (sealing::tender_id(), id(BIDDERS[bidder]));
    let own = key(bidder);
    let vouched = envelope::Vouched {
        origin: sealing::ORIGIN,
        tender: &tender,
        bidder: &supplier,
        key: own.public(),
    };
    let vouch = Some(vouching.vouch(&vouched));
    let claim = envelope::Claim {
        tender: tender.clone(),
        bidder: supplier.clone(),
        part,
        vouch,
    };
    let sheet = sealing::sealing(5).sheet(sealing::ORIGIN, &claim.tender, part);
    let number = number(bidder, part, version);
    let secrets = Secrets {
        salt: [number; 32].into(),
        r: [number; 32].into(),
    };
    let bid = write_bid(&content(bidder, part, secured)).unwrap();
    let uuid = sealing::uuid(number);
    let bid = seal::seal(&sheet.unwrap(), uuid, own.public(), &bid, &secrets);
    Sealed {
        claim: Withheld::Known(claim),
        key: own.public().clone(),
        sealed: bid.unwrap().to_bytes(),
    }
}

/// A member's shares of what counts and lies closed.
pub(super) fn shares(log: &[Recorded], member: usize, part: EnvelopePart) -> tender::Command {
    let opened = |envelope: &EnvelopeId| {
        of_tender(log).any(|(_, event)| match event {
            Event::BidOpened(it) => it.envelope == *envelope,
            _ => false,
        })
    };
    let counting = of_tender(log).filter_map(|(_, event)| match event {
        Event::BidReceived(it) if it.part == part && it.standing == Some(Standing::Counts) => {
            Some(it.envelope.clone())
        }
        _ => None,
    });
    let closed = counting.filter(|envelope| !opened(envelope));
    let name: OfficialId = id(&format!("m{}", member + 1));
    let shares = closed.map(|envelope| {
        let share = share(log, member, part, &envelope);
        EnvelopeShare { envelope, share }
    });
    tender::Command::PublishShares(Shares {
        member: name,
        shares: shares.collect(),
    })
}

fn share(
    log: &[Recorded],
    member: usize,
    part: EnvelopePart,
    envelope: &EnvelopeId,
) -> Option<[u8; 32]> {
    let stream = Envelope::stream(envelope);
    let bid = log.iter().find_map(|recorded| match &recorded.event {
        AnyEvent::Envelope(envelope::Event::BidSealed(it)) if recorded.stream == stream => Some(it),
        _ => None,
    })?;
    let uuid = envelope.as_str().parse().unwrap();
    let sealed = seal::Sealed::from_bytes(uuid, &bid.key, &bid.sealed)?;
    let sheet = sealing::sealing(5).sheet(sealing::ORIGIN, &sealing::tender_id(), part);
    let sheet = sheet.unwrap();
    let dealt = seal::Envelope::new(&sheet, &sealed.dealing).unwrap();
    let secret = MemberSecret::from_seed(&[100 + u8::try_from(member).unwrap(); 32]);
    Some(*dealt.share(&secret).ok()?.value)
}
