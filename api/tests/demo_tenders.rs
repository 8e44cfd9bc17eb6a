//! The demo's tenders: what its report says was planted is in the log, and only the log is asked.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod common;

use std::collections::BTreeMap;

use common::{run, text};
use rust_decimal::Decimal;
use serde_json::Value;

/// One event of a tender.
struct Happened {
    kind: String,
    at: String,
    data: Value,
}

/// Every tender's events in order.
struct Log(BTreeMap<String, Vec<Happened>>);

impl Log {
    fn read() -> Self {
        let dir = common::ledger();
        let replayed = run(["replay", "--data", text(dir.path()), "--output", "json"]).ok();
        let mut tenders: BTreeMap<String, Vec<Happened>> = BTreeMap::new();
        for line in replayed.lines() {
            let event: Value = serde_json::from_str(line).unwrap();
            let stream = event["stream"].as_str().unwrap();
            let Some(tender) = stream.strip_prefix("tender-") else {
                continue;
            };
            let kind = event["kind"].as_str().unwrap();
            tenders
                .entry(tender.to_owned())
                .or_default()
                .push(Happened {
                    kind: kind.rsplit('.').next().unwrap().to_owned(),
                    at: event["recorded_at"].as_str().unwrap().to_owned(),
                    data: event["data"].clone(),
                });
        }
        Self(tenders)
    }

    fn of(&self, tender: &str, kind: &str) -> Vec<&Value> {
        let events = self.0[tender].iter().filter(|event| event.kind == kind);
        events.map(|event| &event.data).collect()
    }

    fn last(&self, tender: &str) -> &Happened {
        self.0[tender].last().unwrap()
    }

    /// Totals that bidders state for the first lot, by bidder.
    fn prices(&self, tender: &str) -> BTreeMap<String, Decimal> {
        let opened = self.of(tender, "BidOpened").into_iter();
        let prices = opened.filter_map(|opened| {
            let total = &opened["content"]["Financial"]["totals"][0]["total"]["amount"];
            let bidder = opened["bidder"].as_str().unwrap().to_owned();
            Some((bidder, total.as_str()?.parse().unwrap()))
        });
        prices.collect()
    }

    /// Who was proposed for the first lot, each time.
    fn winners(&self, tender: &str) -> Vec<String> {
        let awards = self.of(tender, "AwardProposed").into_iter();
        let awards = awards.filter(|award| award["lot"] == "L1");
        let winner = |award: &Value| award["winners"][0]["bidder"].as_str().unwrap().to_owned();
        awards.map(winner).collect()
    }

