//! Round trips of tenders, and the one encoding of a bid.

use proptest::prelude::*;
use prost::Message as _;
use sijill_schemas::events::v1 as pb;

use super::bid::{read_bid, write_bid};
use crate::codec::arbitrary;
use crate::codec::error::Defect;
use crate::domain::tender::{
    ANSWERS_MAX, BID_BYTES_MAX, BidContent, CriterionAnswer, EnvelopePart, FinancialBid, LINES_MAX,
    LinePrice, LotTotal, TechnicalBid,
};
use crate::domain::values::{CriterionId, Currency, LotId, Money, Quantity, Text, UnitPrice};

const fn part(content: &BidContent) -> EnvelopePart {
    match content {
        BidContent::Technical(_) => EnvelopePart::Technical,
        BidContent::Financial(_) => EnvelopePart::Financial,
    }
}

proptest! {
    #[test]
    fn a_bid_has_one_encoding(content in arbitrary::bid()) {
        let bytes = write_bid(&content).unwrap();
        prop_assert_eq!(read_bid(part(&content), &bytes).unwrap(), content);
    }

    /// Whatever differs from it by a byte is another bid, or none.
    #[test]
    fn damaged_bids_are_other_bids_or_none(
        content in arbitrary::bid(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        insert in any::<bool>(),
    ) {
        let mut bytes = write_bid(&content).unwrap();
        let at = at.index(bytes.len());
        if insert {
            bytes.insert(at, byte);
        } else {
            bytes[at] ^= byte | 1;
        }
        for part in [EnvelopePart::Technical, EnvelopePart::Financial] {
            if let Ok(other) = read_bid(part, &bytes) {
                prop_assert_ne!(&other, &content);
                prop_assert_eq!(write_bid(&other).unwrap(), bytes.clone());
            }
        }
    }

    #[test]
    fn any_bytes_are_read_as_a_bid_or_not(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for part in [EnvelopePart::Technical, EnvelopePart::Financial] {
            if let Ok(bid) = read_bid(part, &bytes) {
                prop_assert_eq!(write_bid(&bid).unwrap(), bytes.clone());
            }
        }
    }
}

fn egp() -> Currency {
    Currency::new("EGP").unwrap()
}

fn lot() -> LotId {
    LotId::new("L1").unwrap()
}

fn financial(lines: usize) -> FinancialBid {
    let price = LinePrice {
        lot: lot(),
        line: 1,
        quantity: Quantity::from(7),
        unit_price: UnitPrice::new("0.5".parse().unwrap(), egp()).unwrap(),
    };
    let total = Money::new("3.5".parse().unwrap(), egp()).unwrap();
    FinancialBid {
        prices: vec![price; lines],
        totals: vec![LotTotal { lot: lot(), total }],
    }
}

/// What means the same and is written otherwise.
#[test]
fn other_encodings_of_a_bid_are_refused() {
    let bytes = write_bid(&BidContent::Financial(financial(1))).unwrap();
    let refused = |bytes: &[u8]| read_bid(EnvelopePart::Financial, bytes).unwrap_err();
    let same = |change: fn(&mut pb::FinancialBid)| {
        let mut wire = pb::FinancialBid::decode(&*bytes).unwrap();
        change(&mut wire);
        refused(&wire.encode_to_vec()).defect
    };
    let scaled = same(|it| {
        let price = it.prices[0].unit_price.as_mut().unwrap();
        price.amount = Some(sijill_schemas::types::v1::Decimal {
            units: 50,
            scale: 2,
        });
    });
    assert_eq!(scaled, Defect::NotCanonical);

    let mut unknown = bytes.clone();
    prost::encoding::string::encode(500, &"more".to_owned(), &mut unknown);
    assert_eq!(refused(&unknown).defect, Defect::NotCanonical);

    // The totals before the prices.
    let wire = pb::FinancialBid::decode(&*bytes).unwrap();
    let prices = pb::FinancialBid {
        prices: wire.prices.clone(),
        ..Default::default()
    };
    let totals = pb::FinancialBid {
        totals: wire.totals,
        ..Default::default()
    };
    let swapped = [totals.encode_to_vec(), prices.encode_to_vec()].concat();
    assert_eq!(swapped.len(), bytes.len());
    assert_eq!(refused(&swapped).defect, Defect::NotCanonical);

    let empty = refused(&[]);
    assert_eq!(empty.kind, "sijill.events.v1.FinancialBid");
    let (min, max) = (1, BID_BYTES_MAX);
    assert_eq!(empty.defect, Defect::Count { count: 0, min, max });
}

#[test]
fn a_bid_fits_into_the_event_that_opens_it() {
    let most = BidContent::Financial(financial(LINES_MAX));
    assert!(write_bid(&most).unwrap().len() < BID_BYTES_MAX);
    let more = BidContent::Financial(financial(LINES_MAX + 1));
    let error = write_bid(&more).unwrap_err();
    assert_eq!(error.field, "prices");

    let answer = CriterionAnswer {
        criterion: CriterionId::new("C1").unwrap(),
        text: Text::new(&"ج".repeat(500)).unwrap(),
    };
    let technical = |count| {
        BidContent::Technical(TechnicalBid {
            lots: vec![lot()],
            answers: vec![answer.clone(); count],
            documents: Vec::new(),
            security: None,
        })
    };
    assert!(write_bid(&technical(40)).is_ok());
    let long = write_bid(&technical(ANSWERS_MAX)).unwrap_err();
    assert!(matches!(
        long.defect,
        Defect::Count {
            max: BID_BYTES_MAX,
            ..
        }
    ));
    let bytes = vec![0; BID_BYTES_MAX + 1];
    let long = read_bid(EnvelopePart::Technical, &bytes).unwrap_err();
    assert!(matches!(
        long.defect,
        Defect::Count {
            max: BID_BYTES_MAX,
            ..
        }
    ));
}
