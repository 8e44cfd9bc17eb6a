//! The service over a real connection and a real store.

use std::time::Duration;

use sijill_ledger_core::event::Role;
use sijill_schemas::events::v1 as events;
use sijill_schemas::procurement::v1 as procurement;
use sijill_schemas::types::v1::{Money, UnitPrice};
use tokio_stream::StreamExt as _;

use super::*;
use crate::grpc::testing::*;

const PDF: &str = "application/pdf";
const NILE: By = By("organization:NILE", Role::Supplier, "-");
const DELTA: By = By("organization:DELTA", Role::Supplier, "-");
const NADIA: By = By("nadia", Role::ProcurementOfficer, "-");

/// A document of so many bytes, one of its own for each number.
fn pdf(number: u8, bytes: usize) -> Vec<u8> {
    let mut content = format!("%PDF-1.7\n% {number}\n").into_bytes();
    content.resize(bytes, number);
    content
}

fn announced(content: &[u8]) -> pb::UploadedDocument {
    pb::UploadedDocument {
        media_type: PDF.to_owned(),
        size_bytes: content.len() as u64,
        sha256: String::new(),
    }
}

fn parts(document: pb::UploadedDocument, content: &[u8]) -> Vec<pb::UploadDocumentRequest> {
    use pb::upload_document_request::Part;
    let chunks = content.chunks(100_000);
    let parts = chunks.map(|chunk| Part::Chunk(chunk.to_vec()));
    std::iter::once(Part::Document(document))
        .chain(parts)
        .map(|part| pb::UploadDocumentRequest { part: Some(part) })
        .collect()
}

async fn send(
    world: &World,
    by: By,
    parts: Vec<pb::UploadDocumentRequest>,
) -> Result<String, Status> {
    let request = by.asks(tokio_stream::iter(parts));
    let answer = world.documents().upload_document(request).await?;
    Ok(answer.into_inner().sha256)
}

async fn upload(world: &World, by: By, content: &[u8]) -> Result<String, Status> {
    send(world, by, parts(announced(content), content)).await
}

/// What comes of a document from a position on.
async fn download(
    world: &World,
    by: Option<By>,
    sha256: &str,
    offset_bytes: u64,
) -> Result<Vec<u8>, Status> {
    let asked = pb::DownloadDocumentRequest {
        sha256: sha256.to_owned(),
        offset_bytes,
    };
    let request = by.map_or_else(|| Request::new(asked.clone()), |by| by.asks(asked.clone()));
    let mut sent = world
        .documents()
        .download_document(request)
        .await?
        .into_inner();
    let mut content = Vec::new();
    while let Some(message) = sent.next().await {
        content.extend(message?.chunk);
    }
    Ok(content)
}

