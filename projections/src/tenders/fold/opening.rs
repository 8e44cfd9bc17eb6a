//! When envelopes are listed and opened, and bids judged.

use sijill_ledger_core::domain::tender::{
    BidContent, Disqualification, EnvelopePart, Event, FinancialBid, LowBid, OpenedBid, Receipt,
    Standing, TechnicalResult, VoidedBid,
};
use sijill_ledger_core::domain::values::EnvelopeId;

use super::super::money;
use super::super::record::{Bid, Envelope, Lid, Offer, Record, Rejection, Sealed};
use super::super::stage::Stage;
use super::super::step::{About, Mark};
use super::{Circumstances, Told};

impl Record {
    pub(super) fn opening(&mut self, event: &Event, at: &Circumstances<'_>) -> Told {
        if let Event::BidReceived(receipt) = event {
            self.received(receipt, at.mark)
        } else if let Event::BidsListed(_) = event {
            self.times.listed = Some(at.mark);
            let next = match self.first_part() {
                EnvelopePart::Technical => Stage::TechnicalOpening,
                EnvelopePart::Financial => Stage::FinancialOpening,
            };
            self.go(next, at);
            self.after_opening(at);
            Told::nothing()
        } else if let Event::SharesPublished(shares) = event {
            Told::about(About {
                member: Some(shares.member.clone()),
                ..About::default()
            })
        } else if let Event::SecretRevealed(reveal) = event {
            self.of_envelope(&reveal.envelope)
        } else if let Event::BidOpened(opened) = event {
            self.opened(opened, at)
        } else if let Event::BidVoided(voided) = event {
            self.voided(voided, at)
        } else if let Event::OfferRecorded(offer) = event {
            let bid = self.bids.entry(offer.bidder.clone()).or_default();
            priced(bid, &offer.offer, at.mark);
            Told::bidder(&offer.bidder)
        } else {
            self.judging(event, at)
        }
    }

    fn judging(&mut self, event: &Event, at: &Circumstances<'_>) -> Told {
        if let Event::BidDisqualified(rejection) = event {
            self.rejected(rejection, at)
        } else if let Event::BidScored(scoring) = event {
            if let Some(bid) = self.bids.get_mut(&scoring.bidder) {
                bid.scores = Some(Sealed::new(at.mark.index));
            }
            Told::bidder(&scoring.bidder)
        } else if let Event::TechnicalResultApproved(result) = event {
            self.technical_result(result, at)
        } else if let Event::BidCorrected(correction) = event {
            let bid = self.bids.get_mut(&correction.bidder);
            if let Some(offer) = bid.and_then(|bid| bid.offers.get_mut(&correction.lot)) {
                offer.corrected = Some(at.mark);
            }
            self.unpropose(Some(&correction.lot));
            Told::about(About {
                lot: Some(correction.lot.clone()),
                bidder: Some(correction.bidder.clone()),
                ..About::default()
            })
        } else if let Event::LowBidExplained(explanation) = event {
            self.explained(explanation)
        } else if let Event::ValidityExtended(extension) = event {
            if let Some(bid) = self.bids.get_mut(&extension.bidder) {
                bid.binds_until = Some(extension.until);
            }
            Told::bidder(&extension.bidder).referring(&extension.until.to_string())
        } else {
            Told::nothing()
        }
    }

    fn received(&mut self, receipt: &Receipt, listed: Mark) -> Told {
        // Listed latest first, a later envelope of the same part supersedes; the receipt says what its own standing is.
        let same = |it: &&mut Envelope| {
            it.bidder == receipt.bidder
                && it.part == receipt.part
                && it.standing == Some(Standing::Counts)
        };
        if receipt.standing == Some(Standing::Counts) {
            for earlier in self.envelopes.values_mut().filter(same) {
                earlier.standing = Some(Standing::Superseded);
            }
        }
        let envelope = Envelope {
            bidder: receipt.bidder.clone(),
            part: receipt.part,
            sealed_at: receipt.sealed_at,
            standing: receipt.standing,
            lid: Lid::Closed,
            listed,
        };
        self.envelopes.insert(receipt.envelope.clone(), envelope);
        self.bids.entry(receipt.bidder.clone()).or_default();
        self.of_envelope(&receipt.envelope)
    }

    fn of_envelope(&self, id: &EnvelopeId) -> Told {
        let known = self.envelopes.get(id);
        Told::about(About {
            bidder: known.map(|it| it.bidder.clone()),
            part: known.map(|it| it.part),
            ..About::default()
        })
        .referring(id.as_str())
    }

