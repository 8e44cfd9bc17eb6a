//! What is short: `ListShortages` and `GetShortage`.

use std::mem::size_of;

use rust_decimal::Decimal;
use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::{Payload, write};
use sijill_ledger_core::domain::ruleset::Rules;
use sijill_ledger_core::domain::values::{EffectiveAt, FacilityId, ItemCode};
use sijill_projections::Views;
use sijill_projections::shortage::picks::{Picks, Standing};
use sijill_projections::shortage::query::{Answer, Filter};
use sijill_projections::shortage::supply::Pipeline;
use tonic::{Response, Status};

use super::shortage_row::{stocked, written};
use super::{filter, pb};
use crate::grpc::question::desk::{Circumstances, Desk, Effort, Look};
use crate::grpc::question::list::{Question, Rows, list, made};
use crate::grpc::question::listing::Listing;
use crate::grpc::question::page::{Key, Order, Orders};
use crate::grpc::question::{context, unwritable};
use crate::grpc::status;

/// Items of facilities whose figures take about a millisecond.
const SHORT_MAX: usize = 200;

/// What `ListShortages` asks.
#[derive(Default)]
pub struct Asked {
    filter: Filter,
    statuses: Vec<pb::ShortageStatus>,
    with_inputs: bool,
}

impl Question for pb::ListShortagesRequest {
    type Asked = Asked;
    type List = Shortages;
    type Answer = pb::ListShortagesResponse;

    const ORDERS: Orders<Sort> = &[
        ("facility", |list, row, _| {
            let facility = list.picks.facility(row.place);
            facility.map_or(Key::Absent, |id| Key::text(id.as_str()))
        }),
        ("item", |list, row, views| {
            let item = list.picks.item(row.place, &views.shortage);
            item.map_or(Key::Absent, |code| Key::text(code.as_str()))
        }),
        ("status", |_, row, _| {
            Key::case(stocked(row.standing.status).into())
        }),
        ("usable", |_, row, _| {
            Key::Decimal(row.standing.quantities.usable)
        }),
        ("on_hand", |_, row, _| {
            Key::Decimal(row.standing.quantities.on_hand)
        }),
        ("amc", |_, row, _| figure(row.standing.amc)),
        ("months_of_stock", |_, row, _| {
            figure(row.standing.months_of_stock)
        }),
        ("stockout_days", |_, row, _| {
            Key::Count(row.standing.stockout_days.into())
        }),
        ("in_transit", |list, row, _| {
            list.supplied(row, |supply| supply.in_transit)
        }),
        ("on_order", |list, row, _| {
            list.supplied(row, |supply| supply.on_order)
        }),
        ("unmet", |list, row, _| {
            list.supplied(row, |supply| supply.unmet)
        }),
        ("suggested_order", |list, row, views| {
            let outlook = list.picks.outlook(row.place, &views.shortage);
            let order = outlook.and_then(|outlook| outlook.suggested_order);
            figure(order.map(|order| order.quantity))
        }),
        ("projected_stockout", |list, row, views| {
            let outlook = list.picks.outlook(row.place, &views.shortage);
            let day = outlook.and_then(|outlook| outlook.projected_stockout);
            day.map_or(Key::Absent, |day| Key::Day(day.days()))
        }),
        ("expiry_risk", |list, row, views| {
            let outlook = list.picks.outlook(row.place, &views.shortage);
            let risk = outlook.and_then(|outlook| outlook.expiry_risk);
            figure(risk.map(|risk| risk.quantity))
        }),
    ];

    list!(ListShortagesResponse, parameters);

    fn read(&self) -> Result<Asked, Status> {
        Ok(Asked {
            filter: filter::read(self.filter.as_ref())?,
            statuses: statuses(&self.statuses)?,
            with_inputs: self.with_inputs,
        })
    }

    fn effort(asked: &Asked, views: &Views) -> Effort {
        Effort::of(views.shortage.cells_of(&asked.filter), SHORT_MAX)
    }

    fn rows(asked: &Asked, views: &Views, at: EffectiveAt) -> Result<Rows<Shortages>, EncodeError> {
        let rests_on = views.shortage.answer(at, ());
        answered(&rests_on, Shortages::of(asked, views, at))
    }
}

