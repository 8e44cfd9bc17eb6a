//! Arbitrary events of tenders, and bids. Legal in form; whether they make sense is for `decide`.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::drawn;
use super::values::{
    checkpoint, currency, date, decimal, document, id, instant, known, money, names, printable,
    public_key, quantity, sha256, text, unit_price,
};
use crate::domain::tender::*;
use crate::seal::PROOF_BYTES;

/// Any event of a tender.
pub(crate) fn tender() -> BoxedStrategy<Event> {
    prop_oneof![
        drafting(),
        bidding(),
        opening(),
        judging(),
        awarding(),
        ending()
    ]
    .boxed()
}

fn framework_terms() -> impl Strategy<Value = FrameworkTerms> {
    drawn!(FrameworkTerms {
        days: any::<u16>(),
        suppliers: any::<u8>(),
    })
}

fn invitation() -> BoxedStrategy<Invitation> {
    let grounds = vec![
        InvitationGround::FewSuppliers,
        InvitationGround::Disproportionate,
        InvitationGround::SoleSource,
        InvitationGround::Urgency,
        InvitationGround::Additional,
        InvitationGround::EssentialSecurity,
        InvitationGround::FailedTender,
        InvitationGround::Qualified,
    ];
    drawn!(Invitation {
        ground: select(grounds),
        justification: text(),
        after: of(id()),
        invited: vec(id(), 0..5),
        list: of(id()),
    })
}

fn draft() -> impl Strategy<Value = Draft> {
    let terms = drawn!(Terms {
        delivery: printable(),
        tax_included: any::<bool>(),
        validity_days: any::<u16>(),
        security_percent: decimal(),
        split: any::<bool>(),
    });
    let kinds = prop_oneof![
        Just(CriterionKind::Required),
        (decimal(), decimal()).prop_map(|(points, least)| CriterionKind::Rated { points, least }),
    ];
    let criterion = drawn!(Criterion {
        id: id(),
        name: names(),
        kind: kinds
    });
    let award_by = prop_oneof![
        Just(AwardBy::LowestPrice),
        any::<u8>().prop_map(|price_weight| AwardBy::Rated { price_weight }),
    ];
    let ties = [
        TieRule::LowerPrice,
        TieRule::MorePoints,
        TieRule::EarlierEnvelope,
    ];
    let participant = drawn!(Participant {
        entity: id(),
        budget: of(money())
    });
    let heading = (id(), names(), of(id()), currency());
    let procedure = select(vec![
        Procedure::Open,
        Procedure::Quotation,
        Procedure::Limited,
        Procedure::Direct,
        Procedure::Selective,
    ]);
    let lists = (
        vec(criterion, 0..4),
        vec(select(ties.to_vec()), 1..=TIES_MAX),
        vec(participant, 0..3),
    );
    (
        heading,
        procedure,
        terms,
        award_by,
        lists,
        (
            vec(document(), 0..3),
            of(invitation()),
            of(framework_terms()),
        ),
    )
        .prop_map(
            |((buyer, title, plan, currency), procedure, terms, award_by, lists, rest)| {
                let (documents, invitation, framework) = rest;
                Draft {
                    buyer,
                    title,
                    procedure,
                    plan,
                    currency,
                    terms,
                    criteria: lists.0,
                    award_by,
                    ties: lists.1,
                    participants: lists.2,
                    documents,
                    invitation,
                    framework,
                }
            },
        )
}

