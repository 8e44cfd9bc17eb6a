//! Bid securities from their receipt to their end: recorded once the envelopes are listed, confirmed by somebody else before an award may
//! rest on one, extended, called, given back.

use prost::Message as _;
use sijill_ledger_core::domain::tender::EnvelopePart::{Financial, Technical};
use sijill_ledger_core::domain::values::Date;
use sijill_schemas::oversight::v1 as asking;

use super::short::{Short, awarded, bidding, completed, delta, listed, nile, read, told};
use super::world::*;
use super::*;
use super::{asked, judging};

/// Another officer than Nadia.
const OMAR: By = By("omar", Role::ProcurementOfficer, "-");

#[tokio::test(flavor = "multi_thread")]
async fn securities_of_bids_through_their_states() {
    let secured = Short {
        security_percent: 2,
        ..Short::open()
    };
    let play = bidding(&secured, None).await;
    let (nile, delta) = (nile(), delta());
    for (bidder, total, security) in [(&nile, 420, "S-NILE"), (&delta, 400, "S-DELTA")] {
        let named = events::TechnicalBid {
            lots: vec!["A".to_owned()],
            answers: Vec::new(),
            documents: Vec::new(),
            security: Some(security.to_owned()),
        };
        done(play.seal(bidder, Technical, &named.encode_to_vec()).await);
        let priced = financial(&[("A", 1, 10, total)], &[("A", total)]);
        done(play.seal(bidder, Financial, &priced).await);
    }
    let mut tenders = play.world.tenders();
    let early = tenders.receive_security(NADIA.asks(paper("DELTA", 8)));
    assert_eq!(refused(early.await), "SECURITY_BIDS_SEALED");
    listed(&play).await;
    done(tenders.receive_security(NADIA.asks(paper("NILE", 9))).await);
    done(
        tenders
            .receive_security(NADIA.asks(paper("DELTA", 8)))
            .await,
    );
    read(&play, &[&nile, &delta]).await;

    // 2 % of 400 pounds are 8: they stand when the bank has confirmed them to somebody else.
    let award = || E1.asks(judging::award("A", "DELTA"));
    let unverified = tenders.propose_award(award()).await;
    assert_eq!(refused(unverified), "TENDER_SECURITY_NOT_HELD");
    let own = tenders.verify_security(NADIA.asks(confirmed("DELTA")));
    assert_eq!(refused(own.await), "SECURITY_OWN_RECEIPT");
    for bidder in ["NILE", "DELTA"] {
        done(tenders.verify_security(OMAR.asks(confirmed(bidder))).await);
    }
    let extension = pb::ExtendSecurityRequest {
        context: new(),
        security: "S-DELTA".to_owned(),
        extension: Some(events::SecurityExtended {
            valid_until_days: day("08-31"),
            reference: "BANK-3".to_owned(),
            paper: None,
        }),
    };
    done(tenders.extend_security(NADIA.asks(extension)).await);
    let waits_again = tenders.propose_award(award()).await;
    assert_eq!(refused(waits_again), "TENDER_SECURITY_NOT_HELD");
    done(tenders.verify_security(OMAR.asks(confirmed("DELTA"))).await);
    awarded(&play, "A", "DELTA").await;
    told(&play, "01-20").await;
    completed(&play, "01-31").await;
    ended(&play).await;
    the_page(&play).await;
}

fn day(of_2026: &str) -> i32 {
    Date::parse(&format!("2026-{of_2026}")).unwrap().days()
}

fn paper(bidder: &str, pounds: i64) -> pb::ReceiveSecurityRequest {
    pb::ReceiveSecurityRequest {
        context: new(),
        security: format!("S-{bidder}"),
        received: Some(events::SecurityReceived {
            purpose: Some(events::security_received::Purpose::Tender(
                TENDER.to_owned(),
            )),
            principal: bidder.to_owned(),
            beneficiary: BUYER.to_owned(),
            issuer: names("البنك", "the bank"),
            number: format!("LG-{bidder}"),
            amount: egp(pounds),
            valid_until_days: day("06-30"),
            document: None,
        }),
    }
}

fn confirmed(bidder: &str) -> pb::VerifySecurityRequest {
    pb::VerifySecurityRequest {
        context: new(),
        security: format!("S-{bidder}"),
        verification: Some(events::SecurityVerified {
            reference: "BANK-1".to_owned(),
        }),
    }
}

/// The winner does not sign, and the bank pays; the other has its paper back.
async fn ended(play: &Play) {
    let mut tenders = play.world.tenders();
    let call = |pounds| {
        NADIA.asks(pb::CallSecurityRequest {
            context: new(),
            security: "S-DELTA".to_owned(),
            call: Some(events::SecurityCalled {
                amount: egp(pounds),
                reason: "the winner does not sign".to_owned(),
                decision: Some("D-8".to_owned()),
            }),
        })
    };
    let above = tenders.call_security(call(9)).await;
    assert_eq!(refused(above), "SECURITY_ABOVE_AMOUNT");
    done(tenders.call_security(call(8)).await);
    let release = |bidder: &str| {
        NADIA.asks(pb::ReleaseSecurityRequest {
            context: new(),
            security: format!("S-{bidder}"),
            release: Some(events::SecurityReleased {
                reason: "another won".to_owned(),
            }),
        })
    };
    let called = tenders.release_security(release("DELTA")).await;
    assert_eq!(refused(called), "SECURITY_CALLED");
    done(tenders.release_security(release("NILE")).await);
}

async fn the_page(play: &Play) {
    let page = asked::page(play).await;
    let state = |it: &asking::TenderSecurity| {
        let marks = [&it.verified, &it.called, &it.released].map(Option::is_some);
        let amount = it.called_amount.as_ref();
        let called = amount.map(|amount| asked::amount(Some(amount)));
        (it.security.clone(), marks, called, it.valid_until_days)
    };
    let states: Vec<_> = page.securities.iter().map(state).collect();
    let delta = (
        "S-DELTA".to_owned(),
        [true, true, false],
        Some("8".to_owned()),
        day("08-31"),
    );
    let nile = ("S-NILE".to_owned(), [true, false, true], None, day("06-30"));
    assert_eq!(states, [delta, nile]);
    let named = page.bids.iter().map(|bid| bid.security.as_deref());
    assert_eq!(named.collect::<Vec<_>>(), [Some("S-DELTA"), Some("S-NILE")]);
    assert_eq!(page.stage(), asking::TenderStage::Completed);
}