/// Rows of which so much is known as they are chosen and sorted by.
pub struct Shortages {
    picks: Picks,
    ranked: Vec<Ranked>,
    with_inputs: bool,
}

/// A row to be made.
#[derive(Clone, Copy)]
pub struct Ranked {
    place: usize,
    standing: Standing,
}

/// What gives the key of a row.
type Sort = fn(&Shortages, &Ranked, &Views) -> Key;

impl Shortages {
    /// The worst first.
    fn of(asked: &Asked, views: &Views, at: EffectiveAt) -> Self {
        let mut picks = views.shortage.pick(at, &asked.filter);
        picks.retain_counted();
        let all = asked.statuses.is_empty();
        let standings = (0..picks.len()).filter_map(|place| Some((place, picks.standing(place)?)));
        let ranked = standings.map(|(place, standing)| Ranked { place, standing });
        let wanted = |row: &Ranked| all || asked.statuses.contains(&stocked(row.standing.status));
        let mut ranked: Vec<Ranked> = ranked.filter(wanted).collect();
        // Stable: those that are as bad stay in the order of facility and item.
        ranked.sort_by_key(|row| row.standing.urgency);
        Self {
            picks,
            ranked,
            with_inputs: asked.with_inputs,
        }
    }

    fn supplied(&self, row: &Ranked, which: fn(&Pipeline) -> Decimal) -> Key {
        let supply = self.picks.supply(row.place);
        Key::Decimal(supply.map_or(Decimal::ZERO, which))
    }
}

impl Listing for Shortages {
    type Row = pb::ShortageRow;
    type Sort = Sort;

    fn row_count(&self) -> usize {
        self.ranked.len()
    }

    fn bytes(&self) -> usize {
        let ranked = self.ranked.len().saturating_mul(size_of::<Ranked>());
        self.picks.bytes().saturating_add(ranked)
    }

    fn sort(&mut self, order: &Order<Sort>, views: &Views) {
        let ranked = std::mem::take(&mut self.ranked);
        self.ranked = order.sort(ranked, |by, row| by(self, row, views));
    }

    fn row(&self, place: usize, views: &Views) -> Result<Option<pb::ShortageRow>, EncodeError> {
        let ranked = self.ranked.get(place);
        let row = ranked.and_then(|ranked| self.picks.row(ranked.place, &views.shortage));
        row.map(|row| written(&row, self.with_inputs)).transpose()
    }
}

/// All rows, and those of them that are made.
type Worst = (Rows<Shortages>, Vec<pb::ShortageRow>);

/// Everything that is short, the worst first: so many rows of how many, and what they rest on.
pub fn worst(look: &Look<'_>, rows_max: usize) -> Result<Option<Worst>, Status> {
    let Some(at) = look.at(None) else {
        return Ok(None);
    };
    let rows = pb::ListShortagesRequest::rows(&Asked::default(), look.views(), at);
    let rows = rows.map_err(|error| unwritable(&error))?;
    let first = made(&rows.rows, 0, rows_max, look.views())?;
    Ok(Some((rows, first)))
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
    desk.see(place, Effort::Short, move |look| {
        let at = look.at(circumstances.at);
        let answer = at.map(|at| look.views().shortage.stock_of(at, &facility, &item));
        let answer = answer.filter(|answer| answer.value.is_some());
        let answer = answer.ok_or_else(|| unknown(&facility, &item))?;
        let row = answer.value.as_ref().map(|row| written(row, true));
        let row = row.transpose().map_err(|error| unwritable(&error))?;
        let parameters = parameters(&answer.rules).map_err(|error| unwritable(&error))?;
        Ok(Response::new(pb::GetShortageResponse {
            context: Some(context(look, at, answer.definition, answer.ruleset)?),
            parameters: Some(parameters),
            row,
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

fn figure(value: Option<Decimal>) -> Key {
    value.map_or(Key::Absent, Key::Decimal)
}

/// Rows with what an answer of this view rests on.
pub fn answered<T, List>(answer: &Answer<T>, rows: List) -> Result<Rows<List>, EncodeError> {
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