fn code(status: &Status) -> String {
    let refusal = details(status);
    assert!(!refusal.ar.is_empty() && !refusal.en.is_empty());
    assert!(refusal.ar.contains(|c| ('\u{600}'..'\u{700}').contains(&c)));
    refusal.code
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_uploaded_comes_back_from_any_place_on() {
    let world = World::new().await;
    for bytes in [20, 100_000, 1_300_000] {
        let content = pdf(1, bytes);
        let sha256 = upload(&world, NILE, &content).await.unwrap();
        assert_eq!(sha256, AttachmentHash::of(&content).to_string());
        for offset in [0, 1, bytes / 2, bytes - 1, bytes] {
            let came = download(&world, Some(NILE), &sha256, offset as u64).await;
            assert_eq!(came.unwrap(), content[offset..], "{bytes} from {offset}");
        }
        let beyond = download(&world, Some(NILE), &sha256, bytes as u64 + 1).await;
        assert_eq!(code(&beyond.unwrap_err()), "OFFSET_BEYOND_END");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_as_announced_is_refused_and_leaves_nothing() {
    let world = World::with_documents(Limits {
        document_bytes_max: 250_000,
        ..Limits::default()
    })
    .await;
    let content = pdf(1, 200_000);
    let good = announced(&content);
    let with = |change: &dyn Fn(&mut pb::UploadedDocument)| {
        let mut document = good.clone();
        change(&mut document);
        document
    };
    let html = b"<html>".repeat(30_000);
    let longer = [&content[..], b"more"].concat();
    for (document, content, expected) in [
        (
            with(&|it| it.size_bytes = 250_001),
            &content[..],
            "DOCUMENT_TOO_LARGE",
        ),
        (
            with(&|it| it.size_bytes = 199_999),
            &content,
            "DOCUMENT_SIZE_DIFFERS",
        ),
        (
            with(&|it| it.size_bytes = 200_001),
            &content,
            "DOCUMENT_SIZE_DIFFERS",
        ),
        (good.clone(), &longer, "DOCUMENT_SIZE_DIFFERS"),
        (with(&|it| it.size_bytes = 0), &content, "INVALID_FIELD"),
        (
            with(&|it| it.sha256 = "x".to_owned()),
            &content,
            "INVALID_FIELD",
        ),
        (
            with(&|it| it.sha256 = "0".repeat(64)),
            &content,
            "DOCUMENT_HASH_DIFFERS",
        ),
        (
            with(&|it| it.media_type = "text/html".to_owned()),
            &content,
            "MEDIA_TYPE_NOT_TAKEN",
        ),
        (
            with(&|it| it.media_type = "image/png".to_owned()),
            &content,
            "DOCUMENT_TYPE_DIFFERS",
        ),
        (announced(&html), &html, "DOCUMENT_TYPE_DIFFERS"),
    ] {
        let refused = send(&world, NILE, parts(document, content)).await;
        assert_eq!(code(&refused.unwrap_err()), expected);
    }
    for out_of_order in [
        Vec::new(),
        parts(good.clone(), &content).split_off(1),
        [parts(good.clone(), b""), parts(good.clone(), b"")].concat(),
        vec![pb::UploadDocumentRequest { part: None }],
    ] {
        let refused = send(&world, NILE, out_of_order).await;
        assert_eq!(code(&refused.unwrap_err()), "UPLOAD_OUT_OF_ORDER");
    }
    let attachments = world.attachments();
    assert_eq!(attachments.list().unwrap(), []);
    assert_eq!(attachments.sweep_incoming().unwrap(), 0);
    // And what is as announced is taken, hash and all.
    let sha256 = AttachmentHash::of(&content).to_string();
    let document = with(&|it| it.sha256.clone_from(&sha256));
    let taken = send(&world, NILE, parts(document, &content)).await;
    assert_eq!(taken.unwrap(), sha256);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_stops_ends_in_time_and_one_that_is_given_up_leaves_nothing() {
    let world = World::with_documents(Limits {
        stall_time_max: Duration::from_millis(200),
        ..Limits::default()
    })
    .await;
    let content = pdf(1, 300_000);
    let mut some = parts(announced(&content), &content);
    some.truncate(2);
    let silent = tokio_stream::iter(some.clone()).chain(tokio_stream::pending());
    let request = NILE.asks(silent);
    let stalled = world.documents().upload_document(request).await;
    assert_eq!(code(&stalled.unwrap_err()), "UPLOAD_STALLED");
    let silent = tokio_stream::iter(some).chain(tokio_stream::pending());
    let mut client = world.documents();
    let given_up = client.upload_document(NILE.asks(silent));
    // On a slow machine it may be over by then, and is no less given up.
    let _ = tokio::time::timeout(Duration::from_millis(50), given_up).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    let incoming = world.ledger.store().dir().join("attachments/incoming");
    let is_left = || std::fs::read_dir(&incoming).is_ok_and(|mut files| files.next().is_some());
    for _ in 0..1_000 {
        if !is_left() {
            break;
        }
        // A crowded machine takes longer to it.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(world.attachments().sweep_incoming().unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_at_the_same_time_are_one_document() {
    let world = World::new().await;
    let content = pdf(1, 700_000);
    let mut at_once = tokio::task::JoinSet::new();
    for n in 0..8 {
        let (mut client, parts) = (world.documents(), parts(announced(&content), &content));
        let by = if n % 2 == 0 { NILE } else { DELTA };
        at_once.spawn(async move {
            let request = by.asks(tokio_stream::iter(parts));
            client.upload_document(request).await.unwrap().into_inner()
        });
    }
    let hash = AttachmentHash::of(&content);
    while let Some(uploaded) = at_once.join_next().await {
        assert_eq!(uploaded.unwrap().sha256, hash.to_string());
    }
    let listed = world.attachments().list().unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].bytes, content.len() as u64);
    for by in [NILE, DELTA] {
        let came = download(&world, Some(by), &hash.to_string(), 0).await;
        assert_eq!(came.unwrap(), content);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_fills_the_disk_with_what_no_event_names() {
    let world = World::with_documents(Limits {
        unnamed_bytes_max: 1_000,
        unnamed_count_max: 3,
        ..Limits::default()
    })
    .await;
    upload(&world, NILE, &pdf(1, 600)).await.unwrap();
    let refused = upload(&world, NILE, &pdf(2, 401)).await.unwrap_err();
    assert_eq!(code(&refused), "UNNAMED_DOCUMENTS_FULL");
    assert_eq!(refused.code(), Code::ResourceExhausted);
    // Others have a share of their own.
    upload(&world, DELTA, &pdf(2, 401)).await.unwrap();
    for n in 3..5 {
        upload(&world, NILE, &pdf(n, 20)).await.unwrap();
    }
    let refused = upload(&world, NILE, &pdf(5, 20)).await.unwrap_err();
    assert_eq!(code(&refused), "UNNAMED_DOCUMENTS_FULL");
}

#[test]
fn uploads_at_once_are_limited_for_each_and_for_all() {
    let room = Arc::new(Room::new(Limits {
        uploads_max: 3,
        uploads_per_owner_max: 2,
        unnamed_bytes_max: 100,
        ..Limits::default()
    }));
    let enter = |owner, bytes| {
        let entered = room.enter(owner, bytes, Default::default);
        entered.map_err(|status| code(&status))
    };
    let first = enter("a", 60).unwrap();
    assert_eq!(enter("a", 41).err().unwrap(), "UNNAMED_DOCUMENTS_FULL");
    let _second = enter("a", 40).unwrap();
    assert_eq!(enter("a", 0).err().unwrap(), "UPLOADS_BUSY");
    let _third = enter("b", 1).unwrap();
    assert_eq!(enter("c", 1).err().unwrap(), "UPLOADS_BUSY");
    drop(first);
    assert!(enter("a", 60).is_ok());
}

/// Orders, with a document that they name.
fn placement(sha256: &str) -> procurement::PlaceOrderRequest {
    let currency = "EGP".to_owned();
    let line = events::OrderLine {
        item: "GAUZE".to_owned(),
        facility: CLINIC.to_owned(),
        quantity: whole(10),
        unit_price: Some(UnitPrice {
            amount: whole(10),
            currency: currency.clone(),
        }),
        due_days: Some(LAST_DAY),
    };
    let hash: AttachmentHash = sha256.parse().unwrap();
    procurement::PlaceOrderRequest {
        context: new(),
        order: "PO-1".to_owned(),
        placement: Some(events::OrderPlaced {
            number: "PO-1".to_owned(),
            basis: Some(events::order_placed::Basis::Direct(
                "the only maker".to_owned(),
            )),
            called_by: None,
            buyer: "MOH".to_owned(),
            supplier: "NILE".to_owned(),
            currency,
            delivery_terms: None,
            attachment_sha256: Some(hash.0.to_vec()),
            lines: vec![line],
        }),
    }
}

/// A ministry with two officials, of whom one may order; another ministry with one.
async fn registered() -> World {
    use events::OrganizationRole::{ProcuringEntity, Supplier};
    let world = World::new().await;
    world.item("GAUZE").await;
    world.facility(CLINIC).await;
    for (organization, role) in [
        ("MOH", ProcuringEntity),
        ("MOE", ProcuringEntity),
        ("NILE", Supplier),
    ] {
        world.organization(organization, role).await;
    }
    world.official("sami", "MOH").await;
    world.official("amal", "MOE").await;
    let post = world.official("nadia", "MOH").await;
    let delegation = sijill_schemas::registry::v1::DelegateAuthorityRequest {
        context: new(),
        official: "nadia".to_owned(),
        delegation: Some(events::AuthorityDelegated {
            post,
            limit: Some(Money {
                amount: whole(1_000),
                currency: "EGP".to_owned(),
            }),
            from_days: FIRST_DAY,
            until_days: LAST_DAY,
            delegator: None,
            decree: "2/2024".to_owned(),
        }),
    };
    let mut registry = world.registry();
    registry
        .delegate_authority(HUDA.asks(delegation))
        .await
        .unwrap();
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn until_an_event_names_it_a_document_is_its_uploaders_organisations_and_then_everybodys() {
    let world = registered().await;
    let content = pdf(1, 5_000);
    let mut procurement = world.procurement();
    let early = placement(&AttachmentHash::of(&content).to_string());
    let absent = procurement.place_order(NADIA.asks(early)).await;
    assert_eq!(code(&absent.unwrap_err()), "ATTACHMENT_MISSING");
    let sha256 = upload(&world, NADIA, &content).await.unwrap();
    let colleague = By("sami", Role::Approver, "-");
    let ministry = By("organization:MOH", Role::Oversight, "-");
    let elsewhere = By("amal", Role::ProcurementOfficer, "-");
    let nobody = By("nobody", Role::Auditor, "-");
    for by in [NADIA, colleague, ministry] {
        let came = download(&world, Some(by), &sha256, 0).await;
        assert_eq!(came.unwrap(), content);
    }
    for by in [Some(elsewhere), Some(NILE), Some(nobody), None] {
        let refused = download(&world, by, &sha256, 0).await.unwrap_err();
        assert_eq!(code(&refused), "DOCUMENT_NOT_FOUND");
        // What is not there at all is answered alike.
        let other = download(&world, by, &"0".repeat(64), 0).await.unwrap_err();
        let expected = details(&refused).en.replace(&sha256, &"0".repeat(64));
        assert_eq!(details(&other).en, expected);
    }
    let placed = procurement
        .place_order(NADIA.asks(placement(&sha256)))
        .await;
    placed.unwrap();
    let mut came = download(&world, None, &sha256, 0).await;
    for _ in 0..1_000 {
        if came.is_ok() {
            break;
        }
        // The views follow the log a moment later.
        tokio::time::sleep(Duration::from_millis(20)).await;
        came = download(&world, None, &sha256, 0).await;
    }
    assert_eq!(came.unwrap(), content);
    for by in [elsewhere, NILE, nobody] {
        let came = download(&world, Some(by), &sha256, 4_990).await;
        assert_eq!(came.unwrap(), content[4_990..]);
    }
    // What is named does not count any more: the next upload forgets its record.
    upload(&world, NADIA, &pdf(2, 100)).await.unwrap();
    let uploads = Uploads::open(world.attachments()).unwrap();
    assert_eq!(uploads.share("organization:MOH").bytes, 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_document_is_never_given_whole() {
    let world = World::new().await;
    let content = pdf(1, 1_300_000);
    let sha256 = upload(&world, NILE, &content).await.unwrap();
    let dir = world.ledger.store().dir().join("attachments");
    let path = dir.join(&sha256[..2]).join(&sha256[2..]);
    let mut damaged = content.clone();
    damaged[7] ^= 1;
    std::fs::write(path, &damaged).unwrap();
    for offset in [0, 1_200_000] {
        let refused = download(&world, Some(NILE), &sha256, offset).await;
        assert_eq!(code(&refused.unwrap_err()), "DOCUMENT_DAMAGED");
    }
    upload(&world, NILE, &content).await.unwrap();
    let came = download(&world, Some(NILE), &sha256, 0).await;
    assert_eq!(came.unwrap(), content);
}
