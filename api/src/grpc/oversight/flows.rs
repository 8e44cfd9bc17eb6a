//! Where goods went: `ListFlows`, the balance equation of every item in every facility.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_projections::distribution::balance::{self, Equation};
use sijill_projections::distribution::{Distribution, Page, Period};
use sijill_projections::shortage::query::Filter;
use sijill_projections::{View as _, Views};
use tonic::Status;

use super::registry::Names;
use super::{filter, pb};
use crate::grpc::question::list::{Question, Rows, list};
use crate::grpc::question::listing::Made;
use crate::grpc::question::page::{Key, Orders};

impl Question for pb::ListFlowsRequest {
    type Asked = (Filter, Option<Period>);
    type List = Made<pb::FlowRow>;
    type Answer = pb::ListFlowsResponse;

    const ORDERS: Orders<fn(&pb::FlowRow) -> Key> = &[
        ("facility", |row| Key::text(&row.facility)),
        ("item", |row| Key::text(&row.item)),
        ("issued", |row| Key::decimal(row.issued.as_ref())),
        ("transfers_in", |row| {
            Key::decimal(row.transfers_in.as_ref())
        }),
        ("transfers_out", |row| {
            Key::decimal(row.transfers_out.as_ref())
        }),
        ("losses", |row| Key::decimal(row.losses.as_ref())),
        ("unaccounted", |row| Key::decimal(row.unaccounted.as_ref())),
        ("on_hand", |row| Key::decimal(row.on_hand.as_ref())),
        ("difference", |row| Key::decimal(row.difference.as_ref())),
    ];

    list!(ListFlowsResponse);

    fn read(&self) -> Result<Self::Asked, Status> {
        let filter = filter::read(self.filter.as_ref())?;
        let period = self.period.as_ref();
        let period = period.map(|period| filter::period(Some(period), "period"));
        Ok((filter, period.transpose()?))
    }

    fn rows(
        (filter, period): &Self::Asked,
        views: &Views,
        at: EffectiveAt,
    ) -> Result<Rows<Made<pb::FlowRow>>, EncodeError> {
        let names = Names::of(views);
        let rows: Result<Vec<pb::FlowRow>, EncodeError> = match period {
            // Out of both views, whatever only one of them knows: so a fault of either shows.
            None => balance::equations(views)
                .into_iter()
                .filter(|row| names.lets_through(filter, &row.facility, &row.item))
                .map(|row| written(&row, true, &names))
                .collect(),
            Some(period) => balance::of_period(views, at, filter, *period, Page::ALL)
                .value
                .rows
                .iter()
                .map(|row| written(&row.equation, row.complete, &names))
                .collect(),
        };
        Ok(Rows {
            rows: Made(rows?),
            definition: Distribution::VERSION,
            ruleset: None,
            parameters: None,
        })
    }
}

fn written(row: &Equation, complete: bool, names: &Names<'_>) -> Result<pb::FlowRow, EncodeError> {
    let (facility, item) = (names.facility(&row.facility), names.item(&row.item));
    Ok(pb::FlowRow {
        facility: write(&row.facility)?,
        facility_names: facility.map(|profile| write(&profile.names)).transpose()?,
        item: write(&row.item)?,
        item_names: item.map(|profile| write(&profile.names)).transpose()?,
        base_unit: item.map(|profile| write(&profile.base_unit)).transpose()?,
        opening: Some(write(&row.opening)?),
        received: Some(write(&row.received)?),
        transfers_in: Some(write(&row.transfers_in)?),
        returned: Some(write(&row.returned)?),
        surrendered: Some(write(&row.surrendered)?),
        gains: Some(write(&row.gains)?),
        unaccounted: Some(write(&row.unaccounted)?),
        repacked: Some(write(&row.repacked)?),
        issued: Some(write(&row.issued)?),
        entrusted: Some(write(&row.entrusted)?),
        transfers_out: Some(write(&row.transfers_out)?),
        losses: Some(write(&row.losses)?),
        reductions: Some(write(&row.reductions)?),
        on_hand: Some(write(&row.on_hand)?),
        difference: Some(write(&row.difference())?),
        complete,
    })
}
