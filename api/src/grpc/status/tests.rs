use sijill_ledger_core::aggregate::Explain;
use sijill_ledger_core::codec::Defect;
use sijill_ledger_core::ledger::ImportRefusal;
use sijill_ledger_core::store::StreamName;
use sijill_ledger_core::time::Timestamp;

use super::*;

type Error = ExecuteError<ImportRefusal>;

fn texts(status: &Status) -> Vec<(String, String)> {
    let details = status.get_error_details_vec().into_iter();
    let texts = details.filter_map(|detail| {
        let ErrorDetail::LocalizedMessage(text) = detail else {
            return None;
        };
        Some((text.locale, text.message))
    });
    texts.collect()
}

fn reason(status: &Status) -> String {
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.domain, DOMAIN);
    info.reason
}

#[test]
fn a_refusal_carries_its_code_and_both_languages_arabic_first() {
    let refusal = ImportRefusal::MigrationClosed;
    let status = refused(Error::Refused(refusal.clone()));
    assert_eq!(status.code(), Code::FailedPrecondition);
    assert_eq!(reason(&status), "IMPORT_MIGRATION_CLOSED");
    assert_eq!(status.message(), refusal.english());
    let expected = [
        ("ar".to_owned(), refusal.arabic()),
        ("en".to_owned(), refusal.english()),
    ];
    assert_eq!(texts(&status), expected);
}

#[test]
fn every_failure_of_a_command_has_the_status_that_tells_a_client_what_to_do() {
    let stream = || StreamName::new("stock-a").unwrap();
    let at = Timestamp::from_micros(0);
    let unavailable = || AppendError::Unavailable("the disk /srv is gone".to_owned());
    let unknown = || AppendError::OutcomeUnknown("stopped".to_owned());
    let cases: [(Error, Code, &str); 13] = [
        (
            Error::CommandIdReused { stream: stream() },
            Code::AlreadyExists,
            "COMMAND_ID_REUSED",
        ),
        (
            Error::TooLate { stamped: at },
            Code::FailedPrecondition,
            "TOO_LATE",
        ),
        (
            Error::EffectiveInFuture {
                effective: at,
                latest: at,
            },
            Code::OutOfRange,
            "EFFECTIVE_IN_FUTURE",
        ),
        (
            Error::SignedOnOldState { stream: stream() },
            Code::Aborted,
            "SIGNED_ON_OLD_STATE",
        ),
        (
            Error::Statement(sijill_ledger_core::statement::Refusal::Missing),
            Code::FailedPrecondition,
            "STATEMENT_MISSING",
        ),
        (
            Error::Contended { stream: stream() },
            Code::Aborted,
            "CONTENDED",
        ),
        (
            Error::PartAbsent { index: 1, part: 0 },
            Code::NotFound,
            "PART_ABSENT",
        ),
        (
            Error::Unencodable("x".to_owned()),
            Code::InvalidArgument,
            "UNENCODABLE",
        ),
        (
            Error::DocumentTooLarge {
                bytes: 2,
                bytes_max: 1,
            },
            Code::InvalidArgument,
            "DOCUMENT_TOO_LARGE",
        ),
        (
            Error::Impossible { stream: stream() },
            Code::Internal,
            "IMPOSSIBLE",
        ),
        (
            Error::Append(unavailable()),
            Code::Unavailable,
            "WRITES_STOPPED",
        ),
        (
            Error::Append(unknown()),
            Code::Unavailable,
            "OUTCOME_UNKNOWN",
        ),
        (
            Error::Read(ReadError::Corrupt {
                index: 3,
                what: "crc".to_owned(),
            }),
            Code::DataLoss,
            "DATA_DAMAGED",
        ),
    ];
    for (error, code, expected) in cases {
        let status = refused(error);
        assert_eq!((status.code(), &*reason(&status)), (code, expected));
        assert_eq!(texts(&status).len(), 2, "{expected}");
        assert!(
            !status.message().contains("/srv"),
            "paths are the operator's business"
        );
    }
}

#[test]
fn whoever_may_try_again_is_told_when() {
    let stream = StreamName::new("stock-a").unwrap();
    let status = refused(Error::Contended { stream });
    let retry = status.get_details_retry_info().unwrap();
    assert_eq!(retry.retry_delay, Some(COME_BACK));
    let turned_away = overloaded("BUSY", "مشغول", "busy");
    assert_eq!(turned_away.code(), Code::ResourceExhausted);
    assert!(turned_away.get_details_retry_info().is_some());
}

#[test]
fn a_wrong_field_is_named_by_its_path() {
    let error = DecodeError {
        kind: "ReceiveStockRequest".to_owned(),
        field: "receipt.lines[3].quantity".to_owned(),
        defect: Defect::Missing,
    };
    let status = invalid(&error);
    assert_eq!(status.code(), Code::InvalidArgument);
    let violations = status.get_details_bad_request().unwrap().field_violations;
    assert_eq!(violations[0].field, "receipt.lines[3].quantity");
    assert_eq!(violations[0].description, "it is missing");
    assert!(texts(&status)[0].1.contains("قيمته ناقصة"));
}
