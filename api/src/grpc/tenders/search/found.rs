//! A tender as a search and an alert show it.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::OrganizationId;
use sijill_ledger_core::time::Timestamp;
use sijill_projections::tenders::World;
use sijill_projections::tenders::search::alerts::{Alert, AlertKind};
use sijill_projections::tenders::search::entry::{Entry, Phase, Value};

use super::pb;
use crate::grpc::tenders::wire;

/// A tender at an instant; names are as the registers have them now.
pub fn tender(
    entry: &Entry,
    points: u16,
    at: Timestamp,
    world: &World,
) -> Result<pb::FoundTender, EncodeError> {
    use pb::found_tender::Value as Wire;
    let winner = |id: &OrganizationId| {
        Ok(pb::TenderWinner {
            supplier: id.to_string(),
            names: wire::organization(world, id)?,
        })
    };
    let value = match entry.value {
        None => None,
        Some(Value::Estimated(money)) => Some(Wire::Estimated(write(&money)?)),
        Some(Value::Awarded(money)) => Some(Wire::Awarded(write(&money)?)),
    };
    Ok(pb::FoundTender {
        tender: entry.id.to_string(),
        title: Some(write(&entry.title)?),
        buyer: entry.buyer.to_string(),
        buyer_names: wire::organization(world, &entry.buyer)?,
        procedure: write(&entry.procedure)?,
        phase: phase(entry.phase(at)).into(),
        stage: wire::stage(entry.stage).into(),
        published_at: Some(write(&entry.published_at)?),
        closes_micros: entry.closes_at.as_micros(),
        lots: entry.lots,
        lines: entry.lines,
        amendments: entry.amendments.into(),
        value,
        winners: entry.winners.iter().map(winner).collect::<Result<_, _>>()?,
        points: points.into(),
    })
}

/// An alert about a tender.
pub fn alert(
    alert: &Alert,
    entry: &Entry,
    at: Timestamp,
    world: &World,
) -> Result<pb::TenderAlert, EncodeError> {
    Ok(pb::TenderAlert {
        kind: kind(alert.kind).into(),
        mark: Some(wire::mark(&alert.mark)?),
        closes_before_micros: alert.deadline.map(|it| it.before.as_micros()),
        closes_after_micros: alert.deadline.map(|it| it.after.as_micros()),
        tender: Some(tender(entry, 0, at, world)?),
    })
}

/// A phase as a message.
pub const fn phase(phase: Phase) -> pb::TenderPhase {
    match phase {
        Phase::Open => pb::TenderPhase::Open,
        Phase::Evaluation => pb::TenderPhase::Evaluation,
        Phase::Awarded => pb::TenderPhase::Awarded,
        Phase::Completed => pb::TenderPhase::Completed,
        Phase::Failed => pb::TenderPhase::Failed,
        Phase::Cancelled => pb::TenderPhase::Cancelled,
    }
}

const fn kind(kind: AlertKind) -> pb::TenderAlertKind {
    match kind {
        AlertKind::Published => pb::TenderAlertKind::Published,
        AlertKind::Amended => pb::TenderAlertKind::Amended,
        AlertKind::DeadlineMoved => pb::TenderAlertKind::DeadlineMoved,
        AlertKind::Awarded => pb::TenderAlertKind::Awarded,
        AlertKind::Completed => pb::TenderAlertKind::Completed,
        AlertKind::Failed => pb::TenderAlertKind::Failed,
        AlertKind::Cancelled => pb::TenderAlertKind::Cancelled,
    }
}
