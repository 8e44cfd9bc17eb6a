//! `sijill bench grpc`: whole commands over gRPC, each durable before its answer, beside an echo service.
//!
//! A round is: the disk's fdatasync, the echo service, the bare loop (a group commit with nothing around it), the real
//! server. Callers, connections and messages are the same for both services; the real one also gets a token with every call.

use std::path::PathBuf;
use std::time::Instant;

use sijill_ledger_core::store::embedded::probe;
use sijill_schemas::inventory::v1::IssueStockRequest;
use sijill_schemas::inventory::v1::inventory_service_client::InventoryServiceClient;
use sijill_schemas::types::v1::CommandResponse;
use tonic::transport::Channel;

use super::echo::{Answers, Echo};
use super::figures::{Figure, First, Latencies, Rate, rows_of};
use super::machine::{self, Disk};
use super::served::{self, Bearer, Served, asked};
use super::{Common, disorder, failed, workspace};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Word};
use crate::cli::progress;
use crate::cli::query::answered;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) common: Common,
    /// Callers at once, each waiting for its answer
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=512))]
    callers: u32,
    /// Connections that the callers share
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=64))]
    connections: u32,
    /// Commands in each round
    #[arg(long, default_value_t = 40_000, value_parser = clap::value_parser!(u64).range(1..))]
    commands: u64,
    /// Directory whose disk is measured [default: a temporary directory]
    #[arg(long)]
    data: Option<PathBuf>,
}

const ECHO: Word = Word::new("echo", "خدمة الصدى", "echo");
const BARE: Word = Word::new("bare_loop", "حلقة مجردة", "bare loop");
const SERVER: Word = Word::new("grpc_command", "أوامر عبر gRPC", "commands over gRPC");
pub const COMMANDS: Word = Word::new("commands", "الأوامر", "commands");

/// All rounds.
pub async fn measure(arguments: &Arguments) -> Result<Sheet, Failure> {
    let dir = workspace(arguments.data.as_ref())?;
    let (callers, each) = (u64::from(arguments.callers), arguments.each());
    let mut server = Served::start(dir.path(), callers).await?;
    let real = Callers::connect(arguments, server.address, Some(&server)).await?;
    let command = real.first(&mut server).await?;
    let echo = Echo::start(Answers {
        command,
        ..Answers::default()
    });
    let echo = echo.await?;
    let bare_callers = Callers::connect(arguments, echo.address, None).await?;
    let mut disk = Disk::default();
    let (mut echoed, mut bare) = (Figure::new(ECHO), Figure::new(BARE));
    let mut commanded = Figure::new(SERVER);
    let bar = progress::bar(u64::from(arguments.common.rounds), "bench grpc");
    for _ in 0..arguments.common.rounds {
        disk.probe(dir.path()).map_err(failed(dir.path()))?;
        let requests = real.requests(&mut server, each)?;
        bare_callers.round(requests.clone(), &mut echoed).await?;
        let each = usize::try_from(each).unwrap_or(usize::MAX);
        let ran = probe::bare_loop(dir.path(), real.0.len(), each, 1).await;
        let ran = ran.map_err(failed(dir.path()))?;
        bare.round(Rate {
            count: ran.records,
            elapsed: ran.elapsed,
        });
        real.round(requests, &mut commanded).await?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    server.end().await?;
    let mut sheet = machine::sheet(dir.path(), &disk)
        .fact(
            Word::new("callers", "المتصلون معًا", "callers"),
            Cell::Count(callers),
        )
        .fact(
            Word::new("connections", "الاتصالات", "connections"),
            Cell::Count(arguments.connections.into()),
        );
    rows_of(
        &mut sheet,
        COMMANDS,
        First::Base,
        vec![echoed, commanded, bare.apart()],
    );
    Ok(sheet)
}

impl Arguments {
    /// Commands of one caller in a round.
    fn each(&self) -> u64 {
        (self.commands / u64::from(self.callers)).max(1)
    }
}

/// Someone who commands one store.
#[derive(Clone)]
struct Caller {
    client: InventoryServiceClient<Channel>,
    bearer: Option<Bearer>,
}

/// Callers, each with a store and a token of their own, on connections that they share.
struct Callers(Vec<Caller>);

impl Callers {
    async fn connect(
        arguments: &Arguments,
        address: std::net::SocketAddr,
        server: Option<&Served>,
    ) -> Result<Self, Failure> {
        let mut channels = Vec::new();
        for _ in 0..arguments.connections {
            channels.push(served::connect(address).await?);
        }
        let channels = channels.iter().cycle();
        let callers = channels
            .zip(0..u64::from(arguments.callers))
            .map(|(channel, number)| {
                let own = number..=number;
                let bearer = server.map(|server| server.token(&format!("keeper-{number}"), own));
                Ok(Caller {
                    client: InventoryServiceClient::new(channel.clone()),
                    bearer: bearer.transpose()?,
                })
            });
        callers.collect::<Result<_, Failure>>().map(Self)
    }

    /// One command of every caller: from then on their tokens are known. Gives an answer.
    async fn first(&self, server: &mut Served) -> Result<CommandResponse, Failure> {
        let mut answer = CommandResponse::default();
        for (caller, requests) in self.0.iter().zip(self.requests(server, 1)?) {
            for request in requests {
                let request = asked(request, caller.bearer.as_ref());
                let done = caller.client.clone().issue_stock(request).await;
                answer = done.map_err(|status| answered(&status))?.into_inner();
            }
        }
        Ok(answer)
    }

    /// So many new commands of each caller.
    fn requests(
        &self,
        server: &mut Served,
        each: u64,
    ) -> Result<Vec<Vec<IssueStockRequest>>, Failure> {
        let callers = 0..self.0.len() as u64;
        let of_caller = |caller| {
            let numbers = server.take_numbers(each);
            numbers
                .map(|number| served::issue(number, caller))
                .collect()
        };
        callers.map(of_caller).collect()
    }

    async fn round(
        &self,
        requests: Vec<Vec<IssueStockRequest>>,
        figure: &mut Figure,
    ) -> Result<(), Failure> {
        let count = requests.iter().map(|own| own.len() as u64).sum();
        let (begun, cpu) = (Instant::now(), machine::cpu_time());
        let tasks = self.0.iter().cloned().zip(requests);
        let tasks: Vec<_> = tasks
            .map(|(caller, requests)| tokio::spawn(command_all(caller, requests)))
            .collect();
        let mut latencies = Vec::with_capacity(tasks.len());
        for task in tasks {
            latencies.push(task.await.map_err(|error| disorder(&error))??);
        }
        let elapsed = begun.elapsed();
        let cpu = machine::cpu_time().saturating_sub(cpu);
        figure.round_of(Rate { count, elapsed }, cpu);
        figure.answered(latencies);
        Ok(())
    }
}

async fn command_all(
    mut caller: Caller,
    requests: Vec<IssueStockRequest>,
) -> Result<Latencies, Failure> {
    let mut latencies = Latencies::default();
    for request in requests {
        let begun = Instant::now();
        let request = asked(request, caller.bearer.as_ref());
        let done = caller.client.issue_stock(request).await;
        done.map_err(|status| answered(&status))?;
        latencies.add(begun.elapsed());
    }
    Ok(latencies)
}
