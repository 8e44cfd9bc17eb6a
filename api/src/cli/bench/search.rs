//! `sijill bench search`: words and filters over many tenders, in the view and over gRPC, beside an echo service.
//!
//! A log of tenders is written and folded. Each kind of question is then put to the view itself (found, counted, sorted), and
//! to the real server by several callers at once: what it took by the server's own clock, as its answer says, and what it
//! took for the caller. The echo service answers the same requests with an answer as large. No question is put twice, so
//! none is answered from what was kept; but for the next page, which is what is kept for.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use sijill_ledger_core::codec;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::time::Timestamp;
use sijill_projections::View as _;
use sijill_projections::tenders::Tenders;
use sijill_projections::tenders::search::Wanted;
use sijill_projections::tenders::search::entry::Phase;
use sijill_projections::tenders::search::query::{Filter, Order, Query, Range};
use sijill_schemas::oversight::v1 as pb;
use sijill_schemas::oversight::v1::tenders_service_client::TendersServiceClient;
use sijill_schemas::types::v1::{Page, QueryContext};
use tonic::transport::Channel;

use super::echo::{Answers, Echo};
use super::figures::{Figure, First, Latencies, Rate, rows_of};
use super::machine::{self, Disk};
use super::served::{self, Served, broken};
use super::{Common, disorder, failed, tender_log, workspace, world};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Word};
use crate::cli::query::answered;
use crate::cli::{data, progress};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) common: Common,
    /// Tenders of the log that is searched
    #[arg(long, default_value_t = 50_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    scale: u64,
    /// Questions of each kind in each round
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..))]
    questions: u64,
    /// Callers at once, each waiting for its answer
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=16))]
    callers: u64,
    /// Directory whose disk is measured [default: a temporary directory]
    #[arg(long)]
    data: Option<PathBuf>,
}

const QUESTIONS: Word = Word::new("count", "العدد", "count");
/// Rows of a page.
const PAGE_ROWS: u32 = 20;

/// A kind of question, with what its figures are called: in the view, by the server's own clock, over gRPC.
struct Kind {
    text: fn(u64, u64) -> String,
    is_filtered: bool,
    is_next_page: bool,
    names: [Word; 3],
}

const ECHO: Word = Word::new("echo", "صدى صفحة من 20 مناقصة", "echo: page of 20 tenders");

/// Names of the figures of one kind.
macro_rules! names {
    ($key:literal, $arabic:literal, $english:literal) => {
        [
            Word::new(
                concat!("view_", $key),
                concat!($arabic, "، في الكشف"),
                concat!($english, ", in the view"),
            ),
            Word::new(
                concat!("server_", $key),
                concat!($arabic, "، بساعة الخادم"),
                concat!($english, ", server's own time"),
            ),
            Word::new(
                concat!("grpc_", $key),
                concat!($arabic, "، عبر gRPC"),
                concat!($english, ", over gRPC"),
            ),
        ]
    };
}

const KINDS: [Kind; 7] = [
    Kind {
        text: |_, _| "توريد".to_owned(),
        is_filtered: false,
        is_next_page: false,
        names: names!("common_word", "كلمة شائعة", "common word"),
    },
    Kind {
        text: |number, scale| (number.wrapping_mul(7_919) % scale.max(1)).to_string(),
        is_filtered: false,
        is_next_page: false,
        names: names!("rare_word", "كلمة نادرة", "rare word"),
    },
    Kind {
        text: |_, _| "الأنسولين أسيوط".to_owned(),
        is_filtered: false,
        is_next_page: false,
        names: names!("two_words", "كلمتان", "two words"),
    },
    Kind {
        text: |_, _| "chairs supply".to_owned(),
        is_filtered: true,
        is_next_page: false,
        names: names!("filters", "كلمتان ومرشحات", "two words and filters"),
    },
    Kind {
        text: |_, _| "مس".to_owned(),
        is_filtered: false,
        is_next_page: false,
        names: names!("prefix", "بداية كلمة", "beginning of a word"),
    },
    Kind {
        text: |_, _| String::new(),
        is_filtered: false,
        is_next_page: false,
        names: names!("everything", "الكل بعدد كلٍّ", "everything, counted"),
    },
    Kind {
        text: |_, _| "توريد".to_owned(),
        is_filtered: false,
        is_next_page: true,
        names: names!("next_page", "الصفحة التالية", "next page"),
    },
];

