//! What is withheld.

use sijill_projections::tenders::step::StepKind;
use sijill_projections::tenders::withheld::{Fact, withheld};
use sijill_projections::view::digest;

use super::common::tendering::{Story, Until, disclosed, lot_id, organization};
use super::{fed, the, told};

/// Whoever writes the log knows what it withholds; nobody who reads the view does before it is disclosed.
#[test]
fn what_is_withheld_comes_from_its_disclosure_alone() {
    let story = |known| Story {
        until: Until::Priced,
        known,
        ..Story::new("T-1", "2026-01-01", &[("NILE", 600)])
    };
    let (knowing, mut log) = (told(&[story(true)]), told(&[story(false)]));
    assert_eq!(digest(&fed(&knowing.events)).0, digest(&fed(&log.events)).0);
    let view = fed(&log.events);
    let facts = withheld(the(&view, "T-1"));
    let facts: Vec<_> = facts.into_iter().map(|it| (it.what, it.until)).collect();
    let estimate = (Fact::Estimate(lot_id()), Some(StepKind::BidOpened));
    let points = (
        Fact::Points(organization("NILE")),
        Some(StepKind::BiddersNotified),
    );
    assert_eq!(facts, [estimate, points.clone()]);
    disclosed(&mut log, 1, "1000.00 EGP");
    let view = fed(&log.events);
    let record = the(&view, "T-1");
    let estimate = record.lots[0].estimate.as_ref().unwrap().content();
    assert_eq!(estimate.unwrap().to_string(), "1000.00 EGP");
    assert_eq!(withheld(record).len(), 1);
    let before = fed(&log.events[..5]);
    let facts = withheld(the(&before, "T-1"));
    assert_eq!(
        (facts[0].what.clone(), facts[0].until),
        (Fact::Bidders, Some(StepKind::BidReceived))
    );
}
