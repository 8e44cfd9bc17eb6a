//! What can be asked of the search of tenders.

use clap::ValueEnum;
use rust_decimal::Decimal;
use sijill_ledger_core::domain::values::{Currency, Date, Money};
use sijill_schemas::events::v1::TenderProcedure;
use sijill_schemas::oversight::v1 as pb;

use super::Common;
use crate::cli::parse::{Rule, date};

/// Which tenders, by words and filters.
#[derive(Debug, clap::Args)]
pub struct Tenders {
    /// Words to look for, in Arabic or Latin letters; the last may be the beginning of one
    #[arg(value_name = "WORDS")]
    pub text: Vec<String>,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub of: OfTenders,
    /// The order [default: relevance where words are named, else newest]
    #[arg(long, value_enum, conflicts_with = "order_by")]
    pub sort: Option<SortName>,
    /// How many tenders by what, instead of the tenders
    #[arg(long, value_enum, conflicts_with_all = ["sort", "order_by"])]
    pub count_by: Option<FacetName>,
}

/// Which alerts.
#[derive(Debug, clap::Args)]
pub struct Alerts {
    /// Words of the tenders, in Arabic or Latin letters; the last may be the beginning of one
    #[arg(value_name = "WORDS")]
    pub text: Vec<String>,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub of: OfTenders,
    /// Recorded on this day or later, YYYY-MM-DD
    #[arg(long, value_parser = date, conflicts_with = "after")]
    pub since: Option<Date>,
    /// Of the events after this log index
    #[arg(long)]
    pub after: Option<u64>,
    /// One kind; may be repeated
    #[arg(long = "kind", value_enum)]
    pub kinds: Vec<AlertName>,
}

/// Filters of tenders.
#[derive(Debug, clap::Args)]
pub struct OfTenders {
    /// One buyer by its organisation's code
    #[arg(long)]
    pub buyer: Option<String>,
    /// Won by this supplier, by its organisation's code
    #[arg(long)]
    pub winner: Option<String>,
    /// One stage; may be repeated
    #[arg(long = "stage", value_enum)]
    pub stages: Vec<PhaseName>,
    /// One procedure; may be repeated
    #[arg(long = "procedure", value_enum)]
    pub procedures: Vec<ProcedureName>,
    /// Published on this day or later, YYYY-MM-DD
    #[arg(long, value_parser = date)]
    pub published_from: Option<Date>,
    /// Published on this day or earlier, YYYY-MM-DD
    #[arg(long, value_parser = date)]
    pub published_to: Option<Date>,
    /// With a deadline on this day or later, YYYY-MM-DD
    #[arg(long, value_parser = date)]
    pub closes_from: Option<Date>,
    /// With a deadline on this day or earlier, YYYY-MM-DD
    #[arg(long, value_parser = date)]
    pub closes_to: Option<Date>,
    /// Worth at least so much, as far as that is public, such as "100000 EGP"
    #[arg(long, value_parser = money)]
    pub value_from: Option<Money>,
    /// Worth at most so much, as far as that is public, such as "250000 EGP"
    #[arg(long, value_parser = money)]
    pub value_to: Option<Money>,
}

/// The stages of a search by their stable keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum PhaseName {
    Open,
    Evaluation,
    Awarded,
    Completed,
    Failed,
    Cancelled,
}

/// The procedures by their stable keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum ProcedureName {
    Open,
    Quotation,
    Limited,
    Direct,
    Selective,
}

/// The orders by their stable keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum SortName {
    Relevance,
    Newest,
    Oldest,
    Closing,
}

/// What tenders are counted by, by stable keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum FacetName {
    Buyer,
    Procedure,
    Stage,
    Category,
    Governorate,
    Year,
}

/// Kinds of alert by their stable keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum AlertName {
    Published,
    Amended,
    DeadlineMoved,
    Awarded,
    Completed,
    Failed,
    Cancelled,
}

impl PhaseName {
    pub const fn wire(self) -> pb::TenderPhase {
        match self {
            Self::Open => pb::TenderPhase::Open,
            Self::Evaluation => pb::TenderPhase::Evaluation,
            Self::Awarded => pb::TenderPhase::Awarded,
            Self::Completed => pb::TenderPhase::Completed,
            Self::Failed => pb::TenderPhase::Failed,
            Self::Cancelled => pb::TenderPhase::Cancelled,
        }
    }
}

impl ProcedureName {
    pub const fn wire(self) -> TenderProcedure {
        match self {
            Self::Open => TenderProcedure::Open,
            Self::Quotation => TenderProcedure::Quotation,
            Self::Limited => TenderProcedure::Limited,
            Self::Direct => TenderProcedure::Direct,
            Self::Selective => TenderProcedure::Selective,
        }
    }
}

impl SortName {
    /// As the service names it.
    pub const fn order_by(self) -> &'static str {
        match self {
            Self::Relevance => "",
            Self::Newest => "-published",
            Self::Oldest => "published",
            Self::Closing => "closes",
        }
    }
}

impl AlertName {
    pub const fn wire(self) -> pb::TenderAlertKind {
        match self {
            Self::Published => pb::TenderAlertKind::Published,
            Self::Amended => pb::TenderAlertKind::Amended,
            Self::DeadlineMoved => pb::TenderAlertKind::DeadlineMoved,
            Self::Awarded => pb::TenderAlertKind::Awarded,
            Self::Completed => pb::TenderAlertKind::Completed,
            Self::Failed => pb::TenderAlertKind::Failed,
            Self::Cancelled => pb::TenderAlertKind::Cancelled,
        }
    }
}

/// An amount with its currency, `100000 EGP`.
fn money(text: &str) -> Result<Money, Rule> {
    let rule = || {
        Rule::new(
            "مبلغ ثم عملة، مثل \"100000 EGP\"",
            "an amount and a currency, such as \"100000 EGP\"",
        )
    };
    let (amount, currency) = text.trim().split_once(' ').ok_or_else(rule)?;
    let amount = Decimal::from_str_exact(amount).map_err(|_| rule())?;
    let currency = Currency::new(currency.trim()).map_err(|_| rule())?;
    Money::new(amount, currency).map_err(|_| rule())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_an_amount_and_a_currency() {
        let read = |text| money(text).ok().map(|money| money.to_string());
        assert_eq!(read("100000 EGP").as_deref(), Some("100000.00 EGP"));
        assert_eq!(read(" 12.5  JOD").as_deref(), Some("12.500 JOD"));
        for wrong in ["100", "EGP 100", "1,5 EGP", "1.234 EGP", "", "5 XXXX"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
