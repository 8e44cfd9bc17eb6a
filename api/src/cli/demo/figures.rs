//! The figures of distribution and audit that the demo prints, and its three sample questions with their answers.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use sijill_ledger_core::domain::values::{
    EffectiveAt, ItemCode, OrganizationId, Place, ValueError,
};
use sijill_projections::audit::discrepancies;
use sijill_projections::distribution::balance;
use sijill_projections::distribution::deliveries::{DeliveryFilter, DeliverySummary};
use sijill_projections::distribution::transit::TransferFilter;
use sijill_projections::shortage::query::Filter;
use sijill_projections::shortage::status::Status;
use sijill_projections::{AsOf, Runner};

use super::anomalies::Anomalies;
use super::purchase::supplier_id;
use super::seed::impossible;
use super::world::World;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::lang::many;

/// A question of the demo: in words, as a command without its source, and its answer.
pub struct Sample {
    /// The question.
    pub question: Bilingual,
    /// The command, up to `--data` or `--server`.
    pub command: String,
    /// The answer.
    pub answer: Bilingual,
}

/// What the views of distribution and audit say of the whole country.
pub struct Figures {
    deliveries: DeliverySummary,
    in_transit: usize,
    overdue: usize,
    /// Items whose account of goods in transit does not hold.
    transit_wrong: usize,
    open: usize,
    answered: usize,
    refused_steps: usize,
}

impl Figures {
    /// Asks the views.
    pub fn of(runner: &Runner, at: EffectiveAt) -> Self {
        let views = runner.views();
        let distribution = &views.distribution;
        let lines = distribution.in_transit(at, &TransferFilter::default());
        let count = |answered| {
            let filter = discrepancies::Filter {
                answered: Some(answered),
                ..Default::default()
            };
            views.audit.discrepancies(&filter, runner.position()).len()
        };
        Self {
            deliveries: distribution
                .delivery_summary(at, &DeliveryFilter::default())
                .value,
            in_transit: lines.value.len(),
            overdue: lines
                .value
                .iter()
                .filter(|line| !line.overdue.is_zero())
                .count(),
            transit_wrong: balance::check_transit(views).len(),
            open: count(false),
            answered: count(true),
            refused_steps: views.audit.refused_steps(runner.position()).len(),
        }
    }

    /// In words, one line each.
    pub fn told(&self) -> Vec<Bilingual> {
        let DeliverySummary {
            deliveries,
            on_time,
            lines_due,
            on_time_in_full,
            ..
        } = &self.deliveries;
        let Self {
            in_transit,
            overdue,
            transit_wrong,
            open,
            answered,
            refused_steps,
            ..
        } = self;
        let accounts = if *transit_wrong == 0 {
            Bilingual::new(
                format!(
                    "في الطريق بين المخازن: {in_transit} بندًا، منها {overdue} متأخر؛ وحساب البضاعة في الطريق صحيح لكل صنف"
                ),
                format!(
                    "between stores: {in_transit} lines in transit, {overdue} of them overdue; the account of goods in transit holds for every item"
                ),
            )
        } else {
            Bilingual::new(
                format!("حساب البضاعة في الطريق مختل في {transit_wrong} صنفًا"),
                format!("the account of goods in transit does not hold for {transit_wrong} items"),
            )
        };
        vec![
            Bilingual::new(
                format!(
                    "توريدات الموردين: {deliveries}، منها {on_time} في موعدها؛ وبنود الأوامر المستحقة {lines_due}، منها {on_time_in_full} في موعدها وكاملة"
                ),
                format!(
                    "deliveries of suppliers: {deliveries}, of them {on_time} on time; order lines due: {lines_due}, of them {on_time_in_full} on time and in full"
                ),
            ),
            accounts,
            Bilingual::new(
                format!("فروق فُتحت ولم يُجب عنها: {open}، وأُجيب عن {answered}"),
                format!("discrepancies: {open} open, {answered} answered"),
            ),
            Bilingual::new(
                format!("خطوات آلية رفضتها القواعد: {refused_steps}"),
                format!("steps of policies that a rule refused: {refused_steps}"),
            ),
        ]
    }

