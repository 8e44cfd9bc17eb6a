//! `sijill import ocds`: files made here, with everything wrong that publishers do; and published ones, where they are.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use common::{Ran, run, shared, text};
use sijill_ledger_core::codec::recorded;
use sijill_ledger_core::domain::Event;
use sijill_ledger_core::domain::process::{Content, Event as ProcessEvent, Release};
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::store::{AttachmentHash, Attachments, EventStore as _};
use sijill_projections::ocds::content;

/// A release of a fictional ministry.
fn release(process: u32, id: &str, members: &str) -> String {
    format!(
        r#"{{"ocid":"ocds-fict01-{process}","id":"{id}","date":"2026-03-0{process}T09:30:00+02:00","tag":["tender"],"initiationType":"tender",{members}}}"#
    )
}

fn plain(process: u32, id: &str) -> String {
    release(
        process,
        id,
        r#""tender":{"title":"توريد أدوية","value":{"amount":12500.75,"currency":"EGP"}}"#,
    )
}

/// A directory with one file.
fn file(name: &str, content: impl AsRef<[u8]>) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    fs::write(&path, content).unwrap();
    (dir, path)
}

fn import(files: &[&Path], data: &Path, more: &[&str]) -> Ran {
    let files = files.iter().map(|file| text(file));
    run(["import", "ocds"]
        .into_iter()
        .chain(files)
        .chain(["--data", text(data)])
        .chain(more.iter().copied()))
}

/// Recorded, there already, rejected.
fn counts(ran: &Ran) -> (u64, u64, u64) {
    let answer: serde_json::Value =
        serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:?}"));
    let row = &answer["import"][0];
    let count = |name: &str| row[name].as_u64().unwrap();
    (
        count("releases_recorded"),
        count("releases_there_already"),
        count("rows_rejected"),
    )
}

fn json(files: &[&Path], data: &Path) -> Ran {
    import(files, data, &["--output", "json"])
}

/// Every recorded release with its bytes as published, checked against what its event says.
fn kept(data: &Path) -> Vec<(Release, String)> {
    let store = EmbeddedStore::open_read_only(data).unwrap();
    let mut found = Vec::new();
    for batch in store.log_reader(0) {
        for (index, entry) in batch.unwrap().iter() {
            let Event::Process(ProcessEvent::ReleaseRecorded(release)) =
                recorded(index, &entry, &[]).unwrap().event
            else {
                continue;
            };
            let compressed = match &release.content {
                Content::Inline(compressed) => compressed.clone(),
                Content::Attachment(sha256) => Attachments::new(data)
                    .get(AttachmentHash(sha256.0))
                    .unwrap(),
            };
            content::check(&release, &compressed).unwrap();
            let bytes = content::decompress(&compressed, release.bytes).unwrap();
            found.push((*release, String::from_utf8(bytes).unwrap()));
        }
    }
    found
}

#[test]
fn releases_are_kept_byte_by_byte_and_once() {
    let spaced = plain(2, "1").replace(":{", " : {\t");
    let lines = format!("\u{feff}{}\n  {spaced}  \r\n\n", plain(1, "1"));
    let (dir, path) = file("ministry.jsonl", lines);
    let data = dir.path().join("ledger");
    let first = json(&[&path], &data);
    assert_eq!((first.status, counts(&first)), (0, (2, 0, 0)));
    let texts: Vec<String> = kept(&data).into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, [plain(1, "1"), spaced]);

    // The same releases under another name, in another file.
    let copy = dir.path().join("copy.jsonl");
    fs::copy(&path, &copy).unwrap();
    let second = json(&[&path, &copy], &data);
    assert_eq!((second.status, counts(&second)), (0, (0, 4, 0)));
    run(["verify", "--data", text(&data)]).ok();
    let people = import(&[&path], &data, &["--lang", "ar"]).ok();
    assert!(
        people.contains("سُجّل 0، وكان في السجل من قبل 2، ورُفض 0"),
        "{people}"
    );
}

/// Input without a release is no reason to begin a ledger, nor is a file that is not there.
#[test]
fn an_import_of_nothing_leaves_nothing_behind() {
    let (dir, path) = file("bad.jsonl", "{\"ocid\":\nnot json\n");
    let data = dir.path().join("ledger");
    let ran = json(&[&path], &data);
    assert_eq!((ran.status, counts(&ran)), (3, (0, 0, 1)));
    assert!(!data.exists());
    let missing = dir.path().join("missing.json");
    assert_eq!(json(&[&missing], &data).status, 9);
    assert!(!data.exists());
    // The next one begins it, under the name that it gives.
    let (_dir, good) = file("good.json", plain(1, "1"));
    let origin = ["--origin", "sijill.gov.example/ocds"];
    import(&[&path, &good], &data, &origin).fails(3, "ROWS_REJECTED");
    let store = EmbeddedStore::open_read_only(&data).unwrap();
    assert_eq!(store.origin(), origin[1]);
    assert_eq!(kept(&data).len(), 1);
}

