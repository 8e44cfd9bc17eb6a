//! What is short: `ListShortages` and `GetShortage`.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::{Payload, write};
use sijill_ledger_core::domain::ruleset::Rules;
use sijill_ledger_core::domain::values::{EffectiveAt, FacilityId, ItemCode};
use sijill_projections::Views;
use sijill_projections::shortage::query::{Answer, Filter, Row};
use tonic::{Response, Status};

use super::desk::{Circumstances, Desk, Look};
use super::page::{Key, Orders};
use super::question::{Question, Rows, context, list, unwritable};
use super::shortage_row::{stocked, written};
use super::{filter, pb};
use crate::grpc::status;

/// What `ListShortages` asks.
#[derive(Default)]
pub struct Asked {
    filter: Filter,
    statuses: Vec<pb::ShortageStatus>,
    with_inputs: bool,
}

impl Question for pb::ListShortagesRequest {
    type Asked = Asked;
    type Row = pb::ShortageRow;
    type Answer = pb::ListShortagesResponse;

    const ORDERS: Orders<pb::ShortageRow> = &[
        ("facility", |row| Key::text(&row.facility)),
        ("item", |row| Key::text(&row.item)),
        ("status", |row| Key::case(row.status)),
        ("usable", |row| quantity(row, |q| q.usable.as_ref())),
        ("on_hand", |row| quantity(row, |q| q.on_hand.as_ref())),
        ("amc", |row| Key::decimal(row.amc.as_ref())),
        ("months_of_stock", |row| {
            Key::decimal(row.months_of_stock.as_ref())
        }),
        ("stockout_days", |row| Key::Count(row.stockout_days.into())),
        ("in_transit", |row| Key::decimal(row.in_transit.as_ref())),
        ("on_order", |row| Key::decimal(row.on_order.as_ref())),
        ("unmet", |row| Key::decimal(row.unmet.as_ref())),
        ("suggested_order", |row| {
            Key::decimal(row.suggested_order.as_ref())
        }),
        ("projected_stockout", |row| {
            row.projected_stockout.map_or(Key::Absent, Key::Day)
        }),
        ("expiry_risk", |row| Key::decimal(row.expiry_risk.as_ref())),
    ];

    list!(ListShortagesResponse, parameters);

    fn read(&self) -> Result<Asked, Status> {
        Ok(Asked {
            filter: filter::read(self.filter.as_ref())?,
            statuses: statuses(&self.statuses)?,
            with_inputs: self.with_inputs,
        })
    }

    fn rows(
        asked: &Asked,
        views: &Views,
        at: EffectiveAt,
    ) -> Result<Rows<pb::ShortageRow>, EncodeError> {
        let answer = views.shortage.stock(at, &asked.filter);
        let wanted = |row: &&Row| {
            let all = asked.statuses.is_empty();
            row.counts() && (all || asked.statuses.contains(&stocked(row.status)))
        };
        let mut shown: Vec<&Row> = answer.value.iter().filter(wanted).collect();
        shown.sort_by(|a, b| a.worst_first(b));
        let rows = shown.into_iter().map(|row| written(row, asked.with_inputs));
        answered(&answer, rows.collect::<Result<_, _>>()?)
    }
}

/// Everything that is short, the worst first.
pub fn worst(look: &Look<'_>) -> Result<Rows<pb::ShortageRow>, Status> {
    let Some(at) = look.at(None) else {
        return Ok(Rows::none());
    };
    let rows = pb::ListShortagesRequest::rows(&Asked::default(), look.views(), at);
    rows.map_err(|error| unwritable(&error))
}

/// Answers `GetShortage`.
pub async fn get(
    desk: &Desk,
    request: pb::GetShortageRequest,
) -> Result<Response<pb::GetShortageResponse>, Status> {
    let mut payload = Payload::new("GetShortage", &[]);
    let facility = payload.take(request.facility, "facility");
    let facility: FacilityId = facility.map_err(|error| status::invalid(&error))?;
    let item = payload.take(request.item, "item");
    let item: ItemCode = item.map_err(|error| status::invalid(&error))?;
    let circumstances = Circumstances::read(request.context)?;
    let place = desk.place(&circumstances).await?;
    desk.glance(place, move |look| {
        let at = look.at(circumstances.at);
        let answer = at.map(|at| look.views().shortage.stock_of(at, &facility, &item));
        let answer = answer.filter(|answer| answer.value.is_some());
        let answer = answer.ok_or_else(|| unknown(&facility, &item))?;
        let row = answer.value.iter().map(|row| written(row, true));
        let rows = row.collect::<Result<_, _>>();
        let rows = rows.and_then(|rows| answered(&answer, rows));
        let rows = rows.map_err(|error| unwritable(&error))?;
        Ok(Response::new(pb::GetShortageResponse {
            context: Some(context(look, at, rows.definition, rows.ruleset)?),
            parameters: rows.parameters,
            row: rows.rows.into_iter().next(),
        }))
    })
    .await
}

fn unknown(facility: &FacilityId, item: &ItemCode) -> Status {
    status::not_found(
        "SHORTAGE_NOT_FOUND",
        format!("لم يتحرك الصنف {item} في المنشأة {facility} ولم يُدرج في قائمتها؛ تحقق من الرمزين"),
        format!(
            "the item {item} never moved in the facility {facility}, nor is it in its assortment; check both codes"
        ),
    )
}

/// Reads the statuses of a request.
pub fn statuses(wire: &[i32]) -> Result<Vec<pb::ShortageStatus>, Status> {
    let read = |number: &i32| match pb::ShortageStatus::try_from(*number) {
        Ok(pb::ShortageStatus::Unspecified) | Err(_) => Err(status::invalid_field(
            "statuses",
            format!("{number} ليست حالة"),
            &format!("{number} is no status"),
        )),
        Ok(status) => Ok(status),
    };
    wire.iter().map(read).collect()
}

fn quantity(
    row: &pb::ShortageRow,
    which: fn(&pb::Quantities) -> Option<&sijill_schemas::types::v1::Decimal>,
) -> Key {
    Key::decimal(row.quantities.as_ref().and_then(which))
}

/// Rows with what an answer of this view rests on.
pub fn answered<T, Row>(answer: &Answer<T>, rows: Vec<Row>) -> Result<Rows<Row>, EncodeError> {
    Ok(Rows {
        rows,
        definition: answer.definition,
        ruleset: answer.ruleset,
        parameters: Some(parameters(&answer.rules)?),
    })
}

fn parameters(rules: &Rules) -> Result<pb::ShortageParameters, EncodeError> {
    Ok(pb::ShortageParameters {
        amc_look_back_months: rules.amc_look_back_months.into(),
        amc_stocked_days_min: rules.amc_stocked_days_min.into(),
        critical_below_months: Some(write(&rules.critical_below_months)?),
        low_below_months: Some(write(&rules.low_below_months)?),
        overstocked_above_months: Some(write(&rules.overstocked_above_months)?),
    })
}
