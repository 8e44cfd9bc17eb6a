//! A direct purchase from its need to its end: one supplier is asked on a stated ground, its offer is recorded with the paper, and from
//! there on all is as in any tender.

use sha2::Digest as _;
use sijill_ledger_core::domain::values::Sha256;
use sijill_schemas::documents::v1 as documents;
use sijill_schemas::events::v1::TenderProcedure as Procedure;
use sijill_schemas::oversight::v1 as asking;
use sijill_schemas::types::v1::Document;

use super::short::{Short, awarded, bidding, completed, told};
use super::world::*;
use super::*;
use super::{asked, judging};

/// The offer as it came.
const PAPER: &[u8] = b"%PDF-1.7\n% ten pieces, 40 pounds each, 410 in all\n";
const PDF: &str = "application/pdf";

fn hash() -> Sha256 {
    Sha256(sha2::Sha256::digest(PAPER).into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_direct_purchase_from_a_need_to_its_end() {
    let asked_alone = Short {
        procedure: Procedure::Direct,
        invitation: Some(events::TenderInvitation {
            ground: events::InvitationGround::SoleSource.into(),
            justification: "nobody else weaves it".to_owned(),
            after: None,
            invited: vec!["NILE".to_owned()],
            list: None,
        }),
        ..Short::open()
    };
    let play = bidding(&asked_alone, None).await;
    let mut tenders = play.world.tenders();
    let early = tenders.record_offer(NADIA.asks(offer("NILE"))).await;
    assert_eq!(refused(early), "TENDER_BIDDING_OPEN");
    play.noon("01-17");
    play.react().await;
    uploaded(&play).await;
    let other = tenders.record_offer(NADIA.asks(offer("DELTA"))).await;
    assert_eq!(refused(other), "TENDER_NOT_INVITED");
    done(tenders.record_offer(NADIA.asks(offer("NILE"))).await);
    let again = tenders.record_offer(NADIA.asks(offer("NILE"))).await;
    assert_eq!(refused(again), "TENDER_OFFER_RECORDED");
    let uncorrected = judging::award("A", "NILE");
    let uncorrected = tenders.propose_award(E1.asks(uncorrected)).await;
    assert_eq!(refused(uncorrected), "TENDER_UNCORRECTED");
    let correction = pb::CorrectBidRequest {
        context: new(),
        tender: TENDER.to_owned(),
        correction: Some(events::BidCorrected {
            bidder: "NILE".to_owned(),
            lot: "A".to_owned(),
            before: None,
            after: None,
        }),
    };
    done(tenders.correct_bid(E1.asks(correction)).await);
    awarded(&play, "A", "NILE").await;
    told(&play, "01-18").await;
    completed(&play, "01-31").await;
    the_page(&play).await;
    assert_eq!(downloaded(&play).await, PAPER);
}

fn offer(bidder: &str) -> pb::RecordOfferRequest {
    pb::RecordOfferRequest {
        context: new(),
        tender: TENDER.to_owned(),
        offer: Some(events::OfferRecorded {
            bidder: bidder.to_owned(),
            offer: Some(
                prost::Message::decode(&*financial(&[("A", 1, 10, 400)], &[("A", 410)])).unwrap(),
            ),
            document: Some(Document {
                title: names("عرض", "offer"),
                sha256: hash().0.to_vec(),
                bytes: PAPER.len() as u64,
                media_type: PDF.to_owned(),
            }),
        }),
    }
}

async fn uploaded(play: &Play) {
    use documents::upload_document_request::Part;
    let announced = documents::UploadedDocument {
        media_type: PDF.to_owned(),
        size_bytes: PAPER.len() as u64,
        sha256: hash().to_string(),
    };
    let parts = [Part::Document(announced), Part::Chunk(PAPER.to_vec())];
    let parts = parts.map(|part| documents::UploadDocumentRequest { part: Some(part) });
    let request = NADIA.asks(tokio_stream::iter(parts));
    play.world
        .documents()
        .upload_document(request)
        .await
        .unwrap();
}

/// The views have seen the offer: the page was read.
async fn downloaded(play: &Play) -> Vec<u8> {
    let request = documents::DownloadDocumentRequest {
        sha256: hash().to_string(),
        offset_bytes: 0,
    };
    let mut client = play.world.documents();
    let mut parts = client
        .download_document(request)
        .await
        .unwrap()
        .into_inner();
    let mut content = Vec::new();
    while let Some(part) = parts.message().await.unwrap() {
        content.extend(part.chunk);
    }
    content
}

async fn the_page(play: &Play) {
    let page = asked::page(play).await;
    assert_eq!(page.procedure(), Procedure::Direct);
    assert_eq!(page.stage(), asking::TenderStage::Completed);
    assert_eq!(page.envelopes, [], "nothing was sealed");
    let [bid] = &page.bids[..] else {
        panic!("one offer: {:?}", page.bids);
    };
    let [offer] = &bid.offers[..] else {
        panic!("one lot: {bid:?}");
    };
    let totals = [&offer.stated, &offer.price].map(|it| asked::amount(it.as_ref()));
    assert_eq!(
        (bid.bidder.as_str(), totals),
        ("NILE", ["410", "400"].map(str::to_owned))
    );
    let steps: Vec<_> = page.timeline.iter().map(|it| it.step.as_str()).collect();
    let recorded = steps.iter().filter(|step| **step == "OfferRecorded");
    assert_eq!(recorded.count(), 1, "{steps:?}");
    assert_eq!(asked::amount(page.end.unwrap().value.as_ref()), "400");
}
