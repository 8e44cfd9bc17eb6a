//! One whole tender, from a need to its end, under the third edition of the rules: sealed bids of five suppliers, opened by three of
//! five members.

use std::collections::BTreeMap;

use sijill_ledger_core::domain::tender::{
    EnvelopePart::{self, Financial, Technical},
    Event, Standing,
};
use sijill_ledger_core::store::EventStore as _;

use super::world::*;
use super::*;
use super::{asked, drafting, judging, own, shown};
use crate::cli::lang::Lang;
use crate::cli::verify;

/// The suppliers.
pub struct Bidders {
    nile: Bidder,
    delta: Bidder,
    sinai: Bidder,
    misr: Bidder,
    aswan: Bidder,
}

impl Bidders {
    fn new() -> Self {
        let bidder = |id, n| Bidder::new(By(id, Role::Supplier, "-"), n);
        Self {
            nile: bidder("organization:NILE", 1),
            delta: bidder("organization:DELTA", 2),
            sinai: bidder("organization:SINAI", 3),
            misr: bidder("organization:MISR", 4),
            aswan: bidder("organization:ASWAN", 5),
        }
    }

    /// Whose bids do not count: withdrawn, and not confirmed.
    pub const fn others(&self) -> [&Bidder; 2] {
        [&self.misr, &self.aswan]
    }

