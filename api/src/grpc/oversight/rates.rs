//! How many have none: `ListStockoutRates`.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_projections::Views;
use sijill_projections::shortage::query::Filter;
use sijill_projections::shortage::rates::StockoutRate;
use tonic::Status;

use super::registry::Names;
use super::shortage::answered;
use super::{filter, pb};
use crate::grpc::question::list::{Question, Rows, list};
use crate::grpc::question::listing::Made;
use crate::grpc::question::page::{Key, Orders};

impl Question for pb::ListStockoutRatesRequest {
    type Asked = Filter;
    type List = Made<pb::StockoutRateRow>;
    type Answer = pb::ListStockoutRatesResponse;

    const ORDERS: Orders<fn(&pb::StockoutRateRow) -> Key> = &[
        ("item", |row| Key::text(&row.item)),
        ("rate", |row| Key::decimal(row.rate.as_ref())),
        ("handling", |row| Key::Count(row.handling.into())),
        ("reporting", |row| Key::Count(row.reporting.into())),
        ("at_zero", |row| Key::Count(row.at_zero.into())),
        ("not_reporting", |row| Key::Count(row.not_reporting.into())),
    ];

    list!(ListStockoutRatesResponse);

    fn read(&self) -> Result<Filter, Status> {
        filter::read(self.filter.as_ref())
    }

    fn rows(
        asked: &Filter,
        views: &Views,
        at: EffectiveAt,
    ) -> Result<Rows<Made<pb::StockoutRateRow>>, EncodeError> {
        let answer = views.shortage.stockout_rates(at, asked);
        let names = Names::of(views);
        let mut rates: Vec<&StockoutRate> = answer.value.iter().collect();
        rates.sort_by(|a, b| b.rate.cmp(&a.rate).then_with(|| a.item.cmp(&b.item)));
        let rows = rates.into_iter().map(|rate| written(rate, &names));
        answered(&answer, Made(rows.collect::<Result<_, _>>()?))
    }
}

fn written(rate: &StockoutRate, names: &Names<'_>) -> Result<pb::StockoutRateRow, EncodeError> {
    let item = names.item(&rate.item);
    Ok(pb::StockoutRateRow {
        item: write(&rate.item)?,
        item_names: item.map(|profile| write(&profile.names)).transpose()?,
        handling: rate.handling,
        reporting: rate.reporting,
        at_zero: rate.at_zero,
        not_reporting: rate.not_reporting,
        rate: rate.rate.as_ref().map(write).transpose()?,
    })
}
