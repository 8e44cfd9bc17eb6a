//! What is wrong with the arguments, in the user's language.

use std::num::ParseIntError;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use sijill_ledger_core::domain::values::ValueError;

use super::errors::{Bilingual, Failure};
use super::lang::{Lang, two};
use super::parse::Rule;

/// Prints help to standard output, or what is wrong to standard error; the exit status.
pub fn report(error: &clap::Error, lang: Lang) -> u8 {
    use ErrorKind::{
        DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand as NothingGiven, DisplayVersion,
    };
    if let kind @ (DisplayHelp | DisplayVersion | NothingGiven) = error.kind() {
        // Help that nobody reads any more is no error.
        let _ = error.print();
        return if kind == NothingGiven { 2 } else { 0 };
    }
    let text = Bilingual::new(arabic(error), english(error));
    let failure = Failure::Usage(text);
    eprintln!("{}", failure.message(lang));
    failure.exit_status()
}

/// clap's own words without its heading, up to the usage line that `--help` shows better.
fn english(error: &clap::Error) -> String {
    let text = error.to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let end = text
        .find("\n\nUsage:")
        .or_else(|| text.find("\n\nFor more"));
    text.get(..end.unwrap_or(text.len()))
        .unwrap_or(text)
        .trim()
        .to_owned()
}

/// clap may add kinds; its own words are better than none.
#[allow(clippy::wildcard_enum_match_arm)]
fn arabic(error: &clap::Error) -> String {
    let named = |kind| error.get(kind).map(shown);
    let argument = named(ContextKind::InvalidArg).unwrap_or_default();
    let value = named(ContextKind::InvalidValue).unwrap_or_default();
    let what = match error.kind() {
        ErrorKind::UnknownArgument => two!(Lang::Ar, "الخيار {argument} غير معروف", ""),
        ErrorKind::InvalidSubcommand => {
            let name = named(ContextKind::InvalidSubcommand).unwrap_or_default();
            two!(Lang::Ar, "الأمر {name} غير معروف", "")
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            two!(Lang::Ar, "الخيار {argument} يحتاج إلى قيمة", "")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let reason = reason(error).map_or_else(String::new, |reason| format!(": {reason}"));
            two!(
                Lang::Ar,
                "القيمة {value} لا تصلح للخيار {argument}{reason}",
                ""
            )
        }
        ErrorKind::MissingRequiredArgument => {
            two!(Lang::Ar, "ينقص الأمرَ ما يلي: {argument}", "")
        }
        ErrorKind::MissingSubcommand => "ينقص اسم الأمر".to_owned(),
        ErrorKind::NoEquals => two!(Lang::Ar, "تُكتب قيمة الخيار {argument} بعد علامة =", ""),
        ErrorKind::TooManyValues => {
            two!(
                Lang::Ar,
                "القيمة {value} زائدة على ما يقبله الخيار {argument}",
                ""
            )
        }
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            two!(Lang::Ar, "عدد قيم الخيار {argument} ليس المطلوب", "")
        }
        ErrorKind::InvalidUtf8 => "في الأمر نص ليس بترميز UTF-8".to_owned(),
        ErrorKind::ArgumentConflict => {
            let other = named(ContextKind::PriorArg).unwrap_or_default();
            two!(Lang::Ar, "لا يجتمع {argument} مع {other}", "")
        }
        _ => english(error),
    };
    let hints = [
        (ContextKind::ValidValue, "القيم الصالحة"),
        (ContextKind::ValidSubcommand, "الأوامر"),
        (ContextKind::SuggestedArg, "لعلك تقصد"),
        (ContextKind::SuggestedSubcommand, "لعلك تقصد"),
        (ContextKind::SuggestedValue, "لعلك تقصد"),
    ];
    let hints = hints
        .into_iter()
        .filter_map(|(kind, label)| Some(format!("\n  {label}: {}", named(kind)?)));
    hints.fold(what, |text, hint| text + &hint)
}

/// Why a value is not taken. What clap and the standard library say of numbers is written in English.
fn reason(error: &clap::Error) -> Option<String> {
    let source = std::error::Error::source(error)?;
    if let Some(rule) = source.downcast_ref::<Rule>() {
        return Some(rule.0.ar.clone());
    }
    if let Some(value) = source.downcast_ref::<ValueError>() {
        return Some(format!("{:#}", value.rule));
    }
    let english = source.to_string();
    if let Some((_, range)) = english.rsplit_once(" is not in ") {
        return Some(within(range));
    }
    let number = source.is::<ParseIntError>() || english.contains("invalid digit");
    Some(if number {
        "عدد صحيح بالأرقام 0-9".to_owned()
    } else {
        english
    })
}

/// A range as clap writes it, such as `1..=64` or `1..`.
fn within(range: &str) -> String {
    match range.split_once("..") {
        Some((least, "")) => two!(Lang::Ar, "من {least} فأكثر", ""),
        Some((least, most)) => {
            let most = most.strip_prefix('=').unwrap_or(most);
            two!(Lang::Ar, "من {least} إلى {most}", "")
        }
        None => range.to_owned(),
    }
}

fn shown(value: &ContextValue) -> String {
    if let ContextValue::Strings(texts) = value {
        return texts.join(", ");
    }
    if let ContextValue::String(text) = value {
        return text.clone();
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn told(arguments: &str) -> String {
        let arguments = arguments.split(' ');
        let error = crate::cli::Cli::command().try_get_matches_from(arguments);
        arabic(&error.unwrap_err())
    }

    #[test]
    fn arabic_says_why_a_value_is_not_taken() {
        for (arguments, expected) in [
            (
                "sijill token --key k --subject official:1 --role boss",
                "الأدوار هي requester",
            ),
            (
                "sijill token --key k --subject mona --role auditor",
                "official:ID لموظف",
            ),
            (
                "sijill token --key k --subject official:1 --role auditor --expires 1w",
                "من 1s إلى 366d",
            ),
            ("sijill query stock --data d --at yesterday", "فرق التوقيت"),
            ("sijill query flows --data d --to-month 2025-13", "2025-03"),
            ("sijill demo --scale 0", "من 0.05 إلى 50"),
            ("sijill bench append --writers 0", "من 1 "),
            ("sijill query stock --data d --limit few", "عدد صحيح"),
            ("sijill query stock --data d --limit ٥", "بالأرقام 0-9"),
            ("sijill query stock --data d --at ٢٠٢٦-٠١-٠١", "YYYY-MM-DD"),
        ] {
            let told = told(arguments);
            assert!(told.starts_with("القيمة"), "{told}");
            assert!(told.contains(expected), "{told}");
        }
    }
}
