//! Between the deadline and the closing: the ruleset's grace, in which an outage that the deadline fell into is recorded.

use super::*;
use crate::domain::ruleset::ProcurementRules;
use crate::domain::tender::{Closing, Outage, Standing};

/// So many minutes after the deadline that was published.
fn minutes(minutes: i64) -> Timestamp {
    closes_at().plus_micros(minutes * 60_000_000)
}

/// A log whose rules give an hour.
async fn with_grace(clock: &Arc<ManualClock>) -> Log<MemoryStore> {
    let store = Arc::new(MemoryStore::new(world::ORIGIN, Arc::clone(clock) as _));
    let log = Log::new(store, Arc::clone(clock) as _).await;
    log.adopted(ProcurementRules {
        edition: Some(2),
        closing_grace_minutes: Some(60),
        ..ProcurementRules::default()
    })
    .await;
    log
}

/// From half an hour before the deadline to ten minutes after it: with the built-in allowance the deadline moves by 100 minutes.
fn outage() -> tender::Command {
    tender::Command::RecordOutage(Outage {
        from: minutes(-30),
        until: minutes(10),
        reason: Text::new("the power was out").unwrap(),
        closes_at: None,
    })
}

fn administrator() -> crate::event::Actor {
    actor("adel", Role::Administrator)
}

/// What the closing says that passed.
async fn closed(log: &Log<MemoryStore>) -> Option<Closing> {
    let events = log.events().await;
    events.into_iter().find_map(|it| match of_tender(&it) {
        Some(tender::Event::BiddingClosed(closing)) => Some(closing.clone()),
        Some(_) | None => None,
    })
}

#[tokio::test]
async fn the_scheduler_closes_after_the_grace() {
    let clock = manual();
    let log = with_grace(&clock).await;
    log.seal(1, &key(1)).await.unwrap();
    let mut scheduler = Scheduler::new(log.ledger.clone(), Arc::new(NoWitnesses));
    for early in [0, 30, 59] {
        clock.set(minutes(early));
        scheduler.tick().await.unwrap();
        assert_eq!(closed(&log).await, None, "{early} minutes");
        let late = log.seal(2, &key(2)).await;
        assert_eq!(
            code(&late),
            "TENDER_BIDDING_CLOSED",
            "it is late all the same"
        );
    }
    clock.set(minutes(60));
    scheduler.tick().await.unwrap();
    let closing = Closing {
        closed_at: closes_at(),
    };
    assert_eq!(closed(&log).await, Some(closing));
    let late = log.ask(&administrator(), outage()).await;
    assert_eq!(late, Err("TENDER_BIDDING_CLOSED"));
}

/// The scheduler that had asked for the closing in vain waits for the deadline as it is now, and its grace; bids that came in
/// between count.
#[tokio::test]
async fn an_outage_recorded_within_the_grace_moves_the_deadline() {
    let clock = manual();
    let log = with_grace(&clock).await;
    let mut scheduler = Scheduler::new(log.ledger.clone(), Arc::new(NoWitnesses));
    clock.set(minutes(0));
    scheduler.tick().await.unwrap();
    clock.set(minutes(30));
    let early = log.seal(1, &key(1)).await;
    assert_eq!(code(&early), "TENDER_BIDDING_CLOSED");
    let by_huda = actor("huda", Role::ProcurementOfficer);
    let refused = log.ask(&by_huda, outage()).await;
    assert_eq!(refused, Err("TENDER_NOT_ADMINISTRATOR"));
    log.ask(&administrator(), outage()).await.unwrap();
    let twice = log.ask(&administrator(), outage()).await;
    assert_eq!(twice, Err("TENDER_OUTAGE_TWICE"));

    clock.set(minutes(100).plus_micros(-100));
    scheduler.tick().await.unwrap();
    log.seal(1, &key(1)).await.unwrap();
    for early in [100, 159] {
        clock.set(minutes(early));
        let late = log.seal(2, &key(2)).await;
        assert_eq!(code(&late), "TENDER_BIDDING_CLOSED");
        scheduler.tick().await.unwrap();
        assert_eq!(closed(&log).await, None, "{early} minutes");
    }
    clock.set(minutes(160));
    catch_up(&log.ledger, &kept()).await.unwrap();
    let closing = Closing {
        closed_at: minutes(100),
    };
    assert_eq!(closed(&log).await, Some(closing));
    let (listed, _) = log.list().await;
    assert_eq!(listed, [(1, Standing::Counts)]);
}
