//! Arabic and English.

use std::ffi::OsString;

use clap::ValueEnum;

/// The language of everything written for people. Keys of JSON and CSV stay English.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// العربية
    Ar,
    /// English
    En,
}

impl Lang {
    /// The one of two texts.
    pub fn pick<T>(self, ar: T, en: T) -> T {
        match self {
            Self::Ar => ar,
            Self::En => en,
        }
    }

    /// What `--lang` says, else the locale. Read before the arguments are parsed, because what is wrong with the
    /// arguments must be said in the right language too.
    pub fn detect(arguments: &[OsString], variable: impl Fn(&str) -> Option<String>) -> Self {
        Self::asked_for(arguments).unwrap_or_else(|| Self::of_locale(variable))
    }

    fn asked_for(arguments: &[OsString]) -> Option<Self> {
        let mut texts = arguments.iter().map(|a| a.to_string_lossy());
        while let Some(argument) = texts.next() {
            let value = match argument.strip_prefix("--lang") {
                Some("") => texts.next()?.into_owned(),
                Some(rest) => rest.strip_prefix('=')?.to_owned(),
                None if argument == "--" => return None,
                None => continue,
            };
            return <Self as ValueEnum>::from_str(&value, true).ok();
        }
        None
    }

    /// POSIX: `LC_ALL` over `LC_MESSAGES` over `LANG`; the first that is set and not empty decides.
    fn of_locale(variable: impl Fn(&str) -> Option<String>) -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| variable(name).filter(|value| !value.is_empty()))
            .unwrap_or_default();
        if locale.starts_with("ar") {
            Self::Ar
        } else {
            Self::En
        }
    }
}

/// English words for so many.
pub const fn many<'a>(count: usize, one: &'a str, more: &'a str) -> &'a str {
    if count == 1 { one } else { more }
}

/// A text in both languages, formatted in the one that is spoken: `two!(lang, "…{x}", "…{x}")`.
macro_rules! two {
    ($lang:expr, $ar:literal, $en:literal $(,)?) => {
        match $lang {
            $crate::cli::lang::Lang::Ar => format!($ar),
            $crate::cli::lang::Lang::En => format!($en),
        }
    };
}
pub(crate) use two;

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(arguments: &[&str], set: &[(&str, &str)]) -> Lang {
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        Lang::detect(&arguments, |name| {
            set.iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_flag_wins_over_the_locale_and_the_locale_over_nothing() {
        assert_eq!(detect(&["sijill", "demo"], &[]), Lang::En);
        assert_eq!(detect(&["sijill"], &[("LANG", "ar_EG.UTF-8")]), Lang::Ar);
        let both = [("LC_ALL", "C"), ("LANG", "ar_EG.UTF-8")];
        assert_eq!(detect(&["sijill"], &both), Lang::En);
        assert_eq!(detect(&["sijill", "--lang", "ar"], &both), Lang::Ar);
        assert_eq!(detect(&["sijill", "--lang=ar", "demo"], &both), Lang::Ar);
        assert_eq!(
            detect(&["sijill", "--", "--lang=ar"], &[("LC_ALL", "")]),
            Lang::En
        );
    }
}
