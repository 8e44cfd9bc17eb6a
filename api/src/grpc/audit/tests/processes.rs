//! Processes of other systems: search, one process, and a release byte for byte.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use sha2::{Digest as _, Sha256 as Hasher};
use sijill_ledger_core::domain::process::{
    Content, Event as ProcessEvent, Party, Release, Summary,
};
use sijill_ledger_core::store::Attachments;
use tokio_stream::StreamExt as _;

use super::*;

fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn release(
    ocid: &str,
    id: &str,
    day: &str,
    title: &str,
    bytes: &[u8],
    content: Content,
) -> ProcessEvent {
    ProcessEvent::ReleaseRecorded(Box::new(Release {
        ocid: text(ocid),
        id: text(id),
        date: date(day).start(0),
        tags: vec![text("tender")],
        source: text("publisher.example"),
        sha256: Sha256(Hasher::digest(bytes).into()),
        bytes: bytes.len() as u64,
        content,
        summary: Summary {
            title: Some(text(title)),
            buyer: Some(Party {
                id: Some(text("B-1")),
                name: Some(text("وزارة الصحة")),
            }),
            ..Summary::default()
        },
    }))
}

async fn published() -> (World, Vec<u8>, Vec<u8>) {
    let world = World::new();
    let small = br#"{"ocid":"ocds-1-A","id":"1"}"#.to_vec();
    let large: Vec<u8> = (0..600_000_u32)
        .flat_map(|n| n.to_string().into_bytes())
        .collect();
    let inline = Content::Inline(compressed(&small));
    let event = release(
        "ocds-1-A",
        "1",
        "2026-01-01",
        "Purchase of syringes",
        &small,
        inline,
    );
    world.push("process-ocds-1-A", "2026-01-01", event).await;
    let attached = Attachments::new(world.dir.path())
        .put(&compressed(&large))
        .unwrap();
    let content = Content::Attachment(Sha256(attached.0));
    let event = release(
        "ocds-1-B",
        "1",
        "2026-02-01",
        "شراء أدوية",
        &large,
        content.clone(),
    );
    world.push("process-ocds-1-B", "2026-02-01", event).await;
    let event = release(
        "ocds-1-A",
        "2",
        "2026-03-01",
        "Purchase of needles",
        &small,
        Content::Attachment(Sha256([9; 32])),
    );
    world.push("process-ocds-1-A", "2026-03-01", event).await;
    let event = release(
        "ocds-1-A",
        "3",
        "2026-03-02",
        "Purchase of needles",
        &large,
        Content::Inline(compressed(&small)),
    );
    world.push("process-ocds-1-A", "2026-03-02", event).await;
    (world, small, large)
}

async fn search(world: &World, request: pb::SearchProcessesRequest) -> pb::SearchProcessesResponse {
    let answer = world.audit.search_processes(Request::new(request)).await;
    answer.unwrap().into_inner()
}

fn ocids(answer: &pb::SearchProcessesResponse) -> Vec<&str> {
    answer.rows.iter().map(|row| row.ocid.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_are_found_by_words_in_either_language() {
    let (world, ..) = published().await;
    let of = |text: &str| pb::SearchProcessesRequest {
        text: text.to_owned(),
        ..Default::default()
    };
    assert_eq!(
        ocids(&search(&world, of("needles PURCHASE")).await),
        ["ocds-1-A"]
    );
    assert_eq!(
        ocids(&search(&world, of("ادويه")).await),
        ["ocds-1-B"],
        "forms of letters"
    );
    assert_eq!(
        ocids(&search(&world, of("syringes")).await),
        [""; 0],
        "a later release renamed it"
    );
    let sorted = pb::SearchProcessesRequest {
        page: order_by("-latest"),
        ..Default::default()
    };
    assert_eq!(
        ocids(&search(&world, sorted).await),
        ["ocds-1-A", "ocds-1-B"]
    );
    let past = pb::SearchProcessesRequest {
        context: as_of(1),
        ..of("syringes")
    };
    assert_eq!(
        ocids(&search(&world, past).await),
        ["ocds-1-A"],
        "as it was known then"
    );
    let first = search(
        &world,
        pb::SearchProcessesRequest {
            page: page(1, ""),
            ..Default::default()
        },
    )
    .await;
    assert_eq!((ocids(&first), first.total_size), (vec!["ocds-1-A"], 2));
    let token = &first.next_page_token;
    let second = search(
        &world,
        pb::SearchProcessesRequest {
            page: page(1, token),
            ..Default::default()
        },
    )
    .await;
    assert_eq!(
        (ocids(&second), second.next_page_token.as_str()),
        (vec!["ocds-1-B"], "")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_has_its_releases() {
    let (world, ..) = published().await;
    let get = |ocid: &str| {
        let request = pb::GetProcessRequest {
            ocid: ocid.to_owned(),
            context: None,
        };
        world.audit.get_process(Request::new(request))
    };
    let answer = get("ocds-1-A").await.unwrap().into_inner();
    let process = answer.process.unwrap();
    assert_eq!(
        (process.title.as_deref(), process.releases),
        (Some("Purchase of needles"), 3)
    );
    let ids: Vec<&str> = answer
        .releases
        .iter()
        .map(|release| release.id.as_str())
        .collect();
    assert_eq!(ids, ["1", "2", "3"]);
    let error = get("ocds-9-Z").await.unwrap_err();
    assert_eq!(
        reason(&error),
        (Code::NotFound, "PROCESS_NOT_FOUND".to_owned())
    );
    // By the ocid, whatever its stream is called.
    let history = pb::GetHistoryRequest {
        entity: entity(pb::EntityKind::Process, "", "ocds-1-A"),
        ..Default::default()
    };
    assert_eq!(world.history(history).await.unwrap().rows.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_comes_as_it_was_published() {
    let (world, small, large) = published().await;
    let get = |ocid: &str, id: &str| {
        let (ocid, id) = (ocid.to_owned(), id.to_owned());
        let request = pb::GetReleaseRequest {
            ocid,
            id,
            context: None,
        };
        world.audit.get_release(Request::new(request))
    };
    for (ocid, bytes) in [("ocds-1-A", small), ("ocds-1-B", large)] {
        let mut stream = get(ocid, "1").await.unwrap().into_inner();
        let first = stream.next().await.unwrap().unwrap();
        let row = first.release.unwrap();
        assert_eq!(row.bytes, bytes.len() as u64);
        let mut read = first.piece;
        while let Some(message) = stream.next().await {
            read.extend(message.unwrap().piece);
        }
        assert!(read == bytes, "{ocid}");
    }
    let refusal = async |ocid: &str, id: &str| reason(&get(ocid, id).await.unwrap_err());
    let told = |code, reason: &str| (code, reason.to_owned());
    assert_eq!(
        refusal("ocds-1-A", "2").await,
        told(Code::NotFound, "ATTACHMENT_NOT_READABLE")
    );
    assert_eq!(
        refusal("ocds-1-A", "3").await,
        told(Code::DataLoss, "RELEASE_UNTRUE")
    );
    assert_eq!(
        refusal("ocds-1-A", "4").await,
        told(Code::NotFound, "RELEASE_NOT_FOUND")
    );
    assert_eq!(
        refusal("ocds-9-Z", "1").await,
        told(Code::NotFound, "PROCESS_NOT_FOUND")
    );
}
