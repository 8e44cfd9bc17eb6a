//! When bidding is closed, every envelope of the tender is listed in its stream, the latest first, and then the list is ended.
//!
//! Which envelopes are a tender's, only whoever holds their withheld claims knows: they are gathered in memory, from the start of
//! the log. One that a rule refuses is a visible step (`StepRefused`), and the end of the list names it. All timely ones stand before the closing: a stamp before the deadline was given before the closing was decided.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Memory, Policy, Step};
use crate::domain::tender::{self, Listing, Receipt, Tender};
use crate::domain::values::{EnvelopeId, TenderId};
use crate::domain::{Command, envelope};
use crate::event::{Event, Recorded};
use crate::store::StreamName;

/// Lists the envelopes of a tender when its bidding is closed.
#[derive(Debug, Default)]
pub struct ListOfEnvelopes(Mutex<Index>);

#[derive(Debug, Default)]
struct Index {
    /// By stream of the tender: its envelopes by the index of their sealing.
    envelopes: BTreeMap<StreamName, BTreeMap<u64, Receipt>>,
    /// Tenders that are closed, by the index of the closing.
    closed: BTreeMap<u64, StreamName>,
}

impl ListOfEnvelopes {
    fn index(&self) -> MutexGuard<'_, Index> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Policy for ListOfEnvelopes {
    fn name(&self) -> &'static str {
        "list-of-envelopes"
    }

    fn reacts_to(&self) -> &'static [&'static str] {
        &[
            "sijill.events.v1.BidSealed",
            "sijill.events.v1.BiddingClosed",
        ]
    }

    fn react(&self, event: &Recorded) -> Vec<Step> {
        if !is_closing(event) {
            return Vec::new();
        }
        let index = self.index();
        let sealed = index.envelopes.get(&event.stream);
        let before = sealed.map(|sealed| sealed.range(..event.index));
        let receipts: Vec<_> = before.into_iter().flatten().rev().collect();
        let listing = Listing {
            envelopes: u32::try_from(receipts.len()).ok(),
            unlisted: receipts.iter().map(|(_, it)| it.envelope.clone()).collect(),
        };
        let receive = |(_, receipt): (_, &Receipt)| tender::Command::Receive(receipt.clone());
        let commands = receipts.into_iter().map(receive);
        let commands = commands.chain([tender::Command::EndReceipts(listing)]);
        let step = |command| Step::Command {
            stream: event.stream.clone(),
            command: Command::Tender(command),
        };
        commands.map(step).collect()
    }

    fn memory(&self) -> Option<&dyn Memory> {
        Some(self)
    }
}

impl Memory for ListOfEnvelopes {
    fn remember(&self, event: &Recorded) {
        if is_closing(event) {
            let mut index = self.index();
            index.closed.insert(event.index, event.stream.clone());
        }
        let Some((tender, receipt)) = receipt(event) else {
            return;
        };
        let mut index = self.index();
        let envelopes = index.envelopes.entry(Tender::stream(&tender)).or_default();
        envelopes.insert(event.index, receipt);
    }

    fn settled(&self, below: u64) {
        let mut index = self.index();
        let later = index.closed.split_off(&below);
        let listed = std::mem::replace(&mut index.closed, later);
        for tender in listed.into_values() {
            index.envelopes.remove(&tender);
        }
    }
}

fn is_closing(event: &Recorded) -> bool {
    matches!(event.event, Event::Tender(tender::Event::BiddingClosed(_)))
}

/// For which tender an envelope is, and what is asked to list it; `None` where its claim is not held here.
fn receipt(event: &Recorded) -> Option<(TenderId, Receipt)> {
    let Event::Envelope(envelope::Event::BidSealed(sealed)) = &event.event else {
        return None;
    };
    let claim = sealed.claim.known()?;
    let receipt = Receipt {
        // An envelope stream's id was an envelope id when the stream was named.
        envelope: EnvelopeId::new(event.stream.id()).ok()?,
        bidder: claim.bidder.clone(),
        part: claim.part,
        sealed_at: None,
        standing: None,
        vouch: claim.vouch.clone(),
    };
    Some((claim.tender.clone(), receipt))
}