fn drafting() -> BoxedStrategy<Event> {
    let lot = drawn!(Lot {
        id: id(),
        title: names(),
        estimate: of(known(money())),
        lines: vec(lot_line(), 1..5),
    });
    let committees = drawn!(Committees {
        opening: id(),
        evaluation: id(),
        threshold: any::<u8>(),
    });
    let key = drawn!(OpeningKey {
        member: id(),
        key: any::<[u8; 32]>(),
        proof: proof(),
        witness: id(),
    });
    let approval = drawn!(Approval {
        read: any::<u64>(),
        limit: of(money())
    });
    prop_oneof![
        draft().prop_map(Event::TenderDrafted),
        lot.prop_map(Event::LotAdded),
        (id(), text()).prop_map(|(lot, reason)| Event::LotRemoved(LotRemoval { lot, reason })),
        committees.prop_map(Event::CommitteeAppointed),
        key.prop_map(Event::OpeningKeyEnrolled),
        approval.prop_map(Event::TenderApproved),
    ]
    .boxed()
}

fn proof() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), PROOF_BYTES)
}

fn lot_line() -> BoxedStrategy<LotLine> {
    drawn!(LotLine {
        item: id(),
        quantity: quantity(),
        facility: id(),
        delivery_days: any::<u16>(),
        entity: of(id()),
    })
}

fn bidding() -> BoxedStrategy<Event> {
    let member = drawn!(SealingMember {
        member: id(),
        key: any::<[u8; 32]>(),
        proof: proof(),
    });
    let sealing = drawn!(Sealing {
        threshold: any::<u8>(),
        members: vec(member, 1..4)
    });
    let publication = drawn!(Publication {
        enquiries_until: instant(),
        closes_at: instant(),
        sealing: of(sealing),
        invited: vec(id(), 0..5),
    });
    let question = drawn!(Question {
        id: id(),
        text: text(),
        key: public_key()
    });
    let answer = drawn!(Answer {
        question: id(),
        text: text()
    });
    let documents = || vec(document(), 0..3);
    let changes = prop_oneof![
        (documents(), documents()).prop_map(|(before, after)| Change::Documents { before, after }),
        (id(), vec(lot_line(), 0..3), vec(lot_line(), 1..3))
            .prop_map(|(lot, before, after)| Change::Lot { lot, before, after }),
    ];
    let amendment = drawn!(Amendment {
        number: of(any::<u16>()),
        reason: text(),
        change: changes,
        closes_at: instant(),
    });
    let extension = drawn!(Extension {
        closes_at: instant(),
        enquiries_until: instant(),
        reason: text(),
    });
    let outage = drawn!(Outage {
        from: instant(),
        until: instant(),
        reason: text(),
        closes_at: of(instant()),
    });
    let witness = drawn!(DeadlineWitness {
        closes_at: instant(),
        checkpoint: checkpoint(),
        covered_until: instant(),
        outside: any::<u64>(),
    });
    prop_oneof![
        publication.prop_map(Event::TenderPublished),
        question.prop_map(Event::QuestionAsked),
        answer.prop_map(Event::QuestionAnswered),
        amendment.prop_map(Event::TenderAmended),
        extension.prop_map(Event::DeadlineExtended),
        outage.prop_map(Event::OutageRecorded),
        witness.prop_map(Event::DeadlineWitnessed),
        instant().prop_map(|closed_at| Event::BiddingClosed(Closing { closed_at })),
    ]
    .boxed()
}

