//! What can be asked, and of whom.

mod names;
mod tender;
mod tender_search;

use std::path::PathBuf;

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::{
    Date, FacilityId, ItemCode, Month, OrganizationId, Place, ValueError,
};
use sijill_schemas::oversight::v1 as pb;
use sijill_schemas::types::v1 as types;

use crate::cli::errors::{Bilingual, Failure};
use crate::cli::parse::{Instant, month};
pub use names::{CategoryName, DimensionName, GroupName, LineStageName, StageName, StatusName};
pub use tender::{Awards, Buyer, BuyerPart, Durations, OneTender, Supplier, TenderPart};
pub use tender_search::{Alerts, FacetName, OfTenders, Tenders};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    pub question: Question,
}

#[derive(Debug, clap::Subcommand)]
pub enum Question {
    /// Every facility and item: usable stock, consumption, months of stock, status; the worst first
    Shortage(Shortage),
    /// Shortage rolled up: how many facilities have how much, for the nation or by governorate, owner or category
    Rollup(RollUp),
    /// Shortages that a surplus in the same governorate could meet
    Surplus(Common),
    /// Every facility, item, batch and programme: on hand, usable, expired, blocked
    Stock(Common),
    /// The balance equation of every facility and item
    Flows(Flows),
    /// Stock-out rate of every item among facilities that report and handle it
    Rates(Common),
    /// Transfers between facilities: on their way, overdue, arrived; those overdue longest first
    Transfers(Transfers),
    /// Deliveries of suppliers, the newest first; with --summary how many were on time and in full
    Deliveries(Deliveries),
    /// Order lines, what came of them and what is still expected; those that are late first
    OrderLines(OrderLines),
    /// Losses by reason, per facility, item and month
    Losses(Losses),
    /// Which part of what there was, was wasted (expired, damaged, lost), per item; the greatest part first
    Wastage(Wastage),
    /// How evenly one item (--item) is shared out: Gini coefficients of issues per head and of months of stock
    Equity(Equity),
    /// Every event that concerns a thing: who, when, what, and what it was before
    History(History),
    /// Every line of every stock document that moved a balance, with the balance after it
    Movements(Movements),
    /// Facts that broke a rule, and who must answer; open ones first
    Discrepancies(Discrepancies),
    /// Contracting processes of other systems, by words of title, id, buyer or supplier
    Processes(Processes),
    /// Published tenders by words and filters; with --count-by how many have what
    Tenders(Tenders),
    /// What happened to published tenders: published, amended, deadline moved, winners announced, ended
    Alerts(Alerts),
    /// One tender: every step with who and when; with --part its stages, lots, bids, complaints, what is withheld
    Tender(OneTender),
    /// Tenders in the stage in which they stand, the longest standing first, with the post each waits for
    Durations(Durations),
    /// A supplier's card: bids, lots won and from whom, complaints, debarments, securities called
    Supplier(Supplier),
    /// A buyer's card: tenders, single bids, median bidders and days, suppliers' shares, overrides, amendments
    Buyer(Buyer),
    /// Who won what from whom, the latest approved first
    Awards(Awards),
    /// Awarded prices of base units against the reference price and the national median of comparable prices
    Prices(Awards),
    /// The facilities by their codes
    Facilities(Common),
    /// The items by their codes
    Items(Common),
}

/// A directory or a server.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct From {
    /// Directory of the ledger
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// Address of a server, such as <http://127.0.0.1:7450>
    #[arg(long)]
    pub server: Option<String>,
}

impl From {
    /// Neither was named.
    pub fn missing() -> Failure {
        Failure::Usage(Bilingual::new(
            "ينقص --data أو --server",
            "--data or --server is missing",
        ))
    }
}

#[derive(Debug, clap::Args)]
pub struct Common {
    #[command(flatten)]
    pub from: From,
    /// File with the bearer token to show the server; public questions need none
    #[arg(long, conflicts_with = "data")]
    pub token_file: Option<PathBuf>,
    /// One facility by its code
    #[arg(long)]
    facility: Option<String>,
    /// One item by its code
    #[arg(long)]
    item: Option<String>,
    /// One governorate by ISO 3166-2, such as EG-C
    #[arg(long)]
    governorate: Option<String>,
    /// One owner of facilities by its organisation's code
    #[arg(long)]
    owner: Option<String>,
    /// One category of items
    #[arg(long, value_enum)]
    category: Option<CategoryName>,
    /// The instant asked about: YYYY-MM-DD (its end, by the last event's clock) or YYYY-MM-DDTHH:MM+hh:mm [default: when the last event was recorded]
    #[arg(long)]
    at: Option<Instant>,
    /// The log's first so many events only: what was known then [default: all]
    #[arg(long)]
    pub as_of: Option<u64>,
    /// Field to sort by, with - before it for descending [default: the answer's own order]
    #[arg(long, allow_hyphen_values = true)]
    pub order_by: Option<String>,
    /// Most rows shown, 0 for all [default: 50 in tables, all for programs]
    #[arg(long)]
    pub limit: Option<usize>,
}

