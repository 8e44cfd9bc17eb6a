//! Words with the things they occur in, and the words of a question.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::words::{folded, forms};

/// Words, each with the numbers of the things that it occurs in, in rising order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Index {
    /// Every form of a word, as [`forms`] gives them, with its number.
    numbers: BTreeMap<Box<str>, u32>,
    /// Things by the number of a word.
    things: Vec<Vec<u32>>,
}

/// The words of a question: all of them are to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted(Vec<Word>);

/// A word of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    text: String,
    /// The last word may be the beginning of one.
    last: bool,
}

impl Wanted {
    /// The words of a text.
    pub fn new(text: &str) -> Self {
        let folded = folded(text);
        let mut words: Vec<Word> = folded
            .split_whitespace()
            .map(|word| Word {
                text: word.to_owned(),
                last: false,
            })
            .collect();
        if let Some(last) = words.last_mut() {
            last.last = true;
        }
        Self(words)
    }

    /// Whether there is no word: then everything is found.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Word> {
        self.0.iter()
    }
}

impl Index {
    /// A thing has these texts instead of the words that it had; gives the numbers of its words now, in rising order.
    pub fn replace<'a>(
        &mut self,
        thing: u32,
        before: &[u32],
        texts: impl IntoIterator<Item = &'a str>,
    ) -> Box<[u32]> {
        let mut now = Vec::new();
        for text in texts {
            let folded = folded(text);
            let words = folded.split_whitespace();
            now.extend(words.flat_map(forms).map(|form| self.number(form)));
        }
        now.sort_unstable();
        now.dedup();
        for gone in before.iter().filter(|it| now.binary_search(it).is_err()) {
            remove(self.things_mut(*gone), thing);
        }
        for new in now.iter().filter(|it| before.binary_search(it).is_err()) {
            insert(self.things_mut(*new), thing);
        }
        now.into_boxed_slice()
    }

    /// The numbers of the words that a word of a question finds, each with whether it is the whole word.
    pub fn found<'a>(&'a self, word: &'a Word) -> impl Iterator<Item = (bool, u32)> + 'a {
        let Word { text, last } = word;
        forms(text).flat_map(move |form| {
            let whole = self.numbers.get(form).map(|number| (true, *number));
            let longer = self
                .numbers
                .range::<str, _>((std::ops::Bound::Excluded(form), std::ops::Bound::Unbounded));
            let longer = longer
                .take_while(move |(known, _)| *last && known.starts_with(form))
                .map(|(_, number)| (false, *number));
            whole.into_iter().chain(longer)
        })
    }

    /// The things that a word of a question finds, each list with whether it is the whole word.
    pub fn things<'a>(&'a self, word: &'a Word) -> impl Iterator<Item = (bool, &'a [u32])> + 'a {
        self.found(word).map(|(whole, number)| {
            let things = usize::try_from(number).ok();
            let things = things.and_then(|number| self.things.get(number));
            (whole, things.map_or(&[][..], Vec::as_slice))
        })
    }

    /// Bytes that it takes, reckoned by what its texts and lists hold.
    pub fn bytes(&self) -> usize {
        let words: usize = self.numbers.keys().map(|word| word.len() + 24).sum();
        let lists: usize = self
            .things
            .iter()
            .map(|list| 4 * list.capacity() + 24)
            .sum();
        words + lists
    }

    fn number(&mut self, form: &str) -> u32 {
        if let Some(number) = self.numbers.get(form) {
            return *number;
        }
        // Four billion distinct words do not fit into memory; saturating keeps the function total.
        let number = u32::try_from(self.things.len()).unwrap_or(u32::MAX);
        self.numbers.insert(form.into(), number);
        self.things.push(Vec::new());
        number
    }

    fn things_mut(&mut self, word: u32) -> Option<&mut Vec<u32>> {
        self.things.get_mut(usize::try_from(word).ok()?)
    }
}

/// Puts a number into a list in rising order.
pub(super) fn insert(list: Option<&mut Vec<u32>>, number: u32) {
    if let Some(list) = list
        && let Err(place) = list.binary_search(&number)
    {
        list.insert(place, number);
    }
}

/// Takes a number out of a list in rising order.
pub(super) fn remove(list: Option<&mut Vec<u32>>, number: u32) {
    if let Some(list) = list
        && let Ok(place) = list.binary_search(&number)
    {
        list.remove(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(index: &Index, text: &str) -> Vec<(bool, Vec<u32>)> {
        let wanted = Wanted::new(text);
        let words: Vec<&Word> = wanted.iter().collect();
        let lists = words.iter().flat_map(|word| index.things(word));
        lists.map(|(whole, list)| (whole, list.to_vec())).collect()
    }

    #[test]
    fn the_last_word_may_be_a_beginning_and_the_article_does_not_matter() {
        let mut index = Index::default();
        let first = index.replace(0, &[], ["توريد الأدوية"]);
        index.replace(1, &[], ["أدوية", "Medicines"]);
        assert_eq!(
            found(&index, "ادوية"),
            [(true, vec![0, 1])],
            "with and without the article"
        );
        assert_eq!(found(&index, "الادوية").first(), Some(&(true, vec![0])));
        assert_eq!(found(&index, "MEDI"), [(false, vec![1])]);
        assert!(found(&index, "medi توريد").iter().all(|(_, it)| *it == [0]));
        index.replace(0, &first, ["أثاث"]);
        assert_eq!(found(&index, "ادوية"), [(true, vec![1])]);
        assert_eq!(found(&index, "توريد"), [(true, vec![])]);
        assert_eq!(found(&index, "اثاث"), [(true, vec![0])]);
    }

    #[test]
    fn a_question_without_a_letter_has_no_words() {
        assert!(Wanted::new(" ؟ ").is_empty());
        assert!(!Wanted::new("م").is_empty());
    }
}
