//! Texts as they are searched: what people write in different ways is one.
//!
//! | Folded | Example | After whom |
//! |---|---|---|
//! | compatibility and presentation forms are decomposed; accents and Arabic signs of vowels, doubling and hamza are marks, and marks are left out | `ﻷدوية`, `مُسْتَلْزَمَات`, `Adquisición` | Unicode: UAX #15 (NFKD), UTS #10 (letters that differ in marks alone are equal at primary strength) |
//! | so alef أ إ آ is ا, and hamza on waw or ya (ؤ ئ) is و, ي; a hamza on the line (ء) is a letter and stays | `أدوية` = `ادوية`, `مسؤول` = `مسوول` | the same: these letters decompose into a base and a hamza mark |
//! | alef wasla ٱ is ا; ta marbuta ة is ه; alef maqsura ى is ي | `ٱلقاهرة` = `القاهره`, `مستشفى` = `مستشفي` | Larkey, Ballesteros, Connell (2007), "Light stemming for Arabic information retrieval"; Lucene's `ArabicNormalizer` |
//! | tatweel is left out | `القـــاهرة` | the same |
//! | Persian and Urdu ya, kaf and ha are the Arabic ones | `کتاب ی ہ` | Lucene's `PersianNormalizer` |
//! | what is not shown is left out: joiners, marks of direction, the byte order mark, the soft hyphen | `\u{200F}دواء` | Unicode: `Default_Ignorable_Code_Point` |
//! | Arabic and Persian digits are Latin ones | `١٢` = `۱۲` = `12` | Unicode: `Numeric_Type` Decimal |
//! | lower case; ß ss, æ ae, œ oe, ø o, đ d, ł l, ı i | `STRAßE` | Unicode: lower case; the rest as CLDR transliterates Latin to ASCII |
//! | letters and digits that touch are two words | `500مجم` = `500 مجم` | Lucene's `WordDelimiterGraphFilter` |
//! | everything that is neither letter nor digit parts words | `Lote-2` | |
//!
//! Left as they are: words themselves. Plurals and roots are not reduced; [`forms`] drops the Arabic article alone.

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;

const DECOMPOSED: DecomposingNormalizerBorrowed<'static> =
    DecomposingNormalizerBorrowed::new_nfkd();
const MARKS: CanonicalCombiningClassMapBorrowed<'static> =
    CanonicalCombiningClassMapBorrowed::new();

/// Folds a text: its words, parted by single spaces.
///
/// ```
/// use sijill_projections::words::folded;
/// assert_eq!(folded("مُسْتَلْزَمَات الأدوية"), "مستلزمات الادويه");
/// assert_eq!(folded("أمصال ٥٠٠مجم"), "امصال 500 مجم");
/// assert_eq!(folded("ADQUISICIÓN, Lote-2"), "adquisicion lote 2");
/// ```
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// Forms under which a folded word is found: itself and, where it begins with the Arabic article, what follows it. Two words are
/// one when they have a form in common.
///
/// The article is ال, بال, كال, فال or لل, perhaps after و; at least two letters stay. So does light10 of Larkey, Ballesteros
/// and Connell (2007), which goes on to drop endings: these are left, as a beginning of a word is found in any case.
///
/// ```
/// use sijill_projections::words::forms;
/// assert_eq!(forms("والادويه").collect::<Vec<_>>(), ["والادويه", "ادويه"]);
/// assert_eq!(forms("للمستشفيات").collect::<Vec<_>>(), ["للمستشفيات", "مستشفيات"]);
/// assert_eq!(forms("ورق").collect::<Vec<_>>(), ["ورق"]);
/// ```
pub fn forms(word: &str) -> impl Iterator<Item = &str> {
    std::iter::once(word).chain(without_article(word))
}

fn without_article(word: &str) -> Option<&str> {
    let bare = word.strip_prefix('و').unwrap_or(word);
    let articles = ["ال", "بال", "كال", "فال", "لل"];
    let rest = articles
        .iter()
        .find_map(|article| bare.strip_prefix(article))?;
    (rest.chars().count() >= 2).then_some(rest)
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
pub(crate) fn fold_into(text: &str, out: &mut String) {
    let start = out.len();
    let mut run = None;
    for letter in DECOMPOSED.normalize_iter(text.chars()) {
        if is_silent(letter) {
            continue;
        }
        let kind = Kind::of(letter);
        if kind != run && kind.is_some() && out.len() > start {
            out.push(' ');
        }
        run = kind;
        if kind.is_none() {
            continue;
        }
        for letter in letter.to_lowercase().filter(|letter| !is_silent(*letter)) {
            push(letter, out);
        }
    }
}

/// What a word is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letters,
    Digits,
}