fn opening() -> BoxedStrategy<Event> {
    let parts = vec![EnvelopePart::Technical, EnvelopePart::Financial];
    let standings = vec![
        Standing::Counts,
        Standing::Late,
        Standing::Superseded,
        Standing::Withdrawn,
        Standing::Unconfirmed,
        Standing::Debarred,
        Standing::Unvouched,
        Standing::Uninvited,
        Standing::Unwitnessed,
    ];
    let receipt = drawn!(Receipt {
        envelope: id(),
        bidder: id(),
        part: select(parts),
        sealed_at: of(instant()),
        standing: of(select(standings)),
        vouch: of(super::procurement::vouch()),
    });
    let left_off = drawn!(LeftOff {
        count: any::<u32>(),
        digest: sha256(),
    });
    let listing = drawn!(Listing {
        envelopes: of(any::<u32>()),
        unlisted: vec(id(), 0..4),
        left_off: of(left_off),
    });
    let offer = drawn!(DirectOffer {
        bidder: id(),
        offer: financial(),
        document: document(),
    });
    let share = drawn!(EnvelopeShare {
        envelope: id(),
        share: of(any::<[u8; 32]>())
    });
    let shares = drawn!(Shares {
        member: id(),
        shares: vec(share, 1..4)
    });
    let reveal = drawn!(Reveal {
        envelope: id(),
        secret: any::<[u8; 32]>()
    });
    let opened = drawn!(OpenedBid {
        envelope: id(),
        bidder: of(id()),
        content: of(bid()),
        blamed: vec(id(), 0..3),
    });
    let reasons = vec![
        VoidReason::BadDeal,
        VoidReason::Unreadable,
        VoidReason::Unfitting,
        VoidReason::NotOpened,
    ];
    let voided = drawn!(VoidedBid {
        envelope: id(),
        bidder: of(id()),
        reason: of(select(reasons)),
        blamed: vec(id(), 0..3),
    });
    prop_oneof![
        receipt.prop_map(Event::BidReceived),
        listing.prop_map(Event::BidsListed),
        shares.prop_map(Event::SharesPublished),
        reveal.prop_map(Event::SecretRevealed),
        opened.prop_map(Event::BidOpened),
        voided.prop_map(Event::BidVoided),
        offer.prop_map(Event::OfferRecorded),
    ]
    .boxed()
}

/// Any bid, of either part.
pub(crate) fn bid() -> BoxedStrategy<BidContent> {
    let answer = drawn!(CriterionAnswer {
        criterion: id(),
        text: text()
    });
    let sealed = drawn!(SealedDocument {
        sealed: document(),
        key: any::<[u8; 32]>()
    });
    let technical = drawn!(TechnicalBid {
        lots: vec(id(), 1..4),
        answers: vec(answer, 0..4),
        documents: vec(sealed, 0..3),
        security: of(id()),
    });
    prop_oneof![
        technical.prop_map(BidContent::Technical),
        financial().prop_map(BidContent::Financial),
    ]
    .boxed()
}

fn financial() -> BoxedStrategy<FinancialBid> {
    let price = drawn!(LinePrice {
        lot: id(),
        line: any::<u16>(),
        quantity: quantity(),
        unit_price: unit_price(),
    });
    let total = drawn!(LotTotal {
        lot: id(),
        total: money()
    });
    drawn!(FinancialBid {
        prices: vec(price, 1..5),
        totals: vec(total, 1..3)
    })
}

fn judging() -> BoxedStrategy<Event> {
    let grounds = prop_oneof![
        id().prop_map(DisqualificationGround::Criterion),
        select(vec![
            DisqualificationGround::Security,
            DisqualificationGround::Incomplete,
            DisqualificationGround::LowPrice,
            DisqualificationGround::CorrectionRefused,
            DisqualificationGround::Debarred,
            DisqualificationGround::WithdrawnAfterOpening,
            DisqualificationGround::FalseStatement,
            DisqualificationGround::Lapsed,
        ]),
    ];
    let disqualification = drawn!(Disqualification {
        bidder: id(),
        lot: of(id()),
        ground: grounds,
        reason: text(),
        minutes: of(id()),
    });
    // Points as they are kept apart: without trailing zeros.
    let points = decimal().prop_map(|points| points.normalize());
    let score = drawn!(Score {
        criterion: id(),
        points: points
    });
    let scoring = drawn!(Scoring {
        bidder: id(),
        scores: known(vec(score, 1..5).prop_map(Scores)),
    });
    let accepted = vec(id().prop_map(|bidder| AcceptedBid { bidder }), 0..4);
    let result = drawn!(TechnicalResult {
        minutes: printable(),
        accepted: accepted
    });
    let correction = drawn!(Correction {
        bidder: id(),
        lot: id(),
        before: of(money()),
        after: of(money()),
    });
    let low = drawn!(LowBid {
        bidder: id(),
        lot: id(),
        explanation: text(),
        accepted: any::<bool>(),
    });
    let extension = drawn!(ValidityExtension {
        bidder: id(),
        until: date(),
    });
    prop_oneof![
        disqualification.prop_map(Event::BidDisqualified),
        scoring.prop_map(Event::BidScored),
        result.prop_map(Event::TechnicalResultApproved),
        correction.prop_map(Event::BidCorrected),
        low.prop_map(Event::LowBidExplained),
        extension.prop_map(Event::ValidityExtended),
    ]
    .boxed()
}