    fn opened(&mut self, opened: &OpenedBid, at: &Circumstances<'_>) -> Told {
        self.times.first_opened.get_or_insert(at.mark);
        let told = self.of_envelope(&opened.envelope);
        let Some(envelope) = self.envelopes.get_mut(&opened.envelope) else {
            return told;
        };
        envelope.lid = Lid::Opened(at.mark);
        let bid = self.bids.entry(envelope.bidder.clone()).or_default();
        match &opened.content {
            None => {}
            Some(BidContent::Technical(technical)) => {
                bid.lots = Some(technical.lots.clone());
                bid.security.clone_from(&technical.security);
            }
            Some(BidContent::Financial(financial)) => priced(bid, financial, at.mark),
        }
        self.after_opening(at);
        told
    }

    fn voided(&mut self, voided: &VoidedBid, at: &Circumstances<'_>) -> Told {
        let told = self.of_envelope(&voided.envelope);
        if let Some(envelope) = self.envelopes.get_mut(&voided.envelope) {
            envelope.lid = Lid::Void {
                reason: voided.reason,
                mark: at.mark,
            };
        }
        self.after_opening(at);
        told
    }

    fn rejected(&mut self, rejection: &Disqualification, at: &Circumstances<'_>) -> Told {
        let why = Rejection {
            ground: rejection.ground.clone(),
            reason: rejection.reason.clone(),
            minutes: rejection.minutes.clone(),
            mark: at.mark,
        };
        if let Some(bid) = self.bids.get_mut(&rejection.bidder) {
            match &rejection.lot {
                None => bid.rejected = Some(why),
                Some(lot) => {
                    bid.rejected_lots.insert(lot.clone(), why);
                }
            }
        }
        self.unpropose(rejection.lot.as_ref());
        self.after_opening(at);
        Told::about(About {
            lot: rejection.lot.clone(),
            bidder: Some(rejection.bidder.clone()),
            reason: Some(rejection.reason.clone()),
            ..About::default()
        })
    }

    fn technical_result(&mut self, result: &TechnicalResult, at: &Circumstances<'_>) -> Told {
        for (bidder, bid) in &mut self.bids {
            bid.accepted = result.accepted.iter().any(|it| it.bidder == *bidder);
        }
        self.times.technical_result = Some(at.mark);
        self.go(Stage::FinancialOpening, at);
        self.after_opening(at);
        Told::nothing().referring(result.minutes.as_str())
    }

    fn explained(&mut self, explanation: &LowBid) -> Told {
        let bid = self.bids.get_mut(&explanation.bidder);
        if let Some(offer) = bid.and_then(|bid| bid.offers.get_mut(&explanation.lot)) {
            offer.explained = Some(explanation.accepted);
        }
        self.unpropose(Some(&explanation.lot));
        Told::about(About {
            lot: Some(explanation.lot.clone()),
            bidder: Some(explanation.bidder.clone()),
            reason: Some(explanation.explanation.clone()),
            ..About::default()
        })
    }

    /// When all of a part is opened, its judging begins: no event says so.
    fn after_opening(&mut self, at: &Circumstances<'_>) {
        match self.stage {
            Stage::TechnicalOpening if !self.awaits(EnvelopePart::Technical) => {
                self.go(Stage::TechnicalEvaluation, at);
            }
            Stage::FinancialOpening if !self.awaits(EnvelopePart::Financial) => {
                self.go(Stage::Awarding, at);
            }
            Stage::Draft
            | Stage::Approved
            | Stage::Bidding
            | Stage::Listing
            | Stage::TechnicalOpening
            | Stage::TechnicalEvaluation
            | Stage::FinancialOpening
            | Stage::Awarding
            | Stage::Standstill
            | Stage::Final
            | Stage::Completed
            | Stage::Failed
            | Stage::Cancelled => {}
        }
    }

    /// Whether an envelope of a part is due and still closed. Prices are read of bids that go on alone.
    fn awaits(&self, part: EnvelopePart) -> bool {
        let goes_on = |it: &Envelope| {
            let bid = self.bids.get(&it.bidder);
            bid.is_some_and(|bid| {
                bid.rejected.is_none() && (bid.accepted || !self.has_technical_part())
            })
        };
        self.counting(part)
            .any(|it| it.lid == Lid::Closed && (part == EnvelopePart::Technical || goes_on(it)))
    }
}

/// What a financial bid offers, lot by lot.
fn priced(bid: &mut Bid, financial: &FinancialBid, mark: Mark) {
    bid.priced = Some(mark);
    bid.offers.clear();
    for total in &financial.totals {
        let prices = financial.prices.iter().filter(|it| it.lot == total.lot);
        let lines = prices.map(|it| (it.line, (it.quantity, it.unit_price)));
        let lines = lines.collect();
        let price = money::total(total.total.currency(), &lines);
        let offer = Offer {
            lines,
            stated: Some(total.total),
            price,
            corrected: None,
            explained: None,
        };
        bid.offers.insert(total.lot.clone(), offer);
    }
}
