//! Asking witnesses (C2SP tlog-witness), each on a task of its own and at its own pace: one that is slow, dead or lying costs the
//! others nothing. Whatever it answers is checked before it counts.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use sijill_ledger_core::aggregate::Explain as _;
use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::log::note::{CosignatureVerifier, NOTE_BYTES_MAX, Signature};
use sijill_ledger_core::log::policy::Policy;
use sijill_ledger_core::log::tree::TreeError;
use sijill_ledger_core::log::witness::{AddCheckpoint, Reply, WitnessError};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::Publication;
use crate::grpc::metrics;
use crate::http_client::{HttpClient, HttpError};

/// How long a witness may take for one answer.
const CALL_MAX: Duration = Duration::from_secs(5);
/// Requests for one checkpoint: a witness may name another size than we knew, and does so once if it is honest.
const ATTEMPTS_MAX: u32 = 3;
/// How long a witness that failed is left alone, at first and at most.
const PAUSE_MIN: Duration = Duration::from_millis(500);
const PAUSE_MAX: Duration = Duration::from_secs(15);
/// Cosignatures that may wait for the publisher.
const WAITING_MAX: usize = 64;

/// The witnesses that can be asked; dropping it ends the asking.
#[derive(Debug)]
pub struct Witnesses {
    contacts: Vec<Contact>,
    offer: watch::Sender<Option<Arc<SignedCheckpoint>>>,
    cosigned: mpsc::Receiver<Cosigned>,
    /// Given to the tasks, which begin after the first signature.
    answers: mpsc::Sender<Cosigned>,
    asking: JoinSet<()>,
}

/// A cosignature that was checked.
#[derive(Clone, Debug)]
pub struct Cosigned {
    /// What it is of.
    pub checkpoint: Arc<SignedCheckpoint>,
    /// The cosignature.
    pub cosignature: Signature,
}

/// One witness that can be asked.
#[derive(Clone, Debug)]
struct Contact {
    /// By name in the policy.
    name: String,
    key: CosignatureVerifier,
    url: String,
    client: HttpClient,
}

