//! Texts as they are searched: what people write in different ways is one.
//!
//! - Arabic: every form of alef is alef (أ إ آ ٱ ← ا), ta marbuta is ha (ة ← ه), alef maqsura and the Persian ya are ya (ى ی ← ي), the
//!   Persian kaf is kaf (ک ← ك); vowel signs, Quranic marks and tatweel are left out; Arabic and Persian digits are Latin ones.
//! - Latin and other scripts with case: lower case; Latin letters with an accent are those without (é ← É is e), ß is ss, æ is ae.
//! - Everything that is neither letter nor digit parts words.

/// Folds a text: `folded("مُسْتَلْزَمَات الأدوية")` is `مستلزمات الادويه`, `folded("ADQUISICIÓN, Lote-2")` is `adquisicion lote 2`.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// Words to be found: each occurs in a folded text, as a part of a word of it at least, because Arabic puts its article and
/// particles in front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search(String);

impl Search {
    /// The words of a text.
    pub fn new(text: &str) -> Self {
        Self(folded(text))
    }

    /// Whether there is no word: then everything is found.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether every word occurs in a folded text.
    pub fn is_in(&self, folded_text: &str) -> bool {
        self.0.split(' ').all(|word| folded_text.contains(word))
    }
}

/// Folds a text onto the end of another; the words are parted by single spaces.
pub(super) fn fold_into(text: &str, out: &mut String) {
    let mut gap = false;
    let start = out.len();
    for letter in text.chars() {
        if is_silent(letter) {
            continue;
        }
        if !letter.is_alphanumeric() {
            gap = true;
            continue;
        }
        if std::mem::take(&mut gap) && out.len() > start {
            out.push(' ');
        }
        for letter in letter.to_lowercase().filter(|letter| !is_silent(*letter)) {
            push(letter, out);
        }
    }
}

/// Marks that change no word: Arabic vowel signs, Quranic marks and tatweel; combining accents.
const fn is_silent(letter: char) -> bool {
    matches!(
        letter,
        '\u{0300}'..='\u{036F}'
            | '\u{0610}'..='\u{061A}'
            | '\u{0640}'
            | '\u{064B}'..='\u{065F}'
            | '\u{0670}'
            | '\u{06D6}'..='\u{06DC}'
            | '\u{06DF}'..='\u{06E8}'
            | '\u{06EA}'..='\u{06ED}'
            | '\u{200C}'
            | '\u{200D}'
    )
}

/// One lower-case letter.
fn push(letter: char, out: &mut String) {
    let single = match letter {
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ة' => 'ه',
        'ى' | 'ی' => 'ي',
        'ک' => 'ك',
        '٠'..='٩' => digit(letter, '٠'),
        '۰'..='۹' => digit(letter, '۰'),
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' | 'ø' => 'o',
        'ù'..='ü' => 'u',
        'ý' | 'ÿ' => 'y',
        'ß' => return out.push_str("ss"),
        'æ' => return out.push_str("ae"),
        'œ' => return out.push_str("oe"),
        other => other,
    };
    out.push(single);
}

/// The Latin digit of a digit in a script whose zero is `zero`.
fn digit(letter: char, zero: char) -> char {
    let value = u32::from(letter).wrapping_sub(u32::from(zero));
    char::from_digit(value, 10).unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arabic_spellings_are_one() {
        assert_eq!(folded("مُسْتَلْزَمَات الأدوية"), "مستلزمات الادويه");
        assert_eq!(folded("إدارة"), folded("ادارة"));
        assert_eq!(folded("مستشفى"), folded("مستشفي"));
        assert_eq!(folded("ٱلقـــاهرة"), folded("القاهره"));
        assert_eq!(folded("آلات"), folded("الات"));
        // A decomposed alef with hamza above: the hamza is a mark.
        assert_eq!(folded("\u{0627}\u{0654}دوية"), folded("أدوية"));
        assert_eq!(folded("کتاب ی ۱۲ ١٢"), "كتاب ي 12 12");
    }

    #[test]
    fn latin_case_and_accents_do_not_matter() {
        assert_eq!(folded("ADQUISICIÓN, Lote-2"), "adquisicion lote 2");
        assert_eq!(folded("Adquisicio\u{0301}n"), "adquisicion");
        assert_eq!(folded("Straße Æsop İzmir"), "strasse aesop izmir");
        assert_eq!(folded("ПРОДУКТИ"), "продукти");
    }

    #[test]
    fn words_are_parted_by_single_spaces_and_need_not_be_there() {
        assert_eq!(folded("  «أ»/ب--ج  "), "ا ب ج");
        assert_eq!(folded("«»"), "");
        assert_eq!(folded(""), "");
    }

    #[test]
    fn every_word_must_occur_in_any_order_and_within_longer_words() {
        let text = folded("توريد الأدوية والمستلزمات الطبية لوزارة الصحة");
        let found = |search: &str| Search::new(search).is_in(&text);
        assert!(found("ادويه") && found("الصحه توريد"));
        assert!(!found("ادوية اثاث"));
        assert!(found("") && found("، ؟"));
        assert!(Search::new("، ؟").is_empty());
    }
}
