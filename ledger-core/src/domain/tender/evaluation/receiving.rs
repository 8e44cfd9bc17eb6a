//! The list of envelopes: which there are, and which of them count.
//!
//! An envelope whose key its bidder did not vouch for is nobody's. Of a bidder's envelopes of one part the latest counts that was
//! sealed before the deadline, was not withdrawn by then, and was sealed or confirmed after the last amendment. Where the rules name
//! witnesses, they had to see each of these too (`tender::witnessing`). The order of listing makes no difference to what counts in the
//! end; the closer lists latest first, so that what each event says stays true. The end of the list is an event of its own: nothing is
//! opened while a later envelope could still take an earlier one's place.

use super::envelopes::{Envelopes, Shown};
use super::people::debarred;
use super::refusal::{BidRefusal, Refusal};
use super::state::{Evaluation, Listed};
use super::{Decision, Stage};
use crate::aggregate::{Facts, ensure};
use crate::domain::envelope::{Claim, Vouched};
use crate::domain::organization::Organization;
use crate::domain::tender::event::{Event, LeftOff, Listing, Receipt, Standing, UNLISTED_MAX};
use crate::domain::values::{EnvelopeId, OrganizationId};
use crate::event::ActorId;
use crate::time::Timestamp;

impl Evaluation {
    pub(super) fn receive(
        &self,
        mut receipt: Receipt,
        facts: &Facts,
        envelopes: &impl Envelopes,
    ) -> Decision {
        self.check_listing(facts)?;
        let envelope = || receipt.envelope.clone();
        let listed = self.envelopes.contains_key(&receipt.envelope);
        ensure(
            !listed,
            BidRefusal::Listed {
                envelope: envelope(),
            },
        )?;
        let shown = envelopes.shown(&receipt.envelope);
        let shown = shown.ok_or_else(|| BidRefusal::NoEnvelope {
            envelope: envelope(),
        })?;
        let claim = Claim {
            tender: self.notice.tender.clone(),
            bidder: receipt.bidder.clone(),
            part: receipt.part,
            vouch: receipt.vouch.clone(),
        };
        // A mirror that does not know the claim cannot judge it.
        let other = shown.claim.as_ref().is_some_and(|its| *its != claim);
        ensure(
            !other,
            BidRefusal::OtherClaim {
                envelope: envelope(),
            },
        )?;
        receipt.sealed_at = Some(shown.sealed_at);
        receipt.standing = Some(self.standing(&receipt, &shown, facts));
        Ok(vec![Event::BidReceived(receipt)])
    }

    /// Those that could not be listed are named, so that one of them does not keep all others closed for ever; of very many the
    /// first, with the number of all.
    pub(super) fn end_receipts(&self, mut listing: Listing, facts: &Facts) -> Decision {
        self.check_listing(facts)?;
        let listed = u32::try_from(self.envelopes.len()).unwrap_or(u32::MAX);
        let on_it = |envelope: &EnvelopeId| self.envelopes.contains_key(envelope);
        listing.unlisted.retain(|envelope| !on_it(envelope));
        if listing.left_off.is_none() {
            listing.left_off = LeftOff::of(&listing.unlisted);
            listing.unlisted.truncate(UNLISTED_MAX);
        }
        let left = u32::try_from(listing.left_off()).unwrap_or(u32::MAX);
        let named = listed.saturating_add(left);
        let expected = listing.envelopes.unwrap_or(named);
        ensure(
            expected == named && listing.is_counted_right(),
            BidRefusal::ListIncomplete { listed, expected },
        )?;
        listing.envelopes = Some(listed);
        Ok(vec![Event::BidsListed(listing)])
    }

    /// The list is complete: the opening begins.
    pub(super) fn listed(&mut self, listing: &Listing, decided_at: Timestamp) -> Option<()> {
        let listed = u32::try_from(self.envelopes.len()).ok()?;
        let mut left = listing.unlisted.iter();
        let possible = self.stage == Stage::Receiving
            && listing.envelopes == Some(listed)
            && listing.is_counted_right()
            && !left.any(|envelope| self.envelopes.contains_key(envelope));
        possible.then_some(())?;
        self.lost = listing.left_off() > 0;
        let since = decided_at;
        self.stage = if self.has_technical_part() {
            Stage::TechnicalOpening { since }
        } else {
            Stage::FinancialOpening { since }
        };
        self.after_opening();
        Some(())
    }

