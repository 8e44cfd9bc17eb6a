//! What a question looks at.

use sijill_ledger_core::codec::payload::Payload;
use sijill_projections::distribution::Period;
use sijill_projections::distribution::deliveries::DeliveryFilter;
use sijill_projections::shortage::query::Filter;
use tonic::Status;

use super::pb;
use crate::grpc::status;

/// Reads a filter; nothing said does not restrict.
pub fn read(wire: Option<&pb::Filter>) -> Result<Filter, Status> {
    let wire = wire.cloned().unwrap_or_default();
    // Unspecified is absent here, not a wrong category.
    let category = (wire.category != 0).then_some(wire.category);
    let fields = || {
        let mut payload = Payload::new("filter", &[]);
        Ok(Filter {
            facility: payload.optional(wire.facility, "filter.facility")?,
            item: payload.optional(wire.item, "filter.item")?,
            governorate: payload.optional(wire.governorate, "filter.governorate")?,
            owner: payload.optional(wire.owner, "filter.owner")?,
            category: payload.optional(category, "filter.category")?,
        })
    };
    fields().map_err(|error| status::invalid(&error))
}

/// Reads the months of a question.
pub fn period(wire: Option<&pb::Period>, field: &str) -> Result<Period, Status> {
    let wire = wire.copied().unwrap_or_default();
    let months = || {
        let mut payload = Payload::new("period", &[]);
        Ok(Period {
            from: payload.optional(wire.from_month, &format!("{field}.from_month"))?,
            to: payload.optional(wire.to_month, &format!("{field}.to_month"))?,
        })
    };
    let period: Period = months().map_err(|error| status::invalid(&error))?;
    match (period.from, period.to) {
        (Some(from), Some(to)) if to < from => Err(status::invalid_field(
            &format!("{field}.to_month"),
            format!("{to} قبل {from}"),
            &format!("{to} is before {from}"),
        )),
        _ => Ok(period),
    }
}

/// Reads which deliveries to look at.
pub fn deliveries(wire: Option<&pb::DeliveryFilter>) -> Result<DeliveryFilter, Status> {
    let wire = wire.cloned().unwrap_or_default();
    let period = period(wire.period.as_ref(), "filter.period")?;
    let fields = || {
        let mut payload = Payload::new("filter", &[]);
        Ok(DeliveryFilter {
            supplier: payload.optional(wire.supplier, "filter.supplier")?,
            facility: payload.optional(wire.facility, "filter.facility")?,
            item: payload.optional(wire.item, "filter.item")?,
            order: payload.optional(wire.order, "filter.order")?,
            period,
        })
    };
    fields().map_err(|error| status::invalid(&error))
}

/// Reads the stages that a list is narrowed to; number 0, "unspecified", is none.
pub fn stages<S: TryFrom<i32>>(wire: &[i32]) -> Result<Vec<S>, Status> {
    let read = |number: &i32| {
        let stage = Some(*number).filter(|number| *number != 0);
        stage
            .and_then(|number| S::try_from(number).ok())
            .ok_or_else(|| {
                status::invalid_field(
                    "stages",
                    format!("{number} ليست مرحلة"),
                    &format!("{number} is no stage"),
                )
            })
    };
    wire.iter().map(read).collect()
}

/// Refuses a field that a question cannot be filtered by: leaving it out would answer something else.
pub fn refuse<T>(field: &str, value: Option<&T>) -> Result<(), Status> {
    match value {
        None => Ok(()),
        Some(_) => Err(status::invalid_field(
            field,
            "لا تُصفَّى هذه القائمة بهذا الحقل؛ اتركه",
            "this list cannot be filtered by it; leave it out",
        )),
    }
}
