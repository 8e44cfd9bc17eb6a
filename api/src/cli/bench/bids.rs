//! `sijill bench bids`: sealed envelopes in the last second before a deadline, and many of them for longer, beside an echo service.
//!
//! A round is: the disk's fdatasync, then many envelopes for longer and a rush of all suppliers at once, each at the echo service
//! and at the real server. Every envelope is sealed before its clock starts, by a supplier with a token and an enrolled key of its own.
//! The server's clock runs as time does, set forward to just before the deadline. After it the server lists the tender's
//! envelopes: every receipt is looked for there.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sijill_ledger_core::domain::tender::evaluation::{Fate, Stage};
use sijill_ledger_core::domain::tender::{Evaluation, LastStage, Standing, Tender};
use sijill_ledger_core::domain::values::EnvelopeId;
use sijill_ledger_core::event::{ActorId, Role};
use sijill_ledger_core::log::policy::Policy;
use sijill_ledger_core::time::Timestamp;
use tonic::transport::Channel;

use super::ahead::Ahead;
use super::echo::{Answers, Echo};
use super::figures::{Figure, First, Rate, rows_of};
use super::machine::{self, Disk};
use super::market::{Market, Open};
use super::rush::{Submission, Told, send_all};
use super::served::{self, Bearer, Served, broken};
use super::world::impossible;
use super::{Common, failed, workspace};
use crate::cli::data;
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Word};
use crate::cli::progress;
use crate::grpc::node::Node;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) common: Common,
    /// Suppliers who hand in an envelope each, all at once, just before the deadline
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    suppliers: u32,
    /// How long before the deadline they begin, in milliseconds; 0 is too late for all of them
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(0..=60_000))]
    before_ms: u32,
    /// Envelopes in each round that are handed in for longer, far from any deadline
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    envelopes: u64,
    /// Envelopes of these on their way at once
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=512))]
    in_flight: u32,
    /// Directory whose disk is measured [default: a temporary directory]
    #[arg(long)]
    data: Option<PathBuf>,
}

/// Of the log that is written to.
const ORIGIN: &str = "bench.sijill.example/bids";
/// Connections that all suppliers share.
const CONNECTIONS: u32 = 4;
/// Days from publication to the deadline: as few as the rules of the bench allow.
const RUSH_DAYS: i64 = 3;
/// The same of a tender whose deadline nobody hurries to.
const LONG_DAYS: i64 = 364;
/// How long the server may take to list the envelopes of a tender, and how often it is looked whether it has.
const LISTING_MAX: Duration = Duration::from_mins(2);
const LOOK_EVERY: Duration = Duration::from_millis(20);

const ECHO_RUSH: Word = Word::new("echo_rush", "الزحام على خدمة الصدى", "the rush at the echo");
const RUSH: Word = Word::new("rush", "الزحام قبل الموعد", "the rush before the deadline");
const ECHO: Word = Word::new("echo", "خدمة الصدى", "echo");
const SUSTAINED: Word = Word::new("sustained", "مظاريف متواصلة", "envelopes for longer");
const ENVELOPES: Word = Word::new("envelopes", "المظاريف", "envelopes");