    fn standings(&self, tender: &str, standing: &str) -> usize {
        let receipts = self.of(tender, "BidReceived").into_iter();
        receipts
            .filter(|receipt| receipt["standing"] == standing)
            .count()
    }
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn what_the_report_says_was_planted_is_in_the_log() {
    let log = Log::read();
    // A single bid for a tailored specification, whose question changed nothing.
    assert_eq!(log.of("EG-GZ-HD-OPEN-2", "QuestionAnswered").len(), 1);
    assert_eq!(log.standings("EG-GZ-HD-OPEN-2", "Counts"), 2);
    assert_eq!(log.last("EG-GZ-HD-OPEN-2").kind, "TenderCompleted");
    // Identical prices.
    let prices: Vec<Decimal> = log.prices("MOHP-2024-51").into_values().collect();
    assert_eq!(prices.len(), 3);
    assert!(prices.iter().all(|price| *price == prices[0]), "{prices:?}");
    // Two who take turns.
    let turns = (2..=7).map(|n| log.winners(&format!("EG-C-HD-RFQ-{n}")));
    let turns: Vec<String> = turns.flatten().collect();
    assert_eq!(
        turns,
        ["SUP-13", "SUP-14", "SUP-13", "SUP-14", "SUP-13", "SUP-14"]
    );
    // A purchase in four parts, each just under the ceiling.
    for n in 2..=5 {
        let tender = format!("EG-GZ-HD-RFQ-{n}");
        let value = &log.of(&tender, "TenderCompleted")[0]["value"]["amount"];
        let value = decimal(value.as_str().unwrap());
        assert!(
            value > decimal("280000") && value < decimal("300000"),
            "{value}"
        );
        let published = log.0[&tender]
            .iter()
            .find(|it| it.kind == "TenderPublished");
        let at = &published.unwrap().at;
        assert!(("2025-03-02".."2025-03-20").contains(&at.as_str()), "{at}");
    }
    // Three times the quantity at the last moment: three cheaper bids lapse, one is left.
    let change = &log.of("MOHP-2024-52", "TenderAmended")[0]["change"]["Lot"];
    let quantity = |lines: &Value| decimal(lines[0]["quantity"].as_str().unwrap());
    assert_eq!(
        quantity(&change["after"]),
        quantity(&change["before"]) * decimal("3")
    );
    assert_eq!(log.standings("MOHP-2024-52", "Unconfirmed"), 6);
    assert_eq!(log.winners("MOHP-2024-52"), ["SUP-17"]);
}

#[test]
fn judgements_that_deserve_a_question_are_in_the_log() {
    let log = Log::read();
    // The lowest is out after its price was read.
    let prices = log.prices("EG-C-HD-OPEN-2");
    let lowest = prices.iter().min_by_key(|(_, price)| **price).unwrap().0;
    let rejected = &log.of("EG-C-HD-OPEN-2", "BidDisqualified")[0]["bidder"];
    assert_eq!(rejected, lowest);
    assert_eq!(log.winners("EG-C-HD-OPEN-2"), ["SUP-18"]);
    // The late envelope of SUP-18 left no trace.
    let received = log.of("EG-GZ-HD-OPEN-3", "BidReceived");
    assert_eq!(received.len(), 6);
    assert!(received.iter().all(|receipt| receipt["bidder"] != "SUP-18"));
    // A complaint is upheld, and the complainer wins.
    assert_eq!(
        log.of("EG-C-HD-OPEN-3", "ComplaintDecided")[0]["outcome"],
        "Upheld"
    );
    assert_eq!(log.of("EG-C-HD-OPEN-3", "AwardCancelled").len(), 1);
    assert_eq!(log.winners("EG-C-HD-OPEN-3"), ["SUP-20", "SUP-05"]);
    // Nobody has judged this one since.
    let last = log.last("EG-GZ-HD-OPEN-4");
    assert!(
        last.kind == "BidOpened" && last.at.as_str() < "2025-02",
        "{} {}",
        last.kind,
        last.at
    );
    // Paper at nearly three times the price of others.
    let price = |tender: &str| {
        let opened = &log.of(tender, "BidOpened")[0]["content"]["Financial"]["prices"][0];
        decimal(opened["unit_price"]["amount"].as_str().unwrap())
    };
    assert!(price("EG-GZ-HD-RFQ-6") > price("EG-C-HD-RFQ-8") * decimal("2.5"));
    // Another than the best, at 8 % more.
    let award = log.of("MOHP-2025-51", "AwardProposed")[0];
    assert!(award["departure"].is_string());
    assert_ne!(award["winners"][0]["bidder"], award["ranking"][0]["bidder"]);
    // Two end without an award.
    assert_eq!(log.last("MOHP-2025-52").kind, "TenderCancelled");
    assert_eq!(log.last("EG-C-HD-OPEN-4").kind, "TenderFailed");
}

/// The usual course, too, shows most of what a tender can meet.
#[test]
fn the_ministrys_tenders_show_the_usual_course() {
    let log = Log::read();
    let all = |kind: &str| {
        let events = log.0.values().flatten();
        events.filter(|event| event.kind == kind).count()
    };
    for kind in [
        "QuestionAsked",
        "TenderAmended",
        "BidReceived",
        "SharesPublished",
        "BidScored",
        "BidDisqualified",
        "BidCorrected",
        "TechnicalResultApproved",
        "ComplaintFiled",
        "StandstillEnded",
    ] {
        assert!(all(kind) > 0, "{kind}");
    }
    // The amendment of the fourth gives more time, and its early bidder stands by the bid.
    assert_eq!(log.of("MOHP-2024-04", "TenderAmended").len(), 1);
    assert_eq!(log.standings("MOHP-2024-04", "Unconfirmed"), 0);
    assert_eq!(log.last("MOHP-2024-04").kind, "TenderCompleted");
    // Its orders cite what was awarded.
    let dir = common::ledger();
    let data = text(dir.path());
    let replayed = run(["replay", "--data", data, "--output", "json"]).ok();
    let cites = |line: &&str| line.contains("OrderPlaced") && line.contains("MOHP-2024-01-L1");
    assert!(replayed.lines().filter(cites).count() > 0);
}
