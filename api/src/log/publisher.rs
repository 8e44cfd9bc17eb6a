//! Signs and publishes checkpoints: when the log has grown, at most once per interval, and sooner when somebody waits for a
//! receipt.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::store::{EventStore as _, NodeStore};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::Publication;
use super::fence::Fence;
use super::signers::{Signers, SigningError};
use super::witnesses::{Cosigned, Witnesses};
use crate::grpc::{metrics, server};

/// The usual time between two signatures.
pub const EVERY: Duration = Duration::from_secs(1);
/// The shortest, however many wait: a signature costs a durable write, and each witness a request.
const GAP_MIN: Duration = Duration::from_millis(100);
/// How long a quorum is waited for before a checkpoint is published without one.
const QUORUM_WAIT_MAX: Duration = Duration::from_secs(3);
/// The same when the server stops.
const LAST_WAIT_MAX: Duration = Duration::from_secs(1);
/// How long to wait after nothing could be signed, at first and at most.
const PAUSE_MIN: Duration = Duration::from_millis(500);
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// Who signs, and how often.
#[derive(Debug)]
pub struct Signing {
    /// The keys.
    pub signers: Signers,
    /// The time between two signatures while nobody waits.
    pub every: Duration,
}

/// The one that signs for a log.
pub struct Publisher {
    publication: Arc<Publication>,
    fence: Fence,
    signers: Arc<Mutex<Signers>>,
    witnesses: Witnesses,
    every: Duration,
    round: Option<Round>,
    /// Number of entries that the last signature is over.
    signed: u64,
    signed_at: Instant,
    pause: Duration,
    /// The tree was computed anew from all entries.
    is_rechecked: bool,
}

/// A signed checkpoint on its way to the world.
struct Round {
    /// As the witnesses have it.
    offered: Arc<SignedCheckpoint>,
    /// With the cosignatures that have come.
    cosigned: SignedCheckpoint,
    since: Instant,
    is_told: bool,
}

/// What comes next.
enum Turn {
    Stop,
    Cosigned(Cosigned),
    Tell,
    Sign,
}

impl Publisher {
    /// Over a publication of what a store holds, with its witnesses.
    pub fn new(store: Arc<NodeStore>, publication: Arc<Publication>, signing: Signing) -> Self {
        Self {
            fence: Fence::new(store, Arc::clone(&publication)),
            witnesses: Witnesses::new(publication.policy()),
            signed: signing.signers.last().size(),
            signers: Arc::new(Mutex::new(signing.signers)),
            every: signing.every.max(GAP_MIN),
            publication,
            round: None,
            signed_at: Instant::now(),
            pause: PAUSE_MIN,
            is_rechecked: false,
        }
    }

    /// Signs and publishes until `stop` says so, and then once more what is left.
    pub async fn run(mut self, stop: watch::Receiver<bool>) {
        // Told to stop while it looks, it is given a moment: what was appended is signed if it may be.
        let given_up = async {
            server::stopped(stop.clone()).await;
            sleep(LAST_WAIT_MAX).await;
        };
        let is_awake = tokio::select! {
            is_awake = self.wake(&stop) => is_awake,
            () = given_up => false,
        };
        if !is_awake {
            return;
        }
        if self.publication.store().size() > 0 {
            self.sign().await;
        }
        loop {
            match self.turn(&stop).await {
                Turn::Stop => break,
                Turn::Cosigned(cosigned) => self.take(cosigned).await,
                Turn::Tell => self.tell().await,
                Turn::Sign => self.sign().await,
            }
        }
        self.finish().await;
    }

    /// Compares what was signed with the entries and with what the witnesses saw, until that allows to sign, or `stop` says that it
    /// is not tried again.
    async fn wake(&mut self, stop: &watch::Receiver<bool>) -> bool {
        loop {
            let Err(error) = self.woken().await else {
                tracing::info!(signed = self.signed, "the log's key may sign");
                self.pause = PAUSE_MIN;
                return true;
            };
            self.complain(&error, "nothing is signed; it is tried again");
            tokio::select! {
                () = server::stopped(stop.clone()) => return false,
                () = sleep(self.pause) => {}
            }
            self.pause = PAUSE_MAX.min(self.pause.saturating_mul(2));
        }
    }

    async fn woken(&mut self) -> Result<(), SigningError> {
        // What is appended after that is hashed from the entries anyway.
        let recheck = !self.is_rechecked;
        self.work(move |publication, _| {
            let tree = publication.tree();
            let size = tree.catch_up()?;
            if recheck {
                tree.recheck(size)?;
            }
            Ok(())
        })
        .await?;
        self.is_rechecked = true;
        // Another node may have signed since, with the same keys.
        let noted = self.fence.last().await?;
        self.work(move |publication, signers| signers.advance(publication.tree(), noted))
            .await?;
        let inquiry = lock(&self.signers).inquiry()?;
        let replies = self.witnesses.inquire(&inquiry).await;
        self.work(move |publication, signers| {
            signers.wake(publication.tree(), &replies, publication.policy())
        })
        .await
    }

