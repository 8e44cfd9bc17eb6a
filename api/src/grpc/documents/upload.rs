//! From the first message of an upload to a durable document.

use std::sync::Arc;

use sijill_ledger_core::domain::values::MediaType;
use sijill_ledger_core::store::AttachmentHash;
use sijill_ledger_core::store::attachments::incoming::{Incoming, Received};
use sijill_ledger_core::store::attachments::uploads::Uploads;
use sijill_ledger_core::store::{AppendError, AttachmentError};
use sijill_ledger_core::time::Timestamp;
use tokio::time::timeout;
use tonic::{Code, Request, Status, Streaming};

use super::content::{Check, Mismatch};
use super::{Inner, failed, name, owner, pb, too_large};
use crate::grpc::authority;
use crate::grpc::status::{self, Problem};

/// The method's path.
pub const PATH: &str = "/sijill.documents.v1.DocumentsService/UploadDocument";

/// What the first message says.
#[derive(Clone, Copy)]
struct Announced {
    kind: MediaType,
    bytes: u64,
    hash: Option<AttachmentHash>,
}

/// What came so far.
struct Receiving {
    announced: Announced,
    incoming: Incoming,
    check: Check,
}

/// Whose it is, and where that is noted.
struct Books {
    uploads: Arc<Uploads>,
    owner: String,
    at: Timestamp,
}

/// Takes an upload to its end.
pub(super) async fn take(
    documents: &Inner,
    request: Request<Streaming<pb::UploadDocumentRequest>>,
) -> Result<pb::UploadDocumentResponse, Status> {
    let known = authority::allowed(&request, PATH)?.clone();
    let mut parts = request.into_inner();
    let announced = match next(documents, &mut parts).await? {
        Some(pb::upload_document_request::Part::Document(document)) => {
            announced(&document, documents.limits.document_bytes_max)?
        }
        Some(pb::upload_document_request::Part::Chunk(_)) | None => return Err(not_announced()),
    };
    let owner = owner::of(&known, &documents.ledger, &*documents.clock).await?;
    let _place = enter(documents, &owner, announced.bytes).await?;
    let attachments = documents.attachments().clone();
    let receiving = move || Receiving::begin(announced, attachments.receive(announced.bytes));
    let mut receiving = documents.blocking(receiving).await??;
    while let Some(part) = next(documents, &mut parts).await? {
        let pb::upload_document_request::Part::Chunk(chunk) = part else {
            return Err(not_announced());
        };
        receiving = documents.blocking(move || receiving.take(&chunk)).await??;
    }
    let at = documents.clock.now();
    let at = at.map_err(|error| status::appending(&AppendError::Clock(error)))?;
    let is_public = documents.is_public(receiving.incoming.received().hash);
    let books = (!is_public).then(|| Books {
        uploads: Arc::clone(&documents.uploads),
        owner,
        at,
    });
    let kept = documents.blocking(move || receiving.keep(books)).await??;
    Ok(pb::UploadDocumentResponse {
        sha256: kept.hash.to_string(),
        size_bytes: kept.bytes,
        media_type: announced.kind.as_str().to_owned(),
    })
}

/// The next part; `None` at the end.
async fn next(
    documents: &Inner,
    parts: &mut Streaming<pb::UploadDocumentRequest>,
) -> Result<Option<pb::upload_document_request::Part>, Status> {
    let part = timeout(documents.limits.stall_time_max, parts.message()).await;
    match part.map_err(|_| stalled())?? {
        Some(message) => message.part.map(Some).ok_or_else(not_announced),
        None => Ok(None),
    }
}

/// What events have named meanwhile does not count any more.
async fn enter(documents: &Inner, owner: &str, bytes: u64) -> Result<super::room::Place, Status> {
    let (uploads, live) = (Arc::clone(&documents.uploads), Arc::clone(&documents.live));
    let forgetting = move || {
        let live = live.read();
        let named = &live.views().attachments;
        uploads.named(|hash| named.contains(sijill_ledger_core::domain::values::Sha256(hash.0)))
    };
    let named = documents.blocking(forgetting).await?;
    let uploads = Arc::clone(&documents.uploads);
    let forgotten = documents.blocking(move || uploads.forget(&named)).await?;
    forgotten.map_err(|error| failed(&error))?;
    documents
        .room
        .enter(owner, bytes, || documents.uploads.share(owner))
}

fn announced(document: &pb::UploadedDocument, bytes_max: u64) -> Result<Announced, Status> {
    let kind = MediaType::new(&document.media_type).map_err(|_| unknown_kind(document))?;
    let bytes = document.size_bytes;
    if bytes > bytes_max {
        return Err(too_large(bytes_max));
    }
    if bytes == 0 {
        return Err(status::invalid_field(
            "document.size_bytes",
            "الوثيقة فارغة؛ اذكر طولها بالبايت",
            "the document is empty; say how many bytes it has",
        ));
    }
    let hash = match &*document.sha256 {
        "" => None,
        text => Some(name(text)?),
    };
    Ok(Announced { kind, bytes, hash })
}

