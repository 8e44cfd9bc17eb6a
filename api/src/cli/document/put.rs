//! `sijill document put`: a file goes up, with its hash, so that what arrives is what was sent.

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use sijill_ledger_core::domain::values::MediaType;
use sijill_ledger_core::store::AttachmentHash;
use sijill_schemas::documents::v1 as pb;
use sijill_schemas::documents::v1::documents_service_client::DocumentsServiceClient;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::cli::errors::{Bilingual, Failure};
use crate::cli::output::{Cell, Format, Sheet, Ui, Word};
use crate::cli::query::{answered, channel};

/// Bytes of one message.
const CHUNK_BYTES: usize = 512 << 10;
/// Messages that wait to be sent.
const WAITING_MAX: usize = 2;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The file
    file: PathBuf,
    /// Address of a server, such as <http://127.0.0.1:7450>
    #[arg(long, value_name = "URL")]
    server: String,
    /// File with the bearer token to show the server
    #[arg(long)]
    token_file: PathBuf,
    /// Media type, such as application/pdf [default: by the end of the file's name]
    #[arg(long)]
    media_type: Option<String>,
}

const COLUMNS: [Word; 3] = [
    Word::new("sha256", "البصمة", "SHA-256"),
    Word::new("bytes", "الطول بالبايت", "bytes"),
    Word::new("media_type", "النوع", "media type"),
];

/// Uploads it and prints its name.
pub(super) async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let path = arguments.file.clone();
    let media_type = media_type(arguments)?;
    let (file, announced) = blocking(move || opened(&path, media_type)).await?;
    let channel = channel(&arguments.server, Some(&arguments.token_file)).await?;
    let (sender, parts) = mpsc::channel(WAITING_MAX);
    let path = arguments.file.clone();
    let reading = tokio::task::spawn_blocking(move || send(&path, file, announced, &sender));
    let mut client = DocumentsServiceClient::new(channel);
    let uploaded = client.upload_document(ReceiverStream::new(parts)).await;
    // A file that could not be read to its end is the reason of whatever the server says.
    reading.await.map_err(|error| disorder(&error))??;
    let uploaded = uploaded.map_err(|status| answered(&status))?.into_inner();
    if ui.format == Format::Table {
        return ui.line(&uploaded.sha256);
    }
    let name = Word::new("documents", "الوثائق", "documents");
    let mut sheet = Sheet::new(name, &COLUMNS);
    sheet.rows.push(vec![
        Cell::text(uploaded.sha256),
        Cell::Count(uploaded.size_bytes),
        Cell::text(uploaded.media_type),
    ]);
    ui.sheet(&sheet)
}

fn media_type(arguments: &Arguments) -> Result<String, Failure> {
    if let Some(given) = &arguments.media_type {
        return Ok(given.clone());
    }
    let name = arguments.file.to_string_lossy();
    let found = MediaType::of_file(&name).map(|kind| kind.as_str().to_owned());
    found.ok_or_else(|| Failure::Input {
        file: arguments.file.clone(),
        text: Bilingual::new(
            "اسم الملف لا يدل على نوعه؛ اذكره بالخيار --media-type",
            "the file's name does not tell its kind; name it with --media-type",
        ),
    })
}

/// The file, from its beginning, and what is said of it before it is sent.
fn opened(path: &Path, media_type: String) -> Result<(File, pb::UploadedDocument), Failure> {
    let unreadable = |error| Failure::unreadable(path, &error);
    let mut file = File::open(path).map_err(unreadable)?;
    let mut hasher = Sha256::new();
    let mut size_bytes = 0_u64;
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = file.read(&mut chunk).map_err(unreadable)?;
        if read == 0 {
            break;
        }
        hasher.update(chunk.get(..read).unwrap_or_default());
        size_bytes = size_bytes.saturating_add(read as u64);
    }
    file.rewind().map_err(unreadable)?;
    let sha256 = AttachmentHash(hasher.finalize().into()).to_string();
    let announced = pb::UploadedDocument {
        media_type,
        size_bytes,
        sha256,
    };
    Ok((file, announced))
}

/// Sends it part by part. A server that has heard enough ends it, and says why.
fn send(
    path: &Path,
    mut file: File,
    announced: pb::UploadedDocument,
    to: &mpsc::Sender<pb::UploadDocumentRequest>,
) -> Result<(), Failure> {
    let mut part = pb::upload_document_request::Part::Document(announced);
    loop {
        let message = pb::UploadDocumentRequest { part: Some(part) };
        if to.blocking_send(message).is_err() {
            return Ok(());
        }
        let mut chunk = vec![0; CHUNK_BYTES];
        let read = file.read(&mut chunk);
        let read = read.map_err(|error| Failure::unreadable(path, &error))?;
        if read == 0 {
            return Ok(());
        }
        chunk.truncate(read);
        part = pb::upload_document_request::Part::Chunk(chunk);
    }
}

/// Does what waits for the disk where waiting is allowed.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| disorder(&error))?
}

fn disorder(error: &tokio::task::JoinError) -> Failure {
    Failure::Io {
        path: PathBuf::from("document"),
        what: error.to_string(),
    }
}
