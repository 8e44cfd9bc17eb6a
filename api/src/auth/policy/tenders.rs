//! The block of `TendersService`: the views hold public content only, so anyone may ask.

use super::{Allowed, Service, question};

/// The block.
pub const SERVICE: Service = Service {
    name: "sijill.oversight.v1.TendersService",
    rows: &[
        question("GetTender", Allowed::Anyone),
        question("ListTenderDurations", Allowed::Anyone),
        question("ListStageMedians", Allowed::Anyone),
        question("GetSupplierCard", Allowed::Anyone),
        question("GetBuyerCard", Allowed::Anyone),
        question("ListAwards", Allowed::Anyone),
        question("ListUnitPrices", Allowed::Anyone),
        question("SearchTenders", Allowed::Anyone),
        question("ListTenderAlerts", Allowed::Anyone),
        question("WatchTenders", Allowed::Anyone),
    ],
};
