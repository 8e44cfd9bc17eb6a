//! `sijill bench submit`: commands over one stream, so many on their way at once, each durable before its answer, beside
//! an echo service.
//!
//! A round is: the disk's fdatasync, then for each number in flight the echo service and the real server.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Instant;

use sijill_schemas::inventory::v1::inventory_service_client::InventoryServiceClient;
use sijill_schemas::inventory::v1::submit_request::Command;
use sijill_schemas::inventory::v1::submit_response::Outcome;
use sijill_schemas::inventory::v1::{SubmitRequest, SubmitResponse};
use sijill_schemas::types::v1::{CommandResponse, Refusal};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;

use super::echo::{Answers, Echo};
use super::figures::{Figure, First, Latencies, Rate, rows_of};
use super::grpc::COMMANDS;
use super::machine::{self, Disk};
use super::served::{self, Bearer, Served, asked, broken};
use super::{Common, failed, workspace};
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::output::{Cell, Sheet, Word};
use crate::cli::progress;
use crate::cli::query::answered;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) common: Common,
    /// Commands on their way at once; one measure for each number
    #[arg(long, value_delimiter = ',', default_values_t = [64, 512], value_parser = clap::value_parser!(u32).range(1..=100_000))]
    in_flight: Vec<u32>,
    /// Commands in each round, for each number in flight
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..))]
    commands: u64,
    /// Facilities that the commands go to
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=200))]
    facilities: u64,
    /// Directory whose disk is measured [default: a temporary directory]
    #[arg(long)]
    data: Option<PathBuf>,
}

const ECHO: Word = Word::new("echo", "خدمة الصدى", "echo");
const SERVER: Word = Word::new("submit", "أوامر في تدفق واحد", "commands over one stream");

