//! What is due by the clock: bidding is closed when its deadline has passed, standstill ends when its time is over. Rules compare
//! instants and never wait for these events; they make visible what is so. Where the ruleset names witnesses, it is recorded before
//! the closing what they had seen of the log at the deadline.
//!
//! Which deadlines there are is gathered from the log, from its start whenever the scheduler starts. The command id is of the event
//! that set the deadline, so that a deadline has its event once whatever becomes of the process.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use super::{PolicyError, Witnesses};
use crate::aggregate::Explain;
use crate::codec;
use crate::domain::ruleset::{Ruleset, Witnessing};
use crate::domain::tender::{self, DeadlineWitness, Tender};
use crate::domain::values::{Code, SavedCheckpoint};
use crate::event::{Actor, ActorId, Event, Origin, Recorded, Role};
use crate::follower::Follower;
use crate::ledger::{Context, ExecuteError, Ledger};
use crate::store::{AppendError, EventStore, StreamName};
use crate::time::{MICROS_PER_SECOND, Timestamp};

/// After how long, by the clock, something refused is asked for again: a complaint that holds it up may be decided meanwhile, and the
/// grace after a deadline be over.
const AGAIN_AFTER: i64 = 60 * MICROS_PER_SECOND;

/// How long cosignatures that came in time are waited for beyond the ruleset's seconds.
const COSIGNED_BY: i64 = 5 * MICROS_PER_SECOND;

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
    witnesses: Arc<dyn Witnesses>,
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

