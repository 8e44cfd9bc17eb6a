//! From published shares, or the bidder's secret, to what was in the envelopes.
//!
//! Shares are published by the members who hold them, for envelopes whose turn it is and for no others. Whoever likes then has an
//! envelope opened: the outcome follows from what the log holds. A bidder may show the secret of an envelope from the beginning of
//! its opening until it is opened or void, so that no committee keeps a bid closed. Only when the ruleset's days have passed since
//! the opening began, shares were published last, or a complaint that held it up was settled, and still too little is known, may
//! whoever runs the tender find the envelope void: nobody else's bid is voided by a rival while the committee is at work.

use std::collections::BTreeSet;

use super::envelopes::{Envelopes, Unsealed};
use super::fitting::{offers, tendered_lots};
use super::people::check_runner;
use super::periods::reveal_until;
use super::refusal::{BidRefusal, Refusal};
use super::state::{Evaluation, Lid, Listed, Published};
use super::{Decision, Stage};
use crate::aggregate::{Facts, ensure};
use crate::domain::tender::complaints::Filed;
use crate::domain::tender::event::{
    Against, BidContent, EnvelopePart, Event, OpenedBid, Reveal, SHARES_MAX, Shares, Standing,
    VoidReason, VoidedBid,
};
use crate::domain::values::{EnvelopeId, OfficialId};
use crate::event::ActorId;
use crate::time::Timestamp;

/// An envelope whose turn it is.
struct Due<'a> {
    listed: &'a Listed,
    published: &'a Published,
    since: Timestamp,
}

impl Evaluation {
    pub(super) fn publish_shares(&self, shares: Shares, facts: &Facts) -> Decision {
        let actor = ActorId::Official(shares.member.clone());
        ensure(facts.actor.id == actor, BidRefusal::OtherMember)?;
        let mut members = self.notice.sealing.members.iter();
        let holds_key = members.any(|member| member.member == shares.member);
        ensure(holds_key, BidRefusal::NoKey)?;
        let count = shares.shares.len();
        ensure(
            (1..=SHARES_MAX).contains(&count),
            BidRefusal::ShareCount { count },
        )?;
        let mut seen = BTreeSet::new();
        for share in &shares.shares {
            let envelope = || share.envelope.clone();
            let due = self.due(&share.envelope)?;
            let new =
                seen.insert(&share.envelope) && !due.published.shares.contains_key(&shares.member);
            ensure(
                new,
                BidRefusal::SharePublished {
                    envelope: envelope(),
                },
            )?;
        }
        Ok(vec![Event::SharesPublished(shares)])
    }

    pub(super) fn reveal(
        &self,
        reveal: Reveal,
        facts: &Facts,
        envelopes: &impl Envelopes,
    ) -> Decision {
        let envelope = || reveal.envelope.clone();
        let due = self.due(&reveal.envelope)?;
        let bidder = ActorId::Organization(due.listed.bidder.clone());
        ensure(facts.actor.id == bidder, BidRefusal::OtherBidder)?;
        let without = self.unseal(&reveal.envelope, due.listed.part, due.published, envelopes)?;
        let closed = matches!(without.0, Unsealed::NotEnough { .. });
        ensure(
            closed,
            BidRefusal::SharesSuffice {
                envelope: envelope(),
            },
        )?;
        let published = Published {
            secret: Some(reveal.secret),
            ..due.published.clone()
        };
        let with = self.unseal(&reveal.envelope, due.listed.part, &published, envelopes)?;
        let right = with.0 != Unsealed::OtherSecret;
        ensure(
            right,
            BidRefusal::OtherSecret {
                envelope: envelope(),
            },
        )?;
        Ok(vec![Event::SecretRevealed(reveal)])
    }

