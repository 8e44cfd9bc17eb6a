//! Of a bidder's envelopes of one part the latest counts: the others are listed, and never opened.

use super::*;
use crate::domain::tender::{EnvelopeShare, OpenedBid, Shares, Standing};

async fn open_log(clock: &Arc<ManualClock>) -> Log<MemoryStore> {
    let store = Arc::new(MemoryStore::new(world::ORIGIN, Arc::clone(clock) as _));
    Log::new(store, Arc::clone(clock) as _).await
}

async fn listed(log: &Log<MemoryStore>, clock: &ManualClock) -> Vec<(u8, Standing)> {
    clock.set(closes_at());
    catch_up(&log.ledger, &kept()).await.unwrap();
    let (listed, end) = log.list().await;
    let end = end.unwrap();
    assert_eq!(end.envelopes, u32::try_from(listed.len()).ok());
    assert_eq!(end.unlisted, []);
    listed
}

fn id(n: u8) -> EnvelopeId {
    EnvelopeId::new(&world::uuid(n).to_string()).unwrap()
}

/// Whose the superseded ones are is published like of any other; no member gives a share of them, and nobody opens them.
#[tokio::test]
async fn the_latest_counts_and_no_other_is_opened() {
    let clock = manual();
    let log = open_log(&clock).await;
    let own = key(7);
    for n in [2, 1, 3] {
        log.seal(n, &own).await.unwrap();
    }
    let standings = listed(&log, &clock).await;
    let (last, earlier) = (Standing::Counts, Standing::Superseded);
    assert_eq!(standings, [(3, last), (1, earlier), (2, earlier)]);
    let events = log.events().await;
    let disclosed = events.iter().filter_map(disclosed_bytes);
    assert_eq!(disclosed.count(), 3);
    let (member, m1) = (actor("m1", Role::CommitteeMember), "m1");
    let shares = |envelopes: &[u8]| {
        let share = |n: &u8| EnvelopeShare {
            envelope: id(*n),
            share: None,
        };
        tender::Command::PublishShares(Shares {
            member: crate::domain::values::OfficialId::new(m1).unwrap(),
            shares: envelopes.iter().map(share).collect(),
        })
    };
    for (envelopes, outcome) in [
        (&[1][..], Err("TENDER_ENVELOPE_COUNTS_NOT")),
        (&[3, 2], Err("TENDER_ENVELOPE_COUNTS_NOT")),
        (&[3], Ok(())),
    ] {
        assert_eq!(log.ask(&member, shares(envelopes)).await, outcome);
    }
    let huda = actor("huda", Role::ProcurementOfficer);
    for (n, code) in [
        (1, "TENDER_ENVELOPE_COUNTS_NOT"),
        (2, "TENDER_ENVELOPE_COUNTS_NOT"),
        (3, "TENDER_SHARES_MISSING"),
    ] {
        let open = tender::Command::Open(OpenedBid::asked(id(n)));
        assert_eq!(log.ask(&huda, open).await, Err(code), "{n}");
    }
}

/// Technical and financial envelopes do not take each other's place.
#[tokio::test]
async fn each_part_has_its_latest() {
    let clock = manual();
    let log = open_log(&clock).await;
    let own = key(7);
    log.seal(1, &own).await.unwrap();
    let financial = world::sealed_to(5, 2, &own, claim(EnvelopePart::Financial));
    let seal = envelope::Command::Seal(financial);
    log.signed(&world::envelope(2), &own, seal).await.unwrap();
    let standings = listed(&log, &clock).await;
    assert_eq!(standings, [(2, Standing::Counts), (1, Standing::Counts)]);
}

/// What was withdrawn, or left behind by an amendment, makes way for the one before it.
#[tokio::test]
async fn what_does_not_stand_supersedes_nothing() {
    let clock = manual();
    let log = open_log(&clock).await;
    let own = key(7);
    for n in [1, 2, 3] {
        log.seal(n, &own).await.unwrap();
    }
    let huda = actor("huda", Role::ProcurementOfficer);
    let stream = Tender::stream(&tender_id());
    clock.set(noon("2026-01-16").at());
    log.happened_at(&stream, &huda, amended(), noon("2026-01-16"))
        .await;
    for n in [1, 3] {
        let confirm = envelope::Command::Confirm(envelope::Confirmation { amendment: 1 });
        log.signed(&world::envelope(n), &own, confirm)
            .await
            .unwrap();
    }
    let withdraw = envelope::Command::Withdraw(envelope::Withdrawal {});
    log.signed(&world::envelope(3), &own, withdraw)
        .await
        .unwrap();
    let standings = listed(&log, &clock).await;
    let expected = [
        (3, Standing::Withdrawn),
        (2, Standing::Unconfirmed),
        (1, Standing::Counts),
    ];
    assert_eq!(standings, expected);
}
