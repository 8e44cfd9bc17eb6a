//! Thousands of envelopes of one bidder, of which nobody sees here whose they are: what is kept of them goes as it came.

use super::*;
use crate::domain::tender::Receipt;
use crate::domain::values::Withheld;

const MANY: u16 = 5_000;

fn id(n: u16) -> EnvelopeId {
    EnvelopeId::new(&Uuid::from_u128(n.into()).to_string()).unwrap()
}

/// The first envelope that was sealed, and what the log says of the tender: its publication and its closing.
async fn samples() -> [Recorded; 3] {
    let clock = manual();
    let store = Arc::new(MemoryStore::new(world::ORIGIN, Arc::clone(&clock) as _));
    let log = Log::new(store, Arc::clone(&clock) as _).await;
    log.seal(1, &key(1)).await.unwrap();
    clock.set(closes_at());
    Scheduler::new(log.ledger.clone(), Arc::new(NoWitnesses))
        .tick()
        .await
        .unwrap();
    let events = log.events().await;
    let find = |wanted: &dyn Fn(&Event) -> bool| {
        let found = events.iter().find(|it| wanted(&it.event));
        found.unwrap().clone()
    };
    [
        find(&|it| matches!(it, Event::Tender(tender::Event::TenderPublished(_)))),
        find(&|it| matches!(it, Event::Envelope(envelope::Event::BidSealed(_)))),
        find(&|it| matches!(it, Event::Tender(tender::Event::BiddingClosed(_)))),
    ]
}

/// A receipt takes one of them away by its id, and looks at no other; what is left is named when bidding is closed.
#[tokio::test]
async fn what_is_listed_elsewhere_is_taken_off_one_by_one() {
    let [published, sealed, closing] = samples().await;
    let policy = ListOfEnvelopes::default();
    let memory = policy.memory().unwrap();
    memory.remember(&published);
    for n in 0..MANY {
        let mut event = sealed.clone();
        if let Event::Envelope(envelope::Event::BidSealed(sealed)) = &mut event.event {
            sealed.claim = Withheld::Committed([7; 32]);
        }
        event.stream = Envelope::stream(&id(n));
        event.index = published.index + 1 + u64::from(n);
        memory.remember(&event);
    }
    let of_other = StreamName::of("tender", "OTHER");
    for n in (0..MANY).step_by(2) {
        let receipt = Receipt {
            envelope: id(n),
            bidder: supplier_id(),
            part: EnvelopePart::Technical,
            sealed_at: None,
            standing: None,
            vouch: None,
        };
        memory.remember(&Recorded {
            index: 10_000 + u64::from(n),
            stream: of_other.clone(),
            event: Event::Tender(tender::Event::BidReceived(receipt)),
            ..closing.clone()
        });
    }
    let closing = Recorded {
        index: 20_000,
        ..closing
    };
    memory.remember(&closing);
    let steps = policy.react(&closing);
    let Some(Step::Command { command, .. }) = steps.last() else {
        panic!("no end of the list")
    };
    let Command::Tender(tender::Command::EndReceipts(listing)) = command else {
        panic!("{command:?}")
    };
    let left = (1..MANY).step_by(2).rev().map(id);
    assert_eq!(listing.unlisted, left.collect::<Vec<_>>());
    assert_eq!(steps.len(), 2_501);
}
