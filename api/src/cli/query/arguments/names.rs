//! Cases that are chosen by a stable key, as messages have them.

use clap::ValueEnum;
use sijill_schemas::oversight::v1 as pb;

/// The stages by their stable keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum StageName {
    Overdue,
    InTransit,
    Oversettled,
    Settled,
}

/// The stages of order lines by their stable keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum LineStageName {
    Late,
    Open,
    Filled,
    Short,
    Cancelled,
}

/// The dimensions by their stable keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum DimensionName {
    Governorate,
    Owner,
    Category,
}

/// The groups by their stable keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum GroupName {
    Supplier,
    Item,
    Facility,
    Month,
}

/// The statuses by their stable keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum StatusName {
    StockedOut,
    Critical,
    Low,
    Adequate,
    Overstocked,
    NoConsumption,
    Unknown,
}

/// The categories by their stable keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum CategoryName {
    Medicine,
    Stationery,
    Supply,
    Durable,
}

impl StatusName {
    pub const fn wire(self) -> pb::ShortageStatus {
        match self {
            Self::StockedOut => pb::ShortageStatus::StockedOut,
            Self::Critical => pb::ShortageStatus::Critical,
            Self::Low => pb::ShortageStatus::Low,
            Self::Adequate => pb::ShortageStatus::Adequate,
            Self::Overstocked => pb::ShortageStatus::Overstocked,
            Self::NoConsumption => pb::ShortageStatus::NoConsumption,
            Self::Unknown => pb::ShortageStatus::Unknown,
        }
    }
}

impl CategoryName {
    pub const fn wire(self) -> sijill_schemas::events::v1::ItemCategory {
        use sijill_schemas::events::v1::ItemCategory;
        match self {
            Self::Medicine => ItemCategory::Medicine,
            Self::Stationery => ItemCategory::Stationery,
            Self::Supply => ItemCategory::Supply,
            Self::Durable => ItemCategory::Durable,
        }
    }
}

impl StageName {
    pub const fn wire(self) -> pb::TransferStage {
        match self {
            Self::Overdue => pb::TransferStage::Overdue,
            Self::InTransit => pb::TransferStage::InTransit,
            Self::Oversettled => pb::TransferStage::Oversettled,
            Self::Settled => pb::TransferStage::Settled,
        }
    }
}

impl LineStageName {
    pub const fn wire(self) -> pb::OrderLineStage {
        match self {
            Self::Late => pb::OrderLineStage::Late,
            Self::Open => pb::OrderLineStage::Open,
            Self::Filled => pb::OrderLineStage::Filled,
            Self::Short => pb::OrderLineStage::Short,
            Self::Cancelled => pb::OrderLineStage::Cancelled,
        }
    }
}

impl DimensionName {
    pub const fn wire(self) -> pb::RollUpDimension {
        match self {
            Self::Governorate => pb::RollUpDimension::Governorate,
            Self::Owner => pb::RollUpDimension::Owner,
            Self::Category => pb::RollUpDimension::Category,
        }
    }
}

impl GroupName {
    pub const fn wire(self) -> pb::DeliveryGroup {
        match self {
            Self::Supplier => pb::DeliveryGroup::Supplier,
            Self::Item => pb::DeliveryGroup::Item,
            Self::Facility => pb::DeliveryGroup::Facility,
            Self::Month => pb::DeliveryGroup::Month,
        }
    }
}