/// What became of something that was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    Done,
    /// By a rule, which may hold for a while only.
    Refused,
    /// Witnesses may cosign any moment what the log held at the deadline.
    Waits,
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
    pub fn new(ledger: Ledger<S>, witnesses: Arc<dyn Witnesses>) -> Self {
        let follower = Follower::from(Arc::clone(ledger.store()), 0);
        Self {
            ledger,
            follower,
            witnesses,
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
            match self.take(&tender, due, now).await {
                Ok(Taken::Done) => self.settle(&tender),
                Ok(Taken::Refused) => {
                    self.held.remove(&tender);
                    self.put_off(&tender, now.plus_micros(AGAIN_AFTER));
                }
                // It is asked for again at the next tick.
                Ok(Taken::Waits) => {}
                Err(error @ PolicyError::Held { .. }) => {
                    self.put_off(&tender, now.plus_micros(AGAIN_AFTER));
                    self.held.insert(tender, error.to_string());
                }
                Err(error) => down = down.and(Err(error)),
            }
        }
        down
    }

    fn put_off(&mut self, tender: &StreamName, until: Timestamp) {
        if let Some(later) = self.due.get_mut(tender) {
            later.at = until;
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

    async fn take(
        &self,
        tender: &StreamName,
        due: Due,
        now: Timestamp,
    ) -> Result<Taken, PolicyError> {
        if matches!(due.task, Task::Close) && self.witness(tender, due, now).await? == Taken::Waits
        {
            self.witnesses.ask();
            return Ok(Taken::Waits);
        }
        self.command(tender, due.cause, due.task.name(), due.task.command())
            .await
    }

    /// Records what the witnesses had seen at the deadline, where the ruleset names some: as soon as they had seen all that was stamped
    /// before it, and else, when their time is over, as much as they had.
    async fn witness(
        &self,
        tender: &StreamName,
        due: Due,
        now: Timestamp,
    ) -> Result<Taken, PolicyError> {
        let national = self.ledger.state::<Ruleset>(&Ruleset::national()).await;
        let national = national.map_err(|error| self.not_now(tender, &error))?;
        let state = self.ledger.state::<Tender>(tender).await;
        let Tender::Bidding(bidding) = state.map_err(|error| self.not_now(tender, &error))? else {
            return Ok(Taken::Done);
        };
        let notice = bidding.notice();
        let deadline = notice.closes_at;
        let witnessing = national.witnessing_for(notice.published_under);
        let witnessing = witnessing.filter(|_| notice.draft.procedure.takes_envelopes());
        let Some(witnessing) = witnessing.filter(|_| now >= deadline) else {
            return Ok(Taken::Done);
        };
        let until = witnessing.until(deadline);
        let over = until.plus_micros(COSIGNED_BY);
        let looked_again = now >= over.plus_micros(AGAIN_AFTER);
        if looked_again && bidding.witnessed_until().is_some() {
            // A closing may be held up for days, and no more can have come.
            return Ok(Taken::Done);
        }
        let most = self.most(witnessing, until);
        let covered = most.as_ref().map_or(0, SavedCheckpoint::size);
        let outside = self.stamped_before(deadline, covered).await?;
        // Until an entry stands that is stamped later, one that was stamped before may be on its way to the disk.
        let may_come = self.stamp(covered).await?.is_none();
        if (outside > 0 || may_come) && now < over {
            return Ok(Taken::Waits);
        }
        let last = match covered.checked_sub(1) {
            Some(last) => self.stamp(last).await?,
            None => None,
        };
        let (Some(checkpoint), Some(covered_until)) = (most, last) else {
            return Err(PolicyError::Held {
                policy: Self::NAME,
                stream: tender.clone(),
                index: self.position(),
                why: format!(
                    "no quorum of the witnesses that the rules of this tender name had cosigned anything by {until}: if they could not be \
                     reached, two persons record the outage, which moves the deadline; see that the server asks them (--witnesses)"
                ),
            });
        };
        if bidding.witnessed_until() >= last {
            return Ok(Taken::Done);
        }
        let command = tender::Command::Witness(DeadlineWitness {
            closes_at: deadline,
            checkpoint,
            covered_until,
            outside,
        });
        self.command(tender, due.cause, &format!("witness/{covered}"), command)
            .await
    }

    /// The largest checkpoint of this log that the witnesses had cosigned by an instant.
    fn most(&self, witnessing: &Witnessing, until: Timestamp) -> Option<SavedCheckpoint> {
        let (store, policy) = (self.ledger.store(), witnessing.policy()?);
        let mut seen = self.witnesses.checkpoints();
        seen.retain(|it| {
            let said = it.checkpoint();
            said.origin() == store.origin() && said.size() <= store.size()
        });
        // Few signatures are checked, as the largest are the latest.
        seen.sort_by_key(|it| Reverse(it.checkpoint().size()));
        seen.iter().find_map(|it| {
            let seen_at = policy.seen_at(it)?;
            let note = String::from_utf8(it.to_bytes()).ok()?;
            (seen_at <= until).then(|| SavedCheckpoint::new(&note).ok())?
        })
    }

    fn not_now<R: Explain>(&self, tender: &StreamName, error: &ExecuteError<R>) -> PolicyError {
        PolicyError::not_now(Self::NAME, tender, self.position(), error)
    }

    /// How many entries from an index on are stamped before an instant: stamps rise from entry to entry.
    async fn stamped_before(&self, instant: Timestamp, from: u64) -> Result<u64, PolicyError> {
        let (mut low, mut high) = (from, self.ledger.store().size());
        while low < high {
            let middle = low.midpoint(high);
            if self.stamp(middle).await?.is_some_and(|at| at < instant) {
                low = middle.saturating_add(1);
            } else {
                high = middle;
            }
        }
        Ok(low.saturating_sub(from))
    }

    /// Stamp of the entry at an index; `None` beyond the end.
    async fn stamp(&self, index: u64) -> Result<Option<Timestamp>, PolicyError> {
        let batch = self.ledger.store().read_log(index).await?;
        Ok(batch.iter().next().map(|(_, entry)| entry.recorded_at))
    }

    async fn command(
        &self,
        tender: &StreamName,
        cause: Uuid,
        name: &str,
        command: tender::Command,
    ) -> Result<Taken, PolicyError> {
        let name = format!("{}/{name}", Self::NAME);
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
        match self
            .ledger
            .execute::<Tender>(tender, command, context)
            .await
        {
            Ok(_) => Ok(Taken::Done),
            // Someone else was faster, and it is read next time.
            Err(
                ExecuteError::Refused(_)
                | ExecuteError::Contended { .. }
                | ExecuteError::Append(AppendError::Conflict { .. }),
            ) => Ok(Taken::Refused),
            Err(error) => Err(self.not_now(tender, &error)),
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
        tender::Event::DeadlineWitnessed(_)
        | tender::Event::TenderDrafted(_)
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
