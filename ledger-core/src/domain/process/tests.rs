//! The rules of recorded releases, given / when / then.

use super::*;
use crate::aggregate::Explain as _;
use crate::domain::values::{Currency, Money};
use crate::event::Actor;
use crate::testing::{Given, actor};
use crate::time::Timestamp;

const OCID: &str = "ocds-213czf-000-00001";

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn release(id: &str, published: u8) -> Release {
    Release {
        ocid: text(OCID),
        id: text(id),
        date: Timestamp::from_micros(1_268_645_400_000_000),
        tags: vec![text("tender")],
        source: text("releases.json"),
        sha256: Sha256([published; 32]),
        bytes: 100,
        content: Content::Inline(vec![published]),
        summary: Summary::default(),
    }
}

fn registrar() -> Actor {
    actor("rania", Role::Registrar)
}

fn given() -> Given<Process> {
    Given::nothing()
        .by(registrar())
        .stream(Process::stream(&text(OCID)))
}

fn record(release: Release) -> Command {
    Command::Record(Box::new(release))
}

#[track_caller]
fn code(release: Release) -> &'static str {
    given().when(record(release)).refused().code()
}

#[test]
fn a_release_is_recorded_as_it_is_given() {
    let given = given().when(record(release("1", 7)));
    assert_eq!(
        given.last(),
        [Event::ReleaseRecorded(Box::new(release("1", 7)))]
    );
    let process = given.state();
    assert_eq!(process.ocid(), Some(&text(OCID)));
    assert_eq!(process.release(&text("1")), Some(Sha256([7; 32])));
    assert_eq!(process.release(&text("2")), None);
}

#[test]
fn registrars_administrators_and_sijill_itself_record_releases() {
    for (role, may) in [
        (Role::Registrar, true),
        (Role::Administrator, true),
        (Role::System, true),
        (Role::ProcurementOfficer, false),
        (Role::Auditor, false),
    ] {
        let given = given().by(actor("rania", role));
        assert_eq!(
            given.when(record(release("1", 7))).accepted(),
            may,
            "{role:?}"
        );
    }
}

#[test]
fn a_release_is_recorded_once_and_releases_come_in_any_order() {
    let given = given()
        .when(record(release("2", 2)))
        .when(record(release("1", 1)));
    assert!(given.accepted());
    let again = Release {
        source: text("another copy of the file"),
        ..release("2", 2)
    };
    let refusal = given.when(record(again)).refused();
    assert_eq!(refusal, Refusal::Recorded { id: text("2") });
    assert_eq!(refusal.code(), "RELEASE_RECORDED");
}

/// A publisher that changes a release in place shows.
#[test]
fn other_content_under_the_same_id_is_refused_with_both_hashes() {
    let refusal = given()
        .when(record(release("1", 1)))
        .when(record(release("1", 2)))
        .refused();
    assert_eq!(refusal.code(), "RELEASE_CHANGED");
    let (one, two) = ("01".repeat(32), "02".repeat(32));
    for said in [refusal.arabic(), refusal.english()] {
        assert!(said.contains(&one) && said.contains(&two), "{said}");
    }
}

#[test]
fn a_release_belongs_into_the_stream_of_its_process() {
    let other = Release {
        ocid: text("ocds-213czf-000-00002"),
        ..release("1", 1)
    };
    assert_eq!(code(other.clone()), "RELEASE_OTHER_PROCESS");
    let given = given().when(record(release("1", 1)));
    assert!(!given.possible(&Event::ReleaseRecorded(Box::new(other))));
}

