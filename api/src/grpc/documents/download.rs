//! From a hash to its bytes, for whom they are.

use std::sync::Arc;

use sijill_ledger_core::store::attachments::reader::Reader;
use sijill_ledger_core::store::{AttachmentError, AttachmentHash};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Request, Status};

use super::{Inner, failed, name, owner, pb};
use crate::auth::caller::Caller;
use crate::grpc::status::{self, Problem};

/// Messages that wait for a client to read them.
const WAITING_MAX: usize = 2;

type Sent = Result<pb::DownloadDocumentResponse, Status>;

/// Begins to send a document.
pub(super) async fn open(
    documents: Arc<Inner>,
    request: Request<pb::DownloadDocumentRequest>,
) -> Result<ReceiverStream<Sent>, Status> {
    let caller = request.extensions().get::<Caller>().cloned();
    let asked = request.into_inner();
    let hash = name(&asked.sha256)?;
    if !documents.is_public(hash) && !is_own(&documents, caller.as_ref(), hash).await? {
        return Err(not_found(hash));
    }
    let attachments = documents.attachments().clone();
    let opened = documents.blocking(move || attachments.read(hash)).await?;
    let reader = opened.map_err(|error| failed(&error))?;
    let from = asked.offset_bytes;
    if from > reader.bytes() {
        return Err(beyond(reader.bytes()));
    }
    let (sender, sent) = mpsc::channel(WAITING_MAX);
    let sending = Sending {
        reader,
        from,
        at: 0,
    };
    tokio::spawn(send(documents, sending, sender));
    Ok(ReceiverStream::new(sent))
}

/// Whether the caller's organisation uploaded it.
async fn is_own(
    documents: &Inner,
    caller: Option<&Caller>,
    hash: AttachmentHash,
) -> Result<bool, Status> {
    let Some(known) = caller.and_then(Caller::known) else {
        return Ok(false);
    };
    let owner = owner::of(known, &documents.ledger, &*documents.clock).await?;
    Ok(documents.uploads.is_of(hash, &owner))
}

/// Sends chunk by chunk, after the length of the whole.
async fn send(documents: Arc<Inner>, mut sending: Sending, to: mpsc::Sender<Sent>) {
    let mut message = Ok(pb::DownloadDocumentResponse {
        size_bytes: sending.reader.bytes(),
        chunk: Vec::new(),
    });
    loop {
        let is_last = message.is_err();
        let taken = timeout(documents.limits.stall_time_max, to.send(message)).await;
        if is_last || !matches!(taken, Ok(Ok(()))) {
            return;
        }
        let reading = documents.blocking(move || {
            let next = sending.next();
            (sending, next)
        });
        let next = match reading.await {
            Ok((back, next)) => {
                sending = back;
                next.map_err(|error| failed(&error))
            }
            // With the reader gone there is nothing after this.
            Err(status) => return drop(to.send(Err(status)).await),
        };
        message = match next {
            Ok(None) => return,
            Ok(Some(chunk)) => Ok(pb::DownloadDocumentResponse {
                size_bytes: 0,
                chunk,
            }),
            Err(status) => Err(status),
        };
    }
}

/// A document on its way, from a position on.
struct Sending {
    reader: Reader,
    from: u64,
    /// How much was read.
    at: u64,
}

impl Sending {
    /// The next bytes. What lies before the beginning is read too: only so the whole is compared with its name.
    fn next(&mut self) -> Result<Option<Vec<u8>>, AttachmentError> {
        while let Some(mut chunk) = self.reader.chunk()? {
            let before = self.from.saturating_sub(self.at);
            self.at = self.at.saturating_add(chunk.len() as u64);
            let before = usize::try_from(before).unwrap_or(usize::MAX);
            if before < chunk.len() {
                drop(chunk.drain(..before));
                return Ok(Some(chunk));
            }
        }
        Ok(None)
    }
}

/// The same answer for what is not here and for what is not the caller's: a hash alone tells nothing.
fn not_found(hash: AttachmentHash) -> Status {
    status::not_found(
        "DOCUMENT_NOT_FOUND",
        format!(
            "لا وثيقة عامة بالبصمة {hash}؛ تصير الوثيقة عامة حين يذكرها حدث عام، وقبل ذلك تقرؤها الجهة التي رفعتها وحدها"
        ),
        format!(
            "there is no public document {hash}; a document is public once a public event names it, and until then only the organisation that uploaded it reads it"
        ),
    )
}

fn beyond(bytes: u64) -> Status {
    Problem::new(
        Code::OutOfRange,
        "OFFSET_BEYOND_END",
        format!("الوثيقة {bytes} بايت فقط؛ اطلبها من أولها"),
        format!("the document has only {bytes} bytes; ask for it from the beginning"),
    )
    .field("offset_bytes", format!("0 to {bytes}"))
    .into()
}
