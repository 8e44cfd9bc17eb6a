//! A direct purchase: one supplier is asked on a stated ground, and its offer recorded with the paper. There is nobody whose price it
//! could learn, so nothing is sealed. All that follows is as in any tender: corrections, low prices, minutes, an approval within the
//! limit, standstill, complaints.

use super::fitting::offers;
use super::people::{check_debarred, check_runner};
use super::refusal::{BidRefusal, Refusal};
use super::state::{Bid, Evaluation};
use super::{Decision, Stage};
use crate::aggregate::{Facts, ensure};
use crate::domain::tender::event::{DirectOffer, Event};
use crate::event::ActorId;
use crate::time::Timestamp;

impl Evaluation {
    /// Once, of the supplier that was named, when the notice has stood as long as the rules ask.
    pub(super) fn record_offer(&self, offer: DirectOffer, facts: &Facts) -> Decision {
        self.check_direct()?;
        check_runner(facts)?;
        ensure(facts.actor.id != ActorId::System, Refusal::OfficialOnly)?;
        let bidder = || offer.bidder.clone();
        ensure(
            self.notice.draft.invites(&offer.bidder),
            BidRefusal::NotInvited { bidder: bidder() },
        )?;
        ensure(
            !self.bids.contains_key(&offer.bidder),
            BidRefusal::OfferRecorded { bidder: bidder() },
        )?;
        check_debarred(&offer.bidder, facts)?;
        let fits = offers(&self.notice, &offer.offer).is_some();
        ensure(fits, BidRefusal::OfferUnfit { bidder: bidder() })?;
        Ok(vec![Event::OfferRecorded(offer)])
    }

    fn check_direct(&self) -> Result<(), Refusal> {
        let direct = !self.notice.draft.procedure.takes_envelopes();
        ensure(direct && self.stage == Stage::Awarding, self.not_now())
    }
}

impl Evaluation {
    pub(super) fn offer_recorded(&mut self, offer: &DirectOffer, at: Timestamp) -> Option<()> {
        self.check_direct().ok()?;
        let bid = Bid {
            offers: offers(&self.notice, &offer.offer)?,
            sealed_at: Some(at),
            ..Bid::default()
        };
        let before = self.bids.insert(offer.bidder.clone(), bid);
        before.is_none().then_some(())
    }
}