#[derive(Debug, clap::Args)]
pub struct Shortage {
    #[command(flatten)]
    pub common: Common,
    /// One status
    #[arg(long, value_enum)]
    pub status: Option<StatusName>,
}

#[derive(Debug, clap::Args)]
pub struct RollUp {
    #[command(flatten)]
    pub common: Common,
    /// By what; everything in one row when it is not named
    #[arg(long, value_enum)]
    pub by: Option<DimensionName>,
    /// Rows for each item, with sums of its quantities
    #[arg(long)]
    pub each_item: bool,
}

#[derive(Debug, clap::Args)]
pub struct Flows {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub months: Months,
}

#[derive(Debug, clap::Args)]
pub struct History {
    /// What is asked about: its kind, a colon and its name, such as facility:EG-C-H1, batch:AMOX/B1, official:1077, document:GRN-7
    #[arg(value_name = "KIND:NAME")]
    pub entity: String,
    #[command(flatten)]
    pub common: Common,
    /// Event types, such as `StockIssued`; may be repeated
    #[arg(long = "kind")]
    pub kinds: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub struct Movements {
    #[command(flatten)]
    pub common: Common,
    /// One batch of the item (--item)
    #[arg(long)]
    pub batch: Option<String>,
    /// First day, YYYY-MM-DD; balances count what was before all the same
    #[arg(long)]
    pub since: Option<String>,
    /// Last day, YYYY-MM-DD
    #[arg(long)]
    pub until: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct Discrepancies {
    #[command(flatten)]
    pub common: Common,
    /// One rule by its code, such as `STOCK_ABOVE_USABLE`
    #[arg(long)]
    pub rule: Option<String>,
    /// Only those that nobody has answered
    #[arg(long, conflicts_with = "answered")]
    pub open: bool,
    /// Only those that were answered
    #[arg(long)]
    pub answered: bool,
}

#[derive(Debug, clap::Args)]
pub struct Processes {
    /// Words to look for, in Arabic or Latin letters
    pub text: Vec<String>,
    #[command(flatten)]
    pub common: Common,
    /// One status, such as active
    #[arg(long)]
    pub status: Option<String>,
    /// One procurement method, such as open
    #[arg(long)]
    pub method: Option<String>,
    /// Buyer or procuring entity by its id or words of its name
    #[arg(long)]
    pub buyer: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct Transfers {
    #[command(flatten)]
    pub common: Common,
    /// Only transfers sent from this facility
    #[arg(long)]
    pub from: Option<String>,
    /// Only transfers sent to this facility
    #[arg(long)]
    pub to: Option<String>,
    /// One stage
    #[arg(long, value_enum)]
    pub stage: Option<StageName>,
}

/// Which orders, and their deliveries of which months.
#[derive(Debug, clap::Args)]
pub struct OfOrders {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub months: Months,
    /// Orders from one supplier by its organisation's code
    #[arg(long)]
    pub supplier: Option<String>,
    /// One order
    #[arg(long)]
    pub order: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct Deliveries {
    #[command(flatten)]
    pub of: OfOrders,
    /// Counts and quotients instead of the deliveries
    #[arg(long)]
    pub summary: bool,
    /// A summary per supplier, item, facility or month
    #[arg(long, value_enum, requires = "summary")]
    pub by: Option<GroupName>,
}

#[derive(Debug, clap::Args)]
pub struct OrderLines {
    #[command(flatten)]
    pub of: OfOrders,
    /// One stage
    #[arg(long, value_enum)]
    pub stage: Option<LineStageName>,
}

#[derive(Debug, clap::Args)]
pub struct Wastage {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub months: Months,
    /// Rows for each facility; else all facilities are taken together
    #[arg(long)]
    pub each_facility: bool,
}

#[derive(Debug, clap::Args)]
pub struct Losses {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub months: Months,
}

#[derive(Debug, clap::Args)]
pub struct Equity {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub months: Months,
}

/// Months, both ends included.
#[derive(Debug, clap::Args)]
pub struct Months {
    /// The first month, YYYY-MM
    #[arg(long, value_parser = month)]
    from_month: Option<Month>,
    /// The last month, YYYY-MM
    #[arg(long, value_parser = month)]
    to_month: Option<Month>,
}

impl Months {
    /// As a message; nothing for all months.
    pub fn wire(&self) -> Result<Option<pb::Period>, Failure> {
        let number = |month: &Month| write(month).map_err(|error| unwritable(&error));
        if self.from_month.is_none() && self.to_month.is_none() {
            return Ok(None);
        }
        Ok(Some(pb::Period {
            from_month: self.from_month.as_ref().map(number).transpose()?,
            to_month: self.to_month.as_ref().map(number).transpose()?,
        }))
    }
}

impl Question {
    /// What all questions have.
    pub const fn common(&self) -> &Common {
        match self {
            Self::Shortage(asked) => &asked.common,
            Self::Rollup(asked) => &asked.common,
            Self::Flows(asked) => &asked.common,
            Self::Transfers(asked) => &asked.common,
            Self::Deliveries(asked) => &asked.of.common,
            Self::OrderLines(asked) => &asked.of.common,
            Self::Losses(asked) => &asked.common,
            Self::Wastage(asked) => &asked.common,
            Self::Equity(asked) => &asked.common,
            Self::History(asked) => &asked.common,
            Self::Movements(asked) => &asked.common,
            Self::Discrepancies(asked) => &asked.common,
            Self::Processes(asked) => &asked.common,
            Self::Tenders(asked) => &asked.common,
            Self::Alerts(asked) => &asked.common,
            Self::Tender(asked) => &asked.common,
            Self::Durations(asked) => &asked.common,
            Self::Supplier(asked) => &asked.common,
            Self::Buyer(asked) => &asked.common,
            Self::Awards(asked) | Self::Prices(asked) => &asked.common,
            Self::Stock(common)
            | Self::Surplus(common)
            | Self::Rates(common)
            | Self::Facilities(common)
            | Self::Items(common) => common,
        }
    }
}

impl Common {
    /// Refuses what does not restrict the question: a filter without effect would be taken for one.
    pub fn only(&self, allowed: &[&str]) -> Result<(), Failure> {
        let given = [
            ("facility", self.facility.is_some()),
            ("item", self.item.is_some()),
            ("governorate", self.governorate.is_some()),
            ("owner", self.owner.is_some()),
            ("category", self.category.is_some()),
        ];
        let idle = given
            .iter()
            .find(|(name, given)| *given && !allowed.contains(name));
        idle.map_or(Ok(()), |(name, _)| {
            Err(Failure::Usage(Bilingual::new(
                format!("‎--{name}‎ لا يضيّق هذا السؤال؛ احذفه"),
                format!("--{name} does not restrict this question; leave it out"),
            )))
        })
    }

    /// What to look at; codes are checked here already, before anything is opened.
    pub fn filter(&self) -> Result<pb::Filter, Failure> {
        legal(self.facility.as_deref(), FacilityId::new)?;
        legal(self.item.as_deref(), ItemCode::new)?;
        legal(self.governorate.as_deref(), Place::new)?;
        legal(self.owner.as_deref(), OrganizationId::new)?;
        Ok(pb::Filter {
            facility: self.facility.clone(),
            item: self.item.clone(),
            governorate: self.governorate.clone(),
            owner: self.owner.clone(),
            category: self.category.map_or(0, |category| category.wire().into()),
        })
    }

    /// The day whose end is asked about; only who is asked knows when it ended there.
    pub const fn day(&self) -> Option<Date> {
        match self.at {
            Some(Instant::EndOf(day)) => Some(day),
            Some(Instant::Exact(_)) | None => None,
        }
    }

    /// As of when, at which instant, where one is named exactly.
    pub fn context(&self) -> Result<types::QueryContext, Failure> {
        let at = self.at.and_then(|at| match at {
            Instant::Exact(at) => Some(at),
            Instant::EndOf(_) => None,
        });
        let at = at.as_ref().map(write).transpose();
        let at = at.map_err(|error| unwritable(&error))?;
        Ok(types::QueryContext {
            as_of: self.as_of.map(types::query_context::AsOf::Size),
            at,
            minimum_index: None,
        })
    }
}

impl OfOrders {
    /// The filter; a question that names what they cannot be filtered by is refused.
    pub fn filter(&self, filter: &pb::Filter) -> Result<pb::DeliveryFilter, Failure> {
        if filter.governorate.is_some() || filter.owner.is_some() || filter.category != 0 {
            return Err(Failure::Usage(Bilingual::new(
                "لا تُصفَّى التوريدات وبنود الأوامر بالمحافظة ولا المالك ولا الفئة؛ استعمل --facility أو --item أو --supplier",
                "deliveries and order lines cannot be filtered by governorate, owner or category; use --facility, --item or --supplier",
            )));
        }
        Ok(pb::DeliveryFilter {
            supplier: self.supplier.clone(),
            facility: filter.facility.clone(),
            item: filter.item.clone(),
            order: self.order.clone(),
            period: self.months.wire()?,
        })
    }
}

fn unwritable(error: &EncodeError) -> Failure {
    let text = error.to_string();
    Failure::Usage(Bilingual::new(text.clone(), text))
}

fn legal<T>(
    code: Option<&str>,
    read: impl FnOnce(&str) -> Result<T, ValueError>,
) -> Result<(), Failure> {
    let read = code.map(read).transpose();
    read.map(drop)
        .map_err(|error| Failure::Usage(Bilingual::from(&error)))
}
