//! What the messages about tenders share: marks, counts, sums, names.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::{Names, OrganizationId};
use sijill_ledger_core::event::{Actor, ActorId};
use sijill_projections::tenders::figures::{Count, Sums};
use sijill_projections::tenders::step::{Mark, Who};
use sijill_projections::tenders::{Stage, World};
use sijill_schemas::types::v1 as types;

use super::pb;

/// Where an event stands.
pub fn mark(mark: &Mark) -> Result<pb::Mark, EncodeError> {
    Ok(pb::Mark {
        index: mark.index,
        recorded_at_micros: mark.recorded_at.as_micros(),
        decided_at: Some(write(&mark.at)?),
    })
}

/// Where an event stands that may not have happened.
pub fn marked(found: Option<&Mark>) -> Result<Option<pb::Mark>, EncodeError> {
    found.map(mark).transpose()
}

/// A count and its inputs.
pub fn count(of: &Count) -> pb::Count {
    pb::Count {
        count: of.count,
        inputs: of.inputs.clone(),
    }
}

/// Sums by currency.
pub fn sums(of: &Sums) -> Result<Vec<pb::CurrencySum>, EncodeError> {
    let sums = of.iter().map(|(currency, sum)| {
        Ok(pb::CurrencySum {
            currency: currency.code().to_owned(),
            amount: Some(write(&sum.amount)?),
            parts: Some(count(&sum.parts)),
        })
    });
    sums.collect()
}

/// Names that may be unknown.
pub fn names(of: Option<&Names>) -> Result<Option<types::Names>, EncodeError> {
    of.map(write).transpose()
}

/// The names of an organisation, where it is registered.
pub fn organization(
    world: &World,
    id: &OrganizationId,
) -> Result<Option<types::Names>, EncodeError> {
    names(world.organization_names(id))
}

/// What something is called in both languages.
pub fn words((ar, en): (&str, &str)) -> types::Names {
    let (ar, en) = (ar.to_owned(), en.to_owned());
    types::Names { ar, en }
}

/// Who took a step.
pub fn actor(who: &Who, world: &World) -> Result<pb::StepActor, EncodeError> {
    let known = match &who.id {
        ActorId::Official(id) => world.official_names(id),
        ActorId::Organization(id) => world.organization_names(id),
        ActorId::System | ActorId::Key(_) => None,
    };
    let actor = Actor {
        id: who.id.clone(),
        role: who.role,
        position: None,
    };
    Ok(pb::StepActor {
        actor: Some(write(&actor)?),
        posts: who.posts.iter().map(ToString::to_string).collect(),
        names: names(known)?,
    })
}

/// A stage as its message.
pub const fn stage(stage: Stage) -> pb::TenderStage {
    match stage {
        Stage::Draft => pb::TenderStage::Draft,
        Stage::Approved => pb::TenderStage::Approved,
        Stage::Bidding => pb::TenderStage::Bidding,
        Stage::Listing => pb::TenderStage::Listing,
        Stage::TechnicalOpening => pb::TenderStage::TechnicalOpening,
        Stage::TechnicalEvaluation => pb::TenderStage::TechnicalEvaluation,
        Stage::FinancialOpening => pb::TenderStage::FinancialOpening,
        Stage::Awarding => pb::TenderStage::Awarding,
        Stage::Standstill => pb::TenderStage::Standstill,
        Stage::Final => pb::TenderStage::Final,
        Stage::Completed => pb::TenderStage::Completed,
        Stage::Failed => pb::TenderStage::Failed,
        Stage::Cancelled => pb::TenderStage::Cancelled,
    }
}

/// A stage of a request.
pub const fn read_stage(stage: pb::TenderStage) -> Option<Stage> {
    Some(match stage {
        pb::TenderStage::Unspecified => return None,
        pb::TenderStage::Draft => Stage::Draft,
        pb::TenderStage::Approved => Stage::Approved,
        pb::TenderStage::Bidding => Stage::Bidding,
        pb::TenderStage::Listing => Stage::Listing,
        pb::TenderStage::TechnicalOpening => Stage::TechnicalOpening,
        pb::TenderStage::TechnicalEvaluation => Stage::TechnicalEvaluation,
        pb::TenderStage::FinancialOpening => Stage::FinancialOpening,
        pb::TenderStage::Awarding => Stage::Awarding,
        pb::TenderStage::Standstill => Stage::Standstill,
        pb::TenderStage::Final => Stage::Final,
        pb::TenderStage::Completed => Stage::Completed,
        pb::TenderStage::Failed => Stage::Failed,
        pb::TenderStage::Cancelled => Stage::Cancelled,
    })
}
