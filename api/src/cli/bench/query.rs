//! `sijill bench query`: questions over gRPC while commands arrive, beside an echo service under the same load.
//!
//! A round is: the disk's fdatasync, questions to the echo service, questions to the real server; the same commands arrive at
//! the real server meanwhile. Every caller asks in turn for one item of one facility, for the shortages of one facility, and for
//! a page of 100 cards of the country. The echo service answers each with what the real one answered first, so every kind of
//! question is compared with an echo of an answer as large.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Instant;

use sijill_schemas::inventory::v1::inventory_service_client::InventoryServiceClient;
use sijill_schemas::oversight::v1 as pb;
use sijill_schemas::oversight::v1::oversight_service_client::OversightServiceClient;
use sijill_schemas::types::v1::{Page, QueryContext};
use tonic::Status;
use tonic::transport::Channel;

use super::arrivals::Arrivals;
use super::echo::{Answers, Echo};
use super::figures::{Figure, First, Latencies, Rate, rows_of};
use super::machine::{self, Disk};
use super::served::{self, Served};
use super::{Common, disorder, failed, workspace, world};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Word};
use crate::cli::progress;
use crate::cli::query::answered;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) common: Common,
    /// Callers at once, each waiting for its answer
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=64))]
    callers: u32,
    /// Questions in each round
    #[arg(long, default_value_t = 12_000, value_parser = clap::value_parser!(u64).range(1..))]
    questions: u64,
    /// Commands that arrive in a second, meanwhile
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    commands_per_second: u64,
    /// Facilities that are asked about, and that commands go to
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=200))]
    facilities: u64,
    /// Directory whose disk is measured [default: a temporary directory]
    #[arg(long)]
    data: Option<PathBuf>,
}

const ECHO: Word = Word::new("echo", "خدمة الصدى", "echo");
const SERVER: Word = Word::new("questions", "الأسئلة كلها", "all questions");
const KINDS: [Word; 3] = [
    Word::new("get_shortage", "صنف في منشأة", "one item of a facility"),
    Word::new("list_shortages", "نواقص منشأة", "shortages of a facility"),
    Word::new("list_stock", "صفحة من 100 بطاقة", "page of 100 cards"),
];
/// The echo of each, with the same answer.
const ECHOES: [Word; 3] = [
    Word::new("echo_get_shortage", "صدى صنف في منشأة", "echo: one item"),
    Word::new("echo_list_shortages", "صدى نواقص منشأة", "echo: shortages"),
    Word::new(
        "echo_list_stock",
        "صدى صفحة من 100 بطاقة",
        "echo: page of 100 cards",
    ),
];
const ARRIVED: Word = Word::new("commands", "الأوامر التي وصلت", "commands that arrived");
const QUESTIONS: Word = Word::new("count", "العدد", "count");

/// Rows of a page.
const PAGE_ROWS: u32 = 100;

/// All rounds.
pub async fn measure(arguments: &Arguments) -> Result<Sheet, Failure> {
    let dir = workspace(arguments.data.as_ref())?;
    let facilities = arguments.facilities;
    let mut server = Served::start(dir.path(), facilities).await?;
    let arrivals = Arrivals {
        client: InventoryServiceClient::new(served::connect(server.address).await?),
        bearer: server.token("keeper", 0..facilities)?,
        per_second: arguments.commands_per_second,
        facilities,
    };
    let real = Asker::connect(server.address, facilities).await?;
    let echo = Echo::start(real.first(server.filled_at).await?).await?;
    let bare = Asker::connect(echo.address, facilities).await?;
    let mut disk = Disk::default();
    let mut figures = Figures::new();
    let bar = progress::bar(u64::from(arguments.common.rounds), "bench query");
    for _ in 0..arguments.common.rounds {
        disk.probe(dir.path()).map_err(failed(dir.path()))?;
        let arriving = arrivals.begin(server.commands).await?;
        let echoed = bare.round(arguments).await?;
        server.commands = arriving.end(&mut figures.beside).await?;
        figures.echo.take(echoed);

        let arriving = arrivals.begin(server.commands).await?;
        let asked = real.round(arguments).await?;
        server.commands = arriving.end(&mut figures.arrived).await?;
        figures.questions.take(asked);
        bar.inc(1);
    }
    bar.finish_and_clear();
    server.end().await?;
    let mut sheet = machine::sheet(dir.path(), &disk)
        .fact(
            Word::new("callers", "المتصلون معًا", "callers"),
            Cell::Count(arguments.callers.into()),
        )
        .fact(
            Word::new("facilities", "المنشآت", "facilities"),
            Cell::Count(facilities),
        )
        .fact(
            Word::new("cards", "بطاقات المخزون", "stock cards"),
            Cell::Count(facilities * world::ITEMS),
        );
    rows_of(&mut sheet, QUESTIONS, First::Base, figures.all());
    Ok(sheet)
}

/// What is measured.
struct Figures {
    echo: Asking,
    questions: Asking,
    arrived: Figure,
    /// Commands while the echo service was asked: not shown, they only make the load the same.
    beside: Figure,
}

/// Questions to one of the services.
struct Asking {
    all: Figure,
    kinds: [Figure; 3],
}

impl Asking {
    fn new(all: Word, kinds: [Word; 3]) -> Self {
        let mut place = 0..;
        Self {
            all: Figure::new(all),
            kinds: kinds.map(|kind| Figure::new(kind).of_kind(place.next().unwrap_or_default())),
        }
    }

