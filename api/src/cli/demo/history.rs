//! Two years, day by day: what happens in which order. The same seed gives the same story on every machine.

use sijill_ledger_core::domain::values::{Date, ValueError};

use super::anomalies::Anomalies;
use super::world::{Step, Today, World};

/// What the country asks of the ledger on one day, in order.
pub fn day(
    world: &mut World,
    anomalies: &Anomalies,
    day: Date,
    is_first: bool,
) -> Result<Vec<Step>, ValueError> {
    let mut today = Today {
        world,
        day,
        steps: Vec::new(),
    };
    if is_first {
        today.open_books()?;
    }
    today.approvals()?;
    today.corrections(anomalies)?;
    today.inspections()?;
    today.batch_orders()?;
    today.arrivals()?;
    today.purchases()?;
    today.orders(anomalies)?;
    today.approvals_of_requests()?;
    today.campaign()?;
    today.reports(anomalies)?;
    today.dispatches()?;
    today.requests(anomalies, is_first)?;
    today.custody()?;
    today.issues(anomalies)?;
    today.returns()?;
    today.expired(anomalies)?;
    today.losses()?;
    today.counts(anomalies)?;
    Ok(today.steps)
}
