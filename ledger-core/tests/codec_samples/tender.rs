//! Samples of the events of a tender.

use sijill_ledger_core::domain::tender::*;
use sijill_ledger_core::domain::values::{DocumentRef, Sha256, Withheld};

use super::values::{
    checkpoint, day, document, ed25519, money, names, noon, of, price, quantity, text, vouch,
};
use super::{Sample, full, full_since, further};

pub fn samples() -> Vec<Sample> {
    [
        drafting(),
        bidding(),
        opening(),
        judging(),
        awarding(),
        complaining(),
        ending(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn draft() -> Draft {
    Draft {
        buyer: of("EG-UPA"),
        title: names(),
        procedure: Procedure::Limited,
        plan: Some(of("P-2026-4")),
        currency: money().currency(),
        terms: Terms {
            delivery: of("DDP"),
            tax_included: true,
            validity_days: 90,
            security_percent: "1.5".parse().unwrap(),
            split: true,
        },
        criteria: vec![
            Criterion {
                id: of("registered"),
                name: names(),
                kind: CriterionKind::Required,
            },
            Criterion {
                id: of("quality"),
                name: names(),
                kind: CriterionKind::Rated {
                    points: "60".parse().unwrap(),
                    least: "36.5".parse().unwrap(),
                },
            },
        ],
        award_by: AwardBy::Rated { price_weight: 40 },
        ties: vec![
            TieRule::LowerPrice,
            TieRule::MorePoints,
            TieRule::EarlierEnvelope,
        ],
        participants: vec![Participant {
            entity: of("EG-UNI"),
            budget: Some(money()),
        }],
        documents: vec![document(); 2],
        invitation: Some(Invitation {
            ground: InvitationGround::FailedTender,
            justification: text("لم يتقدم أحد إلى المناقصة السابقة، محضر 12/2026"),
            after: Some(of("T-2026-3")),
            invited: vec![of("SUP-12"), of("SUP-15"), of("SUP-19")],
            list: Some(of("Q-2026-1")),
        }),
        framework: Some(FrameworkTerms {
            days: 730,
            suppliers: 3,
        }),
    }
}

fn lines() -> Vec<LotLine> {
    vec![
        LotLine {
            item: of("J01CA04"),
            quantity: quantity("20000"),
            facility: of("EG-C-001"),
            delivery_days: 45,
            entity: Some(of("EG-UNI")),
        };
        2
    ]
}

fn drafting() -> Vec<Sample> {
    let quotation = Draft {
        procedure: Procedure::Quotation,
        plan: None,
        criteria: Vec::new(),
        award_by: AwardBy::LowestPrice,
        ties: vec![TieRule::EarlierEnvelope],
        participants: Vec::new(),
        documents: Vec::new(),
        invitation: None,
        framework: None,
        ..draft()
    };
    let direct = Draft {
        procedure: Procedure::Direct,
        invitation: Some(Invitation {
            ground: InvitationGround::SoleSource,
            justification: text("الوكيل الوحيد، شهادة غرفة التجارة 7/2026"),
            after: None,
            invited: vec![of("SUP-12")],
            list: None,
        }),
        ..quotation.clone()
    };
    let selective = Draft {
        procedure: Procedure::Selective,
        invitation: Some(Invitation {
            ground: InvitationGround::Qualified,
            justification: text("قائمة المؤهلين المنشورة في يناير 2026"),
            after: None,
            invited: Vec::new(),
            list: Some(of("Q-2026-1")),
        }),
        ..draft()
    };
    let lot = Lot {
        id: of("L1"),
        title: names(),
        estimate: Some(Withheld::Known(money())),
        lines: lines(),
    };
    let unestimated = Lot {
        estimate: None,
        ..lot.clone()
    };
    vec![
        full_since(3, Event::TenderDrafted(draft())),
        further("direct", Event::TenderDrafted(direct)),
        further("quotation", Event::TenderDrafted(quotation)),
        further("selective", Event::TenderDrafted(selective)),
        full(Event::LotAdded(lot)),
        further("unestimated", Event::LotAdded(unestimated)),
        full(Event::LotRemoved(LotRemoval {
            lot: of("L1"),
            reason: text("أُضيف مرتين"),
        })),
        full(Event::CommitteeAppointed(Committees {
            opening: of("OPEN-7"),
            evaluation: of("EVAL-7"),
            threshold: 3,
        })),
        full(Event::OpeningKeyEnrolled(OpeningKey {
            member: of("O-1077"),
            key: [7; 32],
            proof: vec![0x5a; 64],
            witness: of("O-2001"),
        })),
        full(Event::TenderApproved(Approval {
            read: 9,
            limit: Some(money()),
        })),
    ]
}

fn bidding() -> Vec<Sample> {
    let member = SealingMember {
        member: of("O-1077"),
        key: [7; 32],
        proof: vec![0x5a; 64],
    };
    let amendment = |change| {
        Event::TenderAmended(Amendment {
            number: Some(1),
            reason: text("تغيّرت الحاجة"),
            change,
            closes_at: noon().at(),
        })
    };
    vec![
        full_since(
            2,
            Event::TenderPublished(Publication {
                enquiries_until: noon().at(),
                closes_at: noon().at().plus_days(5),
                sealing: Some(Sealing {
                    threshold: 2,
                    members: vec![member; 3],
                }),
                invited: vec![of("SUP-12"), of("SUP-15")],
            }),
        ),
        full(Event::QuestionAsked(Question {
            id: of("Q1"),
            text: text("هل يُقبل عبوة أخرى؟"),
            key: ed25519(),
        })),
        full(Event::QuestionAnswered(Answer {
            question: of("Q1"),
            text: text("نعم"),
        })),
        full(amendment(Change::Lot {
            lot: of("L1"),
            before: lines(),
            after: lines(),
        })),
        further(
            "documents",
            amendment(Change::Documents {
                before: Vec::<DocumentRef>::new(),
                after: vec![document()],
            }),
        ),
        full(Event::DeadlineExtended(Extension {
            closes_at: noon().at(),
            enquiries_until: noon().at().plus_micros(-1),
            reason: text("عطلة رسمية"),
        })),
        full(Event::OutageRecorded(Outage {
            from: noon().at(),
            until: noon().at().plus_micros(7_200_000_000),
            reason: text("انقطع الاتصال"),
            closes_at: Some(noon().at().plus_days(1)),
        })),
        full(Event::DeadlineWitnessed(DeadlineWitness {
            closes_at: noon().at().plus_micros(1),
            checkpoint: checkpoint(),
            covered_until: noon().at(),
            outside: 3,
        })),
        full(Event::BiddingClosed(Closing {
            closed_at: noon().at(),
        })),
    ]
}

fn technical() -> TechnicalBid {
    TechnicalBid {
        lots: vec![of("L1"), of("L2")],
        answers: vec![CriterionAnswer {
            criterion: of("registered"),
            text: text("مسجل برقم 77"),
        }],
        documents: vec![SealedDocument {
            sealed: document(),
            key: [9; 32],
        }],
        security: Some(of("S-5")),
    }
}

fn financial() -> FinancialBid {
    FinancialBid {
        prices: vec![
            LinePrice {
                lot: of("L1"),
                line: 1,
                quantity: quantity("20000"),
                unit_price: price(),
            };
            2
        ],
        totals: vec![LotTotal {
            lot: of("L1"),
            total: money(),
        }],
    }
}

fn opening() -> Vec<Sample> {
    let receipt = |part, standing, vouched: bool| {
        Event::BidReceived(Receipt {
            envelope: of("3f9a"),
            bidder: of("SUP-12"),
            part,
            sealed_at: Some(noon().at()),
            standing: Some(standing),
            vouch: vouched.then(vouch),
        })
    };
    let opened = |content| {
        Event::BidOpened(OpenedBid {
            envelope: of("3f9a"),
            bidder: Some(of("SUP-12")),
            content: Some(content),
            blamed: vec![of("O-1077")],
        })
    };
    let share = |share| EnvelopeShare {
        envelope: of("3f9a"),
        share,
    };
    let shares = |shares| {
        Event::SharesPublished(Shares {
            member: of("O-1077"),
            shares,
        })
    };
    vec![
        full_since(2, receipt(EnvelopePart::Technical, Standing::Counts, true)),
        further(
            "late",
            receipt(EnvelopePart::Financial, Standing::Late, false),
        ),
        further(
            "unvouched",
            receipt(EnvelopePart::Financial, Standing::Unvouched, true),
        ),
        full_since(
            3,
            Event::BidsListed(Listing {
                envelopes: Some(10),
                unlisted: vec![of("3f9b")],
                left_off: Some(LeftOff {
                    count: 1_001,
                    digest: Sha256([7; 32]),
                }),
            }),
        ),
        full(shares(vec![share(Some([3; 32])); 2])),
        further("none", shares(vec![share(None)])),
        full(Event::SecretRevealed(Reveal {
            envelope: of("3f9a"),
            secret: [4; 32],
        })),
        full(opened(BidContent::Technical(technical()))),
        further("financial", opened(BidContent::Financial(financial()))),
        further(
            "uninvited",
            receipt(EnvelopePart::Technical, Standing::Uninvited, true),
        ),
        further(
            "unwitnessed",
            receipt(EnvelopePart::Technical, Standing::Unwitnessed, true),
        ),
        full(Event::OfferRecorded(DirectOffer {
            bidder: of("SUP-12"),
            offer: financial(),
            document: document(),
        })),
        full(Event::BidVoided(VoidedBid {
            envelope: of("3f9a"),
            bidder: Some(of("SUP-12")),
            reason: Some(VoidReason::BadDeal),
            blamed: vec![of("O-1077")],
        })),
    ]
}

fn judging() -> Vec<Sample> {
    let disqualified = |lot, ground| {
        Event::BidDisqualified(Disqualification {
            bidder: of("SUP-12"),
            lot,
            ground,
            reason: text("لم يُرفق التسجيل"),
            minutes: None,
        })
    };
    let score = |criterion, points: &str| Score {
        criterion: of(criterion),
        points: points.parse().unwrap(),
    };
    vec![
        full_since(
            2,
            Event::BidDisqualified(Disqualification {
                bidder: of("SUP-12"),
                lot: Some(of("L1")),
                ground: DisqualificationGround::FalseStatement,
                reason: text("الشهادة لصنف آخر"),
                minutes: Some(of("15/2026")),
            }),
        ),
        further(
            "incomplete",
            disqualified(None, DisqualificationGround::Incomplete),
        ),
        full(Event::BidScored(Scoring {
            bidder: of("SUP-12"),
            scores: Withheld::Known(Scores(vec![
                score("delivery", "20"),
                score("quality", "45.5"),
            ])),
        })),
        full(Event::TechnicalResultApproved(TechnicalResult {
            minutes: of("14/2026"),
            accepted: vec![AcceptedBid {
                bidder: of("SUP-12"),
            }],
        })),
        full(Event::BidCorrected(Correction {
            bidder: of("SUP-12"),
            lot: of("L1"),
            before: Some(money()),
            after: Some(money()),
        })),
        full(Event::LowBidExplained(LowBid {
            bidder: of("SUP-12"),
            lot: of("L1"),
            explanation: text("مخزون قائم"),
            accepted: true,
        })),
        further("lapsed", disqualified(None, DisqualificationGround::Lapsed)),
        full(Event::ValidityExtended(ValidityExtension {
            bidder: of("SUP-12"),
            until: day("2026-06-30"),
        })),
    ]
}

fn awarding() -> Vec<Sample> {
    let award = Award {
        lot: of("L1"),
        minutes: of("15/2026"),
        ranking: vec![
            Ranked {
                bidder: of("SUP-12"),
                price: money(),
            };
            2
        ],
        winners: vec![Winner {
            bidder: of("SUP-12"),
            lines: vec![WonLine {
                line: 2,
                quantity: quantity("12000"),
            }],
            value: Some(money()),
        }],
        reserve: Some(of("SUP-3")),
        departure: Some(text("لا يفي الأفضل بموعد التوريد")),
    };
    let whole = Award {
        winners: vec![Winner {
            bidder: of("SUP-12"),
            lines: Vec::new(),
            value: Some(money()),
        }],
        reserve: None,
        departure: None,
        ..award.clone()
    };
    vec![
        full(Event::AwardProposed(award)),
        further("whole", Event::AwardProposed(whole)),
        full(Event::AwardApproved(AwardApproval {
            lot: of("L1"),
            proposal: 40,
            value: Some(money()),
            limit: Some(money()),
        })),
        full(Event::LotFailed(LotFailure {
            lot: of("L2"),
            reason: text("لا عروض مقبولة"),
        })),
        full(Event::BiddersNotified(Notification {
            standstill_until: Some(noon().at()),
        })),
        full(Event::StandstillEnded(StandstillEnd {
            ended_at: noon().at(),
        })),
        full(Event::AwardCancelled(AwardCancellation {
            lot: of("L1"),
            reason: text("قُبل التظلم"),
        })),
    ]
}

fn complaining() -> Vec<Sample> {
    let complaint = Complaint {
        id: of("K1"),
        against: Against::Award(of("L1")),
        grounds: text("خطأ في التقييم"),
        documents: vec![document()],
        key: Some(ed25519()),
    };
    let about = |against| Complaint {
        against,
        documents: Vec::new(),
        key: None,
        ..complaint.clone()
    };
    vec![
        full(Event::ComplaintFiled(complaint.clone())),
        further(
            "documents",
            Event::ComplaintFiled(about(Against::Documents)),
        ),
        further(
            "technical-result",
            Event::ComplaintFiled(about(Against::TechnicalResult)),
        ),
        full(Event::ComplaintDecided(ComplaintDecision {
            complaint: of("K1"),
            decision: of("3/2026"),
            outcome: ComplaintOutcome::Upheld,
            reason: text("ثبت الخطأ"),
        })),
        full(Event::ComplaintWithdrawn(ComplaintWithdrawal {
            complaint: of("K1"),
        })),
    ]
}

fn ending() -> Vec<Sample> {
    vec![
        full_since(
            2,
            Event::TenderCancelled(Ending {
                ground: CancellationGround::NoDemand,
                reason: text("زالت الحاجة"),
                proposal: Some(41),
            }),
        ),
        full(Event::CancellationProposed(CancellationProposal {
            ground: CancellationGround::ForceMajeure,
            reason: text("غرق المستودع"),
        })),
        full(Event::TenderFailed(Failure {
            cause: Some(FailureCause::NoBids),
        })),
        further(
            "lost",
            Event::TenderFailed(Failure {
                cause: Some(FailureCause::BidsLost),
            }),
        ),
        full(Event::TenderCompleted(Completion {
            value: Some(money()),
        })),
    ]
}