    /// The same for programs.
    pub fn json(&self) -> Value {
        json!({
            "deliveries": self.deliveries.deliveries,
            "on_time": self.deliveries.on_time,
            "lines_due": self.deliveries.lines_due,
            "on_time_in_full": self.deliveries.on_time_in_full,
            "in_transit_lines": self.in_transit,
            "overdue_lines": self.overdue,
            "transit_accounts_wrong": self.transit_wrong,
            "discrepancies_open": self.open,
            "discrepancies_answered": self.answered,
            "refused_steps": self.refused_steps,
        })
    }
}

/// Three questions of those who watch, with their answers now.
pub fn samples(
    world: &World,
    anomalies: &Anomalies,
    runner: &Runner,
    at: EffectiveAt,
) -> Result<Vec<Sample>, Failure> {
    let all = || {
        Ok(vec![
            short(&world.items[anomalies.misdirected_item], runner, at)?,
            late(anomalies, runner, at)?,
            unanswered(world, anomalies, runner),
        ])
    };
    all().map_err(impossible)
}

fn short(item: &ItemCode, runner: &Runner, at: EffectiveAt) -> Result<Sample, ValueError> {
    let filter = Filter {
        item: Some(item.clone()),
        governorate: Some(Place::new("EG-C")?),
        ..Filter::default()
    };
    let rows = runner.views().shortage.stock(at, &filter).value;
    let rows: Vec<_> = rows.iter().filter(|row| row.handled).collect();
    let out = rows.iter().filter(|row| row.status == Status::StockedOut);
    let over = rows.iter().filter(|row| row.status == Status::Overstocked);
    let (all, out, over) = (rows.len(), out.count(), over.count());
    Ok(Sample {
        question: Bilingual::new(
            format!("أين ينقص {item} في القاهرة؟"),
            format!("Where in Cairo is {item} short?"),
        ),
        command: format!("query shortage --item {item} --governorate EG-C"),
        answer: Bilingual::new(
            format!("من {all} منشأة: نفد في {out} وفاض في {over}"),
            format!(
                "of {all} facilities {out} {} none, {over} too much",
                many(out, "has", "have")
            ),
        ),
    })
}

fn late(anomalies: &Anomalies, runner: &Runner, at: EffectiveAt) -> Result<Sample, ValueError> {
    let supplier: OrganizationId = supplier_id(anomalies.late_supplier)?;
    let filter = DeliveryFilter {
        supplier: Some(supplier.clone()),
        ..DeliveryFilter::default()
    };
    let summary = runner
        .views()
        .distribution
        .delivery_summary(at, &filter)
        .value;
    let (deliveries, on_time) = (summary.deliveries, summary.on_time);
    let days = summary.late_days_median.unwrap_or(Decimal::ZERO);
    Ok(Sample {
        question: Bilingual::new(
            format!("هل يورّد {supplier} في الموعد؟"),
            format!("Does {supplier} deliver on time?"),
        ),
        command: format!("query deliveries --summary --supplier {supplier}"),
        answer: Bilingual::new(
            format!("من {deliveries} توريدًا {on_time} في موعده؛ ووسيط التأخير {days} يومًا"),
            format!(
                "of {deliveries} deliveries {on_time} on time; late ones are late by {days} days (median)"
            ),
        ),
    })
}

fn unanswered(world: &World, anomalies: &Anomalies, runner: &Runner) -> Sample {
    let facility = &world.sites[anomalies.leaking_warehouse].id;
    let filter = discrepancies::Filter {
        facility: Some(facility.clone()),
        answered: Some(false),
        ..Default::default()
    };
    let found = runner
        .views()
        .audit
        .discrepancies(&filter, runner.position());
    let open = found.len();
    let oldest = found
        .iter()
        .map(|one| one.opened)
        .min_by_key(|at: &AsOf| at.index);
    let oldest = oldest.map_or_else(String::new, |at| at.recorded_at.to_string());
    Sample {
        question: Bilingual::new(
            format!("ما الفروق التي لم يجب عنها {facility}؟"),
            format!("Which discrepancies has {facility} not answered?"),
        ),
        command: format!("query discrepancies --facility {facility} --open"),
        answer: Bilingual::new(
            format!("{open}، أقدمها من {oldest}"),
            format!("{open}, the oldest of {oldest}"),
        ),
    }
}
