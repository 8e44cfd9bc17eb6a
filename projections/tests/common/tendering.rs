//! Tenders for tests: whole histories in a few words.
#![allow(clippy::too_many_lines, reason = "a history is long")]

use sijill_ledger_core::domain::disclosure::{self, Disclosed, PartRef};
use sijill_ledger_core::domain::tender::{
    AcceptedBid, Approval, Award, AwardApproval, AwardBy, BidContent, Closing, Committees,
    Completion, DirectOffer, Draft, EnvelopePart, Event, FinancialBid, LinePrice, Listing, Lot,
    LotLine, LotTotal, Notification, OpenedBid, Procedure, Publication, Ranked, Receipt, Scores,
    Scoring, Standing, StandstillEnd, TechnicalBid, TechnicalResult, Terms, TieRule, Winner,
};
use sijill_ledger_core::domain::values::{
    Code, CommitteeId, Currency, Date, DocumentNumber, DocumentRef, EffectiveAt, EnvelopeId,
    FacilityId, ItemCode, LotId, MediaType, Money, Names, OrganizationId, Quantity, Sha256,
    UnitPrice, Withheld,
};
use sijill_ledger_core::store::PartClass;

use super::{Log, OFFSET_MINUTES, date, noon, quantity, text};

/// One tender for one lot with one line.
#[derive(Clone, Debug)]
pub struct Story {
    pub id: &'static str,
    pub buyer: &'static str,
    pub item: &'static str,
    pub currency: &'static str,
    pub delivery: &'static str,
    /// Day of publication; it closes at the first instant of the 17th day from there.
    pub published: &'static str,
    /// Bidders with the price of a unit, in hundredths; all ask for [`QUANTITY`].
    pub bids: Vec<(&'static str, i64)>,
    /// Who wins, and why another than the best.
    pub winner: &'static str,
    pub departure: Option<&'static str>,
    /// How far it goes.
    pub until: Until,
    /// What the writer of the log knows of what is withheld.
    pub known: bool,
    /// Whether the first bidder alone is asked: its offer is recorded, without envelopes, and wins.
    pub direct: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Until {
    Published,
    Closed,
    Priced,
    Awarded,
    Completed,
}

pub const QUANTITY: u32 = 100;

impl Story {
    pub fn new(id: &'static str, published: &'static str, bids: &[(&'static str, i64)]) -> Self {
        Self {
            id,
            buyer: "MOH",
            item: "GAUZE",
            currency: "EGP",
            delivery: "DDP",
            published,
            bids: bids.to_vec(),
            winner: bids.first().map_or("NILE", |(bidder, _)| *bidder),
            departure: None,
            until: Until::Completed,
            known: false,
            direct: false,
        }
    }

    fn currency(&self) -> Currency {
        Currency::new(self.currency).unwrap()
    }

    fn price(&self, hundredths: i64) -> UnitPrice {
        let amount = rust_decimal::Decimal::new(hundredths, 2);
        UnitPrice::new(amount, self.currency()).unwrap()
    }

    fn total(&self, hundredths: i64) -> Money {
        self.price(hundredths)
            .line_total(quantity(QUANTITY))
            .unwrap()
    }

    /// Tells it; the day on which it was told last.
    pub fn tell(&self, log: &mut Log) -> Date {
        let stream = format!("tender-{}", self.id);
        let (first, mut day) = (date(self.published), date(self.published));
        let push = |log: &mut Log, at: EffectiveAt, event: Event| log.push(&stream, at, event);
        push(log, noon(day), Event::TenderDrafted(self.draft()));
        push(log, noon(day), Event::LotAdded(self.lot()));
        let committees = Committees {
            opening: CommitteeId::new("O").unwrap(),
            evaluation: CommitteeId::new("E").unwrap(),
            threshold: 3,
        };
        push(log, noon(day), Event::CommitteeAppointed(committees));
        let approval = Approval {
            read: 2,
            limit: None,
        };
        push(log, noon(day), Event::TenderApproved(approval));
        let closes_at = first.plus_days(16).start(OFFSET_MINUTES);
        let publication = Publication {
            enquiries_until: first.plus_days(6).start(OFFSET_MINUTES),
            closes_at,
            sealing: None,
            invited: Vec::new(),
        };
        push(log, noon(day), Event::TenderPublished(publication));
        if self.until == Until::Published {
            return day;
        }
        day = first.plus_days(16);
        let closing = Closing {
            closed_at: closes_at,
        };
        push(log, noon(day), Event::BiddingClosed(closing));
        if self.until == Until::Closed {
            return day;
        }
        if self.direct {
            self.offered(log, day);
            self.award(log, day);
            return day;
        }
        for (bidder, _) in &self.bids {
            for part in [EnvelopePart::Technical, EnvelopePart::Financial] {
                let receipt = Receipt {
                    envelope: self.envelope(bidder, part),
                    bidder: organization(bidder),
                    part,
                    sealed_at: Some(noon(first).at()),
                    standing: Some(Standing::Counts),
                    vouch: None,
                };
                push(log, noon(day), Event::BidReceived(receipt));
            }
        }
        let envelopes = u32::try_from(2 * self.bids.len()).ok();
        let listing = Listing {
            envelopes,
            unlisted: Vec::new(),
            left_off: None,
        };
        push(log, noon(day), Event::BidsListed(listing));
        for (bidder, _) in &self.bids {
            let content = BidContent::Technical(TechnicalBid {
                lots: vec![lot_id()],
                answers: Vec::new(),
                documents: Vec::new(),
                security: None,
            });
            let opened = self.opened(bidder, EnvelopePart::Technical, content);
            push(log, noon(day), Event::BidOpened(opened));
        }
        day = day.plus_days(2);
        for (bidder, _) in &self.bids {
            let scores = Scores(Vec::new());
            let scores = if self.known {
                Withheld::Known(scores)
            } else {
                Withheld::Committed([7; 32])
            };
            let scoring = Scoring {
                bidder: organization(bidder),
                scores,
            };
            push(log, noon(day), Event::BidScored(scoring));
        }
        let accepted = self.bids.iter().map(|(bidder, _)| AcceptedBid {
            bidder: organization(bidder),
        });
        let result = TechnicalResult {
            minutes: number("M-1"),
            accepted: accepted.collect(),
        };
        push(log, noon(day), Event::TechnicalResultApproved(result));
        for (bidder, price) in &self.bids {
            let content = BidContent::Financial(self.financial(*price));
            let opened = self.opened(bidder, EnvelopePart::Financial, content);
            push(log, noon(day), Event::BidOpened(opened));
        }
        if self.until == Until::Priced {
            return day;
        }
        day = day.plus_days(1);
        self.award(log, day);
        if self.until == Until::Awarded {
            return day;
        }
        let standstill_until = Some(day.plus_days(11).start(OFFSET_MINUTES));
        push(
            log,
            noon(day),
            Event::BiddersNotified(Notification { standstill_until }),
        );
        day = day.plus_days(12);
        let ended_at = noon(day).at();
        push(
            log,
            noon(day),
            Event::StandstillEnded(StandstillEnd { ended_at }),
        );
        push(
            log,
            noon(day),
            Event::TenderCompleted(Completion {
                value: Some(self.won()),
            }),
        );
        day
    }

    fn offered(&self, log: &mut Log, day: Date) {
        let stream = format!("tender-{}", self.id);
        let listing = Listing {
            envelopes: Some(0),
            unlisted: Vec::new(),
            left_off: None,
        };
        log.push(&stream, noon(day), Event::BidsListed(listing));
        let (bidder, price) = self.bids[0];
        let offer = DirectOffer {
            bidder: organization(bidder),
            offer: self.financial(price),
            document: DocumentRef {
                title: Names::new("عرض", "Offer").unwrap(),
                sha256: Sha256([4; 32]),
                bytes: 900,
                media_type: MediaType::Pdf,
            },
        };
        log.push(&stream, noon(day), Event::OfferRecorded(offer));
    }

    fn financial(&self, price: i64) -> FinancialBid {
        FinancialBid {
            prices: vec![LinePrice {
                lot: lot_id(),
                line: 1,
                quantity: quantity(QUANTITY),
                unit_price: self.price(price),
            }],
            totals: vec![LotTotal {
                lot: lot_id(),
                total: self.total(price),
            }],
        }
    }

    fn award(&self, log: &mut Log, day: Date) {
        let stream = format!("tender-{}", self.id);
        let ranking = self.bids.iter().map(|(bidder, price)| Ranked {
            bidder: organization(bidder),
            price: self.total(*price),
        });
        let award = Award {
            lot: lot_id(),
            minutes: number("M-2"),
            ranking: ranking.collect(),
            winners: vec![Winner {
                bidder: organization(self.winner),
                lines: Vec::new(),
                value: Some(self.won()),
            }],
            reserve: None,
            departure: self.departure.map(text),
        };
        let proposal = log.push(&stream, noon(day), Event::AwardProposed(award));
        let approval = AwardApproval {
            lot: lot_id(),
            proposal,
            value: Some(self.won()),
            limit: None,
        };
        log.push(&stream, noon(day), Event::AwardApproved(approval));
    }

    fn won(&self) -> Money {
        let (_, price) = self
            .bids
            .iter()
            .find(|(bidder, _)| *bidder == self.winner)
            .unwrap();
        self.total(*price)
    }

    fn draft(&self) -> Draft {
        Draft {
            buyer: organization(self.buyer),
            title: Names::new("شاش", "Gauze").unwrap(),
            procedure: if self.direct {
                Procedure::Direct
            } else {
                Procedure::Open
            },
            plan: None,
            currency: self.currency(),
            terms: Terms {
                delivery: Code::new(self.delivery).unwrap(),
                tax_included: true,
                validity_days: 90,
                security_percent: 2.into(),
                split: false,
            },
            criteria: Vec::new(),
            award_by: AwardBy::LowestPrice,
            ties: vec![TieRule::EarlierEnvelope],
            participants: Vec::new(),
            documents: Vec::new(),
            invitation: None,
            framework: None,
        }
    }

    fn lot(&self) -> Lot {
        let estimate = Money::new(1_000.into(), self.currency()).unwrap();
        let estimate = if self.known {
            Withheld::Known(estimate)
        } else {
            Withheld::Committed([9; 32])
        };
        Lot {
            id: lot_id(),
            title: Names::new("مجموعة", "Lot").unwrap(),
            estimate: Some(estimate),
            lines: vec![LotLine {
                item: ItemCode::new(self.item).unwrap(),
                quantity: Quantity::from(QUANTITY),
                facility: FacilityId::new("CLINIC").unwrap(),
                delivery_days: 30,
                entity: None,
            }],
        }
    }

    fn envelope(&self, bidder: &str, part: EnvelopePart) -> EnvelopeId {
        EnvelopeId::new(&format!("{}-{bidder}-{}", self.id, part.name())).unwrap()
    }

    fn opened(&self, bidder: &str, part: EnvelopePart, content: BidContent) -> OpenedBid {
        OpenedBid {
            bidder: Some(organization(bidder)),
            content: Some(content),
            ..OpenedBid::asked(self.envelope(bidder, part))
        }
    }
}

/// The content that the event at an index withholds is published.
pub fn disclosed(log: &mut Log, index: u64, content: &str) {
    let event = log.events[usize::try_from(index).unwrap()].id;
    let at = log.events.last().unwrap().metadata.effective_at;
    let disclosed = Disclosed {
        part: PartRef {
            event,
            index,
            part: 0,
        },
        class: PartClass::Pending,
        salt: [1; 32],
        bytes: content.as_bytes().to_vec(),
    };
    let stream = format!("disclosure-{event}");
    log.push(&stream, at, disclosure::Event::PartDisclosed(disclosed));
}

pub fn organization(id: &str) -> OrganizationId {
    OrganizationId::new(id).unwrap()
}

pub fn lot_id() -> LotId {
    LotId::new("A").unwrap()
}

fn number(text: &str) -> DocumentNumber {
    DocumentNumber::new(text).unwrap()
}