/// All rounds.
pub async fn measure(arguments: &Arguments) -> Result<Sheet, Failure> {
    let dir = workspace(arguments.data.as_ref())?;
    let log = dir.path().join("log");
    let mut disk = Disk::default();
    disk.probe(dir.path()).map_err(failed(dir.path()))?;
    let store = world::ledger(&log)?;
    tender_log::fill(store.store(), arguments.scale).await?;
    store.store().close();
    drop(store);
    let at = tender_log::end().map_err(|error| world::impossible(&error))?;
    let (view, folded) = fold(&*data::open(&log)?)?;
    let server = Served::over(dir.path(), &log).await?;
    let real = Asker::connect(server.address, at, arguments.scale).await?;
    let first = real.first(server.filled_at).await?;
    let echo = Echo::start(Answers {
        tenders: first.clone(),
        ..Answers::default()
    });
    let echo = echo.await?;
    let bare = Asker::connect(echo.address, at, arguments.scale).await?;
    let mut figures: Vec<[Figure; 3]> = KINDS.iter().map(|it| it.names.map(Figure::new)).collect();
    let mut echoed = Figure::new(ECHO);
    let bar = progress::bar(u64::from(arguments.common.rounds), "bench search");
    let mut number = 0;
    for _ in 0..arguments.common.rounds {
        for (kind, [in_view, own, over]) in KINDS.iter().zip(&mut figures) {
            let numbers = number..number + arguments.questions;
            number = numbers.end;
            in_view.answered(vec![in_the_view(
                kind,
                numbers.clone(),
                &view,
                at,
                arguments.scale,
            )]);
            let asked = real.round(kind, numbers, arguments.callers).await?;
            own.answered(vec![asked.own]);
            over.round(asked.rate);
            over.answered(vec![asked.over]);
        }
        let [kind, ..] = &KINDS;
        let numbers = number..number + arguments.questions;
        let asked = bare.round(kind, numbers, arguments.callers).await?;
        echoed.round(asked.rate);
        echoed.answered(vec![asked.over]);
        bar.inc(1);
    }
    bar.finish_and_clear();
    server.end().await?;
    let answer_bytes = prost::Message::encoded_len(&first);
    let sheet = machine::sheet(dir.path(), &disk);
    let mut sheet = facts(sheet, arguments, &view, &folded).fact(
        Word::new("answer_bytes", "بايتات الجواب", "bytes of an answer"),
        Cell::Count(answer_bytes as u64),
    );
    let figures = [echoed].into_iter().chain(figures.into_iter().flatten());
    rows_of(&mut sheet, QUESTIONS, First::Base, figures.collect());
    Ok(sheet)
}