/// All rounds.
pub async fn measure(arguments: &Arguments) -> Result<Sheet, Failure> {
    let dir = workspace(arguments.data.as_ref())?;
    let facilities = arguments.facilities;
    let mut server = Served::start(dir.path(), facilities).await?;
    let real = Sender {
        client: InventoryServiceClient::new(served::connect(server.address).await?),
        bearer: Some(server.token("keeper", 0..facilities)?),
    };
    let command = real.first(&mut server, facilities).await?;
    let echo = Echo::start(Answers {
        command,
        ..Answers::default()
    });
    let echo = echo.await?;
    let bare = Sender {
        client: InventoryServiceClient::new(served::connect(echo.address).await?),
        bearer: None,
    };
    let mut disk = Disk::default();
    let figures = arguments.in_flight.iter().map(|&in_flight| {
        let of = |word| Figure::new(word).in_flight(in_flight.into());
        (in_flight, of(ECHO), of(SERVER))
    });
    let mut figures: Vec<_> = figures.collect();
    let bar = progress::bar(u64::from(arguments.common.rounds), "bench submit");
    for _ in 0..arguments.common.rounds {
        disk.probe(dir.path()).map_err(failed(dir.path()))?;
        for (in_flight, echoed, commanded) in &mut figures {
            let requests = requests(&mut server, arguments.commands, facilities)?;
            bare.round(requests.clone(), *in_flight, echoed).await?;
            real.round(requests, *in_flight, commanded).await?;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    server.end().await?;
    let mut sheet = machine::sheet(dir.path(), &disk).fact(
        Word::new("facilities", "المنشآت", "facilities"),
        Cell::Count(facilities),
    );
    let figures = figures.into_iter();
    let figures = figures.flat_map(|(_, echoed, commanded)| [echoed, commanded]);
    rows_of(&mut sheet, COMMANDS, First::Base, figures.collect());
    Ok(sheet)
}

/// The next so many commands, to all facilities in turn.
fn requests(
    server: &mut Served,
    count: u64,
    facilities: u64,
) -> Result<Vec<SubmitRequest>, Failure> {
    let numbers = server.take_numbers(count);
    numbers.map(|number| message(number, facilities)).collect()
}

/// One command as a message of a stream.
pub fn message(number: u64, facilities: u64) -> Result<SubmitRequest, Failure> {
    let issue = served::issue(number, number % facilities)?;
    Ok(SubmitRequest {
        sequence: number,
        command: Some(Command::IssueStock(issue)),
    })
}

/// What an answer says, if it is the one that is due.
pub fn granted(answer: SubmitResponse, due: u64) -> Result<CommandResponse, Failure> {
    if answer.sequence != due {
        return Err(broken(&"an answer came out of turn"));
    }
    match answer.outcome {
        Some(Outcome::Done(done)) => Ok(done),
        Some(Outcome::Refused(refusal)) => Err(refused(refusal)),
        None => Err(broken(&"an answer is empty")),
    }
}

fn refused(refusal: Refusal) -> Failure {
    let Refusal { code, ar, en, .. } = refusal;
    let (exit_status, text) = (1, Bilingual::new(ar, en));
    Failure::Answered {
        code,
        text,
        exit_status,
    }
}

/// One who sends over a stream.
#[derive(Clone)]
struct Sender {
    client: InventoryServiceClient<Channel>,
    bearer: Option<Bearer>,
}

impl Sender {
    /// One command, whose answer the echo service repeats.
    async fn first(
        &self,
        server: &mut Served,
        facilities: u64,
    ) -> Result<CommandResponse, Failure> {
        let (last, _) = self.send_all(requests(server, 1, facilities)?, 1).await?;
        last.ok_or_else(|| broken(&"a command was not answered"))
    }

    async fn round(
        &self,
        requests: Vec<SubmitRequest>,
        in_flight: u32,
        figure: &mut Figure,
    ) -> Result<(), Failure> {
        let count = requests.len() as u64;
        // On a task of its own: what a bench blocks on is not a worker of the runtime.
        let (sender, begun, cpu) = (self.clone(), Instant::now(), machine::cpu_time());
        let sending = tokio::spawn(async move { sender.send_all(requests, in_flight).await });
        let (_, latencies) = sending.await.map_err(|error| super::disorder(&error))??;
        let elapsed = begun.elapsed();
        let cpu = machine::cpu_time().saturating_sub(cpu);
        figure.round_of(Rate { count, elapsed }, cpu);
        figure.answered(vec![latencies]);
        Ok(())
    }

    /// Sends all, with so many on their way at once; gives the last answer.
    async fn send_all(
        &self,
        requests: Vec<SubmitRequest>,
        in_flight: u32,
    ) -> Result<(Option<CommandResponse>, Latencies), Failure> {
        let in_flight = usize::try_from(in_flight).unwrap_or(usize::MAX);
        let (sender, receiver) = mpsc::channel(in_flight);
        let mut requests = requests.into_iter();
        let mut waiting = VecDeque::with_capacity(in_flight);
        for request in requests.by_ref().take(in_flight) {
            waiting.push_back((request.sequence, Instant::now()));
            sender.send(request).await.map_err(|error| broken(&error))?;
        }
        // Dropped after the last message, so that the stream ends.
        let mut sender = Some(sender);
        let request = asked(ReceiverStream::new(receiver), self.bearer.as_ref());
        let answers = self.client.clone().submit(request).await;
        let mut answers = answers.map_err(|status| answered(&status))?.into_inner();
        let (mut last, mut latencies) = (None, Latencies::default());
        while let Some((due, begun)) = waiting.pop_front() {
            let answer = answers.message().await;
            let answer = answer.map_err(|status| answered(&status))?;
            let answer = answer.ok_or_else(|| broken(&"the stream ended early"))?;
            let done = granted(answer, due)?;
            latencies.add(begun.elapsed());
            match (requests.next(), &sender) {
                (Some(request), Some(sender)) => {
                    waiting.push_back((request.sequence, Instant::now()));
                    sender.send(request).await.map_err(|error| broken(&error))?;
                }
                (Some(_), None) | (None, _) => sender = None,
            }
            last = Some(done);
        }
        Ok((last, latencies))
    }
}
