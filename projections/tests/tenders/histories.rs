//! Any history is survived.

use proptest::prelude::*;
use sijill_ledger_core::domain::values::{Date, EffectiveAt};
use sijill_ledger_core::event::Recorded;
use sijill_projections::tenders::Tenders;
use sijill_projections::tenders::awards::AwardFilter;
use sijill_projections::tenders::durations::DurationFilter;
use sijill_projections::tenders::withheld::withheld;
use sijill_projections::view::{View as _, digest};

use super::common::tendering::{Story, Until, disclosed, organization};
use super::common::{date, noon};
use super::{fed, told};

/// Everything that can be asked.
fn ask_all(view: &Tenders, at: EffectiveAt) {
    let all = AwardFilter::default();
    view.awards(at, &all);
    view.unit_prices(at, &all);
    view.standing(at, &DurationFilter::default());
    for record in view.records() {
        view.stage_times(record, at);
        withheld(record);
    }
    for id in ["MOH", "NILE", "DELTA"] {
        view.buyer_card(at, &organization(id));
        view.supplier_card(at, &organization(id));
    }
}

fn any_history() -> impl Strategy<Value = Vec<Recorded>> {
    let bids = [("NILE", 600), ("DELTA", 700)];
    let mut log = told(&[
        Story::new("T-1", "2026-01-01", &bids),
        Story {
            until: Until::Priced,
            ..Story::new("T-2", "2026-01-05", &bids)
        },
    ]);
    disclosed(&mut log, 1, "1000.00 EGP");
    let events = log.events;
    let whole = Just(events.clone());
    let count = events.len();
    // Any order, some left out, some twice: indexes and instants stay as they would be in a log.
    let torn = proptest::collection::vec(0..count, 0..2 * count);
    let torn = torn.prop_map(move |places| {
        let chosen = (0_u64..).zip(places).map(|(index, place)| Recorded {
            index,
            ..events[place].clone()
        });
        chosen.collect()
    });
    prop_oneof![whole, torn]
}

fn days() -> impl Strategy<Value = Date> {
    (-400_i32..800).prop_map(|days| date("2026-01-01").plus_days(days))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// No event of any history is more than the fold and the questions can bear; a snapshot anywhere and the tail give the whole.
    #[test]
    fn any_history_is_survived_and_a_snapshot_and_the_tail_equal_the_whole(
        events in any_history(),
        cut in 0_usize..200,
        day in days(),
    ) {
        let whole = fed(&events);
        ask_all(&whole, noon(day));
        let cut = cut.min(events.len());
        let state = postcard::to_stdvec(&fed(&events[..cut])).unwrap();
        let mut restored: Tenders = postcard::from_bytes(&state).unwrap();
        events[cut..].iter().for_each(|event| restored.apply(event));
        prop_assert_eq!(digest(&restored).0, digest(&whole).0);
        prop_assert_eq!(postcard::to_stdvec(&restored).unwrap(), postcard::to_stdvec(&whole).unwrap());
    }
}