fn facts(sheet: Sheet, arguments: &Arguments, view: &Tenders, folded: &Folded) -> Sheet {
    let micros = |time: Duration| Cell::Count(u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    sheet
        .fact(
            Word::new("tenders", "المناقصات", "tenders"),
            Cell::Count(view.search().count() as u64),
        )
        .fact(
            Word::new("events", "الأحداث", "events"),
            Cell::Count(folded.events),
        )
        .fact(
            Word::new(
                "fold_us",
                "تطبيق الأحداث على الكشف (µs)",
                "fold of the view (µs)",
            ),
            micros(folded.time),
        )
        .fact(
            Word::new(
                "index_bytes",
                "ذاكرة الفهرس (بايت)",
                "memory of the index (bytes)",
            ),
            Cell::Count(view.search().bytes() as u64),
        )
        .fact(
            Word::new("callers", "المتصلون معًا", "callers"),
            Cell::Count(arguments.callers),
        )
}

/// What the fold took.
struct Folded {
    events: u64,
    time: Duration,
}

/// The view by itself; reading and decoding do not count.
fn fold(store: &EmbeddedStore) -> Result<(Tenders, Folded), Failure> {
    let mut view = Tenders::default();
    let mut folded = Folded {
        events: 0,
        time: Duration::ZERO,
    };
    for batch in store.log_reader(0) {
        let batch = batch.map_err(|error| broken(&error))?;
        let events = batch
            .iter()
            .map(|(index, entry)| codec::recorded(index, &entry, &[]));
        let events: Vec<_> = events
            .collect::<Result<_, _>>()
            .map_err(|error| broken(&error))?;
        let begun = Instant::now();
        for event in &events {
            view.apply(event);
        }
        folded.time += begun.elapsed();
        folded.events += events.len() as u64;
    }
    Ok((view, folded))
}

/// Questions to the view itself.
fn in_the_view(
    kind: &Kind,
    numbers: std::ops::Range<u64>,
    view: &Tenders,
    at: EffectiveAt,
    scale: u64,
) -> Latencies {
    let mut latencies = Latencies::new();
    if kind.is_next_page {
        return latencies;
    }
    for number in numbers {
        let text = (kind.text)(number, scale);
        let begun = Instant::now();
        let query = Query {
            words: Wanted::new(&text),
            filter: filter(kind, number, at),
        };
        let mut hits = view.search().find(&query, at.at());
        hits.sort(Order::Relevance);
        std::hint::black_box(hits.get(0));
        latencies.add(begun.elapsed());
    }
    latencies
}

/// No question is put twice: each has a first day of its own, before all tenders.
fn since(number: u64) -> Timestamp {
    Timestamp::from_micros(i64::try_from(number).unwrap_or(i64::MAX))
}

fn filter(kind: &Kind, number: u64, at: EffectiveAt) -> Filter {
    let mut filter = Filter {
        published: Range {
            from: Some(since(number)),
            until: None,
        },
        ..Filter::default()
    };
    if kind.is_filtered {
        filter.phases = vec![Phase::Completed, Phase::Evaluation];
        filter.closes.until = Some(at.at());
        filter.buyer = tender_log::buyer(number % tender_log::buyers()).ok();
    }
    filter
}

/// What a round of questions took.
struct Asked {
    rate: Rate,
    own: Latencies,
    over: Latencies,
}

/// One who asks; all of it is public, so without a token.
#[derive(Clone)]
struct Asker {
    client: TendersServiceClient<Channel>,
    at: EffectiveAt,
    scale: u64,
}

impl Asker {
    async fn connect(address: SocketAddr, at: EffectiveAt, scale: u64) -> Result<Self, Failure> {
        let client = TendersServiceClient::new(served::connect(address).await?);
        Ok(Self { client, at, scale })
    }

    /// The first answer, once the views have seen this index.
    async fn first(&self, minimum_index: u64) -> Result<pb::SearchTendersResponse, Failure> {
        let mut request = pb::SearchTendersRequest {
            page: Some(page(String::new())),
            ..pb::SearchTendersRequest::default()
        };
        request.context = Some(QueryContext {
            minimum_index: Some(minimum_index),
            ..self.context()?
        });
        let answer = self.client.clone().search_tenders(request).await;
        Ok(answer.map_err(|status| answered(&status))?.into_inner())
    }

    async fn round(
        &self,
        kind: &'static Kind,
        numbers: std::ops::Range<u64>,
        callers: u64,
    ) -> Result<Asked, Failure> {
        let each = ((numbers.end - numbers.start) / callers).max(1);
        let begun = Instant::now();
        let tasks = (0..callers).map(|caller| {
            let first = numbers.start + caller * each;
            let asker = self.clone();
            tokio::spawn(asker.ask_all(kind, first..first + each))
        });
        let (mut own, mut over) = (Latencies::new(), Latencies::new());
        for task in tasks.collect::<Vec<_>>() {
            let (theirs, taken) = task.await.map_err(|error| disorder(&error))??;
            own.append(theirs);
            over.append(taken);
        }
        let rate = Rate {
            count: over.count(),
            elapsed: begun.elapsed(),
        };
        Ok(Asked { rate, own, over })
    }

    async fn ask_all(
        mut self,
        kind: &'static Kind,
        numbers: std::ops::Range<u64>,
    ) -> Result<(Latencies, Latencies), Failure> {
        let (mut own, mut over) = (Latencies::new(), Latencies::new());
        for number in numbers {
            let mut request = self.request(kind, number)?;
            if kind.is_next_page {
                let first = self.client.search_tenders(request.clone()).await;
                let first = first.map_err(|status| answered(&status))?.into_inner();
                request.page = Some(page(first.next_page_token));
            }
            let begun = Instant::now();
            let answer = self.client.search_tenders(request).await;
            over.add(begun.elapsed());
            let answer = answer.map_err(|status| answered(&status))?.into_inner();
            own.add(Duration::from_micros(answer.server_micros));
        }
        Ok((own, over))
    }

    fn request(&self, kind: &Kind, number: u64) -> Result<pb::SearchTendersRequest, Failure> {
        let asked = filter(kind, number, self.at);
        let phases = [pb::TenderPhase::Completed, pb::TenderPhase::Evaluation];
        let phases = phases.into_iter().filter(|_| kind.is_filtered);
        Ok(pb::SearchTendersRequest {
            context: Some(self.context()?),
            page: Some(page(String::new())),
            filter: Some(pb::TenderFilter {
                text: (kind.text)(number, self.scale),
                buyer: asked.buyer.map(|it| it.to_string()),
                phases: phases.map(i32::from).collect(),
                published_from_micros: asked.published.from.map(Timestamp::as_micros),
                closes_until_micros: asked.closes.until.map(Timestamp::as_micros),
                ..pb::TenderFilter::default()
            }),
        })
    }

    fn context(&self) -> Result<QueryContext, Failure> {
        let at = write(&self.at).map_err(|error| broken(&error))?;
        Ok(QueryContext {
            at: Some(at),
            ..QueryContext::default()
        })
    }
}

fn page(token: String) -> Page {
    Page {
        size: PAGE_ROWS,
        token,
        ..Page::default()
    }
}
