//! What is written down of every call, when its answer has ended: its figures, and a log line. The line of a call that was
//! answered well and soon is for `debug`: what it did stands in the ledger, and such lines would bury the others. Never a
//! token, never a payload, never who called; and of a call that may be under a key made for one tender not even the caller's
//! name for it, which may be the command's id, that stands in the public log, or say whose it is.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use http_body::{Frame, SizeHint};
use sijill_ledger_core::event::Role;
use tokio::sync::watch;
use tonic::body::Body;
use tonic::{Code, Status};

use super::admission::Place;
use super::connections::OpenCall;
use super::status::{COME_BACK, Problem};
use super::{language, metrics, server};
use crate::auth::policy::Row;
use crate::auth::roles;
use crate::auth::token::TokenError;
use crate::auth::verifier::Pass;
use crate::cli::lang::Lang;

/// Names a request in the logs of both ends; chosen by the caller, else by the server, and answered.
pub const REQUEST_ID: &str = "x-request-id";
/// Longest request id that is taken from a caller.
const REQUEST_ID_BYTES_MAX: usize = 64;
/// A call that takes as long is worth a look, and so is every stream: its line is not for `debug` only.
const SLOW: Duration = Duration::from_secs(1);
/// How long a stream may go on when the server stops and nothing is ready to be sent.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// The name of a request: the caller's where it is printable and short, else a number.
pub fn request_id(headers: &HeaderMap) -> HeaderValue {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let given = headers.get(REQUEST_ID).filter(|given| {
        let bytes = given.as_bytes();
        bytes.len() <= REQUEST_ID_BYTES_MAX && bytes.iter().all(u8::is_ascii_graphic)
    });
    given
        .cloned()
        .unwrap_or_else(|| HeaderValue::from(NEXT.fetch_add(1, Ordering::Relaxed)))
}

/// One call, from its arrival to the end of its answer. A call that is dropped before that was cancelled by its caller.
pub struct Record {
    method: &'static str,
    began: Instant,
    request_id: HeaderValue,
    under_key: bool,
    role: Option<Role>,
    /// How long the caller's token is good, and with it the call.
    pass: Option<Pass>,
    lang: Lang,
    ended: Option<(Code, Option<String>)>,
    /// Its connection is not idle until then.
    _open: Option<OpenCall>,
}

impl Record {
    /// A call of a method, under the name of its path, that arrives on a connection.
    pub fn new(
        method: &'static str,
        row: Option<&Row>,
        request_id: HeaderValue,
        lang: Lang,
        open: Option<OpenCall>,
    ) -> Self {
        metrics::began();
        Self {
            method,
            began: Instant::now(),
            request_id,
            under_key: row.is_some_and(|row| row.under_key),
            role: None,
            pass: None,
            lang,
            ended: None,
            _open: open,
        }
    }

    /// Under which role it was let in, and how long the caller's token is good.
    pub fn let_in(&mut self, role: Option<Role>, pass: Option<Pass>) {
        self.role = role;
        self.pass = pass;
    }

    /// Notes how it ended, from headers or trailers that say so, and completes what they say.
    fn end(&mut self, headers: &mut HeaderMap) {
        if let Some(code) = language::code(headers) {
            let reason = language::complete(headers, self.lang);
            self.ended = Some((code, reason));
        }
    }

    /// Puts itself behind the body of the answer.
    pub fn follow(
        mut self,
        answer: http::Response<Body>,
        place: Option<Place>,
        stop: watch::Receiver<bool>,
    ) -> http::Response<Body> {
        let (mut parts, body) = answer.into_parts();
        self.end(&mut parts.headers);
        parts.headers.insert(REQUEST_ID, self.request_id.clone());
        let body = Followed {
            body,
            record: self,
            stop,
            stopping: None,
            _place: place,
        };
        http::Response::from_parts(parts, Body::new(body))
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let (code, reason) = self.ended.take().unwrap_or((Code::Cancelled, None));
        let duration = self.began.elapsed();
        metrics::ended(self.method, code, duration);
        let request_id = if self.under_key {
            "-"
        } else {
            self.request_id.to_str().unwrap_or_default()
        };
        let (role, reason) = (
            self.role.map_or("-", roles::name),
            reason.as_deref().unwrap_or("-"),
        );
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        let is_usual = code == Code::Ok && duration < SLOW;
        let (method, code) = (self.method, metrics::name(code));
        if is_usual {
            tracing::debug!(method, role, code, reason, micros, request_id, "call");
        } else {
            tracing::info!(method, role, code, reason, micros, request_id, "call");
        }
    }
}

