//! What is legal, in both languages: rules that values are refused with.

use std::fmt;

/// What a value is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Legal {
    /// In Arabic.
    pub ar: &'static str,
    /// In English.
    pub en: &'static str,
}

/// A rule in both languages.
pub const fn legal(ar: &'static str, en: &'static str) -> Legal {
    Legal { ar, en }
}

/// In English, or, as `{:#}`, in Arabic.
impl fmt::Display for Legal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if f.alternate() { self.ar } else { self.en })
    }
}

/// A value that cannot be: which one, what was given, what is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueError {
    /// What it should have been, such as `item code`.
    pub what: &'static str,
    /// What was given, cut to 80 characters.
    pub given: String,
    /// What is legal.
    pub rule: Legal,
}

impl ValueError {
    /// Describes an illegal value.
    pub fn new(what: &'static str, given: impl fmt::Display, rule: Legal) -> Self {
        Self {
            what,
            given: given.to_string().chars().take(80).collect(),
            rule,
        }
    }

    /// What it says in Arabic.
    pub fn arabic(&self) -> String {
        format!(
            "القيمة {:?} لا تصلح: {:#}{}",
            self.given,
            self.rule,
            self.hint().ar
        )
    }

    /// Numbers and dates are written with the digits 0-9; whoever wrote others is told.
    fn hint(&self) -> Legal {
        let other = |c: char| matches!(c, '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}');
        if self.given.contains(other) {
            legal("؛ اكتب الأرقام 0-9", "; write the digits 0-9")
        } else {
            legal("", "")
        }
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, given, rule } = self;
        write!(f, "{given:?} is no {what}: {rule}{}", self.hint())
    }
}

impl std::error::Error for ValueError {}

#[cfg(test)]
mod tests {
    use crate::domain::values::{Date, Quantity};

    #[test]
    fn who_writes_other_digits_is_told_which_are_wanted() {
        for (given, hinted) in [("٢٠٢٦-١١-٢٢", true), ("۲۰۲۶-۱۱-۲۲", true), ("today", false)]
        {
            let error = Date::parse(given).unwrap_err();
            assert_eq!(
                error.arabic().ends_with("اكتب الأرقام 0-9"),
                hinted,
                "{given}"
            );
            assert_eq!(error.to_string().ends_with("write the digits 0-9"), hinted);
        }
        let error = Quantity::parse("١٢").unwrap_err();
        assert!(error.arabic().contains("عدد"), "{}", error.arabic());
    }
}
