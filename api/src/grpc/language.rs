//! The language of a status's own message. The details carry both languages anyway.

use http::{HeaderMap, header};
use tonic::{Code, Status};
use tonic_types::{ErrorDetail, StatusExt as _};

use super::status::Problem;
use crate::cli::lang::Lang;

/// gRPC's own headers of a status.
const CODE: &str = "grpc-status";
const MESSAGE: &str = "grpc-message";
const DETAILS: &str = "grpc-status-details-bin";

/// What a caller reads: Arabic where `accept-language` prefers it, else English, which programs and logs expect.
pub fn asked_for(headers: &HeaderMap) -> Lang {
    let asked = headers.get(header::ACCEPT_LANGUAGE);
    let Some(asked) = asked.and_then(|asked| asked.to_str().ok()) else {
        return Lang::En;
    };
    let mut best = (0, Lang::En);
    for range in asked.split(',') {
        let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
        let lang = match tag.trim().get(..2).map(str::to_ascii_lowercase).as_deref() {
            Some("ar") => Lang::Ar,
            Some("en") => Lang::En,
            _ => continue,
        };
        let weight = thousandths(weight.trim());
        // Among equals the first one is preferred.
        if weight > best.0 {
            best = (weight, lang);
        }
    }
    best.1
}

/// `q=0.8` in thousandths; what cannot be read counts as not wanted.
fn thousandths(weight: &str) -> u32 {
    let Some(weight) = weight.strip_prefix("q=") else {
        return 0;
    };
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    let part = part.get(..part.len().min(3)).unwrap_or_default();
    let part: u32 = format!("{part:0<3}").parse().unwrap_or_default();
    let whole: u32 = whole.parse().unwrap_or_default();
    whole.min(1).saturating_mul(1_000).saturating_add(part)
}

/// A status in headers or trailers, `None` when they carry none.
pub fn code(headers: &HeaderMap) -> Option<Code> {
    let code = headers.get(CODE)?;
    Some(Code::from_bytes(code.as_bytes()))
}

/// Completes a failed status in headers or trailers: what the transport said by itself gets details, and the message is in
/// the caller's language. The reason of what failed.
pub fn complete(headers: &mut HeaderMap, lang: Lang) -> Option<String> {
    if code(headers).is_none_or(|code| code == Code::Ok) {
        return None;
    }
    let given = Status::from_header_map(headers)?;
    let status = if given.details().is_empty() {
        explained(&given)
    } else {
        given
    };
    let details = status.get_error_details_vec();
    let message = details.iter().find_map(|detail| {
        let ErrorDetail::LocalizedMessage(text) = detail else {
            return None;
        };
        (text.locale == lang.pick("ar", "en")).then(|| text.message.clone())
    });
    let message = message.unwrap_or_else(|| status.message().to_owned());
    let details_bytes = bytes::Bytes::copy_from_slice(status.details());
    let spoken = Status::with_details(status.code(), message, details_bytes);
    for name in [CODE, MESSAGE, DETAILS] {
        headers.remove(name);
    }
    // It fails only for a message that is no header, and gRPC escapes it; the caller would then see no status at all.
    if let Err(status) = spoken.add_header(headers) {
        tracing::error!(%status, "a status could not be sent");
    }
    status.get_details_error_info().map(|info| info.reason)
}

/// What the transport refuses before a service sees it.
fn explained(given: &Status) -> Status {
    let said = given.message();
    let (reason, ar) = match given.code() {
        Code::OutOfRange | Code::ResourceExhausted => (
            "MESSAGE_TOO_LARGE",
            "الرسالة أكبر من المسموح؛ قسّمها ثم أعد الطلب",
        ),
        Code::Unimplemented => (
            "METHOD_UNKNOWN",
            "هذا الطلب غير معروف لهذا الخادم أو بصيغة لا يقبلها",
        ),
        Code::Internal | Code::InvalidArgument | Code::Unknown => (
            "MESSAGE_UNREADABLE",
            "الرسالة لا تُقرأ؛ تحقق من الطلب ومن إصدار العميل",
        ),
        Code::DeadlineExceeded => ("CALL_TIMEOUT", "انتهت مهلة الطلب؛ أعده برقمه نفسه"),
        Code::Ok
        | Code::Cancelled
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::FailedPrecondition
        | Code::Aborted
        | Code::Unavailable
        | Code::DataLoss
        | Code::Unauthenticated => ("CALL_FAILED", "لم يتم الطلب؛ أعده أو أبلغ مشغّل الخادم"),
    };
    Problem::new(given.code(), reason, ar, said).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> Lang {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, text.parse().unwrap());
        asked_for(&headers)
    }

    #[test]
    fn the_preferred_language_is_taken_and_english_where_none_is_known() {
        for (text, lang) in [
            ("ar", Lang::Ar),
            ("ar-EG,ar;q=0.9,en;q=0.8", Lang::Ar),
            ("en-GB,ar;q=0.9", Lang::En),
            ("fr, ar;q=0.3, en;q=0.7", Lang::En),
            ("fr, ar;q=0.35, en;q=0.3", Lang::Ar),
            ("fr", Lang::En),
            ("ar;q=0", Lang::En),
            ("*;q=x,,;", Lang::En),
        ] {
            assert_eq!(asked(text), lang, "{text}");
        }
        assert_eq!(asked_for(&HeaderMap::new()), Lang::En);
    }

    #[test]
    fn the_message_is_spoken_in_the_language_and_the_details_stay() {
        let status: Status = Problem::new(Code::Aborted, "WHY", "لماذا", "why").into();
        for (lang, message) in [(Lang::Ar, "لماذا"), (Lang::En, "why")] {
            let mut headers = HeaderMap::new();
            status.add_header(&mut headers).unwrap();
            assert_eq!(complete(&mut headers, lang).as_deref(), Some("WHY"));
            let sent = Status::from_header_map(&headers).unwrap();
            assert_eq!((sent.code(), sent.message()), (Code::Aborted, message));
            assert_eq!(sent.details(), status.details());
        }
    }

    #[test]
    fn what_the_transport_refuses_is_explained() {
        let mut headers = HeaderMap::new();
        let large = Status::out_of_range("decoded message length too large");
        large.add_header(&mut headers).unwrap();
        let reason = complete(&mut headers, Lang::En);
        assert_eq!(reason.as_deref(), Some("MESSAGE_TOO_LARGE"));
        let sent = Status::from_header_map(&headers).unwrap();
        assert_eq!(sent.message(), "decoded message length too large");
        assert!(!sent.details().is_empty());
    }

    #[test]
    fn success_is_left_alone() {
        let mut headers = HeaderMap::new();
        assert_eq!(complete(&mut headers, Lang::Ar), None);
        headers.insert("grpc-status", "0".parse().unwrap());
        assert_eq!(complete(&mut headers, Lang::Ar), None);
        assert_eq!(headers.len(), 1);
    }
}
