//! Commands, and the worked example's tender at each of its stages.

use super::*;
use crate::time::Timestamp;

pub(super) fn receive(envelope: &str, bidder: &str, part: EnvelopePart) -> Command {
    receive_vouched(envelope, bidder, part, None)
}

pub(super) fn receive_vouched(
    envelope: &str,
    bidder: &str,
    part: EnvelopePart,
    vouch: Option<Vouch>,
) -> Command {
    Command::Receive(Receipt {
        envelope: id(envelope),
        bidder: id(bidder),
        part,
        sealed_at: None,
        standing: None,
        vouch,
    })
}

pub(super) fn end_receipts() -> Command {
    Command::EndReceipts(listing(None, &[]))
}

pub(super) fn listing(envelopes: Option<u32>, unlisted: &[&str]) -> Listing {
    Listing {
        envelopes,
        unlisted: unlisted.iter().map(|it| id(it)).collect(),
        left_off: None,
    }
}

/// Good shares of a member.
pub(super) fn shares(member: &str, envelopes: &[&str]) -> Command {
    let place = member.trim_start_matches('o').parse().unwrap();
    shares_of(member, envelopes, Some([place; 32]))
}

pub(super) fn shares_of(member: &str, envelopes: &[&str], share: Option<[u8; 32]>) -> Command {
    let share = |envelope: &&str| EnvelopeShare {
        envelope: id(envelope),
        share,
    };
    Command::PublishShares(Shares {
        member: id(member),
        shares: envelopes.iter().map(share).collect(),
    })
}

pub(super) fn reveal(envelope: &str, secret: [u8; 32]) -> Command {
    Command::Reveal(Reveal {
        envelope: id(envelope),
        secret,
    })
}

pub(super) fn open(envelope: &str) -> Command {
    Command::Open(OpenedBid {
        envelope: id(envelope),
        bidder: None,
        content: None,
        blamed: Vec::new(),
    })
}

pub(super) fn reject(bidder: &str, lot: Option<&str>, ground: DisqualificationGround) -> Command {
    Command::Disqualify(Disqualification {
        bidder: id(bidder),
        lot: lot.map(id),
        ground,
        reason: text("as the minutes say"),
        minutes: None,
    })
}

pub(super) fn reject_by(minutes: &str, bidder: &str, ground: DisqualificationGround) -> Command {
    Command::Disqualify(Disqualification {
        bidder: id(bidder),
        lot: None,
        ground,
        reason: text("as the minutes say"),
        minutes: Some(id(minutes)),
    })
}

pub(super) fn criterion(name: &str) -> DisqualificationGround {
    DisqualificationGround::Criterion(id(name))
}

pub(super) fn score(bidder: &str, points: &str) -> Command {
    scores(bidder, &[("quality", points)])
}

pub(super) fn scores(bidder: &str, given: &[(&str, &str)]) -> Command {
    let score = |(criterion, points): &(&str, &str)| Score {
        criterion: id(criterion),
        points: points.parse().unwrap(),
    };
    Command::Score(Scoring {
        bidder: id(bidder),
        scores: Withheld::Known(Scores(given.iter().map(score).collect())),
    })
}

pub(super) fn technical_result(minutes: &str) -> Command {
    Command::ApproveTechnicalResult(TechnicalResult {
        minutes: id(minutes),
        accepted: Vec::new(),
    })
}

pub(super) fn correct(bidder: &str, lot: &str) -> Command {
    Command::Correct(Correction {
        bidder: id(bidder),
        lot: id(lot),
        before: None,
        after: None,
    })
}

pub(super) fn explain(bidder: &str, lot: &str, accepted: bool) -> Command {
    Command::ExplainLowBid(LowBid {
        bidder: id(bidder),
        lot: id(lot),
        explanation: text("we have a factory next door"),
        accepted,
    })
}

pub(super) fn award(lot: &str, minutes: &str, winners: &[&str], reserve: Option<&str>) -> Award {
    let winner = |bidder: &&str| Winner {
        bidder: id(bidder),
        lines: Vec::new(),
        value: None,
    };
    Award {
        lot: id(lot),
        minutes: id(minutes),
        ranking: Vec::new(),
        winners: winners.iter().map(winner).collect(),
        reserve: reserve.map(id),
        departure: None,
    }
}

pub(super) fn propose(lot: &str, winner: &str) -> Command {
    Command::ProposeAward(award(lot, "M2", &[winner], None))
}

pub(super) fn departing(lot: &str, winner: &str) -> Command {
    Command::ProposeAward(Award {
        departure: Some(text("the best cannot deliver in time")),
        ..award(lot, "M2", &[winner], None)
    })
}

pub(super) fn approve(lot: &str, proposal: u64) -> Command {
    Command::ApproveAward(AwardApproval {
        lot: id(lot),
        proposal,
        value: None,
        limit: None,
    })
}

pub(super) fn fail_lot(lot: &str) -> Command {
    Command::FailLot(LotFailure {
        lot: id(lot),
        reason: text("nobody is left"),
    })
}

pub(super) fn notify() -> Command {
    Command::Notify(Notification {
        standstill_until: None,
    })
}

pub(super) fn cancel_award(lot: &str) -> Command {
    Command::CancelAward(AwardCancellation {
        lot: id(lot),
        reason: text("the winner does not sign"),
    })
}

