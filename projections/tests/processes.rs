//! The view of processes: merging by dates, search in Arabic and English, pages, snapshots.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "a test may fall"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Log, date, noon, text};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use sijill_ledger_core::domain::process::{
    Award, Content, Event, Field, Party, Process, Release, Summary,
};
use sijill_ledger_core::domain::values::{Currency, Money, Sha256, Text};
use sijill_ledger_core::event::Recorded;
use sijill_ledger_core::time::Timestamp;
use sijill_projections::ocds::{self, Published};
use sijill_projections::process::Processes;
use sijill_projections::process::query::{Cursor, Order, Query, Row};
use sijill_projections::snapshot::Bounds;
use sijill_projections::view::digest;
use sijill_projections::{Runner, View};

const ORIGIN: &str = "sijill.test/processes";

fn day(text: &str) -> Timestamp {
    date(text).start(0)
}

fn release(ocid: &str, id: &str, day_published: &str, summary: Summary) -> Release {
    Release {
        ocid: text(ocid),
        id: text(id),
        date: day(day_published),
        tags: vec![text("tender")],
        source: text("releases.json"),
        sha256: Sha256([id.len() as u8; 32]),
        bytes: 1_000,
        content: Content::Inline(vec![1]),
        summary,
    }
}

fn record(log: &mut Log, release: Release) {
    let stream = Process::stream(&release.ocid);
    let event = Event::ReleaseRecorded(Box::new(release));
    log.push(stream.as_str(), noon(date("2026-01-01")), event);
}

fn fed(events: &[Recorded]) -> Processes {
    let mut view = Processes::default();
    for event in events {
        view.apply(event);
    }
    view
}

fn row(view: &Processes, ocid: &str) -> Row {
    view.process(ocid).value.unwrap().process
}

fn pounds(amount: &str) -> Money {
    Money::new(amount.parse().unwrap(), Currency::new("EGP").unwrap()).unwrap()
}

fn party(id: &str, name: &str) -> Party {
    let maybe = |word: &str| (!word.is_empty()).then(|| text(word));
    Party {
        id: maybe(id),
        name: maybe(name),
    }
}

fn award(id: &str, status: &str, suppliers: &[Party]) -> Award {
    Award {
        id: text(id),
        status: Some(text(status)),
        value: None,
        suppliers: suppliers.to_vec(),
    }
}

/// Four releases, recorded in another order than they were published.
fn laptops() -> Vec<Recorded> {
    let mut log = Log::default();
    let amended = Summary {
        value: Some(pounds("90000")),
        removed: vec![Field::Tenderers],
        ..Summary::default()
    };
    record(
        &mut log,
        release("P-1", "3-amendment", "2026-03-01", amended),
    );
    let tender = Summary {
        title: Some(text("Laptops")),
        buyer: Some(party("EG-1", "Ministry of Health")),
        status: Some(text("active")),
        method: Some(text("open")),
        value: Some(pounds("80000")),
        tenderers: Some(0),
        awards: vec![award(
            "A",
            "pending",
            &[party("S-1", "Nile"), party("", "Delta")],
        )],
        ..Summary::default()
    };
    record(&mut log, release("P-1", "2-tender", "2026-02-01", tender));
    let awarded = Summary {
        status: Some(text("complete")),
        awards: vec![
            award("B", "active", &[]),
            award(
                "A",
                "active",
                &[party("S-2", ""), party("S-1", "Nile Company")],
            ),
        ],
        ..Summary::default()
    };
    record(&mut log, release("P-1", "4-award", "2026-04-01", awarded));
    let planned = Summary {
        title: Some(text("Computers")),
        status: Some(text("planning")),
        ..Summary::default()
    };
    record(
        &mut log,
        release("P-1", "1-planning", "2026-01-01", planned),
    );
    log.events
}

