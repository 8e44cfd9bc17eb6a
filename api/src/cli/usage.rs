//! What is wrong with the arguments, in the user's language.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::errors::{Bilingual, Failure};
use super::lang::{Lang, two};

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
            two!(Lang::Ar, "القيمة {value} لا تصلح للخيار {argument}", "")
        }
        ErrorKind::MissingRequiredArgument => {
            two!(Lang::Ar, "ينقص الأمرَ ما يلي: {argument}", "")
        }
        ErrorKind::MissingSubcommand => "ينقص اسم الأمر".to_owned(),
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

fn shown(value: &ContextValue) -> String {
    if let ContextValue::Strings(texts) = value {
        return texts.join(", ");
    }
    if let ContextValue::String(text) = value {
        return text.clone();
    }
    String::new()
}
