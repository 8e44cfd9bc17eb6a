//! Over random histories: the balance equation at every index; the same rows however the log is fed; snapshots.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    clippy::cast_possible_truncation,
    reason = "a test may fall"
)]

mod common;

use common::random::{history, steps};
use common::{key, noon, quantity, receive};
use proptest::prelude::*;
use sijill_ledger_core::event::Recorded;
use sijill_projections::distribution::balance;
use sijill_projections::snapshot::Bounds;
use sijill_projections::{Runner, View};

const ORIGIN: &str = "sijill.test/views";

fn fed(events: &[Recorded]) -> Runner {
    let mut runner = Runner::default();
    for event in events {
        runner.apply(event).unwrap();
    }
    runner
}

/// The whole state, not only its rows.
fn state<V: View>(view: &V) -> Vec<u8> {
    postcard::to_stdvec(view).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_balance_equation_holds_at_every_index(steps in steps(160)) {
        let (log, _) = history(&steps);
        let mut runner = Runner::default();
        for event in &log.events {
            runner.apply(event).unwrap();
            let imbalances = balance::check(runner.views());
            prop_assert!(imbalances.is_empty(), "at {}: {:?}", event.index, imbalances);
        }
        prop_assert_eq!(runner.views().shortage.ignored_statements(), 0);
    }

    #[test]
    fn a_snapshot_and_the_tail_equal_a_full_replay(steps in steps(120), cut in 0_usize..120) {
        let (log, _) = history(&steps);
        let cut = cut.min(log.events.len());
        let whole = fed(&log.events);

        let dir = tempfile::tempdir().unwrap();
        fed(&log.events[..cut]).save(dir.path(), ORIGIN).unwrap();
        let bounds = Bounds::newest(log.events.len() as u64);
        let restored = Runner::restore(dir.path(), ORIGIN, bounds, &common::ids(&log));
        prop_assert!(restored.rejected.is_empty());
        let mut runner = restored.runner;
        prop_assert_eq!(runner.position(), cut as u64);
        // Events below the snapshot are skipped by each view.
        for event in &log.events {
            runner.apply(event).unwrap();
        }
        prop_assert_eq!(runner.digests(), whole.digests());
        prop_assert_eq!(state(&runner.views().shortage), state(&whole.views().shortage));
        prop_assert_eq!(state(&runner.views().distribution), state(&whole.views().distribution));
        prop_assert_eq!(state(&runner.views().audit), state(&whole.views().audit));
    }

    /// Digests speak of content: one unit more in one document shows in every view of stock.
    #[test]
    fn two_replays_are_equal_and_one_unit_shows(steps in steps(60), amount in 1_u32..9) {
        let with = |amount| {
            let (mut log, last) = history(&steps);
            let document = receive(key("AMOX/B1"), quantity(amount), None, false);
            log.stock("CLINIC", noon(last), document);
            fed(&log.events).digests()
        };
        prop_assert_eq!(with(amount), with(amount));
        for (one, other) in with(amount).iter().zip(with(amount + 1)) {
            let of_stock = ["shortage", "distribution"].contains(&one.view);
            prop_assert_eq!(one.digest != other.digest, of_stock, "{}", one.view);
        }
    }
}