fn awarding() -> BoxedStrategy<Event> {
    let ranked = drawn!(Ranked {
        bidder: id(),
        price: money()
    });
    let won = drawn!(WonLine {
        line: any::<u16>(),
        quantity: quantity()
    });
    let winner = drawn!(Winner {
        bidder: id(),
        lines: vec(won, 0..3),
        value: of(money()),
    });
    let award = drawn!(Award {
        lot: id(),
        minutes: printable(),
        ranking: vec(ranked, 0..4),
        winners: vec(winner, 0..3),
        reserve: of(id()),
        departure: of(text()),
    });
    let approval = drawn!(AwardApproval {
        lot: id(),
        proposal: any::<u64>(),
        value: of(money()),
        limit: of(money()),
    });
    prop_oneof![
        award.prop_map(Event::AwardProposed),
        approval.prop_map(Event::AwardApproved),
        (id(), text()).prop_map(|(lot, reason)| Event::LotFailed(LotFailure { lot, reason })),
        of(instant()).prop_map(|standstill_until| {
            Event::BiddersNotified(Notification { standstill_until })
        }),
        instant().prop_map(|ended_at| Event::StandstillEnded(StandstillEnd { ended_at })),
        (id(), text())
            .prop_map(|(lot, reason)| Event::AwardCancelled(AwardCancellation { lot, reason })),
    ]
    .boxed()
}

fn ending() -> BoxedStrategy<Event> {
    let against = prop_oneof![
        Just(Against::Documents),
        id().prop_map(Against::Award),
        Just(Against::TechnicalResult),
    ];
    let complaint = drawn!(Complaint {
        id: id(),
        against: against,
        grounds: text(),
        documents: vec(document(), 0..3),
        key: of(public_key()),
    });
    let outcomes = vec![
        ComplaintOutcome::Invalid,
        ComplaintOutcome::Declined,
        ComplaintOutcome::Upheld,
    ];
    let decision = drawn!(ComplaintDecision {
        complaint: id(),
        decision: printable(),
        outcome: select(outcomes),
        reason: text(),
    });
    let grounds = vec![
        CancellationGround::NoDemand,
        CancellationGround::Unfixable,
        CancellationGround::ForceMajeure,
        CancellationGround::ExpensesCut,
    ];
    let cancellation = drawn!(Ending {
        ground: select(grounds.clone()),
        reason: text(),
        proposal: of(any::<u64>()),
    });
    let proposal = drawn!(CancellationProposal {
        ground: select(grounds),
        reason: text(),
    });
    let causes = vec![
        FailureCause::NoBids,
        FailureCause::NoValidBids,
        FailureCause::NoAward,
        FailureCause::BidsLost,
    ];
    prop_oneof![
        complaint.prop_map(Event::ComplaintFiled),
        decision.prop_map(Event::ComplaintDecided),
        id().prop_map(|complaint| { Event::ComplaintWithdrawn(ComplaintWithdrawal { complaint }) }),
        cancellation.prop_map(Event::TenderCancelled),
        proposal.prop_map(Event::CancellationProposed),
        of(select(causes)).prop_map(|cause| Event::TenderFailed(Failure { cause })),
        of(money()).prop_map(|value| Event::TenderCompleted(Completion { value })),
    ]
    .boxed()
}