#[test]
fn each_field_has_the_last_word_by_the_dates_of_the_releases() {
    let row = row(&fed(&laptops()), "P-1");
    assert_eq!(row.title, Some(text("Laptops")));
    assert_eq!(row.buyer, Some(party("EG-1", "Ministry of Health")));
    assert_eq!(row.status, Some(text("complete")));
    assert_eq!(row.method, Some(text("open")));
    assert_eq!(row.value, Some(pounds("90000")));
    assert_eq!(row.tenderers, None, "taken back in March");
    assert_eq!(
        (row.releases, row.earliest, row.latest),
        (4, day("2026-01-01"), day("2026-04-01"))
    );
    let award = |id: &str, suppliers: &[Party]| award(id, "active", suppliers);
    let suppliers = [
        party("S-1", "Nile Company"),
        party("S-2", ""),
        party("", "Delta"),
    ];
    assert_eq!(row.awards, [award("A", &suppliers), award("B", &[])]);
}

#[test]
fn the_releases_of_a_process_are_listed_by_date_with_their_places_in_the_log() {
    let view = fed(&laptops());
    let answer = view.process("P-1");
    assert_eq!(answer.as_of.unwrap().index, 3);
    let releases = answer.value.unwrap().releases;
    let listed: Vec<_> = releases.iter().map(|r| (r.id.as_str(), r.index)).collect();
    assert_eq!(
        listed,
        [
            ("1-planning", 3),
            ("2-tender", 1),
            ("3-amendment", 0),
            ("4-award", 2)
        ]
    );
    let first = &releases[0];
    assert_eq!(
        (first.source.as_str(), first.bytes),
        ("releases.json", 1_000)
    );
    assert_eq!(first.tags, [text("tender")]);
    assert_eq!(first.sha256, Sha256([10; 32]));
    assert_eq!(view.process("P-2").value, None);
    assert_eq!(view.process(" no id ").value, None);
}

/// Three tenders in Arabic and English.
fn country() -> Processes {
    let mut log = Log::default();
    let mut add = |ocid: &str, published: &str, summary| {
        record(&mut log, release(ocid, "1", published, summary));
    };
    add(
        "ocds-eg-001",
        "2026-01-10",
        Summary {
            title: Some(text("توريد الأدوية والمستلزمات الطبّية")),
            buyer: Some(party("EG-MOH", "وزارة الصحة والسكان")),
            status: Some(text("active")),
            method: Some(text("open")),
            ..Summary::default()
        },
    );
    add(
        "ocds-eg-002",
        "2026-02-10",
        Summary {
            title: Some(text("أثاث مدرسي لإدارة القاهرة")),
            buyer: Some(party("EG-MOE", "وزارة التربية والتعليم")),
            status: Some(text("complete")),
            method: Some(text("direct")),
            awards: vec![award("1", "active", &[party("S-7", "شركة النيل للأثاث")])],
            ..Summary::default()
        },
    );
    add(
        "ocds-eg-003",
        "2026-03-10",
        Summary {
            title: Some(text("Medicines and Medical Supplies")),
            procuring_entity: Some(party("EG-UPA", "Unified Procurement Authority")),
            status: Some(text("complete")),
            method: Some(text("open")),
            ..Summary::default()
        },
    );
    fed(&log.events)
}

fn found(query: &Query) -> Vec<String> {
    let rows = country().search(query).value.rows;
    let last = |row: &Row| {
        row.ocid
            .as_str()
            .trim_start_matches("ocds-eg-00")
            .to_owned()
    };
    rows.iter().map(last).collect()
}

fn by_text(words: &str) -> Vec<String> {
    found(&Query {
        text: Some(words.to_owned()),
        ..Query::default()
    })
}

#[test]
fn a_search_finds_words_as_people_write_them() {
    // Title, without hamza, ta marbuta and shadda.
    assert_eq!(by_text("ادويه طبيه"), ["1"]);
    assert_eq!(by_text("الْأَدْوِيَة"), ["1"]);
    // Buyer.
    assert_eq!(by_text("وزاره"), ["1", "2"]);
    assert_eq!(by_text("procurement AUTHORITY"), ["3"]);
    // Supplier, by name and by id; words may stand in different fields.
    assert_eq!(by_text("النيل مدرسى"), ["2"]);
    assert_eq!(by_text("s-7"), ["2"]);
    assert_eq!(by_text("medical"), ["3"]);
    // The process itself.
    assert_eq!(by_text("ocds-eg-003"), ["3"]);
    assert_eq!(by_text("medical اثاث"), [""; 0]);
    assert_eq!(by_text(""), ["1", "2", "3"]);
}