pub(super) fn complain(complaint: &str, against: Against) -> Command {
    Command::Complain(Complaint {
        id: id(complaint),
        against,
        grounds: text("we were better"),
        documents: Vec::new(),
        key: None,
    })
}

pub(super) fn rule(complaint: &str, outcome: ComplaintOutcome) -> Command {
    Command::DecideComplaint(ComplaintDecision {
        complaint: id(complaint),
        decision: id("R-1"),
        outcome,
        reason: text("for the reasons given"),
    })
}

pub(super) fn withdraw(complaint: &str) -> Command {
    Command::WithdrawComplaint(ComplaintWithdrawal {
        complaint: id(complaint),
    })
}

pub(super) fn cancel() -> Command {
    Command::Cancel(Ending {
        ground: CancellationGround::NoDemand,
        reason: text("needed no more"),
        proposal: None,
    })
}

pub(super) fn extend_validity(bidder: &str, until: &str) -> Command {
    Command::ExtendValidity(ValidityExtension {
        bidder: id(bidder),
        until: Date::parse(&format!("2026-{until}")).unwrap(),
    })
}

pub(super) fn fail() -> Command {
    Command::Fail(Failure { cause: None })
}

pub(super) fn complete() -> Command {
    Command::Complete(Completion { value: None })
}

pub(super) fn against_award(lot: &str) -> Against {
    Against::Award(id(lot))
}

// The worked example's tender, stage by stage.

/// An hour of 19 January, the last day.
pub(super) fn hour(hour: i64) -> Timestamp {
    midnight("01-19").plus_micros(hour * 3_600_000_000)
}

/// Nile, Delta and Misr sealed technical (`-t`) and financial (`-f`) envelopes, in this order.
pub(super) fn sealed() -> Case {
    let nile = financial(
        &[("A", 1, 100, "7.5"), ("A", 2, 50, "10"), ("B", 1, 10, "40")],
        &[("A", "1260"), ("B", "400")],
    );
    let delta = financial(
        &[("A", 1, 100, "6"), ("A", 2, 50, "8"), ("B", 1, 10, "50")],
        &[("A", "1000"), ("B", "500")],
    );
    let misr = financial(&[("B", 1, 10, "39")], &[("B", "390")]);
    let both = technical(&["A", "B"]);
    Case::of(notice())
        .sealed("nile-t", "nile", &both, hour(1))
        .sealed("nile-f", "nile", &nile, hour(2))
        .sealed("delta-t", "delta", &both, hour(3))
        .sealed("delta-f", "delta", &delta, hour(4))
        .sealed("misr-t", "misr", &technical(&["B"]), hour(5))
        .sealed("misr-f", "misr", &misr, hour(6))
}

pub(super) fn received() -> Case {
    receive_all(sealed())
}

/// Lists all envelopes, latest first.
pub(super) fn receive_all(case: Case) -> Case {
    let mut all: Vec<_> = case.envelopes.0.clone().into_iter().collect();
    all.sort_by_key(|(_, planted)| std::cmp::Reverse(planted.shown.sealed_at));
    all.into_iter().fold(case, |case, (envelope, planted)| {
        let claim = planted.shown.claim.unwrap();
        let command = receive(envelope.as_str(), claim.bidder.as_str(), claim.part);
        let case = case.when(command);
        assert_eq!(case.last().len(), 1);
        case
    })
}

pub(super) fn listed() -> Case {
    received().when(end_receipts())
}

/// Opens envelopes with the shares of the first two members.
pub(super) fn opened(case: Case, envelopes: &[&str]) -> Case {
    let o1 = case.by(evaluator("o1")).when(shares("o1", envelopes));
    let both = o1.by(evaluator("o2")).when(shares("o2", envelopes));
    envelopes.iter().fold(both, |case, envelope| {
        let case = case.when(open(envelope));
        assert!(matches!(
            case.only(),
            Event::BidOpened(_) | Event::BidVoided(_)
        ));
        case
    })
}

pub(super) fn technically_opened() -> Case {
    opened(listed(), &["delta-t", "misr-t", "nile-t"])
}

/// Misr is below the least points and rejected.
pub(super) fn scored() -> Case {
    technically_opened()
        .on("01-22")
        .by(evaluator("e1"))
        .when(score("nile", "80"))
        .when(score("delta", "90"))
        .when(score("misr", "50"))
        .when(reject("misr", None, criterion("quality")))
}

pub(super) fn accepted() -> Case {
    scored().when(technical_result("M1"))
}

pub(super) fn priced() -> Case {
    opened(accepted(), &["delta-f", "nile-f"]).by(evaluator("e1"))
}

/// Nile's total is corrected.
pub(super) fn corrected() -> Case {
    priced().when(correct("nile", "A"))
}

pub(super) fn proposed() -> Case {
    corrected()
        .when(propose("A", "delta"))
        .when(propose("B", "nile"))
}

/// Delta wins A for 1,000 EGP, Nile wins B for 400 EGP.
pub(super) fn awarded() -> Case {
    let proposed = proposed();
    let first = proposed.facts.next_revision - 2;
    proposed
        .by(adel())
        .when(approve("A", first))
        .when(approve("B", first + 1))
}

/// Told on 22 January: standstill and complaints until midnight after 1 February.
pub(super) fn notified() -> Case {
    awarded().by(samir()).when(notify())
}

pub(super) fn final_() -> Case {
    notified().on("02-02").when(Command::EndStandstill)
}
