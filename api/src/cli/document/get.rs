//! `sijill document get`: a document comes down into `FILE.part` and gets its name when it is what its hash says. What breaks
//! off is taken up again: by itself a few times, and by the next call.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use sijill_ledger_core::store::AttachmentHash;
use sijill_schemas::documents::v1 as pb;
use sijill_schemas::documents::v1::documents_service_client::DocumentsServiceClient;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Code, Status};

use crate::cli::errors::{Bilingual, Failure};
use crate::cli::lang::two;
use crate::cli::output::Ui;
use crate::cli::query::{Bearing, answered, channel};

/// How often in a row it is tried again when nothing came.
const ATTEMPTS_MAX: u32 = 5;
const PAUSE: Duration = Duration::from_millis(300);

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Its SHA-256: 64 lower-case hexadecimal digits
    sha256: AttachmentHash,
    /// Address of a server, such as <http://127.0.0.1:7450>
    #[arg(long, value_name = "URL")]
    server: String,
    /// File with the bearer token to show the server; public documents need none
    #[arg(long)]
    token_file: Option<PathBuf>,
    /// File for the document; until it is whole it is FILE.part
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

type Client = DocumentsServiceClient<InterceptedService<Channel, Bearing>>;

/// Downloads it.
pub(super) async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let (hash, out) = (arguments.sha256, &arguments.out);
    if out.exists() {
        return Err(in_the_way(out));
    }
    let channel = channel(&arguments.server, arguments.token_file.as_deref()).await?;
    let mut client = DocumentsServiceClient::new(channel);
    let mut part = Part::open(out)?;
    let mut attempts = 0;
    while let Err(broken) = fetch(&mut client, hash, &mut part).await {
        let status = match broken {
            Broken::Stop(failure) => return Err(failure),
            Broken::Off { status, came } => {
                attempts = if came { 0 } else { attempts + 1 };
                status
            }
        };
        if attempts >= ATTEMPTS_MAX {
            return Err(answered(&status));
        }
        tokio::time::sleep(PAUSE).await;
    }
    let bytes = part.bytes;
    part.end(hash, out)?;
    let shown = out.display();
    ui.note(&two!(
        ui.lang,
        "الوثيقة في {shown}: {bytes} بايت، وبصمتها كما طُلبت",
        "the document is in {shown}: {bytes} bytes, with the SHA-256 that was asked for"
    ))
}

/// Why a download ended early.
enum Broken {
    /// For good.
    Stop(Failure),
    /// It may go on; something came this time, or nothing.
    Off { status: Status, came: bool },
}

impl From<Failure> for Broken {
    fn from(failure: Failure) -> Self {
        Self::Stop(failure)
    }
}

/// Takes what is missing.
async fn fetch(client: &mut Client, hash: AttachmentHash, part: &mut Part) -> Result<(), Broken> {
    let asked = pb::DownloadDocumentRequest {
        sha256: hash.to_string(),
        offset_bytes: part.bytes,
    };
    let mut came = false;
    let mut sent = match client.download_document(asked).await {
        Ok(answer) => answer.into_inner(),
        // What is there is more than the whole: it is of something else.
        Err(status) if status.code() == Code::OutOfRange && part.bytes > 0 => {
            part.restart()?;
            return Err(Broken::Off { status, came });
        }
        Err(status) => return Err(broken(status, came)),
    };
    loop {
        match sent.message().await {
            Ok(None) => return Ok(()),
            Ok(Some(message)) => {
                came = came || !message.chunk.is_empty();
                part.write(&message.chunk)?;
            }
            Err(status) => return Err(broken(status, came)),
        }
    }
}

/// What a lost connection says, and a server that stops or is busy; everything else stays wrong.
fn broken(status: Status, came: bool) -> Broken {
    match status.code() {
        Code::Unavailable
        | Code::Unknown
        | Code::Cancelled
        | Code::Internal
        | Code::Aborted
        | Code::DeadlineExceeded
        | Code::ResourceExhausted => Broken::Off { status, came },
        Code::Ok
        | Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::FailedPrecondition
        | Code::OutOfRange
        | Code::Unimplemented
        | Code::DataLoss
        | Code::Unauthenticated => Broken::Stop(answered(&status)),
    }
}

/// What has come so far.
struct Part {
    path: PathBuf,
    file: File,
    hasher: Sha256,
    bytes: u64,
}

impl Part {
    /// What an earlier call left, or nothing.
    fn open(out: &Path) -> Result<Self, Failure> {
        let mut path = out.as_os_str().to_owned();
        path.push(".part");
        let path = PathBuf::from(path);
        let opened = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(&path);
        let opened = opened.map_err(|error| Failure::io(&path, &error))?;
        let mut part = Self {
            path,
            file: opened,
            hasher: Sha256::new(),
            bytes: 0,
        };
        part.read_back()?;
        Ok(part)
    }

    fn read_back(&mut self) -> Result<(), Failure> {
        let mut chunk = vec![0; 1 << 20];
        loop {
            let read = self.file.read(&mut chunk);
            let read = read.map_err(|error| self.failed(&error))?;
            if read == 0 {
                return Ok(());
            }
            self.hasher.update(chunk.get(..read).unwrap_or_default());
            self.bytes = self.bytes.saturating_add(read as u64);
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = self.file.write_all(bytes);
        written.map_err(|error| self.failed(&error))?;
        self.hasher.update(bytes);
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        Ok(())
    }

    fn restart(&mut self) -> Result<(), Failure> {
        let cut = self.file.set_len(0);
        cut.map_err(|error| self.failed(&error))?;
        (self.hasher, self.bytes) = (Sha256::new(), 0);
        Ok(())
    }

    /// Gives it its name, when it is what was asked for; else it goes.
    fn end(self, hash: AttachmentHash, out: &Path) -> Result<(), Failure> {
        let found = AttachmentHash(self.hasher.clone().finalize().into());
        if found != hash {
            let removed = fs::remove_file(&self.path);
            removed.map_err(|error| self.failed(&error))?;
            return Err(other(hash, found));
        }
        let kept = self
            .file
            .sync_all()
            .and_then(|()| fs::rename(&self.path, out));
        kept.map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &io::Error) -> Failure {
        Failure::io(&self.path, error)
    }
}

fn other(asked: AttachmentHash, found: AttachmentHash) -> Failure {
    Failure::Refused {
        code: "DOCUMENT_HASH_DIFFERS",
        text: Bilingual::new(
            format!(
                "ما جاء بصمته {found} لا {asked}، فحُذف؛ أعد الأمر ليبدأ من أوله، أو اطلبها من مرآة أخرى"
            ),
            format!(
                "what came has the SHA-256 {found}, not {asked}, and was removed; repeat the command to begin anew, or ask another mirror"
            ),
        ),
    }
}

fn in_the_way(out: &Path) -> Failure {
    Failure::Usage(Bilingual::new(
        format!("الملف {} موجود ولا يُستبدل؛ اختر اسمًا آخر", out.display()),
        format!(
            "the file {} is there and is not replaced; choose another name",
            out.display()
        ),
    ))
}