#[test]
fn what_is_wrong_is_listed_by_line_and_path_and_the_rest_is_taken() {
    let good = plain(1, "1");
    let lines = [
        good.as_str(),                                            // 1
        &good[..good.find("توريد").unwrap()],                     // 2: truncated
        "ocid,id,date",                                           // 3: no JSON
        &plain(2, "1"),                                           // 4
        &good.replace(r#""ocid":"ocds-fict01-1","#, ""),          // 5
        &good.replace(r#""id":"1","#, ""),                        // 6
        &good.replace("2026-03-01T09:30:00+02:00", "2026-03-01"), // 7
        &good.replace(r#"["tender"]"#, "[]"),                     // 8
        &good.replace("أدوية", "أثاث"),                           // 9: the same id, other content
        r#"{"name":"nothing of OCDS"}"#,                          // 10
        r#"{"releases":[7,{"ocid":"a"}]}"#,                       // 11: two faults in one line
        &release(3, "1", r#""id":"2","x":1"#),                    // 12: its id twice
        &plain(3, "1"),                                           // 13
    ];
    let mut bytes = lines.join("\n").into_bytes();
    bytes.extend(b"\n{\"ocid\":\"\xff\"}\n"); // 14: no text
    let (dir, path) = file("mixed.jsonl", bytes);
    let data = dir.path().join("ledger");
    let rejects = dir.path().join("rejects.csv");
    let ran = import(&[&path], &data, &["--rejects", text(&rejects)]);
    assert_eq!(ran.status, 3, "{}", ran.err);
    assert!(ran.err.contains("ROWS_REJECTED"), "{}", ran.err);
    assert!(
        ran.out.contains("3 recorded, 0 there already, 12 rejected"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("mixed.jsonl:7: /date: "), "{}", ran.out);
    let mut reader = csv::Reader::from_path(&rejects).unwrap();
    let rows: Vec<(String, u64, String, String)> =
        reader.deserialize().map(Result::unwrap).collect();
    let mut found: BTreeMap<u64, Vec<(&str, &str)>> = BTreeMap::new();
    for (_, line, code, reason) in &rows {
        let path = reason.split_once(": ").map_or("", |(path, _)| path);
        let path = if path.starts_with('/') { path } else { "" };
        found.entry(*line).or_default().push((code, path));
    }
    let expected = BTreeMap::from([
        (2, vec![("JSON_TRUNCATED", "")]),
        (3, vec![("NOT_JSON", "")]),
        (5, vec![("OCDS_MISSING", "/ocid")]),
        (6, vec![("OCDS_MISSING", "/id")]),
        (7, vec![("OCDS_DATE", "/date")]),
        (8, vec![("OCDS_MISSING", "/tag")]),
        (9, vec![("RELEASE_CHANGED", "")]),
        (10, vec![("NOT_OCDS", "")]),
        (
            11,
            vec![
                ("OCDS_NOT_AN_OBJECT", "/releases/0"),
                ("OCDS_MISSING", "/releases/1/id"),
            ],
        ),
        (12, vec![("OCDS_REPEATED", "/id")]),
        (14, vec![("NOT_UTF8", "")]),
    ]);
    assert_eq!(found, expected);
    // Corrected, the file adds nothing twice.
    let corrected = [lines[0], lines[3], lines[12]].join("\n");
    fs::write(&path, corrected).unwrap();
    assert_eq!(counts(&json(&[&path], &data)), (0, 3, 0));
}

#[test]
fn a_package_of_many_lines_names_lines_and_places() {
    let broken = plain(2, "1").replace("2026-03-02T", "02.03.2026 ");
    let linked = r#"{"url":"https://ministry.example/r.json#3"}"#;
    let package = format!(
        "{{\n \"uri\": \"https://ministry.example/p.json\",\n \"publisher\": {{\"name\": \"وزارة الخيال\"}},\n \"releases\": [\n{},\n{broken},\n{linked}\n]}}\n",
        plain(1, "1")
    );
    let (dir, path) = file("package.json", package);
    let data = dir.path().join("ledger");
    let ran = import(&[&path], &data, &[]);
    assert_eq!(ran.status, 3);
    assert!(
        ran.out.contains("package.json:6: /releases/1/date: "),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("package.json:7: /releases/2: "),
        "{}",
        ran.out
    );
    let kept = kept(&data);
    assert_eq!(kept.len(), 1);
    let (release, bytes) = &kept[0];
    assert_eq!(*bytes, plain(1, "1"));
    assert_eq!(
        release.source.as_str(),
        "وزارة الخيال, https://ministry.example/p.json"
    );
    assert_eq!(release.summary.value.unwrap().to_string(), "12500.75 EGP");
}

#[test]
fn a_large_release_becomes_an_attachment_and_a_huge_one_is_refused() {
    // Digits that do not compress: a walk of a linear congruential generator.
    let mut state = 1_u64;
    let noise: String = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        char::from(b'!' + u8::try_from((state >> 33) % 90).unwrap())
            .to_string()
            .replace(['"', '\\'], "x")
    })
    .take(120_000)
    .collect();
    let large = release(1, "large", &format!(r#""x":"{noise}""#));
    let huge = release(2, "huge", &format!(r#""x":"{}""#, "y".repeat(33 << 20)));
    let (dir, path) = file(
        "large.jsonl",
        format!("{large}\n{huge}\n{}\n", plain(3, "1")),
    );
    let data = dir.path().join("ledger");
    let ran = json(&[&path], &data);
    assert_eq!(counts(&ran), (2, 0, 1));
    assert!(
        ran.err.contains("large.jsonl:2: ") && ran.err.contains("RELEASE_TOO_LARGE"),
        "{}",
        ran.err
    );
    let kept = kept(&data);
    assert!(matches!(kept[0].0.content, Content::Attachment(_)));
    assert_eq!(kept[0].1, large);
    assert_eq!(counts(&json(&[&path], &data)), (0, 2, 1));
}

#[test]
fn unusual_documents_do_no_harm() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let lines = [
        release(
            1,
            "deep",
            &format!(r#""tender":{{"items":{deep},"title":{deep}}}"#),
        ),
        release(
            2,
            "huge number",
            r#""tender":{"value":{"amount":1e999999999,"currency":"EGP"}}"#,
        ),
        release(3, "twice", r#""buyer":{"name":"A"},"buyer":{"name":"B"}"#),
        release(4, "half", r#""tender":{"title":"\ud800"}"#),
    ];
    let (dir, path) = file("odd.jsonl", lines.join("\n"));
    let data = dir.path().join("ledger");
    let ran = json(&[&path], &data);
    assert_eq!((ran.status, counts(&ran)), (0, (4, 0, 0)), "{}", ran.err);
    let left_out: Vec<String> = kept(&data)
        .iter()
        .flat_map(|(release, _)| &release.summary.left_out)
        .map(ToString::to_string)
        .collect();
    let expected = [
        "/tender/title",
        "/tender/value/amount",
        "/buyer",
        "/tender/title",
    ];
    assert_eq!(left_out, expected);

    let empty = dir.path().join("empty.json");
    fs::write(&empty, "\n").unwrap();
    assert_eq!(counts(&json(&[&empty], &data)), (0, 0, 0));
}

#[test]
fn a_missing_file_ends_the_run_before_anything_is_created() {
    let (dir, path) = file("r.jsonl", plain(1, "1"));
    let data = dir.path().join("ledger");
    let missing = dir.path().join("missing.json");
    let error = import(&[&path, &missing], &data, &[]).fails(9, "INPUT_UNUSABLE");
    assert!(error.contains("missing.json"), "{error}");
    assert!(!data.exists());
    run(["import", "ocds", "--data", text(&data)]).fails(2, "");
}

/// Armenia, Paraguay, Ukraine: 161 releases, each kept as it stands in its line.
#[test]
fn published_releases_are_recorded_once() {
    let Some(dir) = shared("ocds") else {
        return;
    };
    let files = ["armenia.jsonl", "paraguay.jsonl", "ukraine.jsonl"].map(|name| dir.join(name));
    let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    let data = tempfile::tempdir().unwrap();
    let data = data.path().join("ledger");
    let said = import(&files, &data, &[]).ok();
    assert!(
        said.contains("161 recorded, 0 there already, 0 rejected"),
        "{said}"
    );
    let said = import(&files, &data, &[]).ok();
    assert!(
        said.contains("0 recorded, 161 there already, 0 rejected"),
        "{said}"
    );
    let published: String = files
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    let kept: Vec<String> = kept(&data).into_iter().map(|(_, text)| text).collect();
    assert!(kept.iter().map(String::as_str).eq(published.lines()));
    run(["verify", "--data", text(&data)]).ok();
}

/// A whole life cycle, release by release and as a package, and its record, which only links to them.
#[test]
fn a_package_holds_the_releases_of_its_files() {
    let Some(dir) = shared("ocds/fictional") else {
        return;
    };
    let mut files: Vec<PathBuf> = fs::read_dir(&dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    let data = tempfile::tempdir().unwrap();
    let data = data.path().join("ledger");
    let record = dir.join("record/ocds-213czf-000-00001.json");
    assert_eq!(counts(&json(&files, &data)), (6, 6, 0));
    let ran = json(&[&record], &data);
    assert_eq!((ran.status, counts(&ran)), (3, (0, 0, 6)));
    assert_eq!(ran.err.matches("[OCDS_LINKED]").count(), 6, "{}", ran.err);
}