impl Receiving {
    fn begin(
        announced: Announced,
        incoming: Result<Incoming, AttachmentError>,
    ) -> Result<Self, Status> {
        let incoming = incoming.map_err(|error| failed(&error))?;
        let check = Check::new(announced.kind);
        Ok(Self {
            announced,
            incoming,
            check,
        })
    }

    fn take(mut self, chunk: &[u8]) -> Result<Self, Status> {
        let seen = self.check.see(chunk);
        seen.map_err(|Mismatch| other_kind(self.announced.kind))?;
        match self.incoming.write(chunk) {
            Ok(()) => Ok(self),
            Err(AttachmentError::TooLarge { bytes, .. }) => Err(self.other_size(bytes)),
            Err(error) => Err(failed(&error)),
        }
    }

    /// Compares what came with what was announced; then it gets its name. Whose it is stands on disk before that.
    fn keep(self, books: Option<Books>) -> Result<Received, Status> {
        let received = self.incoming.received();
        if received.bytes != self.announced.bytes {
            return Err(self.other_size(received.bytes));
        }
        if let Some(expected) = self.announced.hash.filter(|hash| *hash != received.hash) {
            return Err(other_hash(expected, received.hash));
        }
        let ended = self.check.end(self.incoming.head());
        ended.map_err(|Mismatch| other_kind(self.announced.kind))?;
        if let Some(books) = books {
            let sealed = self.announced.kind == MediaType::Envelope;
            let noted = books
                .uploads
                .note(&received, &books.owner, books.at, sealed);
            noted.map_err(|error| failed(&error))?;
        }
        self.incoming.keep().map_err(|error| failed(&error))
    }

    fn other_size(&self, came: u64) -> Status {
        let said = self.announced.bytes;
        Problem::new(
            Code::InvalidArgument,
            "DOCUMENT_SIZE_DIFFERS",
            format!("أُعلن أن الوثيقة {said} بايت وجاء {came}؛ ارفعها من جديد كاملة"),
            format!("{said} bytes were announced and {came} came; upload the whole document again"),
        )
        .field("document.size_bytes", "it is not how many bytes came")
        .into()
    }
}

fn other_hash(expected: AttachmentHash, found: AttachmentHash) -> Status {
    Problem::new(
        Code::InvalidArgument,
        "DOCUMENT_HASH_DIFFERS",
        format!("بصمة ما جاء {found} لا {expected}؛ تحقق من الملف وارفعه من جديد"),
        format!(
            "what came has the SHA-256 {found}, not {expected}; check the file and upload it again"
        ),
    )
    .field("document.sha256", "it is not the SHA-256 of what came")
    .with("sha256", found.to_string())
    .into()
}

fn other_kind(kind: MediaType) -> Status {
    Problem::new(
        Code::InvalidArgument,
        "DOCUMENT_TYPE_DIFFERS",
        format!("محتوى الوثيقة ليس {kind}؛ اذكر نوعها الصحيح أو حوّلها إليه"),
        format!("the document's content is no {kind}; name its right media type, or convert it"),
    )
    .field("document.media_type", "the content is something else")
    .into()
}

fn unknown_kind(document: &pb::UploadedDocument) -> Status {
    let known: Vec<&str> = MediaType::ALL.iter().map(|kind| kind.as_str()).collect();
    let known = known.join(", ");
    let given: String = document.media_type.chars().take(80).collect();
    Problem::new(
        Code::InvalidArgument,
        "MEDIA_TYPE_NOT_TAKEN",
        format!("لا تُقبل وثائق من النوع {given:?}؛ الأنواع المقبولة: {known}"),
        format!("documents of the media type {given:?} are not taken; those that are: {known}"),
    )
    .field("document.media_type", format!("one of: {known}"))
    .into()
}

fn not_announced() -> Status {
    Problem::new(
        Code::InvalidArgument,
        "UPLOAD_OUT_OF_ORDER",
        "تبدأ عملية الرفع برسالة document واحدة ثم رسائل chunk بالترتيب",
        "an upload is one message `document`, then messages `chunk` in order",
    )
    .field("part", "`document` first, then `chunk`")
    .into()
}

fn stalled() -> Status {
    Problem::new(
        Code::DeadlineExceeded,
        "UPLOAD_STALLED",
        "توقف وصول الوثيقة ولم يُحفظ منها شيء؛ ارفعها من جديد",
        "the document stopped coming and nothing of it was kept; upload it again",
    )
    .into()
}
