//! The story goes through the real ledger: a day's commands in one pipeline, then the clock moves on.

use std::path::Path;
use std::sync::Arc;

use indicatif::ProgressBar;
use sijill_ledger_core::aggregate::Aggregate;
use sijill_ledger_core::domain::order::{self, Order};
use sijill_ledger_core::domain::requisition::{self, Requisition};
use sijill_ledger_core::domain::stock::{Command, DiscrepancyAnswer, Event as StockEvent, Stock};
use sijill_ledger_core::domain::values::{Date, EffectiveAt, Text, ValueError};
use sijill_ledger_core::event::Event;
use sijill_ledger_core::ledger::{Context, Done, Ledger};
use sijill_ledger_core::policies::{
    self, Checkpoints, FileCheckpoints, NoWitnesses, PolicyError, Reactions,
};
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::store::{EventStore as _, StreamName};
use sijill_ledger_core::time::ManualClock;
use uuid::Uuid;

use super::anomalies::Anomalies;
use super::tenders::{self, Tenders};
use super::world::{Ask, Post, Step, Tag, World};
use super::{calendar, history, registry};
use crate::cli::data;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::pipeline::{Outcome, Pipeline};

/// Minute of the day at which the clock of the story stands: what happens on a day is recorded that evening …
const EVENING: u32 = 20 * 60;
/// … but for tenders, whose deadlines are instants of the day.
const NOON: u32 = 12 * 60;

/// When the story ends, and the instant of what is asked about it.
pub fn last_evening() -> Result<EffectiveAt, ValueError> {
    calendar::at(calendar::date(calendar::LAST_DAY)?, EVENING)
}

/// Runs the story into a ledger.
pub struct Seeder {
    /// The ledger.
    pub ledger: Ledger<EmbeddedStore>,
    /// Its clock.
    pub clock: Arc<ManualClock>,
    /// The country.
    pub world: World,
    /// What is wrong in it.
    pub anomalies: Anomalies,
    /// Its tenders.
    pub tenders: Tenders,
    /// How far its policies have come.
    pub checkpoints: Arc<dyn Checkpoints>,
}

/// What a command of the story is known by when it is settled.
struct Label {
    stream: StreamName,
    tag: Option<Tag>,
}

/// A command's documents that opened discrepancies.
struct Opened {
    stream: StreamName,
    first_revision: u64,
    count: u64,
}

impl Seeder {
    /// Both years, day by day.
    pub async fn run(&mut self, bar: &ProgressBar) -> Result<(), Failure> {
        let first = calendar::date(calendar::FIRST_DAY).map_err(impossible)?;
        let last = calendar::date(calendar::LAST_DAY).map_err(impossible)?;
        let eve = calendar::at(first.plus_days(-1), EVENING).map_err(impossible)?;
        self.clock.set(eve.at());
        let (buyers, rules) = (&self.tenders.buyers, tenders::rules()?);
        registry::register(&self.ledger, &self.world, buyers, rules, eve).await?;
        let reactions = Reactions::new(
            self.ledger.clone(),
            &self.checkpoints,
            Arc::new(NoWitnesses),
        )
        .await;
        let mut reactions = reactions.map_err(|error| self.reacting(error))?;
        let mut day = first;
        let mut unanswered = Vec::new();
        while day <= last {
            if self.tenders.sits_on(day) {
                let noon = calendar::at(day, NOON).map_err(impossible)?;
                self.clock.set(noon.at());
                self.tenders
                    .day(&self.ledger, noon, &mut self.world)
                    .await?;
            }
            let evening = calendar::at(day, EVENING).map_err(impossible)?;
            self.clock.set(evening.at());
            let steps = history::day(&mut self.world, &self.anomalies, day, day == first);
            let steps = steps.map_err(impossible)?;
            unanswered.extend(self.submit(steps, day).await?);
            let reacted = reactions.catch_up().await;
            reacted.map_err(|error| self.reacting(error))?;
            if calendar::day_of_month(day) == 28 {
                self.answer(std::mem::take(&mut unanswered), day).await?;
            }
            bar.inc(1);
            day = day.plus_days(1);
        }
        Ok(())
    }

    fn reacting(&self, error: PolicyError) -> Failure {
        data::reacting(self.ledger.store().dir(), error)
    }

    /// Leaves the policies' positions beside the log, where the next writer looks for them.
    pub fn keep_checkpoints(&self, dir: &Path) -> Result<(), Failure> {
        let dir = dir.join("policies");
        let failed = |error| Failure::io(&dir, &error);
        let files = FileCheckpoints::new(dir.clone()).map_err(failed)?;
        for policy in policies::all() {
            let name = policy.name();
            if let Some(checkpoint) = self.checkpoints.load(name).map_err(failed)? {
                files.store(name, &checkpoint).map_err(failed)?;
            }
        }
        Ok(())
    }

