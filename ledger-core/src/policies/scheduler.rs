//! What is due by the clock: bidding is closed when its deadline has passed, standstill ends when its time is over. Rules compare
//! instants and never wait for these events; they make visible what is so.
//!
//! Which deadlines there are is gathered from the log, from its start whenever the scheduler starts. The command id is of the event
//! that set the deadline, so that a deadline has its event once whatever becomes of the process.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use super::PolicyError;
use crate::codec;
use crate::domain::tender::{self, Tender};
use crate::domain::values::Code;
use crate::event::{Actor, ActorId, Event, Origin, Recorded, Role};
use crate::follower::Follower;
use crate::ledger::{Context, ExecuteError, Ledger};
use crate::store::{AppendError, EventStore, StreamName};
use crate::time::{MICROS_PER_SECOND, Timestamp};

/// After how long, by the clock, something refused is asked for again: a complaint that holds it up may be decided meanwhile, and the
/// grace after a deadline be over.
const AGAIN_AFTER: i64 = 60 * MICROS_PER_SECOND;

const KINDS: &[&str] = &[
    "sijill.events.v1.TenderPublished",
    "sijill.events.v1.TenderAmended",
    "sijill.events.v1.DeadlineExtended",
    "sijill.events.v1.OutageRecorded",
    "sijill.events.v1.BiddingClosed",
    "sijill.events.v1.BiddersNotified",
    "sijill.events.v1.StandstillEnded",
    "sijill.events.v1.TenderCancelled",
    "sijill.events.v1.TenderFailed",
    "sijill.events.v1.TenderCompleted",
];

/// Commands what is due.
pub struct Scheduler<S: EventStore> {
    ledger: Ledger<S>,
    follower: Follower<S>,
    /// By tender.
    due: BTreeMap<StreamName, Due>,
    /// Tenders that could not be asked for another reason than a rule, and why.
    held: BTreeMap<StreamName, String>,
}

/// What is to be asked of a tender next.
#[derive(Clone, Copy, Debug)]
struct Due {
    at: Timestamp,
    task: Task,
    /// Event id of what set the instant.
    cause: Uuid,
}

#[derive(Clone, Copy, Debug)]
enum Task {
    Close,
    EndStandstill,
}

impl Task {
    const fn name(self) -> &'static str {
        match self {
            Self::Close => "close",
            Self::EndStandstill => "end-standstill",
        }
    }

    const fn command(self) -> tender::Command {
        match self {
            Self::Close => tender::Command::Close,
            Self::EndStandstill => tender::Command::EndStandstill,
        }
    }
}

/// What an event says about the clock.
enum Change {
    Set(Task, Timestamp),
    Over,
    Nothing,
}

impl<S: EventStore> Scheduler<S> {
    /// Its name among the policies.
    pub const NAME: &'static str = "scheduler";

    /// A scheduler that knows nothing yet; its clock is the ledger's.
    pub fn new(ledger: Ledger<S>) -> Self {
        let follower = Follower::from(Arc::clone(ledger.store()), 0);
        Self {
            ledger,
            follower,
            due: BTreeMap::new(),
            held: BTreeMap::new(),
        }
    }

    /// Index of the entry that it reads next.
    pub const fn position(&self) -> u64 {
        self.follower.position()
    }

    /// How many tenders could not be asked for what is due because something is wrong with them, and why one of them.
    pub fn held(&self) -> (usize, Option<String>) {
        (self.held.len(), self.held.values().next().cloned())
    }

    /// Reads on in the log, then commands what is due now. What is wrong with one tender, and is no rule, holds up no other: it is
    /// [`held`](Self::held), and tried again.
    ///
    /// # Errors
    /// When the log cannot be read, or the store takes nothing: each that was due is tried again at the next tick.
    pub async fn tick(&mut self) -> Result<(), PolicyError> {
        self.read_on().await?;
        let now = self.ledger.clock().now()?;
        let due = self.due.iter().filter(|(_, due)| due.at <= now);
        let due: Vec<_> = due.map(|(tender, due)| (tender.clone(), *due)).collect();
        let mut down = Ok(());
        for (tender, due) in due {
            match self.command(&tender, due).await {
                Ok(true) => self.settle(&tender),
                Ok(false) => {
                    self.held.remove(&tender);
                    self.put_off(&tender, now);
                }
                Err(error @ PolicyError::Held { .. }) => {
                    self.put_off(&tender, now);
                    self.held.insert(tender, error.to_string());
                }
                Err(error) => down = down.and(Err(error)),
            }
        }
        down
    }

    fn put_off(&mut self, tender: &StreamName, now: Timestamp) {
        if let Some(later) = self.due.get_mut(tender) {
            later.at = now.plus_micros(AGAIN_AFTER);
        }
    }

