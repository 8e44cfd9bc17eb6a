//! Which documents events of a tender name, and which of them must be there before.

use super::*;
use crate::domain;

fn named(event: Event) -> (Vec<u8>, bool) {
    let event = domain::Event::from(event);
    let first_bytes = event.attachments().into_iter().map(|it| it.0[0]);
    (first_bytes.collect(), event.waits_for_attachments())
}

fn amended(change: Change) -> Event {
    Event::TenderAmended(Amendment {
        number: Some(1),
        reason: text("the need changed"),
        change,
        closes_at: time("01-20 00:00"),
    })
}

fn opened(content: Option<BidContent>) -> Event {
    Event::BidOpened(OpenedBid {
        envelope: id("E-1"),
        bidder: Some(id("nile")),
        content,
        blamed: Vec::new(),
    })
}

#[test]
fn documents_are_named_where_they_are_published() {
    assert_eq!(named(Event::TenderDrafted(draft())), (vec![1], true));
    let documents = amended(Change::Documents {
        before: vec![document(1)],
        after: vec![document(2), document(3)],
    });
    assert_eq!(named(documents), (vec![2, 3], true));
    let lot = amended(Change::Lot {
        lot: id("L1"),
        before: Vec::new(),
        after: Vec::new(),
    });
    assert_eq!(named(lot), (vec![], true));
    let complaint = Event::ComplaintFiled(Complaint {
        id: id("C1"),
        against: Against::Documents,
        grounds: text("the documents name a brand"),
        documents: vec![document(4)],
        key: Some(pseudonym()),
    });
    assert_eq!(named(complaint), (vec![4], true));
}

/// A bidder who names a document and never brings it stops no opening.
#[test]
fn an_opened_bid_names_its_sealed_documents_and_waits_for_none() {
    let sealed = |n| SealedDocument {
        sealed: document(n),
        key: [9; 32],
    };
    let technical = BidContent::Technical(TechnicalBid {
        lots: vec![id("L1")],
        answers: Vec::new(),
        documents: vec![sealed(5), sealed(6)],
        security: None,
    });
    assert_eq!(named(opened(Some(technical))), (vec![5, 6], false));
    assert_eq!(named(opened(None)), (vec![], false));
}