    fn take(&mut self, asked: Asked) {
        self.all.round(asked.rate(|_| true));
        self.all.answered(asked.latencies.to_vec());
        for (kind, figure) in self.kinds.iter_mut().enumerate() {
            figure.round(asked.rate(|own| own == kind));
        }
        for (figure, latencies) in self.kinds.iter_mut().zip(asked.latencies) {
            figure.answered(vec![latencies]);
        }
    }
}

impl Figures {
    fn new() -> Self {
        Self {
            echo: Asking::new(ECHO, ECHOES),
            questions: Asking::new(SERVER, KINDS),
            arrived: Figure::new(ARRIVED).apart(),
            beside: Figure::new(ARRIVED).apart(),
        }
    }

    /// Each beside its echo.
    fn all(self) -> Vec<Figure> {
        let mut all = vec![self.echo.all, self.questions.all];
        for (echo, question) in self.echo.kinds.into_iter().zip(self.questions.kinds) {
            all.extend([echo, question]);
        }
        all.push(self.arrived);
        all
    }
}

/// A round of questions.
struct Asked {
    latencies: [Latencies; 3],
    elapsed: std::time::Duration,
}

impl Asked {
    fn rate(&self, counts: impl Fn(usize) -> bool) -> Rate {
        let kinds = self.latencies.iter().enumerate();
        let counted = kinds.filter(|(kind, _)| counts(*kind));
        Rate {
            count: counted.map(|(_, latencies)| latencies.count()).sum(),
            elapsed: self.elapsed,
        }
    }
}

/// One who asks; all of it is public, so without a token.
#[derive(Clone)]
struct Asker {
    client: OversightServiceClient<Channel>,
    facilities: u64,
}

impl Asker {
    async fn connect(address: SocketAddr, facilities: u64) -> Result<Self, Failure> {
        let client = OversightServiceClient::new(served::connect(address).await?);
        Ok(Self { client, facilities })
    }

    /// One answer of each kind, once the views have seen this index.
    async fn first(&self, minimum_index: u64) -> Result<Answers, Failure> {
        let mut client = self.client.clone();
        let failed = |status: Status| answered(&status);
        let (mut shortage, shortages) = (self.point(0)?, self.shortages(0)?);
        shortage.context = Some(QueryContext {
            minimum_index: Some(minimum_index),
            ..QueryContext::default()
        });
        let (shortage, shortages) = (
            client.get_shortage(shortage).await.map_err(failed)?,
            client.list_shortages(shortages).await.map_err(failed)?,
        );
        let stock = client.list_stock(cards()).await.map_err(failed)?;
        Ok(Answers {
            shortage: shortage.into_inner(),
            shortages: shortages.into_inner(),
            stock: stock.into_inner(),
            ..Answers::default()
        })
    }

    async fn round(&self, arguments: &Arguments) -> Result<Asked, Failure> {
        let callers = u64::from(arguments.callers);
        let each = (arguments.questions / callers).max(1);
        let begun = Instant::now();
        let tasks = (0..callers).map(|caller| {
            let asker = self.clone();
            tokio::spawn(asker.ask_all(caller * each..(caller + 1) * each))
        });
        let mut all = [const { Latencies::new() }; 3];
        for task in tasks.collect::<Vec<_>>() {
            let own = task.await.map_err(|error| disorder(&error))??;
            for (all, own) in all.iter_mut().zip(own) {
                all.append(own);
            }
        }
        Ok(Asked {
            latencies: all,
            elapsed: begun.elapsed(),
        })
    }

    async fn ask_all(self, numbers: std::ops::Range<u64>) -> Result<[Latencies; 3], Failure> {
        let mut client = self.client.clone();
        let [mut point, mut shortages, mut stock] = [const { Latencies::new() }; 3];
        for number in numbers {
            match number % 3 {
                0 => {
                    let question = self.point(number)?;
                    let begun = Instant::now();
                    let answer = client.get_shortage(question).await;
                    answer.map_err(|status| answered(&status))?;
                    point.add(begun.elapsed());
                }
                1 => {
                    let question = self.shortages(number)?;
                    let begun = Instant::now();
                    let answer = client.list_shortages(question).await;
                    answer.map_err(|status| answered(&status))?;
                    shortages.add(begun.elapsed());
                }
                _ => {
                    let begun = Instant::now();
                    let answer = client.list_stock(cards()).await;
                    answer.map_err(|status| answered(&status))?;
                    stock.add(begun.elapsed());
                }
            }
        }
        Ok([point, shortages, stock])
    }

    fn facility(&self, number: u64) -> Result<String, Failure> {
        let id = world::facility_id(number % self.facilities);
        let id = id.map_err(|error| world::impossible(&error))?;
        Ok(id.to_string())
    }

    fn point(&self, number: u64) -> Result<pb::GetShortageRequest, Failure> {
        let item = world::item_code(number % world::ITEMS);
        let item = item.map_err(|error| world::impossible(&error))?;
        Ok(pb::GetShortageRequest {
            context: None,
            facility: self.facility(number)?,
            item: item.to_string(),
        })
    }

    fn shortages(&self, number: u64) -> Result<pb::ListShortagesRequest, Failure> {
        Ok(pb::ListShortagesRequest {
            page: Some(page()),
            filter: Some(pb::Filter {
                facility: Some(self.facility(number)?),
                ..pb::Filter::default()
            }),
            ..pb::ListShortagesRequest::default()
        })
    }
}

fn cards() -> pb::ListStockRequest {
    pb::ListStockRequest {
        page: Some(page()),
        ..pb::ListStockRequest::default()
    }
}

fn page() -> Page {
    Page {
        size: PAGE_ROWS,
        ..Page::default()
    }
}
