//! What was withheld until a step of the procedure is published when the step has come, so that everyone can check what rested
//! on it: whose an envelope is when it is listed, estimates when the first envelope is opened or the offer of who is asked directly is
//! recorded, scores when bidders are notified.
//! A tender that fails publishes what its evaluation withheld: no award waits for it any more.

use super::{Policy, Step};
use crate::domain::envelope::Envelope;
use crate::domain::tender;
use crate::event::{Event, Recorded};
use crate::store::StreamName;

const ENVELOPES: &[&str] = &["sijill.events.v1.BidSealed"];
const ESTIMATES: &[&str] = &["sijill.events.v1.LotAdded"];
const SCORES: &[&str] = &["sijill.events.v1.BidScored"];
const ESTIMATES_AND_SCORES: &[&str] = &["sijill.events.v1.LotAdded", "sijill.events.v1.BidScored"];

/// Publishes pending parts of tenders and envelopes.
#[derive(Clone, Copy, Debug, Default)]
pub struct DisclosureOfPending;

impl Policy for DisclosureOfPending {
    fn name(&self) -> &'static str {
        "disclosure-of-pending"
    }

    fn reacts_to(&self) -> &'static [&'static str] {
        &[
            "sijill.events.v1.BidReceived",
            "sijill.events.v1.BidOpened",
            "sijill.events.v1.OfferRecorded",
            "sijill.events.v1.BiddersNotified",
            "sijill.events.v1.TenderFailed",
        ]
    }

    fn react(&self, event: &Recorded) -> Vec<Step> {
        let Event::Tender(tender) = &event.event else {
            return Vec::new();
        };
        let of_tender = |kinds| (event.stream.clone(), kinds, event.revision);
        let released: Option<(StreamName, &[&str], u64)> = match tender {
            tender::Event::BidReceived(receipt) => {
                Some((Envelope::stream(&receipt.envelope), ENVELOPES, 0))
            }
            tender::Event::BidOpened(_) | tender::Event::OfferRecorded(_) => {
                Some(of_tender(ESTIMATES))
            }
            tender::Event::BiddersNotified(_) => Some(of_tender(SCORES)),
            tender::Event::TenderFailed(_) => Some(of_tender(ESTIMATES_AND_SCORES)),
            tender::Event::TenderDrafted(_)
            | tender::Event::LotAdded(_)
            | tender::Event::LotRemoved(_)
            | tender::Event::CommitteeAppointed(_)
            | tender::Event::OpeningKeyEnrolled(_)
            | tender::Event::TenderApproved(_)
            | tender::Event::TenderPublished(_)
            | tender::Event::QuestionAsked(_)
            | tender::Event::QuestionAnswered(_)
            | tender::Event::TenderAmended(_)
            | tender::Event::DeadlineExtended(_)
            | tender::Event::OutageRecorded(_)
            | tender::Event::DeadlineWitnessed(_)
            | tender::Event::BiddingClosed(_)
            | tender::Event::BidsListed(_)
            | tender::Event::SharesPublished(_)
            | tender::Event::SecretRevealed(_)
            | tender::Event::BidVoided(_)
            | tender::Event::BidDisqualified(_)
            | tender::Event::BidScored(_)
            | tender::Event::TechnicalResultApproved(_)
            | tender::Event::BidCorrected(_)
            | tender::Event::LowBidExplained(_)
            | tender::Event::ValidityExtended(_)
            | tender::Event::CancellationProposed(_)
            | tender::Event::AwardProposed(_)
            | tender::Event::AwardApproved(_)
            | tender::Event::LotFailed(_)
            | tender::Event::StandstillEnded(_)
            | tender::Event::AwardCancelled(_)
            | tender::Event::ComplaintFiled(_)
            | tender::Event::ComplaintDecided(_)
            | tender::Event::ComplaintWithdrawn(_)
            | tender::Event::TenderCancelled(_)
            | tender::Event::TenderCompleted(_) => None,
        };
        let step = released.map(|(stream, kinds, last)| Step::Release {
            stream,
            kinds,
            last,
        });
        step.into_iter().collect()
    }
}
