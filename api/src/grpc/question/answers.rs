//! Answers that were given lately. The log only grows, so an answer as of a place in it stays right for ever; keeping
//! a few makes the next page, and the same question of the next caller, cost nothing. What is not kept is computed again.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::fingerprint::Fingerprint;

/// Most answers that are kept.
const ANSWERS_MAX: usize = 64;
/// Most bytes that they have together.
const BYTES_MAX: usize = 64 << 20;
/// Larger answers are not kept: they would drive out all others.
const ANSWER_BYTES_MAX: usize = BYTES_MAX / 4;

/// Which question, at which size of the log.
pub type Key = (Fingerprint, u64);

/// The answers, the latest used first.
#[derive(Default)]
pub struct Answers(Mutex<VecDeque<Kept>>);

struct Kept {
    key: Key,
    bytes: usize,
    answer: Arc<dyn Any + Send + Sync>,
}

impl Answers {
    /// The answer to a question, if it is still there.
    pub fn get<T: Send + Sync + 'static>(&self, key: &Key) -> Option<Arc<T>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|kept| kept.key == *key)?;
        let found = kept.remove(place)?;
        let answer = Arc::clone(&found.answer);
        kept.push_front(found);
        answer.downcast().ok()
    }

    /// Keeps an answer of so many bytes, in place of those that were not used for longest.
    pub fn put<T: Send + Sync + 'static>(&self, key: Key, bytes: usize, answer: &Arc<T>) {
        if bytes > ANSWER_BYTES_MAX {
            return;
        }
        let answer: Arc<dyn Any + Send + Sync> = Arc::clone(answer) as _;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|kept| kept.key != key);
        kept.push_front(Kept { key, bytes, answer });
        let mut sum = 0;
        let fits = |kept: &Kept| {
            sum += kept.bytes;
            sum <= BYTES_MAX
        };
        let fitting = kept
            .iter()
            .take(ANSWERS_MAX)
            .map(fits)
            .take_while(|fits| *fits);
        let fitting = fitting.count();
        let dropped = kept.split_off(fitting);
        drop(kept);
        // Not while others wait: an answer may be the last to hold on to many cells.
        drop(dropped);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_used_make_room_and_huge_ones_are_not_kept() {
        let answers = Answers::default();
        let key = |n: u8| (Fingerprint([n; 16]), 7);
        let has = |n: u8| answers.get::<u8>(&key(n)).is_some();
        for n in 0..4 {
            answers.put(key(n), ANSWER_BYTES_MAX, &Arc::new(n));
        }
        assert!(has(0), "used last of the four");
        answers.put(key(9), ANSWER_BYTES_MAX, &Arc::new(9_u8));
        assert_eq!([0, 1, 2, 3, 9].map(has), [true, false, true, true, true]);
        answers.put(key(8), ANSWER_BYTES_MAX + 1, &Arc::new(8_u8));
        assert!(!has(8));
        for n in 100..=200 {
            answers.put(key(n), 1, &Arc::new(n));
        }
        assert_eq!((100..=200).filter(|n| has(*n)).count(), ANSWERS_MAX);
        assert!(answers.get::<u8>(&(Fingerprint([200; 16]), 8)).is_none());
    }
}
