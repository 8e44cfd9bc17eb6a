//! The list of envelopes: which there are, and which of them count.
//!
//! An envelope whose key its bidder did not vouch for is nobody's. Of a bidder's envelopes of one part the latest counts that was sealed before the deadline, was not withdrawn by then, and was
//! sealed or confirmed after the last amendment. The order of listing makes no difference to what counts in the end; the closer
//! lists latest first, so that what each event says stays true. The end of the list is an event of its own: nothing is opened
//! while a later envelope could still take an earlier one's place.

use super::envelopes::{Envelopes, Shown};
use super::people::debarred;
use super::refusal::{BidRefusal, Refusal};
use super::state::{Evaluation, Listed};
use super::{Decision, Stage};
use crate::aggregate::{Facts, ensure};
use crate::domain::envelope::{Claim, Vouched};
use crate::domain::organization::Organization;
use crate::domain::tender::event::{EnvelopePart, Event, Listing, Receipt, Standing, UNLISTED_MAX};
use crate::domain::values::{EffectiveAt, OrganizationId};
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

    /// Under the first edition of the rules all must be listed; from the second on, those that could not be are named, so that
    /// one of them does not keep all others closed for ever.
    pub(super) fn end_receipts(&self, listing: Listing, facts: &Facts) -> Decision {
        self.check_listing(facts)?;
        let listed = u32::try_from(self.envelopes.len()).unwrap_or(u32::MAX);
        let mut unlisted = listing.unlisted;
        unlisted.retain(|envelope| !self.envelopes.contains_key(envelope));
        if !self.notice.has_edition(2, &facts.readings) {
            unlisted.clear();
        }
        let left = u32::try_from(unlisted.len()).unwrap_or(u32::MAX);
        let named = listed.saturating_add(left);
        let expected = listing.envelopes.unwrap_or(named);
        ensure(
            expected == named && unlisted.len() <= UNLISTED_MAX,
            BidRefusal::ListIncomplete { listed, expected },
        )?;
        Ok(vec![Event::BidsListed(Listing {
            envelopes: Some(listed),
            unlisted,
        })])
    }

    /// The list is complete: the opening begins.
    pub(super) fn listed(&mut self, listing: &Listing, decided_at: Timestamp) -> Option<()> {
        let listed = u32::try_from(self.envelopes.len()).ok()?;
        let mut left = listing.unlisted.iter();
        let possible = self.stage == Stage::Receiving
            && listing.envelopes == Some(listed)
            && !left.any(|envelope| self.envelopes.contains_key(envelope));
        possible.then_some(())?;
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
        let deadline = EffectiveAt::new(self.closed_at, facts.effective.offset_minutes());
        let day = deadline.map_or_else(|_| facts.effective.date(), EffectiveAt::date);
        if !self.is_vouched(receipt, shown, facts) {
            Standing::Unvouched
        } else if !self.is_asked(&receipt.bidder) {
            Standing::Uninvited
        } else if shown.sealed_at >= self.closed_at {
            Standing::Late
        } else if shown.withdrawn_at.is_some_and(|at| at < self.closed_at) {
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

    /// Whether its bidder knew the last amendment when sealing or confirming it in time.
    fn stands_by(&self, shown: &Shown) -> bool {
        let Some(amended_at) = self.notice.amended_at.last() else {
            return true;
        };
        let timely = shown.confirmations.range(..self.closed_at);
        let read = timely.map(|(_, amendment)| usize::from(*amendment)).max();
        shown.sealed_at > *amended_at || read >= Some(self.notice.amended_at.len())
    }

    fn later_one(&self, receipt: &Receipt, shown: &Shown) -> bool {
        let mut rivals = self.rivals(&receipt.bidder, receipt.part);
        rivals.any(|listed| listed.sealed_at > shown.sealed_at)
    }

    /// Envelopes of the same bidder and part that count.
    fn rivals(&self, bidder: &OrganizationId, part: EnvelopePart) -> impl Iterator<Item = &Listed> {
        let counting = self.counting(part).map(|(_, listed)| listed);
        counting.filter(move |listed| listed.bidder == *bidder)
    }

    /// Remembers a listed envelope; the earlier one of its bidder counts no more.
    pub(super) fn received(&mut self, receipt: &Receipt) -> Option<()> {
        let listed = Listed::new(receipt)?;
        (self.stage == Stage::Receiving).then_some(())?;
        if listed.standing == Standing::Counts {
            let same = |other: &&mut Listed| {
                other.standing == Standing::Counts
                    && other.bidder == listed.bidder
                    && other.part == listed.part
            };
            if let Some(earlier) = self.envelopes.values_mut().find(same) {
                (earlier.sealed_at < listed.sealed_at).then_some(())?;
                earlier.standing = Standing::Superseded;
            }
        }
        // Whose name is on it knows nothing of it, or has no part in this.
        if !matches!(listed.standing, Standing::Unvouched | Standing::Uninvited) {
            self.bids.entry(receipt.bidder.clone()).or_default();
        }
        let before = self.envelopes.insert(receipt.envelope.clone(), listed);
        before.is_none().then_some(())
    }
}