impl Kind {
    fn of(letter: char) -> Option<Self> {
        match letter {
            letter if letter.is_numeric() => Some(Self::Digits),
            letter if letter.is_alphabetic() => Some(Self::Letters),
            _ => None,
        }
    }
}

/// What changes no word: marks, tatweel, the small letters of the Quran, and what is not shown.
fn is_silent(letter: char) -> bool {
    if letter.is_ascii() {
        return false;
    }
    matches!(
        letter,
        '\u{00AD}'
            | '\u{034F}'
            | '\u{061C}'
            | '\u{0640}'
            | '\u{06E5}'
            | '\u{06E6}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
    ) || MARKS.get_u8(letter) != 0
}

/// One decomposed lower-case letter.
fn push(letter: char, out: &mut String) {
    let single = match letter {
        'ٱ' => 'ا',
        'ة' | 'ۃ' | 'ە' | 'ہ' | 'ھ' => 'ه',
        'ى' | 'ی' => 'ي',
        'ک' => 'ك',
        '٠'..='٩' => digit(letter, '٠'),
        '۰'..='۹' => digit(letter, '۰'),
        'ß' => return out.push_str("ss"),
        'æ' => return out.push_str("ae"),
        'œ' => return out.push_str("oe"),
        'ø' => 'o',
        'đ' => 'd',
        'ł' => 'l',
        'ı' => 'i',
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
    use proptest::prelude::*;

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
        assert_eq!(folded("مسؤول رئيس"), "مسوول رييس");
        assert_eq!(folded("جزء شراء"), "جزء شراء");
        assert_eq!(folded("کتاب ی ۱۲ ١٢ ہ"), "كتاب ي 12 12 ه");
        // Presentation forms, as copied out of documents: lam with alef and hamza above.
        assert_eq!(folded("ا\u{FEF7}دوية"), folded("الأدوية"));
    }

    #[test]
    fn latin_case_and_accents_do_not_matter() {
        assert_eq!(folded("ADQUISICIÓN, Lote-2"), "adquisicion lote 2");
        assert_eq!(folded("Adquisicio\u{0301}n"), "adquisicion");
        assert_eq!(folded("Straße Æsop İzmir Łódź"), "strasse aesop izmir lodz");
        assert_eq!(folded("ПРОДУКТИ"), "продукти");
    }

    #[test]
    fn words_are_parted_by_single_spaces_and_need_not_be_there() {
        assert_eq!(folded("  «أ»/ب--ج  "), "ا ب ج");
        assert_eq!(folded("500mg B12"), "500 mg b 12");
        assert_eq!(folded("«»"), "");
        assert_eq!(folded(""), "");
    }

    #[test]
    fn what_is_not_shown_does_not_matter() {
        assert_eq!(
            folded("\u{FEFF}\u{202B}دو\u{200D}ا\u{200B}ء\u{202C}"),
            "دواء"
        );
        assert_eq!(folded("\u{200F}\u{061C}"), "");
    }

    #[test]
    fn the_article_is_dropped_where_a_word_is_left() {
        let forms = |word| forms(word).collect::<Vec<_>>();
        assert_eq!(forms("الدم"), ["الدم", "دم"]);
        assert_eq!(forms("وبالمستشفى"), ["وبالمستشفى", "مستشفى"]);
        assert_eq!(forms("الا"), ["الا"]);
        assert_eq!(forms("ال"), ["ال"]);
        assert_eq!(forms("وزاره"), ["وزاره"]);
        assert_eq!(forms(""), [""]);
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

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once);
        }

        #[test]
        fn folding_arabic_twice_is_folding_once(text in "[\u{0600}-\u{06FF}\u{FE70}-\u{FEFC} a-zA-ZÀ-ž0-9]{0,40}") {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once.as_str());
            prop_assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "));
            prop_assert!(once.split(' ').all(|word| forms(word).all(|form| word.ends_with(form))));
        }
    }
}
