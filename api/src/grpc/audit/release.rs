//! A release, exactly as it was published: `GetRelease`.

use sha2::{Digest as _, Sha256 as Hasher};
use sijill_ledger_core::domain::process::{
    Content, Event as ProcessEvent, RELEASE_BYTES_MAX, Release,
};
use sijill_ledger_core::event::Event;
use sijill_ledger_core::store::{AttachmentError, AttachmentHash};
use sijill_projections::ocds::content::decompress;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Response, Status};

use super::asking::{Sight, sight};
use super::{pb, processes};
use crate::grpc::question::desk::{Circumstances, Desk};
use crate::grpc::status::{self, Problem};

/// What a client is sent.
pub type Pieces = ReceiverStream<Result<pb::GetReleaseResponse, Status>>;

/// Bytes of a piece.
const PIECE_BYTES: usize = 256 << 10;

/// Begins to send.
pub async fn get(desk: &Desk, request: pb::GetReleaseRequest) -> Result<Response<Pieces>, Status> {
    let circumstances = Circumstances::read(request.context)?;
    let place = desk.place(&circumstances).await?;
    let (ocid, id) = (request.ocid, request.id);
    let read = sight(desk, place, circumstances.at, move |sight| {
        found(sight, &ocid, &id)
    });
    let (first, bytes) = read.await?;
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        let mut head = Some(first);
        let mut pieces = bytes.chunks(PIECE_BYTES);
        loop {
            let piece = pieces.next();
            let mut message = match (head.take(), piece) {
                (Some(first), _) => first,
                (None, Some(_)) => pb::GetReleaseResponse::default(),
                (None, None) => return,
            };
            message.piece = piece.unwrap_or_default().to_vec();
            // A client that is gone needs no more pieces.
            if sender.send(Ok(message)).await.is_err() {
                return;
            }
        }
    });
    Ok(Response::new(ReceiverStream::new(receiver)))
}

/// The first message without its piece, and all bytes.
fn found(
    sight: &Sight<'_>,
    ocid: &str,
    id: &str,
) -> Result<(pb::GetReleaseResponse, Vec<u8>), Status> {
    let processes = &sight.views().processes;
    let answer = processes.process(ocid);
    let detail = answer.value.ok_or_else(|| processes::unknown(ocid))?;
    let known = |row: &&_| {
        let row: &sijill_projections::process::query::ReleaseRow = row;
        row.id.as_str() == id && row.index < sight.size
    };
    let row = detail.releases.iter().find(known);
    let row = row.ok_or_else(|| {
        status::not_found(
            "RELEASE_NOT_FOUND",
            format!("لا إصدار رقمه {id:?} في العملية {ocid:?}؛ اطلب العملية لترى إصداراتها"),
            format!("the process {ocid:?} has no release {id:?}; ask for the process to see its releases"),
        )
    })?;
    let event = sight.event(row.index)?;
    let Event::Process(ProcessEvent::ReleaseRecorded(release)) = &event.event else {
        return Err(status::internal("a release's index is of another event"));
    };
    let first = pb::GetReleaseResponse {
        context: Some(sight.context_of(answer.definition)?),
        release: Some(processes::release(row)),
        piece: Vec::new(),
    };
    Ok((first, published(sight, release, row.index)?))
}

/// The bytes as published, compared with what the event says of them.
fn published(sight: &Sight<'_>, release: &Release, index: u64) -> Result<Vec<u8>, Status> {
    let attached;
    let compressed = match &release.content {
        Content::Inline(bytes) => bytes,
        Content::Attachment(hash) => {
            let read = sight.attachments().get(AttachmentHash(hash.0));
            attached = read.map_err(|error| missing(&error))?;
            &attached
        }
    };
    let bytes = decompress(compressed, RELEASE_BYTES_MAX.min(release.bytes));
    let bytes = bytes.map_err(|error| untrue(index, &error.to_string()))?;
    let found: [u8; 32] = Hasher::digest(&bytes).into();
    if found == release.sha256.0 {
        Ok(bytes)
    } else {
        Err(untrue(index, "their SHA-256 is another"))
    }
}

/// The bytes that an event names are not on this node, or are damaged.
fn missing(error: &AttachmentError) -> Status {
    let absent = matches!(error, AttachmentError::NotFound(_));
    tracing::error!(error = %error, "an attachment that an event names cannot be read");
    let code = if absent {
        Code::NotFound
    } else {
        Code::DataLoss
    };
    Problem::new(
        code,
        "ATTACHMENT_NOT_READABLE",
        "نص الإصدار محفوظ مرفقًا وليس مقروءًا على هذا الخادم؛ اطلبه من نسخة أخرى من السجل",
        "the release is kept as an attachment that cannot be read on this server; ask another mirror of the log",
    )
    .into()
}

/// Whoever recorded the release said something else of its bytes than they are.
fn untrue(index: u64, what: &str) -> Status {
    Problem::new(
        Code::DataLoss,
        "RELEASE_UNTRUE",
        format!("محتوى القيد {index} ليس ما يقوله عنه: {what}"),
        format!("what the entry at index {index} holds is not what it says of it: {what}"),
    )
    .into()
}
