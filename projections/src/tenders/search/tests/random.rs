//! The index against a scan, and from disk.

use proptest::prelude::*;
use sijill_ledger_core::domain::item::Category;

use super::super::entry::Phase;
use super::super::query::{Filter, Range};
use super::town::{Act, ITEMS, Town, WORDS, buyer, day, item, place};
use super::{found, query};
use crate::tenders::stage::Stage;

fn category() -> impl Strategy<Value = Category> {
    prop_oneof![
        Just(Category::Medicine),
        Just(Category::Supply),
        Just(Category::Durable)
    ]
}

fn stage() -> impl Strategy<Value = Stage> {
    prop_oneof![
        Just(Stage::Listing),
        Just(Stage::Awarding),
        Just(Stage::Standstill),
        Just(Stage::Completed),
        Just(Stage::Cancelled),
    ]
}

fn some_words() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..WORDS.len(), 1..4)
}

fn act() -> impl Strategy<Value = Act> {
    let tender = 0..40_usize;
    let lots = prop::collection::vec((0..WORDS.len(), any::<u8>(), any::<u8>()), 0..3);
    prop_oneof![
        4 => (some_words(), any::<u8>(), lots, 0..60_u8)
            .prop_map(|(title, buyer, lots, days)| Act::Publish { title, buyer, lots, days }),
        1 => (tender.clone(), 0..90_u8).prop_map(|(tender, days)| Act::Move { tender, days }),
        1 => (tender.clone(), any::<u8>(), any::<u8>())
            .prop_map(|(tender, item, facility)| Act::Amend { tender, item, facility }),
        1 => (tender, stage()).prop_map(|(tender, stage)| Act::Go { tender, stage }),
        1 => (any::<u8>(), some_words(), category())
            .prop_map(|(item, words, category)| Act::NameItem { item, words, category }),
        1 => (any::<u8>(), some_words()).prop_map(|(buyer, words)| Act::NameBuyer { buyer, words }),
        1 => (any::<u8>(), any::<u8>()).prop_map(|(facility, place)| Act::Settle { facility, place }),
    ]
}

fn question() -> impl Strategy<Value = (String, Filter)> {
    let text = prop::collection::vec(
        prop_oneof![
            prop::sample::select(&WORDS[..]).prop_map(str::to_owned),
            prop::sample::select(&ITEMS[..]).prop_map(str::to_owned),
            prop::sample::select(vec!["ال", "مست", "med", "م", "T-3", "moh", "غائب"])
                .prop_map(str::to_owned),
        ],
        0..3,
    );
    let filter = (
        prop::option::weighted(0.2, any::<u8>().prop_map(buyer)),
        prop::option::weighted(0.2, any::<u8>().prop_map(item)),
        prop::option::weighted(0.2, any::<u8>().prop_map(place)),
        prop::option::weighted(0.2, category()),
        prop::option::weighted(0.2, prop::sample::select(&Phase::ALL[..])),
        prop::option::weighted(0.2, 0..90_u8),
    );
    (text, filter).prop_map(
        |(text, (buyer, item, governorate, category, phase, closes))| {
            let filter = Filter {
                buyer,
                item,
                governorate,
                category,
                phases: phase.into_iter().collect(),
                closes: Range {
                    from: closes.map(day),
                    until: None,
                },
                ..Filter::default()
            };
            (text.join(" "), filter)
        },
    )
}

proptest! {
    #[test]
    fn the_index_finds_what_a_scan_finds(
        acts in prop::collection::vec(act(), 0..60),
        questions in prop::collection::vec((question(), 0..90_u8), 1..8),
    ) {
        let mut town = Town::default();
        town.play(&acts);
        for ((text, filter), now) in questions {
            let (query, at) = (query(&text, &filter), day(now));
            let expected = town.scan(&text, &filter, at);
            prop_assert_eq!(found(&town.search, &query, at), expected.clone());
            let finder = town.search.finder(&query, at);
            for number in &town.published {
                let id = &town.records[*number].id;
                let number = *town.search.numbers.get(id).unwrap();
                let tender = town.search.tender(number).unwrap();
                let finds = finder.as_ref().is_some_and(|finder| finder.takes(number, tender));
                prop_assert_eq!(finds, expected.iter().any(|(_, it)| it == id));
            }
            let facets = town.search.find(&query, at).facets;
            let sum = |counts: &mut dyn Iterator<Item = u32>| counts.sum::<u32>();
            let total = u32::try_from(expected.len()).unwrap();
            prop_assert_eq!(sum(&mut facets.buyers.iter().map(|it| it.1)), total);
            prop_assert_eq!(sum(&mut facets.phases.iter().map(|it| it.1)), total);
            prop_assert_eq!(sum(&mut facets.years.iter().map(|it| it.1)), total);
            for (category, count) in facets.categories {
                let narrow = Filter { category: Some(category), ..filter.clone() };
                if filter.category.is_none() {
                    prop_assert_eq!(town.scan(&text, &narrow, at).len(), usize::try_from(count).unwrap());
                }
            }
            for (place, count) in facets.governorates {
                let narrow = Filter { governorate: Some(place), ..filter.clone() };
                if filter.governorate.is_none() {
                    prop_assert_eq!(town.scan(&text, &narrow, at).len(), usize::try_from(count).unwrap());
                }
            }
        }
    }

    #[test]
    fn an_index_from_disk_goes_on_like_one_that_never_stopped(
        acts in prop::collection::vec(act(), 0..40),
        stop in 0..40_usize,
    ) {
        let (mut whole, mut stopped) = (Town::default(), Town::default());
        whole.play(&acts);
        let stop = stop.min(acts.len());
        stopped.play(&acts[..stop]);
        let bytes = postcard::to_stdvec(&stopped.search).unwrap();
        stopped.search = postcard::from_bytes(&bytes).unwrap();
        stopped.play(&acts[stop..]);
        prop_assert_eq!(
            postcard::to_stdvec(&stopped.search).unwrap(),
            postcard::to_stdvec(&whole.search).unwrap(),
        );
    }
}
