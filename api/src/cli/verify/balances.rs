//! The balance equation of every facility and item (DESIGN 7), over two views that fold the log independently.

use std::sync::Arc;

use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_projections::Runner;
use sijill_projections::distribution::balance;

use super::Fault;
use super::report::{Check, Report};
use crate::cli::errors::Failure;
use crate::cli::lang::{Lang, two};
use crate::cli::views;

/// Folds what was found whole, and compares both sides.
pub async fn check(
    store: &Arc<EmbeddedStore>,
    report: &mut Report,
    lang: Lang,
) -> Result<(), Failure> {
    let mut runner = Runner::default();
    views::catch_up(&mut runner, store, report.entries).await?;
    if let Some(wrong) = balance::check(runner.views()).first() {
        let (facility, item) = (&wrong.equation.facility, &wrong.equation.item);
        let difference = wrong.difference;
        report.fail(Fault {
            index: None,
            check: Check::Balances,
            what: two!(
                lang,
                "رصيد {item} في {facility} لا يتوازن، والفرق {difference}",
                "the balance of {item} at {facility} is off by {difference}"
            ),
        });
        return Ok(());
    }
    report.balances = balance::equations(runner.views()).len() as u64;
    report.count(Check::Balances, report.balances);
    Ok(())
}
