//! Whose envelopes there are: gathered in memory from the claims that the store keeps apart, when somebody asks. It is in no view,
//! no snapshot and no mirror, and leaves this process only in an answer to the bidder.

use std::collections::BTreeMap;
use std::sync::Arc;

use sijill_ledger_core::codec;
use sijill_ledger_core::domain::envelope::{self, Claim};
use sijill_ledger_core::domain::values::{EnvelopeId, OrganizationId};
use sijill_ledger_core::event::{Event, Recorded};
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::time::Timestamp;
use tokio::sync::Mutex;
use tonic::Status;

use crate::grpc::status;

const SEALED: &str = "sijill.events.v1.BidSealed";

/// An envelope whose claim is held here.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// Leaf index of its sealing.
    pub index: u64,
    /// Stamp of its sealing.
    pub at: Timestamp,
    /// Its id.
    pub envelope: EnvelopeId,
    /// For which tender, whose and what.
    pub claim: Claim,
}

impl Sealed {
    /// Whether it is a later one of the same tender, bidder and part.
    pub fn is_later_than(&self, other: &Self) -> bool {
        let (own, its) = (&self.claim, &other.claim);
        (&own.tender, &own.bidder, own.part) == (&its.tender, &its.bidder, its.part)
            && self.index > other.index
    }
}

/// Envelopes by bidder.
pub struct Index {
    store: Arc<EmbeddedStore>,
    gathered: Mutex<Gathered>,
}

#[derive(Default)]
struct Gathered {
    /// Index of the entry that is read next.
    next: u64,
    by_bidder: BTreeMap<OrganizationId, Vec<Sealed>>,
}

impl Index {
    /// Of this log; nothing is read yet.
    pub fn new(store: Arc<EmbeddedStore>) -> Self {
        let gathered = Mutex::default();
        Self { store, gathered }
    }

    /// A bidder's envelopes in the order of the log, up to its end.
    pub async fn of(&self, bidder: &OrganizationId) -> Result<Vec<Sealed>, Status> {
        let mut gathered = self.gathered.lock().await;
        self.read_on(&mut gathered).await?;
        let own = gathered.by_bidder.get(bidder);
        Ok(own.cloned().unwrap_or_default())
    }

    async fn read_on(&self, gathered: &mut Gathered) -> Result<(), Status> {
        while gathered.next < self.store.size() {
            let batch = self.store.read_log(gathered.next).await;
            let batch = batch.map_err(|error| status::reading(&error))?;
            let Some(next) = batch.next_index() else {
                return Ok(());
            };
            for (index, entry) in batch.iter().filter(|(_, entry)| entry.kind == SEALED) {
                let parts = self.store.parts(index).await;
                let parts = parts.map_err(|error| status::reading(&error))?;
                let recorded = codec::recorded(index, &entry, &parts);
                let recorded = recorded.map_err(|error| status::internal(&error.to_string()))?;
                if let Some(sealed) = sealed(&recorded) {
                    let bidder = sealed.claim.bidder.clone();
                    gathered.by_bidder.entry(bidder).or_default().push(sealed);
                }
            }
            gathered.next = next;
        }
        Ok(())
    }
}

/// `None` where the claim is not held here: then it is nobody's, and told to nobody.
fn sealed(recorded: &Recorded) -> Option<Sealed> {
    let Event::Envelope(envelope::Event::BidSealed(sealed)) = &recorded.event else {
        return None;
    };
    Some(Sealed {
        index: recorded.index,
        at: recorded.recorded_at,
        envelope: EnvelopeId::new(recorded.stream.id()).ok()?,
        claim: sealed.claim.known()?.clone(),
    })
}
