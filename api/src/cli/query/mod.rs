//! `sijill query`: questions to the views. Each answer says at which instant and at which place of the log it was given.

mod rows;

pub use rows::{is_shown, shortage_row, shortage_sheet, worst_first};

use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;
use sijill_ledger_core::domain::values::{FacilityId, ItemCode, Place};
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_projections::Runner;
use sijill_projections::distribution::balance::{self, Equation};
use sijill_projections::shortage::query::{Filter, Row};
use sijill_projections::shortage::status::Status;

use super::errors::Failure;
use super::output::{Cell, Format, Sheet, Ui, Word};
use super::parse::Instant;
use super::{data, views, words};
use rows::{FLOW_COLUMNS, answered, flow_row, inputs, rounded};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    question: Question,
}

#[derive(Debug, clap::Subcommand)]
enum Question {
    /// Every facility and item: usable stock, consumption, months of stock, status; the worst first
    Shortage(Shortage),
    /// Every facility, item, batch and programme: on hand, usable, expired, blocked
    Stock(Common),
    /// The balance equation of every facility and item
    Flows(Common),
    /// Stock-out rate of every item among facilities that report and handle it
    Rates(Common),
}

#[derive(Debug, clap::Args)]
struct Common {
    /// Directory of the ledger
    #[arg(long)]
    data: PathBuf,
    /// One facility by its code
    #[arg(long)]
    facility: Option<String>,
    /// One item by its code
    #[arg(long)]
    item: Option<String>,
    /// One governorate by ISO 3166-2, such as EG-C
    #[arg(long)]
    governorate: Option<String>,
    /// The instant asked about: YYYY-MM-DD (its end, UTC) or YYYY-MM-DDTHH:MM+hh:mm [default: the log's last recording]
    #[arg(long)]
    at: Option<Instant>,
    /// The log's first so many events only: what was known then [default: all]
    #[arg(long)]
    as_of: Option<u64>,
    /// Most rows shown, 0 for all [default: 50 in tables, all for programs]
    #[arg(long)]
    limit: Option<usize>,
}

#[derive(Debug, clap::Args)]
struct Shortage {
    #[command(flatten)]
    common: Common,
    /// One status
    #[arg(long, value_enum)]
    status: Option<StatusName>,
}

/// The statuses by their stable keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum StatusName {
    StockedOut,
    Critical,
    Low,
    Adequate,
    Overstocked,
    NoConsumption,
    Unknown,
}

impl StatusName {
    const fn status(self) -> Status {
        match self {
            Self::StockedOut => Status::StockedOut,
            Self::Critical => Status::Critical,
            Self::Low => Status::Low,
            Self::Adequate => Status::Adequate,
            Self::Overstocked => Status::Overstocked,
            Self::NoConsumption => Status::NoConsumption,
            Self::Unknown => Status::Unknown,
        }
    }
}

/// Rows of a table when no limit is named.
const TABLE_ROWS: usize = 50;

/// Answers.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let common = match &arguments.question {
        Question::Shortage(shortage) => &shortage.common,
        Question::Stock(common) | Question::Flows(common) | Question::Rates(common) => common,
    };
    let filter = common.filter()?;
    let store = data::open(&common.data)?;
    let runner = views::load(&store, common.as_of).await?;
    let desk = Desk {
        common,
        filter,
        store,
        runner,
    };
    let mut sheet = match &arguments.question {
        Question::Shortage(shortage) => desk.shortage(shortage.status, ui)?,
        Question::Stock(_) => desk.stock()?,
        Question::Flows(_) => desk.flows(),
        Question::Rates(_) => desk.rates(ui)?,
    };
    cut(&mut sheet, common.limit, ui.format);
    ui.sheet(&sheet)
}

/// Shows so many rows and says how many there are.
fn cut(sheet: &mut Sheet, limit: Option<usize>, format: Format) {
    let total = sheet.rows.len();
    let all = u64::try_from(total).unwrap_or(u64::MAX);
    sheet.facts.push((words::ROWS_TOTAL, Cell::Count(all)));
    let usual = if format == Format::Table {
        TABLE_ROWS
    } else {
        0
    };
    let limit = match limit.unwrap_or(usual) {
        0 => total,
        limit => limit,
    };
    sheet.rows.truncate(limit);
    sheet.inputs.truncate(limit);
}

impl Common {
    fn filter(&self) -> Result<Filter, Failure> {
        let wrong = |error| Failure::Usage(super::errors::Bilingual::from(&error));
        Ok(Filter {
            facility: self
                .facility
                .as_deref()
                .map(FacilityId::new)
                .transpose()
                .map_err(wrong)?,
            item: self
                .item
                .as_deref()
                .map(ItemCode::new)
                .transpose()
                .map_err(wrong)?,
            governorate: self
                .governorate
                .as_deref()
                .map(Place::new)
                .transpose()
                .map_err(wrong)?,
            ..Filter::default()
        })
    }
}

