//! The content of a sealed envelope: one bid, in the one encoding that counts.
//!
//! It is the message `TechnicalBid` or `FinancialBid` as this program writes it. What differs from that by a single byte (a
//! field this program does not know, one that stands twice or in another place, a trailing zero) is no bid, so that whoever
//! opens an envelope tells its bytes from the event `BidOpened`, and two programs never read one envelope differently.

use prost::Message;
use sijill_schemas::events::v1 as pb;

use crate::codec::error::{DecodeError, Defect, EncodeError, Fault};
use crate::codec::fields::in_bounds;
use crate::codec::kinds::full_name;
use crate::codec::parts::{PartsIn, PartsOut};
use crate::codec::wire::Wire;
use crate::domain::tender::{BID_BYTES_MAX, BidContent, EnvelopePart};

const TECHNICAL: &str = full_name!(pb::TechnicalBid);
const FINANCIAL: &str = full_name!(pb::FinancialBid);

/// The bytes of a bid that are sealed. Fails on what could not be read again: a list that is empty or too long, or more than
/// [`BID_BYTES_MAX`] in all.
pub fn write_bid(content: &BidContent) -> Result<Vec<u8>, EncodeError> {
    match content {
        BidContent::Technical(bid) => {
            written::<_, pb::TechnicalBid>(bid).map_err(|fault| fault.encode_error(TECHNICAL))
        }
        BidContent::Financial(bid) => {
            written::<_, pb::FinancialBid>(bid).map_err(|fault| fault.encode_error(FINANCIAL))
        }
    }
}

/// Reads a bid that was sealed: untrusted bytes, every value checked, and [`Defect::NotCanonical`] where the same bid would be
/// written with other bytes.
pub fn read_bid(part: EnvelopePart, bytes: &[u8]) -> Result<BidContent, DecodeError> {
    match part {
        EnvelopePart::Technical => read::<_, pb::TechnicalBid>(bytes)
            .map(BidContent::Technical)
            .map_err(|fault| fault.decode_error(TECHNICAL)),
        EnvelopePart::Financial => read::<_, pb::FinancialBid>(bytes)
            .map(BidContent::Financial)
            .map_err(|fault| fault.decode_error(FINANCIAL)),
    }
}

/// The same for decisions ([`ReadBid`](crate::aggregate::ReadBid)), which ask no more than whether it is a bid.
pub fn opened_bid(part: EnvelopePart, bytes: &[u8]) -> Option<BidContent> {
    read_bid(part, bytes).ok()
}

fn written<T: Wire<W>, W: Message>(bid: &T) -> Result<Vec<u8>, Fault> {
    let bytes = bid.to_wire(&mut PartsOut::default())?.encode_to_vec();
    in_bounds(1, bytes.len(), BID_BYTES_MAX)?;
    Ok(bytes)
}

fn read<T: Wire<W>, W: Message + Default>(bytes: &[u8]) -> Result<T, Fault> {
    // Before anything is built of it: a bid may come as large as an envelope holds.
    in_bounds(1, bytes.len(), BID_BYTES_MAX)?;
    let bid = T::from_wire(W::decode(bytes)?, &mut PartsIn::new(&[]))?;
    if written(&bid)? == bytes {
        Ok(bid)
    } else {
        Err(Defect::NotCanonical.into())
    }
}
