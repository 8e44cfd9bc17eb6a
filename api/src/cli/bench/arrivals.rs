//! Commands that arrive at a fixed rate, whatever else goes on: the load under which questions are measured.

use std::time::{Duration, Instant};

use sijill_schemas::inventory::v1::inventory_service_client::InventoryServiceClient;
use sijill_schemas::inventory::v1::{SubmitRequest, SubmitResponse};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Streaming;
use tonic::transport::Channel;

use super::disorder;
use super::figures::{Figure, Latencies, Rate};
use super::served::{Bearer, asked, broken};
use super::submit::{granted, message};
use crate::cli::errors::Failure;
use crate::cli::query::answered;

/// How often it is looked which commands are due.
const TICK: Duration = Duration::from_millis(1);
/// Commands that were due and are not sent yet: a server that is too slow by then has failed the bench.
const QUEUE_MAX: usize = 1 << 16;

/// What arrives, and where.
#[derive(Clone)]
pub struct Arrivals {
    pub client: InventoryServiceClient<Channel>,
    pub bearer: Bearer,
    pub per_second: u64,
    pub facilities: u64,
}

/// Commands on their way.
pub struct Arriving {
    stop: oneshot::Sender<()>,
    begun: Instant,
    sending: JoinHandle<Result<u64, Failure>>,
    taking: JoinHandle<Result<Latencies, Failure>>,
}

/// When a command was due, under its number.
type Due = (u64, Instant);

impl Arrivals {
    /// Commands begin to arrive, numbered from `first`.
    pub async fn begin(&self, first: u64) -> Result<Arriving, Failure> {
        let (messages, stream) = mpsc::channel(QUEUE_MAX);
        let (due, waiting) = mpsc::channel(QUEUE_MAX);
        let (stop, stopping) = oneshot::channel();
        let request = asked(ReceiverStream::new(stream), Some(&self.bearer));
        let answers = self.client.clone().submit(request).await;
        let answers = answers.map_err(|status| answered(&status))?.into_inner();
        let begun = Instant::now();
        let pace = Pace {
            arrivals: self.clone(),
            begun,
            first,
            messages,
            due,
        };
        Ok(Arriving {
            stop,
            begun,
            sending: tokio::spawn(pace.send_until(stopping)),
            taking: tokio::spawn(take_all(answers, waiting)),
        })
    }
}

impl Arriving {
    /// No more arrive; waits for the last answers. Returns the number after the last.
    pub async fn end(self, figure: &mut Figure) -> Result<u64, Failure> {
        // An error says that sending has failed; why, it says itself.
        let _ = self.stop.send(());
        let next = self.sending.await.map_err(|error| disorder(&error))?;
        // What came back tells more than that nothing more could be sent.
        let latencies = self.taking.await.map_err(|error| disorder(&error))??;
        let next = next?;
        figure.round(Rate {
            count: latencies.count(),
            elapsed: self.begun.elapsed(),
        });
        figure.answered(vec![latencies]);
        Ok(next)
    }
}

/// Sends what is due.
struct Pace {
    arrivals: Arrivals,
    begun: Instant,
    first: u64,
    messages: mpsc::Sender<SubmitRequest>,
    due: mpsc::Sender<Due>,
}

impl Pace {
    async fn send_until(self, mut stop: oneshot::Receiver<()>) -> Result<u64, Failure> {
        let late = || broken(&"the server takes commands more slowly than they arrive");
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut next = self.first;
        loop {
            tokio::select! {
                // A sender that is gone says stop too.
                _ = &mut stop => return Ok(next),
                _ = ticks.tick() => {}
            }
            let until = self.first + self.due_by(self.begun.elapsed());
            while next < until {
                let due = self.begun + self.due_at(next - self.first);
                let message = message(next, self.arrivals.facilities)?;
                self.due.try_send((next, due)).map_err(|_| late())?;
                self.messages.try_send(message).map_err(|_| late())?;
                next += 1;
            }
        }
    }

    /// How many are due after so much time.
    fn due_by(&self, elapsed: Duration) -> u64 {
        let due = elapsed.as_micros() * u128::from(self.arrivals.per_second) / 1_000_000;
        u64::try_from(due).unwrap_or(u64::MAX)
    }

    /// When the n-th is due.
    fn due_at(&self, n: u64) -> Duration {
        Duration::from_micros(n.saturating_mul(1_000_000) / self.arrivals.per_second.max(1))
    }
}

/// Latencies are counted from when a command was due: a sender that was held up is no excuse.
async fn take_all(
    mut answers: Streaming<SubmitResponse>,
    mut waiting: mpsc::Receiver<Due>,
) -> Result<Latencies, Failure> {
    let mut latencies = Latencies::default();
    while let Some((number, due)) = waiting.recv().await {
        let answer = answers.message().await;
        let answer = answer.map_err(|status| answered(&status))?;
        let answer = answer.ok_or_else(|| broken(&"the stream ended early"))?;
        granted(answer, number)?;
        latencies.add(due.elapsed());
    }
    Ok(latencies)
}
