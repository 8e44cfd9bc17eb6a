//! Receipts, issues and returns: the documents whose other side may be one of several parties.

use sijill_schemas::events::v1 as pb;
use sijill_schemas::events::v1::stock_issued::To;
use sijill_schemas::events::v1::stock_received::Source as From;
use sijill_schemas::events::v1::stock_returned::Route;

use crate::codec::error::{At, Fault};
use crate::codec::parts::{PartsIn, PartsOut};
use crate::codec::wire::{Wire, record, take};
use crate::domain::stock::{Issue, Receipt, Recipient, Return, ReturnRoute, Source};

record!(Receipt = pb::StockReceived {
    document: required,
    source: required,
    provisional: plain,
    lines: lines,
});

record!(Issue = pb::StockIssued { document: required, to: required, lines: lines });

record!(Return = pb::StockReturned { document: required, route: required, lines: lines });

impl Wire<From> for Source {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<From, Fault> {
        Ok(match self {
            Self::Supplier {
                organization,
                order,
            } => From::Supplier(pb::SupplierSource {
                organization: organization.to_wire(parts)?,
                order: order.as_ref().map(|order| order.to_wire(parts)).transpose()?,
            }),
            Self::Donor { name } => From::Donor(pb::DonorSource {
                name: name.to_wire(parts)?,
            }),
            Self::Production => From::Production(pb::ProductionSource {}),
            Self::Unstated => From::Unstated(pb::UnstatedParty {}),
        })
    }

    fn from_wire(wire: From, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(match wire {
            From::Supplier(supplier) => Self::Supplier {
                organization: take::plain(supplier.organization, parts).at("organization")?,
                order: take::optional(supplier.order, parts).at("order")?,
            },
            From::Donor(donor) => Self::Donor {
                name: take::plain(donor.name, parts).at("name")?,
            },
            From::Production(pb::ProductionSource {}) => Self::Production,
            From::Unstated(pb::UnstatedParty {}) => Self::Unstated,
        })
    }
}

impl Wire<To> for Recipient {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<To, Fault> {
        Ok(match self {
            Self::Patients => To::Patients(pb::PatientsRecipient {}),
            Self::Unit(unit) => To::Unit(unit.to_wire(parts)?),
            Self::Custody(official) => To::Custody(official.to_wire(parts)?),
            Self::Unstated => To::Unstated(pb::UnstatedParty {}),
        })
    }

    fn from_wire(wire: To, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(match wire {
            To::Patients(pb::PatientsRecipient {}) => Self::Patients,
            To::Unit(unit) => Self::Unit(take::plain(unit, parts)?),
            To::Custody(official) => Self::Custody(take::plain(official, parts)?),
            To::Unstated(pb::UnstatedParty {}) => Self::Unstated,
        })
    }
}

impl Wire<Route> for ReturnRoute {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<Route, Fault> {
        Ok(match self {
            Self::FromUnit(unit) => Route::FromUnit(unit.to_wire(parts)?),
            Self::FromCustody(official) => Route::FromCustody(official.to_wire(parts)?),
            Self::FromUnstated => Route::FromUnstated(pb::UnstatedParty {}),
            Self::ToSupplier(supplier) => Route::ToSupplier(supplier.to_wire(parts)?),
        })
    }

    fn from_wire(wire: Route, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(match wire {
            Route::FromUnit(unit) => Self::FromUnit(take::plain(unit, parts)?),
            Route::FromCustody(official) => Self::FromCustody(take::plain(official, parts)?),
            Route::FromUnstated(pb::UnstatedParty {}) => Self::FromUnstated,
            Route::ToSupplier(supplier) => Self::ToSupplier(take::plain(supplier, parts)?),
        })
    }
}