/// All rounds.
pub async fn measure(arguments: &Arguments) -> Result<Sheet, Failure> {
    let dir = workspace(arguments.data.as_ref())?;
    let clock = Arc::new(Ahead::default());
    let options = data::options(&dir.path().join("data"), Some(ORIGIN), clock.clone());
    let node = Node::open(options, Policy::unwitnessed()).await?;
    let market = Market::begin(node.ledger.clone(), arguments.suppliers).await?;
    let server = Served::serve(dir.path(), node, 0).await?;
    let mut bench = Bench::connect(arguments, clock, market, &server).await?;
    let mut disk = Disk::default();
    let bar = progress::bar(u64::from(arguments.common.rounds), "bench bids");
    for _ in 0..arguments.common.rounds {
        disk.probe(dir.path()).map_err(failed(dir.path()))?;
        bench.round(arguments).await?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    server.end().await?;
    let mut sheet = machine::sheet(dir.path(), &disk)
        .fact(
            Word::new("suppliers", "الموردون", "suppliers"),
            Cell::Count(arguments.suppliers.into()),
        )
        .fact(
            Word::new("receipts", "إيصالات الزحام", "receipts in the rush"),
            Cell::Count(bench.receipts),
        )
        .fact(
            Word::new(
                "refused_with_the_instant",
                "رُدّ وأُخبر بالموعد",
                "refused and told the instant",
            ),
            Cell::Count(bench.refused),
        )
        .fact(
            Word::new("lost", "ضاع (لا بد أن يكون 0)", "lost (must be 0)"),
            Cell::Count(bench.lost),
        );
    rows_of(&mut sheet, ENVELOPES, First::Base, bench.figures.into());
    Ok(sheet)
}

/// Everybody who takes part.
struct Bench {
    clock: Arc<Ahead>,
    market: Market,
    bearers: Vec<Bearer>,
    /// To the server, and to the echo service.
    real: Vec<Channel>,
    bare: Vec<Channel>,
    /// Answers as long as it is kept.
    _echo: Echo,
    /// Rush and endurance, each beside its echo.
    figures: [Figure; 4],
    receipts: u64,
    refused: u64,
    lost: u64,
}

impl Bench {
    async fn connect(
        arguments: &Arguments,
        clock: Arc<Ahead>,
        mut market: Market,
        server: &Served,
    ) -> Result<Self, Failure> {
        let bearers = market.suppliers.iter().map(|supplier| {
            let id = ActorId::Organization(supplier.id.clone());
            server.bearer(id, Role::Supplier)
        });
        let bearers = bearers.collect::<Result<Vec<_>, _>>()?;
        let real = connections(server.address).await?;
        // One envelope of everybody: from then on their tokens are known. The echo repeats an answer to it.
        let tender = market.publish(&*clock, LONG_DAYS).await?;
        let first = sealed(&market, &bearers, &tender, bearers.len())?;
        let first = send_all(&real, first, 1, tender.closes_at).await?;
        let command = first.answer.ok_or_else(|| broken(&"no answer"))?;
        let answers = Answers {
            command,
            ..Answers::default()
        };
        let echo = Echo::start(answers).await?;
        let (rush, long) = (arguments.suppliers, arguments.in_flight);
        let figure = |word, kind, in_flight: u32| {
            let figure = Figure::new(word).of_kind(kind);
            figure.in_flight(in_flight.into())
        };
        Ok(Self {
            clock,
            market,
            bearers,
            real,
            bare: connections(echo.address).await?,
            _echo: echo,
            figures: [
                figure(ECHO_RUSH, 0, rush),
                figure(RUSH, 0, rush),
                figure(ECHO, 1, long),
                figure(SUSTAINED, 1, long),
            ],
            receipts: 0,
            refused: 0,
            lost: 0,
        })
    }

    async fn round(&mut self, arguments: &Arguments) -> Result<(), Failure> {
        let open = self.market.publish(&*self.clock, LONG_DAYS).await?;
        let count = usize::try_from(arguments.envelopes).unwrap_or(usize::MAX);
        let submissions = sealed(&self.market, &self.bearers, &open, count)?;
        let at_once = usize::try_from(arguments.in_flight).unwrap_or(usize::MAX);
        let [echo_rush, rush, echo, sustained] = &mut self.figures;
        send(&self.bare, bare(&submissions), at_once, &open, echo).await?;
        let told = send(&self.real, submissions, at_once, &open, sustained).await?;
        if told.refused > 0 {
            return Err(broken(&"an envelope came a year too late"));
        }
        let last = self.market.publish(&*self.clock, RUSH_DAYS).await?;
        let submissions = sealed(&self.market, &self.bearers, &last, self.bearers.len())?;
        let all = submissions.len();
        send(&self.bare, bare(&submissions), all, &last, echo_rush).await?;
        let before = i64::from(arguments.before_ms) * 1_000;
        let begins = last.closes_at.plus_micros(-before);
        self.clock.set(begins).map_err(|error| broken(&error))?;
        let told = send(&self.real, submissions, all, &last, rush).await?;
        self.clock
            .set(last.closes_at)
            .map_err(|error| broken(&error))?;
        self.refused += told.refused;
        self.receipts += told.receipts.len() as u64;
        self.lost += lost(&self.market, &last, &told).await?;
        Ok(())
    }
}

async fn connections(address: std::net::SocketAddr) -> Result<Vec<Channel>, Failure> {
    let mut channels = Vec::new();
    for _ in 0..CONNECTIONS {
        channels.push(served::connect(address).await?);
    }
    Ok(channels)
}

/// So many envelopes, of all suppliers in turn.
fn sealed(
    market: &Market,
    bearers: &[Bearer],
    tender: &Open,
    count: usize,
) -> Result<Vec<Submission>, Failure> {
    let suppliers = market.suppliers.iter().zip(bearers).cycle().take(count);
    let seal = |(supplier, bearer): (_, &Bearer)| {
        Submission::seal(supplier, tender, market.origin(), bearer.clone())
    };
    suppliers.map(seal).collect()
}

fn bare(submissions: &[Submission]) -> Vec<Submission> {
    submissions.iter().map(Submission::without_token).collect()
}

async fn send(
    channels: &[Channel],
    submissions: Vec<Submission>,
    at_once: usize,
    tender: &Open,
    figure: &mut Figure,
) -> Result<Told, Failure> {
    let (count, cpu) = (submissions.len() as u64, machine::cpu_time());
    let mut told = send_all(channels, submissions, at_once, tender.closes_at).await?;
    let cpu = machine::cpu_time().saturating_sub(cpu);
    let elapsed = told.elapsed;
    figure.round_of(Rate { count, elapsed }, cpu);
    figure.answered(vec![std::mem::take(&mut told.latencies)]);
    Ok(told)
}

/// How many receipts are of envelopes that are not on the tender's list, or do not count; all in time by their stamps.
async fn lost(market: &Market, tender: &Open, told: &Told) -> Result<u64, Failure> {
    if told.receipts.is_empty() {
        return Ok(0);
    }
    let is_late = |(_, stamp): &&(String, Timestamp)| *stamp >= tender.closes_at;
    if told.receipts.iter().find(is_late).is_some() {
        return Err(broken(&"a receipt is stamped after the deadline"));
    }
    let listed = listed(market, tender).await?;
    let mut lost = 0;
    for (envelope, _) in &told.receipts {
        let id = EnvelopeId::new(envelope).map_err(|error| impossible(&error))?;
        let counts = listed.fate(&id) == Some(Fate::Unopened(Standing::Counts));
        lost += u64::from(!counts);
    }
    Ok(lost)
}

/// The tender once its list of envelopes is complete.
async fn listed(market: &Market, tender: &Open) -> Result<Evaluation, Failure> {
    let begun = std::time::Instant::now();
    while begun.elapsed() < LISTING_MAX {
        let evaluation = match market.tender(&tender.id).await? {
            Tender::Evaluation(evaluation) => Some(evaluation),
            Tender::Ended(ended) => match ended.last {
                LastStage::Evaluation(evaluation) => Some(evaluation),
                LastStage::Bidding(_) | LastStage::Draft => None,
            },
            Tender::Unknown | Tender::Draft(_) | Tender::Bidding(_) => None,
        };
        match evaluation {
            Some(evaluation) if evaluation.stage() != Stage::Receiving => return Ok(*evaluation),
            Some(_) | None => tokio::time::sleep(LOOK_EVERY).await,
        }
    }
    Err(broken(&"the envelopes of the tender were not listed"))
}