#[test]
fn filters_restrict_and_agree_with_each_other() {
    let query = Query::default;
    let some = |word: &str| Some(word.to_owned());
    let status = Query {
        status: some("complete"),
        ..query()
    };
    assert_eq!(found(&status), ["2", "3"]);
    let both = Query {
        method: some("open"),
        ..status
    };
    assert_eq!(found(&both), ["3"]);
    let buyer = |wanted: &str| {
        found(&Query {
            buyer: some(wanted),
            ..query()
        })
    };
    assert_eq!(buyer("EG-MOE"), ["2"]);
    assert_eq!(buyer("الصحه"), ["1"]);
    assert_eq!(buyer("unified"), ["3"]);
    assert_eq!(buyer("eg-m"), [""; 0], "an id is given whole");
    assert_eq!(buyer("؟"), [""; 0]);
    assert_eq!(buyer(""), [""; 0]);
    let dated = |from: &str, until: &str| {
        found(&Query {
            from: Some(day(from)),
            until: Some(day(until)),
            ..query()
        })
    };
    assert_eq!(dated("2026-01-10", "2026-02-10"), ["1"]);
    assert_eq!(dated("2026-01-11", "2026-03-11"), ["2", "3"]);
    assert_eq!(dated("2026-04-01", "2026-05-01"), [""; 0]);
    let newest = Query {
        order: Order::Newest,
        ..query()
    };
    assert_eq!(found(&newest), ["3", "2", "1"]);
}

#[test]
fn a_page_says_how_many_there_are_and_where_the_next_begins() {
    let view = country();
    let first = Query {
        limit: 2,
        ..Query::default()
    };
    let page = view.search(&first).value;
    assert_eq!((page.rows.len(), page.total), (2, 3));
    let next = page.next.unwrap();
    assert_eq!(
        next,
        Cursor {
            latest: day("2026-02-10"),
            ocid: text("ocds-eg-002")
        }
    );
    let second = Query {
        after: Some(next),
        ..first
    };
    let page = view.search(&second).value;
    assert_eq!((page.rows.len(), page.total, page.next), (1, 3, None));
}

/// `tests/fixtures/processes/*.jsonl`: releases in, in the order of recording; `*.json`: the rows that come out, worked out
/// by hand.
#[test]
fn every_fixture_gives_its_rows() {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/processes");
    let mut checked = 0;
    for entry in fs::read_dir(&dir).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_none_or(|extension| extension != "jsonl")
        {
            continue;
        }
        let rows = fed(&log_of_file(&path).events)
            .search(&Query::default())
            .value
            .rows;
        let expected = fs::read_to_string(path.with_extension("json")).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
        assert_eq!(
            serde_json::to_value(rows).unwrap(),
            expected,
            "{}",
            path.display()
        );
        checked += 1;
    }
    assert!(checked > 0);
}

/// A file of JSON lines, recorded.
fn log_of_file(path: &Path) -> Log {
    let mut log = Log::default();
    for line in fs::read_to_string(path).unwrap().lines() {
        let document = ocds::document(line).unwrap();
        assert_eq!(document.faults, []);
        for found in &document.releases {
            let published = Published::read(found).unwrap();
            let release = published.into_release(text("fixture"), Content::Inline(vec![1]));
            record(&mut log, release);
        }
    }
    log
}

/// The compiled release that its publisher made of six releases says the same as the view.
#[test]
fn a_published_record_agrees() {
    let Some(dir) = shared("ocds/fictional") else {
        return;
    };
    let package = fs::read_to_string(dir.join("ocds-213czf-000-00001.json")).unwrap();
    let mut log = Log::default();
    for found in ocds::document(&package).unwrap().releases {
        let published = Published::read(&found).unwrap();
        record(
            &mut log,
            published.into_release(text("package"), Content::Inline(vec![1])),
        );
    }
    assert_eq!(log.events.len(), 6);
    let record_package = fs::read_to_string(dir.join("record/ocds-213czf-000-00001.json")).unwrap();
    let record_package: serde_json::Value = serde_json::from_str(&record_package).unwrap();
    let compiled = record_package["records"][0]["compiledRelease"].to_string();
    let found = ocds::document(&compiled).unwrap().releases;
    let compiled = Published::read(&found[0]).unwrap().summary;
    let row = row(&fed(&log.events), "ocds-213czf-000-00001");
    assert_eq!(
        (row.title, row.status, row.method),
        (compiled.title, compiled.status, compiled.method)
    );
    assert_eq!(
        (row.buyer, row.procuring_entity),
        (compiled.buyer, compiled.procuring_entity)
    );
    assert_eq!(
        (row.value, row.tenderers),
        (compiled.value, compiled.tenderers)
    );
    assert_eq!(row.awards, compiled.awards);
    assert!(!row.awards.is_empty());
}