    /// Whose bids count.
    pub const fn counting(&self) -> [&Bidder; 3] {
        [&self.nile, &self.delta, &self.sinai]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tender_from_a_need_to_its_end() {
    let (play, bidders) = (Play::new().await, Bidders::new());
    drafting::ruled(&play, None).await;
    drafting::planned(&play).await;
    drafting::drafted(&play).await;
    drafting::keys_enrolled(&play).await;
    drafting::approved_and_published(&play).await;
    questioned(&play, &bidders.nile).await;
    sealed_before_amendment(&play, &bidders).await;
    amended(&play).await;
    sealed_after_amendment(&play, &bidders).await;
    own::before_the_deadline(&play, &bidders).await;
    asked::while_sealed(&play).await;
    closed_and_listed(&play, &bidders).await;
    own::after_the_list(&play, &bidders).await;
    technically_opened(&play, &bidders).await;
    judging::technically_judged(&play, &bidders).await;
    judging::financially_opened(&play, &bidders).await;
    judging::corrected_and_explained(&play).await;
    judging::awarded(&play).await;
    judging::told(&play).await;
    complained_and_completed(&play, &bidders).await;
    own::at_the_end(&play, &bidders).await;
    asked::at_the_end(&play).await;
    shown::at_the_end(&play).await;
    judged_again(&play).await;
}

async fn questioned(play: &Play, bidder: &Bidder) {
    play.noon("01-02");
    let question = |context| pb::AskQuestionRequest {
        context,
        tender: TENDER.to_owned(),
        question: Some(events::QuestionAsked {
            id: "Q-1".to_owned(),
            text: "may the gauze be folded?".to_owned(),
            key: bidder.public(),
        }),
    };
    let mut tenders = play.world.tenders();
    let unsigned = tenders.ask_question(bidder.by.asks(question(new()))).await;
    assert_eq!(refused(unsigned), "STATEMENT_MISSING");
    done(tenders.ask_question(bidder.signs(&[], question)).await);
    let answer = pb::AnswerQuestionRequest {
        context: new(),
        tender: TENDER.to_owned(),
        answer: Some(events::QuestionAnswered {
            question: "Q-1".to_owned(),
            text: "it may".to_owned(),
        }),
    };
    done(tenders.answer_question(NADIA.asks(answer)).await);
}

async fn both(play: &Play, bidder: &Bidder, lots: &[&str], financial: &[u8]) {
    done(play.seal(bidder, Technical, &technical(lots)).await);
    done(play.seal(bidder, Financial, financial).await);
}

/// Nile's total of lot A is wrong.
async fn sealed_before_amendment(play: &Play, bidders: &Bidders) {
    play.noon("01-05");
    let nile = financial(
        &[("A", 1, 100, 75), ("A", 2, 50, 100), ("B", 1, 10, 400)],
        &[("A", 1_260), ("B", 400)],
    );
    both(play, &bidders.nile, &["A", "B"], &nile).await;
    let other = financial(&[("B", 1, 10, 420)], &[("B", 420)]);
    both(play, &bidders.misr, &["B"], &other).await;
    both(play, &bidders.aswan, &["B"], &other).await;
    // For another: the server knows who calls.
    let bid = technical(&["B"]);
    let sealed = play.seal_for("NILE", &bidders.delta, Technical, &bid).await;
    assert_eq!(refused(sealed), "NOT_OWN_ORGANIZATION");
}

pub async fn amended(play: &Play) {
    play.noon("01-10");
    let amendment = pb::AmendTenderRequest {
        context: new(),
        tender: TENDER.to_owned(),
        amendment: Some(events::TenderAmended {
            number: None,
            reason: "the clinic can wait".to_owned(),
            change: Some(events::tender_amended::Change::Lot(events::LotChange {
                lot: "B".to_owned(),
                before: Vec::new(),
                after: vec![drafting::line(10, 60)],
            })),
            closes_micros: midnight("01-17").as_micros(),
        }),
    };
    done(
        play.world
            .tenders()
            .amend_tender(NADIA.asks(amendment))
            .await,
    );
}

async fn sealed_after_amendment(play: &Play, bidders: &Bidders) {
    play.noon("01-12");
    let mut tenders = play.world.tenders();
    for part in [Technical, Financial] {
        let confirm = bidders.nile.signs(&[], |context| pb::ConfirmBidRequest {
            context,
            envelope: bidders.nile.envelope(part).to_string(),
            confirmation: Some(events::BidConfirmed { amendment: 1 }),
        });
        done(tenders.confirm_bid(confirm).await);
        let withdraw = bidders.misr.signs(&[], |context| pb::WithdrawBidRequest {
            context,
            envelope: bidders.misr.envelope(part).to_string(),
        });
        done(tenders.withdraw_bid(withdraw).await);
    }
    let delta = financial(
        &[("A", 1, 100, 60), ("A", 2, 50, 80), ("B", 1, 10, 500)],
        &[("A", 1_000), ("B", 500)],
    );
    both(play, &bidders.delta, &["A", "B"], &delta).await;
    let sinai = financial(&[("B", 1, 10, 300)], &[("B", 300)]);
    both(play, &bidders.sinai, &["B"], &sinai).await;
    let again = play
        .seal(&bidders.sinai, Technical, &technical(&["B"]))
        .await;
    assert_eq!(refused(again), "ENVELOPE_SEALED_ALREADY");
}

async fn closed_and_listed(play: &Play, bidders: &Bidders) {
    play.react().await;
    assert!(play.disclosed().await.is_empty(), "before the deadline");
    play.set(midnight("01-17"));
    let late = Bidder::new(bidders.sinai.by, 9);
    let late = play.seal(&late, Technical, &technical(&["B"])).await;
    assert_eq!(refused(late), "TENDER_BIDDING_CLOSED");
    play.react().await;
    let standings = standings(&play.tender().await);
    let expected = [
        (&bidders.nile, Standing::Counts),
        (&bidders.delta, Standing::Counts),
        (&bidders.sinai, Standing::Counts),
        (&bidders.misr, Standing::Withdrawn),
        (&bidders.aswan, Standing::Unconfirmed),
    ];
    let expected = expected.iter().flat_map(|(bidder, standing)| {
        [Technical, Financial].map(|part| (bidder.envelope(part).to_string(), *standing))
    });
    assert_eq!(standings, expected.collect());
    let claims = play.disclosed().await;
    assert_eq!(claims.len(), 10);
    let misr = |claim: &&String| claim.starts_with("T-1 MISR financial ");
    assert_eq!(claims.iter().filter(misr).count(), 1);
}

fn standings(tender: &[Event]) -> BTreeMap<String, Standing> {
    let receipts = tender.iter().filter_map(|event| {
        let Event::BidReceived(it) = event else {
            return None;
        };
        Some((it.envelope.to_string(), it.standing.unwrap()))
    });
    receipts.collect()
}

pub async fn opened(play: &Play, part: EnvelopePart, members: [By; 3], bidders: &[&Bidder]) {
    let mut tenders = play.world.tenders();
    let open = |bidder: &Bidder| pb::OpenBidRequest {
        context: new(),
        tender: TENDER.to_owned(),
        envelope: bidder.envelope(part).to_string(),
    };
    let [first, second, third] = members;
    for member in [first, second] {
        let shares = play.shares(member.0, part, bidders).await;
        done(tenders.publish_shares(member.asks(shares)).await);
    }
    let two = tenders.open_bid(NADIA.asks(open(bidders[0]))).await;
    assert_eq!(refused(two), "TENDER_SHARES_MISSING");
    let shares = play.shares(third.0, part, bidders).await;
    done(tenders.publish_shares(third.asks(shares)).await);
    for bidder in bidders {
        done(tenders.open_bid(NADIA.asks(open(bidder))).await);
    }
}

pub const fn member(id: &'static str) -> By {
    By(id, Role::CommitteeMember, "-")
}

async fn technically_opened(play: &Play, bidders: &Bidders) {
    play.noon("01-17");
    let mut tenders = play.world.tenders();
    let prices = play.shares("o1", Financial, &bidders.counting()).await;
    let early = tenders.publish_shares(O1.asks(prices)).await;
    assert_eq!(refused(early), "TENDER_NOT_AT_THIS_STAGE");
    let withdrawn = play.shares("o1", Technical, &[&bidders.misr]).await;
    let withdrawn = tenders.publish_shares(O1.asks(withdrawn)).await;
    assert_eq!(refused(withdrawn), "TENDER_ENVELOPE_COUNTS_NOT");
    let others = play.shares("o2", Technical, &bidders.counting()).await;
    let others = tenders.publish_shares(O1.asks(others)).await;
    assert_eq!(refused(others), "TENDER_OTHER_MEMBER");
    let members = [O1, member("o2"), member("o3")];
    opened(play, Technical, members, &bidders.counting()).await;
    play.react().await;
    let disclosed = play.disclosed().await;
    assert!(disclosed.contains(&"1200.00 EGP".to_owned()), "estimates");
}

pub fn standstill() -> pb::EndStandstillRequest {
    pb::EndStandstillRequest {
        context: new(),
        tender: TENDER.to_owned(),
    }
}

fn completion() -> pb::CompleteTenderRequest {
    pb::CompleteTenderRequest {
        context: new(),
        tender: TENDER.to_owned(),
    }
}

/// Told on the 20th: ten days of standstill end with the 30th.
async fn complained_and_completed(play: &Play, bidders: &Bidders) {
    play.noon("01-21");
    let mut tenders = play.world.tenders();
    let complaint = pb::FileComplaintRequest {
        context: new(),
        tender: TENDER.to_owned(),
        complaint: Some(events::ComplaintFiled {
            id: "C-1".to_owned(),
            against: Some(events::complaint_filed::Against::AwardLot("B".to_owned())),
            grounds: "nobody can weave for that".to_owned(),
            evidence: Vec::new(),
            key: None,
        }),
    };
    done(
        tenders
            .file_complaint(bidders.nile.by.asks(complaint))
            .await,
    );
    play.set(midnight("01-31"));
    play.react().await;
    let held_up = tenders.end_standstill(NADIA.asks(standstill())).await;
    assert_eq!(refused(held_up), "TENDER_DISPUTED");
    let decision = pb::DecideComplaintRequest {
        context: new(),
        tender: TENDER.to_owned(),
        decision: Some(events::ComplaintDecided {
            complaint: "C-1".to_owned(),
            decision: "R-1".to_owned(),
            outcome: events::ComplaintOutcome::Declined.into(),
            reason: "the price was explained".to_owned(),
        }),
    };
    done(tenders.decide_complaint(JUDGE.asks(decision)).await);
    let unended = tenders.complete_tender(NADIA.asks(completion())).await;
    assert_eq!(refused(unended), "TENDER_NOT_AT_THIS_STAGE");
    play.noon("01-31");
    play.react().await;
    done(tenders.complete_tender(NADIA.asks(completion())).await);
    let Some(Event::TenderCompleted(completed)) = play.tender().await.pop() else {
        panic!("not complete");
    };
    assert_eq!(completed.value.unwrap().to_string(), "1300.00 EGP");
}

/// Every decision gives what the log holds.
pub async fn judged_again(play: &Play) {
    play.react().await;
    let store = play.world.ledger.store();
    let report = verify::verify(store.directory(), Lang::En).await.unwrap();
    assert_eq!(report.entries, store.size());
    assert_eq!(report.skipped_decisions(), 0, "{report:?}");
}
