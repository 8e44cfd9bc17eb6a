//! The worked example of the module's docs.

use super::*;

/// The merits and prices by which offers for a lot rank.
fn ranking(case: &Case) -> Vec<(String, String)> {
    let Event::AwardProposed(award) = case.only() else {
        panic!("no proposal");
    };
    let ranked = award.ranking.iter();
    let shown = ranked.map(|it| (it.bidder.to_string(), it.price.to_string()));
    shown.collect()
}

#[test]
fn a_small_tender_from_closing_to_completion() {
    let case = listed();
    let Event::BidsListed(listing) = case.only() else {
        panic!("no list");
    };
    assert_eq!(listing.envelopes, Some(6));

    let case = accepted();
    let Event::TechnicalResultApproved(result) = case.only() else {
        panic!("no result");
    };
    let accepted: Vec<_> = result
        .accepted
        .iter()
        .map(|it| it.bidder.as_str())
        .collect();
    assert_eq!(accepted, ["delta", "nile"]);

    let case = corrected();
    let Event::BidCorrected(correction) = case.only() else {
        panic!("no correction");
    };
    let totals = (correction.before, correction.after);
    assert_eq!(totals, (Some(egp("1260")), Some(egp("1250"))));

    let a = case.when(propose("A", "delta"));
    let pair = |(bidder, price): (&str, &str)| (bidder.to_owned(), price.to_owned());
    let expected = [("delta", "1000.00 EGP"), ("nile", "1250.00 EGP")];
    assert_eq!(ranking(&a), expected.map(pair));
    let b = a.when(propose("B", "nile"));
    let expected = [("nile", "400.00 EGP"), ("delta", "500.00 EGP")];
    assert_eq!(ranking(&b), expected.map(pair));

    let case = notified();
    let Event::BiddersNotified(notification) = case.only() else {
        panic!("not told");
    };
    let until = midnight("02-02");
    assert_eq!(notification.standstill_until, Some(until));
    assert_eq!(case.state.stage(), Stage::Standstill { until });

    let case = case
        .by(supplier("misr"))
        .when(complain("C1", Against::TechnicalResult))
        .on("02-02")
        .by(samir())
        .when(Command::EndStandstill);
    assert_eq!(case.refused(), "DISPUTED");
    let case = case
        .by(judge())
        .when(rule("C1", ComplaintOutcome::Declined))
        .by(samir())
        .when(Command::EndStandstill)
        .when(complete());
    let Event::TenderCompleted(completion) = case.only() else {
        panic!("not complete");
    };
    assert_eq!(completion.value, Some(egp("1400")));
}