/// The releases of three countries: every process is there, and is found by what its own title says.
#[test]
fn published_releases_are_found_by_their_own_words() {
    let Some(dir) = shared("ocds") else {
        return;
    };
    let mut log = Log::default();
    for name in ["armenia", "paraguay", "ukraine"] {
        let file = log_of_file(&dir.join(format!("{name}.jsonl")));
        for event in file.events {
            if let sijill_ledger_core::domain::Event::Process(Event::ReleaseRecorded(release)) =
                event.event
            {
                record(&mut log, *release);
            }
        }
    }
    let view = fed(&log.events);
    assert_eq!((log.events.len(), view.count()), (161, 123));
    let all = view
        .search(&Query {
            limit: 1_000,
            ..Query::default()
        })
        .value;
    assert_eq!((all.rows.len(), all.next), (123, None));
    for row in all.rows {
        let Some(title) = row.title else { continue };
        let query = Query {
            text: Some(title.to_string()),
            limit: 1_000,
            ..Query::default()
        };
        let found = view.search(&query).value.rows;
        assert!(found.iter().any(|other| other.ocid == row.ocid), "{title}");
    }
}

/// A directory of the shared data, or `None`, said aloud.
fn shared(name: &str) -> Option<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data")
        .join(name);
    let found = dir.is_dir().then_some(dir);
    if found.is_none() {
        println!("skipped: ../shared/data/{name} is not here");
    }
    found
}

/// A release of a random history: few values, so that they meet.
fn random_release() -> impl Strategy<Value = Release> {
    let word = |max: u8| (0..max).prop_map(|n| text(&format!("w{n}")));
    let party = move || (of(word(3)), of(word(3))).prop_map(|(id, name)| Party { id, name });
    let award =
        (word(3), of(word(3)), vec(party(), 0..3)).prop_map(|(id, status, suppliers)| Award {
            id,
            status,
            value: None,
            suppliers,
        });
    let fields = (
        of(word(4)),
        of(party()),
        of(word(3)),
        of(0..9_u32),
        any::<[bool; 4]>(),
    );
    let summary = (fields, vec(award, 0..3)).prop_map(
        |((title, buyer, status, tenderers, nulls), awards)| {
            let given = [
                title.is_some(),
                buyer.is_some(),
                status.is_some(),
                tenderers.is_some(),
            ];
            let fields = [Field::Title, Field::Buyer, Field::Status, Field::Tenderers];
            let removed = fields.into_iter().zip(given).zip(nulls);
            let removed = removed.filter(|((_, given), null)| !given && *null);
            Summary {
                title,
                buyer,
                status,
                tenderers,
                awards,
                removed: removed.map(|((field, _), _)| field).collect(),
                ..Summary::default()
            }
        },
    );
    (0..4_u8, 0..20_i32, summary).prop_map(|(process, days, summary)| {
        let published = date("2026-01-01").plus_days(days).to_string();
        release(&format!("P-{process}"), "r", &published, summary)
    })
}

fn log_of(releases: &[Release]) -> Log {
    let mut log = Log::default();
    for (n, release) in releases.iter().enumerate() {
        let release = Release {
            id: text(&n.to_string()),
            ..release.clone()
        };
        record(&mut log, release);
    }
    log
}