    pub(super) fn open(
        &self,
        envelope: EnvelopeId,
        facts: &Facts,
        envelopes: &impl Envelopes,
    ) -> Decision {
        let due = self.due(&envelope)?;
        let (outcome, blamed) =
            self.unseal(&envelope, due.listed.part, due.published, envelopes)?;
        let read = match outcome {
            Unsealed::Opened(bytes) => self.read(due.listed.part, &bytes, envelopes),
            Unsealed::Void | Unsealed::OtherSecret => Err(VoidReason::BadDeal),
            Unsealed::NotEnough { good, needed } => {
                let until = reveal_until(due.since, facts);
                let missing = BidRefusal::SharesMissing {
                    good,
                    needed,
                    until,
                };
                ensure(facts.at >= until, missing)?;
                check_runner(facts)?;
                Err(VoidReason::NotOpened)
            }
        };
        let bidder = Some(due.listed.bidder.clone());
        Ok(vec![match read {
            Ok(content) => Event::BidOpened(OpenedBid {
                envelope,
                bidder,
                content: Some(content),
                blamed,
            }),
            Err(reason) => Event::BidVoided(VoidedBid {
                envelope,
                bidder,
                reason: Some(reason),
                blamed,
            }),
        }])
    }

    /// What the bytes say, where they are a bid that fits the tender.
    fn read(
        &self,
        part: EnvelopePart,
        bytes: &[u8],
        envelopes: &impl Envelopes,
    ) -> Result<BidContent, VoidReason> {
        let content = envelopes.read(part, bytes).ok_or(VoidReason::Unreadable)?;
        let fits = match (part, &content) {
            (EnvelopePart::Technical, BidContent::Technical(bid)) => {
                tendered_lots(&self.notice, bid).is_some()
            }
            (EnvelopePart::Financial, BidContent::Financial(bid)) => {
                offers(&self.notice, bid).is_some()
            }
            (EnvelopePart::Technical, BidContent::Financial(_))
            | (EnvelopePart::Financial, BidContent::Technical(_)) => {
                return Err(VoidReason::Unreadable);
            }
        };
        ensure(fits, VoidReason::Unfitting)?;
        Ok(content)
    }

    /// What was published makes of an envelope, and the members whose shares were bad, in the sealing order.
    fn unseal(
        &self,
        envelope: &EnvelopeId,
        part: EnvelopePart,
        published: &Published,
        envelopes: &impl Envelopes,
    ) -> Result<(Unsealed, Vec<OfficialId>), Refusal> {
        let unsealing = envelopes.unseal(&self.notice, part, envelope, published);
        let unsealing = unsealing.ok_or_else(|| BidRefusal::NoEnvelope {
            envelope: envelope.clone(),
        })?;
        let members = (1..).zip(&self.notice.sealing.members);
        let blamed = members.filter(|(place, _): &(u8, _)| unsealing.blamed.contains(place));
        let blamed = blamed.map(|(_, member)| member.member.clone());
        Ok((unsealing.outcome, blamed.collect()))
    }

    /// An envelope that counts, is closed, and whose turn it is: nobody reads a price before the technical result, one of a
    /// rejected bid, or anything while the documents are complained about.
    fn due(&self, envelope: &EnvelopeId) -> Result<Due<'_>, Refusal> {
        let id = || envelope.clone();
        let listed = self.envelopes.get(envelope);
        let listed = listed.ok_or_else(|| BidRefusal::NotListed { envelope: id() })?;
        let standing = listed.standing;
        ensure(
            standing == Standing::Counts,
            BidRefusal::CountsNot { envelope: id() },
        )?;
        let Lid::Closed(published) = &listed.lid else {
            return Err(BidRefusal::Opened { envelope: id() }.into());
        };
        let since = match (self.stage, listed.part) {
            (Stage::TechnicalOpening { since }, EnvelopePart::Technical) => since,
            (Stage::FinancialOpening { since }, EnvelopePart::Financial) => {
                let bidder = listed.bidder.clone();
                ensure(self.goes_on(&bidder), BidRefusal::Rejected { bidder })?;
                since
            }
            (
                Stage::Receiving
                | Stage::TechnicalOpening { .. }
                | Stage::TechnicalEvaluation
                | Stage::FinancialOpening { .. }
                | Stage::Awarding
                | Stage::Standstill { .. }
                | Stage::Final,
                EnvelopePart::Technical | EnvelopePart::Financial,
            ) => return Err(self.not_now()),
        };
        self.check_undisputed(listed.part)?;
        Ok(Due {
            listed,
            published,
            since,
        })
    }

    /// What is opened stays open: so nothing is while a complaint could still undo what it rests on.
    fn check_undisputed(&self, part: EnvelopePart) -> Result<(), Refusal> {
        let disputes = |filed: &Filed| match filed.against {
            Against::Documents => (filed.is_pending() && filed.suspends()) || filed.is_upheld(),
            Against::TechnicalResult => filed.is_pending() && part == EnvelopePart::Financial,
            Against::Award(_) => false,
        };
        let mut complaints = self.complaints.iter();
        match complaints.find(|(_, filed)| disputes(filed)) {
            None => Ok(()),
            Some((complaint, _)) => Err(Refusal::Disputed {
                complaint: complaint.clone(),
            }),
        }
    }
}

