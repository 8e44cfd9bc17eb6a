//! `sijill.documents.v1.DocumentsService`: documents up and down, before and after events name them.
//!
//! | File | What |
//! |---|---|
//! | [`upload`] | from the first message to a durable document |
//! | [`content`] | whether bytes are of the kind that they are said to be |
//! | [`room`] | how many are received at once, and how much may lie here unnamed |
//! | `download` | from a hash to its bytes, for whom they are |
//! | [`owner`] | whose an upload is |
//!
//! A document that a public event names is public. Until then, or while only withheld parts name it, the organisation that
//! uploaded it reads it and nobody else; `sijill document sweep` removes what nothing names for long, sealed
//! documents of bids only where its operator says so.

pub mod content;
mod download;
pub mod owner;
pub mod room;
#[cfg(test)]
mod tests;
pub mod upload;

use std::sync::Arc;
use std::time::Duration;

use sijill_ledger_core::domain::values::Sha256;
use sijill_ledger_core::ledger::Ledger;
use sijill_ledger_core::store::NodeStore;
use sijill_ledger_core::store::attachments::uploads::Uploads;
use sijill_ledger_core::store::{
    ATTACHMENT_BYTES_MAX, AttachmentError, AttachmentHash, Attachments,
};
use sijill_ledger_core::time::Clock;
use sijill_schemas::documents::v1 as pb;
use sijill_schemas::documents::v1::documents_service_server::DocumentsService;
use tokio::sync::Semaphore;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Request, Response, Status, Streaming};

use super::live::Live;
use super::status::{self, Problem};
use room::Room;

/// Chunks that are read or written at once, of all uploads and downloads: other work that waits for the disk waits beside
/// them, not behind.
const DISK_MAX: usize = 16;

/// The limits of documents.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_field_names)] // limits are maxima, and the word stands last
pub struct Limits {
    /// Largest document, in bytes; [`ATTACHMENT_BYTES_MAX`] at most, which mirrors take.
    pub document_bytes_max: u64,
    /// What one organisation may have here that no event names, in bytes.
    pub unnamed_bytes_max: u64,
    /// The same in documents.
    pub unnamed_count_max: usize,
    /// Uploads at once, of all.
    pub uploads_max: usize,
    /// Uploads at once of one organisation.
    pub uploads_per_owner_max: usize,
    /// How long the other end may send, or take, nothing.
    pub stall_time_max: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes_max: ATTACHMENT_BYTES_MAX,
            unnamed_bytes_max: 1 << 30,
            unnamed_count_max: 2_000,
            uploads_max: 64,
            uploads_per_owner_max: 8,
            stall_time_max: Duration::from_secs(30),
        }
    }
}

/// The service.
#[derive(Clone)]
pub struct Documents {
    inner: Arc<Inner>,
}

struct Inner {
    ledger: Ledger<NodeStore>,
    live: Arc<Live>,
    uploads: Arc<Uploads>,
    clock: Arc<dyn Clock>,
    limits: Limits,
    room: Arc<Room>,
    disk: Semaphore,
}

impl Documents {
    /// Over this ledger and its views.
    pub fn new(
        ledger: Ledger<NodeStore>,
        live: Arc<Live>,
        uploads: Arc<Uploads>,
        clock: Arc<dyn Clock>,
        limits: Limits,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                ledger,
                live,
                uploads,
                clock,
                limits,
                room: Arc::new(Room::new(limits)),
                disk: Semaphore::new(DISK_MAX),
            }),
        }
    }
}

#[tonic::async_trait]
impl DocumentsService for Documents {
    async fn upload_document(
        &self,
        request: Request<Streaming<pb::UploadDocumentRequest>>,
    ) -> Result<Response<pb::UploadDocumentResponse>, Status> {
        let uploaded = upload::take(&self.inner, request).await;
        uploaded.map(Response::new)
    }

    type DownloadDocumentStream = ReceiverStream<Result<pb::DownloadDocumentResponse, Status>>;

    async fn download_document(
        &self,
        request: Request<pb::DownloadDocumentRequest>,
    ) -> Result<Response<Self::DownloadDocumentStream>, Status> {
        let opened = download::open(Arc::clone(&self.inner), request).await;
        opened.map(Response::new)
    }
}

impl Inner {
    fn attachments(&self) -> &Attachments {
        self.live.store().attachments()
    }

    /// Whether a public event names it.
    fn is_public(&self, hash: AttachmentHash) -> bool {
        let live = self.live.read();
        live.views().attachments.contains(Sha256(hash.0))
    }

    /// Does what waits for the disk, where waiting is allowed.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Status> {
        let _place = self.disk.acquire().await;
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|error| status::internal(&error.to_string()))
    }
}

/// Reads the name of a document.
fn name(text: &str) -> Result<AttachmentHash, Status> {
    text.parse().map_err(|_| {
        status::invalid_field(
            "sha256",
            "البصمة 64 رقمًا ستعشريًا بأحرف صغيرة",
            "a SHA-256 has 64 lower-case hexadecimal digits",
        )
    })
}

/// A document that the store did not take, or does not give.
fn failed(error: &AttachmentError) -> Status {
    match error {
        AttachmentError::NotFound(hash) => status::not_found(
            "DOCUMENT_NOT_HERE",
            format!(
                "الوثيقة {hash} مذكورة في السجل وليست محفوظة على هذا الخادم؛ اطلبها من مرآة أخرى"
            ),
            format!(
                "events name the document {hash}, and it is not kept on this server; ask another mirror for it"
            ),
        ),
        AttachmentError::Corrupt(hash) => {
            tracing::error!(%hash, "a document is damaged");
            Problem::new(
                Code::DataLoss,
                "DOCUMENT_DAMAGED",
                format!("الوثيقة {hash} تالفة على هذا الخادم؛ اطلبها من مرآة أخرى أو ارفعها من جديد"),
                format!(
                    "the document {hash} is damaged on this server; ask another mirror for it, or upload it again"
                ),
            )
            .into()
        }
        AttachmentError::TooLarge { max, .. } => too_large(*max),
        AttachmentError::Io { .. } | AttachmentError::Place { .. } => {
            tracing::error!(%error, "the document store failed");
            Problem::new(
                Code::Unavailable,
                "DOCUMENTS_UNAVAILABLE",
                "مخزن الوثائق لا يعمل الآن ولم يُحفظ شيء؛ أعد الطلب بعد حين",
                "the document store does not work now and nothing was stored; try again later",
            )
            .retry_after(status::COME_BACK)
            .into()
        }
    }
}

fn too_large(max: u64) -> Status {
    Problem::new(
        Code::InvalidArgument,
        "DOCUMENT_TOO_LARGE",
        format!("حد الوثيقة {max} بايت؛ قسّمها أو صغّرها"),
        format!("a document has {max} bytes at most; split it or make it smaller"),
    )
    .field(
        "document.size_bytes",
        format!("at most {max} bytes are taken"),
    )
    .with("max_bytes", max.to_string())
    .into()
}