/// The plainest merge: sort, then let each release overwrite.
fn merged(
    releases: &[Release],
    ocid: &Text,
) -> (Option<Text>, Option<Party>, Option<Text>, Option<u32>) {
    let mut own: Vec<&Release> = releases.iter().filter(|r| r.ocid == *ocid).collect();
    own.sort_by_key(|release| release.date);
    let mut row = (None, None, None, None);
    for Release { summary, .. } in own {
        let removes = |field: Field| summary.removed.contains(&field);
        if summary.title.is_some() || removes(Field::Title) {
            row.0.clone_from(&summary.title);
        }
        if summary.buyer.is_some() || removes(Field::Buyer) {
            row.1.clone_from(&summary.buyer);
        }
        if summary.status.is_some() || removes(Field::Status) {
            row.2.clone_from(&summary.status);
        }
        if summary.tenderers.is_some() || removes(Field::Tenderers) {
            row.3 = summary.tenderers;
        }
    }
    row
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_fold_agrees_with_a_plain_merge(releases in vec(random_release(), 1..40)) {
        let view = fed(&log_of(&releases).events);
        for Row { ocid, title, buyer, status, tenderers, .. } in view.search(&Query::default()).value.rows {
            prop_assert_eq!((title, buyer, status, tenderers), merged(&releases, &ocid));
        }
    }

    /// As long as no two releases of a process have one date, the order of the log does not matter.
    #[test]
    fn the_order_of_recording_does_not_matter(
        mut releases in vec(random_release(), 1..30),
        turn in 0_usize..30,
    ) {
        let mut seen = std::collections::BTreeSet::new();
        releases.retain(|release| seen.insert((release.ocid.clone(), release.date)));
        let rows = |releases: &[Release]| {
            let mut rows = fed(&log_of(releases).events).search(&Query::default()).value.rows;
            // Suppliers stand in the order of their first mention.
            rows.iter_mut().flat_map(|row| &mut row.awards).for_each(|award| award.suppliers.sort());
            rows
        };
        let expected = rows(&releases);
        let turn = turn.min(releases.len());
        releases.rotate_left(turn);
        prop_assert_eq!(rows(&releases), expected.clone());
        releases.reverse();
        prop_assert_eq!(rows(&releases), expected);
    }

    #[test]
    fn pages_put_together_are_the_whole(releases in vec(random_release(), 1..30), limit in 1_usize..4) {
        let view = fed(&log_of(&releases).events);
        for order in [Order::Ocid, Order::Newest, Order::Oldest] {
            let whole = view.search(&Query { order, ..Query::default() }).value;
            let mut query = Query { order, limit, ..Query::default() };
            let mut rows = Vec::new();
            loop {
                let page = view.search(&query).value;
                prop_assert_eq!(page.total, whole.total);
                rows.extend(page.rows);
                let Some(next) = page.next else { break };
                query.after = Some(next);
            }
            prop_assert_eq!(rows, whole.rows);
        }
    }

    #[test]
    fn a_snapshot_and_the_tail_equal_a_full_replay(releases in vec(random_release(), 1..30), cut in 0_usize..30) {
        let log = log_of(&releases);
        let cut = cut.min(log.events.len());
        let run = |events: &[Recorded], runner: &mut Runner| {
            for event in events {
                runner.apply(event).unwrap();
            }
        };
        let (mut whole, mut part) = (Runner::default(), Runner::default());
        run(&log.events, &mut whole);
        run(&log.events[..cut], &mut part);
        let dir = tempfile::tempdir().unwrap();
        part.save(dir.path(), ORIGIN).unwrap();
        let bounds = Bounds::newest(log.events.len() as u64);
        let restored = Runner::restore(dir.path(), ORIGIN, bounds, &common::ids(&log));
        prop_assert!(restored.rejected.is_empty());
        let mut runner = restored.runner;
        run(&log.events, &mut runner);
        prop_assert_eq!(runner.digests(), whole.digests());
        let state = |runner: &Runner| postcard::to_stdvec(&runner.views().processes).unwrap();
        prop_assert_eq!(state(&runner), state(&whole));
    }

    /// A changed word anywhere shows in the digest.
    #[test]
    fn a_changed_release_shows_in_the_digest(releases in vec(random_release(), 1..20), at in 0_usize..20) {
        let mut changed = releases.clone();
        let at = at % releases.len();
        changed[at].sha256 = Sha256([0xff; 32]);
        let of = |releases: &[Release]| digest(&fed(&log_of(releases).events));
        prop_assert_eq!(of(&releases), of(&releases));
        prop_assert_ne!(of(&releases), of(&changed));
    }
}