impl Evaluation {
    pub(super) fn shares_published(&mut self, shares: &Shares, at: Timestamp) -> Option<()> {
        for share in &shares.shares {
            self.due(&share.envelope).ok()?;
            let published = self.published(&share.envelope)?;
            let before = published.shares.insert(shares.member.clone(), share.share);
            before.is_none().then_some(())?;
        }
        self.wait_anew(at);
        Some(())
    }

    /// The days for shares and secrets begin again.
    pub(super) fn wait_anew(&mut self, at: Timestamp) {
        if let Stage::TechnicalOpening { since } | Stage::FinancialOpening { since } =
            &mut self.stage
        {
            *since = at;
        }
    }

    pub(super) fn secret_revealed(&mut self, reveal: &Reveal) -> Option<()> {
        self.due(&reveal.envelope).ok()?;
        let published = self.published(&reveal.envelope)?;
        let before = published.secret.replace(reveal.secret);
        before.is_none().then_some(())
    }

    pub(super) fn opened(&mut self, opened: &OpenedBid) -> Option<()> {
        self.due(&opened.envelope).ok()?;
        let content = opened.content.as_ref()?;
        let listed = self.envelopes.get_mut(&opened.envelope)?;
        listed.lid = Lid::Opened;
        let bid = self.bids.get_mut(&listed.bidder)?;
        match content {
            BidContent::Technical(technical) => {
                bid.lots = Some(tendered_lots(&self.notice, technical)?);
                bid.security.clone_from(&technical.security);
            }
            BidContent::Financial(financial) => {
                bid.offers = offers(&self.notice, financial)?;
                bid.sealed_at = Some(listed.sealed_at);
            }
        }
        self.after_opening();
        Some(())
    }

    pub(super) fn voided(&mut self, voided: &VoidedBid) -> Option<()> {
        self.due(&voided.envelope).ok()?;
        self.envelopes.get_mut(&voided.envelope)?.lid = Lid::Voided;
        self.after_opening();
        Some(())
    }

    /// When all of a part is opened, its judging begins.
    pub(super) fn after_opening(&mut self) {
        if self.unopened().next().is_some() {
            return;
        }
        self.stage = match self.stage {
            Stage::TechnicalOpening { .. } => Stage::TechnicalEvaluation,
            Stage::FinancialOpening { .. } => Stage::Awarding,
            stage @ (Stage::Receiving
            | Stage::TechnicalEvaluation
            | Stage::Awarding
            | Stage::Standstill { .. }
            | Stage::Final) => stage,
        };
    }

    fn published(&mut self, envelope: &EnvelopeId) -> Option<&mut Published> {
        match &mut self.envelopes.get_mut(envelope)?.lid {
            Lid::Closed(published) => Some(published),
            Lid::Opened | Lid::Voided => None,
        }
    }
}
