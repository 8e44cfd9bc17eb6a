//! What stands in withheld parts: always one line of UTF-8 text, which a person who gets it can read, and in one form only,
//! so that equal contents have equal bytes.
//!
//! | Content | Form |
//! |---|---|
//! | a text | itself |
//! | an amount | with the currency's decimal places, and its code: `12500.75 EGP` |
//! | whose an envelope is | tender, bidder, part, and the bidder's word for its key: the id of the key that signed, and the signature in base64 without padding: `T-2026-7 SUP-12 financial 2ba6…91 tHk…Bw`; without the word on older ones |
//! | points of a bid | criterion by criterion: `delivery 20, quality 45.5` |

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rust_decimal::Decimal;

use super::error::Defect;
use super::parts::Content;
use crate::domain::envelope::{Claim, SIGNATURE_BYTES, Vouch};
use crate::domain::tender::{CRITERIA_MAX, EnvelopePart, Score, Scores};
use crate::domain::values::{CriterionId, Currency, KeyId, Money, OrganizationId, TenderId, Text};

const TEXT: &str = "one line of 1 to 500 characters";
const MONEY: &str =
    "an amount with the currency's decimal places and its ISO 4217 code, such as 12500.75 EGP";
const CLAIM: &str = "tender, bidder, technical or financial, key id and its signature of 64 bytes in base64 without padding, such as T-7 SUP-12 financial 2ba6… tHk…";
const SCORES: &str = "points of 1 to 30 criteria, such as C1 45.5, C2 20";

impl Content for Text {
    fn to_content(&self) -> Result<Vec<u8>, Defect> {
        Ok(self.as_str().as_bytes().to_vec())
    }

    fn from_content(content: &[u8], part: u32) -> Result<Self, Defect> {
        read(content, part, TEXT, |text| Self::new(text).ok())
    }
}

impl Content for Money {
    fn to_content(&self) -> Result<Vec<u8>, Defect> {
        Ok(self.to_string().into_bytes())
    }

    fn from_content(content: &[u8], part: u32) -> Result<Self, Defect> {
        read(content, part, MONEY, |text| {
            let (amount, currency) = text.split_once(' ')?;
            Self::new(decimal(amount)?, Currency::new(currency).ok()?).ok()
        })
    }
}

/// A claim as it is withheld: what a bidder puts into the withheld contents of `SealBid`.
pub fn claim_line(claim: &Claim) -> String {
    let Claim {
        tender,
        bidder,
        part,
        vouch,
    } = claim;
    let part = part.name();
    match vouch {
        None => format!("{tender} {bidder} {part}"),
        Some(Vouch { key, signature }) => {
            let signature = STANDARD_NO_PAD.encode(signature);
            format!("{tender} {bidder} {part} {key} {signature}")
        }
    }
}

impl Content for Claim {
    fn to_content(&self) -> Result<Vec<u8>, Defect> {
        Ok(claim_line(self).into_bytes())
    }

    fn from_content(content: &[u8], part: u32) -> Result<Self, Defect> {
        read(content, part, CLAIM, |text| {
            let mut words = text.split(' ');
            let claim = Self {
                tender: TenderId::new(words.next()?).ok()?,
                bidder: OrganizationId::new(words.next()?).ok()?,
                part: match words.next()? {
                    "technical" => EnvelopePart::Technical,
                    "financial" => EnvelopePart::Financial,
                    _ => return None,
                },
                vouch: match words.next() {
                    Some(key) => Some(vouch(key, words.next()?)?),
                    None => None,
                },
            };
            words.next().is_none().then_some(claim)
        })
    }
}

impl Content for Scores {
    fn to_content(&self) -> Result<Vec<u8>, Defect> {
        let count = self.0.len();
        if !(1..=CRITERIA_MAX).contains(&count) {
            let (min, max) = (1, CRITERIA_MAX);
            return Err(Defect::Count { count, min, max });
        }
        let scores = self.0.iter();
        let scores = scores.map(|s| format!("{} {}", s.criterion, s.points.normalize()));
        Ok(scores.collect::<Vec<_>>().join(", ").into_bytes())
    }

    fn from_content(content: &[u8], part: u32) -> Result<Self, Defect> {
        read(content, part, SCORES, |text| {
            let score = |text: &str| {
                let (criterion, points) = text.split_once(' ')?;
                let criterion = CriterionId::new(criterion).ok()?;
                let points = decimal(points)?;
                Some(Score { criterion, points })
            };
            text.split(", ").map(score).collect::<Option<_>>().map(Self)
        })
    }
}

/// The estimate that a disclosed part of a lot or plan states; `None` for bytes that state none.
pub fn disclosed_estimate(content: &[u8]) -> Option<Money> {
    Money::from_content(content, 0).ok()
}

