//! Text for people: Arabic first, English second.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{ValueError, legal};

/// Characters that change the direction of what follows, or show nothing: they let one text look like another.
fn deceptive(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// One line of text: 1 to 500 characters, no control or direction-changing characters, no space at the ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Text(Arc<str>);

impl Text {
    /// Checks a text.
    pub fn new(text: &str) -> Result<Self, ValueError> {
        let length = text.chars().count();
        if length == 0
            || length > 500
            || text.trim() != text
            || text.chars().any(|c| c.is_control() || deceptive(c))
        {
            return Err(ValueError::new(
                "text",
                text,
                legal(
                    "سطر واحد من 1 إلى 500 حرف، بلا حروف تحكم أو تغيير اتجاه، وبلا مسافة في طرفيه",
                    "one line of 1 to 500 characters without control or direction-changing characters, no space at the ends",
                ),
            ));
        }
        Ok(Self(text.into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl TryFrom<String> for Text {
    type Error = ValueError;
    fn try_from(text: String) -> Result<Self, ValueError> {
        Self::new(&text)
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0.as_ref().to_owned()
    }
}

/// A name in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Names {
    /// In Arabic.
    pub ar: Text,
    /// In English.
    pub en: Text,
}

impl Names {
    /// Checks both names.
    pub fn new(ar: &str, en: &str) -> Result<Self, ValueError> {
        Ok(Self {
            ar: Text::new(ar)?,
            en: Text::new(en)?,
        })
    }
}