    /// Nothing is asked of a tender any more.
    fn settle(&mut self, tender: &StreamName) {
        self.due.remove(tender);
        self.held.remove(tender);
    }

    async fn read_on(&mut self) -> Result<(), PolicyError> {
        loop {
            let batch = self.follower.ready().await?;
            if batch.is_empty() {
                return Ok(());
            }
            for (index, entry) in batch
                .iter()
                .filter(|(_, entry)| KINDS.contains(&entry.kind))
            {
                let recorded = codec::recorded(index, &entry, &[]);
                self.note(&recorded.map_err(|error| PolicyError::Decode {
                    index,
                    error: Box::new(error),
                })?);
            }
        }
    }

    fn note(&mut self, event: &Recorded) {
        let Event::Tender(tender) = &event.event else {
            return;
        };
        match change(tender) {
            Change::Set(task, at) => {
                let cause = event.id;
                self.due
                    .insert(event.stream.clone(), Due { at, task, cause });
            }
            Change::Over => self.settle(&event.stream),
            Change::Nothing => {}
        }
    }

    /// Whether it is done; a rule that refuses it may hold for a while only.
    async fn command(&self, tender: &StreamName, due: Due) -> Result<bool, PolicyError> {
        let Due { task, cause, .. } = due;
        let name = format!("{}/{}", Self::NAME, task.name());
        let actor = Actor {
            id: ActorId::System,
            role: Role::System,
            position: None,
        };
        let context = Context {
            causation_id: Some(cause),
            // Its name is a legal code.
            origin: Code::new(Self::NAME).map_or(Origin::Native, Origin::Policy),
            ..Context::new(Uuid::new_v5(&cause, name.as_bytes()), actor)
        };
        let done = self
            .ledger
            .execute::<Tender>(tender, task.command(), context);
        match done.await {
            Ok(_) => Ok(true),
            // Someone else was faster, and it is read next time.
            Err(
                ExecuteError::Refused(_)
                | ExecuteError::Contended { .. }
                | ExecuteError::Append(AppendError::Conflict { .. }),
            ) => Ok(false),
            Err(error) => {
                let index = self.position();
                Err(PolicyError::not_now(Self::NAME, tender, index, &error))
            }
        }
    }
}

const fn change(event: &tender::Event) -> Change {
    match event {
        tender::Event::TenderPublished(publication) => {
            Change::Set(Task::Close, publication.closes_at)
        }
        tender::Event::TenderAmended(amendment) => Change::Set(Task::Close, amendment.closes_at),
        tender::Event::DeadlineExtended(extension) => Change::Set(Task::Close, extension.closes_at),
        tender::Event::OutageRecorded(outage) => match outage.closes_at {
            Some(closes_at) => Change::Set(Task::Close, closes_at),
            None => Change::Nothing,
        },
        tender::Event::BiddersNotified(notification) => match notification.standstill_until {
            Some(until) => Change::Set(Task::EndStandstill, until),
            None => Change::Nothing,
        },
        tender::Event::BiddingClosed(_)
        | tender::Event::StandstillEnded(_)
        | tender::Event::TenderCancelled(_)
        | tender::Event::TenderFailed(_)
        | tender::Event::TenderCompleted(_) => Change::Over,
        tender::Event::TenderDrafted(_)
        | tender::Event::LotAdded(_)
        | tender::Event::LotRemoved(_)
        | tender::Event::CommitteeAppointed(_)
        | tender::Event::OpeningKeyEnrolled(_)
        | tender::Event::TenderApproved(_)
        | tender::Event::QuestionAsked(_)
        | tender::Event::QuestionAnswered(_)
        | tender::Event::BidReceived(_)
        | tender::Event::BidsListed(_)
        | tender::Event::SharesPublished(_)
        | tender::Event::SecretRevealed(_)
        | tender::Event::BidOpened(_)
        | tender::Event::BidVoided(_)
        | tender::Event::OfferRecorded(_)
        | tender::Event::BidDisqualified(_)
        | tender::Event::BidScored(_)
        | tender::Event::TechnicalResultApproved(_)
        | tender::Event::BidCorrected(_)
        | tender::Event::LowBidExplained(_)
        | tender::Event::ValidityExtended(_)
        | tender::Event::CancellationProposed(_)
        | tender::Event::AwardProposed(_)
        | tender::Event::AwardApproved(_)
        | tender::Event::LotFailed(_)
        | tender::Event::AwardCancelled(_)
        | tender::Event::ComplaintFiled(_)
        | tender::Event::ComplaintDecided(_)
        | tender::Event::ComplaintWithdrawn(_) => Change::Nothing,
    }
}
