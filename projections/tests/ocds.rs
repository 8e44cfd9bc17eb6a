//! OCDS in: what is found in documents, what is read of releases, and what their bytes prove.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fall")]

use sijill_ledger_core::aggregate::Explain as _;
use sijill_ledger_core::domain::process::{Content, Field, Release, Summary};
use sijill_ledger_core::domain::values::{Sha256, Text};
use sijill_projections::ocds::content::{self, ContentError};
use sijill_projections::ocds::summary::one_line;
use sijill_projections::ocds::{Fault, Found, Problem, Published, document};

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn read(json: &str) -> Result<Published<'_>, Fault> {
    Published::read(&Found {
        path: String::new(),
        offset: 0,
        text: json,
    })
}

/// A release with these members besides what it must have.
fn with(members: &str) -> String {
    format!(
        r#"{{"ocid":"ocds-x-1","id":"1","date":"2026-03-01T09:30:00+02:00","tag":["tender"],{members}}}"#
    )
}

fn summary(members: &str) -> Summary {
    let json = with(members);
    read(&json).unwrap().summary
}

fn left_out(summary: &Summary) -> Vec<&str> {
    summary.left_out.iter().map(Text::as_str).collect()
}

#[test]
fn what_a_release_must_have_is_read_as_it_stands() {
    let json = with(r#""initiationType":"tender""#);
    let release = read(&json).unwrap();
    assert_eq!((release.ocid, release.id), (text("ocds-x-1"), text("1")));
    assert_eq!(release.date.to_string(), "2026-03-01T07:30:00.000000Z");
    assert_eq!(release.tags, [text("tender")]);
    assert_eq!(release.text, json);
    assert!(release.summary.is_silent());
}

#[test]
fn a_release_without_ocid_id_date_or_tag_is_named_by_path_and_code() {
    let fault = |from: &str, to: &str| {
        let json = with(r#""language":"ar""#).replace(from, to);
        let fault = read(&json).unwrap_err();
        assert!(!fault.problem.arabic().is_empty());
        (fault.path, fault.problem.code())
    };
    let at = |path: &str, code| (path.to_owned(), code);
    let ocid = r#""ocid":"ocds-x-1","#;
    assert_eq!(fault(ocid, ""), at("/ocid", "OCDS_MISSING"));
    assert_eq!(fault(ocid, r#""ocid":null,"#), at("/ocid", "OCDS_MISSING"));
    assert_eq!(fault(ocid, r#""ocid":"","#), at("/ocid", "OCDS_NOT_A_TEXT"));
    assert_eq!(fault(ocid, r#""ocid":"a ","#), at("/ocid", "OCDS_TEXT"));
    let twice = r#""ocid":"a","ocid":"b","#;
    assert_eq!(fault(ocid, twice), at("/ocid", "OCDS_REPEATED"));
    assert_eq!(
        fault(r#""id":"1""#, r#""id":1"#),
        at("/id", "OCDS_NOT_A_TEXT")
    );
    let tags = r#"["tender"]"#;
    assert_eq!(fault(tags, "[]"), at("/tag", "OCDS_MISSING"));
    assert_eq!(fault(tags, r#""tender""#), at("/tag", "OCDS_NOT_A_LIST"));
    assert_eq!(fault(tags, r#"["a",7]"#), at("/tag/1", "OCDS_NOT_A_TEXT"));
    let date = "2026-03-01T09:30:00+02:00";
    for wrong in [
        "2026-03-01",
        "2026-03-01T09:30:00",
        "2026-02-30T09:30:00Z",
        "1 March 2026",
        "2026-03-01T09:30:00+02:00[Africa/Cairo]",
    ] {
        assert_eq!(fault(date, wrong), at("/date", "OCDS_DATE"), "{wrong}");
    }
}

#[test]
fn dates_are_instants_whatever_their_offset() {
    for (given, instant) in [
        ("2018-01-11T17:29:09+04:00", "2018-01-11T13:29:09.000000Z"),
        (
            "2016-11-04T21:55:56.042551+02:00",
            "2016-11-04T19:55:56.042551Z",
        ),
        ("2017-08-08T08:24:21-04:00", "2017-08-08T12:24:21.000000Z"),
        ("2026-03-01t09:30:00z", "2026-03-01T09:30:00.000000Z"),
    ] {
        let json = with(r#""x":1"#).replace("2026-03-01T09:30:00+02:00", given);
        assert_eq!(read(&json).unwrap().date.to_string(), instant);
    }
}

#[test]
fn a_summary_says_what_stands_at_its_places() {
    let summary = summary(
        r#""parties":[{"id":"EG-1","name":"وزارة الصحة","roles":["buyer"]},{"id":"S-1","name":"Nile"}],
        "buyer":{"id":"EG-1"},
        "tender":{"title":"  توريد\n أدوية ","status":"active","procurementMethod":"open",
            "procuringEntity":{"name":"UPA"},
            "value":{"amount":12500.750,"currency":"EGP"},
            "tenderers":[{"id":"a"},{"id":"a"},{"name":"b"}]},
        "awards":[{"id":7,"status":"active","value":{"amount":1.2e4,"currency":"EGP"},"suppliers":[{"id":"S-1"}]}]"#,
    );
    assert_eq!(summary.title, Some(text("توريد أدوية")));
    let buyer = summary.buyer.clone().unwrap();
    assert_eq!(
        (buyer.id, buyer.name),
        (Some(text("EG-1")), Some(text("وزارة الصحة")))
    );
    assert_eq!(
        summary.procuring_entity.clone().unwrap().name,
        Some(text("UPA"))
    );
    assert_eq!(summary.status, Some(text("active")));
    assert_eq!(summary.method, Some(text("open")));
    assert_eq!(summary.value.unwrap().to_string(), "12500.75 EGP");
    assert_eq!(summary.tenderers, Some(2));
    let award = &summary.awards[0];
    assert_eq!(
        (&award.id, &award.status),
        (&text("7"), &Some(text("active")))
    );
    assert_eq!(award.value.unwrap().to_string(), "12000.00 EGP");
    assert_eq!(award.suppliers[0].name, Some(text("Nile")));
    assert!(summary.removed.is_empty() && summary.left_out.is_empty());
}

#[test]
fn tenderers_are_counted_where_the_tender_names_them() {
    let count = |members: &str| summary(&format!(r#""tender":{{{members}}}"#)).tenderers;
    let list = r#""tenderers":[{"id":"a"},{"id":"b"},{"id":"a"},{"name":"c"}]"#;
    assert_eq!(count(&format!(r#""numberOfTenderers":5,{list}"#)), Some(5));
    assert_eq!(count(&format!(r#""numberOfTenderers":0,{list}"#)), Some(0));
    assert_eq!(
        count(&format!(r#""numberOfTenderers":null,{list}"#)),
        Some(3)
    );
    assert_eq!(count(r#""numberOfTenderers":3.0"#), Some(3));
    assert_eq!(count(list), Some(3));
    // The parties of an award's release are those that it concerns.
    let winner = r#""parties":[{"id":"a","roles":["tenderer","supplier"]}],"tender":{}"#;
    assert_eq!(summary(winner).tenderers, None);
}

#[test]
fn null_takes_back_and_absence_says_nothing() {
    let one =
        summary(r#""buyer":null,"tender":{"title":null,"value":{"amount":null,"currency":"EGP"}}"#);
    assert_eq!(one.removed, [Field::Buyer, Field::Title, Field::Value]);
    let whole = summary(r#""tender":null,"awards":null,"parties":null"#);
    assert_eq!(whole.removed.len(), 6);
    assert!(!whole.removed.contains(&Field::Buyer));
    assert!(summary(r#""tender":{},"awards":[],"parties":[]"#).is_silent());
}

#[test]
fn what_a_summary_cannot_hold_is_named() {
    let cases: [(&str, &[&str]); 10] = [
        (r#""tender":7"#, &["/tender"]),
        (r#""tender":{"title":7}"#, &["/tender/title"]),
        (r#""tender":{"title":"\ud800"}"#, &["/tender/title"]),
        (r#""tender":{"title":"a","title":"b"}"#, &["/tender/title"]),
        // Three decimals, where the pound has two; a float's noise is never rounded away.
        (
            r#""tender":{"value":{"amount":1240222.3200000001,"currency":"EGP"}}"#,
            &["/tender/value/amount"],
        ),
        (
            r#""tender":{"value":{"amount":1e400,"currency":"EGP"}}"#,
            &["/tender/value/amount"],
        ),
        (
            r#""tender":{"value":{"amount":"12","currency":"EGP"}}"#,
            &["/tender/value/amount"],
        ),
        (
            r#""tender":{"value":{"amount":12,"currency":"pounds"}}"#,
            &["/tender/value/currency"],
        ),
        (
            r#""tender":{"numberOfTenderers":1.5}"#,
            &["/tender/numberOfTenderers"],
        ),
        (
            r#""awards":[{"status":"active"},9,{"id":"1","suppliers":{}}]"#,
            &["/awards/0/id", "/awards/1", "/awards/2/suppliers"],
        ),
    ];
    for (members, expected) in cases {
        assert_eq!(left_out(&summary(members)), expected, "{members}");
    }
}

#[test]
fn long_texts_are_cut_and_long_lists_end_with_a_word() {
    let title = "ط".repeat(501);
    let one = summary(&format!(r#""tender":{{"title":"{title}"}}"#));
    assert_eq!(one.title.as_ref().unwrap().as_str(), &title[..1_000]);
    assert_eq!(left_out(&one), ["/tender/title"]);

    let awards: Vec<String> = (0..201).map(|n| format!(r#"{{"id":"{n}"}}"#)).collect();
    let many = summary(&format!(r#""awards":[{}]"#, awards.join(",")));
    assert_eq!(many.awards.len(), 200);
    assert_eq!(left_out(&many), ["/awards/200"]);

    let suppliers: Vec<String> = (0..51).map(|n| format!(r#"{{"id":"{n}"}}"#)).collect();
    let crowded = summary(&format!(
        r#""awards":[{{"id":"1","suppliers":[{}]}}]"#,
        suppliers.join(",")
    ));
    assert_eq!(crowded.awards[0].suppliers.len(), 50);
    assert_eq!(left_out(&crowded), ["/awards/0/suppliers/50"]);

    let name = "ش".repeat(400);
    let awards: Vec<String> = (0..40)
        .map(|n| format!(r#"{{"id":"{n}","suppliers":[{{"name":"{name}"}}]}}"#))
        .collect();
    let long = summary(&format!(r#""awards":[{}]"#, awards.join(",")));
    assert_eq!(
        (long.awards.len(), left_out(&long)),
        (17, vec!["/awards/17"])
    );

    let wrong = vec!["0"; 30_000].join(",");
    let wrong = summary(&format!(r#""awards":[{wrong}],"parties":[{wrong}]"#));
    assert_eq!(wrong.left_out.len(), 20);
}

#[test]
fn a_text_is_one_line_without_marks_that_turn_it() {
    let line = |text: &str| one_line(text).map(|(text, cut)| (text.as_str().to_owned(), cut));
    let whole = |text: &str| Some((text.to_owned(), false));
    assert_eq!(line(" a\t\r\n b\u{00a0} "), whole("a b"));
    assert_eq!(line("\u{feff}أ\u{200f}\u{0007}ب\u{202e}"), whole("أب"));
    assert_eq!(line(" \u{200b} "), None);
    assert_eq!(line(&"x".repeat(500)), whole(&"x".repeat(500)));
    assert_eq!(
        line(&("x".repeat(499) + " yz")),
        Some(("x".repeat(499), true))
    );
}

fn paths(json: &str) -> (Vec<String>, Vec<(String, &'static str)>) {
    let document = document(json).unwrap();
    let fault = |fault: Fault| (fault.path, fault.problem.code());
    (
        document
            .releases
            .into_iter()
            .map(|found| found.path)
            .collect(),
        document.faults.into_iter().map(fault).collect(),
    )
}

#[test]
fn releases_are_found_in_packages_and_records_with_their_exact_texts() {
    let release = with(r#""tender":  {"title" : "a\/b" }"#);
    let package = format!(
        "{{\"uri\":\"https://x.example/1\",\"publisher\":{{\"name\":\"وزارة\"}},\n\"releases\":[\n {release} ,\n{release}]}}"
    );
    let found = document(&package).unwrap();
    assert_eq!(found.source, Some(text("وزارة, https://x.example/1")));
    assert_eq!(found.releases.len(), 2);
    for (n, found) in found.releases.iter().enumerate() {
        assert_eq!(
            (found.path.clone(), found.text),
            (format!("/releases/{n}"), &*release)
        );
        assert_eq!(&package[found.offset..][..release.len()], release);
    }
    let single = document(&release).unwrap();
    assert_eq!((single.source, &*single.releases[0].path), (None, ""));

    let linked =
        r#"{"url":"https://x.example/r.json#1","date":"2026-03-01T00:00:00Z","tag":["tender"]}"#;
    let records = format!(
        r#"{{"records":[{{"ocid":"a","releases":[{release},{linked}],"compiledRelease":{release}}},{{"ocid":"b","compiledRelease":{release}}},7]}}"#
    );
    let (releases, faults) = paths(&records);
    assert_eq!(releases, ["/records/0/releases/0"]);
    let expected = [
        ("/records/0/releases/1".to_owned(), "OCDS_LINKED"),
        ("/records/1".to_owned(), "OCDS_RECORD_WITHOUT_RELEASES"),
        ("/records/2".to_owned(), "OCDS_NOT_AN_OBJECT"),
    ];
    assert_eq!(faults, expected);
    let record = format!(r#"{{"ocid":"a","releases":[{release}]}}"#);
    assert_eq!(paths(&record).0, ["/releases/0"]);
}

#[test]
fn what_is_no_document_is_said() {
    let code = |json: &str| document(json).unwrap_err().code();
    assert_eq!(code(r#"{"ocid":"a""#), "JSON_TRUNCATED");
    assert_eq!(code("{\"ocid\":\"a\r\n"), "JSON_TRUNCATED");
    assert_eq!(code(""), "JSON_TRUNCATED");
    assert_eq!(code("ocid,id\n1,2"), "NOT_JSON");
    assert_eq!(code(r#"{"ocid":"a"} {}"#), "NOT_JSON");
    assert_eq!(code("[]"), "NOT_OCDS");
    assert_eq!(code(r#"{"name":"a"}"#), "NOT_OCDS");
    let place = Problem::NotJson { line: 2, column: 3 };
    assert_eq!(document("{\"a\":\n  x}").unwrap_err(), place);
    assert_eq!(paths(r#"{"releases":{}}"#).1[0].1, "OCDS_NOT_A_LIST");
    assert_eq!(paths(r#"{"releases":[]}"#), (Vec::new(), Vec::new()));
}

fn recorded(json: &str) -> (Release, Vec<u8>) {
    let compressed = content::compress(json.as_bytes()).unwrap();
    let inline = Content::Inline(compressed.clone());
    (
        read(json).unwrap().into_release(text("test"), inline),
        compressed,
    )
}

#[test]
fn an_event_is_checked_against_its_bytes() {
    let json = with(r#""tender":{"title":"Laptops"}"#);
    let (release, compressed) = recorded(&json);
    assert_eq!(release.bytes, json.len() as u64);
    assert!(content::check(&release, &compressed).is_ok());

    let fails = |change: &dyn Fn(&mut Release), bytes: &[u8]| {
        let mut release = release.clone();
        change(&mut release);
        content::check(&release, bytes).unwrap_err()
    };
    let other = fails(&|release| release.sha256 = Sha256([0; 32]), &compressed);
    assert!(matches!(other, ContentError::OtherBytes { .. }), "{other}");
    let title = fails(&|release| release.summary.title = None, &compressed);
    assert!(
        matches!(title, ContentError::Differs { what: "summary" }),
        "{title}"
    );
    let short = fails(&|release| release.bytes -= 1, &compressed);
    assert!(matches!(short, ContentError::TooLarge { .. }), "{short}");
    let long = fails(&|release| release.bytes += 1, &compressed);
    assert!(
        matches!(long, ContentError::Differs { what: "bytes" }),
        "{long}"
    );
    let cut = fails(&|_| {}, &compressed[..9]);
    assert!(matches!(cut, ContentError::Compression(_)), "{cut}");
}

/// A thousand bytes that stand for a hundred megabytes are not unpacked.
#[test]
fn a_bomb_is_stopped_at_the_limit() {
    let zeros = vec![b' '; 4 << 20];
    let bomb = content::compress(&zeros).unwrap();
    assert!(bomb.len() < 10_000);
    let stopped = content::decompress(&bomb, 1_000).unwrap_err();
    assert!(matches!(
        stopped,
        ContentError::TooLarge { bytes_max: 1_000 }
    ));
    assert_eq!(content::decompress(&bomb, 4 << 20).unwrap().len(), 4 << 20);
}

/// Whatever the bytes: an answer, no panic.
mod any_bytes {
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::{Content, content, document, read, text, with};

    proptest! {
        #[test]
        fn a_damaged_release_is_read_or_refused(places in proptest::collection::vec((any::<Index>(), any::<u8>()), 1..6)) {
            let mut bytes = with(r#""tender":{"title":"a","value":{"amount":1.5,"currency":"EGP"}},"awards":[{"id":1}]"#).into_bytes();
            for (place, byte) in places {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            if let Ok(json) = String::from_utf8(bytes) {
                if let Ok(found) = document(&json) {
                    prop_assert!(found.releases.len() <= 1);
                }
                if let Ok(published) = read(&json) {
                    let compressed = content::compress(json.as_bytes()).unwrap();
                    let release = published.into_release(text("t"), Content::Inline(compressed.clone()));
                    prop_assert!(content::check(&release, &compressed).is_ok());
                }
            }
        }

        #[test]
        fn any_text_is_refused_or_read(json in "[\\[\\]{}\":,0-9a-z\\\\ ]{0,60}") {
            let _ = document(&json);
            let _ = read(&json);
        }

        #[test]
        fn any_bytes_are_decompressed_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = content::decompress(&bytes, 1_000);
        }
    }
}