    async fn turn(&mut self, stop: &watch::Receiver<bool>) -> Turn {
        let untold = self.round.as_ref().filter(|round| !round.is_told);
        let tell_at = untold.map(|round| round.since + QUORUM_WAIT_MAX);
        let (earliest, latest) = (self.signed_at + GAP_MIN, self.signed_at + self.every);
        let (earliest, latest) = if self.pause > PAUSE_MIN {
            let after = self.signed_at + self.pause;
            (earliest.max(after), latest.max(after))
        } else {
            (earliest, latest)
        };
        let publication = Arc::clone(&self.publication);
        let due = due(&publication, self.signed, earliest, latest);
        tokio::select! {
            biased;
            () = server::stopped(stop.clone()) => Turn::Stop,
            cosigned = self.witnesses.next() => Turn::Cosigned(cosigned),
            () = until(tell_at) => Turn::Tell,
            () = due, if tell_at.is_none() => Turn::Sign,
        }
    }

    /// Signs the log as it is now, if it can be.
    async fn sign(&mut self) {
        self.signed_at = Instant::now();
        match self.signature().await {
            Ok(signed) => {
                self.pause = PAUSE_MIN;
                self.signed = signed.checkpoint().size();
                let offered = Arc::new(signed.clone());
                self.round = Some(Round {
                    offered: Arc::clone(&offered),
                    cosigned: signed,
                    since: Instant::now(),
                    is_told: false,
                });
                if self.witnesses.is_empty() {
                    self.tell().await;
                } else {
                    self.witnesses.offer(&self.publication, offered);
                }
            }
            Err(error) => {
                self.complain(&error, "the log was not signed; it is tried again");
                self.pause = PAUSE_MAX.min(self.pause.saturating_mul(2));
            }
        }
    }

    async fn signature(&self) -> Result<SignedCheckpoint, SigningError> {
        let size = self.fence.claim().await?;
        self.work(move |publication, signers| signers.sign(publication.tree(), size))
            .await
    }

    /// Adds a cosignature. One of an older checkpoint comes too late to be of use.
    async fn take(&mut self, cosigned: Cosigned) {
        let Some(round) = &mut self.round else {
            return;
        };
        if !Arc::ptr_eq(&round.offered, &cosigned.checkpoint) {
            return;
        }
        if let Err(error) = round.cosigned.put(cosigned.cosignature) {
            tracing::warn!(%error, "a cosignature found no room");
            return;
        }
        let witnessed = self.publication.policy().witnessed(&round.cosigned);
        if round.is_told || witnessed.is_ok_and(|witnessed| witnessed.quorum) {
            self.tell().await;
        }
    }

    /// Publishes what is signed, with the cosignatures that are there.
    async fn tell(&mut self) {
        let Some(round) = &mut self.round else {
            return;
        };
        round.is_told = true;
        let (publication, checkpoint) = (Arc::clone(&self.publication), round.cosigned.clone());
        let told = tokio::task::spawn_blocking(move || publication.publish(checkpoint)).await;
        match told {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the published checkpoint was not stored"),
            Err(error) => tracing::error!(%error, "publishing ended in disorder"),
        }
    }

    /// What was appended since the last signature is signed before the server ends; its witnesses are given a moment.
    async fn finish(mut self) {
        if self.publication.store().size() > self.signed {
            self.sign().await;
        }
        let waiting = async {
            while self.round.as_ref().is_some_and(|round| !round.is_told) {
                let cosigned = self.witnesses.next().await;
                self.take(cosigned).await;
            }
        };
        if timeout(LAST_WAIT_MAX, waiting).await.is_err() {
            self.tell().await;
        }
    }

    /// Does what blocks on a thread where that does no harm.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Publication, &mut Signers) -> Result<T, SigningError> + Send + 'static,
    ) -> Result<T, SigningError> {
        let (publication, signers) = (Arc::clone(&self.publication), Arc::clone(&self.signers));
        let done = tokio::task::spawn_blocking(move || work(&publication, &mut lock(&signers)));
        let disorder = |error: tokio::task::JoinError| SigningError::Disorder(error.to_string());
        done.await.map_err(disorder)?
    }

    fn complain(&self, error: &SigningError, what: &'static str) {
        let code = error.code();
        metrics::signing_refused(code);
        tracing::error!(code, %error, signed = self.signed, "{what}");
    }
}

/// Resolves when a log that has grown past a size is to be signed.
async fn due(publication: &Publication, size: u64, earliest: Instant, latest: Instant) {
    if publication.store().grown_past(size).await.is_err() {
        // The store has stopped for good, and the server is about to.
        std::future::pending::<()>().await;
    }
    sleep_until(earliest).await;
    tokio::select! {
        () = sleep_until(latest) => {}
        () = publication.wanted() => {}
    }
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => std::future::pending().await,
    }
}

fn lock(signers: &Mutex<Signers>) -> std::sync::MutexGuard<'_, Signers> {
    // A signature that panicked left the signer as it was before or after it: its record decides.
    signers.lock().unwrap_or_else(PoisonError::into_inner)
}