#[test]
fn an_id_that_no_stream_can_be_named_by_is_hashed() {
    let stream = |ocid: &str| Process::stream(&text(ocid)).as_str().to_owned();
    assert_eq!(stream(OCID), "process-ocds-213czf-000-00001");
    assert_eq!(stream(&"a".repeat(100)).len(), 108);
    // SHA-256 of "abc def", computed by another program.
    assert_eq!(
        stream("abc def"),
        "process-sha256.010971ea0013a09d91df437de2cd6f66df4dbdf78974926175d8421055ad1f62"
    );
    let hashed = [
        "a".repeat(101),
        "عملية ١".to_owned(),
        "a/b".to_owned(),
        // Or two ids could be named alike.
        stream("a/b").replace("process-", ""),
    ];
    let names: BTreeSet<String> = hashed.iter().map(|ocid| stream(ocid)).collect();
    assert_eq!(names.len(), hashed.len());
    for name in &names {
        assert!(
            name.starts_with("process-sha256.") && name.len() == 79,
            "{name}"
        );
        assert!(StreamName::new(name).is_ok());
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let with = |change: &dyn Fn(&mut Release)| {
        let mut release = release("1", 1);
        change(&mut release);
        code(release)
    };
    assert_eq!(with(&|r| r.tags.clear()), "RELEASE_NO_TAG");
    assert_eq!(
        with(&|r| r.tags = vec![text("tender"); 21]),
        "RELEASE_TOO_MANY_TAGS"
    );
    assert_eq!(with(&|r| r.bytes = 0), "RELEASE_EMPTY");
    assert_eq!(
        with(&|r| r.content = Content::Inline(Vec::new())),
        "RELEASE_EMPTY"
    );
    assert_eq!(
        with(&|r| r.bytes = RELEASE_BYTES_MAX + 1),
        "RELEASE_TOO_LARGE"
    );
    assert_eq!(
        with(&|r| r.content = Content::Inline(vec![0; INLINE_BYTES_MAX + 1])),
        "RELEASE_INLINE_TOO_LARGE"
    );
    assert_eq!(
        with(&|r| r.tags = vec![text(&"ط".repeat(500)); 20]),
        "RELEASE_DESCRIPTION_TOO_LARGE"
    );
    assert_eq!(
        with(&|r| r.summary.left_out = vec![text("/tender"); LEFT_OUT_MAX + 1]),
        "RELEASE_SUMMARY_TOO_LONG"
    );
}

#[test]
fn awards_and_suppliers_are_bounded() {
    let award = |suppliers: usize| Award {
        id: text("A"),
        status: None,
        value: None,
        suppliers: vec![
            Party {
                id: None,
                name: None
            };
            suppliers
        ],
    };
    let with = |awards: Vec<Award>| {
        let mut release = release("1", 1);
        release.summary.awards = awards;
        given().when(record(release))
    };
    assert!(with(vec![award(0); AWARDS_MAX]).accepted());
    assert!(with(vec![award(SUPPLIERS_MAX)]).accepted());
    let too_long = Refusal::SummaryTooLong;
    assert_eq!(with(vec![award(0); AWARDS_MAX + 1]).refused(), too_long);
    assert_eq!(with(vec![award(SUPPLIERS_MAX + 1)]).refused(), too_long);
}

#[test]
fn a_summary_cannot_give_what_it_removes() {
    let mut release = release("1", 1);
    release.summary.removed = vec![Field::Title, Field::Value];
    assert!(given().when(record(release.clone())).accepted());
    release.summary.title = Some(text("Laptops"));
    assert_eq!(code(release.clone()), "RELEASE_SUMMARY_CONTRADICTS");
    release.summary.title = None;
    release.summary.removed.push(Field::Title);
    assert_eq!(code(release), "RELEASE_SUMMARY_CONTRADICTS");
}

#[test]
fn a_process_has_a_bounded_number_of_releases() {
    let mut process = Process::default();
    for n in 0..RELEASES_MAX {
        let id = text(&n.to_string());
        process.releases.insert(id, Sha256([0; 32]));
    }
    let next = release("next", 1);
    assert_eq!(process.can_take(&next), Err(Refusal::Full));
}

#[test]
fn the_largest_release_fits_an_entry() {
    use crate::codec::encode;
    use crate::store::ENTRY_BYTES_MAX;

    let mut release = release("1", 1);
    release.content = Content::Inline(vec![1; INLINE_BYTES_MAX]);
    let pounds = Currency::new("EGP").unwrap();
    let money = Money::new("99999999999999".parse().unwrap(), pounds).unwrap();
    let party = Party {
        id: Some(text("1")),
        name: None,
    };
    loop {
        release.summary.awards.push(Award {
            id: text("1"),
            status: Some(text("a")),
            value: Some(money),
            suppliers: vec![party.clone(); 3],
        });
        if release.fits().is_err() {
            break;
        }
        let event = Event::ReleaseRecorded(Box::new(release.clone()));
        let bytes = encode(&event.into()).unwrap().data.len();
        // 4,000 bytes are left for stream, kind and metadata.
        assert!(bytes + 4_000 <= ENTRY_BYTES_MAX, "{bytes}");
    }
    assert!(release.summary.awards.len() > 100);
}

/// The command's JSON is hashed: bytes are hexadecimal text there.
#[test]
fn compressed_bytes_are_text_in_json() {
    let content = Content::Inline(vec![0x78, 0x9c, 0x0a]);
    let json = serde_json::to_string(&content).unwrap();
    assert_eq!(json, r#"{"Inline":"789c0a"}"#);
    assert_eq!(serde_json::from_str::<Content>(&json).unwrap(), content);
    for wrong in [
        r#"{"Inline":"789"}"#,
        r#"{"Inline":"7g"}"#,
        r#"{"Inline":"+7"}"#,
    ] {
        assert!(serde_json::from_str::<Content>(wrong).is_err(), "{wrong}");
    }
}
