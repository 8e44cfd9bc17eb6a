//! Receipts, issues and returns: the documents whose other side may be one of several parties.

use sijill_schemas::events::v1 as pb;
use sijill_schemas::events::v1::stock_issued::To as WireTo;
use sijill_schemas::events::v1::stock_received::Source as WireSource;
use sijill_schemas::events::v1::stock_returned::Route as WireRoute;

use crate::codec::error::{At, Fault};
use crate::codec::fields::take;
use crate::codec::parts::{PartsIn, PartsOut};
use crate::codec::wire::{Wire, record};
use crate::domain::stock::{Issue, Receipt, Recipient, Return, ReturnRoute, Source};

record! { Receipt = pb::StockReceived {
    document: required,
    source: required,
    provisional: plain,
    lines: lines,
} }

record! { Issue = pb::StockIssued { document: required, to: required, lines: lines } }

record! { Return = pb::StockReturned { document: required, route: required, lines: lines } }

impl Wire<WireSource> for Source {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<WireSource, Fault> {
        Ok(match self {
            Self::Supplier {
                organization,
                order,
            } => WireSource::Supplier(pb::SupplierSource {
                organization: organization.to_wire(parts)?,
                order: order
                    .as_ref()
                    .map(|order| order.to_wire(parts))
                    .transpose()?,
            }),
            Self::Donor { name } => WireSource::Donor(pb::DonorSource {
                name: name.to_wire(parts)?,
            }),
            Self::Production => WireSource::Production(pb::ProductionSource {}),
            Self::Unstated => WireSource::Unstated(pb::UnstatedParty {}),
        })
    }

    fn from_wire(wire: WireSource, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(match wire {
            WireSource::Supplier(supplier) => Self::Supplier {
                organization: take::plain(supplier.organization, parts).at("organization")?,
                order: take::optional(supplier.order, parts).at("order")?,
            },
            WireSource::Donor(donor) => Self::Donor {
                name: take::plain(donor.name, parts).at("name")?,
            },
            WireSource::Production(pb::ProductionSource {}) => Self::Production,
            WireSource::Unstated(pb::UnstatedParty {}) => Self::Unstated,
        })
    }
}

impl Wire<WireTo> for Recipient {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<WireTo, Fault> {
        Ok(match self {
            Self::Patients => WireTo::Patients(pb::PatientsRecipient {}),
            Self::Unit(unit) => WireTo::Unit(unit.to_wire(parts)?),
            Self::Custody(official) => WireTo::Custody(official.to_wire(parts)?),
            Self::Unstated => WireTo::Unstated(pb::UnstatedParty {}),
        })
    }

    fn from_wire(wire: WireTo, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(match wire {
            WireTo::Patients(pb::PatientsRecipient {}) => Self::Patients,
            WireTo::Unit(unit) => Self::Unit(take::plain(unit, parts)?),
            WireTo::Custody(official) => Self::Custody(take::plain(official, parts)?),
            WireTo::Unstated(pb::UnstatedParty {}) => Self::Unstated,
        })
    }
}

impl Wire<WireRoute> for ReturnRoute {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<WireRoute, Fault> {
        Ok(match self {
            Self::FromUnit(unit) => WireRoute::FromUnit(unit.to_wire(parts)?),
            Self::FromCustody(official) => WireRoute::FromCustody(official.to_wire(parts)?),
            Self::FromUnstated => WireRoute::FromUnstated(pb::UnstatedParty {}),
            Self::ToSupplier(supplier) => WireRoute::ToSupplier(supplier.to_wire(parts)?),
        })
    }

    fn from_wire(wire: WireRoute, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(match wire {
            WireRoute::FromUnit(unit) => Self::FromUnit(take::plain(unit, parts)?),
            WireRoute::FromCustody(official) => Self::FromCustody(take::plain(official, parts)?),
            WireRoute::FromUnstated(pb::UnstatedParty {}) => Self::FromUnstated,
            WireRoute::ToSupplier(supplier) => Self::ToSupplier(take::plain(supplier, parts)?),
        })
    }
}
