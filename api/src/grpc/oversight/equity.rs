//! How evenly an item is shared out: `GetEquity`.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::{Payload, write};
use sijill_ledger_core::domain::values::ItemCode;
use sijill_projections::distribution::equity::{Equity, EquityRow, equity};
use tonic::{Response, Status};

use super::registry::Names;
use super::{filter, pb};
use crate::grpc::question::desk::{Circumstances, Desk};
use crate::grpc::question::{context, unwritable};
use crate::grpc::status;

/// Answers `GetEquity`.
pub async fn get(
    desk: &Desk,
    request: pb::GetEquityRequest,
) -> Result<Response<pb::GetEquityResponse>, Status> {
    let item = Payload::new("GetEquity", &[]).take(request.item, "item");
    let item: ItemCode = item.map_err(|error| status::invalid(&error))?;
    let places = filter::read(request.filter.as_ref())?;
    filter::refuse("filter.item", places.item.as_ref())?;
    filter::refuse("filter.category", places.category.as_ref())?;
    let period = filter::period(request.period.as_ref(), "period")?;
    let circumstances = Circumstances::read(request.context)?;
    let place = desk.place(&circumstances).await?;
    desk.look(place, move |look| {
        let names = Names::of(look.views());
        let known = names.item(&item).is_some();
        let at = look.at(circumstances.at).filter(|_| known);
        let at = at.ok_or_else(|| unknown(&item))?;
        let answer = equity(look.views(), at, &item, &places, period);
        let written = written(&answer.value, &names).map_err(|error| unwritable(&error))?;
        Ok(Response::new(pb::GetEquityResponse {
            context: Some(context(look, Some(at), answer.definition, answer.ruleset)?),
            equity: Some(written),
        }))
    })
    .await
}

fn unknown(item: &ItemCode) -> Status {
    status::not_found(
        "ITEM_NOT_FOUND",
        format!("لا صنف مسجَّل برمز {item}؛ تحقق من الرمز"),
        format!("no item is listed as {item}; check the code"),
    )
}

fn written(equity: &Equity, names: &Names<'_>) -> Result<pb::Equity, EncodeError> {
    Ok(pb::Equity {
        item: write(&equity.item)?,
        item_names: names.of_item(&equity.item)?,
        issues: equity.issues.as_ref().map(write).transpose()?,
        months_of_stock: equity.months_of_stock.as_ref().map(write).transpose()?,
        population: Some(write(&equity.population)?),
        issued: Some(write(&equity.issued)?),
        not_reporting: equity.not_reporting,
        without_population: equity.without_population,
        facilities: equity
            .facilities
            .iter()
            .map(|row| written_row(row, names))
            .collect::<Result<_, _>>()?,
    })
}

fn written_row(row: &EquityRow, names: &Names<'_>) -> Result<pb::EquityRow, EncodeError> {
    Ok(pb::EquityRow {
        facility: write(&row.facility)?,
        facility_names: names.of_facility(&row.facility)?,
        governorate: row.governorate.as_ref().map(write).transpose()?,
        population: row.population,
        issued: Some(write(&row.issued)?),
        issued_per_head: row.issued_per_head.as_ref().map(write).transpose()?,
        months_of_stock: row.months_of_stock.as_ref().map(write).transpose()?,
    })
}
