//! The balance equation of every facility and item (DESIGN 7), over two views that fold the log independently.

use std::sync::mpsc::{Receiver, Sender};

use sijill_ledger_core::event::Recorded;
use sijill_projections::Views;
use sijill_projections::distribution::balance;
use sijill_projections::view::View as _;

use super::Fault;
use super::checks::Check;
use super::report::Report;
use crate::cli::lang::{Lang, two};

/// Folds events as they come into the two views that the equations are made of; whoever sends them has found them whole and
/// in order. What was folded goes back through `spent`.
pub fn fold(batches: &Receiver<Vec<Recorded>>, spent: &Sender<Vec<Recorded>>) -> Views {
    let mut views = Views::default();
    while let Ok(events) = batches.recv() {
        for event in &events {
            views.shortage.apply(event);
            views.distribution.apply(event);
        }
        // Where nobody takes them back any more, they go here.
        let _ = spent.send(events);
    }
    views
}

/// Compares both sides of every equation.
pub fn check(views: &Views, report: &mut Report, lang: Lang) {
    if let Some(wrong) = balance::check(views).first() {
        let (facility, item) = (&wrong.equation.facility, &wrong.equation.item);
        let difference = wrong.difference;
        report.fail(Fault {
            index: None,
            check: Check::Balances,
            code: None,
            what: two!(
                lang,
                "رصيد {item} في {facility} لا يتوازن، والفرق {difference}",
                "the balance of {item} at {facility} is off by {difference}"
            ),
        });
        return;
    }
    report.balances = balance::equations(views).len() as u64;
    report.count(Check::Balances, report.balances);
    transit(views, report, lang);
}

/// What stores sent and took in, against what the transfers say.
fn transit(views: &Views, report: &mut Report, lang: Lang) {
    let accounts = balance::transit(views);
    if let Some(wrong) = accounts.iter().find(|one| !one.unaccounted.is_zero()) {
        let (item, difference) = (&wrong.item, wrong.unaccounted);
        report.fail(Fault {
            index: None,
            check: Check::Transit,
            code: None,
            what: two!(
                lang,
                "حساب {item} في الطريق لا يتوازن، والفرق {difference}",
                "the account of {item} in transit is off by {difference}"
            ),
        });
        return;
    }
    report.count(Check::Transit, accounts.len() as u64);
}