/// The points that a disclosed part of a scoring states; `None` for bytes that state none.
pub fn disclosed_scores(content: &[u8]) -> Option<Scores> {
    Scores::from_content(content, 0).ok()
}

fn vouch(key: &str, signature: &str) -> Option<Vouch> {
    let signature = STANDARD_NO_PAD.decode(signature).ok()?;
    (signature.len() == SIGNATURE_BYTES).then_some(())?;
    let key = KeyId::new(key).ok()?;
    Some(Vouch { key, signature })
}

fn decimal(text: &str) -> Option<Decimal> {
    Some(Decimal::from_str_exact(text).ok()?.normalize())
}

/// Reads a content and sees that it would be written with the same bytes.
fn read<T: Content>(
    content: &[u8],
    part: u32,
    form: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, Defect> {
    let text = str::from_utf8(content).map_err(|_| Defect::PartText(part))?;
    parse(text)
        .filter(|read| read.to_content().is_ok_and(|again| again == content))
        .ok_or(Defect::PartForm { part, form })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check<T: Content + PartialEq + std::fmt::Debug>(content: &str, refused: &[&str]) {
        let read = T::from_content(content.as_bytes(), 3).unwrap();
        assert_eq!(read.to_content().unwrap(), content.as_bytes());
        for other in refused {
            let defect = T::from_content(other.as_bytes(), 3).unwrap_err();
            assert!(
                matches!(defect, Defect::PartForm { part: 3, .. }),
                "{other}"
            );
            assert!(other.is_empty() || !defect.to_string().contains(&format!("{other:?}")));
        }
        assert_eq!(T::from_content(&[0xff], 3), Err(Defect::PartText(3)));
    }

    #[test]
    fn each_content_has_one_form() {
        check::<Text>("ملاحظة", &["", " a", "a\nb"]);
        let amounts = [
            "12500.7 EGP",
            "12500.750 EGP",
            "+12500.75 EGP",
            "012500.75 EGP",
            "12_500.75 EGP",
            "-0.00 EGP",
            "12500.75EGP",
            "12500.75  EGP",
            "12500.75 egp",
            "12500.755 EGP",
            "1e3 EGP",
            "12500.75",
            "",
            "EGP",
            "100000000000000.00 EGP",
            "12500.75 EGP ",
        ];
        check::<Money>("12500.75 EGP", &amounts);
        check::<Money>("-0.005 KWD", &["-.005 KWD"]);
        check::<Money>("500 JPY", &["500.0 JPY"]);
        let claims = [
            "T-7 SUP-12",
            "T-7 SUP-12 Financial",
            "T-7 SUP-12 financial ",
            "T-7  financial",
            "T-7 SUP-12 financial more",
            "T/7 SUP-12 financial",
            "",
        ];
        check::<Claim>("T-7 SUP-12 financial", &claims);
        check::<Claim>("T-7 SUP-12 technical", &[]);
        let scores = [
            "",
            "C1",
            "C1 45.50",
            "C1 45.5,C2 20",
            "C1 45.5, ",
            "C1 +1",
            "C1 x",
            "C 1 4",
        ];
        check::<Scores>("C1 45.5, C2 20", &scores);
    }

    #[test]
    fn scores_are_1_to_30() {
        let of = |count| {
            let criterion = CriterionId::new("C").unwrap();
            Scores(vec![
                Score {
                    criterion,
                    points: Decimal::ONE
                };
                count
            ])
        };
        let most = of(CRITERIA_MAX).to_content().unwrap();
        assert_eq!(Scores::from_content(&most, 0).unwrap(), of(CRITERIA_MAX));
        for count in [0, CRITERIA_MAX + 1] {
            let (min, max) = (1, CRITERIA_MAX);
            assert_eq!(
                of(count).to_content(),
                Err(Defect::Count { count, min, max })
            );
        }
        let more = [&most, &b", C 1"[..]].concat();
        assert!(Scores::from_content(&more, 0).is_err());
    }

    proptest! {
        /// Whatever is read is written with the same bytes, and nothing falls.
        #[test]
        fn any_bytes_are_read_in_one_form_or_not_at_all(content in "[ A-Z0-9.,-]{0,24}|[ -~]{0,24}|T S (technical|financial)") {
            let content = content.as_bytes();
            if let Ok(read) = Money::from_content(content, 0) {
                prop_assert_eq!(read.to_content().unwrap(), content);
            }
            if let Ok(read) = Claim::from_content(content, 0) {
                prop_assert_eq!(read.to_content().unwrap(), content);
            }
            if let Ok(read) = Scores::from_content(content, 0) {
                prop_assert_eq!(read.to_content().unwrap(), content);
            }
        }
    }
}
