//! What is short: `ListShortages` and `GetShortage`.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::{Payload, write};
use sijill_ledger_core::domain::item::Category;
use sijill_ledger_core::domain::ruleset::Rules;
use sijill_ledger_core::domain::values::{EffectiveAt, FacilityId, ItemCode};
use sijill_projections::Views;
use sijill_projections::shortage::amc::{Exclusion, MonthFigures, Quality};
use sijill_projections::shortage::query::{Answer, CardRow, Filter, Quantities, Row};
use sijill_projections::shortage::status::Status as Stocked;
use sijill_projections::shortage::stockout::Episode;
use tonic::{Response, Status};

use super::desk::{Circumstances, Desk, Look};
use super::page::{Key, Orders};
use super::question::{Question, Rows, context, list, unwritable};
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
        let wanted =
            |row: &Row| asked.statuses.is_empty() || asked.statuses.contains(&stocked(row.status));
        let shown = answer
            .value
            .iter()
            .filter(|row| is_shown(row) && wanted(row));
        let mut shown: Vec<&Row> = shown.collect();
        shown.sort_by(|a, b| worst_first(a, b));
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
    desk.look(place, move |look| {
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

/// Facilities that do not handle an item have no shortage of it, and durables are not consumed.
pub fn is_shown(row: &Row) -> bool {
    let durable = row
        .item_profile
        .as_ref()
        .is_some_and(|item| item.category == Category::Durable);
    row.handled && !durable
}

/// Those that report before those that do not; by status, then by months of stock (the longest stocked-out first), then
/// by facility and item.
fn worst_first(a: &Row, b: &Row) -> std::cmp::Ordering {
    let key = |row: &Row| {
        let months = row
            .months_of_stock
            .filter(|_| row.status != Stocked::StockedOut);
        (
            !row.reporting,
            row.status,
            months,
            std::cmp::Reverse(row.stockout_days),
        )
    };
    key(a)
        .cmp(&key(b))
        .then_with(|| (&a.facility, &a.item).cmp(&(&b.facility, &b.item)))
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

/// A row of the view as a message.
pub fn written(row: &Row, with_inputs: bool) -> Result<pb::ShortageRow, EncodeError> {
    let (facility, item) = (row.facility_profile.as_ref(), row.item_profile.as_ref());
    let inputs = with_inputs.then(|| inputs(row)).transpose()?;
    Ok(pb::ShortageRow {
        facility: write(&row.facility)?,
        facility_names: facility.map(|label| write(&label.names)).transpose()?,
        facility_kind: facility.map_or(Ok(0), |label| write(&label.kind))?,
        governorate: facility
            .and_then(|label| label.governorate.as_ref())
            .map(write)
            .transpose()?,
        owner: facility
            .and_then(|label| label.owner.as_ref())
            .map(write)
            .transpose()?,
        item: write(&row.item)?,
        item_names: item.map(|label| write(&label.names)).transpose()?,
        category: item.map_or(Ok(0), |label| write(&label.category))?,
        base_unit: item.map(|label| label.base_unit.clone()),
        handled: row.handled,
        reporting: row.reporting,
        min: row.min.as_ref().map(write).transpose()?,
        max: row.max.as_ref().map(write).transpose()?,
        quantities: Some(quantities(&row.quantities)?),
        amc: row.amc.value.as_ref().map(write).transpose()?,
        amc_quality: quality(row.amc.quality).into(),
        amc_months_used: row.amc.months_used,
        amc_months_looked_back: row.amc.months_looked_back,
        months_of_stock: row.months_of_stock.as_ref().map(write).transpose()?,
        status: stocked(row.status).into(),
        stockout_days: row.stockout_days,
        complete: row.complete,
        inputs,
    })
}

fn inputs(row: &Row) -> Result<pb::ShortageInputs, EncodeError> {
    Ok(pb::ShortageInputs {
        months: row.amc.months.iter().map(month).collect::<Result<_, _>>()?,
        episodes: row.episodes.iter().map(episode).collect::<Result<_, _>>()?,
        cards: row.cards.iter().map(card).collect::<Result<_, _>>()?,
    })
}

fn month(figures: &MonthFigures) -> Result<pb::AmcMonth, EncodeError> {
    let excluded = match figures.excluded {
        None => pb::AmcExclusion::Unspecified,
        Some(Exclusion::BeforeFirstMovement) => pb::AmcExclusion::BeforeFirstMovement,
        Some(Exclusion::NotReported) => pb::AmcExclusion::NotReported,
        Some(Exclusion::TooFewStockedDays) => pb::AmcExclusion::TooFewStockedDays,
        Some(Exclusion::NotKept) => pb::AmcExclusion::NotKept,
    };
    Ok(pb::AmcMonth {
        month: write(&figures.month)?,
        consumed: Some(write(&figures.consumed)?),
        days: figures.days,
        days_without_stock: figures.days_without_stock,
        adjusted: figures.adjusted.as_ref().map(write).transpose()?,
        excluded: excluded.into(),
    })
}

fn episode(episode: &Episode) -> Result<pb::StockoutEpisode, EncodeError> {
    Ok(pb::StockoutEpisode {
        start: write(&episode.start)?,
        end: episode.end.as_ref().map(write).transpose()?,
        days: episode.days,
    })
}

/// A card as a message.
pub fn card(card: &CardRow) -> Result<pb::Card, EncodeError> {
    Ok(pb::Card {
        batch: card.batch.as_ref().map(write).transpose()?,
        programme: card.programme.as_ref().map(write).transpose()?,
        expiry: card.expiry.as_ref().map(write).transpose()?,
        quantities: Some(quantities(&card.quantities)?),
    })
}

fn quantities(quantities: &Quantities) -> Result<pb::Quantities, EncodeError> {
    Ok(pb::Quantities {
        on_hand: Some(write(&quantities.on_hand)?),
        usable: Some(write(&quantities.usable)?),
        expired: Some(write(&quantities.expired)?),
        blocked: Some(write(&quantities.blocked)?),
        uninspected: Some(write(&quantities.uninspected)?),
        reserved: Some(write(&quantities.reserved)?),
    })
}

/// A status as it is served.
pub const fn stocked(status: Stocked) -> pb::ShortageStatus {
    match status {
        Stocked::StockedOut => pb::ShortageStatus::StockedOut,
        Stocked::Critical => pb::ShortageStatus::Critical,
        Stocked::Low => pb::ShortageStatus::Low,
        Stocked::Adequate => pb::ShortageStatus::Adequate,
        Stocked::Overstocked => pb::ShortageStatus::Overstocked,
        Stocked::NoConsumption => pb::ShortageStatus::NoConsumption,
        Stocked::Unknown => pb::ShortageStatus::Unknown,
    }
}

const fn quality(quality: Quality) -> pb::AmcQuality {
    match quality {
        Quality::Full => pb::AmcQuality::Full,
        Quality::Partial => pb::AmcQuality::Partial,
        Quality::None => pb::AmcQuality::None,
    }
}