/// The body of an answer: its end is noted, and it ends with the caller's token and when the server stops.
struct Followed {
    body: Body,
    record: Record,
    stop: watch::Receiver<bool>,
    /// Waits for the end; made when nothing is ready for the first time, so that most answers never need it.
    stopping: Option<Pin<Box<dyn Future<Output = Status> + Send>>>,
    /// Held until the answer has ended.
    _place: Option<Place>,
}

impl Followed {
    /// Why it ends while there is nothing to send.
    fn poll_stop(&mut self, context: &mut Context<'_>) -> Poll<Status> {
        let (stop, pass) = (&self.stop, &self.record.pass);
        let stopping = self.stopping.get_or_insert_with(|| {
            let (stop, pass) = (stop.clone(), pass.clone());
            Box::pin(async move {
                tokio::select! {
                    () = server::stopped(stop) => {
                        tokio::time::sleep(LAST_WORDS).await;
                        stopping()
                    }
                    why = ended(pass) => token_ended(&why),
                }
            })
        });
        stopping.as_mut().poll(context)
    }

    /// Why the caller's token is good no more.
    fn ended(&mut self) -> Option<TokenError> {
        self.record.pass.as_mut().and_then(Pass::ended)
    }

    fn last_words(&mut self, status: &Status) -> Frame<Bytes> {
        let mut trailers = HeaderMap::new();
        // Its text is short and gRPC escapes it, so it always fits a header.
        let _ = status.add_header(&mut trailers);
        self.record.end(&mut trailers);
        self.body = Body::empty();
        Frame::trailers(trailers)
    }
}

/// Returns when the caller's token is good no more.
async fn ended(pass: Option<Pass>) -> TokenError {
    match pass {
        Some(pass) => pass.end().await,
        None => std::future::pending().await,
    }
}

impl http_body::Body for Followed {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        if !this.body.is_end_stream()
            && let Some(why) = this.ended()
        {
            return Poll::Ready(Some(Ok(this.last_words(&token_ended(&why)))));
        }
        let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) else {
            let status = ready!(this.poll_stop(context));
            return Poll::Ready(Some(Ok(this.last_words(&status))));
        };
        Poll::Ready(match frame {
            Some(Ok(mut frame)) => {
                if let Some(trailers) = frame.trailers_mut() {
                    this.record.end(trailers);
                }
                Some(Ok(frame))
            }
            other => other,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Told to streams that are open when the caller's token is good no more.
fn token_ended(why: &TokenError) -> Status {
    if *why == TokenError::Expired {
        return super::status::unauthenticated(
            "TOKEN_EXPIRED",
            "انتهت صلاحية رمز الدخول أثناء التدفق؛ اطلب رمزًا جديدًا وتابع من آخر موضع وصلك",
            "the token ended during the stream; ask for a new one and go on from the last position that you have",
        );
    }
    super::status::unauthenticated(
        "TOKEN_KEY_REMOVED",
        "أُزيل من هذا الخادم المفتاح الذي وُقّع به رمز الدخول فانتهى التدفق؛ اطلب رمزًا جديدًا وتابع من آخر موضع وصلك",
        "the key that the token is signed with was taken out of this server, which ends the stream; ask for a new token and go on from the last position that you have",
    )
}

/// Told to streams that are open when the server stops, and to calls that come then.
pub fn stopping() -> Status {
    Problem::new(
        Code::Unavailable,
        "SERVER_STOPPING",
        "الخادم يتوقف؛ اتصل من جديد وتابع من آخر موضع وصلك، وأعد ما لم يُجَب برقمه نفسه",
        "the server is stopping; connect again, go on from the last position that you have, and repeat what was not answered with the same request ids",
    )
    .retry_after(COME_BACK)
    .into()
}
