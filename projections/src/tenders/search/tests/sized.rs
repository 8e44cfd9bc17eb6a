//! How long questions take over as many tenders as a large country has: a measurement, run by name and with optimisation.
//!
//! ```text
//! cargo test --release -p sijill-projections --lib sized -- --ignored --nocapture
//! ```

use std::time::{Duration, Instant};

use sijill_ledger_core::domain::item::Category;

use super::super::query::{Filter, Order};
use super::query;
use super::town::{Act, ITEMS, Town, WORDS, day, place};

const TENDERS: usize = 50_000;
const QUESTIONS: usize = 200;
/// The goal of a question, at the ninety-ninth percentile.
const GOAL: Duration = Duration::from_millis(20);

#[test]
#[ignore = "a measurement: takes a minute, means something with optimisation only"]
fn a_question_over_fifty_thousand_tenders_is_answered_within_the_goal() {
    let mut town = Town::default();
    for (number, _) in (0_u8..).zip(ITEMS) {
        let words = vec![usize::from(number), 3];
        let category = Category::Medicine;
        town.play(&[Act::NameItem {
            item: number,
            words,
            category,
        }]);
        town.play(&[Act::Settle {
            facility: number,
            place: number,
        }]);
    }
    let begun = Instant::now();
    for number in 0..TENDERS {
        let byte = |shift: usize| u8::try_from((number >> shift) % 256).unwrap();
        town.play(&[Act::Publish {
            title: vec![number, number / 3, number / 7, number / 11],
            buyer: byte(1),
            lots: vec![(number, byte(0), byte(2)), (number / 2, byte(3), byte(1))],
            days: byte(0),
        }]);
    }
    println!("fold: {:?} for {TENDERS} tenders", begun.elapsed());
    println!("index: {} bytes", town.search.bytes());
    let filtered = Filter {
        governorate: Some(place(1)),
        category: Some(Category::Medicine),
        ..Filter::default()
    };
    let kinds = [
        ("everything, counted", "", Filter::default()),
        ("common word", WORDS[0], Filter::default()),
        ("two words", "توريد medicines", Filter::default()),
        ("rare word", "T-4711", Filter::default()),
        ("beginning of a word", "م", Filter::default()),
        ("two words and filters", "medical كراسي", filtered),
    ];
    for (name, text, filter) in kinds {
        let query = query(text, &filter);
        let mut times: Vec<Duration> = (0..QUESTIONS)
            .map(|_| {
                let begun = Instant::now();
                let mut hits = town.search.find(&query, day(100));
                hits.sort(Order::Relevance);
                std::hint::black_box(hits.get(0));
                begun.elapsed()
            })
            .collect();
        times.sort_unstable();
        let found = town.search.find(&query, day(100)).len();
        let (p50, p99) = (times[QUESTIONS / 2], times[QUESTIONS * 99 / 100]);
        println!("{name}: {found} found, p50 {p50:?}, p99 {p99:?}");
        assert!(p99 <= GOAL, "{name}: {p99:?}");
    }
}
