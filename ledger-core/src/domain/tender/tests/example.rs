//! The worked example of the module's page.

use super::*;

#[test]
fn from_draft_to_closing() {
    let given = published()
        .at(time("01-10 12:00"))
        .when(amendment(700, "01-17 00:00"))
        .by(administrator())
        .at(time("01-15 12:00"))
        .when(outage("01-15 09:00", "01-15 11:00"))
        .by(somebody())
        .at(time("01-16 10:00"))
        .when(complaint("C1", Against::Documents));
    assert!(given.accepted(), "{:?}", given.outcome());
    let held = given
        .by(system())
        .at(time("01-17 03:00"))
        .when(Command::Close);
    assert_eq!(held.refused().code(), "TENDER_COMPLAINT_PENDING");
    let closed = held
        .by(judge())
        .at(time("01-20 12:00"))
        .when(ruling("C1", ComplaintOutcome::Declined))
        .by(system())
        .when(Command::Close);
    let closed_at = time("01-17 03:00");
    assert_eq!(closed.last(), [Event::BiddingClosed(Closing { closed_at })]);
    assert!(matches!(closed.state(), Tender::Evaluation(_)));
    let notice = closed.state().notice().unwrap();
    assert_eq!(notice.amended_at, [time("01-10 12:00")]);
    assert_eq!(notice.published_at, time("01-01 12:00"));
}
