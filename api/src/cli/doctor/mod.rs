//! `sijill doctor`: looks for what is wrong with a directory or a server, and says what to do. It changes nothing.

mod directory;
mod server;

use std::path::PathBuf;

use super::errors::{Bilingual, Failure};
use super::output::{Cell, Sheet, Ui, Word};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory of the ledger to look at; nothing in it is changed
    #[arg(long, required_unless_present = "server")]
    data: Option<PathBuf>,
    /// Address of a server to look at, such as `http://127.0.0.1:7450`
    #[arg(long)]
    server: Option<String>,
    /// File with a token that the server should take
    #[arg(long, requires = "server")]
    token_file: Option<PathBuf>,
}

/// How well something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Health {
    /// As it should be.
    Well,
    /// It works, and somebody should look at it.
    Worth,
    /// It has to be put right.
    Unwell,
}

/// What was looked at, and what was found.
#[derive(Clone, Debug)]
struct Finding {
    check: Word,
    health: Health,
    found: Bilingual,
    /// What to do; nothing where it is well.
    remedy: Option<Bilingual>,
}

impl Finding {
    fn well(check: Word, ar: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            check,
            health: Health::Well,
            found: Bilingual::new(ar, en),
            remedy: None,
        }
    }

    /// Worth a look.
    fn worth(check: Word, ar: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            health: Health::Worth,
            ..Self::well(check, ar, en)
        }
    }

    fn unwell(check: Word, ar: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            health: Health::Unwell,
            ..Self::well(check, ar, en)
        }
    }

    /// With what to do.
    fn so(mut self, ar: &str, en: &str) -> Self {
        self.remedy = Some(Bilingual::new(ar, en));
        self
    }
}

const FINDINGS: Word = Word::new("findings", "ما وُجد", "findings");
const CHECK: Word = Word::new("check", "الفحص", "check");
const HEALTH: Word = Word::new("health", "الحالة", "health");
const FOUND: Word = Word::new("found", "ما وُجد", "found");
const REMEDY: Word = Word::new("what_to_do", "ما العمل", "what to do");

/// Looks, and fails when something has to be put right.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let mut findings = Vec::new();
    if let Some(dir) = &arguments.data {
        findings.extend(directory::look(dir).await);
    }
    if let Some(address) = &arguments.server {
        let token = arguments.token_file.as_deref();
        findings.extend(server::look(address, token).await);
    }
    let mut sheet = Sheet::new(FINDINGS, &[CHECK, HEALTH, FOUND, REMEDY]);
    for finding in &findings {
        let remedy = finding.remedy.as_ref();
        sheet.rows.push(vec![
            Cell::Word(finding.check),
            Cell::Word(health(finding.health)),
            Cell::text(finding.found.get(ui.lang)),
            Cell::maybe(remedy.map(|remedy| remedy.get(ui.lang))),
        ]);
    }
    ui.sheet(&sheet)?;
    let unwell = findings.iter().filter(|one| one.health == Health::Unwell);
    match unwell.count() {
        0 => Ok(()),
        count => Err(Failure::Unwell { count }),
    }
}

const fn health(health: Health) -> Word {
    match health {
        Health::Well => Word::new("well", "سليم", "well"),
        Health::Worth => Word::new("worth_a_look", "يستحق النظر", "worth a look"),
        Health::Unwell => Word::new("unwell", "معتل", "unwell"),
    }
}

/// A failure of the program as a finding: its own text and remedy.
fn failed(check: Word, failure: &Failure) -> Finding {
    use super::lang::Lang;
    let text = |lang| {
        let message = failure.message(lang);
        let (found, remedy) = message.split_once('\n').unwrap_or((&message, ""));
        let remedy = remedy
            .split_once(':')
            .map_or("", |(_, remedy)| remedy.trim());
        (found.to_owned(), remedy.to_owned())
    };
    let ((ar, remedy_ar), (en, remedy_en)) = (text(Lang::Ar), text(Lang::En));
    let finding = Finding::unwell(check, ar, en);
    if remedy_en.is_empty() {
        finding
    } else {
        finding.so(&remedy_ar, &remedy_en)
    }
}
