//! The story goes through the real ledger: a day's commands in one pipeline, then the clock moves on.

use std::sync::Arc;

use indicatif::ProgressBar;
use sijill_ledger_core::domain::stock::{Command, DiscrepancyAnswer, Event as StockEvent, Stock};
use sijill_ledger_core::domain::values::{Date, Text, ValueError};
use sijill_ledger_core::event::Event;
use sijill_ledger_core::ledger::{Context, Ledger};
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::store::{EventStore as _, StreamName};
use sijill_ledger_core::time::ManualClock;
use uuid::Uuid;

use super::anomalies::Anomalies;
use super::world::{Post, Tag, World};
use super::{calendar, history, registry};
use crate::cli::data;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::pipeline::{Outcome, Pipeline};

/// Minute of the day at which the clock of the story stands: what happens on a day is recorded that evening.
const EVENING: u32 = 20 * 60;

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
        registry::register(&self.ledger, &self.world, eve).await?;
        let mut day = first;
        let mut unanswered = Vec::new();
        while day <= last {
            let evening = calendar::at(day, EVENING).map_err(impossible)?;
            self.clock.set(evening.at());
            let steps = history::day(&mut self.world, &self.anomalies, day, day == first);
            let steps = steps.map_err(impossible)?;
            unanswered.extend(self.submit(steps, day).await?);
            if calendar::day_of_month(day) == 28 {
                self.answer(std::mem::take(&mut unanswered), day).await?;
            }
            bar.inc(1);
            day = day.plus_days(1);
        }
        Ok(())
    }

    /// Submits a day's steps and waits for all of them.
    async fn submit(
        &mut self,
        steps: Vec<super::world::Step>,
        day: Date,
    ) -> Result<Vec<Opened>, Failure> {
        let (mut opened, mut revisions) = (Vec::new(), Vec::new());
        let settle = |label: Label, outcome: Outcome<Stock>| {
            let done = outcome
                .map_err(|error| data::executing(error, &format!("{} {day}", label.stream)))?;
            let first_revision = done.revision + 1 - done.count;
            if let Some(tag) = label.tag {
                revisions.push((tag, first_revision));
            }
            if done.count > 1 {
                opened.push(Opened {
                    stream: label.stream,
                    first_revision,
                    count: done.count,
                });
            }
            Ok(())
        };
        let mut pipeline: Pipeline<'_, Stock, Label, _> = Pipeline::new(&self.ledger, settle);
        for (number, step) in steps.into_iter().enumerate() {
            let id = command_id(&format!("{}/{day}/{number}", step.stream));
            let context = Context::new(id, step.actor).effective(step.at);
            let label = Label {
                stream: step.stream.clone(),
                tag: step.tag,
            };
            pipeline
                .push(label, &step.stream, step.command, context)
                .await?;
        }
        pipeline.finish().await?;
        self.world.revisions.extend(revisions);
        Ok(opened)
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
