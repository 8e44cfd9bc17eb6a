//! What can be asked about tenders.

use clap::ValueEnum;
use sijill_schemas::oversight::v1 as pb;

use super::Common;
use crate::cli::errors::Failure;
use crate::cli::parse::date;
use sijill_ledger_core::domain::values::Date;

#[derive(Debug, clap::Args)]
pub struct OneTender {
    /// The tender's id
    #[arg(value_name = "TENDER")]
    pub tender: String,
    #[command(flatten)]
    pub common: Common,
    /// What of it
    #[arg(long, value_enum, default_value_t = TenderPart::Timeline)]
    pub part: TenderPart,
}

/// Parts of a tender's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum TenderPart {
    Timeline,
    Stages,
    Lots,
    Bids,
    Complaints,
    Invited,
    Withheld,
}

#[derive(Debug, clap::Args)]
pub struct Durations {
    #[command(flatten)]
    pub common: Common,
    /// Tenders of one buyer by its organisation's code
    #[arg(long)]
    pub buyer: Option<String>,
    /// One stage; else all in which a tender has not ended
    #[arg(long, value_enum)]
    pub stage: Option<TenderStageName>,
    /// Only tenders beyond a clock of their stage
    #[arg(long)]
    pub late: bool,
    /// Median days of each stage per buyer instead of the tenders
    #[arg(long, conflicts_with_all = ["stage", "late"])]
    pub medians: bool,
}

#[derive(Debug, clap::Args)]
pub struct Supplier {
    /// The supplier by its organisation's code
    #[arg(value_name = "ORGANIZATION")]
    pub organization: String,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, clap::Args)]
pub struct Buyer {
    /// The buyer by its organisation's code
    #[arg(value_name = "ORGANIZATION")]
    pub organization: String,
    #[command(flatten)]
    pub common: Common,
    /// What of it
    #[arg(long, value_enum, default_value_t = BuyerPart::Suppliers)]
    pub part: BuyerPart,
}

/// Parts of a buyer's card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum BuyerPart {
    Suppliers,
    Stages,
    Tenders,
}

/// Which awards.
#[derive(Debug, clap::Args)]
pub struct Awards {
    #[command(flatten)]
    pub common: Common,
    /// Awards of one buyer by its organisation's code
    #[arg(long)]
    pub buyer: Option<String>,
    /// Awards to one supplier by its organisation's code
    #[arg(long)]
    pub supplier: Option<String>,
    /// Approved on this day or later, YYYY-MM-DD
    #[arg(long, value_parser = date)]
    pub since: Option<Date>,
    /// Approved on this day or earlier, YYYY-MM-DD
    #[arg(long, value_parser = date)]
    pub until: Option<Date>,
}

impl Awards {
    /// The filter, with the item and category that all questions may name.
    pub fn filter(&self, filter: &pb::Filter) -> Result<pb::AwardFilter, Failure> {
        self.common.only(&["item", "category"])?;
        Ok(pb::AwardFilter {
            buyer: self.buyer.clone(),
            supplier: self.supplier.clone(),
            item: filter.item.clone(),
            category: filter.category,
            from_days: self.since.map(Date::days),
            to_days: self.until.map(Date::days),
        })
    }
}

/// The stages of a tender by their stable keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum TenderStageName {
    Draft,
    Approved,
    Bidding,
    Listing,
    TechnicalOpening,
    TechnicalEvaluation,
    FinancialOpening,
    Awarding,
    Standstill,
    Final,
    Completed,
    Failed,
    Cancelled,
}

impl TenderStageName {
    pub const fn wire(self) -> pb::TenderStage {
        match self {
            Self::Draft => pb::TenderStage::Draft,
            Self::Approved => pb::TenderStage::Approved,
            Self::Bidding => pb::TenderStage::Bidding,
            Self::Listing => pb::TenderStage::Listing,
            Self::TechnicalOpening => pb::TenderStage::TechnicalOpening,
            Self::TechnicalEvaluation => pb::TenderStage::TechnicalEvaluation,
            Self::FinancialOpening => pb::TenderStage::FinancialOpening,
            Self::Awarding => pb::TenderStage::Awarding,
            Self::Standstill => pb::TenderStage::Standstill,
            Self::Final => pb::TenderStage::Final,
            Self::Completed => pb::TenderStage::Completed,
            Self::Failed => pb::TenderStage::Failed,
            Self::Cancelled => pb::TenderStage::Cancelled,
        }
    }
}