struct Desk<'a> {
    common: &'a Common,
    filter: Filter,
    store: Arc<EmbeddedStore>,
    runner: Runner,
}

impl Desk<'_> {
    fn at(&self) -> Result<sijill_ledger_core::domain::values::EffectiveAt, Failure> {
        views::instant(self.common.at.map(|instant| instant.0), &self.store)
    }

    fn shortage(&self, status: Option<StatusName>, ui: &Ui) -> Result<Sheet, Failure> {
        let answer = self.runner.views().shortage.stock(self.at()?, &self.filter);
        let mut sheet = shortage_sheet(&answer);
        let wanted = status.map(StatusName::status);
        let mut rows: Vec<&Row> = answer
            .value
            .iter()
            .filter(|row| is_shown(row, wanted))
            .collect();
        rows.sort_by(|a, b| worst_first(a, b));
        sheet.inputs = rows.iter().map(|row| inputs(row)).collect();
        sheet.rows = rows.iter().map(|row| shortage_row(row, ui)).collect();
        Ok(sheet)
    }

    fn stock(&self) -> Result<Sheet, Failure> {
        let answer = self.runner.views().shortage.stock(self.at()?, &self.filter);
        let columns = [
            words::FACILITY,
            words::ITEM,
            words::BATCH,
            words::PROGRAMME,
            words::EXPIRY,
            words::ON_HAND,
            words::USABLE,
            words::EXPIRED,
            words::BLOCKED,
            words::RESERVED,
            words::UNINSPECTED,
        ];
        let mut sheet = answered(Word::new("stock", "المخزون", "stock"), &columns, &answer);
        for row in &answer.value {
            sheet.rows.extend(row.cards.iter().map(|card| {
                let quantities = &card.quantities;
                vec![
                    Cell::text(&row.facility),
                    Cell::text(&row.item),
                    Cell::maybe(card.batch.as_ref()),
                    Cell::maybe(card.programme.as_ref()),
                    Cell::maybe(card.expiry),
                    Cell::Decimal(quantities.on_hand),
                    Cell::Decimal(quantities.usable),
                    Cell::Decimal(quantities.expired),
                    Cell::Decimal(quantities.blocked),
                    Cell::Decimal(quantities.reserved),
                    Cell::Decimal(quantities.uninspected),
                ]
            }));
        }
        Ok(sheet)
    }

    /// The equation holds over the whole log as it was known; an instant does not restrict it.
    fn flows(&self) -> Sheet {
        let views = self.runner.views();
        let mut sheet = Sheet::new(Word::new("flows", "الحركة", "flows"), &FLOW_COLUMNS);
        let seen = self
            .runner
            .position()
            .checked_sub(1)
            .map_or(Cell::Absent, Cell::Count);
        sheet.facts.push((words::INDEX, seen));
        let Filter { facility, item, .. } = &self.filter;
        let known = self.known_stores();
        let fits = |equation: &Equation| {
            facility
                .as_ref()
                .is_none_or(|wanted| *wanted == equation.facility)
                && item.as_ref().is_none_or(|wanted| *wanted == equation.item)
                && known
                    .as_ref()
                    .is_none_or(|known| known.contains(&equation.facility))
        };
        let equations = balance::equations(views).into_iter().filter(fits);
        sheet.rows = equations.map(|equation| flow_row(&equation)).collect();
        sheet
    }

    /// The facilities of the governorate that was asked for, `None` when none was.
    fn known_stores(&self) -> Option<std::collections::BTreeSet<FacilityId>> {
        self.filter.governorate.as_ref()?;
        let at = self.at().ok()?;
        let answer = self.runner.views().shortage.stock(at, &self.filter);
        Some(answer.value.into_iter().map(|row| row.facility).collect())
    }

    fn rates(&self, ui: &Ui) -> Result<Sheet, Failure> {
        let at = self.at()?;
        let answer = self
            .runner
            .views()
            .shortage
            .stockout_rates(at, &self.filter);
        let columns = [
            words::ITEM,
            Word::new("handling", "تتعامل به", "handling"),
            Word::new("reporting", "تُبلّغ", "reporting"),
            Word::new("at_zero", "بلا رصيد", "at zero"),
            Word::new("not_reporting", "لا تُبلّغ", "not reporting"),
            Word::new("rate", "نسبة النفاد", "stock-out rate"),
        ];
        let name = Word::new("rates", "نسب النفاد", "stock-out rates");
        let mut sheet = answered(name, &columns, &answer);
        let mut rates = answer.value;
        rates.sort_by(|a, b| b.rate.cmp(&a.rate).then_with(|| a.item.cmp(&b.item)));
        sheet.rows = rates
            .iter()
            .map(|rate| {
                vec![
                    Cell::text(&rate.item),
                    Cell::Count(rate.handling.into()),
                    Cell::Count(rate.reporting.into()),
                    Cell::Count(rate.at_zero.into()),
                    Cell::Count(rate.not_reporting.into()),
                    rounded(rate.rate, 4, ui),
                ]
            })
            .collect();
        Ok(sheet)
    }
}