    /// Submits a day's steps and waits for all of them: what is asked and ordered, then what moves.
    async fn submit(&mut self, steps: Vec<Step>, day: Date) -> Result<Vec<Opened>, Failure> {
        let mut asked = Day::default();
        for (number, step) in steps.into_iter().enumerate() {
            let id = command_id(&format!("{}/{day}/{number}", step.stream));
            asked.take(id, step);
        }
        let Day {
            requisitions,
            orders,
            stock,
        } = asked;
        self.send::<Requisition>(requisitions, day).await?;
        self.send::<Order>(orders, day).await?;
        let done = self.send::<Stock>(stock, day).await?;
        let mut opened = Vec::new();
        for (label, done) in done {
            let first_revision = done.revision + 1 - done.count;
            if let Some(tag) = label.tag {
                self.world.revisions.insert(tag, first_revision);
            }
            if done.count > 1 {
                opened.push(Opened {
                    stream: label.stream,
                    first_revision,
                    count: done.count,
                });
            }
        }
        Ok(opened)
    }

    /// Sends commands to one kind of stream; the story asks for nothing that is refused.
    async fn send<A: Aggregate>(
        &self,
        asked: Vec<Asked<A::Command>>,
        day: Date,
    ) -> Result<Vec<(Label, Done)>, Failure> {
        let mut settled = Vec::with_capacity(asked.len());
        let settle = |label: Label, outcome: Outcome<A>| {
            let done = outcome
                .map_err(|error| data::executing(error, &format!("{} {}", label.stream, day)))?;
            settled.push((label, done));
            Ok(())
        };
        let mut pipeline: Pipeline<'_, A, Label, _> = Pipeline::new(&self.ledger, settle);
        for (label, command, context) in asked {
            let stream = label.stream.clone();
            pipeline.push(label, &stream, command, context).await?;
        }
        pipeline.finish().await?;
        Ok(settled)
    }

    /// Most of the month's discrepancies are answered by the approver; some stay open, as they do.
    async fn answer(&mut self, opened: Vec<Opened>, day: Date) -> Result<(), Failure> {
        let at = calendar::at(day, EVENING - 60).map_err(impossible)?;
        let settle = |stream: StreamName, outcome: Outcome<Stock>| match outcome {
            Ok(_) => Ok(()),
            Err(error) => Err(data::executing(error, stream.as_str())),
        };
        let ledger = self.ledger.clone();
        let mut pipeline: Pipeline<'_, Stock, StreamName, _> = Pipeline::new(&ledger, settle);
        for opened in opened {
            let Some(site) = self.world.site_of(&opened.stream) else {
                continue;
            };
            let actor = self.world.actor(site, Post::Approver).map_err(impossible)?;
            for id in discrepancies(ledger.store(), &opened).await? {
                if !self.world.rng.percent(70) {
                    continue;
                }
                let answer = Text::new("checked and confirmed / روجع وثبت").map_err(impossible)?;
                let command_id = command_id(&format!("{}/answer/{id}", opened.stream));
                let command = Command::AnswerDiscrepancy(DiscrepancyAnswer { id, answer });
                let context = Context::new(command_id, actor.clone()).effective(at);
                pipeline
                    .push(opened.stream.clone(), &opened.stream, command, context)
                    .await?;
            }
        }
        pipeline.finish().await
    }
}

/// A command with its label and circumstances.
type Asked<C> = (Label, C, Context);

/// A day's commands, by the kind of stream that they are for.
#[derive(Default)]
struct Day {
    requisitions: Vec<Asked<requisition::Command>>,
    orders: Vec<Asked<order::Command>>,
    stock: Vec<Asked<Command>>,
}

impl Day {
    fn take(&mut self, id: Uuid, step: Step) {
        let context = Context::new(id, step.actor).effective(step.at);
        let label = Label {
            stream: step.stream,
            tag: step.tag,
        };
        match step.ask {
            Ask::Requisition(command) => self.requisitions.push((label, command, context)),
            Ask::Order(command) => self.orders.push((label, command, context)),
            Ask::Stock(command) => self.stock.push((label, command, context)),
        }
    }
}

/// The discrepancies that a command's documents opened, read back from the log.
async fn discrepancies(
    store: &EmbeddedStore,
    opened: &Opened,
) -> Result<Vec<sijill_ledger_core::domain::values::DiscrepancyId>, Failure> {
    let batch = store
        .read_stream(&opened.stream, opened.first_revision)
        .await;
    let batch = batch.map_err(data::reading)?;
    let mut ids = Vec::new();
    for (index, entry) in batch.iter() {
        if entry.revision >= opened.first_revision + opened.count {
            break;
        }
        if let Event::Stock(StockEvent::DiscrepancyOpened(discrepancy)) =
            data::decoded(index, &entry)?.event
        {
            ids.push(discrepancy.id);
        }
    }
    Ok(ids)
}

/// A command id of the story: the same in each run.
pub fn command_id(name: &str) -> Uuid {
    let space = Uuid::new_v5(&Uuid::NAMESPACE_URL, b"https://sijill.example/demo");
    Uuid::new_v5(&space, name.as_bytes())
}

/// The story is written in legal values; should one be illegal, the story itself is at fault.
#[allow(clippy::needless_pass_by_value)] // for `map_err`
pub fn impossible(error: ValueError) -> Failure {
    Failure::Refused {
        code: "DEMO",
        text: Bilingual::from(&error),
    }
}
