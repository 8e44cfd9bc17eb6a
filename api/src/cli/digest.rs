//! `sijill digest`: digests of the views, to be compared between a server and its mirrors.

use std::fmt::Write as _;
use std::path::PathBuf;

use sijill_schemas::audit::v1 as pb;
use sijill_schemas::types::v1 as types;

use super::errors::Failure;
use super::output::{Cell, Sheet, Ui, Word};
use super::query::{From, Source};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// One view: shortage, distribution, audit, processes or attachments [default: all]
    view: Option<String>,
    #[command(flatten)]
    from: From,
    /// File with the bearer token to show the server; digests need none
    #[arg(long, conflicts_with = "data")]
    token_file: Option<PathBuf>,
    /// The log's first so many entries only [default: all]
    #[arg(long, value_name = "SIZE")]
    at: Option<u64>,
}

const COLUMNS: [Word; 3] = [
    Word::new("view", "الكشف", "view"),
    Word::new("version", "الإصدار", "version"),
    Word::new("digest", "البصمة", "digest"),
];

/// Prints them.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let token_file = arguments.token_file.as_deref();
    let mut source = Source::of(&arguments.from, token_file, arguments.at).await?;
    let size = arguments.at.map(types::query_context::AsOf::Size);
    let asked = pb::GetViewDigestRequest {
        context: Some(types::QueryContext {
            as_of: size,
            ..types::QueryContext::default()
        }),
        view: arguments.view.clone().unwrap_or_default(),
    };
    let answer = source.get_view_digest(asked).await?;
    let name = Word::new("digests", "البصمات", "digests");
    let entries = Word::new("size", "عدد القيود", "entries");
    let mut sheet = Sheet::new(name, &COLUMNS).fact(entries, Cell::Count(answer.size));
    sheet.rows = answer.digests.iter().map(row).collect();
    ui.sheet(&sheet)
}

fn row(digest: &pb::ViewDigest) -> Vec<Cell> {
    vec![
        Cell::text(&digest.view),
        Cell::Count(digest.version.into()),
        Cell::text(hex(&digest.digest)),
    ]
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