/// Why a witness has not cosigned.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error(transparent)]
    Witness(#[from] WitnessError),
    #[error("it says that it has cosigned {told} entries; this log signed {size}")]
    Elsewhere { told: u64, size: u64 },
    #[error(transparent)]
    Tree(#[from] TreeError),
    #[error("asking ended in disorder: {0}")]
    Disorder(String),
}

impl Witnesses {
    /// The witnesses of a policy that have an address.
    pub fn new(policy: &Policy) -> Self {
        let client = HttpClient::new(CALL_MAX);
        let contact = |witness: &sijill_ledger_core::log::policy::Witness| {
            let url = witness.url.as_deref()?.trim_end_matches('/');
            Some(Contact {
                name: witness.name.clone(),
                key: witness.key.clone(),
                url: format!("{url}/add-checkpoint"),
                client: client.clone(),
            })
        };
        let (answers, cosigned) = mpsc::channel(WAITING_MAX);
        Self {
            contacts: policy.witnesses().iter().filter_map(contact).collect(),
            offer: watch::Sender::default(),
            cosigned,
            answers,
            asking: JoinSet::new(),
        }
    }

    /// Whether there is nobody to ask.
    pub const fn is_empty(&self) -> bool {
        self.contacts.is_empty()
    }

    /// Asks all at the same time, once, what they have seen. Who does not answer usably is left out.
    pub async fn inquire(&self, inquiry: &AddCheckpoint) -> BTreeMap<String, Reply> {
        let mut asking = JoinSet::new();
        for contact in self.contacts.clone() {
            let inquiry = inquiry.clone();
            asking.spawn_blocking(move || {
                let reply = contact.ask(&inquiry);
                (contact, reply)
            });
        }
        let mut replies = BTreeMap::new();
        for (contact, reply) in asking.join_all().await {
            contact.note(reply.as_ref().map(|_| ()));
            if let Ok(reply) = reply {
                replies.insert(contact.name, reply);
            }
        }
        replies
    }

    /// Offers a checkpoint to all of them instead of the one before.
    pub fn offer(&mut self, publication: &Arc<Publication>, checkpoint: Arc<SignedCheckpoint>) {
        self.offer.send_replace(Some(checkpoint));
        if self.asking.is_empty() {
            for contact in self.contacts.clone() {
                let publication = Arc::clone(publication);
                let (offers, answers) = (self.offer.subscribe(), self.answers.clone());
                self.asking
                    .spawn(contact.keep_asking(publication, offers, answers));
            }
        }
    }

    /// The next cosignature; waits for ever where there are no witnesses.
    pub async fn next(&mut self) -> Cosigned {
        match self.cosigned.recv().await {
            Some(cosigned) => cosigned,
            // Never: a sender is kept here.
            None => std::future::pending().await,
        }
    }
}

impl Contact {
    /// Has the newest checkpoint cosigned, again and again, until nobody offers any more.
    async fn keep_asking(
        self,
        publication: Arc<Publication>,
        mut offers: watch::Receiver<Option<Arc<SignedCheckpoint>>>,
        answers: mpsc::Sender<Cosigned>,
    ) {
        // The first offer is there already.
        offers.mark_changed();
        let (mut known, mut pause) = (0, PAUSE_MIN);
        while offers.changed().await.is_ok() {
            let Some(checkpoint) = offers.borrow_and_update().clone() else {
                continue;
            };
            let asked = self.cosign(&publication, &checkpoint, &mut known).await;
            let Ok(cosignature) = asked else {
                tokio::time::sleep(pause).await;
                pause = PAUSE_MAX.min(pause.saturating_mul(2));
                // The same again, unless there is a newer one by now.
                offers.mark_changed();
                continue;
            };
            pause = PAUSE_MIN;
            let cosigned = Cosigned {
                checkpoint,
                cosignature,
            };
            if answers.send(cosigned).await.is_err() {
                return;
            }
        }
    }

    /// One checkpoint; `known` is the size that the witness is believed to have seen.
    async fn cosign(
        &self,
        publication: &Arc<Publication>,
        checkpoint: &Arc<SignedCheckpoint>,
        known: &mut u64,
    ) -> Result<Signature, Fault> {
        let (contact, publication) = (self.clone(), Arc::clone(publication));
        let (checkpoint, mut old_size) = (Arc::clone(checkpoint), *known);
        let asked = tokio::task::spawn_blocking(move || {
            let cosigned = contact.cosigned(&publication, &checkpoint, &mut old_size);
            (cosigned, old_size)
        });
        let cosigned = match asked.await {
            Ok((cosigned, seen)) => {
                *known = seen;
                cosigned
            }
            Err(error) => Err(Fault::Disorder(error.to_string())),
        };
        self.note(cosigned.as_ref().map(|_| ()));
        cosigned
    }

    fn cosigned(
        &self,
        publication: &Publication,
        checkpoint: &SignedCheckpoint,
        known: &mut u64,
    ) -> Result<Signature, Fault> {
        let size = checkpoint.checkpoint().size();
        let mut told = *known;
        for _ in 0..ATTEMPTS_MAX {
            if told > size {
                break;
            }
            let request = AddCheckpoint {
                old_size: told,
                proof: publication.tree().consistency(told, size)?,
                checkpoint: checkpoint.clone(),
            };
            match self.ask(&request)? {
                Reply::Cosigned { cosignature, .. } => {
                    *known = size;
                    return Ok(cosignature);
                }
                Reply::Conflict { size } => told = size,
            }
        }
        Err(Fault::Elsewhere { told, size })
    }

    fn ask(&self, request: &AddCheckpoint) -> Result<Reply, Fault> {
        let (media, body) = ("text/plain; charset=utf-8", request.to_bytes());
        let answer = self
            .client
            .post(&self.url, media, &body, NOTE_BYTES_MAX as u64)?;
        let reply = Reply::read(answer.status, &answer.body, &request.checkpoint, &self.key);
        Ok(reply?)
    }

    /// Counts an answer, and says what is wrong with a bad one.
    fn note(&self, answered: Result<(), &Fault>) {
        let witness = &self.name;
        metrics::cosignature(witness, answered.is_ok());
        match answered {
            Ok(()) => tracing::debug!(witness, "a witness has answered"),
            Err(fault) => {
                let code = fault.code();
                tracing::warn!(witness, code, %fault, "a witness has not cosigned; it is asked again");
            }
        }
    }
}

impl Fault {
    fn code(&self) -> &'static str {
        match self {
            Self::Http(_) => "WITNESS_UNREACHABLE",
            Self::Witness(error) => error.code(),
            Self::Elsewhere { .. } => "WITNESS_ELSEWHERE",
            Self::Tree(_) => "TREE_UNREADABLE",
            Self::Disorder(_) => "INTERNAL",
        }
    }
}
