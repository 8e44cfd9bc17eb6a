//! What the officer who runs the tender asks.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "each function is about some steps"
)]

use rust_decimal::Decimal;

use super::super::envelopes::priced;
use super::super::script::{Amiss, Step};
use super::super::setting::Setting;
use super::super::world::{BIDDERS, CEILING, PAPER, egp, envelope_id, id, lot_id, midnight};
use super::text;
use crate::domain::envelope::tests::world as bid_world;
use crate::domain::tender::{
    self, Amendment, CancellationGround, CancellationProposal, Change, Committees, Completion,
    DirectOffer, Ending, Failure, Lot, LotRemoval, Notification, OpenedBid, Publication,
};
use crate::domain::values::{DocumentRef, MediaType, Names, Sha256, Withheld};
use crate::store::AttachmentHash;

impl Step {
    pub(super) fn of_officer(self, setting: Setting) -> tender::Command {
        match self {
            Self::Draft => tender::Command::Draft(setting.draft()),
            Self::DraftAmiss(flaw) => tender::Command::Draft(setting.flawed(flaw)),
            Self::AddLot => tender::Command::AddLot(bid_world::lot()),
            Self::AddDearLot => tender::Command::AddLot(Lot {
                estimate: Some(Withheld::Known(egp(Decimal::from(CEILING) + Decimal::ONE))),
                ..bid_world::lot()
            }),
            Self::RemoveLot => tender::Command::RemoveLot(LotRemoval {
                lot: lot_id(),
                reason: text("it is too dear"),
            }),
            Self::Appoint => tender::Command::AppointCommittees(Committees {
                opening: id("opening"),
                evaluation: id("evaluation"),
                threshold: 3,
            }),
            Self::Publish => tender::Command::Publish(Publication {
                enquiries_until: midnight("01-07"),
                closes_at: midnight("01-17"),
                sealing: None,
                invited: Vec::new(),
            }),
            Self::Amend => {
                let mut after = bid_world::lot().lines;
                after[0].delivery_days = 60;
                tender::Command::Amend(Amendment {
                    number: None,
                    reason: text("the clinic can wait"),
                    change: Change::Lot {
                        lot: lot_id(),
                        before: Vec::new(),
                        after,
                    },
                    closes_at: midnight("01-17"),
                })
            }
            Self::Close => tender::Command::Close,
            Self::OpenAny(bidder, part, n) => {
                tender::Command::Open(OpenedBid::asked(envelope_id(bidder, part, n)))
            }
            Self::RecordOffer(bidder, amiss) => tender::Command::RecordOffer(offer(bidder, amiss)),
            Self::Notify => tender::Command::Notify(Notification {
                standstill_until: None,
            }),
            Self::EndStandstill => tender::Command::EndStandstill,
            Self::Complete => tender::Command::Complete(Completion { value: None }),
            Self::Cancel => tender::Command::Cancel(Ending {
                ground: CancellationGround::NoDemand,
                reason: text("nobody is ill"),
                proposal: None,
            }),
            Self::ProposeCancellation => {
                tender::Command::ProposeCancellation(CancellationProposal {
                    ground: CancellationGround::NoDemand,
                    reason: text("nobody is ill"),
                })
            }
            Self::Fail => tender::Command::Fail(Failure { cause: None }),
            other => panic!("{other:?} is no officer's"),
        }
    }
}

/// An offer, whose sum is wrong.
fn offer(bidder: usize, amiss: Option<Amiss>) -> DirectOffer {
    let (paper, rolls): (&[u8], _) = match amiss {
        None => (PAPER, 1_000),
        Some(Amiss::Paper) => (b"nobody has seen it", 1_000),
        Some(Amiss::Quantity) => (PAPER, 1_001),
    };
    let mut offer = priced(bidder, rolls);
    offer.totals[0].total = egp(3_950.into());
    DirectOffer {
        bidder: id(BIDDERS[bidder]),
        offer,
        document: DocumentRef {
            title: Names::new("offer", "offer").unwrap(),
            sha256: Sha256(AttachmentHash::of(paper).0),
            bytes: u64::try_from(paper.len()).unwrap(),
            media_type: MediaType::Pdf,
        },
    }
}
