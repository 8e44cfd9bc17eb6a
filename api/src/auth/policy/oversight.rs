//! The block of `OversightService`: the views hold public content only, so anyone may ask.

use super::{Allowed, Service, question};

/// The block.
pub const SERVICE: Service = Service {
    name: "sijill.oversight.v1.OversightService",
    rows: &[
        question("ListShortages", Allowed::Anyone),
        question("GetShortage", Allowed::Anyone),
        question("RollUpShortages", Allowed::Anyone),
        question("ListRedistributions", Allowed::Anyone),
        question("ListStock", Allowed::Anyone),
        question("ListStockoutRates", Allowed::Anyone),
        question("ListFlows", Allowed::Anyone),
        question("ListTransfers", Allowed::Anyone),
        question("ListDeliveries", Allowed::Anyone),
        question("ListOrderLines", Allowed::Anyone),
        question("SummarizeDeliveries", Allowed::Anyone),
        question("ListLosses", Allowed::Anyone),
        question("ListWastage", Allowed::Anyone),
        question("GetEquity", Allowed::Anyone),
        question("ListFacilities", Allowed::Anyone),
        question("ListItems", Allowed::Anyone),
        question("WatchShortages", Allowed::Anyone),
    ],
};
