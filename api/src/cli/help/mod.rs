//! Help in both languages: English stands beside the arguments, Arabic here. A test finds every gap.

mod bench;
mod copies;
mod data;
mod documents;
mod log;
mod query;
mod rules;
mod sealed;
mod server;
mod shared;
mod tender_search;

use clap::Command;
use clap::builder::{PossibleValue, StyledStr};

use super::lang::Lang;

/// Exit statuses, as `--help` documents them.
const STATUSES_EN: &str = "\
Exit status: 0 done · 1 operating system · 2 arguments · 3 refused, or rows rejected · 4 data damaged
  5 locked by another writer · 6 newer format · 7 disk full · 8 no permission · 9 input file unusable
  10 no (or another) ledger in the directory · 11 the doctor found problems";
const STATUSES_AR: &str = "\
حالة الخروج: 0 تم · 1 نظام التشغيل · 2 خطأ في الخيارات · 3 رُفض الأمر أو بعض الصفوف · 4 بيانات تالفة
  5 تكتب فيه عملية أخرى · 6 صيغة أحدث · 7 امتلأ القرص · 8 لا إذن · 9 ملف إدخال لا يصلح
  10 لا سجل في المجلد أو فيه سجل آخر · 11 وجد الفحص عللًا";
const TEMPLATE_AR: &str = "{about-with-newline}\nالاستعمال: {usage}\n\n{all-args}{after-help}";

/// The command with its help in one language.
pub fn localised(command: Command, lang: Lang) -> Command {
    match lang {
        Lang::En => command.after_help(STATUSES_EN),
        Lang::Ar => arabic(command, "").after_help(STATUSES_AR),
    }
}

fn arabic(command: Command, path: &str) -> Command {
    let command = command
        .help_template(TEMPLATE_AR)
        .subcommand_help_heading("الأوامر")
        .subcommand_value_name("أمر");
    let command = match text(path) {
        Some(about) => command.about(about),
        None => command,
    };
    command
        .mut_args(|argument| {
            let heading = if argument.is_positional() {
                "المعطيات"
            } else {
                "الخيارات"
            };
            let id = argument.get_id().to_string();
            let help = help_with_values(&argument, path, &id);
            let takes_value = argument.get_action().takes_values();
            argument
                .help(help)
                .help_heading(heading)
                .hide_default_value(takes_value)
                .hide_possible_values(takes_value)
        })
        .mut_subcommands(|subcommand| {
            let path = join(path, subcommand.get_name());
            arabic(subcommand, &path)
        })
}

/// clap writes "[default: …]" in English, so the Arabic help says it itself.
fn help_with_values(argument: &clap::Arg, path: &str, id: &str) -> StyledStr {
    let own = text(&join(path, id)).or_else(|| text(&format!("*.{id}")));
    let mut help = own.unwrap_or_default().to_owned();
    let values = argument.get_possible_values();
    let takes_value = argument.get_action().takes_values();
    if takes_value && !values.is_empty() {
        let names: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
        help.extend([" [القيم: ", &names.join(", "), "]"]);
    }
    let defaults = argument.get_default_values();
    if let Some(default) = defaults.first().filter(|_| takes_value) {
        help.extend([" [الافتراضي: ", &default.to_string_lossy(), "]"]);
    }
    help.into()
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// The Arabic help of a command (by its path) or an argument (by the path and its id; `*` for every command).
fn text(path: &str) -> Option<&'static str> {
    let found = ARABIC.into_iter().flatten().find(|(key, _)| *key == path);
    found.map(|(_, text)| *text)
}

/// Texts by path.
type Texts = &'static [(&'static str, &'static str)];

/// All of them, by groups of commands.
const ARABIC: [Texts; 11] = [
    shared::TEXTS,
    tender_search::TEXTS,
    data::TEXTS,
    query::TEXTS,
    rules::TEXTS,
    copies::TEXTS,
    documents::TEXTS,
    log::TEXTS,
    sealed::TEXTS,
    server::TEXTS,
    bench::TEXTS,
];

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn gaps(command: &Command, path: &str, found: &mut Vec<String>) {
        if text(path).is_none() {
            found.push(path.to_owned());
        }
        for argument in command.get_arguments() {
            let id = argument.get_id().as_str();
            if text(&join(path, id)).is_none() && text(&format!("*.{id}")).is_none() {
                found.push(join(path, id));
            }
            if argument.get_help().is_none() {
                found.push(format!("English: {}", join(path, id)));
            }
        }
        for subcommand in command.get_subcommands() {
            gaps(subcommand, &join(path, subcommand.get_name()), found);
        }
    }

    #[test]
    fn every_command_and_argument_has_help_in_both_languages() {
        let mut found = Vec::new();
        gaps(&crate::cli::Cli::command(), "", &mut found);
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn the_arguments_are_consistent() {
        localised(crate::cli::Cli::command(), Lang::Ar).debug_assert();
        localised(crate::cli::Cli::command(), Lang::En).debug_assert();
    }
}