    fn check_listing(&self, facts: &Facts) -> Result<(), Refusal> {
        ensure(self.stage == Stage::Receiving, self.not_now())?;
        ensure(facts.actor.id == ActorId::System, Refusal::SchedulerOnly)
    }

    /// What became of an envelope, as far as envelopes are listed.
    fn standing(&self, receipt: &Receipt, shown: &Shown, facts: &Facts) -> Standing {
        let day = facts.day_of(self.closed_at);
        if !self.is_vouched(receipt, shown, facts) {
            Standing::Unvouched
        } else if !self.is_asked(&receipt.bidder) {
            Standing::Uninvited
        } else if shown.sealed_at >= self.closed_at {
            Standing::Late
        } else if !self.is_timely(shown.sealed_at) {
            Standing::Unwitnessed
        } else if shown.withdrawn_at.is_some_and(|at| self.is_timely(at)) {
            Standing::Withdrawn
        } else if debarred(&receipt.bidder, &[day], facts).is_some() {
            Standing::Debarred
        } else if !self.stands_by(shown) {
            Standing::Unconfirmed
        } else if self.later_one(receipt, shown) {
            Standing::Superseded
        } else {
            Standing::Counts
        }
    }

    /// Whether an entry with this stamp came before the deadline, and the witnesses had seen it, where the rules named some. Stamps
    /// rise from entry to entry.
    fn is_timely(&self, at: Timestamp) -> bool {
        at < self.closed_at && self.witnessed_until.is_none_or(|until| at <= until)
    }

    /// Whether a key of the bidder that counted when the envelope was sealed vouches for the envelope's key. Under the first
    /// edition of the rules no word was needed; one that is given has always to be true.
    fn is_vouched(&self, receipt: &Receipt, shown: &Shown, facts: &Facts) -> bool {
        let Some(vouch) = &receipt.vouch else {
            return !self.notice.has_edition(2, &facts.readings);
        };
        let vouched = Vouched {
            origin: &facts.log,
            tender: &self.notice.tender,
            bidder: &receipt.bidder,
            key: &shown.key,
        };
        let stream = Organization::stream(&receipt.bidder);
        let bidder = facts.readings.get::<Organization>(&stream);
        bidder.is_some_and(|bidder| vouched.was_vouched_by(vouch, bidder, shown.sealed_at))
    }

    /// Whether envelopes are taken, and this bidder's.
    fn is_asked(&self, bidder: &OrganizationId) -> bool {
        let draft = &self.notice.draft;
        draft.procedure.takes_envelopes() && draft.invites(bidder)
    }

    /// Whether its bidder knew the last amendment when sealing or confirming it in time. An amendment counts from the instant of its
    /// decision, as a decision of its own stream never rests on its stamp: what is sealed in the milliseconds while it is on its way
    /// to the disk is taken for later.
    fn stands_by(&self, shown: &Shown) -> bool {
        let Some(amended_at) = self.notice.amended_at.last() else {
            return true;
        };
        let timely = shown.confirmations.iter();
        let timely = timely.filter(|(at, _)| self.is_timely(**at));
        let read = timely.map(|(_, amendment)| usize::from(*amendment)).max();
        shown.sealed_at > *amended_at || read >= Some(self.notice.amended_at.len())
    }

    fn later_one(&self, receipt: &Receipt, shown: &Shown) -> bool {
        let rival = self.bids.get(&receipt.bidder);
        let rival = rival.and_then(|bid| bid.counting.get(&receipt.part));
        let rival = rival.and_then(|id| self.envelopes.get(id));
        rival.is_some_and(|listed| listed.sealed_at > shown.sealed_at)
    }

    /// Remembers a listed envelope; the earlier one of its bidder counts no more.
    pub(super) fn received(&mut self, receipt: &Receipt) -> Option<()> {
        let listed = Listed::new(receipt)?;
        (self.stage == Stage::Receiving).then_some(())?;
        // Whose name is on it knows nothing of it, or has no part in this.
        if !matches!(listed.standing, Standing::Unvouched | Standing::Uninvited) {
            let bid = self.bids.entry(receipt.bidder.clone()).or_default();
            if listed.standing == Standing::Counts {
                let earlier = bid.counting.insert(listed.part, receipt.envelope.clone());
                if let Some(earlier) = earlier {
                    let earlier = self.envelopes.get_mut(&earlier)?;
                    (earlier.sealed_at < listed.sealed_at).then_some(())?;
                    earlier.standing = Standing::Superseded;
                }
            }
        }
        let before = self.envelopes.insert(receipt.envelope.clone(), listed);
        before.is_none().then_some(())
    }
}
