//! What each path answers.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use sijill_ledger_core::domain::values::Sha256;
use sijill_ledger_core::log::tile::TileId;
use sijill_ledger_core::log::tree::TreeError;
use sijill_ledger_core::store::{ATTACHMENT_BYTES_MAX, AttachmentError, AttachmentHash};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::grpc::live::Live;
use crate::log::Publication;

/// Tiles that are read at once.
const TILES_MAX: usize = 32;
/// Memory for attachments that are read or on their way, in MiB; and what one may take.
const ATTACHMENTS_MIB: usize = 512;
const ATTACHMENT_MIB_MAX: u32 = 64;
const _: () = assert!(ATTACHMENT_BYTES_MAX == (ATTACHMENT_MIB_MAX as u64) << 20);
/// How long an attachment waits for room.
const ROOM_WAIT_MAX: Duration = Duration::from_secs(10);

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");
/// It never changes: a year is what caches take at most.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_EACH_TIME: HeaderValue = HeaderValue::from_static("no-cache");
/// Not there yet is not never: caches keep no failure.
const NOT_KEPT: HeaderValue = HeaderValue::from_static("no-store");

/// What answers are made of.
pub struct Answers {
    publication: Arc<Publication>,
    live: Arc<Live>,
    tiles: Arc<Semaphore>,
    /// In MiB.
    attachments: Arc<Semaphore>,
}

/// Why there is nothing to answer with.
pub enum Failed {
    /// There is no such thing here.
    NotFound(&'static str, &'static str),
    /// It is here and cannot be read.
    Unreadable,
    /// Too many read at once.
    Crowded,
}

/// An answer, or why there is none.
pub type Answered = Result<Response, Failed>;

impl Answers {
    /// From a published log, and the views that know which attachments it names.
    pub fn new(publication: Arc<Publication>, live: Arc<Live>) -> Self {
        Self {
            publication,
            live,
            tiles: Arc::new(Semaphore::new(TILES_MAX)),
            attachments: Arc::new(Semaphore::new(ATTACHMENTS_MIB)),
        }
    }
}

/// `/checkpoint`
pub async fn checkpoint(State(answers): State<Arc<Answers>>) -> Answered {
    let latest = answers.publication.latest();
    let latest = latest.ok_or(Failed::NotFound(
        "لم تُنشر نقطة تحقق بعد",
        "no checkpoint was published yet",
    ))?;
    Ok(content(latest.note.clone(), TEXT, ASK_EACH_TIME))
}

/// `/tile/…`
pub async fn tile(State(answers): State<Arc<Answers>>, Path(place): Path<String>) -> Answered {
    const NONE: Failed = Failed::NotFound(
        "ليس في الشجرة المنشورة رقعة بهذا الاسم",
        "the published tree has no such tile",
    );
    let tile: TileId = format!("tile/{place}").parse().map_err(|_| NONE)?;
    if !tile.is_held(answers.publication.size()) {
        return Err(NONE);
    }
    let publication = Arc::clone(&answers.publication);
    let read = blocking(&answers.tiles, move || publication.tree().tile(&tile)).await?;
    let bytes = read.map_err(|error| unreadable(&error))?.ok_or(NONE)?;
    // The name of an unfinished tile holds its width, so that its content does not change either; but nobody needs it for long.
    let keep = if tile.is_full() {
        FOR_EVER
    } else {
        ASK_EACH_TIME
    };
    Ok(content(bytes.into(), BYTES, keep))
}

/// `/attachment/<sha256>`
pub async fn attachment(State(answers): State<Arc<Answers>>, Path(name): Path<String>) -> Answered {
    const NONE: Failed = Failed::NotFound(
        "لا مرفق بهذا الاسم يذكره حدث في السجل",
        "no event of the log names such an attachment",
    );
    let hash: AttachmentHash = name.parse().map_err(|_| NONE)?;
    let is_named = answers
        .live
        .read()
        .views()
        .attachments
        .contains(Sha256(hash.0));
    if !is_named {
        return Err(NONE);
    }
    let attachments = answers.publication.store().attachments().clone();
    let room = Arc::clone(&answers.attachments).acquire_many_owned(ATTACHMENT_MIB_MAX);
    let room = timeout(ROOM_WAIT_MAX, room)
        .await
        .map_err(|_| Failed::Crowded)?;
    let mut room = room.map_err(|_| Failed::Crowded)?;
    let read = blocking(&answers.tiles, move || attachments.get(hash)).await?;
    let bytes = read.map_err(|error| match error {
        AttachmentError::NotFound(_) => Failed::NotFound(
            "المرفق ليس محفوظًا هنا؛ اطلبه من مرآة أخرى",
            "the attachment is not kept here; ask another mirror for it",
        ),
        AttachmentError::Corrupt(_)
        | AttachmentError::TooLarge { .. }
        | AttachmentError::Io { .. }
        | AttachmentError::Place { .. } => {
            tracing::error!(%error, "an attachment cannot be read");
            Failed::Unreadable
        }
    })?;
    let needed = bytes.len().div_ceil(1 << 20);
    drop(room.split(room.num_permits().saturating_sub(needed)));
    let answer = content(bytes.into(), BYTES, FOR_EVER);
    Ok(answer.map(|body| Body::new(Held { body, _room: room })))
}

/// A body with the room that it takes, until it is sent.
struct Held {
    body: Body,
    _room: OwnedSemaphorePermit,
}

impl http_body::Body for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Reads where waiting is allowed, a few at a time. The place is kept until it is read, even when the reader has gone.
async fn blocking<T: Send + 'static>(
    places: &Arc<Semaphore>,
    read: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failed> {
    let place: Result<OwnedSemaphorePermit, _> = Arc::clone(places).acquire_owned().await;
    let reading = tokio::task::spawn_blocking(move || {
        let _place = place;
        read()
    });
    reading.await.map_err(|error| {
        tracing::error!(%error, "reading ended in disorder");
        Failed::Unreadable
    })
}

fn unreadable(error: &TreeError) -> Failed {
    tracing::error!(%error, "a tile cannot be read");
    Failed::Unreadable
}

fn content(bytes: Bytes, media_type: HeaderValue, keep: HeaderValue) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, keep),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
    ];
    (headers, bytes).into_response()
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let (status, code, ar, en) = match self {
            Self::NotFound(ar, en) => (StatusCode::NOT_FOUND, "NOT_FOUND", ar, en),
            Self::Unreadable => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "NOT_READABLE",
                "تعذرت القراءة الآن؛ أعد الطلب بعد حين",
                "it cannot be read now; try again later",
            ),
            Self::Crowded => (
                StatusCode::SERVICE_UNAVAILABLE,
                "CROWDED",
                "المرفقات المطلوبة الآن كثيرة؛ أعد الطلب بعد قليل",
                "too many attachments are asked for at once; try again shortly",
            ),
        };
        let headers = [
            (header::CONTENT_TYPE, TEXT),
            (header::CACHE_CONTROL, NOT_KEPT),
        ];
        (status, headers, format!("{code}\n{ar}\n{en}\n")).into_response()
    }
}
