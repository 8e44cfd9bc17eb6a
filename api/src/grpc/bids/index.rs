//! Whose envelopes there are: gathered in memory from the claims that the store keeps apart, when somebody asks. It is in no view,
//! no snapshot and no mirror, and leaves this process only in an answer to the bidder.
//!
//! Here it is judged too whether one more envelope of a bidder is taken: no entry says whose an envelope is, so no rule of the log
//! can.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sijill_ledger_core::aggregate::Aggregate;
use sijill_ledger_core::codec;
use sijill_ledger_core::domain::envelope::{self, Claim, ENVELOPES_MAX};
use sijill_ledger_core::domain::ruleset::Ruleset;
use sijill_ledger_core::domain::tender::Tender;
use sijill_ledger_core::domain::values::{EnvelopeId, OrganizationId, TenderId};
use sijill_ledger_core::event::{Event, Recorded};
use sijill_ledger_core::ledger::{ExecuteError, Ledger};
use sijill_ledger_core::store::{EventStore as _, NodeStore, StreamName};
use sijill_ledger_core::time::Timestamp;
use tokio::sync::Mutex;
use tonic::Status;

use crate::grpc::status;

const SEALED: &str = "sijill.events.v1.BidSealed";
/// The edition of the rules of procurement that bounds the envelopes of a bidder.
const COUNTED_FROM: u8 = 4;

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

/// Envelopes by bidder.
pub struct Index {
    ledger: Ledger<NodeStore>,
    gathered: Mutex<Gathered>,
}

#[derive(Default)]
struct Gathered {
    /// Index of the entry that is read next.
    next: u64,
    by_bidder: BTreeMap<OrganizationId, Own>,
}

/// One bidder's.
#[derive(Default)]
struct Own {
    /// In the order of the log.
    envelopes: Vec<Arc<Sealed>>,
    /// By tender, which there are.
    of_tenders: BTreeMap<TenderId, BTreeSet<EnvelopeId>>,
}

impl Index {
    /// Of this log; nothing is read yet.
    pub fn new(ledger: Ledger<NodeStore>) -> Self {
        let gathered = Mutex::default();
        Self { ledger, gathered }
    }

    /// A bidder's envelopes in the order of the log, up to its end.
    pub async fn of(&self, bidder: &OrganizationId) -> Result<Vec<Arc<Sealed>>, Status> {
        let mut gathered = self.gathered.lock().await;
        self.read_on(&mut gathered).await?;
        let own = gathered.by_bidder.get(bidder);
        Ok(own.map_or_else(Vec::new, |own| own.envelopes.clone()))
    }

    /// Whether one more envelope of a bidder is taken for its tender. One that is recorded already always is: the ledger answers
    /// with its first result.
    pub async fn check_room(&self, claim: &Claim, envelope: &str) -> Result<(), Status> {
        let room = {
            let mut gathered = self.gathered.lock().await;
            self.read_on(&mut gathered).await?;
            let own = gathered.by_bidder.get(&claim.bidder);
            let own = own.and_then(|own| own.of_tenders.get(&claim.tender));
            own.is_none_or(|own| {
                own.len() < ENVELOPES_MAX || own.iter().any(|known| known.as_str() == envelope)
            })
        };
        if room || !self.is_counted(&claim.tender).await? {
            return Ok(());
        }
        Err(status::refused(ExecuteError::Refused(
            envelope::Refusal::TooMany {
                most: ENVELOPES_MAX,
            },
        )))
    }

    /// Whether the rules under which a tender was published count envelopes.
    async fn is_counted(&self, tender: &TenderId) -> Result<bool, Status> {
        let tender: Tender = self.state(&Tender::stream(tender)).await?;
        let Some(notice) = tender.notice() else {
            return Ok(false);
        };
        let ruleset: Ruleset = self.state(&Ruleset::national()).await?;
        Ok(ruleset.edition_for(notice.published_under) >= COUNTED_FROM)
    }

    async fn state<A: Aggregate>(&self, stream: &StreamName) -> Result<A, Status> {
        self.ledger.state(stream).await.map_err(status::refused)
    }

    async fn read_on(&self, gathered: &mut Gathered) -> Result<(), Status> {
        let store = self.ledger.store();
        while gathered.next < store.size() {
            let batch = store.read_log(gathered.next).await;
            let batch = batch.map_err(|error| status::reading(&error))?;
            let Some(next) = batch.next_index() else {
                return Ok(());
            };
            for (index, entry) in batch.iter().filter(|(_, entry)| entry.kind == SEALED) {
                let parts = store.parts(index).await;
                let parts = parts.map_err(|error| status::reading(&error))?;
                let recorded = codec::recorded(index, &entry, &parts);
                let recorded = recorded.map_err(|error| status::internal(&error.to_string()))?;
                if let Some(sealed) = sealed(&recorded) {
                    let bidder = sealed.claim.bidder.clone();
                    gathered.by_bidder.entry(bidder).or_default().add(sealed);
                }
            }
            gathered.next = next;
        }
        Ok(())
    }
}

impl Own {
    fn add(&mut self, sealed: Sealed) {
        let of_tender = self.of_tenders.entry(sealed.claim.tender.clone());
        of_tender.or_default().insert(sealed.envelope.clone());
        self.envelopes.push(Arc::new(sealed));
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
